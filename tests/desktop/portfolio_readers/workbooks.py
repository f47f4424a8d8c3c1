"""Builds workbooks part by part, honest ones and others, for the readers' tests."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="[Red]0.00;&quot;day&quot;0"/></numFmts><cellXfs count="5">'
    '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs>'
    "</styleSheet>"
)
"""Styles 1 and 2 are dates, 4 is a time of day, 0 and 3 are plain."""


def sheet(rows: str, *, before: str = "", after: str = "", declaration: str = XML, attributes: str = "") -> str:
    """A worksheet's XML around rows."""
    return (
        f'{declaration}<worksheet xmlns="{MAIN}"{attributes}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def strings(*texts: str) -> str:
    """A shared-strings part of plain items; `texts` are XML already."""
    return f'{XML}<sst xmlns="{MAIN}">' + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"


def grid(*rows: tuple[str, ...]) -> str:
    """Rows of in-cell texts, the first being sheet row 1."""
    made = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for column, text in enumerate(row)
            if text
        )
        made.append(f'<row r="{number}">{cells}</row>')
    return "".join(made)


def parts(
    sheet_xml: str | bytes,
    *,
    shared: str | bytes | None = None,
    styles: str | None = STYLES,
    sheets: tuple[tuple[str, str, str], ...] = (("Portfolio", "visible", "sheet1.xml"),),
    properties: str = "",
    more: dict[str, str | bytes] | None = None,
    main_type: str = f"{KIND}.sheet.main+xml",
) -> dict[str, str | bytes]:
    """The parts of a workbook by name; `sheets` are (name, state, file); other sheets' parts come in `more`."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{place}" state="{state}" r:id="rId{place}"/>'
        for place, (name, state, _) in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{place}" Type="{OFFICE}/worksheet" Target="worksheets/{file}"/>'
        for place, (_, _, file) in enumerate(sheets, 1)
    )
    links += f'<Relationship Id="rId900" Type="{OFFICE}/styles" Target="styles.xml"/>' if styles else ""
    links += f'<Relationship Id="rId901" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>' if shared else ""
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        f'"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{main_type}"/><Override PartName='
        f'"/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" '
        f'ContentType="{KIND}.sharedStrings+xml"/><Override PartName="/xl/styles.xml" '
        f'ContentType="{KIND}.styles+xml"/></Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/worksheets/sheet1.xml": sheet_xml,
    }
    if styles:
        made["xl/styles.xml"] = styles
    if shared:
        made["xl/sharedStrings.xml"] = shared
    made.update(more or {})
    return made


def pack(path: Path, members: dict[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write members into a ZIP at `path`."""
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def workbook(path: Path, rows: str, **given: object) -> Path:
    """A whole workbook with one sheet of these rows."""
    return pack(path, parts(sheet(rows), **given))  # type: ignore[arg-type]


def patched(path: Path, find: bytes, offset: int, form: str, value: int, *, every: bool = True) -> Path:
    """Overwrite a number at `offset` after each `find` (a ZIP signature) in a file."""
    data = bytearray(path.read_bytes())
    at = data.find(find)
    while at >= 0:
        struct.pack_into(form, data, at + offset, value)
        at = data.find(find, at + 4) if every else -1
    path.write_bytes(bytes(data))
    return path
