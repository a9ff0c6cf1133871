"""Tables that everyone can read: a caption, and a header for every column and row."""

from __future__ import annotations

import re
from html import escape

import pandas as pd


class Table:
    """A data frame shown as a plain HTML table, its index as row headers."""

    def __init__(self, frame: pd.DataFrame, caption: str):
        self.frame = frame
        self.caption = caption

    def _repr_html_(self) -> str:
        frame = self.frame
        heads = [str(frame.index.name or "Row"), *map(str, frame.columns)]
        kinds = ["", *(_kind(frame.iloc[:, place]) for place in range(frame.shape[1]))]
        head = "".join(f'<th scope="col"{kind}>{escape(text)}</th>' for text, kind in zip(heads, kinds))
        rows = "".join(
            f'<tr><th scope="row">{escape(str(index))}</th>' + "".join(f"<td{kind}>{escape(_say(value))}</td>" for value, kind in zip(values, kinds[1:])) + "</tr>"
            for index, *values in frame.itertuples()
        )
        return (f'<div class="scroll"><table class="numeric"><caption>{escape(self.caption)}</caption>'
                f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")

    def __repr__(self) -> str:
        return f"{self.caption}\n{self.frame}"


_NUMBER = re.compile(r"[£+−-]{0,2}[\d,.]*\d%?")


def _kind(column: pd.Series) -> str:
    """The class of the cells of a column of words. Columns of numbers have none: they stand to the right."""
    numbers = sum(bool(_NUMBER.fullmatch(_say(value))) for value in column)
    return "" if 2 * numbers >= len(column) else ' class="words"'


def _say(value: object) -> str:
    if isinstance(value, bool) or isinstance(value, str):
        return str(value)
    if isinstance(value, (int, float)):
        return f"{value:,}"
    return str(value)
