"""Names of documents, as Sphinx has them, and the addresses of their pages."""

from __future__ import annotations

BOOK = "book/"


def address(docname: str) -> str:
    """The address of a page: the folder of hand-written pages does not show in it."""
    return docname.removeprefix(BOOK)
