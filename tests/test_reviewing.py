"""The comment on a pull request: what it says, and that nobody can make it say anything else."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import asdict
from html import unescape
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from anchorbook.findings import Finding, Severity
from anchorbook.pull_request import FILE, MOST_BYTES, gather, read_artefact
from anchorbook.reviewing import LIMIT, MARK, Changed, NotAReview, Review, code, comment, differences, read_review
from tests.support.projects import ROOT, SMALL_BIBLIOGRAPHY, case, make_project

RUN = "https://example.org/owner/book/actions/runs/12"
CHECKLIST = "### Before you take it in\n\n- [ ] You opened the sources.\n"
HOSTILE = [
    "@everyone and @octocat", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</code></details><h1>x</h1>", "[click](https://evil.example)",
    "![pic](https://evil.example/x.png)", "https://evil.example www.evil.example", "`code` ``` fence", "a | b | c", "line\n\n# Heading\n\n- [x] done",
    "#1 owner/repo#2 GH-3", "<!-- anchorbook-review -->", "-->", "&lt;b&gt; &#64;everyone", "\\| \\`", "a\u202eb\u200b\u2066", "\x00\x1b[31m", "\ud800",
    "$$x$$ :tada: ~~s~~ **b** [^1]", "x" * 100_000, "@" * 100_000, "\u202e" * 100_000, "| \n" * 30_000, " " * 100_000, "",
]


def finding(message="It is wrong.", hint="Mend it.", path="case_studies/a.yaml", severity=Severity.ERROR, line=3) -> Finding:
    return Finding(path, line, 1, "some-code", message, hint, severity)


def review(findings=(), cases=(), paths=("case_studies/a.yaml",), book="success") -> Review:
    return Review(tuple(findings), tuple(cases), frozenset(paths), book)


class Seen(HTMLParser):
    """Tags and attributes of a page, and the text that is not code."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.bare, self.inside = set(), [], "", 0

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        self.inside += tag == "code"

    def handle_endtag(self, tag):
        self.inside -= tag == "code"

    def handle_data(self, data):
        if not self.inside:
            self.bare += data


def seen(markdown: str) -> Seen:
    """The comment as the code host shows it, before it looks for mentions and the like."""
    parser = Seen()
    parser.feed(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown))
    return parser


# ---------------------------------------------------------------- hostile text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_only_ever_shown_as_code(text):
    bad = {"title": text, text: text, "measures": [{"name": text, text: [text]}]}
    made = comment(review(
        [finding(text, text, text), finding(text, text, "case_studies/a.yaml", Severity.HINT)],
        [Changed(text, None, bad), Changed(text, bad, None), Changed(text, bad, {"title": text + "!", "x": text})], (text, "case_studies/a.yaml")), CHECKLIST, RUN)
    assert len(made) <= LIMIT
    made.encode("utf-8")
    assert made.count(MARK) == 1 and made.startswith(MARK)
    plain = made.replace(CHECKLIST.strip(), "").replace(f"[this run]({RUN})", "")
    assert not any(sign in plain for sign in ("@", "://", "www."))
    page = seen(made)
    assert page.tags <= {"h2", "h3", "p", "strong", "em", "table", "thead", "tbody", "tr", "th", "td", "code", "details", "summary", "a", "ul", "li"}
    assert [value for name, value in page.attributes if name != "style"] == [RUN]
    assert page.inside == 0
    for part in ("everyone", "alert", "evil", "octocat", "Heading", "fence", "done"):
        assert part not in page.bare
    assert page.bare.rstrip().endswith("You opened the sources.")


@pytest.mark.parametrize("text", HOSTILE)
def test_code_holds_no_sign_of_ascii_that_could_mean_something(text):
    assert re.fullmatch(r"|<code>(?:[A-Za-z0-9 ]|&#\d+;|[^\x00-\x7f])+</code>", code(text))
    assert len(unescape(code(text, 50)).replace("\u2060", "")) <= 51 * 8 + len("<code></code>")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_table_keeps_its_columns(text):
    rows = [line for line in comment(review([finding(text, text)]), "", RUN).splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {5}


def test_hidden_signs_are_named():
    assert unescape(code("a\u202eb\x07")) == "<code>a‹U+202E›b‹U+0007›</code>"


def test_letters_of_every_language_stay():
    assert code("Ysbyty Gwynedd – £5 ŵ 中文") == "<code>Ysbyty Gwynedd – £5 ŵ 中文</code>"


def test_a_long_text_is_cut_and_says_so():
    assert unescape(code("a b" * 50, 10)) == "<code>a ba ba ba…</code>"


def test_the_address_of_the_run_must_be_one():
    assert "](" not in comment(review(), "", "https://example.org/x) [y](javascript:alert(1)")


def test_much_of_everything_still_fits():
    many = [finding("<>" * 400, "@" * 400, line=number) for number in range(3000)]
    cases = [Changed(f"case_studies/{number}.yaml", None, {f"f{n}": "\u202e" * 900 for n in range(200)}) for number in range(500)]
    made = comment(review(many, cases), CHECKLIST, RUN)
    assert len(made) <= LIMIT
    assert "3,000 errors" in made and "are not shown here" in made and re.search(r"4\d\d more: see the files", made)
    assert made.endswith("You opened the sources.\n")


# ---------------------------------------------------------------- what it says


def test_errors_come_first_and_other_files_are_left_out():
    made = comment(review([
        finding("a hint", severity=Severity.HINT, line=1), finding("a warning", severity=Severity.WARNING, line=2), finding("an error", line=9),
        finding("an error elsewhere", path="case_studies/z.yaml"), finding("not ours", path="case_studies/z.yaml", severity=Severity.WARNING)]), "", RUN)
    assert [made.index(word) for word in ("an error", "elsewhere", "a warning", "a hint")] == sorted(made.index(word) for word in ("an error", "elsewhere", "a warning", "a hint"))
    assert "not ours" not in made and "1 about files that this change does not touch" in made
    assert "**2 errors, 1 warning, 1 hint.** An error keeps the book from being built." in made


def test_nothing_to_correct():
    made = comment(review(), CHECKLIST, RUN)
    assert "**Nothing to correct.**" in made and "The book was built with this change." in made and CHECKLIST.strip() in made


def test_a_book_that_was_not_built():
    assert f"The book was not built with this change. See [this run]({RUN})." in comment(review(book="skipped"), "", RUN)


def test_no_review_is_said():
    made = comment(None, CHECKLIST, RUN)
    assert made.startswith(MARK) and "did not finish" in made and CHECKLIST.strip() in made


def test_before_and_after_of_a_changed_case():
    before = {"title": "Old", "status": "running", "measures": [{"name": "A", "value": 1}, {"name": "B", "value": 2}]}
    after = {"title": "New", "status": "running", "measures": [{"name": "A", "value": 1}, {"name": "B", "value": 3}], "no": True}
    assert differences(before, after) == [("title", "Old", "New"), ("measures", "name: B; value: 2", "name: B; value: 3"), ("no", "", "true")]
    made = unescape(comment(review(cases=[Changed("case_studies/a.yaml", before, after)]), "", RUN))
    assert "| <code>title</code> | <code>Old</code> | <code>New</code> |" in made
    assert "| <code>no</code> | (empty) | <code>true</code> |" in made
    assert "<summary>Changed: <code>case_studies/a.yaml</code> <code>New</code></summary>" in made


def test_ten_cases_are_shown_and_the_others_counted():
    made = comment(review(cases=[Changed(f"{number}.yaml", None, {"id": "a"}) for number in range(12)]), "", RUN)
    assert made.count("<details>") == 10 and "2 more: see the files" in made and "Case studies in this change: 12" in made


@pytest.mark.parametrize("before, after, said", [
    ({"a": 1}, {"a": True}, [("a", "1", "true")]), ({"a": [1, 2]}, {"a": [2, 1]}, [("a", "in another order", "the same items")]),
    ({"a": 1}, {}, [("a", "1", "")]), ({"a": [1]}, {"a": "x"}, [("a", "1", "x")]), ({"a": [1]}, {"a": [1]}, []),
])
def test_differences(before, after, said):
    assert differences(before, after) == said


def test_a_long_text_is_shown_from_where_it_differs():
    (_, old, new), = differences({"s": "word " * 200 + "old end"}, {"s": "word " * 200 + "new end"})
    assert old.startswith("…") and old.endswith("old end") and new.endswith("new end") and len(old) < 80


@pytest.mark.parametrize("case_, said", [
    (Changed("a.yaml", None, {"id": "a"}), "New: "), (Changed("a.yaml", {"id": "a"}, None), "Removed: "), (Changed("a.yaml", {"id": "a"}, {"id": "a"}), "No field differs."),
    (Changed("a.yaml", {"id": "a"}, {}), "This file cannot be read."), (Changed("a.yaml", None, {}), "This file cannot be read."),
])
def test_new_removed_and_unreadable_cases(case_, said):
    assert said in comment(review(cases=[case_]), "", RUN)


# ---------------------------------------------------------------- from bytes


GOOD = {"book": "success", "paths": ["a"], "cases": [{"path": "a", "before": None, "after": {"id": "a"}}], "findings": [asdict(finding())]}


def test_a_good_review_is_read():
    assert read_review(json.dumps(GOOD).encode()) == Review((finding(),), (Changed("a", None, {"id": "a"}),), frozenset({"a"}), "success")


@pytest.mark.parametrize("raw", [
    b"", b"\xff\xfe", b"null", b"[]", b"{}", b"[" * 100_000, b"1" * 5000,
    *(json.dumps({**GOOD, **bad}).encode() for bad in (
        {"book": 1}, {"paths": [[]]}, {"paths": "a"}, {"cases": {}}, {"cases": [1]}, {"cases": [{"path": "a", "before": [], "after": None}]},
        {"findings": [{**asdict(finding()), "severity": "fatal"}]}, {"findings": [{**asdict(finding()), "message": None}]},
        {"findings": [{**asdict(finding()), "line": float("inf")}]})),
    b'{"book": "", "paths": [], "findings": [], "cases": [{"path": "a", "before": null, "after": {"x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}}]}",
], ids=range(17))
def test_anything_else_is_refused(raw):
    with pytest.raises(NotAReview):
        read_review(raw)


def archive(content: bytes, name: str = f"./{FILE}", outer: str = "artifact.tar", link: str = "") -> bytes:
    inner, packed = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w") as tar:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        if link:
            info.type, info.linkname, info.size = tarfile.SYMTYPE, link, 0
        tar.addfile(info, io.BytesIO(content))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(outer, inner.getvalue())
    return packed.getvalue()


def test_the_file_comes_out_of_its_archive():
    assert read_artefact(archive(b"{}")) == b"{}"


@pytest.mark.parametrize("raw", [
    b"", b"no zip", archive(b"{}", outer="other.tar"), archive(b"{}", name="../review.json"), archive(b"{}", link="/etc/passwd"),
    archive(b"x" * (MOST_BYTES + 1)), archive(b"{}" * 500)[:-200], archive(b"{}")[:60] + b"damaged" + archive(b"{}")[67:],
], ids=["empty", "no-zip", "no-tar", "other-folder", "link", "too-large", "cut", "damaged"])
def test_a_bad_archive_is_refused(raw):
    with pytest.raises(NotAReview):
        read_artefact(raw)


# ---------------------------------------------------------------- the two commands


def test_the_comment_needs_nothing_that_is_installed(tmp_path):
    """The half with rights runs on a bare Python: -S leaves out everything that pip installed."""
    (tmp_path / "review.zip").write_bytes(archive(json.dumps(GOOD).encode()))
    (tmp_path / "list.md").write_text(CHECKLIST, "utf-8")
    done = subprocess.run([sys.executable, "-S", "-m", "anchorbook.pull_request", "write", "--artefact", str(tmp_path / "review.zip"),
                           "--checklist", str(tmp_path / "list.md"), "--run", RUN], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.decode("utf-8") == comment(read_review(json.dumps(GOOD).encode()), CHECKLIST, RUN)


def test_a_missing_archive_still_gives_a_comment(tmp_path):
    done = subprocess.run([sys.executable, "-S", "-m", "anchorbook.pull_request", "write", "--artefact", str(tmp_path / "none.zip"),
                           "--checklist", str(tmp_path / "none.md")], cwd=ROOT, capture_output=True, check=True)
    assert b"did not finish" in done.stdout


def test_gathering_finds_what_changed(tmp_path):
    project = make_project(tmp_path, {**case("a"), **case("b"), **case("c")}, references=SMALL_BIBLIOGRAPHY)

    def git(*words):
        subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e@example.org", *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "before")
    project.cases.joinpath("a.yaml").write_text(case("a", title="Another title")["a.yaml"], "utf-8")
    project.cases.joinpath("b.yaml").unlink()
    project.cases.joinpath("d.yaml").write_text("id: [broken", "utf-8")
    git("add", "--all")
    git("commit", "--quiet", "-m", "after")
    found = read_review(gather(tmp_path, "HEAD^1", "failure").encode())
    assert {item.path: (item.before and item.before["id"], item.after and item.after["id"]) for item in found.cases} == {
        "case_studies/a.yaml": ("a", "a"), "case_studies/b.yaml": ("b", None), "case_studies/d.yaml": (None, {})}
    assert [name for name, _, new in differences(found.cases[0].before, found.cases[0].after)] == ["title"]
    assert found.paths == {"case_studies/a.yaml", "case_studies/b.yaml", "case_studies/d.yaml"}
    assert any(item.path == "case_studies/d.yaml" and item.severity is Severity.ERROR for item in found.findings)
    assert found.book == "failure"
