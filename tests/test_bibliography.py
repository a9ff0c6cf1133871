"""references.bib: keys and lines, labels, references as HTML, and what is said of a broken file."""

from __future__ import annotations

import pytest

from anchorbook.bibliography import Bibliography, load_bibliography, load_keys
from tests.support.projects import ROOT


@pytest.fixture
def bib(tmp_path):
    """Reads a bibliography from its text."""

    def read(content: str | bytes, load=load_bibliography) -> Bibliography:
        path = tmp_path / "references.bib"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load(path)

    return read


def entry(key: str = "a", **fields: str) -> str:
    fields = {"title": "{A title}", **fields}
    return f"@misc{{{key},\n" + "".join(f"  {name} = {value},\n" for name, value in fields.items()) + "}\n"


def problem(bibliography: Bibliography) -> tuple[int, str]:
    (finding,) = bibliography.findings
    assert finding.path == "references.bib" and finding.message and finding.hint
    return finding.line, finding.code


# ---------------------------------------------------------------- keys


def test_keys_with_their_lines(bib):
    text = "% A comment\n\n" + entry("one") + "\n@string{hf = {The Health Foundation}}\n@comment{not, this}\n" + entry("Two_2:b.c")
    for load in (load_keys, load_bibliography):
        read = bib(text, load)
        assert read.findings == []
        assert read.keys == {"one": 3, "Two_2:b.c": 9}


def test_keys_and_references_are_the_same_set(bib):
    read = load_bibliography(ROOT / "references.bib")
    assert read.findings == []
    assert set(read.keys) == set(read.references)


def test_the_line_of_a_key_is_where_its_entry_starts():
    lines = (ROOT / "references.bib").read_text("utf-8").splitlines()
    for key, line in load_keys(ROOT / "references.bib").keys.items():
        assert lines[line - 1].startswith("@") and key in lines[line - 1]


def test_a_byte_order_mark_hides_no_entry(bib):
    assert bib(b"\xef\xbb\xbf" + entry("one").encode()).keys == {"one": 1}


def test_a_key_used_twice(bib):
    assert problem(bib(entry("a") + "\n" + entry("a"))) == (5, "duplicate-reference")


@pytest.mark.parametrize("content, line, code", [
    ("@misc{a,\n  title = {One}\n  year = {2020},\n}\n", 3, "broken-bibtex"),
    ("@misc{a,\n  title = {One,\n", 2, "broken-bibtex"),
    ("@misc{a,\n  month = foo,\n}\n", 2, "broken-bibtex"),
    (entry("a") + entry("A"), 4, "duplicate-reference"),
    (entry(author="{A, B, C, D, E}"), 1, "broken-bibtex"),
    (entry("fine") + entry(title="{ends in a \\}"), 4, "broken-bibtex"),
    (b"@misc{a, title = {caf\xe9}}", 1, "wrong-encoding"),
])
def test_broken_files_are_findings(bib, content, line, code):
    found_line, found_code = problem(bib(content))
    assert found_code == code
    assert found_line == line


def test_a_missing_file_is_a_finding(tmp_path):
    assert problem(load_bibliography(tmp_path / "references.bib")) == (1, "missing-file")


@pytest.mark.parametrize("date", ["2020-13", "2020-00-45", "2020-02-31"])
def test_a_date_that_does_not_exist_is_not_shown(bib, date):
    read = bib(entry(year="{2020}", date=f"{{{date}}}"))
    if read.findings:
        assert problem(read)[1] == "broken-bibtex"
    else:
        assert "(2020)" in read["a"].html


# ---------------------------------------------------------------- labels


@pytest.mark.parametrize("fields, label", [
    ({"author": "{Reed, Sarah}", "year": "{2019}"}, "Reed 2019"),
    ({"author": "{Sarah Reed}", "year": "2019"}, "Reed 2019"),
    ({"author": "{Reed, Sarah and Wood, Suzanne}", "year": "2019"}, "Reed and Wood 2019"),
    ({"author": "{Reed, Sarah and Wood, Suzanne and Allwood, D.}", "year": "2019"}, "Reed and others 2019"),
    ({"author": "{{NHS Confederation}}", "year": "2020"}, "NHS Confederation 2020"),
    ({"author": '{G{\\"o}pfert, Anya}', "year": "2019"}, "Göpfert 2019"),
    ({"author": "{van der Berg, Jan}", "year": "2019"}, "van der Berg 2019"),
    ({"editor": "{Reed, Sarah}", "year": "2019"}, "Reed 2019"),
    ({"organization": "{Ofgem}", "year": "2023"}, "Ofgem 2023"),
    ({"publisher": "{The Health Foundation}"}, "The Health Foundation no date"),
    ({"title": "{A page}"}, "A page no date"),
])
def test_label(bib, fields, label):
    assert bib(entry(**fields))["a"].label == label


def test_letters_for_the_same_author_and_year(bib):
    who = {"author": "{Reed, Sarah}", "year": "{2019}"}
    read = bib(entry("zeta", **who) + entry("alpha", **who) + entry("other", author="{Reed, Sarah}", year="{2020}"))
    assert {key: one.label for key, one in read.references.items()} == {"alpha": "Reed 2019a", "zeta": "Reed 2019b", "other": "Reed 2020"}


def test_letters_without_a_year_stand_apart(bib):
    read = bib(entry("x", author="{{Ofgem}}") + entry("y", author="{{Ofgem}}"))
    assert [read[key].label for key in "xy"] == ["Ofgem no date a", "Ofgem no date b"]


def test_labels_of_the_book_are_unlike():
    labels = [one.label for one in load_bibliography(ROOT / "references.bib").references.values()]
    assert len(set(labels)) == len(labels) > 50


# ---------------------------------------------------------------- HTML


def test_a_reference_in_full(bib):
    html = bib("@article{a, author={Britteon, Philip and Lau, Yiu-Shing}, title={The effect of {NHS} devolution}, journal={Lancet},"
               " year={2022}, volume={7}, number={10}, pages={e844--e852}, doi={10.1016/S1}}")["a"].html
    assert html == ('Britteon, P.; Lau, Y. (2022). The effect of NHS devolution. <cite>Lancet</cite> 7(10):e844–e852.'
                    ' <a href="https://doi.org/10.1016/S1">doi:10.1016/S1</a>')


def test_day_and_address(bib):
    reference = bib(entry(author="{{Ofgem}}", year="{2023}", date="{2023-05-04}", url="{https://www.ofgem.gov.uk/a\\_b?x=1&y=2}"))["a"]
    assert "(4 May 2023)" in reference.html
    assert reference.url == "https://www.ofgem.gov.uk/a_b?x=1&y=2"
    assert '<a href="https://www.ofgem.gov.uk/a_b?x=1&amp;y=2">ofgem.gov.uk</a>' in reference.html


def test_many_authors_are_cut(bib):
    names = " and ".join(f"Name{number}, A." for number in range(12))
    html = bib(entry(author=f"{{{names}}}", year="2020"))["a"].html
    assert "Name6" in html and "Name7" not in html and "and others" in html


@pytest.mark.parametrize("field", ["title", "author", "note", "publisher", "isbn", "journal", "year", "doi", "pages", "volume"])
def test_html_is_escaped(bib, field):
    fields = {"journal": "{J}", "author": "{{X}}", field: '{{<img src=x onerror="1">}}'}
    html = bib(entry(**fields).replace("@misc", "@article"))["a"].html
    assert "<img" not in html
    assert 'onerror="1' not in html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//example.org", "ftp://example.org"])
def test_only_web_addresses_become_links(bib, url):
    reference = bib(entry(url=f"{{{url}}}"))["a"]
    assert reference.url == "" and "<a " not in reference.html


def test_references_in_order_of_author_year_and_title(bib):
    read = bib(entry("c", author="{{B}}", year="2020") + entry("b", author="{{A}}", year="2021") + entry("a", author="{{A}}", year="2020"))
    assert [one.key for one in read.sorted(["a", "b", "c", "b", "not-there"])] == ["a", "b", "c"]
    assert "a" in read and "not-there" not in read


def test_capitals_do_not_change_the_order(bib):
    read = bib(entry("c", title="{beta}", author="{{a}}") + entry("b", title="{Gamma}", author="{{A}}") + entry("a", title="{Alpha}", author="{{a}}"))
    assert [one.key for one in read.sorted("abc")] == ["a", "c", "b"]
