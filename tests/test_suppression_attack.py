"""Attacks on what is shown of counts of staff: everything that one run gives away together, read against each other.

Three readers try. One does sums: a hidden count is a whole number from 1, and what is shown of a table adds up. One has
this program too, and asks which counts would have led to just this table. One uses the numbers about the link, which are
worked out from every count. All inputs are made up; the seeds are fixed.
"""

from __future__ import annotations

import itertools
import random
import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from anchorbook.evidence import deprivation as dep
from anchorbook.evidence.deprivation import report as words
from anchorbook.evidence.deprivation.suppression import plan
from anchorbook.evidence.deprivation.trust import LEAST_AREAS
from tests.support.projects import ROOT

KINDS_OF_COUNTS = (
    (0, 0, 0, 0, 1), (0, 1), (0, 0, 3, 60), (1, 2, 30), (4, 4, 5, 50), (0, 1, 2, 3, 4, 5, 40, 90), (1, 1, 1, 2), (4,), (5, 6, 7), tuple(range(20)),
)


def made_up(chance: random.Random, most_groups: int = 8, most_areas: int = 9) -> tuple[list[int], list[int]]:
    """Counts and the group of each: small areas, empty ones, groups of one area, groups that nobody lives in."""
    counts, groups = [], []
    for group in range(chance.randint(1, most_groups)):
        kind = chance.choice(KINDS_OF_COUNTS)
        for _ in range(chance.choice((1, 1, 2, 3, most_areas))):
            counts.append(chance.choice(kind))
            groups.append(group)
    return counts, groups


# ---------------------------------------------------------------- a reader who does sums


def bounds(shown: dep.Suppressed, groups: pd.Series) -> dict[tuple[str, object], tuple[int, int]]:
    """The lowest and highest number that each hidden area and each hidden total can be, from all that is shown at once.

    Exact: what is shown ties hidden counts together in sums that share no count. Counts of a group with a shown total
    add up to one number; those of all groups without one add up to another. So in a sum of S with k counts, each from 1,
    every count reaches from 1 to S - k + 1, and so does the total of any of them, from its own number of counts. What
    stands alone in its sum is known.
    """
    found: dict[tuple[str, object], tuple[int, int]] = {}
    if shown.total is None:
        return found
    hidden = {group: list(members.index[members.isna()]) for group, members in shown.cells.groupby(groups)}
    seen = {group: int(members.sum()) for group, members in shown.cells.groupby(groups)}
    closed = [group for group, total in shown.groups.items() if pd.isna(total)]
    sums = [([group], int(total) - seen[group]) for group, total in shown.groups.items() if not pd.isna(total)]
    sums.append((closed, shown.total - int(shown.groups.sum()) - sum(seen[group] for group in closed)))
    for members, left in sums:
        number = sum(len(hidden[group]) for group in members)
        for group in members:
            for area in hidden[group]:
                found["area", area] = (left if number == 1 else 1, left - number + 1)
            if group in closed:
                own = len(hidden[group])
                found["total", group] = (seen[group] + (left if number == own else own), seen[group] + left - (number - own))
    return found


@pytest.mark.parametrize("threshold", [3, 5, 10])
def test_sums_over_areas_groups_and_the_total_leave_every_hidden_count_wide(threshold):
    chance = random.Random(f"sums {threshold}")
    met = 0
    for _ in range(120):
        numbers, names = made_up(chance)
        index = [f"a{place}" for place in range(len(numbers))]
        counts, groups = pd.Series(numbers, index=index), pd.Series(names, index=index)
        shown = dep.suppress(counts, groups, threshold)
        totals = counts.groupby(groups).sum()
        for table in (shown.cells, shown.groups):
            assert not table.dropna().between(1, threshold - 1).any()
        assert shown.cells[counts == 0].notna().all() and shown.groups[totals == 0].notna().all()
        for (kind, name), (low, high) in bounds(shown, groups).items():
            true = counts[name] if kind == "area" else totals[name]
            assert low <= true <= high and high - low + 1 >= threshold, (numbers, names, kind, name)
            met += 1
    assert met > 300  # the attack met hidden counts


def test_the_reader_who_does_sums_can_win():
    """The attack above can fail: one hidden count in a table with its total is known."""
    alone = dep.Suppressed(pd.Series([pd.NA, 7], index=["a", "b"], dtype="Int64"), pd.Series({0: 9}, dtype="Int64"), 9)
    assert bounds(alone, pd.Series({"a": 0, "b": 0})) == {("area", "a"): (2, 2)}
    one_group = dep.Suppressed(pd.Series([pd.NA, pd.NA], index=["a", "b"], dtype="Int64"), pd.Series({0: pd.NA}, dtype="Int64"), 9)
    assert bounds(one_group, pd.Series({"a": 0, "b": 0})) == {("area", "a"): (1, 8), ("area", "b"): (1, 8), ("total", 0): (9, 9)}


# ---------------------------------------------------------------- a reader who has this program


def tables(number: int, most: int) -> Iterator[tuple[int, ...]]:
    """All tables of so many areas with no more heads than that: no other table can have the same total."""
    if number == 0:
        yield ()
        return
    for first in range(most + 1):
        for rest in tables(number - 1, most - first):
            yield (first, *rest)


def seen_of(counts: tuple[int, ...], groups: str, threshold: int) -> tuple:
    """All that is shown of one table: areas, totals of groups, and the total."""
    members: dict[str, dict[int, int]] = {}
    for place, (group, count) in enumerate(zip(groups, counts, strict=True)):
        members.setdefault(group, {})[place] = count
    found = plan(members, threshold)
    return (tuple(None if place in found.areas else count for place, count in enumerate(counts)),
            tuple((group, None if group in found.groups else sum(held.values())) for group, held in members.items()),
            sum(counts) if found.show_total else None)


@pytest.mark.parametrize("groups, threshold, most", [
    ("xxxx", 3, 12), ("xxxx", 5, 18), ("xyz", 5, 22), ("wxyz", 3, 14), ("xxyz", 3, 14), ("xyyz", 5, 18), ("xxyyz", 3, 12), ("wxyyzz", 3, 11), ("vwxyz", 3, 12),
])
def test_of_all_tables_that_look_the_same_no_hidden_number_is_the_same_in_each(groups, threshold, most):
    same = defaultdict(list)
    for counts in tables(len(groups), most):
        same[seen_of(counts, groups, threshold)].append(counts)
    hidden = 0
    for (areas, totals, total), alike in same.items():
        if total is None:
            continue
        for place, shown in enumerate(areas):
            if shown is None:
                hidden += 1
                assert len({counts[place] for counts in alike}) > 1, (areas, totals, total)
        for group, shown in totals:
            if shown is None:
                assert len({sum(count for count, own in zip(counts, groups) if own == group) for counts in alike}) > 1, (areas, totals, total)
    assert hidden > 100


def another(counts: tuple[int, ...], groups: str, threshold: int, place: int, chance: random.Random) -> bool:
    """Whether some other table, with another number at ``place``, looks the same.

    Found by moving heads between hidden areas, one by one or for all that have the same count, and by dealing them out
    anew: groups of ones, groups of counts that are as high as small ones can be, and what is left in one area.
    """
    shown = seen_of(counts, groups, threshold)
    closed = {group for group, total in shown[1] if total is None}
    hidden = [at for at, count in enumerate(shown[0]) if count is None]
    bound = [at for at in hidden if (groups[at] in closed) == (groups[place] in closed) and (groups[at] == groups[place] or groups[at] in closed)]
    for attempt in range(6_000):
        tried = list(counts)
        if attempt % 3 == 0:
            level, step = tried[chance.choice(bound)], chance.choice((-2, -1, 1, 2))
            alike = [at for at in bound if tried[at] == level and at != place]
            for at in alike:
                tried[at] += step
            tried[place] -= step * len(alike)
        elif attempt % 3 == 1:
            moved = chance.choice((-3, -2, -1, 1, 2, 3))
            tried[place] += moved
            for _ in range(chance.choice((1, 1, 2, 3))):
                step = moved if moved and chance.random() < 0.6 else chance.randint(-3, 3)
                tried[chance.choice(bound)] -= step
                moved -= step
            if moved:
                continue
        else:
            style = {group: chance.choice((1, threshold - 1, 0)) for group in sorted(set(groups))}
            for at in bound:
                tried[at] = style[groups[at]] or chance.randint(1, 2 * threshold)
            tried[chance.choice(bound)] += sum(counts) - sum(tried)
        if tried[place] != counts[place] and min(tried) >= 0 and seen_of(tuple(tried), groups, threshold) == shown:
            return True
    return False


def test_larger_tables_always_have_a_double_with_another_number():
    chance = random.Random("doubles")
    met = 0
    for _ in range(60):
        numbers, names = made_up(chance, most_groups=5, most_areas=5)
        counts, groups = tuple(numbers), "".join("uvwxyz"[name] for name in names)
        shown = seen_of(counts, groups, 5)
        if shown[2] is None:
            continue
        for place in [place for place, count in enumerate(shown[0]) if count is None][:6]:
            assert another(counts, groups, 5, place, chance), (counts, groups, place)
            met += 1
    assert met > 50


# ---------------------------------------------------------------- a reader who uses the numbers about the link


def country(*sizes: int) -> pd.DataFrame:
    """Made-up areas of one district: so many in decile 1, so many in decile 2 and so on."""
    rows = [{"district": "Smallshire", "imd_decile": decile, "imd_rank": 3_284 * (decile - 1) + 20 * at + 1, "imd_score": 80.0 - 8 * decile - 0.01 * at,
             dep.RESIDENTS: 900 + 13 * decile + 7 * at} for decile, size in enumerate(sizes, 1) for at in range(size)]
    return pd.DataFrame(rows, index=[f"E0100{number:04}" for number in range(len(rows))])


def all_said(areas: pd.DataFrame, counts: list[int]) -> str:
    found = dep.analyse(areas, pd.Series(counts, index=areas.index))
    return words.as_text(found) + words.as_page(found, "Staff")


def first_of(areas: pd.DataFrame) -> list[int]:
    """Where the first area of each decile stands."""
    return [list(areas["imd_decile"]).index(decile) for decile in sorted(set(areas["imd_decile"]))]


@pytest.mark.parametrize("empty", [1, 5, 10])
@pytest.mark.parametrize("seed", range(4))
def test_empty_areas_do_not_open_the_numbers_about_the_link(empty, seed):
    """Nine deciles of one area each and a tenth of many areas where nobody lives: the areas are many, the unknowns are two."""
    chance = random.Random(f"empty {empty} {seed}")
    areas = country(*[LEAST_AREAS if decile == empty else 1 for decile in range(1, 11)])
    one, other = chance.sample([place for decile, place in enumerate(first_of(areas), 1) if decile != empty], 2)
    counts = [0] * len(areas)
    for decile, place in enumerate(first_of(areas), 1):
        if decile != empty:
            counts[place] = chance.randint(14, 60)
    counts[one], counts[other] = chance.randint(1, 4), chance.randint(4, 13)
    said, together = all_said(areas, counts), counts[one] + counts[other]
    assert dep.analyse(areas, pd.Series(counts, index=areas.index)).deciles["Staff"].tolist().count("hidden") >= 2
    fits = []
    for guess in range(1, together):
        tried = list(counts)
        tried[one], tried[other] = guess, together - guess
        if all_said(areas, tried) == said:
            fits.append(guess)
    assert counts[one] in fits and len(fits) >= 4, fits


@pytest.mark.parametrize("far", [2, 10])
def test_empty_areas_do_not_open_an_area_within_a_shown_total(far):
    """No decile is hidden: a small area stands behind a large one of its decile. The reader tries every share of the two."""
    sizes = [LEAST_AREAS] + [1] * 9
    sizes[far - 1] = 2
    areas = country(*sizes)
    places = first_of(areas)
    counts = [0] * len(areas)
    for decile, place in enumerate(places[1:], 2):
        counts[place] = 11 + 3 * decile
    small, large = (places[far - 1], places[far - 1] + 1)
    areas.iloc[[small, large], list(areas.columns).index(dep.RESIDENTS)] = 20_000  # far apart in the line of residents
    counts[small], counts[large] = 3, 50
    said = all_said(areas, counts)
    assert "hidden" not in dep.analyse(areas, pd.Series(counts, index=areas.index)).deciles["Staff"].tolist()
    fits = []
    for guess in range(1, 20):
        tried = list(counts)
        tried[small], tried[large] = guess, 53 - guess
        if all_said(areas, tried) == said:
            fits.append(guess)
    assert 3 in fits and len(fits) >= 5, fits


def reach(areas: pd.DataFrame, totals: pd.Series, index: float, staff: int, place: int) -> tuple[int, int]:
    """The lowest and highest count of one area, from the totals of deciles and the concentration index as it is printed.

    The index ties all counts together in one sum: counts times places in the line of residents. Each decile adds
    between its total at the one end of its line and its total at the other end.
    """
    line = areas.sort_values("imd_rank")
    share = line[dep.RESIDENTS] / line[dep.RESIDENTS].sum()
    middle = (share.cumsum() - share / 2).reindex(areas.index).to_numpy()
    decile = areas["imd_decile"].to_numpy()
    wanted = [staff * (index + slack + 1) / 2 for slack in (-0.0005, 0.0005)]
    others = [(total, middle[decile == number]) for number, total in totals.items() if number != decile[place] and total]
    low, high = (sum(total * ends(line) for total, line in others) for ends in (np.min, np.max))
    rest = np.delete(middle, place)[np.delete(decile, place) == decile[place]]
    own, fits = int(totals[decile[place]]), []
    for guess in range(own + 1 if len(rest) else 0):
        least, most = ((own - guess) * ends(rest) + guess * middle[place] for ends in (np.min, np.max))
        if low + least <= wanted[1] and high + most >= wanted[0]:
            fits.append(guess)
    return (min(fits), max(fits)) if fits else (own, own)


def test_the_index_and_the_totals_leave_every_small_area_wide():
    """Areas are never shown, so what could give them away are totals of deciles and the one sum behind the index."""
    chance = random.Random("index")
    given = met = 0
    for trial in range(30):
        sizes = [chance.choice((2, 3, 8, 12)) for _ in range(9)] + [30] if trial % 2 else [2] * 9 + [LEAST_AREAS]
        areas = country(*sizes)
        counts = pd.Series([chance.choice((1, 2, 3, 4, 9, 30)) for _ in range(len(areas))], index=areas.index)
        if trial % 3:  # in every decile something to hide a small count behind
            counts += 40 * (~areas["imd_decile"].duplicated())
        found = dep.analyse(areas, counts)
        assert (found.link is None) == (found.concentration is None) == (found.chance is None)
        if found.concentration is None:
            continue
        given += 1
        assert "hidden" not in found.deciles["Staff"].tolist() and (counts > 0).sum() >= LEAST_AREAS
        totals = counts.groupby(areas["imd_decile"]).sum()
        for place in [place for place, count in enumerate(counts) if count < 5][:12]:
            low, high = reach(areas, totals, round(found.concentration, 3), int(counts.sum()), place)
            assert low <= counts.iloc[place] <= high and high - low + 1 >= 5, (sizes, place)
            met += 1
    assert given > 5 and met > 50


@pytest.mark.parametrize("seed", range(12))
def test_no_number_about_the_link_stands_beside_a_hidden_decile(seed):
    chance = random.Random(f"beside {seed}")
    areas = country(*[chance.choice((1, 2, 20, 40)) for _ in range(10)])
    counts = pd.Series([chance.choice((0, 0, 1, 2, 6, 11)) for _ in range(len(areas))], index=areas.index)
    counts.iloc[chance.randrange(len(counts))] += 120
    few = first_of(areas)[chance.randrange(10)]
    counts[areas["imd_decile"] == areas["imd_decile"].iloc[few]] = 0
    counts.iloc[few] = 2
    found = dep.analyse(areas, counts)
    said = words.as_text(found) + words.as_page(found, "Staff")
    assert "hidden" in found.deciles["Staff"].tolist()
    assert found.link is found.chance is found.concentration is None
    assert not re.search(r"correlation of staff|by chance alone|concentration index: ", said, re.IGNORECASE)


# ---------------------------------------------------------------- several tables: see test_linked_tables.py


def test_one_run_shows_one_cut_of_the_staff():
    """By decile, never by district or area as well."""
    areas = dep.load_areas(ROOT / "data" / "deprivation-2019.csv")
    staff = dep.synthetic_staff(areas, seed=8, total=2_000)
    found = dep.analyse(areas, staff)
    said = words.as_text(found)
    by_district = staff.groupby(areas["district"]).sum()
    shown = {int(number.replace(",", "")) for number in re.findall(r"(?<![\d.,])\d[\d,]*(?!\d|[.,]\d)", said)}
    allowed = set(found.deciles["Areas"]) | set(found.deciles["Residents of working age"]) | set(range(1, 11)) | {0, 95, found.counted, found.areas, found.chance.shuffles, 1_000}
    allowed |= {int(cell.replace(",", "")) for cell in found.deciles["Staff"]}
    assert shown <= allowed and not shown & (set(by_district) - allowed)
