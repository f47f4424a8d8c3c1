"""A large button with an icon, a title and a line that explains it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from ui.theme.theme import Theme
from ui.widgets.basics import label


class ChoiceButton(QPushButton):
    """What the welcome page offers. `words` are the title and the line under it.

    The labels inside let the mouse through; the button speaks for them.
    """

    def __init__(self, theme: Theme, icon: str, words: tuple[str, str], run: Callable[[], object]) -> None:
        super().__init__()
        title, hint = words
        self._theme, self._icon = theme, icon
        self.setProperty("role", "choice")
        self.setAutoDefault(False)
        self.setAccessibleName(title)
        self.setAccessibleDescription(hint)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(4), theme.px(2), theme.px(3), theme.px(2))
        row.setSpacing(theme.px(3))
        self._picture = QLabel()
        row.addWidget(self._picture)
        column = QVBoxLayout()
        column.setSpacing(1)
        name = label(title)
        name.setProperty("role", "strong")
        column.addStretch()
        column.addWidget(name)
        column.addWidget(label(hint, "small", wrap=True))
        column.addStretch()
        row.addLayout(column, 1)
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMinimumHeight(round(self.fontMetrics().height() * 3.8))
        self.clicked.connect(lambda _checked=False: run())
        theme.changed.connect(self._tint)
        self._tint()

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return QSize(layout.sizeHint().width() if layout else 0, self.minimumHeight())

    def _tint(self) -> None:
        self._picture.setPixmap(self._theme.pixmap(self._icon, 28, "accent"))
