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
from anchorbook.inside import checking as inside
from anchorbook.loading import Memory
from anchorbook.locking import Busy, building, held
from anchorbook.notebooks import NEVER_IN_THE_SITE, Notebook, catalogue_digest
from anchorbook.open_data import FILES, SITEMAP
from anchorbook.project import Project
from anchorbook.reporting import as_text
from anchorbook.reporting import summary as say_findings
from anchorbook.site import SHELLS_ONLY, checksums, search
from anchorbook.site.beside import NextSite, NotWhole
from anchorbook.site.indexing import SearchIndex
from anchorbook.site.made import Changed
from anchorbook.site.pages import shells_of
from anchorbook.site.publish import MissingLibrary, publish, read_for_site
from anchorbook.store import Store, code_digest, digest_of
from anchorbook.switching import files_in
from anchorbook.trouble import STAYS, TROUBLE, advice, say_trouble

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
    catalogue: Catalogue | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        if not self.seconds:
            return ""  # nothing was begun
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


def build(
    project: Project, *, say: Say = print, fresh: bool = False, quick: bool = False, memory: Memory | None = None,
    waiting: Callable[[Busy], bool] = lambda busy: False,
) -> Summary:
    """Check, execute, build, publish. The last good site stays when anything is wrong, and until the new one is whole.

    Notebooks that load the catalogue run again when a case changes, and Sphinx with them: some twenty seconds. The data
    files hold all cases and are written anew. With ``quick`` both stay as they were, until a build without it.
    With a ``memory``, as the preview has, only changed files are opened, and the summary holds the catalogue.
    One build of a book runs at a time: ``waiting`` is asked whether to wait for another.
    """
    summary = Summary()
    try:
        with building(project.build, waiting=waiting):
            _build(project, summary, say, fresh=fresh, quick=quick, memory=memory)
    except (Busy, Changed, NotWhole) as error:
        say(str(error))
    except BrokenPipeError:  # nobody reads what is said
        raise
    except TROUBLE as error:
        say(say_trouble(error, project))
    return summary


def _build(project: Project, summary: Summary, say: Say, *, fresh: bool, quick: bool, memory: Memory | None) -> None:
    progress = Progress(say)
    if fresh:
        _stamp(project).unlink(missing_ok=True)
    count = len(project.case_files())
    with _step(summary, say, "check", f"1 of {STEPS}  Checking {count:,} case studies"):
        catalogue = read_for_site(project, progress=lambda done, total: progress("cases", done, total), memory=memory, tidy=True)
    summary.findings += catalogue.findings
    summary.cases = len(catalogue.by_id)
    summary.catalogue = catalogue if memory else None
    if has_errors(catalogue.findings):
        say(as_text(catalogue.findings))
        say("\nThe site was not built: correct the errors above first.")
        return

    site = NextSite(project.html, project.cache)
    index = SearchIndex(project, catalogue, site)
    with ThreadPoolExecutor(1) as aside:
        # The search of the cases needs their words only: it is made while the pages are.
        cases_indexed = aside.submit(index.make_cases)
        if not _make_pages(project, summary, say, quick):
            return
        ahead = _fill_pages(project, catalogue, site, summary, say, progress, quick)
        if ahead is None:
            return
        del catalogue  # its memory is better used by the index
        with _step(summary, say, "search", f"4 of {STEPS}  Indexing for search"):
            index.hurry()
            try:
                cases_indexed.result()
                index.install()
            except search.IndexingFailed as error:
                say(f"{error}\n\nThe site was not built: it would have no search. {STAYS}")
                return
            with Store(project.cache / "site.sqlite") as store:
                sums = checksums.each_sum(site.folder, store, site.wanted)
                links = inside.check(site.folder, sums, store, waits=_waits if quick else lambda name: False, ahead=ahead)
                if links.broken:
                    summary.findings += (broken := inside.findings(project, site.folder, links, sums))
                    say(as_text(broken))
                    say(f"\nThe site was not built: {_links(len(broken))} would lead nowhere. Correct that first. {STAYS}")
                    return
                inside.keep(links, store)
            text = checksums.sums_text(sums)
            site.put(checksums.NAME, text.encode())
            site.now[checksums.NAME] = digest_of(text)
            site.finish()
    if summary.findings:
        say(as_text(summary.findings))
    summary.ok = True


def _links(number: int) -> str:
    return "one link" if number == 1 else f"{number:,} links"


def _waits(name: str) -> bool:
    """True for files that a quick build leaves as they were: they may name cases that are gone, until a whole build."""
    return name in {SITEMAP, *(file.path for file in FILES)} or name.startswith("notebooks/")


def _stamp(project: Project) -> Path:
    """The file that remembers what the pages were made from."""
    return project.cache / "shells"


def _make_pages(project: Project, summary: Summary, say: Say, quick: bool) -> bool:
    """Have Sphinx make the pages, if anything it makes them from has changed; returns whether they are there."""
    shells = shells_digest(project)
    stamp = _stamp(project)
    notebooks = sorted(project.notebooks.glob("*.ipynb"))
    summary.notebooks = len(notebooks)
    before = stamp.read_text(errors="replace").split("\n") if stamp.is_file() else []
    if before[-1:] != [_made_digest(project)]:
        before = []  # killed on the way, or somebody changed what was made
    held = quick and before[:1] == [shells]  # then whatever the cases are, nothing is made from them here: they need not be read
    cases = "" if held else cases_digest(project)
    fresh = not held and before[:-1] != [shells, cases]
    many = "s" if len(notebooks) != 1 else ""
    text = f"Executing {len(notebooks)} notebook{many} and making the pages" if fresh else "Pages and notebooks have not changed"
    if held:
        text = "Pages have not changed; notebooks and data files show the cases as they were at the last whole anchorbook build"
    with _step(summary, say, "pages", f"2 of {STEPS}  {text}"):
        if fresh:
            stamp.unlink(missing_ok=True)
            _drop_damaged_runs(project)
            done, summary.notebooks_executed = _run_sphinx(project, say)
            _note_runs(project)
            if not done:
                say("\nThe site was not built: Sphinx reported the problems above.")
                return False
            if shells == shells_digest(project):  # nothing was saved while Sphinx was reading
                if cases != cases_digest(project):
                    cases = "saved meanwhile"
                stamp.parent.mkdir(parents=True, exist_ok=True)
                stamp.write_text(f"{shells}\n{cases}\n{_made_digest(project)}")
    return True


def _work(project: Project) -> Path:
    """Where Sphinx works."""
    return project.build / "sphinx" / "_build"


def _tree_digest(*folders: Path) -> str:
    """A name for all that these folders hold."""
    return digest_of(*(part for folder in folders for name in sorted(files_in(folder)) for part in (name, (folder / name).read_bytes())))


def _made_digest(project: Project) -> str:
    """A name for what Sphinx has made."""
    return _tree_digest(shells_of(project), _work(project) / "html")


def _runs(project: Project) -> tuple[Path, Path]:
    """The cache of notebooks that were run, and the file with its digest."""
    return _work(project) / "notebook-cache", project.cache / "notebook-runs"


def _drop_damaged_runs(project: Project) -> None:
    """Notebooks run again unless their results are as the last run of Sphinx left them."""
    runs, noted = _runs(project)
    if not noted.is_file() or noted.read_text(errors="replace") != _tree_digest(runs):
        shutil.rmtree(runs, ignore_errors=True)


def _note_runs(project: Project) -> None:
    runs, noted = _runs(project)
    noted.parent.mkdir(parents=True, exist_ok=True)
    noted.write_text(_tree_digest(runs))


def _fill_pages(project: Project, catalogue: Catalogue, site: NextSite, summary: Summary, say: Say, progress: Progress, quick: bool) -> inside.Ahead | None:
    """Fill the pages and write the cases; returns what these point at, or None when that was not possible."""
    with _step(summary, say, "site", f"3 of {STEPS}  Filling pages and writing {summary.cases:,} cases"):
        try:
            result = publish(project, catalogue, shells=shells_of(project), static=_work(project) / "html", site=site, progress=progress, exports=not quick)
        except MissingLibrary as error:
            say(f"{error}\n\nThe site was not built.")
            return None
    if result.errors:
        summary.findings += result.errors
        say(as_text(result.errors))
        say("\nThe site was not built: correct the errors above first.")
        return None
    summary.pages, summary.written = result.pages, result.written
    return result.ahead


SOURCES = ("book", "notebooks", "data")
ALONE = ("_config.yml", "_toc.yml", "requirements.lock", "package-lock.json")


def shells_digest(project: Project) -> str:
    """A name for everything that Sphinx makes pages from. Cases, vocabulary and references are not part of it: they fill
    slots. What notebooks make of them has a name of its own, :func:`cases_digest`."""
    files = [path for folder in SOURCES for path in sorted((project.root / folder).rglob("*"))
             if path.is_file() and not project.fills_slots(path) and ".ipynb_checkpoints" not in path.parts]
    files += [project.root / name for name in ALONE if (project.root / name).is_file()]
    parts: list[str | bytes] = [code_digest(), sys.version]
    for path in files:
        parts += [project.relative(path), path.read_bytes()]
    return digest_of(*parts)


def cases_digest(project: Project) -> str:
    """A name for the catalogue as notebooks load it; empty when none does, so that it is read for those only."""
    texts = [(path.stem, path.read_text("utf-8", errors="replace")) for path in sorted(project.notebooks.glob("*.ipynb"))]
    try:
        loaded = any(Notebook.from_text(project, name, text).loads_catalogue for name, text in texts if "anchorbook" in text)
    except ValueError:
        return ""  # Sphinx will say what is wrong
    return catalogue_digest(project) if loaded else ""


_SPHINX = """\
import os, threading

def stop_with_parent():
    while os.read(0, 1):
        pass
    os._exit(1)

threading.Thread(target=stop_with_parent, daemon=True).start()
from jupyter_book.cli.main import main
main()
"""
"""Jupyter Book, in a process that ends when the one that started it is killed: then nobody holds the other end of its input."""


def _run_sphinx(project: Project, say: Say) -> tuple[bool, int]:
    """Let Jupyter Book make the shells, from scratch; returns whether it worked and how many notebooks ran."""
    target = project.build / "sphinx"
    for part in ("html", "shells", ".doctrees"):
        shutil.rmtree(target / "_build" / part, ignore_errors=True)
    target.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", _SPHINX, "build", str(project.root), "--path-output", str(target),
               "--all", "-W", "--keep-going"]
    kept = {name: value for name, value in os.environ.items() if name not in NEVER_IN_THE_SITE}
    environment = {**kept, SHELLS_ONLY: "1", "PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": "0",
                   "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    executed = 0
    lines: list[str] = []
    # It keeps the lock of this build while it runs, and stops when this process does: see _SPHINX.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
                          cwd=project.root, encoding="utf-8", errors="replace", pass_fds=held()) as process:
        assert process.stdout is not None
        for line in process.stdout:
            plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line).rstrip()
            lines.append(plain)
            if "Executing notebook using" in plain:
                executed += 1
                say(f"    running {plain.split(':')[0].strip()}")
    if process.returncode:
        lines += [advised] if (advised := advice(lines, project)) else []
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
