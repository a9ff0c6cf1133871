"""Cards tell the story whole and are dealt alike everywhere; paper is A4 with two A5 cards, tagged, with its fonts inside, the
same bytes each time, and whatever somebody contributed is words on it and never a command."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zlib
from datetime import date
from functools import lru_cache

import pytest

from anchorbook.bibliography import load_bibliography
from anchorbook.catalogue import Catalogue
from anchorbook.frameworks import load_frameworks
from anchorbook.project import Project
from anchorbook.training import load_training, sheets
from anchorbook.training.feedback_form import FeedbackForm
from anchorbook.training.lists import rows_of
from anchorbook.training.markdown_tree import tree
from anchorbook.training.paper import FOLDER, Stamp, fonts, printable
from anchorbook.training.progression import Progression
from anchorbook.training.prompts import CardPrompts
from anchorbook.training.stories import Dealer, card, chosen, conditions, deal, story
from anchorbook.training.workshops import Workshop
from anchorbook.vocabulary import load_vocabulary
from tests.support.projects import ROOT, make_project

STAMP = Stamp("A small book", "0.1.0", date(2026, 11, 22), "https://book.example.org")
A4, A4_LYING = "595.2756 841.8898", "841.8898 595.2756"
HOSTILE = {
    "Typst command": "#eval(\"1\") #panic() #read(\"/etc/passwd\")", "mathematics": "$x$ and $ y", "marks": "*a* _b_ `c` = d - e @f <g> ~ \\ //h /*i*/",
    "end of a script": "</script><b>&amp;", "turned writing": "ab\u202edc\u202c \u2066x\u2069 \u200fy", "emoji": "😀 👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ✈️", "other writing": "العربية עברית 中文 ไทย",
    "private signs": "a\ue000b\U000f0000c", "10,000 letters": "x" * 10_000, "10,000 words": "word " * 10_000, "nothing": "",
    "controls": "a\x00b\x07c\ufeffd\nne\u2028w", "brackets": "]})]#[" * 20,
}


@pytest.fixture(scope="module")
def book() -> Catalogue:
    """The words and the training kit of this book, without its cases."""
    project = Project(ROOT)
    vocabulary, bibliography = load_vocabulary(project.vocabulary), load_bibliography(project.references)
    return Catalogue(vocabulary, bibliography, frameworks=load_frameworks(project.frameworks, vocabulary, bibliography), training=load_training(project, vocabulary, bibliography))


def brief(**more) -> dict:
    """The short form of a made-up case."""
    return {
        "id": "a-case", "title": "A title", "summary": "A trust did something. Nobody measured it.", "where": "Leeds", "when": "2020", "who": "A trust", "partners": [],
        "type": "Case study", "status": "Running", "domains": ["Good work"], "actions": [], "aim": "An aim", "done": "Something.", "results": ["People: 10 (2020)"],
        "cost": "Not reported", "cost_why": "", "level": 1, "strength": "Account of results", "strength_why": "", "showed": "Not measured", "showed_why": "",
        "equity": [], "equity_result": "", "not_worked": "", "learning": [], "reviewed": "2026-11-22", "sources": ["A source. 2020."], **more,
    }


def hostile_brief(text: str) -> dict:
    """A case whose every text is this one."""
    texts = {name: text for name in ("title", "summary", "where", "when", "who", "aim", "done", "cost_why", "showed_why", "not_worked", "type")}
    return brief(**texts, results=[text] * 30, sources=[text] * 30, learning=[text] * 5, domains=[text])


# ---------------------------------------------------------------- looking into a PDF

@lru_cache
def inside(made: bytes) -> bytes:
    """A PDF with its packed parts unpacked."""
    parts = [made]
    for match in re.finditer(rb"stream\r?\n", made):
        try:
            parts.append(zlib.decompressobj().decompress(made[match.end():]))
        except zlib.error:
            continue
    return b"\n".join(parts)


def pages(made: bytes) -> list[str]:
    """The size of each page, in points."""
    return [found.decode() for found in re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+ [\d.]+)\s*\]", inside(made))]


def signs(made: bytes) -> set[str]:
    """The signs that can be selected: what the maps from glyphs to text lead to."""
    found = set()
    for part in re.findall(rb"beginbf(?:char|range)(.*?)endbf", inside(made), re.DOTALL):
        for target in re.findall(rb"<([0-9A-Fa-f]+)>\s*(?:\n|$)", part):
            found |= set(bytes.fromhex(target.decode()).decode("utf-16-be", "ignore"))
    return found


def words(made: bytes) -> str | None:
    """The text, where there is a program that reads it."""
    if not shutil.which("pdftotext"):
        return None
    done = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True)
    return " ".join(done.stdout.decode("utf-8").split())


def assert_says(made: bytes, text: str) -> None:
    """That a text can be selected as it stands; letter by letter where no program reads PDFs."""
    assert set(text) - {" "} <= signs(made), set(text) - signs(made)
    said = words(made)
    assert said is None or text in said, said


# ---------------------------------------------------------------- stories

def test_a_short_summary_is_the_story():
    assert story("One two. Three.") == "One two. Three."


@pytest.mark.parametrize("summary, wanted", [
    ("One two three. Four five six. Seven.", "One two three. Four five six."),
    ("One two (three four.) Five six seven eight.", "One two (three four.)"),
    ("Is it? Five six seven eight nine.", "Is it?"),
    ("St. Basils in one two three four five", "St. Basils in one two three…"),
    ("one two three four five six, seven eight", "one two three four five six…"),
])
def test_a_story_ends_with_a_sentence_or_says_that_it_goes_on(summary, wanted):
    assert story(summary, 6) == wanted


def test_a_story_has_60_words_at_most():
    assert len(story("word " * 500).split()) == 60
    assert len(story("Some words here. " * 100).split()) == 60


# ---------------------------------------------------------------- questions

def test_questions_follow_from_the_signals(book):
    asked = conditions(book.training.prompts, book.vocabulary)
    measured = chosen(brief(showed="Better", level=3, cost="Over £1 million"), asked)
    unmeasured = chosen(brief(), asked)
    assert any("measure" in prompt for prompt in unmeasured) and not any("would you measure" in prompt for prompt in measured)
    assert measured != unmeasured


def test_every_card_has_three_or_four_questions(book):
    asked = conditions(book.training.prompts, book.vocabulary)
    for result in book.vocabulary["results"].terms:
        for cost in book.vocabulary["cost_bands"].terms:
            for level in book.vocabulary["evidence_levels"].terms:
                found = chosen(brief(showed=result.label, cost=cost.label, level=int(level.id)), asked)
                assert 3 <= len(found) <= 4 and len(set(found)) == len(found), (result.id, cost.id, level.id)


@pytest.mark.parametrize("filter, code", [("{region: [london]}", "unknown-filter"), ("{result: [good]}", "unknown-term"), ("{colour: [red]}", "unknown-filter")])
def test_a_question_for_what_no_card_has_is_a_finding(tmp_path, filter, code):
    from anchorbook.loading import read_catalogue

    project = make_project(tmp_path)
    project.card_prompts.write_text(f"most: 4\nprompts:\n  - ask: Why?\n    filter: {filter}\n", "utf-8")
    assert [item.code for item in read_catalogue(project).findings if item.path == "data/card-prompts.yaml"] == [code]


def test_the_questions_of_the_book_have_no_findings(book):
    assert isinstance(book.training.prompts, CardPrompts)
    assert [item for item in book.training.findings if "card-prompts" in item.path] == []


def test_a_card_has_three_signals_in_words(book):
    found = card(brief(), conditions(None, book.vocabulary), "https://book.example.org")
    assert [signal.said for signal in found.signals] == ["Level 1 of 5: Account of results", "Not measured", "Not reported"]
    assert found.address == "https://book.example.org/cases/a-case.html" and found.prompts == ()


# ---------------------------------------------------------------- dealing

def test_the_numbers_are_those_of_the_published_generator():
    dealer = Dealer(1)
    assert [dealer.number() for _ in range(3)] == [2693262067, 11749833, 2265367787]


def test_the_same_seed_deals_the_same_cards():
    ids = [f"case-{number}" for number in range(40)]
    assert deal(ids, 8, 4821) == deal(reversed(ids), 8, 4821)
    assert deal(ids, 8, 4821) != deal(ids, 8, 4822)
    assert deal(ids, 3, 4821) == deal(ids, 8, 4821)[:3]
    assert sorted(deal(ids, 99, 1)) == sorted(ids) and deal([], 5, 1) == []


def test_every_card_is_dealt_about_as_often_as_the_others():
    ids = [f"case-{number}" for number in range(10)]
    counts = {id: 0 for id in ids}
    for seed in range(1, 2001):
        for id in deal(ids, 3, seed):
            counts[id] += 1
    assert all(500 < count < 700 for count in counts.values()), counts


# ---------------------------------------------------------------- Markdown

def test_markdown_becomes_a_tree():
    found = tree("One **two** *three* [four](case:a-case) [@key, page 3].\n\n1. a\n2. b\n\n- c", lambda key, place: f"{key}, {place}", lambda address: f"to {address}")
    assert [block["kind"] for block in found] == ["paragraph", "list", "list"]
    assert [node["kind"] for node in found[0]["inside"]] == ["text", "strong", "text", "em", "text", "link", "text", "citation", "text"]
    assert found[0]["inside"][5]["href"] == "to case:a-case" and found[0]["inside"][7]["text"] == "(key, page 3)"
    assert [block["ordered"] for block in found[1:]] == [True, False] and len(found[1]["items"]) == 2


def test_a_table_and_code_become_a_tree():
    found = tree("| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx = 1\ny = 2\n```\n\n> said", str)
    assert [block["kind"] for block in found] == ["table", "code", "quote"]
    assert (found[0]["columns"], len(found[0]["head"]), len(found[0]["cells"])) == (2, 2, 2) and found[1]["lines"] == ["x = 1", "y = 2"]


# ---------------------------------------------------------------- paper

WORKSHOP = Workshop.model_validate({
    "id": "w", "order": 1, "title": "A workshop", "aim": "To **try** `#eval(\"1\")`.", "audience": "Anyone", "people": "8", "minutes": 40, "start": "09:30", "outcomes": ["Say it."],
    "before": ["Print *cards*."], "after": ["Tidy up."], "remote": "Online.", "note": "| a | b |\n|---|---|\n| 1 | 2 |",
    "blocks": [{"title": "Welcome", "minutes": 10, "kind": "welcome", "facilitator": "- one\n- [two](page:evidence/claims)", "materials": ["Pens"]},
               {"title": "Talk", "minutes": 30, "kind": "talk", "slides": [{"title": "A slide", "notes": "Say [it](https://example.org)."}]}],
})
FORM = FeedbackForm.model_validate({"title": "What did you think?", "about": "No names.", "scale": 5, "questions": [
    {"id": "useful", "ask": "How useful?", "kind": "scale", "low": "Not", "high": "Very"},
    {"id": "pace", "ask": "The pace?", "kind": "choice", "choices": ["Slow", "Fast"]}, {"id": "more", "ask": "What else?", "kind": "text"}]})
PROGRESSION = Progression.model_validate({
    "title": "Where are you?", "about": "Rate yourself.", "source": {"key": "reed2019_ch7", "locator": "lines 93 to 97"}, "version": "1", "ask": "Where on your journey?",
    "journey": [{"label": "Start", "about": "New."}, {"label": "End", "about": "Done."}], "levels": [{"level": number, "label": f"Level {number}", "about": "So."} for number in range(1, 5)],
    "domains": [{"domain": "work", "levels": ["a", "b", "c", "d"], "next": [{"level": 1, "do": "Count."}]}]})


def all_sheets(book) -> dict[str, bytes]:
    """One of each kind."""
    return {
        "cards": sheets.cards_pdf([brief()] * 5, book, STAMP, deal="Deal 7: 5 of 9 cases"), "folded cards": sheets.cards_pdf([brief()] * 5, book, STAMP, backs="fold"),
        "hand-outs": sheets.handouts_pdf([brief()] * 3, STAMP), "facilitator": sheets.facilitator_pdf(WORKSHOP, book, STAMP, start="10:00"),
        "blank card": sheets.blank_card_pdf(book.vocabulary, STAMP), "feedback": sheets.feedback_form_pdf(FORM, STAMP), "assessment": sheets.assessment_pdf(PROGRESSION, book, STAMP),
        "sheets": sheets.fill_in_pdf(book.training.activities, book, STAMP),
    }


@pytest.fixture(scope="module")
def made(book) -> dict[str, bytes]:
    return all_sheets(book)


KINDS = ("cards", "folded cards", "hand-outs", "facilitator", "blank card", "feedback", "assessment", "sheets")


@pytest.mark.parametrize("kind", KINDS)
def test_paper_is_a4_tagged_named_and_in_british_english(made, kind):
    found = inside(made[kind])
    assert set(pages(made[kind])) == ({A4_LYING} if kind == "sheets" else {A4})
    for sign in (b"/StructTreeRoot", b"/Marked true", b"/Lang (en-GB)", b"/DisplayDocTitle true", b"pdfuaid:part>1<", b"/ToUnicode"):
        assert re.search(re.escape(sign).replace(rb"\ ", rb"\s*"), found), sign
    assert re.search(rb"<dc:title>.*\w.*</dc:title>", found, re.DOTALL)
    fonts = set(re.findall(rb"/FontName\s*/([A-Z]{6}\+[\w-]+)", found))
    assert fonts and all(b"DejaVu" in name for name in fonts)
    assert len(re.findall(rb"/FontFile[23]", found)) >= len(fonts)


@pytest.mark.parametrize("kind", KINDS)
def test_paper_says_which_version_of_which_book_it_is(made, kind):
    assert_says(made[kind], "A small book")
    assert_says(made[kind], "0.1.0, 22 November 2026")
    assert_says(made[kind], "https://book.example.org")


def test_paper_is_the_same_bytes_each_time(book, made):
    assert all_sheets(book) == made


def test_cards_stand_two_on_a_page(book, made):
    assert len(pages(made["cards"])) == 6, "three pages of fronts, three of backs"
    assert len(pages(made["folded cards"])) == 3
    assert len(pages(sheets.cards_pdf([brief()], book, STAMP))) == 2
    assert len(pages(made["blank card"])) == 1
    assert_says(made["cards"], "Deal 7: 5 of 9 cases")
    assert_says(made["cards"], "Level 1 of 5: Account of results")
    with pytest.raises(ValueError):
        sheets.cards_pdf([], book, STAMP, backs="upside down")


def test_a_hand_out_takes_one_page_a_case(made):
    assert len(pages(made["hand-outs"])) == 3
    for text in ("Nobody measured it.", "People: 10 (2020)", "A source. 2020.", "book.example.org/cases/a-case.html"):
        assert_says(made["hand-outs"], text)


def test_a_hand_out_shows_ten_lines_and_says_how_many_more_there_are():
    made = sheets.handouts_pdf([brief(results=[f"Thing {number}: {number}" for number in range(1, 26)])], STAMP)
    assert_says(made, "Thing 10: 10")
    assert_says(made, "15 more are in the full record.")
    assert words(made) is None or "Thing 11" not in words(made)


def test_a_long_source_is_cut_before_its_address():
    address = "https://example.org/" + "a-long-name-of-a-report/" * 3 + "page.html"
    long = "Somebody (2020). A title. " + "A remark on it. " * 30
    for source in (f"{long}{address}", f"{long}{address} At page 4."):
        said = sheets.short_source(source)
        assert len(said) <= sheets.SOURCE and said.startswith("Somebody (2020). A title.") and "… https" in said
        assert said.endswith(source[source.index(address):])
    assert sheets.short_source(f"{long}{address} At {'page 4, ' * 40}").endswith(f"… {address}")
    assert sheets.short_source("A source. https://example.org/") == "A source. https://example.org/"
    for text in (long, f"{long}https://example.org/{'x' * 400}", f"https://example.org/{'x' * 400}"):
        assert len(sheets.short_source(text)) <= sheets.SOURCE
    made = sheets.handouts_pdf([brief(sources=[f"{long}{address}"])], STAMP)
    assert_says(made, "page.html")


def test_the_facilitator_has_clock_times_and_checklists(made):
    for text in ("10:00 Welcome", "10:10 Talk", "10:00 to 10:40", "Pens", "Tidy up."):
        assert_says(made["facilitator"], text)
    assert b"(https://book.example.org/evidence/claims.html)" in inside(made["facilitator"])


def test_words_over_a_text_stay_on_its_page():
    import typst

    sheet = """#import "common.typ": *
        #set page(height: 100pt, margin: 0pt)
        #let page = context [#metadata(here().page())<page>]
        #block(height: 70pt)
        #titled[Words #page]
        Text #page"""
    pages = typst.query(sheet.encode(), "<page>", field="value", root=FOLDER, font_paths=[fonts()], ignore_system_fonts=True, sys_inputs={"data": '{"stamp": {}}'})
    assert json.loads(pages) == [2, 2]
    assert json.loads(typst.query(sheet.replace("titled", "block").encode(), "<page>", field="value", root=FOLDER, font_paths=[fonts()], ignore_system_fonts=True,
                                  sys_inputs={"data": '{"stamp": {}}'})) == [1, 2]


def test_the_blank_card_asks_what_the_smallest_record_needs(book, made):
    from anchorbook.questions import CARD, questions

    for question in questions(book.vocabulary, CARD):
        assert_says(made["blank card"], question.ask)
    for term in book.vocabulary["domains"].terms:
        assert_says(made["blank card"], term.label)


def test_each_sheet_to_fill_in_takes_one_page_and_has_its_rows(book, made):
    asked = [sheet for activity in book.training.activities for sheet in activity.sheets]
    assert len(pages(made["sheets"])) == len(asked) >= 4
    for sheet in asked:
        for said in (sheet.title, *sheet.columns, *rows_of(book, sheet)):
            assert_says(made["sheets"], said)
    assert all(rows_of(book, sheet) for sheet in asked)
    assert sheets.fill_in_pdf([], book, STAMP) == b""


def test_the_forms_of_the_book_fit_on_paper(book):
    training = book.training
    for workshop in training.workshops:
        assert pages(sheets.facilitator_pdf(workshop, book, STAMP))
    if training.feedback:
        assert len(pages(sheets.feedback_form_pdf(training.feedback, STAMP))) <= 2
    if training.progression:
        assert len(pages(sheets.assessment_pdf(training.progression, book, STAMP))) <= 8


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_is_contributed_is_words_on_paper(book, kind):
    """Every text of a case, and the Markdown of the kit: the pages keep their number and the words stay as they are."""
    text = HOSTILE[kind]
    case = hostile_brief(text)
    cards, folded, handout = sheets.cards_pdf([case] * 2, book, STAMP, deal=text), sheets.cards_pdf([case] * 2, book, STAMP, backs="fold"), sheets.handouts_pdf([case], STAMP)
    assert [len(pages(made)) for made in (cards, folded, handout)] == [2, 1, 1]
    block = {"title": text or "x", "minutes": 40, "kind": "talk", "facilitator": text, "learner": text, "slides": [{"title": text or "x", "notes": text}]}
    notes = sheets.facilitator_pdf(WORKSHOP.model_copy(update={"title": text or "x", "blocks": [type(WORKSHOP.blocks[0]).model_validate(block)]}), book, STAMP)
    if 0 < len(text) < 100:
        shown = set(printable(text)) - set(" \u200b")
        for made in (cards, folded, handout, notes):
            assert shown <= signs(made), shown - signs(made)
    for made in (cards, folded, handout, notes):
        assert b"root:x:0" not in inside(made)
    if kind == "Typst command":
        assert_says(cards, text)


@pytest.mark.parametrize("text, wanted", [
    ("a\u202eb\u2066c", "abc"), ("a\x00b\nc", "ab c"), ("中", "□"), ("\ue000", "□"), ("✈️", "✈"), ("é", "é"), ("e\u0301", "é"), ("https://example.org/" + "x" * 50, "https://example.org/" + "x" * 50),
    ("y" * 41, "y" * 40 + "\u200by"),
])
def test_only_signs_that_can_be_drawn_go_on_paper(text, wanted):
    assert printable(text) == wanted
