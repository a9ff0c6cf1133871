"""Tables of the same staff, by decile and by district, hidden and rounded so that together they give no count away.

Two tables of the same people can be subtracted from each other, and so can tables of two lists that are nearly the same.
Hiding small counts in each table by itself does not help there. Three things are done, each a known method:

- A count that can be shown is rounded to a multiple of 5, and so is the total of all. NHS Digital does so
  since 2018, because hiding by hand in every output was slow and left gaps (Disclosure control methodology for Hospital
  Episode Statistics, https://digital.nhs.uk/data-and-information/data-tools-and-services/data-services/hospital-episode-statistics).
- It is rounded up or down by chance, the nearer the likelier, as Statistics Canada does for its census (Data quality and
  confidentiality standards and guidelines, 2011). So when one person more or less is on a list, more than that person's
  decile may change. The draw follows from everything that is rounded: the same list gives the same table (asking again and
  again averages nothing out), totals that are equal look equal, and a list that differs in any of it gives a new draw
  everywhere.
- Rounding by chance can be undone where totals tie counts together (West, Vecna and Chowdhury, 2023,
  https://arxiv.org/abs/2307.13859). So all tables are read as one system of sums, and totals are hidden until every number
  in it could be any of ``threshold`` numbers. Areas by decile and district are flows in a network whose arcs are the
  totals, so highest and lowest numbers are exact and whole; :func:`_is_wide` pushes heads around it.

What is hidden because it is small takes no part in the draw, and what is hidden later follows from numbers that are shown.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Hashable, Mapping
from math import inf
from typing import NamedTuple

import pandas as pd

from anchorbook.evidence.deprivation.suppression import suppress

BASE = 5
"""Every count that is shown is a multiple of this."""
CUTS = ("imd_decile", "district")
"""How staff are counted. Each small area is in one decile and in one district."""

Node = tuple[str, Hashable]
STAFF, ALL = ("staff", ""), ("all", "")
Network = dict[Node, dict[Node, float]]
"""For each arc how many more heads could go that way: from one node to another, and against it."""


class Shown(NamedTuple):
    """Tables that can all be given out: staff by decile and by district, multiples of 5; ``<NA>`` is hidden. ``total`` too, or None."""

    deciles: pd.Series
    districts: pd.Series
    total: int | None


def protect(areas: pd.DataFrame, staff: pd.Series, threshold: int = 5) -> Shown:
    """Tables of ``staff`` (heads by area) by decile and by district, and their total, safe beside each other.

    ``areas`` has the columns ``imd_decile`` and ``district``. Decile by decile and district by district, a reader cannot tell
    any number to within ``threshold`` numbers, but for a 0, which is shown: it is about nobody. Nor is a hidden total alone
    in its table, so that nobody knows it to be a small one. Counts below 5 are hidden whatever the threshold: rounded, they
    could look like 0.

    :raises ValueError: as :func:`suppress`.
    """
    threshold = max(threshold, BASE)
    alone = suppress(staff, areas[CUTS[0]], threshold)
    exact: dict[Node, int | None] = {(CUTS[0], name): None if pd.isna(count) else int(count) for name, count in alone.groups.items()}
    for name, count in staff.groupby(areas[CUTS[1]]).sum().items():
        exact[CUTS[1], name] = None if 0 < count < threshold or count and alone.total is None else int(count)
    exact[ALL] = alone.total
    seed = repr(sorted((str(node), count) for node, count in exact.items() if count is not None))
    shown = {node: None if count is None else rounded(count, f"{seed} {count}") for node, count in exact.items()}
    true = staff.groupby([areas[cut] for cut in CUTS]).sum()
    while spare := _to_hide(true, shown, threshold):
        shown[min(spare, key=lambda node: (node == ALL, shown[node], str(node)))] = None
    return Shown(*(pd.Series({name: count for (kind, name), count in shown.items() if kind == cut}, dtype="Int64", name="staff").rename_axis(cut)
                   for cut in CUTS), shown[ALL])


def _to_hide(true: pd.Series, shown: Mapping[Node, int | None], threshold: int) -> list[Node]:
    """Totals of which one more has to be hidden; none when all are safe."""
    for cut in CUTS:
        table = [node for node in shown if node[0] == cut]
        if [shown[node] for node in table].count(None) == 1 and (spare := [node for node in (*table, ALL) if shown[node]]):
            return [node for node in spare if node != ALL] or spare
    return [] if _all_wide(_network(true, shown, threshold), threshold) else [node for node, count in shown.items() if count]


def rounded(count: int, seed: str) -> int:
    """The multiple of 5 just above or just below ``count``, by a draw that ``seed`` fixes: 11 becomes 15 one time in five."""
    low, rest = count // BASE * BASE, count % BASE
    draw = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") % BASE
    return low + (BASE if draw < rest else 0)


def bounds(shown: int | None, threshold: int) -> tuple[float, float]:
    """What a reader knows of a total by itself: a shown one is no small count, and less than 5 away; a hidden one is not 0."""
    if shown is None:
        return 1, inf
    return (max(threshold, shown - BASE + 1), shown + BASE - 1) if shown else (0, 0)


def _network(true: pd.Series, shown: Mapping[Node, int | None], threshold: int) -> Network:
    """How far each number can be moved from the true one: staff go to deciles, from there to districts, and all come back."""
    flows: dict[tuple[Node, Node], int] = defaultdict(int)
    limits: dict[tuple[Node, Node], tuple[float, float]] = {}
    for (decile, district), count in true.items():
        one, other = (CUTS[0], decile), (CUTS[1], district)
        for arc in ((STAFF, one), (one, other), (other, ALL), (ALL, STAFF)):
            flows[arc] += int(count)
        limits |= {(STAFF, one): bounds(shown[one], threshold), (one, other): (0, inf), (other, ALL): bounds(shown[other], threshold)}
    limits[ALL, STAFF] = bounds(shown[ALL], threshold)
    left: Network = defaultdict(dict)
    for (one, other), flow in flows.items():
        low, high = limits[one, other]
        left[one][other], left[other][one] = high - flow, flow - low
    return left


def _all_wide(left: Network, threshold: int) -> bool:
    """Whether no number can be told to within ``threshold`` numbers: those of areas by decile and district, and all totals."""
    arcs = [(one, other) for one in left for other in left[one] if _kind(other) == (_kind(one) + 1) % 4]
    empty = {node for node in left for other in left[node] if STAFF in (node, other) or ALL in (node, other)
             if left[node][other] == left[other][node] == 0}  # a total that is shown as 0
    return all(_is_wide(left, one, other, threshold) for one, other in arcs if not {one, other} & (empty - {STAFF, ALL}))


def _kind(node: Node) -> int:
    """Where a node stands on the way round: all staff, a decile, a district, their total."""
    return (STAFF[0], *CUTS, ALL[0]).index(node[0])


def _is_wide(left: Network, one: Node, other: Node, threshold: int) -> bool:
    """Whether the number of this arc could be ``threshold`` numbers, with all that is shown as it is."""
    most = threshold - 1
    up = _push(left, other, one, min(most, left[one][other]))
    return up >= most or up + _push(left, one, other, min(most - up, left[other][one])) >= most


def _push(left: Network, start: Node, end: Node, most: float) -> float:
    """How many heads, up to ``most``, can go from ``start`` to ``end`` other than straight on (Ford and Fulkerson)."""
    straight, left[start][end] = left[start][end], 0
    done: list[tuple[Node, Node, float]] = []
    pushed: float = 0
    while pushed < most and (steps := _way(left, start, end)):
        room = min(most - pushed, *(left[node][way] for node, way in steps))
        for node, way in steps:
            left[node][way] -= room
            left[way][node] += room
            done.append((node, way, room))
        pushed += room
    for node, way, room in done:  # as it was
        left[node][way] += room
        left[way][node] -= room
    left[start][end] = straight
    return pushed


def _way(left: Network, start: Node, end: Node) -> list[tuple[Node, Node]]:
    """The shortest way on which at least one more head can go; empty when there is none."""
    came: dict[Node, Node] = {start: start}
    queue = deque([start])
    while queue and end not in came:
        node = queue.popleft()
        if left[node].get(end, 0) > 0:
            came[end] = node
            break
        for way, room in left[node].items():
            if room > 0 and way not in came:
                came[way] = node
                queue.append(way)
    steps = []
    node = end
    while node != start and node in came:
        steps.append((came[node], node))
        node = came[node]
    return steps
