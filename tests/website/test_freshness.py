"""A notebook runs again when a table that it reads has changed, and at no other time; its result can be fetched."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup

from anchorbook.build import NEVER_IN_THE_SITE, Summary
from anchorbook.build import build as build_book
from anchorbook.project import Project
from tests.support.builds import copy_project

CODE = """
import csv
import os
from pathlib import Path

data = next(folder / "data" for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "data" / "NAME.csv").is_file())
with (data / "NAME.csv").open(encoding="utf-8", newline="") as file:
    ((_, number),) = list(csv.reader(file))[1:]
print(f"There are {number} NAME. Set from outside: {os.environ.get('ANCHORBOOK_STAFF_FILE', 'nothing')}.")
"""


def copy_with_two_notebooks(folder) -> Project:
    """The book with two tiny notebooks that read a tiny table each, in place of its own."""
    copy_project(folder)
    for path in (folder / "notebooks").glob("*.ipynb"):
        path.unlink()
    for path in (folder / "book").rglob("*.md"):
        text = path.read_text("utf-8")
        path.write_text(re.sub(r"\]\((\.\./)+notebooks/[\w-]+\.ipynb\)", "](https://example.org/)", text), "utf-8")
    for path in (folder / "case_studies").glob("*.yaml"):
        path.write_text(re.sub(r"\(page:notebooks/[\w-]+\)", "(page:notebooks/apples)", path.read_text("utf-8")), "utf-8")
    for part in ("workshops", "activities"):
        for path in (folder / "data" / part).glob("*.yaml"):
            text = re.sub(r"page:notebooks/[\w-]+", "page:notebooks/apples", path.read_text("utf-8"))
            path.write_text(re.sub(r"notebooks: \[[^\]]*\]", "notebooks: [apples]", text), "utf-8")
    toc = folder / "_toc.yml"
    lines = toc.read_text("utf-8").splitlines()
    first = next(at for at, line in enumerate(lines) if "file: notebooks/" in line)
    kept = [line for line in lines if "file: notebooks/" not in line]
    names = ("apples", "pears")
    kept[first:first] = [f"          - file: notebooks/{name}" for name in names]
    toc.write_text("\n".join(kept) + "\n", "utf-8")
    for number, name in enumerate(names, 11):
        notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}, cells=[
            nbformat.v4.new_markdown_cell(f"# Counting {name}", id="one"), nbformat.v4.new_code_cell(CODE.replace("NAME", name).strip(), id="two")])
        nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
        (folder / "data" / f"{name}.csv").write_text(f"what,number\n{name},{number}\n", "utf-8")
    return Project(folder)


class Book:
    """The copy, its builds, and what its pages say."""

    def __init__(self, project: Project):
        self.project = project

    def build(self) -> Summary:
        said: list[str] = []
        summary = build_book(self.project, say=said.append)
        assert summary.ok, "\n".join(said)[-5000:]
        return summary

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.project.html / "notebooks" / f"{name}.html").read_text("utf-8"), "html.parser")

    def said(self, name: str) -> str:
        return re.search(r"There are (\d+ \w+\. Set from outside: \S+)\.", self.page(name).get_text())[1]


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Book:
    """Built once, while somebody's own file is set in the environment."""
    made = Book(copy_with_two_notebooks(tmp_path_factory.mktemp("fresh") / "book"))
    with pytest.MonkeyPatch.context() as patch:
        for name in NEVER_IN_THE_SITE:
            patch.setenv(name, "staff-of-a-trust.csv")
        summary = made.build()
    assert (summary.notebooks, summary.notebooks_executed) == (2, 2)
    return made


def test_the_environment_of_the_builder_stays_out_of_the_site(book):
    assert book.said("apples") == "11 apples. Set from outside: nothing" and book.said("pears") == "12 pears. Set from outside: nothing"
    assert [path for path in book.project.build.rglob("*") if path.suffix in (".html", ".ipynb", ".json") and "staff-of-a-trust" in path.read_text("utf-8")] == []


def test_a_change_in_data_runs_only_the_notebooks_that_read_it(book):
    table = book.project.data / "apples.csv"
    before = book.page("apples").find(string=re.compile(r"[0-9a-f]{12,}"))
    table.write_text("what,number\napples,8041\n", "utf-8")
    assert book.build().notebooks_executed == 1
    assert book.said("apples").startswith("8041 apples") and book.said("pears").startswith("12 pears")
    assert book.page("apples").find(string=re.compile(r"[0-9a-f]{12,}")) != before is not None
    table.write_text("what,number\napples,11\n", "utf-8")  # the run of before is still known
    assert book.build().notebooks_executed == 0
    assert book.said("apples").startswith("11 apples")


def test_words_of_a_page_run_nothing(book):
    page = book.project.book / "about" / "cite.md"
    page.write_text(page.read_text("utf-8") + "\nA sentence that was not here before.\n", "utf-8")
    assert book.build().notebooks_executed == 0
    assert "A sentence that was not here before." in (book.project.html / "about" / "cite.html").read_text("utf-8")
    assert book.said("apples").startswith("11 apples") and book.said("pears").startswith("12 pears")


def test_words_beside_the_code_run_nothing(book):
    path = book.project.notebooks / "pears.ipynb"
    path.write_text(path.read_text("utf-8").replace("# Counting pears", "# Counting ripe pears"), "utf-8")
    assert book.build().notebooks_executed == 0
    assert book.page("pears").h1.get_text().startswith("Counting ripe pears") and book.said("pears").startswith("12 pears")


def test_nothing_changed_runs_nothing(book):
    book.build()
    summary = book.build()
    assert (summary.notebooks_executed, summary.written) == (0, 0)


def test_a_table_that_no_notebook_reads_runs_nothing(book):
    (book.project.data / "plums.csv").write_text("what,number\nplums,1\n", "utf-8")
    assert book.build().notebooks_executed == 0


def test_executed_notebooks_and_their_tables_can_be_fetched(book):
    book.build()
    downloads = book.project.html / "downloads"
    assert {path.name for path in downloads.iterdir()} >= {"apples.ipynb", "pears.ipynb", "apples.csv", "pears.csv"}
    assert not (downloads / "plums.csv").exists() and not (downloads / "deprivation-2019.csv").exists()
    for name in ("apples", "pears"):
        assert (downloads / f"{name}.csv").read_bytes() == (book.project.data / f"{name}.csv").read_bytes()
        content = json.loads((downloads / f"{name}.ipynb").read_text("utf-8"))
        (cell,) = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
        assert book.said(name) in "".join(cell["outputs"][0]["text"]) and cell["execution_count"] == 1 and "execution" not in cell["metadata"]
        links = {link["href"] for link in book.page(name).find_all("a", href=True)}
        assert {f"../downloads/{name}.ipynb", f"../downloads/{name}.csv"} <= links


def test_a_notebook_to_fetch_holds_nothing_of_the_workshop(book):
    """Neither what the cache knows it by nor where it was built: it is a notebook like any other."""
    for path in (book.project.html / "downloads").glob("*.ipynb"):
        text = path.read_text("utf-8")
        assert "anchorbook_inputs" not in text and str(book.project.root) not in text


def test_plain_jupyter_book_keeps_ones_own_file_out_as_well(tmp_path):
    """The page "Bring your own trust" promises it for every build of the site."""
    project = copy_with_two_notebooks(tmp_path / "book")
    done = subprocess.run([sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(project.root), "-W", "--keep-going"],
                          capture_output=True, text=True, check=False, encoding="utf-8", env={**os.environ, "ANCHORBOOK_STAFF_FILE": "staff-of-a-trust.csv"})
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert Book(project).said("apples") == "11 apples. Set from outside: nothing"
