"""Buttons side by side that go on in the next line where a pane is narrow."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.widgets.flow import Flow


class ButtonRow(QWidget):
    """Keeps the buttons' own widths; none is cut however narrow the pane is."""

    def __init__(self, *buttons: QWidget) -> None:
        super().__init__()
        self._flow = Flow(self)
        for made in buttons:
            self._flow.addWidget(made)
        self._flow.addWidget(_Rest())
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


class _Rest(QWidget):
    """Takes what is left of the last line, which a flow gives to its last part."""

    def sizeHint(self) -> QSize:
        return QSize(0, 0)
