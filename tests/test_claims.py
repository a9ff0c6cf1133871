"""What is said of each claim: every check by hand-worked sums, the order of states, and the claims of the book."""

from __future__ import annotations

import pytest

from anchorbook.evidence.claims import CHECKS, Assessed, Disagreement, Facts, Outcome, assess, run_check
from anchorbook.ledger import Claim, Ledger
from anchorbook.loading import read_catalogue
from anchorbook.project import Project
from tests.support.builds import copy_project


def claim(check: str = "", **fields) -> Claim:
    given = fields if {"value", "low", "text"} & fields.keys() else {"value": 1, **fields}
    if "text" not in given:
        given = {"unit": "things", **given}
    return Claim.model_validate({"id": "CL01", "name": "A number", "kind": "context", "source": "a", "locator": "line 1", "check": check, **given})


def grants(**rows: tuple) -> Facts:
    """A grant table: theme, then applicants, total, average, small, micro, large and high priority."""
    names = ("applicants", "total_requested_gbp", "average_requested_gbp", "small_percent", "micro_percent", "large_percent", "high_priority_percent")
    return Facts({"compassionate-communities-grants": {theme: dict(zip(names, map(str, row), strict=True)) for theme, row in rows.items()}})


GRANTS = grants(
    Digital=(3, 62157, 20712, 33, 0, 67, 67), Food=(18, 364588, 20255, 33, 6, 61, 50), Mental=(59, 1295152, 18770, 0, 0, 0, 46),
    Sport=(5, 86476, 14470, 50, 0, 50, 0), Art=(4, 1000, 250, 50, 0, 25, 50), Odd=(5, 100, 20, 40, 0, 60, 33), Near=(20, 1000, 49, 50, 0, 50, 50),
)
SOLAR = Facts({"beat-the-cold": {id: {"value": value} for id, value in (
    ("stafford_panels", "1089"), ("stafford_capacity", "276"), ("stafford_energy", "225"), ("nhse_years", "20"))}})
LISTS = Facts(lists={"vocabulary/tensions": 5, "framework/gm-priorities": 3, "empty": 0})


# ---------------------------------------------------------------- every check, by hand


@pytest.mark.parametrize("check, facts, fields, agrees, said", [
    ("average: Digital", GRANTS, {}, False, "£62,157 ÷ 3 applicants is £20,719.00; £20,712 is printed."),
    ("average: Food", GRANTS, {}, True, "£364,588 ÷ 18 applicants is £20,254.89; £20,255 is printed."),
    ("average: Mental", GRANTS, {}, False, "£1,295,152 ÷ 59 applicants is £21,951.73; £18,770 is printed."),
    ("average: Sport", GRANTS, {}, False, "£86,476 ÷ 5 applicants is £17,295.20; £14,470 is printed."),
    ("average: Art", GRANTS, {}, True, "£1,000 ÷ 4 applicants is £250.00; £250 is printed."),
    # 62,157 ÷ 20,712 = 3.0010: near enough to three applicants, though the average is £7 out.
    ("applicants: Digital", GRANTS, {}, True, "£62,157 ÷ £20,712 is 3.00 applicants; 3 is printed."),
    ("applicants: Food", GRANTS, {}, True, "£364,588 ÷ £20,255 is 18.00 applicants; 18 is printed."),
    ("applicants: Mental", GRANTS, {}, False, "£1,295,152 ÷ £18,770 is 69.00 applicants; 59 is printed."),
    ("applicants: Sport", GRANTS, {}, False, "is 5.98 applicants; 5 is printed. 50% of 5 is not a whole number of applicants."),
    ("applicants: Near", GRANTS, {}, False, "£1,000 ÷ £49 is 20.41 applicants; 20 is printed."),
    ("applicants: Odd", GRANTS, {}, False, "is 5.00 applicants; 5 is printed. 33% of 5 is not a whole number of applicants."),
    ("total: Digital", GRANTS, {}, False, "3 applicants × £20,712 is £62,136; £62,157 is printed."),
    ("total: Food", GRANTS, {}, True, "18 applicants × £20,255 is £364,590; £364,588 is printed."),
    ("total: Sport", GRANTS, {}, False, "5 applicants × £14,470 is £72,350; £86,476 is printed."),
    ("shares: Digital", GRANTS, {}, True, "1, 0, 2, 2 of 3 applicants; the three sizes add up to 100%."),
    ("shares: Food", GRANTS, {}, True, "6, 1, 11, 9 of 18 applicants; the three sizes add up to 100%."),
    ("shares: Mental", GRANTS, {}, False, "The three sizes add up to 0%: they were not reported, rather than nought."),
    ("shares: Sport", GRANTS, {}, False, "50% of 5 applicants is not a whole number. Up to 20, these shares fit 2, 4, 6, 8, 10, 12, 14, 16, 18, 20."),
    ("shares: Art", GRANTS, {}, False, "2, 0, 1, 2 of 4 applicants; the three sizes add up to 75%."),
    # Of up to 20 applicants, 40%, 60% and 33% together fit 15 alone: 6, 9 and 5 of them.
    ("shares: Odd", GRANTS, {}, False, "33% of 5 applicants is not a whole number. Up to 20, these shares fit 15."),
    ("listed: vocabulary/tensions", LISTS, {"value": 5}, True, "5 stand in the list that we keep of it."),
    ("listed: vocabulary/tensions", LISTS, {"value": 6}, False, "5 stand in the list that we keep of it."),
    ("listed: empty", LISTS, {"value": 0}, True, "0 stand in the list"),
    ("named: Westbourne; Church Street; Queen's Park", Facts(), {"value": 3}, True, "3 are named: Westbourne, Church Street, Queen's Park."),
    ("named: Westbourne; Church Street", Facts(), {"value": 3}, False, "2 are named: Westbourne, Church Street."),
    ("named: One; ; Two;", Facts(), {"value": 2}, True, "2 are named: One, Two."),
    ("weekday: Thursday", Facts(), {"text": "30 January 2020"}, True, "30 January 2020 was a Thursday; the text speaks of a Thursday."),
    ("weekday: Thursday", Facts(), {"text": "30 January 2023"}, False, "30 January 2023 was a Monday; the text speaks of a Thursday."),
    ("weekday: Sunday", Facts(), {"text": "29 February 2032"}, True, "was a Sunday"),
    # 13 of 16 is 81.25% and 14 of 16 is 87.5%, which rounds to 88%; fewer than 16 cannot give both.
    ("replies: 81", Facts(), {"value": 88}, None, "88% and 81% both fit 16 replies, and no fewer."),
    ("replies: 50", Facts(), {"value": 50}, None, "50% both fit 2 replies"),
    # 345,000 ÷ 1,089 = 316.8
    ("cost of a panel", SOLAR, {"value": 345000}, None, "£345,000 ÷ 1,089 panels is £317 a panel, which is likely."),
    # 276 kW × 1,000 ÷ 1,089 = 253.4 watts
    ("panels", SOLAR, {"value": 1000}, None, "A fuller source has 1,089 panels of 253 watts each; 1,000 leaves 89 out."),
    # 225,000 ÷ 2,300 = 97.8; × 20 = 1,956.5
    ("theatre hours", SOLAR, {"value": 2300}, None, "225 MWh a year ÷ 2,300 hours is 98 kWh an hour if the hours are for one year, and 1,957 if they are for 20."),
    # 2,300,000 kg ÷ 4,500,000 kWh = 0.511; ÷ 225,000 = 10.2
    ("carbon", SOLAR, {"value": 2300}, None, "2,300 tonnes ÷ power of 20 years is 0.511 kg a kWh; ÷ power of one year it is 10.2 kg."),
])
def test_check(check, facts, fields, agrees, said):
    outcome = run_check(claim(check, **fields), facts)
    assert outcome.agrees is agrees
    assert said in outcome.said


def test_every_check_is_tried_here():
    tried = {mark.args[1][number][0].split(":")[0] for mark in test_check.pytestmark for number in range(len(mark.args[1]))}
    assert tried == set(CHECKS)


def test_a_claim_without_a_check_has_no_outcome():
    assert run_check(claim(), Facts()) is None


def test_spaces_around_the_name_and_the_colon_do_not_matter():
    assert run_check(claim(" average :  Food "), GRANTS) == run_check(claim("average: Food"), GRANTS)


@pytest.mark.parametrize("check, fields, words", [
    ("averge: Food", {}, 'there is no check "averge"; there are: average, applicants, '),
    ("average", {}, "cannot be done"), ("average: Gardening", {}, "Gardening"), ("shares:", {}, "cannot be done"),
    ("listed: vocabulary/tension", {}, 'there is no list "vocabulary/tension"'), ("weekday: Monday", {"text": "30 Januar 2023"}, "cannot be done"),
    ("weekday: Monday", {"text": "30 February 2023"}, "cannot be done"), ("weekday: Monday", {"value": 30}, "cannot be done"),
    ("replies: many", {"value": 88}, "many"), ("replies: 101", {"value": 88}, "cannot be done"), ("panels", {"value": 5}, "beat-the-cold"),
    (": Food", {}, 'there is no check ""'),
])
def test_a_check_that_cannot_be_done_says_why(check, fields, words):
    with pytest.raises(ValueError) as caught:
        run_check(claim(check, **fields), Facts(GRANTS.tables, LISTS.lists))
    assert words in str(caught.value)


@pytest.mark.parametrize("row", [(0, 10, 5, 50, 0, 50, 0), ("x", 10, 5, 50, 0, 50, 0), ("2.5", 10, 5, 50, 0, 50, 0)])
@pytest.mark.parametrize("check", ["average", "applicants", "total"])
def test_a_row_that_no_sum_can_be_made_of_says_so(row, check):
    with pytest.raises(ValueError, match=f'the check "{check}: Art" cannot be done'):
        run_check(claim(f"{check}: Art"), grants(Art=row))


def test_a_check_changes_no_figure():
    before = repr(GRANTS)
    for check in ("average", "applicants", "total", "shares"):
        run_check(claim(f"{check}: Sport"), GRANTS)
    assert repr(GRANTS) == before


# ---------------------------------------------------------------- which state wins

CONTESTED = Disagreement("money", "Money raised", ("CL01", "CL02"), True)
ONE_SOURCE = Disagreement("sum", "A sum", ("CL01",), False)
ELSEWHERE = Disagreement("other", "Another", ("CL77",), True)


@pytest.mark.parametrize("check, disagreements, status", [
    ("", [], "unchecked"), ("", [CONTESTED], "conflicts"), ("", [ONE_SOURCE], "unchecked"), ("", [ELSEWHERE], "unchecked"),
    ("", [ONE_SOURCE, CONTESTED], "conflicts"),
    ("average: Food", [], "agrees"), ("average: Food", [ONE_SOURCE], "agrees"), ("average: Food", [CONTESTED], "conflicts"),
    ("average: Digital", [], "differs"), ("average: Digital", [CONTESTED], "differs"), ("average: Digital", [ONE_SOURCE], "differs"),
    ("replies: 81", [], "unchecked"), ("replies: 81", [CONTESTED], "conflicts"), ("replies: 81", [ONE_SOURCE], "unchecked"),
])
def test_a_sum_that_differs_comes_first_then_another_source_then_a_sum_that_agrees(check, disagreements, status):
    (found,) = assess(Ledger([claim(check, value=88)]), GRANTS, disagreements)
    assert found.status == status
    assert found.disagreements == tuple(item for item in disagreements if "CL01" in item.claims)


@pytest.mark.parametrize("check, disagreements, said", [
    ("", [], "Nobody says."), ("", [CONTESTED], ""),
    ("average: Food", [], "£364,588 ÷ 18 applicants is £20,254.89; £20,255 is printed."),
    ("replies: 81", [], "The number of replies is not printed. 88% and 81% both fit 16 replies, and no fewer. Nobody says."),
])
def test_the_reason_is_given_where_nothing_else_settles_it(check, disagreements, said):
    (found,) = assess(Ledger([claim(check, value=88, reason="Nobody says.")]), GRANTS, disagreements)
    assert found.said == said


def test_claims_keep_their_order_and_each_has_its_own_disagreements():
    first, second, third = (claim().model_copy(update={"id": id}) for id in ("CL02", "CL01", "CL03"))
    found = assess(Ledger([first, second, third]), Facts(), iter([ONE_SOURCE, CONTESTED]))
    assert [(item.claim.id, item.status, [one.id for one in item.disagreements]) for item in found] == [
        ("CL02", "conflicts", ["money"]), ("CL01", "conflicts", ["sum", "money"]), ("CL03", "unchecked", [])]


def test_one_broken_check_is_told_for_the_whole_ledger():
    with pytest.raises(ValueError, match="averge"):
        assess(Ledger([claim(), claim("averge: Food")]), GRANTS, [])


def test_nothing_to_assess():
    assert assess(Ledger(), Facts(), [CONTESTED]) == []


def test_outcomes_and_claims_cannot_be_changed():
    with pytest.raises(AttributeError):
        Outcome(True, "x").agrees = False
    with pytest.raises(ValueError):
        claim().value = 2


# ---------------------------------------------------------------- the claims of the book

STATUSES = """
CL01 unchecked    £27 billion has no accounts behind it
CL02 conflicts    sites: 8,253 or about 1,200
CL03 conflicts    hectares of trusts, or of all
CL05 conflicts    NHS staff
CL08 agrees       three priorities on lines 20 to 22
CL09 unchecked    a place in a list
CL10 conflicts    10% to 20%, or 0% to 17%
CL11 unchecked    people in the area
CL12 unchecked    88% without a count of replies
CL14 unchecked    81% without a count of replies
CL15 unchecked    a rule
CL16 conflicts    £345,000, £335,000 or £335,600
CL17 conflicts    1,000 or 1,089 panels
CL18 conflicts    hours without a time base
CL19 conflicts    tonnes without a time base
CL20 conflicts    1,000, more than 1,000, nearly 1,000
CL26 differs      a Monday, told as a Thursday
CL27 conflicts    £450,000 or £360,000
CL31 agrees       3 applicants
CL32 differs      3 × £20,712 is not £62,157
CL33 differs      £7 too low
CL34 agrees       1 and 2 of 3
CL35 agrees       18 applicants
CL36 agrees       18 × £20,255, to rounding
CL37 agrees       364,588 ÷ 18
CL38 agrees       6, 1 and 11 of 18
CL39 agrees       5 applicants
CL40 agrees       5 × £19,196, to rounding
CL41 agrees       95,979 ÷ 5
CL42 agrees       2 and 3 of 5
CL43 differs      69, not 59
CL44 differs      59 × £18,770 is not £1,295,152
CL45 differs      £21,951.73
CL46 differs      three times 0%
CL47 differs      half of 5
CL48 differs      5 × £14,470 is not £86,476
CL49 differs      £17,295.20
CL50 differs      half of 5
CL51 conflicts    half of which gap
CL52 unchecked    not yet 2035
CL53 agrees       four names
CL58 agrees       six opportunities
CL59 agrees       five tensions
CL60 agrees       fifteen actions
CL61 unchecked    no page numbers
CL69 conflicts    six or seven anchors
CL70 conflicts    £6 billion or over £4 billion
CL71 conflicts    50,000 or over 40,000
CL72 unchecked    a date
CL76 conflicts    37, 31 or over 40 leaders
""".strip().splitlines()


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return read_catalogue(Project(copy_project(tmp_path_factory.mktemp("claims") / "book")))


@pytest.fixture(scope="module")
def assessed(book) -> dict[str, Assessed]:
    return {item.claim.id: item for item in book.assessed}


def test_the_77_claims_come_first_and_each_claim_has_a_source_a_place_and_a_kind(book, assessed):
    """CL01 to CL77 are the numbers of the source documents; CL101 and on are those of other pages."""
    ids = [item.claim.id for item in book.assessed]
    assert ids[:77] == [f"CL{number:02}" for number in range(1, 78)]
    assert ids[77:] == [f"CL{number}" for number in range(101, 101 + len(ids) - 77)]
    for item in assessed.values():
        assert item.claim.source in book.bibliography and item.claim.locator and item.claim.period is not None, item.claim.id
        assert item.claim.kind in book.vocabulary["measure_kinds"].by_id
        assert item.claim.unit or item.claim.text


@pytest.mark.parametrize("line", STATUSES, ids=lambda line: line.split()[0])
def test_state_of_a_claim(assessed, line):
    id, status, _why = line.split(maxsplit=2)
    assert assessed[id].status == status


def test_states_are_those_of_the_vocabulary(book, assessed):
    assert {item.status for item in assessed.values()} == {term.id for term in book.vocabulary["claim_statuses"].terms}


def test_a_claim_that_nothing_settles_says_why(assessed):
    """The reason, or the disagreement inside its one source that the page links to."""
    silent = [id for id, item in assessed.items() if item.status == "unchecked" and not item.claim.reason and not item.disagreements]
    assert silent == []


def test_a_claim_that_was_worked_out_shows_the_sum(assessed):
    for id, item in assessed.items():
        if item.status in ("agrees", "differs"):
            assert item.claim.check and any(sign.isdigit() for sign in item.said), id


def test_a_claim_that_another_source_contradicts_names_the_disagreement(assessed):
    for id, item in assessed.items():
        if item.status == "conflicts":
            assert any(one.contested for one in item.disagreements), id


def test_every_disagreement_that_names_a_claim_is_shown_with_it(book, assessed):
    named = {(id, one.id) for entry in book.entries for one in entry.disagreements for id in one.claims}
    assert len(named) > 40
    assert named <= {(id, one.id) for id, item in assessed.items() for one in item.disagreements}


def test_addresses_of_disagreements_are_unlike(book):
    ids = [entry.id for entry in book.register.entries] + [one.id for entry in book.entries for one in entry.disagreements]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("id, words", [
    ("CL33", "£20,719.00; £20,712 is printed"), ("CL43", "69.00 applicants; 59 is printed"), ("CL26", "30 January 2023 was a Monday"),
    ("CL46", "not reported, rather than nought"), ("CL50", "fit 2, 4, 6"), ("CL60", "15 stand in the list"), ("CL16", "£317 a panel"),
    ("CL17", "253 watts each; 1,000 leaves 89 out"), ("CL18", "98 kWh an hour"), ("CL19", "0.511 kg a kWh"), ("CL12", "16 replies"),
    ("CL53", "Westbourne, Church Street, Harrow Road, Queen's Park"),
])
def test_what_is_said_of_a_claim(assessed, id, words):
    assert words in assessed[id].said


def test_claims_of_the_grant_table_print_what_the_table_prints(book, assessed):
    """The ledger and the table are typed twice; the checks use the table only."""
    from anchorbook.reading_csv import read_csv
    from tests.support.projects import ROOT

    rows = read_csv(ROOT / "data" / "compassionate-communities-grants.csv", "grants").data["rows"]
    columns = {"applicants": "applicants", "total": "total_requested_gbp", "average": "average_requested_gbp"}
    seen = 0
    for item in assessed.values():
        name, _, theme = item.claim.check.partition(": ")
        for row in (row for row in rows if row["theme"] == theme):
            assert item.claim.locator == row["locator"] and item.claim.source == row["source_key"]
            if name == "shares":
                words = "{small_percent}% small, {micro_percent}% micro, {large_percent}% large, {high_priority_percent}% high priority"
                assert item.claim.text == words.format(**row)
            else:
                assert item.claim.value == int(row[columns[name]])
            seen += 1
    assert seen == 20
