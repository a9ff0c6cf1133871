"""Each workshop as a deck of slides in the browser.

A deck is a plain page with a heading a slide; slides.js turns it into slides with reveal.js where the screen is wide enough.
The notes plugin of reveal.js is not used: its window for the speaker is written as a page with an inline script.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from anchorbook.site.rendering import render
from anchorbook.site.training.workshops import pages_of
from anchorbook.training.workshops import KINDS as BLOCK_KINDS

if TYPE_CHECKING:
    from anchorbook.catalogue import Catalogue
    from anchorbook.site.rendering import Words
    from anchorbook.training.workshops import Slide, Workshop

ROOT = "../../"
LIBRARIES = {"assets/reveal.js": "reveal.js/dist/reveal.js", "assets/reveal.css": "reveal.js/dist/reveal.css"}


def slides_of(catalogue: Catalogue, workshop: Workshop) -> Iterator[dict[str, Any]]:
    """The slides after the title, in order: title, Markdown texts, questions, notes of the speaker.

    A block without slides gets one of what people read and do, and one of the questions of its activity.
    """
    opening = _opening(workshop)
    for block in workshop.blocks:
        activity = catalogue.training.activity.get(block.activity)
        head = {"kind": BLOCK_KINDS[block.kind], "minutes": block.minutes, "steps": [], "asks": []}
        for place, slide in enumerate(block.slides):
            if slide is opening:
                continue
            # What a facilitator should know of the whole block stands with its first slide.
            yield {**head, "title": slide.title, "text": slide.text, "notes": [slide.notes, "" if place else block.facilitator]}
        if not block.slides:
            yield {**head, "title": block.title, "text": block.learner, "steps": activity.steps if activity else [],
                   "notes": [block.facilitator, activity.facilitator if activity else ""]}
            if activity and activity.prompts:
                yield {**head, "title": f"Questions: {activity.title}", "text": "", "asks": [prompt.ask for prompt in activity.prompts], "notes": []}


def _opening(workshop: Workshop) -> Slide | None:
    """The first slide where it has the title of the workshop: it is one with the title slide."""
    first = next(iter(workshop.blocks[0].slides), None)
    return first if first and first.title == workshop.title else None


def _title_slide(workshop: Workshop) -> dict[str, Any]:
    """What the title slide shows beside title and aim, and its notes."""
    opening = _opening(workshop)
    return {"text": opening.text if opening else "", "notes": [opening.notes, workshop.blocks[0].facilitator] if opening else []}


def decks(catalogue: Catalogue, words: Words) -> dict[str, str]:
    """The decks by their address from the home folder."""
    return {
        f"{pages['slides']}.html": render("slides.html", words, workshop=workshop, pages=pages, title=_title_slide(workshop), slides=list(slides_of(catalogue, workshop)))
        for workshop in catalogue.training.workshops for pages in [pages_of(workshop)]
    }
