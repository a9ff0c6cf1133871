"""What is said of a source that references.bib does not hold: an entry that can be pasted as it is."""

from __future__ import annotations

import re

import pytest

from anchorbook.bibliography import load_bibliography
from anchorbook.cli import main
from anchorbook.findings import has_errors
from anchorbook.new_source import entry_for, key_for, unknown_source
from anchorbook.questions import record
from anchorbook.vocabulary import load_vocabulary
from tests.support.projects import ROOT, SMALL_BIBLIOGRAPHY, good_file

ENTRY = re.compile(r"@misc\{.*\}\}")


@pytest.fixture
def bibliography():
    return load_bibliography(SMALL_BIBLIOGRAPHY)


@pytest.mark.parametrize("key", ["example_org_meals", "smith2031", "https://www.example.org/meals_{x}", "www.example.org", "The trust's report, 2031"])
def test_the_entry_of_the_hint_can_be_pasted(key, bibliography, tmp_path):
    _message, hint = unknown_source(key, bibliography)
    path = tmp_path / "references.bib"
    path.write_text(SMALL_BIBLIOGRAPHY.read_text("utf-8") + "\n" + ENTRY.search(hint)[0] + "\n", "utf-8")
    pasted = load_bibliography(path)
    assert not pasted.findings
    (new,) = set(pasted.references) - set(bibliography.references)
    assert new in hint.split("@misc")[0] or new == key


def test_an_address_whose_source_is_there_gets_its_key():
    bibliography = load_bibliography(ROOT / "references.bib")
    reference = next(item for item in bibliography.references.values() if item.url)
    assert unknown_source(reference.url + "/", bibliography)[1] == f"This source has a key already. Write {reference.key} in place of the address."


@pytest.mark.parametrize("key", ["line 45", "lines 10 to 14", "p. 3", "pp 3-5", "page iv", "slide 2", "section 2.1", "Appendix A"])
def test_a_place_is_not_taken_for_a_source(key, bibliography):
    message, hint = unknown_source(key, bibliography, before="reed2019_ch7")
    assert message == f"\"{key}\" is a place in a source, not the key of one."
    assert hint.endswith(f'["reed2019_ch7, {key}"].')


@pytest.mark.parametrize("key", ["lines2020", "p2020_report", "page_turner", "section_by_section", "chapter"])
def test_a_key_is_not_taken_for_a_place(key, bibliography):
    assert "is not an entry" in unknown_source(key, bibliography)[0]


def test_new_and_check_mean_the_same_key(bibliography):
    vocabulary = load_vocabulary(ROOT / "data" / "vocabulary")
    data = record({"title": "Meals", "sources": "https://www.example.org/meals"}, vocabulary, bibliography)
    (source,) = data["sources"]
    assert source["key"] == key_for("https://www.example.org/meals") == "example_org_meals"
    assert entry_for(source["key"]) in unknown_source(source["key"], bibliography)[1]


def test_a_source_that_only_a_number_names_is_kept_in_its_own_words(bibliography):
    vocabulary = load_vocabulary(ROOT / "data" / "vocabulary")
    number = "Meals served; output; 10; meals; 2021; https://www.example.org/meals"
    data = record({"title": "Meals", "sources": "reed2019_ch7, line 45", "measures": number}, vocabulary, bibliography)
    assert [source["key"] for source in data["sources"]] == ["reed2019_ch7", "example_org_meals"]
    assert "https://www.example.org/meals" in data["sources"][1]["note"]


def test_the_entry_of_the_page_can_be_read(tmp_path):
    page = (ROOT / "book" / "contribute" / "with-git.md").read_text("utf-8")
    path = tmp_path / "references.bib"
    path.write_text(re.search(r"^@misc\{.*?^\}$", page, re.MULTILINE | re.DOTALL)[0], "utf-8")
    found = load_bibliography(path)
    assert list(found.references) == ["example_org_meals"] and not has_errors(found.findings)


def test_pages_agree_that_an_editor_may_do_it():
    for name in ("with-git", "in-the-browser", "by-spreadsheet"):
        text = (ROOT / "book" / "contribute" / f"{name}.md").read_text("utf-8")
        assert "editor" in text and "add-a-source" in text and "full" in text


def test_check_shows_the_entry(project, capsys):
    made = project({"minimal.yaml": good_file().replace("sources:\n  - ihi_anchors_2022", "sources:\n  - https://www.example.org/meals")})
    assert main(["--project", str(made.root), "check"]) == 1
    assert "url = {https://www.example.org/meals" in capsys.readouterr().out
