"""The evidence book, for use from Python.

>>> import anchorbook
>>> library = anchorbook.load()
>>> library.find(domain="purchasing").to_frame("cases")

Importing this package reads no file and no other library; :func:`load` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anchorbook.library import Library

__all__ = ["load"]


def load(folder: Path | str | None = None) -> Library:
    """The checked catalogue of a project, as typed objects and pandas tables.

    :param folder: the project folder, or any folder in it; without it, the current folder
    :raises anchorbook.project.NotAProject: when the folder does not exist, or neither it nor a folder above it holds an evidence book
    :raises anchorbook.library.CatalogueError: when a file has errors; the message lists them all, with file, line and what to do
    """
    from anchorbook.library import Library

    return Library.read(folder)
