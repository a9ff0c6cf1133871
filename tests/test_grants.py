"""The grant table: what is printed, what follows, and where the two part."""

from __future__ import annotations

import pandas as pd
import pytest

from anchorbook.evidence.grants import COLUMNS, applicants_that_fit, check_rows, load_grants
from anchorbook.evidence.tables import possible_counts
from tests.support.projects import ROOT

TABLE = ROOT / "data" / "compassionate-communities-grants.csv"
DIGITAL, FOOD, LANGUAGE, MENTAL, INACTIVITY = (
    "Digital poverty and exclusion", "Food and poverty", "Language barriers and misinformation",
    "Mental health and wellbeing", "Physical inactivity",
)


@pytest.fixture(scope="module")
def grants() -> pd.DataFrame:
    return load_grants(TABLE)


@pytest.fixture(scope="module")
def rows(grants) -> pd.DataFrame:
    return check_rows(grants)


def test_the_printed_table(grants):
    assert tuple(grants.columns) == COLUMNS
    assert list(grants["theme"]) == [DIGITAL, FOOD, LANGUAGE, MENTAL, INACTIVITY]
    assert list(grants["applicants"]) == [3, 18, 5, 59, 5]
    assert list(grants["total_requested_gbp"]) == [62157, 364588, 95979, 1295152, 86476]
    assert list(grants["average_requested_gbp"]) == [20712, 20255, 19196, 18770, 14470]
    assert set(grants["source_key"]) == {"ihi_anchors_2022"}


def test_totals(grants):
    assert grants["total_requested_gbp"].sum() == 1_904_352
    assert grants["applicants"].sum() == 90


def test_rows_that_agree(rows):
    assert list(rows.index[rows["agrees"]]) == [FOOD, LANGUAGE]


def test_digital_poverty_is_seven_pounds_out(rows):
    row = rows.loc[DIGITAL]
    assert row["average_recomputed"] == 20719
    assert row["average_gap"] == -7
    assert row["shares_possible"] and row["sizes_reported"] and not row["agrees"]


def test_mental_health_implies_more_applicants_than_printed(rows):
    row = rows.loc[MENTAL]
    assert row["applicants_printed"] == 59
    assert row["applicants_implied"] == 69.00
    assert row["average_recomputed"] == 21951.73
    assert not row["agrees"]


def test_sizes_of_nothing_at_all_are_not_reported_rather_than_zero(rows):
    assert list(rows.index[~rows["sizes_reported"]]) == [MENTAL]


def test_physical_inactivity_is_impossible_with_five_applicants(grants, rows):
    assert not possible_counts(50, 5)
    assert not rows.loc[INACTIVITY]["shares_possible"]
    assert list(rows.index[~rows["shares_possible"]]) == [INACTIVITY]
    assert rows.loc[INACTIVITY]["average_recomputed"] == 17295.2
    assert rows.loc[INACTIVITY]["applicants_implied"] == 5.98


@pytest.mark.parametrize("theme, sizes", [(DIGITAL, []), (FOOD, [18]), (LANGUAGE, [5]), (MENTAL, [69]), (INACTIVITY, [])])
def test_numbers_of_applicants_that_fit(grants, theme, sizes):
    assert applicants_that_fit(grants, theme) == sizes


def test_no_number_of_applicants_up_to_a_thousand_fits_physical_inactivity(grants):
    assert applicants_that_fit(grants, INACTIVITY, most=1000) == []


def test_printed_figures_are_left_alone(grants):
    before = grants.copy()
    check_rows(grants)
    applicants_that_fit(grants, FOOD)
    pd.testing.assert_frame_equal(grants, before)


# ---------------------------------------------------------------- tables that are refused


def written(folder, **changes) -> str:
    """A table like the printed one with some cells of its first row changed; None leaves a column out."""
    table = pd.read_csv(TABLE, dtype=str)
    for name, value in changes.items():
        if value is None:
            del table[name]
        else:
            table.loc[0, name] = value
    path = folder / "grants.csv"
    table.to_csv(path, index=False)
    return str(path)


@pytest.mark.parametrize("changes, words", [
    ({"applicants": None}, "applicants"),
    ({"large_percent": None}, "large_percent"),
    ({"theme": FOOD}, FOOD),
    ({"applicants": "-3"}, "below zero"),
    ({"small_percent": "-1"}, "below zero"),
    ({"applicants": "three"}, "applicants"),
    ({"total_requested_gbp": "£62,157"}, "total_requested_gbp"),
    ({"average_requested_gbp": ""}, "average_requested_gbp"),
    ({"applicants": "0"}, "applicants"),
    ({"micro_percent": "101"}, "micro_percent"),
])
def test_bad_tables_are_refused_by_name(tmp_path, changes, words):
    path = written(tmp_path, **changes)
    with pytest.raises(ValueError) as caught:
        load_grants(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(path)


def test_a_row_that_fits_is_said_to_agree(tmp_path):
    rows = check_rows(load_grants(written(tmp_path, average_requested_gbp="20719")))
    assert rows.loc[DIGITAL]["agrees"]
    assert rows.loc[DIGITAL]["average_gap"] == 0


def test_a_share_may_be_the_whole(tmp_path):
    assert load_grants(written(tmp_path, large_percent="100")).loc[0, "large_percent"] == 100


def test_a_theme_that_is_not_there(grants):
    with pytest.raises(KeyError):
        applicants_that_fit(grants, "Gardening")
