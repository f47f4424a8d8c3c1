"""Exporting a submission: for whom, in which form, under which names, into which folder; shown before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.submissions.model import Exported, Submission, SubmissionState
from ui.context import Context
from ui.reporting import show_folder
from ui.widgets.basics import button, label, main_button, set_role
from ui.widgets.declaration_fields import Asked

FOLDER = "submissions/folder"
"""Where the window remembers the folder that was exported to last."""
AS_WANTED, ONE_ZIP, AS_FILES = "", "zip", "files"
FORMS = (
    (AS_WANTED, "As each recipient wants it"), (ONE_ZIP, "One ZIP for each recipient"), (AS_FILES, "Files as they are"),
)  # fmt: skip
NOT_SENT = "MHHS Desk writes the files; it does not send them. Say that they were handed over once they are."


@dataclass(frozen=True)
class ExportWanted:
    """What the dialog says."""

    folder: Path
    recipients: tuple[str, ...]
    as_zip: bool | None


def last_folder(context: Context) -> Path:
    """The folder that was used last, else the home folder."""
    folder = Path(str(context.settings.value(FOLDER, "") or Path.home()))
    return folder if folder.is_dir() else Path.home()


class ExportDialog(QDialog):
    """A box for each recipient with the names of its files."""

    def __init__(
        self, context: Context, parent: QWidget | None, one: Submission, names: Mapping[str, Sequence[str]]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Export {one.name}")
        self._context = context
        unit = self.fontMetrics().height()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(unit, unit, unit, unit)
        outer.setSpacing(unit)
        outer.addWidget(label(f"Export {one.name}", "heading", wrap=True))
        outer.addWidget(label(NOT_SENT, "muted", wrap=True))
        self.boxes: dict[str, QCheckBox] = {}
        place = self._recipients(one, names)
        outer.addWidget(Asked("For whom, and under which names", place))
        self.form = QComboBox()
        for key, words in FORMS:
            self.form.addItem(words, key)
        self.form.currentIndexChanged.connect(lambda _index: self._fit())
        outer.addWidget(Asked("Form", self.form))
        self.other_form = label(
            "The names above are those of the form that each recipient wants; the same pattern names these.",
            "small", wrap=True,
        )  # fmt: skip
        outer.addWidget(self.other_form)
        self.path = QLineEdit(str(last_folder(context)))
        self.path.setAccessibleName("Folder")
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.path, 1)
        line.addWidget(button("Choose…", self._choose))
        row.setFocusProxy(self.path)
        outer.addWidget(
            Asked(
                "Folder",
                row,
                "Nothing is written over: a file that is the same stays, another one of its name stops the export.",
            )
        )
        self.wrong = label("", "block", wrap=True)
        self.wrong.hide()
        outer.addWidget(self.wrong)
        outer.addStretch()
        box = QDialogButtonBox(self)
        self.verb = button("Export", self._accept, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        outer.addWidget(box)
        self.resize(unit * 42, unit * (22 + 4 * len(self.boxes)))
        self._fit()
        self.verb.setFocus()

    def wanted(self) -> ExportWanted:
        """What the fields say."""
        form = str(self.form.currentData() or "")
        chosen = tuple(key for key, made in self.boxes.items() if made.isChecked())
        return ExportWanted(
            Path(self.path.text().strip()).expanduser(), chosen, None if form == AS_WANTED else form == ONE_ZIP
        )

    def _recipients(self, one: Submission, names: Mapping[str, Sequence[str]]) -> QWidget:
        """A box for each recipient, and under it the names of its files."""
        unit = self.fontMetrics().height()
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        for standing in one.recipients:
            made = QCheckBox((standing.name or standing.recipient).replace("&", "&&"))
            made.setChecked(True)
            made.toggled.connect(lambda _on: self._fit())
            self.boxes[standing.recipient] = made
            column.addWidget(made)
            listed = "\n".join(names.get(standing.recipient, ())) or "no name is known"
            told = label(listed, "small", wrap=True, selectable=True)
            told.setContentsMargins(round(unit * 1.6), 0, 0, 0)
            column.addWidget(told)
        if self.boxes:
            place.setFocusProxy(next(iter(self.boxes.values())))
        return place

    def _fit(self) -> None:
        chosen = any(made.isChecked() for made in self.boxes.values())
        self.verb.setEnabled(chosen)
        self.other_form.setVisible(self.form.currentData() != AS_WANTED)

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Export into a folder", self.path.text())
        if chosen:
            self.path.setText(chosen)

    def _accept(self) -> None:
        folder = self.wanted().folder
        missing = not self.path.text().strip() or not folder.is_dir()
        self.wrong.setText(f"There is no folder {folder}. Choose another." if missing else "")
        self.wrong.setVisible(missing)
        set_role(self.path, wrong="true" if missing else "false")
        if missing:
            self.path.setFocus()
            return
        self._context.settings.setValue(FOLDER, str(folder))
        self.accept()


class ExportedDialog(QDialog):
    """What was written, for each recipient, and the way to the folder."""

    def __init__(self, parent: QWidget | None, one: Submission, written: Sequence[Exported]) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{one.name} is written")
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(f"{one.name} is written", "heading", wrap=True))
        column.addWidget(label("It is exported, not sent. Send it, then say that it was handed over.", wrap=True))
        if one.state is SubmissionState.SUPERSEDED:
            column.addWidget(
                label("A newer version was frozen after it: see that this is the one you mean.", wrap=True)
            )
        names = {standing.recipient: standing.name for standing in one.recipients}
        for exported in written:
            column.addWidget(label(names.get(exported.recipient, exported.recipient), "strong"))
            column.addWidget(label("\n".join(path.name for path in exported.paths), wrap=True, selectable=True))
        first = next((path for exported in written for path in exported.paths), None)
        if first is not None:
            column.addWidget(label(f"In {first.parent}", "small", wrap=True, selectable=True))
        column.addStretch()
        box = QDialogButtonBox(self)
        if first is not None:
            main_button(box, button("Show in folder", lambda: show_folder(first), role="primary"))
        box.addButton(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.setMinimumWidth(unit * 32)


def ask_export(
    context: Context, parent: QWidget, one: Submission, names: Mapping[str, Sequence[str]]
) -> ExportWanted | None:
    """Show the form; what was chosen, None when it was given up."""
    dialog = ExportDialog(context, parent, one, names)
    try:
        return dialog.wanted() if dialog.exec() == QDialog.DialogCode.Accepted else None
    finally:
        dialog.deleteLater()


def tell_exported(parent: QWidget, one: Submission, written: Sequence[Exported]) -> None:
    """Say what was written."""
    dialog = ExportedDialog(parent, one, written)
    try:
        dialog.exec()
    finally:
        dialog.deleteLater()
