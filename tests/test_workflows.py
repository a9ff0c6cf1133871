"""The workflows of the code host are well formed and pass a security linter."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
BIN = Path(sys.executable).parent


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_these_are_all():
    assert [path.name for path in WORKFLOWS] == ["audit.yml", "deploy.yml", "import-issue.yml", "links.yml", "pull-request-comment.yml", "pull-request.yml", "test.yml"]


def test_they_fit_the_published_schema():
    done = run(str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_security_linter_finds_nothing():
    done = run(str(BIN / "zizmor"), "--offline", "--pedantic", "--no-progress", *map(str, WORKFLOWS))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_security_linter_can_find_something(tmp_path):
    bad = tmp_path / ".github" / "workflows" / "bad.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text((ROOT / ".github/workflows/deploy.yml").read_text("utf-8").replace("run: make book", "run: echo ${{ github.event.head_commit.message }}"), "utf-8")
    assert run(str(BIN / "zizmor"), "--offline", "--no-progress", str(bad)).returncode != 0


@pytest.mark.parametrize("name, command", [("test.yml", "make test"), ("deploy.yml", "make book")])
def test_they_run_the_commands_of_the_readme(name, command):
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text("utf-8"))["jobs"]
    commands = [step["run"] for key, job in jobs.items() for step in job["steps"] if "run" in step and key != "sbom"]
    before = {"test.yml": [], "deploy.yml": ['echo "SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)" >> "$GITHUB_ENV"', "sh .github/link-answers.sh"]}
    assert commands[-1] == command and commands[:-1] == before[name]
    assert command in (ROOT / "README.md").read_text("utf-8")


def test_ci_calls_the_test_command_and_no_more():
    lines = [line for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]


def steps(name: str) -> list[dict]:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text("utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def test_a_pull_request_is_built_without_rights():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "pull-request.yml").read_text("utf-8"))
    assert list(workflow[True]) == ["pull_request"]  # YAML reads the key "on" as true
    assert workflow["permissions"] == {} and workflow["jobs"]["check"]["permissions"] == {"contents": "read"}
    assert "secrets" not in str(workflow) and "token" not in str(workflow).lower()


def test_who_may_comment_runs_nothing_of_the_pull_request():
    found = steps("pull-request-comment.yml")
    uses = [step for step in found if "uses" in step]
    assert [step["uses"].split("@")[0] for step in uses] == ["actions/checkout"] and "ref" not in uses[0]["with"]
    commands = "\n".join(step["run"] for step in found if "run" in step)
    assert "${{" not in commands  # what others chose comes as a variable, never as part of a command
    assert not any(word in commands for word in ("make ", "pip ", ".venv", "tar ", "unzip", "git "))


def test_the_comment_is_found_again_by_its_first_line():
    from anchorbook.reviewing import MARK

    assert any(f'startswith("{MARK}")' in step.get("run", "") for step in steps("pull-request-comment.yml"))


def test_both_halves_know_each_other():
    first, second = ((ROOT / ".github" / "workflows" / name).read_text("utf-8") for name in ("pull-request.yml", "pull-request-comment.yml"))
    assert yaml.safe_load(second)[True]["workflow_run"]["workflows"] == [yaml.safe_load(first)["name"]]
    assert "name: review\n" in first and '.name == "review"' in second
    assert (ROOT / ".github" / "reviewer-checklist.md").is_file() and "--checklist .github/reviewer-checklist.md" in second


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_that_others_typed_is_part_of_a_command(path):
    assert not [step["name"] for step in steps(path.name) if "${{" in step.get("run", "")]
    assert not re.search(r"github\.event\.(issue|pull_request|comment)\.(body|title)", path.read_text("utf-8"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_and_leaves_no_token_behind(path):
    for step in steps(path.name):
        assert re.fullmatch(r"[\w-]+(/[\w-]+)+@[0-9a-f]{40}", step.get("uses", f"a/b@{'0' * 40}"))
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_pull_requests_take_over_what_main_worked_out_and_nothing_published_does():
    """``website/test_rebuild.py`` shows that a clean checkout can use it."""
    cache = {path.name: [step for step in steps(path.name) if "cache" in step.get("uses", "")] for path in WORKFLOWS}
    assert {name for name, found in cache.items() if found} == {"pull-request.yml", "deploy.yml"}
    (kept,), (taken,) = cache["deploy.yml"], cache["pull-request.yml"]
    assert kept["uses"].startswith("actions/cache/save@") and kept["if"] == "github.event_name == 'push'"
    assert taken["uses"].startswith("actions/cache/restore@")
    assert kept["with"]["path"].split() == taken["with"]["path"].split() == ["_build/cache", "_build/sphinx"]
    assert kept["with"]["key"] == "worked-out-${{ github.sha }}" and taken["with"]["key"] == "worked-out-${{ github.event.pull_request.base.sha }}"
    names = [step.get("run", step.get("uses", "")) for step in steps("deploy.yml")]
    assert names.index("make book") < next(place for place, name in enumerate(names) if "cache" in name)


def test_an_issue_is_imported_by_a_label_that_the_guides_name():
    from anchorbook.importing import BRANCH, LABEL

    text = (ROOT / ".github" / "workflows" / "import-issue.yml").read_text("utf-8")
    workflow = yaml.safe_load(text)
    assert workflow[True] == {"issues": {"types": ["labeled"]}} and workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert job["if"] == f"${{{{ github.event.label.name == '{LABEL}' }}}}" and f'"{BRANCH}$NUMBER"' in text
    assert job["permissions"] == {"contents": "write", "issues": "write", "pull-requests": "write"}
    assert job["timeout-minutes"] <= 15 and workflow["concurrency"]["cancel-in-progress"] is False
    for guide in ("CONTRIBUTING.md", "book/contribute/in-the-browser.md"):
        assert f"label `{LABEL}`" in (ROOT / guide).read_text("utf-8")


def test_only_the_steps_that_push_and_comment_get_the_token():
    found = steps("import-issue.yml")
    with_token = [step for step in found if "token" in str(step.get("env", "")).lower()]
    assert [step["name"] for step in with_token] == ["Push the branch and open the pull request", "Say on the issue why nothing was made"] == [step["name"] for step in found[-2:]]
    assert not any(word in step["run"] for step in with_token for word in ("python", "make ", ".venv", "anchorbook.importing"))
    assert found[0]["with"] == {"ref": "main", "persist-credentials": False}


def test_each_published_site_has_its_list_of_libraries_beside_it():
    """In a job of its own: what is not in the site cannot change its bytes, and trouble with the list does not hold it up."""
    jobs = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text("utf-8"))["jobs"]
    said = [step.get("run") or step["uses"].partition("@")[0] for step in jobs["sbom"]["steps"]]
    assert said == ["actions/checkout", "actions/setup-python", "make sbom", "actions/upload-artifact"]
    kept, site = jobs["sbom"]["steps"][-1]["with"], jobs["build"]["steps"][-1]["with"]
    assert kept["name"] == "software-bill-of-materials" and kept["path"] == "_build/sbom" and site == {"path": "_build/html"}
    assert jobs["deploy"]["needs"] == "build" and not any("sbom" in str(step) for step in jobs["build"]["steps"])
    assert "> _build/sbom/browser.cdx.json" in run("make", "--dry-run", "sbom").stdout
    page = " ".join((ROOT / "book" / "about" / "security.md").read_text("utf-8").split())
    assert f"`{kept['name']}`" in page and "`make sbom`" in page and "**Deploy**" in page


def test_the_look_at_outside_addresses_can_write_nothing_and_fail_nothing():
    workflow = yaml.safe_load((ROOT / ".github/workflows/links.yml").read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    assert set(workflow[True]) == {"schedule", "workflow_dispatch"}  # nothing of a pull request ever runs here
    assert workflow["permissions"] == {} and job["permissions"] == {"actions": "read", "contents": "read"}
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands[:2] == ["sh .github/link-answers.sh", "make links"] and job["steps"][0]["with"]["ref"] == "main"
    deploy = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text("utf-8"))["jobs"]
    assert deploy["build"]["permissions"] == {"actions": "read", "contents": "read"}
    with_token = [step for found in (job, deploy["build"]) for step in found["steps"] if "token" in str(step.get("env", "")).lower()]
    assert {step["run"] for step in with_token} == {"sh .github/link-answers.sh"}  # neither a build nor a question to a host knows the token


@pytest.mark.parametrize("gh", ["exit 1", "echo nonsense", 'case "$*" in *"/runs -f"*) echo 5;; *artifacts*zip) printf PK;; *) echo 7;; esac', "exit 0"])
def test_without_answers_the_script_still_ends_well(tmp_path, gh):
    tool = tmp_path / "bin" / "gh"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\n{gh}\n")
    tool.chmod(0o755)
    (tmp_path / "anchorbook").symlink_to(ROOT / "anchorbook")
    done = subprocess.run(["sh", str(ROOT / ".github" / "link-answers.sh")], cwd=tmp_path, capture_output=True, text=True, check=False,
                          env={"PATH": f"{tool.parent}:{BIN}:/usr/bin:/bin", "RUNNER_TEMP": str(tmp_path), "REPOSITORY": "o/r"})
    assert done.returncode == 0 and "no answers of an earlier check" in done.stdout and not (tmp_path / "data").exists(), done.stderr


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-audit.lock"])
def test_each_library_is_pinned_by_a_checksum_and_no_registry_is_named(lock):
    text = (ROOT / lock).read_text("utf-8")
    pinned = re.split(r"\n(?=[a-z0-9])", "\n" + text.replace("\\\n", ""))[1:]
    assert len(pinned) > 20 and not re.search(r"https?://|--(extra-)?index-url|file:", text)
    for entry in pinned:
        assert re.match(r"[a-z0-9._-]+==\S+", entry) and "--hash=sha256:" in entry, entry


def test_the_audit_asks_about_every_library_and_takes_no_answer_for_a_weakness():
    """``--strict``: a library that nobody could be asked about is a failure."""
    commands = run("make", "--dry-run", "audit").stdout
    assert "pip-audit --strict --requirement requirements.lock" in commands and "npm audit" in commands
    job = yaml.safe_load((ROOT / ".github/workflows/audit.yml").read_text("utf-8"))["jobs"]["audit"]
    assert [step["run"] for step in job["steps"] if "run" in step] == ["make audit", "make sbom"]
