"""What people make of a page, and how to get there: open parts, full lists, empty results, errors, dialogs.

Each way takes a page of a browser and the address of the site, and leaves the page as somebody sees it in that state.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Page, expect

FIVE = ["imperial-insourcing", "uhnm-beat-the-cold", "gm-devolution", "sandwell-live-and-work", "haln"]
LONG = "W" * 120
"""A word that no line holds."""

Way = Callable[[Page, str], None]


def at(name: str) -> Way:
    """The page as it comes."""
    def way(page: Page, home: str) -> None:
        page.goto(home + name)
    return way


def with_list(name: str, ids: list[str], shown: str) -> Way:
    """A page as somebody sees it who has these cases on the shortlist."""
    def way(page: Page, home: str) -> None:
        page.goto(home + "about/licence.html")
        page.evaluate("ids => localStorage.setItem('anchorbook-shortlist', JSON.stringify(ids))", ids)
        page.goto(home + name)
        page.locator(shown).first.wait_for()
    return way


def unfolded(name: str) -> Way:
    """All that can be opened on a page is open."""
    def way(page: Page, home: str) -> None:
        page.goto(home + name)
        page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")
    return way


def without(files: str, way: Way) -> Way:
    """The same when these files do not come."""
    def then(page: Page, home: str) -> None:
        page.route(files, lambda route: route.abort())
        way(page, home)
    return then


# ---------------------------------------------------------------- finding


def facets_open(page: Page, home: str) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(home + "explore.html")
    page.locator("[data-show-filters]").click()
    page.locator(".facets details").evaluate_all("parts => parts.forEach(part => { part.open = true; })")
    page.locator("input[name=domain][value=environment]").check()
    page.locator("#explore-text").fill("solar")
    expect(page.locator("[data-status]")).to_contain_text(" of ")


def nothing_fits(page: Page, home: str) -> None:
    page.goto(home + "explore.html#q=zzzzzz")
    page.locator("[data-empty]").wait_for()


def search(words: str, said: str) -> Way:
    def way(page: Page, home: str) -> None:
        page.goto(f"{home}search.html#q={words}")
        expect(page.locator("[data-search-status]")).to_contain_text(said)
    return way


def claims(words: str) -> Way:
    def way(page: Page, home: str) -> None:
        page.goto(home + "evidence/claims.html")
        page.locator("#ledger-text").fill(words)
        expect(page.locator("[data-ledger-count]")).to_contain_text(" of ")
    return way


def claims_sorted(page: Page, home: str) -> None:
    claims("living wage")(page, home)
    page.locator("[data-sort=value] button").click()
    page.locator("[data-sort=value] button").click()


def tip(page: Page, home: str) -> None:
    """Where a number comes from, beside the number that has the focus."""
    page.goto(home + "key-figures.html")
    page.keyboard.press("Tab")
    page.locator(".claim > a").first.focus()
    page.locator(".claim .tip").first.wait_for()


# ---------------------------------------------------------------- maps


def map_in_a_page(name: str) -> Way:
    def way(page: Page, home: str) -> None:
        page.goto(home + name)
        page.locator("[data-map-stage]").scroll_into_view_if_needed()
        page.locator(".map-stage.live iframe").wait_for()
        page.locator("iframe").focus()
    return way


def circle_chosen(page: Page, home: str) -> None:
    page.goto(home + "maps/places.html")
    page.locator(".leaflet-marker-icon:not(.group)").first.press("Enter")
    page.locator(".leaflet-popup-content a").first.focus()


def area_chosen(page: Page, home: str) -> None:
    page.goto(home + "maps/basildon-deprivation.html")
    page.locator("#area").select_option(index=4)
    expect(page.locator("#said")).not_to_be_empty()


# ---------------------------------------------------------------- forms


DOMAINS = ("work", "purchasing", "buildings", "environment", "place")


def record(organisation: str = "Alpha Trust", now: int = 2, wanted: int = 4) -> dict:
    """A saved self-assessment as a file that a person chooses."""
    answers = {domain: {"now": now, "wanted": wanted, "note": ""} for domain in DOMAINS}
    content = {"anchorbook": "self-assessment", "version": "1", "id": "0123456789abcdef", "saved": "2026-11-20", "organisation": organisation, "journey": 3, "answers": answers}
    return as_file(json.dumps(content), "answers.json")


def as_file(text: str, name: str) -> dict:
    return {"name": name, "mimeType": "application/json", "buffer": text.encode()}


def answered(number: int) -> Way:
    def way(page: Page, home: str) -> None:
        page.goto(home + "training/self-assessment.html")
        for domain in DOMAINS[:number]:
            page.locator(f"#now-{domain}-2").check()
            page.locator(f"#wanted-{domain}-4").check()
        page.locator("#organisation").fill(LONG if number == len(DOMAINS) else "Alpha Trust")
        page.locator("#note-work").fill(LONG)
        page.locator("[data-result]").wait_for()
    return way


def file_refused(page: Page, home: str) -> None:
    answered(1)(page, home)
    page.set_input_files("#import", as_file("not json", LONG + ".json"))
    expect(page.locator("[data-problem]")).to_contain_text("cannot be used")


def asked_before_clearing(page: Page, home: str) -> None:
    answered(1)(page, home)
    page.locator("[data-clear-answers]").click()
    page.locator("[data-sure]").wait_for()


def group_loaded(page: Page, home: str) -> None:
    page.goto(home + "training/group.html")
    page.set_input_files("#files", [record(), record("Beta Council", 1, 3), record(LONG, 3, 3), as_file("x", LONG + ".json")])
    page.locator("[data-spread]").wait_for()
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")


def cards_from(choice: str, said: str) -> Way:
    def way(page: Page, home: str) -> None:
        page.goto(home + "training/cards.html")
        page.locator(f"#from-{choice}").check()
        expect(page.locator("[data-card-status]")).to_contain_text(said)
    return way


def start_chosen(page: Page, home: str) -> None:
    page.goto(home + "training/workshops/introduction.html")
    page.locator("#start-time").fill("13:30")
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")


# ---------------------------------------------------------------- frames, dialogs, settings


def menu_open(page: Page, home: str) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    with_list("domains/work.html", FIVE, ".card")(page, home)
    page.locator("[data-menu-button]").click()


def dark_by_button(page: Page, home: str) -> None:
    page.goto(home + "domains/work.html")
    page.locator("[data-theme-button]").click()
    expect(page.locator("[data-theme-label]")).to_have_text("Light mode")


def slides(button: str = "") -> Way:
    def way(page: Page, home: str) -> None:
        page.goto(home + "training/slides/introduction.html#/3")
        expect(page.locator("[data-place]")).to_contain_text("Slide")
        if button:
            page.locator(button).click()
    return way


def things_kept(page: Page, home: str) -> None:
    with_list("training/self-assessment.html", FIVE, "#organisation")(page, home)
    page.locator("#organisation").fill(LONG)
    page.goto(home + "about/privacy.html")
    page.locator("[data-kept-list] li").first.wait_for()


def all_cleared(page: Page, home: str) -> None:
    things_kept(page, home)
    page.locator("[data-kept-clear]").click()


TWO = ",".join(FIVE[:2])
STATES: dict[str, Way] = {
    "all facets open, words typed, a case found": facets_open, "no case fits": nothing_fits,
    "pages found": search("pension", "pension"), "no page found": search("zzzzzz", "No page"), "search fails": without("**/pagefind/**", search("pension", "cannot be loaded")),
    "claims chosen": claims("living wage"), "no claim fits": claims("zzzzzz"), "claims sorted": claims_sorted, "the row that a link leads to": at("evidence/claims.html#cl16"),
    "the word that a link leads to": at("glossary.html#social-value"), "where a number comes from": tip,
    "a list of five": with_list("shortlist.html", FIVE, "[data-list] li"), "an empty list": at("shortlist.html"), "a list that somebody shared": at("shortlist.html#ids=" + TWO),
    "a list that does not come": without("**/assets/cases/*.js", at("shortlist.html#ids=" + TWO)),
    "four side by side, and no more": with_list("compare.html", FIVE, "[data-table] table"), "one more to choose": at("compare.html#ids=" + FIVE[0]),
    "cases on the list among others": with_list("explore.html#q=imperial", FIVE, ".shortlist-button[aria-pressed=true]"),
    "a case on the list": with_list("cases/imperial-insourcing.html", FIVE, ".shortlist-button"),
    "a map with the focus": map_in_a_page("places.html"), "a circle chosen": circle_chosen, "an area chosen": area_chosen,
    "nothing answered": at("training/self-assessment.html"), "half answered": answered(2), "all answered": answered(5), "a file refused": file_refused, "asked whether to clear": asked_before_clearing,
    "a group, and a file refused": group_loaded,
    "cards of a domain": cards_from("domain", "strongest"), "cards dealt": cards_from("deal", "Deal"), "cards of an empty list": cards_from("shortlist", "empty"),
    "another start of a workshop": start_chosen, "a template filled in": at("contribute/template.html#domain=buildings&action=staff-tools"),
    "all fields unfolded": unfolded("contribute/fields.html"), "all code of a notebook unfolded": unfolded("notebooks/beat-the-cold.html"),
    "all notes for a facilitator unfolded": unfolded("training/workshops/introduction-facilitator.html"), "all tables of charts unfolded": unfolded("evidence/strength.html"),
    "the menu of a phone": menu_open, "dark by the button": dark_by_button,
    "slides": slides(), "slides with notes": slides("[data-notes]"), "help over slides": slides("[data-help]"), "all slides": slides("[data-overview]"),
    "what the browser keeps": things_kept, "all of it cleared": all_cleared,
    "no such page": at("404.html"),
}
