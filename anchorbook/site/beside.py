"""The site that a build is making, what it was made from, and what of the last one can stay."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from anchorbook.store import Store, digest_of
from anchorbook.switching import NEXT, PART, Sign, files_in, flush, heal, leave_only, link, make_folder, mirror, switch

HOME = "index.html"


class NotWhole(Exception):
    """The new site lacks something, so it did not take the place of the old one. Says what, and what to do."""


class TreeWriter:
    """Writes files of the site on its way, in ``folder``, beside the one that is ``shown``. It keeps no notes."""

    def __init__(self, folder: Path, shown: Path):
        self.folder, self.shown = folder, shown
        self._folders: set[str] = set()

    def begin(self, page: str) -> str:
        """Make the folder of a page, and clear its way; returns the path of the page."""
        path = f"{self.folder}/{page}"
        folder = os.path.dirname(path)
        if folder not in self._folders:
            make_folder(folder)
            self._folders.add(folder)
        if os.path.isdir(path):
            os.unlink(path) if os.path.islink(path) else shutil.rmtree(path)  # nothing of ours is called so
        return path

    def write(self, page: str, raw: bytes) -> None:
        path = self.begin(page)
        with named(path + PART):
            # Under another name first: the file under this name may be that of the site that stands.
            with open(path + PART, "wb") as stream:
                stream.write(raw)
        os.replace(path + PART, path)

    def stands(self, page: str, raw: bytes, file: Sign | None) -> bool:
        """True when the site that is shown has this very content in the file of this sign."""
        if not file or file.size != len(raw):
            return False
        try:
            with open(f"{self.shown}/{page}", "rb") as stream:
                return stream.read() == raw
        except OSError:
            return False


class NextSite:
    """The site on its way. ``shown`` is the folder of the site, ``cache`` where notes of it are kept.

    A note says what a file was made from, and the size and time of that file. It counts only while the file has them:
    so notes that a killed build never wrote, and those of another copy of the site, are found out.

    :param in_place: write into ``shown`` itself, as plain Jupyter Book does with its own files
    """

    def __init__(self, shown: Path, cache: Path, *, in_place: bool = False):
        self.shown = shown.resolve()
        self.cache = cache
        self.in_place = in_place
        self._tree = self.shown if in_place else self.shown.with_name(NEXT)
        self._key = os.path.relpath(shown, cache)
        if not in_place:
            heal(self.shown)
        self.files = files_in(self.shown)
        with Store(cache / "site.sqlite") as store:
            self._notes: dict[str, tuple[str, int, int]] = store.get("site", self._key) or {}
            self._bundles: dict[str, tuple[str, str]] = store.get("search", self._key) or {}
        self._held = _by_folder(self.files, self._bundles)
        self._signs = {folder: _sign_of(names, self.files) for folder, names in self._held.items()}
        self.now: dict[str, str] = {}
        """What the new site is to hold: for each page a name for what it was made from."""
        self.bundles: dict[str, str] = {}
        """The same for folders that are made as one. Each lies in a folder of the home folder."""
        self.changed: set[str] = set()
        self._sizes: dict[str, int] = {}
        self._open = in_place
        self._writer = TreeWriter(self._tree, self.shown)
        self._in_folders: set[str] = set()

    # ---------------------------------------------------------------- what stands

    def noted(self, page: str) -> str:
        """What this page was made from, if it stands as it was written; otherwise nothing."""
        digest, *sign = self._notes.get(page, ("",))
        file = self.files.get(page)
        return digest if file and sign == [file.size, file.time] else ""

    def noted_folder(self, folder: str) -> str:
        """The same for a folder that is made as one."""
        digest, sign = self._bundles.get(folder, ("", ""))
        return digest if digest and sign == self._signs[folder] else ""

    @property
    def wanted(self) -> set[str]:
        """Every file that the new site is to hold."""
        return self.now.keys() | self._in_folders

    @property
    def folder(self) -> Path:
        """Where the files of the new site can be read."""
        return self._tree if self._open else self.shown

    # ---------------------------------------------------------------- writing

    @property
    def out(self) -> Path:
        """The folder to write in. It is made when something is to be written, so an unchanged site costs nothing."""
        return self.writer.folder

    @property
    def writer(self) -> TreeWriter:
        """Writes files as :meth:`put` does, in another process too; :meth:`written` is to be told of each."""
        if not self._open:
            mirror(self.files, self.shown, self._tree)
            self._open = True
        return self._writer

    def put(self, page: str, raw: bytes) -> bool:
        """Write a file, unless it stands with this very content; it keeps its time then. Returns whether it was written."""
        if page not in self.changed and self._same(page, raw):
            return False
        self.writer.write(page, raw)
        self.written(page, len(raw))
        return True

    def written(self, page: str, size: int) -> None:
        """Note that a file was written, of so many bytes."""
        self._sizes[page] = size
        self.changed.add(page)

    def take(self, page: str, path: Path) -> None:
        """Move a file in, unless it stands with this very content."""
        size = path.stat().st_size
        if page not in self.changed and page in self.files and self.files[page].size == size and self._same(page, path.read_bytes()):
            return
        target = self.begin(page)
        try:
            self._end(page, str(path), size)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            shutil.copyfile(path, target + PART)
            self._end(page, target + PART, size)

    def take_folder(self, folder: str, made: Path, digest: str) -> None:
        """Move in a folder that is made as one. What it held before and holds no longer goes."""
        for name in sorted(files_in(made)):
            self.take(f"{folder}/{name}", made / name)
            self._in_folders.add(f"{folder}/{name}")
        self.bundles[folder] = digest

    def keep_folder(self, folder: str, digest: str) -> None:
        """Leave a folder that is noted as it is."""
        self._in_folders.update(self._held[folder])
        self.bundles[folder] = digest

    def _same(self, page: str, raw: bytes) -> bool:
        return self._writer.stands(page, raw, self.files.get(page))

    def begin(self, page: str) -> str:
        """Make the folder of a page, and clear its way; returns the path of the page."""
        return self.writer.begin(page)

    def _end(self, page: str, part: str, size: int) -> None:
        os.replace(part, f"{self.out}/{page}")
        self.written(page, size)

    # ---------------------------------------------------------------- taking the place

    def settle(self, pages: Iterable[str]) -> None:
        """Files that somebody else has written into ``out``: one that is as it was gets its old time back."""
        for page in pages:
            raw = (self.out / page).read_bytes()
            if not self.in_place and self._same(page, raw):
                link(f"{self.shown}/{page}", f"{self._tree}/{page}")
                self.changed.discard(page)
            else:
                self.changed.add(page)
                self._sizes[page] = len(raw)

    def finish(self) -> bool:
        """Remove what the build did not make; let the new site take its place if it differs. Returns whether it does.

        :raises NotWhole: when something is missing in it
        """
        wanted = self.wanted
        # In place there are files of others; then only what was ours goes.
        ours = self.files.keys() & self._notes.keys() | {name for names in self._held.values() for name in names}
        gone = (ours if self.in_place else self.files.keys()) - wanted
        self.changed |= gone
        if self.in_place:
            for page in gone:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(self.shown / page)
            self.files = files_in(self.shown)
        elif self.changed:
            found = leave_only(wanted, self.out)
            self._check(wanted, found)
            flush(self._tree, self.changed - gone)
            switch(self.shown, self._tree)
            self.files = found
        self._save()
        return bool(self.changed)

    def _check(self, wanted: set[str], found: dict[str, Sign]) -> None:
        """That every page is there, and as long as it was when it was written."""
        for name in sorted({*wanted, HOME}):
            size = self._sizes.get(name, self.files[name].size if name in self.files else -1)
            if name not in found or found[name].size != size or (size == 0 and name.endswith(".html")):
                raise NotWhole(f"The new site is not whole: {name} is {'missing' if name not in found else 'damaged'}. "
                               "Run the same command again. If that does not help, delete the folder _build and build anew.")

    def _save(self) -> None:
        notes = {page: (digest, self.files[page].size, self.files[page].time) for page, digest in self.now.items() if page in self.files}
        held = _by_folder(self.files, self.bundles)
        bundles = {folder: (digest, _sign_of(held[folder], self.files)) for folder, digest in self.bundles.items()}
        if (notes, bundles) != (self._notes, self._bundles):
            with Store(self.cache / "site.sqlite") as store:
                store.put("site", self._key, notes)
                store.put("search", self._key, bundles)
        self._notes, self._bundles = notes, bundles


def _by_folder(files: Iterable[str], folders: Iterable[str]) -> dict[str, list[str]]:
    """The files of each of these folders, which lie two deep."""
    found: dict[str, list[str]] = {folder: [] for folder in folders}
    for name in files:
        end = name.find("/", name.find("/") + 1)
        if end > 0 and name[:end] in found:
            found[name[:end]].append(name)
    return found


def _sign_of(names: Iterable[str], files: dict[str, Sign]) -> str:
    """A name for these files as they are."""
    return digest_of(repr([(name, files[name].size, files[name].time) for name in sorted(names)]))


@contextlib.contextmanager
def named(path: str) -> Iterator[None]:
    """Put the name of the file on what goes wrong; the system leaves it out when a write fails."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = path
        raise
