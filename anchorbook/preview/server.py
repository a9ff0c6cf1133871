"""A server of the built site for this computer only, that puts what the checker says on the pages."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from anchorbook.addresses import NOT_FOUND
from anchorbook.preview.current import Current
from anchorbook.preview.drafts import Drafts, Shown
from anchorbook.project import Project

ASSETS = {"/_preview/preview.js": "text/javascript", "/_preview/preview.css": "text/css"}
_LINK = re.compile(r'\b(href|src|action)="(?![a-z][a-z0-9+.-]*:|[/#])')
_STATE = re.compile(r'data-state="([0-9a-f]*)"')


class Server(http.server.ThreadingHTTPServer):
    """A server with room for all that a browser asks at once: with the usual five places, an answer may come a second late."""

    request_queue_size = 128


class _Handler(http.server.SimpleHTTPRequestHandler):
    drafts: Drafts
    current: Current

    def __init__(self, *args, drafts: Drafts, current: Current, **more):
        self.drafts, self.current = drafts, current
        super().__init__(*args, **more)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """As every host does, show the book's own page for an address where nothing is."""
        page = Path(self.directory) / NOT_FOUND
        if code == HTTPStatus.NOT_FOUND and page.is_file():
            self._send(from_root(page.read_text("utf-8")).encode(), "text/html", self.command != "HEAD", HTTPStatus.NOT_FOUND)
        else:
            super().send_error(code, message, explain)

    def list_directory(self, path):
        """No host of the book lists the files of a folder."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def do_HEAD(self) -> None:
        self._answer(super().do_HEAD, body=False)

    def do_GET(self) -> None:
        self._answer(super().do_GET, body=True)

    def _answer(self, usual, *, body: bool) -> None:
        # A page of another site must not read drafts through a name that leads to this computer.
        if self.headers.get("Host", "").rpartition(":")[0] not in ("127.0.0.1", "localhost"):
            self.send_error(HTTPStatus.FORBIDDEN, "Open this address as 127.0.0.1")
            return
        try:
            asked = urlsplit(self.path)
        except ValueError:
            self.send_error(HTTPStatus.BAD_REQUEST, "This is not an address")
            return
        if "\0" in unquote(asked.path):  # no file has such a name, and to ask for one is an error
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        if asked.path in ASSETS:
            self._send((resources.files(__package__) / Path(asked.path).name).read_bytes(), ASSETS[asked.path], body)
        elif asked.path == "/_preview/state":
            page = self._page("".join(parse_qs(asked.query).get("page", [])))
            state = _STATE.search(page.html) if page else None
            self._send((state[1] if state else "").encode(), "text/plain", body)
        elif (page := self._page(asked.path)) is not None:
            self._send(page.html.encode(), "text/html", body, HTTPStatus.NOT_FOUND if page.gone else HTTPStatus.OK)
        elif (script := self.current.get(asked.path.removeprefix("/"))) is not None:
            self._send(script.encode(), "text/javascript", body)
        else:
            usual()

    def _page(self, path: str) -> Shown | None:
        """The page at an address of the site, with its findings; None when it is no page."""
        page = unquote(path).removeprefix("/")
        if not page or page.endswith("/"):
            page += "index.html"
        if not page.endswith(".html") or ".." in page.split("/") or "\\" in page or "\0" in page:
            return None
        published = self.current.get(page)
        if published is None:
            try:
                published = (Path(self.directory) / page).read_text("utf-8")
            except OSError:
                published = None
        return self.drafts.show(page, published)

    def _send(self, content: bytes, kind: str, body: bool, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)


def from_root(html: str) -> str:
    """A page of the home folder with links that are right for an address at any depth of this computer's server."""
    return _LINK.sub(r'\1="/', html)


def serve(project: Project, drafts: Drafts, current: Current, port: int) -> Server:
    """A server of the built site, on this computer only. Port 0 takes any free one."""
    handler = functools.partial(_Handler, drafts=drafts, current=current, directory=str(project.html))
    server = Server(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
