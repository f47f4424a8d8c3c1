"""Choosing among many by a few letters: evidence for a record, or the records that a piece of evidence proves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.browse.view import Filter, Op, View
from desktop.errors import PlainError
from desktop.evidence.model import Target, TargetKind
from desktop.evidence.table import WITHDRAWN
from desktop.jobs import Job
from ui.context import Context
from ui.widgets.basics import button, label, main_button

SHOWN = 200
"""Choices that are listed: who sees more of them types another letter."""
WAIT = 200
"""Milliseconds of stillness after which what was typed is looked for."""


@dataclass(frozen=True)
class Choice:
    """One line: what is chosen, its reference and its title."""

    key: object
    ref: str
    title: str


Find = Callable[[str, str], Sequence[Choice]]
"""Gives the choices for (kind, typed text), best first, at most `SHOWN`; called on a worker."""


class ChooserDialog(QDialog):
    """A field, a list and a note. The verb tells how many are chosen."""

    def __init__(
        self,
        parent: QWidget | None,
        context: Context,
        title: str,
        verb: str,
        find: Find,
        *,
        intro: str = "",
        kinds: Sequence[tuple[str, str]] = (),
        nothing: str = "Nothing fits.",
    ) -> None:
        """`kinds` are (id, words) to choose from; without them there is one, ''. `nothing`: said when none is there."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self._context, self._find, self._verb, self._nothing = context, find, verb, nothing
        self._choices: list[Choice] = []
        self._round = 0
        self._accepting = False
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT)
        self._wait.timeout.connect(self.look)
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(title, "heading", wrap=True))
        if intro:
            column.addWidget(label(intro, "muted", wrap=True))
        self.list = _ChoiceList()
        column.addLayout(self._search_row(kinds))
        self.list.itemSelectionChanged.connect(self._count)
        self.list.doubleClicked.connect(lambda _index: self.accept())
        column.addWidget(self.list, 1)
        self.words = label("", "small", wrap=True)
        column.addWidget(self.words)
        self.note = QLineEdit()
        self.note.setPlaceholderText("Note: what of it proves this (may be empty)")
        self.note.setAccessibleName("Note: what of it proves this")
        column.addWidget(self.note)
        box = QDialogButtonBox(self)
        self.verb = button(verb, self.accept, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 42, unit * 30)
        self.field.setFocus()
        self.look()

    def _search_row(self, kinds: Sequence[tuple[str, str]]) -> QHBoxLayout:
        row = QHBoxLayout()
        self.kind = QComboBox()
        self.kind.setAccessibleName("Kind of record")
        for key, words in kinds:
            self.kind.addItem(words, key)
        self.kind.setVisible(len(kinds) > 1)
        self.kind.activated.connect(lambda _place: self.look())
        self.field = _SearchField()
        self.field.setPlaceholderText("Search by reference or words")
        self.field.setAccessibleName("Search by reference or words")
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(lambda _text: self._wait.start())
        self.field.down.connect(self.list.setFocus)
        row.addWidget(self.kind)
        row.addWidget(self.field, 1)
        return row

    def look(self) -> None:
        """Find what fits what is typed now; of several searches only the newest is shown."""
        self._wait.stop()
        self._round += 1
        number, find = self._round, self._find
        kind, text = str(self.kind.currentData() or ""), self.field.text().strip()

        def came(found: Sequence[Choice]) -> None:
            if number == self._round:
                self._fill(found)

        def failed(error: PlainError) -> None:
            if number == self._round:
                self._fill(())
                self.words.setText(str(error))

        self._context.jobs.run(
            "Looking for what fits", lambda _job: find(kind, text), done=came, failed=failed, quiet=True
        )

    def chosen(self) -> list[object]:
        """The keys of what is chosen."""
        rows = sorted({index.row() for index in self.list.selectionModel().selectedRows()})
        return [self._choices[row].key for row in rows]

    def done(self, result: int) -> None:
        """Closed: a search that is still under way is for nobody."""
        self._round = -1
        self._wait.stop()
        super().done(result)

    def accept(self) -> None:
        """Take what is chosen; nothing chosen is no choice. Right after typing, what was typed is looked for first."""
        if self._wait.isActive():
            self._accepting = True
            self.look()
        elif self.chosen():
            super().accept()

    def _fill(self, found: Sequence[Choice]) -> None:
        self._choices = list(found)
        self.list.fill(found)
        self._count()
        accepting, self._accepting = self._accepting, False
        if accepting:
            self.accept()

    def _count(self) -> None:
        count = len(self.chosen())
        self.verb.setEnabled(count > 0)
        self.verb.setText(f"{self._verb} ({count})" if count > 1 else self._verb)
        if not self._choices:
            self.words.setText("Nothing fits these letters." if self.field.text().strip() else self._nothing)
        elif len(self._choices) >= SHOWN:
            self.words.setText(f"The first {SHOWN} are listed: type more letters to see others.")
        else:
            self.words.setText("Ctrl+click or Shift+arrows choose several.")


class _ChoiceList(QTableWidget):
    """Reference and title of each choice; several can be selected."""

    def __init__(self) -> None:
        super().__init__(0, 2)
        self.setAccessibleName("Choices")
        self.setHorizontalHeaderLabels(["Reference", "Title"])
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 1.75))
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)

    def fill(self, choices: Sequence[Choice]) -> None:
        """Show these and choose the first."""
        self.setRowCount(len(choices))
        for row, choice in enumerate(choices):
            for place, text in enumerate((choice.ref, choice.title)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.setItem(row, place, item)
        letter = self.fontMetrics().averageCharWidth()
        self.resizeColumnToContents(0)
        self.setColumnWidth(0, min(self.columnWidth(0) + letter * 2, letter * 32))
        if choices:
            self.selectRow(0)


class _SearchField(QLineEdit):
    """Down goes into the list."""

    down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
        else:
            super().keyPressEvent(event)


def ask_evidence(context: Context, parent: QWidget, targets: Sequence[Target], name: str) -> None:
    """Let the person choose evidence of this workspace, and link it to the targets, which are called `name`."""
    evidence = context.workspace.evidence

    def find(_kind: str, text: str) -> list[Choice]:
        table = evidence.table()
        table.apply(View(filters=(Filter("state", Op.IS_NONE, (WITHDRAWN,)),), text=text))
        rows = table.frame(0, SHOWN).select("ref", "title").rows()
        return [Choice(key, str(ref), str(title)) for key, (ref, title) in zip(table.ids(0, SHOWN), rows, strict=True)]

    dialog = ChooserDialog(
        parent, context, f"Evidence for {name}", "Attach", find,
        intro="The search looks into titles, tags and file names, and into the files themselves.",
        nothing="There is no evidence yet. Drop files on the row, or press Attach files….",
    )  # fmt: skip
    ids, note = _asked(dialog)
    if ids:
        wanted, linked = [cast("int", one) for one in ids], tuple(targets)
        context.change("Attaching", lambda _job: evidence.link(wanted, linked, note), quiet=True)


def ask_targets(context: Context, parent: QWidget, evidence_ids: Sequence[int], name: str) -> None:
    """Let the person choose what pieces of evidence, called `name`, prove, and link them to that."""
    evidence, ids = context.workspace.evidence, list(evidence_ids)

    def find(kind: str, text: str) -> list[Choice]:
        return [Choice(target, ref, title) for target, ref, title in evidence.linkable(TargetKind(kind), text, SHOWN)]

    def show(kinds: tuple[tuple[str, str], ...]) -> None:
        dialog = ChooserDialog(
            parent, context, f"What {name} proves", "Add the link", find,
            kinds=kinds or ((TargetKind.REQUIREMENT.value, "Requirement"),),
            nothing="There is nothing to link to yet: import requirements or test cases, or make the PIT plan first.",
        )  # fmt: skip
        chosen, note = _asked(dialog)
        if chosen:
            targets = [cast("Target", one) for one in chosen]
            context.change("Linking", lambda _job: evidence.link(ids, targets, note), quiet=True)

    def kinds_there(job: Job) -> tuple[tuple[str, str], ...]:
        found = []
        for kind in TargetKind:
            job.check()
            if evidence.linkable(kind, "", 1):
                found.append((kind.value, kind.words.capitalize()))
        return tuple(found)

    context.read("Looking what there is to link to", kinds_there, show)


def _asked(dialog: ChooserDialog) -> tuple[list[object], str]:
    try:
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return [], ""
        return dialog.chosen(), dialog.note.text().strip()
    finally:
        dialog.deleteLater()
