"""How many things to do at a time."""

from __future__ import annotations

import os
import shutil

JOBS = "ANCHORBOOK_JOBS"


def available() -> int:
    """One for each core of the machine, or what ``ANCHORBOOK_JOBS`` says where others work there too. The site is the same."""
    said = os.environ.get(JOBS, "")
    return int(said) if said.isdecimal() and int(said) > 0 else os.cpu_count() or 1


def aside(command: list[str]) -> list[str]:
    """The command of a program that takes only the time that others leave, where the system can do that.

    For work that must be done by the end, beside work that others wait for.
    """
    nice = shutil.which("nice") if os.name == "posix" else None
    return [nice, "-n", "15", *command] if nice else command
