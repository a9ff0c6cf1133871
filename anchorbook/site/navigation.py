"""What a page shows of the book around it: its section, its trail, the site map in the footer."""

from __future__ import annotations

import re
from typing import Any

from anchorbook.site.docnames import BOOK
from anchorbook.site.slots import Slot


def _title(env, docname: str) -> str:
    """The short title that _toc.yml gives a page, or else its heading."""
    site_map = env.config.external_site_map
    if docname in site_map and site_map[docname].title:
        return site_map[docname].title
    node = env.titles.get(docname)
    return node.astext() if node is not None else docname


def _parents(env) -> dict[str, str]:
    return {child: parent for parent, children in env.toctree_includes.items() for child in children}


def _captions(env) -> list[tuple[str, list[str]]]:
    """Parts of the table of contents: caption and the pages under it."""
    site_map = env.config.external_site_map
    parts = []
    for tree in site_map.root.subtrees:
        docs = [doc for item in tree.items if (doc := re.sub(r"\.(md|ipynb)$", "", str(item))) in env.titles]
        if docs:
            parts.append((tree.caption or "", docs))
    return parts


def add_navigation(app, pagename: str, templatename: str, context: dict[str, Any], doctree) -> None:
    """Put ``section``, ``trail`` and ``site_map`` into the page's context; add headings for an in-page list."""
    env = app.env
    root = env.config.root_doc
    parents = _parents(env)
    here = pagename

    def link(docname: str) -> dict[str, Any]:
        return {"title": _title(env, docname), "href": context["pathto"](docname), "current": docname == here}

    trail = []
    up = parents.get(here)
    while up and up != root:
        trail.insert(0, link(up))
        up = parents.get(up)
    if context.get("is_case"):
        trail = [link(BOOK + "explore")]

    children = env.toctree_includes.get(here, [])
    head = here if children and here != root else parents.get(here)
    section = None
    if head and head != root and head in env.titles:
        section = {"head": link(head), "pages": [link(doc) for doc in env.toctree_includes.get(head, [])]}

    primary = [doc for doc in context.get("theme_primary_nav") or [] if doc in env.titles]
    tops = {here, parents.get(here), parents.get(parents.get(here, ""), "")}
    if context.get("is_case"):
        tops.add(BOOK + "explore")
    context.update(
        trail=trail,
        section=section,
        primary=[{**link(doc), "within": doc in tops} for doc in primary],
        site_map=[(caption, [link(doc) for doc in docs]) for caption, docs in _captions(env)],
        is_home=here == root,
        page_headings=_headings(context.get("body", "")) if not context.get("is_case") and here != root else [],
        case_side=str(Slot("case-side")) if context.get("is_case") else "",
    )


_HEADING = re.compile(r'<section id="([^"]+)">\s*(?:<span[^>]*></span>\s*)*<h2>(.*?)</h2>', re.DOTALL)


def _headings(body: str) -> list[tuple[str, str]]:
    """Id and text of each second-level heading."""
    return [(id, re.sub(r"<[^>]+>", "", text)) for id, text in _HEADING.findall(body)]
