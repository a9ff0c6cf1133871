"""The template of a case study: every field explained, made from the model, so that it never falls behind it."""

from __future__ import annotations

import textwrap
from typing import Any

from anchorbook.model import CaseStudy
from anchorbook.schema import MODELINE
from anchorbook.vocabulary import Vocabulary

WIDTH = 96
HEAD = """\
A case study. Lines that begin with # are notes for you: leave them in or take them out.
Twelve fields are needed. The others may be left out. "Not known" and "None reported" are good answers.
Save this file as case_studies/<id>.yaml, then run: make check"""
REST = "Everything below may be left out. Take away the # and the space before a field that you want to use."


def _comment(text: str, indent: str = "") -> list[str]:
    return [f"{indent}# {line}" for part in text.splitlines() for line in textwrap.wrap(part, WIDTH - len(indent), break_on_hyphens=False) or [""]]


def _choices(vocabulary: Vocabulary, facet: str) -> str:
    if not facet or facet not in vocabulary:
        return ""
    return "One of: " + ", ".join(term.id for term in vocabulary[facet].terms)


def as_line(value: Any) -> str:
    """A value on one line, as a person would write it."""
    if isinstance(value, list):
        return "[" + ", ".join(as_line(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {as_line(item)}" for key, item in value.items()) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    if isinstance(value, str) and (any(sign in text for sign in ":#{}[],&*!|>'\"%@`") or text[:1] in "-? " or not text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text


EMPTY: dict[str, Any] = {"measures": []}
"""What stands in the template where the example would mislead."""


def template(vocabulary: Vocabulary, values: dict[str, Any] | None = None, *, optional: bool = True) -> str:
    """The template as YAML. ``values`` fills fields in; the others show their example.

    With ``optional`` the other fields follow as comments.
    """
    values = values or {}
    lines = [MODELINE, *_comment(HEAD)]
    rest: list[str] = []
    for name, info in CaseStudy.model_fields.items():
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        about = _comment(str(info.description)) + _comment(_choices(vocabulary, str(extra.get("vocabulary", "")))) if info.description else []
        example = (info.examples or [""])[0]
        if info.is_required():
            given = values.get(name, EMPTY.get(name, example))
            lines += ["", *about, f"{name}: {as_line(given)}"]
            if name == "measures" and not given:
                lines += _comment("Each number: what is counted, what kind of number it is, value, unit, time, source. For example:")
                lines += ["# - {name: Staff moved to NHS employment, kind: output, value: 1000, unit: people, period: 2020-04, source: \"key_of_the_source, line 412\"}"]
                lines += ["no_measures_reason: The source prints no figures."]
        elif name != "no_measures_reason":
            rest += ["", *about, f"# {name}: {as_line(values.get(name, example))}"]
    if optional:
        lines += ["", *_comment(REST), *rest]
    return "\n".join(lines) + "\n"
