"""What is due to whom: a list over the table, late ones first, each with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.submissions.model import DueSubmission
from ui.context import Context
from ui.widgets.basics import Card, button, follow_icon, icon_button, label
from ui.widgets.pit_look import day_words
from ui.widgets.submission_look import COMMENTS, NOT_BEGUN, due_words
from ui.widgets.tab_order import buttons_of, tab_from
from ui.widgets.trace_links import Lines, LinkLine

COMMENTED = "Comments"
"""In place of a day where somebody waits for an answer."""
FOLDED = "submissions/due_folded"
"""Where the window remembers that the list is folded."""
ROWS = 3
"""Entries in sight; the rest scroll."""
FIRST = 30
"""Entries that are laid out until a person asks for all."""


class DueList(Card):
    """`prepare` begins one that is not begun; `show` shows one that is there."""

    def __init__(
        self,
        context: Context,
        prepare: Callable[[DueSubmission], object],
        show: Callable[[int], object],
    ) -> None:
        super().__init__()
        self.setAccessibleName("What is due")
        self._due: Sequence[DueSubmission] = ()
        self._whole = self._stale = False
        self._context, self._prepare, self._show = context, prepare, show
        theme = context.theme
        self.body.setContentsMargins(theme.px(3), theme.px(2), theme.px(2), theme.px(2))
        head = QHBoxLayout()
        self.heading = label("", "heading")
        self.fold = icon_button(theme, "chevron-up", "Fold the list of what is due", self._toggle)
        head.addWidget(self.heading, 1)
        head.addWidget(self.fold)
        self.body.addLayout(head)
        self.lines = Lines(theme.px(2))
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.px(2), 0)
        column.addWidget(self.lines)
        column.addStretch()
        self.area.setWidget(inside)
        self.body.addWidget(self.area)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._folded = context.settings.value(FOLDED, "") == "yes"
        self._say_fold()

    def fill(self, due: Sequence[DueSubmission]) -> None:
        """Show what is due; nothing hides the list."""
        folded = self._context.settings.value(FOLDED, "") == "yes"
        if folded != self._folded:  # the list that stands over an empty page was folded meanwhile
            self._folded = folded
            self._say_fold()
        late = sum(one.late for one in due)
        self.heading.setText(f"Due: {len(due):,}{f', {late:,} of them late' if late else ''}")
        self._due, self._stale = due, True
        self.setVisible(bool(due))
        if self.isVisible():
            self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _lay_out(self) -> None:
        """Make the entries, once the list is in sight and is not folded."""
        if not self._stale or self._folded:
            return
        self._stale = False
        shown = self._due if self._whole else self._due[:FIRST]
        lines = [self._line(one) for one in shown]
        if len(shown) < len(self._due):
            lines.append(LinkLine(f"Show all {len(self._due):,}", self._show_all))
        self.lines.fill(lines)
        tab_from(self.fold, buttons_of(lines))
        self._fit()

    def _show_all(self) -> None:
        self._whole = self._stale = True
        self._lay_out()

    def _line(self, one: DueSubmission) -> QWidget:
        part = QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout()
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(self._context.theme.px(1))
        day = day_words(one.day, COMMENTED if one.what == COMMENTS else "No day yet")
        head.addWidget(label(f"Late, {day}" if one.late else day, "block" if one.late else "muted"))
        begun = one.submission_id is not None
        go = partial(self._show, one.submission_id or 0) if begun else partial(self._prepare, one)
        way = LinkLine(one.title, go)
        way.setAccessibleName(f"{one.title}, {'late since' if one.late else 'due'} {day}, {due_words(one)}")
        way.setEnabled(begun or not self._context.workspace.read_only)
        head.addWidget(way)
        head.addStretch()
        column.addLayout(head)
        column.addWidget(label(due_words(one), "small", wrap=True))
        row.addLayout(column, 1)
        if not begun and one.what == NOT_BEGUN:
            made = button("Prepare…", partial(self._prepare, one), tip="Make a draft of it")
            made.setAccessibleName(f"Prepare {one.title}…")
            made.setEnabled(not self._context.workspace.read_only)
            row.addWidget(made, 0, Qt.AlignmentFlag.AlignVCenter)
        return part

    def _toggle(self) -> None:
        self._folded = not self._folded
        self._context.settings.setValue(FOLDED, "yes" if self._folded else "no")
        self._say_fold()

    def _say_fold(self) -> None:
        words = "Unfold the list of what is due" if self._folded else "Fold the list of what is due"
        self.area.setVisible(not self._folded)
        follow_icon(self.fold, self._context.theme, "chevron-down" if self._folded else "chevron-up")
        self.fold.setAccessibleName(words)
        self.fold.setToolTip(words)
        self._lay_out()

    def _fit(self) -> None:
        """As tall as its first entries, up to `ROWS` of them: none is cut."""
        bar = self.area.verticalScrollBar().sizeHint().width()
        width = self.area.width() - bar - self._context.theme.px(2)
        found = [_height(one, width) for one in self.lines.shown()[:ROWS]]
        if found and width > 0:
            self.area.setFixedHeight(sum(found) + self._context.theme.px(2) * (len(found) - 1) + 2)


def _height(part: QWidget, width: int) -> int:
    """Of an entry in a list that is so wide: its words wrap."""
    layout = part.layout()
    if layout is not None and layout.hasHeightForWidth():
        return max(layout.heightForWidth(width), part.minimumSizeHint().height())
    return part.sizeHint().height()
