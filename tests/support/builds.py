"""Whole copies of the project, to build and change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("book", "case_studies", "notebooks", "data")
FILES = ("_config.yml", "_toc.yml", "references.bib", "requirements.lock")


def copy_project(target: Path) -> Path:
    """A copy of everything a build reads, in ``target``. Without the register of addresses: tests rename and delete cases."""
    target.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        shutil.copytree(ROOT / part, target / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "addresses.txt"))
    for name in FILES:
        shutil.copy2(ROOT / name, target / name)
    (target / "node_modules").symlink_to(ROOT / "node_modules")
    return target


def anchorbook(project: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    """Run a command of the package on a project, with these variables of the environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANCHORBOOK_")} | variables
    return subprocess.run([sys.executable, "-m", "anchorbook.cli", "--project", str(project), *arguments],
                          capture_output=True, text=True, env=environment, check=False, encoding="utf-8")


def build(project: Path, **variables: str) -> Path:
    """Build a project that should build; returns its site."""
    done = anchorbook(project, "build", **variables)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return project / "_build" / "html"
