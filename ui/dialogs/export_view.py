"""Export this view: where to, how MPANs are shown, then the report service writes the workbook."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QDialog, QDialogButtonBox, QFileDialog, QRadioButton, QVBoxLayout, QWidget

from desktop.browse.view import TableSource
from desktop.clock import today
from desktop.jobs import Job
from ui.context import Context
from ui.widgets.basics import button, label, main_button


class MpanChoiceDialog(QDialog):
    """MPANs are personal data: what of them goes into a file. `choices` are (value, words, explanation)."""

    def __init__(
        self, parent: QWidget | None, title: str, choices: tuple[tuple[str, str, str], ...], chosen: str
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(title, "heading"))
        column.addWidget(label("MPANs are personal data. Choose what the receiver needs to see.", wrap=True))
        self._group = QButtonGroup(self)
        self._values = [value for value, _, _ in choices]
        for number, (value, words, why) in enumerate(choices):
            radio = QRadioButton(words)
            radio.setChecked(value == chosen or number == 0)
            radio.setToolTip(why)
            radio.setAccessibleDescription(why)
            self._group.addButton(radio, number)
            column.addWidget(radio)
            explanation = label(why, "small", wrap=True)
            explanation.setContentsMargins(round(unit * 1.6), 0, 0, 0)
            column.addWidget(explanation)
        box = QDialogButtonBox(self)
        take = button("Choose the file…", self.accept, role="primary")
        main_button(box, take)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.setMinimumWidth(unit * 28)

    def chosen(self) -> str:
        """The value chosen."""
        return self._values[max(0, self._group.checkedId())]


FORMS = (
    "Excel workbook (*.xlsx);;CSV with every text exactly as it stands, for other programs (*.csv);;"
    "CSV to be read by people, guarded against formulas (*-for-reading.csv)"
)
CHOICES: tuple[tuple[str, str, str], ...] = (
    ("last-four", "Last four digits only", "Enough for someone who has the data to find the row."),
    ("full", "Full MPANs and addresses", "For the party that mends the data. Treat the file as personal data."),
)
"""What a view can show of MPANs; it is rows, so counts alone make no view."""


def ask_export(parent: QWidget, context: Context, rows: int, title: str) -> tuple[Path, str] | None:
    """Ask how MPANs are shown and where the file goes; None when the person gave up."""
    settings = context.workspace.settings.get()
    usual = settings.mpan_choices.get("", settings.default_mpan_choice)
    dialog = MpanChoiceDialog(parent, f"Export {rows:,} {'row' if rows == 1 else 'rows'}", CHOICES, usual)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    choice = dialog.chosen()
    dialog.deleteLater()
    if not accepted:
        return None
    name = re.sub(r"[^\w-]+", "-", title).strip("-").lower() or "view"
    folder = Path(context.own.values.export_folder or Path.home())
    suggested = folder / f"{name}-{today(context.clock).isoformat()}.xlsx"
    path, _ = QFileDialog.getSaveFileName(parent, "Export this view", str(suggested), FORMS)
    if not path:
        return None
    target = Path(path) if Path(path).suffix.lower() in (".xlsx", ".csv") else Path(f"{path}.xlsx")
    context.own.change(export_folder=str(target.parent))
    return target, choice


def write_view(context: Context, source: TableSource, title: str, asked: tuple[Path, str], job: Job) -> Path:
    """Write the rows and columns as shown, with the filter on the sheet; runs on a worker."""
    target, choice = asked
    context.workspace.reports.export_view(source, title, target, choice, job)
    return target
