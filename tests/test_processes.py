"""How many things are done at a time, and what gives way to others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor

import psutil
import pytest

from anchorbook import processes
from anchorbook.processes import JOBS, aside, available, spread
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
    search.write_bundles(tmp_path / "made", ["cases-0"], lambda name: [("cases/a.html", b"<html lang=en><main data-pagefind-body><h1>Words</h1></main></html>")])
    assert len(ran) == 1 and (tmp_path / "made" / "cases-0" / "pagefind-entry.json").is_file()


# ---------------------------------------------------------------- work in several processes


class Doubling:
    """Work that can be sent to other processes."""

    def __call__(self, batch: list[int]) -> tuple[int, list[int]]:
        if 13 in batch:
            raise ValueError("thirteen")
        return os.getpid(), [2 * number for number in batch]


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_work_is_done_in_order_whatever_the_number_of_processes(processes):
    batches = [[number, number + 1] for number in range(20, 60, 2)]
    with spread(Doubling(), batches, processes) as results:
        done = list(results)
    assert [numbers for _process, numbers in done] == [[2 * number for number in batch] for batch in batches]
    assert (os.getpid() in {process for process, _numbers in done}) == (processes == 1)


@pytest.mark.parametrize("processes", [1, 2])
def test_what_goes_wrong_in_a_process_is_raised_for_the_one_who_asks(processes):
    with spread(Doubling(), [[1], [13], [2]], processes) as results:
        assert next(results)[1] == [2]
        with pytest.raises(ValueError, match="thirteen"):
            next(results)


@pytest.mark.parametrize("error", [ValueError("bad value(s) in fds_to_keep"), OSError("handle is closed")])
def test_one_that_ends_while_another_begins_is_said_like_one_that_ends_later(monkeypatch, error):
    """What Python raises then, seen on a busy computer: the pipes that the other was to get are closed."""
    def begin(*_about):
        raise error

    monkeypatch.setattr(processes.ProcessPoolExecutor, "map", begin)
    with pytest.raises(BrokenExecutor), spread(Doubling(), [[1], [2]], 2) as results:
        next(results)


def test_who_needs_no_more_results_need_not_wait_for_them():
    with spread(Doubling(), ([number] for number in range(14, 10_000)), 2) as results:
        assert next(results)[1] == [28]
    assert [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())] == []


@pytest.mark.skipif(os.name != "posix", reason="asks the system about processes as it can be asked there")
def test_other_processes_end_with_the_one_that_started_them(tmp_path):
    (tmp_path / "waiting.py").write_text("""
import os, sys, time
from anchorbook.processes import spread

def wait(batch):
    open(os.path.join(sys.argv[1] if len(sys.argv) > 1 else batch, f"{os.getpid()}.pid"), "w").close()
    time.sleep(600)

if __name__ == "__main__":
    with spread(wait, [sys.argv[1]] * 2, 2) as results:
        next(results)
""")
    with subprocess.Popen([sys.executable, str(tmp_path / "waiting.py"), str(tmp_path)]) as process:
        end = time.monotonic() + 60
        while len(found := list(tmp_path.glob("*.pid"))) < 2:
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.05)
        process.kill()
        process.wait()
    workers = [int(path.stem) for path in found]
    end = time.monotonic() + 60
    while any(psutil.pid_exists(number) and psutil.Process(number).status() != psutil.STATUS_ZOMBIE for number in workers):
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("module", ["anchorbook.build", "anchorbook.site.case_writing", "anchorbook.checking"])
def test_who_builds_or_helps_loads_no_library_for_others(module):
    """Sphinx, maps and tables take most of a second, in each process."""
    code = f"import sys, {module}; print(*sorted({{'sphinx', 'docutils', 'myst_nb', 'folium', 'pandas', 'matplotlib', 'nbformat', 'playwright'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""
