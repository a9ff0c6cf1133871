"""Records that do not fit the usual shape: each can be written, passes the check, and keeps its meaning wherever it is shown.

One file of each kind stands in ``tests/good_files/odd``. Its first lines say what is odd, how it is written and why so.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from pydantic import ValidationError

import anchorbook
from anchorbook.checks import Subject
from anchorbook.export import Case
from anchorbook.export.tables import BOM, measures_csv
from anchorbook.checking import References, check_document, make_entry
from anchorbook.loading import read_catalogue
from anchorbook.model import CaseStudy, Measure
from anchorbook.reading import read_bytes
from anchorbook.site.case_page import render_case
from tests.support.projects import GOOD_FILES, ROOT, SMALL_BIBLIOGRAPHY, make_project

ODD = GOOD_FILES / "odd"
KINDS = ["failed-component", "intervals", "no-outcome", "organisation-that-left", "other-currencies", "ranges", "several-places-and-periods", "two-studies"]
FILES = {path.name: path.read_bytes() for path in sorted(ODD.glob("*.yaml"))}


@dataclass(frozen=True)
class Shown:
    """One record, as it is read and as it is shown."""

    subject: Subject
    texts: dict[str, str]

    @property
    def case(self) -> CaseStudy:
        return self.subject.case

    @property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup(self.texts["body"], "html.parser")

    @property
    def brief(self) -> dict:
        return json.loads(self.texts["brief"])

    @property
    def words(self) -> str:
        return words(self.page)

    def rows(self, group: str) -> list[list[str]]:
        """The rows of a table of numbers: what, value, when, source."""
        return [[words(cell) for cell in row.select("th, td")] for row in self.page.select(f".numbers-{group} tbody tr")]

    def part(self, heading: str) -> str:
        """The words under a heading, up to the next."""
        found = self.page.find(["h2", "h3"], string=heading)
        after = []
        for item in found.find_next_siblings():
            if item.name in ("h2", "h3"):
                break
            after.append(words(item))
        return " ".join(after)

    def table(self) -> list[dict[str, str]]:
        """Its rows in the table of measures that people can download."""
        text = measures_csv().text([Case(make_entry(self.subject), self.texts["record"])])
        return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline=""), strict=True))


def words(part) -> str:
    return " ".join(part.get_text(" ").split())


def values(record: Shown, *groups: str) -> list[str]:
    """What the tables of numbers say, in the order of the record."""
    said = {row[0].rpartition(" ")[0]: row[1] for group in groups for row in record.rows(group)}
    return [said[measure.name] for measure in record.case.measures]


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> dict[str, Shown]:
    """Every odd record, by its id."""
    read = read_catalogue(make_project(tmp_path_factory.mktemp("odd") / "book", FILES))
    found = {}
    for name, raw in FILES.items():
        subject, _findings = check_document(read_bytes(raw, f"case_studies/{name}"), References(read.vocabulary, read.bibliography, read.ledger))
        assert subject is not None, name
        found[subject.case.id] = Shown(subject, render_case(subject, make_entry(subject)))
    return found


@pytest.fixture(scope="module")
def frame(tmp_path_factory) -> pd.DataFrame:
    """All their measures, as notebooks get them."""
    root = tmp_path_factory.mktemp("frame") / "book"
    make_project(root, FILES)
    return anchorbook.load(root).to_frame("measures").set_index(["case_id", "number"])


# ---------------------------------------------------------------- all of them


def test_there_is_one_file_of_each_kind():
    assert sorted(name.removesuffix(".yaml") for name in FILES) == KINDS


@pytest.mark.parametrize("references", [ROOT / "references.bib", SMALL_BIBLIOGRAPHY], ids=["those of the book", "a small list"])
def test_the_checker_has_nothing_to_say(tmp_path, references):
    read = read_catalogue(make_project(tmp_path, FILES, references=references))
    # A small project does not cite all the sources of its list; that is no matter of the records.
    assert [finding for finding in read.findings if finding.path != "references.bib"] == []
    assert sorted(read.by_id) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_each_says_that_it_is_made_up_what_is_odd_and_that_its_sources_do_not_say_it(kind, shown):
    top = [line for line in FILES[f"{kind}.yaml"].decode().split("\n") if line.startswith("#")]
    assert 2 <= len(top) <= 3 and all(mark in " ".join(top) for mark in ("Odd:", "How:", "Why:"))
    case = shown[kind].case
    assert case.title.startswith("A made-up example: ") and case.summary.startswith("A made-up example.")
    assert case.lead_org.startswith("Example ") and all(partner.name.startswith("Example ") for partner in case.partners)
    assert all(source.note.endswith("made-up example. It does not say this.") for source in case.sources)


@pytest.mark.parametrize("kind", KINDS)
def test_written_out_and_read_again_it_is_the_same(kind, shown):
    case = shown[kind].case
    assert CaseStudy.model_validate_json(shown[kind].texts["record"]) == case
    assert CaseStudy.model_validate(case.model_dump()) == case


# ---------------------------------------------------------------- each kind


def test_two_studies_stand_apart_each_with_its_own_strength(shown):
    record = shown["two-studies"]
    counted, compared = [words(item) for item in record.page.find("h3", string="Studies").find_next("ul").select("li")]
    assert counted.startswith("Counts without comparison (level 0 on the Maryland scale, by those involved): More than half")
    assert compared.startswith("Comparison group over time (level 3 on the Maryland scale, independent): The share in work was 6 points")
    first, second = record.rows("results")
    assert "54%" in first[1] and "interval" not in first[1] and "percentage points" not in first[1]
    assert second[1].startswith("6 percentage points") and "95% confidence interval 1 to 11" in second[1]
    assert first[3] != second[3]
    said = words(record.page.select_one("[aria-labelledby=conflicts]"))
    assert "54% of those coached" in said and "6 percentage points more" in said


def test_a_range_is_shown_as_a_range_and_an_open_end_as_open(shown, frame):
    homes, rent, families, damp = values(shown["ranges"], "results", "context")
    assert homes.startswith("30 to 40 homes") and rent.startswith("£400 to £650 a month")
    assert families == "more than 100 families" and damp == "at most 10%"
    assert "interval" not in homes + rent and "35" not in shown["ranges"].words
    row = shown["ranges"].table()[0]
    assert (row["value"], row["low"], row["high"], row["interval_low"]) == ("", "30", "40", "")
    of_homes = frame.loc["ranges", 1]
    assert pd.isna(of_homes["value"]) and (of_homes["low"], of_homes["high"]) == (30, 40)


def test_an_interval_has_its_level_and_is_neither_a_range_nor_a_plain_value(shown, frame):
    record = shown["intervals"]
    warmth, visits = record.rows("results")
    (cold,) = record.rows("context")
    assert "44%" in cold[1] and "95% confidence interval 38% to 50%" in cold[1] and "difference" not in cold[1]
    assert warmth[1].startswith("0.8 degrees") and "95% confidence interval 0.3 to 1.3, p = 0.002" in warmth[1]
    assert visits[1].startswith("0.95 times") and "90% credible interval 0.82 to 1.1 times" in visits[1] and "No difference" in visits[1]
    assert record.brief["results"] == [
        "Warmth of the living room, above homes without advice: 0.8 degrees, 95% confidence interval 0.3 to 1.3 degrees (2020 to 2021) [Britteon and others 2022]",
        "Chance of a visit to a GP, compared with people without advice: 0.95 times, 90% credible interval 0.82 to 1.1 times (2020 to 2021) [Britteon and others 2022]",
    ]
    row = record.table()[0]
    assert [row[name] for name in ("value", "low", "interval_low", "interval_high", "interval_level", "effect_estimate")] == ["44", "", "38", "50", "95", ""]
    share, difference, ratio = (frame.loc["intervals", number] for number in (1, 2, 3))
    assert share[["value", "value_ci_low", "value_ci_high", "value_ci_level", "value_interval_type"]].tolist() == [44, 38, 50, 95, "confidence"]
    assert not share["has_comparison"] and pd.isna(share["effect"]) and pd.isna(share["low"])
    assert difference[["effect", "ci_low", "ci_high"]].tolist() == [0.8, 0.3, 1.3] and pd.isna(difference["value_ci_low"]) and difference["value_interval_type"] == ""
    assert ratio["value_interval_type"] == "credible" and pd.isna(ratio["effect"]) and ratio["has_comparison"]


def test_the_interval_of_a_difference_is_not_said_of_the_value_beside_it(shown):
    """A measure may give a share, and apart from it a difference: the short form shows the share, without the interval of the other."""
    text = FILES["two-studies.yaml"].decode().replace("    value: 54\n", "    value: 54\n    effect: {estimate: 6, ci_low: 1, ci_high: 11, ci_level: 95}\n")
    known = shown["two-studies"].subject
    subject, _findings = check_document(read_bytes(text.encode(), "case_studies/two-studies.yaml"), References(known.vocabulary, known.bibliography, known.ledger))
    record = Shown(subject, render_case(subject, make_entry(subject)))
    assert record.brief["results"][0] == "People in work at the end, as the trust counted them: 54% (2018 to 2020) [Reed and others 2019g]"
    assert "difference 6, 95% confidence interval 1 to 11" in record.rows("results")[0][1]


@pytest.mark.parametrize("fields, code, says", [
    ({"value": 5, "interval": {"low": 9, "high": 1}}, "range-upside-down", "low above high"),
    ({"low": 1, "high": 9, "interval": {"low": 1, "high": 9}}, "measure-without-value", "an interval and no value"),
    ({"text": "many", "interval": {"low": 1, "high": 9}}, "measure-without-value", "an interval and no value"),
    ({"effect": {"estimate": 5}, "interval": {"low": 1, "high": 9}}, "measure-without-value", "an interval and no value"),
    ({"value": 5, "interval": {"low": 1}}, "missing", "required"),
    ({"value": 5, "interval": {"low": 1, "high": 9, "level": 100}}, "less_than", "less than 100"),
    ({"value": 5, "interval": {"low": 1, "high": 9, "type": "likely"}}, "string_pattern_mismatch", "pattern"),
])
def test_ways_of_getting_an_interval_wrong(fields, code, says):
    with pytest.raises(ValidationError) as caught:
        Measure.model_validate({"name": "Jobs", "kind": "output", "unit": "people", "source": "a", **fields})
    assert [(item["type"], says in item["msg"].lower()) for item in caught.value.errors()] == [(code, True)]


def test_every_place_and_period_is_kept_and_each_number_says_whose_it_is(shown, frame):
    record = shown["several-places-and-periods"]
    glance = words(record.page.select_one(".glance"))
    assert "Exampleton (North East); Sampleford (Yorkshire and the Humber); Glen Example (Scotland)" in glance
    assert "First phase: April 2016 to March 2018; Second phase: since September 2021" in glance
    assert make_entry(record.subject).facets["region"] == ("north-east", "yorkshire-and-the-humber", "scotland")
    assert [(row[0].removesuffix(" Output"), row[1].partition(" wheelchairs")[0], row[2]) for row in record.rows("results")] == [
        ("Wheelchairs mended (Exampleton)", "210", "April 2016 to March 2018"),
        ("Wheelchairs mended (Sampleford)", "95", "April 2016 to March 2018"),
        ("Wheelchairs mended (Exampleton)", "340", "September 2021 to March 2023"),
        ("Wheelchairs mended (Glen Example)", "not counted", "September 2021 to March 2023"),
    ]
    assert "645" not in record.words and "305" not in record.words and "550" not in record.words
    assert frame.loc["several-places-and-periods"]["place"].tolist() == ["Exampleton", "Sampleford", "Exampleton", "Glen Example"]


def test_money_stays_in_its_currency_and_is_not_added_up(shown, frame):
    record = shown["other-currencies"]
    assert [(row[1], row[2]) for row in record.rows("inputs")] == [("€2.4 million", "2019"), ("SEK 9.5 million", "2020"), ("£30,000", "2019")]
    assert record.rows("results")[0][1].startswith("€40,000 to €55,000 a year")
    money = record.page.select_one("table[aria-labelledby=value]")
    assert [words(row.th) for row in money.select("tbody tr")] == ["€1.8 for each €1 Modelled", "£1.2 for each £1 Modelled"]
    assert words(money.thead).startswith("Return, each in its own currency")
    assert "£2" not in record.words and "£9" not in record.words and "£40" not in record.words
    assert [row["unit"] for row in record.table()] == ["EUR"] and frame.loc["other-currencies", 1]["unit"] == "EUR"


def test_one_currency_is_named_once_above_the_returns(shown):
    text = FILES["other-currencies.yaml"].decode().replace("currency: GBP", "currency: EUR")
    known = shown["other-currencies"].subject
    subject, _findings = check_document(read_bytes(text.encode(), "case_studies/other-currencies.yaml"), References(known.vocabulary, known.bibliography, known.ledger))
    money = Shown(subject, render_case(subject, make_entry(subject))).page.select_one("table[aria-labelledby=value]")
    assert words(money.thead).startswith("Return for each €1 ")
    assert [words(row.th) for row in money.select("tbody tr")] == ["€1.8 Modelled", "€1.2 Modelled"]


def test_no_outcome_is_not_measured_and_not_no_effect(shown, frame):
    record = shown["no-outcome"]
    signals = words(record.page.select_one(".three-signals"))
    assert "○ Not measured" in signals and "does not mean that there was no effect" in signals
    assert not record.page.select(".verdict-no-difference, .verdict-better, .verdict-mixed, .verdict-worse")
    assert make_entry(record.subject).facets["result"] == ("not-measured",) and record.brief["showed"] == "Not measured"
    assert [row[1] for row in record.rows("results")] == ["62 people"] and [row[1].partition(" A hope")[0] for row in record.rows("targets")] == ["50 people"]
    assert len(record.brief["results"]) == 1 and "62 people" in record.brief["results"][0]
    assert frame.loc["no-outcome"]["is_result"].tolist() == [True, False]
    assert set(frame.loc["no-outcome"]["direction"]) == {"not-measured"} == {row["direction"] for row in record.table()}


def test_a_failed_part_shows_in_what_did_not_work_and_the_rest_goes_on(shown):
    record = shown["failed-component"]
    assert "The night bus failed and was stopped in April 2020" in record.part("What did not work")
    assert words(record.page.select_one(".eyebrow")) == "Case study · Running"
    assert make_entry(record.subject).facets["status"] == ("running",)
    assert "Hiring: since April 2019; Night bus (stopped early): September 2019 to April 2020" in words(record.page.select_one(".glance"))
    assert [row[1] for row in record.rows("targets")] == ["60 passengers a night"]
    assert [row[1].partition(" before")[0] for row in record.rows("results")] == ["85 people", "about 7 passengers a night"]
    assert "night bus failed" in record.brief["not_worked"]


def test_an_organisation_that_left_shows_with_its_dates(shown):
    record = shown["organisation-that-left"]
    assert [words(item) for item in record.page.find("h3", string="Who took part").find_next("ul").select("li")] == [
        "Example Borough Council: led the network, then left (local government), 2017 to March 2020 It left when its budget was cut.",
        "Example College: skills (education)",
        "Example Housing Group: homes for staff (housing), since June 2021",
    ]
    assert "Who led it Example NHS Trust" in words(record.page.select_one(".glance"))
    assert [str(partner.period) if partner.period else "" for partner in record.case.partners] == ["2017 to March 2020", "", "since June 2021"]
    assert json.loads(record.texts["record"])["partners"][0]["period"]["end"] == "2020-03"
    assert record.brief["partners"][0] == "Example Borough Council (2017 to March 2020)"
