"""The Cleanse page: what is open, what a finding means, and the work on findings, each step of it undone again."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_steps import banner, buttons, copied, fill, kept, noon, portfolio_file, press, rows, run, texts, when_asked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from window_care import settle

from desktop.browse.view import Filter, Op, View
from desktop.cleanse.finding_table import DEFAULT_VIEW
from ui.dialogs.exceptions import ExceptionsDialog
from ui.dialogs.form import FormDialog
from ui.main_window import MainWindow
from ui.pages.cleanse import CleansePage
from ui.pages.payloads import ShowFinding, ShowView


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one portfolio of 400 rows, checked."""
    folder = tmp_path_factory.mktemp("cleanse")
    return kept(folder / "acme", noon, portfolio_file(folder / "p.csv", 400))


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> CleansePage:
    window.door.open(copied(template, own_home / "acme"))
    window.show_page("cleanse")
    assert isinstance(window.current, CleansePage)
    return window.current


def shown(page: CleansePage) -> int:
    assert page.panel.source is not None
    return page.panel.source.count()


def cell(page: CleansePage, fingerprint: int, column: str) -> object:
    source = page.panel.source
    assert source is not None
    position = source.position(fingerprint)
    assert position is not None
    return source.page(position, 1)[0][[one.key for one in source.columns].index(column)]


def put_cursor(page: CleansePage, position: int = 0) -> int:
    assert page.panel.source is not None
    fingerprint = page.panel.source.ids(position, 1)[0]
    page.panel.show_id(fingerprint)
    return fingerprint


def test_an_empty_page_says_why_and_offers_the_import(opened: MainWindow) -> None:
    opened.show_page("cleanse")
    settle()
    assert opened.current is not None
    assert "Nothing has been checked yet" in texts(opened.current)
    assert buttons(opened.current)["Import a portfolio…"] is True
    assert buttons(opened.current)["Make the report…"] is False


def test_the_page_opens_with_what_is_open_worst_first(page: CleansePage) -> None:
    assert page.panel.view.filters == DEFAULT_VIEW.filters
    assert shown(page) > 10
    assert page.panel.source is not None
    assert page.panel.source.page(0, 1)[0][0] == "Block"


def test_a_click_on_a_facet_leaves_its_findings_only(page: CleansePage) -> None:
    listing, model = page.panel.facets.list, page.panel.facets.model
    row = next(r for r in range(model.rowCount()) if (v := model.entry(r).value) and v.value == "Block")
    entry = model.entry(row)
    assert entry.value is not None
    listing.scrollTo(model.index(row))
    middle = listing.visualRect(model.index(row)).center()
    QTest.mouseClick(listing.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    assert shown(page) == entry.value.count
    assert page.panel.view.filters == (*DEFAULT_VIEW.filters, Filter("severity", Op.IS_ANY, ("Block",)))


def test_the_pane_explains_the_finding_under_the_cursor(page: CleansePage) -> None:
    fingerprint = put_cursor(page, 3)
    detail = page.context.workspace.cleanse.detail(fingerprint)
    said = texts(page.pane)
    for part in (
        detail.check_title, detail.message, detail.fix_hint, detail.explanation, f"Row {detail.row:,}",
        "Status: open", "Owner: nobody yet", "First seen on 23 Nov 2026",
        f"{detail.severity.value} · {detail.check_id}",
    ):  # fmt: skip
        assert part in said
    assert len(rows(page.pane.cells.list)) == 26
    chosen = page.pane.cells.key()
    assert detail.portfolio_row is not None
    assert isinstance(chosen, int)
    assert detail.portfolio_row.cells[chosen].item == detail.item


def test_a_form_edits_every_selected_finding_and_undo_takes_it_back(page: CleansePage, window: MainWindow) -> None:
    put_cursor(page)
    page.panel.select_all()
    total = shown(page)
    asked = when_asked(lambda d: fill(d, owner="Northgrid", due="31/12/2026", status="in progress", note="Asked"))
    run(window, "findings.edit")
    assert asked == [f"Edit {total:,} findings"]
    fingerprint = put_cursor(page, total - 1)
    assert cell(page, fingerprint, "owner") == "Northgrid"
    assert cell(page, fingerprint, "due") == "2026-12-31"
    assert "Owner: Northgrid" in texts(page.pane)
    assert "Due: 31 Dec 2026" in texts(page.pane)
    assert window.context.commands.action("edit.undo").text() == f"Undo Edit {total:,} findings"
    run(window, "edit.undo")
    assert cell(page, fingerprint, "owner") in ("", None)
    assert "Owner: nobody yet" in texts(page.pane)
    run(window, "edit.redo")
    assert cell(page, fingerprint, "owner") == "Northgrid"


def test_a_wrong_day_is_told_at_its_field_and_an_empty_form_changes_nothing(
    page: CleansePage, window: MainWindow
) -> None:
    fingerprint = put_cursor(page)
    seen: list[tuple[str, object]] = []

    def drive(dialog: object) -> None:
        assert isinstance(dialog, FormDialog)
        for values in ({}, {"due": "31/02/2026"}):
            fill(dialog, **values)
            seen.append((dialog.wrong.text(), dialog.focusWidget()))
            assert dialog.isVisible()
        seen.append(("field", dialog.fields["due"]))

    when_asked(drive)
    run(window, "findings.edit")
    assert seen[0][0].startswith("Nothing was entered")
    assert seen[1][0] == "“31/02/2026” is not a day such as 31/03/2027."
    assert seen[1][1] is seen[2][1]
    assert cell(page, fingerprint, "due") in ("", None)


def test_a_single_dash_clears_a_field(page: CleansePage, window: MainWindow) -> None:
    fingerprint = put_cursor(page)
    when_asked(lambda d: fill(d, owner="Northgrid", due="31/12/2026"))
    run(window, "findings.edit")
    when_asked(lambda d: fill(d, owner="-", due="-"))
    run(window, "findings.edit")
    assert cell(page, fingerprint, "owner") in ("", None)
    assert cell(page, fingerprint, "due") in ("", None)


def test_findings_are_marked_from_the_menu(page: CleansePage, window: MainWindow) -> None:
    fingerprint = put_cursor(page)
    run(window, "findings.mark_in_progress")
    assert cell(page, fingerprint, "status") == "in progress"
    run(window, "edit.undo")
    assert cell(page, fingerprint, "status") == "open"


def marks(window: MainWindow) -> list[str]:
    return [one.id for one in window.context.commands.all() if one.id.startswith("findings.mark_")]


def test_accepted_findings_leave_the_open_ones_and_come_back_when_withdrawn(
    page: CleansePage, window: MainWindow
) -> None:
    before = shown(page)
    put_cursor(page)
    asked = when_asked(lambda d: fill(d, reason="Mended at source", approver="Robin", expires="31/03/2027"))
    run(window, "findings.accept")
    assert asked == ["Accept 1 finding for a time"]
    assert shown(page) == before - 1

    def withdraw(dialog: object) -> None:
        assert isinstance(dialog, ExceptionsDialog)
        line = rows(dialog.list.list)[0]
        assert line[1:4] == ("Active", "accepted for 1 until 2027-03-31", "Robin")
        press(dialog, "Withdraw")

    when_asked(withdraw)
    press(page, "Exceptions…")
    assert shown(page) == before
    run(window, "edit.undo")
    assert shown(page) == before - 1
    run(window, "edit.undo")
    assert shown(page) == before


def test_a_whole_check_is_accepted_at_once_and_can_be_approved_again(page: CleansePage, window: MainWindow) -> None:
    put_cursor(page)
    check = str(page.panel.cells()["check"])
    source = page.panel.source
    assert source is not None
    of_check = next(value.count for value in source.facets("check") if value.value == check)
    before = shown(page)
    when_asked(lambda d: fill(d, reason="Known", approver="Robin", expires="31/03/2027", covers="all"))
    run(window, "findings.accept")
    assert shown(page) == before - of_check

    def again(dialog: object) -> None:
        assert isinstance(dialog, ExceptionsDialog)
        when_asked(lambda d: fill(d, expires="30/06/2027"))
        press(dialog, "Approve again…")

    when_asked(again)
    press(page, "Exceptions…")
    settle()
    (exception,) = page.context.workspace.cleanse.exceptions()
    assert f"{exception.expires}" == "2027-06-30"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"approver": "Robin", "expires": "31/03/2027"}, "reason"),
        ({"reason": "Known", "expires": "31/03/2027"}, "approver"),
        ({"reason": "Known", "approver": "Robin"}, "expires"),
        ({"reason": "Known", "approver": "Robin", "expires": "01/01/2020"}, "expires"),
    ],
)
def test_an_exception_without_all_its_terms_is_refused_at_the_field(
    page: CleansePage, window: MainWindow, values: dict[str, str], field: str
) -> None:
    put_cursor(page)
    seen: list[bool] = []

    def drive(dialog: object) -> None:
        assert isinstance(dialog, FormDialog)
        fill(dialog, **values)
        seen.append(dialog.focusWidget() is dialog.fields[field] and bool(dialog.wrong.text()))

    when_asked(drive)
    run(window, "findings.accept")
    assert seen == [True]
    assert page.context.workspace.cleanse.exceptions() == ()


def test_from_a_finding_to_its_row_and_back(page: CleansePage, window: MainWindow) -> None:
    fingerprint = put_cursor(page)
    detail = page.context.workspace.cleanse.detail(fingerprint)
    press(page.pane, "Show the row")
    assert window.current is not None
    assert window.current.id == "portfolio"
    table = window.current.table()
    assert table is not None
    assert table.current_id() == detail.row
    run(window, "go.back")
    assert window.current is page
    assert page.panel.current_id() == fingerprint


def test_return_on_a_finding_shows_its_row(page: CleansePage, window: MainWindow) -> None:
    put_cursor(page)
    QTest.keyClick(page.panel.table, Qt.Key.Key_Return)
    settle()
    assert window.current is not None
    assert window.current.id == "portfolio"


def test_the_pane_is_cleared_when_a_view_leaves_no_row(page: CleansePage) -> None:
    put_cursor(page)
    assert page.pane.title.text() != "Choose a finding to see what it means."
    page.panel.apply(View(text="no finding says this"))
    settle()
    assert page.pane.title.text() == "Choose a finding to see what it means."


def test_a_cell_is_edited_in_the_table(page: CleansePage, window: MainWindow) -> None:
    fingerprint = put_cursor(page)
    column = [one.key for one in page.panel.model.columns].index("owner")
    table = page.panel.table
    index = page.panel.model.index(0, column)
    table.setCurrentIndex(index)
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "Robin")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle()
    assert cell(page, fingerprint, "owner") == "Robin"
    assert window.context.commands.action("edit.undo").text().startswith("Undo Assign 1 finding")


def test_a_cell_that_takes_no_such_text_says_so_and_keeps_what_it_had(page: CleansePage, window: MainWindow) -> None:
    fingerprint = put_cursor(page)
    assert page.panel.edit_cell is not None
    page.panel.edit_cell(fingerprint, "due", "soon")
    page.panel.edit_cell(fingerprint, "status", "finished")
    assert cell(page, fingerprint, "due") in ("", None)
    assert cell(page, fingerprint, "status") == "open"
    assert banner(window) == "A finding is open, in progress, sent to owner or fixed at source; not “finished”."
    page.panel.edit_cell(fingerprint, "due", "2026-12-31")
    settle()
    assert cell(page, fingerprint, "due") == "2026-12-31"


def test_only_this_mpan_shows_all_its_findings(page: CleansePage, window: MainWindow) -> None:
    put_cursor(page)
    mpan = page.panel.cells()["mpan"]
    run(window, "findings.mpan")
    assert page.panel.source is not None
    assert {line[2] for line in page.panel.source.page(0, shown(page))} == {mpan}
    run(window, "findings.open")
    assert page.panel.view.filters == DEFAULT_VIEW.filters


def test_another_page_can_ask_for_a_view_or_a_finding_before_the_page_is_built(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    window.door.open(copied(template, own_home / "acme"))
    view = View(filters=(Filter("severity", Op.IS_ANY, ("Low",)),))
    window.show_page("cleanse", ShowView(view))
    page = window.current
    assert isinstance(page, CleansePage)
    assert page.panel.view.filters == view.filters
    block = next(one for one in window.context.workspace.cleanse.findings().ids(0, 1))
    window.show_page("cleanse", ShowFinding(block))
    assert page.panel.current_id() == block


def test_a_row_has_a_menu_with_the_same_commands(page: CleansePage, window: MainWindow) -> None:
    put_cursor(page)
    from PySide6.QtWidgets import QMenu

    menu = QMenu(page)
    assert page.panel.row_menu is not None
    page.panel.row_menu(menu)
    words = [action.text() for action in menu.actions()]
    assert words[:4] == ["Edit findings…", "Accept for a time…", "Show the row", "Only this MPAN"]
    menu.deleteLater()


def test_nothing_can_be_written_when_the_workspace_is_open_for_reading_only(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    window.door.open(copied(template, own_home / "acme"), read_only=True)
    window.show_page("cleanse")
    page = window.current
    assert isinstance(page, CleansePage)
    put_cursor(page)
    commands = window.context.commands
    for name in ("findings.edit", "findings.accept", *marks(window)):
        assert not commands.available(commands.get(name)), name
    state = buttons(page.pane)
    assert state["Edit…"] is False
    assert state["Accept for a time…"] is False
    assert state["Show the row"] is True
    index = page.panel.model.index(0, [one.key for one in page.panel.model.columns].index("owner"))
    assert not page.panel.model.flags(index) & Qt.ItemFlag.ItemIsEditable


def test_the_place_of_the_divider_is_remembered(page: CleansePage, window: MainWindow) -> None:
    page.split.setSizes([500, 480])
    settle()
    sizes = page.split.sizes()
    folder = window.context.workspace.folder
    window.door.open(folder)
    window.show_page("cleanse")
    settle()
    again = window.current
    assert isinstance(again, CleansePage)
    assert again.split.sizes() == pytest.approx(sizes, abs=2)
