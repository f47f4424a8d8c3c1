"""Mutated workbooks, and the question put to each: do the bulk reader and the exact reader come to the same end?"""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import polars as pl

from desktop.errors import FileRefused
from desktop.portfolio.readers import sniff, xlsx_sheet
from tests.desktop.portfolio_readers import workbooks as wb

TOKENS = (
    b"<",
    b">",
    b"&",
    b'"',
    b"'",
    b" ",
    b"\n",
    b"\r\n",
    b"\t",
    b"\0",
    b"\x01",
    b"\x7f",
    b"\xff",
    b"\xc3\xa9",
    b"\xef\xbf\xbe",
    b"]]>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<?x?>",
    b"<!DOCTYPE x>",
    b"&amp;",
    b"&lt;",
    b"&#0;",
    b"&#13;",
    b"&#x41;",
    b"&bad;",
    b"<row",
    b"</row>",
    b'<row r="3">',
    b"<row/>",
    b'<c r="',
    b"</c>",
    b"<c/>",
    b"<v>",
    b"</v>",
    b"<v/>",
    b"<is>",
    b"</is>",
    b"<t>",
    b"</t>",
    b"<t/>",
    b"<f>",
    b"</f>",
    b"<f/>",
    b'"><v>',
    b"</v></c>",
    b't="s"',
    b' t="n"',
    b' t="str"',
    b' t="e"',
    b' t="b"',
    b' t="inlineStr"',
    b' s="1"',
    b' s="99999999999"',
    b' hidden="1"',
    b' x:y="1"',
    b' xmlns="u"',
    b"</sheetData>",
    b"<sheetData>",
    b"</worksheet>",
    b"-1",
    b"0",
    b"1",
    b"9",
    b"1e5",
    b"1E+400",
    b"99999999999999999999",
    b"+1",
    b"_x000D_",
    b"_x0000_",
    b"A1",
    b"A2",
    b"B2",
    b"XFD1",
    b"AAAA1",
    b"<si>",
    b"</si>",
    b"<r>",
    b"</r>",
    b' xml:space="preserve"',
)
PARTS = (
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
)
EXPECTED = (FileRefused,)
TEXTS = ("a", "b &amp; c", " x ", "", "_x000D_")


def seed_members(rnd: random.Random) -> dict[str, str | bytes]:
    """An honest small workbook with every kind of cell in it."""
    kinds = [
        lambda ref: f'<c r="{ref}" t="s"><v>{rnd.randrange(4)}</v></c>',
        lambda ref: f'<c r="{ref}"><v>{rnd.choice(["1200000000013", "0.5", "1.2E+12", "-7", "60"])}</v></c>',
        lambda ref: f'<c r="{ref}" s="{rnd.randrange(6)}"><v>{rnd.choice(["45351", "60", "0.25", "45351.5"])}</v></c>',
        lambda ref: f'<c r="{ref}" s="{rnd.randrange(5)}"/>',
        lambda ref: f'<c r="{ref}" t="inlineStr"><is><t>{rnd.choice(TEXTS)}</t></is></c>',
        lambda ref: f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve"> y </t></is></c>',
        lambda ref: f'<c r="{ref}" t="str"><f>A1&amp;"x"</f><v>z</v></c>',
        lambda ref: f'<c r="{ref}"><f t="shared" ref="A1:B2" si="0">1+1</f><v>2</v></c>',
        lambda ref: f'<c r="{ref}"><f>1+1</f></c>',
        lambda ref: f'<c r="{ref}" t="e"><v>#N/A</v></c>',
        lambda ref: f'<c r="{ref}" t="b"><v>{rnd.randrange(2)}</v></c>',
        lambda ref: f'<c r="{ref}" t="d"><v>2024-02-29</v></c>',
    ]
    plain = rnd.sample(kinds, rnd.randrange(1, 5))
    rows = []
    number = 0
    for _ in range(rnd.randrange(1, 7)):
        number += rnd.choice([1, 1, 1, 1, 2, 3])
        cells = [rnd.choice(plain)(f"{letter}{number}") for letter in "ABCD" if rnd.random() < 0.9]
        extra = rnd.choice(["", "", ' spans="1:4"', ' hidden="1"', ' ht="15" customHeight="1"'])
        rows.append(f'<row r="{number}"{extra}>{"".join(cells)}</row>')
    tail = rnd.choice(["", '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>', "<pageMargins/>"])
    shared = (
        wb.strings("MPAN", "b &amp; &#233;", "_x0041_", "")
        if rnd.random() < 0.8
        else (f'{wb.XML}<sst xmlns="{wb.MAIN}"><si><t>a</t></si><si><r><t>b</t></r></si><si><t/></si><si/></sst>')
    )
    return wb.parts(wb.sheet("".join(rows), after=tail), shared=shared)


def mutate(members: dict[str, str | bytes], rnd: random.Random) -> None:
    """Change one part a little: bytes, tokens put in or over, a stretch cut out, repeated or moved."""
    part = rnd.choice([part for part in PARTS if part in members])
    content = members[part]
    data = bytearray(content.encode() if isinstance(content, str) else content)
    for _ in range(rnd.randrange(1, 4)):
        at = rnd.randrange(len(data) + 1)
        if part.endswith("sheet1.xml") and rnd.random() < 0.9:
            at = min(len(data), max(at, data.find(b"<sheetData>") + 11))
        way = rnd.randrange(6)
        if way == 0 and at < len(data):
            data[at] = rnd.randrange(256)
        elif way == 1:
            data[at:at] = rnd.choice(TOKENS)
        elif way == 2:
            token = rnd.choice(TOKENS)
            data[at : at + len(token)] = token
        elif way == 3:
            del data[at : at + rnd.randrange(1, 30)]
        elif way == 4:
            data[at:at] = data[at : at + rnd.randrange(1, 60)]
        else:
            old = rnd.choice(TOKENS)
            data = data.replace(old, rnd.choice(TOKENS), 1)
        if not data:
            break
    members[part] = bytes(data)


def mutate_bytes(path: Path, rnd: random.Random) -> None:
    """Change some bytes of the whole file, its ZIP structure included."""
    data = bytearray(path.read_bytes())
    for _ in range(rnd.randrange(1, 5)):
        data[rnd.randrange(len(data))] = rnd.randrange(256)
    if rnd.random() < 0.2:
        del data[rnd.randrange(len(data)) :]
    path.write_bytes(bytes(data))


def outcome(path: Path, *, bulk: bool) -> object:
    """What comes of a file: "refused", or everything that was read of it. Any other exception is a fault of ours."""
    parquet = path.with_suffix(".parquet")
    try:
        if sniff.sniff(path).kind is not sniff.FormKind.XLSX:
            return "not a workbook"
        reading = xlsx_sheet.read(path, None, parquet, lambda *_: None, bulk=bulk)
    except EXPECTED:
        return "refused"
    faults = sorted((one.kind, one.row or 0, one.column or 0, one.value, one.message) for one in reading.faults)
    return (
        reading.headings,
        reading.heading_row,
        reading.sheet,
        reading.rows,
        dict(reading.fault_counts),
        faults,
        pl.read_parquet(parquet).rows(),
    )


def one_round(folder: Path, seed: int) -> tuple[object, object]:
    """Make and mutate one workbook from a seed and read it by both readers."""
    rnd = random.Random(seed)
    members = seed_members(rnd)
    path = folder / "book.xlsx"
    if rnd.random() < 0.9:
        for _ in range(rnd.choice([0, 1, 1, 1, 2])):
            mutate(members, rnd)
        wb.pack(path, members, method=zipfile.ZIP_STORED)
    else:
        wb.pack(path, members)
        mutate_bytes(path, rnd)
    return outcome(path, bulk=True), outcome(path, bulk=False)
