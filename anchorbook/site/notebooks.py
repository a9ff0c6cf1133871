"""Notebooks run again when their data change, not only when their code does."""

from __future__ import annotations

from pathlib import Path

from anchorbook.project import Project
from anchorbook.store import digest_of


def data_digest(project: Project) -> str:
    """A name for everything a notebook may read: the data tables and the arithmetic of the package."""
    code = Path(__file__).parents[1] / "evidence"
    files = sorted(path for folder in (project.data, code) for path in folder.rglob("*")
                   if path.is_file() and "__pycache__" not in path.parts and "vocabulary" not in path.parts)
    return digest_of(*(part for path in files for part in (path.name, path.read_bytes())))


def cache_for_data(app, config) -> None:
    """Give the notebook cache a folder of its own for each state of the data.

    The stock cache knows code alone, so a changed table would leave old figures on the page.
    """
    base = Path(app.outdir).parent / "notebook-cache"
    config.nb_execution_cache_path = str(base / data_digest(Project(Path(app.srcdir)))[:16])
