"""The case studies that somebody names by their files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from anchorbook.nearest import nearest
from anchorbook.project import Project


class NotACase(ValueError):
    """A file that was named is no case study of this book; says what to do, in plain words."""


def named_cases(project: Project, files: Iterable[Path]) -> set[str]:
    """The paths of these files as findings give them. A folder stands for all case studies in it.

    :raises NotACase: when one is not there, or lies outside the folder of case studies
    """
    return {name for path in files for name in _named(project, path)}


def _named(project: Project, path: Path) -> list[str]:
    cases, folder = project.cases.resolve(), project.relative(project.cases)
    there = [place.resolve() for place in (path, project.root / path, project.cases / path) if place.exists()]
    found = next((place for place in there if cases in (place, place.parent)), None)
    if not there:
        guess = nearest(path.name, project.case_names())
        raise NotACase(f"There is no file {path}." + (f" Did you mean {folder}/{guess}?" if guess else ""))
    if found == cases:
        return [project.relative(case) for case in project.case_files()]
    if found is None or found.is_dir():
        raise NotACase(f"{path} is no file in the folder {folder}, so it is no part of the book yet. Put your file there, then check it again.")
    return [project.relative(found)]
