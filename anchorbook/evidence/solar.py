"""Hospital solar panels: what is printed, what follows from it, and what each figure takes for granted.

Sources: a slide of June 2022 (``ihi_anchors_2022``, lines 271 to 274) and the pages named in
``data/beat-the-cold.csv``. The methods are plain division and multiplication, written out in each function.

Units: energy in megawatt hours (MWh) or kilowatt hours (kWh), 1 MWh = 1,000 kWh; size of the plant in kilowatts
at full sun (kWp); carbon in tonnes, 1 tonne = 1,000 kg; money in pounds.

Power, carbon, theatre hours and homes are modelled figures: worked out, not measured. Nothing here corrects a
printed figure.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from anchorbook.evidence.energy import (
    cost_each, energy_over, implied_factor, kwh_per_hour, theatre_hours, tonnes_saved, watts_per_panel, yield_per_kwp,
)

COLUMNS = ("id", "what", "qualifier", "value", "unit", "kind", "time_base", "source_key", "locator")
QUALIFIERS = ("", "over", "nearly", "about")
TIME_BASES = ("not stated", "once", "a year", "the project")
NEEDED = ("slide_money", "slide_panels", "slide_hours", "slide_tonnes", "stafford_money", "stafford_panels", "stafford_capacity",
          "stafford_energy", "stafford_hours", "stafford_tonnes", "nhse_money", "nhse_years", "nhse_tonnes", "nhse_homes",
          "carboncopy_money", "carboncopy_tonnes", "quadrant_money", "hf_saving",
          "cew_energy", "cew_tonnes", "ecoe_energy", "ecoe_tonnes")
FACTOR_COLUMNS = ("year", "kg_co2e_per_kwh", "scope", "status")
UNVERIFIED = "unverified"

YIELD_CHANGE = 0.10  # our choice: 10% less or more power than printed
LIFETIMES = (15, 25)  # our choice, in years, around the 20 that are printed
FADING = 0.005  # our choice: panels lose 0.5% of their power each year
THEATRE_CHANGE = 0.25  # our choice: a theatre uses 25% less or more power an hour than the printed figures imply


# ---------------------------------------------------------------- the tables


def load_figures(path: Path | str) -> pd.DataFrame:
    """The figures as printed: one row a figure, indexed by ``id``.

    ``qualifier`` is the word that the source puts before the number ("over", "nearly", "about") or nothing.
    ``time_base`` is what the number stands for: one of :data:`TIME_BASES`.

    :raises ValueError: when a column, a figure that the sums need or a cell is missing, an id stands twice, a value
        is not a positive number, or a qualifier or time base is not on the list, saying which.
    """
    table = pd.read_csv(path, dtype={"qualifier": str, "time_base": str})
    _need_columns(path, table, COLUMNS)
    table["qualifier"] = table["qualifier"].fillna("")
    empty = [name for name in COLUMNS if table[name].isna().any()]
    if empty:
        raise ValueError(f"{path}: the column {empty[0]} has an empty cell. Fill it from the source.")
    twice = table["id"][table["id"].duplicated()]
    if len(twice):
        raise ValueError(f"{path}: the id \"{twice.iloc[0]}\" stands twice. Give each figure an id of its own.")
    _need_positive(path, table, "value")
    for name, known in (("qualifier", QUALIFIERS), ("time_base", TIME_BASES)):
        for text in table[name]:
            if text not in known:
                raise ValueError(f"{path}: \"{text}\" is not a {name}. Use one of: {', '.join(word or '(empty)' for word in known)}.")
    absent = [name for name in NEEDED if name not in set(table["id"])]
    if absent:
        raise ValueError(f"{path}: the figure {absent[0]} is missing. The sums need it.")
    return table.set_index("id")


def load_factors(path: Path | str) -> pd.Series:
    """Grid emission factors by year, kg of carbon dioxide or equal for each kWh. All of them are unverified.

    An emission factor says how much carbon one unit of grid power stands for. These have not been checked against
    the published set, so whatever is made from them must say "unverified factors".

    :raises ValueError: when a column is missing, a year stands twice, a factor is not a positive number or a row
        does not say that it is unverified.
    """
    table = pd.read_csv(path)
    _need_columns(path, table, FACTOR_COLUMNS)
    if (table["status"] != UNVERIFIED).any():
        raise ValueError(f"{path}: each row must have the status \"{UNVERIFIED}\". Put factors that were checked in a table of their own, with a source.")
    twice = table["year"][table["year"].duplicated()]
    if len(twice):
        raise ValueError(f"{path}: the year {twice.iloc[0]} stands twice. Keep one row for each year.")
    _need_positive(path, table, "kg_co2e_per_kwh")
    return table.set_index("year")["kg_co2e_per_kwh"].sort_index()


def _need_columns(path: Path | str, table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(f"{path}: the column {missing[0]} is missing. Columns needed: {', '.join(columns)}.")


def _need_positive(path: Path | str, table: pd.DataFrame, name: str) -> None:
    if not pd.api.types.is_numeric_dtype(table[name]) or table[name].isna().any():
        raise ValueError(f"{path}: the column {name} has a cell that is not a number. Write digits only.")
    if not table[name].between(0, float("inf"), inclusive="neither").all():
        raise ValueError(f"{path}: a number in {name} is not above zero. Correct it against the source.")


# ---------------------------------------------------------------- what the page shows


def _plant(figures: pd.DataFrame) -> tuple[float, int]:
    """MWh a year and years of the project, as printed."""
    return float(figures.loc["stafford_energy", "value"]), int(figures.loc["nhse_years", "value"])


def time_readings(figures: pd.DataFrame) -> pd.DataFrame:
    """What one unit would have to be if a printed figure were for a year, and if it were for the project.

    One row for each printed saving and for the theatre hours, indexed by ``id``. Columns: ``value``; ``unit``;
    ``time_base`` as printed; ``if_a_year`` and ``if_the_project``, in kWh a theatre hour for hours and in kg for
    each kWh for tonnes.
    """
    mwh, years = _plant(figures)
    rows = {}
    for id in ("slide_hours", "stafford_hours", "slide_tonnes", "stafford_tonnes", "carboncopy_tonnes", "nhse_tonnes"):
        figure = figures.loc[id]
        if figure["unit"] == "hours":
            readings = [kwh_per_hour(mwh, figure["value"], span) for span in (1, years)]
        else:
            readings = [implied_factor(figure["value"], mwh, span) for span in (1, years)]
        rows[id] = {"value": figure["value"], "unit": figure["unit"], "time_base": figure["time_base"],
                    "if_a_year": readings[0], "if_the_project": readings[1]}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")


def carbon_estimates(figures: pd.DataFrame) -> pd.DataFrame:
    """The three printed estimates, each brought to tonnes over the project, with the factor that it implies.

    Indexed by ``id``, largest first. Columns: ``printed`` (tonnes), ``time_base``, ``tonnes_over_project`` and
    ``kg_per_kwh``. A figure for each year is multiplied by the years of the project.
    """
    mwh, years = _plant(figures)
    rows = {}
    for id in ("stafford_tonnes", "carboncopy_tonnes", "nhse_tonnes"):
        figure = figures.loc[id]
        total = figure["value"] * (years if figure["time_base"] == "a year" else 1)
        rows[id] = {"printed": figure["value"], "time_base": figure["time_base"], "tonnes_over_project": total,
                    "kg_per_kwh": implied_factor(total, mwh, years)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("id").sort_values("tonnes_over_project", ascending=False)


def carbon_by_factor_year(figures: pd.DataFrame, factors: pd.Series) -> pd.Series:
    """Tonnes over the project when the factor of one year is held flat, by that year. Unverified, as the factors are."""
    mwh, years = _plant(figures)
    return pd.Series({year: tonnes_saved(factor, mwh, years) for year, factor in factors.items()}, name="tonnes").rename_axis("year")


def nearest_factor(kg_per_kwh: float, factors: pd.Series) -> tuple[int, float]:
    """The year whose (unverified) factor is nearest, and by how many percent ``kg_per_kwh`` lies above it."""
    year = (factors - kg_per_kwh).abs().idxmin()
    return int(year), (kg_per_kwh / factors[year] - 1) * 100


def other_schemes(figures: pd.DataFrame) -> pd.Series:
    """The factor in the figures of two other community schemes, kg for each kWh, by the first part of the id."""
    cew = implied_factor(figures.loc["cew_tonnes", "value"], figures.loc["cew_energy", "value"] / 1000)
    ecoe = implied_factor(figures.loc["ecoe_tonnes", "value"], figures.loc["ecoe_energy", "value"])
    return pd.Series({"cew": cew, "ecoe": ecoe}, name="kg_per_kwh")


def money_side_by_side(figures: pd.DataFrame) -> pd.DataFrame:
    """Each printed sum of money, with pounds a panel and pounds a kWp where it is the money raised.

    Indexed by ``id``. Columns: ``qualifier``, ``value``, ``kind``, ``per_panel`` (for the 1,089 panels), ``per_kwp``.
    The money saved by the trust is not a cost, so its last two cells are empty (NaN).
    """
    panels, capacity = figures.loc["stafford_panels", "value"], figures.loc["stafford_capacity", "value"]
    rows = figures.loc[figures["unit"] == "GBP", ["qualifier", "value", "kind"]].copy()
    raised = rows["kind"] == "input"
    rows["per_panel"] = rows["value"].map(lambda money: cost_each(money, panels)).where(raised)
    rows["per_kwp"] = rows["value"].map(lambda money: cost_each(money, capacity)).where(raised)
    return rows


def homes_check(figures: pd.DataFrame) -> dict[str, float]:
    """What the printed number of homes takes for granted.

    ``tonnes_a_home``: printed tonnes ÷ homes. ``mwh_a_home``: all power of the project ÷ homes, as the source words
    it (homes for one year). ``mwh_a_home_each_year``: power of a year ÷ homes, if the homes were for every year.
    """
    mwh, years = _plant(figures)
    homes = figures.loc["nhse_homes", "value"]
    return {"tonnes_a_home": figures.loc["nhse_tonnes", "value"] / homes,
            "mwh_a_home": energy_over(mwh, years) / homes, "mwh_a_home_each_year": mwh / homes}


def sensitivity(figures: pd.DataFrame) -> pd.DataFrame:
    """Each modelled result when one assumption changes and the others stay.

    Columns: ``result``, ``unit``, ``assumption``, ``low_setting``, ``high_setting``, ``low``, ``base``, ``high``.
    ``low`` never exceeds ``high``, and the settings stand in the order of the results that they give. The ranges
    are our choice (see the constants of this module), except that of the factor: it runs between those implied by
    the smallest and the largest printed estimate. The base has no fading and the factor of the largest estimate.
    """
    mwh, years = _plant(figures)
    less, more = mwh * (1 - YIELD_CHANGE), mwh * (1 + YIELD_CHANGE)
    short, long = LIFETIMES
    an_hour = kwh_per_hour(mwh, figures.loc["stafford_hours", "value"])
    hungry, thrifty = an_hour * (1 + THEATRE_CHANGE), an_hour * (1 - THEATRE_CHANGE)
    estimates = carbon_estimates(figures)["kg_per_kwh"]
    clean, dirty = estimates.min(), estimates.max()

    yields = ("power made", f"{YIELD_CHANGE:.0%} less", f"{YIELD_CHANGE:.0%} more")
    spans = ("length of the project", f"{short} years", f"{long} years")
    fades = ("fading of the panels", f"{FADING:.1%} a year", "none")
    year, hours = ("Power in a year", "MWh"), ("Theatre hours in a year", "hours")
    energy, carbon = ("Power over the project", "MWh"), ("Carbon over the project", "tonnes")
    rows = [
        (*year, *yields, less, mwh, more),
        (*hours, *yields, theatre_hours(less, an_hour), theatre_hours(mwh, an_hour), theatre_hours(more, an_hour)),
        (*hours, "power of a theatre", f"{hungry:.0f} kWh an hour", f"{thrifty:.0f} kWh an hour",
         theatre_hours(mwh, hungry), theatre_hours(mwh, an_hour), theatre_hours(mwh, thrifty)),
    ]
    for result, amount in ((energy, energy_over), (carbon, lambda *plant: tonnes_saved(dirty, *plant))):
        base = amount(mwh, years)
        rows += [
            (*result, *spans, amount(mwh, short), base, amount(mwh, long)),
            (*result, *yields, amount(less, years), base, amount(more, years)),
            (*result, *fades, amount(mwh, years, FADING), base, base),
        ]
    base = tonnes_saved(dirty, mwh, years)
    rows.append((*carbon, "emission factor", f"{clean:.3f} kg a kWh", f"{dirty:.3f} kg a kWh", tonnes_saved(clean, mwh, years), base, base))
    columns = ["result", "unit", "assumption", "low_setting", "high_setting", "low", "base", "high"]
    return pd.DataFrame(rows, columns=columns)
