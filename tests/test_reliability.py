"""A build may die, find no room or no rights, or a spoiled cache: the last good site stays whole, and the next build heals.

The builds are real ones of a small project, with stand-ins for Sphinx and Pagefind: see ``support/small_builds.py``.
"""

from __future__ import annotations

import ctypes
import errno
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from anchorbook import build as building
from anchorbook import checking, cli, loading, locking, preview, store, switching
from anchorbook.loading import RENDERED, Memory, read_catalogue
from anchorbook.preview import Builder
from anchorbook.preview.current import Current
from anchorbook.preview.drafts import Drafts
from anchorbook.project import Project
from anchorbook.site.beside import NextSite, TreeWriter
from anchorbook.store import Store
from anchorbook.trouble import advice, say_trouble
from tests.support.projects import case, good_file, write_case
from tests.support.small_builds import Trouble, die, in_a_child, small_project, stand_in_shells, tree, without_sphinx  # noqa: F401

pytestmark = pytest.mark.usefixtures("without_sphinx")


def build(project: Project, **options) -> str:
    """A build that has to succeed; returns what it said."""
    said: list[str] = []
    assert building.build(project, say=said.append, **options).ok, said
    return "\n".join(said)


def failing_build(project: Project, **options) -> str:
    said: list[str] = []
    assert not building.build(project, say=said.append, **options).ok
    return "\n".join(said)


def change(project: Project) -> None:
    """One case edited, one gone, one new, a page rewritten."""
    write_case(project.root, "a.yaml", good_file(id="a", title="Quite another title"))
    (project.cases / "b.yaml").unlink(missing_ok=True)
    write_case(project.root, "c.yaml", good_file(id="c", title="A new case"))


def times(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


class Books:
    """A book as it is built, the same after some changes, and the sites of both from clean builds."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.project = small_project(folder / "start", {**case("a", title="A title"), **case("b"), **case("d")})
        build(self.project)
        self.old = tree(self.project.html)
        clean = small_project(folder / "clean", {**case("a", title="A title"), **case("b"), **case("d")})
        change(clean)
        build(clean)
        self.new = tree(clean.html)
        assert self.old != self.new
        self.count = 0

    def copy(self, *, changed: bool = False) -> Project:
        """The built book again, in a folder of its own."""
        self.count += 1
        shutil.copytree(self.project.root, self.folder / str(self.count), symlinks=True)
        project = Project(self.folder / str(self.count))
        if changed:
            change(project)
        return project


@pytest.fixture(scope="module")
def books(tmp_path_factory) -> Books:
    from tests.support import small_builds

    with pytest.MonkeyPatch.context() as patch:
        small_builds.stand_in(patch)
        return Books(tmp_path_factory.mktemp("reliable"))


class Bench:
    """One changed book, whose ``_build`` is put back to how it was before the change, again and again; what was read of it is remembered."""

    def __init__(self, books: Books, *, twice: bool = False):
        self.project = books.copy()
        if twice:  # so that there is a site before the one that stands
            for title in ("A title for a day", "A title"):
                write_case(self.project.root, "a.yaml", good_file(id="a", title=title))
                build(self.project)
        self.memory = Memory()
        self.kept = self.project.root.with_name(self.project.root.name + "-kept")
        self.project.build.rename(self.kept)
        self.put_back()
        change(self.project)
        for path in filter(Path.is_file, self.project.root.rglob("*")):
            os.utime(path, (1_700_000_000, 1_700_000_000)) if self.project.build not in path.parents else None
        build(self.project, memory=self.memory)

    def put_back(self) -> None:
        """As it was: the site and the one before share their files, as a build leaves them. Nobody writes into those."""
        shared = (str(self.kept / "html"), str(self.kept / "next"))
        shutil.copytree(self.kept, self.project.build,
                        copy_function=lambda source, target: os.link(source, target) if source.startswith(shared) else shutil.copy2(source, target))

    def every_step(self, work: Callable[[int], bool], stride: int = 1, *, anew: bool = False) -> int:
        """Do this before each step of a build, until the build has no more steps."""
        step = 1
        while True:
            shutil.rmtree(self.project.build)
            if not anew:
                self.put_back()
            if not work(step):
                return step
            step += stride

    def build(self) -> None:
        build(self.project, memory=self.memory)


def whole(project: Project, *sites: dict[str, bytes]) -> bool:
    return tree(project.html) in sites


# ---------------------------------------------------------------- killed


def kill_at(step: int, project: Project, memory: Memory | None = None) -> bool:
    """Build in a process that is killed before this step; False when it finished before."""

    def work() -> int:
        Trouble(project.build, step, die)
        return 0 if building.build(project, say=lambda text: None, memory=memory).ok else 1

    status = in_a_child(work)
    assert status in (0, -signal.SIGKILL)
    return status < 0


@pytest.mark.parametrize("twice, stride", [(True, 1), (False, 7)])
def test_killed_before_any_step_the_site_is_the_old_or_the_new_one_and_the_next_build_heals(books, twice, stride):
    bench = Bench(books, twice=twice)
    seen = set()

    def work(step: int) -> bool:
        killed = kill_at(step, bench.project, bench.memory)
        assert whole(bench.project, books.old, books.new), step
        seen.add(tree(bench.project.html) == books.new)
        bench.build()
        assert whole(bench.project, books.new), step
        return killed

    assert bench.every_step(work, stride) > 40
    assert seen == {True, False}  # there are steps before the switch and after it


def test_a_change_that_is_taken_back_after_a_kill_leaves_nothing_behind(books):
    """What was written and not noted must not be taken for what it was made from, nor what was noted and not written."""
    bench = Bench(books, twice=True)

    def work(step: int) -> bool:
        change(bench.project)
        killed = kill_at(step, bench.project, bench.memory)
        for path in books.project.cases.iterdir():
            shutil.copyfile(path, bench.project.cases / path.name)
        (bench.project.cases / "c.yaml").unlink()
        bench.build()
        assert whole(bench.project, books.old), step
        return killed

    bench.every_step(work, 7)


def test_a_first_build_that_is_killed_leaves_no_half_site(books):
    bench = Bench(books)

    def work(step: int) -> bool:
        killed = kill_at(step, bench.project, bench.memory)
        assert not bench.project.html.exists() or whole(bench.project, books.new)
        bench.build()
        assert whole(bench.project, books.new), step
        return killed

    bench.every_step(work, 23, anew=True)


def test_where_folders_cannot_change_places_in_one_step_the_next_build_puts_the_site_back(books, monkeypatch):
    monkeypatch.setattr(switching, "exchange", lambda one, other: False)
    missing = 0
    for step in range(1, 5):
        project = books.copy(changed=True)
        real, count = Path.rename, [0]

        def renamed(path, target, real=real, count=count, step=step):
            if Path(path).parent.name == "_build":
                count[0] += 1
                if count[0] == step:
                    die()
            return real(path, target)

        def work(project=project, renamed=renamed) -> int:
            Path.rename = renamed
            return 0 if building.build(project, say=lambda text: None).ok else 1

        killed = in_a_child(work) < 0
        assert killed == (step < 4)
        missing += not project.html.exists()
        with monkeypatch.context() as patch:  # before it does anything else
            patch.setattr(building, "_make_pages", lambda *about: False)
            failing_build(project)
        assert whole(project, books.old, books.new), step
        build(project)
        assert whole(project, books.new) and not (project.build / "before").exists()
    assert missing == 1


def test_a_second_build_may_follow_a_killed_one_at_once(books):
    project = books.copy(changed=True)
    assert kill_at(30, project)
    start = time.monotonic()
    build(project)
    assert time.monotonic() - start < 10


# ---------------------------------------------------------------- no room, no rights


def no_room() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_at_any_step_leaves_the_old_site_and_says_so(books, tmp_path):
    bench = Bench(books, twice=True)

    def work(step: int) -> bool:
        told = tmp_path / "told"

        def inside() -> int:
            Trouble(bench.project.build, step, no_room)
            said: list[str] = []
            ok = building.build(bench.project, say=said.append, memory=bench.memory).ok
            os.write(number, "\n".join(said).encode())
            return 0 if ok else 1

        number = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        status = in_a_child(inside)
        os.close(number)
        if status == 0:
            return False
        said = told.read_text()
        assert status == 1 and "There is no room left on the disk" in said and "The last good site stays" in said and "run the same command again" in said, (step, said)
        assert whole(bench.project, books.old, books.new), step  # the new one when only its notes had no room
        bench.build()
        assert whole(bench.project, books.new), step
        return True

    bench.every_step(work, 6)


def test_a_store_without_room_stops_a_build_and_not_a_check(books, monkeypatch):
    project = books.copy(changed=True)
    real = Store._open

    def small(self):
        real(self)
        if self.path:
            self._db.execute("PRAGMA max_page_count = 2")

    monkeypatch.setattr(Store, "_open", small)
    (project.cache / "cases.sqlite").unlink()
    assert "There is no room left on the disk" in failing_build(project)
    assert whole(project, books.old)
    assert len(read_catalogue(project).all_entries) == 3
    monkeypatch.undo()


def without_rights(work: Callable[[], int]) -> int:
    """Run this in a process that, even as root, may not do more than the rights of files allow."""
    def inside() -> int:
        if os.geteuid() == 0:
            header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
            system = ctypes.CDLL(None, use_errno=True)
            assert system.capget(header, data) == 0
            for part in (0, 1, 2):  # in force, permitted, inherited
                data[part] &= ~0b1110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
            assert system.capset(header, data) == 0
        return work()

    return in_a_child(inside)


@pytest.mark.skipif(sys.platform != "linux", reason="rights are taken from a process as Linux does it")
@pytest.mark.parametrize("name", ["_build", "_build/cache", "_build/next/cases", "_build/cache/cases.sqlite"])
def test_a_folder_that_may_not_be_written_stops_the_command_in_plain_words(books, capfd, name):
    project = books.copy()
    change(project)
    build(project)
    write_case(project.root, "a.yaml", good_file(id="a", title="A third title"))
    site, closed = tree(project.html), project.root / name
    for path in closed.glob("*.sqlite-*"):
        path.unlink()
    mode = closed.stat().st_mode
    closed.chmod(0o555 if closed.is_dir() else 0o444)
    status = without_rights(lambda: cli.main(["--project", str(project.root), "build"]))
    said = capfd.readouterr()
    closed.chmod(mode)
    assert status == 1 and "Traceback" not in said.out + said.err
    assert "_build" in said.out and "may not be read or written" in said.out and "The last good site stays" in said.out and "The book was not built" in said.out
    assert tree(project.html) == site
    build(project)
    assert b"A third title" in tree(project.html)["cases/a.html"]


@pytest.mark.skipif(sys.platform != "linux", reason="rights are taken from a process as Linux does it")
def test_a_book_that_may_only_be_read_can_be_checked_and_loaded(books, capfd):
    from anchorbook.library import Library

    project = books.copy()
    shutil.rmtree(project.build)
    project.root.chmod(0o555)
    try:
        assert without_rights(lambda: cli.main(["--project", str(project.root), "check"])) == 0
        assert without_rights(lambda: len(Library.read(project.root).cases)) == 3
    finally:
        project.root.chmod(0o755)
    assert "Checked 3 case studies" in capfd.readouterr().out
    assert not project.build.exists()


@pytest.mark.parametrize("error, words", [
    (OSError(errno.ENOSPC, "No space left on device", "/book/_build/next/a"), "There is no room left on the disk to write _build/next/a."),
    (OSError(errno.EROFS, "Read-only file system", "/book/_build/.lock"), "_build/.lock may not be read or written (Read-only file system)."),
    (OSError(errno.EIO, "Input/output error", "/book/data/x.csv"), "data/x.csv could not be read or written (Input/output error)."),
    (OSError("odd"), "a file could not be read or written (OSError)."),
    (sqlite3.OperationalError("odd"), "_build/cache could not be read or written (odd)."),
])
def test_what_the_system_says_is_said_with_what_to_do(error, words):
    said = say_trouble(error, Project(Path("/book")))
    assert said.startswith(words) and "The last good site stays" in said and "un the same command again" in said


def test_what_sphinx_says_of_a_full_disk_is_explained():
    lines = ["Running Sphinx", "OSError: [Errno 28] No space left on device: 'x'", "more"]
    assert advice(lines, Project(Path("/book"))).startswith("There is no room left on the disk to write _build.")
    assert advice(["KeyError: [Errno 2] No such file"], Project(Path("/book"))) == ""


# ---------------------------------------------------------------- missing and spoiled caches


@pytest.mark.parametrize("lost", ["cache", "cache/site.sqlite", "cache/cases.sqlite", "cache/shells", "next", "sphinx", "sphinx/_build/shells/index.html"])
def test_whatever_is_missing_is_made_again_and_pages_keep_their_times(books, lost):
    project = books.copy(changed=True)
    before = times(project.html)
    path = project.build / lost
    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    build(project)
    assert whole(project, books.new)
    after = times(project.html)
    same = [name for name in books.new if books.old.get(name) == books.new[name]]
    assert len(same) > 15 and [name for name in same if after[name] != before[name]] == []
    assert [name for name in books.new if name in books.old and books.old[name] != books.new[name] and after[name] == before[name]] == []


def test_a_store_with_wrong_bytes_anywhere_gives_the_right_site(books):
    dice = random.Random(20261122)
    for number in range(12):
        project = books.copy(changed=number % 2 == 0)
        for name in ("cases.sqlite", "site.sqlite"):
            path = project.cache / name
            with sqlite3.connect(path) as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.close()
            raw = bytearray(path.read_bytes())
            for _ in range(1 if number < 6 else 200):
                raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
            path.write_bytes(raw)
        build(project)
        assert whole(project, books.new if number % 2 == 0 else books.old), number
        shutil.rmtree(project.root)


def spoil(project: Project, shelf: str, blob: Callable[[str, bytes], bytes]) -> None:
    with sqlite3.connect(project.cache / "cases.sqlite") as db:
        rows = db.execute("SELECT key, value FROM kept WHERE shelf = ?", (shelf,)).fetchall()
        assert rows
        db.executemany("UPDATE kept SET value = ? WHERE shelf = ? AND key = ?", [(blob(key, value), shelf, key) for key, value in rows])
    db.close()


@pytest.mark.parametrize("shelf", ["checked", *RENDERED])
@pytest.mark.parametrize("how", ["other bytes", "a text cut short", "another kind of value"])
def test_a_spoiled_value_is_made_again(books, shelf, how):
    project = books.copy(changed=True)
    spoil(project, shelf, lambda key, value: {
        "other bytes": value[:-1] + bytes([value[-1] ^ 1]), "a text cut short": store._dumps(shelf, key, store.pack("cut")[:-2]),
        "another kind of value": store._dumps(shelf, key, 5)}[how] if shelf != "checked" or how == "other bytes" else b"")
    shutil.rmtree(project.html)  # all pages are to be made from what is in the store
    build(project)
    assert whole(project, books.new)


def test_a_value_that_was_kept_under_another_name_does_not_count(tmp_path):
    with Store(tmp_path / "s.sqlite") as kept:
        kept.put("one", "a", "value")
        kept._db.execute("UPDATE kept SET key = 'b'")
        assert kept.get("one", "b") is None and kept.get_many("one", ["a", "b"]) == {}


def test_a_store_that_breaks_while_it_is_written_is_renewed(tmp_path):
    with Store(tmp_path / "s.sqlite") as kept:
        kept._db.execute("DROP TABLE kept")
        kept.put("one", "a", "value")
        assert kept.get("one", "a") == "value"


def test_pages_that_somebody_changed_are_made_again(books):
    """Emptied, edited with the old time, replaced by a folder; and what the build did not make goes."""
    project = books.copy()
    (project.html / "cases" / "a.html").write_text("")
    old = (project.html / "index.html").stat()
    (project.html / "index.html").write_text("short")
    os.utime(project.html / "index.html", ns=(old.st_atime_ns, old.st_mtime_ns))
    (project.html / "explore.html").unlink()
    (project.html / "explore.html").mkdir()
    (project.html / "explore.html" / "x").write_text("x")
    (project.html / "cases" / "left-over.html").write_text("A case that was withdrawn")
    (project.html / "cases" / "a.html.part").write_text("half")
    shutil.rmtree(project.html / "data")
    (project.html / "data").write_text("a file where a folder belongs")
    build(project)
    assert whole(project, books.old)


@pytest.mark.parametrize("lost", ["cache", ""])
def test_what_no_build_made_goes_even_when_nothing_else_changed(books, lost):
    """A page of a case that was withdrawn must not stay because nobody remembers it."""
    project = books.copy()
    if lost:
        shutil.rmtree(project.build / lost)
    (project.html / "cases" / "left-over.html").write_text("A case that was withdrawn")
    build(project)
    assert whole(project, books.old)


def test_shells_that_are_not_as_sphinx_left_them_are_made_again(books, monkeypatch):
    project = books.copy()
    runs: list[int] = []
    monkeypatch.setattr(building, "_run_sphinx", lambda *about: (runs.append(1), stand_in_shells(*about))[1])
    build(project)
    assert not runs
    page = project.build / "sphinx" / "_build" / "shells" / "index.html"
    page.write_text(page.read_text().replace("index", "indox"))
    build(project)
    assert runs and whole(project, books.old)


def test_a_page_saved_while_sphinx_was_reading_is_read_again(books, monkeypatch):
    project = books.copy()
    page = project.book / "index.md"
    page.write_text("# First\n")

    def saved_meanwhile(*about):
        page.write_text("# Second\n")
        return stand_in_shells(*about)

    with monkeypatch.context() as patch:
        patch.setattr(building, "_run_sphinx", saved_meanwhile)
        build(project)
    page.write_text("# First\n")
    build(project)
    assert b"First" in tree(project.html)["index.html"]


def test_runs_of_notebooks_count_only_as_sphinx_left_them(tmp_path):
    project = Project(tmp_path)
    runs, _ = building._runs(project)
    for spoiled in (False, True):
        runs.mkdir(parents=True, exist_ok=True)
        (runs / "global.db").write_bytes(b"runs")
        building._note_runs(project)
        if spoiled:
            (runs / "global.db").write_bytes(b"rums")
        building._drop_damaged_runs(project)
        assert runs.exists() != spoiled


# ---------------------------------------------------------------- the clock


@pytest.mark.parametrize("when", [4_000_000_000, 1])
def test_a_wrong_clock_decides_nothing(books, when):
    """Every file is newer than now, or older than any; what was saved since has the opposite time."""
    project = books.copy()
    for path in filter(Path.is_file, project.root.rglob("*")):
        os.utime(path, (when, when))
    memory = Memory()
    build(project, memory=memory)
    assert set(times(project.html).values()) == {when * 1_000_000_000}  # nothing was written
    change(project)
    for name in ("a.yaml", "c.yaml"):
        os.utime(project.cases / name, (4_000_000_001 - when, 4_000_000_001 - when))
    build(project, memory=memory)
    assert whole(project, books.new)
    for path in books.project.cases.iterdir():
        shutil.copyfile(path, project.cases / path.name)
        os.utime(project.cases / path.name, (when, when))
    (project.cases / "c.yaml").unlink()
    build(project, memory=memory)
    assert whole(project, books.old)


# ---------------------------------------------------------------- switching


def test_nothing_changed_touches_nothing(books):
    project = books.copy()
    shutil.rmtree(project.build / "next", ignore_errors=True)
    before = (project.html.stat().st_ino, times(project.html))
    build(project)
    assert (project.html.stat().st_ino, times(project.html)) == before
    assert not (project.build / "next").exists()


def test_only_what_changed_has_a_new_time_and_the_old_site_is_not_written_to(books):
    project = books.copy(changed=True)
    before, shown = times(project.html), project.html.stat().st_ino
    for number in range(3):
        build(project)
        after = times(project.html)
        assert {name for name in after if after[name] == before.get(name)} == {name for name in books.new if books.new[name] == books.old.get(name)}
        assert project.html.stat().st_ino != shown, number
    assert tree(project.build / "next") == books.old
    build(project, fresh=True)
    assert times(project.html) == after


def test_what_changed_last_time_stays_changed_when_something_else_changes(tmp_path):
    """The folder in which the next site grows holds the site before the last one."""
    contents = {"index.html": b"home 0", "a.html": b"page 0"}
    for number, page in enumerate(["", "a.html", "index.html", "a.html", "index.html"]):
        site = NextSite(tmp_path / "html", tmp_path / "cache")
        if page:
            contents[page] = contents[page][:-1] + b"%d" % number
        for name, content in contents.items():
            if site.noted(name) != content.decode():
                site.put(name, content)
            site.now[name] = content.decode()
        site.finish()
        assert tree(tmp_path / "html") == contents, number


def test_where_files_can_have_one_name_only_they_are_copied_with_their_times(books, monkeypatch):
    def refuse(*_about, **_more):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    project = books.copy(changed=True)
    before = times(project.html)
    for title in ("Quite another title", "A third title", "Quite another title"):
        write_case(project.root, "a.yaml", good_file(id="a", title=title))
        build(project)
    after = times(project.html)
    assert whole(project, books.new) and after["data/references.bib"] == before["data/references.bib"]


def test_a_site_that_lacks_something_does_not_take_the_place(books, monkeypatch):
    real = TreeWriter.write
    for spoiled in (lambda raw: b"", lambda raw: raw[:-1]):
        project = books.copy(changed=True)

        def write(self, page, raw, spoiled=spoiled):
            real(self, page, raw)
            if page == "cases/c.html":
                (self.folder / page).write_bytes(spoiled(raw))

        with monkeypatch.context() as patch:
            patch.setattr(TreeWriter, "write", write)
            said = failing_build(project)
        assert "The new site is not whole: cases/c.html is damaged." in said and "Run the same command again" in said
        assert whole(project, books.old)
        build(project)
        assert whole(project, books.new)


def test_no_search_no_switch(books, monkeypatch):
    project = books.copy(changed=True)

    def fail(*_about):
        raise building.search.IndexingFailed("Pagefind could not index the pages: out of luck")

    with monkeypatch.context() as patch:
        patch.setattr(building.search, "write_bundles", fail)
        assert "out of luck" in failing_build(project)
    assert whole(project, books.old)
    build(project)
    assert whole(project, books.new)


def test_a_page_written_twice_holds_what_was_written_last(tmp_path):
    shown = tmp_path / "html"
    shown.mkdir()
    (shown / "index.html").write_bytes(b"one")
    site = NextSite(shown, tmp_path / "cache")
    site.put("index.html", b"two")
    site.put("index.html", b"one")
    site.now["index.html"] = "x"
    site.finish()
    assert (shown / "index.html").read_bytes() == b"one"


@pytest.fixture
def calls(monkeypatch):
    """What is asked of the disk, in order: a file or folder of the new site that is put on it, or two folders changing places."""
    found: list[str] = []
    fsync, exchange, sync = os.fsync, switching.exchange, os.sync

    def put_on_disk(number: int) -> None:
        found.append(os.readlink(f"/proc/self/fd/{number}"))
        fsync(number)

    monkeypatch.setattr("anchorbook.site.beside.flush", switching.flush)
    monkeypatch.setattr(os, "fsync", put_on_disk)
    monkeypatch.setattr(os, "sync", lambda: (found.append("all"), sync()))
    monkeypatch.setattr(switching, "exchange", lambda one, other: (found.append("switch"), exchange(one, other))[1])
    return found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks up open files in /proc")
def test_what_is_new_is_on_the_disk_before_the_switch(books, calls):
    """A computer may lose power at any moment: a site that took the place has its bytes."""
    project = books.copy()
    before = times(project.html)
    change(project)
    build(project)
    at = calls.index("switch")
    written = {name for name, time in times(project.html).items() if before.get(name) != time} - {switching.NEXT}
    next_site = project.html.with_name(switching.NEXT)
    put = {os.path.relpath(path, next_site) for path in calls[:at]}
    assert len(written) > 3 and written <= put
    assert {os.path.dirname(name) or "." for name in written} <= put
    assert str(project.build) in calls[at:]
    assert "all" not in calls and not written & {os.path.relpath(path, next_site) for path in calls[at:]}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks up open files in /proc")
def test_many_new_files_are_put_on_the_disk_in_one_call_and_an_unchanged_site_in_none(books, calls, monkeypatch):
    project = books.copy()
    monkeypatch.setattr(switching, "MOST_FLUSHED", 2)
    change(project)
    build(project)
    assert [call for call in calls if call in ("all", "switch")] == ["all", "switch"]
    calls.clear()
    build(project)
    assert calls == []


def test_a_disk_that_cannot_take_the_new_site_leaves_the_old_one(books, monkeypatch):
    project = books.copy()
    monkeypatch.setattr("anchorbook.site.beside.flush", switching.flush)
    before = tree(project.html)
    change(project)

    def full(number: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        assert os.strerror(errno.EIO) in failing_build(project)
    assert tree(project.html) == before
    build(project)
    assert tree(project.html) != before


def test_folders_change_places(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / folder.name).touch()
    if not switching.exchange(one, other):
        pytest.skip("this system cannot do it in one step")
    assert [path.name for path in one.iterdir()] == ["other"] and [path.name for path in other.iterdir()] == ["one"]
    with pytest.raises(OSError):
        switching.exchange(one, tmp_path / "nowhere")


# ---------------------------------------------------------------- two at once


@pytest.fixture
def locked(books):
    """Another process that builds; and its book."""
    project = books.copy(changed=True)
    code = f"import sys, time\nfrom pathlib import Path\nfrom anchorbook.locking import building\nwith building(Path({str(project.build)!r})):\n    print('here', flush=True)\n    time.sleep(60)\n"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "here\n"
        yield process, project
        process.kill()


def test_a_second_build_says_that_one_is_running_and_changes_nothing(locked, books, capsys, monkeypatch):
    process, project = locked
    monkeypatch.setattr(locking, "GRACE", 0.2)
    assert cli.main(["--project", str(project.root), "build"]) == 1
    said = capsys.readouterr()
    assert f"Another build of this book is running (process {process.pid}, since 20" in said.out and "Wait until it has finished, or stop it." in said.out
    assert "The book was not built" in said.out and "cases" not in said.out and said.err == ""
    assert whole(project, books.old)
    assert len(read_catalogue(project).all_entries) == 3  # notebooks and checks go on
    process.kill()
    process.wait()
    build(project)
    assert whole(project, books.new)


def test_a_preview_waits_for_the_other_build(locked, books, monkeypatch):
    process, project = locked
    monkeypatch.setattr(locking, "GRACE", 0.1)
    said: list[str] = []
    builder = Builder(project, Drafts(project), Current(project), said.append)
    builder.start()
    builder.ask()
    end = time.monotonic() + 120
    while not said and time.monotonic() < end:
        time.sleep(0.05)
    assert len(said) == 1 and said[0].startswith(f"Another build of this book is running (process {process.pid}, ") and said[0].endswith("This one follows when it has finished.")
    assert whole(project, books.old)
    process.kill()
    while "Done. The search is up to date." not in said and time.monotonic() < end:
        time.sleep(0.05)
    assert "Done. The search is up to date." in said
    builder.stop()
    assert b"Quite another title" in tree(project.html)["cases/a.html"]


def test_a_preview_that_waits_can_be_stopped(locked, monkeypatch):
    _process, project = locked
    monkeypatch.setattr(locking, "GRACE", 0.1)
    monkeypatch.setattr(preview, "QUIET", 0.05)
    builder = Builder(project, Drafts(project), Current(project), lambda text: None)
    builder.start()
    builder.ask()
    time.sleep(0.3)
    stopping = threading.Thread(target=builder.stop)
    stopping.start()
    stopping.join(60)
    assert not stopping.is_alive()


def test_processes_that_a_build_forks_do_not_keep_its_lock(tmp_path):
    with locking.building(tmp_path):
        child = os.fork()
        if not child:
            time.sleep(5)
            os._exit(0)
    with locking.building(tmp_path):  # at once
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@pytest.mark.parametrize("note, free", [("", False), (f"{os.getpid()}\n2026-11-22 12:00\n", False), ("999999999\n2026-11-22 12:00\n", True)],
                         ids=["empty", "alive", "dead"])
def test_where_files_cannot_be_locked_the_name_is_the_lock(tmp_path, monkeypatch, note, free):
    def refuse(*_about):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(locking.fcntl, "flock", refuse)
    monkeypatch.setattr(locking, "GRACE", 0.1)
    with locking.building(tmp_path), pytest.raises(locking.Busy, match=r"process \d+"), locking.building(tmp_path):
        pass
    (tmp_path / ".lock.pid").write_text(note)
    if free:
        with locking.building(tmp_path):
            pass
        assert not (tmp_path / ".lock.pid").exists()
    else:
        with pytest.raises(locking.Busy, match=r"If none is running, delete .*\.lock\.pid"), locking.building(tmp_path):
            pass


def test_jupyter_book_ends_with_the_build_that_started_it():
    code = building._SPHINX.replace("from jupyter_book.cli.main import main\nmain()", "import time; print('here', flush=True); time.sleep(60)")
    assert "sleep" in code
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"here\n" and process.poll() is None
        process.stdin.close()
        assert process.wait(timeout=60) == 1


def test_processes_that_check_end_with_the_one_that_started_them():
    code = """
import os, time
from anchorbook.processes import spread
with spread(lambda batch: os.getpid(), range(20), 2, copies=True) as workers:
    print(*set(workers), flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        workers = [int(word) for word in process.stdout.readline().split()]
        assert workers
        process.kill()
        process.wait()
    end = time.monotonic() + 60
    while any(_runs(number) for number in workers):
        assert time.monotonic() < end
        time.sleep(0.05)


def _runs(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z" if Path("/proc").is_dir() else locking._alive(number)
    except OSError:
        return False


# ---------------------------------------------------------------- the store


def rows(project: Project) -> set[tuple[str, str]]:
    with sqlite3.connect(project.cache / "cases.sqlite") as db:
        found = set(db.execute("SELECT shelf, key FROM kept"))
    db.close()
    return found


def test_a_program_with_other_code_clears_nothing_that_a_build_needs(books, monkeypatch):
    from anchorbook.library import Library

    project = books.copy()
    before = rows(project)
    with monkeypatch.context() as patch:
        patch.setattr(checking, "code_digest", lambda: "other code")
        patch.setattr(loading, "code_digest", lambda: "other code")
        read_catalogue(project)
        assert len(Library.read(project.root)) == 3
    assert rows(project) > before
    build(project)
    assert rows(project) == before


def test_a_case_saved_between_two_looks_is_kept_under_what_was_read(books, monkeypatch):
    project = books.copy()
    first, second = good_file(id="a", title="The first title"), good_file(id="a", title="The second title")
    path = write_case(project.root, "a.yaml", first)
    real = checking._Worker.__call__

    def saved_before(worker, batch):
        path.write_text(second)
        return real(worker, batch)

    with monkeypatch.context() as patch:
        patch.setattr(checking._Worker, "__call__", saved_before)
        assert read_catalogue(project).by_id["a"].title == "The second title"
    path.write_text(first)
    assert read_catalogue(project).by_id["a"].title == "The first title"
    path.write_text(second)
    assert read_catalogue(project).by_id["a"].title == "The second title"


def test_a_case_that_goes_between_two_looks_is_a_finding(books, monkeypatch):
    project = books.copy()
    path = write_case(project.root, "a.yaml", good_file(id="a", title="Soon gone"))
    real = checking._Worker.__call__
    monkeypatch.setattr(checking._Worker, "__call__", lambda worker, batch: (path.unlink(missing_ok=True), real(worker, batch))[1])
    assert "unreadable-file" in [item.code for item in read_catalogue(project).findings]


def test_references_saved_between_two_looks_are_kept_under_what_was_read(books, monkeypatch):
    project = books.copy()
    first = project.references.read_text("utf-8")
    second = first + "\n@misc{new2026, title = {A new source}, year = {2026}}\n"
    project.references.write_text(first + "\n", "utf-8")
    real = loading.load_bibliography
    saved: list[int] = []

    def load(path):
        found = real(path)
        if not saved:
            saved.append(1)
            project.references.write_text(second, "utf-8")
        return found

    monkeypatch.setattr(loading, "load_bibliography", load)
    assert "new2026" in read_catalogue(project).bibliography
    project.references.write_text(first + "\n", "utf-8")
    assert "new2026" not in read_catalogue(project).bibliography
