"""What the tests of recipients' templates have in common: a mapping, what is put in, and workbooks with other parts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from desktop.excel.book import Kind
from desktop.jobs import Job
from desktop.submissions.content import Cell, Column, Content, table_of
from desktop.submissions.filling.filler import fill
from desktop.submissions.filling.looking import look_at
from desktop.submissions.filling.model import CellRule, Filled, TableRule, TemplateLook, TemplateMapping
from desktop.submissions.filling.opened import TemplateBook

VALUES = {
    "participant.name": "Acme Energy & Söhne Ltd",
    "participant.mpids": "ACME, ACMF",
    "submission.ref": "ACME-PPIR-0001",
    "submission.version": "2",
    "submission.date": "2026-11-28",
    "contact.email": "desk@example.com",
}
QUESTIONS = (
    Column("row_key", "Ref"), Column("question", "Question", Kind.WRAPPED), Column("response", "Response"),
    Column("owner", "Owner"), Column("due", "Due", Kind.DATE), Column("applies", "Applies"),
    Column("days", "Days", Kind.NUMBER),
)  # fmt: skip
DEFECTS = (Column("row_key", "Defect"), Column("severity", "Severity"), Column("summary", "Summary"))
MAPPING = TemplateMapping(
    cells=(
        CellRule("Cover!C5", "participant.name"),
        CellRule("Cover!C6", "participant.mpids"),
        CellRule("Submission_Reference", "submission.ref"),
        CellRule("Cover!C8", "submission.version"),
        CellRule("Cover!C9", "submission.date"),
        CellRule("Cover!C10", "contact.email"),
        CellRule("Cover!C11", "overall.status"),
    ),
    tables=(
        TableRule("Responses", 7, "questions", (("A", "row_key"), ("B", "question"), ("C", "response"), ("D", "owner"),
                                                ("E", "due"), ("F", "applies"), ("G", "days"))),
        TableRule("Defects", 3, "defects", (("A", "row_key"), ("B", "severity"), ("C", "summary"))),
    ),
)  # fmt: skip


def content(questions: int = 12, defects: int = 3, status: str = "On track", applies: str = "Yes") -> Content:
    asked: list[tuple[Cell, ...]] = [
        (
            f"3.{number}",
            "Is the data cleansed?",
            "=1+1 is <not> a formula",
            "Owner",
            f"2026-12-{number:02}",
            applies,
            number,
        )
        for number in range(1, questions + 1)
    ]
    found: list[tuple[Cell, ...]] = [(f"D{number}", "High", "Late file") for number in range(1, defects + 1)]
    return Content(
        "info_request", "Answers", (("Questions", str(questions)),),
        (table_of("questions", "Q", "Questions", "", QUESTIONS, asked),
         table_of("defects", "D", "Defects", "", DEFECTS, found)),
        values={"overall.status": status},
    )  # fmt: skip


def filled(template: Path, said: Content | None = None, mapping: TemplateMapping = MAPPING) -> tuple[Path, Filled]:
    path = template.with_name("filled.xlsx")
    return path, fill(template, mapping, VALUES, said or content(), path, job=Job())


def look(path: Path) -> TemplateLook:
    with TemplateBook(path, Job()) as book:
        return look_at(book, Job())


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same workbook with other parts."""
    with zipfile.ZipFile(path) as file:
        parts = {one.filename: file.read(one) for one in file.infolist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in parts.items():
            out.writestr(name, data)
    return path


def replaced(part: str, old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        text = parts[part].decode()
        assert re.search(old, text)
        parts[part] = re.sub(old, new, text, count=1).encode()

    return change


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {one.filename: file.read(one) for one in file.infolist()}
