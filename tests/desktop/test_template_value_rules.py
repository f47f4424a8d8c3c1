"""Rules of a form's cells beside lists: a length, a number, a day. What breaks one is told and filled all the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from template_hands import filled, look, parts, rewritten

from desktop.submissions.content import Cell, Column, Content, table_of
from desktop.submissions.filling.model import CellRule, FillProblem, TableRule, TemplateMapping

ONE = TemplateMapping((CellRule("Sheet!B2", "x.value"),))
COLUMN = TemplateMapping(tables=(TableRule("Sheet", 1, "t", (("B", "n"),)),))


def made(path: Path, look_of: str = "General", where: str = "B2:B40", **rule: Any) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(2, 41):
        sheet.cell(row, 2).number_format = look_of
    validation = DataValidation(**rule)
    validation.add(where)
    sheet.add_data_validation(validation)
    book.save(path)
    return path


def told(path: Path, value: str) -> list[FillProblem]:
    said = Content("evidence", "T", (), (), values={"x.value": value})
    done = filled(path, said, ONE)[1]
    assert done.cells == 1, "it is filled all the same"
    return [one for one in done.remarks if one.breaks_rule]


def rows(*values: Cell) -> Content:
    return Content("x", "T", (), (table_of("t", "T", "Counts", "", [Column("n", "N")], [(one,) for one in values]),))


def test_a_text_that_is_longer_than_the_cell_takes_is_told_with_place_rule_and_value(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", type="textLength", operator="lessThanOrEqual", formula1="10")
    (one,) = told(path, "SAMPLE-RTTM-0001")
    assert one.words == (
        "x.value: the template takes at most 10 characters (Sheet, B2), and what would be written is "
        "“SAMPLE-RTTM-0001” (16 characters). Change what goes there, or ask the recipient whether it takes it."
    )
    assert (one.place, one.refuses, one.unlisted) == ("Sheet!B2", False, False)
    assert told(path, "SAMPLE-001") == []


LENGTHS = [
    ("between", "3", "5", "3 to 5 characters", "abcd", "ab"),
    ("notBetween", "3", "5", "fewer than 3 or more than 5 characters", "ab", "abcd"),
    ("equal", "13", None, "exactly 13 characters", "1200012345678x"[:13], "120001234567x"[:12]),
    ("notEqual", "2", None, "any number of characters but 2", "abc", "ab"),
    ("lessThan", "3", None, "fewer than 3 characters", "ab", "abc"),
    ("greaterThan", "3", None, "more than 3 characters", "abcd", "abc"),
    ("greaterThanOrEqual", "3", None, "at least 3 characters", "abc", "ab"),
    ("equal", "1", None, "exactly 1 character", "a", "ab"),
    ("lessThanOrEqual", "2", None, "at most 2 characters", "ab", "a\U0001f600"),
]


@pytest.mark.parametrize(("operator", "first", "second", "words", "good", "bad"), LENGTHS)
def test_lengths_are_compared_as_the_rule_says(tmp_path, operator, first, second, words, good, bad):
    rule = {"type": "textLength", "operator": operator, "formula1": first, "formula2": second}
    path = made(tmp_path / "t.xlsx", **rule)
    assert told(path, good) == []
    (one,) = told(path, bad)
    assert f"takes {words} (" in one.words


NUMBERS = [
    ("whole", "between", "1", "5", "a whole number from 1 to 5", (1, 5), (0, 6, "many")),
    ("whole", "notBetween", "1", "5", "a whole number below 1 or above 5", (0, 6), (1, 5)),
    ("whole", "equal", "2", None, "a whole number that is 2", (2,), (3,)),
    ("decimal", "notEqual", "2", None, "a number other than 2", (3,), (2, "2")),
    ("decimal", "lessThan", "2.5", None, "a number below 2.5", (2,), (3,)),
    ("decimal", "lessThanOrEqual", "1e3", None, "a number of at most 1,000", (1000,), (1001,)),
    ("whole", "greaterThan", "-2", None, "a whole number above -2", (-1,), (-2,)),
    ("whole", "greaterThanOrEqual", "2", None, "a whole number of at least 2", (2,), (1,)),
]


@pytest.mark.parametrize(("kind", "operator", "first", "second", "words", "good", "bad"), NUMBERS)
def test_numbers_are_compared_and_texts_are_none(tmp_path, kind, operator, first, second, words, good, bad):
    rule = {"type": kind, "operator": operator, "formula1": first, "formula2": second}
    path = made(tmp_path / "t.xlsx", **rule)
    assert [one for one in filled(path, rows(*good), COLUMN)[1].remarks if one.breaks_rule] == []
    (one,) = [one for one in filled(path, rows(*good, *bad), COLUMN)[1].remarks if one.breaks_rule]
    assert one.words.startswith(f"t.n: the template takes {words} (Sheet, B{2 + len(good)}")
    assert all(f"“{each}”{' (a text)' if isinstance(each, str) else ''}" in one.words for each in bad)


def test_days_are_told_as_days_and_a_text_is_no_day(tmp_path: Path) -> None:
    rule = {"type": "date", "operator": "between", "formula1": "46327", "formula2": "46356"}
    path = made(tmp_path / "t.xlsx", "yyyy-mm-dd", **rule)
    assert told(path, "2026-11-30") == []
    (one,) = told(path, "2026-12-01")
    assert "takes a day from 2026-11-01 to 2026-11-30 (Sheet, B2)" in one.words
    assert "“2026-12-01”." in one.words
    (one,) = told(path, "soon")
    assert "“soon” (a text)" in one.words


def test_a_column_is_told_in_one_sentence_with_the_first_cells_and_how_many_more(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", type="textLength", operator="lessThan", formula1="4")
    found = filled(path, rows("abc", *(f"long {number}" for number in range(9))), COLUMN)[1]
    (one,) = [one for one in found.remarks if one.breaks_rule]
    assert "fewer than 4 characters (Sheet, B3, B4, B5, B6, B7 and 4 more cells)" in one.words
    assert one.words.count("(6 characters)") == 5
    assert one.place == "Sheet!B3"


@pytest.mark.parametrize(
    "rule",
    [
        {"type": "textLength", "operator": "lessThan", "formula1": "$A$1"},
        {"type": "textLength", "operator": "between", "formula1": "1", "formula2": "LEN(A1)"},
        {"type": "date", "operator": "greaterThan", "formula1": "TODAY()"},
        {"type": "custom", "formula1": "ISNUMBER(B2)"},
        {"type": "textLength", "operator": "lessThan", "formula1": "1e999"},
    ],
)
def test_a_rule_that_a_formula_gives_is_left_alone(tmp_path: Path, rule: dict[str, str]) -> None:
    path = made(tmp_path / "t.xlsx", **rule)
    assert told(path, "SAMPLE-RTTM-0001") == []
    assert all(not spot.rules for spot in look(path).spots)


def test_a_rule_that_compares_in_a_way_of_its_own_is_left_alone(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", type="textLength", operator="equal", formula1="1")
    rewritten(path, _sheet(lambda text: text.replace('operator="equal"', 'operator="odd"')))
    assert told(path, "SAMPLE-RTTM-0001") == []


def _sheet(change: Callable[[str], str]) -> Callable[[dict[str, bytes]], None]:
    def whole(parts_: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        before = parts_[name].decode()
        after = change(before)
        assert after != before
        parts_[name] = after.encode()

    return whole


def test_a_rule_of_the_newer_kind_is_known_too(tmp_path: Path) -> None:
    path = made(tmp_path / "t.xlsx", type="textLength", operator="between", formula1="1", formula2="10")
    newer = (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidations count="1">'
        '<x14:dataValidation type="textLength" operator="between"><x14:formula1><xm:f>1</xm:f></x14:formula1>'
        "<x14:formula2><xm:f>10</xm:f></x14:formula2><xm:sqref>B2</xm:sqref></x14:dataValidation>"
        "</x14:dataValidations></ext></extLst></worksheet>"
    )
    rewritten(path, _sheet(lambda text: re.sub(r"<dataValidations.*</dataValidations>", "", text)
                           .replace("</worksheet>", newer)))  # fmt: skip
    assert b"<dataValidations" not in parts(path)["xl/worksheets/sheet1.xml"]
    (one,) = told(path, "SAMPLE-RTTM-0001")
    assert "takes 1 to 10 characters (Sheet, B2)" in one.words


def test_what_a_place_takes_is_among_what_is_known_of_it(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "Reference"
    sheet.append([])
    sheet.append(["Ref", "Question", "Answer"])
    for where in ("B1", "C4:C20"):
        rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1="10")
        rule.add(where)
        sheet.add_data_validation(rule)
    book.save(tmp_path / "t.xlsx")
    found = {one.place: one.rules for one in look(tmp_path / "t.xlsx").spots}
    assert found["B1"] == ("at most 10 characters",)
    assert found["A3:C3"] == ("C: at most 10 characters",)
