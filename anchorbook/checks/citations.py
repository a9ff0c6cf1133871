"""Citation keys: each used one is defined, each defined one is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from anchorbook.findings import Finding, Severity, has_errors
from anchorbook.new_source import address_in, unknown_source

if TYPE_CHECKING:
    from anchorbook.catalogue import Catalogue
    from anchorbook.checks.subject import Subject

_ROLE = re.compile(r"\{cite\}`([^`,]+)")


def unknown_citations(subject: Subject) -> Iterator[Finding]:
    """unknown-citation: every number leads to its source, so the source must be there."""
    unknown = [(path, key) for path, key in subject.citations if key not in subject.bibliography.keys]
    if not unknown:
        return
    keys = dict(subject.citations)
    addresses = {source.key: address_in(source.note) for source in subject.case.sources}
    for path, key in unknown:
        before = keys.get((*path[:-1], path[-1] - 1), "") if isinstance(path[-1], int) else ""
        yield subject.finding(path, "unknown-citation", *unknown_source(key, subject.bibliography, address=addresses.get(key, ""), before=before))


def uncited_references(catalogue: Catalogue) -> Iterator[Finding]:
    """uncited-reference: an entry that nothing cites is left over, or a citation is missing."""
    if has_errors(catalogue.findings):
        return  # a case that cannot be read may cite it
    used = set(catalogue.page_citations)
    for entry in catalogue.all_entries:
        used.update(entry.cites)
    for key, line in catalogue.bibliography.keys.items():
        if key not in used:
            yield Finding("references.bib", line, 1, "uncited-reference", f"nothing cites \"{key}\".",
                          "Cite it in a case or a page, or remove the entry.", Severity.WARNING)


def citations_in_page(text: str) -> set[str]:
    """Keys cited by the ``cite`` role in one MyST page."""
    return {match.strip() for match in _ROLE.findall(text)}
