"""Repairs of slips that have one clear answer, made in the lines themselves, so that comments and order stay.

Each repair is tried on the text in memory, which is then read and checked again. It stays only when its finding is
gone and no new one has come. Files change only when that is asked for.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from anchorbook.bibliography import load_bibliography
from anchorbook.calling import call
from anchorbook.checks.repair_edits import State, edits, key_of
from anchorbook.files import read_regular, replace
from anchorbook.findings import Finding, Severity, has_errors
from anchorbook.ledger import load_ledger
from anchorbook.checking import References
from anchorbook.project import Project
from anchorbook.reading import MAX_BYTES
from anchorbook.reporting import visible
from anchorbook.vocabulary import load_vocabulary

MOST_TRIES = 300
"""Readings of one file before the rest is left to people."""
MOST_READ = 1_000_000
"""Signs that these readings may come to: long files have fewer of them."""


class _Repairer:
    """Tries repairs on the text of one file."""

    def __init__(self, path: str, known: References):
        self.path = path
        self.known = known
        self.tries = 0

    def repair(self, text: str) -> tuple[str, list[tuple[int, str]], bool]:
        """The text with all repairs that help, the line and words of each, and whether there are too many mistakes for one go."""
        state, done, left = State(text, self.path, self.known), [], set()
        todo = iter(sorted(state.findings))
        while not self.spent(state.text) and (finding := next((item for item in todo if key_of(item) not in left), None)):
            better = self.first_that_helps(state, finding)
            if better:
                state, said = better
                done += [(finding.line, what) for what in said]
                todo = iter(sorted(state.findings))
            else:
                left.add(key_of(finding))
        return state.text, done, self.spent(state.text) or any(item.code == "more-findings" for item in state.findings)

    def spent(self, text: str) -> bool:
        return self.tries > MOST_TRIES or self.tries * len(text) > MOST_READ

    def first_that_helps(self, before: State, finding: Finding, depth: int = 0) -> tuple[State, list[str]] | None:
        for text, said in edits(before, finding):
            self.tries += 1
            if self.spent(text):
                return None
            if text != before.text and (better := self.helps(before, finding, State(text, self.path, self.known), depth)):
                return better[0], [said, *better[1]]
        return None

    def helps(self, before: State, finding: Finding, after: State, depth: int) -> tuple[State, list[str]] | None:
        """The state after a repair that removed its finding and made no new one; itself mended where that takes a second step."""
        if finding in after.findings or after.keys[key_of(finding)] >= before.keys[key_of(finding)] and not before.ends[finding.code]:
            return None
        more: list[str] = []
        for item in self.new(before, after, finding) if depth < 2 else ():
            # A field that has got its right name may show that its value needs a repair too.
            if (better := self.first_that_helps(after, item, depth + 1)) is None:
                return None
            after, more = better[0], [*more, *better[1]]
        return None if self.new(before, after, finding) else (after, more)

    @staticmethod
    def new(before: State, after: State, finding: Finding) -> list[Finding]:
        """Findings that a repair made, not those that were there and could not be seen before it."""
        changed = {number for number, (one, other) in enumerate(zip(before.lines[::2], after.lines[::2], strict=False), 1) if one != other}
        fresh = [item for item in after.findings if after.keys[key_of(item)] > before.keys[key_of(item)] and not before.hides(item)]
        if after.stage < before.stage or len(after.lines) != len(before.lines):
            return fresh or after.findings[:1]
        if after.stage == 0:  # the next thing that cannot be read must lie further on
            return [item for item in fresh if item.line <= max(changed | {finding.line})]
        if after.stage > before.stage:
            return [item for item in fresh if item.line in changed and item.severity is Severity.ERROR]
        return fresh


def repair_bytes(raw: bytes, path: str, known: References) -> tuple[bytes, list[tuple[int, str]]]:
    """The bytes of a case file after all safe repairs, and the line and words of each. The same bytes when there are none."""
    return repair_once(raw, path, known)[:2]


def repair_once(raw: bytes, path: str, known: References) -> tuple[bytes, list[tuple[int, str]], bool]:
    """The same, and whether the file holds too many mistakes to mend all in one go."""
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    try:
        text = raw.decode("utf-8-sig") if len(raw) <= MAX_BYTES else ""
    except UnicodeDecodeError:
        text = ""
    if not text or text[0] == "\ufeff":
        return raw, [], False
    new, done, more = _Repairer(path, known).repair(text)
    return mark + new.encode() if done else raw, done, more


# ---------------------------------------------------------------- files


@dataclass(frozen=True)
class Repaired:
    """What can be put right in one file."""

    path: Path
    name: str
    before: bytes
    after: bytes
    done: list[tuple[int, str]]
    more: bool
    """Whether it holds more mistakes than can be mended in one go."""

    def diff(self) -> str:
        """The change as a unified diff."""
        texts = [raw.decode("utf-8-sig").split("\n") for raw in (self.before, self.after)]
        lines = difflib.unified_diff(*texts, f"a/{self.name}", f"b/{self.name}", lineterm="")
        return "\n".join(visible(line.removesuffix("\r")) for line in lines)

    def write(self) -> str:
        """Put the new text in the place of the old, whole or not at all; returns why not, or nothing."""
        if self.path.is_symlink():
            return "it is a link to another file"
        try:
            if read_regular(self.path, MAX_BYTES) != self.before:
                return "it has changed in the meantime"
            replace(self.path, self.after)
            return "" if read_regular(self.path, len(self.after)) == self.after else "it was not written as it should be"
        except OSError as error:
            return error.strerror or "it cannot be written"


def repairs(project: Project) -> list[Repaired]:
    """What can be put right safely in the case files, in order of their names; and those that hold too many mistakes."""
    vocabulary, bibliography = load_vocabulary(project.vocabulary), load_bibliography(project.references)
    known = References(vocabulary, bibliography, load_ledger(project.claims, vocabulary, bibliography))
    if has_errors([*vocabulary.findings, *bibliography.findings, *known.ledger.findings]):
        return []  # what records are checked against must be right first
    found = []
    for path in project.case_files():
        try:
            raw = read_regular(path, MAX_BYTES)
        except OSError:
            continue
        name = project.relative(path) if not path.is_symlink() else f"{project.cases.name}/{path.name}"
        after, done, more = repair_once(raw, name, known)
        if done or more:
            found.append(Repaired(path, name, raw, after, done, more))
    return found


def repair_project(project: Project, *, write: bool = False) -> str:
    """Find the repairs, with ``write`` make them, and say both."""
    files = repairs(project)
    found = [item for item in files if item.done]
    many = [f"{visible(item.name)} holds more mistakes than can be mended in one go. {'Run this again when these are made.' if item.done else 'Mend some by hand, then run this again.'}"
            for item in files if item.more]
    if not found:
        return "\n".join([*many, "Nothing can be put right safely. What is left needs a person."])
    parts = [item.diff() for item in found]
    parts.append("\n".join(f"{visible(item.name)}:{line}: {said}" for item in found for line, said in item.done))
    parts += ["\n".join(many)] if many else []
    count = sum(len(item.done) for item in found)
    said = f"{count} repair{'s' * (count != 1)} in {len(found)} file{'s' * (len(found) != 1)}"
    if not write:
        return "\n\n".join([*parts, f"{said}. No file has been changed. To make them: {call('check --fix --write')}"])
    failed = [f"{visible(item.name)} was left alone: {why}." for item in found if (why := item.write())]
    return "\n\n".join([*parts, *failed, f"{said} {'made' if not failed else 'found'}."])
