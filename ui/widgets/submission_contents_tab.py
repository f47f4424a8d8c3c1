"""What a submission says: its figures, its tables with how many rows each has, and what it says is open."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.context import Context
from ui.widgets.basics import Card, label
from ui.widgets.declaration_look import counted
from ui.widgets.pane_frame import PaneFrame
from ui.widgets.record_pane import facts
from ui.widgets.submission_look import CHOICES
from ui.widgets.submission_narrow import let_narrow
from ui.widgets.submission_shown import Looked, ShownSubmission, TableFacts
from ui.widgets.submission_status_tab import NARROWEST
from ui.widgets.trace_links import Lines

_HASH = re.compile(r"\b([0-9a-f]{16})[0-9a-f]{48}\b")
"""A SHA-256: its beginning is enough here, the workbook has it whole."""
NOW = "As it would be put together now. Freezing gathers it once more."
THEN = "As it was frozen."


class ContentsTab(PaneFrame):
    """The tab about what stands in it."""

    heading = "Contents"

    def __init__(self, context: Context) -> None:
        super().__init__(context, "What the chosen submission says", NARROWEST)
        self.when = label("", "small", wrap=True)
        self.column.addWidget(self.when)
        self.position = label("", wrap=True, selectable=True)
        self.position_card = self._card("How things stand", self.position)
        self.tables = Lines(context.theme.px(2))
        self.tables_card = self._card("Tables", self.tables)
        self.points = label("", wrap=True, selectable=True)
        self.points_card = self._card("Open points, printed in it", self.points)
        self.data = label("", wrap=True)
        self.data_card = self._card("Personal data", self.data)
        self.column.addStretch()
        self.show_submission(None)

    def as_widget(self) -> QWidget:
        return self

    def count(self, shown: ShownSubmission) -> int:
        return 0

    def show_submission(self, shown: ShownSubmission | None) -> None:
        looked = shown.looked if shown else None
        said = looked is not None and not looked.problem
        for card in (self.position_card, self.tables_card, self.points_card):
            card.setVisible(said)
        self.data_card.setVisible(shown is not None)
        if shown is None:
            self.when.setText("")
            return
        choice = shown.one.details.mpan_choice
        self.data.setText(f"{CHOICES[choice]}. {choice.words}")
        if looked is None:
            self.when.setText("Being gathered…")
        elif looked.problem:
            self.when.setText(looked.problem)
        else:
            self.when.setText(THEN if shown.one.state.locked else NOW)
            self._fill(looked)

    def _fill(self, looked: Looked) -> None:
        self.position.setText(facts([(item, _HASH.sub(r"\1…", detail)) for item, detail in looked.position]))
        self.position_card.setVisible(bool(looked.position))
        lines: list[QWidget] = []
        for table in looked.tables:
            lines.append(_table(table))
        more = [
            counted(looked.evidence, "item of evidence", "items of evidence") if looked.evidence else "",
            f"rests on {counted(looked.relies, 'thing')} by hash" if looked.relies else "",
        ]
        if words := ", ".join(part for part in more if part):
            lines.append(label(words[:1].upper() + words[1:], "small", wrap=True))
        self.tables.fill(lines or [label("No table.", "muted")])
        self.points.setText("\n".join(f"•  {one}" for one in looked.open_points) or "None is known.")
        let_narrow(self)

    def _card(self, heading: str, *widgets: QWidget) -> Card:
        card = Card(heading)
        for widget in widgets:
            card.body.addWidget(widget)
        self.column.addWidget(card)
        return card


def _table(one: TableFacts) -> QWidget:
    """A table with how many rows it has, and what it is about close below."""
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(label(f"{one.title}: {counted(one.count, 'row')}", wrap=True, selectable=True))
    if one.about:
        column.addWidget(label(one.about, "small", wrap=True))
    return part
