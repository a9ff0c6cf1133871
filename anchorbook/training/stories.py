"""What stands on a case card, from the short form of its case; and how cards are dealt.

A short form is what :func:`anchorbook.site.briefs.brief` makes: plain text by name. cards.js makes the same cards from
the same short forms, and deals in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from anchorbook.training.prompts import ASKED_OF, CardPrompts
from anchorbook.vocabulary import Vocabulary

MOST_WORDS = 60
"""Words of the story on a card."""
MOST_SEED = 999_999
"""The highest seed: short enough to read out in a room."""
ELLIPSIS = "…"

_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\Z")
_SHORT_FORMS = ("e.g.", "i.e.", "etc.", "st.", "no.", "dr.", "mr.", "mrs.", "ms.", "approx.", "vs.")
"""Words whose full stop does not end a sentence."""


@dataclass(frozen=True)
class Signal:
    """One of the three signals, in words."""

    name: str
    said: str


@dataclass(frozen=True)
class Card:
    """A case card: front and back."""

    id: str
    title: str
    kind: str
    domains: tuple[str, ...]
    story: str
    signals: tuple[Signal, ...]
    who: str
    where: str
    address: str
    prompts: tuple[str, ...]


def story(summary: str, most: int = MOST_WORDS) -> str:
    """The first sentences of a summary, whole, with at most so many words.

    Only when the first sentence alone is longer is it cut, after a word, with an ellipsis.
    """
    words = summary.split()
    if len(words) <= most:
        return " ".join(words)
    for end in range(most, 0, -1):
        if _SENTENCE_END.search(words[end - 1]) and words[end - 1].lower() not in _SHORT_FORMS:
            return " ".join(words[:end])
    return " ".join(words[:most]).rstrip(",;:–-") + ELLIPSIS


def signals(brief: Mapping[str, Any]) -> tuple[Signal, ...]:
    """The three signals of a case, in the words of the vocabulary."""
    return (
        Signal("How strong is the evidence?", f"Level {brief['level']} of 5: {brief['strength']}"),
        Signal("What did it show?", brief["showed"]),
        Signal("What did it cost?", brief["cost"]),
    )


def conditions(prompts: CardPrompts | None, vocabulary: Vocabulary) -> dict[str, Any]:
    """The questions with the labels they depend on, by the fields of short forms: for :func:`chosen` and for cards.js."""
    facets = {"domain": "domains", "result": "results", "cost": "cost_bands"}

    def labels(facet: str, terms: Iterable[str]) -> list[str | int]:
        return [int(term) if facet == "level" else vocabulary.label(facets[facet], term) for term in terms]

    return {"most": prompts.most if prompts else 0, "prompts": [
        {"ask": prompt.ask, "when": {ASKED_OF[facet]: labels(facet, terms) for facet, terms in sorted(prompt.filter.items())}}
        for prompt in (prompts.prompts if prompts else ())]}


def chosen(brief: Mapping[str, Any], asked: Mapping[str, Any]) -> tuple[str, ...]:
    """The questions for one case, out of :func:`conditions`."""
    def fits(when: Mapping[str, list]) -> bool:
        return all(any(label in wanted for label in (brief[name] if isinstance(brief[name], list) else [brief[name]]))
                   for name, wanted in when.items())

    return tuple([prompt["ask"] for prompt in asked["prompts"] if fits(prompt["when"])][: asked["most"]])


def card(brief: Mapping[str, Any], asked: Mapping[str, Any], address: str = "") -> Card:
    """The card of one case. ``address`` is that of the site, without a slash at its end."""
    page = f"cases/{brief['id']}.html"
    return Card(
        id=brief["id"], title=brief["title"], kind=brief["type"], domains=tuple(brief["domains"]), story=story(brief["summary"]),
        signals=signals(brief), who=brief["who"], where=brief["where"], address=f"{address}/{page}" if address else page,
        prompts=chosen(brief, asked),
    )


# ---------------------------------------------------------------- dealing


class Dealer:
    """Whole numbers that look random and follow from a seed: "mulberry32" by Tommy Ettinger, in the public domain.

    All sums are of 32 bits, so that every browser and Python give the same ones.
    """

    def __init__(self, seed: int):
        self.state = seed & 0xFFFFFFFF

    def number(self) -> int:
        """The next number of 0 to 4,294,967,295."""
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        mixed = _times(self.state ^ self.state >> 15, self.state | 1)
        mixed ^= (mixed + _times(mixed ^ mixed >> 7, mixed | 61)) & 0xFFFFFFFF
        return mixed ^ mixed >> 14

    def below(self, limit: int) -> int:
        """The next number of 0 to below ``limit``, each as likely as the others."""
        fair = 0x100000000 - 0x100000000 % limit
        while (found := self.number()) >= fair:
            pass
        return found % limit


def _times(one: int, other: int) -> int:
    return one * other & 0xFFFFFFFF


def deal(ids: Iterable[str], count: int, seed: int) -> list[str]:
    """``count`` of the cases, or all when there are fewer: the same for the same seed, in the same order.

    The ids are sorted first, then the first places are swapped one by one with any later place.
    """
    left, dealer = sorted(set(ids)), Dealer(seed)
    count = max(0, min(count, len(left)))
    for place in range(count):
        other = place + dealer.below(len(left) - place)
        left[place], left[other] = left[other], left[place]
    return left[:count]
