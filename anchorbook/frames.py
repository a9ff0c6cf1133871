"""The catalogue as pandas tables: which columns there are, what each means, and how it is filled.

Every table is a list of :class:`Column`, so that the meaning of a column and its content stand in one place. Lists are
joined by ``; ``. Texts are plain, without Markdown and citations, and empty where nothing is known. Numbers that are not
known are NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from anchorbook import numbers
from anchorbook.bibliography import Bibliography
from anchorbook.catalogue import Entry
from anchorbook.evidence.claims import Assessed
from anchorbook.ledger import Claim
from anchorbook.model import CaseStudy, Measure
from anchorbook.parts import Cite, Period, Source
from anchorbook.text import plain
from anchorbook.vocabulary import Vocabulary

if TYPE_CHECKING:
    import pandas as pd

TEXT, COUNT, NUMBER, FLAG = "str", "int64", "float64", "bool"
RESULTS = "results"
"""The group of kinds of number that are results: see ``data/vocabulary/measure_kinds.yaml``."""


class Row(NamedTuple):
    """What the columns of one row are made from; which fields are set depends on the table."""

    vocabulary: Vocabulary
    bibliography: Bibliography
    case: Any = None
    entry: Any = None
    number: int = 0
    item: Any = None


@dataclass(frozen=True)
class Column:
    """One column: its name, its type, its meaning with its unit, and its value in a row."""

    name: str
    kind: str
    meaning: str
    of: Callable[[Row], Any]


def is_result(vocabulary: Vocabulary, kind: str) -> bool:
    """True for kinds of number that are results: process, output, outcome. Not for targets, modelled, context, inputs."""
    return vocabulary.term("measure_kinds", kind).group == RESULTS


def listed(values: Iterable[object]) -> str:
    """Values as one text, joined by ``; ``."""
    return "; ".join(map(str, values))


def in_words(item: Measure | Claim, vocabulary: Vocabulary) -> str:
    """A value with its unit, how exact it is and its time base: ``at least £345,000 per year``."""
    effect = getattr(item, "effect", None)
    if item.value is not None:
        said = numbers.say_value(item.value, item.unit)
    elif item.low is not None and item.high is not None:
        said = numbers.say_range(item.low, item.high, item.unit)
    elif item.text or effect is None:
        said = item.text
    else:
        said = numbers.say_value(effect.estimate, item.unit)
    said = " ".join(part for part in (vocabulary.label("qualifiers", item.qualifier), said) if part)
    over = item.per.startswith("the ") or item.per.endswith("years")
    return f"{said} {'over' if over else 'per'} {item.per}" if item.per else said


def _cites(items: Iterable[Cite | Source]) -> str:
    return listed(f"{item.key}, {item.locator}" if item.locator else item.key for item in items)


def _period(period: Period | None) -> str:
    return str(period) if period else ""


def _at(*path: str, otherwise: Any) -> Callable[[Row], Any]:
    """Finds the value at a path of fields of the row's item, where parts on the way may be missing."""

    def find(row: Row) -> Any:
        value = row.item
        for name in path:
            value = getattr(value, name, None)
            if value is None:
                return otherwise
        return value

    return find


def _item(*path: str) -> Callable[[Row], float]:
    return _at(*path, otherwise=float("nan"))


def _words(*path: str) -> Callable[[Row], str]:
    return _at(*path, otherwise="")


def _facet(name: str) -> Callable[[Row], str]:
    return lambda row: listed(row.entry.facets[name])


def _label(facet: str, id: Callable[[Row], Any]) -> Callable[[Row], str]:
    return lambda row: row.vocabulary.label(facet, id(row))


def _kind(row: Row) -> str:
    return row.item.kind


_LEVEL: Callable[[Row], int] = lambda row: row.entry.level  # noqa: E731

CASES = (
    Column("id", TEXT, "Stable name of the case, also of its file and its page (cases/ID.html).", lambda row: row.case.id),
    Column("title", TEXT, "Title.", lambda row: row.case.title),
    Column("summary", TEXT, "The story in about 60 words.", lambda row: row.entry.summary),
    Column("record_type", TEXT, "Kind of record (ids of record_types).", lambda row: row.case.record_type),
    Column("status", TEXT, "Where it stands (ids of statuses).", lambda row: row.case.status),
    Column("domains", TEXT, "Anchor domains, the main one first (ids of domains).", _facet("domain")),
    Column("actions", TEXT, "Actions of Table 4 (ids of actions).", _facet("action")),
    Column("opportunities", TEXT, "Opportunities that these actions belong to (ids of opportunities).", _facet("opportunity")),
    Column("stakeholders", TEXT, "Whom these actions are for (ids of stakeholders).", _facet("stakeholder")),
    Column("tensions", TEXT, "Tensions of Table 3 that it shows (ids of tensions).", _facet("tension")),
    Column("equity", TEXT, "Dimensions of inequality that it looks at (ids of equity_dimensions).", _facet("equity")),
    Column("lead_org", TEXT, "Organisation that led it.", lambda row: row.case.lead_org),
    Column("partners", TEXT, "Other organisations that took part.", lambda row: listed(partner.name for partner in row.case.partners)),
    Column("places", TEXT, "Where.", lambda row: listed(row.entry.places)),
    Column("regions", TEXT, "Regions or nations of these places (ids of regions).", _facet("region")),
    Column("periods", TEXT, "When, in words.", lambda row: listed(row.entry.periods)),
    Column("cost", TEXT, "Size of the whole cost in pounds, or the same in another currency (ids of cost_bands).", _facet("cost")),
    Column("cost_label", TEXT, "The same in words.", _label("cost_bands", _facet("cost"))),
    Column("cost_why", TEXT, "What is known about the cost.", lambda row: plain(row.case.cost.why) if row.case.cost else ""),
    Column("level", COUNT, "Strength of evidence, 0 (a plan or description) to 5 (proven at scale). Not a measure of success.", _LEVEL),
    Column("level_label", TEXT, "The same in words.", _label("evidence_levels", _LEVEL)),
    Column("level_why", TEXT, "Why this level and not the next.", lambda row: plain(row.case.evidence.why) if row.case.evidence else ""),
    Column("result", TEXT, "What it showed (ids of results). Kept apart from how sure anyone can be.", _facet("result")),
    Column("result_label", TEXT, "The same in words.", _label("results", _facet("result"))),
    Column("result_why", TEXT, "The finding in a sentence or two.", lambda row: plain(row.case.what_it_showed.why) if row.case.what_it_showed else ""),
    Column("measures", COUNT, "How many numbers the case gives, of any kind.", lambda row: len(row.case.measures)),
    Column("results", COUNT, "How many of them are results (rows of the table measures with is_result).",
           lambda row: sum(is_result(row.vocabulary, measure.kind) for measure in row.case.measures)),
    Column("sources", COUNT, "How many sources it lists.", lambda row: len(row.case.sources)),
    Column("conflicts", COUNT, "How many times its sources disagree, or a figure cannot be right.", lambda row: len(row.case.conflicts)),
    Column("qa_status", TEXT, "draft or published.", lambda row: row.case.qa_status),
    Column("last_reviewed", TEXT, "When an editor last read it: year, month or day.", lambda row: row.case.last_reviewed or ""),
    Column("review_by", TEXT, "When it should be read again: year, month or day.", lambda row: row.case.review_by or ""),
    Column("licence", TEXT, "Licence of the text.", lambda row: row.case.licence),
)

_CASE = (
    Column("case_id", TEXT, "The case it belongs to (column id of the table cases).", lambda row: row.case.id),
    Column("case_title", TEXT, "Title of that case.", lambda row: row.case.title),
)

_NUMBER = (
    Column("name", TEXT, "What is counted or measured.", _words("name")),
    Column("kind", TEXT, "Kind of number (ids of measure_kinds): tells results from inputs, targets, modelled figures and context.", _kind),
    Column("kind_label", TEXT, "The same in words.", _label("measure_kinds", _kind)),
    Column("is_result", FLAG, "True when its kind is process, output or outcome. Only these may be read as results.",
           lambda row: is_result(row.vocabulary, row.item.kind)),
    Column("value", NUMBER, "The number, in the unit of the column unit; NaN when a range or words are given.", _item("value")),
    Column("low", NUMBER, "Lower end of a range, in the same unit.", _item("low")),
    Column("high", NUMBER, "Upper end of a range, in the same unit.", _item("high")),
    Column("text", TEXT, "What is given in words instead.", _words("text")),
    Column("unit", TEXT, "Unit in plain words; for money the three-letter code; % for shares. Values of different units cannot be added up.", _words("unit")),
    Column("per", TEXT, "Time base or other base of a rate. Empty: none is stated.", _words("per")),
    Column("qualifier", TEXT, "How exact it is (ids of qualifiers).", _words("qualifier")),
    Column("in_words", TEXT, "Value, unit, time base and how exact it is, in one text.", lambda row: in_words(row.item, row.vocabulary)),
    Column("period", TEXT, "When it was true, or counted, in words.", lambda row: _period(row.item.period)),
)

MEASURES = (
    *_CASE,
    Column("number", COUNT, "Its place among the numbers of the case, from 1.", lambda row: row.number),
    *_NUMBER,
    Column("period_start", TEXT, "First day, month or year.", _words("period", "start")),
    Column("period_end", TEXT, "Last day, month or year.", _words("period", "end")),
    Column("denominator", NUMBER, "How many in all, where the value is a share or an average.", _item("denominator", "n")),
    Column("denominator_what", TEXT, "Of what.", _words("denominator", "what")),
    Column("baseline", NUMBER, "The value before, in the same unit.", _item("baseline", "value")),
    Column("baseline_period", TEXT, "When that was.", lambda row: _period(row.item.baseline.period if row.item.baseline else None)),
    Column("has_baseline", FLAG, "True when a value before is given. Alone it shows a change, not its cause.", lambda row: row.item.baseline is not None),
    Column("comparison", TEXT, "What it is compared with.", _words("comparison", "type")),
    Column("comparison_value", NUMBER, "The value there, in the same unit.", _item("comparison", "value")),
    Column("value_ci_low", NUMBER, "Lower end of the interval of the value, in the same unit.", _item("interval", "low")),
    Column("value_ci_high", NUMBER, "Upper end of the interval of the value.", _item("interval", "high")),
    Column("value_ci_level", NUMBER, "Level of the interval of the value, percent.", _item("interval", "level")),
    Column("value_interval_type", TEXT, "confidence or credible; empty where the value has no interval.", _words("interval", "type")),
    Column("effect", NUMBER, "Measured difference, in the same unit.", _item("effect", "estimate")),
    Column("ci_low", NUMBER, "Lower end of the interval of the difference.", _item("effect", "ci_low")),
    Column("ci_high", NUMBER, "Upper end of the interval of the difference.", _item("effect", "ci_high")),
    Column("ci_level", NUMBER, "Level of the interval of the difference, percent.", _item("effect", "ci_level")),
    Column("interval_type", TEXT, "confidence or credible; empty without an interval.",
           lambda row: row.item.effect.interval_type if row.item.effect and row.item.effect.ci_low is not None else ""),
    Column("p", NUMBER, "The p value.", _item("effect", "p")),
    Column("has_comparison", FLAG, "True when a comparison or a measured difference is given.",
           lambda row: row.item.comparison is not None or row.item.effect is not None),
    Column("subgroup", TEXT, "The part of the population it is about, as \"dimension: group\".",
           lambda row: f"{row.item.subgroup.dimension}: {row.item.subgroup.value}" if row.item.subgroup else ""),
    Column("place", TEXT, "Where, when not the whole case.", _words("place")),
    Column("direction", TEXT, "Whether the change is good or bad for people (ids of results).", _words("direction")),
    Column("stage", TEXT, "committed or delivered, for promises in contracts.", _words("stage")),
    Column("sources", TEXT, "Keys of references.bib, each with the place in it.", lambda row: _cites(row.item.sources)),
    Column("claim", TEXT, "The claim of the ledger that it is (column id of the table claims).", _words("claim")),
    Column("note", TEXT, "What to be careful about.", _words("note")),
)

SOURCES = (
    *_CASE,
    Column("key", TEXT, "Key of references.bib.", _words("key")),
    Column("label", TEXT, "Author and year.", lambda row: row.bibliography[row.item.key].label),
    Column("source_title", TEXT, "Title of the source.", lambda row: row.bibliography[row.item.key].title),
    Column("url", TEXT, "Address, where there is one.", lambda row: row.bibliography[row.item.key].url),
    Column("locator", TEXT, "The place in it.", _words("locator")),
    Column("kind", TEXT, "Who speaks in it (ids of source_kinds).", _kind),
    Column("accessed", TEXT, "Day it was opened: year, month or day.", _words("accessed")),
    Column("note", TEXT, "What it adds, or what to be careful about.", _words("note")),
)


def _of_claim(column: Column) -> Column:
    return Column(column.name, column.kind, column.meaning, lambda row: column.of(Row(row.vocabulary, row.bibliography, item=row.item.claim)))


CLAIMS = (
    Column("id", TEXT, "Id in the ledger (data/claims.csv).", _words("claim", "id")),
    *map(_of_claim, _NUMBER),
    Column("source", TEXT, "Key of references.bib.", _words("claim", "source")),
    Column("locator", TEXT, "The place in it.", _words("claim", "locator")),
    Column("status", TEXT, "What a check says (ids of claim_statuses). Worked out, never typed.", _words("status")),
    Column("status_label", TEXT, "The same in words.", _label("claim_statuses", lambda row: row.item.status)),
    Column("said", TEXT, "The sum that checks it, or why nobody can check it.", _words("said")),
    Column("disagreements", COUNT, "How many disagreements between sources name it.", lambda row: len(row.item.disagreements)),
    Column("note", TEXT, "What to be careful about.", _words("claim", "note")),
)

TABLES = {"cases": CASES, "measures": MEASURES, "sources": SOURCES, "claims": CLAIMS}
TOGETHER = ("cases", "measures")
"""Tables that most who ask for one ask for: they are made in one pass, since to read the records takes longest."""
CASE_ID = {"cases": "id", "measures": "case_id", "sources": "case_id"}
"""The column with the id of a case, in the tables that are about cases."""

Cases = Iterable[tuple[Entry, CaseStudy]]


def frames(names: Iterable[str], cases: Cases, claims: Iterable[Assessed], vocabulary: Vocabulary, bibliography: Bibliography) -> dict[str, pd.DataFrame]:
    """Tables of :data:`TABLES` by name, from one pass over the cases; the columns of each and their types are the same when it has no row."""
    row = partial(Row, vocabulary, bibliography)
    made = {name: _Filling(TABLES[name]) for name in names}
    about_cases = {name: table for name, table in made.items() if name in CASE_ID}
    for entry, case in cases if about_cases else ():
        for name, table in about_cases.items():
            items: list[Any] = {"cases": [None], "measures": case.measures, "sources": case.sources}[name]
            table.add(row(case=case, entry=entry, number=number, item=item) for number, item in enumerate(items, 1))
    if "claims" in made:
        made["claims"].add(row(item=assessed) for assessed in claims)
    return {name: table.frame() for name, table in made.items()}


class _Filling:
    """A table that rows are added to."""

    def __init__(self, columns: tuple[Column, ...]):
        self.columns = columns
        self._values: list[list[Any]] = [[] for _column in columns]
        self._cells = [(column.of, values.append, column.kind == TEXT) for values, column in zip(self._values, columns, strict=True)]
        self._texts: dict[str, str] = {}  # the same words in ten thousand rows are kept once

    def add(self, rows: Iterable[Row]) -> None:
        texts = self._texts
        for row in rows:
            for of, put, is_text in self._cells:
                value = of(row)
                put(texts.setdefault(value, value) if is_text else value)

    def frame(self) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame({column.name: pd.Series(values, dtype=column.kind) for column, values in zip(self.columns, self._values, strict=True)})
