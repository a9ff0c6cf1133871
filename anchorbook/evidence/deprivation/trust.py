"""The whole analysis for one trust's counts, with small counts hidden before anything is shown."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from anchorbook.evidence.deprivation.link import (
    RESIDENTS, Correlation, Null, concentration_index, permutation_null, rank_correlation, rates_by_decile,
)
from anchorbook.evidence.deprivation.linked import Shown, protect

LEAST_STAFF = 100
"""Fewer staff than this are too few for a rate by decile, and too easy to recognise."""
LEAST_IN_DISTRICT = 20
"""A district with fewer staff is left out, so that naming it gives nobody away."""
LEAST_AREAS = 50
"""With staff in fewer small areas than this, numbers about the link could help to work out counts; they are not given. Areas
where nobody lives do not count: a reader sees from a total of 0 that they hold nothing, and they hide nobody."""
FEWEST = 3
"""No count below this is safe to show, whatever a person asks for."""
SEED = 1
HIDDEN = "hidden"


class StaffReport(NamedTuple):
    """What may be shown of one trust's counts.

    ``deciles`` has a row a decile of England: areas, residents of working age, staff and staff for each 1,000 (both as
    text, "hidden" where a small count could be worked out). About ``counted`` staff live in the ``areas`` small areas of
    ``districts``, the districts compared. All counts are multiples of 5 (see :func:`~.linked.protect`), and rates and
    ``concentration`` are worked out from them, so they say no more than the table. The numbers about the link are None
    where they could give a hidden count away.
    """

    deciles: pd.DataFrame
    counted: int | None
    areas: int
    districts: list[str]
    link: Correlation | None
    chance: Null | None
    concentration: float | None


def compared(areas: pd.DataFrame, staff: pd.Series, threshold: int = 5) -> tuple[pd.DataFrame, pd.Series]:
    """The areas of the districts where staff live, and the counts there. Districts with few staff or none are left out:
    comparing with places that few commute from says little.

    :raises ValueError: when there are too few staff, or a threshold is too low.
    """
    if threshold < FEWEST:
        raise ValueError(f"a threshold below {FEWEST} does not protect anyone. Use 5, or what your information governance team asks for.")
    if staff.sum() < LEAST_STAFF:
        raise ValueError(f"fewer than {LEAST_STAFF} staff are counted. With so few, rates say little and people can be recognised.")
    by_district = staff.groupby(areas["district"]).sum()
    lived_in = set(by_district.index[by_district >= LEAST_IN_DISTRICT])
    if not lived_in:
        raise ValueError(f"no district has {LEAST_IN_DISTRICT} staff or more. There is too little here to compare.")
    here = areas[areas["district"].isin(lived_in)]
    counts = staff.reindex(here.index)
    if counts.sum() < LEAST_STAFF:
        raise ValueError(f"fewer than {LEAST_STAFF} staff are left to compare. With so few, rates say little and people can be recognised.")
    return here, counts


def tables(areas: pd.DataFrame, staff: pd.Series, threshold: int = 5) -> Shown:
    """Staff by decile and by district, both safe to give out together, and beside the report of :func:`analyse`: the deciles are the same.

    :raises ValueError: as :func:`compared`.
    """
    return protect(*compared(areas, staff, threshold), threshold)


def analyse(areas: pd.DataFrame, staff: pd.Series, threshold: int = 5) -> StaffReport:
    """Rates by decile, the link with deprivation and what chance alone would give, over the districts where staff live.

    Counts from 1 to ``threshold - 1`` are hidden, others with them, and the rest are rounded (see :func:`tables`). The
    correlation is worked out from every count, hidden ones too. So it is given only when no decile is hidden and staff live
    in enough areas for one number to say nothing of any, and in a few figures. The concentration index was once worked out
    so too: two hidden deciles that together have 22 staff could be told apart by its third decimal, and so could one person
    more or less. It is the index of the table that is shown.

    :raises ValueError: as :func:`compared`.
    """
    here, counts = compared(areas, staff, threshold)
    safe = protect(here, counts, threshold)
    base = rates_by_decile(here, counts)
    shown = safe.deciles.reindex(base.index)
    rates = [HIDDEN if pd.isna(count) and there else "–" if not residents else f"{1000 * count / residents:.1f}"
             for count, residents, there in zip(shown, base["residents"], base["areas"], strict=True)]
    deciles = pd.DataFrame({
        "Areas": base["areas"],
        "Residents of working age": base["residents"],
        "Staff": [HIDDEN if pd.isna(count) and there else f"{0 if pd.isna(count) else count:,}" for count, there in zip(shown, base["areas"], strict=True)],
        "Staff per 1,000": rates,
    }).rename_axis("Decile")
    districts = sorted(here["district"].unique())
    if safe.deciles.isna().any() or (counts > 0).sum() < LEAST_AREAS:
        return StaffReport(deciles, safe.total, len(here), districts, None, None, None)
    rate = 1000 * counts / here[RESIDENTS]
    line = pd.DataFrame({"imd_rank": base.index, "imd_decile": base.index, RESIDENTS: base["residents"]}, index=base.index)
    return StaffReport(deciles, safe.total, len(here), districts, rank_correlation(rate, here["imd_score"]),
                       permutation_null(rate, here["imd_score"], SEED), concentration_index(line, shown.fillna(0).astype(int)))


def too_alike(one: pd.Series, other: pd.Series, threshold: int = 5) -> bool:
    """Whether two lists of staff differ so little that tables of both, read together, could tell of a few people.

    True when fewer than ``threshold`` heads would have to be added, taken away or moved to make one from the other, and they
    are not the same. Both are heads by area; an area that is not named has none.
    """
    change = one.subtract(other, fill_value=0)
    return bool(0 < max(change.clip(lower=0).sum(), -change.clip(upper=0).sum()) < threshold)
