"""The checksums of the site: the format, what is remembered, and the command that compares."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from anchorbook.cli import main
from anchorbook.site import checksums
from anchorbook.site.checksums import NAME, compare, read_sums, sums_text, write_sums
from anchorbook.store import Store

SITE = {"index.html": b"<h1>One</h1>", "about/index.html": b"<h1>About</h1>", "assets/a b.js": b"1;\n", "about.html": b""}


@pytest.fixture
def site(tmp_path) -> Path:
    folder = tmp_path / "site"
    for name, content in SITE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_every_file_but_itself_in_order_of_name(site):
    assert write_sums(site)
    text = (site / NAME).read_text("utf-8")
    assert text.splitlines() == [f"{hashlib.sha256(SITE[name]).hexdigest()}  {name}" for name in sorted(SITE)]
    assert text.endswith("\n") and not (site / f"{NAME}.part").exists()


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is a command of Linux")
def test_the_usual_command_understands_it(site):
    (site / "odd \\ name\n.txt").write_bytes(b"odd")
    write_sums(site)
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", NAME], cwd=site, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (site / "index.html").write_bytes(b"<h1>0ne</h1>")
    assert subprocess.run(["sha256sum", "--check", "--quiet", NAME], cwd=site, capture_output=True, check=False).returncode == 1


def test_it_is_written_only_when_it_has_changed(site):
    assert write_sums(site)
    before = (site / NAME).stat().st_mtime_ns, (site / NAME).stat().st_ino
    assert not write_sums(site)
    assert ((site / NAME).stat().st_mtime_ns, (site / NAME).stat().st_ino) == before
    (site / "new.html").write_bytes(b"new")
    assert write_sums(site)


def test_only_changed_files_are_read_again(site, tmp_path, monkeypatch):
    read: list[str] = []
    real = checksums.digest_of_file
    monkeypatch.setattr(checksums, "digest_of_file", lambda path: read.append(os.path.relpath(path, site)) or real(path))
    with Store(tmp_path / "store.sqlite") as store:
        write_sums(site, store)
        assert sorted(read) == sorted(SITE)
        read.clear()
        assert not write_sums(site, store) and read == []
        # Another file put in its place, of the same length; and one that is gone.
        (site / "part").write_bytes(b"<h1>Two</h1>")
        os.replace(site / "part", site / "index.html")
        (site / "about.html").unlink()
        assert write_sums(site, store) and read == ["index.html"]
    assert compare(site, (site / NAME).read_text("utf-8")).same


def test_a_damaged_memory_costs_time_only(site, tmp_path):
    with Store(tmp_path / "store.sqlite") as store:
        store.put(checksums.SHELF, checksums.KEY, None)
        write_sums(site, store)
    assert compare(site, (site / NAME).read_text("utf-8")).same


def test_a_site_that_was_moved_is_not_read_again(site, tmp_path, monkeypatch):
    with Store(tmp_path / "store.sqlite") as store:
        write_sums(site, store)
        site.rename(tmp_path / "elsewhere")
        monkeypatch.setattr(checksums, "digest_of_file", lambda path: pytest.fail(f"{path} was read"))
        assert not write_sums(tmp_path / "elsewhere", store)


def test_of_some_files_only(site):
    assert [line[66:] for line in checksums.sums_of(site, names={"index.html", "no-such-file"}).splitlines()] == ["index.html"]


def test_names_go_through_unharmed():
    sums = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("a", "b c", "d\\e", "f\ng", "h\ri", "é", "*j")}
    assert read_sums(sums_text(sums)) == (sums, [])


@pytest.mark.parametrize("line", ["nonsense", "0" * 63 + "  a", "0" * 64 + "  ../secret", "0" * 64 + "  /etc/passwd", "0" * 64 + "  a/../../b", "0" * 64 + " a", "0" * 64 + "  C:/a",
                                  "\\" + "0" * 64 + "  ..\\\\secret"])
def test_a_list_cannot_name_a_file_outside_the_folder(line):
    assert read_sums(f"{'1' * 64}  good\n{line}\n") == ({"good": "1" * 64}, [2])


# ---------------------------------------------------------------- the command


@pytest.fixture
def verify(project, capsys):
    root = project().root

    def run(*options: object) -> tuple[int, str]:
        status = main(["--project", str(root), "verify", *map(str, options)])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def test_a_whole_copy(site, verify):
    write_sums(site)
    assert verify(site) == (0, "All 4 files are as published.\n")


def test_what_is_wrong_is_named(site, verify):
    write_sums(site)
    (site / "index.html").write_bytes(b"<h1>0ne</h1>")
    (site / "about.html").unlink()
    (site / "more.js").write_bytes(b"steal()")
    status, out = verify(site)
    assert status == 1
    assert out == ("1 file not as published:\n  index.html\n1 file missing:\n  about.html\n1 file not on the list:\n  more.js\n"
                   "2 files are as published; the folder as a whole is not.\n")


def test_against_the_list_of_another(site, verify, tmp_path):
    """A rebuild of one's own is held against the list that the published site gives out."""
    write_sums(site)
    shutil.move(site / NAME, tmp_path / "theirs")
    assert verify(site, "--sums", tmp_path / "theirs")[0] == 0
    (tmp_path / "theirs").write_text("", "utf-8")
    assert verify(site, "--sums", tmp_path / "theirs")[0] == 1


def test_names_that_would_change_a_screen_are_shown_as_numbers(site, verify):
    write_sums(site)
    (site / "x\x1b[31m\u202e").write_bytes(b"")
    status, out = verify(site)
    assert status == 1 and "x<U+001B>[31m<U+202E>" in out


def test_no_list_and_no_folder(site, verify):
    assert verify(site)[0] == 2 and "anchorbook build" in verify(site)[1]
    assert verify("https://book.example")[0] == 2
    assert "fetch it first" in verify("https://book.example")[1]
    assert verify()[0] == 2
