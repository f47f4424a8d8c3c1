"""The difference that an import would make: counts to click, the changes as a table, one change in full."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSplitter, QVBoxLayout, QWidget

from desktop.browse.view import Filter, Op, View
from desktop.records.difference import difference_table, words_of
from desktop.records.model import ChangeKind, RecordChange, StagedRecords
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
}
"""Icon and colour role of each kind of change, beside its words."""


def to_take(staged: StagedRecords) -> int:
    """How many records a commit would touch."""
    return sum(staged.counts.get(one, 0) for one in TAKEN)


def _in_words(counts: Mapping[ChangeKind, int], words: str) -> str:
    """What a commit does: `adds 3 and changes 53 requirements, and marks 67 that are not in this file`."""
    verbs = [
        f"{verb} {counts[kind]:,}"
        for kind, verb in (
            (ChangeKind.ADDED, "adds"),
            (ChangeKind.CHANGED, "changes"),
            (ChangeKind.BACK, "brings back"),
        )
        if counts.get(kind)
    ]
    done = f"{', '.join(verbs[:-1])} and {verbs[-1]}" if len(verbs) > 1 else "".join(verbs)
    if verbs and verbs[-1].endswith(" 1"):
        words = words.removesuffix("s")
    missing = counts.get(ChangeKind.MISSING, 0)
    marks = f"marks {missing:,} that {'is' if missing == 1 else 'are'} not in this file" if missing else ""
    return ", and ".join(part for part in (f"{done} {words}" if done else "", marks) if part)


class RecordDifference(QWidget):
    """Read only; `fill` shows a dry run."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._changes: tuple[RecordChange, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(context.theme.px(2))
        self.summary = label("", wrap=True)
        column.addWidget(self.summary)
        self.notes = label("", "muted", wrap=True, selectable=True)
        column.addWidget(self.notes)
        counts = QWidget()
        self._counts = Flow(counts, gap=context.theme.px(1))
        column.addWidget(counts)
        self.counts: dict[ChangeKind, QPushButton] = {}
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
        self._changes = staged.changes
        words, counts = staged.source.kind.words, staged.counts
        unchanged = counts.get(ChangeKind.UNCHANGED, 0)
        take, refused = to_take(staged), counts.get(ChangeKind.REFUSED, 0)
        stay = "stays as it is" if unchanged == 1 else "stay as they are"
        rows = "row" if refused == 1 else "rows"
        parts = [
            f"Taking it {_in_words(counts, words)}."
            if take
            else f"Nothing would change: the {words} are here already."
            if unchanged or not refused
            else f"Nothing can be taken: {'the only row is' if refused == 1 else f'all {refused:,} rows are'} refused.",
            f"{unchanged:,} {stay}." if unchanged and take else "",
            f"{refused:,} {rows} cannot be taken; the others can." if refused and (take or unchanged) else "",
        ]
        self.summary.setText(" ".join(part for part in parts if part))
        self.notes.setText("\n".join(one for one in staged.notes if one not in staged.source.notes))
        self.notes.setVisible(bool(self.notes.text()))
        self._fill_counts(staged)
        self.panel.setVisible(bool(staged.changes))
        self.fields.setVisible(bool(staged.changes))
        self.panel.set_source(difference_table(staged.changes), View())

    def show_only(self, kind: ChangeKind) -> None:
        """Show only the changes of one kind; all again when it was so already."""
        wanted = (Filter("change", Op.IS_ANY, (words_of(kind),)),)
        self.panel.apply(View(filters=() if self.panel.view.filters == wanted else wanted))

    def _fill_counts(self, staged: StagedRecords) -> None:
        while item := self._counts.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.counts = {}
        for kind in ChangeKind:
            count = staged.counts.get(kind, 0)
            if not count:
                continue
            made = QPushButton(f"{count:,}  {words_of(kind)}")
            made.setAutoDefault(False)
            made.setEnabled(kind is not ChangeKind.UNCHANGED)
            made.setToolTip("Not listed" if kind is ChangeKind.UNCHANGED else "Show only these; press again for all")
            made.clicked.connect(lambda _checked=False, one=kind: self.show_only(one))
            self._counts.addWidget(made)
            self.counts[kind] = made
        self._counts.addWidget(QWidget())

    def _explain(self, place: object) -> None:
        if not isinstance(place, int) or not 0 <= place < len(self._changes):
            self.fields.fill([])
            return
        change = self._changes[place]
        lines = [(name, (name, before, after)) for name, (before, after) in change.fields.items()]
        if change.reason:
            lines.insert(0, ("", ("Why it is refused", "", change.reason)))
        self.fields.fill(lines)
