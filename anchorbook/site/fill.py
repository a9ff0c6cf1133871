"""What goes into each slot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from anchorbook.catalogue import FACETS, Catalogue, Entry
from anchorbook.checks.codes import GROUPS
from anchorbook.nearest import nearest
from anchorbook.fields import field_reference
from anchorbook.findings import Finding
from anchorbook.gazetteer import Gazetteer
from anchorbook.new_source import unknown_source
from anchorbook.open_data import FILES
from anchorbook.register import unknown_claim
from anchorbook.site.briefs import files_for
from anchorbook.site.glossary import Glossary
from anchorbook.site.ledger import LedgerPages
from anchorbook.site.outside import KINDS as OUTSIDE
from anchorbook.site.outside import Report
from anchorbook.site.places import places_page
from anchorbook.site.rendering import FACET_OF, FOLDERS, Words, render
from anchorbook.site.repository import KINDS as REPOSITORY
from anchorbook.site.slots import Slot
from anchorbook.site.training import KINDS as TRAINING
from anchorbook.site.upkeep import KINDS as UPKEEP
from anchorbook.template import template

CARDS_FIRST, CARDS_ON_A_PAGE = 60, 200
"""Cards in the HTML of the first page of Explore, which filters them all, and of each further one."""


def on_pages(cases: list) -> list[list]:
    """These cases, or what was made of them, page by page of Explore."""
    return [cases[:CARDS_FIRST], *(cases[start:start + CARDS_ON_A_PAGE] for start in range(CARDS_FIRST, len(cases), CARDS_ON_A_PAGE))]


MORE_KINDS = {**TRAINING, **UPKEEP, **OUTSIDE, **REPOSITORY}
OPEN_FACETS = ("domain", "level", "result")
CASES_OF_A_REFERENCE = 10
MAPPED = {"actions": "action", "equity_dimensions": "equity"}
"""Vocabularies that an evidence map can set against the domains, with their facets."""
SPREADS = {"level": "Cases by strength of evidence", "result": "Cases by what they showed", "cost": "Cases by cost"}
"""Facets whose spread over the cases is shown as tables and charts, with their titles."""


class Filler:
    """Fills the slots of pages from the catalogue. What an author got wrong is in ``findings``.

    ``bundles`` names the parts of the site search; ``made`` gives what was made of cases, from one shelf of the store;
    ``gazetteer`` knows where places are, ``outlines`` is the file with the outlines of the country.
    """

    def __init__(self, catalogue: Catalogue, bundles: list[str], made: Callable[[str, list[Entry]], list[str]], gazetteer: Gazetteer,
                 outlines: Path = Path()):
        self.catalogue = catalogue
        self.made = made
        self.gazetteer = gazetteer
        self.outlines = outlines
        self.outside = Report()
        """What addresses outside the book last said."""
        self.glossary = Glossary(catalogue.vocabulary)
        self.ledger = LedgerPages(catalogue, lambda entries: made("conflicts", entries))
        self.vocabulary = catalogue.vocabulary
        self.bundles = bundles
        self.findings: list[Finding] = []
        self._words: dict[str, Words] = {}

    def words(self, root: str) -> Words:
        """Template words for pages at this depth."""
        if root not in self._words:
            self._words[root] = Words(self.vocabulary, self.catalogue.bibliography, root)
        return self._words[root]

    def __call__(self, slot: Slot, root: str, page: int = 1) -> str:
        """The HTML of one slot on a page whose ``root`` leads home. ``page`` counts pages of Explore."""
        fill = self._kinds.get(slot.kind)
        if fill is None:
            return ""
        return fill(slot, self.words(root), page)

    @cached_property
    def _kinds(self) -> dict[str, Callable[[Slot, Words, int], str]]:
        return {
            "label": self._label, "link": self._link, "case": self._case, "cite": self._cite, "count": self._count,
            "term-intro": self._term_intro, "term-list": self._term_list, "case-list": self._case_list,
            "explore": self._explore, "site-search": self._site_search, "reference-list": self._reference_list,
            "evidence-summary": self._evidence_summary, "evidence-chart": self._evidence_chart, "claim": self._claim,
            **{kind: (lambda slot, words, page: render(f"{slot.kind}.html", words, files=files_for(len(self.catalogue.entries)),
                                                       levels=self.vocabulary["evidence_levels"].terms)) for kind in ("compare", "shortlist")},
            "case-template": lambda slot, words, page: render("case-template.html", words, text=template(self.vocabulary)),
            "field-reference": lambda slot, words, page: render("field-reference.html", words, **field_reference(self.vocabulary)),
            "places-map": lambda slot, words, page: places_page(self.catalogue, self.gazetteer, words, self.outlines),
            "evidence-map": self._evidence_map,
            "framework": self._framework, "crosswalk": self._crosswalk,
            "glossary-list": lambda slot, words, page: self.glossary.page(words),
            "claims-ledger": lambda slot, words, page: self.ledger.table(words),
            "conflict-register": lambda slot, words, page: self.ledger.register(words),
            "downloads": lambda slot, words, page: render("downloads.html", words, files=FILES),
            **{kind: (lambda slot, words, page: MORE_KINDS[slot.kind](self, slot, words)) for kind in MORE_KINDS},
            "finding-codes": lambda slot, words, page: render("finding-codes.html", words, groups=GROUPS),
        }

    def _wrong(self, slot: Slot, code: str, message: str, hint: str = "") -> str:
        self.findings.append(Finding(slot.path, slot.line, 1, code, message, hint))
        return ""

    # ------------------------------------------------------------ terms

    def _term(self, slot: Slot, facet: str, id: str):
        if facet not in self.vocabulary:
            self._wrong(slot, "unknown-vocabulary", f"there is no vocabulary \"{facet}\".",
                        "Write one of: " + ", ".join(self.vocabulary.facets))
            return None
        term = self.vocabulary[facet].by_id.get(id)
        if term is None:
            guess = nearest(id, self.vocabulary[facet].by_id)
            self._wrong(slot, "unknown-term", f"\"{id}\" is not in the vocabulary \"{facet}\".",
                        f"Did you mean \"{guess}\"?" if guess else "Write one of: " + ", ".join(self.vocabulary[facet].by_id))
        return term

    def _label(self, slot: Slot, words: Words, page: int) -> str:
        term = self._term(slot, slot.options["facet"], slot.options["id"])
        return str(escape(term.label)) if term else ""

    def _link(self, slot: Slot, words: Words, page: int) -> str:
        facet, id = slot.options["facet"], slot.options["id"]
        term = self._term(slot, facet, id)
        return str(Markup('<a href="{}">{}</a>').format(words.href(facet, id), term.label)) if term else ""

    def _term_intro(self, slot: Slot, words: Words, page: int) -> str:
        facet, _, id = slot.options["argument"].partition("/")
        term = self._term(slot, facet, id)
        if term is None:
            return ""
        name = FACET_OF[facet]
        return render("term-intro.html", words, facet=self.vocabulary[facet], facet_name=facet, term=term, filter=name,
                      count=self.catalogue.counts[name][id])

    def _term_list(self, slot: Slot, words: Words, page: int) -> str:
        facet = slot.options["argument"]
        if facet not in self.vocabulary:
            return self._wrong(slot, "unknown-vocabulary", f"there is no vocabulary \"{facet}\".",
                               "Write one of: " + ", ".join(self.vocabulary.facets))
        terms = self.vocabulary[facet].terms
        if parent := slot.options.get("parent"):
            terms = [term for term in terms if term.parent == parent]
        if who := slot.options.get("stakeholder"):
            terms = [term for term in terms if who in term.stakeholders]
        name = FACET_OF.get(facet, "")
        most = slot.options.get("examples", 0)
        items = [{
            "term": term,
            "count": self.catalogue.counts[name][term.id] if name else 0,
            "examples": self.catalogue.by_term[name, term.id][:most] if most and name else [],
        } for term in terms]
        return render("term-list.html", words, items=items, facet_name=facet, filter=name, linked=facet in FOLDERS)

    # ------------------------------------------------------------ cases

    def _case(self, slot: Slot, words: Words, page: int) -> str:
        id = slot.options["id"]
        entry = self.catalogue.by_id.get(id)
        if entry is None:
            guess = nearest(id, self.catalogue.by_id)
            return self._wrong(slot, "unknown-case", f"there is no case \"{id}\".",
                               f"Did you mean \"{guess}\"?" if guess else "Check the id, or remove the link.")
        return str(Markup('<a href="{}">{}</a>').format(words.case_href(id), slot.options.get("text") or entry.title))

    def _count(self, slot: Slot, words: Words, page: int) -> str:
        what = slot.options["id"]
        if what == "cases":
            return f"{len(self.catalogue.entries):,}"
        if what == "claims":
            return f"{len(self.catalogue.ledger.claims):,}"
        if what in self.vocabulary:
            return str(len(self.vocabulary[what].terms))
        return self._wrong(slot, "unknown-vocabulary", f"\"{what}\" cannot be counted.", "Write cases, claims, or the name of a vocabulary.")

    def _wanted(self, slot: Slot) -> dict[str, list[str]]:
        wanted: dict[str, list[str]] = {}
        for facet, vocabulary in FACETS.items():
            for id in slot.options.get(facet, "").replace(",", " ").split():
                if self._term(slot, vocabulary, id):
                    wanted.setdefault(facet, []).append(id)
        return wanted

    def _case_list(self, slot: Slot, words: Words, page: int) -> str:
        wanted = self._wanted(slot)
        found = self.catalogue.select(wanted, sort=slot.options.get("sort", "strength"))
        limit = slot.options.get("limit", 12)
        query = "&".join(f"{facet}={id}" for facet, ids in wanted.items() for id in ids)
        return render("case-list.html", words, entries=found[:limit], total=len(found), query=f"#{query}" if query else "")

    def _explore(self, slot: Slot, words: Words, page: int) -> str:
        cards = [Markup(card) for card in self.made("card", self.explore_entries(page))]
        total = len(self.catalogue.entries)
        pages = [{"number": number, "href": explore_address(number), "current": number == page} for number in range(1, self.explore_pages + 1)]
        if page > 1:
            return render("explore-more.html", words, cards=cards, page=page, pages=pages)
        facets = [{
            "name": name, "label": self.vocabulary[vocabulary].label, "open": name in OPEN_FACETS,
            "terms": [{"id": term.id, "label": f"{term.id} {term.label}" if name == "level" else term.label, "count": self.catalogue.counts[name][term.id]}
                      for term in self.vocabulary[vocabulary].terms
                      if self.catalogue.counts[name][term.id] or name in ("domain", "level", "result")],
        } for name, vocabulary in FACETS.items()]
        return render("explore.html", words, cards=cards, total=total, facets=facets, pages=pages)

    def explore_entries(self, page: int) -> list[Entry]:
        """The cases whose cards stand on one page of Explore."""
        return on_pages(self.catalogue.entries)[page - 1]

    @property
    def explore_pages(self) -> int:
        """Number of pages that hold all the cards."""
        return len(on_pages(self.catalogue.entries))

    def _site_search(self, slot: Slot, words: Words, page: int) -> str:
        return render("site-search.html", words, bundles=self.bundles)

    # ------------------------------------------------------------ references and evidence

    def _cite(self, slot: Slot, words: Words, page: int) -> str:
        key = slot.options["key"]
        if key not in self.catalogue.bibliography:
            return self._wrong(slot, "unknown-citation", *unknown_source(key, self.catalogue.bibliography))
        return str(words.citation(key, slot.options.get("locator", "")))

    def _framework(self, slot: Slot, words: Words, page: int) -> str:
        id = slot.options["argument"]
        framework = self.catalogue.frameworks.by_id.get(id)
        if framework is None:
            guess = nearest(id, self.catalogue.frameworks.by_id)
            return self._wrong(slot, "unknown-framework", f"there is no framework \"{id}\" in data/frameworks.",
                               f"Did you mean \"{guess}\"?" if guess else "Write one of: " + ", ".join(self.catalogue.frameworks.by_id))
        return render("framework.html", words, framework=framework)

    def _crosswalk(self, slot: Slot, words: Words, page: int) -> str:
        frameworks = self.catalogue.frameworks.all
        parents = {framework.id: {item.id: item.label for item in framework.items} for framework in frameworks}
        return render("crosswalk.html", words, frameworks=frameworks, domains=self.vocabulary["domains"].terms, parents=parents)

    def _claim(self, slot: Slot, words: Words, page: int) -> str:
        claim = self.catalogue.ledger.by_id.get(slot.options["id"])
        if claim is None:
            return self._wrong(slot, "unknown-claim", *unknown_claim(slot.options["id"], self.catalogue.ledger))
        return self.ledger.inline(claim, words)

    def _reference_list(self, slot: Slot, words: Words, page: int) -> str:
        bibliography = self.catalogue.bibliography
        cited_by: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.catalogue.entries:
            for key in entry.cites:
                cited_by[key].append(entry)
        pages = self.catalogue.page_citations
        kept = {key for entry in self.catalogue.by_id.values() for key in entry.cites}  # a case that left the lists still has its page
        references = [{
            "reference": reference, "html": Markup(reference.html),
            "cases": cited_by[reference.key][:CASES_OF_A_REFERENCE],
            "more": max(0, len(cited_by[reference.key]) - CASES_OF_A_REFERENCE),
            "pages": reference.key in pages,
        } for reference in bibliography.sorted({*kept, *pages})]
        return render("reference-list.html", words, references=references)

    def _spread(self, filter: str, title: str) -> dict[str, Any]:
        """How the cases spread over the terms of one facet."""
        total = len(self.catalogue.entries)
        facet = self.vocabulary[FACETS[filter]]
        counts = self.catalogue.counts[filter]
        return {"filter": filter, "title": title, "column": facet.label, "rows": [
            {"id": term.id, "label": f"{term.id} {term.label}" if filter == "level" else term.label, "count": counts[term.id],
             "share": round(100 * counts[term.id] / total) if total else 0} for term in facet.terms]}

    def _evidence_map(self, slot: Slot, words: Words, page: int) -> str:
        """Domains across; actions or equity dimensions down. A cell leads to its cases, or invites one."""
        down = slot.options["argument"]
        if down not in MAPPED:
            return self._wrong(slot, "unknown-map", f"\"{down}\" has no evidence map.", "Write one of: " + ", ".join(MAPPED))
        facet, across = MAPPED[down], self.vocabulary["domains"].terms
        found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in self.catalogue.entries:
            for column in entry.facets["domain"]:
                for row in entry.facets[facet]:
                    found[row, column].append(entry)
        most = max(map(len, found.values()), default=1)
        rows = []
        for term in self.vocabulary[down].terms:
            cells = [{
                "count": len(cases := found[term.id, column.id]), "level": max((entry.level for entry in cases), default=0), "column": column.label,
                "size": max(1, round(4 * (len(cases) / most) ** 0.5)), "query": f"domain={column.id}&{facet}={term.id}",
            } for column in across]
            rows.append({"term": term, "cells": cells, "linked": down in FOLDERS})
        return render("evidence-map.html", words, rows=rows, columns=across, across="domains", down=down,
                      title=f"Cases by {self.vocabulary['domains'].label.lower()} and {self.vocabulary[down].label.lower()}")

    def _evidence_summary(self, slot: Slot, words: Words, page: int) -> str:
        return render("evidence-summary.html", words, total=len(self.catalogue.entries),
                      tables=[self._spread(filter, title) for filter, title in SPREADS.items()])

    def _evidence_chart(self, slot: Slot, words: Words, page: int) -> str:
        filter = slot.options["argument"]
        if filter not in SPREADS:
            return self._wrong(slot, "unknown-chart", f"\"{filter}\" has no chart.", "Write one of: " + ", ".join(SPREADS))
        spread = self._spread(filter, SPREADS[filter])
        most = max((row["count"] for row in spread["rows"]), default=0)
        top = max(spread["rows"], key=lambda row: row["count"])
        said = f"{top['count']} of {len(self.catalogue.entries)} cases are at \"{top['label']}\"" if most else "There are no cases yet"
        return render("evidence-chart.html", words, table=spread, most=most or 1, said=said, total=len(self.catalogue.entries))


def explore_address(number: int) -> str:
    """The address of one page of Explore."""
    return "explore.html" if number == 1 else f"explore-{number}.html"
