"""Asks the questions of a new case, one after the other, on a terminal or from a pipe.

The answers are kept after each question, so that whoever stops can go on later.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

from anchorbook.files import SMALL, read_regular, replace
from anchorbook.ids import is_id
from anchorbook.questions import REASON, NotAnAnswer, Question, check_answer, clean, is_unknown
from anchorbook.vocabulary import Vocabulary
from anchorbook.writing import slug

Read = Callable[[str], str]
"""Shows a prompt and gives the line that was typed. Raises EOFError at the end of the input."""
Say = Callable[[str], None]

HOW = "Type ? for help with a question, back for the one before. Stop with Ctrl+C: your answers are kept."
WHY_NONE = Question(REASON, "Why is there no number?", "One sentence.", "The source prints no figures.")


class Kept:
    """Answers on their way, one small file for each case in ``_build``."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.lost: dict[str, str] = {}
        """Answers that are only in memory, since the disk refused them."""

    def path(self, id: str) -> Path:
        if not is_id(id):
            raise ValueError(f"\"{id}\" is not an id.")
        return self.folder / f"new-{id}.json"

    def ids(self) -> list[str]:
        """Ids of the cases that somebody began."""
        names = sorted(path.stem.removeprefix("new-") for path in self.folder.glob("new-*.json") if path.is_file())
        return [name for name in names if is_id(name)]

    def get(self, id: str) -> dict[str, str]:
        """The answers so far; none when there are none, or they cannot be read."""
        try:
            found = json.loads(read_regular(self.path(id), SMALL).decode("utf-8"))
        except (OSError, ValueError):
            return {}
        return {name: value for name, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}

    def put(self, id: str, answers: dict[str, str]) -> None:
        """Keep the answers so far.

        :raises OSError: when the disk refuses them; they are in ``lost`` then
        """
        self.lost = answers
        self.folder.mkdir(parents=True, exist_ok=True)
        replace(self.path(id), json.dumps(answers, ensure_ascii=False, indent=1).encode("utf-8", "replace"))
        self.lost = {}

    def said(self, first: str) -> str:
        """Where the answers are, for somebody who stops: on the disk, to go on with what was asked ``first``, or here, to be copied."""
        if not self.lost:
            return f"Your answers are kept: run the same command and give the same {first} to go on."
        return "Your answers could not be kept on the disk. Copy them from here:\n" + "\n".join(f"{field}: {answer}" for field, answer in self.lost.items())

    def drop(self, id: str) -> None:
        with contextlib.suppress(OSError):  # the case is written; what is left over harms nobody
            self.path(id).unlink(missing_ok=True)


def id_of(answers: dict[str, str]) -> str:
    """The id that these answers lead to."""
    return answers["id"] if answers.get("id") else slug(answers["title"]) if answers.get("title") else ""


def ask_all(
    asked: list[Question], vocabulary: Vocabulary, read: Read, say: Say, kept: Kept,
    taken: Callable[[str], bool], answers: dict[str, str] | None = None,
) -> dict[str, str]:
    """Ask each question that has no answer yet; gives all answers.

    ``taken`` says whether there is a case of an id. KeyboardInterrupt and EOFError pass through; what was answered
    before is kept then.
    """
    answers = dict(answers or {})
    asked = [part for question in asked for part in ([question, WHY_NONE] if question.field == "measures" else [question])]
    say(HOW)
    if begun := kept.ids():
        say(f"Kept from before: {', '.join(begun)}. Give the same {_first(asked)} again to go on with it.")
    at = 0
    going_back = warned = False
    while at < len(asked):
        question = asked[at]
        skipped = question.field == REASON and not is_unknown(answers.get("measures", ""))
        if skipped or (question.field in answers and not going_back):
            at += -1 if going_back and at else 1
            continue
        going_back = False
        say(f"\n{at + 1}. {question.ask}" + (f" (now: {answers[question.field]})" if question.field in answers else ""))
        _show_choices(question, say)
        answer = _one(question, vocabulary, read, say, taken)
        if answer is None:
            going_back = at > 0
            at = max(0, at - 1)
            continue
        first = not answers
        answers[question.field] = answer
        id = id_of(answers)
        if first and (before := kept.get(id)) and _yes(read(f"{_kept_answers(len(before))} kept for {id}. Go on? (yes or no) ")):
            answers = {**before, question.field: answer}
        if id:
            warned = _keep(kept, id, answers, say, warned)
        at += 1
    return answers


def _kept_answers(count: int) -> str:
    return "There is one answer" if count == 1 else f"There are {count} answers"


def _first(asked: list[Question]) -> str:
    """What the first question asks for: whoever gives it again goes on with the answers that are kept."""
    return "name" if asked[0].field == "id" else asked[0].field


def _keep(kept: Kept, id: str, answers: dict[str, str], say: Say, warned: bool) -> bool:
    """Keep the answers; warn once when that is not possible, and go on. Returns whether somebody was warned."""
    try:
        kept.put(id, answers)
    except OSError as error:
        if not warned:
            say(f"   Your answers cannot be kept on the disk ({error.strerror}: {kept.path(id)}). Go on to the last question without a stop; then the case is written.")
        return True
    return warned


def _yes(text: str) -> bool:
    return text.strip().lower() in ("y", "yes", "")


def _show_choices(question: Question, say: Say) -> None:
    for number, term in enumerate(question.choices, 1):
        say(f"   {number:>2}  {term.label or term.id}")
    if question.choices:
        say("   Type numbers or words, with commas between them." if question.many else "   Type a number or a word.")
    elif question.lines or question.long:
        say("   " + ("One on each line. " if question.lines else "") + "An empty line ends your answer." + (f" Example: {question.example}" if question.example else ""))
    else:
        say(f"   Example: {question.example}")


def _help(question: Question, say: Say) -> None:
    say(f"   {question.help}")
    for term in question.choices:
        say(f"   {term.label or term.id} ({term.id}): {' '.join(term.description.split())}")
    if question.example:
        say(f"   Example: {question.example}")


def _one(question: Question, vocabulary: Vocabulary, read: Read, say: Say, taken: Callable[[str], bool]) -> str | None:
    """One answer that fits; None to go back."""
    while True:
        text = clean(read("> "))
        if text == "?":
            _help(question, say)
            continue
        if text.lower() == "back":
            return None
        if (question.lines or question.long) and text:
            more = [text]
            while line := clean(read("  ")):
                more.append(line)
            text = "\n".join(more) if question.lines else " ".join(more)
        if question.field == "measures" and is_unknown(text):
            return ""
        try:
            check_answer(question, text, vocabulary)
            if question.field == "id" and taken(text):
                raise NotAnAnswer(f"There is a case called {text} already. Choose another name.")
            return text
        except NotAnAnswer as error:
            say(f"   {error}")
