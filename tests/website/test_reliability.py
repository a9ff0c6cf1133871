"""A whole build that is killed while Jupyter Book runs leaves nothing running, and no lock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from anchorbook import locking
from tests.support.builds import copy_project


def processes_in(folder: Path) -> set[int]:
    """Processes whose command names this folder."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if os.fsencode(folder) in path.read_bytes():
                found.add(int(path.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="other systems do not show their processes as files")
def test_a_build_killed_while_jupyter_book_runs_takes_it_along(tmp_path):
    project = copy_project(tmp_path / "book")
    process = subprocess.Popen([sys.executable, "-m", "anchorbook.cli", "--project", str(project), "build"], stdout=subprocess.DEVNULL)
    end = time.monotonic() + 90
    shells = project / "_build" / "sphinx" / "_build"
    while not (len(processes_in(project)) > 1 and shells.is_dir()):
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.1)
    with pytest.raises(locking.Busy), locking.building(project / "_build"):
        pass
    time.sleep(2)  # it has begun to read
    process.send_signal(signal.SIGKILL)
    process.wait()
    with locking.building(project / "_build"):  # within two seconds: only when both are gone
        pass
    end = time.monotonic() + 60  # kernels of notebooks look for those who started them now and then
    while processes_in(project):
        assert time.monotonic() < end, processes_in(project)
        time.sleep(0.1)
    assert not (project / "_build" / "html").exists()
    assert not (project / "_build" / "cache" / "shells").exists()
