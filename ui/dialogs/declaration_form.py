"""The frame of the dialogs about declarations: fields that scroll, what is wrong at the field, one verb."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QScrollArea, QVBoxLayout, QWidget

from desktop.changes import Changes
from desktop.errors import InvalidInput, PlainError
from desktop.jobs import Job
from ui.context import Context
from ui.dialogs.saving_form import save_and_close
from ui.dialogs.typed_text import TypedDialog
from ui.widgets.basics import button, label, main_button
from ui.widgets.declaration_fields import Asked, ErrorSummary, Wrong

WIDE = 46
TALLEST = 0.86
"""Heights of a line that a dialog is wide, and how much of the screen it takes at most."""


class AskingDialog(TypedDialog):
    """Fields by name in `asked`; a subclass fills them with `add` and says in `work` what is saved."""

    def __init__(self, context: Context, parent: QWidget | None, title: str, verb: str, intro: str = "") -> None:
        super().__init__(parent)
        self.context = context
        self.setWindowTitle(title)
        self.asked: dict[str, Asked] = {}
        theme = context.theme
        unit = self.fontMetrics().height()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(unit, unit, unit, unit)
        outer.setSpacing(unit)
        outer.addWidget(label(title, "heading", wrap=True))
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(2, 2, theme.px(2), 2)
        self.column.setSpacing(theme.px(3))
        if intro:
            self.column.addWidget(label(intro, "muted", wrap=True))
        self.summary = ErrorSummary(theme, self.go_to)
        self.column.addWidget(self.summary)
        self.area.setWidget(inside)
        outer.addWidget(self.area, 1)
        box = QDialogButtonBox(self)
        self.verb = button(verb, self._accept, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.give_up)
        outer.addWidget(box)

    def add(self, name: str, title: str, control: QWidget, hint: str = "") -> Asked:
        """Put a field under those that are there."""
        made = Asked(title, control, hint)
        self.asked[name] = made
        self.column.addWidget(made)
        return made

    def fit(self) -> None:
        """As tall as its fields need, within the screen; called once they are there."""
        self.column.addStretch()
        unit = self.fontMetrics().height()
        width = unit * WIDE
        inside = self.column
        room = self.screen().availableGeometry() if self.screen() else None
        most = round(room.height() * TALLEST) if room else unit * 40
        width = min(width, round(room.width() * TALLEST)) if room else width
        inside.activate()
        needed = inside.totalHeightForWidth(width - unit * 3)
        needed = max(needed, inside.totalSizeHint().height() if needed < 0 else 0)
        self.resize(width, min(most, needed + unit * 8))
        if first := next((name for name in self.asked if self.field(name) is not None), ""):
            self.go_to(first)

    def work(self) -> Callable[[Job], Changes]:
        """The writing job, from what stands in the fields. May raise InvalidInput."""
        raise NotImplementedError

    def show_wrong(self, error: PlainError) -> None:
        """Say what is wrong in the summary and at its field; nothing typed is lost."""
        self.show_problems([Wrong(error.field if isinstance(error, InvalidInput) else "", str(error))])

    def show_problems(self, found: list[Wrong]) -> None:
        """The summary leads to the fields that are here."""
        known = [one if self.field(one.field) is not None else Wrong("", one.text) for one in found]
        by_field: dict[str, str] = {}
        for one in known:
            by_field.setdefault(one.field, one.text)
        self.say_at_fields(by_field)
        self.summary.show_wrong(known)
        self.area.verticalScrollBar().setValue(0)

    def say_at_fields(self, by_field: dict[str, str]) -> None:
        """Say beside each field what is wrong with it."""
        for name, asked in self.asked.items():
            asked.say_wrong(by_field.get(name, ""))

    def field(self, name: str) -> QWidget | None:
        """The control of a field; None for one that is not here."""
        asked = self.asked.get(name)
        return (asked.control.focusProxy() or asked.control) if asked else None

    def go_to(self, name: str) -> None:
        """Put the keyboard into a field."""
        place = self.field(name)
        if place is not None:
            place.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.area.ensureWidgetVisible(place, 0, self.fontMetrics().height() * 3)

    def _accept(self) -> None:
        try:
            work = self.work()
        except InvalidInput as error:
            self.show_wrong(error)
            return
        save_and_close(self.context, self, work)
