"""Messages that stay in sight until they are read: warnings, plain failures, the read-only notice."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from ui.context import Tone
from ui.theme.theme import Theme
from ui.widgets.basics import icon_button, label, set_role

_ICONS = {
    Tone.INFO: ("info", "accent"),
    Tone.GOOD: ("check", "good"),
    Tone.WARNING: ("warning", "high"),
    Tone.ERROR: ("error", "block"),
}
_WORDS = {Tone.INFO: "Note", Tone.GOOD: "Done", Tone.WARNING: "Careful", Tone.ERROR: "Could not be done"}


class Banner(QFrame):
    """One message over the pages, with an icon, a word for its tone, and a close button unless it is lasting."""

    def __init__(self, theme: Theme, *, lasting: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = Tone.INFO
        self.setProperty("role", "banner")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(3), theme.px(2), theme.px(2), theme.px(2))
        row.setSpacing(theme.px(2))
        self._picture = QLabel()
        self._words = label("", wrap=True, selectable=True)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        if not lasting:
            close = icon_button(theme, "close", "Close this message", self.hide)
            row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        theme.changed.connect(self._tint)
        self.hide()

    @property
    def text(self) -> str:
        """What it says now; '' while hidden."""
        return "" if self.isHidden() else self._words.text()

    def say(self, text: str, tone: Tone) -> None:
        """Show a message of one or more lines; it replaces the one before. A screen reader speaks it."""
        self._tone = tone
        self._words.setText(text)
        self.setAccessibleName(f"{_WORDS[tone]}: {text}")
        set_role(self, tone=tone.value)
        self._tint()
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _tint(self) -> None:
        self._picture.setPixmap(self._theme.pixmap(_ICONS[self._tone][0], 20, _ICONS[self._tone][1]))
