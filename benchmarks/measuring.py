"""One command: how long it takes, how much of the processors and how much memory, with all that it starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.05
TIMED = Path(__file__).resolve().parent / "timed.py"
MB = 1_000_000


@dataclass
class Run:
    """One build: how long it took and how much memory it held."""

    seconds: float
    largest: float
    """Largest resident size of any one process, MB: the kernel's own high-water mark, not a sample."""
    tree: float
    """Largest sum over all processes of the build at one moment, MB, shared memory counted once (PSS); at least ``largest``."""
    processor: float
    """Seconds of processor time of the build and all processes below it. Hardly depends on what else runs."""
    others: float
    """Share of the machine's processor time that went to neither the build nor the measuring, percent."""
    sampling: float
    """Seconds of processor time that measuring took."""
    parts: dict[str, float] = field(default_factory=dict)
    """Seconds of each step, as the build itself says them; empty where it says none."""
    written: int | None = None
    """Files written, as the build itself says; None where it does not."""


class Failed(Exception):
    """A build failed, or did not do what it said."""


class Sampler(threading.Thread):
    """Sums the memory of all processes below one, twenty times a second."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.process = psutil.Process(pid)
        self.done = threading.Event()
        self.peak = 0
        self.seconds = 0.0

    def run(self) -> None:
        while not self.done.wait(SAMPLE_SECONDS):
            start = time.thread_time()
            # Resident sizes are cheap to read and count shared memory more than once: most often they settle it.
            if self.sample(resident) > self.peak:
                self.peak = max(self.peak, self.sample(proportional))
            self.seconds += time.thread_time() - start

    def sample(self, size_of: Callable[[psutil.Process], int]) -> int:
        total = 0
        try:
            processes = self.process.children(recursive=True)  # Not the process itself: it only waits.
        except psutil.Error:
            return 0
        for process in processes:
            try:
                total += size_of(process)
            except psutil.Error:  # It has just ended.
                continue
        return total


def resident(process: psutil.Process) -> int:
    return process.memory_info().rss


def proportional(process: psutil.Process) -> int:
    info = process.memory_full_info()
    return getattr(info, "pss", 0) or info.uss


def run_command(command: list[str], folder: Path, log: Path, environment: dict[str, str]) -> tuple[Run, str]:
    """Run a command in ``folder``; returns what was measured and what the command said.

    :raises Failed: when it ends with another status than 0.
    """
    needed = log.with_name(f"{log.name}.needed")
    needed.unlink(missing_ok=True)
    with log.open("wb") as output:
        busy, own = busy_seconds(), time.process_time()
        process = subprocess.Popen([sys.executable, "-I", "-S", str(TIMED), str(needed), *command], stdout=output, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, cwd=folder, env={**os.environ, **environment}, start_new_session=True)
        sampler = Sampler(process.pid)
        sampler.start()
        try:
            process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            raise
        finally:
            sampler.done.set()
            sampler.join()
        working = busy_seconds() - busy - (time.process_time() - own)
    said = log.read_text("utf-8", errors="replace")
    if not needed.is_file():
        raise Failed(f"The build was stopped. It said:\n\n{said}")
    seconds, processor, largest, status = (float(number) for number in needed.read_text().split())
    if status:
        raise Failed(f"The build ended with status {status:.0f}. It said:\n\n{said}")
    # A short build can be over before a sample catches its peak: all together hold no less than the largest process.
    return Run(seconds, largest / MB, max(sampler.peak, largest) / MB, processor,
               max(0.0, 100 * (working - processor) / (seconds * (os.cpu_count() or 1))), sampler.seconds), said


def busy_seconds() -> float:
    """Seconds that all processors have worked since the machine started."""
    times = psutil.cpu_times()
    return times.user + times.system + getattr(times, "nice", 0.0) + getattr(times, "irq", 0.0) + getattr(times, "softirq", 0.0)


def disk_use(folder: Path) -> tuple[int, int]:
    """Number of files below a folder and the sum of their lengths in bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files)
