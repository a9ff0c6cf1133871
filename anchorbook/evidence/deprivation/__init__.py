"""Deprivation around a hospital: what is published, what follows from it, and where staff live.

- :mod:`areas` reads the tables and checks what must be true of them
- :mod:`proof` recomputes the published district figures
- :mod:`staff` reads counts that a trust brings, and makes counts up
- :mod:`link` measures whether staff live where deprivation is high
- :mod:`suppression` hides small counts
- :mod:`linked` makes tables of the same staff safe beside each other
- :mod:`trust` does all of it for one file of counts
- :mod:`publisher` knows the publisher's own file.
"""

from anchorbook.evidence.deprivation.areas import (
    BASILDON, COLUMNS_2019, COLUMNS_2025, COLUMNS_SUMMARIES, LAST_CODE_OF_2011, LSOAS_IN_DISTRICT, LSOAS_IN_ENGLAND, PUBLISHED,
    RETIRED_IN_2021, load_areas, load_areas_2019, load_areas_2025, load_boundaries, load_hospital, load_summaries,
)
from anchorbook.evidence.deprivation.link import (
    RESIDENTS, Correlation, Null, concentration_index, permutation_null, rank_correlation, rates_by_decile,
)
from anchorbook.evidence.deprivation.linked import Shown, protect
from anchorbook.evidence.deprivation.proof import decile_counts, district_figures, prove
from anchorbook.evidence.deprivation.staff import COLUMNS_STAFF, load_staff_counts, synthetic_staff
from anchorbook.evidence.deprivation.suppression import Suppressed, suppress
from anchorbook.evidence.deprivation.trust import StaffReport, analyse, tables, too_alike

__all__ = [
    "BASILDON", "COLUMNS_2019", "COLUMNS_2025", "COLUMNS_STAFF", "COLUMNS_SUMMARIES", "Correlation", "LAST_CODE_OF_2011", "LSOAS_IN_DISTRICT",
    "LSOAS_IN_ENGLAND", "Null", "PUBLISHED", "RESIDENTS", "RETIRED_IN_2021", "Shown", "StaffReport", "Suppressed", "analyse", "concentration_index",
    "decile_counts", "district_figures", "load_areas", "load_areas_2019", "load_areas_2025", "load_boundaries", "load_hospital",
    "load_staff_counts", "load_summaries", "permutation_null", "protect", "prove", "rank_correlation", "rates_by_decile", "suppress", "synthetic_staff", "tables",
    "too_alike",
]
