"""The summary of feedback: Markdown, a table as CSV, and a chart as PNG and SVG. Made in memory; only :func:`write` writes."""

from __future__ import annotations

import io
import os
import re
import textwrap
from collections import Counter
from pathlib import Path

from anchorbook.export.tables import BOM, line
from anchorbook.training.feedback import FEW, Feedback, Result, masked, one_line

PAGE, TABLE, CHART, DRAWING = "summary.md", "summary.csv", "chart.png", "chart.svg"
_PALE, _DARK = (0xE8, 0xF1, 0xF5), (0x0B, 0x3A, 0x52)
"""Ends of the shades, from the lowest number to the highest: from light to dark, so that they can be told apart in grey."""
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&$@])")


class Taken(Exception):
    """A file of that name is there; nothing was written."""


def write(feedback: Feedback, folder: Path) -> list[Path]:
    """Write the summary into a folder, which is made where it is missing. No file is written over.

    :raises Taken: when one of the files is there already
    :raises OSError: when the folder cannot be written to
    """
    made = files(feedback)
    folder.mkdir(parents=True, exist_ok=True)
    if there := [name for name in made if os.path.lexists(folder / name)]:
        raise Taken(f"{folder / there[0]} is there already and was left alone. Nothing was written. Choose another folder.")
    for name, content in made.items():
        try:
            with (folder / name).open("xb") as stream:
                stream.write(content)
        except FileExistsError:
            raise Taken(f"{folder / name} is there already and was left alone. Choose another folder.") from None
    return [folder / name for name in made]


def files(feedback: Feedback) -> dict[str, bytes]:
    """Names and contents of the files of the summary. Without a number or a choice to count there is no chart."""
    found = {PAGE: as_markdown(feedback).encode("utf-8", "replace"), TABLE: as_csv(feedback).encode("utf-8", "replace")}
    if drawn(feedback):
        found |= {CHART: chart(feedback, "png"), DRAWING: chart(feedback, "svg")}
    return found


def drawn(feedback: Feedback) -> list[Result]:
    """The questions that the chart shows."""
    return [result for result in feedback.results if result.question.kind != "text" and result.answers]


# ---------------------------------------------------------------- words


def said(number: float | None) -> str:
    """A median as people write it: 4 or 3.5; a dash where there is none."""
    return "–" if number is None else f"{number:g}"


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def escaped(text: str) -> str:
    """Text that others wrote, so that no part of it is Markdown, HTML, a mention or a link."""
    text = _MARKUP.sub(r"\\\1", text).replace("://", ":\\//").replace("www.", "www\\.")
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", re.sub(r"^([-+=])", r"\\\1", text))


def few_note(feedback: Feedback) -> str:
    """What to be careful about when there are few answers; empty when there are enough."""
    if feedback.sheets < FEW:
        return (f"**Fewer than {FEW} people sent a sheet back.** Few answers can give people away: those who were there can often tell who wrote what. "
                "Do not share this page outside the team that held the workshop.")
    names = [f"`{result.question.id}`" for result in feedback.results if 0 < result.answers < FEW]
    if names:
        return f"**Fewer than {FEW} people answered {', '.join(names)}.** Few answers can give people away. Think twice before you share these."
    return ""


def as_markdown(feedback: Feedback) -> str:
    """The summary as a page."""
    parts = [f"# {escaped(feedback.form.title)}",
             f"{_many(feedback.sheets, 'returned sheet')} from {_many(feedback.files, 'file')}. "
             + (f"{_many(feedback.left_out, 'answer')} could not be used and {'was' if feedback.left_out == 1 else 'were'} left out." if feedback.left_out else "No answer was left out.")]
    if note := few_note(feedback):
        parts.append(f"> {note}")
    scales, choices = ([result for result in feedback.results if result.question.kind == kind] for kind in ("scale", "choice"))
    if scales:
        numbers = range(1, feedback.form.scale + 1)
        parts += ["## Numbers", f"How many people gave each number, from 1 (lowest) to {feedback.form.scale} (highest). The median is the answer in the middle when all are put in order.",
                  _table(["Question", *(f"Gave {number}" for number in numbers), "Median", "Answers", "Missing", "Left out"],
                         [[_asked(result), *result.counts.values(), said(result.median), result.answers, result.missing, result.left_out] for result in scales])]
    if choices:
        rows = [[_asked(result) if place == 0 else "", escaped(str(choice)), number, *((result.answers, result.missing, result.left_out) if place == 0 else ("", "", ""))]
                for result in choices for place, (choice, number) in enumerate(result.counts.items())]
        parts += ["## Choices", _table(["Question", "Choice", "How many", "Answers", "Missing", "Left out"], rows)]
    if drawn(feedback):
        parts += ["## Chart", f"![{escaped(alt_text(feedback))}]({CHART})", f"The tables above hold the same numbers. `{DRAWING}` is the same chart, for print."]
    return "\n\n".join([*parts, *_own_words(feedback)]) + "\n"


def _asked(result: Result) -> str:
    ends = f" (1 = {result.question.low}, {result.scale} = {result.question.high})" if result.question.low and result.question.high else ""
    return escaped(result.question.ask + ends)


def _table(heads: list[str], rows: list[list]) -> str:
    lines = [heads, ["---" if place == 0 or head == "Choice" else "---:" for place, head in enumerate(heads)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in lines)


def _own_words(feedback: Feedback) -> list[str]:
    texts = [result for result in feedback.results if result.question.kind == "text"]
    if not texts:
        return []
    taken: Counter[str] = Counter()
    parts = []
    for result in texts:
        shown = []
        for plain, kinds in sorted((masked(one_line(str(text))) for text in result.given), key=lambda item: (item[0].casefold(), item)):
            taken.update(kinds)
            shown.append(f"- {escaped(plain)}")
        parts += [f"### {escaped(result.question.ask)}", f"{_many(result.answers, 'answer')}, {result.missing:,} missing."] + (["\n".join(shown)] if shown else [])
    told = ", ".join(_many(number, kind, "e-mail addresses" if kind == "e-mail address" else "") for kind, number in sorted(taken.items()))
    return ["## In their own words",
            (f"A program took out {told}. " if taken else "A program looked for e-mail addresses, phone numbers, NHS and National Insurance numbers and postcodes, and found none. ")
            + "It cannot find names, and it can miss things: read everything before you share it.",
            "The answers to each question stand in the order of the alphabet. They are not put beside other answers, so that nobody can be told by the whole of their sheet.",
            *parts]


def as_csv(feedback: Feedback) -> str:
    """One row for each number or choice of each question; the figures of the question stand in each of its rows."""
    lines = [line(("id", "question", "kind", "sheets", "answers", "missing", "left_out", "median", "value", "count"))]
    for result in feedback.results:
        question = result.question
        whole = (question.id, question.ask, question.kind, feedback.sheets, result.answers, result.missing, result.left_out, "" if result.median is None else float(result.median))
        lines += [line((*whole, value, count)) for value, count in (result.counts or {"": result.answers}).items()]
    return BOM + "".join(lines)


# ---------------------------------------------------------------- the chart


def alt_text(feedback: Feedback) -> str:
    """The chart in words."""
    words = []
    for result in drawn(feedback):
        counts = ", ".join(f"{value}: {count:,}" for value, count in result.counts.items())
        middle = f", median {said(result.median)}" if result.median is not None else ""
        words.append(f"{result.question.ask} {_many(result.answers, 'answer')}{middle} ({counts}).")
    return " ".join(["Horizontal bars that show how many people gave each answer.", *words])


def _shades(number: int) -> list[str]:
    steps = [place / max(1, number - 1) for place in range(number)]
    return ["#" + "".join(f"{round(a + (b - a) * step):02x}" for a, b in zip(_PALE, _DARK, strict=True)) for step in steps]


def chart(feedback: Feedback, kind: str) -> bytes:
    """The chart as ``png`` or ``svg``: one stacked bar for each scale, then one bar for each choice. The same answers give the same bytes."""
    import matplotlib
    from matplotlib.figure import Figure

    scales, choices = ([result for result in drawn(feedback) if result.question.kind == kind] for kind in ("scale", "choice"))
    rows = sum(len(result.counts) + 1 for result in choices)
    heights = [height for height in (0.75 * len(scales) + 1.4 if scales else 0, 0.4 * rows + 0.9 if rows else 0) if height]
    style = {"svg.hashsalt": "anchorbook", "text.parse_math": False, "font.family": "DejaVu Sans", "font.size": 12}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(8.5, sum(heights)), dpi=150, facecolor="white", layout="constrained")
        axes = list(figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0])
        if scales:
            _draw_scales(axes.pop(0), scales, feedback.form.scale)
        if choices:
            _draw_choices(axes.pop(0), choices)
        out = io.BytesIO()
        words = alt_text(feedback)
        figure.savefig(out, format=kind, metadata={"Title": feedback.form.title, "Description": words, **({"Date": None} if kind == "svg" else {})})
    return out.getvalue()


def _tidy(axis) -> None:
    axis.invert_yaxis()
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.tick_params(axis="y", length=0)
    axis.margins(x=0.06)
    axis.set_xlabel("Number of answers")
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)


def _draw_scales(axis, results: list[Result], scale: int) -> None:
    labels = [textwrap.fill(result.question.ask, 34) for result in results]
    most = max(result.answers for result in results)
    starts = [0] * len(results)
    for number, shade in zip(range(1, scale + 1), _shades(scale), strict=True):
        counts = [result.counts[number] for result in results]
        ends = {1: " (lowest)", scale: " (highest)"}.get(number, "")
        axis.barh(range(len(results)), counts, left=starts, height=0.62, color=shade, edgecolor="#111827", linewidth=0.8, label=f"{number}{ends}")
        ink = "white" if (number - 1) / max(1, scale - 1) > 0.62 else "black"
        for row, count in enumerate(counts):
            if count >= 0.04 * most:  # narrower pieces have no room for their number
                axis.text(starts[row] + count / 2, row, f"{count:,}", ha="center", va="center", color=ink)
            starts[row] += count
    axis.set_yticks(range(len(results)), labels)
    _tidy(axis)
    axis.legend(loc="lower center", bbox_to_anchor=(0.35, 1.0), ncols=min(scale, 5), frameon=False, columnspacing=1.0, handletextpad=0.4)


def _draw_choices(axis, results: list[Result]) -> None:
    row, places, labels = 0, [], []
    for result in results:
        axis.text(0, row, textwrap.shorten(result.question.ask, 70, placeholder=" …"), ha="left", va="center", fontweight="bold")
        for choice, count in result.counts.items():
            row += 1
            axis.barh(row, count, height=0.62, color="#0b3a52", edgecolor="#111827", linewidth=0.8)
            axis.annotate(f"{count:,}", (count, row), (4, 0), textcoords="offset points", ha="left", va="center")
            places.append(row)
            labels.append(textwrap.shorten(str(choice), 34, placeholder=" …"))
        row += 1
    axis.set_yticks(places, labels)
    axis.set_ylim(-0.7, row - 0.3)
    _tidy(axis)
