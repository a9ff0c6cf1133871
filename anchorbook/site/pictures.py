"""Pictures of pages: with their size, loaded when they come near the view, in a small format with the first one to fall back on."""

from __future__ import annotations

import hashlib
import io
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

FOLDER = "_images/"
COLOURS = 128
"""Colours that the small form of a chart has. Charts and maps have few; the rest are soft edges of letters and lines."""

_IMAGE = re.compile(r"<img\b[^>]*>")
_BOX = re.compile(r"<svg\b[^>]*\bviewBox=\"[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)\"")
_WIDTH = re.compile(r"\bwidth:\s*(\d+)(?:px)?\b")


class _Attributes(HTMLParser):
    def __init__(self, tag: str):
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = {name: value or "" for name, value in attrs}

    handle_startendtag = handle_starttag


def add_pictures(app, pagename: str, templatename: str, context: dict[str, Any], doctree) -> None:
    """Give each picture in the page's body its size and a small form; Sphinx knows where it came from."""
    body = context.get("body", "")
    if "<img" not in body:
        return
    sources = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}
    images = Path(app.outdir) / FOLDER

    def picture(match: re.Match) -> str:
        given = _Attributes(match[0]).found
        source = sources.get(Path(given.get("src", "")).name)
        if source is None or FOLDER not in given["src"]:
            return match[0]
        if source.suffix.lower() == ".svg" and (box := _BOX.search(source.read_text("utf-8"))):
            return picture_of(given, "", (round(float(box[1])), round(float(box[2]))))
        if source.suffix.lower() not in (".png", ".jpg", ".jpeg"):
            return match[0]
        small, size = small_form(source)
        name = f"{hashlib.sha256(small).hexdigest()}.webp"  # a name for its content, so that browsers may keep it
        images.mkdir(parents=True, exist_ok=True)
        (images / name).write_bytes(small)
        return picture_of(given, name, size)

    context["body"] = _IMAGE.sub(picture, body)


def picture_of(given: dict[str, str], name: str, size: tuple[int, int]) -> str:
    """The element for an image with these attributes, whose file has this size in pixels. ``name`` is that of its small form, if it has one."""
    wanted = _WIDTH.search(given.get("style", "")) or re.fullmatch(r"(\d+)(?:px)?", given.get("width", ""))
    width = int(wanted[1]) if wanted else size[0]
    kept = {name: value for name, value in given.items() if name not in ("style", "width", "height", "loading", "decoding")}
    kept.update(width=str(width), height=str(round(width * size[1] / size[0])), loading="lazy", decoding="async")
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
    if not name:
        return f"<img{attributes}>"
    small = given["src"].rpartition("/")[0] + "/" + name
    return f'<picture><source type="image/webp" srcset="{escape(small)}"><img{attributes}></picture>'


def small_form(path: Path) -> tuple[bytes, tuple[int, int]]:
    """A picture as WebP, and its size in pixels. The same picture gives the same bytes.

    Charts keep every edge (no blur, as photographs get), in at most :data:`COLOURS` colours.
    """
    from PIL import Image

    out = io.BytesIO()
    with Image.open(path) as image:
        size = image.size
        if path.suffix.lower() == ".png":
            flat = Image.new("RGB", size, "white")
            flat.paste(image.convert("RGB"), mask=image.convert("RGBA").getchannel("A"))
            few = flat.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
            few.save(out, "WEBP", lossless=True, quality=75, method=4)  # more effort takes 20 times as long and saves nothing
        else:
            image.convert("RGB").save(out, "WEBP", quality=75, method=6)
    return out.getvalue(), size
