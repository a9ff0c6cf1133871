"""Addresses outside the book: asked as a good guest asks, remembered, and shown on a page. No answer stops a build."""

from __future__ import annotations

import io
import json
import re
import socket
import tarfile
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from anchorbook import build as building
from anchorbook.cli import main
from anchorbook.outside import asking, kept
from anchorbook.outside.addresses import addresses
from anchorbook.outside.asking import Answer, Asker, agent_of
from anchorbook.outside.memory import Known, NotAResult, Result, after, as_text, read_file, read_text, with_uses, write_file
from anchorbook.outside.visits import findings_of, visit, what_to_write
from tests.support.projects import good_file, write_case
from tests.support.small_builds import small_project, without_sphinx  # noqa: F401

LATER = format_datetime(datetime.now(UTC) + timedelta(days=2), usegmt=True)


class Guest(BaseHTTPRequestHandler):
    """A host that does what its address says."""

    protocol_version = "HTTP/1.1"
    log: list[tuple[str, str, float]] = []  # noqa: RUF012
    agents: set[str] = set()  # noqa: RUF012
    robots = (404, b"")
    busy = 0
    most_busy = 0
    guard = threading.Lock()

    def log_message(self, format, *args):
        pass

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do(self) -> None:
        Guest.log.append((self.command, self.path, time.monotonic()))
        Guest.agents.add(self.headers["User-Agent"])
        what = self.path.lstrip("/").split("?")[0]
        try:
            if what == "robots.txt":
                self.answer(*Guest.robots)
            elif what.isdigit():
                self.answer(int(what), b"x")
            elif what == "no-head":
                self.answer(405 if self.command == "HEAD" else 200)
            elif what == "lying-head":
                self.answer(404 if self.command == "HEAD" else 200)
            elif what == "moved":
                self.answer(301, Location="/200")
            elif what == "moved-and-sent":
                self.answer(301, Location="/sent")
            elif what == "sent":
                self.answer(302, Location="/200")
            elif what == "round":
                self.answer(301, Location="/round")
            elif what == "moved-to-nothing":
                self.answer(301, Location="/404")
            elif what == "no-place":
                self.answer(301)
            elif what == "bad-place":
                self.answer(301, Location="javascript:alert(1)")
            elif what == "odd-place":
                self.answer(301, Location='/x"><script>')
            elif what == "wait":
                first = sum(path == self.path for _, path, _ in Guest.log) == 1
                self.answer(*((429, b"") if first else (200, b"")), **({"Retry_After": "7"} if first else {}))
            elif what == "wait-long":
                self.answer(503, Retry_After=LATER)
            elif what == "hang":
                time.sleep(3)
            elif what == "slow":
                with Guest.guard:
                    Guest.busy += 1
                    Guest.most_busy = max(Guest.busy, Guest.most_busy)
                time.sleep(0.05)
                with Guest.guard:
                    Guest.busy -= 1
                self.answer(200)  # only now, so that one guest alone is never counted twice
            elif what == "drip":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                for number in range(40):
                    self.wfile.write(b"X-%d: x\r\n" % number)
                    time.sleep(0.1)
            elif what == "nonsense":
                self.wfile.write(b"\x00\xff hello \r\n\r\n")
            elif what == "many-headers":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: x\r\n" % number for number in range(500)) + b"\r\n")
            elif what == "long-header":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n")
            elif what == "cut":
                self.connection.shutdown(socket.SHUT_RDWR)
            elif what == "endless":
                self.send_response(200)
                self.end_headers()
                while True:
                    self.wfile.write(b"x" * 65536)
            else:
                self.answer(200)
        except OSError:
            pass
        finally:
            self.close_connection = True

    do_HEAD = do_GET = do  # noqa: N815


@pytest.fixture(scope="module")
def server():
    served = ThreadingHTTPServer(("127.0.0.1", 0), Guest)
    served.daemon_threads = True
    served.block_on_close = False
    threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()


@pytest.fixture(autouse=True)
def quiet():
    Guest.log.clear()
    Guest.agents.clear()
    Guest.robots, Guest.most_busy = (404, b""), 0


def asker(**more) -> Asker:
    slept: list[float] = []
    made = Asker("a test", **{"pause": 0.0, "patience": 5.0, "most": 10.0, "private": True, "sleep": slept.append, **more})
    made.slept = slept
    return made


def asked() -> list[str]:
    return [f"{method} {path}" for method, path, _ in Guest.log if path != "/robots.txt"]


# ---------------------------------------------------------------- one question


@pytest.mark.parametrize("path, expected", [
    ("200", ("ok", "it answers 200")), ("404", ("failed", "it answers 404")), ("410", ("failed", "it answers 410")), ("500", ("failed", "it answers 500")),
    ("403", ("closed", "it does not talk to programs: it answers 403")), ("no-head", ("ok", "it answers 200")), ("lying-head", ("ok", "it answers 200")),
    ("round", ("failed", "it leads on and on")), ("moved-to-nothing", ("failed", "it answers 404")), ("no-place", ("failed", "it sends us on without an address")),
    ("bad-place", ("failed", "this is no address of a web page")), ("odd-place", ("failed", "it sends us on to what is no address")),
    ("hang", ("failed", "it does not answer in time")), ("drip", ("failed", "it does not answer in time")), ("endless", ("ok", "it answers 200")),
    ("nonsense", ("failed", "what it answers is not the language of the web")), ("many-headers", ("failed", "what it answers is not the language of the web")),
    ("long-header", ("failed", "what it answers is not the language of the web")), ("cut", ("failed", "the connection fails")),
    ("429", ("closed", "it does not talk to programs: it answers 429")),
])
def test_what_an_answer_means(server, path, expected):
    begun = time.monotonic()
    found = asker(**({"patience": 0.5, "most": 1.0} if path in ("hang", "drip") else {})).ask(f"{server}/{path}")
    assert found[:2] in (expected, ("failed", "what it answers is not the language of the web") if path == "cut" else expected)
    assert found.moved == "" and time.monotonic() - begun < 15  # without limits of time it would hang


def test_head_is_enough_where_it_is_answered_well(server):
    asker().ask(f"{server}/200")
    asker().ask(f"{server}/404")
    assert asked() == ["HEAD /200", "HEAD /404", "GET /404"]


@pytest.mark.parametrize("path, moved", [("moved", "/200"), ("sent", ""), ("moved-and-sent", "")])
def test_only_what_moved_for_good_has_moved(server, path, moved):
    assert asker().ask(f"{server}/{path}") == Answer("ok", "it answers 200", f"{server}{moved}" if moved else "")


def test_a_host_that_asks_us_to_wait_is_waited_for(server):
    one = asker()
    assert one.ask(f"{server}/wait").state == "ok"
    assert any(6.5 < seconds <= 7 for seconds in one.slept)


def test_one_that_asks_for_days_is_left_alone_with_all_its_addresses(server):
    one = asker()
    assert one.ask(f"{server}/wait-long") == Answer("not-asked", "its host asks us to wait")
    assert one.ask(f"{server}/200") == Answer("not-asked", "its host asks us to wait")
    assert asked() == ["HEAD /wait-long"]


def test_one_that_has_had_enough_is_asked_no_more(server):
    one = asker()
    one.ask(f"{server}/429")
    assert one.ask(f"{server}/200").state == "not-asked"


def test_robots_are_heeded(server):
    Guest.robots = (200, b"User-agent: anchorbook-links\nDisallow: /404\nCrawl-delay: 9\n\nUser-agent: *\nDisallow: /\n")
    one = asker()
    assert one.ask(f"{server}/404") == Answer("not-asked", "its robots.txt asks programs to stay away")
    assert one.ask(f"{server}/200").state == "ok" and one.ask(f"{server}/201").state == "ok"
    assert asked() == ["HEAD /200", "HEAD /201"] and sum(path == "/robots.txt" for _, path, _ in Guest.log) == 1
    assert max(one.slept) > 8


@pytest.mark.parametrize("robots, state", [((500, b""), "not-asked"), ((403, b""), "ok"), ((200, b"\x00\xff<html>" * 1000), "ok"), ((200, b""), "ok")])
def test_robots_of_other_kinds(server, robots, state):
    Guest.robots = robots
    assert asker().ask(f"{server}/200").state == state


def test_there_is_a_pause_between_two_questions_to_one_host(server):
    one = Asker("a test", pause=0.15, private=True)
    for _ in range(3):
        one.ask(f"{server}/200")
    moments = [moment for _, _, moment in Guest.log]
    assert min(later - earlier for earlier, later in zip(moments, moments[1:])) > 0.14


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/200", "http://localhost:{port}/200", "http://[::1]:{port}/200", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/",
                                     "http://0.0.0.0:{port}/", "http://2130706433:{port}/200"])
def test_nothing_in_a_private_network_is_asked(server, address):
    """A record may hold any address; the job that asks runs inside somebody's network."""
    found = asker(private=False).ask(address.format(port=server.rpartition(":")[2]))
    assert found == Answer("not-asked", "it lies in a private network") or found.said in ("the name of its host is not known", "the connection fails")
    assert Guest.log == []


@pytest.mark.parametrize("address", ["ftp://x.org/", "http://", "http://[x/", "http://user:secret@x.org/", "http://x.org:99999/", "file:///etc/passwd"])
def test_what_is_no_address_of_a_page_is_not_asked(address):
    assert asker().ask(address).state in ("failed", "not-asked")


def test_a_host_that_is_not_there_is_asked_once():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    one = asker()
    assert one.ask(f"http://127.0.0.1:{port}/a") == one.ask(f"http://127.0.0.1:{port}/b") == Answer("failed", "the connection fails")


def test_we_say_who_we_are(server):
    Asker(agent_of("https://book.example/"), pause=0, private=True).ask(f"{server}/200")
    assert Guest.agents == {"anchorbook-links/1 (looks whether links of an evidence book still work; +https://book.example/)"}


# ---------------------------------------------------------------- what is remembered


def test_two_days_of_failure_make_a_broken_address():
    known = after(Known(), "ok", "it answers 200", "", "2026-11-02")
    known = after(known, "failed", "it answers 404", "", "2026-11-09")
    assert not known.broken and (known.since, known.days, known.good) == ("2026-11-09", 1, "2026-11-02")
    assert not after(known, "failed", "it answers 404", "", "2026-11-09").broken  # the same day again
    left = after(known, "not-asked", "its host asks us to wait", "", "2026-11-12")
    assert (left.days, left.state) == (1, "failed")
    broken = after(left, "failed", "it answers 410", "", "2026-11-16")
    assert broken.broken and (broken.since, broken.failed, broken.days) == ("2026-11-09", "2026-11-16", 2)
    for state in ("ok", "closed"):
        assert after(broken, state, "", "", "2026-11-23").days == 0
    assert not after(after(broken, "ok", "", "", "2026-11-23"), "failed", "", "", "2026-11-30").broken


def test_the_file_gives_back_what_was_written(tmp_path):
    result = with_uses(Result("2026-11-16", "us", {"https://a.org/": after(Known(), "failed", "it answers 404", "", "2026-11-09"), "https://gone.org/": Known()}),
                       {"https://a.org/": [("book/a.md", 3, "")] * 30, "https://b.org/": [("references.bib", 7, "key")]})
    write_file(tmp_path / "data" / "x.json", result)
    again = read_file(tmp_path / "data" / "x.json")
    assert again == result and set(again.addresses) == {"https://a.org/", "https://b.org/"} and again.addresses["https://a.org/"].uses == 30
    assert read_file(tmp_path / "none.json") is None


GOOD = json.loads(as_text(Result("2026-11-16", "us", {"https://a.org/": Known(used=[("book/a.md", 3, "")], uses=1)})))


@pytest.mark.parametrize("raw", [b"", b"nonsense", b"[]", b"{}", b'{"format": 2, "addresses": {}}', b"[" * 100_000, b'{"format":1,"day":"x","addresses":[]}x', b"\xff\xfe"])
def test_a_file_that_is_something_else_is_refused(raw):
    with pytest.raises(NotAResult):
        read_text(raw)


@pytest.mark.parametrize("address, change", [
    ("javascript:alert(1)", {}), ('https://a.org/"><script>', {}), ("https://a.org/", {"state": "fine"}), ("https://a.org/", {"asked": "yesterday"}), ("https://a.org/", {"days": "many"}),
    ("https://a.org/", {"used": [["a"]]}), ("https://a.org/", {"used": 5}), ("https://a.org/", {"since": None}), ("https://a.org/", {"days": 1e999}),
])
def test_an_entry_that_is_wrong_is_left_out(address, change):
    raw = json.dumps({**GOOD, "addresses": {address: {**GOOD["addresses"]["https://a.org/"], **change}}}).encode()
    assert read_text(raw).addresses == {}


def test_an_address_that_a_host_sends_to_is_one_or_nothing():
    item = {**GOOD["addresses"]["https://a.org/"], "moved": "javascript:alert(1)"}
    assert read_text(json.dumps({**GOOD, "addresses": {"https://a.org/": item}}).encode()).addresses["https://a.org/"].moved == ""


# ---------------------------------------------------------------- a whole run


@pytest.fixture
def book(tmp_path, without_sphinx):  # noqa: F811
    project = small_project(tmp_path / "book-project", {"a.yaml": good_file(id="a")})
    project.references.write_text(project.references.read_text("utf-8") + "\n", "utf-8")
    return project


def with_addresses(project, *found: str) -> None:
    (project.book / "index.md").write_text("# A small book\n\n" + "".join(f"See <{address}>, or [this]({address}).\n\n" for address in found), "utf-8")


@pytest.fixture
def only_mine(monkeypatch):
    """Without the addresses of the list of sources, which lie on the internet."""
    from anchorbook.outside import addresses as module
    from anchorbook.outside import visits

    monkeypatch.setattr(module, "_MADE_UP", re.compile("(?!)"))
    monkeypatch.setattr(visits, "addresses", lambda project: {address: uses for address, uses in addresses(project).items() if "127.0.0" in address or "test.org" in address})


def test_every_address_is_found_with_its_uses(book):
    with_addresses(book, "https://one.test.org/a_(b)#part", "http://book.example/x", "https://two.test.org/x")
    (book.references).write_text("@online{key1,\n  url = {https://three.test.org/x},\n}\n", "utf-8")
    found = {address: [tuple(use) for use in uses] for address, uses in addresses(book).items() if "test.org" in address}
    assert found == {"https://one.test.org/a_(b)": [("book/index.md", 3, "")], "https://two.test.org/x": [("book/index.md", 7, "")], "https://three.test.org/x": [("references.bib", 2, "key1")]}
    assert not [address for address in addresses(book) if "book.example" in address]


def test_hosts_are_asked_side_by_side_and_each_one_thing_at_a_time(book, server, only_mine):
    with_addresses(book, *(f"{server}/slow?{number}" for number in range(4)))
    assert visit(book, None, Asker("a test", pause=0, private=True).ask, "2026-11-16").addresses[f"{server}/slow?1"].state == "ok"
    assert Guest.most_busy == 1 and len(asked()) == 4


def test_several_at_once_still_ask_a_host_one_thing_at_a_time(server):
    """As when pages of several hosts send us on to the same one."""
    one = Asker("a test", pause=0, private=True)
    with ThreadPoolExecutor(4) as pool:
        assert {answer.state for answer in pool.map(one.ask, [f"{server}/slow?{number}" for number in range(4)])} == {"ok"}
    assert Guest.most_busy == 1


def test_what_there_was_no_time_for_comes_first_the_next_time(book, only_mine):
    with_addresses(book, *(f"https://test.org/{number}" for number in range(4)))
    seen: list[str] = []

    def ask(address: str) -> Answer:
        seen.append(address)
        return Answer("ok")

    before = visit(book, None, ask, "2026-11-09")
    before.addresses["https://test.org/2"].asked = "2026-11-02"
    assert visit(book, before, ask, "2026-11-16", minutes=0).addresses["https://test.org/2"].asked == "2026-11-02" and len(seen) == 4
    done = visit(book, before, ask, "2026-11-16")
    assert seen[4] == "https://test.org/2" and len(seen) == 8
    visit(book, done, ask, "2026-11-16")
    assert len(seen) == 8  # once a day


def test_what_is_kept_on_the_way_is_not_lost(book, only_mine):
    with_addresses(book, "https://a.test.org/", "https://b.test.org/")
    kept_now: list[int] = []
    visit(book, None, lambda address: Answer("ok"), "2026-11-16", again=lambda result: kept_now.append(sum(known.state == "ok" for known in result.addresses.values())))
    assert kept_now == [1, 2]


def test_advice_names_the_copy_that_the_book_has():
    copy = "https://web.archive.org/web/2020/https://a.test.org/x"
    result = Result(addresses={"https://a.test.org/x": Known(days=2), copy: Known()})
    assert what_to_write("https://a.test.org/x", result.addresses["https://a.test.org/x"], result) == f"Write the address of the copy: {copy}"
    assert "https://web.archive.org/web/*/https://b.test.org/" in what_to_write("https://b.test.org/", Known(days=2), result)
    assert [(item.code, item.severity) for item in findings_of(Result(addresses={"https://a.test.org/": Known(days=2, used=[("book/a.md", 3, "")])}))] == [("dead-link", "warning")]


@pytest.fixture
def command(book, server, only_mine, monkeypatch, capsys):
    monkeypatch.setattr(asking, "Asker", partial(Asker, private=True, patience=2.0, most=6.0))

    def run(*options: str) -> tuple[int, str]:
        status = main(["--project", str(book.root), "links", "--pause", "0", *options])
        return status, capsys.readouterr().out
    return run


def test_the_command_fails_for_no_answer(book, server, command):
    with_addresses(book, *(f"{server}/{path}" for path in ("200", "404", "nonsense", "hang", "moved")))
    status, said = command()
    assert status == 0 and "5 addresses; 2 answer, 0 are broken, 3 failed on one day only" in said
    assert "moved-link" in said and "dead-link" not in said
    earlier = read_file(book.link_check)
    for known in earlier.addresses.values():
        known.asked = "2026-01-05"
        if known.days:
            known.since = known.failed = "2026-01-05"
    write_file(book.link_check, earlier)
    status, said = command()
    assert status == 0 and f"book/index.md:5:1: warning dead-link {server}/404: it answers 404, on 2 days since 2026-01-05." in said


@pytest.mark.parametrize("raw", [b"nonsense", b'{"format": 1, "day": "", "addresses": {}}'])
def test_the_command_goes_on_after_a_damaged_file(book, server, command, raw):
    with_addresses(book, f"{server}/200")
    book.link_check.write_bytes(raw)
    assert command()[0] == 0 and read_file(book.link_check).addresses[f"{server}/200"].state == "ok"


# ---------------------------------------------------------------- the archive of the code host


def archive(name: str, content: bytes) -> bytes:
    inner, outer = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w") as tar:
        item = tarfile.TarInfo(name)
        item.size = len(content)
        tar.addfile(item, io.BytesIO(content))
    with zipfile.ZipFile(outer, "w") as zipped:
        zipped.writestr("artifact.tar", inner.getvalue())
    return outer.getvalue()


def test_answers_are_taken_out_of_the_archive_as_data(tmp_path, capsys):
    (tmp_path / "a.zip").write_bytes(archive("./link-check.json", json.dumps(GOOD).encode()))
    assert kept.main([str(tmp_path / "a.zip"), str(tmp_path / "data" / "x.json")]) == 0
    assert read_file(tmp_path / "data" / "x.json") == read_text(json.dumps(GOOD).encode())


@pytest.mark.parametrize("raw", [b"", b"PK", archive("../link-check.json", b"{}"), archive("link-check.json", b"nonsense"), archive("other.json", b"{}")])
def test_other_archives_give_nothing(tmp_path, raw):
    (tmp_path / "a.zip").write_bytes(raw)
    assert kept.main([str(tmp_path / "a.zip"), str(tmp_path / "x.json")]) == 0 and not (tmp_path / "x.json").exists()
    assert kept.main([str(tmp_path / "none.zip"), str(tmp_path / "x.json")]) == 0 and not (tmp_path / "x.json").exists()


# ---------------------------------------------------------------- the page

def report(project) -> str:
    from anchorbook.loading import read_catalogue
    from anchorbook.site.fill import Filler
    from anchorbook.site.outside import Report
    from anchorbook.site.slots import Slot

    filler = Filler(read_catalogue(project), [], lambda shelf, entries: [], None)
    filler.outside = Report.of(project)
    return filler(Slot("link-report", {}, "book/about/links.md", 1), "../")


def test_without_a_result_the_page_says_so(book):
    assert "No check has been made yet" in report(book)
    book.link_check.write_text("nonsense")
    assert "cannot be used: it cannot be read (JSONDecodeError)" in report(book)


def test_the_page_says_what_failed_since_when_where_and_what_to_write(book):
    def failed(*days: str) -> Known:
        known = Known()
        for day in days:
            known = after(known, "failed", "it answers 404", "", day)
        return known

    key = "reed2019"
    write_case(book.root, "a.yaml", good_file("full", id="a"))
    uses = {"https://a.test.org/gone": [("case_studies/a.yaml", 9, ""), ("book/index.md", 2, ""), ("data/x.yaml", 4, "")], "https://a.test.org/once": [("book/index.md", 3, "")],
            "https://a.test.org/old": [("references.bib", 3, key)], "https://a.test.org/shy": [("book/index.md", 3, "")], "https://a.test.org/new": [("book/index.md", 3, "")]}
    write_file(book.link_check, with_uses(Result("2026-11-16", "us <b>", {
        "https://a.test.org/gone": failed("2026-11-09", "2026-11-16"), "https://a.test.org/once": failed("2026-11-16"),
        "https://a.test.org/old": after(Known(), "ok", "it answers 200", "https://a.test.org/now?a=1&b=2", "2026-11-16"),
        "https://a.test.org/shy": after(Known(), "closed", "it does not talk to programs: it answers 403", "", "2026-11-16")}), uses))
    html = report(book)
    assert "Last check: 16 November 2026. The book gives 5 addresses; at 2 somebody answered.\n1 is broken." in html
    assert "It answers 404: since 9 November 2026, 2 checks, the last on 16 November 2026." in html
    assert 'href="../cases/a.html"' in html and "(case_studies/a.yaml:9)" in html and 'href="../index.html"' in html and "data/x.yaml:4" in html
    assert "There may be a copy at https://web.archive.org/web/*/https://a.test.org/gone." in html and "Write https://a.test.org/now?a=1&amp;b=2." in html
    assert "https://a.test.org/once: it answers 404" in html and "https://a.test.org/shy: it does not talk to programs" in html and "https://a.test.org/new, not asked yet" in html
    assert "us &lt;b&gt;" in html and 'href="../link-check.json"' in html
    assert "<a href=\"https://a.test.org" not in html  # nobody is led to a page that is gone


def test_hostile_answers_are_words_on_the_page(book):
    known = Known(**{**vars(after(after(Known(), "failed", "<script>alert(1)</script>", "", "2026-11-09"), "failed", "<script>alert(1)</script>", "", "2026-11-16")),
                     "used": [("<img src=x>", 1, ""), ("case_studies/../x.yaml", 1, '"><b>')], "uses": 2})
    write_file(book.link_check, Result("2026-11-16", "", {"https://a.test.org/{{7*7}}&": known}))
    html = report(book)
    assert "<script>" not in html and "<img" not in html and "{{7*7}}" in html and "49" not in html


def test_a_build_shows_the_answers_and_publishes_them(book):
    write_file(book.link_check, Result("2026-11-16", "us", {"https://a.test.org/": Known(days=2)}))
    said: list[str] = []
    assert building.build(book, say=said.append).ok, said
    assert read_file(book.html / "link-check.json") == read_file(book.link_check)
    book.link_check.write_text("nonsense")
    assert building.build(book, say=said.append).ok and not (book.html / "link-check.json").exists()
