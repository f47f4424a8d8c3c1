"""The files that became no evidence of their own, each with the reason: refused, repeated, or here already."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from desktop.evidence.model import Added
from desktop.evidence.naming import left_words
from ui.widgets.basics import button, label, main_button
from ui.widgets.small_table import SmallTable


class RefusedDialog(QDialog):
    """A list that can be copied, so that it can be worked through."""

    def __init__(self, parent: QWidget | None, added: Added) -> None:
        super().__init__(parent)
        kept, refused = len({*added.ids, *added.known}), len(added.refused)
        title = f"{refused:,} {'file was' if refused == 1 else 'files were'} not added" if refused else "Kept once"
        self.setWindowTitle(title)
        self._rows = _rows(added)
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label(title, "heading"))
        others = f"{kept:,} {'file is' if kept == 1 else 'files are'} kept. " if kept else ""
        same = f"{repeats_words(added)} " if added.repeats else ""
        column.addWidget(label(f"{others}{same}Your own files are as they were.", "muted", wrap=True))
        self.list = SmallTable("Files that became no evidence of their own", ("File", "Why, and what to do"), "")
        self.list.fill([(place, row) for place, row in enumerate(self._rows)])
        self.why = label("", wrap=True, selectable=True)
        self.list.list.itemSelectionChanged.connect(self._explain)
        column.addWidget(self.list, 1)
        column.addWidget(self.why)
        box = QDialogButtonBox(self)
        close = button("Close", self.accept, role="primary")
        main_button(box, close)
        box.addButton(button("Copy the list", self._copy), QDialogButtonBox.ButtonRole.ActionRole)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 44, unit * 24)
        self._explain()
        close.setFocus()

    def _explain(self) -> None:
        key = self.list.key()
        self.why.setText(self._rows[key][1] if isinstance(key, int) else "")

    def _copy(self) -> None:
        lines = ["File\tWhy", *("\t".join(row) for row in self._rows)]
        QGuiApplication.clipboard().setText("\n".join(lines))


def _rows(added: Added) -> tuple[tuple[str, str], ...]:
    return (
        *((one.name, one.why) for one in added.refused),
        *((name, "Holds the same as another of these files; that one is kept.") for name in added.repeats),
        *((one.ref, left_words(one)) for one in added.left),
    )


def repeats_words(added: Added) -> str:
    """What became of files that hold the same as another of those given."""
    if len(added.repeats) == 1:
        return f"“{added.repeats[0]}” holds the same as another of them and was kept once."
    return f"{len(added.repeats):,} more hold the same as another and were kept once."


def show_refused(parent: QWidget | None, added: Added) -> None:
    """Show what became no evidence of its own, and wait until it was read."""
    dialog = RefusedDialog(parent, added)
    dialog.exec()
    dialog.deleteLater()
