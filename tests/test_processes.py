"""How many things are done at a time, and what gives way to others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from anchorbook.processes import JOBS, aside, available
from anchorbook.site import search


@pytest.mark.parametrize("said, expected", [("3", 3), ("1", 1), ("0", os.cpu_count()), ("", os.cpu_count()), ("many", os.cpu_count()), ("-2", os.cpu_count())])
def test_as_many_as_cores_or_as_said(monkeypatch, said, expected):
    monkeypatch.setenv(JOBS, said)
    assert available() == expected


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such program, and the command stays as it is")
def test_work_aside_gives_way():
    command = [sys.executable, "-c", "import os; print(os.nice(0))"]
    mine, other = (int(subprocess.run(line, capture_output=True, check=True).stdout) for line in (command, aside(command)))
    assert other == min(19, mine + 15)


def test_where_no_program_can_make_it_give_way_it_runs_all_the_same(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert aside(["pagefind", "--silent"]) == ["pagefind", "--silent"]


def test_the_search_is_made_aside(tmp_path, monkeypatch):
    ran = []
    monkeypatch.setattr(search, "aside", lambda command: ran.append(command) or command)
    search.write_bundles(tmp_path / "made", ["cases-0"], lambda name: [("cases/a.html", b"<html lang=en><main data-pagefind-body><h1>Words</h1></main></html>")], 1)
    assert len(ran) == 1 and (tmp_path / "made" / "cases-0" / "pagefind-entry.json").is_file()
