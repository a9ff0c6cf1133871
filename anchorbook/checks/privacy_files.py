"""Details of people outside the fields of records: in comments of case files, in pages, claims, lists and references.

All of these files are public, and comments are too. The patterns are those of :mod:`anchorbook.checks.privacy`; no message
repeats what was found.
"""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

import yaml
from yaml import CSafeLoader

from anchorbook.checks.privacy import EMAIL, INSURANCE, NHS, PHONE, POSTCODE, Said, personal_details
from anchorbook.files import read_regular
from anchorbook.findings import Finding
from anchorbook.project import Project
from anchorbook.reading import MAX_PAGE, Document

ROLE_MAILBOXES = frozenset(("accessibility", "contact", "editors", "enquiries", "feedback", "hello", "info", "privacy", "security"))
"""Names before the @ that belong to an office and not to a person. Only a page of the book may give such an address."""

_HINTS: dict[Said, str] = {
    EMAIL: "Take it out. Link to a page that says how to reach the office.",
    PHONE: "Take it out. Link to a page that says how to reach the organisation.",
    NHS: "Take it out, and tell the editors. If it is another number, put commas in it or say it in words.",
    INSURANCE: "Take it out, and tell the editors.",
    POSTCODE: "Write the name of the town or ward.",
}
_BREAK = re.compile(r"\r\n?|[\n\x85\u2028\u2029]")
"""Ends of lines, as the reader of YAML counts them."""
_COMMENT = re.compile(r"#[^\r\n\x85\u2028\u2029]*")


# ---------------------------------------------------------------- comments of case files


def comment_findings(document: Document) -> Iterator[Finding]:
    """What the comments of one YAML file give away, each at its line and column. A file that cannot be read has none."""
    if document.data is None or not _worth_a_look(document.text):
        return
    found = ((start + offset, said) for start, comment in comments(document.text) for offset, said in personal_details(comment))
    yield from _findings(document.path, document.text, found)


def _worth_a_look(text: str) -> bool:
    """True when something in a line comes after a # and would be found, were it a comment. Nearly no file needs more."""
    return "#" in text and any(next(personal_details(line[line.index("#") :]), None) for line in _BREAK.split(text) if "#" in line)


def comments(text: str) -> Iterator[tuple[int, str]]:
    """The comments of a YAML text, each with the place of its # in the text. A # inside a value starts none.

    Text that is broken further down gives the comments before that place.
    """
    end = 0
    for first, last in _values(text):
        yield from ((match.start(), match[0]) for match in _COMMENT.finditer(text, end, first))
        end = last


def _values(text: str) -> Iterator[tuple[int, int]]:
    """Where each value or field name starts and ends, and at last the end of the text."""
    loader = CSafeLoader(text)
    try:
        while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.ScalarEvent):
                start = event.start_mark.index
                if event.style in ("|", ">"):  # a comment may stand behind the sign
                    line_end = _BREAK.search(text, start)
                    start = line_end.start() if line_end else len(text)
                yield start, max(start, event.end_mark.index)
    except yaml.YAMLError:
        return
    yield len(text), len(text)


# ---------------------------------------------------------------- other files of the book


def text_findings(name: str, text: str, mailboxes: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """What a whole file gives away. ``name`` is what findings call it; addresses of ``mailboxes`` may stand."""
    found = ((start, said) for start, said in personal_details(text) if not (said is EMAIL and _before_the_at(text, start) in mailboxes))
    yield from _findings(name, text, found)


def _before_the_at(text: str, start: int) -> str:
    return re.split(r"[\s@(\[]", text[start : start + 80].lower(), maxsplit=1)[0]


def file_findings(project: Project) -> Iterator[Finding]:
    """What the pages, the claims, the registers, the word lists and the references of a project give away."""
    pages, lists = sorted(project.book.rglob("*.md")), sorted((*project.frameworks.rglob("*.y*ml"), *project.vocabulary.rglob("*.y*ml")))
    for path in (*pages, project.claims, project.disagreements, *lists, project.references):
        with contextlib.suppress(OSError):  # whoever reads the file says why it cannot be read
            text = read_regular(path, MAX_PAGE).decode("utf-8", errors="replace")
            yield from text_findings(project.relative(path), text, ROLE_MAILBOXES if path.suffix == ".md" else frozenset())


def _findings(name: str, text: str, found: Iterable[tuple[int, Said]]) -> Iterator[Finding]:
    """Findings at these places of a text: one of each kind in a line."""
    starts: list[int] = []
    seen = set()
    for place, said in found:
        starts = starts or [0, *(match.end() for match in _BREAK.finditer(text))]
        line = bisect_right(starts, place)
        if (line, said) not in seen:
            seen.add((line, said))
            yield Finding(name, line, place - starts[line - 1] + 1, *said, _HINTS[said])
