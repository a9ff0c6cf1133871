"""Whole pages of cases: the article of each, poured into the frame that all share, with what depends on other cases."""

from __future__ import annotations

import re

from markupsafe import escape

from anchorbook.catalogue import Catalogue, Entry
from anchorbook.checks.editorial import is_overdue
from anchorbook.export import Case, dated
from anchorbook.history import Dates
from anchorbook.project import Project, repository_address, site_address
from anchorbook.site.heads import canonical
from anchorbook.site.exporting import linked_script, site_of
from anchorbook.site.rendering import Words, render
from anchorbook.site.slots import fill_holes, split
from anchorbook.store import digest_of

WITHDRAWN = "This record was withdrawn. Please do not use its figures."
_HEADING = re.compile(r'<h2 id="([^"]+)">([^<]+)</h2>')


class CasePages:
    """Makes pages of cases. ``skeleton`` is an empty one, as the theme made it; ``dates`` those of the repository."""

    def __init__(self, project: Project, catalogue: Catalogue, dates: Dates, skeleton: str):
        self.catalogue = catalogue
        self.dates = dates
        self.site = site_of(project, catalogue, dates)
        self.words = Words(catalogue.vocabulary, catalogue.bibliography, "../")
        self.pieces = split(skeleton)
        self._frame = digest_of(skeleton, self.site.title, self.site.author, self.site.address, repository_address())

    def _due(self, entry: Entry) -> bool:
        return is_overdue(entry.review_by, self.catalogue.today)

    def digest(self, entry: Entry, related: list[Entry], key: str) -> str:
        """A name for all that the page is made from. ``key`` names the record itself."""
        others = (part for other in related for part in (other.id, other.title, *other.places))
        return digest_of(self._frame, key, str(self._due(entry)), *dated(entry, self.dates), *others)

    def html(self, entry: Entry, related: list[Entry], body: str, record: str) -> str:
        """The page, from the article of the case and its record as JSON."""
        words = self.words
        more = render("related-cases.html", words, entries=related)
        meta = linked_script(Case(entry, record, *dated(entry, self.dates)), self.catalogue, self.site)
        inner = {
            "review-due": lambda: render("review-due.html", words, entry=entry) if self._due(entry) else "",
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


def _address(entry: Entry) -> str:
    site = site_address()
    return f"{site}/cases/{entry.id}.html" if site else ""


def _edit_address(entry: Entry) -> str:
    repository = repository_address()
    return f"{repository}/edit/main/{entry.path}" if repository else ""
