"""Attacks with several tables of the same staff: by decile and by district, and of two lists that are nearly the same.

The readers here do not use the program's own way of finding highest and lowest numbers: they try every table there can be.
All inputs are made up; the seeds are fixed.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from anchorbook.cli import main
from anchorbook.evidence import deprivation as dep
from anchorbook.evidence.deprivation import linked
from anchorbook.evidence.deprivation import report as words
from tests.support.projects import ROOT
from tests.test_suppression_attack import country

SHAPES = {  # for each area its decile and its district
    "two by two": ("1A", "1B", "2A", "2B"), "a corner": ("1A", "2A", "2B"), "a chain": ("1A", "2A", "2B", "3B"),
    "one apart": ("1A", "2A", "2B", "3C"), "three districts": ("1A", "1B", "2B", "2C", "1C"),
}


def places(shape: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({"imd_decile": [int(name[0]) for name in shape], "district": [name[1] for name in shape]}, index=list(shape))


def sums(shape: tuple[str, ...], shown: dep.Shown) -> list[tuple[list[int], int | None]]:
    """What is given out: for each total the areas that it adds up, and the number that stands there."""
    found = [([at for at, name in enumerate(shape) if int(name[0]) == decile], count) for decile, count in shown.deciles.items()]
    found += [([at for at, name in enumerate(shape) if name[1] == district], count) for district, count in shown.districts.items()]
    return [(areas, None if pd.isna(count) else int(count)) for areas, count in [*found, (list(range(len(shape))), pd.NA if shown.total is None else shown.total)]]


def narrowest(shape: tuple[str, ...], shown: dep.Shown, most: int) -> int:
    """How many numbers the best-known total or area can be, of all tables with counts up to ``most`` that fit what is shown.

    A number that is shown is 4 more or less than the true one at most, and the true one is 5 or more; a hidden one is not 0.
    """
    grid = np.stack(np.meshgrid(*[np.arange(most + 1, dtype=np.int16)] * len(shape), indexing="ij")).reshape(len(shape), -1)
    fits = np.ones(grid.shape[1], dtype=bool)
    for areas, count in sums(shape, shown):
        own = grid[areas].sum(axis=0)
        fits &= own == 0 if count == 0 else own >= 1 if count is None else (own >= 5) & (abs(own - count) <= 4)
    grid = grid[:, fits]
    empty = {at for areas, count in sums(shape, shown) if count == 0 for at in areas}
    asked = [[at] for at in range(len(shape)) if at not in empty] + [areas for areas, count in sums(shape, shown) if count != 0]
    return min((len(np.unique(grid[areas].sum(axis=0))) for areas in asked), default=99)


@pytest.mark.parametrize("name", SHAPES)
def test_of_all_tables_that_fit_no_area_and_no_total_is_known_to_within_five(name):
    shape, chance = SHAPES[name], random.Random(f"fit {name}")
    hidden = 0
    for _ in range(25):
        counts = [chance.choice((0, 1, 2, 4, 5, 5, 6, 7, 8, 9)) for _ in shape]
        shown = dep.protect(places(shape), pd.Series(counts, index=list(shape)))
        for areas, count in sums(shape, shown):
            true = sum(counts[at] for at in areas)
            assert count is None or (count % 5 == 0 and abs(count - true) < 5 and (count == 0) == (true == 0))
            assert count is None or true == 0 or true >= 5
            hidden += count is None
        for table in shown[:2]:  # a hidden number is not alone, or it would be known to be a small one
            assert table.isna().sum() != 1 or (not table.fillna(0).any() and shown.total is None), counts
        if any(counts):
            assert narrowest(shape, shown, 12 if len(shape) > 4 else 20) >= 5, counts
    assert hidden > 12


def test_the_reader_who_tries_every_table_can_win():
    """Each table by itself is rounded well, and yet 2 is known to be 1 to 4, and the other to be 5 to 8."""
    shown = dep.Shown(pd.Series({1: 5, 2: pd.NA}, dtype="Int64"), pd.Series({"A": 5, "B": 0}, dtype="Int64"), 5)
    assert narrowest(("1A", "2A", "2B"), shown, 24) == 4


def test_two_cuts_of_the_same_staff_do_not_give_a_count_away():
    """Decile 1 is hidden beside decile 2. Total less decile 3 less district B was its number, 2, when each table was hidden alone."""
    shape = ("1A", "2B", "3A")
    shown = dep.protect(places(shape), pd.Series([2, 30, 40], index=list(shape)))
    assert shown.deciles.isna().tolist() == [True, True, False] and shown.total is not None
    assert narrowest(shape, shown, 50) >= 5
    assert all(count is None or count % 5 == 0 for _, count in sums(shape, shown))


def test_a_reader_who_has_the_program_learns_no_hidden_number():
    """Of all lists of staff that lead to just these tables, no hidden total is the same in every one."""
    shape, most = SHAPES["a corner"], 18
    areas, same = places(shape), defaultdict(list)
    for counts in itertools.product(range(10), repeat=len(shape)):
        if 0 < sum(counts) <= most:
            shown = dep.protect(areas, pd.Series(counts, index=list(shape)))
            same[tuple((tuple(own), count) for own, count in sums(shape, shown))].append(counts)
    known = met = 0
    for shown, alike in same.items():
        if max(map(sum, alike)) < most - 8 and any(count is not None for _, count in shown):
            for own, count in shown:
                if count is None:
                    met += 1
                    known += len({sum(counts[at] for at in own) for counts in alike}) == 1
    assert met > 8 and known == 0, (met, known)


# ---------------------------------------------------------------- two lists


def fell(areas: pd.DataFrame, counts: pd.Series, leaver: str) -> tuple[list[int], int]:
    """The deciles whose number changes when one person leaves, and that person's decile."""
    before, after = (dep.protect(areas, list_).deciles for list_ in (counts, counts.subtract(pd.Series({leaver: 1}), fill_value=0).astype(int)))
    return [decile for decile in before.index if before[decile] is not pd.NA and after[decile] is not pd.NA and before[decile] != after[decile]], int(areas.loc[leaver, "imd_decile"])


def test_a_table_after_one_person_left_does_not_say_where_that_person_lived():
    """Rounded to the nearest 5, a lone number that changes is that of the person's decile. Here others change as easily."""
    chance = random.Random("leavers")
    areas = country(*[1] * 4)
    lone = right = 0
    for _ in range(60):
        counts = pd.Series([chance.randint(15, 90) for _ in range(4)], index=areas.index)
        changed, own = fell(areas, counts, chance.choice(list(areas.index)))
        if len(changed) == 1:
            lone += 1
            right += changed == [own]
    assert lone >= 10 and right <= lone / 2, (right, lone)


def test_the_same_list_gives_the_same_table_in_any_order():
    areas = country(*[3] * 10)
    counts = pd.Series(range(20, 50), index=areas.index)
    first = dep.protect(areas, counts)
    again = dep.protect(areas.iloc[::-1], counts.sample(frac=1, random_state=1))
    assert first.total == again.total and first.deciles.equals(again.deciles) and first.districts.equals(again.districts)


def test_up_or_down_is_by_chance_and_right_on_average():
    drawn = [linked.rounded(113, str(seed)) for seed in range(4_000)]
    assert set(drawn) == {110, 115} and abs(sum(drawn) / len(drawn) - 113) < 0.15
    assert {linked.rounded(count, "x") for count in (0, 5, 40)} == {0, 5, 40}


@pytest.mark.parametrize("change, alike", [
    ({}, False), ({"E01000000": 1}, True), ({"E01000000": -4}, True), ({"E01000000": -5}, False), ({"E01000000": 2, "E01000009": -2}, True),
    ({"E01000000": 3, "E01000009": 2}, False), ({"E01000001": 1, "E01000002": 1, "E01000003": 1}, True),
])
def test_lists_that_are_nearly_the_same_are_known(change, alike):
    counts = pd.Series(30, index=country(*[1] * 10).index)
    assert dep.too_alike(counts, counts.add(pd.Series(change, dtype=int), fill_value=0)) is alike


# ---------------------------------------------------------------- rates and numbers about the link


def test_rates_and_the_index_say_no_more_than_the_table():
    areas = dep.load_areas(ROOT / "data" / "deprivation-2019.csv")
    staff = dep.synthetic_staff(areas, seed=5, total=900)
    found = dep.analyse(areas, staff)
    line = found.deciles[found.deciles["Areas"] > 0]
    shown = line["Staff"].str.replace(",", "").astype(int)
    assert line["Staff per 1,000"].tolist() == [f"{1000 * count / residents:.1f}" for count, residents in zip(shown, line["Residents of working age"], strict=True)]
    frame = pd.DataFrame({"imd_rank": line.index, "imd_decile": line.index, dep.RESIDENTS: line["Residents of working age"]}, index=line.index)
    assert found.concentration == pytest.approx(dep.concentration_index(frame, shown))


def test_one_person_more_or_less_hardly_shows_in_the_words_about_the_link():
    """A reader who knows every other count tries each decile for the last person: what is said of the link leaves most of them."""
    areas = dep.load_areas(ROOT / "data" / "deprivation-2019.csv")
    areas = areas[areas["district"] == "Basildon"]
    staff = dep.synthetic_staff(areas, seed=6, total=1_500)
    said = [words.findings(dep.analyse(areas, staff.add(pd.Series({place: 1}), fill_value=0).astype(int)))[2]
            for place in areas.groupby("imd_decile").head(1).index]
    assert max(map(said.count, said)) >= 5, said


# ---------------------------------------------------------------- the command


def saved(path, counts: pd.Series):
    counts[counts > 0].rename_axis("lsoa_code").rename("staff").to_csv(path)
    return path


def test_the_command_refuses_a_list_that_is_nearly_an_earlier_one(tmp_path, capsys):
    areas = dep.load_areas(ROOT / "data" / "deprivation-2019.csv")
    staff = dep.synthetic_staff(areas, seed=9, total=500)
    one = staff[staff > 0].index[0]
    old, new = saved(tmp_path / "old.csv", staff), saved(tmp_path / "new.csv", staff.add(pd.Series({one: -1}), fill_value=0).astype(int))
    other = saved(tmp_path / "other.csv", dep.synthetic_staff(areas, seed=10, total=500))
    run = ["--project", str(ROOT), "staff", str(new)]
    assert main([*run, "--earlier", str(other), "--earlier", str(old), "--report", str(tmp_path / "page.html")]) == 1
    said = capsys.readouterr()
    assert said.out == "" and not (tmp_path / "page.html").exists()
    assert "new.csv and " in said.err and "old.csv differ by fewer than 5 staff" in said.err and "Show the earlier table" in said.err
    assert main([*run, "--earlier", str(other)]) == 0 and main([*run, "--earlier", str(new)]) == 0


def test_the_pages_say_what_is_not_known_to_the_tool():
    for page in ("book/evidence/national-staff.md", "notebooks/your-own-staff.ipynb"):
        said = " ".join((ROOT / page).read_text("utf-8").replace('\\n",', "").replace('"', "").split())
        assert "can give a hidden count away" in said and "--earlier" in said and "up or down by chance" in said, page
