"""``SHA256SUMS``: the checksum of every file of the site, so that anyone can tell whether a copy is whole and unchanged.

The format is that of ``sha256sum``, which can check it. Sums are remembered with the size and time of each file, so that a
build hashes only what it wrote.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from anchorbook.files import NotRegular, open_regular

NAME = "SHA256SUMS"
SHELF, KEY = "sums", "site"

_LINE = re.compile(r"(\\?)([0-9a-f]{64}) [ *](.+)\Z")
_WRITTEN = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_READ = {written: sign for sign, written in _WRITTEN.items()}

Sums = dict[str, str]
"""The checksum of each file, by its name from the folder, with forward slashes."""


class Memory(Protocol):
    """Remembers values by shelf and key; see :class:`anchorbook.store.Store`."""

    def get(self, shelf: str, key: str) -> Any: ...
    def put(self, shelf: str, key: str, value: Any) -> None: ...


def sums_of(folder: Path, memory: Memory | None = None, names: Container[str] | None = None) -> str:
    """The checksums of :func:`each_sum`, as they are written."""
    return sums_text(each_sum(folder, memory, names))


def each_sum(folder: Path, memory: Memory | None = None, names: Container[str] | None = None) -> Sums:
    """The checksums of all files of a folder; of those ``names`` only, when they are given.

    With a ``memory``, a file whose size, time and place on the disk are those of the last time is not read again,
    whatever the folder is called.
    """
    before: dict[str, tuple] = (memory.get(SHELF, KEY) or {}) if memory else {}
    now: dict[str, tuple] = {}
    for name, entry in _files(folder):
        if names is None or name in names:
            stat = entry.stat()
            sign = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
            known = before.get(name)
            now[name] = known if known and known[:-1] == sign else (*sign, digest_of_file(entry.path))
    if memory and now != before:
        memory.put(SHELF, KEY, now)
    return {name: signs[-1] for name, signs in now.items()}


def write_sums(folder: Path, memory: Memory | None = None) -> bool:
    """Write the checksums of all files of a folder into it; returns whether they have changed.

    Call it last: a file that is written afterwards has no sum, or a wrong one.
    """
    text = sums_of(folder, memory)
    path = folder / NAME
    try:
        if path.read_bytes() == text.encode():
            return False
    except OSError:
        pass
    part = folder / f"{NAME}.part"
    part.write_bytes(text.encode())
    os.replace(part, path)
    return True


def _files(folder: Path, inside: str = "") -> Iterator[tuple[str, os.DirEntry]]:
    """Every file but the checksums themselves and what is half written, with its name from the folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path), f"{inside}{entry.name}/")
            elif f"{inside}{entry.name}" not in (NAME, f"{NAME}.part"):
                yield f"{inside}{entry.name}", entry


def digest_of_file(path: str | Path) -> str:
    """The SHA-256 of a file, as 64 signs."""
    with os.fdopen(open_regular(path), "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sums_text(sums: Sums) -> str:
    """The sums as ``sha256sum`` writes them, in order of name. A name with a line break gets the mark it knows."""
    lines = []
    for name, digest in sorted(sums.items()):
        written = re.sub(r"[\\\n\r]", lambda match: _WRITTEN[match[0]], name)
        lines.append(f"{chr(92) if written != name else ''}{digest}  {written}\n")
    return "".join(lines)


# ---------------------------------------------------------------- checking


@dataclass
class Comparison:
    """How a folder differs from a list of checksums. Names, in order."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    """Lines of the list that are no checksum, or name a file outside the folder."""

    @property
    def same(self) -> bool:
        """True when the folder holds all files of the list, as they should be, and no other."""
        return self.right > 0 and not (self.wrong or self.missing or self.unlisted or self.unreadable)


def read_sums(text: str) -> tuple[Sums, list[int]]:
    """The sums of a list, and the numbers of lines that cannot be used."""
    sums: Sums = {}
    broken = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        match = _LINE.match(line.rstrip("\r"))
        name = match[3].removeprefix("./") if match else ""
        if match and match[1]:
            name = re.sub(r"\\[\\nr]", lambda found: _READ[found[0]], name)
        if not match or name.startswith(("/", "\\")) or ":" in name.partition("/")[0] or ".." in re.split(r"[/\\]", name) or "\0" in name:
            broken.append(number)
        else:
            sums[name] = match[2]
    return sums, broken


def _holds(path: str, digest: str) -> bool:
    """True when a file has this checksum. A pipe or a device in its place has none."""
    try:
        return digest_of_file(path) == digest
    except NotRegular:
        return False


def compare(folder: Path, text: str) -> Comparison:
    """Hold every file of a folder against a list of checksums.

    :raises OSError: when a file of the folder cannot be read
    """
    sums, broken = read_sums(text)
    found = Comparison(unreadable=broken)
    there = {name: entry.path for name, entry in _files(folder)}
    for name, digest in sorted(sums.items()):
        if name not in there:
            found.missing.append(name)
        elif not _holds(there[name], digest):
            found.wrong.append(name)
        else:
            found.right += 1
    found.unlisted = sorted(set(there) - set(sums))
    return found
