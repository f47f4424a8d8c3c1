"""The files that were not taken as evidence, each with its reason."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from desktop.evidence.model import Added, Refused
from ui.widgets.basics import button, label, main_button
from ui.widgets.small_table import SmallTable


class RefusedDialog(QDialog):
    """A list that can be copied, so that it can be worked through."""

    def __init__(self, parent: QWidget | None, refused: tuple[Refused, ...], added: int) -> None:
        super().__init__(parent)
        title = f"{len(refused):,} files were not added"
        self.setWindowTitle(title)
        self._refused = refused
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label(title, "heading"))
        others = f"The other {added:,} {'is' if added == 1 else 'are'} kept. " if added else ""
        column.addWidget(label(f"{others}Your own files are as they were.", "muted", wrap=True))
        self.list = SmallTable("Files that were not added", ("File", "Why, and what to do"), "")
        self.list.fill([(place, (one.name, one.why)) for place, one in enumerate(refused)])
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
        self.why.setText(self._refused[key].why if isinstance(key, int) else "")

    def _copy(self) -> None:
        lines = ["File\tWhy", *(f"{one.name}\t{one.why}" for one in self._refused)]
        QGuiApplication.clipboard().setText("\n".join(lines))


def show_refused(parent: QWidget | None, added: Added) -> None:
    """Show what was refused, and wait until it was read."""
    dialog = RefusedDialog(parent, added.refused, len({*added.ids, *added.known}))
    dialog.exec()
    dialog.deleteLater()
