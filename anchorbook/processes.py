"""How many things to do at a time."""

from __future__ import annotations

import os

JOBS = "ANCHORBOOK_JOBS"


def available() -> int:
    """One for each core of the machine, or what ``ANCHORBOOK_JOBS`` says where others work there too. The site is the same."""
    said = os.environ.get(JOBS, "")
    return int(said) if said.isdecimal() and int(said) > 0 else os.cpu_count() or 1
