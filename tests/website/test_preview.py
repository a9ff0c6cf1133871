"""`anchorbook preview` serves the site and shows a change after it is saved."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.request

from tests.support.builds import copy_project


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def wait_for(what, seconds: float = 60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.2)
    raise AssertionError("waited too long")


def test_a_saved_change_is_shown(tmp_path):
    project = copy_project(tmp_path / "book")
    log = tmp_path / "log"
    with log.open("w") as out:
        process = subprocess.Popen([sys.executable, "-m", "anchorbook.cli", "--project", str(project), "preview", "--port", "0"],
                                   stdout=out, stderr=subprocess.STDOUT)
    try:
        url = wait_for(lambda: (found := re.search(r"Open (http://127\.0\.0\.1:\d+/)", log.read_text())) and found[1])
        assert "Health Anchors Evidence Book" in fetch(url)
        case = project / "case_studies" / "imperial-insourcing.yaml"
        good = case.read_text("utf-8")
        case.write_text(re.sub(r"(?m)^title: .*$", "title: A title seen in the preview", good), "utf-8")
        wait_for(lambda: "A title seen in the preview" in fetch(url + "cases/imperial-insourcing.html"))
        # A mistake is said, and the last good page stays.
        case.write_text(good.replace("status:", "statsu:", 1), "utf-8")
        wait_for(lambda: "unknown-field" in log.read_text())
        assert "A title seen in the preview" in fetch(url + "cases/imperial-insourcing.html")
        case.write_text(good, "utf-8")
        wait_for(lambda: "A title seen in the preview" not in fetch(url + "cases/imperial-insourcing.html"))
    finally:
        process.terminate()
        process.wait(timeout=20)
