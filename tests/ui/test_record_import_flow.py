"""The import of records in the window: what the file is, the mapping, the options, the difference, and taking it."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_steps import banner, buttons, choose, copied, noon, press, rows, run, said, staging, texts, when_asked
from made_testing import JUNIT, rttm, workspace_with_runs
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog
from window_care import settle

from desktop.app import Workspace
from desktop.errors import PlainError
from desktop.evidence.model import Target, TargetKind
from desktop.records.model import ChangeKind, ImportOptions, RecordKind
from desktop.testing.workbooks import BookKind
from ui.main_window import MainWindow
from ui.pages.payloads import ImportRecords, ShowTarget
from ui.pages.traceability import REQUIREMENTS, TraceabilityPage
from ui.widgets.import_mapping import ITEM, NOT_USED
from ui.widgets.record_flow import RecordFlow

DOCUMENT = "MHHS-DEL0001"
ROWS = (
    ("R-1", "Requirement 1", "functional", ""),
    ("R-2", "Requirement 2, as changed", "functional", ""),
    ("", "A row without an id", "functional", ""),
    ("R-7", "A new one", "operational", "new in v2"),
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of the testing pages, into which an older file brought R-5 and R-6."""
    folder = tmp_path_factory.mktemp("records")
    made = workspace_with_runs(folder / "acme")
    older = (*ROWS[:1], ("R-5", "Requirement 5", "functional", ""), ("R-6", "Requirement 6", "functional", ""))
    with Workspace.open(made, actor="Pat", clock=noon) as workspace:
        imports = workspace.record_imports
        source = imports.read(rttm(folder / "RTTM v1.xlsx", *older), RecordKind.REQUIREMENTS)
        mapping = {name: one.heading for name, one in source.suggestions.items()}
        imports.commit(imports.stage(source, mapping, ImportOptions(source=DOCUMENT, version="v1.0")))
        imports.close(source)
    return made


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> TraceabilityPage:
    window.door.open(copied(template, own_home / "acme"))
    window.show_page("traceability")
    settle()
    assert isinstance(window.current, TraceabilityPage)
    return window.current


@pytest.fixture
def flow(page: TraceabilityPage, own_home: Path) -> RecordFlow:
    """The import of a workbook with a merged title row, as far as the mapping."""
    page.start(rttm(own_home / "RTTM v2.xlsx", *ROWS), RecordKind.REQUIREMENTS)
    settle()
    return page.flow


def mapped(flow: RecordFlow) -> dict[str, str]:
    return {row[0]: row[2] for row in rows(flow.mapping.table)}


def changes(flow: RecordFlow) -> list[tuple[str, str, str]]:
    source = flow.difference.panel.source
    assert source is not None
    places = [[one.key for one in source.columns].index(key) for key in ("change", "key", "what")]
    return [tuple(str(cells[place]) for place in places) for cells in source.page(0, 100)]  # type: ignore[misc]


def test_the_file_is_chosen_and_the_person_maps_its_headings(
    page: TraceabilityPage, own_home: Path, window: MainWindow
) -> None:
    asked = choose(rttm(own_home / "RTTM v2.xlsx", *ROWS))
    press(page, "Import…")
    assert asked == ["Import requirements, cases, results or defects"]
    flow = page.flow
    assert flow.name.text() == "RTTM v2.xlsx"
    assert "The headings stand in row 3" in texts(flow)
    assert mapped(flow) == {
        "Requirement ID": "Requirement id",
        "Title": "Title",
        "Requirement type": "Family",
        "Remark of the author": NOT_USED,
    }
    assert flow.next_button.text() == "Show the difference"
    assert str(window.context.settings.value("records.folder")) == str(own_home)


def test_a_needed_field_without_a_heading_is_asked_for(flow: RecordFlow) -> None:
    flow.mapping.choose("Requirement ID", "")
    assert not flow.next_button.isEnabled()
    assert "Choose the heading that holds the Requirement id" in flow.mapping.state.text()
    flow.mapping.table.setCurrentCell(0, ITEM)
    flow.mapping.choose("Requirement ID", "key")
    assert flow.next_button.isEnabled()


def test_the_difference_is_shown_row_by_row_before_anything_is_kept(flow: RecordFlow, page: TraceabilityPage) -> None:
    press(flow, "Show the difference")
    assert changes(flow) == [
        ("Refused", "", "No id stands in this row."),
        ("Not in this file", "R-5", ""),
        ("Not in this file", "R-6", ""),
        ("Changed", "R-2", "Title: Requirement 2 → Requirement 2, as changed"),
        ("Added", "R-7", changes(flow)[-1][2]),
    ]
    assert {kind: made.text() for kind, made in flow.difference.counts.items()} == {
        ChangeKind.ADDED: "1  Added",
        ChangeKind.CHANGED: "1  Changed",
        ChangeKind.UNCHANGED: "1  Unchanged",
        ChangeKind.MISSING: "2  Not in this file",
        ChangeKind.REFUSED: "1  Refused",
    }
    assert flow.next_button.text() == "Take 4 changes"
    assert flow.difference.summary.text() == (
        "Taking it adds 1 and changes 1 requirement, and marks 2 that are not in this file. 1 stays as it is. "
        "1 row cannot be taken; the others can."
    )
    assert page.context.workspace.requirements.requirement(2).title == "Requirement 2"
    flow.difference.counts[ChangeKind.CHANGED].click()
    settle()
    assert [one[1] for one in changes(flow)] == ["R-2"]
    assert rows(flow.difference.fields.list)[0] == ("Title", "Requirement 2", "Requirement 2, as changed")


def test_taking_it_is_one_step_that_can_be_undone_and_the_records_keep_its_history(
    flow: RecordFlow, page: TraceabilityPage, window: MainWindow
) -> None:
    flow.options.source.setText(DOCUMENT)
    flow.options.version.setText("v2.0")
    press(flow, "Show the difference")
    press(flow, "Take 4 changes")
    settle()
    assert "1 row was refused." in said(window)
    assert page.shown_table == REQUIREMENTS
    page.open(ShowTarget(Target(TargetKind.REQUIREMENT, 2)))
    settle()
    pane = page.panes[REQUIREMENTS]
    when, file, what = rows(pane.history.list)[0]
    assert (when[:11], file) == ("23 Nov 2026", "RTTM v2.xlsx")
    assert "MHHS-DEL0001 v2.0" in what
    assert "Title “Requirement 2” → “Requirement 2, as changed”" in what
    page.open(ShowTarget(Target(TargetKind.REQUIREMENT, 5)))
    settle()
    assert "Not in the newest import." in texts(pane)
    run(window, "edit.undo")
    assert page.context.workspace.requirements.requirement(2).title == "Requirement 2"


def test_a_part_of_the_records_leaves_the_others_alone(flow: RecordFlow) -> None:
    flow.options.part.setChecked(True)
    press(flow, "Show the difference")
    assert flow.next_button.text() == "Take 2 changes"
    assert ChangeKind.MISSING not in flow.difference.counts


def test_back_leads_to_the_mapping_as_it_was_left(flow: RecordFlow) -> None:
    flow.mapping.choose("Remark of the author", "note")
    press(flow, "Show the difference")
    press(flow, "Back")
    assert mapped(flow)["Remark of the author"] == "Note"
    assert flow.next_button.text() == "Show the difference"


def test_the_same_file_again_has_nothing_to_take(flow: RecordFlow, page: TraceabilityPage, own_home: Path) -> None:
    flow.options.part.setChecked(True)
    press(flow, "Show the difference")
    press(flow, "Take 2 changes")
    page.start(own_home / "RTTM v2.xlsx", RecordKind.REQUIREMENTS)
    settle()
    flow.options.part.setChecked(True)
    press(flow, "Show the difference")
    assert "Nothing would change" in flow.difference.summary.text()
    assert not flow.next_button.isEnabled()


def test_a_file_of_which_every_row_is_refused_is_not_said_to_be_here(page: TraceabilityPage, own_home: Path) -> None:
    page.start(rttm(own_home / "bad.xlsx", ("#N/A", "x", "functional", ""), ("", "y", "", "")), RecordKind.REQUIREMENTS)
    settle()
    press(page.flow, "Show the difference")
    assert page.flow.difference.summary.text() == "Nothing can be taken: all 2 rows are refused."
    assert not page.flow.next_button.isEnabled()
    source = page.flow.difference.panel.source
    assert source is not None
    place = [one.key for one in source.columns].index("row")
    # The headings stand in row 3 of the sheet, below its title.
    assert [str(cells[place]) for cells in source.page(0, 10)] == ["4", "5"]


def test_what_the_rows_are_can_be_changed_and_is_remembered(
    flow: RecordFlow, window: MainWindow, page: TraceabilityPage, own_home: Path
) -> None:
    flow.kinds.setCurrentIndex(flow.kinds.findData(RecordKind.CASES))
    flow.kinds.activated.emit(flow.kinds.currentIndex())
    settle()
    assert flow.source is not None
    assert flow.source.kind is RecordKind.CASES
    flow.mapping.choose("Requirement ID", "key")
    flow.mapping.choose("Title", "title")
    press(flow, "Show the difference")
    flow.cancel()
    settle()
    unclear = own_home / "list.csv"
    unclear.write_text("A,B\n1,2\n", encoding="utf-8")
    page.start(unclear)
    settle()
    assert flow.source.kind is RecordKind.CASES


def test_results_of_a_test_tool_need_no_mapping_and_become_a_run(
    page: TraceabilityPage, window: MainWindow, own_home: Path
) -> None:
    file = own_home / "nightly run.xml"
    file.write_text(JUNIT, encoding="utf-8")
    window.show_page("traceability", ImportRecords(file))
    settle()
    flow = page.flow
    assert flow.source is not None
    assert flow.source.kind is RecordKind.RESULTS
    assert not flow.mapping.isVisibleTo(flow)
    assert len(rows(flow.first_rows.list)) == 3
    assert flow.options.run_title.text() == "nightly run"
    flow.options.run_title.setText("Nightly")
    flow.options.run_gate.setCurrentIndex(1)
    flow.options.run_started.setText("20/11/2026")
    press(flow, "Show the difference")
    press(flow, "Take 3 changes")
    settle()
    assert window.current is not None
    assert window.current.id == "testruns"
    shown = window.current.run  # type: ignore[attr-defined]
    assert (shown.title, shown.cases, shown.started) == ("Nightly", 3, "2026-11-20")


def test_results_of_a_test_tool_can_be_dropped_on_any_page(
    window: MainWindow, page: TraceabilityPage, own_home: Path
) -> None:
    file = own_home / "junit.xml"
    file.write_text(JUNIT, encoding="utf-8")
    window.show_page("overview")
    settle()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    window.dragEnterEvent(QDragEnterEvent(QPoint(400, 300), Qt.DropAction.CopyAction, mime, left, none))
    assert window._overlay.text == "Drop to look at the test results in “junit.xml” before taking any"
    window.dropEvent(QDropEvent(QPointF(400, 300), Qt.DropAction.CopyAction, mime, left, none))
    settle()
    assert window.current is page
    assert "JUnit XML with 3 tests" in texts(page.flow)


def test_a_day_that_is_none_is_told_before_anything_is_read(
    page: TraceabilityPage, window: MainWindow, own_home: Path
) -> None:
    file = own_home / "junit.xml"
    file.write_text(JUNIT, encoding="utf-8")
    page.start(file)
    settle()
    page.flow.options.run_started.setText("yesterday")
    press(page.flow, "Show the difference")
    assert "“yesterday” is not a day" in banner(window)
    assert page.flow.stack.currentWidget() is page.flow.pages["map"]


def test_results_can_go_into_an_open_run(page: TraceabilityPage, window: MainWindow, own_home: Path) -> None:
    file = own_home / "junit.xml"
    file.write_text(JUNIT, encoding="utf-8")
    page.start(file)
    settle()
    flow = page.flow
    flow.options.into_run.setChecked(True)
    assert flow.options.open_runs.currentText() == "ACME-RUN-0002 Round 2"
    assert not flow.options.run_fields.isEnabled()
    press(flow, "Show the difference")
    flow.next_button.click()
    settle()
    assert window.current is not None
    assert window.current.id == "testruns"
    assert window.current.run.ref == "ACME-RUN-0002"  # type: ignore[attr-defined]


def test_the_headings_say_what_the_rows_are_when_nobody_else_does(page: TraceabilityPage, own_home: Path) -> None:
    file = own_home / "cases.csv"
    file.write_text(
        "Test case ID,Test title,Expected result,Precondition\nT-1,Case 1,It ends well,\n", encoding="utf-8"
    )
    page.start(file)
    settle()
    assert page.flow.source is not None
    assert page.flow.source.kind is RecordKind.CASES
    assert page.flow.kinds.currentText() == "Test cases"


def test_a_workbook_of_ours_says_itself_what_it_holds(page: TraceabilityPage, own_home: Path) -> None:
    path = own_home / "defects.xlsx"
    page.context.workspace.workbooks.write(path, BookKind.DEFECTS)
    page.start(path)
    settle()
    assert page.flow.source is not None
    assert page.flow.source.kind in (RecordKind.DEFECTS, RecordKind.WORK_OFF)


def test_a_file_that_cannot_be_read_is_refused_with_the_reason_and_another_can_be_chosen(
    page: TraceabilityPage, own_home: Path
) -> None:
    file = own_home / "broken.xlsx"
    file.write_bytes(b"PK\x03\x04 this is no workbook")
    page.start(file, RecordKind.REQUIREMENTS)
    settle()
    assert "This file cannot be taken as it is" in texts(page.flow)
    assert page.flow.refused.text()
    choose(rttm(own_home / "good.xlsx", *ROWS))
    press(page.flow, "Choose another file…")
    assert page.flow.stack.currentWidget() is page.flow.pages["map"]


def test_cancelling_leaves_nothing_behind(flow: RecordFlow, page: TraceabilityPage, window: MainWindow) -> None:
    press(flow, "Show the difference")
    press(flow, "Cancel the import")
    assert said(window) == "Cancelled: nothing was taken."
    assert page.stack.currentIndex() == 1
    assert staging(window) == []
    assert len(page.context.workspace.record_imports.past()) == 1


def test_closing_the_workspace_while_a_file_is_looked_at_leaves_nothing_behind(
    flow: RecordFlow, window: MainWindow, own_home: Path
) -> None:
    assert flow.source is not None
    folder = window.context.workspace.blobs.staging
    when_asked(lambda dialog: press(dialog, "Close and drop it"))
    window.close_workspace()
    assert [one for one in folder.rglob("*") if one.is_file()] == []


def test_a_failure_of_the_dry_run_leaves_the_mapping_to_be_put_right(
    flow: RecordFlow, page: TraceabilityPage, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise PlainError("Two headings say the same.", safe="Nothing was taken.", todo="Map one of them.")

    monkeypatch.setattr(page.context.workspace.record_imports, "stage", refuse)
    press(flow, "Show the difference")
    assert "Two headings say the same." in banner(window)
    assert flow.stack.currentWidget() is flow.pages["map"]


def test_imports_that_were_made_are_listed(flow: RecordFlow, page: TraceabilityPage) -> None:
    flow.options.part.setChecked(True)
    press(flow, "Show the difference")
    press(flow, "Take 2 changes")
    listed: list[tuple[str, ...]] = []
    when_asked(lambda dialog: listed.extend(rows(dialog.list.list)))  # type: ignore[attr-defined]
    press(page, "Past imports…")
    assert [(one[1], one[2], *one[4:8]) for one in listed] == [
        ("requirements", "RTTM v2.xlsx", "1", "1", "0", "1"),
        ("requirements", "RTTM v1.xlsx", "2", "0", "0", "0"),
    ]


def test_the_flow_is_driven_by_keys_alone(flow: RecordFlow, page: TraceabilityPage) -> None:
    flow.next_button.setFocus()
    QTest.keyClick(flow.next_button, Qt.Key.Key_Space)
    settle()
    assert page.window().focusWidget() is flow.next_button
    QTest.keyClick(flow.next_button, Qt.Key.Key_Space)
    settle()
    assert page.stack.currentIndex() == 1
    assert buttons(page)["Import…"] is True


def test_closing_in_the_middle_of_an_import_is_asked_about_once(
    flow: RecordFlow, page: TraceabilityPage, window: MainWindow
) -> None:
    said_first: list[str] = []

    def look(dialog: QDialog) -> None:
        said_first.append(texts(dialog))
        press(dialog, "Cancel")

    assert flow.source is not None
    asked = when_asked(look)
    assert window.close() is False
    assert asked == ["Close the workspace?"]
    assert "is not finished." in said_first[0]
    assert flow.source is not None
    when_asked(lambda dialog: press(dialog, "Close and drop it"))
    assert window.door.close() is True
    assert window.context.open_workspace is None


def test_the_first_record_that_was_taken_has_the_cursor_and_the_table_the_keyboard(
    flow: RecordFlow, page: TraceabilityPage, window: MainWindow
) -> None:
    press(flow, "Show the difference")
    flow.next_button.click()
    settle()
    first = page.panels[REQUIREMENTS].cells()["key"]
    assert first in ("R-2", "R-7")
    assert window.focusWidget() is page.panels[REQUIREMENTS].table


def test_one_click_opens_the_list_of_what_a_heading_can_hold(flow: RecordFlow) -> None:
    table = flow.mapping.table
    cell = table.item(1, ITEM)
    assert cell is not None
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualItemRect(cell).center())
    editor = table.indexWidget(table.indexFromItem(cell))
    assert isinstance(editor, QComboBox)
    assert editor.view().isVisible()
    editor.hidePopup()
    settle()


def test_the_document_of_the_last_file_is_offered_and_its_version_is_not(flow: RecordFlow) -> None:
    assert (flow.options.source.text(), flow.options.version.text()) == (DOCUMENT, "")
