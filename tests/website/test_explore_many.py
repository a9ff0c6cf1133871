"""Explore with more cases than have their cards in the page: their words come in further files, when they are needed, and
never from another edition of the book. What is said is said once."""

from __future__ import annotations

import re
import shutil
import time
from types import SimpleNamespace

import pytest

from anchorbook.site import explore, fill
from tests.support.browsers import at_rest, served
from tests.website.test_browser import choose, shown, status

pytestmark = pytest.mark.browser

IN_A_FILE, FILES = 20, 6
LAST = IN_A_FILE * FILES - 1
TOLD = """() => {
  window.told = [];
  let last;
  new MutationObserver(() => {  // from the start: the scripts run before the page counts as read
    const status = document.querySelector("[data-status]");
    // What the page itself says may come in pieces: it is whole when something stands behind it.
    if (!status || status.textContent === last || document.readyState === "loading" && !status.nextSibling) { return; }
    if (last !== undefined && status.textContent) { told.push(status.textContent); }
    last = status.textContent;
  }).observe(document, {childList: true, characterData: true, subtree: true});
}"""


def made_up(number: int, domain: str) -> SimpleNamespace:
    facets = {name: () for name in explore.FACETS} | {"domain": (domain,), "level": (str(number % 3),), "result": ("mixed",), "cost": ("small",), "type": ("case",)}
    return SimpleNamespace(id=f"made-up-{number}", title=f"Made up, number {number}{' kites' if number == 5 else ''}", summary="Rabbits knit" + {LAST: " zeppelins", 0: " kites"}.get(number, ""),
                           organisations=["Burrow integrated care system" if number == 7 else "Burrow"], places=["Leeds"], periods=["2020"], facets=facets)


@pytest.fixture(scope="module")
def many(site, catalogue, tmp_path_factory):
    """The site's own page, and further cases beside it: all but the last fifty of them about work. Gives folder and address."""
    folder = tmp_path_factory.mktemp("many")
    for name in ("_static", "assets"):
        shutil.copytree(site / name, folder / name)
    shutil.copy(site / "explore.html", folder)
    entries = [*catalogue.entries, *(made_up(number, "work" if number < LAST - 49 else "place") for number in range(LAST + 1))]
    book = SimpleNamespace(entries=entries, vocabulary=catalogue.vocabulary, keys={entry.id: entry.id for entry in entries})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fill, "CARDS_FIRST", len(catalogue.entries))
        patch.setattr(fill, "CARDS_ON_A_PAGE", IN_A_FILE)
        patch.setattr(explore, "CARDS_ON_A_PAGE", IN_A_FILE)
        files = explore.explore_files(book)
    assert len(files) == 1 + FILES
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    with served(folder) as home:
        yield folder, home


@pytest.fixture
def opened(open_page, many):
    """Open Explore with this in its address, and with a library that is late; gives the page, the numbers of the further files that it asked for, and what was said."""
    def opened(fragment: str = "", *, disk: bool = False, late: bool = False):
        folder, home = many
        address = (folder.as_uri() + "/" if disk else home) + "explore.html"
        page = open_page(address).page
        page.goto("about:blank")
        asked: list[int] = []
        page.on("request", lambda request: asked.extend(int(number) for number in re.findall(r"assets/explore/(\d+)\.js$", request.url)))
        page.add_init_script(f"({TOLD})()")
        if late:
            page.route("**/assets/minisearch.js", lambda route: (time.sleep(0.5), route.continue_()))
        page.goto(address + fragment)
        page.locator("[data-filters]:not([hidden])").wait_for()
        return page, asked
    return opened


def test_a_term_without_a_case_looks_so_from_the_start(pages):
    """Only counts that change are written anew."""
    options = pages["explore.html"].select(".option")
    none = [option for option in options if "none" in option["class"]]
    assert none and none == [option for option in options if option.select_one("[data-count]").get_text() == "0"]


def test_what_is_in_the_page_needs_no_further_file(opened, catalogue):
    page, asked = opened()
    assert page.locator("[data-cards] > *").count() == len(catalogue.entries) and asked == []
    choose(page, "region", "london")
    assert shown(page) and asked == []


@pytest.mark.parametrize("disk", [False, True])
def test_a_filter_loads_only_the_files_of_the_cards_that_are_shown(opened, catalogue, disk):
    page, asked = opened("#domain=place&level=2", disk=disk)
    real = [entry.id for entry in catalogue.entries if entry.has("domain", "place") and entry.has("level", "2")]
    added = [f"made-up-{number}" for number in range(LAST - 49, LAST + 1) if number % 3 == 2]
    assert shown(page) == (real + added)[:12]
    assert status(page) == f"{len(real + added)} cases of {len(catalogue.entries) + LAST + 1}"
    page.locator("[data-cards] > *").nth(11).wait_for()
    first = (LAST - 49) // IN_A_FILE + 1
    assert set(asked) <= {first, first + 1, first + 2} and set(asked) < set(range(1, FILES + 1))
    card = page.locator("[data-case^=made-up]").first
    assert "2 of 5" in card.inner_text() and card.locator("h3").inner_text() == f"Made up, number {added[0].split('-')[-1]}"


@pytest.mark.parametrize("disk, late", [(False, False), (True, False), (False, True)])
def test_words_find_the_last_case_and_the_number_is_said_once(opened, disk, late, catalogue):
    page, asked = opened("#q=zepelins", disk=disk, late=late)
    assert shown(page) == [f"made-up-{LAST}"]
    assert page.evaluate("told") == [f"1 case of {len(catalogue.entries) + LAST + 1}"]
    assert sorted(asked) == list(range(1, FILES + 1)) and not page.locator("[data-working]").is_visible()


def test_more_cards_by_keyboard_lead_to_the_first_new_one(opened):
    page, asked = opened("#domain=work&result=mixed")
    before = shown(page)
    assert len(before) == 12
    page.locator("[data-more]").focus()
    for _ in range(2):
        page.keyboard.press("Enter")
        page.wait_for_function("before => document.activeElement.closest('[data-case]') === document.querySelector('[data-cards]').children[before]", arg=len(before))
        assert shown(page)[:len(before)] == before and len(shown(page)) == len(before) + 12
        before = shown(page)
        page.locator("[data-more]").focus()
    assert asked


def test_a_file_of_another_edition_is_not_taken(opened, many):
    folder, _home = many
    file = folder / "assets/explore/1.js"
    kept = file.read_text("utf-8")
    try:
        file.write_text(re.sub(r'\["[0-9a-f]{16}"\]', '["0123456789abcdef"]', kept), "utf-8")
        page, _asked = opened("#domain=work&result=mixed&level=1")
        page.get_by_text("Load the page again").wait_for()
        assert not [id for id in shown(page) if id.startswith("made-up")] and not page.locator("[data-working]").is_visible()
        page.locator("#explore-text").fill("zeppelins")
        page.get_by_text("Load the page again").wait_for()
    finally:
        file.write_text(kept, "utf-8")


def test_cards_of_another_edition_get_no_filters(open_page, many):
    folder, home = many
    file = folder / "explore.html"
    kept = file.read_text("utf-8")
    try:
        file.write_text(kept.replace('data-case="', 'data-case="older-', 1), "utf-8")
        page = open_page(home + "explore.html").page
        at_rest(page)
        assert not page.locator("[data-filters]").is_visible() and page.locator("[data-cards] a").first.is_visible()
    finally:
        file.write_text(kept, "utf-8")


def test_words_are_found_before_the_library_has_come_and_when_it_never_does(opened, catalogue):
    """By their beginning, in their own words and in those of their terms, those with the word in the title first."""
    page, _asked = opened()
    page.route("**/assets/minisearch.js", lambda route: route.fulfill(body=""))
    total = len(catalogue.entries) + LAST + 1
    for words, ids in {"zepp rabb": [f"made-up-{LAST}"], "mad number knit": [f"made-up-{number}" for number in range(12)], "kite": ["made-up-5", "made-up-0"], "zepelins": [],
                       "abbits": [], "ade": [], "up zeppelins": [f"made-up-{LAST}"], f"number {LAST} leeds": [f"made-up-{LAST}"]}.items():
        page.locator("#explore-text").fill(words)
        page.wait_for_function("words => document.querySelector('[data-status]').textContent && location.hash === '#' + new URLSearchParams({q: words})", arg=words)
        assert shown(page) == ids, words
        assert status(page) == {1: f"1 case of {total}", 2: f"2 cases of {total}", 12: f"{LAST + 1} cases of {total}", 0: "No cases"}[len(ids)]
    page.locator("#explore-text").fill("recruitment")
    by_term = page.locator("[data-case]").first
    by_term.wait_for()
    assert int(status(page).split()[0]) > LAST - 49  # a name of the domain of nearly all, which their own words do not say


def test_the_best_comes_first_and_other_spellings_after_it(opened):
    page, _asked = opened("#q=number%2017")
    page.locator("[data-case=made-up-17]").wait_for()
    page.wait_for_function("() => window.MiniSearch !== undefined")
    page.locator("#explore-text").fill("knits zeppelin")
    page.wait_for_function(f"[...document.querySelectorAll('[data-case]')].map(card => card.dataset.case).join() === 'made-up-{LAST}'")
    page.locator("#explore-text").fill("ics burrow")  # a short form that the list of terms spells out
    page.wait_for_function("[...document.querySelectorAll('[data-case]')].map(card => card.dataset.case).join() === 'made-up-7'")
    page.locator("#explore-text").fill("leeds rabits")
    page.wait_for_function(f"document.querySelector('[data-status]').textContent.startsWith('{LAST + 1} ')")
