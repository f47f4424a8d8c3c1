"""What can be done with a cutover plan as a whole: new, take, import, rehearse, baseline, compare, close, export."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from desktop import clock
from desktop.changes import Changes
from desktop.jobs import Job
from desktop.records.model import RecordKind
from ui.commands import Command
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.dialogs.cutover_plan import ask_close, ask_new_plan, ask_plan, ask_rehearsal
from ui.dialogs.cutover_take import TakePlanDialog
from ui.dialogs.milestones import show_milestones
from ui.pages.payloads import ImportRecords, PrepareSubmission, ShowActivity
from ui.widgets.cutover_look import counted, has_baseline, has_days
from ui.widgets.cutover_saving import save_plan

if TYPE_CHECKING:
    from ui.pages.cutover import CutoverPage


EXPORTS = ("book", "csv", "calendar", "print", "pdf", "compare")
"""Commands that hand the plan to others."""


class PlanVerbs:
    """Asks what has to be asked, then has the service do it; every write can be undone with Edit › Undo."""

    def __init__(self, context: Context, page: CutoverPage) -> None:
        self._context, self._page = context, page
        self._cutover = context.workspace.cutover

    def commands(self) -> list[Command]:
        """All commands about plans."""
        command = partial(Command, menu="Cutover", page="cutover")
        writes, plan, opened = self._can_write, self._can_edit, self._can_work
        shown = self._has_plan
        return [
            command("cutover.new", "New plan…", self.new, group="5", icon="new",
                    hint="An empty cutover plan of your own", enabled=writes, whole=True),
            command("cutover.take", "Starter plans…", self.take, group="5", icon="cutover",
                    hint="What MHHS Desk suggests, compared with yours before it is taken", enabled=writes, whole=True),
            command("cutover.import", "Import a plan…", self.import_rows, group="5", shortcut="Ctrl+Shift+I",
                    icon="imports", hint="From Excel or CSV, with mapping and the difference first", enabled=writes,
                    whole=True),
            command("cutover.about", "About the plan…", self.about, group="6", icon="edit",
                    hint="Its title, the milestone it leads to, its note", enabled=plan),
            command("cutover.baseline", "Set the baseline…", self.baseline, group="6", icon="calendar",
                    hint="Keep what is planned now, to see how far the plan moves", enabled=opened),
            command("cutover.rehearse", "Rehearse…", self.rehearse, group="6", icon="play",
                    hint="A copy of the plan to practise on", enabled=self._can_rehearse),
            command("cutover.submit", "Prepare status submission…", self.submit, group="6", icon="submissions",
                    hint="The cutover status of this plan, checked and frozen to be sent", enabled=self._can_rehearse),
            command("cutover.compare", "Planned against actual…", self.compare, group="6", icon="table",
                    hint="What was planned, what happened, and by how much it differs", enabled=shown),
            command("cutover.close", "Close the plan…", self.close, group="6",
                    hint="It is over; a review can be kept with it", enabled=opened),
            command("cutover.reopen", "Open the plan again", self.reopen, group="6",
                    hint="A closed plan is worked on again", enabled=self._can_reopen),
            command("cutover.drop", "Remove the plan…", self.remove, group="6", icon="trash",
                    hint="With its activities", enabled=plan),
            command("cutover.gonogo", "Go/no-go sheet", self.show_gonogo, group="7", icon="gonogo",
                    hint="What is done, open, late and waiting, on one page", enabled=shown),
            command("cutover.milestones", "Milestones…", self.milestones, group="7", shortcut="Ctrl+Shift+M",
                    icon="pit", hint="Every milestone, its baselines, and the day to work to", whole=True),
            command("cutover.book", "Make the workbook of the plan…", self.make_book, group="8", icon="report",
                    hint="The plan as an Excel workbook that can be imported again", enabled=shown),
            command("cutover.csv", "Save the activities as CSV…", self.save_csv, group="8", icon="file",
                    hint="Exact, for machines and to come back in; the workbook is for people", enabled=shown),
            command("cutover.calendar", "Save the deadlines as a calendar…", self.save_calendar, group="8",
                    icon="calendar", hint="An .ics file for Outlook and other calendars; its entries keep their ids",
                    enabled=shown),
            command("cutover.print", "Print the timeline…", self.print_timeline, group="8",
                    hint="The whole plan on A4 or A3", enabled=shown),
            command("cutover.pdf", "Save the timeline as PDF…", self.save_timeline, group="8",
                    icon="file", hint="The whole plan on A4 or A3", enabled=shown),
        ]  # fmt: skip

    def fill_menu(self, menu: QMenu) -> None:
        """What stands in the menu beside the plan's name."""
        action = self._context.commands.action
        for group in (
            ("new", "take", "import"),
            ("about", "baseline", "rehearse", "compare", "submit"),
            ("close", "reopen", "drop"),
        ):
            for name in group:
                menu.addAction(action(f"cutover.{name}"))
            menu.addSeparator()

    def fill_export(self, menu: QMenu) -> None:
        """What stands in the menu of the button Export."""
        action = self._context.commands.action
        for name in EXPORTS:
            menu.addAction(action(f"cutover.{name}"))

    # -- getting a plan ------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty plan of one's own; it is shown at once."""
        ask_new_plan(self._context, self._page, self._page.milestones(), self._page.choose_plan)

    def take(self) -> None:
        """Show the plans of the pack and what they say otherwise, and take what is ticked."""
        self._take(None)

    def take_difference(self) -> None:
        """The same for what the pack says otherwise than the plan that is shown."""
        self._take(self._page.plan_id)

    def _take(self, plan_id: int | None) -> None:
        cutover, page = self._cutover, self._page
        dialog = TakePlanDialog(page, cutover.pack(), cutover.starters(), cutover.plans(), cutover.compare, plan_id)
        taken = dialog.exec()
        starter, into, keys = dialog.starter_id, dialog.plan_id, dialog.chosen_keys()
        dialog.deleteLater()
        if not (taken and keys):
            return
        ids: list[int] = []

        def work(_job: Job) -> Changes:
            made, changes = cutover.take(starter, into, keys)
            ids.append(made)
            return changes

        self._context.change("Taking the plan", work, done=lambda _changes: page.choose_plan(ids[-1]))

    def import_rows(self, path: Path | None = None) -> None:
        """Bring a plan in from a file, by the flow of every import of records."""
        wanted = ImportRecords(path, RecordKind.ACTIVITIES, self._page.plan_id, begun_on=self._page.id)
        self._context.navigate("traceability", wanted)

    # -- the plan that is shown ----------------------------------------------------------------------------------------

    def about(self) -> None:
        """Title, milestone and note."""
        if plan := self._page.plan:
            ask_plan(self._context, self._page, plan, self._page.milestones())

    def baseline(self) -> None:
        """Keep what is planned now as the baseline; replacing one is asked about."""
        view, cutover = self._page.view, self._cutover
        if view is None:
            return
        if not has_days(view):
            self._context.say("Nothing is planned yet: give the activities or their milestones days first.", Tone.INFO)
            return
        again = has_baseline(view)
        ready = sum(bool(one.planned.finish) for one in view.activities)
        left = len(view.activities) - ready
        more = f" {counted(left)} without a day get{'s' if left == 1 else ''} none." if left else ""
        verb = f"{'Replace' if again else 'Set'} the baseline of {counted(ready)}"
        words = (
            "The baseline that is there is lost: nobody sees any more how far the plan moved since it was set."
            if again
            else "The windows that are planned now are kept, so that everybody can see how far the plan moved."
        )
        if confirm(self._page, f"{verb}?", f"{words}{more}", verb, dangerous=again):
            plan_id = view.plan.id
            self._context.change("Setting the baseline", lambda _job: cutover.set_baseline(plan_id, again=again))

    def rehearse(self) -> None:
        """A copy to practise on; it is shown at once."""
        if plan := self._page.plan:
            ask_rehearsal(self._context, self._page, plan, self._page.choose_plan)

    def submit(self) -> None:
        """Go on with a submission of how the plan stands; nothing of a rehearsal can be submitted."""
        if plan_id := self._page.plan_id:
            self._context.navigate("submissions", PrepareSubmission("cutover_status", plan_id=plan_id))

    def compare(self) -> None:
        """What was planned and what happened."""
        if plan := self._page.plan:
            from ui.dialogs.cutover_compare import show_comparison

            show_comparison(self._context, self._page, plan, self._page.show_activity)

    def close(self) -> None:
        """Close the plan that is shown."""
        if plan := self._page.plan:
            ask_close(self._context, self._page, plan, clock.today(self._context.clock))

    def reopen(self) -> None:
        """Work on a closed plan again."""
        plan, cutover = self._page.plan, self._cutover
        if plan:
            details = replace(plan.details, closed="")
            self._context.change("Saving", lambda _job: cutover.edit_plan(plan.id, details))

    def remove(self) -> None:
        """Remove the plan that is shown, after a question."""
        plan, cutover = self._page.plan, self._cutover
        if plan is None:
            return
        verb = f"Remove {plan.ref}"
        if confirm(
            self._page,
            f"{verb} {plan.details.title}?",
            f"{counted(plan.activities)} go with it, and what was done of them. Evidence stays kept. "
            "Edit › Undo brings it back.",
            verb,
            dangerous=True,
        ):
            self._context.change("Removing", lambda _job: cutover.remove_plan(plan.id))

    # -- elsewhere -----------------------------------------------------------------------------------------------------

    def milestones(self) -> None:
        """Every milestone and its days."""
        plan = self._page.plan
        show_milestones(self._context, self._page, plan.details.milestone if plan else "")

    def make_book(self) -> None:
        """Write the plan to a workbook that can be imported again."""
        self._save(".xlsx")

    def save_calendar(self) -> None:
        """Write the deadlines to a calendar file."""
        self._save(".ics")

    def save_csv(self) -> None:
        """Write the activities alone to a CSV file that can be imported again."""
        self._save(".csv")

    def show_gonogo(self) -> None:
        """Show the go/no-go sheet of this plan."""
        if plan := self._page.plan:
            self._context.navigate("gonogo", ShowActivity(plan.id))

    def _save(self, ending: str) -> None:
        if plan := self._page.plan:
            save_plan(self._context, self._page, plan.id, ending)

    def print_timeline(self) -> None:
        """Print the whole plan as a timeline."""
        self._page.timeline.print_plan()

    def save_timeline(self) -> None:
        """Keep the whole plan as a timeline in a PDF file."""
        self._page.timeline.save_as_pdf()

    def _can_write(self) -> bool:
        return self._context.can_write

    def _has_plan(self) -> bool:
        return self._page.plan_id is not None

    def _can_edit(self) -> bool:
        return self._context.can_write and self._has_plan()

    def _can_work(self) -> bool:
        return self._context.can_write and self._page.plan_open

    def _can_rehearse(self) -> bool:
        plan = self._page.plan
        return self._context.can_write and plan is not None and not plan.rehearsal

    def _can_reopen(self) -> bool:
        plan = self._page.plan
        return self._context.can_write and plan is not None and bool(plan.details.closed)
