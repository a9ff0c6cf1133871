"""What to say when the computer lets a build down: where it happened, and what to do. Never a traceback."""

from __future__ import annotations

import errno
import re
import sqlite3
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import get_args

from anchorbook.processes import JOBS
from anchorbook.project import Project

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
STAYS = "The last good site stays as it was."
_OF_SQLITE = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_READONLY: errno.EACCES, sqlite3.SQLITE_PERM: errno.EACCES,
              sqlite3.SQLITE_CANTOPEN: errno.EACCES}
_NUMBER = re.compile(r"\[Errno (\d+)\] ([^\n]*)")


Trouble = OSError | sqlite3.Error | BrokenExecutor
"""What the system raises that lets a command down. The last: a process that helped is gone."""
TROUBLE = get_args(Trouble)


def say_trouble(error: Trouble, project: Project) -> str:
    """An error of the system in words for the person who builds."""
    return _words(error, project, STAYS)


def say_refused(error: Trouble, project: Project) -> str:
    """The same for somebody who does not build."""
    return _words(error, project, "")


def _words(error: Trouble, project: Project, stays: str) -> str:
    if isinstance(error, BrokenExecutor):
        return (f"A process that did a part of the work was ended from outside. Most often there was not enough memory.{_after(stays)} "
                f"Close other programs, then run the same command again. If that does not help, set {JOBS} to 1: then one process does all the work, and needs less.")
    if isinstance(error, sqlite3.Error):
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return f"Another program is writing to {project.relative(project.cache)} and does not stop.{_after(stays)} Wait until it has finished, then run the same command again."
        return _say(_OF_SQLITE.get(code, 0), project.relative(project.cache), str(error), stays, remedy="Delete this folder: all in it is made again. Then run the same command again.")
    where = project.relative(Path(error.filename)) if isinstance(error.filename, str) and error.filename else "a file"
    return _say(error.errno or 0, where, error.strerror or type(error).__name__, stays)


def advice(lines: list[str], project: Project) -> str:
    """The same, when a program that the build has started said it in its own way; empty when it did not."""
    for line in reversed(lines):
        if (found := _NUMBER.search(line)) and int(found[1]) in (*FULL, *CLOSED):
            return _say(int(found[1]), project.relative(project.build), found[2], STAYS)
    return ""


def _after(words: str) -> str:
    return f" {words}" if words else ""


def _say(number: int, where: str, reason: str, stays: str, remedy: str = "Put that right, then run the same command again.") -> str:
    if number in FULL:
        return (f"There is no room left on the disk to write {where}.{_after(stays)} Make room, then run the same command again. "
                "Whatever is in _build/cache and _build/sphinx may be deleted: it is made again.")
    if number in CLOSED:
        return f"{where} may not be read or written ({reason}).{_after(stays)} Give yourself the right to write in that folder, or {'build' if stays else 'work'} in a copy of the book. Then run the same command again."
    return f"{where} could not be read or written ({reason}).{_after(stays)} {remedy}"
