"""Hostile, damaged and wrong workbooks and ZIPs, each with the words its refusal must hold or the rows it must give."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.desktop.portfolio_readers import workbooks as wb

Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Case:
    """One file: how to make it, and what must come of it: words of the refusal, or headings and rows."""

    make: Callable[[Path], Path]
    refused: str = ""
    rows: Rows | None = None


HONEST = wb.grid(("MPAN", "Name"), ("1200000000013", "a"))
HONEST_ROWS: Rows = [("MPAN", "Name"), ("1200000000013", "a")]


def _book(rows: str = HONEST, **given: object) -> Callable[[Path], Path]:
    return lambda folder: wb.workbook(folder / "book.xlsx", rows, **given)


def _sheet(xml: str | bytes, **given: object) -> Callable[[Path], Path]:
    return lambda folder: wb.pack(folder / "book.xlsx", wb.parts(xml, **given))  # type: ignore[arg-type]


def _parts(change: Callable[[dict[str, str | bytes]], object]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        members = wb.parts(wb.sheet(HONEST))
        change(members)
        return wb.pack(folder / "book.xlsx", members)

    return make


def _row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _text(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def _spaces(folder: Path) -> Path:
    """1 GiB of spaces in about 1 MB, as in the trials."""
    path = folder / "book.xlsx"
    start, end = wb.sheet(f'{HONEST}<row r="3"><c r="A3" t="inlineStr"><is><t>@</t></is></c></row>').split("@")
    members = wb.parts("")
    del members["xl/worksheets/sheet1.xml"]
    wb.pack(path, members)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file, file.open("xl/worksheets/sheet1.xml", "w") as out:
        out.write(start.encode())
        block = b" " * 2**20
        for _ in range(1024):
            out.write(block)
        out.write(end.encode())
    return path


def _small_spaces(folder: Path) -> Path:
    return wb.workbook(folder / "book.xlsx", HONEST + _row(3, _text("A3", " " * 20_000_000)))


def _many_rows(folder: Path) -> Path:
    return wb.workbook(folder / "book.xlsx", HONEST + "<row/>" * 3_000_000)


def _blank_rows(folder: Path) -> Path:
    """A sheet formatted to its end: blank cells in every row there is."""
    blank = "".join(f'<row r="{row}" s="1"><c r="A{row}" s="1"/></row>' for row in range(3, 300_001))
    return wb.workbook(folder / "book.xlsx", HONEST + blank)


def _wrong_crc(folder: Path) -> Path:
    path = wb.workbook(folder / "book.xlsx", HONEST)
    with zipfile.ZipFile(path) as file:
        info = file.getinfo("xl/worksheets/sheet1.xml")
    data = bytearray(path.read_bytes())
    at = data.rfind(b"xl/worksheets/sheet1.xml") - 46
    struct.pack_into("<I", data, at + 16, info.CRC ^ 1)
    path.write_bytes(bytes(data))
    return path


def _size_lie(folder: Path) -> Path:
    path = wb.workbook(folder / "book.xlsx", HONEST)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"xl/worksheets/sheet1.xml") - 46
    struct.pack_into("<I", data, at + 24, 40)
    path.write_bytes(bytes(data))
    return path


def _cut(share: float) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = wb.workbook(folder / "book.xlsx", HONEST)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        return path

    return make


def _twice(name: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = wb.workbook(folder / "book.xlsx", HONEST)
        buffer = io.BytesIO(path.read_bytes())
        with zipfile.ZipFile(buffer, "a") as file:
            info = zipfile.ZipInfo(name)
            file.filelist.append(info)
            file.filelist.pop()
            file.NameToInfo.pop(name, None)
            file.writestr(info, "<x/>")
        path.write_bytes(buffer.getvalue())
        return path

    return make


def _encrypted_flag(folder: Path) -> Path:
    path = wb.workbook(folder / "book.xlsx", HONEST)
    wb.patched(path, b"PK\x01\x02", 8, "<H", 1)
    return wb.patched(path, b"PK\x03\x04", 6, "<H", 1)


def _method(number: int) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = wb.workbook(folder / "book.xlsx", HONEST)
        return wb.patched(path, b"PK\x01\x02", 10, "<H", number)

    return make


def _overlap(folder: Path) -> Path:
    path = wb.workbook(folder / "book.xlsx", HONEST)
    data = bytearray(path.read_bytes())
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    path.write_bytes(bytes(data))
    return path


def _dtd(part: str, body: str, doctype: str) -> Callable[[Path], Path]:
    def change(members: dict[str, str | bytes]) -> None:
        text = members[part]
        assert isinstance(text, str)
        members[part] = text.replace(wb.XML, wb.XML + doctype).replace("Name", body or "Name")

    return _parts(change)


LAUGHS = (
    "<!DOCTYPE x ["
    + '<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)
XXE = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'


def _zip(name: str, members: dict[str, str | bytes]) -> Callable[[Path], Path]:
    return lambda folder: wb.pack(folder / name, members)


def _raw(name: str, data: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return make


def _ole(*names: str) -> bytes:
    data = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1528)
    for place, name in enumerate(("Root Entry", *names)):
        entry = name.encode("utf-16-le")
        data[512 + 128 * place : 512 + 128 * place + len(entry)] = entry
    return bytes(data)


def _csv_bomb(folder: Path) -> Path:
    path = folder / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file, file.open("a.csv", "w") as out:
        for _ in range(64):
            out.write(b"0" * 2**20)
    return path


def _many_members(folder: Path) -> Path:
    return wb.pack(folder / "many.zip", {f"f{n}.csv": "a" for n in range(1500)}, method=zipfile.ZIP_STORED)


def _symlink(folder: Path) -> Path:
    path = folder / "link.zip"
    with zipfile.ZipFile(path, "w") as file:
        info = zipfile.ZipInfo("a.csv")
        info.external_attr = 0o120777 << 16
        file.writestr(info, "/etc/passwd")
    return path


def _zip_crc(folder: Path) -> Path:
    path = wb.pack(folder / "bad.zip", {"a.csv": "MPAN\n1\n"})
    return wb.patched(path, b"PK\x01\x02", 16, "<I", 12345)


def _deflate64(folder: Path) -> Path:
    path = wb.pack(folder / "d64.zip", {"a.csv": "MPAN\n1\n"})
    return wb.patched(path, b"PK\x01\x02", 10, "<H", 9)


def _locked_zip(folder: Path) -> Path:
    path = wb.pack(folder / "locked.zip", {"a.csv": "MPAN\n1\n"})
    return wb.patched(path, b"PK\x01\x02", 8, "<H", 1)


TWO = _row(1, _text("A1", "MPAN"), _text("B1", "Name"))

WORKBOOKS: dict[str, Case] = {
    "honest": Case(_book(), rows=HONEST_ROWS),
    "cell at the last corner of a sheet": Case(_book(_row(1048576, _text("XFD1048576", "x"))), "512 columns"),
    "cell far to the right": Case(_book(TWO + _row(2, _text("XFD2", "x"))), "512 columns"),
    "cell beyond the last column": Case(_book(TWO + _row(2, _text("XFE2", "x"))), "no cell of a sheet"),
    "row beyond the last": Case(_book(TWO + _row(1048577, _text("A1048577", "x"))), "no cell of a sheet|beyond"),
    "row number of a thousand digits": Case(_book(f'<row r="{"9" * 1000}"/>'), "numbered"),
    "shared text counts lie": Case(
        _sheet(
            wb.sheet(TWO + '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'),
            shared=f'{wb.XML}<sst xmlns="{wb.MAIN}" count="4294967295" uniqueCount="4294967295"'
            "><si><t>z</t></si></sst>",
        ),
        rows=[("MPAN", "Name"), ("z", "")],
    ),
    "a gigabyte of spaces": Case(_spaces, "times its size"),
    "twenty megabytes of spaces": Case(_small_spaces, "32,767"),
    "three million rows": Case(_many_rows, "beyond the 1,048,576|out of order"),
    "blank formatted rows to the end": Case(_blank_rows, rows=HONEST_ROWS),
    "merge of a whole sheet": Case(
        _sheet(wb.sheet(HONEST, after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')), "merged"
    ),
    "merge of nothing": Case(_sheet(wb.sheet(HONEST, after='<mergeCells><mergeCell ref="?"/></mergeCells>')), "merges"),
    "dimension lies": Case(_sheet(wb.sheet(HONEST, before='<dimension ref="A1"/>')), rows=HONEST_ROWS),
    "shared index -1": Case(_book(TWO + _row(2, '<c r="A2" t="s"><v>-1</v></c>'), shared=wb.strings("a")), "A2"),
    "shared index beyond": Case(_book(TWO + _row(2, '<c r="A2" t="s"><v>1</v></c>'), shared=wb.strings("a")), "A2"),
    "shared index huge": Case(
        _book(TWO + _row(2, f'<c r="A2" t="s"><v>{"9" * 400}</v></c>'), shared=wb.strings("a")), "A2"
    ),
    "shared index 1_0": Case(_book(TWO + _row(2, '<c r="A2" t="s"><v>0_0</v></c>'), shared=wb.strings("a")), "A2"),
    "shared index of other digits": Case(
        _book(TWO + _row(2, '<c r="A2" t="s"><v>٠</v></c>'), shared=wb.strings("a")), "A2"
    ),
    "shared text without any": Case(_book(TWO + _row(2, '<c r="A2" t="s"><v>0</v></c>')), "A2"),
    "rows out of order": Case(_book(TWO + _row(3, _text("A3", "x")) + _row(2, _text("A2", "y"))), "row 2 stands after"),
    "row number twice": Case(_book(TWO + _row(2, _text("A2", "x")) + _row(2, _text("A2", "y"))), "row 2 stands after"),
    "row numbers missing": Case(
        _book("<row><c t='inlineStr'><is><t>MPAN</t></is></c></row><row><c t='inlineStr'><is><t>1</t></is></c></row>"),
        rows=[("MPAN",), ("1",)],
    ),
    "cells out of order": Case(_book(TWO + _row(2, _text("B2", "x"), _text("A2", "y"))), "out of order"),
    "cell twice": Case(_book(TWO + _row(2, _text("A2", "x"), _text("A2", "y"))), "out of order"),
    "cell of another row": Case(_book(TWO + _row(2, _text("A7", "x"))), "stands in row 2"),
    "cell named in lower case": Case(_book(TWO + _row(2, _text("a2", "x"))), "no cell of a sheet"),
    "sheet in UTF-16": Case(
        _sheet(wb.sheet(HONEST, declaration='<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16")),
        rows=HONEST_ROWS,
    ),
    "sheet in latin-1": Case(
        _sheet(
            wb.sheet(wb.grid(("MPAN", "Café")), declaration='<?xml version="1.0" encoding="ISO-8859-1"?>').encode(
                "latin-1"
            )
        ),
        rows=[("MPAN", "Café")],
    ),
    "sheet of an unknown encoding": Case(
        _sheet(wb.sheet(HONEST, declaration='<?xml version="1.0" encoding="dTF-8"?>').encode()), "damaged"
    ),
    "sheet not in the encoding it states": Case(
        _sheet(wb.sheet(HONEST).encode().replace(b"Name", b"Caf\xe9")), "damaged"
    ),
    "sheet with a prefix": Case(
        _sheet(
            f'{wb.XML}<x:worksheet xmlns:x="{wb.MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>'
            "MPAN</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>"
        ),
        rows=[("MPAN",)],
    ),
    "sheet of another namespace": Case(_sheet(wb.sheet(HONEST).replace(wb.MAIN, "urn:other")), "no sheet data"),
    "strict workbook": Case(
        _parts(
            lambda m: m.update(
                {
                    k: v.replace(wb.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
                        wb.OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"
                    )
                    for k, v in m.items()
                    if isinstance(v, str)
                }
            )
        ),
        rows=HONEST_ROWS,
    ),
    "comments and CDATA among rows": Case(
        _book(
            _row(1, _text("A1", "MPAN"))
            + '<!-- <row r="2"></row> -->'
            + _row(2, '<c r="A2" t="str"><v><![CDATA[<a & b>]]></v></c>')
        ),
        rows=[("MPAN",), ("<a & b>",)],
    ),
    "comment before the rows": Case(_sheet(wb.sheet(HONEST, before="<!-- <sheetData> -->")), rows=HONEST_ROWS),
    "pretty printed": Case(
        _sheet(wb.sheet(HONEST).replace("><", ">\n  <").replace("<sheetData>", "<sheetData>\n")), rows=HONEST_ROWS
    ),
    "control character in a text": Case(_book(TWO + _row(2, _text("A2", "a\x01b"))), "damaged"),
    "control character in a shared text": Case(
        _book(TWO + _row(2, '<c r="A2" t="s"><v>0</v></c>'), shared=wb.strings("a\x0bb")), "damaged"
    ),
    "character number of a control": Case(_book(TWO + _row(2, _text("A2", "a&#1;b"))), "damaged"),
    "entity that nobody declared": Case(_book(TWO + _row(2, _text("A2", "a&nbsp;b"))), "damaged"),
    "billion laughs": Case(_dtd("xl/worksheets/sheet1.xml", "&j;", LAUGHS), "document type definition"),
    "external entity": Case(_dtd("xl/worksheets/sheet1.xml", "&j;", XXE), "document type definition"),
    "remote DTD": Case(_dtd("xl/worksheets/sheet1.xml", "", REMOTE), "document type definition"),
    "DTD in workbook.xml": Case(_dtd("xl/workbook.xml", "", LAUGHS), "document type definition"),
    "DTD in styles.xml": Case(_dtd("xl/styles.xml", "", XXE), "document type definition"),
    "DTD in the relationships": Case(_dtd("xl/_rels/workbook.xml.rels", "", REMOTE), "document type definition"),
    "DTD in the shared texts": Case(
        _book(TWO, shared=wb.strings("a").replace(wb.XML, wb.XML + XXE)), "document type definition"
    ),
    "nested a thousand deep": Case(_book(_row(1, '<c r="A1">' + "<v>" * 1000 + "</v>" * 1000 + "</c>")), "nested"),
    "a thousand attributes": Case(
        _book(f'<row r="1" {" ".join(f"a{n}=" + chr(34) * 2 for n in range(1000))}></row>'), "attributes"
    ),
    "attribute twice": Case(_book('<row r="1" r="2"><c r="A1"><v>1</v></c></row>'), "damaged"),
    "XML not closed": Case(_sheet(wb.sheet(HONEST).replace("</worksheet>", "")), "damaged"),
    "rows not closed": Case(_sheet(wb.sheet(HONEST).replace("</sheetData></worksheet>", "")), "damaged|stops"),
    "row not closed": Case(_sheet(wb.sheet(HONEST).replace("</row></sheetData>", "</sheetData>")), "damaged"),
    "something after the end": Case(_sheet(wb.sheet(HONEST) + "<more/>"), "damaged"),
    "sheet empty of XML": Case(_sheet(""), "damaged"),
    "sheet without data": Case(_sheet(f'{wb.XML}<worksheet xmlns="{wb.MAIN}"/>'), "no sheet data"),
    "sheet without rows": Case(_sheet(wb.sheet("")), "without a single value"),
    "cells of an unknown kind": Case(_book(TWO + _row(2, '<c r="A2" t="zz"><v>1</v></c>')), "kind"),
    "number that is none": Case(_book(TWO + _row(2, '<c r="A2"><v>12abc</v></c>')), "A2"),
    "true/false that is neither": Case(_book(TWO + _row(2, '<c r="A2" t="b"><v>7</v></c>')), "A2"),
    "style that is no number": Case(_book(TWO + _row(2, '<c r="A2" s="x"><v>7</v></c>')), "style"),
    "text too long for a cell": Case(_book(TWO + _row(2, _text("A2", "x" * 40_000))), "32,767"),
    "shared text too long": Case(
        _book(TWO + _row(2, '<c r="A2" t="s"><v>0</v></c>'), shared=wb.strings("y" * 40_000)), "32,767"
    ),
    "crc wrong": Case(_wrong_crc, "damaged"),
    "size lie": Case(_size_lie, "damaged"),
    "cut at a third": Case(_cut(0.33), "cut short"),
    "cut near the end": Case(_cut(0.97), "cut short"),
    "part twice": Case(_twice("xl/worksheets/sheet1.xml"), "same name twice"),
    "part twice in another case": Case(_twice("XL/Worksheets/Sheet1.xml"), "same name twice"),
    "zip password": Case(_encrypted_flag, "password|damaged"),
    "deflate64 parts": Case(_method(9), "Deflate64|damaged"),
    "unknown packing": Case(_method(77), "method 77|damaged"),
    "parts over one another": Case(_overlap, "damaged|over one another"),
    "member outside": Case(_parts(lambda m: m.update({"../../evil.xml": "x"})), "points outside"),
    "two thousand parts": Case(_parts(lambda m: m.update({f"xl/media/{n}.bin": "" for n in range(2000)})), "2,00"),
    "no sheets": Case(_parts(lambda m: m.update({"xl/workbook.xml": f'<workbook xmlns="{wb.MAIN}"/>'})), "no sheet"),
    "sheet listed but missing": Case(_parts(lambda m: m.pop("xl/worksheets/sheet1.xml")), "missing"),
    "workbook.xml missing": Case(_parts(lambda m: m.pop("xl/workbook.xml")), "missing"),
    "relationships missing": Case(_parts(lambda m: m.pop("_rels/.rels")), "missing"),
    "contents list missing": Case(_parts(lambda m: m.pop("[Content_Types].xml")), "damaged"),
    "relationship up and out": Case(
        _parts(
            lambda m: m.update(
                {
                    "xl/_rels/workbook.xml.rels": str(m["xl/_rels/workbook.xml.rels"]).replace(
                        "worksheets/sheet1.xml", "../../../../etc/passwd"
                    )
                }
            )
        ),
        "missing",
    ),
    "all sheets hidden": Case(_book(HONEST, sheets=(("Hidden", "hidden", "sheet1.xml"),)), "visible"),
    "bytes of nothing in the sheet": Case(_sheet(b"\0" * 5000), "damaged"),
    "cells times rows beyond memory": Case(
        _book(
            _row(1, *(_text(f"{a}{b}1", "h") for a in "ABCDE" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            + _row(1048576, _text("A1048576", "x"))
        ),
        "million cells",
    ),
}

HTML = b"<html><body><table><tr><td>MPAN</td></tr></table></body></html>"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
WRONG: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty": (_raw("a.csv", b""), "empty"),
    "folder": (lambda folder: folder, "folder"),
    "missing": (lambda folder: folder / "none.csv", "no file"),
    "password workbook": (_raw("a.xlsx", _ole("EncryptionInfo", "EncryptedPackage")), "password"),
    "old xls": (_raw("a.xls", _ole("Workbook")), ".xls"),
    "old xls renamed": (_raw("a.xlsx", _ole("Workbook")), ".xls"),
    "older xls": (_raw("a.xls", _ole("Book")), ".xls"),
    "word document": (_raw("a.doc", _ole("WordDocument")), "Office document"),
    "bare biff": (_raw("a.xls", b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\0" * 40), ".xls"),
    "excel 4": (_raw("a.xls", b"\x09\x04\x06\x00\x00\x00\x10\x00"), "very old"),
    "xlsb": (
        lambda folder: wb.pack(
            folder / "a.xlsx",
            wb.parts("", main_type="application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
        ),
        ".xlsb",
    ),
    "xlsm": (
        lambda folder: wb.pack(
            folder / "a.xlsx", wb.parts("", main_type="application/vnd.ms-excel.sheet.macroEnabled.main+xml")
        ),
        "macros",
    ),
    "docx": (
        lambda folder: wb.pack(
            folder / "a.xlsx",
            {
                "[Content_Types].xml": "<Types><Override ContentType='application/vnd.openxmlformats-officedocument."
                "wordprocessingml.document.main+xml'/></Types>"
            },
        ),
        "Word",
    ),
    "ods": (
        _zip("a.ods", {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        "OpenDocument spreadsheet",
    ),
    "numbers": (_zip("a.numbers", {"Index/Document.iwa": "x", "preview.jpg": "x"}), "Numbers"),
    "pdf": (_raw("a.csv", b"%PDF-1.7\n%\xe2\xe3\n"), "PDF"),
    "html as xls": (_raw("a.xls", HTML), "web page"),
    "html with a BOM": (_raw("a.xls", b"\xef\xbb\xbf\r\n" + HTML), "web page"),
    "html in UTF-16": (_raw("a.xls", HTML.decode().encode("utf-16")), "web page"),
    "xml spreadsheet 2003": (
        _raw(
            "a.xls",
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        ),
        "XML Spreadsheet 2003",
    ),
    "mhtml": (_raw("a.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n"), "MHTML"),
    "other xml": (_raw("a.csv", b'<?xml version="1.0"?><data><row/></data>'), "XML"),
    "json": (_raw("a.csv", b'[{"mpan": 1}]'), "JSON"),
    "gzip": (_raw("a.csv", gzip.compress(b"MPAN\n1\n")), "gzip"),
    "7z": (_raw("a.csv", b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 30), "7-Zip"),
    "rar": (_raw("a.csv", b"Rar!\x1a\x07\x01\0"), "RAR"),
    "bzip2": (_raw("a.csv", b"BZh91AY&SY"), "bzip2"),
    "xz": (_raw("a.csv", b"\xfd7zXZ\x00\x00"), "XZ"),
    "zstandard": (_raw("a.csv", b"\x28\xb5\x2f\xfd\x00"), "Zstandard"),
    "tar": (_raw("a.csv", b"a.csv".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 248), "TAR"),
    "parquet": (_raw("a.csv", b"PAR1" + b"\x15\0" * 20), "Parquet"),
    "sqlite": (_raw("a.csv", b"SQLite format 3\x00" + b"\0" * 84), "SQLite"),
    "access": (_raw("a.csv", b"\x00\x01\x00\x00Standard ACE DB\0"), "Access"),
    "png": (_raw("a.csv", PNG), "picture"),
    "jpeg": (_raw("a.csv", b"\xff\xd8\xff\xe0\0\x10JFIF"), "picture"),
    "bmp": (_raw("a.csv", b"BM" + struct.pack("<IHHI", 100, 0, 0, 54) + b"\0" * 90), "picture"),
    "program": (_raw("a.csv", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + b"\0" * 60), "program"),
    "rich text": (_raw("a.csv", b"{\\rtf1 MPAN}"), "Rich Text"),
    "sylk": (_raw("a.csv", b"ID;PWXL;N;E\r\nP;PGeneral\r\n"), "SYLK"),
    "zeros": (_raw("a.csv", b"\0" * 9000), "zero bytes"),
    "noise": (_raw("a.csv", zlib.compress(bytes(range(256)) * 40, 9) * 20), "not a table"),
    "truncated zip": (_raw("a.zip", b"PK\x03\x04" + b"\x14\0\0\0\x08\0" + b"x" * 60), "cut short"),
    "zip with nothing": (_zip("a.zip", {}), "no file in it"),
    "zip with only folders": (_zip("a.zip", {"folder/": ""}), "no file in it"),
    "zip with several": (_zip("a.zip", {"a.csv": "x", "b.csv": "y", "c.csv": "z", "d.csv": "w"}), "4 files"),
    "zip with a workbook": (
        lambda folder: wb.pack(folder / "a.zip", {"a.xlsx": wb.workbook(folder / "x.xlsx", HONEST).read_bytes()}),
        "Unpack it",
    ),
    "zip with a picture": (_zip("a.zip", {"a.csv": PNG}), "picture"),
    "zip with an empty text": (_zip("a.zip", {"a.csv": ""}), "empty"),
    "zip bomb": (_csv_bomb, "times its size"),
    "zip of many": (_many_members, "1,500 files"),
    "zip with a password": (_locked_zip, "password"),
    "zip of another packing": (_deflate64, "Deflate64"),
    "zip that climbs": (_zip("a.zip", {"../../a.csv": "x"}), "points outside"),
    "zip of an absolute name": (_zip("a.zip", {"/etc/a.csv": "x"}), "points outside"),
    "zip of a drive": (_zip("a.zip", {"C:/a.csv": "x"}), "points outside"),
    "zip of a link": (_symlink, "link"),
}
GOOD_ZIPS: dict[str, Callable[[Path], Path]] = {
    "plain": _zip("a.zip", {"portfolio.csv": "MPAN\n1\n"}),
    "in a folder": _zip("a.zip", {"x/": "", "x/portfolio.csv": "MPAN\n1\n"}),
    "from macOS": _zip("a.zip", {"p.csv": "MPAN\n1\n", "__MACOSX/._p.csv": "x", ".DS_Store": "x"}),
}
DAMAGED_ZIPS: dict[str, Callable[[Path], Path]] = {"wrong crc": _zip_crc}
