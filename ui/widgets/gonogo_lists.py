"""The parts of the go/no-go sheet as cards: activities and declarations that lead to their pages, lines of facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from desktop.cutover.model import Activity
from desktop.declarations.model import Declaration
from desktop.gonogo.model import InTheWay, Line
from desktop.gonogo.words import changes_words, declaration_words, despite_words, outcome_words
from ui.theme.theme import Theme
from ui.widgets.basics import Card, button, label
from ui.widgets.cutover_look import RAG_WORDS, called, moment_words, rag_look, state_look
from ui.widgets.plain_tip import plain_tip

SHOWN = 8
"""So many activities of a part are listed at first."""


class Part(Card):
    """A heading with its number, and at the right where to go on."""

    def __init__(self, theme: Theme, title: str, more: str = "", go: Callable[[], object] | None = None) -> None:
        super().__init__()
        self._theme, self._title = theme, title
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        row = QHBoxLayout()
        self.heading = label(title, "heading")
        row.addWidget(self.heading, 1)
        if go:
            self.go = button(more, go, role="link")
            row.addWidget(self.go)
        self.body.addLayout(row)
        self._inside: QWidget | None = None

    def say_count(self, count: int | None) -> None:
        """Put the number into the heading."""
        self.heading.setText(self._title if count is None else f"{self._title} ({count:,})")

    def fresh(self) -> QGridLayout:
        """An empty grid in place of what was listed."""
        if self._inside is not None:
            self.body.removeWidget(self._inside)
            self._inside.hide()
            self._inside.deleteLater()
        self._inside = QWidget()
        grid = QGridLayout(self._inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(self._theme.px(2))
        grid.setVerticalSpacing(self._theme.px(1))
        grid.setColumnStretch(1, 1)
        self.body.addWidget(self._inside)
        return grid

    def say_nothing(self, words: str) -> None:
        """One quiet sentence instead of a list."""
        self.fresh().addWidget(label(words, "muted", wrap=True), 0, 0, 1, 3)


class ActivityPart(Part):
    """Activities, each with its state, who does it, by when, and what it waits for; hidden while there is none."""

    def __init__(self, theme: Theme, title: str, show: Callable[[int], object]) -> None:
        super().__init__(theme, title)
        self._show = show
        self._activities: Sequence[Activity] = ()

    def fill(self, activities: Sequence[Activity], shown: int = SHOWN) -> None:
        """List these; a button shows the rest."""
        self._activities = activities
        self.setVisible(bool(activities))
        self.say_count(len(activities))
        grid = self.fresh()
        listed = activities[:shown]
        for place, one in enumerate(listed):
            grid.addWidget(Picture(self._theme, *state_look(one), stands_words(one)), place * 2, 0)
            grid.addWidget(Link(called(one), partial(self._show, one.id)), place * 2, 1)
            if not one.state.finished and rag_look(one.rag)[0]:
                grid.addWidget(Picture(self._theme, *rag_look(one.rag), RAG_WORDS[one.rag]), place * 2, 2)
                grid.addWidget(label(RAG_WORDS[one.rag], "small"), place * 2, 3)
            grid.addWidget(label(told(one), "small", wrap=True), place * 2 + 1, 1, 1, 3)
        rest = len(activities) - len(listed)
        if rest:
            more = button(
                f"Show {rest:,} more", lambda: self.fill(self._activities, len(self._activities)), role="link"
            )
            more.setAccessibleName(f"Show {rest:,} more: {self._title}")
            grid.addWidget(more, len(listed) * 2, 1, Qt.AlignmentFlag.AlignLeft)

    def _all(self) -> None:
        self.fill(self._activities, len(self._activities))


class BlockerPart:
    """What stands in the way, by kind, numbered through; of each kind the first at first, a button shows the rest."""

    def __init__(self, theme: Theme) -> None:
        self.column = QVBoxLayout()
        self.column.setSpacing(theme.px(1))
        self._gap = theme.px(1)
        self._kinds: Sequence[InTheWay] = ()
        self._whole: set[str] = set()
        """Titles of the kinds that are shown in full."""

    def fill(self, kinds: Sequence[InTheWay]) -> None:
        """List these."""
        self._kinds = kinds
        while (item := self.column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        before = 0
        for kind in kinds:
            count = len(kind.sentences)
            self.column.addSpacing(self._gap)
            self.column.addWidget(label(f"{kind.title} ({count:,})", "strong", wrap=True))
            shown = kind.sentences if kind.title in self._whole else kind.sentences[:SHOWN]
            for number, words in enumerate(shown, before + 1):
                self.column.addWidget(label(f"{number}. {words}", wrap=True, selectable=True))
            if rest := count - len(shown):
                more = button(f"Show {kind.counted(rest)}", partial(self._all, kind.title), role="link")
                self.column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
            before += count

    def fold(self) -> None:
        """Show the first of each kind again: of another plan."""
        self._whole.clear()

    def _all(self, title: str) -> None:
        self._whole.add(title)
        self.fill(self._kinds)


class LinePart(Part):
    """Lines of facts with their numbers; what stands in the way has a sign and its word."""

    def fill(self, lines: Sequence[Line], nothing: str) -> None:
        """List these, or say that there is nothing."""
        self.say_count(None)
        if not lines:
            self.say_nothing(nothing)
            return
        grid = self.fresh()
        for place, one in enumerate(lines):
            if one.stands_in_the_way:
                grid.addWidget(Picture(self._theme, "warning", "block", "Stands in the way"), place * 2, 0)
            grid.addWidget(label(one.text, "strong", wrap=True, selectable=True), place * 2, 1)
            if one.count is not None:
                number = label(f"{one.count:,}", "strong")
                number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
                grid.addWidget(number, place * 2, 2)
            if one.detail:
                grid.addWidget(label(one.detail, "small", wrap=True), place * 2 + 1, 1, 1, 2)


class DeclarationPart(Part):
    """Declarations of the plan with their state, what has changed since, and those that are needed and not signed."""

    def __init__(self, theme: Theme, show: Callable[[int], object], go: Callable[[], object]) -> None:
        super().__init__(theme, "Declarations", "Go to Declarations", go)
        self._show = show

    def fill(self, made: Sequence[Declaration], missing: Sequence[str]) -> None:
        """List these, what is missing first."""
        self.say_count(len(made) if made else None)
        if not made and not missing:
            self.say_nothing("This plan needs none, and none was made.")
            return
        grid, place = self.fresh(), 0
        for words in missing:
            grid.addWidget(Picture(self._theme, "warning", "block", "Stands in the way"), place, 0)
            grid.addWidget(label(f"Not signed: {words}", "strong", wrap=True, selectable=True), place, 1, 1, 2)
            place += 1
        for one in made:
            icon, role = ("status-passed", "good") if one.state.stands else ("status-not-run", "muted")
            icon, role = ("warning", "high") if one.state.stands and one.flags else (icon, role)
            grid.addWidget(Picture(self._theme, icon, role, one.state.title), place, 0)
            grid.addWidget(Link(f"{one.name} {one.details.title}", partial(self._show, one.id)), place, 1, 1, 2)
            words = ". ".join(text for text in (declaration_words(one), changes_words(one)) if text)
            grid.addWidget(label(words, "small", wrap=True), place + 1, 1, 1, 2)
            place += 2


def stands_words(one: Activity) -> str:
    """How an activity stands: Failed; Done: go; In progress, late."""
    words = outcome_words(one)
    return f"{words}, late" if one.late and not one.state.finished else words


def told(one: Activity) -> str:
    """Under an activity: how it stands, who does it, by when, what it waits for or lacks, and what was said of it."""
    due = one.due or one.planned.finish
    parts = [stands_words(one), one.details.owner or one.details.responsible or "nobody named yet"]
    if one.finished:
        parts.append(f"{moment_words(one.finished)}{f' by {one.finished_by}' if one.finished_by else ''}")
    elif due and not one.state.finished:
        parts.append(f"by {moment_words(due)}")
    said = [*one.waiting_for, *one.lacks] if not one.state.finished else []
    said += [one.remark] if one.remark else []
    said += [f"not needed: {one.not_needed}"] if one.not_needed else []
    said += [despite_words(one)] if one.despite else []
    if one.rag_reason:
        said.append(f"{one.rag.value}, because: {one.rag_reason}")
    return " · ".join(parts) + (f". {'; '.join(said)}" if said else "")


class Link(QPushButton):
    """A button that leads to something; a text that has no room ends in dots and is told in full."""

    def __init__(self, text: str, run: Callable[[], object]) -> None:
        super().__init__(text.replace("&", "&&"))
        self.setProperty("role", "link")
        self.setAccessibleName(text)
        self.setToolTip(plain_tip(text))
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _checked=False: run())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        room = self.width() - 2 * self.fontMetrics().averageCharWidth() // 2
        option.text = self.fontMetrics().elidedText(option.text, Qt.TextElideMode.ElideRight, room)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)


class Picture(QLabel):
    """An icon with its word for those who do not see it; follows the theme."""

    def __init__(self, theme: Theme, icon: str = "", role: str = "", words: str = "") -> None:
        super().__init__()
        self._theme, self._icon, self._role = theme, "", ""
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        theme.changed.connect(self._tint)
        self.say(icon, role, words)

    def say(self, icon: str, role: str, words: str) -> None:
        """Show another one; '' = none."""
        self._icon, self._role = icon, role
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setVisible(bool(icon))
        self._tint()

    def _tint(self) -> None:
        if self._icon:
            size = round(self.fontMetrics().height() * 1.05)
            self.setPixmap(self._theme.pixmap(self._icon, size, self._role))
