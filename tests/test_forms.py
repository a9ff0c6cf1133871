"""The form of the code host and the spreadsheet ask what the model asks."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from anchorbook.cli import main
from anchorbook.forms import FORM, WrongForm, answers_of, form_questions, issue_form, read_card
from anchorbook.model import CaseStudy, required_fields
from anchorbook.questions import HEADINGS, spreadsheet
from anchorbook.vocabulary import load_vocabulary
from tests.support.projects import ROOT

VOCABULARY = load_vocabulary(ROOT / "data" / "vocabulary")


def elements() -> dict[str, dict]:
    return {item["id"]: item for item in yaml.safe_load(issue_form(VOCABULARY))["body"] if "id" in item}


def test_the_committed_form_is_what_the_model_makes():
    assert (ROOT / FORM).read_text("utf-8") == issue_form(VOCABULARY), "run: anchorbook forms --write"


def test_the_form_fits_the_published_schema():
    done = subprocess.run([str(Path(sys.executable).parent / "check-jsonschema"), "--builtin-schema", "vendor.github-issue-forms", str(ROOT / FORM)],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_asks_every_needed_field():
    assert list(elements())[:12] == required_fields() and len(required_fields()) == 12


def test_questions_are_questions_and_differ():
    asks = [question.ask for question in form_questions(VOCABULARY)]
    assert len(set(asks)) == len(asks)
    for name in required_fields():
        assert CaseStudy.model_fields[name].json_schema_extra["ask"] in asks


def test_choices_are_those_of_the_vocabulary():
    for name, facet in (("status", "statuses"), ("domains", "domains"), ("actions", "actions"), ("record_type", "record_types")):
        assert elements()[name]["attributes"]["options"] == [term.label for term in VOCABULARY[facet].terms]
        assert elements()[name]["attributes"]["multiple"] == (name in ("domains", "actions"))


def test_the_command_writes_it(project, capsys):
    folder = project()
    assert main(["--project", str(folder.root), "forms", "--write"]) == 0
    assert (folder.root / FORM).read_text("utf-8") == issue_form(VOCABULARY)
    capsys.readouterr()
    assert main(["--project", str(folder.root), "forms"]) == 0
    assert capsys.readouterr().out == issue_form(VOCABULARY)


def test_what_the_form_sends_is_read_back():
    body = "\n\n".join(f"### {question.ask}\n\nanswer to {question.field}" for question in form_questions(VOCABULARY))
    assert answers_of(body, VOCABULARY) == {question.field: f"answer to {question.field}" for question in form_questions(VOCABULARY)}


def test_the_spreadsheet_holds_every_needed_field_and_no_formula():
    rows = list(csv.reader(io.StringIO(spreadsheet(VOCABULARY).removeprefix("\ufeff"))))
    assert tuple(rows[0]) == HEADINGS
    assert [row[0] for row in rows[1:13]] == required_fields()
    assert all(row[1] == "" and len(row) == 3 for row in rows[1:])
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t")]


def test_a_filled_spreadsheet_is_read(tmp_path):
    rows = list(csv.reader(io.StringIO(spreadsheet(VOCABULARY).removeprefix("\ufeff"))))
    for row in rows[1:]:
        row[1] = f"answer, to\n{row[0]}"
    for sign in ",;\t":
        path = tmp_path / "card.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream, delimiter=sign).writerows(rows)
        assert read_card(path, VOCABULARY) == {row[0]: row[1] for row in rows[1:]}


def test_a_line_made_to_be_slow_is_read_at_once():
    """Every line that starts as a heading is looked at once, whatever follows."""
    asks = next(iter(elements().values()))["attributes"]["label"]
    start = time.process_time()
    with pytest.raises(WrongForm):
        answers_of("### " + " " * 100_000 + "x", VOCABULARY)
    answers_of(f"### {asks}\n\nA hospital\n### " + " " * 20_000 + "b" * 300, VOCABULARY)
    assert time.process_time() - start < 5  # it took minutes


def test_answers_with_thousands_of_parts_are_refused():
    asks = {item: about["attributes"]["label"] for item, about in elements().items()}
    with pytest.raises(WrongForm, match="parts"):
        answers_of(f"### {asks['domains']}\n\n" + "work," * 20_000, VOCABULARY)
