"""What the check of a pull request found, as one comment for the people who review it.

Pure: from ``review.json``, which :mod:`anchorbook.pull_request` writes, to Markdown. Whoever opened the pull request may
have written any part of that file, so every text of it is hostile: the file is checked for its shape, and each text is
cut, freed of signs that mean something to the code host, and shown as code.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from unicodedata import category

# Only modules that need nothing installed: the comment is written where nothing of the project is set up.
from anchorbook.findings import Finding, Severity

MARK = "<!-- anchorbook-review -->"
"""First line of the comment, by which the next run finds it."""

LIMIT = 60_000
"""Most characters of a comment. The code host takes 65,536."""

NAME, CELL = 80, 300
"""Most characters shown of a name, and of any other text."""

FINDINGS, CASES, FIELDS = 40, 10, 15
"""Most findings, cases in detail, and fields of one case."""

_SIGNS = {Severity.ERROR: "❌ error", Severity.WARNING: "⚠️ warning", Severity.HINT: "💡 hint"}
_ORDER = list(Severity)
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_RUN = re.compile(r"https://[A-Za-z0-9.-]+/[A-Za-z0-9._/-]+")


class NotAReview(ValueError):
    """The file is not what :func:`anchorbook.pull_request.gather` writes."""


@dataclass(frozen=True)
class Changed:
    """One case file: its record before and after, None where there is no file."""

    path: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True)
class Review:
    """All that the comment is made from. ``paths`` are the files that the change touches; ``book`` says how the build ended."""

    findings: tuple[Finding, ...]
    cases: tuple[Changed, ...]
    paths: frozenset[str]
    book: str


# ---------------------------------------------------------------- hostile text


def code(text: Any, most: int = CELL) -> str:
    """A text that others wrote, on one line, as code that means nothing to the code host.

    Inside ``<code>`` nobody is mentioned and no address becomes a link. Every sign of ASCII is written as a number, so none
    is read as Markdown or HTML, and signs that cannot be seen or turn text round are named.
    """
    words = " ".join(str(text)[: most * 4].split())
    if len(words) > most or len(str(text)) > most * 4:
        words = words[:most].rstrip() + "…"
    return f"<code>{''.join(map(_safe, words))}</code>" if words else ""


def _safe(sign: str) -> str:
    if sign == " " or sign.isascii() and sign.isalnum():
        return sign
    if category(sign) in _HIDDEN:
        return f"‹U&#43;{ord(sign):04X}›"
    # A word joiner after @ keeps a name from being mentioned even where the code host forgets that this is code.
    return f"&#{ord(sign)};" + ("&#8288;" if sign == "@" else "") if sign.isascii() else sign


# ---------------------------------------------------------------- from JSON to a review


def read_review(raw: bytes) -> Review:
    """A review from its JSON.

    :raises NotAReview: when any part of it has another shape, or it is nested too deep.
    """
    try:
        data = json.loads(raw)
        cases = [Changed(_text(case["path"]), _record(case["before"]), _record(case["after"])) for case in _list(data["cases"])]
        findings = [Finding(_text(item["path"]), int(item["line"]), int(item["column"]), _text(item["code"]), _text(item["message"]),
                            _text(item["hint"]), Severity(item["severity"])) for item in _list(data["findings"])]
        return Review(tuple(findings), tuple(cases), frozenset(map(_text, _list(data["paths"]))), _text(data["book"]))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise NotAReview(f"it cannot be read ({type(error).__name__})") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _list(value: Any) -> list:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _record(value: Any) -> dict[str, Any] | None:
    if value is not None and not isinstance(value, dict):
        raise TypeError("not a record")
    _same(value)  # nested so deep that it cannot be written again, it is refused here
    return value


# ---------------------------------------------------------------- before and after


def say(value: Any, depth: int = 0) -> str:
    """A value of a record on one line: ``name: Staff moved; value: 1000``."""
    if depth > 4:
        return "…"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {say(item, depth + 1)}" for name, item in value.items())
    if isinstance(value, list):
        return " • ".join(say(item, depth + 1) for item in value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Fields that differ: name, what was there, what is there. Of a list only the items that went and came; of a long text
    the part from the first difference on."""
    found = []
    for name in dict.fromkeys([*after, *before]):
        old, new = before.get(name), after.get(name)
        if _same(old) == _same(new):
            continue
        if isinstance(old, list) and isinstance(new, list):
            was, now = set(map(_same, old)), set(map(_same, new))
            old, new = [item for item in old if _same(item) not in now], [item for item in new if _same(item) not in was]
            if not old and not new:
                old, new = "in another order", "the same items"
        found.append((name, *_from_the_difference(say(old), say(new))))
    return found


def _same(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _from_the_difference(old: str, new: str) -> tuple[str, str]:
    if not old or not new or max(len(old), len(new)) <= CELL:
        return old, new
    start = max(0, len(os.path.commonprefix([old, new])) - 60)
    return ("…" + old[start:], "…" + new[start:]) if start else (old, new)


# ---------------------------------------------------------------- the comment


def fitting(rows: Iterable[str], room: int) -> list[str]:
    """The first of the rows, as many as there is room for."""
    kept = []
    for row in rows:
        room -= len(row) + 1
        if room < 0:
            break
        kept.append(row)
    return kept


def _finding_rows(review: Review) -> list[Finding]:
    """Errors of all files, and what else is said of the files that the change touches; the worst first."""
    shown = [item for item in review.findings if item.severity is Severity.ERROR or item.path in review.paths]
    return sorted(shown, key=lambda item: (_ORDER.index(item.severity), item))


def _findings_part(review: Review, room: int) -> str:
    shown = _finding_rows(review)
    counts = [f"{number:,} {level}{'s' if number != 1 else ''}" for level in Severity if (number := sum(item.severity is level for item in shown))]
    lines = [f"**{', '.join(counts)}.** " + ("An error keeps the book from being built." if any(item.severity is Severity.ERROR for item in shown)
             else "None of them keeps the book from being built.") if shown else "**Nothing to correct.**"]
    if shown:
        rows = [f"| {_SIGNS[item.severity]} | {code(f'{item.path}:{item.line}')} | {code(item.message)} | {code(item.hint)} |" for item in shown[:FINDINGS]]
        kept = fitting(rows, room - 400)
        lines += ["", "| | Where | What | What to do |", "|---|---|---|---|", *kept]
        if len(kept) < len(shown):
            lines += ["", f"{len(shown) - len(kept):,} more are not shown here. The run lists them all."]
    if other := len(review.findings) - len(shown):
        lines += ["", f"{other:,} about files that this change does not touch are left out."]
    return "\n".join(lines)


def _case_part(case: Changed, room: int) -> str:
    """One case as a block that opens; empty when there is no room for it."""
    title = code((case.after or case.before or {}).get("title", ""), NAME)
    if case.before is not None and case.after is not None:
        what, head = "Changed", ["| Field | Before | After |", "|---|---|---|"]
        rows = [f"| {code(name, NAME)} | {code(old) or '(empty)'} | {code(new) or '(empty)'} |" for name, old, new in differences(case.before, case.after)]
    else:
        what, head = "Removed" if case.after is None else "New", ["| Field | Text |", "|---|---|"]
        rows = [f"| {code(name, NAME)} | {code(say(value))} |" for name, value in (case.after or case.before or {}).items()]
    start = f"<details><summary>{what}: {code(case.path, NAME)} {title}</summary>\n"
    if room < len(start) + 200:
        return ""
    kept = fitting(rows[:FIELDS], room - len(start) - 200)
    if case.after == {}:
        lines = [start, "This file cannot be read. See what is said of it above."]
    elif kept:
        lines = [start, *head, *kept]
    else:
        lines = [start, "There is no room to show it here." if rows else "No field differs."]
    if kept and len(kept) < len(rows) and case.after != {}:
        lines += ["", f"{len(rows) - len(kept):,} more fields: see the files of this pull request."]
    return "\n".join([*lines, "", "</details>"])


def comment(review: Review | None, checklist: str, run: str = "") -> str:
    """The comment as Markdown. Without a review it says that there is none.

    :param checklist: the project's own text for reviewers, which is put in as it is
    :param run: address of the run that made the review
    """
    link = f"[this run]({run})" if _RUN.fullmatch(run) else "the run"
    tail = f"\n\n{checklist.strip()[:10_000]}\n" if checklist.strip() else "\n"
    lines = [MARK, "## Check of this change", ""]
    if review is None:
        return "\n".join([*lines, f"The check did not finish, or what it wrote cannot be read. Please look at {link}."]) + tail
    built = review.book == "success"
    tail = ("\n\nThe book was built with this change. To look at it, get `site` from " + link + ", unpack it and open `index.html`." if built
            else f"\n\nThe book was not built with this change. See {link}.") + tail
    room = LIMIT - len(tail) - 500
    lines.append(_findings_part(review, room // 2))
    lines += ["", f"### Case studies in this change: {len(review.cases):,}"]
    shown = 0
    for case in review.cases[:CASES]:
        part = _case_part(case, room - len("\n".join(lines)))
        if not part:
            break
        lines += ["", part]
        shown += 1
    if shown < len(review.cases):
        lines += ["", f"{len(review.cases) - shown:,} more: see the files of this pull request."]
    return "\n".join(lines) + tail
