"""Writes the book as open data beside its pages."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import yaml

from anchorbook import open_data
from anchorbook.catalogue import Catalogue, Entry
from anchorbook.export import Case, Export, Site, dated, exported, newest
from anchorbook.export.crate import crate_text
from anchorbook.export.feed import feed
from anchorbook.export.geo import places_geojson
from anchorbook.export.records import catalogue_json, checksum, ndjson
from anchorbook.export.schema import schema_text
from anchorbook.export.sitemap import sitemap
from anchorbook.export.tables import cases_csv, measures_csv, sources_csv
from anchorbook.gazetteer import Gazetteer, load_gazetteer
from anchorbook.history import Dates, file_dates
from anchorbook.project import Project, site_address
from anchorbook.questions import spreadsheet
from anchorbook.schema import case_schema_text
from anchorbook.store import code_digest, digest_of

BATCH = 200
"""Records in memory at one time."""

Made = Callable[[str, list[Entry]], list[str]]
"""What was made of cases, from one shelf of the store."""


class Writer(Protocol):
    """Where the files go; see ``publish``."""

    out: Path
    now: dict[str, str]
    changed: set[str]

    def unchanged(self, page: str, digest: str) -> bool: ...
    def write(self, page: str, content: str | bytes, digest: str | None = None) -> None: ...


def site_of(project: Project, catalogue: Catalogue, dates: Dates) -> Site:
    """What exports say of this book: its title, its author, its address, the day of its newest change."""
    settings = yaml.safe_load((project.root / "_config.yml").read_text("utf-8"))
    return Site(str(settings["title"]), str(settings.get("author") or ""), site_address(), newest(exported(catalogue), dates))


def case_dates(project: Project) -> Dates:
    """When each case was added and last changed."""
    return file_dates(project.root, project.cases.name)


def write_exports(
    project: Project, catalogue: Catalogue, made_of: Made, writer: Writer, *, dates: Dates | None = None, gazetteer: Gazetteer | None = None,
) -> None:
    """Write every file of ``open_data.FILES`` that is not up to date, and the sitemap when the site has an address.

    ``dates`` are those of :func:`case_dates` and ``gazetteer`` is that of the project, when they are at hand.
    """
    dates = case_dates(project) if dates is None else dates
    gazetteer = load_gazetteer(project.data / "places.csv") if gazetteer is None else gazetteer
    site = site_of(project, catalogue, dates)
    entries = exported(catalogue)
    digest = digest_of(code_digest(), repr(site), catalogue.vocabulary.digest, catalogue.bibliography.digest, repr(gazetteer),
                       "" if site.changed else catalogue.today.isoformat(),
                       *(part for entry in entries for part in (entry.id, catalogue.keys[entry.id], *dated(entry, dates))))
    if not all([writer.unchanged(file.path, digest) for file in open_data.FILES]):
        cases = _cases(entries, made_of, dates)
        _write_streams(writer, digest, cases, {
            open_data.CATALOGUE: catalogue_json(catalogue, site),
            open_data.NDJSON: ndjson(),
            open_data.CASES: cases_csv(site),
            open_data.MEASURES: measures_csv(),
            open_data.SOURCES: sources_csv(catalogue.bibliography),
            open_data.PLACES: places_geojson(gazetteer.find, site),
        })
        with open(writer.out / open_data.NDJSON, "rb") as stream:
            digest_of_cases = hashlib.file_digest(stream, "sha256").hexdigest()
        writer.write(open_data.CHECKSUM, checksum(digest_of_cases, open_data.NDJSON.rpartition("/")[2]), digest)
        writer.write(open_data.SCHEMA, schema_text(catalogue.vocabulary, site), digest)
        writer.write(open_data.CASE_SCHEMA, case_schema_text(catalogue.vocabulary), digest)
        writer.write(open_data.CASE_TEMPLATE, spreadsheet(catalogue.vocabulary), digest)
        writer.write(open_data.REFERENCES, project.references.read_bytes(), digest)
        writer.write(open_data.FEED, feed(catalogue, dates, site), digest)
        writer.write(open_data.CRATE, crate_text(catalogue, site), digest)
    if site.address:
        pages = [page for page in writer.now if page.endswith(".html") and not page.startswith("maps/")]
        writer.write(open_data.SITEMAP, sitemap(catalogue, pages, dates, site))


def _cases(entries: list[Entry], made_of: Made, dates: Dates) -> Iterator[Case]:
    for start in range(0, len(entries), BATCH):
        some = entries[start : start + BATCH]
        for entry, text in zip(some, made_of("record", some), strict=True):
            yield Case(entry, text, *dated(entry, dates))


def _write_streams(writer: Writer, digest: str, cases: Iterator[Case], exports: dict[str, Export]) -> None:
    """Write files that hold whole records, all in one pass over them."""
    with ExitStack() as stack:
        opened = []
        for page, export in exports.items():
            path = writer.out / page
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = stack.enter_context(open(f"{path}.part", "w", encoding="utf-8", newline=""))
            stream.write(export.start)
            opened.append((export, stream.write))
        begun: set[Export] = set()
        for case in cases:
            for export, write in opened:
                if part := export.piece(case):
                    write(export.between + part if export in begun else part)
                    begun.add(export)
        for export, write in opened:
            write(export.end)
    for page in exports:
        os.replace(f"{writer.out / page}.part", writer.out / page)
        writer.now[page] = digest
        writer.changed.add(page)
