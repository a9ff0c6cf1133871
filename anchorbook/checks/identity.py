"""Ids: one a file, the same as its name, and links that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from anchorbook.nearest import nearest
from anchorbook.checks.subject import Subject
from anchorbook.findings import Finding, at_most

if TYPE_CHECKING:
    from anchorbook.catalogue import Catalogue


def id_matches_file_name(subject: Subject) -> Iterator[Finding]:
    """id-mismatch: the file name is the address of the page, so the id inside must be the same."""
    stem = PurePosixPath(subject.document.path).stem
    if subject.case.id != stem:
        rename = f"rename the file to {subject.case.id}.yaml."
        good = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", stem)
        yield subject.finding(("id",), "id-mismatch", f"the id \"{subject.case.id}\" is not the name of this file.",
                              f"Write id: {stem}, or {rename}" if good else rename.capitalize())


def duplicate_ids(catalogue: Catalogue) -> Iterator[Finding]:
    """duplicate-id: two files with one id would overwrite each other's page."""
    first: dict[str, str] = {}
    for entry in catalogue.all_entries:
        if entry.id in first:
            yield Finding(entry.path, *entry.id_place, "duplicate-id",
                          f"the id \"{entry.id}\" is already used in {first[entry.id]}.",
                          "Give this case an id of its own, and name the file after it.")
        else:
            first[entry.id] = entry.path


Link = tuple[str, int, int]
"""Where a link leads, its line and its column."""


def unknown_case_links(catalogue: Catalogue) -> Iterator[Finding]:
    """unknown-case: a link to a case must lead to one."""
    for entry in catalogue.all_entries:
        lost = [link for link in entry.case_links if link[0] not in catalogue.by_id and link[0] not in catalogue.refused]
        yield from at_most(lost, partial(_no_case, catalogue, entry.path))


def _no_case(catalogue: Catalogue, path: str, link: Link) -> Finding:
    target, line, column = link
    guess = nearest(target, catalogue.by_id)
    return Finding(path, line, column, "unknown-case", f"there is no case \"{target}\".",
                   f"Did you mean \"{guess}\"?" if guess else "Check the id, or remove the link.")


def unknown_page_links(catalogue: Catalogue) -> Iterator[Finding]:
    """unknown-page: a link to a page of the book must lead to one."""
    for entry in catalogue.all_entries:
        yield from at_most([link for link in entry.page_links if link[0] not in catalogue.pages], partial(_no_page, catalogue, entry.path))


def _no_page(catalogue: Catalogue, path: str, link: Link) -> Finding:
    target, line, column = link
    guess = nearest(target, catalogue.pages)
    return Finding(path, line, column, "unknown-page", f"there is no page \"{target}\" in the book.",
                   f"Did you mean \"{guess}\"?" if guess else "Check the address, or remove the link.")
