"""Placing reliance: third parties whose testing is relied on, what rests on each, and what is missing to prove it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QScrollArea, QVBoxLayout, QWidget

from desktop import clock
from desktop.browse.view import Filter, Op, View
from desktop.changes import Changes
from desktop.evidence.model import Target, TargetKind
from desktop.jobs import Job
from desktop.pit.model import Reliance
from desktop.pit.table import NOT_PROVEN, PROVEN
from ui.commands import Command
from ui.context import Context
from ui.dialogs.confirm import confirm
from ui.dialogs.pit_forms import ask_reliance
from ui.models.paged_table import shown_date
from ui.pages import PAGES
from ui.pages.payloads import ShowView
from ui.widgets.basics import Card, EmptyState, button, label
from ui.widgets.beside import Beside
from ui.widgets.evidence_drop import AttachByDrop
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.flow import Flow
from ui.widgets.pit_look import Look, look_of, proven_words
from ui.widgets.pit_pane import facts
from ui.widgets.table_panel import TablePanel

NOTHING = "Choose a reliance to see what rests on it."


class ReliancePart(QWidget):
    """The table of reliances and the pane of the chosen one."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._all: dict[int, Reliance] = {}
        self._wanted: int | None = None
        self.add_first = button("Place reliance on a third party…", self.add, role="primary")
        empty = EmptyState(
            context.theme,
            "link",
            "You rely on nobody's testing yet",
            "When a third party, often your software provider, has tested already, say so here: who, which version, "
            "what was agreed, and the evidence. Requirements can then rest on it.",
            self.add_first,
        )
        self.panel = TablePanel(context, "reliances", title="Placing reliance", empty=empty, facets=False)
        self.panel.looks = look_of
        self.panel.row_menu = self._row_menu
        self.panel.current_changed.connect(self._explain)
        self.panel.activated.connect(lambda _row: self.edit())
        self.panel.loaded.connect(lambda: self._explain(self.panel.current_id()))
        self.add_button = button("Add…", self.add)
        self.add_button.setAccessibleName("Place reliance on a third party…")
        self.panel.add_tool(self.add_button)
        self.evidence = EvidencePane(context)
        self.attaching = AttachByDrop(self.panel, context, TargetKind.RELIANCE, self._called, pane=self.evidence)
        self.pane = self._pane()
        self.split = Beside(self.panel, self.pane, (128, 48))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, context.theme.px(2), 0, 0)
        column.addWidget(self.split)

    def commands(self) -> tuple[Command, ...]:
        """What can be done with reliances; the page registers them."""
        return (
            Command("pit.rely", "Place reliance on a third party…", self.add, "PIT plan", "5", "", "link",
                    "Requirements rest on the testing of somebody else", lambda: self.context.can_write, page="pit"),
            Command("pit.rely_edit", "Edit the reliance…", self.edit, "PIT plan", "5", "", "edit",
                    "Third party, status, agreement, end", self._can_change, page="pit"),
            Command("pit.rely_remove", "Remove the reliance…", self.remove, "PIT plan", "5", "", "trash",
                    "Only one on which no requirement rests", self._can_change, page="pit"),
        )  # fmt: skip

    def fill(self, found: tuple[Reliance, ...]) -> None:
        """Show these reliances."""
        self._all = {one.id: one for one in found}
        self.pane.setVisible(bool(found))
        writable = not self.context.workspace.read_only
        for made in (self.add_first, self.add_button):
            made.setEnabled(writable)
        self.panel.set_source(self.context.workspace.pit.reliance_table())
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.panel.show_id(wanted)

    def show_id(self, reliance_id: int) -> None:
        """Put the cursor on one, now or once they are read."""
        if reliance_id in self._all:
            self.panel.show_id(reliance_id)
        else:
            self._wanted = reliance_id

    # -- verbs ---------------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Ask for a new one."""
        self._save(None)

    def edit(self) -> None:
        """Ask what is to be changed of the chosen one."""
        if (one := self._chosen()) and self.context.can_write:
            self._save(one)

    def remove(self) -> None:
        """Remove the chosen one, after a question; refused while requirements rest on it."""
        one, pit = self._chosen(), self.context.workspace.pit
        if one is None:
            return
        links = (
            f" Its {one.evidence} piece{'' if one.evidence == 1 else 's'} of evidence stay kept."
            if one.evidence
            else ""
        )
        if one.requirements or confirm(
            self, f"Remove {one.ref}?", f"{one.details.third_party}.{links} Edit › Undo brings it back.", "Remove"
        ):
            self.context.change("Removing", lambda _job: pit.remove_reliance(one.id))

    def show_requirements(self) -> None:
        """Go to the requirements that rest on the chosen one."""
        if one := self._chosen():
            value = f"{one.ref} {one.details.third_party}"
            self.context.navigate("traceability", ShowView(View(filters=(Filter("reliance", Op.IS_ANY, (value,)),))))

    # -- inside --------------------------------------------------------------------------------------------------------

    def _pane(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName("The chosen reliance")
        area.setMinimumWidth(self.fontMetrics().averageCharWidth() * 44)
        theme = self.context.theme
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.px(2), 0, theme.px(2), 0)
        column.setSpacing(theme.px(2))
        area.setWidget(inside)
        self.look = Look(theme)
        self.title = label(NOTHING, "heading", wrap=True, selectable=True)
        self.about = label("", "small", wrap=True, selectable=True)
        for widget in (self.look, self.title, self.about):
            column.addWidget(widget)
        verbs = QWidget()
        flow = Flow(verbs, gap=theme.px(1))
        self.edit_button = button("Edit…", self.edit)
        self.edit_button.setAccessibleName("Edit the reliance…")
        self.remove_button = button("Remove…", self.remove)
        self.remove_button.setAccessibleName("Remove the reliance…")
        for made in (self.edit_button, self.remove_button):
            flow.addWidget(made)
        flow.addWidget(QWidget())
        column.addWidget(verbs)
        self.rests = label("", wrap=True)
        self.rests_button = button("Show its requirements", self.show_requirements)
        self.agreement = label("", wrap=True, selectable=True)
        self._cards: list[QWidget] = [verbs]
        for heading, widgets in (
            ("What rests on it", (self.rests, self.rests_button)),
            ("Agreement", (self.agreement,)),
            ("Evidence", (self.evidence,)),
        ):
            card = Card(heading)
            for part in widgets:
                # A button keeps its own width; everything else takes the card's.
                keeps = part is self.rests_button
                card.body.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft if keeps else Qt.AlignmentFlag(0))
            column.addWidget(card)
            self._cards.append(card)
        column.addStretch()
        return area

    def _explain(self, row: object) -> None:
        one = self._all.get(row) if isinstance(row, int) else None
        for part in (*self._cards, self.look, self.about):
            part.setVisible(one is not None)
        self.context.commands.refresh()
        if one is None:
            self.title.setText(NOTHING)
            self.evidence.show_target(None)
            return
        details = one.details
        self.look.say(proven_words(one), *(look_of(PROVEN if one.proven else NOT_PROVEN) or ("", "muted")))
        self.title.setText(details.third_party)
        self.about.setText(" · ".join(text for text in (one.ref, details.product, details.status.value) if text))
        self.rests.setText(requirements_words(one.requirements))
        pages = {entry.id for entry in PAGES}
        self.rests_button.setVisible(one.requirements > 0 and "traceability" in pages)
        self.agreement.setText("\n".join(_agreement(one)))
        writable = not self.context.workspace.read_only
        self.edit_button.setEnabled(writable)
        self.remove_button.setEnabled(writable)
        self.evidence.show_target(Target(TargetKind.RELIANCE, one.id), self._called(one.id))

    def _save(self, known: Reliance | None) -> None:
        pit = self.context.workspace.pit
        details = ask_reliance(self, known, clock.today(self.context.clock))
        if details is None:
            return

        def work(_job: Job) -> Changes:
            return pit.save_reliance(details, known.id if known else None)

        self.context.change("Saving", work, done=lambda _changes: self._after_save(known))

    def _after_save(self, known: Reliance | None) -> None:
        if known is None:
            newest = self.context.workspace.pit.reliances()
            self._wanted = newest[0].id if newest else None

    def _chosen(self) -> Reliance | None:
        row = self.panel.current_id()
        return self._all.get(row) if row is not None else None

    def _can_change(self) -> bool:
        return self.context.can_write and self.panel.isVisible() and self._chosen() is not None

    def _called(self, row: int) -> str:
        one = self._all.get(row)
        return f"{one.ref} {one.details.third_party}" if one else "the reliance"

    def _row_menu(self, menu: QMenu) -> None:
        menu.addAction(self.context.commands.action("pit.rely_edit"))
        for name in ("attach", "attach_kept", "attach_pasted"):  # the page's: they go to the table in front
            menu.addAction(self.context.commands.action(f"pit.{name}"))
        menu.addAction(self.context.commands.action("pit.rely_remove"))


def requirements_words(count: int) -> str:
    """How many requirements rest on a reliance."""
    if not count:
        return "No requirement yet. Choose requirements on the Traceability page and let them rest on it."
    return f"{count:,} requirement{'' if count == 1 else 's'}"


def _agreement(one: Reliance) -> list[str]:
    details = one.details
    lines = facts(
        [
            ("Reference", details.agreement),
            ("Agreed by", details.agreed_by),
            ("Agreed on", shown_date(details.agreed_on)),
            ("Good through", shown_date(details.expires)),
            ("What was tested", details.scope),
            ("Note", details.note),
        ]
    )
    return lines or ["Nothing is said of it yet."]
