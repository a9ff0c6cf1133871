"""The tools that are measured: this book, Hugo and MkDocs Material, each as a folder of cases and a command that builds."""

from __future__ import annotations

import json
import re
import shutil
import sys
from abc import ABC, abstractmethod
from pathlib import Path

import yaml

from anchorbook.project import Project
from benchmarks.measuring import Failed, Run, run_command
from benchmarks.others.install import Tools
from benchmarks.others.pages import LISTS, Collection

OTHERS = Path(__file__).resolve().parent / "others"
MADE_UP = "This case is made up"
"""With these words the summary of each made-up case begins."""

OURS, HUGO, MKDOCS = "This book", "Hugo", "MkDocs Material"
NAMES = (OURS, HUGO, MKDOCS)


class Tool(ABC):
    """A site of one tool, made of the cases of a project. ``cases`` has a file for each case, ``html`` is the site."""

    name = ""
    most_repeats = 99
    """How often a step is measured at most. A tool that always builds everything needs no more than one."""
    cold_only_from = 1_000_000_000
    """With so many cases, only the cold build is measured."""

    def __init__(self, root: Path):
        self.root = root
        self.log = root.parent / f"{root.name}.log"

    @property
    @abstractmethod
    def html(self) -> Path: ...

    @abstractmethod
    def source(self, id: str) -> Path:
        """The file that a case is written in."""

    @abstractmethod
    def page(self, id: str) -> Path:
        """The page that a reader gets."""

    @abstractmethod
    def build(self, step: str) -> Run: ...

    def edit(self, id: str, words: str) -> None:
        """Put words into the summary and a paragraph of a case."""
        text = self.source(id).read_text("utf-8").replace(MADE_UP, f"This case, {words}, is made up")
        self.source(id).write_text(re.sub(r"^(problem: >-\n  |## Problem\n\n)", rf"\g<1>This sentence was {words}. ", text, count=1, flags=re.MULTILINE), "utf-8")


class Book(Tool):
    """This book: everything that it makes, its notebooks, downloads and search included."""

    name = OURS

    def __init__(self, project: Project, package: Path):
        super().__init__(project.root)
        self.project = project
        self.package = package

    @property
    def html(self) -> Path:
        return self.project.html

    def source(self, id: str) -> Path:
        return self.project.cases / f"{id}.yaml"

    def page(self, id: str) -> Path:
        return self.html / "cases" / f"{id}.html"

    def build(self, step: str) -> Run:
        # After an edit, as the preview builds: a full build would run the notebooks that read all cases.
        more = ["--quick"] if step.startswith("one ") else []
        # The frozen copy of the package, so that nobody's editing changes the code half-way through.
        run, said = run_command([sys.executable, "-m", "anchorbook.cli", "--project", str(self.root), "build", *more], self.root, self.log,
                                {"PYTHONPATH": str(self.package)})
        findings = re.search(r"^ +findings +(.+)$", said, re.MULTILINE)
        if not findings or "error" in findings[1] or "warning" in findings[1]:
            print(f"    note: findings: {findings[1] if findings else 'not said'}", flush=True)
        written = re.search(r"\(([\d,]+) files written\)", said)
        times = re.search(r"^ +time .*\((.+)\)$", said, re.MULTILINE)
        if not written or not times:
            raise Failed(f"The summary of the build is not as expected. It said:\n\n{said}")
        run.parts = {name: float(value) for name, value in re.findall(r"([a-z]+) ([\d.]+) s", times[1])}
        run.written = int(written[1].replace(",", ""))
        return run


class Hugo(Tool):
    """A Hugo site with small layouts of our own: pages, lists with paging, a menu. Hugo has no search of its own, so it makes none."""

    name = HUGO

    def __init__(self, root: Path, project: Project, tools: Tools):
        super().__init__(root)
        self.program = tools.hugo
        shutil.copytree(OTHERS / "hugo", root)
        collection = Collection.of(project)
        _write(root / "content" / "cases" / "_index.md", {"title": "All cases"})
        for facet, labels in collection.labels.items():
            _write(root / "content" / facet / "_index.md", {"title": facet.capitalize()})
            for id, label in labels.items():
                _write(root / "content" / facet / id / "_index.md", {"title": label})
        for page in collection.pages(lambda id: f"/cases/{id}/"):
            _write(self.source(page.id), {"title": page.title, "description": page.summary, **page.terms}, page.text)

    @property
    def html(self) -> Path:
        return self.root / "public"

    def source(self, id: str) -> Path:
        return self.root / "content" / "cases" / f"{id}.md"

    def page(self, id: str) -> Path:
        return self.html / "cases" / id / "index.html"

    def build(self, step: str) -> Run:
        # Without the option, Hugo leaves the page of a deleted case where it is.
        return run_command([str(self.program), "build", "--quiet", "--cleanDestinationDir"], self.root, self.log, {"HUGO_CACHEDIR": str(self.root / "cache")})[0]


class MkDocs(Tool):
    """Material for MkDocs with its own search and tags; a page with a list for each term."""

    name = MKDOCS
    most_repeats = 1
    cold_only_from = 5_000

    def __init__(self, root: Path, project: Project, tools: Tools):
        super().__init__(root)
        self.program = tools.mkdocs
        collection = Collection.of(project)
        menu: list = [{"Home": "index.md"}]
        for facet, labels in collection.labels.items():
            menu.append({facet.capitalize(): [f"{facet}/{id}.md" for id in labels]})
            for id, label in labels.items():
                _write(root / "docs" / facet / f"{id}.md", {"title": label}, f"<!-- material/tags {{ include: [{json.dumps(label)}] }} -->\n")
        _write(root / "docs" / "index.md", {"title": "Case studies"}, "Choose a domain or an action in the menu.\n")
        for page in collection.pages(lambda id: f"{id}.md"):
            tags = [collection.labels[facet][term] for facet in LISTS for term in page.terms[facet]]
            _write(self.source(page.id), {"title": page.title, "description": page.summary, "tags": tags}, page.text)
        settings = yaml.safe_load((OTHERS / "mkdocs.yml").read_text("utf-8"))
        (root / "mkdocs.yml").write_text(yaml.safe_dump({**settings, "nav": menu}, sort_keys=False), "utf-8")

    @property
    def html(self) -> Path:
        return self.root / "site"

    def source(self, id: str) -> Path:
        return self.root / "docs" / "cases" / f"{id}.md"

    def page(self, id: str) -> Path:
        return self.html / "cases" / id / "index.html"

    def build(self, step: str) -> Run:
        return run_command([str(self.program), "build", "--quiet"], self.root, self.log, {})[0]


def _write(path: Path, front: dict, text: str = "") -> None:
    """A Markdown file with front matter, in JSON, which is YAML too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{json.dumps(front, ensure_ascii=False)}\n---\n\n{text}", "utf-8")
