"""What is remembered of outside addresses, from one time to the next, and the file that keeps it.

One failure may be a bad day of a host: only an address that failed on two different days, with no good answer between, counts
as broken. Needs nothing that must be installed: a workflow reads it where nothing is set up.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from anchorbook.files import read_regular

FORMAT = 1
MOST_BYTES = 20_000_000
MOST_USES = 20
"""Places that are kept of one address."""
DAYS_TO_BREAK = 2

_STATES = ("ok", "failed", "closed", "not-asked")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_ADDRESS = re.compile(r"https?://[^\s<>\"']{1,2000}\Z")


@dataclass
class Known:
    """What is known of one address. Days are written as ``2026-11-16``, empty when there is none."""

    state: str = "not-asked"
    said: str = ""
    asked: str = ""
    good: str = ""
    """The last day it answered well."""
    since: str = ""
    """The first day of its failures, when it has failed ever since."""
    failed: str = ""
    """The last day it failed."""
    days: int = 0
    """Days on which it has failed since then."""
    moved: str = ""
    used: list[tuple[str, int, str]] = field(default_factory=list)
    uses: int = 0

    @property
    def broken(self) -> bool:
        return self.days >= DAYS_TO_BREAK


@dataclass
class Result:
    """All that is known, and the last day that anything was asked."""

    day: str = ""
    agent: str = ""
    addresses: dict[str, Known] = field(default_factory=dict)


def after(known: Known, state: str, said: str, moved: str, day: str) -> Known:
    """What is known of an address after it has answered on this day."""
    if state == "not-asked":
        return Known(**{**asdict(known), "said": said, "state": "not-asked" if not known.days else known.state})
    if state == "failed":
        new_day = known.failed != day
        return Known("failed", said, day, known.good, known.since or day, day, known.days + new_day, "", known.used, known.uses)
    return Known(state, said, day, day if state == "ok" else known.good, "", "", 0, moved, known.used, known.uses)


def with_uses(result: Result, uses: Mapping[str, Iterable[tuple[str, int, str]]]) -> Result:
    """The result for the addresses that the book has now."""
    found = {}
    for address in sorted(uses):
        known = result.addresses.get(address, Known())
        places = [tuple(use) for use in uses[address]]
        known.used, known.uses = places[:MOST_USES], len(places)
        found[address] = known
    return Result(result.day, result.agent, found)


# ---------------------------------------------------------------- the file


class NotAResult(ValueError):
    """The file is not what :func:`as_text` writes."""


def as_text(result: Result) -> str:
    """The result as it is kept, in order of address."""
    data = {"format": FORMAT, "day": result.day, "agent": result.agent, "addresses": {address: asdict(known) for address, known in sorted(result.addresses.items())}}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def read_text(raw: bytes) -> Result:
    """A result from its file. What of it is wrong is left out: hosts had their say in it.

    :raises NotAResult: when it is no such file at all
    """
    if len(raw) > MOST_BYTES:
        raise NotAResult("it is too large")
    try:
        data = json.loads(raw)
        if data["format"] != FORMAT:
            raise NotAResult("it has another format")
        addresses = dict(data["addresses"])
        day, agent = str(data["day"]), str(data.get("agent", ""))[:300]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAResult(f"it cannot be read ({type(error).__name__})") from None
    return Result(day if _DAY.match(day) else "", agent, {
        address: known for address, item in addresses.items() if _ADDRESS.match(str(address)) and (known := _known(item))})


def _known(item: Any) -> Known | None:
    """One address, or None when anything of it has another shape."""
    try:
        days = {name: item[name] for name in ("asked", "good", "since", "failed")}
        if item["state"] not in _STATES or not all(day == "" or _DAY.match(day) for day in days.values()):
            return None
        used = [(str(path)[:300], int(line), str(key)[:100]) for path, line, key in item["used"][:MOST_USES]]
        moved = str(item["moved"])
        return Known(item["state"], str(item["said"])[:200], **days, days=max(0, int(item["days"])), moved=moved if _ADDRESS.match(moved) else "", used=used,
                     uses=max(len(used), int(item["uses"])))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def read_file(path: Path) -> Result | None:
    """The result that is kept; None when there is none.

    :raises NotAResult: when the file is something else
    """
    try:
        return read_text(read_regular(path, MOST_BYTES))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotAResult(f"it cannot be opened ({error.strerror})") from None


def write_file(path: Path, result: Result) -> None:
    """Write the whole file or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(as_text(result).encode())
    os.replace(part, path)
