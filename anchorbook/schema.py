"""The JSON Schema of one case file, for editors: made from the model, so that it cannot say anything else.

It is of draft-07, which common editors know. It takes what the model takes: a place, a period or a source on one
line, one value where a list may stand, a year as a number. Rules that look at two fields at once, or at the
references, are left to ``anchorbook check``.
"""

from __future__ import annotations

import json
import typing
from typing import Any

from pydantic.functional_validators import BeforeValidator

from anchorbook import parts
from anchorbook.model import CaseStudy, Measure, StatedValue
from anchorbook.parts import Part, Period
from anchorbook.vocabulary import Vocabulary

DIALECT = "http://json-schema.org/draft-07/schema#"
TITLE = "Case study"
BESIDE_CASES = "../_build/html/data/case.schema.json"
"""Where the schema lies after a build, as seen from ``case_studies``."""
MODELINE = f"# yaml-language-server: $schema={BESIDE_CASES}"
"""First line of a case file: editors that know the YAML language server then check it while you type."""

_DATE = {"anyOf": [{"type": "string", "pattern": r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"},
                   {"type": "integer", "minimum": 1000, "maximum": 9999}]}


def model_parts(at: str) -> dict[str, dict[str, Any]]:
    """What pydantic says of the model: a schema for each group of fields, by name. ``at`` is where references lead."""
    model = CaseStudy.model_json_schema(ref_template=f"#/{at}/{{model}}")
    found = model.pop("$defs")
    found["CaseStudy"] = model
    return found


def tidy(part: dict[str, Any], vocabulary: Vocabulary) -> None:
    """Say what pydantic does not: the words a field may hold. Leave out what would mislead."""
    part.pop("title", None)
    for field in part.get("properties", {}).values():
        field.pop("title", None)
        name, standard, markdown = (field.pop(key, "") for key in ("vocabulary", "standard", "markdown"))
        for key in ("ask", "weak"):
            field.pop(key, None)
        if standard:
            field["x-standard"] = standard
        if markdown:
            field["x-format"] = "Markdown"
        if name:
            field["x-vocabulary"] = name
            if name in vocabulary:
                _limit(field, list(vocabulary[name].by_id))


def _limit(field: dict[str, Any], ids: list[str]) -> None:
    """Let a field hold these ids only, and its usual value."""
    if field.get("type") == "array":
        field["items"] = {**field["items"], "enum": ids}
    elif field.get("type") == "integer":
        field["enum"] = [int(id) for id in ids]
    else:
        usual = field.get("default", ids[0])
        field["enum"] = ids if usual in ids else [usual, *ids]


def case_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The schema of one case file as people write it."""
    found = model_parts("definitions")
    models = models_in(CaseStudy)
    for name, part in found.items():
        tidy(part, vocabulary)
        _as_written(part, models[name], vocabulary)
    _measures(found[Measure.__name__])
    found[Period.__name__].pop("required", None)  # a period without a start is one whose start is not known
    value = found[StatedValue.__name__]["properties"]["value"]
    found[StatedValue.__name__]["properties"]["value"] = _either(value, {"type": "number"})
    for name, model in models.items():
        if hasattr(model, "_short"):
            short = {"type": "string", "minLength": 1, "description": "The short way: all on one line."}
            both = [short, {"type": "integer", "minimum": 1000, "maximum": 9999}] if model is Period else [short]
            found[name] = {"description": found[name].get("description", ""), "anyOf": [*both, found[name]]}
    top = found.pop("CaseStudy")
    return {
        "$schema": DIALECT, "title": TITLE,
        **top, "description": "One case study. Twelve fields are needed; the others may be left out.",
        "definitions": dict(sorted(found.items())),
    }


def case_schema_text(vocabulary: Vocabulary) -> str:
    """The schema as a file."""
    return json.dumps(case_schema(vocabulary), ensure_ascii=False, indent=1) + "\n"


def is_case_schema(raw: bytes) -> bool:
    """True for a file that :func:`case_schema_text` made, with this version of the book or another."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and (found.get("$schema"), found.get("title")) == (DIALECT, TITLE) and "definitions" in found


def models_in(annotation: Any) -> dict[str, type[Part]]:
    """Every group of fields in a type, however deep, by name and in order. A group contains itself."""
    found: dict[str, type[Part]] = {}
    todo = [annotation]
    while todo:
        for inner in _walk(todo.pop(0)):
            if isinstance(inner, type) and issubclass(inner, Part) and inner.__name__ not in found:
                found[inner.__name__] = inner
                todo += [info.annotation for info in inner.model_fields.values()]
    return found


def _walk(annotation: Any) -> typing.Iterator[Any]:
    """A type and every type inside it, with what is noted beside it."""
    yield annotation
    for inner in (*typing.get_args(annotation), *getattr(annotation, "__metadata__", ())):
        yield from _walk(inner)


def is_listed(info: Any) -> bool:
    """True when one value alone may stand where the model keeps a list."""
    return any(isinstance(item, BeforeValidator) and item.func is parts._one_or_many for item in info.metadata)


def _is_date(info: Any) -> bool:
    noted = [item for item in (*info.metadata, *_walk(info.annotation)) if isinstance(item, BeforeValidator)]
    return any(item.func is parts.check_date for item in noted)


def _as_written(part: dict[str, Any], model: type[Part], vocabulary: Vocabulary) -> None:
    """Widen each field to what a person may type."""
    for name, field in part["properties"].items():
        info = model.model_fields[name]
        if _is_date(info):
            kept = {key: value for key, value in field.items() if key not in ("type", "anyOf")}
            field = {**kept, "anyOf": [*_DATE["anyOf"], *([{"type": "null"}] if not info.is_required() or model is Period else [])]}
        if is_listed(info):
            field = _either(field, field["items"])
        if "$ref" in field:  # in draft-07 whatever stands beside a reference is not read
            field = {**{key: value for key, value in field.items() if key != "$ref"}, "allOf": [{"$ref": field["$ref"]}]}
        facet = field.get("x-vocabulary", "")
        if facet in vocabulary:
            said = "; ".join(f"{term.id} = {term.label or term.description}" for term in vocabulary[facet].terms)
            field["description"] = f"{field.get('description', '')} {said}.".strip()
        field.pop("default", None)  # editors would write it into the file
        part["properties"][name] = field


_BESIDE = ("description", "examples", "default", "x-standard", "x-format", "x-vocabulary")


def _either(field: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """A field that may also hold the other thing."""
    kept = {key: value for key, value in field.items() if key in _BESIDE}
    return {**kept, "anyOf": [{key: value for key, value in field.items() if key not in _BESIDE}, other]}


def _measures(part: dict[str, Any]) -> None:
    """One source may be called ``source``; what a claim of the ledger gives may be left out."""
    sources = part["properties"]["sources"]
    part["properties"]["source"] = {**sources, "description": "The one source of this number, and the place in it."}
    needed = [name for name in part.pop("required") if name != "sources"]
    part["if"] = {"not": {"required": ["claim"]}}
    part["then"] = {"required": needed, "anyOf": [{"required": ["source"]}, {"required": ["sources"]}]}
