"""The evidence of one record, for the detail pane of any page: what it relies on, and attaching, confirming, removing.

    self.evidence = EvidencePane(context)
    column.addWidget(self.evidence)
    ...
    self.evidence.show_target(Target(TargetKind.REQUIREMENT, 17), "QT-093 Change of supplier")
    self.evidence.show_target(None)      # nothing is chosen

It reads what it shows by itself, again after each change of the evidence. (`show_target`, because Qt has a `show`.)
`ui/widgets/evidence_drop.py` lets files be dropped on it and on the rows of the page's table.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.changes import Changes, Subject
from desktop.evidence.model import Proof, Target
from ui.context import Context
from ui.dialogs.evidence_chooser import ask_evidence
from ui.models.paged_table import shown_date
from ui.pages.payloads import ShowEvidence
from ui.widgets.basics import button, follow_icon
from ui.widgets.button_row import ButtonRow
from ui.widgets.evidence_adding import add_files, ask_files, paste
from ui.widgets.evidence_files import open_copy, sized
from ui.widgets.small_table import SmallTable


class EvidencePane(QWidget):
    """Lists the proofs of a target and works on them."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.target: Target | None = None
        """The record that is shown."""
        self.name = ""
        """How it is called in a sentence."""
        self.locked = False
        """Nothing is attached or removed: what the record belongs to is closed. Counts from the next `show_target`."""
        self._proofs: dict[int, Proof] = {}
        self.setAccessibleName("Evidence")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.attach_button = button("Attach files…", self.attach, tip="Keep copies of files as evidence of this record")
        follow_icon(self.attach_button, context.theme, "attach")
        self.kept_button = button("Existing…", self.attach_kept, tip="Choose among the evidence of this workspace")
        self.paste_button = button("Paste", self.paste, tip="A screenshot, copied files or a text (Ctrl+V on the row)")
        for made, words in (
            (self.attach_button, "Attach files as evidence…"),
            (self.kept_button, "Attach existing evidence…"),
            (self.paste_button, "Paste as evidence"),
        ):
            made.setAccessibleName(words)
        column.addWidget(ButtonRow(self.attach_button, self.kept_button, self.paste_button))
        self.confirm_button = button("Confirm", self.confirm, tip="The newest revision proves it too")
        self.open_button = button("Open", self.open, tip="A read-only copy in the system’s own program")
        self.open_button.setAccessibleName("Open a copy of the evidence")
        self.remove_button = button("Remove", self.remove, tip="It does not prove this record. The file stays kept.")
        self.list = SmallTable(
            "Evidence",
            ("Evidence", "State"),
            "No evidence yet."
            if context.workspace.read_only
            else "No evidence yet. Drop files here or on the row, or paste a screenshot.",
            edit=lambda _link: self.go_to(),
        )
        assert self.list.edit_button is not None
        self.list.edit_button.setText("Show")
        self.list.edit_button.setAccessibleName("Show on the Evidence page")
        self.list.edit_button.setToolTip("On the Evidence page")
        self.list.list.itemSelectionChanged.connect(self._enable)
        column.addWidget(self.list, 1)
        column.addWidget(ButtonRow(self.list.edit_button, self.open_button, self.confirm_button, self.remove_button))
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.list.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.remove)
        context.hub.changed.connect(self._changed)
        context.jobs.started.connect(self._job_moved)
        context.jobs.ended.connect(self._job_moved)
        self._fill(())

    def show_target(self, target: Target | None, name: str = "") -> None:
        """Show the evidence of a record, called `name` in a sentence; None when none is chosen."""
        if target != self.target:
            self._fill(())
        self.target, self.name = target, name
        self._read()

    # -- what its buttons do -------------------------------------------------------------------------------------------

    def attach(self) -> None:
        """Ask for files and attach them."""
        if self.target and (paths := ask_files(self._context, self.window(), f"Attach files to {self._called()}")):
            add_files(self._context, paths, targets=(self.target,), name=self._called())

    def attach_kept(self) -> None:
        """Ask for evidence that is kept and link it."""
        if self.target:
            ask_evidence(self._context, self.window(), (self.target,), self._called())

    def paste(self) -> None:
        """Attach what is on the clipboard."""
        if self.target:
            paste(self._context, targets=(self.target,), name=self._called())

    def confirm(self) -> None:
        """Say that the newest revision of the chosen item proves the record too."""
        proof, evidence = self.chosen(), self._context.workspace.evidence
        if proof and proof.awaiting and self._context.can_write:
            self._context.change("Confirming", lambda _job: evidence.confirm([proof.link_id]), quiet=True)

    def remove(self) -> None:
        """Remove the link to the chosen item; the item stays. Edit › Undo brings it back."""
        proof, evidence = self.chosen(), self._context.workspace.evidence
        if proof and self._context.can_write and not self.locked:
            self._context.change("Removing", lambda _job: evidence.unlink([proof.link_id]), quiet=True)

    def open(self) -> None:
        """Open a read-only copy of the chosen item."""
        if proof := self.chosen():
            open_copy(self._context, proof.evidence_id)

    def go_to(self) -> None:
        """Show the chosen item on the Evidence page."""
        if proof := self.chosen():
            self._context.navigate("evidence", ShowEvidence(proof.evidence_id))

    def chosen(self) -> Proof | None:
        """The item that is chosen in the list."""
        key = self.list.key()
        return self._proofs.get(key) if isinstance(key, int) else None

    # -- inside --------------------------------------------------------------------------------------------------------

    def _called(self) -> str:
        return self.name or (f"the {self.target.kind.words}" if self.target else "")

    def _changed(self, changes: Changes) -> None:
        if Subject.EVIDENCE in changes.subjects:
            self._read()

    def _read(self) -> None:
        target = self.target
        if target is None or self._context.open_workspace is None:
            self._fill(())
            return
        evidence = self._context.workspace.evidence

        def came(proofs: tuple[Proof, ...]) -> None:
            if target == self.target:  # another record may have been chosen meanwhile
                self._fill(proofs)

        self._context.read("Reading the evidence", lambda _job: evidence.proofs(target), came)

    def _fill(self, proofs: tuple[Proof, ...]) -> None:
        self._proofs = {proof.link_id: proof for proof in proofs}
        self.list.fill([(proof.link_id, (proof.title, state_of(proof))) for proof in proofs])
        self.list.fit_rows(3, 8)
        for place, proof in enumerate(proofs):
            if item := self.list.list.item(place, 0):
                note = f"\n{proof.note}" if proof.note else ""
                item.setToolTip(f"{proof.ref} {proof.title}\n{proof.file_name}, {proof.kind}{note}")
        self._enable()

    def _job_moved(self, _running: object) -> None:
        self._enable()

    def _enable(self) -> None:
        proof, writable = self.chosen(), self._context.can_write and not self.locked
        for made in (self.attach_button, self.kept_button, self.paste_button):
            made.setEnabled(writable and self.target is not None)
        for made in (self.confirm_button, self.open_button, self.remove_button):
            made.setVisible(bool(self._proofs))
        self.confirm_button.setEnabled(writable and proof is not None and proof.awaiting)
        self.remove_button.setEnabled(writable and proof is not None)
        self.open_button.setEnabled(proof is not None)


def state_of(proof: Proof) -> str:
    """What there is to say of a proof before its file: withdrawn, to be confirmed, expired; else what the file is."""
    if proof.withdrawn:
        return "Withdrawn"
    if proof.awaiting:
        return "Awaits confirmation"
    if proof.expired:
        return f"Expired {shown_date(proof.expires)}"
    return f"{proof.kind}, {sized(proof.size)}"
