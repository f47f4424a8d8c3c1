"""Content packs: what is in use, whose it is, and taking one's own copy after seeing what it changes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QVBoxLayout, QWidget

from desktop.content.pack import KINDS, Pack, PackChange
from ui.widgets.basics import button, label, main_button
from ui.widgets.settings_section import Section
from ui.widgets.small_table import SmallTable

SHOWN_CHANGES = 500
"""More changed values than this are counted but not listed."""


class ContentSection(Section):
    """One line for each kind of pack."""

    heading = "Content packs"
    about = (
        "The programme's paper as data. What MHHS Desk ships is drawn from public facts and marked as suggested; "
        "replace it with your own copy of the official text when you have it."
    )

    def build(self) -> None:
        self.reset_button = button("Back to the shipped one", self._reset)
        self.take_button = button("Take a pack from a file…", self._take)
        self.save_button = button("Save a copy…", self._save)
        self.milestones_button = button("Milestones…", self._milestones, tip="The day to work to of each milestone")
        self.packs = SmallTable(
            "Content packs",
            ("Content", "Version", "Status", "Date", "Source"),
            "",
            more=(self.take_button, self.save_button, self.reset_button, self.milestones_button),
        )
        self.packs.list.itemSelectionChanged.connect(self._chosen)
        self.column.addWidget(self.packs, 1)
        self.detail = label(wrap=True, selectable=True)
        self.column.addWidget(self.detail)

    def refresh(self) -> None:
        self._packs = {pack.kind: pack for pack in self.context.workspace.content.packs()}
        self.packs.fill(
            [
                (
                    kind,
                    (
                        KINDS[kind],
                        pack.version,
                        pack.status.value + (", your own" if pack.own else ""),
                        pack.date,
                        pack.source,
                    ),
                )
                for kind, pack in self._packs.items()
            ],
            writable=self.writable,
        )
        self._chosen()

    def _pack(self) -> Pack | None:
        return self._packs.get(str(self.packs.key())) if self.packs.key() else None

    def _chosen(self) -> None:
        pack = self._pack()
        self.reset_button.setEnabled(bool(pack and pack.own and self.writable))
        self.take_button.setEnabled(self.writable)
        self.save_button.setEnabled(pack is not None)
        self.detail.setText(f"{pack.label}\nSource: {pack.source}\nSHA-256: {pack.sha256}" if pack else "")

    def _take(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, "Take a content pack", "", "Content packs (*.json);;All files (*)"
        )
        if chosen:
            self.offer(Path(chosen))

    def offer(self, path: Path) -> None:
        """Show what the pack in a file would change, and take it if the person agrees."""
        content = self.context.workspace.content

        def show(found: tuple[Pack, tuple[PackChange, ...]]) -> None:
            dialog = PackChangesDialog(self, *found)
            if dialog.exec() == QDialog.DialogCode.Accepted:
                self.context.change("Taking the pack", lambda _job: content.take(path), quiet=True)
            dialog.deleteLater()

        self.context.read("Comparing the pack", lambda _job: content.compare(path), show)

    def _milestones(self) -> None:
        from ui.dialogs.milestones import show_milestones  # brings the code of cutover plans along

        show_milestones(self.context, self)

    def _save(self) -> None:
        pack = self._pack()
        if pack is None:
            return
        chosen, _ = QFileDialog.getSaveFileName(self, "Save a copy", f"{pack.kind}.json", "Content packs (*.json)")
        if chosen:
            content = self.context.workspace.content
            self.context.read(
                "Saving a copy",
                lambda _job: content.save_copy(pack.kind, Path(chosen)),
                lambda _: self.context.say(f"Saved {chosen}"),
            )

    def _reset(self) -> None:
        pack = self._pack()
        if pack and pack.own:
            content = self.context.workspace.content
            self.context.change("Going back", lambda _job: content.reset(pack.kind), quiet=True)


class PackChangesDialog(QDialog):
    """What a new pack changes, value by value, before it is taken."""

    def __init__(self, parent: QWidget | None, pack: Pack, changes: tuple[PackChange, ...]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Take a content pack")
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label(pack.label, "heading", wrap=True))
        column.addWidget(label(f"Source: {pack.source}", "muted", wrap=True))
        what = (
            f"{len(changes):,} value{'s differ' if len(changes) != 1 else ' differs'} from the pack in use."
            if changes
            else "Nothing differs from the pack in use."
        )
        if len(changes) > SHOWN_CHANGES:
            what += f" The first {SHOWN_CHANGES} are listed."
        column.addWidget(label(what, wrap=True))
        table = SmallTable("What changes", ("Where", "Now", "New"), "")
        table.fill(
            [(c.path, (c.path, c.before or "(not there)", c.after or "(not there)")) for c in changes[:SHOWN_CHANGES]]
        )
        column.addWidget(table, 1)
        box = QDialogButtonBox(self)
        self.verb = button(f"Use version {pack.version}", self.accept, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 46, unit * 30)
