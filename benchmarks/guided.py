"""Fuzzing that follows the code: ``python benchmarks/guided.py [NUMBER] [--seed N] [--target check,fix]``. See README.md beside it.

An input that makes the readers or rules go a way that none went before is kept, and later ones are made from it. So it
comes to places that blind damage rarely reaches. It is slow, as every line is watched: it looks for crashes and wrong
answers, ``benchmarks/fuzz.py`` for slow ones too.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [path for path in (str(HERE), str(HERE.parent)) if path not in sys.path]

from fuzz import Failure, Readers, Wrong, told  # noqa: E402

from tests.support.mutations import TARGETS, Input, Maker, damaged  # noqa: E402

NUMBER = 100_000
FROM_KEPT = 0.5
"""The share of inputs that are made from one that was kept."""
CASES = ("check", "read", "fix")
"""Targets whose inputs are case files of every kind, so that one can be made from another's."""
STEPS = 10
"""Rows of the report."""
WATCHED = str(HERE.parent / "anchorbook")

Way = tuple[Any, int, int]
"""A step from one line of a function to another; 0 stands for its start."""


class Watch:
    """Collects the ways that are gone through the code of a folder. Use it in a ``with``."""

    def __init__(self, folder: str):
        self.folder = folder
        self.ways: set[Way] = set()
        self._ours: dict[Any, bool] = {}

    def __enter__(self) -> Watch:
        self.ways = set()
        sys.settrace(self._call)
        return self

    def __exit__(self, *_what) -> None:
        sys.settrace(None)

    def _call(self, frame, _event, _arg):
        code = frame.f_code
        if code not in self._ours:
            self._ours[code] = code.co_filename.startswith(self.folder)
        if not self._ours[code]:
            return None
        before, ways = 0, self.ways

        def line(frame, event, _arg):
            nonlocal before
            if event == "line":
                ways.add((code, before, frame.f_lineno))
                before = frame.f_lineno
            return line

        return line


@dataclass
class Explored:
    """What became of a run: the ways that were gone, the inputs that first went one, and what failed."""

    ways: set[Way] = field(default_factory=set)
    kept: list[Input] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    steps: list[tuple[int, int, int]] = field(default_factory=list)
    """After how many inputs there were how many ways and kept inputs."""


def kind(given: Input) -> str:
    """What sort of text an input is; one can be made from another of the same sort. Empty for a workbook, which is no text."""
    return "" if given.name.endswith(".xlsx") else "case" if given.target in CASES else given.target


def explore(
    try_out: Callable[[Input], object], make: Callable[[int, list[Input]], Input], seeds: range, watched: str = WATCHED, *,
    start: Sequence[bytes] = (), guided: bool = True,
) -> Explored:
    """Try some inputs to start with, then those of these numbers. ``make`` gets the number and what was kept; without
    ``guided`` nothing is."""
    found, watch = Explored(), Watch(watched)

    def one(given: Input) -> None:
        try:
            with watch:
                try_out(given)
        except Exception as error:  # whatever it is, it is what is looked for
            found.failures.append(Failure(given.seed, given.target, "wrong" if isinstance(error, Wrong) else "crash", told(error)))
        if not watch.ways <= found.ways:
            found.ways |= watch.ways
            if guided and kind(given):
                found.kept.append(given)

    for number, raw in enumerate(start, 1):
        one(Input(-number, CASES[0], "minimal.yaml", raw))
    for done, seed in enumerate(seeds, 1):
        one(make(seed, found.kept))
        if done * STEPS // len(seeds) != (done - 1) * STEPS // len(seeds):
            found.steps.append((done, len(found.ways), len(found.kept)))
    return found


def maker(made: Maker, targets: tuple[str, ...]) -> Callable[[int, list[Input]], Input]:
    """Makes inputs as the blind run does, and most of them from what was kept."""

    def make(seed: int, kept: list[Input]) -> Input:
        given = made.make(seed, targets)
        dice = random.Random(f"guided {seed}")
        alike = [item for item in kept if kind(item) == kind(given)] if kind(given) else []
        if not alike or dice.random() > FROM_KEPT:
            return given
        # The newest are tried most: what they reached is still little known.
        chosen = alike[len(alike) - 1 - int(len(alike) * dice.random() ** 2)]
        return Input(seed, given.target, chosen.name, damaged(chosen.raw.decode("utf-8", "replace"), made.files, dice))

    return make


def report(blind: Explored, guided: Explored, command: str) -> str:
    """The two runs beside each other, and what failed."""
    rows = "".join(f"| {inputs:,} | {ways:,} | {more:,} | {kept:,} |\n" for (inputs, ways, _), (_, more, kept) in zip(blind.steps, guided.steps, strict=True))
    failed = "".join(f"\n## Input {item.seed} ({item.target}): {item.what}\n\n```\n{item.told}\n```\n" for item in (*guided.failures, *blind.failures)[:20])
    return (f"# Fuzzing that follows the code\n\nWritten by `{command}`; what is measured stands in [README.md](README.md).\n\n"
            f"- Crashes and wrong answers: {len(guided.failures)} with guidance, {len(blind.failures)} without\n"
            f"- Ways through the code of the package: {len(guided.ways):,} with guidance, {len(blind.ways):,} without, "
            f"{len(guided.ways - blind.ways):,} of them gone with guidance only\n\n"
            f"| Inputs | Ways, blind | Ways, guided | Kept |\n| ---: | ---: | ---: | ---: |\n{rows}{failed}")


def main() -> int:
    options = argparse.ArgumentParser(description="Fuzz readers, checker, importers and exports, guided by the lines they run.")
    options.add_argument("number", nargs="?", type=int, default=NUMBER)
    options.add_argument("--seed", type=int, default=1, help="the number of the first input (default: 1)")
    options.add_argument("--target", default=",".join(CASES), help=f"of {', '.join(TARGETS)} (default: {','.join(CASES)})")
    options.add_argument("--output", type=Path, default=HERE / "guided.md")
    given = options.parse_args()
    targets = tuple(given.target.split(","))
    if given.number < 1 or not set(targets) <= set(TARGETS):
        options.error("the number of inputs is 1 or more, and the targets are those named")
    with tempfile.TemporaryDirectory(prefix="anchorbook-guided-") as folder:
        readers = Readers(Path(folder))
        made = Maker(readers.known.vocabulary)
        seeds = range(given.seed, given.seed + given.number)
        runs = [explore(readers.try_out, maker(made, targets), seeds, start=[text.encode() for text in made.files] if set(targets) & set(CASES) else [], guided=guided) for guided in (False, True)]
    text = report(*runs, f"python benchmarks/guided.py {given.number} --seed {given.seed} --target {given.target}")
    given.output.write_text(text, "utf-8")
    print(text)
    return 1 if runs[0].failures or runs[1].failures else 0


if __name__ == "__main__":
    sys.exit(main())
