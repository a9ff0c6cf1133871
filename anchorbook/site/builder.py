"""The HTML builder: short addresses, and pages that are shells until they are filled."""

from __future__ import annotations

from pathlib import Path

from sphinx.builders.html import StandaloneHTMLBuilder

from anchorbook.site.docnames import address


class AnchorHTMLBuilder(StandaloneHTMLBuilder):
    """Sphinx's HTML builder with two changes.

    ``book/about/index`` has the address ``about/index.html``, and pages are written beside the output
    folder, as shells, for :func:`anchorbook.site.publish.publish` to fill.
    """

    search = False

    @property
    def shells(self) -> Path:
        return Path(self.outdir).parent / "shells"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return super().get_target_uri(address(docname), typ)

    def get_outfilename(self, pagename: str) -> str:
        return str(self.shells / (address(pagename) + self.out_suffix))

    def handle_page(self, pagename, addctx, templatename="page.html", outfilename=None, event_arg=None):
        if templatename in ("genindex.html", "genindex-split.html", "search.html"):
            return
        super().handle_page(pagename, addctx, templatename, outfilename, event_arg)
