"""`anchorbook pack`: one zip that works in a room without the internet and without Python."""

from __future__ import annotations

import hashlib
import json
import posixpath
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from anchorbook import packing
from anchorbook.packing import CannotPack, ids_in, write_pack
from anchorbook.project import Project
from anchorbook.training.workshops import cases_used
from tests.support.builds import ROOT, anchorbook

SHEETS = {"cards.pdf", "hand-outs.pdf", "facilitator.pdf", "blank-cards.pdf", "self-assessment.pdf", "feedback-form.pdf", "sheets-to-fill-in.pdf"}


def make(catalogue, target: Path, **more):
    return write_pack(Project(ROOT), catalogue, target, say=lambda text: None, **more)


@pytest.fixture(scope="module")
def packed(catalogue, tmp_path_factory):
    return make(catalogue, tmp_path_factory.mktemp("packs") / "introduction.zip", workshop="introduction")


@pytest.fixture(scope="module")
def folder(packed, tmp_path_factory):
    """The zip, unpacked on a computer that has nothing else of the book."""
    target = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(packed.path) as zipped:
        zipped.extractall(target)
    return target / "introduction"


def test_it_holds_what_the_room_needs(folder):
    assert {path.name for path in (folder / "paper").iterdir()} == SHEETS
    for name in ("START-HERE.html", "VERSION.txt", "site/index.html", "site/training/slides/introduction.html", "project/notebooks/workshop-exercises.ipynb",
                 "project/requirements.lock", "project/data/claims.csv", "project/notebooks/anchorbook/library.py", "project/READ-ME.txt"):
        assert (folder / name).is_file(), name


def test_the_same_project_gives_the_same_bytes_and_the_sums_are_right(catalogue, packed, folder, tmp_path):
    again = make(catalogue, tmp_path / "introduction.zip", workshop="introduction")
    assert again.path.read_bytes() == packed.path.read_bytes()
    sums = dict(reversed(line.split("  ", 1)) for line in (folder / "SHA256SUMS.txt").read_text("utf-8").splitlines())
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"SHA256SUMS.txt"}
    assert sums.keys() == there
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())


def test_everything_carries_the_same_stamp(folder):
    stamp = (folder / "VERSION.txt").read_text("utf-8").splitlines()[1]
    assert "edition " in stamp
    assert stamp in BeautifulSoup((folder / "START-HERE.html").read_text("utf-8"), "html.parser").get_text()
    for sheet in SHEETS:
        done = subprocess.run(["pdftotext", str(folder / "paper" / sheet), "-"], capture_output=True, text=True, check=False) if _has("pdftotext") else None
        if done:
            assert " ".join(stamp.split()) in " ".join(done.stdout.split()), sheet


def _has(program: str) -> bool:
    from shutil import which

    return which(program) is not None


def test_no_link_and_no_picture_is_broken(folder):
    pages = {path.relative_to(folder).as_posix(): BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in folder.rglob("*.html")
             if not path.is_relative_to(folder / "project")}  # templates
    broken = []
    for address, page in pages.items():
        for node in page.select("a[href], link[href], script[src], img[src], iframe[src], source[srcset]"):
            target = urlsplit(node.get("href") or node.get("src") or node.get("srcset"))
            if target.scheme or target.netloc or not target.path:
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(address), unquote(target.path)))
            if not (folder / path).exists():
                broken.append((address, path))
    assert broken == [] and len(pages) > 120


def test_it_works_from_a_disk_with_the_network_off(chromium, folder):
    context = chromium.new_context(offline=True, bypass_csp=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    # The next page may be opened while this one still asks for its icon.
    page.on("requestfailed", lambda request: errors.append(request.url) if "ABORTED" not in (request.failure or "") else None)
    page.goto((folder / "START-HERE.html").as_uri())
    page.get_by_role("link", name="Explore", exact=True).click()
    page.fill("#explore-text", "porters")
    page.wait_for_function("document.querySelectorAll('[data-cards] [data-case]').length < 10")
    page.locator("[data-cards] a").first.click()
    assert page.locator("h1").count() == 1
    for name in ("site/training/slides/introduction.html", "site/training/workshops/introduction.html", "site/training/self-assessment.html",
                 "site/training/cards.html", "site/notebooks/basildon-deprivation.html", "site/evidence-map.html"):
        page.goto((folder / name).as_uri())
        assert page.locator("h1").count() >= 1, name
        assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0 || image.loading === 'lazy')"), name
    assert errors == []
    context.close()


def test_a_notebook_runs_where_it_lies(folder):
    """With the package and the tables beside it, and nothing else of the book."""
    code = "import anchorbook, json; print(json.dumps([anchorbook.__file__, len(list(anchorbook.load()))]))"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder / "project" / "notebooks", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    place, count = json.loads(done.stdout)
    assert Path(place).is_relative_to(folder) and count > 30


def test_a_site_that_is_older_than_the_cases_is_not_packed(catalogue, tmp_path, monkeypatch):
    """Its first page would lead to a case that the site does not have."""
    there = packing._site
    monkeypatch.setattr(packing, "_site", lambda project: ((name, path) for name, path in there(project) if name != "site/cases/gm-devolution.html"))
    with pytest.raises(CannotPack, match=r"what is not there: site/cases/gm-devolution\.html\..* Run: \S*anchorbook build"):
        make(catalogue, tmp_path / "p.zip", ids=["gm-devolution"])


def test_a_pack_of_a_shortlist_holds_its_cases_in_their_order(catalogue, tmp_path):
    ids = ids_in("https://example.org/shortlist.html#ids=uhnm-beat-the-cold,imperial-insourcing")
    assert ids == ids_in("uhnm-beat-the-cold, imperial-insourcing,uhnm-beat-the-cold") == ["uhnm-beat-the-cold", "imperial-insourcing"]
    packed = make(catalogue, tmp_path / "mine.zip", ids=ids)
    with zipfile.ZipFile(packed.path) as zipped:
        home = BeautifulSoup(zipped.read("mine/START-HERE.html"), "html.parser")
        assert {name.rpartition("/")[2] for name in zipped.namelist() if "/paper/" in name} == SHEETS - {"facilitator.pdf"}
    assert [a["href"] for a in home.select("a[href^='site/cases/']")] == [f"site/cases/{id}.html" for id in ids]


def test_a_workshop_gets_the_cases_it_names(catalogue, packed):
    used = cases_used(catalogue.training.workshop["introduction"], catalogue.training.activity)
    assert packed.cases == len(used) > 3


@pytest.mark.parametrize("asked, said", [({"workshop": "introductoin"}, "introduction"), ({"ids": ["imperial-insourcin"]}, "Did you mean \"imperial-insourcing\"?")])
def test_what_is_not_there_is_said_and_nothing_is_written(catalogue, tmp_path, asked, said):
    with pytest.raises(CannotPack, match=said):
        make(catalogue, tmp_path / "x.zip", **asked)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments, said", [
    ((), "Say what the pack is for"), (("introduction", "--start", "9"), "is not a time of the day"),
    (("introduction", "--out", str(ROOT / "README.md")), "was left alone"),
])
def test_the_command_says_what_it_needs(arguments, said):
    before = (ROOT / "README.md").read_bytes()
    done = anchorbook(ROOT, "pack", *arguments)
    assert done.returncode == 2 and said in done.stderr
    assert (ROOT / "README.md").read_bytes() == before
