"""What is found in a recipient's template, and which files are no template."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from official_template import build
from openpyxl import Workbook
from template_hands import look, replaced, rewritten

from desktop.errors import FileRefused
from desktop.jobs import Cancelled, Job
from desktop.submissions.filling.model import Spot, SpotKind, TemplateLook
from desktop.submissions.filling.opened import TemplateBook


@pytest.fixture
def official(tmp_path: Path) -> Path:
    return build(tmp_path / "official.xlsx")


HELD = (
    "Threaded comments", "Notes", "People of the comments", "Pictures", "Printer settings", "Custom XML",
    "Excel tables", "Order of calculation", "Sparklines on 1 sheet", "22 formulas", "3 defined names",
    "Conditional formats on 1 sheet", "Protected sheets on 1 sheet", "Frozen panes on 1 sheet",
)  # fmt: skip


def spot(found: TemplateLook, place: str, sheet: str = "") -> Spot:
    return next(one for one in found.spots if one.place == place and (not sheet or one.sheet == sheet))


def test_labelled_cells_are_found_with_what_they_allow(official: Path) -> None:
    found = look(official)
    assert spot(found, "C5").label == "Organisation name"
    assert spot(found, "C6").label == "MPID(s)"
    assert spot(found, "C11").validations == ("On track", "At risk", "Late")
    assert not spot(found, "C5").locked


def test_a_locked_cell_and_a_formula_of_a_protected_form_are_no_fields(official: Path) -> None:
    cover = {one.place for one in look(official).spots if one.sheet == "Cover" and one.kind is SpotKind.CELL}
    assert cover == {"C5", "C6", "C7", "C8", "C9", "C10", "C11"}


def test_names_of_one_cell_are_found_and_lists_are_not(official: Path) -> None:
    names = {one.place: one.locked for one in look(official).spots if one.kind is SpotKind.NAME}
    assert names == {"Form_Title": True, "Submission_Reference": False}


def test_headings_are_found_with_the_rows_that_fit_below_them(official: Path) -> None:
    found = spot(look(official), "A7:H7")
    assert (found.kind, found.room, found.label) == (SpotKind.TABLE, 20, "Responses to the questions")
    assert found.headings[:3] == (("A", "Ref"), ("B", "Question"), ("C", "Response"))
    assert found.validations == ("F: Yes, No, Not applicable",)


def test_an_excel_table_is_found_by_its_name_and_has_no_end(official: Path) -> None:
    found = spot(look(official), "A3:C3", "Defects")
    assert (found.label, found.room) == ("OpenDefects", 0)


def test_it_says_what_the_template_holds(official: Path) -> None:
    found = look(official)
    assert set(HELD) <= set(found.holds)
    assert found.sheets[-1] == ("Lists", "hidden")
    assert "Hidden: Lists." in found.remarks
    assert len(found.parts) == 27


def test_links_to_other_workbooks_are_told_and_not_followed(official: Path) -> None:
    def add(parts: dict[str, bytes]) -> None:
        parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"

    assert any("refers to other workbooks" in one for one in look(rewritten(official, add)).remarks)


def test_a_cancel_is_noticed(official: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        TemplateBook(official, job)


def test_a_merged_heading_counts_as_one(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for place, text in (("A2", "Ref"), ("B2", "What was asked"), ("D2", "Answer"), ("E2", "Date")):
        sheet[place] = text
    sheet.merge_cells("B2:C2")
    for row in range(3, 6):
        sheet.merge_cells(f"B{row}:C{row}")
    sheet["A6"] = "Signed"
    book.save(tmp_path / "m.xlsx")
    found = spot(look(tmp_path / "m.xlsx"), "A2:E2")
    assert found.headings == (("A", "Ref"), ("B", "What was asked"), ("D", "Answer"), ("E", "Date"))
    assert found.room == 3


def test_numbers_that_the_template_prepared_do_not_end_the_room(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["No.", "Item", "Answer"])
    for number in range(1, 6):
        sheet.append([number, None, None])
    sheet["A8"] = "Signed by"
    book.save(tmp_path / "m.xlsx")
    assert spot(look(tmp_path / "m.xlsx"), "A1:C1").room == 6


REFUSED = {
    "macros": (lambda parts: parts.__setitem__("xl/vbaProject.bin", b"x"), "macros"),
    "a macro type": (
        replaced("[Content_Types].xml", r"officedocument\.spreadsheetml\.sheet\.main", "x.sheet.macroEnabled.main"),
        "kind of Excel file|macros",
    ),
    "a template type": (
        replaced("[Content_Types].xml", r"spreadsheetml\.sheet\.main", "spreadsheetml.template.main"),
        "no plain .xlsx",
    ),
    "a DTD": (
        replaced("xl/worksheets/sheet1.xml", r"<worksheet", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
        "document type definition",
    ),
    "rows out of order": (replaced("xl/worksheets/sheet2.xml", r'<row r="9"', '<row r="3"'), "out of order"),
    "a cell elsewhere": (replaced("xl/worksheets/sheet2.xml", r'r="A8"', 'r="A9"'), "which it is not"),
    "a text that is not there": (
        replaced("xl/worksheets/sheet2.xml", r't="s"><v>\d+</v>', 't="s"><v>99999</v>'), "not there",
    ),
    "damaged XML": (replaced("xl/worksheets/sheet1.xml", r"</worksheet>", ""), "damaged"),
    "a part gone": (lambda parts: parts.pop("xl/worksheets/sheet2.xml"), "missing"),
    "another encoding": (
        lambda parts: parts.__setitem__(
            "xl/worksheets/sheet1.xml",
            b'<?xml version="1.0" encoding="UTF-16"?>'.decode().encode("utf-16")
            + parts["xl/worksheets/sheet1.xml"].decode().encode("utf-16-le"),
        ),
        "UTF-8",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_could_do_harm_or_is_damaged_is_refused_with_words(official: Path, kind: str) -> None:
    change, words = REFUSED[kind]
    with pytest.raises(FileRefused, match=words) as refusal:
        look(rewritten(official, change))
    assert refusal.value.safe
    assert refusal.value.todo


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "a PDF document"),
        (b"PK\x05\x06" + bytes(18), "can"),
        (b"PK\x03\x04 not a zip at all", "damaged"),
        (b"ref,answer\n1,2\n", "no Excel workbook"),
    ],
)
def test_what_is_no_workbook_is_named(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(data)
    with pytest.raises(FileRefused, match=words):
        look(path)


def test_a_bomb_is_refused_before_it_is_unpacked(official: Path) -> None:
    path = rewritten(official, lambda parts: parts.__setitem__("xl/media/image1.png", bytes(70 * 1024**2)))
    with pytest.raises(FileRefused):
        look(path)


CROWDS = {
    "merged ranges": "<sheetData/><mergeCells>" + '<mergeCell ref="A1:B2"/>' * 20_001 + "</mergeCells>",
    "lists": '<sheetData/><dataValidations><dataValidation type="list" sqref="' + "A1 " * 20_001
    + '"><formula1>"a"</formula1></dataValidation></dataValidations>',
}  # fmt: skip


@pytest.mark.parametrize("kind", CROWDS)
def test_a_crowd_that_would_take_all_memory_or_time_is_refused(tmp_path: Path, kind: str) -> None:
    Workbook().save(tmp_path / "t.xlsx")
    path = rewritten(
        tmp_path / "t.xlsx",
        replaced("xl/worksheets/sheet1.xml", r"<sheetData ?/>|<sheetData></sheetData>", CROWDS[kind]),
    )
    with pytest.raises(FileRefused, match="more than"):
        look(path)


def test_the_same_part_twice_is_refused(official: Path) -> None:
    packed = io.BytesIO(official.read_bytes())
    with zipfile.ZipFile(packed, "a") as out:
        out.writestr("XL/workbook.xml", b"<workbook/>")
    official.write_bytes(packed.getvalue())
    with pytest.raises(FileRefused, match="twice"):
        look(official)


def test_xml_with_prefixes_is_read_alike(official: Path) -> None:
    def prefixed(parts: dict[str, bytes]) -> None:
        text = parts["xl/worksheets/sheet1.xml"].decode()
        text = re.sub(r"<(/?)(worksheet|sheetData|row|c|v|f|is|t)(?=[\s/>])", r"<\1x:\2", text)
        parts["xl/worksheets/sheet1.xml"] = text.replace("<x:worksheet ", "<x:worksheet xmlns:x="
            '"http://schemas.openxmlformats.org/spreadsheetml/2006/main" ', 1).encode()  # fmt: skip

    before = look(official).spots
    assert look(rewritten(official, prefixed)).spots == before


def test_below_a_label_nothing_is_offered_when_its_answer_stands_beside_it(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Form"
    sheet["A1"], sheet["B1"] = "Questions answered", '=COUNTIF(D5:D14,"?*")'
    sheet["A3"], sheet["B3"] = "Form number", 42
    sheet["A5"], sheet["B5"] = "Prepared for", "BSCCo"
    sheet["B6"] = "=TODAY()"
    sheet["A8"], sheet["B8"] = "Contact", "Telephone"
    sheet["A11"] = "Organisation"
    book.save(tmp_path / "form.xlsx")
    found = {one.place: one.label for one in look(tmp_path / "form.xlsx").spots if one.kind is SpotKind.CELL}
    assert found == {"C5": "BSCCo", "A9": "Contact", "C8": "Telephone", "B11": "Organisation"}
