"""Rows that were copied out of a spreadsheet become questions: what each column is, and what would be taken."""

from __future__ import annotations

from collections import Counter
from functools import partial

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from desktop.changes import Changes
from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.requests.model import InfoRequest, Question
from desktop.requests.pasted import CHANGED, NEW, NOT_TAKEN, SAME, Foreseen, Pasted, foreseen
from ui.context import Context
from ui.dialogs.form import narrow
from ui.dialogs.saving_form import save_and_close
from ui.widgets.basics import button, label, main_button
from ui.widgets.request_look import counted
from ui.widgets.small_table import SmallTable

FIELDS = (
    ("", "Not taken"),
    ("key", "Question number"),
    ("section", "Section"),
    ("text", "Question"),
    ("guidance", "How to answer"),
    ("answer", "Answer"),
    ("owner", "Owner"),
    ("not_for_us", "Does not apply to us, because"),
    ("note", "Note"),
)
MOST_COLUMNS = 12
"""Columns that are asked about; what lies right of them is not taken."""
SHOWN = 30
"""Characters of a cell beside the choice of its column."""


class PasteDialog(QDialog):
    """Columns at the top, below them row by row what would come; nothing is written before the verb."""

    def __init__(
        self, context: Context, parent: QWidget | None, request: InfoRequest, here: tuple[Question, ...], pasted: Pasted
    ) -> None:
        super().__init__(parent)
        self._context, self._request, self._here, self._pasted = context, request, here, pasted
        self._rows: tuple[Foreseen, ...] = ()
        self.setWindowTitle(f"Paste questions into {request.ref}")
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(f"Paste questions into {request.ref}", "heading", wrap=True))
        intro = (
            "A question whose number is here already is changed where a cell says something else; a blank cell leaves "
            "what is here. Edit › Undo takes all of it back."
        )
        column.addWidget(label(intro, "muted", wrap=True))
        self.headed = QCheckBox("The first row holds headings")
        self.headed.setChecked(pasted.headed)
        self.headed.toggled.connect(lambda _on: self._foresee())
        column.addWidget(self.headed)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.choices: list[QComboBox] = []
        for place, field in enumerate(pasted.fields[:MOST_COLUMNS], start=1):
            combo = narrow(QComboBox())
            for name, words in FIELDS:
                combo.addItem(words, name)
            combo.setCurrentIndex(max(0, combo.findData(field)))
            first = next((row[place - 1] for row in pasted.rows if row[place - 1]), "")
            said = " ".join(first.split())
            words = f"Column {place}: {said if len(said) <= SHOWN else f'{said[: SHOWN - 1]}…'}"
            combo.setAccessibleName(words)
            combo.currentIndexChanged.connect(partial(self._chosen, place - 1))
            form.addRow(label(words), combo)
            self.choices.append(combo)
        column.addLayout(form)
        self.table = SmallTable("What would come", ("What", "Number", "Section", "Question"), "Nothing to take.")
        self.table.setMinimumHeight(unit * 9)
        column.addWidget(self.table, 1)
        self.summary = label("", "strong", wrap=True)
        self.wrong = label("", "block", wrap=True)
        self.wrong.hide()
        column.addWidget(self.summary)
        column.addWidget(self.wrong)
        box = QDialogButtonBox(self)
        self.verb = button("Add", self._take, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 50, unit * 34)
        self._foresee()

    def show_wrong(self, error: PlainError) -> None:
        """Say what the service refused."""
        self.wrong.setText(str(error))
        self.wrong.show()

    def _chosen(self, place: int, _index: int) -> None:
        """A field is of one column only: another one gives it up."""
        name = self.choices[place].currentData()
        for other, combo in enumerate(self.choices):
            if name and other != place and combo.currentData() == name:
                combo.setCurrentIndex(0)
        self._foresee()

    def _foresee(self) -> None:
        beyond = len(self._pasted.fields) - len(self.choices)
        fields = [str(one.currentData()) for one in self.choices] + [""] * beyond
        self._rows = foreseen(self._pasted, fields, self._here, headed=self.headed.isChecked())
        self.table.fill([(place, _texts(one)) for place, one in enumerate(self._rows)], writable=False)
        self.wrong.hide()
        count = Counter(one.what for one in self._rows)
        told = ((NEW, "new"), (CHANGED, "changed"), (SAME, "as it is"), (NOT_TAKEN, "not taken"))
        self.summary.setText(", ".join(f"{count[what]:,} {words}" for what, words in told if count[what]))
        adds, changes = count[NEW], count[CHANGED]
        if changes:
            verb = f"Add {adds:,} and change {changes:,}" if adds else f"Change {counted(changes)}"
        else:
            verb = f"Add {counted(adds)}"
        self.verb.setText(verb)
        self.verb.setEnabled(bool(adds or changes))

    def _take(self) -> None:
        requests, request_id = self._context.workspace.requests, self._request.id
        rows = [one.values for one in self._rows if one.what in (NEW, CHANGED)]

        def work(_job: Job) -> Changes:
            return requests.paste(request_id, rows)

        save_and_close(self._context, self, work)


def _texts(one: Foreseen) -> tuple[str, ...]:
    what = f"{one.what}: {one.why}" if one.why else one.what
    return (what, *(" ".join(one.values.get(name, "").split()) for name in ("key", "section", "text")))


def paste_questions(
    context: Context, parent: QWidget, request: InfoRequest, here: tuple[Question, ...], pasted: Pasted
) -> bool:
    """Show what would come until it is taken or given up; whether it was taken."""
    dialog = PasteDialog(context, parent, request, here, pasted)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()
