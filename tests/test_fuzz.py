"""Two thousand damaged and made-up inputs: no reader and no rule raises, takes long, or answers nonsense.

The long run is ``make fuzz``. What it has found stands below, so that it does not come back.
"""

from __future__ import annotations

import json
import time
import zipfile
from functools import cache

import pytest

from anchorbook import checking
from anchorbook.checking import MOST_FINDINGS
from anchorbook.reading import LARGEST, MAX_VALUES, plain_value, read_bytes
from anchorbook.reading_xlsx import WrongSheet, sheet
from anchorbook.site.rendering import environment
from benchmarks import fuzz
from tests.support.mutations import TARGETS, Input, Maker
from tests.support.projects import good_file
from tests.support.spreadsheets import SPACE, packed, parts_of

ALL = tuple(target for target, share in TARGETS.items() if share)
NEAR_THE_MOST = 117_000
"""Letters of a text in a file that is nearly too large."""


@pytest.fixture(scope="module")
def readers(tmp_path_factory) -> fuzz.Readers:
    return fuzz.Readers(tmp_path_factory.mktemp("fuzz"))


@pytest.fixture
def tried(readers):
    """Tries one input; gives what went wrong, in words."""

    def tried(raw: str | bytes, target: str = "check", name: str = "minimal.yaml") -> list[str]:
        tally = fuzz.Tally()
        fuzz.one(Input(0, target, name, raw if isinstance(raw, bytes) else raw.encode()), readers, tally)
        return [f"{item.what}: {item.told}" for item in tally.failures]

    return tried


# ---------------------------------------------------------------- many inputs


@pytest.mark.parametrize("block", range(4))
def test_readers_and_rules_take_whatever_comes(block, readers):
    """Five hundred inputs a block, with a fixed number: to see one again, run benchmarks/fuzz.py --show with its seed."""
    tally = fuzz.try_many(range(500 * block, 500 * block + 500), ALL, readers)
    assert tally.failures == []
    assert tally.inputs.total() == 500 and set(tally.inputs) == set(ALL)
    assert len(tally.codes) > 20, "the inputs no longer reach the rules"


@pytest.mark.parametrize("block", range(2))
def test_all_that_is_made_of_a_record_reads_back_and_text_stays_text(block, readers):
    """Pages, cards, short forms, JSON, JSON-LD, CSV, feed, GeoJSON and YAML, of records with hostile words in any of their texts."""
    tally = fuzz.try_many(range(150 * block, 150 * block + 150), ("export",), readers)
    assert tally.failures == []
    assert tally.valid > 30, "too few inputs are records without errors"


def as_it_is(text: str, *_more: object) -> str:
    return text


@pytest.mark.parametrize("name, broken", [
    ("anchorbook.export.tables._safe", as_it_is),
    ("anchorbook.export.linked.script", lambda data: f'<script type="application/ld+json">{json.dumps(data)}</script>'),
    ("anchorbook.export._LINE_ENDS", ()),
    ("anchorbook.site.explore._packed", lambda value: json.dumps(value, ensure_ascii=False)),
    ("anchorbook.text.render", as_it_is),
    ("anchorbook.site.rendering.environment", cache(lambda: environment().overlay(autoescape=False))),
    ("anchorbook.writing._quoted", as_it_is),
    ("tests.support.made.as_script", lambda briefs: "(window.a).push(\n" + ",\n".join(briefs) + "\n);\n"),
])
def test_a_text_that_is_not_escaped_is_noticed(name, broken, readers, monkeypatch):
    monkeypatch.setattr(name, broken)
    assert any(fuzz.try_many(range(first, first + 25), ("export",), readers).failures for first in range(0, 500, 25))


def test_many_inputs_reach_every_rule(readers):
    """A fuzzer whose inputs are all refused at the door tries nothing."""
    maker = Maker(readers.known.vocabulary)
    whole = sum(checking.check_document(read_bytes(maker.make(seed, ("check",)).raw, "minimal.yaml"), readers.known)[0] is not None for seed in range(400))
    assert 80 < whole < 320


def test_the_same_number_gives_the_same_input():
    one, other = Maker(), Maker()
    for seed in range(200):
        assert one.make(seed) == other.make(seed)
    assert len({one.make(seed).raw for seed in range(200)}) > 190


# ---------------------------------------------------------------- the harness notices


def test_a_rule_that_raises_is_a_crash_with_its_seed(readers, monkeypatch):
    def broken(_subject):
        raise RuntimeError("a rule broke")

    monkeypatch.setattr(checking, "CASE_RULES", (broken,))
    tally = fuzz.try_many(range(60), ("check",), readers)
    assert tally.failed["crash"] > 5 and set(tally.failed) == {"crash"}
    assert "RuntimeError: a rule broke" in tally.failures[0].told
    report, good = fuzz.report([tally], [], "x")
    assert not good and f"### Seed {tally.failures[0].seed}: crash (check)" in report and str(fuzz.ROOT) not in report


def test_a_rule_that_hangs_is_stopped_and_told(readers, monkeypatch):
    def hangs(_subject):
        while True:
            pass

    monkeypatch.setattr(checking, "CASE_RULES", (hangs,))
    monkeypatch.setattr(fuzz, "GIVE_UP", 0.2)
    seed = next(seed for seed in range(100) if checking.check_document(read_bytes(Maker().make(seed, ("read",)).raw, "x"), readers.known)[0] is None)
    tally = fuzz.try_many(range(seed, seed + 12), ("check",), readers)
    assert tally.failed["slow"] and "stopped after" in tally.failures[0].told


def test_a_slow_rule_is_told_though_it_ends(readers, tried, monkeypatch):
    def slow(_subject):
        end = time.process_time() + 0.05
        while time.process_time() < end:
            pass
        return ()

    monkeypatch.setattr(checking, "CASE_RULES", (slow,))
    monkeypatch.setattr(fuzz, "MOST_SECONDS", 0.02)
    assert [item[:5] for item in tried(good_file())] == ["slow:"]


def test_growing_memory_and_a_lost_process_are_told():
    tally = fuzz.Tally(memory=(100, 125))
    tally.inputs["check"] = 1
    assert not fuzz.report([tally], [], "x")[1]
    tally.memory = (100, 109)
    assert fuzz.report([tally], [], "x")[1]
    assert not fuzz.report([tally], ["seed 3: the process ended with status -9"], "x")[1]


def test_processes_share_the_inputs(monkeypatch):
    tallies, lost = fuzz.run(40, 7, 2, ("check",))
    assert lost == [] and [tally.inputs.total() for tally in tallies] == [20, 20]


# ---------------------------------------------------------------- what it has found


@pytest.mark.parametrize("sign", ["[", "[@", "[@a; ", "[@a," + " " * 160, "*a_", "**a ", "_a", "[a](", "`a``", "![", "<", "&", "<!--", "<b>", "[a]: b\\n", "* a\\n", "1. a\\n", "A&", "a@", "[x](case:a) "])
@pytest.mark.parametrize("most", [1900, NEAR_THE_MOST], ids=["some", "many"])
def test_texts_of_many_marks_are_checked_in_time(tried, sign, most):
    """Markdown of many openings takes time and memory by the square of their number: gigabytes in the largest file."""
    text = sign * min(most, NEAR_THE_MOST // len(sign))
    text = (text + " " + "y" * NEAR_THE_MOST)[:NEAR_THE_MOST].rstrip("\\")
    assert tried(good_file(problem=f'"{text}"')) == []


def test_too_many_marks_are_refused_and_said(readers):
    findings = checking.check_document(read_bytes(good_file(problem='"' + "*a" * 2001 + '"').encode(), "minimal.yaml"), readers.known)[1]
    assert [item.code for item in findings] == ["too-long"] and "marks" in findings[0].message


@pytest.mark.parametrize("text", [
    " ".join(f"{chr(65 + one)}{chr(65 + two)}{chr(65 + three)}" for one in range(26) for two in range(26) for three in range(26)), ("\U0001f3f4" + "\U000e0067" * 6) * 8000,
    "[@reed2019_ch7, line 271] " + "2018 " * 22_000, "[@reed2019_ch7, line 271] " + "£1 " * 22_000, "[@a," + " " * NEAR_THE_MOST + "x",
], ids=["abbreviations", "flags", "years", "sums", "spaces"])
def test_long_texts_are_checked_in_time(tried, text):
    assert tried(good_file(problem=f'"{text}"')) == []


@pytest.mark.parametrize("lines", ["sources: [" + "ab, " * 60_000 + "]", "places: [" + '"a, b", ' * 29_000 + "]", "".join(f"x{number}: 1\n" for number in range(24_000)), "title: a\n" * 26_000],
                         ids=["sources", "places", "unknown fields", "one field again and again"])
def test_files_of_very_many_values_are_refused_in_time(tried, lines):
    field = lines.partition(":")[0]
    assert tried("\n".join(line for line in good_file().splitlines() if not line.startswith(f"{field}:")) + "\n" + lines + "\n") == []


def test_a_file_of_very_many_values_is_said_to_be_too_large():
    document = read_bytes(b"a: [" + b"b, " * MAX_VALUES + b"]", "a.yaml")
    assert document.data is None and [item.code for item in document.findings] == ["file-too-large"]
    assert read_bytes(b"a: [" + b"b, " * (MAX_VALUES - 10) + b"]", "a.yaml").findings == []


def test_a_rule_says_the_same_so_many_times_and_no_more(readers):
    raw = good_file(domains="[" + "nothing, " * 500 + "]").encode()
    findings = checking.check_document(read_bytes(raw, "minimal.yaml"), readers.known)[1]
    assert sum(item.code == "unknown-term" for item in findings) == MOST_FINDINGS


@pytest.mark.parametrize("number", ["999999999999999999e99", "1e18", "-1e40", "1.5e-99", "0.000000000000000001e-9"])
def test_numbers_beyond_measure_stay_text(number):
    """Sums of them cannot be exact, and a record with them could not be written."""
    assert plain_value(number) == number
    assert plain_value("0e99") == 0 and plain_value("1e17") == LARGEST / 10 and plain_value("1e-18") == 1e-18


@pytest.mark.parametrize("measure", ['value: 999999999999999999e99\n    denominator: {n: 4, what: a}\n    unit: "%"', "value: 1.5e-99\n    denominator: {n: 1, what: a, total: 1e99}\n    unit: people"])
def test_sums_with_numbers_beyond_measure(tried, measure):
    assert tried(good_file().replace("value: 10\n    unit: people", measure)) == []


@pytest.mark.parametrize("target", ["issue", "card"])
def test_a_number_beyond_measure_in_an_answer(tried, target, readers):
    maker = Maker(readers.known.vocabulary)
    asks = dict(maker.asked)
    answer = "x; output; 1e40; people; 2020; reed2019_ch7"
    assert tried(f"### {asks['measures']}\n\n{answer}\n" if target == "issue" else f'measures,"{answer}"\n', target, "issue.md" if target == "issue" else "card.csv") == []


def test_a_month_in_old_letters(tried):
    assert tried(good_file().replace("since 2020-04", "26 \u017fept 2021"), "fix") == []


@pytest.mark.parametrize("text", ["title: a" + " " * 200_000 + "b: c\n", good_file() + "\tx: y\n" * 20_000, good_file() + "".join(f"titel{number}: 1\n" for number in range(9000)),
                                  good_file(limitations="[" + "2021, " * 5000 + "]")], ids=["spaces", "tabs", "names", "numbers"])
def test_repairs_of_large_files_end_in_time(tried, text):
    assert tried(text, "fix") == []


def workbook(tmp_path, **changed: str):
    path = tmp_path / "card.xlsx"
    parts = parts_of([["title", "Local jobs"]], shared="shared" in changed)
    names = {"rows": "xl/worksheets/sheet1.xml", "shared": "xl/sharedStrings.xml"}
    path.write_bytes(packed({**parts, **{names[key]: text for key, text in changed.items()}}))
    return path


def test_a_small_spreadsheet_cannot_become_a_large_table(tmp_path):
    """A cell far to the right makes every row as wide; a shared text can stand in thousands of cells."""
    wide = workbook(tmp_path, rows=f"<worksheet {SPACE}><sheetData>" + "<row/>" * 20_000 + '<row><c r="XFD1"/></row></sheetData></worksheet>')
    with pytest.raises(WrongSheet, match="too large"):
        sheet(wide, most=2_000_000)
    long = workbook(tmp_path, shared=f"<sst {SPACE}><si><t>{'a ' * 500_000}</t></si></sst>", rows=f"<worksheet {SPACE}><sheetData>" + '<row><c t="s"><v>0</v></c></row>' * 300 + "</sheetData></worksheet>")
    with pytest.raises(WrongSheet, match="too large"):
        sheet(long, most=2_000_000)


def test_a_spreadsheet_with_damaged_bytes_is_refused(tmp_path):
    """Every packing has errors of its own."""
    path = tmp_path / "card.xlsx"
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        raw = packed(parts_of([["title", "Local jobs " * 50]]), method)
        for place in range(0, len(raw), 3):
            path.write_bytes(raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :])
            try:
                sheet(path, most=2_000_000)
            except WrongSheet:
                continue
