"""What was made of each case, from the store; what is lost or damaged there is made again."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Iterator

from anchorbook.catalogue import Catalogue
from anchorbook.checking import References, check_files
from anchorbook.project import Project
from anchorbook.site.case_page import render_case
from anchorbook.store import Store, unpack


Texts = Callable[[str, list[str]], list[str]]
"""From a shelf and keys of cases to their texts, in this order. Raises :class:`Changed`."""


class Changed(Exception):
    """A text was lost, and its file is no longer what it was made from; says which, and what to do."""


class Made:
    """Texts of cases, by shelf of the store and key of the case. ``paths`` gives the file of each key."""

    def __init__(self, project: Project, known: References, paths: dict[str, str]):
        self.project = project
        self.known = known
        self.paths = paths

    @classmethod
    def of(cls, project: Project, catalogue: Catalogue) -> Made:
        """For all cases of a catalogue, of which it keeps the lists only."""
        known = References(catalogue.vocabulary, catalogue.bibliography, catalogue.ledger)
        return cls(project, known, {catalogue.keys[entry.id]: entry.path for entry in catalogue.all_entries})

    @contextlib.contextmanager
    def opened(self) -> Iterator[Texts]:
        """The store, opened for the thread that asks."""
        with Store(self.project.cache / "cases.sqlite") as store:
            yield lambda shelf, keys: self._texts(store, shelf, keys)

    def _texts(self, store: Store, shelf: str, keys: list[str]) -> list[str]:
        found: dict[str, str] = {}
        for key, packed in store.get_many(shelf, keys).items():
            with contextlib.suppress(TypeError, ValueError, zlib.error):
                found[key] = unpack(packed)
        if lost := [key for key in keys if key not in found]:
            found |= self._again(store, shelf, lost)
        return [found[key] for key in keys]

    def _again(self, store: Store, shelf: str, keys: list[str]) -> dict[str, str]:
        found = {}
        paths = {self.paths[key]: key for key in keys}
        for batch in check_files(list(paths), 1, self.project, render_case, self.known):
            for item in batch:
                if item.key != paths[item.path] or item.rendered is None:
                    raise Changed(f"{item.path} was saved while the book was being built. Run the same command again.")
                for name, packed in item.rendered.items():
                    store.put(name, item.key, packed)
                found[item.key] = unpack(item.rendered[shelf])
        return found
