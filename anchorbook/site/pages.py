"""Pages as Sphinx made them, filled from the catalogue: all of them for a build, one at a time for the preview."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from anchorbook.addresses import load_redirects
from anchorbook.catalogue import Catalogue, Entry
from anchorbook.gazetteer import load_gazetteer
from anchorbook.project import Project
from anchorbook.site import redirects, search
from anchorbook.site.fill import Filler, explore_address
from anchorbook.site.heads import finish_head
from anchorbook.site.outside import Report
from anchorbook.site.slots import fill

SKELETON_PAGE = "cases/skeleton.html"
EXPLORE_PAGE = "explore.html"


def root_of(page: str) -> str:
    """The way from a page to the home folder."""
    return "../" * page.count("/")


def shells_of(project: Project) -> Path:
    """Where a build leaves the pages as Sphinx made them."""
    return project.build / "sphinx" / "_build" / "shells"


def outlines_of(project: Project) -> Path:
    """The outlines of the country, for maps."""
    return project.data / "outlines-england-wales.geojson"


class Pages:
    """Fills the pages of one catalogue. ``shells`` is the folder of the pages as Sphinx made them; ``made_of`` gives what
    was made of cases, from one shelf of the store."""

    def __init__(self, project: Project, catalogue: Catalogue, shells: Path, made_of: Callable[[str, list[Entry]], list[str]]):
        self.shells = shells
        self.gazetteer = load_gazetteer(project.data / "places.csv")
        self.moved = load_redirects(project.redirects, project.relative(project.redirects))
        self.filler = Filler(catalogue, search.bundle_names(len(catalogue.searched)), made_of, self.gazetteer, outlines_of(project))
        self.filler.outside = Report.of(project)

    def shell(self, page: str) -> str:
        """A page as Sphinx made it. Raises OSError when there is none."""
        return (self.shells / page).read_text("utf-8")

    def names(self) -> list[str]:
        """Addresses of the pages, without the frame of the cases and the further pages of Explore."""
        found = (path.relative_to(self.shells).as_posix() for path in sorted(self.shells.rglob("*.html")))
        return [page for page in found if page != SKELETON_PAGE]

    def filled(self, page: str) -> str:
        """One page, without the lines of places that have moved."""
        root = root_of(page)
        return finish_head(page, self.filler.glossary.link_main(page, fill(self.shell(page), lambda slot: self.filler(slot, root)), root))

    def whole(self, page: str) -> str:
        """One page as readers see it."""
        return redirects.with_moved_places({page: self.filled(page)}, self.moved)[page]

    def explore(self, number: int) -> str:
        """A page of Explore after the first: other cards, for those who browse without scripts."""
        return finish_head(explore_address(number), fill(self.shell(EXPLORE_PAGE), lambda slot: self.filler(slot, "", number)))
