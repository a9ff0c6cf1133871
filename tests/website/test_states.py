"""Each type of page and each state that a person brings about, in light, dark and forced colours, with text twice as large,
at 320 pixels, with less motion, and by keyboard alone: axe finds nothing, nothing is cut off or lies over something else,
each stop of the Tab key shows a ring, and what happens is said once to those who listen.

A page is opened once; then its colours, its text and its width change. ``seen.js`` looks at it, ``states.py`` leads there.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.builds import ROOT
from tests.support.states import FIVE, STATES, answered, as_file, asked_before_clearing, at, cards_from, group_loaded, record, search, things_kept, with_list
from tests.website.test_browser import RULES
from tests.website.test_crawl import RUN
from tests.website.test_policy import ALL_TYPES

pytestmark = pytest.mark.browser

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 800}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
LOOK = "seen.look()"
LARGER = """percent => {
  const style = new CSSStyleSheet();
  style.replaceSync(`html { font-size: ${percent}% !important; }`);
  document.adoptedStyleSheets = percent === 100 ? [] : [style];
  dispatchEvent(new Event("resize"));
  return seen.still();
}"""
"""What a reader does who has a style sheet of their own, or a browser that makes only letters larger."""


@pytest.fixture(scope="module")
def axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture
def page(chromium):
    """A fresh window, under the policy of the site, of somebody who asked for less motion."""
    context = chromium.new_context(viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    context.add_init_script((ROOT / "tests" / "support" / "seen.js").read_text("utf-8"))
    yield context.new_page()
    context.close()


def larger(page: Page, percent: int) -> None:
    for frame in page.frames:
        frame.evaluate(LARGER, percent)


def resize(page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    page.evaluate("width => seen.still(width)", size["width"])


def only_faults(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {where: said for where, said in found.items() if said}


def sizes(page: Page) -> dict[str, list[str]]:
    """What is wrong with the page at each width and size of letters. Leaves it on a narrow screen."""
    found = {f"wide, {what}": said for what, said in page.evaluate(LOOK).items()}
    found["hard to hit"] = page.evaluate("seen.small()")
    found["moves"] = page.evaluate("seen.moves()")
    larger(page, 200)
    found |= {f"text twice as large, {what}": said for what, said in page.evaluate(LOOK).items()}
    larger(page, 100)
    resize(page, NARROW)
    return found | {f"narrow, {what}": said for what, said in page.evaluate(LOOK).items()}


def colours(page: Page, axe: str, *, whole: bool) -> dict[str, list[str]]:
    """What axe says: everything where the screen is narrow and dark, then of contrast in the light. Axe cannot read forced colours."""
    page.evaluate("seen.prune(5)")
    page.evaluate(axe)
    found = {}
    page.emulate_media(color_scheme="dark")
    found["axe, narrow and dark"] = page.evaluate(RUN, [RULES, whole])
    resize(page, WIDE)
    page.emulate_media(color_scheme="light")
    found["axe, wide and light"] = page.evaluate(RUN, [CONTRAST, whole])
    return found


def keyboard(page: Page, *, forced: bool = True) -> dict[str, list[str]]:
    """What is wrong for somebody without a mouse: rings in forced colours and in light, then the way of the Tab key."""
    page.keyboard.press("Tab")  # from here on the browser knows that the keyboard is used
    page.evaluate("seen.prune(3)")
    page.emulate_media(forced_colors="active")
    found = {"forced colours": page.evaluate("seen.unforced()"), "focus in forced colours": page.evaluate("seen.faint()") if forced else []}
    page.emulate_media(forced_colors="none")
    found["focus"] = page.evaluate("seen.faint()")
    start = "dialog[open] button" if page.locator("dialog[open]").count() else ".skip" if page.locator(".primary.open, .deck-page").count() else "#main"
    presses = page.evaluate("start => seen.start(start)", start)
    for more in (presses, 15):  # browsers stop at some things more than once: at parts of a time, at what scrolls
        for _ in range(more):
            page.keyboard.press("Tab")
        found["the Tab key"] = page.evaluate("seen.walked()")
        if not found["the Tab key"]:
            break
    return found


@pytest.mark.parametrize("kind", ALL_TYPES)
def test_a_page_is_for_everyone(page, address, kind):
    """Axe looks at every page, and at these in the dark and on a narrow screen, in ``test_crawl.py`` and ``test_browser.py``;
    ``test_crawl.py`` looks at rings in forced colours."""
    page.goto(address + ALL_TYPES[kind])
    found = {"hard to hit": page.evaluate("seen.small()"), "moves": page.evaluate("seen.moves()")}
    assert only_faults(found | keyboard(page, forced=False)) == {}


def test_nothing_is_cut_off_on_any_page(page, address, pages):
    """Every page of the site, with letters twice as large and on a narrow screen."""
    found = {}
    for name in pages:
        page.goto(address + name)
        larger(page, 200)
        found |= {f"{name}, text twice as large, {what}": said for what, said in page.evaluate(LOOK).items()}
        larger(page, 100)
        resize(page, NARROW)
        found |= {f"{name}, narrow, {what}": said for what, said in page.evaluate(LOOK).items()}
        page.set_viewport_size(WIDE)
    assert only_faults(found) == {}


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_for_everyone(page, address, axe, state):
    STATES[state](page, address)
    width = page.viewport_size
    resize(page, WIDE)
    found = sizes(page) | colours(page, axe, whole=state == "the menu of a phone")
    resize(page, width)
    assert only_faults(found | keyboard(page)) == {}


# ---------------------------------------------------------------- what is said by itself


def click(selector: str):
    return lambda page: page.locator(selector).first.click()


def choose_files(selector: str, *files: dict):
    return lambda page: (page.locator(selector).focus(), page.set_input_files(selector, list(files)))


SAID = {
    "words typed on Explore": (at("explore.html"), lambda page: page.locator("#explore-text").fill("solar"), " of "),
    "filters cleared": (at("explore.html#q=solar"), click("[data-clear]"), " cases"),
    "claims chosen": (at("evidence/claims.html"), lambda page: page.locator("#ledger-text").fill("living wage"), " of "),
    "claims sorted": (at("evidence/claims.html"), click("[data-sort=value] button"), "sorted by value"),
    "a search": (search("solar", "solar"), lambda page: (page.locator("#search-text").fill("pension"), page.keyboard.press("Enter")), "pension"),
    "a case taken off": (with_list("shortlist.html", FIVE, "[data-list] button"), click("[data-list] button"), "Removed: "),
    "a list copied": (with_list("shortlist.html", FIVE, "[data-list] button"), click("[data-copy]"), "The link is copied."),
    "a shared list added": (at("shortlist.html#ids=" + ",".join(FIVE[:2])), click("[data-keep]"), "Added"),
    "a fourth case to compare": (with_list("compare.html", FIVE[:4], "[data-table] table"), lambda page: page.locator("[data-options] input").first.uncheck(), "3 cases are side by side."),
    "a comparison copied": (with_list("compare.html", FIVE[:2], "[data-table] table"), click("[data-copy]"), "The link is copied."),
    "a template copied": (at("contribute/template.html"), click("[data-template-copy]"), "The text is copied."),
    "the last answer": (answered(4), lambda page: (page.locator("#now-place-1").check(), page.locator("#wanted-place-3").check()), "Your result is ready."),
    "a file refused": (answered(1), choose_files("#import", as_file("x", "x.json")), "cannot be used"),
    "answers saved": (answered(1), click("[data-export]"), "Saved as"),
    "answers cleared": (asked_before_clearing, click("[data-sure-yes]"), "are cleared"),
    "files of a group": (at("training/group.html"), choose_files("#files", record(), as_file("x", "x.json")), "1 file was not used"),
    "a file of a group taken off": (group_loaded, click("[data-files] button"), "Removed."),
    "a list of refused files hidden": (group_loaded, click("[data-forget]"), "hidden"),
    "cards of a domain": (at("training/cards.html"), lambda page: page.locator("#from-domain").check(), "strongest"),
    "cards dealt again": (cards_from("deal", "Deal"), click("[data-card-again]"), "Deal "),
    "everything cleared": (things_kept, click("[data-kept-clear]"), "Cleared: "),
    "an area of a map": (at("maps/basildon-deprivation.html"), lambda page: (page.locator("#area").focus(), page.keyboard.press("ArrowDown")), "Basildon"),
}
"""Where somebody is, what they do, and words of what they hear then."""


@pytest.mark.parametrize("action", SAID)
def test_what_happened_is_said_once(page, address, action):
    way, act, words = SAID[action]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    way(page, address)
    page.wait_for_timeout(100)
    page.evaluate("spoken.length = 0")
    act(page)
    for _ in range(100):
        if page.evaluate("spoken.length"):
            break
        page.wait_for_timeout(50)
    page.wait_for_timeout(200)
    said = page.evaluate("spoken")
    assert len(said) == 1 and words in said[0], said
    assert page.evaluate("document.activeElement !== document.body"), "the keyboard starts again from the top"


def test_an_emptied_list_is_where_the_keyboard_goes_on(page, address):
    with_list("shortlist.html", FIVE[:1], "[data-list] button")(page, address)
    page.evaluate("spoken.length = 0")
    page.locator("main [data-clear]").press("Enter")
    expect(page.locator("[data-nothing]")).to_be_focused()
    assert page.evaluate("spoken") == []  # the words that have the focus are heard anyway


# ---------------------------------------------------------------- the tools find what is wrong


FAULTS = {
    "cut off": "main.insertAdjacentHTML('beforeend', '<div class=\"visible\"><p id=\"bad\">Words that do not fit</p></div>'); bad.parentElement.attributeStyleMap.set('overflow', 'hidden'); bad.parentElement.attributeStyleMap.set('width', '40px'); bad.attributeStyleMap.set('white-space', 'nowrap')",
    "over each other": "main.insertAdjacentHTML('beforeend', '<p>One line</p><p id=\"bad\">Another line</p>'); bad.attributeStyleMap.set('margin-top', '-40px')",
    "hard to hit": "main.insertAdjacentHTML('beforeend', '<button type=\"button\" id=\"bad\">x</button>'); bad.attributeStyleMap.set('height', '14px')",
    "moves": "main.insertAdjacentHTML('beforeend', '<p id=\"bad\">x</p>'); const s = new CSSStyleSheet(); s.replaceSync('#bad { transition: color 1s !important; }'); document.adoptedStyleSheets = [s]",
    "focus": "main.insertAdjacentHTML('beforeend', '<a href=\"x\" id=\"bad\">x</a>'); bad.attributeStyleMap.set('outline', 'none')",
    "ring": "main.insertAdjacentHTML('beforeend', '<div><a href=\"x\" id=\"bad\">x</a></div>'); bad.parentElement.attributeStyleMap.set('overflow', 'hidden'); bad.attributeStyleMap.set('display', 'block')",
    "covered": "main.insertAdjacentHTML('beforeend', '<div><a href=\"x\">x</a><span id=\"bad\">x</span></div>'); const s = new CSSStyleSheet(); s.replaceSync('#bad { position: fixed; inset: 0; background: white; }'); document.adoptedStyleSheets = [s]",
    "trap": "main.insertAdjacentHTML('beforeend', '<a href=\"x\" id=\"bad\">x</a><a href=\"y\">y</a>'); bad.addEventListener('keydown', event => event.preventDefault())",
    "order": "main.insertAdjacentHTML('beforeend', '<a href=\"x\">x</a><a href=\"y\" tabindex=\"1\">y</a>')",
    "own colours": "main.insertAdjacentHTML('beforeend', '<p id=\"bad\">x</p>'); bad.attributeStyleMap.set('forced-color-adjust', 'none')",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(page, address, fault):
    page.goto(address + "404.html")
    page.evaluate(f"() => {{ const main = document.querySelector('main'); {FAULTS[fault]}; }}")
    found = only_faults(page.evaluate(LOOK) | {"hard to hit": page.evaluate("seen.small()"), "moves": page.evaluate("seen.moves()")} | keyboard(page))
    where = {"ring": "focus", "focus": "focus in forced colours", "covered": "the Tab key", "trap": "the Tab key", "order": "the Tab key", "own colours": "forced colours"}.get(fault, fault)
    assert where in found, found
