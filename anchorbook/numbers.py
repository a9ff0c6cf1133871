"""Numbers as a reader sees them."""

from __future__ import annotations

from decimal import Decimal

_SIGNS = {"GBP": "£", "USD": "US$", "EUR": "€"}
CURRENCIES = frozenset({*_SIGNS, "AUD", "CAD", "CHF", "DKK", "ISK", "JPY", "NOK", "NZD", "SEK"})
_LARGE = ((1_000_000_000, "billion"), (1_000_000, "million"))


def say_number(value: float | int) -> str:
    """``1234567.5`` as 1,234,567.5; millions and billions in words when that loses nothing."""
    for size, word in _LARGE:
        if abs(value) >= size:
            short = value / size
            if round(short, 3) == short:
                return f"{_digits(short)} {word}"
    return _digits(value)


def _digits(value: float | int) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = f"{value:,}"
    if "e" in text:
        text = f"{Decimal(text):,f}"
    return text.replace("-", "−")


def is_money(unit: str) -> bool:
    """True for the three-letter code of a currency; FTE is a unit like any other."""
    return unit in CURRENCIES


def with_unit(number: str, unit: str) -> str:
    """A number already in words, with its unit where it belongs."""
    if is_money(unit):
        minus, digits = ("−", number[1:]) if number.startswith("−") else ("", number)
        return f"{minus}{_SIGNS[unit]}{digits}" if unit in _SIGNS else f"{unit} {number}"
    if unit == "%":
        return f"{number}%"
    return f"{number} {unit}".strip()


def say_value(value: float | int, unit: str = "") -> str:
    """``345000, "GBP"`` as £345,000."""
    return with_unit(say_number(value), unit)


def say_range(low: float | int, high: float | int, unit: str = "") -> str:
    """``168, 196, "GBP"`` as £168 to £196."""
    if is_money(unit) or unit == "%":
        return f"{say_value(low, unit)} to {say_value(high, unit)}"
    return f"{say_number(low)} to {say_value(high, unit)}"
