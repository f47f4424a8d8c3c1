"""What tests of the pages do as a person does: make a portfolio file, answer a dialog, choose a file, read the page."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QWidget,
)
from window_care import settle

from desktop.app import Workspace
from desktop.clock import Clock
from desktop.jobs import Job
from desktop.sample.generated import portfolio
from ui.dialogs.form import FormDialog
from ui.main_window import MainWindow

TODAY = date(2026, 11, 23)


def noon() -> datetime:
    """The clock of the tests: it stands still."""
    return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def portfolio_file(path: Path, rows: int = 300, **replaced: pl.Expr) -> Path:
    """Write a generated portfolio as CSV; `replaced` are columns by item name that hold something else."""
    frame = portfolio(rows)
    for heading, text in replaced.items():
        frame = frame.with_columns(text.alias(heading))
    frame.write_csv(path)
    return path


def kept(folder: Path, clock: Clock, *files: Path) -> Path:
    """A workspace with these files imported and checked, one after the other."""
    with Workspace.create(folder, "Acme Energy Supply Limited", "ACME", actor="Pat", clock=clock) as workspace:
        for file in files:
            source = workspace.portfolio.read(file)
            mapping = {item: one.heading for item, one in workspace.portfolio.suggest(source).items()}
            staged = workspace.portfolio.stage(source, mapping)
            source.close()
            snapshot = workspace.portfolio.commit(staged, date(2026, 11, 20)).snapshot
            workspace.cleanse.run(snapshot.id, TODAY, Job())
    return folder


def copied(template: Path, folder: Path) -> Path:
    """A copy of a closed workspace, to work in."""
    shutil.copytree(template, folder)
    return folder


def staging(window: MainWindow) -> list[Path]:
    """What lies in the staging folder of the open workspace."""
    folder = window.context.workspace.blobs.staging
    return sorted(folder.rglob("*")) if folder.exists() else []


class Asked(list[str]):
    """The titles of the dialogs that came."""


def when_asked(drive: Callable[[QDialog], object]) -> Asked:
    """Drive the next modal dialog. It is closed whatever happens, so that no test waits for ever."""
    asked = Asked()

    def go() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog), f"no dialog came, but {dialog}"
        asked.append(dialog.windowTitle())
        try:
            drive(dialog)
        finally:
            if dialog.isVisible():
                getattr(dialog, "give_up", dialog.reject)()  # what was typed is not asked about

    QTimer.singleShot(0, go)
    return asked


def choose(path: Path) -> Asked:
    """Type a path into the next file dialog and press Return."""
    return when_asked(lambda dialog: take_file(dialog, path))


def take_file(dialog: QDialog, path: Path) -> None:
    """Type a path into a file dialog and press its button."""
    assert isinstance(dialog, QFileDialog)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert field is not None
    field.setText(str(path))
    QTest.keyClick(field, Qt.Key.Key_Return)


def fill(dialog: object, **values: str) -> None:
    """Type into a form and press its verb."""
    assert isinstance(dialog, FormDialog)
    for name, text in values.items():
        widget = dialog.fields[name]
        if isinstance(widget, QComboBox):
            widget.setCurrentIndex(widget.findData(text))
        else:
            assert isinstance(widget, QLineEdit | QPlainTextEdit)
            widget.setFocus()
            widget.selectAll()
            QTest.keyClicks(widget, text)
    QTest.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)


def press(root: QWidget, words: str) -> None:
    """Click the one visible button with these words."""
    found = [
        one
        for one in root.findChildren(QAbstractButton)
        if one.text().replace("&", "") == words and one.isVisibleTo(root)
    ]
    assert len(found) == 1, f"{len(found)} buttons “{words}”"
    assert found[0].isEnabled(), f"“{words}” is off"
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)
    settle()


def run(window: MainWindow, command: str) -> None:
    """Ask for a command as the menu does; a page that is stale then reads itself anew."""
    action = window.context.commands.action(command)
    assert action.isEnabled(), command
    action.trigger()
    settle()


def buttons(root: QWidget) -> dict[str, bool]:
    """The visible buttons by their words, and whether they can be pressed."""
    return {
        one.text().replace("&", ""): one.isEnabled()
        for one in root.findChildren(QAbstractButton)
        if one.text() and one.isVisibleTo(root)
    }


def texts(root: QWidget) -> str:
    """Every visible label below `root`, one on a line."""
    return "\n".join(one.text() for one in root.findChildren(QLabel) if one.text() and one.isVisibleTo(root))


def rows(table: QTableWidget) -> list[tuple[str, ...]]:
    """The texts of a small table."""
    found = []
    for row in range(table.rowCount()):
        cells = [table.item(row, column) for column in range(table.columnCount())]
        found.append(tuple(cell.text() if cell else "" for cell in cells))
    return found


def banner(window: MainWindow) -> str:
    """What the banner says; '' when there is none."""
    return window._banner.text if window._banner.isVisible() else ""


def said(window: MainWindow) -> str:
    """What the status bar says."""
    return window.statusBar().currentMessage()
