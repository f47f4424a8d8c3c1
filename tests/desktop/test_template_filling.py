"""A filled template holds our values and is otherwise what it was, byte for byte."""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import fastexcel
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from official_template import build
from openpyxl import Workbook, load_workbook
from openpyxl.styles import NamedStyle
from openpyxl.worksheet.table import Table
from template_hands import MAPPING, VALUES, content, filled, parts, replaced, rewritten

from desktop.errors import FileRefused
from desktop.excel.cells import visible_text
from desktop.jobs import Cancelled, Job
from desktop.portfolio.readers.xlsx_cells import unescape
from desktop.submissions.content import Column, Content, table_of
from desktop.submissions.filling.filler import fill
from desktop.submissions.filling.model import CellRule, TableRule, TemplateMapping

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
"""What openpyxl says of parts that it would not keep: it only reads here."""

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def official(tmp_path: Path) -> Path:
    return build(tmp_path / "official.xlsx")


def test_values_stand_where_they_are_mapped(official: Path) -> None:
    path, told = filled(official)
    book = load_workbook(path)
    cover, responses, defects = book["Cover"], book["Responses"], book["Defects"]
    assert [cover[f"C{row}"].value for row in range(5, 12)] == [
        "Acme Energy & Söhne Ltd", "ACME, ACMF", "ACME-PPIR-0001", 2, datetime(2026, 11, 28), "desk@example.com",
        "On track",
    ]  # fmt: skip
    assert [cell.value for cell in responses[8]][:7] == [
        "3.1", "Is the data cleansed?", "=1+1 is <not> a formula", "Owner", datetime(2026, 12, 1), "Yes", 1,
    ]  # fmt: skip
    assert responses["C8"].data_type == "s"
    assert [cell.value for cell in defects[6]] == ["D3", "High", "Late file"]
    assert (told.rows, told.cells) == (15, 7 + 12 * 7 + 3 * 3)


def test_every_part_that_is_not_written_to_is_the_same_byte_for_byte(official: Path) -> None:
    path, told = filled(official)
    before, after = parts(official), parts(path)
    assert list(before) == list(after)
    assert told.parts_before == told.parts_after == len(before)
    assert {name for name in before if before[name] != after[name]} == {
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml", "xl/tables/table1.xml",
        "xl/workbook.xml", "xl/styles.xml",
    }  # fmt: skip
    assert after["xl/workbook.xml"] == before["xl/workbook.xml"].replace(
        b'<calcPr calcId="191029"/>', b'<calcPr calcId="191029" fullCalcOnLoad="1"/>'
    )
    assert after["xl/tables/table1.xml"] == before["xl/tables/table1.xml"].replace(b"A3:C4", b"A3:C6")


def test_a_text_that_excel_could_read_as_a_formula_stays_one_when_its_cell_is_edited(official: Path) -> None:
    path, _ = filled(official)
    before, after = parts(official)["xl/styles.xml"], parts(path)["xl/styles.xml"]
    start, end = before.index(b"<cellXfs"), before.index(b"</cellXfs>")
    count = int(re.search(rb'<cellXfs count="(\d+)"', before)[1])  # type: ignore[index]
    assert after.startswith(before[:start] + b'<cellXfs count="%d"' % (count + 1))
    added = len(after) - len(before) - (len(str(count + 1)) - len(str(count)))
    assert after.endswith(before[end:])
    new = after[-len(before[end:]) - added : -len(before[end:])]
    assert re.fullmatch(rb"<xf [^>]*quotePrefix=.1.[^>]*(/>|>.*</xf>)", new)
    book = load_workbook(path)
    assert [book["Responses"][place].quotePrefix for place in ("C8", "C19", "B8")] == [True, True, False]
    assert filled(official, content(questions=0), TemplateMapping((CellRule("Cover!C7", "submission.ref"),)))
    assert parts(path)["xl/styles.xml"] == before


def test_members_keep_their_order_their_packing_and_their_times(official: Path) -> None:
    path, _ = filled(official)
    with zipfile.ZipFile(official) as old, zipfile.ZipFile(path) as new:
        assert [(one.filename, one.compress_type, one.date_time) for one in old.infolist()] == [
            (one.filename, one.compress_type, one.date_time) for one in new.infolist()
        ]
        assert new.testzip() is None


def stripped(
    sheet: bytes, written: set[str], quoted: Collection[str] = ()
) -> list[tuple[str, tuple[tuple[str, str], ...], str]]:
    """Every element of a sheet but what stands within filled cells and the kept results of formulas.

    `quoted`: cells that have the same look with a quotePrefix.
    """
    found: list[tuple[str, tuple[tuple[str, str], ...], str]] = []

    def walk(element: ET.Element) -> None:
        attributes = dict(element.attrib)
        cell = element.tag == SPACE + "c"
        if cell and (attributes.get("r") in written or element.find(SPACE + "f") is not None):
            attributes.pop("t", None)
        if attributes.get("r") in quoted:
            attributes.pop("s", None)
        if element.tag in (SPACE + "dimension", SPACE + "row"):
            attributes.pop("ref", None), attributes.pop("spans", None)
        found.append((element.tag, tuple(sorted(attributes.items())), element.text or ""))
        for child in element:
            if not (cell and (attributes.get("r") in written or child.tag == SPACE + "v")) or (
                cell and attributes.get("r") not in written and element.find(SPACE + "f") is None
            ):
                walk(child)

    walk(ET.fromstring(sheet))
    return found


def test_within_a_filled_sheet_all_but_the_filled_cells_is_the_same(official: Path) -> None:
    path, _ = filled(official)
    before, after = parts(official), parts(path)
    written = {f"{letter}{row}" for letter in "ABCDEFG" for row in range(8, 20)} | {f"C{row}" for row in range(5, 12)}
    quoted = {f"C{row}" for row in range(8, 20)}
    for name, looks in (("xl/worksheets/sheet1.xml", set()), ("xl/worksheets/sheet2.xml", quoted)):
        assert stripped(before[name], written, looks) == stripped(after[name], written, looks)
    tail = before["xl/worksheets/sheet2.xml"].split(b"</sheetData>")[1]
    assert after["xl/worksheets/sheet2.xml"].endswith(tail)
    assert b"sparklineGroups" in tail
    assert b"dataValidations" in tail


def test_formulas_names_lists_and_looks_stay(official: Path) -> None:
    path, _ = filled(official)
    old, new = load_workbook(official), load_workbook(path)
    assert {name: one.attr_text for name, one in old.defined_names.items()} == {
        name: one.attr_text for name, one in new.defined_names.items()
    }
    for sheet in old:
        for row in sheet.iter_rows():
            for cell in row:
                now = new[sheet.title][cell.coordinate]
                quoted = isinstance(now.value, str) and now.value.startswith("=") and now.data_type == "s"
                assert quoted == bool(now.quotePrefix)
                assert quoted or now.style_id == cell.style_id
                for look in ("font", "border", "fill", "number_format", "protection", "alignment"):
                    assert repr(getattr(now, look)) == repr(getattr(cell, look))
                if cell.data_type == "f":
                    assert now.value == cell.value
    assert new["Responses"].freeze_panes == "C8"
    assert new["Cover"].row_dimensions[5].height == 28.5
    assert new["Cover"].protection.sheet


def test_no_formula_keeps_what_it_came_to_in_the_empty_form(official: Path) -> None:
    path, told = filled(official)
    values = load_workbook(path, data_only=True)
    assert values["Responses"]["H8"].value is None
    assert values["Cover"]["C13"].value is None
    assert any("worked out" in one.words for one in told.remarks)


def test_the_same_gives_the_same_bytes(official: Path) -> None:
    first = hashlib.sha256(filled(official)[0].read_bytes()).hexdigest()
    assert hashlib.sha256(filled(official)[0].read_bytes()).hexdigest() == first


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_works_out_its_formulas(official: Path, tmp_path: Path) -> None:
    path, _ = filled(official)
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", options,
         "--outdir", str(tmp_path / "out"), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    with (tmp_path / "out" / "filled-Responses.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[7][:8] == [
        "3.1",
        "Is the data cleansed?",
        "=1+1 is <not> a formula",
        "Owner",
        "2026-12-01",
        "Yes",
        "1",
        "OK",
    ]
    assert rows[27][6] == "78"
    with (tmp_path / "out" / "filled-Cover.csv").open(encoding="utf-8") as file:
        cover = list(csv.reader(file))
    assert cover[12][2] == "12"


def test_what_does_not_fit_is_refused_and_nothing_is_moved_or_left(official: Path) -> None:
    path = official.with_name("filled.xlsx")
    with pytest.raises(FileRefused, match="21 rows, and 20 fit"):
        fill(official, MAPPING, VALUES, content(questions=21), path, job=Job())
    assert not path.exists()
    assert [one.name for one in official.parent.iterdir()] == ["official.xlsx"]


def test_as_many_rows_as_fit_are_filled(official: Path) -> None:
    path, _ = filled(official, content(questions=20))
    assert load_workbook(path)["Responses"]["A27"].value == "3.20"


def test_a_file_that_is_there_stays_when_filling_is_refused(official: Path) -> None:
    path = official.with_name("filled.xlsx")
    path.write_bytes(b"older")
    with pytest.raises(FileRefused):
        fill(official, MAPPING, VALUES, content(questions=21), path, job=Job())
    assert path.read_bytes() == b"older"


def test_a_word_that_the_list_does_not_have_is_refused_and_says_what_it_has(official: Path) -> None:
    with pytest.raises(FileRefused, match=r"does not have “Maybe”.*It has: Yes, No, Not applicable"):
        filled(official, content(applies="Maybe"))
    with pytest.raises(FileRefused, match=r"does not have “Green”.*It has: On track, At risk, Late"):
        filled(official, content(status="Green"))


def test_words_are_translated_and_spelt_as_the_list_spells_them(official: Path) -> None:
    mapping = TemplateMapping(
        MAPPING.cells, MAPPING.tables,
        (("overall.status", (("green", "on track"),)), ("questions.applies", (("n/a", "Not applicable"),))),
    )  # fmt: skip
    book = load_workbook(filled(official, content(status="green", applies="n/a"), mapping)[0])
    assert book["Cover"]["C11"].value == "On track"
    assert book["Responses"]["F8"].value == "Not applicable"


@pytest.mark.parametrize(
    ("spot", "words"),
    [
        ("Cover!C13", "has a formula"),
        ("Cover!D5", "merged cells C5:D5"),
        ("Nowhere!A1", "no cell Nowhere!A1"),
        ("Cover!ZZZZ1", "no cell"),
        ("No_Such_Name", "no cell No_Such_Name"),
        ("Defects!A3", "heading of an Excel table"),
    ],
)
def test_a_place_that_cannot_be_filled_is_refused(official: Path, spot: str, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        filled(official, mapping=TemplateMapping((CellRule(spot, "submission.ref"),)))


def test_one_place_takes_one_item(official: Path) -> None:
    cells = (CellRule("Cover!C7", "submission.ref"), CellRule("Submission_Reference", "submission.title"))
    with pytest.raises(FileRefused, match="chosen twice"):
        filled(official, mapping=TemplateMapping(cells))


def test_a_name_is_also_known_with_the_sheet_it_is_listed_under(official: Path) -> None:
    path, _ = filled(official, mapping=TemplateMapping((CellRule("Cover!Submission_Reference", "submission.ref"),)))
    with zipfile.ZipFile(path) as package:
        assert b"ACME-PPIR-0001" in package.read("xl/worksheets/sheet1.xml")
    with pytest.raises(FileRefused, match="no cell Lists!Submission_Reference"):
        filled(official, mapping=TemplateMapping((CellRule("Lists!Submission_Reference", "submission.ref"),)))


def test_a_column_with_formulas_is_never_overwritten(official: Path) -> None:
    with pytest.raises(FileRefused, match="H8 has a formula"):
        filled(official, mapping=TemplateMapping(tables=(TableRule("Responses", 7, "questions", (("H", "owner"),)),)))


def test_items_that_are_not_there_are_named(official: Path) -> None:
    with pytest.raises(FileRefused, match=r"no findings\.open"):
        filled(official, mapping=TemplateMapping((CellRule("Cover!C5", "findings.open"),)))
    with pytest.raises(FileRefused, match="no table runs"):
        filled(official, mapping=TemplateMapping(tables=(TableRule("Defects", 3, "runs", (("A", "row_key"),)),)))
    with pytest.raises(FileRefused, match="no column colour"):
        filled(official, mapping=TemplateMapping(tables=(TableRule("Defects", 3, "defects", (("A", "colour"),)),)))


def test_what_is_empty_leaves_what_the_template_has(official: Path) -> None:
    path, told = filled(official, mapping=TemplateMapping((CellRule("Cover!C10", "contact.phone"),)))
    assert load_workbook(path)["Cover"]["C10"].value is None
    assert [one.words for one in told.remarks] == ["contact.phone is not known: what the template has there stays."]


def test_a_locked_cell_can_be_filled_and_is_told(official: Path) -> None:
    path, told = filled(official, mapping=TemplateMapping((CellRule("Cover!C14", "submission.ref"),)))
    assert load_workbook(path)["Cover"]["C14"].value == "ACME-PPIR-0001"
    assert any("C14 is locked" in one.words for one in told.remarks)


def test_a_cancel_leaves_nothing(official: Path) -> None:
    job = Job(lambda told: job.cancel() if told.unit == "parts" else None)
    with pytest.raises(Cancelled):
        fill(official, MAPPING, VALUES, content(), official.with_name("filled.xlsx"), job=job)
    assert [one.name for one in official.parent.iterdir()] == ["official.xlsx"]


def test_a_digitally_signed_template_is_not_filled(official: Path) -> None:
    path = rewritten(official, lambda found: found.__setitem__("_xmlsignatures/sig1.xml", b"<Signature/>"))
    with pytest.raises(FileRefused, match="digitally signed"):
        filled(path)


def plain(path: Path, sheet_data: str, before: str = "") -> Path:
    """A workbook of one sheet whose rows are this XML."""
    book = Workbook()
    book.save(path)
    return rewritten(
        path, replaced("xl/worksheets/sheet1.xml", r"<sheetData ?/>|<sheetData></sheetData>", f"{before}{sheet_data}")
    )


ROWS = {
    "no rows": "<sheetData/>",
    "no rows, written long": "<sheetData></sheetData>",
    "gaps": '<sheetData><row r="2"><c r="A2"><v>1</v></c></row><row r="9"><c r="F9"><v>2</v></c></row></sheetData>',
    "an empty row": '<sheetData><row r="3" spans="1:1" ht="40" customHeight="1"/></sheetData>',
    "cells that do not say where they are": (
        "<sheetData><row><c><v>1</v></c></row><row/><row><c/><c/></row></sheetData>"
    ),
    "apostrophes": (
        "<sheetData><row r='3' spans='2:3'><c r='B3' s='0'/><c r='C3' t='str'><v>old</v></c></row></sheetData>"
    ),
}


@pytest.mark.parametrize("rows", ROWS)
def test_cells_are_written_into_rows_of_every_kind(tmp_path: Path, rows: str) -> None:
    path = plain(tmp_path / "t.xlsx", ROWS[rows])
    before = load_workbook(path).active
    places = ("A3", "C3", "B5", "H12")
    cells = tuple(CellRule(f"Sheet!{place}", "submission.ref") for place in places)
    new, _ = filled(path, mapping=TemplateMapping(cells))
    after = load_workbook(new).active
    assert before is not None
    assert after is not None
    for row in after.iter_rows():
        for cell in row:
            was = before[cell.coordinate].value
            assert cell.value == (VALUES["submission.ref"] if cell.coordinate in places else was)
    assert after.row_dimensions[3].height == before.row_dimensions[3].height
    rows_read = fastexcel.read_excel(new).load_sheet(0, header_row=None).to_polars().rows()
    assert rows_read[-1][-1] == VALUES["submission.ref"]


def test_a_strict_workbook_is_filled(official: Path) -> None:
    def strict(found: dict[str, bytes]) -> None:
        for name, data in found.items():
            if name.endswith((".xml", ".rels")):
                main = data.replace(SPACE[1:-1].encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
                office = b"openxmlformats.org/officeDocument/2006/relationships"
                found[name] = main.replace(b"schemas." + office, b"purl.oclc.org/ooxml/officeDocument/relationships")

    path, told = filled(rewritten(official, strict))
    assert told.cells == 100
    assert parts(path)["xl/worksheets/sheet1.xml"].count(b"inlineStr") == 5


def test_prefixed_xml_is_written_in_its_own_form(official: Path) -> None:
    def prefixed(found: dict[str, bytes]) -> None:
        text = found["xl/worksheets/sheet1.xml"].decode()
        text = re.sub(r"<(/?)(worksheet|sheetData|row|c|v|f|is|t)(?=[\s/>])", r"<\1x:\2", text)
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        found["xl/worksheets/sheet1.xml"] = text.replace(
            "<x:worksheet ", f'<x:worksheet xmlns:x="{space}" ', 1
        ).encode()

    path, _ = filled(rewritten(official, prefixed))
    assert b'<x:is><x:t xml:space="preserve">ACME-PPIR-0001</x:t></x:is>' in parts(path)["xl/worksheets/sheet1.xml"]
    assert load_workbook(path)["Cover"]["C7"].value == "ACME-PPIR-0001"


def test_rows_below_the_prepared_ones_take_their_look(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    book.add_named_style(NamedStyle("field", number_format="yyyy-mm-dd"))
    sheet.append(["Ref", "Due", "Owner"])
    for row in (2, 3):
        sheet.cell(row, 2).style = "field"
        sheet.row_dimensions[row].height = 33
    book.save(tmp_path / "t.xlsx")
    mapping = TemplateMapping(tables=(TableRule("Sheet", 1, "questions", (("A", "row_key"), ("B", "due"))),))
    path, told = filled(tmp_path / "t.xlsx", mapping=mapping)
    after = load_workbook(path).active
    assert after is not None
    assert [after.row_dimensions[row].height for row in (2, 3, 13)] == [33, 33, 33]
    assert after["B13"].value == datetime(2026, 12, 12)
    assert any("stand below those that the template prepared" in one.words for one in told.remarks)


def test_what_stands_below_a_heading_that_is_not_mapped_ends_the_room_too(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Note", "Ref", "Due"])
    sheet["A6"] = "Signed by"
    book.save(tmp_path / "t.xlsx")
    mapping = TemplateMapping(tables=(TableRule("Sheet", 1, "questions", (("B", "row_key"),)),))
    filled(tmp_path / "t.xlsx", content(questions=4), mapping)
    with pytest.raises(FileRefused, match="5 rows, and 4 fit below row 1 of the sheet Sheet: A6 is not empty"):
        filled(tmp_path / "t.xlsx", content(questions=5), mapping)


def test_an_empty_excel_table_has_entries_afterwards(official: Path) -> None:
    waiting = rewritten(official, replaced("xl/tables/table1.xml", r'ref="A3:C4"', 'ref="A3:C4" insertRow="1"'))
    path, _ = filled(waiting, content(defects=1))
    assert b"insertRow" not in parts(path)["xl/tables/table1.xml"]
    assert b'ref="A3:C4"' in parts(path)["xl/tables/table1.xml"]
    path, _ = filled(waiting, content(defects=0))
    assert b"insertRow" in parts(path)["xl/tables/table1.xml"]


def test_computed_columns_of_an_excel_table_go_on_in_its_new_rows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Defect", "Length", "Twice", "Share"])
    sheet.append([None, '=IF(A2="","",LEN(A2)&"<")', "=B2*2+$F$1", "=SUM(T[Length])"])
    sheet["B2"].number_format = "0.0"
    sheet.add_table(Table(displayName="T", ref="A1:D2"))
    book.save(tmp_path / "t.xlsx")
    mapping = TemplateMapping(tables=(TableRule("Sheet", 1, "defects", (("A", "row_key"),)),))
    path, told = filled(tmp_path / "t.xlsx", content(defects=3), mapping)
    after = load_workbook(path)["Sheet"]
    assert [cell.value for cell in after[4]] == [
        "D3", '=IF(A4="","",LEN(A4)&"<")', "=B4*2+$F$1", "=SUM(T[Length])",
    ]  # fmt: skip
    assert after["B4"].number_format == "0.0"
    assert after.tables["T"].ref == "A1:D4"
    assert not any("fill them down" in one.words for one in told.remarks)


def test_a_formula_of_several_cells_is_not_filled_down_and_told(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Defect", "Length"])
    sheet.append([None, "=LEN(A2)"])
    sheet.add_table(Table(displayName="T", ref="A1:B2"))
    book.save(tmp_path / "t.xlsx")
    path = rewritten(tmp_path / "t.xlsx", replaced("xl/worksheets/sheet1.xml", "<f>", '<f t="shared" ref="B2" si="0">'))
    mapping = TemplateMapping(tables=(TableRule("Sheet", 1, "defects", (("A", "row_key"),)),))
    new, told = filled(path, content(defects=3), mapping)
    assert load_workbook(new)["Sheet"]["B4"].value is None
    assert any("The formulas of B2 are not in the rows below" in one.words for one in told.remarks)


def test_rows_stay_above_the_totals_of_an_excel_table(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Defect", "Severity", "Summary"], [], [], ["Total", None, None]):
        sheet.append(row)
    table = Table(displayName="T", ref="A1:C4", totalsRowCount=1)
    sheet.add_table(table)
    book.save(tmp_path / "t.xlsx")
    mapping = TemplateMapping(tables=(TableRule("Sheet", 1, "defects", (("B", "severity"),)),))
    path, _ = filled(tmp_path / "t.xlsx", content(defects=2), mapping)
    assert load_workbook(path)["Sheet"].tables["T"].ref == "A1:C4"
    with pytest.raises(FileRefused, match="3 rows, and 2 fit"):
        filled(tmp_path / "t.xlsx", content(defects=3), mapping)


def test_hidden_rows_and_columns_that_are_filled_are_told(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ref", "Due", "Owner"])
    sheet.append([])
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[4].hidden = True
    book.save(tmp_path / "t.xlsx")
    mapping = TemplateMapping(tables=(TableRule("Sheet", 1, "questions", (("A", "row_key"), ("C", "owner"))),))
    _, told = filled(tmp_path / "t.xlsx", mapping=mapping)
    words = " ".join(one.words for one in told.remarks)
    assert "Sheet!C2 is in a hidden row or column" in words
    assert "1 of the filled rows of Sheet are hidden in the template, from row 4 on" in words


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_damaged_template_is_refused_or_filled_and_nothing_else(official: Path, hits: list[tuple[int, int]]) -> None:
    data = bytearray(build(official).read_bytes())
    for place, new in hits:
        data[place % len(data)] = new
    official.write_bytes(data)
    with suppress(FileRefused):
        filled(official)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@_x0D\r\n\t<&>\"'"), max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_every_text_comes_back_as_it_was(tmp_path: Path, texts: list[str]) -> None:
    path = tmp_path / "t.xlsx"
    if not path.exists():
        Workbook().save(path)
    texts = ["first", *texts, "last"]
    column = (Column("text", "Text"),)
    said = Content("evidence", "T", (), (table_of("texts", "T", "T", "", column, [(one,) for one in texts]),))
    new, _ = filled(path, said, TemplateMapping(tables=(TableRule("Sheet", 1, "texts", (("B", "text"),)),)))
    sheet = load_workbook(new).active
    assert sheet is not None
    shown = [visible_text(one) for one in texts]
    cells = [sheet.cell(row, 2) for row in range(2, len(texts) + 2)]
    assert [unescape(str(one.value or "")) for one in cells] == shown
    assert all(one.data_type != "f" for one in cells)
    read = fastexcel.read_excel(new).load_sheet(0, header_row=None, dtypes="string").to_polars().rows()
    assert [row[-1] or "" for row in read] == shown


def test_a_text_that_no_cell_holds_is_refused(official: Path) -> None:
    said = Content("evidence", "T", (), (), values={"long": "x" * 40_000})
    with pytest.raises(FileRefused, match="40,000 characters"):
        filled(official, said, TemplateMapping((CellRule("Cover!C5", "long"),)))
