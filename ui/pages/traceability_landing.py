"""Where an import of records ends: on the page that shows what was imported, with the keyboard in its table."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget

from desktop.evidence.model import Target, TargetKind
from desktop.records.model import ImportedRecords, RecordKind
from ui.pages.page import Page
from ui.pages.payloads import ShowActivity, ShowRecords, ShowRequest, ShowRun, ShowTarget


def land(page: Page, what: object) -> tuple[RecordKind, int | None] | None:
    """Go to what was imported; `what` is what the flow gave when it finished.

    Requirements and test cases are `page`'s own: their kind and the first record's id are given back. None when nothing
    was taken, or another page shows it.
    """
    if not isinstance(what, tuple):
        return None
    kind, imported = what
    assert isinstance(imported, ImportedRecords)
    first = imported.first
    if kind is RecordKind.RESULTS and imported.run_id is not None:
        page.context.navigate("testruns", ShowRun(imported.run_id))
        _focus_table(page)
    elif kind in (RecordKind.DEFECTS, RecordKind.WORK_OFF):
        target = TargetKind.DEFECT if kind is RecordKind.DEFECTS else TargetKind.WORK_OFF
        page.context.navigate("defects", ShowRecords(kind) if first is None else ShowTarget(Target(target, first)))
        _focus_table(page)
    elif kind is RecordKind.DELIVERABLES:
        page.context.navigate("pit")
    elif kind is RecordKind.ACTIVITIES:
        if imported.plan_id is not None:
            page.context.navigate("cutover", ShowActivity(imported.plan_id, first))
            _focus_table(page)
    elif kind is RecordKind.QUESTIONS:
        if imported.request_id is not None:
            page.context.navigate("requests", ShowRequest(imported.request_id, first))
            _focus_table(page)
    else:
        return kind, first
    return None


def _focus_table(page: Page) -> None:
    """The keyboard goes on in the table of the page that was gone to."""
    pages = page.parentWidget()
    there = pages.currentWidget() if isinstance(pages, QStackedWidget) else None
    if isinstance(there, Page) and (panel := there.table()) is not None:
        panel.table.setFocus()
