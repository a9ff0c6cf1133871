"""What could be done about a finding: for each, the text of the file with one line changed.

Whether an edit helps is for :mod:`anchorbook.checks.repair` to see.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache, cached_property

import yaml

from anchorbook.checks.evidence import MONEY
from anchorbook.checks.shape import known_fields
from anchorbook.checks.subject import Subject
from anchorbook.findings import MOST_FINDINGS, Finding
from anchorbook.checking import References, check_document
from anchorbook.model import CaseStudy
from anchorbook.nearest import slip
from anchorbook.parts import Part
from anchorbook.reading import Document, ValuePath, broken_at, plain_value, read_bytes
from anchorbook.reporting import visible

Edit = tuple[str, str]
"""The text of the file after one repair, and what was done in a few words."""
Key = tuple[int, str, str]
"""A finding without its column, which repairs of the same line may shift: line, code, message."""

_BREAK = re.compile(r"(\r\n|[\n\r\x85\u2028\u2029])")
_SMART = "“”„«»‘’‚‹›"
_PAIRS = ('""', "''", "“”", "„“", "„”", "«»", "»«", "‘’", "‚‘", "‚’", "‹›", "›‹")
"""Quotation marks that belong together, the one that opens first."""


def key_of(item: Finding) -> Key:
    return item.line, item.code, item.message


class State:
    """One version of a file's text, with what the checker says of it."""

    def __init__(self, text: str, path: str, known: References):
        self.text = text
        self.document: Document = read_bytes(text.encode(), path)
        self.subject: Subject | None
        self.subject, self.findings = check_document(self.document, known)
        self.keys = Counter(map(key_of, self.findings))
        self.ends = Counter({code: max(item.line for item in self.findings if item.code == code)
                             for code, count in Counter(item.code for item in self.findings).items() if count >= MOST_FINDINGS})
        """The last line of findings that are so many that some may not be shown, by their code."""
        readable = isinstance(self.document.data, dict)
        self.stage = 0 if not readable else 1 if self.subject is None else 2
        """How far the checker came: not past the YAML; not past the form of the fields; all rules."""

    def hides(self, item: Finding) -> bool:
        """Whether a finding may have been there without being shown."""
        return item.code == "more-findings" or item.line > self.ends[item.code] > 0

    @cached_property
    def lines(self) -> list[str]:
        """Lines and their ends in turn."""
        return _BREAK.split(self.text)

    @cached_property
    def scalars(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Start and end in the text of every name and value on one line, by line and column."""
        found = {}
        for event in yaml.parse(self.text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.ScalarEvent) and event.start_mark.line == event.end_mark.line:
                found[event.start_mark.line + 1, event.start_mark.column + 1] = (event.start_mark.index, event.end_mark.index)
        return found

    def typed(self, finding: Finding) -> str:
        """The name or value at a finding, as it is typed; nothing where it is not on one line."""
        start, end = self.scalars.get((finding.line, finding.column), (0, 0))
        return self.text[start:end]

    def replaced(self, finding: Finding, new: str) -> str:
        start, end = self.scalars[finding.line, finding.column]
        return self.text[:start] + new + self.text[end:]

    def line(self, number: int, new: str | None = None) -> str:
        """One line without its end; with ``new``, the whole text with that line instead."""
        place = 2 * (number - 1)
        if new is None:
            return self.lines[place] if 0 <= place < len(self.lines) else ""
        return "".join([*self.lines[:place], new, *self.lines[place + 1 :]])

    def at(self, finding: Finding, places: dict[ValuePath, tuple[int, int]]) -> ValuePath | None:
        """The longest path that stands where the finding is."""
        return max((path for path, place in places.items() if place == (finding.line, finding.column)), key=len, default=None)


# ---------------------------------------------------------------- what could be done


def edits(state: State, finding: Finding) -> Iterator[Edit]:
    """Repairs that may remove a finding, the likeliest first. Whether they do is seen afterwards."""
    if state.stage == 0:
        if finding.code in ("broken-yaml", "yaml-tag"):
            yield from _tabs(state, finding.line)
            for number in (finding.line, finding.line - 1):
                yield from _quotes(state, number)
    elif finding.code == "unknown-field":
        yield from _field_name(state, finding)
    elif (typed := state.typed(finding)) and (maker := _VALUES.get(finding.code)):
        mark = typed[0] if typed[0] in "\"'" else ""
        bare = typed[1:-1] if mark else typed
        for new, said in maker(state, finding, bare, mark):
            yield state.replaced(finding, new), said


def _tabs(state: State, number: int) -> Iterator[Edit]:
    """Spaces for the tabs that a line starts with, and for those of the lines after it. Those that YAML takes stay: in texts and brackets."""
    heads = {place: head for place in range(2 * (number - 1), len(state.lines), 2) if "\t" in (head := _HEAD.match(state.lines[place])[0])}
    if 2 * (number - 1) not in heads:
        return
    for width in (2, 4, 8, 0):
        lines = _without_tabs(state.lines, heads, width)
        texts, rest, stop = _taken("".join(lines))
        for taken in (texts | rest, texts):
            stay = (place for place, head in heads.items() if place // 2 > stop or len(head) - len(head.lstrip(" ")) >= taken.get(place // 2, len(head)))
            new = lines.copy()
            for place in stay:
                new[place] = state.lines[place]
            yield "".join(new), "wrote spaces for tabs"
            if not rest:
                break


_HEAD = re.compile(r"[ \t]*(?:-[ \t]+)*")


def _without_tabs(lines: list[str], heads: dict[int, str], width: int) -> list[str]:
    """Lines, and their ends in turn, with spaces for the tabs of these heads; with width 0 as far in as the line before."""
    new, indent = lines.copy(), ""
    for place in range(0, len(lines), 2):
        if head := heads.get(place):
            new[place] = (head.expandtabs(width) if width else indent) + lines[place][len(head) :]
        elif lines[place].strip():
            indent = _HEAD.match(lines[place])[0].replace("-", " ")
    return new


def _taken(text: str) -> tuple[dict[int, int], dict[int, int], int]:
    """Lines, from 0, in which YAML takes a tab after so many spaces: those of blocks and quoted texts, and others; and where it cannot go on."""
    texts: dict[int, int] = {}
    rest: dict[int, int] = {}
    around: list[tuple[int, int]] = [(-1, -1)]  # of each list and group: its column, and the line of its bracket if it has one
    lines = _BREAK.split(text)[::2]
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            first, last = event.start_mark.line + 1, event.end_mark.line + 1
            if isinstance(event, yaml.CollectionStartEvent):
                around.append((around[-1][0], event.start_mark.line) if event.flow_style else (event.start_mark.column, -1))
            elif isinstance(event, yaml.CollectionEndEvent):
                bracket = around.pop()[1]
                if bracket >= 0 > around[-1][1]:
                    rest |= dict.fromkeys(range(bracket + 1, last), 0)
            elif isinstance(event, yaml.ScalarEvent) and first < last:
                if event.style in ("|", ">"):
                    held = range(first, last if event.end_mark.column else last - 1)
                    texts |= dict.fromkeys(held, min((len(lines[line]) - len(lines[line].lstrip(" ")) for line in held if lines[line].strip()), default=0))
                elif event.style:
                    texts |= dict.fromkeys(range(first, last), 0)
                else:
                    rest |= dict.fromkeys(range(first, last), around[-1][0] + 1)
    except yaml.YAMLError as error:
        return texts, rest, broken_at(error)[0] - 1
    return texts, rest, len(lines)


def _quotes(state: State, number: int) -> Iterator[Edit]:
    """The value of one line in quotes. Where a # may start a comment, nobody can tell what is meant."""
    line = state.line(number)
    tail = line[len(line.rstrip()) :]
    found = re.fullmatch(r"(\s*(?:-\s+)*(?:[A-Za-z_][\w -]*:\s+)?)(\S.*)", line.rstrip())
    if not found or " #" in line or found[2][0] in "|>#" or re.fullmatch(r"\[.*\]|\{.*\}|![!<]?\S*[!:/].*|[&*]\w+", found[2]):
        return
    head, value = found.groups()
    if (start := re.match(r"(\w+):\s", value)) and start[1] in _all_fields():
        return  # a field on the line of the field it belongs to
    if (value[0] == '"' and '\\"' in value) or (value[0] == "'" and "''" in value[1:-1]):
        return  # some of its marks are written for YAML, some are not
    if len(value) > 2 and value[0] + value[-1] in _PAIRS and _is_whole(value[1:-1], value[0], value[-1]):
        value = value[1:-1]
    if value[0] == '"' and value.count('"') == 1:
        value = value[1:]  # opened and never closed; the other mark may be an apostrophe
    yield state.line(number, head + quoted(value) + tail), "put the text in quotes"


def _is_whole(inner: str, opening: str, closing: str) -> bool:
    """True when the marks around a text are one pair: inside, each that closes follows one that opens. Marks between letters are apostrophes."""
    depth = 0
    for match in re.finditer(rf"[{opening}{closing}]", inner):
        before, after = inner[max(match.start() - 1, 0) : match.start()], inner[match.end() : match.end() + 1]
        if match[0] == closing and before.isalnum() and after.isalnum():
            continue
        opens = (not before.strip() and bool(after.strip())) if opening == closing else match[0] == opening
        depth += 1 if opens else -1
        if depth < 0:
            return False
    return depth == 0


@cache
def _all_fields() -> frozenset[str]:
    """Names of the fields of a record, at whatever level."""
    return frozenset(name for part in Part.__subclasses__() for name in part.model_fields)


def quoted(text: str) -> str:
    """A text in the quotes that need least inside."""
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _field_name(state: State, finding: Finding) -> Iterator[Edit]:
    path, typed = state.at(finding, state.document.keys), state.typed(finding)
    if not path or not typed:
        return
    around = state.document.data
    for part in path[:-1]:
        around = around[part]
    known = known_fields(CaseStudy, path[:-1])
    name = str(path[-1]).strip(_SMART + "\"' ")
    meant = name if name in known else slip(name, known)
    if meant and meant not in around:
        yield state.replaced(finding, meant), f"wrote {meant} for {' '.join(typed.split())}"


_MONTHS = {name[:3].lower(): number for number, name in enumerate("January February March April May June July August September October November December".split(), 1)}
_MONTH = r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = [re.compile(rf"(?<![\w/.-]){form}(?![\w/-])", re.IGNORECASE) for form in (
    rf"{_DAY}[ -](?:of )?{_MONTH},?[ -](?P<year>\d{{4}})", rf"{_MONTH} {_DAY},? (?P<year>\d{{4}})", rf"{_MONTH}[ -](?P<year>\d{{4}})",
    r"(?P<one>\d{1,2})(?P<sign>[/.-])(?P<other>\d{1,2})(?P=sign)(?P<year>\d{4})", r"(?P<year>\d{4})(?P<sign>[/.-])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})")]


def plain_dates(text: str) -> str:
    """A text with its dates written as 2021-05-26, or 2021-05 for a month. A date with two readings stays: 3/4/2021."""
    for form in _DATES:
        text = form.sub(_date, text)
    return text


def _date(match: re.Match[str]) -> str:
    parts = match.groupdict()
    year = int(parts["year"])
    if "one" in parts:
        one, other = int(parts["one"]), int(parts["other"])
        if one <= 12 and other <= 12 and one != other:
            return match[0]
        day, month = max(one, other), min(one, other)
    else:
        month = int(parts["month"]) if parts["month"].isdecimal() else _MONTHS[parts["month"][:3].casefold()]
        day = int(parts.get("day") or 0)
        if not day and re.search(r"\d(?:st|nd|rd|th)?[ -](?:of )?\Z", match.string[: match.start()]):
            return match[0]  # the day before it does not exist
    try:
        return date(year, month, day).isoformat() if day else date(year, month, 1).isoformat()[:7]
    except ValueError:
        return match[0]


def _as_date(_state: State, _finding: Finding, text: str, mark: str) -> Iterator[Edit]:
    new = plain_dates(text)
    if new != text:
        yield f"{mark}{new}{mark}", f"wrote the date {visible(text)} as {new}"


def _as_id(state: State, finding: Finding, text: str, mark: str) -> Iterator[Edit]:
    """The id of the one term that has this label, synonym or code."""
    for item in state.subject.fields if state.subject else ():
        if item.vocabulary in state.subject.vocabulary and item.value == text and state.document.place(item.path) == (finding.line, finding.column):
            said = _words(text)
            ids = [term.id for term in state.subject.vocabulary[item.vocabulary].terms if said in map(_words, (term.id, term.label, term.code, *term.synonyms))]
            if len(ids) == 1:
                yield f"{mark}{ids[0]}{mark}", f"wrote {ids[0]} for {visible(text)}"


def _words(text: str) -> str:
    return " ".join(re.sub(r"[_-]", " ", text).casefold().split())


def _as_type(state: State, finding: Finding, text: str, mark: str) -> Iterator[Edit]:
    if "should be text, not" in finding.message and not mark and plain_value(text) is not None:
        yield quoted(text), "put the text in quotes"
    elif "should be a number" in finding.message or "should be a whole number" in finding.message:
        path = state.at(finding, state.document.positions) or ()
        around = state.document.data
        for part in path[:-1]:
            around = around[part]
        number = re.fullmatch(r"(£|€|US\$|\$|)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?", text)
        unit = str(around.get("unit", "")) if isinstance(around, dict) else ""
        # A sign may go only where the unit says the same, or the number would lose its currency.
        if number and (not number[1] or MONEY[number[1].lower()] == MONEY.get(unit.lower())):
            yield number[2].replace(",", "") + (number[3] or ""), f"wrote {visible(text)} in digits alone"


def _as_code(state: State, finding: Finding, text: str, mark: str) -> Iterator[Edit]:
    path = state.at(finding, state.document.positions)
    code = MONEY.get(text.strip().lower())
    if code and path and path[-1] in ("unit", "currency"):
        yield f"{mark}{code}{mark}", f"wrote {code} for {visible(text)}"


_VALUES = {"bad-date": _as_date, "bad-period": _as_date, "unknown-term": _as_id, "wrong-type": _as_type, "unclear-currency": _as_code, "bad-format": _as_code}
