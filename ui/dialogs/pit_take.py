"""What the content pack says otherwise than the plan, row by row; what is ticked is taken, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from desktop.content.pack import Pack
from desktop.content.plan_change import PlanChange
from desktop.pit.model import PartyType
from ui.widgets.basics import button, label, main_button
from ui.widgets.flow import Flow
from ui.widgets.pack_difference import PackDifference

GONE = "The pack has it no more. It stays in the plan; taking this only says that you have seen it."
_WORDS = {"new": "New", "changed": "Changed", "gone": "Not in the pack"}
_GATES = "@"
Compare = Callable[[tuple[str, ...]], Sequence[PlanChange]]


class TakeDialog(QDialog):
    """Party types at the top, the difference as a list to tick, and what the chosen row would change."""

    def __init__(  # noqa: PLR0917 - one dialog, one call
        self,
        parent: QWidget | None,
        pack: Pack,
        parties: Sequence[PartyType],
        chosen: Sequence[str],
        compare: Compare,
        gates: dict[str, str],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Deliverables of the content pack")
        self._compare, self._gates = compare, gates
        self._names = {one.id: one.name for one in parties}
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(pack.label, "heading", wrap=True))
        offsets = pack.body.get("offsets")
        source = f"Source: {pack.source}." + (f" {offsets}" if isinstance(offsets, str) else "")
        column.addWidget(label(source, "muted", wrap=True))
        column.addWidget(label("For which party types?", "strong"))
        self.parties: dict[str, QCheckBox] = {}
        ticks = QWidget()
        flow = Flow(ticks, gap=round(unit * 0.75))
        for one in parties:
            tick = QCheckBox(one.name)
            tick.setChecked(one.id in chosen)
            tick.toggled.connect(lambda _on: self._read())
            self.parties[one.id] = tick
            flow.addWidget(tick)
        flow.addWidget(QWidget())
        column.addWidget(ticks)
        self.difference = PackDifference(("Deliverable", "Gate", "Party type"), 1, GONE)
        self.difference.ticked.connect(self._count)
        self.summary, self.list, self.detail = (
            self.difference.summary, self.difference.list, self.difference.detail,
        )  # fmt: skip
        column.addWidget(self.difference, 1)
        box = QDialogButtonBox(self)
        self.verb = button("Take", self.accept, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 56, unit * 44)
        self._read()

    def chosen_parties(self) -> tuple[str, ...]:
        """The party types that are ticked."""
        return tuple(name for name, box in self.parties.items() if box.isChecked())

    def chosen_keys(self) -> tuple[str, ...]:
        """The deliverables that are ticked."""
        return self.difference.chosen_keys()

    def _read(self) -> None:
        changes = self._compare(self.chosen_parties())
        self.difference.fill(changes, lambda one: _WORDS.get(one.change, one.change), self._cells)
        self.list.setColumnWidth(3, self.fontMetrics().averageCharWidth() * 30)
        self._count()

    def _cells(self, change: PlanChange) -> tuple[str, str, str]:
        party, _, rest = change.key.partition("/")
        gate = rest.partition(_GATES)[2]
        return change.title, self._gates.get(gate, gate), self._names.get(party, party)

    def _count(self) -> None:
        changes = self.difference.changes
        count, total = len(self.chosen_keys()), len(changes)
        if not self.chosen_parties():
            self.summary.setText("Tick at least one party type.")
        elif not total:
            self.summary.setText("The plan says what the pack says.")
        else:
            one = "deliverable" if all(change.change == "new" for change in changes) else "difference"
            self.summary.setText(f"{total:,} {one}{'' if total == 1 else 's'}, {count:,} ticked")
        self.verb.setText(f"Take {count:,} deliverable{'' if count == 1 else 's'}")
        self.verb.setEnabled(count > 0)
