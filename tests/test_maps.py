"""Maps of areas: the same bytes each time, complete without a network, safe with any name, and lifted into files of their own."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from bs4 import BeautifulSoup

from anchorbook.evidence.maps import LIBRARIES, Area, AreaMap
from anchorbook.site.maps import lift_maps
from anchorbook.site.publish import BROWSER_LIBRARIES
from tests.support.projects import ROOT

RING = np.array([[0.40, 51.50], [0.42, 51.50], [0.42, 51.52], [0.40, 51.50]])
HOSTILE = ["</script><script>document.title='broken'</script>", "\"><img src=x onerror=\"document.title='broken'\">", "' onmouseover='x", "<!--<script>", "{{ 7 * 7 }}", "{% raw %}",
           "%(map)s %s %%", "\\u003c\\", "a & b", "\u2028", "`${x}`"]


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch):
    """The libraries of the browser are found from the current folder upwards."""
    monkeypatch.chdir(ROOT)


def small_map(**changes) -> AreaMap:
    areas = [Area("E01000002", "Second 001B", [RING + 0.02], "#ffea46", "decile 9, rank 30,000"), Area("E01000001", "First 001A", [RING], "#00204d", "decile 1, rank 5")]
    return AreaMap(**{"name": "a-map", "title": "A map for tests", "areas": areas, "legend": [("#00204d", "Decile 1"), ("#ffea46", "Decile 9")],
                      "place": ("Riverside Hospital", 51.51, 0.41), "credit": "Owner of the outlines, OGL v3.0", **changes})


def without_libraries(page: str) -> str:
    return re.sub(r"<(script|style) data-library=\"[^\"]*\">.*?</\1>", "", page, flags=re.DOTALL)


def features(page: str) -> list[dict]:
    """The areas that the script of a page adds to its map."""
    return json.loads(re.search(r"_add\((\{\"features\".*\})\);", page)[1])["features"]


def test_the_same_map_is_the_same_bytes():
    assert small_map().page() == small_map().page()
    assert small_map()._repr_html_() == small_map()._repr_html_()
    assert small_map(title="Another").page() != small_map().page()
    assert not re.search(r"[0-9a-f]{32}", without_libraries(small_map().page()))


def test_nothing_is_asked_for_from_anyone():
    page = small_map().page()
    assert not re.search(r"https?:|//\w", re.sub(r"//[^\n]*\n", "\n", without_libraries(page)))
    soup = BeautifulSoup(page, "html.parser")
    assert [tag["href"] for tag in soup.find_all("link")] == ["data:,"]  # an empty icon, or a browser asks for one
    assert soup.find_all(["img", "iframe", "base", "object"]) == []
    assert not [tag for tag in soup.find_all(True) if {"src", "href"} & set(tag.attrs) and tag.name != "link"]
    assert "tileLayer" not in without_libraries(page) and "url(" not in without_libraries(page)
    for tag, path in LIBRARIES.items():
        own = (ROOT / "node_modules" / path).read_text("utf-8").split("//# sourceMappingURL")[0]
        assert f'<{tag} data-library="{path}">{own}</{tag}>' in page
    assert "sourceMappingURL" not in page


def areas_said(page: str) -> list[list[str]]:
    """Name and words of each area, as the script of a page holds them."""
    return json.loads(re.search(r"areas = (\[\[.*?\]\]), chosen", page)[1])


def test_every_area_is_in_the_list_and_on_the_map():
    page = small_map().page()
    soup = BeautifulSoup(page, "html.parser")
    options = [(option["value"], option.get_text()) for option in soup.find("select", id="area").find_all("option")]
    assert options == [("", "Choose one"), ("1", "First 001A"), ("0", "Second 001B")]
    assert soup.find("label", attrs={"for": "area"}).get_text() == "Show an area" and soup.find(id="said")["role"] == "status"
    assert areas_said(page) == [["Second 001B", "decile 9, rank 30,000"], ["First 001A", "decile 1, rank 5"]]
    assert [item for item in features(page) if item["id"] == "1"][0]["geometry"]["coordinates"] == [RING.tolist()]


def test_the_legend_gives_words_to_colours_and_names_the_place():
    soup = BeautifulSoup(small_map().page(), "html.parser")
    legend = soup.find("ul", class_="legend")
    assert [item.get_text().strip() for item in legend.find_all("li")] == ["Decile 1", "Decile 9", "★ Riverside Hospital"]
    assert [item["style"] for item in legend.find_all("span")] == ["background:#00204d", "background:#ffea46"]
    assert soup.h1.get_text() == soup.title.get_text() == "A map for tests" and soup.html["lang"] == "en-GB"
    assert "Owner of the outlines, OGL v3.0" in soup.find_all("script")[-1].get_text()


def test_each_area_has_its_own_colour():
    style = re.search(r"styler\(feature\) \{(.*?)\n        \}", without_libraries(small_map().page()), re.DOTALL)[1]
    assert '"#00204d"' in style and '"#ffea46"' in style


def hostile_map(text: str, where: str) -> AreaMap:
    area = Area("E01000001", "First 001A", [RING], "#00204d", "decile 1")
    return small_map(**{
        "area": {"areas": [Area(area.code, text, area.rings, area.colour, area.said)]},
        "said": {"areas": [Area(area.code, area.name, area.rings, area.colour, text)]},
        "code": {"areas": [Area(text, area.name, area.rings, area.colour, area.said)]},
        "title": {"title": text}, "legend": {"legend": [("#00204d", text)]}, "place": {"place": (text, 51.51, 0.41)}, "credit": {"credit": text},
    }[where])


PLACES = ["area", "said", "title", "legend", "place", "credit"]


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_in_the_page(text, where):
    page = hostile_map(text, where).page()
    soup, usual = BeautifulSoup(page, "html.parser"), BeautifulSoup(small_map().page(), "html.parser")
    for tag in ("script", "style", "img", "option"):
        assert len(soup.find_all(tag)) == len(usual.find_all(tag)) - (tag == "option" and where in ("area", "said", "code"))
    assert not [tag.attrs for tag in soup.find_all(True) if any(name.startswith("on") for name in tag.attrs)]
    own = soup.find_all("script")[-1].get_text()
    assert own.rstrip().endswith("}());") and "</script" not in own.lower() and "<!--" not in own
    shown = {"area": lambda: soup.find_all("option")[-1].get_text(), "said": lambda: areas_said(page)[-1][1], "title": lambda: soup.h1.get_text(),
             "legend": lambda: soup.find("ul").li.get_text(), "place": lambda: soup.find("ul").find_all("li")[-1].get_text().removeprefix("★ "),
             "credit": lambda: json.loads(re.search(r"addAttribution\((\"(?:[^\"\\]|\\.)*\")\)", own)[1])}[where]()
    assert unescape(shown) == unescape(text)
    assert json.loads(json.dumps(features(page)))[-1]["geometry"]["type"] == "Polygon"


@pytest.mark.parametrize("where", PLACES)
def test_hostile_words_make_no_element_in_a_browser(where, tmp_path, chromium):
    page_file = tmp_path / "map.html"
    page_file.write_text(hostile_map("<img src=x onerror=\"document.body.id='broken'\">\"'</script>", where).page(), "utf-8")
    errors = []
    page = chromium.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(page_file.as_uri())
    page.select_option("#area", index=1)
    page.evaluate("() => document.querySelectorAll('.leaflet-marker-icon').forEach(mark => mark.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})))")
    page.evaluate("() => document.querySelectorAll('path.leaflet-interactive').forEach(area => area.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})))")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found = page.evaluate("() => [document.images.length, document.body.id, document.querySelectorAll('path.leaflet-interactive').length]")
    page.close()
    assert errors == [] and found[:2] == [0, ""] and found[2] >= 1


def test_a_frame_holds_the_page_whole():
    frame = BeautifulSoup(small_map(title='Title "with" marks & <b>')._repr_html_(), "html.parser").iframe
    assert frame["data-map"] == "a-map" and frame["title"] == 'Title "with" marks & <b>' and frame["class"] == ["map-frame"]
    assert frame["srcdoc"] == small_map(title='Title "with" marks & <b>').page()
    assert repr(small_map()) == "A map for tests (2 areas)"


def test_without_its_library_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="leaflet.css is not installed. Run: make setup"):
        small_map().page()


# ---------------------------------------------------------------- lifted into files


def lifted(folder: Path, body: str, page: str = "notebooks/n") -> str:
    context = {"body": body, "pathto": lambda name, resource=0: "../" * page.count("/") + name}
    lift_maps(SimpleNamespace(outdir=str(folder)), page, "page.html", context, None)
    return context["body"]


def test_a_map_becomes_files_and_a_late_frame(tmp_path):
    body = lifted(tmp_path, f"<p>Before</p>{small_map()._repr_html_()}<p>After</p>")
    figure = BeautifulSoup(body, "html.parser").figure
    assert body.startswith("<p>Before</p><figure") and body.endswith("</figure><p>After</p>") and "<iframe" not in body
    assert (figure["data-map-figure"], figure["data-map-title"], figure.a["href"]) == ("../maps/a-map.html", "A map for tests", "../maps/a-map.html")
    picture = BeautifulSoup((tmp_path / "maps" / "a-map.svg").read_text("utf-8"), "html.parser").svg
    assert figure.img["src"] == "../maps/a-map.svg" and (figure.img["width"], figure.img["height"]) == (picture["width"], picture["height"])
    assert {path["fill"] for path in picture.g.find_all("path")} == {"#00204d", "#ffea46"} and len(picture.find_all("polygon")) == 1
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()) == ["maps/a-map.css", "maps/a-map.html", "maps/a-map.js", "maps/a-map.svg"]
    page = (tmp_path / "maps" / "a-map.html").read_text("utf-8")
    soup = BeautifulSoup(page, "html.parser")
    assert [script["src"] for script in soup.find_all("script")] == ["../assets/leaflet.js", "a-map.js"] and soup.find("link", rel="stylesheet")["href"] == "../assets/leaflet.css"
    assert {f"assets/{Path(name).name}": name for name in LIBRARIES.values()}.items() <= BROWSER_LIBRARIES.items()  # the site has them there
    assert not [script for script in soup.find_all("script") if script.get_text().strip()] and "data-library" not in page
    # The content security policy refuses styles in the page.
    assert not soup.find("style") and not soup.find(style=True) and "a-map.css" in [link["href"] for link in soup.find_all("link", rel="stylesheet")]
    whole = BeautifulSoup(small_map().page(), "html.parser")
    assert (tmp_path / "maps" / "a-map.js").read_text("utf-8").strip() == whole.find_all("script")[-1].get_text().strip()
    assert soup.find("select").get_text() == whole.find("select").get_text() and soup.find("ul").get_text() == whole.find("ul").get_text()


def test_two_maps_of_one_page_keep_apart(tmp_path):
    other = small_map(name="other", title="Other & more", areas=[Area("E1", "Only", [RING], "#123456", "x")])
    body = lifted(tmp_path, small_map()._repr_html_() + other._repr_html_(), page="a/b/c")
    assert [(frame["data-map-figure"], frame["data-map-title"]) for frame in BeautifulSoup(body, "html.parser").find_all("figure")] == [
        ("../../maps/a-map.html", "A map for tests"), ("../../maps/other.html", "Other & more")]
    assert "First 001A" in (tmp_path / "maps" / "a-map.js").read_text() and "First 001A" not in (tmp_path / "maps" / "other.js").read_text()


def test_lifting_twice_writes_the_same(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    assert lifted(one, small_map()._repr_html_()) == lifted(two, small_map()._repr_html_())
    assert {path.relative_to(one): path.read_bytes() for path in one.rglob("*.*")} == {path.relative_to(two): path.read_bytes() for path in two.rglob("*.*")}


@pytest.mark.parametrize("body", ["", "<p>No map</p>", '<iframe class="map-frame">', '<iframe src="x"></iframe>', '<p>class="map-frame"</p>'])
def test_a_page_without_a_map_is_left_alone(tmp_path, body):
    assert lifted(tmp_path, body) == body and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../../evil", "a/b", "A map", "x.html", ""])
def test_a_map_cannot_be_written_anywhere_else(tmp_path, name):
    folder = tmp_path / "out"
    lifted(folder, small_map(name=name)._repr_html_())
    assert [path for path in tmp_path.rglob("*.html") if path.parent != folder / "maps"] == [] and not (folder / "maps" / f"{name}.html").exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_survive_lifting(tmp_path, text):
    lifted(tmp_path, hostile_map(text, "area")._repr_html_())
    page = (tmp_path / "maps" / "a-map.html").read_text("utf-8")
    assert escape(text) in page and BeautifulSoup(page, "html.parser").find_all("option")[-1].get_text() == text
    assert "</script" not in (tmp_path / "maps" / "a-map.js").read_text("utf-8")
