"""Spreadsheets that people send back, as rows of text: CSV as any spreadsheet program saves it, or .xlsx.

More forgiving than :mod:`anchorbook.reading_csv`, which reads the book's own tables: people who type in paper sheets have
whatever their program gives them. Nothing here raises for bad content; what is wrong becomes a finding.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from anchorbook.findings import Finding
from anchorbook.reading_csv import MAX_BYTES, decoded, separator
from anchorbook.reading_xlsx import WrongSheet, sheet

MAX_UNPACKED = 4 * MAX_BYTES
"""The most that a part of an .xlsx file may hold once unpacked, in bytes."""

_TEXT = "Open it in your spreadsheet program and save it as .xlsx or as CSV UTF-8."


@dataclass(frozen=True)
class Row:
    """One row: its line in the file, its cells, and where each begins. In an .xlsx these are numbers of rows and columns."""

    line: int
    cells: list[str]
    starts: list[int]

    def column(self, place: int) -> int:
        """Where a cell begins, from 1. A cell over several lines hides where those after it begin: they get 1."""
        return self.starts[place] if place < len(self.starts) else 1


@dataclass
class Grid:
    """The rows of a file that hold anything, and what was wrong in reading it."""

    path: str
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    raw: bytes = b""

    def wrong(self, line: int, code: str, message: str, hint: str) -> Grid:
        """Note what is wrong; gives itself back."""
        self.findings.append(Finding(self.path, line, 1, code, message, hint))
        return self


def read_grid(path: Path, name: str) -> Grid:
    """The rows of a file; ``name`` is what findings call it."""
    grid = Grid(name)
    try:
        if not path.is_file():  # reading a pipe or a device could wait for ever
            there = "this is a folder" if path.is_dir() else "there is no such file" if not path.exists() else "this is not a file"
            return grid.wrong(1, "unreadable-file", f"{there}.", "Check the name of the file.")
        with path.open("rb") as stream:
            grid.raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        return grid.wrong(1, "unreadable-file", f"this file cannot be opened: {getattr(error, 'strerror', None) or 'its name cannot be used'}.", "Check that you may read it.")
    if len(grid.raw) > MAX_BYTES:
        return grid.wrong(1, "file-too-large", f"this file is larger than {MAX_BYTES // 1024 // 1024} MB.", "Keep only the rows and columns of the form.")
    if grid.raw.startswith(b"PK") or path.suffix.lower() in (".xlsx", ".xlsm"):
        return _workbook(path, grid)
    return _csv(grid)


def _workbook(path: Path, grid: Grid) -> Grid:
    try:
        rows = sheet(path, most=MAX_UNPACKED)
    except (WrongSheet, OSError, zipfile.BadZipFile) as error:
        said = str(error) if isinstance(error, WrongSheet) else "this spreadsheet cannot be read."
        return grid.wrong(1, "unreadable-file", said, _TEXT)
    grid.rows = [Row(number, cells, range(1, len(cells) + 1)) for number, cells in enumerate(rows, 1) if any(cell.strip() for cell in cells)]
    return grid


def _csv(grid: Grid) -> Grid:
    text = decoded(grid.raw)
    if re.search("[\x00-\x08\x0e-\x1f]", text):
        return grid.wrong(1, "unreadable-file", "this is not a table: it holds signs that no text has.", _TEXT)
    sign = separator(text)
    lines = re.split(r"\r\n|\n|\r", text)  # as the reader counts them
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                grid.rows.append(Row(start, cells, _starts(lines[start - 1], sign)))
            start = reader.line_num + 1
    except csv.Error as error:
        # A quotation mark that is left open reaches to the end of the file: the row it stands in is the place to look.
        grid.wrong(start, "broken-table", f"the table cannot be read from here on ({error}). The rows before it are counted.",
                   "Look for a quotation mark that is not closed, in this line or after it.")
    return grid


def _starts(line: str, sign: str) -> list[int]:
    """Where each cell of a line begins, from 1."""
    starts, quoted = [1], False
    for place, letter in enumerate(line, 1):
        if letter == '"':
            quoted = not quoted
        elif letter == sign and not quoted:
            starts.append(place + 1)
    return starts
