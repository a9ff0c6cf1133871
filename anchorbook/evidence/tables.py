"""Checks on printed tables: could these figures belong together?"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from math import ceil


def decimals(value: float | int | str) -> int:
    """How many decimal places a number is printed with."""
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def rounded(value: Decimal, places: int) -> Decimal:
    """Rounded half up, as people and spreadsheets do."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


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
