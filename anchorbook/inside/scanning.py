"""What a file of the site points at, and the places on it that others may point at.

Ten thousand pages are read here, so the quick way looks for attributes as this book writes them: small letters, double
quotation marks. Whatever is written in another way goes to a parser, which takes twenty times as long and misses nothing.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from anchorbook.open_data import CRATE

MARKUP = (".html", ".svg", ".xml")
READ = (*MARKUP, ".css", ".json", ".ndjson", ".csv")
"""Endings of files that can point at others."""
NOT_READ = ("pagefind/", "assets/", "downloads/")
"""Indexes of the search, which have no links of their own; libraries and tables of others."""

_ATTRIBUTE = re.compile(rb' (href|src|action|id)="([^"]*)"')
_ID = (b" id=", b"\nid=", b"\tid=", b"\rid=", b"\fid=", b"/id=", b'"id=', b"'id=", b"id =", b"id\n=", b"id\t=")
"""Ways to write an attribute ``id``."""
_LINKS = (b"href", b"src", b"action")
_LD = re.compile(rb'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^'")\s]*))\s*\)""")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PAGE_FIELD = re.compile(rb'"page": ?"([^"]+)"')
_PAGE_COLUMN = re.compile(rb',((?:https?://[^",\r\n]*/)?cases/[a-z0-9-]+\.html)\r?\n')


class Facts(NamedTuple):
    """What one file, or a part of one, holds."""

    places: frozenset[str]
    links: frozenset[str]
    """Addresses from the home folder, with their place."""
    own: frozenset[str]
    """Places that it points at on its own page."""


class Link(NamedTuple):
    """One link as it is written in a page, with its line and column, both from 1."""

    written: str
    target: str
    line: int
    column: int


def is_read(name: str) -> bool:
    """True for a file of the site that may point at others."""
    return name.endswith(READ) and not name.startswith(NOT_READ)


# ---------------------------------------------------------------- one link


def resolve(page: str, written: str, site: str = "") -> str | None:
    """The address from the home folder that a link leads to; None when it leads out of the site, or is no link.

    :param page: the file it stands in
    :param site: the address of the site, when the build knows it; without a slash at its end
    """
    link = unescape(written).strip() if "&" in written else written.strip()
    whole = bool(site) and (link == site or link.startswith((f"{site}/", f"{site}#", f"{site}?")))
    if whole:
        link = link[len(site) :].lstrip("/")
    elif not link or _SCHEME.match(link) or link.startswith("//"):
        return None
    address, _, fragment = link.partition("#")
    path, fragment = unquote(address.partition("?")[0]), unquote(fragment)
    if "=" in fragment or fragment.startswith(":~:"):
        fragment = ""  # for the script of that page
    if whole:
        path = path or "index.html"
    elif path.startswith("/"):
        root = urlsplit(site).path.rstrip("/") + "/"
        path = path[len(root) :] if path.startswith(root) else path.lstrip("/")
        path = path or "index.html"
    elif path:
        folder = posixpath.dirname(page)
        slash = path.endswith("/")
        path = posixpath.normpath(posixpath.join(folder, path)) + ("/" if slash else "")
    else:
        path = page
    if whole and path.endswith("/"):
        path += "index.html"  # a host adds it; a disk does not
    return f"{path}#{fragment}" if fragment else path


# ---------------------------------------------------------------- whole files


class Scanner:
    """Reads files of one site. Parts that many pages share, as head and foot of the frame, are read once."""

    def __init__(self, site: str = ""):
        self.site = site
        self._parts: dict[tuple[str, bytes], tuple[str, Facts]] = {}
        self._resolved: dict[tuple[str, str], str | None] = {}
        self.frames: dict[str, Facts] = {}
        """What the shared parts hold, by a name for each."""

    def read(self, folder: Path, name: str) -> tuple[Facts, tuple[str, ...]]:
        """What a file holds, and the names of the shared parts that it has besides."""
        path = folder / name
        if name == CRATE or name.endswith((".json", ".ndjson", ".csv")):
            return self._facts(name, _in_data(path, name)), ()
        raw = path.read_bytes()
        if name.endswith(".css"):
            return self._facts(name, [next(filter(None, found), "") for found in _URL.findall(_COMMENT.sub("", raw.decode("utf-8", "replace")))]), ()
        if name.endswith(".xml"):
            return self._facts(name, [*(found.decode("utf-8", "replace") for name, found in _ATTRIBUTE.findall(raw) if name == b"href"), *(found.decode("utf-8", "replace") for found in re.findall(rb"<loc>([^<]*)</loc>", raw))]), ()
        head, main, foot = raw.find(b"</head>"), raw.find(b"<main"), raw.find(b"</main>")
        if not 0 < head < main < foot:
            return self._part(name, raw), ()
        mine, shared = self._part(name, raw[:head] + raw[main:foot]), [self._shared(name, raw[head:main]), self._shared(name, raw[foot:])]
        whole = Facts(mine.places.union(*(facts.places for _, facts in shared)), mine.links, mine.own.union(*(facts.own for _, facts in shared)))
        return whole, tuple(part for part, facts in shared if facts.links)

    def _shared(self, name: str, raw: bytes) -> tuple[str, Facts]:
        key = (posixpath.dirname(name), raw)
        if (found := self._parts.get(key)) is None:
            facts = self._part(name, raw)
            part = hashlib.sha256("\n".join(sorted(facts.links)).encode()).hexdigest()[:16]  # what it points at, from the home folder
            self.frames[part] = facts
            if len(self._parts) > 500:  # a site whose pages share nothing
                self._parts.clear()
            found = self._parts[key] = part, facts
        return found

    def _part(self, name: str, raw: bytes) -> Facts:
        found: dict[bytes, list[bytes]] = {}
        for attribute, value in _ATTRIBUTE.findall(raw):
            found.setdefault(attribute, []).append(value)
        if _odd(raw, found):
            parsed = Parsed(raw.decode("utf-8", "replace"))
            return self._facts(name, [link for link, _, _ in parsed.links], parsed.places)
        links = [value.decode("utf-8", "replace") for attribute in _LINKS for value in found.get(attribute, ())]
        if self.site and b"application/ld+json" in raw:
            links += [link for script in _LD.findall(raw) for link in _addresses(script.decode("utf-8", "replace"))]
        return self._facts(name, links, [value.decode("utf-8", "replace") for value in found.get(b"id", ())])

    def _facts(self, name: str, links: list[str], places: Iterable[str] = ()) -> Facts:
        folder, known = posixpath.dirname(name), self._resolved
        found: set[str] = set()
        own: set[str] = set()
        for link in set(links):
            if link.startswith("#"):
                target = resolve("", link)
                if target:
                    own.add(target[1:])
                continue
            key = (folder, link)
            target = known[key] if key in known else known.setdefault(key, resolve(name, link, self.site) if link[:1] != "?" else None)
            if target is None:
                continue
            if target.startswith(f"{name}#"):
                own.add(target[len(name) + 1 :])
            elif target != name:
                found.add(target)
        if len(known) > 20_000:
            known.clear()
        own.discard("top")
        return Facts(frozenset(unescape(place) if "&" in place else place for place in places), frozenset(found), frozenset(own))


def _in_data(path: Path, name: str) -> list[str]:
    """The addresses of pages in a file of data. It may be large: it is not read into memory."""
    if name == CRATE:
        try:
            things = json.loads(path.read_text("utf-8")).get("@graph", [])
        except (ValueError, AttributeError):
            return []
        return [thing["@id"] for thing in things if isinstance(thing, dict) and "File" in str(thing.get("@type")) and isinstance(thing.get("@id"), str)]
    # They name each page from the home folder, wherever they lie.
    up = "../" * name.count("/")
    pattern, found, tail = _PAGE_COLUMN if name.endswith(".csv") else _PAGE_FIELD, set(), b""
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            chunk = tail + chunk
            found.update(match[1].decode("utf-8", "replace") for match in pattern.finditer(chunk))
            tail = chunk[-2000:]
    return [link if _SCHEME.match(link) else up + link for link in found]


def _addresses(script: str) -> Iterator[str]:
    """Every text in JSON-LD that is an address."""
    try:
        waiting = [json.loads(script)]
    except ValueError:
        return
    for thing in waiting:  # grows on the way
        if isinstance(thing, dict):
            waiting.extend(thing.values())
        elif isinstance(thing, list):
            waiting.extend(thing)
        elif isinstance(thing, str) and thing.startswith(("http://", "https://")):
            yield thing


# ---------------------------------------------------------------- the slow way


def _odd(raw: bytes, found: dict[bytes, list[bytes]]) -> bool:
    """True when a page may hold links or ids that the quick way has not seen.

    What ends in ``-src`` or ``-href`` is another attribute, or the ``script-src`` of the policy that every page carries. A ``srcset`` counts
    as a ``src`` that was not seen.
    """
    small = raw.lower()
    return (any(small.count(name) - small.count(b"-" + name) != len(found.get(name, ())) for name in (b"href", b"src"))
            or small.count(b"<form") > len(found.get(b"action", ()))
            or sum(map(small.count, _ID)) != len(found.get(b"id", ()))
            or b"<object" in small
            or b"<video" in small and b"poster" in small
            or b"http-equiv" in small and b"refresh" in small)


class Parsed(HTMLParser):
    """Links with their places, and ids, as a browser would find them."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[str, int, int]] = []
        self.places: list[str] = []
        self._script: list[str] | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in reversed(attrs)}
        line, column = self.getpos()
        found = [given[name] for name in ("href", "xlink:href", "src", "action", "poster") if name in given]
        if tag == "object" and "data" in given:
            found.append(given["data"])
        if "srcset" in given:
            found += [part.split()[0] for part in given["srcset"].split(",") if part.strip()]
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh" and "=" in given.get("content", ""):
            found.append(given["content"].partition("=")[2].strip().strip("'\""))
        if tag == "script" and given.get("type") == "application/ld+json":
            self._script = []
        self.links += [(link, line, column + 1) for link in found]
        if "id" in given:
            self.places.append(given["id"])

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            line, column = self.getpos()
            self.links += [(link, line, column + 1) for link in _addresses(data)]

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None


def links_of(folder: Path, name: str, site: str = "") -> list[Link]:
    """Every link of a page as it is written, with its place. Slow; for saying what is wrong."""
    if not name.endswith(MARKUP):
        return []
    text = (folder / name).read_text("utf-8", errors="replace")
    found = Parsed(text).links
    if name.endswith(".xml"):
        found += [(match[1], text.count("\n", 0, match.start()) + 1, 1) for match in re.finditer(r"<loc>([^<]*)</loc>", text)]
    links = [(written, resolve(name, written, site), line, column) for written, line, column in found]
    return [Link(written, target, line, column) for written, target, line, column in links if target]
