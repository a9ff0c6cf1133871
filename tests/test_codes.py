"""The register of finding codes, the checker's own words and the page that explains them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from anchorbook.checks.codes import CODES, GROUPS, PAGE, page_of
from anchorbook.reading import read_bytes
from anchorbook.site.rendering import Words, render
from tests.support.projects import ROOT, TESTS

KEBAB = re.compile(r"[a-z]+(-[a-z]+)+")
MAKERS = ("Finding", "finding", "complaint", "refuse", "_wrong", "wrong", "_missing")
"""Functions that take a code among their first arguments."""


def codes_in(source: str) -> Iterator[str]:
    """Every string in a module that becomes, or is compared with, the code of a finding."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in MAKERS:
            yield from _first(node.args)
        elif isinstance(node, ast.Tuple):
            # A code with its message: the code first, or after the name of a column.
            for one, other in zip(node.elts, node.elts[1:], strict=False):
                if isinstance(other, ast.JoinedStr) or isinstance(other, ast.Constant) and " " in str(other.value):
                    yield from _first([one])
        elif isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == "code" for target in node.targets):
            yield from _first([part for part in ast.walk(node.value) if isinstance(part, ast.Constant)])
        elif isinstance(node, ast.Compare) and getattr(node.left, "attr", getattr(node.left, "id", "")) == "code":
            yield from _first([part for other in node.comparators for part in ast.walk(other)])


def _first(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEBAB.fullmatch(node.value):
            yield node.value


@pytest.fixture(scope="module")
def used() -> dict[str, str]:
    """Each code of the package with a module that uses it."""
    found = {}
    for path in sorted((ROOT / "anchorbook").rglob("*.py")):
        for code in codes_in(path.read_text("utf-8")):
            found.setdefault(code, path.relative_to(ROOT).as_posix())
    return found


def test_every_code_that_is_used_is_explained(used):
    assert {code: path for code, path in used.items() if code not in CODES} == {}


def test_every_code_that_is_explained_is_used(used):
    assert sorted(set(CODES) - set(used)) == []


def test_codes_are_found_in_every_way_they_are_written():
    source = '''
Finding(path, *place, "by-position", f"words")
document.finding(("rows", 1), "in-a-method", "words here")
complaint("in-a-complaint", "words here", "hint")
self.refuse(event, "in-a-refusal", "words")
yield ("in-a-tuple", f"words {x}", "hint")
return check["average"], "after-a-column", f"words"
code = kind if "-" in kind else "in-an-assignment"
item.code == "in-a-comparison"
render("not-a-code.html", "neither-this")
'''
    assert sorted(codes_in(source.replace("yield", "x =").replace("return", "x ="))) == [
        "after-a-column", "by-position", "in-a-comparison", "in-a-complaint", "in-a-method", "in-a-refusal", "in-a-tuple", "in-an-assignment"]


def test_every_code_of_the_bad_files_is_explained():
    said = {match for path in sorted((TESTS / "bad_files").glob("*.expected"))
            for match in re.findall(r"^[^ ]+:\d+:\d+: \w+ ([a-z-]+) ", path.read_text("utf-8"), re.MULTILINE)}
    assert len(said) > 30
    assert said <= set(CODES)


def test_no_code_stands_under_two_headings():
    assert sum(map(len, GROUPS.values())) == len(CODES)


@pytest.mark.parametrize("name", CODES)
def test_each_says_why_in_a_sentence_or_two(name):
    code = CODES[name]
    assert KEBAB.fullmatch(name)
    assert 1 <= len(re.findall(r"[.!?](?= |$)", code.why)) <= 3
    assert code.why[0].isupper() or code.why[0].isdigit()
    assert code.why.endswith(".") and len(code.why.split()) <= 45
    assert bool(code.wrong) == bool(code.right) and (code.wrong != code.right or not code.wrong)


@pytest.mark.parametrize("name", [name for name, code in CODES.items() if code.right and not code.right.startswith(("[", "**"))])
def test_the_right_way_can_be_read(name):
    assert read_bytes(CODES[name].right.encode(), "right.yaml").findings == []


def test_address_of_a_code(monkeypatch):
    monkeypatch.delenv("ANCHORBOOK_ADDRESS", raising=False)
    assert page_of("bad-date") == "contribute/findings.html#bad-date"
    monkeypatch.setenv("ANCHORBOOK_ADDRESS", "https://book.example/")
    assert page_of("bad-date") == "https://book.example/contribute/findings.html#bad-date"


def test_the_page_has_an_anchor_for_every_code():
    html = render("finding-codes.html", Words(None, None, "../"), groups=GROUPS)
    ids = re.findall(r' id="([^"]+)"', html)
    assert set(CODES) <= set(ids)
    assert len(ids) == len(set(ids))
    assert "<b>" not in html and "&lt;b&gt;" in html  # examples of HTML are shown, not run
    assert " style=" not in html and "<script" not in html


def test_the_page_is_in_the_book():
    source = Path(PAGE).with_suffix("").as_posix()
    assert "{finding-codes}" in (ROOT / "book" / f"{source}.md").read_text("utf-8")
    assert f"file: book/{source}\n" in (ROOT / "_toc.yml").read_text("utf-8")
