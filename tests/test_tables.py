"""Could a printed percentage come from so many units?"""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest

from anchorbook.evidence.tables import decimals, feasible_sizes, possible_counts


def printed(k: int, n: int, places: int) -> Fraction:
    """k of n as a percentage, rounded half up by school arithmetic."""
    scale = 10**places
    return Fraction(floor(Fraction(k * 100 * scale, n) + Fraction(1, 2)), scale)


@pytest.mark.parametrize("start", range(1, 121, 20))
def test_whole_percentages_agree_with_trying_every_count(start):
    for n in range(start, start + 20):
        for percentage in range(0, 101):
            every = [k for k in range(n + 1) if printed(k, n, 0) == percentage]
            assert list(possible_counts(percentage, n)) == every, (percentage, n)


@pytest.mark.parametrize("start", range(1, 121, 20))
def test_percentages_with_one_decimal_agree_with_trying_every_count(start):
    for n in range(start, start + 20):
        counts: dict[Fraction, list[int]] = {}
        for k in range(n + 1):
            counts.setdefault(printed(k, n, 1), []).append(k)
        for tenths in range(n % 7 + 1, 1000, 7):
            percentage = Fraction(tenths, 10)
            if tenths % 10:
                assert list(possible_counts(tenths / 10, n)) == counts.get(percentage, []), (tenths, n)
        for percentage, every in counts.items():
            if percentage.denominator > 1:
                assert list(possible_counts(str(float(percentage)), n)) == every


@pytest.mark.parametrize("percentage, n, counts", [
    (33, 18, [6]), (6, 18, [1]), (61, 18, [11]), (33, 3, [1]), (67, 3, [2]), (50, 5, []), (46, 59, [27]), (0, 59, [0]), (100, 5, [5]),
    (13, 8, [1]), (12, 8, []), (50, 1000, list(range(495, 505))), (150, 10, []), (-1, 10, []), (33.3, 3, [1]), (33.34, 3, []),
])
def test_known_answers(percentage, n, counts):
    assert list(possible_counts(percentage, n)) == counts


@pytest.mark.parametrize("n", [0, -1])
def test_a_share_of_nothing_is_refused(n):
    with pytest.raises(ValueError, match="positive"):
        possible_counts(50, n)


@pytest.mark.parametrize("value, places", [(33, 0), (33.0, 0), (50, 0), (100, 0), (0.5, 1), ("12.25", 2), (1e-3, 3)])
def test_decimals(value, places):
    assert decimals(value) == places


def test_sizes_that_fit_every_share():
    assert feasible_sizes([33, 67], 12) == [3, 6, 9, 12]
    assert feasible_sizes([50], 6) == [2, 4, 6]
    assert feasible_sizes([46], 20) == [13]
    assert feasible_sizes([], 3) == [1, 2, 3]
    assert feasible_sizes([101], 50) == []


def test_sizes_that_fit_are_those_where_each_share_is_possible():
    shares = [33, 6, 61]
    fitting = [n for n in range(1, 121) if all(any(printed(k, n, 0) == share for k in range(n + 1)) for share in shares)]
    assert feasible_sizes(shares, 120) == fitting
    assert 18 in fitting


def test_any_whole_share_of_a_large_number_is_possible():
    assert all(possible_counts(share, 5000) for share in range(101))
