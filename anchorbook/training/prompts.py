"""Questions for the back of a case card. Which ones a card has follows from the signals of its case."""

from __future__ import annotations

from pydantic import model_validator

from anchorbook.parts import Listed, Part, Text, complaint, described

ASKED_OF = {"domain": "domains", "level": "level", "result": "showed", "cost": "cost"}
"""Facets that a question may depend on, and the field of the short form of a case that holds their labels."""


class CardPrompt(Part):
    """One question."""

    ask: Text = described("The question.", "What would you measure, and how?")
    filter: dict[str, Listed[str]] = described(
        "The cases it is for: facets with their terms. Without it, any case.", {"result": ["not-measured"]}, default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> CardPrompt:
        for facet in self.filter:
            if facet not in ASKED_OF:
                raise complaint("unknown-filter", f"a question on a card cannot depend on \"{facet}\".",
                                "Write one of: " + ", ".join(ASKED_OF), "filter")
        return self


class CardPrompts(Part):
    """All of them, the most special first."""

    most: int = described("The most questions on one card.", 4, ge=1, le=6)
    prompts: list[CardPrompt] = described("The questions, in the order in which they are taken.", [], min_length=1)
