"""The built site, and a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from anchorbook.locking import building
from tests.support.browsers import served
from tests.support.builds import ROOT, build


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The site of this repository, built as `make book` builds it: warnings are errors.

    Each worker asks for it, one after the other: all but the first find nothing to do.
    """
    with building(tmp_path_factory.getbasetemp().parent / "site", waiting=lambda busy: True):
        return build(ROOT)


@pytest.fixture(scope="session")
def catalogue(site):
    from anchorbook.project import Project
    from anchorbook.site.publish import read_for_site

    return read_for_site(Project(ROOT))


@pytest.fixture(scope="session")
def pages(site) -> dict[str, BeautifulSoup]:
    """Every page of the site, parsed, by address."""
    return {path.relative_to(site).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser")
            for path in sorted(site.rglob("*.html")) if "pagefind" not in path.parts}


@pytest.fixture(scope="session")
def address(site):
    """The address of a local server of the site."""
    with served(site) as url:
        yield url


class Watched:
    """A page that remembers what went wrong on it."""

    def __init__(self, page, home: str):
        self.page = page
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("request", lambda request: self.foreign.append(request.url)
                if not request.url.startswith((home, "data:", "blob:", "about:")) else None)


@pytest.fixture
def open_page(chromium):
    """Open an address in a fresh window; checks at the end that nothing failed and nobody else was asked."""
    opened: list[tuple] = []

    def open_(url: str, *, width: int = 1280, height: int = 800, scheme: str = "light", scripts: bool = True) -> Watched:
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=scripts,
                                       bypass_csp=True)  # Playwright waits by evaluating text; test_policy.py opens pages under the policy
        home = "file:" if url.startswith("file:") else "/".join(url.split("/")[:3]) + "/"
        watched = Watched(context.new_page(), home)
        watched.page.goto(url)
        opened.append((context, watched))
        return watched

    yield open_
    for context, watched in opened:
        context.close()
    for _context, watched in opened:
        assert watched.errors == []
        assert watched.foreign == []
