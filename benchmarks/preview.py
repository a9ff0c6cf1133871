"""Measure `anchorbook preview`: ``python benchmarks/preview.py [CASES] [--output FILE]``. See README.md beside it.

Builds a book with made-up cases, starts the preview as a person does, and saves files. Prints how long it takes until
the served page, and until the lists, show what was saved, beside the time of a whole unchanged build in the same run.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from synthetic import case_id, make_project  # noqa: E402

from anchorbook.project import Project  # noqa: E402

AIMS = {"edited": 1, "new": 2, "deleted": 2}
"""Seconds until pages and lists show it, for each kind of change."""
TIMES = 5
MB = 1_000_000


def fetch(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return "" if error.code == 404 else f"error {error.code}"


def until(true: Callable[[], object], most: float = 900, every: float = 0.01) -> float:
    """Seconds until something is true."""
    start = time.perf_counter()
    while not true():
        if time.perf_counter() - start > most:
            raise SystemExit("waited too long")
        time.sleep(every)
    return time.perf_counter() - start


def saved(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def titled(text: str, title: str) -> str:
    """A record with another title. The old one may go on over several lines."""
    return re.sub(r"(?m)^title:.*\n(?:[ \t].*\n)*", f"title: {title}\n", text)


def main() -> int:
    options = argparse.ArgumentParser(description="Measure the preview with made-up cases.")
    options.add_argument("cases", nargs="?", type=int, default=10_000)
    options.add_argument("--output", type=Path, default=HERE / "preview.md")
    options.add_argument("--book", type=Path, help="a book with CASES made-up cases that stands already, as benchmarks/synthetic.py makes it")
    given = options.parse_args()
    command = [sys.executable, "-m", "anchorbook.cli", "--project"]
    with tempfile.TemporaryDirectory(prefix="anchorbook-bench-") as folder:
        project = Project(given.book.resolve()) if given.book else make_project(Path(folder) / "book", given.cases)
        log = Path(folder) / "log"
        with log.open("w") as out:
            process = subprocess.Popen([*command, str(project.root), "preview", "--port", "0"], stdout=out, stderr=subprocess.STDOUT, cwd=HERE.parent)
        try:
            start = until(lambda: "Open http" in log.read_text() or process.poll() is not None)
            if "Not built" in log.read_text() or "was not built" in log.read_text() or process.poll() is not None:
                raise SystemExit(f"The book has errors:\n{log.read_text()}")
            home = re.search(r"Open (http://\S+)", log.read_text())[1]  # type: ignore[index]
            rows: dict[str, tuple[list[float], list[float]]] = {"edited": ([], []), "mistake": ([], []), "new": ([], []), "deleted": ([], [])}

            def measure(what: str, change: Callable[[], None], page: Callable[[], object], lists: Callable[[], object] | None) -> None:
                before = log.read_text().count("\nDone.") + log.read_text().count("\nNot built")
                change()
                begin = time.perf_counter()
                rows[what][0].append(until(page))
                if lists:
                    until(lists, every=0.05)  # each look is a megabyte
                    rows[what][1].append(time.perf_counter() - begin)
                until(lambda: log.read_text().count("\nDone.") + log.read_text().count("\nNot built") > before)

            explore = f"{home}explore.html"

            def listed() -> str:
                """All that Explore says of the cases: its page and its files."""
                first = fetch(f"{home}assets/explore-index.js")
                further = re.findall(r'"[0-9a-f]{16}"', re.search(r'"files":\[(.*?)\]', first)[1])  # type: ignore[index]
                return fetch(explore) + first + "".join(fetch(f"{home}assets/explore/{number}.js") for number in range(1, len(further) + 1))

            count = int(re.search(r'data-total="(\d+)"', fetch(explore))[1])  # type: ignore[index]
            for number in range(1, TIMES + 1):
                id = case_id(number * given.cases // (TIMES + 2) // 10 * 10)
                path, page = project.cases / f"{id}.yaml", f"{home}cases/{id}.html"
                text = path.read_text("utf-8")
                title = f"Saved in the preview {time.time_ns()}"  # one that no interrupted run has left
                measure("edited", lambda: saved(path, titled(text, title)),
                        lambda: title in fetch(page), lambda: title in listed())
                measure("mistake", lambda: saved(path, text.replace("status:", "statsu:", 1)), lambda: "statsu" in fetch(page), None)
                measure("edited", lambda: saved(path, text), lambda: title not in fetch(page), lambda: title not in listed())
                new = project.cases / f"added-{number}.yaml"
                measure("new", lambda: saved(new, re.sub(r"(?m)^id: .*$", f"id: added-{number}", text)),
                        lambda: f"case_studies/added-{number}.yaml" in fetch(f"{home}cases/added-{number}.html"), lambda: f"added-{number}" in listed() and f'data-total="{count + 1}"' in fetch(explore))
                measure("deleted", new.unlink, lambda: not fetch(f"{home}cases/added-{number}.html"), lambda: f"added-{number}" not in listed() and f'data-total="{count}"' in fetch(explore))
            memory = psutil.Process(process.pid).memory_info().rss / MB
        finally:
            process.terminate()
            process.wait()
        begin = time.perf_counter()
        subprocess.run([*command, str(project.root), "build", "--quick"], cwd=HERE.parent, check=True, stdout=subprocess.DEVNULL)
        whole = time.perf_counter() - begin
    said = {"edited": "A case edited", "mistake": "A mistake made", "new": "A case added", "deleted": "A case deleted"}

    def cell(times: list[float]) -> str:
        return f"{statistics.median(times):.2f} | {max(times):.2f}" if times else "no change | no change"

    slowest = {what: max(max(page), max(found, default=0)) for what, (page, found) in rows.items()}
    text = (
        "# The preview\n\nWritten by `benchmarks/preview.py`; what is measured stands in [README.md](README.md).\n\n"
        f"- {given.cases:,} made-up cases beside the real ones; the first build{' of a book that was built before' if given.book else ''} took {start:.0f} s\n"
        + "".join(f"- {said[what]}: on its page and in all lists after {slowest[what]:.2f} s at most (aim: under {aim} s): {'met' if slowest[what] < aim else 'not met'}\n"
                  for what, aim in AIMS.items()) +
        f"- A command `anchorbook build --quick` with nothing changed, afterwards: {whole:.2f} s\n"
        f"- Memory of the preview at the end: {memory:.0f} MB\n\n"
        "Seconds from the end of saving until the server shows it.\n\n"
        "| What was saved | Page, median | Page, slowest | Lists, median | Lists, slowest |\n| :--- | ---: | ---: | ---: | ---: |\n"
        + "".join(f"| {said[what]} | {cell(page)} | {cell(found)} |\n" for what, (page, found) in rows.items()))
    given.output.write_text(text, "utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
