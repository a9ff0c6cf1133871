"""A CSV table to plain data, with the line and column of every cell, as :mod:`anchorbook.reading` does for YAML."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

from anchorbook.findings import Finding
from anchorbook.reading import Document, plain_value, raw_of

MAX_BYTES = 4 * 1024 * 1024


def read_csv(path: Path, name: str, *, numbers: Iterable[str] = ()) -> Document:
    """Read one table. Its data is ``{"columns": [...], "rows": [{column: value}, ...]}``; empty cells are left out.

    Cells are text, but for the columns in ``numbers``, whose cells become numbers where they are written as such.
    Never raises for bad content; what is wrong is in the findings.
    """
    document = Document(name)

    def wrong(line: int, code: str, message: str, hint: str) -> Document:
        document.findings.append(Finding(name, line, 1, code, message, hint))
        return document

    raw = raw_of(path, name, MAX_BYTES, document.findings, "Keep only the rows and columns that the book uses.")
    if raw is None:
        return document
    document.raw = raw
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return wrong(raw[: error.start].count(b"\n") + 1, "wrong-encoding", "this file is not saved as UTF-8 text.",
                     "In your spreadsheet choose \"Save as\" and the format CSV UTF-8.")
    if "\x00" in text:
        return wrong(text[: text.index("\x00")].count("\n") + 1, "control-character", "there is an invisible control character here.", "Delete it.")
    lines = re.split(r"\r\n|\n|\r", text)  # as the reader counts them; other signs can stand inside a cell
    rows, starts = [], []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        start = 1
        for row in reader:
            if row:
                rows.append(row)
                starts.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        return wrong(reader.line_num, "broken-table", f"the table cannot be read here ({error}).", "Look for a quotation mark that is not closed, in this line or before it.")
    if not rows:
        return wrong(1, "empty-table", "this table is empty.", "The first line names the columns.")
    columns = [column.strip() for column in rows[0]]
    if len(set(columns)) < len(columns):
        return wrong(1, "column-twice", "a column name stands twice.", "Give each column a name of its own.")
    numbers = set(numbers)
    data: list[dict] = []
    for row, line in zip(rows[1:], starts[1:], strict=True):
        if len(row) != len(columns):
            wrong(line, "wrong-number-of-cells", f"this row has {len(row)} cells; the table has {len(columns)} columns.",
                  "Put text that holds a comma between quotation marks.")
            continue
        at = _columns_of(lines[line - 1])
        for place, column in enumerate(columns):
            document.positions["rows", len(data), column] = (line, at[place] if place < len(at) else 1)
        document.positions["rows", len(data)] = (line, 1)
        data.append({column: _number(cell.strip()) if column in numbers else cell.strip()
                     for column, cell in zip(columns, row, strict=True) if cell.strip()})
    document.data = {"columns": columns, "rows": data}
    return document


SEPARATORS = ",;\t"
"""What parts cells in the tables of others. Spreadsheets of other countries write a semicolon; copied tables have tabs."""
_QUOTED = re.compile(r'"[^"]*(?:"|\Z)')


def decoded(raw: bytes) -> str:
    """The text of a table that somebody sent, as any spreadsheet program saves it."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")  # "Unicode text" of Excel
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")  # as spreadsheets on Windows save it


def separator(text: str) -> str:
    """What parts the cells of a table: the sign that its first row holds most often outside quotation marks."""
    first = next((line for line in re.split(r"\r\n|\n|\r", _QUOTED.sub('""', text)) if line.strip()), "")
    return max(SEPARATORS, key=first.count)


def _number(text: str) -> float | int | str:
    value = plain_value(text)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else text


def _columns_of(line: str) -> list[int]:
    """Where each cell of a line begins, from 1."""
    starts, quoted = [1], False
    for place, sign in enumerate(line, 1):
        if sign == '"':
            quoted = not quoted
        elif sign == "," and not quoted:
            starts.append(place + 1)
    return starts
