"""Files become evidence: chosen, dropped, pasted; what is refused is told, and a drop means what the page says."""

from __future__ import annotations

from pathlib import Path

from desk_steps import banner, choose, fill, press, rows, run, said, texts, when_asked
from evidence_steps import (  # noqa: F401 - some are fixtures
    copy_files,
    copy_picture,
    copy_text,
    drag_away,
    drop,
    files,
    files_mime,
    filled,
    hover,
    let_go,
    middle,
    on_row,
    opened_of,
    page,
    row_of,
    selected,
    text_file,
    titles,
)
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from test_accessibility import check_names
from window_care import settle

from desktop.app import Workspace
from desktop.changes import Changes
from desktop.evidence.model import Added, LeftAsItWas
from ui.dialogs.evidence_refused import RefusedDialog
from ui.main_window import MainWindow
from ui.pages.evidence import EvidencePage
from ui.widgets.evidence_adding import what_was_added

# ruff: noqa: F811 - a fixture is imported and is an argument


# -- adding ------------------------------------------------------------------------------------------------------------


def test_an_empty_page_says_what_to_do_and_its_button_adds_a_file(page: EvidencePage, files: list[Path]) -> None:
    assert "No evidence has been kept yet" in texts(page)
    assert "paste a screenshot with Ctrl+V" in texts(page)
    asked = choose(files[0])
    press(page, "Choose files…")
    assert asked == ["Add files as evidence"]
    assert titles(page) == ["Minutes of the test board"]
    assert page.pane.title.text() == "Minutes of the test board"
    assert said(page.context.shell) == "1 file added as evidence."
    assert files[0].exists()


def test_the_folder_is_remembered_for_the_next_time(page: EvidencePage, files: list[Path]) -> None:
    choose(files[0])
    run(page.context.shell, "evidence.add")
    started: list[str] = []
    when_asked(lambda dialog: started.append(dialog.directory().absolutePath()))
    run(page.context.shell, "evidence.add")
    assert started == [str(files[0].parent)]


def test_files_and_folders_are_dropped_on_the_page_and_chosen_afterwards(
    opened: MainWindow, page: EvidencePage, files: list[Path], own_home: Path
) -> None:
    folder = own_home / "PIT"
    (folder / "deep").mkdir(parents=True)
    text_file(folder / "deep" / "gateway log.txt", "IF-031 sent")
    at = middle(page)
    assert hover(opened, at, folder, files[0]) == "Drop to add 1 folder and 1 file as evidence"
    drop(opened, at, folder, files[0])
    assert sorted(titles(page)) == ["Minutes of the test board", "gateway log"]
    assert selected(page) == {"Minutes of the test board", "gateway log"}


def test_a_drag_that_goes_away_leaves_nothing(opened: MainWindow, page: EvidencePage, files: list[Path]) -> None:
    assert hover(opened, middle(page), files[0]) == "Drop to add “Minutes of the test board.txt” as evidence"
    assert opened._overlay._mark.isVisible()
    drag_away(opened)
    assert not opened._overlay.isVisible()
    assert not opened._overlay._mark.isVisible()
    assert page._source.total() == 0


def test_files_dragged_over_the_search_field_are_for_the_page(filled: EvidencePage, own_home: Path) -> None:
    window, field = opened_of(filled), filled.panel.bar.field
    mime = files_mime(text_file(own_home / "a.txt", "a"))
    mime.setText(str(own_home / "a.txt"))  # as file managers of Linux do beside the address
    arguments = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(field, QDragEnterEvent(field.rect().center(), *arguments))
    assert window._overlay.text == "Drop to add “a.txt” as evidence"
    assert window._overlay.isVisible()
    QApplication.sendEvent(field, QDropEvent(QPointF(field.rect().center()), *arguments))
    settle()
    assert field.text() == ""
    assert selected(filled) == {"a"}


def test_what_was_added_is_shown_even_when_a_filter_would_hide_it(filled: EvidencePage, own_home: Path) -> None:
    filled.panel.bar.view_wanted.emit((), "totals")
    settle()
    assert filled._source.count() == 1
    choose(text_file(own_home / "new one.txt", "something else"))
    run(filled.context.shell, "evidence.add")
    assert selected(filled) == {"new one"}
    assert filled._source.count() == 4


def test_the_same_file_again_is_kept_once_and_shown(filled: EvidencePage, files: list[Path], own_home: Path) -> None:
    again = own_home / "copy of the minutes.txt"
    again.write_bytes(files[0].read_bytes())
    drop(filled.context.shell, middle(filled.header), again)
    assert len(titles(filled)) == 3
    assert selected(filled) == {"Minutes of the test board"}
    assert "was here already" in said(filled.context.shell)


def test_a_screenshot_a_text_and_copied_files_are_pasted(page: EvidencePage, files: list[Path]) -> None:
    copy_picture()
    page.panel.table.setFocus()
    opened_of(page).activateWindow()
    settle()
    QTest.keyClick(opened_of(page), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle()
    (title,) = titles(page)
    assert title.startswith("Screenshot 2026-11-23 ")
    assert page._source.frame(0, 1)["kind"][0] == "PNG picture"
    copy_text("Readings were late.\nNobody knew.")
    run(opened_of(page), "evidence.paste")
    assert titles(page)[0].startswith("Pasted text 2026-11-23 ")
    copy_files(*files)
    run(opened_of(page), "evidence.paste")
    assert len(titles(page)) == 5
    assert selected(page) == {"Minutes of the test board", "Registration screen", "Settlement totals"}


def test_a_spreadsheet_on_the_clipboard_is_pasted_as_text(page: EvidencePage) -> None:
    copy_picture()
    both = QMimeData()
    both.setImageData(QGuiApplication.clipboard().image())
    both.setText("day\ttotal\n1\t100")
    QGuiApplication.clipboard().setMimeData(both)
    run(opened_of(page), "evidence.paste")
    assert titles(page)[0].startswith("Pasted text")


def test_an_empty_clipboard_says_what_can_be_pasted(page: EvidencePage) -> None:
    QGuiApplication.clipboard().clear()
    run(opened_of(page), "evidence.paste")
    assert "holds no picture, text or file" in said(opened_of(page))
    assert titles(page) == []


def test_ctrl_v_in_the_search_field_pastes_into_the_field(filled: EvidencePage) -> None:
    copy_text("totals")
    field = filled.panel.bar.field
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "totals"
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert filled._source.total() == 3


def test_one_refused_file_is_told_in_the_banner(page: EvidencePage, files: list[Path], own_home: Path) -> None:
    gone = own_home / "gone.pdf"
    drop(opened_of(page), middle(page), files[0], gone)
    assert titles(page) == ["Minutes of the test board"]
    assert banner(opened_of(page)).startswith("“gone.pdf” was not added. ")


def test_refused_files_are_listed_with_their_reasons_and_can_be_copied(
    page: EvidencePage, files: list[Path], own_home: Path
) -> None:
    seen: list[tuple[str, ...]] = []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, RefusedDialog)
        check_names(dialog)
        seen.extend(rows(dialog.list.list))
        press(dialog, "Copy the list")
        press(dialog, "Close")

    asked = drop(opened_of(page), middle(page), files[0], own_home / "gone.pdf", own_home / "away.pdf", answer=look)
    assert asked == ["2 files were not added"]
    assert [name for name, _ in seen] == ["gone.pdf", "away.pdf"]
    assert all(why for _, why in seen)
    assert "gone.pdf\t" in QGuiApplication.clipboard().text()
    assert selected(page) == {"Minutes of the test board"}


def test_files_that_hold_the_same_are_told_and_listed(page: EvidencePage, own_home: Path) -> None:
    made = [own_home / f"{number}.txt" for number in range(4)]
    for file in made:
        file.write_text("the same in all of them", encoding="utf-8")
    window, seen = opened_of(page), []

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, RefusedDialog)
        seen.extend([texts(dialog), *rows(dialog.list.list)])
        press(dialog, "Close")

    assert drop(window, middle(page), *made, answer=look) == ["Kept once"]
    assert said(window) == "1 file added as evidence. 3 more hold the same as another and were kept once."
    assert "3 more hold the same as another and were kept once." in seen[0]
    assert [name for name, _ in seen[1:]] == ["1.txt", "2.txt", "3.txt"]


def test_adding_is_undone_and_done_again_in_one_step(filled: EvidencePage, own_home: Path) -> None:
    drop(
        opened_of(filled), middle(filled.header), text_file(own_home / "a.txt", "a"), text_file(own_home / "b.txt", "b")
    )
    assert len(titles(filled)) == 5
    run(opened_of(filled), "edit.undo")
    assert len(titles(filled)) == 3
    run(opened_of(filled), "edit.redo")
    assert len(titles(filled)) == 5


def test_adding_can_be_cancelled_and_leaves_nothing(page: EvidencePage, own_home: Path, qtbot) -> None:
    context = page.context
    big = own_home / "recording.bin"
    with big.open("wb") as file:
        for _ in range(40):
            file.write(b"x" * 8_000_000)
    context.jobs.serial = False
    drop(opened_of(page), middle(page), big)
    writing = context.jobs.writing()
    assert writing is not None
    assert writing.title == "Adding “recording.bin”"
    context.jobs.cancel(writing)
    qtbot.waitUntil(lambda: not context.jobs.running(), timeout=30_000)
    context.jobs.serial = True
    assert said(opened_of(page)) == "Cancelled: nothing was changed."
    page.reload_rows()
    settle()
    assert titles(page) == []


# -- what a drop means elsewhere ---------------------------------------------------------------------------------------


def test_a_portfolio_dropped_on_another_page_is_imported_and_here_it_is_evidence(
    opened: MainWindow, page: EvidencePage, files: list[Path], own_home: Path
) -> None:
    file = text_file(own_home / "portfolio.csv", "MPAN\n")
    assert hover(opened, middle(page), file) == "Drop to add “portfolio.csv” as evidence"
    drag_away(opened)
    opened.show_page("overview")
    assert "before importing it" in hover(opened, middle(opened.current), file)
    drag_away(opened)


def test_a_workspace_folder_is_opened_wherever_it_is_dropped(
    opened: MainWindow, page: EvidencePage, own_home: Path, clock
) -> None:
    other = own_home / "other"
    Workspace.create(other, "Other", "OTH", actor="Pat", clock=clock).close()
    assert hover(opened, middle(page), other) == "Drop to open the workspace “other”"
    let_go(opened, middle(page), other)
    assert opened.context.workspace.folder == other


# -- a file on a row ---------------------------------------------------------------------------------------------------


def test_a_file_dropped_on_a_row_is_asked_about_and_new_evidence_unless_said_otherwise(
    opened: MainWindow, filled: EvidencePage, own_home: Path
) -> None:
    file = text_file(own_home / "newer minutes.txt", "Newer")
    at = on_row(filled.panel, row_of(filled, "Minutes of the test board"))
    ref = filled._source.frame(row_of(filled, "Minutes of the test board"), 1)["ref"][0]
    words = hover(opened, at, file)
    assert words == (
        f"Drop to add “newer minutes.txt”: as new evidence, or as a new revision of {ref}. You will be asked"
    )
    asked = drop(opened, at, file, answer=fill)
    assert asked == ["Add “newer minutes.txt”"]
    assert "newer minutes" in titles(filled)
    item = filled.context.workspace.evidence.by_ref(ref)
    assert len(item.revisions) == 1


def test_a_file_dropped_on_a_row_becomes_a_revision_when_chosen_and_cancel_does_nothing(
    opened: MainWindow, filled: EvidencePage, own_home: Path
) -> None:
    file = text_file(own_home / "newer minutes.txt", "Newer")
    at = on_row(filled.panel, row_of(filled, "Minutes of the test board"))
    item_id = filled._source.ids(row_of(filled, "Minutes of the test board"), 1)[0]
    drop(opened, at, file, answer=lambda dialog: dialog.reject())
    assert len(titles(filled)) == 3
    drop(opened, at, file, answer=lambda dialog: fill(dialog, what="revision", reason="Signed now"))
    item = filled.context.workspace.evidence.get(item_id)
    assert [one.reason for one in item.revisions] == ["Signed now", ""]
    assert filled.pane.shown is not None
    assert filled.pane.shown.item.id == item_id
    assert [row[0] for row in rows(filled.pane.revisions.list)] == ["2", "1"]


def test_several_files_on_a_row_are_new_evidence(opened: MainWindow, filled: EvidencePage, own_home: Path) -> None:
    at = on_row(filled.panel, 0)
    new = [text_file(own_home / f"{name}.txt", name) for name in ("one", "two")]
    assert hover(opened, at, *new) == "Drop to add 2 files as evidence"
    drop(opened, at, *new)
    assert selected(filled) == {"one", "two"}


def test_details_that_an_item_did_not_take_are_said_in_the_window() -> None:
    left = LeftAsItWas(3, "ACME-EVD-0003", ("title", "tags"), linked=True)
    assert what_was_added(Added(Changes(), (3,), (3,), left=(left,)), "REQ-1") == (
        "1 file was here already: kept once, now attached to REQ-1. "
        "ACME-EVD-0003 is here already: it was linked; its title and tags were left as they are."
    )
