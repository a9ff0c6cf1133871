"""Writes the pages of cases, in as many processes as help, and reads on the way what they point at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from anchorbook.catalogue import Entry
from anchorbook.export import Case, dated
from anchorbook.inside.checking import Ahead, Read, Reader
from anchorbook.processes import available, spread
from anchorbook.project import site_address
from anchorbook.site.beside import NextSite, TreeWriter
from anchorbook.site.case_pages import CaseFrame, CasePages
from anchorbook.site.made import Made
from anchorbook.switching import Sign

BATCH = 50
PARALLEL_FROM = 1500
"""Below this many pages other processes cost more than they save."""


class Job(NamedTuple):
    """A page to write: its case and those that are related to it; ``digest`` names what it is made from, ``file`` is what stands there."""

    entry: Entry
    related: list[Entry]
    key: str
    digest: str
    added: str
    changed: str
    file: Sign | None

    @property
    def page(self) -> str:
        return f"cases/{self.entry.id}.html"


class Written(NamedTuple):
    """A page that is in its place. ``size`` is None when it stood there already, with the same content."""

    page: str
    size: int | None
    read: Read | None


class CaseWriter:
    """Makes and writes pages; one in each process."""

    def __init__(self, frame: CaseFrame, made: Made, writer: TreeWriter):
        self.frame, self.made, self.writer = frame, made, writer
        self.reader = Reader(writer.folder, site_address())

    def __call__(self, jobs: list[Job]) -> tuple[list[Written], dict[str, str]]:
        """Write these pages; with them goes what the parts that they share point at."""
        keys = [job.key for job in jobs]
        with self.made.opened() as texts:
            bodies, records = texts("body", keys), texts("record", keys)
        done = [self._write(job, Case(job.entry, record, job.added, job.changed), body) for job, body, record in zip(jobs, bodies, records, strict=True)]
        return done, self.reader.frames()

    def _write(self, job: Job, case: Case, body: str) -> Written:
        raw = self.frame.html(case, job.related, body).encode()
        if self.writer.stands(job.page, raw, job.file):
            return Written(job.page, None, None)
        self.writer.write(job.page, raw)
        return Written(job.page, len(raw), self.reader.read(job.page, hashlib.sha256(raw).hexdigest()))


@contextmanager
def writing_cases(pages: CasePages, made: Made, site: NextSite, ahead: Ahead, progress: Callable[[int, int], None]) -> Iterator[Iterator[str]]:
    """The pages of all cases that have changed, by address, as they get written. What they point at is added to ``ahead``.

    With many pages other processes have begun by then, and the caller may do something else before asking for them.
    """
    catalogue = pages.catalogue
    jobs = []
    for entry in catalogue.by_id.values():
        related, key = catalogue.related(entry), catalogue.keys[entry.id]
        job = Job(entry, related, key, pages.digest(entry, related, key), *dated(entry, pages.dates), site.files.get(f"cases/{entry.id}.html"))
        if site.noted(job.page) != job.digest:
            jobs.append(job)
        site.now[job.page] = job.digest
    if not jobs:
        yield iter(())
        return
    batches = [jobs[start : start + BATCH] for start in range(0, len(jobs), BATCH)]
    work = CaseWriter(pages.frame, made, site.writer)
    with spread(work, batches, available() if len(jobs) >= PARALLEL_FROM else 1) as results:
        yield _noted(results, site, ahead, lambda done: progress(done, len(jobs)))


def _noted(results: Iterator[tuple[list[Written], dict[str, str]]], site: NextSite, ahead: Ahead, progress: Callable[[int], None]) -> Iterator[str]:
    done = 0
    for batch, frames in results:
        ahead.frames |= frames
        for item in batch:
            if item.read:
                ahead.files[item.page] = item.read
            if item.size is not None:
                site.written(item.page, item.size)
                yield item.page
        progress(done := done + len(batch))
