"""Every address outside the book, with the files and lines that it stands in."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

from anchorbook.project import Project

_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}\\\]]+")
_KEY = re.compile(r"[ \t]*@\w+[ \t]*\{[ \t]*([^,\s}]+)[ \t]*,")
_FILES = (("case_studies", "*.y*ml"), ("book", "*.md"), ("notebooks", "*.ipynb"), ("data", "*.yaml"))
_MADE_UP = re.compile(r"https?://(?:[^/]*\.)?(?:example(?:\.com|\.org|\.net)?|localhost|127\.0\.0\.1)(?=[:/?#]|\Z)")
"""Addresses that stand for others in instructions."""


class Use(NamedTuple):
    """One place that gives an address. ``key`` is that of the source, when it is a list of sources."""

    path: str
    line: int
    key: str = ""


def addresses(project: Project) -> dict[str, list[Use]]:
    """Every outside address with its uses."""
    found: dict[str, list[Use]] = defaultdict(list)
    paths = [project.references] + [path for folder, pattern in _FILES for path in sorted((project.root / folder).rglob(pattern)) if path.is_file()]
    for path in paths:
        if not path.is_file():
            continue
        name, key = project.relative(path), ""
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if path == project.references and (entry := _KEY.match(line)):
                key = entry[1]
            for match in _ADDRESS.findall(line) if "://" in line else ():
                address = _trimmed(match)
                use = Use(name, number, key)
                if not _MADE_UP.match(address) and use not in found[address]:
                    found[address].append(use)
    return {address: uses for address, uses in found.items() if uses}


def _trimmed(address: str) -> str:
    """An address without the signs of the sentence around it, and without the place on its page."""
    address = address.rstrip(".,;:!?*")
    while address.endswith(")") and address.count("(") < address.count(")"):
        address = address[:-1].rstrip(".,;:!?*")
    return address.replace("\\n", "").split("#")[0]
