"""Keeps the site search up to date with the site: only bundles in which something changed are made again.

Cases are searched by their words, not by their pages: that is half the work, and a new related case on a
page changes nothing. So their bundles can be made while the pages are still being made.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator

from anchorbook.catalogue import Catalogue
from anchorbook.processes import available
from anchorbook.project import Project
from anchorbook.site import search
from anchorbook.site.beside import NextSite
from anchorbook.site.made import Made
from anchorbook.store import digest_of

NOT_SEARCHED = ("explore.html", "search.html")

Progress = Callable[[str, int, int], None]


class SearchIndex:
    """The search of one site: of those cases of the catalogue that can be found.

    Bundles are made in a folder of their own and moved into the new site by :meth:`install`.
    """

    def __init__(self, project: Project, catalogue: Catalogue, site: NextSite):
        self.made_of = Made.of(project, catalogue)
        self.site = site
        self.made = project.cache / "search"
        keys = catalogue.searched
        self.names = search.bundle_names(len(keys))
        self.cases: dict[str, dict[str, str]] = {name: {} for name in self.names[1:]}
        for id, key in sorted(keys.items()):
            self.cases[search.bundle_of(id, self.names)][f"cases/{id}.html"] = key
        self.digests = {name: _digest(members) for name, members in self.cases.items()}
        self._turns = threading.Semaphore(1)
        shutil.rmtree(self.made, ignore_errors=True)

    def _stale(self, name: str) -> bool:
        return self.site.noted_folder(f"{search.FOLDER}/{name}") != self.digests[name]

    def make_cases(self) -> None:
        """Index the words of cases, one bundle at a time: each needs memory, which others who work beside it need too."""
        search.write_bundles(self.made, [name for name in self.cases if self._stale(name)], self._words, self._turns)

    def hurry(self) -> None:
        """Nobody works beside it any more: let bundles that are left be made side by side."""
        self._turns.release(available())

    def _words(self, name: str) -> Iterator[tuple[str, bytes]]:
        members = self.cases[name]
        with self.made_of.opened() as texts:
            words = texts("words", list(members.values()))
        for page, text in zip(members, words, strict=True):
            yield page, text.encode()

    def install(self) -> None:
        """Index the other pages, which must be in the new site by now; then put all new bundles there."""
        pages = {
            page: digest for page, digest in sorted(self.site.now.items())
            if page.endswith(".html") and page not in NOT_SEARCHED and not page.startswith(("explore-", "cases/"))
        }
        self.digests[search.MAIN] = _digest(pages)
        if self._stale(search.MAIN):
            search.write_bundles(self.made, [search.MAIN], lambda _name: ((page, (self.site.folder / page).read_bytes()) for page in pages))
        for name, digest in self.digests.items():
            folder = f"{search.FOLDER}/{name}"
            if self._stale(name):
                self.site.take_folder(folder, self.made / name, digest)
            else:
                self.site.keep_folder(folder, digest)
        shutil.rmtree(self.made, ignore_errors=True)


def _digest(members: dict[str, str]) -> str:
    return digest_of(*(part for item in members.items() for part in item))
