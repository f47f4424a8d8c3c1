"""Which information request imported questions go into."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from desktop.requests.model import InfoRequest
from ui.widgets.basics import Card


class RequestChoice(QWidget):
    """`request()` or `new_request()` says where they go; `changed` fires when that changes."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        card = Card("The information request")
        self.new = QRadioButton("A new request")
        self.into = QRadioButton("A request that is here")
        self._group = QButtonGroup(self)
        for made in (self.new, self.into):
            self._group.addButton(made)
            made.toggled.connect(lambda _on: self._follow())
        self.title = QLineEdit()
        self.title.setAccessibleName("Title of the new request")
        self.title.setPlaceholderText("such as Readiness for migration")
        self.title.textChanged.connect(lambda _text: self.changed.emit())
        self.requests = QComboBox()
        self.requests.setAccessibleName("Request that the questions go into")
        self.requests.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.requests.setMinimumContentsLength(10)
        self.requests.currentIndexChanged.connect(lambda _place: self.changed.emit())
        for widget in (self.new, self.title, self.into, self.requests):
            card.body.addWidget(widget)
        column.addWidget(card)

    def fill(self, requests: Sequence[InfoRequest], title: str, request: int | None) -> None:
        """Offer the open requests; `title` for a new one; `request`: the one that is meant, None = a new one."""
        self.title.setText(title)
        still_open = [one for one in requests if not one.details.closed]
        self.requests.clear()
        for one in still_open:
            self.requests.addItem(f"{one.ref} {one.name}", one.id)
        place = self.requests.findData(request) if request is not None else -1
        self.into.setVisible(bool(still_open))
        self.requests.setVisible(bool(still_open))
        (self.into if place >= 0 else self.new).setChecked(True)
        self.requests.setCurrentIndex(max(0, place))
        self._follow()

    def request(self) -> int | None:
        """The request that is here; None: a new one."""
        return int(self.requests.currentData()) if self.into.isChecked() and self.requests.count() else None

    def new_request(self) -> str:
        """The title of the new request; '' when they go into one that is here."""
        return "" if self.into.isChecked() else self.title.text().strip()

    def where(self) -> str:
        """Where they go, in words."""
        if self.request() is not None:
            return self.requests.currentText()
        return f"a new request “{self.new_request()}”" if self.new_request() else "a new request"

    def _follow(self) -> None:
        self.title.setEnabled(self.new.isChecked())
        self.requests.setEnabled(self.into.isChecked())
        self.changed.emit()
