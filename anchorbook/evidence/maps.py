"""Maps of areas that can be moved and asked, made with folium. No tiles, no request to anyone.

A map comes as one page in a frame. In Jupyter the page holds everything it needs, so it works without a network; on
the site :mod:`anchorbook.site.maps` gives it files of its own.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from anchorbook.evidence.still import Spot, Still, still

LIBRARIES = {"style": "leaflet/dist/leaflet.css", "script": "leaflet/dist/leaflet.js"}
"""What the page of a map needs of ``node_modules``, by the tag that holds it."""

_STYLE = """
.folium-map{background:#fff}
.choose{display:flex;flex-wrap:wrap;gap:.3rem .6rem;align-items:center;padding:.5rem}
.choose select{font:inherit;min-height:2.75rem;max-width:100%}
.said{padding:0 .5rem .4rem;margin:0;min-height:1.4em}
.legend{padding:.5rem;margin:0;list-style:none;display:grid;grid-template-columns:repeat(auto-fill,minmax(7.5rem,1fr));gap:.2rem .8rem}
.legend li{display:flex;gap:.5rem;align-items:center}.legend span{flex:none;width:1.4rem;height:1.1rem;border:1px solid #374151;forced-color-adjust:none}
.mark{font-size:2rem;line-height:1;color:#fff;-webkit-text-stroke:1.5px #000;paint-order:stroke}
"""

WHOLE_PAGE = """
html,body{margin:0;color-scheme:light;background:#fff;color:#111827;font:1rem/1.4 system-ui,sans-serif}
main{display:flex;flex-direction:column;min-height:100vh}
h1{font-size:1.1rem;margin:.5rem}.back{margin:0 .5rem .5rem}.framed .alone{display:none}
.folium-map{flex:1 0 26rem}
a:focus-visible,.folium-map:focus-visible,select:focus-visible,[role=button]:focus-visible{outline:3px solid #b45309;outline-offset:2px}
.folium-map:focus-visible{outline-offset:-3px}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
.leaflet-container{font:inherit}
"""
"""Styles of every page of a map: the map takes the room that its heading and legend leave."""

ALONE = """
if (window.parent !== window) { document.documentElement.classList.add("framed"); }
"""
"""Before a map is made: what only a page of its own needs is not shown in the frame of another page."""

LESS_MOTION = """
if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
  (function (pan) {
    L.Map.mergeOptions({zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false});
    L.Map.include({panBy: function (offset, options) { return pan.call(this, offset, L.extend({}, options, {animate: false})); }});
  }(L.Map.prototype.panBy));
}
"""
"""Before a map is made: it goes where it is told at once for those who asked for less motion. Leaflet has no option that does this for moves."""

_SCRIPT = """
(function () {
  "use strict";
  var map = %(map)s, layer = %(layer)s, areas = %(areas)s, chosen = null, said = document.getElementById("said");
  function words(lines) {
    var box = document.createElement("div");
    lines.forEach(function (line) { var part = document.createElement("div"); part.textContent = line; box.appendChild(part); });
    return box;
  }
  layer.eachLayer(function (area) {
    area.bindTooltip(words(areas[area.feature.id]));
    // The list above is the way in by keyboard: not a hundred stops on the way to the buttons.
    if (area.getElement()) { area.getElement().setAttribute("tabindex", "-1"); }
  });
  map.attributionControl.setPrefix(false).addAttribution(%(credit)s);
  // Again, now that it is known how high the credit is: it covers nothing.
  map.fitBounds(%(bounds)s, {paddingTopLeft: [6, 6], paddingBottomRight: [6, map.attributionControl.getContainer().offsetHeight + 6], animate: false});
  // Not folium.Marker: it asks for pictures of Leaflet's own pin before it takes ours.
  var star = L.divIcon({className: "", html: '<span class="mark" aria-hidden="true">★</span>', iconSize: [32, 32], iconAnchor: [16, 18]});
  L.marker(%(at)s, {icon: star, title: %(place)s}).bindTooltip(words([%(place)s])).addTo(map);
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", %(label)s);
  document.getElementById("area").addEventListener("change", function () {
    var code = this.value;
    if (chosen) { layer.resetStyle(chosen); chosen.closeTooltip(); }
    chosen = null;
    said.textContent = "";
    layer.eachLayer(function (area) {
      if (area.feature.id !== code) { return; }
      chosen = area;
      area.setStyle({weight: 4, color: "#b45309"}).bringToFront();
      area.openTooltip(area.getBounds().getCenter());
      map.panTo(area.getBounds().getCenter());
      said.textContent = areas[code][0] + ": " + areas[code][1];
    });
  });
}());
"""


@dataclass(frozen=True)
class Area:
    """One area of a map: its code and name, its outline (rings of longitude and latitude), its colour, and what is said of it."""

    code: str
    name: str
    rings: list
    colour: str
    said: str


@dataclass(frozen=True)
class AreaMap:
    """A map of coloured areas with one marked place.

    ``name`` is its file on the site, ``title`` says what it shows, ``legend`` gives colour and words, ``place`` is
    name, latitude and longitude of the marked place, ``credit`` the owner of the outlines.
    """

    name: str
    title: str
    areas: list[Area]
    legend: list[tuple[str, str]]
    place: tuple[str, float, float]
    credit: str

    def page(self) -> str:
        """The whole page, with its libraries inside."""
        import folium  # a third of a second, which nobody need wait who makes no map

        # No word of anyone goes through folium, which fills its templates with what it is given: areas are numbers here,
        # and their words stand in data that the script puts on the page as text.
        features = [{
            "type": "Feature", "id": str(number), "properties": {},
            "geometry": {"type": "Polygon", "coordinates": [[list(map(float, point)) for point in ring] for ring in area.rings]},
        } for number, area in enumerate(self.areas)]
        colours = [_colour(area.colour) for area in self.areas]
        points = [point for area in self.areas for ring in area.rings for point in ring]
        south_west = [min(float(point[1]) for point in points), min(float(point[0]) for point in points)]
        north_east = [max(float(point[1]) for point in points), max(float(point[0]) for point in points)]

        chart = folium.Map(tiles=None, zoom_snap=0.25, scroll_wheel_zoom=False)
        chart.default_js, chart.default_css = [], []
        layer = folium.GeoJson(
            {"type": "FeatureCollection", "features": features}, smooth_factor=0, zoom_on_click=False,
            style_function=lambda feature: {"fillColor": colours[int(feature["id"])], "fillOpacity": 1, "color": "#ffffff", "weight": 1},
        ).add_to(chart)
        place, latitude, longitude = self.place
        chart.fit_bounds([south_west, north_east], padding=(6, 6))

        figure = chart.get_root()
        figure.render()
        body = figure.html.render()
        script = ALONE + LESS_MOTION + figure.script.render() + _SCRIPT % {
            "map": chart.get_name(), "layer": layer.get_name(), "credit": as_script(escape(self.credit)), "label": as_script(self.title),
            "bounds": as_script([south_west, north_east]), "place": as_script(place), "at": as_script([float(latitude), float(longitude)]),
            "areas": as_script([[area.name, area.said] for area in self.areas])}
        body, script = steady(body, script)
        # folium moves the map to its place in a style of its own; the two libraries come from the lock file.
        parts = {tag: _library(path) for tag, path in LIBRARIES.items()}
        options = "".join(f'<option value="{number}">{escape(area.name)}</option>' for number, area in sorted(enumerate(self.areas), key=lambda pair: pair[1].name))
        legend = "".join(f'<li><span style="background:{_colour(colour)}"></span>{escape(words)}</li>' for colour, words in self.legend)
        return (
            '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>{escape(self.title)}</title><link rel="icon" href="data:,"><style data-library="{LIBRARIES["style"]}">{parts["style"]}</style><style>{WHOLE_PAGE}{_STYLE}</style></head>'
            f'<body><main aria-label="{escape(self.title)}"><h1>{escape(self.title)}</h1>'
            f'<div class="choose"><label for="area">Show an area</label> <select id="area"><option value="">Choose one</option>{options}</select></div>'
            f'<p class="said" id="said" role="status"></p>{body}<ul class="legend" aria-label="Colours">{legend}'
            f'<li><b aria-hidden="true">★</b> {escape(place)}</li></ul></main>'
            f'<script data-library="{LIBRARIES["script"]}">{parts["script"]}</script><script>{script}</script></body></html>\n')

    def still(self) -> Still:
        """The same areas and place as a picture."""
        _name, latitude, longitude = self.place
        return still([(area.colour, area.rings) for area in self.areas], [Spot(float(longitude), float(latitude), 16, star=True)])

    def _repr_html_(self) -> str:
        picture = self.still()
        return (f'<iframe class="map-frame" data-map="{escape(self.name)}" data-still="{escape(picture.svg)}" data-size="{picture.width} {picture.height}" '
                f'title="{escape(self.title)}" srcdoc="{escape(self.page())}"></iframe>')

    def __repr__(self) -> str:
        return f"{self.title} ({len(self.areas)} areas)"


def way_back(address: str) -> str:
    """A link from the page of a map to the page that shows it."""
    return f'<p class="back alone"><a href="{escape(address)}">Back to the page of this map</a></p>'


def as_script(value: Any) -> str:
    """A value for a script: nothing in it can end the script or start markup."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _colour(text: str) -> str:
    """A colour as six hexadecimal digits.

    :raises ValueError: when it is anything else.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError(f"\"{text}\" is not a colour such as #0b4f6c")
    return text


_RANDOM = re.compile(r"\b([a-z_]+_)([0-9a-f]{32})")


def steady(*texts: str) -> list[str]:
    """The texts with folium's random names replaced by numbers, so that the same map is the same bytes."""
    names: dict[str, str] = {}

    def steady(match: re.Match) -> str:
        return match[1] + names.setdefault(match[2], str(len(names) + 1))

    return [_RANDOM.sub(steady, text) for text in texts]


def _library(name: str) -> str:
    """A browser library as text; without it, a page that says what to do."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        path = folder / "node_modules" / name
        if path.is_file():
            return path.read_text("utf-8").split("//# sourceMappingURL")[0]
    raise FileNotFoundError(f"The browser library {name} is not installed. Run: make setup")
