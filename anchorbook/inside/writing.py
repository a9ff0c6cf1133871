"""What to say of a link that leads nowhere: where a person wrote it, what is wrong, what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from anchorbook.findings import Finding
from anchorbook.inside.scanning import Link, links_of
from anchorbook.nearest import nearest
from anchorbook.project import Project
from anchorbook.site.docnames import BOOK
from anchorbook.site.redirects import way

LOOKED_AT = 5
"""Pages on which one broken address is looked up; where many have it, it comes from one place."""

PlacesOf = Callable[[str], Collection[str]]


class Origin(NamedTuple):
    """Where a link was written, and in which words."""

    path: str
    line: int
    column: int
    words: str


def say(project: Project, folder: Path, broken: Mapping[str, list[str]], names: Collection[str], site: str, places_of: PlacesOf) -> list[Finding]:
    """A finding for each place where a person wrote a link that leads nowhere, else for each address.

    :param broken: each address with the files of the site that point at it
    :param names: all files of the site
    """
    found: dict[tuple[str, int, int], Finding] = {}
    for target, pages in broken.items():
        for finding in _about(project, folder, target, pages, names, site, places_of):
            found.setdefault((finding.path, finding.line, finding.column), finding)
    return sorted(found.values())


def _about(
    project: Project, folder: Path, target: str, pages: list[str], names: Collection[str], site: str, places_of: PlacesOf,
) -> Iterator[Finding]:
    better = instead(target, names, places_of)
    unknown: tuple[str, Link] | None = None
    written = False
    for page in pages[:LOOKED_AT]:
        links = [link for link in links_of(folder, page, site) if link.target == target]
        for link in links[:1]:
            origins = list(_origins(project, page, link))
            for origin in origins:
                written = True
                yield _finding(origin.path, origin.line, origin.column, target, better, _in_words(origin.words, page, better), [])
            if not origins:
                unknown = unknown or (page, link)
        if not links and not _is_markup(page):
            unknown = unknown or (page, Link("", target, 1, 1))
    if unknown and not written:
        page, link = unknown
        yield _finding(project.relative(folder / page), link.line, link.column, target, better, way(page, better) if better else "", [other for other in pages if other != page])


def _is_markup(page: str) -> bool:
    return page.endswith((".html", ".svg", ".xml"))


def _finding(path: str, line: int, column: int, target: str, better: str, words: str, others: list[str]) -> Finding:
    page, mark, place = target.partition("#")
    also = f" {_count(len(others))} the same link." if others else ""
    if mark and better.partition("#")[0] == page:
        message = f"this link leads to a place that is not there: {page} has no \"{place}\".{also}"
        hint = f"Write {words}." if "#" in better else f"Write {words}, without the place after #. Or give that place its name back."
        return Finding(path, line, column, "link-to-no-place", message, hint)
    message = f"this link leads nowhere: there is no {page} in the site.{also}"
    return Finding(path, line, column, "link-to-nothing", message, f"Write {words}." if better else "Correct the address, or take the link out.")


def _count(number: int) -> str:
    return "One other page has" if number == 1 else f"{number:,} other pages have"


# ---------------------------------------------------------------- what to write


def instead(target: str, names: Collection[str], places_of: PlacesOf) -> str:
    """The address that was most likely meant; empty when nothing is like it."""
    page, mark, place = target.partition("#")
    if page in names:
        guess = nearest(place, sorted(places_of(page)))
        return f"{page}#{guess}" if guess else page
    if f"{page.rstrip('/')}/index.html" in names:
        return f"{page.rstrip('/')}/index.html"
    ending = page[page.rfind(".") :] if "." in page.rpartition("/")[2] else ".html"
    alike = sorted(name for name in names if name.endswith(ending))
    # One with the same name in another folder is meant more often than one with a name like it.
    same = [name for name in alike if name.rpartition("/")[2] == page.rpartition("/")[2]]
    guess = same[0] if len(same) == 1 else nearest(page, alike)
    if not guess:
        return ""
    return f"{guess}#{place}" if mark and place in places_of(guess) else guess


def _in_words(words: str, page: str, better: str) -> str:
    """An address as the person wrote the wrong one. ``page`` is the page of the site that it stands on."""
    if not better:
        return ""
    if words.startswith(("page:", "case:")):
        stem, mark, place = better.partition("#")
        if stem.startswith("cases/") and not mark:
            return f"case:{Path(stem).stem}"
        return f"page:{stem.removesuffix('.html')}{mark}{place}"
    if words.startswith("#") and better.startswith(f"{page}#"):
        return better[len(page) :]
    relative = way(page, better)
    return relative.replace(".html", ".md", 1) if ".md" in words else relative


# ---------------------------------------------------------------- where it was written


def _origins(project: Project, page: str, link: Link) -> Iterator[Origin]:
    """Every place in the sources of a page where this link was written; in the lists of the project when it is in none of those."""
    target, mark, place = link.target.partition("#")
    stem = target.removesuffix(".html")
    whole = [f"page:{stem}{mark}{place}"]
    if target.startswith("cases/"):
        whole.append(f"case:{Path(target).stem}")
    relative = [link.written, link.written.replace(".html", ".md", 1)]
    if mark and link.written.startswith("#"):
        relative.append(f"{Path(page).stem}.md{mark}{place}")
    mine = [path for path in _sources(project, page) if path.is_file()]
    found = [origin for path in mine for origin in _find(project, path, [*whole, *relative])]
    if not found:
        lists = [path for path in sorted(project.data.rglob("*.yaml")) if path.is_file()]
        found = [origin for path in lists for origin in _find(project, path, whole)]
    yield from found


def _sources(project: Project, page: str) -> list[Path]:
    stem = page.removesuffix(".html")
    if stem.startswith("cases/"):
        return [project.cases / f"{Path(stem).name}{ending}" for ending in (".yaml", ".yml")]
    return [project.root / BOOK / f"{stem}.md", project.root / f"{stem}.ipynb"]


@cache
def _text(path: Path, _time: int) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _find(project: Project, path: Path, words: list[str]) -> Iterator[Origin]:
    text = _text(path, path.stat().st_mtime_ns)
    either = "|".join(re.escape(word) for word in sorted(filter(None, set(words)), key=len, reverse=True))
    for match in re.finditer(rf"(?<![\w/.#:-])(?:{either})(?![\w/#-]|\.\w)", text):
        line = text.count("\n", 0, match.start()) + 1
        yield Origin(project.relative(path), line, match.start() - text.rfind("\n", 0, match.start()), match[0])
