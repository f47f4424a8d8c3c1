"""Hostile texts through the one cell writer, read back by four readers; limits; names."""

from __future__ import annotations

import csv
import html
import re
import shutil
import subprocess
import unicodedata
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import fastexcel
import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.excel.book import Book, Field, Kind, Link, Page
from desktop.excel.cells import MAX_TEXT, CellTooLong, Overlong, cell_text, needs_guard, put_number
from desktop.excel.names import MAX_FILE_NAME, file_name, headings, sheet_name, table_name

STAMP = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

TABS = ("Small", "Large", "Shared")

HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://example.invalid","click")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "{=1+1}",
    "'quoted",
    "#N/A",
    "#REF!",
    "#DIV/0!",
    "TRUE",
    "0012",
    "1200012345678",
    "1E5",
    "1.2E+12",
    "01/02/2026",
    "_x0041_",
    "_x000D_",
    "_x0041_x0042_",
    "_xZZZZ_",
    "a\x00b\x07c\x1b",
    "\x7f\x85\ufffe\uffff",
    "a\r\nb",
    "  two  spaces  ",
    "<b>&amp;]]>",
    "\"quotes\" and 'apostrophes'",
    "http://example.invalid/",
    "mailto:a@example.invalid",
    "\u202eevil\u202c",
    "🙂 Ünïcode 漢字",
    "=" * 300,
    "x" * MAX_TEXT,
)


def seen(text: str) -> str:
    """What a reader that knows the format sees of a text: the same, with control characters made visible."""
    made = "".join(
        chr(0x2400 + ord(mark)) if ord(mark) < 0x20 and mark not in "\t\n\r" else mark for mark in text
    ).replace("\x7f", "␡")
    return re.sub("[\x80-\x9f\ufffe\uffff]", "\ufffd", made)


def decoded(raw: str) -> str:
    """A text of the XML as Excel reads it."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), raw)


def read_by_openpyxl(value: str | None, tab: str) -> str:
    """What openpyxl read, decoded: in shared texts it drops the mark of an escape by itself, in cells it does not."""
    return (value or "") if tab == "Shared" else decoded(value or "")


def expected_of_openpyxl(text: str, tab: str) -> str:
    """What it should read: in shared texts a carriage return stays escaped."""
    return seen(text).replace("\r", "_x000D_").replace("x005F_", "") if tab == "Shared" else seen(text)


def hostile_book(texts: tuple[str, ...], path: Path) -> None:
    """The texts in an openpyxl sheet, in a streamed one, and twenty times in one that shares them."""
    book = Book("Hostile", "=Author", STAMP)
    fields = (Field("Number", Kind.NUMBER, key="n"), Field("Text", Kind.WRAPPED, key="t"), Field("End", key="e"))
    book.add_table(Page("Small", "=1+1", "@about"), fields, [(n, text, "end") for n, text in enumerate(texts)])
    frame = pl.DataFrame(
        {"n": range(len(texts)), "t": texts, "e": ["end"] * len(texts)},
        schema={"n": pl.Int64, "t": pl.String, "e": pl.String},
    )
    book.add_stream(Page("Large", "Large", "All"), fields, len(texts), lambda: iter([frame]))
    often = pl.concat([frame] * 20)
    book.add_stream(Page("Shared", "Shared", "All"), fields, often.height, lambda: iter([often]))
    book.save(path)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "hostile.xlsx"
    hostile_book(HOSTILE, path)
    return path


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name).decode("utf-8") for name in package.namelist()}


@pytest.mark.parametrize("tab", TABS)
def test_every_hostile_text_reads_back_in_openpyxl_as_a_text_cell(workbook: Path, tab: str) -> None:
    sheet = openpyxl.load_workbook(workbook)[tab]
    for row, text in enumerate(HOSTILE * (20 if tab == "Shared" else 1), start=5):
        cell = sheet.cell(row, 2)
        assert cell.data_type == "s"
        assert cell.number_format == "@"
        assert read_by_openpyxl(cell.value, tab) == expected_of_openpyxl(text, tab)
        assert cell.quotePrefix is needs_guard(text)


def test_no_part_of_the_workbook_holds_a_formula_an_error_cell_or_an_outside_link(workbook: Path) -> None:
    for name, xml in parts(workbook).items():
        assert "<f>" not in xml
        assert "<f " not in xml
        assert ' t="e"' not in xml
        if name.endswith(".rels"):
            assert 'TargetMode="External"' not in xml
    assert not any("externalLink" in name or "vba" in name for name in parts(workbook))


@pytest.mark.parametrize("tab", TABS)
def test_every_hostile_text_reads_back_in_calamine(workbook: Path, tab: str) -> None:
    sheet = fastexcel.read_excel(workbook).load_sheet(tab, header_row=3, dtypes="string")
    assert [text.replace("\r\n", "\n") for text in sheet.to_polars()["Text"].to_list()] == [
        seen(text).replace("\r\n", "\n") for text in HOSTILE
    ] * (20 if tab == "Shared" else 1)


def test_every_hostile_text_stands_raw_in_the_xml_of_the_streamed_sheet(workbook: Path) -> None:
    xml = parts(workbook)["xl/worksheets/sheet2.xml"]
    assert "<si><t" in parts(workbook)["xl/sharedStrings.xml"]
    xml = xml[xml.index('<row r="5"') :]
    texts = re.findall(r"<is><t(?: xml:space=\"preserve\")?>(.*?)</t></is>", xml, re.DOTALL)
    assert [decoded(html.unescape(text)) for text in texts] == [seen(text) for text in HOSTILE]


def test_libreoffice_shows_every_text_as_it_was_given(workbook: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "LibreOffice Calc is needed for this test: libreoffice-calc-nogui"
    for sheet, tab in enumerate(TABS, start=1):
        folder = tmp_path / str(sheet)
        subprocess.run(
            [
                office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
                f"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,{sheet}",
                "--outdir", str(folder), str(workbook),
            ],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        (made,) = folder.glob("*.csv")
        with made.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[4:]
        shown = [row[1].replace("\r\n", "\n").replace("\r", "\n") for row in rows]
        expected = [seen(text).replace("\r\n", "\n").replace("\r", "\n") for text in HOSTILE]
        assert shown == expected * (20 if tab == "Shared" else 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=30))
def test_any_text_reads_back_as_it_was_given(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("any") / "any.xlsx"
    hostile_book(tuple(texts), path)
    book = openpyxl.load_workbook(path)
    for tab in TABS:
        read = [read_by_openpyxl(book[tab].cell(row, 2).value, tab) for row in range(5, 5 + len(texts))]
        assert read == [expected_of_openpyxl(text, tab) for text in texts]


def test_a_text_over_the_limit_is_refused_with_the_cell_named_and_nothing_is_written(tmp_path: Path) -> None:
    book = Book("T", "A", STAMP)
    with pytest.raises(CellTooLong, match="Cell B5 of sheet 'Small' holds 32,768 characters"):
        book.add_table(Page("Small", "T", "A"), (Field("N"), Field("T")), [("1", "x" * (MAX_TEXT + 1))])


def test_the_limit_counts_as_excel_counts() -> None:
    assert cell_text("🙂" * (MAX_TEXT // 2), where="here") == "🙂" * (MAX_TEXT // 2)
    with pytest.raises(CellTooLong):
        cell_text("🙂" * (MAX_TEXT // 2 + 1), where="here")


def test_a_streamed_sheet_says_in_the_cell_where_a_text_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    book = Book("T", "A", STAMP)
    frame = pl.DataFrame({"t": ["\x01🙂" * MAX_TEXT, "short"]})
    book.add_stream(Page("Large", "T", "A"), (Field("T", key="t"),), 2, lambda: iter([frame]))
    book.save(path)
    text = openpyxl.load_workbook(path)["Large"]["A5"].value
    assert len(text.encode("utf-16-le")) // 2 <= MAX_TEXT
    assert text.endswith("… [cut here: the whole text has 65,534 characters]")
    assert cell_text("x" * 40_000, where="", overlong=Overlong.SAY).startswith("x" * 32_000)


def test_hostile_titles_names_and_properties_do_not_end_the_export(tmp_path: Path) -> None:
    for place, text in enumerate(HOSTILE[:-1]):
        path = tmp_path / f"{place}.xlsx"
        book = Book(text, text, STAMP)
        book.property("Note", text)
        book.add_table(Page(text, text, text), (Field(text), Field(text)), [(text, text)])
        book.save(path)
        read = openpyxl.load_workbook(path)
        (sheet,) = read.worksheets
        (table,) = sheet.tables.values()
        named = [decoded(sheet[cell].value) for cell in ("A4", "B4")]
        assert [column.name for column in table.tableColumns] == named
        assert read.properties.creator.split() == seen(text).split()


def test_numbers_dates_and_links_are_what_they_say(tmp_path: Path) -> None:
    path = tmp_path / "kinds.xlsx"
    book = Book("T", "A", STAMP)
    fields = (Field("N", Kind.NUMBER), Field("D", Kind.DATE), Field("L", Kind.TEXT))
    day = date(2026, 11, 23)
    book.add_table(Page("It's", "T", "A"), fields, [(-5, day, Link("There", "It's")), (0, date(1899, 1, 1), None)])
    book.save(path)
    sheet = openpyxl.load_workbook(path)["It's"]
    assert (sheet["A5"].value, sheet["A5"].data_type) == (-5, "n")
    assert sheet["B5"].value.date() == day
    assert sheet["B6"].value == "1899-01-01"
    assert sheet["C5"].hyperlink.location == "'It''s'!A1"
    assert sheet["C5"].hyperlink.target is None
    with pytest.raises(ValueError):
        put_number(sheet["A9"], float("nan"), book.look["number"])
    with pytest.raises(ValueError):
        put_number(sheet["A9"], 10**15, book.look["number"])


def test_streamed_numbers_and_dates_that_excel_cannot_keep_stand_as_text(tmp_path: Path) -> None:
    path = tmp_path / "kinds.xlsx"
    book = Book("T", "A", STAMP)
    frame = pl.DataFrame(
        {"n": [5, None, 10**15, -7], "d": ["2026-11-23", None, "=2", "1899-01-01"]},
        schema={"n": pl.Int64, "d": pl.String},
    )
    fields = (Field("N", Kind.NUMBER, key="n"), Field("D", Kind.DATE, key="d"))
    book.add_stream(Page("L", "T", "A"), fields, 4, lambda: iter([frame]))
    book.save(path)
    sheet = openpyxl.load_workbook(path)["L"]
    assert [sheet.cell(row, 1).value for row in range(5, 9)] == [5, None, str(10**15), -7]
    assert sheet["B5"].value.date() == date(2026, 11, 23)
    assert [sheet.cell(row, 2).value for row in range(6, 9)] == [None, "=2", "1899-01-01"]
    assert sheet["B7"].data_type == "s"


@given(st.lists(st.text(max_size=50), max_size=8))
def test_sheet_names_and_headings_are_what_excel_takes(wanted: list[str]) -> None:
    made: list[str] = []
    for text in wanted:
        name = sheet_name(text, made)
        made.append(name)
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\\x00\n\t")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"
    assert len({name.casefold() for name in made}) == len(made)
    named = headings(wanted)
    assert all(0 < len(name) <= 255 for name in named)
    assert len({name.casefold() for name in named}) == len(named)


@given(st.lists(st.text(max_size=150), max_size=6))
def test_file_names_are_taken_by_every_system(wanted: list[str]) -> None:
    made: list[str] = []
    for text in wanted:
        name = file_name(text, ".xlsx", made)
        made.append(name)
        assert len(name.encode()) <= MAX_FILE_NAME
        assert unicodedata.is_normalized("NFC", name)
        assert not set(name) & set('<>:"/\\|?*\x00')
        assert name == name.strip()
        assert name.endswith(".xlsx")
    assert len({name.casefold() for name in made}) == len(made)


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("Fix list CON", "Fix list CON.xlsx"),
        ("CON", "_CON.xlsx"),
        ("com1.report", "_com1.report.xlsx"),
        ("clock$", "_clock$.xlsx"),
        ("../../evil", "_.._.._evil.xlsx"),
        ("Ann\u202e Smith\u200b", "Ann Smith.xlsx"),
        ("", "unnamed.xlsx"),
        ("…. . .", "….xlsx"),
    ],
)
def test_awkward_names_become_safe_ones(stem: str, name: str) -> None:
    made = file_name(stem, ".xlsx")
    assert made == name or (stem.startswith("..") and "/" not in made and not made.startswith("."))


def test_a_name_without_an_ending_that_is_taken_gets_a_number() -> None:
    assert file_name("Makefile", "") == "Makefile"
    assert file_name("Makefile", "", ["makefile"]) == "Makefile (2)"
    assert file_name("Makefile", "", ["Makefile", "Makefile (2)", "other.txt"]) == "Makefile (3)"


def test_table_names_never_look_like_cell_references() -> None:
    names: list[str] = []
    for wanted in ("FIX1", "R1C1", "Findings 1", "Findings 1", "Ünï", "漢字"):
        names.append(table_name(wanted, names))
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"tbl_\w+", name) for name in names)
