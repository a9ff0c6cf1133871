"""Addresses that were published must lead somewhere for ever: by the page itself, or by a redirect.

What can be known without building is said by ``anchorbook check``: cases, pages that authors wrote, claims and terms.
The finished site is looked at as a whole in :func:`site_findings`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterator
from functools import lru_cache
from pathlib import Path

from anchorbook.addresses import PAGES_WITH_PLACES, Kept, Redirects, is_address, is_kept, load_redirects, promised_places, read_register
from anchorbook.calling import call
from anchorbook.catalogue import Catalogue
from anchorbook.checks.privacy import hidden_signs
from anchorbook.checks.privacy_files import text_findings
from anchorbook.findings import Finding, Severity
from anchorbook.history import lines_ever
from anchorbook.nearest import nearest
from anchorbook.project import Project

MADE = ("training/slides/", "maps/")
"""Pages that neither authors nor cases are: whether they are there shows in the finished site only."""
NAMED = 3
"""Addresses that a finding about many names."""
MOST_GUESSED = 100
"""New cases among which the new name of a renamed one is looked for."""


def load(project: Project) -> tuple[Kept, Redirects]:
    """The register and the redirects of a project."""
    register, redirects = (path.relative_to(project.root).as_posix() for path in (project.addresses, project.redirects))
    return read_register(project.addresses, register), load_redirects(project.redirects, redirects)


def address_findings(project: Project, catalogue: Catalogue) -> Iterator[Finding]:
    """What is wrong with register and redirects, as far as it can be known before the site is built."""
    kept, redirects = load(project)
    yield from kept.findings
    if not kept.findings:
        yield from lost_lines(project, kept)
    yield from redirects.findings
    yield from _words(redirects)
    if not kept.lines and not redirects.items:
        return
    cases = {f"cases/{stem}.html" for stem in (*(Path(entry.path).stem for entry in catalogue.all_entries), *catalogue.refused)}
    pages = {f"{page}.html" for page in catalogue.pages}
    places = set(promised_places(catalogue))

    def there(address: str) -> bool | None:
        page, mark, _place = address.partition("#")
        if mark and there(page):
            return address in places if page in PAGES_WITH_PLACES and address in kept.lines else None
        if page.startswith("cases/"):
            return page in cases
        return page in pages if page.endswith(".html") and is_kept(page) and not page.startswith(MADE) else None

    wrong = list(_wrong_redirects(redirects, there))
    yield from wrong
    if redirects.findings or wrong:  # or each mistake there would be told twice
        return
    new = sorted(cases - set(kept.lines))
    for address, line in kept.lines.items():
        if redirects.end(address) == address and there(address) is False:
            yield breaks(kept.name, line, address, new, catalogue.today.isoformat())
    yield from _not_kept(kept, [f"cases/{entry.id}.html" for entry in catalogue.all_entries if entry.qa_status != "draft"])


MOST_LOST = 50
"""Most lines that are named one by one."""


def lost_lines(project: Project, kept: Kept, base: str = "") -> Iterator[Finding]:
    """Addresses that the register once held and that were taken out, each with the line to put back.

    Without git, as in a copy from a zip, nothing is known and nothing is said. ``base`` is the commit that a pull request
    starts from.
    """
    lost = lost_addresses(project, kept, base)
    if lost and not kept.there:
        yield Finding(kept.name, 1, 1, "address-taken-out", f"this file is gone. It held {len(lost):,} addresses that were published.",
                      f"Bring it back: git checkout main -- {kept.name}")
        return
    lines = sorted(kept.lines.items(), key=lambda item: item[1])
    for address in lost[:MOST_LOST]:
        line = next((number for other, number in lines if other > address), lines[-1][1] + 1 if lines else 1)
        yield Finding(kept.name, line, 1, "address-taken-out", f"{address} was published and must stay in this list. Its line was taken out.",
                      f"Put this line back: {address} If the page has moved, say where to in {project.relative(project.redirects)}.")
    if len(lost) > MOST_LOST:
        yield Finding(kept.name, 1, 1, "address-taken-out", f"the lines of {len(lost) - MOST_LOST:,} more addresses were taken out.", f"Run: {call('addresses')}. It puts back what is missing.")


def lost_addresses(project: Project, kept: Kept, base: str = "") -> list[str]:
    """Every address that the register held in the history and does not hold now, in order."""
    return sorted(line for line in lines_ever(project.root, kept.name, base) if line not in kept.lines and is_address(line))


def _words(redirects: Redirects) -> Iterator[Finding]:
    """What readers will see of a redirect holds no details of people and no hidden signs."""
    yield from text_findings(redirects.document.path, redirects.document.text)
    for item in redirects.items:
        if odd := hidden_signs().search(item.why):
            yield redirects.finding(item.old, "why", "hidden-character", f"there is a sign here that nobody can see (U+{ord(odd[0]):04X}).", "Delete it: type the text again.")


def _wrong_redirects(redirects: Redirects, there: Callable[[str], bool | None]) -> Iterator[Finding]:
    for item in redirects.items:
        page, mark, _place = item.old.partition("#")
        if there(item.old) and not mark:
            yield redirects.over_page(item.old)
        elif mark and there(page) is False and redirects.end(page) == page:
            yield redirects.finding(item.old, "old", "redirect-to-nothing", f"there is no page {page}.", "Say where the whole page went.")
        end = redirects.end(item.old)
        if end is not None and there(end) is False:
            yield redirects.to_nothing(item.old, end)


def breaks(name: str, line: int, address: str, new: list[str], day: str) -> Finding:
    """What to say of an address that would lead nowhere. ``new`` are cases that were never published before."""
    page, mark, _place = address.partition("#")
    guess = nearest(address, new[:MOST_GUESSED]) if address.startswith("cases/") else None
    to = guess or (page if mark else "cases/new-name.html" if address.startswith("cases/") else "the-new-address.html")
    write = f"add this line at the end of data/redirects.yaml: - {{old: {address}, new: {to}, since: {day}, why: It has a new name.}}"
    if address.startswith("cases/") and not mark:
        file = f"case_studies/{Path(page).stem}.yaml"
        return Finding(name, line, 1, "address-breaks", f"{address} was published, but {file} is gone. Links to it would lead nowhere.",
                       f"If the file has a new name, {write} If nobody should use the case any more, bring {file} back and write "
                       "qa_status: withdrawn in it, with a notice: that says why.")
    return Finding(name, line, 1, "address-breaks", f"{address} was published, but it is gone. Links to it would lead nowhere.",
                   f"Bring it back, or say where it went: {write}")


def _not_kept(kept: Kept, cases: list[str]) -> Iterator[Finding]:
    """A hint when cases are published whose addresses nobody watches yet. A project without a register is left alone."""
    missing = sorted(set(cases) - set(kept.lines)) if kept.there else []
    if missing:
        named = ", ".join(missing[:NAMED]) + (f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else "")
        yield Finding(kept.name, 1, 1, "address-not-kept", f"the register does not hold {named}.",
                      f"Run {call('build')}, then {call('addresses')}. Or write the address on a line of its own, anywhere in this file.", Severity.HINT)


# ---------------------------------------------------------------- the finished site

_ID = re.compile(r"\sid=\"([^\"]+)\"")


def looker(site: Path, names: Container[str] | None = None) -> Callable[[str], bool]:
    """Says whether an address leads to something in a site. ``names`` are its files, if others lie in the folder too."""
    @lru_cache(maxsize=64)
    def places(page: str) -> frozenset[str]:
        return frozenset(_ID.findall((site / page).read_text("utf-8", errors="replace")))

    def there(address: str) -> bool:
        page, mark, place = address.partition("#")
        return ((site / page).is_file() if names is None else page in names) and (not mark or place in places(page))

    return there


def site_findings(project: Project, site: Path, day: str, names: Collection[str] | None = None) -> Iterator[Finding]:
    """What would break, were this site published: addresses of the register, and redirects that lead to nothing.

    Redirects must have been written into it; see ``anchorbook.site.redirects``. ``day`` is written into advice.
    ``names`` are the files of the site; without them, all that lie in the folder.
    """
    kept, redirects = load(project)
    there = looker(site, names)
    for item in redirects.items:
        end = redirects.end(item.old)
        if end is not None and not there(end):
            yield redirects.to_nothing(item.old, end)
    pages = [f"cases/{path.name}" for path in (site / "cases").glob("*.html")] if names is None else [name for name in names if name.startswith("cases/")]
    new = sorted(page for page in pages if page not in kept.lines and page not in redirects.next)
    for address, line in kept.lines.items():
        if not there(address) and redirects.end(address) == address:
            yield breaks(kept.name, line, address, new, day)


def addresses_of(project: Project, site: Path, catalogue: Catalogue) -> list[str]:
    """Every address of a finished site that is to be kept, in order. Redirects are none: what they stand for was kept before."""
    redirects = load(project)[1]
    there = looker(site)
    files = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    found = {file for file in files if is_kept(file) and file not in redirects.next}
    return sorted(found | {address for address in promised_places(catalogue) if there(address)})
