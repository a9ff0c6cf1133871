"""What a rule looks at, and how it walks through it."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property, lru_cache
from typing import Any

from anchorbook.bibliography import Bibliography
from anchorbook.findings import Finding, Severity
from anchorbook.ledger import Ledger
from anchorbook.model import CaseStudy
from anchorbook.parts import Cite, Part, Source
from anchorbook.reading import Document, ValuePath
from anchorbook.text import DIGITS, LONG_NUMBER, cited_in, shown, without_addresses
from anchorbook.vocabulary import Vocabulary


@dataclass(frozen=True)
class Field:
    """One value of a record: its path, its value, and what the model says of it."""

    path: ValuePath
    value: Any
    vocabulary: str
    markdown: bool


@lru_cache
def _known(model: type[Part]) -> tuple[tuple[str, str, bool, bool], ...]:
    """Name, vocabulary and Markdown mark of each field of a model, and whether it may be empty."""
    known = []
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        known.append((name, str(extra.get("vocabulary", "")), bool(extra.get("markdown")), info.default == ""))
    return tuple(known)


def fields(part: Part) -> list[Field]:
    """Every field in a record, however deep. A list of plain values comes one value at a time."""
    found: list[Field] = []
    _collect(part, (), found)
    return found


def _collect(part: Part, path: ValuePath, found: list[Field]) -> None:
    values = part.__dict__
    for name, vocabulary, markdown, may_be_empty in _known(type(part)):
        value = values[name]
        if value is None or value == [] or value == "" and may_be_empty:
            continue
        here = (*path, name)
        for place, item in ([((*here, index), item) for index, item in enumerate(value)] if isinstance(value, list) else [(here, value)]):
            found.append(Field(place, item, vocabulary, markdown))
            if isinstance(item, Part):
                _collect(item, place, found)


@dataclass(frozen=True)
class Subject:
    """One valid record with the file it came from and the lists its words must be in."""

    case: CaseStudy
    document: Document
    vocabulary: Vocabulary
    bibliography: Bibliography
    ledger: Ledger = dataclass_field(default_factory=Ledger)

    @cached_property
    def fields(self) -> list[Field]:
        """Every field that holds something."""
        return fields(self.case)

    @cached_property
    def texts(self) -> list[tuple[ValuePath, str]]:
        """Path and content of every field that holds text."""
        return [(field.path, field.value) for field in self.fields if isinstance(field.value, str)]

    @cached_property
    def prose(self) -> list[tuple[ValuePath, str]]:
        """The same, with blanks in place of web addresses."""
        return [(path, without_addresses(text)) for path, text in self.texts]

    @cached_property
    def public(self) -> list[tuple[ValuePath, str]]:
        """Path and content of every text, with what readers are shown of it where marks could hide that."""
        more = {path: words for path, text in self.markdown if (words := shown(text))}
        return [(path, f"{text} … {more[path]}" if path in more else text) for path, text in self.texts] if more else self.texts

    @cached_property
    def public_prose(self) -> list[tuple[ValuePath, str]]:
        """The same, with blanks in place of web addresses."""
        return self.prose if self.public is self.texts else [(path, without_addresses(text)) for path, text in self.public]

    @cached_property
    def numbered(self) -> list[tuple[ValuePath, str]]:
        """Public prose that holds a number of two digits or more. Most holds none, and needs no further look."""
        return [(path, prose) for path, prose in self.public_prose if DIGITS.search(prose)]

    @cached_property
    def long_numbered(self) -> list[tuple[ValuePath, str]]:
        """Public prose that holds a number as long as one of a phone or a person."""
        return [(path, prose) for path, prose in self.numbered if LONG_NUMBER.search(prose)]

    @cached_property
    def citations(self) -> list[tuple[ValuePath, str]]:
        """Path and key of every source that is cited, in fields and in texts."""
        return [(field.path, field.value.key) for field in self.fields if isinstance(field.value, (Cite, Source))] + [
            (path, key) for path, text in self.markdown for key in cited_in(text)]

    @cached_property
    def markdown(self) -> list[tuple[ValuePath, str]]:
        """Path and text of everything that is shown as Markdown."""
        return [(field.path, field.value) for field in self.fields if field.markdown]

    def finding(self, path: ValuePath, code: str, message: str, hint: str = "", severity: Severity = Severity.ERROR) -> Finding:
        return self.document.finding(path, code, message, hint, severity=severity)
