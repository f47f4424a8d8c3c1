"""What will be sent, before it is: endpoint by endpoint, file by file, with the personal data in it; then queued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from desktop.errors import InvalidInput, PlainError
from desktop.jobs import Job
from desktop.report.privacy import MpanChoice
from desktop.submissions.model import Submission
from desktop.sync.model import Endpoint, Parcel, Route
from ui.context import Context
from ui.dialogs.form_size import fit_screen
from ui.dialogs.saving_form import save_and_close
from ui.widgets.basics import Card, button, label, main_button
from ui.widgets.declaration_look import counted
from ui.widgets.delivery_look import role_words
from ui.widgets.pit_look import Look
from ui.widgets.reading_area import ReadingArea
from ui.widgets.submission_look import CHOICES, size_words
from ui.widgets.submission_narrow import let_narrow

if TYPE_CHECKING:
    from desktop.app import Workspace

INTRO = (
    "It is queued, and sent when there is a network, or goes into the next bundle. The same bytes go by every way, as "
    "they were frozen. Until it is on its way you can leave it out again on the page Sending."
)
FULL = "Full MPANs leave this laptop: personal data. See that whoever receives for this endpoint may have them."
BY_HAND = "No endpoint receives for {names}: export it for them and hand it over yourself."
AS_THEY_ARE = "Files of evidence and those put beside it go as they are: nothing in them is shortened."
_AS_THEY_ARE = {"evidence", "beside"}
"""Roles of files that are somebody's, not ours."""
LISTED = 30
"""Files of one endpoint that are named; the rest are counted."""


@dataclass(frozen=True)
class WhatIsSent:
    """What the dialog shows, read in one job. `problem`: why nothing can be sent."""

    parcels: tuple[Parcel, ...] = ()
    routes: tuple[Route, ...] = ()
    endpoints: Mapping[int, Endpoint] = field(default_factory=dict)
    problem: str = ""

    @property
    def by_hand(self) -> tuple[Route, ...]:
        """Recipients that no endpoint receives for."""
        return tuple(one for one in self.routes if one.endpoint_id is None)

    def recipients(self, endpoint_id: int) -> tuple[str, ...]:
        """Whom an endpoint receives for, by id."""
        return tuple(one.recipient for one in self.routes if one.endpoint_id == endpoint_id)


def read_what_is_sent(workspace: Workspace, submission_id: int, _job: Job) -> WhatIsSent:
    """On a worker. Raises NotFound."""
    endpoints = {one.id: one for one in workspace.endpoints.endpoints()}
    routes = workspace.outbox.routes(submission_id)
    try:
        return WhatIsSent(workspace.outbox.preview(submission_id), routes, endpoints)
    except InvalidInput as error:
        return WhatIsSent((), routes, endpoints, " ".join(part for part in (error.what, error.todo) if part))


class SendDialog(QDialog):
    """A card for each endpoint, with a box where there are several; the verb queues."""

    def __init__(self, context: Context, parent: QWidget | None, one: Submission, found: WhatIsSent) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Send {one.name}")
        self._context, self._one, self._found = context, one, found
        unit = self.fontMetrics().height()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(unit, unit, unit, unit)
        outer.setSpacing(round(unit * 0.75))
        outer.addWidget(label(f"Send {one.name}", "heading", wrap=True))
        outer.addWidget(label(one.details.title, wrap=True, selectable=True))
        if found.parcels:
            outer.addWidget(label(INTRO, "muted", wrap=True))
        self.boxes: dict[int, QCheckBox] = {}
        self.area = self._area(unit)
        outer.addWidget(self.area, 1)
        self.by_hand = Look(context.theme)
        names = [each.name or each.recipient for each in found.by_hand]
        self.by_hand.say(BY_HAND.format(names=_listed(names)), "info", "text")
        self.by_hand.setVisible(bool(names) and bool(found.parcels))
        outer.addWidget(self.by_hand)
        self.problem = Look(context.theme)
        self.problem.say(found.problem, "warning", "high")
        self.problem.setVisible(bool(found.problem))
        outer.addWidget(self.problem)
        self.wrong = label("", "block", wrap=True)
        self.wrong.hide()
        outer.addWidget(self.wrong)
        if not found.parcels:
            outer.addStretch()
        box = QDialogButtonBox(self)
        self.verb = button("Queue", self._queue, role="primary")
        main_button(box, self.verb)
        box.addButton(
            QDialogButtonBox.StandardButton.Cancel if found.parcels else QDialogButtonBox.StandardButton.Close
        )
        box.rejected.connect(self.reject)
        if not found.parcels:
            way = button("Go to Endpoints", self._go_to_endpoints)
            box.addButton(way, QDialogButtonBox.ButtonRole.ActionRole)
        outer.addWidget(box)
        files = sum(min(LISTED, len(parcel.files)) for parcel in found.parcels)
        lines = 16 + 9 * len(found.parcels) + round(files * 1.4) if found.parcels else 14
        fit_screen(self, unit * 44, unit * min(50, lines))
        let_narrow(self)
        self._fit()
        (self.area if found.parcels else box).setFocus()  # read first: a second Return queues nothing

    def chosen(self) -> tuple[Parcel, ...]:
        """What is to be queued."""
        return tuple(
            parcel
            for parcel in self._found.parcels
            if not parcel.refusals
            and (parcel.endpoint_id not in self.boxes or self.boxes[parcel.endpoint_id].isChecked())
        )

    def show_wrong(self, error: PlainError) -> None:
        """Say what the service refused."""
        self.wrong.setText(str(error))
        self.wrong.show()

    # -- how -----------------------------------------------------------------------------------------------------------

    def _area(self, unit: int) -> ReadingArea:
        """A card for each endpoint, scrolled where there are many files."""
        inside = QWidget()
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(0, 0, unit // 2, 0)
        cards.setSpacing(round(unit * 0.75))
        for parcel in self._found.parcels:
            cards.addWidget(self._parcel(parcel))
        cards.addStretch()
        area = ReadingArea("What will be sent, endpoint by endpoint", inside)
        area.setVisible(bool(self._found.parcels))
        return area

    def _parcel(self, parcel: Parcel) -> QWidget:
        theme = self._context.theme
        card = Card()
        card.setAccessibleName(f"To {parcel.endpoint}")
        able = not parcel.refusals
        heading = f"To {parcel.endpoint}"
        if len(self._found.parcels) > 1 and able:
            made = QCheckBox(heading.replace("&", "&&"))
            made.setProperty("role", "strong")
            made.setChecked(not parcel.cautions)  # what is with them already goes only where a person says so
            made.toggled.connect(lambda _on: self._fit())
            self.boxes[parcel.endpoint_id] = made
            card.body.addWidget(made)
        else:
            card.body.addWidget(label(heading, "strong", wrap=True))
        card.body.addWidget(label(f"For {_listed(parcel.recipients)}", wrap=True))
        for why in parcel.refusals:
            look = Look(theme)
            already = "already" in why
            look.say(why, "info" if already else "severity-block", "muted" if already else "block")
            card.body.addWidget(look)
        for words in parcel.cautions if able else ():
            look = Look(theme)
            look.say(words, "warning", "high")
            card.body.addWidget(look)
        for words in parcel.remarks if able else ():
            look = Look(theme)
            look.say(words, "warning", "high")
            card.body.addWidget(look)
        for words in parcel.elsewhere if able else ():
            look = Look(theme)
            look.say(words, "info", "text")
            card.body.addWidget(look)
        for note in self._notes(parcel) if able else ():
            card.body.addWidget(label(note, "small", wrap=True))
        personal = Look(theme)
        if parcel.mpan_choice is MpanChoice.FULL:
            personal.say(FULL, "warning", "high")
        else:
            words = f"Personal data: {CHOICES[parcel.mpan_choice].lower()}. {parcel.mpan_choice.words}"
            personal.say(words, "info", "muted")
        card.body.addWidget(personal)
        if any(file.role in _AS_THEY_ARE for file in parcel.files):
            look = Look(theme)
            look.say(AS_THEY_ARE, "info", "text")
            card.body.addWidget(look)
        for file in parcel.files[:LISTED]:
            line = label(f"{file.name}  –  {role_words(file)}, {size_words(file.size)}", wrap=True, selectable=True)
            line.setToolTip(f"SHA-256 {file.sha256}")
            card.body.addWidget(line)
        if (more := len(parcel.files) - LISTED) > 0:
            card.body.addWidget(label(f"and {more:,} more", "small"))
        card.body.addWidget(label(f"{counted(len(parcel.files), 'file')}, {size_words(parcel.size)} in all", "small"))
        return card

    def _notes(self, parcel: Parcel) -> Sequence[str]:
        """What happens with it after it was queued, where that is not at once."""
        one = self._found.endpoints.get(parcel.endpoint_id)
        if one is None:
            return ()
        if not one.online:
            return (f"{one.name} is reached by bundles only: it waits until you export one.",)
        if one.paused:
            return (f"Sending to {one.name} is paused: it waits until you let the endpoint go on.",)
        return ()

    def _fit(self) -> None:
        chosen = self.chosen()
        size = sum(parcel.size for parcel in chosen)
        whom = chosen[0].endpoint if len(chosen) == 1 else counted(len(chosen), "endpoint")
        anyway = " all the same" if any(parcel.cautions for parcel in chosen) else ""
        words = f"Queue for {whom}{anyway} ({size_words(size)})".replace("&", "&&")
        self.verb.setText(words if chosen else "Queue")
        self.verb.setEnabled(bool(chosen) and self._context.can_write)
        self.verb.setVisible(bool(self._found.parcels))

    def _go_to_endpoints(self) -> None:
        self.reject()
        self._context.navigate("endpoints")

    def _queue(self) -> None:
        outbox, number = self._context.workspace.outbox, self._one.id
        recipients = [recipient for parcel in self.chosen() for recipient in self._found.recipients(parcel.endpoint_id)]
        self.wrong.hide()
        save_and_close(self._context, self, lambda _job: outbox.queue(number, recipients))


def _listed(names: Sequence[str]) -> str:
    """A, B and C."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1] if names else "") if part)


def ask_send(context: Context, parent: QWidget, one: Submission, found: WhatIsSent) -> bool:
    """Show what will be sent; whether it was queued."""
    dialog = SendDialog(context, parent, one, found)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()
