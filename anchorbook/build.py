"""From a project folder to a finished site, step by step, saying what happens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

from anchorbook.findings import Finding, has_errors
from anchorbook.project import Project
from anchorbook.store import code_digest, digest_of

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
        from anchorbook.reporting import summary

        steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in self.seconds.items())
        return (
            f"  cases      {self.cases:,}\n"
            f"  pages      {self.pages:,} ({self.written:,} files written)\n"
            f"  notebooks  {self.notebooks} ({self.notebooks_executed} executed, {self.notebooks - self.notebooks_executed} unchanged)\n"
            f"  findings   {summary(self.findings)}\n"
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


def build(project: Project, *, say: Say = print, fresh_pages: bool = False) -> Summary:
    """Check, execute, build, publish. The last good site stays when anything is wrong."""
    from anchorbook.reporting import as_text
    from anchorbook.site.publish import index_site, publish, read_for_site

    summary = Summary()
    progress = Progress(say)
    steps = 4
    count = len(project.case_files())
    with _step(summary, say, "check", f"1 of {steps}  Checking {count:,} case studies"):
        catalogue = read_for_site(project, progress=lambda done, total: progress("cases", done, total))
    summary.findings += catalogue.findings
    summary.cases = len(catalogue.by_id)
    if has_errors(catalogue.findings):
        say(as_text(catalogue.findings))
        say("\nThe site was not built: correct the errors above first.")
        return summary

    work = project.build / "sphinx" / "_build"
    digest = shells_digest(project)
    stamp = project.cache / "shells"
    notebooks = sorted(project.notebooks.glob("*.ipynb"))
    summary.notebooks = len(notebooks)
    fresh = fresh_pages or not stamp.is_file() or stamp.read_text() != digest
    name = f"2 of {steps}  " + (f"Executing {len(notebooks)} notebook{'s' if len(notebooks) != 1 else ''} and making the pages"
                                if fresh else "Pages and notebooks have not changed")
    with _step(summary, say, "pages", name):
        if fresh:
            stamp.unlink(missing_ok=True)
            done, summary.notebooks_executed = _run_sphinx(project, say)
            if not done:
                say("\nThe site was not built: Sphinx reported the problems above.")
                return summary
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(digest)

    with _step(summary, say, "site", f"3 of {steps}  Filling pages and writing {count:,} cases"):
        result = publish(project, catalogue, shells=work / "shells", static=work / "html", out=project.html, progress=progress)
    if result.errors:
        summary.findings += result.errors
        say(as_text(result.errors))
        say("\nThe site was not built: correct the errors above first.")
        return summary
    summary.pages, summary.written = result.pages, result.written
    with _step(summary, say, "search", f"4 of {steps}  Indexing for search"):
        searched = catalogue.searched
        del catalogue  # its memory is better used by the index
        index_site(project, searched, project.html, progress)
    if summary.findings:
        say(as_text(summary.findings))
    summary.ok = True
    return summary


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
