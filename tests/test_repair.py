"""``anchorbook check --fix``: mends what has one clear answer, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from anchorbook.bibliography import load_bibliography
from anchorbook.calling import call
from anchorbook.checks.repair import repair_bytes
from anchorbook.checks.repair_edits import plain_dates, quoted
from anchorbook.cli import main
from anchorbook.ledger import load_ledger
from anchorbook.checking import References, check_document
from anchorbook.loading import read_catalogue
from anchorbook.project import Project
from anchorbook.reading import read_bytes
from anchorbook.vocabulary import load_vocabulary
from tests.support.projects import ROOT, TESTS, good_file

BAD_FILES = sorted((TESTS / "bad_files").glob("*.yaml"))


@pytest.fixture(scope="module")
def known() -> References:
    vocabulary, bibliography = load_vocabulary(ROOT / "data" / "vocabulary"), load_bibliography(ROOT / "references.bib")
    return References(vocabulary, bibliography, load_ledger(ROOT / "data" / "claims.csv", vocabulary, bibliography))


@pytest.fixture
def mended(known):
    """The lines of the minimal record that repairs change, after one of its texts is replaced by another."""
    def mend(old: str, new: str) -> list[str]:
        text = good_file()
        assert old in text
        before = text.replace(old, new, 1).encode()
        after, done = repair_bytes(before, "minimal.yaml", known)
        one, other = before.decode().splitlines(), after.decode().splitlines()
        assert len(one) == len(other) and bool(done) == (before != after)
        return [line.strip() for was, line in zip(one, other, strict=True) if was != line]

    return mend


TITLE, ORG, PERIOD, LAST = "title: Local recruitment at a hospital", "lead_org: Riverside Hospital", "- since 2020-04", "sources:\n"


@pytest.mark.parametrize("old, new, changed", [
    # values that YAML misreads
    (TITLE, "title: Local recruitment: a start", ['title: "Local recruitment: a start"']),
    (TITLE, "title: 'A hospital's recruitment'", ['title: "A hospital\'s recruitment"']),
    (TITLE, 'title: "Local "jobs" here"', ["title: 'Local \"jobs\" here'"]),
    (TITLE, "title: “Local recruitment: a start”", ['title: "Local recruitment: a start"']),
    (TITLE, "title: @Riverside", ['title: "@Riverside"']), (TITLE, "title: *Local* jobs", ['title: "*Local* jobs"']),
    (TITLE, 'title: "Work" and "Place"', ["title: '\"Work\" and \"Place\"'"]), (TITLE, "title: “a: b” and “c: d”", ['title: "“a: b” and “c: d”"']), (TITLE, "title: 'Hire' is 'us'", ["title: \"'Hire' is 'us'\""]),
    (TITLE, "title: «a: b» et «c: d»", ['title: "«a: b» et «c: d»"']), (TITLE, "title: ‘A hospital’s jobs: a start’", ['title: "A hospital’s jobs: a start"']), (TITLE, "title: “All of “a: b””", ['title: "All of “a: b”"']),
    (TITLE, "title: “a: b‘", ['title: "“a: b‘"']), (TITLE, "title: 'It''s a 'start''", []), (TITLE, 'title: "Say \\"hi\\" to "us""', []),
    (TITLE, "title: 'Tis a start", ['title: "\'Tis a start"']), (TITLE, 'title: "A start', ['title: "A start"']),
    # nothing stays nothing
    (ORG, "lead_org: null", []), (ORG, "lead_org: ~", []), (ORG, "lead_org:", []), (TITLE, "title: null", []), (ORG, "lead_org: no", []),
    (TITLE, "title: !New jobs", ['title: "!New jobs"']), (TITLE, "title: 2035", ['title: "2035"']), (ORG, "lead_org: true", ['lead_org: "true"']),
    (TITLE, "title: !!python/object/apply:os.system [echo]", []), (TITLE, "title: &a Local", []), (TITLE, "title: Jobs: a start # or not", []),
    (LAST, "aim: what: Shrink the gap\nsources:\n", []),
    # tabs
    ("    kind: output", "\tkind: output", ["kind: output"]), ("    kind: output\n    value: 10", "\tkind: output\n\tvalue: 10", ["kind: output", "value: 10"]),
    ("  - name:", "  -\tname:", ["- name: People who started work"]),
    # names of fields
    (TITLE, "“title”: Local jobs", ["title: Local jobs"]), (TITLE, "Title: Local jobs", ["title: Local jobs"]), (ORG, "lead org: Riverside", ["lead_org: Riverside"]),
    (ORG, '"lead org" : Riverside', ["lead_org : Riverside"]), ("    unit: people", "    unti: people", ["unit: people"]), (LAST, "zebra: 5\nsources:\n", []),
    (LAST, "evidence_level: 2\nsources:\n", []), (LAST, "titel: Another\nsources:\n", []),
    (LAST, "supersedes: haln\nsources:\n", []), (LAST, "note: Seen twice.\nsources:\n", []), (LAST, "reviewed: 2021\nsources:\n", []), (LAST, "content: A pandemic began.\nsources:\n", []),
    ("    value: 10", "    lower: 8\n    upper: 12", []), ("    value: 10", "    value: 10\n    upper: 196", []), (LAST, "problem2: A second one.\nsources:\n", []),
    (LAST, "superceded_by: haln\nsources:\n", ["superseded_by: haln"]), (LAST, "Key learnings: Ask first.\nsources:\n", ["key_learning: Ask first."]), ("    unit: people", "    units: people", ["unit: people"]),
    (LAST, "inputs:\n  - {kind: grant, founder: A charity, source: britteon2022}\nsources:\n", []),
    # dates
    (LAST, "last_reviewed: 26/5/2021\nsources:\n", ["last_reviewed: 2021-05-26"]), (LAST, "last_reviewed: '26 May 2021' # seen\nsources:\n", ["last_reviewed: '2021-05-26' # seen"]),
    (LAST, "last_reviewed: 3/4/2021\nsources:\n", []), (PERIOD, "- since 26th May 2021", ["- since 2021-05-26"]), (PERIOD, "- May 2016 to June 2021", ["- 2016-05 to 2021-06"]),
    (PERIOD, "- {start: 26.5.2021}", ["- {start: 2021-05-26}"]), (PERIOD, "- a while ago", []), (PERIOD, "- 1/4/2020 to 31/3/2021", ["- 1/4/2020 to 2021-03-31"]), (LAST, "last_reviewed: 31/2/2021\nsources:\n", []),
    # words of the vocabulary
    ("domains: [work]", "domains: [Good work, procurement]", ["domains: [work, purchasing]"]), ("domains: [work]", "domains: [transport]", []),
    ("status: running", "status: Running", ["status: running"]), ("actions: [staff-partnership]", "actions: [staff_partnership]", ["actions: [staff-partnership]"]),
    ("    kind: output", "    kind: outcomes", []),
    # money and digits
    ("    unit: people", "    unit: £", ["unit: GBP"]), ("    unit: people", "    unit: £m", []),
    ("    value: 10\n    unit: people", "    value: £1,345\n    unit: GBP", ["value: 1345"]), ("    value: 10\n    unit: people", "    value: £1,345\n    unit: USD", []),
    ("    value: 10", "    value: £10", []), ("    value: 10", "    value: 1,000", ["value: 1000"]), ("    value: 10", "    value: about 10", []),
    (LAST, "value_for_money:\n  - {ratio: 5, currency: €, source: britteon2022}\nsources:\n", ["- {ratio: 5, currency: EUR, source: britteon2022}"]),
    # two steps on one line, and a file with several slips
    (LAST, "last reviewed: 26/5/2021\nsources:\n", ["last_reviewed: 2021-05-26"]), (LAST, "last reviewed: soon\nsources:\n", []),
    (TITLE, "Title: Jobs: a start", ['title: "Jobs: a start"']),
])
def test_repairs(mended, old, new, changed):
    assert mended(old, new) == changed


def test_comments_order_and_line_ends_stay(known):
    text = "# about this\r\n" + good_file().replace("\n", "\r\n").replace("status: running", "status:   Running   # so far").replace("  - since", "  -   26 May 2021 to 2022 # x\r\n  - since")
    before = b"\xef\xbb\xbf" + text.encode() + b"# the end, without a line end"
    after, done = repair_bytes(before, "minimal.yaml", known)
    assert len(done) == 2
    assert after == before.replace(b"status:   Running ", b"status:   running ").replace(b"26 May 2021", b"2021-05-26")


TABS = [
    "problem: |\n  One\n  \tand more\n    \t  and more\n", "problem: >-\n    One\n    \tand more\n", "problem: \"One\n\tand more\"\n", "problem: 'One\n  \tand more'\n", "problem: One\n  \tand more\n",
    "limitations: [\n\tOne,\n\tTwo]\n", "#\tOne\n", "problem: One #\ttwo\n", "problem: One\ttwo\n", "problem:\tOne\n", "limitations:\n  - |\n   One\n   \tand more\n  - Two\n",
]
"""Tabs that YAML takes."""


@pytest.mark.parametrize("tabs", TABS)
def test_tabs_that_yaml_takes_stay(mended, tabs):
    """Before and after one that it refuses."""
    assert mended(LAST, tabs + LAST) == []
    assert mended(f"{LAST}  - ihi_anchors_2022", f"{tabs}{LAST}\t- ihi_anchors_2022") == ["- ihi_anchors_2022, lines 10 to 14"]
    assert mended("measures:\n  - name: People who started work\n    kind: output\n", f"{tabs}measures:\n  - name: People who started work\n\tkind: output\n") == ["kind: output"]
    assert mended("periods:\n  - since 2020-04\n", f"periods:\n\t- since 2020-04\n{tabs}") == ["- since 2020-04"]


@pytest.mark.parametrize("path", BAD_FILES, ids=lambda path: path.stem)
def test_repairs_remove_findings_and_make_none(path, known):
    """Repaired once, a file has fewer findings or can be read further; and a second time there is nothing more to do."""
    before = path.read_bytes()
    after, done = repair_bytes(before, path.name, known)
    if not done:
        assert after == before
        return
    subject, found = check_document(read_bytes(before, path.name), known)
    subject_after, found_after = check_document(read_bytes(after, path.name), known)
    assert len(found_after) < len(found) or subject is None and subject_after is not None
    assert repair_bytes(after, path.name, known) == (after, [])


def test_enough_of_the_bad_files_can_be_repaired(known):
    assert sum(bool(repair_bytes(path.read_bytes(), path.name, known)[1]) for path in BAD_FILES) >= 28


def test_real_cases_stay_as_they_are(known):
    for path in Project.find(ROOT).case_files():
        assert repair_bytes(path.read_bytes(), path.name, known)[1] == [], path.name


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"\x00", b"id: \xff", b"\t" * 1000, b"x" * 300_000, b"\xef\xbb\xbf\xef\xbb\xbftitle: 5", b"a: [" * 50, b"- a: b: c\n" * 2000,
                                 b"Title: 2035\n" * 500, b"t: \"" * 200, "“".encode() * 5000 + b": x"])
def test_hostile_files(raw, known):
    after, done = repair_bytes(raw, "a.yaml", known)
    assert done or after == raw


def calls_in(action) -> int:
    """How many functions an action calls: its work, whatever else the computer does."""
    count = 0

    def tell(_frame, event, _what) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tell)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("many", [
    lambda count: good_file() + "title: Jobs\n" * count, lambda count: good_file(related="[" + "nothing, " * count + "]"), lambda count: good_file(domains="[" + "Good work, " * count + "]"),
    lambda count: good_file() + "".join(f"zebra{letter}: 1\n" * count for letter in "ab"), lambda count: good_file() + "\tx: y\n" * count, lambda count: good_file() + "- a: b: c\n" * count,
], ids=["one field", "related", "domains", "unknown fields", "tabs", "colons"])
def test_work_grows_with_the_file_and_not_with_its_square(many, known):
    less, more = (calls_in(lambda count=count: repair_bytes(many(count).encode(), "minimal.yaml", known)) for count in (500, 2000))
    assert more < 5 * less


def test_more_mistakes_than_are_shown_are_mended_too(known):
    before = good_file(domains="[" + "Good work, " * 130 + "]").encode()
    after, done = repair_bytes(before, "minimal.yaml", known)
    assert len(done) == 130 and b"Good work" not in after


def test_too_many_mistakes_to_mend_in_one_go(project, capsys):
    """The output says so, of each file; what could be mended is."""
    folder = project({"minimal.yaml": good_file(domains="[" + "Good work, " * 500 + "]"), "other.yaml": good_file(id="other") + "title: Jobs\n" * 500, "third.yaml": good_file(id="third", status="Running")})
    fix(folder)
    out = capsys.readouterr().out
    assert re.search(r"\b1\d\d repairs in 2 files\.", out)
    assert "case_studies/minimal.yaml holds more mistakes than can be mended in one go. Run this again when these are made." in out
    assert "case_studies/other.yaml holds more mistakes than can be mended in one go. Mend some by hand, then run this again." in out
    assert out.count("in one go") == 2


@pytest.mark.parametrize("text, said", [
    ("26/5/2021", "2021-05-26"), ("26.05.2021", "2021-05-26"), ("5/26/2021", "2021-05-26"), ("4/4/2021", "2021-04-04"), ("3/4/2021", "3/4/2021"), ("26 May 2021", "2021-05-26"),
    ("26th of May, 2021", "2021-05-26"), ("May 26, 2021", "2021-05-26"), ("Sept 2021", "2021-09"), ("2021/5/6", "2021-05-06"), ("2021-5-6", "2021-05-06"),
    ("31 June 2021", "31 June 2021"), ("31st of June 2021", "31st of June 2021"), ("2020/21", "2020/21"), ("2016-2021", "2016-2021"), ("Mayor 2021", "Mayor 2021"), ("126/5/2021", "126/5/2021"), ("26/5/21", "26/5/21"),
])
def test_plain_dates(text, said):
    assert plain_dates(text) == said


@pytest.mark.parametrize("text", ["a: b", 'say "x"', "it's", "both ' and \"", "back\\slash: \"'", "£ é 😀"])
def test_quoted_text_is_read_as_it_was(text):
    assert read_bytes(f"a: {quoted(text)}".encode(), "a").data == {"a": text}


# ---------------------------------------------------------------- as a command


def fix(project, *options: str) -> int:
    return main(["--project", str(project.root), "check", "--fix", *options])


def test_without_write_no_file_changes(project, capsys):
    folder = project({"minimal.yaml": good_file(status="Running"), "other.yaml": good_file(id="other", title="Jobs: a start")})
    before = {path.name: path.read_bytes() for path in folder.cases.iterdir()}
    assert fix(folder) == 1
    out = capsys.readouterr().out
    assert "--- a/case_studies/minimal.yaml\n+++ b/case_studies/minimal.yaml\n@@ " in out
    assert "\n-status: Running\n+status: running\n" in out
    assert "case_studies/other.yaml:3: put the text in quotes" in out
    assert out.endswith(f"2 repairs in 2 files. No file has been changed. To make them: {call('check --fix --write')}\n")
    assert {path.name: path.read_bytes() for path in folder.cases.iterdir()} == before


def test_the_diff_can_be_applied(project, capsys):
    folder = project({"minimal.yaml": good_file(status="Running", title="Jobs: a start")})
    fix(folder)
    done = subprocess.run(["patch", "-p1", "-s"], input=capsys.readouterr().out, text=True, cwd=folder.root, check=False)
    assert done.returncode == 0
    assert [item for item in read_catalogue(folder).findings if item.severity == "error"] == []


def test_write_changes_the_files_and_says_what_is_left(project, capsys):
    folder = project({"minimal.yaml": good_file(status="Running", record_type="zebra")})
    path = folder.cases / "minimal.yaml"
    path.chmod(0o640)
    assert fix(folder, "--write") == 1
    out = capsys.readouterr().out
    assert "1 repair in 1 file made." in out and "unknown-term" in out and "1 error" in out
    assert "status: running\n" in path.read_text("utf-8") and "zebra" in path.read_text("utf-8")
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(folder.cases)) == ["minimal.yaml"]


def test_a_link_to_another_file_is_not_written_through(project, tmp_path, capsys):
    folder = project({})
    outside = tmp_path / "outside.yaml"
    outside.write_text(good_file(status="Running"), "utf-8")
    (folder.cases / "minimal.yaml").symlink_to(outside)
    fix(folder, "--write")
    assert "case_studies/minimal.yaml was left alone" in capsys.readouterr().out
    assert "Running" in outside.read_text("utf-8") and (folder.cases / "minimal.yaml").is_symlink()


def test_nothing_to_repair(project, capsys):
    assert fix(project({"minimal.yaml": good_file()})) == 0
    assert capsys.readouterr().out == "Nothing can be put right safely. What is left needs a person.\n"


@pytest.mark.parametrize("options", [["--write"], ["--fix", "--format", "json"]])
def test_options_that_do_not_go_together(project, options, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--project", str(project({}).root), "check", *options])
    assert stop.value.code == 2
