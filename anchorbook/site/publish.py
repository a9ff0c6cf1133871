"""From shells and catalogue to the finished site: fill, write what changed, remove what is gone, index."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from anchorbook.catalogue import Catalogue, Entry
from anchorbook.checks.addresses import site_findings
from anchorbook.findings import Finding, has_errors
from anchorbook.gazetteer import Gazetteer
from anchorbook.inside.checking import Ahead
from anchorbook.loading import read_catalogue
from anchorbook.open_data import FILES, SITEMAP
from anchorbook.project import Project
from anchorbook.site import briefs, ledger, maps, places, redirects, search
from anchorbook.site.beside import NextSite
from anchorbook.site.case_page import render_case
from anchorbook.site.case_pages import CasePages
from anchorbook.site.case_writing import writing_cases
from anchorbook.site.explore import explore_files
from anchorbook.site.exporting import case_dates, write_exports
from anchorbook.site.fill import explore_address
from anchorbook.site.heads import canonical
from anchorbook.site.made import Made
from anchorbook.site.outside import DOWNLOAD as LINK_CHECK
from anchorbook.site.pages import EXPLORE_PAGE, SKELETON_PAGE, Pages, outlines_of
from anchorbook.site.rendering import FOLDERS
from anchorbook.site.training import slides
from anchorbook.store import code_digest, digest_of
from anchorbook.switching import files_in

BROWSER_LIBRARIES = {"assets/minisearch.js": "minisearch/dist/umd/index.js", **places.LIBRARIES, **slides.LIBRARIES}

Progress = Callable[[str, int, int], None]


class MissingLibrary(Exception):
    """A library that pages use in the browser is not installed."""


@dataclass
class Published:
    """What became of one publication."""

    pages: int = 0
    written: int = 0
    errors: list[Finding] = field(default_factory=list)
    ahead: Ahead = field(default_factory=Ahead)
    """What pages of cases that were written point at."""


def read_for_site(project: Project, **more) -> Catalogue:
    """The catalogue, with the body of each case made in the same pass."""
    return read_catalogue(project, render=render_case, **more)


class _Writer:
    """Writes files that changed, and tells the new site which ones it has."""

    def __init__(self, site: NextSite):
        self.site = site
        self.now = site.now
        self.changed: set[str] = set()

    @property
    def out(self) -> Path:
        """The folder of the new site, where data files are written in parts."""
        for file in FILES:
            self.site.begin(file.path)
        return self.site.out

    def unchanged(self, page: str, digest: str) -> bool:
        """True when this page, made from the same things, is in place; it then stays."""
        if self.site.noted(page) == digest:
            self.now[page] = digest
            return True
        return False

    def keep(self, page: str) -> bool:
        """Leave a page as it is, whatever it was made from; False when it is not there."""
        if digest := self.site.noted(page):
            self.now[page] = digest
        return page in self.now

    def write(self, page: str, content: str | bytes, digest: str | None = None) -> None:
        raw = content.encode() if isinstance(content, str) else content
        digest = digest or hashlib.sha256(raw).hexdigest()
        if not self.unchanged(page, digest):
            self.now[page] = digest
            if self.site.put(page, raw):
                self.changed.add(page)


def publish(
    project: Project,
    catalogue: Catalogue,
    *,
    shells: Path,
    static: Path,
    site: NextSite,
    progress: Progress = lambda step, done, total: None,
    exports: bool = True,
) -> Published:
    """Write the pages of ``site``. Without ``exports`` the data files stay as they are, until a publication with them.

    ``shells`` holds the pages as Sphinx made them, ``static`` its other files. Nothing is written while a
    finding is an error. Nobody sees the new pages before ``site.finish()``.
    """
    result = Published(errors=[item for item in catalogue.findings if item.severity == "error"])
    if result.errors:
        return result
    made = Made.of(project, catalogue)
    with made.opened() as texts:
        def made_of(shelf: str, entries: list[Entry]) -> list[str]:
            return texts(shelf, [catalogue.keys[entry.id] for entry in entries])

        source = Pages(project, catalogue, shells, made_of)
        filler, gazetteer, moved = source.filler, source.gazetteer, source.moved
        pages = {page: source.filled(page) for page in source.names()}
        result.errors = [*filler.findings, *_missing_pages(catalogue, pages), *redirects.place_findings(pages, moved)]
        if has_errors(result.errors):
            return result
        writer = _Writer(site)
        if static.resolve() != site.shown:
            for name in sorted(files_in(static)):
                if (not name.endswith(".html") or name.startswith(maps.FOLDER + "/")) and not name.startswith((".", search.FOLDER + "/")):
                    writer.write(name, (static / name).read_bytes())
        for page, content in redirects.with_moved_places(pages, moved).items():
            writer.write(page, content)
        dates = case_dates(project)
        skeleton = source.shell(SKELETON_PAGE)
        case_pages = CasePages(project, catalogue, dates, skeleton)
        with writing_cases(case_pages, made, site, result.ahead, lambda done, total: progress("cases", done, total)) as cases:
            _write_more_explore_pages(source, catalogue, writer)
            for address, script in explore_files(catalogue).items():
                writer.write(address, script)
            _write_briefs(catalogue, made_of, writer)
            _write_places(project, catalogue, gazetteer, writer)
            for page, content in slides.decks(catalogue, filler.words(slides.ROOT)).items():
                writer.write(page, content)
            if catalogue.assessed:
                writer.write(ledger.DOWNLOAD, filler.ledger.download())
            if answers := filler.outside.download():
                writer.write(LINK_CHECK, answers)
            for name, library in BROWSER_LIBRARIES.items():
                writer.write(name, _library(project, library))
            if exports or not all([writer.keep(file.path) for file in FILES]):
                write_exports(project, catalogue, made_of, writer, dates=dates, gazetteer=gazetteer)
            else:
                writer.keep(SITEMAP)
            writer.changed.update(cases)
        # After the sitemap, which is to name none of these.
        result.errors += redirects.write_fixed_pages(project, skeleton, moved, writer, lambda page: (site.folder / page).read_bytes())
        result.errors += site_findings(project, site.folder, catalogue.today.isoformat(), writer.now)
        site.settle(writer.changed - site.changed)
        result.written = len(writer.changed & site.changed)
    result.pages = sum(page.endswith(".html") and not page.startswith(maps.FOLDER + "/") for page in writer.now)
    return result


def _write_more_explore_pages(source: Pages, catalogue: Catalogue, writer: _Writer) -> None:
    filler, shell = source.filler, source.shell(EXPLORE_PAGE)
    last = filler.explore_pages
    for number in range(2, last + 1):
        digest = digest_of(shell, canonical(EXPLORE_PAGE), str(number), str(last), *(catalogue.keys[entry.id] for entry in filler.explore_entries(number)))
        if not writer.unchanged(explore_address(number), digest):
            writer.write(explore_address(number), source.explore(number), digest)


def _write_briefs(catalogue: Catalogue, made_of: Callable[[str, list[Entry]], list[str]], writer: _Writer) -> None:
    """The short forms of all cases, each file only when one of its cases has changed."""
    files = briefs.files_for(len(catalogue.entries))
    held: dict[int, list[Entry]] = {number: [] for number in range(files)}
    for entry in sorted(catalogue.entries, key=lambda entry: entry.id):
        held[briefs.file_of(entry.id, files)].append(entry)
    for number, entries in held.items():
        page, digest = f"{briefs.FOLDER}/{number}.js", digest_of(*(catalogue.keys[entry.id] for entry in entries))
        if not writer.unchanged(page, digest):
            writer.write(page, briefs.as_script(made_of("brief", entries)), digest)


def _write_places(project: Project, catalogue: Catalogue, gazetteer: Gazetteer, writer: _Writer) -> None:
    """The map of places, made again only when places or titles have changed: folium is slow to load."""
    located, _regions = places.locate(catalogue, gazetteer)
    outlines = outlines_of(project)
    digest = digest_of(code_digest(), outlines.read_bytes() if outlines.is_file() else b"", repr([
        (item.name, item.point, [(entry.id, entry.title) for entry in item.entries]) for item in located]))
    addresses = [f"{maps.FOLDER}/{places.NAME}.{end}" for end in ("html", "js", "css", "svg")]
    if located and not all([writer.unchanged(address, digest) for address in addresses]):
        for address, content in places.map_files(located, outlines).items():
            writer.write(address, content, digest)


def _missing_pages(catalogue: Catalogue, pages: dict[str, str]) -> Iterator[Finding]:
    """Every term of the five main vocabularies needs a page, or links to it would lead nowhere."""
    for facet, folder in FOLDERS.items():
        for index, term in enumerate(catalogue.vocabulary[facet].terms):
            if f"{folder}/{term.slug}.html" not in pages:
                document = catalogue.vocabulary.documents[facet]
                yield document.finding(("terms", index, "id"), "missing-page", f"\"{term.id}\" has no page.",
                                       f"Write book/{folder}/{term.slug}.md and name it in _toc.yml.")


def _library(project: Project, name: str) -> bytes:
    path = project.root / "node_modules" / name
    try:
        text = path.read_bytes().split(b"//# sourceMappingURL")[0]  # the map of the source is not on the site
    except OSError:
        raise MissingLibrary(f"The browser library {name} is not installed. Run: make setup") from None
    return without_comments(text)


_COMMENT = re.compile(rb"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n|^[ \t]*//[^\n]*\n", re.DOTALL | re.MULTILINE)


def without_comments(library: bytes) -> bytes:
    """A library without the comments that fill lines of their own, half of some; those that name its makers and licence stay."""
    return _COMMENT.sub(lambda match: match[0] if re.search(rb"licen[sc]e|copyright|\(c\)|/\*!", match[0], re.IGNORECASE) else b"", library)
