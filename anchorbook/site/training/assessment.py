"""The self-assessment, and the view of a group.

Both pages can be read and printed without scripts. ``assessment-shared.js`` reads saved answers for both; what it has
to know of the form (its version, levels, domains) stands on the page as JSON, in the attribute ``data-scale``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from anchorbook.site.rendering import render

if TYPE_CHECKING:
    from anchorbook.catalogue import Catalogue
    from anchorbook.site.fill import Filler
    from anchorbook.site.rendering import Words
    from anchorbook.site.slots import Slot
    from anchorbook.training.progression import DomainLevels, Progression

NOTE_SIGNS = 200
"""The longest note on a domain, in signs: five of them and the result fit one sheet."""
NAME_SIGNS = 80
"""The longest name of an organisation, in signs."""


def fill_self_assessment(filler: Filler, slot: Slot, words: Words) -> str:
    """The form, the place for its result, and every next step. Empty in a project without ``data/progression.yaml``."""
    return _page("self-assessment.html", filler.catalogue, words)


def fill_group_view(filler: Filler, slot: Slot, words: Words) -> str:
    """The place for several saved results, with what the levels mean."""
    return _page("group-view.html", filler.catalogue, words)


def _page(template: str, catalogue: Catalogue, words: Words) -> str:
    progression = catalogue.training.progression
    if progression is None:
        return ""
    return render(template, words, progression=progression, domains=_domains(catalogue, progression), scale=scale(catalogue, progression),
                  note_signs=NOTE_SIGNS, name_signs=NAME_SIGNS)


def _in_order(catalogue: Catalogue, progression: Progression) -> list[DomainLevels]:
    """The domains in the order that every page has them."""
    held = {item.domain: item for item in progression.domains}
    return [held[term.id] for term in catalogue.vocabulary["domains"].terms if term.id in held]


def _domains(catalogue: Catalogue, progression: Progression) -> list[dict[str, Any]]:
    """Each domain with its levels from 1, and the steps of each level with those of their cases that are published."""
    return [{
        "id": item.domain, "label": catalogue.vocabulary.label("domains", item.domain), "about": catalogue.vocabulary.term("domains", item.domain).description,
        "levels": list(zip(progression.levels, item.levels)),
        "steps": [(level, [{"do": step.do, "actions": step.actions, "cases": [catalogue.by_id[id] for id in step.cases if id in catalogue.by_id]}
                           for step in item.next if step.level == level.level]) for level in progression.levels],
    } for item in _in_order(catalogue, progression)]


def scale(catalogue: Catalogue, progression: Progression) -> dict[str, Any]:
    """What the scripts have to know, so that they can tell a fitting file from others."""
    return {
        "version": progression.version, "levels": [level.label for level in progression.levels],
        "domains": [{"id": item.domain, "label": catalogue.vocabulary.label("domains", item.domain)} for item in _in_order(catalogue, progression)],
        "journey": [answer.label for answer in progression.journey], "note": NOTE_SIGNS, "name": NAME_SIGNS,
    }


KINDS: dict[str, Callable[[Filler, Slot, Words], str]] = {"self-assessment": fill_self_assessment, "group-view": fill_group_view}
