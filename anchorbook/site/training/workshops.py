"""Workshops and activities as pages: what learners see, what facilitators see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from anchorbook.catalogue import FACETS
from anchorbook.findings import Finding
from anchorbook.nearest import nearest
from anchorbook.site.rendering import render
from anchorbook.training.lists import cards_of, rows_of
from anchorbook.training.workshops import KINDS as BLOCK_KINDS
from anchorbook.training.workshops import agenda, materials

if TYPE_CHECKING:
    from anchorbook.catalogue import Catalogue
    from anchorbook.site.fill import Filler
    from anchorbook.site.rendering import Words
    from anchorbook.site.slots import Slot
    from anchorbook.training.activities import Activity, Prompt
    from anchorbook.training.workshops import Block, Workshop

FOLDER = "training/workshops"
"""Addresses of workshops begin with it; the facilitator's page of each ends in ``-facilitator``."""


def pages_of(workshop: Workshop) -> dict[str, str]:
    """The addresses of the pages of a workshop, without their ending, by what each shows."""
    return {"learner": f"{FOLDER}/{workshop.id}", "facilitator": f"{FOLDER}/{workshop.id}-facilitator", "slides": f"training/slides/{workshop.id}"}


def cases_shown(catalogue: Catalogue, ids: list[str]) -> list[Any]:
    """The cases of these ids, in their order."""
    return [catalogue.by_id[id] for id in ids if id in catalogue.by_id]


def questions(catalogue: Catalogue, prompts: list[Prompt]) -> list[dict[str, Any]]:
    """The questions for a group, each with its cases, and with the filter of Explore that finds more."""
    vocabulary = catalogue.vocabulary
    return [{
        "ask": prompt.ask,
        "cases": cases_shown(catalogue, prompt.cases),
        "filter": "&".join(f"{facet}={id}" for facet, ids in prompt.filter.items() for id in ids),
        "labels": [vocabulary.label(FACETS[facet], id) for facet, ids in prompt.filter.items() for id in ids],
        "count": len(catalogue.select(prompt.filter)) if prompt.filter else 0,
    } for prompt in prompts]


def notebook_title(name: str) -> str:
    """A notebook by its name, in words."""
    return name.replace("-", " ").capitalize()


def _activity_shown(catalogue: Catalogue, activity: Activity) -> dict[str, Any]:
    return {
        "activity": activity,
        "questions": questions(catalogue, activity.prompts),
        "cases": cases_shown(catalogue, activity.cases),
        "notebooks": [_notebook(name) for name in activity.notebooks if name != activity.table],
        "answers": _notebook(activity.table) if f"notebooks/{activity.table}" in catalogue.pages else None,
    }


def _notebook(name: str) -> dict[str, str]:
    return {"page": f"notebooks/{name}", "title": notebook_title(name)}


def _blocks(catalogue: Catalogue, workshop: Workshop) -> Iterator[dict[str, Any]]:
    """Each block with its times, and all that it uses."""
    for number, timed in enumerate(agenda(workshop), 1):
        block: Block = timed.block
        activity = catalogue.training.activity.get(block.activity)
        yield {
            "number": number, "block": block, "after": timed.after, "clock": timed.clock, "kind": BLOCK_KINDS[block.kind],
            "cases": cases_shown(catalogue, block.cases), "notebooks": [_notebook(name) for name in block.notebooks],
            "used": _activity_shown(catalogue, activity) if activity else None,
        }


def _end(workshop: Workshop) -> str:
    """The clock time at which the workshop is over."""
    hours, minutes = (int(part) for part in workshop.start.split(":"))
    over = (hours * 60 + minutes + workshop.minutes) % (24 * 60)
    return f"{over // 60:02}:{over % 60:02}"


# ---------------------------------------------------------------- what goes into the slots


def _wrong(filler: Filler, slot: Slot, code: str, message: str, hint: str) -> str:
    filler.findings.append(Finding(slot.path, slot.line, 1, code, message, hint))
    return ""


def fill_workshop(filler: Filler, slot: Slot, words: Words) -> str:
    """One workshop, as ``view`` asks: for learners, or for the facilitator."""
    catalogue, id = filler.catalogue, slot.options["argument"]
    workshop = catalogue.training.workshop.get(id)
    if workshop is None:
        guess = nearest(id, catalogue.training.workshop)
        return _wrong(filler, slot, "unknown-workshop", f"there is no workshop \"{id}\" in data/workshops.",
                      f"Did you mean \"{guess}\"?" if guess else "Write the name of a file there, without its ending.")
    blocks = list(_blocks(catalogue, workshop))
    used = {item["used"]["activity"].id: item["used"]["activity"] for item in blocks if item["used"]}
    template = "workshop-facilitator.html" if slot.options.get("view") == "facilitator" else "workshop.html"
    return render(template, words, workshop=workshop, blocks=blocks, end=_end(workshop), pages=pages_of(workshop),
                  materials=materials(workshop, catalogue.training.activity),
                  paper=[activity for activity in used.values() if activity.cards or activity.table])


def fill_workshop_list(filler: Filler, slot: Slot, words: Words) -> str:
    """All workshops. Each needs its two pages, or links to them would lead nowhere."""
    catalogue = filler.catalogue
    for workshop in catalogue.training.workshops:
        addresses = pages_of(workshop)
        for page in (addresses["learner"], addresses["facilitator"]):
            if page not in catalogue.pages:
                _wrong(filler, slot, "missing-page", f"the workshop \"{workshop.id}\" has no page {page}.", f"Write book/{page}.md and name it in _toc.yml.")
    return render("workshop-list.html", words, workshops=[{"workshop": item, "pages": pages_of(item)} for item in catalogue.training.workshops])


def fill_activity_list(filler: Filler, slot: Slot, words: Words) -> str:
    """All activities in full, with what is printed for them."""
    catalogue = filler.catalogue
    training = catalogue.training
    items = [{
        **_activity_shown(catalogue, activity),
        "cards": cards_of(catalogue, activity.cards) if activity.cards else [],
        "sheets": [{"sheet": sheet, "rows": rows_of(catalogue, sheet)} for sheet in activity.sheets],
        "table": training.tables.get(activity.table),
        "workshops": [{"title": item.title, "page": pages_of(item)["learner"]} for item in training.workshops
                      if any(block.activity == activity.id for block in item.blocks)],
    } for activity in training.activities]
    return render("activity-list.html", words, items=items)


KINDS: dict[str, Callable[[Filler, Slot, Words], str]] = {
    "workshop": fill_workshop, "workshop-list": fill_workshop_list, "activity-list": fill_activity_list,
}
