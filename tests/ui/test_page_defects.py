"""The Defects page: defects and the work-off plan, one at a time and many at once, late ones first."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_steps import banner, buttons, copied, fill, press, run, texts, when_asked
from made_testing import workspace_with_runs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from window_care import settle

from desktop.evidence.model import Target, TargetKind
from desktop.testing.model import DefectDetails, DefectStatus, WorkOffStatus
from ui.dialogs.choose_records import ChooseRecordsDialog
from ui.main_window import MainWindow
from ui.pages.defects import DEFECTS, ITEMS, DefectsPage
from ui.pages.payloads import AddWorkOff, ShowTarget
from ui.widgets.trace_links import LinkLine


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace_with_runs(tmp_path_factory.mktemp("defects") / "acme")


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> DefectsPage:
    window.door.open(copied(template, own_home / "acme"))
    window.show_page("defects")
    settle()
    assert isinstance(window.current, DefectsPage)
    return window.current


def column(page: DefectsPage, key: str) -> list[str]:
    source = page.table().source
    assert source is not None
    place = [one.key for one in source.columns].index(key)
    return [str(cells[place]) for cells in source.page(0, 100)]


def choose(page: DefectsPage, kind: TargetKind, number: int) -> None:
    page.open(ShowTarget(Target(kind, number)))
    settle()


def test_an_empty_page_says_where_defects_come_from(opened: MainWindow) -> None:
    opened.show_page("defects")
    settle()
    assert opened.current is not None
    assert "No defect and no work-off item is here yet" in texts(opened.current)
    assert buttons(opened.current)["Add the first defect…"] is True


def test_late_ones_come_first_and_are_told(page: DefectsPage) -> None:
    assert column(page, "ref") == ["ACME-DEF-0001", "ACME-DEF-0002"]
    found = buttons(page)
    assert found["Late: 1 defect"] is True
    assert found["1 deferred without a work-off item"] is True
    assert "Late: it was due on 1 Nov 2026." in texts(page.defect_pane)
    press(page, "1 deferred without a work-off item")
    assert column(page, "ref") == ["ACME-DEF-0002"]


def test_a_defect_leads_to_the_result_it_was_seen_in_and_to_its_item(page: DefectsPage, window: MainWindow) -> None:
    choose(page, TargetKind.DEFECT, 1)
    found = {one.text(): one for one in page.defect_pane.findChildren(LinkLine)}
    assert set(found) == {"T-2 in ACME-RUN-0001", "ACME-WOP-0001  Mend it (open)"}
    found["ACME-WOP-0001  Mend it (open)"].click()
    settle()
    assert page.shown_table == ITEMS
    assert page.item_pane.item is not None
    assert page.item_pane.item.ref == "ACME-WOP-0001"
    next(one for one in page.item_pane.findChildren(LinkLine) if one.text() == "ACME-DEF-0001").click()
    settle()
    assert page.shown_table == DEFECTS


def test_a_defect_is_added_and_shown(page: DefectsPage) -> None:
    refused: list[str] = []

    def drive(dialog: QDialog) -> None:
        fill(dialog, due="soon")
        refused.append(texts(dialog))
        fill(dialog, due="31/12/2026")
        refused.append(texts(dialog))
        fill(dialog, title="Lost reading")

    when_asked(drive)
    press(page, "Add a defect…")
    assert "“soon” is not a day" in refused[0]
    assert "needs a title" in refused[1]
    assert page.defect_pane.defect is not None
    assert page.defect_pane.defect.details.title == "Lost reading"
    assert page.defect_pane.defect.details.due == "2026-12-31"


def test_a_work_off_item_is_made_of_a_defect(page: DefectsPage, window: MainWindow) -> None:
    choose(page, TargetKind.DEFECT, 2)
    when_asked(lambda dialog: fill(dialog, owner="Kim", due="31/01/2027"))
    press(page.defect_pane, "Make a work-off item…")
    assert page.shown_table == ITEMS
    item = page.item_pane.item
    assert item is not None
    assert item.details.title == "Mend ACME-DEF-0002: Slow"
    assert (item.defect_ref, item.details.owner, item.details.due) == ("ACME-DEF-0002", "Kim", "2027-01-31")
    run(window, "edit.undo")
    assert column(page, "ref") == ["ACME-WOP-0001"]


def test_an_item_for_a_requirement_takes_its_key(page: DefectsPage) -> None:
    refused: list[str] = []

    def drive(dialog: QDialog) -> None:
        fill(dialog, title="Test it in winter", requirement="R-77")
        refused.append(texts(dialog))
        fill(dialog, requirement="r-3")

    when_asked(drive)
    page.open(AddWorkOff())
    settle()
    assert "There is no requirement “R-77” here." in refused[0]
    assert page.item_pane.item is not None
    assert page.item_pane.item.requirement_key == "R-3"


def test_many_are_edited_at_once_and_what_is_left_empty_stays(page: DefectsPage, window: MainWindow) -> None:
    page.table().select_all()
    when_asked(lambda dialog: fill(dialog, owner="Kim", status=DefectStatus.IN_FIX.value))
    run(window, "defects.edit")
    defects = page.context.workspace.defects
    assert {(one.details.owner, one.details.status) for one in defects.defects()} == {("Kim", DefectStatus.IN_FIX)}
    assert defects.defect(1).details.due == "2026-11-01"


def test_a_status_is_given_from_the_menu_and_closed_takes_today(page: DefectsPage, window: MainWindow) -> None:
    choose(page, TargetKind.DEFECT, 1)
    run(window, "defects.mark_closed")
    details = page.context.workspace.defects.defect(1).details
    assert (details.status, details.closed) == (DefectStatus.CLOSED, "2026-11-23")
    assert page.panels[DEFECTS].current_id() == 1


def test_a_cell_is_edited_in_place_and_a_word_that_is_none_is_refused(page: DefectsPage, window: MainWindow) -> None:
    edit = page.panels[DEFECTS].edit_cell
    assert edit is not None
    edit(1, "status", "ready")
    settle()
    assert page.context.workspace.defects.defect(1).details.status is DefectStatus.READY
    edit(1, "due", "24/12/2026")
    settle()
    assert page.context.workspace.defects.defect(1).details.due == "2026-12-24"
    edit(1, "status", "mended")
    assert "“mended” is none of: open, in fix" in banner(window)


def test_results_are_linked_and_unlinked(page: DefectsPage, window: MainWindow) -> None:
    choose(page, TargetKind.DEFECT, 2)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ChooseRecordsDialog)
        dialog.list.selectRow(0)
        dialog.list.setFocus()
        QTest.keyClick(dialog.list, Qt.Key.Key_Space)
        QTest.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)

    when_asked(drive)
    run(window, "defects.link")
    assert len(page.context.workspace.defects.defect(2).results) == 1
    press(page.defect_pane, "Unlink")
    assert page.context.workspace.defects.defect(2).results == ()


def test_an_item_is_done_with_one_press(page: DefectsPage) -> None:
    page.switch_over()
    settle()
    assert "Nobody has agreed to it yet." in texts(page.item_pane)
    press(page.item_pane, "Mark as done")
    details = page.context.workspace.defects.work_off(1).details
    assert (details.status, details.closed) == (WorkOffStatus.DONE, "2026-11-23")


def test_files_dropped_on_a_defect_become_its_evidence(page: DefectsPage, own_home: Path) -> None:
    file = own_home / "mail.txt"
    file.write_text("agreed", encoding="utf-8")
    table = page.table().table
    at = table.viewport().mapToGlobal(table.visualRect(page.table().model.index(0, 0)).center())
    page.dropped([file], at)
    settle()
    assert len(page.context.workspace.evidence.proofs(Target(TargetKind.DEFECT, 1))) == 1


def test_a_defect_that_comes_from_elsewhere_stands_in_the_table(page: DefectsPage) -> None:
    defects = page.context.workspace.defects
    page.context.hub.publish(defects.save(DefectDetails("From the command line"))[1])
    settle()
    assert "From the command line" in column(page, "title")


def test_nothing_can_be_changed_when_the_workspace_is_read_only(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    window.door.open(copied(template, own_home / "acme"), read_only=True)
    window.show_page("defects")
    settle()
    page = window.current
    assert isinstance(page, DefectsPage)
    found = buttons(page)
    for words in ("Add a defect…", "Add a work-off item…", "Import…", "Edit…", "Make a work-off item…"):
        assert found[words] is False, words
    assert page.panels[DEFECTS].edit_cell is None
