"""Putting the book online with ``deploy/release.sh``: whole or not at all, back in one command."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.support.projects import ROOT

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the script is for a Linux server: it uses mv -T")

SCRIPT = ROOT / "deploy" / "release.sh"
SITE = {"index.html": b"<h1>One</h1>" * 200, "about/index.html": b"<h1>About</h1>" * 200, "assets/a b.js": b"1;\n"}


def packed(files: dict[str, bytes], *, sums: bool = True, wrong: str = "") -> bytes:
    files = dict(files)
    if sums:
        files["SHA256SUMS"] = "".join(f"{'0' * 64 if name == wrong else hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())).encode()
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return held.getvalue()


@pytest.fixture
def run(tmp_path):
    def run(*arguments: str, sent: bytes = b"", keep: int = 3) -> subprocess.CompletedProcess:
        return subprocess.run(["sh", str(SCRIPT), *arguments], input=sent, capture_output=True, check=False,
                              env={"PATH": os.environ["PATH"], "BOOK": str(tmp_path / "book"), "KEEP": str(keep)})
    return run


def shown(folder: Path) -> bytes:
    return (folder / "book" / "current" / "index.html").read_bytes()


def test_a_release_is_put_and_taken_back(tmp_path, run):
    assert run("put", "one", sent=packed(SITE)).returncode == 0
    assert run("put", "two", sent=packed(SITE | {"index.html": b"<h1>Two</h1>"})).stdout == b"Readers now see two.\n"
    assert shown(tmp_path) == b"<h1>Two</h1>"
    assert run("back").returncode == 0 and shown(tmp_path) == SITE["index.html"]
    assert run("list").stdout.decode().splitlines() == ["two", "one  (in use)"]
    assert run("back").returncode == 0 and shown(tmp_path) == b"<h1>Two</h1>"


def test_what_has_not_changed_keeps_its_date_and_is_packed(tmp_path, run):
    run("put", "one", sent=packed(SITE))
    run("put", "two", sent=packed(SITE | {"index.html": b"<h1>Two</h1>"}))
    one, two = tmp_path / "book" / "releases" / "one", tmp_path / "book" / "releases" / "two"
    assert (one / "about/index.html").samefile(two / "about/index.html") and (one / "assets/a b.js").samefile(two / "assets/a b.js")
    assert not (one / "index.html").samefile(two / "index.html") and (one / "index.html").read_bytes() == SITE["index.html"]
    assert (two / "about/index.html.gz").is_file() and not (two / "assets/a b.js.gz").exists()


@pytest.mark.parametrize("sent, words", [
    (packed(SITE, wrong="about/index.html"), b"not the one that was sent"),
    (packed(SITE)[:-40], b"Nothing was changed"),
    (b"", b"Nothing was changed"),
    (packed(SITE, sums=False), b"no SHA256SUMS"),
    (packed({"html/index.html": b"x"}), b"no index.html"),
], ids=["changed file", "broken off", "empty", "no sums", "another folder"])
def test_a_site_that_is_not_whole_changes_nothing(tmp_path, run, sent, words):
    run("put", "one", sent=packed(SITE))
    done = run("put", "two", sent=sent)
    assert done.returncode == 1 and words in done.stderr
    assert shown(tmp_path) == SITE["index.html"]
    assert run("list").stdout == b"one  (in use)\n"
    assert sorted(path.name for path in (tmp_path / "book").iterdir()) == ["before", "current", "releases"]


def test_a_file_that_nobody_listed_is_noticed(tmp_path, run):
    files = SITE | {"SHA256SUMS": "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in SITE.items()).encode(), "more.html": b"x"}
    assert b"4 files arrived, 3 were listed" in run("put", "one", sent=packed(files, sums=False)).stderr


@pytest.mark.parametrize("name", ["", "..", "a/b", "a b", "$(id)", ".x"])
def test_odd_names_are_refused(tmp_path, run, name):
    assert run("put", name, sent=packed(SITE)).returncode == 1
    assert not (tmp_path / "book").exists()


def test_old_releases_go_and_those_in_use_stay(tmp_path, run):
    for number in range(6):
        run("put", f"r{number}", sent=packed(SITE | {"index.html": str(number).encode()}))
        os.utime(tmp_path / "book" / "releases" / f"r{number}", (number, number))
    assert set(os.listdir(tmp_path / "book" / "releases")) == {"r3", "r4", "r5"}
    assert run("put", "r5", sent=packed(SITE)).returncode == 1


def test_without_a_release_before_there_is_no_way_back(run):
    assert b"no release before" in run("back").stderr
    run("put", "one", sent=packed(SITE))
    assert b"no release before" in run("back").stderr
