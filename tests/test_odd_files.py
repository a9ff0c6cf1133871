"""What lies where a file should be and is none: pipes, devices, folders, files without end. Nothing waits, nothing is a traceback."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from anchorbook import asking, files
from anchorbook.cli import main
from anchorbook.files import NotRegular, create, read_regular, replace
from anchorbook.loading import read_catalogue
from anchorbook.project import Project
from anchorbook.schema import case_schema_text
from anchorbook.site.checksums import NAME, compare, sums_of
from tests.support.projects import ROOT, good_file, make_project

MEMORY = 2 * 1024**3
"""Far more than a command needs, far less than a file without end would take."""
LAST = ("case_studies/x.yaml", "data/addresses.txt", "data/redirects.yaml")
"""Read when the rest is right."""
PLACES = ("book/x.md", "notebooks/x.ipynb", "data/vocabulary/x.yaml", "data/frameworks/x.yaml", "data/workshops/x.yaml",
          "data/activities/x.yaml", "references.bib", "data/claims.csv", "data/disagreements.yaml", "data/datapackage.json", "data/vocabulary/domains.yaml",
          "book/index.md", "data/workshops/introduction.yaml", "data/feedback.yaml", "data/progression.yaml")


def anchorbook(project: Project, *words: str) -> subprocess.CompletedProcess:
    """A command with a limit of time and memory."""
    return subprocess.run([sys.executable, "-m", "anchorbook.cli", "--project", str(project.root), *words], capture_output=True, text=True, errors="surrogateescape",
                          timeout=40, check=False, cwd=ROOT, stdin=subprocess.DEVNULL, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)))


@pytest.fixture
def book(tmp_path) -> Project:
    return make_project(tmp_path / "book-project", {"minimal.yaml": good_file()})


def put(path: Path, kind: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as stream:
            stream.truncate(3 * 1024**3)


# ---------------------------------------------------------------- check


@pytest.mark.parametrize("places", [PLACES, LAST], ids=["lists", "cases"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "endless"])
def test_check_names_each_and_reads_none(book, kind, places):
    for place in places:
        put(book.root / place, kind)
    done = anchorbook(book, "check", "--snippet")
    assert done.returncode == 1 and done.stderr == "", done.stderr[-2000:]
    for place in places:
        assert f"{place}:1:1: error {'file-too-large' if kind == 'endless' else 'unreadable-file'}" in done.stdout, place


@pytest.mark.parametrize("place", PLACES + LAST)
@pytest.mark.parametrize("kind", ["folder", "device"])
def test_each_alone_is_a_finding(book, place, kind):
    put(book.root / place, kind)
    found = [(item.path, item.code) for item in read_catalogue(book).findings]
    assert found.count((place, "unreadable-file")) == 1, found


def test_a_file_that_may_not_be_read_is_a_finding(book, monkeypatch):
    real = files.read_regular

    def refuse(path, most):
        if str(path).endswith(("claims.csv", "references.bib", "minimal.yaml", "index.md")):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, most)

    for name, module in list(sys.modules.items()):
        if name.startswith("anchorbook.") and getattr(module, "read_regular", None) is real:
            monkeypatch.setattr(module, "read_regular", refuse)
    found = {(item.path, item.message) for item in read_catalogue(book).findings if item.code == "unreadable-file"}
    assert {path for path, _ in found} == {"references.bib", "data/claims.csv", "book/index.md"}
    assert {said for _, said in found} == {"this file cannot be opened: Permission denied."}


def test_a_file_in_the_place_of_the_cases_is_a_finding(book, capsys):
    (book.cases / "minimal.yaml").unlink()
    book.cases.rmdir()
    book.cases.write_text("", "utf-8")
    assert main(["--project", str(book.root), "check"]) == 1
    assert "case_studies:1:1: error unreadable-file this folder cannot be opened: Not a directory." in capsys.readouterr().out


def test_what_no_command_foresees_is_one_sentence(book, capsys, monkeypatch):
    def refuse(*_more, **_named):
        raise PermissionError(13, "Permission denied", str(book.data))

    monkeypatch.setattr("anchorbook.loading.read_catalogue", refuse)
    assert main(["--project", str(book.root), "check"]) == 2
    assert capsys.readouterr().err == ("data may not be read or written (Permission denied). Give yourself the right to write in that folder, or work in a copy of the book. "
                                       "Then run the same command again.\n")


def test_a_repair_passes_them_by(book):
    put(book.cases / "pipe.yaml", "pipe")
    put(book.cases / "endless.yaml", "endless")
    done = anchorbook(book, "check", "--fix")
    assert done.returncode == 1 and done.stdout.startswith("Nothing can be put right safely."), done


def test_a_table_that_is_none_is_no_table(book):
    put(book.data / "pipe.csv", "pipe")
    (book.data / "table.csv").write_text("a,b\n1,2\n", "utf-8")
    assert book.tables() == [book.data / "table.csv"]


def test_reading_ends_one_byte_after_the_limit(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert [read_regular(path, most) for most in (3, 4, 5, 100)] == [b"1234", b"12345", b"12345", b"12345"]
    assert read_regular("/proc/self/stat", 10)[:3].strip()  # its size is said to be 0
    for odd in ("/dev/zero", "/dev/null"):
        with pytest.raises(NotRegular) as error:
            read_regular(odd, 10)
        assert error.value.filename == odd


# ---------------------------------------------------------------- other commands


@pytest.mark.parametrize("words", [
    ("new", "--from", "{}/x.csv"), ("new", "--from", "{}/x.xlsx"), ("import-issue", "--number", "1", "--body", "{}/x"), ("staff", "{}/x.csv"),
    ("staff", "{}/x.parquet"), ("staff", "README.md", "--earlier", "{}/x.csv"), ("staff", "README.md", "--areas", "{}/x.xlsx"),
    ("feedback", "{}/x.csv"),
])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_command_says_so_at_once(book, tmp_path, words, kind):
    feedback = book.data / "feedback.yaml"
    feedback.write_bytes((ROOT / "data" / "feedback.yaml").read_bytes())
    for name in ("x", "x.csv", "x.xlsx", "x.parquet"):
        put(tmp_path / "odd" / name, kind)
    done = anchorbook(book, *(word.format(tmp_path / "odd") for word in words))
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr, done.stderr
    assert any(said in done.stdout + done.stderr for said in ("cannot be opened", "this is not a file")), done


def test_verify_waits_for_nothing(book, tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    (site / "a.html").write_text("a", "utf-8")
    (site / "b.html").write_text("b", "utf-8")
    sums = sums_of(site)
    (site / "b.html").unlink()
    put(site / "b.html", "pipe")
    done = subprocess.run([sys.executable, "-c", f"from anchorbook.site.checksums import compare\nfrom pathlib import Path\nprint(compare(Path({str(site)!r}), {sums!r}).wrong)"],
                          capture_output=True, text=True, timeout=40, check=False, cwd=ROOT)
    assert done.stdout == "['b.html']\n", done.stderr
    put(site / NAME, "pipe")
    done = anchorbook(book, "verify", str(site))
    assert done.returncode == 2 and f"{site / NAME}: this file cannot be opened" in done.stderr
    (site / "b.html").unlink()
    (site / "b.html").write_text("b", "utf-8")
    assert compare(site, sums).same


def test_addresses_waits_for_nothing(book):
    book.html.mkdir(parents=True)
    (book.html / "index.html").write_text("<html></html>", "utf-8")
    put(book.addresses, "pipe")
    done = anchorbook(book, "addresses")
    assert done.returncode == 1 and "data/addresses.txt:1:1: error unreadable-file" in done.stdout


# ---------------------------------------------------------------- schema and forms


def schema(book: Project, out: str | Path) -> int:
    return main(["--project", str(book.root), "schema", "--out", str(out)])


@pytest.mark.parametrize("out", ["/proc/x/y", "", "/dev/full", "{}", "{}/file/below"])
def test_a_schema_that_cannot_be_written_is_one_sentence(book, tmp_path, capsys, out):
    (tmp_path / "file").write_text("mine", "utf-8")
    assert schema(book, out.format(tmp_path)) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert (tmp_path / "file").read_text("utf-8") == "mine"


@pytest.mark.parametrize("mine", ['{"my": "notes"}', "not JSON", "", '{"title": "Case study"}'])
def test_a_schema_is_written_over_nothing_that_somebody_wrote(book, tmp_path, capsys, mine):
    out = tmp_path / "mine.json"
    out.write_text(mine, "utf-8")
    assert schema(book, out) == 2
    assert out.read_text("utf-8") == mine
    assert "was left alone. Choose another name, or delete it first." in capsys.readouterr().err


def test_an_earlier_schema_is_replaced(book, tmp_path, vocabulary):
    out = tmp_path / "case.schema.json"
    old = {**json.loads(case_schema_text(vocabulary)), "description": "An older one."}
    out.write_text(json.dumps(old), "utf-8")
    out.chmod(0o640)
    assert schema(book, out) == 0 == schema(book, out)
    assert out.read_text("utf-8") == case_schema_text(vocabulary)
    assert out.stat().st_mode & 0o777 == 0o640 and [path.name for path in tmp_path.iterdir() if path.is_file()] == [out.name]


def test_a_form_that_cannot_be_written_is_one_sentence(book, capsys):
    (book.root / ".github").write_text("", "utf-8")  # a file where a folder should be
    assert main(["--project", str(book.root), "forms", "--write"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith(".github/ISSUE_TEMPLATE/case-study.yml: nothing could be written (")


def test_half_a_file_is_never_left(tmp_path, monkeypatch):
    def full(*_more):
        raise OSError(28, "No space left on device")

    there = tmp_path / "there"
    there.write_bytes(b"old")
    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        replace(there, b"new")
    with pytest.raises(FileExistsError):
        create(there, "new")
    assert there.read_bytes() == b"old" and list(tmp_path.iterdir()) == [there]


# ---------------------------------------------------------------- answers that cannot be kept


def answers(new_lines: list[str]) -> Callable[[str], str]:
    lines = iter(new_lines)

    def read(_prompt: str) -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    return read


@pytest.mark.parametrize("kind", ["file for the folder", "folder for the file"])
def test_answers_that_the_disk_refuses_are_asked_for_all_the_same(book, vocabulary, kind):
    if kind == "file for the folder":
        book.build.write_text("", "utf-8")
    else:
        (book.build / "new-new-zz.json").mkdir(parents=True)
    kept, said = asking.Kept(book.build), []
    asked = asking_questions(vocabulary, ["id", "title", "lead_org"])
    found = asking.ask_all(asked, vocabulary, answers(["new-zz", "A title", "Riverside Hospital"]), said.append, kept, lambda id: False)
    assert found == {"id": "new-zz", "title": "A title", "lead_org": "Riverside Hospital"}
    assert sum("cannot be kept on the disk" in line for line in said) == 1
    assert "lead_org: Riverside Hospital" in kept.said("name")
    kept.drop("new-zz")


def test_whoever_stops_then_sees_the_answers(book, monkeypatch, capsys):
    book.build.write_text("", "utf-8")
    monkeypatch.setattr("builtins.input", answers(["new-zz", "A title that nobody else has"]))
    assert main(["--project", str(book.root), "new"]) == 1
    said = capsys.readouterr().err
    assert "could not be kept on the disk" in said and "title: A title that nobody else has" in said


def asking_questions(vocabulary, fields):
    from anchorbook.questions import questions

    return questions(vocabulary, fields)


# ---------------------------------------------------------------- packs


@pytest.mark.parametrize(("words", "said"), [
    (("nonesuch",), "There is no workshop \"nonesuch\"."), (("--cases", "minimall,nope-at-all"), "There is no case \"minimall\". Did you mean \"minimal\"?\nThere is no case \"nope-at-all\"."),
    (("--cases", ",,"), "No case is named after --cases."), (("--cases", ""), "No case is named after --cases."),
])
def test_a_pack_of_what_is_not_there_builds_nothing(book, capsys, monkeypatch, words, said):
    monkeypatch.setattr("anchorbook.build.build", lambda *more, **named: pytest.fail("the book was built"))
    assert main(["--project", str(book.root), "pack", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_spreadsheet_in_a_zip_is_still_read(book, tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as zipped:
        zipped.writestr("a", "b")
    assert main(["--project", str(book.root), "new", "--from", str(tmp_path / "x.xlsx")]) == 2
    assert "this spreadsheet cannot be read." in capsys.readouterr().err
