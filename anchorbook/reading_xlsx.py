"""One sheet of a spreadsheet (.xlsx) as rows of text, with what Python brings along: such a file is a zip of XML."""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

MAX_BYTES = 200 * 1024 * 1024
"""The most that one part of a spreadsheet may hold once unpacked."""
MAX_COLUMNS = 16_384
MAX_ROWS = 1_048_576
MOST_GAPS = 10_000
"""Empty rows that a sheet may leave out between others."""
BYTES_A_CELL = 16
"""What a cell takes in a part at the least, on average. A part that gives more cells than that does so by leaving gaps."""
_BROKEN = (KeyError, IndexError, LookupError, ValueError, ElementTree.ParseError, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError,
           OverflowError, struct.error, zlib.error, lzma.LZMAError)
"""What reading damaged bytes can raise."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class WrongSheet(ValueError):
    """The file is not a spreadsheet, or has no such sheet."""


def sheet(path: Path, name: str | None = None, *, most: int = MAX_BYTES) -> list[list[str]]:
    """The rows of the sheet called ``name``; of the first one when no name is given.

    :raises WrongSheet: when the file is no spreadsheet, is broken, unpacks to more than ``most`` bytes, has more cells or
        more text in them than such a part should give, or has no such sheet
    """
    try:
        if not zipfile.is_zipfile(path):
            raise WrongSheet("not a spreadsheet of the kind .xlsx.")
        with zipfile.ZipFile(path) as book:
            return _rows(book, name, most)
    except WrongSheet:
        raise
    except _BROKEN as error:
        raise WrongSheet("this spreadsheet cannot be read.") from error


class _Builder(ElementTree.TreeBuilder):
    """Builds the tree of a part, in whatever encoding it is, and refuses what could grow without end."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise WrongSheet("this spreadsheet cannot be read.")  # no spreadsheet has one, and only in it can entities be declared


def _part(book: zipfile.ZipFile, name: str, most: int) -> ElementTree.Element:
    with book.open(name) as stream:
        raw = stream.read(most + 1)
    if len(raw) > most:
        raise WrongSheet("this spreadsheet is too large.")
    parser = ElementTree.XMLParser(target=_Builder())
    parser.feed(raw)
    return parser.close()


def _rows(book: zipfile.ZipFile, name: str | None, most: int) -> list[list[str]]:
    inside = set(book.namelist())
    links = {link.get("Id"): link.get("Target", "") for link in _part(book, "xl/_rels/workbook.xml.rels", most)}
    about = _part(book, "xl/workbook.xml", most)
    sheets = [part for part in about.iter(f"{_MAIN}sheet") if name is None or part.get("name") == name]
    target = links.get(sheets[0].get(_LINK)) if sheets else None
    if target is None:
        raise WrongSheet(f"there is no sheet called \"{name}\"." if name else "there is no sheet in it.")
    shared = []
    if "xl/sharedStrings.xml" in inside:
        strings = _part(book, "xl/sharedStrings.xml", most)
        shared = ["".join(text.text or "" for text in item.iter(f"{_MAIN}t")) for item in strings.iter(f"{_MAIN}si")]
    formats = _date_formats(_part(book, "xl/styles.xml", most)) if "xl/styles.xml" in inside else {}
    from_1904 = any(part.get("date1904") in ("1", "true") for part in about.iter(f"{_MAIN}workbookPr"))
    table: list[dict[int, str]] = []
    length = gaps = 0
    for line in _part(book, target.lstrip("/") if target.startswith("/") else f"xl/{target}", most).iter(f"{_MAIN}row"):
        cells: dict[int, str] = {}
        for cell in line.iter(f"{_MAIN}c"):
            text = cells[_column(cell.get("r", ""), len(cells))] = _text(cell, shared, formats, from_1904)
            length += len(text)
            if length > most:  # one shared text can stand in many cells
                raise WrongSheet("this spreadsheet is too large.")
        # Programs leave empty rows out and number the others.
        number = int(line.get("r") or len(table) + 1)
        if not len(table) < number <= MAX_ROWS:
            raise WrongSheet("this spreadsheet cannot be read.")
        gaps += number - 1 - len(table)
        if gaps > MOST_GAPS:
            raise WrongSheet(f"this spreadsheet has more than {MOST_GAPS:,} empty rows between others. Delete them.")
        table += [{}] * (number - 1 - len(table))
        table.append(cells)
    width = max((max(cells) for cells in table if cells), default=-1) + 1
    if width * len(table) > most // BYTES_A_CELL:
        raise WrongSheet("this spreadsheet is too large.")
    return [[cells.get(at, "") for at in range(width)] for cells in table]


def _column(place: str, otherwise: int) -> int:
    """The column of a cell such as ``AB12``, from 0; the next one where a program did not write it."""
    letters = re.match(r"[A-Z]{1,3}", place)
    if not letters:
        return otherwise
    at = 0
    for letter in letters[0]:
        at = at * 26 + ord(letter) - 64
    if at > MAX_COLUMNS:
        raise WrongSheet("this spreadsheet cannot be read.")
    return at - 1


def _text(cell: ElementTree.Element, shared: list[str], formats: dict[str, str], from_1904: bool) -> str:
    value = cell.find(f"{_MAIN}v")
    text = "" if value is None else value.text or ""
    if cell.get("t") == "s":
        if int(text) < 0:
            raise IndexError(text)
        return shared[int(text)]
    if cell.get("t") == "inlineStr":
        return "".join(piece.text or "" for piece in cell.iter(f"{_MAIN}t"))
    if cell.get("t") == "d":  # a date in words of its own
        return text.removesuffix("T00:00:00")
    shown = formats.get(cell.get("s", "0")) if text and cell.get("t", "n") == "n" else None
    return _moment(float(text), shown, from_1904) or text if shown else text


# ---------------------------------------------------------------- dates, which are numbers with a way of showing them

_BUILT_IN = {"14": "d/m/y", "15": "d-m-y", "16": "d-m", "17": "m-y", "18": "h:m", "19": "h:m:s", "20": "h:m", "21": "h:m:s", "22": "d/m/y h:m", "45": "m:s", "46": "[h]:m:s", "47": "m:s"}
"""Formats of dates and times that no workbook writes down."""
_NO_PART = re.compile(r'"[^"]*"|[\\_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
"""What a format shows as it stands: words in quotation marks, single signs, colours and languages."""


def _date_formats(styles: ElementTree.Element) -> dict[str, str]:
    """The formats of dates and times by the number of the style that uses them: their letters and brackets, small."""
    own = {part.get("numFmtId", ""): _NO_PART.sub("", part.get("formatCode", "")).partition(";")[0].lower() for part in styles.iter(f"{_MAIN}numFmt")}
    known = _BUILT_IN | {number: code for number, code in own.items() if re.search("[ymdhs]", code)}
    used = [part.get("numFmtId", "") for cells in styles.iter(f"{_MAIN}cellXfs") for part in cells.iter(f"{_MAIN}xf")]
    return {str(place): known[number] for place, number in enumerate(used) if number in known}


def _moment(number: float, shown: str, from_1904: bool) -> str:
    """A number of days as an ISO date, as precise as it was shown; a time of day without a date. Empty when it is none."""
    seconds = round(number * 86_400)
    time = f"{seconds // 3600 if seconds < 86_400 or '[' in shown else seconds // 3600 % 24:02}:{seconds // 60 % 60:02}" + (f":{seconds % 60:02}" if seconds % 60 else "")
    if seconds < 0 or not re.search("[yd]", shown) and ("[" in shown or re.search("[hs]", shown)):
        return "" if seconds < 0 else time
    # Excel counts a 29 February 1900, which never was: the days before it are one nearer to the start.
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 31 if number < 60 else 30)
    try:
        day = (start + timedelta(seconds=seconds)).date().isoformat()
    except OverflowError:
        return ""
    if "d" in shown or "y" not in shown:
        return f"{day} {time}" if seconds % 86_400 else day
    return day[:7] if "m" in shown else day[:4]
