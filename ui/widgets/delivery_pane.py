"""One delivery in full: what holds it up and what to do, what is sent, its receipt, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from desktop.report.privacy import MpanChoice
from desktop.sync import delivery_words
from desktop.sync.model import Delivery, DeliveryState, Endpoint, LogLine, Parcel, Trouble
from desktop.sync.wire.problems import Retry
from ui.context import Context
from ui.widgets.basics import Card, button, label, set_role
from ui.widgets.button_row import ButtonRow
from ui.widgets.cutover_facts import FactGrid
from ui.widgets.delivery_look import file_words, line_words, look_of, state_words
from ui.widgets.endpoint_look import moment_words
from ui.widgets.pane_frame import PaneFrame
from ui.widgets.pit_look import Look
from ui.widgets.submission_look import CHOICES, size_words
from ui.widgets.submission_narrow import let_narrow
from ui.widgets.trace_links import Lines, LinkLine

NARROWEST = 46
NOTHING = "Choose a line to see what is sent, and what holds it up."
LISTED = 40
"""Files and lines of its history that are shown; the rest are counted."""
FULL = "It holds full MPANs: personal data."


@dataclass(frozen=True)
class ShownDelivery:
    """All that the pane shows. `endpoint` None: it is not used any more."""

    one: Delivery
    endpoint: Endpoint | None
    parcel: Parcel
    history: tuple[LogLine, ...]
    names: Mapping[str, str]
    now: datetime


class PaneAsks(Protocol):
    """What the buttons of the pane ask for."""

    def do(self, verb: str) -> None:
        """A command about the chosen delivery, by the last part of its id."""


class DeliveryPane(PaneFrame):
    """Everything about the chosen delivery; its buttons are the commands of the page."""

    def __init__(self, context: Context, asks: PaneAsks) -> None:
        super().__init__(context, "The delivery", NARROWEST)
        self.shown: ShownDelivery | None = None
        theme = context.theme
        self.title = label(NOTHING, "heading", wrap=True, selectable=True)
        self.to = label("", "muted", wrap=True, selectable=True)
        self.look = Look(theme)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How much of its files is there")
        self.trouble = _TroubleCard(context)
        self.verbs: dict[str, QWidget] = {
            "try_again": button("Try again", lambda: asks.do("try_again"), tip="At once, whatever its waiting time"),
            "hold": button("Hold back", lambda: asks.do("hold")),
            "bundle": button("Export a bundle…", lambda: asks.do("bundle"), tip="A file to carry by hand"),
            "tell": button("Tell of the withdrawal", lambda: asks.do("tell"), tip="The submission was withdrawn here"),
            "leave_out": button("Leave out…", lambda: asks.do("leave_out"), tip="It is not sent; a record, with why"),
        }
        self.buttons = ButtonRow(*self.verbs.values())
        self.submission = LinkLine(
            "Show the submission", lambda: asks.do("submission"), theme=theme, icon="submissions"
        )
        self.endpoint = LinkLine("Show the endpoint", lambda: asks.do("endpoint"), theme=theme, icon="endpoints")
        for part in (
            self.title, self.to, self.look, self.bar, self.trouble, self.buttons, self.submission, self.endpoint,
        ):  # fmt: skip
            self.column.addWidget(part)
        self.receipt_words = label("", wrap=True, selectable=True)
        self.receipt_buttons = {
            "receipt": button("Open…", lambda: asks.do("receipt")),
            "print_receipt": button("Print…", lambda: asks.do("print_receipt")),
            "save_receipt": button("Save…", lambda: asks.do("save_receipt")),
        }
        for made in self.receipt_buttons.values():
            made.setAccessibleName(f"{made.text().removesuffix('…')} the receipt…")
        self.receipt = self._card("Receipt", self.receipt_words, ButtonRow(*self.receipt_buttons.values()))
        self.personal = Look(theme)
        self.files = Lines(theme.px(1))
        self.what = self._card("What is sent", self.personal, self.files)
        self.facts = FactGrid()
        self._card("About it", self.facts)
        self.past = Lines(theme.px(1))
        self.history = self._card("History", self.past)
        self.column.addStretch()
        self.show_delivery(None)

    def show_delivery(self, shown: ShownDelivery | None) -> None:
        """Show this one; None = none is chosen."""
        self.shown = shown
        inside = self.widget()
        for part in inside.children() if inside is not None else ():
            if isinstance(part, QWidget) and part is not self.title:
                part.setVisible(shown is not None)
        if shown is None:
            self.title.setText(NOTHING)
            return
        one, now = shown.one, shown.now
        self.title.setText(f"{one.submission}  {delivery_words.name_of(one)}")
        self.to.setText(f"To {one.endpoint}")
        self.look.say(state_words(one, now), *(look_of(delivery_words.stands(one)) or ("", "muted")))
        under_way = bool(one.size) and one.state in {DeliveryState.UPLOADING, DeliveryState.SENDING}
        self.bar.setVisible(under_way)
        self.bar.setRange(0, 1000)
        self.bar.setValue(one.sent * 1000 // one.size if one.size else 0)
        held = delivery_words.why(one, shown.endpoint)
        self.trouble.say(held, one, now)
        self.submission.setText(f"Show {one.submission}")
        self.submission.setToolTip(f"Show {one.submission} on the page of submissions")
        self.endpoint.setText(f"Show {one.endpoint}")
        self.endpoint.setVisible(shown.endpoint is not None)
        self._receipt(shown)
        self._files(shown)
        self._facts(shown)
        self._past(shown)
        let_narrow(self)

    def enable(self, can: Mapping[str, bool], words: Mapping[str, str]) -> None:
        """Which commands can be asked for now, by the last part of their ids; those that cannot are not shown."""
        here = self.shown is not None
        for verb, made in self.verbs.items():
            made.setVisible(here and can.get(verb, False))
        self.verbs["hold"].setProperty("text", words.get("hold", "Hold back"))
        primary = _next_verb(self.shown)
        for verb, made in self.verbs.items():
            role = "primary" if verb == primary else ""
            if (made.property("role") or "") != role:
                set_role(made, role=role)
        self.buttons.setVisible(here and any(can.get(verb, False) for verb in self.verbs))

    # -- how -----------------------------------------------------------------------------------------------------------

    def _card(self, heading: str, *widgets: QWidget) -> Card:
        card = Card(heading)
        for widget in widgets:
            card.body.addWidget(widget)
        self.column.addWidget(card)
        return card

    def _receipt(self, shown: ShownDelivery) -> None:
        one = shown.one
        self.receipt.setVisible(bool(one.receipt))
        self.receipt_words.setText(
            f"{one.endpoint} signed that it has these bytes, and the signature was checked. Received is not accepted."
        )

    def _files(self, shown: ShownDelivery) -> None:
        parcel, one = shown.parcel, shown.one
        full = parcel.mpan_choice is MpanChoice.FULL and bool(parcel.files)
        self.personal.say(
            FULL if full else f"Personal data: {CHOICES[parcel.mpan_choice].lower()}.",
            "warning" if full else "info", "high" if full else "muted",
        )  # fmt: skip
        self.personal.setVisible(bool(parcel.files))
        named = [label(file_words(file), wrap=True, selectable=True) for file in parcel.files[:LISTED]]
        for made, file in zip(named, parcel.files, strict=False):
            made.setToolTip(f"SHA-256 {file.sha256}")
        if (more := len(parcel.files) - LISTED) > 0:
            named.append(label(f"and {more:,} more", "small"))
        if not parcel.files:
            named.append(label("No files: it says that the submission was withdrawn, and why.", "muted", wrap=True))
        elif one.size:
            named.append(label(f"{size_words(one.size)} in all", "small"))
        self.files.fill(list(named))

    def _facts(self, shown: ShownDelivery) -> None:
        one, now = shown.one, shown.now
        again = f"{moment_words(one.next_try_at, now)}" if one.next_try_at and one.next_try_at > now else ""
        self.facts.fill(
            (
                ("For", ", ".join(shown.names.get(each, each) for each in one.recipients)),
                ("Queued", f"{moment_words(one.queued_at, now)}{f' by {one.queued_by}' if one.queued_by else ''}"),
                ("Tried in vain", f"{one.tries:,} times" if one.tries > 1 else "once" if one.tries else ""),
                ("Next try", "" if one.done else again),
                ("In a bundle", moment_words(one.bundled_at, now)),
                ("Delivery", one.uuid),
                ("SHA-256", _grouped(one.sha256)),
            )
        )

    def _past(self, shown: ShownDelivery) -> None:
        newest = list(reversed(shown.history))[:LISTED]
        lines: list[QWidget] = []
        for one in newest:
            made = label(line_words(one, shown.now), "small", wrap=True, selectable=True)
            made.setToolTip(f"Request {one.request_id}" if one.request_id else "")
            lines.append(made)
        if (more := len(shown.history) - LISTED) > 0:
            lines.append(label(f"and {more:,} earlier; all of it is in the log of sync", "small", wrap=True))
        self.past.fill(lines)
        self.history.setVisible(bool(lines))


def _next_verb(shown: ShownDelivery | None) -> str:
    """The one that helps on; '' = it goes by itself."""
    if shown is None or shown.one.done:
        return ""
    if shown.one.state is DeliveryState.NEEDS_YOU:
        return "try_again"
    by_hand = shown.endpoint is not None and not shown.endpoint.online and shown.one.bundled_at is None
    return "bundle" if by_hand else ""


def _grouped(sha256: str) -> str:
    """In groups of eight, so that a narrow pane breaks it between them."""
    return " ".join(sha256[place : place + 8] for place in range(0, len(sha256), 8))


class _TroubleCard(QFrame):
    """What holds it up and what to do; loud only where a person has to do something."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        theme = context.theme
        self.setProperty("role", "banner")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(3), theme.px(2), theme.px(3), theme.px(2))
        column.setSpacing(theme.px(1))
        self.look = Look(theme)
        self.todo = label("", wrap=True, selectable=True)
        self.number = label("", "small", wrap=True, selectable=True)
        for part in (self.look, self.todo, self.number):
            column.addWidget(part)

    def say(self, held: Trouble | None, one: Delivery, now: datetime) -> None:
        """Show it; None hides it."""
        self.setVisible(held is not None)
        if held is None:
            return
        mine = one.state is DeliveryState.NEEDS_YOU
        loud = mine or held.retry is Retry.ENDPOINT
        set_role(self, tone="warning" if loud else "info")
        self.look.say(held.what, "warning" if loud else "info", "high" if loud else "text")
        self.todo.setText(held.todo)
        self.todo.setVisible(bool(held.todo))
        parts = [f"answer {held.status}" if held.status else "", held.slug if held.status else ""]
        parts.append(f"request {held.request_id}" if held.request_id else "")
        said = ", ".join(part for part in parts if part)
        self.number.setText(f"For support: {said}")
        self.number.setVisible(bool(said))
        self.setAccessibleName(f"{held.what} {held.todo}".strip())
