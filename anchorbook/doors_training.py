"""The commands for trainers: feedback, pack."""

from __future__ import annotations

import argparse
import re
import sys
from itertools import count
from pathlib import Path

from anchorbook import reporting
from anchorbook.calling import call
from anchorbook.findings import Finding, has_errors
from anchorbook.project import Project

NOTHING_WRITTEN = 2
MOST_FINDINGS = 100
"""Most findings shown; one wrong file could have a million."""


def add_commands(commands) -> None:
    """Add the options of these commands to the parser."""
    feedback = commands.add_parser("feedback", help="add up the feedback on a workshop: a table, a chart and what people wrote")
    feedback.add_argument("files", type=Path, nargs="*", metavar="FILE", help="spreadsheets (.csv or .xlsx) with one row for each returned sheet; several are joined")
    feedback.add_argument("--out", type=Path, metavar="FOLDER", help="where to write the summary (default: a new folder in _build)")
    feedback.add_argument("--template", type=Path, metavar="FILE", help="write an empty table to type the sheets into, and nothing else")
    feedback.set_defaults(run=_feedback)
    pack = commands.add_parser("pack", help="make one zip for a room: the site that opens from a disk, cards and hand-outs, slides, notebooks")
    pack.add_argument("workshop", nargs="?", default="", metavar="WORKSHOP", help="the workshop, as its file in data/workshops is called")
    pack.add_argument("--cases", default=None, metavar="IDS", help="other cases than those of the workshop: ids with commas between, or the link of a shared shortlist")
    pack.add_argument("--start", default="", metavar="TIME", help="when it starts, as 09:30 (default: the time in its file)")
    pack.add_argument("--out", type=Path, metavar="FILE", help="the zip to write; it must not be there yet (default: in _build/packs)")
    pack.set_defaults(run=_pack)


def _feedback(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.bibliography import load_bibliography
    from anchorbook.training.feedback import feedback_template, read_feedback
    from anchorbook.training.feedback_form import FeedbackForm
    from anchorbook.training.reading import read_all
    from anchorbook.vocabulary import load_vocabulary

    records, findings = read_all(project, project.feedback, FeedbackForm, load_vocabulary(project.vocabulary), load_bibliography(project.references))
    if not records:
        print(reporting.as_text(findings) or f"{project.relative(project.feedback)} is missing: the questions of the form stand there.", file=sys.stderr)
        return NOTHING_WRITTEN
    form = records[0].value
    if options.template:
        return _template(options.template, feedback_template(form))
    if not options.files:
        print(f"Name the files with the answers: {call('feedback FILE ...')} An empty table for them: {call('feedback --template FILE')}", file=sys.stderr)
        return NOTHING_WRITTEN
    feedback = read_feedback(form, [(path, _name(project, path)) for path in options.files])
    _say(feedback.findings)
    failed = has_errors(feedback.findings)
    if not feedback.sheets:
        print("There are no answers in " + ("this file" if len(options.files) == 1 else "these files") + ", so there is nothing to add up. Nothing was written.")
        return 1 if failed else 0
    return _write(project, feedback, options.out) or (1 if failed else 0)


def _name(project: Project, path: Path) -> str:
    """What findings call a file, on one line."""
    try:
        name = project.relative(path)
    except (OSError, ValueError, RuntimeError):  # a name with a sign that no file can have, or links in a ring
        name = str(path)
    return reporting.visible(name)


def _say(findings: list[Finding]) -> None:
    shown = sorted(findings)[:MOST_FINDINGS]
    if shown:
        print(reporting.as_text(shown))
    if len(findings) > len(shown):
        print(f"… and {len(findings) - len(shown):,} more findings.")


def _template(path: Path, text: str) -> int:
    try:
        with path.open("x", encoding="utf-8", newline="") as stream:
            stream.write(text)
    except FileExistsError:
        print(f"{path} is there already and was left alone. Choose another name.", file=sys.stderr)
        return NOTHING_WRITTEN
    except (OSError, ValueError) as error:
        print(f"{path}: nothing could be written ({getattr(error, 'strerror', None) or 'the name cannot be used'}).", file=sys.stderr)
        return NOTHING_WRITTEN
    print(f"Written to {path}. Type one row for each sheet, below the two rows that are there.")
    return 0


def _write(project: Project, feedback, out: Path | None) -> int:
    from anchorbook.training.feedback_report import Taken, few_note, write

    try:
        folder = out or _new_folder(project.build)
        paths = write(feedback, folder)
    except Taken as error:
        print(error, file=sys.stderr)
        return NOTHING_WRITTEN
    except (OSError, ValueError) as error:
        print(f"{out or project.build}: the summary could not be written ({getattr(error, 'strerror', None) or 'the name cannot be used'}).", file=sys.stderr)
        return NOTHING_WRITTEN
    sheets, left_out = feedback.sheets, feedback.left_out
    print(f"Added up {sheets:,} returned sheet{'s' if sheets != 1 else ''}"
          + (f"; {left_out:,} answer{'s' if left_out != 1 else ''} could not be used and {'were' if left_out != 1 else 'was'} left out." if left_out else "."))
    if note := few_note(feedback):
        print(note.replace("*", "").replace("`", ""))
    print("Written:", *paths, sep="\n  ")
    return 0


def _new_folder(build: Path) -> Path:
    """A folder that is made now, so that no other run writes into it. Nothing in ``_build`` is published or kept by Git."""
    build.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        folder = build / ("feedback" if number == 1 else f"feedback-{number}")
        try:
            folder.mkdir()
            return folder
        except FileExistsError:
            continue
    raise AssertionError


def _pack(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.build import build
    from anchorbook.loading import Memory, read_catalogue
    from anchorbook.locking import Busy, building
    from anchorbook.packing import CannotPack, ids_in, need_names, write_pack

    if not options.workshop and options.cases is None:
        there = ", ".join(sorted(path.stem for path in project.workshops.glob("*.yaml")))
        print(f"Say what the pack is for: {call('pack introduction')}, or {call('pack --cases ID,ID')} Workshops: {there or 'none'}.", file=sys.stderr)
        return NOTHING_WRITTEN
    if options.start and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", options.start):
        print(f"\"{options.start}\" is not a time of the day. Write hours and minutes, as 09:30.", file=sys.stderr)
        return NOTHING_WRITTEN
    if options.out and options.out.exists():
        print(f"{options.out} is there already and was left alone. Choose another name.", file=sys.stderr)
        return NOTHING_WRITTEN
    ids = None if options.cases is None else ids_in(options.cases)
    if ids == []:
        print(f"No case is named after --cases. Write ids with commas between: {call('pack --cases ID,ID')}", file=sys.stderr)
        return NOTHING_WRITTEN
    catalogue = read_catalogue(project)
    try:
        if not has_errors(catalogue.findings):  # else the build says what is wrong, at once
            need_names(catalogue, options.workshop, ids or ())
    except CannotPack as error:
        print(error, file=sys.stderr)
        return NOTHING_WRITTEN
    summary = build(project, say=lambda text: print(text, flush=True), memory=Memory())
    if not summary.ok or summary.catalogue is None:
        print("Nothing was packed: the book has to build first.", file=sys.stderr)
        return 1
    name = options.workshop or "shortlist"
    target = options.out or project.build / "packs" / f"{name}-{summary.catalogue.today}.zip"
    print("\nPacking", flush=True)
    try:
        with building(project.build):  # or a build could change the site while it is packed
            packed = write_pack(project, summary.catalogue, target, workshop=options.workshop, ids=ids,
                                start=options.start)
    except (Busy, CannotPack) as error:
        print(error, file=sys.stderr)
        return NOTHING_WRITTEN
    except OSError as error:
        print(f"{target}: the pack could not be written ({error.strerror}).", file=sys.stderr)
        return NOTHING_WRITTEN
    print(f"  size       {packed.size / 1_000_000:.1f} MB\n\nWritten to {packed.path}. Unpack it and open START-HERE.html.")
    return 0
