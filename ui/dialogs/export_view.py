"""Export this view: where to, how MPANs are shown, then the report service writes the workbook."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QDialog, QDialogButtonBox, QFileDialog, QRadioButton, QVBoxLayout, QWidget

from desktop.browse.view import TableSource
from desktop.jobs import Job
from ui.context import Context, Tone
from ui.widgets.basics import button, label


class MpanChoiceDialog(QDialog):
    """MPANs are personal data: full, last four digits, or counts only. `choices` are (value, words, explanation)."""

    def __init__(
        self, parent: QWidget | None, title: str, choices: list[tuple[object, str, str]], chosen: object
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
            radio.setChecked(value == chosen)
            radio.setToolTip(why)
            radio.setAccessibleDescription(why)
            self._group.addButton(radio, number)
            column.addWidget(radio)
            explanation = label(why, "small", wrap=True)
            explanation.setContentsMargins(round(unit * 1.6), 0, 0, 0)
            column.addWidget(explanation)
        box = QDialogButtonBox()
        take = button("Choose the file…", self.accept, role="primary")
        take.setDefault(True)
        box.addButton(take, QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.setMinimumWidth(unit * 28)

    def chosen(self) -> object:
        """The value chosen."""
        return self._values[max(0, self._group.checkedId())]


def export_view(parent: QWidget, context: Context, source: TableSource, title: str) -> None:
    """Ask, then write the rows and columns as shown, with the filter on the sheet."""
    from desktop.report.mpan_choice import MpanChoice

    choices: list[tuple[object, str, str]] = [(choice, choice.title, choice.explanation) for choice in MpanChoice]
    dialog = MpanChoiceDialog(parent, f"Export {source.count():,} rows", choices, MpanChoice.FULL)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    choice = dialog.chosen()
    dialog.deleteLater()
    if not accepted:
        return
    day = context.clock().date().isoformat()
    name = re.sub(r"[^\w-]+", "-", title).strip("-").lower() or "view"
    suggested = Path(str(context.settings.value("export_folder", str(Path.home())))) / f"{name}-{day}.xlsx"
    path, _ = QFileDialog.getSaveFileName(parent, "Export this view", str(suggested), "Excel workbook (*.xlsx)")
    if not path:
        return
    target = Path(path).with_suffix(".xlsx")
    context.settings.setValue("export_folder", str(target.parent))
    reports = context.workspace.reports

    def work(job: Job) -> object:
        return reports.export_view(source, title, target, choice, job)

    context.jobs.run("Exporting", work, done=lambda _info: context.say(f"Written: {target}", Tone.GOOD))
