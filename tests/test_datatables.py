"""The tables of data/ keep the rules of their descriptor, and their sums could belong together."""

from __future__ import annotations

import json
import random
import shutil
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest

from anchorbook.checks.datatables import table_findings
from anchorbook.evidence.tables import average_gap, possible_counts, shares_total
from anchorbook.findings import Finding, Severity
from anchorbook.project import Project
from tests.support.projects import ROOT, make_project

GRANTS = "compassionate-communities-grants.csv"

FIELDS = [
    {"name": "theme", "type": "string", "description": "Theme", "constraints": {"required": True, "unique": True}},
    {"name": "grants", "type": "integer", "description": "Grants", "constraints": {"required": True, "minimum": 1, "maximum": 500}},
    {"name": "total", "type": "integer", "description": "Money asked for", "constraints": {"required": True}},
    {"name": "average", "type": "number", "description": "Average", "constraints": {"required": True}},
    {"name": "small", "type": "integer", "description": "Share of small grants", "constraints": {"required": True}},
    {"name": "large", "type": "integer", "description": "Share of large grants", "constraints": {"required": True}},
    {"name": "kind", "type": "string", "description": "Kind", "constraints": {"enum": ["", "asked", "paid"]}},
    {"name": "year", "type": "integer", "description": "Year", "constraints": {"enum": [2019, 2020]}},
    {"name": "code", "type": "string", "description": "A letter and two digits", "constraints": {"pattern": "[A-Z][0-9]{2}"}},
]
CHECKS = [
    {"rule": "average", "total": "total", "n": "grants", "average": "average"},
    {"rule": "share", "columns": ["small", "large"], "n": "grants"},
    {"rule": "shares-add-up", "columns": ["small", "large"]},
]
COLUMNS = [field["name"] for field in FIELDS]
FOOD = ["Food", "18", "364588", "20255", "33", "67", "asked", "2020", "A01"]
SPORT = ["Sport", "4", "1000", "250", "50", "50", "paid", "2019", "B02"]


@pytest.fixture
def found(tmp_path):
    """Says what is wrong with a table of two rows; rows, checks and the text of either file may be given."""

    def found(rows=(FOOD, SPORT), *, columns=COLUMNS, checks=CHECKS, table=None, descriptor=None) -> list[Finding]:
        project = make_project(tmp_path, ledger=None)
        if table is None:
            table = "\n".join(",".join(row) for row in [columns, *rows]) + "\n"
        if descriptor is None:
            descriptor = json.dumps({"resources": [{"path": "table.csv", "schema": {"fields": FIELDS}, "checks": checks}]})
        (project.data / "table.csv").write_bytes(table.encode() if isinstance(table, str) else table)
        (project.data / "datapackage.json").write_bytes(descriptor.encode() if isinstance(descriptor, str) else descriptor)
        return list(table_findings(project))

    return found


def food(**cells: str) -> list[str]:
    """The row on food with some cells changed."""
    return [cells.get(name, cell) for name, cell in zip(COLUMNS, FOOD, strict=True)]


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    assert finding.hint
    return finding


# ---------------------------------------------------------------- cells and columns


def test_a_sound_table_has_no_finding(found):
    assert found() == []


@pytest.mark.parametrize("cells, column, code, words", [
    ({"theme": ""}, 1, "empty-cell", "theme is empty"),
    ({"grants": ""}, 6, "empty-cell", "grants is empty"),
    ({"grants": "  "}, 6, "empty-cell", "grants is empty"),
    ({"grants": "eighteen"}, 6, "wrong-type", 'grants should be a whole number, not "eighteen"'),
    ({"grants": "18.5"}, 6, "wrong-type", 'a whole number, not "18.5"'),
    ({"total": "£364588"}, 9, "wrong-type", "total should be a whole number"),
    ({"average": "about 20255"}, 16, "wrong-type", "average should be a number"),
    ({"grants": "0"}, 6, "out-of-range", "grants is 0; the least is 1"),
    ({"grants": "-3"}, 6, "out-of-range", "grants is -3; the least is 1"),
    ({"grants": "501"}, 6, "out-of-range", "grants is 501; the most is 500"),
    ({"kind": "won"}, 28, "unknown-value", '"won" is not one of the values of kind'),
    ({"kind": "Asked"}, 28, "unknown-value", '"Asked"'),
    ({"year": "2021"}, 34, "unknown-value", '"2021"'),
    ({"code": "a01"}, 39, "bad-format", '"a01"'),
    ({"code": "A011"}, 39, "bad-format", '"A011"'),
    ({"code": "xA01"}, 39, "bad-format", '"xA01"'),
])
def test_a_wrong_cell_is_named_at_its_place(found, cells, column, code, words):
    finding = only(found([food(**cells), SPORT]))
    assert (finding.path, finding.line, finding.column, finding.code) == ("data/table.csv", 2, column, code)
    assert words in finding.message
    assert finding.severity is Severity.ERROR


def test_the_ends_of_a_range_are_allowed(found):
    assert found([food(grants="1", average="364588", small="0", large="100"), food(theme="Art", grants="500", total="500", average="1")]) == []


def test_a_cell_that_need_not_be_filled_may_be_empty(found):
    assert found([food(kind="", year="", code=""), SPORT]) == []


def test_the_hint_on_an_empty_cell_says_what_belongs_there(found):
    assert only(found([food(total=""), SPORT])).hint == "Fill it in: Money asked for."


def test_each_wrong_cell_is_told(found):
    findings = found([food(grants="x", code="x"), food(theme="", grants="0")])
    assert [(item.line, item.code) for item in findings] == [(2, "wrong-type"), (2, "bad-format"), (3, "empty-cell"), (3, "out-of-range")]


def test_the_same_row_twice(found):
    finding = only(found([FOOD, SPORT, FOOD]))
    assert (finding.line, finding.code, finding.message) == (4, "row-twice", '"Food" stands twice in theme.')


def test_a_missing_column_and_an_unknown_one(found):
    columns = [name if name != "code" else "colour" for name in COLUMNS]
    findings = found(columns=columns)
    assert [(item.line, item.code) for item in findings] == [(1, "missing-column"), (1, "unknown-column")]
    assert '"code"' in findings[0].message and '"colour"' in findings[1].message


def test_columns_may_stand_in_another_order(found):
    assert found([row[::-1] for row in (FOOD, SPORT)], columns=COLUMNS[::-1]) == []


@pytest.mark.parametrize("table, code", [
    ("", "empty-table"), (",".join(COLUMNS) + "\n1,2\n", "wrong-number-of-cells"), (b"theme\ncaf\xe9\n", "wrong-encoding"),
    (",".join(COLUMNS) + '\n"Food,18\n', "broken-table"), ("theme,theme\n", "column-twice"), (b"theme\n\x00\n", "control-character"),
])
def test_a_table_that_cannot_be_read(found, table, code):
    assert only(found(table=table)).code == code


# ---------------------------------------------------------------- the descriptor


@pytest.mark.parametrize("descriptor", [b"", b"{", b"[]", b"[1]", b"null", b"{}", b'{"resources": null}', b'{"resources": [{}]}', b'{"resources": ["x"]}', b"\xff\xfe"])
def test_a_broken_descriptor_is_one_finding(found, descriptor):
    finding = only(found(descriptor=descriptor))
    assert (finding.path, finding.code, finding.severity) == ("data/datapackage.json", "broken-descriptor", Severity.ERROR)


def test_a_table_that_nobody_describes_is_a_warning(found):
    finding = only(found(descriptor='{"resources": []}'))
    assert (finding.path, finding.code, finding.severity) == ("data/table.csv", "undescribed-table", Severity.WARNING)


def test_the_files_of_the_ledger_need_no_description(tmp_path):
    project = make_project(tmp_path, whole_ledger=True)
    (project.data / "datapackage.json").write_text('{"resources": []}')
    assert list(table_findings(project)) == []


def test_a_described_table_that_is_not_there(found, tmp_path):
    descriptor = json.dumps({"resources": [{"path": "table.csv"}, {"path": "lost.csv", "schema": {"fields": FIELDS}}]})
    finding = only(found(descriptor=descriptor))
    assert (finding.path, finding.code) == ("data/lost.csv", "unreadable-file")


def test_a_project_without_a_descriptor_has_no_rules_for_tables(tmp_path):
    project = make_project(tmp_path)
    (project.data / "table.csv").write_text("a\n")
    assert list(table_findings(project)) == []


# ---------------------------------------------------------------- the three sums


@pytest.mark.parametrize("row, column, code, words", [
    (food(average="20254"), 16, "average-differs", "Food: 364,588 ÷ 18 is 20,254.89, but 20,254 is given."),
    (food(average="20254.8"), 16, "average-differs", "20,254.89"),
    (food(small="34", large="66"), 22, "impossible-share", "Food: 34% of 18 is not a whole number."),
    (food(small="33", large="68"), 25, "impossible-share", "Food: 68% of 18"),
    (food(small="33", large="61"), 22, "shares-off", "Food: the shares add up to 94%."),
    (food(small="0", large="0"), 22, "shares-missing", "Food: the shares are all 0%. They may be missing, not nought."),
])
def test_a_sum_that_does_not_fit_is_a_warning(found, row, column, code, words):
    finding = only(found([row, SPORT]))
    assert (finding.line, finding.column, finding.code, finding.severity) == (2, column, code, Severity.WARNING)
    assert words in finding.message


@pytest.mark.parametrize("row", [food(average="20254.9"), food(average="20254.89"), food(small="28", large="72"), food(grants="3", total="62157", average="20719")])
def test_sums_that_fit_to_the_last_printed_digit(found, row):
    assert found([row, SPORT]) == []


def test_sums_wait_until_every_cell_is_sound(found):
    assert [item.code for item in found([food(average="1"), food(theme="Art", grants="x")])] == ["wrong-type"]


@pytest.mark.parametrize("number, row, code", [
    (0, food(average="1"), "average-differs"), (1, food(small="34", large="66"), "impossible-share"), (2, food(small="33", large="61"), "shares-off"),
])
def test_a_row_that_is_printed_so_is_excused_from_that_sum_alone(found, number, row, code):
    def excused(place: int) -> list[dict]:
        return [{**check, **({"printed_so": {"Food": "The source prints it so."}} if index == place else {})} for index, check in enumerate(CHECKS)]

    assert [item.code for item in found([row, SPORT])] == [code]
    assert found([row, SPORT], checks=excused(number)) == []
    other = [item.code for item in found([row, SPORT], checks=excused((number + 1) % 3))]
    assert sorted(other) == sorted([code, "no-longer-odd"])


def test_an_excused_row_that_has_come_right_is_told(found):
    checks = [{**CHECKS[0], "printed_so": {"Sport": "Printed so."}}]
    finding = only(found(checks=checks))
    assert (finding.line, finding.code, finding.severity) == (3, "no-longer-odd", Severity.WARNING)
    assert finding.message.startswith("Sport ")


def test_an_excuse_holds_for_its_own_row_only(found):
    checks = [{**CHECKS[0], "printed_so": {"Sport": "Printed so."}}]
    findings = found([food(average="1"), ["Sport", "4", "1000", "999", *SPORT[4:]]], checks=checks)
    assert [(item.line, item.code) for item in findings] == [(2, "average-differs")]


# ---------------------------------------------------------------- the real tables


def copy_of_data(folder: Path) -> Project:
    project = make_project(folder)
    shutil.rmtree(project.data)
    shutil.copytree(ROOT / "data", project.data)
    return project


def test_the_tables_of_the_book_have_no_finding():
    assert list(table_findings(Project(ROOT))) == []


def test_the_grant_table_has_five_known_oddities_and_no_more(tmp_path):
    project = copy_of_data(tmp_path)
    path = project.data / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    for resource in package["resources"]:
        for check in resource.get("checks", ()):
            check.pop("printed_so", None)
    path.write_text(json.dumps(package), "utf-8")
    findings = list(table_findings(project))
    assert {item.path for item in findings} == {f"data/{GRANTS}"}
    assert sorted((item.line, item.code) for item in findings) == [
        (2, "average-differs"), (5, "average-differs"), (5, "shares-missing"), (6, "average-differs"), (6, "impossible-share")]
    said = " ".join(item.message for item in findings)
    for words in ("20,719.00, but 20,712", "21,951.73, but 18,770", "17,295.20, but 14,470", "50% of 5 is not a whole number", "the shares are all 0%"):
        assert words in said


@pytest.mark.parametrize("old, new, code", [
    ("Food and poverty,18,", "Food and poverty,19,", "average-differs"),
    ("33,6,61,50", "33,6,62,50", "impossible-share"),
    ("33,6,61,50", "33,6,56,50", "shares-off"),
    ("Mental health and wellbeing,59,", "Mental health and wellbeing,69,", "no-longer-odd"),
    ("3,62157,20712", "3,62157,20719", "no-longer-odd"),
    ("Food and poverty,18,", "Food and poverty,0,", "out-of-range"),
    ("Food and poverty,", "Physical inactivity,", "row-twice"),
])
def test_a_change_of_a_figure_of_the_grant_table_is_noticed(tmp_path, old, new, code):
    project = copy_of_data(tmp_path)
    path = project.data / GRANTS
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    assert code in [item.code for item in table_findings(project)]


def test_every_excuse_names_a_row_that_is_there():
    """A row that was renamed or taken out leaves no excuse behind."""
    from anchorbook.reading_csv import read_csv

    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    excuses = 0
    for resource in package["resources"]:
        for check in resource.get("checks", ()):
            document = read_csv(ROOT / "data" / resource["path"], "table")
            first = document.data["columns"][0]
            assert set(check.get("printed_so", ())) <= {row[first] for row in document.data["rows"]}
            excuses += len(check.get("printed_so", ()))
    assert excuses == 5


# ---------------------------------------------------------------- the sums alone


@pytest.mark.parametrize("total, n, average, gap", [
    (364588, 18, 20255, None), (95979, 5, 19196, None), (62157, 3, 20719, None), (62157, 3, 20712, "-7"), (86476, 5, 14470, "-2825.2"),
    (10, 4, 2.5, None), (10, 4, 3, None), (10, 4, 2, None), (10, 4, 1, "-1.5"), (10, 3, 3.3, None), (10, 3, "3.33", None), (10, 3, 3.4, "+"),
    (0, 7, 0, None), (0, 7, 1, "1"), (-10, 4, -3, None), (-10, 4, -2, None), (1.5, 3, 0.5, None), (7, 2.5, 2.8, None), (7, 2.5, 3, None), (7, 2.5, 4, "1.2"),
])
def test_average_gap(total, n, average, gap):
    found = average_gap(total, n, average)
    if gap == "+":
        assert found is not None and found > 0
    else:
        assert found == (None if gap is None else Decimal(gap))


@pytest.mark.parametrize("n", [0, -1, 0.0])
def test_an_average_of_nothing_is_refused(n):
    with pytest.raises(ValueError, match="positive"):
        average_gap(10, n, 5)


def school(value: Fraction, places: int) -> str:
    """Rounded half up, printed with all its places."""
    scaled = floor(value * 10**places + Fraction(1, 2))
    text = f"{scaled:0{places + 1}d}"
    return f"{text[:-places]}.{text[-places:]}" if places else text


def test_a_share_of_whole_people_is_possible_however_it_is_printed():
    dice = random.Random(18)
    for _ in range(3000):
        n = dice.randint(1, 5000)
        k, places = dice.randint(0, n), dice.randint(0, 6)
        text = school(Fraction(100 * k, n), places)
        for percentage in (text, float(text)):
            assert k in possible_counts(percentage, n), (k, n, percentage)


def test_an_average_that_was_worked_out_and_rounded_fits():
    dice = random.Random(59)
    for _ in range(3000):
        total, n, places = dice.randint(0, 10**9), dice.randint(1, 10**4), dice.randint(0, 4)
        text = school(Fraction(total, n), places)
        for average in (text, float(text)):
            assert average_gap(total, n, average) is None, (total, n, average)


def test_an_average_two_units_of_its_last_place_away_does_not_fit():
    dice = random.Random(69)
    for _ in range(1500):
        total, n, places = dice.randint(10**4, 10**8), dice.randint(1, 400), dice.randint(0, 3)
        fitting = Decimal(school(Fraction(total, n), places))
        # One away: a last digit of nought could not be told from a number with fewer places.
        odd = fitting + Decimal(2).scaleb(-places) * dice.choice((1, -1))
        if str(odd)[-1] == "0":
            continue
        gap = average_gap(total, n, str(odd))
        assert gap is not None and (gap > 0) == (odd > fitting), (total, n, odd)


def test_an_average_of_groups_weighted_by_their_size_fits_and_the_plain_one_does_not():
    """Three people at £100 and one at £500: £200 for each person, not £300."""
    total, n = 3 * 100 + 1 * 500, 3 + 1
    assert average_gap(total, n, 200) is None
    assert average_gap(total, n, 300) == 100


@pytest.mark.parametrize("shares, whole, slack", [
    ([33, 6, 61], "100", "1.5"), ([0, 0, 0], "0", "1.5"), ([50, 0, 50], "100", "1.5"), ([33.3, 33.3, 33.3], "99.9", "0.15"),
    ([33.3, 33.3, 33], "99.6", "1.5"), ([100], "100", "0.5"), ([12.25, 87.75], "100", "0.010"), ([], "0", "0"), ([0.1, 0.2], "0.3", "0.10"),
])
def test_shares_total(shares, whole, slack):
    assert shares_total(shares) == (Decimal(whole), Decimal(slack))


def test_shares_of_one_whole_are_never_said_to_be_off():
    """Whole people dealt into groups; each share rounded. Rounding alone never takes the sum beyond its slack."""
    dice = random.Random(100)
    for _ in range(2000):
        counts = [dice.randint(0, 60) for _ in range(dice.randint(1, 8))]
        if not sum(counts):
            continue
        places = dice.randint(0, 3)
        whole, slack = shares_total([float(school(Fraction(100 * count, sum(counts)), places)) for count in counts])
        assert abs(whole - 100) <= slack, (counts, places)
