"""The book as open data: the same cases as on its pages, in files that other programs read.

Each export is a pure function. Those that hold whole records are made a case at a time, so ten thousand cases need no
more memory than one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from anchorbook.catalogue import Catalogue, Entry
from anchorbook.history import Dates

VERSION = "1"
"""Version of the layout of the files. It goes up when a program that reads them would have to change."""

LICENCE = "CC-BY-4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

_LINE_ENDS = (("\x85", "\\u0085"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))


@dataclass(frozen=True)
class Site:
    """What exports say of the book as a whole.

    ``address`` is where the site stands, without a slash at its end, or empty when the build does not know.
    ``changed`` is the day of the newest change of a case, or empty when there is no history.
    """

    title: str
    author: str = ""
    address: str = ""
    changed: str = ""

    def link(self, page: str) -> str:
        """The full address of a page; as it stands from the home folder when the site has no address yet."""
        return f"{self.address}/{page}" if self.address else page


@dataclass(frozen=True)
class Case:
    """One case to export. ``text`` is its record as JSON, without the fields that hold their usual value."""

    entry: Entry
    text: str
    added: str = ""
    changed: str = ""

    @cached_property
    def record(self) -> dict[str, Any]:
        return json.loads(self.text)

    @cached_property
    def line(self) -> str:
        """The case with its dates, as JSON on one line. The record is put in as it is.

        Signs that end a line for some programs, and not for JSON, are written as escapes.
        """
        head = to_json({"id": self.entry.id, "page": self.page, "qa_status": self.entry.qa_status,
                        "added": self.added or None, "changed": self.changed or None})
        line = f'{head[:-1]},"record":{self.text}}}'
        for sign, escape in _LINE_ENDS:
            line = line.replace(sign, escape)
        return line

    @property
    def page(self) -> str:
        """The address of its page from the home folder."""
        return page_of(self.entry)


@dataclass(frozen=True)
class Export:
    """A file made a case at a time: how it starts, what it says of one case, what stands between two, how it ends."""

    start: str
    piece: Callable[[Case], str]
    end: str = ""
    between: str = ""

    def chunks(self, cases: Iterable[Case]) -> Iterator[str]:
        """The whole file, in parts."""
        yield self.start
        gap = ""
        for case in cases:
            if part := self.piece(case):
                yield gap + part
                gap = self.between
        yield self.end

    def text(self, cases: Iterable[Case]) -> str:
        """The whole file, for collections that are small."""
        return "".join(self.chunks(cases))


def page_of(entry: Entry) -> str:
    """The address of the page of a case, from the home folder."""
    return f"cases/{entry.id}.html"


def exported(catalogue: Catalogue) -> list[Entry]:
    """The cases that exports hold, by id: drafts too, withdrawn and replaced ones not."""
    return sorted(catalogue.entries, key=lambda entry: entry.id)


def dated(entry: Entry, dates: Dates) -> tuple[str, str]:
    """The days a case was added and last changed, empty where the history does not say."""
    return dates.get(entry.path, ("", ""))


def newest(entries: Iterable[Entry], dates: Dates) -> str:
    """The day of the newest change of these cases, or empty."""
    return max((dated(entry, dates)[1] for entry in entries), default="")


def to_json(value: Any) -> str:
    """Compact JSON that keeps letters of every language as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
