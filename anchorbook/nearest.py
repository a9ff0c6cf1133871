"""The word a person most likely meant."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice most like ``word``, when one is like enough to suggest."""
    found = process.extractOne(_words(word), {choice: _words(choice) for choice in choices}, scorer=_alike, score_cutoff=72)
    return found[2] if found else None


def _words(text: str) -> str:
    return text.lower().replace("_", " ").replace("-", " ")


def _alike(one: str, other: str, **_more: object) -> float:
    """Alike letter by letter; or all words of the one are in the other, and they are not tiny."""
    letters = fuzz.ratio(one, other)
    return max(letters, 0.9 * fuzz.token_set_ratio(one, other)) if min(len(one), len(other)) > 3 else letters
