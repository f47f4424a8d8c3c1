"""A workbook as a Code Body might send it out: everything in it that programs drop when they save a workbook anew.

Nothing of it is of a real Code Body. `build(path)` writes it; the tests of templates and of the page use it.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from PIL import Image as Picture

SPARKLINES = (
    '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><x14:sparklineGroups '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:sparklineGroup displayEmptyCellsAs="gap">'
    '<x14:colorSeries rgb="FF376092"/><x14:sparklines><x14:sparkline><xm:f>Responses!G8:G27</xm:f>'
    "<xm:sqref>I4</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext>"
    '<ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1"><x14:dataValidation type="list" '
    'allowBlank="1" showErrorMessage="1"><x14:formula1><xm:f>Lists!$B$1:$B$3</xm:f></x14:formula1>'
    "<xm:sqref>F8:F27</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
)
THREADS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<ThreadedComments '
    'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment ref="C5" '
    'dT="2026-10-01T09:00:00.00" personId="{11111111-2222-3333-4444-555555555555}" '
    'id="{AAAAAAAA-0000-0000-0000-000000000001}"><text>Use the legal name.</text></threadedComment></ThreadedComments>'
)
PERSONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<personList '
    'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><person displayName="A Reviewer" '
    'id="{11111111-2222-3333-4444-555555555555}" userId="r" providerId="None"/></personList>'
)
CUSTOM = '<?xml version="1.0"?><form xmlns="urn:example:form" version="3.1"/>'
_THREAD_TYPE = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
_PERSON_TYPE = "http://schemas.microsoft.com/office/2017/10/relationships/person"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

FIRST_ROW, LAST_ROW = 8, 27
"""Rows of the responses that the template prepares; row 28 holds its totals."""


def build(path: Path, *, title: str = "Readiness return", shift: int = 0) -> Path:
    """Write it. `shift`: rows that the fields of the cover stand lower, as in a newer version of the template."""
    packed = io.BytesIO()
    _book(title, shift).save(packed)
    path.write_bytes(_with_more(packed.getvalue()))
    return path


def _book(title: str, shift: int) -> Workbook:
    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "Cover"
    line = Side(style="thin", color="FF888888")
    box, open_ = Border(line, line, line, line), Protection(locked=False)
    for letter, width in (("A", 3), ("B", 26), ("C", 26)):
        cover.column_dimensions[letter].width = width
    cover["A1"] = title
    cover["A1"].font = Font(size=16, bold=True)
    cover.merge_cells("A1:D1")
    labels = ("Organisation name", "MPID(s)", "Submission reference", "Version", "Submission date", "Contact e-mail",
              "Overall status")  # fmt: skip
    for row, label in enumerate(labels, start=5 + shift):
        cover.cell(row, 2, label).font = Font(bold=True)
        cell = cover.cell(row, 3)
        cell.border, cell.protection = box, open_
    cover.cell(9 + shift, 3).number_format = "dd/mm/yyyy"
    cover.cell(6 + shift, 3).number_format = "@"
    cover.merge_cells(start_row=5 + shift, start_column=3, end_row=5 + shift, end_column=4)
    cover.cell(13 + shift, 2, "Responses given")
    cover.cell(13 + shift, 3, "=COUNTA(Responses!A8:A27)")
    cover.cell(14 + shift, 2, "Do not change this box")
    picture = io.BytesIO()
    Picture.new("RGB", (24, 24), (40, 90, 160)).save(picture, "PNG")
    cover.add_image(Image(picture), "F2")
    cover.cell(5 + shift, 3).comment = Comment("Use the legal name.", "A Reviewer")
    cover.protection.sheet = True
    cover.row_dimensions[5 + shift].height = 28.5
    _status(cover, f"C{11 + shift}")
    _responses(book, box)
    _defects(book)
    lists = book.create_sheet("Lists")
    lists.sheet_state = "hidden"
    for row, word in enumerate(("On track", "At risk", "Late"), start=1):
        lists.cell(row, 1, word)
    for row, word in enumerate(("Yes", "No", "Not applicable"), start=1):
        lists.cell(row, 2, word)
    book.defined_names["Statuses"] = DefinedName("Statuses", attr_text="Lists!$A$1:$A$3")
    book.defined_names["Form_Title"] = DefinedName("Form_Title", attr_text="Cover!$A$1")
    book.defined_names["Submission_Reference"] = DefinedName("Submission_Reference", attr_text=f"Cover!$C${7 + shift}")
    return book


def _status(sheet: object, place: str) -> None:
    rule = DataValidation(type="list", formula1="Statuses", allow_blank=True, showErrorMessage=True)
    rule.add(place)
    sheet.add_data_validation(rule)  # type: ignore[attr-defined]


def _responses(book: Workbook, box: Border) -> None:
    sheet = book.create_sheet("Responses")
    for letter, width in (("A", 8), ("B", 40), ("C", 40), ("D", 18), ("E", 12)):
        sheet.column_dimensions[letter].width = width
    sheet["A1"] = "Responses to the questions"
    sheet["H4"] = "Trend"
    for column, heading in enumerate(("Ref", "Question", "Response", "Owner", "Due", "Applies", "Days", "Check"), 1):
        cell = sheet.cell(7, column, heading)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="FFDDE6F2")
    for row in range(FIRST_ROW, LAST_ROW + 1):
        sheet.row_dimensions[row].height = 30
        for column in range(1, 9):
            sheet.cell(row, column).border = box
        sheet.cell(row, 5).number_format = "yyyy-mm-dd"
        sheet.cell(row, 8, f'=IF(A{row}="","",IF(C{row}="","Missing","OK"))')
    sheet.cell(LAST_ROW + 1, 1, "Total")
    sheet.cell(LAST_ROW + 1, 7, f"=SUM(G{FIRST_ROW}:G{LAST_ROW})")
    missing = CellIsRule(operator="equal", formula=['"Missing"'], fill=PatternFill(bgColor="FFFFC7CE"))
    sheet.conditional_formatting.add(f"H{FIRST_ROW}:H{LAST_ROW}", missing)
    sheet.freeze_panes = "C8"


def _defects(book: Workbook) -> None:
    sheet = book.create_sheet("Defects")
    sheet.append(["Open defects"])
    sheet.append([])
    sheet.append(["Defect", "Severity", "Summary"])
    sheet.append([None, None, None])
    sheet.add_table(Table(displayName="OpenDefects", ref="A3:C4"))


def _with_more(data: bytes) -> bytes:
    """Add what openpyxl cannot write: threads, sparklines, printer settings, custom XML, the chain, kept results."""
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for one in file.infolist():
            parts[one.filename] = file.read(one)
    workbook = parts["xl/workbook.xml"].decode()
    parts["xl/workbook.xml"] = re.sub(r"<calcPr[^>]*/>", '<calcPr calcId="191029"/>', workbook).encode()
    responses = parts["xl/worksheets/sheet2.xml"].decode()
    # A sheet as Excel writes it: what a program knows beside what it does not, cached values, hints of used columns.
    responses = responses.replace(
        "<worksheet ",
        '<worksheet xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ',
        1,
    )
    responses = re.sub(r'<row r="(\d+)"', r'<row r="\1" spans="1:8" x14ac:dyDescent="0.25"', responses)
    responses = responses.replace("<v></v>", "<v>77</v>").replace("<v />", "<v>77</v>")
    responses = responses.replace("</worksheet>", f'<pageSetup paperSize="9" r:id="rIdP"/>{SPARKLINES}</worksheet>')
    parts["xl/worksheets/sheet2.xml"] = responses.encode()
    _share_texts(parts)
    parts["xl/worksheets/_rels/sheet2.xml.rels"] = _relations(
        ("rIdP", _OFFICE + "printerSettings", "../printerSettings/printerSettings1.bin")
    )
    parts["xl/printerSettings/printerSettings1.bin"] = bytes(range(256)) * 2
    parts["xl/threadedComments/threadedComment1.xml"] = THREADS.encode()
    parts["xl/persons/person.xml"] = PERSONS.encode()
    parts["customXml/item1.xml"] = CUSTOM.encode()
    parts["xl/calcChain.xml"] = (
        b'<?xml version="1.0"?><calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<c r="C13" i="1"/><c r="H8" i="2"/></calcChain>'
    )
    _relate(parts, "xl/worksheets/_rels/sheet1.xml.rels", _THREAD_TYPE, "../threadedComments/threadedComment1.xml")
    _relate(parts, "xl/_rels/workbook.xml.rels", _PERSON_TYPE, "persons/person.xml")
    _relate(parts, "xl/_rels/workbook.xml.rels", _OFFICE + "calcChain", "calcChain.xml")
    _relate(parts, "_rels/.rels", _OFFICE + "customXml", "customXml/item1.xml")
    types = parts["[Content_Types].xml"].decode()
    more = (
        '<Default Extension="bin" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"/>'
        '<Override PartName="/xl/threadedComments/threadedComment1.xml" '
        'ContentType="application/vnd.ms-excel.threadedcomments+xml"/><Override PartName="/xl/persons/person.xml" '
        'ContentType="application/vnd.ms-excel.person+xml"/><Override PartName="/xl/calcChain.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/></Types>'
    )
    parts["[Content_Types].xml"] = types.replace("</Types>", more).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            # Pictures are stored, all else is packed, as Excel does.
            info = zipfile.ZipInfo(name, (2026, 10, 1, 9, 30, 0))
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            out.writestr(info, content)
    return packed.getvalue()


def _share_texts(parts: dict[str, bytes]) -> None:
    """Put the texts of all sheets into one part, as Excel does."""
    texts: list[str] = []

    def shared(match: re.Match[str]) -> str:
        if match[2] not in texts:
            texts.append(match[2])
        return f'<c {match[1]} t="s"><v>{texts.index(match[2])}</v></c>'

    for number in range(1, 5):
        name = f"xl/worksheets/sheet{number}.xml"
        found = r'<c ([^>]*) t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>'
        parts[name] = re.sub(found, shared, parts[name].decode()).encode()
    inside = "".join(f"<si><t>{text}</t></si>" for text in texts)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = f'<?xml version="1.0"?><sst xmlns="{space}">{inside}</sst>'.encode()
    _relate(parts, "xl/_rels/workbook.xml.rels", _OFFICE + "sharedStrings", "sharedStrings.xml")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    more = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", more.encode())


def _relations(*wanted: tuple[str, str, str]) -> bytes:
    inside = "".join(f'<Relationship Id="{one}" Type="{kind}" Target="{target}"/>' for one, kind, target in wanted)
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0"?><Relationships xmlns="{space}">{inside}</Relationships>'.encode()


def _relate(parts: dict[str, bytes], name: str, kind: str, target: str) -> None:
    text = parts[name].decode()
    new = f'<Relationship Id="rIdX{len(text)}" Type="{kind}" Target="{target}"/></Relationships>'
    parts[name] = text.replace("</Relationships>", new).encode()
