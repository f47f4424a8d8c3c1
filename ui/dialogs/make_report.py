"""Make the report: for whom, how much of the MPANs, where to; and the fix lists with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.report.privacy import MpanChoice
from desktop.report.service import ReportService
from ui.dialogs.form_size import fit_height
from ui.dialogs.save_as import SaveAs
from ui.widgets.basics import button, label, main_button


@dataclass(frozen=True)
class ReportWanted:
    """What the person asked for. `recipient` '' = a file for oneself; `fix_lists` None = none."""

    path: Path
    recipient: str
    choice: MpanChoice
    fix_lists: Path | None


class MakeReportDialog(QDialog):
    """Remembers the choice of MPANs for each recipient, because the service does."""

    def __init__(
        self, parent: QWidget | None, reports: ReportService, recipients: tuple[tuple[str, str], ...], folder: Path
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Make the report")
        self._reports, self._folder = reports, folder
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label("Data cleanse progress report", "heading"))
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.recipient = QComboBox()
        self.recipient.addItem("Ourselves", "")
        for key, name in recipients:
            self.recipient.addItem(name, key)
        form.addRow("&For", self.recipient)
        self.about = label("", "small", wrap=True)
        self.choices: dict[MpanChoice, QRadioButton] = {}
        self._group = QButtonGroup(self)
        box = QVBoxLayout()
        for choice in MpanChoice:
            made = QRadioButton(_CHOICES[choice])
            made.setToolTip(choice.words)
            made.toggled.connect(lambda on, words=choice.words: self.about.setText(words) if on else None)
            self._group.addButton(made)
            self.choices[choice] = made
            box.addWidget(made)
        self.about.setMinimumHeight(self.about.fontMetrics().height() * 2)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        box.addWidget(self.about)
        form.addRow("MPANs", box)
        self.save_as = SaveAs("the report")
        self.path, self.wrong = self.save_as.field, self.save_as.wrong
        form.addRow("Save as", self.save_as)
        self.lists = QCheckBox("Also one fix list for each owner, in the same folder")
        form.addRow("", self.lists)
        column.addLayout(form)
        column.addWidget(self.wrong)
        buttons = QDialogButtonBox(self)
        self.verb = button("Make the report", self._accept, role="primary")
        main_button(buttons, self.verb)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.setMinimumWidth(unit * 46)
        self.recipient.currentIndexChanged.connect(self._follow)
        self._group.buttonToggled.connect(lambda *_: self._follow_lists())
        self._follow()
        fit_height(self)

    def wanted(self) -> ReportWanted:
        """What the fields say."""
        path = self.save_as.path()
        lists = path.parent if self.lists.isChecked() and self.lists.isEnabled() else None
        return ReportWanted(path, str(self.recipient.currentData()), self._choice(), lists)

    def _choice(self) -> MpanChoice:
        return next(choice for choice, made in self.choices.items() if made.isChecked())

    def _follow(self) -> None:
        recipient = str(self.recipient.currentData())
        self.choices[self._reports.mpan_choice(recipient)].setChecked(True)
        self.save_as.offer(self._reports.progress_report_name(recipient), self._folder)
        self._follow_lists()

    def _follow_lists(self) -> None:
        self.lists.setEnabled(self._choice() is not MpanChoice.COUNTS)

    def _accept(self) -> None:
        right = self.save_as.is_right("The report is an Excel workbook: its name ends in .xlsx.")
        fit_height(self)
        if right:
            self.accept()


_CHOICES = {
    MpanChoice.FULL: "In full",
    MpanChoice.LAST_FOUR: "Last four digits",
    MpanChoice.COUNTS: "Counts only",
}
