"""From the files of a project to its catalogue: read, check, keep what was worked out once.

Whole records are read one at a time, in as many processes as help, so memory does not grow with long
texts.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from anchorbook.bibliography import MAX_BYTES as MOST_REFERENCES
from anchorbook.bibliography import Bibliography, load_bibliography
from anchorbook.catalogue import Catalogue, Entry, today
from anchorbook.checking import Checked, References, Renderer, check_files
from anchorbook.checks import COLLECTION_RULES
from anchorbook.checks.addresses import address_findings
from anchorbook.checks.citations import citations_in_page
from anchorbook.checks.datatables import table_findings
from anchorbook.checks.ledger import page_findings
from anchorbook.checks.privacy_files import file_findings
from anchorbook.evidence.claims import Disagreement, Facts, assess
from anchorbook.files import read_regular
from anchorbook.findings import Finding, Severity, has_errors
from anchorbook.frameworks import load_frameworks
from anchorbook.ledger import load_ledger
from anchorbook.model import CaseStudy
from anchorbook.processes import available
from anchorbook.project import Project
from anchorbook.reading import MAX_BYTES, MAX_PAGE, raw_of, read_bytes, unreadable
from anchorbook.reading_csv import read_csv
from anchorbook.register import disagreement, load_register
from anchorbook.store import Store, code_digest, digest_of
from anchorbook.training import load_training
from anchorbook.vocabulary import load_vocabulary

BIBLIOGRAPHY = "bibliography"
"""Shelf of the references."""
CHECKED = "checked"
"""Shelf of what became of each file."""
RENDERED = ("body", "card", "words", "conflicts", "brief", "record")
"""Shelves of what is made of each case: the article of its page, its card in Explore, its words for the search, its
part of the register of disagreements, its short form, the record as JSON."""


TABLES_OF_CHECKS = frozenset({"compassionate-communities-grants.csv", "beat-the-cold.csv"})
"""Tables that checks of claims work from."""


@dataclass
class Memory:
    """What a process that reads the same project again and again keeps in mind: it opens only files whose time or size has
    changed. Not for a build that counts: a file that was put back with its old time would not be seen."""

    frame: tuple[tuple, Catalogue, bool] | None = None
    """Times and sizes of all files that are no cases, what was read from them, and whether errors in them stop the rest."""
    keys: dict[str, tuple[tuple, str]] = field(default_factory=dict)
    """Time and size of each case, and the key that its content had."""
    checked: dict[str, Checked] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held while somebody reads with it."""


JUST_NOW = 200_000_000
"""Nanoseconds: a file that was written so short a time ago may change again and keep its time."""


def _signs(paths: Iterable[Path]) -> tuple:
    """Times and sizes of files, by which a change shows."""
    found = []
    for path in paths:
        try:
            found.append(_sign(str(path), path.stat()))
        except OSError:
            continue
    return tuple(found)


def _sign(path: str, stat: os.stat_result) -> tuple:
    return path, stat.st_mtime_ns, stat.st_size, stat.st_ino


def _signs_in(folder: Path) -> dict[str, tuple]:
    """The same for all files of a folder, by name: no path is made for each."""
    found = {}
    with os.scandir(folder) as items:
        for item in items:
            with contextlib.suppress(OSError):
                found[item.name] = _sign(item.path, item.stat())
    return found


def _settled(signs: tuple) -> bool:
    return all(time.time_ns() - sign[1] > JUST_NOW for sign in signs)


def read_catalogue(
    project: Project,
    *,
    render: Renderer | None = None,
    processes: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    memory: Memory | None = None,
    tidy: bool = False,
) -> Catalogue:
    """Read and check the whole project.

    Files that have not changed since the last time come from the store. With ``render`` the texts of each
    case are made in the same pass and kept on the shelves ``RENDERED``, under the key in ``Catalogue.keys``.
    ``tidy`` clears the store of what belongs to no file any more. Only a build may, as it has the lock: a program with
    other code would clear what a build still needs.
    """
    memory = memory or Memory()
    with memory.lock:
        return _read(project, render, processes or available(), progress, memory, tidy)


def _read(project: Project, render: Renderer | None, processes: int, progress: Callable[[int, int], None], memory: Memory, tidy: bool) -> Catalogue:
    catalogue, stop = _frame(project, memory)
    if stop:
        return catalogue
    known = References(catalogue.vocabulary, catalogue.bibliography, catalogue.ledger)
    try:
        files = _keys(project, known, catalogue, memory)
    except OSError as error:
        catalogue.findings.append(Finding(project.cases.name, 1, 1, "unreadable-file", f"this folder cannot be opened: {error.strerror}.", "Check that it is a folder and that you may read it."))
        return catalogue
    catalogue.findings += _other_files(project)
    with open_store(project, needed=render is not None) as store:
        kept = {key: memory.checked[key] for key in files.values() if key in memory.checked}
        kept |= store.get_many(CHECKED, (key for key in files.values() if key not in kept))
        if render:  # what was only checked, as by anchorbook check, is still to be made
            sure = set() if tidy else memory.checked.keys()  # what is lost since then is made when it is asked for
            unsure = {key for key, item in kept.items() if item.entry and key not in sure}
            made = set.intersection(*(store.has(name, unsure) for name in RENDERED)) if unsure else set()
            kept = {key: item for key, item in kept.items() if key not in unsure or key in made}
        todo = [name for name, key in files.items() if key not in kept]
        results = {name: kept[key] for name, key in files.items() if key in kept}
        done = len(results)
        progress(done, len(files))
        for batch in check_files(todo, processes, project, render, known):
            for name in RENDERED if render else ():
                store.put_many(name, ((item.key, item.rendered[name]) for item in batch if item.rendered and name in item.rendered))
            batch = [replace(item, rendered=None) for item in batch]
            keep(store, CHECKED, ((item.key, item) for item in batch if item.key), needed=render is not None)
            results.update((item.path, item) for item in batch)
            done += len(batch)
            progress(done, len(files))
        for name in (CHECKED, *RENDERED) if tidy else ():
            store.keep_only(name, [item.key for item in results.values()])
        if tidy:
            store.keep_only(BIBLIOGRAPHY, [_key_of_references(catalogue.bibliography.digest)])
    _share(item.entry for item in results.values() if item.entry)
    memory.checked = {item.key: item for item in results.values() if item.key}
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
    catalogue.findings += address_findings(project, catalogue)
    _assess_claims(project, catalogue)
    return catalogue


def _share(entries: Iterable[Entry]) -> None:
    """Keep equal lists of terms once: ten thousand cases have few that differ."""
    terms: dict[tuple[str, ...], tuple[str, ...]] = {}
    for entry in entries:
        for facet, listed in entry.facets.items():
            entry.facets[facet] = terms.setdefault(listed, listed)


def _frame(project: Project, memory: Memory) -> tuple[Catalogue, bool]:
    """A catalogue without cases: lists, references, ledger, pages. And whether errors in them stop the rest."""
    folders = (project.book, project.notebooks, project.data)
    signs = _signs([project.references, *(path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())])
    if not memory.frame or memory.frame[0] != signs:
        read, stop = _read_frame(project)
        memory.frame = (signs if _settled(signs) else (), read, stop)
    _, read, stop = memory.frame
    return replace(read, findings=list(read.findings), all_entries=[], keys={}, refused=set(), today=today()), stop


def _read_frame(project: Project) -> tuple[Catalogue, bool]:
    vocabulary = load_vocabulary(project.vocabulary)
    bibliography = _kept_bibliography(project)
    ledger = load_ledger(project.claims, vocabulary, bibliography)
    frameworks = load_frameworks(project.frameworks, vocabulary, bibliography)
    register = load_register(project.disagreements, ledger, bibliography)
    training = load_training(project, vocabulary, bibliography)
    catalogue = Catalogue(vocabulary, bibliography, ledger, frameworks, register, training)
    catalogue.findings += [*vocabulary.findings, *bibliography.findings, *ledger.findings, *frameworks.findings, *register.findings, *training.findings]
    catalogue.findings += table_findings(project)
    _read_pages(project, catalogue)
    stop = has_errors(catalogue.findings)
    catalogue.findings += file_findings(project)  # cases can be read all the same
    return catalogue, stop


def _keys(project: Project, known: References, catalogue: Catalogue, memory: Memory) -> dict[str, str]:
    """The key of each file of a case: a name for its content and for everything it is checked against."""
    files = {}
    remembered: dict[str, tuple[tuple, str]] = {}
    folder, prefix, times = project.cases, project.cases.name + "/", _signs_in(project.cases)
    for file in project.case_names():
        name = prefix + file
        signs = (known.digest, times.get(file, ()))
        try:
            files[name] = memory.keys[name][1] if memory.keys.get(name, ((),))[0] == signs else known.key(name, read_regular(f"{folder}/{file}", MAX_BYTES))
        except OSError as error:
            catalogue.findings.append(unreadable(name, error))
            continue
        if signs[1] and _settled(signs[1:]):
            remembered[name] = (signs, files[name])
    memory.keys = remembered
    return files


def _assess_claims(project: Project, catalogue: Catalogue) -> None:
    """Work out what can be said of each claim, from the tables and lists of the project and all disagreements."""
    lists = {f"vocabulary/{name}": len(facet.terms) for name, facet in catalogue.vocabulary.facets.items()}
    lists |= {f"framework/{framework.id}": len(framework.tops) for framework in catalogue.frameworks.all}
    tables: dict[str, dict[str, dict]] = {}
    if catalogue.ledger.claims:
        for path in project.tables():
            if path.name in TABLES_OF_CHECKS:
                document = read_csv(path, project.relative(path))
                rows = document.data or {"columns": [""], "rows": []}
                tables[path.stem] = {row[rows["columns"][0]]: row for row in rows["rows"]}
    disagreements: list[Disagreement] = [disagreement(entry, entry.id) for entry in catalogue.register.entries]
    disagreements += [item for entry in catalogue.entries for item in entry.disagreements]
    try:
        catalogue.assessed = assess(catalogue.ledger, Facts(tables, lists), disagreements)
    except ValueError as error:
        catalogue.findings.append(Finding(project.relative(project.claims), 1, 1, "broken-check", f"{error}.", "Correct the column check."))


def _other_files(project: Project) -> Iterator[Finding]:
    """Files among the cases that nobody would read, because of their ending."""
    for name in sorted(os.listdir(project.cases)):
        if not name.startswith(".") and not name.endswith((".yaml", ".yml")):
            yield Finding(f"{project.cases.name}/{name}", 1, 1, "not-a-case-file", "this file is not read: its name does not end in .yaml.",
                          "Rename it to end in .yaml, in small letters; or move it out of this folder.", Severity.WARNING)


def _kept_bibliography(project: Project) -> Bibliography:
    """The references, formatted once for each state of the file."""
    while True:
        signs, raw = _signs([project.references]), _raw_references(project)
        if raw is None:
            return load_bibliography(project.references)
        key = _key_of_references(hashlib.sha256(raw).hexdigest())
        with open_store(project) as store:
            bibliography = store.get(BIBLIOGRAPHY, key)
            if bibliography is None:
                bibliography = load_bibliography(project.references)
                if (signs, raw) != (_signs([project.references]), _raw_references(project)):
                    continue  # saved meanwhile: what was read is not what the key says
                keep(store, BIBLIOGRAPHY, [(key, bibliography)])
        return bibliography


def _raw_references(project: Project) -> bytes | None:
    """The bytes of the references; None when they cannot be read, or are too many."""
    return raw_of(project.references, "", MOST_REFERENCES, [], "")


def _key_of_references(digest: str) -> str:
    return digest_of(code_digest(), digest)


def open_store(project: Project, *, needed: bool = False) -> Store:
    """The store of the project; one in memory where nothing can be written, unless it is needed."""
    try:
        return Store(project.cache / "cases.sqlite")
    except (OSError, sqlite3.OperationalError):
        if needed:
            raise
        return Store(None)


def keep(store: Store, shelf: str, items: Iterable[tuple[str, Any]], *, needed: bool = False) -> None:
    """Put on a shelf what would only have to be worked out again, if there is room."""
    try:
        store.put_many(shelf, items)
    except sqlite3.OperationalError:
        if needed:
            raise


def _read_pages(project: Project, catalogue: Catalogue) -> None:
    """Note every key that pages, notebooks, vocabulary, frameworks, ledger and register cite, and check numbers typed in pages."""
    keys = catalogue.page_citations
    for folder, pattern in ((project.book, "*.md"), (project.notebooks, "*.ipynb")):
        for path in sorted(folder.rglob(pattern)):
            catalogue.pages.add(path.relative_to(project.book if folder == project.book else project.root).with_suffix("").as_posix())
            raw = raw_of(path, path.relative_to(project.root).as_posix(), MAX_PAGE, catalogue.findings, "Take out pictures and results that are kept inside it.")
            if raw is None:
                continue
            text = raw.decode("utf-8", errors="replace")
            keys |= citations_in_page(text)
            if path.suffix == ".md":
                catalogue.findings += page_findings(project.relative(path), text, catalogue.ledger)
    for facet in catalogue.vocabulary.facets.values():
        keys.update(term.source.key for term in facet.terms if term.source)
    keys.update(catalogue.frameworks.citations())
    keys.update(catalogue.training.citations())
    keys.update(claim.source for claim in catalogue.ledger.claims)
    keys.update(value.source.key for entry in catalogue.register.entries for value in entry.values)


def load_case(path: Path) -> CaseStudy:
    """One record from its file.

    :raises ValueError: when it is not valid; the findings are in the message.
    """
    document = read_bytes(read_regular(path, MAX_BYTES), path.name)
    if document.data is None:
        raise ValueError("\n".join(finding.message for finding in document.findings))
    return CaseStudy.model_validate(document.data)
