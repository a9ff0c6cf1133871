"""What a check has to say: one finding, with its place and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
