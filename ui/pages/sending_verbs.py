"""What can be done with what is sent: each a command for the menu, the keys and the palette."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMenu

from desktop.changes import Changes
from desktop.jobs import Job
from desktop.submissions.model import SubmissionState
from desktop.sync.model import BundleWritten, Delivery, DeliveryState
from desktop.sync.wire.envelope import SUBMIT, WITHDRAW
from ui.commands import Command
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.dialogs.endpoint_bundle import FOLDER, export_bundle
from ui.dialogs.endpoint_log import show_log
from ui.dialogs.form import Field
from ui.dialogs.receipt import print_receipt, save_receipt, show_receipt
from ui.dialogs.saving_form import Work, ask_and_save
from ui.dialogs.submission_export import last_folder
from ui.pages.payloads import ShowEndpoint, ShowSubmission
from ui.reporting import show_folder
from ui.widgets.declaration_look import counted

if TYPE_CHECKING:
    from ui.pages.sending import SendingPage

LEAVE_OUT = (
    "It is not sent to {endpoint}. That is a record: what was frozen stays, and it can be queued again with “Send…”. "
    "What the endpoint may have already is not taken back by it."
)
PANE = ("try_again", "hold", "bundle", "tell", "leave_out")
"""The commands that the pane has buttons for, by the last part of their ids."""
COPY = "Save a copy of everything not received: choose a folder, such as one on a USB stick"


class SendingVerbs:
    """Asks what has to be asked, then has the services do it. It is also what the pane asks (`PaneAsks`)."""

    def __init__(self, context: Context, page: SendingPage) -> None:
        self._context, self._page = context, page
        self._outbox = context.workspace.outbox

    def commands(self) -> list[Command]:
        """All commands about what is sent."""
        command = partial(Command, menu="Sync", page="sending")
        receipt = self._has_receipt
        return [
            command("sending.try_again", "Try again", self.try_again, group="7", shortcut="Ctrl+Return", icon="refresh",
                    hint="The chosen ones at once, whatever their waiting time", enabled=self._may_try),
            command("sending.try_all", "Try everything again", self.try_all, group="7",
                    hint="All that waits and all that needs you", enabled=self._may_try_all, whole=True),
            command("sending.hold", "Hold back", self.hold, group="7", icon="lock", title=self.hold_words,
                    hint="The chosen ones wait until you let them go on", enabled=self._may_hold),
            command("sending.leave_out", "Leave out…", self.leave_out, group="7", icon="remove",
                    hint="Do not send it; a record, with why", enabled=self._may_leave_out),
            command("sending.tell", "Tell of the withdrawal", self.tell, group="7",
                    hint="Tell the endpoints that have it that the submission was withdrawn", enabled=self._may_tell),
            command("sending.bundle", "Export a bundle with it…", self.export_bundle, group="7", icon="export",
                    hint="A file to carry to the endpoint by hand", enabled=self._may_bundle),
            command("sending.submission", "Show the submission", self.show_submission, group="8", icon="submissions",
                    hint="On the page of submissions", enabled=self._any_chosen),
            command("sending.endpoint", "Show the endpoint", self.show_endpoint, group="8", icon="endpoints",
                    hint="Its connection, and what it said", enabled=self._in_use),
            command("sending.receipt", "Open the receipt…", self.open_receipt, group="8", icon="check",
                    hint="What the endpoint signed", enabled=receipt),
            command("sending.print_receipt", "Print the receipt…", self.print_receipt, group="8",
                    hint="On paper, with the signed text", enabled=receipt),
            command("sending.save_receipt", "Save the receipt…", self.save_receipt, group="8", icon="export",
                    hint="As a page that stands by itself, or as PDF", enabled=receipt),
            command("sending.copy", "Save a copy of everything not received…", self.save_copy, group="9",
                    icon="backup", hint="Bundles that the endpoints can take in, one for each: a rescue copy",
                    enabled=self._may_copy, whole=True),
            command("sending.log", "Log of what was sent…", self.log, group="9", icon="history",
                    hint="What was sent, taken in or went wrong; can be saved for support", enabled=self._any,
                    whole=True, menu=""),
        ]  # fmt: skip

    def more(self) -> tuple[tuple[str, ...], ...]:
        """The commands of the menu More, in groups."""
        return (("sending.try_all",), ("sending.copy",), ("sending.log",))

    def fill_menu(self, menu: QMenu) -> None:
        """What a row's menu offers: what its state allows."""
        action = self._context.commands.action
        groups = (
            PANE, ("receipt", "print_receipt", "save_receipt"),
            ("submission", "endpoint"),
        )  # fmt: skip
        for group in groups:
            possible = [one for one in (action(f"sending.{name}") for name in group) if one.isEnabled()]
            if possible and not menu.isEmpty():
                menu.addSeparator()
            menu.addActions(possible)

    def possible(self) -> dict[str, bool]:
        """Which commands about the chosen one can be asked for now, by the last part of their ids."""
        commands = self._context.commands
        return {verb: commands.get(f"sending.{verb}").enabled() for verb in PANE}

    def do(self, verb: str) -> None:
        """One of the commands about the chosen one, by the last part of its id."""
        self._context.commands.run(f"sending.{verb}")

    # -- what waits ----------------------------------------------------------------------------------------------------

    def try_again(self) -> None:
        """The chosen ones at once."""
        uuids = [one.uuid for one in self._page.chosen_ones() if _waits(one)]
        self._change("Trying again", lambda _job: self._outbox.try_again(uuids))

    def try_all(self) -> None:
        """Everything at once."""
        self._change("Trying again", lambda _job: self._outbox.try_again())

    def hold(self) -> None:
        """Hold the chosen ones back; where all of them are, let them go on."""
        paused = not self._held()
        uuids = [one.uuid for one in self._page.chosen_ones() if not one.done]
        self._change("Saving", lambda _job: self._outbox.set_paused(uuids, paused))

    def hold_words(self) -> str:
        """What the command does now."""
        return "Let it go on" if self._held() else "Hold back"

    def leave_out(self) -> None:
        """Ask why the chosen one is not to be sent."""
        one = self._page.chosen()
        if one is None:
            return

        def work_of(values: dict[str, str]) -> Work:
            return lambda _job: self._outbox.leave_out(one.uuid, values["reason"])

        ask_and_save(
            self._context,
            self._page,
            f"Leave out {one.submission}",
            (Field("reason", "Why", long=True, hint="It stands in the record for ever."),),
            "Leave it out",
            work_of,
            LEAVE_OUT.format(endpoint=one.endpoint),
        )

    def tell(self) -> None:
        """Tell the endpoints that got the submission of the chosen one that it was withdrawn."""
        if (one := self._page.chosen()) is not None:
            number = one.submission_id
            self._change("Queueing the withdrawal", lambda _job: self._outbox.queue_withdrawal(number))

    def export_bundle(self) -> None:
        """Write a bundle for the endpoint of the chosen ones, with them ticked."""
        one, page = self._page.chosen(), self._page
        if one is not None:
            wanted = [each.uuid for each in page.chosen_ones() if each.endpoint_id == one.endpoint_id]
            used = tuple(page.all.endpoints.values())
            export_bundle(self._context, page, used, page.all.deliveries, one.endpoint_id, wanted)

    # -- where it leads ------------------------------------------------------------------------------------------------

    def show_submission(self) -> None:
        """Go to the submission."""
        if (one := self._page.chosen()) is not None:
            self._context.navigate("submissions", ShowSubmission(one.submission_id))

    def show_endpoint(self) -> None:
        """Go to the endpoint."""
        if (one := self._page.chosen()) is not None:
            self._context.navigate("endpoints", ShowEndpoint(one.endpoint_id))

    def open_receipt(self) -> None:
        """Show the receipt of the chosen one."""
        self._with_receipt(partial(show_receipt, self._context, self._page))

    def print_receipt(self) -> None:
        """Print the receipt of the chosen one."""
        self._with_receipt(partial(print_receipt, self._page))

    def save_receipt(self) -> None:
        """Write the receipt of the chosen one."""
        self._with_receipt(partial(save_receipt, self._context, self._page))

    def log(self) -> None:
        """Show what was done with all endpoints."""
        endpoints = self._context.workspace.endpoints
        self._context.read(
            "Reading the endpoints",
            lambda _job: endpoints.endpoints(removed=True),
            lambda found: show_log(self._context, self._page, found),
        )

    def save_copy(self) -> None:
        """Ask for a folder, and write a bundle for each endpoint with all that it has given no receipt for."""
        context, bundles = self._context, self._context.workspace.bundles
        kept = Path(str(context.settings.value(FOLDER, "") or ""))
        start = kept if kept.is_dir() and str(kept) != "." else last_folder(context)
        chosen = QFileDialog.getExistingDirectory(self._page, COPY, str(start))
        if not chosen:
            return
        folder = Path(chosen)
        context.settings.setValue(FOLDER, str(folder))
        wanted = {
            endpoint: [one.uuid for one in self._page.all.deliveries if one.endpoint_id == endpoint and not one.done]
            for endpoint in self._page.all.endpoints
        }
        written: list[BundleWritten] = []

        def work(job: Job) -> Changes:
            changed = Changes()
            for endpoint, uuids in wanted.items():
                if uuids:
                    made, changes = bundles.export(endpoint, folder, uuids, split_mib=0, job=job)
                    written.append(made)
                    changed = Changes(changed.subjects | changes.subjects)
            return changed

        def done(_changes: Changes) -> None:
            names = "\n".join(path.name for made in written for path in made.paths)
            count = sum(len(made.deliveries) for made in written)
            told = (
                f"{counted(count, 'submission')} without a receipt, in {folder}. It is a copy: nothing is sent by it."
            )
            context.say(told, Tone.GOOD)
            if written and confirm(
                self._page, "The copy is written", f"{told}\n\n{names}", "Show the folder", other="Close"
            ):
                show_folder(written[0].paths[0])

        context.change("Saving a copy of what is not received", work, done=done)

    # -- how -----------------------------------------------------------------------------------------------------------

    def _change(self, title: str, work: Callable[[Job], Changes]) -> None:
        self._context.change(title, work, quiet=True)

    def _with_receipt(self, then: Callable[[Delivery, str], object]) -> None:
        one = self._page.chosen()
        if one is not None and one.receipt:
            self._context.read(
                "Reading the receipt", lambda _job: self._outbox.receipt_text(one.uuid), partial(then, one)
            )

    # -- what can be done now ------------------------------------------------------------------------------------------

    def _held(self) -> bool:
        waiting = [one for one in self._page.chosen_ones() if not one.done]
        return bool(waiting) and all(one.paused for one in waiting)

    def _any(self) -> bool:
        return bool(self._page.all.deliveries or self._page.all.endpoints)

    def _any_chosen(self) -> bool:
        return self._page.chosen() is not None

    def _in_use(self) -> bool:
        one = self._page.chosen()
        return one is not None and one.endpoint_id in self._page.all.endpoints

    def _has_receipt(self) -> bool:
        one = self._page.chosen()
        return one is not None and bool(one.receipt)

    def _may_try(self) -> bool:
        return self._context.can_write and any(
            _waits(one) and not one.paused and self._reached(one) for one in self._page.chosen_ones()
        )

    def _reached(self, one: Delivery) -> bool:
        """Its endpoint can be called: one that is reached by bundles only is not tried."""
        endpoint = self._page.all.endpoints.get(one.endpoint_id)
        return endpoint is not None and (endpoint.online or one.state is DeliveryState.NEEDS_YOU)

    def _may_bundle(self) -> bool:
        one = self._page.chosen()
        return self._context.can_write and one is not None and not one.done and self._in_use()

    def _may_try_all(self) -> bool:
        return self._context.can_write and any(_waits(one) for one in self._page.all.deliveries)

    def _may_hold(self) -> bool:
        holdable = any(not one.done and one.state is not DeliveryState.NEEDS_YOU for one in self._page.chosen_ones())
        return self._context.can_write and (holdable or self._held())

    def _may_leave_out(self) -> bool:
        one = self._page.chosen()
        return self._context.can_write and one is not None and not one.done

    def _may_tell(self) -> bool:
        one = self._page.chosen()
        if one is None or one.act != SUBMIT or one.state is not DeliveryState.RECEIVED or not self._context.can_write:
            return False
        whole = self._page.all.submissions.get(one.submission_id)
        told = any(
            each.act == WITHDRAW and each.endpoint_id == one.endpoint_id and each.submission_id == one.submission_id
            and each.state is not DeliveryState.LEFT_OUT
            for each in self._page.all.deliveries
        )  # fmt: skip
        return whole is not None and whole.state is SubmissionState.WITHDRAWN and not told

    def _may_copy(self) -> bool:
        used = self._page.all.endpoints
        return self._context.can_write and any(
            not one.done and one.endpoint_id in used for one in self._page.all.deliveries
        )


def _waits(one: Delivery) -> bool:
    return not one.done
