"""What the repository's history says: when each case was added and last changed, and lines that a file once had."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

Dates = dict[str, tuple[str, str]]
"""By path from the project: the days a file was added and last changed, such as ``2026-11-21``, by world time (UTC)."""

_COMMIT = "\x01"
_NOT_OURS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
"""Set inside a hook of git; they would lead away from the project."""
_SECONDS = 120


def file_dates(root: Path, folder: str = "case_studies") -> Dates:
    """The dates of every file of a folder, from one call of git. Renames are followed.

    Empty when there is no git, no repository or no history: that is never an error. What is not committed has no
    date. Where only the newest part of the history was fetched, files that did not change in it have none either:
    git shows them all as added at its edge, which is not true.
    """
    log = _git(root, "log", "--topo-order", "--relative", "-M", "--name-status", "-z", "--no-show-signature", "--format=%x01%ct %D", "--", folder)
    return parse_log(log or "")


def _git(root: Path, *words: str) -> str | None:
    """What git says in a folder; None when there is no git, no repository, or it has no answer."""
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    try:
        done = subprocess.run(["git", *words], cwd=root, env=environment, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None


MAIN = ("origin/main", "main")
"""Where what is published stands, at the code host or here."""


def lines_ever(root: Path, file: str, base: str = "") -> set[str]:
    """Every line that a file has ever had on the main branch, up to where the present work began.

    Lines that only a branch had, and lost again before it was taken in, do not count: nobody has published them. ``base``
    is the commit that a pull request starts from, when it is known; without it and without a main branch, the whole
    history counts. Empty when there is no git or no repository: that is never an error.
    """
    place = next((folder / ".git" for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    if place is None:
        return set()  # no process need be started
    about, moment = (str(root), file, base), _moment(place)
    if not moment or _asked.get(about, ((),))[0] != moment:
        _asked[about] = moment, _ask_lines(root, file, base)
    return set(_asked[about][1])


_asked: dict[tuple[str, str, str], tuple[tuple, set[str]]] = {}
"""What git said, and when: a preview reads the book at each save."""


def _moment(place: Path) -> tuple:
    """The state of a repository as far as its branches go; empty where it cannot be told without git."""
    try:
        head = (place / "HEAD").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ()
    names = ("packed-refs", "logs/HEAD", head.removeprefix("ref: "), *(f"refs/{kind}" for kind in ("heads/main", "remotes/origin/main")))
    return (head, *(path.stat().st_mtime_ns if (path := place / name).is_file() else 0 for name in names))


def _ask_lines(root: Path, file: str, base: str) -> set[str]:
    starts = (base,) if base else MAIN
    start = next((found.strip() for name in starts if (found := _git(root, "merge-base", name, "HEAD"))), "" if base else "HEAD")
    if not start:
        return set()
    log = _git(root, "log", "--first-parent", "-m", "-p", "-U0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--text", "--no-show-signature",
               "--format=", start, "--", file)
    return {line[1:].rstrip("\r") for line in (log or "").split("\n") if line.startswith("+") and not line.startswith("+++ ")}


def parse_log(log: str) -> Dates:
    """Dates from what git printed, newest commit first."""
    dates: Dates = {}
    now_called: dict[str, str] = {}
    day = ""
    parts = iter(log.split("\0"))
    for part in parts:
        if part.startswith(_COMMIT):
            day = _day(part[1:])
            continue
        state = part.strip()
        if not state:
            continue
        old = next(parts, "")
        path = next(parts, "") if state[0] in "RC" else old
        name = now_called.get(path, path)
        if state[0] == "R":
            # Before this day the file had its old name; what then had the new one was another file.
            now_called[path] = ""
            now_called[old] = name
        if day and name:
            newest = dates[name][1] if name in dates else day
            dates[name] = (min(day, dates[name][0]) if name in dates else day, max(day, newest))
    return dates


def _day(head: str) -> str:
    """The day of a commit, from its seconds; empty at the edge of a history that was fetched in part."""
    seconds, _, names = head.partition(" ")
    if "grafted" in names.strip().split(", "):
        return ""
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
