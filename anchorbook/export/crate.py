"""The collection as an RO-Crate (version 1.1), for libraries and archives."""

from __future__ import annotations

import json
from typing import Any

from anchorbook.catalogue import Catalogue
from anchorbook.export import LICENCE_URL, VERSION, Site, exported
from anchorbook.open_data import CATALOGUE, CRATE, FILES, SCHEMA

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
CONFORMS = "https://w3id.org/ro/crate/1.1"
AUTHOR = "#author"


def crate(catalogue: Catalogue, site: Site) -> dict[str, Any]:
    """The description. Its date is that of the newest change; without any history, the day the build counts as its own.

    Addresses in it lead from the home folder, so a copy on a disk describes itself too.
    """
    files = [file for file in FILES if file.path != CRATE]
    count = len(exported(catalogue))
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": site.title,
        "description": f"An evidence book about anchor institutions with {count:,} case{'' if count == 1 else 's'}, their measures and their sources.",
        "datePublished": site.changed or catalogue.today.isoformat(),
        "version": VERSION,
        "license": {"@id": LICENCE_URL},
        "author": {"@id": AUTHOR},
        "publisher": {"@id": AUTHOR},
        "inLanguage": "en-GB",
        "hasPart": [{"@id": file.path} for file in files],
    }
    if site.address:
        root["url"] = f"{site.address}/"
    parts = [{"@id": file.path, "@type": "File", "name": file.title, "description": file.about, "encodingFormat": file.media,
              "license": {"@id": LICENCE_URL}, **({"conformsTo": {"@id": SCHEMA}} if file.path == CATALOGUE else {})} for file in files]
    return {"@context": CONTEXT, "@graph": [
        {"@id": CRATE, "@type": "CreativeWork", "conformsTo": {"@id": CONFORMS}, "about": {"@id": "./"}},
        root,
        {"@id": AUTHOR, "@type": "Organization", "name": site.author or site.title},
        {"@id": LICENCE_URL, "@type": "CreativeWork", "name": "Creative Commons Attribution 4.0 International", "identifier": "CC-BY-4.0"},
        *parts,
    ]}


def crate_text(catalogue: Catalogue, site: Site) -> str:
    """The description as a file."""
    return json.dumps(crate(catalogue, site), ensure_ascii=False, indent=1) + "\n"
