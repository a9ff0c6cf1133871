"""One zip for a room: the site that opens from a disk, cards and hand-outs as PDF, slides, notebooks with their data."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from anchorbook.calling import call
from anchorbook.catalogue import Catalogue
from anchorbook.inside.scanning import Parsed, resolve
from anchorbook.nearest import nearest
from anchorbook.notebooks import catalogue_digest
from anchorbook.project import Project
from anchorbook.site.briefs import read_briefs
from anchorbook.site.rendering import environment
from anchorbook.training import sheets
from anchorbook.training.paper import Stamp, stamp_of
from anchorbook.training.workshops import Workshop, cases_used

SITE, PAPER, PROJECT = "site", "paper", "project"
PARTS = ("book", "case_studies", "data", "notebooks")
FILES = ("references.bib", "requirements.lock", "_toc.yml", "_config.yml", "LICENSE", "LICENSE-CONTENT.md")
LEFT_OUT = ("pagefind/", "404.html", "SHA256SUMS")
"""Parts of the site that do not work from a disk. The search page says so and leads to Explore. The pack has checksums of its own."""

Say = Callable[[str], None]


class CannotPack(ValueError):
    """Something that was asked for is not there; says what, in plain words."""


@dataclass(frozen=True)
class Packed:
    """The zip that was written, and what is in it."""

    path: Path
    files: int
    size: int
    cases: int


def ids_in(text: str) -> list[str]:
    """The ids of cases in what a person gives: ids with commas between, or the link of a shared shortlist."""
    shared = text.rpartition("#")[2]
    shared = shared.partition("ids=")[2] or shared
    return list(dict.fromkeys(id for id in re.split(r"[\s,&]+", shared.replace("%2C", ",")) if id))


def need_names(catalogue: Catalogue, workshop: str, ids: Iterable[str]) -> None:
    """Look for what a pack is asked for: a workshop, unless it is empty, and cases.

    :raises CannotPack: when any of it is not there; names all that is not
    """
    workshops, listed = catalogue.training.workshop, {entry.id for entry in catalogue.entries}
    said = []
    if workshop and workshop not in workshops:
        said.append(f"There is no workshop \"{workshop}\".{_meant(workshop, workshops)} There are: {', '.join(workshops) or 'none'}.")
    said += [f"There is no case \"{id}\".{_meant(id, listed)}" for id in ids if id not in listed]
    if said:
        raise CannotPack("\n".join(said))


def _meant(word: str, choices: Iterable[str]) -> str:
    guess = nearest(word, choices)
    return f" Did you mean \"{guess}\"?" if guess else ""


def edition(project: Project) -> str:
    """A short name for all that the numbers come from: the same in every pack made from the same cases and tables."""
    parts = [catalogue_digest(project), *(path.name + hashlib.sha256(path.read_bytes()).hexdigest() for path in project.tables())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]


def _paper(catalogue: Catalogue, briefs: list[dict], workshop: Workshop | None, stamp: Stamp, start: str) -> Iterator[tuple[str, str, bytes]]:
    """Name, what it is, and bytes of each PDF."""
    if briefs:
        yield "cards.pdf", "Case cards: print on both sides, turn on the long edge, cut once", sheets.cards_pdf(briefs, catalogue, stamp)
        yield "hand-outs.pdf", "Hand-outs: one page a case", sheets.handouts_pdf(briefs, stamp)
    if workshop:
        yield "facilitator.pdf", "For the facilitator: agenda, checklist, notes", sheets.facilitator_pdf(workshop, catalogue, stamp, start=start)
    used = {block.activity for block in workshop.blocks} if workshop else None
    activities = [activity for activity in catalogue.training.activities if used is None or activity.id in used]
    if sheets_to_fill := sheets.fill_in_pdf(activities, catalogue, stamp):
        yield "sheets-to-fill-in.pdf", "Sheets that groups fill in", sheets_to_fill
    yield "blank-cards.pdf", "Blank cards: two on a page", sheets.blank_card_pdf(catalogue.vocabulary, stamp)
    if catalogue.training.progression:
        yield "self-assessment.pdf", "The self-assessment on paper", sheets.assessment_pdf(catalogue.training.progression, catalogue, stamp)
    if catalogue.training.feedback:
        yield "feedback-form.pdf", "The feedback form", sheets.feedback_form_pdf(catalogue.training.feedback, stamp)


def _site(project: Project) -> Iterator[tuple[str, Path]]:
    for path in sorted(project.html.rglob("*")):
        name = path.relative_to(project.html).as_posix()
        if path.is_file() and not name.startswith(LEFT_OUT) and path.suffix != ".part":
            yield f"{SITE}/{name}", path


def _project(project: Project) -> Iterator[tuple[str, Path]]:
    """The project that notebooks read, as it is. The package lies beside them, where they find it without an installation."""
    package = Path(__file__).parent
    folders = [(project.root / name, f"{PROJECT}/{name}") for name in PARTS]
    folders.append((package, f"{PROJECT}/{project.notebooks.name}/{package.name}"))
    for folder, inside in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts):
                yield f"{inside}/{path.relative_to(folder).as_posix()}", path
    for name in FILES:
        if (project.root / name).is_file():
            yield f"{PROJECT}/{name}", project.root / name


def write_pack(
    project: Project, catalogue: Catalogue, target: Path, *, workshop: str = "", ids: Iterable[str] | None = None, start: str = "", say: Say = print,
) -> Packed:
    """Write the zip for a workshop, for a list of cases, or for a workshop with other cases than its own.

    The site must have been built. The same project gives the same bytes.

    :param start: another start of the workshop than its own, as ``"09:30"``
    :raises CannotPack: when the workshop or a case is not there, or there is no site
    """
    training = catalogue.training
    need_names(catalogue, workshop, ())
    if not (project.html / "index.html").is_file():
        raise CannotPack(f"There is no site yet. Run: {call('build')}")
    held = training.workshop.get(workshop)
    chosen = list(cases_used(held, training.activity) if ids is None and held else ids or ())
    need_names(catalogue, "", chosen)
    stamp = stamp_of(project.title, catalogue.today)
    stamp = Stamp(stamp.book, f"{stamp.version}, edition {edition(project)}", stamp.day, stamp.address)
    say(f"  paper      {len(chosen)} cases")
    paper = list(_paper(catalogue, read_briefs(project, catalogue, chosen), held, stamp, start))
    decks = [item for item in training.workshops if item is held or not held]
    home = environment().get_template("pack.html").render(
        stamp=stamp, workshop=held, decks=decks, paper=[(f"{PAPER}/{name}", about) for name, about, _content in paper],
        cases=[catalogue.by_id[id] for id in chosen], notebooks=sorted(path.stem for path in project.notebooks.glob("*.ipynb")))
    made: dict[str, bytes] = {"START-HERE.html": home.encode(), **{f"{PAPER}/{name}": content for name, _about, content in paper}}
    made["VERSION.txt"] = f"{stamp.book}\n{stamp.said}\n".encode()
    made[f"{PROJECT}/READ-ME.txt"] = _READ_ME.encode()
    copied = {**dict(_site(project)), **dict(_project(project))}
    if lost := sorted({there for link, _, _ in Parsed(home).links if (there := resolve("START-HERE.html", link)) and there not in made and there not in copied}):
        raise CannotPack(f"The first page of the pack would link to what is not there: {', '.join(lost)}. The site is older than the cases. Run: {call('build')}")
    sums: dict[str, str] = {}
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    moment = (max(stamp.day.year, 1980), stamp.day.month, stamp.day.day, 0, 0, 0)
    say(f"  files      {len(made) + len(copied) + 1:,}")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as zipped:
        def put(name: str, content: bytes) -> None:
            entry = zipfile.ZipInfo(f"{target.stem}/{name}", moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            zipped.writestr(entry, content)
            sums[name] = hashlib.sha256(content).hexdigest()

        for name in sorted({*made, *copied}):
            put(name, made[name] if name in made else copied[name].read_bytes())
        put("SHA256SUMS.txt", "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode())
    part.replace(target)
    return Packed(target, len(sums), target.stat().st_size, len(chosen))


_READ_ME = """\
Notebooks of the Health Anchors Evidence Book
=============================================

They lie in the folder notebooks, and all that they read lies beside it. Python 3.11 or newer is needed.

Once, with internet (or from wheels that you have brought):

    python -m pip install -r requirements.lock
    python -m pip install jupyterlab

Then, in this folder:

    python -m jupyterlab notebooks

No Python on this computer? Open ../site/index.html: the pages show what the notebooks give.
"""
