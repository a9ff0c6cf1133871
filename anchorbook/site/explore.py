"""The index that Explore filters in the browser: one compact script, so that it works from a disk too."""

from __future__ import annotations

import json

from anchorbook.catalogue import FACETS, Catalogue


def explore_index(catalogue: Catalogue) -> str:
    """A classic script that sets ``anchorbookIndex``.

    Facet values are numbers into the lists of terms, so that ten thousand cases stay small.
    """
    terms = {facet: [term.id for term in catalogue.vocabulary[name].terms] for facet, name in FACETS.items()}
    place = {facet: {id: number for number, id in enumerate(ids)} for facet, ids in terms.items()}
    labels = {facet: [(f"{term.symbol} " if facet == "result" else "") + term.label for term in catalogue.vocabulary[name].terms] for facet, name in FACETS.items()}
    synonyms = {facet: {term.id: term.synonyms for term in catalogue.vocabulary[name].terms if term.synonyms} for facet, name in FACETS.items()}
    cases = [
        [entry.id, entry.title, entry.summary, list(entry.organisations), list(entry.places), list(entry.periods),
         [[place[facet][term] for term in entry.facets[facet]] for facet in FACETS]]
        for entry in catalogue.entries
    ]
    index = {"facets": list(FACETS), "terms": terms, "labels": labels,
             "synonyms": {facet: words for facet, words in synonyms.items() if words}, "cases": cases}
    packed = json.dumps(index, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"window.anchorbookIndex={packed};\n"
