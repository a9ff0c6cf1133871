"""The self-assessment: where an organisation stands in each domain, on four levels, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import model_validator

from anchorbook.parts import Cite, Listed, Part, Text, complaint, described

if TYPE_CHECKING:
    from anchorbook.vocabulary import Vocabulary

LEVELS = 4


class Level(Part):
    """One of the four levels, the same for all domains."""

    level: int = described("1 to 4.", 1, ge=1, le=LEVELS)
    label: Text = described("Its name.", "Starting")
    about: Text = described("What it means in general.", "We have begun to look.")


class Step(Part):
    """Something to do next, to leave a level."""

    level: int = described("The level where this helps.", 1, ge=1, le=LEVELS)
    do: Text = described("What to do, in one sentence.", "Count how many staff live nearby.")
    actions: Listed[str] = described("Actions that it belongs to.", ["baseline-audit"], vocabulary="actions", default_factory=list)
    cases: Listed[str] = described("Cases that show how.", ["leeds-anchor-framework"], default_factory=list)


class DomainLevels(Part):
    """What the four levels look like in one domain."""

    domain: Text = described("The domain.", "work", vocabulary="domains")
    levels: list[Text] = described("What is true at each of the four levels, lowest first.", [], min_length=LEVELS, max_length=LEVELS)
    next: list[Step] = described("What to do next, by level.", [], min_length=1)


class Journey(Part):
    """One answer to the question where people are on their way."""

    label: Text = described("The answer.", "We are just starting")
    about: Text = described("What it looks like.", "One or two people have read about anchors.")


class Progression(Part):
    """The whole tool: the question about the journey, the levels, and each domain."""

    title: Text = described("Its name.", "Where are you on your anchor journey?")
    about: Text = described("What it is for and how to use it.", "Rate your organisation.", markdown=True)
    source: Cite = described("Whom it is credited to.", "reed2019_ch7, lines 93 to 97")
    note: str = described("What is theirs and what is ours.", "The wording is ours.", default="", markdown=True)
    version: Text = described("Changes when answers of an older form no longer fit.", "1")
    ask: Text = described("The question about the journey.", "Where are you on your journey?")
    journey: list[Journey] = described("Its answers, from first to last.", [], min_length=2)
    levels: list[Level] = described("The four levels.", [], min_length=LEVELS, max_length=LEVELS)
    domains: list[DomainLevels] = described("Each domain.", [], min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Progression:
        if [item.level for item in self.levels] != list(range(1, LEVELS + 1)):
            raise complaint("levels-out-of-order", "the levels are not 1, 2, 3 and 4.", "Write each level once, lowest first.", "levels")
        return self

    def missing(self, vocabulary: Vocabulary) -> list[str]:
        """Domains of the vocabulary that have no levels."""
        return [term.id for term in vocabulary["domains"].terms if term.id not in {item.domain for item in self.domains}]
