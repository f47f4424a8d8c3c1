"""The import of a cutover plan in the window: which plan it goes into, what a number counts, and where it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_steps import banner, choose, noon, press, run, when_asked
from desk_steps import rows as shown_rows
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_care import settle

from desktop.app import Workspace
from desktop.browse.view import Filter, Op
from desktop.cutover.model import ActivityEdit, PlanDetails
from desktop.records.model import RecordKind
from ui.main_window import MainWindow
from ui.pages.cutover import CutoverPage
from ui.pages.payloads import ImportRecords
from ui.pages.traceability import TraceabilityPage
from ui.widgets.record_flow import RecordFlow

HEAD = "Task ID,Title,Predecessor IDs,Planned duration,Due date/time"
ROWS = ("T-1,Freeze,,30,2026-12-01 22:00", "T-2,Deploy,T-1,60,2026-12-02", "T-3,Lost,T-9,10,")


def file(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "Cutover_at M14.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def folder(own_home: Path) -> Path:
    with Workspace.create(own_home / "acme", "Acme Energy Ltd", "ACME", actor="Pat", clock=noon):
        pass
    return own_home / "acme"


def opened(window: MainWindow, folder: Path) -> MainWindow:
    window.door.open(folder)
    settle()
    return window


def begin(window: MainWindow, path: Path, plan: int | None = None) -> RecordFlow:
    window.context.navigate("traceability", ImportRecords(path, RecordKind.ACTIVITIES, plan))
    settle()
    page = window.current
    assert isinstance(page, TraceabilityPage)
    return page.flow


def shown(flow: RecordFlow) -> bool:
    return not flow.options.plan.isHidden()


def test_a_plan_goes_into_a_new_one_called_as_its_file(window: MainWindow, folder: Path, own_home: Path) -> None:
    flow = begin(opened(window, folder), file(own_home, *ROWS))
    plan = flow.options.plan
    assert shown(flow)
    assert (plan.new.isChecked(), plan.into.isEnabled(), plan.title.text()) == (True, False, "Cutover at M14")
    plan.units.setCurrentIndex(plan.units.findData("min"))
    press(flow, "Show the difference")
    assert flow.difference.isVisible()
    assert flow.staged is not None
    assert [one.reason for one in flow.staged.changes if one.key == "T-3"] == [
        "It waits for T-9, which is neither in the file nor in the plan."
    ]
    press(flow, "Take 2 changes")
    settle()
    (made,) = window.context.workspace.cutover.plans()
    assert (made.details.title, made.activities) == ("Cutover at M14", 2)
    found = window.context.workspace.cutover.plan(made.id).activities
    assert [one.details.duration for one in found] == ["30 min", "60 min"]
    assert window.current.id == "cutover"


def heading(window: MainWindow) -> tuple[str, str]:
    header = window.current.header
    return header._title.text(), header._subtitle.text()


@pytest.mark.parametrize("way", ["button", "escape"])
def test_the_page_says_what_is_imported_and_giving_it_up_goes_back_to_where_it_was_begun(
    window: MainWindow, folder: Path, own_home: Path, way: str
) -> None:
    opened(window, folder)
    window.context.workspace.cutover.add_plan(PlanDetails("Go-live"))
    window.show_page("cutover")
    settle()
    page = window.current
    assert isinstance(page, CutoverPage)
    page.plan_verbs.import_rows(file(own_home, *ROWS))
    settle()
    calm = "Nothing is changed before you take the difference."
    assert heading(window) == ("Import cutover activities", f"Into ACME-CUT-0001 Go-live. {calm}")
    trace = window.current
    assert isinstance(trace, TraceabilityPage)
    assert trace.accessibleName() == "Import cutover activities"
    trace.flow.options.plan.new.click()
    assert heading(window)[1] == f"Into a new plan “Cutover at M14”. {calm}"
    if way == "button":
        press(trace.flow, "Cancel the import")
    else:
        QTest.keyClick(trace.flow, Qt.Key.Key_Escape)
    settle()
    assert window.current.id == "cutover"
    window.show_page("traceability")
    settle()
    assert heading(window) == (trace.title, trace.subtitle)


def test_choosing_no_file_goes_back_to_where_it_was_begun_and_no_later_import_does(
    window: MainWindow, folder: Path, own_home: Path
) -> None:
    opened(window, folder)
    window.show_page("cutover")
    settle()
    page = window.current
    assert isinstance(page, CutoverPage)
    when_asked(lambda dialog: dialog.reject())
    page.plan_verbs.import_rows()
    settle()
    assert window.current.id == "cutover"
    flow = begin(window, file(own_home, *ROWS))
    press(flow, "Cancel the import")
    settle()
    assert window.current.id == "traceability"


def states(flow: RecordFlow) -> dict[str, str]:
    return {one: button.text() for one, button in flow.difference.of_states.items()}


def test_rows_that_wait_are_counted_apart_and_taken_without_that_link_where_it_is_ticked(
    window: MainWindow, folder: Path, own_home: Path
) -> None:
    rows = ("T-1,Freeze,,,someday", "T-2,Deploy,T-1,,", "T-3,Tell,T-2,,", "T-4,Aside,,,2026-12-01 22:00")
    flow = begin(opened(window, folder), file(own_home, *rows))
    press(flow, "Show the difference")
    difference = flow.difference
    assert difference.summary.text() == (
        "Taking it adds 1 cutover activity. 1 row cannot be taken; 2 more wait for it; the others can."
    )
    assert states(flow) == {
        "Added": "1  Added",
        "Refused": "1  Refused",
        "Waits for a refused row": "2  Waits for a refused row",
    }
    difference.of_states["Refused"].click()
    settle()
    assert difference.panel.view.filters == (Filter("change", Op.IS_ANY, ("Refused",)),)
    assert difference.panel.model.source.total() == 4
    assert difference.panel.current_id() == 0
    assert (difference.without_links.isVisible(), difference.without_links.isChecked()) == (True, False)
    difference.without_links.click()
    settle()
    assert difference.summary.text().startswith("Taking it adds 3 cutover activities.")
    assert window.focusWidget() is difference.without_links
    press(flow, "Take 3 changes")
    settle()
    (made,) = window.context.workspace.cutover.plans()
    assert made.activities == 3


def test_what_was_changed_here_is_kept_and_can_be_taken_from_the_file(
    window: MainWindow, folder: Path, own_home: Path
) -> None:
    flow = begin(opened(window, folder), file(own_home, "T-1,Freeze,,,2026-11-20 09:00"))
    press(flow, "Show the difference")
    press(flow, "Take 1 change")
    settle()
    cutover = window.context.workspace.cutover
    (made,) = cutover.plans()
    one = cutover.activity_id(made.id, "T-1")
    cutover.edit([one], ActivityEdit(due_at="2026-11-25T09:00"))
    flow = begin(window, file(own_home, "T-1,Freeze,,,2026-11-20 09:00"), made.id)
    press(flow, "Show the difference")
    assert states(flow) == {"Kept as it is here": "1  Kept as it is here"}
    assert not flow.next_button.isEnabled()
    flow.difference.over_here.click()
    settle()
    assert flow.difference.summary.text() == "Taking it changes 1 cutover activity."
    assert [row[1:] for row in shown_rows(flow.difference.fields.list)][-1:] == [
        ("25 Nov 2026 09:00", "20 Nov 2026 09:00")
    ]
    press(flow, "Take 1 change")
    settle()
    assert cutover.plan(made.id).activities[0].details.due_at == "2026-11-20T09:00"


def test_what_a_number_counts_is_asked_for_at_its_field(window: MainWindow, folder: Path, own_home: Path) -> None:
    flow = begin(opened(window, folder), file(own_home, *ROWS))
    press(flow, "Show the difference")
    assert flow.staged is None
    assert "nothing says what they count" in banner(window)
    assert flow.options.plan.units.property("wrong") == "true"
    flow.options.plan.units.setCurrentIndex(flow.options.plan.units.findData("h"))
    press(flow, "Show the difference")
    assert flow.staged is not None


def test_the_heading_may_say_it(window: MainWindow, folder: Path, own_home: Path) -> None:
    head = HEAD.replace("Planned duration", "Planned duration (mins)")
    flow = begin(opened(window, folder), file(own_home, *ROWS, head=head))
    press(flow, "Show the difference")
    assert flow.staged is not None


def test_a_cycle_is_named_beside_the_mapping(window: MainWindow, folder: Path, own_home: Path) -> None:
    flow = begin(opened(window, folder), file(own_home, "T-1,Freeze,T-2,,", "T-2,Deploy,T-1,,"))
    press(flow, "Show the difference")
    assert "T-1 Freeze" in banner(window)
    assert "T-2 Deploy" in banner(window)
    assert flow.staged is None


def test_a_title_is_needed_for_a_new_plan(window: MainWindow, folder: Path, own_home: Path) -> None:
    flow = begin(opened(window, folder), file(own_home, "T-1,Freeze,,,"))
    flow.options.plan.title.clear()
    press(flow, "Show the difference")
    assert "which cutover plan" in banner(window)
    assert flow.staged is None


def test_the_plan_that_is_meant_is_offered(window: MainWindow, folder: Path, own_home: Path) -> None:
    opened(window, folder)
    cutover = window.context.workspace.cutover
    first, _ = cutover.add_plan(PlanDetails("First"))
    second, _ = cutover.add_plan(PlanDetails("Second"))
    closed, _ = cutover.add_plan(PlanDetails("Third"))
    cutover.edit_plan(closed, PlanDetails("Third", closed="2026-11-01"))
    flow = begin(window, file(own_home, "T-1,Freeze,,,"), second)
    plan = flow.options.plan
    assert (plan.into.isChecked(), plan.plan()) == (True, second)
    offered = [plan.plans.itemText(at) for at in range(plan.plans.count())]
    assert len(offered) == 2
    assert not any("Third" in one for one in offered)
    press(flow, "Show the difference")
    press(flow, "Take 1 change")
    settle()
    assert len(cutover.plan(second).activities) == 1
    assert not cutover.plan(first).activities


def test_with_two_plans_none_is_guessed(window: MainWindow, folder: Path, own_home: Path) -> None:
    opened(window, folder)
    cutover = window.context.workspace.cutover
    cutover.add_plan(PlanDetails("First"))
    cutover.add_plan(PlanDetails("Second"))
    flow = begin(window, file(own_home, "T-1,Freeze,,,"))
    assert flow.options.plan.new.isChecked()


def test_other_kinds_are_not_asked_for_a_plan(window: MainWindow, folder: Path, own_home: Path) -> None:
    opened(window, folder)
    flow = begin(window, file(own_home, "T-1,Freeze,,,"))
    assert shown(flow)
    flow.kinds.setCurrentIndex(flow.kinds.findData(RecordKind.REQUIREMENTS))
    flow.kinds.activated.emit(flow.kinds.currentIndex())
    settle()
    assert not shown(flow)


def test_a_file_is_asked_for_by_what_it_holds(window: MainWindow, folder: Path, own_home: Path) -> None:
    opened(window, folder)
    asked = choose(file(own_home, "T-1,Freeze,,,"))
    window.context.navigate("traceability", ImportRecords(None, RecordKind.ACTIVITIES))
    settle()
    assert asked == ["Import cutover activities"]
    assert isinstance(window.current, TraceabilityPage)


def test_what_a_newer_file_asks_otherwise_is_told_beside_what_it_asked(
    window: MainWindow, folder: Path, own_home: Path
) -> None:
    opened(window, folder)
    cutover = window.context.workspace.cutover
    plan, _ = cutover.add_plan(PlanDetails("At M14"))
    for title, due in (
        ("Freeze", "2026-12-01"),
        ("Freeze all of it", "2026-12-01"),
        ("Freeze all of it", "2026-12-02"),
    ):
        flow = begin(window, file(own_home, f"T-1,{title},,,{due}"), plan)
        press(flow, "Show the difference")
        press(flow, "Take 1 change")
        settle()
        if title == "Freeze":
            cutover.tick([cutover.plan(plan).activities[0].id])
    page = window.current
    assert isinstance(page, CutoverPage)
    assert page.plan_id == plan
    said = page.pane.changed.text()
    assert said.splitlines()[0].endswith("after it was done: is it still done?")
    assert "Title: was “Freeze”, now “Freeze all of it”" in said
    run(window, "cutover.confirm")
    assert not page.pane.changed_card.isVisibleTo(page)
