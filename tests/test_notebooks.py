"""What each notebook reads is found in its code and is what it opens; what it publishes is what was worked out."""

from __future__ import annotations

import copy
import importlib.metadata
import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient

import anchorbook
from anchorbook import notebooks as scanning
from anchorbook.loading import TABLES_OF_CHECKS
from anchorbook.notebooks import Notebook
from anchorbook.project import Project
from tests.support.projects import ROOT

FILES = sorted((ROOT / "notebooks").glob("*.ipynb"))
BASILDON, COLD, GRANTS, OWN, ASKED, EXERCISES = (
    "basildon-deprivation", "beat-the-cold", "compassionate-communities-grants", "your-own-staff", "using-the-catalogue", "workshop-exercises")
LOADING = {ASKED, EXERCISES}
"""Notebooks that load the catalogue."""
PACKAGE = Path(anchorbook.__file__).parent

READS = {
    BASILDON: ["basildon-boundaries.geojson", "deprivation-2019.csv", "deprivation-2025.csv", "deprivation-district-summaries.csv", "hospital-basildon.csv"],
    COLD: ["beat-the-cold.csv", "grid-emission-factors-unverified.csv"],
    GRANTS: ["compassionate-communities-grants.csv"],
    OWN: ["deprivation-2019.csv", "sample-staff-synthetic.csv"],
    ASKED: [],
    EXERCISES: ["beat-the-cold.csv", "compassionate-communities-grants.csv", "deprivation-2019.csv", "sample-staff-synthetic.csv"],
}
TABLES = [name for name in READS if name not in LOADING]
"""Notebooks made from tables alone. The others are made from the catalogue too: see test_library.py."""

WATCH = """
import sys as _sys
_opened = []
_sys.addaudithook(lambda event, arguments: _opened.append(str(arguments[0])) if event == "open" else None)
"""
TELL = """
import json as _json
from pathlib import Path as _Path
print(_json.dumps({"opened": sorted({str(_Path(name).resolve()) for name in _opened}),
                   "modules": sorted({str(_Path(module.__file__).resolve()) for name, module in list(_sys.modules.items())
                                      if name.startswith("anchorbook.") and getattr(module, "__file__", None)})}))
"""


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


class Run(NamedTuple):
    """One execution: the notebook with its results, and what was opened and imported on the way."""

    notebook: nbformat.NotebookNode
    opened: set[Path]
    modules: set[Path]

    @property
    def text(self) -> str:
        """All words of the page: pages of maps are left out."""
        parts = [cell["source"] for cell in self.notebook["cells"] if cell["cell_type"] == "markdown"]
        return " ".join(" ".join([*parts, *self.printed, *(table.get_text(" ") for table in self.tables)]).split())

    @property
    def printed(self) -> list[str]:
        return [output["text"] for output in self.outputs if output["output_type"] == "stream"]

    @property
    def outputs(self) -> list:
        return [output for cell in self.notebook["cells"] for output in cell.get("outputs", [])]

    @property
    def tables(self) -> list[BeautifulSoup]:
        pages = [output["data"]["text/html"] for output in self.outputs if "text/html" in output.get("data", {})]
        return [table for page in pages if "<iframe" not in page for table in BeautifulSoup(page, "html.parser").find_all("table")]

    def table(self, words: str) -> dict[str, list[str]]:
        """The rows of the one table whose caption holds these words, by their header."""
        (found,) = [table for table in self.tables if words in table.caption.get_text()]
        return {row.th.get_text(): [cell.get_text() for cell in row.find_all("td")] for row in found.tbody.find_all("tr")}


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    """Every notebook, run once, in a kernel that notes which files are opened."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ANCHORBOOK_STAFF_FILE", "ANCHORBOOK_AREAS_FILE"):
            patch.delenv(name, raising=False)
        for path in FILES:
            notebook = copy.deepcopy(read(path))
            notebook["cells"] = [nbformat.v4.new_code_cell(WATCH), *notebook["cells"], nbformat.v4.new_code_cell(TELL)]
            NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(ROOT / "notebooks")}}).execute()
            told = json.loads(notebook["cells"][-1]["outputs"][0]["text"])
            notebook["cells"] = notebook["cells"][1:-1]
            found[path.stem] = Run(notebook, set(map(Path, told["opened"])), set(map(Path, told["modules"])))
    return found


# ---------------------------------------------------------------- as they lie in the repository


def test_the_notebooks_are_those_known_here():
    assert [path.stem for path in FILES] == sorted(READS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_results_are_stripped(path):
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None
        assert "execution" not in cell["metadata"] and not cell.get("attachments")
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert str(Path.home()) not in path.read_text("utf-8") and "/work/" not in path.read_text("utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cells_have_ids_of_their_own(path):
    notebook = json.loads(path.read_text("utf-8"))
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", id) for id in ids)
    nbformat.validate(notebook)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_figure_has_words_and_nothing_else_has(path):
    found = 0
    for cell in read(path)["cells"]:
        words = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt")
        draws = cell["cell_type"] == "code" and "plt.show()" in cell["source"]
        assert draws == (words is not None), cell["id"]
        if draws:
            found += 1
            assert len(words) >= 60 and words.rstrip().endswith(".") and not re.search(r"^(image|picture) of", words, re.IGNORECASE)
    assert found >= 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_imported_from_tests(path):
    code = "\n".join(cell["source"] for cell in read(path)["cells"] if cell["cell_type"] == "code")
    assert not re.search(r"\btests\b", code)
    assert not any(name.split(".")[0] == "tests" for name in scanning._imports(code))


# ---------------------------------------------------------------- what a notebook is made from


HOMES = importlib.metadata.packages_distributions()


@pytest.fixture(scope="module")
def scanned() -> dict[str, Notebook]:
    return scan(Project(ROOT))


def scan(project: Project) -> dict[str, Notebook]:
    return {path.stem: Notebook.from_text(project, path.stem, path.read_text("utf-8")) for path in sorted(project.notebooks.glob("*.ipynb"))}


@pytest.mark.parametrize("name", READS)
def test_tables_are_found_in_the_code(scanned, name):
    assert [path.name for path in scanned[name].data] == READS[name]


@pytest.mark.parametrize("name", TABLES)
def test_tables_found_in_the_code_are_those_that_are_opened(runs, scanned, name):
    assert {path for path in runs[name].opened if path.is_relative_to(ROOT / "data")} == set(scanned[name].data)


@pytest.mark.parametrize("name", READS)
def test_modules_found_in_the_code_are_those_that_are_imported(runs, scanned, name):
    """Beside the packages around them, whose own files hold nothing but a docstring."""
    around = {PACKAGE / "evidence" / "__init__.py"}
    assert len((PACKAGE / "evidence" / "__init__.py").read_text("utf-8").splitlines()) <= 1
    assert runs[name].modules - around == set(scanned[name].modules) - around
    assert len(scanned[name].modules) >= 2


@pytest.mark.parametrize("name", TABLES)
def test_nothing_else_of_the_project_is_read(runs, scanned, name):
    """Besides tables, the code and what is installed: nothing that a change would have to be noticed of."""
    ours = {path for path in runs[name].opened if path.is_file() and path.is_relative_to(ROOT) and not {".venv", "__pycache__", "node_modules"} & set(path.parts)}
    assert ours - set(scanned[name].data) - runs[name].modules - {PACKAGE / "__init__.py"} == set()


def test_browser_libraries_that_a_map_holds_are_part_of_what_it_is_made_from(runs, tmp_path):
    """The page of a map holds Leaflet: a notebook with a map must run again when Leaflet changes."""
    held = {path for path in runs[BASILDON].opened if "node_modules" in path.parts}
    assert {path.name for path in held} == {"leaflet.js", "leaflet.css"}
    project = copy_inputs(tmp_path)
    before = {name: notebook.inputs_digest for name, notebook in scan(project).items()}
    lock = tmp_path / "package-lock.json"  # names the version that is installed
    lock.write_text(lock.read_text("utf-8").replace('"leaflet": "^', '"leaflet": "^9'), "utf-8")
    assert [name for name, notebook in scan(project).items() if notebook.inputs_digest != before[name]] == [BASILDON]


def copy_inputs(folder: Path) -> Project:
    for part in ("data", "notebooks", "case_studies"):
        shutil.copytree(ROOT / part, folder / part, dirs_exist_ok=True)
    for name in ("references.bib", "package-lock.json"):
        shutil.copyfile(ROOT / name, folder / name)
    return Project(folder)


@pytest.mark.parametrize("table", sorted({name for names in READS.values() for name in names}))
def test_a_changed_table_changes_the_notebooks_that_read_it_and_no_other(tmp_path, table):
    project = copy_inputs(tmp_path)
    before = scan(project)
    digests = {name: (notebook.inputs_digest, notebook.data_digest) for name, notebook in before.items()}
    path = project.data / table
    path.write_bytes(path.read_bytes() + b"\n")
    after = scan(project)
    for name, (inputs, data) in digests.items():
        assert (after[name].inputs_digest != inputs) == (after[name].data_digest != data) == (table in READS[name] or name in LOADING and table in TABLES_OF_CHECKS), name


@pytest.mark.parametrize("name", ["claims.csv", "disagreements.yaml", "datapackage.json", "vocabulary/domains.yaml", "rebuild/deprivation.py"])
def test_what_no_notebook_reads_changes_none(tmp_path, name):
    project = copy_inputs(tmp_path)
    before = {key: notebook.inputs_digest for key, notebook in scan(project).items() if key not in LOADING}
    path = project.data / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert {key: notebook.inputs_digest for key, notebook in scan(project).items() if key not in LOADING} == before


def test_the_place_of_a_project_is_no_part_of_a_digest(tmp_path, scanned):
    elsewhere = scan(copy_inputs(tmp_path))
    assert {name: notebook.inputs_digest for name, notebook in elsewhere.items()} == {name: notebook.inputs_digest for name, notebook in scanned.items()}
    assert len({notebook.inputs_digest for notebook in scanned.values()}) == len(READS)


def code_of(project: Project, *lines: str) -> Notebook:
    return Notebook.from_text(project, "n", json.dumps({"cells": [
        {"cell_type": "markdown", "source": ["claims and beat-the-cold.csv in words"]},
        *({"cell_type": "code", "source": [line]} for line in lines)]}))


@pytest.mark.parametrize("code, found", [
    ("open('data/small.csv')", ["small.csv"]), ("x = data / \"small.csv\"", ["small.csv"]), ("'small.csv.bak'", []), ("'not-small.csv'", []),
    ("'a_small.csv'", []), ("'../data/small.csv'", ["small.csv"]), ("'smallXcsv'", []), ("read('small.csv', 'shapes.geojson')", ["shapes.geojson", "small.csv"]),
    ("'claims.csv'", []), ("'notes.txt'", []), ("", []),
])
def test_names_of_tables_in_code(tmp_path, code, found):
    (tmp_path / "data").mkdir()
    for name in ("small.csv", "shapes.geojson", "claims.csv", "notes.txt", "beat-the-cold.csv"):
        (tmp_path / "data" / name).write_text("x\n1\n")
    assert [path.name for path in code_of(Project(tmp_path), code).data] == found


@pytest.mark.parametrize("code, found", [
    ("from anchorbook.evidence.grants import load_grants", {"evidence/grants.py", "evidence/tables.py"}),
    ("from anchorbook.evidence import grants", {"evidence/__init__.py", "evidence/grants.py", "evidence/tables.py"}),
    ("import anchorbook.evidence.grants as g", {"evidence/grants.py", "evidence/tables.py"}),
    ("def later():\n    from anchorbook.evidence.display import Table", {"evidence/display.py"}),
    ("%matplotlib inline\n!ls\nfrom anchorbook.evidence.display import Table", {"evidence/display.py"}),
    ("import pandas", set()), ("this is not Python", set()), ("from anchorbook.no_such import x", set()),
])
def test_modules_in_code(code, found):
    around = {"evidence/__init__.py"}
    assert {path.relative_to(PACKAGE).as_posix() for path in code_of(Project(ROOT), code).modules} - around == found - around


def test_a_changed_module_changes_the_notebooks_that_use_it_and_no_other(tmp_path, monkeypatch):
    package = tmp_path / "anchorbook"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "theme"))
    monkeypatch.setattr(scanning, "_PACKAGE", package)
    before = {name: notebook.inputs_digest for name, notebook in scan(Project(ROOT)).items()}
    uses = {"evidence/grants.py": {GRANTS}, "evidence/solar.py": {COLD}, "evidence/maps.py": {BASILDON},
            "evidence/deprivation/link.py": {BASILDON, OWN}, "evidence/display.py": set(READS), "model.py": LOADING}
    for module, expected in uses.items():
        path = package / module
        content = path.read_bytes()
        path.write_bytes(content + b"\n# changed\n")
        assert {name for name, notebook in scan(Project(ROOT)).items() if notebook.inputs_digest != before[name]} == expected, module
        path.write_bytes(content)


@pytest.mark.parametrize("name", READS)
def test_libraries_are_those_installed(scanned, name):
    found = scanned[name].libraries
    assert next(iter(found)) == "Python" and {"pandas", "matplotlib"} <= set(found)
    assert ("folium" in found) == (name == BASILDON)
    for library in set(found) - {"Python"}:
        assert found[library] == importlib.metadata.version(HOMES.get(library, [library])[0])
    assert "anchorbook" not in found and "json" not in found and "pathlib" not in found


def test_another_version_of_a_library_is_another_digest(monkeypatch):
    before = {name: notebook.inputs_digest for name, notebook in scan(Project(ROOT)).items()}
    monkeypatch.setattr(scanning, "version", lambda name: "0" if name == "folium" else importlib.metadata.version(name))
    assert {name for name, notebook in scan(Project(ROOT)).items() if notebook.inputs_digest != before[name]} == {BASILDON}


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"cells": 3}', '{"cells": [1]}', '{"cells": [{"cell_type": "code"}]}', "# a page"])
def test_what_is_no_notebook_is_refused(text):
    with pytest.raises(ValueError):
        Notebook.from_text(Project(ROOT), "n", text)


# ---------------------------------------------------------------- what is published


@pytest.mark.parametrize("name", READS)
def test_a_run_says_nothing_that_it_should_not(runs, name):
    outputs = runs[name].outputs
    assert outputs and not [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"]
    figures = sum("image/png" in output.get("data", {}) for output in outputs)
    assert figures == sum("plt.show()" in cell["source"] for cell in runs[name].notebook["cells"] if cell["cell_type"] == "code")
    assert str(ROOT) not in json.dumps([output for output in outputs if "image/png" not in output.get("data", {})])
    for table in runs[name].tables:
        assert table.caption.get_text().strip() and all(head.get("scope") in ("col", "row") for head in table.find_all("th"))
        assert "nan" not in table.get_text().lower().split() and "<NA>" not in table.get_text()


def test_grants_as_printed_and_recomputed(runs):
    rows = runs[GRANTS].table("Printed and recomputed figures side by side")
    assert {theme: cells[-1] for theme, cells in rows.items()} == {
        "Digital poverty and exclusion": "no", "Food and poverty": "yes", "Language barriers and misinformation": "yes",
        "Mental health and wellbeing": "no", "Physical inactivity": "no"}
    assert rows["Digital poverty and exclusion"] == ["3", "3.00", "20,712", "20,719.00", "yes", "no"]
    assert rows["Mental health and wellbeing"][:2] == ["59", "69.00"] and rows["Mental health and wellbeing"][4] == "sizes missing"
    assert rows["Physical inactivity"][:2] == ["5", "5.98"] and rows["Physical inactivity"][4] == "no"
    assert "2 of 5 rows agree: Food and poverty, Language barriers and misinformation." in runs[GRANTS].text
    assert "Mental health and wellbeing: numbers of applicants that fit the whole printed row: 69." in runs[GRANTS].text
    assert "£20,719.00" in runs[GRANTS].text


def test_grants_of_all_themes_and_against_the_fund(runs):
    run = runs[GRANTS]
    assert run.table("All themes") == {"Applicants": ["90", "101"], "Total asked for": ["£1,904,352"] * 2, "Average": ["£21,159", "£18,855"]}
    rows = run.table("both published sizes of the fund")
    assert [cells[:3] for cells in rows.values()] == [["£450,000", "£1,904,352", "£4.23"], ["£360,000", "£1,904,352", "£5.29"]]
    assert "20 projects of 90 applicants, as printed: 22.2%" in run.text
    assert "20 projects of 101 applicants, if the hypotheses hold: 19.8%" in run.text


def test_basildon_as_published(runs):
    run = runs[BASILDON]
    rows = run.table("Basildon's small areas by decile of deprivation, 2019 edition")
    assert [int(cells[0]) for cells in rows.values()] == [12, 14, 20, 10, 6, 7, 9, 6, 11, 15]
    assert sum(len(cells[3].split(", ")) for cells in rows.values()) == 110 and "016D" in rows["1"][3].split(", ")
    assert "26 of 27 figures are the same to the last printed digit." in run.text
    assert "In the most deprived tenth of England: 12 of 110 areas (10.91%)." in run.text
    assert "In the most deprived tenth of England: 9 of 112 areas (8.04%)." in run.text
    assert "Most deprived area: Basildon 016D, rank 1,353 of 32,844." in run.text
    assert [cells[0] for cells in run.table("2025 edition").values()][0] == "9"
    proof = run.table("Our figures beside the published ones")
    assert len(proof) == 9 and [name for name, cells in proof.items() if cells[2] != cells[3]] == ["Braintree"]


def test_the_map_of_basildon_holds_its_areas(runs):
    (frame,) = [frame for output in runs[BASILDON].outputs if "<iframe" in output.get("data", {}).get("text/html", "")
                for frame in BeautifulSoup(output["data"]["text/html"], "html.parser").find_all("iframe")]
    page = BeautifulSoup(frame["srcdoc"], "html.parser")
    assert len(page.find("select").find_all("option")) == 111 and "Basildon 016D" in [option.get_text() for option in page.find_all("option")]
    assert "decile 1 (most deprived tenth of England), rank 1,353 of 32,844" in frame["srcdoc"]
    assert "ynthetic" not in page.get_text() and "Basildon University Hospital" in page.get_text()


SYNTHETIC = re.compile(r"\bsynthetic\b", re.IGNORECASE)
MADE = re.compile(r"synthetic|per 1,000|planted", re.IGNORECASE)


@pytest.mark.parametrize("name", [BASILDON, OWN])
def test_every_made_up_table_says_so(runs, name):
    cells = [cell for cell in runs[name].notebook["cells"] if cell["cell_type"] == "code"]
    start = next(at for at, cell in enumerate(cells) if name == OWN or "synthetic_staff(" in cell["source"])
    said = 0
    for at, cell in enumerate(cells):
        for output in cell["outputs"]:
            page = output.get("data", {}).get("text/html", "")
            if "<caption>" not in page:
                continue
            caption = BeautifulSoup(page, "html.parser").caption.get_text()
            made_up = at >= start and "2025 edition" not in caption
            assert bool(SYNTHETIC.search(caption)) == made_up, caption
            assert not made_up or "made up" in caption
            said += made_up
    assert said == {BASILDON: 4, OWN: 1}[name]


@pytest.mark.parametrize("name", [BASILDON, OWN])
def test_every_made_up_figure_says_so_in_the_picture_and_in_its_words(name):
    said = 0
    for cell in read(ROOT / "notebooks" / f"{name}.ipynb")["cells"]:
        words = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt")
        if words is None or (name == BASILDON and not MADE.search(cell["source"])):
            continue
        said += 1
        assert SYNTHETIC.search(words) and "made" in words.lower()
        assert '"Synthetic staff"' in cell["source"] if name == BASILDON else "axis.set_title(whose" in cell["source"]
    assert said == {BASILDON: 2, OWN: 1}[name]


def test_words_of_a_figure_are_the_figures_of_its_table(runs):
    """The words of a picture are written by hand: their numbers are those worked out."""
    rows = runs[BASILDON].table("by decile, counts and rates")
    words = {cell["id"]: cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "") for name in (BASILDON, OWN) for cell in runs[name].notebook["cells"]}
    bars = next(text for text in words.values() if "bars go up and down" in text)
    linked = [cells[-1] for cells in rows.values()]
    assert f"from {linked[0]} in the most deprived decile to {linked[9]} in the least deprived" in bars
    own = runs[OWN].table("Synthetic staff (made up) by decile")
    assert f"fall from {own['1'][-1]} in the most deprived decile to {own['10'][-1]} in the least deprived" in next(t for t in words.values() if "The sample was made" in t)


def test_small_made_up_counts_are_hidden_in_the_notebook(runs):
    rows = runs[BASILDON].table("by decile, counts and rates")
    for cells in rows.values():
        for staff, rate in (cells[1:3], cells[3:5]):
            assert (staff == "hidden") == (rate == "hidden") and (staff == "hidden" or int(staff) == 0 or int(staff) >= 5)
    assert "hidden" in " ".join(runs[BASILDON].table("number of areas in each class"))


def test_beat_the_cold_as_published(runs):
    run = runs[COLD]
    plant = run.table("The plant, worked out")
    assert [cells[1] for cells in plant.values()][:3] == ["253 watts", "815 kWh", "£317"]
    readings = run.table("two readings")
    assert readings["2,300 theatre hours (slide)"][1:] == ["98 kWh an hour", "1,957 kWh an hour"]
    assert readings["2,300 tonnes (slide)"][2] == "0.511 kg a kWh"
    factors = run.table("Three modelled estimates")
    assert [cells[2] for cells in factors.values()] == ["0.511 kg a kWh", "0.258 kg a kWh", "0.189 kg a kWh"]
    assert "5.15 tonnes a home" in run.table("What the 165 homes take")["Carbon, one year of use"]
    assert all("unverified" in table.caption.get_text() for table in run.tables if "factor" in table.caption.get_text())
    assert "unverified factors" in run.text and "not checked them against the published set" in run.text


def test_your_own_staff_as_published(runs):
    run = runs[OWN]
    rows = run.table("by decile of deprivation")
    assert (rows["1"][2:], rows["10"][2:]) == (["180", "7.1"], ["285", "3.2"])
    assert "The figures below are made up." in run.text and "nothing about the staff of any trust" in run.text.replace("They say ", "")
    assert "Synthetic staff (made up)" in run.tables[0].caption.get_text()
    assert "Counted: about 3,000 staff in 705 small areas" in run.text
