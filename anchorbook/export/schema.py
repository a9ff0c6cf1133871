"""The JSON Schema of catalogue.json: made from the model of a case, so it cannot say anything else."""

from __future__ import annotations

import json
from typing import Any

from anchorbook.export import LICENCE, VERSION, Site
from anchorbook.open_data import SCHEMA
from anchorbook.schema import model_parts, tidy
from anchorbook.vocabulary import Vocabulary

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN = ("string", "integer", "number", "boolean")


def schema(vocabulary: Vocabulary, site: Site) -> dict[str, Any]:
    """The schema. Its part ``$defs/Item`` describes one line of cases.ndjson."""
    parts = model_parts("$defs")
    for part in parts.values():
        _tidy(part, vocabulary)
    parts |= {"Item": _ITEM, "Vocabulary": _VOCABULARY, "Reference": _REFERENCE}
    return {
        "$schema": _DIALECT,
        **({"$id": site.link(SCHEMA)} if site.address else {}),
        "title": f"{site.title}: catalogue",
        "description": "Every case of the book that has not been withdrawn or replaced, with the words it uses and the sources it cites. "
                       "A field that a record leaves out has the value given here as its default.",
        **_object({
            "$schema": _text("This schema, beside the file."),
            "version": {"const": VERSION, "description": "Version of this layout. It changes when programs have to change."},
            "title": _text("Title of the book."),
            "address": _text("Where the book stands on the web; empty in a copy that was built without an address."),
            "licence": {"const": LICENCE, "description": "Licence of the collection. Tables and documents of others keep theirs."},
            "changed": _day("Day of the newest change of a case, from the history of the repository; null when that is not known."),
            "count": {"type": "integer", "minimum": 0, "description": "Number of cases."},
            "vocabulary": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Vocabulary"}, "description": "The lists that ids in records come from."},
            "references": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Reference"}, "description": "The sources that cases cite, by key."},
            "cases": {"type": "array", "items": {"$ref": "#/$defs/Item"}, "description": "The cases, in order of their ids."},
        }, optional=("$schema",)),
        "$defs": dict(sorted(parts.items())),
    }


def schema_text(vocabulary: Vocabulary, site: Site) -> str:
    """The schema as a file that people can read."""
    return json.dumps(schema(vocabulary, site), ensure_ascii=False, indent=1) + "\n"


def _object(fields: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """A mapping of these fields and no others."""
    return {"type": "object", "properties": fields, "required": [name for name in fields if name not in optional], "additionalProperties": False}


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _day(description: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": description}


_ITEM = {"description": "One case: what the book knows about the record, and the record.", **_object({
    "id": _text("Id of the case. It does not change."),
    "page": _text("Its page, from the address of the book."),
    "qa_status": {"enum": ["draft", "published"], "description": "draft: an editor has not reviewed it yet. Withdrawn and replaced cases are left out."},
    "added": _day("Day it was added, from the history of the repository."),
    "changed": _day("Day it was last changed, from the history of the repository."),
    "record": {"$ref": "#/$defs/CaseStudy"},
})}
_VOCABULARY = {"description": "One list of terms.", **_object({
    "label": _text("What one term is called."),
    "terms": {"type": "array", "description": "The terms, in the order the book shows them.", "items": _object({
        "id": _text("As records write it."), "label": _text("As people read it."), "description": _text("What it means.")})},
})}
_REFERENCE = {"description": "One source.", **_object({
    "label": _text("Author and year."), "title": _text("Its title."), "url": _text("Its address; empty when none is known.")})}


def _tidy(part: dict[str, Any], vocabulary: Vocabulary) -> None:
    """As for editors; but examples show how people may write a record, and only those of plain values look the same here."""
    tidy(part, vocabulary)
    for field in part.get("properties", {}).values():
        if field.get("type") not in _PLAIN:
            field.pop("examples", None)
