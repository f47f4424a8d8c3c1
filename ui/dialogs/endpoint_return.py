"""Importing a return bundle: receipts and news that came back by hand, one file or its parts in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from desktop.changes import Changes
from desktop.jobs import Job
from desktop.sync.model import BundleTaken
from ui.context import Context, Tone
from ui.dialogs.endpoint_form import EndpointForm
from ui.widgets.basics import button, label
from ui.widgets.declaration_look import counted
from ui.widgets.pit_look import Look

TITLE = "Import a return bundle"
INTRO = (
    "What an endpoint gives back by hand: receipts for your bundles, comments, states, programme content. It is signed "
    "by the endpoint; nothing is taken in before that was checked. Of one that came in parts give all of them "
    "together, in any order."
)
BUNDLES = "Bundles (*.zip);;All files (*)"


class ReturnBundleDialog(EndpointForm):
    """Stays open after a bundle was taken in, so that another part can follow. `taken`: what the last one brought."""

    def __init__(self, context: Context, parent: QWidget | None, paths: Sequence[Path] = ()) -> None:
        super().__init__(context, parent, TITLE, INTRO, "Take in")
        self.setAcceptDrops(True)
        self.taken: BundleTaken | None = None
        self.list = _Files(self._take_off)
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setMinimumHeight(self.unit * 6)
        self.ask("files", "Files", self.list, "Choose them, or drop them anywhere on this window")
        row = QHBoxLayout()
        self.choose_button = button("Choose…", self._choose)
        self.choose_button.setAccessibleName("Choose files…")
        self.drop_button = button("Take off the list", self._take_off)
        row.addWidget(self.choose_button)
        row.addWidget(self.drop_button)
        row.addStretch()
        self.column.addLayout(row)
        self.list.itemSelectionChanged.connect(self._fit_verb)
        self.outcome = Look(context.theme)
        self.outcome.hide()
        self.brought = label("", wrap=True, selectable=True)
        self.brought.hide()
        self.column.addWidget(self.outcome)
        self.column.addWidget(self.brought)
        self.column.addStretch()
        close = self.box.button(QDialogButtonBox.StandardButton.Cancel)
        close.setText("Close")
        self.fit(42, 34)
        self.add(paths)
        self.choose_button.setFocus()

    def add(self, paths: Sequence[Path]) -> None:
        """Put files on the list, each once."""
        there = set(self.paths())
        for path in paths:
            if path not in there and path.is_file():
                item = QListWidgetItem(path.name)
                item.setData(Qt.ItemDataRole.UserRole, str(path))
                item.setToolTip(str(path))
                self.list.addItem(item)
        self._fit_verb()

    def paths(self) -> tuple[Path, ...]:
        """What is on the list."""
        items = [self.list.item(place) for place in range(self.list.count())]
        return tuple(Path(str(item.data(Qt.ItemDataRole.UserRole))) for item in items)

    def go(self) -> None:
        bundles, paths = self.context.workspace.bundles, self.paths()
        self.say_wrong(None)
        self.outcome.hide()
        self.brought.hide()

        def work(job: Job) -> tuple[BundleTaken, Changes]:
            return bundles.take(paths, job)

        def done(found: tuple[BundleTaken, Changes]) -> None:
            taken, changes = found
            self.context.hub.publish(changes)
            if self.work.left:
                self.context.say(taken_words(taken), Tone.INFO if taken.missing else Tone.GOOD)
            else:
                self._show(taken)

        self.work.start("Taking in the bundle", work, done, self.say_wrong, lambda: self.say_words("Stopped."))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()) and not self.work.busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def _show(self, taken: BundleTaken) -> None:
        self.taken = taken
        if taken.missing:
            self.outcome.say(taken_words(taken), "status-part", "med")
        else:
            self.outcome.say(taken_words(taken), "status-passed", "good")
            self.list.clear()
        self.outcome.show()
        self.brought.setText("\n".join(taken.notes))
        self.brought.setVisible(bool(taken.notes))
        self._fit_verb()

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, TITLE, "", BUNDLES)
        self.add([Path(one) for one in chosen])

    def _take_off(self) -> None:
        for item in self.list.selectedItems():
            self.list.takeItem(self.list.row(item))
        self._fit_verb()

    def _fit_verb(self) -> None:
        count = self.list.count()
        self.verb.setText(f"Take in {counted(count, 'file')}" if count else "Take in")
        self.verb.setEnabled(count > 0 and not self.work.busy)
        self.drop_button.setEnabled(bool(self.list.selectedItems()))

    def _work_moved(self) -> None:
        super()._work_moved()
        if not self.work.busy:
            self._fit_verb()


class _Files(QListWidget):
    """The Delete key takes the chosen ones off the list."""

    def __init__(self, take_off: Callable[[], object]) -> None:
        super().__init__()
        self._take_off = take_off

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._take_off()
        else:
            super().keyPressEvent(event)


def taken_words(taken: BundleTaken) -> str:
    """What a bundle brought, or which parts of it are still to come."""
    if taken.missing:
        numbers = [str(one) for one in taken.missing]
        parts = (
            f"Part {numbers[0]} is" if len(numbers) == 1 else f"Parts {', '.join(numbers[:-1])} and {numbers[-1]} are"
        )
        return f"{parts} still missing, and nothing was taken in yet. Put what is missing on the list too."
    parts_of = [
        f"{count:,} {one if count == 1 else several}"
        for count, one, several in (
            (taken.receipts, "receipt", "receipts"),
            (taken.items, "thing that it says", "things that it says"),
            (taken.packs, "content pack", "content packs"),
        )
        if count
    ]
    known = f"{taken.already:,} known already" if taken.already else ""
    return f"From {taken.endpoint}: {', '.join([*parts_of, *([known] if known else [])]) or 'nothing new'}"


def import_return(context: Context, parent: QWidget, paths: Sequence[Path] = ()) -> BundleTaken | None:
    """Show it until it is closed; what the last bundle brought."""
    dialog = ReturnBundleDialog(context, parent, paths)
    try:
        dialog.exec()
        return dialog.taken
    finally:
        dialog.deleteLater()
