"""The difference that an import would make: counts to click, the changes as a table, one change in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop.browse.view import Filter, Op, View
from desktop.records.difference import KEPT, WAITS, difference_table, state_of, words_of
from desktop.records.model import ChangeKind, ImportOptions, RecordChange, RecordKind, StagedRecords
from desktop.records.shown_values import shown_value
from ui.context import Context
from ui.widgets.basics import label
from ui.widgets.flow import Flow
from ui.widgets.small_table import SmallTable
from ui.widgets.table_panel import TablePanel

TAKEN = (ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.BACK, ChangeKind.MISSING)
"""What a commit does something for."""


_LOOKS = {
    words_of(ChangeKind.ADDED): ("add", "good"),
    words_of(ChangeKind.CHANGED): ("state-changed", "med"),
    words_of(ChangeKind.MISSING): ("status-gap", "high"),
    words_of(ChangeKind.BACK): ("status-passed", "good"),
    words_of(ChangeKind.REFUSED): ("status-failed", "block"),
    WAITS: ("status-blocked", "high"),
    KEPT: ("info", "med"),
}
"""Icon and colour role of each kind of change, beside its words."""


def _refusal(causes: int, waiting: int) -> str:
    """What cannot be taken: the rows that are the cause, and how many only wait for them."""
    said = f"{causes:,} {'row' if causes == 1 else 'rows'} cannot be taken"
    if not waiting:
        return said
    return f"{said}; {waiting:,} more {'waits' if waiting == 1 else 'wait'} for {'it' if causes == 1 else 'them'}"


def to_take(staged: StagedRecords) -> int:
    """How many records a commit would touch."""
    return sum(staged.counts.get(one, 0) for one in TAKEN)


def _in_words(counts: Mapping[ChangeKind, int], kind: RecordKind) -> str:
    """What a commit does: `adds 3 and changes 53 requirements, and marks 67 that are not in this file`."""
    verbs = [
        f"{verb} {counts[change]:,}"
        for change, verb in (
            (ChangeKind.ADDED, "adds"),
            (ChangeKind.CHANGED, "changes"),
            (ChangeKind.BACK, "brings back"),
        )
        if counts.get(change)
    ]
    done = f"{', '.join(verbs[:-1])} and {verbs[-1]}" if len(verbs) > 1 else "".join(verbs)
    words = kind.word if verbs and verbs[-1].endswith(" 1") else kind.words
    missing = counts.get(ChangeKind.MISSING, 0)
    marks = f"marks {missing:,} that {'is' if missing == 1 else 'are'} not in this file" if missing else ""
    return ", and ".join(part for part in (f"{done} {words}" if done else "", marks) if part)


class RecordDifference(QWidget):
    """Read only; `fill` shows a dry run. `otherwise` fires when it is asked for with other options (`options`)."""

    otherwise = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._changes: tuple[RecordChange, ...] = ()
        self._kind: RecordKind | None = None
        self.asked: QCheckBox | None = None
        """What was ticked or not the last time; the focus comes back to it."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(context.theme.px(2))
        self.summary = label("", wrap=True)
        column.addWidget(self.summary)
        self.notes = label("", "muted", wrap=True, selectable=True)
        column.addWidget(self.notes)
        self.without_links = QCheckBox("Take those that wait, without the link to what cannot be taken")
        self.over_here = QCheckBox("Take what the file says over what was changed here since")
        for box in (self.without_links, self.over_here):
            box.clicked.connect(lambda _on, one=box: self._ask(one))
            column.addWidget(box)
        counts = QWidget()
        self._counts = Flow(counts, gap=context.theme.px(1))
        column.addWidget(counts)
        self.counts: dict[ChangeKind, QPushButton] = {}
        self.of_states: dict[str, QPushButton] = {}
        """The same buttons and those of states apart from them, by their words."""
        self.panel = TablePanel(context, "difference", title="Changes")
        self.panel.looks = _LOOKS.get
        self.panel.current_changed.connect(self._explain)
        self.panel.loaded.connect(lambda: self._explain(self.panel.current_id()))
        self.fields = SmallTable(
            "The chosen change, field by field", ("Field", "Before", "After"), "Choose a change to see it in full."
        )
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.panel)
        split.addWidget(self.fields)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        self.fields.setMinimumHeight(self.fontMetrics().height() * 6)
        column.addWidget(split, 1)

    def fill(self, staged: StagedRecords) -> None:
        """Show what a commit of this would do."""
        self._changes, self._kind = staged.changes, staged.source.kind
        words, counts = staged.source.kind.words, staged.counts
        waiting = sum(one.waits for one in staged.changes)
        self.without_links.setVisible(bool(waiting) or staged.options.without_lost_links)
        self.over_here.setVisible(any(one.here for one in staged.changes))
        unchanged = counts.get(ChangeKind.UNCHANGED, 0)
        take, refused = to_take(staged), counts.get(ChangeKind.REFUSED, 0)
        stay = "stays as it is" if unchanged == 1 else "stay as they are"
        parts = [
            f"Taking it {_in_words(counts, staged.source.kind)}."
            if take
            else f"Nothing would change: the {words} are here already."
            if unchanged or not refused
            else f"Nothing can be taken: {'the only row is' if refused == 1 else f'all {refused:,} rows are'} refused.",
            f"{unchanged:,} {stay}." if unchanged and take else "",
            f"{_refusal(refused - waiting, waiting)}; the others can." if refused and (take or unchanged) else "",
        ]
        self.summary.setText(" ".join(part for part in parts if part))
        self.notes.setText("\n".join(one for one in staged.notes if one not in staged.source.notes))
        self.notes.setVisible(bool(self.notes.text()))
        self._fill_counts(staged)
        self.panel.setVisible(bool(staged.changes))
        self.fields.setVisible(bool(staged.changes))
        self.panel.set_source(difference_table(staged.changes, self._kind), View())

    def options(self, chosen: ImportOptions) -> ImportOptions:
        """The same with what is ticked here."""
        return replace(
            chosen,
            without_lost_links=self.without_links.isChecked(),
            over_changes_here=self.over_here.isChecked(),
        )

    def start(self) -> None:
        """Nothing is ticked for another file."""
        self.asked = None
        for box in (self.without_links, self.over_here):
            box.setChecked(False)

    def _ask(self, box: QCheckBox) -> None:
        self.asked = box
        self.otherwise.emit()

    def show_only(self, state: str) -> None:
        """Show only the changes of one state (`state_of`); all again when it was so already."""
        wanted = (Filter("change", Op.IS_ANY, (state,)),)
        self.panel.apply(View(filters=() if self.panel.view.filters == wanted else wanted))

    def _fill_counts(self, staged: StagedRecords) -> None:
        while item := self._counts.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.counts, self.of_states = {}, {}
        listed = Counter(state_of(one) for one in staged.changes)
        for kind in ChangeKind:
            state, count = words_of(kind), staged.counts.get(kind, 0)
            if kind is ChangeKind.REFUSED:
                count -= listed[WAITS]
            elif kind is ChangeKind.UNCHANGED:
                count -= listed[KEPT]
            if count:
                self.counts[kind] = self._add_count(state, count, listed=kind is not ChangeKind.UNCHANGED)
        for state in (WAITS, KEPT):
            if listed[state]:
                self._add_count(state, listed[state])
        self._counts.addWidget(QWidget())

    def _add_count(self, state: str, count: int, *, listed: bool = True) -> QPushButton:
        made = QPushButton(f"{count:,}  {state}")
        made.setAutoDefault(False)
        made.setEnabled(listed)
        made.setToolTip("Show only these; press again for all" if listed else "Not listed")
        made.clicked.connect(lambda _checked=False, one=state: self.show_only(one))
        self._counts.addWidget(made)
        self.of_states[state] = made
        return made

    def _explain(self, place: object) -> None:
        if not isinstance(place, int) or not 0 <= place < len(self._changes):
            self.fields.fill([])
            return
        change = self._changes[place]
        lines = [
            (name, (name, shown_value(self._kind, name, before), shown_value(self._kind, name, after)))
            for name, (before, after) in change.fields.items()
        ]
        if change.note:
            lines.insert(0, ("", ("What is to be known", "", change.note)))
        if change.reason:
            lines.insert(0, ("", ("Why it is refused", "", change.reason)))
        self.fields.fill(lines)
