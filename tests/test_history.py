"""Dates of cases come from the history of the repository."""

from __future__ import annotations

import os
import subprocess

import pytest

from anchorbook.history import file_dates, parse_log

RECORD = "".join(f"line {number}\n" for number in range(20))


class Repository:
    """A repository whose commits have the day we say."""

    def __init__(self, root):
        self.root = root
        (root / "case_studies").mkdir(parents=True)
        self.git("init", "--quiet")

    def git(self, *arguments, moment: str = "2026-01-01T00:00:00Z"):
        settings = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
                    "GIT_AUTHOR_DATE": "2001-01-01T00:00:00Z", "GIT_COMMITTER_DATE": moment, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *arguments], cwd=self.root, env={**os.environ, **settings}, check=True, capture_output=True)

    def write(self, name: str, text: str = RECORD) -> None:
        (self.root / "case_studies" / name).write_text(text, "utf-8")

    def commit(self, moment: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "x", moment=moment)


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "book")


def test_added_and_changed(repository):
    repository.write("a.yaml")
    repository.commit("2026-01-02T10:00:00Z")
    repository.write("b.yaml", "b\n")
    repository.commit("2026-02-03T10:00:00Z")
    repository.write("a.yaml", RECORD + "more\n")
    repository.commit("2026-03-04T10:00:00Z")
    assert file_dates(repository.root) == {
        "case_studies/a.yaml": ("2026-01-02", "2026-03-04"),
        "case_studies/b.yaml": ("2026-02-03", "2026-02-03"),
    }


def test_days_are_those_of_world_time(repository):
    repository.write("a.yaml")
    repository.commit("2026-01-02T23:30:00-05:00")
    assert file_dates(repository.root)["case_studies/a.yaml"] == ("2026-01-03", "2026-01-03")


def test_a_renamed_case_keeps_its_first_day(repository):
    repository.write("old.yaml")
    repository.commit("2026-01-02T10:00:00Z")
    repository.git("mv", "case_studies/old.yaml", "case_studies/newer.yaml")
    repository.commit("2026-02-03T10:00:00Z")
    repository.git("mv", "case_studies/newer.yaml", "case_studies/newest.yaml")
    repository.commit("2026-03-04T10:00:00Z")
    assert file_dates(repository.root) == {"case_studies/newest.yaml": ("2026-01-02", "2026-03-04")}


def test_an_old_file_of_the_new_name_is_another_file(repository):
    repository.write("a.yaml", "quite another text\n")
    repository.commit("2026-01-01T10:00:00Z")
    repository.git("rm", "--quiet", "case_studies/a.yaml")
    (repository.root / "case_studies").mkdir(exist_ok=True)
    repository.write("b.yaml")
    repository.commit("2026-02-02T10:00:00Z")
    repository.git("mv", "case_studies/b.yaml", "case_studies/a.yaml")
    repository.commit("2026-03-03T10:00:00Z")
    assert file_dates(repository.root)["case_studies/a.yaml"] == ("2026-02-02", "2026-03-03")


def test_names_with_odd_letters(repository):
    for name in ("é x.yaml", "tab\there.yaml"):
        repository.write(name)
    repository.commit("2026-01-02T10:00:00Z")
    assert set(file_dates(repository.root)) == {"case_studies/é x.yaml", "case_studies/tab\there.yaml"}


def test_other_folders_are_left_alone(repository):
    (repository.root / "note.txt").write_text("x")
    repository.write("a.yaml")
    repository.commit("2026-01-02T10:00:00Z")
    assert list(file_dates(repository.root)) == ["case_studies/a.yaml"]


def test_a_project_in_a_folder_of_its_repository(tmp_path):
    repository = Repository(tmp_path / "all")
    book = repository.root / "books" / "one"
    (book / "case_studies").mkdir(parents=True)
    (book / "case_studies" / "a.yaml").write_text(RECORD)
    repository.commit("2026-01-02T10:00:00Z")
    assert file_dates(book) == {"case_studies/a.yaml": ("2026-01-02", "2026-01-02")}


def test_what_is_not_committed_has_no_date(repository):
    repository.write("a.yaml")
    repository.commit("2026-01-02T10:00:00Z")
    repository.write("a.yaml", "changed")
    repository.write("b.yaml")
    assert file_dates(repository.root) == {"case_studies/a.yaml": ("2026-01-02", "2026-01-02")}


def test_a_history_fetched_in_part_gives_no_false_dates(repository, tmp_path):
    repository.write("a.yaml")
    repository.write("b.yaml", "b\n")
    repository.commit("2026-01-02T10:00:00Z")
    repository.write("c.yaml", "c\n")
    repository.commit("2026-02-03T10:00:00Z")
    repository.write("b.yaml", "other\n")
    repository.commit("2026-03-04T10:00:00Z")
    part = tmp_path / "part"
    subprocess.run(["git", "clone", "--quiet", "--depth", "2", repository.root.as_uri(), str(part)], check=True, capture_output=True)
    assert file_dates(part) == {"case_studies/b.yaml": ("2026-03-04", "2026-03-04")}


def test_no_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "book" / "case_studies").mkdir(parents=True)
    assert file_dates(tmp_path / "book") == {}


def test_no_commit_yet(repository):
    repository.write("a.yaml")
    assert file_dates(repository.root) == {}


def test_no_git(repository, monkeypatch, tmp_path):
    repository.write("a.yaml")
    repository.commit("2026-01-02T10:00:00Z")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert file_dates(repository.root) == {}


def test_inside_a_hook_of_another_repository(repository, tmp_path, monkeypatch):
    other = Repository(tmp_path / "other")
    repository.write("a.yaml")
    repository.commit("2026-01-02T10:00:00Z")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    assert list(file_dates(repository.root)) == ["case_studies/a.yaml"]


def test_an_empty_log():
    assert parse_log("") == {}
