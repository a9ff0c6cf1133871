"""Fixtures that several test modules share."""

from __future__ import annotations

import contextlib
import os
import random
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from jupyter_client.connect import LocalPortCache

from anchorbook.bibliography import load_bibliography
from anchorbook.project import Project
from anchorbook.vocabulary import load_vocabulary
from tests.support.browsers import ARGUMENTS, find_chromium
from tests.support.projects import ROOT, SMALL_BIBLIOGRAPHY, make_project


_by_chance = random.SystemRandom()  # tests set the seed of the other: two workers would draw the same
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4
_given: set[int] = set()


def _port_of_its_own(_self, ip: str) -> int:
    """A free port for a kernel, never given twice, from below those that systems hand out: one of these may be a browser's a
    moment later. Each worker has a range of its own."""
    while True:
        port = 20_000 + 3_000 * _worker + _by_chance.randrange(3_000)
        with contextlib.suppress(OSError), socket.socket() as tried:
            tried.bind((ip, port))
            if port not in _given:
                _given.add(port)
                return port


LocalPortCache.find_available_port = _port_of_its_own


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of the website first: they take longest, and no worker should begin with one of them when the others are done.

    What a browser did not do in time on a busy computer, or a kernel whose port another program took, is tried once more. The
    end of the run names each such test: look into it.
    """
    items.sort(key=lambda item: "website" not in item.path.parts)
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()) or item.path.suffix == ".ipynb":
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def vocabulary():
    """The lists of the book itself."""
    return load_vocabulary(ROOT / "data" / "vocabulary")


@pytest.fixture(scope="session")
def small():
    """A few references."""
    return load_bibliography(SMALL_BIBLIOGRAPHY)


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Project]:
    """Makes a small project: ``project({"a.yaml": "..."})``; see :func:`tests.support.projects.make_project`."""

    def make(cases=None, *, references: Path = SMALL_BIBLIOGRAPHY) -> Project:
        return make_project(tmp_path / "book-project", cases, references=references)

    return make


@pytest.fixture(scope="session")
def chromium():
    """A running browser. One for each process: its library knows only one at a time."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # as long as Playwright waits for anything else: a busy computer is not a fault of the book
    path = find_chromium()
    if path is None:
        pytest.fail("There is no Chromium for the browser tests. Install Chromium or Chrome, or set CHROMIUM to its path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
