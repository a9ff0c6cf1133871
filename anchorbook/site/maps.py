"""Maps of notebooks get files of their own: the page stays light. A still picture stands there until the map comes into view."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from anchorbook.evidence.maps import way_back
from anchorbook.site.docnames import address as docname_address
from anchorbook.site.headers import policy_tag
from anchorbook.site.rendering import environment

FOLDER = "maps"
ASSETS = "assets"
CHARSET = '<meta charset="utf-8">'

_FRAME = re.compile(r'<iframe class="map-frame" data-map="([a-z0-9-]+)" data-still="([^"]*)" data-size="(\d+) (\d+)" title="([^"]*)" srcdoc="([^"]*)"></iframe>')
_STYLE = re.compile(r'<style data-library="([^"]+)">(.*?)</style>', re.DOTALL)
_SCRIPT = re.compile(r'<script data-library="([^"]+)">(.*?)</script>', re.DOTALL)
_OWN_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_STYLED = re.compile(r'(<[a-z0-9]+)([^<>]*?) style="([^"<>]*)"')
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def lift_maps(app, pagename: str, templatename: str, context: dict[str, Any], doctree) -> None:
    """Write each map in the page's body as files beside the pages, and have the page load them late."""
    body = context.get("body", "")
    if 'class="map-frame"' not in body:
        return
    out = Path(app.outdir)
    back = f"../{docname_address(pagename)}.html"

    def library(kind: str):
        def replace(match: re.Match) -> str:
            name = Path(match[1]).name  # the site has the library itself: see BROWSER_LIBRARIES
            return f'<link rel="stylesheet" href="../{ASSETS}/{name}">' if kind == "style" else f'<script src="../{ASSETS}/{name}"></script>'
        return replace

    def lift(match: re.Match) -> str:
        name, picture, title, page = match[1], html.unescape(match[2]), html.unescape(match[5]), html.unescape(match[6])
        page = _STYLE.sub(library("style"), page)
        page = _SCRIPT.sub(library("script"), page)
        page, rules = lift_styles(page, name)
        _write(out / FOLDER / f"{name}.css", rules)
        own = _INLINE.search(page)
        if own:
            _write(out / FOLDER / f"{name}.js", own[1].strip() + "\n")
            page = page.replace(own[0], f'<script src="{name}.js"></script>')
        _write(out / FOLDER / f"{name}.html", page.replace("</h1>", "</h1>" + way_back(back), 1))
        _write(out / FOLDER / f"{name}.svg", picture)
        return environment().get_template("map-frame.html").render(
            address=context["pathto"](f"{FOLDER}/{name}.html", 1), picture=context["pathto"](f"{FOLDER}/{name}.svg", 1),
            title=title, width=match[3], height=match[4], kind="", load="view")

    context["body"] = _FRAME.sub(lift, body)
    context["has_map"] = True


def lift_styles(page: str, name: str) -> tuple[str, str]:
    """The page with its own styles in ``name.css``, as the content security policy asks, and the text of that file."""
    rules: list[str] = []
    classes: dict[str, str] = {}

    def attribute(match: re.Match) -> str:
        classname = classes.setdefault(html.unescape(match[3]), f"own-{len(classes) + 1}")
        return f'{match[1]}{match[2]} class="{classname}"'

    def element(match: re.Match) -> str:
        rules.append(match[1].strip())
        return f'<link rel="stylesheet" href="{name}.css">' if len(rules) == 1 else ""

    page = _STYLED.sub(attribute, _OWN_STYLE.sub(element, page)).replace(CHARSET, CHARSET + policy_tag(), 1)
    return page, "\n".join([*rules, *(f".{classname}{{{style}}}" for style, classname in classes.items())]) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
