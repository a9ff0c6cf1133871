"""Notebooks: run again when what they read has changed; say when, on what and with what they ran; can be fetched."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import nbformat
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from anchorbook.notebooks import Notebook
from anchorbook.parts import say_date
from anchorbook.project import Project
from anchorbook.site.rendering import environment

FOLDER = "notebooks/"
DOWNLOADS = "downloads"
INPUTS = "anchorbook_inputs"
_ALL_RUNS = "[[all-notebook-runs]]"


def set_cache(app, config) -> None:
    """One cache for all notebooks, beside the pages."""
    config.nb_execution_cache_path = str(Path(app.outdir).parent / "notebook-cache")


_read: WeakKeyDictionary[Any, dict[tuple[str, str], Notebook]] = WeakKeyDictionary()
"""The notebooks of each build."""


def _notebook(app, docname: str, text: str) -> Notebook:
    """A notebook, looked at once in a build: where there are thousands of cases, what it is made from takes seconds to read."""
    return _read.setdefault(app, {}).setdefault((docname, text), Notebook.from_text(Project(Path(app.srcdir)), docname, text))


def name_inputs(app, docname: str, source: list[str]) -> None:
    """Write into a notebook, as Sphinx reads it, a name for the data and the arithmetic that it uses.

    The stock cache knows a notebook by its code and its kernel alone, so a changed table would leave old figures
    on the page. With this name beside the kernel's, the notebooks that read the table run again, and only those.
    """
    if not docname.startswith(FOLDER):
        return
    notebook = _notebook(app, docname, source[0])
    content = json.loads(source[0])
    content["metadata"].setdefault("kernelspec", {})[INPUTS] = notebook.inputs_digest
    source[0] = json.dumps(content)


def _run_of(app, docname: str) -> dict[str, Any]:
    """What a page says of one notebook: when it ran, on which data, with which libraries, and its files."""
    env = app.env
    notebook = _notebook(app, docname, Path(env.doc2path(docname)).read_text("utf-8"))
    ran = env.nb_metadata.get(docname, {}).get("exec_data", {}).get("mtime", 0)
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    # The cache keeps the time of UTC without saying so, and MyST-NB takes it for local time: read as local time it is that of UTC again.
    when = (datetime.fromtimestamp(float(fixed), UTC) if fixed else datetime.fromtimestamp(ran)).date().isoformat()
    name = docname.removeprefix(FOLDER)
    return {
        "title": env.titles[docname].astext(), "docname": docname, "when": say_date(when), "checksum": notebook.data_digest,
        "libraries": ", ".join(f"{library} {number}" for library, number in notebook.libraries.items()),
        "executed": f"{DOWNLOADS}/{name}.ipynb", "data": [(path.name, f"{DOWNLOADS}/{path.name}") for path in notebook.data],
    }


def add_runs(app, pagename: str, templatename: str, context: dict[str, Any], doctree) -> None:
    """Under each notebook its own run; where a page asks for it, the table of all."""
    body = context.get("body", "")
    if pagename.startswith(FOLDER) and pagename in app.env.nb_metadata:
        template = environment().get_template("notebook-run.html")
        context["body"] = body + template.render(run=_run_of(app, pagename), file=lambda path: context["pathto"](path, 1))
    elif _ALL_RUNS in body:
        runs = [_run_of(app, docname) for docname in sorted(app.env.found_docs) if docname.startswith(FOLDER)]
        table = environment().get_template("notebook-runs.html").render(
            runs=runs, page=context["pathto"], file=lambda path: context["pathto"](path, 1))
        context["body"] = body.replace(_ALL_RUNS, table)


class NotebookRunsDirective(SphinxDirective):
    """``{notebook-runs}``: every notebook with its run and its files."""

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()
        return [nodes.raw("", _ALL_RUNS, format="html")]


def offer_downloads(app, error) -> None:
    """Put the executed notebooks and their tables beside the pages."""
    if error or app.builder.name != "html":
        return
    from jupyter_cache import get_cache

    target = Path(app.outdir) / DOWNLOADS
    shutil.rmtree(target, ignore_errors=True)
    cache = get_cache(app.config.nb_execution_cache_path)
    for docname in sorted(app.env.found_docs):
        if not docname.startswith(FOLDER):
            continue
        target.mkdir(parents=True, exist_ok=True)
        text = Path(app.env.doc2path(docname)).read_text("utf-8")
        source = [text]
        name_inputs(app, docname, source)
        try:
            _key, executed = cache.merge_match_into_notebook(nbformat.reads(source[0], as_version=4))
        except KeyError:  # it has no code
            executed = nbformat.reads(source[0], as_version=4)
        executed.metadata.get("kernelspec", {}).pop(INPUTS, None)
        for cell in executed.cells:
            cell.metadata.pop("execution", None)  # times of day: not part of a result
        (target / f"{docname.removeprefix(FOLDER)}.ipynb").write_text(
            json.dumps(executed, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
        for path in _notebook(app, docname, text).data:
            shutil.copyfile(path, target / path.name)
