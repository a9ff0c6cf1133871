"""``anchorbook check`` as people and programs run it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys

import pytest

from anchorbook.calling import call
from anchorbook.cli import main
from tests.support.projects import ROOT, SMALL_BIBLIOGRAPHY, good_file

FINDING = re.compile(r"\S+:\d+:\d+: (error|warning|hint) [a-z]+(-[a-z]+)* \S.*")
CITES_ALL = "Cites the rest [@reed2019_ch7; @britteon2022]."


def clean_case(**changes: str) -> str:
    """A record that leaves nothing to say, not even an uncited reference."""
    return good_file(problem=CITES_ALL, **changes)


def check(project, *options: str) -> int:
    return main(["--project", str(project.root), "check", *options])


def test_nothing_wrong_is_status_0(project, capsys):
    assert check(project({"minimal.yaml": clean_case()})) == 0
    assert capsys.readouterr().out == "Checked 1 case study: no findings.\n"


@pytest.fixture
def one_reference_more(tmp_path):
    """The small bibliography with an entry at its end that nothing cites, and the line of that entry."""
    text = SMALL_BIBLIOGRAPHY.read_text("utf-8") + "\n@misc{nobody2020,\n  author = {Nobody, Ann},\n  title = {Left over},\n  year = {2020},\n}\n"
    path = tmp_path / "more.bib"
    path.write_text(text, "utf-8")
    return path, text[: text.index("@misc{nobody2020")].count("\n") + 1


def test_a_warning_alone_is_status_0(project, capsys, one_reference_more):
    references, line = one_reference_more
    assert check(project({"minimal.yaml": good_file()}, references=references)) == 0
    out = capsys.readouterr().out
    assert f'references.bib:{line}:1: warning uncited-reference nothing cites "nobody2020".' in out
    assert out.endswith("\nChecked 1 case study: 1 warning.\n")


def test_an_error_is_status_1(project, capsys):
    assert check(project({"minimal.yaml": clean_case(status="nonsense"), "other.yaml": clean_case(id="other")})) == 1
    out = capsys.readouterr().out
    assert out.startswith('case_studies/minimal.yaml:6:9: error unknown-term "nonsense" is not a known status.\n    hint: ')
    assert out.endswith("Checked 2 case studies: 1 error.\n")


def test_no_project_is_status_2(tmp_path, capsys):
    assert main(["--project", str(tmp_path), "check"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "There is no evidence book in" in captured.err and "case_studies" in captured.err


@pytest.mark.parametrize("arguments", [[], ["chekc"], ["check", "--format", "xml"], ["preview", "extra"], ["check", "--extra"]])
def test_wrong_options_are_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage: anchorbook" in capsys.readouterr().err


def test_every_line_of_the_report_has_its_form(project, capsys):
    check(project({
        "minimal.yaml": clean_case(status='"two\\nlines"', title="2035"), "broken.yaml": "a: b: c\n", "empty.yaml": "",
        "typo.yaml": good_file(id="typo", colour="blue", tensions="[TN9]"),
    }))
    *lines, last = capsys.readouterr().out.splitlines()
    assert len(lines) >= 8
    assert [line for line in lines if not FINDING.fullmatch(line) and not line.startswith("    hint: ")] == []
    assert re.fullmatch(r"Checked 4 case studies: \d+ errors(, \d+ warnings?)?\.", last)


def test_json(project, capsys):
    assert check(project({"minimal.yaml": clean_case(status="nonsense")}), "--format", "json") == 1
    (finding,) = json.loads(capsys.readouterr().out)
    assert (finding["path"], finding["line"], finding["column"]) == ("case_studies/minimal.yaml", 6, 9)
    assert finding["severity"] == "error"


def test_json_of_nothing_is_an_empty_list(project, capsys):
    assert check(project({"minimal.yaml": clean_case()}), "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_annotations(project, capsys):
    assert check(project({"minimal.yaml": clean_case(status="nonsense")}), "--format", "annotations") == 1
    out = capsys.readouterr().out
    assert out.startswith("::error file=case_studies/minimal.yaml,line=6,col=9,title=unknown-term::")
    assert len(out.splitlines()) == 1


def test_annotations_of_nothing_are_nothing(project, capsys):
    assert check(project({"minimal.yaml": clean_case()}), "--format", "annotations") == 0
    assert capsys.readouterr().out == ""


def test_a_project_is_found_from_a_folder_inside_it(project, capsys, monkeypatch):
    folder = project({"minimal.yaml": clean_case()})
    monkeypatch.chdir(folder.cases)
    assert main(["check"]) == 0


def test_a_second_check_says_the_same(project, capsys):
    folder = project({"minimal.yaml": clean_case(status="nonsense")})
    check(folder)
    first = capsys.readouterr().out
    check(folder)
    assert capsys.readouterr().out == first


def test_an_empty_collection_can_be_checked(project, capsys, one_reference_more):
    assert check(project(references=one_reference_more[0])) == 0
    assert capsys.readouterr().out.endswith("\nChecked 0 case studies: 1 warning.\n")


def run(project, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "anchorbook.cli", "--project", str(project.root), "check"]
    return subprocess.run(command, capture_output=True, timeout=120, cwd=ROOT, env={**os.environ, **environment})


def test_as_a_program(project):
    done = run(project({"minimal.yaml": clean_case(status="nonsense")}), PYTHONIOENCODING="utf-8")
    assert done.returncode == 1
    assert done.stderr == b""
    assert b"error unknown-term" in done.stdout


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_words_that_the_screen_cannot_show_are_no_traceback(project, encoding):
    done = run(project({"minimal.yaml": clean_case(status="運行中")}), PYTHONIOENCODING=encoding)
    assert b"Traceback" not in done.stderr
    assert b"error unknown-term" in done.stdout
    assert done.returncode == 1


def test_a_huge_denominator_does_not_stop_the_check(project):
    text = clean_case().replace("    unit: people", '    unit: "%"\n    denominator: {n: 100000000000000000, what: people}')
    done = run(project({"minimal.yaml": text}))
    assert done.returncode == 0


@pytest.fixture
def two(project):
    """A book of two cases; the second has an error."""
    return project({"minimal.yaml": clean_case(), "other.yaml": clean_case(id="other", status="nonsense")})


def test_one_file_is_checked_alone(two, capsys, monkeypatch):
    monkeypatch.chdir(two.root)
    assert check(two, "case_studies/minimal.yaml") == 0
    assert capsys.readouterr().out == f"Checked 1 case study: no findings.\nElsewhere in the book: 1 error. To see all: {call('check')}\n"
    assert check(two, "case_studies/other.yaml") == 1
    out = capsys.readouterr().out
    assert out.startswith("case_studies/other.yaml:") and out.endswith("\nChecked 1 case study: 1 error.\n")


@pytest.mark.parametrize("names", [["minimal.yaml", "other.yaml"], ["case_studies"], ["{root}/case_studies/other.yaml", "case_studies/minimal.yaml"]])
def test_several_files_may_be_named_as_people_name_them(two, capsys, names):
    assert check(two, *(name.format(root=two.root) for name in names)) == 1
    assert capsys.readouterr().out.endswith("\nChecked 2 case studies: 1 error.\n")


def test_programs_get_the_findings_of_the_file_alone(two, capsys):
    assert check(two, "minimal.yaml", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_file_outside_the_book_is_told_so(two, capsys, tmp_path):
    outside = tmp_path / "mine.yaml"
    outside.write_text(clean_case(), "utf-8")
    assert check(two, str(outside)) == 2
    assert capsys.readouterr().err.endswith("is no part of the book yet. Put your file there, then check it again.\n")
    assert check(two, "case_studies/minimul.yaml") == 2
    assert capsys.readouterr().err == "There is no file case_studies/minimul.yaml. Did you mean case_studies/minimal.yaml?\n"


def test_repairs_are_for_the_whole_book(two, capsys):
    with pytest.raises(SystemExit):
        check(two, "minimal.yaml", "--fix")
    assert "--fix looks at all case studies: leave the files out" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["99999", "65536", "-1", "http", "", "８０００"])
def test_a_port_that_is_none_is_said_before_anything_is_built(port, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--project", str(tmp_path), "preview", f"--port={port}"])
    assert stop.value.code == 2
    assert f'"{port}" is no port. Write a number from 1024 to 65535, or 0 for any port that is free.' in capsys.readouterr().err


@pytest.mark.parametrize("asked, status", [("/%00", 404), ("/a%00b.html", 404), ("/cases/%00.html", 404), ("http://[", 400), ("/_preview/state?page=%00", 200), ("/index.html", 200)])
def test_the_preview_answers_odd_addresses(project, capsys, asked, status):
    from anchorbook.preview.current import Current
    from anchorbook.preview.drafts import Drafts
    from anchorbook.preview.server import serve

    book = project()
    book.html.mkdir(parents=True)
    (book.html / "index.html").write_text("<html><body>Home</body></html>", "utf-8")
    server = serve(book, Drafts(book), Current(book), 0)
    try:
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as line:
            line.sendall(f"GET {asked} HTTP/1.0\r\nHost: 127.0.0.1:{server.server_port}\r\n\r\n".encode())
            answer = line.makefile("rb").read()
    finally:
        server.shutdown()
        server.server_close()
    assert answer.startswith(b"HTTP/1.0 %d " % status), answer[:200]
    assert "Traceback" not in capsys.readouterr().err
