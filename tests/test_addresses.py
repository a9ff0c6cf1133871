"""Addresses that live for ever: the register, the redirects, and what the checker says before one breaks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from anchorbook.addresses import is_kept, load_redirects, read_register, register_text
from anchorbook.checks.addresses import site_findings
from anchorbook.cli import main
from anchorbook.loading import read_catalogue
from anchorbook.site.redirects import moved_page, not_found_page, way, with_moved_places, write_fixed_pages
from tests.support.projects import case

MOVED = "- {{old: {}, new: {}, since: 2026-11-22, why: It has a new name.}}\n"


def redirects_of(*pairs: tuple[str, str]) -> str:
    return "redirects:\n" + "".join(MOVED.format(old, new) for old, new in pairs)


@pytest.fixture
def book(project):
    """A project with two cases and a register; ``book(redirects="...", lines=[...])``."""
    def make(*lines: str, redirects: str = "", ids: tuple[str, ...] = ("first-case", "second-case"), **more):
        made = project({name: text for id in ids for name, text in case(id, qa_status="published", **more).items()})
        if lines:
            made.addresses.write_text(register_text(lines), "utf-8")
        if redirects:
            made.redirects.write_text(redirects, "utf-8")
        return made
    return make


def said(project) -> list[str]:
    """Place, code and message of what is said of addresses."""
    return [f"{item.path}:{item.line}:{item.column} {item.code} {item.message}" for item in sorted(read_catalogue(project).findings)
            if item.path in ("data/addresses.txt", "data/redirects.yaml")]


BOTH = ("cases/first-case.html", "cases/second-case.html")


# ---------------------------------------------------------------- what is kept


@pytest.mark.parametrize("file", ["index.html", "cases/a.html", "maps/places.html", "data/cases.csv", "downloads/claims.csv", "feed.xml", "ro-crate-metadata.json"])
def test_pages_and_files_to_fetch_are_kept(file):
    assert is_kept(file)


@pytest.mark.parametrize("file", ["404.html", "explore-2.html", "_images/ab12.png", "_static/menu.js", "assets/cases/0.js", "maps/places.js", "pagefind/pages/index.html",
                                  "objects.inv", "SHA256SUMS", "sitemap.xml"])
def test_others_are_not(file):
    assert not is_kept(file)


# ---------------------------------------------------------------- the register


def test_the_register_is_sorted_and_says_what_it_is():
    assert register_text(["b.html", "a.html", "b.html"]).splitlines()[-2:] == ["a.html", "b.html"]
    assert register_text(["a.html"]).startswith("# ")


def test_lines_may_stand_in_any_order_and_twice(tmp_path):
    path = tmp_path / "addresses.txt"
    path.write_bytes(b"\xef\xbb\xbf# a comment\r\nz.html\r\n\r\na.html\nz.html\nevidence/claims.html#cl01")
    kept = read_register(path, "addresses.txt")
    assert kept.findings == []
    assert kept.lines == {"z.html": 2, "a.html": 4, "evidence/claims.html#cl01": 6}


@pytest.mark.parametrize("line", ["/index.html", "https://book.example/index.html", "../outside.html", "a/../b.html", "cases/A-Case.html", "a b.html", "page", "a.html?x=1",
                                  "a//b.html", "a.html#", "javascript:alert(1).html", "a\\b.html", "\u202ea.html", "x" * 300 + ".html"])
def test_what_is_no_address_is_named_with_its_line(tmp_path, line):
    path = tmp_path / "addresses.txt"
    path.write_text(f"a.html\n{line}\n", "utf-8")
    kept = read_register(path, "addresses.txt")
    assert [(item.line, item.code) for item in kept.findings] == [(2, "bad-address")]
    assert list(kept.lines) == ["a.html"]


def test_marks_of_a_merge_are_explained(tmp_path):
    path = tmp_path / "addresses.txt"
    path.write_text("<<<<<<< HEAD\na.html\n=======\nb.html\n>>>>>>> theirs\n", "utf-8")
    kept = read_register(path, "addresses.txt")
    assert [item.line for item in kept.findings] == [1, 3, 5]
    assert all("merge" in item.message for item in kept.findings)
    assert set(kept.lines) == {"a.html", "b.html"}


# ---------------------------------------------------------------- the check


def test_a_project_without_a_register_just_works(book):
    assert said(book()) == []


def test_nothing_is_said_when_all_is_well(book):
    assert said(book("index.html", *BOTH, "maps/places.html", "training/slides/introduction.html", "data/cases.csv",
                     "feed.xml")) == []


def test_a_deleted_case_is_an_error_that_says_to_withdraw_it(book):
    project = book(*BOTH)
    (project.cases / "second-case.yaml").unlink()
    finding, = [item for item in read_catalogue(project).findings if item.code == "address-breaks"]
    assert (finding.path, finding.line, finding.severity) == ("data/addresses.txt", 4, "error")
    assert finding.message == "cases/second-case.html was published, but case_studies/second-case.yaml is gone. Links to it would lead nowhere."
    assert "bring case_studies/second-case.yaml back and write qa_status: withdrawn in it, with a notice:" in finding.hint
    assert main(["--project", str(project.root), "check"]) == 1


def test_a_renamed_case_is_told_what_to_write_and_that_is_right(book):
    """What the hint says to add is added as it stands, and then nothing is wrong."""
    project = book(*BOTH)
    text = (project.cases / "second-case.yaml").read_text("utf-8")
    (project.cases / "second-case.yaml").unlink()
    (project.cases / "second-case-of-leeds.yaml").write_text(text.replace("id: second-case", "id: second-case-of-leeds"), "utf-8")
    finding, = [item for item in read_catalogue(project).findings if item.code == "address-breaks"]
    line = finding.hint[finding.hint.index("- {") : finding.hint.index("}") + 1]
    assert line.startswith("- {old: cases/second-case.html, new: cases/second-case-of-leeds.html, since: 20")
    for start in ("redirects:\n", "# A comment.\nredirects:\n" + MOVED.format("cases/older.html", "cases/first-case.html")):
        project.redirects.write_text(f"{start}{line}\n", "utf-8")
        assert [text for text in said(project) if "address-not-kept" not in text] == []


def test_a_case_with_an_error_is_not_gone(book):
    project = book(*BOTH)
    (project.cases / "second-case.yaml").write_text("id: second-case\n", "utf-8")
    assert said(project) == []


def test_a_withdrawn_case_keeps_its_address(book):
    assert said(book(*BOTH, ids=("first-case",))) != []
    project = book(*BOTH)
    path = project.cases / "second-case.yaml"
    path.write_text(path.read_text("utf-8").replace("qa_status: published", "qa_status: withdrawn\nnotice: The figures were wrong."), "utf-8")
    assert said(project) == []


def test_a_page_that_an_author_deleted(book):
    assert said(book("index.html", "about/method.html", *BOTH)) == [
        "data/addresses.txt:3:1 address-breaks about/method.html was published, but it is gone. Links to it would lead nowhere."]


def test_a_claim_and_a_term_that_are_gone(book):
    project = book("evidence/claims.html#cl10", "evidence/claims.html#cl99", "glossary.html#kwh", "glossary.html#no-such-term", *BOTH)
    for page in ("evidence/claims.md", "glossary.md"):
        (project.book / page).parent.mkdir(exist_ok=True)
        (project.book / page).write_text("# A page\n", "utf-8")
    assert [text.split()[2] for text in said(project)] == ["evidence/claims.html#cl99", "glossary.html#no-such-term"]


def test_a_new_case_is_a_hint_and_a_draft_is_not(book):
    assert said(book("cases/first-case.html")) == ["data/addresses.txt:1:1 address-not-kept the register does not hold cases/second-case.html."]
    project = book("cases/first-case.html")
    path = project.cases / "second-case.yaml"
    path.write_text(path.read_text("utf-8").replace("qa_status: published", "qa_status: draft"), "utf-8")
    assert said(project) == []


def test_many_new_cases_are_one_hint(book):
    found = said(book("cases/first-case.html", ids=tuple(f"case-{number}" for number in range(10)) + ("first-case",)))
    assert len(found) == 1 and found[0].endswith("cases/case-0.html, cases/case-1.html, cases/case-2.html and 7 more.")


# ---------------------------------------------------------------- redirects


@pytest.mark.parametrize("pairs, expected", [
    ([("cases/gone.html", "cases/first-case.html")], []),
    ([("cases/gone.html", "cases/older.html"), ("cases/older.html", "cases/first-case.html")], []),
    ([("cases/gone.html", "cases/first-case.html#numbers")], []),
    ([("cases/gone.html", "cases/nobody.html")], ["data/redirects.yaml:2:31 redirect-to-nothing there is nothing at cases/nobody.html."]),
    ([("cases/gone.html", "cases/older.html"), ("cases/older.html", "cases/nobody.html")],
     ["data/redirects.yaml:2:31 redirect-to-nothing there is nothing at cases/nobody.html.", "data/redirects.yaml:3:32 redirect-to-nothing there is nothing at cases/nobody.html."]),
    ([("cases/second-case.html", "cases/first-case.html")], ["data/redirects.yaml:2:9 redirect-over-page there is a page at cases/second-case.html."]),
    ([("index.html", "cases/first-case.html")], ["data/redirects.yaml:2:9 redirect-over-page there is a page at index.html."]),
    ([("cases/gone.html", "cases/gone.html")], ["data/redirects.yaml:2:31 redirect-loop cases/gone.html leads back to itself."]),
    ([("cases/a.html", "cases/b.html"), ("cases/b.html", "cases/a.html")],
     ["data/redirects.yaml:2:28 redirect-loop cases/a.html leads back to itself.", "data/redirects.yaml:3:28 redirect-loop cases/b.html leads back to itself."]),
    ([("cases/gone.html", "cases/first-case.html"), ("cases/gone.html", "cases/second-case.html")], ["data/redirects.yaml:3:9 duplicate-redirect cases/gone.html stands twice."]),
    ([("data/old.csv", "data/index.html")], ["data/redirects.yaml:2:28 redirect-other-kind data/old.csv cannot lead to data/index.html."]),
    ([("cases/gone.html", "data/cases.csv")], ["data/redirects.yaml:2:31 redirect-other-kind cases/gone.html is a page and cannot lead to data/cases.csv."]),
    ([("_static/menu.js", "_static/other.js")], None), ([("assets/cases.js", "assets/other.js")], ["data/redirects.yaml:2:9 bad-address assets/cases.js is no page of the book and no file to fetch."]),
    ([("404.html", "index.html")], ["data/redirects.yaml:2:9 bad-address 404.html is no page of the book and no file to fetch."]),
    ([("index.html#old", "cases/gone.html")], ["data/redirects.yaml:2:30 redirect-to-nothing there is nothing at cases/gone.html."]),
    ([("about/no.html#old", "index.html")], ["data/redirects.yaml:2:9 redirect-to-nothing there is no page about/no.html."]),
])
def test_what_is_wrong_with_a_redirect_is_named_with_its_place(book, pairs, expected):
    found = said(book(*BOTH, redirects=redirects_of(*pairs)))
    if expected is None:
        assert len(found) == 2 and all(" bad-format " in text for text in found)
    else:
        assert found == expected


@pytest.mark.parametrize("bad", ["https://evil.example/a.html", "//evil.example/a.html", "javascript:alert(1)", "../../outside.html", "cases/../../outside.html", "/etc/passwd.html",
                                 'a.html" onload="x', "a.html\u2028", "CON.html", "a b.html", "cases/a.html?next=https://evil.example"])
@pytest.mark.parametrize("where", ["old", "new"])
def test_a_redirect_cannot_leave_the_site(tmp_path, bad, where):
    import json

    pair = {"old": "cases/a.html", "new": "cases/b.html", where: bad}
    path = tmp_path / "redirects.yaml"
    path.write_text(f"redirects:\n- old: {json.dumps(pair['old'])}\n  new: {json.dumps(pair['new'])}\n  since: 2026-11-22\n  why: x\n", "utf-8")
    found = load_redirects(path, "redirects.yaml")
    assert found.items == []
    assert [(item.code, item.line) for item in found.findings] == [("bad-format", 2 if where == "old" else 3)]


@pytest.mark.parametrize("why, code", [("Ask ann.smith@example.org.", "email-address"), ("Turned \u202eround.", "hidden-character"), ("Call 020 7946 0958.", "phone-number")])
def test_why_it_moved_gives_nobody_away_and_hides_nothing(book, why, code):
    text = redirects_of(("cases/gone.html", "cases/first-case.html")).replace("It has a new name.", why)
    assert [line.split()[1] for line in said(book(redirects=text))] == [code]


def test_a_file_without_redirects(tmp_path):
    path = tmp_path / "redirects.yaml"
    path.write_text("# Nothing yet.\nredirects:\n", "utf-8")
    found = load_redirects(path, "redirects.yaml")
    assert (found.items, found.findings) == ([], [])


def loaded(tmp_path, *pairs):
    path = tmp_path / "redirects.yaml"
    path.write_text(redirects_of(*pairs), "utf-8")
    found = load_redirects(path, "data/redirects.yaml")
    assert found.findings == []
    return found


def test_chains_lead_to_the_end_at_once_and_places_go_with_their_page(tmp_path):
    found = loaded(tmp_path, ("a.html", "b.html"), ("b.html", "c.html"), ("x.html#y", "a.html#z"), ("d.html", "c.html#part"))
    assert {old: found.end(old) for old in ("a.html", "b.html", "c.html", "x.html#y", "a.html#q", "d.html#q", "x.html")} == {
        "a.html": "c.html", "b.html": "c.html", "c.html": "c.html", "x.html#y": "c.html#z", "a.html#q": "c.html#q", "d.html#q": "c.html#part", "x.html": "x.html"}


# ---------------------------------------------------------------- the pages


class Written:
    """Stands in for the writer of the site."""

    def __init__(self, out: Path, *there: str):
        self.out, self.now = out, dict.fromkeys(there, "")
        for name in there:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_text(f'<main id="main">{name}</main>', "utf-8")

    def read(self, page):
        return (self.out / page).read_bytes()

    def write(self, page, content, digest=None):
        raw = content.encode() if isinstance(content, str) else content
        (self.out / page).parent.mkdir(parents=True, exist_ok=True)
        (self.out / page).write_bytes(raw)
        self.now[page] = ""


SKELETON = '<head>[[anchorbook.case-meta.5b7b7d2c22222c315d]]</head><main data-pagefind-body>[[anchorbook.case-body.5b7b7d2c22222c315d]]</main><a href="../index.html">Home</a>'


def titled(project):
    (project.root / "_config.yml").write_text("title: A small book\n", "utf-8")
    return project


def test_moved_pages_and_files_are_written(book, tmp_path):
    project, writer = titled(book()), Written(tmp_path / "site", "cases/c.html", "data/new.csv")
    found = loaded(tmp_path, ("cases/a.html", "b.html"), ("b.html", "cases/c.html"), ("data/old.csv", "data/new.csv"))
    assert list(write_fixed_pages(project, SKELETON, found, writer, writer.read)) == []
    site = writer.out
    assert 'content="0; url=c.html"' in (site / "cases/a.html").read_text("utf-8")  # not over b.html
    assert 'content="0; url=cases/c.html"' in (site / "b.html").read_text("utf-8")
    assert (site / "data/old.csv").read_bytes() == (site / "data/new.csv").read_bytes()
    assert "Page not found" in (site / "404.html").read_text("utf-8")


def test_a_page_that_is_there_is_never_written_over(book, tmp_path):
    writer = Written(tmp_path / "site", "a.html", "b.html")
    found = list(write_fixed_pages(titled(book()), SKELETON, loaded(tmp_path, ("a.html", "b.html"), ("c.html", "nothing.html")), writer, writer.read))
    assert [(item.code, item.line) for item in found] == [("redirect-over-page", 2), ("redirect-to-nothing", 3)]
    assert (writer.out / "a.html").read_text("utf-8") == '<main id="main">a.html</main>'
    assert not (writer.out / "c.html").exists()


def test_a_moved_page_says_where_it_went_and_escapes_what_people_wrote():
    html = moved_page("A <b>ook", "cases/old.html", "evidence/claims.html#cl01", '"><script>alert(1)</script>', "2026-11-22")
    assert '<meta http-equiv="refresh" content="0; url=../evidence/claims.html#cl01">' in html
    assert '<link rel="canonical" href="../evidence/claims.html">' in html
    assert '<a href="../evidence/claims.html#cl01">evidence/claims.html#cl01</a>' in html
    assert '<meta name="robots" content="noindex">' in html
    assert "22 November 2026" in html
    assert "<script" not in html and "<b>ook" not in html
    assert html.index("Content-Security-Policy") < html.index("refresh") < html.index("stylesheet")


def test_the_true_address_is_whole_when_the_build_knows_it(monkeypatch):
    monkeypatch.setenv("ANCHORBOOK_ADDRESS", "https://book.example/anchors/")
    html = moved_page("A book", "cases/old.html", "cases/new.html", "x", "2026")
    assert '<link rel="canonical" href="https://book.example/anchors/cases/new.html">' in html
    assert "url=new.html" in html


@pytest.mark.parametrize("old, new, expected", [("a.html", "b.html", "b.html"), ("x/a.html", "b.html", "../b.html"), ("a.html", "x/b.html", "x/b.html"), ("x/y/a.html", "x/b.html#c", "../b.html#c")])
def test_ways_between_pages(old, new, expected):
    assert way(old, new) == expected


def test_places_that_moved_leave_a_line_on_their_page(tmp_path):
    pages = {"evidence/claims.html": '<main><tr id="cl02"></tr></main><footer>', "glossary.html": "<main></main>"}
    found = with_moved_places(pages, loaded(tmp_path, ("evidence/claims.html#cl01", "evidence/claims.html#cl02"), ("evidence/claims.html#cl03", "glossary.html")))
    html = found["evidence/claims.html"]
    assert '<p id="cl01">' in html and 'href="#cl02"' in html and '<p id="cl03">' in html and 'href="../glossary.html"' in html
    assert html.endswith("</section></main><footer>")
    assert found["glossary.html"] == pages["glossary.html"]


# ---------------------------------------------------------------- nothing at an address


@pytest.mark.parametrize("address, expected", [("", "index.html"), ("https://book.example", "/index.html"), ("https://host.example/our/book/", "/our/book/index.html"),
                                               ('https://book.example/"><script>', "/&quot;&gt;&lt;script&gt;/index.html")])
def test_links_of_the_page_for_wrong_addresses_are_right_at_any_depth(monkeypatch, address, expected):
    monkeypatch.setenv("ANCHORBOOK_ADDRESS", address)
    html = not_found_page(SKELETON)
    assert html.count(f'href="{expected}"') == 2 and '"../' not in html
    assert "data-pagefind-body" not in html and '<meta name="robots" content="noindex">' in html


# ---------------------------------------------------------------- the finished site and the command


@pytest.fixture
def finished(book):
    """A project with a site of a few files, as if it had been built."""
    def make(*lines: str, there=("index.html", "cases/first-case.html", "404.html", "_static/menu.js", "data/cases.csv"), redirects=""):
        project = book(*lines, redirects=redirects)
        Written(project.html, *there)
        return project
    return make


def test_the_finished_site_is_held_against_the_register(finished):
    project = finished("index.html", "index.html#main", "index.html#gone", "maps/gone.html", "data/gone.csv")
    assert [(item.line, item.code) for item in site_findings(project, project.html, "2026-11-22")] == [(3, "address-breaks"), (5, "address-breaks"), (7, "address-breaks")]
    project.redirects.write_text(redirects_of(("maps/gone.html", "index.html"), ("data/gone.csv", "data/nowhere.csv")), "utf-8")
    found = list(site_findings(project, project.html, "2026-11-22"))
    assert [(item.path, item.line, item.code) for item in found] == [
        ("data/redirects.yaml", 3, "redirect-to-nothing"), ("data/addresses.txt", 5, "address-breaks")]


def test_files_that_are_about_to_go_do_not_count(finished):
    """A build says which files the new site has; others may still lie in the folder."""
    project = finished("cases/first-case.html", "index.html")
    assert list(site_findings(project, project.html, "2026-11-22", {"index.html", "cases/first-case-of-leeds.html"}))[0].message.startswith("cases/first-case.html was published")
    assert list(site_findings(project, project.html, "2026-11-22", {"index.html", "cases/first-case.html"})) == []


def run(project, *options) -> int:
    return main(["--project", str(project.root), "addresses", *options])


def test_the_command_writes_new_addresses_sorted(finished, capsys):
    project = finished()
    assert run(project, "--check") == 1
    assert not project.addresses.exists()
    assert run(project) == 0
    assert project.addresses.read_text("utf-8").splitlines()[2:] == ["cases/first-case.html", "data/cases.csv", "index.html"]
    assert "3 new addresses:" in capsys.readouterr().out
    assert run(project, "--check") == 0
    assert capsys.readouterr().out == "3 addresses are kept. None would break.\n"


def test_the_command_takes_nothing_out_and_says_what_would_break(finished, capsys):
    project = finished("cases/gone.html", "zebra.html")
    assert run(project) == 1
    lines = project.addresses.read_text("utf-8").splitlines()[2:]
    assert lines == ["cases/first-case.html", "cases/gone.html", "data/cases.csv", "index.html", "zebra.html"]
    out = capsys.readouterr().out
    assert "data/addresses.txt:4:1: error address-breaks cases/gone.html was published" in out and out.endswith("2 of 5 addresses would break.\n")


def test_the_command_does_not_register_redirects(finished):
    project = finished("index.html", redirects=redirects_of(("old.html", "index.html")))
    (project.html / "old.html").write_text("moved", "utf-8")
    assert run(project) == 0
    assert "old.html" not in project.addresses.read_text("utf-8").splitlines()


def test_the_command_needs_a_site_and_a_sound_register(finished, capsys):
    project = finished("index.html")
    project.addresses.write_text("index.html\n<<<<<<< HEAD\n", "utf-8")
    assert run(project) == 1
    assert "data/addresses.txt:2:1: error bad-address" in capsys.readouterr().out
    assert project.addresses.read_text("utf-8").startswith("index.html\n<<<<")
    shutil.rmtree(project.html)
    assert run(project) == 2
    assert "anchorbook build" in capsys.readouterr().err
