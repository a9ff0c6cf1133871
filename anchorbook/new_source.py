"""What to say of a source that is not in references.bib: its entry, ready to paste."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anchorbook.nearest import nearest
from anchorbook.writing import slug

if TYPE_CHECKING:
    from anchorbook.bibliography import Bibliography

DOTS = "…"
"""Stands in an entry for what its writer has to fill in."""

_ENTRY = "add this to references.bib and fill in the dots (or leave it to an editor): "
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_ADDRESS = re.compile(r"(https?://|www\.)\S+|([a-z0-9-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)
_KEY = re.compile(r"[\w.:+/-]+")
_WHERE = "pages?|lines?|slides?|sections?|chapters?|tables?|figures?|paragraphs?|box|appendix"
_PLACE = re.compile(rf"((pp?\.? ?|({_WHERE}) )\d+([ .,–-]+(to )?\d+)*|(page|section|appendix) [ivxa-h]+)", re.IGNORECASE)


def key_for(text: str) -> str:
    """A key made of an address or of words: ``https://www.example.org/meals`` gives ``example_org_meals``."""
    return slug(re.sub(r"^(https?://)?(www\.)?", "", text, flags=re.IGNORECASE), "source").replace("-", "_")


def address_in(text: str) -> str:
    """The first web address that a text holds."""
    found = re.search(r"https?://\S+", text, re.IGNORECASE)
    return found[0].rstrip(".,;)") if found else ""


def entry_for(key: str, address: str = "") -> str:
    """An entry of references.bib on one line, with dots where something is to be filled in."""
    url = address.replace("{", "%7B").replace("}", "%7D") or DOTS
    return f"@misc{{{key}, author = {{{{{DOTS}}}}}, title = {{{DOTS}}}, year = {{{DOTS}}}, howpublished = {{Web page}}, url = {{{url}}}}}"


def unknown_source(key: str, bibliography: Bibliography, *, address: str = "", before: str = "") -> tuple[str, str]:
    """Message and hint for a key that references.bib does not define.

    :param address: where the source can be read, as far as the record says
    :param before: the key that stands before this one in the same list
    """
    if _PLACE.fullmatch(key):
        return (f"\"{key}\" is a place in a source, not the key of one.",
                f"Put the key and the place in one pair of quotation marks: [\"{before or 'key_of_the_source'}, {key}\"].")
    if _ADDRESS.fullmatch(key):
        return f"\"{key}\" is an address, not the key of a source.", _of_address(key, bibliography)
    said = f"\"{key}\" is not an entry of references.bib."
    if guess := nearest(key, bibliography.keys):
        return said, f"Did you mean \"{guess}\"? If not, {_add(key, address)}"
    return said, f"Correct the key, or {_add(key, address)}"


def _add(key: str, address: str) -> str:
    """What to do, to follow an "or"."""
    made = key if _KEY.fullmatch(key) else key_for(key)
    short = "" if made == key else f"write a short key here ({made}) and "
    return f"{short}{_ENTRY}{entry_for(made, address)}"


def _of_address(text: str, bibliography: Bibliography) -> str:
    url = text if _SCHEME.match(text) else f"https://{text}"
    known = next((reference.key for reference in bibliography.references.values() if reference.url.rstrip("/") == url.rstrip("/")), "")
    if known:
        return f"This source has a key already. Write {known} in place of the address."
    key = key_for(text)
    return f"Write a key in place of the address, such as {key}, and {_ENTRY}{entry_for(key, url)}"
