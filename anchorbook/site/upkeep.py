"""Pages for those who look after the collection: reviews that are due, and contributors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from anchorbook.site.rendering import Words, render
from anchorbook.site.slots import Slot
from anchorbook.upkeep import credited, reviews

if TYPE_CHECKING:
    from anchorbook.site.fill import Filler

SHOWN = 50
"""Records on the page of reviews; the command lists all."""


def _contributors(filler: Filler, slot: Slot, words: Words) -> str:
    return render("contributors.html", words, roles=credited(filler.catalogue))


def _review_list(filler: Filler, slot: Slot, words: Words) -> str:
    due = reviews(filler.catalogue)
    return render("review-list.html", words, due=due[:SHOWN], more=max(0, len(due) - SHOWN), overdue=sum(item.overdue for item in due),
                  none=sum(item.by is None for item in due))


def _record_states(filler: Filler, slot: Slot, words: Words) -> str:
    states = filler.vocabulary["record_states"].terms
    return render("record-states.html", words, states=states, count={
        term.id: sum(entry.qa_status == term.id for entry in filler.catalogue.by_id.values()) for term in states})


KINDS: dict[str, Callable[[Filler, Slot, Words], str]] = {
    "contributors": _contributors, "review-list": _review_list, "record-states": _record_states,
}
