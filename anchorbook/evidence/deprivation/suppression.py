"""Hide small counts, so that nobody can work out who is behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple

import pandas as pd


class Suppressed(NamedTuple):
    """Counts that can be shown. ``<NA>`` is hidden; nothing says whether a hidden count was small itself."""

    cells: pd.Series
    groups: pd.Series
    total: int | None


class Plan(NamedTuple):
    """What to hide: areas, totals of groups, and whether the total of all may be shown."""

    areas: set
    groups: set
    show_total: bool


def suppress(counts: pd.Series, groups: pd.Series | None = None, threshold: int = 5) -> Suppressed:
    """Hide counts from 1 to ``threshold - 1``, and as many others as it takes so that totals do not give them away.

    ``counts`` are whole heads by area; ``groups`` puts each area in a group (say, its decile) whose total is shown
    too. A 0 is shown: it is about nobody.

    First every small count is hidden (primary suppression). Then, wherever a shown total would give a hidden count
    away or nearly so, the next smallest counts are hidden as well (secondary suppression; equal counts together),
    until each hidden count of that total could be any of at least ``threshold`` numbers. Where even that is not
    enough, the total is hidden with all of its counts, and the same is done one step up, among the totals of groups.
    There, more totals are hidden until even a reader who knows this program cannot tell any hidden total.

    It guards against arithmetic with what is shown here. Against other tables of the same staff, see
    :func:`~anchorbook.evidence.deprivation.linked.protect`.

    :raises ValueError: for a negative count, one that is not whole, or a count without a group.
    """
    if threshold < 2:
        raise ValueError("threshold must be 2 or more")
    if counts.index.has_duplicates:
        raise ValueError("an area stands twice")
    if not pd.api.types.is_numeric_dtype(counts) or counts.isna().any() or (counts % 1 != 0).any():
        raise ValueError("counts must be whole numbers")
    if (counts < 0).any():
        raise ValueError("a count is below zero")
    one = pd.Series(0, index=counts.index) if groups is None else groups.reindex(counts.index)
    if one.isna().any():
        raise ValueError("a count has no group")

    counts = counts.astype(int)
    found = plan({group: dict(zip(members.index, members.tolist(), strict=True)) for group, members in counts.groupby(one)}, threshold)
    cells = counts.astype("Int64")
    cells[list(found.areas)] = pd.NA
    totals = counts.groupby(one).sum().astype("Int64")
    totals[list(found.groups)] = pd.NA
    return Suppressed(cells, totals, int(counts.sum()) if found.show_total else None)


def plan(groups: Mapping[Any, Mapping[Any, int]], threshold: int) -> Plan:
    """What :func:`suppress` hides. ``groups`` has for each group the counts of its areas."""
    hidden: set = set()
    withheld: set = set()
    for group, members in groups.items():
        found = _hide(members, threshold)
        if found is None:
            withheld.add(group)
        else:
            hidden |= found
    show_total = True
    if withheld:
        totals = {group: sum(members.values()) for group, members in groups.items()}
        areas = {group: sum(count > 0 for count in members.values()) for group, members in groups.items()}
        more = _hide_totals(totals, areas, frozenset(withheld), threshold)
        show_total = more is not None
        withheld = {group for group, total in totals.items() if total > 0} if more is None else more
    for group in withheld:
        hidden |= {area for area, count in groups[group].items() if count > 0}
    return Plan(hidden, withheld, show_total)


def _hide(counts: Mapping[Any, int], threshold: int, already: frozenset = frozenset(), least: Mapping[Any, int] | None = None,
          more: int = 0) -> set | None:
    """The counts to hide when their total is shown: none, or enough; None when the total must be hidden too.

    Each hidden count is known to be ``least`` or more (1 unless told; for the total of a group, its number of
    hidden counts). So when hidden counts add up to S and their least values to L, each spans S - L + 1 numbers.
    Small counts that are all as high as they can be are not left among themselves: a reader who knows that nothing
    else was hidden would know them from their sum. A small count is at most ``threshold - 1``; the total of a group
    that had to be hidden is at most what would still have had to be hidden. ``more`` hides that many steps more than
    this asks for.
    """
    chosen = {key for key, value in counts.items() if 0 < value < threshold} | already
    if not chosen:
        return chosen
    small = frozenset(chosen)
    spare = [key for key, value in sorted(counts.items(), key=lambda item: (item[1], str(item[0]))) if value > 0 and key not in chosen]

    def enough() -> bool:
        span = sum(counts[key] - (1 if least is None else least[key]) for key in chosen) + 1
        return len(chosen) >= 2 and span >= threshold and not all(counts[key] == at_most(key) for key in chosen)

    def at_most(key) -> float:
        """The highest number that a reader can think a hidden count to be."""
        if key not in small:
            return inf
        cells = 1 if least is None else least[key]
        return threshold - 1 if cells < 2 else max(threshold + cells - 2, cells * (threshold - 1))

    while more or not enough():
        if enough():
            more -= 1
        if not spare:
            return None
        level = counts[spare[0]]
        while spare and counts[spare[0]] == level:
            chosen.add(spare.pop(0))
    return chosen


# ---------------------------------------------------------------- totals of groups, before a reader who knows this program

MOST_TRIES = 400
"""Tables that are tried before a hidden total counts as known. A fixed number, so that it says nothing about the counts."""


class _View(NamedTuple):
    """What a reader sees of the totals of groups: for each group its areas with staff and its total (None: hidden), and
    what the hidden totals add up to. ``more`` is how many steps more than usual were hidden."""

    groups: tuple[tuple[Any, int, int | None], ...]
    left: int
    threshold: int
    more: int


def _hide_totals(totals: Mapping[Any, int], areas: Mapping[Any, int], withheld: frozenset, threshold: int) -> set | None:
    """The totals of groups to hide, ``withheld`` ones and others; None when the total of all must be hidden too.

    The usual rule (:func:`_hide`) can leave tables that only one set of counts leads to, when groups have different
    numbers of areas. So each result is read as a reader who has this program would, and as long as a hidden total could
    be only one number, one step more is hidden. That reading sees only what is shown (:class:`_View`), so it says the
    same of every set of counts behind it, and whether it was done says nothing more.
    """
    for more in range(len(totals) + 1):
        found = _hide(totals, threshold, withheld, areas, more)
        if found is None or _unsure(_view(totals, areas, found, threshold, more)):
            return found
    return None


def _view(totals: Mapping[Any, int], areas: Mapping[Any, int], hidden: set, threshold: int, more: int) -> _View:
    groups = tuple((group, areas[group], None if group in hidden else totals[group]) for group in sorted(totals, key=str))
    return _View(groups, sum(totals[group] for group in hidden), threshold, more)


@lru_cache(maxsize=4_096)
def _unsure(view: _View) -> bool:
    """True when each hidden total could be at least two numbers, for a reader who knows this program."""
    first = next(_tables(view), None)
    return first is not None and all(next(_tables(view, group, first[group]), None) is not None for group in first)


def _tables(view: _View, group: Any = None, but: int | None = None) -> Iterator[dict[Any, int]]:
    """Hidden totals that lead to what is seen; with ``group``, those in which its total is not ``but``."""
    shown = [total for _, _, total in view.groups if total]
    most = min(shown) - 1 if shown else view.left  # a total that was not small and is hidden is below all that are shown
    hidden = sorted(((name, areas) for name, areas, total in view.groups if total is None), key=lambda item: item[0] != group)
    highest = [min(view.left, max(most, view.threshold - 1, areas * (view.threshold - 1), areas + view.threshold - 2)) for _, areas in hidden]

    def fill(place: int, left: int) -> Iterator[tuple[int, ...]]:
        if place == len(hidden):
            if left == 0:
                yield ()
            return
        name, areas = hidden[place]
        low = max(areas, left - sum(highest[place + 1:]))
        high = min(highest[place], left - sum(number for _, number in hidden[place + 1:]))
        for total in range(low, high + 1):
            if name != group or total != but:
                for rest in fill(place + 1, left - total):
                    yield (total, *rest)

    tries = MOST_TRIES
    for totals in fill(0, view.left):
        tries -= 1
        if tries < 0:
            return
        table = {name: total for (name, _), total in zip(hidden, totals, strict=True)}
        if _leads_to(view, table):
            yield table


def _leads_to(view: _View, table: dict[Any, int]) -> bool:
    """Whether these hidden totals can end in what is seen, whatever the counts within the groups."""
    totals = {name: table[name] if total is None else total for name, _, total in view.groups}
    areas = {name: number for name, number, _ in view.groups}
    sure = frozenset(name for name in totals if _withheld(totals[name], areas[name], view.threshold) == {True})
    either = [name for name in totals if len(_withheld(totals[name], areas[name], view.threshold)) == 2]
    for choice in range(2 ** min(len(either), 4)):
        withheld = sure | {name for place, name in enumerate(either[:4]) if choice >> place & 1}
        if withheld and _ends_in(view, totals, areas, withheld, set(table)):
            return True
    return False


def _ends_in(view: _View, totals: dict[Any, int], areas: dict[Any, int], withheld: frozenset, hidden: set) -> bool:
    if _hide(totals, view.threshold, withheld, areas, view.more) != hidden:
        return False
    for fewer in range(view.more):
        found = _hide(totals, view.threshold, withheld, areas, fewer)
        if found is None or _unsure(_view(totals, areas, found, view.threshold, fewer)):
            return False
    return True


def _withheld(total: int, areas: int, threshold: int) -> set[bool]:
    """Whether the total of a group of so many areas with staff has to be hidden with all its counts; both when it depends."""
    if total == 0:
        return {False}
    if areas == 1:
        return {total < threshold}
    if total - areas < threshold - 1:
        return {True}
    return {False, True} if total == areas * (threshold - 1) else {False}
