"""The report on addresses outside the book: what was asked when, what failed since when, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anchorbook.outside.memory import Known, NotAResult, Result, as_text, read_file
from anchorbook.outside.visits import what_to_write
from anchorbook.project import Project
from anchorbook.site.docnames import BOOK
from anchorbook.site.rendering import Words, render
from anchorbook.site.slots import Slot

if TYPE_CHECKING:
    from anchorbook.site.fill import Filler

DOWNLOAD = "link-check.json"
MOST_ROWS = 200
MOST_USES = 5


@dataclass
class Report:
    """The result that a build shows: none, when nobody has asked yet, or what was wrong with its file."""

    result: Result | None = None
    wrong: str = ""
    rows: dict[str, list[tuple[str, Known]]] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project) -> Report:
        """The report of a project. A file that is damaged is said on the page; it stops no build."""
        try:
            result = read_file(project.link_check)
        except NotAResult as error:
            return cls(wrong=str(error))
        rows: dict[str, list[tuple[str, Known]]] = {name: [] for name in ("broken", "moved", "once", "closed", "left")}
        for address, known in result.addresses.items() if result else ():
            kind = "broken" if known.broken else "once" if known.days else "moved" if known.moved else {"closed": "closed", "not-asked": "left"}.get(known.state)
            if kind:
                rows[kind].append((address, known))
        for found in rows.values():
            found.sort(key=lambda row: (row[1].since, row[0]))
        return cls(result, rows=rows)

    def download(self) -> str | None:
        """The result as a file of the site, so that anyone can make the same page again."""
        return as_text(self.result) if self.result else None


def _report(filler: Filler, slot: Slot, words: Words) -> str:
    report = filler.outside
    if report.result is None:
        return render("link-report.html", words, result=None, wrong=report.wrong)
    result = report.result
    shown = {name: [_row(filler, address, known, result) for address, known in rows[:MOST_ROWS]] for name, rows in report.rows.items()}
    return render("link-report.html", words, result=result, wrong="", rows=shown, counts={name: len(rows) for name, rows in report.rows.items()}, most=MOST_ROWS,
                  total=len(result.addresses), answered=sum(known.state in ("ok", "closed") for known in result.addresses.values()), download=DOWNLOAD)


def _row(filler: Filler, address: str, known: Known, result: Result) -> dict[str, Any]:
    uses = [one for use in known.used for one in _uses(filler, *use)]
    one_each = list({(use["href"], use["text"]): use for use in uses}.values())
    return {"address": address, "known": known, "write": what_to_write(address, known, result), "uses": one_each[:MOST_USES], "more": max(0, known.uses - MOST_USES)}


def _uses(filler: Filler, path: str, line: int, key: str) -> list[dict[str, str]]:
    """Where the address is used: the page of a record or of the book, a source and the records that cite it, or else the file."""
    catalogue, place = filler.catalogue, f"{path}:{line}"
    stem = path.rpartition(".")[0]
    if stem.startswith("case_studies/") and (entry := catalogue.by_id.get(stem.removeprefix("case_studies/"))):
        return [{"href": f"cases/{entry.id}.html", "text": entry.title, "place": place}]
    if key and key in catalogue.bibliography:
        citing = [entry for entry in catalogue.entries if key in entry.cites]
        if citing or key in catalogue.page_citations:
            source = {"href": f"references.html#ref-{key}", "text": f"source {key}", "place": place}
            return [source, *({"href": f"cases/{entry.id}.html", "text": entry.title, "place": ""} for entry in citing[:MOST_USES])]
    if (page := stem.removeprefix(BOOK)) in catalogue.pages:
        return [{"href": f"{page}.html", "text": page, "place": place}]
    return [{"href": "", "text": place, "place": ""}]


KINDS: dict[str, Callable[[Filler, Slot, Words], str]] = {"link-report": _report}
