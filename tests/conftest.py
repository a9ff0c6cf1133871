"""Fixtures that several test modules share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from anchorbook.project import Project
from tests.support.projects import SMALL_BIBLIOGRAPHY, make_project


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Project]:
    """Makes a small project: ``project({"a.yaml": "..."})``; see :func:`tests.support.projects.make_project`."""

    def make(cases=None, *, references: Path = SMALL_BIBLIOGRAPHY) -> Project:
        return make_project(tmp_path / "book-project", cases, references=references)

    return make
