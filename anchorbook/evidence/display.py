"""Tables that everyone can read: a caption, and a header for every column and row."""

from __future__ import annotations

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
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
        rows = "".join(
            f'<tr><th scope="row">{escape(str(index))}</th>' + "".join(f"<td>{escape(_say(value))}</td>" for value in values) + "</tr>"
            for index, *values in frame.itertuples()
        )
        return (f'<div class="scroll"><table class="numeric"><caption>{escape(self.caption)}</caption>'
                f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")

    def __repr__(self) -> str:
        return f"{self.caption}\n{self.frame}"


def _say(value: object) -> str:
    if isinstance(value, bool) or isinstance(value, str):
        return str(value)
    if isinstance(value, (int, float)):
        return f"{value:,}"
    return str(value)
