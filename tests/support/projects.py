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
SMALL_LEDGER = """\
id,name,value,low,high,text,unit,per,qualifier,kind,period,source,locator,check,reason,note
CL10,Share of health that is due to formal health care,,10,20,,%,,about,context,not known,reed2019_ch7,line 84,,,
CL16,Money raised for the panels,345000,,,,GBP,,exact,input,until 2022-06,reed2019_ch7,line 271,,,
CL17,Solar panels put up,1000,,,,panels,,exact,output,until 2022-06,reed2019_ch7,line 272,,,
CL20,Staff moved to NHS terms,1000,,,,staff,,at-least,output,2020-04,reed2019_ch7,line 412,,,
CL34,Sizes of grants asked for,,,,"33% small, 67% large",,,exact,context,2020/21,reed2019_ch7,line 443,,,
"""
"""A ledger of five claims, so that expected messages do not change when the book gains a claim."""
LEDGER_PARTS = ("claims.csv", "disagreements.yaml", "frameworks")


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
    ledger: str | None = SMALL_LEDGER,
    whole_ledger: bool = False,
) -> Project:
    """A project in ``folder`` with this book's vocabulary. ``cases`` gives file names (with their ending) and contents.

    ``ledger`` is the text of data/claims.csv, None for a project without one. With ``whole_ledger`` it gets this
    book's ledger, register of disagreements and frameworks instead.
    """
    (folder / "book").mkdir(parents=True, exist_ok=True)
    (folder / "case_studies").mkdir(exist_ok=True)
    (folder / "book" / "index.md").write_text("# A small book\n", "utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/index\n", "utf-8")
    shutil.copytree(ROOT / "data" / "vocabulary", folder / "data" / "vocabulary", dirs_exist_ok=True)
    shutil.copyfile(references, folder / "references.bib")
    if whole_ledger:
        for name in LEDGER_PARTS:
            part = ROOT / "data" / name
            (shutil.copytree if part.is_dir() else shutil.copyfile)(part, folder / "data" / name)
    elif ledger is not None:
        (folder / "data" / "claims.csv").write_text(ledger, "utf-8")
    for name, content in (cases or {}).items():
        write_case(folder, name, content)
    return Project.find(folder)


def write_case(folder: Path, name: str, content: str | bytes) -> Path:
    """Write one file into ``case_studies``, as it is."""
    path = folder / "case_studies" / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
