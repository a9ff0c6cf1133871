"""From shells and catalogue to the finished site: fill, write what changed, remove what is gone, index."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import escape

from anchorbook.catalogue import Catalogue, Entry
from anchorbook.findings import Finding, has_errors
from anchorbook.loading import read_catalogue
from anchorbook.project import Project
from anchorbook.site import search
from anchorbook.site.case_page import render_case
from anchorbook.site.explore import explore_index
from anchorbook.site.fill import Filler, explore_address
from anchorbook.site.rendering import FOLDERS, Words, render
from anchorbook.site.slots import Slot, fill, fill_holes, split
from anchorbook.store import Store, digest_of, unpack

SKELETON_PAGE = "cases/skeleton.html"
EXPLORE_PAGE = "explore.html"
BROWSER_LIBRARIES = {"assets/minisearch.js": "minisearch/dist/umd/index.js"}

Progress = Callable[[str, int, int], None]


class MissingLibrary(Exception):
    """A library that pages use in the browser is not installed."""


@dataclass
class Published:
    """What became of one publication."""

    pages: int = 0
    written: int = 0
    errors: list[Finding] = field(default_factory=list)


def read_for_site(project: Project, **more) -> Catalogue:
    """The catalogue, with the body of each case made in the same pass."""
    return read_catalogue(project, render=render_case, **more)


def root_of(page: str) -> str:
    """The way from a page to the home folder."""
    return "../" * page.count("/")


class _Writer:
    """Writes files that changed, and knows at the end which old ones nobody wants any more."""

    def __init__(self, out: Path, store: Store):
        self.out = out
        self.store = store
        self.before: dict[str, str] = store.get("site", str(out)) or {}
        self.now: dict[str, str] = {}
        self.changed: set[str] = set()
        self.folders: set[str] = set()
        self.there = _files_in(out) if self.before else set()

    def unchanged(self, page: str, digest: str) -> bool:
        """True when this page, made from the same things, is in place; it then stays."""
        if self.before.get(page) == digest and page in self.there:
            self.now[page] = digest
            return True
        return False

    def write(self, page: str, content: str | bytes, digest: str | None = None) -> None:
        raw = content.encode() if isinstance(content, str) else content
        digest = digest or hashlib.sha256(raw).hexdigest()
        if self.unchanged(page, digest):
            return
        path = f"{self.out}/{page}"
        folder = os.path.dirname(path)
        if folder not in self.folders:
            os.makedirs(folder, exist_ok=True)
            self.folders.add(folder)
        # Written beside and renamed, so that nobody ever sees half a page.
        part = path + ".part"
        with open(part, "wb") as stream:
            stream.write(raw)
        os.replace(part, path)
        self.now[page] = digest
        self.changed.add(page)

    def finish(self) -> None:
        """Remove what is no longer part of the site."""
        for page in set(self.before) - set(self.now):
            (self.out / page).unlink(missing_ok=True)
        self.store.put("site", str(self.out), self.now)


def _files_in(out: Path) -> set[str]:
    found = set()
    base = str(out)
    for folder, _folders, files in os.walk(out):
        inside = os.path.relpath(folder, base).replace(os.sep, "/")
        prefix = "" if inside == "." else inside + "/"
        found.update(prefix + name for name in files)
    return found


def publish(
    project: Project,
    catalogue: Catalogue,
    *,
    shells: Path,
    static: Path,
    out: Path,
    progress: Progress = lambda step, done, total: None,
) -> Published:
    """Write the site into ``out``.

    ``shells`` holds the pages as Sphinx made them, ``static`` its other files. Nothing is written while a
    finding is an error.
    """
    result = Published(errors=[item for item in catalogue.findings if item.severity == "error"])
    if result.errors:
        return result
    with Store(project.cache / "site.sqlite") as store, Store(project.cache / "cases.sqlite") as made:
        def cards(entries: list[Entry]) -> list[str]:
            keys = [catalogue.keys[entry.id] for entry in entries]
            found = made.get_many("card", keys)
            return [unpack(found[key]) for key in keys]

        filler = Filler(catalogue, search.bundle_names(len(catalogue.searched)), cards)
        pages = dict(_filled_pages(shells, filler))
        result.errors = [*filler.findings, *_missing_pages(catalogue, pages)]
        if has_errors(result.errors):
            return result
        out.mkdir(parents=True, exist_ok=True)
        writer = _Writer(out, store)
        if static.resolve() != out.resolve():
            for name in sorted(_files_in(static)):
                if not name.endswith(".html") and not name.startswith((".", search.FOLDER + "/")):
                    writer.write(name, (static / name).read_bytes())
        for page, content in pages.items():
            writer.write(page, content)
        _write_cases(project.title, catalogue, filler, (shells / SKELETON_PAGE).read_text("utf-8"), made, writer, progress)
        _write_more_explore_pages(shells, filler, catalogue, writer)
        writer.write("assets/explore-index.js", explore_index(catalogue))
        for name, library in BROWSER_LIBRARIES.items():
            writer.write(name, _library(project, library))
        writer.finish()
        result.written = len(writer.changed)
    result.pages = sum(page.endswith(".html") for page in writer.now)
    return result


def _filled_pages(shells: Path, filler: Filler) -> Iterator[tuple[str, str]]:
    for path in sorted(shells.rglob("*.html")):
        page = path.relative_to(shells).as_posix()
        if page != SKELETON_PAGE:
            root = root_of(page)
            yield page, fill(path.read_text("utf-8"), lambda slot: filler(slot, root))


def _write_more_explore_pages(shells: Path, filler: Filler, catalogue: Catalogue, writer: _Writer) -> None:
    """The pages of Explore after the first: all the other cards, for those who browse without scripts."""
    shell = (shells / EXPLORE_PAGE).read_text("utf-8")
    last = filler.explore_pages
    for number in range(2, last + 1):
        digest = digest_of(shell, str(number), str(last), *(catalogue.keys[entry.id] for entry in filler.explore_entries(number)))
        if not writer.unchanged(explore_address(number), digest):
            writer.write(explore_address(number), fill(shell, lambda slot: filler(slot, "", number)), digest)


def _missing_pages(catalogue: Catalogue, pages: dict[str, str]) -> Iterator[Finding]:
    """Every term of the five main vocabularies needs a page, or links to it would lead nowhere."""
    for facet, folder in FOLDERS.items():
        for index, term in enumerate(catalogue.vocabulary[facet].terms):
            if f"{folder}/{term.slug}.html" not in pages:
                document = catalogue.vocabulary.documents[facet]
                yield document.finding(("terms", index, "id"), "missing-page", f"\"{term.id}\" has no page.",
                                       f"Write book/{folder}/{term.slug}.md and name it in _toc.yml.")


def _write_cases(book: str, catalogue: Catalogue, filler: Filler, skeleton: str, bodies: Store, writer: _Writer, progress: Progress) -> None:
    pieces = split(skeleton)
    words = filler.words("../")
    frame = digest_of(skeleton, book, _repository(), os.environ.get("ANCHORBOOK_ADDRESS", ""))
    todo: list[tuple[Entry, list[Entry], str]] = []
    for entry in catalogue.by_id.values():
        related = catalogue.related(entry)
        digest = digest_of(frame, catalogue.keys[entry.id], *(part for other in related for part in (other.id, other.title, *other.places)))
        if not writer.unchanged(f"cases/{entry.id}.html", digest):
            todo.append((entry, related, digest))
    for number, (entry, related, digest) in enumerate(todo):
        body = unpack(bodies.get("body", catalogue.keys[entry.id]))
        writer.write(f"cases/{entry.id}.html", _case_html(book, entry, body, render("related-cases.html", words, entries=related), pieces, words), digest)
        if number % 500 == 0:
            progress("cases", number, len(todo))


def _case_html(book: str, entry: Entry, body: str, related: str, pieces: list[str | Slot], words: Words) -> str:
    inner = {
        "related-cases": lambda: related,
        "cite-this": lambda: render("cite-this.html", words, entry=entry, book=book, address=_address(entry)),
        "improve-page": lambda: render("improve-page.html", words, path=entry.path, edit=_edit_address(entry)),
    }
    outer = {
        "case-title": lambda: str(escape(entry.title)),
        "case-meta": lambda: f'<meta name="description" content="{escape(entry.summary[:300])}">',
        "case-side": lambda: render("case-side.html", words, headings=_HEADING.findall(body), related=bool(related)),
        "case-body": lambda: fill_holes(body, lambda name: inner[name]()),
    }
    return "".join(piece if isinstance(piece, str) else outer[piece.kind]() for piece in pieces)


_HEADING = re.compile(r'<h2 id="([^"]+)">([^<]+)</h2>')


def _repository() -> str:
    """The address of the project at its code host, when the build knows it."""
    return os.environ.get("ANCHORBOOK_REPOSITORY", "").rstrip("/")


def _address(entry: Entry) -> str:
    site = os.environ.get("ANCHORBOOK_ADDRESS", "").rstrip("/")
    return f"{site}/cases/{entry.id}.html" if site else ""


def _edit_address(entry: Entry) -> str:
    repository = _repository()
    return f"{repository}/edit/main/{entry.path}" if repository else ""


def _library(project: Project, name: str) -> bytes:
    path = project.root / "node_modules" / name
    try:
        return path.read_bytes()
    except OSError:
        raise MissingLibrary(f"The browser library {name} is not installed. Run: make setup") from None
