"""Still pictures of maps, as SVG: what a page shows until the map itself is loaded, and where it cannot be."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 720
"""Width of a picture, in the units of its coordinates, which are whole numbers."""

Ring = Iterable[Iterable[float]]


@dataclass(frozen=True)
class Spot:
    """A round mark at a place, with its radius in units of the picture and perhaps a number in it; or a star."""

    longitude: float
    latitude: float
    radius: int
    colour: str = "#0b4f6c"
    text: str = ""
    star: bool = False


@dataclass(frozen=True)
class Still:
    """A picture and its size."""

    svg: str
    width: int
    height: int


def still(shapes: Iterable[tuple[str, Iterable[Ring]]], spots: Iterable[Spot] = (), margin: int = 12) -> Still:
    """Areas in their colours (``#rrggbb`` and rings of longitude and latitude), with marks over them.

    Degrees of longitude are made shorter by the cosine of the middle latitude, so that shapes look right.
    """
    drawn = [(_colour(colour), [[tuple(map(float, point)) for point in ring] for ring in rings]) for colour, rings in shapes]
    spots = list(spots)
    points = [point for _colour, rings in drawn for ring in rings for point in ring] + [(spot.longitude, spot.latitude) for spot in spots]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * margin) / (((east - west) * squeeze) or 1)
    height = round((north - south) * scale) + 2 * margin

    def at(point: tuple[float, ...]) -> tuple[int, int]:
        return round((point[0] - west) * squeeze * scale) + margin, round((north - point[1]) * scale) + margin

    paths: dict[str, list[str]] = {}
    for colour, rings in drawn:
        for ring in rings:
            if line := _line([at(point) for point in ring]):
                paths.setdefault(colour, []).append(line)
    body = "".join(f'<path fill="{colour}" d="{"".join(lines)}"/>' for colour, lines in paths.items())
    body += "".join(_mark(spot, *at((spot.longitude, spot.latitude))) for spot in spots)
    return Still(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">'
        f'<path fill="#fff" d="M0 0h{WIDTH}v{height}H0z"/><g stroke="#fff" stroke-linejoin="round">{body}</g></svg>\n', WIDTH, height)


def _line(points: list[tuple[int, int]]) -> str:
    """A closed outline in steps from point to point; nothing when it is smaller than a unit."""
    kept = [point for place, point in enumerate(points) if not place or point != points[place - 1]]
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    if len(kept) < 3:
        return ""
    steps = [f"{after[0] - before[0]} {after[1] - before[1]}" for before, after in zip(kept, kept[1:])]
    return f"M{kept[0][0]} {kept[0][1]}l" + " ".join(steps).replace(" -", "-") + "z"


def _mark(spot: Spot, x: int, y: int) -> str:
    if spot.star:
        turns = [(math.pi * corner / 5, spot.radius if corner % 2 == 0 else spot.radius * 0.4) for corner in range(10)]
        corners = " ".join(f"{x + round(size * math.sin(turn))},{y - round(size * math.cos(turn))}" for turn, size in turns)
        return f'<polygon points="{corners}" fill="#fff" stroke="#000" stroke-width="2"/>'
    circle = f'<circle cx="{x}" cy="{y}" r="{spot.radius}" fill="{_colour(spot.colour)}" stroke-width="2"/>'
    if not spot.text:
        return circle
    return circle + (f'<text x="{x}" y="{y + 5}" fill="#fff" stroke="none" text-anchor="middle" font-family="system-ui,sans-serif" '
                     f'font-size="15" font-weight="700">{int(spot.text)}</text>')


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError(f"\"{text}\" is not a colour such as #0b4f6c")
    return text
