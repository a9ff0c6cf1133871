"""The commands for those who publish: addresses, links, verify."""

from __future__ import annotations

import argparse
import errno
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from anchorbook import reporting
from anchorbook.calling import call
from anchorbook.files import read_regular, replace
from anchorbook.project import Project, repository_address, site_address

NOT_POSSIBLE = 2
MOST_NAMED = 20
"""Most addresses or files that are named one by one."""


def add_commands(commands) -> None:
    """Add the options of these commands to the parser."""
    addresses = commands.add_parser("addresses", help="keep the addresses of the built site for ever; say which old ones would break")
    addresses.add_argument("--check", action="store_true", help="look only; write nothing")
    addresses.set_defaults(run=_addresses)
    links = commands.add_parser("links", help="ask every outside address whether it still answers, politely, and remember it (needs the internet)")
    links.add_argument("--format", choices=sorted(reporting.FORMATS), default="text", help="how findings are written")
    links.add_argument("--file", type=Path, default=None, metavar="FILE", help="where the answers are kept from one time to the next (default: data/link-check.json)")
    links.add_argument("--minutes", type=float, default=40.0, help="stop asking after so many minutes; the rest comes first the next time (default: 40)")
    links.add_argument("--pause", type=float, default=2.0, help="seconds between two questions to one host (default: 2)")
    links.set_defaults(run=_links)
    verify = commands.add_parser("verify", help="is a folder the site that was published? Compares every file with its checksum")
    verify.add_argument("folder", type=Path, nargs="?", default=None, metavar="FOLDER", help="a copy of the site (default: _build/html)")
    verify.add_argument("--sums", type=Path, default=None, metavar="FILE", help="the list of checksums, say that of the published site (default: SHA256SUMS in the folder)")
    verify.set_defaults(run=_verify)


def _named(names: list[str]) -> list[str]:
    more = len(names) - MOST_NAMED
    return [f"  {reporting.visible(name)}" for name in names[:MOST_NAMED]] + ([f"  and {more:,} more"] if more > 0 else [])


# ---------------------------------------------------------------- addresses


def _addresses(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.addresses import read_register, register_text
    from anchorbook.checks.addresses import addresses_of, lost_addresses, site_findings
    from anchorbook.loading import read_catalogue

    if not (project.html / "index.html").is_file():
        print(f"There is no site yet. Run: {call('build')}", file=sys.stderr)
        return NOT_POSSIBLE
    path = project.addresses
    name = path.relative_to(project.root).as_posix()
    kept = read_register(path, name)
    if kept.findings:
        print(reporting.as_text(kept.findings))
        print("\nNothing was written: correct these lines first.", file=sys.stderr)
        return 1
    catalogue = read_catalogue(project)
    there = addresses_of(project, project.html, catalogue)
    new = sorted(set(there) - set(kept.lines))
    if new:
        print(f"{len(new):,} new {'address' if len(new) == 1 else 'addresses'}:")
        print("\n".join(_named(new)))
    lost = lost_addresses(project, kept)
    if lost:
        print(f"{len(lost):,} {'address was' if len(lost) == 1 else 'addresses were'} taken out of {name} and must stay:")
        print("\n".join(_named(lost)))
        kept.lines.update(dict.fromkeys(lost, 0))
    text = register_text((*kept.lines, *there))
    if not options.check and (not path.is_file() or path.read_bytes() != text.encode()):
        replace(path, text.encode())
        print(f"Written to {name}. Commit this file.")
    broken = list(site_findings(project, project.html, catalogue.today.isoformat()))
    if options.check and (new or lost):
        print(f"They are not in {name}. Run: {call('addresses')}")
    if broken:
        print(reporting.as_text(broken))
        print(f"\n{len(broken):,} of {len(set(kept.lines) | set(there)):,} addresses would break." if len(broken) > 1 else "\nOne address would break.")
        return 1
    print(f"{len(set(kept.lines) | set(there)):,} addresses are kept. None would break.")
    return 1 if options.check and (new or lost) else 0


# ---------------------------------------------------------------- links


def _links(project: Project, options: argparse.Namespace) -> int:
    """Whatever the addresses say is no failure of this command: it only looks."""
    from anchorbook.outside.asking import Asker, agent_of
    from anchorbook.outside.memory import NotAResult, read_file, write_file
    from anchorbook.outside.visits import findings_of, visit

    path = options.file or project.link_check
    try:
        before = read_file(path)
    except NotAResult as error:
        print(f"{project.relative(path)} is left aside: {error}. Every address counts as new.", file=sys.stderr)
        before = None
    agent = agent_of(site_address() or repository_address())
    asker = Asker(agent, pause=max(0.0, options.pause))
    print("Asking one address at a time on each host. This takes some minutes and needs the internet.", flush=True)
    try:
        result = visit(project, before, asker.ask, datetime.now(UTC).date().isoformat(), agent=agent, minutes=options.minutes, again=lambda result: write_file(path, result))
        write_file(path, result)
    except OSError as error:
        print(f"{error.filename}: this file cannot be written ({error.strerror}).", file=sys.stderr)
        return NOT_POSSIBLE
    findings = sorted(findings_of(result))
    if report := reporting.FORMATS[options.format](findings):
        print(report)
    counts = Counter("broken" if known.broken else known.state for known in result.addresses.values())
    print(f"Done: {len(result.addresses):,} addresses; {counts['ok']:,} answer, {counts['broken']:,} are broken, {counts['failed']:,} failed on one day only, "
          f"{counts['closed']:,} do not talk to programs, {counts['not-asked']:,} were not asked. Kept in {project.relative(path)}; the next build shows it.")
    return 0


# ---------------------------------------------------------------- verify


MOST_SUMS = 64 * 1024 * 1024
"""Bytes of a list of checksums: it has about a hundred for each file."""


def _read_sums(path: Path) -> str:
    raw = read_regular(path, MOST_SUMS)
    if len(raw) > MOST_SUMS:
        raise OSError(errno.EFBIG, "it is too large for a list of checksums", str(path))
    return raw.decode("utf-8", errors="replace")


def _verify(project: Project, options: argparse.Namespace) -> int:
    from anchorbook.site.checksums import NAME, compare

    folder = options.folder or project.html
    sums = options.sums or folder / NAME
    try:
        if not folder.is_dir():
            print(f"{folder} is no folder. To check a site on the web, fetch it first: the page \"Put the book online\" says how.", file=sys.stderr)
            return NOT_POSSIBLE
        found = compare(folder, _read_sums(sums))
    except FileNotFoundError:
        print(f"{sums} is not there. Each build writes it: {call('build')}", file=sys.stderr)
        return NOT_POSSIBLE
    except OSError as error:
        print(f"{error.filename}: this file cannot be opened ({error.strerror}).", file=sys.stderr)
        return NOT_POSSIBLE
    for said, names in (("not as published", found.wrong), ("missing", found.missing), ("not on the list", found.unlisted)):
        if names:
            print("\n".join([f"{len(names):,} {'file' if len(names) == 1 else 'files'} {said}:", *_named(names)]))
    if found.unreadable:
        print(f"Lines of {sums} that are no checksum of a file in the folder: {', '.join(map(str, found.unreadable[:MOST_NAMED]))}.")
    if found.same:
        print(f"All {found.right:,} files are as published.")
        return 0
    print(f"{found.right:,} files are as published; the folder as a whole is not.")
    return 1
