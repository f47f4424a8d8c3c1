"""What a cell holds comes out as the file wrote it, and whatever is lost or doubtful is said with its place."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from desktop.errors import FileRefused
from desktop.portfolio.readers import xlsx_sheet
from desktop.portfolio.readers.xlsx_cells import column_letters, date_text, is_long_number, place_of, unescape
from desktop.portfolio.readers.xlsx_package import form_of
from desktop.portfolio.reading import FaultKind, Reading
from tests.desktop.portfolio_readers import workbooks as wb

HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>MPAN</t></is></c><c r="B1" t="inlineStr"><is><t>Value</t></is></c></row>'
)
KEY = '<c r="A2" t="inlineStr"><is><t>1200000000013</t></is></c>'


@pytest.fixture(params=[True, False], ids=["bulk", "exact"])
def bulk(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def read(path: Path, *, bulk: bool, sheet: str | None = None) -> tuple[Reading, list[tuple[str, ...]]]:
    parquet = path.with_suffix(".parquet")
    made = xlsx_sheet.read(path, sheet, parquet, lambda *_: None, bulk=bulk)
    return made, pl.read_parquet(parquet).rows()


CELLS: list[tuple[str, str, FaultKind | None, str]] = [
    ("<v>1200000000013</v>", "1200000000013", None, ""),
    ("<v>13.0</v>", "13.0", None, ""),
    ("<v>-5</v>", "-5", None, ""),
    ("<v>0.1</v>", "0.1", None, ""),
    ("<v> 7 </v>", "7", None, ""),
    ("<v>1.2E+12</v>", "1.2E+12", FaultKind.LONG_NUMBER, "1.2E+12"),
    ("<v>12345678901200012345678</v>", "12345678901200012345678", FaultKind.LONG_NUMBER, "12345678901200012345678"),
    ("<v>0.30000000000000004</v>", "0.30000000000000004", FaultKind.LONG_NUMBER, "0.30000000000000004"),
    ("e#<v>#N/A</v>", "#N/A", FaultKind.ERROR_CELL, "#N/A"),
    ("e#<f>1/0</f><v>#DIV/0!</v>", "#DIV/0!", FaultKind.ERROR_CELL, "#DIV/0!"),
    ("<f>A1&amp;B1</f>", "", FaultKind.NO_VALUE, "=A1&B1"),
    ("<f>1+1</f><v></v>", "", FaultKind.NO_VALUE, "=1+1"),
    ("<f>1+1</f><v>2</v>", "2", None, ""),
    ("str#<f>A2</f><v>x &lt; y</v>", "x < y", None, ""),
    ("str#<f>A2</f><v></v>", "", None, ""),
    ("str#<v>line&#10;two&#x41;</v>", "line\ntwoA", None, ""),
    ("str#<v> kept </v>", " kept ", None, ""),
    ("str#<v>a_x000D_b</v>", "a\rb", FaultKind.ESCAPED, "a_x000D_b"),
    ("str#<v>_x005F_x0041_</v>", "_x0041_", FaultKind.ESCAPED, "_x005F_x0041_"),
    ("str#<v>_xD800_</v>", "_xD800_", None, ""),
    ("str#<v>a]b!c?d\u00ef</v>", "a]b!c?d\u00ef", None, ""),
    ("b#<v>1</v>", "TRUE", None, ""),
    ("b#<v>0</v>", "FALSE", None, ""),
    ("d#<v>2024-02-29T00:00:00</v>", "2024-02-29", None, ""),
    ("@1<v>45351</v>", "2024-02-29", None, ""),
    ("@1<v>45351.0</v>", "2024-02-29", None, ""),
    ("@2<v>45351.5</v>", "2024-02-29T12:00:00", None, ""),
    ("@4<v>0.25</v>", "06:00:00", None, ""),
    ("@3<v>45351</v>", "45351", None, ""),
    ("@1<v>60</v>", "60", FaultKind.DATE_CELL, "60"),
    ("@1<v>-3</v>", "-3", FaultKind.DATE_CELL, "-3"),
    ("@1<v>9999999</v>", "9999999", FaultKind.DATE_CELL, "9999999"),
    ("@99<v>45351</v>", "45351", None, ""),
    ("s#<v>0</v>", "shared \u00e9 & <b>", None, ""),
    ("s#<v>1</v>", "bold plain", None, ""),
    ("s#<v>2</v>", "a\rb", FaultKind.ESCAPED, "a_x000D_b"),
    ("s#<v>3</v>", "", None, ""),
]


@pytest.mark.parametrize(("cell", "text", "fault", "value"), CELLS, ids=[cell[0] for cell in CELLS])
def test_a_cell_says_what_the_file_wrote(
    cell: str, text: str, fault: FaultKind | None, value: str, bulk: bool, tmp_path: Path
) -> None:
    attributes = ""
    inside = cell
    if "#" in cell and cell.split("#", maxsplit=1)[0] in ("e", "str", "b", "d", "s"):
        kind, inside = cell.split("#", 1)
        attributes = f' t="{kind}"'
    elif cell.startswith("@"):
        style, _, rest = cell[1:].partition("<")
        attributes, inside = f' s="{style}"', "<" + rest
    shared = wb.strings("shared \u00e9 &amp; &lt;b&gt;", "@@", "a_x000D_b", "").replace(
        "<si><t>@@</t></si>",
        '<si><r><rPr><b/></rPr><t xml:space="preserve">bold </t></r><r><t>plain</t></r>'
        '<rPh sb="0" eb="1"><t>x</t></rPh></si>',
    )
    path = wb.workbook(
        tmp_path / "book.xlsx", f'{HEAD}<row r="2">{KEY}<c r="B2"{attributes}>{inside}</c></row>', shared=shared
    )
    made, rows = read(path, bulk=bulk)
    assert rows == [("1200000000013", text)]
    # A control character in the text is told beside whatever else is.
    controls = [one for one in made.faults if one.kind is FaultKind.CONTROL]
    assert [(one.row, one.column, one.value) for one in controls] == [(1, 1, text)] * (text in ("line\ntwoA", "a\rb"))
    single = [one for one in made.faults if one.row is not None and one not in controls]
    if fault is None:
        assert single == []
    else:
        assert [(one.kind, one.row, one.column, one.value) for one in single] == [(fault, 1, 1, value)]


def test_a_control_character_is_told_where_it_stands_and_not_in_headings(bulk: bool, tmp_path: Path) -> None:
    path = wb.workbook(
        tmp_path / "book.xlsx",
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        f'<row r="2">{KEY}<c r="B2" t="s"><v>2</v></c></row>'
        f'<row r="3">{KEY.replace("A2", "A3")}<c r="B3" t="s"><v>3</v></c></row>'
        f'<row r="4">{KEY.replace("A2", "A4")}<c r="B4" t="inlineStr"><is><t>C1\u0085</t></is></c></row>'
        '<row r="5"><c r="A5" t="s"><v>4</v></c></row>',
        shared=wb.strings("MPAN\ncore", "Address", "1 High Street\nPlaceham", "a&#9;tab", "12_x0007_"),
    )
    made, _ = read(path, bulk=bulk)
    told = [(one.row, one.column, one.value) for one in made.faults if one.kind is FaultKind.CONTROL]
    assert sorted(told) == [
        (1, 1, "1 High Street\nPlaceham"),
        (2, 1, "a\ttab"),
        (3, 1, "C1\u0085"),
        (4, 0, "12\x07"),
    ]
    assert made.fault_counts[FaultKind.CONTROL] == 4
    assert "The cell under Address holds a line break." in {one.message for one in made.faults}


def test_rows_in_which_nothing_stands_are_told_as_such(bulk: bool, tmp_path: Path) -> None:
    formula = '<c r="B8"><f>A1+1</f></c>'
    path = wb.workbook(
        tmp_path / "book.xlsx",
        f'{HEAD}<row r="2">{KEY}</row><row r="3"/><row r="5"><c r="B5" t="inlineStr"><is><t>  </t></is></c></row>'
        f'<row r="6">{KEY.replace("A2", "A6")}</row><row r="8">{formula}</row>'
        f'<row r="9">{KEY.replace("A2", "A9")}</row><row r="11"/>',
    )
    made, rows = read(path, bulk=bulk)
    assert len(rows) == 8
    assert [one.row for one in made.faults if one.kind is FaultKind.BLANK_ROW] == [2, 3, 4, 6]
    assert made.fault_counts[FaultKind.BLANK_ROW] == 4
    assert made.blank_rows == ((2, 4), (6, 6))


def test_the_1904_system_is_kept(bulk: bool, tmp_path: Path) -> None:
    path = wb.workbook(
        tmp_path / "book.xlsx",
        f'{HEAD}<row r="2">{KEY}<c r="B2" s="1"><v>43889</v></c></row>',
        properties='<workbookPr date1904="1"/>',
    )
    assert read(path, bulk=bulk)[1] == [("1200000000013", "2024-02-29")]


def test_plain_numbers_dates_and_booleans_are_counted_per_column_not_per_cell(bulk: bool, tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}" s="1"><v>{45000 + row}</v></c>'
        f'<c r="C{row}" t="b"><v>1</v></c></row>'
        for row in range(2, 12)
    )
    head = HEAD.replace("</row>", '<c r="C1" t="inlineStr"><is><t>Flag</t></is></c></row>')
    made, _ = read(wb.workbook(tmp_path / "book.xlsx", head + rows), bulk=bulk)
    assert made.fault_counts == {FaultKind.NUMBER: 10, FaultKind.DATE_CELL: 10, FaultKind.BOOLEAN: 10}
    assert {(one.kind, one.row, one.column, one.value) for one in made.faults} == {
        (FaultKind.NUMBER, None, 0, "10"),
        (FaultKind.DATE_CELL, None, 1, "10"),
        (FaultKind.BOOLEAN, None, 2, "10"),
    }


def test_hidden_rows_columns_and_sheets_are_said(bulk: bool, tmp_path: Path) -> None:
    rows = HEAD + f'<row r="2" hidden="1">{KEY}</row>' + f'<row r="3">{KEY.replace("A2", "A3")}</row>'
    sheets = (
        ("Old", "hidden", "sheet2.xml"),
        ("Portfolio", "visible", "sheet1.xml"),
        ("X", "veryHidden", "sheet2.xml"),
    )
    members = wb.parts(
        wb.sheet(rows, before='<cols><col min="2" max="16384" hidden="1"/></cols>'),
        sheets=sheets,
        more={"xl/worksheets/sheet2.xml": wb.sheet(HEAD)},
    )
    made, held = read(wb.pack(tmp_path / "book.xlsx", members), bulk=bulk)
    assert made.sheet == "Portfolio"
    assert len(held) == 2
    assert [(one.row, one.column, one.value) for one in made.faults if one.kind is FaultKind.HIDDEN] == [
        (None, None, "Old"),
        (None, None, "X"),
        (None, 1, "Value"),
        (1, None, ""),
    ]


def test_merged_cells_are_said(bulk: bool, tmp_path: Path) -> None:
    members = wb.parts(
        wb.sheet(f'{HEAD}<row r="2">{KEY}</row>', after='<mergeCells><mergeCell ref="A2:B2"/></mergeCells>')
    )
    made, rows = read(wb.pack(tmp_path / "book.xlsx", members), bulk=bulk)
    assert rows == [("1200000000013", "")]
    assert [(one.kind, one.row, one.column, one.value) for one in made.faults] == [(FaultKind.MERGED, 1, 0, "A2:B2")]


def test_title_rows_above_the_headings_are_passed_over_and_said(bulk: bool, tmp_path: Path) -> None:
    rows = wb.grid(
        ("Portfolio extract", "", ""),
        ("", "", ""),
        ("MPAN", "Name", "Town"),
        ("1200000000013", "a", "b"),
        ("", "", ""),
        ("1200000000022", "c", "d"),
        ("", "", ""),
    )
    made, held = read(wb.workbook(tmp_path / "book.xlsx", rows), bulk=bulk)
    assert made.heading_row == 3
    assert made.headings == ("MPAN", "Name", "Town")
    assert held == [("1200000000013", "a", "b"), ("", "", ""), ("1200000000022", "c", "d")]


def test_repeated_headings_are_said(bulk: bool, tmp_path: Path) -> None:
    rows = wb.grid(("MPAN", "Name"), ("1200000000013", "a"), ("MPAN", "Name"), ("1200000000022", "c"))
    made, _ = read(wb.workbook(tmp_path / "book.xlsx", rows), bulk=bulk)
    assert [(one.kind, one.row) for one in made.faults] == [(FaultKind.REPEATED_HEADING_ROW, 2)]


def test_a_formula_never_calculated_keeps_its_row_and_column(bulk: bool, tmp_path: Path) -> None:
    rows = HEAD + f'<row r="2">{KEY}</row><row r="3"><c r="C3"><f>NOW()</f></c></row>'
    made, held = read(wb.workbook(tmp_path / "book.xlsx", rows), bulk=bulk)
    assert held == [("1200000000013", "", ""), ("", "", "")]
    assert [(one.kind, one.row, one.column, one.value) for one in made.faults] == [(FaultKind.NO_VALUE, 2, 2, "=NOW()")]


def test_sparse_rows_and_row_gaps_keep_their_places(bulk: bool, tmp_path: Path) -> None:
    rows = (
        HEAD
        + '<row r="5"><c r="D5" t="str"><v>x</v></c></row><row r="7" spans="1:2"><c r="A7" t="str"><v>y</v></c></row>'
    )
    _, held = read(wb.workbook(tmp_path / "book.xlsx", rows), bulk=bulk)
    blank = ("", "", "", "")
    assert held == [blank, blank, blank, ("", "", "", "x"), blank, ("y", "", "", "")]


def test_the_first_visible_sheet_with_values_is_taken_and_others_can_be_named(bulk: bool, tmp_path: Path) -> None:
    sheets = (("Empty", "visible", "sheet2.xml"), ("One", "visible", "sheet1.xml"), ("Two", "visible", "sheet3.xml"))
    members = wb.parts(
        wb.sheet(HEAD),
        sheets=sheets,
        more={"xl/worksheets/sheet2.xml": wb.sheet(""), "xl/worksheets/sheet3.xml": wb.sheet(wb.grid(("Other",)))},
    )
    path = wb.pack(tmp_path / "book.xlsx", members)
    assert read(path, bulk=bulk)[0].sheet == "One"
    assert read(path, bulk=bulk, sheet="Two")[0].headings == ("Other",)
    with pytest.raises(FileRefused, match="no sheet 'Three'"):
        read(path, bulk=bulk, sheet="Three")
    assert [(one.name, one.hidden, one.rows, one.columns) for one in xlsx_sheet.inspect(path, lambda *_: None)] == [
        ("Empty", False, 0, 0),
        ("One", False, 1, 2),
        ("Two", False, 1, 1),
    ]


def test_rows_over_many_blocks_come_out_in_order(bulk: bool, tmp_path: Path) -> None:
    filler = "x" * 3000
    rows = HEAD + "".join(
        f'<row r="{row}"><c r="A{row}" t="str"><v>{row}</v></c><c r="B{row}" t="str"><v>{filler}</v></c></row>'
        for row in range(2, 14_002)
    )
    made, held = read(wb.workbook(tmp_path / "book.xlsx", rows), bulk=bulk)
    assert made.rows == 14_000
    assert [row[0] for row in held] == [str(row) for row in range(2, 14_002)]


def test_a_comment_far_into_the_sheet_changes_nothing(bulk: bool, tmp_path: Path) -> None:
    filler = "x" * 3000
    rows = HEAD + "".join(
        f'<row r="{row}"><c r="A{row}" t="str"><v>{row}</v></c><c r="B{row}" t="str"><v>{filler}</v></c></row>'
        for row in range(2, 9_002)
    )
    rows += '<!-- <row r="1"/> --><row r="9002"><c r="A9002" t="str"><v>last</v></c></row>'
    merged = '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'
    made, held = read(wb.pack(tmp_path / "book.xlsx", wb.parts(wb.sheet(rows, after=merged))), bulk=bulk)
    assert [row[0] for row in held] == [*(str(row) for row in range(2, 9_002)), "last"]
    assert made.fault_counts == {FaultKind.MERGED: 1}


def test_what_openpyxl_wrote_comes_back(bulk: bool, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["MPAN", "Name", "Number"])
    page.append(["1200000000013", 'a "b" & <c>', 12])
    page.append(["1200000000022", " x ", 1.5])
    book.save(tmp_path / "book.xlsx")
    assert read(tmp_path / "book.xlsx", bulk=bulk)[1] == [
        ("1200000000013", 'a "b" & <c>', "12"),
        ("1200000000022", " x ", "1.5"),
    ]


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("General", ""),
        ("0.00", ""),
        ("@", ""),
        ("0.00E+00", ""),
        ("dd/mm/yyyy", "date"),
        ("yyyy\\-mm\\-dd", "date"),
        ("[$-809]dd mmmm yyyy;@", "date"),
        ("hh:mm", "time"),
        ("[h]:mm:ss", "time"),
        ("mmm-yy", "date"),
        ('0 "days"', ""),
        ("[Red]0", ""),
        ("#,##0_);(#,##0)", ""),
        ("h:mm AM/PM", "time"),
        ("d/m/yy h:mm", "date"),
        ("_-* #,##0.00_-", ""),
        ("yyyy", "date"),
        ("0\\d", ""),
    ],
)
def test_number_formats_are_told_apart(code: str, form: str) -> None:
    assert form_of(code) == form


def test_days_of_the_1900_system_are_those_of_excel() -> None:
    shown = {
        raw: date_text(raw, date_1904=False, time_only=False)
        for raw in ("1", "59", "60", "61", "2958465", "2958466", "0")
    }
    assert shown == {
        "1": "1900-01-01",
        "59": "1900-02-28",
        "60": None,
        "61": "1900-03-01",
        "2958465": "9999-12-31",
        "2958466": None,
        "0": None,
    }
    assert date_text("45351.999999999", date_1904=False, time_only=False) == "2024-03-01"


def test_places_letters_and_long_numbers() -> None:
    assert [column_letters(column) for column in (0, 25, 26, 511, 16383)] == ["A", "Z", "AA", "SR", "XFD"]
    assert [place_of(name) for name in ("A1", "XFD1048576", "XFE1", "A1048577", "A0", "1A", "")] == [
        (1, 0),
        (1048576, 16383),
        None,
        None,
        None,
        None,
        None,
    ]
    assert [
        is_long_number(raw) for raw in ("123456789012345", "1234567890123456", "1e3", "0.000000000000000001", "x")
    ] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert unescape("_x0041__x005f_x0041_") == "A_x0041_"
