"""Frameworks of others: what is in them, and what is said of a broken file."""

from __future__ import annotations

import re

import pytest

from anchorbook.bibliography import load_bibliography
from anchorbook.frameworks import Frameworks, load_frameworks
from tests.support.projects import ROOT

FRAMEWORK = """\
id: first-steps
label: First steps
about: What to do at the start.
kind: steps
order: 2
source: "ihi_anchors_2022, line 585"
items:
  - id: FS1
    label: See what you do
    domains: [work]
    actions: [baseline-audit]
    tensions: [TN2]
  - id: FS1-1
    label: Count
    parent: FS1
    source: britteon2022
    tags: [learning]
  - id: FS2
    label: Say so
    domains: [place]
    tags: [communities]
"""

SIZES = """
anchor-practices 8 8
domain-lists 11 62
equity-actions 5 5
first-steps 6 6
five-point-plan 5 20
gm-priorities 3 3
imperial-driver-diagram 1 11
imperial-framework 4 4
leeds-dimensions 5 5
leeds-levels 4 4
london-position 2 11
mse-charter-aims 8 8
mse-lessons 7 7
mse-pillars 5 20
new-wealth-asks 5 5
""".strip().splitlines()
"""Each framework, its entries under no other, all its entries."""


@pytest.fixture(scope="module")
def real(vocabulary) -> Frameworks:
    return load_frameworks(ROOT / "data" / "frameworks", vocabulary, load_bibliography(ROOT / "references.bib"))


@pytest.fixture
def load(tmp_path, vocabulary, small):
    """Loads frameworks given by file name and text."""

    def load(**files: str) -> Frameworks:
        for name, text in files.items():
            (tmp_path / f"{name.replace('_', '-')}.yaml").write_text(text, "utf-8")
        return load_frameworks(tmp_path, vocabulary, small)

    return load


# ---------------------------------------------------------------- the real ones


def test_nothing_is_wrong_with_the_frameworks(real):
    assert real.findings == []


@pytest.mark.parametrize("line", SIZES)
def test_entries_of_each_framework(real, line):
    id, tops, items = line.split()
    assert (len(real.by_id[id].tops), len(real.by_id[id].items)) == (int(tops), int(items))


def test_there_are_fifteen_each_at_a_place_of_its_own(real):
    assert sorted(real.by_id) == [line.split()[0] for line in SIZES]
    assert [framework.order for framework in real.all] == list(range(1, 16))


def test_ids_of_entries_are_unlike_across_frameworks_and_fit_into_addresses(real):
    ids = [item.id.lower() for framework in real.all for item in framework.items]
    assert len(set(ids)) == len(ids)
    assert [id for id in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id)] == []


def test_entries_are_mapped_or_say_what_they_are_about(real):
    """An entry that maps nowhere itself has parts that do."""
    lost = [item.id for framework in real.all for item in framework.items
            if not (item.domains or item.tags or item.actions or item.tensions or framework.under(item.id))]
    assert lost == []


def test_five_dimensions_of_leeds_are_not_the_five_domains(real):
    leeds = real.by_id["leeds-dimensions"]
    assert len(leeds.tops) == 5
    assert leeds.homeless and {domain for item in leeds.items for domain in item.domains} < {"work", "purchasing", "buildings", "environment", "place"}


# ---------------------------------------------------------------- reading


def test_a_framework_is_read(load):
    frameworks = load(first_steps=FRAMEWORK)
    assert frameworks.findings == []
    (framework,) = frameworks.all
    assert [item.id for item in framework.tops] == ["FS1", "FS2"]
    assert [item.id for item in framework.under("FS1")] == ["FS1-1"]
    assert framework.under("FS2") == []
    assert [item.id for item in framework.homeless] == ["FS1-1"]
    assert framework.source.locator == "line 585"
    assert list(frameworks.citations()) == ["ihi_anchors_2022", "britteon2022"]
    assert frameworks.by_id == {"first-steps": framework}


def test_frameworks_come_in_their_order_then_by_id(load):
    frameworks = load(first_steps=FRAMEWORK, b=FRAMEWORK.replace("id: first-steps", "id: b").replace("order: 2", "order: 1"),
                      a=FRAMEWORK.replace("id: first-steps", "id: a"))
    assert [framework.id for framework in frameworks.all] == ["b", "a", "first-steps"]


def test_a_project_without_frameworks_has_none(tmp_path, vocabulary, small):
    frameworks = load_frameworks(tmp_path / "none", vocabulary, small)
    assert frameworks.all == frameworks.findings == list(frameworks.citations()) == []


def test_digest_follows_name_and_content(load, tmp_path):
    first = load(first_steps=FRAMEWORK).digest
    assert load(first_steps=FRAMEWORK).digest == first
    assert load(first_steps=FRAMEWORK.replace("Count", "Counts")).digest != first
    (tmp_path / "first-steps.yaml").rename(tmp_path / "other.yaml")
    (tmp_path / "other.yaml").write_text(FRAMEWORK, "utf-8")
    assert load().digest != first


# ---------------------------------------------------------------- broken files


@pytest.mark.parametrize("old, new, line, code, words", [
    ("id: first-steps", "id: first-stops", 1, "id-mismatch", "Write id: first-steps"),
    ("id: FS2", "id: FS1", 18, "duplicate-term", '"FS1" stands twice'),
    ("parent: FS1", "parent: FS9", 15, "unknown-term", 'no entry "FS9"'),
    ("domains: [work]", "domains: [works]", 10, "unknown-term", 'Did you mean "work"?'),
    ("actions: [baseline-audit]", "actions: [baseline-audits]", 11, "unknown-term", 'Did you mean "baseline-audit"?'),
    ("tensions: [TN2]", "tensions: [xyzzy]", 12, "unknown-term", "Write one of: TN1, TN2"),
    ("domains: [place]", "domains: [place, zzzz]", 20, "unknown-term", '"zzzz"'),
    ("source: \"ihi_anchors_2022, line 585\"", "source: ihi_anchors", 6, "unknown-citation", 'Did you mean "ihi_anchors_2022"?'),
    ("source: britteon2022", "source: britten2022", 16, "unknown-citation", 'Did you mean "britteon2022"?'),
    ("kind: steps", "kind: step", 4, "bad-format", "kind"),
    ("label: First steps\n", "", 1, "missing-field", "label"),
    ("label: Count", "lable: Count", 14, "unknown-field", 'Did you mean "label"?'),
    ("order: 2", "order: two", 5, "wrong-type", "a whole number"),
    ("order: 2", "order: 2.5", 5, "wrong-type", "a whole number"),
    ("label: Count", "label: ''", 14, "empty-value", "empty"),
    ("kind: steps", "kind: 'steps", 4, "broken-yaml", "YAML"),
])
def test_mistakes_are_findings_at_their_line(load, old, new, line, code, words):
    assert old in FRAMEWORK
    findings = load(first_steps=FRAMEWORK.replace(old, new, 1)).findings
    assert (line, code) in [(item.line, item.code) for item in findings]
    assert words in " ".join(f"{item.message} {item.hint}" for item in findings)
    assert {item.path for item in findings} == {"data/frameworks/first-steps.yaml"}


@pytest.mark.parametrize("text", ["", "- a\n", "words\n", "items: []\n", "id: 5\n", FRAMEWORK.split("items:")[0] + "items: []\n"])
def test_other_contents_are_findings_and_no_framework(load, text):
    frameworks = load(first_steps=text)
    assert frameworks.findings and frameworks.all == []


def test_a_broken_file_does_not_hide_the_others(load):
    frameworks = load(broken="a: b: c\n", first_steps=FRAMEWORK)
    assert [framework.id for framework in frameworks.all] == ["first-steps"]
    assert {item.path for item in frameworks.findings} == {"data/frameworks/broken.yaml"}


def test_a_folder_named_like_a_framework_is_a_finding(load, tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    frameworks = load(first_steps=FRAMEWORK)
    assert [item.code for item in frameworks.findings] == ["unreadable-file"]
    assert [framework.id for framework in frameworks.all] == ["first-steps"]


def test_every_mistake_of_a_file_is_told_at_once(load):
    text = FRAMEWORK.replace("[work]", "[works, wroks]").replace("parent: FS1", "parent: FS9").replace("id: first-steps", "id: x")
    assert sorted(item.code for item in load(first_steps=text).findings) == ["id-mismatch", "unknown-term", "unknown-term", "unknown-term"]
