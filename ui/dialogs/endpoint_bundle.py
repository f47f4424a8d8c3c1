"""Exporting a bundle: what goes in is listed first, into which folder, and in parts of which size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.changes import Changes
from desktop.jobs import Job
from desktop.sync.model import BundleWritten, Delivery, Endpoint, Parcel
from ui.context import Context
from ui.dialogs.endpoint_form import EndpointForm
from ui.dialogs.form import narrow
from ui.dialogs.submission_export import last_folder
from ui.reporting import show_folder
from ui.widgets.basics import button, label, main_button
from ui.widgets.declaration_look import counted
from ui.widgets.endpoint_look import moment_words
from ui.widgets.submission_look import size_words

FOLDER, SPLIT = "endpoints/bundle_folder", "endpoints/bundle_split"
"""Where the window remembers the folder and the size of parts that were used last."""
SPLITS = (
    (0, "One file, however large"), (5, "Parts of 5 MiB"), (10, "Parts of 10 MiB"),
    (20, "Parts of 20 MiB, for e-mail"), (100, "Parts of 100 MiB"), (700, "Parts of 700 MiB"),
)  # fmt: skip
SHOWN_FILES = 8
"""Files of a submission that are named."""
INTRO = (
    "A bundle is the same as what is sent online, in a file to carry: by USB stick, by e-mail. Exporting is not "
    "sending: what is in it waits for a receipt, which comes in a return bundle. Sent twice, it still arrives once."
)


class ExportBundleDialog(EndpointForm):
    """`wanted`: uuids that are ticked at first; () = everything without a receipt. `written`: what came of it."""

    def __init__(  # noqa: PLR0917 - one dialog, one call
        self,
        context: Context,
        parent: QWidget | None,
        endpoints: Sequence[Endpoint],
        deliveries: Sequence[Delivery],
        chosen: int | None,
        wanted: Sequence[str] = (),
    ) -> None:
        super().__init__(context, parent, "Export a bundle", INTRO, "Export the bundle")
        self.written: BundleWritten | None = None
        self._endpoints = {one.id: one for one in endpoints}
        self._deliveries = [one for one in deliveries if not one.done]
        self._wanted = set(wanted)
        self.to = QComboBox()
        for one in endpoints:
            self.to.addItem(one.name, one.id)
        self.to.setCurrentIndex(max(0, self.to.findData(chosen)))
        self.to.currentIndexChanged.connect(lambda _place: self._list())
        self.ask("endpoint", "For which endpoint", narrow(self.to))
        self.list = QListWidget()
        self.list.setMinimumHeight(self.unit * 8)
        self.list.itemChanged.connect(lambda _item: self._fit_verb())
        self.ask("deliveries", "What goes in", self.list)
        self.list.currentItemChanged.connect(lambda _now, _before: self._read_files())
        self.files = label("", "small", wrap=True, selectable=True)
        self.column.addWidget(self.files)
        self._asked_files = 0
        self.nothing = label("", "muted", wrap=True)
        self.column.addWidget(self.nothing)
        self.rest = label("", "small", wrap=True)
        self.column.addWidget(self.rest)
        self.path = QLineEdit(str(_folder(context)))
        self.path.setAccessibleName("Folder")
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.path, 1)
        choose = button("Choose…", self._choose)
        choose.setAccessibleName("Choose a folder…")
        line.addWidget(choose)
        row.setFocusProxy(self.path)
        self.ask("folder", "Folder", row)
        self.split = QComboBox()
        for size, words in SPLITS:
            self.split.addItem(words, size)
        kept = context.settings.value(SPLIT, 20)
        self.split.setCurrentIndex(max(0, self.split.findData(int(str(kept)) if str(kept).isdigit() else 20)))
        self.ask("split", "Size", narrow(self.split), "Parts may arrive in any order")
        self.column.addStretch()
        self.fit(46, 44)
        self._list()

    def chosen(self) -> tuple[str, ...]:
        """What is ticked."""
        items = [self.list.item(place) for place in range(self.list.count())]
        return tuple(
            str(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() is Qt.CheckState.Checked
        )

    def go(self) -> None:
        folder = Path(self.path.text().strip()).expanduser()
        if not self.path.text().strip() or not folder.is_dir():
            self.say_words("")
            self.asked["folder"].say_wrong(f"There is no folder {folder}. Choose another.")
            self.path.setFocus()
            return
        settings = self.context.settings
        settings.setValue(FOLDER, str(folder))
        settings.setValue(SPLIT, self.split.currentData())
        bundles, number, uuids = self.context.workspace.bundles, int(self.to.currentData()), self.chosen()
        split = int(self.split.currentData())
        everything = len(uuids) == self.list.count()

        def work(job: Job) -> tuple[BundleWritten, Changes]:
            return bundles.export(number, folder, () if everything else uuids, split_mib=split, job=job)

        self.run("Writing the bundle", work, lambda found: found[1], self._keep)

    def _keep(self, found: tuple[BundleWritten, Changes]) -> None:
        self.written = found[0]

    def _list(self) -> None:
        number, now = self.to.currentData(), self.context.clock()
        shown = [one for one in self._deliveries if one.endpoint_id == number]
        self.list.blockSignals(True)
        self.list.clear()
        for one in shown:
            before = f", in a bundle of {moment_words(one.bundled_at, now)} already" if one.bundled_at else ""
            held = ", paused" if one.paused else ""
            item = QListWidgetItem(f"{one.submission}  {one.title}\n{_act(one)}, {size_words(one.size)}{before}{held}")
            item.setData(Qt.ItemDataRole.UserRole, one.uuid)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            ticked = one.uuid in self._wanted if self._wanted else True
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setCurrentRow(0)
        self._read_files()
        self.asked["deliveries"].setVisible(bool(shown))
        endpoint = self._endpoints.get(int(number)) if number is not None else None
        self.nothing.setText("No submission waits for it. What else is there is written into the bundle all the same.")
        self.nothing.setVisible(not shown)
        also = ["answers in reviews"]
        if endpoint is not None and endpoint.contacts:
            also.insert(0, "contacts that changed here")
        if endpoint is not None and endpoint.signed_in_at is None:
            also.insert(0, "the request to let this laptop in")
        self.rest.setText(f"As far as there are any, also: {', '.join(also)}.")
        self._fit_verb()

    def _read_files(self) -> None:
        """Say which files the chosen one has."""
        self._asked_files += 1
        asked, item, outbox = self._asked_files, self.list.currentItem(), self.context.workspace.outbox
        self.files.setVisible(item is not None)
        self.files.setText("")
        if item is None:
            return
        uuid = str(item.data(Qt.ItemDataRole.UserRole))

        def came(parcel: Parcel) -> None:
            if asked == self._asked_files and not self.work.left:
                self.files.setText(files_words(parcel))

        self.context.read("Reading its files", lambda _job: outbox.parcel(uuid), came)

    def _fit_verb(self) -> None:
        count = len(self.chosen())
        size = sum(one.size for one in self._deliveries if one.uuid in set(self.chosen()))
        words = f"{counted(count, 'submission')}, {size_words(size)}" if count else "without a submission"
        self.verb.setText(f"Export the bundle ({words})")
        none_of_some = self.list.count() > 0 and count == 0
        self.verb.setEnabled(not none_of_some and not self.work.busy)

    def _work_moved(self) -> None:
        super()._work_moved()
        if not self.work.busy:
            self._fit_verb()

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Export into a folder", self.path.text())
        if chosen:
            self.path.setText(chosen)


class BundleWrittenDialog(QDialog):
    """The files that were written, what to do with them, and the way to the folder."""

    def __init__(self, parent: QWidget | None, endpoint: str, written: BundleWritten) -> None:
        super().__init__(parent)
        self.setWindowTitle("The bundle is written")
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label("The bundle is written", "heading"))
        several = len(written.paths) > 1
        parts = f"all {len(written.paths)} parts" if several else "the file"
        waits = (
            f"{counted(len(written.deliveries), 'submission')} in it without a receipt" if written.deliveries else ""
        )
        told = f"It is exported, not sent{f': {waits} until a return bundle comes' if waits else ''}."
        column.addWidget(label(f"Bring {parts} to {endpoint}. {told}", wrap=True))
        names = [f"{path.name}\nSHA-256 {sha256}" for path, sha256 in zip(written.paths, written.sha256, strict=True)]
        files = QListWidget()
        files.setAccessibleName("Files")
        files.addItems(names)
        files.setWordWrap(True)
        column.addWidget(files, 1)
        folder = written.paths[0].parent
        column.addWidget(label(f"{size_words(written.size)} in {folder}", "small", wrap=True, selectable=True))
        box = QDialogButtonBox(self)
        main_button(box, button("Show in folder", lambda: show_folder(written.paths[0]), role="primary"))
        box.addButton(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 42, unit * (22 if several else 18))


def files_words(parcel: Parcel) -> str:
    """Which files go with a submission, the first ones by name; each once."""
    files = {one.sha256: one for one in parcel.files}.values()
    named = [f"{one.name} ({size_words(one.size)})" for one in files]
    more = f" and {len(named) - SHOWN_FILES:,} more" if len(named) > SHOWN_FILES else ""
    return f"{parcel.submission} has {counted(len(named), 'file')}: {', '.join(named[:SHOWN_FILES])}{more}"


def _act(one: Delivery) -> str:
    return "Withdrawal" if one.act == "withdraw" else "Submission"


def _folder(context: Context) -> Path:
    """The folder of the last bundle, else that of the last export."""
    kept = str(context.settings.value(FOLDER, "") or "")
    return Path(kept) if kept and Path(kept).is_dir() else last_folder(context)


def export_bundle(  # noqa: PLR0917 - the same as the dialog
    context: Context,
    parent: QWidget,
    endpoints: Sequence[Endpoint],
    deliveries: Sequence[Delivery],
    chosen: int | None,
    wanted: Sequence[str] = (),
) -> BundleWritten | None:
    """Ask, write, and say what was written; None when it was given up."""
    dialog = ExportBundleDialog(context, parent, endpoints, deliveries, chosen, wanted)
    try:
        dialog.exec()
        written, name = dialog.written, dialog.to.currentText()
    finally:
        dialog.deleteLater()
    if written is not None and written.paths:
        told = BundleWrittenDialog(parent, name, written)
        told.exec()
        told.deleteLater()
    return written
