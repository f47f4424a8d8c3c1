"""How the words of testing look: an icon and a colour role for each, always beside the word itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.testing.model import Cover, DefectStatus, Status, WorkOffStatus
from ui.theme.theme import Theme
from ui.widgets.basics import label, set_role

COVERS: dict[Cover, tuple[str, str]] = {
    Cover.NO_CASE: ("status-gap", "high"),
    Cover.ONLY_NOT_APPLICABLE: ("status-gap", "high"),
    Cover.FAILED: ("status-failed", "block"),
    Cover.BLOCKED: ("status-blocked", "high"),
    Cover.NOT_RUN: ("status-not-run", "low"),
    Cover.NO_EVIDENCE: ("status-part", "med"),
    Cover.RELIES: ("status-part", "med"),
    Cover.RELIANCE: ("status-passed", "good"),
    Cover.PASSED: ("status-passed", "good"),
    Cover.NOT_APPLICABLE: ("status-none", "muted"),
}
STATUSES: dict[Status, tuple[str, str]] = {
    Status.PASSED: ("status-passed", "good"),
    Status.FAILED: ("status-failed", "block"),
    Status.BLOCKED: ("status-blocked", "high"),
    Status.NOT_RUN: ("status-not-run", "low"),
    Status.NOT_APPLICABLE: ("status-none", "muted"),
}
_DEFECTS: dict[str, tuple[str, str]] = {
    DefectStatus.OPEN: ("status-gap", "high"),
    DefectStatus.IN_FIX: ("status-part", "med"),
    DefectStatus.READY: ("status-not-run", "low"),
    DefectStatus.CLOSED: ("status-passed", "good"),
    DefectStatus.DEFERRED: ("status-part", "med"),
    DefectStatus.REJECTED: ("status-none", "muted"),
    WorkOffStatus.DONE: ("status-passed", "good"),
    WorkOffStatus.DROPPED: ("status-none", "muted"),
}
_LOOKS = {word.casefold(): look for looks in (_DEFECTS, COVERS, STATUSES) for word, look in looks.items()}


def look_of(word: str) -> tuple[str, str] | None:
    """Icon and colour role of a word that stands in a cell; None for a word that is not of testing."""
    return _LOOKS.get(word.strip().casefold())


class StatusWord(QWidget):
    """An icon and its word, in the word's colour; follows the theme."""

    def __init__(self, theme: Theme, word: str = "", *, wrap: bool = False) -> None:
        super().__init__()
        self._theme, self._word = theme, ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(1))
        self._picture = QLabel()
        self.words = label("", "strong", wrap=wrap)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop if wrap else Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1 if wrap else 0)
        if not wrap:
            row.addStretch()
        theme.changed.connect(self._tint)
        self.say(word)

    def say(self, word: str, more: str = "") -> None:
        """Show this word, with what follows it in the same line."""
        self._word = word
        self.words.setText(f"{word}{more}")
        self._tint()

    def _tint(self) -> None:
        icon, role = look_of(self._word) or ("", "muted")
        set_role(self.words, role=role)
        if icon:
            self._picture.setPixmap(self._theme.pixmap(icon, round(self.fontMetrics().height() * 1.05), role))
        self._picture.setVisible(bool(icon))
