"""The word a person most likely meant."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice most like ``word``, when one is like enough to suggest."""
    found = process.extractOne(
        word.lower().replace("_", "-").replace(" ", "-"), {choice: choice.lower().replace("_", "-") for choice in choices},
        scorer=fuzz.WRatio, score_cutoff=70)
    return found[2] if found else None
