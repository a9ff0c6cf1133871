"""Ids must be in their vocabulary."""

from __future__ import annotations

from collections.abc import Iterator

from anchorbook.nearest import nearest
from anchorbook.checks.privacy import repeated
from anchorbook.checks.subject import Subject
from anchorbook.findings import Finding


def unknown_terms(subject: Subject) -> Iterator[Finding]:
    """unknown-term: pages and filters are made from the vocabulary, so an id outside it would be lost."""
    for field in subject.fields:
        if not field.vocabulary or field.vocabulary not in subject.vocabulary:
            continue
        facet = subject.vocabulary[field.vocabulary]
        if str(field.value) not in facet.by_id:
            yield subject.finding(field.path, "unknown-term", f"{repeated(str(field.value))} is not a known {facet.name.replace('_', ' ')}.",
                                  _hint(str(field.value), facet))


def _hint(value: str, facet) -> str:
    for term in facet.terms:
        if value and value.lower() in (term.code.lower(), term.label.lower(), *(word.lower() for word in term.synonyms)):
            return f"Write {term.id} (\"{term.label}\")."
    guess = nearest(value, facet.by_id)
    if guess:
        return f"Did you mean \"{guess}\" ({facet.by_id[guess].label})?"
    return "Write one of: " + ", ".join(facet.by_id) + "."
