"""Numbers in records and pages against the ledger: the same place in the same source gives the same number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from anchorbook.checks.subject import Subject
from anchorbook.findings import Finding, Severity
from anchorbook.ledger import Claim, Ledger
from anchorbook.model import Measure, StatedValue
from anchorbook.numbers import is_money, say_range, say_value
from anchorbook.reading import Document
from anchorbook.register import unknown_claim

# The lengths have bounds, or a text of many openings without an end would take hours.
CITED = re.compile(r"\[@[^\]]{1,2000}\]|\{cite\}`[^`]{1,2000}`|\]\([^)]{0,2000}\)")
_ONE = re.compile(r"@([A-Za-z0-9_:.-]+)(?:,\s{0,9}([^\];@]+))?")
_ROLE = re.compile(r"\{cite\}`([^`,]{1,2000})(?:,\s{0,9}([^`]{1,2000}))?`")
_NUMBER = re.compile(
    r"(?P<minus>[-−](?=[£$€\d]))?(?P<money>US\$|[£$€])?(?P<digits>\d{1,3}(?:[,  ]\d{3})+(?!\d)|\d+)(?P<rest>\.\d+)?"
    r"(?:\s?(?P<size>billion|million|thousand|bn|m|k)\b)?(?P<share>\s?%|\s+per\s?cent\b)?(?P<next>(?:\s+[a-z][a-z-]*){0,4})", re.IGNORECASE)
_SIZES = {"billion": 10**9, "bn": 10**9, "million": 10**6, "m": 10**6, "thousand": 10**3, "k": 10**3}
_SIGNS = {"£": "GBP", "$": "USD", "US$": "USD", "€": "EUR"}
_MONTHS = r"January|February|March|April|May|June|July|August|September|October|November|December"
_BEFORE_A_YEAR = re.compile(rf"(?:\b(?:in|by|since|until|from|of|before|after|during|to|and|or|year|{_MONTHS}),?\s+)\Z", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z£(\"'])|\n\s*\n|\n\s*[-*|]")

MOST_NUMBERS = 100
"""Numbers of one sentence that are compared, each with all others. A sentence of more is a table."""


def say_claim(claim: Claim) -> str:
    """The value of a claim in words, without its qualifier."""
    if claim.value is not None:
        return say_value(claim.value, claim.unit)
    if claim.low is not None and claim.high is not None:
        return say_range(claim.low, claim.high, claim.unit)
    return claim.text


def unknown_claims(subject: Subject) -> Iterator[Finding]:
    """unknown-claim: a claim that a record names must be in the ledger."""
    for field in subject.fields:
        named = [field.value.claim] if isinstance(field.value, Measure) else field.value.claims if isinstance(field.value, StatedValue) else []
        for claim in filter(None, named):
            if claim not in subject.ledger.by_id:
                yield subject.finding((*field.path, "claim" if isinstance(field.value, Measure) else "claims"), "unknown-claim", *unknown_claim(claim, subject.ledger))


def unknown_claims_as_typed(document: Document, ledger: Ledger) -> Iterator[Finding]:
    """The same for a record that does not fit the model, which may be just because its claim is not there to fill it in."""
    measures = document.data.get("measures") if isinstance(document.data, dict) else None
    for index, measure in enumerate(measures if isinstance(measures, list) else ()):
        claim = measure.get("claim") if isinstance(measure, dict) else None
        if isinstance(claim, str) and claim not in ledger.by_id:
            yield document.finding(("measures", index, "claim"), "unknown-claim", *unknown_claim(claim, ledger))


def measures_agree_with_ledger(subject: Subject) -> Iterator[Finding]:
    """differs-from-ledger: a number that names a claim, or cites its very line, is the number of the ledger."""
    for index, measure in enumerate(subject.case.measures):
        place, given = ("measures", index), tuple(number for number in (measure.value, measure.low, measure.high) if number is not None)
        named = subject.ledger.by_id.get(measure.claim)
        if named:
            for part in ("kind", "unit"):
                if getattr(named, part) and getattr(named, part) != getattr(measure, part):
                    yield subject.finding((*place, part), "differs-from-ledger",
                                          f"the {part} of \"{measure.name}\" is \"{getattr(measure, part)}\"; the ledger has \"{getattr(named, part)}\" for {named.id}.",
                                          "Correct one of the two. A target, a modelled figure or background is never a result." if part == "kind" else "Correct one of the two.")
            one_end = len(given) == 1 and given[0] in named.numbers
            if given and named.numbers and given != named.numbers and not one_end:
                yield subject.finding((*place, "value"), "differs-from-ledger", *_differs(_said(given, measure.unit), [named]))
        elif measure.value is not None:
            yield from _at_its_line(subject, (*place, "value"), measure.value, measure.unit, [claim for cite in measure.sources for claim in subject.ledger.at(
                cite.key, cite.locator) if claim.kind == measure.kind])
    for index, item in enumerate(subject.case.inputs):
        if item.amount is not None:
            yield from _at_its_line(subject, ("inputs", index, "amount"), item.amount, item.unit, subject.ledger.at(item.source.key, item.source.locator))


def _at_its_line(subject: Subject, path: tuple, value: float | int, unit: str, claims: list[Claim]) -> Iterator[Finding]:
    alike = [claim for claim in claims if claim.unit == unit and claim.numbers]
    if alike and all(value not in claim.numbers for claim in alike):
        yield subject.finding(path, "differs-from-ledger", *_differs(say_value(value, unit), alike))


def _said(numbers: tuple[float | int, ...], unit: str) -> str:
    return say_range(numbers[0], numbers[-1], unit) if len(numbers) > 1 else say_value(numbers[0], unit)


def texts_agree_with_ledger(subject: Subject) -> Iterator[Finding]:
    """differs-from-ledger: a number typed in a text beside its source is the number of the ledger."""
    for path, text in subject.markdown:
        for message, hint, _place in differences(text, subject.ledger):
            yield subject.finding(path, "differs-from-ledger", message, hint, Severity.WARNING)


def page_findings(path: str, text: str, ledger: Ledger) -> Iterator[Finding]:
    """The same, for a hand-written page."""
    for message, hint, place in differences(text, ledger):
        yield Finding(path, text.count("\n", 0, place) + 1, place - (text.rfind("\n", 0, place) + 1) + 1, "differs-from-ledger", message, hint, Severity.WARNING)


def _differs(said: str, claims: list[Claim]) -> tuple[str, str]:
    known = "; ".join(f"{claim.id}: {say_claim(claim)}" for claim in claims if claim.numbers)
    return (f"{said} is given here, but the ledger has another number for this place in the source ({known}).",
            "Check the source. If the ledger is right, correct the number; if two sources disagree, say so under conflicts.")


def differences(text: str, ledger: Ledger) -> Iterator[tuple[str, str, int]]:
    """Sentences whose number is not the one that the ledger has for the place they cite: message, hint, place in the text.

    Only numbers of the same sort are compared: money with money, shares with shares, panels with panels. A sentence
    with the right number is left alone, whatever else it says.
    """
    if not ("[@" in text or "{cite}" in text) or not any(key in text for key in ledger.sources):
        return
    start = 0
    for end in [*(match.start() for match in _SENTENCE.finditer(text)), len(text)]:
        sentence = text[start:end]
        claims = [claim for key, locator in _cites(sentence) for claim in ledger.at(key, locator) if claim.numbers]
        if claims:
            bare = CITED.sub(lambda match: " " * len(match[0]), sentence).replace("*", " ").replace("_", " ")
            numbers = [match for match in islice(_NUMBER.finditer(bare), MOST_NUMBERS) if not _is_year(bare, match)]
            for match in numbers:
                alike = [claim for claim in claims if _same_sort(match, claim)]
                wanted = {(Decimal(str(number)), claim.unit if is_money(claim.unit) else "") for claim in alike for number in claim.numbers}
                if alike and not any(_amount(other) in wanted and any(_same_sort(other, claim) for claim in alike) for other in numbers):
                    yield (*_differs(match[0][: match.start("next") - match.start()].strip() or match[0].strip(), alike), start + match.start())
                    break
        start = end


def _is_year(sentence: str, match: re.Match) -> bool:
    """True for ``in 2018``: four digits, no sign, no size, and a word before them that leads to a year."""
    return (len(match["digits"]) == 4 and not (match["money"] or match["size"] or match["share"] or match["rest"])
            and 1900 <= int(match["digits"]) <= 2100 and bool(_BEFORE_A_YEAR.search(sentence[max(0, match.start() - 40) : match.start()])))


def _cites(sentence: str) -> list[tuple[str, str]]:
    found = [(one[1], (one[2] or "").strip()) for group in re.findall(r"\[@[^\]]{1,2000}\]", sentence) for one in _ONE.finditer(group)]
    return found + [(one[1].strip(), (one[2] or "").strip()) for one in _ROLE.finditer(sentence)]


def _amount(match: re.Match) -> tuple[Decimal, str]:
    """The number, and its currency when it is money."""
    digits = re.sub(r"[,  ]", "", match["digits"])
    value = Decimal(("-" if match["minus"] else "") + digits + (match["rest"] or "")) * _SIZES.get((match["size"] or "").lower(), 1)
    return value, _SIGNS[match["money"].upper()] if match["money"] else ""


def _same_sort(match: re.Match, claim: Claim) -> bool:
    """Money with money of whatever currency, shares with shares, people with people."""
    if is_money(claim.unit):
        return bool(match["money"])
    if claim.unit == "%":
        return bool(match["share"])
    if match["money"] or match["share"] or not claim.unit:
        return False
    said = [word.lower().rstrip("s") for word in match["next"].split()]
    unit = [word.lower().rstrip("s") for word in claim.unit.split()]
    return bool(said) and (said[: len(unit)] == unit or unit[0] == said[0] or unit[-1] in said[:2])
