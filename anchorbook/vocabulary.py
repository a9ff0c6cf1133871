"""The terms of the field: domains, actions, stakeholders, tensions, kinds of number, levels of evidence.

Each is one YAML file of ``data/vocabulary``; pages, checks, filters and the record all read them here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from anchorbook.findings import Finding
from anchorbook.nearest import nearest
from anchorbook.parts import Cite, Listed, Part, Text, described
from anchorbook.reading import Document, read_file


class Term(Part):
    """One term of a vocabulary."""

    id: Text = described("Stable name used in records and addresses.", "work")
    label: str = described("Short name in plain words.", "Good work")
    description: Text = described("One sentence that explains it.", "Jobs that local people can get and keep.")
    short: str = described("A few words for a card.", "Jobs, pay and skills", default="")
    code: str = described("Code in the source.", "T4.05", default="")
    parent: str = described("Term it belongs to: the opportunity of an action.", "leadership", default="")
    stakeholders: Listed[str] = described("Who an action is for.", ["provider"], default_factory=list)
    role: str = described("What the anchor is in this domain.", "The anchor as an employer", default="")
    today: str = described("What names of the source mean today.", "CCGs ended in 2022.", default="")
    one_side: str = described("One side of a tension.", "Buy locally.", default="")
    other_side: str = described("The other side.", "Treat all bidders alike.", default="")
    group: str = described("Part of a page the term is shown in.", "results", default="")
    symbol: str = described("A sign shown beside the label.", "▲", default="")
    sms: int | None = described("Level on the Maryland scale.", 3, default=None)
    synonyms: Listed[str] = described("Other words people search for.", ["jobs"], default_factory=list)
    linked: bool = described("For the glossary: false for a word so common that a link to it would be in the way.", False, default=True)
    source: Cite | None = described("Where the term comes from.", "reed2019_conclusion, line 87", default=None)

    @property
    def slug(self) -> str:
        """The id as it stands in addresses."""
        return self.id.lower()


class Facet(Part):
    """One vocabulary: its names and its terms in order."""

    name: Text = described("One word for one term.", "domain")
    label: Text = described("Heading over one term.", "Domain")
    plural: Text = described("Heading over many.", "Domains")
    about: Text = described("What the terms are.", "The five ways ...")
    terms: list[Term] = described("The terms, in the order shown.", [], min_length=1)

    @cached_property
    def by_id(self) -> dict[str, Term]:
        return {term.id: term for term in self.terms}


@dataclass
class Vocabulary:
    """All facets by the name of their file, with what was wrong in reading them."""

    facets: dict[str, Facet] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    digest: str = ""

    def __getitem__(self, facet: str) -> Facet:
        return self.facets[facet]

    @cached_property
    def spellings(self) -> frozenset[str]:
        """Every spelling of the terms that the glossary explains."""
        return frozenset(spelling for term in self["glossary"].terms for spelling in (term.label, *term.synonyms)) if "glossary" in self else frozenset()

    def __contains__(self, facet: str) -> bool:
        return facet in self.facets

    def term(self, facet: str, id: str | int) -> Term:
        """One term.

        :raises KeyError: when the facet or the term does not exist.
        """
        return self.facets[facet].by_id[str(id)]

    def label(self, facet: str, id: str | int) -> str:
        return self.term(facet, id).label

    def unknown(self, facet: str, id: str) -> tuple[str, str]:
        """Message and hint for an id that a facet does not hold."""
        guess = nearest(id, self[facet].by_id)
        return (f"\"{id}\" is not in the list \"{self[facet].plural}\".",
                f"Did you mean \"{guess}\"?" if guess else "Write one of: " + ", ".join(self[facet].by_id))

    def actions_of(self, *, opportunity: str = "", stakeholder: str = "") -> list[Term]:
        """Actions under one opportunity, or for one stakeholder."""
        return [
            term for term in self["actions"].terms
            if (not opportunity or term.parent == opportunity)
            and (not stakeholder or stakeholder in term.stakeholders)
        ]


NEEDED = (
    "domains", "opportunities", "actions", "stakeholders", "tensions", "measure_kinds", "evidence_levels",
    "equity_dimensions", "statuses", "record_types", "results", "cost_bands", "qualifiers", "designs",
    "source_kinds", "regions", "claim_statuses", "glossary", "record_states", "credit_roles",
)


def load_vocabulary(folder: Path, name: str = "data/vocabulary") -> Vocabulary:
    """Read every facet in ``folder``. What is wrong becomes findings, never an exception."""
    from anchorbook.checks.shape import shape_findings

    vocabulary = Vocabulary()
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        document = read_file(path, f"{name}/{path.name}")
        vocabulary.documents[path.stem] = document
        vocabulary.findings += document.findings
        if document.data is None:
            continue
        digest.update(path.name.encode() + b"\0" + document.raw)
        try:
            facet = Facet.model_validate(document.data)
        except ValidationError as error:
            vocabulary.findings += shape_findings(document, error, Facet)
            continue
        vocabulary.facets[path.stem] = facet
        vocabulary.findings += _repeated(document, facet)
    for missing in (facet for facet in NEEDED if facet not in vocabulary.documents):
        vocabulary.findings.append(Finding(
            f"{name}/{missing}.yaml", 1, 1, "missing-vocabulary", "this vocabulary file is missing.",
            "Bring it back from the repository's history."))
    vocabulary.findings += _links(vocabulary)
    vocabulary.digest = digest.hexdigest()
    return vocabulary


def _repeated(document: Document, facet: Facet) -> list[Finding]:
    seen: dict[str, int] = {}
    found = []
    for index, term in enumerate(facet.terms):
        if term.id in seen:
            found.append(document.finding(
                ("terms", index, "id"), "duplicate-term", f"the id \"{term.id}\" stands twice in this vocabulary.",
                "Give one of the two another id."))
        seen[term.id] = index
    return found


def _links(vocabulary: Vocabulary) -> list[Finding]:
    """Actions must name opportunities and stakeholders that exist."""
    if not {"actions", "opportunities", "stakeholders"} <= vocabulary.facets.keys():
        return []
    found = []
    document = vocabulary.documents["actions"]
    for index, term in enumerate(vocabulary["actions"].terms):
        if term.parent not in vocabulary["opportunities"].by_id:
            found.append(document.finding(
                ("terms", index, "parent"), "unknown-term", f"\"{term.parent}\" is not an opportunity.",
                "Write one of: " + ", ".join(vocabulary["opportunities"].by_id)))
        found += [
            document.finding(
                ("terms", index, "stakeholders", place), "unknown-term", f"\"{who}\" is not a stakeholder.",
                "Write one of: " + ", ".join(vocabulary["stakeholders"].by_id))
            for place, who in enumerate(term.stakeholders) if who not in vocabulary["stakeholders"].by_id
        ]
    return found
