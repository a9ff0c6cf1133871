"""Small projects made in a temporary folder, for tests that go the public way."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from anchorbook.project import Project

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
GOOD_FILES = TESTS / "good_files"
SMALL_BIBLIOGRAPHY = TESTS / "support" / "references.bib"


def good_file(name: str = "minimal", *, id: str = "", **changes: str) -> str:
    """The text of a good file. ``changes`` replace the line of a field that has its value on one line, or add one.

    ``good_file(title="Another title")`` gives a minimal record with that title; ``id`` names the copy.
    """
    lines = (GOOD_FILES / f"{name}.yaml").read_text("utf-8").splitlines()
    changes = {**changes, **({"id": id} if id else {})}
    for field, value in changes.items():
        places = [number for number, line in enumerate(lines) if line.startswith(f"{field}:")]
        if places:
            lines[places[0]] = f"{field}: {value}"
        else:
            lines.append(f"{field}: {value}")
    return "\n".join(lines) + "\n"


def case(id: str, **changes: str) -> dict[str, str]:
    """One file for :func:`make_project`, named after its id: ``{**case("a"), **case("b", status="ended")}``."""
    return {f"{id}.yaml": good_file(id=id, **changes)}


def make_project(
    folder: Path,
    cases: Mapping[str, str | bytes] | None = None,
    *,
    references: Path = ROOT / "references.bib",
) -> Project:
    """A project in ``folder`` with this book's vocabulary. ``cases`` gives file names (with their ending) and contents."""
    (folder / "book").mkdir(parents=True, exist_ok=True)
    (folder / "case_studies").mkdir(exist_ok=True)
    (folder / "book" / "index.md").write_text("# A small book\n", "utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/index\n", "utf-8")
    shutil.copytree(ROOT / "data" / "vocabulary", folder / "data" / "vocabulary", dirs_exist_ok=True)
    shutil.copyfile(references, folder / "references.bib")
    for name, content in (cases or {}).items():
        write_case(folder, name, content)
    return Project.find(folder)


def write_case(folder: Path, name: str, content: str | bytes) -> Path:
    """Write one file into ``case_studies``, as it is."""
    path = folder / "case_studies" / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
