"""What can be done with the activities of a cutover plan: each a command for the menu, the keys and the palette."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from desktop.changes import Changes
from desktop.cutover.model import Activity, ActivityDetails, ActivityEdit, ActivityState
from desktop.errors import InvalidInput
from desktop.jobs import Job
from ui.commands import Command
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.dialogs.cutover_activity import ask_activity, ask_many, ask_new_activity
from ui.dialogs.cutover_done import (
    ask_back,
    ask_done,
    ask_not_needed,
    ask_rag,
    ask_start,
    needs_asking,
    not_ready,
    open_ones,
    outcome_family,
    startable,
)
from ui.dialogs.cutover_fields import ActivityWords, cell_edit
from ui.dialogs.cutover_slip import ask_slip
from ui.pages.payloads import PrepareDeclaration, ShowDeclaration
from ui.widgets.cutover_look import called, counted, listed, moment_words

if TYPE_CHECKING:
    from ui.pages.cutover import CutoverPage

DECIDED_ALONE = (
    "An outcome is asked of validations and of go/no-go decisions, each kind by itself. Choose only one kind at a time."
)


class CutoverVerbs:
    """Asks what has to be asked, then has the service do it; every write can be undone with Edit › Undo."""

    def __init__(self, context: Context, page: CutoverPage) -> None:
        self._context, self._page = context, page
        self._cutover = context.workspace.cutover

    def commands(self) -> list[Command]:
        """All commands about activities."""
        command = partial(Command, menu="Cutover", page="cutover")
        edits, one, writes = self._can_edit, self._can_edit_one, self._can_add
        return [
            command("cutover.done", "Done", self.done, group="1", shortcut="Ctrl+D", icon="check",
                    hint="The chosen activities are done now, by you", enabled=edits),
            command("cutover.done_with", "Done, with time and name…", self.done_with, group="1",
                    shortcut="Ctrl+Shift+D", icon="check", hint="When and by whom it was done", enabled=edits),
            command("cutover.start", "Start", self.start, group="1", shortcut="Ctrl+B", icon="play",
                    hint="Work on the chosen activities begins now", enabled=edits),
            command("cutover.start_with", "Start, with time and name…", self.start_with, group="1",
                    shortcut="Ctrl+Shift+B", icon="play", hint="When and by whom it was begun", enabled=edits),
            command("cutover.back", "Take back…", self.take_back, group="1", shortcut="Ctrl+U", icon="undo",
                    hint="They are not done, or not begun, after all", enabled=edits),
            command("cutover.not_needed", "Not needed…", self.not_needed, group="1", icon="status-none",
                    hint="They are not to be done, and why", enabled=edits),
            command("cutover.needed", "Needed after all", self.needed, group="1",
                    hint="They are to be done again", enabled=edits),
            command("cutover.confirm", "Confirm the changed text", self.confirm, group="2", shortcut="Ctrl+Shift+C",
                    icon="state-changed", hint="It was looked at, and done is still done", enabled=edits),
            command("cutover.rag", "Override RAG…", self.rag, group="2", icon="rag-amber",
                    hint="Red, amber or green otherwise than computed, with your reason", enabled=edits),
            command("cutover.slip", "Slip…", self.slip, group="2", shortcut="Ctrl+M", icon="calendar",
                    hint="By how many working days, and what moves with it", enabled=edits),
            command("cutover.edit", "Edit activities…", self.edit, group="3", shortcut="Ctrl+E", icon="edit",
                    hint="What the plan says: owner, phase, days, what it waits for", enabled=edits),
            command("cutover.add", "Add an activity…", self.add, group="3", shortcut="Ctrl+Shift+N", icon="add",
                    hint="One of your own", enabled=writes),
            command("cutover.remove", "Remove activities…", self.remove, group="3", icon="trash",
                    hint="What waited for them waits for what they waited for", enabled=edits),
            command("cutover.up", "Move up", partial(self.move, -1), group="3", shortcut="Alt+Up",
                    hint="Before the activity above, in the plan’s order", enabled=one),
            command("cutover.down", "Move down", partial(self.move, 1), group="3", shortcut="Alt+Down",
                    hint="After the activity below, in the plan’s order", enabled=one),
            command("cutover.declare", "Prepare declaration…", self.declare, group="4", icon="declarations",
                    hint="The declaration that the chosen activity needs", enabled=one),
            command("cutover.blocker", "Show what it waits for", self.show_blocker, group="4", shortcut="Ctrl+Return",
                    icon="link", hint="The first activity that has to be finished before", enabled=self._waits),
        ]  # fmt: skip

    def fill_menu(self, menu: QMenu) -> None:
        """What a row's menu offers."""
        action = self._context.commands.action
        for name in ("done", "done_with", "start", "back", "slip", "edit"):
            menu.addAction(action(f"cutover.{name}"))
        menu.addActions(self._page.attaching.actions())
        self.fill_more(menu)

    def fill_more(self, menu: QMenu) -> None:
        """What is rarely done with an activity."""
        action = self._context.commands.action
        menu.addSeparator()
        for name in ("confirm", "rag", "not_needed", "needed", "declare", "blocker"):
            menu.addAction(action(f"cutover.{name}"))
        menu.addSeparator()
        for name in ("up", "down", "remove"):
            menu.addAction(action(f"cutover.{name}"))

    # -- marking -------------------------------------------------------------------------------------------------------

    def done(self) -> None:
        """Tick the chosen ones now; asks when an outcome or a reason is needed."""
        chosen = self._to_tick()
        if not chosen:
            return
        if needs_asking(chosen):
            ask_done(self._context, self._page, chosen, self._words().people)
            return
        ids, cutover = [one.id for one in chosen], self._cutover
        self._context.change("Saving", lambda _job: cutover.tick(ids), quiet=True)

    def done_with(self) -> None:
        """Tick the chosen ones, asking when and by whom."""
        if chosen := self._to_tick():
            ask_done(self._context, self._page, chosen, self._words().people)

    def start(self) -> None:
        """Say that work begins now; asks for a reason when one cannot start yet."""
        chosen = self._to_start()
        if not chosen:
            return
        if not_ready(chosen, to_start=True):
            ask_start(self._context, self._page, chosen, self._words().people)
            return
        ids, cutover = [one.id for one in chosen], self._cutover
        self._context.change("Saving", lambda _job: cutover.start(ids), quiet=True)

    def start_with(self) -> None:
        """Say that work began, asking when and by whom."""
        if chosen := self._to_start():
            ask_start(self._context, self._page, chosen, self._words().people)

    def take_back(self) -> None:
        """Take ticks and starts back."""
        chosen = [one for one in self._page.chosen() if one.started or one.finished]
        if chosen:
            ask_back(self._context, self._page, chosen)
        else:
            self._context.say("Nothing of it was done or begun yet.", Tone.INFO)

    def not_needed(self) -> None:
        """Say that the chosen ones are not to be done, and why."""
        chosen = [one for one in self._page.chosen() if not one.done]
        if chosen:
            ask_not_needed(self._context, self._page, chosen)
        else:
            self._context.say("It is done already. Take it back first.", Tone.INFO)

    def needed(self) -> None:
        """Take back that the chosen ones are not needed."""
        ids = [one.id for one in self._page.chosen() if one.state is ActivityState.NOT_NEEDED]
        cutover = self._cutover
        if ids:
            self._context.change("Saving", lambda _job: cutover.not_needed(ids, ""), quiet=True)
        else:
            self._context.say("It is needed: nobody said otherwise.", Tone.INFO)

    def confirm(self) -> None:
        """Say that what the plan says otherwise now was looked at."""
        ids = [one.id for one in self._page.chosen() if one.changed or one.missing]
        cutover = self._cutover
        if ids:
            self._context.change("Saving", lambda _job: cutover.confirm(ids), quiet=True)
        else:
            self._context.say("Nothing of it is waiting to be confirmed.", Tone.INFO)

    def rag(self) -> None:
        """Say red, amber or green over what is computed."""
        if chosen := self._page.chosen():
            ask_rag(self._context, self._page, chosen)

    # -- planning ------------------------------------------------------------------------------------------------------

    def slip(self, working_days: int = 1) -> None:
        """Move the chosen activities by working days, showing first what moves with them."""
        chosen = self._page.chosen()
        if chosen and self._can_edit():
            ask_slip(self._context, self._page, chosen, working_days)

    def edit(self) -> None:
        """Change what the plan says of the chosen ones."""
        chosen = self._page.chosen()
        if len(chosen) == 1:
            self.edit_one()
        elif chosen:
            ask_many(self._context, self._page, chosen, self._words())

    def edit_one(self) -> None:
        """Change the one in the pane, however many are selected."""
        if one := self._page.chosen_one():
            ask_activity(self._context, self._page, one, self._words(), self._cutover.table(one.plan_id))

    def add(self) -> None:
        """Add an activity of one's own, in the phase of the chosen one."""
        plan_id, current = self._page.plan_id, self._page.chosen_one()
        if plan_id is None:
            return
        like = ActivityDetails("", "", phase=current.details.phase if current else "")
        others = self._cutover.table(plan_id)
        ask_new_activity(
            self._context, self._page, plan_id, like, self._words(), others if others.total() else None, self._page.want
        )

    def remove(self) -> None:
        """Remove the chosen ones, after a question."""
        chosen, cutover = self._page.chosen(), self._cutover
        verb = f"Remove {counted(len(chosen))}"
        if chosen and confirm(
            self._page,
            f"{verb}?",
            f"{listed(chosen)}. What waited for {'it' if len(chosen) == 1 else 'them'} waits for what "
            f"{'it' if len(chosen) == 1 else 'they'} waited for. Evidence stays kept. Edit › Undo brings "
            f"{'it' if len(chosen) == 1 else 'them'} back.",
            verb,
        ):
            ids = [one.id for one in chosen]
            self._context.change("Removing", lambda _job: cutover.remove(ids))

    def move(self, step: int) -> None:
        """Put the chosen activity one place up or down in the plan's order."""
        one, view = self._page.chosen_one(), self._page.view
        if one is None or view is None:
            return
        order = [other.id for other in view.activities]
        place = order.index(one.id)
        if not 0 <= place + step < len(order):
            return
        after = place + (step if step < 0 else step + 1)
        before = order[after] if after < len(order) else None
        cutover = self._cutover
        self._context.change("Moving", lambda _job: cutover.move([one.id], before), quiet=True)

    def edit_cell(self, row_id: int, column: str, text: str) -> bool:
        """Take what was typed into a cell of the table; False when it is refused."""
        try:
            edit = cell_edit(column, text)
        except InvalidInput as error:
            self._context.say(str(error), Tone.WARNING)
            return False
        self.write([row_id], edit)
        return True

    def write(self, ids: list[int], edit: ActivityEdit) -> None:
        """Change these; one step."""
        cutover = self._cutover

        def work(_job: Job) -> Changes:
            return cutover.edit(ids, edit)

        self._context.change("Saving", work, quiet=True)

    # -- going elsewhere -----------------------------------------------------------------------------------------------

    def declare(self) -> None:
        """Prepare the declaration of the chosen activity."""
        if one := self._page.chosen_one():
            wanted = PrepareDeclaration(one.plan_id, one.id, one.details.declaration_needed)
            self._context.navigate("declarations", wanted)

    def show_declaration(self, declaration_id: int) -> None:
        """Show a declaration that was made for an activity."""
        self._context.navigate("declarations", ShowDeclaration(declaration_id))

    def show_blocker(self) -> None:
        """Show the first activity that the chosen one waits for."""
        one, view = self._page.chosen_one(), self._page.view
        if one is None or view is None:
            return
        keys = {link.key.casefold() for link in one.details.predecessors}
        blocking = next(
            (other for other in view.activities if other.details.key.casefold() in keys and not other.state.finished),
            None,
        )
        if blocking is not None:
            self._page.show_activity(blocking.id)

    # -- what is chosen ------------------------------------------------------------------------------------------------

    def _to_tick(self) -> list[Activity]:
        chosen = self._page.chosen()
        left = open_ones(chosen)
        if chosen and not left:
            one = chosen[0]
            words = "All of it is finished already."
            if one.done and len(chosen) == 1:
                words = f"{called(one)} was done {moment_words(one.finished)} by {one.finished_by}."
            self._context.say(words, Tone.INFO)
        elif left and outcome_family(left) is None:
            self._context.say(DECIDED_ALONE, Tone.WARNING)
            return []
        return left

    def _to_start(self) -> list[Activity]:
        chosen = self._page.chosen()
        left = startable(chosen)
        if chosen and not left:
            self._context.say("It was begun already, or takes no time.", Tone.INFO)
        return left

    def _words(self) -> ActivityWords:
        data = self._page.data
        return data.words if data else ActivityWords()

    def _can_add(self) -> bool:
        return self._context.can_write and self._page.plan_open

    def _can_edit(self) -> bool:
        return self._can_add() and self._page.has_chosen()

    def _can_edit_one(self) -> bool:
        return self._can_edit()

    def _waits(self) -> bool:
        one = self._page.chosen_one()
        return one is not None and bool(one.waiting_for)
