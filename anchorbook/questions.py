"""The questions that every door for contributors asks, and how answers in plain words become a record.

The command ``anchorbook new``, the form on the code host and the spreadsheet all ask these. Questions, help and
choices come from the model and the vocabulary. An answer is text, as somebody typed it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from anchorbook.bibliography import Bibliography
from anchorbook.checks.repair_edits import plain_dates
from anchorbook.checks.shape import shape_findings
from anchorbook.ids import is_id
from anchorbook.model import CaseStudy, required_fields
from anchorbook.nearest import nearest
from anchorbook.new_source import key_for
from anchorbook.parts import parse_period
from anchorbook.reading import Document, plain_value
from anchorbook.schema import is_listed
from anchorbook.vocabulary import Term, Vocabulary
from anchorbook.writing import slug

CARD = ("title", "places", "lead_org", "what_was_done", "domains", "sources")
"""What the workshop card holds."""

NOT_KNOWN = ("not known", "unknown", "don't know", "do not know", "not sure", "n/a", "none", "_no response_")
MEASURE = ("name", "kind", "value", "unit", "period", "source")
MEASURE_HELP = (
    "One number on each line, its parts parted by semicolons: what is counted; kind of number; value; unit; when; source. "
    "For example: People who started work; output; 10; people; 2020/21; reed2019_ch7, line 45. No numbers is a good answer: leave it empty."
)
SOURCE_HELP = "One on each line: its key in the references and the place in it, or a full web address."
REASON = "no_measures_reason"
LEFT = "left over"
"""Among answers: what belongs to no question, a line each, with the place where it stood. Its space keeps it apart from names of fields."""
HEADINGS = ("Field", "Your answer", "Question and help")
"""The columns of the spreadsheet."""


class NotAnAnswer(ValueError):
    """What was typed does not answer the question; says why, in plain words."""


@dataclass(frozen=True)
class Question:
    """One question. ``choices`` are the terms to choose from, ``many`` allows several, ``lines`` takes one on each line."""

    field: str
    ask: str
    help: str
    example: str
    choices: tuple[Term, ...] = ()
    many: bool = False
    lines: bool = False
    long: bool = False


def questions(vocabulary: Vocabulary, fields: Iterable[str] | None = None) -> list[Question]:
    """The questions for these fields; for the twelve needed ones when none are named."""
    return [_question(name, vocabulary) for name in (fields or required_fields())]


def _question(name: str, vocabulary: Vocabulary) -> Question:
    info = CaseStudy.model_fields[name]
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    facet = str(extra.get("vocabulary", ""))
    choices = tuple(vocabulary[facet].terms) if facet in vocabulary else ()
    example = (info.examples or [""])[0]
    listed = is_listed(info)
    help = {"measures": MEASURE_HELP, "sources": SOURCE_HELP}.get(name, str(info.description))
    return Question(
        field=name, ask=str(extra.get("ask") or info.description), help=help,
        example=", ".join(map(str, example)) if isinstance(example, list) else str(example),
        choices=choices, many=listed, lines=(listed or name == "measures") and not choices,
        long=bool(extra.get("markdown")),
    )


# ---------------------------------------------------------------- cleaning

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_TURNING = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Text without control characters and without signs that turn the direction of writing."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n")
    return _TURNING.sub("", _CONTROL.sub("", text)).replace("\t", " ").strip()


def _lines(text: str) -> list[str]:
    return [line for raw in text.split("\n") if (line := re.sub(r"^\s*(?:[-*•]\s+|\d+[.)]\s+)", "", raw).strip())]


def is_unknown(text: str) -> bool:
    """True for an empty answer and for words such as "not known"."""
    return text.strip().rstrip(".").lower() in ("", *NOT_KNOWN)


# ---------------------------------------------------------------- one answer


def choose(question: Question, text: str) -> list[str]:
    """The ids of the terms that an answer names by number, id, label or another word for it.

    :raises NotAnAnswer: when a part of it names none
    """
    names: dict[str, str] = {}
    for number, term in enumerate(question.choices, 1):
        for name in (term.id, term.id.replace("-", " "), term.label, term.code, *term.synonyms):
            if name:
                names.setdefault(_flat(name), term.id)
        names.setdefault(str(number), term.id)
    if _flat(text) in names:
        return [names[_flat(text)]]
    found = []
    for part in re.split(r"[,;\n]", text):
        word = _flat(re.sub(r"^\s*[-*]\s+(\[[ xX]\]\s*)?", "", part))
        if not word:
            continue
        if word not in names:
            guess = nearest(word, names)
            raise NotAnAnswer(f"\"{word[:60]}\" is not one of the choices." + (f" Did you mean \"{names[guess]}\"?" if guess else ""))
        found.append(names[word])
    found = list(dict.fromkeys(found))
    if not found or len(found) > 1 and not question.many:
        raise NotAnAnswer("Choose one." if not question.many else "Choose at least one.")
    return found


def _flat(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .\"'")


def place(text: str, vocabulary: Vocabulary) -> str | dict[str, str]:
    """A place: the short way when it ends in a region that the book knows, a name otherwise."""
    name, _, region = text.rpartition(",")
    id = region.strip().lower().replace(" ", "-")
    return {"name": name.strip(), "region": id} if name.strip() and "regions" in vocabulary and id in vocabulary["regions"].by_id else {"name": text}


def source(text: str, bibliography: Bibliography | None) -> dict[str, str]:
    """A source: key and place when it starts with a key; otherwise a key made for it, with the words as a note."""
    key, _, locator = (part.strip() for part in text.partition(","))
    if (bibliography is not None and key in bibliography) or re.fullmatch(r"[a-z][a-z0-9]*_?[a-z0-9_]*\d[a-z0-9_]*", key):
        return {"key": key, **({"locator": locator} if locator else {})}
    return {"key": key_for(text), "note": f"Not in the references yet. As given: {text}"}


def _measure(line: str, vocabulary: Vocabulary, sources: list[dict[str, str]], bibliography: Bibliography | None) -> dict[str, Any] | None:
    """A measure out of one line; nothing when the line cannot be read as one."""
    parts = [part.strip() for part in line.split(";")]
    if not 4 <= len(parts) <= 6 or not parts[0]:
        return None
    name, kind, value, unit, when, where = (*parts, "", "")[:6]
    number = plain_value(re.sub(r"^[£$€]|(?<=\d),(?=\d{3}\b)", "", value))
    terms = Question("kind", "", "", "", tuple(vocabulary["measure_kinds"].terms))
    try:
        kind = choose(terms, kind)[0]
        period = parse_period(_plain_period(when)) if when else None
    except (ValueError, NotAnAnswer):
        return None
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not unit:
        return None
    where = source(where, bibliography) if where else {key: item for key, item in sources[0].items() if key != "note"} if sources else None
    if where is None:
        return None
    return {"name": name, "kind": kind, "value": number, "unit": unit, **({"period": period} if period else {}), "sources": [where]}


def problem(field: str, value: Any) -> str:
    """What the model says against a value of a field, in plain words; empty when it fits."""
    probe = {name: (info.examples or [""])[0] for name, info in CaseStudy.model_fields.items() if info.is_required()}
    probe |= {REASON: "None.", field: value}
    try:
        CaseStudy.model_validate(probe)
    except ValidationError as error:
        for found in shape_findings(Document("answer"), error, CaseStudy):
            return f"{found.message[:1].upper()}{found.message[1:]} {found.hint}".strip()
    return ""


def check_answer(question: Question, text: str, vocabulary: Vocabulary) -> None:
    """Look at one answer by itself.

    :raises NotAnAnswer: with what to write instead
    """
    if question.choices:
        choose(question, text)
        return
    if question.field == "measures":
        bad = [line for line in _lines(text) if not is_unknown(line) and _measure(line, vocabulary, [{"key": "x1"}], None) is None]
        if bad:
            raise NotAnAnswer(f"\"{bad[0][:60]}\" cannot be read as a number. {MEASURE_HELP}")
        return
    if not text:
        raise NotAnAnswer("This one is needed. \"not known\" is an answer for when and where.")
    value: Any = _lines(text) if question.lines else text
    if question.field == "periods":
        value = [_plain_period(line) for line in value]
    if said := problem(question.field, value):
        raise NotAnAnswer(said)


# ---------------------------------------------------------------- a whole record


def record(answers: dict[str, str], vocabulary: Vocabulary, bibliography: Bibliography | None = None) -> dict[str, Any]:
    """The record that these answers make, as data for a file. What was not said becomes an honest "not known".

    No answer is lost: what cannot be read as a date or a number is kept in words. An answer that is none of the
    choices stands in its field as it was written, so that the check names it and says what to write.
    """
    given = {name: text for name, raw in answers.items() if (text := clean(raw)) and text != "_No response_"}
    asked = {question.field: question for question in questions(vocabulary)}
    done = given.get("what_was_done", "")
    title = " ".join(given.get("title", "").split()) or "Title not known"
    id = given.get("id", "")
    data: dict[str, Any] = {
        "id": id if is_id(id) else slug(id or title),
        "title": title,
        "summary": " ".join((given.get("summary") or done or "Not known.").split()),
    }
    for name, otherwise in (("record_type", "case"), ("status", "unknown")):
        data[name] = next(iter(_chosen(asked[name], given.get(name, ""))), otherwise)
    for name in ("domains", "actions"):
        data[name] = _chosen(asked[name], given.get(name, ""))
    data["lead_org"] = " ".join(given.get("lead_org", "").split()) or "Not known"
    data["places"] = [place(line, vocabulary) for line in _lines(given.get("places", "")) if not is_unknown(line)] or [{"name": "Not known"}]
    data["periods"] = [_period(line) for line in _lines(given.get("periods", ""))] or [{"start": None, "note": "not known"}]
    data["sources"] = [source(line, bibliography) for line in _lines(given.get("sources", "")) if not is_unknown(line)]
    lines = [line for line in _lines(given.get("measures", "")) if not is_unknown(line)]
    read = [(line, _measure(line, vocabulary, data["sources"], bibliography)) for line in lines]
    data["measures"] = [measure for _line, measure in read if measure]
    for measure in data["measures"]:
        (where,) = measure["sources"]
        if all(known["key"] != where["key"] for known in data["sources"]):
            data["sources"].append(where)  # with its words, or its address
        if "note" in where:
            measure["note"] = where["note"]
        measure["sources"] = [{key: item for key, item in where.items() if key != "note"}]
    words = [line for line, measure in read if not measure]
    if words:
        data[REASON] = " ".join(["In the contributor's words, not yet entered as numbers: " + " / ".join(words), *filter(None, [given.get(REASON)])])
    elif not data["measures"]:
        data[REASON] = given.get(REASON) or "Not known: whoever sent this gave no numbers."
    for name in ("what_was_done", "what_did_not_work", "problem", "contributor"):
        if name in given and not is_unknown(given[name]):
            data[name] = given[name]
    return data


def _chosen(question: Question, text: str) -> list[str]:
    """The choices that an answer names. Words that are no choice stay as they are."""
    if is_unknown(text):
        return []
    try:
        return choose(question, text)
    except NotAnAnswer:
        if not question.many:
            return [" ".join(text.split())]
    found = []
    for part in re.split(r"[,;\n]", text):
        try:
            found += choose(question, part)
        except NotAnAnswer:
            found += [] if is_unknown(part) else [" ".join(part.split())]
    return list(dict.fromkeys(found))


def left_over(answers: dict[str, str]) -> list[tuple[str, str]]:
    """What was written and has no field in the record: where it stood, and the words on one line."""
    left = [(where.strip(), words.strip()) for line in answers.get(LEFT, "").split("\n") for where, _, words in [line.partition(": ")] if words.strip()]
    id = clean(answers.get("id", ""))
    return left + ([("id", " ".join(id.split()))] if not is_unknown(id) and not is_id(id) else [])


def with_left(answers: dict[str, str], left: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The answers, and under :data:`LEFT` words that belong to no question, each with the place where it stood."""
    lines = [f"{where}: {line}" for where, words in left if (line := " ".join(clean(words).split()))]
    return {**answers, LEFT: "\n".join(lines)} if lines else answers


def _plain_period(text: str) -> str:
    """A period with its dates as the book writes them: April 2023 – March 2024 is 2023-04 to 2024-03."""
    return re.sub(r"\s*[–—]\s*|\s+-\s+", " to ", plain_dates(text))


def _period(line: str) -> str | dict[str, Any]:
    if is_unknown(line):
        return {"start": None, "note": "not known"}
    if not problem("periods", [plain := _plain_period(line)]):
        return plain
    return {"start": None, "note": f"In the contributor's words: {line}"}


# ---------------------------------------------------------------- the spreadsheet


def spreadsheet(vocabulary: Vocabulary) -> str:
    """The template for a spreadsheet, as CSV: a row for each question, with a column to answer in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for question in questions(vocabulary, [*required_fields(), "what_was_done", "what_did_not_work", "contributor"]):
        choices = " Choose from: " + "; ".join(term.label for term in question.choices) + "." if question.choices else ""
        more = " One on each line of the cell." if question.lines and "each line" not in question.help else ""
        again = "" if question.help == question.ask else f" {question.help}"
        writer.writerow([question.field, "", f"{question.ask}{again}{more}{choices} Example: {question.example or 'none'}"])
    return "\ufeff" + out.getvalue()
