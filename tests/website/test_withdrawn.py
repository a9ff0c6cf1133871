"""Taking a record down, as the book says it is done: the whole book still builds, and nothing shows what the record said."""

from __future__ import annotations

import json
import re

import pytest
from bs4 import BeautifulSoup

from tests.support.builds import build, copy_project
from tests.website.test_rebuild import assert_same_as_clean, replace, tree

GONE, REPLACED, NEWER = "london-anchor-network", "sheffield-city-partnership", "leeds-anchor-framework"
SAID = "Eleven zebras were counted"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the book in which one case was withdrawn and one replaced, built before and after."""
    folder = copy_project(tmp_path_factory.mktemp("withdrawn") / "book")
    build(folder)
    cases = folder / "case_studies"
    path = cases / f"{GONE}.yaml"
    summary = re.search(r"^summary: .*?\n(?=\S)", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)[0]
    replace(path, summary, f"summary: {SAID} in one year.\n")
    replace(path, "qa_status: published", "qa_status: withdrawn\nnotice: The figures were wrong.")
    replace(cases / f"{REPLACED}.yaml", "qa_status: published", f"qa_status: superseded\nsuperseded_by: {NEWER}")
    return folder


def test_the_book_builds_and_nothing_says_what_a_withdrawn_case_said(project, tmp_path):
    files = assert_same_as_clean(project, tmp_path)
    page = BeautifulSoup(files[f"cases/{GONE}.html"], "html.parser")
    assert "The figures were wrong." in page.main.get_text() and "withdrawn" in page.find("meta", {"name": "description"})["content"]
    data = json.loads(page.find("script", type="application/ld+json").string)
    assert data["creativeWorkStatus"] == "withdrawn" and not data.keys() & {"abstract", "about", "mentions", "spatialCoverage", "temporalCoverage", "citation"}
    assert not page.select('a[href="#related"]') and not page.select("#related")
    assert [name for name, content in files.items() if SAID.encode() in content] == []


def test_other_cases_do_not_name_it_among_those_related(project):
    site = build(project)
    for id in (GONE, REPLACED):
        linked = [path.name for path in (site / "cases").glob("*.html")
                  if BeautifulSoup(path.read_text("utf-8"), "html.parser").select(f'.related a[href="{id}.html"]')]
        assert linked == []
    assert "Replaced." in (site / "cases" / f"{REPLACED}.html").read_text("utf-8")
    assert len(tree(site)) > 300
