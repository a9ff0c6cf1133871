"""An address that was taken out of the register, even together with its page, is missed: the history knows it."""

from __future__ import annotations

import json
import shutil

import pytest

from anchorbook import history
from anchorbook.cli import main
from anchorbook.history import lines_ever
from anchorbook.loading import read_catalogue
from anchorbook.project import Project
from anchorbook.pull_request import gather
from tests.support.projects import SMALL_BIBLIOGRAPHY, case, make_project
from tests.test_history import Repository

DAY = "2026-01-02T10:00:00Z"


@pytest.fixture
def book(tmp_path):
    """A project in a repository, with two cases whose addresses were published on its main branch."""
    class Book:
        project = make_project(tmp_path / "book", {**case("a"), **case("b")}, references=SMALL_BIBLIOGRAPHY)
        repository = Repository(tmp_path / "history")

        def commit(self) -> None:
            self.repository.commit(DAY)

        def register(self, *lines: str) -> None:
            self.project.addresses.write_text("".join(f"{line}\n" for line in lines), "utf-8")

        def said(self) -> list[tuple[str, int, str]]:
            return [(item.path, item.line, item.hint) for item in read_catalogue(self.project).findings if item.code == "address-taken-out"]

    made = Book()
    shutil.move(made.repository.root / ".git", made.project.root / ".git")
    made.repository.root = made.project.root
    made.repository.git("symbolic-ref", "HEAD", "refs/heads/main")
    (made.project.root / ".gitignore").write_text("_build/\n")
    made.register("# Every address", "cases/a.html", "cases/b.html", "index.html")
    made.commit()
    return made


def lost(address: str, line: int) -> tuple[str, int, str]:
    return "data/addresses.txt", line, f"Put this line back: {address} If the page has moved, say where to in data/redirects.yaml."


def test_nothing_is_said_of_a_whole_register(book):
    assert book.said() == []
    book.register("cases/c.html", "index.html", "cases/b.html", "cases/a.html")
    assert book.said() == []


@pytest.mark.parametrize("committed", [False, True])
def test_a_line_taken_out_with_its_page_is_missed(book, committed):
    (book.project.cases / "a.yaml").unlink()
    book.register("# Every address", "cases/b.html", "index.html")
    if committed:
        book.commit()
    assert book.said() == [lost("cases/a.html", 2)]
    assert any(item.code == "address-taken-out" and item.severity == "error" for item in read_catalogue(book.project).findings)


def test_it_is_missed_on_a_branch_and_ever_after(book):
    book.repository.git("checkout", "--quiet", "-b", "work")
    book.register("cases/a.html", "index.html")
    book.commit()
    book.register("cases/a.html", "index.html", "z.html")
    book.commit()
    assert book.said() == [lost("cases/b.html", 2)]
    book.repository.git("checkout", "--quiet", "main")
    book.repository.git("merge", "--quiet", "--no-ff", "work")
    assert book.said() == [lost("cases/b.html", 2)]


def branch(book, name: str, address: str) -> None:
    """A branch that adds an address to the register and takes it out again."""
    book.repository.git("checkout", "--quiet", "-b", name)
    book.register("cases/a.html", "cases/b.html", address, "index.html")
    book.commit()
    book.register("cases/a.html", "cases/b.html", "index.html")
    book.commit()


def test_what_only_a_branch_had_was_never_published(book):
    branch(book, "work", "cases/wrong.html")
    assert book.said() == []
    book.repository.git("checkout", "--quiet", "main")
    book.repository.git("merge", "--quiet", "--no-ff", "work")
    assert book.said() == []


def test_a_register_that_was_deleted_is_missed_as_one(book):
    book.project.addresses.unlink()
    assert book.said() == [("data/addresses.txt", 1, "Bring it back: git checkout main -- data/addresses.txt")]


def test_git_is_asked_once_for_each_state_of_the_repository(book, monkeypatch):
    asked: list[str] = []
    ask = history._ask_lines
    monkeypatch.setattr(history, "_ask_lines", lambda *about: asked.append("") or ask(*about))
    assert len(lines_ever(book.project.root, "data/addresses.txt")) == len(lines_ever(book.project.root, "data/addresses.txt")) == 4
    assert len(asked) == 1
    book.register("cases/new.html")
    book.commit()
    assert "cases/new.html" in lines_ever(book.project.root, "data/addresses.txt") and len(asked) == 2


def test_without_a_repository_nothing_is_said(book, monkeypatch):
    book.register("index.html")
    assert len(book.said()) == 2
    monkeypatch.setenv("PATH", "/nowhere")
    history._asked.clear()
    assert book.said() == []
    monkeypatch.undo()
    shutil.rmtree(book.project.root / ".git")
    assert book.said() == []


def test_a_folder_inside_another_repository_has_no_history_of_its_own(book):
    inner = make_project(book.project.root / "inner", case("a"), references=SMALL_BIBLIOGRAPHY)
    inner.addresses.write_text("index.html\n")
    assert lines_ever(inner.root, "data/addresses.txt") == set()
    assert not [item for item in read_catalogue(inner).findings if item.code == "address-taken-out"]


def test_a_pull_request_is_held_against_its_base(book):
    """Also where the checkout has no main branch."""
    book.repository.git("checkout", "--quiet", "--detach")
    book.repository.git("branch", "--quiet", "-D", "main")
    book.register("cases/a.html", "index.html")
    book.commit()
    found = [item for item in json.loads(gather(book.project.root, "HEAD^1", "success"))["findings"] if item["code"] == "address-taken-out"]
    assert [(item["path"], item["line"], item["severity"]) for item in found] == [("data/addresses.txt", 2, "error")]


def test_its_base_may_be_another_branch_than_main(book):
    branch(book, "next", "cases/later.html")
    found = [item for item in json.loads(gather(book.project.root, "HEAD^1", "success"))["findings"] if item["code"] == "address-taken-out"]
    assert [(item["line"], item["hint"]) for item in found] == [lost("cases/later.html", 3)[1:]]


def test_the_command_puts_the_lines_back(book, capsys):
    book.register("cases/a.html", "index.html")
    for name in ("index.html", "cases/a.html", "cases/b.html"):
        path = book.project.html / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<p></p>")
    (book.project.html / "cases" / "b.html").unlink()
    assert main(["--project", str(book.project.root), "addresses", "--check"]) == 1
    assert "1 address was taken out of data/addresses.txt and must stay:\n  cases/b.html" in capsys.readouterr().out
    assert main(["--project", str(book.project.root), "addresses"]) == 1  # the page of b is gone: that is said
    assert "cases/b.html" in book.project.addresses.read_text("utf-8").splitlines()
    assert Project(book.project.root).addresses.read_text("utf-8").startswith("# Every address")
