"""The list of files that readers can fetch: one list for the page, the crate and the code that writes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """One file: its address from the home folder, what it is and whom it is for, its media type."""

    path: str
    title: str
    about: str
    media: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


CATALOGUE = "data/catalogue.json"
SCHEMA = "data/catalogue.schema.json"
CASE_SCHEMA = "data/case.schema.json"
CASE_TEMPLATE = "data/case-template.csv"
CASES = "data/cases.csv"
MEASURES = "data/measures.csv"
SOURCES = "data/sources.csv"
NDJSON = "data/cases.ndjson"
CHECKSUM = "data/cases.ndjson.sha256"
PLACES = "data/places.geojson"
REFERENCES = "data/references.bib"
FEED = "feed.xml"
CRATE = "ro-crate-metadata.json"
SITEMAP = "sitemap.xml"

FILES = (
    File(CASES, "Cases as a table", "One row for each case. For people who work in Excel or another spreadsheet.", "text/csv"),
    File(MEASURES, "Measures as a table", "One row for each number in a case, with its kind, unit, period and source. For analysts.", "text/csv"),
    File(SOURCES, "Sources as a table", "One row for each source of a case. For people who check or update sources.", "text/csv"),
    File(CATALOGUE, "Everything in one file", "All cases in full, the lists of terms and the sources (JSON). For programs, and for keeping a copy.", "application/json"),
    File(NDJSON, "One case on each line", "The same cases in full, one on each line (NDJSON). For programs that read one case at a time.", "application/x-ndjson"),
    File(CHECKSUM, "Checksum", "Shows whether your copy of cases.ndjson is whole. For people who keep copies.", "text/plain"),
    File(SCHEMA, "What the fields mean", "Every field, with its meaning, the values it may have and the standard it comes from (JSON Schema). For people who write programs.", "application/schema+json"),
    File(CASE_SCHEMA, "Help for editors", "Checks a case file while you type, in editors such as VS Code (JSON Schema). For people who write cases.", "application/schema+json"),
    File(CASE_TEMPLATE, "Case study template for a spreadsheet", "One question on each row, with room for your answer. For people who want to send a case.", "text/csv"),
    File(PLACES, "Places for a map", "One feature for each place of a case (GeoJSON). A place that we could not find on the map has no point. For people who make maps.", "application/geo+json"),
    File(REFERENCES, "References", "The sources of the book (BibTeX). For Zotero, EndNote and LaTeX.", "application/x-bibtex"),
    File(FEED, "Feed of new and changed cases", "The newest 50 (Atom). For feed readers, which tell you when something changes.", "application/atom+xml"),
    File(CRATE, "Description of the whole collection", "Who made it, its licence and its files (RO-Crate). For libraries and archives.", "application/ld+json"),
)
"""The files that are always there. The sitemap is written too when the build knows the address of the site."""
