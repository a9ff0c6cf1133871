"""The built pages, read without a browser."""

from __future__ import annotations

import json
import posixpath
import re
from urllib.parse import unquote, urlsplit

import pytest

from anchorbook.catalogue import FACETS
from anchorbook.loading import load_case
from anchorbook.site.rendering import FOLDERS
from tests.support.builds import ROOT

TWELVE = {
    "gm-devolution", "mse-anchor-charter", "sandwell-live-and-work", "uhnm-beat-the-cold", "imperial-insourcing",
    "imperial-compassionate-communities", "westminster-2035-collaborative", "sheffield-city-partnership",
    "leeds-anchor-framework", "birmingham-anchor-network", "duplicate-social-value-sexual-health", "tdc-healthcare-anchor-network",
}


def text_of(node) -> str:
    return re.sub(r"\s+", " ", node.get_text(" ", strip=True))


def test_every_case_has_its_page(pages, catalogue):
    assert set(catalogue.by_id) >= TWELVE
    for id, entry in catalogue.by_id.items():
        page = pages[f"cases/{id}.html"]
        assert page.h1.get_text(strip=True) == entry.title
        assert page.title.get_text().startswith(entry.title)


def test_every_term_has_its_page(pages, catalogue):
    for facet, folder in FOLDERS.items():
        for term in catalogue.vocabulary[facet].terms:
            assert pages[f"{folder}/{term.slug}.html"].h1.get_text(strip=True) == term.label


def test_no_slot_is_left_empty(site):
    for path in site.rglob("*.html"):
        assert "[[anchorbook" not in path.read_text("utf-8"), path


def test_internal_links_lead_somewhere(pages, site):
    broken = []
    for address, page in pages.items():
        for tag, attribute in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src"), ("form", "action")):
            for node in page.find_all(tag, attrs={attribute: True}):
                target = urlsplit(node[attribute])
                if target.scheme or target.netloc:
                    continue
                path = posixpath.normpath(posixpath.join(posixpath.dirname(address), unquote(target.path))) if target.path else address
                if not (site / path).is_file():
                    broken.append((address, node[attribute]))
                elif target.fragment and path in pages and "=" not in target.fragment:
                    if not pages[path].find(id=unquote(target.fragment)):
                        broken.append((address, node[attribute]))
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(pages):
    for address, page in pages.items():
        for tag, attribute in (("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src")):
            for node in page.find_all(tag, attrs={attribute: True}):
                assert not urlsplit(node[attribute]).netloc, (address, node)


def test_pages_have_a_sound_frame(pages):
    for address, page in pages.items():
        assert page.html["lang"] == "en-GB", address
        assert len(page.find_all("h1")) == 1, address
        assert len(page.find_all("main")) == 1, address
        assert page.title.get_text(strip=True), address
        ids = [node["id"] for node in page.find_all(id=True)]
        assert len(ids) == len(set(ids)), (address, [id for id in ids if ids.count(id) > 1])
        for image in page.find_all("img"):
            assert image.get("alt", "").strip(), (address, image)
        levels = [int(node.name[1]) for node in page.main.find_all(re.compile("^h[1-6]$"))]
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), (address, levels)


def test_titles_tell_pages_apart(pages):
    titles = [page.title.get_text() for address, page in pages.items()]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("id", sorted(TWELVE))
def test_a_case_page_shows_its_parts(pages, catalogue, id):
    case = load_case(ROOT / "case_studies" / f"{id}.yaml")
    page = pages[f"cases/{id}.html"]
    whole = text_of(page.main)
    for heading in ("At a glance", "Three signals, kept apart", "The numbers", "What did not work", "Sources", "How to cite", "Improve this page"):
        assert heading in whole
    assert case.lead_org in whole
    assert catalogue.vocabulary.label("evidence_levels", case.evidence.level) in whole
    assert catalogue.vocabulary.label("results", case.what_it_showed.verdict) in whole
    assert catalogue.vocabulary.label("cost_bands", case.cost.band) in whole
    assert len(page.select(".conflict")) == len(case.conflicts)
    assert len(page.select(".sources > li")) == len(case.sources)
    assert page.find("a", href=True, string=re.compile("."))
    for domain in case.domains:
        assert page.find("a", href=f"../domains/{domain}.html")


def test_a_record_that_leaves_cost_out_says_nothing_of_its_sources(pages, catalogue):
    without = [id for id in catalogue.by_id if load_case(ROOT / "case_studies" / f"{id}.yaml").cost is None]
    assert without
    for id in without:
        assert text_of(pages[f"cases/{id}.html"].select_one(".three-signals .cost").find_parent("div")).endswith("The record does not say."), id


def test_only_results_stand_under_results(pages, catalogue):
    results = {term.label for term in catalogue.vocabulary["measure_kinds"].terms if term.group == "results"}
    seen = 0
    for id in catalogue.by_id:
        for group in pages[f"cases/{id}.html"].select(".numbers"):
            kinds = {kind.get_text(strip=True) for kind in group.select("tbody th .kind[class*=kind-]")}
            if "numbers-results" in group["class"]:
                assert kinds and kinds <= results, id
                seen += 1
            else:
                assert not kinds & results, id
    assert seen > 5


def test_every_result_of_a_short_form_names_a_source(site, catalogue):
    """Hand-outs and the comparison are read without the page of the case."""
    briefs = [json.loads(line.rstrip(",")) for path in sorted((site / "assets" / "cases").glob("*.js"))
              for line in path.read_text("utf-8").splitlines() if line.startswith("{")]
    assert {item["id"] for item in briefs} == {entry.id for entry in catalogue.entries}
    results = [result for item in briefs for result in item["results"]]
    labels = {reference.label for reference in catalogue.bibliography.references.values()}
    assert len(results) > 50
    for result in results:
        source = re.search(r"\[([^\[\]]+)\]\Z", result)
        assert source and all(any(part.startswith(label) for label in labels) for part in source[1].split("; ")), result


def test_every_number_names_a_source(pages, catalogue):
    for id in catalogue.by_id:
        for row in pages[f"cases/{id}.html"].select(".numbers tbody tr"):
            assert row.select("td a[href^='../references.html#ref-']"), (id, text_of(row))


def test_references_page_holds_just_what_is_cited(pages, catalogue):
    shown = {node["id"].removeprefix("ref-") for node in pages["references.html"].select(".references > li")}
    cited = catalogue.page_citations | {key for entry in catalogue.all_entries for key in entry.cites}
    assert shown == cited == set(catalogue.bibliography.keys)


def test_explore_holds_a_card_for_every_case(pages, catalogue):
    cards = [node["data-case"] for node in pages["explore.html"].select("[data-cards] [data-case]")]
    assert cards == [entry.id for entry in catalogue.entries]
    for facet in ("domain", "action", "opportunity", "stakeholder", "region", "level", "result", "status", "equity"):
        boxes = pages["explore.html"].select(f"input[name={facet}]")
        assert boxes, facet
        for box in boxes:
            assert pages["explore.html"].find("label", attrs={"for": box["id"]})
            number = pages["explore.html"].find(attrs={"data-count": f"{facet} {box['value']}"})
            assert int(number.get_text()) == sum(box["value"] in entry.facets[facet] for entry in catalogue.entries)


def test_lists_on_term_pages_come_from_the_catalogue(pages, catalogue):
    for facet in ("domain", "action", "opportunity", "stakeholder", "tension"):
        vocabulary = FACETS[facet]
        for term in catalogue.vocabulary[vocabulary].terms:
            page = pages[f"{FOLDERS[vocabulary]}/{term.slug}.html"]
            cards = {node["data-case"] for node in page.select("[data-case]")}
            assert cards == {entry.id for entry in catalogue.entries if term.id in entry.facets[facet]}, term.id


def test_stakeholder_pages_show_their_actions(pages, catalogue):
    for who in catalogue.vocabulary["stakeholders"].terms:
        links = {a["href"] for a in pages[f"your-actions/{who.slug}.html"].select(".term-list .term-name a")}
        assert links == {f"../actions/{action.id}.html" for action in catalogue.vocabulary.actions_of(stakeholder=who.id)}


def test_the_notebook_page_shows_printed_and_recomputed_figures(pages):
    page = pages["notebooks/compassionate-communities-grants.html"]
    whole = text_of(page.main)
    for figure in ("20,712", "20,719.00", "69.00", "21,951.73", "17,295.20", "£1,904,352", "£21,159", "£18,855"):
        assert figure in whole, figure
    assert "Mental health" in page.main.find("img")["alt"] or "mental health" in page.main.find("img")["alt"]
    for table in page.main.find_all("table"):
        assert all(cell.get_text(strip=True) for cell in table.find_all("th"))


def test_first_page_is_light(site):
    """What the home page loads, before compression; the stock theme alone is 2.3 MB."""
    from bs4 import BeautifulSoup

    home = site / "index.html"
    page = BeautifulSoup(home.read_text("utf-8"), "html.parser")
    files = [home, *(site / urlsplit(node.get("src") or node.get("href")).path
                     for node in page.select("script[src], link[rel=stylesheet], link[rel=icon], img[src]"))]
    assert sum(path.stat().st_size for path in files) < 150_000
