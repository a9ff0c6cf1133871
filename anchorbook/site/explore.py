"""What Explore filters in the browser: compact scripts, so that it works from a disk too.

The first one has the facets of every case, and what the cards in the page do not say. The words of the other cases are in
further files, which a page loads when it shows one of their cases or when somebody looks for words. So ten thousand cases
answer a filter after a tenth of a megabyte.
"""

from __future__ import annotations

import json

from anchorbook.catalogue import FACETS, Catalogue, Entry
from anchorbook.site.fill import CARDS_ON_A_PAGE, on_pages
from anchorbook.store import digest_of
from anchorbook.vocabulary import Vocabulary


def expansions(vocabulary: Vocabulary) -> dict[str, list[str]]:
    """Other spellings of each short form and term of the glossary, by its small letters: ICS finds integrated care system."""
    found: dict[str, set[str]] = {}
    for term in vocabulary["glossary"].terms if "glossary" in vocabulary else ():
        forms = {form.casefold() for form in (term.label, *term.synonyms)}
        for form in forms:
            if " " not in form:
                found.setdefault(form, set()).update(forms - {form})
    return {form: sorted(others) for form, others in sorted(found.items()) if others}


EXPLORE_INDEX = "assets/explore-index.js"
FURTHER = "assets/explore"
"""The folder of the further files, ``1.js`` and on, each with the words of the cases on one page of cards."""


def explore_files(catalogue: Catalogue, rows: dict[str, str] | None = None) -> dict[str, str]:
    """Classic scripts by address. The first sets ``anchorbookIndex``, the others add to ``anchorbookRows``.

    For each facet there are the sets of terms that occur, as numbers into the list of terms, and for each case the number
    of its set. Each further file has a name of its own, a digest, which the first file gives too: so a page never takes
    the words of a newer book for those of its own. ``rows`` keeps what was made of each case, for whoever makes the files
    again and again.
    """
    terms = {facet: [term.id for term in catalogue.vocabulary[name].terms] for facet, name in FACETS.items()}
    labels = {facet: [(f"{term.symbol} " if facet == "result" else "") + term.label for term in catalogue.vocabulary[name].terms] for facet, name in FACETS.items()}
    synonyms = {facet: {term.id: term.synonyms for term in catalogue.vocabulary[name].terms if term.synonyms} for facet, name in FACETS.items()}
    rows = {} if rows is None else rows

    def row(entry: Entry) -> str:
        key = catalogue.keys[entry.id]
        if key not in rows:
            rows[key] = _packed([entry.id, entry.title, entry.summary, entry.organisations, entry.places, entry.periods])
        return rows[key]

    first, *others = on_pages(catalogue.entries)
    beside = [[entry.id, "", "", entry.organisations, entry.places] for entry in first]  # their titles and summaries stand in the page
    parts = [f"[{','.join(map(row, entries))}]" for entries in others]
    digests = [digest_of(part)[:16] for part in parts]
    index = {"count": len(catalogue.entries), "size": CARDS_ON_A_PAGE, "files": digests, "facets": list(FACETS), "terms": terms, "labels": labels,
             "synonyms": {facet: words for facet, words in synonyms.items() if words}, "expand": expansions(catalogue.vocabulary),
             "columns": {facet: _column(catalogue.entries, facet, ids) for facet, ids in terms.items()}, "rows": beside}
    files = {EXPLORE_INDEX: f"window.anchorbookIndex={_packed(index)};\n"}
    for number, (part, digest) in enumerate(zip(parts, digests, strict=True), 1):
        files[f"{FURTHER}/{number}.js"] = f'(window.anchorbookRows=window.anchorbookRows||{{}})["{digest}"]={part};\n'
    return files


def _column(entries: list[Entry], facet: str, ids: list[str]) -> dict[str, list]:
    """The sets of terms of one facet that occur, and for each case the number of its set."""
    place = {id: number for number, id in enumerate(ids)}
    numbers: dict[tuple[str, ...], int] = {}
    of = [numbers.setdefault(tuple(entry.facets[facet]), len(numbers)) for entry in entries]
    return {"sets": [[place[id] for id in own] for own in numbers], "of": of}


def _packed(value: object) -> str:
    """JSON for a script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
