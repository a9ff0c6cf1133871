"""The tables of ``data/``: each keeps the rules that ``data/datapackage.json`` gives for it.

The descriptor's schema gives types and limits of cells (as in the Table Schema standard). Its ``checks``, an addition
of this book, name sums that the columns of a row must fit, with the same rules as for measures:

- ``{"rule": "average", "total": column, "n": column, "average": column}``
- ``{"rule": "share", "columns": [...], "n": column}``
- ``{"rule": "shares-add-up", "columns": [...]}``

``"printed_so": {row: why}`` names rows whose source prints them wrongly. They are left alone, and said so when they
come right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from anchorbook.evidence.tables import average_gap, possible_counts, shares_total
from anchorbook.files import is_there
from anchorbook.findings import Finding, Severity
from anchorbook.project import Project
from anchorbook.reading import Document, raw_of
from anchorbook.reading_csv import MAX_BYTES, read_csv

_TYPES = {"integer": (int, "a whole number"), "number": ((int, float), "a number")}
DESCRIPTOR = "datapackage.json"


def table_findings(project: Project) -> Iterator[Finding]:
    """What is wrong with the tables, in order of the descriptor."""
    path = project.data / DESCRIPTOR
    if not is_there(path):
        return
    name = f"{project.data.name}/{DESCRIPTOR}"
    findings: list[Finding] = []
    raw = raw_of(path, name, MAX_BYTES, findings, "Describe only the tables that the book uses.")
    yield from findings
    if raw is None:
        return
    try:
        resources = json.loads(raw.decode("utf-8"))["resources"]
        named = {resource["path"] for resource in resources}
        problem = next(filter(None, map(_broken, resources)), "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        problem = "this file cannot be read."
    if problem:
        yield Finding(name, 1, 1, "broken-descriptor", problem, "Bring it back from the repository's history and make your change again.")
        return
    for table in project.tables():
        if table.name not in named:
            yield Finding(f"{project.data.name}/{table.name}", 1, 1, "undescribed-table", f"{DESCRIPTOR} does not describe this table.",
                          "Add its title, publisher, licence, source and columns there.", Severity.WARNING)
    for resource in resources:
        if "schema" in resource:
            yield from _table(project, resource)


def _broken(resource: dict[str, Any]) -> str:
    """What is wrong with the description of one table; nothing when it is sound."""
    if "schema" not in resource:
        return ""
    columns = [field["name"] for field in resource["schema"]["fields"]]
    for field in resource["schema"]["fields"]:
        try:
            re.compile(field.get("constraints", {}).get("pattern", ""))
        except re.error:
            return f"the pattern of {field['name']} in {resource['path']} is not a pattern."
    for check in resource.get("checks", ()):
        if check.get("rule") not in _RULES:
            return f"{resource['path']} names a check \"{check.get('rule')}\"; there are: {', '.join(_RULES)}."
        used = [*(check[part] for part in _PARTS[check["rule"]] if part != "columns"), *(check["columns"] if "columns" in _PARTS[check["rule"]] else ())]
        for column in used:
            if column not in columns:
                return f"a check of {resource['path']} names a column \"{column}\" that is not described."
    return ""


def _table(project: Project, resource: dict[str, Any]) -> Iterator[Finding]:
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    numeric = [name for name, field in fields.items() if field.get("type") in _TYPES]
    document = read_csv(project.data / resource["path"], f"{project.data.name}/{resource['path']}", numbers=numeric)
    yield from document.findings
    if document.data is None:
        return
    sound = True
    for name in fields:
        if name not in document.data["columns"]:
            sound = False
            yield document.finding((), "missing-column", f"the column \"{name}\" is missing.", "Columns needed: " + ", ".join(fields) + ".")
    for name in document.data["columns"]:
        if name not in fields:
            yield document.finding((), "unknown-column", f"the column \"{name}\" is not described in {DESCRIPTOR}.", "Describe it there, or remove it.")
    seen: dict[str, set] = {name: set() for name, field in fields.items() if field.get("constraints", {}).get("unique")}
    for index, row in enumerate(document.data["rows"]):
        for name, field in fields.items():
            for code, message, hint in _cell(name, field, row.get(name), seen):
                sound = False
                yield document.finding(("rows", index, name), code, message, hint)
    yield from _repeated_rows(document, resource["schema"].get("primaryKey", []))
    if sound:
        for check in resource.get("checks", ()):
            yield from _check(document, check, next(iter(fields)))


def _cell(name: str, field: dict[str, Any], value: Any, seen: dict[str, set]) -> Iterator[tuple[str, str, str]]:
    rules = field.get("constraints", {})
    if value is None:
        if rules.get("required"):
            yield "empty-cell", f"{name} is empty.", f"Fill it in: {field.get('description', name)}."
        return
    kind, said = _TYPES.get(field.get("type", "string"), (str, "text"))
    if not isinstance(value, kind) or isinstance(value, bool):
        yield "wrong-type", f"{name} should be {said}, not \"{value}\".", "Write digits only, without commas, signs or words."
        return
    if "minimum" in rules and value < rules["minimum"]:
        yield "out-of-range", f"{name} is {value}; the least is {rules['minimum']}.", "Check it against the source."
    if "maximum" in rules and value > rules["maximum"]:
        yield "out-of-range", f"{name} is {value}; the most is {rules['maximum']}.", "Check it against the source."
    if "enum" in rules and value not in rules["enum"]:
        yield "unknown-value", f"\"{value}\" is not one of the values of {name}.", "Write one of: " + ", ".join(filter(None, map(str, rules["enum"]))) + "."
    if "pattern" in rules and not re.fullmatch(rules["pattern"], str(value)):
        yield "bad-format", f"\"{value}\" is not written the way {name} needs.", f"{field.get('description', name)}."
    if name in seen:
        if value in seen[name]:
            yield "row-twice", f"\"{value}\" stands twice in {name}.", "Keep one row."
        seen[name].add(value)


def _repeated_rows(document: Document, key: str | list[str]) -> Iterator[Finding]:
    """Rows with the same key, where the key is more than one column."""
    if isinstance(key, str) or len(key) < 2:
        return
    seen = set()
    for index, row in enumerate(document.data["rows"]):
        named = tuple(row.get(column) for column in key)
        if named in seen:
            yield document.finding(("rows", index), "row-twice", f"{', '.join(map(str, named))} stands twice in {' and '.join(key)}.", "Keep one row.")
        seen.add(named)


def _check(document: Document, check: dict[str, Any], key: str) -> Iterator[Finding]:
    excused = check.get("printed_so", {})
    there = {row.get(key) for row in document.data["rows"]}
    for name in excused:
        if name not in there:
            yield document.finding((), "unknown-row", f"printed_so names a row \"{name}\" that is not in this table.",
                                   "Correct the name in datapackage.json, or take it out.", severity=Severity.WARNING)
    for index, row in enumerate(document.data["rows"]):
        if any(row.get(column) is None for part in _PARTS[check["rule"]] for column in ([check[part]] if isinstance(check[part], str) else check[part])):
            continue  # an empty cell that may be empty
        problem = _RULES[check["rule"]](row, check)
        if problem and row.get(key) not in excused:
            column, code, message = problem
            yield document.finding(("rows", index, column), code, f"{row.get(key)}: {message}",
                                   "Check it against the source. If it is printed so, name the row under printed_so in datapackage.json.", severity=Severity.WARNING)
        elif not problem and row.get(key) in excused:
            yield document.finding(("rows", index), "no-longer-odd", f"{row.get(key)} is named under printed_so, but its figures fit.",
                                   "Take it out of printed_so in datapackage.json.", severity=Severity.WARNING)


def _average(row: dict, check: dict) -> tuple[str, str, str] | None:
    total, n, average = row[check["total"]], row[check["n"]], row[check["average"]]
    if not n or average_gap(total, n, average) is None:
        return None
    return check["average"], "average-differs", f"{total:,} ÷ {n} is {total / n:,.2f}, but {average:,} is given."


def _share(row: dict, check: dict) -> tuple[str, str, str] | None:
    n = row[check["n"]]
    for column in check["columns"]:
        if n and not possible_counts(row[column], n):
            return column, "impossible-share", f"{row[column]}% of {n} is not a whole number."
    return None


def _add_up(row: dict, check: dict) -> tuple[str, str, str] | None:
    whole, slack = shares_total([row[column] for column in check["columns"]])
    if whole == 0:
        return check["columns"][0], "shares-missing", "the shares are all 0%. They may be missing, not nought."
    return None if abs(whole - 100) <= slack else (check["columns"][0], "shares-off", f"the shares add up to {whole}%.")


_PARTS = {"average": ("total", "n", "average"), "share": ("columns", "n"), "shares-add-up": ("columns",)}
"""What a check of each rule must name."""
_RULES = {"average": _average, "share": _share, "shares-add-up": _add_up}
