"""PIT plan: the gates, what is to be handed over for each and how far it is, and reliance on the testing of others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedLayout,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.browse.frame_table import FrameTable
from desktop.browse.view import Filter, Op, View
from desktop.changes import Subject
from desktop.content.pack import Pack
from desktop.content.plan_change import PlanChange
from desktop.evidence.model import TargetKind
from desktop.jobs import Job
from desktop.pit.model import Deliverable, GateState, Moved, Reliance
from ui.commands import Command
from ui.context import Tone
from ui.dialogs.pit_forms import PlanWords
from ui.dropping import Drop
from ui.pages.page import Page
from ui.pages.payloads import ShowSection, ShowTarget, ShowView
from ui.pages.pit_verbs import PitVerbs, moved_words
from ui.widgets.banner import Banner
from ui.widgets.basics import EmptyState, button
from ui.widgets.beside import Beside
from ui.widgets.evidence_drop import AttachByDrop
from ui.widgets.pack_difference import difference_words
from ui.widgets.pit_gates import GateStrip
from ui.widgets.pit_look import look_of
from ui.widgets.pit_pane import DeliverablePane, PaneVerbs, called
from ui.widgets.pit_reliance import ReliancePart
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_panel import TablePanel

DELIVERABLES, RELIANCE = 0, 1
_TESTING = frozenset({Subject.REQUIREMENTS, Subject.RESULTS, Subject.DEFECTS, Subject.EVIDENCE})
"""What changes how many defects block an exit and how many requirements have gaps."""


@dataclass(frozen=True)
class Plan:
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
        self.verbs = PitVerbs(context, self)
        self.plan: Plan | None = None
        self.add_button = button("Add a deliverable…", self.verbs.add)
        self.baseline_button = button("Set the baseline…", self.verbs.set_baseline, tip="Keep the days planned now")
        self.import_button = button("Import…", self.verbs.import_rows, tip="Your own copy of the official timelines")
        self.import_button.setAccessibleName("Import deliverables…")
        self.book_button = button("Make the workbook…", self.verbs.make_book, role="primary")
        for made in (self.baseline_button, self.add_button, self.import_button, self.book_button):
            self.header.add_action(made)
        self.roles_button = button("Choose your market roles", self._go_to_roles, role="primary")
        self.take_first = button("Take the suggested deliverables…", self.verbs.take, role="primary")
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
        self._by_id: dict[int, Deliverable] = {}
        self._wanted: int | None = None
        self._view: View | None = None
        self._kept: dict[str, object] = {}
        self.split.splitterMoved.connect(lambda _at, _which: self._moved("split", self.split))
        self.reliance.split.splitterMoved.connect(lambda _at, _which: self._moved("reliance", self.reliance.split))
        context.commands.add(*self.verbs.commands(), *self._commands())

    def refresh(self, subjects: frozenset[Subject]) -> None:
        workspace = self.context.workspace

        def work(_job: Job) -> Plan:
            pit = workspace.pit
            states = pit.gate_states()
            return Plan(
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
            if self.plan is None:
                self._wanted = payload.target.id
            else:
                self.panel.show_id(payload.target.id)
        elif isinstance(payload, ShowView):
            self.tabs.setCurrentIndex(DELIVERABLES)
            if self.plan is None:
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

    # -- what the strip of gates asks ----------------------------------------------------------------------------------

    def show_gate(self, gate_id: str) -> None:
        """Show the deliverables of a gate; all of them when only they are shown already."""
        plan = self.plan
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
        context, theme, verbs = self.context, self.context.theme, self.verbs
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        self.pack_banner = Banner(theme, lasting=True)
        self.pack_button = button("Show the difference…", self.verbs.take)
        inside = self.pack_banner.layout()
        assert inside is not None
        inside.addWidget(self.pack_button)
        self.moved_banner = Banner(theme)
        self.strip = GateStrip(theme, self.show_gate, self.verbs.change_gate)
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
        self.panel.row_menu = verbs.fill_menu
        if not context.workspace.read_only:
            self.panel.edit_cell = verbs.edit_cell
        self.panel.current_changed.connect(self._explain)
        self.panel.activated.connect(lambda _row: context.commands.run("pit.edit"))
        self.panel.selection_changed.connect(context.commands.refresh)
        self.panel.loaded.connect(lambda: self._explain(self.panel.current_id()))
        self.pane = DeliverablePane(context, PaneVerbs(verbs.edit, verbs.define, verbs.take_one, verbs.keep))
        self.attaching = AttachByDrop(
            self.panel, context, TargetKind.DELIVERABLE, self._called, pane=self.pane.evidence
        )
        self.split = Beside(self.panel, self.pane, (128, 48))
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
        """Showing, placing reliance, and attaching to whichever table is in front."""
        both = [
            replace(one, run=partial(self._attach, name), enabled=partial(self._can_attach, one))
            for one, name in zip(
                self.attaching.commands("pit", menu="PIT plan", group="6"),
                ("attach", "attach_kept", "paste"),
                strict=True,
            )
        ]
        return [
            Command("pit.late", "Late deliverables only", self.show_late, "PIT plan", "4", "Ctrl+L", "warning",
                    "The latest first", page="pit", whole=True),
            *self.reliance.commands(),
            *both,
        ]  # fmt: skip

    def _attach(self, how: str) -> None:
        getattr(self._attaching(), how)()

    def _can_attach(self, command: Command) -> bool:
        in_front = self.deliverables_in_front
        return command.enabled() if in_front else self.context.can_write and self.reliance.panel.has_current()

    @property
    def deliverables_in_front(self) -> bool:
        """Whether the tab of deliverables is shown, and not that of reliance."""
        return self.tabs.currentIndex() == DELIVERABLES

    def _fill(self, plan: Plan) -> None:
        self.plan = plan
        self._by_id = {one.id: one for one in plan.deliverables}
        writable = not self.context.workspace.read_only
        empty = not plan.deliverables
        # A plan of one's own needs no role; reliance can be there without any deliverable.
        self.stack.setCurrentIndex(2 if not empty or plan.reliances else 1 if plan.has_role else 0)
        self.reliance.fill(plan.reliances)
        for made in (self.add_button, self.import_button, self.baseline_button, self.take_first, self.pack_button):
            made.setEnabled(writable)
        self.baseline_button.setVisible(any(one.planned and not one.baseline for one in plan.deliverables))
        self.book_button.setVisible(not empty or bool(plan.reliances))
        self.header.set_subtitle(f"{plan.pack.label} · days of {plan.calendar}")
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

    def _fill_banner(self, plan: Plan) -> None:
        if plan.changes and plan.deliverables:
            self.pack_banner.say(difference_words(plan.changes, plan.pack), Tone.INFO)
        else:
            self.pack_banner.hide()

    def say_moved(self, gate: str, moved: tuple[Moved, ...]) -> None:
        """Tell what moved with a gate, until the message is closed or another gate moves."""
        if moved:
            self.moved_banner.say(moved_words(gate, moved), Tone.GOOD)
        else:
            self.moved_banner.hide()

    def _explain(self, row: object) -> None:
        one = self._by_id.get(row) if isinstance(row, int) else None
        changes = {change.key: change for change in self.plan.changes} if self.plan else {}
        self.pane.show_deliverable(one, changes.get(one.key) if one else None)
        self.context.commands.refresh()

    def chosen(self) -> list[Deliverable]:
        """The selected deliverables, else the one with the cursor."""
        current = self.panel.current_id()
        chosen = self.panel.selected_ids() or ([current] if current is not None else [])
        return [self._by_id[one] for one in chosen if one in self._by_id]

    def chosen_one(self) -> Deliverable | None:
        """The deliverable with the cursor."""
        row = self.panel.current_id()
        return self._by_id.get(row) if row is not None else None

    def _called(self, row: int) -> str:
        one = self._by_id.get(row)
        return called(one) if one else "the deliverable"

    def _attaching(self) -> AttachByDrop:
        return self.attaching if self.deliverables_in_front else self.reliance.attaching

    def _go_to_roles(self) -> None:
        self.context.navigate("settings", ShowSection("participant"))
