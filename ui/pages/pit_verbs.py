"""What can be done with deliverables and gates: each a command for the menu, the keys and the palette."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from desktop import clock
from desktop.changes import Changes
from desktop.errors import InvalidInput
from desktop.jobs import Job
from desktop.pit.model import DeliverableEdit, DeliverableStatus, Moved
from desktop.records.model import RecordKind
from desktop.submissions.kinds.gates import next_gate
from desktop.submissions.kinds.registry import kind_of_deliverable, known
from ui.commands import Command
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.dialogs.exceptions import typed_day
from ui.dialogs.pit_forms import ask_definition, ask_new, ask_work
from ui.dialogs.pit_gate import ask_gate
from ui.dialogs.pit_take import TakeDialog
from ui.making_books import make_workbook
from ui.pages.payloads import ImportRecords, PrepareSubmission
from ui.widgets.pit_look import day_words
from ui.widgets.pit_pane import called

if TYPE_CHECKING:
    from ui.pages.pit import PitPage

MOVED_LISTED = 3


class PitVerbs:
    """Asks what has to be asked, then has the service do it; every write can be undone with Edit › Undo."""

    def __init__(self, context: Context, page: PitPage) -> None:
        self._context, self._page = context, page
        self._pit = context.workspace.pit

    def commands(self) -> list[Command]:
        """All commands about deliverables."""
        command = partial(Command, menu="PIT plan", page="pit")
        edits, writes = self._can_edit, self._can_write
        marks = [
            command(f"pit.mark_{status.name.lower()}", f"Mark as {status.value}", partial(self.mark, status), group="1",
                    icon="check", hint="Status of the chosen deliverables", enabled=edits)
            for status in DeliverableStatus
        ]  # fmt: skip
        return [
            command("pit.edit", "Edit deliverables…", self.edit, group="1", shortcut="Ctrl+E", icon="edit",
                    hint="Status, owner, days, reviewer, remarks and note", enabled=edits),
            command("pit.define", "What it is…", self.define, group="1", icon="info",
                    hint="Title, gate, working days before it, description", enabled=edits),
            *marks,
            command("pit.add", "Add a deliverable…", self.add, group="2", shortcut="Ctrl+Shift+N", icon="add",
                    hint="One of your own", enabled=writes),
            command("pit.remove", "Remove deliverables…", self.remove, group="2", icon="trash",
                    hint="Those that you added yourself", enabled=edits),
            command("pit.take", "Deliverables of the pack…", self.take, group="3", icon="pit",
                    hint="What the content pack says otherwise than the plan", enabled=writes),
            command("pit.keep", "Keep as in the plan", self.keep, group="3",
                    hint="What the pack changed about the chosen ones was looked at", enabled=edits),
            command("pit.import", "Import deliverables…", self.import_rows, group="3", icon="imports",
                    hint="Your own copy of the official timelines, or our workbook coming back", enabled=writes),
            command("pit.book", "Make the workbook of the plan…", self.make_book, group="3", icon="report",
                    hint="Gates, deliverables and reliance as an Excel workbook"),
            command("pit.submit", "Prepare a submission…", self.submit, group="3", icon="submissions",
                    hint="What the chosen deliverable is, else the plan itself, at its gate", enabled=writes),
            command("pit.baseline", "Set the baseline…", self.set_baseline, group="3", icon="calendar",
                    hint="Keep the days that are planned now", enabled=writes),
        ]  # fmt: skip

    def submit(self) -> None:
        """Go on with a submission: what the chosen deliverable is, else the plan, each at the gate that it is for."""
        plan = self._page.plan
        if plan is None:
            return
        one = self._page.chosen_one() if self._page.deliverables_in_front else None
        kind = (kind_of_deliverable(one.key) if one else "") or "pit_plan"
        gate = one.gate if one and one.gate else next_gate([state.gate for state in plan.states])
        self._context.navigate("submissions", PrepareSubmission(kind, gate=gate if known(kind).at_a_gate else ""))

    def fill_menu(self, menu: QMenu) -> None:
        """What a row's menu offers."""
        action = self._context.commands.action
        for name in ("edit", "define"):
            menu.addAction(action(f"pit.{name}"))
        marks = menu.addMenu("Mark as")
        for status in DeliverableStatus:
            marks.addAction(action(f"pit.mark_{status.name.lower()}"))
        menu.addActions(self._page.attaching.actions())
        for name in ("submit", "keep", "remove"):
            menu.addAction(action(f"pit.{name}"))

    def edit(self) -> None:
        """Status, owner, days, reviewer, remarks and note of the chosen deliverables."""
        chosen = self._page.chosen()
        if chosen and self._page.plan and (edit := ask_work(self._page, chosen, self._page.plan.words, self._today())):
            self.write([one.id for one in chosen], edit)

    def define(self) -> None:
        """What the chosen deliverable is."""
        one = self._page.chosen_one()
        if one and self._page.plan and (edit := ask_definition(self._page, one, self._page.plan.words, self._today())):
            self.write([one.id], edit)

    def mark(self, status: DeliverableStatus) -> None:
        """Give the chosen deliverables a status."""
        if chosen := self._page.chosen():
            self.write([one.id for one in chosen], DeliverableEdit(status=status))

    def add(self) -> None:
        """A deliverable of one's own."""
        if self._page.plan is None:
            return
        current = self._page.chosen_one()
        asked = ask_new(self._page, self._page.plan.words, self._today(), current.gate if current else "")
        if asked is not None:
            title, party, edit = asked
            pit = self._pit
            self._context.change("Saving", lambda _job: pit.add(title, party, edit))

    def remove(self) -> None:
        """Remove deliverables of one's own, after a question."""
        chosen = self._page.chosen()
        pit, of_pack = self._pit, any(not one.own for one in chosen)
        verb = f"Remove {_counted(len(chosen))}"
        if (
            chosen
            and (
                of_pack  # the service says why not, and what to do instead
                or confirm(
                    self._page,
                    f"{verb}?",
                    f"{', '.join(called(one) for one in chosen[:3])}{' …' if len(chosen) > 3 else ''}. Their evidence "
                    "stays kept. Edit › Undo brings them back.",
                    verb,
                )
            )
        ):
            self._context.change("Removing", lambda _job: pit.remove([one.id for one in chosen]))

    def take(self) -> None:
        """Show what the pack says otherwise than the plan, and take what is ticked."""
        pit = self._pit
        dialog = TakeDialog(
            self._page,
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
            self._context.change("Taking the deliverables", lambda _job: pit.take(keys, parties))

    def import_rows(self) -> None:
        """Bring deliverables in from a file, by the flow of every import of records."""
        self._context.navigate("traceability", ImportRecords(None, RecordKind.DELIVERABLES, begun_on="pit"))

    def make_book(self) -> None:
        """Write the plan to a workbook."""
        from desktop.testing.workbooks import BookKind  # the workbook code is loaded when it is asked for

        make_workbook(self._context, self._page.window(), BookKind.PLAN)

    def take_one(self) -> None:
        """Take the pack's text of the chosen deliverable."""
        one, pit = self._page.chosen_one(), self._pit
        if one:
            self._context.change("Taking the text", lambda _job: pit.take([one.key]))

    def keep(self) -> None:
        """Say that what the pack changed about the chosen ones was looked at."""
        chosen, pit = self._page.chosen(), self._pit
        if chosen:
            self._context.change("Saving", lambda _job: pit.looked_at([one.id for one in chosen]))

    def set_baseline(self) -> None:
        """Keep the days that are planned now, for what has no baseline yet."""
        plan, pit = self._page.plan, self._pit
        if plan is None:
            return
        without = [one for one in plan.deliverables if one.baseline is None]
        ready = [one for one in without if one.planned]
        gates = [one.gate for one in plan.states if one.gate.day and not one.gate.baseline]
        if not ready and not gates:
            words = (
                "Give the gates their days first: nothing is planned yet." if without else "All of it has a baseline."
            )
            self._context.say(words, Tone.INFO)
            return
        what = " and ".join(
            words
            for words in (_counted(len(ready)) if ready else "", _counted(len(gates), "gate") if gates else "")
            if words
        )
        left = len(without) - len(ready)
        more = f" {_counted(left)} without a day get{'s' if left == 1 else ''} none." if left else ""
        if confirm(
            self._page,
            f"Set the baseline of {what}?",
            "The day that is planned now is kept as the baseline, so that everybody can see how far the plan moved. "
            f"What has a baseline already keeps it, and nothing moves.{more}",
            f"Set the baseline of {what}",
        ):
            self._context.change("Setting the baseline", lambda _job: pit.set_baseline())

    def change_gate(self, gate_id: str) -> None:
        """Ask for the days of a gate, showing what moves with it."""
        pit = self._pit
        gate = (
            next((one.gate for one in self._page.plan.states if one.gate.id == gate_id), None)
            if self._page.plan
            else None
        )
        if gate is None:
            return
        asked = ask_gate(
            self._page,
            gate,
            pit.working_days(),
            self._today(),
            lambda days: pit.moves(gate_id, **days),
            milestones=pit.milestones(),
        )
        if asked is None:
            return
        moved = pit.moves(gate_id, **asked.days)

        def work(_job: Job) -> Changes:
            return pit.set_gate(gate_id, **asked.days, note=asked.note, rebaseline=asked.rebaseline)

        self._context.change("Saving", work, done=lambda _changes: self._page.say_moved(gate.name, moved))

    def edit_cell(self, row_id: int, column: str, text: str) -> bool:
        """Take what was typed into a cell of the table; False when it is refused."""
        try:
            edit = cell_edit(column, text)
        except InvalidInput as error:
            self._context.say(str(error), Tone.WARNING)
            return False
        self.write([row_id], edit)
        return True

    def write(self, chosen: list[int], edit: DeliverableEdit) -> None:
        """Change these; one step."""
        self._context.change("Saving", lambda _job: self._pit.edit(chosen, edit))

    def _can_write(self) -> bool:
        return self._context.can_write

    def _can_edit(self) -> bool:
        return self._context.can_write and self._page.deliverables_in_front and self._page.chosen_one() is not None

    def _today(self) -> date:
        return clock.today(self._context.clock)


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
