"""The claims ledger: every number of the source documents, with its kind, its period and where it stands.

``data/claims.csv`` has one row a claim. What can be said of a claim (it agrees with a check, it differs, another source
contradicts it, it cannot be checked) is worked out by :mod:`anchorbook.evidence.claims`, never typed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError, model_validator

from anchorbook.bibliography import Bibliography
from anchorbook.files import is_there
from anchorbook.findings import Finding
from anchorbook.model import Number
from anchorbook.new_source import unknown_source
from anchorbook.parts import Cite, Part, Period, Text, complaint, described
from anchorbook.reading import Document
from anchorbook.reading_csv import read_csv
from anchorbook.store import digest_of
from anchorbook.vocabulary import Vocabulary

CLAIM_ID = r"CL\d{2,4}"


class Claim(Part):
    """One number or date as one source prints it."""

    id: str = described("Stable id.", "CL16", pattern=rf"^{CLAIM_ID}$")
    name: Text = described("What is counted, in our words.", "Money raised for the panels")
    value: Number | None = described("The number, as plain digits.", 345000, default=None)
    low: Number | None = described("Lower end of a range.", 10, default=None)
    high: Number | None = described("Upper end of a range.", 20, default=None)
    text: str = described("What is printed, when it is not one number.", "April 2020", default="")
    unit: str = described("Unit in plain words; for money the three-letter code.", "GBP", default="")
    per: str = described("Time base.", "year", default="")
    qualifier: str = described("How exact it is.", "at-least", vocabulary="qualifiers", default="exact")
    kind: str = described("What kind of number it is.", "input", vocabulary="measure_kinds")
    period: Period | None = described("When it was true.", "2020/21", default=None)
    source: Text = described("Key of an entry in references.bib.", "ihi_anchors_2022")
    locator: Text = described("The place in the source.", "line 271")
    check: str = described("The sum that checks it: a name of anchorbook.evidence.claims and what it is about.", "average: Physical inactivity", default="")
    reason: str = described("Why nobody can check it.", "The slide names no source.", default="")
    note: str = described("What to be careful about.", "No time base is printed.", default="")

    @model_validator(mode="after")
    def _has_a_value(self) -> Claim:
        ends = (self.low is not None) + (self.high is not None)
        if ends == 1 or (self.value is not None) + (ends == 2) + bool(self.text) != 1:
            raise complaint("claim-without-value", f"the claim {self.id} needs one of: value; low and high; text.", "Fill in one of the three.")
        if ends == 2 and self.low > self.high:
            raise complaint("range-upside-down", f"the claim {self.id} has low above high.", "Swap the two.")
        if not self.text and not self.unit:
            raise complaint("measure-without-unit", f"the claim {self.id} has a number and no unit.", "Add the unit: people, GBP or %.")
        return self

    @property
    def cite(self) -> Cite:
        return Cite(key=self.source, locator=self.locator)

    @property
    def numbers(self) -> tuple[float | int, ...]:
        """The numbers that a text may give for it."""
        return tuple(number for number in (self.value, self.low, self.high) if number is not None)

    @property
    def slug(self) -> str:
        """Its address on the page of the ledger."""
        return self.id.lower()


@dataclass
class Ledger:
    """All claims in order, with what was wrong in reading them."""

    claims: list[Claim] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    digest: str = ""

    @cached_property
    def by_id(self) -> dict[str, Claim]:
        return {claim.id: claim for claim in self.claims}

    @cached_property
    def _by_line(self) -> dict[tuple[str, int], list[Claim]]:
        found: dict[tuple[str, int], list[Claim]] = defaultdict(list)
        for claim in self.claims:
            for line in lines_of(claim.locator):
                found[claim.source, line].append(claim)
        return found

    @cached_property
    def sources(self) -> frozenset[str]:
        return frozenset(claim.source for claim in self.claims)

    def at(self, key: str, locator: str) -> list[Claim]:
        """The claims that stand in these lines of a source."""
        if key not in self.sources:
            return []
        return [claim for line in lines_of(locator) for claim in self._by_line.get((key, line), ())]


_LOCATOR = re.compile(r"[Ll]ines?\s")
_LINES = re.compile(r"(\d{1,7})(?:\s*(?:to|-|–|—)\s*(\d{1,7}))?")
MOST_LINES = 3
"""A locator of more lines than this points at a passage, not at a number."""


def lines_of(locator: str) -> list[int]:
    """The lines that ``line 443``, ``lines 45 to 47`` or ``lines 3 and 9`` name; none for other locators, or for a passage."""
    if not _LOCATOR.match(locator):
        return []
    found: list[int] = []
    for first, last in _LINES.findall(locator):
        start, end = int(first), int(last or first)
        if end - start >= MOST_LINES:
            return []
        found += range(start, end + 1)
    return found if len(found) <= MOST_LINES else []


NUMBERS = ("value", "low", "high")


def load_ledger(path: Path, vocabulary: Vocabulary, bibliography: Bibliography, name: str = "data/claims.csv") -> Ledger:
    """Read the ledger. A project without one has an empty ledger; what is wrong becomes findings."""
    from anchorbook.checks.shape import shape_findings

    if not is_there(path):
        return Ledger()
    document = read_csv(path, name, numbers=NUMBERS)
    ledger = Ledger(findings=document.findings, digest=digest_of(document.raw))
    if document.data is None:
        return ledger
    seen: dict[str, int] = {}
    for index, row in enumerate(document.data["rows"]):
        here = _Row(document, index)
        try:
            claim = Claim.model_validate(row)
        except ValidationError as error:
            ledger.findings += shape_findings(here, error, Claim)  # type: ignore[arg-type]
            continue
        if claim.id in seen:
            ledger.findings.append(here.finding(("id",), "duplicate-claim", f"the id {claim.id} stands twice.", "Give each claim an id of its own."))
        seen[claim.id] = index
        for facet, id, column in (("measure_kinds", claim.kind, "kind"), ("qualifiers", claim.qualifier, "qualifier")):
            if facet in vocabulary and id not in vocabulary[facet].by_id:
                ledger.findings.append(here.finding((column,), "unknown-term", *vocabulary.unknown(facet, id)))
        if claim.source not in bibliography:
            ledger.findings.append(here.finding(("source",), "unknown-citation", *unknown_source(claim.source, bibliography)))
        ledger.claims.append(claim)
    return ledger


class _Row(Document):
    """One row of a table, seen as a document of its own."""

    def __init__(self, document: Document, index: int):
        super().__init__(document.path)
        self.positions = {path[2:]: place for path, place in document.positions.items() if path[:2] == ("rows", index)}


def fill_from_ledger(data: Any, ledger: Ledger) -> Any:
    """A record whose measures name claims, with what they leave out taken from the ledger."""
    if not isinstance(data, dict) or not isinstance(data.get("measures"), list) or not ledger.claims:
        return data
    measures = [_filled(measure, ledger) for measure in data["measures"]]
    return {**data, "measures": measures} if measures != data["measures"] else data


def _filled(measure: Any, ledger: Ledger) -> Any:
    claim = ledger.by_id.get(measure.get("claim", "")) if isinstance(measure, dict) and isinstance(measure.get("claim"), str) else None
    if claim is None:
        return measure
    from_claim: dict[str, Any] = {name: getattr(claim, name) for name in ("name", "kind", "unit", "per", "qualifier") if getattr(claim, name)}
    if not {"value", "low", "high", "text"} & measure.keys():
        from_claim |= {name: value for name in ("value", "low", "high", "text") if (value := getattr(claim, name)) not in (None, "")}
    if claim.period is not None:
        from_claim["period"] = claim.period.model_dump()
    if not {"source", "sources"} & measure.keys():
        from_claim["sources"] = [claim.cite.model_dump()]
    return {**from_claim, **measure}
