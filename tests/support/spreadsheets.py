"""Small .xlsx files with something wrong: the same dice give the same bytes."""

from __future__ import annotations

import io
import random
import zipfile
from xml.sax.saxutils import escape

SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINK = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_UNFIT = {number: None for number in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)}


def parts_of(rows: list[list[str]], *, shared: bool = False) -> dict[str, str]:
    """The parts of a workbook of one sheet. XML cannot hold control characters: they are left out."""
    words: list[str] = []
    lines = []
    for number, row in enumerate(rows, 1):
        cells = ""
        for at, text in enumerate(row):
            place, text = f"{chr(65 + at)}{number}", escape(text.translate(_UNFIT).encode("utf-8", "replace").decode())
            if shared:
                cells += f'<c r="{place}" t="s"><v>{len(words)}</v></c>'
                words.append(text)
            else:
                cells += f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
        lines.append(f'<row r="{number}">{cells}</row>')
    found = {
        "xl/workbook.xml": f'<workbook {SPACE} {LINK}><sheets><sheet name="Card" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {SPACE}><sheetData>{''.join(lines)}</sheetData></worksheet>",
    }
    if shared:
        found["xl/sharedStrings.xml"] = f"<sst {SPACE}>" + "".join(f"<si><t>{word}</t></si>" for word in words) + "</sst>"
    return found


def packed(parts: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a file. Their times are fixed, so that the bytes are the same each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, text in parts.items():
            book.writestr(zipfile.ZipInfo(name), text.encode("utf-8", "replace"), method)
    return out.getvalue()


_REPLACED = (('r="B', 'r="XFD'), ('r="B', 'r="ZZZ'), ('r="A', 'r="'), ("<v>0</v>", "<v>-1</v>"), ("<v>1</v>", "<v>99999</v>"), ("<v>2</v>", "<v>x</v>"), ("<v>3</v>", "<v/>"),
             ("worksheets/sheet1.xml", "../../etc/passwd"), ("worksheets/sheet1.xml", "/xl/workbook.xml"), ('Target="', 'Other="'), ("<sheet ", "<leaf "), ("rId1", "rId2"), ("<si>", ""),
             ("<t>", "<t><t>"), ("</row>", ""), ("<sheetData>", '<!DOCTYPE x [<!ENTITY a "b">]><sheetData>'), ("<row ", "<row/>" * 2000 + "<row "), ("<row ", '<row><c r="XFD1"/></row>' * 50 + "<row "),
             ("<sheetData>", "<sheetData>" + "<x>" * 3000 + "</x>" * 3000), ("<worksheet ", '<?xml version="1.0" encoding="utf-99"?><worksheet '), ("<worksheet ", '<?xml version="1.0" encoding="utf-16"?><worksheet '))


def damaged_workbook(rows: list[list[str]], dice: random.Random) -> bytes:
    """A workbook, mostly with something wrong in its XML or its bytes."""
    parts = parts_of(rows, shared=dice.random() < 0.5)
    if dice.random() < 0.1:
        del parts[dice.choice(list(parts))]
    for _ in range(dice.choice((0, 0, 1, 2))):
        name = dice.choice(list(parts))
        old, new = dice.choice(_REPLACED)
        parts[name] = parts[name].replace(old, new, dice.randint(1, 3))
    raw = packed(parts, dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))
    if dice.random() < 0.5:
        flipped = bytearray(raw)
        for _ in range(dice.randint(1, 4)):
            flipped[dice.randrange(len(raw))] = dice.randrange(256)
        raw = bytes(flipped)
    if dice.random() < 0.05:
        raw = raw[: dice.randrange(len(raw))]
    return raw
