"""Places that are really regions, split off by a comma."""

from __future__ import annotations

from collections.abc import Iterator

from anchorbook.checks.subject import Subject
from anchorbook.findings import Finding, Severity


def region_as_a_place(subject: Subject) -> Iterator[Finding]:
    """region-as-place: in square brackets a comma starts the next place, so the region becomes one."""
    if "regions" not in subject.vocabulary:
        return
    labels = {term.label.lower(): term for term in subject.vocabulary["regions"].terms}
    places = subject.case.places
    for index, place in enumerate(places):
        term = labels.get(place.name.lower())
        if index and term and not place.region and not places[index - 1].region:
            yield subject.finding(("places", index), "region-as-place", f"\"{place.name}\" is a region, not a second place.",
                                  f"Write both as one place, on a line of its own: - {places[index - 1].name}, {term.id}", Severity.WARNING)
