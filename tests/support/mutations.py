"""Damaged and made-up input for every reader: the same number gives the same input.

Half of it starts from the good files, the bad files and a few real cases, and damages their lines, signs and bytes.
The rest is well-formed: fields of the model with values of every kind, in texts full of marks that mean something
somewhere (YAML, Markdown, HTML, citations, templates). Nothing here reads a clock or keeps a state.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from anchorbook.forms import form_questions
from anchorbook.model import CaseStudy
from anchorbook.reading import read_bytes
from anchorbook.vocabulary import Vocabulary, load_vocabulary
from anchorbook.writing import as_yaml
from tests.support.invented import Inventor, hostile, run_of_signs, spoiled
from tests.support.projects import GOOD_FILES, ROOT, TESTS
from tests.support.spreadsheets import damaged_workbook

ODD = ["\t", " ", "\n", "\r", ":", ": ", "- ", "'", '"', "#", "&a ", "*a", "!x ", "{", "}", "[", "]", ",", "|", ">", "%", "@", "`",
       "é", "\u2028", "\ufeff", "\U0001f600", "\x00", "0", "-", "~", "<b>", "](", "\\", "null", "true", "1e9", "---\n", "<<: ", "? "]
"""Signs that a slip of the hand may leave."""

CASES = ("sector-programmes", "stp-2016-plans", "nhs-confed-sdu-convening", "imperial-tailored-benefits", "anchor-practice-examples")
"""Real cases to start from: short ones, so that many inputs can be tried."""
HUGE = 1 / 2000
"""The share of inputs that may come near the largest file that is read."""


def mutated(text: str, dice: random.Random) -> bytes:
    """The text with one to four slips of the hand."""
    for _ in range(dice.randint(1, 4)):
        text = text or " "
        start = dice.randrange(len(text))
        end = min(len(text), start + dice.randint(1, 12))
        slip = dice.choice(("delete", "duplicate", "insert", "swap"))
        if slip == "delete":
            text = text[:start] + text[end:]
        elif slip == "duplicate":
            text = text[:end] + text[start:end] + text[end:]
        elif slip == "insert":
            text = text[:start] + dice.choice(ODD) + text[start:]
        else:
            lines = text.splitlines(keepends=True)
            one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
            text = "".join(lines)
    raw = text.encode()
    if raw and dice.random() < 0.05:
        place = dice.randrange(len(raw))
        raw = raw[:place] + bytes([dice.randrange(128, 256)]) + raw[place:]
    return raw


# ---------------------------------------------------------------- damage to the lines of a text


Lines = list[str]


def _some(lines: Lines, dice: random.Random) -> tuple[int, int]:
    start = dice.randrange(len(lines))
    return start, min(len(lines), start + dice.choice((1, 1, 1, 2, 5)))


def _delete(lines: Lines, dice: random.Random, _other: Lines) -> None:
    start, end = _some(lines, dice)
    del lines[start:end]


def _duplicate(lines: Lines, dice: random.Random, _other: Lines) -> None:
    start, end = _some(lines, dice)
    part = lines[start:end] * dice.choice((1, 1, 1, 3, 50))
    at = dice.choice((end, dice.randrange(len(lines) + 1)))
    lines[at:at] = part


def _swap(lines: Lines, dice: random.Random, _other: Lines) -> None:
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _indent(lines: Lines, dice: random.Random, _other: Lines) -> None:
    start, end = _some(lines, dice)
    pad = dice.choice((" ", "  ", "    ", "\t", " \t", "\xa0", "\u3000", "- ", "? ", "", " " * 40))
    for at in range(start, end):
        lines[at] = pad + (lines[at].lstrip() if dice.random() < 0.4 else lines[at])


def _token(lines: Lines, dice: random.Random, _other: Lines) -> None:
    at = dice.randrange(len(lines))
    place = dice.choice((0, len(lines[at]), dice.randrange(len(lines[at]) + 1)))
    lines[at] = lines[at][:place] + hostile(dice, 2) + lines[at][place:]


def _value(lines: Lines, dice: random.Random, _other: Lines) -> None:
    """Another value for a field, as typed or in quotes."""
    at = dice.randrange(len(lines))
    head, sign, value = lines[at].partition(":")
    if not sign:
        return
    new = hostile(dice, 3)
    form = dice.randrange(5)
    if form == 0:
        new = '"' + new.replace("\\", "\\\\").replace('"', '\\"') + '"'
    elif form == 1:
        new = "'" + new.replace("'", "''") + "'"
    elif form == 2:
        new = dice.choice(("|", ">-", "|2", ">+9")) + "\n    " + new.replace("\n", "\n    ")
    elif form == 3:
        new = f"{value.strip()} {new}"
    lines[at] = f"{head}: {new}"


def _name(lines: Lines, dice: random.Random, _other: Lines) -> None:
    """A field with another name: misspelt, in other letters, or that of another field."""
    at = dice.randrange(len(lines))
    head, sign, value = lines[at].partition(":")
    if not sign:
        return
    bare = head.strip(" -")
    slips = (bare.upper(), bare.title(), bare.replace("_", " "), f'"{bare}"', f"“{bare}”", f"{bare} ", bare[:-1], bare + "s", bare * 40,
             dice.choice(list(CaseStudy.model_fields)), hostile(dice, 1))
    lines[at] = head.replace(bare, dice.choice(slips), 1) + ":" + value if bare else lines[at]


def _truncate(lines: Lines, dice: random.Random, _other: Lines) -> None:
    del lines[dice.randrange(len(lines)) + 1 :]
    lines[-1] = lines[-1][: dice.randrange(len(lines[-1]) + 1)]


def _splice(lines: Lines, dice: random.Random, other: Lines) -> None:
    here, there = dice.randrange(len(lines)), dice.randrange(len(other))
    lines[here:] = other[there:] if dice.random() < 0.5 else other[there : there + 4] + lines[here:]


def _join(lines: Lines, dice: random.Random, _other: Lines) -> None:
    at = dice.randrange(len(lines))
    lines[at : at + 2] = [dice.choice(("", " ", ", ", ": ", "\r", "\x85", "\u2028")).join(lines[at : at + 2])]


def _yaml(lines: Lines, dice: random.Random, _other: Lines) -> None:
    """A line or a value of YAML that nobody types by accident."""
    many = dice.choice((2, 15, 16, 17, 200, 2000))
    at = dice.randrange(len(lines) + 1)
    lines[at:at] = [dice.choice((
        "[" * many, "{a: " * many, "x: " + "[" * many + "]" * many, "- " * many, "? " * many, "x: " + "{" * many, "a: &a [*a]", "a: &a {b: *a}", "b: *a", "<<: *a",
        "<<: {title: x}", "x: !!python/object/apply:os.system [ls]", "x: !!binary aGVsbG8=", "x: !!set {a, b}", "x: !<tag:yaml.org,2002:str> y", "%YAML 1.1", "%TAG ! x", "---", "...",
        "? [a, b]\n: c", "? {a: b}\n: c", "? |\n  title\n: x", '"title": x', "'title' : x", "title : x", "title:x", ": x", "x:\n", "- x", "\tx: y", "x: 'a\n  b'", 'x: "a\\\n  b"', 'x: "\\u202e\\0\\x07"',
        'x: "\\ud83d\\ude00"', "\n".join(f"x{number}: {number}" for number in range(min(many, 200))), "x: " * many, "k" * many + ": v", "x: " + "1" * many, "#" * many, "''" * many, "\"" * many,
        "x: |\n" + "\n".join(" " * (number % 30) + "y" for number in range(min(many, 200))), "x: >9\n y", "title: a\ntitle: b\n" * min(many, 60),
        "".join("  " * depth + f"x{depth}:\n" for depth in range(min(many, 40))),
    ))]


_LINE_DAMAGE: tuple[Callable[[Lines, random.Random, Lines], None], ...] = (
    _delete, _duplicate, _swap, _indent, _indent, _token, _token, _token, _value, _value, _value, _value, _name, _name, _truncate, _splice, _join, _yaml, _yaml)


# ---------------------------------------------------------------- damage to bytes


def _bytes(raw: bytes, dice: random.Random) -> bytes:
    """The file as other programs, disks and lines leave it."""
    place = dice.randrange(len(raw) + 1)
    form = dice.randrange(12)
    if form == 0:
        return raw[:place] + dice.randbytes(dice.choice((1, 2, 8, 100))) + raw[place:]
    if form == 1:
        return raw[:place] + dice.choice((b"\x00", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80", b"\x1b[2J", b"\x7f", b"\xc2\x85", b"\xef\xbf\xbf")) + raw[place:]
    if form == 2:
        return raw[:place]
    if form == 3:
        return dice.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf\xef\xbb\xbf", b"\x00\x00\xfe\xff")) + raw
    if form == 4:
        flipped = bytearray(raw)
        for _ in range(dice.randint(1, 8) if raw else 0):
            flipped[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        return bytes(flipped)
    if form == 5:
        return raw.replace(b"\n", dice.choice((b"\r\n", b"\r", b"\n\n", b"\xc2\x85", b"\xe2\x80\xa8", b"\x00", b"", b" ")))
    if form == 6:
        return raw.replace(b" ", dice.choice((b"\t", b"\xc2\xa0", b"  ", b"\xe2\x80\x8b", b"")))
    if form == 7:
        return raw.decode("utf-8", "replace").encode(dice.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-7", "cp037")), "replace")
    if form == 8:
        return dice.randbytes(dice.choice((1, 10, 300)))
    if form == 9:
        return raw[:place] + raw[place : place + 200] * dice.choice((2, 10)) + raw[place:]
    if form == 10:
        return raw.replace(b":", dice.choice((b"=", b" :", b": ", b"\xef\xbc\x9a", b":-")), dice.randint(1, 9))
    return raw[place:] + raw[:place]


# ---------------------------------------------------------------- inputs


@dataclass(frozen=True, slots=True)
class Input:
    """One input. ``target`` says which reader it is for, ``name`` what findings call the file."""

    seed: int
    target: str
    name: str
    raw: bytes


TARGETS = {"check": 88, "read": 3, "fix": 3, "card": 3, "issue": 3, "export": 0}
"""Who takes an input, and how many of a hundred they get: the checker; the readers of YAML and tables alone; the
checker and its repairs; the reader of spreadsheets; the reader of issues; all that is made of a record, which has runs of
its own, for it takes whole records only."""


def damaged(text: str, others: list[str], dice: random.Random) -> bytes:
    """A file with some damage of every kind. Pieces may come from one of the others."""
    if dice.random() < 0.2:
        return mutated(text or "x", dice)
    lines = text.split("\n")
    for _ in range(dice.choice((1, 1, 2, 3, 6))):
        dice.choice(_LINE_DAMAGE)(lines, dice, others[dice.randrange(len(others))].split("\n"))
        lines = lines or [""]
    raw = "\n".join(lines).encode("utf-8", "replace")
    return _bytes(raw, dice) if dice.random() < 0.12 else raw


@dataclass
class Maker:
    """Makes inputs from a corpus that is read once."""

    vocabulary: Vocabulary = field(default_factory=lambda: load_vocabulary(ROOT / "data" / "vocabulary"))

    @cached_property
    def files(self) -> list[str]:
        """The texts to start from."""
        paths = [*sorted(GOOD_FILES.glob("*.yaml")), *sorted((TESTS / "bad_files").glob("*.yaml")), *(ROOT / "case_studies" / f"{name}.yaml" for name in CASES)]
        return [path.read_bytes().decode("utf-8-sig", "replace") for path in paths if path.is_file()]

    @cached_property
    def records(self) -> list[tuple[str, dict[str, Any]]]:
        """The good files, as data."""
        documents = [read_bytes(path.read_bytes(), path.name) for path in sorted(GOOD_FILES.glob("*.yaml"))]
        return [(document.path, CaseStudy.model_validate(document.data).model_dump(mode="json", exclude_defaults=True)) for document in documents]

    @cached_property
    def inventor(self) -> Inventor:
        return Inventor(self.vocabulary)

    @cached_property
    def asked(self) -> list[tuple[str, str]]:
        """Field and question of the form."""
        return [(question.field, question.ask) for question in form_questions(self.vocabulary)]

    def make(self, seed: int, targets: tuple[str, ...] = tuple(TARGETS)) -> Input:
        """The input of this number. With other ``targets`` it may be another one."""
        dice = random.Random(seed)
        target = targets[0] if len(targets) == 1 else dice.choices(targets, [TARGETS[name] for name in targets])[0]
        if target == "card":
            workbook = dice.random() < 0.6
            raw = damaged_workbook(self.rows(dice), dice) if workbook else self.table(dice)
            return Input(seed, target, "card.xlsx" if workbook else "card.csv", raw)
        if target == "issue":
            return Input(seed, target, "issue.md", self.issue(dice))
        if target == "export":
            name, data = dice.choice(self.records)
            return Input(seed, target, name, as_yaml(spoiled(data, dice), notes=False).encode("utf-8", "replace"))
        return Input(seed, target, "minimal.yaml", self.case(dice))

    def case(self, dice: random.Random) -> bytes:
        """A case file: a damaged one, or one that is made up."""
        if dice.random() < HUGE:
            text = self.inventor.huge(dice)
            return text.encode("utf-8", "replace") if dice.random() < 0.8 else _bytes(text.encode("utf-8", "replace"), dice)
        if dice.random() < 0.45:
            raw = self.inventor.record(dice).encode("utf-8", "replace")
            return _bytes(raw, dice) if dice.random() < 0.03 else raw
        text = self.files[0 if dice.random() < 0.05 else 1 if dice.random() < 0.35 else dice.randrange(len(self.files))]
        return damaged(text, self.files, dice)

    def largest(self, number: int) -> bytes:
        """A case file near the largest size that is read."""
        return self.inventor.huge(random.Random(number)).encode("utf-8", "replace")

    def rows(self, dice: random.Random) -> list[list[str]]:
        """Rows of a spreadsheet of answers."""
        rows = [[dice.choice((name, ask)), self.inventor.answer(name, dice), "help"] for name, ask in self.asked if dice.random() < 0.9]
        if rows and dice.random() < 0.3:
            rows.insert(dice.randrange(len(rows)), [hostile(dice, 1) for _ in range(dice.randrange(6))])
        return rows

    def table(self, dice: random.Random) -> bytes:
        sign = dice.choice(",,;\t")
        cells = [[cell if dice.random() < 0.1 else '"' + cell.replace('"', '""') + '"' for cell in row] for row in self.rows(dice)]
        raw = dice.choice(("\n", "\r\n", "\r")).join(sign.join(row) for row in cells).encode(dice.choice(("utf-8", "utf-8-sig", "cp1252")), "replace")
        return _bytes(raw, dice) if dice.random() < 0.4 else raw

    def issue(self, dice: random.Random) -> bytes:
        """The text of an issue made with the form, or nearly so."""
        parts = [f"{dice.choice(('###', '###', '###', '###', '####', '###  '))} {ask}\n\n{self.inventor.answer(name, dice)}" for name, ask in self.asked if dice.random() < 0.95]
        if dice.random() < 0.2:
            dice.shuffle(parts)
        if dice.random() < 0.15:
            parts.insert(dice.randrange(len(parts) + 1), "### " + run_of_signs(dice) + dice.choice(("", "x", "\n### x")))
        raw = "\n\n".join(parts).encode("utf-8", "replace")
        return _bytes(raw, dice) if dice.random() < 0.2 else raw
