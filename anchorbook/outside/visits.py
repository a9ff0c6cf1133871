"""Asks every outside address of a book, host by host, and remembers the answers."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from urllib.parse import urlsplit

from anchorbook.findings import Finding, Severity
from anchorbook.outside.addresses import addresses
from anchorbook.outside.asking import Answer
from anchorbook.outside.memory import Known, Result, after, with_uses
from anchorbook.project import Project

HOSTS_AT_ONCE = 8


def visit(
    project: Project, before: Result | None, ask: Callable[[str], Answer], day: str, *, agent: str = "", minutes: float = 60.0,
    progress: Callable[[int, int], None] = lambda done, total: None, again: Callable[[Result], None] = lambda result: None,
) -> Result:
    """Ask every address of the book that was not asked on this day, for so many minutes at most.

    What there was no time for comes first the next time. ``again`` is given the result now and then, to keep it: then a
    run that is stopped has not asked in vain.
    """
    result = with_uses(before or Result(), addresses(project))
    result.day, result.agent = day, agent
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in sorted(result.addresses, key=lambda address: (result.addresses[address].asked, address)):
        if result.addresses[address].asked != day:
            by_host[_host(address)].append(address)
    total, end, done = sum(map(len, by_host.values())), time.monotonic() + 60 * minutes, 0

    def ask_host(host: str) -> list[tuple[str, Answer]]:
        return [(address, ask(address)) for address in by_host[host] if time.monotonic() < end]

    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        # Hosts with much to ask first, so that the last of them does not keep all waiting.
        waiting = [pool.submit(ask_host, host) for host in sorted(by_host, key=lambda host: (-len(by_host[host]), host))]
        for finished in as_completed(waiting):
            for address, answer in (answers := finished.result()):
                result.addresses[address] = after(result.addresses[address], answer.state, answer.said, answer.moved, day)
            done += len(answers)
            progress(done, total)
            again(result)
    return result


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def findings_of(result: Result) -> Iterator[Finding]:
    """A finding for each place whose address is broken or has moved. None is an error: they stop nothing."""
    for address, known in result.addresses.items():
        for path, line, _key in known.used:
            if known.broken:
                yield Finding(path, line, 1, "dead-link", f"{address}: {known.said}, on {known.days} days since {known.since}.", f"Look for the new address of the page. {what_to_write(address, known, result)}.", Severity.WARNING)
            elif known.moved:
                yield Finding(path, line, 1, "moved-link", f"{address} has moved to {known.moved}.", "Write the new address.", Severity.HINT)


def copy_of(address: str, result: Result) -> str:
    """An address of a copy in a web archive that the book gives too; empty when it gives none."""
    return next((other for other in result.addresses if "web.archive.org/web/" in other and other.endswith(f"/{address}")), "")


def what_to_write(address: str, known: Known, result: Result) -> str:
    """Advice for one address that is broken or has moved, without a full stop."""
    if known.moved:
        return f"Write {known.moved}"
    if copy := copy_of(address, result):
        return f"Write the address of the copy: {copy}"
    return f"There may be a copy at https://web.archive.org/web/*/{address}"
