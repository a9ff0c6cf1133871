"""A browser for tests: the installed Chromium, which never reaches beyond this computer."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from anchorbook.preview.server import Server

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]


def find_chromium() -> str | None:
    """The path of an installed Chromium or Chrome, or None."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    return next((place for place in PLACES if os.access(place, os.X_OK)), None)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def served(folder: Path, handler: Callable = Quiet):
    """The address of a server of ``folder``. ``handler`` is made as those of the standard library, with the folder as ``directory``."""
    server = Server(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def at_rest(page, patience: float = 60) -> None:
    """Wait until a page and the frames in it have loaded and ask for nothing more for half a second.

    Playwright's own "networkidle" may never come: of 360 visits to the map of places on a busy computer, ten had loaded all and waited on.
    """
    from playwright.sync_api import Error

    before, since = None, time.monotonic()
    end = since + patience
    while time.monotonic() < end:
        try:
            now = [(frame.url, *frame.evaluate("[document.readyState, performance.getEntriesByType('resource').length]")) for frame in page.frames]
        except Error:  # a frame has gone, or goes to its page
            now = None
        if now is None or now != before or any(state != "complete" for _url, state, _count in now):
            before, since = now, time.monotonic()
        elif time.monotonic() - since > 0.5:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"The page does not come to rest: {before}")
