"""The book on this computer while somebody writes: a saved case shows at once, with what the checker says of it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from anchorbook.build import build
from anchorbook.calling import call
from anchorbook.locking import Busy
from anchorbook.preview.current import Current
from anchorbook.preview.drafts import Drafts
from anchorbook.preview.server import serve
from anchorbook.project import Project
from anchorbook.reporting import summary as say_findings
from anchorbook.reporting import visible

MANY = 50
"""More changed cases than this, as when a branch is changed, are left to the build."""

QUIET = 1.0
"""Seconds without a change before the book is built: until then pages and lists have the computer to themselves."""

Say = Callable[[str], None]


class Builder:
    """Builds the book in a thread of its own when changes have come to rest, once for all that was asked for meanwhile."""

    def __init__(self, project: Project, drafts: Drafts, current: Current, say: Say):
        self.project, self.drafts, self.current, self.say = project, drafts, current, say
        self._told = False
        self._asked = threading.Event()
        self._stop = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def once(self) -> bool:
        """Build now; returns whether the site is up to date."""
        self._told, mark, reads = False, self.drafts.mark(), self.current.reads
        summary = build(self.project, say=self.say, quick=True, memory=self.current.memory, waiting=self._wait)
        if summary.catalogue:
            self.drafts.take(summary.catalogue, summary.findings, built=summary.ok, mark=mark)
        if summary.ok:
            self.current.built(reads)
        return summary.ok

    def _wait(self, busy: Busy) -> bool:
        """Wait for a build that somebody else has started, unless the preview is being stopped."""
        if not self._told:
            self.say(f"{busy.running} This one follows when it has finished.")
            self._told = True
        return not self._stop

    def ask(self) -> None:
        """Build soon."""
        self._asked.set()

    def _run(self) -> None:
        while True:
            self._asked.wait()
            while self._asked.wait(QUIET) and not self._stop:
                self._asked.clear()
            if self._stop:
                return
            try:
                ok = self.once()
            except Exception as error:  # whatever it was, the person goes on writing, and the next change tries again
                self.say(f"The book could not be built: {type(error).__name__}: {error}")
                ok = False
            self.say("Done. The search is up to date." if ok else "Not built; the last good site stays.")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the build that runs, then stop."""
        self._stop = True
        self._asked.set()
        self._thread.join()


def preview(project: Project, *, port: int = 8000, say: Say = lambda text: print(text, flush=True)) -> int:
    """Build, serve, and follow each change until stopped.

    The page of a changed case is made at once, by itself, and lists when somebody looks at them; the search follows with
    the next build. Notebooks that load the catalogue and the data files keep what they showed until ``anchorbook build``.
    """
    from watchfiles import watch

    drafts, current = Drafts(project), Current(project)
    builder = Builder(project, drafts, current, say)
    if builder.once():
        with contextlib.suppress(Exception):  # what is wrong is said when something has changed
            current.get_ready()
    project.html.mkdir(parents=True, exist_ok=True)
    try:
        server = serve(project, drafts, current, port)
    except OSError as error:
        say(f"Port {port} cannot be used ({error.strerror}). Try: {call(f'preview --port {port + 1 if port < 65_535 else 8000}')}")
        return 1
    watched = [path for path in (project.cases, project.book, project.notebooks, project.data) if path.is_dir()]
    watched += [path for name in ("references.bib", "_toc.yml", "_config.yml") if (path := project.root / name).is_file()]
    builder.start()
    said = f"\nOpen http://127.0.0.1:{server.server_port}/ and leave this running. Pages show what you save by themselves. Press Ctrl+C to stop."
    for changes in watch(*watched, debounce=100, step=20, raise_interrupt=False, yield_on_timeout=True, rust_timeout=300):
        if said:  # from here on no change is missed
            say(said)
            said = ""
        if not changes:
            continue
        _follow(project, drafts, current, {Path(path) for _, path in changes}, say)
        builder.ask()
    builder.stop()
    server.shutdown()
    return 0


def _follow(project: Project, drafts: Drafts, current: Current, changed: Iterable[Path], say: Say) -> None:
    """Say what has changed, make the pages of changed cases, and read the book anew for the others."""
    paths = sorted(changed)
    names = ", ".join(visible(project.relative(path)) for path in paths[:3])
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    say(f"\nChanged: {names}{more}")
    cases = [path for path in paths if path.parent == project.cases and path.suffix in (".yaml", ".yml")]
    for path in cases if len(cases) <= MANY else ():
        findings = drafts.look_at(path)
        if findings is not None:
            say(f"  {visible(project.relative(path))}: {say_findings(findings)}; see cases/{path.stem}.html")
    mark = drafts.mark()
    try:
        catalogue = current.read()
    except Exception:  # whatever it was, the build that follows says what is wrong
        return
    drafts.take(catalogue, catalogue.findings, built=False, mark=mark)
