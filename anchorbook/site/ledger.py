"""The claims ledger and the register of disagreements, as pages and as a table to fetch."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from itertools import count
from typing import Any

from markupsafe import Markup

from anchorbook.catalogue import Catalogue, Entry
from anchorbook.checks.ledger import say_claim
from anchorbook.evidence.claims import Assessed
from anchorbook.ledger import Claim
from anchorbook.site.case_page import say_about
from anchorbook.site.rendering import Words, render

DOWNLOAD = "downloads/claims.csv"
MOST_CASES = 200
"""Cases whose disagreements the register shows in full; it links to the pages of the others."""
NOT_RESULTS = ("input", "modelled", "target", "context")


class LedgerPages:
    """Fills the slots that show claims and disagreements."""

    def __init__(self, catalogue: Catalogue, conflicts: Callable[[list[Entry]], list[str]]):
        self.catalogue = catalogue
        self.conflicts = conflicts
        self._tips = count(1)

    def value(self, claim: Claim) -> str:
        """``at least £50 billion a year``."""
        return say_about(say_claim(claim), claim.qualifier, claim.per, self.catalogue.vocabulary)

    def inline(self, claim: Claim, words: Words) -> str:
        """A claim in running text: its value, what kind of number it is, its source on hover and focus, a link to the ledger."""
        kind = self.catalogue.vocabulary.term("measure_kinds", claim.kind)
        source = self.catalogue.bibliography.references.get(claim.source)
        return render("claim.html", words, claim=claim, value=self.value(claim), kind=kind, tip=f"tip-{next(self._tips)}",
                      source=source.label if source else claim.source, tag=claim.kind in NOT_RESULTS)

    def table(self, words: Words) -> str:
        """Every claim, with what can be said of it."""
        vocabulary = self.catalogue.vocabulary
        rows = [self._row(item) for item in self.catalogue.assessed]
        states = [{"term": term, "count": sum(row["status"] == term.id for row in rows)} for term in vocabulary["claim_statuses"].terms]
        kinds = [term for term in vocabulary["measure_kinds"].terms if any(row["claim"].kind == term.id for row in rows)]
        sources = self.catalogue.bibliography.sorted({row["claim"].source for row in rows})
        return render("claims-ledger.html", words, rows=rows, states=states, kinds=kinds, sources=sources, download=DOWNLOAD)

    def _row(self, item: Assessed) -> dict[str, Any]:
        return {"claim": item.claim, "value": self.value(item.claim), "status": item.status, "said": item.said,
                "disagreements": item.disagreements, "number": item.claim.numbers[0] if item.claim.numbers else ""}

    def register(self, words: Words) -> str:
        """Every disagreement: those of the register's own file, then those of cases, by title."""
        with_some = [entry for entry in self.catalogue.entries if entry.disagreements]
        # The ledger links to those that a claim is part of, however many others there are.
        named = {item.id for claim in self.catalogue.assessed for item in claim.disagreements}
        shown, rest = [], []
        for number, entry in enumerate(with_some):
            (shown if number < MOST_CASES or any(item.id in named for item in entry.disagreements) else rest).append(entry)
        parts = [{"entry": entry, "html": Markup(html)} for entry, html in zip(shown, self.conflicts(shown), strict=True)]
        total = len(self.catalogue.register.entries) + sum(len(entry.disagreements) for entry in with_some)
        return render("conflict-register.html", words, own=self.catalogue.register.entries, parts=parts, rest=rest, total=total)

    def download(self) -> str:
        """The ledger as CSV, with the state of each claim."""
        columns = ("id", "name", "value", "low", "high", "text", "unit", "per", "qualifier", "kind", "period", "source", "locator", "status", "found", "note")
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        for item in self.catalogue.assessed:
            more = {"status": item.status, "found": item.said}
            writer.writerow([more[name] if name in more else _cell(getattr(item.claim, name)) for name in columns])
        return text.getvalue()


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
