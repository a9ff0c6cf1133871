"""Lists of the book as workshops use them: entries on cards, entries as rows of a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from anchorbook.catalogue import Catalogue
from anchorbook.training.activities import Sheet


@dataclass(frozen=True)
class Card:
    """One entry of a list, to cut out and put on a table. A tension has two sides instead of a text."""

    title: str
    text: str
    sides: tuple[str, str]
    source: Any


def cards_of(catalogue: Catalogue, name: str) -> list[Card]:
    """The entries of a vocabulary, or of ``framework/its-id``, as cards; none for a name that does not exist."""
    _kind, mark, id = name.partition("framework/")
    if mark and id in catalogue.frameworks.by_id:
        return [Card(item.label, item.description, ("", ""), item.source) for item in catalogue.frameworks.by_id[id].items]
    if name in catalogue.vocabulary:
        return [Card(term.label, term.description, (term.one_side, term.other_side), term.source) for term in catalogue.vocabulary[name].terms]
    return []


def rows_of(catalogue: Catalogue, sheet: Sheet) -> list[str]:
    """What stands at the start of each row of a sheet to fill in."""
    return [*sheet.rows, *(card.title for card in cards_of(catalogue, sheet.entries))]
