"""The script that finds the programs which the tests need, or installs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.builds import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a shell script")
NARROW, WIDE = 'echo \'LiberationSans-Regular.ttf: "Liberation Sans"\'', 'echo \'DejaVuSans.ttf: "DejaVu Sans"\''


def find_tools(folder: Path, *there: str, fonts: str = NARROW) -> tuple[str, list[str]]:
    """What the script says, and what it has Debian's installer install, on a computer with these programs."""
    asked = folder / "asked"
    asked.write_text("")
    programs = {"id": "echo 0", "apt-get": f'echo "$*" >> "{asked}"', "fc-match": fonts} | dict.fromkeys(there, "exit 0")
    for name, code in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{code}\n")
        (folder / name).chmod(0o755)
    (folder / "grep").symlink_to(shutil.which("grep"))
    said = subprocess.run([shutil.which("sh"), "tests/support/find_tools.sh"], cwd=ROOT, env={"PATH": str(folder)},
                          capture_output=True, text=True, check=True)
    return said.stdout + said.stderr, [line.split()[-1] for line in asked.read_text().splitlines() if "install" in line]


def test_a_missing_browser_is_installed_with_letters(tmp_path):
    said, installed = find_tools(tmp_path, "nginx")
    assert "installing Debian's chromium fonts-liberation for the tests" in said and installed == ["chromium", "fonts-liberation"]
    assert "There is no Chromium here" in said  # this installer did nothing


def test_letters_that_are_too_wide_get_others(tmp_path):
    said, installed = find_tools(tmp_path, "nginx", "chromium", fonts=WIDE)
    assert installed == ["fonts-liberation"] and "There is no Arial here" in said


@pytest.mark.parametrize("browser", ["chromium", "google-chrome"])
def test_nothing_is_installed_where_all_is_there(tmp_path, browser):
    assert find_tools(tmp_path, "nginx", browser) == ("", [])
