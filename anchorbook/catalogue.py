"""The checked cases, indexed by facet: the one thing that pages, searches, exports and notebooks read.

The catalogue holds an :class:`Entry` a case: small, and all that a list needs. The whole record is read
one at a time, so memory does not grow with long texts.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from anchorbook.bibliography import Bibliography, load_bibliography
from anchorbook.checks.citations import citations_in_page
from anchorbook.findings import Finding, Severity, has_errors
from anchorbook.model import CaseStudy
from anchorbook.project import Project
from anchorbook.reading import Document, read_bytes
from anchorbook.store import Store, code_digest, digest_of, pack
from anchorbook.text import cases_in, plain
from anchorbook.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from anchorbook.checks import Subject

RENDERED = ("body", "card", "words")
"""Shelves of what is made of each case: the article of its page, its card in Explore, its words for the search."""

NEIGHBOURS = 5
"""How many cases on each side are looked at for related ones, in each action and domain."""

FACETS = {
    "domain": "domains",
    "action": "actions",
    "opportunity": "opportunities",
    "stakeholder": "stakeholders",
    "tension": "tensions",
    "region": "regions",
    "level": "evidence_levels",
    "result": "results",
    "cost": "cost_bands",
    "status": "statuses",
    "equity": "equity_dimensions",
    "type": "record_types",
}
"""Facet of an entry and the vocabulary its values come from."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One case, as lists show it. ``facets`` gives its term ids by facet name."""

    id: str
    path: str
    title: str
    summary: str
    lead_org: str
    organisations: tuple[str, ...]
    places: tuple[str, ...]
    periods: tuple[str, ...]
    facets: dict[str, tuple[str, ...]]
    related: tuple[str, ...]
    cites: tuple[str, ...]
    case_links: tuple[tuple[str, int, int], ...]
    id_place: tuple[int, int]
    level: int
    qa_status: str

    def has(self, facet: str, *terms: str) -> bool:
        """True when the case has any of the terms."""
        return any(term in self.facets[facet] for term in terms)


def by_title(entry: Entry) -> tuple[str, str]:
    """The order of lists by title."""
    return entry.title.casefold(), entry.id


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one file: its entry when it is valid, its findings, its key in the store."""

    path: str
    key: str
    entry: Entry | None
    findings: tuple[Finding, ...]
    rendered: dict[str, bytes] | None = None


@dataclass
class Catalogue:
    """Every valid case of a project, with the lists its words come from."""

    vocabulary: Vocabulary
    bibliography: Bibliography
    all_entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    page_citations: set[str] = field(default_factory=set)
    keys: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    """Ids, by their file's name, of cases with errors."""

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.all_entries}

    @cached_property
    def entries(self) -> list[Entry]:
        """The cases that lists show, by title. A withdrawn case keeps its page but leaves the lists."""
        shown = (entry for entry in self.by_id.values() if entry.qa_status != "withdrawn")
        return sorted(shown, key=by_title)

    @property
    def searched(self) -> dict[str, str]:
        """The key in the store of each case that lists and searches show."""
        return {entry.id: self.keys[entry.id] for entry in self.entries}

    @cached_property
    def by_strength(self) -> list[Entry]:
        """The same, strongest evidence first."""
        return sorted(self.entries, key=lambda entry: -entry.level)

    @cached_property
    def counts(self) -> dict[str, Counter]:
        """Number of cases by facet and term."""
        counts: dict[str, Counter] = {facet: Counter() for facet in FACETS}
        for (facet, term), entries in self.by_term.items():
            counts[facet][term] = len(entries)
        return counts

    @cached_property
    def by_term(self) -> dict[tuple[str, str], list[Entry]]:
        """The cases of each facet and term, strongest first."""
        found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in self.by_strength:
            for facet, terms in entry.facets.items():
                for term in terms:
                    found[facet, term].append(entry)
        return found

    def select(self, wanted: dict[str, Iterable[str]], *, sort: str = "strength") -> list[Entry]:
        """Cases that have, for every facet asked for, any of its terms."""
        asked = [(facet, tuple(terms)) for facet, terms in wanted.items()]
        if len(asked) == 1 and len(asked[0][1]) == 1:
            facet, (term,) = asked[0]
            found = self.by_term.get((facet, term), [])
        else:
            found = [entry for entry in self.by_strength if all(entry.has(facet, *terms) for facet, terms in asked)]
        return found if sort == "strength" else sorted(found, key=by_title)

    @cached_property
    def _rings(self) -> dict[tuple[str, str], list[str]]:
        """Ids of the cases of each action and domain, in order."""
        return {
            (facet, term): sorted(entry.id for entry in entries)
            for (facet, term), entries in self.by_term.items() if facet in ("action", "domain")
        }

    def related(self, entry: Entry, most: int = 4) -> list[Entry]:
        """Cases its author names, then those that share most actions and domains.

        Looks only at neighbours in the order of ids, so the cost of one case does not grow with the
        collection, and a new case changes the lists of few others.
        """
        named = [self.by_id[id] for id in dict.fromkeys(entry.related) if id in self.by_id and id != entry.id]
        shared: Counter = Counter()
        for facet, weight in (("action", 2), ("domain", 1)):
            for term in entry.facets[facet]:
                for id in _neighbours(self._rings.get((facet, term), []), entry.id):
                    shared[id] += weight
        for known in (entry.id, *(other.id for other in named)):
            shared.pop(known, None)
        ranked = sorted([(-10 * score - self.by_id[id].level, id) for id, score in shared.items()])
        return (named + [self.by_id[id] for _score, id in ranked])[: max(most, len(named))]


def _neighbours(ring: list[str], id: str) -> list[str]:
    """The ids next to this one on both sides; all of them when there are few."""
    if len(ring) <= 2 * NEIGHBOURS + 1:
        return ring
    here = bisect_left(ring, id)
    return [ring[place % len(ring)] for place in range(here - NEIGHBOURS, here + NEIGHBOURS + 1)]


# ---------------------------------------------------------------- from files to entries


def make_entry(subject: Subject) -> Entry:
    """The entry of one valid record."""
    case, document, vocabulary = subject.case, subject.document, subject.vocabulary
    actions = [vocabulary.term("actions", id) for id in case.actions]
    links = [(target, *document.place(("related", index))) for index, target in enumerate(case.related)]
    links += [(target, *document.place(path)) for path, text in subject.markdown for target in cases_in(text)]
    level = case.evidence.level if case.evidence else 0
    facets = {
        "domain": case.domains,
        "action": case.actions,
        "opportunity": [term.parent for term in actions],
        "stakeholder": [who for term in actions for who in term.stakeholders],
        "tension": case.tensions,
        "region": [place.region for place in case.places if place.region],
        "level": [str(level)],
        "result": [case.what_it_showed.verdict if case.what_it_showed else "not-measured"],
        "cost": [case.cost.band if case.cost else "not-reported"],
        "status": [case.status],
        "equity": [item.code for item in case.equity.dimensions] if case.equity else [],
        "type": [case.record_type],
    }
    return Entry(
        id=case.id, path=document.path, title=case.title, summary=plain(case.summary), lead_org=case.lead_org,
        organisations=tuple(dict.fromkeys([case.lead_org, *(partner.name for partner in case.partners)])),
        places=tuple(place.name for place in case.places),
        periods=tuple(str(period) for period in case.periods),
        facets={facet: tuple(dict.fromkeys(terms)) for facet, terms in facets.items()},
        related=tuple(case.related), cites=tuple(sorted({key for _path, key in subject.citations})), case_links=tuple(links),
        id_place=document.place(("id",)), level=level, qa_status=case.qa_status,
    )


def check_document(document: Document, vocabulary: Vocabulary, bibliography: Bibliography) -> tuple[Subject | None, list[Finding]]:
    """Check one file. There is no subject when the file does not fit the model."""
    from anchorbook.checks import CASE_RULES, Subject
    from anchorbook.checks.shape import shape_findings

    findings = list(document.findings)
    if document.data is None:
        return None, findings
    if not isinstance(document.data, dict):
        findings.append(Finding(document.path, *document.place(()), "not-a-record", "this file is not a list of fields.",
                                "Each line needs a field name, a colon and a space, like: id: name-of-this-file"))
        return None, findings
    try:
        case = CaseStudy.model_validate(document.data)
    except ValidationError as error:
        return None, findings + shape_findings(document, error, CaseStudy)
    subject = Subject(case, document, vocabulary, bibliography)
    for rule in CASE_RULES:
        findings += rule(subject)
    return subject, findings


Renderer = Callable[["Subject", Entry], dict[str, str]]
"""Makes texts of a case, each for a shelf of the store. A function that other processes can find by its name."""


class _Worker:
    """Reads and checks files; one in each process."""

    def __init__(self, project: Project, render: Renderer | None, vocabulary: Vocabulary, bibliography: Bibliography):
        self.project = project
        self.render = render
        self.vocabulary = vocabulary
        self.bibliography = bibliography

    def __call__(self, path: str, raw: bytes, key: str) -> Checked:
        document = read_bytes(raw, path)
        subject, findings = check_document(document, self.vocabulary, self.bibliography)
        if subject is None or has_errors(findings):
            return Checked(path, key, None, tuple(findings))
        entry = make_entry(subject)
        rendered = {shelf: pack(text) for shelf, text in self.render(subject, entry).items()} if self.render else None
        return Checked(path, key, entry, tuple(findings), rendered)


_worker: _Worker | None = None


def _start_worker(*parts) -> None:
    global _worker
    _worker = _Worker(*parts)


def _check_files(batch: list[tuple[str, str]]) -> list[Checked]:
    assert _worker is not None
    return [_worker(path, (_worker.project.root / path).read_bytes(), key) for path, key in batch]


BATCH = 100
PARALLEL_FROM = 300
"""Below this many files a second process costs more than it saves."""


def _run(todo: list[tuple[str, str]], processes: int, *parts) -> Iterator[list[Checked]]:
    batches = [todo[start : start + BATCH] for start in range(0, len(todo), BATCH)]
    if processes < 2 or len(todo) < PARALLEL_FROM:
        _start_worker(*parts)
        yield from map(_check_files, batches)
        return
    with ProcessPoolExecutor(processes, initializer=_start_worker, initargs=parts) as pool:
        yield from pool.map(_check_files, batches)


def read_catalogue(
    project: Project,
    *,
    render: Renderer | None = None,
    processes: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Catalogue:
    """Read and check the whole project.

    Files that have not changed since the last time come from the store. With ``render`` the texts of each
    case are made in the same pass and kept on the shelves ``RENDERED``, under the key in ``Catalogue.keys``.
    """
    from anchorbook.checks import COLLECTION_RULES

    vocabulary = load_vocabulary(project.vocabulary)
    bibliography = _kept_bibliography(project)
    catalogue = Catalogue(vocabulary, bibliography)
    catalogue.findings += vocabulary.findings + bibliography.findings
    catalogue.page_citations = page_citations(project, vocabulary)
    if has_errors(catalogue.findings):
        return catalogue

    shared = digest_of(code_digest(), vocabulary.digest, bibliography.digest)
    files = {}
    for path in project.case_files():
        name = f"{project.cases.name}/{path.name}"
        try:
            files[name] = digest_of(shared, name, path.read_bytes())
        except OSError as error:
            catalogue.findings.append(Finding(name, 1, 1, "unreadable-file", f"this file cannot be opened: {error.strerror}.",
                                              "Check that it is a file and that you may read it."))
    catalogue.findings += _other_files(project)
    results: dict[str, Checked] = {}
    with Store(project.cache / "cases.sqlite") as store:
        shelf = "checked-and-rendered" if render else "checked"
        kept = store.get_many(shelf, files.values())
        todo = [(name, key) for name, key in files.items() if key not in kept]
        results = {name: kept[key] for name, key in files.items() if key in kept}
        done = len(results)
        progress(done, len(files))
        for batch in _run(todo, processes or os.cpu_count() or 1, project, render, vocabulary, bibliography):
            for name in {name for item in batch for name in item.rendered or ()}:
                store.put_many(name, ((item.key, item.rendered[name]) for item in batch if item.rendered))
            batch = [Checked(item.path, item.key, item.entry, item.findings) for item in batch]
            store.put_many(shelf, ((item.key, item) for item in batch))
            results.update((item.path, item) for item in batch)
            done += len(batch)
            progress(done, len(files))
        store.keep_only(shelf, files.values())
        for name in RENDERED if render else ():
            store.keep_only(name, files.values())
    for name in files:
        checked = results[name]
        catalogue.findings += checked.findings
        if checked.entry:
            catalogue.all_entries.append(checked.entry)
            catalogue.keys[checked.entry.id] = checked.key
        else:
            catalogue.refused.add(Path(name).stem)
    for rule in COLLECTION_RULES:
        if rule.__name__ != "uncited_references" or not has_errors(catalogue.findings):
            catalogue.findings += rule(catalogue)
    return catalogue


def _other_files(project: Project) -> Iterator[Finding]:
    """Files among the cases that nobody would read, because of their ending."""
    for name in sorted(os.listdir(project.cases)):
        if not name.startswith(".") and not name.endswith((".yaml", ".yml")):
            yield Finding(f"{project.cases.name}/{name}", 1, 1, "not-a-case-file", "this file is not read: its name does not end in .yaml.",
                          "Rename it to end in .yaml, in small letters; or move it out of this folder.", Severity.WARNING)


def _kept_bibliography(project: Project) -> Bibliography:
    """The references, formatted once for each state of the file."""
    try:
        key = digest_of(code_digest(), project.references.read_bytes())
    except OSError:
        return load_bibliography(project.references)
    with Store(project.cache / "cases.sqlite") as store:
        bibliography = store.get("bibliography", key)
        if bibliography is None:
            bibliography = load_bibliography(project.references)
            store.put("bibliography", key, bibliography)
            store.keep_only("bibliography", [key])
    return bibliography


def page_citations(project: Project, vocabulary: Vocabulary) -> set[str]:
    """Every key that the hand-written pages, the notebooks and the vocabulary cite."""
    keys: set[str] = set()
    for folder, pattern in ((project.book, "*.md"), (project.notebooks, "*.ipynb")):
        for path in sorted(folder.rglob(pattern)):
            keys |= citations_in_page(path.read_text("utf-8", errors="replace"))
    for facet in vocabulary.facets.values():
        keys.update(term.source.key for term in facet.terms if term.source)
    return keys


def load_case(path: Path) -> CaseStudy:
    """One record from its file.

    :raises ValueError: when it is not valid; the findings are in the message.
    """
    document = read_bytes(path.read_bytes(), path.name)
    if document.data is None:
        raise ValueError("\n".join(finding.message for finding in document.findings))
    return CaseStudy.model_validate(document.data)
