"""The Traceability page: coverage, both tables, the chosen record followed both ways, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from desk_steps import buttons, copied, fill, press, run, said, texts, when_asked
from made_testing import workspace_with_runs
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from window_care import settle

from desktop.evidence.model import Target, TargetKind
from desktop.testing.model import Cover
from ui.dialogs.case_form import CaseDialog
from ui.dialogs.choose_records import ChooseRecordsDialog
from ui.main_window import MainWindow
from ui.pages.payloads import ShowTarget
from ui.pages.test_runs import RunsPage
from ui.pages.traceability import CASES, COLUMNS, REQUIREMENTS, TraceabilityPage
from ui.widgets.trace_links import LinkLine


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace_with_runs(tmp_path_factory.mktemp("trace") / "acme")


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> TraceabilityPage:
    window.door.open(copied(template, own_home / "acme"))
    window.show_page("traceability")
    settle()
    assert isinstance(window.current, TraceabilityPage)
    return window.current


def keys(page: TraceabilityPage, table: str = REQUIREMENTS) -> list[str]:
    source = page.panels[table].source
    assert source is not None
    place = [column.key for column in source.columns].index("key")
    return [str(cells[place]) for cells in source.page(0, 100)]


def choose(page: TraceabilityPage, kind: TargetKind, number: int) -> None:
    page.open(ShowTarget(Target(kind, number)))
    settle()


def links(page: TraceabilityPage) -> dict[str, LinkLine]:
    pane = page.panes[page.shown_table]
    found = [one for one in pane.findChildren(LinkLine) if one.isVisibleTo(pane)]
    return {one.text(): one for one in reversed(found)}


def tick(*rows: int):
    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ChooseRecordsDialog)
        for row in rows:
            dialog.list.setFocus()
            dialog.list.selectRow(row)
            QTest.keyClick(dialog.list, Qt.Key.Key_Space)
        QTest.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)

    return drive


def test_an_empty_page_says_why_and_offers_the_import(opened: MainWindow) -> None:
    opened.show_page("traceability")
    settle()
    assert opened.current is not None
    assert "No requirement and no test case is here yet" in texts(opened.current)
    assert buttons(opened.current)["Import requirements or test cases…"] is True


def test_gaps_come_first_and_the_coverage_says_how_many_stand_how(page: TraceabilityPage) -> None:
    assert keys(page) == ["R-3", "R-2", "R-4", "R-1"]
    assert page.strip.figure.text() == "1 of 4 proven (25%)"
    assert {cover: made.text() for cover, made in page.strip.links.items()} == {
        Cover.NO_CASE: "1 No test case",
        Cover.FAILED: "1 Failed",
        Cover.NOT_RUN: "1 Not run",
        Cover.PASSED: "1 Passed",
    }
    assert page.strip.families["functional"].accessibleName() == "functional: 1 of 2 proven; 1 failed, 1 passed"
    assert page.strip.families[""].accessibleName().startswith("(none named): 0 of 1 proven")


def test_a_click_on_the_coverage_shows_those_and_another_click_all(page: TraceabilityPage) -> None:
    page.strip.links[Cover.FAILED].click()
    assert keys(page) == ["R-2"]
    page.strip.links[Cover.FAILED].click()
    assert len(keys(page)) == 4
    page.strip.families["migration"].click()
    assert keys(page) == ["R-3"]


def test_a_requirement_is_followed_to_its_case_result_evidence_and_defect(
    page: TraceabilityPage, window: MainWindow
) -> None:
    choose(page, TargetKind.REQUIREMENT, 1)
    assert "ACME-EVD-0001  log" in links(page)
    choose(page, TargetKind.REQUIREMENT, 2)
    found = links(page)
    assert {"T-2  Case 2", "T-3  Case 3", "ACME-DEF-0001  Sent twice (open)"} <= set(found)
    found["ACME-RUN-0001, 23 Nov 2026"].click()
    settle()
    assert isinstance(window.current, RunsPage)
    assert window.current.pane.result is not None
    assert window.current.pane.result.key == "T-2"
    run(window, "go.back")
    links(page)["ACME-DEF-0001  Sent twice (open)"].click()
    settle()
    assert window.current is not None
    assert window.current.id == "defects"


def test_and_back_from_a_case_to_its_requirements(page: TraceabilityPage) -> None:
    choose(page, TargetKind.REQUIREMENT, 2)
    links(page)["T-2  Case 2"].click()
    settle()
    assert page.shown_table == CASES
    assert page.panels[CASES].current_id() == 2
    assert "R-2  Requirement 2" in links(page)
    links(page)["R-2  Requirement 2"].click()
    settle()
    assert page.shown_table == REQUIREMENTS
    assert page.panels[REQUIREMENTS].current_id() == 2


def test_cases_for_no_requirement_are_counted_and_shown(page: TraceabilityPage) -> None:
    press(page, "1 case for no requirement")
    assert page.shown_table == CASES
    assert keys(page, CASES) == ["T-5"]
    assert "It is for no requirement." in texts(page.panes[CASES])


def test_a_requirement_that_changed_asks_to_be_looked_at_until_somebody_did(page: TraceabilityPage) -> None:
    press(page, "1 link to look at")
    assert keys(page) == ["R-4"]
    assert "The requirement changed since this was looked at." in texts(page.panes[REQUIREMENTS])
    pane = page.panes[REQUIREMENTS]
    next(one for one in pane.flags.findChildren(type(page.changed_button)) if one.text() == "It still tests it").click()
    settle()
    assert not page.changed_button.isVisibleTo(page)
    assert page.context.workspace.requirements.links_to_confirm() == []


def test_cases_are_chosen_with_a_search_that_keeps_the_ticks(page: TraceabilityPage, window: MainWindow) -> None:
    choose(page, TargetKind.REQUIREMENT, 3)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ChooseRecordsDialog)
        assert not dialog.verb.isEnabled()
        for typed in ("T-1", "T-5"):
            dialog.search.clear()
            QTest.keyClicks(dialog.search, typed)
            assert dialog.model.rowCount() == 1
            QTest.keyClick(dialog.search, Qt.Key.Key_Down)
            QTest.keyClick(dialog.list, Qt.Key.Key_Space)
        assert dialog.verb.text() == "Link 2 test cases"
        QTest.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)

    asked = when_asked(drive)
    run(window, "trace.link")
    assert asked == ["Link test cases to 1 requirement"]
    assert {"T-1  Case 1", "T-5  Case 5"} <= set(links(page))
    run(window, "edit.undo")
    assert "T-5  Case 5" not in links(page)


def test_a_link_is_removed_and_brought_back(page: TraceabilityPage, window: MainWindow) -> None:
    choose(page, TargetKind.REQUIREMENT, 1)
    press(page.panes[REQUIREMENTS], "Unlink")
    assert page.context.workspace.trace.requirement(1).cases == ()
    run(window, "edit.undo")
    assert len(page.context.workspace.trace.requirement(1).cases) == 1


def test_what_does_not_apply_needs_a_reason_and_is_not_counted(page: TraceabilityPage, window: MainWindow) -> None:
    choose(page, TargetKind.REQUIREMENT, 3)
    refused: list[str] = []

    def drive(dialog: QDialog) -> None:
        fill(dialog)
        refused.append(texts(dialog))
        fill(dialog, applies="No unmetered supplies")

    when_asked(drive)
    run(window, "trace.applies")
    assert "Say why it does not apply" in refused[0]
    assert page.strip.figure.text() == "1 of 3 proven (33%)"
    choose(page, TargetKind.REQUIREMENT, 3)
    assert "Does not apply: No unmetered supplies" in texts(page.panes[REQUIREMENTS])


def test_many_requirements_get_an_owner_at_once(page: TraceabilityPage, window: MainWindow) -> None:
    page.panels[REQUIREMENTS].select_all()
    asked = when_asked(lambda dialog: fill(dialog, owner="Robin"))
    run(window, "trace.edit")
    assert asked == ["Edit 4 requirements"]
    owners = {page.context.workspace.requirements.requirement(one).owner for one in (1, 2, 3, 4)}
    assert owners == {"Robin"}


def test_a_requirement_is_added_and_a_key_that_is_taken_is_refused_in_the_form(
    page: TraceabilityPage, window: MainWindow
) -> None:
    refused: list[str] = []

    def drive(dialog: QDialog) -> None:
        fill(dialog, key="R-1", title="Again")
        refused.append(texts(dialog))
        fill(dialog, key="R-9")

    when_asked(drive)
    run(window, "trace.add_requirement")
    assert "R-1" in refused[0]
    assert "R-9" in keys(page)


def test_a_case_is_typed_with_its_steps_for_the_chosen_requirement(page: TraceabilityPage, window: MainWindow) -> None:
    choose(page, TargetKind.REQUIREMENT, 3)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, CaseDialog)
        QTest.keyClicks(dialog.fields["key"], "T-9")
        QTest.keyClicks(dialog.fields["title"], "By hand")
        for text in ("Send it", "See it"):
            dialog.steps.add()
            item = dialog.steps.table.item(dialog.steps.table.currentRow(), 1)
            assert item is not None
            item.setText(text)
        QTest.keyClick(dialog.steps.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        QTest.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)

    when_asked(drive)
    run(window, "trace.add_case")
    traced = page.context.workspace.trace.requirement(3).cases
    assert [one.key for one in traced] == ["T-9"]
    case = page.context.workspace.requirements.case(traced[0].case_id)
    assert [(step.step, step.description) for step in case.steps] == [("1", "See it"), ("2", "Send it")]


def test_files_dropped_on_a_row_become_its_evidence(page: TraceabilityPage, own_home: Path) -> None:
    file = own_home / "proof.txt"
    file.write_text("it works", encoding="utf-8")
    panel = page.panels[REQUIREMENTS]
    index = panel.model.index(0, 0)
    at = panel.table.viewport().mapToGlobal(panel.table.visualRect(index).center())
    offered = page.drop([file], at)
    assert offered is not None
    assert offered.words == "Drop to attach “proof.txt” to R-3 Requirement 3"
    page.dropped([file], at)
    settle()
    assert [one.title for one in page.context.workspace.evidence.proofs(Target(TargetKind.REQUIREMENT, 3))] == ["proof"]


def row_at(page: TraceabilityPage, row: int) -> QPoint:
    panel = page.panels[page.shown_table]
    return panel.table.viewport().mapToGlobal(panel.table.visualRect(panel.model.index(row, 0)).center())


@pytest.mark.parametrize("taken", ["Import its records", "Attach to R-3 Requirement 3 as evidence", "Cancel"])
def test_a_table_dropped_on_a_row_is_asked_about(page: TraceabilityPage, own_home: Path, taken: str) -> None:
    file = own_home / "cases.csv"
    file.write_text("Test case ID,Title\nT-1,Case 1\n", encoding="utf-8")
    offered = page.drop([file], row_at(page, 0))
    assert offered is not None
    assert "to import its records or to attach it to R-3 Requirement 3" in offered.words
    when_asked(lambda dialog: press(dialog, taken))
    page.dropped([file], row_at(page, 0))
    settle()
    proofs = page.context.workspace.evidence.proofs(Target(TargetKind.REQUIREMENT, 3))
    assert len(proofs) == (1 if taken.startswith("Attach") else 0)
    assert (page.stack.currentWidget() is page.flow) == (taken == "Import its records")
    if taken == "Import its records":
        page.flow.cancel()


def test_a_table_dropped_below_the_rows_is_looked_at_as_records(page: TraceabilityPage, own_home: Path) -> None:
    file = own_home / "cases.csv"
    file.write_text("Test case ID,Title\nT-1,Case 1\n", encoding="utf-8")
    below = page.table().table.viewport()
    at = below.mapToGlobal(QPoint(20, below.height() - 5))
    offered = page.drop([file], at)
    assert offered is not None
    assert "records in “cases.csv”" in offered.words
    assert page.drop([file, file], at).kind == "no"  # type: ignore[union-attr] - several are evidence, of a row


def test_a_file_dropped_beside_the_table_is_looked_at_as_records(page: TraceabilityPage, own_home: Path) -> None:
    offered = page.drop([own_home / "x.xlsx"], page.strip.mapToGlobal(QPoint(5, 5)))
    assert offered is None  # there is no such file
    file = own_home / "cases.csv"
    file.write_text("Test case ID,Title\nT-1,Case 1\n", encoding="utf-8")
    offered = page.drop([file], page.strip.mapToGlobal(QPoint(5, 5)))
    assert offered is not None
    assert "records in “cases.csv”" in offered.words


def test_the_chosen_table_and_a_hidden_coverage_are_remembered(
    page: TraceabilityPage, window: MainWindow, own_home: Path
) -> None:
    page.switch_over()
    page.toggle_strip()
    window.close_workspace()
    window.door.open(own_home / "acme")
    window.show_page("traceability")
    settle()
    again = window.current
    assert isinstance(again, TraceabilityPage)
    assert again.shown_table == CASES
    assert not again.strip.isVisibleTo(again)


def test_nothing_can_be_changed_when_the_workspace_is_read_only(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    window.door.open(copied(template, own_home / "acme"), read_only=True)
    window.show_page("traceability")
    settle()
    page = window.current
    assert isinstance(page, TraceabilityPage)
    choose(page, TargetKind.REQUIREMENT, 2)
    found = buttons(page)
    assert found["Edit…"] is False
    assert found["Link cases…"] is False
    assert "Unlink" not in found
    for name in ("trace.import", "trace.edit", "trace.link", "trace.applies", "trace.add_case"):
        assert not window.context.commands.action(name).isEnabled(), name


def test_a_run_is_started_of_the_cases_of_the_chosen_requirements(page: TraceabilityPage, window: MainWindow) -> None:
    choose(page, TargetKind.REQUIREMENT, 2)

    def drive(dialog: QDialog) -> None:
        assert dialog.ways["chosen"].text() == "The 2 chosen"  # type: ignore[attr-defined]
        QTest.keyClicks(dialog.title, "Round 3")  # type: ignore[attr-defined]
        QTest.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]

    asked = when_asked(drive)
    run(window, "trace.run")
    settle()
    assert asked == ["Start a run"]
    assert isinstance(window.current, RunsPage)
    assert window.current.run is not None
    assert window.current.run.title == "Round 3"
    assert window.current.run.cases == 2
    assert said(window).startswith("Done: Start the run ACME-RUN-0003")


def test_a_workbook_is_made_and_its_folder_remembered(
    page: TraceabilityPage, window: MainWindow, own_home: Path
) -> None:
    page.context.settings.setValue("books.folder", str(own_home))
    made: list[str] = []

    def drive(dialog: QDialog) -> None:
        made.append(dialog.path.text())  # type: ignore[attr-defined]
        when_asked(lambda told: made.append(told.windowTitle()))
        QTest.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]

    when_asked(drive)
    press(page, "Make a workbook…")
    settle()
    assert Path(made[0]).name == "ACME RTTM submission 1 2026-11-23.xlsx"
    assert Path(made[0]).is_file()
    assert made[1:] == ["The workbook is written"]


def test_the_palette_finds_records_by_key_and_title(page: TraceabilityPage, window: MainWindow) -> None:
    def found(typed: str) -> list[str]:
        return [one.text for one in window.context.commands.find(typed)]

    assert "R-2 Requirement 2" in found("R-2")
    assert "T-5 Case 5" in found("Case 5")
    assert "ACME-DEF-0001 Sent twice" in found("sent twice")
    assert "ACME-RUN-0002 Round 2" in found("RUN-0002")
    assert "ACME-EVD-0001 log" in found("log")
    next(one for one in window.context.commands.find("Case 5") if one.text == "T-5 Case 5").run()
    settle()
    assert page.panels[CASES].current_id() == 5


def test_links_to_look_at_keep_columns_and_order_and_so_does_showing_all_again(page: TraceabilityPage) -> None:
    panel = page.panels[REQUIREMENTS]
    panel.apply(replace(panel.view, columns=("key", "title", "owner"), sort="title", descending=True))
    settle()
    page.changed_button.click()
    settle()
    assert keys(page) == ["R-4"]
    panel.clear_filters()
    settle()
    assert (panel.view.columns, panel.view.sort, panel.view.descending) == (("key", "title", "owner"), "title", True)


def test_cases_for_no_requirement_have_the_columns_of_a_first_look(page: TraceabilityPage) -> None:
    page.orphan_button.click()
    settle()
    assert page.shown_table == CASES
    assert keys(page, CASES) == ["T-5"]
    assert page.panels[CASES].view.columns == COLUMNS[CASES]
    page.panels[CASES].clear_filters()
    settle()
    assert len(keys(page, CASES)) == 5
    page.orphan_button.click()
    settle()
    assert page.panels[CASES].view.columns == COLUMNS[CASES]
