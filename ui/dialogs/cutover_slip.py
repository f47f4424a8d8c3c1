"""Slip an activity of a cutover plan: by how many working days, and what moves with it, before it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop import clock
from desktop.cutover.model import Activity, Slip
from desktop.errors import PlainError
from ui.context import Context
from ui.dialogs.saving_form import Work, save_and_close
from ui.widgets.basics import button, label, main_button
from ui.widgets.cutover_look import called, counted, listed, moment_words, window_words, without_year
from ui.widgets.pit_look import days_words
from ui.widgets.small_table import SmallTable
from ui.widgets.spin_box import SpinBox

FARTHEST = 260
"""Working days: a year."""


class SlipDialog(QDialog):
    """The number of days, a sentence on what it comes to, and every activity that moves."""

    def __init__(
        self, context: Context, parent: QWidget | None, chosen: Sequence[Activity], working_days: int = 1
    ) -> None:
        super().__init__(parent)
        one, several = chosen[0], counted(len(chosen))
        self.setWindowTitle(f"Slip {one.details.key if len(chosen) == 1 else several}")
        self._context, self._ids = context, [activity.id for activity in chosen]
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(f"Slip {called(one) if len(chosen) == 1 else several}", "heading", wrap=True))
        said = (
            f"Planned: {window_words(one.planned, 'no day yet')}"
            if len(chosen) == 1
            else f"{listed(chosen)}. What has begun, ended or has no day stays; what waits for another moves with it."
        )
        column.addWidget(label(said, "muted", wrap=True))
        row = QHBoxLayout()
        self.days = SpinBox()
        self.days.setRange(-FARTHEST, FARTHEST)
        self.days.setValue(working_days)
        self.days.setAccessibleName("By how many working days")
        self.days.setMinimumWidth(self.fontMetrics().averageCharWidth() * 12)
        self.days.valueChanged.connect(lambda _days: self._preview())
        row.addWidget(label("By"))
        row.addWidget(self.days)
        row.addWidget(label("working days. A negative number moves it earlier."))
        row.addStretch()
        column.addLayout(row)
        self._own = {activity.id for activity in chosen if activity.details.due_at}
        self.deadline = QCheckBox(deadline_words((), len(chosen)))
        self.deadline.toggled.connect(lambda _on: self._preview())
        column.addWidget(self.deadline)
        self.deadline.setVisible(bool(self._own))
        self.summary = label("", "strong", wrap=True)
        self.summary.setAccessibleName("What moves")
        column.addWidget(self.summary)
        self.moving = SmallTable("What moves", ("Activity", "Planned now", "Planned then", "Deadline"), "")
        column.addWidget(self.moving, 1)
        self.wrong = label("", "block", wrap=True)
        self.wrong.hide()
        column.addWidget(self.wrong)
        box = QDialogButtonBox(self)
        self.verb = button("Slip", self._save, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        screen = self.screen().availableGeometry() if self.screen() else None
        self.resize(min(unit * 76, screen.width() - unit * 4) if screen else unit * 76, unit * 30)
        self._preview()
        self.days.setFocus()
        self.days.selectAll()

    def show_wrong(self, error: PlainError) -> None:
        """Say what the service refused."""
        self.wrong.setText(str(error))
        self.wrong.show()

    def _preview(self) -> None:
        days = self.days.value()
        self.wrong.hide()
        slips: Sequence[Slip] = ()
        try:
            slips = self._context.workspace.cutover.slip(self._ids, days, self.deadline.isChecked()) if days else ()
        except PlainError as error:
            self.show_wrong(error)
        self.deadline.setText(deadline_words(self._deadlines(days), len(self._ids)))
        self.summary.setText(slip_words(slips) if slips else "Nothing moves.")
        year = clock.today(self._context.clock).year
        self.moving.fill([(slip.id, slip_cells(slip, year)) for slip in slips])
        self.verb.setText(f"Slip by {days_words(days)}" if days >= 0 else f"Bring forward by {days_words(-days)}")
        self.verb.setEnabled(bool(slips))

    def _deadlines(self, days: int) -> Sequence[Slip]:
        """Those whose own deadline would move, whether or not the box is ticked."""
        if not days or not self._own:
            return ()
        try:
            moved = self._context.workspace.cutover.slip(self._ids, days, True)
        except PlainError:  # said already
            return ()
        return [one for one in moved if one.id in self._own and one.due_before != one.due_after]

    def _save(self) -> None:
        cutover, ids, days = self._context.workspace.cutover, self._ids, self.days.value()
        too = self.deadline.isChecked()
        work: Work = lambda _job: cutover.do_slip(ids, days, too)  # noqa: E731 - named for its type
        save_and_close(self._context, self, work)


def slip_words(slips: Sequence[Slip]) -> str:
    """What slipping comes to, in a sentence or two."""
    late = sum(one.late for one in slips)
    words = f"{counted(len(slips))} move{'s' if len(slips) == 1 else ''}."
    return f"{words} {late:,} would end after {'it is' if late == 1 else 'they are'} due." if late else words


def deadline_words(moved: Sequence[Slip], chosen: int) -> str:
    """What the box offers: the deadline before and after, or how many of them move."""
    if chosen == 1:
        asks = "Move its deadline too"
        return f"{asks}: {moment_words(moved[0].due_before)} → {moment_words(moved[0].due_after)}" if moved else asks
    asks = "Move their own deadlines too"
    return f"{asks}: {listed_deadlines(moved)}" if moved else asks


def listed_deadlines(moved: Sequence[Slip]) -> str:
    """The first of the deadlines that move, and how many more."""
    one, more = moved[0], len(moved) - 1
    first = f"{one.key} {moment_words(one.due_before)} → {moment_words(one.due_after)}"
    return f"{first}, and {more:,} more" if more else first


def _before_and_after(slip: Slip) -> tuple[str, str]:
    """Its window before and after; where only its deadline moves, that."""
    if slip.before == slip.after and slip.due_before != slip.due_after:
        return f"due {moment_words(slip.due_before, 'on no day')}", f"due {moment_words(slip.due_after, 'on no day')}"
    return window_words(slip.before, "no day"), window_words(slip.after, "no day")


def slip_cells(slip: Slip, year: int) -> tuple[str, ...]:
    """One activity that moves, as a row; `year`: the present one, which moments do not say."""
    return (
        f"{slip.key} {slip.title}",
        *(without_year(words, year) for words in _before_and_after(slip)),
        "would be missed" if slip.late else "",
    )


def slip_lines(slips: Sequence[Slip], most: int, where: Callable[[Slip], str] = lambda _slip: "") -> list[str]:
    """What moves, a line each, up to `most` of them; `where` goes before each."""
    lines = [
        f"{where(one)}{one.key} {one.title}: {' → '.join(_before_and_after(one))}"
        + (", after it is due" if one.late else "")
        for one in slips[:most]
    ]
    more = len(slips) - most
    return [*lines, *([f"and {more:,} more"] if more > 0 else [])]


def ask_slip(context: Context, parent: QWidget, chosen: Sequence[Activity], working_days: int = 1) -> bool:
    """Show the dialog until it is done or given up; whether it was done."""
    dialog = SlipDialog(context, parent, chosen, working_days)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()
