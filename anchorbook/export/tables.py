"""The cases, their measures and their sources as tables for spreadsheets."""

from __future__ import annotations

import csv
import types
import unicodedata
from collections.abc import Iterable
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from anchorbook.bibliography import Bibliography
from anchorbook.catalogue import FACETS
from anchorbook.export import LICENCE, Case, Export, Site
from anchorbook.model import Measure
from anchorbook.parts import Source

JOIN = " | "
"""Between the values of a cell that holds several."""

BOM = "\ufeff"
"""At the start of each table: without it Excel takes the letters for those of an older code."""

_FORMULA = "=+-@＝＋－＠"


def cell(value: Any) -> Any:
    """A value as it may stand in a table.

    Spreadsheets run text that starts like a formula. An apostrophe before it makes it text again. Signs that do not
    show are looked through, for a spreadsheet may drop them. Numbers stay numbers, those below zero too.
    """
    if isinstance(value, str):
        return _safe(value) if value and not value[0].isalnum() else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    return value if isinstance(value, (int, float)) else cell(JOIN.join(value))


def _safe(text: str) -> str:
    shown = next((sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc")), "")
    return "'" + text if text[0] in "\t\r\n" or (shown and shown in _FORMULA) else text


class _Echo:
    """Gives back each row that a CSV writer writes to it."""

    def write(self, row: str) -> str:
        return row


_write = csv.writer(_Echo(), lineterminator="\r\n").writerow


def line(values: Iterable[Any]) -> str:
    """One row of a CSV file as RFC 4180 has it."""
    return str(_write([value if value == "" else cell(value) for value in values]))


class Layout:
    """The columns of a model: one for each plain field, and those of each part in the place of the part."""

    def __init__(self, model: type[BaseModel]):
        self.columns: list[str] = []
        self.usual: list[Any] = []
        self.plain: dict[str, int] = {}
        self.parts: dict[str, tuple[int, Layout]] = {}
        for name, info in model.model_fields.items():
            inner = _part(info.annotation)
            if inner:
                part = Layout(inner)
                self.parts[name] = (len(self.columns), part)
                self.columns += [f"{name}_{column}" for column in part.columns]
                self.usual += [""] * len(part.columns)
            else:
                self.plain[name] = len(self.columns)
                self.columns.append(name)
                self.usual.append(cell(None if info.is_required() else info.get_default(call_default_factory=True)))

    def row(self, data: dict[str, Any]) -> list[Any]:
        """The cells of one record. A field that it leaves out has its usual value; a part that it leaves out is empty."""
        cells = self.usual.copy()
        for name, value in data.items():
            if name in self.plain:
                cells[self.plain[name]] = value
            elif value is not None:
                start, part = self.parts[name]
                cells[start : start + len(part.columns)] = part.row(value)
        return cells


def _part(annotation: Any) -> type[BaseModel] | None:
    """The model of a field that holds one part, or none."""
    options = get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)
    return next((option for option in options if isinstance(option, type) and issubclass(option, BaseModel)), None)


# ---------------------------------------------------------------- cases

_OF_ENTRY = ("id", "title", "summary", "lead_org", "organisations", "places", "periods", "qa_status", "review_by")
CASE_COLUMNS = (
    "id", "title", "summary", *FACETS, "lead_org", "organisations", "places", "periods", "start", "end", "measures",
    "qa_status", "licence", "last_reviewed", "review_by", "added", "changed", "page",
)


def cases_csv(site: Site) -> Export:
    """One row for each case."""
    def row(case: Case) -> str:
        entry, record = case.entry, case.record
        periods = record["periods"]
        values: dict[str, Any] = {
            **{name: getattr(entry, name) for name in _OF_ENTRY},
            **entry.facets,
            "start": min((period["start"] for period in periods if period.get("start")), default=None),
            "end": _end(periods),
            "measures": len(record["measures"]),
            "licence": record.get("licence", LICENCE),
            "last_reviewed": record.get("last_reviewed"),
            "added": case.added,
            "changed": case.changed,
            "page": site.link(case.page),
        }
        return line(values[name] for name in CASE_COLUMNS)

    return Export(BOM + line(CASE_COLUMNS), row)


def _end(periods: list[dict[str, Any]]) -> str | None:
    """The last end; none while one of the periods goes on or has no known end."""
    ends = [period.get("end") or "" for period in periods]
    return max(ends) if all(ends) else None


# ---------------------------------------------------------------- measures

_MEASURE = Layout(Measure)
MEASURE_COLUMNS = ("case", "number", *_MEASURE.columns)


def measures_csv() -> Export:
    """One row for each measure, with every field of the model: ``effect_ci_low`` is the field ci_low of the part effect."""
    def rows(case: Case) -> str:
        return "".join(line([case.entry.id, number, *_MEASURE.row({**measure, "sources": _say_cites(measure["sources"])})])
                       for number, measure in enumerate(case.record["measures"], 1))

    return Export(BOM + line(MEASURE_COLUMNS), rows)


def _say_cites(cites: list[dict[str, str]]) -> list[str]:
    return [", ".join(part for part in (cite["key"], cite.get("locator", "")) if part) for cite in cites]


# ---------------------------------------------------------------- sources

_SOURCE = Layout(Source)
_OF_REFERENCE = ("label", "title", "url")
SOURCE_COLUMNS = ("case", *_SOURCE.columns, *_OF_REFERENCE)


def sources_csv(bibliography: Bibliography) -> Export:
    """One row for each source of a case, with its title and address."""
    def rows(case: Case) -> str:
        return "".join(line([case.entry.id, *_SOURCE.row(source), *_reference(source["key"], bibliography)]) for source in case.record["sources"])

    return Export(BOM + line(SOURCE_COLUMNS), rows)


def _reference(key: str, bibliography: Bibliography) -> list[str]:
    reference = bibliography.references.get(key)
    return [getattr(reference, name) if reference else "" for name in _OF_REFERENCE]
