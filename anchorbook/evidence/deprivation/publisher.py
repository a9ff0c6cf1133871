"""File 7 of the English Indices of Deprivation, as MHCLG publishes it: which column is which."""

from __future__ import annotations

import csv
import re
from pathlib import Path

Rows = list[dict[str, str]]

FILE7 = {
    "lsoa_code": r"LSOA code \(20\d\d\)",
    "lsoa_name": r"LSOA name \(20\d\d\)",
    "district_code": r"Local Authority District code \(20\d\d\)",
    "district": r"Local Authority District name \(20\d\d\)",
    "imd_score": r"Index of Multiple Deprivation \(IMD\) Score",
    "imd_rank": r"Index of Multiple Deprivation \(IMD\) Rank\b.*",
    "imd_decile": r"Index of Multiple Deprivation \(IMD\) Decile\b.*",
    "population_mid_2015": r"Total population: mid 2015\b.*",
    "population_working_age_mid_2015": r"Working age population 18-59/64\b.*",
}
"""Our columns of File 7, each with a pattern for the publisher's heading."""


class WrongFile(ValueError):
    """A file that is not what it should be, said in words for the person who chose it."""


def pick(name: str, table: list[list[str]], patterns: dict[str, str]) -> Rows:
    """The columns that the patterns find, under our names. ``table`` is rows of cells, headings first."""
    if not table:
        raise WrongFile(f"{name}: the file is empty.")
    heads = [" ".join(cell.replace("\ufeff", "").split()) for cell in table[0]]
    where = {}
    for ours, pattern in patterns.items():
        found = [at for at, head in enumerate(heads) if re.fullmatch(pattern, head, re.IGNORECASE)]
        if len(found) != 1:
            raise WrongFile(f"{name}: {'no' if not found else 'more than one'} column looks like the one for {ours}. Is it the right file?")
        where[ours] = found[0]
    for number, row in enumerate(table[1:], 2):
        if any(cell.strip() for cell in row) and len(row) <= max(where.values()):
            raise WrongFile(f"{name}: line {number} breaks off. Fetch the file again.")
    return [{ours: row[at].strip() for ours, at in where.items()} for row in table[1:] if any(cell.strip() for cell in row)]


def is_file7(path: Path | str) -> bool:
    """True when the headings of this CSV file are those of the publisher."""
    with Path(path).open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            heads = next(csv.reader(file), [])
        except csv.Error:
            return False
    return any(re.fullmatch(FILE7["imd_score"], " ".join(head.split()), re.IGNORECASE) for head in heads)


def read_file7(path: Path | str, columns: tuple[str, ...]) -> Rows:
    """The areas of File 7 with these columns, under our names, as text.

    :raises WrongFile: when a column is not there.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.reader(file))
    except (UnicodeDecodeError, csv.Error):
        raise WrongFile(f"{path.name}: this is not File 7 as published. Fetch it again, as CSV.") from None
    return pick(path.name, table, {ours: FILE7[ours] for ours in columns})
