"""Faults in the HTML of a page, without a browser: what a browser mends in silence, and what its reader cannot make sense of."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
ENDS_A_PARAGRAPH = frozenset(
    "address article aside blockquote details dialog div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre "
    "search section table ul".split())
"""A browser closes an open paragraph before these; what follows is no longer in it."""
INTERACTIVE = frozenset("a button label select textarea details iframe".split())
PARENTS = {
    "li": {"ul", "ol", "menu"}, "dt": {"dl", "div"}, "dd": {"dl", "div"}, "tr": {"table", "thead", "tbody", "tfoot"}, "td": {"tr"}, "th": {"tr"},
    "thead": {"table"}, "tbody": {"table"}, "tfoot": {"table"}, "caption": {"table"}, "colgroup": {"table"}, "col": {"colgroup"}, "legend": {"fieldset"},
    "summary": {"details"}, "figcaption": {"figure"}, "option": {"select", "optgroup", "datalist"}, "source": {"picture", "video", "audio"},
}
ONLY = {"ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "table": {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"}, "tr": {"td", "th"}}
"""Elements that hold nothing but these, apart from scripts and templates."""
PHRASING_ONLY = frozenset("h1 h2 h3 h4 h5 h6 p span strong em code button label".split())
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-details", "aria-activedescendant", "headers", "list", "form")


class _Strict(HTMLParser):
    """Reads a page as it is written: each element that opens must close, in its turn, where it may stand."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[tuple[str, tuple[int, int]]] = []
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.references: list[tuple[str, str, str]] = []
        self.headings: list[int] = []
        self.counts: Counter[str] = Counter()

    def fault(self, said: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {said}")

    def parents(self) -> list[str]:
        return [name for name, _ in self.open]

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html" or self.open:
            self.fault(f"<!{decl}>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attrs)
        for name in [name for name, number in names.items() if number > 1]:
            self.fault(f"<{tag}> says {name} twice")
        for name, value in attrs:
            if not re.fullmatch(r"[a-z][a-zA-Z0-9:._-]*", name):
                self.fault(f"<{tag}> has the attribute {name!r}")
            if name == "id" and (not value or re.search(r"\s", value)):
                self.fault(f"<{tag}> has the id {value!r}")
        given = {name: value or "" for name, value in attrs}
        parents = self.parents()
        in_svg = "svg" in parents
        if not in_svg and tag != "svg":
            self._check_place(tag, given, parents)
            self._check_own(tag, given)
        if "id" in given:
            self.ids[given["id"]] += 1
        for name in REFERENCES:
            for id in given.get(name, "").split():
                self.references.append((tag, name, id))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.counts[tag] += 1
        if tag not in VOID:
            self.open.append((tag, self.getpos()))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            if "svg" not in self.parents():
                self.fault(f"<{tag}/> does not close itself")
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            self.fault(f"</{tag}> has nothing to close")
        elif tag not in self.parents():
            self.fault(f"</{tag}> closes what is not open")
        else:
            while True:
                name, (line, _) = self.open.pop()
                if name == tag:
                    return
                self.fault(f"<{name}> of line {line} is still open at </{tag}>")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] in ("script", "style"):
            return
        if "<" in data or "&" in data:
            self.fault(f"a bare sign in {data.strip()[:40]!r}")
        if data.strip() and self.open and self.open[-1][0] in ONLY:
            self.fault(f"text between the parts of <{self.open[-1][0]}>: {data.strip()[:40]!r}")

    def _check_place(self, tag: str, given: dict[str, str], parents: list[str]) -> None:
        parent = parents[-1] if parents else ""
        if tag in ENDS_A_PARAGRAPH and "p" in parents:
            self.fault(f"<{tag}> inside <p>: a browser ends the paragraph there")
        elif tag in ENDS_A_PARAGRAPH and parent in PHRASING_ONLY:
            self.fault(f"<{tag}> inside <{parent}>")
        elif tag in ENDS_A_PARAGRAPH and parent == "summary" and not re.fullmatch("h[1-6]|hgroup", tag):
            self.fault(f"<{tag}> inside <summary>")
        if tag in PARENTS and parent not in PARENTS[tag]:
            self.fault(f"<{tag}> inside <{parent}>")
        if parent in ONLY and tag not in ONLY[parent] | {"script", "template"}:
            self.fault(f"<{tag}> directly inside <{parent}>")
        for outer in ("a", "button"):
            if outer in parents and (tag in INTERACTIVE and not (tag == "a" and "href" not in given) or "tabindex" in given
                                     or tag == "input" and given.get("type") != "hidden"):
                self.fault(f"<{tag}> inside <{outer}>")
        for name in ("form", "main", "header", "footer"):
            if tag == name and name in parents:
                self.fault(f"<{tag}> inside <{tag}>")

    def _check_own(self, tag: str, given: dict[str, str]) -> None:
        if tag == "img" and "alt" not in given:
            self.fault(f"an image without alt: {given.get('src')}")
        if tag == "img" and not (given.get("width", "").isdigit() and given.get("height", "").isdigit()):
            self.fault(f"an image without its size: {given.get('src')}")
        if tag == "iframe" and not given.get("title", "").strip():
            self.fault("a frame without a title")
        if tag == "button" and given.get("type") not in ("button", "submit", "reset"):
            self.fault("a button without a type")
        if given.get("tabindex", "0") not in ("0", "-1"):
            self.fault(f"tabindex {given['tabindex']}")
        if tag == "a" and "href" in given and not given["href"].strip():
            self.fault("a link to nowhere")
        if tag == "th" and given.get("scope", "col") not in ("col", "row", "colgroup", "rowgroup"):
            self.fault(f"scope {given['scope']}")


def faults(html: str) -> list[str]:
    """What is wrong in the HTML of one page, with the line."""
    page = _Strict()
    page.feed(html)
    page.close()
    found = page.faults + [f"line {line}: <{name}> is never closed" for name, (line, _) in page.open]
    if not re.match(r"(?i)<!doctype html>\s*<html[^>]*\slang=\"en-GB\"", html):
        found.append("the page does not begin with its doctype and lang")
    found += [f"the id {id} stands {number} times" for id, number in page.ids.items() if number > 1]
    found += [f"<{tag} {name}=\"{id}\"> points to nothing" for tag, name, id in page.references if id not in page.ids]
    found += [f"{page.counts[name]} times <{name}>" for name in ("h1", "main", "title") if page.counts[name] != 1]
    if page.headings[:1] != [1]:
        found.append(f"the first heading is <h{page.headings[0] if page.headings else '?'}>")
    found += [f"<h{after}> follows <h{before}>" for before, after in zip(page.headings, page.headings[1:]) if after > before + 1]
    return found
