"""The hospital solar figures: what is printed, the published answers, and the laws that the sums must obey."""

from __future__ import annotations

import json
import random

import pandas as pd
import pytest

from anchorbook.evidence import solar
from anchorbook.vocabulary import load_vocabulary
from tests.support.projects import ROOT

FIGURES, FACTORS = ROOT / "data" / "beat-the-cold.csv", ROOT / "data" / "grid-emission-factors-unverified.csv"
NOTEBOOK = ROOT / "notebooks" / "beat-the-cold.ipynb"


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return solar.load_figures(FIGURES)


@pytest.fixture(scope="module")
def factors() -> pd.Series:
    return solar.load_factors(FACTORS)


def plants(count: int = 50):
    """Made-up plants, the same at each run: MWh a year, years, tonnes."""
    dice = random.Random(276)
    return [(dice.uniform(0.1, 5000), dice.randint(1, 40), dice.uniform(0.1, 10_000)) for _ in range(count)]


# ---------------------------------------------------------------- what is printed


@pytest.mark.parametrize("id, value, locator", [
    ("slide_money", 345_000, "line 271"), ("slide_panels", 1000, "line 272"),
    ("slide_hours", 2300, "line 273"), ("slide_tonnes", 2300, "line 274"),
])
def test_the_slide_as_printed(figures, id, value, locator):
    row = figures.loc[id]
    assert (row["value"], row["source_key"], row["locator"]) == (value, "ihi_anchors_2022", locator)
    assert row["time_base"] == "not stated"


def test_the_fuller_sources_as_printed(figures):
    value = figures["value"]
    assert value["stafford_panels"] == value["nhse_panels"] == 1089
    assert (value["stafford_capacity"], value["stafford_energy"]) == (276, 225)
    assert (value["carboncopy_tonnes"], value["nhse_tonnes"], value["nhse_homes"], value["nhse_years"]) == (58, 850, 165, 20)
    assert dict(figures["time_base"][["stafford_hours", "stafford_tonnes", "carboncopy_tonnes"]]) == {
        "stafford_hours": "a year", "stafford_tonnes": "the project", "carboncopy_tonnes": "a year"}


def test_whatever_is_worked_out_is_called_modelled(figures):
    own = figures[~figures.index.str.startswith(("cew", "ecoe"))]
    assert set(own["kind"][own["unit"].isin(["MWh", "hours", "tonnes", "scans", "homes"])]) == {"modelled"}


def test_every_figure_has_a_known_source_and_kind(figures):
    keys = (ROOT / "references.bib").read_text("utf-8")
    assert all(f"{{{key}," in keys for key in figures["source_key"])
    assert set(figures["kind"]) <= set(load_vocabulary(ROOT / "data" / "vocabulary")["measure_kinds"].by_id)


def test_every_factor_is_unverified(factors):
    assert set(pd.read_csv(FACTORS)["status"]) == {"unverified"}
    assert list(factors.index) == list(range(2014, 2024))


# ---------------------------------------------------------------- published answers


def test_size_yield_and_cost(figures):
    value = figures["value"]
    assert round(solar.watts_per_panel(value["stafford_capacity"], value["stafford_panels"])) == 253
    assert round(solar.yield_per_kwp(value["stafford_energy"], value["stafford_capacity"])) == 815
    assert round(solar.cost_each(value["slide_money"], value["stafford_panels"])) == 317
    assert solar.cost_each(value["slide_money"], value["slide_panels"]) == 345
    assert solar.cost_each(value["slide_money"], value["stafford_capacity"]) == 1250


def test_theatre_hours_fit_a_year_only(figures):
    readings = solar.time_readings(figures)
    assert round(readings.loc["slide_hours", "if_a_year"]) == 98
    assert round(readings.loc["slide_hours", "if_the_project"]) == 1957


def test_tonnes_fit_the_project_only(figures):
    readings = solar.time_readings(figures)
    assert round(readings.loc["slide_tonnes", "if_the_project"], 3) == 0.511
    assert round(readings.loc["slide_tonnes", "if_a_year"], 1) == 10.2
    assert round(readings.loc["carboncopy_tonnes", "if_a_year"], 3) == 0.258
    assert round(readings.loc["nhse_tonnes", "if_the_project"], 3) == 0.189


def test_three_estimates_for_the_same_panels(figures):
    estimates = solar.carbon_estimates(figures)
    assert list(estimates["tonnes_over_project"]) == [2300, 1160, 850]
    assert list(estimates["kg_per_kwh"].round(3)) == [0.511, 0.258, 0.189]


def test_nearest_unverified_factors(figures, factors):
    near = {id: solar.nearest_factor(factor, factors) for id, factor in solar.carbon_estimates(figures)["kg_per_kwh"].items()}
    assert {id: year for id, (year, _) in near.items()} == {"stafford_tonnes": 2014, "carboncopy_tonnes": 2019, "nhse_tonnes": 2022}
    assert [round(gap, 1) for _, gap in near.values()] == [3.4, 0.9, -2.3]


def test_carbon_by_year_of_unverified_factor(figures, factors):
    tonnes = solar.carbon_by_factor_year(figures, factors)
    assert [round(tonnes[year]) for year in (2014, 2019, 2022)] == [2224, 1150, 870]
    assert tonnes.max() < 2300, "no listed factor reaches the first estimate"


def test_other_schemes_show_the_same_fall(figures):
    assert dict(solar.other_schemes(figures).round(2)) == {"cew": 0.5, "ecoe": 0.22}


def test_money(figures):
    money = solar.money_side_by_side(figures)
    assert sorted(set(money["value"])) == [300_000, 335_000, 335_600, 345_000]
    assert list(money.loc[["slide_money", "quadrant_money", "nhse_money"], "per_panel"].round()) == [317, 308, 308]
    assert list(money.loc[["slide_money", "quadrant_money", "nhse_money"], "per_kwp"].round()) == [1250, 1216, 1214]
    assert money.loc["hf_saving", ["per_panel", "per_kwp"]].isna().all(), "money saved is not a cost"


def test_homes(figures):
    check = solar.homes_check(figures)
    assert round(check["tonnes_a_home"], 2) == 5.15
    assert round(check["mwh_a_home"], 1) == 27.3
    assert round(check["mwh_a_home_each_year"], 2) == 1.36


def test_sensitivity(figures):
    table = solar.sensitivity(figures).set_index(["result", "assumption"])
    found = {key: [float(row[name]) for name in ("low", "base", "high")] for key, row in table.iterrows()}
    printed = {
        ("Power in a year", "power made"): (202.5, 225, 247.5),
        ("Theatre hours in a year", "power made"): (2070, 2300, 2530),
        ("Theatre hours in a year", "power of a theatre"): (1840, 2300, 3067),
        ("Power over the project", "length of the project"): (3375, 4500, 5625),
        ("Power over the project", "power made"): (4050, 4500, 4950),
        ("Power over the project", "fading of the panels"): (4293, 4500, 4500),
        ("Carbon over the project", "length of the project"): (1725, 2300, 2875),
        ("Carbon over the project", "power made"): (2070, 2300, 2530),
        ("Carbon over the project", "fading of the panels"): (2194, 2300, 2300),
        ("Carbon over the project", "emission factor"): (850, 2300, 2300),
    }
    assert found.keys() == printed.keys()
    for key, numbers in printed.items():
        assert found[key] == pytest.approx(numbers, abs=0.5), key


def test_the_factor_moves_carbon_the_most(figures):
    carbon = solar.sensitivity(figures).query("result == 'Carbon over the project'").set_index("assumption")
    assert (carbon["high"] - carbon["low"]).idxmax() == "emission factor"


def test_no_row_of_sensitivity_mixes_units_or_runs_backwards(figures):
    table = solar.sensitivity(figures)
    assert (table.groupby("result")["unit"].nunique() == 1).all()
    assert ((table["low"] <= table["base"]) & (table["base"] <= table["high"])).all()


def test_printed_figures_are_left_alone(figures, factors):
    before = figures.copy()
    for show in (solar.time_readings, solar.carbon_estimates, solar.money_side_by_side, solar.homes_check, solar.sensitivity):
        show(figures)
    solar.carbon_by_factor_year(figures, factors)
    pd.testing.assert_frame_equal(figures, before)


# ---------------------------------------------------------------- laws


@pytest.mark.parametrize("mwh, years, tonnes", plants())
def test_the_implied_factor_and_the_tonnes_undo_each_other(mwh, years, tonnes):
    factor = solar.implied_factor(tonnes, mwh, years)
    assert solar.tonnes_saved(factor, mwh, years) == pytest.approx(tonnes)
    assert solar.implied_factor(solar.tonnes_saved(factor, mwh, years), mwh, years) == pytest.approx(factor)
    assert factor == pytest.approx(tonnes * 1000 / (mwh * 1000 * years)), "the rule as written"


@pytest.mark.parametrize("mwh, years, tonnes", plants(20))
@pytest.mark.parametrize("times", [0.5, 2, 7])
def test_results_follow_the_energy(mwh, years, tonnes, times):
    """Twice the energy makes twice of all that comes from it, and half the factor for the same tonnes."""
    assert solar.energy_over(times * mwh, years, 0.005) == pytest.approx(times * solar.energy_over(mwh, years, 0.005))
    assert solar.tonnes_saved(0.3, times * mwh, years, 0.005) == pytest.approx(times * solar.tonnes_saved(0.3, mwh, years, 0.005))
    assert solar.theatre_hours(times * mwh, 98) == pytest.approx(times * solar.theatre_hours(mwh, 98))
    assert solar.yield_per_kwp(times * mwh, 276) == pytest.approx(times * solar.yield_per_kwp(mwh, 276))
    assert solar.implied_factor(tonnes, times * mwh, years) == pytest.approx(solar.implied_factor(tonnes, mwh, years) / times)


@pytest.mark.parametrize("mwh, years, tonnes", plants(20))
def test_a_figure_for_the_project_is_that_many_times_one_for_a_year(mwh, years, tonnes):
    assert solar.implied_factor(tonnes, mwh) == pytest.approx(years * solar.implied_factor(tonnes, mwh, years))
    assert solar.kwh_per_hour(mwh, tonnes, years) == pytest.approx(years * solar.kwh_per_hour(mwh, tonnes))
    assert solar.theatre_hours(mwh, solar.kwh_per_hour(mwh, tonnes)) == pytest.approx(tonnes)


@pytest.mark.parametrize("mwh, years, tonnes", plants(20))
def test_fading(mwh, years, tonnes):
    """No fading is a plain product; the sum of the years is the closed form of a geometric series."""
    assert solar.energy_over(mwh, years) == pytest.approx(mwh * years)
    assert solar.energy_over(mwh, years, 0.005) == pytest.approx(mwh * (1 - 0.995**years) / 0.005)
    assert solar.energy_over(mwh, years, 0.01) <= solar.energy_over(mwh, years, 0.005) <= solar.energy_over(mwh, years)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("bad", [0, -1, float("nan"), float("inf")])
@pytest.mark.parametrize("sum_of", [
    lambda bad: solar.watts_per_panel(bad, 1), lambda bad: solar.watts_per_panel(1, bad),
    lambda bad: solar.yield_per_kwp(bad, 1), lambda bad: solar.yield_per_kwp(1, bad),
    lambda bad: solar.cost_each(bad, 1), lambda bad: solar.cost_each(1, bad),
    lambda bad: solar.energy_over(bad, 1), lambda bad: solar.energy_over(1, bad),
    lambda bad: solar.kwh_per_hour(1, bad), lambda bad: solar.kwh_per_hour(1, 1, bad),
    lambda bad: solar.theatre_hours(bad, 1), lambda bad: solar.theatre_hours(1, bad),
    lambda bad: solar.implied_factor(bad, 1), lambda bad: solar.implied_factor(1, bad), lambda bad: solar.implied_factor(1, 1, bad),
    lambda bad: solar.tonnes_saved(bad, 1), lambda bad: solar.tonnes_saved(1, bad), lambda bad: solar.tonnes_saved(1, 1, bad),
])
def test_sums_refuse_what_is_not_above_zero(sum_of, bad):
    with pytest.raises(ValueError, match="above zero"):
        sum_of(bad)


def test_years_are_whole_and_fading_is_a_share():
    with pytest.raises(ValueError, match="whole number"):
        solar.energy_over(225, 2.5)
    for fading in (-0.1, 1, float("nan")):
        with pytest.raises(ValueError, match="fading"):
            solar.energy_over(225, 20, fading)


def written(folder, source, row=0, **changes) -> str:
    """A table like the real one with some cells of a row changed; None leaves a column out."""
    table = pd.read_csv(source, dtype=str)
    for name, value in changes.items():
        if value is None:
            del table[name]
        else:
            table.loc[row, name] = value
    path = folder / "table.csv"
    table.to_csv(path, index=False)
    return str(path)


@pytest.mark.parametrize("changes, words", [
    ({"time_base": None}, "time_base"),
    ({"id": "slide_panels"}, "slide_panels"),
    ({"id": "slide_cash"}, "slide_money"),
    ({"value": "£345,000"}, "value"),
    ({"value": "0"}, "above zero"),
    ({"value": "-1"}, "above zero"),
    ({"value": "inf"}, "above zero"),
    ({"value": ""}, "value"),
    ({"locator": ""}, "locator"),
    ({"qualifier": "roughly"}, "roughly"),
    ({"time_base": "a month"}, "a month"),
])
def test_bad_figures_are_refused_by_name(tmp_path, changes, words):
    path = written(tmp_path, FIGURES, **changes)
    with pytest.raises(ValueError) as caught:
        solar.load_figures(path)
    assert words in str(caught.value) and str(caught.value).startswith(path)


@pytest.mark.parametrize("changes, words", [
    ({"status": None}, "status"),
    ({"status": "verified"}, "unverified"),
    ({"status": ""}, "unverified"),
    ({"year": "2015"}, "2015"),
    ({"kg_co2e_per_kwh": "half"}, "kg_co2e_per_kwh"),
    ({"kg_co2e_per_kwh": "0"}, "above zero"),
])
def test_bad_factors_are_refused_by_name(tmp_path, changes, words):
    path = written(tmp_path, FACTORS, **changes)
    with pytest.raises(ValueError) as caught:
        solar.load_factors(path)
    assert words in str(caught.value) and str(caught.value).startswith(path)


# ---------------------------------------------------------------- the page and the data package


def test_both_tables_are_described():
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    resources = {resource["path"]: resource for resource in package["resources"]}
    for path, columns in ((FIGURES, solar.COLUMNS), (FACTORS, solar.FACTOR_COLUMNS)):
        assert [field["name"] for field in resources[path.name]["schema"]["fields"]] == list(columns)
    assert "unverified" in resources[FACTORS.name]["title"].lower()


def test_wherever_the_factors_show_the_page_says_unverified():
    """Each table and figure made from the factors carries the words "unverified factors", and so does the alt text."""
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    users = [cell for cell in cells if cell["cell_type"] == "code" and ("by_year" in "".join(cell["source"]) or "nearest_factor(" in "".join(cell["source"]))]
    assert len(users) >= 2
    for cell in users:
        assert "unverified factor" in "".join(cell["source"]).lower()
        image = cell["metadata"].get("mystnb", {}).get("image")
        assert image is None or "unverified factors" in image["alt"].lower()


def test_hours_and_tonnes_never_share_a_chart():
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    charts = ["".join(cell["source"]) for cell in cells if "plt.subplots" in "".join(cell["source"])]
    assert charts
    for chart in charts:
        assert "hours" not in chart.lower()
