"""The small values a case study is made of, and the short ways of writing them.

A person may write ``places: [Sandwell, West Midlands]`` as one line of text or as a mapping; both give
the same object. What cannot be read raises :class:`pydantic_core.PydanticCustomError` whose type is a
finding code and whose context may carry a ``hint``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError


class Part(BaseModel):
    """A strict mapping: no field it does not know, no silent change of type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def described(
    description: str, example: Any, *, standard: str = "", vocabulary: str = "", markdown: bool = False, ask: str = "", weak: str = "", **more
) -> Any:
    """A field with what every reader of the model needs to know about it.

    :param standard: the reporting standard the field comes from, with its own name for it
    :param vocabulary: the vocabulary (a file of ``data/vocabulary``) its ids come from
    :param markdown: whether the text is Markdown, shown as paragraphs
    :param ask: the question that forms ask for it, in plain words
    :param weak: an answer that says too little, shown beside the example in the field reference
    """
    return Field(
        description=description,
        examples=[example],
        json_schema_extra={"standard": standard, "vocabulary": vocabulary, "markdown": markdown, "ask": ask, "weak": weak},
        **more,
    )


def complaint(code: str, message: str, hint: str, at: str = "") -> PydanticCustomError:
    """An error that the checker shows as a finding of this code, at the field ``at`` where one is named."""
    # The hint goes first: pydantic fills in the names in order, and the message may hold braces of the writer.
    return PydanticCustomError(code, "{message}", {"hint": hint, "at": at, "message": message})


def _one_or_many(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) or value is None else [value]


T = TypeVar("T")
Listed = Annotated[list[T], BeforeValidator(_one_or_many)]
"""A list; one value alone may be written without a dash."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


# ---------------------------------------------------------------- dates and periods

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z", re.ASCII)
_FINANCIAL = re.compile(r"(?:FY ?)?(\d{4})[/-](\d{2}|\d{4})\Z", re.ASCII)
_DATE_HINT = "Write a year (2021), a month (2021-05) or a day (2021-05-26)."
_PERIOD_HINT = (
    "Write one date (2021, 2021-05 or 2021-05-26), a financial year (2020/21), "
    "\"2016 to 2021\", \"from 2016\", \"until 2021\" or \"not known\"."
)


def check_date(value: Any) -> str:
    """A date as precise as it is known: ``2021``, ``2021-05`` or ``2021-05-26``."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    match = _PARTIAL.match(text) if isinstance(text, str) else None
    if match:
        try:
            date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
            return text
        except ValueError:
            pass
    raise complaint("bad-date", f"\"{value}\" is not a date.", _no_such_day(match) if match else _DATE_HINT)


def _no_such_day(match: re.Match[str]) -> str:
    """Why a date in the right form is none."""
    year, month = int(match[1]), int(match[2] or 1)
    if not year:
        return "There is no year 0000. Write the year in four digits, as 2021."
    if not 1 <= month <= 12:
        return f"There is no month {match[2]}. January is 01 and December is 12."
    return f"{_MONTHS[month - 1]} {year} has {monthrange(year, month)[1]} days, from 01 on."


PartialDate = Annotated[str, BeforeValidator(check_date)]


class Period(Part):
    """A stretch of time, as precise as it is known. Both ends None means: not known."""

    start: PartialDate | None = described("First day, month or year.", "2016")
    end: PartialDate | None = described("Last day, month or year. Leave out while it goes on.", "2021-03", default=None)
    ongoing: bool = described("True when it has no end yet.", True, default=False)
    label: str = described("What this period is, when there are several.", "Pilot", default="")
    note: str = described("Why a date is missing or uncertain.", "The slide prints no year.", default="")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str):
            return parse_period(value)
        if isinstance(value, dict):
            value = {"start": None, **value}
            if value.get("end") in ("now", "ongoing"):
                value = {**value, "end": None, "ongoing": True}
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.start and self.end and self.end[: len(self.start)] < self.start[: len(self.end)]:
            raise complaint("bad-period", f"this period ends ({self.end}) before it starts ({self.start}).",
                            "Swap the two dates, or correct one of them.")
        if self.ongoing and self.end:
            raise complaint("bad-period", f"this period ends ({self.end}) and is said to go on.", "Take out end, or ongoing.")
        if not (self.start or self.end or self.note.strip()):
            raise complaint("bad-period", "this period gives no date.", _PERIOD_HINT)
        return self

    def __str__(self) -> str:
        if self.start and (self.end == self.start):
            text = say_date(self.start)
        elif self.start and self.end:
            text = f"{say_date(self.start)} to {say_date(self.end)}"
        elif self.start:
            text = f"since {say_date(self.start)}" if self.ongoing else f"from {say_date(self.start)}"
        elif self.end:
            text = f"until {say_date(self.end)}"
        else:
            text = "date not known"
        return f"{self.label}: {text}" if self.label else text


_MONTHS = "January February March April May June July August September October November December".split()


@lru_cache(maxsize=4096)
def last_day(text: str) -> date:
    """The last day of a date that may be a month or a year."""
    year, month, day = (int(part) if part else 0 for part in (*text.split("-"), "", "")[:3])
    if day:
        return date(year, month, day)
    return date(year, month, monthrange(year, month)[1]) if month else date(year, 12, 31)


def say_date(text: str) -> str:
    """``2021-05-26`` as 26 May 2021."""
    parts = [int(part) for part in text.split("-")]
    words = [str(parts[2])] if len(parts) > 2 else []
    if len(parts) > 1:
        words.append(_MONTHS[parts[1] - 1])
    return " ".join([*words, str(parts[0])])


def parse_period(text: str) -> dict[str, Any]:
    """The fields of a period written on one line."""
    text = text.strip()
    if text.lower() in ("not known", "unknown", "not stated"):
        return {"start": None, "note": "not known"}
    if financial := _financial_year(text):
        return {"start": financial[0], "end": financial[1]}
    words = text.split(" to ")
    if len(words) == 2:
        start, end = words[0].strip().removeprefix("from ").removeprefix("From "), words[1].strip()
        first, last = _financial_year(start), _financial_year(end)
        start, end = first[0] if first else start, last[1] if last else end
        return {"start": start, "ongoing": True} if end.lower() in _NOW else {"start": start, "end": end}
    for word, fields in (("from ", {}), ("since ", {"ongoing": True})):
        if text.lower().startswith(word):
            return {"start": text[len(word):].strip(), **fields}
    if text.lower().startswith("until "):
        return {"start": None, "end": text[6:].strip()}
    try:
        return {"start": check_date(text), "end": text}
    except PydanticCustomError:
        raise complaint("bad-period", f"\"{text}\" is not a period.", _PERIOD_HINT) from None


_NOW = ("now", "today", "date", "present", "the present", "ongoing")


def _financial_year(text: str) -> tuple[str, str] | None:
    """First and last month of a financial year such as 2020/21 or FY2020-21."""
    match = _FINANCIAL.match(text)
    # "2016-21" could be a year and a wrong month; only the slash, or FY, or four digits, say a financial year.
    if match and int(match[2][-2:]) == (int(match[1]) + 1) % 100 and ("/" in text or text.startswith("FY") or len(match[2]) == 4):
        return f"{match[1]}-04", f"{int(match[1]) + 1}-03"
    return None


# ---------------------------------------------------------------- sources, places, organisations


class Cite(Part):
    """A pointer to a source: the key of an entry in references.bib, and where in it to look."""

    key: Text = described("Key of an entry in references.bib.", "reed2019_ch7")
    locator: str = described("Page, line, slide or section.", "line 93", default="")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, str):
            key, _, locator = value.partition(",")
            return {"key": key.strip(), "locator": locator.strip()}
        return value


class Credit(Part):
    """Somebody who asked to be named for their part in a record. Nobody is named who has not asked."""

    name: Text = described("The name to show: of a person who asked for it, a team or an organisation.", "Anchor team, Example NHS Trust", weak="Everyone")
    role: str = described("What they did for the record.", "wrote", vocabulary="credit_roles", default="wrote", weak="helped")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


class Source(Part):
    """A source of the whole case, listed at the foot of its page."""

    key: Text = described("Key of an entry in references.bib.", "imperial_hotel2021")
    locator: str = described("Page, line, slide or section.", "line 412", default="")
    kind: str = described("Who speaks in it.", "self-reported", vocabulary="source_kinds", default="not-stated")
    accessed: PartialDate | None = described("Day you opened the address.", "2026-11-21", default=None)
    note: str = described("What this source adds, or what to be careful about.", "Gives the cost that the slides leave out.", default="")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return Cite._short(value)


class Place(Part):
    """Where it happened."""

    name: Text = described("Name of the place in full.", "Sandwell")
    region: str = described("Region or nation.", "west-midlands", vocabulary="regions", default="")
    code: str = described("Official code of the area.", "E08000028", default="")
    code_type: str = described("Kind of code.", "LAD", default="")
    country: str = described("Two-letter country code.", "GB", default="GB", pattern=r"^[A-Z]{2}$")
    level: str = described("Kind of area: site, ward, district, city, region, nation.", "district", default="")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, str):
            name, _, region = value.rpartition(",")
            if not name:
                return {"name": value.strip()}
            # The region may be written as people write it: West Midlands is west-midlands.
            return {"name": name.strip(), "region": region.strip().lower().replace(" ", "-")}
        return value


class Partner(Part):
    """An organisation that took part."""

    name: Text = described("Name of the organisation.", "St Basils")
    role: str = described("What it did.", "landlord and support", default="")
    sector: str = described("Kind of organisation.", "charity", default="")
    period: Period | None = described("When it took part, if it joined later or left.", "2018 to 2021-03", default=None)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


class Population(Part):
    """Who it is for (Health Anchors Learning Network: populations served)."""

    description: Text = described("Who it is for, in plain words.", "Young people aged 16 to 25 who are homeless or at risk of it")
    size: float | int | None = described("How many people.", 120, default=None, ge=0)
    size_type: str = described("How the size is meant.", "estimate", default="")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"description": value} if isinstance(value, str) else value
