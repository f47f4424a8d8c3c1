"""The head of an information request: which one, how far its answers are, when they are due, what to look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from desktop.requests.model import InfoRequest
from desktop.working_days import WorkingDays
from ui.theme.theme import Theme
from ui.widgets.basics import Card, button, follow_icon, label
from ui.widgets.flow import Flow
from ui.widgets.menu_button import MenuButton
from ui.widgets.pit_look import Look
from ui.widgets.request_look import counted, due_words, request_words

FIGURES = (
    ("open", "open", "status-not-run", "accent"),
    ("changed", "to look at again", "state-changed", "high"),
    ("missing", "not in the newest version", "status-gap", "high"),
)
"""Name, words, icon and colour role of each count that shows its rows."""


class RequestChooser(QWidget):
    """The requests to choose among, and a menu (filled by the page) of what can be done with the chosen one."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.requests = QComboBox()
        self.requests.setAccessibleName("Information request")
        self.requests.setToolTip("The request that is shown")
        self.requests.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.requests.setMinimumContentsLength(30)
        self.requests.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.requests.setMaximumWidth(self.fontMetrics().averageCharWidth() * 120)
        self.requests.activated.connect(lambda _place: self.chosen.emit(int(self.requests.currentData())))
        row.addWidget(self.requests, 1)
        self.menu_button = MenuButton(
            "Request", "What can be done with the request", "New, import, change, close, remove"
        )
        row.addWidget(self.menu_button)
        row.addStretch(0)

    def fill(self, requests: Sequence[InfoRequest], request_id: int | None) -> None:
        """Offer these requests, one of them chosen."""
        self.requests.clear()
        for one in requests:
            self.requests.addItem(request_words(one), one.id)
        self.requests.setCurrentIndex(max(0, self.requests.findData(request_id)))


class RequestStrip(Card):
    """Counts that filter the table when they are pressed; again shows all."""

    def __init__(self, theme: Theme, show: Callable[[str], object]) -> None:
        """`show` is asked with the name of a count."""
        super().__init__()
        self.setAccessibleName("How far the answers are")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        unit = self.fontMetrics().height()
        self.body.setContentsMargins(round(unit * 0.8), round(unit * 0.5), round(unit * 0.8), round(unit * 0.5))
        self.body.setSpacing(round(unit * 0.3))
        row = QHBoxLayout()
        row.setSpacing(unit)
        self.answered = label("", "strong")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximumWidth(unit * 12)
        self.bar.setAccessibleName("Answered questions")
        self.due = Look(theme)
        row.addWidget(self.answered)
        row.addWidget(self.bar, 1)
        row.addWidget(self.due, 2)
        self.body.addLayout(row)
        self.line = QWidget()
        flow = Flow(self.line, gap=round(unit * 0.6))
        self.figures: dict[str, QPushButton] = {}
        for name, words, icon, role in FIGURES:
            made = button(f"0 {words}", partial(show, name), role="link", tip="Show only these; again shows all")
            follow_icon(made, theme, icon, role)
            self.figures[name] = made
            flow.addWidget(made)
        flow.addWidget(QWidget())
        self.body.addWidget(self.line)

    def fill(self, one: InfoRequest, today: date, days: WorkingDays) -> None:
        """Show how a request stands."""
        words = f"{one.answered:,} of {counted(one.questions)} answered" if one.questions else "No question yet"
        self.answered.setText(words)
        self.bar.setVisible(one.questions > 0)
        self.bar.setRange(0, max(1, one.questions))
        self.bar.setValue(one.answered)
        self.due.say(*due_words(one, today, days))
        counts = {"open": one.open, "changed": one.to_look_at, "missing": one.missing}
        for name, words, _, _ in FIGURES:
            self.figures[name].setText(f"{counts[name]:,} {words}")
            self.figures[name].setVisible(counts[name] > 0)
        self.line.setVisible(any(counts.values()) and not one.details.closed)
