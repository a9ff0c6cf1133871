"""What a check has to say: one finding, with its place and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

MOST_FINDINGS = 100
"""Findings of one rule in one file. Whoever has mended that many sees the rest; each may take a search for a likely word."""


class Severity(StrEnum):
    """How much a finding matters. Only an *error* stops a build."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong, or could be better, at one place in one file.

    ``line`` and ``column`` count from 1. ``path`` is relative to the project, with forward slashes.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR


def has_errors(findings) -> bool:
    """True when any finding is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)


T = TypeVar("T")


def at_most(wrong: Sequence[T], finding: Callable[[T], Finding]) -> Iterator[Finding]:
    """A finding for each of the first things that are wrong in a file, and one that says how many more there are."""
    yield from map(finding, wrong[:MOST_FINDINGS])
    if (more := len(wrong) - MOST_FINDINGS) > 0:
        yield and_more(finding(wrong[MOST_FINDINGS]), more)


def and_more(first: Finding, number: int | None = None) -> Finding:
    """Says that there are more findings of a kind, of which this is the first that is not shown; how many, when somebody has counted."""
    said = "are more findings" if number is None else "is 1 more finding" if number == 1 else f"are {number:,} more findings"
    return Finding(first.path, first.line, first.column, "more-findings", f"there {said} of the kind {first.code} in this file.",
                   "Mend those above, then check again.", first.severity)
