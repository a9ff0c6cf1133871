"""The form on the code host, and the way back from what it sends: both from the same questions."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Container
from pathlib import Path
from typing import Any

from anchorbook.files import need_regular, read_regular
from anchorbook.model import required_fields
from anchorbook.nearest import nearest
from anchorbook.questions import HEADINGS, REASON, Question, questions, with_left
from anchorbook.reading_csv import SEPARATORS, decoded
from anchorbook.reading_xlsx import WrongSheet, sheet
from anchorbook.vocabulary import Vocabulary
from anchorbook.writing import plain_yaml

FORM = ".github/ISSUE_TEMPLATE/case-study.yml"
MADE = "# Made from anchorbook/model.py. Do not change it here: run anchorbook forms --write\n"
MAX_BODY = 128 * 1024
"""The most bytes of an issue, or of one spreadsheet as CSV. The code host allows half of it."""
MOST_PARTS = 4000
"""Lines and words parted by commas in all answers. Each is looked up among the choices, or read as a date or a number."""

LONGEST_NAME = 100
"""Letters of a name in the first column that a field may be likened to."""

OPTIONAL = ("what_did_not_work", "contributor")
"""Fields the form asks for beyond the twelve."""
MAY_BE_EMPTY = ("id", "measures", *OPTIONAL)
WELCOME = """\
Thank you. Work that failed or showed no difference is as welcome as a success. "Not known" is a good answer.
Leave out names of staff and patients, e-mail addresses and phone numbers. An editor reads it before it is shown."""


class WrongForm(ValueError):
    """The text cannot be used; says why, in plain words."""


def form_questions(vocabulary: Vocabulary) -> list[Question]:
    """The questions of the form, in its order."""
    return questions(vocabulary, [*required_fields(), *OPTIONAL])


def issue_form(vocabulary: Vocabulary) -> str:
    """The form as YAML."""
    body: list[dict[str, Any]] = [{"type": "markdown", "attributes": {"value": WELCOME}}]
    body += [_element(question) for question in form_questions(vocabulary)]
    return MADE + plain_yaml({
        "name": "Send a case study",
        "description": "Something an anchor did that others can learn from. About fifteen minutes.",
        "title": "Case study: ",
        "labels": ["case study"],
        "body": body,
    })


def _element(question: Question) -> dict[str, Any]:
    about = question.help + (" One on each line." if question.lines and "each line" not in question.help else "")
    attributes: dict[str, Any] = {"label": question.ask, "description": about}
    if question.choices:
        kind = "dropdown"
        attributes |= {"multiple": question.many, "options": [term.label for term in question.choices]}
    else:
        kind = "textarea" if question.lines or question.long else "input"
        if question.example:
            attributes["placeholder"] = question.example
    return {"type": kind, "id": question.field, "attributes": attributes, "validations": {"required": question.field not in MAY_BE_EMPTY}}


def answers_of(body: str, vocabulary: Vocabulary) -> dict[str, str]:
    """The answers of an issue made with the form, by field. A part that is missing has no answer.

    Only the headings of the form count, in its order, and each once; any other line is part of an answer. What stands
    before the first heading is left over.

    :raises WrongForm: when no heading of the form is there, or the text is too long
    """
    if len(body.encode("utf-8", "replace")) > MAX_BODY:
        raise WrongForm(f"this text is longer than {MAX_BODY // 1024} KB.")
    order = [(_flat(question.ask), question.field) for question in form_questions(vocabulary)]
    found: dict[str, list[str]] = {}
    before: list[str] = []
    now, last = "", -1
    for line in re.split(r"\r\n|\n|\r", body):
        heading = re.match(r"###[ \t]+([^ \t].{0,199})\Z", line.rstrip(" \t"))
        at = next((at for at, (ask, _field) in enumerate(order) if at > last and heading and ask == _flat(heading[1])), None)
        if at is not None:
            now, last = order[at][1], at
            found[now] = []
        else:
            (found[now] if now else before).append(line)
    if not found:
        raise WrongForm("this text was not made with the form: none of its questions is there.")
    answers = {field: text for field, lines in found.items() if (text := "\n".join(lines).strip()) and text != "_No response_"}
    return _short_enough(with_left(answers, [("before the first question", "\n".join(before))]))


def _short_enough(answers: dict[str, str]) -> dict[str, str]:
    """The answers, unless they have too many parts together."""
    if sum(len(re.findall(r"[,\n]" if field == "measures" else r"[,;\n]", text)) for field, text in answers.items()) > MOST_PARTS:
        raise WrongForm(f"the answers have more than {MOST_PARTS:,} parts.")
    return answers


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()


def read_card(path: Path, vocabulary: Vocabulary) -> dict[str, str]:
    """The answers of a spreadsheet made from the template, by field. CSV or .xlsx. What belongs to no field is left over.

    :raises WrongForm: when the file cannot be read or holds no field
    """
    asks = {question.field: _flat(question.ask) for question in questions(vocabulary, [*required_fields(), "what_was_done", "problem", *OPTIONAL])}
    names = {name: name for name in (*asks, REASON)} | {ask: name for name, ask in asks.items()}
    try:
        need_regular(path)
        rows = sheet(path, most=16 * MAX_BODY) if path.suffix.lower() == ".xlsx" else _csv(path, names)
    except WrongSheet as error:
        raise WrongForm(f"{path.name}: {error}") from None
    except OSError as error:
        raise WrongForm(f"{path.name}: this file cannot be opened ({error.strerror}).") from None
    answers: dict[str, str] = {}
    left: list[tuple[str, str]] = []
    for number, row in enumerate(rows, 1):
        name, answer, *more = (*(cell.strip() for cell in row), "", "")
        field = names.get(_flat(name))
        if field is None:
            if _flat(name) != _flat(HEADINGS[0]):
                guess = nearest(_flat(name), names) if len(name) < LONGEST_NAME else None
                left.append((f"row {number}{f' (perhaps {names[guess]})' if guess else ''}", "; ".join(filter(None, (name, answer, *more)))))
            continue
        if answer and answers.setdefault(field, answer) != answer:
            left.append((f"row {number} ({field} a second time)", answer))
        left += [(f"row {number}, column {at} ({field})", cell) for at, cell in enumerate(more, 3) if cell and not _flat(cell).startswith(asks.get(field, "?"))]
    if not answers:
        raise WrongForm(f"{path.name}: there is no answer in it. The first column names the field, the second holds your answer.")
    return _short_enough(with_left(answers, left))


def _csv(path: Path, names: Container[str]) -> list[list[str]]:
    """The rows of a table. What parts its cells is the sign that makes most of these names stand alone in the first column."""
    raw = read_regular(path, MAX_BODY)
    if len(raw) > MAX_BODY:
        raise WrongForm(f"{path.name}: this file is larger than {MAX_BODY // 1024} KB.")
    text = decoded(raw).replace("\x00", "")
    try:
        tables = [list(csv.reader(io.StringIO(text, newline=""), delimiter=sign)) for sign in SEPARATORS]
    except csv.Error as error:
        raise WrongForm(f"{path.name}: the table cannot be read ({error}).") from None
    return max(tables, key=lambda rows: sum(_flat(row[0]) in names for row in rows if row))
