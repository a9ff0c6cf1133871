"""The ids that records and addresses rest on, and what is said of a broken vocabulary."""

from __future__ import annotations

import re
import shutil

import pytest

from anchorbook.bibliography import load_keys
from anchorbook.catalogue import FACETS
from anchorbook.loading import read_catalogue
from anchorbook.vocabulary import NEEDED, load_vocabulary
from tests.support.projects import ROOT, good_file

ACTIONS = """
T4.01 baseline-audit         baseline    provider
T4.02 metrics-monitor        metrics     provider
T4.03 metrics-dashboard      metrics     system
T4.04 metrics-define         metrics     national
T4.05 leadership-board-lead  leadership  provider
T4.06 leadership-embed-plans leadership  system
T4.07 leadership-definitions leadership  national
T4.08 leadership-signals     leadership  national
T4.09 staff-codesign         staff       provider
T4.10 staff-tools            staff       provider
T4.11 staff-partnership      staff       provider system
T4.12 staff-support          staff       national system
T4.13 networks-place         networks    system
T4.14 networks-nhs-peer      networks    national
T4.15 communities-engage     communities provider system
""".strip().splitlines()
"""The fifteen actions of Table 4, with the opportunity each is under and who it is for."""


@pytest.fixture(scope="module")
def words():
    return load_vocabulary(ROOT / "data" / "vocabulary")


@pytest.fixture
def folder(tmp_path):
    """A copy of the vocabulary that a test may break."""
    return shutil.copytree(ROOT / "data" / "vocabulary", tmp_path / "vocabulary")


def ids(words, facet: str) -> list[str]:
    return [term.id for term in words[facet].terms]


def said(folder) -> list[tuple[str, int, str]]:
    """File, line and code of each finding."""
    return [(item.path.rsplit("/", 1)[1], item.line, item.code) for item in load_vocabulary(folder).findings]


def change(folder, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


# ---------------------------------------------------------------- the terms


def test_nothing_is_wrong_with_the_vocabulary(words):
    assert words.findings == []


@pytest.mark.parametrize("facet, expected", [
    ("domains", "work purchasing buildings environment place"),
    ("opportunities", "baseline metrics leadership staff networks communities"),
    ("stakeholders", "provider system national"),
    ("tensions", "TN1 TN2 TN3 TN4 TN5"),
    ("evidence_levels", "0 1 2 3 4 5"),
    ("actions", " ".join(line.split()[1] for line in ACTIONS)),
])
def test_ids_in_the_order_shown(words, facet, expected):
    assert ids(words, facet) == expected.split()


@pytest.mark.parametrize("line", ACTIONS)
def test_action(words, line):
    code, id, opportunity, *stakeholders = line.split()
    action = words.term("actions", id)
    assert action.code == code
    assert action.parent == opportunity
    assert sorted(action.stakeholders) == sorted(stakeholders)


def test_fifteen_actions_for_eighteen_stakeholder_places(words):
    assert len(words["actions"].terms) == 15
    by_stakeholder = {who: len(words.actions_of(stakeholder=who)) for who in ids(words, "stakeholders")}
    assert by_stakeholder == {"provider": 7, "system": 6, "national": 5}
    assert sum(len(words.actions_of(opportunity=one)) for one in ids(words, "opportunities")) == 15
    assert [term.id for term in words.actions_of(opportunity="staff", stakeholder="national")] == ["staff-support"]


def test_levels_can_be_asked_for_by_number(words):
    assert words.label("evidence_levels", 3) == words.label("evidence_levels", "3") == "Cause likely"


def test_maryland_levels_of_designs(words):
    assert {term.sms for term in words["designs"].terms} == {0, 1, 2, 3, 4, 5}
    assert words.term("designs", "randomised").sms == 5
    assert words.term("designs", "before-after").sms == 1


def test_ids_fit_into_addresses_and_are_unlike_even_in_small_letters(words):
    for name, facet in words.facets.items():
        slugs = [term.slug for term in facet.terms]
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs), name
        assert len(set(slugs)) == len(slugs), name


def test_every_facet_of_a_case_has_its_vocabulary(words):
    assert set(FACETS.values()) <= set(NEEDED) == set(words.facets)


def test_every_term_cites_a_source_that_exists(words):
    known = load_keys(ROOT / "references.bib").keys
    cited = {term.source.key for facet in words.facets.values() for term in facet.terms if term.source}
    assert cited and cited <= set(known)


def test_words_that_are_not_there(words):
    assert "domains" in words and "planets" not in words
    with pytest.raises(KeyError):
        words.term("domains", "transport")


# ---------------------------------------------------------------- broken vocabularies


def test_missing_files_are_named(tmp_path):
    assert {code for _file, _line, code in said(tmp_path)} == {"missing-vocabulary"}
    assert [file for file, _line, _code in said(tmp_path)] == [f"{name}.yaml" for name in NEEDED]


@pytest.mark.parametrize("name, old, new, line, code", [
    ("actions.yaml", "parent: metrics,", "parent: metric,", 8, "unknown-term"),
    ("actions.yaml", "stakeholders: [system]", "stakeholders: [systems]", 9, "unknown-term"),
    ("regions.yaml", "id: london", "id: north-east", 9, "duplicate-term"),
    ("results.yaml", "label: Mixed", "lable: Mixed", 7, "unknown-field"),
    ("results.yaml", "plural: What it showed\n", "", 1, "missing-field"),
    ("evidence_levels.yaml", 'id: "0"', "id: 0", 7, "wrong-type"),
    ("designs.yaml", "sms: 3", "sms: three", 12, "wrong-type"),
    ("statuses.yaml", "terms:", "terms: []\nolder:", 5, "empty-value"),
    ("statuses.yaml", "name: status", "name: 'status", 1, "broken-yaml"),
])
def test_mistakes_are_findings_at_their_line(folder, name, old, new, line, code):
    change(folder, name, old, new)
    assert (name, line, code) in said(folder)


@pytest.mark.parametrize("content, code", [
    (b"", "empty-file"), (b"- work\n- place\n", "wrong-type"), (b"just words\n", "wrong-type"), (b"\xff\xfe", "wrong-encoding"),
    (b"int: 5\n", "unknown-field"),
])
def test_other_contents_are_findings(folder, content, code):
    (folder / "domains.yaml").write_bytes(content)
    found = [item for item in load_vocabulary(folder).findings if item.path.endswith("domains.yaml")]
    assert code in [item.code for item in found]
    assert not any('""' in item.message for item in found), "a message names nothing"


def test_a_folder_named_like_a_vocabulary_is_a_finding(folder):
    (folder / "domains.yaml").unlink()
    (folder / "domains.yaml").mkdir()
    assert ("domains.yaml", 1, "unreadable-file") in said(folder)


def test_a_broken_vocabulary_is_told_instead_of_every_case_that_uses_it(project):
    folder = project({"minimal.yaml": good_file()})
    change(folder.vocabulary, "domains.yaml", "id: work", "idd: work")
    findings = read_catalogue(folder).findings
    assert findings
    assert {item.path for item in findings} == {"data/vocabulary/domains.yaml"}


def test_digest_follows_the_content(folder, words):
    assert load_vocabulary(folder).digest == words.digest
    change(folder, "regions.yaml", "All England", "The whole of England")
    assert load_vocabulary(folder).digest != words.digest
