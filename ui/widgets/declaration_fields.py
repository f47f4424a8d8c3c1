"""Fields of the signing screen: what is wrong stands beside the field and, in the same words, in a summary.

The pattern is that of the GOV.UK Design System (error summary, error message): the heading is “There is a problem”, and
each line of the summary puts the keyboard into the field that it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.basics import label, set_role
from ui.widgets.trace_links import Lines

PROBLEM = "There is a problem"


@dataclass(frozen=True)
class Wrong:
    """One thing that stands in the way: the machine name of its field ('' = of none) and what is said of it."""

    field: str
    text: str


class Asked(QWidget):
    """A field with its title above, a hint under that, and a place for what is wrong with it."""

    def __init__(self, title: str, control: QWidget, hint: str = "") -> None:
        super().__init__()
        self.control = control
        self.hint_text = hint
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(round(unit * 0.2))
        self.title = label(title, "strong", wrap=True)
        self.hint = label(hint, "small", wrap=True)
        self.hint.setVisible(bool(hint))
        self.wrong = label("", "block", wrap=True)
        self.wrong.hide()
        for part in (self.title, self.hint, self.wrong, control):
            column.addWidget(part)
        if not control.accessibleName():
            control.setAccessibleName(title)
        control.setAccessibleDescription(hint)

    def say_wrong(self, text: str) -> None:
        """Say what is wrong with it; '' = nothing is."""
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))
        set_role(self.control, wrong="true" if text else "false")
        self.control.setAccessibleDescription(f"{text} {self.hint_text}".strip())


class ConfirmBox(QWidget):
    """A box to tick beside words of any length: they are wrapped, and a click on them ticks it too."""

    toggled = Signal(bool)

    def __init__(self, words: str = "") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(round(self.fontMetrics().height() * 0.5))
        self.box = QCheckBox()
        self.words = _ClickedWords(self.box)
        row.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words.made, 1)
        self.box.toggled.connect(self.toggled)
        self.setFocusProxy(self.box)
        self.say(words)

    def say(self, words: str) -> None:
        """Show other words beside it."""
        self.words.made.setText(words)
        self.box.setAccessibleName(words or "Confirm")
        self.box.setToolTip("Tick to confirm")

    def isChecked(self) -> bool:
        """Whether it is ticked."""
        return self.box.isChecked()

    def setChecked(self, on: bool) -> None:
        """Tick it, or take the tick away."""
        self.box.setChecked(on)


class _ClickedWords(QObject):
    """Words that tick a box when they are clicked."""

    def __init__(self, box: QCheckBox) -> None:
        super().__init__(box)
        self._box = box
        self.made = label("", wrap=True)
        self.made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.made.mousePressEvent = self._press  # type: ignore[method-assign]

    def _press(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._box.setFocus(Qt.FocusReason.MouseFocusReason)
            self._box.toggle()


def tab_through(widgets: Sequence[QWidget]) -> None:
    """Let the Tab key go through these in this order: what is made anew would come last otherwise."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


class WrappedLink(QPushButton):
    """A link of any length, wrapped like a text; its words are its accessible name."""

    def __init__(self, text: str, go: Callable[[], object], role: str = "block") -> None:
        super().__init__()
        self.setProperty("role", "link")
        self.setAutoDefault(False)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._words = label(text, role, wrap=True)
        font = self._words.font()
        font.setUnderline(True)
        self._words.setFont(font)
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QVBoxLayout(self)
        row.setContentsMargins(3, 2, 3, 2)
        row.addWidget(self._words)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.clicked.connect(lambda _checked=False: go())

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._words.heightForWidth(max(1, width - 6)) + 4

    def sizeHint(self) -> QSize:
        width = max(self.width(), self.fontMetrics().averageCharWidth() * 20)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 20, self._words.fontMetrics().height() + 4)


class ErrorSummary(QFrame):
    """“There is a problem”, and a line for each that leads to its field. Hidden while there is none."""

    def __init__(self, theme: Theme, go_to: Callable[[str], object]) -> None:
        super().__init__()
        self._go_to = go_to
        self.setProperty("role", "banner")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(4), theme.px(3), theme.px(4), theme.px(3))
        column.setSpacing(theme.px(2))
        self.heading = label(PROBLEM, "heading")
        self.lines = Lines(theme.px(1))
        column.addWidget(self.heading)
        column.addWidget(self.lines)
        set_role(self, tone="error")
        self.hide()

    def show_wrong(self, found: Sequence[Wrong]) -> None:
        """List what is wrong and take the keyboard, so that it is read first; nothing wrong hides it."""
        self.setVisible(bool(found))
        self.lines.fill([self._line(one) for one in found])
        self.setAccessibleName(". ".join([PROBLEM, *(one.text for one in found)]) if found else PROBLEM)
        if found:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def words(self) -> list[str]:
        """What its lines say."""
        return [one.words if isinstance(one, WrappedLink) else one.text() for one in self.lines.shown()]  # type: ignore[attr-defined]

    def links(self) -> list[WrappedLink]:
        """The lines that lead to a field."""
        return [one for one in self.lines.shown() if isinstance(one, WrappedLink)]

    def _line(self, one: Wrong) -> QWidget:
        if not one.field:
            return label(one.text, "block", wrap=True, selectable=True)
        return WrappedLink(one.text, lambda: self._go_to(one.field))
