"""What keeps the collection alive: records to be read again, and those who asked to be named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from anchorbook.catalogue import Catalogue, Entry
from anchorbook.checks.editorial import is_overdue
from anchorbook.export.tables import line
from anchorbook.parts import last_day


@dataclass(frozen=True)
class Due:
    """One record, the last day by which it was to be read again (None when no day is set), and whether that is over."""

    entry: Entry
    by: date | None
    overdue: bool


def reviews(catalogue: Catalogue) -> list[Due]:
    """Every listed record by the day of its next review; those without a day first."""
    due = [Due(entry, last_day(entry.review_by) if entry.review_by else None, is_overdue(entry.review_by, catalogue.today)) for entry in catalogue.entries]
    return sorted(due, key=lambda item: (item.by or date.min, item.entry.id))


def due_by(catalogue: Catalogue, day: date) -> list[Due]:
    """Those of :func:`reviews` to be read again by this day."""
    return [item for item in reviews(catalogue) if item.by is None or item.by <= day]


def as_csv(items: Iterable[Due]) -> str:
    """A table for a spreadsheet: file, title, day."""
    rows = [("file", "title", "review_by", "overdue"),
            *((item.entry.path, item.entry.title, str(item.by or ""), "yes" if item.overdue else "no") for item in items)]
    return "".join(map(line, rows))


def credited(catalogue: Catalogue) -> dict[str, list[tuple[str, list[Entry]]]]:
    """By role, in the order of the vocabulary: each name with its records. Drafts do not count before they are published."""
    found: dict[str, dict[str, list[Entry]]] = {term.id: {} for term in catalogue.vocabulary["credit_roles"].terms}
    for entry in catalogue.entries:
        if entry.qa_status == "published":
            for name, role in entry.credits:
                found[role].setdefault(name, []).append(entry)
    return {role: sorted(names.items(), key=lambda item: item[0].casefold()) for role, names in found.items() if names}
