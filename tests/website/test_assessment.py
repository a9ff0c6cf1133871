"""The self-assessment and the group page, as people use them: by keyboard, on paper, from a disk, with files of all kinds."""

from __future__ import annotations

import json
import re

import pytest

from tests.website.test_print import SMALL_TEXT, WIDE_TABLES, sheets

pytestmark = pytest.mark.browser

PAGE, GROUP = "training/self-assessment.html", "training/group.html"
KEY = "anchorbook-self-assessment"
DOMAINS = ("work", "purchasing", "buildings", "environment", "place")
NOW, WANTED = (2, 1, 4, 3, 2), (4, 3, 4, 2, 2)


def answers(now=NOW, wanted=WANTED, note="") -> dict:
    return {domain: {"now": here, "wanted": there, "note": note} for domain, here, there in zip(DOMAINS, now, wanted)}


def record(**changes) -> dict:
    """What a saved file holds."""
    return {"anchorbook": "self-assessment", "version": "1", "id": "0123456789abcdef", "saved": "2026-11-20", "organisation": "Alpha Trust",
            "journey": 3, "answers": answers(), **changes}


def as_file(content, name="answers.json") -> dict:
    """A file as a person chooses it: a record, or whatever text or bytes."""
    raw = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else json.dumps(content).encode()
    return {"name": name, "mimeType": "application/json", "buffer": raw}


def fill(page, now=NOW, wanted=WANTED, domains=DOMAINS) -> None:
    for domain, here, there in zip(domains, now, wanted):
        page.locator(f"#now-{domain}-{here}").check()
        page.locator(f"#wanted-{domain}-{there}").check()


def given(page) -> dict:
    """What the form on the page says."""
    return page.evaluate("""domains => ({
      organisation: document.querySelector("#organisation").value,
      journey: Number((document.querySelector("input[name=journey]:checked") || {}).value) || null,
      answers: Object.fromEntries(domains.map(id => [id, {
        now: Number((document.querySelector(`input[name=now-${id}]:checked`) || {}).value) || null,
        wanted: Number((document.querySelector(`input[name=wanted-${id}]:checked`) || {}).value) || null,
        note: document.querySelector(`#note-${id}`).value}]))})""", list(DOMAINS))


def result_table(page) -> dict[str, tuple[str, str]]:
    rows = page.eval_on_selector_all("[data-result-table] tbody tr", "rows => rows.map(row => [...row.children].map(cell => cell.textContent))")
    return {name: (now, wanted) for name, now, wanted in rows}


def choose_file(page, content, name="answers.json") -> None:
    page.set_input_files("#import", as_file(content, name))


def problem(page) -> str:
    page.wait_for_function("document.querySelector('[data-problem]').textContent")
    return page.locator("[data-problem]").inner_text()


# ---------------------------------------------------------------- filling in


def test_filled_in_by_keyboard_gives_the_result_at_once(open_page, address, catalogue):
    page = open_page(address + PAGE, width=320).page
    asked = []
    page.on("request", lambda request: asked.append(request.url) if not request.url.endswith("icon.svg") else None)
    assert not page.locator("[data-result]").is_visible()
    page.locator("#organisation").focus()
    page.keyboard.type("Alpha Trust")
    page.keyboard.press("Enter")  # sends nothing, goes nowhere
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    for domain, here, there in zip(DOMAINS, NOW, WANTED):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "A":
            page.keyboard.press("Tab")
        for name, level in (("now", here), ("wanted", there)):
            assert page.evaluate("document.activeElement.name") == f"{name}-{domain}"
            page.keyboard.press("Space")
            for _ in range(level - 1):
                page.keyboard.press("ArrowDown")
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == f"note-{domain}"
    assert page.url == address + PAGE
    assert given(page) == {"organisation": "Alpha Trust", "journey": 3, "answers": answers()}
    levels = [f"{level.level} {level.label}" for level in catalogue.training.progression.levels]
    labels = [catalogue.vocabulary.label("domains", id) for id in DOMAINS]
    assert result_table(page) == {label: (levels[here - 1], levels[there - 1]) for label, here, there in zip(labels, NOW, WANTED)}
    assert page.locator("[data-chart] [role=img]").get_attribute("aria-label").endswith(
        "Good work: now 2, wanted 4; Purchasing: now 1, wanted 3; Buildings and land: now 4, wanted 4; Environment: now 3, wanted 2; Partnership in a place: now 2, wanted 2.")
    assert "Alpha Trust" in page.inner_text("[data-result-head]")
    assert asked == []


def test_next_steps_are_those_of_the_present_level(open_page, address, catalogue):
    page = open_page(address + PAGE).page
    fill(page)
    held = {item.domain: item for item in catalogue.training.progression.domains}
    for domain, here, there in zip(DOMAINS, NOW, WANTED):
        item = page.locator(f"[data-next={domain}]")
        shown = [step for step in held[domain].next if step.level == here] if there > here or here == 4 else []
        assert item.locator("li").count() == len(shown)
        for line, step in zip(item.locator("li").all(), shown):
            assert step.do in line.inner_text()
            links = line.locator(".helps a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
            assert links == [f"../actions/{id}.html" for id in step.actions] + [f"../cases/{id}.html" for id in step.cases]
    assert "where you want to be" in page.inner_text("[data-next=place]")
    assert "no step" in page.inner_text("[data-next=environment]")


def test_less_than_the_highest_level_is_not_praised(open_page, address):
    page = open_page(address + PAGE).page
    fill(page, now=(4,), wanted=(3,), domains=DOMAINS[:1])
    item = page.locator(f"[data-next={DOMAINS[0]}]")
    assert "You want to do less here than now" in item.inner_text() and "highest" not in item.inner_text()
    assert item.locator("li").count() == 0


def test_the_chart_can_be_read_without_colour(open_page, address):
    """Now is a disc, wanted a diamond: two shapes, each at its level."""
    page = open_page(address + PAGE).page
    fill(page)
    discs = page.eval_on_selector_all("[data-chart] .rows .mark-now", "found => found.map(item => Number(item.getAttribute('cx')))")
    diamonds = page.eval_on_selector_all("[data-chart] .rows .mark-wanted", "found => found.map(item => parseFloat(item.getAttribute('d').slice(1)))")
    assert discs == [100 * level - 50 for level in NOW] and diamonds == [100 * level - 50 for level in WANTED]
    assert page.locator("figcaption svg").count() == 2


def test_that_the_result_is_ready_is_said_once(open_page, address):
    page = open_page(address + PAGE).page
    page.evaluate("""() => { window.said = []; new MutationObserver(() => window.said.push(document.querySelector('[data-status]').textContent))
      .observe(document.querySelector('[data-status]'), {childList: true, characterData: true, subtree: true}); }""")
    fill(page, domains=DOMAINS[:4])
    assert page.evaluate("window.said") == []
    assert "4 of 5 domains" in page.inner_text("[data-progress]")
    fill(page)
    fill(page, wanted=(3, 3, 4, 4, 4))
    page.fill("#note-work", "A later thought")
    said = page.evaluate("window.said")
    assert len(said) == 1 and "ready" in said[0]


# ---------------------------------------------------------------- keeping


@pytest.mark.parametrize("where", ["server", "disk"])
def test_answers_are_there_after_a_reload(open_page, address, site, where):
    page = open_page(address + PAGE if where == "server" else (site / PAGE).as_uri()).page
    fill(page)
    page.locator("#journey-3").check()
    page.fill("#note-work", "Ünïcode 🌊 \u202ehidden")
    before = given(page)
    page.reload()
    assert given(page) == before
    assert page.locator("[data-result]").is_visible()
    assert "are back" in page.inner_text("[data-status]")
    assert page.evaluate("Object.keys(localStorage)") == [KEY]


def test_save_clear_and_load_gives_the_same(open_page, address):
    page = open_page(address + PAGE).page
    fill(page)
    page.locator("#journey-5").check()
    page.fill("#organisation", "Béta & \"Söhne\" <b>")
    page.fill("#note-place", "One\ntwo </script>")
    before, table = given(page), result_table(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    assert re.fullmatch(r"anchor-self-assessment-\d{4}-\d\d-\d\d\.json", download.value.suggested_filename)
    saved = download.value.path().read_bytes()
    assert set(json.loads(saved)) == set(record())
    # No is no; yes clears the page and the browser.
    clear = page.get_by_role("button", name="Clear all answers")
    clear.click()
    assert page.evaluate("document.activeElement.textContent") == "No, keep them"
    page.keyboard.press("Escape")
    assert given(page) == before and page.evaluate("document.activeElement.textContent") == "Clear all answers"
    clear.click()
    page.get_by_role("button", name="Yes, clear them").click()
    assert given(page) == {"organisation": "", "journey": None, "answers": {id: {"now": None, "wanted": None, "note": ""} for id in DOMAINS}}
    assert page.evaluate("localStorage.length") == 0 and not page.locator("[data-result]").is_visible()
    assert "cleared" in page.inner_text("[data-status]")
    choose_file(page, saved)
    page.wait_for_selector("[data-result]:visible")
    assert given(page) == before and result_table(page) == table
    assert page.evaluate("document.activeElement.id || document.activeElement.className") == "result"
    assert json.loads(page.evaluate(f"localStorage.getItem('{KEY}')")) == json.loads(saved)


def test_loading_a_file_asks_before_it_replaces_answers(open_page, address):
    page = open_page(address + PAGE).page
    fill(page)
    before = given(page)
    other = record(answers=answers((1,) * 5, (2,) * 5))
    choose_file(page, other)
    page.get_by_role("button", name="No, keep my answers").click()
    assert given(page) == before and page.evaluate("document.activeElement.id") == "import"
    choose_file(page, other)
    page.get_by_role("button", name="Yes, load the file").click()
    assert given(page)["answers"] == other["answers"]


def test_a_refused_file_takes_back_what_was_said_of_another(open_page, address):
    page = open_page(address + PAGE).page
    choose_file(page, record())
    page.locator("[data-status]", has_text="The file is loaded.").wait_for()
    choose_file(page, "not a file")
    assert problem(page).startswith("This file cannot be used")
    assert page.locator("[data-status]").inner_text() == ""


def test_without_storage_it_says_so_and_works(open_page, address):
    page = open_page(address + "index.html").page
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('off', 'SecurityError'); }})")
    page.goto(address + PAGE)
    fill(page)
    assert page.locator("[data-result]").is_visible()
    assert "cannot keep" in page.inner_text("[data-with-script]")


@pytest.mark.parametrize("kept", ["{", "[]", json.dumps(record(version="0")), json.dumps(record(journey="<img src=x onerror=alert(1)>"))])
def test_a_strange_copy_in_the_browser_does_no_harm(open_page, address, kept):
    page = open_page(address + PAGE).page
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, kept])
    page.reload()
    assert "cannot be used" in page.inner_text("[data-status]") and not page.locator("[data-result]").is_visible()
    fill(page)
    page.reload()
    assert given(page)["answers"] == answers()


# ---------------------------------------------------------------- hostile files

PROTO = json.dumps(record()).replace('"journey": 3', '"journey": 3, "__proto__": {"isAdmin": true}')
PROTO_DOMAIN = json.dumps(record()).replace('"work": {', '"__proto__": {"now": 1, "wanted": 1, "note": ""}, "work": {')
NASTY = "<img src=x onerror=\"window.ran=1\"><script>window.ran=1</script>"
HOSTILE = {
    "no JSON": ("not json", "not a file that"), "empty": ("", "not a file that"), "bytes": (b"\xff\xfe\x00\x01PNG", "not a file that"),
    "a list": ("[1, 2]", "not a file that"), "null": ("null", "not a file that"), "deep": ("[" * 40000 + "]" * 40000, "not a file that"),
    "too large": (json.dumps(record(organisation="x" * 200_000)), "too large"),
    "another kind": (record(anchorbook="shortlist"), "not a file that"), "another version": (record(version="2"), "version 2"),
    "markup as version": (record(version=NASTY), "unknown version"), "number as version": (record(version=1), "unknown version"),
    "__proto__": (PROTO, "does not know"), "__proto__ as domain": (PROTO_DOMAIN, "does not know"), "constructor": (record(constructor={}), "does not know"),
    "unknown domain": (record(answers={**answers(), "money": {"now": 1, "wanted": 1, "note": ""}}), "does not know"),
    "part missing": ({name: value for name, value in record().items() if name != "journey"}, "missing"),
    "long name": (record(organisation="x" * 81), "too long"), "long note": (record(answers=answers(note="x" * 201)), "too long"),
    "name is a list": (record(organisation=["a"]), "not a text"), "note is a number": (record(answers=answers(note=7)), "not a text"),
    "level 5": (record(answers=answers(now=(5,) * 5)), "from 1 to 4"), "level 1.5": (record(answers=answers(now=(1.5,) * 5)), "from 1 to 4"),
    "level as text": (record(answers=answers(wanted=("4",) * 5)), "from 1 to 4"), "level true": (record(answers=answers(now=(True,) * 5)), "from 1 to 4"),
    "journey 9": (record(journey=9), "journey"), "no such day": (record(saved="2026-02-30"), "not a date"), "day is markup": (record(saved=NASTY), "not a date"),
    "strange id": (record(id="../../x"), "number"), "answers are a list": (record(answers=[]), "missing"),
    "nothing answered": (record(organisation="", journey=None, answers={}), "no answers"),
}


def test_hostile_files_get_a_plain_message_and_change_nothing(open_page, address):
    page = open_page(address + PAGE).page
    fill(page)
    before = given(page)
    for name, (content, why) in HOSTILE.items():
        page.evaluate("document.querySelector('[data-problem]').textContent = ''")
        choose_file(page, content)
        said = problem(page)
        assert said.startswith("This file cannot be used, because ") and said.endswith("Your answers are as they were."), name
        assert why in said and "<" not in said and len(said) < 200, (name, said)
        assert given(page) == before, name
    assert page.evaluate("[window.ran, {}.isAdmin, document.querySelectorAll('main script, main img').length]") == [None, None, 0]


def test_markup_in_a_good_file_is_shown_as_text(open_page, address):
    page = open_page(address + PAGE).page
    choose_file(page, record(organisation=NASTY[:80], answers=answers(note=NASTY)))
    page.wait_for_selector("[data-result]:visible")
    assert page.inner_text("[data-result-head] bdi") == NASTY[:80]
    assert NASTY in page.inner_text("[data-next=work] .own-note")
    page.reload()
    assert page.evaluate("[window.ran, document.querySelectorAll('main script, main img').length]") == [None, 0]


# ---------------------------------------------------------------- paper


def test_the_result_is_one_sheet(open_page, address):
    """The longest steps, the longest notes, a long name: still one sheet, with chart, table, steps, date and address."""
    page = open_page(address + PAGE).page
    for level, note in ((1, ""), (1, "Many words stand here. " * 9), (1, "\n" * 199 + "x"), (4, "W" * 200), (3, "W" * 200), (2, "W" * 200), (1, "W" * 200)):
        page.evaluate("localStorage.clear()")
        page.reload()
        choose_file(page, record(organisation="Long Name of a Trust " * 3, answers=answers((level,) * 5, (4,) * 5, note[:200])))
        page.wait_for_selector("[data-result]:visible")
        assert sheets(page) == 1, (level, note)
    page.set_viewport_size({"width": 703, "height": 900})
    page.emulate_media(media="print")
    assert not page.locator("form[data-form]").is_visible() and not page.locator(".keep").is_visible()
    assert page.locator("[data-chart] svg").first.is_visible() and page.locator("[data-result-table] table").is_visible()
    text = page.inner_text("body")
    for words in ("Self-assessment", "20 November 2026", address + PAGE, "Long Name of a Trust", "The idea is from Leeds", "Action: Audit what you do now"):
        assert words in text, words
    assert "Print the result" not in text and "Whose idea" not in text
    assert page.evaluate(SMALL_TEXT) == [] and page.evaluate(WIDE_TABLES) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_the_empty_form_prints_as_a_form(open_page, address, scripts):
    page = open_page(address + PAGE, scripts=scripts).page
    assert 2 <= sheets(page) <= 4
    page.emulate_media(media="print")
    assert page.locator("form[data-form] input[type=radio]:visible").count() == 5 + 5 * 8
    assert page.locator("form[data-form] textarea:visible").count() == 5
    assert not page.locator("[data-result]").is_visible()


def test_without_scripts_it_is_a_form_to_read(open_page, address, catalogue):
    page = open_page(address + PAGE, scripts=False, width=320).page
    text = page.inner_text("main")
    for item in catalogue.training.progression.domains:
        assert all(level in text for level in item.levels)
        assert all(step.do in text for step in item.next)
    assert "paper form" in text and not page.locator("[data-tools]").is_visible()
    page.locator("#organisation").fill("Alpha")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.url == address + PAGE, "what is typed must not be sent"


# ---------------------------------------------------------------- everybody can use it: see also test_states.py


def test_forced_colours_show_the_marks(chromium, address):
    context = chromium.new_context(forced_colors="active", color_scheme="dark")
    page = context.new_page()
    page.goto(address + PAGE)
    fill(page)
    ground, now, wanted = page.evaluate("""() => [getComputedStyle(document.body).backgroundColor,
      getComputedStyle(document.querySelector(".rows .mark-now")).fill, getComputedStyle(document.querySelector(".rows .mark-wanted")).stroke]""")
    context.close()
    assert now == wanted != ground


def test_cases_of_the_result_can_go_on_the_shortlist(open_page, address):
    page = open_page(address + PAGE).page
    fill(page)
    page.get_by_role("button", name="Put these cases on my shortlist").click()
    shown = page.eval_on_selector_all("[data-next] [data-case-id]", "links => [...new Set(links.map(link => link.dataset.caseId))]")
    assert json.loads(page.evaluate("localStorage.getItem('anchorbook-shortlist')")) == shown != []


# ---------------------------------------------------------------- a group

THREE = [
    as_file(record(), "alpha.json"),
    as_file(record(id="1" * 16, organisation=NASTY[:60], journey=1, answers=answers((1, 1, 1, 1, 1), (4, 2, 2, 2, 2))), "beta.json"),
    as_file(record(id="2" * 16, organisation="", journey=None, answers={**answers((4, 2, 2, 2, 2), (4, 4, 4, 4, 4)), "place": {"now": 3, "wanted": None, "note": "secret"}}), "gamma.json"),
]


def load(page, files=THREE, count=3) -> None:
    page.set_input_files("#files", files)
    page.wait_for_function("count => document.querySelectorAll('[data-files] li').length === count", arg=count)


def spread(page, domain: str) -> list[list[str]]:
    return page.eval_on_selector_all(f"[data-spread-of={domain}] tbody tr", "rows => rows.map(row => [...row.children].map(cell => cell.textContent))")


@pytest.mark.parametrize("where", ["server", "disk"])
def test_a_group_of_three(open_page, address, site, where):
    page = open_page(address + GROUP if where == "server" else (site / GROUP).as_uri()).page
    asked = []
    page.on("request", lambda request: asked.append(request.url) if not request.url.endswith("icon.svg") else None)
    load(page)
    assert [row[1:] for row in spread(page, "work")] == [["1", "0"], ["1", "0"], ["0", "0"], ["1", "3"], ["2", "4"]]
    assert [row[1:] for row in spread(page, "place")] == [["1", "0"], ["1", "2"], ["1", "0"], ["0", "0"], ["0", "1"], ["2", "2"]]
    assert spread(page, "place")[4][0] == "No answer" and spread(page, "place")[5][0] == "Median"
    bars = page.eval_on_selector_all("[data-spread-of=work] rect", "found => found.map(bar => [bar.getAttribute('class'), Number(bar.getAttribute('width'))])")
    assert bars == [["bar-now", 66], ["bar-now", 66], ["bar-now", 66], ["bar-wanted", 198]]
    assert "level 4: 1 now, 3 wanted" in page.locator("[data-spread-of=work] [role=img]").get_attribute("aria-label")
    assert "secret" not in page.content() and page.evaluate("window.ran") is None
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0 and asked == []
    page.reload()
    assert page.locator("[data-files] li").count() == 0 and not page.locator("[data-spread]").is_visible()


def test_medians_of_an_even_group(open_page, address):
    page = open_page(address + GROUP).page
    load(page, THREE[:2], 2)
    assert spread(page, "work")[-1] == ["Median", "1.5", "4"]
    assert page.locator("[data-spreads] table").first.locator("tbody tr").first.inner_text().split("\t") == ["Good work", "1.5", "1 to 2", "4", "4"]


def test_names_can_be_hidden_and_files_removed(open_page, address):
    page = open_page(address + GROUP).page
    load(page)
    names = page.locator("[data-files]")
    assert "Alpha Trust" in names.inner_text() and NASTY[:60] in names.inner_text() and "No name given (file 3)" in names.inner_text()
    page.get_by_label("Hide names").check()
    assert "Alpha" not in page.inner_text("body") and "Alpha" not in names.evaluate("list => list.textContent") and "File 1" in names.inner_text()
    page.get_by_label("Hide names").uncheck()
    page.get_by_role("button", name="Remove Alpha Trust").focus()
    page.keyboard.press("Enter")
    assert page.locator("[data-files] li").count() == 2 and "2 files are left" in page.inner_text("[data-status]")
    assert page.evaluate("document.activeElement.textContent").startswith("Remove") and spread(page, "work")[-1] == ["Median", "2.5", "4"]
    load(page, THREE[:1])  # it can come back
    page.get_by_role("button", name="Remove all files").click()
    assert page.locator("[data-files] li").count() == 0 and not page.locator("[data-spread]").is_visible()
    assert page.evaluate("document.activeElement.id") == "files"


def test_what_is_not_used_is_named_with_its_reason(open_page, address):
    page = open_page(address + GROUP).page
    load(page, [*THREE, as_file(json.dumps(record(), indent=3), "copy.json"), as_file(record(version="0"), "old.json"), as_file(PROTO, "proto.json"),
                as_file("x", "<b>x</b>.json")])
    said = page.locator("[data-refused] li").all_inner_texts()
    assert len(said) == 4
    for line, name, why in zip(said, ("copy.json", "old.json", "proto.json", "<b>x</b>.json"), ("same content", "version 0", "does not know", "not a file that")):
        assert line.startswith(name) and why in line
    assert page.inner_text("[data-status]") == "3 files added, 3 in all. 4 files were not used: see below."
    load(page, THREE[:1])
    assert page.inner_text("[data-status]") == "0 files added, 3 in all. 1 file was not used: see below."
    page.get_by_label("Hide names").check()
    assert "alpha.json" not in page.inner_text("body")


def test_the_group_prints_without_tools(open_page, address):
    page = open_page(address + GROUP, width=703).page
    load(page)
    assert sheets(page) <= 3
    page.emulate_media(media="print")
    assert "Good work" in page.inner_text("main") and "Alpha Trust" not in page.inner_text("main")
    assert page.evaluate(SMALL_TEXT) == [] and page.evaluate(WIDE_TABLES) == []
