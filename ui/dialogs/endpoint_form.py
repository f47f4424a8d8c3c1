"""A form whose work takes a while: it goes on in a thread, can be stopped, and what is wrong stands at its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.changes import Changes
from desktop.errors import InvalidInput, PlainError
from desktop.jobs import Job
from ui.context import Context
from ui.dialogs.form_size import fit_screen
from ui.dialogs.typed_text import TypedDialog
from ui.widgets.basics import button, label, main_button
from ui.widgets.declaration_fields import Asked
from ui.widgets.endpoint_progress import OwnWork

T = TypeVar("T")
STOPPED = "Stopped. Nothing was kept."


class EndpointForm(TypedDialog):
    """Fields go into `column`, each that can be wrong into `asked` by its machine name.

    The fields are off while the work is under way. Cancel stops it; if it was done already, the pages are told all the
    same.
    """

    def __init__(self, context: Context, parent: QWidget | None, title: str, intro: str, verb: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.context = context
        self.asked: dict[str, Asked] = {}
        self.unit = unit = self.fontMetrics().height()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(unit, unit, unit, unit)
        outer.setSpacing(unit)
        self.heading = label(title, "heading", wrap=True)
        outer.addWidget(self.heading)
        self.intro = label(intro, "muted", wrap=True)
        self.intro.setVisible(bool(intro))
        outer.addWidget(self.intro)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inside = QWidget()
        self.column = QVBoxLayout(self.inside)
        self.column.setContentsMargins(2, 2, unit // 2, 2)
        self.column.setSpacing(round(unit * 0.9))
        self.area.setWidget(self.inside)
        outer.addWidget(self.area, 1)
        self.wrong = label("", "block", wrap=True, selectable=True)
        self.wrong.hide()
        outer.addWidget(self.wrong)
        self.work = OwnWork(context)
        self.work.moved.connect(self._work_moved)
        outer.addWidget(self.work)
        self.box = QDialogButtonBox(self)
        self.verb = button(verb, self.go, role="primary")
        main_button(self.box, self.verb)
        self.cancel_button = self.box.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.box.rejected.connect(self.give_up)
        outer.addWidget(self.box)

    def go(self) -> None:
        """The verb was pressed."""
        raise NotImplementedError

    def ask(self, name: str, title: str, control: QWidget, hint: str = "") -> Asked:
        """Put a field into the column."""
        made = self.asked[name] = Asked(title, control, hint)
        self.column.addWidget(made)
        return made

    def run(
        self,
        title: str,
        work: Callable[[Job], T],
        changes_of: Callable[[T], Changes],
        done: Callable[[T], object] | None = None,
    ) -> None:
        """Do the work; publish and close when it is done, stay open with the reason when it is refused."""
        self.say_wrong(None)

        def finish(result: T) -> None:
            changes = changes_of(result)
            self.context.changed(changes)
            if not self.work.left:
                self.accept()
            if done is not None:
                done(result)

        self.work.start(title, work, finish, self.say_wrong, lambda: self.say_words(STOPPED))

    def say_wrong(self, error: PlainError | None) -> None:
        """Say what is wrong, at its field when it names one; the person goes on from there."""
        named = error.field if isinstance(error, InvalidInput) else ""
        for name, one in self.asked.items():
            one.say_wrong(str(error) if error is not None and name == named else "")
        if error is not None and named in self.asked:
            self.say_words("")
            self.show_field(named)
            asked = self.asked[named]
            self.area.ensureWidgetVisible(asked)
            asked.control.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.say_words(str(error) if error is not None else "")

    def say_words(self, text: str) -> None:
        """Say something over the buttons; '' takes it away."""
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))

    def show_field(self, name: str) -> None:
        """Bring a field that may be folded away into sight."""

    def fit(self, width: int, height: int) -> None:
        """So many lines wide and high, within the screen."""
        fit_screen(self, self.unit * width, self.unit * height)

    def reject(self) -> None:
        """Escape stops the work first; what was typed stays, and is asked about when Escape is pressed once more."""
        if self.work.busy and self.work.stop_button.isEnabled():
            self.work.stop()
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Nothing goes on for a dialog that is closed."""
        self.work.leave()
        super().done(result)

    def _work_moved(self) -> None:
        self.inside.setEnabled(not self.work.busy)
        self.verb.setEnabled(not self.work.busy)
