"""The word a person most likely meant."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

OTHER_WORDS = frozenset(
    "content contest contract county drives estimated fond founds internal lever measured noticed novice placed planes plane plate qualified qualifies radio ration relaxed "
    "relayed reviewer sourced staged stale star stars stat state states stats studied tile titled valued vague funded founder".split())
"""Words of their own that lie one letter from the name of a field."""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice most like ``word``, when one is like enough to suggest."""
    found = process.extractOne(_words(word), {choice: _words(choice) for choice in choices}, scorer=_alike, score_cutoff=72)
    return found[2] if found else None


def slip(word: str, choices: Iterable[str]) -> str | None:
    """The one choice that ``word`` is but for a slip of typing. Unlike the nearest, it may be written without asking."""
    typed, letters = _letters(word), {choice: _letters(choice) for choice in choices}
    near = [choice for choice in letters if letters[choice] == typed] or [choice for choice in letters if _slipped(typed, letters[choice])]
    return near[0] if len(near) == 1 else None


def _slipped(typed: str, meant: str) -> bool:
    """One letter more, less or other, or two swapped, after the same beginning. Of a short word only its own letters, or an s."""
    if not typed.isalpha() or typed in OTHER_WORDS or typed[:2] != meant[:2] or OSA.distance(typed, meant, score_cutoff=1) > 1:
        return False
    return len(meant) > 4 or set(typed) == set(meant) or len(meant) > 2 and meant + "s" == typed


def _letters(text: str) -> str:
    return _words(text).replace(" ", "")


def _words(text: str) -> str:
    return text.lower().replace("_", " ").replace("-", " ")


def _alike(one: str, other: str, **_more: object) -> float:
    """Alike letter by letter, tiny words from their beginning; or all words of the one are in the other, and they are not tiny."""
    letters = fuzz.ratio(one, other)
    if min(len(one), len(other)) > 3:
        return max(letters, 0.9 * fuzz.token_set_ratio(one, other))
    return letters if one[:1] == other[:1] else 0
