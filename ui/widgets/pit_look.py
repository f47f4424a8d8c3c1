"""How the words of the PIT plan look: an icon and a colour role for each, always beside the word; days in words."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.pit.model import Deliverable, Reliance, Standing
from desktop.pit.table import NOT_PROVEN, PROVEN
from ui.theme.theme import Theme
from ui.widgets.basics import label, set_role

_LOOKS: dict[str, tuple[str, str]] = {
    Standing.LATE: ("warning", "block"),
    Standing.NO_DAY: ("status-gap", "muted"),
    Standing.IN_TIME: ("calendar", "low"),
    Standing.DONE_LATE: ("status-part", "med"),
    Standing.DONE: ("status-passed", "good"),
    Standing.NOT_NEEDED: ("status-none", "muted"),
    PROVEN: ("status-passed", "good"),
    NOT_PROVEN: ("status-part", "med"),
}


def look_of(word: str) -> tuple[str, str] | None:
    """Icon and colour role of a word of state; None for a word that has none."""
    return _LOOKS.get(word)


def day_words(day: date | None, nothing: str = "") -> str:
    """A day as people here write it, with its weekday: Fri 26 Feb 2027."""
    return f"{day:%a} {day.day} {day:%b %Y}" if day else nothing


def days_words(count: int) -> str:
    """Working days with their number: 1 working day, 12 working days."""
    return f"{count:,} working day{'' if count == 1 else 's'}"


def standing_words(one: Deliverable) -> str:
    """How a deliverable stands, with by how much it is late: Late by 3 working days."""
    if one.standing is Standing.LATE:
        return f"Late by {days_words(one.late_by)}"
    if one.standing is Standing.DONE_LATE:
        return f"Handed over {days_words(one.late_by)} late"
    return one.standing.value


def proven_words(one: Reliance) -> str:
    """Proven, or what is missing."""
    return PROVEN if one.proven else f"{NOT_PROVEN}: {', '.join(one.missing)}"


class Look(QWidget):
    """An icon and a word in its colour; follows the theme."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icon, self._role = "", "muted"
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(1))
        self._picture = QLabel()
        self.words = label("", "strong", wrap=True)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        theme.changed.connect(self._tint)

    def say(self, text: str, icon: str, role: str) -> None:
        """Show a text with this icon, both in the colour of the role."""
        self._icon, self._role = icon, role
        self.words.setText(text)
        self._tint()

    def _tint(self) -> None:
        set_role(self.words, role=self._role)
        if self._icon:
            size = round(self.fontMetrics().height() * 1.05)
            self._picture.setPixmap(self._theme.pixmap(self._icon, size, self._role))
        self._picture.setVisible(bool(self._icon))
