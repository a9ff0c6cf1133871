"""A content-addressed store in one SQLite file: what was worked out once for the same input.

Deleting it costs time, never correctness. A store that cannot be read is thrown away and made anew.
"""

from __future__ import annotations

import hashlib
import pickle
import sqlite3
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any


PATIENCE = 30
"""Seconds to wait for another process that is writing."""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_FORMAT)


def digest_of(*parts: str | bytes) -> str:
    """One name for these parts, the same on every machine."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


@lru_cache
def code_digest() -> str:
    """A name for this version of the package: its code and its templates."""
    root = Path(__file__).parent
    files = sorted(path for path in root.rglob("*") if path.suffix in (".py", ".html", ".css", ".js", ".svg"))
    return digest_of(*(part for path in files for part in (path.relative_to(root).as_posix(), path.read_bytes())))


def pack(text: str) -> bytes:
    """A text, made small for keeping."""
    return zlib.compress(text.encode(), 1)


def unpack(packed: bytes) -> str:
    """The text of :func:`pack`."""
    return zlib.decompress(packed).decode()


class Store:
    """Values by key, in named shelves. Values are pickled and only ever read from the project's own build folder.

    Without a ``path`` they are kept in memory. Each value has a checksum; one that does not fit counts as not there.

    :raises OSError, sqlite3.OperationalError: when the file cannot be made
    """

    def __init__(self, path: Path | None):
        self.path = path
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open()
            self._db.execute("SELECT shelf, key, value FROM kept LIMIT 1")
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            self._renew(error)

    def _open(self) -> None:
        self._db = sqlite3.connect(self.path or ":memory:", timeout=PATIENCE)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS kept (shelf TEXT, key TEXT, value BLOB, PRIMARY KEY (shelf, key))")

    def _renew(self, error: sqlite3.DatabaseError | UnicodeDecodeError) -> None:
        """Throw a store away that is damaged, or of another make. One that is busy, or where nothing can be written, stays.

        Where letters are damaged, the error has no number, or cannot itself be read.
        """
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in _DAMAGED:
            raise error
        self.close()
        for end in ("", "-wal", "-shm") if self.path else ():
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        self._open()

    def _rows(self, query: str, *values: str) -> list[tuple]:
        try:
            return self._db.execute(query, values).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            self._renew(error)
            return []

    def get(self, shelf: str, key: str) -> Any:
        """The value, or None."""
        rows = self._rows("SELECT value FROM kept WHERE shelf = ? AND key = ?", shelf, key)
        return _loads(shelf, key, rows[0][0]) if rows else None

    def get_many(self, shelf: str, keys: Iterable[str]) -> dict[str, Any]:
        """Those of the keys that are there, with their values."""
        wanted = sorted(set(keys))
        found = {}
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            marks = ",".join("?" * len(some))
            for key, blob in self._rows(f"SELECT key, value FROM kept WHERE shelf = ? AND key IN ({marks})", shelf, *some):
                if (value := _loads(shelf, key, blob)) is not None:
                    found[key] = value
        return found

    def has(self, shelf: str, keys: Iterable[str]) -> set[str]:
        """Those of the keys that are on this shelf."""
        return {key for (key,) in self._rows("SELECT key FROM kept WHERE shelf = ?", shelf)} & set(keys)

    def put_many(self, shelf: str, items: Iterable[tuple[str, Any]]) -> None:
        self._write("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", [(shelf, key, _dumps(shelf, key, value)) for key, value in items])

    def put(self, shelf: str, key: str, value: Any) -> None:
        self.put_many(shelf, [(key, value)])

    def keep_only(self, shelf: str, keys: Iterable[str]) -> None:
        """Forget everything else on this shelf."""
        wanted = set(keys)
        old = [(shelf, key) for (key,) in self._rows("SELECT key FROM kept WHERE shelf = ?", shelf) if key not in wanted]
        self._write("DELETE FROM kept WHERE shelf = ? AND key = ?", old)

    def _write(self, statement: str, rows: list[tuple]) -> None:
        try:
            with self._db:
                self._db.executemany(statement, rows)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            self._renew(error)
            with self._db:
                self._db.executemany(statement, rows)

    def close(self) -> None:
        db = getattr(self, "_db", None)
        if db is not None:
            db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


def _checksum(shelf: str, key: str, pickled: bytes) -> bytes:
    return zlib.crc32(pickled, zlib.crc32(f"{shelf}\0{key}".encode())).to_bytes(4, "big")


def _dumps(shelf: str, key: str, value: Any) -> bytes:
    pickled = pickle.dumps(value, protocol=5)
    return _checksum(shelf, key, pickled) + pickled


def _loads(shelf: str, key: str, blob: Any) -> Any:
    try:
        pickled = blob[4:]
        return pickle.loads(pickled) if blob[:4] == _checksum(shelf, key, pickled) else None
    except Exception:  # a value of an older version, or a damaged one: work it out again
        return None
