"""A made-up form of a recipient, with what real ones have: formulas, lists, conditional colours."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

ROWS = 40
"""Rows that the form has for answers."""


def answers_form(path: Path) -> None:
    """Write the form: a cover with named cells, a sheet of answers with a total that a formula makes, a hidden list."""
    book = Workbook()
    cover = book.active
    cover.title = "Form"
    cover["A1"] = "Answers to an information request (made-up form)"
    cover["A1"].font = Font(bold=True, size=14)
    for row, (label, name) in enumerate(
        (("Organisation", "organisation"), ("Reference of the submission", "reference"), ("Recipient", "recipient")), 3
    ):
        cover.cell(row, 1, label)
        book.defined_names[name] = DefinedName(name, attr_text=f"Form!$B${row}")
    cover["A7"], cover["B7"] = "Questions answered", f'=COUNTIF(Answers!D5:D{ROWS + 4},"?*")'
    cover.column_dimensions["A"].width, cover.column_dimensions["B"].width = 32, 60
    sheet = book.create_sheet("Answers")
    sheet["A1"] = "Answers"
    sheet["A1"].font = Font(bold=True, size=14)
    for column, heading in enumerate(("Question number", "Section", "Question", "Answer", "Confirmed"), 1):
        cell = sheet.cell(4, column, heading)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
    for letter, width in zip("ABCDE", (16, 16, 60, 60, 12), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in range(5, ROWS + 5):
        for column in (3, 4):
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
    lists = book.create_sheet("Lists")
    lists["A1"], lists["A2"] = "Yes", "No"
    lists.sheet_state = "hidden"
    book.defined_names["yes_no"] = DefinedName("yes_no", attr_text="Lists!$A$1:$A$2")
    confirmed = DataValidation("list", formula1="=yes_no", allow_blank=True)
    confirmed.add(f"E5:E{ROWS + 4}")
    sheet.add_data_validation(confirmed)
    sheet.conditional_formatting.add(
        f"D5:D{ROWS + 4}", CellIsRule(operator="equal", formula=['""'], fill=PatternFill("solid", bgColor="F7E7C6"))
    )
    sheet.freeze_panes = "A5"
    book.save(path)
