"""The frame of a pane that shows one record in full: its state, key and title, what to look at, verbs, and cards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QPushButton, QWidget

from desktop.records.model import PastChange
from ui.context import Context
from ui.models.paged_table import shown_date
from ui.widgets.basics import Card, button, label
from ui.widgets.flow import Flow
from ui.widgets.pane_frame import PaneFrame
from ui.widgets.small_table import SmallTable
from ui.widgets.trace_links import Lines
from ui.widgets.trace_look import StatusWord

NARROWEST = 50
"""Characters of text that a pane is wide at least."""


class RecordPane(PaneFrame):
    """What every such pane has; `nothing` is said while no record is chosen."""

    def __init__(self, context: Context, name: str, nothing: str) -> None:
        super().__init__(context, name, NARROWEST)
        self._nothing = nothing
        theme = context.theme
        self.status = StatusWord(theme, wrap=True)
        self.column.addWidget(self.status)
        self.title = label(nothing, "heading", wrap=True, selectable=True)
        self.column.addWidget(self.title)
        self.text = label("", wrap=True, selectable=True)
        self.column.addWidget(self.text)
        self.flags = Lines()
        self.column.addWidget(self.flags)
        self.verbs = QWidget()
        self._verbs = Flow(self.verbs, gap=theme.px(1))
        self.column.addWidget(self.verbs)
        self.cards: list[QWidget] = []
        self._writing: list[QPushButton] = []

    def add_verb(self, text: str, run: Callable[[], object], tip: str = "", *, writes: bool = True) -> QPushButton:
        """A button under the title; one that writes is off where nothing can be written."""
        made = button(text, run, tip=tip)
        self._verbs.addWidget(made)
        if writes:
            self._writing.append(made)
        return made

    def end_verbs(self) -> None:
        """Close the row of verbs: what comes last in it takes the rest of its line."""
        self._verbs.addWidget(QWidget())

    def add_card(self, heading: str, *widgets: QWidget) -> Card:
        """A card that is shown while a record is."""
        card = Card(heading)
        for widget in widgets:
            card.body.addWidget(widget)
        self.column.addWidget(card)
        self.cards.append(card)
        return card

    def end_cards(self) -> None:
        """Close the column, and show that nothing is chosen."""
        self.column.addStretch()
        self.show_head(None)

    def show_head(self, title: str | None, text: str = "", flags: Sequence[QWidget | str] = ()) -> None:
        """Show a record's head; None = none is chosen, and the cards go."""
        shown = title is not None
        if self.title.text() != (title if title is not None else self._nothing):
            self.verticalScrollBar().setValue(0)  # another record begins at its head
        self.title.setText(title if title is not None else self._nothing)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.flags.fill([label(one, "high", wrap=True) if isinstance(one, str) else one for one in flags])
        self.flags.setVisible(bool(flags))
        self.status.setVisible(shown)
        self.verbs.setVisible(shown)
        for card in self.cards:
            card.setVisible(shown)
        for made in self._writing:
            made.setEnabled(not self.context.workspace.read_only)


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Lines of `name: value`, those without a value left out."""
    return "\n".join(f"{name}: {value}" for name, value in pairs if value)


def history_table() -> SmallTable:
    """What imports changed in a record; filled by `fill_history`."""
    made = SmallTable(
        "What imports changed", ("When", "File", "What"), "No import has changed it: it was typed here, or not at all."
    )
    made.setMinimumHeight(made.fontMetrics().height() * 6)
    return made


def fill_history(table: SmallTable, changes: Sequence[PastChange]) -> None:
    """One line for each import that touched the record."""
    table.fill([(place, (shown_date(one.at), one.file_name, change_words(one))) for place, one in enumerate(changes)])


def change_words(change: PastChange) -> str:
    """What one import did, in a line: `Changed: Title “a” → “b”`."""
    fields = "; ".join(f"{name} “{before}” → “{after}”" for name, (before, after) in change.fields.items())
    version = f" ({change.source} {change.version})".replace(" )", ")") if change.source or change.version else ""
    words = change.change.value.capitalize() + version
    return f"{words}: {fields}" if fields and change.change.value == "changed" else words
