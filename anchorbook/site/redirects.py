"""Pages that are there for wrong and old addresses: one for each address that has moved, and the one that a host shows
when there is nothing.

A page that has moved leaves a page that leads on without scripts, on any host and from a disk. A file that has moved is
also kept at its old address. A place on a page leaves a line at the end of that page.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Protocol
from urllib.parse import urlsplit

from anchorbook.addresses import NOT_FOUND, Redirects
from anchorbook.findings import Finding
from anchorbook.project import Project, site_address
from anchorbook.site.heads import canonical
from anchorbook.site.rendering import environment
from anchorbook.site.slots import split


class Writer(Protocol):
    """Where the files go; see ``publish``."""

    now: dict[str, str]

    def write(self, page: str, content: str | bytes, digest: str | None = None) -> None: ...


def write_fixed_pages(project: Project, skeleton: str, redirects: Redirects, writer: Writer, read: Callable[[str], bytes]) -> Iterator[Finding]:
    """Write the page for wrong addresses and those for moved ones. All other pages must have been written.

    ``skeleton`` is an empty page, as the theme made it; ``read`` gives a file of the site. A redirect over a page that is
    there, or to nothing, is not written but told.
    """
    writer.write(NOT_FOUND, not_found_page(skeleton))
    there = {page.casefold() for page in writer.now}
    for item in redirects.items:
        if "#" in item.old:
            continue
        end = redirects.end(item.old) or ""
        if item.old in there:
            yield redirects.over_page(item.old)
        elif (page := end.partition("#")[0]) not in there:
            yield redirects.to_nothing(item.old, end)
        elif item.old.endswith(".html"):
            writer.write(item.old, moved_page(project.title, item.old, end, item.why, item.since))
        else:
            writer.write(item.old, read(page))


def way(old: str, new: str) -> str:
    """The link from one page to another."""
    return posixpath.relpath(new, posixpath.dirname(old) or ".")


def moved_page(book: str, old: str, new: str, why: str, since: str) -> str:
    """A page that says where another has gone, and goes there at once."""
    return environment().get_template("moved.html").render(
        book=book, old=old, new=new, why=why, since=since, href=way(old, new), root="../" * old.count("/"), canonical=_true_address(old, new))


def _true_address(old: str, new: str) -> str:
    """The link tag that names the page as the one true one, in full when the build knows the address of the site."""
    page = new.partition("#")[0]
    return canonical(page) or f'<link rel="canonical" href="{way(old, page)}">'


def with_moved_places(pages: dict[str, str], redirects: Redirects) -> dict[str, str]:
    """The pages, with a line at the end of each for every place of it that has moved, so that old links still arrive."""
    lines: dict[str, list[dict[str, str]]] = {}
    for item in redirects.items:
        page, mark, place = item.old.partition("#")
        end = redirects.end(item.old)
        if mark and end and page in pages:
            href = "#" + end.partition("#")[2] if end.startswith(f"{page}#") else way(page, end)
            lines.setdefault(page, []).append({"place": place, "href": href, "new": end, "why": item.why, "since": item.since})
    template = environment().get_template("moved-places.html")
    return pages | {page: _before_end(pages[page], template.render(places=found)) for page, found in lines.items()}


def place_findings(pages: dict[str, str], redirects: Redirects) -> Iterator[Finding]:
    """Places that are said to have moved, and are there."""
    for item in redirects.items:
        page, mark, place = item.old.partition("#")
        if mark and f' id="{place}"' in pages.get(page, ""):
            yield redirects.finding(item.old, "old", "redirect-over-page", f"there is something at {item.old}.", "Take the redirect out, or give that place another name.")


def _before_end(html: str, more: str) -> str:
    before, end, after = html.rpartition("</main>")
    return f"{before}{more}{end}{after}"


# ---------------------------------------------------------------- nothing at an address

_UP = re.compile(r'\b(href|src|action)="\.\./')
_TRAIL = re.compile(r'<nav class="wide trail".*?</nav>\n', re.DOTALL)


def base() -> str:
    """The way from any address of the host to the home folder: known when the build knows the address of the site.

    Without it, links lead from the home folder, and are right for wrong addresses in that folder only.
    """
    site = site_address()
    return urlsplit(site).path + "/" if site else ""


def not_found_page(skeleton: str) -> str:
    """The page that a host shows for an address where nothing is, in the frame of the book."""
    body = environment().get_template("not-found.html").render(root="../")
    filled = {
        "case-title": "Page not found",
        "case-meta": '<meta name="robots" content="noindex">\n<meta name="description" content="There is no page at this address. Ways to find what you were looking for.">',
        "case-body": body,
    }
    html = "".join(piece if isinstance(piece, str) else filled.get(piece.kind, "") for piece in split(skeleton))
    html = _TRAIL.sub("", html, count=1).replace(' aria-current="true"', "").replace("columns with-side", "columns").replace(" data-pagefind-body", "")
    html = html.replace('<nav class="wide map"', '<nav id="all-parts" class="wide map"', 1)
    return _UP.sub(lambda match: f'{match[1]}="{escape(base())}', html)
