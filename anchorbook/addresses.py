"""Addresses that live for ever: the register of those that were published, and where moved ones lead now.

``data/addresses.txt`` holds one address a line, as it stands behind the address of the site: ``cases/a-case.html``,
``evidence/claims.html#cl01``. ``anchorbook addresses`` writes it, sorted; its readers take any order, so that two people
may each add a line. ``data/redirects.yaml`` says where each address leads that has moved. A project needs neither file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, ValidationError

from anchorbook.files import is_there, read_regular
from anchorbook.findings import Finding
from anchorbook.open_data import FILES
from anchorbook.parts import Part, PartialDate, Text, described
from anchorbook.reading import Document, read_file, unreadable

if TYPE_CHECKING:
    from anchorbook.catalogue import Catalogue

MOST_BYTES = 20_000_000

_FILE = r"(?:[a-z0-9][a-z0-9-]*/)*[a-z0-9][a-z0-9._-]*\.[a-z0-9]+"
ADDRESS = rf"^{_FILE}(?:#[A-Za-z0-9][A-Za-z0-9._-]*)?$"
"""A page or file of the book in small letters, and a place on a page. It can name nothing outside the site."""
_ADDRESS = re.compile(ADDRESS[:-1] + r"\Z")

NOT_FOUND = "404.html"
_NEVER_KEPT = re.compile(r"404\.html\Z|explore-\d+\.html\Z|pagefind/")
"""The page for wrong addresses; the later pages of Explore, whose number and content change with each case."""
_FILES = frozenset(file.path for file in FILES)
_FOLDERS_OF_FILES = ("data/", "downloads/")


def is_kept(file: str) -> bool:
    """True for a file of the site whose address is promised: pages, and files that people fetch. Pictures, scripts and the
    search index change their names as they like."""
    if _NEVER_KEPT.match(file):
        return False
    return file.endswith(".html") or file in _FILES or file.startswith(_FOLDERS_OF_FILES)


def promised_places(catalogue: Catalogue) -> Iterator[str]:
    """Addresses inside pages that other texts may link to: claims, entries of the register of disagreements, glossary terms."""
    yield from (f"evidence/claims.html#{claim.id.lower()}" for claim in catalogue.ledger.claims)
    yield from (f"evidence/conflicts.html#{entry.id}" for entry in catalogue.register.entries)
    if "glossary" in catalogue.vocabulary:
        yield from (f"glossary.html#{term.slug}" for term in catalogue.vocabulary["glossary"].terms)


PAGES_WITH_PLACES = ("evidence/claims.html", "evidence/conflicts.html", "glossary.html")
"""The pages of :func:`promised_places`."""


# ---------------------------------------------------------------- the register


def is_address(text: str) -> bool:
    """True for a line of the register that can be used."""
    return bool(_ADDRESS.match(text)) and len(text) <= 300


@dataclass
class Kept:
    """The register as read: each address with its line."""

    name: str
    lines: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    there: bool = False


def read_register(path: Path, name: str) -> Kept:
    """Read the register. A project without one has promised nothing yet. ``name`` is what findings call it."""
    kept = Kept(name)
    try:
        raw = read_regular(path, MOST_BYTES)
    except FileNotFoundError:
        return kept
    except OSError as error:
        kept.findings.append(unreadable(name, error))
        return kept
    kept.there = True
    if len(raw) > MOST_BYTES:
        kept.findings.append(Finding(name, 1, 1, "file-too-large", f"this file is larger than {MOST_BYTES:,} bytes.", "It holds one short address a line. Bring it back from the repository's history."))
        return kept
    for number, line in enumerate(raw.decode("utf-8-sig", "replace").split("\n"), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if is_address(text):
            kept.lines.setdefault(text, number)
        elif text.startswith(("<<<<<<<", "=======", ">>>>>>>")):
            kept.findings.append(Finding(name, number, 1, "bad-address", "this line was left by a merge.", "Delete this line and the others of its kind. Keep the addresses of both sides."))
        else:
            kept.findings.append(Finding(name, number, 1, "bad-address", "this is not an address of the book.",
                                         "Write it in small letters, without the name of the site. For example: cases/a-case.html"))
    return kept


HEAD = """\
# Every address of this book that was ever published. The command "anchorbook addresses" writes this file.
# Never take a line out: others link to it. If a page moves, say where to in data/redirects.yaml.
"""


def register_text(addresses: Iterable[str]) -> str:
    """The register as it is written."""
    return HEAD + "".join(f"{address}\n" for address in sorted(set(addresses)))


# ---------------------------------------------------------------- redirects


class Redirect(Part):
    """One address that has moved."""

    old: str = described("The address that was published, from the home folder.", "cases/old-name.html", pattern=ADDRESS, max_length=300)
    new: str = described("The address that it leads to now, from the home folder.", "cases/new-name.html", pattern=ADDRESS, max_length=300)
    since: PartialDate = described("The day it moved.", "2026-11-22")
    why: Text = described("Why, in one sentence that readers see.", "The trust has a new name.", max_length=300)


class RedirectsFile(Part):
    """The file as a whole."""

    redirects: Annotated[list[Redirect], BeforeValidator(lambda value: [] if value is None else value)] = described("The addresses that have moved.", [])


@dataclass
class Redirects:
    """The redirects of a project that can be used, with what was wrong in reading them."""

    items: list[Redirect] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    document: Document = field(default_factory=lambda: Document(""))
    numbers: dict[str, int] = field(default_factory=dict)
    """The place in the file of each old address."""

    @cached_property
    def next(self) -> dict[str, str]:
        return {item.old: item.new for item in self.items}

    def end(self, old: str) -> str | None:
        """Where an address leads in the end; None when it leads round in a circle. One that never moved leads to itself."""
        seen, here = set(), old
        while (there := self._step(here)) is not None:
            if here in seen:
                return None
            seen.add(here)
            here = there
        return here

    def _step(self, address: str) -> str | None:
        """The next address, when this one or its page has moved. A place on a page that moved goes with it."""
        if address in self.next:
            return self.next[address]
        page, mark, place = address.partition("#")
        moved = self.next.get(page) if mark else None
        return moved if moved is None or "#" in moved else f"{moved}#{place}"

    def finding(self, old: str, where: str, code: str, message: str, hint: str) -> Finding:
        """A finding at the redirect of an address. ``where`` is one of its fields."""
        return self.document.finding(("redirects", self.numbers[old], where), code, message, hint)

    def over_page(self, old: str) -> Finding:
        """What to say of a redirect that would hide a page."""
        return self.finding(old, "old", "redirect-over-page", f"there is a page at {old}.", "Take the redirect out, or give that page another address.")

    def to_nothing(self, old: str, end: str) -> Finding:
        """What to say of one at whose end nothing is."""
        return self.finding(old, "new", "redirect-to-nothing", f"there is nothing at {end}.", "Name a page of the book as it is today.")


def load_redirects(path: Path, name: str) -> Redirects:
    """Read the redirects and find what is wrong among them. Those that are wrong are left out. ``name`` is what findings call the file."""
    from anchorbook.checks.shape import shape_findings

    if not is_there(path):
        return Redirects()
    document = read_file(path, name)
    found = Redirects(findings=document.findings, document=document)
    if document.data is None:
        return found
    try:
        items = RedirectsFile.model_validate(document.data).redirects
    except ValidationError as error:
        found.findings += shape_findings(document, error, RedirectsFile)
        return found
    for number, item in enumerate(items):
        if item.old in found.numbers:
            found.findings.append(document.finding(("redirects", number, "old"), "duplicate-redirect", f"{item.old} stands twice.", "Keep one of the two."))
            continue
        found.numbers[item.old] = number
        found.items.append(item)
    for item in found.items[:]:
        problem = _problem(item, found)
        if problem:
            found.findings.append(found.finding(item.old, *problem))
            found.items.remove(item)
    found.__dict__.pop("next", None)  # it was worked out with the wrong ones
    return found


def _problem(item: Redirect, found: Redirects) -> tuple[str, str, str, str] | None:
    """Field, code, message and hint of what is wrong with a redirect in itself."""
    (old, _, place), (new, _, _) = item.old.partition("#"), item.new.partition("#")
    if not is_kept(old):
        return "old", "bad-address", f"{old} is no page of the book and no file to fetch.", "Only pages (.html) and files in data/ or downloads/ can leave a redirect."
    if not old.endswith(".html") and (place or "#" in item.new or Path(old).suffix != Path(new).suffix):
        return "new", "redirect-other-kind", f"{old} cannot lead to {item.new}.", f"Where a file was, programs expect a file of that kind: name one that ends in {Path(old).suffix}."
    if old.endswith(".html") and not new.endswith(".html"):
        return "new", "redirect-other-kind", f"{old} is a page and cannot lead to {item.new}.", "Name a page, which ends in .html. The page can link to the file."
    if found.end(item.old) is None:
        return "new", "redirect-loop", f"{item.old} leads back to itself.", "Let it lead to the page that is there today."
    return None
