"""An Atom feed of new and changed cases (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from datetime import date
from xml.etree import ElementTree as ET

from anchorbook.catalogue import Catalogue, Entry
from anchorbook.export import LICENCE_URL, Site, dated, exported, page_of
from anchorbook.history import Dates
from anchorbook.open_data import FEED

ATOM = "http://www.w3.org/2005/Atom"
MOST = 50
"""Cases in the feed."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """The text without signs that XML may not hold."""
    return _NOT_XML.sub("", text)


def to_xml(root: ET.Element) -> bytes:
    """A document in UTF-8 with one element on a line."""
    ET.indent(root, "")
    return ET.tostring(root, "utf-8", xml_declaration=True) + b"\n"


def feed(catalogue: Catalogue, dates: Dates, site: Site) -> bytes:
    """The newest cases, last changed first. A case without a date in the history is not in it.

    Ids are addresses where the site has one; else they are made from the id of the case, so they stay the same.
    """
    known = [entry for entry in exported(catalogue) if dated(entry, dates)[1]]
    known.sort(key=lambda entry: dated(entry, dates)[1], reverse=True)
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "en-GB"})
    _add(root, "id", _id(site, FEED))
    _add(root, "title", site.title)
    _add(root, "subtitle", "New and changed cases")
    _add(root, "updated", _moment(site.changed or catalogue.today.isoformat()))
    _add(_add(root, "author"), "name", site.author or site.title)
    _add(root, "link", rel="self", type="application/atom+xml", href=site.link(FEED))
    _add(root, "link", rel="alternate", type="text/html", href=site.link("index.html"))
    _add(root, "rights", f"CC BY 4.0, {LICENCE_URL}")
    for entry in known[:MOST]:
        _entry(root, entry, dates, site, catalogue)
    return to_xml(root)


def _entry(root: ET.Element, entry: Entry, dates: Dates, site: Site, catalogue: Catalogue) -> None:
    added, changed = dated(entry, dates)
    node = _add(root, "entry")
    _add(node, "id", _id(site, page_of(entry)))
    _add(node, "title", entry.title, type="text")
    _add(node, "published", _moment(added))
    _add(node, "updated", _moment(changed))
    _add(node, "link", rel="alternate", type="text/html", href=site.link(page_of(entry)))
    _add(node, "summary", entry.summary, type="text")
    _add(node, "category", term=entry.qa_status, label="Draft" if entry.qa_status == "draft" else "Published")
    for id in entry.facets["domain"]:
        _add(node, "category", term=id, label=catalogue.vocabulary.label("domains", id))


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    node = ET.SubElement(parent, tag, {name: xml_text(value) for name, value in attributes.items()})
    node.text = xml_text(text) or None
    return node


def _id(site: Site, page: str) -> str:
    return site.link(page) if site.address else uuid.uuid5(uuid.NAMESPACE_URL, page).urn


def _moment(day: str) -> str:
    return date.fromisoformat(day).isoformat() + "T00:00:00Z"
