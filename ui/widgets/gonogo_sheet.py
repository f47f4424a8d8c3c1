"""The go/no-go sheet in the window: what stands in the way first, then activities at the left, facts at the right."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.cutover.model import Rag
from desktop.gonogo.model import GoNoGo
from desktop.gonogo.words import FAILED
from ui.context import Context, Tone
from ui.pages.payloads import ShowActivity, ShowDeclaration
from ui.widgets.banner import Banner
from ui.widgets.basics import Card, button, label
from ui.widgets.cutover_look import RAG_WORDS, moment_words, rag_look
from ui.widgets.gonogo_lists import ActivityPart, BlockerPart, DeclarationPart, LinePart, Picture
from ui.widgets.pit_look import day_words

NOTHING = "Nothing that is known here stands in the way. People decide; what was not checked is listed below."
PARTS = (
    ("failed", FAILED),
    ("late", "Late"),
    ("open", "Open"),
    ("waiting", "Cannot start yet"),
    ("to_confirm", "To be confirmed: the plan says something else since"),
    ("done", "Done or not needed"),
)
"""The parts of the sheet that list activities, in order."""
_COUNTED = (
    ("failed", FAILED.casefold()),
    ("late", "late"),
    ("open", "open"),
    ("waiting", "cannot start yet"),
    ("to_confirm", "to confirm"),
    ("done", "done or not needed"),
)


class GoNoGoSheet(QScrollArea):
    """Filled with one sheet at a time."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._sheet: GoNoGo | None = None
        theme = context.theme
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, theme.px(1), 0)
        grid.setSpacing(theme.px(3))
        self.rehearsal = Banner(theme, lasting=True)
        grid.addWidget(self.rehearsal, 0, 0, 1, 2)
        grid.addWidget(self._way(), 1, 0, 1, 2)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, stretch in ((left, 7), (right, 5)):
            column.setSpacing(theme.px(3))
            place = 0 if column is left else 1
            grid.addLayout(column, 2, place)
            grid.setColumnStretch(place, stretch)
        self.parts = {name: ActivityPart(theme, title, self._show_activity) for name, title in PARTS}
        for listed in self.parts.values():
            left.addWidget(listed)
        left.addStretch()
        go = context.navigate
        self.declarations = DeclarationPart(theme, self._show_declaration, partial(go, "declarations"))
        self.findings = LinePart(theme, "Open findings of the data cleanse", "Go to Cleanse", partial(go, "cleanse"))
        self.exceptions = LinePart(theme, "Exceptions in force")
        self.not_checked = LinePart(theme, "What was not checked", "Go to Overview", partial(go, "overview"))
        self.defects = LinePart(theme, "Open defects", "Go to Defects", partial(go, "defects"))
        for part in (self.declarations, self.findings, self.exceptions, self.not_checked, self.defects):
            right.addWidget(part)
        right.addStretch()
        grid.setRowStretch(2, 1)
        self.setWidget(content)
        self._content = content
        content.hide()  # until it is read

    def fill(self, sheet: GoNoGo) -> None:
        """Show this sheet; how far it was scrolled stays while it is the same plan."""
        same = self._sheet is not None and self._sheet.plan.id == sheet.plan.id
        self._sheet = sheet
        self._content.show()
        if not same:
            self.blockers.fold()
        if sheet.plan.rehearsal:
            self.rehearsal.say(
                "This is a rehearsal: for practice only. It decides nothing and is never sent.", Tone.WARNING
            )
        else:
            self.rehearsal.hide()
        self._fill_way(sheet)
        for name, part in self.parts.items():
            part.fill(getattr(sheet, name))
        self.declarations.fill(sheet.declarations, sheet.declarations_missing)
        self.findings.fill(sheet.findings, "No check was run.")
        self.exceptions.fill(sheet.exceptions, "None.")
        self.not_checked.fill(sheet.not_checked, "Every check ran in full.")
        self.defects.fill(sheet.defects, "None.")
        if not same:
            self.verticalScrollBar().setValue(0)

    def _way(self) -> QWidget:
        """The card at the top: how it stands, how many of what, and each blocker in a sentence."""
        theme = self._context.theme
        card = Card()
        card.setAccessibleName("What stands in the way")
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        top = QHBoxLayout()
        top.setSpacing(theme.px(1))
        self.sign, self.verdict = Picture(theme), label("", "heading", wrap=True)
        self.rag_sign, self.worst = Picture(theme), label("", "muted")
        top.addWidget(self.sign)
        top.addWidget(self.verdict, 1)
        top.addSpacing(theme.px(3))
        top.addWidget(self.rag_sign)
        top.addWidget(self.worst)
        self.facts = label("", "muted", wrap=True, selectable=True)
        counts = QWidget()
        row = QGridLayout(counts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setHorizontalSpacing(theme.px(5))
        row.setVerticalSpacing(0)
        self.figures: dict[str, tuple[QLabel, QPushButton]] = {}
        for place, (name, words) in enumerate(_COUNTED):
            figure = label("", "figure")
            show = button(words, partial(self._bring, name), role="link", tip=f"Show what is {words}")
            self.figures[name] = figure, show
            row.addWidget(figure, 0, place, Qt.AlignmentFlag.AlignLeft)
            row.addWidget(show, 1, place, Qt.AlignmentFlag.AlignLeft)
        row.setColumnStretch(len(_COUNTED), 1)
        self.blockers = BlockerPart(theme)
        card.body.addLayout(top)
        card.body.addWidget(self.facts)
        card.body.addWidget(counts)
        card.body.addLayout(self.blockers.column)
        return card

    def _fill_way(self, sheet: GoNoGo) -> None:
        count = len(sheet.blockers)
        words = "1 thing stands in the way" if count == 1 else f"{count:,} things stand in the way"
        self.verdict.setText(words if count else NOTHING)
        self.sign.say(*("warning", "block", "Careful") if count else ("info", "accent", "Note"))
        self.facts.setText(" · ".join(facts(sheet)))
        any_open = sheet.failed or sheet.late or sheet.open or sheet.waiting
        self.rag_sign.say(*rag_look(sheet.rag) if any_open else ("", ""), "")
        self.worst.setText(f"{RAG_WORDS[sheet.rag]} is the worst of what is open")
        self.worst.setVisible(bool(any_open) and sheet.rag is not Rag.NONE)
        for name, (figure, show) in self.figures.items():
            activities = getattr(sheet, name)
            figure.setText(f"{len(activities):,}")
            show.setEnabled(bool(activities))
        self.blockers.fill(sheet.in_the_way)

    def _bring(self, name: str) -> None:
        """Scroll to a part."""
        self.ensureWidgetVisible(self.parts[name], 0, self.viewport().height() // 3)

    def _show_activity(self, activity_id: int) -> None:
        if self._sheet is not None:
            self._context.navigate("cutover", ShowActivity(self._sheet.plan.id, activity_id))

    def _show_declaration(self, declaration_id: int) -> None:
        self._context.navigate("declarations", ShowDeclaration(declaration_id))


def facts(sheet: GoNoGo) -> list[str]:
    """The milestone with its day, when the plan ends, and what it was taken from."""
    told = []
    if sheet.milestone:
        told.append(f"{sheet.milestone.name}: {day_words(sheet.milestone.day, 'no day')} ({sheet.milestone.source})")
    if sheet.ends is None:
        told.append("Nothing in the plan has a day yet")
    elif sheet.planned_end and sheet.planned_end != sheet.ends:
        told.append(f"Ends {moment_words(sheet.ends)} (forecast), planned {moment_words(sheet.planned_end)}")
    else:
        told.append(f"Ends {moment_words(sheet.ends)}")
    if sheet.plan.source:
        told.append(f"Taken from {sheet.plan.source}")
    return told
