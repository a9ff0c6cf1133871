"""Pages lead people to the project at its code host, or say whom to ask where it is."""

from __future__ import annotations

import pytest

from anchorbook.site.rendering import Words
from anchorbook.site.repository import KINDS
from anchorbook.site.slots import Slot
from tests.support.projects import ROOT

WAYS = ("index", "in-the-browser", "by-spreadsheet")


def made(kind: str, **options: str) -> str:
    return KINDS[kind](None, Slot(kind, options, "page.md", 1), Words(None, None, "../"))


def test_with_an_address_there_is_a_link(monkeypatch):
    monkeypatch.setenv("ANCHORBOOK_REPOSITORY", "https://code.example/o/r/")
    assert made("repository", text="the <repository>", id="") == '<a href="https://code.example/o/r">the &lt;repository&gt;</a>'
    assert made("repository", text="an issue", id="issues") == '<a href="https://code.example/o/r/issues">an issue</a>'
    assert '<a href="https://code.example/o/r">' in made("repository-address")


def test_without_an_address_the_page_says_whom_to_ask(monkeypatch):
    monkeypatch.delenv("ANCHORBOOK_REPOSITORY", raising=False)
    assert made("repository", text="the <repository>", id="") == "the &lt;repository&gt;"
    assert "Ask the people who gave you the address of this book." in made("repository-address")


@pytest.mark.parametrize("name", WAYS)
def test_each_way_for_people_without_git_says_where_the_repository_is(name):
    text = (ROOT / "book" / "contribute" / f"{name}.md").read_text("utf-8")
    assert "```{repository-address}" in text and "{repository}`" in text
