"""A record as a tidy YAML file, with a note over each field.

Whatever a value holds, it stays a value: text is always between quotes or in a block of text, so no part of it is
read as YAML. Signs that a person would not see (control characters, marks that turn the direction of writing) are
written as escapes, so that whoever reviews the file can see them.
"""

from __future__ import annotations

import os
import re
import textwrap
import unicodedata
from pathlib import Path
from typing import Any

from anchorbook.ids import is_id, is_reserved
from anchorbook.model import CaseStudy
from anchorbook.reading import MAX_BYTES
from anchorbook.schema import MODELINE
from anchorbook.vocabulary import Vocabulary

WIDTH = 100
LONG = 80
"""Text longer than this becomes a block of text."""

_KEY = re.compile(r"[a-z][a-z_]{1,40}")
_GUESSED = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]")


class Taken(Exception):
    """There is a file of that name; it was left alone."""


def as_yaml(data: dict[str, Any], vocabulary: Vocabulary | None = None, *, notes: bool = True) -> str:
    """The record as a YAML file. Fields come in the order of the model; ``notes`` puts a line of explanation over each.

    With a ``vocabulary`` the notes name the choices.
    """
    known = [name for name in CaseStudy.model_fields if name in data]
    lines = [MODELINE] if notes else []
    for name in (*known, *(name for name in data if name not in CaseStudy.model_fields)):
        if notes:
            lines += ["", *_note(name, vocabulary)]
        lines += _field(name, data[name], 0)
    return "\n".join(lines) + "\n"


def plain_yaml(data: dict[str, Any]) -> str:
    """Any mapping as YAML, with the same care for what is in it."""
    return "\n".join(line for name, value in data.items() for line in _field(name, value, 0)) + "\n"


def _note(name: str, vocabulary: Vocabulary | None) -> list[str]:
    info = CaseStudy.model_fields.get(name)
    if info is None:
        return []
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    said = str(info.description)
    facet = str(extra.get("vocabulary", ""))
    if vocabulary and facet in vocabulary:
        said += " One of: " + ", ".join(vocabulary[facet].by_id) + "."
    return textwrap.wrap(said, WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False, break_long_words=False)


def _field(name: Any, value: Any, depth: int) -> list[str]:
    """The lines of one field."""
    pad = "  " * depth
    key = name if isinstance(name, str) and _KEY.fullmatch(name) and name not in _GUESSED else _quoted(str(name))
    if isinstance(value, dict) and value:
        return [f"{pad}{key}:", *(line for inner, item in value.items() for line in _field(inner, item, depth + 1))]
    if isinstance(value, (list, tuple)) and value:
        return [f"{pad}{key}:", *(line for item in value for line in _item(item, depth + 1))]
    first, *rest = _scalar(value, depth + 1)
    return [f"{pad}{key}: {first}", *rest]


def _item(value: Any, depth: int) -> list[str]:
    """The lines of one entry of a list."""
    pad = "  " * depth
    if isinstance(value, dict) and value:
        lines = [line for inner, item in value.items() for line in _field(inner, item, depth + 1)]
        return [f"{pad}- {lines[0].lstrip()}", *lines[1:]]
    if isinstance(value, (list, tuple)) and value:
        lines = [line for item in value for line in _item(item, depth + 1)]
        return [f"{pad}- {lines[0].lstrip()}", *lines[1:]]
    first, *rest = _scalar(value, depth + 1)
    return [f"{pad}- {first}", *rest]


def _scalar(value: Any, depth: int) -> list[str]:
    """A single value; a block of text takes several lines."""
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, (int, float)):
        if value != value or value in (float("inf"), float("-inf")) or abs(value) >= 10**18:
            raise ValueError(f"{value} cannot be written as a number.")
        return [repr(value)]
    if isinstance(value, str):
        return _text(value, depth)
    return ["[]" if isinstance(value, (list, tuple)) else "{}"]


def _text(value: str, depth: int) -> list[str]:
    pad = "  " * depth
    lines = value.split("\n")
    # A block of text needs a first line that starts with a letter, and no sign that is not seen.
    plain = value and not _UNSEEN.search(value) and not value[0].isspace() and not value.endswith(("\n", " "))
    if plain and len(lines) == 1 and len(value) > LONG and "  " not in value:
        wrapped = _wrap(value, WIDTH - len(pad))
        return [">-", *(pad + line for line in wrapped)]
    if plain and len(lines) > 1 and not any(line.startswith(" ") or line.endswith(" ") for line in lines):
        return ["|-", *(pad + line if line else "" for line in lines)]
    return [_quoted(value)]


def _wrap(text: str, width: int) -> list[str]:
    """Break text at single spaces only, so that it folds back to the very same."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def comment(text: str) -> str:
    """Text as a comment of one line."""
    return f"# {_seen(' '.join(text.split()))}"


def _quoted(text: str) -> str:
    """Text between quotation marks on one line."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{_seen(text)}"'


def _seen(text: str) -> str:
    """Text with an escape in place of every sign that nobody sees."""
    text = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)
    return _UNSEEN.sub(lambda found: f"\\x{ord(found[0]):02x}" if ord(found[0]) < 256 else f"\\u{ord(found[0]):04x}", text)


def slug(text: str, otherwise: str = "case") -> str:
    """A name for a file out of any text: small letters, digits and hyphens, never empty, never a name a computer keeps for itself."""
    flat = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", flat.replace("'", ""))
    name = ""
    for word in words:
        if len(name) + 1 + len(word) > 60:
            break
        name = f"{name}-{word}" if name else word
    name = name or (words[0][:60] if words else otherwise)
    return f"case-{name}" if is_reserved(name) else name


def is_taken(folder: Path, id: str) -> bool:
    """True when a case of that id is there, under either ending."""
    return any(os.path.lexists(folder / f"{id}{ending}") for ending in (".yaml", ".yml"))


def write_new(folder: Path, id: str, text: str) -> Path:
    """Write ``folder/<id>.yaml``, which must not be there yet.

    :raises ValueError: when the id is not a plain name, so it could lead elsewhere; when the text is too long to be read again
    :raises Taken: when a file of that name is there
    """
    if not is_id(id):
        raise ValueError(f"\"{id[:80]}\" cannot be the name of a file: use small letters, digits and hyphens.")
    if is_taken(folder, id):
        raise Taken(f"{id}.yaml is there already and was left alone. Choose another id.")
    path = folder / f"{id}.yaml"
    raw = text.encode("utf-8")
    if len(raw) > MAX_BYTES:
        raise ValueError(f"Nothing was written: the record would be larger than {MAX_BYTES // 1024} KB.")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except FileExistsError:
        raise Taken(f"{id}.yaml is there already and was left alone. Choose another id.") from None
    with os.fdopen(handle, "wb") as stream:
        stream.write(raw)
    return path
