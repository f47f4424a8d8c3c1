"""The questions around evidence: why it is replaced or withdrawn, what a dropped file is, what is not whole."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from desktop.errors import InvalidInput
from desktop.evidence.model import EvidenceReport
from ui.dialogs.form import Field, ask
from ui.widgets.basics import button, label, main_button
from ui.widgets.small_table import SmallTable


class DroppedAs(StrEnum):
    """What a file is that was dropped on a row of the evidence."""

    NEW = "new"
    REVISION = "revision"


def ask_dropped(parent: QWidget, path: Path, ref: str, title: str) -> tuple[DroppedAs, str] | None:
    """Whether a file is new evidence or a new revision of the item it was dropped on, and why; None = neither."""
    values = ask(
        parent,
        f"Add “{path.name}”",
        (
            Field("what", "It is", DroppedAs.NEW.value, (
                (DroppedAs.NEW.value, "New evidence"),
                (DroppedAs.REVISION.value, f"A new revision of {ref}"),
            )),
            Field("reason", "Why it replaces the file", hint="For a new revision only."),
        ),
        "Add",
        lambda _values: None,
        f"You dropped it on {ref} “{title}”. A new revision keeps the old file too, and everything that relies on it "
        "awaits confirmation from then on.",
    )  # fmt: skip
    return None if values is None else (DroppedAs(values["what"]), values["reason"])


class TakenAs(StrEnum):
    """What a file is that could be imported and was dropped on a row."""

    RECORDS = "records"
    EVIDENCE = "evidence"


class DroppedOnRowDialog(QDialog):
    """Whether the records in a file are imported, or the file is kept as evidence of the row it was dropped on."""

    def __init__(self, parent: QWidget | None, path: Path, name: str, records: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"“{path.name}” was dropped on a row")
        self.taken: TakenAs | None = None
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label(self.windowTitle(), "heading", wrap=True))
        text = (
            f"You can look at the {records} in it before any is taken. Or keep a copy of the file, as it is, as "
            f"evidence of {name}."
        )
        self.setAccessibleDescription(text)
        column.addWidget(label(text, wrap=True))
        box = QDialogButtonBox(self)
        self.records = button(f"Import its {records}", partial(self._take, TakenAs.RECORDS), role="primary")
        self.evidence = button(f"Attach to {name} as evidence", partial(self._take, TakenAs.EVIDENCE))
        main_button(box, self.records)
        box.addButton(self.evidence, QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.setMinimumWidth(unit * 30)
        self.records.setFocus()

    def _take(self, what: TakenAs) -> None:
        self.taken = what
        self.accept()


def ask_dropped_on_row(parent: QWidget | None, path: Path, name: str, records: str) -> TakenAs | None:
    """What to do with a file that holds `records` perhaps (“results”) and was dropped on the row called `name`."""
    dialog = DroppedOnRowDialog(parent, path, name, records)
    dialog.exec()
    dialog.deleteLater()
    return dialog.taken


def ask_replacing(parent: QWidget, path: Path, ref: str, old_name: str, uses: int) -> str | None:
    """Why a file replaces another, '' for no reason; None when the person gave up."""
    relies = {0: "Nothing relies on it yet.", 1: "The one use of it awaits confirmation from then on."}.get(
        uses, f"The {uses} uses of it await confirmation from then on."
    )
    values = ask(
        parent,
        f"A new revision of {ref}",
        (Field("reason", "Why", hint="Stands in the list of revisions."),),
        "Keep the new revision",
        lambda _values: None,
        f"“{path.name}” takes the place of “{old_name}”, which stays kept as the revision before. {relies}",
    )
    return None if values is None else values["reason"]


def ask_withdrawal(parent: QWidget, count: int) -> str | None:
    """Why items are not to be used any more; None when the person gave up."""
    counted = "this piece of evidence" if count == 1 else f"{count:,} pieces of evidence"

    def check(values: dict[str, str]) -> None:
        if not values["reason"]:
            raise InvalidInput("Say why, for those who look for it later.", field="reason")

    values = ask(
        parent,
        f"Withdraw {counted}",
        (Field("reason", "Why", long=True),),
        "Withdraw" if count == 1 else f"Withdraw {count:,} pieces",
        check,
        "It is not to be used any more. Nothing is removed: files, links and history stay, and it can be reinstated.",
    )
    return None if values is None else values["reason"]


class FaultsDialog(QDialog):
    """The files of evidence that are not as they were kept."""

    def __init__(self, parent: QWidget | None, report: EvidenceReport) -> None:
        super().__init__(parent)
        count = len(report.faults)
        title = f"{count:,} {'file' if count == 1 else 'files'} of evidence {'is' if count == 1 else 'are'} not whole"
        self.setWindowTitle(title)
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label(title, "heading", wrap=True))
        column.addWidget(
            label(
                f"{report.checked:,} files were read and compared with what was kept. The others are as they were. "
                "Bring these back from a backup (File › Restore from a backup), or replace them with the file again.",
                wrap=True,
            )
        )
        self.list = SmallTable("Files that are not whole", ("Reference", "Title", "Revision", "File", "What"), "")
        self.list.fill(
            [
                (
                    place,
                    (
                        fault.ref,
                        fault.title,
                        str(fault.revision),
                        fault.file_name,
                        "Damaged" if fault.damaged else "Missing",
                    ),
                )
                for place, fault in enumerate(report.faults)
            ]
        )
        column.addWidget(self.list, 1)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 48, unit * 24)


def show_faults(parent: QWidget, report: EvidenceReport) -> None:
    """Show what is damaged or missing, and wait until it was read."""
    dialog = FaultsDialog(parent, report)
    dialog.exec()
    dialog.deleteLater()
