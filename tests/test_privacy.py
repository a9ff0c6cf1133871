"""Details of people and hidden signs: found where they are, and not where they only seem to be."""

from __future__ import annotations

import json
import re
import time

import pytest

from anchorbook.checks import CASE_RULES, privacy
from anchorbook.checks.privacy import PRIVACY_RULES, is_nhs_number
from anchorbook.checks.privacy_files import comment_findings, file_findings, text_findings
from anchorbook.checking import References, check_document
from anchorbook.loading import read_catalogue
from anchorbook.bibliography import load_bibliography
from anchorbook.ledger import load_ledger
from anchorbook.project import Project
from anchorbook.reading import read_bytes
from anchorbook.text import LONG_NUMBER
from anchorbook.vocabulary import load_vocabulary
from tests.support.projects import ROOT, good_file

CODES = ("email-address", "phone-number", "nhs-number", "national-insurance-number", "full-postcode", "small-count", "hidden-character", "long-word")


@pytest.fixture(scope="module")
def known() -> References:
    vocabulary, bibliography = load_vocabulary(ROOT / "data" / "vocabulary"), load_bibliography(ROOT / "references.bib")
    return References(vocabulary, bibliography, load_ledger(ROOT / "data" / "claims.csv", vocabulary, bibliography))


@pytest.fixture
def said(known):
    """The codes of this module's rules for a record with these fields changed."""
    def check(**changes: str) -> list[str]:
        text = good_file()
        for name, value in changes.items():
            # The field goes with the lines that are indented under it.
            text = re.sub(rf"(?m)^{name}:.*\n(?:  .*\n)*", "", text) + f"{name}: {value if value[:1] in '[{' else json.dumps(value, ensure_ascii=False)}\n"
        subject, findings = check_document(read_bytes(text.encode(), "case_studies/minimal.yaml"), known)
        assert subject is not None, findings
        return [item.code for item in findings if item.code in CODES]

    return check


def test_all_rules_are_in_use():
    assert set(PRIVACY_RULES) <= set(CASE_RULES)


def test_real_cases_are_left_alone():
    project = Project.find(ROOT)
    findings = read_catalogue(project).findings
    assert len(project.case_files()) > 30
    assert [item for item in findings if item.code in CODES] == []


@pytest.mark.parametrize("text, codes", [
    ("Ask ann@example.org.", ["email-address"]),
    ("Ask ann.o'neil+jobs@mail.example.co.uk today.", ["email-address"]),
    ("Ask ann [at] example.org.", ["email-address"]),
    ("See [the channel](https://example.org/@ann.other).", []),
    ("It is said by many [@reed2019_ch7; @britteon2022].", []),
    ("They met at the town hall, at 10.30 or at noon.", []),
    ("Call 01268 524900.", ["phone-number"]), ("Call (020) 7946 0958.", ["phone-number"]), ("Call 0161-496-0000.", ["phone-number"]),
    ("Call 07700900123.", ["phone-number"]), ("Call +44 20 7946 0958.", ["phone-number"]), ("Call 0044 20 7946 0958 now.", ["phone-number"]),
    ("The helpline is 0300 123 1234.", ["phone-number"]), ("Call 0800 1111, or 111 or 999.", []),
    ("From 2016 to 2021, 1,089 panels at £345,000 each 0.25 miles.", []),
    ("See [it](https://example.org/news/01268524900/9434765919).", []),
    ("Between 01-02-2020 and 03-04-2021.", []), ("The number is 0123456.", []), ("Grant 00012345678901.", []),
    ("Number 9434765919 was lost.", ["nhs-number"]), ("Number 943 476 5919 was lost.", ["nhs-number"]), ("Number 943-476-5919.", ["nhs-number"]),
    ("Number 943 476 5918 was lost.", []), ("About 6000000000 people.", []), ("£9434765919 in all.", []), ("ISBN 9434765919.", []), ("ISBN-10: 9434765919", []),
    ("She is AB123456C.", ["national-insurance-number"]), ("She is AB 12 34 56 C.", ["national-insurance-number"]), ("She is ab123456c.", ["national-insurance-number"]),
    ("Part GB123456C of it.", []), ("Area E08000028 and S12000033.", []), ("Code DB123456C.", []),
    ("They live in SS16 5NL.", ["full-postcode"]), ("They live in W1A 1AA or near it.", ["full-postcode"]), ("They live in SW1A2AA.", ["full-postcode"]),
    ("They live in SS16 and W1.", []), ("Claim CL20 3AB and action T4 1AB.", []), ("Section S106 2020.", []), ("Model M25 5MB", []), ("COP26 and PM10 2PM", []),
    ("A family 👨‍👩‍👧 and a flag 🏴󠁧󠁢󠁥󠁮󠁧󠁿.", []), ("می‌خواهم", []), ("naïve café — “quoted” … £5", []),
    ("one\u200btwo", ["hidden-character"]), ("one\u200dtwo", ["hidden-character"]), ("re\u00adcruit", ["hidden-character"]), ("\u202egnisrun", ["hidden-character"]),
    ("\ufeffstart", ["hidden-character"]), ("a\U000e0041b", ["hidden-character"]), ("one\u2066two", ["hidden-character"]), ("arabic عربي here", []),
    ("x" * 46, ["long-word"]), ("x" * 45, []), ("well-known-" * 9, []), ("See [w](https://example.org/" + "x" * 90 + ")", []), ("https://example.org/" + "x" * 90, []),
])
def test_texts(said, text, codes):
    assert said(problem=text) == codes


@pytest.mark.parametrize("text, codes", [
    ("a &#x202e;b", ["hidden-character"]), ("a&#8203;b", ["hidden-character"]), ("a&shy;b", ["hidden-character"]), ("a \\&#8203; b", []), ("`a &#8203; b`", []),
    (r"ann\@example.org", ["email-address"]), ("ann&#64;example.org", ["email-address"]), ("ann@**example**.org", ["email-address"]),
    ("See [m](mailto:ann%40example.org)", ["email-address"]), ("See [m](mailto:ann@example.org)", ["email-address"]), ("See [m][1]\n\n[1]: MAILTO:ann%40example.org", ["email-address"]),
    ("020 7946 **0958**", ["phone-number"]), ("020 [7946](https://a.org) 0958", ["phone-number"]), ("*020*\n7946 0958", ["phone-number"]), ("020&nbsp;7946&nbsp;0958", ["phone-number"]),
    ("943&nbsp;476&nbsp;5919", ["nhs-number"]), ("943.476.5919", ["nhs-number"]), ("943.476.5918", []), ("1.943.476.5919", []), ("943.476.5919.1", []),
    ("943 [@reed2019_ch7] 476 5919", []), ("- 943\n- 476\n- 5919", []), ("| 943 | 476 |\n|---|---|\n| 5919 | 1 |", []), ("See [943 476](https://a.org/5919)", []),
    ("AB-12-34-56-C", ["national-insurance-number"]), ("AB 12 34 56&nbsp;C", ["national-insurance-number"]), ("AB12-**3456**C", ["national-insurance-number"]),
    ("SS16\u00a05NL", ["full-postcode"]), ("SS16 *5NL*", ["full-postcode"]), ("SS16&#32;5NL", ["full-postcode"]), ("ss16 5nl", ["full-postcode"]), ("cm1 7et and so on", ["full-postcode"]),
    ("b1 1st, e1 2nd, co2 3rd, co2 4th, le1 5gb, so2 3bn, pm10 2pm, q1 2am, co2 5kg, ss165nl", []),
])
def test_what_is_shown_is_looked_at_and_not_only_the_source(said, text, codes):
    assert said(problem=text) == codes


def test_only_fields_with_marks_are_read_as_markdown(said):
    assert said(lead_org="ann&#64;example.org &#8203; 020 7946 **0958**") == []


@pytest.mark.parametrize("text, number", [("Call 020 7946 0958.", "_PHONE"), ("(0)0.(0)-(0) 0 0 0 0 0", "_PHONE"), ("943.476.5919", "_NHS"), ("943\u00a0476\u00a05919", "_NHS"),
                                          ("AB-12-34-56-C", "_INSURANCE"), ("AB\u00a012\u00a034\u00a056\u00a0C", "_INSURANCE"), ("ab123456c", "_INSURANCE")])
def test_the_quick_look_for_long_numbers_passes_over_none(text, number):
    assert not getattr(privacy, number).search(text) or LONG_NUMBER.search(text)
    assert number == "_PHONE" or getattr(privacy, number).search(text)


@pytest.mark.parametrize("field", ["title", "lead_org", "no_measures_reason", "contributor"])
def test_all_texts_are_looked_at(said, field):
    assert said(**{field: "Ann, 020 7946 0958, ann@example.org"}) == ["email-address", "phone-number"]


def test_an_office_may_give_an_address_under_contact_but_no_phone_number(said):
    assert said(contact="{organisation: 'Anchor team, anchors@example.org'}") == []
    assert said(contact="{organisation: 'Anchor team, 020 7946 0958'}") == ["phone-number"]


@pytest.mark.parametrize("level, codes", [("site", []), ("district", ["full-postcode"])])
def test_a_site_may_have_its_postcode(said, level, codes):
    assert said(places=f"[{{name: 'Basildon Hospital, SS16 5NL', level: {level}}}]") == codes


@pytest.mark.parametrize("value, kind, unit, found", [
    (1, "output", "people", True), (4, "process", "staff", True), (3, "outcome", "service users", True), (2.5, "outcome", "patients", True),
    (0, "outcome", "people", False), (5, "output", "people", False), (-3, "outcome", "people", False),
    (3, "context", "people", False), (3, "target", "people", False), (3, "output", "hospitals", False), (3, "output", "people per 1,000", False),
    (3, "output", "employers", False), (3, "output", "members of the board", False),
])
def test_small_counts(said, value, kind, unit, found):
    measures = f"[{{name: a, kind: {kind}, value: {value}, unit: '{unit}', period: 2020, source: britteon2022}}]"
    assert said(measures=measures) == (["small-count"] if found else [])


@pytest.mark.parametrize("fields, places", [
    ("low: 1, high: 9, unit: people", ["low"]), ("low: 1, high: 4, unit: people", ["high"]), ("low: 0, high: 9, unit: people", []), ("low: 1, high: 9, unit: hospitals", []),
    ("value: 9, unit: people, baseline: {value: 2}", ["baseline.value"]), ("value: 9, unit: hospitals, baseline: {value: 2}", []), ("value: 9, unit: people, baseline: {value: 5}", []),
    ("value: 9, unit: people, comparison: {type: x, value: 2}", ["comparison.value"]), ("value: 9, unit: people, comparison: {type: x}", []),
    ("value: 20, unit: '%', denominator: {n: 5, what: patients}", ["value"]), ("value: 80.5, unit: '%', denominator: {n: 5, what: patients}", ["value"]),
    ("value: 33, unit: percent, denominator: {n: 3, what: staff in post}", ["denominator.n", "value"]), ("low: 20, high: 90, unit: '%', denominator: {n: 10, what: patients}", ["low"]),
    ("value: 50, unit: '%', denominator: {n: 10, what: patients}", []), ("value: 0, unit: '%', denominator: {n: 50, what: patients}", []), ("value: 20, unit: '%', denominator: {what: patients}", []),
    ("value: 20, unit: '%', denominator: {n: 5, what: councils}", []), ("value: 900, unit: GBP, denominator: {n: 2, what: patients}", ["denominator.n"]),
    ("value: 900, unit: GBP, denominator: {n: 2, what: applicants}", []),
])
def test_small_counts_beside_the_value(known, fields, places):
    text = re.sub(r"(?ms)^measures:.*?^(?=\S)", f"measures: [{{name: a, kind: output, {fields}, period: 2020, source: britteon2022}}]\n", good_file())
    subject, findings = check_document(read_bytes(text.encode(), "minimal.yaml"), known)
    assert subject is not None, findings
    found = [item for item in findings if item.code == "small-count"]
    assert [(item.line, item.column) for item in found] == [subject.document.place(("measures", 0, *place.split("."))) for place in places]
    assert all(item.severity == "warning" for item in found)


def test_the_advice_on_small_counts_can_be_followed(said):
    assert said(measures="[{name: a, kind: output, text: fewer than 5 people, period: 2020, source: britteon2022}]") == []


def test_reports_do_not_repeat_what_they_found(known):
    secret = {"email-address": "ann@example.org", "phone-number": "020 7946 0958", "nhs-number": "943 476 5919", "full-postcode": "SS16 5NL",
              "national-insurance-number": "AB123456C"}
    text = good_file(problem=f'"{" and ".join(secret.values())}"')
    _subject, findings = check_document(read_bytes(text.encode(), "a.yaml"), known)
    found = [item for item in findings if item.code in secret]
    assert {item.code for item in found} == set(secret)
    assert [item for item in found for value in secret.values() if value in item.message + item.hint] == []


@pytest.mark.parametrize("number, valid", [("9434765919", True), ("4010232137", True), ("9434765910", False), ("0000000000", False), ("1111111111", False), ("943476591", False)])
def test_check_digit(number, valid):
    assert is_nhs_number(number) is valid


@pytest.mark.parametrize("text", ["a.b" * 60_000, "0 " * 100_000, "+44 " * 50_000, "a@b." * 50_000, "(at)" * 50_000, "123 456 " * 20_000, "AB12 " * 40_000,
                                  "\u200d" * 60_000, "\U0001f3f4" + "\U000e0041" * 40_000, "x" * 200_000, "a" * 100_000 + "@", "https://" * 20_000, "&#8203;" * 1_900, "*0* " * 900, "ss16 5" * 30_000, "AB-" * 60_000])
def test_hostile_texts_are_quick(known, text):
    raw = good_file(problem=f'"{text}"').encode()[:256 * 1024]
    start = time.process_time()
    check_document(read_bytes(raw, "a.yaml"), known)
    assert time.process_time() - start < 5


# ---------------------------------------------------------------- comments, pages and lists

DETAILS = {
    "email-address": "Ask ann.other@example.org.", "phone-number": "Call 020 7946 0958.", "nhs-number": "Number 943 476 5919.",
    "national-insurance-number": "She is AB123456C.", "full-postcode": "They live in SS16 5NL.",
}


def of_file(raw: str) -> list[tuple[int, int, str]]:
    document = read_bytes(raw.encode(), "a.yaml")
    assert document.data is not None
    return sorted((item.line, item.column, item.code) for item in comment_findings(document))


@pytest.mark.parametrize("code", DETAILS)
def test_comments_of_case_files_are_looked_at(known, code):
    subject, findings = check_document(read_bytes((good_file() + f"problem: x # {DETAILS[code]}\n").encode(), "minimal.yaml"), known)
    assert subject is not None and [item.code for item in findings] == [code]
    (found,) = findings
    assert (found.line, found.severity) == (22 + 1, "error")
    assert not any(word in found.message + found.hint for word in DETAILS[code].rstrip(".").split() if any(sign.isdigit() or sign == "@" for sign in word))


def test_comments_of_a_record_that_does_not_fit_are_looked_at_too(known):
    subject, findings = check_document(read_bytes(b"id: a # ann@example.org\n", "a.yaml"), known)
    assert subject is None and "email-address" in [item.code for item in findings]


@pytest.mark.parametrize("raw, found", [
    ("# ann@example.org\nid: a\n", [(1, 3, "email-address")]),
    ("id: a\n\n  # é 👩‍🔬 ann@example.org\n", [(3, 11, "email-address")]),
    ("\ufeff# ann@example.org\nid: a\n", [(1, 3, "email-address")]),
    ("id: a\r\n# ann@example.org\r\nb: c # 020 7946 0958\r\n", [(2, 3, "email-address"), (3, 8, "phone-number")]),
    ("a: |- # ann@example.org\n  text # ann@example.org\n  # ann@example.org\n# ann@example.org\nb: c\n", [(1, 9, "email-address"), (4, 3, "email-address")]),
    ("a: >\n  text # ann@example.org\n", []), ("a: |\n", []),
    ("a: 'x # ann@example.org'\nb: \"x # ann@example.org\"\nc: x#ann@example.org\n", []),
    ("a: 'it''s # ann@example.org' # bob@example.org\n", [(1, 32, "email-address")]),
    ("a: one\n  two # ann@example.org\n", [(2, 9, "email-address")]),
    ("a: [x, # ann@example.org\n  'y # z'] # 020 7946 0958\n", [(1, 10, "email-address"), (2, 14, "phone-number")]),
    ("- # ann@example.org\n  - a\n", [(1, 5, "email-address")]),
    ("a: b # ann@example.org, bob@example.org and 020 7946 0958\n", [(1, 8, "email-address"), (1, 45, "phone-number")]),
    ("a: b # https://example.org/ann@example.org/01268524900 then 020 7946 0958\n", [(1, 61, "phone-number")]),
    ("a: b # From issue 7, sent by ann-other2.\n", []),
])
def test_comments_are_told_from_values_and_found_at_their_place(raw, found):
    assert of_file(raw) == found


def test_the_template_and_the_first_lines_that_commands_write_may_stay():
    from anchorbook.template import template

    assert of_file(template(load_vocabulary(ROOT / "data" / "vocabulary"))) == []


@pytest.mark.parametrize("code", DETAILS)
@pytest.mark.parametrize("name", ["book/part/page.md", "data/claims.csv", "data/disagreements.yaml", "data/frameworks/one.yaml", "references.bib"])
def test_pages_claims_and_lists_are_looked_at(project, name, code):
    made = project()
    path = made.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text("utf-8") if path.exists() else "One line\n"
    path.write_text(f"{before}# and {DETAILS[code]}\n", "utf-8")
    found = [item for item in read_catalogue(made).findings if item.code in CODES]
    place = before.count("\n") + 1, 7 + next(match.start() for match in re.finditer(r"ann|020|943|AB1|SS16", DETAILS[code]))
    assert [(item.path, item.line, item.column, item.code) for item in found] == [(name, *place, code)]


def test_a_page_with_a_detail_does_not_hide_what_is_wrong_with_cases(project):
    made = project({"minimal.yaml": good_file(problem="Call 020 7946 0958.")})
    (made.book / "index.md").write_text("# Book\n\nAsk ann@example.org.\n", "utf-8")
    assert [item.path for item in read_catalogue(made).findings if item.code in CODES] == ["book/index.md", "case_studies/minimal.yaml"]


@pytest.mark.parametrize("text, stands", [
    ("Write to editors@example.org.", True), ("Write to Info [at] example.org.", True), ("[us](mailto:privacy@example.org)", True),
    ("Write to ann@example.org.", False), ("Write to info.ann@example.org.", False), ("Write to ann.info@example.org.", False),
    ("Write to editors@example.org or\nann@example.org.", False),
])
def test_offices_may_give_an_address_on_a_page_and_nowhere_else(project, text, stands):
    made = project()
    (made.book / "index.md").write_text(f"# Book\n\n{text}\n", "utf-8")
    assert [item.code for item in file_findings(made)] == ([] if stands else ["email-address"])
    assert [item.code for item in text_findings("data/claims.csv", text)][:1] == ["email-address"]
    assert [code for *_place, code in of_file(f"a: b # {text.splitlines()[0]}\n")] == ["email-address"]


@pytest.mark.parametrize("text", ["a@b.co " * 36_000, "# " * 120_000, "#\n" * 120_000, "# a@b.co\n" * 28_000, "# 020 7946 0958\n" * 15_000, "'#'\n# " * 50_000])
def test_hostile_comments_are_quick(text):
    document = read_bytes(f"a: b # {text}"[: 256 * 1024].rstrip("'").encode(), "a.yaml")
    start = time.process_time()
    list(comment_findings(document))
    list(text_findings("page.md", text))
    assert time.process_time() - start < 5
