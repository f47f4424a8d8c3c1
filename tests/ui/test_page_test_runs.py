"""The Test runs page: results by one key, steps in the grid's columns, the case as it was run, defects, new runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_steps import banner, buttons, copied, fill, press, rows, run, said, texts, when_asked
from made_testing import JUNIT, workspace_with_runs
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from window_care import settle

from desktop.evidence.model import Target, TargetKind
from desktop.testing.model import CaseEdit, Status
from ui.dialogs.start_run import StartRunDialog
from ui.main_window import MainWindow
from ui.pages.payloads import ShowRun, ShowTarget
from ui.pages.test_runs import RunsPage


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace_with_runs(tmp_path_factory.mktemp("runs") / "acme")


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> RunsPage:
    window.door.open(copied(template, own_home / "acme"))
    window.show_page("testruns")
    settle()
    assert isinstance(window.current, RunsPage)
    return window.current


def statuses(page: RunsPage) -> list[tuple[str, str]]:
    source = page.panel.source
    assert source is not None
    places = [[column.key for column in source.columns].index(key) for key in ("key", "status")]
    return [(str(cells[places[0]]), str(cells[places[1]])) for cells in source.page(0, 100)]


def key(page: RunsPage, which: Qt.Key) -> None:
    page.panel.table.setFocus()
    QTest.keyClick(page.panel.table, which)
    settle()


def choose_run(page: RunsPage, number: int) -> None:
    page.open(ShowRun(number))
    settle()


def test_an_empty_page_says_how_to_begin(opened: MainWindow) -> None:
    opened.show_page("testruns")
    settle()
    assert opened.current is not None
    assert "No run has been started yet" in texts(opened.current)
    assert buttons(opened.current)["Start the first run…"] is True


def test_runs_are_listed_with_their_counts_and_the_newest_is_shown(page: RunsPage) -> None:
    assert [(row[0], row[1], *row[4:9], row[9]) for row in rows(page.list.list)] == [
        ("ACME-RUN-0002", "Round 2", "2", "0", "0", "0", "2", "Open"),
        ("ACME-RUN-0001", "Round 1", "5", "2", "1", "0", "2", "23 Nov 2026"),
    ]
    assert statuses(page) == [("T-1", "Not run"), ("T-2", "Not run")]
    page.list.list.selectRow(1)
    settle()
    assert len(statuses(page)) == 5
    assert page.run_title.text() == "Round 1"


def test_one_key_says_what_became_of_a_case_and_goes_to_the_next(page: RunsPage) -> None:
    key(page, Qt.Key.Key_P)
    assert page.pane.result is not None
    assert page.pane.result.key == "T-2"
    key(page, Qt.Key.Key_F)
    assert statuses(page) == [("T-1", "Passed"), ("T-2", "Failed")]
    assert page.counts.links[Status.FAILED].text() == "1 Failed"


def test_a_letter_with_a_modifier_or_in_the_search_is_no_status(page: RunsPage) -> None:
    page.panel.table.setFocus()
    QTest.keyClick(page.panel.table, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(page.panel.bar.field, "pf")
    settle()
    assert statuses(page)[0] == ("T-1", "Not run")


def test_blocked_asks_for_the_reason_and_needs_one(page: RunsPage) -> None:
    refused: list[str] = []

    def drive(dialog: QDialog) -> None:
        fill(dialog)
        refused.append(texts(dialog))
        fill(dialog, reason="No test data")

    asked = when_asked(drive)
    key(page, Qt.Key.Key_B)
    assert asked == ["Mark 1 result as blocked"]
    assert "Say why" in refused[0]
    assert statuses(page)[0] == ("T-1", "Blocked")
    result = page.context.workspace.test_runs.result(page.panel.source.ids(0, 1)[0])  # type: ignore[union-attr]
    assert result.reason == "No test data"


def test_many_results_are_marked_at_once_and_it_is_one_step_to_undo(page: RunsPage, window: MainWindow) -> None:
    page.panel.select_all()
    press(page.pane, "Passed")
    assert statuses(page) == [("T-1", "Passed"), ("T-2", "Passed")]
    run(window, "edit.undo")
    assert statuses(page) == [("T-1", "Not run"), ("T-2", "Not run")]


def test_results_that_people_entered_are_not_written_over_without_a_question(page: RunsPage) -> None:
    page.actions_of.mark(page._chosen(), Status.PASSED)
    page.panel.select_all()
    key_all(page, Qt.Key.Key_F)  # one of the two has another result: it is one step, and nothing to ask about
    assert statuses(page) == [("T-1", "Failed"), ("T-2", "Failed")]
    asked: list[str] = []

    def drive(dialog: QDialog) -> None:
        asked.append(texts(dialog))
        press(dialog, answer)

    for answer, then in (  # noqa: B007 - `drive` presses it
        ("Cancel", "Failed"),
        ("Set 2 results to Passed", "Passed"),
    ):
        titles = when_asked(drive)
        key_all(page, Qt.Key.Key_P)
        assert titles == ["Set 2 results to Passed?"]
        assert "2 Failed among them" in asked[-1]
        assert [status for _, status in statuses(page)] == [then, then]


def key_all(page: RunsPage, which: Qt.Key) -> None:
    page.panel.select_all()
    key(page, which)


def test_a_count_filters_and_the_same_count_shows_all_again(page: RunsPage) -> None:
    choose_run(page, 1)
    page.counts.links[Status.PASSED].click()
    assert [one for one, _ in statuses(page)] == ["T-1", "T-3"]
    page.counts.links[Status.PASSED].click()
    assert len(statuses(page)) == 5


def test_steps_stand_in_the_grids_columns_and_are_set_by_keys(page: RunsPage) -> None:
    grid = page.steps.table
    headings = [grid.horizontalHeaderItem(place) for place in range(grid.columnCount())]
    assert [one.text() for one in headings if one] == [
        "Step", "Description", "Source", "Recipient", "Message", "Who", "Valid", "Status", "Evidence", "Files",
        "Remark",
    ]  # fmt: skip
    assert rows(grid)[0][:8] == ("1", "Send the request", "SUPI", "DIP", "CSS01700", "QP", "Auto", "Not run")
    grid.setFocus()
    for _ in range(2):
        QTest.keyClick(grid, Qt.Key.Key_P)
        settle()
    assert [row[7] for row in rows(grid)] == ["Passed", "Passed"]
    assert page.steps.suggestion.text() == "By its steps it is passed."
    press(page.steps, "Mark the case as passed")
    assert statuses(page)[0] == ("T-1", "Passed")


def test_a_remark_of_a_step_is_typed_into_its_cell(page: RunsPage) -> None:
    item = page.steps.table.item(1, 10)
    assert item is not None
    item.setText("seen twice")
    settle()
    steps = page.context.workspace.test_runs.result(page.pane.result.id).steps  # type: ignore[union-attr]
    assert steps[1].remark == "seen twice"
    assert steps[1].status is Status.NOT_RUN


def test_results_of_a_finished_run_stand_until_it_is_reopened(page: RunsPage, window: MainWindow) -> None:
    choose_run(page, 1)
    key(page, Qt.Key.Key_F)
    assert statuses(page)[0] == ("T-1", "Passed")
    assert buttons(page.pane)["Failed"] is False
    press(page, "Reopen the run")
    key(page, Qt.Key.Key_F)
    assert statuses(page)[0] == ("T-1", "Failed")
    press(page, "Finish the run")
    assert not window.context.commands.action("runs.mark_passed").isEnabled()


def test_what_was_run_is_frozen_and_a_case_that_reads_otherwise_now_is_told(page: RunsPage) -> None:
    page.context.hub.publish(page.context.workspace.requirements.edit_cases([2], CaseEdit(expected="Another end")))
    choose_run(page, 1)
    page.open(ShowTarget(Target(TargetKind.RESULT, 2)))
    settle()
    assert "The case reads otherwise now than when it was run" in texts(page.pane)
    assert "Another end" not in page.pane.frozen.text()
    assert "expected A, got P" in texts(page.pane)


def test_a_defect_is_raised_from_a_failed_result_and_the_run_stays(page: RunsPage, window: MainWindow) -> None:
    page.open(ShowTarget(Target(TargetKind.RESULT, 2)))
    settle()
    when_asked(lambda dialog: fill(dialog, title="Wrong status", severity=_worst(page)))
    press(page.pane, "Raise a defect…")
    assert window.current is page
    assert said(window) == "ACME-DEF-0003 was raised."
    assert window.focusWidget() is page.panel.table
    assert page.panel.current_id() == 2
    defect = page.context.workspace.defects.defect(3)
    assert defect.details.title == "Wrong status"
    assert defect.details.description == "expected A, got P"
    assert [(one[1], one[2]) for one in defect.results] == [("ACME-RUN-0001", "T-2")]


def _worst(page: RunsPage) -> str:
    return page.context.workspace.pit.severities()[0].id


def test_a_run_is_started_of_what_did_not_pass(page: RunsPage) -> None:
    refused: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, StartRunDialog)
        assert dialog.ways["all"].text() == "All 5"
        QTest.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)
        refused.append(dialog.wrong.text())
        QTest.keyClicks(dialog.title, "Round 3")
        dialog.ways["again"].setChecked(True)
        dialog.runs.setCurrentIndex(dialog.runs.findData(1))
        QTest.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)

    when_asked(drive)
    press(page, "Start a run…")
    settle()
    assert "title" in refused[0]
    assert page.run is not None
    assert page.run.title == "Round 3"
    assert [one for one, _ in statuses(page)] == ["T-2", "T-4", "T-5"]


def test_a_run_is_started_of_the_cases_of_a_stage(page: RunsPage) -> None:
    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, StartRunDialog)
        QTest.keyClicks(dialog.title, "By stage")
        dialog.ways["stage"].setChecked(True)
        QTest.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)

    when_asked(drive)
    press(page, "Start a run…")
    settle()
    assert len(statuses(page)) == 5


def test_files_dropped_on_a_result_become_its_evidence(page: RunsPage, own_home: Path) -> None:
    file = own_home / "screen.txt"
    file.write_text("seen", encoding="utf-8")
    at = page.panel.table.viewport().mapToGlobal(page.panel.table.visualRect(page.panel.model.index(1, 0)).center())
    offered = page.drop([file], at)
    assert offered is not None
    assert offered.words == "Drop to attach “screen.txt” to T-2 in ACME-RUN-0002"
    page.dropped([file], at)
    settle()
    result = page.panel.source.ids(1, 1)[0]  # type: ignore[union-attr]
    assert len(page.context.workspace.evidence.proofs(Target(TargetKind.RESULT, result))) == 1


def test_a_file_of_a_test_tool_dropped_beside_the_table_is_looked_at(
    page: RunsPage, window: MainWindow, own_home: Path
) -> None:
    file = own_home / "junit.xml"
    file.write_text(JUNIT, encoding="utf-8")
    at = page.header.mapToGlobal(QPoint(3, 3))
    assert page.drop([file], at) is not None
    page.dropped([file], at)
    settle()
    assert window.current is not None
    assert window.current.id == "traceability"
    assert "JUnit XML with 3 tests" in texts(window.current)


def test_what_is_said_of_a_run_is_changed(page: RunsPage, window: MainWindow) -> None:
    when_asked(lambda dialog: fill(dialog, title="Second round", started="31/02/2026"))
    run(window, "runs.edit")
    assert page.context.workspace.test_runs.run(2).title == "Round 2"
    when_asked(lambda dialog: fill(dialog, title="Second round", started="20/11/2026"))
    run(window, "runs.edit")
    changed = page.context.workspace.test_runs.run(2)
    assert (changed.title, changed.started) == ("Second round", "2026-11-20")
    assert page.run_title.text() == "Second round"
    assert banner(window) == ""


def test_nothing_can_be_said_when_the_workspace_is_read_only(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    window.door.open(copied(template, own_home / "acme"), read_only=True)
    window.show_page("testruns")
    settle()
    page = window.current
    assert isinstance(page, RunsPage)
    key(page, Qt.Key.Key_P)
    assert statuses(page)[0] == ("T-1", "Not run")
    found = buttons(page)
    for words in ("Start a run…", "Import results…", "Finish the run", "Passed", "Raise a defect…"):
        assert found[words] is False, words
