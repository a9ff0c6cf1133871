"""Every page of the built site, not a sample: its HTML, what axe says of it in a browser, and what it leaves in the browser.

One browser window opens all pages, one after the other, under their content security policy. Head and foot are the same
everywhere, so they are looked at on one page of each type only. Pages of types that ``test_browser.py`` does not open are
looked at again on a narrow dark screen. What people make of pages is in ``test_states.py``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from typing import NamedTuple

import pytest

from tests.support.builds import ROOT
from tests.support.markup import faults
from tests.website.test_browser import PAGE_TYPES, RULES
from tests.website.test_policy import ALL_TYPES, MORE_TYPES

NU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


# ---------------------------------------------------------------- the HTML


def test_the_html_of_every_page_is_sound(site, pages):
    found = {address: wrong for address in pages if (wrong := faults((site / address).read_text("utf-8")))}
    assert len(pages) > 130
    assert found == {}, "\n".join(f"{address}: {line}" for address, wrong in found.items() for line in wrong[:5])


SOUND = ('<!DOCTYPE html>\n<html lang="en-GB"><head><title>T</title></head><body><main><h1>T</h1><p>x &amp; y</p>'
         '<table><tbody><tr><th>a</th><td>b</td></tr></tbody></table></main></body></html>')


@pytest.mark.parametrize("old, new, said", [
    ("<p>x", "<p><div>x</div>", "inside <p>"), ("</p>", "", "still open at </main>"), ("</p>", "</p></p>", "closes what is not open"),
    ("<p>", '<p id="a" id="b">', "id twice"), ("&amp;", "&", "bare sign"), ("x ", "x < ", "bare sign"), ("<p>", '<p id="a"></p><p id="a">', "stands 2 times"),
    ("<p>", '<p aria-describedby="none">', "points to nothing"), ("<p>", '<label for="none">l</label><p>', "points to nothing"),
    ("<p>", "<h3>deep</h3><p>", "<h3> follows <h1>"), ("<p>", "<h1>two</h1><p>", "2 times <h1>"), ("<main>", "<div>", "0 times <main>"),
    ("<p>", '<img src="a.png" alt="">\n<p>', "without its size"), ("<p>", '<img src="a.png" width="1" height="1"><p>', "without alt"),
    ("<p>", "<button>b</button><p>", "without a type"), ("<p>", '<a href="b"><button type="button">b</button></a><p>', "<button> inside <a>"),
    ("<td>b</td>", "<p>b</p>", "directly inside <tr>"), ("<p>", "<ul>loose<li>b</li></ul><p>", "between the parts"), ("<p>", "<ul><p>b</p></ul><p>", "directly inside <ul>"),
    (' lang="en-GB"', "", "doctype and lang"), ("<p>", '<p tabindex="3">', "tabindex 3"), ("<p>", "<iframe></iframe><p>", "without a title"),
    ("<p>", "<details><summary><p>b</p></summary></details><p>", "inside <summary>"), ("<p>", "<h1/><p>", "close itself"),
])
def test_a_fault_in_the_html_is_found(old, new, said):
    assert faults(SOUND) == []
    assert any(said in line for line in faults(SOUND.replace(old, new, 1))), faults(SOUND.replace(old, new, 1))


def test_every_table_has_heads_that_say_something(pages):
    for address, page in pages.items():
        for table in page.find_all("table"):
            heads = table.find_all("th")  # head cells that say nothing are read out as nothing
            assert heads and all(head.get_text(strip=True) for head in heads), (address, str(table)[:200])
            for head in heads:
                assert head.get("scope") or head.find_parent("thead"), (address, str(head)[:120])
            width = {sum(int(cell.get("colspan", 1)) for cell in row.find_all(["td", "th"], recursive=False)) for row in table.find_all("tr")}
            assert len(width) == 1 or table.find(attrs={"rowspan": True}), (address, width, str(table)[:200])


@pytest.mark.skipif(shutil.which("java") is None, reason="the Nu checker is a Java program, and there is no Java here; the machines of the code host have it")
def test_the_nu_checker_finds_no_error(site, pages):
    done = subprocess.run(["java", "-Xss2m", "-jar", str(NU), "--errors-only", "--format", "json", *(str(site / address) for address in pages)],
                          capture_output=True, text=True, encoding="utf-8", check=False)
    said = [f"{message['url'].rpartition('html/')[2]}:{message.get('lastLine')}: {message['message']}"
            for message in json.loads(done.stderr)["messages"]]
    assert said == []


# ---------------------------------------------------------------- in a browser


class Seen(NamedTuple):
    """What the browser saw of one page."""

    violations: list[str]
    narrow: list[str]
    forced: list[str]
    errors: list[str]
    session: dict[str, str]


class Crawl(NamedTuple):
    pages: dict[str, Seen]
    cookies: list
    kept: list
    workers: list
    foreign: list[str]
    seconds: float


TYPES = {address.partition("?")[0] for address in ALL_TYPES.values()}
DONE = {address.partition("?")[0] for address in PAGE_TYPES.values()}
"""Pages that ``test_browser.py`` runs axe on in this width and theme; only what it leaves out is done here."""

NOT_YET = {address.partition("?")[0] for address in MORE_TYPES.values()} - DONE
"""Pages of types that ``test_browser.py`` does not open on a narrow screen."""

NAMES = {"type": "rule", "values": ["label-content-name-mismatch"]}

RUN = """async ([rules, all]) => {
  const found = await axe.run(all ? document : {exclude: [[".site-header"], [".site-footer"]]}, {runOnly: rules, resultTypes: ["violations"], preload: false, rules: {"label-content-name-mismatch": {enabled: true}}});
  return found.violations.flatMap(item => item.nodes.map(node => item.id + ": " + node.target.join(" ") + ": " + node.html.slice(0, 120)));
}"""
"""Names that match labels are no rule of axe by default."""

NO_FOCUS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter(node => {
  if (!node.checkVisibility() || node.disabled) { return false; }
  node.focus({preventScroll: true});
  const look = getComputedStyle(node);
  return document.activeElement === node && !(look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2);
}).map(node => node.outerHTML.slice(0, 120))"""
"""What takes the focus without an outline. In forced colours shadows and backgrounds are gone, so only an outline is sure to show."""

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : []"


@pytest.fixture(scope="module")
def crawl(chromium, address, pages) -> Crawl:
    axe = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_init_script(axe)
    page = context.new_page()
    errors: list[str] = []
    foreign: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("request", lambda request: foreign.append(request.url) if not request.url.startswith((address, "data:", "blob:", "about:")) else None)
    seen: dict[str, Seen] = {}
    begun = time.monotonic()
    for name in pages:
        errors.clear()
        page.goto(address + name, wait_until="load")
        wide, narrow, forced = page.evaluate(RUN, [NAMES if name in DONE else RULES, name in TYPES]), [], []
        if name in TYPES:
            page.emulate_media(color_scheme="dark", forced_colors="active")
            forced = page.evaluate(NO_FOCUS)
            page.emulate_media(color_scheme="dark", forced_colors="none")
            if name in NOT_YET:
                page.set_viewport_size({"width": 320, "height": 800})
                page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
                narrow = page.evaluate(TOO_WIDE) + page.evaluate(RUN, [RULES, True])
                page.set_viewport_size({"width": 1280, "height": 900})
            page.emulate_media(color_scheme="light", forced_colors="none")
        seen[name] = Seen(wide, narrow, forced, list(errors), page.evaluate("Object.assign({}, sessionStorage)"))
    found = Crawl(seen, context.cookies(), context.storage_state(indexed_db=True)["origins"], context.service_workers, foreign, time.monotonic() - begun)
    context.close()
    return found


def listed(crawl: Crawl, part: str) -> list[str]:
    return [f"{name}: {said}" for name, seen in crawl.pages.items() for said in getattr(seen, part)]


@pytest.mark.browser
def test_axe_finds_nothing_on_any_page(crawl, pages):
    assert set(crawl.pages) == set(pages)
    assert listed(crawl, "violations") == []


@pytest.mark.browser
def test_axe_finds_nothing_on_a_narrow_dark_screen(crawl):
    assert listed(crawl, "narrow") == []


@pytest.mark.browser
def test_the_focus_shows_in_forced_colours(crawl):
    assert listed(crawl, "forced") == []


@pytest.mark.browser
def test_no_page_reports_an_error_or_asks_anyone_else(crawl):
    assert listed(crawl, "errors") == [] and crawl.foreign == []


@pytest.mark.browser
def test_reading_every_page_leaves_nothing_in_the_browser(crawl):
    assert crawl.cookies == [] and crawl.kept == [] and crawl.workers == []
    assert {name: seen.session for name, seen in crawl.pages.items() if seen.session} == {}


@pytest.mark.browser
def test_the_crawl_is_quick(crawl):
    """All pages are read at each change, so it must not take long: seconds on two slow cores."""
    print(f"{len(crawl.pages)} pages in {crawl.seconds:.0f} s")
    assert crawl.seconds < 300


FAULTS = {
    "image-alt": "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"../_static/icon.svg\">')",
    "label-content-name-mismatch": "document.querySelector('main').insertAdjacentHTML('beforeend', '<button type=\"button\" aria-label=\"Other\">Save this</button>')",
    "color-contrast": "document.querySelector('main p').className = 'faint'; document.querySelector('main p').attributeStyleMap.set('color', '#ccc')",
    "heading-order": "document.querySelector('main').insertAdjacentHTML('beforeend', '<h6>Deep</h6>')",
}


@pytest.mark.browser
@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_in_a_page_is_found(open_page, address, rule):
    page = open_page(address + "about/licence.html").page
    page.evaluate((ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
    page.evaluate(f"() => {{ {FAULTS[rule]} }}")
    assert [said for said in page.evaluate(RUN, [RULES, False]) if said.startswith(rule)]


@pytest.mark.browser
def test_a_missing_focus_is_found(open_page, address):
    page = open_page(address + "about/licence.html").page
    page.emulate_media(forced_colors="active")
    assert page.evaluate(NO_FOCUS) == []
    page.evaluate("() => document.querySelector('main a').attributeStyleMap.set('outline', 'none')")
    assert len(page.evaluate(NO_FOCUS)) == 1
