"""The command line: check, build, preview."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from anchorbook import reporting
from anchorbook.findings import has_errors
from anchorbook.project import NotAProject, Project


def _check(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.loading import read_catalogue

    catalogue = read_catalogue(project)
    report = reporting.FORMATS[options.format](catalogue.findings)
    if report:
        print(report)
    if options.format == "text":
        count = len(project.case_files())
        print(f"Checked {count:,} case {'study' if count == 1 else 'studies'}: {reporting.summary(catalogue.findings)}.")
    return 1 if has_errors(catalogue.findings) else 0


def _build(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.build import build

    summary = build(project, fresh=options.fresh, say=lambda text: print(text, flush=True))
    print(f"\n{'The book is ready' if summary.ok else 'The book was not built'}\n{summary}")
    if summary.ok:
        print(f"\nOpen it: {(project.html / 'index.html').as_uri()}")
    return 0 if summary.ok else 1


def _preview(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.preview import preview

    return preview(project, port=options.port)


def parser() -> argparse.ArgumentParser:
    """The options of every command."""
    top = argparse.ArgumentParser(prog="anchorbook", description="Check the case studies, build the book, look at it.")
    top.add_argument("--project", type=Path, default=None, metavar="FOLDER", help="the project folder (default: this one)")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="say everything that is wrong with the case studies")
    check.add_argument("--format", choices=sorted(reporting.FORMATS), default="text", help="how findings are written")
    check.set_defaults(run=_check)
    build = commands.add_parser("build", help="check, execute the notebooks, build the site into _build/html")
    build.add_argument("--fresh", action="store_true", help="make all pages again, even those that have not changed")
    build.set_defaults(run=_build)
    preview = commands.add_parser("preview", help="show the site on this computer and rebuild it when a file changes")
    preview.add_argument("--port", type=int, default=8000, help="port to serve on (default: 8000)")
    preview.set_defaults(run=_preview)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a screen that cannot show a letter shows its number
    options = parser().parse_args(arguments)
    try:
        project = Project.find(options.project)
    except NotAProject as error:
        print(error, file=sys.stderr)
        return 2
    try:
        return options.run(project, options)
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
