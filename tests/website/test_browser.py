"""What a person does with the site, in a real browser. Every page opened here must stay free of errors
and of requests to other hosts: the ``open_page`` fixture checks that at the end of each test."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image

from tests.support.browsers import at_rest, served
from tests.support.builds import ROOT

pytestmark = pytest.mark.browser

PAGE_TYPES = {
    "home": "index.html", "explore": "explore.html", "search": "search.html?q=pension", "domain": "domains/work.html",
    "domains": "domains/index.html", "action": "actions/staff-support.html", "opportunity": "opportunities/leadership.html",
    "stakeholder": "your-actions/provider.html", "tension": "tensions/tn2.html", "case": "cases/uhnm-beat-the-cold.html",
    "outcomes": "cases/gm-devolution.html", "evidence": "evidence/index.html", "references": "references.html",
    "about": "about/accessibility.html", "contribute": "contribute/index.html",
    "notebook": "notebooks/compassionate-communities-grants.html", "solar": "notebooks/beat-the-cold.html",
    "deprivation": "notebooks/basildon-deprivation.html", "staff": "notebooks/your-own-staff.html", "map": "maps/basildon-deprivation.html",
    "claims": "evidence/claims.html", "conflicts": "evidence/conflicts.html", "strength": "evidence/strength.html",
    "key figures": "key-figures.html", "frameworks": "frameworks/index.html", "crosswalk": "frameworks/crosswalk.html",
    "glossary": "glossary.html", "resources": "resources/index.html",
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def violations(page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{item['id']}: {node['target']}" for item in found["violations"] for node in item["nodes"]]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", PAGE_TYPES)
def test_pages_are_accessible_and_fit_the_screen(open_page, address, axe, kind, scheme, width):
    page = open_page(address + PAGE_TYPES[kind], width=width, scheme=scheme).page
    at_rest(page)
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_axe_sees_a_fault(open_page, address, axe):
    """The check above can fail: an image without a text is found."""
    page = open_page(address + "index.html").page
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"_static/icon.svg\">')")
    assert any(found.startswith("image-alt") for found in violations(page, axe))


def shown(page) -> list[str]:
    page.locator("[data-cards]:not([aria-busy=true])").wait_for(state="attached")
    return page.eval_on_selector_all("[data-cards] [data-case]", "cards => cards.map(card => card.dataset.case)")


def status(page) -> str:
    return page.locator("[data-status]").inner_text()


def choose(page, facet: str, value: str) -> None:
    box = page.locator(f"input[name={facet}][value='{value}']")
    if not box.is_visible():
        page.locator("details", has=box).locator("summary").click()
    box.check()


def expected(catalogue, **wanted) -> set[str]:
    return {entry.id for entry in catalogue.entries if all(entry.has(facet, *terms) for facet, terms in wanted.items())}


def test_explore_narrows_across_facets_and_widens_within_one(open_page, address, catalogue):
    page = open_page(address + "explore.html").page
    assert len(shown(page)) == len(catalogue.entries)
    choose(page, "domain", "work")
    assert set(shown(page)) == expected(catalogue, domain=["work"])
    choose(page, "domain", "environment")
    assert set(shown(page)) == expected(catalogue, domain=["work", "environment"])
    choose(page, "level", "1")
    assert set(shown(page)) == expected(catalogue, domain=["work", "environment"], level=["1"])
    assert status(page) == f"{len(shown(page))} cases of {len(catalogue.entries)}"
    # Live counts: what choosing one more of another facet would leave.
    for verdict in ("mixed", "not-measured"):
        count = page.locator(f"[data-count='result {verdict}']").inner_text()
        assert int(count) == len(expected(catalogue, domain=["work", "environment"], level=["1"], result=[verdict]))


def test_explore_keeps_its_state_in_the_address(open_page, address, catalogue):
    page = open_page(address + "explore.html").page
    choose(page, "domain", "purchasing")
    choose(page, "region", "london")
    page.locator("#explore-text").fill("compassionate")
    page.wait_for_function("location.hash.includes('q=compassionate')")
    shared = page.url
    assert "domain=purchasing" in shared and "region=london" in shared
    again = open_page(shared).page
    assert shown(again) == shown(page) == ["imperial-compassionate-communities"]
    assert again.locator("input[name=domain][value=purchasing]").is_checked()
    # Back to everything.
    again.get_by_role("button", name="Clear all filters").click()
    assert len(shown(again)) == len(catalogue.entries)
    assert "#" not in again.url or again.url.endswith("#")
    assert again.evaluate("document.activeElement.id") == "explore-text"


@pytest.mark.parametrize("words, first", [
    ("sodexo", "imperial-insourcing"), ("solar", "uhnm-beat-the-cold"), ("Sandwel", "sandwell-live-and-work"), ("carbon", "uhnm-beat-the-cold"),
])
def test_explore_finds_words(open_page, address, words, first):
    page = open_page(address + "explore.html").page
    page.locator("#explore-text").fill(words)
    page.wait_for_function("location.hash.includes('q=')")
    assert shown(page)[:1] == [first]


def test_explore_helps_when_nothing_fits(open_page, address):
    page = open_page(address + "explore.html#q=zzzzzz").page
    page.wait_for_function("document.querySelector('[data-status]').textContent")  # nothing is said until it is sure
    assert status(page) == "No cases"
    assert page.locator("[data-empty]").is_visible()
    assert page.locator("[data-empty] a").get_attribute("href") == "contribute/index.html"


def test_explore_works_by_keyboard_alone(open_page, address, catalogue):
    page = open_page(address + "explore.html").page
    page.locator("#explore-text").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name === 'domain' && document.activeElement.value === 'work'"):
            break
    page.keyboard.press("Space")
    assert set(shown(page)) == expected(catalogue, domain=["work"])
    assert page.locator("[data-status]").get_attribute("aria-live") == "polite"


def test_explore_and_cases_work_from_a_disk(open_page, site, catalogue):
    page = open_page((site / "explore.html").as_uri() + "#domain=work").page
    assert set(shown(page)) == expected(catalogue, domain=["work"])
    choose(page, "level", "1")
    assert "level=1" in page.url
    page.locator("[data-case=imperial-insourcing] a").click()
    assert page.locator("h1").inner_text() == catalogue.by_id["imperial-insourcing"].title


def test_search_from_a_disk_sends_people_to_explore(open_page, site):
    page = open_page((site / "search.html").as_uri() + "?q=solar").page
    assert page.locator("[data-search-offline]").is_visible()
    page.locator("[data-search-explore]").click()
    page.wait_for_function("(document.querySelector('[data-status]') || {textContent: ''}).textContent.includes(' of ')")
    assert shown(page)[:1] == ["uhnm-beat-the-cold"]


def test_site_search_finds_pages_of_every_kind(open_page, address):
    page = open_page(address + "index.html").page
    page.locator("#site-search").fill("procurement policy")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-search-results] li a")
    found = set()
    for words in ("solar panels", "board lead", "accessibility", "applicants implied", "Britteon"):
        page.locator("#search-text").fill(words)
        page.get_by_role("button", name="Search", exact=True).last.click()
        page.wait_for_function("words => document.querySelector('[data-search-status]').textContent.includes(words)", arg=words)
        page.wait_for_selector("[data-search-results] li a")
        found |= {re.sub(r"^.*?//[^/]+/", "", href) for href in page.eval_on_selector_all("[data-search-results] a", "links => links.map(link => link.href)")}
    assert {"cases/uhnm-beat-the-cold.html", "actions/leadership-board-lead.html", "about/accessibility.html",
            "notebooks/compassionate-communities-grants.html", "cases/gm-devolution.html"} <= found


def test_site_search_under_a_folder_address(open_page, site, tmp_path):
    """A pages service often serves a book under the name of its repository."""
    (tmp_path / "book").symlink_to(site)
    with served(tmp_path) as url:
        page = open_page(url + "book/search.html?q=solar").page
        page.wait_for_selector("[data-search-results] li a")
        page.locator("[data-search-results] a").first.click()
        page.wait_for_load_state()
        assert page.url.startswith(url + "book/") and page.locator("h1").count() == 1


def test_without_scripts_everything_can_be_read(open_page, address, catalogue):
    page = open_page(address + "index.html", scripts=False, width=360).page
    page.locator("nav[aria-label=Main] a", has_text="Domains").click()
    page.locator("main a", has_text="Good work").first.click()
    page.locator("[data-case=imperial-insourcing] a").first.click()
    assert page.locator("h1").inner_text() == catalogue.by_id["imperial-insourcing"].title
    page.goto(address + "explore.html")
    assert page.locator("[data-case]").count() == len(catalogue.entries)
    assert not page.locator("[data-filters]").is_visible()


def test_menu_and_theme_buttons(open_page, address):
    page = open_page(address + "domains/work.html", width=360).page
    menu = page.get_by_role("button", name="Menu")
    assert not page.locator("#primary").is_visible()
    menu.click()
    assert page.locator("#primary").is_visible() and menu.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not page.locator("#primary").is_visible()
    page.get_by_role("button", name="Dark mode").click()
    page.goto(address + "evidence/index.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.get_by_role("button", name="Light mode").is_visible()


def test_skip_link_leads_to_the_content(open_page, address):
    page = open_page(address + "domains/work.html").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_printed_case_has_no_menus(open_page, address):
    page = open_page(address + "cases/imperial-insourcing.html").page
    page.emulate_media(media="print")
    assert not page.locator(".site-header").is_visible()
    assert not page.locator(".site-footer").is_visible()
    assert page.locator(".sources").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_table_that_goes_on_beyond_the_screen_shows_where(open_page, address, scheme):
    """A shade at the side on which there is more, and none at the other."""
    page = open_page(address + "domains/work.html", scheme=scheme, width=390, height=844).page
    table = page.locator(".scroll").first
    table.scroll_into_view_if_needed()
    assert table.evaluate("table => table.scrollWidth > table.clientWidth + 20")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")

    def shades() -> list[bool]:
        picture = Image.open(BytesIO(table.screenshot())).convert("RGB")
        colour = tuple(int(number) for number in re.findall(r"\d+", ground)[:3])
        # The last row, where no cell has a colour of its own, just above its line.
        return [max(abs(one - other) for one, other in zip(picture.getpixel((x, picture.height - 12)), colour, strict=True)) > 12 for x in (1, picture.width - 2)]

    assert shades() == [False, True]
    table.evaluate("table => { table.scrollLeft = table.scrollWidth; }")
    assert shades() == [True, False]
    table.evaluate("table => { table.scrollLeft = 30; }")
    assert shades() == [True, True]
