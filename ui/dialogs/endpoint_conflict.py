"""A record that was changed on both sides: as it was, mine, theirs; chosen field by field.

Closing the window chooses nothing; where something was chosen it is asked about once.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.changes import Changes
from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.sync.model import Conflict, FieldConflict
from ui.context import Context
from ui.dialogs.confirm import confirm
from ui.dialogs.form import narrow
from ui.dialogs.form_size import fit_screen
from ui.dialogs.saving_form import save_and_close
from ui.widgets.basics import Card, button, label, main_button
from ui.widgets.trace_links import Lines

MINE, THEIRS = "mine", "theirs"
TITLE = "Changed on both sides"
ABOUT = (
    "Since this laptop and the endpoint agreed last, both were changed. What was changed on one side only is merged "
    "already. Choose for each of the others; both are kept in the log of sync. Closing this window chooses nothing."
)
MERGED = "What was merged without asking stands in the log of sync."
GO_ON = "That is kept. What you chose for the next one is not kept yet: look at it, and keep it too."


class ConflictDialog(QDialog):
    """A card for each field with two choices; several records are chosen from a list. Finishing asks nothing more.

    What is chosen for a record stays while another one is looked at. One is kept at a time, since what is kept of one
    may change what the other is about; the window stays while there is another one with choices.
    """

    def __init__(self, context: Context, parent: QWidget | None, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self._context, self._conflicts = context, conflicts
        self.cards: dict[str, FieldCard] = {}
        self._chosen: dict[tuple[int, str], dict[FieldConflict, str]] = {}
        """By record, what was chosen in this window; a field whose values are others by now is another one."""
        self._found: tuple[Conflict, ...] = conflicts
        """What there is after something was kept."""
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(TITLE, "heading"))
        column.addWidget(label(ABOUT, "muted", wrap=True))
        top = QHBoxLayout()
        self.records = QComboBox()
        self.records.setAccessibleName("Record")
        self.records.addItems([_named(one) for one in conflicts])
        self.records.currentIndexChanged.connect(lambda _place: self._show())
        self.records.setVisible(len(conflicts) > 1)
        self.record = label("", "strong", wrap=True)
        self.record.setVisible(len(conflicts) <= 1)
        self.mine_button = button("All mine", lambda: self._choose_all(MINE))
        self.theirs_button = button("All theirs", lambda: self._choose_all(THEIRS))
        top.addWidget(narrow(self.records), 1)
        top.addWidget(self.record, 1)
        top.addWidget(self.mine_button)
        top.addWidget(self.theirs_button)
        column.addLayout(top)
        column.addWidget(self._area(unit), 1)
        self.left_words = label("", wrap=True)
        self.wrong = label("", "block", wrap=True, selectable=True)
        self.wrong.hide()
        column.addWidget(self.left_words)
        column.addWidget(self.wrong)
        box = QDialogButtonBox(self)
        self.verb = button("Keep what is chosen", self.keep, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        fit_screen(self, unit * 50, unit * 40)
        self._show()
        self._focus_first()

    def choices(self) -> dict[str, str]:
        """What is chosen: field and side."""
        return {name: side for name, card in self.cards.items() if (side := card.side())}

    def keep(self) -> None:
        """Keep what is chosen for the record that is shown; what is not stays open."""
        one, chosen, inbox = self._conflicts[self.records.currentIndex()], self.choices(), self._context.workspace.inbox
        number, record = one.endpoint_id, one.record
        self.wrong.hide()

        def work(_job: Job) -> Changes:
            changes = inbox.choose(number, record, chosen)
            self._found = inbox.conflicts()
            return changes

        save_and_close(self._context, self, work)

    def accept(self) -> None:
        """It is kept: close, or go on with the next record that something was chosen for."""
        self._chosen.pop(_key(self._conflicts[self.records.currentIndex()]), None)
        left = next((place for place, one in enumerate(self._found) if self._unsaved(one)), None)
        if left is None:
            super().accept()
            return
        self._conflicts = self._found
        self.records.blockSignals(True)  # it is shown once, when all are listed
        self.records.clear()
        self.records.addItems([_named(one) for one in self._found])
        self.records.setCurrentIndex(left)
        self.records.blockSignals(False)
        self._show()
        self._focus_first()
        self.left_words.setText(f"{GO_ON} {self.left_words.text()}")

    def give_up(self) -> None:
        """Close it; nothing is chosen."""
        super().reject()

    def reject(self) -> None:
        """Give it up; what was chosen and not kept is asked about once."""
        if not any(self._unsaved(one) for one in self._conflicts) or confirm(
            self, "Give up what you chose?", "What you chose is not kept yet.", "Give it up",
            dangerous=True, other="Go on",
        ):  # fmt: skip
            self.give_up()

    def show_wrong(self, error: PlainError) -> None:
        """Say what was refused."""
        self.wrong.setText(str(error))
        self.wrong.show()

    def _area(self, unit: int) -> QWidget:
        """The fields, and below them what was merged."""
        self.fields = Lines(round(unit * 0.6))
        self.merged = label("", "muted", wrap=True, selectable=True)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, unit // 2, 0)
        rows.addWidget(self.fields)
        rows.addWidget(self.merged)
        rows.addStretch()
        area.setWidget(inside)
        return area

    def _show(self) -> None:
        one = self._conflicts[self.records.currentIndex()]
        self.record.setText(_named(one))
        before = self._chosen.get(_key(one), {})
        self.cards = {each.field: FieldCard(each, one.endpoint, before.get(each, each.choice)) for each in one.fields}
        for card in self.cards.values():
            card.group.buttonToggled.connect(lambda _button, _on: self._chose())
        self.fields.fill(list(self.cards.values()))
        order = [self.theirs_button, *(made for card in self.cards.values() for made in (card.mine, card.theirs))]
        for made, after in pairwise((*order, self.verb)):
            self.setTabOrder(made, after)
        self.merged.setText("\n".join(("Merged without asking:", *one.merged)) if one.merged else MERGED)
        self._fit()

    def _focus_first(self) -> None:
        """Where a person begins. While records are looked at one after the other the focus stays with the list."""
        first = next(iter(self.cards.values()), None)
        if first is not None:
            (first.theirs if first.side() == THEIRS else first.mine).setFocus(Qt.FocusReason.OtherFocusReason)

    def _chose(self) -> None:
        one = self._conflicts[self.records.currentIndex()]
        sides = self.choices()
        self._chosen[_key(one)] = {each: sides[each.field] for each in one.fields if each.field in sides}
        self._fit()

    def _unsaved(self, one: Conflict) -> bool:
        """Whether something is chosen for it that is not kept."""
        chosen = self._chosen.get(_key(one), {})
        return any(each in chosen and chosen[each] != each.choice for each in one.fields)

    def _choose_all(self, side: str) -> None:
        for card in self.cards.values():
            card.choose(side)

    def _fit(self) -> None:
        chosen, all_of_them = len(self.choices()), len(self.cards)
        self.verb.setEnabled(chosen > 0 and self._context.can_write)
        left = all_of_them - chosen
        self.left_words.setText(
            "Everything is chosen: it is kept here and sent at the next sync."
            if not left
            else f"{chosen} of {all_of_them} chosen. What is not chosen stays open."
        )


class FieldCard(Card):
    """One field in three lines, so that the values stand under one another: as it was, and the two choices."""

    def __init__(self, one: FieldConflict, endpoint: str, side: str) -> None:
        """`side`: what is chosen at first; '' = nothing."""
        super().__init__(one.title)
        self.mine, self.theirs = QRadioButton("Mine"), QRadioButton("Theirs")
        self.mine.setToolTip("As it stands on this laptop")
        self.theirs.setToolTip(f"As it stands at {endpoint}")
        self.group = QButtonGroup(self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(self.fontMetrics().height())
        before = label("Before", "muted")
        grid.setColumnStretch(1, 1)
        for place, (head, words) in enumerate(((before, one.base), (self.mine, one.mine), (self.theirs, one.theirs))):
            grid.addWidget(head, place, 0, Qt.AlignmentFlag.AlignTop)
            said = label(_words(words), "muted" if head is before else "", wrap=True, selectable=True)
            said.setMinimumWidth(1)
            grid.addWidget(said, place, 1)
        for made, words in ((self.mine, one.mine), (self.theirs, one.theirs)):
            made.setAccessibleName(f"{one.title}, {made.text().lower()}: {_words(words)}")
            self.group.addButton(made)
        self.body.addLayout(grid)
        if side:
            self.choose(side)

    def side(self) -> str:
        """What is chosen; '' = nothing yet."""
        return MINE if self.mine.isChecked() else THEIRS if self.theirs.isChecked() else ""

    def choose(self, side: str) -> None:
        """Choose a side."""
        (self.mine if side == MINE else self.theirs).setChecked(True)


def _key(one: Conflict) -> tuple[int, str]:
    return one.endpoint_id, one.record


def _named(one: Conflict) -> str:
    return f"{one.title} – {one.endpoint}"


def _words(value: str | None) -> str:
    return "(not there)" if value is None else value or "(empty)"


def ask_conflicts(context: Context, parent: QWidget | None, conflicts: tuple[Conflict, ...]) -> bool:
    """Show them until something was chosen or the window was closed; whether something was."""
    dialog = ConflictDialog(context, parent, conflicts)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()
