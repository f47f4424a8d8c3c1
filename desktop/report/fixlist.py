"""Fix lists: one workbook for each owner, with what there is to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from desktop.cleanse.work import counted
from desktop.excel.book import Book, Field, Kind, Page
from desktop.excel.names import file_name
from desktop.frames import pl
from desktop.report.privacy import MpanChoice
from desktop.report.progress import report_block

FIX_FIELDS = (
    Field("Severity", Kind.WORD, 12, "severity"),
    Field("MPAN", Kind.TEXT, 17, "mpan"),
    Field("Row in file", Kind.NUMBER, 12, "row"),
    Field("Item", Kind.WRAPPED, 24, "item_title"),
    Field("Value in the file", Kind.WRAPPED, 24, "value"),
    Field("What is wrong", Kind.WRAPPED, 56, "message"),
    Field("Suggestion", Kind.WRAPPED, 28, "suggestion"),
    Field("How to mend it", Kind.WRAPPED, 50, "hint"),
    Field("Due", Kind.DATE, 13, "due"),
    Field("Status", Kind.TEXT, 16, "status"),
    Field("Check", Kind.TEXT, 11, "check_id"),
    Field("Note", Kind.WRAPPED, 30, "note"),
    Field("Row key", Kind.TEXT, 23, "key"),
)


@dataclass(frozen=True)
class FixList:
    """What one owner has to mend: `owner` in words, and blocks with `content.FINDING_COLUMNS` and `hint`."""

    owner: str
    rows: int
    blocks: Callable[[], Iterator[pl.DataFrame]]


@dataclass(frozen=True)
class FixListFacts:
    """What stands on every fix list of one export."""

    participant: str
    short_name: str
    source: str
    """The snapshot's file name, masked as chosen."""
    as_of: date
    made_at: datetime
    mpan_choice: MpanChoice
    key_secret: bytes


def fix_list_book(fix_list: FixList, facts: FixListFacts) -> Book:
    """The workbook of one owner, ready to be saved."""
    title = f"Fix list: {fix_list.owner}"
    book = Book(title, facts.participant, facts.made_at)
    book.property("TemplateId", "mhhs-desk-fix-list")
    book.property("TemplateVersion", "1")
    book.property("MpanChoice", facts.mpan_choice.value)

    def blocks() -> Iterator[pl.DataFrame]:
        for block in fix_list.blocks():
            yield report_block(block, facts.mpan_choice, facts.key_secret)

    about = (
        f"{counted(fix_list.rows)} to mend, from {facts.participant}, file {facts.source}, "
        f"as of {facts.as_of:%d %b %Y}. {facts.mpan_choice.words}"
    )
    book.add_stream(Page("To mend", title, about), FIX_FIELDS, fix_list.rows, blocks)
    return book


def fix_list_name(owner: str, facts: FixListFacts, taken: list[str]) -> str:
    """The file name of an owner's list, safe on every system and unlike those taken."""
    return file_name(f"{facts.short_name} fix list {facts.as_of.isoformat()} {owner}", ".xlsx", taken)
