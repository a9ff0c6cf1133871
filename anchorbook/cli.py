"""The command line: check, build, preview, links, staff."""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from anchorbook import doors, doors_site, doors_training, reporting
from anchorbook.calling import call
from anchorbook.files import need_regular
from anchorbook.findings import Finding, has_errors
from anchorbook.naming import NotACase, named_cases
from anchorbook.project import NotAProject, Project
from anchorbook.trouble import TROUBLE, say_refused

LAST_PORT = 65_535


def _check(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.loading import read_catalogue

    if options.fix:
        from anchorbook.checks.repair import repair_project

        print(repair_project(project, write=options.write))
        if not options.write:
            return 1 if has_errors(read_catalogue(project).findings) else 0
    try:
        named = named_cases(project, options.files)
    except NotACase as error:
        print(error, file=sys.stderr)
        return 2
    everything = read_catalogue(project).findings
    findings = [item for item in everything if item.path in named] if options.files else everything
    report = _report(project, findings, options)
    if report:
        print(report)
    if options.format == "text":
        count = len(named) if options.files else len(project.case_files())
        print(f"{chr(10) if report and _with_snippets(options) else ''}Checked {count:,} case {'study' if count == 1 else 'studies'}: {reporting.summary(findings)}.")
        if len(everything) > len(findings):
            print(f"Elsewhere in the book: {reporting.summary(item for item in everything if item.path not in named)}. To see all: {call('check')}")
    return 1 if has_errors(findings) else 0


def _with_snippets(options: argparse.Namespace) -> bool:
    """People at a screen see the lines of the file; programs that read a pipe get the short form. Either can be forced."""
    return options.snippet if options.snippet is not None else not options.quiet and sys.stdout.isatty()


def _report(project: Project, findings: list[Finding], options: argparse.Namespace) -> str:
    if options.format == "text" and _with_snippets(options):
        return reporting.as_snippets(findings, reporting.file_lines(project.root))
    if options.format == "text" and options.quiet:
        return reporting.as_lines(findings)
    return reporting.CHECK_FORMATS[options.format](findings)


def _build(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.build import build

    summary = build(project, fresh=options.fresh, quick=options.quick, say=lambda text: print(text, flush=True))
    print(f"\n{'The book is ready' if summary.ok else 'The book was not built'}\n{summary}")
    if summary.ok:
        print(f"\nOpen it: {(project.html / 'index.html').as_uri()}")
    return 0 if summary.ok else 1


def _preview(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.preview import preview

    return preview(project, port=options.port)


def _port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"\"{text}\" is no port. Write a number from 1024 to {LAST_PORT}, or 0 for any port that is free.")
    return int(text)


def _staff(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.evidence import deprivation, national
    from anchorbook.evidence.deprivation import report

    try:
        for path in (options.file, *([options.areas] if options.areas else []), *options.earlier):
            need_regular(path)
        areas = deprivation.load_areas(options.areas or project.data / "deprivation-2019.csv")
        load = national.load_national_counts if national.is_parquet(options.file) else deprivation.load_staff_counts
        staff = load(options.file, areas)
        for earlier in options.earlier:
            load = national.load_national_counts if national.is_parquet(earlier) else deprivation.load_staff_counts
            if deprivation.too_alike(staff, load(earlier, areas), options.threshold):
                print(report.TOO_ALIKE.format(file=options.file, earlier=earlier, threshold=options.threshold), file=sys.stderr)
                return 1
        found = deprivation.analyse(areas, staff, options.threshold)
        if "synthetic" in options.file.name:
            print("Synthetic staff (made up). Nothing here is about real people.\n")
        print(report.as_text(found))
        if options.report:
            with options.report.open("x", encoding="utf-8") as page:  # never over a file that is there
                page.write(report.as_page(found, "Where our staff live, and deprivation", made_up="synthetic" in options.file.name))
            print(f"\nWritten to {options.report}. Keep it inside your organisation until you have decided to share it.")
    except FileExistsError:
        print(f"{options.report} is there already and was left alone. Choose another name.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: this file cannot be opened ({error.strerror}).", file=sys.stderr)
        return 1
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """The options of every command."""
    top = argparse.ArgumentParser(prog="anchorbook", description="Check the case studies, build the book, look at it; compare your own staff counts.")
    top.add_argument("--project", type=Path, default=None, metavar="FOLDER", help="the project folder (default: this one)")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="say everything that is wrong with the case studies")
    check.add_argument("files", nargs="*", type=Path, metavar="FILE", help="show only what is wrong with these case studies (default: all, and the rest of the book)")
    check.add_argument("--format", choices=sorted(reporting.CHECK_FORMATS), default="text", help="how findings are written")
    check.add_argument("--snippet", action=argparse.BooleanOptionalAction, default=None, help="show the line of the file with each finding (default: on a screen, not in a pipe)")
    check.add_argument("--quiet", "-q", action="store_true", help="one line a finding, without advice")
    check.add_argument("--fix", action="store_true", help="show what can be put right safely; changes no file")
    check.add_argument("--write", action="store_true", help="with --fix: make these changes in the files")
    check.set_defaults(run=_check)
    build = commands.add_parser("build", help="check, execute the notebooks, build the site into _build/html")
    build.add_argument("--fresh", action="store_true", help="make all pages again, even those that have not changed")
    build.add_argument("--quick", action="store_true", help="quicker after an edit: notebooks that read the cases are not run again, and the data files stay as they are")
    build.set_defaults(run=_build)
    preview = commands.add_parser("preview", help="show the site on this computer and rebuild it when a file changes")
    preview.add_argument("--port", type=_port, default=8000, help="port to serve on (default: 8000)")
    preview.set_defaults(run=_preview)
    staff = commands.add_parser("staff", help="compare where your staff live with deprivation; the counts stay with you")
    staff.add_argument("file", type=Path, help="CSV with two columns: lsoa_code and staff (a count). No names, no postcodes. For national tables: Parquet, where an area may stand in many rows")
    staff.add_argument("--areas", type=Path, help="File 7 of the English Indices of Deprivation 2019, for trusts outside Mid and South Essex")
    staff.add_argument("--threshold", type=int, default=5, help="hide counts below this, and others that would give them away (default: 5)")
    staff.add_argument("--earlier", type=Path, action="append", default=[], metavar="FILE", help="counts that you gave out a table of before; a list that is nearly the same is refused. May stand more than once")
    staff.add_argument("--report", type=Path, help="also write a page with the result; the file must not be there yet")
    staff.set_defaults(run=_staff)
    doors.add_commands(commands)
    doors_site.add_commands(commands)
    doors_training.add_commands(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a screen that cannot show a letter shows its number
    options = (said := parser()).parse_args(arguments)
    if options.command == "check" and options.write and not options.fix:
        said.error(f"--write goes with --fix: {call('check --fix --write')}")
    if options.command == "check" and options.fix and options.files:
        said.error("--fix looks at all case studies: leave the files out")
    if options.command == "check" and options.fix and options.format != "text":
        said.error("--fix writes text: leave --format out")
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
    except TROUBLE as error:  # what no command has words of its own for
        print(say_refused(error, project), file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
