"""What a rule looks at, and how it walks through it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo

from anchorbook.bibliography import Bibliography
from anchorbook.findings import Finding, Severity
from anchorbook.model import CaseStudy
from anchorbook.parts import Cite, Part, Source
from anchorbook.reading import Document, ValuePath
from anchorbook.vocabulary import Vocabulary


@dataclass(frozen=True)
class Subject:
    """One valid record with the file it came from and the lists its words must be in."""

    case: CaseStudy
    document: Document
    vocabulary: Vocabulary
    bibliography: Bibliography

    def finding(self, path: ValuePath, code: str, message: str, hint: str = "", severity: Severity = Severity.ERROR) -> Finding:
        return self.document.finding(path, code, message, hint, severity=severity)


def fields(part: Part, path: ValuePath = ()) -> Iterator[tuple[ValuePath, FieldInfo, Any]]:
    """Every field in a record, however deep: its path, what the model says of it, its value.

    A list of plain values comes one value at a time.
    """
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        here = (*path, name)
        if isinstance(value, Part):
            yield here, info, value
            yield from fields(value, here)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, Part):
                    yield (*here, index), info, item
                    yield from fields(item, (*here, index))
                else:
                    yield (*here, index), info, item
        else:
            yield here, info, value


def citations(part: Part) -> Iterator[tuple[ValuePath, Cite | Source]]:
    """Every pointer to a source in a record."""
    for path, _info, value in fields(part):
        if isinstance(value, (Cite, Source)):
            yield path, value


def markdown_texts(part: Part) -> Iterator[tuple[ValuePath, str]]:
    """Every text of a record that is shown as Markdown, with its path."""
    for path, info, value in fields(part):
        extra = info.json_schema_extra
        if isinstance(value, str) and value and isinstance(extra, dict) and extra.get("markdown"):
            yield path, value
