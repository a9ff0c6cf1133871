"""Findings as people and programs read them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict

from anchorbook.findings import Finding, Severity


def as_text(findings: Iterable[Finding]) -> str:
    """One finding a line, ``file:line:column: severity code message``, its hint beneath."""
    lines = []
    for item in sorted(findings):
        lines.append(f"{item.path}:{item.line}:{item.column}: {item.severity} {item.code} {_one_line(item.message)}")
        if item.hint:
            lines.append(f"    hint: {_one_line(item.hint)}")
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def as_json(findings: Iterable[Finding]) -> str:
    """A JSON list, one object a finding."""
    return json.dumps([asdict(item) for item in sorted(findings)], ensure_ascii=False, indent=2)


def as_annotations(findings: Iterable[Finding]) -> str:
    """Commands that a code host shows beside the lines of a pull request."""
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}
    return "\n".join(
        f"::{names[item.severity]} file={_property(item.path)},line={item.line},col={item.column},title={_property(item.code)}::"
        + _data(f"{item.message} {item.hint}".strip())
        for item in sorted(findings)
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS = {"text": as_text, "json": as_json, "annotations": as_annotations}


def summary(findings: Iterable[Finding]) -> str:
    """``2 errors, 1 warning``, or ``no findings``."""
    counts = Counter(item.severity for item in findings)
    said = [f"{counts[level]} {level}{'s' if counts[level] != 1 else ''}" for level in Severity if counts[level]]
    return ", ".join(said) or "no findings"
