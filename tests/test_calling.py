"""What a message tells people to run can be run as it is printed."""

from __future__ import annotations

import ast
import re
import sys

import pytest

from anchorbook import calling
from anchorbook.calling import HERE, call
from anchorbook.cli import parser
from tests.support.projects import ROOT

PRINTED = re.compile(r"\banchorbook (\w[\w-]*)")
COMMANDS = next(action for action in parser()._actions if action.dest == "command").choices
NAMED = {"at the last whole anchorbook build", 'The command "anchorbook addresses" writes', "run anchorbook forms --write"}
"""Words that name a command in passing, or stand in a file that must be the same on every computer."""


@pytest.mark.parametrize(("typed", "found", "said"), [
    ("/usr/bin/pytest", None, f"{HERE} check"), (".venv/bin/anchorbook", None, ".venv/bin/anchorbook check"),
    ("../.venv/bin/anchorbook", None, "../.venv/bin/anchorbook check"), ("my tools/anchorbook", None, f"{HERE} check"),
    ("/opt/book/.venv/bin/anchorbook", None, f"{HERE} check"), (".venv/bin/anchorbook", "/usr/bin/anchorbook", "anchorbook check"),
])
def test_the_command_is_called_as_it_can_be(typed, found, said, monkeypatch):
    monkeypatch.setattr(sys, "argv", [typed])
    monkeypatch.setattr(calling.shutil, "which", lambda name: found)
    assert call("check") == said


def _texts(path):
    tree = ast.parse(path.read_text("utf-8"))
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes]


def test_no_message_names_the_command_by_itself():
    found = [(path.name, text) for path in (ROOT / "anchorbook").rglob("*.py") for text in _texts(path)
             if any(name in COMMANDS for name in PRINTED.findall(text)) and not any(known in text for known in NAMED)]
    assert found == []


@pytest.mark.parametrize("path", [*(ROOT / "book").rglob("*.md"), *(ROOT / "anchorbook" / "site" / "templates").glob("*.html"), ROOT / "CONTRIBUTING.md"],
                         ids=lambda path: path.stem)
def test_pages_write_the_command_as_it_is_called(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert [match[0] for match in re.finditer(r"(?<!\.venv/bin/)\banchorbook (\w[\w-]*)", text) if match[1] in COMMANDS] == []
