"""references.bib: its keys with their lines, short labels for citing, and each reference as HTML.

pybtex reads the file. It looks for plug-ins at every call, which is slow, so each reference is made once
and kept.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from pydantic_core import PydanticCustomError

from anchorbook.files import is_there
from anchorbook.findings import Finding, Severity
from anchorbook.parts import check_date, say_date
from anchorbook.reading import raw_of

MAX_BYTES = 8 * 1024 * 1024

_ENTRY = re.compile(r"^[ \t]*@(\w+)[ \t]*\{[ \t]*([^,\s}]+)[ \t]*,", re.MULTILINE)
_NOT_ENTRIES = ("comment", "preamble", "string")


@dataclass(frozen=True)
class Reference:
    """One entry, ready to show."""

    key: str
    label: str
    html: str
    sort: tuple[str, ...]
    title: str = ""
    url: str = ""
    plain: str = ""
    """The reference as plain text."""
    long: bool = False
    """True for reports, books and slides, in which a reader needs to be told where to look."""


@dataclass
class Bibliography:
    """Every reference by its key. ``keys`` gives the line each starts on."""

    keys: dict[str, int] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    digest: str = ""

    def __getitem__(self, key: str) -> Reference:
        return self.references[key]

    def __contains__(self, key: str) -> bool:
        return key in self.references

    def sorted(self, keys) -> list[Reference]:
        """The references of these keys, by author, year and title."""
        return sorted((self.references[key] for key in set(keys) if key in self.references), key=lambda ref: (ref.sort, ref.key))


def load_keys(path: Path, name: str = "references.bib") -> Bibliography:
    """Keys and their lines, without reading the entries: enough for checks, and quick."""
    return _keys(path, name)[0]


def _keys(path: Path, name: str) -> tuple[Bibliography, bytes]:
    """Keys and their lines, and the bytes that they were read from."""
    bibliography = Bibliography()
    if not is_there(path):
        bibliography.findings.append(Finding(name, 1, 1, "missing-file", "there is no references.bib.",
                                             "Bring it back from the repository's history."))
        return bibliography, b""
    raw = raw_of(path, name, MAX_BYTES, bibliography.findings, "Take out the entries that nothing cites, and long abstracts.")
    if raw is None:
        return bibliography, b""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        bibliography.findings.append(Finding(name, 1, 1, "wrong-encoding", "this file is not saved as UTF-8 text.",
                                             "Save it again with the encoding UTF-8."))
        return bibliography, raw
    bibliography.digest = hashlib.sha256(raw).hexdigest()
    position, line = 0, 1
    folded: dict[str, int] = {}  # BibTeX takes capitals and small letters for the same
    for match in _ENTRY.finditer(text):
        if match[1].lower() in _NOT_ENTRIES:
            continue
        line += text.count("\n", position, match.start(1))
        position = match.start(1)
        first = folded.setdefault(match[2].lower(), line)
        if first != line:
            bibliography.findings.append(Finding(
                name, line, 1, "duplicate-reference", f"the key \"{match[2]}\" is already used on line {first}.",
                "Give this entry another key."))
        bibliography.keys.setdefault(match[2], line)
    return bibliography, raw


def load_bibliography(path: Path, name: str = "references.bib") -> Bibliography:
    """Keys, labels and formatted references. What is wrong becomes findings."""
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError

    bibliography, raw = _keys(path, name)
    if any(finding.severity is Severity.ERROR for finding in bibliography.findings):
        return bibliography
    try:
        text = io.StringIO(raw.decode("utf-8"), newline=None).read()  # every end of a line as \n
        entries = parse_string(text, "bibtex").entries
    except PybtexError as error:
        line = getattr(error, "lineno", None) or 1
        bibliography.findings.append(Finding(
            name, line, 1, "broken-bibtex", f"BibTeX cannot be read here: {error}",
            "Check the braces, the commas between fields and the quotes of this entry."))
        return bibliography

    def broken(key: str, error: Exception) -> None:
        bibliography.findings.append(Finding(
            name, bibliography.keys.get(key, 1), 1, "broken-bibtex", f"the entry \"{key}\" cannot be read: {error}.",
            "Check its backslashes, braces and quotes."))

    for key in list(entries):
        try:
            _who(entries[key])
        except (ValueError, PybtexError) as error:
            broken(key, error)
            del entries[key]
    labels = _labels(entries)
    for key, entry in entries.items():
        try:
            bibliography.references[key] = _reference(key, entry, labels[key])
        except (ValueError, PybtexError) as error:
            broken(key, error)
    return bibliography


def _plain(text: str) -> str:
    """A BibTeX value as plain text."""
    from pybtex.richtext import Text

    return str(Text.from_latex(text)).replace("\xa0", " ")


def _family(person) -> str:
    names = " ".join([*person.prelast_names, *person.last_names]) or " ".join(person.first_names)
    return _plain(names)


def _full(person) -> str:
    given = " ".join([*person.first_names, *person.middle_names])
    initials = " ".join(f"{part[0]}." if not part.endswith(".") else part for part in _plain(given).split())
    return f"{_family(person)}, {initials}" if initials else _family(person)


def _authors(entry):
    return entry.persons.get("author") or entry.persons.get("editor") or []


def _who(entry) -> str:
    families = [_family(person) for person in _authors(entry)]
    if not families:
        for name in ("organization", "institution", "publisher"):
            if name in entry.fields:
                return _plain(entry.fields[name])
        return _plain(entry.fields.get("title", entry.key or ""))
    if len(families) == 1:
        return families[0]
    if len(families) == 2:
        return " and ".join(families)
    return f"{families[0]} and others"


def _labels(entries) -> dict[str, str]:
    """Author and year; a letter follows where two would be alike."""
    plain = {key: f"{_who(entry)} {entry.fields.get('year', 'no date')}" for key, entry in entries.items()}
    alike: dict[str, list[str]] = {}
    for key, label in plain.items():
        alike.setdefault(label.lower(), []).append(key)
    for keys in alike.values():
        if len(keys) > 1:
            for number, key in enumerate(sorted(keys)):
                gap = "" if plain[key][-1].isdigit() else " "
                plain[key] += gap + (chr(ord("a") + number) if number < 26 else f" {number + 1}")
    return plain


def _published(entry) -> str:
    """The year, or the day where the entry says it."""
    fields = entry.fields
    year = fields.get("year", "")
    if year and re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", fields.get("date", "")):
        try:
            return say_date(check_date(fields["date"]))
        except PydanticCustomError:
            return year
    month = _plain(fields.get("month", ""))
    return f"{month} {year}".strip() if year else "no date"


def _reference(key: str, entry, label: str) -> Reference:
    fields = entry.fields
    escape = html.escape
    authors = [_full(person) for person in _authors(entry)]
    if len(authors) > 8:
        authors = [*authors[:7], "and others"]
    title = _plain(fields.get("title", ""))
    part = entry.type in ("article", "incollection", "inbook", "inproceedings")
    pieces = []
    lead = "; ".join(authors) if authors else ""
    pieces.append(f"{escape(lead)} ({escape(_published(entry))})." if lead else f"({escape(_published(entry))}).")
    pieces.append(f"{escape(title)}." if part else f"<cite>{escape(title)}</cite>.")
    container = _plain(fields.get("journal", "") or fields.get("booktitle", ""))
    if container:
        volume = _plain(fields.get("volume", ""))
        number = f"({_plain(fields['number'])})" if "number" in fields else ""
        pages = f":{_plain(fields['pages']).replace('--', '–')}" if "pages" in fields else ""
        issue = f" {volume}{number}{pages}".rstrip()
        pieces.append(f"<cite>{escape(container)}</cite>{escape(issue)}.")
    town = _plain(fields.get("address", ""))
    house = next((_plain(fields[name]) for name in ("publisher", "institution", "organization", "howpublished") if name in fields), "")
    if house and house not in lead:
        pieces.append(escape(f"{town}: {house}" if town else house) + ".")
    if "isbn" in fields:
        pieces.append(f"ISBN {escape(fields['isbn'])}.")
    if "note" in fields:
        pieces.append(escape(_plain(fields["note"]).rstrip(".")) + ".")
    url = _address(fields)
    if "doi" in fields:
        pieces.append(f'<a href="{escape(url)}">doi:{escape(fields["doi"])}</a>')
    elif url:
        pieces.append(f'<a href="{escape(url)}">{escape(_host(url))}</a>')
    sort = (_plain(lead or _who(entry)).lower(), fields.get("year", "9999"), title.lower())
    long = entry.type in ("techreport", "book", "report") or fields.get("howpublished", "").startswith("Slides")
    text = html.unescape(re.sub(r"<[^>]+>", "", " ".join(pieces if not url else pieces[:-1])))
    return Reference(key, label, " ".join(pieces), sort, title, url, f"{text} {url}".strip(), long)


def _address(fields) -> str:
    if "doi" in fields:
        return "https://doi.org/" + fields["doi"]
    url = fields.get("url", "").replace("\\_", "_").replace("\\%", "%").replace("\\&", "&").replace("\\#", "#")
    return url if re.match(r"https?://", url) else ""


def _host(url: str) -> str:
    """What a link to a page is called: its site."""
    return re.sub(r"^https?://(www\.)?", "", url).split("/")[0]
