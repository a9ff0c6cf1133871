"""The commands for people who write cases: schema, new, forms, import-issue."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from anchorbook import reporting
from anchorbook.calling import call
from anchorbook.files import create, read_regular, replace
from anchorbook.findings import Finding, Severity, has_errors
from anchorbook.project import Project
from anchorbook.vocabulary import load_vocabulary

NOTHING_WRITTEN = 2
MOST_SCHEMA = 4 * 1024 * 1024
"""More bytes than a schema of a case has."""


def add_commands(commands) -> None:
    """Add the options of these commands to the parser."""
    schema = commands.add_parser("schema", help="write the JSON Schema of a case file, for editors")
    schema.add_argument("--out", type=Path, metavar="FILE", help="where to write it (default: on the screen)")
    schema.set_defaults(run=_schema)
    new = commands.add_parser("new", help="write a new case study by answering questions")
    new.add_argument("--minimal", action="store_true", help="ask only what a workshop card holds; the rest becomes \"not known\"")
    new.add_argument("--from", dest="card", type=Path, metavar="FILE", help="take the answers from the spreadsheet template (.csv or .xlsx)")
    new.set_defaults(run=_new)
    forms = commands.add_parser("forms", help="show the form of the code host, made from the model")
    forms.add_argument("--write", action="store_true", help="write it into the repository")
    forms.set_defaults(run=_forms)
    due = commands.add_parser("due", help="list the records that are to be read again")
    due.add_argument("--by", type=_day, default=None, metavar="DAY", help="those due by this day, as 2027-01-31 (default: today)")
    due.add_argument("--format", choices=("text", "csv"), default="text", help="how the list is written")
    due.set_defaults(run=_due)
    issue = commands.add_parser("import-issue", help="turn an issue made with the form into a new case file")
    issue.add_argument("--body", type=Path, required=True, metavar="FILE", help="the text of the issue")
    issue.add_argument("--number", type=int, required=True, help="its number")
    issue.add_argument("--author", default="", metavar="NAME", help="who sent it, as the code host names them")
    issue.add_argument("--out", type=Path, metavar="FOLDER", help="where to write the file (default: case_studies)")
    issue.set_defaults(run=_import_issue)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"\"{text}\" is not a day. Write it as 2027-01-31.") from None


def _due(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.loading import read_catalogue
    from anchorbook.upkeep import as_csv, due_by

    catalogue = read_catalogue(project)
    if has_errors(catalogue.findings):
        print(f"The list may lack records: {reporting.summary(catalogue.findings)}. Run: {call('check')}", file=sys.stderr)
    day = options.by or catalogue.today
    due = due_by(catalogue, day)
    if options.format == "csv":
        print(as_csv(due), end="")
        return 0
    for item in due:
        print(f"{item.by or 'no date   '}  {reporting.visible(item.entry.path)}  {reporting.visible(item.entry.title)}")
    print(f"{len(due)} of {len(catalogue.entries)} records are to be read again by {day}.")
    return 0


def _schema(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.schema import case_schema_text

    text = case_schema_text(load_vocabulary(project.vocabulary))
    if options.out is None:
        print(text, end="")
        return 0
    return _said_written(options.out, lambda: _write_schema(options.out, text))


def _write_schema(path: Path, text: str) -> None:
    """Write the schema; over an earlier one, but over nothing else.

    :raises Taken: when something else is there
    """
    from anchorbook.schema import is_case_schema
    from anchorbook.writing import Taken

    path.parent.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(path):
        create(path, text)
    elif not path.is_file():
        raise Taken(f"{path} is there already and is no file. Give the name of a file, such as case.schema.json.")
    elif not is_case_schema(read_regular(path, MOST_SCHEMA)):
        raise Taken(f"{path} is there already, is no schema of a case, and was left alone. Choose another name, or delete it first.")
    else:
        replace(path.resolve(), text.encode())


def _said_written(path: Path | str, write: Callable[[], None]) -> int:
    """Write a file and say so, or why not."""
    from anchorbook.writing import Taken

    try:
        write()
    except Taken as error:
        print(error, file=sys.stderr)
        return NOTHING_WRITTEN
    except OSError as error:
        print(f"{path}: nothing could be written ({error.strerror}). Choose a place where you may write.", file=sys.stderr)
        return NOTHING_WRITTEN
    print(f"Written to {path}.")
    return 0


def _forms(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.forms import FORM, issue_form

    text = issue_form(load_vocabulary(project.vocabulary))
    if not options.write:
        print(text, end="")
        return 0
    path = project.root / FORM

    def write() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, text.encode())

    return _said_written(FORM, write)


def check_file(project: Project, path: Path) -> list[Finding]:
    """What the checker says of one file, wherever it lies."""
    from anchorbook.bibliography import load_bibliography
    from anchorbook.ledger import load_ledger
    from anchorbook.checking import References, check_document
    from anchorbook.reading import read_file

    vocabulary, bibliography = load_vocabulary(project.vocabulary), load_bibliography(project.references)
    known = References(vocabulary, bibliography, load_ledger(project.claims, vocabulary, bibliography))
    return check_document(read_file(path, project.relative(path)), known)[1]


def _finish(project: Project, path: Path, left: dict[str, tuple[str, str]]) -> int:
    """Say where the file is, what of the answers is in no field, and what the checker says."""
    from anchorbook.checks.privacy import repeated

    lines = path.read_text("utf-8").split("\n") if left else []
    findings = [Finding(project.relative(path), lines.index(line) + 1, 1, "answer-not-used", f"{where}: {repeated(words)} is in no field of the record.",
                        "It is kept here, in a comment. Move it to the field it belongs to, or delete it.", Severity.WARNING) for line, (where, words) in left.items()]
    findings += check_file(project, path)
    print(f"Written to {project.relative(path)}: {reporting.summary(findings)}.")
    if findings:
        print(reporting.as_text(findings))
    if findings and path.parent == project.cases:
        name = project.relative(path)
        print(f"\nNext: open {name} in a text editor, mend what is named above, save, and run: {call(f'check {name}')}")
    return 1 if has_errors(findings) else 0


def _write(project: Project, folder: Path, answers: dict[str, str], *, from_whom: str = "", number: int = 0, again: str = "") -> int:
    """Make the record, write it and check it. With ``number``, an id that is taken gets the number at its end."""
    from anchorbook.bibliography import load_bibliography
    from anchorbook.questions import left_over, record
    from anchorbook.schema import MODELINE
    from anchorbook.writing import Taken, as_yaml, comment, is_taken, write_new

    vocabulary = load_vocabulary(project.vocabulary)
    data = record(answers, vocabulary, load_bibliography(project.references))
    if number and is_taken(folder, data["id"]):
        data["id"] = f"{data['id']}-{number}"
    left = {comment(f"In the contributor's words, {where}: {words}"): (where, words) for where, words in left_over(answers)}
    notes = [f"# {from_whom}"] if from_whom else []
    text = as_yaml(data, vocabulary).replace(MODELINE, "\n".join([MODELINE, *notes, *left]), 1)
    try:
        path = write_new(folder, data["id"], text)
    except (Taken, ValueError) as error:
        print(f"{error}{again}", file=sys.stderr)
        return NOTHING_WRITTEN
    except OSError as error:
        print(f"{folder}: nothing could be written ({error.strerror}).{again}", file=sys.stderr)
        return NOTHING_WRITTEN
    return _finish(project, path, left)


def _new(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.asking import Kept, ask_all, id_of
    from anchorbook.forms import WrongForm, read_card
    from anchorbook.questions import CARD, questions
    from anchorbook.writing import is_taken

    vocabulary = load_vocabulary(project.vocabulary)
    if options.card:
        try:
            return _write(project, project.cases, read_card(options.card, vocabulary))
        except WrongForm as error:
            print(error, file=sys.stderr)
            return NOTHING_WRITTEN
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    kept = Kept(project.build)
    asked = questions(vocabulary, CARD if options.minimal else None)
    first = "title" if options.minimal else "name"
    try:
        answers = ask_all(asked, vocabulary, input, print, kept, lambda id: is_taken(project.cases, id))
    except (EOFError, KeyboardInterrupt) as stop:
        print(f"\nStopped. {kept.said(first)}", file=sys.stderr)
        return 130 if isinstance(stop, KeyboardInterrupt) else 1
    print()
    done = _write(project, project.cases, answers, again=f" {kept.said(first)}")
    if done != NOTHING_WRITTEN:
        kept.drop(id_of(answers))
    return done


def _import_issue(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.forms import MAX_BODY, WrongForm, answers_of

    if options.number < 1:
        print("The number of an issue is 1 or more.", file=sys.stderr)
        return NOTHING_WRITTEN
    try:
        body = read_regular(options.body, MAX_BODY).decode("utf-8", "replace")
        answers = answers_of(body, load_vocabulary(project.vocabulary))
    except WrongForm as error:
        print(f"Nothing was written: {error}", file=sys.stderr)
        return NOTHING_WRITTEN
    except OSError as error:
        print(f"{options.body}: this file cannot be opened ({error.strerror}).", file=sys.stderr)
        return NOTHING_WRITTEN
    author = options.author if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(\[bot\])?", options.author) else ""
    note = f"From issue {options.number}" + (f", sent by {author}." if author else ".")
    return _write(project, options.out or project.cases, answers, from_whom=note, number=options.number)
