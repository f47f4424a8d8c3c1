"""The imports of records that were made: what each file was and what it changed."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from desktop.records.model import ChangeKind, PastImport
from ui.context import Context
from ui.models.paged_table import shown_date
from ui.widgets.basics import label
from ui.widgets.small_table import SmallTable


class PastImportsDialog(QDialog):
    """Newest first; read only."""

    def __init__(self, parent: QWidget | None, imports: tuple[PastImport, ...]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Imports of records")
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label("Imports of records", "heading"))
        self.list = SmallTable(
            "Imports of records",
            ("Imported", "What", "File", "Document", "Added", "Changed", "Not in it", "Refused", "By"),
            "Nothing has been imported yet.",
        )
        self.list.fill(
            [
                (
                    one.id,
                    (
                        shown_date(one.imported_at),
                        one.kind.words,
                        one.file_name,
                        f"{one.source} {one.version}".strip(),
                        *(
                            f"{one.counts.get(kind, 0):,}"
                            for kind in (ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.MISSING, ChangeKind.REFUSED)
                        ),
                        one.imported_by,
                    ),
                )
                for one in imports
            ]
        )
        column.addWidget(self.list, 1)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 60, unit * 24)


def show_past_imports(context: Context, parent: QWidget) -> None:
    """List the imports that were made."""

    def show(imports: tuple[PastImport, ...]) -> None:
        dialog = PastImportsDialog(parent, imports)
        dialog.exec()
        dialog.deleteLater()

    context.read("Reading the imports", lambda _job: context.workspace.record_imports.past(), show)
