"""The shell used as a person uses it: pages, messages, undo, dropping, closing, one writer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from window_care import done_with, settle

from desktop.app import Workspace
from desktop.browse.view import View
from desktop.changes import Changes, Subject
from desktop.errors import PlainError
from desktop.jobs import Job
from local_db.backup import make as make_backup
from ui.app import make_window
from ui.context import Tone
from ui.dialogs.error_report import ErrorReportDialog, report_text
from ui.dropping import understand
from ui.main_window import MainWindow
from ui.pages import PAGES
from ui.pages.page import Page
from ui.pages.payloads import ImportFile


def test_without_a_workspace_the_welcome_page_is_shown_and_pages_are_off(window: MainWindow) -> None:
    assert window.current.id == "welcome"
    window.show_page("overview")
    assert window.current.id == "welcome"
    assert not any(button.isEnabled() for button in window._rail._buttons.values())


def test_a_new_workspace_opens_on_its_first_page_with_its_name_in_the_title(opened: MainWindow) -> None:
    assert opened.current.id == PAGES[0].id
    assert opened.windowTitle() == "Acme Energy Supply Limited – MHHS Desk"


@pytest.mark.parametrize("page_id", [entry.id for entry in PAGES])
def test_every_page_can_be_reached_from_the_rail(opened: MainWindow, qtbot, page_id: str) -> None:
    button = opened._rail._buttons[page_id]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened.current.id == page_id
    assert button.isChecked()


def test_back_goes_to_the_page_before(opened: MainWindow) -> None:
    first, second = PAGES[0].id, PAGES[-1].id
    opened.show_page(second)
    assert opened.context.commands.run("go.back")
    assert opened.current.id == first
    assert not opened.can_go_back()


def test_closing_the_workspace_goes_back_to_welcome_and_lets_its_pages_go(opened: MainWindow) -> None:
    opened.show_page(PAGES[-1].id)
    assert opened.context.commands.run("workspace.close")
    settle()
    assert opened.current.id == "welcome"
    assert opened.context.open_workspace is None
    assert opened.windowTitle() == "MHHS Desk"
    assert [page.id for page in opened.findChildren(Page)] == ["welcome"]


def test_the_page_in_front_comes_back_at_the_next_opening(opened: MainWindow) -> None:
    folder = opened.context.workspace.folder
    opened.show_page(PAGES[-1].id)
    opened.close_workspace()
    opened.door.open(folder)
    assert opened.current.id == PAGES[-1].id


def test_a_second_program_opens_for_reading_and_says_why_for_as_long_as_it_is_open(
    opened: MainWindow, own_home, clock, qapp
) -> None:
    other = make_window(qapp, own_home / "other", clock=clock, actor="Sam", root=own_home, serial=True)
    other.show()
    other.door.open(opened.context.workspace.folder)
    assert other.context.workspace.read_only
    assert other._notice.text.startswith("Open for reading only.")
    assert "reading only" in other._where.text()
    assert not other.context.can_write
    assert not other.context.commands.action("edit.undo").isEnabled()
    other.close_workspace()
    assert other._notice.text == ""
    done_with(other)


def test_every_notice_of_an_opening_is_shown_a_line_each(opened: MainWindow, clock) -> None:
    workspace = opened.context.workspace
    folder = workspace.folder
    opened.close_workspace()
    # Two things to tell: a clock that was ahead, and a program that did not close in order.
    make_backup(folder, at=clock().replace(year=2090), reason="asked")
    (folder / "workspace.open").write_text("{}")
    opened.door.open(folder)
    lines = opened._banner.text.split("\n")
    assert lines == list(opened.context.workspace.notices)
    assert "not closed in order" in lines[0]
    assert "clock was ahead" in lines[1]


def test_undo_and_redo_carry_the_name_of_the_step(opened: MainWindow) -> None:
    views = opened.context.workspace.views
    opened.context.change("Saving", lambda _job: views.save("findings", "Worst", View(text="x")))
    undo = opened.context.commands.action("edit.undo")
    assert undo.text() == "Undo Save view “Worst”"
    assert undo.isEnabled()
    undo.trigger()
    assert views.list("findings") == ()
    assert opened.statusBar().currentMessage() == "Undone: Save view “Worst”"
    redo = opened.context.commands.action("edit.redo")
    assert redo.text() == "Redo Save view “Worst”"
    redo.trigger()
    assert [one.name for one in views.list("findings")] == ["Worst"]


def test_undo_is_off_and_says_why_after_a_step_that_cannot_be_undone(opened: MainWindow) -> None:
    workspace = opened.context.workspace

    def sign(_job: Job) -> Changes:
        with workspace.store.write():
            workspace.store.record(
                "declaration.sign", "Sign ACME-DEC-0003 v1", {}, actor="Jo", at=workspace.clock(), barrier=True
            )
        return Changes.of(Subject.DECLARATIONS, title="Signed", count=1)

    opened.context.change("Saving", lambda _job: workspace.views.save("findings", "Worst", View(text="x")))
    opened.context.change("Signing", sign)
    undo = opened.context.commands.action("edit.undo")
    words = "Undo: “Sign ACME-DEC-0003 v1” cannot be undone"
    assert (undo.text(), undo.isEnabled()) == (words, False)
    opened.close_workspace()
    opened.door.open(workspace.folder)
    assert (undo.text(), undo.isEnabled()) == (words, False)
    opened.context.change(
        "Saving", lambda _job: opened.context.workspace.views.save("findings", "Best", View(text="y"))
    )
    assert (undo.text(), undo.isEnabled()) == ("Undo Save view “Best”", True)


def test_undo_is_there_again_after_a_restart(opened: MainWindow) -> None:
    workspace = opened.context.workspace
    opened.context.change("Saving", lambda _job: workspace.views.save("findings", "Worst", View(text="x")))
    opened.close_workspace()
    assert opened.context.commands.action("edit.undo").text() == "Undo"
    opened.door.open(workspace.folder)
    assert opened.context.commands.action("edit.undo").text() == "Undo Save view “Worst”"


def test_success_passes_by_and_a_failure_stays(opened: MainWindow) -> None:
    opened.context.say("Imported 12 rows.", Tone.GOOD)
    assert opened.statusBar().currentMessage() == "Imported 12 rows."
    assert opened._banner.text == ""
    opened.context.say("The file is empty.", Tone.ERROR)
    assert opened._banner.text == "The file is empty."
    assert opened._banner.accessibleName() == "Could not be done: The file is empty."
    assert opened._banner.isVisible()


def test_a_plain_failure_of_a_job_is_said_in_place(opened: MainWindow) -> None:
    def work(_job: object) -> Changes:
        raise PlainError("The file is password-protected.", safe="Nothing was imported.")

    opened.context.change("Importing", work)
    assert opened._banner.text == "The file is password-protected. Nothing was imported."


def test_a_cancelled_job_says_that_nothing_was_changed(opened: MainWindow) -> None:
    def work(job) -> Changes:
        job.cancel()
        job.check()
        return Changes()

    opened.context.change("Importing", work)
    assert opened.statusBar().currentMessage() == "Cancelled: nothing was changed."
    assert opened._banner.text == ""


def test_a_fault_of_ours_opens_one_report_that_can_be_copied(opened: MainWindow) -> None:
    def work(_job: object) -> Changes:
        raise ZeroDivisionError("by nothing")

    opened.context.change("Dividing", work)
    opened.context.change("Dividing", work)
    reports = opened.findChildren(ErrorReportDialog)
    assert len(reports) == 1
    reports[0]._copy()
    copied = QApplication.clipboard().text()
    assert "While: Dividing" in copied
    assert "ZeroDivisionError: by nothing" in copied
    reports[0].close()


def test_a_report_names_the_versions() -> None:
    assert report_text("testing", "trace").startswith("MHHS Desk ")
    assert "PySide6 6." in report_text("testing", "trace")


def test_a_visible_page_is_refreshed_by_what_concerns_it_and_a_hidden_one_when_it_is_shown(
    opened: MainWindow, qapp
) -> None:
    told: list[frozenset[Subject]] = []

    class Probe(Page):
        id = "probe"
        subjects = frozenset({Subject.FINDINGS})

        def build(self) -> None:
            pass

        def refresh(self, subjects: frozenset[Subject]) -> None:
            told.append(subjects)

    probe = Probe(opened.context)
    opened._pages["probe"] = probe
    opened._stack.addWidget(probe)
    opened.show_page("probe")
    assert told == [frozenset({Subject.FINDINGS})]
    opened.context.hub.publish(Changes.of(Subject.CONTENT))
    settle()
    assert len(told) == 1
    opened.context.hub.publish(Changes.of(Subject.FINDINGS, Subject.RUNS))
    settle()
    assert len(told) == 2
    opened.go_back()
    opened.context.hub.publish(Changes.of(Subject.FINDINGS))
    settle()
    assert len(told) == 2
    opened.show_page("probe")
    assert len(told) == 3


def test_the_window_comes_back_where_it_was(window: MainWindow, own_home, clock, qapp) -> None:
    window.resize(820, 541)  # within the offscreen screen of 800 x 600 nothing wider is kept
    window.close()
    again = make_window(qapp, own_home / "config", clock=clock, root=own_home, serial=True)
    assert (again.width(), again.height()) == (820, 541)
    done_with(again)


def test_a_workspace_cannot_be_closed_while_something_is_being_written(opened: MainWindow, qtbot) -> None:
    import threading

    jobs = opened.context.jobs
    jobs.serial = False
    go = threading.Event()
    opened.context.change("Importing", lambda _job: (go.wait(10), Changes())[1])
    assert not opened.close()
    assert opened.isVisible()
    assert "“Importing” is still running" in opened._banner.text
    with qtbot.waitSignal(jobs.ended):
        go.set()
    jobs.serial = True


# -- dropping ------------------------------------------------------------------------------------------------------


def dropped(window: MainWindow, path: Path) -> tuple[str, bool]:
    """Drag a path over the window and drop it: what the overlay said, and whether the drop would be refused."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    arguments = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), *arguments))
    assert window._overlay.isVisible()
    said, refused = window._overlay.text, window._overlay.property("refused") == "true"
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), *arguments))
    assert not window._overlay.isVisible()
    return said, refused


def test_dropping_a_workspace_folder_opens_it(window: MainWindow, own_home: Path, clock) -> None:
    folder = own_home / "acme"
    Workspace.create(folder, "Acme", "ACME", actor="Pat", clock=clock).close()
    assert dropped(window, folder) == ("Drop to open the workspace “acme”", False)
    assert window.context.workspace.folder == folder


def test_dropping_a_portfolio_starts_its_import(opened: MainWindow, own_home: Path, monkeypatch) -> None:
    file = own_home / "portfolio.csv"
    file.write_text("MPAN\n", encoding="utf-8")
    wanted: list[tuple[str, object]] = []
    monkeypatch.setattr(opened, "show_page", lambda page, payload=None: wanted.append((page, payload)))
    _, refused = dropped(opened, file)
    if any(entry.id == "imports" for entry in PAGES):
        assert not refused
        assert wanted == [("imports", ImportFile(file))]


def test_dropping_something_else_says_why_not(opened: MainWindow, own_home: Path) -> None:
    said, refused = dropped(opened, own_home / "notes.docx")
    assert refused
    assert "cannot be imported" in said
    assert "cannot be imported" in opened._banner.text


def test_a_drag_that_leaves_takes_the_overlay_away(window: MainWindow, own_home: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(own_home))])
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(window, event)
    assert window._overlay.isVisible()
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window._overlay.isVisible()


def test_a_dragged_text_is_not_taken(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setText("hello")
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(window, event)
    assert not window._overlay.isVisible()


@pytest.mark.parametrize(
    ("names", "is_open", "read_only", "kind", "words"),
    [
        (["a.csv"], True, False, "portfolio", "before importing it"),
        (["a.XLSX"], True, False, "portfolio", "before importing it"),
        (["a.csv"], False, False, "no", "Open a workspace first"),
        (["a.csv"], True, True, "no", "reading only"),
        (["a.csv", "b.csv"], True, False, "no", "one portfolio file at a time"),
        (["a.pdf"], True, False, "no", "cannot be imported"),
    ],
)
def test_what_a_drop_means(
    tmp_path: Path, names: list[str], is_open: bool, read_only: bool, kind: str, words: str
) -> None:
    drop = understand([tmp_path / name for name in names], is_open, read_only)
    assert drop.kind == kind
    assert words in drop.words


def test_a_folder_that_is_no_workspace_is_refused(tmp_path: Path) -> None:
    drop = understand([tmp_path], True, False)
    assert drop.kind == "no"
    assert "not a workspace folder" in drop.words
