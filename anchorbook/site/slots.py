"""Slots: marks that Sphinx writes into a page and that the catalogue fills afterwards.

Sphinx makes each page once, with a slot wherever something depends on the cases, the vocabulary or the
references. Filling is text work of milliseconds, so a changed case never makes Sphinx read a page again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_MARK = re.compile(r"\[\[anchorbook\.([a-z-]+)\.([0-9a-f]*)\]\]")


@dataclass(frozen=True)
class Slot:
    """What belongs in one place: a kind, its options, and where the author asked for it."""

    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    line: int = 1

    def __str__(self) -> str:
        packed = json.dumps([self.options, self.path, self.line], sort_keys=True, separators=(",", ":"))
        return f"[[anchorbook.{self.kind}.{packed.encode().hex()}]]"


def _unpack(kind: str, packed: str) -> Slot:
    options, path, line = json.loads(bytes.fromhex(packed))
    return Slot(kind, options, path, line)


def fill(text: str, resolve: Callable[[Slot], str]) -> str:
    """The text with every slot replaced, in one pass: what is put in is never looked at again."""
    return _MARK.sub(lambda match: resolve(_unpack(match[1], match[2])), text)


def split(text: str) -> list[str | Slot]:
    """The text as pieces and slots in turn, for filling the same page many times."""
    pieces: list[str | Slot] = []
    end = 0
    for match in _MARK.finditer(text):
        pieces += [text[end : match.start()], _unpack(match[1], match[2])]
        end = match.end()
    return [*pieces, text[end:]]


# Holes are what slots are, in texts made from records. Their signs are control characters, which no record
# may hold: so nothing that a contributor writes is ever taken for one.
_HOLE = re.compile("\x02([a-z-]+)\x03")


def hole(name: str) -> str:
    """A mark for something that is put in when all cases are known."""
    return f"\x02{name}\x03"


def fill_holes(text: str, resolve: Callable[[str], str]) -> str:
    """The text with every hole filled, in one pass."""
    return _HOLE.sub(lambda match: resolve(match[1]), text)
