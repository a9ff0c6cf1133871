"""Frameworks of others: lists, steps and levels, each mapped onto the five domains and the fifteen actions.

One YAML file each in ``data/frameworks``. The mapping is ours unless the source gives one; the file says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from anchorbook.bibliography import Bibliography
from anchorbook.findings import Finding
from anchorbook.new_source import unknown_source
from anchorbook.parts import Cite, Listed, Part, Text, described
from anchorbook.reading import Document, ValuePath, read_file
from anchorbook.store import digest_of
from anchorbook.vocabulary import Vocabulary


class Item(Part):
    """One entry of a framework."""

    id: Text = described("Stable id.", "FS1")
    label: Text = described("Short name, in our words.", "See what you already do")
    description: str = described("One sentence that explains it.", "Look at today's work in each area.", default="", markdown=True)
    source: Cite | None = described("Where it stands.", "ihi_anchors_2022, line 588", default=None)
    domains: Listed[str] = described("Domains that it fits.", ["work"], vocabulary="domains", default_factory=list)
    actions: Listed[str] = described("Actions that it fits.", ["baseline-audit"], vocabulary="actions", default_factory=list)
    tensions: Listed[str] = described("Tensions that it fits.", ["TN2"], vocabulary="tensions", default_factory=list)
    tags: Listed[str] = described("What it is about where it has no home in the five domains.", ["service-delivery"], default_factory=list)
    parent: str = described("The entry that it belongs under.", "FP2", default="")
    inferred: bool = described("True when the entry, or its place, is our inference.", True, default=False)


class Framework(Part):
    """One framework."""

    id: Text = described("Name of its file without the ending.", "first-steps")
    label: Text = described("Short title.", "Six first steps")
    about: Text = described("What it is, who made it, when, how to use it.", "Six things to do at the start.", markdown=True)
    kind: str = described("list, steps, levels or driver-diagram.", "steps", pattern=r"^(list|steps|levels|driver-diagram)$")
    order: int = described("Its place on the page.", 1)
    source: Cite = described("Where it is printed.", "ihi_anchors_2022, lines 585 to 599")
    note: str = described("What is lost, what differs, what is our own.", "The mapping is ours.", default="", markdown=True)
    items: list[Item] = described("Its entries, in order.", [], min_length=1)

    @cached_property
    def tops(self) -> list[Item]:
        """Entries that stand under no other."""
        return [item for item in self.items if not item.parent]

    def under(self, id: str) -> list[Item]:
        """Entries that stand under this one."""
        return [item for item in self.items if item.parent == id]

    @property
    def homeless(self) -> list[Item]:
        """Entries without a home in the five domains."""
        return [item for item in self.items if not item.domains and item.tags]


@dataclass
class Frameworks:
    """All frameworks in order, with what was wrong in reading them."""

    all: list[Framework] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    digest: str = ""

    @cached_property
    def by_id(self) -> dict[str, Framework]:
        return {framework.id: framework for framework in self.all}

    def citations(self) -> Iterator[str]:
        """Every key that a framework cites."""
        for framework in self.all:
            yield framework.source.key
            yield from (item.source.key for item in framework.items if item.source)


_FACETS = ("domains", "actions", "tensions")


def load_frameworks(folder: Path, vocabulary: Vocabulary, bibliography: Bibliography, name: str = "data/frameworks") -> Frameworks:
    """Read every framework in ``folder``. What is wrong becomes findings, never an exception."""
    from anchorbook.checks.shape import shape_findings

    frameworks = Frameworks()
    digests: list[str | bytes] = []
    for path in sorted(folder.glob("*.yaml")):
        document = read_file(path, f"{name}/{path.name}")
        frameworks.findings += document.findings
        if document.data is None:
            continue
        digests += [path.name, document.raw]
        try:
            framework = Framework.model_validate(document.data)
        except ValidationError as error:
            frameworks.findings += shape_findings(document, error, Framework)
            continue
        frameworks.findings += _wrong(framework, document, path.stem, vocabulary, bibliography)
        frameworks.all.append(framework)
    frameworks.all.sort(key=lambda framework: (framework.order, framework.id))
    frameworks.digest = digest_of(*digests)
    return frameworks


def _wrong(framework: Framework, document: Document, stem: str, vocabulary: Vocabulary, bibliography: Bibliography) -> Iterator[Finding]:
    if framework.id != stem:
        yield document.finding(("id",), "id-mismatch", f"the id \"{framework.id}\" is not the name of this file.", f"Write id: {stem}")
    ids = [item.id for item in framework.items]
    cites: list[tuple[ValuePath, Cite]] = [(("source",), framework.source)]
    for index, item in enumerate(framework.items):
        here = ("items", index)
        if ids.index(item.id) < index:
            yield document.finding((*here, "id"), "duplicate-term", f"the id \"{item.id}\" stands twice in this file.", "Give one of the two another id.")
        if item.parent and item.parent not in ids:
            yield document.finding((*here, "parent"), "unknown-term", f"there is no entry \"{item.parent}\" in this file.", "Write the id of another entry.")
        for facet in _FACETS:
            for place, id in enumerate(getattr(item, facet)):
                if facet in vocabulary and id not in vocabulary[facet].by_id:
                    yield document.finding((*here, facet, place), "unknown-term", *vocabulary.unknown(facet, id))
        if item.source:
            cites.append(((*here, "source"), item.source))
    for path, cite in cites:
        if cite.key not in bibliography:
            yield document.finding(path, "unknown-citation", *unknown_source(cite.key, bibliography))
