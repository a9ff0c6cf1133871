"""Links to the project at its code host, which a build knows only when it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from anchorbook.project import repository_address
from anchorbook.site.rendering import Words, render
from anchorbook.site.slots import Slot

if TYPE_CHECKING:
    from anchorbook.site.fill import Filler


def _link(filler: Filler, slot: Slot, words: Words) -> str:
    text, address = slot.options["text"], repository_address()
    if not address:
        return str(escape(text))
    return str(Markup('<a href="{}">{}</a>').format("/".join(filter(None, (address, slot.options["id"]))), text))


def _where(filler: Filler, slot: Slot, words: Words) -> str:
    return render("repository-address.html", words, address=repository_address())


KINDS: dict[str, Callable[[Filler, Slot, Words], str]] = {"repository": _link, "repository-address": _where}
