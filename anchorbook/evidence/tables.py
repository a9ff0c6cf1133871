"""Checks on printed tables: could these figures belong together?"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from math import ceil


def decimals(value: float | int | str) -> int:
    """How many decimal places a number is printed with."""
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)


def rounded(value: Decimal, places: int) -> Decimal:
    """Rounded half up, as people and spreadsheets do."""
    return value.quantize(Decimal(1).scaleb(-places), context=_EXACT)


def possible_counts(percentage: float | int | str, n: int) -> range:
    """Every whole number k for which k of ``n``, as a percentage, rounds to the one printed.

    An empty range means that the percentage cannot come from ``n`` units. ``n`` must be positive.
    """
    if n <= 0:
        raise ValueError("n must be a positive whole number")
    places = decimals(percentage)
    wanted = rounded(Decimal(str(percentage)), places)
    half = Decimal(5).scaleb(-places - 1)
    first = max(0, ceil((wanted - half) * n / 100))
    last = min(n, ceil((wanted + half) * n / 100) - 1)
    return range(first, last + 1)


def feasible_sizes(percentages: list[float | int], most: int) -> list[int]:
    """Every n up to ``most`` for which each of the percentages is possible."""
    return [n for n in range(1, most + 1) if all(possible_counts(value, n) for value in percentages)]


def average_gap(total: float | int, n: float | int, average: float | int | str) -> Decimal | None:
    """How far a printed average is from total ÷ n; None when it fits to the last printed digit. ``n`` must be positive."""
    if n <= 0:
        raise ValueError("n must be a positive number")
    exact = Decimal(str(total)) / Decimal(str(n))
    places = decimals(average)
    gap = Decimal(str(average)) - exact
    return None if rounded(exact, places) == rounded(Decimal(str(average)), places) or abs(gap) <= Decimal(5).scaleb(-places - 1) else gap


def shares_total(percentages: list[float | int]) -> tuple[Decimal, Decimal]:
    """The sum of shares that should make up 100%, and how far rounding alone may take it from there."""
    places = min((decimals(value) for value in percentages), default=0)
    return sum((Decimal(str(value)) for value in percentages), Decimal(0)), Decimal(5).scaleb(-places - 1) * len(percentages)
