"""Measure the build: ``python benchmarks/run.py [SIZES] [--repeats 3] [--output FILE]``. See README.md beside it."""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from synthetic import case_id, make_project  # noqa: E402

from anchorbook.project import Project  # noqa: E402

SIZES = (100, 1000, 10000)
STEPS = ("cold", "no change", "one edited", "one added", "one deleted")
PARTS = ("check", "pages", "site", "search")
SAMPLE_SECONDS = 0.05
MB = 1_000_000
AIMS_AT = 10000


@dataclass
class Run:
    """One build: how long it took and how much memory it held."""

    seconds: float
    largest: float
    """Largest resident size of any one process, MB: the kernel's own high-water mark, not a sample."""
    tree: float
    """Largest sum over all processes of the build at one moment, MB, shared memory counted once (PSS)."""
    processor: float
    """Seconds of processor time of the build and all processes below it. Hardly depends on what else runs."""
    others: float
    """Share of the machine's processor time that went to neither the build nor the measuring, percent."""
    parts: dict[str, float]
    written: int
    sampling: float
    """Seconds of processor time that measuring took."""


@dataclass
class Result:
    """Everything measured at one size."""

    size: int
    runs: dict[str, list[Run]] = field(default_factory=dict)
    site_bytes: int = 0
    site_files: int = 0

    def median(self, step: str, what: str) -> float:
        return statistics.median(getattr(run, what) for run in self.runs[step])

    def part(self, step: str, part: str) -> float:
        return statistics.median(run.parts.get(part, 0.0) for run in self.runs[step])

    def most(self, what: str, step: str = "") -> float:
        """The largest in any run, or in any run of one step."""
        return max(getattr(run, what) for name, runs in self.runs.items() if step in ("", name) for run in runs)


class Failed(Exception):
    """A build failed, or did not do what it said."""


# ---------------------------------------------------------------- one build


class Sampler(threading.Thread):
    """Sums the memory of a process and all below it, twenty times a second."""

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
            processes = [self.process, *self.process.children(recursive=True)]
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


def build(project: Project, package: Path) -> Run:
    """Build in a process of its own, with the frozen copy of the package."""
    environment = {**os.environ, "PYTHONPATH": str(package)}
    command = [sys.executable, "-m", "anchorbook.cli", "--project", str(project.root), "build"]
    log = project.root.parent / "build.log"
    with log.open("wb") as output:
        busy, own = busy_seconds(), time.process_time()
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                   cwd=project.root, env=environment, start_new_session=True)
        sampler = Sampler(process.pid)
        sampler.start()
        try:
            _pid, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            raise
        finally:
            seconds = time.perf_counter() - start
            sampler.done.set()
            sampler.join()
        processor = usage.ru_utime + usage.ru_stime
        others = busy_seconds() - busy - processor - (time.process_time() - own)
        process.returncode = os.waitstatus_to_exitcode(status)
    said = log.read_text("utf-8", errors="replace")
    if process.returncode:
        raise Failed(f"The build ended with status {process.returncode}. It said:\n\n{said}")
    findings = re.search(r"^ +findings +(.+)$", said, re.MULTILINE)
    if not findings or findings[1] != "no findings":
        print(f"    note: findings: {findings[1] if findings else 'not said'}", flush=True)
    written = re.search(r"\(([\d,]+) files written\)", said)
    times = re.search(r"^ +time .*\((.+)\)$", said, re.MULTILINE)
    if not written or not times:
        raise Failed(f"The summary of the build is not as expected. It said:\n\n{said}")
    return Run(
        seconds=seconds,
        largest=usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MB,
        tree=sampler.peak / MB,
        processor=processor,
        others=max(0.0, 100 * others / (seconds * (os.cpu_count() or 1))),
        parts={name: float(value) for name, value in re.findall(r"([a-z]+) ([\d.]+) s", times[1])},
        written=int(written[1].replace(",", "")),
        sampling=sampler.seconds,
    )


def busy_seconds() -> float:
    """Seconds that all processors have worked since the machine started."""
    times = psutil.cpu_times()
    return times.user + times.system + getattr(times, "nice", 0.0) + getattr(times, "irq", 0.0) + getattr(times, "softirq", 0.0)


# ---------------------------------------------------------------- one size


def expect(true: bool, what: str) -> None:
    if not true:
        raise Failed(f"The build ended well, but {what}.")


def measure(size: int, source: Path, package: Path, repeats: int) -> Result:
    """Every step at one size, in a fresh folder that is removed afterwards."""
    result = Result(size)
    with tempfile.TemporaryDirectory(prefix="anchorbook-bench-") as folder:
        project = make_project(Path(folder) / "project", size + repeats, source=source)
        file = {number: project.cases / f"{case_id(number)}.yaml" for number in range(1, size + repeats + 1)}
        page = {number: project.html / "cases" / f"{case_id(number)}.html" for number in file}
        aside = Path(folder) / "aside"
        aside.mkdir()
        for number in range(size + 1, size + repeats + 1):
            file[number].rename(aside / file[number].name)

        def run(step: str) -> Run:
            done = build(project, package)
            result.runs.setdefault(step, []).append(done)
            said = ", ".join(f"{part} {done.parts.get(part, 0):.1f}" for part in PARTS)
            print(f"  {step:12} {done.seconds:7.2f} s  ({said})  processor {done.processor:.1f} s, others {done.others:.0f}%, one process {done.largest:.0f} MB, all {done.tree:.0f} MB, "
                  f"{done.written:,} files written", flush=True)
            return done

        run("cold")
        expect(all(page[number].is_file() for number in range(1, size + 1)), "pages are missing")
        result.site_files, result.site_bytes = disk_use(project.html)
        for turn in range(repeats):
            done = run("no change")
            expect(done.written == 0, f"it wrote {done.written} files though nothing had changed")
        for turn in range(repeats):
            number = max(1, size * (turn + 1) // (repeats + 1))
            text = file[number].read_text("utf-8")
            words = f"edited in round {turn + 1}"
            changed = text.replace("This case is made up", f"This case, {words}, is made up", 1)
            changed = re.sub(r"^problem: >-\n  ", f"\\g<0>This sentence was {words}. ", changed, count=1, flags=re.MULTILINE)
            file[number].write_text(changed, encoding="utf-8")
            run("one edited")
            expect(words in page[number].read_text("utf-8"), "the edit is not on the page")
        for turn in range(repeats):
            number = size + turn + 1
            (aside / file[number].name).rename(file[number])
            run("one added")
            expect(page[number].is_file(), "the new page is missing")
        for turn in range(repeats):
            # No case links to a multiple of ten (see synthetic.py); smaller books give back what was added.
            number = 10 * max(1, size * (turn + 1) // (10 * (repeats + 1))) if size >= 100 else size + repeats - turn
            file[number].unlink()
            run("one deleted")
            expect(not page[number].exists(), "the page of the deleted case is still there")
    return result


def disk_use(folder: Path) -> tuple[int, int]:
    """Number of files below a folder and the sum of their lengths in bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files)


# ---------------------------------------------------------------- the report


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, [":---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def report(base: Result, real: int, results: list[Result], repeats: int) -> str:
    base_seconds = base.median("cold", "seconds")
    blocks = ["# Results", "Written by `benchmarks/run.py`; what is measured and how stands in [README.md](README.md).", facts(real, repeats)]

    blocks.append("## Times and memory\n\n" + table(
        ["Made-up cases", "Step", "Seconds", "Slowest s", "Others %", "Processor s", *(f"{part} s" for part in PARTS), "Largest process MB", "All processes MB", "Files written"],
        [[f"{result.size:,}", step, f"{result.median(step, 'seconds'):.2f}", f"{result.most('seconds', step):.2f}", f"{result.median(step, 'others'):.0f}",
          f"{result.median(step, 'processor'):.1f}", *(f"{result.part(step, part):.1f}" for part in PARTS),
          f"{result.median(step, 'largest'):.0f}", f"{result.median(step, 'tree'):.0f}", f"{result.median(step, 'written'):,.0f}"]
         for result in (base, *results) for step in STEPS if step in result.runs]))

    blocks.append("## Size and cost of one case\n\n" + table(
        ["Made-up cases", "Cold build s", "ms for each case", "Site MB", "Files in the site", "KB for each case"],
        [["0", f"{base_seconds:.2f}", "", f"{base.site_bytes / MB:.1f}", f"{base.site_files:,}", ""]] + [
            [f"{result.size:,}", f"{result.median('cold', 'seconds'):.2f}",
             f"{1000 * (result.median('cold', 'seconds') - base_seconds) / result.size:.2f}",
             f"{result.site_bytes / MB:.1f}", f"{result.site_files:,}", f"{(result.site_bytes - base.site_bytes) / result.size / 1000:.1f}"]
            for result in results])
        + f"\n\nFor each case: what the cold build (or the site) has above that of the book with its {real} real cases only, ÷ made-up cases.")

    for small, large in zip(results, results[1:]):
        rows = [[step, f"{large.median(step, 'seconds') / small.median(step, 'seconds'):.1f}",
                 f"{large.median(step, 'processor') / small.median(step, 'processor'):.1f}",
                 f"{large.median(step, 'largest') / small.median(step, 'largest'):.1f}",
                 f"{large.median(step, 'tree') / small.median(step, 'tree'):.1f}"] for step in STEPS]
        rows.append(["cold, above the book without made-up cases",
                     f"{(large.median('cold', 'seconds') - base_seconds) / (small.median('cold', 'seconds') - base_seconds):.1f}", "", "", ""])
        rows.append(["size of the site", f"{large.site_bytes / small.site_bytes:.1f} (bytes)", "", "", ""])
        blocks.append(f"## Ratios: {large.size:,} to {small.size:,} cases ({large.size / small.size:g} times as many)\n\n"
                      + table(["Step", "Seconds", "Processor seconds", "Largest process", "All processes"], rows))

    for result in results:
        if result.size == AIMS_AT:
            aims = [("Cold build", result.median("cold", "seconds"), 40, "s"), ("One case edited", result.median("one edited", "seconds"), 5, "s"),
                    ("Memory, largest process", result.most("largest"), 300, "MB"), ("Memory, all processes", result.most("tree"), 300, "MB")]
            blocks.append(f"## Aims at {AIMS_AT:,} cases\n\n" + table(
                ["What", "Aim", "Measured", "Met"],
                [[what, f"under {aim} {unit}", f"{value:.1f} {unit}" if unit == "s" else f"{value:.0f} {unit}", "yes" if value < aim else "**no**"] for what, value, aim, unit in aims]))
    runs = [run for result in results for runs in result.runs.values() for run in runs]
    blocks.append(f"Measuring memory took {100 * sum(run.sampling for run in runs) / sum(run.seconds for run in runs):.1f}% of one core while the builds ran. "
                  f"Other work on the machine took {statistics.mean(run.others for run in runs):.0f}% of its processors on average, {max(run.others for run in runs):.0f}% during the worst build.")
    return "\n\n".join(blocks) + "\n"


def facts(real: int, repeats: int) -> str:
    count = f"the median of {repeats} builds" if repeats > 1 else "one build"
    return (f"- Processor: {os.cpu_count()} cores, {platform.machine()}; memory {psutil.virtual_memory().total / 1e9:.0f} GB; {platform.system()}\n"
            f"- Python {platform.python_version()}\n"
            f"- Each size adds made-up cases to the {real} real ones. Cold is one build; each other step is {count}")


def sizes_of(texts: list[str]) -> list[int]:
    sizes = sorted({int(text.replace(",", "").replace("_", "")) for text in texts})
    if not sizes or sizes[0] < 1 or sizes[-1] > 99_000:
        raise ValueError
    return sizes


def main() -> int:
    options = argparse.ArgumentParser(description="Measure the build with made-up cases.")
    options.add_argument("sizes", nargs="*", default=[str(size) for size in SIZES], help="numbers of made-up cases (default: 100 1000 10000)")
    options.add_argument("--repeats", type=int, default=3, help="builds of each step after the cold one; the median counts (default: 3)")
    options.add_argument("--output", type=Path, default=HERE / "results.md", help="file to write (default: benchmarks/results.md)")
    given = options.parse_args()
    try:
        sizes = sizes_of(given.sizes)
    except ValueError:
        options.error("sizes are whole numbers from 1 to 99,000")
    if given.repeats < 1:
        options.error("--repeats is at least 1")
    try:
        with tempfile.TemporaryDirectory(prefix="anchorbook-bench-") as folder:
            # Frozen, so that nobody's editing changes the code or the pages half-way through.
            package = Path(folder) / "package"
            shutil.copytree(HERE.parent / "anchorbook", package / "anchorbook")
            book = make_project(Path(folder) / "book", 0)
            real = len(book.case_files())
            print(f"The book with its {real} real cases only", flush=True)
            build(book, package)  # Warms the file cache and Python's compiled files, so that sizes compare.
            shutil.rmtree(book.build)
            base = Result(0, {"cold": [build(book, package)]})
            base.site_files, base.site_bytes = disk_use(book.html)
            print(f"  {'cold':12} {base.median('cold', 'seconds'):7.2f} s", flush=True)
            shutil.rmtree(book.build)
            results = []
            for size in sizes:
                print(f"{size:,} made-up cases", flush=True)
                results.append(measure(size, book.root, package, given.repeats))
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    text = report(base, real, results, given.repeats)
    given.output.write_text(text, encoding="utf-8")
    print("\n" + text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
