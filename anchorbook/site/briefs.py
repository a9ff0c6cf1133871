"""Short forms of the cases for comparing, shortlists and hand-outs: plain text, in a few script files.

A page fetches only the files that hold the cases it needs. They are classic scripts, so that they load from a disk.
Which file holds a case follows from its id, so a new case changes one file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from anchorbook.bibliography import Bibliography
from anchorbook.catalogue import Catalogue, Entry
from anchorbook.model import CaseStudy
from anchorbook.project import Project
from anchorbook.text import plain
from anchorbook.training.stories import story
from anchorbook.vocabulary import Vocabulary

FOLDER = "assets/cases"
CASES_IN_A_FILE = 40


def files_for(count: int) -> int:
    """Number of files for so many cases: a power of two, so that it seldom changes."""
    number = 1
    while number * CASES_IN_A_FILE < count:
        number *= 2
    return number


def file_of(id: str, files: int) -> int:
    """The file that holds a case. The same sum stands in shortlist.js."""
    hashed = 5381
    for sign in id:
        hashed = (hashed * 33 ^ ord(sign)) & 0xFFFFFFFF
    return hashed % files


def brief(case: CaseStudy, entry: Entry, vocabulary: Vocabulary, bibliography: Bibliography, results: list[str]) -> dict[str, Any]:
    """What matters of one case, in plain text. ``results`` are its results in words."""

    def said(text: str) -> str:
        return plain(text) if text else ""

    equity = case.equity
    cost, shown, evidence = case.cost, case.what_it_showed, case.evidence
    return {
        "id": case.id, "title": case.title, "summary": entry.summary, "where": "; ".join(entry.places), "when": "; ".join(entry.periods),
        "who": case.lead_org, "partners": [f"{partner.name} ({partner.period})" if partner.period else partner.name for partner in case.partners], "type": vocabulary.label("record_types", case.record_type),
        "status": vocabulary.label("statuses", case.status), "domains": [vocabulary.label("domains", id) for id in case.domains],
        "actions": [vocabulary.label("actions", id) for id in case.actions],
        "aim": " ".join(filter(None, (case.aim.what, case.aim.how_much, f"by {case.aim.by_when}" if case.aim.by_when else ""))) if case.aim else "",
        "done": said(case.what_was_done), "results": results,
        "cost": vocabulary.label("cost_bands", cost.band if cost else "not-reported"), "cost_why": said(cost.why) if cost else "",
        "level": entry.level, "strength": vocabulary.label("evidence_levels", entry.level), "strength_why": said(evidence.why) if evidence else "",
        "showed": vocabulary.label("results", shown.verdict if shown else "not-measured"), "showed_why": said(shown.why) if shown else "",
        "equity": [vocabulary.label("equity_dimensions", item.code) for item in equity.dimensions] if equity else [],
        "equity_result": said(equity.result) if equity else "", "not_worked": said(case.what_did_not_work),
        "learning": [said(text) for text in case.key_learning], "reviewed": case.last_reviewed or "",
        "sources": [" ".join(filter(None, (bibliography[source.key].plain if source.key in bibliography else source.key, source.locator and f"At {source.locator}.")))
                    for source in case.sources],
        # The story on a card, where it is not the whole summary.
        **({"story": short} if (short := story(entry.summary)) != entry.summary else {}),
    }


def as_script(briefs: Iterable[str]) -> str:
    """One file: short forms, each as JSON, handed to the page."""
    inside = ",\n".join(briefs).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"(window.anchorbookBriefs=window.anchorbookBriefs||[]).push(\n{inside}\n);\n"


def pack_brief(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def read_briefs(project: Project, catalogue: Catalogue, ids: Iterable[str]) -> list[dict[str, Any]]:
    """The short forms of these cases, in this order, as :func:`anchorbook.site.publish.read_for_site` has kept them."""
    from anchorbook.site.made import Made  # which makes short forms itself

    with Made.of(project, catalogue).opened() as texts:
        return [json.loads(text) for text in texts("brief", [catalogue.keys[id] for id in ids])]
