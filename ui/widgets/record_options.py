"""How the rows of a file are taken: document and version, all records or a part, blanks; their run, plan or request."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.cutover.model import PlanSummary
from desktop.records.model import ImportOptions, RecordKind, RunDetails
from desktop.requests.model import InfoRequest
from desktop.testing.model import RunInfo
from ui.context import Context
from ui.widgets.basics import Card, label
from ui.widgets.defect_actions import iso_day
from ui.widgets.record_plan import PlanChoice
from ui.widgets.record_request import RequestChoice

_NO_DOCUMENT = (RecordKind.RESULTS, RecordKind.DEFECTS, RecordKind.WORK_OFF)
"""Kinds whose files are lists out of a tool, not a document with a number and a version."""


class RecordOptions(QScrollArea):
    """`options()` says what is chosen; `changed` fires when what can be done may have changed."""

    changed = Signal()

    def __init__(self, context: Context) -> None:  # noqa: PLR0915 - one lay-out
        super().__init__()
        self._context = context
        self._kind = RecordKind.REQUIREMENTS
        self.setWidgetResizable(True)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 46)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(context.theme.px(2), 0, 0, 0)
        column.setSpacing(context.theme.px(2))
        self.setWidget(inside)
        self.plan = PlanChoice(context)
        self.plan.changed.connect(self.changed)
        column.addWidget(self.plan)
        self.request = RequestChoice()
        self.request.changed.connect(self.changed)
        column.addWidget(self.request)
        self.document = Card("The document")
        form = self._form()
        self.source = self._line(form, "Name or number", "such as MHHS-DEL1234")
        self.version = self._line(form, "Version", "such as v3.1")
        self.document.body.addLayout(form)
        column.addWidget(self.document)
        self.extent = Card("What the file holds")
        self.complete = QRadioButton("All of them: mark what it lacks")
        self.part = QRadioButton("A part: leave the others alone")
        self._extent_group = QButtonGroup(self)
        for made in (self.complete, self.part):
            self._extent_group.addButton(made)
            self.extent.body.addWidget(made)
        self.extent.body.addWidget(
            label(
                "What an earlier file of this document had and this one lacks is marked; nothing is ever removed.",
                "small",
                wrap=True,
            )
        )
        column.addWidget(self.extent)
        self.blanks = blanks = Card("Blank cells")
        self.clear_blanks = QCheckBox("A blank cell clears what is here")
        blanks.body.addWidget(self.clear_blanks)
        blanks.body.addWidget(label("Else it leaves what is here as it is.", "small", wrap=True))
        column.addWidget(blanks)
        self.run_card = Card("The run of these results")
        self.new_run = QRadioButton("A new run")
        self.into_run = QRadioButton("Into an open run")
        self._run_group = QButtonGroup(self)
        for made in (self.new_run, self.into_run):
            self._run_group.addButton(made)
            made.toggled.connect(lambda _on: self._follow())
        self.run_card.body.addWidget(self.new_run)
        self.run_fields = QWidget()
        run_form = self._form()
        self.run_fields.setLayout(run_form)
        run_form.setContentsMargins(0, 0, 0, 0)
        self.run_title = self._line(run_form, "Title", "such as PIT functional, round 2")
        self.run_stage = self._combo(run_form, "Stage")
        self.run_gate = self._combo(run_form, "Gate")
        self.run_environment = self._line(run_form, "Environment", "system, version, environment")
        self.run_tester = self._line(run_form, "Tester", "")
        self.run_started = self._line(run_form, "Started", "dd/mm/yyyy, if not today")
        self.run_card.body.addWidget(self.run_fields)
        self.run_card.body.addWidget(self.into_run)
        self.open_runs = QComboBox()
        self.open_runs.setAccessibleName("Open run that the results go into")
        self.run_card.body.addWidget(self.open_runs)
        column.addWidget(self.run_card)
        column.addStretch()

    def fill(
        self,
        kind: RecordKind,
        *,
        title: str,
        stages: tuple[str, ...],
        gates: tuple[tuple[str, str], ...],
        runs: tuple[RunInfo, ...],
        complete: bool,
        blanks: bool = True,
        document: str = "",
        plans: tuple[PlanSummary, ...] = (),
        plan: int | None = None,
        requests: tuple[InfoRequest, ...] = (),
        request: int | None = None,
    ) -> None:
        """Offer what a kind asks for. `title` for a new run, plan or request; `gates` as (id, name).

        `plan`, `request`: the one that is meant.

        `document`: what the last file of the kind was; its version is typed anew.
        """
        self._kind = kind
        self.source.setText(document)
        self.version.clear()
        self.document.setVisible(kind not in _NO_DOCUMENT)
        self.run_card.setVisible(kind is RecordKind.RESULTS)
        self.plan.setVisible(kind is RecordKind.ACTIVITIES)
        self.plan.fill(plans, title, plan)
        self.request.setVisible(kind is RecordKind.QUESTIONS)
        self.request.fill(requests, title, request)
        self.extent.setVisible(kind is not RecordKind.RESULTS)
        (self.complete if complete else self.part).setChecked(True)
        self.blanks.setVisible(blanks)
        self.run_title.setText(title)
        for combo, pairs in ((self.run_stage, [(one, one) for one in stages]), (self.run_gate, list(gates))):
            combo.clear()
            combo.addItem("(none)", "")
            for key, words in pairs:
                combo.addItem(words, key)
        still_open = [one for one in runs if one.open]
        self.open_runs.clear()
        for one in still_open:
            self.open_runs.addItem(f"{one.ref} {one.title}", one.id)
        self.into_run.setEnabled(bool(still_open))
        self.new_run.setChecked(True)
        self._follow()

    def options(self) -> ImportOptions:
        """What is chosen. Raises InvalidInput for a day that is none."""
        chosen = ImportOptions(
            clear_blanks=self.clear_blanks.isChecked(),
            source=self.source.text().strip() if not self.document.isHidden() else "",
            version=self.version.text().strip() if not self.document.isHidden() else "",
            complete=self.complete.isChecked() and self._kind is not RecordKind.RESULTS,
        )
        if self._kind is RecordKind.ACTIVITIES:
            into, new = self.plan.plan(), self.plan.new_plan()
            return replace(chosen, plan=into, new_plan=new, duration_unit=self.plan.unit())
        if self._kind is RecordKind.QUESTIONS:
            return replace(chosen, request=self.request.request(), new_request=self.request.new_request())
        if self._kind is not RecordKind.RESULTS:
            return chosen
        if self.into_run.isChecked():
            return replace(chosen, into_run=int(self.open_runs.currentData()))
        return replace(
            chosen,
            run=RunDetails(
                title=self.run_title.text().strip(),
                stage=str(self.run_stage.currentData() or ""),
                gate=str(self.run_gate.currentData() or ""),
                environment=self.run_environment.text().strip(),
                tester=self.run_tester.text().strip(),
                started=iso_day(self.run_started.text(), "started"),
            ),
        )

    def _follow(self) -> None:
        self.run_fields.setEnabled(self.new_run.isChecked())
        self.open_runs.setEnabled(self.into_run.isChecked())
        self.changed.emit()

    @staticmethod
    def _form() -> QFormLayout:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        return form

    @staticmethod
    def _line(form: QFormLayout, words: str, hint: str) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(hint)
        made.setAccessibleName(words)
        form.addRow(words, made)
        return made

    @staticmethod
    def _combo(form: QFormLayout, words: str) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(words)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(10)
        form.addRow(words, made)
        return made
