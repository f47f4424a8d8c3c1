"""Make a workbook of testing: which one, at which gate, where to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.testing.workbooks import BookKind
from ui.dialogs.form_size import fit_height
from ui.dialogs.save_as import SaveAs
from ui.widgets.basics import button, label, main_button

_ABOUT = {
    BookKind.PLAN: "Gates, deliverables with owners and dates, and reliance on third parties.",
    BookKind.RTTM: "Every requirement with its cases, newest results, evidence and defects, both ways.",
    BookKind.COMPLETION: "What was run, with which result, what is still open, and the evidence.",
    BookKind.DEFECTS: "Every defect with its results, and what is still to be worked off, by whom, until when.",
}


@dataclass(frozen=True)
class BookWanted:
    """What the person asked for. `gate` '' = at no gate."""

    path: Path
    kind: BookKind
    gate: str


class MakeWorkbookDialog(QDialog):
    """`name` gives the name to offer; it counts submissions by itself."""

    def __init__(  # noqa: PLR0917 - one dialog, one call
        self,
        parent: QWidget | None,
        name: Callable[[BookKind, str], str],
        gates: tuple[tuple[str, str], ...],
        folder: Path,
        kind: BookKind = BookKind.RTTM,
        gate: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Make a workbook")
        self._name, self._folder = name, folder
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label("Make a workbook", "heading"))
        self.kinds: dict[BookKind, QRadioButton] = {}
        self._group = QButtonGroup(self)
        for one in BookKind:
            radio = QRadioButton(one.title)
            radio.setAccessibleDescription(_ABOUT[one])
            self._group.addButton(radio)
            self.kinds[one] = radio
            column.addWidget(radio)
            about = label(_ABOUT[one], "small", wrap=True)
            about.setContentsMargins(round(unit * 1.6), 0, 0, 0)
            column.addWidget(about)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.gate = QComboBox()
        self.gate.setAccessibleName("Gate that it is for")
        self.gate.addItem("No gate: as things stand", "")
        for key, words in gates:
            self.gate.addItem(words, key)
        self.gate.setCurrentIndex(max(0, self.gate.findData(gate)))
        form.addRow("At &gate", self.gate)
        self.save_as = SaveAs("the workbook")
        self.path, self.wrong = self.save_as.field, self.save_as.wrong
        form.addRow("Save as", self.save_as)
        column.addLayout(form)
        column.addWidget(self.wrong)
        box = QDialogButtonBox(self)
        self.verb = button("Make the workbook", self._accept, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.setMinimumWidth(unit * 44)
        self.kinds[kind].setChecked(True)
        self.kinds[kind].setFocus()
        self.gate.currentIndexChanged.connect(lambda _place: self._follow())
        self._group.buttonToggled.connect(lambda _made, on: self._follow() if on else None)
        self._follow()
        fit_height(self)

    def wanted(self) -> BookWanted:
        """What the fields say."""
        kind = next(one for one, radio in self.kinds.items() if radio.isChecked())
        return BookWanted(self.save_as.path(), kind, str(self.gate.currentData()))

    def _follow(self) -> None:
        wanted = self.wanted()
        self.save_as.offer(self._name(wanted.kind, wanted.gate), self._folder)

    def _accept(self) -> None:
        right = self.save_as.is_right("It is an Excel workbook: its name ends in .xlsx.")
        fit_height(self)
        if right:
            self.accept()
