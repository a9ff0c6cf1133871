"""What comes out of the printer: a case on two sheets at most, pages without menus, words large enough to read."""

from __future__ import annotations

import re

import pytest

from tests.support.builds import ROOT

pytestmark = pytest.mark.browser

CASES = sorted(path.stem for path in (ROOT / "case_studies").glob("*.yaml"))
PAGE_TYPES = {
    "home": "index.html", "explore": "explore.html", "domain": "domains/work.html", "action": "actions/staff-support.html",
    "stakeholder": "your-actions/provider.html", "case": "cases/dorset-lep.html", "long case": "cases/uhnm-beat-the-cold.html",
    "claims": "evidence/claims.html", "evidence": "evidence/index.html", "disagreements": "evidence/conflicts.html", "crosswalk": "frameworks/crosswalk.html",
    "notebook": "notebooks/beat-the-cold.html", "deprivation": "notebooks/basildon-deprivation.html", "references": "references.html",
}
SHEET = 703
"""Pixels across an A4 sheet between margins of 12 mm, at 96 to the inch."""
NOT_ON_PAPER = ".skip, .site-header, .site-footer, .trail, .side, form, input, select, button:not(.sort), .filters, .pages, nav"

SMALL_TEXT = """() => {
  const found = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), parent = walk.currentNode.parentElement;
    // The address takes the place of a source's link on paper: what is printed there is the ::after, measured too.
    const link = parent.matches(".sources a, .references a") && getComputedStyle(parent, "::after").content.includes("http");
    const size = parseFloat(getComputedStyle(parent, link ? "::after" : null).fontSize) * .75;
    if (text && parent.checkVisibility() && !parent.closest("svg, .visually-hidden") && size < 7.99) found.add(`${size}pt ${parent.tagName}.${parent.className}: ${text.slice(0, 30)}`);
  }
  return [...found];
}"""
WIDE_TABLES = f"""() => [...document.querySelectorAll("table")].filter(table => table.checkVisibility() && table.getBoundingClientRect().right > {SHEET} + 1)
  .map(table => table.className + ": " + table.textContent.trim().slice(0, 40))"""


def sheets(page) -> int:
    """How many A4 sheets the page takes."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4", print_background=False)))


def on_paper(open_page, url: str, **more):
    """The page at the width of a sheet, with the rules of paper."""
    page = open_page(url, width=SHEET, **more).page
    page.emulate_media(media="print")
    return page


def test_each_case_takes_two_sheets_at_most(chromium, address):
    """One window for all cases: opening one for each takes longer than printing."""
    page = chromium.new_page()
    taken = {}
    for case in CASES:
        page.goto(f"{address}cases/{case}.html")
        taken[case] = sheets(page)
    page.close()
    assert len(taken) == len(CASES) > 0
    assert {case: number for case, number in taken.items() if number > 2} == {}
    assert 1 in taken.values() and 2 in taken.values(), "sheets are not counted"


@pytest.mark.parametrize("kind", PAGE_TYPES)
def test_pages_print_without_menus_and_large_enough(open_page, address, kind):
    page = on_paper(open_page, address + PAGE_TYPES[kind])
    assert page.eval_on_selector_all(NOT_ON_PAPER, "found => found.filter(item => item.checkVisibility()).map(item => item.outerHTML.slice(0, 90))") == []
    text = page.inner_text("body")
    for words in ("Skip to main content", "On this page", "All parts of the book", "Search the book", "Improve this page", "Clear all filters"):
        assert words not in text
    assert page.inner_text("h1") in text
    assert page.evaluate(SMALL_TEXT) == []
    assert page.evaluate(WIDE_TABLES) == []


@pytest.mark.parametrize("case", ["dorset-lep", "haln", "gm-devolution", "imperial-compassionate-communities", "london-anchor-network", "uhnm-beat-the-cold"])
def test_a_printed_case_has_its_sources_address_and_date(open_page, address, case):
    page = on_paper(open_page, f"{address}cases/{case}.html")
    text = page.inner_text("main")
    assert f"cases/{case}.html" in text
    assert re.search(r"Last reviewed \d+ \w+ \d{4}", text)
    for heading in ("At a glance", "What did it cost?", "What was done", "The numbers", "What did not work", "Sources"):
        assert heading in text
    sources = page.locator("ol.sources li")
    assert sources.count() and all(item.is_visible() for item in sources.all())
    printed = page.eval_on_selector_all(".sources a[href^=http]", "links => links.map(link => getComputedStyle(link, '::after').content.includes(link.getAttribute('href')))")
    assert all(printed)


def test_a_long_case_prints_in_short_and_says_where_the_rest_is(open_page, address):
    page = on_paper(open_page, address + "cases/gm-devolution.html")
    assert page.locator(".short-form").is_visible()
    assert "The full record, with all disagreements and limits, is at " in page.inner_text("main")
    assert not page.locator("#conflicts").is_visible()
    page.emulate_media(media="screen")
    assert not page.locator(".short-form").is_visible()
    assert page.locator("#conflicts").is_visible()


def test_a_short_case_prints_whole(open_page, address):
    page = on_paper(open_page, address + "cases/dorset-lep.html")
    assert not page.locator(".short-form").is_visible()
    assert page.locator(".print-long").count() > 0
    assert all(item.is_visible() for item in page.locator(".print-long").all())


def test_paper_is_light_whatever_the_screen(open_page, address):
    page = on_paper(open_page, address + "cases/dorset-lep.html", scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_hand_outs_take_one_sheet_a_case(open_page, address):
    """Three hand-outs on a page with other things beside them."""
    page = open_page(address + "cases/dorset-lep.html").page
    page.evaluate("""() => {
      document.body.className = "handout";
      const words = "<h3>What was done</h3><p>" + "One two three four five. ".repeat(60) + "</p>";
      const one = `<article class="handout-case"><p class="eyebrow">Case study</p><h2>A title</h2><p class="where">Leeds</p>
        <dl class="signals"><div><dt>Evidence</dt><dd>1</dd></div><div><dt>Showed</dt><dd>2</dd></div><div><dt>Cost</dt><dd>3</dd></div></dl>
        ${words.repeat(4)}<ul class="sources"><li>A source</li></ul><p class="foot">cases/a.html</p></article>`;
      document.querySelector("main").innerHTML = "<h1>Your shortlist</h1><div><p class='beside'>Beside</p><div class='handouts'>" + one.repeat(3) + "</div></div>";
    }""")
    assert not page.locator(".handout-case").first.is_visible(), "hand-outs are for paper only"
    assert sheets(page) == 3
    page.emulate_media(media="print")
    assert not page.get_by_role("heading", name="Your shortlist").is_visible()
    assert not page.locator(".beside").is_visible()
    assert page.locator(".handout-case .signals").first.is_visible()
