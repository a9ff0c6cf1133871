"""Is there a link between where staff live and deprivation? Rates, a rank correlation, a concentration index, and chance."""

from __future__ import annotations

from math import atanh, sqrt, tanh
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

from anchorbook.evidence.deprivation.proof import decile_counts

RESIDENTS = "population_working_age_mid_2015"
"""The base of every rate: men aged 18 to 64 and women aged 18 to 59 in mid-2015, without prisoners, as in the indices."""


def rates_by_decile(areas: pd.DataFrame, staff: pd.Series) -> pd.DataFrame:
    """Staff for each 1,000 residents of working age, by England's deciles. One row a decile, 1 to 10.

    Columns: ``areas``, ``residents``, ``staff``, ``per_1000``. Residents are people of working age (see
    ``RESIDENTS``). A decile without residents has no rate (NaN).
    """
    counts = _matched(areas, staff)
    grouped = pd.DataFrame({"decile": areas["imd_decile"], "residents": areas[RESIDENTS], "staff": counts})
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
    line = pd.DataFrame({"rank": areas["imd_rank"], "residents": areas[RESIDENTS], "staff": counts}).sort_values("rank")
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
