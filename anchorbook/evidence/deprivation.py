"""Deprivation around Basildon Hospital: what is published, what follows from it, and a layer of made-up staff.

Deprivation comes from the English Indices of Deprivation (MHCLG; ``iod2019``, ``iod2025``). Its areas are LSOAs:
small areas of about 1,500 residents, whose codes start with E01. Rank 1 and decile 1 are the most deprived.

Where staff of the hospital live is personal data and not in this project. ``synthetic_staff`` makes numbers up, as
counts by area and never as points or addresses, so that the arithmetic can be shown and tested. Nothing that follows
from made-up numbers says anything about real people.

How MHCLG's district figures come about (``prove`` reproduces them for all nine districts):

- average score: mean of the LSOA scores, weighted by population (mid-2015, without prisoners)
- average rank: the same mean of the ranks turned round, so that 32,844 is the most deprived
- share: LSOAs in the most deprived tenth of England ÷ all LSOAs of the district, not weighted.

Ranks and shares come out to the printed digit everywhere, which settles the weights: ranks are whole numbers.
Scores are published to three decimals, so a mean of them may be up to 0.0005 away from the mean of the unrounded
scores. Eight districts come out to the printed digit; Braintree gives 14.72352 where 14.723 is published, which
that rounding allows (14.7235 is where 14.723 ends).
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from math import atanh, ceil, sqrt, tanh
from pathlib import Path
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

from anchorbook.evidence.tables import rounded

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

COLUMNS_2019 = ("lsoa_code", "lsoa_name", "district_code", "district", "imd_score", "imd_rank", "imd_decile", "population_mid_2015")
COLUMNS_2025 = ("lsoa_code", "lsoa_name", "imd_score", "imd_rank", "imd_decile")
COLUMNS_SUMMARIES = (
    "year", "districts_ranked", "district_code", "district", "average_rank", "rank_of_average_rank", "average_score",
    "rank_of_average_score", "share_most_deprived_decile", "rank_of_share",
)
COLUMNS_HOSPITAL = ("site", "trust_code", "trust", "postcode", "latitude", "longitude", "lsoa_code")
COLUMNS_STAFF = ("lsoa_code", "staff")

PUBLISHED = {"average_score": 3, "average_rank": 2, "share_most_deprived_decile": 4}
"""Figures that ``prove`` recomputes, with the decimal places that MHCLG prints."""

SCORE_ROUNDING = Decimal("0.0005")
"""How far a published score of a small area (three decimals) may be from the score that MHCLG worked with."""

# ---------------------------------------------------------------- reading


def load_areas_2019(path: Path | str) -> pd.DataFrame:
    """The 705 small areas of nine districts, 2019 edition, indexed by ``lsoa_code``.

    :raises ValueError: when a column is missing, a row stands twice, an area is unknown, sits in the wrong district
        or comes from another edition, or a number is impossible; the message says which.
    """
    table = _read(path, COLUMNS_2019)
    _check_codes(path, table, 2019)
    _check_index(path, table, 2019)
    _check_numbers(path, table, "population_mid_2015", least=1)
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


def load_areas_2025(path: Path | str) -> pd.DataFrame:
    """Basildon's 112 small areas of the 2025 edition, indexed by ``lsoa_code``.

    :raises ValueError: as :func:`load_areas_2019`.
    """
    table = _read(path, COLUMNS_2025)
    _check_codes(path, table, 2025)
    _check_index(path, table, 2025)
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
    table = _read(path, COLUMNS_SUMMARIES, keys=("year", "district"), text=tuple(PUBLISHED))
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
            raise ValueError(f"{path}: {_unknown(code, 2019)}")
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
    table = _read(path, COLUMNS_HOSPITAL)
    if len(table) != 1:
        raise ValueError(f"{path}: {len(table)} rows; there should be one hospital.")
    hospital = table.iloc[0]
    if hospital["lsoa_code"] not in areas.index:
        raise ValueError(f"{path}: {_unknown(hospital['lsoa_code'], 2019)}")
    return hospital


def load_staff_counts(path: Path | str, areas: pd.DataFrame) -> pd.Series:
    """Head counts by area from a table with the columns ``lsoa_code`` and ``staff``; areas not named have 0.

    Meant for a trust that tries this page with its own counts, inside its own walls. ``areas`` are those allowed.

    :raises ValueError: when a column is missing, an area stands twice, is unknown or belongs to the census of 2021,
        or a count is negative or not whole. A table with more than the two columns is refused: it may identify people.
    """
    table = _read(path, COLUMNS_STAFF)
    more = [name for name in table.columns if name not in COLUMNS_STAFF]
    if more:
        raise ValueError(f"{path}: the column {more[0]} is not needed. Keep only {' and '.join(COLUMNS_STAFF)}: counts, nothing about people.")
    _check_codes(path, table, 2019)
    unknown = [code for code in table["lsoa_code"] if code not in areas.index]
    if unknown:
        raise ValueError(f"{path}: {_unknown(unknown[0], 2019)}")
    _check_numbers(path, table, "staff", least=0)
    return table.set_index("lsoa_code")["staff"].reindex(areas.index, fill_value=0)


def _read(path: Path | str, columns: tuple[str, ...], keys: tuple[str, ...] = ("lsoa_code",), text: tuple[str, ...] = ()) -> pd.DataFrame:
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


def _unknown(code: str, year: int) -> str:
    """Why a code is not one of ours, in words."""
    if not re.fullmatch(r"E01\d{6}", str(code)):
        return f"\"{code}\" is not the code of a small area. It should be E01 and six digits."
    if year == 2019 and code > LAST_CODE_OF_2011:
        return f"{code} is an area of the census of 2021. This table needs areas of 2011: do not mix the two."
    if year == 2025 and code in RETIRED_IN_2021:
        return f"{code} is an area of the census of 2011 that ended in 2021. This table needs areas of 2021: do not mix the two."
    return f"the area {code} is not known here. Check the code."


def _check_codes(path: Path | str, table: pd.DataFrame, year: int) -> None:
    for code in table["lsoa_code"]:
        problem = _unknown(code, year)
        if not problem.startswith("the area"):
            raise ValueError(f"{path}: {problem}")


def _check_numbers(path: Path | str, table: pd.DataFrame, name: str, least: int) -> None:
    """Whole numbers, none below ``least``."""
    values = table[name]
    if not pd.api.types.is_numeric_dtype(values) or (values % 1 != 0).any():
        raise ValueError(f"{path}: the column {name} has a cell that is not a whole number. Write digits only.")
    low = table[values < least]
    if len(low):
        raise ValueError(f"{path}: {name} of {low.iloc[0]['lsoa_code']} is {low.iloc[0][name]}. It cannot be {'below zero' if least == 0 else 'below 1'}.")
    table[name] = values.astype(int)


def _check_index(path: Path | str, table: pd.DataFrame, year: int) -> None:
    """Ranks belong to the edition, deciles follow from ranks, and scores fall as ranks rise."""
    most = LSOAS_IN_ENGLAND[year]
    for name in ("imd_rank", "imd_decile"):
        _check_numbers(path, table, name, least=1)
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


# ---------------------------------------------------------------- proving


def district_figures(areas: pd.DataFrame) -> pd.DataFrame:
    """MHCLG's three district figures, recomputed from the small areas. One row a district.

    Columns: ``areas``, ``residents`` (mid-2015), ``in_most_deprived_decile`` (areas), ``average_score``,
    ``average_rank`` (32,844 would be the most deprived), ``share_most_deprived_decile`` (of areas, 0 to 1).
    """
    rows = []
    for district, group in areas.groupby("district", sort=True):
        weights = group["population_mid_2015"]
        turned = LSOAS_IN_ENGLAND[2019] + 1 - group["imd_rank"]
        rows.append({
            "district": district,
            "areas": len(group),
            "residents": int(weights.sum()),
            "in_most_deprived_decile": int((group["imd_decile"] == 1).sum()),
            "average_score": float((group["imd_score"] * weights).sum() / weights.sum()),
            "average_rank": float((turned * weights).sum() / weights.sum()),
            "share_most_deprived_decile": float((group["imd_decile"] == 1).mean()),
        })
    return pd.DataFrame(rows).set_index("district")


def prove(areas: pd.DataFrame, summaries: pd.DataFrame, areas_2025: pd.DataFrame | None = None) -> pd.DataFrame:
    """Recomputed and published figures side by side, after checking that they agree.

    One row a district: ``areas``, ``in_most_deprived_decile``, and each figure three times: ``… recomputed`` and
    ``… published`` (text, to the printed decimals) and ``… to the digit`` (whether the two are the same text).
    Average rank and share must be the same to the printed digit. An average score must be one that the unrounded
    scores could give (see the top of this module). With ``areas_2025``, Basildon's share in the 2025 edition is
    checked as well. Its averages are not: that table has no population.

    :raises ValueError: naming the district and the figure that does not come out.
    """
    figures = district_figures(areas)
    proof = figures[["areas", "in_most_deprived_decile"]].copy()
    for name, places in PUBLISHED.items():
        found, published = [], []
        for district, value in figures[name].items():
            printed = str(summaries.loc[(2019, district), name])
            _agree(2019, district, name, value, printed)
            found.append(str(rounded(Decimal(repr(value)), places)))
            published.append(printed)
        proof[f"{name} recomputed"] = found
        proof[f"{name} published"] = published
        proof[f"{name} to the digit"] = [one == other for one, other in zip(found, published, strict=True)]
    if areas_2025 is not None:
        name = "share_most_deprived_decile"
        _agree(2025, BASILDON, name, float((areas_2025["imd_decile"] == 1).mean()), str(summaries.loc[(2025, BASILDON), name]))
    return proof


def _agree(year: int, district: str, name: str, value: float, published: str) -> None:
    exact, places = Decimal(repr(value)), PUBLISHED[name]
    slack = SCORE_ROUNDING if name == "average_score" else Decimal(0)
    if not rounded(exact - slack, places) <= Decimal(published) <= rounded(exact + slack, places):
        raise ValueError(f"{district}, {year}: {name.replace('_', ' ')} comes out as {rounded(exact, places)}, but {published} is published. "
                         "One of the two tables has been changed.")


def decile_counts(areas: pd.DataFrame) -> pd.Series:
    """How many areas are in each of England's deciles, 1 (most deprived) to 10."""
    return areas["imd_decile"].value_counts().reindex(range(1, 11), fill_value=0).rename("areas").rename_axis("decile")


# ---------------------------------------------------------------- made-up staff


def synthetic_staff(areas: pd.DataFrame, seed: int, total: int = 1_000, gradient: float = 0.0) -> pd.Series:
    """Made-up head counts by area. Not data: no person, no address and no point lies behind them.

    ``total`` heads are dealt out at random (one multinomial draw). The chance of an area is its population times
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
    chance = in_order["population_mid_2015"] * np.exp(gradient * spread)
    drawn = np.random.default_rng(seed).multinomial(total, (chance / chance.sum()).to_numpy())
    return pd.Series(drawn, index=in_order.index, name="staff").reindex(areas.index)


# ---------------------------------------------------------------- measures of a link


def rates_by_decile(areas: pd.DataFrame, staff: pd.Series) -> pd.DataFrame:
    """Staff for each 1,000 residents, by England's deciles. One row a decile, 1 to 10.

    Columns: ``areas``, ``residents``, ``staff``, ``per_1000``. Residents are people of every age (mid-2015, without
    prisoners): the table of this book has no population of working age. A decile without residents has no rate (NaN).
    """
    counts = _matched(areas, staff)
    grouped = pd.DataFrame({"decile": areas["imd_decile"], "residents": areas["population_mid_2015"], "staff": counts})
    table = grouped.groupby("decile")[["residents", "staff"]].sum().reindex(range(1, 11), fill_value=0)
    table.insert(0, "areas", decile_counts(areas))
    table["per_1000"] = 1000 * table["staff"] / table["residents"].where(table["residents"] > 0)
    return table


class Correlation(NamedTuple):
    """Spearman's rank correlation with an interval."""

    rho: float
    low: float
    high: float
    n: int


def rank_correlation(x: pd.Series, y: pd.Series, confidence: float = 0.95) -> Correlation:
    """Spearman's rank correlation of two series over the same areas; ties share their mean rank.

    The interval is Fisher's z with the standard error of Bonett and Wright (2000), sqrt((1 + rho²/2) / (n - 3)).
    It takes areas as independent. Neighbouring areas are alike, so the true interval is wider.

    :raises ValueError: with fewer than 4 areas, or when one series is the same everywhere.
    """
    both = pd.concat([x, y], axis=1, join="inner")
    n = len(both)
    if n != len(x) or n != len(y):
        raise ValueError("the two series are not about the same areas")
    if n < 4:
        raise ValueError("a correlation needs at least 4 areas")
    ranks = both.rank().to_numpy()
    if (ranks.std(axis=0) == 0).any():
        raise ValueError("a correlation needs values that differ between areas")
    rho = float(np.clip(np.corrcoef(ranks.T)[0, 1], -1, 1))
    if abs(rho) > 1 - 1e-12:
        return Correlation(round(rho), round(rho), round(rho), n)
    half = NormalDist().inv_cdf(0.5 + confidence / 2) * sqrt((1 + rho**2 / 2) / (n - 3))
    return Correlation(rho, tanh(atanh(rho) - half), tanh(atanh(rho) + half), n)


def concentration_index(areas: pd.DataFrame, staff: pd.Series) -> float:
    """Whether staff live more in the deprived areas than residents do: from -1 to 1.

    Residents stand in a line, most deprived area first. Below zero: staff are concentrated towards the deprived
    end; 0: spread as residents are; above zero: towards the other end. It is 2 × Σ s R - 1, with s the share of
    staff in an area and R the share of residents up to its middle (Kakwani, Wagstaff and van Doorslaer, 1997).

    :raises ValueError: when there are no staff at all.
    """
    counts = _matched(areas, staff)
    if counts.sum() == 0:
        raise ValueError("there are no staff to place")
    line = pd.DataFrame({"rank": areas["imd_rank"], "residents": areas["population_mid_2015"], "staff": counts}).sort_values("rank")
    share = line["residents"] / line["residents"].sum()
    middle = share.cumsum() - share / 2
    return float(2 * (line["staff"] / line["staff"].sum() * middle).sum() - 1)


class Null(NamedTuple):
    """What a correlation would be by chance: the observed one, the middle 95% of shuffles, and a p-value."""

    rho: float
    low: float
    high: float
    p: float
    shuffles: int


def permutation_null(x: pd.Series, y: pd.Series, seed: int, shuffles: int = 4_999) -> Null:
    """Shuffle one series over the areas, again and again, and see how often chance alone gives as strong a link.

    The two-sided p-value is (1 + shuffles at least as strong) / (1 + all shuffles), after Phipson and Smyth (2010).
    Shuffling takes areas as exchangeable, which neighbours are not: p is too small where they are alike.
    """
    rho = rank_correlation(x, y).rho
    both = pd.concat([x, y], axis=1, join="inner").sort_index().rank().to_numpy()
    centred = (both - both.mean(axis=0)) / both.std(axis=0)
    random = np.random.default_rng(seed)
    by_chance = np.array([random.permutation(centred[:, 0]) @ centred[:, 1] for _ in range(shuffles)]) / len(centred)
    low, high = np.quantile(by_chance, [0.025, 0.975])
    p = (1 + int((np.abs(by_chance) >= abs(rho) - 1e-12).sum())) / (1 + shuffles)
    return Null(rho, float(low), float(high), p, shuffles)


def _matched(areas: pd.DataFrame, staff: pd.Series) -> pd.Series:
    if staff.index.has_duplicates or set(staff.index) != set(areas.index):
        raise ValueError("staff counts and areas are not about the same areas")
    if (staff < 0).any():
        raise ValueError("a staff count is below zero")
    return staff.reindex(areas.index)


# ---------------------------------------------------------------- hiding small counts


class Suppressed(NamedTuple):
    """Counts that can be shown. ``<NA>`` is hidden; nothing says whether a hidden count was small itself."""

    cells: pd.Series
    groups: pd.Series
    total: int | None


def suppress(counts: pd.Series, groups: pd.Series | None = None, threshold: int = 5) -> Suppressed:
    """Hide counts from 1 to ``threshold - 1``, and as many others as it takes so that totals do not give them away.

    ``counts`` are whole heads by area; ``groups`` puts each area in a group (say, its decile) whose total is shown
    too. A 0 is shown: it is about nobody.

    First every small count is hidden (primary suppression). Then, wherever a shown total would give a hidden count
    away or nearly so, the next smallest counts are hidden as well (secondary suppression; equal counts together),
    until each hidden count of that total could be any of at least ``threshold`` numbers. Where even that is not
    enough, the total is hidden with all of its counts, and the same is done one step up, among the totals of groups.

    It guards against arithmetic with what is shown here. It cannot guard against what a reader knows from elsewhere,
    such as another table of the same staff.

    :raises ValueError: for a negative count, one that is not whole, or a count without a group.
    """
    if threshold < 2:
        raise ValueError("threshold must be 2 or more")
    if counts.index.has_duplicates:
        raise ValueError("an area stands twice")
    if not pd.api.types.is_numeric_dtype(counts) or counts.isna().any() or (counts % 1 != 0).any():
        raise ValueError("counts must be whole numbers")
    if (counts < 0).any():
        raise ValueError("a count is below zero")
    one = pd.Series(0, index=counts.index) if groups is None else groups.reindex(counts.index)
    if one.isna().any():
        raise ValueError("a count has no group")

    counts = counts.astype(int)
    totals = counts.groupby(one).sum()
    hidden: dict[object, set] = {}
    withheld: set = set()
    for group, members in counts.groupby(one):
        found = _hide(members, threshold)
        hidden[group] = set(members.index[members > 0]) if found is None else found
        if found is None:
            withheld.add(group)

    show_total = True
    if withheld:
        found = _hide(totals, threshold, withheld, least=(counts > 0).groupby(one).sum())
        show_total = found is not None
        withheld = set(totals.index[totals > 0]) if found is None else found
        for group in withheld:
            hidden[group] = {area for area in one.index[one == group] if counts[area] > 0}
    cells = counts.astype("Int64")
    cells[list(set().union(*hidden.values()))] = pd.NA
    group_totals = totals.astype("Int64")
    group_totals[list(withheld)] = pd.NA
    return Suppressed(cells, group_totals, int(counts.sum()) if show_total else None)


def _hide(counts: pd.Series, threshold: int, already: set | frozenset = frozenset(), least: pd.Series | None = None) -> set | None:
    """The counts to hide when their total is shown: none, or enough; None when the total must be hidden too.

    Each hidden count is known to be ``least`` or more (1 unless told; for the total of a group, its number of
    hidden counts). So when hidden counts add up to S and their least values to L, each spans S - L + 1 numbers.
    Small counts that are all ``threshold - 1`` are not left among themselves: a reader who knows that nothing else
    was hidden would know them from their sum.
    """
    chosen = {key for key, value in counts.items() if 0 < value < threshold} | set(already)
    if not chosen:
        return chosen
    spare = [key for key, value in sorted(counts.items(), key=lambda item: (item[1], str(item[0]))) if value > 0 and key not in chosen]

    def span() -> int:
        return sum(counts[key] - (1 if least is None else least[key]) for key in chosen) + 1

    def all_at_the_top() -> bool:
        return least is None and all(counts[key] == threshold - 1 for key in chosen)

    while len(chosen) < 2 or span() < threshold or all_at_the_top():
        if not spare:
            return None
        level = counts[spare[0]]
        while spare and counts[spare[0]] == level:
            chosen.add(spare.pop(0))
    return chosen
