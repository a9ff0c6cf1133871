"""Text that is safe and plain Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from anchorbook.checks.subject import Subject
from anchorbook.findings import Finding
from anchorbook.text import problems


def safe_markdown(subject: Subject) -> Iterator[Finding]:
    """html-in-text, unsafe-link: text is CommonMark without HTML; links lead to web pages, mail or cases."""
    for path, text in subject.markdown:
        for code, message, hint in problems(text):
            yield subject.finding(path, code, message, hint)
