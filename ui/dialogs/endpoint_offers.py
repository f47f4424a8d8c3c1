"""Programme content that endpoints published: what each offer would change, and whether it is taken."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from desktop.changes import Changes, Subject
from desktop.content.pack import Pack, PackChange
from desktop.jobs import Job
from desktop.sync.model import Offer, OfferState
from ui.context import Context
from ui.dialogs.form_size import fit_screen
from ui.models.paged_table import shown_date
from ui.widgets.basics import button, label
from ui.widgets.button_row import ButtonRow
from ui.widgets.endpoint_look import offer_words
from ui.widgets.settings_content import PackChangesDialog
from ui.widgets.small_table import SmallTable
from ui.widgets.submission_look import size_words

TITLE = "Programme content from endpoints"
ABOUT = (
    "Question sets, calendars and other content that an endpoint published. Nothing changes before you have seen what "
    "would, and taken it. What you do not want is not asked about again; it can still be taken later."
)
BACK = "Go back to the one before"
HEADINGS = ("Content", "Version", "How it stands", "Published", "From", "Size")


class OffersDialog(QDialog):
    """The list, the chosen one in full, and what can be done with it."""

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self._context = context
        self._offers: tuple[Offer, ...] = ()
        self._left = False
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        column.addWidget(label(TITLE, "heading"))
        column.addWidget(label(ABOUT, "muted", wrap=True))
        self.list = SmallTable("Offers", HEADINGS, "No endpoint has published anything yet.", edit=self._take_key)
        assert self.list.edit_button is not None
        self.list.edit_button.hide()
        self.list.list.itemSelectionChanged.connect(self._chosen)
        column.addWidget(self.list, 1)
        self.detail = label("", wrap=True, selectable=True)
        column.addWidget(self.detail)
        self.take_button = button("See what it changes…", self.take, role="primary")
        self.refuse_button = button("Not wanted", self.refuse, tip="It is not asked about again")
        self.back_button = button(BACK, self.go_back, tip="Work with what was in use before it")
        column.addWidget(ButtonRow(self.take_button, self.refuse_button, self.back_button))
        box = QDialogButtonBox(self)
        box.addButton(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        fit_screen(self, unit * 62, unit * 36)
        context.hub.changed.connect(self._changed)
        self.read()

    def read(self) -> None:
        """Read the offers anew."""
        inbox = self._context.workspace.inbox
        self._context.read("Reading what was offered", lambda _job: inbox.offers(), self._fill)

    def offer(self) -> Offer | None:
        """The chosen one."""
        key = self.list.key()
        return next((one for one in self._offers if _key(one) == key), None)

    def take(self) -> None:
        """Show what the chosen one changes, and take it if the person agrees."""
        one = self.offer()
        if one is None or not self._takeable(one):
            return
        workspace, number, sha256 = self._context.workspace, one.endpoint_id, one.sha256

        def compare(_job: Job) -> tuple[Pack, tuple[PackChange, ...]]:
            with tempfile.TemporaryDirectory(prefix="mhhs-offer-") as folder:
                path = Path(folder) / "offer.json"
                workspace.inbox.offer_file(number, sha256, path)
                return workspace.content.compare(path)

        def show(found: tuple[Pack, tuple[PackChange, ...]]) -> None:
            if self._left:
                return
            dialog = PackChangesDialog(self, *found)
            taken = dialog.exec() == QDialog.DialogCode.Accepted
            dialog.deleteLater()
            if taken:
                self._context.change("Taking it", lambda _job: workspace.inbox.take_offer(number, sha256), quiet=True)

        self._context.read("Comparing", compare, show)

    def refuse(self) -> None:
        """Say that the chosen one is not wanted."""
        one, inbox = self.offer(), self._context.workspace.inbox
        if one is not None:
            number, sha256 = one.endpoint_id, one.sha256
            self._context.change("Saving", lambda _job: inbox.refuse_offer(number, sha256), quiet=True)

    def go_back(self) -> None:
        """Work with what was in use before the chosen one."""
        one, inbox = self.offer(), self._context.workspace.inbox
        if one is not None:
            number, sha256 = one.endpoint_id, one.sha256
            self._context.change("Going back", lambda _job: inbox.go_back(number, sha256), quiet=True)

    def done(self, result: int) -> None:
        """It hears of no change any more, and shows nothing that comes late."""
        self._left = True
        self._context.hub.changed.disconnect(self._changed)
        super().done(result)

    def _take_key(self, _key: object) -> None:
        self.take()

    def _changed(self, changes: Changes) -> None:
        if changes.subjects & {Subject.INBOX, Subject.CONTENT}:
            self.read()

    def _fill(self, offers: tuple[Offer, ...]) -> None:
        if self._left:
            return
        self._offers = offers
        self.list.fill(
            [
                (
                    _key(one),
                    (
                        one.title or one.kind_name,
                        one.version,
                        offer_words(one),
                        shown_date(one.published_at.astimezone().isoformat()[:10]) if one.published_at else "",
                        one.endpoint,
                        size_words(one.size),
                    ),
                )
                for one in offers
            ]
        )
        for place, one in enumerate(offers):
            item = self.list.list.item(place, 2)
            if item is not None and (one.withdrawn or one.state is OfferState.OFFERED):
                look = ("warning", "high") if one.withdrawn else ("info", "accent")
                item.setIcon(self._context.theme.icon(*look))
        self.list.list.fit_columns()
        if self.list.edit_button is not None:
            self.list.edit_button.hide()
        self._chosen()

    def _takeable(self, one: Offer) -> bool:
        return one.fetched and not one.withdrawn and not one.in_use

    def _chosen(self) -> None:
        one, can = self.offer(), self._context.can_write
        self.take_button.setEnabled(bool(one and can and self._takeable(one)))
        self.refuse_button.setEnabled(bool(one and can and one.state is OfferState.OFFERED and not one.withdrawn))
        self.back_button.setEnabled(bool(one and can and one.in_use))
        self.back_button.setText(one.way_back if one and one.way_back else BACK)
        if one is None:
            self.detail.setText("")
            return
        lines = [f"{one.kind_name} {one.version}, from {one.endpoint}. Source: {one.source or 'not said'}"]
        if one.withdrawn:
            lines.append(f"The endpoint took it back: {one.withdrawn}")
            if one.in_use:
                lines.append(f"You work with it. {one.way_back or BACK}, or take another version.")
        elif not one.fetched:
            lines.append("Its bytes are fetched at the next sync.")
        lines.append(f"SHA-256: {one.sha256}")
        self.detail.setText("\n".join(lines))


def _key(one: Offer) -> tuple[int, str]:
    return one.endpoint_id, one.sha256


def show_offers(context: Context, parent: QWidget | None) -> None:
    """Show them until the dialog is closed."""
    dialog = OffersDialog(context, parent)
    try:
        dialog.exec()
    finally:
        dialog.deleteLater()
