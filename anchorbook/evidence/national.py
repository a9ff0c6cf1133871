"""Staff of many employers at once: millions of rows, counted by DuckDB in this process, then shown as for one trust.

A national table has the columns of a trust's own (``lsoa_code`` and ``staff``, counts and nothing else), but an area may
stand in many rows, one for each employer or site: they are added up. The engine does only that. What it hands over is one
count for each area, and from there on everything is the code that one trust uses: :func:`~anchorbook.evidence.deprivation.analyse`
compares and hides. So the figures are the same, whichever engine counted.

DuckDB is optional. It runs inside Python, opens no connection, and reads Parquet and CSV.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from anchorbook.evidence.deprivation.areas import why_unknown
from anchorbook.evidence.deprivation.link import RESIDENTS
from anchorbook.evidence.deprivation.staff import COLUMNS_STAFF, HELP, holds_postcode, is_code

STATEMENT = """\
WITH added AS (
    SELECT lsoa_code, SUM(staff) AS staff, COUNT(*) AS row_count, COUNT(staff) AS filled, MIN(staff) AS least, MAX(staff) AS most
    FROM staff
    GROUP BY lsoa_code
), counted AS (
    SELECT TRIM(lsoa_code) AS lsoa_code, CAST(SUM(staff) AS BIGINT) AS staff, CAST(SUM(row_count) AS BIGINT) AS row_count,
           CAST(SUM(filled) AS BIGINT) AS filled, MIN(least) AS least, MAX(most) AS most
    FROM added
    GROUP BY TRIM(lsoa_code)
)
SELECT counted.lsoa_code, areas.imd_decile, areas.district,
       counted.staff, counted.row_count, counted.filled, counted.least, counted.most
FROM counted
LEFT JOIN areas ON areas.lsoa_code = counted.lsoa_code
ORDER BY counted.lsoa_code
"""
"""What is asked of the engine: one row an area, with its decile and district. Standard SQL: DuckDB and Spark give the same rows.

``staff`` has the columns lsoa_code (text) and staff (whole numbers); ``areas`` has lsoa_code, imd_decile and district."""

COLUMNS = ("lsoa_code", "imd_decile", "district", "staff", "row_count", "filled", "least", "most")
PARQUET = (".parquet", ".parq", ".pq")
WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
MISSING = (
    "Counting a national table needs DuckDB, which is not installed. Install it once: .venv/bin/python -m pip install duckdb "
    "(or, with the book: pip install \"anchorbook[national]\")."
)
NO_TABLE = "this is not a table. Save it as Parquet, or as CSV (comma separated, UTF-8)."


def is_parquet(path: Path | str) -> bool:
    """True when the name says Parquet."""
    return Path(path).suffix.lower() in PARQUET


def load_national_counts(path: Path | str, areas: pd.DataFrame) -> pd.Series:
    """Head counts by area from a Parquet or CSV file with the columns ``lsoa_code`` and ``staff``; areas not named have 0.

    As :func:`~anchorbook.evidence.deprivation.load_staff_counts`, with one difference: an area may stand in many rows.

    :raises ValueError: as there; also when DuckDB is not installed. The message never repeats what stands in the file.
    :raises OSError: when the file cannot be opened.
    """
    try:
        import duckdb
    except ImportError:
        raise ValueError(MISSING) from None
    Path(path).open("rb").close()  # the usual message when it is not there
    settings = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}  # nothing is fetched
    with duckdb.connect(":memory:", config=settings) as engine:
        try:
            _see_staff(engine, path)
            engine.execute("CREATE TABLE areas (lsoa_code VARCHAR, imd_decile INTEGER, district VARCHAR)")
            engine.execute("INSERT INTO areas SELECT unnest(?), unnest(?), unnest(?)",
                           [areas.index.tolist(), areas["imd_decile"].tolist(), areas["district"].tolist()])
            rows = engine.execute(STATEMENT).fetchall()
        except duckdb.OutOfMemoryException:
            raise ValueError(f"{path}: this table is too large for the memory of this computer. Add its rows up first, one row for each area.") from None
        except duckdb.Error:  # its words can hold what stands in the file
            raise ValueError(f"{path}: {NO_TABLE}") from None
    return counts_of(rows, areas, path)


def _see_staff(engine: Any, path: Path | str) -> None:
    """Make the file the view ``staff`` of the engine, and refuse columns that are not counts by area."""
    exact = re.sub(r"([*?\[])", r"[\1]", str(path))  # one file, whatever signs are in its name
    if is_parquet(path):
        table = engine.read_parquet(exact)
    else:
        table = engine.read_csv(exact, header=True, all_varchar=True, strict_mode=True, sep=",", quotechar='"', escapechar='"')
    heads = table.columns
    if any(holds_postcode(head) for head in heads):
        raise ValueError(f"{path}: a heading holds a postcode, which can point to a home. {HELP}")
    extra = [place for place, head in enumerate(heads, 1) if head not in COLUMNS_STAFF]
    if extra:
        raise ValueError(f"{path}: column {extra[0]} looks like details of people, or is not needed. Keep only {' and '.join(COLUMNS_STAFF)}: counts, nothing else. {HELP}")
    for name in COLUMNS_STAFF:
        if heads.count(name) != 1:
            raise ValueError(f"{path}: the column {name} {'is missing' if name not in heads else 'stands twice'}. {HELP}")
    types = dict(zip(heads, map(str, table.types), strict=True))
    if types["lsoa_code"] != "VARCHAR":
        raise ValueError(f"{path}: the column lsoa_code does not hold codes of small areas as text. {HELP}")
    count = "staff"
    if not is_parquet(path):
        count = "CASE WHEN regexp_full_match(trim(staff), '-?[0-9]{1,6}') THEN CAST(trim(staff) AS BIGINT) END"
    elif types["staff"] not in WHOLE:
        raise ValueError(f"{path}: the column staff does not hold whole numbers. Save it as a column of integers. {HELP}")
    engine.register("staff_as_it_is", table)
    engine.execute(f"CREATE TEMP VIEW staff AS SELECT lsoa_code, {count} AS staff "
                   "FROM staff_as_it_is WHERE lsoa_code IS NOT NULL OR staff IS NOT NULL")


def counts_of(rows: Iterable[Sequence[Any]], areas: pd.DataFrame, name: Path | str) -> pd.Series:
    """Head counts by area from the rows that an engine gave for :data:`STATEMENT`, once they have been checked.

    ``name`` is the file, for messages.

    :raises ValueError: when the rows could be about people, an area is not known, or a count is missing, negative or more
        than the residents of the area. The message repeats codes of small areas, and nothing else that stands in the file.
    """
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    if not found:
        raise ValueError(f"{name}: this table is empty. {HELP}")
    codes = [str(row["lsoa_code"] or "") for row in found]
    if any(holds_postcode(code) for code in codes):
        raise ValueError(f"{name}: the column lsoa_code holds a postcode, which can point to a home. {HELP}")
    ones = all(row["filled"] == 0 or row["least"] == row["most"] == 1 for row in found)
    if ones and any(row["row_count"] > 1 for row in found):
        raise ValueError(f"{name}: this looks like one row for each person. Add the rows up first. {HELP}")
    residents = areas[RESIDENTS].to_dict()
    counts: dict[str, int] = {}
    for code, row in zip(codes, found, strict=True):
        if not is_code(code):
            raise ValueError(f"{name}: a row has no code of a small area. It should be E01 and six digits. {HELP}")
        if code not in residents:
            raise ValueError(f"{name}: {why_unknown(code, 2019)}")
        if row["filled"] and row["least"] < 0:
            raise ValueError(f"{name}: staff of {code} is not a whole number. It cannot be below zero. Write digits only.")
        if row["filled"] < row["row_count"]:
            raise ValueError(f"{name}: staff of {code} is not a whole number in every row. Write digits only.")
        if row["staff"] > residents[code]:
            raise ValueError(f"{name}: more staff are counted in {code} than it has residents of working age. Is it a payroll number?")
        counts[code] = int(row["staff"])
    return pd.Series(counts, dtype="int64", name="staff").reindex(areas.index, fill_value=0)
