"""The catalogue of a project for use from Python: typed objects and pandas tables.

:func:`anchorbook.load` gives a :class:`Library`. What it holds does not change when files do: load again for that.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from anchorbook.bibliography import Reference
from anchorbook.catalogue import FACETS, Catalogue, Entry
from anchorbook.checks.subject import fields
from anchorbook.evidence.claims import Assessed
from anchorbook.files import read_regular
from anchorbook.findings import Finding, Severity, has_errors
from anchorbook.frames import CASE_ID, TABLES, TOGETHER, frames
from anchorbook.ledger import fill_from_ledger
from anchorbook.loading import keep, open_store, read_catalogue
from anchorbook.model import CaseStudy
from anchorbook.nearest import nearest
from anchorbook.project import NotAProject, Project
from anchorbook.reading import MAX_BYTES, read_bytes
from anchorbook.reporting import as_text
from anchorbook.store import pack, unpack
from anchorbook.text import plain
from anchorbook.vocabulary import Vocabulary

if TYPE_CHECKING:
    import pandas as pd

RECORDS = "record"
"""Shelf of the store with each record as JSON, which a build of the site fills too."""

NOT_WORDS = frozenset({"key", "locator", "url", "code", "id", "claim", "claims"})
"""Fields of a record that hold keys and addresses, which a search by words leaves out."""


class CatalogueError(ValueError):
    """Files of the project have errors. The message lists them; ``findings`` holds them as objects."""

    def __init__(self, findings: Iterable[Finding]):
        self.findings = sorted(item for item in findings if item.severity is Severity.ERROR)
        many = f"{len(self.findings)} error{'s' if len(self.findings) != 1 else ''}"
        super().__init__(f"The catalogue cannot be loaded: {many} in its files. Correct them, then load again.\n{as_text(self.findings)}")


class Library:
    """The case studies of a project, or those of them that were asked for, in order of id.

    ``len(library)`` is their number; ``for case in library`` goes through them.
    """

    def __init__(self, catalogue: Catalogue, records: dict[str, bytes], entries: Iterable[Entry], part_of: Library | None = None):
        self._catalogue = catalogue
        self._records = records  # packed, which takes a small part of the memory of the objects
        self._entries = sorted(entries, key=lambda entry: entry.id)
        self._part_of = part_of
        self._frames: dict[str, pd.DataFrame] = {}

    @classmethod
    def read(cls, folder: Path | str | None = None) -> Library:
        """The library of a project; what it raises stands at :func:`anchorbook.load`."""
        if folder is not None and not Path(folder).is_dir():
            raise NotAProject(f"There is no folder {folder}.")
        project = Project.find(None if folder is None else Path(folder))
        catalogue = read_catalogue(project)
        if has_errors(catalogue.findings):
            raise CatalogueError(catalogue.findings)
        return cls(catalogue, _records(project, catalogue), catalogue.entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[CaseStudy]:
        return iter(self.cases)

    def __repr__(self) -> str:
        return f"<Library of {len(self):,} case {'study' if len(self) == 1 else 'studies'}>"

    # ---------------------------------------------------------------- objects

    @cached_property
    def cases(self) -> list[CaseStudy]:
        """Every case as an object with the fields of :class:`anchorbook.model.CaseStudy`. Withdrawn and replaced cases are left out.

        Numbers are in the unit that stands beside them; a measure that names a claim has what the ledger says of it.
        """
        return [self._case(entry.id) for entry in self._entries]

    def case(self, id: str) -> CaseStudy:
        """One case by its id.

        :raises ValueError: when this library has no such case, with the id that is most like it.
        """
        ids = [entry.id for entry in self._entries]
        if id not in ids:
            raise ValueError(f"There is no case \"{id}\" here.{_did_you_mean(id, ids)}")
        return self._case(id)

    def _case(self, id: str) -> CaseStudy:
        return CaseStudy.model_validate_json(unpack(self._records[id]))

    @property
    def vocabulary(self) -> Vocabulary:
        """The terms of the field, by vocabulary: ``library.vocabulary["actions"].terms``, ``.label("domains", "work")``."""
        return self._catalogue.vocabulary

    @property
    def references(self) -> dict[str, Reference]:
        """Every entry of references.bib by its key, whichever cases were asked for."""
        return dict(self._catalogue.bibliography.references)

    @property
    def claims(self) -> list[Assessed]:
        """Every claim of the ledger, whichever cases were asked for: the ``claim`` as printed, its ``status`` (agrees,
        differs, conflicts, unchecked), what the check ``said``, and the ``disagreements`` that name it."""
        return list(self._catalogue.assessed)

    # ---------------------------------------------------------------- asking

    def find(self, *, text: str = "", **wanted: str | int | Iterable[str | int] | None) -> Library:
        """The cases that fit everything asked for: ``find(domain="purchasing", level=[2, 3], text="local firms")``.

        :param text: words that the record must hold, all of them, in any order; capitals do not matter
        :param wanted: facets (``domain``, ``action``, ``opportunity``, ``stakeholder``, ``level``, ``result``, ``cost``, ``region``,
            ``status``, ``equity``, ``tension``, ``type``) with the id of a term, or several of which any will do; None asks for nothing
        :raises ValueError: when there is no such facet or term, with the right one that is most like it.
        """
        asked = [(facet, self._terms(facet, terms)) for facet, terms in wanted.items() if terms is not None]
        found = [entry for entry in self._entries if all(entry.has(facet, *terms) for facet, terms in asked)]
        if words := _fold(text).split():
            found = [entry for entry in found if _holds(self._case(entry.id), words)]
        return Library(self._catalogue, self._records, found, self._part_of or self)

    def _terms(self, facet: str, terms: str | int | Iterable[str | int]) -> list[str]:
        if facet not in FACETS:
            raise ValueError(f"There is no facet \"{facet}\".{_did_you_mean(facet, FACETS)} Facets: {', '.join(FACETS)}.")
        known = self.vocabulary[FACETS[facet]]
        asked = [str(term) for term in ([terms] if isinstance(terms, (str, int)) else terms)]
        for term in asked:
            if term not in known.by_id:
                words = {word: item.id for item in known.terms for word in (*item.synonyms, item.code, item.label, item.id) if word}
                raise ValueError(f"\"{term}\" is not a known {facet}.{_did_you_mean(term, words)} Terms: {', '.join(known.by_id)}.")
        return asked

    # ---------------------------------------------------------------- tables

    def to_frame(self, table: str = "cases") -> pd.DataFrame:
        """A table of these cases. :meth:`columns` says what each column means, with its unit.

        - ``cases``: one row a case
        - ``measures``: one row a number of a case, of every kind; ``is_result`` tells results from the rest
        - ``sources``: one row a source of a case
        - ``claims``: one row a claim of the ledger, whichever cases were asked for.

        Lists are joined by ``; ``, unknown numbers are NaN, unknown texts are empty. Texts are as contributed: one that starts
        with ``=`` is a formula to a spreadsheet, so open exported files there as text.

        :raises ValueError: when there is no such table.
        """
        return self._frame(table).copy()  # a change to it is not to show in the next

    def _frame(self, table: str) -> pd.DataFrame:
        _check_table(table)
        if table in self._frames:
            return self._frames[table]
        if self._part_of and table in self._part_of._frames and table in CASE_ID:
            whole = self._part_of._frames[table]
            self._frames[table] = whole[whole[CASE_ID[table]].isin([entry.id for entry in self._entries])].reset_index(drop=True)
        else:
            cases = ((entry, self._case(entry.id)) for entry in self._entries)
            names = TOGETHER if table in TOGETHER else (table,)
            self._frames |= frames(names, cases, self._catalogue.assessed, self.vocabulary, self._catalogue.bibliography)
        return self._frames[table]

    @staticmethod
    def columns(table: str = "cases") -> dict[str, str]:
        """What each column of a table of :meth:`to_frame` means, by its name.

        :raises ValueError: when there is no such table.
        """
        _check_table(table)
        return {column.name: column.meaning for column in TABLES[table]}

    def results(self) -> pd.DataFrame:
        """The rows of the table ``measures`` that are results: no input, target, modelled figure or context."""
        measures = self._frame("measures")
        return measures[measures["is_result"]].reset_index(drop=True)


def _check_table(table: str) -> None:
    if table not in TABLES:
        raise ValueError(f"There is no table \"{table}\".{_did_you_mean(table, TABLES)} Tables: {', '.join(TABLES)}.")


def _did_you_mean(word: str, choices: Iterable[str] | dict[str, str]) -> str:
    """The most likely of the choices as a sentence, after a space; a mapping says what to write for each choice."""
    guess = nearest(str(word), choices)
    written = choices[guess] if guess and isinstance(choices, dict) and choices is not FACETS and choices is not TABLES else guess
    return f" Did you mean \"{written}\"?" if guess else ""


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _holds(case: CaseStudy, words: Iterable[str]) -> bool:
    """True when all of the words are in the texts of the record."""
    texts = [plain(field.value) if field.markdown else field.value
             for field in fields(case) if isinstance(field.value, str) and not field.vocabulary and NOT_WORDS.isdisjoint(field.path[-2:])]
    whole = _fold("\n".join(texts))
    return all(word in whole for word in words)


def _records(project: Project, catalogue: Catalogue) -> dict[str, bytes]:
    """Each case that lists show, as packed JSON by id: from the store, where it was kept for the same content, or from its file."""
    keys = catalogue.searched
    with open_store(project) as store:
        kept = store.get_many(RECORDS, keys.values())
        new = {}
        for entry in catalogue.entries:
            if keys[entry.id] not in kept:
                document = read_bytes(read_regular(project.root / entry.path, MAX_BYTES), entry.path)
                case = CaseStudy.model_validate(fill_from_ledger(document.data, catalogue.ledger))
                new[keys[entry.id]] = pack(case.model_dump_json(exclude_defaults=True))
        keep(store, RECORDS, new.items())
    kept |= new
    return {id: kept[key] for id, key in keys.items()}
