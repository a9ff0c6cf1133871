"""Small areas and their deprivation: the tables, and what must be true of them.

Deprivation comes from the English Indices of Deprivation (MHCLG; ``iod2019``, ``iod2025``). Its areas are LSOAs:
small areas of about 1,500 residents, whose codes start with E01. Rank 1 and decile 1 are the most deprived.
"""

from __future__ import annotations

import json
import re
from math import ceil
from pathlib import Path

import numpy as np
import pandas as pd

from anchorbook.evidence.deprivation.publisher import is_file7, read_file7

LSOAS_IN_ENGLAND = {2019: 32_844, 2025: 33_755}
"""Number of small areas that each edition ranks."""

LSOAS_IN_DISTRICT = {
    "Southend-on-Sea": 107, "Thurrock": 98, "Basildon": 110, "Braintree": 87, "Brentwood": 46, "Castle Point": 57, "Chelmsford": 107,
    "Maldon": 40, "Rochford": 53,
}
"""The nine districts of Mid and South Essex and their numbers of small areas in the 2019 edition."""

BASILDON = "Basildon"
BASILDON_2025 = 112
LAST_CODE_OF_2011 = "E01033768"
"""Codes of English small areas above this one were made for the census of 2021."""
RETIRED_IN_2021 = frozenset({"E01021278", "E01021296"})
"""Basildon's small areas of 2011 that four new ones replaced in 2021: in the 2019 edition, not in the 2025 edition."""

COLUMNS_2019 = ("lsoa_code", "lsoa_name", "district_code", "district", "imd_score", "imd_rank", "imd_decile", "population_mid_2015",
                "population_working_age_mid_2015")
COLUMNS_2025 = ("lsoa_code", "lsoa_name", "imd_score", "imd_rank", "imd_decile")
COLUMNS_SUMMARIES = (
    "year", "districts_ranked", "district_code", "district", "average_rank", "rank_of_average_rank", "average_score",
    "rank_of_average_score", "share_most_deprived_decile", "rank_of_share",
)
PUBLISHED = {"average_score": 3, "average_rank": 2, "share_most_deprived_decile": 4}
"""District figures that can be recomputed, with the decimal places that MHCLG prints."""
COLUMNS_HOSPITAL = ("site", "trust_code", "trust", "postcode", "latitude", "longitude", "lsoa_code")


def load_areas_2019(path: Path | str) -> pd.DataFrame:
    """The 705 small areas of nine districts, 2019 edition, indexed by ``lsoa_code``.

    :raises ValueError: when a column is missing, a row stands twice, an area is unknown, sits in the wrong district
        or comes from another edition, or a number is impossible; the message says which.
    """
    table = read_table(path, COLUMNS_2019)
    check_codes(path, table, 2019)
    check_index(path, table, 2019)
    check_residents(path, table)
    codes: dict[str, str] = {}
    for row in table.itertuples():
        if row.district not in LSOAS_IN_DISTRICT:
            raise ValueError(f"{path}: {row.lsoa_code} is in the district \"{row.district}\", which is not one of the nine: "
                             f"{', '.join(LSOAS_IN_DISTRICT)}.")
        if not row.lsoa_name.startswith(row.district + " ") or codes.setdefault(row.district_code, row.district) != row.district:
            raise ValueError(f"{path}: {row.lsoa_code} (\"{row.lsoa_name}\") stands in the wrong district: {row.district}, {row.district_code}.")
    for district, wanted in LSOAS_IN_DISTRICT.items():
        found = int((table["district"] == district).sum())
        if found != wanted:
            raise ValueError(f"{path}: {district} has {found} areas; the 2019 edition has {wanted}.")
    return table.set_index("lsoa_code")


def load_areas(path: Path | str) -> pd.DataFrame:
    """Small areas of 2011 in England, from the book's own table or from File 7 of the 2019 indices as published.

    With File 7 (32,844 areas) the analysis works for a trust anywhere in England. Indexed by ``lsoa_code``.

    :raises ValueError: as :func:`load_areas_2019`, or when File 7 is of another edition.
    """
    if not is_file7(path):
        return load_areas_2019(path)
    rows = read_file7(path, COLUMNS_2019)
    if len(rows) != LSOAS_IN_ENGLAND[2019]:
        raise ValueError(f"{path}: {len(rows):,} areas; File 7 of the 2019 indices has {LSOAS_IN_ENGLAND[2019]:,}.")
    table = pd.DataFrame(rows)
    for name in COLUMNS_2019[4:]:
        table[name] = pd.to_numeric(table[name].str.replace(",", ""), errors="coerce")
        if table[name].isna().any():
            raise ValueError(f"{path}: the column for {name} has a cell that is not a number.")
    twice = table.loc[table["lsoa_code"].duplicated(), "lsoa_code"]
    if len(twice):
        raise ValueError(f"{path}: {twice.iloc[0]} stands twice. Fetch the file again.")
    check_codes(path, table, 2019)
    check_index(path, table, 2019)
    check_residents(path, table)
    return table.set_index("lsoa_code")


def load_areas_2025(path: Path | str) -> pd.DataFrame:
    """Basildon's 112 small areas of the 2025 edition, indexed by ``lsoa_code``.

    :raises ValueError: as :func:`load_areas_2019`.
    """
    table = read_table(path, COLUMNS_2025)
    check_codes(path, table, 2025)
    check_index(path, table, 2025)
    for row in table.itertuples():
        if not row.lsoa_name.startswith(BASILDON + " "):
            raise ValueError(f"{path}: {row.lsoa_code} (\"{row.lsoa_name}\") is in the wrong district. This table is for {BASILDON} alone.")
    if len(table) != BASILDON_2025:
        raise ValueError(f"{path}: {len(table)} areas; Basildon has {BASILDON_2025} in the 2025 edition.")
    return table.set_index("lsoa_code")


def load_summaries(path: Path | str) -> pd.DataFrame:
    """The published district figures of both editions, indexed by year and district, figures as printed (text).

    :raises ValueError: when a column is missing, a district stands twice in a year or one of the nine is not there.
    """
    table = read_table(path, COLUMNS_SUMMARIES, keys=("year", "district"), text=tuple(PUBLISHED))
    for year in LSOAS_IN_ENGLAND:
        absent = set(LSOAS_IN_DISTRICT) - set(table.loc[table["year"] == year, "district"])
        if absent:
            raise ValueError(f"{path}: {min(absent)} is missing for {year}.")
    for name in PUBLISHED:
        for cell in table[name]:
            if not re.fullmatch(r"\d+(\.\d+)?", cell):
                raise ValueError(f"{path}: \"{cell}\" in the column {name} is not a number. Write digits only.")
    return table.set_index(["year", "district"])


def load_boundaries(path: Path | str, areas: pd.DataFrame) -> dict[str, list[np.ndarray]]:
    """Outlines by area code: for each a list of rings, each an array of longitude and latitude in degrees (n × 2).

    ``areas`` are those that must be drawn, no more and no fewer.

    :raises ValueError: when an outline is of an unknown area, stands twice or is missing.
    """
    try:
        features = json.loads(Path(path).read_text("utf-8"))["features"]
        pairs = [(feature["properties"]["lsoa_code"], feature["geometry"]) for feature in features]
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path}: this is not a boundary file. Each outline needs an lsoa_code and a shape.") from None
    outlines: dict[str, list[np.ndarray]] = {}
    for code, shape in pairs:
        if code in outlines:
            raise ValueError(f"{path}: the area {code} stands twice.")
        if code not in areas.index:
            raise ValueError(f"{path}: {why_unknown(code, 2019)}")
        parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        outlines[code] = [np.asarray(ring, dtype=float) for part in parts for ring in part]
    absent = sorted(set(areas.index) - set(outlines))
    if absent:
        raise ValueError(f"{path}: the outline of {absent[0]} is missing ({len(absent)} in all).")
    return outlines


def load_hospital(path: Path | str, areas: pd.DataFrame) -> pd.Series:
    """The hospital: name, trust, postcode, and the centre of the postcode in degrees.

    :raises ValueError: when the file has not exactly one row, or its area is unknown.
    """
    table = read_table(path, COLUMNS_HOSPITAL)
    if len(table) != 1:
        raise ValueError(f"{path}: {len(table)} rows; there should be one hospital.")
    hospital = table.iloc[0]
    if hospital["lsoa_code"] not in areas.index:
        raise ValueError(f"{path}: {why_unknown(hospital['lsoa_code'], 2019)}")
    return hospital


def read_table(path: Path | str, columns: tuple[str, ...], keys: tuple[str, ...] = ("lsoa_code",), text: tuple[str, ...] = ()) -> pd.DataFrame:
    """A CSV file with these columns, no empty cell in them, and no row that stands twice by its ``keys``.

    :raises ValueError: saying what is wrong and where.
    """
    try:
        table = pd.read_csv(path, dtype=dict.fromkeys(("lsoa_code", "lsoa_name", "district_code", "district", *text), str))
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError):
        raise ValueError(f"{path}: this is not a table. Save it as CSV (comma separated, UTF-8).") from None
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(f"{path}: the column {missing[0]} is missing. Columns needed: {', '.join(columns)}.")
    for name in columns:
        if table[name].isna().any():
            raise ValueError(f"{path}: the column {name} has an empty cell, in line {int(table[name].isna().argmax()) + 2}.")
    twice = table.loc[table.duplicated(list(keys)), list(keys)]
    if len(twice):
        raise ValueError(f"{path}: {' '.join(map(str, twice.iloc[0]))} stands twice. Keep one row.")
    return table


def why_unknown(code: str, year: int) -> str:
    """Why a code is not one of ours, in words."""
    if not re.fullmatch(r"E01\d{6}", str(code)):
        return f"\"{code}\" is not the code of a small area. It should be E01 and six digits."
    if year == 2019 and code > LAST_CODE_OF_2011:
        return f"{code} is an area of the census of 2021. This table needs areas of 2011: do not mix the two."
    if year == 2025 and code in RETIRED_IN_2021:
        return f"{code} is an area of the census of 2011 that ended in 2021. This table needs areas of 2021: do not mix the two."
    return f"the area {code} is not known here. Check the code."


def check_codes(path: Path | str, table: pd.DataFrame, year: int) -> None:
    for code in table["lsoa_code"]:
        problem = why_unknown(code, year)
        if not problem.startswith("the area"):
            raise ValueError(f"{path}: {problem}")


def check_numbers(path: Path | str, table: pd.DataFrame, name: str, least: int) -> None:
    """Whole numbers, none below ``least``."""
    values = table[name]
    if not pd.api.types.is_numeric_dtype(values) or (values % 1 != 0).any():
        raise ValueError(f"{path}: the column {name} has a cell that is not a whole number. Write digits only.")
    low = table[values < least]
    if len(low):
        raise ValueError(f"{path}: {name} of {low.iloc[0]['lsoa_code']} is {low.iloc[0][name]}. It cannot be {'below zero' if least == 0 else 'below 1'}.")
    table[name] = values.astype(int)


def check_residents(path: Path | str, table: pd.DataFrame) -> None:
    """People of working age are part of all people."""
    for name in ("population_mid_2015", "population_working_age_mid_2015"):
        check_numbers(path, table, name, least=1)
    more = table[table["population_working_age_mid_2015"] > table["population_mid_2015"]]
    if len(more):
        raise ValueError(f"{path}: {more.iloc[0]['lsoa_code']} has more residents of working age than residents.")


def check_index(path: Path | str, table: pd.DataFrame, year: int) -> None:
    """Ranks belong to the edition, deciles follow from ranks, and scores fall as ranks rise."""
    most = LSOAS_IN_ENGLAND[year]
    for name in ("imd_rank", "imd_decile"):
        check_numbers(path, table, name, least=1)
    if not pd.api.types.is_numeric_dtype(table["imd_score"]):
        raise ValueError(f"{path}: the column imd_score has a cell that is not a number. Write digits only.")
    for row in table.itertuples():
        if row.imd_rank > most:
            raise ValueError(f"{path}: {row.lsoa_code} has rank {row.imd_rank:,}; the {year} edition ends at {most:,}.")
        if row.imd_decile != ceil(10 * row.imd_rank / most):
            raise ValueError(f"{path}: {row.lsoa_code} has rank {row.imd_rank:,} but decile {row.imd_decile}: not both can be right "
                             f"in the {year} edition.")
    in_order = table.sort_values("imd_rank")
    if in_order["imd_rank"].duplicated().any():
        raise ValueError(f"{path}: the rank {in_order.loc[in_order['imd_rank'].duplicated(), 'imd_rank'].iloc[0]:,} stands twice.")
    wrong = in_order["imd_score"].diff() > 0
    if wrong.any():
        raise ValueError(f"{path}: {in_order.loc[wrong, 'lsoa_code'].iloc[0]} has a higher score than an area that is ranked as more deprived.")
