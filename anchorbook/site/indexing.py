"""Keeps the site search up to date with the site: only bundles in which something changed are made again.

Cases are searched by their words, not by their pages: that is half the work, and a new related case on a
page changes nothing. So their bundles can be made while the pages are still being made.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from anchorbook.project import Project
from anchorbook.site import search
from anchorbook.store import Store, digest_of, unpack

NOT_SEARCHED = ("explore.html", "search.html")

Progress = Callable[[str, int, int], None]


class SearchIndex:
    """The search of one site. ``keys`` gives the key in the store of each case that can be found.

    Bundles are made in a folder of their own and moved into the site by :meth:`install`, so a build that
    stops on the way changes nothing.
    """

    def __init__(self, project: Project, keys: dict[str, str], out: Path):
        self.project = project
        self.out = out
        self.made = project.cache / "search"
        self.names = search.bundle_names(len(keys))
        self.cases: dict[str, dict[str, str]] = {name: {} for name in self.names[1:]}
        for id, key in sorted(keys.items()):
            self.cases[search.bundle_of(id, self.names)][f"cases/{id}.html"] = key
        self.digests = {name: _digest(members) for name, members in self.cases.items()}
        with Store(project.cache / "site.sqlite") as store:
            self.before: dict[str, str] = store.get("search", str(out)) or {}
        shutil.rmtree(self.made, ignore_errors=True)

    def _stale(self, name: str) -> bool:
        return self.before.get(name) != self.digests[name] or not (self.out / search.FOLDER / name).is_dir()

    def make_cases(self) -> None:
        """Index the words of cases."""
        search.write_bundles(self.made, [name for name in self.cases if self._stale(name)], self._words)

    def _words(self, name: str) -> Iterator[tuple[str, bytes]]:
        members = self.cases[name]
        with Store(self.project.cache / "cases.sqlite") as made:
            words = made.get_many("words", members.values())
        for page, key in members.items():
            yield page, unpack(words[key]).encode()

    def install(self) -> None:
        """Index the other pages, which must be in the site by now; then put all new bundles in place."""
        with Store(self.project.cache / "site.sqlite") as store:
            written: dict[str, str] = store.get("site", str(self.out)) or {}
        pages = {
            page: digest for page, digest in sorted(written.items())
            if page.endswith(".html") and page not in NOT_SEARCHED and not page.startswith(("explore-", "cases/"))
        }
        self.digests[search.MAIN] = _digest(pages)
        if self._stale(search.MAIN):
            search.write_bundles(self.made, [search.MAIN], lambda _name: ((page, (self.out / page).read_bytes()) for page in pages))
        search.install_bundles(self.made, self.out / search.FOLDER, self.names)
        with Store(self.project.cache / "site.sqlite") as store:
            store.put("search", str(self.out), self.digests)


def _digest(members: dict[str, str]) -> str:
    return digest_of(*(part for item in members.items() for part in item))
