"""Details of people, and signs that nobody sees: what must not go into a public record.

No message repeats what was found, because reports of the checker are public too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from anchorbook.checks.evidence import PERCENT
from anchorbook.checks.subject import Subject
from anchorbook.findings import Finding, Severity
from anchorbook.model import Measure
from anchorbook.parts import Place
from anchorbook.reading import ValuePath
from anchorbook.text import DIGITS, without_addresses

# An address starts where a word does: to try every letter of a long word would take seconds.
_EMAIL = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9](?:[\w.+'-]{0,62}[\w+])?\s?(?:@|\(at\)|\[at\])\s?(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
# Digits in groups, with 0, +44 or 0044 in front; how many there are is counted afterwards.
_PHONE = re.compile(r"(?<![\w.,/£$€#-])(?:(?:\+|00)44[ \u00a0.-]?(?:\(0\))?|\(?0)(?:[ \u00a0.()-]{0,2}\d){8,11}(?![\d%]|[.,]\d)")
_NHS = re.compile(r"(?<![\w.,/£$€+#-])\d{3}([ \u00a0.-]?)\d{3}\1\d{4}(?![\w%/-]|[.,]\d)")
_INSURANCE = re.compile(r"(?<![A-Za-z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ \u00a0-]?\d{2}[ \u00a0-]?\d{2}[ \u00a0-]?\d{2}[ \u00a0-]?[A-D](?![A-Za-z0-9])", re.IGNORECASE)
_AREAS = frozenset((
    "AB AL B BA BB BD BF BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS "
    "HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO "
    "SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE").split())
"""Areas of postcodes: the letters at the front. Other letters, as in CL20 3AB, are no postcode."""
_POSTCODE = re.compile(rf"(?<![\w£$€/-])(?:{'|'.join(sorted(_AREAS))})\d[A-Z\d]?[ \u00a0]?\d[ABD-HJLNP-UW-Z]{{2}}(?![\w/-])")
_END = re.compile(r"\d[ABD-HJLNP-UW-Z]{2}(?![\w/-])")
"""How those end: quicker to look for, and rare in other texts."""
_SMALL_POSTCODE = re.compile(r"(?<![\w£$€/-])([a-z]{2})\d\d?[ \u00a0]\d([abd-hjlnp-uw-z]{2})(?![\w/-])")
_SMALL_END = re.compile(r"\d[ \u00a0]\d[a-z]{2}")
"""What each of those holds, and few other texts do."""
_NO_UNITS = frozenset(("st nd rd th bn gb tb gw ft lb hr yr pp sq").split())
"""Letters after a digit that mean something else than the end of a postcode: first, second, billion, hour."""
_MARKUP = re.compile(r"\]\([^)]{0,2000}\)|\[@[^\]]{0,2000}\]")


COUNTED = ("outcome", "output", "process")
"""Kinds of number that count people whom a project met."""
SMALL = 5
PEOPLE = frozenset((
    "people person persons staff patient patients resident residents children child pupils pupil students student tenants tenant women men woman man "
    "girls boys adults adult apprentices apprentice trainees trainee learners learner participants participant volunteers volunteer carers carer "
    "employees employee workers worker nurses nurse doctors doctor users clients client recruits recruit veterans refugees mothers fathers parents "
    "residents' youngsters teenagers individuals individual attendees attendee starters leavers jobseekers deaths births").split())
"""Words for people. A unit that holds one of them counts people: young people, service users."""
LONGEST_SAID = 200
"""Letters of somebody's words that a message repeats."""
LONGEST = 45
"""Letters of the longest word of English dictionaries. Real records stay far below."""


# ---------------------------------------------------------------- what is looked for, in any text

EMAIL = ("email-address", "there is an e-mail address here.")
PHONE = ("phone-number", "there is a phone number here.")
NHS = ("nhs-number", "these ten digits are a possible NHS number.")
INSURANCE = ("national-insurance-number", "this looks like a National Insurance number.")
POSTCODE = ("full-postcode", "there is a full postcode here.")
Said = tuple[str, str]
"""The code of a finding and its message."""


def emails(prose: str) -> Iterator[re.Match[str]]:
    """E-mail addresses in a text."""
    in_citations = prose.count("[@") + prose.count("; @") if "@" in prose else 0  # no address stands right before these
    return _EMAIL.finditer(prose) if prose.count("@") > in_citations or "(at)" in prose or "[at]" in prose else iter(())


def phones(prose: str) -> Iterator[re.Match[str]]:
    """Phone numbers of this country in a text."""
    return (match for match in _PHONE.finditer(prose) if _is_phone(match[0]))


def nhs_like(prose: str) -> Iterator[re.Match[str]]:
    """Numbers in a text that may be NHS numbers, and are not said to be the number of a book."""
    return (match for match in _NHS.finditer(prose)
            if is_nhs_number(match[0]) and not re.search(r"ISBN(?:-10)?\D{0,9}\Z", prose[max(0, match.start() - 20) : match.start()], re.IGNORECASE))


def postcodes(prose: str) -> Iterator[re.Match[str]]:
    """Full postcodes in a text. In small letters only those that cannot be anything else."""
    if _END.search(prose):
        yield from _POSTCODE.finditer(prose)
    if _SMALL_END.search(prose):
        yield from (match for match in _SMALL_POSTCODE.finditer(prose) if match[1].upper() in _AREAS and match[2] not in _NO_UNITS)


def personal_details(text: str) -> Iterator[tuple[int, Said]]:
    """Where a text gives a detail of a person, with what is to be said of it, in order of kinds. Web addresses do not count."""
    prose = without_addresses(text)
    yield from ((match.start(), EMAIL) for match in emails(prose))
    if DIGITS.search(prose):
        for said, found in ((PHONE, phones(prose)), (NHS, nhs_like(prose)), (INSURANCE, _INSURANCE.finditer(prose)), (POSTCODE, postcodes(prose))):
            yield from ((match.start(), said) for match in found)


def repeated(words: str) -> str:
    """What somebody wrote, as a message may repeat it: not at full length, and nothing about a person."""
    if any(personal_details(words)):
        return "what was written"
    return f"\"{words if len(words) <= LONGEST_SAID else words[: LONGEST_SAID - 1] + '…'}\""


# ---------------------------------------------------------------- the fields of a record


def email_addresses(subject: Subject) -> Iterator[Finding]:
    """email-address: it may be a person's own. Under contact an office may give one."""
    for path, prose in subject.public_prose:
        if path[0] != "contact" and any(emails(prose)):
            yield subject.finding(path, *EMAIL, "Take it out. Name an office under contact, with a page that says how to reach it.")


def phone_numbers(subject: Subject) -> Iterator[Finding]:
    """phone-number: numbers of helplines are no secret, but they change; a page of contact details is kept up to date."""
    for path, prose in subject.long_numbered:
        if any(phones(prose)):
            yield subject.finding(path, *PHONE, "Take it out. Name the organisation under contact, with a page that says how to reach it.")


def _is_phone(text: str) -> bool:
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    national = re.sub(r"^(?:0044|44)", "0", digits)
    # Eleven digits; a few old freephone and area numbers have ten.
    return bool(re.fullmatch(r"0[1235789]\d{9}|0(?:1\d|80|50)\d{7}", national))


def nhs_numbers(subject: Subject) -> Iterator[Finding]:
    """nhs-number: ten digits whose last one follows from the others. The number of a book of ten digits is made the same way."""
    for path, prose in subject.long_numbered:
        if any(nhs_like(prose)):
            yield subject.finding(path, *NHS, "Take it out, and tell the editors. If it is another number, put commas in it or say it in words.")


def is_nhs_number(text: str) -> bool:
    """True when the last of ten digits is the check digit of the nine before it (modulus 11)."""
    digits = [int(sign) for sign in re.sub(r"\D", "", text)]
    if len(digits) != 10 or digits[4:] == [0] * 6 or len(set(digits)) == 1:
        return False  # a round number, or one that somebody made up
    rest = sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return (11 - rest) % 11 == digits[9]


def insurance_numbers(subject: Subject) -> Iterator[Finding]:
    """national-insurance-number: two letters, six digits, one letter."""
    for path, prose in subject.long_numbered:
        if _INSURANCE.search(prose):
            yield subject.finding(path, *INSURANCE, "Take it out, and tell the editors.")


def full_postcodes(subject: Subject) -> Iterator[Finding]:
    """full-postcode: a handful of homes. Only a place of level site, such as a hospital, may have one."""
    for path, prose in subject.numbered:
        if (_POSTCODE.search(prose) or _SMALL_END.search(prose)) and any(postcodes(prose)) and not _is_site(subject, path):
            yield subject.finding(path, *POSTCODE, "Write the name of the town or ward. A site such as a hospital may have one: write level: site in its place.")


def _is_site(subject: Subject, path: ValuePath) -> bool:
    place = subject.case.places[path[1]] if path[0] == "places" and len(path) > 1 and isinstance(path[1], int) else None
    return isinstance(place, Place) and place.level == "site"


def small_counts(subject: Subject) -> Iterator[Finding]:
    """small-count: one to four people can be known to those around them."""
    for index, measure in enumerate(subject.case.measures):
        if measure.kind in COUNTED:
            for where, what, hint in (*_few_counted(measure), *_few_of(measure)):
                yield subject.finding(("measures", index, *where), "small-count", f"{what} fewer than {SMALL} people, who could be recognised.", hint, Severity.WARNING)


def _counts_people(unit: str) -> bool:
    words = unit.lower().replace("-", " ").split()
    return "per" not in words and not PEOPLE.isdisjoint(words)


def _few(number: float | None) -> bool:
    return number is not None and 0 < number < SMALL


def _few_counted(measure: Measure) -> Iterator[tuple[ValuePath, str, str]]:
    """Where a measure whose unit is people counts few of them: the place in it, what does, and what to write. Of a range one end is enough."""
    if not _counts_people(measure.unit):
        return
    if _few(measure.high if measure.value is None else measure.value):
        yield ("high" if measure.value is None else "value",), f"\"{measure.name}\" counts", f"Take the number out and write text: fewer than {SMALL} {measure.unit}"
    elif _few(measure.low):
        yield ("low",), f"the low end of \"{measure.name}\" counts", f"Take low and high out and write text: up to {measure.high} {measure.unit}"
    for name, other, out in (("baseline", measure.baseline, "baseline"), ("comparison", measure.comparison, "value of comparison")):
        if other and _few(other.value):
            yield (name, "value"), f"the {name} of \"{measure.name}\" counts", f"Take the {out} out and write in note: fewer than {SMALL} {measure.unit}"


def _few_of(measure: Measure) -> Iterator[tuple[ValuePath, str, str]]:
    """The same for a share of people: those it is a share of, and those whom the share stands for."""
    whole = measure.denominator
    if not whole or not whole.n or not _counts_people(whole.what):
        return
    if _few(whole.n):
        yield ("denominator", "n"), f"the denominator of \"{measure.name}\" counts", f"Take n out and write in note: of fewer than {SMALL} {whole.what}"
    for name in ("value", "high", "low") if measure.unit == "%" or measure.unit.strip().lower() in PERCENT else ():
        share = getattr(measure, name)
        if share is not None and _few(round(share * whole.n / 100)):
            yield (name,), f"\"{measure.name}\" is a share that stands for", f"Take the share out and write text: fewer than {SMALL} {whole.what}"
            return


# ---------------------------------------------------------------- signs that nobody sees

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_JOINERS = "\u200c\u200d"
_INVISIBLE = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"


@lru_cache
def hidden_signs() -> re.Pattern[str]:
    """Every sign that is not seen, or turns the text around it."""
    return re.compile(f"[{_BIDI}{_JOINERS}{_INVISIBLE}]")


def hidden_characters(subject: Subject) -> Iterator[Finding]:
    """hidden-character: what turns text round, or hides between letters, can make a text say what nobody sees."""
    for path, text in subject.public:
        odd = None if text.isascii() else next((match for match in hidden_signs().finditer(text) if not _belongs(text, match.start())), None)
        if odd:
            turns = re.match(f"[{_BIDI}]", odd[0])
            yield subject.finding(path, "hidden-character", f"there is a sign here that {'changes the direction of text' if turns else 'nobody can see'} (U+{ord(odd[0]):04X}).",
                                  "Delete it: type the text again, or paste it without its formatting.")


def _belongs(text: str, place: int) -> bool:
    """True for a joiner in a picture such as a family or in a script that needs it, and for the flags of nations."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if text[place] in _JOINERS:
        # Such scripts and all pictures come after the Latin, Greek and Cyrillic letters.
        return bool(before and after) and min(before, after) > "\u05ff" and not hidden_signs().match(before)
    return text[place] >= "\U000e0020" and bool(re.search("\U0001f3f4[\U000e0020-\U000e007e]{0,6}\\Z", text[max(0, place - 7) : place]))


def long_words(subject: Subject) -> Iterator[Finding]:
    """long-word: it cannot be broken on a narrow screen, and is rarely meant."""
    for path, prose in subject.prose:
        if len(prose) > LONGEST and max(map(len, prose.split()), default=0) > LONGEST and len(word := max(re.split(r"[\s/,–—-]+", _MARKUP.sub(" ", prose)), key=len)) > LONGEST and path[-1] not in ("id", "key"):
            yield subject.finding(path, "long-word", f"there is a word of {len(word)} letters here.",
                                  "Put spaces into it. Write a web address as [words](https://address).", Severity.WARNING)


PRIVACY_RULES = (email_addresses, phone_numbers, nhs_numbers, insurance_numbers, full_postcodes, small_counts, hidden_characters, long_words)
