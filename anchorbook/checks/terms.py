"""Ids must be in their vocabulary."""

from __future__ import annotations

from collections.abc import Iterator

from anchorbook.checks.nearest import nearest
from anchorbook.checks.subject import Subject, fields
from anchorbook.findings import Finding


def unknown_terms(subject: Subject) -> Iterator[Finding]:
    """unknown-term: pages and filters are made from the vocabulary, so an id outside it would be lost."""
    for path, info, value in fields(subject.case):
        extra = info.json_schema_extra
        facet_name = extra.get("vocabulary") if isinstance(extra, dict) else ""
        if not facet_name or value in ("", None) or facet_name not in subject.vocabulary:
            continue
        facet = subject.vocabulary[facet_name]
        if str(value) in facet.by_id:
            continue
        yield subject.finding(path, "unknown-term", f"\"{value}\" is not a known {facet.name.replace('_', ' ')}.",
                              _hint(str(value), facet))


def _hint(value: str, facet) -> str:
    for term in facet.terms:
        if value.lower() in (term.code.lower(), term.label.lower(), *(word.lower() for word in term.synonyms)):
            return f"Write {term.id} (\"{term.label}\")."
    guess = nearest(value, facet.by_id)
    if guess:
        return f"Did you mean \"{guess}\" ({facet.by_id[guess].label})?"
    return "Write one of: " + ", ".join(facet.by_id) + "."
