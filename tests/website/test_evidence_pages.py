"""The evidence pages keep what they promise: the claims ledger, the register of disagreements, claims in texts, charts,
runs of notebooks, the map, the glossary, the frameworks, the resources and the key figures."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import posixpath
import re
from datetime import UTC, datetime
from importlib.metadata import packages_distributions, version

import pytest
import yaml

from anchorbook.loading import load_case
from anchorbook.notebooks import Notebook
from anchorbook.project import Project
from anchorbook.register import claims_of
from anchorbook.site.ledger import LedgerPages
from anchorbook.site.rendering import Words
from tests.support.builds import ROOT
from tests.website.test_browser import axe, violations  # noqa: F401  axe is a fixture
from tests.website.test_pages import text_of

browser = pytest.mark.browser

CLAIMS = list(csv.DictReader((ROOT / "data" / "claims.csv").open(encoding="utf-8")))
BY_ID = {claim["id"]: claim for claim in CLAIMS}
TOTAL = len(CLAIMS)
ALL = f"{TOTAL} claims."
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
FRAMEWORKS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted((ROOT / "data" / "frameworks").glob("*.yaml"))}
MAP = "maps/basildon-deprivation.html"
NOT_RESULTS = {"context": "Context", "target": "Target", "modelled": "Modelled", "input": "Input"}

# ---------------------------------------------------------------- the claims ledger


def rows(page) -> list[str]:
    """Ids of the rows that can be seen, in order."""
    return page.eval_on_selector_all("[data-ledger] tbody tr", "rows => rows.filter(row => row.checkVisibility()).map(row => row.id.toUpperCase())")


def said(page) -> str:
    return page.locator("[data-ledger-count]").inner_text()


def ledger(open_page, address, **how):
    return open_page(address + "evidence/claims.html", **how).page


def states(catalogue) -> dict[str, str]:
    return {item.claim.id: item.status for item in catalogue.assessed}


def test_the_ledger_has_a_row_for_each_claim(pages, catalogue):
    found = pages["evidence/claims.html"].select("[data-ledger] tbody tr")
    assert {f"CL{number:02}" for number in range(1, 78)} <= BY_ID.keys() and len(BY_ID) == TOTAL  # 77 of the five documents
    assert [row["data-id"] for row in found] == [claim["id"] for claim in CLAIMS]
    for row, claim in zip(found, CLAIMS, strict=True):
        assert row["id"] == claim["id"].lower()
        whole = re.sub(r"\s+", " ", row.get_text())
        assert claim["name"] in whole and claim["locator"] in whole and claim["note"] in whole
        assert row.select_one("td a[href^='../references.html#ref-']")["href"].endswith(f"#ref-{claim['source']}")
        assert row.select_one(".kind").get_text() == catalogue.vocabulary.label("measure_kinds", claim["kind"])
        status = states(catalogue)[claim["id"]]
        assert catalogue.vocabulary.label("claim_statuses", status) in row.select_one(f".state-{status}").get_text()
        if status == "unchecked":
            assert row.select_one("td:last-child .small"), claim["id"]  # the reason, or the sum that settles nothing
        if status == "conflicts":
            assert row.select("a[href*='conflicts.html#']"), claim["id"]


@pytest.mark.parametrize("id, value", [
    ("CL01", "£27 billion a year"), ("CL02", "8,253 sites"), ("CL05", "1.6 million people"), ("CL07", "First"), ("CL10", "about 10% to 20%"),
    ("CL16", "£345,000"), ("CL34", "33% small, 0% micro, 67% large, 67% high priority"), ("CL30", "at least 80 organisations"),
])
def test_values_stand_as_people_say_them(pages, id, value):
    assert pages["evidence/claims.html"].select_one(f"#{id.lower()} .line").get_text() == value


def test_the_ledger_can_be_fetched(site, catalogue):
    text = (site / "downloads" / "claims.csv").read_text("utf-8")
    table = list(csv.DictReader(io.StringIO(text)))
    assert len(table) == TOTAL >= 77
    for row, claim in zip(table, CLAIMS, strict=True):
        assert {name: row[name] for name in ("id", "name", "text", "unit", "kind", "source", "locator", "note")} == \
            {name: claim[name] for name in ("id", "name", "text", "unit", "kind", "source", "locator", "note")}
        assert [float(row[name]) if row[name] else None for name in ("value", "low", "high")] == \
            [float(claim[name]) if claim[name] else None for name in ("value", "low", "high")]
        assert row["status"] == states(catalogue)[claim["id"]]
    # A spreadsheet runs a cell that starts with one of these.
    assert [cell for row in table for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@browser
def test_the_link_fetches_the_table(open_page, address):
    page = ledger(open_page, address)
    with page.expect_download() as download:
        page.get_by_role("link", name="Fetch this table as CSV").click()
    assert download.value.suggested_filename == "claims.csv"
    assert len(list(csv.DictReader(open(download.value.path(), encoding="utf-8")))) == TOTAL


@browser
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("field, column", [("status", "status"), ("kind", "kind"), ("source", "source")])
def test_the_ledger_is_filtered_by_each_list(open_page, address, catalogue, field, column, width):
    page = ledger(open_page, address, width=width)
    of = states(catalogue)
    values = page.eval_on_selector_all(f"#ledger-{field} option", "all => all.map(one => one.value)")
    assert set(values) - {""} == ({*of.values()} if field == "status" else {claim[column] for claim in CLAIMS})
    for value in values:
        page.select_option(f"#ledger-{field}", value)
        wanted = [claim["id"] for claim in CLAIMS if not value or (of[claim["id"]] if field == "status" else claim[column]) == value]
        assert rows(page) == wanted
        assert said(page) == (ALL if len(wanted) == TOTAL else f"{len(wanted)} of {TOTAL} claims.")
        assert not page.locator("[data-ledger-none]").is_visible()
    if field == "status":
        for value in values[1:]:
            label = page.locator(f"#ledger-status option[value={value}]").inner_text()
            assert label == f"{catalogue.vocabulary.label('claim_statuses', value)} ({sum(state == value for state in of.values())})"


@browser
@pytest.mark.parametrize("words, must", [
    ("solar", "CL16"), ("SOLAR   panels", "CL16"), ("panels solar", "CL16"), ("cl16", "CL16"), ("345,000", "CL16"), ("line 271", "CL16"), ("  ", "CL01"),
])
def test_the_ledger_is_filtered_by_words(open_page, address, words, must):
    page = ledger(open_page, address)
    page.locator("#ledger-text").fill(words)
    found = rows(page)
    assert must in found
    assert (len(found) == TOTAL) == (not words.strip())
    text = dict(page.eval_on_selector_all("[data-ledger] tbody tr", "rows => rows.map(row => [row.id.toUpperCase(), row.textContent.toLowerCase()])"))
    assert found == [id for id in text if all(word in text[id] for word in words.lower().split())]


@browser
def test_filters_of_the_ledger_work_together_and_are_taken_back(open_page, address, catalogue):
    page = ledger(open_page, address)
    page.select_option("#ledger-status", "differs")
    page.select_option("#ledger-source", "ihi_anchors_2022")
    page.locator("#ledger-text").fill("applicant")
    wanted = [id for id, state in states(catalogue).items() if state == "differs" and BY_ID[id]["source"] == "ihi_anchors_2022"]
    both = [id for id in rows(page) if id in wanted]
    assert both == rows(page) and 0 < len(both) < len(wanted)
    page.select_option("#ledger-kind", "target")
    assert rows(page) == []
    assert said(page) == f"0 of {TOTAL} claims."
    assert page.locator("[data-ledger-none]").inner_text().startswith("No claim fits.")
    page.locator("[data-ledger-reset]").click()
    assert len(rows(page)) == TOTAL and said(page) == ALL
    assert not page.locator("[data-ledger-none]").is_visible()
    assert page.evaluate("document.activeElement.id") == "ledger-text"
    # The button of the form does the same.
    page.select_option("#ledger-kind", "target")
    assert set(rows(page)) == {claim["id"] for claim in CLAIMS if claim["kind"] == "target"}
    page.locator("[data-ledger-form] button[type=reset]").click()
    page.wait_for_function("all => document.querySelector('[data-ledger-count]').textContent === all", arg=ALL)
    assert len(rows(page)) == TOTAL
    assert page.eval_on_selector_all("[data-ledger-form] select, [data-ledger-form] input", "all => all.map(one => one.value)") == [""] * 4


@browser
def test_the_number_of_rows_is_announced(open_page, address):
    page = ledger(open_page, address)
    count = page.get_by_role("status").filter(has_text="claims")
    assert count.count() == 1 and count.inner_text() == ALL
    page.evaluate("window.live = document.querySelector('[data-ledger-count]')")
    page.locator("#ledger-text").fill("cl16")
    assert count.inner_text() == f"1 of {TOTAL} claims."
    assert page.evaluate("live.isConnected && live.getAttribute('role')") == "status"  # a region replaced is not read out


@browser
def test_enter_in_the_filter_stays_on_the_page(open_page, address):
    page = ledger(open_page, address)
    page.locator("#ledger-text").fill("cl16")
    page.keyboard.press("Enter")
    assert rows(page) == ["CL16"] and page.url.endswith("evidence/claims.html")


@browser
def test_filters_that_the_browser_brings_back_count(open_page, address):
    """Coming back to the page, a browser fills the fields in again; the rows must be those that the fields name."""
    page = ledger(open_page, address)
    page.select_option("#ledger-status", "agrees")
    before = rows(page)
    page.goto(address + "index.html")
    page.go_back()
    page.wait_for_load_state()
    if page.locator("#ledger-status").input_value() == "agrees":
        page.wait_for_function("all => document.querySelector('[data-ledger-count]').textContent !== all", arg=ALL)
        assert rows(page) == before
    else:
        assert len(rows(page)) == TOTAL


COLUMNS = {"id": "Id", "name": "What is counted", "value": "Value", "source": "Source", "status": "What a check says"}


def number_of(id: str) -> int:
    """CL9 comes before CL10, and CL99 before CL100."""
    return int(id[2:])


def shown_in(page, column: str) -> list:
    """What the rows show in a column, from the top."""
    place = list(COLUMNS).index(column) + 1
    inside = {"source": " .cite a", "status": " .state"}.get(column, "")
    script = "cells => cells.map(cell => (cell.firstChild.textContent || '').trim())" if column in ("id", "name") else "cells => cells.map(cell => cell.textContent.trim())"
    return page.eval_on_selector_all(f"[data-ledger] tbody tr > :nth-child({place}){inside}", script)


@browser
@pytest.mark.parametrize("column", COLUMNS)
def test_the_ledger_is_sorted_up_and_down(open_page, address, column):
    page = ledger(open_page, address)
    assert page.locator("[data-ledger] th[aria-sort]").count() == 0
    head = page.locator(f"th[data-sort={column}]")
    button = head.locator("button")
    number = {claim["id"]: float(claim["value"] or claim["low"]) if claim["value"] or claim["low"] else None for claim in CLAIMS}
    for direction in ("ascending", "descending", "ascending"):
        button.focus()
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == direction
        assert page.locator("[data-ledger] th[aria-sort]").count() == 1
        assert page.evaluate("document.activeElement.textContent") == COLUMNS[column]
        down = direction == "descending"
        ids = rows(page)
        assert sorted(ids) == sorted(BY_ID)  # none lost
        if column == "value":
            numbers = [number[id] for id in ids]
            known = [one for one in numbers if one is not None]
            assert known == sorted(known, reverse=down)
            assert numbers[: len(known)] == known, "what has no number stands last, whichever way"
        elif column == "status":
            told = shown_in(page, "status")
            assert len([one for one, before in zip(told, [None, *told]) if one != before]) == len(set(told)) == 4
        elif column == "id":
            assert ids == sorted(ids, key=number_of, reverse=down)
        else:
            told = [text.casefold() for text in shown_in(page, column)]
            assert told == sorted(told, reverse=down)


@browser
def test_the_arrow_of_a_sorted_column_is_not_read_out(open_page, address):
    """aria-sort says it already: the name of the button stays what it was."""
    page = ledger(open_page, address)
    button = page.locator("th[data-sort=value] button")
    for _ in range(2):
        button.click()
        assert page.get_by_role("button", name="Value", exact=True).count() == 1


@browser
def test_sorting_by_another_column_starts_upwards_and_keeps_the_filter(open_page, address):
    page = ledger(open_page, address)
    page.select_option("#ledger-kind", "output")
    before = set(rows(page))
    page.locator("th[data-sort=value] button").click()
    page.locator("th[data-sort=value] button").click()
    page.locator("th[data-sort=id] button").click()
    assert page.locator("th[data-sort=id]").get_attribute("aria-sort") == "ascending"
    assert rows(page) == sorted(before, key=number_of)
    assert said(page).startswith(f"{len(before)} of {TOTAL} claims, sorted by ")


@browser
@pytest.mark.parametrize("width", [320, 1280])
def test_what_takes_the_focus_in_the_ledger_can_be_seen(open_page, address, width):
    """Sorting by keyboard on a small screen: a button that nobody sees must not take the focus."""
    page = ledger(open_page, address, width=width)
    unseen = page.eval_on_selector_all("main button, main input, main select", """all => all.filter(one => {
        if (!one.checkVisibility({visibilityProperty: true})) { return false; }
        one.focus();
        for (let box = one; box; box = box.parentElement) {
            const area = box.getBoundingClientRect();
            if (getComputedStyle(box).clipPath.startsWith('inset(50%') || area.width <= 1 && getComputedStyle(box).overflow === 'hidden') { return true; }
        }
        return false;
    }).map(one => one.textContent)""")
    assert unseen == []


def in_view(page, id: str) -> None:
    """Wait until the window has moved to this place: it may do so slowly."""
    for _ in range(50):
        if 0 <= page.locator(f"#{id}").bounding_box()["y"] < page.viewport_size["height"]:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"#{id} is not within the window: {page.locator(f'#{id}').bounding_box()}")


def assert_at(page, id: str) -> None:
    """The row is shown, within the window, and looks unlike the others."""
    assert id.upper() in rows(page)
    in_view(page, id)
    grounds = page.eval_on_selector_all("[data-ledger] tbody tr:not([hidden])", "rows => rows.map(row => [row.id, getComputedStyle(row.cells[1]).backgroundColor])")
    mine = dict(grounds)[id]
    assert mine not in ("rgba(0, 0, 0, 0)", "transparent")
    assert all(other != mine for row, other in grounds if row != id)


@browser
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_to_a_row_leads_to_it(open_page, address, axe, scheme, width):
    page = open_page(address + "evidence/claims.html#cl16", scheme=scheme, width=width).page
    assert_at(page, "cl16")
    page.evaluate(axe)
    faint = page.evaluate("axe.run('#cl16', {runOnly: ['color-contrast']})")["violations"]
    assert [node["target"] for item in faint for node in item["nodes"]] == []


@browser
def test_a_link_to_a_row_that_a_filter_hides_shows_it(open_page, address):
    page = ledger(open_page, address)
    page.select_option("#ledger-status", "agrees")
    page.locator("#ledger-text").fill("applicants")
    assert "CL16" not in rows(page)
    page.evaluate("location.hash = '#cl16'")
    page.wait_for_function("all => document.querySelector('[data-ledger-count]').textContent === all", arg=ALL)
    assert_at(page, "cl16")
    assert page.locator("#ledger-status").input_value() == page.locator("#ledger-text").input_value() == ""


@browser
def test_the_id_in_a_row_is_its_address(open_page, address):
    page = ledger(open_page, address)
    page.locator("#cl16 th a").click()
    assert page.url.endswith("#cl16")
    assert_at(page, "cl16")


@browser
@pytest.mark.parametrize("hash", ["#nothing", "#", "#%E0%A4%A", "#cl999", "#main"])
def test_an_odd_address_does_no_harm(open_page, address, hash):
    page = open_page(address + "evidence/claims.html" + hash).page
    page.locator("#ledger-text").fill("cl16")
    page.evaluate("hash => { location.hash = hash + 'x'; location.hash = hash; }", hash)
    assert rows(page) == ["CL16"]


@browser
def test_heads_of_the_printed_ledger_are_words(open_page, address):
    """Chromium does not draw buttons in heads that it repeats on the next pages."""
    page = ledger(open_page, address)
    names = ["Id", "What is counted", "Value", "Source", "What a check says"]
    for name in names:
        assert page.get_by_role("columnheader", name=name, exact=True).count() == 1
    page.emulate_media(media="print")
    assert page.locator("[data-ledger] thead .sort:visible").count() == 0
    assert [text.strip() for text in page.locator("[data-ledger] thead th").all_inner_texts()] == names
    assert page.get_by_role("columnheader", name="Value", exact=True).count() == 1


@browser
@pytest.mark.parametrize("width", [320, 1280])
def test_without_scripts_the_ledger_is_a_whole_table(open_page, address, width):
    page = ledger(open_page, address, scripts=False, width=width)
    assert page.locator("[data-ledger] tbody tr:visible").count() == TOTAL
    assert not page.locator("[data-ledger-form]").is_visible()
    assert not page.locator("[data-ledger-none]").is_visible()
    assert page.locator("[data-ledger] button").count() == 0
    assert said(page) == ALL
    page.goto(address + "evidence/claims.html#cl60")
    in_view(page, "cl60")


@browser
def test_the_ledger_works_from_a_disk(open_page, site):
    page = open_page((site / "evidence" / "claims.html").as_uri() + "#cl16").page
    page.locator("#ledger-text").fill("cl17")
    assert rows(page) == ["CL17"]
    page.locator("#ledger-text").fill("")
    page.locator("th[data-sort=value] button").click()
    assert rows(page)[0] == min((claim for claim in CLAIMS if claim["value"] or claim["low"]), key=lambda claim: (float(claim["value"] or claim["low"]), int(claim["id"][2:])))["id"]


# ---------------------------------------------------------------- the register of disagreements


def expected_conflicts(catalogue) -> dict[str, object]:
    found = {entry.id: entry for entry in catalogue.register.entries}
    for id in catalogue.by_id:
        found |= {f"{id}-{number}": conflict for number, conflict in enumerate(load_case(ROOT / "case_studies" / f"{id}.yaml").conflicts, 1)}
    return found


def test_the_register_holds_every_disagreement(pages, catalogue):
    page = pages["evidence/conflicts.html"]
    wanted = expected_conflicts(catalogue)
    own = yaml.safe_load((ROOT / "data" / "disagreements.yaml").read_text("utf-8"))["items"]
    assert {item["id"] for item in own} <= wanted.keys() and len(wanted) > len(own) > 5
    blocks = {block["id"]: block for block in page.select(".conflict")}
    assert blocks.keys() == wanted.keys()
    assert len(page.select(".conflict")) == len(wanted)
    assert f"{len(wanted)} disagreements stand here" in text_of(page.main)
    for id, conflict in wanted.items():
        block = blocks[id]
        assert block.find(re.compile("^h[34]$")).get_text() == conflict.fact
        assert [node.get_text() for node in block.select(".said > li > strong")] == [value.value for value in conflict.values]
        for item, value in zip(block.select(".said > li"), conflict.values):
            assert item.select_one(".cite a")["href"] == f"../references.html#ref-{value.source.key}"
        assert "Our reading" in block.select_one(".reading").get_text()
        assert len(text_of(block.select_one(".reading"))) > 20
        assert ("Recomputed" in text_of(block.select_one(".said"))) == bool(conflict.recomputed)


def test_disagreements_of_a_case_stand_under_its_name_and_on_its_page(pages, catalogue):
    page = pages["evidence/conflicts.html"]
    for entry in catalogue.entries:
        number = len(load_case(ROOT / "case_studies" / f"{entry.id}.yaml").conflicts)
        head = page.find(id=f"of-{entry.id}")
        assert bool(head) == bool(number), entry.id
        if head:
            assert head.a["href"] == f"../cases/{entry.id}.html" and head.get_text() == entry.title
            assert len(pages[f"cases/{entry.id}.html"].select(".conflict")) == number


def test_ledger_and_register_lead_to_each_other(pages, catalogue):
    table, register = pages["evidence/claims.html"], pages["evidence/conflicts.html"]
    seen = set()
    for id, conflict in expected_conflicts(catalogue).items():
        for claim in claims_of(conflict):
            link = table.select_one(f"tr#{claim.lower()} a[href='../evidence/conflicts.html#{id}']")
            assert link and link.get_text() == conflict.fact, (claim, id)
            seen.add((claim, id))
        for claim in {name for value in conflict.values for name in value.claims}:
            assert register.find(id=id).select_one(f"a.claim-id[href='../evidence/claims.html#{claim.lower()}']"), (claim, id)
    links = [(row["data-id"], a["href"].split("#")[1]) for row in table.select("[data-ledger] tbody tr") for a in row.select("a[href*='conflicts.html#']")]
    assert len(links) == len(set(links)) and set(links) == seen
    assert all(register.find(id=target) for _claim, target in links)


# ---------------------------------------------------------------- claims in texts


@pytest.fixture(scope="session")
def claim_pages(pages) -> list[str]:
    found = [address for address, page in pages.items() if page.select(".claim")]
    assert len(found) > 10
    return found


def test_claims_in_texts_say_what_the_ledger_says(pages, claim_pages):
    table = pages["evidence/claims.html"]
    kinds = set()
    for address in claim_pages:
        for node in pages[address].select(".claim"):
            assert re.fullmatch(r"(\.\./)*evidence/claims\.html#cl\d+", node.a["href"])
            row = table.find(id=node.a["href"].split("#")[1])
            claim = BY_ID[row["data-id"]]
            assert node.a.get_text() == row.select_one(".line").get_text()
            assert [tag.get_text() for tag in node.select(".kind")] == ([NOT_RESULTS[claim["kind"]]] if claim["kind"] in NOT_RESULTS else []), address
            tip = node.select_one("[role=tooltip]")
            assert tip["id"] == node.a["aria-describedby"]
            for part in (claim["name"], claim["locator"], claim["id"], row.select_one(".cite a").get_text()):
                assert part in tip.get_text()
            assert not tip.find("a")  # a tip cannot be reached, so nothing in it may be needed
            kinds.add(claim["kind"])
        ids = [node["id"] for node in pages[address].find_all(id=True)]
        assert len(ids) == len(set(ids)), address
    assert kinds >= {"context", "modelled", "input", "output", "process"}


@pytest.mark.parametrize("kind", sorted({claim["kind"] for claim in CLAIMS}))
def test_what_is_no_result_is_marked(catalogue, kind):
    claim = next(claim for claim in catalogue.ledger.claims if claim.kind == kind)
    html = LedgerPages(catalogue, lambda entries: []).inline(claim, Words(catalogue.vocabulary, catalogue.bibliography, ""))
    assert ('class="kind kind-' in html) == (kind in NOT_RESULTS)
    assert f">{NOT_RESULTS.get(kind, '')}</span>" in html or kind not in NOT_RESULTS
    assert f"{catalogue.vocabulary.label('measure_kinds', kind)}: " in html  # the tip says it for every kind


def test_the_search_leaves_out_what_tips_say(pages):
    tips = [tip for page in pages.values() for tip in page.select(".tip")]
    assert tips and all(tip.has_attr("data-pagefind-ignore") for tip in tips)


@browser
@pytest.mark.parametrize("place", ["domains/purchasing.html", "key-figures.html"])
def test_a_tip_shows_on_hover_and_on_focus_and_goes_on_escape(open_page, address, place):
    page = open_page(address + place).page
    claim = page.locator(".claim").first
    link, tip = claim.locator("a"), claim.locator("[role=tooltip]")
    link.scroll_into_view_if_needed()
    assert not tip.is_visible()
    link.hover()
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.mouse.move(2, 2)
    link.hover()
    assert tip.is_visible()
    page.mouse.move(2, 2)
    assert not tip.is_visible()
    # By keyboard: from the link before it.
    page.evaluate("link => { const all = [...document.querySelectorAll('a, button, input')].filter(one => one.checkVisibility()); all[all.indexOf(link) - 1].focus(); }", link.element_handle())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == tip.get_attribute("id")
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == tip.get_attribute("id")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert tip.is_visible()
    # Only one is shown at a time.
    assert page.locator("[role=tooltip]:visible").count() == 1


@browser
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_tips_stay_within_the_window(open_page, address, claim_pages, width):
    cut = []
    page = open_page(address + claim_pages[0], width=width).page
    for place in claim_pages:
        page.goto(address + place)
        page.keyboard.press("Tab")  # from here on, what takes the focus shows it
        areas = page.eval_on_selector_all(".claim", """claims => claims.map(claim => {
            const link = claim.querySelector('a');
            link.focus({preventScroll: true});
            scrollBy({top: link.getBoundingClientRect().top - 400, behavior: 'instant'});
            const area = claim.querySelector('[role=tooltip]').getBoundingClientRect();
            return [area.left, area.top, area.right, area.bottom, area.width, document.documentElement.scrollWidth - innerWidth];
        })""")
        assert areas and all(size > 50 for *_edges, size, _over in areas), place
        cut += [(place, number, left, top, right, bottom, over) for number, (left, top, right, bottom, _size, over) in enumerate(areas)
                if left < 0 or top < 0 or right > width or bottom > 800 or over > 0]
    assert cut == []


@browser
@pytest.mark.parametrize("place", ["domains/purchasing.html", "domains/work.html", "key-figures.html"])
def test_the_pointer_can_go_to_a_tip(open_page, address, place):
    """WCAG 1.4.13: what shows on hover stays while the pointer goes to it."""
    page = open_page(address + place).page
    claim = page.locator(".claim").first
    page.evaluate("claim => scrollBy(0, claim.getBoundingClientRect().top - 400)", claim.element_handle())
    line = page.evaluate("claim => { const box = claim.querySelector('a').getClientRects()[0]; return [box.x + box.width / 2, box.y + box.height / 2]; }", claim.element_handle())
    page.mouse.move(*line)
    tip = claim.locator("[role=tooltip]")
    area = tip.bounding_box()
    across = min(max(line[0], area["x"] + 5), area["x"] + area["width"] - 5)
    page.mouse.move(across, area["y"] + area["height"] / 2, steps=60)
    assert tip.is_visible()


@browser
def test_a_claim_leads_to_its_row(open_page, address):
    page = open_page(address + "domains/environment.html").page
    link = page.locator(".claim a").first
    target = link.get_attribute("href").split("#")[1]
    link.click()
    page.wait_for_load_state()
    assert page.url == address + f"evidence/claims.html#{target}"
    assert_at(page, target)


# ---------------------------------------------------------------- charts


@pytest.mark.parametrize("facet", ["level", "result"])
def test_a_chart_counts_what_the_catalogue_counts(pages, catalogue, facet):
    figure = pages["evidence/strength.html"].select_one(f"figure[aria-labelledby=chart-{facet}]")
    vocabulary = catalogue.vocabulary["evidence_levels" if facet == "level" else "results"]
    wanted = {f"{term.id} {term.label}" if facet == "level" else term.label: sum(str(term.id) in map(str, entry.facets[facet]) for entry in catalogue.entries) for term in vocabulary.terms}
    assert sum(wanted.values()) == len(catalogue.entries)
    image = figure.svg
    assert image["role"] == "img"
    drawn = [text.get_text() for text in image.find_all("text")]
    assert dict(zip(drawn[::2], map(int, drawn[1::2]), strict=True)) == wanted
    assert all(f"{label} {count}" in image["aria-label"] for label, count in wanted.items())
    widths = [float(bar["width"]) for bar in image.select("rect.bar")]
    most = max(wanted.values())
    assert widths == [pytest.approx(520 * count / most, abs=.06) for count in wanted.values()]
    # The same as a table.
    table = {row.th.get_text(): int(re.match(r"\d+", row.td.get_text())[0]) for row in figure.select("tbody tr")}
    assert table == wanted
    assert sum(int(row.find_all("td")[1].get_text().rstrip("%")) for row in figure.select("tbody tr")) == pytest.approx(100, abs=3)
    for row, term in zip(figure.select("tbody tr"), vocabulary.terms, strict=True):
        assert [a["href"] for a in row.select("a")] == ([f"../explore.html#{facet}={term.id}"] if wanted[row.th.get_text()] else [])
    # The sentence under the title.
    top = max(wanted, key=wanted.get)
    assert f"{most} of {len(catalogue.entries)} cases are at \"{top}\"" in text_of(figure.figcaption)


# ---------------------------------------------------------------- runs of notebooks


def libraries_of(text: str) -> dict[str, str]:
    return dict(part.rsplit(" ", 1) for part in text.split(", "))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_page_says_how_it_ran(pages, site, name):
    page = pages[f"notebooks/{name}.html"]
    run = page.select_one("main section.run")
    facts = {row.dt.get_text(): row.dd for row in run.select(".facts > div")}
    day = datetime.strptime(facts["Run on"].get_text(), "%d %B %Y").replace(tzinfo=UTC)
    assert datetime(2026, 1, 1, tzinfo=UTC) <= day <= datetime.now(UTC)
    found = libraries_of(facts["With"].get_text())
    assert "Python" in found and "pandas" in found and "anchorbook" not in found
    homes = packages_distributions()
    assert all(number == version(homes[library][0]) for library, number in found.items() if library != "Python")
    notebook = Notebook.from_text(Project(ROOT), name, (ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8"))
    assert re.fullmatch("[0-9a-f]{64}", facts["Checksum of the data"].get_text())
    assert facts["Checksum of the data"].get_text() == notebook.data_digest != hashlib.sha256(b"").hexdigest()  # of something
    links = {a.get_text(): site / "notebooks" / a["href"] for a in facts["Fetch"].select("a[download]")}
    assert set(links) == {"this notebook, with its results", *(path.name for path in notebook.data)}
    for path in notebook.data:
        assert links[path.name].read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_fetched_notebook_has_been_run(site, name):
    text = (site / "downloads" / f"{name}.ipynb").read_text("utf-8")
    cells = json.loads(text)["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
    assert code and [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert sum(output["output_type"] in ("execute_result", "display_data", "stream") for output in outputs) >= 3
    assert all(output["output_type"] != "error" and output.get("name") != "stderr" for output in outputs)
    assert str(ROOT) not in text and "/tmp/" not in text
    source = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8"))["cells"]
    assert ["".join(cell["source"]) for cell in cells] == ["".join(cell["source"]) for cell in source]


def test_the_evidence_page_lists_every_run(pages):
    table = pages["evidence/index.html"].select_one("[aria-label='The notebooks and their runs'] table")
    found = {row.th.a["href"].removeprefix("../notebooks/").removesuffix(".html"): row for row in table.select("tbody tr")}
    assert sorted(found) == NOTEBOOKS
    for name, row in found.items():
        run = pages[f"notebooks/{name}.html"].select_one("section.run")
        when, libraries, checksum = (dd.get_text() for dd in run.select("dd")[:3])
        cells = [text_of(cell) for cell in row.select("td")]
        assert cells[:3] == [when, libraries, checksum[:12]]
        assert row.th.get_text() == pages[f"notebooks/{name}.html"].h1.get_text()
        assert [a["href"] for a in row.select("a[download]")] == [a["href"] for a in run.select("a[download]")]


# ---------------------------------------------------------------- the map


def map_frame(page):
    """The document in the frame of the notebook's page, once it is there."""
    page.locator("[data-map-stage]").scroll_into_view_if_needed()
    page.locator("iframe.map-frame").wait_for()
    frame = page.locator("iframe.map-frame").element_handle().content_frame()
    frame.wait_for_selector(".leaflet-interactive", state="attached")
    return frame


def test_a_map_is_a_document_of_its_own(pages, site):
    frames = {posixpath.normpath(posixpath.join(posixpath.dirname(address), frame["data-map-figure"])): frame
              for address, page in pages.items() for frame in page.select("[data-map-figure]")}
    assert MAP in frames and frames.keys() == {address for address in pages if address.startswith("maps/")}
    assert frames[MAP]["data-map-title"] == "Deprivation in Basildon by small area, 2019"
    assert frames[MAP].find_parent("body") is pages["notebooks/basildon-deprivation.html"].body
    for address, frame in frames.items():
        assert frame.img["loading"] == "lazy" and frame.a["href"] == frame["data-map-figure"] and not frame.find("iframe")
        page = pages[address]
        assert page.title.get_text() == page.h1.get_text() == frame["data-map-title"]
        assert page.html["lang"] == "en-GB"
        for node in page.select("script[src], link"):
            path = node.get("src") or node["href"]
            assert path.startswith("data:") or (site / "maps" / path).is_file(), node
    names = {cell for row in csv.reader((ROOT / "data" / "deprivation-2019.csv").open(encoding="utf-8")) for cell in row}
    options = [option.get_text() if option["value"] else "" for option in pages[MAP].select("#area option")]
    assert options[0] == "" and len(options) == len(set(options)) == 111
    assert set(options[1:]) <= names


def test_a_map_opened_by_itself_asks_for_nothing_that_is_not_there(pages):
    """Without an icon of its own, the browser asks the server for one and says in the console that there is none."""
    without = [address for address, page in pages.items() if not page.select_one("link[rel~=icon]")]
    assert without == []


@browser
@pytest.mark.parametrize("how", ["http", "file"])
def test_a_map_loads_late_and_asks_nobody(open_page, address, site, how):
    url = address if how == "http" else site.as_uri() + "/"
    watched = open_page(url + "notebooks/basildon-deprivation.html", height=600)
    page = watched.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_load_state("load")
    if how == "http":  # from a disk, a browser may fetch it at once
        assert not [one for one in asked if "maps/" in one or "leaflet" in one]
    frame = map_frame(page)
    assert {one.removeprefix(url) for one in asked} >= {MAP, MAP.replace(".html", ".js"), "assets/leaflet.js", "assets/leaflet.css"}
    assert frame.locator("path.leaflet-interactive").count() == 110
    assert frame.locator(".mark").count() == 1
    assert "Office for National Statistics" in frame.locator(".leaflet-control-attribution").inner_text()


@browser
@pytest.mark.parametrize("name", [MAP, "maps/places.html"])
def test_a_map_does_not_glide_for_those_who_asked_for_less_motion(open_page, address, name):
    """Leaflet moves and zooms by script: styles alone do not stop it."""
    page = open_page(address + name).page
    glides = {}
    for wish in ("no-preference", "reduce"):
        page.emulate_media(reduced_motion=wish)
        page.reload()
        page.locator(".leaflet-marker-icon").first.wait_for()
        page.evaluate("""() => {
          window.glided = 0;
          new MutationObserver(() => { glided += document.querySelectorAll(".leaflet-pan-anim, .leaflet-zoom-anim").length; }).observe(document.body, {subtree: true, attributeFilter: ["class"]});
        }""")
        for key in ("ArrowRight", "+"):
            page.evaluate("glided = 0")
            page.locator(".leaflet-container").focus()
            page.keyboard.press(key)
            page.wait_for_timeout(600)
            glides[wish, key] = page.evaluate("glided") > 0
    assert glides == {("no-preference", "ArrowRight"): True, ("no-preference", "+"): True, ("reduce", "ArrowRight"): False, ("reduce", "+"): False}


@browser
@pytest.mark.parametrize("how", ["http", "file"])
def test_an_area_chosen_by_keyboard_is_announced(open_page, address, site, how):
    url = address if how == "http" else site.as_uri() + "/"
    page = open_page(url + "notebooks/basildon-deprivation.html").page
    frame = map_frame(page)
    status = frame.get_by_role("status")
    assert status.inner_text() == ""
    frame.get_by_label("Show an area").focus()
    page.keyboard.type("Basildon 008C")
    frame.wait_for_function("document.getElementById('said').textContent !== ''")
    assert status.inner_text() == "Basildon 008C: decile 7, rank 20,344 of 32,844"
    assert frame.locator("path.leaflet-interactive[stroke='#b45309']").count() == 1
    page.keyboard.press("ArrowDown")
    frame.wait_for_function("document.getElementById('said').textContent.startsWith('Basildon 008D')")
    assert frame.locator("path.leaflet-interactive[stroke='#b45309']").count() == 1
    page.keyboard.press("Home")
    frame.wait_for_function("document.getElementById('said').textContent === ''")
    assert frame.locator("path.leaflet-interactive[stroke='#b45309']").count() == 0
    # What is said is what the table says.
    row = next(row for row in csv.DictReader((ROOT / "data" / "deprivation-2019.csv").open(encoding="utf-8")) if "Basildon 008C" in row.values())
    assert "20344" in row.values() and "7" in row.values()


@browser
def test_a_chosen_area_shows_its_name_on_the_map(open_page, address):
    page = open_page(address + "notebooks/basildon-deprivation.html").page
    frame = map_frame(page)
    frame.get_by_label("Show an area").select_option(label="Basildon 008C")
    frame.wait_for_function("document.getElementById('said').textContent !== ''")
    page.wait_for_timeout(500)  # the map moves there
    assert ["Basildon 008C" in tip for tip in frame.locator(".leaflet-tooltip").all_inner_texts()] == [True]


@browser
def test_nothing_on_a_map_takes_the_focus_without_a_name(open_page, address):
    page = open_page(address + "notebooks/basildon-deprivation.html").page
    frame = map_frame(page)
    frame.get_by_label("Show an area").focus()
    nameless, stops = 0, 0
    for stops in range(1, 131):
        page.keyboard.press("Tab")
        if frame.evaluate("document.activeElement === document.body"):
            break
        nameless += frame.evaluate("!(document.activeElement.getAttribute('aria-label') || document.activeElement.title || document.activeElement.textContent)")
    assert nameless == 0
    assert stops < 10


@browser
def test_a_map_is_zoomed_by_keyboard(open_page, address):
    page = open_page(address + "notebooks/basildon-deprivation.html").page
    frame = map_frame(page)
    frame.get_by_label("Show an area").focus()
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(frame.evaluate("(document.activeElement.getAttribute('aria-label') || document.activeElement.title || '') + '|' + getComputedStyle(document.activeElement).outlineStyle"))
        if reached[-1].startswith("Zoom in"):
            break
    assert reached[-1] == "Zoom in|solid", reached
    assert frame.get_by_role("button", name="Zoom in", exact=True).count() == frame.get_by_role("button", name="Zoom out", exact=True).count() == 1
    wide = "Math.max(...[...document.querySelectorAll('path.leaflet-interactive')].map(path => path.getBBox().width))"
    before = frame.evaluate(wide)
    page.keyboard.press("Enter")
    frame.wait_for_function(f"{wide} > {before} * 1.5")
    page.keyboard.press("Tab")
    assert frame.evaluate("document.activeElement.getAttribute('aria-label')") == "Zoom out"
    page.keyboard.press("Enter")
    frame.wait_for_function(f"{wide} < {before} * 1.5")


@browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name, home", [(MAP, "notebooks/basildon-deprivation.html"), ("maps/places.html", "places.html")])
def test_a_map_on_its_own_page_fills_it_and_leads_back(open_page, address, name, home, width):
    page = open_page(address + name, width=width).page
    page.locator(".leaflet-marker-icon").first.wait_for()
    assert page.locator("h1").bounding_box()["height"] > 10
    assert page.locator("main").bounding_box()["height"] >= 800 and page.locator(".folium-map").bounding_box()["height"] >= 410
    if name == MAP:
        assert page.evaluate("""() => {
          const credit = document.querySelector(".leaflet-control-attribution").getBoundingClientRect();
          return Math.max(...[...document.querySelectorAll("path.leaflet-interactive")].map(path => path.getBoundingClientRect().bottom)) - credit.top;
        }""") <= 0
    page.get_by_role("link", name="Back to the page of this map").click()
    assert page.url == address + home


@browser
def test_a_map_in_a_frame_has_no_way_back(open_page, address):
    page = open_page(address + "notebooks/basildon-deprivation.html").page
    frame = map_frame(page)
    assert frame.locator(".back").count() == 1 and not frame.locator(".back").is_visible()


@browser
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_document_of_a_map_is_accessible_in_its_frame(open_page, address, axe, scheme, width):
    page = open_page(address + "notebooks/basildon-deprivation.html", width=width, scheme=scheme).page
    frame = map_frame(page)
    frame.get_by_label("Show an area").select_option(label="Basildon 008C")
    assert violations(frame, axe) == []
    assert frame.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


# ---------------------------------------------------------------- the glossary

GLOSSARY = yaml.safe_load((ROOT / "data" / "vocabulary" / "glossary.yaml").read_text("utf-8"))["terms"]
LEFT_ALONE = {"a", "h1", "h2", "h3", "h4", "h5", "h6", "code", "pre", "button", "label", "select", "option", "nav", "svg", "script", "style",
              "summary", "figcaption", "th", "dt", "form", "iframe", "textarea"}


def test_the_glossary_goes_from_a_to_z(pages):
    page = pages["glossary.html"]
    entries = page.select(".glossary > div")
    assert sorted(entry["id"] for entry in entries) == sorted(term["id"] for term in GLOSSARY)
    labels = [entry.dt.contents[0].strip() for entry in entries]
    assert labels == sorted(labels, key=str.casefold)
    for entry in entries:
        term = next(term for term in GLOSSARY if term["id"] == entry["id"])
        assert term["description"] in text_of(entry.dd)
        assert all(synonym in entry.dt.get_text() for synonym in term["synonyms"])
        assert bool(entry.select(".cite")) == ("source" in term)
        assert entry.find_parent("section").h2.get_text() == term["label"][0].upper()
    letters = page.select("nav.letters a")
    assert [a.get_text() for a in letters] == sorted({label[0].upper() for label in labels})
    assert all(page.find(id=a["href"][1:]).get_text() == a.get_text() for a in letters)


def test_the_glossary_does_not_lead_to_itself_and_names_of_documents_are_left_alone(pages):
    assert not pages["glossary.html"].select("a.term") and not pages["references.html"].select("a.term")
    assert "anchor institutions" in pages["references.html"].get_text()


def running_text(page):
    """Pieces of text in which a term may be a link, in order: the text, and the link it stands in."""
    for node in page.main.find_all(string=True):
        # On the page of a case, only the telling part is linked: what comes before its numbers.
        if node.find_parent("section", attrs={"aria-labelledby": "numbers"}):
            return
        within = [parent for parent in node.parents if parent.name not in ("main", "body", "html", "[document]") and "columns" not in parent.get("class", [])]
        link = node.parent if node.parent.name == "a" and "term" in node.parent.get("class", []) else None
        if type(node).__name__ != "NavigableString" or any(parent.name in LEFT_ALONE and parent is not link for parent in within):
            continue
        if any({"tip", "kind", "visually-hidden", "claim"} & set(parent.get("class", [])) for parent in within):
            continue
        yield str(node), link


def test_only_the_first_use_of_a_term_is_a_link(pages):
    term_of = {spelling: term["id"] for term in GLOSSARY if term.get("linked", True) for spelling in (term["label"], *term["synonyms"])}
    pattern = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, sorted(term_of, key=len, reverse=True))) + r")(?![\w-])")
    missed, late, number = [], [], 0
    for address, page in pages.items():
        # Slides are shown to a room, where nobody follows a link.
        if page.main is None or address in ("glossary.html", "references.html") or address.startswith(("maps/", "training/slides/")):
            continue
        links = page.select("a.term")
        targets = [a["href"].split("#")[1] for a in links]
        assert len(targets) == len(set(targets)), (address, targets)
        assert set(targets) <= set(term_of.values()), address
        assert all(re.fullmatch(r"(\.\./)*glossary\.html#.+", a["href"]) and a.find_parent("main") for a in links), address
        number += len(targets)
        linked: set[str] = set()
        for text, link in running_text(page):
            if link is not None:
                linked.add(link["href"].split("#")[1])
                continue
            for match in pattern.finditer(text):
                id = term_of[match[0]]
                if id not in linked:
                    (late if id in targets else missed).append((address, id, text[max(0, match.start() - 30) : match.end() + 20]))
                    linked.add(id)
    assert number > 100
    assert late == []
    assert missed == []


def test_links_to_terms_stand_in_running_text_and_lead_to_them(pages):
    ids = {node["id"] for node in pages["glossary.html"].select(".glossary > div")}
    for address, page in pages.items():
        for a in page.select("a.term"):
            assert a["href"].split("#")[1] in ids, (address, a)
            above = {parent.name for parent in a.parents}
            assert not above & LEFT_ALONE, (address, a)
            spelling = a.get_text()
            term = next(term for term in GLOSSARY if term["id"] == a["href"].split("#")[1])
            assert {spelling, spelling[0].lower() + spelling[1:]} & {term["label"], *term["synonyms"]}, (address, a)


@browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_to_a_term_leads_to_its_entry(open_page, address, axe, scheme):
    page = open_page(address + "notebooks/beat-the-cold.html", scheme=scheme).page
    page.locator("a.term", has_text="emission factor").click()
    page.wait_for_load_state()
    assert page.url == address + "glossary.html#emission-factor"
    in_view(page, "emission-factor")
    grounds = page.eval_on_selector_all(".glossary > div", "all => all.map(one => [one.id, getComputedStyle(one).backgroundColor])")
    assert [id for id, ground in grounds if ground == dict(grounds)["emission-factor"]] == ["emission-factor"]
    assert violations(page, axe) == []


# ---------------------------------------------------------------- frameworks


def blocks_of(page) -> dict[tuple, object]:
    """Each framework on the page, by the labels of its entries."""
    return {tuple(node.get_text() for node in block.select("li > .entry > strong:first-child")): block for block in page.select(".framework")}


def labels_in_order(framework, parent="") -> list[str]:
    found = []
    for item in framework["items"]:
        if (item.get("parent") or "") == parent:
            found += [item["label"], *labels_in_order(framework, item["id"])]
    return found


@pytest.fixture(scope="session")
def frameworks(pages) -> dict[str, object]:
    """The place of each framework on its page."""
    blocks = blocks_of(pages["frameworks/index.html"])
    assert len(blocks) == len(FRAMEWORKS)
    return {id: blocks[tuple(labels_in_order(framework))] for id, framework in FRAMEWORKS.items()}


@pytest.mark.parametrize("id", FRAMEWORKS)
def test_a_framework_stands_on_its_page(frameworks, id):
    block, framework = frameworks[id], FRAMEWORKS[id]
    assert f"framework-{framework['kind']}" in block["class"]
    assert block.select_one(".entries").name == ("ol" if framework["kind"] in ("steps", "levels") else "ul")
    assert block.select_one(f"a[href='../references.html#ref-{framework['source'].split(',')[0]}']")
    entries = {item["id"]: entry for item, entry in zip(_in_order(framework), block.select("li"), strict=True)}
    for item in framework["items"]:
        entry = entries[item["id"]].select_one(".entry")
        assert entry.strong.get_text() == item["label"]
        links = [a["href"] for a in entry.select("a.tag")]
        assert links == [*(f"../domains/{one}.html" for one in item.get("domains", [])), *(f"../actions/{one}.html" for one in item.get("actions", [])),
                         *(f"../tensions/{one.lower()}.html" for one in item.get("tensions", []))]
        assert [tag.get_text() for tag in entry.select(".tag.plain")] == [tag.replace("-", " ") for tag in item.get("tags", [])]
        # What is our inference says so, in words.
        assert [kind.get_text() for kind in entry.select(".kind")] == (["inferred"] if item.get("inferred") else [])
        assert ("inferred" in entries[item["id"]].get("class", [])) == bool(item.get("inferred"))
        # Nested as in the file.
        above = entries[item["id"]].find_parent("li")
        assert (above is entries[item["parent"]]) if item.get("parent") else above is None


def _in_order(framework, parent="") -> list[dict]:
    found = []
    for item in framework["items"]:
        if (item.get("parent") or "") == parent:
            found += [item, *_in_order(framework, item["id"])]
    return found


def test_the_driver_diagram_goes_three_deep(frameworks):
    block = frameworks["imperial-driver-diagram"]
    assert block.select("li > ul > li > ul > li")
    assert len(block.select(".inferred")) == 2
    assert "RECONSTRUCTION" in text_of(block)


@pytest.mark.parametrize("id", FRAMEWORKS)
def test_the_crosswalk_has_a_row_for_each_leaf(pages, catalogue, id):
    page = pages["frameworks/crosswalk.html"]
    framework = FRAMEWORKS[id]
    head = page.find("h2", id=id)
    assert head.get_text() == framework["label"]
    table = head.find_next("table")
    domains = catalogue.vocabulary["domains"].terms
    assert [cell.get_text() for cell in table.select("thead th")] == ["Entry", *(domain.label for domain in domains), "Actions", "Fits no domain"]
    parents = {item.get("parent") for item in framework["items"]}
    leaves = [item for item in framework["items"] if item["id"] not in parents]
    assert len(table.select("tbody tr")) == len(leaves)
    names = {item["id"]: item["label"] for item in framework["items"]}
    for row, item in zip(table.select("tbody tr"), leaves, strict=True):
        above = f"{names[item['parent']]}: " if item.get("parent") else ""
        assert text_of(row.th).replace(" :", ":").startswith(above + item["label"])
        cells = row.select("td")
        assert ["yes" in cell.get_text() for cell in cells[: len(domains)]] == [domain.id in item.get("domains", []) for domain in domains]
        assert [a["href"] for a in cells[-2].select("a")] == [f"../actions/{one}.html" for one in item.get("actions", [])]
        assert cells[-1].get_text() == ", ".join(item.get("tags", [])).replace("-", " ")


def test_no_entry_is_lost_between_domains_and_tags():
    """An entry without a domain, an action or a tension says by a tag what it is about; else the crosswalk shows an empty row."""
    for id, framework in FRAMEWORKS.items():
        parents = {item.get("parent") for item in framework["items"]}
        for item in framework["items"]:
            assert item["id"] in parents or any(item.get(name) for name in ("domains", "actions", "tensions", "tags")), (id, item["id"])


# ---------------------------------------------------------------- key figures and resources


def test_the_key_figures_are_six_and_none_is_a_result(pages):
    page = pages["key-figures.html"]
    rows_ = page.main.select("tbody tr")
    assert [row.select_one(".claim a")["href"].split("#")[1] for row in rows_] == ["cl01", "cl02", "cl03", "cl04", "cl05", "cl10"]
    for row in rows_:
        assert [tag.get_text() for tag in row.select(".claim .kind")] == ["Context"] * len(row.select(".claim"))
        assert all(text_of(cell) for cell in row.select("td"))
        assert row.select("td:last-child .cite a")
    assert "None of them is a result." in text_of(page.main)
    assert page.main.select_one("a[href='evidence/conflicts.html']") and page.main.select_one("a[href='evidence/index.html']")


@browser
def test_on_a_phone_key_figures_stand_under_each_other_with_their_names(open_page, address):
    page = open_page(address + "key-figures.html", width=390).page
    cells = page.locator("table.stacks tbody tr").first.locator("td")
    assert cells.evaluate_all("cells => cells.map(cell => getComputedStyle(cell, '::before').content)") == [
        f'"{name}: "' for name in ("Figure", "What it is", "When", "Careful")]
    assert page.locator(".scroll").first.evaluate("box => box.scrollWidth - box.clientWidth") <= 0


@browser
@pytest.mark.parametrize("place", ["evidence-map.html", "notebooks/beat-the-cold.html", "notebooks/using-the-catalogue.html"])
def test_captions_of_wide_tables_stay_on_the_screen(open_page, address, place):
    page = open_page(address + place, width=390).page
    wide = page.locator(".scroll:has(caption)").evaluate_all("""boxes => boxes.filter(box => box.scrollWidth > box.clientWidth).map(box => {
      box.scrollLeft = 80;
      const inside = box.getBoundingClientRect(), caption = box.querySelector("caption").getBoundingClientRect();
      return caption.left >= inside.left - 1 && caption.right <= inside.right + 1;
    })""")
    assert wide and all(wide)


def test_words_in_tables_of_notebooks_stand_left_and_numbers_right(pages):
    table = next(table for table in pages["notebooks/beat-the-cold.html"].select("table.numeric") if "Printed figures" in table.caption.get_text())
    assert all(cell.get("class") == ["words"] for cell in table.select("thead th:not(:first-child), td"))
    table = next(table for table in pages["notebooks/basildon-deprivation.html"].select("table.numeric") if "by decile of deprivation, 2019" in table.caption.get_text())
    assert [head.get("class") for head in table.select("thead th")] == [None, None, None, None, ["words"]]


def test_the_resources_are_grouped_and_each_leads_somewhere(pages, catalogue):
    page = pages["resources/index.html"]
    heads = [head.get_text() for head in page.main.select("h2")]
    assert {"Start here", "By domain", "By job", "Tools", "Networks", "How to judge evidence"} <= set(heads)
    for facet, folder in (("domains", "domains"), ("stakeholders", "your-actions")):
        for term in catalogue.vocabulary[facet].terms:
            assert page.main.select_one(f"a[href='../{folder}/{term.slug}.html']"), term.id
    items = [item for item in page.main.select("li") if item.select(".cite")]
    assert len(items) > 60
    known = {node["id"] for node in pages["references.html"].select(".references > li")}
    for item in items:
        key = item.select_one(".cite a")["href"].removeprefix("../references.html#")
        assert key in known
        assert re.search(r"\bfor\b|Money lent", text_of(item), re.IGNORECASE), text_of(item)[:80]  # says who it is for
        assert len(text_of(item)) > 40
