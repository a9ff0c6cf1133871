"""One file of a case: read it, check it, make its entry. In as many processes as help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from pydantic import ValidationError

from anchorbook.bibliography import Bibliography
from anchorbook.catalogue import Entry
from anchorbook.checks import CASE_RULES, Subject
from anchorbook.checks.ledger import unknown_claims_as_typed
from anchorbook.checks.privacy_files import comment_findings
from anchorbook.checks.shape import shape_findings
from anchorbook.files import read_regular
from anchorbook.findings import MOST_FINDINGS, Finding, and_more, has_errors
from anchorbook.ledger import Ledger, fill_from_ledger
from anchorbook.model import CaseStudy
from anchorbook.processes import spread
from anchorbook.project import Project
from anchorbook.reading import MAX_BYTES, Document, read_bytes, unreadable
from anchorbook.register import disagreement
from anchorbook.store import code_digest, digest_of, pack
from anchorbook.text import MOST_MARKS, cases_in, marks_in, pages_in, plain
from anchorbook.vocabulary import Vocabulary


@dataclass(frozen=True)
class References:
    """What records are checked against: the words, the sources and the ledger of the project."""

    vocabulary: Vocabulary
    bibliography: Bibliography
    ledger: Ledger

    @cached_property
    def digest(self) -> str:
        """A name for all of it, and for the code that checks."""
        return digest_of(code_digest(), self.vocabulary.digest, self.bibliography.digest, self.ledger.digest)

    def key(self, path: str, raw: bytes) -> str:
        """The key of a file: a name for its content and for everything it is checked against."""
        return digest_of(self.digest, path, raw)


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one file: its entry when it is valid, its findings, its key in the store (none when it could not be read)."""

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
    if case.superseded_by:
        links.append((case.superseded_by, *document.place(("superseded_by",))))
    page_links = [(target, *document.place(path)) for path, text in subject.markdown for target in pages_in(text)]
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
        disagreements=tuple(disagreement(conflict, f"{case.id}-{number}") for number, conflict in enumerate(case.conflicts, 1)),
        review_by=case.review_by or "", page_links=tuple(page_links),
        superseded_by=case.superseded_by, credits=tuple((credit.name, credit.role) for credit in case.credits),
        reviewed=(case.last_reviewed or "", *document.place(("last_reviewed",))),
    )


def check_document(document: Document, known: References) -> tuple[Subject | None, list[Finding]]:
    """Check one file. There is no subject when the file does not fit the model, or holds more than can be read."""
    findings = [*document.findings, *comment_findings(document)]
    if document.data is None:
        return None, findings
    if not isinstance(document.data, dict):
        findings.append(Finding(document.path, *document.place(()), "not-a-record", "this file is not a list of fields.",
                                "Each line needs a field name, a colon and a space, like: id: name-of-this-file"))
        return None, findings
    try:
        case = CaseStudy.model_validate(fill_from_ledger(document.data, known.ledger))
    except ValidationError as error:
        return None, findings + list(unknown_claims_as_typed(document, known.ledger)) + shape_findings(document, error, CaseStudy)
    subject = Subject(case, document, known.vocabulary, known.bibliography, known.ledger)
    marks = {path: marks_in(text) for path, text in subject.markdown}
    if sum(marks.values()) > MOST_MARKS:
        findings.append(document.finding(max(marks, key=marks.__getitem__), "too-long", f"the texts of this record hold more than {MOST_MARKS:,} marks such as * and [, or lines.",
                                         "Write plain sentences. Put long material at a web address and list it under sources."))
        return None, findings
    for rule in CASE_RULES:
        found = list(islice(rule(subject), MOST_FINDINGS + 1))
        findings += [*found[:MOST_FINDINGS], and_more(found[-1])] if len(found) > MOST_FINDINGS else found
    return subject, findings


Renderer = Callable[[Subject, Entry], dict[str, str]]
"""Makes texts of a case, each for a shelf of the store. A function that other processes can find by its name."""


class _Worker:
    """Reads and checks files; one in each process."""

    def __init__(self, project: Project, render: Renderer | None, known: References):
        self.project = project
        self.render = render
        self.known = known

    def __call__(self, batch: list[str]) -> list[Checked]:
        return [self._check_file(path) for path in batch]

    def _check_file(self, path: str) -> Checked:
        """Check a file under the key of what is read here: it may have been saved since somebody looked at it."""
        try:
            raw = read_regular(f"{self.project.root}/{path}", MAX_BYTES)
        except OSError as error:
            return Checked(path, "", None, (unreadable(path, error),))
        return self._check(path, raw, self.known.key(path, raw))

    def _check(self, path: str, raw: bytes, key: str) -> Checked:
        document = read_bytes(raw, path)
        subject, findings = check_document(document, self.known)
        if subject is None or has_errors(findings):
            return Checked(path, key, None, tuple(findings))
        entry = make_entry(subject)
        rendered = {shelf: pack(text) for shelf, text in self.render(subject, entry).items()} if self.render else None
        return Checked(path, key, entry, tuple(findings), rendered)


BATCH = 100
PARALLEL_FROM = 300
"""Below this many files a second process costs more than it saves."""


def check_files(todo: list[str], processes: int, *parts) -> Iterator[list[Checked]]:
    """Check files, given by their paths, a batch at a time. ``parts`` are those of :class:`_Worker`."""
    batches = [todo[start : start + BATCH] for start in range(0, len(todo), BATCH)]
    with spread(_Worker(*parts), batches, processes if len(todo) >= PARALLEL_FROM else 1, copies=True) as results:
        yield from results
