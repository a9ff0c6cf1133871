"""What the id of a record may be: it is the name of a file, on every computer."""

from __future__ import annotations

import re

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_ID = 80
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.ASCII)


def is_reserved(name: str) -> bool:
    """True for names that Windows keeps for itself, such as ``con``."""
    return bool(_RESERVED.fullmatch(name))


def is_id(text: str) -> bool:
    """True for text that can be an id, and so the name of a file, on every computer."""
    return bool(ID.fullmatch(text)) and len(text) <= MAX_ID and not is_reserved(text)
