"""The consent to send the participant's contacts to an endpoint: nothing of people's details goes without it."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.sync.model import Endpoint
from ui.widgets.basics import label

CONTACTS = "Keep our contacts there up to date"
WHOSE = (
    "Name, position, e-mail address and telephone number of everybody under Settings, People go there, by sync and in "
    "bundles, and what is changed there comes back. Without the tick none of it goes."
)


class ContactsConsent(QWidget):
    """A tick, and below it whose details go."""

    def __init__(self, agreed: bool = False) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(round(self.fontMetrics().height() * 0.2))
        self.tick = QCheckBox(CONTACTS)
        self.tick.setChecked(agreed)
        self.tick.setAccessibleDescription(WHOSE)
        column.addWidget(self.tick)
        column.addWidget(label(WHOSE, "small", wrap=True))
        self.setFocusProxy(self.tick)

    @property
    def agreed(self) -> bool:
        """Whether the person agreed."""
        return self.tick.isChecked()


def contacts_words(one: Endpoint) -> str:
    """What became of the consent, for the facts of an endpoint."""
    return "Kept up to date there, with names and addresses of people" if one.contacts else "Not sent there"
