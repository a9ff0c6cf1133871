"""Numbers as a reader sees them."""

from __future__ import annotations

import pytest

from anchorbook.numbers import is_money, say_number, say_range, say_value


@pytest.mark.parametrize("value, said", [
    (0, "0"), (7, "7"), (1089, "1,089"), (345000, "345,000"), (999999, "999,999"),
    (7.0, "7"), (8.21, "8.21"), (1234.5, "1,234.5"), (193620.78, "193,620.78"), (0.182, "0.182"),
    (1_000_000, "1 million"), (2_500_000, "2.5 million"), (1_234_000, "1.234 million"), (1_000_000_000, "1 billion"),
    (1_234_567, "1,234,567"), (1_234_567.5, "1,234,567.5"), (12_345_678_901, "12,345,678,901"),
    (999_999_999, "999,999,999"), (1_500_000_000.0, "1.5 billion"),
    (-5, "−5"), (-2_500_000, "−2.5 million"),
    (0.0000001, "0.0000001"), (-0.00002, "−0.00002"),
])
def test_numbers(value, said):
    assert say_number(value) == said


@pytest.mark.parametrize("value, unit, said", [
    (345000, "GBP", "£345,000"), (193620.78, "GBP", "£193,620.78"), (4_000_000, "GBP", "£4 million"), (5, "USD", "US$5"), (5, "EUR", "€5"),
    (5, "CAD", "CAD 5"), (44.4, "%", "44.4%"), (10, "people", "10 people"), (10, "", "10"),
    (-5, "GBP", "−£5"), (-1.5, "%", "−1.5%"), (12, "FTE", "12 FTE"), (12, "WTE", "12 WTE"), (1, "CO2", "1 CO2"),
])
def test_values_with_their_unit(value, unit, said):
    assert say_value(value, unit) == said


@pytest.mark.parametrize("low, high, unit, said", [
    (168, 196, "GBP", "£168 to £196"), (5, 10, "%", "5% to 10%"), (1000, 2000, "people", "1,000 to 2,000 people"), (1, 2, "", "1 to 2"),
])
def test_ranges(low, high, unit, said):
    assert say_range(low, high, unit) == said


@pytest.mark.parametrize("unit, money", [
    ("GBP", True), ("USD", True), ("EUR", True), ("gbp", False), ("£", False), ("", False), ("people", False), ("%", False), ("FTE", False), ("NHS", False),
])
def test_money_is_a_currency_code(unit, money):
    assert is_money(unit) is money
