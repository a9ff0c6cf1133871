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
    """Values by key, in named shelves. Values are pickled and only ever read from the project's own build folder."""

    def __init__(self, path: Path):
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open()
            self._db.execute("SELECT shelf, key, value FROM kept LIMIT 1")
        except sqlite3.DatabaseError as error:
            self._renew(error)

    def _open(self) -> None:
        self._db = sqlite3.connect(self.path)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS kept (shelf TEXT, key TEXT, value BLOB, PRIMARY KEY (shelf, key))")

    def _renew(self, error: sqlite3.DatabaseError) -> None:
        """Throw a store away that cannot be read; one that another process is writing to stays."""
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise error
        self.close()
        for end in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        self._open()

    def _rows(self, query: str, *values: str) -> list[tuple]:
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            self._renew(error)
            return []

    def get(self, shelf: str, key: str) -> Any:
        """The value, or None."""
        rows = self._rows("SELECT value FROM kept WHERE shelf = ? AND key = ?", shelf, key)
        return _loads(rows[0][0]) if rows else None

    def get_many(self, shelf: str, keys: Iterable[str]) -> dict[str, Any]:
        """Those of the keys that are there, with their values."""
        wanted = sorted(set(keys))
        found = {}
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            marks = ",".join("?" * len(some))
            for key, blob in self._rows(f"SELECT key, value FROM kept WHERE shelf = ? AND key IN ({marks})", shelf, *some):
                if (value := _loads(blob)) is not None:
                    found[key] = value
        return found

    def put_many(self, shelf: str, items: Iterable[tuple[str, Any]]) -> None:
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)",
                                 ((shelf, key, pickle.dumps(value, protocol=5)) for key, value in items))

    def put(self, shelf: str, key: str, value: Any) -> None:
        self.put_many(shelf, [(key, value)])

    def keep_only(self, shelf: str, keys: Iterable[str]) -> None:
        """Forget everything else on this shelf."""
        wanted = set(keys)
        old = [(shelf, key) for (key,) in self._rows("SELECT key FROM kept WHERE shelf = ?", shelf) if key not in wanted]
        if old:
            with self._db:
                self._db.executemany("DELETE FROM kept WHERE shelf = ? AND key = ?", old)

    def close(self) -> None:
        db = getattr(self, "_db", None)
        if db is not None:
            db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


def _loads(blob: bytes) -> Any:
    try:
        return pickle.loads(blob)
    except Exception:  # a value of an older version, or a damaged one: work it out again
        return None
