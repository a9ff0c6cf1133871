"""Checks on printed tables: could these figures belong together?"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def decimals(value: float | int | str) -> int:
    """How many decimal places a number is printed with."""
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def rounded(value: Decimal, places: int) -> Decimal:
    """Rounded half up, as people and spreadsheets do."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def possible_counts(percentage: float | int | str, n: int) -> list[int]:
    """Every whole number k for which k of ``n``, as a percentage, rounds to the one printed.

    An empty list means that the percentage cannot come from ``n`` units. ``n`` must be positive.
    """
    if n <= 0:
        raise ValueError("n must be a positive whole number")
    places = decimals(percentage)
    wanted = rounded(Decimal(str(percentage)), places)
    centre = int(wanted * n / 100)
    spread = n // 100 // 10**places + 2
    return [
        k for k in range(max(0, centre - spread), min(n, centre + spread) + 1)
        if rounded(Decimal(k) * 100 / n, places) == wanted
    ]


def feasible_sizes(percentages: list[float | int], most: int) -> list[int]:
    """Every n up to ``most`` for which each of the percentages is possible."""
    return [n for n in range(1, most + 1) if all(possible_counts(value, n) for value in percentages)]
