"""Notebooks run side by side before Sphinx reads them; one that fails is left to Sphinx, which says what is wrong."""

from __future__ import annotations

from types import SimpleNamespace

import nbformat
import pytest
from jupyter_cache import get_cache
from nbclient.exceptions import DeadKernelError

from anchorbook.site import running as module
from anchorbook.site.notebooks import INPUTS, name_inputs
from anchorbook.site.running import whole_streams

WAITS = """
import pathlib, time
pathlib.Path("{mine}.there").write_text("")
end = time.monotonic() + 60
while not pathlib.Path("{other}.there").exists():
    assert time.monotonic() < end, "the other notebook did not run meanwhile"
    time.sleep(0.05)
print("met")
"""


class App(SimpleNamespace):
    """As much of Sphinx as is asked for. Each stands for a build of its own."""

    __hash__ = object.__hash__


@pytest.fixture
def app(project, tmp_path, monkeypatch):
    monkeypatch.setenv("ANCHORBOOK_JOBS", "2")
    folder = project({})
    config = SimpleNamespace(nb_execution_cache_path=str(tmp_path / "cache"), nb_execution_timeout=120, nb_execution_allow_errors=False)
    return App(config=config, srcdir=str(folder.root), folder=folder)


def run(app, **codes: str) -> dict[str, str | None]:
    """What each notebook printed, by its name; None when the cache does not hold it."""
    app.folder.notebooks.mkdir(exist_ok=True)
    found: dict[str, str | None] = {}
    for name, code in codes.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code, id="one")])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        (app.folder.notebooks / f"{name}.ipynb").write_text(nbformat.writes(notebook), "utf-8")
    env = SimpleNamespace(doc2path=lambda docname: str(app.folder.root / f"{docname}.ipynb"))
    module.run_ahead(app, env, ["book/index", *(f"notebooks/{name}" for name in codes)])
    cache = get_cache(app.config.nb_execution_cache_path)
    for name in codes:
        source = [(app.folder.notebooks / f"{name}.ipynb").read_text("utf-8")]
        name_inputs(app, f"notebooks/{name}", source)
        try:
            executed = cache.merge_match_into_notebook(nbformat.reads(source[0], as_version=4))[1]
        except KeyError:
            found[name] = None
        else:
            found[name] = "|".join(output.get("text", "") for output in executed.cells[0].outputs).strip()
    return found


def test_what_a_notebook_is_made_from_is_looked_at_once_in_a_build(app):
    table = app.folder.data / "table.csv"
    table.write_text("a\n1\n", "utf-8")
    text = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('open("../data/table.csv")', id="one")]))

    def named(app: App) -> str:
        source = [text]
        name_inputs(app, "notebooks/reads", source)
        return nbformat.reads(source[0], as_version=4).metadata["kernelspec"][INPUTS]

    first = named(app)
    table.write_text("a\n2\n", "utf-8")
    assert named(app) == first
    assert named(App(srcdir=app.srcdir)) != first


def test_notebooks_run_side_by_side(app):
    """Each waits for the other: one after the other they would both fail."""
    assert run(app, a=WAITS.format(mine="a", other="b"), b=WAITS.format(mine="b", other="a")) == {"a": "met", "b": "met"}


def test_one_that_fails_is_left_to_sphinx_and_keeps_nothing_from_the_others(app):
    assert run(app, bad="1 / 0", good="print(1)", other="print(2)") == {"bad": None, "good": "1", "other": "2"}


def test_what_has_run_does_not_run_again(app):
    code = "import pathlib\nwith open('runs', 'a') as file: file.write('x')\nprint(len(pathlib.Path('runs').read_text()))"
    assert run(app, a=code, b="print(1)") == {"a": "1", "b": "1"}
    assert run(app, a=code, b="print(1)", c="print(3)", d="print(4)") == {"a": "1", "b": "1", "c": "3", "d": "4"}
    assert (app.folder.notebooks / "runs").read_text() == "x"


def test_what_a_cell_printed_is_one_piece_however_the_kernel_sent_it():
    """Or pages and executed notebooks would differ from build to build."""
    def printed(text: str, name: str = "stdout") -> nbformat.NotebookNode:
        return nbformat.v4.new_output("stream", name=name, text=text)

    table = nbformat.v4.new_output("display_data", data={"text/plain": "t"})
    pieces = [printed("a\n"), printed("b\n"), table, printed("c\n"), printed("d\n", "stderr"), printed("e\n", "stderr")]
    assert whole_streams(pieces) == [printed("a\nb\n"), table, printed("c\n"), printed("d\ne\n", "stderr")]
    assert pieces[0]["text"] == "a\n" and whole_streams([]) == []


def test_a_line_that_a_kernel_sent_in_pieces_stays_one_line(app):
    """With one notebook to run as with many: the pieces meet before MyST-NB sees them."""
    code = "import sys, time\nfor piece in ('a', ' b\\n', '  c\\n'):\n    sys.stdout.write(piece)\n    sys.stdout.flush()\n    time.sleep(0.5)"
    assert run(app, alone=code) == {"alone": "a b\n  c"}


def starting(monkeypatch, works_at: int, error: type[RuntimeError] = RuntimeError) -> list[int]:
    """Kernels start at this try only; the list that is returned has a number for each try."""
    from jupyter_cache.executors import utils

    run_once, tries = utils.single_nb_execution, []

    def execute(*arguments, **options):
        tries.append(len(tries) + 1)
        if len(tries) < works_at:
            raise error("Kernel died before replying to kernel_info")
        return run_once(*arguments, **options)

    monkeypatch.setattr(utils, "single_nb_execution", execute)
    return tries


def test_a_kernel_that_does_not_start_is_started_anew(app, monkeypatch):
    """Another program had taken one of its ports."""
    tries = starting(monkeypatch, works_at=3)
    assert run(app, a="print(1)") == {"a": "1"} and tries == [1, 2, 3]


def test_when_no_kernel_starts_the_notebook_is_left_to_sphinx(app, monkeypatch):
    tries = starting(monkeypatch, works_at=9)
    assert run(app, a="print(1)") == {"a": None} and tries == [1, 2, 3]


def test_a_notebook_that_ends_its_kernel_is_not_run_again(app, monkeypatch):
    tries = starting(monkeypatch, works_at=9, error=DeadKernelError)
    assert run(app, a="print(1)") == {"a": None} and tries == [1]


def test_a_notebook_that_ends_its_kernel_is_left_to_sphinx(app):
    assert run(app, a="import os; os._exit(1)") == {"a": None}
