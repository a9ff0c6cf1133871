"""What people get wrong, and exactly what the checker says about it.

Each file of ``bad_files`` is the minimal record with one mistake. Beside it stands what is said, word for
word. After changing a message, run with ``UPDATE_EXPECTED=1`` and read the difference.
"""

from __future__ import annotations

import os
import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from anchorbook.loading import read_catalogue
from anchorbook.findings import MOST_FINDINGS, Finding
from anchorbook.project import Project
from anchorbook.reading import MAX_BYTES
from anchorbook.reporting import as_text
from anchorbook.site.case_page import render_case
from tests.support.mutations import mutated
from tests.support.projects import GOOD_FILES, TESTS, good_file

BAD_FILES = sorted((TESTS / "bad_files").glob("*.yaml"))
LINE = re.compile(r"[\w.-]+:\d+:\d+: (error|warning|hint) [a-z]+(-[a-z]+)* \S.*|    hint: \S.*")


def said(findings: list[Finding]) -> str:
    """Findings as they are printed, without the path to the folder."""
    return as_text(findings).replace("case_studies/", "")


def said_of_cases(project: Project) -> str:
    """What the checker says, without what it says of references.bib."""
    return said([item for item in read_catalogue(project).findings if item.path != "references.bib"])


@pytest.mark.parametrize("path", BAD_FILES, ids=lambda path: path.stem)
def test_bad_file_is_explained(path: Path, project):
    report = said_of_cases(project({path.name: path.read_bytes()}))
    expected = path.with_suffix(".expected")
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_text(report + "\n", "utf-8")
    assert report + "\n" == expected.read_text("utf-8")


@pytest.mark.parametrize("path", BAD_FILES, ids=lambda path: path.stem)
def test_expected_findings_have_the_printed_form(path: Path):
    """Every line is a finding or its hint, so that editors and scripts can read the report."""
    lines = path.with_suffix(".expected").read_text("utf-8").splitlines()
    assert lines
    assert [line for line in lines if not LINE.fullmatch(line)] == []


def test_every_expected_file_has_its_bad_file():
    expected = {path.stem for path in (TESTS / "bad_files").glob("*.expected")}
    assert expected == {path.stem for path in BAD_FILES}


@pytest.mark.parametrize("name", ["minimal", "full"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order-mark"])
def test_good_file_has_no_findings(name, mark, project):
    raw = (GOOD_FILES / f"{name}.yaml").read_bytes()
    assert said_of_cases(project({f"{name}.yaml": mark + raw})) == ""


def test_line_ends_of_windows_are_fine(project):
    raw = good_file().replace("\n", "\r\n")
    assert said_of_cases(project({"minimal.yaml": raw})) == ""


def test_too_large_a_file_is_refused(project):
    text = good_file() + "problem: >-\n" + "  A long story told again and again.\n" * (MAX_BYTES // 36)
    assert len(text.encode()) > MAX_BYTES
    report = said_of_cases(project({"minimal.yaml": text}))
    assert report.startswith(f"minimal.yaml:1:1: error file-too-large this file is larger than {MAX_BYTES // 1024} KB.\n    hint: ")
    assert report.count("\n") == 1


def test_largest_allowed_file_is_read(project):
    text = good_file()
    text += "# " + "x" * (MAX_BYTES - len(text) - 3) + "\n"
    assert len(text.encode()) == MAX_BYTES
    assert said_of_cases(project({"minimal.yaml": text})) == ""


def test_same_id_in_two_files(project):
    """Only .yaml beside .yml can share an id, since an id is the name of its file."""
    report = said_of_cases(project({"minimal.yaml": good_file(), "minimal.yml": good_file()}))
    assert report.splitlines()[0] == (
        'minimal.yml:2:5: error duplicate-id the id "minimal" is already used in minimal.yaml.')


def test_copied_file_with_its_old_id(project):
    report = said_of_cases(project({"minimal.yaml": good_file(), "second.yaml": good_file()}))
    assert report.splitlines()[0].startswith("second.yaml:2:5: error id-mismatch ")
    assert len(report.splitlines()) == 2


def test_related_case_with_a_typo(project):
    report = said_of_cases(project({
        "leeds-framework.yaml": good_file(id="leeds-framework"),
        "minimal.yaml": good_file(related="[leeds-framwork]"),
    }))
    assert report == ('minimal.yaml:23:11: error unknown-case there is no case "leeds-framwork".\n'
                    '    hint: Did you mean "leeds-framework"?')


@pytest.mark.parametrize("text, code", [
    (good_file() + "title: Jobs\n" * 9000, "duplicate-field"), (good_file(related="[" + "nothing, " * 9000 + "]"), "unknown-case"),
    (good_file(problem='"' + "[a](page:nothing) " * 150 + '"'), "unknown-page"),
], ids=["field", "case", "page"])
def test_one_mistake_again_and_again(project, text, code):
    """So many are shown, and one more finding says how many there are besides."""
    found = [item for item in read_catalogue(project({"minimal.yaml": text})).findings if item.path == "case_studies/minimal.yaml"]
    count = text.count("title: Jobs") + text.count("nothing") - MOST_FINDINGS
    assert [item.code for item in found].count(code) == MOST_FINDINGS
    assert [item.message for item in found if item.code == "more-findings" and code in item.message] == [f"there are {count:,} more findings of the kind {code} in this file."]
    assert [(item.line, item.column) for item in found if item.code == "more-findings" and code in item.message] == [max((item.line, item.column) for item in found if item.code == code or code in item.message)]


@pytest.mark.parametrize("number, said", [(MOST_FINDINGS, []), (MOST_FINDINGS + 1, ["there are more findings of the kind email-address in this file."]), (400, ["there are more findings of the kind email-address in this file."])])
def test_a_rule_that_finds_very_many_says_that_there_are_more(project, number, said):
    text = good_file() + "materials:\n" + "".join(f"  - write to a{place}@example.org\n" for place in range(number))
    found = [item for item in read_catalogue(project({"minimal.yaml": text})).findings if item.path == "case_studies/minimal.yaml"]
    assert [item.code for item in found].count("email-address") == min(number, MOST_FINDINGS)
    assert [item.message for item in found if item.code == "more-findings"] == said


@pytest.mark.parametrize("day, is_found", [("2026-11-29", False), ("2026-11-30", True), ("2026-11", False), ("2026-12", True), ("2026", False), ("2027", True), ("2025-12-31", False)])
def test_a_review_in_the_future(project, monkeypatch, day, is_found):
    """What is known of a day may be a month or a year only."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime(2026, 11, 29, 12, tzinfo=UTC).timestamp())))
    text = good_file(last_reviewed=day, review_by="2028")
    found = [item for item in read_catalogue(project({"minimal.yaml": text})).findings if item.code == "reviewed-in-future"]
    assert len(found) == is_found
    assert all((item.line, item.column) == (text[: text.index("last_reviewed")].count("\n") + 1, 16) for item in found)


def test_link_to_a_case_with_mistakes_is_not_a_second_mistake(project):
    """Whoever links to a case is not blamed for a mistake in that case."""
    report = said_of_cases(project({
        "minimal.yaml": good_file(related="[other]"),
        "other.yaml": good_file(id="other", status="nonsense"),
    }))
    assert [line.split(":")[0] for line in report.splitlines() if line[0] != " "] == ["other.yaml"]


@pytest.mark.parametrize("block", range(10))
def test_slips_of_the_hand_give_findings_and_nothing_else(block, project):
    """Thirty damaged files a block: each is refused with findings, or is a record whose page can be made."""
    dice = random.Random(2019 + block)
    files = {f"case-{number}.yaml": mutated(good_file(("minimal", "full")[number % 2], id=f"case-{number}"), dice) for number in range(30)}
    read = read_catalogue(project(files), render=render_case)
    findings = [item for item in read.findings if item.path != "references.bib"]
    assert {item.path for item in findings} <= {f"case_studies/{name}" for name in files}
    refused = {item.path.removeprefix("case_studies/") for item in findings if item.severity == "error"}
    accepted = {entry.path.removeprefix("case_studies/") for entry in read.all_entries}
    assert refused | accepted == set(files)
    assert len(refused) >= 10
    for item in findings:
        text = files[item.path.removeprefix("case_studies/")].decode("utf-8", "replace")
        assert 1 <= item.line <= len(text.splitlines()) + 1 and item.column >= 1, text
    for line in said(findings).splitlines():
        assert LINE.fullmatch(line), line
