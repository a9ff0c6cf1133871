"""Feedback on a workshop: the table to type returned sheets into, and what they say together.

Pure but for reading the files that people name. :mod:`anchorbook.training.feedback_report` writes the summary.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from anchorbook.checks import privacy
from anchorbook.export.tables import BOM, line
from anchorbook.findings import Finding, Severity
from anchorbook.nearest import nearest
from anchorbook.reporting import visible
from anchorbook.training.feedback_form import FeedbackForm, Question
from anchorbook.training.feedback_sheets import Grid, Row, read_grid

FEW = 5
"""Below this many answers, people in the room can often tell who wrote what."""
MOST_TEXT = 2000
"""Most signs that the summary shows of one answer."""
MOST_COLUMNS = 20
"""Most unknown columns of a file that are named one by one."""
_NAMED = 40
"""Most signs of a heading that a message repeats."""
_LONGEST_DETAIL = 200


# ---------------------------------------------------------------- the template


def explained(question: Question, scale: int) -> str:
    """The question with the answers that it takes, as the second row of the template has it."""
    match question.kind:
        case "scale":
            ends = f"{question.low or 'lowest'} = 1, {question.high or 'highest'} = {scale}"
            return f"{question.ask} (a number from 1 to {scale}: {ends})"
        case "choice":
            return f"{question.ask} ({' / '.join(question.choices)})"
    return f"{question.ask} (own words; no names)"


def feedback_template(form: FeedbackForm) -> str:
    """The table for returned sheets as CSV: a row of ids, a row that explains them, then one row for each sheet.

    The row that explains may stay in: it is known again and not counted.
    """
    return BOM + line(question.id for question in form.questions) + line(explained(question, form.scale) for question in form.questions)


# ---------------------------------------------------------------- answers


@dataclass
class Result:
    """What all sheets say to one question. ``given`` holds numbers, choices or texts in the order of the sheets."""

    question: Question
    scale: int
    given: list[int | str] = field(default_factory=list)
    missing: int = 0
    """Sheets without an answer, and those whose file has no such column."""
    left_out: int = 0
    """Answers that could not be used."""

    @property
    def answers(self) -> int:
        return len(self.given)

    @property
    def counts(self) -> dict[int | str, int]:
        """How many gave each number or choice, in the order of the form; empty for texts."""
        values: Sequence[int | str] = {"scale": range(1, self.scale + 1), "choice": self.question.choices}.get(self.question.kind, ())
        return {value: self.given.count(value) for value in values}

    @property
    def median(self) -> float | None:
        """The middle number of a scale. With an even number of answers, half way between the two in the middle."""
        return median(self.given) if self.question.kind == "scale" and self.given else None


@dataclass
class Feedback:
    """The answers of all files."""

    form: FeedbackForm
    results: list[Result]
    sheets: int = 0
    files: int = 0
    """Files with answers."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        return sum(result.left_out for result in self.results)


def read_feedback(form: FeedbackForm, files: Iterable[tuple[Path, str]]) -> Feedback:
    """The answers of these files, each with the name that findings give it. Never raises for what is in them."""
    feedback = Feedback(form, [Result(question, form.scale) for question in form.questions])
    seen: dict[bytes, str] = {}
    for path, name in files:
        grid = read_grid(path, name)
        feedback.findings += grid.findings
        if grid.raw and grid.raw in seen:
            feedback.findings.append(Finding(name, 1, 1, "row-twice", f"this file holds the same as {seen[grid.raw]}. It is counted once.",
                                             "Leave one of the two out.", Severity.WARNING))
            continue
        seen[grid.raw] = name
        if grid.rows:
            _count(feedback, grid)
        elif not grid.findings:
            grid.wrong(1, "empty-table", "this file is empty.", "The first row holds the headings of the form.")
            feedback.findings += grid.findings
    return feedback


def _count(feedback: Feedback, grid: Grid) -> None:
    """Add the answers of one file."""
    head, *rows = grid.rows
    known = _known(feedback.form)
    at: dict[str, int] = {}
    unknown: list[int] = []
    for place, heading in enumerate(head.cells):
        id = known.get(_flat(heading))
        if id is None:
            unknown.append(place)
        elif id in at:
            feedback.findings.append(_warning(grid, head, place, "column-twice", f"the column \"{id}\" stands twice. The first one is counted.", "Take one of the two out."))
        else:
            at[id] = place
    if not at:
        feedback.findings.append(Finding(grid.path, head.line, 1, "missing-column", "this row has no heading of the form, so nothing of this file is counted.",
                                         f"The first row must hold: {', '.join(result.question.id for result in feedback.results)}."))
        return
    rows = [row for row in rows if not _explains(row, at, feedback.form)]
    feedback.findings += _unknown(grid, head, rows, unknown, known)
    for id in (result.question.id for result in feedback.results):
        if id not in at:
            feedback.findings.append(_warning(grid, head, 0, "missing-column", f"there is no column \"{id}\". Its answers count as missing.", "Add it, if the sheets hold answers to it."))
    before = feedback.sheets
    for row in rows:
        cells = {id: row.cells[place].strip() for id, place in at.items() if place < len(row.cells)}
        if any(cells.values()):
            feedback.sheets += 1
            for result in feedback.results:
                _answer(feedback, result, cells.get(result.question.id, ""), grid, row, at.get(result.question.id, 0))
    feedback.files += feedback.sheets > before


def _answer(feedback: Feedback, result: Result, text: str, grid: Grid, row: Row, place: int) -> None:
    question = result.question
    if not text:
        result.missing += 1
    elif question.kind == "text":
        result.given.append(text)
    elif question.kind == "choice":
        chosen = next((choice for choice in question.choices if _flat(choice) == _flat(text)), None)
        if chosen is None:
            result.left_out += 1
            # What people wrote is not repeated: it may be about somebody.
            feedback.findings.append(_warning(grid, row, place, "unknown-value", f"this answer to \"{question.id}\" is not one of the choices. It is left out.",
                                              f"Write one of: {', '.join(question.choices)}."))
        else:
            result.given.append(chosen)
    else:
        number = re.fullmatch(r"([0-9]{1,3})(?:\.0{1,15})?", text)
        if number and 1 <= int(number[1]) <= result.scale:
            result.given.append(int(number[1]))
        else:
            result.left_out += 1
            feedback.findings.append(_warning(grid, row, place, "out-of-range", f"this answer to \"{question.id}\" is no whole number from 1 to {result.scale}. It is left out.",
                                              "Write the number that is marked on the sheet. Leave the cell empty if none is, or more than one."))


def _warning(grid: Grid, row: Row, place: int, code: str, message: str, hint: str) -> Finding:
    return Finding(grid.path, row.line, row.column(place), code, message, hint, Severity.WARNING)


def _flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _known(form: FeedbackForm) -> dict[str, str]:
    """What may stand as a heading, and the question that it means: the id, or the question itself as survey tools write it."""
    return {_flat(heading): question.id for question in form.questions for heading in (explained(question, form.scale), question.ask, question.id)}


def _explains(row: Row, at: dict[str, int], form: FeedbackForm) -> bool:
    """True for the second row of the template: every cell that is filled holds the question of its column."""
    filled = [(question, row.cells[at[question.id]]) for question in form.questions if question.id in at and at[question.id] < len(row.cells) and row.cells[at[question.id]].strip()]
    return bool(filled) and all(_flat(cell) in (_flat(explained(question, form.scale)), _flat(question.ask)) for question, cell in filled)


def _unknown(grid: Grid, head: Row, rows: list[Row], places: list[int], known: dict[str, str]) -> Iterable[Finding]:
    """A finding for each column that is not of the form and holds anything, and for cells beyond the headings."""
    held = [place for place in places if head.cells[place].strip() or any(place < len(row.cells) and row.cells[place].strip() for row in rows)]
    for place in held[:MOST_COLUMNS]:
        heading = one_line(head.cells[place])
        if not heading:
            yield _warning(grid, head, place, "unknown-column", "this column has no heading. It is left out.", "Write the heading of the form over it, or take it out.")
            continue
        guess = nearest(heading[:_NAMED], known)
        said = heading if len(heading) <= _NAMED else heading[:_NAMED].rstrip() + "…"
        yield _warning(grid, head, place, "unknown-column", f"the form has no question \"{visible(masked(said)[0])}\". The column is left out.",
                       f"Did you mean \"{known[guess]}\"?" if guess else "Take the column out of the file before you share it, if it says who answered.")
    if len(held) > MOST_COLUMNS:
        yield _warning(grid, head, held[MOST_COLUMNS], "unknown-column", f"{len(held) - MOST_COLUMNS:,} more columns are not of the form. They are left out.",
                       "Check that this is the right file.")
    for row in rows:
        if any(cell.strip() for cell in row.cells[len(head.cells):]):
            yield _warning(grid, row, len(head.cells), "wrong-number-of-cells", "this row has more cells than there are headings. Those beyond are left out.",
                           "Put text that holds a comma between quotation marks.")


# ---------------------------------------------------------------- details of people

_ENDS = re.compile(privacy._POSTCODE.pattern, re.IGNORECASE)  # people write postcodes in small letters too
_KINDS = (("e-mail address", privacy._EMAIL), ("phone number", privacy._PHONE), ("NHS number", privacy._NHS),
          ("National Insurance number", privacy._INSURANCE), ("postcode", _ENDS))


def one_line(text: str) -> str:
    """A text on one line, without signs that nobody sees or that turn it round. A very long one loses its end."""
    plain = unicodedata.normalize("NFKC", privacy.hidden_signs().sub("", text[: 4 * MOST_TEXT]))
    return " ".join("".join(" " if unicodedata.category(sign) in ("Cc", "Cs", "Co", "Zl", "Zp") else sign for sign in plain).split())


def masked(text: str) -> tuple[str, list[str]]:
    """The text with details of people taken out, and the kind of each. At most :data:`MOST_TEXT` signs of it.

    The patterns are those of the checker, used more widely: ten digits like an NHS number go even when their last one does not
    fit, because people slip. A name cannot be found in this way.
    """
    long = len(text) > MOST_TEXT
    text = text[: MOST_TEXT + _LONGEST_DETAIL]  # so that a detail at the cut is still whole
    found: list[str] = []
    for kind, pattern in _KINDS:
        def gone(match: re.Match[str], kind: str = kind) -> str:
            if kind == "phone number" and not privacy._is_phone(match[0]):
                return match[0]
            found.append(kind)
            return f"[{kind} taken out]"

        text = pattern.sub(gone, text)
    return (text[:MOST_TEXT].rstrip() + " … [cut]" if long else text), found
