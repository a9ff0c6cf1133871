"""What must hold of everything that is made of a valid record, whatever its texts say: it reads back as it was, and text stays text."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from types import SimpleNamespace
from xml.etree import ElementTree

from anchorbook.catalogue import Catalogue, Entry
from anchorbook.checking import References
from anchorbook.checks import Subject
from anchorbook.export import Case, Export, Site, linked
from anchorbook.export.feed import feed
from anchorbook.export.geo import places_geojson
from anchorbook.export.records import catalogue_json, ndjson
from anchorbook.export.tables import BOM, cases_csv, measures_csv, sources_csv
from anchorbook.model import CaseStudy
from anchorbook.reading import read_bytes
from anchorbook.site.briefs import as_script
from anchorbook.site.case_page import render_case
from anchorbook.site.explore import EXPLORE_INDEX, FURTHER, explore_files
from anchorbook.site.fill import CARDS_FIRST
from anchorbook.writing import as_yaml
from tests.support.markup import VOID

SITE = Site("A book", "An author", "https://book.example", "2026-01-02")
ACTIVE = frozenset("script style iframe object embed base meta link form input textarea select template math frame frameset applet audio video portal".split())
"""Elements that no text of a record may bring in; the pages put none of them into an article or a card."""
BUTTONS_ONLY = {"button": {"type", "class", "hidden", "aria-pressed", "aria-describedby", "data-shortlist", "data-title"}}
_ADDRESS = re.compile(r"(https?://|mailto:|#|\.\./|[a-z0-9-]+[/.#])", re.ASCII)


class _Texts(HTMLParser):
    """Reads a piece of a page strictly."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in ACTIVE or not re.fullmatch("[a-z][a-z0-9]*", tag):
            self.wrong.append(f"<{tag}>")
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.wrong.append(f"<{tag}> says something twice")
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "formaction") or not re.fullmatch("[a-z][a-zA-Z-]*", name):
                self.wrong.append(f"<{tag} {name}>")
            if name in ("href", "src") and not _ADDRESS.match(value or ""):
                self.wrong.append(f"<{tag} {name}={value!r}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> is not in its turn")

    def handle_comment(self, data):
        self.wrong.append(f"a comment {data[:20]!r}")

    def handle_decl(self, decl):
        self.wrong.append(f"<!{decl[:20]}>")

    def handle_pi(self, data):
        self.wrong.append(f"<?{data[:20]}>")

    def handle_data(self, data):
        if "<" in data or "&" in data:
            self.wrong.append(f"a bare sign in {data.strip()[:30]!r}")


def faults_of_piece(html: str) -> list[str]:
    """What is wrong in a piece of a page."""
    reader = _Texts()
    reader.feed(html)
    reader.close()
    return reader.wrong + [f"<{tag}> is never closed" for tag in reader.open]


def wrong(subject: Subject, entry: Entry, known: References) -> Iterator[str]:
    """What is wrong in what is made of a valid record."""
    made = render_case(subject, entry)
    data = subject.case.model_dump(mode="json")
    for shelf in ("body", "card", "conflicts"):
        yield from (f"{shelf}: {fault}" for fault in faults_of_piece(re.sub("\x02[a-z-]+\x03", "", made[shelf])))
    if CaseStudy.model_validate_json(made["record"]).model_dump(mode="json") != data:
        yield "the record reads back otherwise"
    if (again := read_bytes(as_yaml(data, known.vocabulary).encode(), entry.path).data) is None or CaseStudy.model_validate(again).model_dump(mode="json") != data:
        yield "the record, written as YAML, reads back otherwise"
    if (brief := _of_script(as_script([made["brief"]]))) != [json.loads(made["brief"])]:
        yield f"the short form reads back otherwise: {brief}"

    catalogue = Catalogue(known.vocabulary, known.bibliography, known.ledger, all_entries=[entry], keys={entry.id: "key"})
    case = Case(entry, made["record"], "2026-01-01", "2026-01-02")
    many = SimpleNamespace(entries=[entry] * (CARDS_FIRST + 1), vocabulary=known.vocabulary, keys=catalogue.keys)
    explore = explore_files(many)  # type: ignore[arg-type]
    index = _json(explore[EXPLORE_INDEX].removeprefix("window.anchorbookIndex=").rstrip(";\n"), "the index of Explore")
    rows = _json(explore[f"{FURTHER}/1.js"].partition("]=")[2].rstrip(";\n"), "a file of Explore")
    if index["rows"][0][3:] != [list(entry.organisations), list(entry.places)] or rows[0][:3] != [entry.id, entry.title, entry.summary]:
        yield "the words of Explore read back otherwise"
    script = linked.script(linked.linked(case, known.vocabulary, known.bibliography, SITE))
    if script.count("<") != 2 or ">" in script[len('<script type="application/ld+json">'): -len("</script>")]:
        yield "JSON-LD can end its script"
    if json.loads(script.partition(">")[2].removesuffix("</script>")).get("name", entry.title) != entry.title:
        yield "JSON-LD reads back otherwise"
    line = ndjson().text([case])
    if len(line.splitlines()) != 1 or json.loads(line)["record"] != json.loads(made["record"]):
        yield "the line of the records reads back otherwise"
    if json.loads(catalogue_json(catalogue, SITE).text([case]))["cases"][0]["record"] != json.loads(made["record"]):
        yield "the catalogue reads back otherwise"
    json.loads(places_geojson(lambda name, region: None, SITE).text([case]))
    ElementTree.fromstring(feed(catalogue, {entry.path: ("2026-01-01", "2026-01-02")}, SITE))
    for name, export in (("cases", cases_csv(SITE)), ("measures", measures_csv()), ("sources", sources_csv(known.bibliography))):
        yield from (f"{name}.csv: {fault}" for fault in _table(export, case))
    title = next(csv.DictReader(io.StringIO(cases_csv(SITE).text([case]).removeprefix(BOM), newline="")))["title"]
    if title.removeprefix("'") != entry.title.removeprefix("'"):
        yield "a title in cases.csv reads back otherwise"


def _json(text: str, what: str):
    if "<" in text:
        raise AssertionError(f"{what} holds a bare <")
    return json.loads(text)


def _of_script(text: str) -> list:
    inside = text.partition(".push(\n")[2].removesuffix("\n);\n")
    return [_json(inside, "the short form")]


def _table(export: Export, case: Case) -> Iterator[str]:
    rows = list(csv.reader(io.StringIO(export.text([case]).removeprefix(BOM), newline="")))
    for row in rows:
        if len(row) != len(rows[0]):
            yield f"a row of {len(row)} cells"
        for cell in row:
            shown = next((sign for sign in cell if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc")), "")
            if cell[:1] in ("\t", "\r", "\n") or shown and shown in "=+-@＝＋－＠" and not re.fullmatch(r"-?[0-9.e+-]+", cell):
                yield f"a cell that a spreadsheet may run: {cell[:30]!r}"
