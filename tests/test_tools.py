"""The script that finds the programs which the tests need, or installs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.builds import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a shell script")


def find_tools(folder: Path, *there: str) -> tuple[str, str]:
    """What the script says, and what it asks Debian's installer for, on a computer with these programs."""
    asked = folder / "asked"
    asked.write_text("")
    programs = {"id": "echo 0", "apt-get": f'echo "$*" >> "{asked}"'} | dict.fromkeys(there, "exit 0")
    for name, code in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{code}\n")
        (folder / name).chmod(0o755)
    said = subprocess.run([shutil.which("sh"), "tests/support/find_tools.sh"], cwd=ROOT, env={"PATH": str(folder)},
                          capture_output=True, text=True, check=True)
    return said.stdout + said.stderr, asked.read_text()


def test_a_missing_browser_is_installed(tmp_path):
    said, asked = find_tools(tmp_path, "nginx")
    assert "installing Debian's chromium for the tests" in said and asked.splitlines()[-1].endswith(" chromium")
    assert "There is no Chromium here" in said  # this installer did nothing


@pytest.mark.parametrize("browser", ["chromium", "google-chrome"])
def test_nothing_is_installed_where_all_is_there(tmp_path, browser):
    assert find_tools(tmp_path, "nginx", browser) == ("", "")
