"""The navigation rail at the left: one button a page, with icon and words, in groups."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.basics import follow_icon, label

LOWEST = 1.9
"""Heights of a line of text that a button has at least."""


class Rail(QFrame):
    """Says which page is wanted; knows nothing of pages but id, title and icon. Up and Down move between them."""

    wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "rail")
        self.setAccessibleName("Pages")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.px(2), theme.px(3), theme.px(2), theme.px(2))
        self._column.setSpacing(theme.px(1))
        self._name = label("", "small", wrap=True)
        self._name.setContentsMargins(theme.px(2), 0, 0, theme.px(2))
        self._column.addWidget(self._name)
        self._pages = QVBoxLayout()
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.setSpacing(1)
        self._pages.addStretch(1)
        self._group_name = ""
        self._area = _Pages(self._pages)
        self._column.addWidget(self._area, 1)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _NavButton] = {}
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * 26)

    def add(self, page_id: str, title: str, icon: str, group: str = "", *, at_bottom: bool = False) -> None:
        """Add a page's button, under the name of its group where that begins."""
        button = _NavButton(self._theme)
        button.setText(title)
        button.setProperty("role", "nav")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(18, 18))
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Lower where the window is, as far as its words have room; then the rail scrolls.
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        button.setMinimumSize(1, round(self.fontMetrics().height() * LOWEST))
        follow_icon(button, self._theme, icon, "muted")
        button.clicked.connect(lambda _checked=False: self.wanted.emit(page_id))
        self._group.addButton(button)
        self._buttons[page_id] = button
        if at_bottom:
            self._column.addWidget(button)
            return
        if group != self._group_name:
            self._group_name = group
            name = label(group, "small")
            name.setContentsMargins(self._theme.px(2), self._theme.px(1), 0, 0)
            self._pages.insertWidget(self._pages.count() - 1, name)
        self._pages.insertWidget(self._pages.count() - 1, button)

    def choose(self, page_id: str) -> None:
        """Show which page is in front."""
        if page_id in self._buttons:
            self._buttons[page_id].setChecked(True)
            self._area.ensureWidgetVisible(self._buttons[page_id], 0, self._theme.px(2))
        else:
            self._group.setExclusive(False)
            for button in self._buttons.values():
                button.setChecked(False)
            self._group.setExclusive(True)

    def set_badge(self, page_id: str, count: int, one: str, several: str) -> None:
        """A number at the right of a page's button; `one`, `several`: what it counts (`needs you`, `need you`)."""
        button = self._buttons.get(page_id)
        if button is not None:
            words = f"{count:,} {one if count == 1 else several}" if count else ""
            button.say(f"{count}" if count < 100 else "99+" if count else "", words)

    def set_name(self, text: str) -> None:
        """The workspace's name over the pages."""
        self._name.setText(text)

    def set_open(self, is_open: bool) -> None:
        """Pages need a workspace: without one their buttons are off."""
        for button in self._buttons.values():
            button.setEnabled(is_open)


class _Pages(QScrollArea):
    """Scrolls where the window is too low for all pages; no button is ever squeezed. A focused one comes into sight."""

    def __init__(self, column: QVBoxLayout) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Pages")
        inside = QWidget()
        inside.setLayout(column)
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)


class _NavButton(QToolButton):
    """The button of a page, with room for a number in a pill at the right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._badge = ""

    def say(self, badge: str, words: str) -> None:
        """Show a number; '' hides it. `words` say what it is, to those who hear it or point at it."""
        self._badge = badge if words else ""
        self.setAccessibleName(f"{self.text()}, {words}" if words else self.text())
        self.setToolTip(words[:1].upper() + words[1:])
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._badge:
            return
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small", bold=True))
        high = painter.fontMetrics().height() + 2
        wide = max(high, painter.fontMetrics().horizontalAdvance(self._badge) + high * 2 // 3)
        where = QRect(self.width() - wide - theme.px(1), (self.height() - high) // 2, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("high"))
        painter.drawRoundedRect(where, high / 2, high / 2)
        painter.setPen(theme.colour("surface"))
        painter.drawText(where, Qt.AlignmentFlag.AlignCenter, self._badge)
        painter.end()
