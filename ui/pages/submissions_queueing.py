"""Sending a submission through the endpoints of its recipients, and telling them that it was withdrawn."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from desktop.submissions.model import Submission, SubmissionState
from desktop.sync.sendable import to_tell
from ui.commands import Command
from ui.context import Context, Tone
from ui.dialogs.confirm import confirm
from ui.dialogs.send_submission import WhatIsSent, ask_send, read_what_is_sent
from ui.pages.payloads import ShowDelivery

if TYPE_CHECKING:
    from ui.pages.submissions import SubmissionsPage

NO_ENDPOINT = "There is no endpoint to send to. Add one on the page of endpoints, or export it and hand it over."


class Queueing:
    """Asks, then has the outbox do it."""

    def __init__(self, context: Context, page: SubmissionsPage) -> None:
        self._context, self._page = context, page

    def commands(self) -> list[Command]:
        """Those about sending."""
        command = partial(Command, menu="Submissions", page="submissions")
        return [
            command("submissions.send", "Send…", self.send, group="3", shortcut="Ctrl+Shift+S", icon="sending",
                    hint="See what goes to which endpoint, file by file, and queue it", enabled=self._frozen,
                    title=self._send_words),
            command("submissions.sending", "Show how sending goes", self.show, group="3", icon="view",
                    hint="On the page Sending", enabled=self._locked),
            command("submissions.tell", "Tell the endpoints of the withdrawal…", self.tell, group="5",
                    hint="Those that have it, or may have it", enabled=self._withdrawn),
        ]  # fmt: skip

    def send(self) -> None:
        """Show what will be sent of the chosen one, and queue it."""
        one = self._page.chosen()
        if one is None or one.state is not SubmissionState.FROZEN:
            return
        workspace, context = self._context.workspace, self._context

        def came(found: WhatIsSent) -> None:
            if not found.endpoints:
                context.say(NO_ENDPOINT, Tone.WARNING)
            else:
                ask_send(context, self._page, one, found)

        context.read("Reading what would be sent", partial(read_what_is_sent, workspace, one.id), came)

    def show(self) -> None:
        """Go to its deliveries."""
        if (one := self._page.chosen()) is not None:
            self._context.navigate("sending", ShowDelivery(submission_id=one.id))

    def tell(self) -> None:
        """Tell those that have the chosen one, which was withdrawn."""
        if (one := self._page.chosen()) is not None:
            self.offer(one.id, asked=True)

    def offer(self, submission_id: int, *, asked: bool = False) -> None:
        """Ask whether endpoints that have a withdrawn one, or may have it, are to be told. `asked`: a person wants to.

        Says nothing where there are none and nobody asked.
        """
        context, outbox = self._context, self._context.workspace.outbox

        def came(names: tuple[str, ...]) -> None:
            if not names:
                if asked:
                    context.say("No endpoint has it that was not told already.", Tone.INFO)
                return
            told = " and ".join(names)
            text = (
                f"It was queued for {told}. An endpoint that has it, or may have it, is told that it was withdrawn and "
                "why; what was not sent yet is left out. Both are records."
            )
            if confirm(self._page, f"Tell {told} that it was withdrawn?", text, f"Tell {told}", other="Not now"):
                context.change("Queueing the withdrawal", lambda _job: outbox.queue_withdrawal(submission_id))

        context.read("Reading who has it", lambda _job: to_tell(outbox.deliveries(submission_id=submission_id)), came)

    # -- what can be done now ------------------------------------------------------------------------------------------

    def _of(self, *states: SubmissionState) -> bool:
        one: Submission | None = self._page.chosen()
        return one is not None and one.state in states

    def _send_words(self) -> str:
        """With the reason where the chosen one is not sent any more."""
        if self._of(SubmissionState.SUPERSEDED):
            return "Send… (not this version: a newer one took its place)"
        return "Send… (not any more: it was withdrawn)" if self._of(SubmissionState.WITHDRAWN) else "Send…"

    def _frozen(self) -> bool:
        return self._context.can_write and self._of(SubmissionState.FROZEN)

    def _locked(self) -> bool:
        shown = self._page.pane.shown
        return shown is not None and bool(shown.deliveries)

    def _withdrawn(self) -> bool:
        shown = self._page.pane.shown
        withdrawn = self._context.can_write and self._of(SubmissionState.WITHDRAWN)
        return withdrawn and shown is not None and bool(to_tell(shown.deliveries))
