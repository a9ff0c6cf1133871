"""The page of one case, without what depends on other cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from anchorbook import numbers
from anchorbook.bibliography import Bibliography
from anchorbook.catalogue import Entry
from anchorbook.checks import Subject
from anchorbook.model import CaseStudy, Measure
from anchorbook.site.briefs import brief, pack_brief
from anchorbook.site.glossary import Glossary
from anchorbook.site.rendering import Words, render
from anchorbook.site.slots import hole
from anchorbook.text import plain
from anchorbook.vocabulary import Vocabulary

ROOT = "../"
NUMBERS = '<section aria-labelledby="numbers">'

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
    return say_about(said, measure.qualifier, measure.per, vocabulary)


def say_sureness(measure: Measure) -> str:
    """How sure the number of :func:`say_measure` is: ``95% confidence interval 38% to 50%``; nothing where no interval is given.

    The interval of a difference belongs to it only where the difference is the number shown.
    """
    if measure.interval:
        found = measure.interval
        said = numbers.say_range(found.low, found.high, measure.unit)
        return f"{_interval(found.level, found.type)} {said}"
    effect = measure.effect
    if effect is None or effect.ci_low is None or effect.ci_high is None or measure.value is not None or measure.low is not None or measure.text:
        return ""
    return f"{_interval(effect.ci_level, effect.interval_type)} {numbers.say_range(effect.ci_low, effect.ci_high, measure.unit)}"


def _interval(level: float | None, kind: str) -> str:
    return f"{numbers.say_number(level)}% {kind} interval" if level else f"{kind} interval"


def _joining(per: str) -> str:
    """£4 million *a* year, £150 million *over* ten years."""
    if per.startswith("the ") or per.endswith("years"):
        return "over"
    return "an" if per.startswith("hour") else "a"


def say_about(said: str, qualifier: str, per: str, vocabulary: Vocabulary) -> str:
    """A value with how exact it is and its time base: ``at least £50 billion a year``."""
    before = vocabulary.label("qualifiers", qualifier)
    rate = f"{_joining(per)} {per}" if per else ""
    return " ".join(part for part in (before, said, rate) if part)


def say_input(item, vocabulary: Vocabulary) -> str:
    """The amount of an input in words."""
    if item.amount is None:
        return "not stated"
    return say_about(numbers.say_value(item.amount, item.unit), item.qualifier, item.per, vocabulary)


def _in_short(measure: Measure, vocabulary: Vocabulary) -> str:
    return ", ".join(filter(None, (say_measure(measure, vocabulary), say_sureness(measure))))


def _where_from(measure: Measure, bibliography: Bibliography) -> str:
    """The sources of a number in short, for plain text: `` [Reed 2019, page 24]``."""
    said = [", ".join(filter(None, (bibliography[cite.key].label if cite.key in bibliography else cite.key, cite.locator))) for cite in measure.sources]
    return f" [{'; '.join(said)}]" if said else ""


def _with_terms(body: str, vocabulary: Vocabulary) -> str:
    """Link terms of the glossary in the telling part of a case: what comes before its numbers."""
    end = body.find(NUMBERS)
    glossary = Glossary.of(vocabulary)
    return glossary.link(body[:end], ROOT) + body[end:] if end > 0 else body


def render_article(subject: Subject) -> str:
    """The article of one case. Holes are left where other cases come in."""
    case, vocabulary = subject.case, subject.vocabulary
    story = [(field, title, getattr(case, field)) for field, title in STORY if getattr(case, field)]
    body = render(
        "case.html", Words(vocabulary, subject.bibliography, ROOT), case=case, story=story,
        groups=list(measure_groups(case, vocabulary)),
        say_measure=lambda measure: say_measure(measure, vocabulary),
        say_sureness=say_sureness, say_input=lambda item: say_input(item, vocabulary),
        related=hole("related-cases"), improve=hole("improve-page"), cite_this=hole("cite-this"), review=hole("review-due"), address=hole("address"),
    )
    return _with_terms(body, vocabulary)


def as_record(subject: Subject) -> str:
    """The record as JSON, without the fields that hold their usual value."""
    return subject.case.model_dump_json(exclude_defaults=True)


def render_case(subject: Subject, entry: Entry) -> dict[str, str]:
    """What is made of one case: its article, its card in Explore, its words for the search, its part of the
    register, its short form, the record itself for those who use it elsewhere."""
    case, vocabulary, bibliography = subject.case, subject.vocabulary, subject.bibliography
    words = Words(vocabulary, bibliography, ROOT)
    card = render("card.html", Words(vocabulary, bibliography, ""), entry=entry)
    conflicts = render("case-conflicts.html", words, case=case) if case.conflicts else ""
    results = [f"{measure.name}: {_in_short(measure, vocabulary)}{f' ({measure.period})' if measure.period else ''}{_where_from(measure, bibliography)}" for measure in case.measures
               if vocabulary.term("measure_kinds", measure.kind).group == "results"]
    short = pack_brief(brief(case, entry, vocabulary, bibliography, results))
    return {"body": render_article(subject), "card": card, "conflicts": conflicts, "record": as_record(subject), "brief": short,
            "words": render("case-words.html", words, case=case, texts=[plain(text) for _path, text in subject.markdown])}
