"""The records in full: catalogue.json and cases.ndjson."""

from __future__ import annotations

from anchorbook.catalogue import Catalogue, Entry
from anchorbook.export import LICENCE, VERSION, Export, Site, exported, to_json
from anchorbook.open_data import SCHEMA


def ndjson() -> Export:
    """One case on each line."""
    return Export("", lambda case: case.line + "\n")


def checksum(digest: str, name: str) -> str:
    """A line that ``sha256sum --check`` reads. ``digest`` is the SHA-256 of the file in hexadecimal."""
    return f"{digest}  {name}\n"


def catalogue_json(catalogue: Catalogue, site: Site) -> Export:
    """Everything in one file: the cases, the words they use and the sources they cite."""
    entries = exported(catalogue)
    head = {
        "$schema": SCHEMA.rpartition("/")[2],
        "version": VERSION,
        "title": site.title,
        "address": site.address,
        "licence": LICENCE,
        "changed": site.changed or None,
        "count": len(entries),
        "vocabulary": {name: {"label": facet.label, "terms": [{"id": term.id, "label": term.label, "description": term.description}
                                                              for term in facet.terms]}
                       for name, facet in sorted(catalogue.vocabulary.facets.items())},
        "references": _references(catalogue, entries),
    }
    return Export(f'{to_json(head)[:-1]},"cases":[\n', lambda case: case.line, "\n]}\n", between=",\n")


def _references(catalogue: Catalogue, entries: list[Entry]) -> dict[str, dict[str, str]]:
    cited = sorted({key for entry in entries for key in entry.cites if key in catalogue.bibliography.references})
    found = ((key, catalogue.bibliography[key]) for key in cited)
    return {key: {"label": reference.label, "title": reference.title, "url": reference.url} for key, reference in found}
