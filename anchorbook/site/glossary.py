"""The glossary: its page, and a link at the first use of a term on every other page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from itertools import groupby
from typing import Any

from anchorbook.site.rendering import Words, render
from anchorbook.vocabulary import Term, Vocabulary

PAGE = "glossary.html"
UNTOUCHED = frozenset({PAGE, "references.html"})
"""Pages without links to the glossary: its own, and one whose text is names of documents."""
FACET = "glossary"

# Text is left alone inside these: links, headings, code, controls, pictures, tips.
_CLOSED = frozenset("a h1 h2 h3 h4 h5 h6 code pre button label select option nav svg script style summary figcaption th dt title form iframe textarea".split())
_MARKUP = re.compile(r"(<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>|<!--.*?-->)", re.DOTALL)
_VOID = frozenset("br hr img input meta link source wbr".split())


_kept: dict[str, Any] = {}


def _branches(spellings: Iterable[str]) -> str:
    """A regular expression for any of them, the longest first, that branches on the first letter."""
    ordered = groupby(sorted(spellings), key=lambda spelling: spelling[0])
    return "|".join(f"{re.escape(first)}(?:{'|'.join(re.escape(spelling[1:]) for spelling in sorted(group, key=len, reverse=True))})"
                    for first, group in ordered) or r"(?!)"


class Glossary:
    """Finds terms in finished pages. Cheap: one pass, and one regular expression that branches on the first letter."""

    def __init__(self, vocabulary: Vocabulary):
        self.terms: list[Term] = vocabulary[FACET].terms if FACET in vocabulary else []

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Glossary:
        """The glossary of a vocabulary, made once for each."""
        if _kept.get("for") is not vocabulary:
            _kept.update({"for": vocabulary, "glossary": cls(vocabulary)})
        return _kept["glossary"]

    @cached_property
    def _of(self) -> dict[str, Term]:
        return {spelling: term for term in self.terms if term.linked for spelling in (term.label, *term.synonyms)}

    @cached_property
    def _pattern(self) -> re.Pattern | None:
        if not self._of:
            return None
        # At the start of a sentence a term has a capital. Elsewhere a capital belongs to a name, which is left alone.
        capitals = {spelling[0].upper() + spelling[1:] for spelling in self._of} - set(self._of)
        return re.compile(rf"(?<![\w-])(?:{_branches(self._of)})(?![\w-])|(?:\A\s*|(?<=[.!?:] )|(?<=[.!?:]\n))(?:{_branches(capitals)})(?![\w-])")

    def _term(self, spelling: str) -> Term:
        return self._of.get(spelling) or self._of[spelling[0].lower() + spelling[1:]]

    def link(self, html: str, root: str) -> str:
        """The HTML with a link at the first use of each term in its running text."""
        pattern = self._pattern
        if pattern is None:
            return html
        seen: set[str] = set()

        def replace(match: re.Match) -> str:
            spelling = match[0].lstrip()
            term = self._term(spelling)
            if term.id in seen:
                return match[0]
            seen.add(term.id)
            space = match[0][: len(match[0]) - len(spelling)]
            return f'{space}<a class="term" href="{root}{PAGE}#{term.slug}">{spelling}</a>'

        pieces: list[str] = []
        closed, tip = 0, 0
        *parts, last = _MARKUP.split(html)  # of each tag: the text before it, all of it, its stroke, its name, what else it holds
        for text, tag, stroke, name, more in zip(*[iter(parts)] * 5, strict=True):
            pieces += (pattern.sub(replace, text) if text and not closed and not tip and not text.isspace() else text, tag)
            name = (name or "").lower()
            if not name or name in _VOID or tag.endswith("/>"):
                continue
            step = -1 if stroke else 1
            if name in _CLOSED:
                closed = max(0, closed + step)
            # A tip and what only screen readers hear must stay plain; both are spans.
            elif tip:
                tip = max(0, tip + step) if name == "span" else tip
            elif name == "span" and step > 0 and ("tooltip" in more or "visually-hidden" in more or "kind" in more or "claim" in more):
                tip = 1
        pieces.append(last)
        return "".join(pieces)

    def link_main(self, page: str, html: str, root: str) -> str:
        """The same, within the main part of a whole page."""
        if page in UNTOUCHED:
            return html
        start, stop = html.find("<main"), html.rfind("</main>")
        if start < 0 or stop < 0:
            return html
        return html[:start] + self.link(html[start:stop], root) + html[stop:]

    def page(self, words: Words) -> str:
        """All terms from A to Z."""
        ordered = sorted(self.terms, key=lambda term: term.label.casefold())
        groups = [(letter, list(group)) for letter, group in groupby(ordered, key=lambda term: term.label[0].upper())]
        return render("glossary.html", words, groups=groups)
