"""YAML text to plain data, with the line and column of every value.

Reads the small, safe part of YAML that a person types: mappings, lists and plain values. Anchors,
aliases, tags and second documents are refused, so a file cannot grow when it is read. What YAML 1.1
guesses (``yes`` as true, ``2020-04-01`` as a date) stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml import CSafeLoader

from anchorbook.files import read_regular
from anchorbook.findings import Finding, at_most

MAX_BYTES = 128 * 1024
MAX_PAGE = 16 * 1024 * 1024
"""The most bytes of a page or a notebook of the book."""
MAX_DEPTH = 16
MAX_VALUES = 10_000
"""Values, lists and groups in one file. Real files have some hundred."""

LARGEST, SMALLEST = 1e18, 1e-18
"""Numbers as large as the first, or nearer to nought than the second, stay text."""

Place = tuple[int, int]
ValuePath = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?\Z")
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")


@dataclass
class Document:
    """One YAML file as read.

    ``data`` is None when nothing could be read. ``positions`` holds the place of each value by its
    path, ``keys`` the place of each field name, ``text`` the file as it is written, with its comments, ``raw`` its bytes
    where it was read from the disk.
    """

    path: str
    data: Any = None
    positions: dict[ValuePath, Place] = field(default_factory=dict)
    keys: dict[ValuePath, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    text: str = ""
    raw: bytes = b""

    def place(self, path: ValuePath) -> Place:
        """The place of a value, or of the nearest thing around it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.positions:
                return self.positions[path[:end]]
            # A measure's one source may be written as source:
            if end and path[end - 1] == "sources" and (one := (*path[: end - 1], "source")) in self.positions:
                return self.positions[one]
        return (1, 1)

    def key_place(self, path: ValuePath) -> Place:
        """The place of a field's name; of its value where it has none."""
        return self.keys.get(path) or self.place(path)

    def finding(self, path: ValuePath, code: str, message: str, hint: str = "", **more) -> Finding:
        """A finding at the value at ``path``."""
        line, column = self.place(path)
        return Finding(self.path, line, column, code, message, hint, **more)


class _Refused(Exception):
    """Reading stops here: going on would only produce follow-on findings."""


def unreadable(name: str, error: OSError) -> Finding:
    """What to say of a file that cannot be opened."""
    return Finding(name, 1, 1, "unreadable-file", f"this file cannot be opened: {error.strerror}.", "Check that it is a file and that you may read it.")


def too_large(name: str, most: int, hint: str) -> Finding:
    """What to say of a file that holds more than may be."""
    size = f"{most // 1024 // 1024} MB" if most >= 1024 * 1024 else f"{most // 1024} KB"
    return Finding(name, 1, 1, "file-too-large", f"this file is larger than {size}.", hint)


def raw_of(path: Path, name: str, most: int, findings: list[Finding], hint: str) -> bytes | None:
    """The bytes of a file; None, with a finding, when it cannot be read or is larger than ``most``. ``hint`` says what to do then."""
    try:
        raw = read_regular(path, most)
    except OSError as error:
        findings.append(unreadable(name, error))
        return None
    if len(raw) > most:
        findings.append(too_large(name, most, hint))
        return None
    return raw


def read_file(path: Path, name: str) -> Document:
    """Read one YAML file. ``name`` is what findings call it. Never raises for bad content."""
    try:
        raw = read_regular(path, MAX_BYTES)
    except OSError as error:
        return Document(name, findings=[unreadable(name, error)])
    document = read_bytes(raw, name)
    document.raw = raw
    return document


def read_bytes(raw: bytes, name: str) -> Document:
    """Read YAML from bytes, checking size and encoding first."""
    document = Document(name)
    if len(raw) > MAX_BYTES:
        document.findings.append(too_large(name, MAX_BYTES, "A case study is a few pages of text. Put long material at a web address and list it under sources."))
        return document
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        document.findings.append(Finding(
            name, line, column, "wrong-encoding", "this file is not saved as UTF-8 text.",
            "In your editor choose \"Save as\" and the encoding UTF-8, then save again."))
        return document
    odd = _NOT_TEXT.search(text)
    if odd:
        before = text[: odd.start()]
        document.findings.append(Finding(
            name, before.count("\n") + 1, odd.start() - (before.rfind("\n") + 1) + 1,
            "control-character", f"there is an invisible control character here (U+{ord(odd[0]):04X}).",
            "Delete it and type the text again."))
        return document
    document.text = text
    _Builder(document).build(text)
    return document


def plain_value(text: str) -> Any:
    """The value of an unquoted scalar, by the few rules people expect."""
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.match(text):
        return int(text)
    if _NUMBER.match(text):
        number = float(text)
        # Beyond that a number is a slip: no sum of it could be exact, and no file could hold it.
        return number if not number or SMALLEST <= abs(number) < LARGEST else text
    return text


class _Frame:
    """One collection that is being read."""

    __slots__ = ("container", "path", "key")

    def __init__(self, container: dict | list, path: ValuePath):
        self.container = container
        self.path = path
        self.key: str | None = None
        """The field whose value comes next; None where a field's name is expected, and in lists."""


class _Builder:
    """Turns libyaml's events into data, iteratively: depth costs no stack."""

    def __init__(self, document: Document):
        self.document = document
        self.stack: list[_Frame] = []
        self.twice: list[tuple[ValuePath, Place]] = []
        """Fields that stand a second time."""

    def build(self, text: str) -> None:
        document = self.document
        documents = 0
        try:
            loader = CSafeLoader(text)
            while True:
                event = loader.get_event()
                kind = type(event)
                if len(document.positions) > MAX_VALUES:
                    self.refuse(event, "file-too-large", f"this file holds more than {MAX_VALUES:,} values.",
                                "A case study is a few pages of text. Put long material at a web address and list it under sources.")
                if kind is yaml.ScalarEvent:
                    self.scalar(event)
                elif kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent):
                    self.open(event, {} if kind is yaml.MappingStartEvent else [])
                elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
                    self.stack.pop()
                elif kind is yaml.AliasEvent:
                    self.no_alias(event)
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        self.refuse(event, "second-document", "a second document starts here (a line of three dashes).",
                                    "Keep one case study in one file: remove this line, or move what follows to a new file.")
                elif kind is yaml.StreamEndEvent:
                    break
        except _Refused:
            document.data = None
        except yaml.YAMLError as error:
            document.data = None
            self.broken(error)
        else:
            if document.data is None and not document.findings:
                document.findings.append(Finding(
                    document.path, 1, 1, "empty-file", "this file holds no fields.",
                    "Start with the line: id: name-of-this-file"))
        document.findings[:0] = at_most(self.twice, self.duplicate)

    def duplicate(self, field: tuple[ValuePath, Place]) -> Finding:
        path, place = field
        return Finding(self.document.path, *place, "duplicate-field", f"the field \"{path[-1]}\" stands twice (first on line {self.document.keys[path][0]}).",
                       "Keep one of the two; for several values make a list, each line starting with a dash.")

    def scalar(self, event) -> None:
        value = event.value
        if event.anchor is not None or event.tag is not None:
            self.no_extras(event)
        if event.style == '"' and (odd := _NOT_TEXT.search(value)):  # written as an escape
            self.refuse(event, "control-character", f"there is an invisible control character here (U+{ord(odd[0]):04X}).",
                        "Delete it and type the text again.")
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and type(frame.container) is dict:
            self.name(frame, value, place)
        else:
            self.put(frame, plain_value(value) if event.implicit[0] and not event.style else value, place)

    def open(self, event, value: dict | list) -> None:
        if event.anchor is not None or event.tag is not None:
            self.no_extras(event)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and type(frame.container) is dict:
            self.refuse(event, "bad-field-name", "a field name must be plain text.",
                        "Check for brackets or braces at the start of the line; put the text in quotes.")
        if len(self.stack) >= MAX_DEPTH:
            self.refuse(event, "too-deep", f"this is nested more than {MAX_DEPTH} levels deep.",
                        "No field needs that. Check the indentation, and brackets that are not closed.")
        mark = event.start_mark
        self.stack.append(_Frame(value, self.put(frame, value, (mark.line + 1, mark.column + 1))))

    def name(self, frame: _Frame, name: str, place: Place) -> None:
        path = (*frame.path, name)
        if name in frame.container:
            self.twice.append((path, place))
        else:
            self.document.keys[path] = place
        frame.key = name

    def put(self, frame: _Frame | None, value: Any, place: Place) -> ValuePath:
        """Put a value where it belongs; returns its path. Of a field given twice the first stays."""
        if frame is None:
            self.document.data = value
            path: ValuePath = ()
        elif type(frame.container) is dict:
            path = (*frame.path, frame.key)
            frame.container.setdefault(frame.key, value)
            frame.key = None
        else:
            path = (*frame.path, len(frame.container))
            frame.container.append(value)
        self.document.positions.setdefault(path, place)
        return path

    def no_extras(self, event) -> None:
        if event.anchor is not None:
            self.no_alias(event)
        if event.tag != "!":
            self.refuse(event, "yaml-tag", "this uses a YAML tag (!), which is not allowed here.",
                        "If the text starts with an exclamation mark, put it in quotes.")

    def no_alias(self, event) -> None:
        self.refuse(event, "yaml-alias", "this uses a YAML anchor or alias (& or *), which is not allowed here.",
                    "Write the value out in full. If the text starts with & or *, put it in quotes.")

    def refuse(self, event, code: str, message: str, hint: str) -> None:
        mark = event.start_mark
        self.document.findings.append(
            Finding(self.document.path, mark.line + 1, mark.column + 1, code, message, hint))
        raise _Refused

    def broken(self, error: yaml.YAMLError) -> None:
        problem = getattr(error, "problem", None) or str(error)
        self.document.findings.append(Finding(
            self.document.path, *broken_at(error), "broken-yaml", f"YAML cannot be read here: {problem}.",
            _advice(problem)))


def broken_at(error: yaml.YAMLError) -> Place:
    """The place from which YAML cannot be read."""
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    if "quoted scalar" in (getattr(error, "context", None) or ""):
        marks.reverse()  # where the quotation mark is opened, not where the file ends
    mark = marks[0] or marks[1]
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


_ADVICE = (
    (("tab", "start any token"), "Use spaces, not tabs, to indent. Put text that starts with @, ` or % in quotes."),
    (("mapping values",), "Text with a colon and a space in it needs quotes around it, like: title: \"Work: a start\". "
                          "Or this line starts further right than the one above."),
    (("expected key", "block end", "block mapping", "block collection", "':'"),
     "Check this line and the one before: fields of one level start in the same column, each with a colon and a space after its name. "
     "Text that holds quotes, or starts with a bracket, needs quotes around all of it."),
    (("end of stream", "quoted scalar"), "A quotation mark is opened and never closed. Close it, or use a block of text after a | sign."),
    (("alphabetic or numeric",), "Text that starts with & or * needs quotes around it."),
    (("nesting", "depth"), "There are far too many opening brackets. Remove them."),
)


def _advice(problem: str) -> str:
    """Plain advice for libyaml's commonest complaints."""
    for signs, advice in _ADVICE:
        if any(sign in problem for sign in signs):
            return advice
    return "Check the indentation, the quotes and the brackets on this line and the one before."
