"""Takes the answers that the last check of outside addresses kept, out of the archive of the code host, as data.

``python3 -m anchorbook.outside.kept ARCHIVE FILE``. Needs nothing that must be installed. Nothing is unpacked to the disk:
the answers are read, and written anew. When there are none, or they cannot be used, it says so and ends well: a book is built
without them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from anchorbook.outside.memory import NotAResult, read_text, write_file
from anchorbook.pull_request import read_artefact
from anchorbook.reviewing import NotAReview

NAME = "link-check.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Take ``link-check.json`` out of the archive and write it to the file."""
    archive, target = map(Path, sys.argv[1:] if arguments is None else arguments)
    try:
        result = read_text(read_artefact(archive.read_bytes(), NAME))
    except (OSError, NotAReview, NotAResult) as error:
        print(f"There are no answers of an earlier check to go on from: {error}")
        return 0
    write_file(target, result)
    print(f"{len(result.addresses):,} addresses, last asked {result.day}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
