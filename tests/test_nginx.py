"""``deploy/nginx.conf`` in a running nginx, over a site that ``deploy/release.sh`` put there."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import io
import os
import re
import shutil
import socket
import ssl
import subprocess
import tarfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urljoin

import pytest

from anchorbook.site import headers
from anchorbook.site.redirects import not_found_page
from anchorbook.site.slots import Slot
from tests.support.projects import ROOT

NGINX = shutil.which("nginx", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin")))
OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(not (NGINX and OPENSSL), reason="needs nginx and openssl, to start the web server with our rules")

SKELETON = (f'<html><head><title>{Slot("case-title")}</title>{Slot("case-meta")}<link rel="stylesheet" href="../_static/book.css"></head>'
            f'<body><a href="../index.html">Home</a>{Slot("case-body")}</body></html>')
TYPES = {
    "index.html": "text/html; charset=utf-8", "_static/book.css": "text/css; charset=utf-8", "_static/book.js": "text/javascript; charset=utf-8",
    "data/cases.csv": "text/csv; charset=utf-8", "data/cases.json": "application/json; charset=utf-8", "data/places.geojson": "application/geo+json; charset=utf-8",
    "data/cases.ndjson": "application/x-ndjson; charset=utf-8", "data/cases.ndjson.sha256": "text/plain; charset=utf-8", "data/references.bib": "text/plain; charset=utf-8",
    "feed.xml": "application/atom+xml; charset=utf-8", "downloads/one.ipynb": "application/json; charset=utf-8", "_static/icon.svg": "image/svg+xml",
    f"_images/{'a' * 64}.webp": "image/webp", f"_images/{'b' * 64}.png": "image/png", "downloads/pack.zip": "application/zip", "downloads/sheet.pdf": "application/pdf",
    "objects.inv": "application/octet-stream", "SHA256SUMS": "text/plain; charset=utf-8", "pagefind/a/index/en_0a1b2c.pf_index": "application/octet-stream",
    "about/index.html": "text/html; charset=utf-8",
}
HASHED = {name for name in TYPES if name.startswith("_images/") or name.endswith(".pf_index")}


def site(mark: str) -> dict[str, bytes]:
    """A small site with a file of each kind; ``mark`` tells releases apart."""
    page = not_found_page(SKELETON)
    files = {name: f"{mark} {name} ".encode() * 200 for name in TYPES if name != "SHA256SUMS"}
    linked = {found.removeprefix("/") for found in re.findall(r'(?:href|src|action)="(/[^"#?]*)"', page)}
    files |= {name or "index.html": f"{mark} {name}".encode() * 100 for name in linked - files.keys() if not name.endswith("/")}
    return files | {"404.html": page.encode(), ".secret": b"x", "_headers": b"x", "cases/a.html": b"x" * 10, f"pagefind/a/fragment/en_{hashlib.sha256(mark.encode()).hexdigest()[:7]}.pf_fragment": b"x"}


def release(folder: Path, *arguments: str, files: dict[str, bytes] | None = None) -> None:
    held = io.BytesIO()
    if files is not None:
        files = files | {"SHA256SUMS": "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())).encode()}
        with tarfile.open(fileobj=held, mode="w:gz") as tar:
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    subprocess.run(["sh", str(ROOT / "deploy" / "release.sh"), *arguments], input=held.getvalue(), check=True, capture_output=True,
                   env={"PATH": os.environ["PATH"], "BOOK": str(folder / "book"), "KEEP": "3"})


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    """nginx as Debian starts it, but for paths, ports and the user."""

    def __init__(self, folder: Path):
        self.folder, self.plain, self.port = folder, free_port(), free_port()
        subprocess.run([OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=book.example.org",
                        "-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")], check=True, capture_output=True)
        shipped = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
        for old, new in (("/srv/book", f"{folder}/book"), ("/etc/ssl/book", str(folder)), ("/var/log/nginx", str(folder)),
                         ("listen 80;", f"listen 127.0.0.1:{self.plain};"), ("listen 443 ", f"listen 127.0.0.1:{self.port} ")):
            assert old in shipped, old
            shipped = shipped.replace(old, new)
        (folder / "book.conf").write_text(re.sub(r"(?m)^    listen \[::\].*\n", "", shipped))
        spaces = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            f"{'user root;' if os.geteuid() == 0 else ''} worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/error.log;"
            f"events {{ worker_connections 768; }} http {{ {spaces} sendfile on; tcp_nopush on; default_type application/octet-stream;"
            f"ssl_protocols TLSv1.2 TLSv1.3; access_log {folder}/access.log; gzip on; include {folder}/book.conf; }}\n")
        self.tested = subprocess.run([NGINX, "-t", "-e", f"{folder}/error.log", "-c", str(folder / "nginx.conf")], capture_output=True, text=True, check=False)
        self.process = subprocess.Popen([NGINX, "-e", f"{folder}/error.log", "-c", str(folder / "nginx.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            assert self.process.poll() is None, self.tested.stderr
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("nginx did not answer")

    def connect(self) -> http.client.HTTPSConnection:
        trusted = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        trusted.check_hostname = False
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=trusted, timeout=60)

    def get(self, path: str, method: str = "GET", **asked: str) -> tuple[int, dict[str, str], bytes]:
        connection = self.connect()
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in asked.items()})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANCHORBOOK_ADDRESS", "https://book.example.org")
        release(folder, "put", "zero", files=site("zero"))
        release(folder, "put", "one", files=site("one"))
        running = Server(folder)
        yield running
    running.process.terminate()
    running.process.wait(timeout=60)


def test_nginx_takes_the_shipped_rules_without_a_word_of_warning(server):
    assert server.tested.returncode == 0 and "[warn]" not in server.tested.stderr and "[emerg]" not in server.tested.stderr, server.tested.stderr


@pytest.mark.parametrize("path", ["/", "/about/", "/data/cases.csv", "/nothing", "/nothing/at/all.html", "/cases/", "/.secret", "/pagefind/none"])
def test_every_answer_carries_the_rules_for_browsers_and_no_version(server, path):
    _, said, _ = server.get(path)
    assert {name.lower(): value for name, value in headers.headers().items()}.items() <= said.items()
    assert said["server"] == "nginx"


@pytest.mark.parametrize("name", TYPES)
def test_each_kind_of_file_has_its_type_and_its_time(server, name):
    status, said, body = server.get(f"/{name}")
    assert (status, said["content-type"]) == (200, TYPES[name])
    assert said["cache-control"] == (headers.KEPT if name in HASHED else headers.CHECKED)
    assert body == (server.folder / "book" / "current" / name).read_bytes()


@pytest.mark.parametrize("name", ["index.html", "_static/book.css", "data/cases.csv", "downloads/one.ipynb"])
def test_text_is_packed_and_asked_about_again_without_being_sent(server, name):
    """The first three have a packed copy; the last is packed as it is sent."""
    status, said, body = server.get(f"/{name}", Accept_Encoding="gzip")
    assert status == 200 and said["content-encoding"] == "gzip" and "Accept-Encoding" in said["vary"]
    assert gzip.decompress(body) == (server.folder / "book" / "current" / name).read_bytes()
    assert server.get(f"/{name}", Accept_Encoding="gzip", If_None_Match=said["etag"])[0] == 304
    assert server.get(f"/_images/{'a' * 64}.webp", Accept_Encoding="gzip")[1].get("content-encoding") is None


@pytest.mark.parametrize("path", ["/nothing", "/no/such/deep/page.html", "/404.html", "/cases/", "/_static/", "/pagefind/", "/pagefind/a/", "/.secret", "/about/.git/config",
                                  "/_headers", "/index.html.gz", "/index.html/", "/%2e%2e/%2e%2e/book/current/.secret"])
def test_where_nothing_is_for_readers_the_books_page_says_so_with_status_404(server, path):
    status, said, body = server.get(path)
    if "%2e" in path:
        assert status in (400, 404) and b"root:" not in body
        return
    assert (status, said["content-type"]) == (404, "text/html; charset=utf-8")
    assert b"Page not found" in body and b"secret" not in body and b"Index of" not in body
    links = {urljoin(f"https://book.example.org{path}", found) for found in re.findall(r'(?:href|src|action)="([^"#]*)"', body.decode())}
    assert len(links) > 3
    for link in links:
        assert server.get(link.removeprefix("https://book.example.org"))[0] == 200, link


def test_a_folder_without_its_slash_leads_to_the_page(server):
    status, said, _ = server.get("/about", Host="book.example.org")
    assert status == 301 and said["location"].endswith("/about/")


def test_plain_http_leads_to_the_safe_address_of_the_book_and_nowhere_else(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.plain, timeout=60)
    connection.request("GET", "/explore.html?domain=work", headers={"Host": "evil.example"})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location"), answer.getheader("Server")) == (301, "https://book.example.org/explore.html?domain=work", "nginx")
    connection.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
def test_nothing_can_be_sent(server, method):
    assert server.get("/index.html", method)[0] == 405


def test_the_search_index_of_the_release_before_is_still_there(server):
    old = next(name for name in site("zero") if name.endswith(".pf_fragment"))
    status, said, body = server.get(f"/{old}")
    assert (status, body, said["cache-control"]) == (200, b"x", headers.KEPT)
    assert not (server.folder / "book" / "current" / old).exists()


def test_no_request_fails_while_releases_are_switched(server):
    """Readers ask all the time. Each answer is the whole page of one release or of the other."""
    got: Counter = Counter()
    over = threading.Event()
    whole = {site(mark)["about/index.html"] for mark in ("zero", "one", "two")}

    def read() -> None:
        connection = server.connect()
        while not over.is_set():
            try:
                connection.request("GET", "/about/")
                answer = connection.getresponse()
                got["good" if answer.status == 200 and answer.read() in whole else answer.status] += 1
            except (OSError, http.client.HTTPException) as error:
                got[repr(error)] += 1
                connection = server.connect()
        connection.close()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        release(server.folder, "put", "two", files=site("two"))
        for _ in range(30):
            release(server.folder, "back")
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert set(got) == {"good"} and got["good"] > 100, got


def test_nobody_who_reads_is_written_down(server):
    server.get("/index.html?who=me")
    server.get("/nothing?who=me")
    for name in ("access.log", "error.log", "book-error.log"):
        path = server.folder / name
        assert not path.exists() or "who=me" not in path.read_text("utf-8"), name
    assert not (server.folder / "access.log").exists() or (server.folder / "access.log").read_text("utf-8") == ""
