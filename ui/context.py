"""What a page is given: everything it may use, and nothing global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QSettings

from desktop.changes import Changes
from desktop.clock import Clock
from desktop.jobs import Job
from ui.changes_hub import ChangesHub
from ui.commands import Commands
from ui.job_runner import JobRunner, Running
from ui.own_settings import OwnSettings
from ui.theme.theme import Theme

if TYPE_CHECKING:
    from desktop.app import Workspace

T = TypeVar("T")


class Tone(StrEnum):
    """How a message is meant: colour, icon and word follow from it."""

    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


class Shell(Protocol):
    """What the main window does for pages."""

    def show_message(self, text: str, tone: Tone) -> None:
        """Information and success go to the status bar for some seconds; the rest to a banner that stays."""

    def show_page(self, page_id: str, payload: object) -> None:
        """Go to a page; it gets `payload` through `Page.open`."""


@dataclass
class Context:
    """Handed to every page and dialog."""

    shell: Shell
    jobs: JobRunner
    hub: ChangesHub
    commands: Commands
    theme: Theme
    settings: QSettings
    """What the window remembers by itself (geometry, chosen tabs, column widths)."""
    own: OwnSettings
    """The person's choices for the app (appearance, recent workspaces); the workspace's are in `workspace.settings`."""
    actor: str
    """The name written into the audit log."""
    clock: Clock
    open_workspace: Workspace | None = None

    @property
    def workspace(self) -> Workspace:
        """The open workspace. Pages other than Welcome exist only while there is one."""
        assert self.open_workspace is not None, "no workspace is open"
        return self.open_workspace

    @property
    def can_write(self) -> bool:
        """Whether a workspace is open, for writing, and no job is writing just now."""
        return self.open_workspace is not None and not self.open_workspace.read_only and self.jobs.writing() is None

    def say(self, text: str, tone: Tone = Tone.INFO) -> None:
        """Tell the person something; see `Shell.show_message`."""
        self.shell.show_message(text, tone)

    def changed(self, changes: Changes, more: str = "", now: str = "Done") -> None:
        """Tell the pages what was changed, and the person what it is `now`. `more`: what else there is to say of it.

        A title says what to do, as it stands in Edit › Undo; by itself it would read like an order.
        """
        self.hub.publish(changes)
        if changes.title:
            self.say(f"{now}: {changes.title}{more}", Tone.GOOD)

    def navigate(self, page_id: str, payload: object = None) -> None:
        """Go to another page: `navigate("portfolio", PortfolioRowWanted(...))`."""
        self.shell.show_page(page_id, payload)

    def read(
        self, title: str, work: Callable[[Job], T], done: Callable[[T], object], *, quiet: bool = True
    ) -> Running | None:
        """Run a reading job and hand its result to `done`."""
        return self.jobs.run(title, work, done=done, quiet=quiet)

    def change(
        self,
        title: str,
        work: Callable[[Job], Changes],
        *,
        done: Callable[[Changes], object] | None = None,
        quiet: bool = False,
        now: str = "Done",
    ) -> Running | None:
        """Run a writing job, publish the `Changes` it returns, say its title behind `now`, then call `done`.

        A PlainError becomes a banner, a cancel says that nothing was changed.
        """

        def finish(changes: Changes) -> None:
            self.changed(changes, now=now)
            if done:
                done(changes)

        return self.jobs.run(title, work, done=finish, writes=True, quiet=quiet)
