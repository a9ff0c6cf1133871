"""The Sphinx extension. Thin: everything it shows comes from the catalogue.

It brings the theme, the roles and directives, the builder and, when Sphinx has finished, fills the pages and
writes the cases.
"""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from typing import Any

from anchorbook.notebooks import NEVER_IN_THE_SITE
from anchorbook.site import SHELLS_ONLY
from anchorbook.site.builder import AnchorHTMLBuilder
from anchorbook.site.directives import DIRECTIVES, ROLES
from anchorbook.site.headers import policy_tag
from anchorbook.site.maps import lift_maps
from anchorbook.site.navigation import add_navigation
from anchorbook.site.notebooks import NotebookRunsDirective, add_runs, name_inputs, offer_downloads, set_cache
from anchorbook.site.pictures import add_pictures
from anchorbook.site.running import run_ahead
from anchorbook.site.slots import Slot

SKELETON = "cases/skeleton"


def _theme_options(_app, config) -> None:
    """Jupyter Book fills theme options meant for its own theme; keep ours."""
    ours = {"primary_nav", "tagline"}
    config.html_context["policy_tag"] = policy_tag()
    config.html_theme_options = {name: value for name, value in config.html_theme_options.items() if name in ours}


def _skeleton(app):
    """The page that every case is poured into."""
    yield SKELETON, {
        "title": str(Slot("case-title")),
        "body": str(Slot("case-body")),
        "metatags": str(Slot("case-meta")),
        "is_case": True,
    }, "page.html"


def _visit_hidden_code(translator, node) -> None:
    """As myst-nb does it, but the button is called what it says, and holds no paragraph, which HTML does not allow there."""
    from myst_nb.sphinx_ import visit_HideCellInput

    before = len(translator.body)
    visit_HideCellInput(translator, node)
    shown = "".join(translator.body[before:]).replace(' aria-label="Toggle hidden content"', "")
    translator.body[before:] = [shown.replace("<p ", "<span ").replace("</p>", "</span>")]


def _visit_table(translator, node) -> None:
    translator.body.append('<div class="scroll">')
    type(translator).visit_table(translator, node)


def _visit_entry(translator, node) -> None:
    """A cell. In tables of the class ``stacks`` it bears the name of its column, which a small screen shows before it."""
    before = len(translator.body)
    type(translator).visit_entry(translator, node)
    group = node.parent.parent.parent
    if "stacks" in group.parent["classes"] and (heads := next((part for part in group if part.tagname == "thead"), None)):
        name = heads[0][node.parent.index(node)].astext()
        translator.body[before] = translator.body[before].replace("<td", f'<td data-label="{escape(name)}"', 1)


def _depart_entry(translator, node) -> None:
    type(translator).depart_entry(translator, node)


def _depart_table(translator, node) -> None:
    type(translator).depart_table(translator, node)
    translator.body.append("</div>\n")


def _adjust_html(app, _config) -> None:
    """Name hidden code properly; let wide tables scroll by themselves on a small screen."""
    from docutils import nodes
    from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput

    app.add_node(HideCodeCellNode, override=True, html=(_visit_hidden_code, depart_HideCellInput))
    app.add_node(nodes.table, override=True, html=(_visit_table, _depart_table))
    app.add_node(nodes.entry, override=True, html=(_visit_entry, _depart_entry))


def _publish(app, error) -> None:
    if error or app.builder.name != "html" or os.environ.get(SHELLS_ONLY):
        return
    from sphinx.errors import ExtensionError

    from anchorbook.project import Project
    from anchorbook.reporting import as_text
    from anchorbook.site.beside import NextSite
    from anchorbook.site.indexing import SearchIndex
    from anchorbook.site.publish import publish, read_for_site

    project = Project(Path(app.srcdir))
    catalogue = read_for_site(project)
    site = NextSite(Path(app.outdir), project.cache, in_place=True)
    result = publish(project, catalogue, shells=app.builder.shells, static=Path(app.outdir), site=site)
    if result.errors:
        raise ExtensionError(as_text(result.errors))
    index = SearchIndex(project, catalogue, site)
    index.make_cases()
    index.install()
    site.finish()


def add_to(app) -> dict[str, Any]:
    """Add all of it to Sphinx; returns what Sphinx wants to know of an extension."""
    for name in NEVER_IN_THE_SITE:
        os.environ.pop(name, None)
    # Jupyter Book always sets these options of extensions that the book does not use.
    for name, default in (("comments_config", {}), ("use_jupyterbook_latex", False)):
        if name not in app.config:
            app.add_config_value(name, default, "")
    app.add_builder(AnchorHTMLBuilder, override=True)
    app.add_html_theme("anchorbook", str(Path(__file__).parent / "theme"))
    for name, role in ROLES.items():
        app.add_role(name, role())
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.connect("config-inited", _theme_options, priority=900)
    app.connect("config-inited", set_cache, priority=900)
    app.connect("config-inited", _adjust_html, priority=901)
    app.add_directive("notebook-runs", NotebookRunsDirective)
    app.connect("env-before-read-docs", run_ahead)
    app.connect("source-read", name_inputs)
    app.connect("html-page-context", lift_maps, priority=300)
    app.connect("html-page-context", add_pictures, priority=290)
    app.connect("html-page-context", add_runs, priority=400)
    app.connect("html-page-context", add_navigation)
    app.connect("build-finished", offer_downloads, priority=800)
    app.connect("html-collect-pages", _skeleton)
    app.connect("build-finished", _publish, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
