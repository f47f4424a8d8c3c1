"""What tests of evidence do as a person does: drag files over a place and drop them, paste, make files of kinds."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from desk_steps import Asked, when_asked
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from window_care import settle

from desktop.evidence.model import Target, TargetKind
from desktop.testing.model import RequirementEdit
from ui.main_window import MainWindow
from ui.pages.evidence import EvidencePage
from ui.widgets.table_panel import TablePanel


def files_mime(*paths: Path) -> QMimeData:
    """Files as a file manager hands them over."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def hover(window: MainWindow, at: QPoint, *paths: Path) -> str:
    """Drag files over the window to a place of the screen; what the overlay says ('' = nothing can be dropped)."""
    mime, here = files_mime(*paths), window.mapFromGlobal(at)
    arguments = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(1, 1), *arguments))
    QApplication.sendEvent(window, QDragMoveEvent(here, *arguments))
    return window._overlay.text if window._overlay.isVisible() else ""


def let_go(window: MainWindow, at: QPoint, *paths: Path) -> None:
    """Drop the files; what the page asks then is asked while events are handled."""
    mime = files_mime(*paths)
    arguments = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event = QDropEvent(QPointF(window.mapFromGlobal(at)), *arguments)
    QApplication.sendEvent(window, event)
    assert not window._overlay.isVisible()
    assert event.dropAction() == Qt.DropAction.CopyAction, "a move would have the file manager delete the files"


def drop(window: MainWindow, at: QPoint, *paths: Path, answer: Callable[[QDialog], object] | None = None) -> Asked:
    """Drag, drop and answer the question that follows, if one is expected."""
    hover(window, at, *paths)
    let_go(window, at, *paths)
    asked = when_asked(answer) if answer else Asked()
    settle()
    return asked


def drag_away(window: MainWindow) -> None:
    """Take the files away again."""
    QApplication.sendEvent(window, QDragLeaveEvent())


def middle(widget: QWidget) -> QPoint:
    """The middle of a widget on the screen."""
    return widget.mapToGlobal(widget.rect().center())


def on_row(panel: TablePanel, row: int) -> QPoint:
    """The middle of a row of a table on the screen."""
    viewport = panel.table.viewport()
    return viewport.mapToGlobal(QPoint(60, panel.table.rowViewportPosition(row) + panel.table.rowHeight(row) // 2))


def copy_text(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def copy_files(*paths: Path) -> None:
    QGuiApplication.clipboard().setMimeData(files_mime(*paths))


def copy_picture(width: int = 120, height: int = 80) -> None:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#3366CC"))
    QGuiApplication.clipboard().setImage(image)


def picture_file(path: Path, width: int = 160, height: int = 90) -> Path:
    """A PNG without any library: one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    rows = (b"\0" + b"\x20\x60\xc0" * width) * height
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
    return path


def text_file(path: Path, text: str = "Agreed: change of supplier is retested.") -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def requirement(window: MainWindow, key: str, title: str) -> Target:
    """A requirement that evidence can prove."""
    workspace = window.context.workspace
    workspace.requirements.add_requirement(key, RequirementEdit(title=title))
    return workspace.evidence.linkable(TargetKind.REQUIREMENT, key, 1)[0][0]


@pytest.fixture
def page(opened: MainWindow) -> EvidencePage:
    opened.show_page("evidence")
    assert isinstance(opened.current, EvidencePage)
    settle()
    return opened.current


@pytest.fixture
def files(own_home: Path) -> list[Path]:
    folder = own_home / "files"
    folder.mkdir()
    return [
        text_file(folder / "Minutes of the test board.txt"),
        picture_file(folder / "Registration screen.png"),
        text_file(folder / "Settlement totals.csv", "day,total\n1,100\n"),
    ]


@pytest.fixture
def filled(page: EvidencePage, files: list[Path]) -> EvidencePage:
    page.context.workspace.evidence.add(files)
    page.reload_rows()
    settle()
    return page


def titles(page: EvidencePage) -> list[str]:
    return [str(title) for title in page._source.frame(0, 100)["title"]]


def selected(page: EvidencePage) -> set[str]:
    return {page.context.workspace.evidence.get(one).details.title for one in page.panel.selected_ids()}


def put_cursor(page: EvidencePage, title: str) -> int:
    """Put the cursor on the row with a title; its id."""
    source = page._source
    place = titles(page).index(title)
    row_id = source.ids(place, 1)[0]
    page.panel.show_id(row_id)
    settle()
    return row_id


def row_of(page: EvidencePage, title: str) -> int:
    return titles(page).index(title)


def opened_of(page: EvidencePage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window
