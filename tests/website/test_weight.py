"""What pages weigh on a phone: everything that a page loads by itself, compressed with gzip as hosts do, without scrolling.

A first visit may load 150 KB (of 1,000 bytes), a next page 30 KB more. Files that gzip does not make smaller, such as
pictures, count as they are. ``HEAVIER`` names what a next page may load beyond that, and why.
"""

from __future__ import annotations

import gzip
import posixpath
import re
from urllib.parse import urlsplit

import pytest

from tests.support.browsers import at_rest
from tests.website.test_browser import PAGE_TYPES, axe, violations  # noqa: F401  axe is a fixture

FIRST, NEXT = 150_000, 30_000
MAP = "notebooks/basildon-deprivation.html"
TYPES = {**{kind: page for kind, page in PAGE_TYPES.items() if kind not in ("map", "search")}, **{page: page for page in (
    "search.html", "places.html", "compare.html", "shortlist.html", "evidence-map.html", "data/index.html", "contribute/template.html",
    "contribute/fields.html", "contribute/findings.html", "notebooks/using-the-catalogue.html", "notebooks/workshop-exercises.html",
    "training/index.html", "training/cards.html", "training/self-assessment.html", "training/group.html", "training/activities.html",
    "training/workshops/introduction.html", "training/workshops/introduction-facilitator.html", "training/slides/introduction.html")}}
HEAVIER = {
    "references": 32_500,  # nearly three hundred sources in one page, so that a link leads to each
}
PHONE = {"width": 412, "height": 823}
browser = pytest.mark.browser


def weight(site, path: str) -> int:
    raw = (site / path).read_bytes()
    return min(len(raw), len(gzip.compress(raw, 6)))


@pytest.fixture
def visit(open_page, address, site):
    """The files that a page loads, with their weights, and the page."""
    def visit(page: str, *, scroll: bool = False, **more):
        watched = open_page(address + "about/licence.html", **{**PHONE, **more}).page
        asked: set[str] = set()
        watched.on("request", lambda request: asked.add(urlsplit(request.url).path.lstrip("/")) if request.url.startswith(address) else None)
        watched.context.clear_cookies()
        watched.goto(address + page)
        at_rest(watched)
        if scroll:
            watched.evaluate("async () => { for (let at = 0; at < document.body.scrollHeight; at += 400) { scrollTo({ top: at, behavior: 'instant' }); await new Promise(done => requestAnimationFrame(done)); } }")
            at_rest(watched)
        return {path: weight(site, path) for path in asked if (site / path).is_file()}, watched
    return visit


@browser
@pytest.mark.parametrize("kind", TYPES)
def test_pages_are_light(visit, kind):
    home, _page = visit("index.html")
    found, _page = visit(TYPES[kind])
    assert TYPES[kind] in found and len(found) > 3  # the net holds something
    assert sum(found.values()) <= FIRST, found
    assert sum(size for path, size in found.items() if path not in home) <= HEAVIER.get(kind, NEXT), found


@browser
@pytest.mark.parametrize("kind", [kind for kind, page in TYPES.items() if page.startswith("notebooks/") and page != MAP])
def test_a_notebook_read_to_its_end_is_light(visit, kind):
    found, _page = visit(TYPES[kind], scroll=True)
    assert not [path for path in found if path.endswith(".png")]
    assert [path for path in found if path.endswith(".webp")] or TYPES[kind] == "notebooks/workshop-exercises.html"  # its picture is in a closed solution
    assert sum(found.values()) <= FIRST, found


# ---------------------------------------------------------------- maps


@browser
def test_a_map_of_a_notebook_loads_when_it_comes_into_view(visit, axe):  # noqa: F811
    found, page = visit(MAP)
    assert not [path for path in found if "leaflet" in path or path.startswith("maps/") and not path.endswith(".svg")]
    stage = page.locator("[data-map-stage]")
    assert page.locator("iframe").count() == 0
    with page.expect_request("**/leaflet.js"):
        stage.scroll_into_view_if_needed()
    frame = page.frame_locator("iframe.map-frame")
    frame.locator(".leaflet-interactive").first.wait_for(state="attached")
    page.wait_for_function("document.querySelector('[data-map-stage]').classList.contains('live')")
    assert page.locator("iframe.map-frame").is_visible() and not stage.locator("img").is_visible()
    assert violations(page, axe) == []


@browser
@pytest.mark.parametrize("page", [MAP, "places.html"])
def test_without_scripts_a_map_is_a_picture_and_a_link(open_page, address, page):
    page = open_page(address + page, scripts=False).page
    figure = page.locator("[data-map-figure]")
    figure.scroll_into_view_if_needed()
    assert page.locator("iframe").count() == 0 and not figure.locator("button").is_visible()
    image = figure.locator("img")
    assert image.is_visible() and image.evaluate("async image => { await image.decode(); return image.naturalWidth; }") > 300
    assert figure.locator("a").get_attribute("href").endswith(".html")


@browser
@pytest.mark.parametrize("where", ["server", "disk"])
def test_on_a_phone_the_map_of_places_waits_until_it_is_asked_for_by_keyboard(open_page, address, site, where):
    page = open_page((address if where == "server" else site.as_uri() + "/") + "places.html", **PHONE).page
    page.locator("[data-map-stage]").scroll_into_view_if_needed()
    at_rest(page)
    assert page.locator("iframe").count() == 0
    page.locator("[data-map-open]").focus()
    page.keyboard.press("Enter")
    page.frame_locator("iframe.map-frame").locator(".leaflet-marker-icon").first.wait_for()
    page.wait_for_function("document.activeElement.matches('iframe.map-frame')")
    assert not page.locator("[data-map-open]").is_visible()


@browser
def test_the_picture_of_a_map_takes_the_room_of_the_map(open_page, address):
    page = open_page(address + MAP).page
    stage = page.locator("[data-map-stage]")
    before = stage.bounding_box()["height"]
    stage.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('[data-map-stage]').classList.contains('live')")
    assert stage.bounding_box()["height"] == before > 300


# ---------------------------------------------------------------- what pages name


def test_every_picture_has_its_size_and_waits(pages, site):
    seen = 0
    for address, page in pages.items():
        for image in page.find_all("img"):
            seen += 1
            assert image["width"].isdigit() and image["height"].isdigit() and not image.has_attr("style"), (address, image)
            assert image["loading"] == "lazy", (address, image)
            if not image["src"].endswith(".svg"):
                assert image.parent.name == "picture" and image.parent.source["type"] == "image/webp", (address, image)
                small, whole = (site / posixpath.normpath(posixpath.join(posixpath.dirname(address), name)) for name in (image.parent.source["srcset"], image["src"]))
                assert small.read_bytes()[8:12] == b"WEBP" and small.stat().st_size < whole.stat().st_size / 2
    assert seen >= 10


def scripts_of(page) -> list[str]:
    return [script["src"] for script in page.find_all("script", src=True)]


def idle_scripts(page, texts: dict[str, str]) -> list[str]:
    """The scripts of a page that find nothing to do there.

    A script of ours starts from elements that have an attribute of its own, ``[data-…]``, or a class: the page must hold one. One
    that gives something to others, as ``window.name =``, is used when another script of the page names it. theme.js has
    the page itself, and scripts of maps/ theirs.
    """
    idle = []
    for name, text in texts.items():
        if name.endswith(("theme.js",)):
            continue
        hooks = set(re.findall(r"\[(data-[a-z-]+)", text))
        given = set(re.findall(r"window\.(\w+)\s*=(?!=)", text))
        others = "".join(other for key, other in texts.items() if key != name)
        if not any(page.find(attrs={hook: True}) for hook in hooks) and not any(re.search(rf"\b{word}\b", others) for word in given):
            idle.append(name)
    return idle


def test_no_page_loads_a_script_that_it_does_not_use(pages, site):
    idle = {}
    for address, page in pages.items():
        if address.startswith("maps/"):
            continue
        paths = [posixpath.normpath(posixpath.join(posixpath.dirname(address), src)) for src in scripts_of(page)]
        if found := idle_scripts(page, {path: (site / path).read_text("utf-8") for path in paths}):
            idle[address] = found
    assert idle == {}


def test_an_idle_script_is_found(pages, site):
    texts = {name: (site / name).read_text("utf-8") for name in ("_static/ledger.js", "_static/map.js", "assets/explore-index.js")}
    assert idle_scripts(pages["about/licence.html"], texts) == list(texts)


UNUSED = """() => [...document.styleSheets].filter(sheet => sheet.media.mediaText !== 'print').filter(sheet => {
  const uses = rules => [...rules].some(rule => rule.cssRules && rule.cssRules.length ? uses(rule.cssRules) : rule.selectorText && rule.selectorText.split(',').some(selector => {
    const plain = selector.replace(/::?(?:before|after|hover|focus-visible|focus|target|open)\\b/g, '').trim();
    if (!/[.#]/.test(plain)) { return false; }
    try { return document.querySelector(plain); } catch (error) { return false; }
  }));
  return !uses(sheet.cssRules);
}).map(sheet => sheet.href.split('/').pop())"""


@browser
@pytest.mark.parametrize("kind", TYPES)
def test_no_page_loads_a_stylesheet_that_it_does_not_use(open_page, address, kind):
    """Used: a rule of it that names a class or an id has an element on the page."""
    page = open_page(address + TYPES[kind]).page
    assert page.evaluate(UNUSED) == []


@browser
def test_an_unused_stylesheet_is_found(open_page, address, site):
    page = open_page(address + "about/licence.html").page
    name = next((site / "_static").glob("sphinx-design*.css")).name
    page.evaluate("name => new Promise(done => { const link = document.createElement('link'); link.rel = 'stylesheet'; link.href = '../_static/' + name; link.onload = done; document.head.append(link); })", name)
    assert page.evaluate(UNUSED) == [name]


def test_every_page_says_what_it_is_about(pages):
    for address, page in pages.items():
        if not address.startswith("maps/"):
            found = page.find_all("meta", attrs={"name": "description"})
            assert len(found) == 1 and 10 < len(found[0]["content"]) <= 300 and "[[" not in found[0]["content"], address
