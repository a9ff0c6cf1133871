"""Pages that the preview makes when somebody asks for them are those that a build makes."""

from __future__ import annotations

import re
import shutil
import urllib.request
from pathlib import Path

import pytest

from anchorbook.preview import _follow
from anchorbook.preview.current import Current
from anchorbook.preview.drafts import Drafts
from anchorbook.preview.server import serve
from anchorbook.project import Project
from anchorbook.site.explore import EXPLORE_INDEX
from anchorbook.site.pages import SKELETON_PAGE, shells_of
from tests.support.builds import ROOT, copy_project

CASE, DOMAIN = "imperial-insourcing", "domains/work.html"


@pytest.fixture(scope="module")
def built(site, tmp_path_factory) -> Project:
    """A copy of the book as it is after a build, without the site itself: what is shown comes from elsewhere."""
    root = copy_project(tmp_path_factory.mktemp("current") / "book")
    project = Project.find(root)
    shutil.copytree(shells_of(Project.find(ROOT)), shells_of(project))
    project.cache.mkdir(parents=True)
    shutil.copy(Project.find(ROOT).cache / "cases.sqlite", project.cache)
    project.html.mkdir(parents=True)
    return project


@pytest.fixture
def case(built):
    path = built.cases / f"{CASE}.yaml"
    good = path.read_text("utf-8")
    yield path
    path.write_text(good, "utf-8")


def titled(path: Path, title: str) -> None:
    path.write_text(re.sub(r"(?m)^title: .*$", f"title: {title}", path.read_text("utf-8"), count=1), "utf-8")


@pytest.fixture
def current(built) -> Current:
    found = Current(built)
    found.read()
    return found


def test_all_pages_are_those_of_a_build(site):
    current = Current(Project.find(ROOT))
    current.read()
    made = {}
    for path in sorted(site.rglob("*.html")):
        page = path.relative_to(site).as_posix()
        if (html := current.get(page)) is not None:
            made[page] = html
            assert html == path.read_text("utf-8"), page
    shells = {path.relative_to(shells_of(current.project)).as_posix() for path in shells_of(current.project).rglob("*.html")}
    cases = {f"cases/{path.stem}.html" for path in current.project.case_files()}
    assert set(made) == shells - {SKELETON_PAGE} | cases
    assert current.get(EXPLORE_INDEX) == (site / EXPLORE_INDEX).read_text("utf-8")


def test_nothing_else_is_made(current):
    for name in ("", SKELETON_PAGE, "nothing.html", "cases/nothing.html", "../index.html", "explore-2.html", "explore-0.html", "assets/minisearch.js", "_static/theme.js"):
        assert current.get(name) is None, name


def test_lists_and_filters_show_a_change_without_a_build(built, case):
    drafts, current = Drafts(built), Current(built)
    server = serve(built, drafts, current, 0)

    def fetch(page: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/{page}", timeout=60) as answer:
            return answer.read().decode()

    def follow(*paths: Path) -> None:
        _follow(built, drafts, current, paths, lambda text: None)

    pages = ("explore.html", DOMAIN)
    try:
        follow(case)
        assert all("A title seen at once" not in fetch(page) for page in pages)
        text = case.read_text("utf-8")
        titled(case, "A title seen at once")
        follow(case)
        assert all("A title seen at once" in fetch(page) for page in pages)

        new = case.with_name("added-just-now.yaml")
        new.write_text(text.replace(f"id: {CASE}", "id: added-just-now", 1), "utf-8")
        follow(new)
        assert all("added-just-now" in fetch(page) for page in (EXPLORE_INDEX, *pages))
        assert "finds nothing wrong here" in fetch("cases/added-just-now.html")
        new.unlink()
        follow(new)
        assert all("added-just-now" not in fetch(page) for page in (EXPLORE_INDEX, *pages))

        # Lists of words count as well, and no case has changed then.
        words = built.vocabulary / "domains.yaml"
        before = words.read_text("utf-8")
        words.write_text(re.sub(r"(?m)^( +label: ).*$", r"\1Seen in a list", before, count=1), "utf-8")
        try:
            follow(words)
            assert "Seen in a list" in fetch("explore.html")
        finally:
            words.write_text(before, "utf-8")
    finally:
        server.shutdown()


def test_errors_leave_the_lists_as_they_were(built, case, current):
    titled(case, "The last good title")
    current.read()
    assert "The last good title" in current.get("explore.html")
    case.write_text(case.read_text("utf-8").replace("The last good title", "A worse one").replace("\nstatus:", "\nstatsu:"), "utf-8")
    current.read()
    assert "The last good title" in current.get("explore.html")


def test_a_page_that_sphinx_is_writing_is_not_shown(built, current):
    shell = shells_of(built) / "index.html"
    whole = shell.read_text("utf-8")
    try:
        for part in (whole[: len(whole) // 2], ""):
            shell.write_text(part, "utf-8")
            current.read()
            assert current.get("index.html") is None
        shell.unlink()
        current.read()
        assert current.get("index.html") is None
    finally:
        shell.write_text(whole, "utf-8")
    current.read()
    assert current.get("index.html")


def test_what_was_built_is_shown_unless_something_has_changed_since(built, case, current):
    reads = current.reads  # a build begins
    titled(case, "Changed while it ran")
    current.read()
    current.built(reads)
    assert "Changed while it ran" in current.get("explore.html")
    current.built(current.reads)
    assert current.get("explore.html") is None


def test_a_lost_store_is_no_harm(built, current):
    for path in built.cache.glob("cases.sqlite*"):
        path.unlink()
    assert "<h1>" in current.get(f"cases/{CASE}.html")
