"""Whole pages of cases: the article of each, poured into the frame that all share, with what depends on other cases."""

from __future__ import annotations

import re
from datetime import date

from markupsafe import escape

from anchorbook.bibliography import Bibliography
from anchorbook.catalogue import Catalogue, Entry
from anchorbook.checks.editorial import is_overdue
from anchorbook.export import Case, Site, dated
from anchorbook.export.linked import linked, script
from anchorbook.history import Dates
from anchorbook.project import Project, repository_address, site_address
from anchorbook.site.exporting import site_of
from anchorbook.site.heads import canonical
from anchorbook.site.rendering import Words, render
from anchorbook.site.slots import fill_holes, split
from anchorbook.store import digest_of
from anchorbook.vocabulary import Vocabulary

WITHDRAWN = "This record was withdrawn. Please do not use its figures."
_HEADING = re.compile(r'<h2 id="([^"]+)">([^<]+)</h2>')


class CaseFrame:
    """The frame that pages of cases share. It knows no other case, so any process can have one.

    ``skeleton`` is an empty page, as the theme made it; ``today`` says which reviews are due.
    """

    def __init__(self, skeleton: str, vocabulary: Vocabulary, bibliography: Bibliography, site: Site, today: date):
        self.site = site
        self.today = today
        self.words = Words(vocabulary, bibliography, "../")
        self.pieces = split(skeleton)

    def is_due(self, entry: Entry) -> bool:
        """True when somebody should have read the case again by now."""
        return is_overdue(entry.review_by, self.today)

    def html(self, case: Case, related: list[Entry], body: str) -> str:
        """The page of a case, from its article."""
        words, entry = self.words, case.entry
        more = render("related-cases.html", words, entries=related)
        meta = script(linked(case, words.vocabulary, words.bibliography, self.site))
        inner = {
            "review-due": lambda: render("review-due.html", words, entry=entry) if self.is_due(entry) else "",
            "address": lambda: str(escape(_address(entry) or f"cases/{entry.id}.html")),
            "related-cases": lambda: more,
            "cite-this": lambda: render("cite-this.html", words, entry=entry, book=self.site.title, address=_address(entry)),
            "improve-page": lambda: render("improve-page.html", words, path=entry.path, edit=_edit_address(entry)),
        }
        outer = {
            "case-title": lambda: str(escape(entry.title)),
            "case-meta": lambda: f'<meta name="description" content="{escape(WITHDRAWN if entry.withdrawn else entry.summary[:300])}">\n{canonical(f"cases/{entry.id}.html")}{meta}',
            "case-side": lambda: render("case-side.html", words, headings=_HEADING.findall(body), related=bool(more)),
            "case-body": lambda: fill_holes(body, lambda name: inner[name]()),
        }
        return "".join(piece if isinstance(piece, str) else outer[piece.kind]() for piece in self.pieces)


class CasePages:
    """Pages of the cases of one catalogue. ``dates`` are those of the repository."""

    def __init__(self, project: Project, catalogue: Catalogue, dates: Dates, skeleton: str):
        self.catalogue = catalogue
        self.dates = dates
        site = site_of(project, catalogue, dates)
        self.frame = CaseFrame(skeleton, catalogue.vocabulary, catalogue.bibliography, site, catalogue.today)
        self._common = digest_of(skeleton, site.title, site.author, site.address, repository_address())

    def digest(self, entry: Entry, related: list[Entry], key: str) -> str:
        """A name for all that the page is made from. ``key`` names the record itself."""
        others = (part for other in related for part in (other.id, other.title, *other.places))
        return digest_of(self._common, key, str(self.frame.is_due(entry)), *dated(entry, self.dates), *others)

    def html(self, entry: Entry, body: str, record: str) -> str:
        """The page, from the article of the case and its record as JSON."""
        return self.frame.html(Case(entry, record, *dated(entry, self.dates)), self.catalogue.related(entry), body)


def _address(entry: Entry) -> str:
    site = site_address()
    return f"{site}/cases/{entry.id}.html" if site else ""


def _edit_address(entry: Entry) -> str:
    repository = repository_address()
    return f"{repository}/edit/main/{entry.path}" if repository else ""
