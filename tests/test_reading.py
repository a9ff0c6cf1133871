"""Reading YAML: where each value stands, what stays text, what is refused."""

from __future__ import annotations

import textwrap

import pytest

from anchorbook.reading import MAX_BYTES, MAX_DEPTH, Document, read_bytes, read_file


def read(text: str) -> Document:
    return read_bytes(textwrap.dedent(text).encode(), "a.yaml")


def value_of(written: str):
    """What the checker takes a value for, written after ``x:``."""
    document = read(f"x: {written}\n")
    assert document.findings == []
    return document.data["x"]


def refusal(raw: str | bytes) -> tuple[int, int, str]:
    """Place and code of the one finding."""
    document = read_bytes(raw if isinstance(raw, bytes) else raw.encode(), "a.yaml")
    (finding,) = document.findings
    assert document.data is None
    assert finding.path == "a.yaml" and finding.message and finding.hint
    return finding.line, finding.column, finding.code


# ---------------------------------------------------------------- scalars


@pytest.mark.parametrize("written", [
    "yes", "no", "on", "off", "y", "n", "Yes", "NO", "True", "FALSE", "2020-04-01", "2020-04", "2020/21", "12:30",
    "1_000", "1,000", "£5", "007", "0x1F", "0o17", "1.", ".5", "NaN", ".nan", ".inf", "-.inf", "Null", "NULL", "5%", "=", "<<",
])
def test_what_yaml_would_guess_stays_text(written):
    assert value_of(written) == written


@pytest.mark.parametrize("written, value", [
    ("0", 0), ("5", 5), ("-5", -5), ("+5", 5), ("1089", 1089), ("999999999999999999", 999999999999999999),
    ("0.5", 0.5), ("-2.50", -2.5), ("1e3", 1000.0), ("193620.78", 193620.78),
])
def test_numbers(written, value):
    found = value_of(written)
    assert found == value
    assert type(found) is type(value)


def test_a_number_too_long_to_keep_exactly_stays_text():
    assert value_of("1234567890123456789") == "1234567890123456789"


@pytest.mark.parametrize("written, value", [("true", True), ("false", False), ("null", None), ("~", None), ("", None)])
def test_the_words_with_a_meaning(written, value):
    assert value_of(written) is value


@pytest.mark.parametrize("written", ['"5"', "'5'", "|-\n  5", ">-\n  5"])
def test_quoted_and_block_text_is_text(written):
    assert value_of(written) == "5"


def test_quoted_words_with_a_meaning_are_text():
    assert value_of('"true"') == "true"
    assert value_of('""') == ""


def test_field_names_are_always_text():
    assert set(read("yes: a\n2020: b\nnull: c\n").data) == {"yes", "2020", "null"}


# ---------------------------------------------------------------- places

NESTED = """\
    id: a
    places:
      - Sandwell
      - name: Leeds
        region: >-
          yorkshire
    domains: [work,  place]
    "quoted":   'text'
    aim: {what: x, for_whom: "y"}
    é: ü
    """


@pytest.mark.parametrize("path, place", [
    ((), (1, 1)),
    (("id",), (1, 5)),
    (("places",), (3, 3)),
    (("places", 0), (3, 5)),
    (("places", 1), (4, 5)),
    (("places", 1, "name"), (4, 11)),
    (("places", 1, "region"), (5, 13)),
    (("domains",), (7, 10)),
    (("domains", 1), (7, 18)),
    (("quoted",), (8, 13)),
    (("aim", "for_whom"), (9, 26)),
    (("é",), (10, 4)),
])
def test_place_of_a_value(path, place):
    assert read(NESTED).place(path) == place


@pytest.mark.parametrize("path, place", [
    (("places",), (2, 1)),
    (("places", 1, "region"), (5, 5)),
    (("quoted",), (8, 1)),
    (("aim", "what"), (9, 7)),
])
def test_place_of_a_field_name(path, place):
    assert read(NESTED).key_place(path) == place


def test_place_of_what_is_not_there_is_the_nearest_thing_around_it():
    document = read(NESTED)
    assert document.place(("places", 1, "code")) == (4, 5)
    assert document.place(("places", 7, "code")) == (3, 3)
    assert document.place(("nowhere", 3)) == (1, 1)
    assert document.key_place(("places", 1)) == (4, 5)
    assert Document("a.yaml").place(("id",)) == (1, 1)


def test_place_does_not_count_the_byte_order_mark():
    assert read_bytes(b"\xef\xbb\xbfid: a\n", "a.yaml").place(("id",)) == (1, 5)


def test_place_counts_characters_not_bytes():
    assert read("x: [é, ü😀, z]\n").place(("x", 2)) == (1, 12)


def test_windows_line_ends_count_once():
    assert read_bytes(b"a: 1\r\nb: 2\r\n", "a.yaml").place(("b",)) == (2, 4)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("raw, place", [
    (b"id: caf\xe9\n", (1, 8)),
    (b"id: a\nx: y\n\xff\n", (3, 1)),
    ("id: é ".encode() + b"\xe9\n", (1, 7)),
    (b"\xef\xbb\xbfid: a\nx: \xe9\n", (2, 4)),
    ("id: a\n".encode("utf-16"), (1, 1)),
])
def test_wrong_encoding_is_placed_at_its_character(raw, place):
    assert refusal(raw) == (*place, "wrong-encoding")


@pytest.mark.parametrize("written", ["a\x00b", "a\x0bb", "a\x1b[31mb", "a\x7fb", "a\x9fb"])
def test_control_characters_are_refused(written):
    assert refusal(f"id: a\nx: {written}\n") == (2, 5, "control-character")


@pytest.mark.parametrize("written", [r'"\e[31m"', r'"a\0b"', r'"\x07"', r'"\u009f"'])
def test_control_characters_written_as_escapes_are_refused_too(written):
    assert refusal(f"id: a\nx: {written}\n") == (2, 4, "control-character")


@pytest.mark.parametrize("text, place, code", [
    ("a: &x 1\n", (1, 4), "yaml-alias"),
    ("a: 1\nb: *x\n", (2, 4), "yaml-alias"),
    ("a: 1\n<<: *x\n", (2, 5), "yaml-alias"),
    ("a: !!int 5\n", (1, 4), "yaml-tag"),
    ("a: !!python/name:os.system x\n", (1, 4), "yaml-tag"),
    ("a: 1\n---\nb: 2\n", (2, 1), "second-document"),
    ("? [a, b]\n: c\n", (1, 3), "bad-field-name"),
    ("a: [" + "[" * 500, (1, 4 + MAX_DEPTH - 1), "too-deep"),
    ("", (1, 1), "empty-file"),
    ("# nothing\n", (1, 1), "empty-file"),
    ("---\n", (1, 1), "empty-file"),
    ("a: b: c\n", (1, 5), "broken-yaml"),
    ("a:\n\t- b\n", (2, 1), "broken-yaml"),
    ("a: {b: 1\n", (2, 1), "broken-yaml"),
    ("x" * (MAX_BYTES + 1), (1, 1), "file-too-large"),
])
def test_refused(text, place, code):
    assert refusal(text) == (*place, code)


def test_one_document_may_start_with_dashes():
    assert read("---\na: 1\n").data == {"a": 1}


def test_deepest_allowed_nesting_is_read():
    document = read("a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1) + "\n")
    assert document.findings == [] and document.data is not None


def test_a_field_that_stands_twice_keeps_its_first_value():
    document = read("a: 1\nb: 2\na: 3\n")
    assert document.data == {"a": 1, "b": 2}
    (finding,) = document.findings
    assert (finding.line, finding.column, finding.code) == (3, 1, "duplicate-field")
    assert "line 1" in finding.message


def test_a_list_that_stands_twice_keeps_its_first_place():
    assert read("a: [x]\na: [y]\n").place(("a", 0)) == (1, 5)


def test_the_same_field_in_two_entries_is_no_repetition():
    assert read("a:\n  - b: 1\n  - b: 2\n").findings == []


def test_a_file_that_cannot_be_opened_is_a_finding(tmp_path):
    for path in (tmp_path / "missing.yaml", tmp_path):
        document = read_file(path, "a.yaml")
        assert [finding.code for finding in document.findings] == ["unreadable-file"]
        assert document.data is None


def test_reading_a_file_is_reading_its_bytes(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("id: a\n", "utf-8")
    assert read_file(path, "a.yaml").data == {"id": "a"}
