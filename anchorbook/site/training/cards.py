"""Case cards for a table: chosen by domain, by shortlist, or dealt; the blank card; the feedback form."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from markupsafe import Markup

from anchorbook.questions import CARD, questions
from anchorbook.site.briefs import files_for
from anchorbook.site.rendering import render
from anchorbook.training.stories import MOST_SEED, card, conditions

if TYPE_CHECKING:
    from anchorbook.site.fill import Filler
    from anchorbook.site.rendering import Words
    from anchorbook.site.slots import Slot

FIRST = 12
"""Cards in the HTML, for those without scripts: all cards of thousands of cases would not fit."""
MOST = 100
"""Cards that the page shows at once."""


def data_script(found: object) -> Markup:
    """Data for a script element: JSON in which no sign can end the element."""
    return Markup(json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def fill_cards(filler: Filler, slot: Slot, words: Words) -> str:
    """The page of cards: a form, and the cards of the cases with the strongest evidence."""
    catalogue = filler.catalogue
    asked = conditions(catalogue.training.prompts, catalogue.vocabulary)
    cards = [card(json.loads(brief), asked) for brief in filler.made("brief", catalogue.by_strength[:FIRST])]
    return render("case-cards.html", words, pairs=[cards[place : place + 2] for place in range(0, len(cards), 2)], total=len(catalogue.entries), first=len(cards),
                  most=MOST, most_seed=MOST_SEED, files=files_for(len(catalogue.entries)), asked=data_script(asked), domains=catalogue.vocabulary["domains"].terms,
                  counts=catalogue.counts["domain"])


def fill_blank_card(filler: Filler, slot: Slot, words: Words) -> str:
    """The paper version of the smallest record."""
    return render("blank-card.html", words, questions=questions(filler.vocabulary, CARD))


def fill_feedback_form(filler: Filler, slot: Slot, words: Words) -> str:
    """The form that people fill in after a workshop."""
    return render("feedback-form.html", words, form=filler.catalogue.training.feedback)


KINDS: dict[str, Callable[[Filler, Slot, Words], str]] = {"case-cards": fill_cards, "blank-card": fill_blank_card, "feedback-form": fill_feedback_form}
