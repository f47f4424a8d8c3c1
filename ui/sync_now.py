"""A round of sync that a person asks for: one at a time, beside everything else, with Cancel in the status bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from desktop.changes import Changes, Subject
from desktop.sync.model import SyncOutcome
from desktop.sync.wire.problems import Retry
from ui.commands import Command
from ui.context import Context, Tone
from ui.job_runner import Running
from ui.pages import HANDING_OVER
from ui.widgets.endpoint_look import outcome_words

if TYPE_CHECKING:
    from ui.main_window import MainWindow

TITLE = "Syncing"
MOVED = Changes.of(
    Subject.ENDPOINTS, Subject.DELIVERIES, Subject.INBOX, Subject.SUBMISSIONS, Subject.COMMENTS, Subject.PARTICIPANT
)
"""What a round of sync may have changed."""


def running_sync(context: Context) -> Running | None:
    """The round that was asked for and is under way, whichever page asked."""
    return next((one for one in context.jobs.running() if one.title == TITLE), None)


def is_round(running: object) -> bool:
    """Whether a job is a round that was asked for."""
    return isinstance(running, Running) and running.title == TITLE


def sync_now(context: Context, endpoint_ids: Sequence[int] = ()) -> None:
    """A round with these (() = all), unless one is under way. It writes, but nobody has to wait for it."""
    if running_sync(context) is not None:
        return
    service = context.workspace.sync

    def done(outcomes: tuple[SyncOutcome, ...]) -> None:
        context.hub.publish(MOVED)
        context.say(outcome_words(outcomes), tone_of(outcomes))

    def stopped() -> None:
        context.hub.publish(MOVED)
        context.say("Sync was stopped. What was sent is sent; the rest waits.")

    context.jobs.run(TITLE, lambda job: service.now(tuple(endpoint_ids), job), done=done, cancelled=stopped)


def tone_of(outcomes: Sequence[SyncOutcome]) -> Tone:
    """Good only where everything that waited has a receipt; being offline is no error."""
    troubles = [one.trouble for one in outcomes if one.trouble is not None]
    if any(one.needs_you for one in outcomes) or any(one.retry is not Retry.AUTO for one in troubles):
        return Tone.WARNING
    if troubles or any(one.waiting or one.skipped for one in outcomes):
        return Tone.INFO
    return Tone.GOOD


def sync_commands(window: MainWindow) -> list[Command]:
    """What can be asked for on every page: `sync.now`. A page needs no command of its own for it."""
    return [
        Command("sync.now", "Sync now", lambda: sync_now(window.context), HANDING_OVER, "1", "Ctrl+Shift+Y", "refresh",
                "Send what waits and take in what is new, with every endpoint", _may(window)),
    ]  # fmt: skip


def _may(window: MainWindow) -> Callable[[], bool]:
    def may() -> bool:
        context = window.context
        writable = context.open_workspace is not None and not context.workspace.read_only
        return writable and bool(window.sync.now.lines) and running_sync(context) is None

    return may
