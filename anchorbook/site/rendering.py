"""Jinja environment and the words it needs: numbers, terms, citations, addresses."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from anchorbook import numbers, text
from anchorbook.bibliography import Bibliography
from anchorbook.catalogue import FACETS
from anchorbook.parts import Cite, Source, say_date
from anchorbook.reporting import visible
from anchorbook.site.headers import policy_tag
from anchorbook.vocabulary import Vocabulary

FOLDERS = {
    "domains": "domains",
    "actions": "actions",
    "opportunities": "opportunities",
    "stakeholders": "your-actions",
    "tensions": "tensions",
}
"""Vocabularies whose terms have a page each, and the folder of those pages."""

FACET_OF = {vocabulary: facet for facet, vocabulary in FACETS.items()}


def term_address(facet: str, id: str) -> str:
    """The address of a term: its page, or Explore with that filter set."""
    if facet in FOLDERS:
        return f"{FOLDERS[facet]}/{id.lower()}.html"
    return f"explore.html#{FACET_OF.get(facet, facet)}={id}"


_TAG = re.compile(r"<[^>]*>")


@lru_cache
def environment() -> Environment:
    """The one Jinja environment: everything is escaped unless marked as HTML."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True,
        undefined=StrictUndefined, auto_reload=False, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=False,
    )
    env.globals["policy_tag"] = Markup(policy_tag())
    env.filters.update(
        letters=lambda html: len(" ".join(_TAG.sub("", html).split())),  # how much a reader sees of it
        number=numbers.say_number, value=numbers.say_value, day=say_date, visible=visible, initial=lambda text: text[:1].upper() + text[1:],
    )
    return env


class Words:
    """What templates ask for, at one depth of the site. ``root`` leads from a page to the home folder."""

    def __init__(self, vocabulary: Vocabulary, bibliography: Bibliography, root: str):
        self.vocabulary = vocabulary
        self.bibliography = bibliography
        self.root = root
        self._links: dict[str, Markup] = {}

    def label(self, facet: str, id: Any) -> str:
        return self.vocabulary.label(facet, id)

    def term(self, facet: str, id: Any):
        return self.vocabulary.term(facet, id)

    def href(self, facet: str, id: Any) -> str:
        return self.root + term_address(facet, str(id))

    def case_href(self, id: str) -> str:
        return f"{self.root}cases/{id}.html"

    def page_href(self, address: str) -> str:
        """The address of a page of the book, given as ``evidence/claims`` or ``evidence/claims#cl16``."""
        page, mark, place = address.partition("#")
        return f"{self.root}{page}.html{mark}{place}"

    def cite(self, cite: Cite | Source, *, bare: bool = False) -> Markup:
        """A linked short reference with the place in it; ``bare`` leaves the brackets out."""
        return self.citation(cite.key, cite.locator, bare=bare)

    def citation(self, key: str, locator: str = "", *, bare: bool = False) -> Markup:
        opening, closing = ("", "") if bare else ("(", ")")
        after = escape(f", {locator}") if locator else ""
        return Markup(f'<span class="cite">{opening}{self._link_to(key)}{after}{closing}</span>')

    def _link_to(self, key: str) -> Markup:
        if key not in self._links:
            reference = self.bibliography.references.get(key)
            label = reference.label if reference else key
            self._links[key] = Markup(f'<a href="{self.root}references.html#ref-{escape(key)}">{escape(label)}</a>')
        return self._links[key]

    def claim(self, id: str) -> Markup:
        """The id of a claim, leading to its row of the ledger."""
        return Markup(f'<a class="claim-id" href="{self.root}evidence/claims.html#{escape(id.lower())}">{escape(id)}</a>')

    def md(self, source: str) -> Markup:
        """Markdown of a record as HTML."""
        return Markup(text.render(source, lambda key, locator: str(self.citation(key, locator)), self.case_href, self.page_href))

    def md_line(self, source: str) -> Markup:
        """One paragraph of Markdown without its paragraph tags."""
        html = str(self.md(source)).strip()
        if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
            html = html[3:-4]
        return Markup(html)

    def reference(self, key: str) -> Markup:
        """A reference in full."""
        return Markup(self.bibliography[key].html) if key in self.bibliography else Markup(escape(key))


@lru_cache
def _template(env: Environment, name: str) -> Template:
    return env.get_template(name)


def render(template: str, words: Words, **context: Any) -> str:
    """One template as HTML."""
    return _template(environment(), template).render(w=words, root=words.root, **context)
