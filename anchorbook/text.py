"""Markdown of a record to safe HTML.

CommonMark without HTML. Links lead to http, https or mailto addresses, to a case as ``case:its-id``, or to a page of
the book as ``page:evidence/claims``.
``[@key, page 3]`` cites a source, ``[@one; @other]`` two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import takewhile
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

_KEY = r"@([A-Za-z0-9_:.-]+)(?:,([^\[\];@]{1,210}))?"
_CITATION = re.compile(rf"\[{_KEY}(?:;\s*{_KEY})*\]")
_ONE = re.compile(_KEY)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_ALLOWED = ("http:", "https:", "mailto:", "case:", "page:")

MOST_MARKS = 2000
"""Marks and lines that the texts of one record may hold together; real ones have some hundred. The time and the memory
that reading them takes can grow with the square of their number."""
_MARKS = re.compile(r"[\\`*_\[\]<>&~|!\n]")

Cited = Callable[[str, str], str]
"""From a citation key and a locator to the HTML of the citation."""


@lru_cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.validateLink = _valid_link  # type: ignore[method-assign]
    parser.inline.ruler.before("link", "citation", _citation_rule)
    parser.disable(["image", "heading", "lheading", "code"])
    return parser


def _valid_link(url: str) -> bool:
    scheme = _SCHEME.match(url)
    return bool(scheme) and scheme[0].lower() in _ALLOWED


def _citation_rule(state, silent: bool) -> bool:
    match = _CITATION.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.meta = {"cites": _cites(match[0])}
    state.pos = match.end()
    return True


def _cites(group: str) -> list[tuple[str, str]]:
    """Key and locator of each source in ``[@one, page 2; @other]``."""
    return [(one[1], (one[2] or "").strip()) for one in _ONE.finditer(group)]


DIGITS = re.compile(r"\d\D{0,3}\d")
"""Two digits close together, as every number that could name somebody has."""
LONG_NUMBER = re.compile(r"\d(?:[ \u00a0.()-]{0,2}\d){5}")
"""Six digits in a row or in groups, as every number of a phone or a person has."""
_ADDRESS = re.compile(r"https?://[^\s)\]>\"]+")


def without_addresses(text: str) -> str:
    """A text with blanks in place of web addresses, of the same length: their numbers are names of pages."""
    return _ADDRESS.sub(lambda address: " " * len(address[0]), text) if "://" in text else text


@lru_cache(maxsize=256)  # several checks of one case read the same texts
def _tokens(text: str) -> list[Token]:
    """A text as the parser reads it; nobody may change them."""
    return _parser().parse(text)


def marks_in(text: str) -> int:
    """How many signs of a text may mean something in Markdown, line ends among them."""
    return len(_MARKS.findall(text))


def cited_in(text: str) -> list[str]:
    """Keys that a text cites."""
    return [key for match in _CITATION.finditer(text) for key, _locator in _cites(match[0])] if "[@" in text else []


def _links_in(text: str, scheme: str) -> list[str]:
    if scheme not in text.lower():
        return []
    return [str(child.attrs["href"])[len(scheme):] for token in _tokens(text) for child in token.children or ()
            if child.type == "link_open" and str(child.attrs["href"]).lower().startswith(scheme)]


def cases_in(text: str) -> list[str]:
    """Ids of the cases that a text links to."""
    return _links_in(text, "case:")


def pages_in(text: str) -> list[str]:
    """Addresses of the pages that a text links to, without their ending and what follows ``#``."""
    return [address.split("#")[0] for address in _links_in(text, "page:")]


# Starts with a letter and holds no sign that means something in Markdown or HTML.
_JUST_WORDS = re.compile(r"""[A-Za-z£"'(][^\\`*_\[\]<>&~|\n\t]*\Z""")
_WORDS = re.compile(r"[^\\`*_\[\]<>&~|\n\t]*\Z")


def render(text: str, cited: Cited, case_href: Callable[[str], str], page_href: Callable[[str], str] = str) -> str:
    """A text as HTML paragraphs. ``case_href`` gives the address of a case by its id, ``page_href`` that of a page."""
    if (simple := _simple(text)) is not None:
        return "".join("<p>" + "".join(
            " ".join(cited(*cite) for cite in _cites(piece)) if place % 2 else piece.replace('"', "&quot;")
            for place, piece in enumerate(paragraph)) + "</p>\n" for paragraph in simple)
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        for child in token.children or ():
            if child.type == "citation":
                child.type, child.content = "html_inline", " ".join(cited(*cite) for cite in child.meta["cites"])
            elif child.type == "link_open" and str(child.attrs.get("href", "")).lower().startswith("case:"):
                child.attrs["href"] = case_href(str(child.attrs["href"])[5:])
            elif child.type == "link_open" and str(child.attrs.get("href", "")).lower().startswith("page:"):
                child.attrs["href"] = page_href(str(child.attrs["href"])[5:])
    return parser.renderer.render(tokens, parser.options, {})


@lru_cache(maxsize=256)
def _simple(text: str) -> list[list[str]] | None:
    """The paragraphs of a text of words and citations alone: each a list of words and citations in turn.

    Most texts are such, and parsing them would be most of a build. None when there is anything else in it.
    """
    found = []
    for paragraph in text.strip("\n ").split("\n\n"):
        pieces: list[str] = []
        end = 0
        for match in _CITATION.finditer(paragraph):
            pieces += [paragraph[end : match.start()], match[0]]
            end = match.end()
        pieces.append(paragraph[end:])
        if not _JUST_WORDS.match(pieces[0]) or not all(_WORDS.match(piece) for piece in pieces[2::2]):
            return None
        if "  " in paragraph or paragraph.endswith(" "):
            return None
        found.append(pieces)
    return found


_STOPPED = re.compile(r"""(?:[.,;:!?…]["'’”)\]]*|\b(?:and|or))\Z""")
"""Words that need no sign before what follows them."""
_SPACE_BEFORE_STOP = re.compile(r"\s+(?=[.,;:!?](?:\s|$))")


@lru_cache(maxsize=256)  # the same texts are asked for by the search, the short form and the checks of one case
def plain(text: str) -> str:
    """A text without its marks, for lists and search."""
    if (simple := _simple(text)) is not None:
        words = " ".join("".join(paragraph[::2]) for paragraph in simple)
    else:
        words = _in_a_row(_tokens(text))
    return _SPACE_BEFORE_STOP.sub("", " ".join(words.split()))  # a citation leaves a gap behind


def _in_a_row(tokens: list[Token]) -> str:
    """The words of a text one after the other. Items of a list stand apart, or they would run on as one sentence."""
    pieces: list[str] = []
    due = ""  # the sign that the last piece gets when more follows
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            due = due or ":"
        elif token.type == "list_item_close":
            due = ";"
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            due = "."
        elif words := _words_of(token):
            if pieces and due and not _STOPPED.search(pieces[-1]):
                pieces[-1] += due
            pieces.append(words)
            due = ""
    return " ".join(pieces)


def _words_of(token: Token) -> str:
    """The words within a token, without citations."""
    return "".join(child.content if child.content and child.type != "citation" else " " if child.type in ("softbreak", "hardbreak") else ""
                   for child in token.children or ()).strip()


def shown(text: str) -> str:
    """What readers get of a text whose marks could hide it: its words, and the mail addresses of its links. Empty for plain words.

    Three dots stand where something else is between two words: a citation, the end of a paragraph or a cell.
    """
    if _WORDS.match(text) or _simple(text) is not None:
        return ""
    return " … ".join("".join(_shown(child) for child in token.children) for token in _tokens(text) if token.children)


def _shown(child: Token) -> str:
    if child.type == "link_open":
        address = unquote(str(child.attrs.get("href", "")))
        return f" {address[7:]} … " if address.lower().startswith("mailto:") else ""
    return " … " if child.type == "citation" else " " if child.type in ("softbreak", "hardbreak") else child.content


_GOOD_LINK = re.compile(r"\](?<=\w\])\((?:https?://\w|mailto:\w+@\w|case:|page:)[^\s()<>\"'&\\]*\)", re.IGNORECASE)
_LEADS = re.compile(r"https?://[^/?#]*\w|mailto:[^?@]+@\w|case:|page:", re.IGNORECASE)
"""How an address starts that leads somewhere: a web page has a host, a mail address an @."""
_HTML = re.compile(r"<(/?[A-Za-z][A-Za-z0-9-]*|!--|\?|!\[CDATA\[)")


def _leads_nowhere(child: Token) -> bool:
    """True for a link without an address, as ``[words]()`` or ``[words](https:)``."""
    return child.type == "link_open" and not _LEADS.match(unquote(str(child.attrs.get("href", ""))))


def _has_words(link: list[Token]) -> bool:
    """True when something is shown between the start of a link and the next end of one."""
    inside = takewhile(lambda child: child.type != "link_close", link)
    return any(child.content.strip() for child in inside)


def problems(text: str) -> Iterator[tuple[str, str, str]]:
    """What is not allowed in a text: code, message and hint of each."""
    left = _GOOD_LINK.sub("", _CITATION.sub("", text))
    if not any(sign in left for sign in ("<", "](", "]:", "[@")):
        return
    for token in _tokens(text):
        for place, child in enumerate(token.children or ()):
            if child.type == "text" and (match := _HTML.search(child.content)):
                yield ("html-in-text", f"HTML is not allowed in text (\"{match[0]}\").",
                       "Use Markdown: **bold**, *italic*, [words](https://address). For a plain < sign, put a space after it.")
            if child.type == "text" and "[@" in child.content:
                yield ("broken-citation", "this citation cannot be read.", "Write [@key] or [@key, page 3], for two sources [@one; @other].")
            if child.type == "text" and re.search(r"\]\(", child.content) or _leads_nowhere(child):
                yield ("unsafe-link", "this link does not lead to a web page, a mail address, a case or a page of the book.",
                       "Write [words](https://address), [words](case:id-of-the-case) or [words](page:evidence/claims).")
            if child.type == "link_open" and not _has_words(token.children[place + 1 :]):
                yield "empty-link", "this link has no words, so nobody sees it.", "Write what it leads to between the square brackets: [words](https://address)."
