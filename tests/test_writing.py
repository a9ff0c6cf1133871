"""What is written as YAML is read back as it was, and nothing in it becomes YAML."""

from __future__ import annotations

import os
import re

import pytest
import yaml

from anchorbook.ledger import fill_from_ledger, load_ledger
from anchorbook.bibliography import load_bibliography
from anchorbook.model import CaseStudy
from anchorbook.reading import read_bytes, read_file
from anchorbook.vocabulary import load_vocabulary
from anchorbook.writing import Taken, as_yaml, plain_yaml, slug, write_new
from tests.support.projects import GOOD_FILES, ROOT

FILES = [*sorted((ROOT / "case_studies").glob("*.yaml")), *sorted(GOOD_FILES.glob("*.yaml"))]
VOCABULARY = load_vocabulary(ROOT / "data" / "vocabulary")
LEDGER = load_ledger(ROOT / "data" / "claims.csv", VOCABULARY, load_bibliography(ROOT / "references.bib"))


def back(text: str):
    document = read_bytes(text.encode("utf-8"), "case.yaml")
    assert document.findings == [], text
    return document.data


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_comes_back_as_it_was(path):
    data = read_file(path, path.name).data
    assert back(as_yaml(data, VOCABULARY)) == data
    assert back(as_yaml(data, notes=False)) == data


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_record_comes_back_as_it_was(path):
    case = CaseStudy.model_validate(fill_from_ledger(read_file(path, path.name).data, LEDGER))
    dumped = case.model_dump()
    assert back(as_yaml(dumped)) == dumped
    assert CaseStudy.model_validate(back(as_yaml(dumped))) == case


HOSTILE = [
    "", " ", "\n", "a\nb", "a\n\nb", "a\nb\n", " a\nb", "a\n b", "a \nb", "x: y", "- x", "# x", "x # y", '"', "'", "\\", "\\n", "{a: 1}", "[1]", "&a", "*a", "!x",
    "| x", ">", "%TAG", "@x", "`x`", "---", "---\nid: other", "...\n---", "null", "~", "true", "1", "1.5", "2020-04-01", "yes", "<<: *x", "? x", "a\tb", "\ta",
    "é", "👩‍🔬", "\u202eevil", "\u2028", "\ufeff", "a\x85b", "\xa0start", "x" * 5000, "word " * 200 + "end", "two  spaces " * 20 + "x", "# " + "word " * 60 + "x",
    "a\n# b\n- c\nd: e", "</script><script>alert(1)</script>", "=1+1", "- - -", ": ", " :", "end:", "a\n\n\nb", "a\n---\nb", "a\n...\nb", "\u200bhidden", "𝕏" * 100,
    " leading " + "word " * 40 + "end", "\xa0 " + "word " * 40 + "end", "word " * 40, "long " * 30 + "#hash " * 10 + "x", ("a " * 60 + "\n") * 3 + "b",
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_stays_text(value):
    data = {"id": value, "places": [value, {"name": value, "note": value}], "aim": {"what": value}, "measures": [[value]]}
    if 0 < len(value) < 500:  # YAML allows no longer names
        data[value] = value
    assert back(as_yaml(data)) == data


@pytest.mark.parametrize("value", ["\x00", "a\x1bb", "\x7f", "\x9f", "\ud800"])
def test_signs_that_no_file_may_hold_are_never_written_as_they_are(value):
    text = as_yaml({"title": value})
    assert value not in text
    text.encode("utf-8")


def test_direction_marks_are_written_so_that_they_can_be_seen():
    assert as_yaml({"title": "a\u202eb"}, notes=False) == 'title: "a\\u202eb"\n'


@pytest.mark.parametrize("value", [0, -5, 1.5, 1e-7, 3.0, True, False, None, [], {}, [[]], 999_999_999_999_999_999])
def test_other_values(value):
    assert back(plain_yaml({"value": value})) == {"value": value}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**18])
def test_numbers_that_cannot_be_read_are_refused(value):
    with pytest.raises(ValueError):
        plain_yaml({"value": value})


def test_text_is_always_quoted_or_in_a_block():
    """Read as plain YAML events: every value that is text has quotation marks or is a block."""
    text = as_yaml(read_file(GOOD_FILES / "full.yaml", "full.yaml").data)
    scalars = [event for event in yaml.parse(text) if isinstance(event, yaml.ScalarEvent)]
    unquoted = {event.value for event in scalars if event.style is None}
    assert len(scalars) > 200
    assert [value for value in unquoted if not re.fullmatch(r"[a-z_]+|-?\d+(\.\d+)?", value)] == []
    assert {"minimal", "running", "full", "case", "pilot"} & unquoted == set()


def test_notes_explain_and_name_choices():
    text = as_yaml({"status": "running"}, VOCABULARY)
    assert "# Where it stands. One of: planned, running, ended, failed, unknown.\nstatus: \"running\"" in text


@pytest.mark.parametrize("text, name", [
    ("Jobs at St Mary's, London", "jobs-at-st-marys-london"), ("Zoë’s café", "zoes-cafe"), ("../../etc/passwd", "etc-passwd"), ("", "case"), ("運行", "case"),
    ("con", "case-con"), ("x" * 200, "x" * 60), ("---", "case"), ("a\x00b", "a-b"),
])
def test_names_of_files(text, name):
    assert slug(text) == name


@pytest.mark.parametrize("id", ["../x", "a/b", "", "A", "a_b", ".", "..", "a.yaml", "a\n", "x" * 81, "nul", "a b", "\u0661", "-a", "a-"])
def test_no_other_path_can_be_written(tmp_path, id):
    folder = tmp_path / "cases"
    folder.mkdir()
    with pytest.raises(ValueError):
        write_new(folder, id, "x")
    assert list(tmp_path.rglob("*")) == [folder]


def test_nothing_is_overwritten(tmp_path):
    assert write_new(tmp_path, "a", "first").read_text() == "first"
    (tmp_path / "b.yml").write_text("there")
    os.symlink(tmp_path / "elsewhere", tmp_path / "c.yaml")
    for id in "abc":
        with pytest.raises(Taken):
            write_new(tmp_path, id, "second")
    assert (tmp_path / "a.yaml").read_text() == "first"
    assert not (tmp_path / "elsewhere").exists() and not (tmp_path / "b.yaml").exists()
