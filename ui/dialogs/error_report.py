"""The report of a fault of ours: read it, copy it, keep it. It is never sent by the program."""

from __future__ import annotations

import platform

from PySide6 import __version__ as pyside_version
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from desktop import __version__
from ui.widgets.basics import button, label


def report_text(doing: str, trace: str) -> str:
    """What the person can copy: versions, what was being done, and where it failed."""
    return (
        f"MHHS Desk {__version__}\n"
        f"Python {platform.python_version()}, PySide6 {pyside_version}, {platform.platform()}\n"
        f"While: {doing}\n\n{trace.rstrip()}\n"
    )


class ErrorReportDialog(QDialog):
    """Says what is safe first; the technical part below can be read before it is copied."""

    def __init__(self, parent: QWidget | None, doing: str, trace: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong in MHHS Desk")
        column = QVBoxLayout(self)
        unit = self.fontMetrics().height()
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label("Something went wrong in MHHS Desk", "heading"))
        column.addWidget(
            label(
                f"It happened while: {doing}. This is a fault in the program, not in your data. What was saved before "
                "is safe: each change is written whole or not at all. You can go on working. If it happens again, "
                "copy this report and give it to whoever looks after the program. It may contain texts from your "
                "files, so read it first. MHHS Desk sends nothing by itself.",
                wrap=True,
            )
        )
        self._text = QPlainTextEdit(report_text(doing, trace))
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setProperty("role", "reading")
        self._text.setAccessibleName("The report")
        column.addWidget(self._text, 1)
        box = QDialogButtonBox(self)
        box.addButton(button("Copy the report", self._copy), QDialogButtonBox.ButtonRole.ActionRole)
        close = box.addButton(QDialogButtonBox.StandardButton.Close)
        close.setDefault(True)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 44, unit * 28)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())
