"""Reports for programs (SARIF) and for people at a screen (with the line of the file)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from anchorbook import reporting
from anchorbook.checks.codes import CODES
from anchorbook.cli import main
from anchorbook.findings import Finding, Severity
from tests.support.projects import good_file

ERROR = Finding("case_studies/a b.yaml", 3, 5, "unknown-term", '"x" is not known.', "Write one of: work.")
WARNING = Finding("case_studies/a b.yaml", 9, 2, "small-count", "few people.", "", Severity.WARNING)
HINT = Finding("case_studies/ü.yaml", 1, 1, "long-summary", "long.", "", Severity.HINT)


@pytest.fixture(autouse=True)
def no_address(monkeypatch):
    monkeypatch.delenv("ANCHORBOOK_ADDRESS", raising=False)


def sarif(*findings: Finding) -> dict:
    return json.loads(reporting.as_sarif(findings))


def check_structure(log: dict) -> None:
    """What SARIF 2.1.0 and code hosts ask of every log."""
    assert set(log) == {"$schema", "version", "runs"} and log["version"] == "2.1.0" and "sarif-2.1.0" in log["$schema"]
    (run,) = log["runs"]
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    driver = run["tool"]["driver"]
    assert driver["name"] == "anchorbook"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids)
    for rule in driver["rules"]:
        for part in ("shortDescription", "fullDescription", "help"):
            assert isinstance(rule[part]["text"], str) and rule[part]["text"].strip()
        assert f"contribute/findings.html#{rule['id']}" in rule["help"]["text"] and rule["help"]["markdown"]
        assert rule.get("helpUri", "https://").startswith("https://")
    assert isinstance(run["results"], list)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert isinstance(result["message"]["text"], str) and result["message"]["text"]
        for location in result["locations"]:
            place = location["physicalLocation"]
            assert re.fullmatch(r"[A-Za-z0-9._~%/-]+", place["artifactLocation"]["uri"]) and not place["artifactLocation"]["uri"].startswith("/")
            assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
            assert isinstance(place["region"]["startLine"], int) and place["region"]["startLine"] >= 1
            assert isinstance(place["region"]["startColumn"], int) and place["region"]["startColumn"] >= 1


def test_structure():
    log = sarif(HINT, ERROR, WARNING, ERROR)
    check_structure(log)
    results = log["runs"][0]["results"]
    assert [(item["ruleId"], item["level"]) for item in results] == [("unknown-term", "error"), ("unknown-term", "error"), ("small-count", "warning"), ("long-summary", "note")]
    assert results[0]["message"]["text"] == '"x" is not known. Write one of: work.'
    assert results[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 5}
    assert results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "case_studies/a%20b.yaml"
    assert len(log["runs"][0]["tool"]["driver"]["rules"]) == 3


def test_nothing_found_is_a_log_without_results():
    log = sarif()
    check_structure(log)
    assert log["runs"][0]["results"] == []


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_its_help(code):
    log = sarif(Finding("a.yaml", 1, 1, code, "words."))
    check_structure(log)
    assert CODES[code].why in log["runs"][0]["tool"]["driver"]["rules"][0]["help"]["text"]


def test_help_has_a_whole_address_when_the_book_has_one(monkeypatch):
    assert "helpUri" not in sarif(ERROR)["runs"][0]["tool"]["driver"]["rules"][0]
    monkeypatch.setenv("ANCHORBOOK_ADDRESS", "https://book.example")
    log = sarif(ERROR)
    check_structure(log)
    assert log["runs"][0]["tool"]["driver"]["rules"][0]["helpUri"] == "https://book.example/contribute/findings.html#unknown-term"


def test_order_of_findings_does_not_matter():
    assert reporting.as_sarif([ERROR, HINT, WARNING]) == reporting.as_sarif([WARNING, ERROR, HINT])


def test_as_a_command(project, capsys):
    assert main(["--project", str(project({"minimal.yaml": good_file(status="nonsense", problem="Ask ann@example.org.")}).root), "check", "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    check_structure(log)
    assert {"unknown-term", "email-address"} <= {item["ruleId"] for item in log["runs"][0]["results"]}


@pytest.mark.skipif(sys.platform == "darwin", reason="its disks take UTF-8 names only")
def test_a_name_that_is_no_text_is_written_by_its_bytes(project):
    """As a program: what a screen or a pipe cannot take is part of it."""
    book = project({os.fsdecode(b"bad\xff.yaml"): good_file(status="nonsense")})
    done = subprocess.run([sys.executable, "-m", "anchorbook.cli", "--project", str(book.root), "check", "--format", "sarif"], capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    log = json.loads(done.stdout)
    check_structure(log)
    assert "case_studies/bad%FF.yaml" in {item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for item in log["runs"][0]["results"]}


# ---------------------------------------------------------------- with the line of the file


def snippet(line: str, column: int, **more) -> list[str]:
    item = Finding("a.yaml", 2, column, "bad-date", "not a date.", "Write 2021.", **more)
    return reporting.as_snippets([item], lambda _path: ["id: a", line]).splitlines()


def test_the_line_is_shown_with_a_caret_under_the_column():
    assert snippet("last_reviewed: soon", 16) == [
        "a.yaml:2:16: error bad-date",
        "  2 | last_reviewed: soon",
        "    |                ^",
        "  not a date.",
        "  To do: Write 2021.",
        "  Why: contribute/findings.html#bad-date",
    ]


@pytest.mark.parametrize("line, column, under", [
    ("a: 運行x", 6, "x"), ("\tkind: x", 8, "x"), ("e\u0301: x", 5, "x"), ("a: \u202eb x", 7, "x"), ("a" * 500 + "X" + "b" * 500, 501, "X"), ("b" * 300 + "X", 301, "X"), ("X" + "b" * 300, 1, "X"),
    ("a: \x1b[31mX", 9, "X"),
])
def test_the_caret_stands_under_its_sign(line, column, under):
    shown, caret = snippet(line, column)[1:3]
    place = reporting._width(caret) - 1
    columns = "".join(sign * reporting._width(sign) for sign in shown)
    assert columns[place] == under
    assert len(shown) < 130 and "\x1b" not in shown and "\u202e" not in shown


@pytest.mark.parametrize("lines", [[], ["one"], ["one", "   "]])
def test_a_line_that_is_not_there_is_left_out(lines):
    item = Finding("a.yaml", 2, 1, "empty-file", "nothing.")
    assert reporting.as_snippets([item], lambda _path: lines).splitlines()[1] == "  nothing."


def test_a_column_beyond_the_line_points_at_its_end():
    assert snippet("a: b", 99)[2] == "    |     ^"


def test_files_that_cannot_be_read_have_no_lines(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfone\r\ntw\xffo\n")
    lines = reporting.file_lines(tmp_path)
    assert lines("a.yaml") == ["one", "tw\ufffdo", ""]
    assert lines("gone.yaml") == [] and lines("bad\0name") == []


def run(project, capsys, *options: str) -> str:
    main(["--project", str(project({"minimal.yaml": good_file(status="nonsense")}).root), "check", *options])
    return capsys.readouterr().out


def test_a_pipe_gets_the_short_form_and_either_can_be_forced(project, capsys):
    assert "\n    hint: " in run(project, capsys) and " | " not in run(project, capsys)
    assert run(project, capsys, "--no-snippet") == run(project, capsys)
    assert "  6 | status: nonsense\n    |         ^\n" in run(project, capsys, "--snippet")
    assert "contribute/findings.html#unknown-term" in run(project, capsys, "--snippet")


def test_a_screen_gets_the_lines(project, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "  6 | status: nonsense\n" in run(project, capsys)
    assert " | " not in run(project, capsys, "--no-snippet") and " | " not in run(project, capsys, "--quiet")


def test_quiet_is_one_line_a_finding(project, capsys):
    *lines, last = run(project, capsys, "--quiet").splitlines()
    assert lines and [line for line in lines if not re.match(r"\S+:\d+:\d+: (error|warning|hint) [a-z-]+ \S", line)] == []
    assert last.startswith("Checked 1 case study: 1 error")
