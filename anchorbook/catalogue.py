"""The checked cases, indexed by facet: the one thing that pages, searches, exports and notebooks read.

The catalogue holds an :class:`Entry` a case: small, and all that a list needs. :mod:`anchorbook.loading`
makes it from the files of a project.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property

from anchorbook.bibliography import Bibliography
from anchorbook.evidence.claims import Assessed, Disagreement
from anchorbook.findings import Finding
from anchorbook.frameworks import Frameworks
from anchorbook.ledger import Ledger
from anchorbook.register import Register
from anchorbook.training import Training
from anchorbook.vocabulary import Vocabulary

NEIGHBOURS = 5
"""How many cases on each side are looked at for related ones, in each action and domain."""

FACETS = {
    "domain": "domains",
    "action": "actions",
    "opportunity": "opportunities",
    "stakeholder": "stakeholders",
    "level": "evidence_levels",
    "result": "results",
    "cost": "cost_bands",
    "region": "regions",
    "status": "statuses",
    "equity": "equity_dimensions",
    "tension": "tensions",
    "type": "record_types",
}
"""Facet of an entry and the vocabulary its values come from, in the order Explore shows them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One case, as lists show it. ``facets`` gives its term ids by facet name."""

    id: str
    path: str
    title: str
    summary: str
    lead_org: str
    organisations: tuple[str, ...]
    places: tuple[str, ...]
    periods: tuple[str, ...]
    facets: dict[str, tuple[str, ...]]
    related: tuple[str, ...]
    cites: tuple[str, ...]
    case_links: tuple[tuple[str, int, int], ...]
    id_place: tuple[int, int]
    level: int
    qa_status: str
    disagreements: tuple[Disagreement, ...] = ()
    review_by: str = ""
    page_links: tuple[tuple[str, int, int], ...] = ()
    superseded_by: str = ""
    credits: tuple[tuple[str, str], ...] = ()
    """Name and role of each who asked to be named."""
    reviewed: tuple[str, int, int] = ("", 1, 1)
    """When an editor last read it, and where that stands."""

    @property
    def listed(self) -> bool:
        """True when lists, searches and exports show it. Others keep their page, with a notice."""
        return self.qa_status not in ("withdrawn", "superseded")

    @property
    def withdrawn(self) -> bool:
        """True when nothing of what it said may be used any more: its page says why, and no more."""
        return self.qa_status == "withdrawn"

    def has(self, facet: str, *terms: str) -> bool:
        """True when the case has any of the terms."""
        return any(term in self.facets[facet] for term in terms)


def today() -> date:
    """The day that a build counts as its own: ``SOURCE_DATE_EPOCH`` where that is set, so that a build can be repeated."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(fixed), UTC).date() if fixed else datetime.now(UTC).date()


def by_title(entry: Entry) -> tuple[str, str]:
    """The order of lists by title."""
    return entry.title.casefold(), entry.id


@dataclass
class Catalogue:
    """Every valid case of a project, with the lists its words come from."""

    vocabulary: Vocabulary
    bibliography: Bibliography
    ledger: Ledger = field(default_factory=Ledger)
    frameworks: Frameworks = field(default_factory=Frameworks)
    register: Register = field(default_factory=Register)
    training: Training = field(default_factory=Training)
    assessed: list[Assessed] = field(default_factory=list)
    """What can be said of each claim of the ledger, in its order."""
    all_entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    page_citations: set[str] = field(default_factory=set)
    keys: dict[str, str] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    """Addresses of the pages that authors wrote, without their ending."""
    today: date = field(default_factory=today)
    refused: set[str] = field(default_factory=set)
    """Ids, by their file's name, of cases with errors."""

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.all_entries}

    @cached_property
    def entries(self) -> list[Entry]:
        """The cases that lists show, by title. One that was withdrawn or replaced keeps its page but leaves the lists."""
        shown = (entry for entry in self.by_id.values() if entry.listed)
        return sorted(shown, key=by_title)

    @property
    def searched(self) -> dict[str, str]:
        """The key in the store of each case that lists and searches show."""
        return {entry.id: self.keys[entry.id] for entry in self.entries}

    @cached_property
    def by_strength(self) -> list[Entry]:
        """The same, strongest evidence first."""
        return sorted(self.entries, key=lambda entry: -entry.level)

    @cached_property
    def _rank(self) -> dict[str, int]:
        return {entry.id: number for number, entry in enumerate(self.by_strength)}

    @cached_property
    def counts(self) -> dict[str, Counter]:
        """Number of cases by facet and term."""
        counts: dict[str, Counter] = {facet: Counter() for facet in FACETS}
        for (facet, term), entries in self.by_term.items():
            counts[facet][term] = len(entries)
        return counts

    @cached_property
    def by_term(self) -> dict[tuple[str, str], list[Entry]]:
        """The cases of each facet and term, strongest first."""
        found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in self.by_strength:
            for facet, terms in entry.facets.items():
                for term in terms:
                    found[facet, term].append(entry)
        return found

    def select(self, wanted: dict[str, Iterable[str]], *, sort: str = "strength") -> list[Entry]:
        """Cases that have, for every facet asked for, any of its terms."""
        pools = [{entry.id for term in terms for entry in self.by_term.get((facet, term), [])} for facet, terms in wanted.items()]
        found = sorted(map(self.by_id.__getitem__, set.intersection(*pools)), key=lambda entry: self._rank[entry.id]) if pools else self.by_strength
        return found if sort == "strength" else sorted(found, key=by_title)

    @cached_property
    def _rings(self) -> dict[tuple[str, str], list[str]]:
        """Ids of the cases of each action and domain, in order."""
        return {
            (facet, term): sorted(entry.id for entry in entries)
            for (facet, term), entries in self.by_term.items() if facet in ("action", "domain")
        }

    def related(self, entry: Entry, most: int = 4) -> list[Entry]:
        """Cases its author names, then those that share most actions and domains. Lists show them all; a withdrawn case has none.

        Looks only at neighbours in the order of ids, so the cost of one case does not grow with the
        collection, and a new case changes the lists of few others.
        """
        if entry.withdrawn:
            return []
        named = [self.by_id[id] for id in dict.fromkeys(entry.related) if id in self.by_id and id != entry.id and self.by_id[id].listed]
        shared: Counter = Counter()
        for facet, weight in (("action", 2), ("domain", 1)):
            for term in entry.facets[facet]:
                for id in _neighbours(self._rings.get((facet, term), []), entry.id):
                    shared[id] += weight
        for known in (entry.id, *(other.id for other in named)):
            shared.pop(known, None)
        ranked = sorted([(-10 * score - self.by_id[id].level, id) for id, score in shared.items()])
        return (named + [self.by_id[id] for _score, id in ranked])[: max(most, len(named))]


def _neighbours(ring: list[str], id: str) -> list[str]:
    """The ids next to this one on both sides; all of them when there are few."""
    if len(ring) <= 2 * NEIGHBOURS + 1:
        return ring
    here = bisect_left(ring, id)
    return [ring[place % len(ring)] for place in range(here - NEIGHBOURS, here + NEIGHBOURS + 1)]
