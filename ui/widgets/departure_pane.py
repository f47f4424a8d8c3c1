"""One thing that has left this laptop, in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desktop.report.privacy import MpanChoice
from desktop.sync.departure_table import SHORT
from desktop.sync.departure_words import AS_IT_IS, CHOICES, CONTACTS, EXPORTED, SENT
from ui.context import Context
from ui.models.paged_table import shown_date
from ui.widgets.basics import Card, label
from ui.widgets.cutover_facts import FactGrid
from ui.widgets.pane_frame import PaneFrame
from ui.widgets.submission_narrow import let_narrow
from ui.widgets.trace_links import LinkLine

NARROWEST = 38
NOTHING = "Choose a line to see all of it."
_MEANS = {
    **{words: MpanChoice(choice).words for choice, words in CHOICES.items()},
    AS_IT_IS: "The file left as it was kept: nothing in it was masked.",
    CONTACTS: "Names, positions, e-mail addresses and telephone numbers of the contacts.",
}
"""What the words about personal data mean, in a sentence."""


class DeparturePane(PaneFrame):
    """Shows a line of the list; the submission that it belongs to is a link."""

    def __init__(self, context: Context, show_submission: Callable[[], object]) -> None:
        super().__init__(context, "The chosen line of what has left", NARROWEST)
        self.submission = ""
        self.what = label(NOTHING, "heading", wrap=True, selectable=True)
        self.told = label("", "muted", wrap=True)
        self.link = LinkLine("", show_submission)
        self.grids = {name: FactGrid() for name in ("Where it went", "Personal data", "File")}
        for part in (self.what, self.told, self.link):
            self.column.addWidget(part)
        self.cards: dict[str, Card] = {}
        for heading, grid in self.grids.items():
            card = self.cards[heading] = Card(heading)
            card.body.addWidget(grid)
            self.column.addWidget(card)
        self.column.addStretch()
        self.show_line({})

    def show_line(self, cells: Mapping[str, str]) -> None:
        """Show these cells, by column; none: nothing is chosen."""
        self.submission = cells.get("submission", "")
        self.what.setText(cells.get("what") or NOTHING)
        self.told.setText(_told(cells))
        self.told.setVisible(bool(self.told.text()))
        self.link.setText(f"Show {self.submission}")
        self.link.setToolTip(f"Show {self.submission} among the submissions")
        self.link.setVisible(bool(self.submission))
        personal = cells.get("personal", "")
        self.grids["Where it went"].fill(
            (
                ("How", cells.get("channel", "")),
                ("To", cells.get("to", "")),
                ("When", f"{shown_date(cells['at'])} UK time" if cells.get("at") else ""),
                ("Bundle", cells.get("file_name", "")),
                ("Receipt", cells.get("receipt", "")),
            )
        )
        self.grids["Personal data"].fill(
            (("", personal or "It is not known what personal data was in it."), ("", _MEANS.get(personal, "")))
        )
        size = cells.get("size", "")
        self.grids["File"].fill(
            (
                ("Name", cells.get("name", "")),
                ("Size", f"{int(size):,} bytes" if size.isdecimal() else ""),
                ("Delivery", cells.get("delivery", "")),
                ("SHA-256", in_groups(cells.get("sha256", ""))),
            )
        )
        for card in self.cards.values():
            card.setVisible(bool(cells))
        self.cards["File"].setVisible(bool(cells.get("name") or cells.get("sha256")))
        let_narrow(self)


def in_groups(digest: str) -> str:
    """A hash in groups of eight, so that a narrow pane can hold it."""
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))


def _told(cells: Mapping[str, str]) -> str:
    """What is known, and no more than that."""
    if cells.get("receipt"):
        return "The endpoint has it: there is a checked receipt. Received is not accepted."
    if cells.get("channel") == SENT:
        return "It was sent. There is no receipt for its submission yet." if cells.get("submission") else "It was sent."
    if cells.get("channel") == SHORT[EXPORTED]:
        return "It was written to a file. Whether that was handed on is not known here."
    return ""
