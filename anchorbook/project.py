"""Where things are in a project folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

MARKERS = ("_toc.yml", "case_studies")


class NotAProject(Exception):
    """The folder, and the folders above it, hold no evidence book."""


@dataclass(frozen=True)
class Project:
    """The folder of one evidence book, and the names of its parts."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Project:
        """The project that ``start`` (or the current folder) is in.

        :raises NotAProject: when neither it nor a folder above it holds ``case_studies``.
        """
        folder = (start or Path.cwd()).resolve()
        for candidate in (folder, *folder.parents):
            if all((candidate / marker).exists() for marker in MARKERS):
                return cls(candidate)
        raise NotAProject(
            f"There is no evidence book in {folder} or above it: "
            f"a project folder holds {' and '.join(MARKERS)}."
        )

    @cached_property
    def title(self) -> str:
        """The title of the book, from ``_config.yml``."""
        return str(yaml.safe_load((self.root / "_config.yml").read_text("utf-8"))["title"])

    @property
    def cases(self) -> Path:
        return self.root / "case_studies"

    @property
    def vocabulary(self) -> Path:
        return self.root / "data" / "vocabulary"

    @property
    def references(self) -> Path:
        return self.root / "references.bib"

    @property
    def book(self) -> Path:
        return self.root / "book"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def build(self) -> Path:
        return self.root / "_build"

    @property
    def html(self) -> Path:
        """The finished site."""
        return self.build / "html"

    @property
    def shells(self) -> Path:
        """Pages as Sphinx wrote them, their slots still empty."""
        return self.build / "shells"

    @property
    def cache(self) -> Path:
        return self.build / "cache"

    def relative(self, path: Path) -> str:
        """``path`` as findings and pages name it: from the project, with forward slashes."""
        try:
            return path.resolve().relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()

    def case_files(self) -> list[Path]:
        """Every case-study file, in order of name."""
        names = sorted(name for name in os.listdir(self.cases) if name.endswith((".yaml", ".yml")) and not name.startswith("."))
        return [self.cases / name for name in names]
