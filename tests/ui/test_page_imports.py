"""The Imports page: a file goes in step by step, nothing stays behind when it does not, and what came in is listed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from desk_steps import banner, buttons, choose, portfolio_file, press, rows, said, staging, texts
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from window_care import settle

from desktop.sample.generated import portfolio
from ui.main_window import MainWindow
from ui.pages.imports import ImportsPage
from ui.pages.payloads import ImportFile
from ui.widgets.import_flow import ImportFlow
from ui.widgets.import_mapping import ITEM, NOT_USED, WHY


@pytest.fixture
def page(opened: MainWindow) -> ImportsPage:
    opened.show_page("imports")
    assert isinstance(opened.current, ImportsPage)
    return opened.current


def begun(window: MainWindow, file: Path) -> ImportFlow:
    window.show_page("imports", ImportFile(file))
    page = window.current
    assert isinstance(page, ImportsPage)
    return page.flow


def at_preview(window: MainWindow, file: Path) -> ImportFlow:
    flow = begun(window, file)
    press(flow, "Preview")
    return flow


def imported(window: MainWindow, file: Path) -> None:
    press(at_preview(window, file), "Import and check")


def set_item(flow: ImportFlow, heading: str, words: str) -> None:
    """Go to a heading's line with the mouse, press F2, type the item's name, press Return."""
    table = flow.mapping.table
    row = next(row for row in range(table.rowCount()) if table.item(row, 0).text() == heading)
    table.setCurrentCell(row, ITEM)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    combo = table.findChild(QComboBox)
    assert combo is not None
    QTest.keyClicks(combo.lineEdit(), words)
    QTest.keyClick(combo.lineEdit(), Qt.Key.Key_Return)
    settle()


def test_an_empty_page_says_why_and_offers_the_file_dialog(page: ImportsPage, own_home: Path) -> None:
    assert "No portfolio has been imported yet" in texts(page)
    file = portfolio_file(own_home / "p.csv", 20)
    asked = choose(file)
    press(page, "Choose a portfolio file…")
    assert asked == ["Import a portfolio"]
    assert page.flow.name.text() == "p.csv"
    assert page.flow.stack.currentWidget() is page.flow.pages["map"]


def test_the_headings_come_mapped_with_the_reason_and_three_values(opened: MainWindow, own_home: Path) -> None:
    flow = begun(opened, portfolio_file(own_home / "p.csv", 20))
    table = flow.mapping.table
    assert opened.focusWidget() is table, opened.focusWidget()
    first = [table.item(0, column).text() for column in range(4)]
    assert first[0] == "MPAN"
    assert first[1].count(" · ") == 2
    assert first[2] == "MPAN"
    assert first[3].startswith("Sure: ")
    assert flow.mapping.state.text() == "26 of 26 headings are used; the others are kept with the rows."


def test_a_mapping_is_changed_by_key_and_an_item_has_one_heading(opened: MainWindow, own_home: Path) -> None:
    flow = begun(opened, portfolio_file(own_home / "p.csv", 20))
    before = flow.mapping.mapping()
    set_item(flow, "Address line 1", "Postcode")
    after = flow.mapping.mapping()
    assert after["postcode"] == "Address line 1"
    assert "address_1" not in after
    assert "“Postcode” is not used any more: an item has one heading." in flow.mapping.state.text()
    assert before.keys() - after.keys() == {"address_1"}
    row = next(r for r in range(flow.mapping.table.rowCount()) if flow.mapping.table.item(r, 0).text() == "Postcode")
    assert flow.mapping.table.item(row, ITEM).text() == NOT_USED
    assert flow.mapping.table.item(row, WHY).text() == ""


def test_part_of_an_items_name_is_enough_when_only_one_fits(opened: MainWindow, own_home: Path) -> None:
    flow = begun(opened, portfolio_file(own_home / "p.csv", 20))
    set_item(flow, "Address line 1", "gsp gr")
    assert flow.mapping.mapping()["gsp_group"] == "Address line 1"


def test_a_word_that_is_no_item_changes_nothing(opened: MainWindow, own_home: Path) -> None:
    flow = begun(opened, portfolio_file(own_home / "p.csv", 20))
    before = flow.mapping.mapping()
    set_item(flow, "Address line 1", "zzzz")
    assert flow.mapping.mapping() == before


def test_without_a_heading_for_the_mpan_there_is_no_preview(opened: MainWindow, own_home: Path) -> None:
    flow = begun(opened, portfolio_file(own_home / "p.csv", 20))
    set_item(flow, "MPAN", "Not used")
    assert buttons(flow)["Preview"] is False
    assert flow.mapping.state.text() == "Choose the heading that holds the MPAN."
    set_item(flow, "MPAN", "MPAN")
    assert buttons(flow)["Preview"] is True


def test_the_preview_counts_rows_and_tells_what_is_cleaned_and_what_a_spreadsheet_has_spoiled(
    opened: MainWindow, own_home: Path
) -> None:
    spoiled = {
        "MPAN": pl.when(pl.int_range(pl.len()) < 3).then(pl.lit("1.03E+12")).otherwise(pl.col("MPAN")),
        "Supplier": pl.lit(" desk"),
    }
    flow = at_preview(opened, portfolio_file(own_home / "p.csv", 200, **spoiled))
    preview = flow.preview
    assert preview.summary.text().startswith("200 rows under 26 headings, 26 of them used.")
    assert preview.spoiled_card.isVisibleTo(preview)
    assert "MPAN (“MPAN”): " in preview.spoiled.text()
    assert "Lost digits cannot be brought back from this file" in preview.spoiled.text()
    cleaned = {(line[0], line[2]): line[3] for line in rows(preview.cleaned.list)}
    assert cleaned["Supplier MPID" if ("Supplier MPID", "200") in cleaned else "Supplier", "200"] == "·desk → DESK"
    assert preview.extract_date.text() == "20/11/2026"
    assert preview.rows.rowCount() == 50
    assert opened.focusWidget() is flow.next_button


def test_back_goes_to_the_mapping_and_takes_the_staged_rows_away(opened: MainWindow, own_home: Path) -> None:
    flow = at_preview(opened, portfolio_file(own_home / "p.csv", 20))
    assert staging(opened)
    press(flow, "Back")
    assert flow.stack.currentWidget() is flow.pages["map"]
    press(flow, "Preview")
    assert flow.stack.currentWidget() is flow.preview


@pytest.mark.parametrize("step", ["map", "preview"])
def test_a_cancelled_import_leaves_nothing_behind(opened: MainWindow, own_home: Path, step: str) -> None:
    file = portfolio_file(own_home / "p.csv", 20)
    flow = begun(opened, file) if step == "map" else at_preview(opened, file)
    press(flow, "Cancel the import")
    assert staging(opened) == []
    assert opened.context.workspace.portfolio.snapshots() == ()
    assert said(opened) == "Cancelled: nothing was imported."
    assert "No portfolio has been imported yet" in texts(opened.current)


def test_closing_the_workspace_in_the_middle_leaves_nothing_behind(opened: MainWindow, own_home: Path) -> None:
    at_preview(opened, portfolio_file(own_home / "p.csv", 20))
    folder = opened.context.workspace.blobs.staging
    opened.close_workspace()
    assert not folder.exists() or list(folder.rglob("*")) == []


def test_another_file_in_the_middle_takes_the_place_of_the_first(opened: MainWindow, own_home: Path) -> None:
    at_preview(opened, portfolio_file(own_home / "p.csv", 20))
    flow = begun(opened, portfolio_file(own_home / "q.csv", 30))
    assert flow.name.text() == "q.csv"
    press(flow, "Cancel the import")
    assert staging(opened) == []


def test_a_refused_file_says_what_it_is_and_lets_one_choose_another(opened: MainWindow, own_home: Path) -> None:
    wrong = own_home / "photo.xlsx"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    flow = begun(opened, wrong)
    assert flow.stack.currentWidget() is flow.pages["refused"]
    assert "This file cannot be imported" in texts(flow)
    assert flow.refused.text()
    assert "Traceback" not in flow.refused.text()
    assert staging(opened) == []
    choose(portfolio_file(own_home / "p.csv", 20))
    press(flow, "Choose another file…")
    assert flow.stack.currentWidget() is flow.pages["map"]


def test_a_wrong_extract_date_is_told_at_its_field_and_a_right_one_is_kept(opened: MainWindow, own_home: Path) -> None:
    flow = at_preview(opened, portfolio_file(own_home / "p.csv", 20))
    field = flow.preview.extract_date
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "2026-11-21")
    press(flow, "Import and check")
    assert flow.stack.currentWidget() is flow.preview
    assert flow.preview.date_wrong.text() == "“2026-11-21” is not a day such as 20/11/2026."
    assert field.property("wrong") == "true"
    assert opened.focusWidget() is field
    field.selectAll()
    QTest.keyClicks(field, "19/11/2026")
    press(flow, "Import and check")
    snapshot = opened.context.workspace.portfolio.latest()
    assert snapshot is not None
    assert f"{snapshot.extract_date}" == "2026-11-19"


def test_an_import_lands_on_the_overview_with_its_findings(opened: MainWindow, own_home: Path) -> None:
    imported(opened, portfolio_file(own_home / "p.csv", 300))
    assert opened.current is not None
    assert opened.current.id == "overview"
    run = opened.context.workspace.cleanse.runs()[0]
    assert run.open > 0
    assert said(opened) == f"300 rows imported, {run.open:,} findings."
    assert staging(opened) == []


def test_the_same_file_again_is_not_kept_twice(opened: MainWindow, own_home: Path) -> None:
    file = portfolio_file(own_home / "p.csv", 50)
    imported(opened, file)
    imported(opened, file)
    assert len(opened.context.workspace.portfolio.snapshots()) == 1
    assert said(opened).startswith("This file is here already, imported on 2026-11-23 with the same mapping")
    assert opened.current is not None
    assert opened.current.id == "imports"
    assert staging(opened) == []


def test_the_list_tells_of_each_import_and_how_its_headings_were_mapped(opened: MainWindow, own_home: Path) -> None:
    imported(opened, portfolio_file(own_home / "p.csv", 50))
    opened.show_page("imports")
    page = opened.current
    assert isinstance(page, ImportsPage)
    assert rows(page.list.list) == [("2026-11-23 12:00", "p.csv", "50", "20 Nov 2026", "26 of 26", "Pat")]
    assert ("MPAN", "MPAN") in rows(page.mapping.list)
    assert "SHA-256 of the file: " in page.facts.text()
    press(page, "Show the rows")
    assert opened.current is not None
    assert opened.current.id == "portfolio"


def test_check_again_runs_the_checks_on_the_chosen_import(opened: MainWindow, own_home: Path) -> None:
    imported(opened, portfolio_file(own_home / "p.csv", 50))
    opened.show_page("imports")
    press(opened.current, "Check again")
    assert len(opened.context.workspace.cleanse.runs()) == 2


def test_another_sheet_of_a_workbook_is_read_when_it_is_chosen(opened: MainWindow, own_home: Path) -> None:
    book = Workbook()
    book.active.title = "Notes"
    book.active.append(["Read me"])
    book.active.append(["Ask Pat"])
    sheet = book.create_sheet("Portfolio")
    frame = portfolio(20)
    for line in (frame.columns, *frame.rows()):
        sheet.append(line)
    book.save(own_home / "p.xlsx")
    flow = begun(opened, own_home / "p.xlsx")
    assert [flow.sheets.itemText(place) for place in range(flow.sheets.count())] == ["Notes", "Portfolio"]
    assert flow.sheets.currentText() == "Portfolio"
    flow.sheets.setFocus()
    QTest.keyClick(flow.sheets, Qt.Key.Key_Up)
    flow = opened.current.flow
    assert flow.sheets.currentText() == "Notes"
    assert buttons(flow)["Preview"] is False
    flow.sheets.setFocus()
    QTest.keyClick(flow.sheets, Qt.Key.Key_Down)
    flow = opened.current.flow
    assert flow.sheets.currentText() == "Portfolio"
    assert flow.mapping.mapping()["mpan"] == "MPAN"


def test_a_workspace_open_for_reading_only_offers_no_import(opened: MainWindow, own_home: Path) -> None:
    imported(opened, portfolio_file(own_home / "p.csv", 50))
    folder = opened.context.workspace.folder
    opened.door.open(folder, read_only=True)
    opened.show_page("imports")
    page = opened.current
    assert page is not None
    assert buttons(page)["Import a portfolio…"] is False
    assert buttons(page)["Check again"] is False
    assert buttons(page)["Show the rows"] is True
    assert not opened.context.commands.available(opened.context.commands.get("workspace.import"))
    assert banner(opened) == ""


@pytest.mark.parametrize("worker", [True, False], ids=["on a worker", "at once"])
def test_a_whole_import_on_a_worker_and_at_once(opened: MainWindow, own_home: Path, qtbot, worker: bool) -> None:
    opened.context.jobs.serial = not worker
    flow = begun(opened, portfolio_file(own_home / "p.csv", 300))
    qtbot.waitUntil(lambda: flow.stack.currentWidget() is flow.pages["map"] and not flow.busy)
    press(flow, "Preview")
    qtbot.waitUntil(lambda: flow.stack.currentWidget() is flow.preview and not flow.busy)
    press(flow, "Import and check")
    qtbot.waitUntil(lambda: opened.current is not None and opened.current.id == "overview", timeout=20_000)
    qtbot.waitUntil(lambda: not opened.context.jobs.running())
    assert "p.csv · 300 rows" in texts(opened.current)
    assert staging(opened) == []


def test_an_import_cancelled_on_a_worker_leaves_nothing_behind(opened: MainWindow, own_home: Path, qtbot) -> None:
    opened.context.jobs.serial = False
    flow = begun(opened, portfolio_file(own_home / "p.csv", 3000))
    qtbot.waitUntil(lambda: flow.stack.currentWidget() is flow.pages["map"] and not flow.busy)
    press(flow, "Preview")
    press(flow, "Cancel the import")
    qtbot.waitUntil(lambda: not opened.context.jobs.running(), timeout=20_000)
    page = opened.current
    assert isinstance(page, ImportsPage)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is not page.flow)
    assert staging(opened) == []
    assert opened.context.workspace.portfolio.snapshots() == ()


def test_the_workspace_closed_while_a_file_is_read_leaves_nothing_behind(
    opened: MainWindow, own_home: Path, qtbot
) -> None:
    opened.context.jobs.serial = False
    folder = opened.context.workspace.blobs.staging
    flow = begun(opened, portfolio_file(own_home / "p.csv", 3000))
    qtbot.waitUntil(lambda: flow.stack.currentWidget() is flow.pages["map"] and not flow.busy)
    press(flow, "Preview")
    opened.close_workspace()
    assert not folder.exists() or list(folder.rglob("*")) == []


def test_a_much_shorter_file_asks_whether_it_is_the_whole_portfolio(opened: MainWindow, own_home: Path) -> None:
    imported(opened, portfolio_file(own_home / "all.csv", 60))
    flow = at_preview(opened, portfolio_file(own_home / "part.csv", 40))
    assert flow.preview.fewer.isVisibleTo(flow)
    assert flow.preview.fewer.text().startswith("20 rows fewer than the last file of ")
    press(flow, "Cancel the import")
