"""Cases as they are this moment, each checked and made into its page by itself, without a build."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from jinja2 import UndefinedError

from anchorbook.catalogue import Catalogue
from anchorbook.checks.codes import CODES, PAGE
from anchorbook.files import read_regular
from anchorbook.findings import Finding, Severity
from anchorbook.checking import References, check_document, make_entry
from anchorbook.history import Dates
from anchorbook.project import Project
from anchorbook.reading import MAX_BYTES, read_bytes
from anchorbook.reporting import excerpt, file_lines, summary, visible
from anchorbook.site.case_page import as_record, render_article
from anchorbook.site.case_pages import CasePages
from anchorbook.site.exporting import case_dates
from anchorbook.site.pages import SKELETON_PAGE, shells_of
from anchorbook.site.rendering import environment
from anchorbook.store import digest_of

_MAIN = re.compile(r'<main id="main"[^>]*>')
_BARE = ('<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
         '<title>Not made yet – preview</title></head><body><main id="main" tabindex="-1"><h1>This page is not made yet</h1></main></body></html>')
_GONE = _BARE.replace("Not made yet", "Deleted").replace("This page is not made yet", "This case was deleted")
_ASSETS = '<link rel="stylesheet" href="/_preview/preview.css">\n<script src="/_preview/preview.js" defer data-state="{state}"></script>\n</head>'


@dataclass
class Draft:
    """One changed case: what the checker says, and its page when one can be made. ``raw`` is the file it was made from, None when that was deleted."""

    raw: bytes | None
    findings: list[Finding]
    page: str | None = None
    number: int = 0
    """Its place in the order in which drafts were made."""


class Shown(NamedTuple):
    """A page of one moment. ``gone`` is true for a case that was deleted, which lists still name until the next build."""

    html: str
    gone: bool


@dataclass
class Drafts:
    """All that changed since the last build, and what that build said. Used by several threads."""

    project: Project
    _drafts: dict[str, Draft] = field(default_factory=dict)
    _findings: list[Finding] = field(default_factory=list)
    _made: int = 0
    _pages: CasePages | None = None
    _known: References | None = None
    _dates: Dates | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def mark(self) -> int:
        """The number of the newest draft. Ask before a build: it knows nothing of drafts that are made later."""
        with self._lock:
            return self._made

    def _put(self, id: str, draft: Draft) -> None:
        self._made += 1
        draft.number = self._made
        self._drafts[id] = draft

    def take(self, catalogue: Catalogue, findings: list[Finding], *, built: bool, mark: int) -> None:
        """Take over what a build found that began at this mark. Drafts that the built pages now show are forgotten."""
        skeleton = shells_of(self.project) / SKELETON_PAGE
        pages = None
        if catalogue.all_entries and skeleton.is_file():
            if built or self._dates is None:
                self._dates = case_dates(self.project)  # something may have been committed
            pages = CasePages(self.project, catalogue, self._dates, skeleton.read_text("utf-8"))
        with self._lock:
            self._findings = sorted(findings)
            if pages:
                self._pages = pages
                self._known = References(catalogue.vocabulary, catalogue.bibliography, catalogue.ledger)
            for id, draft in list(self._drafts.items()):
                if draft.number > mark or self._raw(id) != draft.raw:
                    continue  # changed since the build began
                if built:
                    del self._drafts[id]
                else:
                    draft.findings = [item for item in self._findings if self._is_of(item, id)]

    def _is_of(self, finding: Finding, id: str) -> bool:
        folder, _, name = finding.path.rpartition("/")
        return folder == self.project.cases.name and name in (f"{id}.yaml", f"{id}.yml")

    def _raw(self, id: str) -> bytes | None:
        for ending in (".yaml", ".yml"):
            try:
                return read_regular(self.project.cases / f"{id}{ending}", MAX_BYTES)
            except OSError:
                continue
        return None

    def look_at(self, path: Path) -> list[Finding] | None:
        """Check one case and make its page; returns its findings, or None when nothing can be said of it.

        Rules that look at all cases together have their say with the next build.
        """
        with self._lock:
            known, pages = self._known, self._pages
        try:
            raw = read_regular(path, MAX_BYTES)
        except OSError:
            with self._lock:
                self._drafts.pop(path.stem, None)
                if self._raw(path.stem) is None:
                    self._put(path.stem, Draft(None, []))
            return None
        if known is None or pages is None:
            return None
        document = read_bytes(raw, self.project.relative(path))
        subject, findings = check_document(document, known)
        page = None
        if subject:
            try:
                entry = make_entry(subject)
                page = pages.html(entry, render_article(subject), as_record(subject))
            except (KeyError, UndefinedError):  # a term or source that no list holds has no words to show; the findings say so
                page = None
        with self._lock:
            self._put(path.stem, Draft(raw, findings, page))
        return findings

    def show(self, page: str, published: str | None) -> Shown | None:
        """A page of the site as it is to be shown now, or None when there is none.

        ``page`` is its address from the home folder, ``published`` what the last build made of it.
        """
        id = page.removeprefix("cases/").removesuffix(".html") if page.startswith("cases/") else ""
        with self._lock:
            drafts, built, known = dict(self._drafts), self._findings, self._pages is not None
        draft = drafts.get(id)
        latest = [item for item in built if not any(self._is_of(item, other) for other in drafts)]
        latest += [item for other in drafts.values() for item in other.findings]
        mine = [item for item in latest if id and self._is_of(item, id)]
        elsewhere = [item for item in latest if item not in mine]
        gone = bool(draft and draft.raw is None)
        html = _GONE if gone else (draft.page if draft else None) or published
        if html is None and not (draft or mine or not known):
            return None
        old = bool(draft and draft.page is None and published and not gone)
        panel = self._panel(mine, elsewhere, old=old, missing=html is None, case=bool(id), gone=gone)
        html = html or _BARE
        state = digest_of(html, panel)[:16]
        main = _MAIN.search(html)
        if main is None:  # a map in its frame
            return Shown(html, gone)
        html = f"{html[: main.end()]}\n{panel}{html[main.end() :]}"
        return Shown(html.replace("</head>", _ASSETS.replace("{state}", state), 1), gone)

    def _panel(self, mine: list[Finding], elsewhere: list[Finding], **about: bool) -> str:
        lines = file_lines(self.project.root)
        wrong = [item for item in elsewhere if item.severity is Severity.ERROR]
        files: dict[str, list[Finding]] = {}
        for item in wrong:
            files.setdefault(item.path, []).append(item)

        def shown(item: Finding) -> dict:
            source = lines(item.path)
            line = source[item.line - 1] if 0 < item.line <= len(source) else ""
            return {"finding": item, "snippet": excerpt(line, item.line, item.column) if line.strip() else [],
                    "page": f"{PAGE}#{item.code}" if item.code in CODES else ""}

        return environment().get_template("preview-findings.html").render(
            mine=[shown(item) for item in sorted(mine)], said=summary(mine),
            files=[(visible(path), summary(found), [shown(item) for item in found[:5]]) for path, found in sorted(files.items())[:20]],
            more=max(0, len(files) - 20), in_cases=self.project.cases.name + "/", **about)
