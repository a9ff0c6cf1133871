"""One build of a book at a time: a lock that the system itself takes back when the process dies."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

GRACE = 2.0
"""Seconds to wait for what is left of a build that was just killed: a program it had started may live a moment longer."""
PAUSE = 0.1
"""Seconds between two looks at a lock that another process holds."""

_CANNOT_LOCK = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL)
_held: list[int] = []


class Busy(Exception):
    """Another build of the same book is running; says which one, and what to do. ``running`` says the first only."""

    def __init__(self, which: str = "", more: str = ""):
        self.running = f"Another build of this book is running{which}."
        super().__init__(f"{self.running} Wait until it has finished, or stop it. Then run the same command again.{more}")


def _forget_in_child() -> None:
    """A process that this one forks does not build, and must not hold the lock when it outlives this one."""
    for number in _held:
        with contextlib.suppress(OSError):
            os.close(number)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)


def held() -> tuple[int, ...]:
    """The open files of the locks that this process holds, for programs that must keep them while they run."""
    return tuple(_held) if fcntl else ()


def _take(path: Path) -> int | None:
    """Take the lock; its open file, or None when another process has it."""
    if fcntl:
        number = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return number
        except BlockingIOError:
            os.close(number)
            return None
        except OSError as error:
            os.close(number)
            if error.errno not in _CANNOT_LOCK:
                raise
    return _take_by_name(path.with_name(path.name + ".pid"))


def _take_by_name(path: Path) -> int | None:
    """The same where files cannot be locked: whoever makes the file has the lock."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_TEMPORARY", 0), 0o644)
    except FileExistsError:
        number = _process_of(path)
        if number and os.name == "posix" and not _alive(number):
            path.unlink(missing_ok=True)
            return _take_by_name(path)
        return None


def _alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True


def _note(path: Path) -> list[str]:
    """Process and time that the holder wrote down; empty when it had no time to."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        found = path.read_text("utf-8").split("\n")
        if len(found) == 3 and found[0].isdigit():
            return found[:2]
    return []


def _process_of(path: Path) -> int:
    return int(note[0]) if (note := _note(path)) else 0


def _busy(path: Path) -> Busy:
    by_name = path.with_name(path.name + ".pid")
    note = _note(by_name if by_name.exists() else path)
    return Busy(f" (process {note[0]}, since {note[1]})" if note else "", f" If none is running, delete {by_name}." if by_name.exists() else "")


@contextlib.contextmanager
def building(folder: Path, *, waiting: Callable[[Busy], bool] = lambda busy: False) -> Iterator[None]:
    """Hold the lock of the build folder of a book.

    While another process holds it, ``waiting`` is asked again and again whether to go on waiting.

    :raises Busy: when another build is running, and nobody wants to wait
    :raises OSError: when nothing can be written there
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ".lock"
    end = time.monotonic() + GRACE
    while (number := _take(path)) is None:
        if time.monotonic() > end and not waiting(busy := _busy(path)):
            raise busy
        time.sleep(PAUSE)
    _held.append(number)
    try:
        with contextlib.suppress(OSError):  # a full disk: the lock holds all the same
            os.ftruncate(number, 0)
            os.write(number, f"{os.getpid()}\n{datetime.now():%Y-%m-%d %H:%M}\n".encode())
        yield
    finally:
        _held.remove(number)
        os.close(number)
        with contextlib.suppress(OSError):
            path.with_name(path.name + ".pid").unlink()
