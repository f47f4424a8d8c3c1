"""One endpoint in full: its trouble and what to do, how this laptop is signed in, the connection, whom it serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout, QWidget

from desktop.sync.model import Certificate, Endpoint, EndpointLine, Trouble
from desktop.sync.wire.problems import Retry
from ui.context import Context
from ui.widgets.basics import Card, button, label, set_role
from ui.widgets.button_row import ButtonRow
from ui.widgets.cutover_facts import FactGrid
from ui.widgets.endpoint_contacts import contacts_words
from ui.widgets.endpoint_look import (
    TONES,
    certificate_words,
    clock_warning,
    clock_words,
    contact_words,
    limits_words,
    line_words,
    moment_words,
    names_of,
    protocol_words,
    proxy_words,
    sign_in_words,
    trouble_kind,
)
from ui.widgets.kept_focus import switch
from ui.widgets.pane_frame import PaneFrame
from ui.widgets.pit_look import Look
from ui.widgets.trace_links import LinkLine

NARROWEST = 50
METERED = "Small items only on a metered connection"


@dataclass(frozen=True)
class ShownEndpoint:
    """All that the pane shows. `certificate`: of the last test in this run, None before one."""

    endpoint: Endpoint
    line: EndpointLine | None
    """None: it is not used any more."""
    names: Mapping[str, str]
    now: datetime
    certificate: Certificate | None = None
    overlaps: tuple[str, ...] = ()
    """Other endpoints that receive for one of its recipients too, in words."""


class PaneAsks(Protocol):
    """What the buttons of the pane ask for."""

    def do(self, verb: str) -> None:
        """A command about the chosen endpoint, by the last part of its id."""

    def set_metered(self, on: bool) -> None:
        """Small items only, or everything."""

    def show_deliveries(self) -> None:
        """Go to what waits for it or was sent to it."""


class EndpointPane(PaneFrame):
    """Everything about the chosen endpoint; its buttons are the commands of the page."""

    def __init__(self, context: Context, asks: PaneAsks) -> None:
        super().__init__(context, "The endpoint", NARROWEST)
        self.shown: ShownEndpoint | None = None
        self._asks = asks
        theme = context.theme
        self.name = label("", "heading", wrap=True, selectable=True)
        self.look = Look(theme)
        self.trouble = _TroubleCard(context, asks)
        self.clock = _Warning(context)
        self.overlaps = Look(theme)
        self.sync_button = button("Sync it now", lambda: asks.do("sync_one"), tip="This endpoint only")
        self.pause_button = button("Pause", lambda: asks.do("pause"))
        self.test_button = button("Test connection…", lambda: asks.do("test"))
        self.edit_button = button("Edit…", lambda: asks.do("edit"))
        self.again_button = button("Sign in again…", lambda: asks.do("sign_in"))
        self.remove_button = button("Remove…", lambda: asks.do("remove"))
        self.bundle_button = button("Export a bundle…", lambda: asks.do("export_bundle"), tip="What waits, in a file")
        self.return_button = button("Import a return bundle…", lambda: asks.do("import_bundle"))
        self.buttons = ButtonRow(
            self.sync_button, self.bundle_button, self.return_button, self.pause_button, self.test_button,
            self.edit_button, self.again_button, self.remove_button,
        )  # fmt: skip
        self.deliveries = LinkLine("What waits for it and what it has", asks.show_deliveries)
        self.grids = {name: FactGrid() for name in ("Sign-in", "Recipients", "Connection", "What is sent when")}
        self.metered = QCheckBox(METERED)
        self.metered.setToolTip("What is larger than 1 MiB waits until the connection is not metered")
        self.metered.clicked.connect(asks.set_metered)
        for part in (self.name, self.look, self.trouble, self.clock, self.buttons, self.deliveries):
            self.column.addWidget(part)
        self.cards: dict[str, Card] = {}
        for heading, grid in self.grids.items():
            card = self.cards[heading] = Card(heading)
            card.body.addWidget(grid)
            self.column.addWidget(card)
        self.recipients_button = button("Change…", lambda: asks.do("recipients"))
        self.recipients_button.setAccessibleName("Change the recipients that it receives for…")
        self.cards["Recipients"].body.addWidget(self.overlaps)
        self.cards["Recipients"].body.addWidget(ButtonRow(self.recipients_button))
        self.cards["What is sent when"].body.addWidget(self.metered)
        self.column.addStretch()
        self.setEnabled(False)

    def show_endpoint(self, shown: ShownEndpoint | None) -> None:
        """Show this one; None = none is chosen."""
        self.shown = shown
        self.setEnabled(shown is not None)
        if (inside := self.widget()) is not None:
            inside.setVisible(shown is not None)
        if shown is None:
            return
        one, line, now = shown.endpoint, shown.line, shown.now
        self.name.setText(one.name)
        if line is None:
            self.look.say(f"Not used any more: {one.removed}", "remove", "muted")
        else:
            contact = contact_words(one.last_ok_at, now, online=one.online)
            self.look.say(" · ".join(part for part in (line_words(line), contact) if part), *TONES[line.tone])
        self.trouble.say(one.trouble if line is not None else None, one, now)
        self.clock.say(clock_warning(one) if line is not None else "")
        self.buttons.setVisible(line is not None)
        for made, by_network in (
            (self.sync_button, True), (self.pause_button, True), (self.test_button, True), (self.again_button, True),
            (self.bundle_button, False), (self.return_button, False),
        ):  # fmt: skip
            made.setVisible(by_network == one.online)
        self.pause_button.setText("Go on" if one.paused else "Pause")
        self.pause_button.setToolTip(
            "Send and fetch again" if one.paused else "Nothing is sent or fetched until you let it go on; kept for good"
        )
        self.again_button.setText("Sign in again…" if one.signed_in_at else "Sign in…")
        self.metered.setChecked(one.metered)
        self.recipients_button.setVisible(line is not None)
        self._facts(shown)

    def enable(self, can: Mapping[str, bool]) -> None:
        """Which of its commands can be asked for now, by the last part of their ids."""
        for verb, made in (
            ("sync_one", self.sync_button), ("pause", self.pause_button), ("test", self.test_button),
            ("edit", self.edit_button), ("recipients", self.recipients_button),
            ("sign_in", self.again_button), ("remove", self.remove_button),
            ("bundles", self.bundle_button), ("bundles", self.return_button),
        ):  # fmt: skip
            switch(made, can.get(verb, False))
        switch(self.metered, can.get("edit", False))
        self.trouble.enable(can)

    def _facts(self, shown: ShownEndpoint) -> None:
        one, now = shown.endpoint, shown.now
        tested = "" if not one.online else "Shown after a test of the connection"
        if shown.certificate is not None:
            tested = certificate_words(shown.certificate, now)
        self.grids["Sign-in"].fill(
            (
                ("Signed in", sign_in_words(one, now)),
                ("This laptop", one.device_name or "without a name"),
                ("Participant", one.participant or "not known yet"),
            )
        )
        self.grids["Recipients"].fill((("Receives for", names_of(one.recipients, shown.names)),))
        self.overlaps.say("\n".join(shown.overlaps), "warning", "high")
        self.overlaps.setVisible(bool(shown.overlaps))
        waits = moment_words(one.next_try_at, now) if one.next_try_at and one.next_try_at > now and one.tries else ""
        self.grids["Connection"].fill(
            (
                ("Address", one.address or "None: it is reached by bundles only"),
                ("Last contact", moment_words(one.last_ok_at, now, "None yet") if one.online else ""),
                ("Last return bundle read", "" if one.online else moment_words(one.last_ok_at, now)),
                ("Tried last", moment_words(one.last_try_at, now) if one.last_try_at != one.last_ok_at else ""),
                ("Next try", waits),
                ("Protocol", protocol_words(one)),
                ("Its clock", clock_words(one.clock_ms)),
                ("Certificate", tested),
                ("Proxy", proxy_words(one.connection) if one.online else ""),
                ("Also trusted", one.connection.ca_file),
            )
        )
        how = ("Speed", limits_words(one)) if one.online else ("How", "By hand, in bundles")
        self.grids["What is sent when"].fill((how, ("Our contacts", contacts_words(one))))
        self.metered.setVisible(one.online and shown.line is not None)


class _Warning(QFrame):
    """A lasting note with a tone."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        theme = context.theme
        self.setProperty("role", "banner")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        self.look = Look(theme)
        self.words = label("", wrap=True, selectable=True)
        column.addWidget(self.look)
        column.addWidget(self.words)
        set_role(self, tone="warning")
        self.hide()

    def say(self, text: str) -> None:
        """Show it; '' hides it."""
        self.setVisible(bool(text))
        head, _, rest = text.partition(": ")
        self.look.say(head, "warning", "high")
        self.words.setText(rest[:1].upper() + rest[1:])
        self.setAccessibleName(text or "No warning")


class _TroubleCard(QFrame):
    """Why it does not go on, what that means, what to do, and the buttons that may help."""

    def __init__(self, context: Context, asks: PaneAsks) -> None:
        super().__init__()
        theme = context.theme
        self.setProperty("role", "banner")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        column.setSpacing(theme.px(1))
        self.look = Look(theme)
        self.todo = label("", wrap=True, selectable=True)
        self.kind = label("", "small", wrap=True)
        self.number = label("", "small", wrap=True, selectable=True)
        for part in (self.look, self.todo, self.kind, self.number):
            column.addWidget(part)
        self.helps: dict[str, QWidget] = {
            "sign_in": button("Sign in again…", lambda: asks.do("sign_in")),
            "test": button("Test connection…", lambda: asks.do("test")),
            "edit": button("Edit the connection…", lambda: asks.do("edit")),
        }
        for made in self.helps.values():
            made.setAccessibleName(f"{made.property('text')} (mends it)")
        column.addWidget(ButtonRow(*self.helps.values()))
        self.hide()

    def say(self, trouble: Trouble | None, one: Endpoint, now: datetime) -> None:
        """Show a trouble; None hides it."""
        self.setVisible(trouble is not None)
        if trouble is None:
            return
        calm = trouble.retry is Retry.AUTO
        set_role(self, tone="info" if calm else "error")
        self.look.say(trouble.what, "info" if calm else "error", "text" if calm else "block")
        self.todo.setText(trouble.todo)
        self.todo.setVisible(bool(trouble.todo))
        again = ""
        if calm and one.next_try_at is not None and one.next_try_at > now:
            again = f", next at {moment_words(one.next_try_at, now)}"
        self.kind.setText(f"{trouble_kind(trouble.retry)}{again}.")
        parts = [f"Answer {trouble.status}" if trouble.status else "", trouble.slug]
        parts.append(f"request {trouble.request_id}" if trouble.request_id else "")
        said = ", ".join(part for part in parts if part)
        self.number.setText(f"For support: {said}" if said else "")
        self.number.setVisible(bool(said))
        signing = trouble.slug in {"sign-in", "forbidden", "bad-code", "keyring"} or trouble.status == 401
        self.helps["sign_in"].setVisible(signing)
        self.helps["test"].setVisible(not signing and one.online)
        self.helps["edit"].setVisible(
            trouble.slug in {"proxy", "tls", "dns", "other-endpoint", "not-an-endpoint"} and one.online
        )
        self.setAccessibleName(f"{trouble.what} {trouble.todo}")

    def enable(self, can: Mapping[str, bool]) -> None:
        """Which of its buttons can be pressed."""
        for verb, made in self.helps.items():
            switch(made, can.get(verb, False))
