"""The map of places: every case that has one, on our own outlines, with a list by region beneath.

The map is made with folium, with no tiles. It is a page of its own in a frame, so that nothing of it is loaded before
it comes into view, and it works from a disk. Until then, and where there are no scripts, a still picture stands there.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from anchorbook.catalogue import Catalogue, Entry
from anchorbook.evidence.still import Spot, Still, still
from anchorbook.gazetteer import Gazetteer, Point
from anchorbook.site.maps import lift_styles
from anchorbook.site.rendering import Words, render

NAME = "places"
TITLE = "Places of the cases in this book"
CREDIT = "Outlines: Office for National Statistics, OGL v3.0. Contains OS data, Crown copyright and database right 2021"
CASES_IN_A_POPUP = 8
EDGES = (-5.9, 1.9, 49.9, 55.9)
"""West, east, south and north of the picture where there are no outlines."""
CASES_IN_A_REGION = 25
LIBRARIES = {
    "assets/leaflet.js": "leaflet/dist/leaflet.js", "assets/leaflet.css": "leaflet/dist/leaflet.css",
    "assets/markercluster.js": "leaflet.markercluster/dist/leaflet.markercluster.js",
    "assets/markercluster.css": "leaflet.markercluster/dist/MarkerCluster.css",
}
"""Files that maps use in the browser, and where the installed packages have them."""

_STYLE = """
.folium-map{background:#eef4f7}.framed .folium-map{flex-basis:16rem}
.framed h1,.hide{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%)}
.place{width:100%;height:100%;display:flex;align-items:center;justify-content:center;border-radius:50%;background:#0b4f6c;color:#fff;border:2px solid #fff;box-shadow:0 0 0 1px #0b4f6c;font-weight:700;font-size:.95rem}
.over .leaflet-marker-pane{z-index:750}
.group .place{background:#7a4b00;box-shadow:0 0 0 1px #7a4b00}
.leaflet-popup-content{font-size:1rem;line-height:1.4;max-height:16rem;overflow:auto}
.leaflet-popup-content ul{padding-left:1.1rem;margin:.3rem 0}
.leaflet-popup-content h2{font-size:1rem;margin:0}
"""

_SCRIPT = """
(function () {
  "use strict";
  var map = %(map)s, places = %(places)s;
  map.setMinZoom(5).setMaxZoom(11);
  map.attributionControl.setPrefix(false).addAttribution(%(credit)s);
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", %(label)s);
  function icon(count, what, group) {
    var side = Math.min(56, 28 + 6 * Math.round(Math.log2(count + 1)));
    return L.divIcon({className: group ? "group" : "", iconSize: [side, side], html: '<span class="place"><span aria-hidden="true">' + count + '</span><span class="hide">' + what + "</span></span>"});
  }
  function cases(count) { return count === 1 ? "1 case" : count + " cases"; }
  var text = document.createElement("span");
  function safe(words) { text.textContent = words; return text.innerHTML; }
  var cluster = L.markerClusterGroup({
    showCoverageOnHover: false, maxClusterRadius: 36, spiderfyOnMaxZoom: true, animate: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    iconCreateFunction: function (group) {
      var found = new Set();  // a case of several places is one case
      group.getAllChildMarkers().forEach(function (marker) { marker.options.numbers.forEach(found.add, found); });
      var count = found.size;
      return icon(count, cases(count) + " in several places: show them apart", true);
    }
  });
  places.forEach(function (place) {
    var box = document.createElement("div");
    var head = document.createElement("h2");
    head.textContent = place.name;
    box.appendChild(head);
    var list = document.createElement("ul");
    place.cases.forEach(function (one) {
      var item = document.createElement("li"), link = document.createElement("a");
      link.href = "../cases/" + encodeURIComponent(one[0]) + ".html";
      link.target = "_top";
      link.textContent = one[1];
      item.appendChild(link);
      list.appendChild(item);
    });
    box.appendChild(list);
    if (place.count > place.cases.length) {
      var more = document.createElement("a");
      more.href = "../explore.html#q=" + encodeURIComponent(place.name);
      more.target = "_top";
      more.textContent = "All " + place.count + " in Explore";
      box.appendChild(more);
    }
    var marker = L.marker(place.at, {numbers: place.numbers, icon: icon(place.count, safe(place.name) + ": " + cases(place.count), false)});
    marker.bindPopup(box, {minWidth: 220});
    cluster.addLayer(marker);
  });
  map.addLayer(cluster);
  var open = null;
  map.on("popupopen popupclose", function (event) { open = event.type === "popupopen" ? event.popup : null; });
  // A circle that gets the focus is seen, also when the list of another lies there. The list stays: it comes after all circles.
  map.getContainer().addEventListener("focusin", function (event) {
    var circle = event.target.closest(".leaflet-marker-icon");
    map.getContainer().classList.toggle("over", Boolean(open && circle && circle !== open._source.getElement()));
  });
  map.getContainer().addEventListener("keydown", function (event) { if (event.key === "Escape") { map.closePopup(); } });
}());
"""


@dataclass(frozen=True)
class Located:
    """One point with the cases there, by title."""

    name: str
    point: Point
    entries: tuple[Entry, ...]


def locate(catalogue: Catalogue, gazetteer: Gazetteer) -> tuple[list[Located], dict[str, list[tuple[Entry, str, bool]]]]:
    """The points with their cases; and for each region its cases with the names of their places and whether the map shows them."""
    at: dict[Point, dict[str, Entry]] = defaultdict(dict)
    names: dict[Point, str] = {}
    regions: dict[str, list[tuple[Entry, str, bool]]] = defaultdict(list)
    for entry in catalogue.entries:
        found = False
        for name in entry.places:
            point = gazetteer.find(name)
            if point:
                found = True
                at[point][entry.id] = entry
                names[point] = min(names.get(point, name), name, key=lambda words: (len(words), words))
        for region in entry.facets["region"] or ("",):
            regions[region].append((entry, "; ".join(entry.places), found))
    located = [Located(names[point], point, tuple(at[point].values())) for point in sorted(at, key=lambda point: (names[point], point))]
    return located, regions


def picture(located: list[Located], outlines: Path) -> Still:
    """The outlines with a circle for each point, as large as it has cases; the number stands in those that have several."""
    features = json.loads(outlines.read_text("utf-8"))["features"] if outlines.is_file() else []
    rings = [ring for feature in features for ring in _rings(feature["geometry"])]
    west, east, south, north = EDGES
    shapes = [("#c9d6dc", rings)] if rings else [("#ffffff", [[(west, south), (east, south), (east, north), (west, north)]])]
    return still(shapes, [Spot(item.point.longitude, item.point.latitude, min(22, 7 + 3 * round(math.log2(len(item.entries)))),
                               text=str(len(item.entries)) if len(item.entries) > 1 else "") for item in located])


def _rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    """The outer and inner outlines of an area."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for part in parts for ring in part]


def map_files(located: list[Located], outlines: Path) -> dict[str, str]:
    """The page of the map, its script, its styles and its picture, by address."""
    import folium

    from anchorbook.evidence.maps import ALONE, LESS_MOTION, WHOLE_PAGE, as_script, steady, way_back

    chart = folium.Map(tiles=None, zoom_snap=0.5, scroll_wheel_zoom=False)
    chart.default_js, chart.default_css = [], []
    if outlines.is_file():
        folium.GeoJson(json.loads(outlines.read_text("utf-8")), interactive=False, smooth_factor=0, style_function=lambda feature: {
            "fillColor": "#c9d6dc", "fillOpacity": 1, "color": "#ffffff", "weight": 1}).add_to(chart)
    chart.fit_bounds([[50.0, -5.5], [55.6, 1.7]])
    figure = chart.get_root()
    figure.render()
    numbers: dict[str, int] = {}
    places = [{"name": item.name, "at": [item.point.latitude, item.point.longitude], "count": len(item.entries),
               "numbers": [numbers.setdefault(entry.id, len(numbers)) for entry in item.entries],
               "cases": [[entry.id, entry.title] for entry in item.entries[:CASES_IN_A_POPUP]]} for item in located]
    script = ALONE + LESS_MOTION + figure.script.render() + _SCRIPT % {
        "map": chart.get_name(), "credit": as_script(CREDIT), "label": as_script(TITLE), "places": as_script(places)}
    body, script = steady(figure.html.render(), script)
    page = (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(TITLE)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="../assets/leaflet.css"><link rel="stylesheet" href="../assets/markercluster.css">'
        f'<style>{WHOLE_PAGE}{_STYLE}</style></head><body><main aria-label="{escape(TITLE)}"><h1>{escape(TITLE)}</h1>{way_back(f"../{NAME}.html")}{body}</main>'
        f'<script src="../assets/leaflet.js"></script><script src="../assets/markercluster.js"></script><script src="{NAME}.js"></script></body></html>\n')
    page, rules = lift_styles(page, NAME)
    return {f"maps/{NAME}.html": page, f"maps/{NAME}.js": script.strip() + "\n", f"maps/{NAME}.css": rules, f"maps/{NAME}.svg": picture(located, outlines).svg}


def places_page(catalogue: Catalogue, gazetteer: Gazetteer, words: Words, outlines: Path) -> str:
    """The frame of the map, and the list by region."""
    located, regions = locate(catalogue, gazetteer)
    groups: list[dict[str, Any]] = []
    for term in catalogue.vocabulary["regions"].terms:
        if cases := regions.get(term.id):
            groups.append({"id": term.id, "label": term.label, "cases": cases[:CASES_IN_A_REGION], "total": len(cases)})
    if rest := regions.get(""):
        groups.append({"id": "", "label": "No region given", "cases": rest[:CASES_IN_A_REGION], "total": len(rest)})
    shown = {entry.id for item in located for entry in item.entries}
    shape = picture(located, outlines)
    return render("places.html", words, title=TITLE, address=f"{words.root}maps/{NAME}.html", picture=f"{words.root}maps/{NAME}.svg",
                  width=shape.width, height=shape.height, kind="places-map", load="wide", groups=groups, places=len(located), shown=len(shown), total=len(catalogue.entries))
