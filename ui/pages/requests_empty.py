"""What the Requests page shows before there is anything to show: how to get a request, how to get its questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.context import Context
from ui.widgets.basics import button, label
from ui.widgets.choice import ChoiceButton

if TYPE_CHECKING:
    from ui.pages.requests_verbs import RequestVerbs

BRING = (
    "Import the questions from Excel or CSV…",
    "The form that was sent to you: you see first what would come.",
)
TYPE = ("Note a request that came in…", "Its title and when answers are due; type the questions yourself.")


class WithoutRequest(QWidget):
    """Two ways to a request, each a large button."""

    def __init__(self, context: Context, verbs: RequestVerbs) -> None:
        super().__init__()
        self._theme = theme = context.theme
        row = QHBoxLayout(self)
        row.addStretch(1)
        middle = QWidget()
        middle.setMinimumWidth(self.fontMetrics().averageCharWidth() * 80)
        column = QVBoxLayout(middle)
        column.setSpacing(theme.px(2))
        column.addStretch(2)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._picture)
        for text, role in (
            ("There is no information request yet", "heading"),
            (
                "When the Programme or somebody else asks you for information (PPIR), its questions, your answers and "
                "what proves them are kept here.",
                "muted",
            ),
        ):
            line = label(text, role, wrap=True)
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        column.addSpacing(theme.px(2))
        self.bring = ChoiceButton(theme, "imports", BRING, verbs.import_rows)
        self.new = ChoiceButton(theme, "new", TYPE, verbs.new)
        for made in (self.bring, self.new):
            made.setEnabled(not context.workspace.read_only)
            column.addWidget(made)
        drop = label("You can also drop the file here.", "small")
        drop.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(drop)
        column.addStretch(3)
        row.addWidget(middle, 2)
        row.addStretch(1)
        self._tint()
        theme.changed.connect(self._tint)

    def _tint(self) -> None:
        self._picture.setPixmap(self._theme.pixmap("requests", 48, "muted"))


class NothingInRequest(QWidget):
    """A request without questions: add one, or import them."""

    def __init__(self, context: Context, verbs: RequestVerbs) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(context.theme.px(3))
        column.addStretch(2)
        for text, role in (
            ("This request has no question yet", "heading"),
            ("Import them from the form that was sent to you (Excel, CSV), or type them.", "muted"),
        ):
            line = label(text, role, wrap=True)
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        row = QHBoxLayout()
        row.addStretch()
        self.bring = button("Import the questions…", verbs.import_rows, role="primary")
        self.add = button("Add the first question…", verbs.add)
        for made in (self.bring, self.add):
            row.addWidget(made)
        row.addStretch()
        column.addLayout(row)
        column.addStretch(3)

    def enable(self, on: bool) -> None:
        """Whether questions may be added now."""
        for made in (self.bring, self.add):
            made.setEnabled(on)
