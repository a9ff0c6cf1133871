"""Pages of the training kit. Each module fills its own slots, named in its ``KINDS``."""

from __future__ import annotations

from anchorbook.site.training import assessment, cards, workshops

KINDS = {**workshops.KINDS, **cards.KINDS, **assessment.KINDS}
"""Kind of slot and what fills it: a function of the filler, the slot and the words of the page."""
