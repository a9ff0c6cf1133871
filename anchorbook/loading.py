"""From the files of a project to its catalogue: read, check, keep what was worked out once.

Whole records are read one at a time, in as many processes as help, so memory does not grow with long
texts.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from anchorbook.bibliography import Bibliography, load_bibliography
from anchorbook.catalogue import Catalogue, Entry
from anchorbook.checks import CASE_RULES, COLLECTION_RULES, Subject
from anchorbook.checks.citations import citations_in_page
from anchorbook.checks.shape import shape_findings
from anchorbook.findings import Finding, Severity, has_errors
from anchorbook.model import CaseStudy
from anchorbook.project import Project
from anchorbook.reading import Document, read_bytes
from anchorbook.store import Store, code_digest, digest_of, pack
from anchorbook.text import cases_in, plain
from anchorbook.vocabulary import Vocabulary, load_vocabulary

RENDERED = ("body", "card", "words")
"""Shelves of what is made of each case: the article of its page, its card in Explore, its words for the search."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one file: its entry when it is valid, its findings, its key in the store."""

    path: str
    key: str
    entry: Entry | None
    findings: tuple[Finding, ...]
    rendered: dict[str, bytes] | None = None


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


Renderer = Callable[[Subject, Entry], dict[str, str]]
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


def _start_process(*parts) -> None:
    """Start a worker in a process of its own, which makes much and keeps little: collect rarely."""
    _start_worker(*parts)
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


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
    with ProcessPoolExecutor(processes, initializer=_start_process, initargs=parts) as pool:
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
