"""From pydantic's errors to findings a person can act on."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator

from pydantic import BaseModel, ValidationError

from anchorbook.nearest import nearest, slip
from anchorbook.findings import Finding
from anchorbook.reading import LARGEST, SMALLEST, Document, ValuePath, plain_value

MOST_ERRORS = 200
"""Errors of one file that are explained. Each may take a search for a likely name."""

_ARTICLES = {
    "string_type": ("wrong-type", "text"),
    "int_type": ("wrong-type", "a whole number"),
    "float_type": ("wrong-type", "a number"),
    "bool_type": ("wrong-type", "true or false"),
    "list_type": ("wrong-type", "a list"),
    "model_type": ("wrong-type", "a group of fields"),
    "dict_type": ("wrong-type", "a group of fields"),
}


def shape_findings(document: Document, error: ValidationError, model: type[BaseModel]) -> list[Finding]:
    """One finding for each thing that does not fit the model."""
    found: dict[tuple, Finding] = {}
    meant: set[ValuePath] = set()
    for item in error.errors(include_url=False)[:MOST_ERRORS]:
        # Only the last part of an unknown field's path is a name that somebody typed.
        kept = item["loc"][-1:] if item["type"] == "extra_forbidden" else ()
        path = (*(part for part in item["loc"][: len(item["loc"]) - len(kept)] if not _is_internal(part)), *kept)
        # A value that may be a whole number or a decimal fails twice; once is enough.
        finding = _finding(document, path, item, model)
        found.setdefault((path, finding.code), finding)
        if finding.code == "unknown-field" and (guess := _meant(str(path[-1]), known_fields(model, path[:-1]))):
            meant.add((*path[:-1], guess))
    # A misspelt required field is one mistake, not two.
    return [finding for (path, code), finding in found.items() if not (code == "missing-field" and path in meant)]


def _is_internal(part: str | int) -> bool:
    return isinstance(part, str) and part in ("int", "float", "str", "constrained-str")


def _finding(document: Document, path: ValuePath, item: dict, model: type[BaseModel]) -> Finding:
    kind = item["type"]
    name = _name(path)
    if kind == "missing":
        around = path[:-1]
        parent = _name(around) if around else ""
        where = document.key_place(around) if around and isinstance(around[-1], str) else document.place(around)
        info = _field(model, path)
        example = f" For example: {path[-1]}: {_example(info)}" if info else ""
        text = f"the required field \"{path[-1]}\" is missing" + (f" in \"{parent}\"." if parent else ".")
        about = f"{info.description}{example}" if info else ""
        return Finding(document.path, *where, "missing-field", text, about)
    if kind == "extra_forbidden":
        return Finding(document.path, *document.key_place(path), "unknown-field",
                       f"\"{path[-1]}\" is not a field" + (f" of \"{_name(path[:-1])}\"." if len(path) > 1 else " of a case study." if model.__name__ == "CaseStudy" else " of this file."),
                       _field_hint(document, path, model))
    if kind in ("int_type", "float_type") and isinstance(item["input"], str) and (too := _beyond(item["input"])):
        return document.finding(path, "out-of-range", f"\"{name}\" is {_shorten(item['input'])}: the number is {too} to be right.",
                                "Look it up in the source, and write the number that stands there.")
    if kind in _ARTICLES:
        code, wanted = _ARTICLES[kind]
        return document.finding(path, code, f"\"{name}\" should be {wanted}, not {_say(item['input'])}.",
                                _type_hint(kind, item["input"], path))
    if kind in ("too_short", "string_too_short"):
        return document.finding(path, "empty-value", f"\"{name}\" is empty.", "Fill it in, or leave the field out if it is optional.")
    if kind == "string_too_long":
        return document.finding(path, "too-long", f"\"{name}\" is {len(item['input'])} characters long; at most {item['ctx']['max_length']} fit.",
                                "Shorten it. Details can go under what_was_done or context.")
    if kind == "string_pattern_mismatch":
        info = _field(model, path)
        return document.finding(path, "bad-format", f"\"{_shorten(item['input'])}\" is not written the way \"{name}\" needs.",
                                (f"{info.description} For example: {_example(info)}" if info else ""))
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        return document.finding(path, "out-of-range", f"\"{name}\" is {item['input']}: {item['msg'].lower()}.",
                                f"Write a number that fits: {_field(model, path).description}" if _field(model, path) else "Correct the number.")
    hint, at = ((item.get("ctx") or {}).get(name, "") for name in ("hint", "at"))
    path = (*path, at) if at else path
    code = kind if "-" in kind else "bad-value"
    return document.finding(path, code, item["msg"], str(hint))


_OTHER_NAMES = {"lower": "low", "lowest": "low", "min": "low", "minimum": "low", "upper": "high", "highest": "high", "max": "high", "maximum": "high"}
"""Names that people give to fields, where the letters do not say which is meant."""


def _meant(name: str, known: list[str]) -> str | None:
    """The field that was most likely meant."""
    other = _OTHER_NAMES.get(name.casefold())
    return other if other in known else nearest(name, known)


def _field_hint(document: Document, path: ValuePath, model: type[BaseModel]) -> str:
    """What to do about a field that is not known. A name that is no mere slip comes with what it means."""
    name, known = str(path[-1]), known_fields(model, path[:-1])
    guess = _meant(name, known)
    if not guess:
        return "Known fields here: " + ", ".join(known) + "."
    info, there = _field(model, (*path[:-1], guess)), (*path[:-1], guess) in document.keys
    if slip(name, known) != guess:
        return f"Did you mean \"{guess}\"?" + (f" That is: {info.description}" if info.description else "") + (" It is there already." if there else "")
    if there:
        return f"\"{guess}\" is there as well. " + (f"Put it into the list under {guess}." if typing.get_origin(info.annotation) is list else "Keep one of the two.")
    return f"Did you mean \"{guess}\"?"


def _name(path: ValuePath) -> str:
    """A path as a person would say it: ``measures 2, value``."""
    words: list[str] = []
    for part in path:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words) or "the file"


def _shorten(value: object, most: int = 40) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _say(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, dict):
        return "a group of fields"
    if isinstance(value, (list, tuple)):
        return "a list"
    return f"the text \"{_shorten(value)}\""


def _type_hint(kind: str, value: object, path: ValuePath) -> str:
    last = next((part for part in reversed(path) if isinstance(part, str)), "field")
    if kind == "string_type":
        if isinstance(value, (int, float)):
            return f"Put it in quotes: {last}: \"{str(value).lower()}\""
        if value is None:
            return "Write the text after the colon, or leave the field out if it is optional."
        return "Write plain text. If it has a colon and a space in it, put it all in quotes."
    if kind in ("int_type", "float_type"):
        if isinstance(value, str):
            digits = _one_number(value)
            if digits and isinstance(plain_value(digits), str):
                return f"{digits} has more digits than can be kept. Write fewer after the point."
            start = f"Write {last}: {digits} (digits only)." if digits else "Write digits only."
            return start + " Put the unit (GBP, people, %) in unit, and words such as about in qualifier."
        return "Write digits only."
    if kind == "list_type":
        return "Start a new line for each entry, with two spaces, a dash and a space."
    if kind == "bool_type":
        return "Write true or false, in small letters and without quotes."
    return "Write the fields under it, each on a line of its own, indented by two spaces."


_NUMBER = re.compile(r"(?<![\w.,])([-+−]?)[£$€]?((?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?)(?![\w.,])")


def _one_number(text: str) -> str:
    """The number that a text holds, in digits; nothing where it holds several, or a word such as million."""
    found = [(sign, digits.replace(",", "")) for sign, digits in _NUMBER.findall(text) if digits]
    if len(found) != 1 or re.search(r"thousand|illion|\b(bn|m|k)\b", text, re.IGNORECASE):
        return ""
    sign, digits = found[0]
    whole, point, part = digits.partition(".")
    return ("-" if sign in ("-", "−") else "") + (whole.lstrip("0") or "0") + point + part


def _beyond(text: str) -> str:
    """In what way a number is beyond those that are read as numbers; nothing where it is not, or is none."""
    try:
        size = abs(float(_one_number(text) or text))
    except ValueError:
        return ""
    return "too large" if LARGEST <= size < float("inf") else "too near to nought" if 0 < size <= SMALLEST else ""


def _example(info) -> str:
    example = info.examples[0] if info.examples else ""
    if isinstance(example, list):
        quoted = (f'"{part}"' if "," in part else part for part in example if isinstance(part, str))
        return f"[{', '.join(quoted)}]"
    return str(example)


def _models_in(annotation) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _models_in(part)


def _model_at(model: type[BaseModel], path: ValuePath) -> type[BaseModel] | None:
    for part in path:
        if isinstance(part, int):
            continue
        info = model.model_fields.get(part)
        inner = next(_models_in(info.annotation), None) if info else None
        if inner is None:
            return None
        model = inner
    return model


def known_fields(model: type[BaseModel], path: ValuePath) -> list[str]:
    inner = _model_at(model, path)
    return list(inner.model_fields) if inner else []


def _field(model: type[BaseModel], path: ValuePath):
    inner = _model_at(model, tuple(path[:-1]))
    return inner.model_fields.get(path[-1]) if inner and path and isinstance(path[-1], str) else None
