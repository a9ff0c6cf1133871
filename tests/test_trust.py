"""A trust's own counts of staff: what is compared, what is refused, and that nothing shown gives a small count or a person away."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import os
import random
import re
import stat
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import anchorbook.build as building
from anchorbook.cli import main
from anchorbook.evidence import deprivation as dep
from anchorbook.evidence.deprivation import report as words
from anchorbook.evidence.deprivation.trust import LEAST_IN_DISTRICT, LEAST_STAFF
from anchorbook.project import Project
from tests.support.projects import ROOT

TABLE, SAMPLE = ROOT / "data" / "deprivation-2019.csv", ROOT / "data" / "sample-staff-synthetic.csv"


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    return dep.load_areas(TABLE)


@pytest.fixture(scope="module")
def basildon(areas) -> pd.DataFrame:
    return areas[areas["district"] == "Basildon"]


def staff_in(areas: pd.DataFrame, **heads: int) -> pd.Series:
    """So many staff in the first area of each district; ``Castle_Point`` is Castle Point."""
    counts = pd.Series(0, index=areas.index)
    for district, number in heads.items():
        counts[areas.index[areas["district"] == district.replace("_", " ")][0]] = number
    return counts


def small_country(*sizes: int, district: str = "Smallshire") -> pd.DataFrame:
    """Made-up areas of one district: so many in decile 1, so many in decile 2 and so on."""
    rows = [{"district": district, "imd_decile": decile, "imd_rank": 3_284 * (decile - 1) + 50 * at + 1,
             "imd_score": 80.0 - 8 * decile - 0.01 * at, dep.RESIDENTS: 900 + 13 * decile + 7 * at}
            for decile, size in enumerate(sizes, 1) for at in range(size)]
    return pd.DataFrame(rows, index=[f"E0100{number:04}" for number in range(len(rows))])


# ---------------------------------------------------------------- what is compared


def test_the_sample_as_a_trust_would_see_it(areas):
    found = dep.analyse(areas, dep.load_staff_counts(SAMPLE, areas))
    assert (found.counted, found.areas, len(found.districts)) == (3_000, 705, 9)
    assert list(found.deciles.index) == list(range(1, 11)) and found.deciles.index.name == "Decile"
    assert list(found.deciles.columns) == ["Areas", "Residents of working age", "Staff", "Staff per 1,000"]
    assert found.deciles.loc[1].tolist() == [26, 25_315, "180", "7.1"] and found.deciles.loc[10].tolist() == [101, 88_091, "285", "3.2"]
    assert found.link.low > 0 and found.chance.p < 0.001 and found.concentration < 0


def test_figures_are_those_of_the_areas_compared(areas, basildon):
    staff = dep.synthetic_staff(basildon, seed=4, total=900)
    found = dep.analyse(areas, staff.reindex(areas.index, fill_value=0))
    rate = 1000 * staff / basildon[dep.RESIDENTS]
    assert found.districts == ["Basildon"] and found.areas == 110
    assert found.link == dep.rank_correlation(rate, basildon["imd_score"])
    assert found.concentration == pytest.approx(dep.concentration_index(basildon, staff), abs=0.02)
    rates = dep.rates_by_decile(basildon, staff)
    assert list(found.deciles["Areas"]) == list(rates["areas"]) and list(found.deciles["Residents of working age"]) == list(rates["residents"])
    for decile, row in found.deciles.iterrows():
        if row["Staff"] != "hidden":
            count = int(row["Staff"].replace(",", ""))
            assert count % 5 == 0 and abs(count - rates.loc[decile, "staff"]) < 5
            assert row["Staff per 1,000"] == f"{1000 * count / row['Residents of working age']:.1f}"


@pytest.mark.parametrize("threshold", [-1, 0, 1, 2])
def test_a_threshold_below_3_is_refused(areas, threshold):
    with pytest.raises(ValueError, match="a threshold below 3 does not protect anyone"):
        dep.analyse(areas, staff_in(areas, Basildon=500), threshold)


@pytest.mark.parametrize("number", [0, 20, LEAST_STAFF - 1])
def test_too_few_staff_are_refused(areas, number):
    with pytest.raises(ValueError, match="fewer than 100"):
        dep.analyse(areas, staff_in(areas, Basildon=number))


def test_staff_spread_too_thinly_are_refused(areas):
    few = {district.replace(" ", "_"): LEAST_IN_DISTRICT - 1 for district in dep.LSOAS_IN_DISTRICT}
    with pytest.raises(ValueError, match="no district has 20 staff or more"):
        dep.analyse(areas, staff_in(areas, **few))


def test_districts_with_few_staff_are_left_out(areas):
    found = dep.analyse(areas, staff_in(areas, Basildon=300, Thurrock=LEAST_IN_DISTRICT, Maldon=LEAST_IN_DISTRICT - 1, Rochford=1))
    assert found.districts == ["Basildon", "Thurrock"] and found.areas == 110 + 98 and found.counted == 320  # a multiple of 5 stays
    for shown in (words.as_text(found), words.as_page(found, "T")):
        assert "Maldon" not in shown and "Rochford" not in shown and "339" not in shown


def test_what_is_left_when_districts_fall_away_must_still_be_enough(areas):
    """100 staff in the file are not 100 staff in the comparison."""
    few = {district.replace(" ", "_"): 19 for district in dep.LSOAS_IN_DISTRICT if district != "Basildon"}
    with pytest.raises(ValueError, match="100"):
        dep.analyse(areas, staff_in(areas, Basildon=20, **few))


def test_no_area_has_so_many_staff_that_nobody_else_lives_there(tmp_path, areas):
    """Payroll numbers under the heading staff are no counts: no area has 1,234,567 people."""
    path = tmp_path / "staff.csv"
    path.write_text("lsoa_code,staff\nE01021237,1234567\nE01021238,7654321\n")
    with pytest.raises(ValueError) as caught:
        dep.load_staff_counts(path, areas)
    assert "1234567" not in str(caught.value)


# ---------------------------------------------------------------- nothing small can be worked out


def numbers_of(found: dep.StaffReport) -> list[int | None]:
    return [None if cell == "hidden" else int(cell.replace(",", "")) for cell in found.deciles["Staff"]]


def check_shown(areas: pd.DataFrame, counts: pd.Series, threshold: int) -> dep.StaffReport:
    """Attack one report with the table, the total, the rates and the residents."""
    found = dep.analyse(areas, counts, threshold)
    true = dep.rates_by_decile(areas, counts)
    shown = numbers_of(found)
    hidden = [decile for decile, number in enumerate(shown, 1) if number is None]
    for decile, number in enumerate(shown, 1):
        rate, residents, places = found.deciles.loc[decile, "Staff per 1,000"], true.loc[decile, "residents"], true.loc[decile, "areas"]
        assert (rate == "hidden") == (number is None)
        if number is None:
            assert places > 0
            continue
        assert number % 5 == 0 and abs(number - true.loc[decile, "staff"]) < 5 and (number == 0) == (true.loc[decile, "staff"] == 0)
        assert rate == ("–" if places == 0 else f"{1000 * number / residents:.1f}")
    if found.counted is None:
        assert all(number in (None, 0) for number in shown)
        assert not re.search(rf"(?<![\d.,]){counts.sum():,}(?![\d.,])", words.findings(found)[0])
        return found
    assert found.counted % 5 == 0 and abs(found.counted - counts.sum()) < 5
    # What the total leaves for the hidden deciles, each of at least 1: enough ways that none is known to within the threshold.
    assert len(hidden) != 1
    if hidden:
        assert true.loc[hidden, "staff"].sum() - len(hidden) + 1 >= threshold
    return found


@pytest.mark.parametrize("threshold", [3, 5])
@pytest.mark.parametrize("sizes", [(1,) * 10, (2,) * 10, (1, 0, 2, 1, 3, 0, 0, 1, 5, 2), (12, 14, 20, 10, 6, 7, 9, 6, 11, 15)],
                         ids=["one area a decile", "two", "uneven, with empty deciles", "as Basildon"])
def test_table_total_rates_and_residents_give_no_small_count_away(threshold, sizes):
    chance = random.Random(f"{threshold} {sizes}")
    areas = small_country(*sizes)
    hid = 0
    for _ in range(12):
        pool = chance.choice([[0, 1, 2, 3, 4, 5, 40, 90], [0, 0, 0, 0, 3, 60], [1, 2, 30], [4, 4, 5, 50], list(range(60))])
        counts = pd.Series([chance.choice(pool) for _ in range(len(areas))], index=areas.index)
        counts.iloc[chance.randrange(len(counts))] += 110
        found = check_shown(areas, counts, threshold)
        hid += "hidden" in found.deciles["Staff"].tolist()
    assert hid or sizes[0] > 2  # the attack met hidden cells


@pytest.mark.parametrize("threshold", [3, 5])
def test_real_areas_and_made_up_staff_give_no_small_count_away(areas, threshold):
    chance = random.Random(threshold)
    for district in ("Maldon", "Castle Point", "Rochford", "Brentwood"):
        here = areas[areas["district"] == district]
        for _ in range(3):
            staff = dep.synthetic_staff(here, chance.randrange(10**6), total=chance.randint(100, 160), gradient=chance.choice([-4, 0, 4]))
            check_shown(here, staff, threshold)


def test_a_decile_of_one_area_with_few_staff_is_hidden_and_not_alone():
    found = check_shown(small_country(*[1] * 10), counts_of(30, 20, 25, 3, 18, 40, 60, 22, 15, 12), 5)
    assert list(found.deciles.index[found.deciles["Staff"] == "hidden"]) == [4, 10]
    assert found.deciles.loc[[4, 10], "Staff per 1,000"].tolist() == ["hidden", "hidden"]


def test_a_decile_that_nobody_lives_in_shows_nothing_hidden():
    found = check_shown(small_country(1, 1, 1, 0, 1, 1), counts_of(60, 50, 40, 30, 0), 5)
    assert found.deciles.loc[4].tolist() == [0, 0, "0", "–"] and found.deciles.loc[6].tolist()[2:] == ["0", "0.0"]


def counts_of(*values: int) -> pd.Series:
    return pd.Series(values, index=[f"E0100{number:04}" for number in range(len(values))])


def said_with(areas: pd.DataFrame, values: list[int]) -> str:
    return words.as_text(dep.analyse(areas, counts_of(*values)))


@pytest.mark.parametrize("values, hidden", [
    ([30, 20, 25, 4, 18, 40, 3, 22, 15, 12], (3, 6)),
    ([2, 20, 25, 9, 18, 40, 14, 22, 15, 6], (0, 9)),
    ([90, 70, 3, 80, 60, 4, 75, 85, 95, 88], (2, 5)),
], ids=["both small", "one small", "many staff"])
def test_the_numbers_below_the_table_do_not_give_hidden_counts_away(values, hidden):
    """A reader tries every pair of counts that the total leaves for two hidden deciles, and compares all that is said."""
    areas = small_country(*[1] * 10)
    said = said_with(areas, values)
    assert [at for at, cell in enumerate(dep.analyse(areas, counts_of(*values)).deciles["Staff"]) if cell == "hidden"] == list(hidden)
    one, other = hidden
    together = values[one] + values[other]
    fits = []
    for guess in range(1, together):
        tried = list(values)
        tried[one], tried[other] = guess, together - guess
        if said_with(areas, tried) == said:
            fits.append(guess)
    assert values[one] in fits and len(fits) >= 5, f"each hidden count must stay one of 5 numbers, as the docstring of suppress says: {fits}"


@pytest.mark.parametrize("threshold, most, size", [(3, 6, 3), (3, 5, 4), (5, 9, 3)])
def test_a_reader_who_knows_this_program_learns_no_hidden_decile(threshold, most, size):
    """Deciles of one area each: of all tables that lead to what is shown, no hidden total is the same in every one."""
    names = [f"a{number}" for number in range(size)]
    groups = pd.Series(names, index=names)
    same: dict[tuple, list[tuple]] = {}
    for counts in itertools.product(range(most + 1), repeat=size):
        shown = dep.suppress(pd.Series(counts, index=names), groups, threshold)
        if shown.total is not None:
            same.setdefault((tuple(None if pd.isna(cell) else int(cell) for cell in shown.groups), shown.total), []).append(counts)
    known = [(seen, total, tables) for (seen, total), tables in same.items()
             for at, cell in enumerate(seen) if cell is None and len({counts[at] for counts in tables}) == 1]
    assert known == []


# ---------------------------------------------------------------- in words


def test_findings_in_words(areas):
    found = dep.analyse(areas, dep.load_staff_counts(SAMPLE, areas))
    counted, link, chance, index = words.findings(found)
    assert counted.startswith("Counted: about 3,000 staff in 705 small areas of Basildon, ") and counted.endswith(f"Thurrock. {words.ROUNDED}")
    assert f"{found.link.rho:.2f} (95% interval {found.link.low:.2f} to {found.link.high:.2f})" in link
    assert link.endswith("More staff per resident live where deprivation is higher.")
    assert found.chance.p < 0.01 and "(p below 0.01, 4,999 shuffles)" in chance and f"{found.concentration:.2f}" in index


@pytest.mark.parametrize("gradient, said", [
    (2.0, "More staff per resident live where deprivation is higher."), (-2.0, "Fewer staff per resident live where deprivation is higher."),
    (0.0, "No clear link: the interval includes 0."),
])
def test_the_direction_is_said_right(areas, basildon, gradient, said):
    staff = dep.synthetic_staff(basildon, seed=1, total=2_000, gradient=gradient).reindex(areas.index, fill_value=0)
    assert said in words.findings(dep.analyse(areas, staff))[1]


def test_a_hidden_total_is_said_to_be_hidden():
    areas = small_country(30)
    found = dep.analyse(areas, counts_of(*[4] * 29, 0))
    assert found.counted is None and numbers_of(found)[0] is None
    assert words.findings(found)[0].startswith("Counted: a number of staff that is hidden in 30 small areas")
    assert "116" not in words.as_text(found) + words.as_page(found, "T")


@pytest.mark.parametrize("written", [words.as_text, lambda found: words.as_page(found, "T")], ids=["text", "page"])
def test_cautions_stand_under_every_report(areas, written):
    text = written(dep.analyse(areas, staff_in(areas, Basildon=300)))
    assert "What this cannot show" in text and words.CAPTION in text
    assert all(line in text for line in words.CANNOT) and len(words.CANNOT) >= 4


def check_self_contained(page: str) -> None:
    assert page.startswith("<!DOCTYPE html>") and page.rstrip().endswith("</html>") and page.count("<html") == page.count("<h1>") == 1
    assert not re.search(r"<(script|link|img|iframe|object|embed|base|form)\b|\b(src|href|srcset|action|on\w+)\s*=|url\(|@import|https?:|//\w", page, re.IGNORECASE)


def test_a_page_needs_nothing_else_and_names_are_escaped():
    hostile = "</title><script src=//x.example>\"'&"
    areas = small_country(*[2] * 10, district=hostile)
    page = words.as_page(dep.analyse(areas, counts_of(*range(20, 40))), hostile)
    plain = page.replace("&lt;/title&gt;&lt;script src=//x.example&gt;&quot;&#x27;&amp;", "NAME")
    assert plain.count("NAME") == 3
    check_self_contained(plain)


# ---------------------------------------------------------------- tables that are refused


def refused(folder: Path, areas: pd.DataFrame, text: str | bytes) -> str:
    """What is said of a table; without its address, so that only what comes from the table is looked at."""
    path = folder / "counts.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ValueError) as caught:
        dep.load_staff_counts(path, areas)
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    return said.removeprefix(f"{path}: ")


HELP = "Ask your HR team to count staff by small area"


@pytest.mark.parametrize("head", [
    "name", "Surname", "First name", "full_name", "Home postcode", "POST CODE", "address line 1", "Date of birth", "DOB", "e-mail", "Email",
    "phone", "payroll", "Payroll no", "employee_id", "NHS number", "NI", "ethnicity", "gender", "Sex", "Grade", "Pay band", "Role",
])
def test_columns_about_people_are_refused(tmp_path, areas, head):
    said = refused(tmp_path, areas, f"lsoa_code,staff,{head}\nE01021237,3,x\n")
    assert "looks like details of people" in said and HELP in said
    assert f'"{head}"' in said or "column 3" in said
    assert "looks like details of people" in refused(tmp_path, areas, f"{head},lsoa_code\nx,E01021237\n")


@pytest.mark.parametrize("text", ["lsoa_code,staff,ward\nE01021237,3,x\n", "ward,lsoa_code,staff\nx,E01021237,3\n", "lsoa_code,staff,\nE01021237,3,\n",
                                  "lsoa_code,staff,staff\nE01021237,3,4\n", "lsoa_code,staff,lsoa_code\nE01021237,3,E01021237\n"],
                         ids=["after", "before", "without a heading", "staff twice", "code twice"])
def test_more_columns_than_two_are_refused(tmp_path, areas, text):
    refused(tmp_path, areas, text)


@pytest.mark.parametrize("postcode", ["SS16 5NL", "ss165nl", "SS16  5NL", " SS16 5NL ", "M1 1AE", "EC1A 1BB", "SS16\u00a05NL"])
@pytest.mark.parametrize("place", ["first cell", "code", "staff", "last row"])
def test_a_postcode_in_any_cell_is_refused_and_not_repeated(tmp_path, areas, postcode, place):
    text = {"first cell": f"{postcode},staff\nE01021237,3\n", "code": f"lsoa_code,staff\n{postcode},3\n", "staff": f"lsoa_code,staff\nE01021237,{postcode}\n",
            "last row": "lsoa_code,staff\n" + "".join(f"{code},7\n" for code in areas.index[:50]) + f"{postcode},1\n"}[place]
    said = refused(tmp_path, areas, text)
    line = {"first cell": 1, "last row": 52}.get(place, 2)
    assert f"line {line} holds a postcode" in said and HELP in said
    assert postcode.strip() not in said


PERSONAL = ["Jane Bloggs", "Bloggs-Bandon", "jane.bloggs@nhs.net", "jane.bloggs@email.example", "A1234567", "QQ 12 34 56 C", "SS16-5NL", "12 High Street SS16 5NL"]


@pytest.mark.parametrize("value", PERSONAL)
@pytest.mark.parametrize("text", [
    "lsoa_code,staff\n{0},3\n",
    "lsoa_code,staff\n{0},3\n{0},4\n",
    "lsoa_code,staff\nE01021237,{0}\n",
    "E01021237,{0}\nE01021238,Joe Soap\n",
    "{0},E01021237\nJoe Soap,E01021238\n",
    "lsoa_code,staff,{0}\nE01021237,3,1\n",
    "lsoa_code,staff\n{0},E01021237,1\nJoe Soap,E01021238,1\n",
    "lsoa_code,staff\nE01021237,3,{0}\n",
    "lsoa_code,staff\nE01021237,3\nE01021238,4,{0}\n",
    "lsoa_code;staff;{0}\nE01021237;3;1\n",
], ids=["as code", "as code, twice", "as staff", "no headings", "no headings, first", "as a heading", "before the two, no heading",
        "after the two, no heading", "in one row", "with semicolons"])
def test_personal_values_are_refused_and_never_repeated(tmp_path, areas, value, text):
    said = refused(tmp_path, areas, text.format(value))
    for part in (value, *re.split(r"[ ,.@-]", value)):
        if len(part) > 3:
            assert part not in said, said


@pytest.mark.parametrize("text", [
    "lsoa_code,staff\nE01021237,1\nE01021237,1\nE01021238,1\n",
    "lsoa_code,staff\nE01021237,1\nE01021238,1\nE01021237,1\n",
    "lsoa_code\nE01021237\nE01021237\n",
    "lsoa_code\nE01021237\nE01021238\nE01021237\n",
    "staff,lsoa_code\n1,E01021237\n1,E01021237\n",
    "lsoa_code,staff\nE01021237, 1\nE01021237, 1\n",
], ids=["count 1", "count 1, apart", "codes alone", "codes alone, apart", "columns turned round", "with blanks"])
def test_one_row_for_each_person_is_refused(tmp_path, areas, text):
    said = refused(tmp_path, areas, text)
    assert "one row for each person" in said and "Add the rows up first" in said


def test_many_areas_with_one_each_are_counts(tmp_path, areas):
    path = tmp_path / "counts.csv"
    path.write_text("lsoa_code,staff\n" + "".join(f"{code},1\n" for code in areas.index[:120]))
    assert dep.load_staff_counts(path, areas).sum() == 120


def test_other_districts_are_refused(tmp_path, areas, basildon):
    assert "the area E01000001 is not known here" in refused(tmp_path, areas, "lsoa_code,staff\nE01021237,3\nE01000001,3\n")
    assert "the area E01015814 is not known here" in refused(tmp_path, basildon, "lsoa_code,staff\nE01015814,3\n")


@pytest.mark.parametrize("text", [b"", b"\xff\xfel\x00s\x00", "lsoa_code,staff\nE01021237,J\u00f3se\n".encode("latin-1"), b'lsoa_code,staff\n"E01021237,3\n',
                                  b"PK\x03\x04\x00\x00", b"lsoa_code,staff\nE01021237,\n", b"lsoa_code,staff\n"],
                         ids=["empty", "UTF-16", "Latin-1", "open quote", "spreadsheet", "empty cell", "no rows"])
def test_what_is_no_table_of_counts_is_refused_in_words(tmp_path, areas, text):
    said = refused(tmp_path, areas, text)
    assert "codec" not in said and "Error" not in said and said[0].islower() and said.endswith(".")


# ---------------------------------------------------------------- File 7 of the publisher

FILE7_HEADS = {
    "lsoa_code": "LSOA code (2011)", "lsoa_name": "LSOA name (2011)", "district_code": "Local Authority District code (2019)",
    "district": "Local Authority District name (2019)", "imd_score": "Index of Multiple Deprivation (IMD) Score",
    "imd_rank": "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
    "imd_decile": "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)", "income": "Income Score (rate)",
    "income_rank": "Income Rank (where 1 is most deprived)", "population_mid_2015": "Total population: mid 2015 (excluding prisoners)",
    "children": "Dependent Children aged 0-15: mid 2015 (excluding prisoners)", "middle": "Population aged 16-59: mid 2015 (excluding prisoners)",
    "population_working_age_mid_2015": "Working age population 18-59/64: for use with Employment Deprivation Domain (excluding prisoners) ",
}


def made_up_england(number: int = 32_844) -> pd.DataFrame:
    """Areas with the publisher's headings and made-up figures, 100 to a district."""
    at = np.arange(number)
    rank = np.random.default_rng(7).permutation(number) + 1
    return pd.DataFrame({
        "lsoa_code": [f"E01{place:06}" for place in at + 1], "lsoa_name": [f"Made-up {place // 100:03} {place % 100:03}A" for place in at],
        "district_code": [f"E07{place // 100:06}" for place in at], "district": [f"Made-up {place // 100:03}" for place in at],
        "imd_score": [f"{90 - place / 400:.3f}" for place in rank], "imd_rank": rank.astype(str), "imd_decile": np.ceil(10 * rank / number).astype(int).astype(str),
        "income": "0.1", "income_rank": "1", "population_mid_2015": [f"{1_500 + place % 300:,}" for place in at], "children": "300", "middle": "900",
        "population_working_age_mid_2015": [str(800 + place % 300) for place in at]}).rename(columns=FILE7_HEADS)


@pytest.fixture(scope="module")
def england(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("england") / "File_7_-_All_IoD2019_Scores.csv"
    made_up_england().to_csv(path, index=False, encoding="utf-8-sig")
    return path


def test_file_7_is_read_as_published(england):
    found = dep.load_areas(england)
    assert len(found) == 32_844 and tuple(found.columns) == dep.COLUMNS_2019[1:]
    assert found.loc["E01000301", ["district", "population_mid_2015", dep.RESIDENTS]].tolist() == ["Made-up 003", 1_500, 800]
    assert found["imd_decile"].between(1, 10).all() and found[dep.RESIDENTS].dtype.kind == "i"


def test_our_own_table_is_read_the_same_way(areas):
    pd.testing.assert_frame_equal(areas, dep.load_areas_2019(TABLE))


def changed_file7(england: Path, folder: Path, change) -> Path:
    """File 7 after ``change`` of its lines (each with its line end)."""
    path = folder / "File_7.csv"
    path.write_text("".join(change(england.read_text("utf-8-sig").splitlines(keepends=True))), "utf-8-sig")
    return path


def in_heading(old: str, new: str):
    return lambda lines: [lines[0].replace(old, new), *lines[1:]]


@pytest.mark.parametrize("change, said", [
    (lambda lines: lines[:-1], "32,843 areas; File 7 of the 2019 indices has 32,844"),
    (lambda lines: [*lines, *[lines[-1].replace("E01032844", f"E01{number:06}") for number in range(32_845, 33_756)]], "33,755 areas; File 7 of the 2019"),
    (in_heading("Total population: mid 2015", "Total population: mid 2022"), "population_mid_2015"),
    (in_heading("Working age population 18-59/64", "Working age population 18-66"), "population_working_age_mid_2015"),
    (in_heading("LSOA code (2011)", "Area"), "lsoa_code"),
    (lambda lines: [lines[0], lines[1].replace("E01000001", "E01034354"), *lines[2:]], "do not mix"),
    (lambda lines: [lines[0], re.sub(r",\d+\n$", ",many\n", lines[1]), *lines[2:]], "population_working_age_mid_2015 has a cell that is not a number"),
    (lambda lines: [lines[0], re.sub(r",\d+\n$", ",9999\n", lines[1]), *lines[2:]], "more residents of working age than residents"),
    (lambda lines: [lines[0], lines[1].replace("E01000001", "E01000002"), *lines[2:]], "E01000002 stands twice"),
    (lambda lines: [*lines[:-1], lines[-1][:30]], "File_7.csv"),
    (lambda lines: [*lines[:-1], '"' + lines[-1]], "File_7.csv"),
], ids=["one short", "of 2025, by its length", "of 2025, by its population", "other working age", "no code", "newer area", "not a number", "too many", "an area twice",
        "broken off in a row", "open quote"])
def test_a_wrong_file_7_is_refused_in_words(england, tmp_path, change, said):
    path = changed_file7(england, tmp_path, change)
    with pytest.raises(ValueError) as caught:
        dep.load_areas(path)
    assert said in str(caught.value) and path.name in str(caught.value)


def test_a_file_7_in_another_encoding_is_refused_in_words(england, tmp_path, capsys):
    path = tmp_path / "File_7.csv"
    path.write_bytes(england.read_bytes().replace(b"Made-up 000 000A", b"Made-up \xe9", 1))
    assert staff(counts_file(tmp_path, {"E01000001": 200}), "--areas", path) == 1
    said = capsys.readouterr().err
    assert "File_7.csv" in said and "codec" not in said


# ---------------------------------------------------------------- the command


def staff(*arguments: object) -> int:
    return main(["--project", str(ROOT), "staff", *map(str, arguments)])


def counts_file(folder: Path, counts: dict[str, int], name: str = "counts.csv") -> Path:
    path = folder / name
    path.write_text("lsoa_code,staff\n" + "".join(f"{code},{number}\n" for code, number in counts.items()))
    return path


def test_the_sample_runs(capsys, areas):
    assert staff(SAMPLE) == 0
    said = capsys.readouterr()
    assert said.out.startswith("Synthetic staff (made up).")
    assert said.err == "" and said.out.partition("\n\n")[2] == words.as_text(dep.analyse(areas, dep.load_staff_counts(SAMPLE, areas))) + "\n"


def test_a_report_is_one_page_that_needs_nothing_else(tmp_path, capsys):
    page = tmp_path / "page.html"
    assert staff(SAMPLE, "--report", page) == 0
    assert f"Written to {page}. Keep it inside your organisation" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    text = page.read_text("utf-8")
    check_self_contained(text)
    assert "about 3,000 staff" in text and "180" in text and text.count("<tr>") == 11


def test_a_report_never_overwrites(tmp_path, capsys):
    page = tmp_path / "page.html"
    page.write_text("mine")
    assert staff(SAMPLE, "--report", page) == 1
    assert page.read_text() == "mine"
    assert f"{page} is there already and was left alone. Choose another name." in capsys.readouterr().err


def test_a_report_never_follows_a_link_to_a_file(tmp_path):
    target, page = tmp_path / "target.html", tmp_path / "page.html"
    page.symlink_to(target)
    assert staff(SAMPLE, "--report", page) == 1
    assert not target.exists()


@pytest.mark.parametrize("place", ["nowhere/page.html", "."])
def test_a_report_that_cannot_be_written_is_said(tmp_path, capsys, place):
    assert staff(SAMPLE, "--report", tmp_path / place) == 1
    assert str(tmp_path) in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_no_report_is_written_of_a_refused_table(tmp_path, capsys):
    table = tmp_path / "counts.csv"
    table.write_text("lsoa_code,staff,name\nE01021237,300,Jane Bloggs\n")
    assert staff(table, "--report", tmp_path / "page.html") == 1
    said = capsys.readouterr()
    assert said.out == "" and "Jane" not in said.err and not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("arguments, said", [
    (["--threshold", 2], "a threshold below 3"), (["--areas", ROOT / "data" / "deprivation-2025.csv"], "missing"),
    (["--areas", ROOT / "no-such-file.csv"], "no-such-file.csv: this file cannot be opened"), (["--areas", ROOT / "data"], "cannot be opened"),
])
def test_what_is_wrong_is_said_with_status_1(capsys, arguments, said):
    assert staff(SAMPLE, *arguments) == 1
    shown = capsys.readouterr()
    assert shown.out == "" and said in shown.err and "Traceback" not in shown.err


@pytest.mark.parametrize("content", [b"x" * 200_000, b'"' + b"x,\n" * 100_000, bytes(range(256)) * 2_000, b""], ids=["one long cell", "open quote", "any bytes", "empty"])
def test_areas_of_any_content_are_refused_in_words(tmp_path, capsys, content):
    path = tmp_path / "areas.bin"
    path.write_bytes(content)
    assert staff(SAMPLE, "--areas", path) == 1
    assert "areas.bin" in capsys.readouterr().err


def test_a_missing_table_is_said(tmp_path, capsys):
    assert staff(tmp_path / "none.csv") == 1
    assert "none.csv: this file cannot be opened" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["a.csv", "b.csv"], ["a.csv", "--threshold", "few"]])
def test_wrong_options_are_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        staff(*arguments)
    assert stop.value.code == 2 and "usage: anchorbook" in capsys.readouterr().err


def test_a_trust_elsewhere_gives_file_7(england, tmp_path, capsys):
    chance = random.Random(3)
    counts = {f"E01{place:06}": chance.randint(5, 12) for place in range(1, 201)} | {"E01000201": 19}
    table = counts_file(tmp_path, counts)
    assert staff(table) == 1
    assert "the area E01000001 is not known here" in capsys.readouterr().err
    assert staff(table, "--areas", england, "--report", tmp_path / "page.html") == 0
    said = capsys.readouterr().out
    total = sum(counts.values()) - 19
    (counted,) = re.findall(r"Counted: about ([\d,]+) staff in 200 small areas of Made-up 000, Made-up 001\. ", said)
    assert abs(int(counted.replace(",", "")) - total) < 5
    assert f"about {counted} staff in 200 small areas" in (tmp_path / "page.html").read_text("utf-8")


@pytest.mark.parametrize("areas_there", [3, 1])
def test_with_few_areas_no_number_about_a_link_is_given(tmp_path, england, capsys, areas_there):
    whole = england.read_text("utf-8-sig").splitlines(keepends=True)
    small = [line.replace("Made-up 000", "Islands") if number < areas_there else line for number, line in enumerate(whole[1:])]
    path = tmp_path / "File_7.csv"
    path.write_text(whole[0] + "".join(small), "utf-8-sig")
    assert staff(counts_file(tmp_path, {f"E01{place + 1:06}": 50 * (place + 1) + 60 for place in range(areas_there)}), "--areas", path) == 0
    said = capsys.readouterr()
    assert "fewer than 50 small areas" in said.out and "Rank correlation" not in said.out and said.err == ""


# ---------------------------------------------------------------- the sample, and the site


def test_the_sample_is_what_the_program_makes_up(areas):
    made = dep.synthetic_staff(areas, seed=2026, total=3_000, gradient=0.8)
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["lsoa_code", "staff"]
    assert [(code, int(count)) for code, count in rows[1:]] == [(code, count) for code, count in made.sort_index().items() if count]


def test_the_sample_says_that_it_is_synthetic():
    assert "synthetic" in SAMPLE.name
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    (item,) = [item for item in package["resources"] if item["path"] == SAMPLE.name]
    assert "Synthetic" in item["title"] and "made-up" in item["title"]
    assert item["description"].startswith("Not data about anyone.")
    assert "seed 2026, gradient 0.8" in item["description"] and "3,000" in item["description"]
    assert item["hash"] == "sha256:" + hashlib.sha256(SAMPLE.read_bytes()).hexdigest() and item["bytes"] == SAMPLE.stat().st_size
    assert [field["name"] for field in item["schema"]["fields"]] == ["lsoa_code", "staff"]


def test_a_file_set_for_a_notebook_of_ones_own_does_not_reach_the_site(tmp_path, monkeypatch):
    """The program that makes the pages is started without the names of anybody's own files, and with all else."""
    assert set(building.NEVER_IN_THE_SITE) == {"ANCHORBOOK_STAFF_FILE", "ANCHORBOOK_AREAS_FILE"}
    for name in building.NEVER_IN_THE_SITE:
        monkeypatch.setenv(name, "/somewhere/staff-of-a-trust.csv")
    monkeypatch.setenv("ANCHORBOOK_ADDRESS", "https://book.example")
    seen, program = tmp_path / "seen", tmp_path / "python"
    program.write_text(f"#!/bin/sh\nenv > '{seen}'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(program))
    done, executed = building._run_sphinx(Project(tmp_path), lambda text: None)
    assert (done, executed) == (True, 0)
    assert "staff-of-a-trust" not in seen.read_text() and "ANCHORBOOK_ADDRESS=https://book.example" in seen.read_text()
    assert os.environ["ANCHORBOOK_STAFF_FILE"] == "/somewhere/staff-of-a-trust.csv"


def test_every_setting_that_a_notebook_reads_is_kept_from_the_site():
    found = set()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        found |= set(re.findall(r"""(?:environ(?:\.get)?|getenv)\s*[\[(]\s*\\?["']([^"'\\]+)""", path.read_text("utf-8")))
    assert found == set(building.NEVER_IN_THE_SITE)
