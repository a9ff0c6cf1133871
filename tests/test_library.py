"""The catalogue from Python: objects, questions, tables; and the notebooks that are made from it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import anchorbook
from anchorbook import build as building
from anchorbook.catalogue import FACETS
from anchorbook.frames import CASE_ID, TABLES
from anchorbook.library import CatalogueError, Library
from anchorbook.loading import load_case, read_catalogue
from anchorbook.model import CaseStudy
from anchorbook.notebooks import Notebook
from anchorbook.project import NotAProject, Project
from anchorbook.site.case_page import render_case
from tests.support.projects import GOOD_FILES, ROOT, case, make_project, write_case

MEASURES = """
measures:
  - {name: Money set aside, kind: input, value: 5, unit: GBP, source: reed2019_ch7}
  - {name: Firms met, kind: process, value: 3, unit: firms, source: reed2019_ch7}
  - {name: Firms hired, kind: output, value: 2, unit: firms, qualifier: at-least, per: year, sources: ["reed2019_ch7, line 9", ihi_anchors_2022],
     baseline: {value: 1, period: 2019}}
  - {name: Pay, kind: outcome, low: 9, high: 11.5, unit: GBP, period: 2020 to 2021, source: reed2019_ch7,
     comparison: {type: control group, value: 8}, effect: {estimate: 1.5, ci_low: 1, ci_high: 2, ci_level: 95}}
  - {name: Jobs by 2030, kind: target, value: 10, unit: jobs, source: reed2019_ch7}
  - {name: Carbon, kind: modelled, value: 7, unit: tonnes, source: reed2019_ch7}
  - {name: Homes here, kind: context, text: many, source: reed2019_ch7}
"""
RESULTS = ["Firms met", "Firms hired", "Pay"]


def with_measures(id: str) -> dict[str, str]:
    """A case with one number of each kind."""
    text = re.sub(r"(?m)^measures:.*\n(?:[ #-].*\n)*", "", case(id)[f"{id}.yaml"])
    return {f"{id}.yaml": text + MEASURES}


@pytest.fixture
def library(tmp_path) -> Library:
    """Four cases: plain, with numbers, about purchasing, withdrawn."""
    make_project(tmp_path, {
        **case("plain", title="A plain title"), **with_measures("counted"),
        **case("buyer", domains="[purchasing, place]", tensions="[TN2, TN3]", summary='"Straße and **small** local firms [@reed2019_ch7]."'),
        **case("gone", qa_status="withdrawn", notice="Wrong."),
    })
    return anchorbook.load(tmp_path)


def ids(library: Library) -> list[str]:
    return [item.id for item in library.cases]


# ---------------------------------------------------------------- loading


def test_importing_the_package_brings_in_nothing_slow():
    code = ("import sys, anchorbook; assert callable(anchorbook.load); "
            "print(*sorted({name.split('.')[0] for name in sys.modules} & {'pandas', 'pydantic', 'yaml', 'pybtex', 'matplotlib', 'sphinx'}), "
            "*[name for name in sys.modules if name.startswith('anchorbook.')])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


def test_loading_needs_neither_pandas_nor_sphinx(tmp_path):
    make_project(tmp_path, case("a"))
    code = "import sys, anchorbook; anchorbook.load(sys.argv[1]).cases; print(*sorted({'pandas', 'sphinx', 'jinja2'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""


def test_cases_are_typed_in_order_and_without_withdrawn_ones(library):
    assert ids(library) == ["buyer", "counted", "plain"] == [item.id for item in library]
    assert all(isinstance(item, CaseStudy) for item in library.cases) and len(library) == 3
    assert repr(library) == "<Library of 3 case studies>" and repr(library.find(domain="purchasing")) == "<Library of 1 case study>"
    assert library.case("plain").title == "A plain title"


def test_a_record_is_what_its_file_says(tmp_path):
    text = (GOOD_FILES / "full.yaml").read_text("utf-8")
    project = make_project(tmp_path, {"full.yaml": text}, references=ROOT / "references.bib")
    catalogue = read_catalogue(project)
    errors = [item for item in catalogue.findings if item.severity == "error"]
    assert not errors, errors
    assert anchorbook.load(tmp_path).case("full") == load_case(project.cases / "full.yaml")


def test_records_kept_by_a_build_of_the_site_are_the_same_as_those_read_from_files(tmp_path):
    """The site keeps each record in the store, and loading takes it from there."""
    first, second = (make_project(tmp_path / name, {**with_measures("counted"), **case("plain")}) for name in ("one", "two"))
    read_catalogue(second, render=render_case_without_page)
    before = anchorbook.load(first.root)
    kept = anchorbook.load(second.root)
    assert kept.cases == before.cases and kept._records == before._records
    assert anchorbook.load(first.root).cases == before.cases  # and a second time from what the first kept


def render_case_without_page(subject, entry) -> dict[str, str]:
    return {name: text for name, text in render_case(subject, entry).items() if name == "record"}


def test_what_a_measure_leaves_out_comes_from_the_ledger(tmp_path):
    text = with_measures("counted")["counted.yaml"] + "  - {claim: CL17}\n"
    make_project(tmp_path, {"counted.yaml": text})
    measure = anchorbook.load(tmp_path).case("counted").measures[-1]
    assert (measure.name, measure.value, measure.kind, measure.unit) == ("Solar panels put up", 1000, "output", "panels")


def test_what_was_loaded_stays_when_files_change(library, tmp_path):
    write_case(tmp_path, "plain.yaml", case("plain", title="Another title")["plain.yaml"])
    (tmp_path / "case_studies" / "buyer.yaml").unlink()
    again = anchorbook.load(tmp_path)
    assert library.case("plain").title == "A plain title" and ids(library) == ["buyer", "counted", "plain"]
    assert again.case("plain").title == "Another title" and ids(again) == ["counted", "plain"]


def test_the_project_is_found_from_any_folder_in_it(library, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path / "book")
    assert ids(anchorbook.load()) == ids(library)
    assert ids(anchorbook.load(str(tmp_path / "data" / "vocabulary"))) == ids(library)


def test_errors_in_files_come_all_at_once_with_their_place(tmp_path):
    make_project(tmp_path, {**case("good"), **case("one", status="finnished"), **case("two", domains="[wrok]"), **case("withdrawn-too", qa_status="gone")})
    with pytest.raises(CatalogueError) as caught:
        anchorbook.load(tmp_path)
    message = str(caught.value)
    assert message.startswith("The catalogue cannot be loaded: 3 errors in its files.")
    assert {item.path for item in caught.value.findings} == {f"case_studies/{name}.yaml" for name in ("one", "two", "withdrawn-too")}
    assert "case_studies/two.yaml:" in message and "unknown-term" in message and 'hint: Did you mean "work"' in message
    assert isinstance(caught.value, ValueError)


def test_warnings_and_hints_stop_nothing(tmp_path):
    project = make_project(tmp_path, case("a"))
    (project.cases / "notes.txt").write_text("x")
    assert ids(anchorbook.load(tmp_path)) == ["a"]


def test_folders_without_a_book(tmp_path):
    with pytest.raises(NotAProject, match="There is no folder"):
        anchorbook.load(tmp_path / "typo")
    with pytest.raises(NotAProject, match="no evidence book"):
        anchorbook.load(tmp_path)


def test_a_project_without_cases_or_ledger(tmp_path):
    make_project(tmp_path, ledger=None)
    empty = anchorbook.load(tmp_path)
    assert empty.cases == [] and empty.claims == [] and len(empty.results()) == 0
    for name, columns in TABLES.items():
        frame = empty.to_frame(name)
        assert list(frame.columns) == [column.name for column in columns] and len(frame) == 0


# ---------------------------------------------------------------- asking


def test_find_by_facet(library):
    assert ids(library.find(domain="purchasing")) == ["buyer"]
    assert ids(library.find(tension="TN3", domain=["purchasing", "environment"])) == ["buyer"]
    assert ids(library.find(tension="TN4")) == []
    assert ids(library.find(level=0)) == ids(library.find(level="0")) == ids(library.find(level=[0, 3]))
    assert ids(library.find()) == ids(library) == ids(library.find(domain=None, text=""))
    assert ids(library.find(domain=())) == []


def test_find_within_what_was_found(library):
    some = library.find(text="plain title")
    assert ids(some) == ["plain"] and ids(some.find(domain="purchasing")) == []
    assert list(some.to_frame()["id"]) == ["plain"] and list(some.to_frame("measures")["case_id"].unique()) in ([], ["plain"])
    with pytest.raises(ValueError, match="There is no case"):
        some.case("buyer")


@pytest.mark.parametrize("text, found", [
    ("small local", ["buyer"]), ("LOCAL Small", ["buyer"]), ("local firms", ["buyer", "counted"]), ("STRASSE", ["buyer"]), ("firms hired", ["counted"]), ("firms nowhere-written", []),
    ("  ", ["buyer", "counted", "plain"]), ("**", []), ("https://", []),
])
def test_find_by_words(library, text, found):
    assert ids(library.find(text=text)) == found


def test_keys_of_sources_are_no_words(library):
    assert ids(library.find(text="reed2019_ch7")) == []


@pytest.mark.parametrize("asked, words", [
    ({"domian": "work"}, 'There is no facet "domian". Did you mean "domain"?'),
    ({"domain": "wrok"}, '"wrok" is not a known domain. Did you mean "work"?'),
    ({"domain": "procurement"}, 'Did you mean "purchasing"?'),
    ({"action": "T4.05"}, 'Did you mean "leadership-board-lead"?'),
    ({"action": "Name a board lead"}, 'Did you mean "leadership-board-lead"?'),
    ({"tension": ["TN2", "tn3"]}, 'Did you mean "TN3"?'),
    ({"level": 9}, '"9" is not a known level. Terms: 0, 1, 2, 3, 4, 5.'),
    ({"result": "</script>"}, "Terms: better, mixed"),
])
def test_what_is_not_known_is_answered_with_the_nearest(library, asked, words):
    with pytest.raises(ValueError) as caught:
        library.find(**asked)
    assert words in str(caught.value)


def test_a_wrong_case_or_table_is_answered_with_the_nearest(library):
    with pytest.raises(ValueError, match='Did you mean "counted"'):
        library.case("conted")
    with pytest.raises(ValueError, match="There is no case \"gone\""):
        library.case("gone")
    for ask in (library.to_frame, library.columns):
        with pytest.raises(ValueError, match='Did you mean "measures"'):
            ask("measure")


def test_every_facet_can_be_asked_for(library):
    for facet, vocabulary in FACETS.items():
        for term in library.vocabulary[vocabulary].terms:
            assert all(term.id in library._catalogue.by_id[item.id].facets[facet] for item in library.find(**{facet: term.id}))
        assert sum(len(library.find(**{facet: term.id})) for term in library.vocabulary[vocabulary].terms) >= (facet in ("domain", "level", "result", "cost"))


def test_vocabulary_references_and_claims(library):
    assert library.vocabulary.label("domains", "work") == "Good work"
    assert library.references["reed2019_ch7"].key == "reed2019_ch7"
    claims = {item.claim.id: item for item in library.claims}
    assert list(claims) == ["CL10", "CL16", "CL17", "CL20", "CL34"]
    assert {item.status for item in library.claims} <= set(library.vocabulary["claim_statuses"].by_id)


# ---------------------------------------------------------------- tables


def test_every_column_is_documented_once():
    for name, columns in TABLES.items():
        names = [column.name for column in columns]
        assert len(set(names)) == len(names)
        assert all(column.meaning.endswith(".") and len(column.meaning) > 5 for column in columns)
        assert Library.columns(name) == {column.name: column.meaning for column in columns}


def test_types_do_not_depend_on_content(library, tmp_path):
    empty = library.find(domain=())
    for name in ("cases", "measures", "sources"):
        assert empty.to_frame(name).dtypes.equals(library.to_frame(name).dtypes) and len(empty.to_frame(name)) == 0
        assert not library.to_frame(name).select_dtypes(exclude="number").isna().any().any()


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_worked_out_once_and_each_asker_has_their_own(library, monkeypatch, table):
    first = library.to_frame(table)
    before = first.copy()
    first.iloc[0, 0] = "changed"
    first["more"] = 1
    results = library.results()
    results.iloc[0, 0] = "changed"
    monkeypatch.setattr(CaseStudy, "model_validate_json", None)  # no record is read again
    pd.testing.assert_frame_equal(library.to_frame(table), before)


@pytest.mark.parametrize("table", CASE_ID)
def test_a_part_of_the_library_has_the_rows_of_the_whole(library, tmp_path, table):
    """Cut from the table of the whole where that is there, or else made from the records: both the same."""
    whole = library.to_frame(table)
    part = library.find(domain="purchasing")
    assert 0 < len(part) < len(library)
    cut = part.to_frame(table)
    made = Library(library._catalogue, library._records, part._entries).to_frame(table)
    pd.testing.assert_frame_equal(cut, made)
    assert 0 < len(cut) < len(whole)
    cut.iloc[0, 0] = "changed"
    pd.testing.assert_frame_equal(library.to_frame(table), whole)


def test_a_table_of_a_part_needs_no_record_again(library, monkeypatch):
    library.to_frame("measures")
    monkeypatch.setattr(CaseStudy, "model_validate_json", None)
    part = library.find(domain="purchasing")
    assert len(part) and list(part.to_frame("cases")["id"]) == [entry.id for entry in part._entries]
    assert set(part.to_frame("measures")["case_id"]) <= {entry.id for entry in part._entries}


def test_the_table_of_cases(library):
    frame = library.to_frame("cases").set_index("id")
    row = frame.loc["buyer"]
    assert (row["domains"], row["tensions"], row["result"], row["cost"]) == ("purchasing; place", "TN2; TN3", "not-measured", "not-reported")
    assert (row["result_label"], row["cost_label"], row["level"], row["level_label"]) == ("Not measured", "Not reported", 0, "Plan or description")
    assert row["summary"] == "Straße and small local firms."
    assert (frame.loc["counted", "measures"], frame.loc["counted", "results"]) == (7, 3)


def test_results_are_told_from_the_rest(library):
    measures = library.to_frame("measures")
    mine = measures[measures["case_id"] == "counted"].set_index("name")
    assert list(mine["kind"]) == ["input", "process", "output", "outcome", "target", "modelled", "context"]
    assert list(mine.index[mine["is_result"]]) == RESULTS
    results = library.find(text="firms hired").results()
    assert list(results["name"]) == RESULTS and list(results.index) == [0, 1, 2] and results["is_result"].all()
    assert list(library.find(text="firms hired").to_frame("measures")["number"]) == [1, 2, 3, 4, 5, 6, 7]


def test_numbers_keep_their_unit_base_period_and_comparison(library):
    rows = library.results().set_index("name")
    hired, pay, met = rows.loc["Firms hired"], rows.loc["Pay"], rows.loc["Firms met"]
    assert (hired["value"], hired["unit"], hired["per"], hired["in_words"]) == (2, "firms", "year", "at least 2 firms per year")
    assert (hired["baseline"], hired["baseline_period"], hired["has_baseline"], hired["has_comparison"]) == (1, "2019", True, False)
    assert hired["sources"] == "reed2019_ch7, line 9; ihi_anchors_2022"
    assert (pay["low"], pay["high"], pay["in_words"], pay["period"]) == (9, 11.5, "£9 to £11.5", "2020 to 2021") and pd.isna(pay["value"])
    assert (pay["period_start"], pay["period_end"], pay["comparison"], pay["comparison_value"]) == ("2020", "2021", "control group", 8)
    assert (pay["effect"], pay["ci_low"], pay["ci_high"], pay["ci_level"], pay["interval_type"]) == (1.5, 1, 2, 95, "confidence")
    assert pay["has_comparison"] and not pay["has_baseline"] and not met["has_comparison"] and met["interval_type"] == "" and met["period"] == ""


@pytest.mark.parametrize("per, words", [("year", "5 homes per year"), ("two years", "5 homes over two years"), ("the 20-year project", "5 homes over the 20-year project")])
def test_time_bases_in_words(tmp_path, per, words):
    text = with_measures("counted")["counted.yaml"] + f"  - {{name: Homes, kind: output, value: 5, unit: homes, per: {per}, source: reed2019_ch7}}\n"
    make_project(tmp_path, {"counted.yaml": text})
    assert anchorbook.load(tmp_path).results()["in_words"].iloc[-1] == words


def test_the_tables_of_sources_and_claims(library):
    sources = library.to_frame("sources")
    assert set(sources["case_id"]) == {"buyer", "counted", "plain"} and (sources["label"] != "").all()
    claims = library.to_frame("claims").set_index("id")
    assert claims.loc["CL16", ["value", "unit", "kind", "is_result", "source", "locator"]].tolist() == [345000, "GBP", "input", False, "reed2019_ch7", "line 271"]
    assert bool(claims.loc["CL17", "is_result"]) and claims.loc["CL10", "in_words"] == "about 10% to 20%"
    assert list(claims["status"]) == [item.status for item in library.claims]


HOSTILE = "=HYPERLINK(1) </script> עברית 😀 \"quotes\" ; " + "long " * 20


def test_contributed_text_comes_as_it_is(tmp_path):
    make_project(tmp_path, case("a", title=json.dumps(HOSTILE, ensure_ascii=False)))
    loaded = anchorbook.load(tmp_path)
    assert loaded.to_frame()["title"].tolist() == [HOSTILE.strip()] and ids(loaded.find(text="</SCRIPT> 😀")) == ["a"]


# ---------------------------------------------------------------- this book


def test_the_catalogue_of_this_book():
    whole = anchorbook.load(ROOT)
    catalogue = whole._catalogue
    assert [item.id for item in whole.cases] == sorted(entry.id for entry in catalogue.entries)
    assert len(whole.to_frame("measures")) == sum(len(item.measures) for item in whole.cases)
    assert set(whole.results()["kind"]) == {"process", "output", "outcome"}
    assert len(whole.to_frame("claims")) == len(catalogue.ledger.claims)
    assert not whole.to_frame("cases").select_dtypes(exclude="number").isna().any().any()


# ---------------------------------------------------------------- notebooks made from the catalogue


def notebook(*lines: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": ["\n".join(lines)]}]})


def of(project: Project, *lines: str) -> Notebook:
    return Notebook.from_text(project, "n", notebook(*lines))


@pytest.mark.parametrize("code, loads", [
    (["import anchorbook", "library = anchorbook.load()"], True), (["import anchorbook as ab", "ab.load('x')"], True),
    (["from anchorbook import load"], True), (["from anchorbook import load as read"], True), (["from anchorbook.library import Library"], True),
    (["from anchorbook import library"], True), (["from anchorbook.loading import read_catalogue"], True),
    (["import anchorbook.evidence.tables", "anchorbook.load()"], True), (["%matplotlib inline", "def later():", "    import anchorbook", "    return anchorbook.load()"], True),
    (["import anchorbook"], False), (["import json as anchorbook", "anchorbook.load()"], False), (["import anchorbook.evidence.tables as t", "anchorbook.load()"], False),
    (["import json", "json.load(1)"], False), (["from anchorbook.evidence.grants import load_grants"], False), (["# anchorbook.load()"], False),
])
def test_notebooks_that_load_the_catalogue_are_known_by_their_code(code, loads):
    found = of(Project(ROOT), *code)
    assert found.loads_catalogue == loads == bool(found.catalogue)


LOADING = ("import anchorbook", "anchorbook.load()")
PARTS = ["case_studies/a.yaml", "data/vocabulary/domains.yaml", "references.bib", "data/claims.csv", "data/disagreements.yaml"]


@pytest.mark.parametrize("name", PARTS)
def test_such_a_notebook_is_made_from_cases_words_sources_and_claims(tmp_path, name):
    project = make_project(tmp_path, case("a"), whole_ledger=True)
    loading, other = (lambda: of(project, *LOADING)), (lambda: of(project, "import pandas"))
    before = loading().inputs_digest, loading().data_digest, other().inputs_digest
    path = project.root / name
    assert path in loading().catalogue
    path.write_bytes(path.read_bytes() + b"\n")
    after = loading().inputs_digest, loading().data_digest, other().inputs_digest
    assert before[0] != after[0] and before[1] != after[1] and before[2] == after[2]


def test_such_a_notebook_is_made_from_the_code_that_reads_cases():
    names = {path.name for path in of(Project(ROOT), *LOADING).modules}
    assert {"library.py", "frames.py", "loading.py", "model.py", "claims.py"} <= names
    assert "pandas" in of(Project(ROOT), *LOADING).libraries


def test_every_module_that_loading_imports_is_known(tmp_path):
    """What the code of the modules says is what Python does."""
    make_project(tmp_path, case("a"))
    code = ("import sys, anchorbook; anchorbook.load(sys.argv[1]).to_frame('cases'); "
            "print(*[module.__file__ for name, module in sys.modules.items() if name.startswith('anchorbook.')])")
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, cwd=ROOT)
    empty = {Path(anchorbook.__file__).parent / "evidence" / "__init__.py"}
    assert set(map(Path, done.stdout.split())) - empty == set(of(Project(ROOT), *LOADING).modules) - empty


@pytest.fixture
def pages_of(tmp_path, monkeypatch):
    """Makes the pages of a small project without Sphinx; says whether they were made, and what was said."""
    project = make_project(tmp_path, case("a"))
    project.notebooks.mkdir()

    def make(*, keep: bool = False) -> tuple[bool, str]:
        said: list[str] = []
        runs: list[bool] = []
        monkeypatch.setattr(building, "_run_sphinx", lambda project, say: (not runs.append(True), 0))
        assert building._make_pages(project, building.Summary(), said.append, keep)
        return bool(runs), " ".join(said)

    return project, make


def edit(project: Project, name: str = "case_studies/a.yaml") -> None:
    path = project.root / name
    path.write_bytes(path.read_bytes() + b"\n")


def test_an_edited_case_makes_pages_again_only_for_notebooks_that_load_cases(pages_of):
    project, make = pages_of
    (project.notebooks / "n.ipynb").write_text(notebook("import pandas"))
    assert make()[0] and not make()[0]
    edit(project)
    assert not make()[0]
    (project.notebooks / "n.ipynb").write_text(notebook(*LOADING))
    assert make()[0] and not make()[0]
    for name in ("case_studies/a.yaml", "references.bib", "data/claims.csv", "data/vocabulary/domains.yaml"):
        edit(project, name)
        assert make()[0] and not make()[0], name


def test_a_preview_keeps_such_notebooks_and_the_next_build_runs_them(pages_of):
    project, make = pages_of
    (project.notebooks / "n.ipynb").write_text(notebook(*LOADING))
    assert make(keep=True)[0]
    edit(project)
    made, said = make(keep=True)
    assert not made and "as they were at the last whole anchorbook build" in said
    assert not make(keep=True)[0]  # and it is not forgotten
    assert make()[0] and "have not changed" in make(keep=True)[1]
    edit(project, "book/index.md")
    assert make(keep=True)[0]


def test_a_preview_that_makes_all_pages_again_has_them_up_to_date(pages_of):
    project, make = pages_of
    (project.notebooks / "n.ipynb").write_text(notebook(*LOADING))
    make()
    edit(project)
    edit(project, "book/index.md")
    assert make(keep=True)[0] and not make()[0]


def test_these_notebooks_of_this_book_load_the_catalogue_and_no_other_does():
    project = Project(ROOT)
    found = [path.stem for path in sorted(project.notebooks.glob("*.ipynb")) if Notebook.from_text(project, path.stem, path.read_text("utf-8")).loads_catalogue]
    assert found == ["using-the-catalogue", "workshop-exercises"]
