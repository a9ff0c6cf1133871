"""Our texts are in our own words: they share no run of nine words with the five documents that the book began with."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from tests.support.builds import ROOT

SOURCES = ROOT.parent / "shared" / "sources"
MOST = 8
"""Words in a row that a text may share with a source."""

# Titles and names are quoted as they are. Each entry: the run of words, and why it may stand.
ALLOWED = {
    "a partnership framework for an inclusive and sustainable economy": "the title of a framework of Sheffield City Partnership",
}

OURS = sorted(path for pattern in ("case_studies/*.yaml", "book/**/*.md", "notebooks/*.ipynb", "data/*.csv", "data/*.yaml", "data/*.json",
                                   "data/vocabulary/*.yaml", "data/frameworks/*.yaml") for path in ROOT.glob(pattern))
GAP = "the texts of the five documents are not ours to publish, so they are not beside this copy (looked in ../shared/sources)"
if not SOURCES.is_dir():
    warnings.warn(f"test_own_words compares nothing: {GAP}", stacklevel=1)

_ROLE = re.compile(r"\{[a-z-]+\}`[^`]*`|\[@[^\]]*\]|`")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def words(text: str, *, joined: bool) -> list[str]:
    """The words of a text: lower case, without punctuation, whatever white space stands between them.

    ``joined`` says what becomes of ``long-term``: one word or two.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    return re.sub(r"[^\w\s]|_", "" if joined else " ", text).split()


def text_of(path: Path) -> str:
    """What people read in one of our files, with the marks for references taken out, since they interrupt a sentence."""
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    elif path.suffix == ".csv":
        # Figures of a table are facts, not words: the printed tables are rebuilt cell by cell.
        text = "\n".join(" ".join(cell for cell in row if re.search("[^\\W\\d]", cell)) for row in csv.reader(io.StringIO(text)))
    return _ROLE.sub(" ", text)


def runs_of(list_: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(list_[start : start + MOST + 1]) for start in range(len(list_) - MOST))


@lru_cache
def forbidden(sources: tuple[str, ...], allowed: tuple[str, ...], joined: bool) -> set[tuple[str, ...]]:
    theirs = {run for source in sources for run in runs_of(words(source, joined=joined))}
    return theirs - {run for title in allowed for run in runs_of(words(title, joined=joined))}


def shared(ours: str, sources: Iterable[str], allowed: Iterable[str] = ()) -> list[str]:
    """Every run of nine or more words that a text shares with one of the sources, as long as it is."""
    found: list[str] = []
    for joined in (False, True):
        theirs = forbidden(tuple(sources), tuple(allowed), joined)
        mine = words(ours, joined=joined)
        end = -1
        for start, run in enumerate(runs_of(mine)):
            if run not in theirs:
                continue
            if start <= end:
                found[-1] += " " + run[-1]
            else:
                found.append(" ".join(run))
            end = start + 1
    return sorted(set(found))


@pytest.fixture(scope="module")
def sources() -> list[str]:
    texts = [path.read_text("utf-8") for path in sorted(SOURCES.glob("*.txt"))]
    assert len(texts) == 5
    assert all(len(words(text, joined=False)) > 300 for text in texts)
    return texts


def test_every_kind_of_file_is_read():
    folders = {path.relative_to(ROOT).parts[0] if path.parent.name not in ("vocabulary", "frameworks") else path.parent.name for path in OURS}
    assert folders == {"case_studies", "book", "notebooks", "data", "vocabulary", "frameworks"}
    assert {path.suffix for path in OURS} == {".yaml", ".md", ".ipynb", ".csv", ".json"}
    assert all(words(text_of(path), joined=False) for path in OURS)


@pytest.mark.skipif(not SOURCES.is_dir(), reason=GAP)
def test_no_text_shares_nine_words_in_a_row_with_a_source(sources):
    found = {path.relative_to(ROOT).as_posix(): runs for path in OURS if (runs := shared(text_of(path), sources, ALLOWED))}
    assert found == {}


@pytest.mark.skipif(not SOURCES.is_dir(), reason=GAP)
@pytest.mark.parametrize("title", ALLOWED)
def test_what_is_allowed_is_needed(sources, title):
    assert any(title in " ".join(words(source, joined=False)) for source in sources)
    assert any(title in " ".join(words(text_of(path), joined=False)) for path in OURS)


SOURCE = ["Before it.\nOne two three four, five six seven\n(eight) nine ten eleven. After it."]


@pytest.mark.parametrize("ours, runs", [
    ("one two three four five six seven eight", []),
    ("one two three four five six seven eight nine", ["one two three four five six seven eight nine"]),
    ("So: ONE two three – four five six seven ‘eight’ nine ten. Then", ["one two three four five six seven eight nine ten"]),
    ("one two three\u00a0four\u202ffive\n  six\tseven eight nine", ["one two three four five six seven eight nine"]),
    ("one two three four six five seven eight nine ten eleven", []),
    ("one two thr\u00adee four five\u200b six seven eight nine", ["one two three four five six seven eight nine"]),
    ("one two three four five six seven eight nine. x two three four five six seven eight nine ten",
     ["one two three four five six seven eight nine", "two three four five six seven eight nine ten"]),
])
def test_shared_runs_are_found(ours, runs):
    assert shared(ours, SOURCE) == runs


def test_a_hyphen_hides_nothing():
    assert shared("a long-term plan for the health of all our people", ["a long term plan for the health of all our people"])
    assert shared("a longterm plan for the health of all our people", ["a long-term plan for the health of all our people"])


def test_runs_do_not_reach_from_one_source_to_the_next():
    assert shared("one two three four five six seven eight nine", ["one two three four five", "six seven eight nine"]) == []


def test_an_allowed_title_covers_itself_alone():
    title = "one two three four five six seven eight nine"
    assert shared(title, SOURCE, [title]) == []
    assert shared(title + " ten", SOURCE, [title]) == ["two three four five six seven eight nine ten"]


@pytest.mark.parametrize("name, content", [
    ("page.md", "one two three four {cite}`key, line 3` five six seven eight nine"),
    ("case.yaml", "summary: >-\n  one two three four\n  five [@key, line 3] six seven eight nine\n"),
    ("table.csv", 'id,note\n1,"one two three four, five six"\n'.replace('six"', 'six seven eight nine"')),
    ("book.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "source": ["one two three four\n", "five six seven eight nine"]}]})),
])
def test_runs_are_found_in_files_of_each_kind(tmp_path, name, content):
    (tmp_path / name).write_text(content, "utf-8")
    assert shared(text_of(tmp_path / name), SOURCE) == ["one two three four five six seven eight nine"]
