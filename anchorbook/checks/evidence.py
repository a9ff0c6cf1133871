"""The rules of evidence for numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anchorbook.checks.subject import Subject
from anchorbook.evidence.tables import average_gap, possible_counts, shares_total
from anchorbook.findings import Finding, Severity

MONEY = {
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "pounds sterling": "GBP", "sterling": "GBP",
    "$": "USD", "us$": "USD", "dollar": "USD", "dollars": "USD", "usd": "USD", "€": "EUR", "euro": "EUR", "euros": "EUR", "eur": "EUR",
}

PERCENT = frozenset(("percent", "per cent", "percentage", "pct", "pc", "％"))
"""What people write for the sign of a share."""


def currency_is_a_code(subject: Subject) -> Iterator[Finding]:
    """unclear-currency: money needs its three-letter code, so that pounds are never assumed."""
    for group in ("measures", "inputs"):
        for index, item in enumerate(getattr(subject.case, group)):
            code = MONEY.get(item.unit.strip().lower())
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


def share_is_a_sign(subject: Subject) -> Iterator[Finding]:
    """unclear-unit: the sums of shares are done where the unit is the sign."""
    for index, measure in enumerate(subject.case.measures):
        if measure.unit.strip().lower() in PERCENT:
            yield subject.finding(("measures", index, "unit"), "unclear-unit", f"\"{measure.unit}\" is written as a sign here.", "Write unit: \"%\"", Severity.WARNING)


def shares_fit_their_denominator(subject: Subject) -> Iterator[Finding]:
    """impossible-share: a percentage of n people must be a whole number of people, to rounding; and no part is larger than the whole."""
    for index, measure in enumerate(subject.case.measures):
        of = measure.denominator
        if of and of.n is not None and of.total is None and measure.value is not None and measure.unit == of.what and measure.value > of.n:
            yield subject.finding(("measures", index, "value"), "impossible-share", f"{measure.value:,} of {of.n:,} {of.what} is more than all of them.",
                                  "Check both numbers. If the source prints them so, record it under conflicts.", Severity.WARNING)
        if measure.unit == "%" and measure.value is not None and of and of.n is not None:
            n = of.n
            if not n or not possible_counts(measure.value, n):
                yield subject.finding(("measures", index, "value"), "impossible-share",
                                      f"{measure.value}% of {n} is not a whole number of {measure.denominator.what}.",
                                      "Check both numbers. If the source prints them so, record it under conflicts.",
                                      Severity.WARNING)


def averages_fit_their_total(subject: Subject) -> Iterator[Finding]:
    """average-differs: where a record gives a total and a number, the average must follow from the two."""
    for index, measure in enumerate(subject.case.measures):
        of = measure.denominator
        if measure.value is None or of is None or of.total is None or not of.n:
            continue
        if average_gap(of.total, of.n, measure.value) is not None:
            yield subject.finding(("measures", index, "value"), "average-differs",
                                  f"{of.total:,} ÷ {of.n:,} {of.what} is {of.total / of.n:,.2f}, not {measure.value:,}.",
                                  "Check all three numbers. If the source prints them so, record it under conflicts.", Severity.WARNING)


def shares_add_up(subject: Subject) -> Iterator[Finding]:
    """shares-off: shares that make up a whole add up to 100%, to rounding; all at 0% means not reported."""
    groups: dict[str, list[int]] = {}
    for index, measure in enumerate(subject.case.measures):
        if measure.adds_up and measure.unit == "%" and measure.value is not None:
            groups.setdefault(measure.adds_up, []).append(index)
    for name, places in groups.items():
        whole, slack = shares_total([subject.case.measures[index].value for index in places])
        if abs(whole - 100) > slack:
            what = "They may be missing, not nought." if whole == 0 else "One may be wrong or left out."
            yield subject.finding(("measures", places[0], "adds_up"), "shares-off", f"the shares of \"{name}\" add up to {whole}%, not 100%.",
                                  f"{what} If the source prints them so, record it under conflicts.", Severity.WARNING)
