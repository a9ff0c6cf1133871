"""One sheet of a spreadsheet (.xlsx) as rows of text, with what Python brings along: such a file is a zip of XML."""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
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


def _part(book: zipfile.ZipFile, name: str, most: int) -> ElementTree.Element:
    with book.open(name) as stream:
        raw = stream.read(most + 1)
    if len(raw) > most:
        raise WrongSheet("this spreadsheet is too large.")
    if b"<!DOCTYPE" in raw[:4096] or b"<!ENTITY" in raw:
        raise WrongSheet("this spreadsheet cannot be read.")  # spreadsheets have none; they could grow without end
    return ElementTree.fromstring(raw)


def _rows(book: zipfile.ZipFile, name: str | None, most: int) -> list[list[str]]:
    inside = set(book.namelist())
    links = {link.get("Id"): link.get("Target", "") for link in _part(book, "xl/_rels/workbook.xml.rels", most)}
    sheets = [part for part in _part(book, "xl/workbook.xml", most).iter(f"{_MAIN}sheet") if name is None or part.get("name") == name]
    target = links.get(sheets[0].get(_LINK)) if sheets else None
    if target is None:
        raise WrongSheet(f"there is no sheet called \"{name}\"." if name else "there is no sheet in it.")
    shared = []
    if "xl/sharedStrings.xml" in inside:
        strings = _part(book, "xl/sharedStrings.xml", most)
        shared = ["".join(text.text or "" for text in item.iter(f"{_MAIN}t")) for item in strings.iter(f"{_MAIN}si")]
    table: list[dict[int, str]] = []
    length = gaps = 0
    for line in _part(book, target.lstrip("/") if target.startswith("/") else f"xl/{target}", most).iter(f"{_MAIN}row"):
        cells: dict[int, str] = {}
        for cell in line.iter(f"{_MAIN}c"):
            text = cells[_column(cell.get("r", ""), len(cells))] = _text(cell, shared)
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


def _text(cell: ElementTree.Element, shared: list[str]) -> str:
    value = cell.find(f"{_MAIN}v")
    text = "" if value is None else value.text or ""
    if cell.get("t") == "s":
        return shared[int(text)]
    if cell.get("t") == "inlineStr":
        return "".join(piece.text or "" for piece in cell.iter(f"{_MAIN}t"))
    return text
