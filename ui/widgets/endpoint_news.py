"""What endpoints offered and what was changed on both sides: one line each, with the way to decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.sync.model import Conflict, Offer, OfferState
from ui.theme.theme import Theme
from ui.widgets.basics import Card, button
from ui.widgets.declaration_look import counted
from ui.widgets.pit_look import Look


class EndpointNews(Card):
    """Two lines that are always there, so that one finds again what was decided."""

    def __init__(self, theme: Theme, offers: Callable[[], object], conflicts: Callable[[], object]) -> None:
        super().__init__("From the endpoints")
        self.offers, self.conflicts = Look(theme), Look(theme)
        self.offers_button = button("Look at the content…", offers)
        self.offers_button.setAccessibleName("Look at the content of the programme that was offered…")
        self.conflicts_button = button("Choose what stands…", conflicts)
        self.conflicts_button.setAccessibleName("Choose what stands, where both sides changed it…")
        for look, made in ((self.offers, self.offers_button), (self.conflicts, self.conflicts_button)):
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(look, 1, Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(made)
            self.body.addWidget(line)

    def fill(self, offers: Sequence[Offer], conflicts: Sequence[Conflict]) -> None:
        """Show how many there are."""
        waiting = sum(one.state is OfferState.OFFERED and not one.withdrawn for one in offers)
        back = sum(bool(one.withdrawn) and one.in_use for one in offers)
        if back:
            self.offers.say(f"Programme content: {back:,} in use was withdrawn", "warning", "high")
        elif waiting:
            self.offers.say(f"Programme content: {waiting:,} to look at", "info", "accent")
        else:
            known = f"nothing new, {len(offers):,} known" if offers else "nothing offered yet"
            self.offers.say(f"Programme content: {known}", "status-none", "muted")
        self.offers_button.setEnabled(bool(offers))
        fields = sum(len(one.fields) for one in conflicts)
        if conflicts:
            self.conflicts.say(f"Changed on both sides: {counted(fields, 'field')} to choose", "warning", "high")
        else:
            self.conflicts.say("Changed on both sides: nothing", "status-none", "muted")
        self.conflicts_button.setEnabled(bool(conflicts))
