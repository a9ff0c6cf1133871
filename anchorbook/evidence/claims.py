"""What can be said of each claim of the ledger: it is worked out again where that is possible.

A claim names its check as ``name: what it is about``. A check works from tables of the book, from lists of the book or
from the claim itself, and says what came out. Nothing here changes a printed figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from anchorbook.evidence.energy import implied_factor, kwh_per_hour, watts_per_panel
from anchorbook.evidence.tables import average_gap, feasible_sizes, possible_counts, shares_total
from anchorbook.ledger import Claim, Ledger
from anchorbook.numbers import say_number


@dataclass(frozen=True)
class Outcome:
    """What a check found: whether it agrees (None: it settles nothing), and the sum in words."""

    agrees: bool | None
    said: str


@dataclass(frozen=True)
class Facts:
    """What checks work from.

    ``tables`` holds rows by name of the table (without ending) and by the first column; ``lists`` the number of items
    of each list of the book, by its name.
    """

    tables: Mapping[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)
    lists: Mapping[str, int] = field(default_factory=dict)

    def grant(self, theme: str) -> tuple[int, int, int, list[int]]:
        """Applicants, total, average and shares (small, micro, large, high priority) of one theme."""
        row = self.tables["compassionate-communities-grants"][theme]
        return (*(int(str(row[name])) for name in ("applicants", "total_requested_gbp", "average_requested_gbp")),
                [int(str(row[name])) for name in ("small_percent", "micro_percent", "large_percent", "high_priority_percent")])

    def solar(self, id: str) -> float:
        return float(str(self.tables["beat-the-cold"][id]["value"]))


def _pounds(value: float | Decimal) -> str:
    return f"£{Decimal(value):,.2f}"


def _list_shares(shares: Iterable[int]) -> str:
    return ", ".join(f"{share}%" for share in dict.fromkeys(shares))


def _number(claim: Claim) -> float | int:
    """The claim's one number.

    :raises ValueError: when it is in words or a range.
    """
    if claim.value is None:
        raise ValueError("this claim is not one number")
    return claim.value


def _average(claim: Claim, theme: str, facts: Facts) -> Outcome:
    n, total, average, _shares = facts.grant(theme)
    return Outcome(average_gap(total, n, average) is None, f"£{total:,} ÷ {n} applicants is {_pounds(Decimal(total) / n)}; £{average:,} is printed.")


def _applicants(claim: Claim, theme: str, facts: Facts) -> Outcome:
    n, total, average, shares = facts.grant(theme)
    implied = total / average
    reported = shares if sum(shares[:3]) else shares[3:]
    fits = average_gap(total, n, average) is None or abs(implied - n) < 0.05
    possible = all(possible_counts(share, n) for share in reported)
    said = f"£{total:,} ÷ £{average:,} is {implied:.2f} applicants; {n} is printed."
    if not possible:
        said += f" {_list_shares(share for share in reported if not possible_counts(share, n))} of {n} is not a whole number of applicants."
    return Outcome(fits and possible, said)


def _total(claim: Claim, theme: str, facts: Facts) -> Outcome:
    n, total, average, _shares = facts.grant(theme)
    return Outcome(average_gap(total, n, average) is None, f"{n} applicants × £{average:,} is £{n * average:,}; £{total:,} is printed.")


def _shares(claim: Claim, theme: str, facts: Facts) -> Outcome:
    n, _total, _average, shares = facts.grant(theme)
    whole, slack = shares_total(shares[:3])
    if whole == 0:
        return Outcome(False, "The three sizes add up to 0%: they were not reported, rather than nought.")
    impossible = [share for share in shares if not possible_counts(share, n)]
    if impossible:
        sizes = ", ".join(map(str, feasible_sizes(shares, 20))) or "no number of applicants"
        return Outcome(False, f"{_list_shares(impossible)} of {n} applicants is not a whole number. Up to 20, these shares fit {sizes}.")
    counts = ", ".join(str(possible_counts(share, n)[0]) for share in shares)
    return Outcome(abs(whole - 100) <= slack, f"{counts} of {n} applicants; the three sizes add up to {whole}%.")


def _listed(claim: Claim, name: str, facts: Facts) -> Outcome:
    if name not in facts.lists:
        raise KeyError(f"there is no list \"{name}\"")
    return Outcome(facts.lists[name] == claim.value, f"{facts.lists[name]} stand in the list that we keep of it.")


def _named(claim: Claim, names: str, facts: Facts) -> Outcome:
    found = [name.strip() for name in names.split(";") if name.strip()]
    return Outcome(len(found) == claim.value, f"{len(found)} are named: {', '.join(found)}.")


def _weekday(claim: Claim, name: str, facts: Facts) -> Outcome:
    day = datetime.strptime(claim.text, "%d %B %Y").date()
    return Outcome(_day_name(day) == name, f"{claim.text} was a {_day_name(day)}; the text speaks of a {name}.")


def _day_name(day: date) -> str:
    return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[day.weekday()]


def _smallest_group(claim: Claim, others: str, facts: Facts) -> Outcome:
    shares = [int(_number(claim)), *(int(share) for share in others.split(";"))]
    sizes = feasible_sizes(shares, 100)
    return Outcome(None, f"The number of replies is not printed. {' and '.join(f'{share}%' for share in dict.fromkeys(shares))} both fit {sizes[0]} replies, and no fewer.")


def _panel_cost(claim: Claim, about: str, facts: Facts) -> Outcome:
    each = float(_number(claim)) / facts.solar("stafford_panels")
    return Outcome(None, f"£{say_number(_number(claim))} ÷ {say_number(int(facts.solar('stafford_panels')))} panels is £{each:.0f} a panel, which is likely.")


def _panel_size(claim: Claim, about: str, facts: Facts) -> Outcome:
    capacity, panels = facts.solar("stafford_capacity"), facts.solar("stafford_panels")
    return Outcome(None, f"A fuller source has {panels:,.0f} panels of {watts_per_panel(capacity, panels):.0f} watts each; "
                   f"{_number(claim):,} leaves {panels - float(_number(claim)):,.0f} out.")


def _theatre(claim: Claim, about: str, facts: Facts) -> Outcome:
    energy, years, hours = facts.solar("stafford_energy"), int(facts.solar("nhse_years")), float(_number(claim))
    return Outcome(None, f"{energy:g} MWh a year ÷ {hours:,.0f} hours is {kwh_per_hour(energy, hours):.0f} kWh an hour if the hours are for one year, "
                   f"and {kwh_per_hour(energy, hours, years):,.0f} if they are for {years}. Only the first is likely.")


def _carbon(claim: Claim, about: str, facts: Facts) -> Outcome:
    energy, years, tonnes = facts.solar("stafford_energy"), int(facts.solar("nhse_years")), float(_number(claim))
    return Outcome(None, f"{tonnes:,.0f} tonnes ÷ power of {years} years is {implied_factor(tonnes, energy, years):.3f} kg a kWh; "
                   f"÷ power of one year it is {implied_factor(tonnes, energy):.1f} kg. Only the first is likely.")


Check = Callable[[Claim, str, Facts], Outcome]
CHECKS: dict[str, Check] = {
    "average": _average, "applicants": _applicants, "total": _total, "shares": _shares, "listed": _listed, "named": _named,
    "weekday": _weekday, "replies": _smallest_group, "cost of a panel": _panel_cost, "panels": _panel_size, "theatre hours": _theatre,
    "carbon": _carbon,
}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One entry of the register: where it is, what it is about, which claims it names, and whether sources part in it."""

    id: str
    fact: str
    claims: tuple[str, ...]
    contested: bool


@dataclass(frozen=True)
class Assessed:
    """A claim with what can be said of it: a status (see ``claim_statuses``), the sum or the reason, its disagreements."""

    claim: Claim
    status: str
    said: str
    disagreements: tuple[Disagreement, ...]


def run_check(claim: Claim, facts: Facts) -> Outcome | None:
    """The outcome of a claim's own check; None when it has none.

    :raises ValueError: when the check is not known or does not fit the facts, saying why.
    """
    if not claim.check:
        return None
    name, _, about = claim.check.partition(":")
    check = CHECKS.get(name.strip())
    if check is None:
        raise ValueError(f"there is no check \"{name.strip()}\"; there are: {', '.join(CHECKS)}")
    try:
        return check(claim, about.strip(), facts)
    except (KeyError, ValueError, IndexError, TypeError, ArithmeticError) as error:
        raise ValueError(f"the check \"{claim.check}\" cannot be done: {str(error).strip(chr(39))}") from error


def assess(ledger: Ledger, facts: Facts, disagreements: Iterable[Disagreement]) -> list[Assessed]:
    """Every claim with its state, in order of the ledger.

    A sum that differs comes before another source that does, and both before a sum that agrees.

    :raises ValueError: as :func:`run_check`.
    """
    about: dict[str, list[Disagreement]] = defaultdict(list)
    for item in disagreements:
        for id in item.claims:
            about[id].append(item)
    found = []
    for claim in ledger.claims:
        outcome = run_check(claim, facts)
        named = tuple(about[claim.id])
        if outcome and outcome.agrees is False:
            status = "differs"
        elif any(item.contested for item in named):
            status = "conflicts"
        elif outcome and outcome.agrees:
            status = "agrees"
        else:
            status = "unchecked"
        said = " ".join(part for part in ((outcome.said if outcome else ""), claim.reason if status == "unchecked" else "") if part)
        found.append(Assessed(claim, status, said, named))
    return found
