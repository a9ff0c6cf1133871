"""No address that was ever published breaks; wrong and old addresses show a page that helps; checksums fit the site."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path
from urllib.parse import urljoin

import pytest

from anchorbook.addresses import NOT_FOUND, Redirect, Redirects, promised_places, read_register, register_text
from anchorbook.checks.addresses import addresses_of, looker, site_findings
from anchorbook.project import Project
from anchorbook.reporting import as_text
from anchorbook.site import headers
from anchorbook.site.checksums import NAME, compare
from anchorbook.site.redirects import moved_page, not_found_page, with_moved_places
from anchorbook.site.slots import Slot
from tests.support.browsers import Quiet, served
from tests.support.builds import ROOT
from tests.website.test_browser import axe, violations  # noqa: F401  axe is a fixture

BOOK = Project(ROOT)
COMMAND = "Run: anchorbook addresses, and commit data/addresses.txt. By hand: add a line each."


@pytest.fixture(scope="module")
def kept():
    return read_register(BOOK.addresses, "data/addresses.txt")


# ---------------------------------------------------------------- the register


def test_no_published_address_breaks(site):
    assert as_text(site_findings(BOOK, site, "2026-11-22")) == ""


def test_every_address_of_the_site_is_in_the_register(site, catalogue, kept):
    """Drafts may wait: their address is promised when an editor publishes them."""
    drafts = {f"cases/{entry.id}.html" for entry in catalogue.all_entries if entry.qa_status == "draft"}
    missing = [address for address in addresses_of(BOOK, site, catalogue) if address not in kept.lines and address not in drafts]
    assert missing == [], COMMAND


def test_the_register_is_as_the_command_writes_it(kept):
    assert kept.findings == []
    assert BOOK.addresses.read_text("utf-8") == register_text(kept.lines), COMMAND


def test_every_kind_of_address_is_kept(kept, site, catalogue):
    assert {"index.html", "cases/leeds-anchor-framework.html", "evidence/claims.html#cl16", "evidence/conflicts.html#nhs-staff", "glossary.html#kwh", "data/cases.csv",
            "downloads/claims.csv", "feed.xml", "maps/places.html", "training/slides/introduction.html", "notebooks/beat-the-cold.html"} <= set(kept.lines)
    assert all(map(looker(site), promised_places(catalogue)))  # a claim or term without its place on the page is not missed
    assert not [address for address in kept.lines if address.startswith(("_", "assets/", "pagefind/", "explore-"))]


def test_it_shows_when_an_address_goes(site, tmp_path, kept):
    """The same check on a copy of the site from which a page, a file and a claim are taken."""
    copy = tmp_path / "site"
    shutil.copytree(site, copy, ignore=shutil.ignore_patterns("pagefind", "_images"))
    (copy / "cases" / "gm-devolution.html").unlink()
    (copy / "data" / "cases.csv").unlink()
    claims = copy / "evidence" / "claims.html"
    claims.write_text(claims.read_text("utf-8").replace(' id="cl16"', ""), "utf-8")
    found = [item.line for item in site_findings(BOOK, copy, "2026-11-22")]
    assert found == [kept.lines[address] for address in ("cases/gm-devolution.html", "data/cases.csv", "evidence/claims.html#cl16")]


# ---------------------------------------------------------------- a wrong address


def test_the_page_for_wrong_addresses_is_part_of_the_book(pages):
    page = pages[NOT_FOUND]
    assert page.h1.get_text() == "Page not found"
    assert {"index.html", "explore.html", "search.html", "#all-parts"} <= {link["href"] for link in page.main.find_all("a")}
    assert len(page.find(id="all-parts").find_all("a")) > 10
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert not page.find(attrs={"data-pagefind-body": True}) and not page.find("link", rel="canonical") and not page.select("[aria-current]")


def test_the_search_does_not_find_it(site):
    found = [gzip.decompress(path.read_bytes()) for path in (site / "pagefind" / "pages" / "fragment").iterdir()]
    assert len(found) > 20
    assert [text for text in found if b'"url":"/404.html"' in text] == []


def test_hosts_know_the_page():
    assert "error_page 404 /404.html;" in headers.nginx()
    assert "404.html" in (ROOT / "book" / "about" / "deployment.md").read_text("utf-8")


def frame(site: Path) -> str:
    """The frame of all pages, as the theme makes it, from a page of a case."""
    html = (site / "cases" / "gm-devolution.html").read_text("utf-8")
    html = re.sub(r"(<main[^>]*>).*</main>.*?(?=</div>\n<footer)", lambda match: f"{match[1]}{Slot('case-body')}</main>\n", html, flags=re.DOTALL)
    return re.sub(r"<title>.*?</title>", f"{Slot('case-meta')}<title>{Slot('case-title')}</title>", html, flags=re.DOTALL)


class Host(Quiet):
    """A host that shows 404.html, whose book stands in a folder."""

    folder = "/our/book/"
    extensions_map = {**Quiet.extensions_map, ".js": "text/javascript"}  # noqa: RUF012
    page = b""

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix(self.folder)) if path.startswith(self.folder) else "/nowhere"

    def send_error(self, code, message=None, explain=None):
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page)


@pytest.mark.browser
@pytest.mark.parametrize("wrong", ["wrong.html", "cases/wrong.html", "a/b/c/wrong/"])
def test_a_reader_gets_back_from_a_wrong_address_of_any_depth(chromium, site, monkeypatch, wrong):
    monkeypatch.setenv("ANCHORBOOK_ADDRESS", "https://host.example/our/book")
    monkeypatch.setattr(Host, "page", not_found_page(frame(site)).encode())
    with served(site, Host) as url:
        context = chromium.new_context()
        page = context.new_page()
        missing: list[str] = []
        page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
        page.goto(f"{url}our/book/{wrong}")
        assert missing == [f"{url}our/book/{wrong}"]  # its style sheet and scripts are there
        assert page.locator("h1").inner_text() == "Page not found"
        page.locator("main").get_by_role("link", name="All parts of the book").click()
        page.wait_for_url("**#all-parts")
        page.locator("main").get_by_role("link", name="Home").click()
        page.wait_for_url(f"{url}our/book/index.html")
        assert len(missing) == 1
        context.close()


# ---------------------------------------------------------------- an old address

OLD = {"cases/old.html": "gm-devolution.html", "old.html": "cases/gm-devolution.html", "cases/to-a-place.html": "../evidence/claims.html#cl16"}


@pytest.fixture(scope="module")
def moved(site, tmp_path_factory):
    """A copy of a part of the site, with pages that moved."""
    folder = tmp_path_factory.mktemp("moved") / "site"
    shutil.copytree(site, folder, ignore=shutil.ignore_patterns("pagefind", "_images", "maps", "notebooks", "training", "actions"))
    for old, new in (("cases/old.html", "cases/gm-devolution.html"), ("old.html", "cases/gm-devolution.html"), ("cases/to-a-place.html", "evidence/claims.html#cl16")):
        (folder / old).write_text(moved_page("The book", old, new, "It has a new name.", "2026-11-22"), "utf-8")
    return folder


@pytest.mark.browser
@pytest.mark.parametrize("way", ["on a host", "from a disk"])
@pytest.mark.parametrize("scripts", [True, False])
def test_an_old_address_leads_on(chromium, moved, way, scripts):
    with served(moved) as url:
        start = url if way == "on a host" else moved.as_uri() + "/"
        context = chromium.new_context(java_script_enabled=scripts)
        refused: list[str] = []
        for old, link in OLD.items():
            page = context.new_page()
            page.on("console", lambda message: refused.append(message.text))
            page.goto(start + old)
            page.wait_for_url(urljoin(start + old, link))
            assert "moved" not in page.locator("h1").inner_text()
        assert refused == []
        context.close()


@pytest.mark.browser
def test_a_page_that_moved_is_accessible(open_page, moved, axe):  # noqa: F811
    """As a reader sees it whose browser does not go on by itself."""
    text = (moved / "cases" / "old.html").read_text("utf-8")
    (moved / "cases" / "still.html").write_text(re.sub(r'<meta http-equiv="refresh"[^>]*>\n', "", text), "utf-8")
    with served(moved) as url:
        for width in (320, 1280):
            page = open_page(f"{url}cases/still.html", width=width).page
            assert page.locator("main a").get_attribute("href") == "gm-devolution.html"
            assert violations(page, axe) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_place_that_moved_still_has_its_line(site):
    pages = {"evidence/claims.html": (site / "evidence" / "claims.html").read_text("utf-8")}
    gone = Redirects(items=[Redirect(old="evidence/claims.html#cl999", new="evidence/claims.html#cl16", since="2026-11-22", why="The two were one.")])
    html = with_moved_places(pages, gone)["evidence/claims.html"]
    assert html.count('<p id="cl999">') == 1 and html.index('id="cl999"') < html.index("</main>")


# ---------------------------------------------------------------- checksums


def test_the_checksums_fit_the_site(site):
    found = compare(site, (site / NAME).read_text("utf-8"))
    assert found.same, found
    assert found.right == sum(path.is_file() for path in site.rglob("*")) - 1 > 300
