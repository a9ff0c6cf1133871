"""The life of a record: draft, published, withdrawn, replaced; reviews that are due; those who asked to be named."""

from __future__ import annotations

from datetime import date

import pytest

from anchorbook.cli import main
from anchorbook.export import exported
from anchorbook.loading import read_catalogue
from anchorbook.site.publish import read_for_site
from anchorbook.store import Store, unpack
from anchorbook.upkeep import as_csv, credited, due_by
from tests.support.projects import case, make_project

CREDIT = '[{name: "Team A", role: gave-facts}, "=Team <B>"]'


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")  # 15 January 2027
    return make_project(tmp_path, {
        **case("old", qa_status="published", review_by="2026-12", credits=CREDIT), **case("new", qa_status="published", review_by="2027-06-30", credits='["Team A"]'),
        **case("never"), **case("bad", qa_status="withdrawn", notice="The *figures* were wrong."),
        **case("first", qa_status="superseded", superseded_by="new", review_by="2020"),
        **case("draft", credits='["Team D"]'),
    })


def codes(project) -> list[tuple[str, str]]:
    return [(item.path, item.code) for item in read_catalogue(project).findings if item.severity == "error"]


def test_the_list_holds_what_is_due_and_what_has_no_date(project):
    catalogue = read_catalogue(project)
    assert [(item.entry.id, item.by, item.overdue) for item in due_by(catalogue, date(2027, 1, 15))] == [
        ("draft", None, False), ("never", None, False), ("old", date(2026, 12, 31), True)]
    assert [item.entry.id for item in due_by(catalogue, date(2027, 6, 30))] == ["draft", "never", "old", "new"]
    assert as_csv(due_by(catalogue, date(2027, 1, 15))).splitlines()[3].endswith(",2026-12-31,yes")


def test_the_command_prints_it(project, capsys):
    assert main(["--project", str(project.root), "due", "--by", "2027-06-30"]) == 0
    said = capsys.readouterr().out
    assert "2027-06-30  case_studies/new.yaml" in said and "4 of 4 records are to be read again by 2027-06-30." in said
    with pytest.raises(SystemExit):
        main(["--project", str(project.root), "due", "--by", "soon"])
    assert "\"soon\" is not a day. Write it as 2027-01-31." in capsys.readouterr().err


def test_only_those_who_asked_are_named_and_drafts_wait(project):
    found = {role: [(name, [entry.id for entry in entries]) for name, entries in names] for role, names in credited(read_catalogue(project)).items()}
    assert found == {"wrote": [("=Team <B>", ["old"]), ("Team A", ["new"])], "gave-facts": [("Team A", ["old"])]}


def body(project, id: str) -> str:
    catalogue = read_for_site(project)
    with Store(project.cache / "cases.sqlite") as store:
        return unpack(store.get("body", catalogue.keys[id]))


def test_a_withdrawn_record_shows_why_and_nothing_else(project):
    page = body(project, "bad")
    assert "<em>figures</em> were wrong" in page and "Withdrawn." in page
    assert "At a glance" not in page and 'id="sources"' not in page
    assert "bad" not in [entry.id for entry in exported(read_catalogue(project))]


def test_a_replaced_record_leads_to_the_new_one(project):
    page = body(project, "first")
    assert 'href="../cases/new.html"' in page and "Replaced." in page and "At a glance" in page
    assert "first" not in [entry.id for entry in read_catalogue(project).entries]


@pytest.mark.parametrize("changes, code", [
    ({"qa_status": "withdrawn"}, "state-unexplained"), ({"qa_status": "superseded"}, "state-unexplained"),
    ({"qa_status": "superseded", "superseded_by": "nowhere"}, "unknown-case"), ({"qa_status": "gone"}, "unknown-term"),
    ({"qa_status": "published", "actions": "[]"}, "no-action"), ({"credits": "[{name: A, role: king}]"}, "unknown-term"),
])
def test_a_state_needs_its_reason(tmp_path, changes, code):
    assert codes(make_project(tmp_path, case("a", **changes))) == [("case_studies/a.yaml", code)]


def test_a_draft_may_wait_for_its_actions(tmp_path):
    found = read_catalogue(make_project(tmp_path, case("a", actions="[]"))).findings
    assert [(item.code, item.severity) for item in found if item.path.startswith("case_studies")] == [("no-action-yet", "warning")]
