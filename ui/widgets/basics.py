"""Small parts that every page is made of: labels, cards, buttons, the empty state."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.theme.theme import Theme


def set_role(widget: QWidget, **properties: object) -> None:
    """Set the properties that the style sheet asks for (`role="card"`, `tone="warning"`) and restyle."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def label(text: str = "", role: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """A text; roles: `title`, `heading`, `figure`, `muted`, `small`, a severity (`block` ...), `good`."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def button(text: str, run: Callable[[], object], *, role: str = "", tip: str = "") -> QPushButton:
    """A button with words; roles: `primary` (one a page), `danger`, `link`, '' (quiet)."""
    made = QPushButton(text)
    if role:
        made.setProperty("role", role)
    if tip:
        made.setToolTip(tip)
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked=False: run())
    return made


def main_button(box: QDialogButtonBox, made: QPushButton) -> None:
    """Put a dialog's verb into its button box and make it what Return presses.

    The box must be a child of the dialog by then: Qt asks the dialog which button is the default one, and takes the
    first that may be (Cancel) when it was never told.
    """
    box.addButton(made, QDialogButtonBox.ButtonRole.AcceptRole)
    made.setAutoDefault(True)
    made.setDefault(True)


def icon_button(theme: Theme, name: str, words: str, run: Callable[[], object] | None = None) -> QToolButton:
    """A button that shows an icon alone: `words` are its accessible name and its tooltip. Follows the theme."""
    made = QToolButton()
    made.setAccessibleName(words)
    made.setToolTip(words)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    follow_icon(made, theme, name)
    if run:
        made.clicked.connect(lambda _checked=False: run())
    return made


def follow_icon(made: QToolButton | QPushButton, theme: Theme, name: str, role: str = "text") -> None:
    """Give a button an icon that is tinted anew when the theme changes."""
    _IconFollower(made, theme, name, role)


class _IconFollower(QObject):
    """Lives and dies with its button: Qt drops the connection of a receiver that is gone."""

    def __init__(self, made: QToolButton | QPushButton, theme: Theme, name: str, role: str) -> None:
        super().__init__(made)
        self._made, self._theme, self._name, self._role = made, theme, name, role
        self.tint()
        theme.changed.connect(self.tint)

    def tint(self) -> None:
        """Draw the icon in the colours of now."""
        self._made.setIcon(self._theme.icon(self._name, self._role))


class Card(QFrame):
    """A surface with a border: a heading (may be empty) over `body`."""

    def __init__(self, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        unit = self.fontMetrics().height()
        self.body.setContentsMargins(unit, round(unit * 0.75), unit, unit)
        self.body.setSpacing(round(unit * 0.5))
        if heading:
            self.setAccessibleName(heading)
            self.body.addWidget(label(heading, "heading"))


class PageHeader(QWidget):
    """Title, one line under it, and the page's actions at the right."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._title = label(title, "title")
        self._subtitle = label(subtitle, "muted", wrap=True)
        self._subtitle.setVisible(bool(subtitle))
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        row.addLayout(words, 1)
        self._actions = QHBoxLayout()
        row.addLayout(self._actions)

    def set_title(self, text: str) -> None:
        """Change what the page says that it is, while it shows something else."""
        self._title.setText(text)

    def set_subtitle(self, text: str) -> None:
        """Change the line under the title; an empty one takes no room."""
        self._subtitle.setText(text)
        self._subtitle.setVisible(bool(text))

    def add_action(self, widget: QWidget) -> None:
        """Put a button at the right; the primary one goes last."""
        self._actions.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)


class EmptyState(QWidget):
    """Shown where there is nothing: an icon, why it is empty, and the one next step."""

    def __init__(self, theme: Theme, icon: str, why: str, more: str = "", action: QPushButton | None = None) -> None:
        super().__init__()
        self._theme, self._name = theme, icon
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(3))
        column.addStretch(2)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._picture)
        for text, role in ((why, "heading"), (more, "muted")):
            if text:
                line = label(text, role, wrap=True)
                line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
                column.addWidget(line)
        if action:
            column.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self._tint()
        theme.changed.connect(self._tint)

    def _tint(self) -> None:
        self._picture.setPixmap(self._theme.pixmap(self._name, 48, "muted"))
