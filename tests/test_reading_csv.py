"""A CSV table becomes plain data with a line and a column for every cell; bad tables become findings, never exceptions."""

from __future__ import annotations

import csv
import io
import random

import pytest

from anchorbook.findings import Finding
from anchorbook.reading import Document
from anchorbook.reading_csv import MAX_BYTES, read_csv

TABLE = "theme,grants,asked\nFood,18,364588\nLanguage,5,95979\n"


@pytest.fixture
def read(tmp_path):
    """Reads a table given as text or bytes."""

    def read(content: str | bytes, **more) -> Document:
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_csv(path, "data/table.csv", **more)

    return read


def only(document: Document) -> Finding:
    (finding,) = document.findings
    assert finding.path == "data/table.csv" and finding.hint
    return finding


# ---------------------------------------------------------------- what is read


def test_a_plain_table(read):
    document = read(TABLE)
    assert document.findings == []
    assert document.data == {"columns": ["theme", "grants", "asked"], "rows": [
        {"theme": "Food", "grants": "18", "asked": "364588"}, {"theme": "Language", "grants": "5", "asked": "95979"}]}


def test_cells_are_numbers_only_where_that_is_asked(read):
    rows = read("a,b\n1,1\n2.5,2.5\n", numbers=["b"]).data["rows"]
    assert rows == [{"a": "1", "b": 1}, {"a": "2.5", "b": 2.5}]
    assert [type(row["b"]) for row in rows] == [int, float]


@pytest.mark.parametrize("cell", ["1,000", "£5", "5%", "about 5", "007", "1 000", "5.", ".5", "nan", "inf", "0x10", "1_000"])
def test_what_is_not_written_as_a_number_stays_text(read, cell):
    assert read(f'a,b\nx,"{cell}"\n', numbers=["b"]).data["rows"] == [{"a": "x", "b": cell}]


@pytest.mark.parametrize("content", [
    TABLE.replace("\n", "\r\n"), TABLE.replace("\n", "\r"), "\ufeff" + TABLE, TABLE.rstrip("\n"), "\n" + TABLE, TABLE.replace("\nLanguage", "\n\n\nLanguage"),
    TABLE.replace(",", " , "), '"theme","grants","asked"\n"Food","18","364588"\n"Language","5","95979"\n',
], ids=["windows", "old mac", "byte order mark", "no last line end", "blank first line", "blank lines between", "spaces", "all quoted"])
def test_ways_of_saving_the_same_table(read, content):
    assert read(content).data == read(TABLE).data
    assert read(content).findings == []


def test_empty_cells_are_left_out(read):
    assert read("a,b,c\n1,,3\n , ,x\n").data["rows"] == [{"a": "1", "c": "3"}, {"c": "x"}]


def test_a_table_of_headings_alone_has_no_rows(read):
    document = read("a,b\n")
    assert document.findings == [] and document.data == {"columns": ["a", "b"], "rows": []}


def test_commas_quotes_and_line_ends_inside_quotation_marks(read):
    rows = read('a,b\n"one, two","he said ""no"""\n"up\ndown",last\n').data["rows"]
    assert rows == [{"a": "one, two", "b": 'he said "no"'}, {"a": "up\ndown", "b": "last"}]


def test_what_a_spreadsheet_writes_is_read_back(read):
    """Seeded random tables, written by the csv module and read again."""
    dice = random.Random(2019)
    signs = "ab ,\"'\n£é;#=0"
    for _ in range(60):
        width = dice.randint(2, 5)
        columns = [f"c{number}" for number in range(width)]
        rows = [["x" + "".join(dice.choice(signs) for _ in range(dice.randrange(8))) + "x" for _ in columns] for _ in range(dice.randint(1, 6))]
        text = io.StringIO()
        csv.writer(text, lineterminator=dice.choice(["\n", "\r\n"])).writerows([columns, *rows])
        document = read(text.getvalue())
        assert document.findings == []
        assert [[row[column] for column in columns] for row in document.data["rows"]] == rows


# ---------------------------------------------------------------- places


def test_the_place_of_each_cell(read):
    document = read(TABLE)
    assert document.place(("rows", 0, "theme")) == (2, 1)
    assert document.place(("rows", 0, "grants")) == (2, 6)
    assert document.place(("rows", 1, "asked")) == (3, 12)
    assert document.place(("rows", 1)) == (3, 1)
    assert document.place(()) == (1, 1)


def test_a_comma_between_quotation_marks_does_not_move_the_place(read):
    document = read('a,b,c\n"x, ""y"", z",2,3\n')
    assert document.place(("rows", 0, "b")) == (2, 15)
    assert document.place(("rows", 0, "c")) == (2, 17)


def test_an_empty_cell_has_its_place_too(read):
    assert read("a,b,c\n1,,3\n").place(("rows", 0, "b")) == (2, 3)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
def test_blank_lines_and_lines_inside_cells_are_counted(read, line_end):
    document = read('a,b\n\n"one\ntwo",2\n\nx,y\n'.replace("\n", line_end))
    assert document.place(("rows", 0)) == (3, 1)
    assert document.place(("rows", 1, "b")) == (6, 3)


# ---------------------------------------------------------------- tables that are refused


@pytest.mark.parametrize("content, line, code", [
    (b"", 1, "empty-table"), (b"\n\n", 1, "empty-table"), (b"\xef\xbb\xbf", 1, "empty-table"),
    (b"a,b\n1,caf\xe9\n", 2, "wrong-encoding"), ("a,b\n1,2\n".encode("utf-16"), 1, "wrong-encoding"),
    (b"a,b\n1,2\n3,\x00\n", 3, "control-character"),
    (b"a,b,a\n1,2,3\n", 1, "column-twice"), (b"a,b, a \n1,2,3\n", 1, "column-twice"),
    (b'a,b\n1,"open\n3,4\n', 3, "broken-table"), (b'a,b\n1,2\n"x"y,4\n', 3, "broken-table"),
])
def test_tables_that_cannot_be_read(read, content, line, code):
    document = read(content)
    assert document.data is None
    assert (only(document).line, only(document).code) == (line, code)


@pytest.mark.parametrize("row, cells", [("1,2", 2), ("1,2,3,4", 4), ("Food, poverty,18,1", 4), ("1", 1)])
def test_rows_with_too_few_or_too_many_cells_are_left_out_and_the_rest_is_read(read, row, cells):
    document = read(f"a,b,c\n{row}\nx,y,z\n")
    finding = only(document)
    assert (finding.line, finding.code) == (2, "wrong-number-of-cells")
    assert finding.message == f"this row has {cells} cells; the table has 3 columns."
    assert document.data["rows"] == [{"a": "x", "b": "y", "c": "z"}]
    assert document.place(("rows", 0, "b")) == (3, 3)


def test_a_file_that_is_not_there_and_a_folder(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        document = read_csv(path, "data/table.csv")
        assert document.data is None
        assert only(document).code == "unreadable-file"


def test_too_large_a_table(read):
    row = b"x" * 1021 + b",y\n"
    largest = b"a" * 1021 + b",b\n" + row * (MAX_BYTES // 1024 - 1)
    assert len(largest) == MAX_BYTES
    assert read(largest).findings == []
    assert only(read(largest + b"\n")).code == "file-too-large"


def test_random_bytes_and_slips_of_the_hand_give_findings_or_rows(read):
    """Three hundred damaged tables: none raises, and every finding stands at a line of the file."""
    dice = random.Random(7)
    for _ in range(300):
        raw = bytearray(TABLE.encode())
        for _ in range(dice.randint(1, 5)):
            place = dice.randrange(len(raw))
            raw[place : place + dice.randrange(3)] = dice.choice([b'"', b",", b"\n", b"\r", b"\x00", b"\xff", b"\xe2\x80\xa8", b"''", b""])
            raw = raw or bytearray(b"x")
        document = read(bytes(raw), numbers=["grants", "asked"])
        assert document.data is not None or document.findings
        lines = bytes(raw).replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
        assert all(1 <= item.line <= lines for item in document.findings), bytes(raw)
