"""A tree of files that takes the place of another in one step.

``_build/html`` is never written to. The next site grows in ``_build/next``: the same files under second names (hard
links), until a changed one gets a new file under its name. When all is there the two folders change places, which is
one call of the system. So whenever a build dies, or finds no room, ``html`` is a whole site: the last one or the new
one. What is new is put on the disk itself before the switch (:func:`flush`), so that this holds when the power goes, too. After that ``next`` holds the site before; the next build that has something to write brings it up to date first,
by looking which files differ, so nothing in it is ever trusted.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import shutil
import sys
from collections.abc import Iterable, Set
from pathlib import Path
from typing import NamedTuple

NEXT = "next"
BEFORE = "before"
"""Where the old site stands for a moment, on systems where two folders cannot change places in one step."""
PART = ".part"
"""Ending of a file that is being written."""

_NO_LINKS = (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV, errno.EINVAL)
_NO_FLUSH = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EROFS)
"""What systems say that cannot do it for such a file or folder."""
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


class Sign(NamedTuple):
    """How a file shows that it is the same as before. Times are compared for being equal, never for being older."""

    size: int
    time: int
    """Of the last change, in nanoseconds."""
    number: int
    """Its number on the disk; two names of one file have the same."""


def files_in(folder: Path) -> dict[str, Sign]:
    """Every file of a folder by its name from there, with forward slashes; none when there is no such folder."""
    return _look(folder)[0]


def _look(folder: Path) -> tuple[dict[str, Sign], list[str]]:
    """Files of a folder, and the folders in it, each before those that it holds."""
    found: dict[str, Sign] = {}
    folders = [""]
    for inside in folders:  # grows on the way
        try:
            entries = os.scandir(f"{folder}/{inside}")
        except (FileNotFoundError, NotADirectoryError):
            continue
        with entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{inside}{entry.name}/")
                else:
                    stat = entry.stat(follow_symlinks=False)
                    found[inside + entry.name] = Sign(stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return found, folders[1:]


def leave_only(wanted: Set[str], folder: Path) -> dict[str, Sign]:
    """Remove all other files, and folders with nothing in them; returns the files that stay."""
    found, folders = _look(folder)
    for name in found.keys() - wanted:
        os.unlink(f"{folder}/{name}")
    kept = _folders_of(wanted)
    for name in reversed(folders):
        if name not in kept:
            os.rmdir(f"{folder}/{name}")
    return {name: sign for name, sign in found.items() if name in wanted}


def _folders_of(names: Iterable[str]) -> set[str]:
    """All folders that these files need, each with a slash at its end."""
    found: set[str] = set()
    for name in names:
        while (end := name.rfind("/", 0, -1)) >= 0 and (name := name[: end + 1]) not in found:
            found.add(name)
    return found


def mirror(files: dict[str, Sign], shown: Path, tree: Path) -> None:
    """Make ``tree`` the same as ``shown``, which holds these files, whatever is in it; touch only what differs."""
    if tree.is_symlink() or tree.is_file():
        tree.unlink()
    wanted = {name: sign for name, sign in files.items() if not name.endswith(PART)}
    there = leave_only(wanted.keys(), tree)
    for folder in sorted(_folders_of(wanted)):
        os.makedirs(f"{tree}/{folder}", exist_ok=True)
    tree.mkdir(parents=True, exist_ok=True)
    for name, sign in wanted.items():
        if (old := there.get(name)) != sign:
            link(f"{shown}/{name}", f"{tree}/{name}", new=not old, copied=bool(old) and old[:2] == sign[:2])


def link(source: str, target: str, *, new: bool = False, copied: bool = False) -> None:
    """Give a file a second name, in the place of what has that name; a copy with the same time where that is not possible.

    ``new`` says that nothing has that name, ``copied`` that such a copy has it.
    """
    part = target if new else target + PART
    try:
        os.link(source, part, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if copied:
            return
        part = target + PART
        shutil.copy2(source, part, follow_symlinks=False)
    if part != target:
        os.replace(part, target)


def make_folder(folder: str) -> None:
    """Make a folder; a file in its way goes."""
    try:
        os.makedirs(folder, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        path = Path(folder)
        for blocking in (*reversed(path.parents), path):
            if blocking.is_symlink() or blocking.is_file():
                blocking.unlink()  # where a folder of the site belongs nothing else stays
                break
        os.makedirs(folder, exist_ok=True)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system or the disk cannot do that."""
    first, second = os.fsencode(one), os.fsencode(other)
    here, swap = -100, 2  # AT_FDCWD; RENAME_EXCHANGE, and RENAME_SWAP of macOS
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            if hasattr(system, "renameat2"):
                failed = system.renameat2(here, first, here, second, ctypes.c_uint(swap))
            else:
                number = {"x86_64": 316, "aarch64": 276}[platform.machine()]
                failed = system.syscall(ctypes.c_long(number), here, first, here, second, ctypes.c_uint(swap))
        elif sys.platform == "darwin":
            failed = system.renamex_np(first, second, ctypes.c_uint(swap))
        else:
            return False
    except (AttributeError, KeyError, OSError, TypeError):
        return False
    if failed and (reason := ctypes.get_errno()) not in _NO_EXCHANGE:
        raise OSError(reason, os.strerror(reason), str(one), None, str(other))
    return not failed


MOST_FLUSHED = 200
"""With more changed files than this it is quicker to have the system write all that it holds."""


def flush(tree: Path, names: Iterable[str]) -> None:
    """Put these files of ``tree`` on the disk itself, and every folder of it. Without this a computer may lose power
    after a folder got its new name and before its files got their content.

    :raises OSError: when the disk cannot take them
    """
    changed = [f"{tree}/{name}" for name in sorted(names)]
    if len(changed) > MOST_FLUSHED and sys.platform == "linux":  # elsewhere, sync does not wait for the disk
        os.sync()
        return
    for path in changed:
        _flush(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    for folder in ("", *_look(tree)[1]):
        _flush_folder(f"{tree}/{folder}")


def _flush(path: str, how: int) -> None:
    number = os.open(path, how)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in _NO_FLUSH:
            error.filename = path
            raise
    finally:
        os.close(number)


def _flush_folder(folder: str) -> None:
    if os.name == "posix":  # Windows cannot open folders, and keeps their names by itself
        _flush(folder, os.O_RDONLY)


def switch(shown: Path, tree: Path) -> None:
    """Put ``tree`` in the place of ``shown``, and that in the place of ``tree``."""
    _change_places(shown, tree)
    _flush_folder(str(shown.parent))


def _change_places(shown: Path, tree: Path) -> None:
    if not shown.exists():
        tree.rename(shown)
    elif not exchange(shown, tree):
        before = shown.with_name(BEFORE)
        shown.rename(before)
        try:
            tree.rename(shown)
        except OSError:
            before.rename(shown)
            raise
        before.rename(tree)


def heal(shown: Path) -> None:
    """Finish what a build left behind that was killed while the folders changed places in several steps."""
    before = shown.with_name(BEFORE)
    if not before.is_dir():
        return
    if not shown.exists():
        before.rename(shown)
    else:
        shutil.rmtree(before)
