"""Findings as people, programs and code hosts read them."""

from __future__ import annotations

import json
import re

import pytest

from anchorbook.findings import Finding, Severity, has_errors
from anchorbook.reporting import FORMATS, as_annotations, as_json, as_lines, as_snippets, as_text, summary

ERROR = Finding("case_studies/b.yaml", 3, 5, "unknown-term", '"x" is not a known domain.', "Write one of: work.")
WARNING = Finding("case_studies/a.yaml", 12, 1, "impossible-share", "50% of 5 is not whole.", "", Severity.WARNING)
HINT = Finding("case_studies/a.yaml", 2, 1, "some-hint", "£ is a sign.", "Say GBP.", Severity.HINT)

LINE = re.compile(r"(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<severity>error|warning|hint) (?P<code>[a-z-]+) (?P<message>.+)")


def test_text_is_in_order_of_place_with_hints_beneath():
    assert as_text([ERROR, WARNING, HINT]) == (
        "case_studies/a.yaml:2:1: hint some-hint £ is a sign.\n"
        "    hint: Say GBP.\n"
        "case_studies/a.yaml:12:1: warning impossible-share 50% of 5 is not whole.\n"
        'case_studies/b.yaml:3:5: error unknown-term "x" is not a known domain.\n'
        "    hint: Write one of: work."
    )


def test_lines_come_in_order_of_number_not_of_text():
    found = as_text([Finding("a", 10, 1, "x-y", "m"), Finding("a", 9, 1, "x-y", "m")])
    assert [LINE.match(line)["line"] for line in found.splitlines()] == ["9", "10"]


@pytest.mark.parametrize("message, hint", [("two\nlines", "a\nhint"), ("a\r\nb", ""), ("a\u2028b", "c\x85d"), ("a\x0cb", "")])
def test_one_finding_is_one_line_whatever_people_typed(message, hint):
    lines = as_text([Finding("a.yaml", 1, 1, "x-y", message, hint)]).splitlines()
    assert len(lines) == (2 if hint else 1)
    assert LINE.fullmatch(lines[0])


@pytest.mark.parametrize("report", [as_text, as_lines, lambda found: as_snippets(found, lambda _path: [])])
def test_a_name_of_a_file_is_shown_and_does_nothing(report):
    """No line of its own, no colour, no other direction."""
    name = "case_studies/a\n::error file=README.md::pwned\n\x1b[31m\u202e.yaml"
    said = report([Finding(name, 1, 1, "x-y", f"there is no \x1b[31m{name}.", f"Delete {name}\u202e.")])
    assert not any(line.startswith("::") for line in said.splitlines())
    assert not {"\x1b", "\u202e"} & set(said)
    assert said.startswith("case_studies/a<U+000A>::error file=README.md::pwned<U+000A><U+001B>[31m<U+202E>.yaml:1:1: error x-y")


def test_json_can_be_read_and_holds_everything():
    found = json.loads(as_json([ERROR, WARNING, HINT]))
    assert found[2] == {"path": "case_studies/b.yaml", "line": 3, "column": 5, "code": "unknown-term", "message": '"x" is not a known domain.',
                        "hint": "Write one of: work.", "severity": "error"}
    assert [item["severity"] for item in found] == ["hint", "warning", "error"]


def test_annotations():
    assert as_annotations([WARNING, HINT, ERROR]).splitlines() == [
        "::notice file=case_studies/a.yaml,line=2,col=1,title=some-hint::£ is a sign. Say GBP.",
        "::warning file=case_studies/a.yaml,line=12,col=1,title=impossible-share::50%25 of 5 is not whole.",
        '::error file=case_studies/b.yaml,line=3,col=5,title=unknown-term::"x" is not a known domain. Write one of: work.',
    ]


def test_annotations_cannot_be_broken_out_of():
    """A file's name or a value in a message must not start a command of its own."""
    evil = Finding("case_studies/a,line=9:%0A.yaml", 1, 1, "x-y", "100%\r\n::set-output name=x::y", "z\n::stop-commands::t")
    found = as_annotations([evil])
    assert len(found.splitlines()) == 1
    head, message = found[2:].split("::", 1)
    assert head == "error file=case_studies/a%2Cline=9%3A%250A.yaml,line=1,col=1,title=x-y"
    assert message == "100%25%0D%0A::set-output name=x::y z%0A::stop-commands::t"


@pytest.mark.parametrize("findings, said", [
    ([], "no findings"), ([ERROR], "1 error"), ([ERROR, ERROR], "2 errors"), ([WARNING, ERROR, HINT, HINT], "1 error, 1 warning, 2 hints"),
])
def test_summary(findings, said):
    assert summary(findings) == said


def test_only_errors_stop_a_build():
    assert has_errors([HINT, WARNING, ERROR])
    assert not has_errors([HINT, WARNING])
    assert not has_errors([])


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_nothing_to_say_is_said_in_every_format(name):
    assert FORMATS[name]([]) == ("[]" if name == "json" else "")
