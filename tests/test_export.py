"""The open data: each format read back by somebody else's reader, and hostile text that stays text."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import date
from xml.etree import ElementTree as ET

import jsonschema
import pandas as pd
import pytest

from anchorbook import open_data as files
from anchorbook.export import Case, Site, dated, exported, linked, newest
from anchorbook.export.crate import crate
from anchorbook.export.feed import ATOM, MOST, feed
from anchorbook.export.geo import places_geojson
from anchorbook.export.records import catalogue_json, checksum, ndjson
from anchorbook.export.schema import schema
from anchorbook.export.sitemap import NAMESPACE, sitemap
from anchorbook.export.tables import BOM, CASE_COLUMNS, MEASURE_COLUMNS, SOURCE_COLUMNS, cases_csv, cell, measures_csv, sources_csv
from anchorbook.gazetteer import Gazetteer, Point
from anchorbook.model import CaseStudy, Measure
from anchorbook.checks import CASE_RULES
from anchorbook.checks.privacy import hidden_characters
from anchorbook.project import Project
from anchorbook.site.exporting import write_exports
from anchorbook.site.publish import read_for_site
from anchorbook.store import Store, unpack
from tests.support.projects import ROOT, case, good_file, make_project

ADDRESS = "https://example.org/book"
HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(2)>",
    "</script><script>alert(3)</script><!--",
    "]]> &amp; & <b> --><?xml version='1'?>",
    "=HYPERLINK(\"https://evil.example/\",\"click\")",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\u200f=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "  =cmd|' /C calc'!A0",
    "'; DROP TABLE cases; --",
    "a,b;c | d \"e\"",
    "\u202eright to left\u202c 🧪 \u2028 line \u2029 end",
    "{{ 7 * 7 }} {% raw %} ${x}",
    "\\u003c \\ %5C",
    "x" * 150,
]
FORMULAS = HOSTILE[4:12]


class Book:
    """A catalogue with the records and dates that exports are made from."""

    def __init__(self, project: Project, address: str = ADDRESS, with_dates: bool = True):
        self.project = project
        self.catalogue = read_for_site(project)
        # Other findings than those of cases do not matter here: the project has no pages to link to and no tables.
        assert self.catalogue.refused == set() and len(self.catalogue.all_entries) == len(project.case_files())
        self.dates = {entry.path: ("2026-01-02", f"2026-02-{1 + number % 28:02}") for number, entry in enumerate(self.catalogue.all_entries)} if with_dates else {}
        self.entries = exported(self.catalogue)
        self.site = Site("A book", "Its authors", address, newest(self.entries, self.dates))
        self.cases = [Case(entry, text, *dated(entry, self.dates)) for entry, text in zip(self.entries, self.made_of("record", self.entries), strict=True)]

    def made_of(self, shelf, entries):
        with Store(self.project.cache / "cases.sqlite") as made:
            found = made.get_many(shelf, [self.catalogue.keys[entry.id] for entry in entries])
        return [unpack(found[self.catalogue.keys[entry.id]]) for entry in entries]

    @property
    def schema(self):
        return schema(self.catalogue.vocabulary, self.site)


def yaml_text(text: str) -> str:
    """The text as YAML, every sign outside the plainest as an escape."""
    return '"' + "".join(sign if sign.isascii() and sign.isalnum() or sign == " " else f"\\U{ord(sign):08x}" for sign in text) + '"'


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Book:
    """A small book: a full record, a draft, a withdrawn case, and one for each hostile text."""
    cases = {"full.yaml": good_file("full"), **case("plain", qa_status="draft"), **case("gone", qa_status="withdrawn", notice="Wrong."), **case("older", qa_status="superseded", superseded_by="plain")}
    for number, text in enumerate(HOSTILE):
        quoted = yaml_text(text)
        record = good_file("full", id=f"hostile-{number}", title=quoted, lead_org=quoted, contributor=quoted)
        record = record.replace("name: People who kept their job for a year", f"name: {quoted}")
        record = record.replace("note: Eight of eighteen.", f"note: {quoted}").replace("{name: Riverside Hospital,", f"{{name: {quoted},")
        record = record.replace("note: Slides.", f"note: {quoted}")
        cases[f"hostile-{number}.yaml"] = record
    with pytest.MonkeyPatch.context() as patch:
        # The checker refuses signs that nobody sees; exports must stand them all the same.
        patch.setattr("anchorbook.checking.CASE_RULES", tuple(rule for rule in CASE_RULES if rule is not hidden_characters))
        return Book(make_project(tmp_path_factory.mktemp("open") / "book", cases))


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Book:
    """The cases of this repository."""
    cases = {path.name: path.read_bytes() for path in Project(ROOT).case_files()}
    return Book(make_project(tmp_path_factory.mktemp("real") / "book", cases, whole_ledger=True))


@pytest.fixture(params=["book", "real"])
def any_book(request) -> Book:
    return request.getfixturevalue(request.param)


def check(instance, schema) -> None:
    validator = jsonschema.validators.validator_for(schema)
    assert validator is jsonschema.Draft202012Validator
    errors = [f"{error.json_path}: {error.message[:200]}" for error in validator(schema, format_checker=validator.FORMAT_CHECKER).iter_errors(instance)]
    assert errors == []


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline=""), strict=True))


# ---------------------------------------------------------------- catalogue.json and its schema


def test_the_schema_fits_its_own_metaschema(book):
    jsonschema.Draft202012Validator.check_schema(book.schema)


def test_catalogue_fits_the_published_schema(any_book):
    data = json.loads(catalogue_json(any_book.catalogue, any_book.site).text(any_book.cases))
    check(data, any_book.schema)
    assert data["count"] == len(data["cases"]) > 2
    assert [item["id"] for item in data["cases"]] == sorted(item["id"] for item in data["cases"])
    assert data["changed"] == max(item["changed"] for item in data["cases"])


@pytest.mark.parametrize("spoil", [
    lambda data: data.update(version="2"),
    lambda data: data.pop("licence"),
    lambda data: data.update(more=1),
    lambda data: data["cases"][0].update(qa_status="withdrawn"),
    lambda data: data["cases"][0].update(changed="yesterday"),
    lambda data: data["cases"][0]["record"].update(domains=["gardening"]),
    lambda data: data["cases"][0]["record"].pop("summary"),
    lambda data: data["cases"][0]["record"]["measures"][0].update(kind="guess"),
    lambda data: data["cases"][0]["record"]["evidence"].update(level=7),
])
def test_the_schema_refuses_what_is_wrong(book, spoil):
    data = json.loads(catalogue_json(book.catalogue, book.site).text(book.cases[:1]))
    check(data, book.schema)
    spoil(data)
    with pytest.raises(AssertionError):
        check(data, book.schema)


def test_the_schema_says_what_every_field_of_the_model_means(book):
    parts = book.schema["$defs"]
    assert set(parts["CaseStudy"]["properties"]) == set(CaseStudy.model_fields)
    for name, part in parts.items():
        for field, about in part["properties"].items():
            assert about.get("description") or "$ref" in about, (name, field)
    assert parts["CaseStudy"]["properties"]["domains"]["items"]["enum"] == list(book.catalogue.vocabulary["domains"].by_id)


def test_examples_of_the_schema_are_right(book):
    for part in book.schema["$defs"].values():
        for field in part["properties"].values():
            for example in field.get("examples", ()):
                check(example, {"$schema": book.schema["$schema"], **{name: value for name, value in field.items() if name != "examples"}})


def test_records_are_those_of_the_files(book):
    data = json.loads(catalogue_json(book.catalogue, book.site).text(book.cases))
    full = next(item for item in data["cases"] if item["id"] == "full")
    assert full["record"]["measures"][0]["effect"]["ci_high"] == 0.21
    assert full["page"] == "cases/full.html"
    assert (full["added"], full["qa_status"]) == ("2026-01-02", "published")


def test_drafts_say_so_and_withdrawn_cases_stay_out(book):
    states = {item.entry.id: json.loads(line)["qa_status"] for item, line in zip(book.cases, ndjson().text(book.cases).splitlines(), strict=True)}
    assert states["plain"] == "draft"
    assert "gone" not in states


def test_ndjson_has_one_case_on_each_line(any_book):
    lines = ndjson().text(any_book.cases).split("\n")
    assert lines.pop() == ""
    item = {"$ref": "#/$defs/Item", "$schema": any_book.schema["$schema"], "$defs": any_book.schema["$defs"]}
    for line, one in zip(lines, any_book.cases, strict=True):
        assert json.loads(line)["id"] == one.entry.id
        check(json.loads(line), item)
    assert len(pd.read_json(io.StringIO("\n".join(lines)), lines=True)) == len(any_book.cases)


def test_a_sign_that_ends_a_line_elsewhere_does_not_end_one_here(book):
    assert any("\u2028" in one.record["title"] for one in book.cases)
    lines = ndjson().text(book.cases).splitlines()
    assert [json.loads(line)["record"]["title"] for line in lines] == [one.record["title"] for one in book.cases]


def test_without_history_dates_are_null(book):
    site = Site("A book")
    cases = [Case(one.entry, one.text) for one in book.cases]
    data = json.loads(catalogue_json(book.catalogue, site).text(cases))
    check(data, book.schema)
    assert data["changed"] is None and data["cases"][0]["added"] is None


# ---------------------------------------------------------------- tables


def test_tables_read_back_alike_by_csv_and_pandas(any_book):
    for export, columns in ((cases_csv(any_book.site), CASE_COLUMNS), (measures_csv(), MEASURE_COLUMNS), (sources_csv(any_book.catalogue.bibliography), SOURCE_COLUMNS)):
        text = export.text(any_book.cases)
        read = rows(text)
        table = pd.read_csv(io.BytesIO(text.encode()), dtype=str, keep_default_na=False)
        assert tuple(read[0]) == tuple(table.columns) == columns
        assert len(set(columns)) == len(columns)
        assert len(table) == len(read) > 0
        normal = [{name: value.replace("\r\n", "\n") for name, value in row.items()} for row in read]
        assert table.to_dict("records") == normal


def test_no_cell_is_a_formula(any_book):
    for export in (cases_csv(any_book.site), measures_csv(), sources_csv(any_book.catalogue.bibliography)):
        for row in rows(export.text(any_book.cases)):
            for name, value in row.items():
                shown = re.sub(r"^[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+", "", value)
                if not re.fullmatch(r"-?[0-9.]+(e[-+]?[0-9]+)?", value):
                    assert not shown.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), (name, value)
                assert not value.startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_become_text_that_keeps_its_words(text):
    assert cell(text) == "'" + text


@pytest.mark.parametrize("value, expected", [(-5, -5), (-0.5, -0.5), (None, ""), (True, "yes"), (["a", "b"], "a | b"), ("plain - text", "plain - text"), ("", ""), ("\t=1", "'\t=1")])
def test_other_cells_stay(value, expected):
    assert cell(value) == expected


def test_a_case_as_a_row(book):
    row = next(row for row in rows(cases_csv(book.site).text(book.cases)) if row["id"] == "full")
    assert row["domain"] == "work | purchasing"
    assert row["level"] == "2" and row["result"] == "better"
    assert (row["start"], row["end"]) == ("2016-04", "")
    assert row["page"] == f"{ADDRESS}/cases/full.html"
    assert (row["added"], row["changed"]) == ("2026-01-02", book.dates["case_studies/full.yaml"][1])


def test_a_measure_as_a_row(book):
    read = [row for row in rows(measures_csv().text(book.cases)) if row["case"] == "full"]
    assert [row["number"] for row in read] == [str(number) for number in range(1, 10)]
    first, second = read[:2]
    assert (first["value"], first["qualifier"], first["denominator_n"], first["effect_interval_type"]) == ("44.4", "about", "18", "credible")
    assert first["sources"] == "ihi_anchors_2022, line 12 | britteon2022"
    assert (second["direction"], second["effect_interval_type"], second["period_start"]) == ("not-measured", "", "2020-04")


def test_the_table_of_measures_has_every_field_of_the_model():
    for name in Measure.model_fields:
        assert any(column == name or column.startswith(name + "_") for column in MEASURE_COLUMNS), name


def test_a_source_as_a_row(book):
    row = next(row for row in rows(sources_csv(book.catalogue.bibliography).text(book.cases)) if row["case"] == "full")
    assert (row["key"], row["locator"], row["kind"], row["accessed"]) == ("ihi_anchors_2022", "lines 267 to 274", "self-reported", "2026-11-21")
    assert row["label"] == book.catalogue.bibliography["ihi_anchors_2022"].label


# ---------------------------------------------------------------- Atom

DAY = re.compile(r"\d{4}-\d{2}-\d{2}T00:00:00Z")


@pytest.mark.parametrize("address", [ADDRESS, ""])
def test_the_feed_follows_rfc_4287(any_book, address):
    site = Site("A book", "Its authors", address, any_book.site.changed)
    root = ET.fromstring(feed(any_book.catalogue, any_book.dates, site))
    assert root.tag == f"{{{ATOM}}}feed"
    entries = root.findall(f"{{{ATOM}}}entry")
    assert len(entries) == min(MOST, len(any_book.entries))
    ids = []
    for node in (root, *entries):
        for one in ("id", "title", "updated"):
            assert len(node.findall(f"{{{ATOM}}}{one}")) == 1, one
        ids.append(node.findtext(f"{{{ATOM}}}id"))
        assert DAY.fullmatch(node.findtext(f"{{{ATOM}}}updated"))
        links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in node.findall(f"{{{ATOM}}}link")]
        assert len(links) == len(set(links)) and ("alternate", "text/html", None) in links
        assert all(category.get("term") for category in node.findall(f"{{{ATOM}}}category"))
    assert root.find(f"{{{ATOM}}}author/{{{ATOM}}}name").text
    assert len(ids) == len(set(ids))
    assert all(id.startswith((f"{ADDRESS}/",) if address else ("urn:uuid:",)) for id in ids)
    moments = [node.findtext(f"{{{ATOM}}}updated") for node in entries]
    assert moments == sorted(moments, reverse=True)
    assert root.findtext(f"{{{ATOM}}}updated") == moments[0]
    order = [node.tag for node in root]
    assert order == sorted(order, key=lambda tag: tag.endswith("}entry"))


def test_the_feed_holds_cases_with_dates_only(book):
    dates = {"case_studies/full.yaml": ("2026-01-02", "2026-02-03"), "case_studies/gone.yaml": ("2026-01-02", "2026-02-03")}
    root = ET.fromstring(feed(book.catalogue, dates, book.site))
    assert [node.findtext(f"{{{ATOM}}}id") for node in root.iter(f"{{{ATOM}}}entry")] == [f"{ADDRESS}/cases/full.html"]


def test_a_feed_of_nothing_is_still_a_feed(book):
    book.catalogue.today = date(2026, 11, 21)
    root = ET.fromstring(feed(book.catalogue, {}, Site("A book")))
    assert root.findtext(f"{{{ATOM}}}updated") == "2026-11-21T00:00:00Z"
    assert root.find(f"{{{ATOM}}}entry") is None


def test_hostile_titles_are_text_in_the_feed(book):
    titles = {node.findtext(f"{{{ATOM}}}title") for node in ET.fromstring(feed(book.catalogue, book.dates, book.site)).iter(f"{{{ATOM}}}entry")}
    assert {text.strip() for text in HOSTILE} <= {title.strip() for title in titles}


# ---------------------------------------------------------------- GeoJSON


def check_geojson(data) -> None:
    """The rules of RFC 7946 for what we write."""
    assert set(data) == {"type", "features"} and data["type"] == "FeatureCollection"
    for feature in data["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"} and feature["type"] == "Feature"
        assert isinstance(feature["properties"], dict)
        geometry = feature["geometry"]
        if geometry is not None:
            assert set(geometry) == {"type", "coordinates"} and geometry["type"] == "Point"
            east, north = geometry["coordinates"]
            assert -180 <= east <= 180 and -90 <= north <= 90


def test_places_follow_rfc_7946(any_book):
    asked = []

    def find(name, region):
        asked.append((name, region))
        return Point(52.509712345, -1.985, "district") if len(asked) % 2 else None

    data = json.loads(places_geojson(find, any_book.site).text(any_book.cases))
    check_geojson(data)
    ids = [feature["id"] for feature in data["features"]]
    assert len(ids) == len(set(ids)) == len(asked) == sum(len(one.record["places"]) for one in any_book.cases)
    assert data["features"][0]["geometry"]["coordinates"] == [-1.985, 52.50971]
    assert data["features"][1]["geometry"] is None and data["features"][1]["properties"]["precision"] is None


def test_places_without_a_gazetteer_or_cases(book):
    check_geojson(json.loads(places_geojson(Gazetteer().find, book.site).text(book.cases)))
    assert json.loads(places_geojson(Gazetteer().find, book.site).text([])) == {"type": "FeatureCollection", "features": []}


# ---------------------------------------------------------------- RO-Crate


@pytest.mark.parametrize("address", [ADDRESS, ""])
def test_the_crate_follows_ro_crate_1_1(any_book, address):
    data = crate(any_book.catalogue, Site("A book", "Its authors", address, "2026-02-03"))
    assert data["@context"] == "https://w3id.org/ro/crate/1.1/context"
    graph = {item["@id"]: item for item in data["@graph"]}
    assert len(graph) == len(data["@graph"])
    descriptor = graph["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"} and descriptor["about"] == {"@id": "./"}
    root = graph["./"]
    assert root["@type"] == "Dataset" and root["datePublished"] == "2026-02-03"
    assert root["name"] and root["description"] and graph[root["license"]["@id"]]["name"]
    parts = [part["@id"] for part in root["hasPart"]]
    assert set(parts) == {file.path for file in files.FILES} - {"ro-crate-metadata.json"}
    for part in parts:
        assert graph[part]["@type"] == "File" and graph[part]["encodingFormat"]
    # Flat, and every name that is used is described.
    for item in data["@graph"]:
        assert "@id" in item and "@type" in item
        for value in item.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    assert set(one) == {"@id"}
                    assert one["@id"] in graph or one["@id"].startswith("https://w3id.org/")


# ---------------------------------------------------------------- JSON-LD and the sitemap


def test_linked_data_of_a_case(book):
    one = next(one for one in book.cases if one.entry.id == "full")
    data = linked.linked(one, book.catalogue.vocabulary, book.catalogue.bibliography, book.site)
    assert data["@context"] == "https://schema.org" and data["@type"] == "Article"
    assert data["url"] == f"{ADDRESS}/cases/full.html"
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert data["temporalCoverage"] == ["2016-04/2021-03", "2021-04/.."]
    assert data["spatialCoverage"][0]["address"]["addressRegion"] == "West Midlands"
    assert {"@type": "DefinedTerm", "termCode": "work", "name": book.catalogue.vocabulary.label("domains", "work")} in data["about"]
    assert {cited["name"] for cited in data["citation"]} == {book.catalogue.bibliography[key].title for key in one.entry.cites}
    assert (data["dateCreated"], data["dateModified"]) == (one.added, one.changed)


def test_linked_data_leaves_out_what_is_not_known(book):
    one = next(one for one in book.cases if one.entry.id == "plain")
    data = linked.linked(Case(one.entry, one.text), book.catalogue.vocabulary, book.catalogue.bibliography, Site("A book"))
    assert not {"@id", "url", "dateCreated", "dateModified"} & set(data)
    assert data["creativeWorkStatus"] == "draft"


def test_hostile_text_cannot_end_the_script(book):
    from bs4 import BeautifulSoup

    for one in book.cases:
        data = linked.linked(one, book.catalogue.vocabulary, book.catalogue.bibliography, book.site)
        html = linked.script(data)
        assert html.count("<") == html.count(">") == 2
        assert not re.search("[\u2028\u2029]", html)
        page = BeautifulSoup(f"<head>{html}<title>after</title></head>", "html.parser")
        assert [node["type"] for node in page.find_all("script")] == ["application/ld+json"]
        assert page.title.string == "after" and page.find("img") is None
        assert json.loads(page.script.string) == data


def test_the_sitemap_lists_pages_once(book):
    pages = ["index.html", "about/index.html", "explore.html", "cases/full.html", "cases/gone.html", "notebooks/a b.html"]
    root = ET.fromstring(sitemap(book.catalogue, pages, book.dates, book.site))
    assert root.tag == f"{{{NAMESPACE}}}urlset"
    found = {node.findtext(f"{{{NAMESPACE}}}loc"): node.findtext(f"{{{NAMESPACE}}}lastmod") for node in root}
    assert found == {f"{ADDRESS}/": None, f"{ADDRESS}/about/": None, f"{ADDRESS}/explore.html": None, f"{ADDRESS}/notebooks/a%20b.html": None,
                     f"{ADDRESS}/cases/full.html": book.dates["case_studies/full.yaml"][1]}


def test_a_sitemap_needs_an_address(book):
    with pytest.raises(ValueError):
        sitemap(book.catalogue, [], {}, Site("A book"))


# ---------------------------------------------------------------- writing


class Writer:
    """Takes files as the site's writer does."""

    def __init__(self, out, before=None):
        self.out, self.before = out, before or {}
        self.now: dict[str, str] = {"index.html": "x", "maps/a.html": "x"}
        self.changed: set[str] = set()

    def unchanged(self, page, digest):
        if self.before.get(page) == digest and (self.out / page).is_file():
            self.now[page] = digest
            return True
        return False

    def write(self, page, content, digest=None):
        raw = content.encode() if isinstance(content, str) else content
        digest = digest or hashlib.sha256(raw).hexdigest()
        if not self.unchanged(page, digest):
            (self.out / page).parent.mkdir(parents=True, exist_ok=True)
            (self.out / page).write_bytes(raw)
            self.now[page] = digest
            self.changed.add(page)


def export(book, out, dates=None, before=None) -> Writer:
    writer = Writer(out, before)
    (book.project.root / "_config.yml").write_text("title: A book\nauthor: Its authors\n")
    write_exports(book.project, book.catalogue, book.made_of, writer, dates=book.dates if dates is None else dates)
    return writer


ALL = {file.path for file in files.FILES}


@pytest.fixture
def no_address(monkeypatch):
    monkeypatch.delenv("ANCHORBOOK_ADDRESS", raising=False)


def test_every_file_is_written_and_readable(any_book, tmp_path, no_address):
    from pybtex.database import parse_file

    writer = export(any_book, tmp_path)
    assert writer.changed == ALL
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == ALL
    check(json.loads((tmp_path / "data/catalogue.json").read_bytes()), json.loads((tmp_path / "data/catalogue.schema.json").read_bytes()))
    text = (tmp_path / "data/cases.ndjson").read_bytes()
    assert (tmp_path / "data/cases.ndjson.sha256").read_text() == checksum(hashlib.sha256(text).hexdigest(), "cases.ndjson")
    assert text.count(b"\n") == len(any_book.entries)
    cited = {key for entry in any_book.entries for key in entry.cites}
    assert cited <= set(parse_file(str(tmp_path / "data/references.bib"), "bibtex").entries)
    ET.parse(tmp_path / "feed.xml")
    json.loads((tmp_path / "ro-crate-metadata.json").read_bytes())
    check_geojson(json.loads((tmp_path / "data/places.geojson").read_bytes()))


def test_nothing_is_made_again_when_nothing_changed(book, tmp_path, no_address):
    before = export(book, tmp_path).now
    again = Writer(tmp_path, before)
    write_exports(book.project, book.catalogue, lambda shelf, entries: pytest.fail("read again"), again, dates=book.dates)
    assert again.changed == set() and ALL <= set(again.now)


def test_a_change_of_date_alone_makes_them_again(book, tmp_path, no_address):
    before = export(book, tmp_path).now
    dates = {**book.dates, "case_studies/full.yaml": ("2026-01-02", "2026-10-10")}
    assert export(book, tmp_path, dates, before).changed == ALL
    assert json.loads((tmp_path / "data/catalogue.json").read_bytes())["changed"] == "2026-10-10"


def test_a_new_place_of_the_gazetteer_makes_them_again(book, tmp_path, no_address):
    before = export(book, tmp_path).now
    writer = Writer(tmp_path, before)
    write_exports(book.project, book.catalogue, book.made_of, writer, dates=book.dates,
                  gazetteer=Gazetteer({"riverside hospital": Point(52.5, -1.9, "district")}))
    assert writer.changed == ALL
    features = json.loads((tmp_path / "data/places.geojson").read_bytes())["features"]
    assert next(item for item in features if item["id"] == "full/1")["geometry"]["coordinates"] == [-1.9, 52.5]


def test_a_file_that_is_gone_comes_back(book, tmp_path, no_address):
    before = export(book, tmp_path).now
    (tmp_path / "data/cases.csv").unlink()
    assert "data/cases.csv" in export(book, tmp_path, None, before).changed


def test_the_same_input_gives_the_same_bytes(book, tmp_path, no_address):
    one, other = tmp_path / "one", tmp_path / "other"
    export(book, one)
    export(book, other)
    for path in ALL:
        assert (one / path).read_bytes() == (other / path).read_bytes(), path


def test_a_sitemap_is_written_when_the_site_has_an_address(book, tmp_path, monkeypatch):
    monkeypatch.setenv("ANCHORBOOK_ADDRESS", ADDRESS + "/")
    assert export(book, tmp_path).changed == ALL | {"sitemap.xml"}
    assert f"<loc>{ADDRESS}/</loc>" in (tmp_path / "sitemap.xml").read_text()
    assert "maps/a.html" not in (tmp_path / "sitemap.xml").read_text()
    assert json.loads((tmp_path / "data/catalogue.schema.json").read_bytes())["$id"] == f"{ADDRESS}/data/catalogue.schema.json"


def test_an_empty_book(tmp_path, no_address):
    empty = Book(make_project(tmp_path / "book"))
    export(empty, tmp_path / "out")
    check(json.loads((tmp_path / "out/data/catalogue.json").read_bytes()), empty.schema)
    assert (tmp_path / "out/data/cases.ndjson").read_bytes() == b""
    assert len(rows((tmp_path / "out/data/cases.csv").read_bytes().decode())) == 0
