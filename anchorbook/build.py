"""From a project folder to a finished site, step by step, saying what happens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from anchorbook.catalogue import Catalogue
from anchorbook.findings import Finding, has_errors
from anchorbook.project import Project
from anchorbook.reporting import as_text
from anchorbook.reporting import summary as say_findings
from anchorbook.site import search
from anchorbook.site.indexing import SearchIndex
from anchorbook.site.publish import MissingLibrary, publish, read_for_site
from anchorbook.store import code_digest, digest_of

STEPS = 4

Say = Callable[[str], None]


@dataclass
class Summary:
    """What a build did, for its last lines."""

    ok: bool = False
    cases: int = 0
    pages: int = 0
    written: int = 0
    notebooks_executed: int = 0
    notebooks: int = 0
    findings: list[Finding] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in self.seconds.items())
        return (
            f"  cases      {self.cases:,}\n"
            f"  pages      {self.pages:,} ({self.written:,} files written)\n"
            f"  notebooks  {self.notebooks} ({self.notebooks_executed} executed, {self.notebooks - self.notebooks_executed} unchanged)\n"
            f"  findings   {say_findings(self.findings)}\n"
            f"  time       {sum(self.seconds.values()):.1f} s ({steps})"
        )


class Progress:
    """Says how far a step is, on one line where a person watches and sparingly in a log."""

    def __init__(self, say: Say):
        self.say = say
        self.live = sys.stdout.isatty()
        self.last = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if total and done and (self.live and now - self.last > 0.1 or now - self.last > 5) and done < total:
            self.last = now
            if self.live:
                print(f"\r    {what}: {done:,} of {total:,}", end="\033[K\r", flush=True)
            else:
                self.say(f"    {what}: {done:,} of {total:,}")


@contextmanager
def _step(summary: Summary, say: Say, name: str, text: str):
    say(text)
    start = time.perf_counter()
    try:
        yield
    finally:
        summary.seconds[name] = time.perf_counter() - start


def build(project: Project, *, say: Say = print, fresh: bool = False) -> Summary:
    """Check, execute, build, publish. The last good site stays when anything is wrong."""
    summary = Summary()
    progress = Progress(say)
    if fresh:
        _stamp(project).unlink(missing_ok=True)
    count = len(project.case_files())
    with _step(summary, say, "check", f"1 of {STEPS}  Checking {count:,} case studies"):
        catalogue = read_for_site(project, progress=lambda done, total: progress("cases", done, total))
    summary.findings += catalogue.findings
    summary.cases = len(catalogue.by_id)
    if has_errors(catalogue.findings):
        say(as_text(catalogue.findings))
        say("\nThe site was not built: correct the errors above first.")
        return summary

    index = SearchIndex(project, catalogue.searched, project.html)
    with ThreadPoolExecutor(1) as aside:
        # The search of the cases needs their words only: it is made while the pages are.
        cases_indexed = aside.submit(index.make_cases)
        if not _make_pages(project, summary, say) or not _fill_pages(project, catalogue, summary, say, progress):
            return summary
        del catalogue  # its memory is better used by the index
        with _step(summary, say, "search", f"4 of {STEPS}  Indexing for search"):
            try:
                cases_indexed.result()
                index.install()
            except search.IndexingFailed as error:
                say(f"{error}\n\nThe pages are ready, but their search is not up to date.")
                return summary
    if summary.findings:
        say(as_text(summary.findings))
    summary.ok = True
    return summary


def _stamp(project: Project) -> Path:
    """The file that remembers what the pages were made from."""
    return project.cache / "shells"


def _make_pages(project: Project, summary: Summary, say: Say) -> bool:
    """Have Sphinx make the pages, if anything it makes them from has changed; returns whether they are there."""
    digest = shells_digest(project)
    stamp = _stamp(project)
    notebooks = sorted(project.notebooks.glob("*.ipynb"))
    summary.notebooks = len(notebooks)
    fresh = not stamp.is_file() or stamp.read_text() != digest
    many = "s" if len(notebooks) != 1 else ""
    text = f"Executing {len(notebooks)} notebook{many} and making the pages" if fresh else "Pages and notebooks have not changed"
    with _step(summary, say, "pages", f"2 of {STEPS}  {text}"):
        if fresh:
            stamp.unlink(missing_ok=True)
            done, summary.notebooks_executed = _run_sphinx(project, say)
            if not done:
                say("\nThe site was not built: Sphinx reported the problems above.")
                return False
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(digest)
    return True


def _fill_pages(project: Project, catalogue: Catalogue, summary: Summary, say: Say, progress: Progress) -> bool:
    """Fill the pages and write the cases; returns whether that was possible."""
    work = project.build / "sphinx" / "_build"
    with _step(summary, say, "site", f"3 of {STEPS}  Filling pages and writing {summary.cases:,} cases"):
        try:
            result = publish(project, catalogue, shells=work / "shells", static=work / "html", out=project.html, progress=progress)
        except MissingLibrary as error:
            say(f"{error}\n\nThe site was not built.")
            return False
    if result.errors:
        summary.findings += result.errors
        say(as_text(result.errors))
        say("\nThe site was not built: correct the errors above first.")
        return False
    summary.pages, summary.written = result.pages, result.written
    return True


SOURCES = ("book", "notebooks", "data")
ALONE = ("_config.yml", "_toc.yml", "requirements.lock")


def shells_digest(project: Project) -> str:
    """A name for everything that Sphinx makes pages from. Cases, vocabulary and references are not part of it: they fill slots."""
    files = [path for folder in SOURCES for path in sorted((project.root / folder).rglob("*"))
             if path.is_file() and project.vocabulary not in path.parents and ".ipynb_checkpoints" not in path.parts]
    files += [project.root / name for name in ALONE if (project.root / name).is_file()]
    parts: list[str | bytes] = [code_digest(), sys.version]
    for path in files:
        parts += [project.relative(path), path.read_bytes()]
    return digest_of(*parts)


def _run_sphinx(project: Project, say: Say) -> tuple[bool, int]:
    """Let Jupyter Book make the shells, from scratch; returns whether it worked and how many notebooks ran."""
    from anchorbook.site import SHELLS_ONLY

    target = project.build / "sphinx"
    for part in ("html", "shells", ".doctrees"):
        shutil.rmtree(target / "_build" / part, ignore_errors=True)
    target.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(project.root), "--path-output", str(target),
               "--all", "-W", "--keep-going"]
    environment = {**os.environ, SHELLS_ONLY: "1", "PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": "0",
                   "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    executed = 0
    lines: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
                          cwd=project.root, encoding="utf-8", errors="replace") as process:
        assert process.stdout is not None
        for line in process.stdout:
            plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line).rstrip()
            lines.append(plain)
            if "Executing notebook using" in plain:
                executed += 1
                say(f"    running {plain.split(':')[0].strip()}")
    if process.returncode:
        say("\n".join("    " + line for line in _telling(lines)))
    return process.returncode == 0, executed


_PROGRESS = re.compile(r"\.\.\. ?(\[ *\d+%\].*|done)$")


def _telling(lines: list[str]) -> list[str]:
    """What a person needs of Sphinx's output: without its progress and without how Python got there."""
    kept = []
    for line in lines:
        if line.startswith(("The above exception was", "During handling of")):
            break
        if line.strip() and not _PROGRESS.search(line):
            kept.append(line)
    return kept[-40:]
