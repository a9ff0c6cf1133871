"""A rebuild after a change gives the same site, byte for byte, as a clean build of the same project."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.builds import anchorbook, build, copy_project


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def assert_same_as_clean(project: Path, tmp_path: Path) -> dict[str, bytes]:
    """Rebuild ``project``, build a clean copy elsewhere, compare; returns the files."""
    rebuilt = tree(build(project))
    clean = tmp_path / "clean" / project.name
    shutil.rmtree(clean, ignore_errors=True)
    shutil.copytree(project, clean, ignore=shutil.ignore_patterns("_build"), symlinks=True)
    fresh = tree(build(clean))
    assert rebuilt.keys() == fresh.keys()
    different = [name for name in fresh if rebuilt[name] != fresh[name]]
    assert different == []
    return rebuilt


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = copy_project(tmp_path_factory.mktemp("rebuild") / "book")
    build(folder)
    return folder


def holding(files: dict[str, bytes], text: str) -> set[str]:
    return {name for name, content in files.items() if name.endswith((".html", ".js")) and text.encode() in content}


def test_another_place_time_zone_language_and_number_of_processes_give_the_same_site(project, tmp_path):
    """Only the fixture's build stands so far: as many processes as cores, the usual settings."""
    before = tree(project / "_build" / "html")
    other = copy_project(tmp_path / "Ein anderer Ort, größer")
    for path in sorted(other.rglob("*"), reverse=True):
        if path.is_file() and not path.is_symlink() and "node_modules" not in path.parts:
            os.utime(path, (1_000_000_000, 1_000_000_000))
    after = tree(build(other, ANCHORBOOK_JOBS="5", TZ="Pacific/Kiritimati", LC_ALL="C", LANG="tr_TR.UTF-8", PYTHONHASHSEED="77"))
    assert before.keys() == after.keys()
    assert [name for name in after if before[name] != after[name]] == []


def test_a_clean_checkout_takes_over_what_an_earlier_one_kept(project, tmp_path):
    """As a build of a pull request does: the files are as new as the checkout, only what was worked out comes from before."""
    other = copy_project(tmp_path / "checkout")
    for part in ("cache", "sphinx"):
        shutil.copytree(project / "_build" / part, other / "_build" / part, copy_function=shutil.copyfile)
    for path in other.rglob("*"):
        if path.is_file() and not path.is_symlink() and "node_modules" not in path.parts:
            os.utime(path)
    done = anchorbook(other, "build")
    assert done.returncode == 0 and "Pages and notebooks have not changed" in done.stdout and "(0 executed" in done.stdout, done.stdout + done.stderr
    assert tree(other / "_build" / "html") == tree(project / "_build" / "html")


def test_cases_edited_added_renamed_deleted(project, tmp_path):
    cases = project / "case_studies"
    before = tree(project / "_build" / "html")
    # Edited: a new title shows on its page, in lists, in related cases and in Explore.
    title = [line for line in (cases / "imperial-insourcing.yaml").read_text("utf-8").splitlines() if line.startswith("title:")][0]
    replace(cases / "imperial-insourcing.yaml", title, "title: Ninety words for a test of titles")
    # Added.
    added = (cases / "sheffield-city-partnership.yaml").read_text("utf-8").replace("id: sheffield-city-partnership", "id: added-case", 1)
    (cases / "added-case.yaml").write_text(added, "utf-8")
    files = assert_same_as_clean(project, tmp_path)
    assert holding(files, "Ninety words for a test of titles") >= {"cases/imperial-insourcing.html", "domains/work.html", "explore.html"}
    assert "cases/added-case.html" in files and "cases/added-case.html" not in before

    # Renamed and deleted: nothing of the old address is left.
    text = (cases / "added-case.yaml").read_text("utf-8").replace("id: added-case", "id: renamed-case", 1)
    (cases / "added-case.yaml").unlink()
    (cases / "renamed-case.yaml").write_text(text, "utf-8")
    files = assert_same_as_clean(project, tmp_path)
    assert "cases/renamed-case.html" in files and not holding(files, "added-case")
    (cases / "renamed-case.yaml").unlink()
    files = assert_same_as_clean(project, tmp_path)
    assert not holding(files, "renamed-case")


def test_labels_and_references_changed(project, tmp_path):
    replace(project / "data" / "vocabulary" / "domains.yaml", "label: Purchasing", "label: What anchors buy")
    replace(project / "references.bib", "Building healthier communities", "Building fairer communities")
    files = assert_same_as_clean(project, tmp_path)
    assert not {name for name in holding(files, "Purchasing") if not name.startswith("pagefind")}
    assert holding(files, "What anchors buy") >= {"domains/purchasing.html", "domains/index.html", "index.html", "explore.html", "resources/index.html", "cases/gm-social-value-framework.html"}
    assert "references.html" in holding(files, "Building fairer communities")
    # A reference that nothing cites any more leaves the page.
    bib = project / "references.bib"
    bib.write_text(bib.read_text("utf-8") + "\n@misc{left_over,\n  title = {Left over},\n  year = {2020},\n}\n", "utf-8")
    done = anchorbook(project, "check")
    assert done.returncode == 0 and "uncited-reference nothing cites \"left_over\"" in done.stdout


def test_a_page_renamed_shows_in_every_menu(project, tmp_path):
    replace(project / "_toc.yml", "title: Explore", "title: Look around")
    files = assert_same_as_clean(project, tmp_path)
    # The maps are shown in a frame of another page, and slides fill the screen: neither has a menu.
    pages = {name: content for name, content in files.items() if name.endswith(".html") and not name.startswith(("maps/", "training/slides/"))}
    assert len(pages) > 100 and all(b">Look around<" in content for content in pages.values())


def test_nothing_changed_writes_nothing(project):
    build(project)
    before = {path: path.stat().st_mtime_ns for path in (project / "_build" / "html").rglob("*") if path.is_file()}
    build(project)
    after = {path: path.stat().st_mtime_ns for path in (project / "_build" / "html").rglob("*") if path.is_file()}
    assert before == after


def test_a_lost_page_comes_back(project):
    page = project / "_build" / "html" / "cases" / "imperial-insourcing.html"
    content = page.read_bytes()
    page.unlink()
    build(project)
    assert page.read_bytes() == content
