"""Defects: what was found, where it was seen, and the plan of what is still to be worked off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QMenu,
    QStackedLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop import clock
from desktop.browse.frame_table import FrameTable
from desktop.browse.view import Filter, Op
from desktop.changes import Changes, Subject
from desktop.errors import InvalidInput, NotFound
from desktop.evidence.model import TargetKind
from desktop.jobs import Job
from desktop.records.model import RecordKind
from desktop.testing.model import Defect, DefectStatus, WorkOff, WorkOffStatus
from desktop.testing.tables import LATE, NO_WORK_OFF
from ui.commands import Command
from ui.context import Tone
from ui.dropping import Drop
from ui.models.paged_table import shown_date
from ui.pages.page import Page
from ui.pages.payloads import AddWorkOff, ImportRecords, ShowRecords, ShowTarget
from ui.widgets.basics import EmptyState, button
from ui.widgets.beside import Beside
from ui.widgets.defect_actions import DEFECTS as WORDS
from ui.widgets.defect_actions import ITEMS as ITEM_WORDS
from ui.widgets.defect_actions import DefectActions, iso_day
from ui.widgets.defect_pane import DefectPane, WorkOffPane
from ui.widgets.evidence_drop import AttachByDrop, Importing
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_panel import TablePanel
from ui.widgets.trace_look import look_of

DEFECTS, ITEMS = "defects", "work_off"
ENDINGS = {".csv", ".tsv", ".xlsx", ".xlsm"}
COLUMNS = {
    DEFECTS: ("ref", "status", "severity", "title", "flags", "owner", "due", "seen", "cases", "work_off", "evidence"),
    ITEMS: ("ref", "status", "title", "flags", "owner", "due", "agreed_by", "agreed_on", "defect", "requirement"),
}
"""What is seen before the person chose."""


@dataclass(frozen=True)
class _Read:
    """What the page shows at once."""

    sources: dict[str, FrameTable]
    severities: dict[str, str]
    late: tuple[int, int]
    unpromised: int


class DefectsPage(Page):
    """Two tables, a switch between them, and the chosen record in full."""

    id = "defects"
    title = "Defects"
    subtitle = "What was found, how bad it is, and what is still to be worked off, by whom and until when."
    icon = "defects"
    subjects = frozenset({Subject.DEFECTS, Subject.RESULTS, Subject.EVIDENCE, Subject.CONTENT, Subject.REQUIREMENTS})

    def build(self) -> None:
        context = self.context
        self.actions_of = DefectActions(context, self)
        self._read: _Read | None = None
        self._wanted: tuple[str, int] | None = None
        self._cursors: dict[str, int | None] = {}
        self.import_button = button("Import…", self._import)
        self.import_button.setAccessibleName("Import defects or work-off items…")
        self.item_button = button("Add a work-off item…", self.add_item)
        self.add_button = button("Add a defect…", self.add_defect, role="primary")
        for made in (self.import_button, self.item_button, self.add_button):
            made.setEnabled(not context.workspace.read_only)
            self.header.add_action(made)
        first = button("Add the first defect…", self.add_defect, role="primary")
        first.setEnabled(not context.workspace.read_only)
        self.stack = QStackedLayout()
        self.stack.addWidget(
            EmptyState(
                context.theme,
                "defects",
                "No defect and no work-off item is here yet",
                "Raise one from a failed result on the Test runs page, add one here, or import the list of your own "
                "defect tool (Excel, CSV). You can also drop the file here.",
                first,
            )
        )
        self.stack.addWidget(self._whole())
        self.body.addLayout(self.stack, 1)
        self.stack.setCurrentIndex(1)
        context.commands.add(*self._commands())
        context.commands.add(*self.attaching[DEFECTS].commands(self.id, menu="Defects", to="defects"))
        context.commands.add(*self.attaching[ITEMS].commands(self.id, menu="Defects", keys=False, to="work-off items"))
        self._switch(DEFECTS)

    # -- what the window asks for --------------------------------------------------------------------------------------

    def refresh(self, subjects: frozenset[Subject]) -> None:
        workspace, before = self.context.workspace, self._read
        today = clock.today(self.context.clock)

        def work(_job: Job) -> _Read:
            if before is None or Subject.CONTENT in subjects:
                sources = {DEFECTS: workspace.defects.table(today), ITEMS: workspace.defects.work_off_table(today)}
            else:
                sources = before.sources
                for source in sources.values():
                    source.reload()
            late = sum(_is_late(one, today) for one in workspace.defects.defects())
            late_items = sum(one.late for one in workspace.defects.work_off_items(None, today))
            scale = {one.id: one.name for one in workspace.pit.severities()}
            return _Read(sources, scale, (late, late_items), len(workspace.defects.deferred_without_work_off()))

        self.context.read("Reading the defects", work, self._fill)

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowTarget):
            self._show(ITEMS if payload.target.kind is TargetKind.WORK_OFF else DEFECTS, payload.target.id)
        elif isinstance(payload, ShowRecords):
            self._switch(ITEMS if payload.kind is RecordKind.WORK_OFF else DEFECTS)
        elif isinstance(payload, AddWorkOff):
            self._ask_item(payload)

    def table(self) -> TablePanel:
        return self.panels[self.shown_table]

    def state(self) -> dict[str, object]:
        return {"split": kept_sizes(self.split), "table": self.shown_table}

    def restore(self, state: dict[str, object]) -> None:
        put_sizes_back(self.split, state.get("split"))
        if state.get("table") == ITEMS:
            self._switch(ITEMS)

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        found = self.attaching[self.shown_table].drop(paths, at) if self.stack.currentIndex() == 1 else None
        if found is not None:
            return found
        if len(paths) != 1 or paths[0].suffix.lower() not in ENDINGS or self.context.workspace.read_only:
            return None
        what = "work-off items" if self.shown_table == ITEMS else "defects"
        return Drop("page", paths[0], f"Drop to look at the {what} in “{paths[0].name}” before taking any")

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        attaching = self.attaching[self.shown_table]
        if self.stack.currentIndex() == 1 and attaching.drop(paths, at) is not None:
            attaching.dropped(paths, at)
        else:
            self._import(paths[0])

    # -- the parts -----------------------------------------------------------------------------------------------------

    shown_table = DEFECTS

    def _whole(self) -> QWidget:
        context, theme = self.context, self.context.theme
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addLayout(self._switch_row())
        self.panels = {
            DEFECTS: TablePanel(context, DEFECTS, title="Defects", empty=self._nothing(DEFECTS)),
            ITEMS: TablePanel(context, ITEMS, title="Work-off plan", empty=self._nothing(ITEMS)),
        }
        self.defect_pane = DefectPane(
            context, edit=self.edit, link=self.link, unlink=self._unlink, add_item=self.make_item
        )
        self.item_pane = WorkOffPane(context, edit=self.edit, done=partial(self.mark_items, WorkOffStatus.DONE))
        panes: dict[str, DefectPane | WorkOffPane] = {DEFECTS: self.defect_pane, ITEMS: self.item_pane}
        self.left, self.right = QStackedWidget(), QStackedWidget()
        self.attaching: dict[str, AttachByDrop] = {}
        for name, panel in self.panels.items():
            panel.row_menu = self._row_menu
            panel.looks = look_of
            if not context.workspace.read_only:
                panel.edit_cell = partial(self._edit_cell, name)
            panel.current_changed.connect(partial(self._note_cursor, name))
            panel.current_changed.connect(partial(self._explain, name))
            panel.loaded.connect(lambda name=name: self._explain(name, self.panels[name].current_id()))
            panel.activated.connect(lambda _row: self.edit())
            panel.selection_changed.connect(context.commands.refresh)
            kind = TargetKind.DEFECT if name == DEFECTS else TargetKind.WORK_OFF
            self.attaching[name] = AttachByDrop(
                panel,
                context,
                kind,
                partial(self._name_of, name),
                pane=panes[name].evidence,
                imports=Importing(frozenset(ENDINGS), "defects" if name == DEFECTS else "work-off items", self._import),
            )
            self.left.addWidget(panel)
            self.right.addWidget(panes[name])
        self.split = Beside(self.left, self.right, (116, 60))
        column.addWidget(self.split, 1)
        return whole

    def _switch_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.context.theme.px(1))
        self._group = QButtonGroup(self)
        self.switches: dict[str, QToolButton] = {}
        for name, words in ((DEFECTS, "Defects"), (ITEMS, "Work-off plan")):
            made = QToolButton()
            made.setProperty("role", "button")
            made.setText(words)
            made.setCheckable(True)
            made.setAccessibleName(f"Show the {words.lower()}")
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.clicked.connect(partial(self._switched, name))
            self._group.addButton(made)
            self.switches[name] = made
            row.addWidget(made)
        row.addSpacing(self.context.theme.px(3))
        self.late_button = button("Late", self._show_late, role="link", tip="Show only these")
        self.unpromised_button = button(
            "Deferred without a work-off item", self._show_unpromised, role="link", tip="Show only these"
        )
        row.addWidget(self.late_button)
        row.addWidget(self.unpromised_button)
        row.addStretch()
        return row

    def _nothing(self, name: str) -> EmptyState:
        words = {
            DEFECTS: ("No defect is here", "Raise one from a failed result, add one, or import your own list."),
            ITEMS: ("Nothing is to be worked off", "Choose a defect and press “Make a work-off item…”, or add one."),
        }[name]
        return EmptyState(self.context.theme, "defects", *words)

    def _commands(self) -> list[Command]:
        def write() -> bool:
            return self.context.can_write

        def can_edit() -> bool:
            return write() and self.table().has_current()

        def of(name: str) -> bool:
            return can_edit() and self.shown_table == name

        page = self.id
        marks = [
            Command(f"defects.mark_{status.name.lower()}", f"Mark as {status.value}", partial(self.mark, status),
                    "Defects", "2", "", "", "Status of the selected defects", partial(of, DEFECTS), page=page)
            for status in DefectStatus
        ]  # fmt: skip
        marks += [
            Command(f"defects.item_{status.name.lower()}", f"Mark the item as {status.value}",
                    partial(self.mark_items, status), "Defects", "3", "", "", "Status of the selected items",
                    partial(of, ITEMS), page=page)
            for status in WorkOffStatus
        ]  # fmt: skip
        return [
            Command("defects.edit", "Edit…", self.edit, "Defects", "1", "Ctrl+E", "edit",
                    "One in full, or what many have in common", can_edit, page=page),
            Command("defects.link", "Link results…", self.link, "Defects", "1", "Ctrl+L", "link",
                    "Results in which the defect was seen", partial(of, DEFECTS), page=page),
            Command("defects.work_off", "Make a work-off item…", self.make_item, "Defects", "1", "Ctrl+T", "calendar",
                    "Of the chosen defect: what, who, until when", partial(of, DEFECTS), page=page),
            *marks,
            Command("defects.add", "Add a defect…", self.add_defect, "Defects", "5", "Ctrl+Shift+N", "add",
                    "Typed by hand", write, page=page),
            Command("defects.add_item", "Add a work-off item…", self.add_item, "Defects", "5", "", "add",
                    "For a defect or a requirement", write, page=page),
            Command("defects.import", "Import defects…", self._import, "Defects", "5", "Ctrl+Shift+I", "imports",
                    "The list of your own defect tool, or a work-off plan", write, page=page),
            Command("defects.other", "Defects or work-off plan", self.switch_over, "Defects", "6", "Ctrl+Tab", "view",
                    "The other table", page=page, whole=True),
        ]  # fmt: skip

    # -- what can be done ----------------------------------------------------------------------------------------------

    def add_defect(self) -> None:
        """A defect typed by hand; it is shown then."""
        self.actions_of.add(done=partial(self._want, DEFECTS))

    def add_item(self) -> None:
        """An item of the work-off plan; it is shown then."""
        self.actions_of.add_item(done=partial(self._want, ITEMS))

    def make_item(self) -> None:
        """A work-off item of the chosen defect."""
        if self.defect_pane.defect is not None:
            self.actions_of.add_item(self.defect_pane.defect, done=partial(self._want, ITEMS))

    def edit(self) -> None:
        """Edit the chosen records."""
        if not self.context.can_write:
            return
        if self.shown_table == DEFECTS:
            self.actions_of.edit(self._chosen())
        else:
            self.actions_of.edit_items(self._chosen())

    def link(self) -> None:
        """Link results to the chosen defect."""
        if self.defect_pane.defect is not None:
            self.actions_of.link(self.defect_pane.defect)

    def mark(self, status: DefectStatus) -> None:
        """Give the chosen defects a status."""
        self.actions_of.mark(self._chosen(), status)

    def mark_items(self, status: WorkOffStatus) -> None:
        """Give the chosen items a status."""
        self.actions_of.mark_items(self._chosen(), status)

    def switch_over(self) -> None:
        """Show the other table."""
        self._switch(ITEMS if self.shown_table == DEFECTS else DEFECTS)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _fill(self, found: _Read) -> None:
        before, self._read = self._read, found
        for name, source in found.sources.items():
            if before is not None and before.sources[name] is source:
                self.panels[name].reload(self._cursors.get(name))
            else:
                kept = self.panels[name].views.last() or replace(source.view, columns=COLUMNS[name])
                self.panels[name].set_source(source, kept)
        defects, items = found.late
        parts = [f"{n:,} {one if n == 1 else many}" for n, (one, many) in ((defects, WORDS), (items, ITEM_WORDS)) if n]
        self.late_button.setText(f"Late: {' and '.join(parts)}")
        self.late_button.setVisible(defects + items > 0)
        self.unpromised_button.setText(f"{found.unpromised:,} deferred without a work-off item")
        self.unpromised_button.setVisible(found.unpromised > 0)
        self.stack.setCurrentIndex(1 if any(source.total() for source in found.sources.values()) else 0)
        self.context.commands.refresh()
        if self._wanted is not None:
            (name, row), self._wanted = self._wanted, None
            self._show(name, row)

    def _switched(self, name: str, _checked: bool = False) -> None:
        self._switch(name)

    def _switch(self, name: str) -> None:
        self.shown_table = name
        self.switches[name].setChecked(True)
        self.left.setCurrentWidget(self.panels[name])
        self.right.setCurrentIndex(self.left.currentIndex())
        self._explain(name, self.panels[name].current_id())
        self.context.commands.refresh()

    def _note_cursor(self, name: str, row: object) -> None:
        """A table is read anew by a worker, which moves rows: where the cursor was has to be known before."""
        self._cursors[name] = row if isinstance(row, int) else None

    def _explain(self, name: str, row: object) -> None:
        if name != self.shown_table:
            return
        if not isinstance(row, int):
            (self.defect_pane.show_defect if name == DEFECTS else self.item_pane.show_item)(None)
        elif name == ITEMS:
            self.context.read("Reading the item", lambda _job: _item_or_none(self, row), self._show_item)
        else:
            self.context.read("Reading the defect", lambda _job: _defect_with_items(self, row), self._show_defect)

    def _show_item(self, item: WorkOff | None) -> None:
        if item is not None and self.panels[ITEMS].current_id() == item.id:
            self.item_pane.show_item(item)

    def _show_defect(self, found: tuple[Defect, tuple[WorkOff, ...]] | None) -> None:
        if found is None or self.panels[DEFECTS].current_id() != found[0].id:
            return
        details, late = found[0].details, _is_late(found[0], clock.today(self.context.clock))
        self.defect_pane.show_defect(
            *found,
            self._read.severities if self._read else {},
            f"Late: it was due on {shown_date(details.due)}." if late else "",
        )

    def _want(self, name: str, row: int) -> None:
        """Show a record that was just added, once the table has it."""
        self._wanted = (name, row)

    def _show(self, name: str, row: int) -> None:
        if self._read is None:
            self._wanted = (name, row)
            return
        self._switch(name)
        if not self.panels[name].show_id(row):
            self._wanted = (name, row)

    def _ask_item(self, wanted: AddWorkOff) -> None:
        done = partial(self._want, ITEMS)
        defects, defect_id = self.context.workspace.defects, wanted.defect_id
        if defect_id is None:
            self.actions_of.add_item(requirement=wanted.requirement_id, done=done)
            return

        def ask(defect: Defect) -> None:
            self.actions_of.add_item(defect, done=done)

        self.context.read("Reading the defect", lambda _job: defects.defect(defect_id), ask)

    def _unlink(self, result_id: int) -> None:
        if self.defect_pane.defect is not None:
            self.actions_of.unlink(self.defect_pane.defect.id, result_id)

    def _chosen(self) -> list[int]:
        panel = self.table()
        chosen, current = panel.selected_ids(), panel.current_id()
        return chosen or ([current] if current is not None else [])

    def _name_of(self, name: str, row: int) -> str:
        source = self._read.sources[name] if self._read else None
        place = source.position(row) if source else None
        if source is None or place is None:
            return "this row"
        cells = dict(zip((column.key for column in source.columns), source.page(place, 1)[0], strict=False))
        return f"{cells.get('ref', '')} {cells.get('title', '')}".strip()

    def _show_late(self) -> None:
        """Late ones of this table; of the other when only that has some."""
        defects, items = self._read.late if self._read else (0, 0)
        if not (defects if self.shown_table == DEFECTS else items):
            self.switch_over()
        self.table().apply(replace(self.table().view, filters=(Filter("flags", Op.IS_ANY, (LATE,)),), text=""))

    def _show_unpromised(self) -> None:
        self._switch(DEFECTS)
        self.table().apply(replace(self.table().view, filters=(Filter("flags", Op.IS_ANY, (NO_WORK_OFF,)),), text=""))

    def _edit_cell(self, name: str, row: int, column: str, text: str) -> None:
        defects, pit = self.context.workspace.defects, self.context.workspace.pit
        text = text.strip()
        try:
            if column in ("due", "agreed_on"):
                text = iso_day(text, column)
            if column == "status":
                text = _status(text, list(DefectStatus) if name == DEFECTS else list(WorkOffStatus))
            if column == "severity":
                text = _status(text, [one.name for one in pit.severities()]) if text else ""
                text = next((one.id for one in pit.severities() if one.name == text), "")
        except InvalidInput as error:
            self.context.say(str(error), Tone.WARNING)
            return
        said = {column: text}

        def work(_job: Job) -> Changes:
            if name == DEFECTS:
                return defects.edit([row], **said)  # type: ignore[arg-type]
            return defects.edit_work_off([row], **said)  # type: ignore[arg-type]

        self.context.change("Saving", work, quiet=True)

    def _row_menu(self, menu: QMenu) -> None:
        commands = self.context.commands
        if self.shown_table == DEFECTS:
            for name in ("edit", "link", "work_off"):
                menu.addAction(commands.action(f"defects.{name}"))
            marks = menu.addMenu("Mark as")
            for status in DefectStatus:
                marks.addAction(commands.action(f"defects.mark_{status.name.lower()}"))
        else:
            menu.addAction(commands.action("defects.edit"))
            for item_status in WorkOffStatus:
                menu.addAction(commands.action(f"defects.item_{item_status.name.lower()}"))
        menu.addSeparator()
        menu.addActions(self.attaching[self.shown_table].actions())

    def _import(self, path: Path | None = None) -> None:
        kind = RecordKind.WORK_OFF if self.shown_table == ITEMS else RecordKind.DEFECTS
        self.context.navigate("traceability", ImportRecords(path, kind, begun_on=self.id))


def _defect_with_items(page: DefectsPage, row: int) -> tuple[Defect, tuple[WorkOff, ...]] | None:
    defects = page.context.workspace.defects
    day: date = clock.today(page.context.clock)
    try:
        defect = defects.defect(row)
    except NotFound:
        return None
    return defect, tuple(one for one in defects.work_off_items(None, day) if one.details.defect_id == row)


def _is_late(defect: Defect, today: date) -> bool:
    details = defect.details
    return details.status.is_open and bool(details.due) and details.due < today.isoformat()


def _item_or_none(page: DefectsPage, row: int) -> WorkOff | None:
    try:
        return page.context.workspace.defects.work_off(row)
    except NotFound:
        return None


def _status(text: str, words: list[str]) -> str:
    """The word that was typed in full or by its beginning. Raises InvalidInput with the words there are."""
    fitting = [word for word in words if word.casefold().startswith(text.casefold())] if text else []
    exact = [word for word in fitting if word.casefold() == text.casefold()]
    if len(exact or fitting) != 1:
        raise InvalidInput(f"“{text}” is none of: {', '.join(words)}.")
    return (exact or fitting)[0]
