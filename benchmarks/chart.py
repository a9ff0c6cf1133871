"""The results as a chart: time and memory of a cold build by number of cases. The same results give the same bytes."""

from __future__ import annotations

import io
import math

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks.outcome import Outcome
from benchmarks.tools import HUGO, MKDOCS, OURS

LOOKS = {
    OURS: {"color": "#003087", "linestyle": "-", "marker": "o", "linewidth": 2.6},
    HUGO: {"color": "#8a3800", "linestyle": "--", "marker": "s", "linewidth": 2},
    MKDOCS: {"color": "#4a4a4a", "linestyle": ":", "marker": "^", "linewidth": 2},
}
"""Lines differ in stroke and sign too, so that they can be told apart in a grey print."""
PANELS = (("seconds", "Seconds"), ("tree", "Memory of all processes, MB"))
FONT = {"svg.hashsalt": "anchorbook", "svg.fonttype": "path", "text.parse_math": False, "font.family": "DejaVu Sans", "font.size": 12}


def chart(outcome: Outcome) -> str:
    """The chart as SVG."""
    with matplotlib.rc_context(FONT):
        figure = Figure(figsize=(7, 8.4), facecolor="white", layout="constrained")
        for axis, (what, title) in zip(figure.subplots(2, 1), PANELS, strict=True):
            _draw(axis, outcome, what, title)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Title": "Cold build: time and memory by number of cases"})
    return "\n".join(line.rstrip() for line in out.getvalue().decode().splitlines()) + "\n"


def _draw(axis, outcome: Outcome, what: str, title: str) -> None:
    ends = []
    for tool, look in LOOKS.items():
        points = [(result.size, result.median("cold", what)) for result in outcome.tools.get(tool, []) if result.size]
        if points:
            axis.plot(*zip(*points, strict=True), markersize=7, **look)
            ends.append((points[-1], tool))
    axis.set_xscale("log")
    axis.set_yscale("log")
    sizes = outcome.sizes()
    # Room on the right for the names of the lines.
    axis.set_xlim(sizes[0] / 1.3, sizes[-1] * max(2.2, (sizes[-1] / sizes[0]) ** 0.45))
    low, high = (math.log10(value) for value in axis.get_ylim())
    axis.set_ylim(10 ** math.floor(low), 10 ** math.ceil(high))  # At least two steps of the scale are named.
    _name(axis, ends)
    axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.tick_params(axis="x", which="minor", length=0)
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,.10g}"))
    axis.yaxis.set_minor_formatter(NullFormatter())
    axis.set_title(title, loc="left", fontsize=13, fontweight="bold")
    axis.set_xlabel("Made-up cases")
    axis.grid(axis="y", which="major", color="#d0d0d0", linewidth=0.8)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)


def _name(axis, ends: list) -> None:
    """Put each tool's name at the end of its line, apart from the others where lines end close together."""
    apart = (axis.get_ylim()[1] / axis.get_ylim()[0]) ** 0.075
    last = 0.0
    for (x, y), tool in sorted(ends, key=lambda end: (end[0][1], end[1])):
        last = max(y, last * apart)
        axis.annotate(tool, (x, y), xytext=(x * 1.12, last), va="center", color=LOOKS[tool]["color"], fontweight="bold", fontsize=11)
