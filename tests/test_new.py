"""``anchorbook new`` as somebody types it, and with answers from a pipe or a spreadsheet."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from xml.sax.saxutils import escape

import pytest

from anchorbook.calling import call
from anchorbook.cli import main
from anchorbook.forms import read_card
from anchorbook.model import CaseStudy, required_fields
from anchorbook.parts import Period
from anchorbook.questions import CARD, check_answer, questions, record, spreadsheet
from anchorbook.reading import read_file
from anchorbook.reading_xlsx import WrongSheet, sheet
from anchorbook.vocabulary import load_vocabulary
from tests.support.projects import ROOT, good_file
from tests.support.spreadsheets import LINK, SPACE, packed, parts_of

VOCABULARY = load_vocabulary(ROOT / "data" / "vocabulary")
ANSWERS = {
    "id": ["riverside-jobs"], "title": ["Local jobs: a start"], "summary": ["A hospital offered jobs", "to neighbours.", ""], "record_type": ["1"], "status": ["Running"],
    "domains": ["work, 2"], "actions": ["Name a board lead"], "lead_org": ["Riverside Hospital"], "places": ["Sandwell, West Midlands", ""],
    "periods": ["since 2020-04", ""], "measures": [""], "why": ["The source prints no figures."], "sources": ["reed2019_ch7, line 45", ""],
}


def typed(**changes: list[str]) -> list[str]:
    return [line for answer in {**ANSWERS, **changes}.values() for line in answer]


@pytest.fixture
def new(project, monkeypatch, capsys):
    folder = project({"taken.yaml": good_file(id="taken")})

    def run(lines: list[str], *options: str):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        status = main(["--project", str(folder.root), "new", *options])
        return status, capsys.readouterr(), folder

    return run


def case_of(folder, name: str = "riverside-jobs") -> CaseStudy:
    return CaseStudy.model_validate(read_file(folder.cases / f"{name}.yaml", name).data)


def test_twelve_answers_make_a_record_without_errors(new):
    status, said, folder = new(typed())
    assert status == 0, said
    case = case_of(folder)
    assert (case.title, case.domains, case.actions) == ("Local jobs: a start", ["work", "purchasing"], ["leadership-board-lead"])
    assert (case.summary, case.no_measures_reason) == ("A hospital offered jobs to neighbours.", "The source prints no figures.")
    assert "Written to case_studies/riverside-jobs.yaml: " in said.out
    for name in required_fields():
        assert CaseStudy.model_fields[name].json_schema_extra["ask"] in said.out
    assert not list(folder.build.glob("new-*")) and "\x1b" not in said.out


def test_numbers_are_taken_down(new):
    lines = typed(measures=["People who started work; output; 10; people; 2020/21; reed2019_ch7, line 45", ""], why=[])
    status, said, folder = new(lines)
    assert status == 0, said
    assert case_of(folder).measures[0].value == 10


def test_help_and_back(new):
    status, said, folder = new(["?", "riverside-jobs", "Wrong title", "back", "Right title", *typed()[2:]])
    assert status == 0, said
    assert case_of(folder).title == "Right title"
    assert "   Name of the file without its ending" in said.out and "(now: Wrong title)" in said.out


def test_answers_that_do_not_fit_are_asked_again(new):
    status, said, folder = new(typed(id=["Not An Id", "taken", "../x", "riverside-jobs"], domains=["money", "9", "work"], title=["", "x" * 161, "Jobs"],
                                     periods=["last spring", "", "2021", ""], status=["planned, ended", "ended"], measures=["lots", "", ""]))
    assert status == 0, said
    assert "There is a case called taken already" in said.out and '"money" is not one of the choices.' in said.out
    assert (case_of(folder).status, case_of(folder).domains, str(case_of(folder).periods[0])) == ("ended", ["work"], "2021")


def test_stopping_keeps_the_answers_and_the_next_time_goes_on(new):
    status, said, folder = new(typed()[:5])
    assert status == 1 and "Your answers are kept" in said.err
    assert not (folder.cases / "riverside-jobs.yaml").exists()
    status, said, folder = new(["riverside-jobs", "yes", *typed()[5:]])
    assert status == 0, said
    assert "Kept from before: riverside-jobs" in said.out
    assert case_of(folder).title == "Local jobs: a start"
    assert not list(folder.build.glob("new-*"))


def test_kept_answers_need_not_be_taken(new):
    new(typed()[:2])
    status, said, folder = new(["riverside-jobs", "no", "Another title", *typed()[2:]])
    assert status == 0 and case_of(folder).title == "Another title"


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"title": 5}'])
def test_kept_answers_that_are_broken_are_passed_over(new, broken):
    folder = new([])[2]
    folder.build.mkdir(exist_ok=True)
    (folder.build / "new-riverside-jobs.json").write_text(broken)
    assert new(typed())[0] == 0


def test_a_card_asks_six_questions_and_is_honest_about_the_rest(new):
    status, said, folder = new(["Fruit for staff", "Leeds, Yorkshire and the Humber", "", "Leeds Hospital", "Fruit was put out.", "", "work", "reed2019_ch7", ""], "--minimal")
    data = read_file(folder.cases / "fruit-for-staff.yaml", "x").data
    assert said.out.count("\n> ") + said.out.count("> ") >= len(CARD)
    assert (data["status"], data["periods"], data["measures"], data["actions"]) == ("unknown", [{"start": None, "note": "not known"}], [], [])
    assert data["what_was_done"] == "Fruit was put out." and data["no_measures_reason"].startswith("Not known")
    # No action can be guessed: the card is a valid draft, and the check says what is left to an editor.
    assert status == 0 and ": error " not in said.out and said.out.count("no-action-yet") == 1


def test_nothing_is_overwritten(new):
    (new([])[2].cases / "fruit.yaml").write_text("mine")
    status, said, folder = new(["Fruit", "Leeds", "", "Hospital", "Fruit.", "", "work", "reed2019_ch7", ""], "--minimal")
    assert status == 2 and "was left alone" in said.err
    assert (folder.cases / "fruit.yaml").read_text() == "mine"


def card(answers: dict[str, str]) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(spreadsheet(VOCABULARY).removeprefix("\ufeff"))))
    return [[row[0], answers.get(row[0], row[1]), row[2]] for row in rows]


CARD_ANSWERS = {"title": "Local jobs", "summary": "A start & more <b>.", "domains": "Good work", "actions": "Team up with others", "lead_org": "Riverside", "places": "Leeds\nYork",
                "periods": "2021", "sources": "reed2019_ch7, line 4", "status": "ended"}


def of_csv(new, tmp_path, rows: list[list[str]]):
    """What is said and written of a spreadsheet with these rows."""
    path = tmp_path / "card.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    _status, said, folder = new([], "--from", str(path))
    return said.out, (folder.cases / "local-jobs.yaml").read_text("utf-8")


@pytest.mark.parametrize("field, written, told", [
    ("status", "going well", '"going well" is not a known status.\n    hint: Write one of: planned, running'),
    ("record_type", "banana", '"banana" is not a known record type.\n    hint: Write one of: case, '),
    ("actions", "Team up with others; Name a bord lead", '"Name a bord lead" is not a known action.\n    hint: '),
    ("domains", "work, work from home, not known", '"work from home" is not a known domain.\n    hint: Did you mean "work"'),
])
def test_an_answer_that_is_no_choice_is_kept_and_told(new, tmp_path, field, written, told):
    out, text = of_csv(new, tmp_path, card({**CARD_ANSWERS, field: written}))
    assert told in out
    assert f'"{written.split(",")[1].strip() if field == "domains" else written.split("; ")[-1]}"' in text


def test_rows_that_no_field_takes_are_kept_and_told(new, tmp_path):
    more = [["title", "Another\ntitle", ""], ["colour", "red"], ["", "a note"], ["summary", "", "", "far away"], ["title", "Local jobs"], ["no_measures_reason", "None were counted."]]
    out, text = of_csv(new, tmp_path, [*card(CARD_ANSWERS), *more])
    first = len(card(CARD_ANSWERS)) + 1
    kept = [f"row {first} (title a second time): Another title", f"row {first + 1}: colour; red", f"row {first + 2}: a note", f"row {first + 3}, column 4 (summary): far away"]
    assert [line for line in text.splitlines() if "contributor's words" in line] == [f"# In the contributor's words, {line}" for line in kept]
    assert "no_measures_reason: \"None were counted.\"" in text
    told = [line.partition(" answer-not-used ")[2] for line in out.splitlines() if " answer-not-used " in line]
    assert told == [f'{where}: "{words}" is in no field of the record.' for where, words in (line.split(": ", 1) for line in kept)]
    assert [int(line.split(":")[1]) for line in out.splitlines() if " answer-not-used " in line] == [2, 3, 4, 5]


@pytest.mark.parametrize("name, field", [("sumary", "summary"), ("What was don", "what_was_done"), ("domain", "domains")])
def test_a_row_whose_name_is_a_slip_is_told_with_the_field_it_may_be(new, tmp_path, name, field):
    out, text = of_csv(new, tmp_path, [*card({key: answer for key, answer in CARD_ANSWERS.items() if key != field}), [name, "Some words"]])
    assert f"(perhaps {field}): {name}; Some words" in text
    assert f'(perhaps {field}): "{name}; Some words" is in no field of the record.' in out


def test_a_report_of_answers_repeats_nothing_about_a_person(new, tmp_path):
    out, _text = of_csv(new, tmp_path, [*card({**CARD_ANSWERS, "status": "ask ann@example.org"}), ["phone", "020 7946 0958"]])
    assert "what was written is not a known status." in out and "what was written is in no field" in out
    assert "email-address" in out and "phone-number" in out and "ann@" not in out and "7946" not in out


def as_xlsx(path, rows):
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    lines = "".join(f'<row r="{number}">' + "".join(f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for at, cell in enumerate(row)) + "</row>"
                    for number, row in enumerate(rows, 1))
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("xl/workbook.xml", f'<workbook {space} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Card" r:id="rId1"/></sheets></workbook>')
        made.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>')
        made.writestr("xl/worksheets/sheet1.xml", f"<worksheet {space}><sheetData>{lines}</sheetData></worksheet>")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "cp1252"])
def test_a_spreadsheet_becomes_a_record(new, tmp_path, kind):
    path = tmp_path / f"card.{'xlsx' if kind == 'xlsx' else 'csv'}"
    rows = card({**CARD_ANSWERS, "lead_org": "Café Riverside"})
    if kind == "xlsx":
        as_xlsx(path, rows)
    else:
        with path.open("w", encoding="utf-8-sig" if kind == "csv" else "cp1252", newline="") as stream:
            csv.writer(stream).writerows(rows)
    _status, said, folder = new([], "--from", str(path))
    case = case_of(folder, "local-jobs")
    assert [place.name for place in case.places] == ["Leeds", "York"]
    assert (case.summary, case.status, case.lead_org) == ("A start & more <b>.", "ended", "Café Riverside"), said


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"a,b\n1,2\n", b"title,\n"], ids=["empty", "broken zip", "other table", "no answers"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_spreadsheet_that_is_none_is_refused(new, tmp_path, raw, ending):
    path = tmp_path / f"card.{ending}"
    path.write_bytes(raw)
    status, said, folder = new([], "--from", str(path))
    assert status == 2 and said.err.startswith(f"card.{ending}: ") and "Traceback" not in said.err
    assert sorted(item.name for item in folder.cases.iterdir()) == ["taken.yaml"]


@pytest.mark.parametrize("part", ['<!DOCTYPE x [<!ENTITY a "b">]><x/>', "<x", "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><row><c r='ZZZ1'/></row></worksheet>", "x" * 3000])
def test_a_hostile_spreadsheet_is_refused(tmp_path, part):
    path = tmp_path / "card.xlsx"
    as_xlsx(path, [["a"]])
    with zipfile.ZipFile(path) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, raw in {**parts, "xl/worksheets/sheet1.xml": part.encode()}.items():
            made.writestr(name, raw)
    with pytest.raises(WrongSheet):
        sheet(path, most=2000)


def with_part(path, name: str, old: str, new: str | bytes, **more: str) -> None:
    """A small workbook with one text of a part changed, and further parts."""
    parts = parts_of([["a", "b"], ["c", "d"]], shared=True)
    text = parts[name].replace(old, new) if isinstance(new, str) else new
    with zipfile.ZipFile(path, "w") as made:
        for part, content in {**parts, name: text, **{f"xl/{key}.xml": value for key, value in more.items()}}.items():
            made.writestr(part, content)


@pytest.mark.parametrize("shown", ["&a;", "&j;"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_part_that_declares_entities_is_refused_in_every_encoding(tmp_path, encoding, shown):
    growing = "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
    with_part(tmp_path / "card.xlsx", "xl/sharedStrings.xml", "", f'<!DOCTYPE x [<!ENTITY a "lol">{growing}]><sst {SPACE}>{f"<si><t>{shown}</t></si>" * 4}</sst>'.encode(encoding))
    start = time.process_time()
    with pytest.raises(WrongSheet, match="cannot be read"):
        sheet(tmp_path / "card.xlsx")
    assert time.process_time() - start < 5


def test_a_part_in_another_encoding_is_read(tmp_path):
    with_part(tmp_path / "card.xlsx", "xl/sharedStrings.xml", "", parts_of([["é", "b"], ["c", "d"]], shared=True)["xl/sharedStrings.xml"].encode("utf-16"))
    assert sheet(tmp_path / "card.xlsx") == [["é", "b"], ["c", "d"]]


@pytest.mark.parametrize("number", ["-1", "4", "x"])
def test_a_shared_text_that_is_not_there_is_refused(tmp_path, number):
    with_part(tmp_path / "card.xlsx", "xl/worksheets/sheet1.xml", "<v>0</v>", f"<v>{number}</v>")
    with pytest.raises(WrongSheet, match="cannot be read"):
        sheet(tmp_path / "card.xlsx")


@pytest.mark.parametrize("number, format, own, shown", [
    ("44317", 14, "", "2021-05-01"), ("44317", 15, "", "2021-05-01"), ("44317", 17, "", "2021-05"), ("44317.5", 22, "", "2021-05-01 12:00"), ("0.75", 20, "", "18:00"), ("1.5", 46, "", "36:00"), ("1.5", 164, "[H]:MM", "36:00"),
    ("59", 14, "", "1900-02-28"), ("61", 14, "", "1900-03-01"), ("44317", 0, "", "44317"), ("44317", 2, "", "44317"), ("1e300", 14, "", "1e300"), ("-5", 14, "", "-5"),
    ("44317", 164, "dd\\.mm\\.yyyy;@", "2021-05-01"), ("44317", 164, "[$-809]mmmm yyyy", "2021-05"), ("44317", 164, "yyyy", "2021"), ("44317", 164, "YYYY-MM-DD HH:MM", "2021-05-01"),
    ("44317", 164, '0 "days"', "44317"), ("44317", 164, "[Red]0.00_d", "44317"), ("44317", 164, "General", "44317"), ("44317", 99, "", "44317"),
])
def test_a_cell_with_a_date_is_read_as_a_date(tmp_path, number, format, own, shown):
    styles = (f"<styleSheet {SPACE}><numFmts><numFmt numFmtId='164' formatCode='{escape(own)}'/></numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"
              f"<cellXfs><xf numFmtId='0'/><xf numFmtId='{format}'/></cellXfs></styleSheet>")
    with_part(tmp_path / "card.xlsx", "xl/worksheets/sheet1.xml", '<c r="B1" t="s"><v>1</v></c>', f'<c r="B1" s="1"><v>{number}</v></c>', styles=styles)
    assert sheet(tmp_path / "card.xlsx") == [["a", shown], ["c", "d"]]


def test_a_workbook_may_count_its_days_from_1904(tmp_path):
    styles = f"<styleSheet {SPACE}><cellXfs><xf numFmtId='14'/></cellXfs></styleSheet>"
    book = f'<workbook {SPACE} {LINK}><workbookPr date1904="1"/><sheets><sheet name="Card" r:id="rId1"/></sheets></workbook>'
    with_part(tmp_path / "card.xlsx", "xl/worksheets/sheet1.xml", '<c r="B1" t="s"><v>1</v></c>', '<c r="B1"><v>42855</v></c>', styles=styles, workbook=book)
    assert sheet(tmp_path / "card.xlsx")[0] == ["a", "2021-05-01"]


@pytest.mark.parametrize("encoding, sign", [("utf-16", "\t"), ("utf-16-be", "\t"), ("utf-8-sig", ","), ("cp1252", ";")])
def test_a_table_is_read_as_any_program_saves_it(new, tmp_path, encoding, sign):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=sign).writerows([["title", "Café; a, b, c"], ["lead_org", "a,b;c;d;e;f\tg"]])
    path = tmp_path / "card.csv"
    path.write_bytes((("\ufeff" if encoding == "utf-16-be" else "") + text.getvalue()).encode(encoding))
    data = read_file(new([], "--from", str(path))[2].cases / "cafe-a-b-c.yaml", "x").data
    assert (data["title"], data["lead_org"]) == ("Café; a, b, c", "a,b;c;d;e;f g")


@pytest.mark.parametrize("raw", ['title,"a,b;c;d;e;f"', "title,a;b;c;d;e", "title;a,b;c", "Field;Your answer;x,y,z\ntitle;a,b", '"title"\t"a,b;c;d;e"'])
def test_what_parts_the_cells_is_told_from_the_names_of_the_fields(tmp_path, raw):
    path = tmp_path / "card.csv"
    path.write_text(raw, "utf-8")
    assert read_card(path, VOCABULARY)["title"].startswith("a")


def test_rows_stay_at_their_numbers_when_empty_ones_are_left_out(tmp_path):
    """As Excel writes them: a place that is told to a person must be the row that they see."""
    path = tmp_path / "card.xlsx"
    parts = parts_of([["a", "b"], ["c", "d"], ["e", "f"]])
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace('<row r="2">', '<row r="4">').replace('<row r="3">', '<row r="5">')
    path.write_bytes(packed(parts))
    assert sheet(path) == [["a", "b"], ["", ""], ["", ""], ["c", "d"], ["e", "f"]]


@pytest.mark.parametrize("number, told", [("1000000", "empty rows"), ("1048577", "cannot be read"), ("0", "cannot be read"), ("x", "cannot be read"), ("1", "cannot be read")])
def test_a_sheet_with_odd_row_numbers_is_refused(tmp_path, number, told):
    path = tmp_path / "card.xlsx"
    parts = parts_of([["a"], ["b"]])
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace('<row r="2">', f'<row r="{number}">')
    path.write_bytes(packed(parts))
    with pytest.raises(WrongSheet, match=told):
        sheet(path)


def test_it_works_from_a_pipe_and_stops_at_ctrl_c(project):
    folder = project()
    command = [sys.executable, "-m", "anchorbook.cli", "--project", str(folder.root), "new"]
    done = subprocess.run(command, input="\n".join(typed()).encode() + b"\n", capture_output=True, cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert b"\x1b" not in done.stdout
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"},
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # tests that were started in the background pass on that it is ignored
    running.stdin.write(b"second-case\nA title\n")
    running.stdin.flush()
    for _ in range(300):
        if (folder.build / "new-second-case.json").exists() and "title" in (folder.build / "new-second-case.json").read_text():
            break
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _out, err = running.communicate(timeout=60)
    assert running.returncode == 130 and b"Your answers are kept" in err and b"Traceback" not in err


@pytest.mark.parametrize(("typed", "kept"), [
    ("April 2023 to March 2024", "2023-04 to 2024-03"), ("since April 2023", "since 2023-04"), ("26 May 2021", "2021-05-26"),
    ("April 2023 – March 2024", "2023-04 to 2024-03"), ("Apr 2023 - Mar 2024", "2023-04 to 2024-03"), ("2020/21", "2020/21"), ("from May 2021", "from 2021-05"),
    ("last spring", {"start": None, "note": "In the contributor's words: last spring"}), ("Not known", {"start": None, "note": "not known"}),
])
def test_a_time_in_everyday_words_is_kept_as_a_date(typed, kept):
    vocabulary = load_vocabulary(ROOT / "data" / "vocabulary")
    data = record({"title": "Jobs", "periods": typed}, vocabulary)
    assert data["periods"] == [kept]
    (asked,) = questions(vocabulary, ["periods"])
    if isinstance(kept, str):
        check_answer(asked, typed, vocabulary)
        line = f"People; output; 10; people; {typed}; reed2019_ch7, line 45"
        (measure,) = record({"title": "Jobs", "measures": line}, vocabulary)["measures"]
        assert str(Period.model_validate(measure["period"])) == str(Period.model_validate(kept))


def test_one_answer_kept_is_said_in_the_singular(new):
    new(typed()[:1])
    status, said, _folder = new(["riverside-jobs", "yes", *typed()[1:]])
    assert status == 0 and "There is one answer kept for riverside-jobs. Go on? " in said.out


def test_a_name_that_windows_keeps_is_refused_by_new_as_by_the_checker(new):
    _status, said, _folder = new(typed(id=["con", "riverside-jobs"]))
    assert '"con" is a name that Windows keeps for itself' in said.out


def test_the_last_line_says_what_to_do_next(new):
    _status, said, _folder = new(typed(sources=["https://www.example.org/meals", ""]))
    assert said.out.endswith(f"save, and run: {call('check case_studies/riverside-jobs.yaml')}\n")
