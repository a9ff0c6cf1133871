"""The sums of solar panels: power, carbon, theatre hours. Plain arithmetic, without tables.

Units: energy in megawatt hours (MWh) or kilowatt hours (kWh), 1 MWh = 1,000 kWh; size of the plant in kilowatts
at full sun (kWp); carbon in tonnes, 1 tonne = 1,000 kg; money in pounds.
"""

from __future__ import annotations

from math import isfinite


def watts_per_panel(capacity_kwp: float, panels: float) -> float:
    """Watts at full sun of one panel: kWp × 1,000 ÷ panels.

    :raises ValueError: when a number is not above zero.
    """
    _above_zero(capacity_kwp=capacity_kwp, panels=panels)
    return capacity_kwp * 1000 / panels


def yield_per_kwp(mwh_a_year: float, capacity_kwp: float) -> float:
    """Power made in a year for each kilowatt of panels, kWh per kWp: MWh × 1,000 ÷ kWp.

    :raises ValueError: when a number is not above zero.
    """
    _above_zero(mwh_a_year=mwh_a_year, capacity_kwp=capacity_kwp)
    return mwh_a_year * 1000 / capacity_kwp


def cost_each(money: float, number: float) -> float:
    """Pounds for each panel, or for each kWp: money ÷ number.

    :raises ValueError: when a number is not above zero.
    """
    _above_zero(money=money, number=number)
    return money / number


def energy_over(mwh_a_year: float, years: int, fading: float = 0.0) -> float:
    """MWh made in all years. With ``fading`` each year makes that share less than the year before it.

    The sum of ``mwh_a_year × (1 - fading) ** n`` for n from 0 to ``years - 1``; with no fading, MWh × years.

    :raises ValueError: when the energy is not above zero, ``years`` is not a whole number above zero, or ``fading``
        is not at least 0 and below 1.
    """
    _above_zero(mwh_a_year=mwh_a_year)
    _whole_years(years)
    if not 0 <= fading < 1:
        raise ValueError(f"fading must be at least 0 and below 1, not {fading}")
    return mwh_a_year * sum((1 - fading) ** year for year in range(int(years)))


def kwh_per_hour(mwh_a_year: float, hours: float, years: int = 1) -> float:
    """The kWh that one theatre hour stands for when ``hours`` use the power of ``years``: MWh × 1,000 × years ÷ hours.

    With ``years=1`` the hours are taken as hours for each year; with 20, as hours for the whole project.

    :raises ValueError: when a number is not above zero or ``years`` is not whole.
    """
    _above_zero(hours=hours)
    return energy_over(mwh_a_year, years) * 1000 / hours


def theatre_hours(mwh_a_year: float, kwh_an_hour: float) -> float:
    """Hours for which the power of one year could run a theatre: MWh × 1,000 ÷ kWh an hour.

    An equal in power. It is not theatre time gained.

    :raises ValueError: when a number is not above zero.
    """
    _above_zero(mwh_a_year=mwh_a_year, kwh_an_hour=kwh_an_hour)
    return mwh_a_year * 1000 / kwh_an_hour


def implied_factor(tonnes: float, mwh_a_year: float, years: int = 1) -> float:
    """The emission factor that a printed saving takes for granted, kg for each kWh.

    Tonnes × 1,000 ÷ (MWh × 1,000 × years). With ``years=1`` the tonnes are taken as tonnes for each year.

    :raises ValueError: when a number is not above zero or ``years`` is not whole.
    """
    _above_zero(tonnes=tonnes)
    return tonnes * 1000 / (energy_over(mwh_a_year, years) * 1000)


def tonnes_saved(kg_per_kwh: float, mwh_a_year: float, years: int = 1, fading: float = 0.0) -> float:
    """Tonnes for one factor held flat in all years: kg for each kWh × kWh ÷ 1,000. Undoes :func:`implied_factor`.

    :raises ValueError: when a number is not above zero, ``years`` is not whole or ``fading`` is out of range.
    """
    _above_zero(kg_per_kwh=kg_per_kwh)
    return kg_per_kwh * (energy_over(mwh_a_year, years, fading) * 1000) / 1000


def _above_zero(**numbers: float) -> None:
    for name, number in numbers.items():
        if not (isfinite(number) and number > 0):
            raise ValueError(f"{name} must be a number above zero, not {number}")


def _whole_years(years: float) -> None:
    if not (isfinite(years) and years > 0 and years == int(years)):
        raise ValueError(f"years must be a whole number above zero, not {years}")
