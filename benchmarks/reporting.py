"""The results as Markdown: ``results.md`` in full, and the tables of the site's page about speed."""

from __future__ import annotations

import statistics

from benchmarks.measuring import MB
from benchmarks.outcome import STEPS, Outcome, Result
from benchmarks.tools import HUGO, MKDOCS, NAMES, OURS, MkDocs

PARTS = ("check", "pages", "site", "search")
PARTS_MEAN = {
    "check": "reading and checking all cases", "pages": "hand-written pages and notebooks", "site": "pages of cases, lists, downloads",
    "search": "waiting for the search index",
}
PICTURE = "speed-results.svg"
"""The chart, beside the site's page."""
WORDS = ("Tool", "Step", "Compared with")
"""Columns of words, which start at the left; numbers end at the right."""
CALM = 10
"""Percent of the processors that other programs may take before the report warns of it."""
AIMS_AT = 10_000
MOST_MEMORY = 0.25
MOST_SECONDS_EDITED = 5


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, [":---" if not place or name in WORDS else "---:" for place, name in enumerate(head)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def report(outcome: Outcome) -> str:
    """All of ``results.md``."""
    blocks = ["# Results", "Written by `benchmarks/run.py`; what is measured and how stands in [README.md](README.md).", facts(outcome)]
    blocks.append("## Times and memory\n\n" + times(outcome))
    blocks.append("## Size and cost of one case\n\n" + sizes(outcome))
    if compared(outcome):
        blocks.append("## This book and the others\n\n" + ratios(outcome) + "\n\n" + RATIO_NOTE)
    blocks.append("## Where the time of this book goes\n\n" + parts(outcome) + "\n\n" + PARTS_NOTE)
    blocks.append("## How this book grows\n\n" + growth(outcome))
    if met := aims(outcome):
        blocks.append(f"## Aims at {AIMS_AT:,} cases\n\n{met}")
    runs = outcome.runs()
    blocks.append(f"Measuring memory took {100 * sum(run.sampling for run in runs) / sum(run.seconds for run in runs):.1f}% of one core while the builds ran.")
    return "\n\n".join(blocks) + "\n"


def page(outcome: Outcome) -> str:
    """What the site's page includes: the machine, and the tables that people ask for."""
    blocks = [facts(outcome), "## A whole build and one edit\n\n" + short(outcome), f"![{alternative(outcome)}]({PICTURE})"]
    if compared(outcome):
        blocks.append("## This book and the others\n\n" + ratios(outcome, ("cold", "one edited")) + "\n\n" + RATIO_NOTE)
    blocks.append("## Where the time of this book goes\n\n" + parts(outcome) + "\n\n" + PARTS_NOTE)
    return "\n\n".join(blocks) + "\n"


def alternative(outcome: Outcome) -> str:
    """The chart in words."""
    size = outcome.sizes()[-1]
    ends = [f"{name} {result.median('cold', 'seconds'):.3g} seconds and {result.median('cold', 'tree'):.0f} MB" for name in NAMES if (result := outcome.at(name, size))]
    many = "one line for each tool" if len(ends) > 1 else "one line"
    return (f"Two charts of a whole build by number of made-up cases, {many}: seconds above, memory below. All scales go up in steps of ten times. "
            f"At {size:,} cases: {'; '.join(ends)}. The table above holds all the numbers.")


def facts(outcome: Outcome) -> str:
    machine = outcome.machine
    count = f"the median of {outcome.repeats} builds" if outcome.repeats > 1 else "one build"
    lines = [
        f"Measured on {outcome.measured}",
        f"Machine: {machine['cores']} cores, {machine['processor']}; memory {machine['memory_gb']} GB; {machine['system']}",
        "Versions: " + ", ".join(f"{name} {version}" for name, version in outcome.versions.items()),
        f"Each size adds made-up cases to the {outcome.real} real ones. A cold build is one build. Each other step is {count}"
        + (f", but one build for {MKDOCS}" if outcome.repeats > MkDocs.most_repeats and outcome.tools.get(MKDOCS) else ""),
    ]
    others = [run.others for run in outcome.runs()]
    lines.append(f"Other programs took {statistics.mean(others):.0f}% of the processors on average, {max(others):.0f}% in the worst build"
                 + (". **The seconds are too high**; processor seconds and memory hold better" if statistics.mean(others) > CALM else ""))
    if outcome.left_out:
        lines.append(f"**Not compared with {HUGO} and {MKDOCS}.** {outcome.left_out}")
    if any(result.size >= MkDocs.cold_only_from for result in outcome.tools.get(MKDOCS, [])):
        lines.append(f"{MKDOCS} builds everything each time. From {MkDocs.cold_only_from:,} cases it is measured cold only, as that takes minutes")
    return "\n".join(f"- {line}" for line in lines)


def compared(outcome: Outcome) -> list[str]:
    """The other tools that were measured."""
    return [name for name in NAMES if name != OURS and outcome.tools.get(name)]


def _each(outcome: Outcome):
    """Tool, result and what the tool has without made-up cases; by size, this book first."""
    for size in (0, *outcome.sizes()):
        for name in NAMES:
            if result := outcome.at(name, size):
                yield name, result, outcome.at(name, 0)


def times(outcome: Outcome) -> str:
    return table(
        ["Made-up cases", "Tool", "Step", "Seconds", "Slowest s", "Others %", "Processor s", "Largest process MB", "All processes MB", "Files written"],
        [[f"{result.size:,}", name, step, f"{result.median(step, 'seconds'):.2f}", f"{result.most('seconds', step):.2f}", f"{result.median(step, 'others'):.0f}",
          f"{result.median(step, 'processor'):.1f}", f"{result.median(step, 'largest'):.0f}", f"{result.median(step, 'tree'):.0f}", _written(result, step)]
         for name, result, _base in _each(outcome) for step in STEPS if step in result.runs])


def _written(result: Result, step: str) -> str:
    return "not said" if any(run.written is None for run in result.runs[step]) else f"{result.median(step, 'written'):,.0f}"


def sizes(outcome: Outcome) -> str:
    rows = [[f"{result.size:,}", name, f"{result.median('cold', 'seconds'):.2f}", _each_case(result, base, "seconds"), _each_case(result, base, "processor"),
             f"{result.site_bytes / MB:.1f}", f"{result.site_files:,}",
             f"{(result.site_bytes - base.site_bytes) / result.size / 1000:.1f}" if result.size and base else ""]
            for name, result, base in _each(outcome)]
    return table(["Made-up cases", "Tool", "Cold build s", "Seconds for each case", "Processor seconds for each case", "Site MB", "Files in the site", "KB for each case"], rows) + (
        f"\n\nFor each case: what the cold build, or the site, has above that with the {outcome.real} real cases only, ÷ made-up cases.")


def _each_case(result: Result, base: Result | None, what: str) -> str:
    return f"{(result.median('cold', what) - base.median('cold', what)) / result.size:.5f}" if result.size and base else ""


def short(outcome: Outcome) -> str:
    rows = []
    for name, result, base in _each(outcome):
        if result.size:
            edited = f"{result.median('one edited', 'seconds'):.1f}" if "one edited" in result.runs else "not measured"
            rows.append([f"{result.size:,}", name, f"{result.median('cold', 'seconds'):.1f}", f"{result.median('cold', 'processor'):.1f}",
                         _each_case(result, base, "processor"), edited, f"{result.median('cold', 'tree'):.0f}", f"{result.site_bytes / MB:.1f}", f"{result.site_files:,}"])
    return table(["Made-up cases", "Tool", "Whole build s", "Processor s", "Processor s for each case", "After one edit s", "Memory MB", "Site MB", "Files"], rows)


RATIO_NOTE = "This book ÷ the other. Below 1, this book needs less."


def ratio(outcome: Outcome, other: str, size: int, step: str, what: str) -> float | None:
    """What this book needs ÷ what another tool needs, or None where one of them was not measured."""
    ours, theirs = outcome.at(OURS, size), outcome.at(other, size)
    if not ours or not theirs or step not in ours.runs or step not in theirs.runs or not theirs.median(step, what):
        return None
    return ours.median(step, what) / theirs.median(step, what)


def ratios(outcome: Outcome, steps: tuple[str, ...] = STEPS) -> str:
    rows = []
    for size in outcome.sizes():
        for other in compared(outcome):
            for step in steps:
                found = [ratio(outcome, other, size, step, what) for what in ("seconds", "processor", "largest", "tree")]
                if found[0] is not None:
                    ours, theirs = outcome.at(OURS, size), outcome.at(other, size)
                    room = (f"{ours.site_bytes / theirs.site_bytes:.2f}", f"{ours.site_files / theirs.site_files:.2f}") if step == "cold" else ("", "")
                    rows.append([f"{size:,}", other, step, *("" if value is None else f"{value:.2f}" for value in found), *room])
    return table(["Made-up cases", "Compared with", "Step", "Seconds", "Processor seconds", "Largest process", "All processes", "Size", "Files"], rows)


PARTS_NOTE = ("Seconds, as the build's own summary says them: " + "; ".join(f"**{part}** is {means}" for part, means in PARTS_MEAN.items())
              + ". **Rest** is starting Python and its parts.")


def parts(outcome: Outcome) -> str:
    rows = []
    for result in outcome.tools[OURS]:
        for step in STEPS:
            if step in result.runs:
                spent = [result.part(step, part) for part in PARTS]
                rows.append([f"{result.size:,}", step, *(f"{seconds:.1f}" for seconds in spent), f"{max(0.0, result.median(step, 'seconds') - sum(spent)):.1f}"])
    return table(["Made-up cases", "Step", *PARTS, "Rest"], rows)


def growth(outcome: Outcome) -> str:
    results = [result for result in outcome.tools[OURS] if result.size]
    rows = [[f"{small.size:,} to {large.size:,} ({large.size / small.size:g} times)", step,
             *(f"{large.median(step, what) / small.median(step, what):.1f}" for what in ("seconds", "processor", "largest", "tree"))]
            for small, large in zip(results, results[1:]) for step in STEPS if step in small.runs and step in large.runs]
    return table(["Made-up cases", "Step", "Seconds", "Processor seconds", "Largest process", "All processes"], rows) if rows else "Only one size was measured."


def aims(outcome: Outcome) -> str:
    """The aims beside what was measured, at the size that they are for; empty when that was not measured."""
    ours = outcome.at(OURS, AIMS_AT)
    if not ours:
        return ""
    rows = []
    for what, kind, aim in (("Cold build, ÷ Hugo", "seconds", 1.0), ("Memory of all processes in a cold build, ÷ Hugo", "tree", MOST_MEMORY)):
        measured = ratio(outcome, HUGO, AIMS_AT, "cold", kind)
        rows.append([what, f"{aim:g} or less", "not compared" if measured is None else f"{measured:.2f}", "" if measured is None else _met(measured <= aim)])
    if "one edited" in ours.runs:
        seconds = ours.median("one edited", "seconds")
        rows.append(["One case edited", f"under {MOST_SECONDS_EDITED} s", f"{seconds:.1f} s", _met(seconds < MOST_SECONDS_EDITED)])
    return table(["What", "Aim", "Measured", "Met"], rows)


def _met(met: bool) -> str:
    return "yes" if met else "**no**"
