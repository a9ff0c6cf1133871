"""The schema for editors says what the model says."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from jsonschema import Draft7Validator

from anchorbook.cli import main
from anchorbook.model import CaseStudy, required_fields
from anchorbook.reading import read_bytes, read_file
from anchorbook.schema import MODELINE, case_schema
from anchorbook.template import template
from anchorbook.vocabulary import load_vocabulary
from tests.support.projects import GOOD_FILES, ROOT, TESTS, good_file

CASES = sorted((ROOT / "case_studies").glob("*.yaml"))
VOCABULARY = load_vocabulary(ROOT / "data" / "vocabulary")


@pytest.fixture(scope="module")
def schema():
    return case_schema(VOCABULARY)


@pytest.fixture(scope="module")
def validator(schema):
    return Draft7Validator(schema)


def data_of(text: str):
    return read_bytes(text.encode(), "case.yaml").data


def test_it_is_a_schema_of_the_draft_that_editors_know(schema):
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "$defs" not in json.dumps(schema)


@pytest.mark.parametrize("path", [*CASES, *sorted(GOOD_FILES.glob("*.yaml"))], ids=lambda path: path.stem)
def test_every_record_of_the_book_fits(path, validator):
    assert [f"{list(error.path)}: {error.message[:200]}" for error in validator.iter_errors(read_file(path, path.name).data)] == []


def test_there_are_records_to_look_at():
    assert len(CASES) >= 37


def test_the_template_fits(validator):
    assert list(validator.iter_errors(data_of(template(VOCABULARY)))) == []


def test_most_files_of_the_wrong_shape_do_not_fit(validator):
    bad = []
    for path in sorted((TESTS / "bad_files").glob("*.yaml")):
        data = read_file(path, path.name).data
        if data is not None and not validator.is_valid(data):
            bad.append(path.stem)
    assert len(bad) >= 40, bad
    assert {"unknown-field", "field-like-another", "level-as-text", "level-too-high", "group-as-text", "domain-far-miss", "id-with-capitals",
            "date-month-13", "measure-without-source"} & set(bad) >= {"level-as-text", "level-too-high", "domain-far-miss", "id-with-capitals",
                                                                       "date-month-13", "measure-without-source"}


@pytest.mark.parametrize("name, value", [
    ("places", "Sandwell, West Midlands"), ("places", "[{name: Sandwell}]"), ("periods", "2021"), ("periods", "not known"), ("periods", "{end: 2021}"),
    ("sources", "reed2019"), ("domains", "work"), ("aim", "Equal terms"), ("cost", "Not known."), ("equity", "{dimensions: age}"), ("partners", "[UNISON]"),
    ("review_by", "2027"), ("review_by", "2027-11"), ("contact", ""),
])
def test_the_short_ways_fit(name, value, validator):
    data = {**data_of(good_file()), **data_of(f"{name}: {value}")}
    CaseStudy.model_validate(data)
    assert [error.message for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize("name", required_fields())
def test_each_needed_field_is_missed(name, validator):
    data = data_of(good_file())
    del data[name]
    assert [error.message for error in validator.iter_errors(data)] == [f"'{name}' is a required property"]


def test_every_field_is_explained_with_an_example(schema):
    for name, field in schema["properties"].items():
        assert field["description"] and field["examples"], name
        assert "default" not in field


def test_choices_come_from_the_vocabulary(schema):
    assert schema["properties"]["status"]["enum"] == list(VOCABULARY["statuses"].by_id)
    for term in VOCABULARY["statuses"].terms:
        assert f"{term.id} = {term.label}" in schema["properties"]["status"]["description"]


def test_the_command_writes_it(project, tmp_path, capsys, schema):
    out = tmp_path / "editors" / "case.schema.json"
    assert main(["--project", str(project().root), "schema", "--out", str(out)]) == 0
    assert json.loads(out.read_text("utf-8")) == schema
    assert main(["--project", str(project().root), "schema"]) == 0
    assert json.loads(capsys.readouterr().out.partition("\n")[2]) == schema


def test_the_template_names_the_schema():
    assert template(VOCABULARY).splitlines()[0] == MODELINE
    assert (ROOT / "case_studies" / MODELINE.partition("$schema=")[2]).resolve() == ROOT / "_build" / "html" / "data" / "case.schema.json"


# ---------------------------------------------------------------- the field reference, from the same model


def test_the_field_reference_explains_every_field_with_a_weak_example():
    from anchorbook.fields import field_reference

    parts = field_reference(VOCABULARY)["parts"]
    fields = [field for _title, some in parts for field in some]
    assert [field.name for field in parts[0][1]] == required_fields()
    assert {field.name for field in fields} == set(CaseStudy.model_fields)
    assert [field.name for field in fields if not field.about or not field.weak or field.weak == field.example] == []
    status = next(field for field in fields if field.name == "status")
    assert [term.id for term in status.choices] == list(VOCABULARY["statuses"].by_id)


def test_the_field_reference_has_a_place_for_every_link():
    from anchorbook.fields import field_reference
    from anchorbook.site.rendering import environment

    soup = BeautifulSoup(environment().get_template("field-reference.html").render(**field_reference(VOCABULARY)), "html.parser")
    ids = [item["id"] for item in soup.select("[id]")]
    assert len(set(ids)) == len(ids) > 60
    assert {link["href"] for link in soup.select("a[href]")} <= {f"#{id}" for id in ids}
    assert not soup.select("[style], script, [onclick]")
