"""The book as its files are this moment. A page is made when somebody asks for it, so that lists need not wait for a build."""

from __future__ import annotations

import re
import threading
from functools import cached_property
from pathlib import Path

from anchorbook.catalogue import Catalogue, Entry
from anchorbook.findings import has_errors
from anchorbook.history import Dates
from anchorbook.loading import Memory
from anchorbook.project import Project
from anchorbook.site.case_pages import CasePages
from anchorbook.site.explore import EXPLORE_INDEX, FURTHER, explore_files
from anchorbook.site.exporting import case_dates
from anchorbook.site.made import Made
from anchorbook.site.pages import SKELETON_PAGE, Pages, shells_of
from anchorbook.site.publish import read_for_site

MOST_ROWS = 4
"""Parts of the index of Explore that are kept, for each case: older ones among them."""
_EXPLORE = re.compile(r"explore-(\d+)\.html")


class Current:
    """Reads what has changed, and makes pages of it until a build has made them all. Used by several threads.

    While there are errors it stays as it was, as the site does.
    """

    def __init__(self, project: Project):
        self.project = project
        self.memory = Memory()
        self._state: _State | None = None
        self._rows: dict[str, str] = {}
        self._dates: Dates | None = None
        self.reads = 0
        """How often the book was read. Ask before a build: it knows all that had been read then."""

    def get_ready(self) -> None:
        """Make what the first change would wait for. The site must show the book as it is."""
        self.read()
        self.get(EXPLORE_INDEX)
        self.built(self.reads)

    def read(self) -> Catalogue:
        """Read the book anew."""
        self.reads += 1
        catalogue = read_for_site(self.project, memory=self.memory)
        if not has_errors(catalogue.findings):
            if self._dates is None:
                self._dates = case_dates(self.project)
            if len(self._rows) > MOST_ROWS * len(catalogue.keys):
                self._rows.clear()
            self._state = _State(self.project, catalogue, self.reads, self._dates, self._rows)
        return catalogue

    def built(self, reads: int) -> None:
        """The site now shows everything up to this reading."""
        self._dates = None  # something may have been committed
        state = self._state
        if state and state.number <= reads:
            self._state = None

    def get(self, name: str) -> str | None:
        """A page as it is now, or the index of Explore, by its address; None when what was built stands."""
        state = self._state
        try:
            return state.get(name) if state else None
        except Exception:  # whatever it was, the page that was built stands, and the next build says what is wrong
            return None


class _State:
    """One state of the catalogue, and the pages that were asked for. ``rows`` keeps parts of the index of Explore from one to the next."""

    def __init__(self, project: Project, catalogue: Catalogue, number: int, dates: Dates, rows: dict[str, str]):
        self.project, self.catalogue, self.number = project, catalogue, number
        self._dates, self._rows = dates, rows
        self._made = Made.of(project, catalogue)
        self._kept: dict[str, str | None] = {}
        self._lock = threading.RLock()

    def _texts(self, shelf: str, entries: list[Entry]) -> list[str]:
        with self._made.opened() as texts:  # each request has a thread of its own
            return texts(shelf, [self.catalogue.keys[entry.id] for entry in entries])

    @cached_property
    def _pages(self) -> Pages:
        return Pages(self.project, self.catalogue, shells_of(self.project), self._texts)

    @cached_property
    def _case_pages(self) -> CasePages:
        return CasePages(self.project, self.catalogue, self._dates, self._pages.shell(SKELETON_PAGE))

    @cached_property
    def _explore_files(self) -> dict[str, str]:
        return explore_files(self.catalogue, self._rows)

    def get(self, name: str) -> str | None:
        with self._lock:
            if name not in self._kept:
                self._kept[name] = self._make(name)
            return self._kept[name]

    def _make(self, name: str) -> str | None:
        if name == EXPLORE_INDEX or name.startswith(f"{FURTHER}/"):
            return self._explore_files.get(name)
        if not name.endswith(".html"):
            return None
        if name.startswith("cases/"):
            entry = self.catalogue.by_id.get(Path(name).stem)
            if entry is None:
                return None
            body, record = (self._texts(shelf, [entry])[0] for shelf in ("body", "record"))
            return self._case_pages.html(entry, body, record)
        before = len(self._pages.filler.findings)
        if more := _EXPLORE.fullmatch(name):
            number = int(more[1])
            html = self._pages.explore(number) if 1 < number <= self._pages.filler.explore_pages else None
        else:
            html = self._pages.whole(name)
        # A page that an author got wrong, or that Sphinx is writing, is not shown.
        return html if html and len(self._pages.filler.findings) == before and html.rstrip().endswith("</html>") else None
