"""From data and a Typst file to a PDF: the same bytes on every computer, tagged for screen readers, its fonts inside.

Data goes in as JSON. Typst shows a string as it is, so whatever somebody contributed is words and never a command.
"""

from __future__ import annotations

import importlib.util
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from anchorbook.parts import say_date
from anchorbook.questions import clean

FOLDER = Path(__file__).parent / "typst"
STANDARD = "ua-1"
"""PDF/UA-1, the standard for PDF that everyone can read."""
LONGEST_WORD = 40
"""Signs in a row without a space; in longer ones a line may break anywhere."""
NO_GLYPH = "□"

_LONG = re.compile(rf"(?<!\S)(?!https?://)\S{{{LONGEST_WORD + 1},}}")


@dataclass(frozen=True)
class Stamp:
    """What every sheet says of the book that it comes from. ``address`` is that of the site, without a slash at its end."""

    book: str
    version: str
    day: date
    address: str = ""

    @property
    def said(self) -> str:
        return f"version {self.version}, {say_date(self.day.isoformat())}"

    def page(self, path: str) -> str:
        """The web address of a page of the site, or its path where nobody knows the address of the site."""
        return f"{self.address}/{path}" if self.address else path


def stamp_of(book: str, day: date, address: str = "") -> Stamp:
    """The stamp of this version of the package. Give ``project.title`` and ``catalogue.today``."""
    try:
        number = version("anchorbook")
    except PackageNotFoundError:
        number = "unknown"
    return Stamp(book, number, day, address.rstrip("/"))


@lru_cache
def fonts() -> Path:
    """The folder of the DejaVu fonts that come with matplotlib, found without loading it."""
    spec = importlib.util.find_spec("matplotlib")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


@lru_cache
def _drawable() -> frozenset[int]:
    """The signs that the fonts can draw, plain and bold."""
    from fontTools.ttLib import TTFont

    plain, bold = (set(TTFont(fonts() / name, lazy=True).getBestCmap()) for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"))
    return frozenset(plain & bold)


def _sign(sign: str, known: bool) -> str:
    kind = unicodedata.category(sign)
    if kind in ("Cf", "Cc") or "\ufe00" <= sign <= "\ufe0f":  # joiners and choosers of emoji
        return ""
    if known and kind != "Co":
        return sign
    return "" if kind in ("Mn", "Me") else NO_GLYPH


def printable(text: str) -> str:
    """A text that can be set: without control signs and signs that turn the direction of writing, a box for what no font can draw."""
    text = " ".join(unicodedata.normalize("NFC", clean(text)).split())
    known = _drawable()
    text = "".join(_sign(sign, ord(sign) in known) for sign in text)
    return _LONG.sub(lambda long: "\u200b".join(long[0][place : place + LONGEST_WORD] for place in range(0, len(long[0]), LONGEST_WORD)), text)


def _all_printable(value: Any) -> Any:
    if isinstance(value, str):
        # Spaces at the ends part words in a tree of Markdown.
        before, after = value[:1].isspace(), value[-1:].isspace() and len(value) > 1
        return " " * before + printable(value) + " " * after
    if isinstance(value, dict):
        return {key: _all_printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_all_printable(item) for item in value]
    return value


def pdf(sheet: str, stamp: Stamp, data: dict[str, Any]) -> bytes:
    """The PDF that the file ``sheet`` of the folder ``typst`` makes of this data."""
    import typst

    stamped = {"book": stamp.book, "said": stamp.said, "address": stamp.address, "year": stamp.day.year, "month": stamp.day.month, "day": stamp.day.day}
    packed = json.dumps(_all_printable({**data, "stamp": stamped}), ensure_ascii=False)
    moment = int(datetime(stamp.day.year, stamp.day.month, stamp.day.day, tzinfo=UTC).timestamp())
    made = typst.compile(FOLDER / f"{sheet}.typ", root=FOLDER, font_paths=[fonts()], ignore_system_fonts=True, format="pdf",
                         sys_inputs={"data": packed}, pdf_standards=[STANDARD], timestamp=moment)
    assert isinstance(made, bytes)
    return made
