"""How the command is called here, so that a person can copy what a message tells them to run."""

from __future__ import annotations

import os
import shutil
import sys

NAME = "anchorbook"
HERE = ".venv/bin/anchorbook"
"""Where ``make`` puts it, as the pages of the book write it."""


def call(rest: str) -> str:
    """The line to type for ``rest``, such as ``check --fix``."""
    typed = sys.argv[0] if sys.argv else ""
    if shutil.which(NAME):
        return f"{NAME} {rest}"
    # A path with a space would need quotes, which differ from computer to computer.
    by_path = os.path.basename(typed) in (NAME, f"{NAME}.exe") and not os.path.isabs(typed) and " " not in typed
    return f"{typed if by_path else HERE} {rest}"
