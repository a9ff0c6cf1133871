"""The places of cases as GeoJSON (RFC 7946)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anchorbook.export import Case, Export, Site, to_json
from anchorbook.gazetteer import Point

Find = Callable[[str, str], Point | None]
"""From the name of a place and its region to where it is, or None. :meth:`anchorbook.gazetteer.Gazetteer.find` is one."""

DIGITS = 5
"""Digits kept of a degree: about a metre."""


def places_geojson(find: Find, site: Site) -> Export:
    """One feature for each place of a case. A place that ``find`` does not know stays in the file, without a point."""
    def features(case: Case) -> str:
        return ",\n".join(to_json(_feature(case, number, place, find, site)) for number, place in enumerate(case.record["places"], 1))

    return Export('{"type":"FeatureCollection","features":[\n', features, "\n]}\n", between=",\n")


def _feature(case: Case, number: int, place: dict[str, Any], find: Find, site: Site) -> dict[str, Any]:
    region = place.get("region", "")
    point = find(place["name"], region)
    return {
        "type": "Feature",
        "id": f"{case.entry.id}/{number}",
        "geometry": {"type": "Point", "coordinates": [round(point.longitude, DIGITS), round(point.latitude, DIGITS)]} if point else None,
        "properties": {
            "case": case.entry.id, "title": case.entry.title, "place": place["name"], "region": region,
            "precision": point.precision if point else None, "domains": list(case.entry.facets["domain"]),
            "qa_status": case.entry.qa_status, "page": site.link(case.page),
        },
    }
