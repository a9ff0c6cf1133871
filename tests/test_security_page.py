"""The page about security names the tests that show what it says: they must be there, and they must test something."""

from __future__ import annotations

import re

import pytest

from tests.support.projects import ROOT

PAGE = ROOT / "book" / "about" / "security.md"
ROWS = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and "tests/" in line]
NAMED = sorted(set(re.findall(r"`(tests/[\w/.-]+\.py)`", PAGE.read_text("utf-8"))))


@pytest.mark.parametrize("name", NAMED)
def test_a_named_test_is_there(name):
    text = (ROOT / name).read_text("utf-8")
    assert "def test_" in text or "def open_page" in text


def test_every_danger_has_a_test():
    table = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and not line.startswith(("| Who", "| :"))]
    assert len(table) > 10 and table == ROWS


def test_the_policy_on_the_page_is_that_of_the_site():
    """What the page says of the policy in words."""
    from anchorbook.site.headers import POLICY, policy

    assert "unsafe-inline" not in policy() and "http" not in policy()
    assert POLICY["default-src"] == ("'none'",) and "frame-ancestors" in POLICY and "frame-ancestors" not in policy(in_a_tag=True)
    assert "file:" in policy(in_a_tag=True) and "file:" not in policy()


def test_how_to_report_is_where_people_look():
    assert "book/about/security.md" in (ROOT / "SECURITY.md").read_text("utf-8")
