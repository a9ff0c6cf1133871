"""What every field of a case study is for, read from the model: the data of the field reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from anchorbook.model import CaseStudy
from anchorbook.parts import Part
from anchorbook.schema import is_listed, models_in
from anchorbook.template import as_line
from anchorbook.vocabulary import Term, Vocabulary

MOST_CHOICES = 40
"""Longer lists of choices are not printed beside each field."""


@dataclass(frozen=True)
class FieldInfo:
    """One field. ``example`` and ``weak`` are YAML on one line; ``inside`` names the group of fields it holds."""

    name: str
    about: str
    needed: bool
    several: bool
    standard: str
    choices: tuple[Term, ...]
    example: str
    weak: str
    inside: str = ""


@dataclass(frozen=True)
class Group:
    """A group of fields inside a field, such as a measure. ``short`` is true when it may be written on one line."""

    name: str
    about: str
    fields: tuple[FieldInfo, ...]
    short: bool = False

    @property
    def anchor(self) -> str:
        return f"part-{self.name.lower()}"


def field_reference(vocabulary: Vocabulary) -> dict[str, Any]:
    """The needed fields, the others, and the groups of fields inside them."""
    top = _fields(CaseStudy, vocabulary)
    groups = [Group(name, " ".join((model.__doc__ or "").split()), _fields(model, vocabulary), hasattr(model, "_short"))
              for name, model in models_in(CaseStudy).items() if model is not CaseStudy]
    return {"parts": (("Needed", [field for field in top if field.needed]), ("May be left out", [field for field in top if not field.needed])),
            "groups": groups}


def _fields(model: type[Part], vocabulary: Vocabulary) -> tuple[FieldInfo, ...]:
    found = []
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        facet = str(extra.get("vocabulary", ""))
        example = (info.examples or [""])[0]
        inside = next(iter(models_in(info.annotation)), "")
        terms = tuple(vocabulary[facet].terms) if facet in vocabulary else ()
        found.append(FieldInfo(
            name, str(info.description), info.is_required(), is_listed(info) or isinstance(example, list), str(extra.get("standard", "")),
            terms if len(terms) <= MOST_CHOICES else (), as_line(example) if example not in ([], "") else "", str(extra.get("weak", "")), inside,
        ))
    return tuple(found)
