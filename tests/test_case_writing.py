"""Pages of cases are written in as many processes as help: the site is the same, whatever their number."""

from __future__ import annotations

import shutil

import pytest

from anchorbook import build as building
from anchorbook.site import case_writing
from anchorbook.store import Store
from tests.support.projects import good_file
from tests.support.small_builds import small_project, tree, without_sphinx  # noqa: F401

pytestmark = pytest.mark.usefixtures("without_sphinx")


@pytest.fixture
def project(tmp_path):
    return small_project(tmp_path / "book", {f"case-{number:02}.yaml": good_file(id=f"case-{number:02}", title=f"Case {number:02}, buying from local firms") for number in range(12)})


@pytest.fixture
def many(monkeypatch):
    """Two processes for any number of pages, three pages at a time; returns how many processes were asked for, time by time."""
    asked: list[int] = []
    spread = case_writing.spread
    monkeypatch.setenv("ANCHORBOOK_JOBS", "2")
    monkeypatch.setattr(case_writing, "PARALLEL_FROM", 2)
    monkeypatch.setattr(case_writing, "BATCH", 3)
    monkeypatch.setattr(case_writing, "spread", lambda work, batches, processes: asked.append(processes) or spread(work, batches, processes))
    return asked


def build(project) -> dict[str, bytes]:
    said: list[str] = []
    assert building.build(project, say=said.append).ok, said
    return tree(project.html)


def test_two_processes_write_what_one_writes(project, many, monkeypatch):
    two = build(project)
    assert many == [2] and sum(name.startswith("cases/case-") for name in two) == 12
    shutil.rmtree(project.build)
    monkeypatch.setenv("ANCHORBOOK_JOBS", "1")
    assert build(project) == two
    assert many == [2, 1]


def test_only_pages_that_changed_are_written(project, many):
    build(project)
    before = {path.name: path.stat().st_mtime_ns for path in (project.html / "cases").glob("case-*.html")}
    for number in (3, 4, 5, 6):
        path = project.cases / f"case-{number:02}.yaml"
        path.write_text(path.read_text("utf-8").replace("Ten people", "Twelve people"), "utf-8")
    files = build(project)
    after = {path.name: path.stat().st_mtime_ns for path in (project.html / "cases").glob("case-*.html")}
    changed = {name for name in after if after[name] != before[name]}
    assert many == [2, 2] and changed == {f"case-{number:02}.html" for number in (3, 4, 5, 6)}
    assert b"Twelve people" in files["cases/case-03.html"]
    shutil.rmtree(project.build)
    assert build(project) == files


def test_a_page_in_whose_way_something_stands_is_written(project, many):
    files = build(project)
    page = project.html / "cases" / "case-01.html"
    page.unlink()
    (page / "inside").mkdir(parents=True)
    assert build(project) == files


def test_what_goes_wrong_in_another_process_is_said(project, many, monkeypatch):
    """A text that is lost while its file is saved anew."""
    keep_only = Store.keep_only

    def lose(store, shelf, keys):
        keep_only(store, shelf, [] if shelf == "body" else keys)
        path = project.cases / "case-07.yaml"
        path.write_text(path.read_text("utf-8").replace("buying from", "buying more from"), "utf-8")

    monkeypatch.setattr(Store, "keep_only", lose)
    said: list[str] = []
    assert not building.build(project, say=said.append).ok
    assert any("case-07.yaml was saved while the book was being built" in line for line in said), said
    assert not project.html.exists()

