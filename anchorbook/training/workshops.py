"""Workshops: blocks of time with what people do in them, and what is said and shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import model_validator

from anchorbook.parts import Cite, Listed, Part, Text, complaint, described

if TYPE_CHECKING:
    from anchorbook.training.activities import Activity

KINDS = {
    "welcome": "Welcome", "talk": "Listen", "example": "Example", "activity": "Activity", "break": "Break", "reflection": "Reflect",
}
"""Kinds of blocks, with the word on the agenda."""

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")


class Slide(Part):
    """One slide. Its notes are for the speaker."""

    title: Text = described("Its heading.", "What is an anchor?")
    text: str = described("What it shows: a few short lines.", "- Large\n- Rooted in a place", default="", markdown=True)
    notes: str = described("What the speaker says.", "Ask who works for one.", default="", markdown=True)


class Block(Part):
    """A stretch of the workshop."""

    title: Text = described("What stands on the agenda.", "What is an anchor?")
    minutes: int = described("How long it takes.", 10, ge=1)
    kind: str = described("welcome, talk, example, activity, break or reflection.", "talk", pattern=f"^({'|'.join(KINDS)})$")
    activity: str = described("The activity that people do.", "equity-lens", default="")
    learner: str = described("What people read about it.", "You hear what others have done.", default="", markdown=True)
    facilitator: str = described("Notes for the person who leads.", "Keep this short.", default="", markdown=True)
    materials: Listed[Text] = described("What must be in the room, beside what the activity needs.", ["Pens"], default_factory=list)
    cases: Listed[str] = described("Cases that it uses.", ["imperial-insourcing"], default_factory=list)
    notebooks: Listed[str] = described("Notebooks that it uses.", ["beat-the-cold"], default_factory=list)
    slides: list[Slide] = described("What is shown. Without any, one slide is made of the title and what people read.", [], default_factory=list)


class Workshop(Part):
    """One workshop."""

    id: Text = described("Name of its file without the ending.", "introduction")
    title: Text = described("Its name.", "Being an anchor: an introduction")
    order: int = described("Its place on the page.", 1)
    aim: Text = described("What it is for. One or two sentences.", "People leave with one idea to try.", markdown=True)
    audience: Text = described("Who it is for.", "Anyone in a trust, council or university")
    people: Text = described("How many people it suits.", "8 to 30")
    minutes: int = described("How long it takes. The blocks must add up to it.", 90, ge=1)
    start: str = described("The start on the printed agenda. The page lets people choose another.", "10:00")
    outcomes: list[Text] = described("What people can do afterwards.", ["Say what an anchor is."], min_length=1)
    before: list[Text] = described("What the facilitator does in the days before.", ["Print the cards."], min_length=1, markdown=True)
    after: list[Text] = described("What the facilitator does afterwards.", ["Send the cards in."], default_factory=list, markdown=True)
    remote: str = described("How to hold it online.", "Use breakout rooms.", default="", markdown=True)
    source: Cite | None = described("Where its flow comes from.", "ihi_anchors_2022, lines 56 to 64", default=None)
    note: str = described("What differs from the source.", "No timings are printed there.", default="", markdown=True)
    blocks: list[Block] = described("The agenda.", [], min_length=1)

    @model_validator(mode="after")
    def _times(self) -> Workshop:
        if not _CLOCK.match(self.start):
            raise complaint("bad-time", f"\"{self.start}\" is not a time of the day.", "Write hours and minutes in quotes, like \"09:30\".", "start")
        total = sum(block.minutes for block in self.blocks)
        if total != self.minutes:
            raise complaint("workshop-length", f"the blocks take {total} minutes together, the workshop {self.minutes}.",
                            f"Write minutes: {total}, or change the minutes of a block.", "minutes")
        return self


@dataclass(frozen=True)
class Timed:
    """A block with the minutes that have passed when it starts, and its clock time."""

    block: Block
    after: int
    clock: str


def agenda(workshop: Workshop, start: str = "") -> Iterator[Timed]:
    """The blocks with their clock times, from ``start`` (``"10:00"``) or the workshop's own."""
    hours, minutes = (int(part) for part in (start or workshop.start).split(":"))
    passed = 0
    for block in workshop.blocks:
        now = (hours * 60 + minutes + passed) % (24 * 60)
        yield Timed(block, passed, f"{now // 60:02}:{now % 60:02}")
        passed += block.minutes


def materials(workshop: Workshop, activities: dict[str, Activity]) -> list[str]:
    """Everything that must be in the room, in the order of its first use."""
    found: dict[str, None] = {}
    for block in workshop.blocks:
        used = activities.get(block.activity)
        found.update(dict.fromkeys([*block.materials, *(used.materials if used else ())]))
    return list(found)


def cases_used(workshop: Workshop, activities: dict[str, Activity]) -> list[str]:
    """Ids of the cases that the workshop uses, in the order of their first use."""
    found: dict[str, None] = {}
    for block in workshop.blocks:
        used = activities.get(block.activity)
        found.update(dict.fromkeys(block.cases))
        if used:
            found.update(dict.fromkeys([*used.cases, *(id for prompt in used.prompts for id in prompt.cases)]))
    return list(found)


def notebooks_used(workshop: Workshop, activities: dict[str, Activity]) -> list[str]:
    """Names of the notebooks that the workshop uses."""
    found: dict[str, None] = {}
    for block in workshop.blocks:
        used = activities.get(block.activity)
        found.update(dict.fromkeys([*block.notebooks, *(used.notebooks if used else ())]))
    return list(found)
