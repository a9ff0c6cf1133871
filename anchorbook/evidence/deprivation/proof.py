"""Do the tables give the published district figures?

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

from decimal import Decimal

import pandas as pd

from anchorbook.evidence.deprivation.areas import BASILDON, LSOAS_IN_ENGLAND, PUBLISHED
from anchorbook.evidence.tables import rounded

SCORE_ROUNDING = Decimal("0.0005")
"""How far a published score of a small area (three decimals) may be from the score that MHCLG worked with."""


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
