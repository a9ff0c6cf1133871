"""An issue made with the form becomes one new file, whatever it holds; the workflow makes it a pull request."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from anchorbook.cli import main
from anchorbook.forms import MAX_BODY, form_questions
from anchorbook.importing import NotAnIssue, NotOneFile, commit_message, one_new_file, quoted, read_issue, request
from anchorbook.model import CaseStudy
from anchorbook.reading import read_file
from anchorbook.vocabulary import load_vocabulary
from tests.support.projects import ROOT, SMALL_BIBLIOGRAPHY, good_file, make_project

VOCABULARY = load_vocabulary(ROOT / "data" / "vocabulary")
ASK = {question.field: question.ask for question in form_questions(VOCABULARY)}
GOOD = {
    "id": "riverside-jobs", "title": "Local jobs at Riverside", "summary": "A hospital offered jobs to neighbours.\n\nTen started.", "record_type": "Case study",
    "status": "Running", "domains": "Good work, Purchasing", "actions": "Name a board lead, Team up with others", "lead_org": "Riverside Hospital",
    "places": "Sandwell, West Midlands\n- Leeds, somewhere", "periods": "since 2020-04", "measures": "People who started work; output; 1,000; people; 2020/21; reed2019_ch7, line 45",
    "sources": "reed2019_ch7, line 45", "what_did_not_work": "_No response_", "contributor": "_No response_",
}


def body_of(**changes: str) -> str:
    answers = {**GOOD, **changes}
    return "\n\n".join(f"### {ASK[name]}\n\n{answers[name]}" for name in ASK if name in answers)


@pytest.fixture
def bring(project, tmp_path):
    """Imports a body; gives the exit status and the files that are new anywhere below the test's folder."""
    folder = project({"taken.yaml": good_file(id="taken")})

    def run(body: str | bytes, *more: str):
        path = tmp_path / "body.md"
        path.write_bytes(body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass"))
        before = {item: item.stat().st_mtime_ns for item in tmp_path.rglob("*") if item.is_file()}
        status = main(["--project", str(folder.root), "import-issue", "--body", str(path), "--number", "7", "--author", "ann", *more])
        after = {item for item in tmp_path.rglob("*") if item.is_file()}
        assert {item for item in before if item.stat().st_mtime_ns != before[item]} == set()
        return status, sorted(after - set(before)), folder

    return run


def test_a_good_issue_becomes_a_record_without_errors(bring, capsys):
    status, (path,), folder = bring(body_of())
    assert path == folder.cases / "riverside-jobs.yaml"
    data = read_file(path, path.name).data
    case = CaseStudy.model_validate(data)
    assert case.summary == "A hospital offered jobs to neighbours. Ten started."
    assert (case.domains, case.actions) == (["work", "purchasing"], ["leadership-board-lead", "staff-partnership"])
    assert [(item.name, item.region) for item in case.places] == [("Sandwell", "west-midlands"), ("Leeds, somewhere", "")]
    assert (case.measures[0].value, case.measures[0].kind, str(case.measures[0].period)) == (1000, "output", "April 2020 to March 2021")
    assert (case.what_did_not_work, case.contributor, case.qa_status) == ("", "", "draft")
    assert "# From issue 7, sent by ann." in path.read_text("utf-8")
    out = capsys.readouterr().out
    assert status == 0 and out.startswith("Written to case_studies/riverside-jobs.yaml: ")


def test_findings_are_printed(bring, capsys):
    status, (path,), _folder = bring(body_of(sources="nobody1999, page 3", summary="See <b>this</b>."))
    out = capsys.readouterr().out
    assert status == 1 and "error" in out and "nobody1999" in out and f"case_studies/{path.name}:" in out


def test_a_source_that_is_not_in_the_references_keeps_its_words(bring):
    _status, (path,), _folder = bring(body_of(sources="https://www.example.org/report.pdf"))
    source, of_the_number = read_file(path, path.name).data["sources"]
    assert of_the_number["key"] == "reed2019_ch7"
    assert source["note"] == "Not in the references yet. As given: https://www.example.org/report.pdf"


def test_nothing_that_was_sent_is_lost(bring, capsys):
    body = body_of(id="My Jobs!", status="going well", measures="a; output; 1; people; 2021; annual report; and more\nb; output; 9; staff; 2021; annual report")
    _status, (path,), _folder = bring(f"Dear editors,\nthank you.\n\n{body}")
    data, text, out = read_file(path, path.name).data, path.read_text("utf-8"), capsys.readouterr().out
    assert (data["id"], data["status"], data["measures"][0]["note"]) == ("my-jobs", "going well", "Not in the references yet. As given: annual report")
    assert data["no_measures_reason"].endswith(": a; output; 1; people; 2021; annual report; and more")
    for where, words in (("before the first question", "Dear editors, thank you."), ("id", "My Jobs!")):
        assert f"# In the contributor's words, {where}: {words}\n" in text and f'answer-not-used {where}: "{words}" is in no field' in out
    assert 'unknown-term "going well" is not a known status.' in out


LATER = f"### {ASK['lead_org']}\n\nEvil\n\n### {ASK['title']}\n\nOther title"
HOSTILE = {
    "id with a path": body_of(id="../../etc/passwd"), "id with a slash": body_of(id="a/b"), "absolute id": body_of(id="/etc/evil"), "windows id": body_of(id="C:\\evil"),
    "id of a device": body_of(id="con"), "id with an ending": body_of(id="taken.yaml"), "id with null": body_of(id="a\x00b"), "dots": body_of(id=".."),
    "hidden": body_of(id=".git"), "id over lines": body_of(id="a\nb: c"), "long id": body_of(id="x" * 5000), "id that is taken": body_of(id="taken"),
    "no id": body_of(id="_No response_"), "no title either": body_of(id="", title=""),
    "document mark": body_of(title="---\nid: other\n..."), "quote": body_of(title='"\nid: other\ntitle: "'), "single quote": body_of(title="'\nqa_status: published\n'"),
    "block": body_of(summary="|\n  x\nqa_status: published"), "anchor": body_of(title="&a [*a, *a]"), "tag": body_of(title="!!python/object/apply:os.system [ls]"),
    "merge": body_of(summary="<<: *x"), "comment": body_of(lead_org="x # y"), "unindented list": body_of(summary="a\n- b\nqa_status: published\nlicence: none"),
    "html": body_of(summary="<script>alert(1)</script><img src=x onerror=alert(1)>"), "null bytes": body_of(summary="a\x00b\x00c"),
    "escapes": body_of(summary="\x1b[2J\x1b]0;evil\x07"), "right to left": body_of(title="abc\u202egpj.exe\u202c"), "line separators": body_of(summary="a\u2028qa_status: published\x85b: c"),
    "surrogates": body_of(title="a\ud800b"), "bom": "\ufeff" + body_of(), "backslashes": body_of(title='\\" \\n \\x00'), "formula": body_of(title="=cmd|' /C calc'!A0"),
    "other headings": body_of(summary="# One\n## Two\n### Three\n#### Four\n### id: x"), "later heading inside": body_of(summary=LATER),
    "headings twice": body_of() + "\n\n" + body_of(id="second", title="Second"), "missing parts": f"### {ASK['title']}\n\nOnly a title", "empty parts": "\n".join(f"### {ask}\n" for ask in ASK.values()),
    "wrong choices": body_of(status="nonsense", domains="money", actions="all of them"), "windows lines": body_of().replace("\n", "\r\n"), "old mac lines": body_of().replace("\n", "\r"),
    "emoji": body_of(title="👩‍🔬🏥 " * 20), "long line": body_of(summary="x" * 60_000), "many lines": body_of(places="a\n" * 2_000), "many semicolons": body_of(measures=";" * 40_000),
    "huge number": body_of(measures="x; output; " + "9" * 400 + "; people"), "not a number": body_of(measures="x; output; nan; people\nx; output; 1e999; people"),
    "workflow command": body_of(title="::set-output name=x::y", summary="x\n::error file=a::b"), "not text": b"\xff\xfe" + body_of().encode() + b"\x80\x81",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_issues_become_one_tame_file(body, bring, capsys):
    status, new, folder = bring(body)
    assert status in (0, 1) and len(new) == 1
    (path,) = new
    assert path.parent == folder.cases and path.suffix == ".yaml"
    document = read_file(path, path.name)
    assert document.findings == []
    data = document.data
    assert data["id"] == path.stem and path.stem != "taken"
    assert set(data) <= {*ASK, "no_measures_reason"}, "a field that the form does not ask for"
    assert data["id"] not in ("other", "second") and data["title"] not in ("Second", "Other title")
    assert "\u202e" not in repr(data) + data["title"], "signs that turn the direction of writing are taken out"
    raw = path.read_bytes().decode("utf-8")
    assert not set(raw) & set("\x00\x1b\x07\u202e\u2028\x85\ufeff")
    assert not [line for line in capsys.readouterr().out.splitlines() if line.lstrip().startswith("::")]


def test_there_are_enough_hostile_issues():
    assert len(HOSTILE) >= 25


@pytest.mark.parametrize("body", ["", "Hello", "### Another heading\n\nx", "\x00" * 100, "x" * (MAX_BODY + 1), body_of(summary="x" * MAX_BODY), body_of(places="a\n" * 30_000)],
                         ids=["empty", "no form", "other form", "nulls", "huge", "huge answer", "grows too large"])
def test_what_is_not_the_form_writes_nothing(body, bring, capsys):
    status, new, _folder = bring(body)
    assert (status, new) == (2, [])
    assert capsys.readouterr().err.startswith("Nothing was written: ")


def test_the_same_issue_twice_overwrites_nothing(bring):
    assert [path.name for path in bring(body_of())[1]] == ["riverside-jobs.yaml"]
    assert [path.name for path in bring(body_of())[1]] == ["riverside-jobs-7.yaml"]
    assert bring(body_of())[::2][0] == 2


@pytest.mark.parametrize("author", ["", "a b", "x\nqa_status: published", "-x", "a" * 60, "$(id)"])
def test_an_odd_author_is_left_out(author, bring):
    _status, (path,), _folder = bring(body_of(), f"--author={author}")
    assert "# From issue 7.\n" in path.read_text("utf-8")
    assert "qa_status" not in path.read_text("utf-8")


def test_another_folder(bring, tmp_path):
    (tmp_path / "out").mkdir()
    assert bring(body_of(), "--out", str(tmp_path / "out"))[1] == [tmp_path / "out" / "riverside-jobs.yaml"]
    assert bring(body_of(), "--out", str(tmp_path / "nowhere"))[:2] == (2, [])


def test_a_link_in_place_of_the_file_is_not_followed(bring, project, tmp_path):
    target = tmp_path / "target"
    (tmp_path / "book-project" / "case_studies" / "riverside-jobs.yaml").symlink_to(target)
    bring(body_of())
    assert not target.exists()


# ---------------------------------------------------------------- the workflow

EVIL = "$(touch pwned) `touch pwned` ${{ github.token }} \"; touch pwned; ' && touch pwned #"
FAKE_GH = """#!/bin/sh
{ printf '%s|' "$@"; echo; } >> "$CALLS"
while [ $# -gt 0 ]; do
  if [ "$1" = --body-file ]; then cp "$2" "$CALLS.text"; fi
  shift
done
"""


def event_of(body: str | None, number: int = 7, login: str = "ann-other", id: int = 42) -> dict:
    return {"action": "labeled", "label": {"name": "import"}, "issue": {"number": number, "title": EVIL, "body": body, "user": {"login": login, "id": id}}}


def git(folder, *words: str) -> str:
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"} | {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | settings
    return subprocess.run(["git", *words], cwd=folder, env=environment, check=True, capture_output=True, text=True, encoding="utf-8").stdout


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """A bare repository with a small project on main, to copy."""
    folder = tmp_path_factory.mktemp("remote")
    make_project(folder / "made", {"taken.yaml": good_file(id="taken")}, references=SMALL_BIBLIOGRAPHY)
    shutil.copyfile(ROOT / ".gitignore", folder / "made" / ".gitignore")
    git(folder / "made", "init", "--quiet", "--initial-branch=main")
    git(folder / "made", "add", "--all")
    git(folder / "made", "commit", "--quiet", "--message=x")
    git(folder, "clone", "--quiet", "--bare", "made", "remote.git")
    return folder / "remote.git"


class Runner:
    """Runs the shell steps of the workflow as the code host does, in a clone of a local repository, with a ``gh`` that only takes notes."""

    def __init__(self, folder, bare):
        self.folder, self.remote, self.temp = folder, folder / "remote.git", folder / "temp"
        shutil.copytree(bare, self.remote)
        self.temp.mkdir()
        self.calls = self.temp / "calls"
        self.program(folder / "fake" / "gh", FAKE_GH)
        self.main = self.tip("main")
        self.steps = yaml.safe_load((ROOT / ".github" / "workflows" / "import-issue.yml").read_text("utf-8"))["jobs"]["import"]["steps"]

    def program(self, path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        path.chmod(0o755)

    def tip(self, branch: str) -> str:
        return git(self.remote, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}").strip()

    def run(self, event: dict, tamper=lambda clone: None) -> tuple[int, str]:
        """Exit status of the job and its log. ``tamper`` changes the clone once the case is written."""
        clone = self.folder / "clone"
        shutil.rmtree(clone, ignore_errors=True)
        git(self.folder, "clone", "--quiet", str(self.remote), "clone")
        self.program(clone / ".venv" / "bin" / "python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        self.program(clone / ".venv" / "bin" / "anchorbook", f'#!/bin/sh\nexec "{sys.executable}" -m anchorbook.cli "$@"\n')
        (self.temp / "event.json").write_text(json.dumps(event), "utf-8")
        values = {"github.event.issue.number": str(event["issue"]["number"]), "github.event.issue.user.login": event["issue"]["user"]["login"],
                  "github.token": "secret", "github.repository": "ann/book"}
        log = ""
        for step in self.steps:
            if "run" not in step or step["run"].startswith("make "):
                continue
            if step.get("if") and not self.holds(step["if"], values):
                continue
            output = self.temp / "output"
            output.write_text("", "utf-8")
            environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "ANCHORBOOK_"))}
            environment |= {"PATH": f"{self.folder / 'fake'}:{os.environ['PATH']}", "CALLS": str(self.calls), "RUNNER_TEMP": str(self.temp), "HOME": str(self.temp),
                            "GITHUB_OUTPUT": str(output), "GITHUB_EVENT_PATH": str(self.temp / "event.json"), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
            environment |= {name: re.sub(r"\$\{\{ (.+?) \}\}", lambda found: values[found[1]], value) for name, value in step.get("env", {}).items()}
            done = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=clone, env=environment, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
            log += done.stdout + done.stderr
            if done.returncode:
                return done.returncode, log
            values |= {f"steps.{step['id']}.outputs.{name}": value for name, _, value in (line.partition("=") for line in output.read_text("utf-8").splitlines())} if "id" in step else {}
            if step.get("id") == "write":
                tamper(clone)
        return 0, log

    @staticmethod
    def holds(condition: str, values: dict[str, str]) -> bool:
        name, sign, value = re.fullmatch(r"\$\{\{ (\S+) (==|!=) '(.*)' \}\}", condition).groups()
        return (values[name] == value) is (sign == "==")

    def sent(self) -> list[str]:
        """What was asked of the code host, a call a line."""
        return self.calls.read_text("utf-8").splitlines() if self.calls.exists() else []

    def text(self) -> str:
        return (self.temp / "calls.text").read_text("utf-8")

    def added(self, number: int = 7) -> list[str]:
        """What the branch changes. Nothing else of the remote repository may have changed, and no command of the body ran."""
        assert self.tip("main") == self.main and not [path for path in self.folder.rglob("pwned")]
        branches = git(self.remote, "for-each-ref", "--format=%(refname:short)").split()
        assert set(branches) <= {"main", f"case-from-issue-{number}"}
        return git(self.remote, "diff", "--name-status", "main", f"case-from-issue-{number}").splitlines() if len(branches) > 1 else []


@pytest.fixture
def runner(tmp_path, bare):
    return Runner(tmp_path, bare)


def test_a_good_issue_becomes_a_pull_request(runner):
    assert runner.run(event_of(body_of()))[0] == 0
    assert runner.added() == ["A\tcase_studies/riverside-jobs.yaml"]
    assert runner.sent() == [f"pr|create|--base|main|--head|case-from-issue-7|--title|Case study from issue 7|--body-file|{runner.temp / 'comment.md'}|"]
    assert runner.text().startswith("Closes #7\n") and "Written to case&#95;studies" in runner.text() and "ann&#45;other" in runner.text()
    commit = git(runner.remote, "log", "-1", "--format=%an|%B", "case-from-issue-7")
    assert commit.strip() == "github-actions[bot]|Add the case study of issue 7\n\nCo-authored-by: ann-other <42+ann-other@users.noreply.github.com>"
    assert git(runner.remote, "log", "--format=%H", "main..case-from-issue-7").count("\n") == 1


def test_findings_are_shown_on_the_pull_request(runner):
    assert runner.run(event_of(body_of(sources="nobody1999, page 3", summary="See <b>this</b> @ann.")))[0] == 0
    assert runner.added() and "nobody1999" in runner.text() and "<b>" not in runner.text()


RUN_BY_THE_WORKFLOW = {
    "shell in every answer": body_of(**{name: EVIL for name in ("id", "title", "summary", "lead_org", "places", "sources", "status")}),
    "two megabytes": body_of(summary="x" * 2_000_000), "mentions": body_of(sources="@ann, @org/team <!-- x --> ](http://evil.example) ```", title="@everyone <img src=x>"),
    "no form": EVIL, "nothing": None,
    **{name: HOSTILE[name] for name in ("id with a path", "absolute id", "hidden", "id that is taken", "surrogates", "workflow command")},
}


@pytest.mark.parametrize("body", RUN_BY_THE_WORKFLOW.values(), ids=RUN_BY_THE_WORKFLOW.keys())
def test_hostile_issues_change_no_other_file_and_reach_no_shell(body, runner):
    status, log = runner.run(event_of(body, login="$(touch pwned)"))
    added = runner.added()
    assert status == 0 and len(runner.sent()) == 1
    if added:
        assert re.fullmatch(r"A\tcase_studies/[a-z0-9-]+\.yaml", "\n".join(added))
        assert runner.sent()[0].startswith("pr|create|") and "Co-authored-by" not in git(runner.remote, "log", "-1", "--format=%B", "case-from-issue-7")
    else:
        assert runner.sent()[0].startswith("issue|comment|7|") and "Nothing was written" in runner.text()
    text = runner.text()
    assert "::" not in log and "secret" not in text and len(text) < 65_536
    assert "@" not in text and "`" not in re.sub(r"&#96;", "", text) and set(re.findall(r"<[^>]*>", text)) <= {"<code>", "</code>", "<br>"}


def test_a_branch_that_is_there_is_left_alone(runner):
    runner.run(event_of(body_of()))
    before = runner.tip("case-from-issue-7")
    status, log = runner.run(event_of(body_of(title="Another title")))
    assert status == 0 and runner.tip("case-from-issue-7") == before and "there already" in log
    assert runner.sent()[1].startswith("issue|comment|7|") and "Nothing was changed" in runner.text()


@pytest.mark.parametrize("tamper, said", [
    (lambda clone: (clone / "case_studies" / "second.yaml").write_text("x"), "2 files changed"),
    (lambda clone: (clone / "references.bib").write_text("x"), "2 files changed"),
    (lambda clone: (clone / "case_studies" / "riverside-jobs.yaml").unlink(), "no file was added"),
    (lambda clone: (clone / "case_studies" / "riverside-jobs.yaml").rename(clone / "evil.yaml"), "not a case file"),
], ids=["second file", "changed file", "no file", "other folder"])
def test_nothing_is_sent_when_anything_else_changed(runner, tamper, said):
    status, log = runner.run(event_of(body_of()), tamper)
    assert status == 1 and f"::error::Nothing was sent: {said}" in log.replace("the new file is ", "")
    assert (runner.added(), runner.sent()) == ([], [])


@pytest.mark.parametrize("status", [b"", b" M case_studies/taken.yaml\0", b"A  case_studies/a.yaml\0", b"?? case_studies/A.yaml\0", b"?? case_studies/../a.yaml\0", b"?? case_studies/a.yaml/b.yaml\0",
                                    b"?? case_studies/a.yaml\n\0", b"?? case_studies/a.yml\0", b"?? case_studies/.a.yaml\0", b"?? case_studies/link.yaml\0", b"?? case_studies/a.yaml\0?? b\0"])
def test_only_one_new_case_file_passes(status, tmp_path):
    (tmp_path / "case_studies").mkdir()
    (tmp_path / "case_studies" / "a.yaml").write_text("x")
    (tmp_path / "case_studies" / "link.yaml").symlink_to("a.yaml")
    assert one_new_file(b"?? case_studies/a.yaml\0", tmp_path) == "case_studies/a.yaml"
    with pytest.raises(NotOneFile):
        one_new_file(status, tmp_path)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"issue": {"number": "7", "body": "", "user": {}}}', b'{"issue": {"number": true, "body": "", "user": {}}}',
                                 b'{"issue": {"number": 7, "body": 1, "user": {}}}', b'{"issue": {"number": 7, "body": "", "user": 1}}', b"[" * 100_000])
def test_an_event_of_another_shape_is_refused(raw):
    with pytest.raises(NotAnIssue):
        read_issue(raw)


@pytest.mark.parametrize("login, id", [("a b", 1), ("a\n\nEvil: x", 1), ("-a", 1), ("a>", 1), ("ann", "1> x"), ("ann", True), ("ann", None), (None, 1)])
def test_an_odd_submitter_is_not_credited(login, id):
    issue = read_issue(json.dumps(event_of("x", login=login, id=id)).encode())
    assert commit_message(issue) == "Add the case study of issue 7\n" and "Sent by" not in request(issue, "case_studies/a.yaml", "")


def test_long_reports_are_cut():
    text = quoted("\n".join("<@>" * 200 for _ in range(5_000)))
    assert len(text) < 60_000 and text.splitlines()[-1].startswith("> … and ")


def test_a_report_means_nothing_to_the_code_host():
    text = quoted("a.yaml:1:1: error x there is no \"@ann\" <img src=x> https://evil.example `[x](y)` ```\n    hint: **loud** #1 \u202e | --\n\n> quote")
    assert len(text.splitlines()) == 3 and all(re.fullmatch(r"> (&emsp;)?<code>([A-Za-z0-9 ]|&#\d+;|‹U&#43;[0-9A-F]+›)+</code><br>", line) for line in text.splitlines())


def test_the_request_and_its_quotation_fit_into_one_comment():
    long = "\n".join("<@>" * 200 for _ in range(60))
    assert len(request(read_issue(json.dumps(event_of("x")).encode()), "case_studies/a.yaml", long)) < 65_536
