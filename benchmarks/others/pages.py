"""A case record as plain Markdown, for the tools that the benchmark compares this book with.

Nothing of a record is left out: its texts become sections, its measures a table, its short values a table of facts, the
rest lists. Citations lead to the list of sources at the end. Both tools get the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from anchorbook.bibliography import Bibliography, load_bibliography
from anchorbook.project import Project
from anchorbook.vocabulary import load_vocabulary

LISTS = ("domains", "actions")
"""The facets that each tool makes lists by."""
ELSEWHERE = ("id", "title", "summary", "measures", "sources", *LISTS)
"""Fields with a place of their own on the page."""
FACT_LENGTH = 60
"""Longer values are sections of text, not facts in a table."""

_CITATION = re.compile(r"\[(@[^\]]+)\]")
_ONE = re.compile(r"@([A-Za-z0-9_:.-]+)(?:,\s*([^;]+))?")
_CASE = re.compile(r"\]\(case:([a-z0-9-]+)\)", re.IGNORECASE)
_PAGE = re.compile(r"\[([^\]]+)\]\(page:[^)]*\)", re.IGNORECASE)
_SIGNS = re.compile(r"([\\`*_\[\]<>|])")

Link = Callable[[str], str]
"""From the id of a case to the address that one tool's Markdown uses for it."""


@dataclass(frozen=True)
class Page:
    """One case, before a tool's own front matter is put above its text."""

    id: str
    title: str
    summary: str
    terms: dict[str, list[str]]
    """The ids of its terms, by facet."""
    text: str


@dataclass(frozen=True)
class Collection:
    """Everything that pages are made from."""

    files: list[Path]
    bibliography: Bibliography
    labels: dict[str, dict[str, str]]
    """What people call each term, by facet and id, in the order of the vocabulary."""

    @classmethod
    def of(cls, project: Project) -> Collection:
        vocabulary = load_vocabulary(project.vocabulary)
        labels = {facet: {term.id: term.label for term in vocabulary.facets[facet].terms} for facet in LISTS}
        return cls(sorted(project.cases.glob("*.yaml")), load_bibliography(project.references), labels)

    def pages(self, link: Link) -> Iterable[Page]:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        for file in self.files:
            record = yaml.load(file.read_text("utf-8"), Loader=loader)
            terms = {facet: [str(term) for term in record.get(facet) or []] for facet in LISTS}
            yield Page(record["id"], record["title"], " ".join(str(record.get("summary", "")).split()), terms,
                       markdown(record, self.bibliography, link))


def markdown(record: dict[str, Any], bibliography: Bibliography, link: Link) -> str:
    """Everything of a record below its title."""
    write = _Writer(bibliography, link)
    facts, sections = [], []
    for field, value in record.items():
        if field in ELSEWHERE:
            continue
        heading = _words(field)
        if isinstance(value, (dict, list)):
            sections.append(f"## {heading}\n\n" + "\n".join(write.items(field, value)))
        elif len(str(value)) > FACT_LENGTH:
            sections.append(f"## {heading}\n\n{write.text(value)}")
        else:
            facts.append([heading, write.cell(value)])
    blocks = [write.text(record.get("summary", "")), _table(["Fact", "Value"], facts)]
    blocks += sections
    if measures := record.get("measures"):
        columns = list(dict.fromkeys(name for measure in measures for name in measure))
        rows = [[write.cell(measure.get(name, "")) for name in columns] for measure in measures]
        blocks.append("## Measures\n\n" + _table([_words(name) for name in columns], rows))
    blocks.append("## Sources\n\n" + "\n".join(write.source(source) for source in record.get("sources") or []))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _words(field: str) -> str:
    return field.replace("_", " ").capitalize()


def _table(head: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return ""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


class _Writer:
    def __init__(self, bibliography: Bibliography, link: Link):
        self.bibliography = bibliography
        self.link = link

    def text(self, value: Any) -> str:
        """Text of a record, which is Markdown already: its citations and links as any tool understands them."""
        said = _CITATION.sub(lambda match: f"({'; '.join(self.citation(*one) for one in _ONE.findall(match[1]))})", str(value).strip())
        said = _PAGE.sub(r"\1", said)  # Pages of this book that the other sites do not have.
        return _CASE.sub(lambda match: f"]({self.link(match[1])})", said)

    def citation(self, key: str, where: str = "") -> str:
        label = plain(self.bibliography[key].label if key in self.bibliography else key)
        return f"[{label}](#sources)" + (f", {plain(where.strip())}" if where else "")

    def source(self, source: Any) -> str:
        if not isinstance(source, dict):
            source = {"key": str(source)}
        key = source.get("key", "")
        reference = self.bibliography[key].plain if key in self.bibliography else key
        rest = "; ".join(f"{_words(name)}: {self.cell(value)}" for name, value in source.items() if name != "key")
        return f"- {plain(reference)}" + (f" {rest}" if rest else "")

    def cell(self, value: Any) -> str:
        """A value on one line; nothing for no value."""
        if value is None:
            return ""
        if isinstance(value, dict):
            return "; ".join(f"{_words(name)}: {self.cell(item)}" for name, item in value.items())
        if isinstance(value, list):
            return "; ".join(self.cell(item) for item in value)
        return " ".join(self.text(value).split()).replace("|", "\\|")

    def items(self, field: str, value: Any) -> Iterable[str]:
        """A list, or a record within a record, as a list."""
        if field == "related":
            return (f"- [{plain(id)}]({self.link(id)})" for id in value)
        if isinstance(value, dict):
            return (f"- **{_words(name)}**: {self.cell(item)}" for name, item in value.items())
        return (f"- {self.cell(item)}" for item in value)


def plain(text: str) -> str:
    """Text whose signs mean nothing in Markdown."""
    return " ".join(_SIGNS.sub(r"\\\1", text).split())
