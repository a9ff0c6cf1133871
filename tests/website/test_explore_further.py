"""Everything beyond the single case: the maps of evidence and of places show each case where it belongs, a comparison
and a shortlist do what they promise and keep nothing else, the template arrives filled in, words that people use find
cases, and the files to download are there and whole. Every page is fit for axe, on a phone and at night; its states are in
``test_states.py``."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
import yaml
from bs4 import BeautifulSoup
from pybtex.database import parse_string

from anchorbook.export.tables import cell
from anchorbook.gazetteer import load_gazetteer
from anchorbook.parts import say_date
from anchorbook.site.briefs import file_of
from tests.support.browsers import at_rest
from tests.support.builds import ROOT, anchorbook
from tests.support.projects import make_project
from tests.website.conftest import Watched
from tests.website.test_browser import axe, choose, expected, shown, status, violations  # noqa: F401

pytestmark = pytest.mark.browser

KEY = "anchorbook-shortlist"
FIVE = ["imperial-insourcing", "uhnm-beat-the-cold", "gm-devolution", "sandwell-live-and-work", "haln"]
FOUR, TWO = FIVE[:4], FIVE[:2]
MAPPED = {"actions": "action", "equity_dimensions": "equity"}


# ---------------------------------------------------------------- small tools

def kept(page) -> list[str] | None:
    """The shortlist as the browser keeps it; None when it keeps none."""
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')") or "null")


def open_with(open_page, url: str, ids: list[str], **more):
    """The page as somebody sees it who has these cases on the shortlist."""
    page = open_page(url, **more).page
    page.evaluate(f"ids => localStorage.setItem('{KEY}', JSON.stringify(ids))", ids)
    page.reload()
    return page


def count(page) -> str:
    """What the header says of the shortlist; empty when it says nothing."""
    link = page.locator("[data-shortlist-link]")
    return " ".join(link.inner_text().split()) if link.is_visible() else ""


def star(page, id: str):
    return page.locator(f"[data-shortlist-button='{id}']")


def picked(page) -> list[str]:
    """The cases that the shortlist shows."""
    page.wait_for_function("document.querySelector('[data-list] li') || !document.querySelector('[data-nothing]').hidden")
    return [Path(urlsplit(link).path).stem for link in page.eval_on_selector_all("[data-list] h2 a", "links => links.map(link => link.href)")]


def saved(page, button: str) -> tuple[str, bytes]:
    """The name and content of the file that a button saves."""
    with page.expect_download() as download:
        page.locator(button).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def focused(page) -> str:
    return page.evaluate("document.activeElement ? document.activeElement.tagName : ''")


def go_to(page, fragment: str) -> None:
    """Follow a link within the page, and wait until the page has seen it."""
    page.evaluate("""hash => new Promise(done => {
      if (location.hash === "#" + hash) { return done(); }
      addEventListener("hashchange", () => setTimeout(done), {once: true});
      location.hash = hash;
    })""", fragment)


def columns(page) -> list[str]:
    """The cases side by side."""
    page.wait_for_selector("table.compare")
    return [Path(urlsplit(link).path).stem for link in page.eval_on_selector_all("table.compare thead a", "links => links.map(link => link.href)")]


def instead(page, *briefs: dict) -> None:
    """Answer requests for short forms of cases with these."""
    script = "(window.anchorbookBriefs=window.anchorbookBriefs||[]).push(" + ",".join(map(json.dumps, briefs)) + ");"
    page.route("**/assets/cases/*.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    # The page has already forgotten those that are not in the book.
    page.evaluate("ids => localStorage.setItem('anchorbook-shortlist', JSON.stringify(ids))", [item["id"] for item in briefs])


@pytest.fixture(scope="module")
def briefs(site) -> dict[str, dict]:
    """The short forms of all cases, as the site has them."""
    found = {}
    for path in (site / "assets" / "cases").glob("*.js"):
        inside = path.read_text("utf-8").partition(".push(\n")[2].rpartition("\n);")[0]
        found |= {item["id"]: item for item in json.loads(f"[{inside}]")}
    return found


# ---------------------------------------------------------------- fit for everyone

NEW_PAGES = {
    "evidence map": "evidence-map.html", "places": "places.html", "map of places": "maps/places.html", "comparison of nothing": "compare.html",
    "empty shortlist": "shortlist.html", "template": "contribute/template.html", "filled template": "contribute/template.html#domain=buildings&action=staff-tools",
    "downloads": "data/index.html", "shared list": "shortlist.html#ids=" + ",".join(TWO),
}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", NEW_PAGES)
def test_pages_are_accessible_and_fit_the_screen(open_page, address, axe, kind, scheme, width):  # noqa: F811
    page = open_page(address + NEW_PAGES[kind], width=width, scheme=scheme).page
    at_rest(page)
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


# ---------------------------------------------------------------- the map of evidence

def cells(pages, catalogue):
    """Each cell of both maps: the facet of its rows, the term of its row, that of its column, and the cell."""
    tables = pages["evidence-map.html"].select(".evidence-map table")
    assert len(tables) == 2
    domains = {term.label: term.id for term in catalogue.vocabulary["domains"].terms}
    for table, (name, facet) in zip(tables, MAPPED.items(), strict=True):
        rows = {term.label: term.id for term in catalogue.vocabulary[name].terms}
        heads = [domains[cell.get_text()] for cell in table.select("thead th")]
        for row in table.select("tbody tr"):
            for domain, cell in zip(heads, row.select("td"), strict=True):
                yield facet, rows[row.th.get_text()], domain, cell


def test_every_cell_says_what_the_catalogue_says(pages, catalogue):
    seen = Counter()
    for facet, term, domain, cell in cells(pages, catalogue):
        found = [entry for entry in catalogue.entries if domain in entry.facets["domain"] and term in entry.facets[facet]]
        words = re.search(r"(\d+) (cases?), best (\d) of 5", cell.get_text())
        assert bool(words) == bool(found), (term, domain)
        seen["full" if found else "empty"] += 1
        link = cell.a["href"]
        assert parse_qs(urlsplit(link).fragment) == {"domain": [domain], facet: [term]}
        if found:
            assert (int(words[1]), words[2], int(words[3])) == (len(found), "case" if len(found) == 1 else "cases", max(entry.level for entry in found))
            assert cell.select_one(".dot").get_text() == words[1]
            assert urlsplit(link).path == "explore.html" and f"level-{words[3]}" in cell["class"]
        else:
            assert urlsplit(link).path == "contribute/template.html" and "level-none" in cell["class"]
    domains = len(catalogue.vocabulary["domains"].terms)
    assert seen.total() == domains * sum(len(catalogue.vocabulary[name].terms) for name in MAPPED)
    assert seen["full"] and seen["empty"]


def test_bigger_circles_hold_more_cases(pages, catalogue):
    sizes = defaultdict(set)
    for facet, _term, _domain, cell in cells(pages, catalogue):
        if dot := cell.select_one(".dot"):
            sizes[facet, int(re.search(r"dot-(\d)", " ".join(dot["class"]))[1])].add(int(dot.get_text()))
    for facet in MAPPED.values():
        steps = [found for (name, _size), found in sorted(sizes.items()) if name == facet]
        assert len(steps) > 1
        assert all(max(small) < min(large) for small, large in zip(steps, steps[1:], strict=False))


def test_every_cell_opens_exactly_its_cases(open_page, address, pages, catalogue):
    page = open_page(address + "explore.html").page
    opened = 0
    for facet, term, domain, cell in cells(pages, catalogue):
        if not cell.a["href"].startswith("explore.html#"):
            continue
        go_to(page, urlsplit(cell.a["href"]).fragment)
        wanted = {entry.id for entry in catalogue.entries if entry.has("domain", domain) and entry.has(facet, term)}
        assert set(shown(page)) == wanted, (facet, term, domain)
        opened += 1
    assert opened


def test_a_cell_opens_by_keyboard(open_page, address, catalogue):
    page = open_page(address + "evidence-map.html").page
    page.locator("thead th a").nth(0).focus()
    wanted = page.locator(".cell a[href^='explore.html']").first
    for _ in range(12):
        page.keyboard.press("Tab")
        if wanted.evaluate("link => link === document.activeElement"):
            break
    assert wanted.evaluate("link => link === document.activeElement")
    assert wanted.evaluate("link => getComputedStyle(link).outlineStyle") != "none"
    query = parse_qs(urlsplit(wanted.get_attribute("href")).fragment)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-filters]:not([hidden])")
    assert set(shown(page)) == expected(catalogue, domain=query["domain"], action=query["action"])


def test_the_map_on_a_phone_scrolls_inside_by_keyboard(open_page, address):
    page = open_page(address + "evidence-map.html", width=320).page
    region = page.locator(".evidence-map").first
    region.focus()
    assert region.evaluate("box => box.scrollWidth > box.clientWidth")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.evidence-map').scrollLeft > 0")
    assert page.evaluate("scrollX") == 0


def test_the_map_is_a_table_with_heads(pages, catalogue):
    for table in pages["evidence-map.html"].select(".evidence-map table"):
        assert table.caption.get_text().strip()
        heads = table.select("thead th")
        assert [head.get_text() for head in heads] == [term.label for term in catalogue.vocabulary["domains"].terms]
        assert {head["scope"] for head in heads} == {"col"}
        for row in table.select("tbody tr"):
            assert [cell["scope"] for cell in row.select("th")] == ["row"]
            assert len(row.select("td")) == len(heads)
        names = [" ".join(link.get_text().split()) for link in table.select("td a")]
        assert len(set(names)) == len(names), "two links of one name"


def test_every_empty_cell_fills_the_template(open_page, address, pages, catalogue):
    page = open_page(address + "contribute/template.html").page
    plain = page.locator("[data-template] code").inner_text()
    assert not page.locator("[data-template-for]").is_visible()
    filled = 0
    for facet, term, domain, cell in cells(pages, catalogue):
        if "template.html" not in cell.a["href"]:
            continue
        go_to(page, urlsplit(cell.a["href"]).fragment)
        text = page.locator("[data-template] code").text_content()
        record = yaml.safe_load(text)
        assert record["domains"] == [domain]
        if facet == "action":
            assert record["actions"] == [term]
        else:
            assert record["equity"] == {"dimensions": [term]}
        said = page.locator("[data-template-for]").inner_text()
        assert domain in said and term in said
        assert len(text.splitlines()) == len(plain.splitlines())
        filled += 1
    assert filled


# ---------------------------------------------------------------- the template

def errors(project) -> list[str]:
    """What the check holds against a project, warnings left out."""
    done = anchorbook(project.root, "check")
    found = [line for line in done.stdout.splitlines() if re.search(r":\d+: error ", line)]
    assert (done.returncode == 0) == (not found), done.stdout[-2000:] + done.stderr
    return found


def test_the_saved_template_passes_the_check(open_page, address, tmp_path, catalogue):
    page = open_page(address + "evidence-map.html").page
    page.locator(".gap[href*='action=']").first.click()
    query = parse_qs(urlsplit(page.url).fragment)
    name, content = saved(page, "[data-template-save]")
    assert name.endswith(".yaml") and content.decode("utf-8") == page.locator("[data-template] code").text_content()
    text = content.decode("utf-8")
    record = yaml.safe_load(text)
    assert (record["domains"], record["actions"]) == (query["domain"], query["action"])
    assert re.search(r"(?m)^id: .*$", text)
    changed = re.sub(r"(?m)^id: .*$", "id: my-new-case", text)
    project = make_project(tmp_path / "book", {"my-new-case.yaml": changed})
    assert errors(project) == []
    # The check above can fail.
    (project.cases / "my-new-case.yaml").write_text(text.replace(f"domains: [{query['domain'][0]}]", "domains: [nonsense]"), "utf-8")
    assert any("nonsense" in line for line in errors(project))


@pytest.mark.parametrize("query", ["equity=age", "tension=TN2", "domain=place&action=networks-place&equity=place&tension=TN5"])
def test_the_template_filled_in_other_ways_passes_the_check(open_page, address, tmp_path, query, catalogue):
    terms = [term.id for term in catalogue.vocabulary["equity_dimensions"].terms]
    query = re.sub("equity=(age|place)", f"equity={terms[-1]}", query)
    page = open_page(address + "contribute/template.html#" + query).page
    text = re.sub(r"(?m)^id: .*$", "id: my-new-case", page.locator("[data-template] code").text_content())
    wanted = {name: values[0] for name, values in parse_qs(query).items()}
    record = yaml.safe_load(text)
    if "tension" in wanted:
        assert record["tensions"] == [wanted["tension"]]
    if "equity" in wanted:
        assert record["equity"] == {"dimensions": [wanted["equity"]]}
    project = make_project(tmp_path / "book", {"my-new-case.yaml": text})
    assert errors(project) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_template_looks_like_a_whole_file(open_page, address, scheme):
    page = open_page(address + "contribute/template.html", scheme=scheme).page
    look = page.locator("[data-template]").evaluate("box => { const look = getComputedStyle(box); return [box.scrollHeight - box.clientHeight, look.borderTopStyle, look.backgroundColor]; }")
    assert look[:2] == [0, "solid"] and look[2] != page.evaluate("getComputedStyle(document.body).backgroundColor")
    button = page.locator("[data-template-copy]")
    assert button.evaluate("one => getComputedStyle(one).backgroundColor") == "rgba(0, 0, 0, 0)"


def test_buttons_of_the_home_page_stay_apart_on_a_phone(open_page, address):
    page = open_page(address + "index.html", width=390).page
    first, second = (page.locator(f"main p > a.{name}").first.bounding_box() for name in ("button", "button-quiet"))
    assert second["y"] - (first["y"] + first["height"]) >= 6


@pytest.mark.parametrize("where", ["server", "disk"])
def test_the_template_is_copied(open_page, address, site, where):
    url = address if where == "server" else site.as_uri() + "/"
    page = open_page(url + "contribute/template.html#domain=buildings&action=staff-tools").page
    page.locator("[data-template-copy]").click()
    page.locator("[data-template-said]", has_text="The text is copied.").wait_for()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<textarea id=paste></textarea>')")
    page.locator("#paste").focus()
    page.keyboard.press("Control+v")
    pasted = page.locator("#paste").input_value()
    assert pasted.strip() == page.locator("[data-template] code").text_content().strip()
    assert "domains: [buildings]" in pasted and "actions: [staff-tools]" in pasted


@pytest.mark.parametrize("value", ["x]%0Aid: y", "<img src=x onerror=alert(1)>", "$%26", "work, place", ""])
def test_the_template_takes_no_text_from_an_address(open_page, address, value):
    page = open_page(address + "contribute/template.html").page
    plain = page.locator("[data-template] code").text_content()
    page.goto(address + "contribute/template.html?x#domain=" + value)
    assert page.locator("[data-template] code").text_content() == plain
    assert not page.locator("[data-template-for]").is_visible()


# ---------------------------------------------------------------- places

@pytest.fixture(scope="module")
def points(catalogue) -> dict[tuple[float, float], set[str]]:
    """The cases at each point, from the table of places."""
    gazetteer = load_gazetteer(ROOT / "data" / "places.csv")
    found = defaultdict(set)
    for entry in catalogue.entries:
        for name in entry.places:
            if point := gazetteer.find(name):
                found[round(point.latitude, 4), round(point.longitude, 4)].add(entry.id)
    assert found
    return found


def map_frame(page):
    frame = page.frame_locator(".places-map iframe")
    page.locator("[data-map-stage]").scroll_into_view_if_needed()
    if page.locator("[data-map-open]").is_visible():
        page.locator("[data-map-open]").click()
    frame.locator(".leaflet-marker-icon").first.wait_for()
    return frame


@pytest.fixture(params=["server", "disk"])
def home(request, address, site) -> str:
    """The address of the home folder: on a server, and on a disk."""
    return address if request.param == "server" else site.as_uri() + "/"


def test_the_map_holds_every_case_that_has_a_point(site, points, catalogue):
    script = (site / "maps" / "places.js").read_text("utf-8")
    places = json.JSONDecoder().raw_decode(script, script.index("places = [") + len("places = "))[0]
    assert {tuple(round(degree, 4) for degree in place["at"]): place["count"] for place in places} == {at: len(ids) for at, ids in points.items()}
    for place in places:
        ids = points[tuple(round(degree, 4) for degree in place["at"])]
        listed = [id for id, _title in place["cases"]]
        assert len(listed) == len(set(listed)) and set(listed) <= ids
        assert set(listed) == ids or len(listed) < place["count"]
        assert all(title == catalogue.by_id[id].title for id, title in place["cases"])


HELD = """() => {
  const held = [];
  map_1.eachLayer(layer => {
    const circle = layer.getElement && layer.getElement();
    if (circle && circle.matches(".leaflet-marker-icon")) { held.push([circle.querySelector(".hide").textContent, (layer.getAllChildMarkers ? layer.getAllChildMarkers() : [layer]).map(marker => marker.options.numbers)]); }
  });
  return held;
}"""
"""What each circle says, and the numbers of the cases of each place in it."""


def test_circles_have_names_and_hold_every_case(open_page, home, points):
    frame = map_frame(open_page(home + "places.html").page)
    circles = frame.locator(".leaflet-marker-icon")
    named = frame.get_by_role("button", name=re.compile(r"^(.+: \d+ cases?|\d+ cases? in several places: show them apart)$"))
    assert named.count() == circles.count() > 0
    held = circles.first.evaluate(HELD)
    assert len(held) == circles.count()
    assert all(int(re.search(r"(\d+) cases?", said)[1]) == len({number for place in places for number in place}) for said, places in held)
    assert sorted(len(place) for _said, places in held for place in places) == sorted(map(len, points.values()))
    assert len({number for _said, places in held for place in places for number in place}) == len(set().union(*points.values()))
    outlines = frame.locator("path.leaflet-interactive, svg path")
    assert outlines.count() > 0


def test_a_circle_leads_to_a_case_by_keyboard(open_page, home, catalogue):
    page = open_page(home + "places.html").page
    frame = map_frame(page)
    circle = frame.locator(".leaflet-marker-icon:not(.group)").first
    circle.focus()
    assert circle.evaluate("item => getComputedStyle(item).outlineStyle") != "none"
    page.keyboard.press("Enter")
    link = frame.locator(".leaflet-popup-content li a").first
    link.wait_for()
    for _ in range(60):
        page.keyboard.press("Tab")
        if link.evaluate("item => item === document.activeElement"):
            break
    assert link.evaluate("item => item === document.activeElement")
    title = link.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*.html")
    assert page.locator("h1").inner_text() == title
    assert catalogue.by_id[Path(urlsplit(page.url).path).stem].title == title


def test_a_list_on_the_map_closes_by_keyboard(open_page, address):
    page = open_page(address + "maps/places.html").page
    page.locator(".leaflet-marker-icon:not(.group)").first.press("Enter")
    page.wait_for_selector(".leaflet-popup-content a")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup-content", state="detached")


def test_a_group_of_circles_counts_a_case_of_several_places_once(open_page, address, catalogue):
    page = open_page(address + "maps/places.html", width=320).page
    page.locator(".leaflet-marker-icon").first.wait_for()
    while page.locator(".leaflet-control-zoom-out.leaflet-disabled").count() == 0:
        page.locator(".leaflet-control-zoom-out").click()
        at_rest(page)
    said = page.locator(".leaflet-marker-icon.group .hide").all_text_contents()
    assert said and all(int(words.split()[0]) <= len(catalogue.entries) for words in said), said


def test_a_circle_that_has_the_focus_lies_over_the_list_of_another(open_page, address):
    page = open_page(address + "maps/places.html", width=320).page
    page.locator(".leaflet-marker-icon:not(.group)").first.press("Enter")
    link = page.locator(".leaflet-popup-content a").first
    link.focus()
    above = "circle => circle.contains(document.elementFromPoint(circle.getBoundingClientRect().x + circle.offsetWidth / 2, circle.getBoundingClientRect().y + circle.offsetHeight / 2))"
    circles = [circle for circle in page.locator(".leaflet-marker-icon").all() if not circle.evaluate(above)]
    assert circles, "the list lies over no circle: choose another for this test"
    for circle in circles:
        circle.focus()
        assert circle.evaluate(above)
    link.focus()
    assert link.is_visible() and not circles[0].evaluate(above)


def test_groups_of_circles_come_apart_by_keyboard(open_page, address, points):
    page = open_page(address + "maps/places.html").page
    page.locator(".leaflet-marker-icon").first.wait_for()
    group = page.locator(".leaflet-marker-icon.group").first
    before = page.locator(".leaflet-marker-icon").count()
    zoom = page.evaluate("Object.values(window).find(item => item && item._leaflet_id && item.getZoom)?.getZoom()")
    group.press("Enter")
    page.wait_for_function("before => document.querySelectorAll('.leaflet-marker-icon').length !== before", arg=before)
    assert zoom is None or page.evaluate("Object.values(window).find(item => item && item._leaflet_id && item.getZoom).getZoom()") > zoom
    assert focused(page) != "BODY", "after a group came apart, the keyboard starts again from the top"


def test_all_cases_of_a_place_open_in_explore(open_page, address, site):
    """A place with many cases lists some; its link to the others must lead to as many as it says."""
    script = (site / "maps" / "places.js").read_text("utf-8")
    places = json.JSONDecoder().raw_decode(script, script.index("places = [") + len("places = "))[0]
    full = [place for place in places if place["count"] > len(place["cases"])]
    page = open_page(address + "explore.html").page
    for place in full or places:  # with no such place today, the words alone must find those that are listed
        go_to(page, "q=" + quote(place["name"]))
        assert {id for id, _title in place["cases"]} <= set(shown(page)), place["name"]
        if place in full:
            assert len(shown(page)) == place["count"], place["name"]


def test_the_list_by_region_holds_every_case(pages, catalogue, points):
    page = pages["places.html"]
    on_map = set().union(*points.values())
    listed = Counter()
    regions = {}
    for head in page.select("h3[id^=region-]"):
        items = head.find_next_sibling("ul").select("li")
        region = head["id"].removeprefix("region-")
        regions[region] = head
        assert head.select_one(".small").get_text() == f"({len(items)})"
        for item in items:
            id = Path(item.a["href"]).stem
            listed[id] += 1
            assert region in (catalogue.by_id[id].facets["region"] or ("none",))
            assert ("not on the map" in item.get_text()) == (id not in on_map)
    assert listed == Counter({entry.id: max(1, len(entry.facets["region"])) for entry in catalogue.entries})
    words = page.select_one("main").get_text()
    assert f"{len(on_map)} of {len(catalogue.entries)} cases stand on the map, at {len(points)} points" in words
    assert len(on_map) < len(catalogue.entries), "no case left that only the list has"


# ---------------------------------------------------------------- comparing

def test_four_cases_side_by_side(open_page, home, catalogue, briefs):
    page = open_with(open_page, home + "compare.html", FIVE)
    assert set(columns(page)) == set(FOUR)
    rows = page.locator("table.compare tbody tr")
    assert rows.count() == 11
    order = columns(page)
    for row in rows.all():
        head, texts = row.locator("th"), row.locator("td").all_inner_texts()
        assert head.get_attribute("scope") == "row" and head.inner_text().strip()
        assert len(texts) == 4 and all(text.strip() and "undefined" not in text for text in texts)
    strength = page.locator("tbody tr", has=page.locator("th", has_text="How strong")).locator("td").all_inner_texts()
    assert [text[0] for text in strength] == [str(catalogue.by_id[id].level) for id in order]
    for id, text in zip(order, page.locator("tbody tr", has=page.locator("th", has_text="What to learn")).locator("td").all_inner_texts(), strict=True):
        for lesson in briefs[id]["learning"] or ["The record does not say."]:
            assert lesson in text
    assert page.eval_on_selector_all("table.compare thead th", "heads => heads.map(head => head.scope)") == ["col"] * 4
    page.locator("table.compare thead a").first.click()
    assert page.locator("h1").inner_text() == catalogue.by_id[order[0]].title


def test_a_fifth_case_cannot_be_chosen(open_page, address):
    page = open_with(open_page, address + "compare.html", FIVE)
    columns(page)
    fifth = page.locator(f"input[value={FIVE[4]}]")
    assert fifth.is_disabled() and not fifth.is_checked()
    page.locator(f"label[for={fifth.get_attribute('id')}]").click(force=True)
    assert set(columns(page)) == set(FOUR)
    assert "4 cases" in status(page)
    page.locator(f"input[value={FIVE[0]}]").uncheck()
    assert set(columns(page)) == set(FOUR[1:])
    fifth.check()
    assert set(columns(page)) == set(FIVE[1:])
    assert set(parse_qs(urlsplit(page.url).fragment)["ids"][0].split(",")) == set(FIVE[1:])


def test_an_address_reproduces_a_comparison(open_page, home):
    page = open_with(open_page, home + "compare.html", FIVE)
    columns(page)
    page.locator(f"input[value={FIVE[1]}]").uncheck()
    again = open_page(page.url).page
    assert columns(again) == columns(page) and len(columns(again)) == 3
    assert again.locator("table.compare").inner_text() == page.locator("table.compare").inner_text()
    assert kept(again) is None


def test_a_link_to_more_than_four_shows_four(open_page, address):
    page = open_page(address + "compare.html#ids=" + ",".join(FIVE)).page
    assert len(columns(page)) == 4
    assert page.locator("[data-options] input").count() == 5


def test_a_comparison_works_by_keyboard(open_page, address):
    page = open_with(open_page, address + "compare.html", FIVE[:3])
    columns(page)
    page.locator(f"input[value={FIVE[0]}]").focus()
    page.keyboard.press("Space")
    assert set(columns(page)) == set(FIVE[1:3])
    assert page.locator(f"input[value={FIVE[0]}]").evaluate("item => item === document.activeElement")
    page.keyboard.press("Space")
    assert len(columns(page)) == 3


@pytest.mark.parametrize("mine, shared", [
    ([], []), (["haln"], []), ([], ["haln"]), (["haln"], ["haln"]), ([], ["haln", "no-such-case"]), ([], ["no-such-case", "nor-this"]), (["haln", "no-such-case"], []),
], ids=["nothing", "one kept", "one in the link", "the same one", "one of two is gone", "both are gone", "one kept is gone"])
def test_fewer_than_two_cases_explain_what_to_do(open_page, address, mine, shared):
    page = open_with(open_page, address + "compare.html" + ("#ids=" + ",".join(shared) if shared else ""), mine)
    at_rest(page)
    page.evaluate("new Promise(done => setTimeout(done, 50))")
    assert page.locator("[data-nothing]").is_visible()
    assert "Shortlist" in page.locator("[data-nothing]").inner_text()
    assert not page.locator("[data-table]").is_visible() and not page.locator("[data-pick]").is_visible()


def test_the_link_to_a_comparison_is_copied(open_page, address):
    page = open_with(open_page, address + "compare.html", TWO)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    columns(page)
    page.locator("[data-copy]").click()
    page.locator("[data-said]", has_text="The link is copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert set(columns(open_page(copied).page)) == set(TWO)


# ---------------------------------------------------------------- the shortlist

def test_cases_are_put_on_the_shortlist_from_every_page(open_page, home):
    page = open_page(home + "explore.html").page
    assert count(page) == ""
    button = star(page, "imperial-insourcing")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    assert button.get_attribute("aria-pressed") == "true" and count(page) == "Shortlist (1)"
    page.goto(home + "cases/uhnm-beat-the-cold.html")
    assert star(page, "uhnm-beat-the-cold").count() == 1
    star(page, "uhnm-beat-the-cold").click()
    assert count(page) == "Shortlist (2)"
    page.goto(home + "domains/work.html")
    assert star(page, "imperial-insourcing").first.get_attribute("aria-pressed") == "true"
    star(page, "sandwell-live-and-work").first.click()
    assert count(page) == "Shortlist (3)"
    page.reload()
    assert count(page) == "Shortlist (3)"
    page.locator("[data-shortlist-link]").click()
    assert picked(page) == ["imperial-insourcing", "uhnm-beat-the-cold", "sandwell-live-and-work"]
    assert page.locator("[data-chosen-page] [data-status]").inner_text() == "3 cases"
    # Off again, from where it was put on.
    page.goto(home + "explore.html")
    star(page, "imperial-insourcing").press("Enter")
    assert kept(page) == ["uhnm-beat-the-cold", "sandwell-live-and-work"]


def test_buttons_have_the_names_of_their_cases(open_page, address, catalogue):
    page = open_page(address + "explore.html").page
    names = page.eval_on_selector_all("[data-shortlist-button]", "items => items.map(item => [item.dataset.shortlistButton, item.textContent])")
    assert len(names) == len(catalogue.entries)
    assert all(text.endswith(catalogue.by_id[id].title) for id, text in names)


def test_buttons_stay_when_filters_change_the_cards(open_page, address, catalogue):
    page = open_page(address + "explore.html").page
    star(page, "imperial-insourcing").click()
    choose(page, "domain", "environment")
    choose(page, "domain", "work")
    assert page.locator("[data-cards] [data-shortlist-button]").count() == len(expected(catalogue, domain=["work", "environment"]))
    assert star(page, "imperial-insourcing").get_attribute("aria-pressed") == "true"


def test_the_browser_keeps_ids_and_nothing_else(open_page, home):
    page = open_page(home + "explore.html").page
    for id in TWO:
        star(page, id).click()
    assert page.evaluate("Object.entries(localStorage)") == [[KEY, json.dumps(TWO, separators=(",", ":"))]]
    assert page.evaluate("sessionStorage.length") == 0 and page.context.cookies() == []
    page.goto(home + "shortlist.html")
    assert picked(page) == TWO
    page.locator("[data-clear]").click()
    assert page.evaluate("localStorage.length") == 0
    assert page.locator("[data-nothing]").is_visible() and not page.locator("[data-tools]").is_visible() and count(page) == ""
    page.reload()
    assert page.locator("[data-nothing]").is_visible()


def test_cases_are_removed_one_by_one(open_page, home):
    page = open_with(open_page, home + "shortlist.html", FIVE[:3])
    assert picked(page) == FIVE[:3]
    for left in (FIVE[1:3], FIVE[2:3], []):
        page.locator("[data-list] button").first.click()
        page.wait_for_function("left => document.querySelectorAll('[data-list] li').length === left", arg=len(left))
        assert picked(page) == left and (kept(page) or []) == left
        assert page.locator("[data-handouts] article").count() == len(left)
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("button", ["[data-list] button", "[data-clear]"])
def test_the_keyboard_keeps_its_place_when_cases_go(open_page, address, button):
    page = open_with(open_page, address + "shortlist.html", FIVE[:3])
    picked(page)
    page.locator(button).first.press("Enter")
    page.wait_for_function("document.querySelectorAll('[data-list] li').length < 3")
    assert focused(page) not in ("BODY", "")


def test_a_link_shares_a_list_that_is_not_kept_until_asked(open_page, home):
    page = open_with(open_page, home + "shortlist.html", FIVE[:3])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    picked(page)
    page.locator("[data-copy]").click()
    page.locator("[data-said]", has_text="The link is copied.").wait_for()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<textarea id=paste></textarea>')")
    page.locator("#paste").focus()
    page.keyboard.press("Control+v")
    shared = page.locator("#paste").input_value()
    assert shared.endswith("shortlist.html#ids=" + ",".join(FIVE[:3]))
    other = open_page(shared).page
    assert picked(other) == FIVE[:3]
    assert other.locator("[data-shared]").is_visible() and kept(other) is None and count(other) == ""
    assert other.locator("[data-list] button").count() == 0
    other.reload()
    assert kept(other) is None
    other.locator("[data-keep]").click()
    assert kept(other) == FIVE[:3] and count(other) == "Shortlist (3)"
    assert picked(other) == FIVE[:3] and not other.locator("[data-shared]").is_visible() and "#" not in other.url
    assert focused(other) not in ("BODY", "")


def test_a_shared_list_is_added_to_ones_own(open_page, address):
    page = open_with(open_page, address + "shortlist.html#ids=" + ",".join(FIVE[1:3]), FIVE[:2])
    assert picked(page) == FIVE[1:3] and page.locator("[data-shared]").is_visible()
    page.locator("[data-keep]").click()
    page.wait_for_function("document.querySelectorAll('[data-list] li').length === 3")
    assert kept(page) == FIVE[:3]


def test_looking_at_a_shared_list_does_not_lose_ones_own(open_page, address):
    """A list of one's own that is not on the screen must not go by a button on somebody else's."""
    page = open_with(open_page, address + "shortlist.html#ids=" + FIVE[4], TWO)
    assert picked(page) == [FIVE[4]] and kept(page) == TWO
    if page.locator("[data-clear]").is_visible():
        page.locator("[data-clear]").click()
    assert kept(page) == TWO


def test_two_windows_show_the_same_list(open_page, address):
    page = open_with(open_page, address + "shortlist.html", TWO)
    assert picked(page) == TWO
    other = page.context.new_page()
    watched = Watched(other, address)
    other.goto(address + "cases/haln.html")
    star(other, "haln").click()
    page.wait_for_function("document.querySelectorAll('[data-list] li').length === 3")
    assert count(page) == "Shortlist (3)" and watched.errors == []


def test_a_change_while_cases_load_is_not_lost(open_page, address):
    watched = open_page(address + "shortlist.html")
    page, waiting = watched.page, []
    page.evaluate(f"localStorage.setItem('{KEY}', '[\"haln\"]')")
    page.route("**/assets/cases/*.js", lambda route: waiting.append(route))
    page.goto(address + "shortlist.html?again", wait_until="commit")
    page.wait_for_function("document.head.querySelector('script[src*=\"assets/cases\"]')")
    page.evaluate("ids => anchorbookShortlist.write(ids)", TWO)
    page.evaluate("new Promise(done => setTimeout(done, 50))")
    assert waiting
    for route in waiting:
        route.continue_()
    page.wait_for_function("(window.anchorbookBriefs || []).length > 0")
    page.evaluate("new Promise(done => setTimeout(done, 50))")
    assert picked(page) == kept(page) == TWO


def test_a_case_that_has_left_the_book_is_not_counted_for_ever(open_page, address):
    page = open_with(open_page, address + "shortlist.html", ["no-such-case", "haln"])
    assert picked(page) == ["haln"]
    assert page.locator("[data-chosen-page] [data-status]").inner_text() == "1 case"
    assert count(page) == "Shortlist (1)"


@pytest.mark.parametrize("found", ["not json", "{}", "null", "[1, null, {}]", '["<b>x</b>", "../x"]'])
def test_a_spoilt_list_counts_as_empty(open_page, address, found):
    page = open_page(address + "shortlist.html").page
    page.evaluate(f"text => localStorage.setItem('{KEY}', text)", found)
    page.reload()
    assert page.locator("[data-nothing]").is_visible() and count(page) == ""
    page.goto(address + "cases/haln.html")
    star(page, "haln").click()
    assert kept(page) == ["haln"]


@pytest.mark.parametrize("name", ["shortlist.html", "compare.html"])
def test_an_odd_word_in_a_link_is_no_case(open_page, address, name):
    """`constructor` is a word that every object of a script knows."""
    page = open_page(address + name + "#ids=constructor," + ",".join(TWO)).page
    page.wait_for_selector("[data-list] li, table.compare")
    assert (picked(page) if name == "shortlist.html" else columns(page)) == TWO
    assert "undefined" not in page.locator("[data-chosen-page]").inner_text()
    assert page.locator("[data-options] input").count() == (0 if name == "shortlist.html" else len(TWO))


NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('The operation is insecure.', 'SecurityError'); }});"


def test_without_storage_the_list_lasts_in_the_page(open_page, home):
    page = open_page(home + "explore.html").page
    page.add_init_script(NO_STORAGE)
    page.reload()
    star(page, TWO[0]).click()
    star(page, TWO[1]).click()
    assert count(page) == "Shortlist (2)" and star(page, TWO[0]).get_attribute("aria-pressed") == "true"
    star(page, TWO[0]).click()
    assert count(page) == "Shortlist (1)"
    page.goto(home + "shortlist.html#ids=" + ",".join(TWO))
    assert picked(page) == TWO
    page.locator("[data-keep]").click()
    page.wait_for_selector("[data-list] button")
    page.locator("[data-list] button").first.click()
    page.wait_for_function("document.querySelectorAll('[data-list] li').length === 1")
    assert count(page) == "Shortlist (1)"


def test_a_full_store_does_not_lose_the_choice(open_page, address):
    """A browser may refuse to write while it still reads."""
    page = open_page(address + "explore.html").page
    page.add_init_script("Storage.prototype.setItem = function () { throw new DOMException('full', 'QuotaExceededError'); };")
    page.reload()
    star(page, TWO[0]).click()
    assert star(page, TWO[0]).get_attribute("aria-pressed") == "true" and count(page) == "Shortlist (1)"


# ---------------------------------------------------------------- what people take with them

def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_table_of_a_shortlist_is_read_back(open_page, home, catalogue, briefs):
    page = open_with(open_page, home + "shortlist.html", FIVE)
    picked(page)
    name, content = saved(page, "[data-csv]")
    rows = rows_of(content)
    assert name.endswith(".csv") and [row["id"] for row in rows] == FIVE
    for row in rows:
        assert None not in row and None not in row.values(), "a row has more or fewer cells than the head"
        assert row["title"] == catalogue.by_id[row["id"]].title
        assert row["level"] == str(catalogue.by_id[row["id"]].level)
        assert row["summary"] == catalogue.by_id[row["id"]].summary
        assert row["domains"].split("; ") == briefs[row["id"]]["domains"]
        assert row["address"].endswith(f"/cases/{row['id']}.html")


FORMULAS = ["=HYPERLINK(\"http://x\",\"y\")", "+1", "-1", "@SUM(1)", "\t=1", "=1,2;\"a\"\r\n=2", "\n=1", " =1", "\u200b=1", "＝1"]


@pytest.mark.parametrize("title", FORMULAS, ids=ascii)
def test_a_title_becomes_no_formula(open_page, address, briefs, title):
    """The same rule as in the open data: signs that do not show are looked through, and wide signs count too."""
    assert cell(title) == "'" + title
    page = open_with(open_page, address + "shortlist.html", ["hostile", "haln"])
    instead(page, {**briefs["haln"], "id": "hostile", "title": title, "who": title}, briefs["haln"])
    page.reload()
    assert len(picked(page)) == 2
    rows = rows_of(saved(page, "[data-csv]")[1])
    assert [row["id"] for row in rows] == ["hostile", "haln"]
    assert (rows[0]["title"], rows[0]["who"]) == ("'" + title, "'" + title)
    assert rows[1]["title"] == briefs["haln"]["title"]


WORDS = {"backslash": "\\", "asciitilde": "~", "asciicircum": "^", "braceleft": "{", "braceright": "}"}


def printed(field: str) -> str:
    """What LaTeX prints for a field."""
    return re.sub(r"\\text([a-z]+)\{\}|\\([{}%&#_$])", lambda found: WORDS[found[1]] if found[1] else found[2], field)


def test_the_references_of_a_shortlist_are_read_by_pybtex(open_page, address, catalogue):
    every = [entry.id for entry in catalogue.entries]
    page = open_with(open_page, address + "shortlist.html", every)
    assert len(picked(page)) == len(every)
    name, content = saved(page, "[data-bibtex]")
    found = parse_string(content.decode("utf-8"), "bibtex").entries
    assert name.endswith(".bib") and list(found) == every
    for id, entry in found.items():
        assert printed(entry.fields["title"]) == catalogue.by_id[id].title
        assert entry.fields["url"] == f"{address}cases/{id}.html"


def test_references_from_a_disk_name_no_file_of_this_computer(open_page, site):
    page = open_with(open_page, (site / "shortlist.html").as_uri(), TWO)
    picked(page)
    text = saved(page, "[data-bibtex]")[1].decode("utf-8")
    assert list(parse_string(text, "bibtex").entries) == TWO
    assert "file:" not in text


@pytest.mark.parametrize("title", ["Costs: 50% & more_ than $5, #1 ~ ^ \\ end", "Both {braces} stand", "An open { brace", "A closing } brace", "Ends in \\", "\"Quoted\" @misc{x, y = {z}}"])
def test_signs_in_a_title_do_not_spoil_the_references(open_page, address, briefs, title):
    page = open_with(open_page, address + "shortlist.html", ["hostile", "haln"])
    instead(page, {**briefs["haln"], "id": "hostile", "title": title}, briefs["haln"])
    page.reload()
    assert picked(page) == ["hostile", "haln"]
    found = parse_string(saved(page, "[data-bibtex]")[1].decode("utf-8"), "bibtex").entries
    assert list(found) == ["hostile", "haln"]
    assert printed(found["hostile"].fields["title"]) == title
    assert not re.search(r"(?<!\\)[%&#_$~^]", found["hostile"].fields["title"]), "LaTeX would take a sign for its own"


def test_a_printed_shortlist_is_its_list_without_an_empty_heading(open_page, address):
    page = open_with(open_page, address + "shortlist.html", TWO)
    picked(page)
    heights = page.locator(".tools .buttons > *").evaluate_all("buttons => buttons.slice(1).map(one => [one.offsetHeight, getComputedStyle(one).fontSize].join())")
    assert len(heights) > 2 and len(set(heights)) == 1, "the link is as large as the buttons beside it"
    page.emulate_media(media="print")
    assert page.locator("[data-list]").is_visible() and not page.get_by_role("heading", name="Take it with you").is_visible()


def test_hand_outs_are_one_article_a_case_with_sources(open_page, home, briefs):
    page = open_with(open_page, home + "shortlist.html", FIVE)
    picked(page)
    page.evaluate("window.print = () => { window.printed = document.body.className; }")
    page.locator("[data-print]").click()
    assert "handout" in page.evaluate("window.printed").split()
    page.emulate_media(media="print")
    articles = page.locator("article.handout-case")
    assert articles.locator("h2").all_inner_texts() == [briefs[id]["title"] for id in FIVE]
    for id, article in zip(FIVE, articles.all(), strict=True):
        assert article.is_visible()
        assert article.locator(".sources li").all_inner_texts() == briefs[id]["sources"] and briefs[id]["sources"]
        text = article.inner_text()
        assert f"{briefs[id]['level']} of 5" in text and briefs[id]["summary"] in text and "undefined" not in text
        assert f"cases/{id}.html" in article.locator(".foot").inner_text() and "file:" not in text
        assert article.locator(".foot").inner_text().endswith(f"reviewed {say_date(briefs[id]['reviewed'])}")
    for hidden in ("[data-list]", "[data-tools]", ".site-header", ".site-footer", "h1"):
        assert not page.locator(hidden).first.is_visible(), hidden
    page.emulate_media(media="screen")
    assert not articles.first.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="print")
    assert page.locator("[data-list]").is_visible()


def test_each_hand_out_takes_one_sheet(open_page, address, catalogue):
    every = [entry.id for entry in catalogue.entries]
    page = open_with(open_page, address + "shortlist.html", every)
    picked(page)
    page.evaluate("window.print = () => 0")
    page.locator("[data-print]").click()
    taken = {}
    for number, id in enumerate(every):
        page.eval_on_selector_all("article.handout-case", "(articles, number) => articles.forEach((one, at) => { one.style.display = at === number ? '' : 'none'; })", number)
        page.evaluate("document.body.classList.add('handout')")
        taken[id] = len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4")))
    assert {id: sheets for id, sheets in taken.items() if sheets != 1} == {}


def test_short_forms_are_found_where_the_browser_looks(open_page, site, catalogue):
    """The sum that names a case's file stands twice: in Python and in the browser."""
    page = open_page((site / "shortlist.html").as_uri()).page
    ids = [entry.id for entry in catalogue.entries] + ["a", "z" * 100, "0-9"]
    for files in (1, 2, 16, 256):
        assert page.evaluate("([ids, files]) => ids.map(id => anchorbookShortlist.fileOf(id, files))", [ids, files]) == [file_of(id, files) for id in ids]


# ---------------------------------------------------------------- the words people use

def found_by(page, words: str) -> set[str]:
    go_to(page, urlencode({"q": words}))
    return set(shown(page))


@pytest.mark.parametrize("words, domain", [("procurement", "purchasing"), ("jobs", "work"), ("net zero", "environment"), ("supply chain", "purchasing"), ("housing", "buildings"), ("PROCUREMENT", "purchasing")])
def test_other_words_find_the_cases_of_a_domain(open_page, address, catalogue, words, domain):
    page = open_page(address + "explore.html").page
    assert expected(catalogue, domain=[domain]) <= found_by(page, words)
    assert found_by(page, words) != {entry.id for entry in catalogue.entries}


def test_a_short_form_finds_its_long_one(open_page, address, catalogue):
    said = {entry.id for entry in catalogue.entries
            if "integrated care system" in " ".join((entry.title, entry.summary, *entry.organisations, *entry.places)).casefold()}
    assert said
    page = open_page(address + "explore.html").page
    for words in ("ICS", "ics", "ICSs"):
        assert said <= found_by(page, words), words
    assert len(found_by(page, "ICS")) < len(catalogue.entries)


@pytest.mark.parametrize("words", ["insourcing", "insource"])
def test_a_word_of_the_glossary_finds_the_case_it_is_about(open_page, address, words):
    assert "imperial-insourcing" in found_by(open_page(address + "explore.html").page, words)


@pytest.mark.parametrize("words, whole, part", [("co-design", "codesign", "design"), ("kilowatt-hour", "kwh", "kilowatt")])
def test_a_word_with_a_hyphen_needs_both_its_parts(open_page, address, words, whole, part):
    page = open_page(address + "explore.html").page
    assert found_by(page, words) <= found_by(page, whole) | found_by(page, part)


@pytest.mark.parametrize("typed, meant", [("procuremnt", "procurement"), ("Sandwelll", "Sandwell"), ("Birmimgham", "Birmingham"), ("sustainabilty", "sustainability"), ("Leads", "Leeds"), ("partnershp", "partnership")])
def test_one_wrong_letter_still_finds(open_page, address, typed, meant):
    page = open_page(address + "explore.html").page
    wanted = found_by(page, meant)
    assert wanted and wanted <= found_by(page, typed)


@pytest.mark.parametrize("words", ["jobs & skills", "jobs, skills", "jobs - skills", "(jobs) skills?", "jobs   skills", "“jobs” skills"])
def test_signs_between_words_do_no_harm(open_page, address, words):
    page = open_page(address + "explore.html").page
    wanted = found_by(page, "jobs skills")
    assert wanted and found_by(page, words) == wanted


@pytest.mark.parametrize("words", ["constructor", "__proto__", "tostring", "valueOf", "\\", "*", "<b>", "%", "a" * 2000])
def test_odd_words_break_nothing(open_page, address, words):
    page = open_page(address + "explore.html").page
    found_by(page, "zzzzzz")
    assert status(page) == "No cases"
    found_by(page, words)
    found = found_by(page, "jobs")
    assert found and status(page).startswith(f"{len(found)} cases")


# ---------------------------------------------------------------- files to download

def test_every_file_to_download_is_there_and_whole(site, pages, catalogue):
    links = pages["data/index.html"].select("table[aria-label='Files to download'] a")
    ids = {entry.id for entry in catalogue.entries}
    read = set()
    for link in links:
        path = (site / "data" / link["href"]).resolve()
        assert path.is_file() and site.resolve() in path.parents, link["href"]
        assert path.name in link.parent.get_text()
        text = path.read_text("utf-8-sig")
        if path.suffix == ".csv":
            rows = list(csv.DictReader(io.StringIO(text, newline="")))
            assert rows and all(None not in row and None not in row.values() for row in rows)
            if path.name in ("cases.csv", "measures.csv", "sources.csv"):
                assert {row["id" if path.name == "cases.csv" else "case"] for row in rows} <= ids
        elif path.suffix == ".ndjson":
            assert {json.loads(line)["id"] for line in text.splitlines()} == ids
        elif path.suffix in (".json", ".geojson"):
            assert json.loads(text)
        elif path.suffix == ".bib":
            assert parse_string(text, "bibtex").entries
        elif path.suffix == ".xml":
            assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2005/Atom}feed"
        else:
            assert path.suffix == ".sha256"
            digest, name = text.split()
            assert hashlib.sha256((path.parent / name.lstrip("*")).read_bytes()).hexdigest() == digest
        read.add(path.name)
    assert {"cases.csv", "measures.csv", "sources.csv", "catalogue.json", "cases.ndjson", "places.geojson", "references.bib"} <= read
    assert len(read) == len(links)
    with (site / "data" / "cases.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["id"] for row in csv.DictReader(file)} == ids


def test_downloads_and_their_links_work_in_the_browser(open_page, address):
    page = open_page(address + "data/index.html").page
    name, content = saved(page, "a[href$='cases.csv']")
    assert name == "cases.csv" and rows_of(content)


def test_pages_of_choices_explain_themselves_without_scripts(open_page, address):
    for name in ("compare.html", "shortlist.html"):
        page = open_page(address + name, scripts=False).page
        assert "needs JavaScript" in BeautifulSoup(page.content(), "html.parser").select_one("main").get_text()
        assert page.locator("main .notice", has_text="needs JavaScript").is_visible()
        assert not page.locator("[data-tools]").is_visible()
