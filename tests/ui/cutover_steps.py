"""What tests of the Cutover page share: a plan of a dozen activities, and what a person does with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from desk_steps import noon
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QPlainTextEdit
from window_care import settle

from desktop.app import Workspace
from desktop.cutover.model import Activity, ActivityDetails, ActivityType, PlanDetails, Predecessor
from desktop.participant.model import Contact, Scope
from ui.dialogs.cutover_activity import ActivityDialog
from ui.main_window import MainWindow
from ui.pages.cutover import CutoverPage

GO_LIVE = date(2026, 12, 14)
"""A Monday; today is Monday 23 November 2026."""


def after(*keys: str) -> tuple[Predecessor, ...]:
    return tuple(Predecessor(*key.split(" + ")) for key in keys)


def activities(milestone: str) -> tuple[ActivityDetails, ...]:
    """A small cutover: what was to be done last week is late, the weekend runs by the clock."""
    task, validation, decision = ActivityType.TASK, ActivityType.VALIDATION, ActivityType.GO_NO_GO
    return (
        ActivityDetails("T-001", "Freeze the portfolio", phase="Before", owner="Priya Natarajan",
                        start_at="2026-11-16", duration="2 wd"),
        ActivityDetails("T-002", "Reconcile the frozen portfolio", phase="Before", type=validation,
                        predecessors=after("T-001"), evidence_needed="Reconciliation report"),
        ActivityDetails("T-003", "Tell the agents", phase="Before", type=ActivityType.COMMUNICATION,
                        responsible="Supplier", start_at="2026-11-24"),
        ActivityDetails("T-004", "Ready for the weekend", phase="Before", type=decision,
                        predecessors=after("T-002", "T-003 + 2 wd"), milestone=milestone, milestone_days=-5),
        ActivityDetails("T-005", "Switch the interfaces", phase="Weekend", start_at="2026-12-12T22:00",
                        duration="4 h", predecessors=after("T-004")),
        ActivityDetails("T-006", "Check the first flows", phase="Weekend", type=validation, duration="90 min",
                        predecessors=after("T-005")),
        ActivityDetails("T-007", "Central systems confirm", phase="Weekend", external=True, duration="1 wd",
                        responsible="Elexon", predecessors=after("T-006")),
        ActivityDetails("T-008", "Declare the cutover complete", phase="After", type=ActivityType.DECLARATION,
                        predecessors=after("T-007"), milestone=milestone, milestone_days=2,
                        declaration_needed="A statement of the cutover"),
        ActivityDetails("T-009", "Clear the desk", phase="After", type=task, start_at="2026-11-23", duration="1 wd"),
    )  # fmt: skip


def made(folder: Path) -> Path:
    """A workspace with the plan in it, closed."""
    with Workspace.create(folder, "Acme Energy", "ACME", actor="Pat", clock=noon) as workspace:
        workspace.participant.save_scope(Scope("ACME", "supplier"))
        workspace.participant.save_contact(Contact("test_manager", "Priya Natarajan"))
        milestone, _ = workspace.milestones.add("Go-live", baseline=GO_LIVE)
        plan_id, _ = workspace.cutover.add_plan(PlanDetails("Go-live of the interfaces", milestone))
        for details in activities(milestone):
            workspace.cutover.add(plan_id, details)
    return folder


def shown(window: MainWindow, folder: Path, **how: bool) -> CutoverPage:
    window.door.open(folder, **how)
    window.show_page("cutover")
    settle()
    return page_of(window)


def page_of(window: MainWindow) -> CutoverPage:
    page = window.current
    assert isinstance(page, CutoverPage)
    return page


def window_of(page: CutoverPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def plan(page: CutoverPage) -> dict[str, Activity]:
    """The activities as they are now, by key."""
    assert page.plan_id is not None
    return {one.details.key: one for one in page.context.workspace.cutover.plan(page.plan_id).activities}


def put_cursor(page: CutoverPage, *keys: str) -> list[int]:
    """Put the cursor on an activity, or select several."""
    ids = [plan(page)[key].id for key in keys]
    assert page.panel.show_id(ids[0])
    settle()
    if len(ids) > 1:
        source = page.panel.source
        assert source is not None
        page.panel.select_ranges([(source.position(one) or 0, 1) for one in ids])
    return ids


def keys(page: CutoverPage) -> list[str]:
    """The keys that the list shows, in its order."""
    source = page.panel.source
    assert source is not None
    place = next(place for place, column in enumerate(source.columns) if column.key == "key")
    return [str(row[place]) for row in source.page(0, 1000)]


def fill_activity(dialog: QDialog, **values: str) -> None:
    """Type into the form of an activity and press its verb."""
    assert isinstance(dialog, ActivityDialog)
    for name, text in values.items():
        widget = dialog.fields[name]
        if isinstance(widget, QComboBox):
            widget.setCurrentIndex(widget.findData(text))
        else:
            assert isinstance(widget, QLineEdit | QPlainTextEdit)
            widget.setFocus()
            widget.selectAll()
            QTest.keyClick(widget, Qt.Key.Key_Delete)
            QTest.keyClicks(widget, text)
    QTest.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)
