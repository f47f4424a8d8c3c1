"""What can be done with endpoints: each a command for the menu, the keys and the palette."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from desktop.browse.view import Filter, Op, View
from desktop.changes import Changes, Subject
from desktop.sync.model import Delivery, Endpoint, EndpointDetails
from ui.commands import Command
from ui.context import Context
from ui.dialogs.endpoint_add import INVITATIONS, ask_endpoint
from ui.dialogs.endpoint_bundle import export_bundle
from ui.dialogs.endpoint_conflict import ask_conflicts
from ui.dialogs.endpoint_edit import ask_edit
from ui.dialogs.endpoint_log import show_log
from ui.dialogs.endpoint_offers import show_offers
from ui.dialogs.endpoint_return import import_return
from ui.dialogs.endpoint_sign_in import ask_sign_in
from ui.dialogs.endpoint_test import show_test
from ui.dialogs.form import Field
from ui.dialogs.saving_form import Work, ask_and_save
from ui.pages.payloads import ShowView
from ui.sync_now import running_sync, sync_now

if TYPE_CHECKING:
    from ui.pages.endpoints import EndpointsPage


class EndpointVerbs:
    """Asks what has to be asked, then has the services do it. It is also what the pane asks (`PaneAsks`).

    What talks to the network is no writing job: nobody waits for it, and it can be stopped.
    """

    def __init__(self, context: Context, page: EndpointsPage) -> None:
        self._context, self._page = context, page
        self._endpoints = context.workspace.endpoints

    def commands(self) -> list[Command]:
        """All commands about endpoints."""
        command = partial(Command, menu="Sync", page="endpoints")
        chosen, online = self._chosen, self._online
        return [
            command("endpoints.sync_one", "Sync with the chosen endpoint", self.sync_one, group="1",
                    hint="Send what waits and take in what is new, with this one only", enabled=self._to_sync_one),
            command("endpoints.pause", "Pause the endpoint", self.pause, group="1",
                    hint="Nothing is sent or fetched until you let it go on", enabled=chosen,
                    title=self._pause_words),
            command("endpoints.add", "Add an endpoint…", self.add, group="2", shortcut="Ctrl+Shift+N", icon="add",
                    hint="By its address and a one-time code", enabled=self._can_write, whole=True),
            command("endpoints.add_file", "Add an endpoint from an invitation…", self.add_from_file, group="2",
                    icon="open", hint="From the file that an endpoint gave you", enabled=self._can_write, whole=True),
            command("endpoints.test", "Test connection…", self.test, group="3", shortcut="Ctrl+T", icon="check",
                    hint="Step by step; the one that fails is named, with what to do", enabled=self._testable),
            command("endpoints.edit", "Edit the endpoint…", self.edit, group="3", shortcut="Ctrl+E", icon="edit",
                    hint="Name, recipients, proxy, certificates, what is sent when", enabled=chosen),
            command("endpoints.recipients", "Change the recipients of the endpoint…", self.change_recipients, group="3",
                    hint="For whom it receives: what is for others is exported by hand", enabled=chosen),
            command("endpoints.sign_in", "Sign in again…", self.sign_in, group="3", icon="lock",
                    hint="With a new one-time code", enabled=online),
            command("endpoints.remove", "Remove the endpoint…", self.remove, group="3", icon="remove",
                    hint="It is not used any more; what it said and its receipts are kept", enabled=chosen),
            command("endpoints.export_bundle", "Export a bundle…", self.export_bundle, group="4", icon="export",
                    hint="What waits, in a file to carry by hand", enabled=self._any_to_write, whole=True),
            command("endpoints.import_bundle", "Import a return bundle…", self.import_bundle, group="4",
                    icon="imports", hint="Receipts and news that came back by hand", enabled=self._any_to_write,
                    whole=True),
            command("endpoints.offers", "Programme content from endpoints…", self.offers, group="5", icon="info",
                    hint="What was offered, what it would change, what is taken", enabled=self._any, whole=True),
            command("endpoints.conflicts", "Choose between both sides…", self.conflicts, group="5",
                    hint="What was changed here and at an endpoint", enabled=self._in_conflict, whole=True),
            command("endpoints.log", "Log of sync…", self.log, group="6", icon="history",
                    hint="What was sent, taken in or went wrong; can be saved for support", enabled=self._any,
                    whole=True),
            command("endpoints.removed", "Show endpoints that are not used any more", self._page.show_removed,
                    group="6", hint="They are kept for their receipts", enabled=self._any,
                    checked=lambda: self._page.shows_removed),
        ]  # fmt: skip

    def more(self) -> tuple[tuple[str, ...], ...]:
        """The commands of the menu More, in groups."""
        groups = (("add_file",), ("export_bundle", "import_bundle"), ("offers", "conflicts"), ("log", "removed"))
        return tuple(tuple(f"endpoints.{name}" for name in group) for group in groups)

    def row_menu(self) -> tuple[tuple[str, ...], ...]:
        """The commands of a row's menu, in groups."""
        groups = (("sync_one", "pause"), ("test", "edit", "sign_in"), ("export_bundle", "log"), ("remove",))
        return tuple(tuple(f"endpoints.{name}" for name in group) for group in groups)

    def possible(self) -> dict[str, bool]:
        """Which commands about the chosen one can be asked for now, by the last part of their ids."""
        chosen, online = self._chosen(), self._online()
        return {
            "sync_one": self._to_sync_one(), "pause": chosen, "test": self._testable(), "edit": chosen,
            "recipients": chosen, "sign_in": online, "remove": chosen, "bundles": self._any_to_write(),
        }  # fmt: skip

    # -- sync ----------------------------------------------------------------------------------------------------------

    @property
    def syncing(self) -> bool:
        """Whether a round that was asked for is under way."""
        return running_sync(self._context) is not None

    def sync(self) -> None:
        """A round with every endpoint."""
        sync_now(self._context)

    def sync_one(self) -> None:
        """A round with the chosen one."""
        if (one := self._page.chosen()) is not None:
            sync_now(self._context, (one.id,))

    # -- one endpoint --------------------------------------------------------------------------------------------------

    def do(self, verb: str) -> None:
        """One of the commands about the chosen endpoint, by the last part of its id."""
        self._context.commands.run(f"endpoints.{verb}")

    def add(self, invitation: Path | None = None) -> None:
        """Ask for a new endpoint and show it."""
        made = ask_endpoint(self._context, self._page, invitation)
        if made is not None:
            self._page.show_id(made)

    def add_from_file(self) -> None:
        """Ask for an invitation first."""
        chosen, _ = QFileDialog.getOpenFileName(self._page, "The file of an invitation", "", INVITATIONS)
        if chosen:
            self.add(Path(chosen))

    def pause(self) -> None:
        """Pause the chosen one, or let it go on."""
        if (one := self._page.chosen()) is not None:
            number, paused = one.id, not one.paused
            self._context.change("Saving", lambda _job: self._endpoints.set_paused(number, paused), quiet=True)

    def set_metered(self, on: bool) -> None:
        """Small items only on a metered connection, or everything."""
        if (one := self._page.chosen()) is not None:
            number, details = one.id, kept_details(one, metered=on)
            self._context.change("Saving", lambda _job: self._endpoints.edit(number, details), quiet=True)

    def test(self) -> None:
        """Test the connection of the chosen one."""
        if (one := self._page.chosen()) is None:
            return
        number = one.id
        names = self._page.all.names
        found = show_test(
            self._context, self._page, f"Test {one.name}", lambda job: self._endpoints.test(number, job), names
        )
        self._context.hub.publish(Changes.of(Subject.ENDPOINTS))
        self._page.tested(number, found.certificate if found is not None else None)

    def edit(self) -> None:
        """Change what may be changed of the chosen one."""
        one = self._page.chosen()
        if one is not None and self._context.can_write:
            ask_edit(self._context, self._page, one, self._page.all.recipients)

    def change_recipients(self) -> None:
        """Change for whom the chosen one receives."""
        if (one := self._page.chosen()) is not None:
            ask_edit(self._context, self._page, one, self._page.all.recipients, "recipients")

    def sign_in(self) -> None:
        """Sign in to the chosen one again."""
        if (one := self._page.chosen()) is not None:
            ask_sign_in(self._context, self._page, one)

    def remove(self) -> None:
        """Ask why, and do not use the chosen one any more."""
        one = self._page.chosen()
        if one is None:
            return
        number, line = one.id, self._page.all.lines.get(one.id)
        if line is not None and line.waiting + line.needs_you:
            self.show_deliveries()
            self._context.say(f"Something waits for {one.name}: send it, or leave it out, before it is removed.")
            return

        def work_of(values: dict[str, str]) -> Work:
            return lambda _job: self._endpoints.remove(number, values["reason"])

        ask_and_save(
            self._context,
            self._page,
            f"Remove {one.name}",
            (Field("reason", "Why", long=True, hint="It is kept with the endpoint."),),
            "Remove the endpoint",
            work_of,
            "Nothing is sent to it any more, and what this laptop is signed in with is forgotten. Receipts, states and "
            "comments that came from it are kept. To use it again you need a new one-time code.",
        )

    def show_deliveries(self) -> None:
        """Go to what waits to be sent to it and what was."""
        one = self._page.chosen()
        if one is not None:
            view = View((Filter("endpoint", Op.IS_ANY, (one.name,)),))
            self._context.navigate("sending", ShowView(view))

    # -- by hand, and what came ----------------------------------------------------------------------------------------

    def export_bundle(self, wanted: Sequence[str] = ()) -> None:
        """Read what waits, then ask for a folder and write."""
        outbox, one = self._context.workspace.outbox, self._page.chosen()

        def came(deliveries: tuple[Delivery, ...]) -> None:
            chosen = one.id if one is not None else None
            export_bundle(self._context, self._page, self._page.all.in_use, deliveries, chosen, wanted)

        self._context.read("Reading what waits", lambda _job: outbox.deliveries(), came)

    def import_bundle(self, paths: Sequence[Path] = ()) -> None:
        """Take in what came back."""
        import_return(self._context, self._page, paths)

    def offers(self) -> None:
        """Show what was offered."""
        show_offers(self._context, self._page)

    def conflicts(self) -> None:
        """Choose what stands."""
        if self._page.all.conflicts:
            ask_conflicts(self._context, self._page, self._page.all.conflicts)

    def log(self) -> None:
        """Show what was done."""
        endpoints = self._context.workspace.endpoints

        def came(found: tuple[Endpoint, ...]) -> None:
            show_log(self._context, self._page, found)

        self._context.read("Reading the endpoints", lambda _job: endpoints.endpoints(removed=True), came)

    # -- what can be done now ------------------------------------------------------------------------------------------

    def _can_write(self) -> bool:
        return self._context.can_write

    def _any(self) -> bool:
        return bool(self._page.all.endpoints)

    def _any_to_write(self) -> bool:
        return self._context.can_write and bool(self._page.all.in_use)

    def _in_conflict(self) -> bool:
        return self._context.can_write and bool(self._page.all.conflicts)

    def _chosen(self) -> bool:
        return self._context.can_write and self._page.chosen() is not None

    def _online(self) -> bool:
        one = self._page.chosen()
        return self._context.can_write and one is not None and one.online

    def _testable(self) -> bool:
        one = self._page.chosen()  # also of a workspace that is open for reading only: nothing is changed by it
        return one is not None and one.online

    def may_sync(self) -> bool:
        """Whether a round can be asked for now."""
        writable = not self._context.workspace.read_only
        return writable and not self.syncing and any(one.online for one in self._page.all.in_use)

    def _to_sync_one(self) -> bool:
        one = self._page.chosen()
        return self.may_sync() and one is not None and one.online

    def _pause_words(self) -> str:
        one = self._page.chosen()
        return "Let the endpoint go on" if one is not None and one.paused else "Pause the endpoint"


def kept_details(one: Endpoint, *, metered: bool) -> EndpointDetails:
    """What stands of an endpoint, with another choice for metered connections."""
    return EndpointDetails(one.name, one.connection, metered, one.cap_kib, one.recipients, contacts=one.contacts)
