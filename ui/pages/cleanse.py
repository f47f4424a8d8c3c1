"""Cleanse: the findings as a table, what the chosen one means, and the work on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from desktop import clock
from desktop.browse.view import Filter, Op, View
from desktop.changes import Changes, Subject
from desktop.cleanse.detail import FindingDetail
from desktop.cleanse.exceptions import AcceptedException
from desktop.cleanse.finding_table import DEFAULT_VIEW, FindingTable
from desktop.cleanse.model import WorkStatus
from desktop.cleanse.work import FindingEdit
from desktop.errors import InvalidInput
from desktop.evidence.model import Target, TargetKind
from desktop.jobs import Job
from ui.commands import Command
from ui.context import Tone
from ui.dialogs.exceptions import ExceptionsDialog, ask_exception, typed_day
from ui.dialogs.form import Field, ask
from ui.dropping import PORTFOLIO_ENDINGS, Drop
from ui.pages.page import Page
from ui.pages.payloads import ShowFinding, ShowRow, ShowView
from ui.widgets.basics import EmptyState, button
from ui.widgets.beside import Beside
from ui.widgets.evidence_drop import AttachByDrop
from ui.widgets.evidence_pane import EvidencePane
from ui.widgets.finding_pane import FindingPane
from ui.widgets.import_button import import_button
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_panel import TablePanel

KEEP = "(as they are)"
_HINTS = {
    "edit": "Owner, due date, note and status of the selected findings",
    "accept": "An exception with a reason, an approver and an end",
    "mark": "Status of the selected findings",
}


class CleansePage(Page):
    """Findings, facets, and the pane that explains one of them."""

    id = "cleanse"
    title = "Cleanse"
    subtitle = "What is wrong, who mends it, and how far it is. A finding closes when a later file no longer shows it."
    icon = "cleanse"
    subjects = frozenset({Subject.RUNS, Subject.FINDINGS, Subject.EXCEPTIONS, Subject.SNAPSHOTS})

    def build(self) -> None:
        context = self.context
        self.header.add_action(button("Exceptions…", self.show_exceptions))
        self.report_button = button("Make the report…", lambda: context.commands.run("report.make"), role="primary")
        self.report_button.setEnabled(False)
        self.header.add_action(self.report_button)
        empty = EmptyState(
            context.theme,
            "cleanse",
            "Nothing has been checked yet",
            "Import a portfolio: it is checked at once, and what is wrong is listed here.",
            import_button(context, "primary"),
        )
        self.panel = TablePanel(context, "findings", title="Findings", empty=empty)
        self.panel.row_menu = self._row_menu
        if not context.workspace.read_only:
            self.panel.edit_cell = self._edit_cell
        self.evidence = EvidencePane(context)
        self.attaching = AttachByDrop(self.panel, context, TargetKind.FINDING, self._name_of, pane=self.evidence)
        self.pane = FindingPane(
            context.theme,
            show_row=lambda snapshot, row: context.navigate("portfolio", ShowRow(snapshot, row)),
            show_finding=self._show,
            edit=self.edit,
            accept=self.accept,
            evidence=self.evidence,
        )
        self.pane.setMinimumWidth(self.fontMetrics().averageCharWidth() * 50)
        self.split = Beside(self.panel, self.pane, (116, 60))
        self.body.addWidget(self.split, 1)
        self.panel.current_changed.connect(self._explain)
        self.panel.activated.connect(lambda _fingerprint: self.show_row())
        self.panel.selection_changed.connect(context.commands.refresh)
        self._wanted: int | None = None
        self._view: View | None = None
        self._source: FindingTable | None = None
        self._unprepared: FindingTable | None = None
        self.panel.loaded.connect(self._prepare)
        self.panel.loaded.connect(self._clear_stale)
        context.commands.add(*self._commands(), *self.attaching.commands(self.id, menu="Findings", group="2"))

    def refresh(self, subjects: frozenset[Subject]) -> None:
        cleanse = self.context.workspace.cleanse
        if self._source is not None and subjects <= {Subject.FINDINGS, Subject.EXCEPTIONS}:
            source = self._source

            def again(_job: Job) -> FindingTable:
                source.refresh()
                return source

            self.context.read("Reading the findings", again, lambda _source: self._reread())
            return

        view = self._view or self.panel.views.last() or DEFAULT_VIEW
        in_reading_order = not view.sort and not view.descending and self._wanted is None

        def work(job: Job) -> tuple[FindingTable, bool]:
            # In reading order the first pages are known long before all findings are.
            table = cleanse.first_findings(job) if in_reading_order else cleanse.findings(job)
            return table, bool(cleanse.runs())

        def came(found: tuple[FindingTable, bool]) -> None:
            table, checked = found
            self.report_button.setEnabled(checked)
            self.pane.setVisible(table.total() > 0)
            self._fill(table)

        self.context.read("Reading the findings", work, came)

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowFinding):
            self._show(payload.fingerprint)
        elif isinstance(payload, ShowView):
            if self._source is None:
                self._view = payload.view
            else:
                self.panel.apply(payload.view)

    def table(self) -> TablePanel:
        return self.panel

    def state(self) -> dict[str, object]:
        return {"split": kept_sizes(self.split)}

    def restore(self, state: dict[str, object]) -> None:
        put_sizes_back(self.split, state.get("split"))

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        """Files are evidence of the finding under them; what may be the next portfolio is imported, as elsewhere."""
        if len(paths) == 1 and paths[0].suffix.lower() in PORTFOLIO_ENDINGS:
            return None
        return self.attaching.drop(paths, at) if self.panel.source is not None else None

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        self.attaching.dropped(paths, at)

    # -- what can be done with findings --

    def edit(self) -> None:
        """Owner, due date, note and status of the selected findings."""
        chosen = self._chosen_ids()
        if not chosen:
            return
        owners = ", ".join(self.context.workspace.cleanse.owners()[:6])
        statuses = (("", KEEP), *((status.value, status.value.capitalize()) for status in WorkStatus))
        values = ask(
            self,
            f"Edit {_counted(len(chosen))}",
            (
                Field("owner", "Owner", hint=f"Known so far: {owners}" if owners else "Who does the mending."),
                Field("due", "Due", hint="dd/mm/yyyy. What is left empty stays as it is; a single - clears it."),
                Field("status", "Status", "", statuses),
                Field("note", "Note", long=True),
            ),
            f"Edit {_counted(len(chosen))}",
            finding_edit,
        )
        if values is not None:
            self._write(chosen, finding_edit(dict(values)))

    def accept(self) -> None:
        """Accept the selected findings for a time."""
        chosen = self._chosen_ids()
        if not chosen:
            return
        today = self._today()
        check = self._one_check() or ""
        terms = ask_exception(
            self,
            f"Accept {_counted(len(chosen))} for a time",
            f"Accept {_counted(len(chosen))}",
            today,
            whole_check=check,
        )
        if terms is None:
            return
        request, whole = terms
        cleanse = self.context.workspace.cleanse
        self.context.change("Accepting", lambda _job: cleanse.accept(check if whole else chosen, request))

    def mark(self, status: WorkStatus) -> None:
        """Give the selected findings a status."""
        if chosen := self._chosen_ids():
            self._write(chosen, FindingEdit(status=status))

    def show_exceptions(self) -> None:
        """List what has been accepted."""
        cleanse, context = self.context.workspace.cleanse, self.context

        def show(found: tuple[AcceptedException, ...]) -> None:
            dialog = ExceptionsDialog(
                self,
                found,
                withdraw=lambda number: context.change("Withdrawing", lambda _job: cleanse.withdraw(number)),
                approve=self._approve_again,
                writable=not context.workspace.read_only,
            )
            dialog.exec()
            dialog.deleteLater()

        context.read("Reading the exceptions", lambda _job: cleanse.exceptions(), show)

    def show_row(self) -> None:
        """Go to the portfolio row of the finding with the cursor."""
        self.pane.row_button.click()

    def show_open(self) -> None:
        """Back to the findings that are open."""
        self.panel.apply(DEFAULT_VIEW)

    def only_this_mpan(self) -> None:
        """Filter by the MPAN of the row with the cursor."""
        if mpan := str(self.panel.cells().get("mpan") or ""):
            self.panel.apply(View(filters=(Filter("mpan", Op.IS_ANY, (mpan,)),)))

    # -- how --

    def _commands(self) -> list[Command]:
        def hint(name: str) -> str:
            return _HINTS[name.split("_", maxsplit=1)[0]]

        def command(name: str, text: str, run: Callable[[], object], key: str, icon: str) -> Command:
            return Command(
                f"findings.{name}", text, run, "Findings", "1", key, icon, hint(name), self._can_edit, page="cleanse"
            )

        marks = [
            command(f"mark_{status.name.lower()}", f"Mark as {status.value}", partial(self.mark, status), "", "check")
            for status in WorkStatus
        ]
        return [
            command("edit", "Edit findings…", self.edit, "Ctrl+E", "edit"),
            command("accept", "Accept for a time…", self.accept, "Ctrl+T", "calendar"),
            *marks,
            Command("findings.row", "Show the row", self.show_row, "Findings", "2", "Ctrl+Return", "table",
                    "In the portfolio", self._has_row, page="cleanse"),
            Command("findings.mpan", "Only this MPAN", self.only_this_mpan, "Findings", "2", "Ctrl+M", "filter",
                    "Its findings, gone and accepted ones too", self._has_row, page="cleanse"),
            Command("findings.open", "Open findings only", self.show_open, "Findings", "3", "Ctrl+Shift+O", "view",
                    "Neither gone nor accepted", page="cleanse", whole=True),
            Command("findings.exceptions", "Exceptions…", self.show_exceptions, "Findings", "3", "", "calendar",
                    "What has been accepted, until when, by whom", page="cleanse"),
        ]  # fmt: skip

    def _fill(self, source: FindingTable) -> None:
        first = self._source is None
        self._source = source
        view = self._view if first and self._view else None
        self._view = None
        self._unprepared = source
        self.panel.set_source(source, view)
        self._show_wanted()

    def _prepare(self) -> None:
        """Once the first page is on the screen: read what is left, and get ready what the first clicks need."""
        source, self._unprepared = self._unprepared, None
        if source is None:
            return
        whole = source.whole

        def done(_nothing: None) -> None:
            if source is self._source and not whole:
                self.panel.reload()
                self._show_wanted()

        self.context.read("Reading the findings", source.prepare, done)

    def _clear_stale(self) -> None:
        """A view that leaves no row with the cursor leaves nothing to explain."""
        if self.panel.current_id() is None:
            self._explain(None)

    def _show_wanted(self) -> None:
        if self._wanted is not None and self._source is not None and self._source.whole:
            wanted, self._wanted = self._wanted, None
            self._show(wanted)

    def _reread(self) -> None:
        self.panel.reload()
        self._show_wanted()
        self._explain(self.panel.current_id())

    def _explain(self, fingerprint: object) -> None:
        if not isinstance(fingerprint, int):
            self.pane.show_detail(None)
            self.evidence.show_target(None)
            return
        cleanse = self.context.workspace.cleanse

        def fill(detail: FindingDetail) -> None:
            # The cursor may have moved on while this was read.
            if self.panel.current_id() == detail.fingerprint:
                self.pane.show_detail(detail, writable=not self.context.workspace.read_only)
                self.evidence.show_target(Target(TargetKind.FINDING, fingerprint), self._name_of(fingerprint))

        self.context.read("Reading the finding", lambda _job: cleanse.detail(fingerprint), fill)

    def _show(self, fingerprint: int) -> None:
        if self._source is None or not self._source.whole:
            self._wanted = fingerprint
        else:
            self.panel.show_id(fingerprint)

    def _name_of(self, fingerprint: int) -> str:
        """A finding in a sentence: its check and the end of its MPAN, which is personal data."""
        place = self._source.position(fingerprint) if self._source is not None else None
        if self._source is None or place is None:
            return "the finding"
        keys = [column.key for column in self._source.columns]
        cells = dict(zip(keys, self._source.page(place, 1)[0], strict=True))
        mpan = str(cells["mpan"] or "")
        return f"{cells['check']}{f' of MPAN …{mpan[-4:]}' if mpan else ''}"

    def _chosen_ids(self) -> list[int]:
        chosen = self.panel.selected_ids()
        current = self.panel.current_id()
        return chosen or ([current] if current is not None else [])

    def _one_check(self) -> str | None:
        """The check that all selected findings share, looked up for up to a thousand of them."""
        ranges = self.panel.selected_ranges()
        if self._source is None or sum(length for _, length in ranges) > 1000:
            return None
        place = [column.key for column in self._source.columns].index("check")
        found = {str(cells[place]) for start, length in ranges for cells in self._source.page(start, length)}
        return found.pop() if len(found) == 1 else None

    def _write(self, chosen: list[int], edit: FindingEdit) -> None:
        cleanse = self.context.workspace.cleanse
        self.context.change("Saving", lambda _job: cleanse.edit(chosen, edit))

    def _edit_cell(self, row_id: int, column: str, text: str) -> None:
        try:
            edit = finding_edit({column: text or "-"})
        except InvalidInput as error:
            self.context.say(str(error), Tone.WARNING)
            return
        self._write([row_id], edit)

    def _approve_again(self, exception: AcceptedException) -> None:
        cleanse = self.context.workspace.cleanse
        verb = f"Approve for {_counted(exception.now)}"
        terms = ask_exception(self, f"Approve again: {exception.check_id}", verb, self._today(), now=exception)
        if terms is not None:

            def work(_job: Job) -> Changes:
                return cleanse.approve_again(exception.id, terms[0])

            self.context.change("Approving", work)

    def _row_menu(self, menu: QMenu) -> None:
        for name in ("edit", "accept", "row", "mpan"):
            menu.addAction(self.context.commands.action(f"findings.{name}"))
        marks = menu.addMenu("Mark as")
        for status in WorkStatus:
            action = self.context.commands.action(f"findings.mark_{status.name.lower()}")
            marks.addAction(action)
        menu.addSeparator()
        menu.addActions(self.attaching.actions())

    def _today(self) -> date:
        return clock.today(self.context.clock)

    def _has_row(self) -> bool:
        return self.panel.has_current()

    def _can_edit(self) -> bool:
        return self.context.can_write and self._has_row()


def finding_edit(values: dict[str, str]) -> FindingEdit:
    """What the form's texts ask for: empty leaves a field, a single `-` clears it. Raises InvalidInput."""

    def text(name: str) -> str | None:
        value = values.get(name, "").strip()
        return None if not value else "" if value == "-" else value

    due_text, status = text("due"), values.get("status", "").strip().lower()
    known = [one.value for one in WorkStatus]
    if status not in ("", *known):
        raise InvalidInput(f"A finding is {', '.join(known[:-1])} or {known[-1]}; not “{status}”.", field="status")
    due = "" if due_text == "" else typed_day(due_text or "", "due")
    edit = FindingEdit(
        owner=text("owner"),
        due=due,  # type: ignore[arg-type]
        note=text("note"),
        status=WorkStatus(status) if status else None,
    )
    if edit == FindingEdit():
        raise InvalidInput("Nothing was entered.", field="owner")
    return edit


def _counted(count: int) -> str:
    return "1 finding" if count == 1 else f"{count:,} findings"
