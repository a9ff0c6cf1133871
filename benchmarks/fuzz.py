"""Try the readers and the checker with damaged and made-up input: ``python benchmarks/fuzz.py [NUMBER] [--seed N]
[--processes N] [--target check,fix]``, and ``--show SEED`` for one input. See README.md beside it.

Whatever it holds, an input must give findings or a record: no exception, no more than a second, no memory kept.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import multiprocessing
import os
import platform
import queue
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
sys.path[:0] = [path for path in (str(HERE), str(HERE.parent)) if path not in sys.path]

from anchorbook import checking  # noqa: E402
from anchorbook.bibliography import load_bibliography  # noqa: E402
from anchorbook.checks.codes import CODES  # noqa: E402
from anchorbook.checks.repair import repair_bytes  # noqa: E402
from anchorbook.findings import Finding, has_errors  # noqa: E402
from anchorbook.forms import WrongForm, answers_of, read_card  # noqa: E402
from anchorbook.ledger import load_ledger  # noqa: E402
from anchorbook.questions import record  # noqa: E402
from anchorbook.reading import Document, read_bytes  # noqa: E402
from anchorbook.reading_csv import read_csv  # noqa: E402
from anchorbook.reporting import as_text  # noqa: E402
from anchorbook.vocabulary import load_vocabulary  # noqa: E402
from anchorbook.writing import as_yaml  # noqa: E402
from tests.support.made import wrong  # noqa: E402
from tests.support.mutations import TARGETS, Input, Maker  # noqa: E402
from tests.support.projects import ROOT, SMALL_BIBLIOGRAPHY, SMALL_LEDGER  # noqa: E402

NUMBER = 500_000
MOST_SECONDS = 1.0
"""Processor time that one input may take."""
MOST_FOR_REPAIRS = 5.0
"""The same for repairs, which are tried twice and read the file again and again."""
GIVE_UP = 10.0
"""Processor time after which an input is stopped."""
SILENT = 120.0
"""Seconds without an answer after which a process is ended: code outside Python cannot be stopped otherwise."""
LARGEST = 40
"""Inputs near the largest size that each process of a long run starts with. They have the numbers -1, -2 and so on."""
FIRST = 1000
"""With fewer inputs in a process than twice this, its memory says nothing yet."""
MOST_GROWTH = 10.0
"""Percent that the memory of a process may grow in the second half of its inputs. Caches are full by then; what is lost goes on."""
MOST_MEMORY = 200_000_000
KEPT = 20
"""Failures that a process describes; the rest is counted."""
MB = 1_000_000


class Wrong(Exception):
    """A reader answered, but not as it should."""


class Stopped(BaseException):
    """An input took so long that it was stopped."""


# ---------------------------------------------------------------- one input


@dataclass
class Readers:
    """What inputs are tried on: the readers, the checker and the repairs, with the references of a small project."""

    folder: Path
    known: checking.References = field(default_factory=lambda: small_references())
    whole: int = 0
    """Files so far that fitted the model, so that every rule has seen them."""

    def try_out(self, given: Input) -> list[Finding]:
        """Give an input to whoever it is for; returns the findings.

        :raises Exception: whatever the product raises; :class:`Wrong` where its answer cannot be right
        """
        if given.target == "read":
            return self.read(given)
        if given.target == "fix":
            return self.fix(given)
        if given.target in ("card", "issue"):
            return self.contributed(given)
        if given.target == "export":
            return self.export(given)
        return self.check(given.raw, given.name)

    def check(self, raw: bytes, name: str) -> list[Finding]:
        document = read_bytes(raw, name)
        subject, findings = checking.check_document(document, self.known)
        self.whole += subject is not None
        told = as_text(findings)
        if subject is None and not has_errors(findings):
            raise Wrong("a file that is no record has no error")
        if subject is not None and not has_errors(findings):
            checking.make_entry(subject)
        _places(findings, raw)
        if findings and told.count(f"{name}:") < len(findings):
            raise Wrong("a finding is not in the report")
        return findings

    def read(self, given: Input) -> list[Finding]:
        """The readers alone. The table reader gets the same bytes."""
        document = read_bytes(given.raw, given.name)
        table = read_csv(self.put("table.csv", given.raw), "table.csv", numbers=["value", "0"])
        for made in (document, table):
            if made.data is None and not made.findings:
                raise Wrong("nothing was read, and no finding says why")
        _places(document.findings, given.raw)
        return [*document.findings, *table.findings]

    def fix(self, given: Input) -> list[Finding]:
        """The repairs: what could be read still can, and a second time there is nothing more to do."""
        before = self.check(given.raw, given.name)
        fixed, done = repair_bytes(given.raw, given.name, self.known)
        if not done and fixed != given.raw:
            raise Wrong("the repairs changed the file and do not say so")
        if done:
            was, now = read_bytes(given.raw, given.name), read_bytes(fixed, given.name)
            if was.data is not None and now.data is None:
                raise Wrong("the repaired file cannot be read any more")
            if len(_lines(given.raw)) != len(_lines(fixed)):
                raise Wrong("the repairs changed the number of lines")
            self.check(fixed, given.name)
            if (again := repair_bytes(fixed, given.name, self.known)) != (fixed, []):
                raise Wrong(f"a second repair does more: {again[1][:3]}")
        return before

    def contributed(self, given: Input) -> list[Finding]:
        """Spreadsheets and issues: refused in plain words, or written as a record that can be read again."""
        vocabulary = self.known.vocabulary
        try:
            answers = read_card(self.put(given.name, given.raw), vocabulary) if given.target == "card" else answers_of(given.raw.decode("utf-8", "replace"), vocabulary)
        except WrongForm as error:
            if not str(error):
                raise Wrong("refused without a reason") from error
            return [Finding(given.name, 1, 1, "refused", str(error))]
        data = record(answers, vocabulary, self.known.bibliography)
        raw = as_yaml(data, vocabulary).encode()
        document: Document = read_bytes(raw, "minimal.yaml")
        if document.data is None and not any(item.code == "file-too-large" for item in document.findings):
            raise Wrong(f"what was written cannot be read: {as_text(document.findings)}")
        if document.data is not None and document.data.get("id") != data["id"]:
            raise Wrong("what was written is not what was given")
        return self.check(raw, "minimal.yaml")

    def export(self, given: Input) -> list[Finding]:
        """All that is made of a record without errors: its page, card and short form, and each kind of open data."""
        findings = self.check(given.raw, given.name)
        subject, _ = checking.check_document(read_bytes(given.raw, given.name), self.known)
        if subject and not has_errors(findings):
            for fault in wrong(subject, checking.make_entry(subject), self.known):
                raise Wrong(fault)
        return findings

    def put(self, name: str, raw: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(raw)
        return path


def small_references() -> checking.References:
    """The vocabulary of the book with the references and the ledger of the small project of the tests."""
    vocabulary, bibliography = load_vocabulary(ROOT / "data" / "vocabulary"), load_bibliography(SMALL_BIBLIOGRAPHY)
    with tempfile.TemporaryDirectory(prefix="anchorbook-fuzz-") as folder:
        claims = Path(folder) / "claims.csv"
        claims.write_text(SMALL_LEDGER, "utf-8")
        return checking.References(vocabulary, bibliography, load_ledger(claims, vocabulary, bibliography))


def _lines(raw: bytes) -> list[str]:
    return re.split(r"\r\n|[\n\r\x85\u2028\u2029]", raw.decode("utf-8", "replace"))


def _places(findings: list[Finding], raw: bytes) -> None:
    """Each finding stands in the file, or just behind it."""
    most = len(_lines(raw)) + 1
    for item in findings:
        if not (1 <= item.line <= most and item.column >= 1):
            raise Wrong(f"{item.code} stands at line {item.line}, column {item.column} of {most - 1} lines")


# ---------------------------------------------------------------- many inputs


@dataclass
class Failure:
    seed: int
    target: str
    what: str
    """crash, wrong or slow."""
    told: str


@dataclass
class Tally:
    """What became of the inputs of one process."""

    inputs: Counter = field(default_factory=Counter)
    whole: int = 0
    """Inputs that every rule has seen."""
    valid: int = 0
    found: int = 0
    """Inputs with findings."""
    codes: set[str] = field(default_factory=set)
    failed: Counter = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)
    """Seconds and number of the slowest input of each target."""
    seconds: float = 0.0
    """Processor time, with the making of the inputs."""
    sizes: Counter = field(default_factory=Counter)
    """Inputs by length in blocks of 64 bytes."""
    memory: tuple[int, int] = (0, 0)
    """Resident bytes held after half of the inputs, and at the end."""
    peak: int = 0
    """Most resident bytes at any moment."""

    @property
    def growth(self) -> float:
        return 100 * (self.memory[1] / self.memory[0] - 1) if self.memory[0] else 0.0

    def failure(self, given: Input, what: str, told: str) -> None:
        self.failed[what] += 1
        if len(self.failures) < KEPT:
            self.failures.append(Failure(given.seed, given.target, what, told))


def try_many(seeds: range, targets: tuple[str, ...], readers: Readers, note: Callable[[int, int], None] = lambda seed, done: None,
             maker: Maker | None = None) -> Tally:
    """Try the inputs of these numbers, one after the other. ``note`` hears the number of each before it is tried."""
    tally, maker = Tally(), maker or Maker(readers.known.vocabulary)
    before = signal.signal(signal.SIGPROF, _stop)
    start = time.process_time()
    try:
        for number in range(LARGEST if len(seeds) > FIRST else 0):  # so that what comes later needs no more memory
            one(Input(-1 - number, "check", "minimal.yaml", maker.largest(number)), readers, tally)
        for done, seed in enumerate(seeds, 1):
            note(seed, done)
            given = maker.make(seed, targets)
            tally.inputs[given.target] += 1
            tally.sizes[len(given.raw) // 64] += 1
            one(given, readers, tally)
            if done == len(seeds) // 2 >= FIRST:
                tally.memory = (held_memory(), 0)
    finally:
        signal.signal(signal.SIGPROF, before)
    tally.seconds = time.process_time() - start
    tally.memory, tally.whole = (tally.memory[0], held_memory()), readers.whole
    tally.peak = most_memory()
    return tally


def one(given: Input, readers: Readers, tally: Tally) -> None:
    """Try one input and count what became of it."""
    findings: list[Finding] | None = None
    start = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_PROF, GIVE_UP)
        try:
            findings = readers.try_out(given)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except Stopped as error:
        tally.failure(given, "slow", f"stopped after {GIVE_UP:.0f} s\n{told(error)}")
        return
    except Exception as error:  # whatever it is, it is what is looked for
        tally.failure(given, "wrong" if isinstance(error, Wrong) else "crash", told(error))
    took = time.process_time() - start
    tally.slowest[given.target] = max(tally.slowest.get(given.target, (0.0, 0)), (took, given.seed))
    if took > (MOST_FOR_REPAIRS if given.target == "fix" else MOST_SECONDS):
        tally.failure(given, "slow", f"{took:.1f} s of processor time for {len(given.raw):,} bytes")
    if findings is not None:
        tally.valid += not has_errors(findings)
        tally.found += bool(findings)
        tally.codes.update(item.code for item in findings)


def _stop(_number, _frame) -> None:
    raise Stopped


def told(error: BaseException) -> str:
    """The traceback without the folders of this machine, cut where it is long."""
    text = "".join(traceback.format_exception(error, limit=-6))
    text = re.sub(r'File "[^"]*?((?:anchorbook|benchmarks|tests|site-packages)/[^"]+|[^"/]+)"', r'File "\1"', text)
    return text if len(text) <= 3000 else f"{text[:1500]}\n…\n{text[-1400:]}"


def held_memory() -> int:
    """The bytes that this process holds once it has tidied up, and free pieces have gone back to the system where it can be asked to."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim:
        trim(0)
    return psutil.Process().memory_info().rss


def most_memory() -> int:
    """The most bytes that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


# ---------------------------------------------------------------- processes


def _work(seeds: range, targets: tuple[str, ...], at, answer) -> None:
    gc.freeze()

    def note(seed: int, done: int) -> None:
        at[0], at[1] = seed, done

    with tempfile.TemporaryDirectory(prefix="anchorbook-fuzz-") as folder:
        answer.put(try_many(seeds, targets, Readers(Path(folder)), note))


def run(number: int, seed: int, processes: int, targets: tuple[str, ...]) -> tuple[list[Tally], list[str]]:
    """Try the inputs in several processes, each with a range of its own. Returns what they count, and which of them ended early."""
    ends = [seed + number * part // processes for part in range(processes + 1)]
    started = []
    for first, last in zip(ends, ends[1:]):
        at, answer = multiprocessing.Array("q", [first, 0], lock=False), multiprocessing.Queue()
        process = multiprocessing.Process(target=_work, args=(range(first, last), targets, at, answer), daemon=True)
        process.start()
        started.append([process, at, answer, (0, time.monotonic())])
    tallies, lost, next_word = [], [], time.monotonic() + 60
    while started:
        for item in list(started):
            process, at, answer, (done, since) = item
            try:
                tallies.append(answer.get(timeout=0.5))
            except queue.Empty:
                silent = at[1] == done and time.monotonic() - since > SILENT
                if at[1] != done:
                    item[3] = (at[1], time.monotonic())
                if process.is_alive() and not silent:
                    continue
                lost.append(f"seed {at[0]}: " + (f"no answer for {SILENT:.0f} s" if silent else f"the process ended with status {process.exitcode}"))
                process.kill()
            process.join()
            started.remove(item)
        if time.monotonic() > next_word and started:
            next_word += 60
            print(f"  {sum(tally.inputs.total() for tally in tallies) + sum(item[1][1] for item in started):,} of {number:,}", flush=True)
    return tallies, lost


# ---------------------------------------------------------------- the report


def report(tallies: list[Tally], lost: list[str], command: str) -> tuple[str, bool]:
    """The report, and whether all went well."""
    inputs: Counter = sum((tally.inputs for tally in tallies), Counter())
    failed: Counter = sum((tally.failed for tally in tallies), Counter())
    sizes: Counter = sum((tally.sizes for tally in tallies), Counter())
    seconds, count = sum(tally.seconds for tally in tallies), inputs.total()
    codes = set().union(*(tally.codes for tally in tallies)) & set(CODES)
    grown = [tally for tally in tallies if tally.growth > MOST_GROWTH or tally.peak > MOST_MEMORY]
    good = not (failed or lost or grown) and count > 0
    rows = [
        ("Inputs", f"{count:,}"), *((f"… for {name}", f"{inputs[name]:,}") for name in TARGETS if inputs[name]),
        ("Files that fitted the model, so that every rule has seen them", f"{sum(tally.whole for tally in tallies):,}"), ("Without an error", f"{sum(tally.valid for tally in tallies):,}"), ("With findings", f"{sum(tally.found for tally in tallies):,}"),
        ("Codes of findings that came up", f"{len(codes)} of {len(CODES)}"),
        ("Length of an input, median", f"{_middle(sizes) * 64:,} to {_middle(sizes) * 64 + 63:,} bytes"), ("Length of the longest", f"about {max(sizes, default=0) * 64:,} bytes"),
        ("Crashes", f"{failed['crash']:,}"), ("Wrong answers", f"{failed['wrong']:,}"), (f"Over {MOST_SECONDS:g} s of processor time ({MOST_FOR_REPAIRS:g} s for fix)", f"{failed['slow']:,}"), ("Processes that ended early", f"{len(lost):,}"),
        *((f"Slowest for {name}", "{:.2f} s (seed {})".format(*max(tally.slowest[name] for tally in tallies if name in tally.slowest))) for name in TARGETS if any(name in tally.slowest for tally in tallies)),
        ("Processor time", f"{seconds:,.0f} s"), ("Inputs for each second of processor time", f"{count / max(seconds, 0.001):,.0f}"),
    ]
    blocks = [
        "# Fuzzing", "Written by `benchmarks/fuzz.py`; what is tried stands in [README.md](README.md).",
        f"- Command: `{command}`\n- Python {platform.python_version()}, {platform.system()} {platform.machine()}\n- Result: {'no crash, no hang, no growth' if good else '**not met**, see below'}",
        "| What | Count |\n| :--- | ---: |\n" + "\n".join(f"| {what} | {value} |" for what, value in rows),
        f"## Memory\n\nResident memory that each process held after half of its inputs and at its end, at most {MOST_GROWTH:.0f}% more; and the most at any moment, at most {MOST_MEMORY // MB} MB.\n\n"
        "| Process | Inputs | After half | At the end | More | Most at any moment |\n| ---: | ---: | ---: | ---: | ---: | ---: |\n" + "\n".join(
            f"| {number} | {tally.inputs.total():,} | {tally.memory[0] / MB:.0f} MB | {tally.memory[1] / MB:.0f} MB | {tally.growth:.1f}%{' **too much**' if tally in grown else ''} | {tally.peak / MB:.0f} MB |"
            if tally.memory[0] else f"| {number} | {tally.inputs.total():,} | too few inputs | {tally.memory[1] / MB:.0f} MB | | {tally.peak / MB:.0f} MB |" for number, tally in enumerate(tallies, 1)),
    ]
    failures = sorted((item for tally in tallies for item in tally.failures), key=lambda item: item.seed)
    if lost or failures:
        blocks.append("## Failures\n\nShow one again with `--show SEED` and the same `--target`.")
        blocks += [f"- {item}" for item in lost]
        blocks += [f"### Seed {item.seed}: {item.what} ({item.target})\n\n````text\n{item.told.rstrip()}\n````" for item in failures]
    return "\n\n".join(blocks) + "\n", good


def _middle(sizes: Counter) -> int:
    left = sizes.total() / 2
    for size in sorted(sizes):
        left -= sizes[size]
        if left <= 0:
            return size
    return 0


def show(seed: int, targets: tuple[str, ...]) -> int:
    """Print one input and what becomes of it."""
    with tempfile.TemporaryDirectory(prefix="anchorbook-fuzz-") as folder:
        readers = Readers(Path(folder))
        maker = Maker(readers.known.vocabulary)
        given = maker.make(seed, targets) if seed >= 0 else Input(seed, "check", "minimal.yaml", maker.largest(-1 - seed))
        print(f"Seed {seed}, for {given.target}, {given.name}, {len(given.raw):,} bytes:\n\n{given.raw[:20_000]!r}\n", flush=True)
        tally = Tally()
        signal.signal(signal.SIGPROF, _stop)
        findings: list[Finding] = []
        try_out = readers.try_out
        readers.try_out = lambda given: findings.extend(try_out(given)) or findings  # type: ignore[method-assign]
        one(given, readers, tally)
    print(as_text(findings) or "No findings.")
    print("\n{:.3f} s of processor time".format(tally.slowest.get(given.target, (GIVE_UP, 0))[0]))
    for item in tally.failures:
        print(f"{item.what}: {item.told}")
    return 1 if tally.failures else 0


def targets_of(text: str) -> tuple[str, ...]:
    chosen = tuple(name for name in TARGETS if name in text.replace(" ", "").split(","))
    if not chosen or len(chosen) != len(set(text.replace(" ", "").split(","))):
        raise argparse.ArgumentTypeError(f"choose from {', '.join(TARGETS)}")
    return chosen


def main() -> int:
    options = argparse.ArgumentParser(description="Try the readers and the checker with damaged and made-up input.")
    options.add_argument("number", nargs="?", default=f"{NUMBER:,}", help=f"how many inputs (default: {NUMBER:,})")
    options.add_argument("--seed", type=int, default=1, help="number of the first input (default: 1)")
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="processes (default: one for each core)")
    options.add_argument("--target", type=targets_of, default=tuple(TARGETS), help=f"who gets the inputs: some of {','.join(TARGETS)} (default: all)")
    options.add_argument("--show", type=int, metavar="SEED", help="show one input and what becomes of it")
    options.add_argument("--output", type=Path, default=HERE / "fuzz.md", help="file to write (default: benchmarks/fuzz.md)")
    given = options.parse_args()
    if given.show is not None:
        return show(given.show, given.target)
    number = int(re.sub("[,_]", "", given.number)) if re.fullmatch(r"[\d,_]+", given.number) else 0
    if number < 1 or not 1 <= given.processes <= 256:
        options.error("the number of inputs and of processes is 1 or more")
    started = time.perf_counter()
    processes = min(given.processes, number)
    target = "" if given.target == tuple(TARGETS) else f" --target {','.join(given.target)}"
    tallies, lost = run(number, given.seed, processes, given.target)
    text, good = report(tallies, lost, f"python benchmarks/fuzz.py {number} --seed {given.seed} --processes {processes}{target}")
    given.output.write_text(text, "utf-8")
    print(f"{text}\nTook {time.perf_counter() - started:.0f} s.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
