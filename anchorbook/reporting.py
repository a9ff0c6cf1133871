"""Findings as people and programs read them."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from anchorbook.checks.codes import CODES, page_of
from anchorbook.files import read_regular
from anchorbook.findings import Finding, Severity


def as_text(findings: Iterable[Finding]) -> str:
    """One finding a line, ``file:line:column: severity code message``, its hint beneath."""
    lines = []
    for item in sorted(findings):
        lines.append(f"{visible(item.path)}:{item.line}:{item.column}: {item.severity} {item.code} {visible(_one_line(item.message))}")
        if item.hint:
            lines.append(f"    hint: {visible(_one_line(item.hint))}")
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def as_lines(findings: Iterable[Finding]) -> str:
    """One line a finding and no more, for those who know what to do."""
    return "\n".join(line for line in as_text(findings).splitlines() if not line.startswith("    hint: "))


# ---------------------------------------------------------------- with the line it is about

MOST_SHOWN = 8 * 1024 * 1024
"""Bytes of a file whose lines are shown; of a longer one, those at its beginning."""
SHOWN = 96
"""Signs of a line of the file that are shown around a finding."""
_UNSEEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")

Lines = Callable[[str], list[str]]
"""The lines of a file by the path that findings give; none when it cannot be read."""


def visible(text: str) -> str:
    """A text with the number of every sign that is not seen, so that a screen does nothing but show it."""
    return _UNSEEN.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)


def file_lines(root: Path) -> Lines:
    """The lines of the files of a project, as findings count them. A file that has gone or is no text has none."""

    @lru_cache(maxsize=8)
    def read(path: str) -> list[str]:
        try:
            return re.split(r"\r\n|[\n\r\x85\u2028\u2029]", read_regular(root / path, MOST_SHOWN).decode("utf-8-sig", "replace"))
        except (OSError, ValueError):
            return []

    return read


def as_snippets(findings: Iterable[Finding], lines: Lines) -> str:
    """Each finding with the line of the file, a caret under the column, what is wrong, and what to write."""
    blocks = []
    for item in sorted(findings):
        block = [f"{visible(item.path)}:{item.line}:{item.column}: {item.severity} {item.code}"]
        found = lines(item.path)
        if 0 < item.line <= len(found) and found[item.line - 1].strip():
            block += excerpt(found[item.line - 1], item.line, item.column)
        block.append(f"  {visible(_one_line(item.message))}")
        if item.hint:
            block.append(f"  To do: {visible(_one_line(item.hint))}")
        if item.code in CODES:
            block.append(f"  Why: {page_of(item.code)}")
        blocks.append("\n".join(block))
    return "\n\n".join(blocks)


def excerpt(line: str, number: int, column: int) -> list[str]:
    """The part of a line that a finding is about, with its number, and a caret under the column in a second line."""
    place = min(column, len(line) + 1) - 1
    start = max(0, min(place - SHOWN // 2, len(line) - SHOWN))
    end = start + SHOWN
    before, after = (visible(part.replace("\t", " ")) for part in (line[start:place], line[place:end]))
    opening, closing = "…" if start else "", "…" if end < len(line) else ""
    head = f"  {number} | "
    return [f"{head}{opening}{before}{after}{closing}".rstrip(), f"  {' ' * len(str(number))} | {' ' * _width(opening + before)}^"]


def _width(text: str) -> int:
    """Columns of a screen that a text takes: two for wide signs, none for accents that sit on a letter."""
    return sum(0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


# ---------------------------------------------------------------- for programs


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


_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def as_sarif(findings: Iterable[Finding]) -> str:
    """SARIF 2.1.0, the form in which code hosts and editors take the findings of checkers."""
    ordered = sorted(findings)
    names = sorted({item.code for item in ordered})
    rules = {name: index for index, name in enumerate(names)}
    run = {
        "tool": {"driver": {"name": "anchorbook", "rules": [_rule(name) for name in names]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The folder of the project."}}},
        "results": [{
            "ruleId": item.code, "ruleIndex": rules[item.code], "level": _LEVELS[item.severity],
            "message": {"text": f"{_one_line(item.message)} {_one_line(item.hint)}".strip()},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": quote(os.fsencode(item.path)), "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": max(1, item.line), "startColumn": max(1, item.column)},
            }}],
        } for item in ordered],
    }
    return json.dumps({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(name: str) -> dict:
    why = CODES[name].why if name in CODES else name
    page = page_of(name)
    text, markdown = f"{why} More: {page}", why
    if name in CODES and CODES[name].right:
        wrong, right = CODES[name].wrong, CODES[name].right
        text += f"\nNot like this:\n{wrong}\nLike this:\n{right}"
        markdown += f"\n\nNot like this:\n\n```yaml\n{wrong}\n```\n\nLike this:\n\n```yaml\n{right}\n```"
    rule = {"id": name, "shortDescription": {"text": name.replace("-", " ")}, "fullDescription": {"text": why},
            "help": {"text": text, "markdown": f"{markdown}\n\nMore: {page}"}}
    # The standard wants a whole address here, which is known only when the build is told where the book will be.
    return {**rule, "helpUri": page} if page.startswith("https://") else rule


FORMATS = {"text": as_text, "json": as_json, "annotations": as_annotations}

"""Forms in which any command can write its findings."""
CHECK_FORMATS = {**FORMATS, "sarif": as_sarif}
"""Those of ``check``."""


def summary(findings: Iterable[Finding]) -> str:
    """``2 errors, 1 warning``, or ``no findings``."""
    counts = Counter(item.severity for item in findings)
    said = [f"{counts[level]} {level}{'s' if counts[level] != 1 else ''}" for level in Severity if counts[level]]
    return ", ".join(said) or "no findings"
