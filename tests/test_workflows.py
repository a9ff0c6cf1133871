"""The workflows of the code host are well formed and pass a security linter."""

from __future__ import annotations

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


def test_there_are_two():
    assert [path.name for path in WORKFLOWS] == ["deploy.yml", "test.yml"]


def test_they_fit_the_published_schema():
    done = run(str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_security_linter_finds_nothing():
    done = run(str(BIN / "zizmor"), "--offline", "--pedantic", "--no-progress", *map(str, WORKFLOWS))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_security_linter_can_find_something(tmp_path):
    bad = tmp_path / ".github" / "workflows" / "bad.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text(WORKFLOWS[0].read_text("utf-8").replace("run: make book", "run: echo ${{ github.event.head_commit.message }}"), "utf-8")
    assert run(str(BIN / "zizmor"), "--offline", "--no-progress", str(bad)).returncode != 0


@pytest.mark.parametrize("name, command", [("test.yml", "make test"), ("deploy.yml", "make book")])
def test_they_run_the_commands_of_the_readme(name, command):
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text("utf-8"))["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert commands == [command]
    assert command in (ROOT / "README.md").read_text("utf-8")


def test_ci_calls_the_test_command_and_no_more():
    lines = [line for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]
