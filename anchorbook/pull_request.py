"""The two halves of what happens at a pull request, kept apart.

``gather`` runs with the contributor's files and no rights; it prints ``review.json``. ``write`` runs with the right to
comment, on the main branch's own copy of this package; it takes that file as data and prints the comment. ``write`` needs
nothing that must be installed, and writes nothing to the disk.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from anchorbook.reviewing import NotAReview, comment, read_review

FILE = "review.json"
MOST_BYTES = 20_000_000
"""A larger file is not read."""


def read_artefact(raw: bytes, file: str = FILE) -> bytes:
    """A file from an archive as the code host gives it: a tar in a zip. Nothing is written to the disk.

    :raises NotAReview: when it is not in there, or too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as outer, outer.open("artifact.tar") as packed:
            inner = packed.read(MOST_BYTES + 1)
        if len(inner) > MOST_BYTES:
            raise NotAReview("it is too large")
        with tarfile.open(fileobj=io.BytesIO(inner), mode="r:") as archive:
            member = next((item for item in archive if item.isfile() and item.name in (file, f"./{file}")), None)
            stream = archive.extractfile(member) if member else None
            if stream is None:
                raise NotAReview(f"there is no {file} in it")
            return stream.read()
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, KeyError, EOFError, OSError, RuntimeError) as error:
        raise NotAReview(f"the archive cannot be read ({type(error).__name__})") from error


def gather(root: Path, base: str, book: str) -> str:
    """``review.json`` for the project in ``root``, whose change starts at the commit ``base``."""
    from anchorbook.addresses import read_register
    from anchorbook.checks.addresses import lost_lines
    from anchorbook.history import _NOT_OURS as NOT_OURS
    from anchorbook.loading import read_catalogue
    from anchorbook.project import Project
    from anchorbook.files import read_regular
    from anchorbook.reading import MAX_BYTES, read_bytes

    def git(*words: str) -> bytes | None:
        environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        done = subprocess.run(["git", *words], cwd=root, env=environment, capture_output=True, check=False)
        return done.stdout if done.returncode == 0 else None

    def record(raw: bytes | None, path: str) -> dict[str, Any] | None:
        data = None if raw is None else read_bytes(raw, path).data
        return None if raw is None else data if isinstance(data, dict) else {}

    project = Project(root)
    listed = git("diff", "--name-only", "--no-renames", "--relative", "-z", base, "HEAD")
    if listed is None:
        raise SystemExit(f"There is no commit {base} to compare with.")
    paths = [name for name in listed.decode("utf-8", "replace").split("\0") if name]
    cases = []
    for path in paths:
        if path.startswith(f"{project.cases.name}/") and path.endswith((".yaml", ".yml")):
            after = read_regular(root / path, MAX_BYTES) if (root / path).is_file() else None
            cases.append({"path": path, "before": record(git("show", f"{base}:./{path}"), path), "after": record(after, path)})
    kept = read_register(project.addresses, project.relative(project.addresses))
    found = {*read_catalogue(project).findings, *lost_lines(project, kept, base)}
    findings = [asdict(item) for item in sorted(found)]
    return json.dumps({"book": book, "paths": paths, "cases": cases, "findings": findings}, default=str, indent=1)


def main(arguments: Sequence[str] | None = None) -> int:
    """``gather --base COMMIT --book OUTCOME`` or ``write --artefact FILE --checklist FILE --run ADDRESS``; both print."""
    top = argparse.ArgumentParser(prog="python -m anchorbook.pull_request")
    commands = top.add_subparsers(dest="command", required=True)
    one = commands.add_parser("gather")
    one.add_argument("--base", required=True)
    one.add_argument("--book", default="")
    other = commands.add_parser("write")
    other.add_argument("--artefact", type=Path, required=True)
    other.add_argument("--checklist", type=Path, required=True)
    other.add_argument("--run", default="")
    options = top.parse_args(arguments)
    if options.command == "gather":
        text = gather(Path.cwd(), options.base, options.book)
    else:
        try:
            review = read_review(read_artefact(options.artefact.read_bytes()))
        except (OSError, NotAReview) as error:
            print(error, file=sys.stderr)
            review = None
        text = comment(review, options.checklist.read_text("utf-8") if options.checklist.is_file() else "", options.run)
    sys.stdout.buffer.write(text.encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
