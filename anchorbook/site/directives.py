"""Roles and directives for authors. Each writes a slot; :mod:`anchorbook.site.fill` says what goes in it."""

from __future__ import annotations

import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from sphinx.util.docutils import SphinxDirective, SphinxRole

from anchorbook.catalogue import FACETS
from anchorbook.site.slots import Slot

_TITLED = re.compile(r"(.+?)\s*<([^<>]+)>\Z", re.DOTALL)


def _place(env, line: int) -> tuple[str, int]:
    return Path(env.doc2path(env.docname)).resolve().relative_to(Path(env.srcdir).resolve()).as_posix(), line


class _SlotRole(SphinxRole):
    """A role whose text becomes one slot."""

    kind = ""
    raw = True

    def slot_options(self) -> dict[str, str]:
        return {"id": self.text.strip()}

    def run(self):
        path, line = _place(self.env, self.lineno)
        mark = str(Slot(self.kind, self.slot_options(), path, line))
        return [nodes.raw("", mark, format="html") if self.raw else nodes.Text(mark)], []


class TermOptions(_SlotRole):
    def slot_options(self) -> dict[str, str]:
        facet, _, id = self.text.strip().partition("/")
        return {"facet": facet, "id": id}


class LabelRole(TermOptions):
    """``{label}`domains/work` ``: the label of a term, as plain text. May stand in a title."""

    kind = "label"
    raw = False


class LinkRole(TermOptions):
    """``{link}`domains/work` ``: a link to the page of a term."""

    kind = "link"


class CaseRole(_SlotRole):
    """``{case}`imperial-insourcing` ``: a link to a case with its title, or ``{case}`text <id>` ``."""

    kind = "case"

    def slot_options(self) -> dict[str, str]:
        titled = _TITLED.match(self.text)
        return {"text": titled[1], "id": titled[2].strip()} if titled else {"id": self.text.strip()}


class RepositoryRole(_SlotRole):
    """``{repository}`the issues <issues>` ``: a link to the project at its code host, or to a page of it, when the build knows where that is."""

    kind = "repository"

    def slot_options(self) -> dict[str, str]:
        titled = _TITLED.match(self.text)
        return {"text": titled[1], "id": titled[2].strip()} if titled else {"text": self.text, "id": ""}


class CiteRole(_SlotRole):
    """``{cite}`reed2019, chapter 3` ``: a source and the place in it."""

    kind = "cite"

    def slot_options(self) -> dict[str, str]:
        key, _, locator = self.text.partition(",")
        return {"key": key.strip(), "locator": locator.strip()}


class ClaimRole(_SlotRole):
    """``{claim}`CL16` ``: the value of a claim of the ledger, with its source and a link to it."""

    kind = "claim"


class CountRole(_SlotRole):
    """``{count}`cases` ``: how many there are."""

    kind = "count"
    raw = False


class SlotDirective(SphinxDirective):
    """A block that becomes one slot."""

    kind = ""

    def run(self) -> list[nodes.Node]:
        path, line = _place(self.env, self.lineno)
        options = {**{"argument": " ".join(self.arguments)}, **self.options}
        return [nodes.raw("", str(Slot(self.kind, options, path, line)), format="html")]


def _directive(name: str, arguments: int = 0, **spec) -> type[Directive]:
    return type(f"{name.title().replace('-', '')}Directive", (SlotDirective,), {
        "kind": name, "required_arguments": arguments, "option_spec": spec, "has_content": False})


_text = directives.unchanged
DIRECTIVES = {
    "case-list": _directive("case-list", limit=directives.nonnegative_int, sort=lambda text: directives.choice(text, ("strength", "title")),
                            **{facet: _text for facet in FACETS}),
    "term-intro": _directive("term-intro", 1),
    "term-list": _directive("term-list", 1, parent=_text, stakeholder=_text, examples=directives.nonnegative_int),
    "explore": _directive("explore"),
    "site-search": _directive("site-search"),
    "reference-list": _directive("reference-list"),
    "evidence-summary": _directive("evidence-summary"),
    "evidence-map": _directive("evidence-map", 1),
    "case-template": _directive("case-template"),
    "field-reference": _directive("field-reference"),
    "compare": _directive("compare"),
    "shortlist": _directive("shortlist"),
    "places-map": _directive("places-map"),
    "evidence-chart": _directive("evidence-chart", 1),
    "framework": _directive("framework", 1),
    "crosswalk": _directive("crosswalk"),
    "glossary-list": _directive("glossary-list"),
    "claims-ledger": _directive("claims-ledger"),
    "conflict-register": _directive("conflict-register"),
    "downloads": _directive("downloads"),
    "contributors": _directive("contributors"),
    "review-list": _directive("review-list"),
    "link-report": _directive("link-report"),
    "record-states": _directive("record-states"),
    "workshop-list": _directive("workshop-list"),
    "workshop": _directive("workshop", 1, view=lambda text: directives.choice(text, ("learner", "facilitator"))),
    "activity-list": _directive("activity-list"),
    "case-cards": _directive("case-cards"),
    "blank-card": _directive("blank-card"),
    "self-assessment": _directive("self-assessment"),
    "group-view": _directive("group-view"),
    "feedback-form": _directive("feedback-form"),
    "finding-codes": _directive("finding-codes"),
    "repository-address": _directive("repository-address"),
}
ROLES = {"label": LabelRole, "link": LinkRole, "case": CaseRole, "cite": CiteRole, "claim": ClaimRole, "count": CountRole, "repository": RepositoryRole}
