"""Where things are in a project folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from anchorbook.files import SMALL, read_regular

MARKERS = ("_toc.yml", "case_studies")


def site_address() -> str:
    """Where the site stands for good, when the build knows it; without a slash at its end."""
    return os.environ.get("ANCHORBOOK_ADDRESS", "").strip().rstrip("/")


def repository_address() -> str:
    """Where the project stands at its code host, when the build knows it; without a slash at its end."""
    return os.environ.get("ANCHORBOOK_REPOSITORY", "").strip().rstrip("/")


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
        return str(yaml.safe_load(read_regular(self.root / "_config.yml", SMALL).decode("utf-8"))["title"])

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
    def claims(self) -> Path:
        """The ledger: every number of the source documents."""
        return self.data / "claims.csv"

    @property
    def disagreements(self) -> Path:
        """Disagreements between sources that no case record holds."""
        return self.data / "disagreements.yaml"

    @property
    def frameworks(self) -> Path:
        return self.data / "frameworks"

    @property
    def workshops(self) -> Path:
        return self.data / "workshops"

    @property
    def activities(self) -> Path:
        return self.data / "activities"

    @property
    def progression(self) -> Path:
        """The questions and levels of the self-assessment."""
        return self.data / "progression.yaml"

    @property
    def feedback(self) -> Path:
        """The questions of the form that people fill in after a workshop."""
        return self.data / "feedback.yaml"

    @property
    def card_prompts(self) -> Path:
        """The questions on the backs of case cards."""
        return self.data / "card-prompts.yaml"

    @property
    def addresses(self) -> Path:
        """Every address that was ever published."""
        return self.data / "addresses.txt"

    @property
    def redirects(self) -> Path:
        """Where addresses lead that have moved."""
        return self.data / "redirects.yaml"

    @property
    def link_check(self) -> Path:
        """What the outside addresses last said; see ``anchorbook links``. It is no part of the repository."""
        return self.data / "link-check.json"

    def fills_slots(self, path: Path) -> bool:
        """True for a file of the data folder that fills pages after Sphinx has made them, and is no table of a notebook."""
        files, folders = (self.claims, self.disagreements, self.progression, self.feedback, self.card_prompts, self.addresses, self.redirects, self.link_check), (self.vocabulary, self.frameworks, self.workshops, self.activities)
        return path in files or not set(folders).isdisjoint(path.parents)

    def tables(self) -> list[Path]:
        """The tables that notebooks may read, in order of name."""
        return [path for path in sorted(self.data.iterdir()) if path.suffix in (".csv", ".geojson") and path.is_file() and not self.fills_slots(path)]

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

    def case_names(self) -> list[str]:
        """The name of every case-study file, in order. None when the folder cannot be opened: who reads the cases says so."""
        try:
            names = os.listdir(self.cases)
        except OSError:
            return []
        return sorted(name for name in names if name.endswith((".yaml", ".yml")) and not name.startswith("."))

    def case_files(self) -> list[Path]:
        """Every case-study file, in order of name."""
        folder = self.cases
        return [folder / name for name in self.case_names()]
