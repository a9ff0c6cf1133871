"""The list of pages for search engines (sitemaps.org). Up to 50,000 pages fit in one."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote
from xml.etree import ElementTree as ET

from anchorbook.catalogue import Catalogue
from anchorbook.export import Site, dated, page_of
from anchorbook.export.feed import to_xml
from anchorbook.history import Dates

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(catalogue: Catalogue, pages: Iterable[str], dates: Dates, site: Site) -> bytes:
    """Every page that people read, with the day of change of those of cases. Pages of cases that were withdrawn or replaced are left out.

    :raises ValueError: when the site has no address; a sitemap needs full ones.
    """
    if not site.address:
        raise ValueError("a sitemap needs the address of the site")
    cases = {page_of(entry): entry for entry in catalogue.all_entries}
    root = ET.Element("urlset", {"xmlns": NAMESPACE})
    for page in sorted(pages):
        entry = cases.get(page)
        if entry and not entry.listed:
            continue
        node = ET.SubElement(root, "url")
        address = "" if page == "index.html" else page.removesuffix("index.html") if page.endswith("/index.html") else page
        ET.SubElement(node, "loc").text = f"{site.address}/{quote(address)}"
        if entry and (changed := dated(entry, dates)[1]):
            ET.SubElement(node, "lastmod").text = changed
    return to_xml(root)
