"""Site search: Pagefind over every page, in bundles of a few hundred.

One bundle over ten thousand pages takes gigabytes and twenty seconds, and again so after each edit. In
bundles, memory stays at that of one, two run side by side, and an edit makes only its own anew. The search
page merges them. Which bundle a case is in depends only on its id and on how many bundles there are.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from anchorbook.processes import aside, available

PAGES_IN_A_BUNDLE = 600
FOLDER = "pagefind"
MAIN = "pages"


class IndexingFailed(Exception):
    """Pagefind could not make an index."""


def bundle_names(cases: int) -> list[str]:
    """The bundle of the hand-written pages, then those of the cases: a power of two, so that few move as the book grows."""
    number = 1
    while cases > number * PAGES_IN_A_BUNDLE:
        number *= 2
    return [MAIN, *(f"cases-{index}" for index in range(number))]


def bundle_of(id: str, names: list[str]) -> str:
    """The bundle a case is in."""
    number = int.from_bytes(hashlib.sha256(id.encode()).digest()[:4], "big")
    return names[1 + number % (len(names) - 1)]


Contents = Callable[[str], Iterable[tuple[str, bytes]]]
"""From the name of a bundle to its pages: address and HTML of each."""


def write_bundles(folder: Path, names: list[str], contents: Contents, turns: AbstractContextManager | None = None) -> None:
    """Index these bundles, each into ``folder/<name>``, as many at a time as there are processors. Each takes one of the ``turns``, if there are such.

    :raises IndexingFailed: when Pagefind fails, with what it said.
    """
    if not names:
        return
    folder.mkdir(parents=True, exist_ok=True)

    def write(name: str) -> None:
        with turns or nullcontext():
            _write_bundle(folder, name, contents(name))

    with ThreadPoolExecutor(available()) as pool:
        for _ in pool.map(write, names):
            pass


def _write_bundle(folder: Path, name: str, pages: Iterable[tuple[str, bytes]]) -> None:
    from pagefind_bin import get_executable

    target = folder / name
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as made:
        site = Path(made) / "site"
        site.mkdir()
        for page, content in pages:
            path = site / page
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        bundle = Path(made) / "bundle"
        done = subprocess.run(
            aside([str(get_executable()), "--site", str(site), "--output-path", str(bundle), "--silent"]),
            capture_output=True, text=True, check=False)
        if done.returncode and not bundle.exists():
            raise IndexingFailed(f"Pagefind could not index the {name}: {done.stderr or done.stdout}")
        for extra in bundle.glob("pagefind-*"):
            if extra.name not in ("pagefind-entry.json", "pagefind-worker.js"):
                extra.unlink()
        shutil.rmtree(target, ignore_errors=True)
        if bundle.exists():
            bundle.rename(target)
