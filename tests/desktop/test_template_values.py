"""How our values stand in the cells of a template: numbers, days, texts, words of lists."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.datavalidation import DataValidation
from template_hands import filled

from desktop.errors import FileRefused
from desktop.submissions.content import Cell, Column, Content, table_of
from desktop.submissions.filling.model import CellRule, TableRule, TemplateMapping

ONE = TemplateMapping((CellRule("Sheet!B2", "x.value"),))


def made(path: Path, change: Callable[[Any], None] = lambda _sheet: None) -> Path:
    book = Workbook()
    change(book.active)
    book.save(path)
    return path


def said(value: str) -> Content:
    return Content("evidence", "T", (), (), values={"x.value": value})


def written(path: Path, value: str, mapping: TemplateMapping = ONE) -> object:
    sheet = load_workbook(filled(path, said(value), mapping)[0])["Sheet"]
    return sheet["B2"].value


def formatted(form: str) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet["B2"].number_format = form

    return change


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        ("General", "12", 12),
        ("General", "0", 0),
        ("General", "-7", -7),
        ("General", "0012", "0012"),
        ("General", "1e5", "1e5"),
        ("General", "1200000000013", 1200000000013),
        ("General", "1234567890123456", "1234567890123456"),
        ("@", "12", "12"),
        ("General", "2026-11-28", "2026-11-28"),
        ("dd mmmm yyyy", "2026-11-28", datetime(2026, 11, 28)),
        ("dd/mm/yyyy", "2026-02-30", "2026-02-30"),
        ("dd/mm/yyyy", "1899-01-01", "1899-01-01"),
        ("dd/mm/yyyy", "not yet", "not yet"),
        ("General", "-1+1", "-1+1"),
        ("General", "@SUM(A1)", "@SUM(A1)"),
        ("General", "#N/A", "#N/A"),
    ],
)
def test_a_value_stands_as_what_it_is(tmp_path: Path, form: str, value: str, expected: object) -> None:
    assert written(made(tmp_path / "t.xlsx", formatted(form)), value) == expected


def test_digits_of_names_and_telephones_are_texts(tmp_path: Path) -> None:
    mapping = TemplateMapping((CellRule("Sheet!B2", "submission.ref"),))
    path, _ = filled(made(tmp_path / "t.xlsx"), said(""), mapping)
    assert load_workbook(path)["Sheet"]["B2"].data_type == "s"


def test_days_are_counted_from_1904_where_the_template_does(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet["B2"].number_format = "yyyy-mm-dd"
    book.save(tmp_path / "t.xlsx")
    assert written(tmp_path / "t.xlsx", "2026-11-28") == datetime(2026, 11, 28)


def listed(formula: str, **more: Any) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        for row, word in enumerate(("Red", "Amber", "Green"), start=1):
            sheet.cell(row, 8, word)
        rule = DataValidation(type="list", formula1=formula, **{"showErrorMessage": True, **more})
        rule.add("B2:B9")
        sheet.add_data_validation(rule)

    return change


@pytest.mark.parametrize("formula", ['"Red, Amber,Green"', "$H$1:$H$3", "Sheet!$H$1:$H$3", "'Sheet'!H1:H3", "$H:$H"])
def test_lists_are_known_however_they_are_given(tmp_path: Path, formula: str) -> None:
    path = made(tmp_path / "t.xlsx", listed(formula))
    assert written(path, "GREEN") == "Green"
    with pytest.raises(FileRefused, match="Red, Amber, Green"):
        written(path, "Blue")


def test_a_list_that_only_warns_is_told_and_filled(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", listed('"Red,Green"', errorStyle="warning"))
    new, told = filled(path, said("Blue"), ONE)
    assert load_workbook(new)["Sheet"]["B2"].value == "Blue"
    assert "does not have “Blue”" in told.remarks[0].words


def test_a_list_that_a_formula_gives_is_not_checked(tmp_path: Path) -> None:
    assert written(made(tmp_path / "t.xlsx", listed('INDIRECT("H1:H3")')), "Blue") == "Blue"


def test_numbers_are_held_against_lists_too(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", listed('"1,2,3"'))
    mapping = TemplateMapping(tables=(TableRule("Sheet", 1, "t", (("B", "n"),)),))

    def rows(*values: Cell) -> Content:
        return Content("x", "T", (), (table_of("t", "T", "Counts", "", [Column("n", "N")], [(v,) for v in values]),))

    assert load_workbook(filled(path, rows(2, 3), mapping)[0])["Sheet"]["B3"].value == 3
    with pytest.raises(FileRefused, match="does not have “4”"):
        filled(path, rows(2, 4), mapping)


def test_two_tables_in_one_place_are_refused_with_few_words(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx")
    rows = [(str(number),) for number in range(2_000)]
    content = Content("x", "T", (), (table_of("t", "T", "T", "", [Column("n", "N")], rows),))
    rule = TableRule("Sheet", 1, "t", (("B", "n"),))
    with pytest.raises(FileRefused, match="chosen twice"):
        filled(path, content, TemplateMapping(tables=(rule, rule)))


def test_a_file_that_was_packed_in_a_stream_is_filled(tmp_path: Path) -> None:
    class Stream(io.RawIOBase):
        """What cannot go back: sizes then stand behind each member."""

        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += bytes(data)
            return len(data)

    path = made(tmp_path / "t.xlsx")
    out = Stream()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            new.writestr(one.filename, old.read(one))
        new.writestr("customXml/prüfung.xml", b"<a/>")
    path.write_bytes(bytes(out.data))
    assert zipfile.ZipFile(path).infolist()[0].flag_bits & 8
    assert written(path, "12") == 12
    assert zipfile.ZipFile(tmp_path / "filled.xlsx").namelist() == zipfile.ZipFile(path).namelist()


def test_a_day_that_excel_cannot_show_is_a_text(tmp_path: Path) -> None:
    assert written(made(tmp_path / "t.xlsx", formatted("yyyy-mm-dd")), "1900-02-28") == "1900-02-28"
