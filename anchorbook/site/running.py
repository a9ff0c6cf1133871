"""Run the notebooks that have to run side by side, before Sphinx reads them one by one and finds them run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from sphinx.util import logging

from anchorbook.processes import available
from anchorbook.site.notebooks import FOLDER, name_inputs

LOGGER = logging.getLogger(__name__)
TRIES = 3
"""How often a kernel is asked to start before its notebook is left to Sphinx."""


def whole_streams(outputs: list[Any]) -> list[Any]:
    """The outputs of a cell with what was printed in one piece.

    A kernel sends it in as many pieces as chance has it, and MyST-NB ends a line after each: pages would differ from build to build.
    """
    found: list[Any] = []
    for output in outputs:
        last = found[-1] if found else {}
        if output.get("output_type") == "stream" and (last.get("output_type"), last.get("name")) == ("stream", output.get("name")):
            found[-1] = type(output)({**last, "text": last["text"] + output["text"]})
        else:
            found.append(output)
    return found


def run_ahead(app, env, docnames: list[str]) -> None:
    """Execute every notebook that the cache does not hold, as many at a time as there are processors.

    One that fails is left to Sphinx, which runs it again and says what is wrong and where.
    """
    from jupyter_cache import get_cache  # half a second, which a build that runs nothing need not wait
    from jupyter_cache.base import CacheBundleIn

    cache = get_cache(app.config.nb_execution_cache_path)
    todo: list[tuple[Path, nbformat.NotebookNode]] = []
    for docname in sorted(name for name in docnames if name.startswith(FOLDER)):
        path = Path(env.doc2path(docname))
        source = [path.read_text("utf-8")]
        try:
            name_inputs(app, docname, source)
            notebook = nbformat.reads(source[0], as_version=4)
        except ValueError:  # no notebook: Sphinx says so
            continue
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            todo.append((path, notebook))
    if not todo:
        return
    with ThreadPoolExecutor(min(len(todo), available())) as pool:
        for (path, notebook), result in zip(todo, pool.map(lambda item: _run(app, *item), todo), strict=True):
            if result is not None and result.err is None:
                for cell in notebook.cells:
                    if "outputs" in cell:
                        cell["outputs"] = whole_streams(cell["outputs"])
                bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": result.time})
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def _run(app, path: Path, notebook: nbformat.NotebookNode) -> Any:
    """Run one notebook; None when no kernel starts, or the notebook ends its own.

    A kernel is told which ports to use, and any program may have taken one of them before it does: then it dies, and gets others.
    """
    from jupyter_cache.executors.utils import single_nb_execution
    from nbclient.exceptions import DeadKernelError

    LOGGER.info("%s: Executing notebook using local CWD", path)
    for _try in range(TRIES):
        try:
            return single_nb_execution(notebook, cwd=str(path.parent), timeout=app.config.nb_execution_timeout,
                                       allow_errors=app.config.nb_execution_allow_errors)
        except DeadKernelError:  # it had started, and what it ran has ended it
            break
        except RuntimeError as error:
            LOGGER.info("%s: %s", path, error)
    return None
