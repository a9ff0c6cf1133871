"""All that knows of Sphinx or of pages. This package itself is the Sphinx extension that ``_config.yml`` names.

What makes it one is in :mod:`anchorbook.site.extension`, and is loaded by Sphinx alone: whoever fills pages need not
wait for Sphinx.
"""

from __future__ import annotations

from typing import Any

SHELLS_ONLY = "ANCHORBOOK_SHELLS_ONLY"
"""Set by ``anchorbook build``, which fills the pages itself."""


def setup(app) -> dict[str, Any]:
    """Add to Sphinx what the book needs."""
    from anchorbook.site.extension import add_to

    return add_to(app)
