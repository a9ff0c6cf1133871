"""Workshops, activities and slides: times that follow from a start, notes that stay with the facilitator, slides that work in the room."""

from __future__ import annotations

import re

import pytest
import yaml
from bs4 import BeautifulSoup

from anchorbook.loading import read_catalogue
from anchorbook.site.fill import Filler
from anchorbook.site.slots import Slot
from anchorbook.site.training.slides import ROOT as DECK_ROOT
from anchorbook.site.training.slides import decks
from anchorbook.text import plain
from anchorbook.training.workshops import Workshop, agenda
from tests.support.builds import ROOT
from tests.support.projects import make_project
from tests.website.test_browser import axe, violations  # noqa: F401  axe is a fixture
from tests.website.test_hostile import HOSTILE
from tests.website.test_pages import text_of

browser = pytest.mark.browser


def read(folder: str) -> dict[str, dict]:
    return {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / "data" / folder).glob("*.yaml"))}


WORKSHOPS, ACTIVITIES = read("workshops"), read("activities")
BLOCKS = {id: workshop["blocks"] for id, workshop in WORKSHOPS.items()}
LEARNER, FACILITATOR, DECK = "training/workshops/{}.html", "training/workshops/{}-facilitator.html", "training/slides/{}.html"
ACTIVITY_PAGE = "training/activities.html"
TRAINING_PAGES = ["training/index.html", "training/workshops/index.html", ACTIVITY_PAGE, LEARNER.format("introduction"), FACILITATOR.format("introduction")]
every = pytest.mark.parametrize("id", WORKSHOPS)


def clock(start: str, after: int) -> str:
    """The time ``after`` minutes later, worked out apart from the book's own way."""
    now = (int(start[:2]) * 60 + int(start[3:]) + after) % 1440
    return f"{now // 60:02}:{now % 60:02}"


def times(id: str, start: str = "") -> list[str]:
    """When each block of a workshop starts."""
    passed = [sum(block["minutes"] for block in BLOCKS[id][:place]) for place in range(len(BLOCKS[id]))]
    return [clock(start or WORKSHOPS[id].get("start", "10:00"), after) for after in passed]


def said(markdown: str) -> list[str]:
    """The sentences of a text that are long enough to be told from others."""
    lines = [plain(re.sub(r"^\s*(?:[-*]|\d+\.)\s+", "", line)) for line in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)", markdown)]
    return [sentence for line in lines for sentence in re.split(r"(?<=[.?!])\s", line) if len(sentence) > 25]


def squeezed(text: str) -> str:
    """Without spaces, quotes and what stands in brackets, which pages and texts may set in other ways."""
    while (less := re.sub(r"[\s\"'“”‘’]|\([^()]*\)", "", text)) != text:  # brackets within brackets
        text = less
    return text


# ---------------------------------------------------------------- agenda and pages


def small(start: str = "10:00", **changes) -> Workshop:
    blocks = [{"title": title, "minutes": minutes, "kind": "talk"} for title, minutes in (("One", 10), ("Two", 25), ("Three", 5))]
    return Workshop.model_validate({"id": "w", "order": 1, "title": "W", "aim": "A.", "audience": "All", "people": "8", "minutes": 40, "start": start,
                                    "outcomes": ["Know."], "before": ["Print."], "blocks": blocks, **changes})


def test_times_follow_from_the_start():
    assert [item.clock for item in agenda(small())] == ["10:00", "10:10", "10:35"]
    assert [item.clock for item in agenda(small("23:45"))] == ["23:45", "23:55", "00:20"]
    assert [item.clock for item in agenda(small(), "09:30")] == ["09:30", "09:40", "10:05"]


@every
@pytest.mark.parametrize("page", [LEARNER, FACILITATOR])
def test_the_agenda_has_each_block_with_its_time(pages, id, page):
    workshop, main = WORKSHOPS[id], pages[page.format(id)].main
    rows = main.select(".agenda-table tbody tr")
    assert [row.td.get_text() for row in rows] == times(id)
    assert [row.a.get_text() for row in rows] == [" ".join(block["title"].split()) for block in BLOCKS[id]]
    assert [int(row.select("td")[-1].get_text()) for row in rows] == [block["minutes"] for block in BLOCKS[id]]
    start = workshop.get("start", "10:00")
    assert text_of(main.caption) == f"Starts at {start} , ends at {clock(start, workshop['minutes'])}"
    assert [item.time.get_text() for item in main.select(".block")] == times(id)


@every
def test_pages_of_a_workshop_bear_its_title_and_lead_to_each_other(pages, id):
    learner, facilitator, deck = (pages[page.format(id)] for page in (LEARNER, FACILITATOR, DECK))
    title = WORKSHOPS[id]["title"]
    assert (learner.h1.get_text(), deck.h1.get_text()) == (title, title)
    assert facilitator.h1.get_text().startswith(title)
    assert {f"../slides/{id}.html", f"{id}-facilitator.html"} <= {a["href"].removeprefix("../../training/workshops/").replace("../../training/", "../") for a in learner.main.find_all("a")}
    assert f"../../training/workshops/{id}.html" in {a["href"] for a in deck.find_all("a")}
    linked = {a["href"].split("/")[-1] for a in pages["training/workshops/index.html"].main.find_all("a")}
    assert {f"{id}.html", f"{id}-facilitator.html"} <= linked


@every
def test_the_list_of_materials_is_whole(pages, id):
    shown = {text_of(item) for item in pages[FACILITATOR.format(id)].select("[aria-labelledby=materials] .checklist li")}
    needed = set()
    for block in BLOCKS[id]:
        needed |= set(block.get("materials", [])) | set(ACTIVITIES.get(block.get("activity"), {}).get("materials", []))
    assert needed and {" ".join(item.split()) for item in needed} <= shown
    for block in BLOCKS[id]:  # what is printed for an activity is named too
        activity = ACTIVITIES.get(block.get("activity"), {})
        if activity.get("cards") or activity.get("table"):
            assert any(item.endswith(activity["title"]) for item in shown)


@every
def test_notes_are_for_the_facilitator_alone(pages, id):
    learner, facilitator = (squeezed(pages[page.format(id)].main.get_text()) for page in (LEARNER, FACILITATOR))
    workshop, notes = WORKSHOPS[id], []
    for block in BLOCKS[id]:
        notes += [block.get("facilitator", ""), *(slide.get("notes", "") for slide in block.get("slides", []))]
        activity = ACTIVITIES.get(block.get("activity"), {})
        notes += [activity.get("facilitator", ""), activity.get("remote", "")]
    notes += [*workshop["before"], *workshop.get("after", []), workshop.get("remote", "")]
    # A sentence that the texts for learners hold as well is no secret.
    shown = [block.get("learner", "") for block in BLOCKS[id]] + [
        text for block in BLOCKS[id] for used in [ACTIVITIES.get(block.get("activity"))] if used for text in (used["purpose"], *used["steps"])]
    known = squeezed(" ".join(plain(text) for text in shown))
    sentences = [sentence for note in notes for sentence in map(squeezed, said(note)) if sentence not in known]
    assert len(sentences) > 5
    assert [sentence for sentence in sentences if sentence in learner] == []
    assert [sentence for sentence in sentences if sentence not in facilitator] == []


def test_prompts_lead_to_cases_and_to_explore(pages, catalogue):
    main, asked = pages[ACTIVITY_PAGE].main, 0
    for id, activity in ACTIVITIES.items():
        items = main.select(f"#{id} .prompts > li")
        assert len(items) == len(activity.get("prompts", []))
        for item, prompt in zip(items, activity.get("prompts", []), strict=True):
            links = [a["href"] for a in item.find_all("a")]
            assert [link for link in links if "cases/" in link] == [f"../cases/{case}.html" for case in prompt.get("cases", [])]
            if wanted := prompt.get("filter"):
                found = item.find("a", href=re.compile("explore"))
                pairs = [f"{facet}={term}" for facet, terms in wanted.items() for term in (terms if isinstance(terms, list) else [terms])]
                assert found["href"] == "../explore.html#" + "&".join(pairs)
                number = len(catalogue.select({facet: terms if isinstance(terms, list) else [terms] for facet, terms in wanted.items()}))
                assert re.match(rf"See {number} cases? in Explore", found.get_text())
                asked += 1
    assert asked > 3


def test_cards_and_tables_are_there_to_print_without_answers(pages, catalogue):
    main = pages[ACTIVITY_PAGE].main
    assert [len(main.select(f"#{id} .cut-cards > li")) for id, activity in ACTIVITIES.items() if activity.get("cards") == "tensions"] == [5]
    for id, activity in ACTIVITIES.items():
        if activity.get("cards", "").startswith("framework/"):
            items = catalogue.frameworks.by_id[activity["cards"].removeprefix("framework/")].items
            assert [node.get_text() for node in main.select(f"#{id} .cut-title")] == [item.label for item in items]
    sheet = text_of(main.select_one("#spot-the-problem .activity-table"))
    for printed in ("1,295,152", "59", "18,770", "20,712", "14,470"):
        assert printed in sheet
    for answer in ("69", "21,951", "20,719", "17,295", "cannot", "line 443", "ihi_anchors_2022, 4"):
        assert answer not in sheet


def test_a_workshop_that_does_not_exist_or_has_no_page_is_found(tmp_path):
    project = make_project(tmp_path / "p")
    (project.data / "workshops").mkdir()
    dump = small(id="opening").model_dump(mode="json", exclude_none=True)
    (project.data / "workshops" / "opening.yaml").write_text(yaml.safe_dump(dump, sort_keys=False), "utf-8")
    filler = Filler(read_catalogue(project), [], lambda shelf, entries: [], None)
    assert filler(Slot("workshop", {"argument": "openning"}, "book/a.md", 3), "") == ""
    assert filler(Slot("workshop-list", {"argument": ""}, "book/a.md", 5), "")
    assert [(item.code, item.line) for item in filler.findings] == [("unknown-workshop", 3), ("missing-page", 5), ("missing-page", 5)]
    assert "Did you mean \"opening\"?" in filler.findings[0].hint


# ---------------------------------------------------------------- the start that people choose


def clocks(page) -> list[str]:
    return page.locator(".agenda-table tbody tr td:first-child").all_inner_texts()


@browser
@pytest.mark.parametrize("page_of", [LEARNER, FACILITATOR])
def test_another_start_moves_all_times_and_stays(open_page, address, page_of):
    page = open_page(address + page_of.format("introduction")).page
    assert clocks(page) == times("introduction")
    page.get_by_label("Start at").fill("13:45")
    assert clocks(page) == times("introduction", "13:45")
    assert page.locator(".block time").all_inner_texts() == times("introduction", "13:45")
    assert page.locator("caption").first.inner_text() == f"Starts at 13:45, ends at {clock('13:45', WORKSHOPS['introduction']['minutes'])}"
    assert page.url.endswith("#start=13:45")
    page.reload()
    assert page.get_by_label("Start at").input_value() == "13:45" and clocks(page) == times("introduction", "13:45")
    # A link to a block does not lose it, and the other page of the workshop takes it over.
    page.locator(".agenda-table a").nth(2).click()
    page.reload()
    assert clocks(page) == times("introduction", "13:45")
    page.locator("a[data-keep-start]").click()
    assert clocks(page) == times("introduction", "13:45")
    page.get_by_label("Start at").fill(WORKSHOPS["introduction"].get("start", "10:00"))
    assert "#" not in page.url and clocks(page) == times("introduction")


@browser
@pytest.mark.parametrize("mark", ["#start=25:00", "#start=", "#start=%3Cb%3E", "#block-2"])
def test_an_address_that_names_no_time_leaves_the_agenda_alone(open_page, address, mark):
    page = open_page(address + LEARNER.format("introduction") + mark).page
    assert clocks(page) == times("introduction")


@browser
def test_without_scripts_the_agenda_stands_and_offers_no_choice(open_page, address):
    page = open_page(address + LEARNER.format("introduction"), scripts=False).page
    assert clocks(page) == times("introduction")
    assert not page.locator("[data-agenda-form]").is_visible()


@browser
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", TRAINING_PAGES)
def test_training_pages_are_accessible_and_fit_the_screen(open_page, address, axe, place, scheme, width):  # noqa: F811
    page = open_page(address + place, width=width, scheme=scheme).page
    for part in page.locator("main details").all():
        part.evaluate("part => { part.open = true; }")
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@browser
def test_on_paper_notes_are_open_and_the_choice_of_start_is_not_there(open_page, address):
    page = open_page(address + ACTIVITY_PAGE, width=703).page
    assert not page.locator(".for-facilitator p, .for-facilitator li").first.is_visible()
    page.emulate_media(media="print")
    assert page.locator(".for-facilitator p, .for-facilitator li").first.is_visible()
    page = open_page(address + FACILITATOR.format("introduction") + "#start=14:00", width=703).page
    page.emulate_media(media="print")
    assert not page.locator("[data-agenda-form]").is_visible()
    assert clocks(page) == times("introduction", "14:00")


# ---------------------------------------------------------------- slides


def wanted_slides(id: str) -> list[str]:
    """The headings of the deck, as the brief for decks has them."""
    found = [WORKSHOPS[id]["title"]]
    for block in BLOCKS[id]:
        activity = ACTIVITIES.get(block.get("activity"), {})
        own = [slide["title"] for slide in block.get("slides", [])]
        found += own or [block["title"], *([f"Questions: {activity['title']}"] if activity.get("prompts") else [])]
    return [found[0], *(found[2:] if found[1] == found[0] else found[1:])]


def present(page) -> str:
    return page.locator("section.present").get_attribute("id")


def ready(page):
    page.wait_for_function("document.body.classList.contains('as-slides')")
    return page


@every
def test_a_deck_has_its_slides_in_order(pages, id):
    deck = pages[DECK.format(id)]
    slides = deck.select("[data-slides] > section")
    assert [slide.h2.get_text() for slide in slides] == [" ".join(title.split()) for title in wanted_slides(id)]
    assert all(slide["aria-label"].endswith(slide.h2.get_text()) for slide in slides)
    assert deck.html["lang"] == "en-GB"
    assert not [tag for tag in deck.find_all("script") if not tag.get("src")] and not deck.find_all("style") and not deck.find_all(style=True)
    for block in BLOCKS[id]:
        for slide in block.get("slides", []):
            assert all(squeezed(sentence) in squeezed(deck.get_text()) for sentence in said(slide.get("notes", "")))


@every
def test_questions_of_an_activity_without_slides_of_its_own_are_shown(pages, id):
    shown = squeezed(pages[DECK.format(id)].main.get_text())
    for block in BLOCKS[id]:
        if not block.get("slides"):
            for prompt in ACTIVITIES.get(block.get("activity"), {}).get("prompts", []):
                assert squeezed(plain(prompt["ask"])) in shown


def test_texts_of_a_workshop_are_never_run(tmp_path):
    project = make_project(tmp_path / "p")
    (project.data / "workshops").mkdir()
    blocks = [{"title": text, "minutes": 5, "kind": "talk", "learner": "Text.", "facilitator": "A note.", "slides": [{"title": text, "text": "Text.", "notes": "Say."}]} for text in HOSTILE]
    dump = small(minutes=5 * len(blocks), blocks=blocks, title=HOSTILE[0], audience=HOSTILE[1], people=HOSTILE[2], outcomes=HOSTILE[:3]).model_dump(
        mode="json", exclude_none=True)
    (project.data / "workshops" / "w.yaml").write_text(yaml.safe_dump(dump, sort_keys=False, allow_unicode=True), "utf-8")
    catalogue = read_catalogue(project)
    filler = Filler(catalogue, [], lambda shelf, entries: [], None)
    deck = BeautifulSoup(decks(catalogue, filler.words(DECK_ROOT))["training/slides/w.html"], "html.parser")
    assert [head.get_text() for head in deck.select("[data-slides] h2")] == HOSTILE  # the first is the title, too
    assert deck.title.get_text() == f"Slides: {HOSTILE[0]}"
    assert [script["src"].rpartition("/")[2] for script in deck.find_all("script")] == ["theme.js", "slides.js"] and not deck.find_all("img")
    for view in ("learner", "facilitator"):
        page = BeautifulSoup(filler(Slot("workshop", {"argument": "w", "view": view}, "a.md", 1), "../../"), "html.parser")
        assert [head.get_text() for head in page.select(".block h3")] == HOSTILE
        assert not page.find_all(["script", "img"])
        assert [item.get_text() for item in page.select("[aria-labelledby=outcomes] li")] == (HOSTILE[:3] if view == "learner" else [])


@browser
@pytest.mark.parametrize("from_disk", [False, True])
@every
def test_slides_are_walked_with_the_keyboard(open_page, address, site, id, from_disk):
    url = (site / DECK.format(id)).as_uri() if from_disk else address + DECK.format(id)
    page = ready(open_page(url).page)
    number = page.locator("[data-slides] > section").count()
    seen = [present(page)]
    for _step in range(number - 1):
        page.keyboard.press("ArrowRight")
        seen.append(present(page))
    assert seen == [f"slide-{place}" for place in range(1, number + 1)] and number > 5
    assert page.locator("[data-place]").inner_text() == f"Slide {number} of {number}"
    assert page.locator("[data-next]").is_disabled()
    page.keyboard.press("ArrowRight")
    assert present(page) == seen[-1]
    page.wait_for_function(f"location.hash.endsWith('slide-{number}')")
    page.reload()
    assert present(ready(page)) == seen[-1]  # the address keeps the place
    page.keyboard.press("Home")
    assert present(page) == "slide-1"
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("Space")
    assert present(page) == "slide-2"  # once, by the button
    page.keyboard.press("Escape")
    assert page.locator(".reveal.overview").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".reveal.overview").count() == 0


@browser
@every
def test_nothing_on_a_slide_is_cut_off(open_page, address, id):
    page = ready(open_page(address + DECK.format(id)).page)
    cut = []
    for _step in range(page.locator("[data-slides] > section").count()):
        cut += page.evaluate("""() => [...document.querySelectorAll('section.present .slide')].filter(slide =>
            (slide.scrollHeight > slide.clientHeight + 1 && slide.tabIndex !== 0) || slide.scrollWidth > slide.clientWidth + 1).map(slide => slide.textContent.trim().slice(0, 40))""")
        page.keyboard.press("ArrowRight")
    assert cut == []
    sizes = page.eval_on_selector_all("[data-slides] > section", "all => all.map(slide => parseFloat(getComputedStyle(slide).fontSize))")
    assert min(sizes) >= 20 and max(sizes) >= 40  # of 720


@browser
def test_notes_stand_under_the_slide_when_asked_for(open_page, address):
    page = ready(open_page(address + DECK.format("introduction")).page)
    panel = page.get_by_role("region", name="Notes for the speaker")
    assert panel.count() == 0
    page.keyboard.press("ArrowRight")
    page.keyboard.press("n")
    assert present(page) == "slide-2"  # reveal.js itself would go on with this key
    expected = page.eval_on_selector("section.present .deck-notes", "notes => [...notes.children].slice(1).map(part => part.textContent).join('')")
    assert panel.is_visible() and squeezed(expected) == squeezed(panel.evaluate("panel => panel.textContent")) and len(expected) > 20
    page.keyboard.press("ArrowRight")
    assert squeezed(panel.evaluate("panel => panel.textContent")) != squeezed(expected)
    assert page.get_by_role("button", name="Notes", exact=True).get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Notes", exact=True).click()
    assert panel.count() == 0


@browser
@pytest.mark.parametrize("from_disk", [False, True])
def test_a_second_window_follows_with_the_notes(open_page, address, site, from_disk):
    url = (site / DECK.format("introduction")).as_uri() if from_disk else address + DECK.format("introduction")
    page = ready(open_page(url).page)
    page.keyboard.press("ArrowRight")
    with page.context.expect_page() as opened:
        page.keyboard.press("w")
    notes = opened.value
    notes.wait_for_function("document.querySelector('[data-place]')?.textContent.startsWith('Slide 2 ')")
    assert notes.locator("section.now").get_attribute("id") == "slide-2"
    assert notes.locator("[data-panel]").is_visible()
    page.keyboard.press("ArrowRight")
    notes.wait_for_function("document.querySelector('[data-place]')?.textContent.startsWith('Slide 3 ')")
    notes.keyboard.press("ArrowLeft")
    page.wait_for_function("document.querySelector('section.present').id === 'slide-2'")


@browser
def test_help_says_the_keys_and_keeps_keys_to_itself(open_page, address):
    page = ready(open_page(address + DECK.format("introduction")).page)
    page.keyboard.press("?")
    box = page.get_by_role("dialog", name="How to use these slides")
    assert box.is_visible() and "Next slide" in box.inner_text()
    page.keyboard.press("ArrowRight")
    assert present(page) == "slide-1"
    page.keyboard.press("Escape")
    assert not box.is_visible() and page.locator(".reveal.overview").count() == 0
    page.get_by_role("button", name="How to use").click()
    page.get_by_role("button", name="Close").click()
    assert not box.is_visible()


@browser
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@every
def test_slides_are_accessible_and_fit_the_screen(open_page, address, axe, id, scheme, width):  # noqa: F811
    page = open_page(address + DECK.format(id), width=width, scheme=scheme).page
    if width > 1000:
        ready(page)
    for step in range(3):
        assert violations(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.keyboard.press("n" if step else "ArrowRight")
    page.keyboard.press("?")
    assert violations(page, axe) == []


@browser
def test_on_a_narrow_screen_slides_stand_under_each_other(open_page, address):
    page = open_page(address + DECK.format("introduction"), width=320, height=600).page
    assert all(slide.is_visible() for slide in page.locator("[data-slides] > section").all())
    assert page.locator(".reveal").count() == 0
    page.keyboard.press("n")
    assert page.locator(".deck-notes p, .deck-notes li").first.is_visible()
    # Turned on its side and back, the phone gets slides and the page again.
    page.set_viewport_size({"width": 900, "height": 400})
    ready(page)
    assert page.locator("section.present").count() == 1
    page.set_viewport_size({"width": 320, "height": 600})
    page.wait_for_function("!document.body.classList.contains('as-slides')")
    assert all(slide.is_visible() for slide in page.locator("[data-slides] > section").all())


TURNED = """
const real = window.matchMedia.bind(window), turned = Object.assign(new EventTarget(), {matches: true});
window.matchMedia = query => query.includes("min-width: 48rem") ? turned : real(query);
new MutationObserver(() => {
  if (turned.matches && document.querySelector(".slides.no-transition")) { turned.matches = false; turned.dispatchEvent(new Event("change")); }
}).observe(document, {subtree: true, attributes: true, childList: true});
"""
"""A phone turned upright in the moment in which its slides are being made."""


@browser
def test_slides_that_are_not_wanted_any_more_before_they_are_ready_go_away(open_page, address):
    page = open_page(address + DECK.format("introduction"), width=900).page
    page.add_init_script(TURNED)
    page.reload()
    page.locator("[data-deck]:not(.reveal)").wait_for()
    page.wait_for_timeout(300)
    assert page.locator(".reveal, .as-slides").count() == 0
    assert all(slide.is_visible() for slide in page.locator("[data-slides] > section").all())


@browser
def test_without_scripts_slides_are_a_plain_page(open_page, address):
    page = open_page(address + DECK.format("introduction"), scripts=False).page
    assert page.locator("[data-slides] > section h2").count() == len(wanted_slides("introduction"))
    assert all(slide.is_visible() for slide in page.locator("[data-slides] > section").all())
    assert not page.locator("[data-tools]").is_visible()
    page.locator(".deck-notes summary").nth(1).click()
    assert page.locator(".deck-notes").nth(1).locator("p, li").first.is_visible()


@browser
@pytest.mark.parametrize("how", ["", "?print-pdf"])
@every
def test_slides_print_one_a_sheet(open_page, address, id, how):
    page = open_page(address + DECK.format(id) + how).page
    if not how:
        ready(page)
    sheets = re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True))
    assert len(sheets) == len(wanted_slides(id))
    page.emulate_media(media="print")
    assert not page.locator(".deck-notes").first.is_visible()
    if not how:
        page.emulate_media(media="screen")
        page.keyboard.press("n")
        page.emulate_media(media="print")
        assert page.locator(".deck-notes p, .deck-notes li").first.is_visible()


def test_the_library_is_whole_and_its_themes_stay_away(site):
    assert (site / "assets" / "reveal.js").stat().st_size > 50_000 and b"MIT" in (site / "assets" / "reveal.js").read_bytes()[:400]
    assert (site / "assets" / "reveal.css").is_file()
    assert not list(site.rglob("*.woff")) or all("reveal" not in str(path) for path in site.rglob("*.woff"))
    assert sum(path.stat().st_size for path in (site / "assets").glob("reveal*")) < 250_000
