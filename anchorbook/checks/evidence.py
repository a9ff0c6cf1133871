"""The rules of evidence for numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anchorbook.checks.subject import Subject
from anchorbook.evidence.tables import possible_counts
from anchorbook.findings import Finding, Severity

_MONEY = {
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "pounds sterling": "GBP", "sterling": "GBP",
    "$": "USD", "us$": "USD", "dollar": "USD", "dollars": "USD", "usd": "USD", "€": "EUR", "euro": "EUR", "euros": "EUR", "eur": "EUR",
}


def currency_is_a_code(subject: Subject) -> Iterator[Finding]:
    """unclear-currency: money needs its three-letter code, so that pounds are never assumed."""
    for group in ("measures", "inputs"):
        for index, item in enumerate(getattr(subject.case, group)):
            code = _MONEY.get(item.unit.strip().lower())
            if code and item.unit != code:
                yield subject.finding((group, index, "unit"), "unclear-currency", f"\"{item.unit}\" is not a currency code.",
                                      f"Write unit: {code}")
            elif re.match(r"[£$€]", item.unit):
                yield subject.finding((group, index, "unit"), "unclear-currency", f"\"{item.unit}\" is not a currency code.",
                                      "Write the three-letter code, and put the number as plain digits in value.")


def outcome_needs_period(subject: Subject) -> Iterator[Finding]:
    """outcome-without-period: a result without a time cannot be compared or repeated."""
    for index, measure in enumerate(subject.case.measures):
        if measure.kind == "outcome" and measure.period is None:
            yield subject.finding(("measures", index), "outcome-without-period",
                                  f"the outcome \"{measure.name}\" has no period.",
                                  "Add period: with the time it is about. If no source says, write period: not known")


def shares_fit_their_denominator(subject: Subject) -> Iterator[Finding]:
    """impossible-share: a percentage of n people must be a whole number of people, to rounding."""
    for index, measure in enumerate(subject.case.measures):
        if measure.unit == "%" and measure.value is not None and measure.denominator and measure.denominator.n:
            n = measure.denominator.n
            if not possible_counts(measure.value, n):
                yield subject.finding(("measures", index, "value"), "impossible-share",
                                      f"{measure.value}% of {n} is not a whole number of {measure.denominator.what}.",
                                      "Check both numbers. If the source prints them so, record it under conflicts.",
                                      Severity.WARNING)
