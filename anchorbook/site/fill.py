"""What goes into each slot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from anchorbook.catalogue import FACETS, Catalogue, Entry
from anchorbook.checks.citations import unknown_key
from anchorbook.checks.nearest import nearest
from anchorbook.findings import Finding
from anchorbook.site.rendering import FACET_OF, FOLDERS, Words, render
from anchorbook.site.slots import Slot

CARDS_ON_A_PAGE = 200
"""Cards in the HTML of one page of Explore."""

OPEN_FACETS = ("domain", "level", "result")
CASES_OF_A_REFERENCE = 10


class Filler:
    """Fills the slots of pages from the catalogue. What an author got wrong is in ``findings``.

    ``bundles`` names the parts of the site search; ``cards`` gives the cards of cases, for Explore.
    """

    def __init__(self, catalogue: Catalogue, bundles: list[str], cards: Callable[[list[Entry]], list[str]]):
        self.catalogue = catalogue
        self.cards = cards
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
            "evidence-summary": self._evidence_summary,
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
        if what in self.vocabulary:
            return str(len(self.vocabulary[what].terms))
        return self._wrong(slot, "unknown-vocabulary", f"\"{what}\" cannot be counted.", "Write cases, or the name of a vocabulary.")

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
        cards = [Markup(card) for card in self.cards(self.explore_entries(page))]
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
        return self.catalogue.entries[(page - 1) * CARDS_ON_A_PAGE : page * CARDS_ON_A_PAGE]

    @property
    def explore_pages(self) -> int:
        """Number of pages that hold all the cards."""
        return max(1, -(-len(self.catalogue.entries) // CARDS_ON_A_PAGE))

    def _site_search(self, slot: Slot, words: Words, page: int) -> str:
        return render("site-search.html", words, bundles=self.bundles)

    # ------------------------------------------------------------ references and evidence

    def _cite(self, slot: Slot, words: Words, page: int) -> str:
        key = slot.options["key"]
        if key not in self.catalogue.bibliography:
            return self._wrong(slot, "unknown-citation", *unknown_key(key, self.catalogue.bibliography))
        return str(words.citation(key, slot.options.get("locator", "")))

    def _reference_list(self, slot: Slot, words: Words, page: int) -> str:
        bibliography = self.catalogue.bibliography
        cited_by: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.catalogue.entries:
            for key in entry.cites:
                cited_by[key].append(entry)
        pages = self.catalogue.page_citations
        references = [{
            "reference": reference, "html": Markup(reference.html),
            "cases": cited_by[reference.key][:CASES_OF_A_REFERENCE],
            "more": max(0, len(cited_by[reference.key]) - CASES_OF_A_REFERENCE),
            "pages": reference.key in pages,
        } for reference in bibliography.sorted({*cited_by, *pages})]
        return render("reference-list.html", words, references=references)

    def _evidence_summary(self, slot: Slot, words: Words, page: int) -> str:
        total = len(self.catalogue.entries)

        def table(filter: str, title: str) -> dict[str, Any]:
            facet = self.vocabulary[FACETS[filter]]
            counts = self.catalogue.counts[filter]
            return {"filter": filter, "title": title, "column": facet.label, "rows": [
                {"id": term.id, "label": f"{term.id} {term.label}" if filter == "level" else term.label, "count": counts[term.id],
                 "share": round(100 * counts[term.id] / total) if total else 0} for term in facet.terms]}

        return render("evidence-summary.html", words, total=total, tables=[
            table("level", "Cases by strength of evidence"), table("result", "Cases by what they showed"), table("cost", "Cases by cost")])


def explore_address(number: int) -> str:
    """The address of one page of Explore."""
    return "explore.html" if number == 1 else f"explore-{number}.html"
