"""Builds of small projects without Sphinx, Pagefind and browser libraries: what is left is our own writing of files."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from anchorbook import build as building
from anchorbook.inside import checking as inside
from anchorbook.project import Project
from anchorbook.site import beside, exporting
from anchorbook.site import publish as publishing
from anchorbook.site import search
from anchorbook.site.slots import Slot
from anchorbook.store import Store
from anchorbook.vocabulary import load_vocabulary
from tests.support.projects import SMALL_BIBLIOGRAPHY, make_project

FOLDERS = {"tensions": "tensions"}
"""Of the vocabularies that need a page for each term, one: small sites make quick tests."""


def small_project(folder: Path, cases: dict[str, str]) -> Project:
    project = make_project(folder, cases, references=SMALL_BIBLIOGRAPHY)
    (folder / "_config.yml").write_text("title: A small book\n", "utf-8")
    return project


def stand_in_shells(project: Project, say: Callable[[str], None]) -> tuple[bool, int]:
    """What Sphinx would have made."""
    work = project.build / "sphinx" / "_build"
    pages = {"index.html": "", "explore.html": "", "cases/skeleton.html": f"{Slot('case-title')}{Slot('case-meta')}{Slot('case-body')}<nav class=\"wide map\"></nav>"}
    pages |= {f"{folder}/{term.slug}.html": term.label for facet, folder in FOLDERS.items() for term in load_vocabulary(project.vocabulary)[facet].terms}
    for page, text in pages.items():
        path = work / "shells" / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<html><head></head><body>{(project.book / 'index.md').read_text('utf-8')} {page} {text}</body></html>", "utf-8")
    static = work / "html" / "_static"
    static.mkdir(parents=True, exist_ok=True)
    (static / "a.css").write_text("body {}\n")
    (static / "empty.css").write_text("")
    return True, 0


def stand_in_bundles(folder: Path, names: list[str], contents: search.Contents, turns: object = None) -> None:
    """What Pagefind would have made: a file for each bundle and one for each page."""
    for name in names:
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        pages = dict(contents(name))
        for content in pages.values():
            (target / f"{hashlib.sha256(content).hexdigest()[:10]}.pf").write_bytes(content[:100])
        (target / "pagefind-entry.json").write_text(repr(sorted(pages)))


_check_links = inside.check


def check_links_in_part(folder: Path, sums: dict[str, str], *more, **options) -> inside.Checked:
    """The real check, without links to pages that only the whole book has."""
    found = _check_links(folder, sums, *more, **options)
    found.broken = {target: pages for target, pages in found.broken.items() if target.startswith("cases/") or target.partition("#")[0] in sums}
    return found


_open_store = Store._open


def _open_without_waiting(store: Store) -> None:
    """A process may be killed here, not the computer: nobody need wait for the disk."""
    _open_store(store)
    store._db.execute("PRAGMA synchronous = OFF")


def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds with these stand-ins."""
    monkeypatch.setattr(Store, "_open", _open_without_waiting)
    monkeypatch.setattr(beside, "flush", lambda tree, names: None)
    monkeypatch.setattr(building, "_run_sphinx", stand_in_shells)
    monkeypatch.setattr(inside, "check", check_links_in_part)
    monkeypatch.setattr(search, "write_bundles", stand_in_bundles)
    monkeypatch.setattr(publishing, "FOLDERS", FOLDERS)
    monkeypatch.setattr(publishing, "BROWSER_LIBRARIES", {})
    monkeypatch.setattr(publishing, "case_dates", lambda project: {})
    for slow in ("schema_text", "case_schema_text", "spreadsheet"):
        monkeypatch.setattr(exporting, slow, lambda *about, slow=slow: f"{slow}\n")


@pytest.fixture
def without_sphinx(monkeypatch):
    stand_in(monkeypatch)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its content."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


_CHANGES = ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "ctypes.dlsym", "sqlite3.connect")


class Trouble:
    """Calls ``strike`` before each step that changes something on the disk from the ``first`` on; in a process of its own, as no hook can be removed."""

    def __init__(self, folder: Path, first: int, strike: Callable[[], None]):
        self.folder, self.first, self.strike = str(folder), first, strike
        self.seen = 0
        sys.addaudithook(self)

    def __call__(self, event: str, about: tuple) -> None:
        if event == "open":
            path, mode, flags = about
            if not isinstance(path, str) or not (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) or "/.lock" in path:
                return
        elif event in _CHANGES:
            path = str(about[0])
            if event == "ctypes.dlsym":
                path = self.folder if about[1] == "renameat2" else ""
        else:
            return
        if path.startswith(self.folder):
            self.seen += 1
            if self.seen >= self.first:
                self.strike()


def in_a_child(work: Callable[[], int]) -> int:
    """Run this in a process of its own; returns its exit status, or less than 0 when it was killed."""
    child = os.fork()
    if not child:
        status = 99
        try:
            status = work()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
