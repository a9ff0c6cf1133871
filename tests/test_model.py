"""The model: its required fields, what it tells about itself, and a way there and back."""

from __future__ import annotations

import typing

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from anchorbook import model, parts
from anchorbook.loading import read_catalogue
from anchorbook.model import CaseStudy, Measure, required_fields
from anchorbook.parts import Part
from anchorbook.reading import read_bytes
from anchorbook.vocabulary import Term, load_vocabulary
from tests.support.projects import GOOD_FILES, ROOT, good_file

REQUIRED = ["id", "title", "summary", "record_type", "status", "domains", "actions", "lead_org", "places", "periods", "measures", "sources"]

MODELS = sorted(
    {item for module in (model, parts) for item in vars(module).values()
     if isinstance(item, type) and issubclass(item, Part) and item is not Part}, key=lambda item: item.__name__)
FIELDS = [pytest.param(one, name, id=f"{one.__name__}.{name}") for one in MODELS for name in one.model_fields]


def record(name: str) -> dict:
    document = read_bytes(good_file(name).encode(), f"{name}.yaml")
    assert document.findings == []
    return document.data


# ---------------------------------------------------------------- required fields


def test_the_twelve_required_fields():
    assert required_fields() == REQUIRED


@pytest.mark.parametrize("name", REQUIRED)
def test_no_required_field_can_be_left_out(name):
    data = record("minimal")
    del data[name]
    with pytest.raises(ValidationError) as caught:
        CaseStudy.model_validate(data)
    assert [(item["type"], item["loc"]) for item in caught.value.errors()] == [("missing", (name,))]


def test_the_twelve_are_enough():
    assert sorted(record("minimal")) == sorted(REQUIRED)
    assert CaseStudy.model_validate(record("minimal")).id == "minimal"


@pytest.mark.parametrize("name", REQUIRED)
def test_the_example_of_a_missing_field_repairs_the_file(name, project):
    """Whoever copies the line that the checker offers has a file that is read without complaint."""

    def check(text: str):
        folder = project({"imperial-insourcing.yaml": text})
        read = read_catalogue(folder)
        return read, [item for item in read.findings if item.path != "references.bib"]

    data = {**record("minimal"), "id": "imperial-insourcing"}
    del data[name]
    broken = yaml.safe_dump(data, sort_keys=False)
    _read, (finding,) = check(broken)
    assert finding.code == "missing-field"
    line = finding.hint.partition("For example: ")[2]
    assert line.startswith(f"{name}:")
    if name == "measures":
        line += "\nno_measures_reason: The source prints no figures."
    read, findings = check(broken + line + "\n")
    # The number of the record keeps a source of its own, which the example does not know.
    assert [item.code for item in findings] == (["source-not-listed"] if name == "sources" else [])
    assert read.by_id["imperial-insourcing"].facets["region"] == ("west-midlands",)


# ---------------------------------------------------------------- what the model says of itself


@pytest.mark.parametrize("one, name", FIELDS)
def test_every_field_is_described(one, name):
    info = one.model_fields[name]
    assert info.description and info.description[0].strip() and info.description.endswith((".", "?"))
    assert info.examples and len(info.examples) == 1
    assert set(info.json_schema_extra) == {"standard", "vocabulary", "markdown", "ask", "weak"}


@pytest.mark.parametrize("one", MODELS, ids=lambda one: one.__name__)
def test_every_model_says_what_it_is(one):
    assert one.__doc__ and one.__doc__ != Part.__doc__


@pytest.mark.parametrize("one, name", FIELDS)
def test_every_example_is_valid(one, name):
    info = one.model_fields[name]
    kind = typing.Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    TypeAdapter(kind).validate_python(info.examples[0], strict=True)


@pytest.mark.parametrize("one, name", FIELDS)
def test_every_example_is_in_its_vocabulary(one, name):
    info = one.model_fields[name]
    facet = info.json_schema_extra["vocabulary"]
    if facet:
        known = load_vocabulary(ROOT / "data" / "vocabulary")[facet].by_id
        example = info.examples[0]
        for value in example if isinstance(example, list) else [example]:
            assert str(value.get("code") if isinstance(value, dict) else value) in known


def test_the_json_schema_can_be_made_and_names_every_field():
    schema = CaseStudy.model_json_schema()
    assert list(schema["properties"]) == list(CaseStudy.model_fields)
    assert schema["required"] == REQUIRED
    assert schema["additionalProperties"] is False


# ---------------------------------------------------------------- there and back


def test_the_full_file_uses_every_field_of_every_model():
    used: set[tuple[type, str]] = set()

    def walk(part: Part) -> None:
        for name in part.model_fields_set:
            used.add((type(part), name))
            value = getattr(part, name)
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, Part):
                    walk(item)

    walk(CaseStudy.model_validate(record("full")))
    wanted = {(one, name) for one in MODELS if one is not Term for name in one.model_fields}
    assert {f"{one.__name__}.{name}" for one, name in wanted - used} == set()


@pytest.mark.parametrize("name", ["minimal", "full"])
def test_written_out_and_read_again_it_is_the_same(name):
    case = CaseStudy.model_validate(record(name))
    assert CaseStudy.model_validate(case.model_dump()) == case
    assert CaseStudy.model_validate_json(case.model_dump_json()) == case


def test_nothing_of_the_full_file_is_lost():
    """Every text of the file is somewhere in the record."""
    dumped = CaseStudy.model_validate(record("full")).model_dump_json()
    raw = yaml.compose((GOOD_FILES / "full.yaml").read_text("utf-8"))
    texts = [node.value for node in scalars(raw) if len(node.value) > 12 and "ihi_anchors" not in node.value]
    assert len(texts) > 40
    assert [text for text in texts if text not in dumped] == []


def scalars(node):
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.MappingNode):
        for _key, value in node.value:
            yield from scalars(value)
    else:
        for item in node.value:
            yield from scalars(item)


# ---------------------------------------------------------------- one value a measure


def measure(**fields) -> Measure:
    return Measure.model_validate({"name": "Jobs", "kind": "output", "unit": "people", "source": "a", **fields})


@pytest.mark.parametrize("fields", [
    {"value": 0}, {"value": -2.5}, {"low": 1, "high": 1}, {"text": "more", "unit": ""}, {"effect": {"estimate": 0.1}}, {"value": 5, "text": "five"},
])
def test_ways_of_giving_a_value(fields):
    assert measure(**fields).name == "Jobs"


@pytest.mark.parametrize("fields, code", [
    ({}, "measure-without-value"), ({"text": ""}, "measure-without-value"), ({"value": 1, "low": 1, "high": 2}, "measure-with-two-values"),
    ({"low": 1}, "half-a-range"), ({"high": 1}, "half-a-range"), ({"low": 2, "high": 1}, "range-upside-down"),
    ({"value": 1, "unit": ""}, "measure-without-unit"), ({"low": 1, "high": 2, "unit": ""}, "measure-without-unit"),
    ({"value": float("nan")}, "finite_number"), ({"value": float("inf")}, "finite_number"), ({"value": True}, "float_type"),
    ({"value": 1, "sources": []}, "extra_forbidden"),
    ({"effect": {"estimate": 0.1, "ci_low": 0}}, "half-an-interval"), ({"effect": {"estimate": 0.1, "ci_high": 1}}, "half-an-interval"),
])
def test_ways_of_getting_a_measure_wrong(fields, code):
    with pytest.raises(ValidationError) as caught:
        measure(**fields)
    assert code in [item["type"] for item in caught.value.errors()]
