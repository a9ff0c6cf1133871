"""Every link inside the site leads somewhere, before the site takes the place of the last one.

What each file holds is kept under the checksum of that file. So a build reads only the files that it wrote anew; of the
others it asks only whether something went that they point at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from anchorbook.findings import Finding
from anchorbook.inside.scanning import MARKUP, NOT_READ, Facts, Parsed, Scanner, is_read, links_of
from anchorbook.inside.writing import LOOKED_AT, say
from anchorbook.project import Project, site_address
from anchorbook.site.checksums import NAME
from anchorbook.store import Store, code_digest, digest_of

SHELF, FRAMES = "links of pages", "links of frames"
STATE = "links"
"""Shelf of what the last whole check was of: files that point at others with their checksums, and all other files."""


class Row(NamedTuple):
    """What is kept of one file, as short as can be."""

    digest: str
    places: str
    links: str
    frames: tuple[str, ...]

    @classmethod
    def of(cls, digest: str, facts: Facts, frames: tuple[str, ...]) -> Row:
        return cls(digest, _lines(facts.places), _lines(facts.links), frames)


class Read(NamedTuple):
    """One file as it was read: what is kept of it, and places that it points at on its own page where none is."""

    row: Row
    missing: tuple[str, ...]


@dataclass
class Ahead:
    """Files that were read when they were written, before anybody checks, and what the parts that they share point at."""

    files: dict[str, Read] = field(default_factory=dict)
    frames: dict[str, str] = field(default_factory=dict)


class Reader:
    """Reads files of a site in a folder. One reads a part that many files share once."""

    def __init__(self, folder: Path, site: str):
        self.folder = folder
        self.scanner = Scanner(site)

    def read(self, name: str, digest: str) -> Read:
        """What a file of this checksum holds."""
        facts, frames = self.scanner.read(self.folder, name)
        return Read(Row.of(digest, facts, frames), tuple(sorted(facts.own - facts.places)) if name.endswith(MARKUP) else ())

    def frames(self) -> dict[str, str]:
        """What the shared parts point at, by a name for each."""
        return {name: _lines(facts.links) for name, facts in self.scanner.frames.items()}


@dataclass
class Checked:
    """What a check found, and what is to be kept if the site is taken."""

    broken: dict[str, list[str]] = field(default_factory=dict)
    """Each address that leads nowhere, with the files that point at it."""
    read: int = 0
    rows: dict[str, Row] = field(default_factory=dict)
    frames: dict[str, str] = field(default_factory=dict)
    state: tuple | None = None


def _lines(names: Iterable[str]) -> str:
    return "\n".join(sorted(names))


def check(folder: Path, sums: Mapping[str, str], store: Store, *, waits: Callable[[str], bool] = lambda name: False, ahead: Ahead | None = None) -> Checked:
    """Check the site in a folder, whose files have these checksums. Keeps nothing: see :func:`keep`.

    :param ahead: files that need not be read again, if they are as they were then
    :param waits: true for files that this build left as they were, whatever else has changed; a later build makes them anew
    """
    names = {*sums, NAME}
    now = {name: digest for name, digest in sums.items() if is_read(name) and not waits(name)}
    others = frozenset(name for name in names if name not in now and not name.startswith(NOT_READ[0]))
    key = _key()
    before, others_before = store.get(STATE, key) or ({}, frozenset())
    found = Checked(state=(now, others))
    fresh = sorted(name for name, digest in now.items() if before.get(name) != digest)
    gone = (before.keys() | others_before) - names
    if before and not fresh and not gone:
        if now.keys() == before.keys() and others == others_before:
            found.state = None  # as it was
        return found
    reader, ahead = Reader(folder, site_address()), ahead or Ahead()
    scanner = reader.scanner
    missing: dict[str, set[str]] = defaultdict(set)
    of_frames: dict[str, set[str]] = defaultdict(set)
    for name in fresh:
        read = ahead.files.get(name)
        if read is None or read.row.digest != now[name]:
            read = reader.read(name, now[name])
        found.rows[name] = read.row
        for place in read.missing:
            missing[f"{name}#{place}"].add(name)
        for frame in read.row.frames:
            of_frames[frame].add(name)
    found.read = len(fresh)
    found.frames = {name: links for name, links in (ahead.frames | reader.frames()).items() if name in of_frames}

    places = _Places(folder, now, store, scanner, found.rows)
    pointing: dict[str, set[str]] = defaultdict(set)
    for name, row in found.rows.items():
        for target in row.links.split("\n") if row.links else ():
            pointing[target].add(name)
    for frame, links in found.frames.items():
        for target in links.split("\n") if links else ():
            pointing[target] |= of_frames[frame]
    places.fetch(target.partition("#")[0] for target in pointing if "#" in target)
    for target, pages in pointing.items():
        if not _there(target, names, places):
            missing[target] |= pages

    if before:
        _look_at_the_others(found, before, now, gone, store, folder, scanner, places, names, missing)
    found.broken = {target: pages for target in sorted(missing) if (pages := _sure(folder, target, sorted(missing[target])))}
    return found


def _sure(folder: Path, target: str, pages: list[str]) -> list[str]:
    """The pages, if a parser too sees the link and no such place: the quick way may take words of a text for either."""
    page, mark, place = target.partition("#")
    if mark and (folder / page).is_file() and place in Parsed((folder / page).read_text("utf-8", errors="replace")).places:
        return []
    site = site_address()
    first = [name for name in pages[:LOOKED_AT] if not name.endswith(MARKUP) or any(link.target == target for link in links_of(folder, name, site))]
    return [*first, *pages[LOOKED_AT:]] if first else []


def keep(found: Checked, store: Store) -> None:
    """Remember a check of a site in which nothing was broken."""
    if found.state is None:
        return
    key = _key()
    store.put_many(SHELF, found.rows.items())
    store.put_many(FRAMES, found.frames.items())
    if found.rows.keys() == found.state[0].keys():  # all was read: what else is there belongs to nothing
        store.keep_only(SHELF, found.rows)
        store.keep_only(FRAMES, found.frames)
        store.keep_only(STATE, ())
    store.put(STATE, key, found.state)


def findings(project: Project, folder: Path, found: Checked, files: Collection[str]) -> list[Finding]:
    """What to say of the links that lead nowhere: where they were written, and what to write."""
    return say(project, folder, found.broken, {*files, NAME}, site_address(), lambda page: _places_on(folder, page)) if found.broken else []


def _key() -> str:
    return digest_of(code_digest(), site_address())


def _there(target: str, names: set[str], places: _Places) -> bool:
    page, mark, place = target.partition("#")
    return page in names and (not mark or place == "top" or not page.endswith(MARKUP) or place in places.of(page))


def _places_on(folder: Path, page: str) -> Collection[str]:
    path = folder / page
    return Parsed(path.read_text("utf-8", errors="replace")).places if page.endswith(MARKUP) and path.is_file() else ()


class _Places:
    """The places on each page, from what is kept, or else from the page."""

    def __init__(self, folder: Path, now: Mapping[str, str], store: Store, scanner: Scanner, rows: dict[str, Row]):
        self.folder, self.now, self.store, self.scanner, self.rows = folder, now, store, scanner, rows
        self._held: dict[str, frozenset[str]] = {}

    def fetch(self, pages: Iterable[str]) -> None:
        """Get what is kept of these pages, all at once."""
        wanted = {page for page in pages if page in self.now and page not in self.rows and page not in self._held}
        for page, row in self.store.get_many(SHELF, wanted).items():
            if row.digest == self.now[page]:
                self._held[page] = frozenset(row.places.split("\n"))

    def of(self, page: str) -> frozenset[str]:
        if page not in self._held:
            row = self.rows.get(page)
            self._held[page] = frozenset(row.places.split("\n")) if row else self.scanner.read(self.folder, page)[0].places
        return self._held[page]


def _look_at_the_others(
    found: Checked, before: Mapping[str, str], now: Mapping[str, str], gone: set[str], store: Store, folder: Path, scanner: Scanner,
    places: _Places, names: set[str], missing: dict[str, set[str]],
) -> None:
    """Files that were not written anew: does one point at a file or a place that is there no longer?"""
    old = store.get_many(SHELF, (name for name in found.rows if name in before))
    lost: set[str] = set()
    sure = True
    for name, row in found.rows.items():
        if name in before:
            if (was := old.get(name)) is None or was.digest != before[name]:
                sure = False
            elif was.places != row.places:
                lost |= {f"{name}#{place}" for place in {*was.places.split("\n")} - {*row.places.split("\n")}}
    if sure and not gone and not lost:
        return
    unchanged = [name for name in now if name not in found.rows]
    kept = store.get_many(SHELF, unchanged)
    users: dict[str, set[str]] = defaultdict(set)
    for name in unchanged:
        row = kept.get(name)
        if row is None or row.digest != now[name]:
            facts, frames = scanner.read(folder, name)
            row = found.rows[name] = Row.of(now[name], facts, frames)
            found.frames |= {frame: _lines(scanner.frames[frame].links) for frame in frames}
        for frame in row.frames:
            users[frame].add(name)
        if row.links:
            for target in row.links.split("\n"):
                page = target.partition("#")[0]
                if (page in gone or target in lost or not sure) and not _there(target, names, places):
                    missing[target].add(name)
    links = {**store.get_many(FRAMES, users), **found.frames}
    for frame, pages in users.items():
        if frame not in links:  # damaged: read one of these pages again
            page = min(pages)
            scanner.read(folder, page)
            links[frame] = found.frames[frame] = _lines(scanner.frames[frame].links) if frame in scanner.frames else ""
        for target in links[frame].split("\n") if links[frame] else ():
            if not _there(target, names, places):
                missing[target] |= pages
