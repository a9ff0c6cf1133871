"""Pages of cases are written in as many processes as help: the site is the same, whatever their number."""

from __future__ import annotations

import os
import shutil
import signal

import pytest

from anchorbook import build as building
from anchorbook import checking
from anchorbook.cli import main
from anchorbook.site import case_writing
from anchorbook.site.case_writing import CaseWriter
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


@pytest.mark.parametrize("processes", [2, 4])
def test_several_processes_write_what_one_writes(project, many, monkeypatch, processes):
    monkeypatch.setenv("ANCHORBOOK_JOBS", str(processes))
    several = build(project)
    assert many == [processes] and sum(name.startswith("cases/case-") for name in several) == 12
    shutil.rmtree(project.build)
    monkeypatch.setenv("ANCHORBOOK_JOBS", "1")
    assert build(project) == several
    assert many == [processes, 1]


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


class Killed(CaseWriter):
    """A process that the system ends, as one does when memory runs out."""

    def __call__(self, jobs):
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.skipif(os.name != "posix", reason="there a process is ended in another way")
def test_a_process_that_is_ended_while_it_writes_leaves_the_last_site(project, many, monkeypatch):
    files = build(project)
    for path in project.cases.glob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace("Ten people", "Twelve people"), "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(case_writing, "CaseWriter", Killed)
        said: list[str] = []
        assert not building.build(project, say=said.append).ok
    assert "there was not enough memory. The last good site stays as it was." in said[-1] and "ANCHORBOOK_JOBS" in said[-1]
    assert tree(project.html) == files
    assert b"Twelve people" in build(project)["cases/case-03.html"]


@pytest.mark.skipif(os.name != "posix", reason="there a process is ended in another way")
@pytest.mark.parametrize("command", ["check", "build"])
def test_a_process_that_is_ended_while_it_checks_is_no_traceback(project, monkeypatch, capsys, command):
    monkeypatch.setenv("ANCHORBOOK_JOBS", "2")
    monkeypatch.setattr(checking, "PARALLEL_FROM", 2)
    monkeypatch.setattr(checking._Worker, "__call__", kill_myself)
    assert main(["--project", str(project.root), command]) in (1, 2)
    said = "".join(capsys.readouterr())
    assert "there was not enough memory." in said and "Traceback" not in said and ("The last good site stays" in said) == (command == "build")


def kill_myself(worker, batch):
    os.kill(os.getpid(), signal.SIGKILL)
