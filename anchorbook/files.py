"""Files on the disk, opened so that nothing waits for ever or fills the memory, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from pathlib import Path

SMALL = 1024 * 1024
"""More than any settings or answers that this package keeps for itself, in bytes."""
_HOW = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
_CHUNK = 1 << 20


class NotRegular(OSError):
    """What lies there is a pipe, a socket or a device: reading it could wait for ever, or never end."""


def open_regular(path: str | os.PathLike) -> int:
    """The number of an open file, to be closed by who asked for it. Links are followed.

    :raises OSError: when it cannot be opened, or is no regular file
    """
    handle = os.open(path, _HOW)  # without waiting: a pipe opens only when somebody writes into it
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return handle
    os.close(handle)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    raise NotRegular(errno.EINVAL, "It is a pipe or a device, not a file", os.fspath(path))


def read_regular(path: str | os.PathLike, most: int) -> bytes:
    """The first ``most`` + 1 bytes of a file: one more than may be there shows that it is too large.

    :raises OSError: when it cannot be read, or is no regular file
    """
    handle = open_regular(path)
    try:
        raw = os.read(handle, min(os.fstat(handle).st_size, most) + 1)
        while len(raw) <= most and (more := os.read(handle, min(_CHUNK, most + 1 - len(raw)))):
            raw += more
        return raw
    except OSError as error:
        raise type(error)(error.errno, error.strerror, os.fspath(path)) from None
    finally:
        os.close(handle)


def need_regular(path: str | os.PathLike) -> None:
    """Look at a file that a library is going to open.

    :raises OSError: when it cannot be opened, or is no regular file
    """
    os.close(open_regular(path))


def is_there(path: Path) -> bool:
    """True unless nothing is there. What may not be looked at counts as there: reading it says why."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def create(path: Path, text: str) -> None:
    """Write a file that must not be there yet.

    :raises FileExistsError: when something of that name is there
    :raises OSError: when it cannot be written; nothing is left then
    """
    stream = path.open("x", encoding="utf-8", newline="")
    try:
        with stream:
            stream.write(text)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def replace(path: Path, raw: bytes) -> None:
    """Put new content in the place of a file. Whatever happens, it holds the old or the new, and it keeps its rights.

    :raises OSError: when it cannot be written
    """
    handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
        if path.is_file():
            shutil.copymode(path, part)
        else:
            os.chmod(part, 0o644)
        os.replace(part, path)
    except OSError:
        Path(part).unlink(missing_ok=True)
        raise
