"""The self-assessment as data: every domain, four levels, steps that lead somewhere; and how its mistakes are found."""

from __future__ import annotations

import json
import shutil

import pytest

from anchorbook.loading import read_catalogue
from anchorbook.project import Project
from anchorbook.site.rendering import Words, render
from anchorbook.site.training.assessment import _domains, scale
from anchorbook.training.progression import LEVELS
from tests.support.projects import ROOT


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue(Project(ROOT))


@pytest.fixture(scope="module")
def progression(catalogue):
    return catalogue.training.progression


def test_every_domain_has_four_different_levels(progression, catalogue):
    assert [item.domain for item in progression.domains] == [term.id for term in catalogue.vocabulary["domains"].terms]
    texts = [text for item in progression.domains for text in item.levels]
    assert len(texts) == len(set(texts)) == len(progression.domains) * LEVELS == 20
    assert len({level.label for level in progression.levels}) == LEVELS


def test_every_level_of_every_domain_has_steps_with_actions_and_cases(progression):
    for item in progression.domains:
        for level in range(1, LEVELS + 1):
            steps = [step for step in item.next if step.level == level]
            assert steps, (item.domain, level)
            assert all(step.actions and step.cases for step in steps), (item.domain, level)


def test_actions_and_cases_exist(progression, catalogue):
    for item in progression.domains:
        for step in item.next:
            assert set(step.cases) <= set(catalogue.by_id), step.do
            assert set(step.actions) <= set(catalogue.vocabulary["actions"].by_id), step.do


def test_the_steps_use_many_actions_and_cases(progression):
    """A tool that always names the same two cases would help nobody."""
    steps = [step for item in progression.domains for step in item.next]
    assert len({action for step in steps for action in step.actions}) >= 12
    assert len({case for step in steps for case in step.cases}) >= 20


def test_leeds_is_credited(progression, catalogue):
    assert progression.source.key == "reed2019_ch7"
    assert "case:leeds-anchor-framework" in progression.note and "@leeds_toolkit" in progression.note
    assert {"reed2019_ch7", "leeds_toolkit"} <= set(catalogue.training.citations())
    leeds = catalogue.frameworks.by_id["leeds-levels"]
    assert not {level.label for level in progression.levels} & {item.label.partition(": ")[2] for item in leeds.items}


def test_levels_and_answers_are_short_enough_to_choose_from(progression):
    for item in progression.domains:
        assert all(len(text.split()) <= 45 for text in item.levels), item.domain
        assert all(len(step.do.split()) <= 26 for step in item.next), item.domain
    assert all(len(answer.about.split()) <= 30 for answer in progression.journey)


def test_what_the_scripts_are_told(catalogue, progression):
    told = scale(catalogue, progression)
    assert [domain["id"] for domain in told["domains"]] == [term.id for term in catalogue.vocabulary["domains"].terms]
    assert told["version"] == progression.version and len(told["levels"]) == LEVELS and len(told["journey"]) == len(progression.journey)


def test_hostile_words_stay_words(catalogue, progression):
    """What stands in the data file cannot break out of the page or of the attribute with its JSON."""
    nasty = "</script>'\"<img src=x onerror=alert(1)>&quot;"
    changed = progression.model_copy(update={
        "version": nasty, "ask": nasty, "title": nasty, "levels": [level.model_copy(update={"label": nasty}) for level in progression.levels]})
    words = Words(catalogue.vocabulary, catalogue.bibliography, "../")
    for template in ("self-assessment.html", "group-view.html"):
        html = render(template, words, progression=changed, domains=_domains(catalogue, changed), scale=scale(catalogue, changed), note_signs=1, name_signs=1)
        assert "<img" not in html and "</script>" not in html
        packed = html.split("data-scale='")[1].split("'")[0]
        assert json.loads(packed)["version"] == nasty


FAULTS = {
    "a level too few": ("      - We buy on price and quality. We do not know how much of our money stays nearby, or which suppliers are small.\n", "", "empty-value"),
    "levels out of order": ("  - level: 1\n    label: Starting", "  - level: 2\n    label: Starting", "levels-out-of-order"),
    "an unknown case": ("cases: [imperial-tailored-benefits]", "cases: [imperial-tailored-benefit]", "unknown-case"),
    "an unknown action": ("actions: [staff-codesign]", "actions: [staff-code]", "unknown-term"),
    "a domain left out": ("  - domain: work\n", "  - domain: place\n", "missing-domain"),
    "an unknown source": ("source: reed2019_ch7, lines", "source: reed2019_ch77, lines", "unknown-citation"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_file_is_found(tmp_path, fault):
    old, new, expected = FAULTS[fault]
    for part in ("case_studies", "data", "book", "notebooks"):
        shutil.copytree(ROOT / part, tmp_path / part)
    for name in ("_toc.yml", "_config.yml", "references.bib"):
        shutil.copy2(ROOT / name, tmp_path / name)
    file = tmp_path / "data" / "progression.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    found = [item for item in read_catalogue(Project(tmp_path)).findings if item.path == "data/progression.yaml"]
    assert [item.code for item in found] == [expected]
    assert found[0].line > 1
