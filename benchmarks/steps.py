"""The steps of one tool at one size: cold, no change, then cases edited, added and deleted, and whether the site followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.measuring import Failed, Run, disk_use
from benchmarks.outcome import Result
from benchmarks.synthetic import case_id
from benchmarks.tools import Tool

Say = Callable[[str], None]


def expect(true: bool, what: str) -> None:
    if not true:
        raise Failed(f"The build ended well, but {what}.")


def measure(tool: Tool, size: int, repeats: int, say: Say = print) -> Result:
    """Every step. The tool has the cases 1 to ``size`` + ``repeats``; those above ``size`` are taken away and added again later."""
    result = Result(size)
    aside = tool.root.parent / f"{tool.root.name}-aside"
    aside.mkdir()
    for number in range(size + 1, size + repeats + 1):
        tool.source(case_id(number)).rename(aside / f"{number}")

    def run(step: str) -> Run:
        done = tool.build(step)
        result.runs.setdefault(step, []).append(done)
        say(_line(step, done))
        return done

    run("cold")
    expect(all(tool.page(case_id(number)).is_file() for number in range(1, size + 1)), "pages are missing")
    result.site_files, result.site_bytes = disk_use(tool.html)
    if not size or size >= tool.cold_only_from:
        return result
    for _turn in range(min(repeats, tool.most_repeats)):
        done = run("no change")
        expect(not done.written, f"it wrote {done.written} files though nothing had changed")
    for turn, id in enumerate(_spread(size, repeats, tool)):
        words = f"edited in round {turn + 1}"
        tool.edit(id, words)
        run("one edited")
        expect(words in tool.page(id).read_text("utf-8"), "the edit is not on the page")
    for turn in range(min(repeats, tool.most_repeats)):
        id = case_id(size + turn + 1)
        (aside / f"{size + turn + 1}").rename(tool.source(id))
        run("one added")
        expect(tool.page(id).is_file(), "the new page is missing")
    for turn in range(min(repeats, tool.most_repeats)):
        # No case links to a multiple of ten (see synthetic.py); smaller books give back what was added.
        id = case_id(10 * max(1, size * (turn + 1) // (10 * (repeats + 1))) if size >= 100 else size + turn + 1)
        tool.source(id).unlink()
        run("one deleted")
        expect(not tool.page(id).exists(), "the page of the deleted case is still there")
    return result


def _spread(size: int, repeats: int, tool: Tool) -> Iterator[str]:
    """Cases to edit, from all over the collection."""
    return (case_id(max(1, size * (turn + 1) // (repeats + 1))) for turn in range(min(repeats, tool.most_repeats)))


def _line(step: str, run: Run) -> str:
    parts = "".join(f", {name} {seconds:.1f}" for name, seconds in run.parts.items())
    return (f"    {step:12} {run.seconds:7.2f} s{parts}; processor {run.processor:.1f} s, others {run.others:.0f}%, one process {run.largest:.0f} MB, all {run.tree:.0f} MB"
            + (f", {run.written:,} files written" if run.written is not None else ""))
