"""Where the places of cases are: a point for each name that ``data/places.csv`` knows."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class Point(NamedTuple):
    """A place on the map: degrees north and east, and what the point stands for (district, city region …)."""

    latitude: float
    longitude: float
    precision: str


_BEFORE = re.compile(r"^(?:the )?(?:city of|london borough of|royal borough of|borough of|county of|metropolitan borough of) ")


@dataclass
class Gazetteer:
    """Finds places by name, as people write them."""

    points: dict[str, Point] = field(default_factory=dict)

    def find(self, name: str, region: str = "") -> Point | None:
        """The point of a place, or None when it is not known, or is a whole nation.

        ``County Hospital, Stafford`` is found by its last part. ``London`` as a region and the like need no ``region``:
        it is there for lists that know two places of one name.
        """
        for words in (name, *reversed(name.split(","))):
            key = _plain(words)
            for candidate in (f"{key}|{region}", key, _BEFORE.sub("", key)):
                if candidate in self.points:
                    return self.points[candidate]
        return None


def _plain(name: str) -> str:
    return " ".join(name.replace(".", "").replace("-", " ").split()).casefold()


def load_gazetteer(path: Path) -> Gazetteer:
    """Read the table of places. A project without one knows no place. A group of districts comes before a district of its name."""
    if not path.is_file():
        return Gazetteer()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows: Iterable[dict[str, str]] = list(csv.DictReader(file))
    points = {}
    for row in sorted(rows, key=lambda row: row["level"] != "district"):
        points[_plain(row["place"])] = Point(float(row["latitude"]), float(row["longitude"]), row["level"])
    return Gazetteer(points)
