"""Rules for the training kit: what it names must exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from anchorbook.findings import Finding
from anchorbook.nearest import nearest
from anchorbook.text import cases_in, pages_in
from anchorbook.training.reading import Record, walk

if TYPE_CHECKING:
    from anchorbook.catalogue import Catalogue


def training_leads_somewhere(catalogue: Catalogue) -> Iterator[Finding]:
    """Cases, notebooks, activities, filters and lists that workshops name must be there."""
    for record in catalogue.training.records:
        for path, _info, value in walk(record.value):
            name = path[-1]
            if name == "cases":
                yield from _missing(record, path, value, catalogue.by_id, "unknown-case", "there is no case", catalogue.refused)
            elif name == "notebooks":
                books = {page.partition("/")[2] for page in catalogue.pages if page.startswith("notebooks/")}
                yield from _missing(record, path, value, books, "unknown-notebook", "there is no notebook")
            elif name == "activity" and value:
                yield from _missing(record, path, value, catalogue.training.activity, "unknown-activity", "there is no activity")
            elif name in ("cards", "entries") and value:
                lists = {*catalogue.vocabulary.facets, *(f"framework/{id}" for id in catalogue.frameworks.by_id)}
                yield from _missing(record, path, value, lists, "unknown-vocabulary", "there is no list")
            elif name == "table" and value:
                yield from _missing(record, path, value, catalogue.training.tables, "unknown-table", "there is no described table")
            elif name == "filter":
                yield from _filter(record, path, value, catalogue)
        for path, text in record.texts:
            yield from _missing(record, path, cases_in(text), catalogue.by_id, "unknown-case", "there is no case", catalogue.refused)
            yield from _missing(record, path, pages_in(text), catalogue.pages, "unknown-page", "there is no page")
    progression = catalogue.training.progression
    if progression and (missing := progression.missing(catalogue.vocabulary)):
        record = next(record for record in catalogue.training.records if record.value is progression)
        yield record.document.finding(("domains",), "missing-domain", f"these domains have no levels: {', '.join(missing)}.",
                                      "Describe the four levels of each domain.")


def _missing(record: Record, path: tuple, value: Any, known: Any, code: str, said: str, also: Any = ()) -> Iterator[Finding]:
    for index, id in enumerate(value if isinstance(value, list) else [value]):
        if id not in known and id not in also:
            guess = nearest(id, known)
            place = (*path, index) if isinstance(value, list) and (*path, index) in record.document.positions else path
            yield record.document.finding(place, code, f"{said} \"{id}\".", f"Did you mean \"{guess}\"?" if guess else "Check the id, or take it out.")


def _filter(record: Record, path: tuple, value: dict[str, list[str]], catalogue: Catalogue) -> Iterator[Finding]:
    from anchorbook.catalogue import FACETS

    for facet, terms in value.items():
        if facet not in FACETS:
            yield record.document.finding(path, "unknown-filter", f"Explore has no filter \"{facet}\".", "Write one of: " + ", ".join(FACETS))
            continue
        for term in terms:
            if term not in catalogue.vocabulary[FACETS[facet]].by_id:
                yield record.document.finding((*path, facet), "unknown-term", *catalogue.vocabulary.unknown(FACETS[facet], term))
