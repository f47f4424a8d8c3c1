"""Start a run of tests: what it is called, where it is done, and of which cases it is a copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.errors import InvalidInput, PlainError
from desktop.records.model import RunDetails
from ui.dialogs.form_size import fit_height
from ui.widgets.basics import button, label, main_button, set_role


@dataclass(frozen=True)
class CasesWanted:
    """Which cases the run is of. `how`: chosen, all, stage, again (what did not pass in a run), list (ask)."""

    how: str
    stage: str = ""
    run_id: int = 0


class StartRunDialog(QDialog):
    """`save` is asked to start it; the dialog stays open until it is started."""

    def __init__(  # noqa: PLR0915 - one lay-out
        self,
        parent: QWidget | None,
        *,
        chosen: int,
        cases: int,
        stages: tuple[tuple[str, int], ...],
        runs: tuple[tuple[int, str, int], ...],
        gates: tuple[tuple[str, str], ...],
        save: Callable[[StartRunDialog], object],
    ) -> None:
        """`stages` as (name, cases), `runs` as (id, words, cases to run again), `gates` as (id, name)."""
        super().__init__(parent)
        self.setWindowTitle("Start a run")
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label("Start a run", "heading"))
        column.addWidget(
            label(
                "The cases are copied as they read now: what was tested stays, however they change later.",
                "muted",
                wrap=True,
            )
        )
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.title = self._line(form, "Title", "such as PIT functional, round 2")
        self.gate = QComboBox()
        self.gate.setAccessibleName("Gate that it is for")
        self.gate.addItem("(none)", "")
        for key, words in gates:
            self.gate.addItem(words, key)
        self.stage = QComboBox()
        self.stage.setEditable(True)
        self.stage.setAccessibleName("Stage")
        if line := self.stage.lineEdit():
            line.setAccessibleName("Stage")
        self.stage.addItems(["", *(name for name, _ in stages if name)])
        form.addRow("Stage", self.stage)
        form.addRow("Gate", self.gate)
        self.environment = self._line(form, "Environment", "system, version and environment")
        self.tester = self._line(form, "Tester", "empty = you")
        column.addLayout(form)
        column.addWidget(label("Which cases", "strong"))
        self.ways: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.stages = QComboBox()
        self.stages.setAccessibleName("Stage whose cases are run")
        for name, count in stages:
            self.stages.addItem(f"{name or '(no stage)'} ({count:,})", name)
        self.runs = QComboBox()
        self.runs.setAccessibleName("Run whose cases are run again")
        for number, words, count in runs:
            self.runs.addItem(f"{words} ({count:,})", number)
        for box_of in (self.stages, self.runs):
            box_of.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box_of.setMinimumContentsLength(24)
        ways: tuple[tuple[str, str, QComboBox | None, bool], ...] = (
            ("chosen", f"The {chosen:,} chosen" if chosen != 1 else "The chosen one", None, chosen > 0),
            ("stage", "Those of a stage", self.stages, bool(stages)),
            ("again", "Those that did not pass in", self.runs, bool(runs)),
            ("list", "Choose from a list…", None, cases > 0),
            ("all", f"All {cases:,}", None, cases > 0),
        )
        for name, words, combo, there in ways:
            radio = QRadioButton(words)
            self._group.addButton(radio)
            self.ways[name] = radio
            row = QHBoxLayout()
            row.addWidget(radio)
            if combo is not None:
                row.addWidget(combo, 1)
                combo.activated.connect(lambda _place, radio=radio: radio.setChecked(True))
            row.addStretch()
            column.addLayout(row)
            radio.setVisible(there)
            if combo is not None:
                combo.setVisible(there)
        first = "chosen" if chosen else "all"
        self.ways[first].setChecked(True)
        self.wrong = label("", "block", wrap=True)
        self.wrong.hide()
        column.addWidget(self.wrong)
        box = QDialogButtonBox(self)
        self.verb = button("Start the run", lambda: save(self), role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.setMinimumWidth(unit * 36)
        fit_height(self)
        self.title.setFocus()

    def details(self) -> RunDetails:
        """What is said of the run."""
        return RunDetails(
            title=self.title.text().strip(),
            stage=self.stage.currentText().strip(),
            gate=str(self.gate.currentData() or ""),
            environment=self.environment.text().strip(),
            tester=self.tester.text().strip(),
        )

    def cases(self) -> CasesWanted:
        """Which cases it is of."""
        how = next(name for name, radio in self.ways.items() if radio.isChecked())
        return CasesWanted(how, str(self.stages.currentData() or ""), int(self.runs.currentData() or 0))

    def show_wrong(self, error: PlainError) -> None:
        """Say what the service refused."""
        self.wrong.setText(str(error))
        self.wrong.show()
        fit_height(self)
        named = error.field if isinstance(error, InvalidInput) else ""
        set_role(self.title, wrong="true" if named == "title" else "false")
        if named == "title":
            self.title.setFocus()

    @staticmethod
    def _line(form: QFormLayout, words: str, hint: str) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(hint)
        made.setAccessibleName(words)
        form.addRow(words, made)
        return made
