"""Staff by small area: counts that a trust brings, and counts that are made up.

Where staff live is personal data and not in this project. A trust can bring counts of its own, which stay with it.
``synthetic_staff`` makes numbers up, as counts by area and never as points or addresses, so that the arithmetic can
be shown and tested. Nothing that follows from made-up numbers says anything about real people.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd

from anchorbook.evidence.deprivation.areas import why_unknown
from anchorbook.evidence.deprivation.link import RESIDENTS

COLUMNS_STAFF = ("lsoa_code", "staff")

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[\s-]*[0-9][A-Z]{2}", re.IGNORECASE)
_CODE = re.compile(r"E01\d{6}")
HELP = "Ask your HR team to count staff by small area and to give you two columns: lsoa_code and staff."
MOST_ROWS = 40_000


def is_code(text: str) -> bool:
    """True when this could be the code of a small area in England."""
    return _CODE.fullmatch(text) is not None


def holds_postcode(cell: str) -> bool:
    """True when a postcode stands in this text, which can point to a home."""
    return _POSTCODE.search(cell) is not None and not is_code(cell.strip())


def load_staff_counts(path: Path | str, areas: pd.DataFrame) -> pd.Series:
    """Head counts by area from a table with the columns ``lsoa_code`` and ``staff``; areas not named have 0.

    Meant for a trust that tries this with its own counts, inside its own walls. ``areas`` are those allowed.

    :raises ValueError: when the table could be about people (postcodes, names, any column beyond the two, one row a
        person); when an area stands twice, is unknown or belongs to the census of 2021; when a count is not a whole
        number, or more than the residents of the area. The message says in which line, and what to do. It never
        repeats what stands there: that could be a name.
    """
    rows = _rows(path)
    heads = [head.strip() for head in rows[0]]
    for number, row in enumerate(rows, 1):
        if any(holds_postcode(cell) for cell in row):
            raise ValueError(f"{path}: line {number} holds a postcode, which can point to a home. {HELP}")
    extra = [place for place, head in enumerate(heads, 1) if head not in COLUMNS_STAFF]
    if extra:
        raise ValueError(f"{path}: column {extra[0]} looks like details of people, or is not needed. Keep only {' and '.join(COLUMNS_STAFF)}: counts, nothing else. {HELP}")
    if "lsoa_code" in heads:
        own = [row[heads.index("lsoa_code")].strip() for row in rows[1:] if len(row) == len(heads)]
        counts = {row[heads.index("staff")].strip() for row in rows[1:] if len(row) == len(heads)} if "staff" in heads else set()
        if len(own) > len(set(own)) and counts <= {"", "1"}:
            raise ValueError(f"{path}: this looks like one row for each person. Add the rows up first. {HELP}")
    for name in COLUMNS_STAFF:
        if heads.count(name) != 1:
            raise ValueError(f"{path}: the column {name} {'is missing' if name not in heads else 'stands twice'}. {HELP}")
    at, count = heads.index("lsoa_code"), heads.index("staff")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(heads):
            raise ValueError(f"{path}: line {number} has {len(row)} cells, not {len(heads)}. {HELP}")
    found: dict[str, int] = {}
    for number, row in enumerate(rows[1:], 2):
        code, said = row[at].strip(), row[count].strip()
        if not is_code(code):
            raise ValueError(f"{path}: line {number} has no code of a small area. It should be E01 and six digits. {HELP}")
        if code in found:
            raise ValueError(f"{path}: {code} stands twice, again in line {number}. Keep one row for each area, with all its staff.")
        if code not in areas.index:
            raise ValueError(f"{path}: {why_unknown(code, 2019)}")
        if not re.fullmatch(r"\d{1,6}", said):
            below = " It cannot be below zero." if re.fullmatch(r"-\d+", said) else ""
            raise ValueError(f"{path}: staff in line {number} is not a whole number.{below} Write digits only.")
        if int(said) > areas.loc[code, RESIDENTS]:
            raise ValueError(f"{path}: line {number} counts more staff than {code} has residents of working age. Is it a payroll number?")
        found[code] = int(said)
    return pd.Series(found, dtype="int64", name="staff").reindex(areas.index, fill_value=0)


def _rows(path: Path | str) -> list[list[str]]:
    """The rows of a CSV file, without empty ones."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file, strict=True) if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error):
        raise ValueError(f"{path}: this is not a table. Save it as CSV (comma separated, UTF-8).") from None
    if len(rows) < 2:
        raise ValueError(f"{path}: this table is empty. {HELP}")
    if len(rows) > MOST_ROWS:
        raise ValueError(f"{path}: {len(rows):,} rows are more than England has small areas. {HELP}")
    return rows


def synthetic_staff(areas: pd.DataFrame, seed: int, total: int = 1_000, gradient: float = 0.0) -> pd.Series:
    """Made-up head counts by area. Not data: no person, no address and no point lies behind them.

    ``total`` heads are dealt out at random (one multinomial draw). The chance of an area is its residents of working age times
    ``exp(gradient × d)``, where d runs evenly from -0.5 for the least deprived of the areas to 0.5 for the most
    deprived. With ``gradient`` 0, a resident of every area is as likely as any other to be staff: no link with
    deprivation. With ``gradient`` g, a resident of the most deprived area is e^g times as likely as one of the
    least deprived. ``total`` is a round number that we chose; it is not the size of any workforce.

    The same ``areas`` and ``seed`` give the same counts, whatever the order of rows.
    """
    if total < 0:
        raise ValueError("total cannot be below zero")
    in_order = areas.sort_index()
    place = in_order["imd_rank"].rank()
    spread = 0.5 - (place - 1) / max(1, len(place) - 1)
    chance = in_order[RESIDENTS] * np.exp(gradient * spread)
    drawn = np.random.default_rng(seed).multinomial(total, (chance / chance.sum()).to_numpy())
    return pd.Series(drawn, index=in_order.index, name="staff").reindex(areas.index)
