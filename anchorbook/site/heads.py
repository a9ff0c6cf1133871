"""What a page tells those who do not see it: its description and its address, for search engines and shared links."""

from __future__ import annotations

import re
from html import escape, unescape

from anchorbook.project import site_address

DESCRIPTION = "[[description]]"
"""Stands in the head of a page of the theme until the page is filled: the description comes from its own words."""

LONGEST = 155
"""Signs of a description: search engines cut longer ones."""

SHORTEST = 40

_MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_HEADING = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
_TIP = re.compile(r'<span\b[^>]*class="tip\b.*?</span>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def finish_head(page: str, html: str) -> str:
    """The page with its description and, when the site knows its address, its one true address."""
    if DESCRIPTION in html:
        html = html.replace(DESCRIPTION, escape(describe(html)), 1)
    link = canonical(page)
    return html.replace("</head>", f"{link}\n</head>", 1) if link else html


def canonical(page: str) -> str:
    """The link to where this page stands for good; empty when the build does not know the address of the site."""
    site = site_address()
    if not site:
        return ""
    return f'<link rel="canonical" href="{escape(site)}/{escape("" if page == "index.html" else page.removesuffix("index.html") if page.endswith("/index.html") else page)}">'


def describe(html: str) -> str:
    """The first paragraph of the page with enough to say, cut at a word; else its heading."""
    main = _MAIN.search(html)
    text = main[0] if main else html
    for match in _PARAGRAPH.finditer(text):
        words = _words(match[1])
        if len(words) >= SHORTEST:
            return _cut(words)
    heading = _HEADING.search(text)
    return _cut(_words(heading[1])) if heading else ""


def _words(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", _TIP.sub("", html))).split())


def _cut(words: str) -> str:
    if len(words) <= LONGEST:
        return words
    return words[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
