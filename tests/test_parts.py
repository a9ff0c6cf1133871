"""The small values: dates, periods, and the short ways of writing them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from anchorbook.parts import Cite, Partner, Period, Place, Population, Source, check_date, say_date
from pydantic_core import PydanticCustomError


def period(value) -> Period:
    return Period.model_validate(value)


def complaint(model, value):
    """The first thing that is wrong: its code and message."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(value)
    first = caught.value.errors()[0]
    return first["type"], first["msg"]


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize("value, text", [("2021", "2021"), (2021, "2021"), ("2021-05", "2021-05"), ("2024-02-29", "2024-02-29")])
def test_dates(value, text):
    assert check_date(value) == text


@pytest.mark.parametrize("value", [
    "2021-5", "21", "26 May 2021", "26/05/2021", "2021/05", "", "2021-05-26T10:00", "2021\n", 20210526, -2021,
    True, 2021.5, None, ["2021"],
])
def test_not_dates(value):
    with pytest.raises(PydanticCustomError) as caught:
        check_date(value)
    assert caught.value.type == "bad-date"
    assert "2021-05-26" in caught.value.context["hint"]


@pytest.mark.parametrize(("value", "hint"), [
    ("2021-13", "There is no month 13. January is 01 and December is 12."), ("2021-00-10", "There is no month 00. January is 01 and December is 12."),
    ("2021-02-29", "February 2021 has 28 days, from 01 on."), ("2024-02-31", "February 2024 has 29 days, from 01 on."),
    ("2021-04-00", "April 2021 has 30 days, from 01 on."), ("0000", "There is no year 0000. Write the year in four digits, as 2021."),
])
def test_days_that_no_calendar_has(value, hint):
    with pytest.raises(PydanticCustomError) as caught:
        check_date(value)
    assert (caught.value.type, caught.value.context["hint"]) == ("bad-date", hint)


@pytest.mark.parametrize("text, said", [("2021", "2021"), ("2021-05", "May 2021"), ("2021-05-06", "6 May 2021"), ("2020-12-31", "31 December 2020")])
def test_dates_as_people_say_them(text, said):
    assert say_date(text) == said


# ---------------------------------------------------------------- periods


@pytest.mark.parametrize("value, start, end, ongoing", [
    ("2021", "2021", "2021", False),
    (2021, "2021", "2021", False),
    ("2021-05", "2021-05", "2021-05", False),
    ("2021-05-26", "2021-05-26", "2021-05-26", False),
    ("2020/21", "2020-04", "2021-03", False),
    ("2020/2021", "2020-04", "2021-03", False),
    ("1999/00", "1999-04", "2000-03", False),
    ("FY2020/21", "2020-04", "2021-03", False),
    ("FY 2020-21", "2020-04", "2021-03", False),
    ("2016 to 2021", "2016", "2021", False),
    ("  2016-04 to 2021-03-31 ", "2016-04", "2021-03-31", False),
    ("2016 to now", "2016", None, True),
    ("2016 to present", "2016", None, True),
    ("from 2016 to 2021", "2016", "2021", False),
    ("2020/21 to 2022/23", "2020-04", "2023-03", False),
    ("2016 to Today", "2016", None, True),
    ("since 2016", "2016", None, True),
    ("Since 2016-04", "2016-04", None, True),
    ("from 2016", "2016", None, False),
    ("until 2021", None, "2021", False),
    ("not known", None, None, False),
    ("Unknown", None, None, False),
    ({"start": 2016, "end": "2021"}, "2016", "2021", False),
    ({"start": "2016", "end": "now"}, "2016", None, True),
    ({"start": "2016", "ongoing": True}, "2016", None, True),
    ({"end": "2021"}, None, "2021", False),
])
def test_ways_of_writing_a_period(value, start, end, ongoing):
    found = period(value)
    assert (found.start, found.end, found.ongoing) == (start, end, ongoing)


def test_a_period_nobody_knows_says_so():
    assert period("not known").note == "not known"


@pytest.mark.parametrize("value", ["a while ago", "", "2016-2021", "2020-21", "2019/21", "March 2021", "2021 to 2016", "2021-05 to 2021-04", {"start": 2021, "end": 2016}])
def test_not_periods(value):
    code, message = complaint(Period, value)
    assert code == "bad-period"
    assert "period" in message


@pytest.mark.parametrize("value", ["2020-13 to 2021", "since May", "until then", {"start": "x"}])
def test_a_bad_date_in_a_period_is_named(value):
    assert complaint(Period, value)[0] == "bad-date"


@pytest.mark.parametrize("value", [{"start": "2016", "stop": "2021"}, {"ongoing": "yes"}, 2016.5, ["2016"], True])
def test_other_things_are_refused(value):
    with pytest.raises(ValidationError):
        period(value)


@pytest.mark.parametrize("start, end", [("2020", "2020"), ("2020-06", "2020"), ("2020", "2020-06"), ("2020-06", "2020-06-01"), ("2019-12-31", "2020")])
def test_ends_of_unlike_precision_are_in_order(start, end):
    assert period({"start": start, "end": end}).end == end


@pytest.mark.parametrize("value, said", [
    ("2021-05-26", "26 May 2021"),
    ("2016 to 2021-03", "2016 to March 2021"),
    ("2020/21", "April 2020 to March 2021"),
    ("since 2016", "since 2016"),
    ("from 2016-04", "from April 2016"),
    ("until 2021", "until 2021"),
    ("not known", "date not known"),
    ({"start": "2016", "end": "2018", "label": "Pilot"}, "Pilot: 2016 to 2018"),
])
def test_periods_as_people_say_them(value, said):
    assert str(period(value)) == said


def test_a_period_survives_being_written_out_and_read_again():
    for value in ("since 2016", "2020/21", "not known", "until 2021", {"start": "2016", "label": "Pilot", "note": "n"}):
        assert period(period(value).model_dump()) == period(value)


# ---------------------------------------------------------------- other short ways


@pytest.mark.parametrize("model", [Cite, Source])
@pytest.mark.parametrize("text, key, locator", [
    ("reed2019", "reed2019", ""),
    ("reed2019_ch7, line 93", "reed2019_ch7", "line 93"),
    ("reed2019, pages 3, 4 and 9", "reed2019", "pages 3, 4 and 9"),
    ("  reed2019 ,line 1 ", "reed2019", "line 1"),
])
def test_a_source_on_one_line(model, text, key, locator):
    found = model.model_validate(text)
    assert (found.key, found.locator) == (key, locator)


@pytest.mark.parametrize("text", ["", ", line 4"])
def test_a_source_needs_a_key(text):
    assert complaint(Cite, text)[0] == "string_too_short"


@pytest.mark.parametrize("text, name, region", [
    ("Sandwell", "Sandwell", ""),
    ("Sandwell, West Midlands", "Sandwell", "west-midlands"),
    ("Royal Hospital, Stoke-on-Trent, West Midlands", "Royal Hospital, Stoke-on-Trent", "west-midlands"),
    ("Hull, yorkshire-and-the-humber", "Hull", "yorkshire-and-the-humber"),
])
def test_a_place_on_one_line(text, name, region):
    found = Place.model_validate(text)
    assert (found.name, found.region, found.country) == (name, region, "GB")


@pytest.mark.parametrize("country", ["gb", "UKX", "", "G1"])
def test_a_country_is_two_capital_letters(country):
    assert complaint(Place, {"name": "Leeds", "country": country})[0] == "string_pattern_mismatch"


def test_a_name_alone_is_a_partner_and_a_sentence_a_population():
    assert Partner.model_validate("UNISON") == Partner(name="UNISON")
    assert Population.model_validate("Young people") == Population(description="Young people")


@pytest.mark.parametrize("model, value", [
    (Place, {"name": "   "}), (Partner, " "), (Population, ""), (Cite, {"key": " "}), (Source, {"key": ""}),
])
def test_spaces_are_not_a_text(model, value):
    assert complaint(model, value)[0] == "string_too_short"


def test_parts_cannot_be_changed():
    with pytest.raises(ValidationError):
        period("2021").start = "2020"


@pytest.mark.parametrize("name", ["{hint}", "{a}", "{{b}}", "{"])
def test_braces_of_the_writer_stand_in_the_message_as_written(name):
    assert complaint(Period, name)[1] == f'"{name}" is not a period.'
