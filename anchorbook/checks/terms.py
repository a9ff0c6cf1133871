"""Ids must be in their vocabulary."""

from __future__ import annotations

from collections.abc import Iterator

from anchorbook.nearest import nearest
from anchorbook.checks.privacy import repeated
from anchorbook.checks.subject import Field, Subject
from anchorbook.findings import Finding

MOST_PARTS = 20
"""Parts of one text that are looked up; nobody means more."""


def unknown_terms(subject: Subject) -> Iterator[Finding]:
    """unknown-term: pages and filters are made from the vocabulary, so an id outside it would be lost."""
    for field in subject.fields:
        if not field.vocabulary or field.vocabulary not in subject.vocabulary:
            continue
        facet = subject.vocabulary[field.vocabulary]
        if str(field.value) not in facet.by_id:
            yield subject.finding(field.path, "unknown-term", f"{repeated(str(field.value))} is not a known {facet.name.replace('_', ' ')}.",
                                  _as_list(field, facet) or _hint(str(field.value), facet))


def _as_list(field: Field, facet) -> str:
    """What to write for several terms with commas between them in one text: a guess at one would lose the others."""
    parts = [part for raw in str(field.value).split(",") if (part := raw.strip())]
    found = {part: term.id if (term := _called(part, facet)) else nearest(part, facet.by_id) for part in parts[:MOST_PARTS]}
    if len(found) < 2 or not any(found.values()):
        return ""
    ids = list(dict.fromkeys(id for id in found.values() if id))
    if not isinstance(field.path[-1], int):
        return f"Only one fits here: {' or '.join(ids)}."
    lost = [part for part, id in found.items() if not id]
    said = f"Write a list in square brackets, without quotation marks around it: {field.path[-2]}: [{', '.join(ids)}]"
    return f"{said}. {repeated(lost[0])} is none of: {', '.join(facet.by_id)}." if lost else said


def _called(word: str, facet):
    """The term whose id, code, label or other word this is."""
    word = word.lower()
    return next((term for term in facet.terms if word and word in (term.id, term.code.lower(), term.label.lower(), *(other.lower() for other in term.synonyms))), None)


def _hint(value: str, facet) -> str:
    if term := _called(value, facet):
        return f"Write {term.id} (\"{term.label}\")."
    guess = nearest(value, facet.by_id)
    if guess:
        return f"Did you mean \"{guess}\" ({facet.by_id[guess].label})?"
    return "Write one of: " + ", ".join(facet.by_id) + "."
