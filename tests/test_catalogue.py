"""The checked cases: facets, selections, related cases, and folders with odd things in them."""

from __future__ import annotations

import os

import pytest

from anchorbook import checking as module
from anchorbook.catalogue import FACETS, Catalogue
from anchorbook.loading import load_case, read_catalogue
from tests.support.projects import case, good_file, write_case

LEVEL = "{{level: {}, why: Because.}}"


@pytest.fixture
def books(project) -> Catalogue:
    """Five cases with known facets."""
    return read_catalogue(project({
        **case("a", title="Zebra", domains="[work, place]", evidence=LEVEL.format(1)),
        **case("b", title="apple", domains="[work]", actions="[networks-place]", evidence=LEVEL.format(3), tensions="[TN2]"),
        **case("c", title="Banana", domains="[purchasing]", evidence=LEVEL.format(3)),
        **case("d", title="Cherry", domains="[environment, work]", status="ended", qa_status="published"),
        **case("gone", title="Gone", domains="[work]", evidence=LEVEL.format(5), qa_status="withdrawn", notice="Wrong."),
    }))


def ids(entries) -> list[str]:
    return [entry.id for entry in entries]


# ---------------------------------------------------------------- entries and facets


def test_facets_of_the_full_record(project):
    entry = read_catalogue(project({"full.yaml": good_file("full")})).by_id["full"]
    assert entry.facets == {
        "domain": ("work", "purchasing"), "action": ("staff-partnership", "baseline-audit"), "opportunity": ("staff", "baseline"),
        "stakeholder": ("provider", "system"), "tension": ("TN1",), "region": ("west-midlands",), "level": ("2",), "result": ("better",),
        "cost": ("medium",), "status": ("running",), "equity": ("socioeconomic", "age"), "type": ("case",),
    }
    assert set(entry.facets) == set(FACETS)
    assert entry.organisations == ("Riverside Hospital", "St Basils")
    assert entry.cites == ("britteon2022", "ihi_anchors_2022")
    assert entry.periods[1] == "Roll-out: since April 2021"
    assert entry.level == 2


def test_what_a_small_record_leaves_out_has_a_plain_default(project):
    entry = read_catalogue(project({"minimal.yaml": good_file()})).by_id["minimal"]
    assert entry.facets["level"] == ("0",)
    assert entry.facets["result"] == ("not-measured",)
    assert entry.facets["cost"] == ("not-reported",)
    assert entry.facets["tension"] == entry.facets["equity"] == ()
    assert entry.qa_status == "draft"


def test_every_facet_value_is_in_its_vocabulary(books):
    for entry in books.all_entries:
        for facet, terms in entry.facets.items():
            assert set(terms) <= set(books.vocabulary[FACETS[facet]].by_id)


def test_lists_are_by_title_and_by_strength(books):
    assert ids(books.entries) == ["b", "c", "d", "a"]
    assert ids(books.by_strength) == ["b", "c", "a", "d"]


def test_withdrawn_cases_leave_lists_but_can_be_found(books):
    assert "gone" in books.by_id
    assert "gone" not in ids(books.entries) + ids(books.by_strength) + ids(books.select({"domain": ["work"]}))
    assert books.counts["domain"]["work"] == 3
    assert books.counts["level"]["5"] == 0


def test_counts(books):
    assert books.counts["domain"] == {"work": 3, "place": 1, "purchasing": 1, "environment": 1}
    assert books.counts["status"] == {"running": 3, "ended": 1}


@pytest.mark.parametrize("wanted, found", [
    ({}, ["b", "c", "d", "a"]),
    ({"domain": ["work"]}, ["b", "d", "a"]),
    ({"domain": ["purchasing", "place"]}, ["c", "a"]),
    ({"domain": ["work"], "status": ["running"]}, ["b", "a"]),
    ({"domain": ["work", "purchasing"], "level": ["3"]}, ["b", "c"]),
    ({"domain": ["work"], "level": ["3"], "tension": ["TN2"]}, ["b"]),
    ({"domain": ["purchasing"], "status": ["ended"]}, []),
    ({"domain": []}, []),
])
def test_any_of_the_terms_in_every_facet(books, wanted, found):
    assert ids(books.select(wanted, sort="title")) == found
    assert sorted(ids(books.select(wanted))) == sorted(found)


def test_a_selection_is_strongest_first(books):
    assert ids(books.select({"domain": ["work"]})) == ["b", "a", "d"]


# ---------------------------------------------------------------- related cases


def test_related_cases_named_first_then_the_most_alike(project):
    read = read_catalogue(project({
        **case("me", domains="[work]", actions="[staff-tools]", related="[far, near]"),
        **case("far", domains="[purchasing]", actions="[metrics-define]"),
        **case("near", domains="[work]"),
        **case("twin", domains="[work]", actions="[staff-tools]"),
        **case("cousin", domains="[work]", actions="[baseline-audit]"),
        **case("stranger", domains="[buildings]", actions="[metrics-define]"),
    }))
    assert ids(read.related(read.by_id["me"])) == ["far", "near", "twin", "cousin"]


def test_related_cases_are_few_and_never_the_case_itself(project):
    names = [f"case-{number:02}" for number in range(20)]
    read = read_catalogue(project({key: text for name in names for key, text in case(name).items()}))
    for name in names:
        found = ids(read.related(read.by_id[name]))
        assert len(found) == 4 == len(set(found))
        assert name not in found
    assert len(read.related(read.by_id["case-19"], most=2)) == 2


def test_all_named_cases_are_kept_and_each_once(project):
    names = ["b", "c", "d", "e", "f", "g"]
    read = read_catalogue(project({
        **case("a", related="[g, f, e, d, c, b, g, a]"),
        **{key: text for name in names for key, text in case(name).items()},
    }))
    assert ids(read.related(read.by_id["a"])) == ["g", "f", "e", "d", "c", "b"]


def test_cases_alike_are_never_withdrawn_ones(books):
    assert "gone" not in ids(books.related(books.by_id["a"], most=10))


# ---------------------------------------------------------------- odd folders


def test_other_files_are_left_alone(project):
    folder = project({**case("a"), "notes.txt": "not: a: case", "b.json": "{}"})
    assert ids(read_catalogue(folder).entries) == ["a"]


def test_a_folder_among_the_cases_is_a_finding(project):
    folder = project(case("a"))
    (folder.cases / "old.yaml").mkdir()
    read = read_catalogue(folder)
    assert [(item.path, item.code) for item in read.findings if item.severity == "error"] == [("case_studies/old.yaml", "unreadable-file")]


def test_a_file_name_that_is_not_utf_8_is_a_finding(project):
    folder = project(case("a"))
    try:
        with open(os.fsencode(folder.cases) + b"/caf\xe9.yaml", "w") as file:
            file.write(good_file(id="cafe"))
    except OSError:
        return  # this computer does not allow such names
    assert "id-mismatch" in [item.code for item in read_catalogue(folder).findings]


def test_many_files_in_two_processes_give_what_one_gives(project, monkeypatch):
    monkeypatch.setattr(module, "PARALLEL_FROM", 10)
    monkeypatch.setattr(module, "BATCH", 5)
    folder = project({key: text for number in range(12) for key, text in case(f"case-{number:02}").items()})
    two = read_catalogue(folder, processes=2)
    (folder.cache / "cases.sqlite").unlink()
    one = read_catalogue(folder, processes=1)
    assert two.all_entries == one.all_entries and len(one.all_entries) == 12


def test_one_record_from_its_file(project, tmp_path):
    folder = project(case("a"))
    assert load_case(folder.cases / "a.yaml").id == "a"
    for content in ("", "a: &x 1\n", "title: x\n", "- list\n", "just words\n"):
        with pytest.raises(ValueError):
            load_case(write_case(folder.root, "b.yaml", content))


def test_progress_counts_up_to_all_files(project):
    seen: list[tuple[int, int]] = []
    read_catalogue(project({**case("a"), **case("b")}), progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 2) and seen[-1] == (2, 2)


def test_records_that_replace_each_other_are_found_and_a_line_of_them_is_not(project):
    """Two in a circle, one that leads into it, and a line of three."""
    state = {"qa_status": "superseded"}
    read = read_catalogue(project({
        **case("a", superseded_by="b", **state), **case("b", superseded_by="a", **state), **case("into", superseded_by="a", **state),
        **case("old", superseded_by="older-no-more", **state), **case("older-no-more", superseded_by="new", **state), **case("new"),
    }))
    found = [(item.path, item.message) for item in read.findings if item.code == "replaced-in-a-circle"]
    assert [path for path, _message in found] == ["case_studies/a.yaml", "case_studies/b.yaml"]
    assert all("a → b → a" in message for _path, message in found)
