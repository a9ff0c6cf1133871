"""Measure the build beside Hugo and MkDocs Material: ``python benchmarks/run.py [SIZES] [--ours-only]``. See README.md beside it."""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from anchorbook.project import Project  # noqa: E402
from benchmarks.chart import chart  # noqa: E402
from benchmarks.measuring import Failed  # noqa: E402
from benchmarks.others.install import NotInstalled, Tools, install  # noqa: E402
from benchmarks.outcome import Outcome  # noqa: E402
from benchmarks.reporting import PICTURE, page, report  # noqa: E402
from benchmarks.steps import measure  # noqa: E402
from benchmarks.synthetic import make_project  # noqa: E402
from benchmarks.tools import NAMES, OURS, Book, Hugo, MkDocs, Tool  # noqa: E402

SIZES = (100, 1000, 10000)
RESULTS = HERE / "results"
PAGE = ROOT / "book" / "about"
"""Where the page of the site is that shows the results."""
TOOLS = ROOT / "_build" / "benchmark-tools"
LEFT_OUT = "The run was told to measure this book only."


def sizes_of(texts: list[str]) -> list[int]:
    sizes = sorted({int(text.replace(",", "").replace("_", "")) for text in texts})
    if not sizes or sizes[0] < 1 or sizes[-1] > 99_000:
        raise ValueError
    return sizes


def run(sizes: list[int], repeats: int, tools: Tools | None, left_out: str) -> Outcome:
    """Build everything, in temporary folders that are removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="anchorbook-bench-") as name:
        folder = Path(name)
        # Frozen, so that nobody's editing changes the code or the pages half-way through.
        package = folder / "package"
        shutil.copytree(ROOT / "anchorbook", package / "anchorbook")
        book = make_project(folder / "book", 0)
        outcome = Outcome(datetime.date.today().isoformat(), _machine(), {"Python": platform.python_version(), **(tools.versions if tools else {})},
                          len(book.case_files()), repeats, {}, left_out)
        # Warms the file cache and Python's compiled files, so that sizes compare.
        Book(book, package).build("cold")
        shutil.rmtree(book.build)
        for size in (0, *sizes):
            print(f"{size:,} made-up cases", flush=True)
            place = folder / str(size)
            more = repeats if size else 0
            project = make_project(place / "project", size + more, source=book.root)
            for name, make in _makers(project, package, tools):
                print(f"  {name}", flush=True)
                tool = make()
                outcome.tools.setdefault(name, []).append(measure(tool, size, more, lambda line: print(line, flush=True)))
                shutil.rmtree(tool.root)  # Before the next: three sites of 10,000 cases need a gigabyte.
            shutil.rmtree(place)
    outcome.tools = {name: outcome.tools[name] for name in NAMES if name in outcome.tools}
    return outcome


def _makers(project: Project, package: Path, tools: Tools | None) -> list[tuple[str, Callable[[], Tool]]]:
    """How to make each tool's site. This book comes last: the others are made from its cases, which it edits and deletes."""
    place = project.root.parent
    others = [(Hugo.name, lambda: Hugo(place / "hugo", project, tools)), (MkDocs.name, lambda: MkDocs(place / "mkdocs", project, tools))] if tools else []
    return [*others, (OURS, lambda: Book(project, package))]


def _machine() -> dict[str, str | int]:
    return {"cores": os.cpu_count() or 1, "processor": platform.machine(), "memory_gb": round(psutil.virtual_memory().total / 1e9), "system": platform.system()}


def write(outcome: Outcome, stem: Path, site: Path | None) -> str:
    """Write ``stem``.json, .md and .svg, and what the page in the folder ``site`` includes; returns the report."""
    outcome = Outcome.from_json(outcome.to_json())  # rounded once, so that tables say what the file says
    text, drawn = report(outcome), chart(outcome)
    for suffix, content in ((".json", outcome.to_json()), (".md", text), (".svg", drawn)):
        stem.with_name(stem.name + suffix).write_text(content, "utf-8")
    if site:
        (site / "speed-results.txt").write_text(page(outcome), "utf-8")
        (site / PICTURE).write_text(drawn, "utf-8")
    return text


def main() -> int:
    options = argparse.ArgumentParser(description="Measure the build with made-up cases, beside Hugo and MkDocs Material.")
    options.add_argument("sizes", nargs="*", default=[str(size) for size in SIZES], help="numbers of made-up cases (default: 100 1000 10000)")
    options.add_argument("--repeats", type=int, default=3, help="builds of each step after the cold one; the median counts (default: 3)")
    options.add_argument("--output", type=Path, default=RESULTS, metavar="STEM",
                         help="write STEM.json, STEM.md and STEM.svg (default: benchmarks/results, and the page about speed with it)")
    options.add_argument("--ours-only", action="store_true", help="leave Hugo and MkDocs Material out")
    options.add_argument("--tools", type=Path, default=TOOLS, help="folder to install Hugo and MkDocs Material in (default: _build/benchmark-tools)")
    options.add_argument("--rewrite", action="store_true", help="build nothing: write report and chart anew from STEM.json")
    given = options.parse_args()
    try:
        sizes = sizes_of(given.sizes)
    except ValueError:
        options.error("sizes are whole numbers from 1 to 99,000")
    if given.repeats < 1:
        options.error("--repeats is at least 1")
    try:
        if given.rewrite:
            outcome = Outcome.from_json(given.output.with_name(given.output.name + ".json").read_text("utf-8"))
        else:
            tools, left_out = others(given.tools, given.ours_only)
            outcome = run(sizes, given.repeats, tools, left_out)
    except (Failed, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n" + write(outcome, given.output, PAGE if given.output == RESULTS else None))
    return 0


def others(folder: Path, ours_only: bool) -> tuple[Tools | None, str]:
    """The other tools, or why there are none."""
    if ours_only:
        return None, LEFT_OUT
    try:
        print("Installing Hugo and MkDocs Material, unless they are there", flush=True)
        return install(folder), ""
    except NotInstalled as error:
        print(f"{error}\nThe comparison with Hugo and MkDocs Material is left out.", file=sys.stderr, flush=True)
        return None, str(error)


if __name__ == "__main__":
    sys.exit(main())
