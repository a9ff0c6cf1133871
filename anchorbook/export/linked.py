"""One case as schema.org says it, for search engines and libraries that read pages."""

from __future__ import annotations

import json
from typing import Any

from anchorbook.bibliography import Bibliography
from anchorbook.export import LICENCE, LICENCE_URL, Case, Site
from anchorbook.vocabulary import Vocabulary

ABOUT = ("domains", "actions")
"""Vocabularies whose terms say what a case is about."""


SAID = ("abstract", "about", "mentions", "spatialCoverage", "temporalCoverage", "citation")
"""What a case says, beyond its name and its state: a withdrawn one says it no more."""


def linked(case: Case, vocabulary: Vocabulary, bibliography: Bibliography, site: Site) -> dict[str, Any]:
    """The case as an Article of the book. What is not known is left out."""
    entry, record = case.entry, case.record
    licence = record.get("licence", LICENCE)
    contributor = record.get("contributor") or site.author or site.title
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": site.link(case.page) if site.address else "",
        "url": site.link(case.page) if site.address else "",
        "identifier": entry.id,
        "headline": entry.title,
        "abstract": entry.summary,
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
        "license": LICENCE_URL if licence == LICENCE else {"@type": "CreativeWork", "name": licence},
        "creativeWorkStatus": entry.qa_status,
        "dateCreated": case.added,
        "dateModified": case.changed,
        "author": {"@type": "Organization", "name": contributor},
        "isPartOf": {"@type": "Book", "name": site.title, **({"url": f"{site.address}/"} if site.address else {})},
        "about": [{"@type": "DefinedTerm", "termCode": id, "name": vocabulary.label(name, id)} for name in ABOUT for id in record[name]],
        "mentions": [{"@type": "Organization", "name": name} for name in entry.organisations],
        "spatialCoverage": [_place(place, vocabulary) for place in record["places"]],
        "temporalCoverage": [said for said in map(_period, record["periods"]) if said],
        "citation": [_cited(key, bibliography) for key in entry.cites],
    }
    return {name: value for name, value in data.items() if value not in ("", [], None) and not (entry.withdrawn and name in SAID)}


def script(data: dict[str, Any]) -> str:
    """JSON-LD in a script element. It is data: no browser runs it, and nothing in it can end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/ld+json">{text}</script>'


def _place(place: dict[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    address = {"@type": "PostalAddress", "addressCountry": place.get("country", "GB")}
    if place.get("region"):
        address["addressRegion"] = vocabulary.label("regions", place["region"])
    return {"@type": "Place", "name": place["name"], "address": address}


def _period(period: dict[str, Any]) -> str:
    """A stretch of time as ISO 8601 has it; ``..`` for an end that is open or not known."""
    start, end = period.get("start"), period.get("end")
    if start and start == end:
        return start
    return f"{start or '..'}/{end or '..'}" if start or end else ""


def _cited(key: str, bibliography: Bibliography) -> dict[str, str]:
    reference = bibliography.references.get(key)
    said = {"@type": "CreativeWork", "name": (reference.title or reference.label) if reference else key, "url": reference.url if reference else ""}
    return {name: value for name, value in said.items() if value}
