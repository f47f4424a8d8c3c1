"""The navigation rail at the left: one button a page, with icon and words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui.theme.theme import Theme
from ui.widgets.basics import follow_icon, label


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
        self._column.addStretch(1)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * 26)

    def add(self, page_id: str, title: str, icon: str, *, at_bottom: bool = False) -> None:
        """Add a page's button."""
        button = QToolButton()
        button.setText(title)
        button.setProperty("role", "nav")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(20, 20))
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow_icon(button, self._theme, icon, "muted")
        button.clicked.connect(lambda _checked=False: self.wanted.emit(page_id))
        self._group.addButton(button)
        self._buttons[page_id] = button
        self._column.insertWidget(self._column.count() if at_bottom else self._column.count() - 1, button)

    def choose(self, page_id: str) -> None:
        """Show which page is in front."""
        if page_id in self._buttons:
            self._buttons[page_id].setChecked(True)
        else:
            self._group.setExclusive(False)
            for button in self._buttons.values():
                button.setChecked(False)
            self._group.setExclusive(True)

    def set_name(self, text: str) -> None:
        """The workspace's name over the pages."""
        self._name.setText(text)

    def set_open(self, is_open: bool) -> None:
        """Pages need a workspace: without one their buttons are off."""
        for button in self._buttons.values():
            button.setEnabled(is_open)
