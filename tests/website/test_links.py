"""Every link of the whole site, by the check that each build makes, and what it says when something is missing."""

from __future__ import annotations

import pytest

from anchorbook.inside import scanning
from anchorbook.inside.checking import check, findings, keep
from anchorbook.inside.scanning import MARKUP, Facts, Parsed, Scanner
from anchorbook.project import Project
from anchorbook.reporting import as_text
from anchorbook.site import ledger
from anchorbook.site.checksums import NAME, read_sums
from anchorbook.site.rendering import Words
from anchorbook.store import Store
from tests.support.builds import ROOT


@pytest.fixture(scope="module")
def sums(site) -> dict[str, str]:
    return read_sums((site / NAME).read_text("utf-8"))[0]


@pytest.fixture(scope="module")
def store(site, sums):
    """What a check of the whole site keeps."""
    store = Store(None)
    found = check(site, sums, store)
    assert found.broken == {} and found.read > 140
    keep(found, store)
    return store


def test_every_kind_of_file_is_read(sums, store):
    read = store.get("links of pages", "index.html"), store.get("links of pages", "training/slides/introduction.html"), store.get("links of pages", "feed.xml")
    assert all(row.links for row in read)
    assert {"404.html", "_static/anchorbook.css", "ro-crate-metadata.json", "data/cases.csv", "cases/gm-devolution.html"} <= set(sums)
    for name in ("404.html", "_static/anchorbook.css", "ro-crate-metadata.json", "data/cases.csv", "data/catalogue.json"):
        assert store.get("links of pages", name) is not None, name


def test_the_quick_way_sees_what_a_parser_sees_on_every_page(site, sums):
    scanner = Scanner()
    for name in sums:
        if name.endswith(".html") and not name.startswith("pagefind/"):
            quick, frames = scanner.read(site, name)
            parsed = Parsed((site / name).read_text("utf-8"))
            slow = scanner._facts(name, [link for link, _, _ in parsed.links], parsed.places)
            assert Facts(quick.places, quick.links.union(*(scanner.frames[frame].links for frame in frames)), quick.own) == slow, name


def test_pages_of_which_there_may_be_thousands_are_read_in_the_quick_way(site, sums, monkeypatch):
    """A parser takes fifteen times as long."""
    parsed = []
    monkeypatch.setattr(scanning, "Parsed", lambda text: parsed.append(text) or Parsed(text))
    scanner = Scanner()
    pages = [name for name in sums if name.endswith(".html") and name.startswith(("cases/", "domains/", "actions/"))]
    for name in pages:
        scanner.read(site, name)
    assert len(pages) > 55
    assert [text[:500] for text in parsed] == []


@pytest.mark.parametrize("gone, pages", [
    ("cases/gm-devolution.html", "domains/place.html"), ("_static/menu.js", "index.html"), ("training/slides/introduction.html", "training/workshops/introduction.html"),
    ("data/cases.csv", "ro-crate-metadata.json"), ("_static/icon.svg", "404.html"), ("feed.xml", "data/index.html"),
])
def test_a_file_that_were_missing_is_missed(site, sums, store, gone, pages):
    found = check(site, {name: digest for name, digest in sums.items() if name != gone}, store)
    assert found.read == 0 and set(found.broken) == {gone} and pages in found.broken[gone]
    said = as_text(findings(Project(ROOT), site, found, {name for name in sums if name != gone}))
    assert f"there is no {gone} in the site." in said


def test_the_ledger_links_to_disagreements_that_are_shown_however_many_there_are(catalogue, monkeypatch):
    """With 10,000 cases it linked to some that only the page of their case showed."""
    monkeypatch.setattr(ledger, "MOST_CASES", 0)
    pages = ledger.LedgerPages(catalogue, lambda entries: [f"[{item.id}]" for entry in entries for item in entry.disagreements[:1]])
    words = Words(catalogue.vocabulary, catalogue.bibliography, "../")
    html, named = pages.register(words), {item.id for claim in catalogue.assessed for item in claim.disagreements}
    cases = [entry for entry in catalogue.entries if any(item.id in named for item in entry.disagreements)]
    assert cases and all(f"[{entry.disagreements[0].id}]" in html for entry in cases)


def test_all_pages_end_in_what_was_looked_at(sums):
    assert {name.rpartition(".")[2] for name in sums if name.endswith(MARKUP)} >= {"html", "svg", "xml"}
