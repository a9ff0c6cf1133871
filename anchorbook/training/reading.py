"""Reads a file of the training kit, and checks what can be checked without the cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from anchorbook.bibliography import Bibliography
from anchorbook.files import is_there
from anchorbook.findings import Finding
from anchorbook.new_source import unknown_source
from anchorbook.parts import Cite, Part
from anchorbook.project import Project
from anchorbook.reading import Document, ValuePath, read_file
from anchorbook.text import cited_in
from anchorbook.vocabulary import Vocabulary


@dataclass
class Record:
    """One file: what it says, and where each value stands."""

    value: Any
    document: Document
    raw: bytes
    cites: list[tuple[ValuePath, str]] = field(default_factory=list)
    """Keys of sources, and where they stand."""
    texts: list[tuple[ValuePath, str]] = field(default_factory=list)
    """Its Markdown."""


def walk(part: Part, path: ValuePath = ()) -> Iterator[tuple[ValuePath, Any, Any]]:
    """Every value below a part: its path, its field, the value."""
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        yield (*path, name), info, value
        for index, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
            here = (*path, name) if index is None else (*path, name, index)
            if isinstance(item, Part) and not isinstance(item, Cite):
                yield from walk(item, here)


def read_all(
    project: Project, place: Path, model: type[Part], vocabulary: Vocabulary, bibliography: Bibliography,
) -> tuple[list[Record], list[Finding]]:
    """Read one file, or each file of a folder. Neither has to be there."""
    from anchorbook.checks.shape import shape_findings

    records, findings = [], []
    for path in sorted(place.glob("*.yaml")) if place.is_dir() and not place.suffix else [place] if is_there(place) else []:
        document = read_file(path, path.relative_to(project.root).as_posix())
        findings += document.findings
        if document.data is None:
            continue
        try:
            value = model.model_validate(document.data)
        except ValidationError as error:
            findings += shape_findings(document, error, model)
            continue
        record = Record(value, document, document.raw)
        if (id := getattr(value, "id", path.stem)) != path.stem:
            findings.append(document.finding(("id",), "id-mismatch", f"the id \"{id}\" is not the name of this file.", f"Write id: {path.stem}"))
        findings += _look(record, vocabulary, bibliography)
        records.append(record)
    return records, findings


def _look(record: Record, vocabulary: Vocabulary, bibliography: Bibliography) -> Iterator[Finding]:
    """Collect citations and texts; find unknown terms and sources."""
    document = record.document
    for path, info, value in walk(record.value):
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        values = value if isinstance(value, list) else [value]
        for index, item in enumerate(values):
            here = (*path, index) if isinstance(value, list) else path
            if isinstance(item, Cite):
                record.cites.append((here, item.key))
            elif isinstance(item, str) and item:
                facet = str(extra.get("vocabulary", ""))
                if facet in vocabulary and item not in vocabulary[facet].by_id:
                    yield document.finding(here, "unknown-term", *vocabulary.unknown(facet, item))
                if extra.get("markdown"):
                    record.texts.append((here, item))
                    record.cites += [(here, key) for key in cited_in(item)]
    for path, key in record.cites:
        if key not in bibliography:
            yield document.finding(path, "unknown-citation", *unknown_source(key, bibliography))
