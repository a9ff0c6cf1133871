"""The page of cards deals the same cards for the same seed in every browser and in Python, keeps to the shortlist and the
address, and prints two cards on each sheet; so does the blank card."""

from __future__ import annotations

import json
import re

import pytest

from anchorbook.questions import CARD, questions
from anchorbook.training.stories import MOST_WORDS, chosen, conditions, deal
from tests.support.browsers import at_rest
from tests.website.test_browser import axe, violations  # noqa: F401
from tests.website.test_explore_further import FIVE, KEY, briefs, home, open_with  # noqa: F401

pytestmark = pytest.mark.browser

CARDS = "training/cards.html"
PAGES = {"cards": CARDS, "deal": CARDS + "#deal=5&seed=4821", "domain": CARDS + "#domain=work", "fold": CARDS + "#ids=haln&backs=fold",
         "blank card": "training/blank-card.html", "feedback form": "training/feedback-form.html"}


def settled(page) -> None:
    """Wait until the page has drawn what was asked for."""
    at_rest(page)
    page.evaluate("new Promise(done => setTimeout(done, 50))")


def dealt(page) -> list[str]:
    """The ids of the cards, in their order."""
    settled(page)
    return page.eval_on_selector_all("[data-card]", "cards => cards.map(card => card.dataset.card)")


def said(page) -> str:
    return page.locator("[data-card-status]").inner_text()


def sheets(page) -> int:
    """How many sheets of A4 the page takes; it says itself how large its paper is."""
    made = page.pdf(prefer_css_page_size=True)
    sizes = {tuple(round(float(size)) for size in found.split()[2:]) for found in re.findall(rb"/MediaBox\s*\[([^\]]*)\]", made)}
    assert sizes <= {(595, 842), (596, 842), (594, 841), (595, 841)}, sizes
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", made))


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", PAGES)
def test_pages_are_accessible_and_fit_the_screen(open_page, address, axe, kind, scheme, width):  # noqa: F811
    page = open_page(address + PAGES[kind], width=width, scheme=scheme).page
    settled(page)
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_without_scripts_there_are_the_strongest_twelve(open_page, address, catalogue):
    page = open_page(address + CARDS, scripts=False).page
    cards = page.locator("[data-card]")
    assert [card.get_attribute("data-card") for card in cards.all()] == [entry.id for entry in catalogue.by_strength[:12]]
    assert said(page).startswith(f"12 of {len(catalogue.entries)} cases")
    assert "needs JavaScript" in page.inner_text("main") and not page.locator("[data-card-form]").is_visible()


def test_scripts_draw_the_same_cards_as_the_page_has(open_page, address):
    bare = open_page(address + CARDS, scripts=False).page
    page = open_page(address + CARDS).page
    settled(page)

    def texts(page):
        return [re.sub(r"https?://\S*(?=cases/)", "", " ".join(text.split())) for text in page.locator("[data-card]").all_inner_texts()]

    assert texts(page) == texts(bare)


@pytest.mark.parametrize("count, seed, domain", [(5, 4821, ""), (8, 1, ""), (3, 999_999, "work"), (100, 7, "")])
def test_a_seed_deals_what_python_deals(open_page, address, catalogue, count, seed, domain):
    page = open_page(f"{address}{CARDS}#deal={count}&seed={seed}" + (f"&domain={domain}" if domain else "")).page
    pool = [entry.id for entry in catalogue.entries if not domain or entry.has("domain", domain)]
    wanted = deal(pool, count, seed)
    assert dealt(page) == wanted
    assert said(page).startswith(f"Deal {seed}: {len(wanted)} of {len(pool)} cases")
    marks = page.eval_on_selector_all(".card-foot span:last-child", "items => items.map(item => item.textContent)")
    assert len(marks) == 2 * len(wanted) and all(mark.startswith(f"Deal {seed}:") for mark in marks)
    again = open_page(page.url).page
    assert dealt(again) == wanted


def test_another_deal_has_another_seed_in_the_address(open_page, address):
    page = open_page(address + CARDS + "#deal=6&seed=12").page
    first = dealt(page)
    page.locator("[data-card-again]").press("Enter")
    settled(page)
    seed = page.locator("#card-seed").input_value()
    assert seed != "12" and f"seed={seed}" in page.url and len(dealt(page)) == 6
    page.locator("#card-seed").fill("12")
    page.locator("#card-seed").press("Tab")
    assert dealt(page) == first


@pytest.mark.parametrize("address_part, count, seed", [("deal=0&seed=5", 1, 5), ("deal=9999&seed=5", 37, 5), ("deal=-3&seed=1e9", 1, 999_999), ("deal=x&seed=%3Cb%3E", 8, None)])
def test_nonsense_in_the_address_still_deals(open_page, address, catalogue, address_part, count, seed):
    page = open_page(address + CARDS + "#" + address_part).page
    assert len(dealt(page)) == min(count, len(catalogue.entries))
    if seed:
        assert page.locator("#card-seed").input_value() == str(seed)


def test_a_domain_deals_all_its_cases_strongest_first(open_page, address, catalogue):
    page = open_page(address + CARDS).page
    settled(page)
    page.locator("#from-domain").check()
    page.locator("#card-domain").select_option("environment")
    ids = dealt(page)
    assert set(ids) == {entry.id for entry in catalogue.entries if entry.has("domain", "environment")}
    levels = [catalogue.by_id[id].level for id in ids]
    assert levels == sorted(levels, reverse=True) and "#domain=environment" in page.url


def test_the_shortlist_becomes_cards(open_page, home, briefs):  # noqa: F811
    page = open_with(open_page, home + CARDS, FIVE[:3])
    page.locator("#from-shortlist").check()
    assert dealt(page) == FIVE[:3] and page.locator("[data-card-shortlist]").inner_text() == "(3)"
    assert page.url.endswith("#ids=" + ",".join(FIVE[:3]))
    for card, id in zip(page.locator("[data-card]").all(), FIVE, strict=False):
        text = " ".join(card.inner_text().split())
        assert briefs[id]["title"] in text and briefs[id]["strength"] in text and briefs[id]["showed"] in text and briefs[id]["cost"] in text


def test_ids_in_the_address_become_cards_and_are_not_kept(open_page, address):
    page = open_page(address + CARDS + "#ids=haln,no-such-case,<b>,gm-devolution").page
    assert dealt(page) == ["haln", "gm-devolution"]
    assert "1 case is not in this book" in said(page) and page.evaluate(f"localStorage.getItem('{KEY}')") is None


def test_an_empty_shortlist_says_what_to_do(open_page, address):
    page = open_page(address + CARDS).page
    settled(page)
    page.locator("#from-shortlist").check()
    assert dealt(page) == [] and "Your shortlist is empty" in said(page)


def test_stories_are_short_and_questions_follow_from_signals(open_page, address, catalogue, briefs):  # noqa: F811
    page = open_page(address + CARDS + "#deal=100&seed=3").page
    asked = conditions(catalogue.training.prompts, catalogue.vocabulary)
    for id in dealt(page):
        card = page.locator(f"[data-card='{id}']")
        assert len(card.locator(".card-story").inner_text().split()) <= MOST_WORDS
        assert card.locator(".card-prompts li").all_inner_texts() == list(chosen(briefs[id], asked))


def test_the_page_works_by_keyboard(open_page, address):
    page = open_page(address + CARDS, width=320).page
    settled(page)
    page.locator("#from-first").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert page.locator("#from-deal").is_checked() and len(dealt(page)) == 8
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "card-domain"


@pytest.mark.parametrize("backs, count, wanted", [("next", 5, 6), ("next", 4, 4), ("next", 1, 2), ("fold", 5, 3), ("fold", 4, 2)])
def test_two_cards_stand_on_each_sheet(open_page, address, backs, count, wanted):
    page = open_page(f"{address}{CARDS}#deal={count}&seed=11&backs={backs}").page
    assert len(dealt(page)) == count
    assert sheets(page) == wanted


def test_every_card_has_room_for_its_words(open_page, address):
    """On paper each side has a fixed size; nothing may be cut off."""
    page = open_page(address + CARDS + "#deal=100&seed=3", width=794).page
    for backs in ("next", "fold"):
        page.locator(f"#backs-{backs}").check()
        settled(page)
        page.emulate_media(media="print")
        full = page.eval_on_selector_all(".card-front, .card-back", "sides => sides.filter(side => side.scrollHeight > side.clientHeight + 1).map(side => side.textContent.slice(0, 80))")
        assert full == []
        page.emulate_media(media="screen")


def test_cards_work_from_a_disk(open_page, site, catalogue):
    page = open_page(site.joinpath("training", "cards.html").as_uri() + "#deal=4&seed=9").page
    assert dealt(page) == deal([entry.id for entry in catalogue.entries], 4, 9)


def test_what_a_case_says_is_never_markup(open_page, address):
    page = open_page(address + CARDS).page
    nasty = "</script><img src=x onerror=alert(1)>"
    item = {"id": "haln", **{name: nasty for name in ("title", "summary", "where", "who", "type", "strength", "showed", "cost")}, "domains": [nasty], "level": 1}
    page.route("**/assets/cases/*.js", lambda route: route.fulfill(body=f"(window.anchorbookBriefs=window.anchorbookBriefs||[]).push({json.dumps(item)});", content_type="text/javascript"))
    page.goto("about:blank")
    page.goto(address + CARDS + "#ids=haln")
    settled(page)
    assert page.locator("[data-card] img").count() == 0 and nasty in page.locator("[data-card] h3").inner_text()


def test_the_blank_card_asks_for_the_smallest_record_and_prints_twice_on_a_sheet(open_page, address, catalogue):
    page = open_page(address + "training/blank-card.html").page
    text = page.inner_text("main")
    for question in questions(catalogue.vocabulary, CARD):
        assert question.ask in text
    assert page.locator(".blank-card:visible").count() == 1
    page.emulate_media(media="print")
    assert page.locator(".blank-card:visible").count() == 2
    assert page.eval_on_selector_all(".blank-card", "cards => cards.filter(card => card.scrollHeight > card.clientHeight + 1).length") == 0
    assert sheets(page) == 1
    assert not re.search(r"your (name|e-mail|phone)", text, re.IGNORECASE)


def test_the_feedback_form_asks_all_its_questions(open_page, address, catalogue):
    page = open_page(address + "training/feedback-form.html").page
    form = catalogue.training.feedback
    for question in form.questions:
        assert question.ask in page.inner_text("main")
    assert sheets(page) <= 2
