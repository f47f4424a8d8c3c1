"""What can be done with evidence on its page: each a command for the menu, the keys, the palette and the row's menu."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from desktop.changes import Changes
from desktop.evidence.model import Evidence, EvidenceReport, Exported
from desktop.evidence.table import WITHDRAWN
from desktop.jobs import Job
from ui.commands import Command
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.dialogs.evidence_ask import DroppedAs, ask_dropped, ask_replacing, ask_withdrawal, show_faults
from ui.dialogs.evidence_chooser import ask_targets
from ui.dialogs.evidence_edit import ask_edit
from ui.pages.payloads import PrepareSubmission
from ui.reporting import show_folder
from ui.widgets.evidence_adding import add_files, ask_file, ask_files, ask_folder, paste, read_texts
from ui.widgets.evidence_detail import ShownEvidence
from ui.widgets.evidence_files import open_copy, save_copy, sized

if TYPE_CHECKING:
    from ui.pages.evidence import EvidencePage

ROW_MENU = (
    ("edit", "open", "save"), ("replace", "link", "confirm"), ("withdraw", "reinstate"), ("export_chosen", "submit")
)  # fmt: skip
"""The commands of a row's menu, in groups."""


class EvidenceVerbs:
    """Asks what has to be asked, then has the service do it; every write can be undone with Edit › Undo."""

    def __init__(self, context: Context, page: EvidencePage) -> None:
        self._context, self._page = context, page
        self._evidence = context.workspace.evidence

    def commands(self) -> list[Command]:
        """All commands of the page."""
        command = partial(Command, menu="Evidence", page="evidence")
        edits, row, writes = self._can_edit, self._has_row, self._can_write
        return [
            command("evidence.add", "Add files…", self.add_files, group="1", shortcut="Ctrl+Shift+A", icon="attach",
                    hint="Keep copies of files as evidence", enabled=writes),
            command("evidence.add_folder", "Add a folder…", self.add_folder, group="1", icon="open",
                    hint="Every file in it and in its folders", enabled=writes),
            command("evidence.paste", "Paste as evidence", self.paste, group="1", shortcut="Ctrl+V", icon="copy",
                    hint="A screenshot, copied files or a text", enabled=writes, whole=True),
            command("evidence.edit", "Edit the details…", self.edit, group="2", shortcut="F2 Ctrl+E", icon="edit",
                    hint="Title, dates, confidentiality and tags of the chosen rows", enabled=edits),
            command("evidence.link", "Add a link…", self.link, group="2", shortcut="Ctrl+L", icon="add",
                    hint="What the chosen evidence proves", enabled=edits),
            command("evidence.confirm", "Confirm all uses…", self.confirm_all, group="2", shortcut="Ctrl+Shift+C",
                    icon="check", hint="The newest revision proves what the earlier one did", enabled=edits),
            command("evidence.open", "Open a copy", self.open, group="3", shortcut="Ctrl+Return", icon="file",
                    hint="A read-only copy in the system’s own program", enabled=row),
            command("evidence.larger", "Show the preview larger", self._page.pane.preview.show_large, group="3",
                    shortcut="Ctrl+Shift+P", icon="search", enabled=self._has_preview,
                    hint="The text or picture of the file, without opening it"),
            command("evidence.save", "Save a copy…", self.save, group="3", shortcut="Ctrl+S", icon="export",
                    hint="A verified copy where you want it", enabled=row),
            command("evidence.replace", "Replace the file…", self.replace, group="3", icon="refresh",
                    hint="A new revision; what relies on it is to be confirmed again", enabled=edits),
            command("evidence.withdraw", "Withdraw…", self.withdraw, group="4", icon="remove",
                    enabled=self._can_withdraw, hint="Not to be used any more; nothing is removed"),
            command("evidence.reinstate", "Reinstate", self.reinstate, group="4", icon="restore",
                    enabled=self._can_reinstate, hint="Use withdrawn evidence again"),
            command("evidence.verify", "Verify all evidence", self.verify, group="5", icon="check",
                    hint="Read every file and compare it with what was kept", enabled=row,
                    whole=True),
            command("evidence.export_chosen", "Export the chosen…", self.export_chosen, group="5", icon="export",
                    hint="Copies of the selected rows’ files with a list, into a folder", enabled=row),
            command("evidence.submit", "Prepare evidence pack…", self.submit, group="6", icon="submissions",
                    hint="A submission of the chosen evidence with what it proves", enabled=edits),
            command("evidence.export_all", "Export all evidence…", self.export_all, group="5", icon="export",
                    hint="Copies of all files in use with a list, into a folder", enabled=row),
        ]  # fmt: skip

    def fill_row_menu(self, menu: QMenu) -> None:
        """The actions at the top of a row's menu."""
        for number, group in enumerate(ROW_MENU):
            if number:
                menu.addSeparator()
            for name in group:
                menu.addAction(self._context.commands.action(f"evidence.{name}"))

    # -- adding --------------------------------------------------------------------------------------------------------

    def add_files(self) -> None:
        """Ask for files and keep copies of them."""
        add_files(self._context, ask_files(self._context, self._page.window()), done=self._page.added)

    def add_folder(self) -> None:
        """Ask for a folder and keep copies of what is in it."""
        if folder := ask_folder(self._context, self._page.window()):
            add_files(self._context, [folder], done=self._page.added)

    def paste(self) -> None:
        """Keep what is on the clipboard."""
        paste(self._context, done=self._page.added)

    def take_on_row(self, path: Path, row_id: int, ref: str, title: str) -> None:
        """A file was dropped on a row: ask whether it is new evidence or a new revision, never replace silently."""
        asked = ask_dropped(self._page.window(), path, ref, title)
        if asked is None:
            return
        kind, reason = asked
        if kind is DroppedAs.REVISION:
            self._replace(row_id, path, reason)
        else:
            add_files(self._context, [path], done=self._page.added)

    def replace(self) -> None:
        """Ask for a file and why, and make it the newest revision."""
        shown = self._shown()
        if shown is None:
            return
        window, item = self._page.window(), shown.item
        path = ask_file(self._context, window, f"The file that replaces {item.newest.file_name}")
        if path is None:
            return
        reason = ask_replacing(window, path, item.ref, item.newest.file_name, len(shown.uses))
        if reason is not None:
            self._replace(item.id, path, reason)

    def _replace(self, evidence_id: int, path: Path, reason: str) -> None:
        evidence = self._evidence

        def done(changes: Changes) -> None:
            if not changes.subjects:
                self._context.say(f"“{path.name}” is the same file as the newest revision: nothing was changed.")
            read_texts(self._context)

        self._page.show_items((evidence_id,), reread=True)
        self._context.change(
            "Keeping the new revision", lambda job: evidence.replace(evidence_id, path, reason, job), done=done
        )

    # -- what is said of it --------------------------------------------------------------------------------------------

    def edit(self) -> None:
        """Ask for the details of the chosen items and write what was changed."""
        ids, evidence = self._page.chosen_ids(), self._evidence
        if not ids:
            return

        def ask(items: list[Evidence]) -> None:
            edit = ask_edit(self._page.window(), items, self._page.people())
            if edit is not None:
                self._context.change("Saving", lambda _job: evidence.edit(ids, edit), quiet=True)

        self._context.read("Reading the details", lambda _job: [evidence.get(one) for one in ids], ask)

    def withdraw(self) -> None:
        """Ask why and withdraw the chosen items."""
        ids, evidence = self._page.chosen_ids(), self._evidence
        reason = ask_withdrawal(self._page.window(), len(ids)) if ids else None
        if reason is not None:
            self._context.change("Withdrawing", lambda _job: evidence.withdraw(ids, reason), quiet=True)

    def reinstate(self) -> None:
        """Use the chosen items again."""
        ids, evidence = self._page.chosen_ids(), self._evidence
        if ids:
            self._context.change("Reinstating", lambda _job: evidence.reinstate(ids), quiet=True)

    # -- links ---------------------------------------------------------------------------------------------------------

    def link(self) -> None:
        """Ask what the chosen items prove."""
        ids = self._page.chosen_ids()
        if ids:
            ref = str(self._page.panel.cells().get("ref") or "")
            name = ref if len(ids) == 1 else f"{len(ids):,} pieces of evidence"
            ask_targets(self._context, self._page.window(), ids, name)

    def confirm_all(self) -> None:
        """Confirm every use of the chosen items that awaits it, after a question that counts them."""
        ids, evidence = self._page.chosen_ids(), self._evidence

        def awaiting(job: Job) -> list[int]:
            links = []
            for one in ids:
                job.check()
                links += [use.link_id for use in evidence.used_in(one) if use.awaiting]
            return links

        def ask(links: list[int]) -> None:
            if not links:
                self._context.say("Nothing awaits confirmation here.")
                return
            uses = "1 use" if len(links) == 1 else f"{len(links):,} uses"
            items = "this piece of evidence" if len(ids) == 1 else f"{len(ids):,} pieces of evidence"
            text = f"You say that the newest revision proves what the earlier one did: {uses} of {items}."
            if confirm(self._page.window(), f"Confirm {uses}?", text, f"Confirm {uses}"):
                self.confirm_links(links)

        self._context.read("Looking what awaits confirmation", awaiting, ask)

    def confirm_links(self, links: list[int]) -> None:
        """Confirm these links."""
        evidence = self._evidence
        self._context.change("Confirming", lambda _job: evidence.confirm(links), quiet=True)

    def unlink(self, link: int) -> None:
        """Remove a link."""
        evidence = self._evidence
        self._context.change("Removing the link", lambda _job: evidence.unlink([link]), quiet=True)

    # -- the files -----------------------------------------------------------------------------------------------------

    def open(self, revision: int | None = None) -> None:
        """Open a read-only copy of the item with the cursor."""
        current = self._page.panel.current_id()
        if current is not None:
            open_copy(self._context, current, revision)

    def save(self, revision: int | None = None) -> None:
        """Ask where and write a copy of the item with the cursor."""
        shown = self._shown()
        if shown is not None:
            number = revision or shown.item.newest.number
            which = next(one for one in shown.item.revisions if one.number == number)
            save_copy(self._context, self._page.window(), shown.item, which)

    def verify(self) -> None:
        """Read every file and compare it with its hash."""

        def told(report: EvidenceReport) -> None:
            if report.ok:
                files = "The 1 file" if report.checked == 1 else f"All {report.checked:,} files"
                verb = "is as it was" if report.checked == 1 else "are as they were"
                self._context.say(f"{files} of evidence {verb} kept ({sized(report.bytes)} read).", Tone.GOOD)
            else:
                show_faults(self._page.window(), report)

        self._context.read("Verifying the evidence", self._evidence.verify, told, quiet=False)

    def export_chosen(self) -> None:
        """Export the selected items."""
        if ids := self._page.chosen_ids():
            self._export(ids)

    def submit(self) -> None:
        """Go on with a submission of the selected items."""
        if ids := self._page.chosen_ids():
            self._context.navigate("submissions", PrepareSubmission("evidence", evidence=tuple(ids)))

    def export_all(self) -> None:
        """Export all that is in use."""
        self._export(None)

    def _export(self, ids: list[int] | None) -> None:
        context, evidence = self._context, self._evidence
        folder = ask_folder(context, self._page.window(), "Export evidence into a folder")
        if folder is None:
            return

        def done(made: Exported) -> None:
            files = "1 file" if len(made.files) == 1 else f"{len(made.files):,} files"
            context.say(f"Written: {files} and their list, in {made.folder}", Tone.GOOD)
            text = f"{made.folder}\n\nThe list of them: {made.index.name}"
            if confirm(self._page.window(), f"{files} of evidence are written", text, "Show the folder"):
                show_folder(made.index)

        context.read("Exporting the evidence", lambda job: evidence.export(folder, ids, job), done, quiet=False)

    # -- when ----------------------------------------------------------------------------------------------------------

    def _shown(self) -> ShownEvidence | None:
        """What the pane shows, if that is the row with the cursor."""
        shown = self._page.pane.shown
        return shown if shown is not None and shown.item.id == self._page.panel.current_id() else None

    def _has_row(self) -> bool:
        return self._page.panel.has_current()

    def _has_preview(self) -> bool:
        return self._has_row() and self._page.pane.preview.can_be_larger

    def _can_write(self) -> bool:
        return self._context.can_write

    def _can_edit(self) -> bool:
        return self._context.can_write and self._has_row()

    def _is_withdrawn(self) -> bool:
        return str(self._page.panel.cells().get("state") or "") == WITHDRAWN

    def _can_withdraw(self) -> bool:
        return self._can_edit() and (self._page.panel.selected_count() > 1 or not self._is_withdrawn())

    def _can_reinstate(self) -> bool:
        return self._can_edit() and (self._page.panel.selected_count() > 1 or self._is_withdrawn())
