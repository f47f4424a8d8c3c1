"""PIT plan: the gates, what is to be handed over for each and how far it is, and reliance on the testing of others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QSplitter,
    QStackedLayout,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop import clock
from desktop.browse.frame_table import FrameTable
from desktop.browse.view import Filter, Op, View
from desktop.changes import Changes, Subject
from desktop.content.pack import Pack
from desktop.errors import InvalidInput
from desktop.evidence.model import TargetKind
from desktop.jobs import Job
from desktop.pit.model import Deliverable, DeliverableEdit, DeliverableStatus, GateState, Moved, PlanChange, Reliance
from ui.commands import Command
from ui.context import Tone
from ui.dialogs.confirm import confirm
from ui.dialogs.exceptions import typed_day
from ui.dialogs.pit_forms import PlanWords, ask_definition, ask_new, ask_work
from ui.dialogs.pit_gate import ask_gate
from ui.dialogs.pit_take import TakeDialog
from ui.dropping import Drop
from ui.pages.page import Page
from ui.pages.payloads import ShowSection, ShowTarget, ShowView
from ui.widgets.banner import Banner
from ui.widgets.basics import EmptyState, button
from ui.widgets.evidence_drop import AttachByDrop
from ui.widgets.pit_gates import GateStrip
from ui.widgets.pit_look import day_words, look_of
from ui.widgets.pit_pane import DeliverablePane, PaneVerbs, called
from ui.widgets.pit_reliance import ReliancePart
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_panel import TablePanel

DELIVERABLES, RELIANCE = 0, 1
MOVED_LISTED = 3
_TESTING = frozenset({Subject.REQUIREMENTS, Subject.RESULTS, Subject.DEFECTS, Subject.EVIDENCE})
"""What changes how many defects block an exit and how many requirements have gaps."""


@dataclass(frozen=True)
class _Plan:
    """All that the page shows, read in one job."""

    pack: Pack
    calendar: str
    states: tuple[GateState, ...]
    deliverables: tuple[Deliverable, ...]
    changes: tuple[PlanChange, ...]
    has_role: bool
    table: FrameTable
    words: PlanWords
    reliances: tuple[Reliance, ...]


class PitPage(Page):
    """The strip of gates over two tabs: deliverables, and placing reliance."""

    id = "pit"
    title = "PIT plan"
    icon = "pit"
    subjects = frozenset(
        {
            Subject.PIT,
            Subject.EVIDENCE,
            Subject.CONTENT,
            Subject.PARTICIPANT,
            Subject.SETTINGS,
            Subject.REQUIREMENTS,
            Subject.RESULTS,
            Subject.DEFECTS,
        }
    )

    def build(self) -> None:
        context = self.context
        self.add_button = button("Add a deliverable…", self.add)
        self.baseline_button = button("Set the baseline…", self.set_baseline, tip="Keep the days planned now")
        self.header.add_action(self.baseline_button)
        self.header.add_action(self.add_button)
        self.roles_button = button("Choose your market roles", self._go_to_roles, role="primary")
        self.take_first = button("Take the suggested deliverables…", self.take, role="primary")
        no_role = EmptyState(
            context.theme,
            "pit",
            "What has to be handed over depends on your market roles",
            "Add your roles under Settings › Participant and scope. A software provider has no role: use "
            "PIT plan › Deliverables of the pack… and tick it there.",
            self.roles_button,
        )
        no_plan = EmptyState(
            context.theme,
            "pit",
            "There is no PIT plan yet",
            "Start from the deliverables that MHHS Desk suggests for your roles (they are not official), and give the "
            "gates their days. You can bring your own copy of the official timelines at any time.",
            self.take_first,
        )
        self.stack = QStackedLayout()
        for widget in (no_role, no_plan, self._content()):
            self.stack.addWidget(widget)
        self.body.addLayout(self.stack, 1)
        self._plan: _Plan | None = None
        self._by_id: dict[int, Deliverable] = {}
        self._wanted: int | None = None
        self._view: View | None = None
        self._kept: dict[str, object] = {}
        self.split.splitterMoved.connect(lambda _at, _which: self._moved("split", self.split))
        self.reliance.split.splitterMoved.connect(lambda _at, _which: self._moved("reliance", self.reliance.split))
        context.commands.add(*self._commands())

    def refresh(self, subjects: frozenset[Subject]) -> None:
        workspace = self.context.workspace

        def work(_job: Job) -> _Plan:
            pit = workspace.pit
            states = pit.gate_states()
            return _Plan(
                pit.pack(),
                pit.working_days().calendar.title.partition(":")[0],
                states,
                pit.deliverables(),
                pit.compare(),
                bool(pit.parties_here()),
                pit.table(),
                PlanWords(tuple(one.gate for one in states), pit.stages(), pit.parties(), pit.people()),
                pit.reliances(),
            )

        self.context.read("Reading the PIT plan", work, self._fill)
        if subjects & _TESTING:
            self.context.read("Reading what is open", self._still_open, self._fill_open)

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowTarget) and payload.target.kind is TargetKind.RELIANCE:
            self.tabs.setCurrentIndex(RELIANCE)
            self.reliance.show_id(payload.target.id)
        elif isinstance(payload, ShowTarget):
            self.tabs.setCurrentIndex(DELIVERABLES)
            if self._plan is None:
                self._wanted = payload.target.id
            else:
                self.panel.show_id(payload.target.id)
        elif isinstance(payload, ShowView):
            self.tabs.setCurrentIndex(DELIVERABLES)
            if self._plan is None:
                self._view = payload.view
            else:
                self.panel.apply(payload.view)

    def table(self) -> TablePanel:
        return self.panel if self.tabs.currentIndex() == DELIVERABLES else self.reliance.panel

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        return self._attaching().drop(paths, at)

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        self._attaching().dropped(paths, at)

    def state(self) -> dict[str, object]:
        return {**self._kept, "tab": self.tabs.currentIndex()}

    def restore(self, state: dict[str, object]) -> None:
        self._kept = {name: state[name] for name in ("split", "reliance") if name in state}
        put_sizes_back(self.split, state.get("split"))
        put_sizes_back(self.reliance.split, state.get("reliance"))
        tab = state.get("tab")
        self.tabs.setCurrentIndex(tab if tab in (DELIVERABLES, RELIANCE) and isinstance(tab, int) else DELIVERABLES)

    def _moved(self, name: str, split: QSplitter) -> None:
        """Remember a divider only once it was moved: one that was never shown has no sizes of its own."""
        self._kept[name] = kept_sizes(split)

    # -- what can be done ----------------------------------------------------------------------------------------------

    def edit(self) -> None:
        """Status, owner, days, reviewer, remarks and note of the chosen deliverables."""
        chosen = self._chosen()
        if chosen and self._plan and (edit := ask_work(self, chosen, self._plan.words, self._today())):
            self._write([one.id for one in chosen], edit)

    def define(self) -> None:
        """What the chosen deliverable is."""
        one = self._current()
        if one and self._plan and (edit := ask_definition(self, one, self._plan.words, self._today())):
            self._write([one.id], edit)

    def mark(self, status: DeliverableStatus) -> None:
        """Give the chosen deliverables a status."""
        if chosen := self._chosen():
            self._write([one.id for one in chosen], DeliverableEdit(status=status))

    def add(self) -> None:
        """A deliverable of one's own."""
        if self._plan is None:
            return
        current = self._current()
        asked = ask_new(self, self._plan.words, self._today(), current.gate if current else "")
        if asked is not None:
            title, party, edit = asked
            pit = self.context.workspace.pit
            self.context.change("Saving", lambda _job: pit.add(title, party, edit))

    def remove(self) -> None:
        """Remove deliverables of one's own, after a question."""
        chosen = self._chosen()
        pit, of_pack = self.context.workspace.pit, any(not one.own for one in chosen)
        verb = f"Remove {_counted(len(chosen))}"
        if (
            chosen
            and (
                of_pack  # the service says why not, and what to do instead
                or confirm(
                    self,
                    f"{verb}?",
                    f"{', '.join(called(one) for one in chosen[:3])}{' …' if len(chosen) > 3 else ''}. Their evidence "
                    "stays kept. Edit › Undo brings them back.",
                    verb,
                )
            )
        ):
            self.context.change("Removing", lambda _job: pit.remove([one.id for one in chosen]))

    def take(self) -> None:
        """Show what the pack says otherwise than the plan, and take what is ticked."""
        pit = self.context.workspace.pit
        dialog = TakeDialog(
            self,
            pit.pack(),
            pit.parties(),
            pit.parties_here(),
            pit.compare,
            {gate.id: gate.name for gate in pit.gates()},
        )
        taken = dialog.exec()
        keys, parties = dialog.chosen_keys(), dialog.chosen_parties()
        dialog.deleteLater()
        if taken and keys:
            self.context.change("Taking the deliverables", lambda _job: pit.take(keys, parties))

    def take_one(self) -> None:
        """Take the pack's text of the chosen deliverable."""
        one, pit = self._current(), self.context.workspace.pit
        if one:
            self.context.change("Taking the text", lambda _job: pit.take([one.key]))

    def keep(self) -> None:
        """Say that what the pack changed about the chosen ones was looked at."""
        chosen, pit = self._chosen(), self.context.workspace.pit
        if chosen:
            self.context.change("Saving", lambda _job: pit.looked_at([one.id for one in chosen]))

    def set_baseline(self) -> None:
        """Keep the days that are planned now, for what has no baseline yet."""
        plan, pit = self._plan, self.context.workspace.pit
        if plan is None:
            return
        without = [one for one in plan.deliverables if one.baseline is None]
        ready = [one for one in without if one.planned]
        gates = [one.gate for one in plan.states if one.gate.day and not one.gate.baseline]
        if not ready and not gates:
            words = (
                "Give the gates their days first: nothing is planned yet." if without else "All of it has a baseline."
            )
            self.context.say(words, Tone.INFO)
            return
        what = " and ".join(
            words
            for words in (_counted(len(ready)) if ready else "", _counted(len(gates), "gate") if gates else "")
            if words
        )
        left = len(without) - len(ready)
        more = f" {_counted(left)} without a day get{'s' if left == 1 else ''} none." if left else ""
        if confirm(
            self,
            f"Set the baseline of {what}?",
            "The day that is planned now is kept as the baseline, so that everybody can see how far the plan moved. "
            f"What has a baseline already keeps it, and nothing moves.{more}",
            f"Set the baseline of {what}",
        ):
            self.context.change("Setting the baseline", lambda _job: pit.set_baseline())

    def change_gate(self, gate_id: str) -> None:
        """Ask for the days of a gate, showing what moves with it."""
        pit = self.context.workspace.pit
        gate = next((one.gate for one in self._plan.states if one.gate.id == gate_id), None) if self._plan else None
        if gate is None:
            return
        asked = ask_gate(self, gate, pit.working_days(), self._today(), lambda days: pit.moves(gate_id, **days))
        if asked is None:
            return
        moved = pit.moves(gate_id, **asked.days)

        def work(_job: Job) -> Changes:
            return pit.set_gate(gate_id, **asked.days, note=asked.note, rebaseline=asked.rebaseline)

        self.context.change("Saving", work, done=lambda _changes: self._say_moved(gate.name, moved))

    def show_gate(self, gate_id: str) -> None:
        """Show the deliverables of a gate; all of them when only they are shown already."""
        plan = self._plan
        name = next((one.gate.name for one in plan.states if one.gate.id == gate_id), "") if plan else ""
        self.tabs.setCurrentIndex(DELIVERABLES)
        only = Filter("gate", Op.IS_ANY, (name,))
        view = self.panel.view
        others = tuple(one for one in view.filters if one.column != "gate")
        self.panel.apply(replace(view, filters=others if only in view.filters else (*others, only)))

    def show_late(self) -> None:
        """Show what is late."""
        self.tabs.setCurrentIndex(DELIVERABLES)
        self.panel.apply(View(filters=(Filter("standing", Op.IS_ANY, ("Late",)),), sort="late_by", descending=True))

    # -- how -----------------------------------------------------------------------------------------------------------

    def _content(self) -> QWidget:
        context, theme = self.context, self.context.theme
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        self.pack_banner = Banner(theme, lasting=True)
        self.pack_button = button("Show the difference…", self.take)
        inside = self.pack_banner.layout()
        assert inside is not None
        inside.addWidget(self.pack_button)
        self.moved_banner = Banner(theme)
        self.strip = GateStrip(theme, self.show_gate, self.change_gate)
        for widget in (self.pack_banner, self.moved_banner, self.strip):
            column.addWidget(widget)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Parts of the PIT plan")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.tabBar().setUsesScrollButtons(False)
        for made in self.tabs.tabBar().findChildren(
            QToolButton
        ):  # Qt's own, which never show: they are walked all the same
            made.setToolTip(made.accessibleName())
        self.panel = TablePanel(context, "deliverables", title="PIT plan")
        self.panel.looks = look_of
        self.panel.row_menu = self._row_menu
        if not context.workspace.read_only:
            self.panel.edit_cell = self._edit_cell
        self.panel.current_changed.connect(self._explain)
        self.panel.activated.connect(lambda _row: self._activated())
        self.panel.selection_changed.connect(context.commands.refresh)
        self.panel.loaded.connect(lambda: self._explain(self.panel.current_id()))
        self.pane = DeliverablePane(context, PaneVerbs(self.edit, self.define, self.take_one, self.keep))
        self.attaching = AttachByDrop(
            self.panel, context, TargetKind.DELIVERABLE, self._called, pane=self.pane.evidence
        )
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.panel)
        self.split.addWidget(self.pane)
        self.split.setStretchFactor(0, 5)
        self.split.setStretchFactor(1, 2)
        width = self.fontMetrics().averageCharWidth()
        self.split.setSizes([width * 116, width * 60])
        place = QWidget()
        inner = QVBoxLayout(place)
        inner.setContentsMargins(0, theme.px(2), 0, 0)
        inner.addWidget(self.split)
        self.tabs.addTab(place, "Deliverables")
        self.reliance = ReliancePart(context)
        self.tabs.addTab(self.reliance, "Placing reliance")
        self.tabs.currentChanged.connect(lambda _tab: context.commands.refresh())
        column.addWidget(self.tabs, 1)
        self.tabs.setCornerWidget(self._open_things())
        return content

    def _open_things(self) -> QWidget:
        """What else stands before a gate, at the right of the tabs: defects that block it, requirements with gaps."""
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        self.blocking = button("Open defects", lambda: self.context.navigate("defects"), role="link")
        self.gaps = button("Requirements with gaps", lambda: self.context.navigate("traceability"), role="link")
        for made in (self.blocking, self.gaps):
            row.addWidget(made)
            made.hide()
        return place

    def _commands(self) -> list[Command]:
        def command(  # noqa: PLR0917 - one line for each command
            name: str, text: str, run: Callable[[], object], key: str, icon: str, hint: str, group: str = "1"
        ) -> Command:
            return Command(f"pit.{name}", text, run, "PIT plan", group, key, icon, hint, self._can_edit, page="pit")

        marks = [
            command(
                f"mark_{status.name.lower()}", f"Mark as {status.value}", partial(self.mark, status), "", "check",
                "Status of the chosen deliverables",
            )
            for status in DeliverableStatus
        ]  # fmt: skip
        return [
            command("edit", "Edit deliverables…", self.edit, "Ctrl+E", "edit", "Status, owner, days, reviewer, note"),
            command("define", "What it is…", self.define, "", "info", "Title, gate, working days before it, text"),
            *marks,
            Command("pit.add", "Add a deliverable…", self.add, "PIT plan", "2", "Ctrl+Shift+N", "add",
                    "One of your own", lambda: self.context.can_write, page="pit"),
            command("remove", "Remove deliverables…", self.remove, "", "trash", "Those that you added yourself", "2"),
            Command("pit.take", "Deliverables of the pack…", self.take, "PIT plan", "3", "", "imports",
                    "What the content pack says otherwise than the plan", lambda: self.context.can_write, page="pit"),
            command("keep", "Keep as in the plan", self.keep, "", "", "What the pack changed was looked at", "3"),
            Command("pit.baseline", "Set the baseline…", self.set_baseline, "PIT plan", "3", "", "calendar",
                    "Keep the days that are planned now", lambda: self.context.can_write, page="pit"),
            Command("pit.late", "Late deliverables only", self.show_late, "PIT plan", "4", "Ctrl+L", "warning",
                    "The latest first", page="pit"),
            *self.reliance.commands(),
            *self.attaching.commands("pit", menu="PIT plan", group="6"),
            *self.reliance.attaching.commands("pit", menu="", group="6", keys=False),
        ]  # fmt: skip

    def _fill(self, plan: _Plan) -> None:
        self._plan = plan
        self._by_id = {one.id: one for one in plan.deliverables}
        writable = not self.context.workspace.read_only
        empty = not plan.deliverables
        # A plan of one's own needs no role; reliance can be there without any deliverable.
        self.stack.setCurrentIndex(2 if not empty or plan.reliances else 1 if plan.has_role else 0)
        self.reliance.fill(plan.reliances)
        for made in (self.add_button, self.baseline_button, self.take_first, self.pack_button):
            made.setEnabled(writable)
        self.baseline_button.setVisible(not empty)
        self.header.set_subtitle(f"{plan.pack.label} · working days of {plan.calendar}")
        if plan.pack.own:
            self.take_first.setText("Take the deliverables of your pack…")
        self.tabs.setTabText(
            RELIANCE, f"Placing reliance ({len(plan.reliances)})" if plan.reliances else "Placing reliance"
        )
        self._fill_banner(plan)
        self.strip.fill(plan.states, writable=writable)
        view, self._view = self._view, None
        self.panel.set_source(plan.table, view)
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.panel.show_id(wanted)
        self._explain(self.panel.current_id())
        self.context.commands.refresh()

    def _still_open(self, _job: Job) -> tuple[int, int]:
        """Open defects of a severity that blocks an exit, and requirements with something still to be done."""
        workspace = self.context.workspace
        by_severity = workspace.defects.open_by_severity()
        blocking = sum(by_severity.get(one.id, 0) for one in workspace.pit.severities() if one.blocks_exit)
        return blocking, workspace.trace.coverage().whole.gaps

    def _fill_open(self, found: tuple[int, int]) -> None:
        blocking, gaps = found
        for made, count, one, several in (
            (self.blocking, blocking, "open defect blocks an exit", "open defects block an exit"),
            (self.gaps, gaps, "requirement with a gap", "requirements with gaps"),
        ):
            made.setText(f"{count:,} {one if count == 1 else several}")
            made.setVisible(count > 0)

    def _fill_banner(self, plan: _Plan) -> None:
        if plan.changes and plan.deliverables:
            self.pack_banner.say(difference_words(plan.changes, plan.pack), Tone.INFO)
        else:
            self.pack_banner.hide()

    def _say_moved(self, gate: str, moved: tuple[Moved, ...]) -> None:
        if moved:
            self.moved_banner.say(moved_words(gate, moved), Tone.GOOD)
        else:
            self.moved_banner.hide()

    def _explain(self, row: object) -> None:
        one = self._by_id.get(row) if isinstance(row, int) else None
        changes = {change.key: change for change in self._plan.changes} if self._plan else {}
        self.pane.show_deliverable(one, changes.get(one.key) if one else None)
        self.context.commands.refresh()

    def _activated(self) -> None:
        if self._can_edit():
            self.edit()

    def _edit_cell(self, row_id: int, column: str, text: str) -> object:
        try:
            edit = cell_edit(column, text)
        except InvalidInput as error:
            self.context.say(str(error), Tone.WARNING)
            return False
        self._write([row_id], edit)
        return True

    def _write(self, chosen: list[int], edit: DeliverableEdit) -> None:
        pit = self.context.workspace.pit
        self.context.change("Saving", lambda _job: pit.edit(chosen, edit))

    def _chosen(self) -> list[Deliverable]:
        current = self.panel.current_id()
        chosen = self.panel.selected_ids() or ([current] if current is not None else [])
        return [self._by_id[one] for one in chosen if one in self._by_id]

    def _current(self) -> Deliverable | None:
        row = self.panel.current_id()
        return self._by_id.get(row) if row is not None else None

    def _called(self, row: int) -> str:
        one = self._by_id.get(row)
        return called(one) if one else "the deliverable"

    def _attaching(self) -> AttachByDrop:
        return self.attaching if self.tabs.currentIndex() == DELIVERABLES else self.reliance.attaching

    def _row_menu(self, menu: QMenu) -> None:
        action = self.context.commands.action
        menu.addAction(action("pit.edit"))
        menu.addAction(action("pit.define"))
        marks = menu.addMenu("Mark as")
        for status in DeliverableStatus:
            marks.addAction(action(f"pit.mark_{status.name.lower()}"))
        menu.addActions(self.attaching.actions())
        menu.addAction(action("pit.keep"))
        menu.addAction(action("pit.remove"))

    def _go_to_roles(self) -> None:
        self.context.navigate("settings", ShowSection("participant"))

    def _can_edit(self) -> bool:
        on_top = self.tabs.currentIndex() == DELIVERABLES
        return self.context.can_write and on_top and self.panel.current_id() is not None

    def _today(self) -> date:
        return clock.today(self.context.clock)


def cell_edit(column: str, text: str) -> DeliverableEdit:
    """What typing into a cell of the table asks for. Raises InvalidInput for a word that is no status or no day."""
    if column == "status":
        known = {one.value: one for one in DeliverableStatus}
        status = known.get(text.strip().lower())
        if status is None:
            raise InvalidInput(f"A deliverable is {', '.join(list(known)[:-1])} or {list(known)[-1]}; not “{text}”.")
        return DeliverableEdit(status=status)
    if column == "current":
        return DeliverableEdit(current=typed_day(text, column) or "")
    return DeliverableEdit(owner=text)


def difference_words(changes: tuple[PlanChange, ...], pack: Pack) -> str:
    """What the pack in use says otherwise than the plan, in one sentence."""
    parts = [
        f"{count:,} {words}"
        for kind, words in (("new", "new"), ("changed", "changed"), ("gone", "not in it any more"))
        if (count := sum(one.change == kind for one in changes))
    ]
    return f"{pack.label} says otherwise than this plan: {', '.join(parts)}. Nothing is taken before you have seen it."


def moved_words(gate: str, moved: tuple[Moved, ...]) -> str:
    """What moved with a gate, in one sentence and some examples."""
    listed = [
        f"{one.ref} {one.title}: {day_words(one.before, 'no day')} → {day_words(one.after, 'no day')}"
        for one in moved[:MOVED_LISTED]
    ]
    more = [f"and {len(moved) - MOVED_LISTED:,} more"] if len(moved) > MOVED_LISTED else []
    return f"{_counted(len(moved))} moved with {gate}. {'; '.join([*listed, *more])}."


def _counted(count: int, one: str = "deliverable") -> str:
    return f"{count:,} {one}{'' if count == 1 else 's'}"
