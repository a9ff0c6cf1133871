"""A build stops on what is wrong, says where, and leaves the last good site alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.builds import anchorbook, build, copy_project


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = copy_project(tmp_path_factory.mktemp("stops") / "book")
    build(folder)
    return folder


def snapshot(project: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (project / "_build" / "html").rglob("*") if path.is_file()}


class changed:
    """Change a file for the length of a test."""

    def __init__(self, path: Path, content: str):
        self.path, self.content = path, content

    def __enter__(self):
        self.before = self.path.read_bytes() if self.path.exists() else None
        self.path.write_text(self.content, "utf-8")

    def __exit__(self, *_exc):
        if self.before is None:
            self.path.unlink()
        else:
            self.path.write_bytes(self.before)


def stops(project: Path, path: Path, content: str) -> str:
    """Build with this content; it must fail and change nothing. Returns what it said."""
    before = snapshot(project)
    with changed(path, content):
        done = anchorbook(project, "build")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "The book was not built" in done.stdout
    assert snapshot(project) == before
    return done.stdout


def page(project: Path, extra: str) -> tuple[Path, str]:
    path = project / "book" / "about" / "cite.md"
    return path, path.read_text("utf-8") + "\n" + extra + "\n"


def test_a_link_to_a_case_that_does_not_exist(project):
    path, content = page(project, "See {case}`imperial-insorcing`.")
    line = content.count("\n")
    said = stops(project, path, content)
    assert f'book/about/cite.md:{line}:1: error unknown-case there is no case "imperial-insorcing".' in said
    assert 'Did you mean "imperial-insourcing"?' in said


def test_an_unknown_citation_in_a_page(project):
    said = stops(project, *page(project, "So it is {cite}`nobody1999, page 3`."))
    assert 'error unknown-citation "nobody1999" is not an entry of references.bib.' in said


def test_an_unknown_term_in_a_list(project):
    said = stops(project, *page(project, "```{case-list}\n:domain: wrok\n```"))
    assert 'error unknown-term "wrok" is not in the vocabulary "domains".' in said and 'Did you mean "work"?' in said


def test_an_unknown_directive_is_an_error(project):
    assert "Unknown directive type" in stops(project, *page(project, "```{case-lits}\n```"))


def test_a_broken_case(project):
    path = project / "case_studies" / "imperial-insourcing.yaml"
    said = stops(project, path, path.read_text("utf-8").replace("status: running", "statsu: running", 1).replace("lead_org:", "boss:", 1))
    assert "unknown-field" in said and 'Did you mean "status"?' in said
    assert 'missing-field the required field "lead_org" is missing' in said


def test_a_failing_notebook(project):
    path = project / "notebooks" / "compassionate-communities-grants.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code[-1]["source"] = "raise RuntimeError('the sums are wrong')"
    assert "the sums are wrong" in stops(project, path, json.dumps(notebook))


def test_a_term_without_a_page(project):
    path = project / "data" / "vocabulary" / "tensions.yaml"
    said = stops(project, path, path.read_text("utf-8") + '  - {id: TN6, label: New, description: "A new one."}\n')
    assert "error missing-page" in said and "book/tensions/tn6.md" in said


def test_changed_data_runs_the_notebook_again(project):
    path = project / "data" / "compassionate-communities-grants.csv"
    with changed(path, path.read_text("utf-8").replace("18,364588", "18,364589")):
        done = anchorbook(project, "build")
        assert re.search(r"[1-9] executed", done.stdout)
        assert "£1,904,353" in (project / "_build" / "html" / "notebooks" / "compassionate-communities-grants.html").read_text("utf-8")
    done = anchorbook(project, "build")
    assert "0 executed" in done.stdout
    assert "£1,904,352" in (project / "_build" / "html" / "notebooks" / "compassionate-communities-grants.html").read_text("utf-8")


def test_plain_jupyter_book_builds_the_same_site(project, tmp_path):
    """`jupyter-book build .` works too: the extension fills the pages by itself."""
    import os
    import subprocess
    import sys

    copy = copy_project(tmp_path / "book")
    done = subprocess.run([sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(copy), "-W", "--keep-going"],
                          capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    for name in ("index.html", "explore.html", "cases/imperial-insourcing.html", "domains/work.html"):
        assert (copy / "_build" / "html" / name).read_bytes() == (project / "_build" / "html" / name).read_bytes()
