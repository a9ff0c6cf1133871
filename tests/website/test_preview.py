"""`anchorbook preview` shows a saved case at once, with what the checker says on the page itself."""

from __future__ import annotations

import http.server
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from anchorbook.preview.current import Current
from anchorbook.preview.drafts import Drafts
from anchorbook.preview.server import Server, serve
from anchorbook.project import Project
from anchorbook.site.publish import read_for_site
from tests.support.builds import copy_project

BAD_FILES = sorted((Path(__file__).parents[1] / "bad_files").glob("*.yaml"))
CASE = "imperial-insourcing"


def fetch(url: str, host: str = "") -> str:
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def wait_for(what, seconds: float = 90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := what():
                return found
        except urllib.error.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError("waited too long")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    return copy_project(tmp_path_factory.mktemp("preview") / "book")


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("preview-log") / "log"


def _alive(process: subprocess.Popen, log: Path) -> bool:
    assert process.poll() is None, log.read_text()
    return True


@pytest.fixture(scope="module")
def url(project, log):
    """The address of a running preview."""
    with log.open("w") as out:
        process = subprocess.Popen([sys.executable, "-m", "anchorbook.cli", "--project", str(project), "preview", "--port", "0"],
                                   stdout=out, stderr=subprocess.STDOUT)
    try:
        yield wait_for(lambda: _alive(process, log) and (found := re.search(r"Open (http://127\.0\.0\.1:\d+/)", log.read_text())) and found[1], 240)
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture
def case(project, url):
    """The file of one case; after the test it is as it was, and the book is built."""
    path = project / "case_studies" / f"{CASE}.yaml"
    good = path.read_text("utf-8")
    yield path
    path.write_text(good, "utf-8")
    title = re.search(r"(?m)^title: (.*)$", good)[1]
    wait_for(lambda: title[:30] in fetch(f"{url}explore.html") and "finds nothing wrong here" in fetch(f"{url}cases/{CASE}.html"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert re.search(old, text), old
    path.write_text(re.sub(old, new, text, count=1), "utf-8")


def test_a_saved_change_is_shown_and_lists_follow(case, url):
    page = f"{url}cases/{CASE}.html"
    assert "Health Anchors Evidence Book" in fetch(url)
    edit(case, r"(?m)^title: .*$", "title: A title seen in the preview")
    wait_for(lambda: "A title seen in the preview" in fetch(page))
    assert "finds nothing wrong here" in fetch(page)
    wait_for(lambda: "A title seen in the preview" in fetch(f"{url}explore.html"))


def test_a_record_that_breaks_a_rule_is_shown_with_the_finding(case, url):
    page = f"{url}cases/{CASE}.html"
    edit(case, r"(?m)^title: .*$", "title: Seen though a source is unknown")
    edit(case, r"\[@\w+", "[@nobody2020")
    found = wait_for(lambda: (html := fetch(page)) and "nobody2020" in html and "Preview: 1 error" in html and html)
    assert "<title>Seen though a source is unknown" in found and "contribute/findings.html#unknown-citation" in found
    assert re.search(r"<pre[^>]*>\s*\d+ \|", found)


def test_a_file_that_is_no_record_leaves_the_last_page_and_says_so(case, url, log):
    page = f"{url}cases/{CASE}.html"
    edit(case, "(?m)^status:", "statsu:")
    found = wait_for(lambda: (html := fetch(page)) and "statsu" in html and html)
    assert "last one that could be made" in found and "Did you mean &#34;status&#34;?" in found
    assert "At a glance" in found
    wait_for(lambda: "Not built; the last good site stays" in log.read_text())
    # The other pages say which file holds them up.
    assert f'href="/cases/{CASE}.html"' in fetch(url) and "another file has errors" in fetch(url)


def test_a_new_file_has_a_page_before_it_is_right(project, url):
    path = project / "case_studies" / "begun-just-now.yaml"
    path.write_text("id: begun-just-now\ntitle: <script>alert(1)</script>\n", "utf-8")
    try:
        page = f"{url}cases/begun-just-now.html"
        found = wait_for(lambda: fetch(page))
        assert "This page is not made yet" in found and "missing-field" in found
        assert "<script>alert(1)" not in found
    finally:
        path.unlink()
    wait_for(lambda: "another file has errors" not in fetch(url))
    with pytest.raises(urllib.error.HTTPError):
        fetch(page)


def test_a_deleted_case_is_gone_at_once_and_back_when_its_file_is(case, url):
    page, text = f"{url}cases/{CASE}.html", case.read_text("utf-8")
    assert "At a glance" in fetch(page)
    case.unlink()

    def answer() -> tuple[int, str]:
        try:
            return 200, fetch(page)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    status, found = wait_for(lambda: (found := answer())[0] == 404 and found)
    assert status == 404 and "<h1>This case was deleted</h1>" in found and "At a glance" not in found
    assert "leaves the case out in a moment" in found and "finds nothing wrong" not in found
    case.write_text(text, "utf-8")
    assert "At a glance" in wait_for(lambda: fetch(page))


def test_a_build_that_began_before_a_case_was_deleted_does_not_bring_it_back(case, url, project):
    """It read the file while it was there, and has a page of it."""
    drafts = Drafts(Project.find(project))
    catalogue = read_for_site(Project.find(project))
    before = drafts.mark()
    text = case.read_text("utf-8")
    case.unlink()
    drafts.look_at(case)
    drafts.take(catalogue, [], built=True, mark=before)
    assert drafts.show(f"cases/{CASE}.html", "<h1>As built</h1>").gone
    case.write_text(text, "utf-8")
    drafts.look_at(case)
    drafts.take(catalogue, [], built=True, mark=drafts.mark())
    assert drafts.show(f"cases/{CASE}.html", "<h1>As built</h1>") == ("<h1>As built</h1>", False)


def test_page_and_status_are_of_one_moment(case, project, monkeypatch):
    """A file that comes back while the page is on its way must not turn "This case was deleted" into a page that was found."""
    drafts, text = Drafts(Project.find(project)), case.read_text("utf-8")
    catalogue = read_for_site(Project.find(project))
    drafts.take(catalogue, [], built=True, mark=drafts.mark())
    case.unlink()
    drafts.look_at(case)
    show = drafts.show

    def slowly(page: str, published: str | None):
        shown = show(page, published)
        case.write_text(text, "utf-8")
        drafts.look_at(case)
        return shown

    monkeypatch.setattr(drafts, "show", slowly)
    server = serve(Project.find(project), drafts, Current(Project.find(project)), 0)
    page = f"http://127.0.0.1:{server.server_address[1]}/cases/{CASE}.html"
    try:
        with pytest.raises(urllib.error.HTTPError) as caught:
            fetch(page)
        assert caught.value.code == 404 and "<h1>This case was deleted</h1>" in caught.value.read().decode()
        assert "At a glance" in fetch(page)
    finally:
        server.shutdown()
        server.server_close()


def test_the_browser_shows_a_change_by_itself(case, url, chromium):
    page = chromium.new_page(bypass_csp=True)  # waiting evaluates a text, which the policy of the pages refuses
    page.goto(f"{url}cases/{CASE}.html")
    edit(case, r"(?m)^title: .*$", "title: A title nobody asked for")
    page.wait_for_function("document.querySelector('h1').textContent === 'A title nobody asked for'")
    page.close()


@pytest.mark.parametrize("path", ["nothing.html", "no/such/deep/page.html", "cases/nobody.html", "_static/none.css", "cases/", "domains/none/"])
def test_a_wrong_address_shows_the_books_own_page(url, path):
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(url + path)
    assert caught.value.code == 404
    page = caught.value.read().decode()
    assert "<h1>Page not found" in page and "Error code" not in page and "Directory listing" not in page
    links = {found for found in re.findall(r'(?:href|src|action)="([^"#]*)"', page) if not found.startswith("http")}
    assert len(links) > 10 and all(link.startswith("/") for link in links)
    assert all(fetch(url + link.lstrip("/")) for link in links if link.endswith((".css", ".js", "index.html")))


def test_only_this_computer_may_read_it(url):
    with pytest.raises(urllib.error.HTTPError, match="403"):
        fetch(url, host="elsewhere.example:80")
    for path in ("../../_config.yml", "%2e%2e/%2e%2e/_config.yml", "cases/../../../_config.yml"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            fetch(url + path)


def test_no_mistake_stops_it(project, url):
    """Every file of the collection of mistakes gives findings, as the checker does, and never a failure."""
    drafts = Drafts(Project.find(project))
    catalogue = read_for_site(Project.find(project))
    drafts.take(catalogue, catalogue.findings, built=True, mark=drafts.mark())
    assert len(BAD_FILES) > 150
    wrong = 0
    for number, source in enumerate(BAD_FILES):
        path = project / "case_studies" / ".drafts" / f"bad-{number}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(source.read_bytes())
        wrong += bool(drafts.look_at(path))
        shown = drafts.show(f"cases/{path.stem}.html", None)
        assert shown and "Preview" in shown.html, source.name
    assert wrong > 140


def test_a_browser_that_asks_for_much_at_once_is_not_kept_waiting():
    """Connections find room while the server is busy. One that finds none is tried again only a second later."""
    with Server(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:  # nobody takes the connections in
        asking = [socket.socket() for _ in range(60)]
        for connection in asking:
            connection.setblocking(False)
            connection.connect_ex(server.server_address)
        time.sleep(0.2)
        taken = [connection for connection in asking if _connected(connection)]
        for connection in asking:
            connection.close()
    assert len(taken) == len(asking)


def _connected(connection: socket.socket) -> bool:
    try:
        return bool(connection.getpeername())
    except OSError:
        return False
