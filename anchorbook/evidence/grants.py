"""The grant table of 2020/21: what is printed, what follows from it, and where the two part.

Source: slides of June 2022 (``ihi_anchors_2022``, lines 440 to 447). Nothing here corrects a printed figure.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from anchorbook.evidence.tables import average_gap, feasible_sizes, possible_counts

SIZE_CLASSES = ("small_percent", "micro_percent", "large_percent")
SHARES = (*SIZE_CLASSES, "high_priority_percent")
COLUMNS = ("theme", "applicants", "total_requested_gbp", "average_requested_gbp", *SHARES, "source_key", "locator")


def load_grants(path: Path | str) -> pd.DataFrame:
    """The table as printed: one row a theme; applicants, totals and averages in pounds, shares in percent.

    :raises ValueError: when a column is missing, a theme stands twice or a number is negative, saying which.
    """
    table = pd.read_csv(path)
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise ValueError(f"{path}: the column {missing[0]} is missing. Columns needed: {', '.join(COLUMNS)}.")
    twice = table["theme"][table["theme"].duplicated()]
    if len(twice):
        raise ValueError(f"{path}: the theme \"{twice.iloc[0]}\" stands twice. Keep one row for each theme.")
    numbers = table[["applicants", "total_requested_gbp", "average_requested_gbp", *SHARES]]
    for name in numbers:
        if not pd.api.types.is_numeric_dtype(numbers[name]) or numbers[name].isna().any():
            raise ValueError(f"{path}: the column {name} has a cell that is not a number. Write digits only.")
    if (numbers < 0).any().any():
        raise ValueError(f"{path}: a number is below zero. Correct it against the source.")
    if (table["applicants"] == 0).any() or (table["average_requested_gbp"] == 0).any():
        raise ValueError(f"{path}: applicants and average_requested_gbp cannot be 0.")
    over = [name for name in SHARES if (table[name] > 100).any()]
    if over:
        raise ValueError(f"{path}: a share in {over[0]} is above 100.")
    return table


def check_rows(grants: pd.DataFrame) -> pd.DataFrame:
    """Each theme's printed and recomputed figures side by side.

    Columns: the printed number of applicants and average; ``average_recomputed`` (total ÷ applicants, pounds);
    ``applicants_implied`` (total ÷ average); ``sizes_reported`` (False where the size classes add up to
    nothing: not reported, rather than zero); ``shares_possible`` (every reported share is a whole number of
    applicants, to rounding); ``agrees`` (all of it fits).
    """
    rows = []
    for grant in grants.itertuples():
        recomputed = grant.total_requested_gbp / grant.applicants
        sizes_reported = sum(getattr(grant, name) for name in SIZE_CLASSES) > 0
        shares = [getattr(grant, name) for name in (SHARES if sizes_reported else ("high_priority_percent",))]
        possible = all(possible_counts(share, grant.applicants) for share in shares)
        rows.append({
            "theme": grant.theme,
            "applicants_printed": grant.applicants,
            "applicants_implied": round(grant.total_requested_gbp / grant.average_requested_gbp, 2),
            "average_printed": grant.average_requested_gbp,
            "average_recomputed": round(recomputed, 2),
            "average_gap": round(grant.average_requested_gbp - recomputed, 2),
            "sizes_reported": sizes_reported,
            "shares_possible": possible,
            "agrees": average_gap(grant.total_requested_gbp, grant.applicants, grant.average_requested_gbp) is None and sizes_reported and possible,
        })
    return pd.DataFrame(rows).set_index("theme")


def applicants_that_fit(grants: pd.DataFrame, theme: str, most: int = 100) -> list[int]:
    """Numbers of applicants for which both the average (to £1) and every reported share are possible.

    An empty list means that no number of applicants makes the printed row consistent.
    """
    grant = grants.set_index("theme").loc[theme]
    sizes = [grant[name] for name in SIZE_CLASSES]
    shares = [*(sizes if sum(sizes) else []), grant["high_priority_percent"]]
    return [n for n in feasible_sizes([int(share) for share in shares], most)
            if average_gap(int(grant["total_requested_gbp"]), n, int(grant["average_requested_gbp"])) is None]


FUNDS = {"the slides and the launch page": 450_000, "the charity, for its 20 projects": 360_000}
"""Two published sizes of the fund, in pounds, by who says so (``ihi_anchors_2022``, line 434; ``ihc2021``)."""


def asked_against_fund(grants: pd.DataFrame, funds: dict[str, int] | None = None) -> pd.DataFrame:
    """How many pounds were asked for each pound of the fund, under each published size of it.

    One row a size: ``fund`` and ``asked`` (pounds), ``times`` (asked ÷ fund).
    """
    asked = int(grants["total_requested_gbp"].sum())
    sizes = FUNDS if funds is None else funds
    return pd.DataFrame([{"said by": who, "fund": fund, "asked": asked, "times": asked / fund} for who, fund in sizes.items()]).set_index("said by")
