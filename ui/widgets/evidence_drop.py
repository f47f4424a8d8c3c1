"""Attaching files to what they prove, on any page with a table of records: drop, paste, choose, or take what is kept.

A page with a `TablePanel` whose row ids are the ids of a `TargetKind` does this:

    def build(self) -> None:
        ...
        self.evidence = EvidencePane(context)                       # ui/widgets/evidence_pane.py, in the detail pane
        self.attaching = AttachByDrop(self.panel, context, TargetKind.REQUIREMENT, self._name_of, pane=self.evidence)
        context.commands.add(*self.attaching.commands(self.id, menu="Traceability", group="4"))

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        return self.attaching.drop(paths, at)                       # or something of its own first

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        self.attaching.dropped(paths, at)

    def _row_menu(self, menu: QMenu) -> None:
        menu.addActions(self.attaching.actions())

`name_of(row_id)` says how a row is called in a sentence: “QT-093 Change of supplier”; it is asked while files hang
over the row and must be quick. A table of several kinds of rows gives `target_of` too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.evidence.model import Target, TargetKind
from ui.commands import Command
from ui.context import Context, Tone
from ui.dialogs.evidence_ask import TakenAs, ask_dropped_on_row
from ui.dialogs.evidence_chooser import ask_evidence
from ui.dropping import Drop, files_in_words
from ui.widgets.evidence_adding import add_files, ask_files, paste
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.table_panel import TablePanel

READ_ONLY = "This workspace is open for reading only: nothing can be attached"


def attach_files(context: Context, target: Target, name: str, paths: Sequence[Path]) -> None:
    """Keep copies of files and folders as evidence of `target`, which is called `name` (“QT-093 Change of supplier”).

    A job with progress and cancel, one step to undo; what was refused is listed.
    """
    add_files(context, paths, targets=(target,), name=name)


SHORT = 24
"""Characters up to which a row's whole name stands on a button."""


@dataclass(frozen=True)
class Importing:
    """What a page imports: files with these endings hold `records` (“results”), and `begin` looks at one."""

    endings: frozenset[str]
    records: str
    begin: Callable[[Path], object]


class AttachByDrop:
    """What a page with a table gets: see the head of this module."""

    def __init__(
        self,
        panel: TablePanel,
        context: Context,
        kind: TargetKind,
        name_of: Callable[[int], str],
        *,
        pane: EvidencePane | None = None,
        target_of: Callable[[int], Target] | None = None,
        imports: Importing | None = None,
    ) -> None:
        """`pane`: an evidence pane of the page, over which a drop is for the record that it shows.

        `imports`: what the page imports from a file. One such file that is dropped on a row may be meant as that or as
        evidence, so it is asked; beside the rows it is the page's own.
        """
        self._imports = imports
        self._panel, self._context, self._kind, self._pane = panel, context, kind, pane
        self._name_of = name_of
        self._target_of = target_of or (lambda row_id: Target(kind, row_id))
        self._prefix = ""

    # -- dropping ------------------------------------------------------------------------------------------------------

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        """What a drop here would do; None outside of the table and the pane."""
        target, name, area = self._under(at)
        if area is None:
            return None
        if self._context.workspace.read_only:
            return Drop("no", paths[0], READ_ONLY, area)
        if self._may_import(paths, at):
            if target is None:
                return None
            words = (
                f"Drop “{paths[0].name}” to import its {self._records()} or to attach it to {name}: you will be asked"
            )
            return Drop("page", paths[0], words, area)
        if target is None:
            return Drop("no", paths[0], f"Drop {files_in_words(paths)} on the row that it proves", area)
        return Drop("page", paths[0], f"Drop to attach {files_in_words(paths)} to {name}", area)

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        """Attach the files to the row, or to the record in the pane, that they were dropped on."""
        target, name, _ = self._under(at)
        if target is None:
            return
        if self._imports is not None and self._may_import(paths, at):
            # A name without its title: a button has little room.
            called = name.split(" ", 1)[0] if len(name) > SHORT else name
            taken = ask_dropped_on_row(self._panel.window(), paths[0], called, self._records())
            if taken is TakenAs.RECORDS:
                self._imports.begin(paths[0])
            if taken is not TakenAs.EVIDENCE:
                return
        attach_files(self._context, target, name, paths)

    # -- commands ------------------------------------------------------------------------------------------------------

    def commands(
        self, page: str, *, menu: str, group: str = "4", keys: bool = True, to: str = ""
    ) -> tuple[Command, ...]:
        """“Attach files…”, “Attach evidence that is kept…” and “Paste as evidence” (Ctrl+V) for the chosen rows.

        Their ids are `<page>.attach`, `<page>.attach_kept`, `<page>.attach_pasted`. `keys`: False for a second table
        of the same page. `to`: what its rows are (“requirements”), where a page has two such tables.
        """
        self._prefix = f"{page}.attach" if keys else f"{page}.attach_{self._kind.value}"
        files, kept, pasted = (
            (f"Attach files to {to}…", f"Attach kept evidence to {to}…", f"Paste as evidence of {to}")
            if to
            else ("Attach files…", "Attach evidence that is kept…", "Paste as evidence")
        )
        return (
            Command(self._prefix, files, self.attach, menu, group, "Ctrl+Shift+A" if keys else "", "attach",
                    "Keep copies of files as evidence of the chosen rows", self._can_attach, page=page),
            Command(f"{self._prefix}_kept", kept, self.attach_kept, menu, group, "",
                    "evidence", "Choose among the evidence of this workspace", self._can_attach, page=page),
            Command(f"{self._prefix}_pasted", pasted, self.paste, menu, group, "Ctrl+V" if keys else "",
                    "", "A screenshot, copied files or a text as evidence of the chosen rows", self._can_attach,
                    page=page),
        )  # fmt: skip

    def actions(self) -> list[QAction]:
        """The actions of these commands, for the menu of a row."""
        return [self._context.commands.action(f"{self._prefix}{ending}") for ending in ("", "_kept", "_pasted")]

    def attach(self) -> None:
        """Ask for files and attach them to the chosen rows."""
        targets, name = self.chosen()
        if targets and (paths := ask_files(self._context, self._panel.window(), f"Attach files to {name}")):
            add_files(self._context, paths, targets=targets, name=name)

    def attach_kept(self) -> None:
        """Ask for evidence of this workspace and link it to the chosen rows."""
        targets, name = self.chosen()
        if targets:
            ask_evidence(self._context, self._panel.window(), targets, name)

    def paste(self) -> None:
        """Attach what is on the clipboard to the chosen rows."""
        targets, name = self.chosen()
        if targets:
            paste(self._context, targets=targets, name=name)

    def chosen(self) -> tuple[tuple[Target, ...], str]:
        """The selected rows (else the one with the cursor) as targets, and what they are called together."""
        ids = self._panel.selected_ids()
        if not ids and (current := self._panel.current_id()) is not None:
            ids = [current]
        if not ids:
            self._context.say("Choose a row first.", Tone.INFO)
            return (), ""
        name = self._name_of(ids[0]) if len(ids) == 1 else f"{len(ids):,} rows"
        return tuple(self._target_of(row_id) for row_id in ids), name

    # -- inside --------------------------------------------------------------------------------------------------------

    def _under(self, at: QPoint) -> tuple[Target | None, str, QRect | None]:
        """What is under a place of the screen: a target with its name, and the area that takes the files."""
        pane = self._pane
        if pane is not None and is_over(pane, at):
            return pane.target, pane.name, area_of(pane)
        if not is_over(self._panel, at):
            return None, "", None
        row_id, area = row_under(self._panel, at)
        if row_id is None or area is None:
            return None, "", area_of(self._panel)
        return self._target_of(row_id), self._name_of(row_id), area

    def _may_import(self, paths: list[Path], at: QPoint) -> bool:
        """Whether the files are one that the page imports, and not over the pane, which takes evidence only."""
        if self._imports is None or len(paths) != 1 or (self._pane is not None and is_over(self._pane, at)):
            return False
        return paths[0].suffix.lower() in self._imports.endings and paths[0].is_file()

    def _records(self) -> str:
        return self._imports.records if self._imports is not None else ""

    def _can_attach(self) -> bool:
        return self._context.can_write and self._panel.has_current()


def row_under(panel: TablePanel, at: QPoint) -> tuple[int | None, QRect | None]:
    """The id of the row under a place of the screen, and the row's area in global coordinates."""
    table = panel.table
    viewport = table.viewport()
    here = viewport.mapFromGlobal(at)
    if not table.isVisible() or not viewport.rect().contains(here):
        return None, None
    row = table.rowAt(here.y())
    row_id = panel.model.row_id(row) if row >= 0 else None
    if row_id is None:
        return None, None
    top = viewport.mapToGlobal(QPoint(0, table.rowViewportPosition(row)))
    return row_id, QRect(top, QSize(viewport.width(), table.rowHeight(row))).intersected(area_of(viewport))


def area_of(widget: QWidget) -> QRect:
    """Where a widget is on the screen."""
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def is_over(widget: QWidget, at: QPoint) -> bool:
    """Whether a place of the screen lies in a widget that is seen."""
    return widget.isVisible() and area_of(widget).contains(at)
