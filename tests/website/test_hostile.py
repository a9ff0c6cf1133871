"""What a contributor writes is shown as text: it is never run, and never taken for a mark of ours."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

from anchorbook.site.slots import Slot
from tests.support.builds import ROOT, build, copy_project

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(2)>",
    "{{ 7 * 7 }} {% raw %}",
    "</title></script>",
    "עברית right to left 🧪",
    str(Slot("explore")),
    "[[anchorbook.label.00]] [[anchorbook.nothing.7b7d]]",
]


def test_hostile_text_stays_text(tmp_path, open_page):
    project = copy_project(tmp_path / "book")
    record = (ROOT / "case_studies" / "sheffield-city-partnership.yaml").read_text("utf-8")
    for number, text in enumerate(HOSTILE):
        id = f"hostile-{number}"
        quoted = "'" + text.replace("'", "''") + "'"
        changed = re.sub(r"(?m)^id: .*$", f"id: {id}", record)
        changed = re.sub(r"(?m)^title: .*$", lambda _match: f"title: {quoted}", changed)
        changed = re.sub(r"(?m)^lead_org: .*$", lambda _match: f"lead_org: {quoted}", changed)
        (project / "case_studies" / f"{id}.yaml").write_text(changed, "utf-8")
    site = build(project)
    for number, text in enumerate(HOSTILE):
        page = BeautifulSoup((site / "cases" / f"hostile-{number}.html").read_text("utf-8"), "html.parser")
        assert page.h1.get_text() == text
        assert page.title.get_text().startswith(text)
        assert text in page.select_one(".glance").get_text()
        data = page.find_all("script", type="application/ld+json")
        assert len(data) == 1 and len(page.find_all("script")) - len(data) == 3  # ours, at the top and at the end
    explore = open_page((site / "explore.html").as_uri())
    explore.page.on("dialog", lambda dialog: explore.errors.append(dialog.message))
    shown = explore.page.eval_on_selector_all("[data-cards] h3", "heads => heads.map(head => head.textContent)")
    assert set(HOSTILE) <= set(shown)
    case = open_page((site / "cases" / "hostile-1.html").as_uri())
    assert case.page.locator("h1").inner_text() == HOSTILE[1]
