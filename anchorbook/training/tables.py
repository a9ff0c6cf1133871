"""Tables of the data folder on which people work in an activity: the figures as printed, and nothing that was worked out."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

from anchorbook.files import read_regular
from anchorbook.reading_csv import MAX_BYTES

WHERE_FROM = ("source_key", "locator")
"""Columns that say where a row stands in its source; the source is named under the table instead."""
_AS_PRINTED = ", as printed"


@dataclass(frozen=True)
class PrintedTable:
    """A table for paper. ``heads`` names its columns, ``rows`` holds words ready to be shown."""

    title: str
    heads: list[str]
    rows: list[list[str]]
    source: str


def printed_table(data: Path, name: str) -> PrintedTable | None:
    """The table ``name`` (without its ending) of the folder ``data``, with the title and columns that its descriptor gives.

    None when the table or its description is not there, or cannot be read.
    """
    path, descriptor = data / f"{name}.csv", data / "datapackage.json"
    if not (path.is_file() and descriptor.is_file()):
        return None
    try:
        return _table(path, descriptor)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, csv.Error):
        return None  # the checks of tables say what is wrong with it


def _table(path: Path, descriptor: Path) -> PrintedTable | None:
    resources = json.loads(read_regular(descriptor, MAX_BYTES))["resources"]
    about = next((resource for resource in resources if resource["path"] == path.name and "schema" in resource), None)
    if about is None:
        return None
    fields = [field for field in about["schema"]["fields"] if field["name"] not in WHERE_FROM]
    text = io.StringIO(read_regular(path, MAX_BYTES).decode("utf-8"), newline="")
    rows = [[_say(row[field["name"]], field["type"]) for field in fields] for row in csv.DictReader(text)]
    return PrintedTable(
        title=about["title"], heads=[field["description"].removesuffix(_AS_PRINTED) for field in fields], rows=rows,
        source="; ".join(source["title"] for source in about.get("sources", [])))


def _say(cell: str, type: str) -> str:
    """A cell as it would be printed: 364588 as 364,588. Never shortened to millions."""
    return f"{int(cell):,}" if type == "integer" and cell else cell
