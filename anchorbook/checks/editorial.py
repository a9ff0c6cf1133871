"""What makes a record easy to read and to trust. Hints: they never stop a build."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from anchorbook.checks.subject import Subject
from anchorbook.findings import Finding, Severity
from anchorbook.parts import Cite, last_day
from anchorbook.text import plain

if TYPE_CHECKING:
    from anchorbook.catalogue import Catalogue

SUMMARY_WORDS = 75
"""A summary is about 60 words; some more do no harm."""
HARD = 50
"""Läsbarhetsindex (LIX, Björnsson 1968): words in a sentence plus the share of words of more than six letters. Above
50 is hard: reports and law. Plain news is about 40."""
LONG_FROM = 7
"""Letters of a long word, for LIX."""
LEAST_WORDS = 80
MOST_SHORT_FORMS = 50
"""Short forms of one record that are looked up. With more than that, the first are work enough."""
KNOWN = frozenset((
    "NHS UK US USA EU GP GPs HR IT CEO BBC MP MPs PDF CSV GBP USD EUR COVID AGM PhD TV OECD ONS A&E MRI CO2 LED ISBN DOI GMT BMJ BST UNISON CLES JRF IHI HALN "
    "NICE YMCA OK FTE").split())
"""Short forms that need no explanation here: known to all, or names of organisations that are called so."""

_ABBREVIATION = re.compile(r"(?<![\w/&-])[A-Z][A-Z&]{1,6}s?(?![\w/-])")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")


def summary_length(subject: Subject) -> Iterator[Finding]:
    """long-summary: the summary stands on every list, so it must be short."""
    words = len(plain(subject.case.summary).split())
    if words > SUMMARY_WORDS:
        yield subject.finding(("summary",), "long-summary", f"the summary has {words} words.", "About 60 are enough: who did what, for whom, and what is known.", Severity.HINT)


def reading_ease(text: str) -> float | None:
    """LIX of a text; None when it is too short to say."""
    words = _WORD.findall(text)
    if len(words) < LEAST_WORDS:
        return None
    sentences = max(1, len(re.findall(r"[.!?:](?=\s|$)", text)))
    return len(words) / sentences + 100 * len([word for word in words if len(word) >= LONG_FROM]) / len(words)


def plain_language(subject: Subject) -> Iterator[Finding]:
    """hard-to-read: people read this on a ward, between two other things."""
    text = " ".join(plain(text) for _path, text in subject.markdown)
    score = reading_ease(text)
    if score is not None and score > HARD:
        yield subject.finding(("summary",), "hard-to-read", f"the text is hard to read: {score:.0f} on a scale where plain news is 40 and law is 60.",
                              "Use shorter sentences and everyday words.", Severity.HINT)


def locators_given(subject: Subject) -> Iterator[Finding]:
    """missing-locator: in a long document, say where."""
    for field in subject.fields:
        if isinstance(field.value, Cite) and not field.value.locator:
            reference = subject.bibliography.references.get(field.value.key)
            if reference and reference.long:
                yield subject.finding(field.path, "missing-locator", f"\"{field.value.key}\" is a long document, and no place in it is given.",
                                      f"Add it after a comma: {field.value.key}, page 12", Severity.HINT)


def sources_are_listed(subject: Subject) -> Iterator[Finding]:
    """source-not-listed: the page lists the record's own sources, so one that only a number names is left out."""
    listed = {source.key for source in subject.case.sources}
    if not listed <= subject.bibliography.keys.keys():
        return  # the list is to be mended first: one of its keys may be a slip
    for field in subject.fields:
        if isinstance(field.value, Cite) and field.value.key not in listed and field.value.key in subject.bibliography.keys:
            listed.add(field.value.key)
            place = f", {field.value.locator}" if field.value.locator else ""
            yield subject.finding(field.path, "source-not-listed", f"\"{field.value.key}\" is cited here and is not among the sources of the case.",
                                  f"Add it under sources, on a line of its own: - {field.value.key}{place}", Severity.HINT)


def results_have_a_period(subject: Subject) -> Iterator[Finding]:
    """result-without-period: a count without a time cannot be compared."""
    for index, measure in enumerate(subject.case.measures):
        if measure.kind in ("process", "output") and measure.period is None:
            yield subject.finding(("measures", index), "result-without-period", f"\"{measure.name}\" does not say when.",
                                  "Add period: with the time it is about. If no source says, write period: not known", Severity.HINT)


def money_has_a_currency(subject: Subject) -> Iterator[Finding]:
    """missing-currency: an amount needs its unit, and money its currency."""
    for index, item in enumerate(subject.case.inputs):
        if item.amount is not None and not item.unit:
            yield subject.finding(("inputs", index), "missing-currency", f"\"{item.kind}\" has an amount and no unit.",
                                  "Add unit: GBP, or for time and people unit: months, unit: staff", Severity.WARNING)


def abbreviations_explained(subject: Subject) -> Iterator[Finding]:
    """unexplained-abbreviation: short forms shut people out."""
    known = subject.vocabulary.spellings
    seen: set[str] = set()
    case = subject.case
    names = " ".join([case.lead_org, *(partner.name for partner in case.partners), *(item.funder for item in case.inputs)])
    everything = " ".join([case.title, names, *(text for _path, text in subject.markdown)])
    for path, text in subject.markdown:
        for short in _ABBREVIATION.findall(plain(text)):
            bare = short.rstrip("s")
            if bare in seen or bare in known or short in known or bare in KNOWN or short in KNOWN or re.search(rf"\b{bare}\b", names):
                continue
            seen.add(bare)
            if len(seen) > MOST_SHORT_FORMS:
                return
            if not re.search(rf"\({bare}|\b{bare}s? \(|\b{bare}, an? |\b{bare}, the ", everything):
                yield subject.finding(path, "unexplained-abbreviation", f"\"{short}\" is not explained.",
                                      f"Write it in full at first use, with the short form in brackets: … ({bare}). Or add it to the glossary.", Severity.HINT)


def actions_of_drafts(subject: Subject) -> Iterator[Finding]:
    """no-action-yet: a card from a workshop may leave the actions to an editor."""
    if not subject.case.actions:
        yield subject.finding(("actions",), "no-action-yet", "no action is chosen yet.",
                              "An editor chooses from the fifteen actions before the record is published.", Severity.WARNING)


def reviews_due(catalogue: Catalogue) -> Iterator[Finding]:
    """review-due: a record that nobody has read for long may be out of date."""
    for entry in catalogue.all_entries:
        if is_overdue(entry.review_by, catalogue.today):
            yield Finding(entry.path, *entry.id_place, "review-due", f"this record was to be reviewed by {entry.review_by}.",
                          "Read it against its sources again, then set last_reviewed and review_by.", Severity.HINT)


def reviews_to_come(catalogue: Catalogue) -> Iterator[Finding]:
    """reviewed-in-future: readers take that day for one on which somebody has read the record."""
    today = catalogue.today.isoformat()
    for entry in catalogue.all_entries:
        day, line, column = entry.reviewed
        if day > today[: len(day)]:
            yield Finding(entry.path, line, column, "reviewed-in-future", f"the day {day} is still to come, so nobody can have read this record then.",
                          "Write the day on which it was read. The day by which it is to be read again goes under review_by.", Severity.WARNING)


def is_overdue(review_by: str, today: date) -> bool:
    """True when the day, month or year by which a record was to be reviewed is over."""
    return bool(review_by) and last_day(review_by) < today
