"""Feedback: the template, returned sheets that are good, bad and hostile, and the summary. Nothing that is sent in makes a traceback."""

from __future__ import annotations

import argparse
import csv
import io
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from anchorbook import doors_training
from anchorbook.bibliography import load_bibliography
from anchorbook.findings import Severity
from anchorbook.project import Project
from anchorbook.training import feedback_report, feedback_sheets
from anchorbook.training.feedback import MOST_COLUMNS, MOST_TEXT, Feedback, explained, feedback_template, masked, read_feedback
from anchorbook.training.feedback_form import FeedbackForm
from anchorbook.training.reading import read_all
from anchorbook.vocabulary import load_vocabulary
from tests.support.projects import ROOT, make_project
from tests.support.spreadsheets import damaged_workbook, packed, parts_of

FORM = FeedbackForm.model_validate({"title": "What did you think?", "about": "No names.", "scale": 5, "questions": [
    {"id": "useful", "ask": "How useful was it?", "kind": "scale", "low": "Not useful", "high": "Very useful"},
    {"id": "pace", "ask": "How was the pace?", "kind": "choice", "choices": ["Too slow", "About right", "Too fast"]},
    {"id": "change", "ask": "What should change?", "kind": "text"},
]})
HEAD = "useful,pace,change\n"


@pytest.fixture
def read(tmp_path):
    """Reads files given as text or bytes; each is named after its place, from a.csv."""

    def read(*contents: str | bytes, ending: str = "csv") -> Feedback:
        files = []
        for letter, content in zip("abcdef", contents, strict=False):
            path = tmp_path / f"{letter}.{ending}"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            files.append((path, path.name))
        return read_feedback(FORM, files)

    return read


def given(feedback: Feedback) -> dict[str, list]:
    return {result.question.id: result.given for result in feedback.results}


def said(feedback: Feedback) -> list[str]:
    return [f"{item.path}:{item.line}:{item.column} {item.code}" for item in feedback.findings]


def workbook(rows: list[list[str]]) -> bytes:
    return packed(parts_of(rows))


# ---------------------------------------------------------------- the form of the book, and the template


def form_of_the_book() -> FeedbackForm:
    project = Project(ROOT)
    records, findings = read_all(project, project.feedback, FeedbackForm, load_vocabulary(project.vocabulary), load_bibliography(project.references))
    assert findings == []
    return records[0].value


def test_the_form_is_short_mixed_and_asks_for_nobody():
    form = form_of_the_book()
    assert 8 <= len(form.questions) <= 10 and {question.kind for question in form.questions} == {"scale", "choice", "text"}
    assert len({question.id for question in form.questions}) == len(form.questions)
    assert all(question.low and question.high for question in form.questions if question.kind == "scale")
    asked = " ".join(question.ask for question in form.questions).lower()
    assert not re.search(r"\b(name|e-?mail|phone|age|gender|ethnic|job|role|post|employer|team|department)\b", asked)
    assert "Do not write your name" in form.about


def test_the_template_is_a_row_of_ids_and_a_row_that_explains():
    text = feedback_template(FORM)
    assert text.startswith("\ufeff")  # or Excel takes the letters for others
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows == [["useful", "pace", "change"],
                    ["How useful was it? (a number from 1 to 5: Not useful = 1, Very useful = 5)", "How was the pace? (Too slow / About right / Too fast)",
                     "What should change? (own words; no names)"]]


def test_a_template_sent_back_empty_has_no_answers(read):
    feedback = read(feedback_template(FORM))
    assert (feedback.sheets, feedback.findings) == (0, [])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_sheets_typed_below_the_template_are_counted_and_the_second_row_is_not(read, kind):
    rows = [*csv.reader(io.StringIO(feedback_template(FORM).removeprefix("\ufeff"))), ["4", "too  fast", "Less talk"], ["", "", ""], ["5.0", "", ""]]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    feedback = read(text.getvalue() if kind == "csv" else workbook(rows), ending=kind)
    assert feedback.findings == [] and (feedback.sheets, feedback.files) == (2, 1)
    assert given(feedback) == {"useful": [4, 5], "pace": ["Too fast"], "change": ["Less talk"]}
    assert [result.missing for result in feedback.results] == [0, 1, 1]


# ---------------------------------------------------------------- what is counted


def test_counts_median_and_missing(read):
    feedback = read(HEAD + "1,Too slow,\n2,About right,a\n4,About right,b\n5,,c\n,Too fast,\n")
    useful, pace, change = feedback.results
    assert (useful.counts, useful.median, useful.answers, useful.missing) == ({1: 1, 2: 1, 3: 0, 4: 1, 5: 1}, 3, 4, 1)
    assert (pace.counts, pace.median, pace.missing) == ({"Too slow": 1, "About right": 2, "Too fast": 1}, None, 1)
    assert (change.counts, change.answers, change.missing) == ({}, 3, 2)
    assert feedback_report.said(3.5) == "3.5" and feedback_report.said(4.0) == "4" and feedback_report.said(None) == "–"


def test_several_files_are_joined_and_one_given_twice_is_counted_once(read):
    feedback = read(HEAD + "1,,\n", "change,useful\nMore cards,3\n", HEAD + "1,,\n")
    assert given(feedback)["useful"] == [1, 3] and (feedback.sheets, feedback.files) == (2, 2)
    assert said(feedback) == ["b.csv:1:1 missing-column", "c.csv:1:1 row-twice"]
    assert feedback.results[1].missing == 2  # a sheet of a file without the column has no answer to it


@pytest.mark.parametrize("content", [
    HEAD.replace(",", ";") + "4;About right;Größer\n", HEAD.replace(",", "\t") + "4\tAbout right\tGrößer\n", "\ufeff" + HEAD + "4,About right,Größer\n",
    (HEAD + "4,About right,Größer\n").encode("cp1252"), (HEAD + "4,About right,Größer\n").encode("utf-16"), HEAD.replace("\n", "\r\n") + "4,ABOUT RIGHT,Größer\r\n",
    "\n\n" + HEAD + "\n4,About right,Größer\n,,\n", "Useful , PACE,What should change?,\n4,About right,Größer,\n",
    "How useful was it?,How was the pace?,What should change?\n4,About right,Größer\n",
], ids=["semicolons", "tabs", "byte order mark", "windows letters", "utf-16", "windows lines", "blank rows", "capitals and an empty column", "questions as headings"])
def test_what_spreadsheet_programs_write_is_read(read, content):
    feedback = read(content)
    assert given(feedback) == {"useful": [4], "pace": ["About right"], "change": ["Größer"]} and feedback.findings == []


# ---------------------------------------------------------------- what is wrong


@pytest.mark.parametrize("cell", ["0", "6", "-1", "4.5", "four", "4 or 5", "=2+2", "#REF!", "４", "1e0", "nan", "99999999999", "TRUE"])
def test_a_number_outside_the_scale_is_left_out_and_counted(read, cell):
    feedback = read(HEAD + f"3,About right,x\n{cell},Too slow,y\n")
    (finding,) = feedback.findings
    assert (finding.path, finding.line, finding.column, finding.code, finding.severity) == ("a.csv", 3, 1, "out-of-range", Severity.WARNING)
    assert feedback.results[0].given == [3] and feedback.results[0].left_out == feedback.left_out == 1
    assert feedback.sheets == 2 and given(feedback)["change"] == ["x", "y"]


def test_a_choice_that_is_not_offered_is_left_out_and_not_repeated(read):
    feedback = read(HEAD + '5,"Ann, she is rude",ok\n')
    (finding,) = feedback.findings
    assert (finding.line, finding.column, finding.code) == (2, 3, "unknown-value") and "Too slow, About right, Too fast" in finding.hint
    assert "rude" not in finding.message + finding.hint and given(feedback)["pace"] == []


def test_places_in_a_spreadsheet_are_rows_and_columns(read):
    feedback = read(workbook([["useful", "pace", "change"], ["5", "Too fast", ""], ["9", "No idea", ""]]), ending="xlsx")
    assert said(feedback) == ["a.xlsx:3:1 out-of-range", "a.xlsx:3:2 unknown-value"]


def test_unknown_columns_are_named_and_left_out(read):
    feedback = read("useful,Name,usefull,pace,change\n5,Ann Smith,4,Too fast,x\n")
    assert said(feedback) == ["a.csv:1:8 unknown-column", "a.csv:1:13 unknown-column"]
    assert "\"Name\"" in feedback.findings[0].message and feedback.findings[1].hint == "Did you mean \"useful\"?"
    assert "Ann" not in feedback_report.as_markdown(feedback) + "".join(item.message + item.hint for item in feedback.findings)


def test_a_thousand_columns_give_a_few_findings(read):
    extra = ",".join(f"x{number}" for number in range(1000))
    feedback = read(f"useful,{extra},pace,change\n4{',1' * 1000},Too fast,\n")
    assert len(feedback.findings) == MOST_COLUMNS + 1 and "980 more columns" in feedback.findings[-1].message
    assert given(feedback)["pace"] == ["Too fast"]


def test_a_heading_that_is_a_detail_of_somebody_is_not_repeated(read):
    feedback = read("useful,pace,change,ann@example.org\n5,Too fast,x,y\n")
    assert "ann@" not in feedback.findings[0].message and "[e-mail address taken out]" in feedback.findings[0].message


@pytest.mark.parametrize("content, expected", [
    ("useful,useful,pace,change\n1,5,,\n", ["a.csv:1:8 column-twice"]),
    ("useful,pace\n1,\n", ["a.csv:1:1 missing-column"]),
    (HEAD + "1,,x,y,z\n", ["a.csv:2:6 wrong-number-of-cells"]),
    ("useful,pace,change,\n1,,,hello\n", ["a.csv:1:20 unknown-column"]),
    (HEAD + '1,,x\n2,,"never closed\n3,,\n', ["a.csv:3:1 broken-table"]),
], ids=["a column twice", "a column missing", "cells beyond the headings", "a column without heading", "an open quotation mark"])
def test_slips_do_not_stop_the_rest(read, content, expected):
    feedback = read(content)
    assert said(feedback) == expected and given(feedback)["useful"] == [1]


def test_a_cell_over_several_lines_keeps_the_count_of_lines(read):
    feedback = read(HEAD + '1,,"two\nlines"\n7,,\n')
    assert said(feedback) == ["a.csv:4:1 out-of-range"]


@pytest.mark.parametrize("content, ending", [
    (b"", "csv"), (b"\n\n", "csv"), (b"PK\x03\x04 no zip", "xlsx"), (b"text", "xlsx"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "xls"), (b"%PDF-1.7\n%\x00\x01", "csv"),
    (bytes(range(256)) * 9, "csv"), (b"name,answer\nAnn,5\n", "csv"), (b"4,About right,hello\n", "csv"), (packed({"word/document.xml": "<x/>"}), "xlsx"),
    (b"useful" + b"," * (feedback_sheets.MAX_BYTES + 1), "csv"),
], ids=["nothing", "blank lines", "broken zip", "text called xlsx", "old Excel", "PDF", "noise", "another table", "no headings", "a letter", "too large"])
def test_what_is_no_sheet_of_answers_is_said_and_the_others_are_counted(read, content, ending, tmp_path):
    (tmp_path / "good.csv").write_text(HEAD + "5,,\n")
    bad = tmp_path / f"bad.{ending}"
    bad.write_bytes(content)
    feedback = read_feedback(FORM, [(bad, bad.name), (tmp_path / "good.csv", "good.csv")])
    assert given(feedback)["useful"] == [5] and feedback.files == 1
    (finding,) = feedback.findings
    assert finding.path == bad.name and finding.severity is Severity.ERROR and finding.hint and "Ann" not in finding.message


@pytest.mark.parametrize("name", ["missing.csv", ".", "/dev/zero", "a\x00b.csv", "x" * 5000])
def test_names_that_are_no_file_are_said(tmp_path, name):
    feedback = read_feedback(FORM, [(tmp_path / name, "it")])
    assert [item.code for item in feedback.findings] == ["unreadable-file"]


def test_damaged_spreadsheets_never_raise(read):
    import random

    dice = random.Random(7)
    for _ in range(150):
        feedback = read(damaged_workbook([["useful", "pace", "change"], ["5", "Too fast", "x"], ["9", "", "=1+1"]], dice), ending="xlsx")
        assert feedback.sheets or feedback.findings


def test_a_formula_in_a_spreadsheet_counts_with_its_last_result(read):
    parts = parts_of([["useful", "pace", "change"], ["FORMULA", "Too fast", "x"]])
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace('<c r="A2" t="inlineStr"><is><t>FORMULA</t></is></c>', '<c r="A2"><f>HYPERLINK("http://x")+2</f><v>4</v></c>')
    feedback = read(packed(parts), ending="xlsx")
    assert given(feedback)["useful"] == [4] and feedback.findings == []


# ---------------------------------------------------------------- details of people


@pytest.mark.parametrize("text, kind, gone", [
    ("Ask ann.smith@example.org now", "e-mail address", "ann"), ("ann (at) example.org", "e-mail address", "ann"), ("Ring 020 7946 0958.", "phone number", "7946"),
    ("Ring +44 20 7946 0958", "phone number", "7946"), ("943 476 5919", "NHS number", "476"), ("943 476 5918 with a slip", "NHS number", "476"),
    ("AB 12 34 56 C", "National Insurance number", "34"), ("I live in SS16 5NL", "postcode", "5NL"), ("i live in ss16 5nl", "postcode", "5nl"),
])
def test_details_of_people_are_taken_out(text, kind, gone):
    plain, kinds = masked(text)
    assert kinds == [kind] and gone not in plain and f"[{kind} taken out]" in plain


@pytest.mark.parametrize("text", ["In 2020/21 we spent £450,000", "Room 12, 10:30 to 11:45", "15% of 1,000", "page 12 of 340"])
def test_other_numbers_stay(text):
    assert masked(text) == (text, [])


def test_a_detail_hidden_by_signs_that_nobody_sees_is_found(read):
    page = feedback_report.as_markdown(read(HEAD + "5,,ann\u200b@exam\u00adple.org and ０２０ ７９４６ ０９５８\n"))
    assert "exam" not in page and "7946" not in page and "1 e-mail address, 1 phone number" in page


def test_a_detail_at_the_cut_is_not_half_shown():
    plain, kinds = masked("x" * (MOST_TEXT - 8) + " ann.smith@example.org " + "y" * 500)
    assert kinds == ["e-mail address"] and "ann" not in plain and plain.endswith("[cut]")


def test_long_texts_take_no_time(read):
    import time

    start = time.process_time()
    for sign in ("a@", "0 ", "07", "a.", "SS1", "(at)", "ﷺ", "  -"):
        feedback_report.as_markdown(read(HEAD + "5,," + sign * (100_000 // len(sign)) + "\n"))
    assert time.process_time() - start < 5


# ---------------------------------------------------------------- the summary

HOSTILE = ["<script>alert(1)</script>", "# Heading", "- item", "1. item", "![x](http://evil.example/x.png)", "[a](javascript:alert(1))", "https://evil.example www.evil.example",
           "| a | b |", "```", "&lt;b&gt;", "@everyone", "$x$", "\u202egnp.exe", "=HYPERLINK(\"x\")", "a\r\n\r\n# b", "*b* _c_ ~~d~~", "    code", "> quote", "===", "{case}`x`"]


def test_free_texts_are_in_order_whatever_the_order_of_the_sheets(read):
    one = feedback_report.as_markdown(read(HEAD + "5,Too slow,pear\n1,Too fast,Apple\n"))
    other = feedback_report.as_markdown(read(HEAD + "1,Too fast,Apple\n5,Too slow,pear\n"))
    assert one == other and one.index("- Apple") < one.index("- pear")


def test_hostile_texts_stay_text(read):
    out = io.StringIO()
    csv.writer(out).writerows([["useful", "pace", "change"], *(["3", "", text] for text in HOSTILE)])
    page = feedback_report.as_markdown(read(out.getvalue()))
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(page)
    below = html[html.index("In their own words"):]
    assert set(re.findall(r"<(\w+)", below)) == {"p", "h3", "ul", "li"} and below.count("<li>") == len(HOSTILE)
    assert html.count("<h1>") == 1 and html.count("<img") == 1 and html.count("<a ") == 0
    assert "\u202e" not in page
    assert "://" not in page and not re.search(r"(?<!\\)@", page)


def test_the_table_and_the_page_say_the_same(read):
    feedback = read(HEAD + "5,Too slow,x\n4,Too slow,\n9,Other,\n,,z\n2,,\n")
    rows = list(csv.DictReader(io.StringIO(feedback_report.as_csv(feedback).removeprefix("\ufeff"))))
    assert [row["count"] for row in rows if row["id"] == "useful"] == ["0", "1", "0", "1", "1"]
    assert {(row["sheets"], row["answers"], row["missing"], row["left_out"], row["median"]) for row in rows if row["id"] == "useful"} == {("5", "3", "1", "1", "4.0")}
    page = feedback_report.as_markdown(feedback)
    assert "| How useful was it? (1 = Not useful, 5 = Very useful) | 0 | 1 | 0 | 1 | 1 | 4 | 3 | 1 | 1 |" in page
    assert "| How was the pace? | Too slow | 2 | 2 | 2 | 1 |" in page
    assert "5 returned sheets from 1 file. 2 answers could not be used and were left out." in page
    for result in feedback.results:
        assert result.answers + result.missing + result.left_out == feedback.sheets


def test_few_answers_are_warned_of(read):
    few, enough = HEAD + "5,,x\n" * 4, HEAD + "5,Too fast,x\n" * 5
    assert "Few answers can give people away" in feedback_report.as_markdown(read(few))
    assert "give people away" not in feedback_report.as_markdown(read(enough))
    some = feedback_report.as_markdown(read(enough + "5,Too fast,\n" * 3 + "4,,\n"))
    assert "give people away" not in some
    assert "answered `change`" in feedback_report.as_markdown(read(HEAD + "5,Too fast,\n" * 5 + "5,Too fast,x\n"))


def test_no_answer_stands_beside_another_of_the_same_person(read):
    page = feedback_report.as_markdown(read(HEAD + "1,Too slow,unhappy\n5,Too fast,happy\n"))
    assert not [line for line in page.splitlines() if "happy" in line and re.search(r"Too|\d", line)]


@pytest.mark.parametrize("kind, start", [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_the_chart_is_the_same_each_time_and_says_what_it_shows(read, kind, start):
    feedback = read(HEAD + "5,Too slow,x\n4,Too slow,\n")
    made = feedback_report.chart(feedback, kind)
    assert made.startswith(start) and made == feedback_report.chart(feedback, kind)
    words = feedback_report.alt_text(feedback)
    assert "How useful was it? 2 answers, median 4.5 (1: 0, 2: 0, 3: 0, 4: 1, 5: 1)." in words and "Too slow: 2" in words
    assert words.encode() in made
    assert f"![{feedback_report.escaped(words)}](chart.png)" in feedback_report.as_markdown(feedback)


def test_shades_differ_in_grey():
    light = [sum(weight * int(shade[at : at + 2], 16) for weight, at in ((0.299, 1), (0.587, 3), (0.114, 5))) for shade in feedback_report._shades(5)]
    assert all(one - other > 25 for one, other in zip(light, light[1:], strict=False))


def test_texts_alone_need_no_chart(read):
    feedback = read("change\nhello\n")
    assert set(feedback_report.files(feedback)) == {"summary.md", "summary.csv"} and "## Chart" not in feedback_report.as_markdown(feedback)


@pytest.mark.parametrize("scale", [2, 10])
def test_forms_with_other_scales(tmp_path, scale):
    form = FORM.model_copy(update={"scale": scale})
    path = tmp_path / "a.csv"
    path.write_text(f"{HEAD}{scale},,$x^{{y\n")
    feedback = read_feedback(form, [(path, "a.csv")])
    assert feedback.results[0].given == [scale] and f"from 1 to {scale}" in explained(form.questions[0], scale)
    assert feedback_report.chart(feedback, "svg")


# ---------------------------------------------------------------- the command


@pytest.fixture
def run(tmp_path, capsys):
    """The command in a small project; gives its status, what it said and the project."""
    project = make_project(tmp_path / "project")
    (project.data / "feedback.yaml").write_text((ROOT / "data" / "feedback.yaml").read_text("utf-8"), "utf-8")

    def run(*arguments: str | Path) -> tuple[int, str, Project]:
        top = argparse.ArgumentParser()
        doors_training.add_commands(top.add_subparsers())
        options = top.parse_args(["feedback", *map(str, arguments)])
        status = options.run(project, options)
        told = capsys.readouterr()
        return status, told.out + told.err, project

    return run


def test_the_command_writes_a_summary_and_never_over_another(run, tmp_path):
    sheets = tmp_path / "sheets.csv"
    sheets.write_text("useful,helped\n5,The cards\n9,\n")
    status, told, project = run(sheets)
    assert status == 0 and "Added up 2 returned sheets; 1 answer could not be used and was left out." in told and ":3:1: warning out-of-range" in told
    folder = project.build / "feedback"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(before) == {"summary.md", "summary.csv", "chart.png", "chart.svg"}
    assert run(sheets)[0] == 0 and (project.build / "feedback-2" / "summary.md").is_file()
    status, told, _project = run(sheets, "--out", folder)
    assert status == 2 and "was left alone" in told
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_link_in_the_way_is_left_alone(run, tmp_path):
    sheets, out, mine = tmp_path / "sheets.csv", tmp_path / "out", tmp_path / "mine"
    sheets.write_text("useful\n5\n")
    out.mkdir()
    (out / "chart.png").symlink_to(mine)
    assert run(sheets, "--out", out)[0] == 2
    assert [path.name for path in out.iterdir()] == ["chart.png"] and not mine.exists()


@pytest.mark.parametrize("content, status", [("useful,helped\n", 0), ("", 1), ("useful,helped\n,\n", 0)])
def test_no_answers_are_said_plainly_and_nothing_is_written(run, tmp_path, content, status):
    sheets = tmp_path / "sheets.csv"
    sheets.write_text(content)
    done, told, project = run(sheets)
    assert done == status and "There are no answers in this file" in told and not project.build.exists()


def test_the_command_writes_the_template_once(run, tmp_path):
    path = tmp_path / "table.csv"
    assert run("--template", path)[0] == 0
    before = path.read_bytes()
    assert before.decode("utf-8") == feedback_template(form_of_the_book())
    assert run("--template", path)[0] == 2 and path.read_bytes() == before
    assert run(path)[0] == 0


@pytest.mark.parametrize("arguments", [(), ("missing.csv",), ("--template", "/no/such/folder/x.csv"), ("--template", "a\x00b"), ("a\x00b.csv",), ("\x1b[31mred\n.csv",)])
def test_what_cannot_be_done_is_said(run, arguments):
    status, told, _project = run(*arguments)
    assert status in (1, 2) and told and "Traceback" not in told and "\x1b" not in told


def test_a_summary_that_cannot_be_written_is_said(run, tmp_path):
    sheets = tmp_path / "sheets.csv"
    sheets.write_text("useful\n5\n")
    status, told, _project = run(sheets, "--out", sheets)
    assert status == 2 and "could not be written" in told


def test_a_project_without_a_form_is_said(run, tmp_path):
    project = run()[2]
    project.feedback.unlink()
    status, told, _project = run("x.csv")
    assert status == 2 and "data/feedback.yaml is missing" in told


def test_many_findings_are_cut(run, tmp_path):
    sheets = tmp_path / "sheets.csv"
    sheets.write_text("useful\n" + "9\n" * 5000)
    status, told, _project = run(sheets)
    assert status == 0 and told.count(": warning ") == doors_training.MOST_FINDINGS and "more findings." in told


def test_a_file_that_appears_meanwhile_is_left_alone(read, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    mine = tmp_path / "out" / feedback_report.TABLE
    mine.write_text("mine")
    monkeypatch.setattr(feedback_report.os.path, "lexists", lambda path: False)
    with pytest.raises(feedback_report.Taken):
        feedback_report.write(read(HEAD + "5,,\n"), tmp_path / "out")
    assert mine.read_text() == "mine"
