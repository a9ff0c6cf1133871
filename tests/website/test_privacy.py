"""What the browser keeps, what leaves it, and the button that clears it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.support.browsers import Quiet, served
from tests.support.builds import ROOT

OWN = sorted((ROOT / "anchorbook" / "site" / "theme" / "static").glob("*.js"))
PAGE = "about/privacy.html"
PREFIX = "anchorbook-"
_CALL = re.compile(r"\b(?P<store>localStorage|sessionStorage|store)\.(?P<what>getItem|setItem|removeItem|clear)\(\s*(?P<name>[^,)]*)")
_OTHER_WAYS = re.compile(r"document\.cookie|indexedDB|\bcaches\.|serviceWorker|sendBeacon|XMLHttpRequest|WebSocket|EventSource|navigator\.userAgent|"
                         r"toDataURL|getImageData|(?:local|session)Storage(?:\[|\.(?!getItem|setItem|removeItem))")


def table_under(page, heading: str) -> list[list]:
    """The cells of the table under a heading of the privacy page, without the row of headings."""
    title = next(node for node in page.main.find_all("h2") if heading in node.get_text())
    return [row.find_all(["td", "th"]) for row in title.find_next("table").tbody.find_all("tr")]


@pytest.fixture(scope="module")
def listed(pages) -> dict[str, str]:
    """The names that the page says are kept, with their plain words."""
    return {code.get_text(): cells[0].get_text(strip=True) for cells in table_under(pages[PAGE], "What your browser keeps") for code in cells[1].find_all("code")}


# ---------------------------------------------------------------- the list on the page is what the scripts do


def names_kept(path: Path) -> set[str]:
    """The names under which a script keeps something, or looks for it."""
    text, found = path.read_text("utf-8"), set()
    for call in _CALL.finditer(text):
        name = call["name"].strip()
        quoted = re.fullmatch(r"""["'`]([^"'`]+)["'`]""", name)
        named = re.search(rf"""\b{re.escape(name)}\s*=\s*["']([^"']+)["']""", text) if name.isupper() else None
        if quoted or named:
            found.add((quoted or named)[1])
        elif path.name != "kept.js" or call["what"] == "setItem":
            pytest.fail(f"{path.name}: nobody can tell what is kept by {call[0]}")
    return found


def test_the_page_lists_all_that_the_scripts_keep_and_nothing_else(site, listed):
    ours = set().union(*map(names_kept, OWN))
    theirs = set()
    for path in [*(site / "assets").glob("*.js"), *(site / "pagefind").rglob("*.js")]:
        theirs |= set(re.findall(r"""\b(?:local|session)Storage\.\w+\(\s*["'`]([^"'`]+)["'`]""", path.read_text("utf-8")))
    assert len(ours) >= 3
    assert ours | theirs == set(listed)
    assert all(name.startswith(PREFIX) for name in ours)
    assert all(words and not words.startswith(PREFIX) for words in listed.values())


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_no_script_keeps_or_sends_anything_another_way(path):
    found = _OTHER_WAYS.findall(path.read_text("utf-8"))
    assert found == []


def test_libraries_set_no_cookie_and_send_nothing_behind_the_page(site):
    for path in [*(site / "assets").glob("*.js"), *(site / "pagefind").rglob("*.js")]:
        assert re.findall(r"document\.cookie|indexedDB|serviceWorker\.register|sendBeacon", path.read_text("utf-8")) == [], path.name


def test_the_page_lists_all_pages_that_write_into_their_address(pages):
    named = {re.sub(r"^\.\./", "", cells[0].a["href"]) for cells in table_under(pages[PAGE], "What stands in an address")}
    scripts = [path.name for path in OWN if re.search(r"location\.hash|replaceState|pushState", path.read_text("utf-8")) and path.name != "menu.js"]
    found = set()
    for address, page in pages.items():
        if any(node["src"].rpartition("/")[2] in scripts for node in page.select("script[src]")):
            index = f"{address.rpartition('/')[0]}/index.html"
            found.add(index if index in named and address not in named else address)
    assert found == named


# ---------------------------------------------------------------- used, shown, cleared


def kept(page) -> dict[str, str]:
    return page.evaluate("Object.assign({}, localStorage, sessionStorage)")


def use(page, home: str) -> None:
    """Put a case on the shortlist, choose a theme, answer a question."""
    page.goto(home + "cases/imperial-insourcing.html")
    page.locator("[data-shortlist-button]").first.click()
    page.locator("[data-theme-button]").click()
    page.goto(home + "training/self-assessment.html")
    page.locator("#organisation").fill("<b>Trust</b> of ours")
    page.locator("main input[type=radio]").first.check()


def tab_to(page, selector: str, most: int = 60) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


@pytest.mark.browser
@pytest.mark.parametrize("where", ["a server", "a disk"])
def test_everything_is_shown_and_cleared_by_keyboard(open_page, site, address, listed, where):
    home = address if where == "a server" else site.as_uri() + "/"
    page = open_page(home + "about/licence.html").page
    assert kept(page) == {}
    use(page, home)
    page.evaluate("localStorage.setItem('of-another-site', '1')")
    stored = kept(page)
    assert set(stored) == {"of-another-site", *(name for name in listed if name.startswith(PREFIX))}

    page.goto(home + PAGE)
    shown = page.locator("[data-kept-list] li").all_inner_texts()
    assert sorted(line.split(":")[0] for line in shown) == sorted(listed[name] for name in stored if name in listed)
    assert any("<b>Trust</b> of ours" in line for line in shown) and any("imperial-insourcing" in line for line in shown)
    status = page.locator("[data-kept-status]")
    assert status.get_attribute("role") == "status" and status.inner_text() == ""
    tab_to(page, "[data-kept-clear]")
    page.keyboard.press("Enter")
    assert status.inner_text() == "Cleared: Self-assessment, Shortlist, Theme. Nothing is kept now."
    assert page.locator("[data-kept-now]").inner_text() == "This book keeps nothing in this browser now." and not page.locator("[data-kept-list]").is_visible()
    assert kept(page) == {"of-another-site": "1"}
    assert page.evaluate("document.activeElement.matches('[data-kept-clear]')")
    page.keyboard.press("Space")
    assert status.inner_text() == "There was nothing to clear."

    # All is as on the first day, on this page and on the others; and looking at them keeps nothing.
    assert page.evaluate("document.documentElement.dataset.theme") is None and page.locator("[data-theme-label]").inner_text() == "Dark mode"
    assert not page.locator("[data-shortlist-link]").is_visible()
    page.goto(home + "training/self-assessment.html")
    assert page.locator("#organisation").input_value() == "" and page.locator("main input[type=radio]:checked").count() == 0
    assert not page.locator("[data-result]").is_visible()
    page.goto(home + "shortlist.html")
    assert page.locator("[data-nothing]").is_visible()
    page.goto(home + "cases/imperial-insourcing.html")
    assert page.locator("[data-shortlist-button]").first.get_attribute("aria-pressed") == "false"
    assert kept(page) == {"of-another-site": "1"}


@pytest.mark.browser
def test_pages_that_are_open_elsewhere_are_cleared_too(open_page, address):
    """Another tab, and a page that comes back with the button Back, would else keep the answers and write them again."""
    page = open_page(address + "about/licence.html").page
    use(page, address)
    other = page.context.new_page()
    other.goto(address + PAGE)
    other.locator("[data-kept-clear]").click()
    page.wait_for_function("document.getElementById('organisation').value === ''")
    assert page.evaluate("document.documentElement.dataset.theme") is None and page.locator("[data-theme-label]").inner_text() == "Dark mode"
    assert not page.locator("[data-shortlist-link]").is_visible() and kept(page) == {}

    page.evaluate("document.getElementById('organisation').value = 'Old'; document.documentElement.dataset.theme = 'dark'")
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert page.locator("#organisation").input_value() == "" and page.evaluate("document.documentElement.dataset.theme") is None


@pytest.mark.browser
def test_a_long_content_is_cut_and_stays_text(open_page, address):
    page = open_page(address + "about/licence.html").page
    page.evaluate("localStorage.setItem('anchorbook-new', '<img src=x onerror=alert(1)>' + 'x'.repeat(5000))")
    page.goto(address + PAGE)
    line = page.locator("[data-kept-list] li")
    assert line.count() == 1 and line.locator("img").count() == 0
    assert line.inner_text().startswith("anchorbook-new: <img src=x") and "5,028 letters in all" in line.inner_text() and len(line.inner_text()) < 400
    page.locator("[data-kept-clear]").click()
    assert kept(page) == {}


@pytest.mark.browser
def test_where_the_browser_keeps_nothing_the_page_says_so(open_page, address):
    page = open_page(address + "about/licence.html").page
    page.context.add_init_script("Object.defineProperty(window, 'localStorage', {get: function () { throw new DOMException('off', 'SecurityError'); }});")
    page.goto(address + PAGE)
    assert "does not let pages keep anything" in page.locator("[data-kept-now]").inner_text()
    page.locator("[data-kept-clear]").click()
    assert page.locator("[data-kept-status]").inner_text() == "There was nothing to clear."


@pytest.mark.browser
def test_without_javascript_the_page_says_how_to_clear_by_hand(open_page, address, listed):
    page = open_page(address + PAGE, scripts=False).page
    assert not page.locator("[data-kept]").is_visible()
    assert page.get_by_text("By hand, or without JavaScript").is_visible()
    for name in listed:
        assert page.get_by_text(name, exact=True).is_visible()


# ---------------------------------------------------------------- what the host is asked


class _Asked(Quiet):
    """Remembers each address that a browser asked for, as the host sees it."""

    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(unquote(self.path))
        super().do_GET()


@pytest.fixture
def watched_host(site):
    _Asked.asked.clear()
    with served(site, _Asked) as url:
        yield url


@pytest.mark.browser
def test_words_that_a_person_looks_for_do_not_reach_the_host(open_page, watched_host):
    page = open_page(watched_host + "domains/work.html").page
    page.locator("#site-search").fill("pension")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-search-results] li a")
    page.wait_for_url(watched_host + "search.html#q=pension")
    page.locator("#search-text").fill("solar")
    page.locator(".search-line button").click()
    page.wait_for_function("document.querySelector('[data-search-status]').textContent.includes('solar')")
    page.wait_for_url("**/search.html#q=solar")
    page.locator("#site-search").fill("apprenticeship")
    page.keyboard.press("Enter")  # on the page of results itself
    page.wait_for_function("document.querySelector('[data-search-status]').textContent.includes('apprenticeship')")
    page.reload()
    page.wait_for_selector("[data-search-results] li a")
    page.goto(watched_host + "explore.html")
    page.locator("#explore-text").fill("carbon")
    page.locator("input[name=domain]").first.check()
    page.wait_for_function("location.hash.includes('q=carbon')")
    page.reload()
    asked = [re.sub(r"\?(?:v=[0-9a-f]+|ts=\d+)$", "", path) for path in _Asked.asked]  # which version of a file; when the search began
    assert len(asked) > 20 and [path for path in asked if re.search("pension|solar|apprentice|carbon|[?&=]", path)] == []


@pytest.mark.browser
def test_an_old_link_to_a_search_still_works_and_loses_its_words(open_page, watched_host):
    page = open_page(watched_host + "search.html?q=pension").page
    page.wait_for_selector("[data-search-results] li a")
    page.wait_for_url(watched_host + "search.html#q=pension")


@pytest.mark.browser
def test_without_javascript_no_word_is_sent_either(open_page, watched_host):
    page = open_page(watched_host + "index.html", scripts=False).page
    page.locator("#site-search").fill("pension")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html*")
    page.locator("#search-text").fill("pension")
    page.keyboard.press("Enter")
    assert [path for path in _Asked.asked if "pension" in path] == []
