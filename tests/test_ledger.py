"""The ledger and the register as read from their files, and numbers in records and texts held against the ledger."""

from __future__ import annotations

import random
import re
import shutil

import pytest

from anchorbook.bibliography import load_bibliography
from anchorbook.checks.ledger import differences, page_findings, say_claim
from anchorbook.evidence.claims import Disagreement
from anchorbook.findings import Finding, Severity
from anchorbook.ledger import Claim, Ledger, fill_from_ledger, lines_of, load_ledger
from anchorbook.loading import read_catalogue
from anchorbook.project import Project
from anchorbook.register import claims_of, disagreement, load_register, sources_part, unknown_claim
from tests.support.builds import copy_project
from tests.support.projects import ROOT, SMALL_BIBLIOGRAPHY, SMALL_LEDGER, good_file, make_project

HEAD = SMALL_LEDGER.splitlines()[0]
PANELS = "CL17,Solar panels,1000,,,,panels,,exact,output,until 2022-06,reed2019_ch7,line 272,,,"
KEY = "ihi_anchors_2022"


@pytest.fixture(scope="module")
def real(vocabulary) -> Ledger:
    return load_ledger(ROOT / "data" / "claims.csv", vocabulary, load_bibliography(ROOT / "references.bib"))


@pytest.fixture
def load(tmp_path, vocabulary, small):
    """Loads a ledger of some rows."""

    def load(*rows: str, head: str = HEAD) -> Ledger:
        path = tmp_path / "claims.csv"
        path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
        return load_ledger(path, vocabulary, small)

    return load


# ---------------------------------------------------------------- reading the ledger


def test_a_claim_is_read(load):
    ledger = load(PANELS.replace("Solar panels,", '"Panels, on roofs",'))
    assert ledger.findings == []
    (claim,) = ledger.claims
    assert (claim.id, claim.name, claim.value, claim.unit, claim.kind, claim.source, claim.locator) == (
        "CL17", "Panels, on roofs", 1000, "panels", "output", "reed2019_ch7", "line 272")
    assert claim.qualifier == "exact" and str(claim.period) == "until June 2022"
    assert claim.numbers == (1000,) and claim.slug == "cl17"
    assert (claim.cite.key, claim.cite.locator) == ("reed2019_ch7", "line 272")
    assert ledger.by_id == {"CL17": claim}


@pytest.mark.parametrize("cells, numbers, said", [
    ("1000,,,,panels", (1000,), "1,000 panels"), (",10,20,,%", (10, 20), "10% to 20%"), (",,,April 2020,", (), "April 2020"),
    ("0,,,,plans", (0,), "0 plans"), ("2.5,,,,years", (2.5,), "2.5 years"), ("345000,,,,GBP", (345000,), "£345,000"),
    ("50000000000,,,,USD", (50_000_000_000,), "US$50 billion"), (",0,5,,people", (0, 5), "0 to 5 people"),
])
def test_a_claim_is_a_number_a_range_or_words(load, cells, numbers, said):
    ledger = load(PANELS.replace("1000,,,,panels", cells))
    assert ledger.findings == []
    assert ledger.claims[0].numbers == numbers
    assert say_claim(ledger.claims[0]) == said


@pytest.mark.parametrize("old, new, code, words", [
    ("1000,,,,panels", ",,,,panels", "claim-without-value", "CL17 needs one of: value; low and high; text"),
    ("1000,,,,panels", ",10,,,panels", "claim-without-value", "low and high"),
    ("1000,,,,panels", ",,20,,panels", "claim-without-value", "low and high"),
    ("1000,,,,panels", "1000,10,20,,panels", "claim-without-value", "CL17"),
    ("1000,,,,panels", "1000,,,a thousand,panels", "claim-without-value", "CL17"),
    ("1000,,,,panels", '"1,000",,,,panels', "wrong-type", "a number"),
    ("1000,,,,panels", "£1000,,,,panels", "wrong-type", "a number"),
    ("CL17", "CL1", "bad-format", "CL1"), ("CL17", "CL12345", "bad-format", "CL12345"), ("CL17", "cl17", "bad-format", "cl17"),
    ("CL17", "CL1x", "bad-format", "CL1x"), ("CL17", "", "missing-field", "id"),
    ("Solar panels", "", "missing-field", "name"), (",output,", ",,", "missing-field", "kind"),
    ("reed2019_ch7", "", "missing-field", "source"), ("line 272", "", "missing-field", "locator"),
    (",output,", ",outputs,", "unknown-term", 'Did you mean "output"?'), (",exact,", ",exactly,", "unknown-term", 'Did you mean "exact"?'),
    (",output,", ",zzzz,", "unknown-term", "Write one of: "),
    ("reed2019_ch7", "reed2019_ch8", "unknown-citation", 'Did you mean "reed2019_ch7"?'),
    ("until 2022-06", "some day", "bad-period", "some day"),
    (PANELS, PANELS + ",more", "wrong-number-of-cells", "17 cells"),
])
def test_mistakes_in_a_claim_are_findings_at_its_line(load, old, new, code, words):
    assert old in PANELS
    ledger = load("CL16,Money,345000,,,,GBP,,exact,input,not known,reed2019_ch7,line 271,,,", PANELS.replace(old, new, 1))
    assert {(item.path, item.line, item.code) for item in ledger.findings} == {("data/claims.csv", 3, code)}
    assert words in " ".join(f"{item.message} {item.hint}" for item in ledger.findings)


def test_a_wrong_cell_is_pointed_at(load):
    (finding,) = load(PANELS.replace(",output,", ",outputs,")).findings
    assert finding.column == PANELS.index(",output,") + 2


def test_the_same_id_twice(load):
    ledger = load(PANELS, PANELS.replace("CL17", "CL18"), PANELS)
    assert [(item.line, item.code) for item in ledger.findings] == [(4, "duplicate-claim")]


def test_a_column_that_no_claim_has(load):
    findings = load(PANELS + ",x", head=HEAD + ",colour").findings
    assert [item.code for item in findings] == ["unknown-field"]
    assert '"colour"' in findings[0].message


def test_a_project_without_a_ledger_has_an_empty_one(tmp_path, vocabulary, small):
    ledger = load_ledger(tmp_path / "none.csv", vocabulary, small)
    assert (ledger.claims, ledger.findings, ledger.digest, ledger.by_id, ledger.at(KEY, "line 1")) == ([], [], "", {}, [])


def test_digest_follows_the_content(load):
    first = load(PANELS).digest
    assert first and load(PANELS).digest == first
    assert load(PANELS.replace("1000", "1001")).digest != first


def test_a_broken_ledger_is_told_instead_of_every_record(tmp_path):
    project = make_project(tmp_path, {"minimal.yaml": good_file()}, references=SMALL_BIBLIOGRAPHY, ledger=SMALL_LEDGER.replace("1000", "a thousand"))
    findings = read_catalogue(project).findings
    assert [(item.path, item.line) for item in findings] == [("data/claims.csv", 4), ("data/claims.csv", 5)]


# ---------------------------------------------------------------- where claims stand


@pytest.mark.parametrize("locator, lines", [
    ("line 443", [443]), ("lines 45 to 47", [45, 46, 47]), ("lines 3 and 9", [3, 9]), ("lines 1, 4 and 9", [1, 4, 9]), ("line 7 of the table", [7]),
    ("lines 1 to 3", [1, 2, 3]), ("lines 1 to 4", []), ("lines 440 to 447", []), ("lines 9 to 3", []), ("", []), ("page 3", []), ("chapter 1, line 4", []),
    ("lines 1 and 3 to 4", [1, 3, 4]), ("lines 2 to 2", [2]), ("line", []),
])
def test_lines_of(locator, lines):
    assert lines_of(locator) == lines


@pytest.mark.parametrize("locator, ids", [
    ("line 271", ["CL16"]), ("lines 271 to 272", ["CL16", "CL17"]), ("lines 271 and 412", ["CL16", "CL20"]), ("line 999", []), ("page 271", []),
    ("lines 271 to 412", []),
])
def test_claims_at_a_place(tmp_path, vocabulary, small, locator, ids):
    (tmp_path / "c.csv").write_text(SMALL_LEDGER)
    ledger = load_ledger(tmp_path / "c.csv", vocabulary, small)
    assert [claim.id for claim in ledger.at("reed2019_ch7", locator)] == ids
    assert ledger.at("britteon2022", locator) == []


# ---------------------------------------------------------------- measures that name a claim


def measures(*lines: str) -> str:
    """The minimal record with these measures, each written as one line of YAML."""
    text = good_file()
    start, end = text.index("measures:\n"), text.index("sources:\n")
    return text[:start] + "measures:\n" + "".join(f"  - {line}\n" for line in lines) + text[end:]


@pytest.fixture
def subject(tmp_path, vocabulary, small):
    """Findings of a record and the record itself, checked against the small ledger."""
    from anchorbook.checking import References, check_document
    from anchorbook.reading import read_bytes

    (tmp_path / "claims.csv").write_text(SMALL_LEDGER)
    known = References(vocabulary, small, load_ledger(tmp_path / "claims.csv", vocabulary, small))

    def check(text: str):
        found, findings = check_document(read_bytes(text.encode(), "minimal.yaml"), known)
        return found, [item for item in findings if item.severity is not Severity.HINT]

    return check


def test_a_measure_that_names_a_claim_takes_everything_from_it(subject):
    found, findings = subject(measures("{claim: CL20}"))
    assert findings == []
    (measure,) = found.case.measures
    assert (measure.name, measure.value, measure.unit, measure.kind, measure.qualifier) == ("Staff moved to NHS terms", 1000, "staff", "output", "at-least")
    assert [(cite.key, cite.locator) for cite in measure.sources] == [("reed2019_ch7", "line 412")]
    assert str(measure.period) == "April 2020"


def test_a_claim_that_is_a_range_or_words(subject):
    found, findings = subject(measures("{claim: CL10}", "{claim: CL34}"))
    assert findings == []
    ranged, words = found.case.measures
    assert (ranged.low, ranged.high, ranged.value, ranged.unit) == (10, 20, None, "%")
    assert (words.text, words.value) == ("33% small, 67% large", None)


def test_what_a_measure_says_itself_stays(subject):
    found, findings = subject(measures("{claim: CL20, name: Cleaners and porters, qualifier: about, period: 2021, source: britteon2022, note: Ours.}"))
    assert findings == []
    (measure,) = found.case.measures
    assert (measure.name, measure.qualifier, measure.value, measure.note) == ("Cleaners and porters", "about", 1000, "Ours.")
    assert [cite.key for cite in measure.sources] == ["britteon2022"]
    assert str(measure.period) == "2021"


def test_a_measure_with_a_range_of_its_own_takes_no_second_value(subject):
    found, _findings = subject(measures("{claim: CL20, low: 900, high: 1100}"))
    assert (found.case.measures[0].value, found.case.measures[0].low) == (None, 900)


@pytest.mark.parametrize("data", [None, [], "text", {}, {"measures": "text"}, {"measures": [1, None, "x"]}, {"measures": [{"claim": ["CL20"]}]}, {"measures": [{"claim": 20}]}])
def test_other_shapes_are_left_for_the_model_to_refuse(real, data):
    assert fill_from_ledger(data, real) == data


def test_filling_in_leaves_the_file_as_it_is(real):
    data = {"measures": [{"claim": "CL20"}]}
    assert fill_from_ledger(data, real)["measures"][0]["value"] == 1000
    assert data == {"measures": [{"claim": "CL20"}]}


def test_every_claim_of_the_book_can_be_a_measure(real):
    """No claim leaves a measure incomplete, whatever kind of value it has."""
    from anchorbook.model import Measure

    for claim in real.claims:
        filled = fill_from_ledger({"measures": [{"claim": claim.id}]}, real)["measures"][0]
        measure = Measure.model_validate(filled)
        assert (measure.kind, measure.unit, measure.per, measure.qualifier) == (claim.kind, claim.unit, claim.per, claim.qualifier)
        assert (measure.value, measure.low, measure.high, measure.text) == (claim.value, claim.low, claim.high, claim.text)


@pytest.mark.parametrize("measure, place", [
    ("{claim: CL16, value: 335000}", "value"),
    ("{claim: CL16, value: 345001}", "value"),
    ("{claim: CL16, kind: outcome}", "kind"),
    ("{claim: CL10, value: 15}", "value"),
    ("{name: Panels, kind: output, value: 1089, unit: panels, period: 2020, source: 'reed2019_ch7, line 272'}", "value"),
    ("{name: Panels, kind: output, value: 1089, unit: panels, period: 2020, source: 'reed2019_ch7, lines 271 to 273'}", "value"),
    ("{name: Panels, kind: output, value: 1089, unit: panels, period: 2020, sources: [britteon2022, 'reed2019_ch7, line 272']}", "value"),
])
def test_a_measure_unlike_the_ledger_is_an_error(subject, measure, place):
    _found, findings = subject(measures(measure))
    assert [(item.code, item.severity, item.line) for item in findings] == [("differs-from-ledger", Severity.ERROR, 15)]
    assert findings[0].column == 5 + measure.index(f" {place}:") + len(f" {place}: ")


@pytest.mark.parametrize("measure", [
    "{claim: CL16, value: 345000}", "{claim: CL16, value: 345000.0}", "{claim: CL10, value: 10}", "{claim: CL10, value: 20}", "{claim: CL34, value: 33, unit: '%'}",
    "{name: Panels, kind: output, value: 1000, unit: panels, period: 2020, source: 'reed2019_ch7, line 272'}",
    "{name: Roofs, kind: output, value: 8, unit: roofs, period: 2020, source: 'reed2019_ch7, line 272'}",
    "{name: Panels planned, kind: target, value: 1089, unit: panels, source: 'reed2019_ch7, line 272'}",
    "{name: Panels, kind: output, value: 1089, unit: panels, period: 2020, source: 'reed2019_ch7, lines 200 to 300'}",
    "{name: Panels, kind: output, value: 1089, unit: panels, period: 2020, source: 'reed2019_ch7'}",
    "{name: Panels, kind: output, value: 1089, unit: panels, period: 2020, source: 'britteon2022, line 272'}",
])
def test_a_measure_like_the_ledger_or_about_something_else_is_fine(subject, measure):
    assert subject(measures(measure))[1] == []


def test_a_value_and_a_kind_that_are_both_wrong_are_two_findings(subject):
    _found, findings = subject(measures("{claim: CL16, kind: outcome, value: 1}"))
    assert [item.code for item in findings] == ["differs-from-ledger", "differs-from-ledger"]


def test_claims_that_are_not_there(subject):
    conflict = "conflicts: [{fact: Money, values: [{value: a, source: britteon2022, claims: [CL16, CL98]}, {value: b, source: britteon2022, claims: CL99}], reading: Open.}]\n"
    text = measures("{claim: CL97, name: a, kind: output, value: 10, unit: people, period: 2020, source: britteon2022}") + conflict
    _found, findings = subject(text)
    assert sorted(re.search("CL[0-9]+", item.message)[0] for item in findings) == ["CL97", "CL98", "CL99"]
    assert {(item.code, item.severity) for item in findings} == {("unknown-claim", Severity.ERROR)}
    assert [item.line for item in findings].count(15) == 1


# ---------------------------------------------------------------- averages and shares of a record


AVERAGE = "{{name: Average, kind: context, value: {}, unit: GBP, denominator: {}, source: britteon2022}}"


@pytest.mark.parametrize("value, of, wrong", [
    ("20255", "{n: 18, what: grants, total: 364588}", False), ("20254.9", "{n: 18, what: grants, total: 364588}", False),
    ("20712", "{n: 3, what: grants, total: 62157}", True), ("20719", "{n: 3, what: grants, total: 62157}", False),
    ("20254.8", "{n: 18, what: grants, total: 364588}", True), ("5", "{n: 0, what: grants, total: 10}", False),
    ("5", "{what: grants, total: 10}", False), ("5", "{n: 4, what: grants}", False), ("0", "{n: 4, what: grants, total: 0}", False),
    ("1", "{n: 4, what: grants, total: 0}", True), ("-2.5", "{n: 4, what: grants, total: -10}", False),
])
def test_averages_fit_their_total(subject, value, of, wrong):
    _found, findings = subject(measures(AVERAGE.format(value, of)))
    assert [(item.code, item.severity, item.line) for item in findings] == ([("average-differs", Severity.WARNING, 15)] if wrong else [])


def shares(*values: str, by: str = "size", unit: str = '"%"') -> list[str]:
    return [f"{{name: Share {number}, kind: context, value: {value}, unit: {unit}, adds_up: {by}, source: britteon2022}}" for number, value in enumerate(values)]


@pytest.mark.parametrize("lines, said", [
    (shares("33", "6", "61"), []), (shares("33", "33", "33"), []), (shares("33", "33", "32"), ["98%"]), (shares("0", "0", "0"), ["0%"]), (shares("99.9"), ["99.9%"]),
    (shares("33.3", "33.3", "33.3"), []), (shares("33.3", "33.3", "33.2"), ["99.8%"]), (shares("50", "60"), ["110%"]), (shares("50"), ["50%"]),
    ([*shares("40", "60"), *shares("10", "20", by="priority")], ["30%"]), ([*shares("40", by="a"), *shares("60", by="b")], ["40%", "60%"]),
    (shares("5", "7", unit="people"), []),
])
def test_shares_add_up(subject, lines, said):
    _found, findings = subject(measures(*lines))
    assert [re.search(r"add up to (\S+),", item.message)[1] for item in findings] == said
    assert {(item.code, item.severity) for item in findings} <= {("shares-off", Severity.WARNING)}


def test_shares_that_are_all_nought_may_be_missing(subject):
    assert "missing, not nought" in subject(measures(*shares("0", "0")))[1][0].hint
    assert "missing" not in subject(measures(*shares("10", "0")))[1][0].hint


# ---------------------------------------------------------------- numbers in texts

RIGHT = [
    "It raised £345,000 [@K, line 271].", "It raised £345k [@K, line 271].", "It raised £0.345 million [@K, line 271].", "It raised £0.345m [@K, line 271].",
    "It raised £345000 [@K, line 271].", "It raised £345,000.00 [@K, line 271].", "**£345,000** [@K, line 271]",
    "Just over £345,000 was raised, far more than £5 [@K, line 271].",
    "About 1,000 panels [@K, line 272].", "About 1000 solar panels [@K, line 272].",
    "Nothing [@K, line 271].", "It took 3 years and 12 people [@K, line 271].", "It raised £345,000 for 1,000 panels [@K, lines 271 to 272].",
    "It raised £9 [@K, line 999].", "It raised £9 [@K].", "It raised £9 [@K, page 271].", "It raised £9 [@quadrant2021, line 271].", "It raised £9.",
    "It raised £9 [@K, lines 270 to 280].", "About 10% to 20% [@K, line 84].", "About 10 to 20% [@K, line 84].", "About 10–20% [@K, line 84].", "Some 20% [@K, line 84].",
    "At 88% and 81% [@K, line 157].", "The NHS employs 1.6 million people [@gmicp_anchor, line 10].", "Spending is £27 billion [@gmicp_anchor, line 4].",
    "Spending is £27bn [@gmicp_anchor, line 4].", "In April 2020 [@K, line 486].", "It won £345,000 {cite}`K, line 271`.", "Budgets of £6 billion [@reed2019_ch7, line 101].",
    "Sites: 8,253 sites [@gmicp_anchor, line 6].", "It raised £345,000 [see @K, line 271; @quadrant2021].", "Half of 31 health systems, over 40 health systems [@reed2019_ch7, line 109].",
    "It raised £345,000 [@K, line 271].\n\nIt spent £9.", "It raised £345,000 [@K, line 271]. It spent £9.", "It spent £9. It raised £345,000 [@K, line 271].",
]

WRONG = [
    ("It raised £335,000 [@K, line 271].", "£335,000"), ("It raised £344k [@K, line 271].", "£344k"), ("It raised £3.45 million [@K, line 271].", "£3.45 million"),
    ("It raised £345m [@K, line 271].", "£345m"), ("It raised £345 [@K, line 271].", "£345"), ("It raised £34,500 [@K, line 271].", "£34,500"),
    ("It raised £345,000.50 [@K, line 271].", "£345,000.50"),
    ("About 900 panels [@K, line 272].", "900 panels"), ("About 1,089 solar panels [@K, line 272].", "1,089 solar"),
    ("It raised £340,000 or £350,000 [@K, line 271].", "£340,000"), ("From £300,000 to £400,000 [@K, line 271].", "£300,000"),
    ("At 85% [@K, line 157].", "85%"), ("Some 30% [@K, line 84].", "30%"), ("About 5% to 25% [@K, line 84].", "5%"),
    ("It raised £335,000 for 1,000 panels [@K, lines 271 to 272].", "£335,000"), ("It raised £345,000 for 900 panels [@K, lines 271 to 272].", "900 panels"),
    ("It raised £335,000 {cite}`K, line 271`.", "£335,000"), ("It raised £335,000 [@quadrant2021; @K, line 271].", "£335,000"),
    ("Sites: 8,000 sites [@gmicp_anchor, line 6].", "8,000 sites"), ("Spending is £26 billion [@gmicp_anchor, line 4].", "£26 billion"),
    ("Over 30 health systems [@reed2019_ch7, line 109].", "30 health systems"), ("It reached 9 boroughs [@K, line 497].", "9 boroughs"),
    ("The NHS employs 1.5 million people [@gmicp_anchor, line 10].", "1.5 million people"),
]


def told(text: str, ledger: Ledger) -> list[tuple[str, str, int]]:
    return list(differences(text.replace("@K", f"@{KEY}").replace("`K", f"`{KEY}"), ledger))


@pytest.mark.parametrize("text", RIGHT)
def test_right_numbers_other_units_and_other_lines_are_left_alone(real, text):
    assert told(text, real) == []


@pytest.mark.parametrize("text, number", WRONG)
def test_a_wrong_number_is_told_once_at_its_place(real, text, number):
    ((message, hint, place),) = told(text, real)
    assert message.startswith(number.split()[0]) and "the ledger has another number" in message
    assert place == text.index(number)
    assert hint


def test_the_message_names_the_claims_of_the_same_sort(real):
    ((message, _hint, _place),) = told("It raised £335,000 for 1,000 panels [@K, lines 271 to 272].", real)
    assert "(CL16: £345,000)" in message and "CL17" not in message


def test_each_wrong_sentence_is_told(real):
    text = f"It raised £1 [@{KEY}, line 271]. It put up 9 panels [@{KEY}, line 272].\n\nIt raised £345,000 [@{KEY}, line 271].\n\nThen £2 [@{KEY}, line 434].\n"
    assert [text[place : place + 7] for _message, _hint, place in differences(text, real)] == ["£1 [@ih", "9 panel", "£2 [@ih"]


def test_rows_of_a_table_and_points_of_a_list_stand_alone(real):
    right, wrong = f"£345,000 | [@{KEY}, line 271] |", f"£335,000 | [@{KEY}, line 271] |"
    table = f"| What | How much | Where |\n|---|---|---|\n| Money | {right}\n| Money | {wrong}\n| Money | {right}\n"
    (finding,) = page_findings("book/page.md", table, real)
    assert (finding.line, finding.column) == (4, 11)
    points = f"- £345,000 [@{KEY}, line 271]\n- £335,000 [@{KEY}, line 271]\n* £3 [@{KEY}, line 271]\n"
    assert [item.line for item in page_findings("book/page.md", points, real)] == [2, 3]


def test_a_finding_of_a_page_has_its_line_and_column(real):
    text = f"# Title\n\nFirst line.\nIt raised £335,000\n[@{KEY}, line 271].\n"
    (finding,) = page_findings("book/page.md", text, real)
    assert isinstance(finding, Finding)
    assert (finding.path, finding.line, finding.column, finding.code, finding.severity) == ("book/page.md", 4, 11, "differs-from-ledger", Severity.WARNING)


@pytest.mark.parametrize("text", ["", "\n", "Plain.", "[@", "{cite}`", f"[@{KEY}", f"[@{KEY},]", f"[@{KEY}, line]", f"{KEY}", f"[@{KEY}, line 271]", "£", "%", "£,,,"])
def test_odd_texts_say_nothing(real, text):
    assert told(text, real) == []


def test_an_empty_ledger_has_nothing_to_say():
    assert told("It raised £9 [@K, line 271].", Ledger()) == []


def test_a_number_put_in_place_of_the_right_one_is_always_told(real):
    """For every claim in pounds, in dollars or in percent: its own number passes, any other is told."""
    dice = random.Random(345)
    seen = 0
    for claim in real.claims:
        if claim.value is None or claim.unit not in ("GBP", "USD", "%") or not lines_of(claim.locator):
            continue
        alike = {number for other in real.at(claim.source, claim.locator) for number in other.numbers if other.unit == claim.unit}
        number = next(one for one in iter(lambda: dice.randint(1, 99) if claim.unit == "%" else dice.randint(1, 10**11), None) if one not in alike)
        sign = {"GBP": "£", "USD": "US$", "%": ""}[claim.unit]
        for value, wrong in ((claim.value, False), (number, True)):
            text = f"It was {sign}{value:,}{'%' if claim.unit == '%' else ''} then [@{claim.source}, {claim.locator}]."
            assert bool(told(text, real)) == wrong, (claim.id, text)
        seen += 1
    assert seen >= 20


def test_texts_of_a_record_are_held_against_the_ledger(subject):
    text = good_file(problem="It raised £335,000 [@reed2019_ch7, line 271].", rationale="It raised £345,000 [@reed2019_ch7, line 271].", title="Over £9")
    _found, findings = subject(text)
    assert [(item.code, item.severity) for item in findings] == [("differs-from-ledger", Severity.WARNING)]
    assert text.splitlines()[findings[0].line - 1].startswith("problem:")


def test_a_page_of_the_book_is_held_against_the_ledger(tmp_path):
    project = make_project(tmp_path, references=SMALL_BIBLIOGRAPHY)
    (project.book / "index.md").write_text("# A small book\n\nIt raised £335,000 {cite}`reed2019_ch7, line 271`.\n", "utf-8")
    (finding,) = [item for item in read_catalogue(project).findings if item.code == "differs-from-ledger"]
    assert (finding.path, finding.line, finding.column) == ("book/index.md", 3, 11)


# ---------------------------------------------------------------- the register


REGISTER = """\
items:
  - id: nhs-staff
    fact: How many people
    values:
      - {value: 1.6 million, source: "reed2019_ch7, line 10", claims: [CL16]}
      - {value: 1.4 million, source: britteon2022, claims: [CL17, CL16]}
    reading: Not settled.
    claims: [CL20, CL17]
  - id: one-source
    fact: A sum
    values:
      - {value: "0%", source: "reed2019_ch7, line 3"}
      - {value: "1%", source: "reed2019_ch7, line 9"}
    reading: A slip.
"""


@pytest.fixture
def register(tmp_path, vocabulary, small):
    """Loads a register given as text, with the small ledger."""

    def load(text: str):
        (tmp_path / "claims.csv").write_text(SMALL_LEDGER)
        (tmp_path / "disagreements.yaml").write_text(text, "utf-8")
        return load_register(tmp_path / "disagreements.yaml", load_ledger(tmp_path / "claims.csv", vocabulary, small), small)

    return load


def test_the_register_is_read(register):
    found = register(REGISTER)
    assert found.findings == [] and found.digest
    first, second = found.entries
    assert claims_of(first) == ("CL16", "CL17", "CL20")
    assert claims_of(second) == ()
    assert sources_part(first) and not sources_part(second)
    assert disagreement(first, first.id) == Disagreement("nhs-staff", "How many people", ("CL16", "CL17", "CL20"), True)
    assert disagreement(second, "x") == Disagreement("x", "A sum", (), False)


@pytest.mark.parametrize("old, new, line, code", [
    ("id: one-source", "id: nhs-staff", 9, "duplicate-id"), ("id: one-source", "id: One source", 9, "bad-format"),
    ("claims: [CL20, CL17]", "claims: [CL99]", 2, "unknown-claim"), ("claims: [CL16]", "claims: [CL99]", 2, "unknown-claim"),
    ("source: britteon2022", "source: britten2022", 6, "unknown-citation"), ("    fact: A sum\n", "", 9, "missing-field"),
    ("reading: A slip.", "readng: A slip.", 14, "unknown-field"), ("items:", "items: []\nolder:", 1, "empty-value"), ("id: nhs-staff", "id: 'nhs-staff", 2, "broken-yaml"),
])
def test_mistakes_in_the_register_are_findings_at_their_line(register, old, new, line, code):
    assert old in REGISTER
    findings = register(REGISTER.replace(old, new, 1)).findings
    assert (line, code) in [(item.line, item.code) for item in findings]
    assert {item.path for item in findings} == {"data/disagreements.yaml"}


def test_a_project_without_a_register_has_an_empty_one(tmp_path, small):
    found = load_register(tmp_path / "none.yaml", Ledger(), small)
    assert (found.entries, found.findings, found.digest) == ([], [], "")


def test_an_unknown_claim_is_told_with_the_ids_there_are(real):
    assert unknown_claim("CL99", real) == ('there is no claim "CL99" in data/claims.csv.', f"Ids run from CL01 to {real.claims[-1].id}.")
    assert unknown_claim("CL99", Ledger())[1] == "The ledger is empty."


# ---------------------------------------------------------------- the real book


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = copy_project(tmp_path_factory.mktemp("ledger") / "book")
    return folder, read_catalogue(Project(folder))


def test_the_book_has_no_finding_of_the_ledger(book):
    """No false alarm in 37 records and every page, and no unknown claim."""
    _folder, catalogue = book
    assert len(catalogue.all_entries) >= 37 and len(catalogue.ledger.claims) >= 77
    codes = {"differs-from-ledger", "unknown-claim", "average-differs", "shares-off", "broken-check", "duplicate-claim", "claim-without-value"}
    assert [item for item in catalogue.findings if item.code in codes or item.path.startswith("data/")] == []


def test_the_small_projects_of_other_tests_can_hold_the_whole_ledger(tmp_path):
    read = read_catalogue(make_project(tmp_path, {"minimal.yaml": measures("{claim: CL20}")}, whole_ledger=True))
    assert [item for item in read.findings if item.severity is Severity.ERROR and item.code != "broken-check"] == []
    assert len(read.ledger.claims) >= 77 and len(read.register.entries) >= 8 and len(read.frameworks.all) == 15


@pytest.mark.parametrize("old, new, code", [
    ("CL28,Projects supported by Compassionate Communities,20,", "CL28,Projects supported by Compassionate Communities,21,", "differs-from-ledger"),
    ("CL77,", "CL78,", "unknown-claim"),
    ("average: Physical inactivity", "averge: Physical inactivity", "broken-check"),
    ("average: Physical inactivity", "average: Gardening", "broken-check"),
    ("listed: vocabulary/tensions", "listed: vocabulary/tension", "broken-check"),
])
def test_a_change_of_the_ledger_is_noticed_by_the_book(book, tmp_path, old, new, code):
    folder = tmp_path / "copy"
    shutil.copytree(book[0], folder, symlinks=True, ignore=shutil.ignore_patterns("_build"))
    path = folder / "data" / "claims.csv"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    assert code in [item.code for item in read_catalogue(Project(folder)).findings]


def test_claim_is_strict():
    with pytest.raises(ValueError):
        Claim.model_validate({"id": "CL01", "name": "a", "value": 1, "kind": "output", "source": "a", "locator": "b", "colour": "blue"})
