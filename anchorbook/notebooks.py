"""What a notebook is made from: the tables it reads, the arithmetic it uses, the libraries it imports.

All of it is found in its code, so nobody keeps a list. A notebook must be run again when, and only when, one of
these or its own code changes. One that loads the catalogue is also made from the cases and the lists beside them.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

from anchorbook.loading import TABLES_OF_CHECKS
from anchorbook.project import Project
from anchorbook.store import digest_of

_PACKAGE = Path(__file__).parent
_READS_THE_CATALOGUE = "loading.py"
_LOADS = frozenset({"load", "library"})
"""Names of this package that lead to the module ``library``."""


NEVER_IN_THE_SITE = ("ANCHORBOOK_STAFF_FILE", "ANCHORBOOK_AREAS_FILE")
"""Names of files that a person may have set for a notebook of their own; the site is made from the sample alone."""


@dataclass(frozen=True)
class Notebook:
    """The code of one notebook, and what it leads to."""

    project: Project
    name: str
    code: str

    @classmethod
    def from_text(cls, project: Project, name: str, text: str) -> Notebook:
        """From the JSON of an ``.ipynb`` file.

        :raises ValueError: when it is not a notebook.
        """
        try:
            cells = json.loads(text)["cells"]
            code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        except (KeyError, TypeError) as error:
            raise ValueError(f"{name} is not a notebook") from error
        return cls(project, name, code)

    @cached_property
    def data(self) -> list[Path]:
        """The tables it reads: files of the data folder that its code names, in order of name."""
        return [path for path in self.project.tables() if re.search(rf"(?<![\w.-]){re.escape(path.name)}(?![\w.-])", self.code)]

    @cached_property
    def loads_catalogue(self) -> bool:
        """True when it calls ``anchorbook.load``, or uses a module that reads the whole catalogue."""
        return _PACKAGE / _READS_THE_CATALOGUE in self.modules

    @cached_property
    def catalogue(self) -> list[Path]:
        """The files that the catalogue it loads follows from; none when it loads none."""
        return catalogue_files(self.project) if self.loads_catalogue else []

    @cached_property
    def modules(self) -> list[Path]:
        """The modules of this package that it uses, and those that they use."""
        found: set[Path] = set()
        todo = [self.code]
        while todo:
            for dotted in _imports(todo.pop()):
                path = _module(dotted) if dotted.startswith("anchorbook.") else None
                if path and path not in found:
                    found.add(path)
                    todo.append(path.read_text("utf-8"))
        return sorted(found)

    @cached_property
    def libraries(self) -> dict[str, str]:
        """Name and version of each library that it or its modules import, after Python itself; ours is left out."""
        names = {name.split(".")[0] for text in (self.code, *(path.read_text("utf-8") for path in self.modules)) for name in _imports(text)}
        homes = _homes()
        found = {}
        for name in sorted(names - {"anchorbook"} - set(sys.stdlib_module_names)):
            try:
                found[name] = version(homes.get(name, [name])[0])
            except PackageNotFoundError:
                continue
        return {"Python": ".".join(map(str, sys.version_info[:3])), **found}

    @cached_property
    def data_digest(self) -> str:
        """A checksum (SHA-256) over the tables it reads, by name and content, and over the catalogue if it loads that."""
        tables = [part for path in self.data for part in (path.name, path.read_bytes())]
        return digest_of(*tables, catalogue_digest(self.project)) if self.loads_catalogue else digest_of(*tables)

    @cached_property
    def inputs_digest(self) -> str:
        """A name for everything outside its own code that its results follow from."""
        modules = [part for path in self.modules for part in (path.name, path.read_bytes())]
        lock = self.project.root / "package-lock.json"  # names the browser libraries that maps hold
        if lock.is_file() and any(path.name == "maps.py" for path in self.modules):
            modules += [lock.name, lock.read_bytes()]
        return digest_of(self.data_digest, *modules, *(f"{name} {number}" for name, number in self.libraries.items()))


@lru_cache(maxsize=1)
def _homes() -> Mapping[str, list[str]]:
    """The packages that each module comes from. To ask takes up to half a second, and nothing is installed during a build."""
    return packages_distributions()


def catalogue_files(project: Project) -> list[Path]:
    """Every file that a case, a source, a term or the state of a claim follows from, in order of name."""
    files = [*project.case_files(), *project.vocabulary.glob("*.yaml"), *project.frameworks.rglob("*.yaml"),
             project.references, project.claims, project.disagreements]
    files += [path for path in project.tables() if path.name in TABLES_OF_CHECKS]
    return sorted(path for path in files if path.is_file())


def catalogue_digest(project: Project) -> str:
    """A checksum (SHA-256) over these files, by name and content."""
    return digest_of(*(part for path in catalogue_files(project) for part in (project.relative(path), path.read_bytes())))


@lru_cache(maxsize=1000)
def _imports(code: str) -> frozenset[str]:
    """Dotted names of all that a piece of Python imports: modules, and what is taken from them.

    ``anchorbook.load`` counts as the module that it leads to, however the code comes by it.
    """
    found: set[str] = set()
    plain = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in code.splitlines())  # not Python, but IPython
    try:
        tree = ast.parse(plain)
    except SyntaxError:
        return frozenset()  # running it will say what is wrong
    ours = set()  # what this package is called there
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
            ours.update(name.asname or "anchorbook" for name in node.names
                        if name.name == "anchorbook" or name.name.startswith("anchorbook.") and not name.asname)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{name.name}" for name in node.names)
    used = {f"anchorbook.{node.attr}" for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ours}
    if not {f"anchorbook.{name}" for name in _LOADS}.isdisjoint(found | used):
        found.add("anchorbook.library")
    return frozenset(found)


def _module(dotted: str) -> Path | None:
    """The file of ``anchorbook.evidence.tables``; of its longest part that is a module, when more follows."""
    parts = dotted.split(".")[1:]
    while parts:
        base = _PACKAGE.joinpath(*parts)
        for path in (base.with_suffix(".py"), base / "__init__.py"):
            if path.is_file():
                return path
        parts.pop()
    return None
