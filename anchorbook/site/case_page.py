"""The page of one case, without what depends on other cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from anchorbook import numbers
from anchorbook.catalogue import Entry
from anchorbook.checks import Subject
from anchorbook.model import CaseStudy, Measure
from anchorbook.site.rendering import Words, render
from anchorbook.site.slots import hole
from anchorbook.text import plain
from anchorbook.vocabulary import Vocabulary

ROOT = "../"

STORY = (
    ("problem", "Why it was started"),
    ("rationale", "Why it should work"),
    ("context", "What mattered around it"),
    ("what_was_done", "What was done"),
    ("tailoring", "How it was fitted to people and places"),
    ("modifications", "What changed on the way"),
    ("fidelity", "How far it went as planned"),
)
"""Fields of the story, in order, with their headings."""

GROUPS = (
    ("results", "Results", "What was done, delivered or changed, as the sources report it."),
    ("inputs", "What went in", "Money, time and people. These are not results."),
    ("targets", "Targets", "Hopes and promises. Nothing here has been reached because it is written here."),
    ("modelled", "Worked out from assumptions", "Modelled figures were not observed."),
    ("context", "Background figures", "How large things are. Nobody caused these by the work described here."),
)
"""Groups of numbers, in the order shown. A measure's kind decides its group."""


def measure_groups(case: CaseStudy, vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    """The measures in their groups, leaving out groups with nothing in them."""
    for group, title, about in GROUPS:
        rows = [measure for measure in case.measures if vocabulary.term("measure_kinds", measure.kind).group == group]
        if rows or (group == "inputs" and case.inputs):
            yield {"id": group, "title": title, "about": about, "measures": rows, "inputs": case.inputs if group == "inputs" else []}


def say_measure(measure: Measure, vocabulary: Vocabulary) -> str:
    """The value of a measure in words: ``at least £345,000 a year``."""
    if measure.value is not None:
        said = numbers.say_value(measure.value, measure.unit)
    elif measure.low is not None and measure.high is not None:
        said = numbers.say_range(measure.low, measure.high, measure.unit)
    elif measure.text:
        said = measure.text
    else:
        said = numbers.say_value(measure.effect.estimate, measure.unit)  # type: ignore[union-attr]
    return _about(said, measure.qualifier, measure.per, vocabulary)


def _joining(per: str) -> str:
    """£4 million *a* year, £150 million *over* ten years."""
    if per.startswith("the ") or per.endswith("years"):
        return "over"
    return "an" if per.startswith("hour") else "a"


def _about(said: str, qualifier: str, per: str, vocabulary: Vocabulary) -> str:
    before = vocabulary.label("qualifiers", qualifier)
    rate = f"{_joining(per)} {per}" if per else ""
    return " ".join(part for part in (before, said, rate) if part)


def say_input(item, vocabulary: Vocabulary) -> str:
    """The amount of an input in words."""
    if item.amount is None:
        return "not stated"
    return _about(numbers.say_value(item.amount, item.unit), item.qualifier, item.per, vocabulary)


def render_case(subject: Subject, entry: Entry) -> dict[str, str]:
    """What is made of one case: its article, its card in Explore and its words for the search.

    Holes are left in the article where other cases come in.
    """
    case, vocabulary, bibliography = subject.case, subject.vocabulary, subject.bibliography
    words = Words(vocabulary, bibliography, ROOT)
    story = [(field, title, getattr(case, field)) for field, title in STORY if getattr(case, field)]
    body = render(
        "case.html", words, case=case, story=story,
        groups=list(measure_groups(case, vocabulary)),
        say_measure=lambda measure: say_measure(measure, vocabulary),
        say_input=lambda item: say_input(item, vocabulary),
        related=hole("related-cases"), improve=hole("improve-page"), cite_this=hole("cite-this"),
    )
    card = render("card.html", Words(vocabulary, bibliography, ""), entry=entry)
    return {"body": body, "card": card, "words": render("case-words.html", words, case=case, texts=[plain(text) for _path, text in subject.markdown])}
