"""The pane that shows one piece of evidence: what it is, a preview, what it proves, its details and its revisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.evidence.model import Evidence, EvidenceDetails, Preview, Revision, Use
from ui.dialogs.evidence_edit import REDACTION_WORDS
from ui.models.paged_table import shown_date
from ui.theme.theme import Theme
from ui.widgets.basics import Card, button, label
from ui.widgets.button_row import ButtonRow
from ui.widgets.evidence_files import ACTIVE, sized
from ui.widgets.evidence_preview import PreviewBox
from ui.widgets.small_table import SmallTable

NOTHING = "Choose a piece of evidence to see what it is and what it proves."


@dataclass(frozen=True)
class ShownEvidence:
    """An item with what it is used in. `state` is what its row says of it: expired, awaiting confirmation ..."""

    item: Evidence
    uses: tuple[Use, ...]
    state: str = ""


@dataclass(frozen=True)
class DetailVerbs:
    """What the pane asks the page to do; links and revisions are named by their id and number."""

    edit: Callable[[], object]
    open: Callable[[int], object]
    save: Callable[[int], object]
    replace: Callable[[], object]
    link: Callable[[], object]
    confirm: Callable[[list[int]], object]
    unlink: Callable[[int], object]
    go_to: Callable[[Use], object]


class EvidenceDetailPane(QScrollArea):
    """Shows one item; what can be done with it is asked of the page."""

    revision_chosen = Signal(int, int)
    """(item, revision number): the preview of another revision is wanted."""

    def __init__(self, theme: Theme, verbs: DetailVerbs) -> None:
        super().__init__()
        self._verbs = verbs
        self._shown: ShownEvidence | None = None
        self._writable = False
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("The chosen piece of evidence")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.px(2), 0, theme.px(2), 0)
        column.setSpacing(theme.px(2))
        self.setWidget(inside)
        self._parts: list[QWidget] = []
        self.kind = label("", "small", wrap=True)
        self.title = label(NOTHING, "heading", wrap=True, selectable=True)
        self.state = label("", "high", wrap=True)
        self.description = label("", wrap=True, selectable=True)
        for widget in (self.kind, self.title, self.state, self.description):
            column.addWidget(widget)
        self._add(column, self._top_row())
        self.active = label(ACTIVE, "small", wrap=True)
        column.addWidget(self.active)
        self.preview = PreviewBox()
        self._add_card(column, "Preview", self.preview)
        self._add_card(column, "Used in", self._uses())
        self.details = label("", wrap=True, selectable=True)
        self._add_card(column, "Details", self.details)
        self._add_card(column, "Revisions", self._revisions())
        column.addStretch()
        self.show_evidence(None)

    def show_evidence(self, shown: ShownEvidence | None, *, writable: bool = True) -> None:
        """Show an item; None when none is chosen."""
        if shown is None or self._shown is None or shown.item.id != self._shown.item.id:
            self.verticalScrollBar().setValue(0)
        self._shown, self._writable = shown, writable
        for part in self._parts:
            part.setVisible(shown is not None)
        if shown is None:
            for one in (self.kind, self.state, self.description, self.active):
                one.hide()
            self.title.setText(NOTHING)
            return
        item, file = shown.item, shown.item.newest
        _say(self.kind, f"{item.ref} · {file.kind}, {sized(file.size)}")
        self.title.setText(item.details.title)
        _say(self.state, "\n".join(_warnings(shown)))
        _say(self.description, item.details.description)
        self.details.setText("\n".join(_details(item.details)))
        self._fill_uses(shown.uses)
        self._fill_revisions(item.revisions)
        self.active.setVisible(file.active)
        self.open_button.setEnabled(not file.active)
        self.open_button.setToolTip(ACTIVE if file.active else "A read-only copy in the system’s own program")
        for made in (self.edit_button, self.replace_button, self.link_button):
            made.setEnabled(writable)

    def show_preview(self, preview: Preview | None, revision: Revision) -> None:
        """Show what can be seen of a revision; None while it is being made."""
        shown = self._shown
        if shown is None:
            return
        which = f"{revision.file_name}, revision {revision.number} of {len(shown.item.revisions)}"
        if preview is None:
            self.preview.wait("Making the preview …")
        else:
            self.preview.show_preview(preview, which)

    @property
    def shown(self) -> ShownEvidence | None:
        """What is shown."""
        return self._shown

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _top_row(self) -> QWidget:
        self.edit_button = button("Edit…", self._verbs.edit, tip="Title, dates, confidentiality, tags (F2)")
        self.edit_button.setAccessibleName("Edit the details…")
        self.open_button = button("Open a copy", lambda: self._with_newest(self._verbs.open))
        self.save_button = button("Save a copy…", lambda: self._with_newest(self._verbs.save))
        return ButtonRow(self.edit_button, self.open_button, self.save_button)

    def _uses(self) -> QWidget:
        self.confirm_button = button("Confirm", self._confirm, tip="The newest revision proves it too")
        self.unlink_button = button("Remove", self._unlink, tip="It does not prove this. The file stays kept.")
        self.link_button = button("Add a link…", self._verbs.link, tip="What it proves: requirements, results …")
        self.uses = SmallTable(
            "Used in",
            ("What it proves", "State"),
            "Nothing relies on it yet. Add a link, or drop files on the row that they prove.",
            edit=lambda _link: self._go_to(),
        )
        assert self.uses.edit_button is not None
        self.uses.edit_button.setText("Go to")
        self.uses.edit_button.setAccessibleName("Go to what it proves")
        self.confirm_button.setAccessibleName("Confirm: the newest revision proves it too")
        self.unlink_button.setAccessibleName("Remove the link")
        self.uses.list.itemSelectionChanged.connect(self._enable_uses)
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.uses.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._unlink)
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        self.use = label("", "small", wrap=True, selectable=True)
        column.addWidget(self.uses)
        column.addWidget(self.use)
        column.addWidget(ButtonRow(self.uses.edit_button, self.confirm_button, self.unlink_button, self.link_button))
        return place

    def _revisions(self) -> QWidget:
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        self.open_revision = button("Open", lambda: self._with_chosen(self._verbs.open))
        self.save_revision = button("Save…", lambda: self._with_chosen(self._verbs.save))
        self.replace_button = button("Replace the file…", self._verbs.replace, tip="A new revision; the old one stays")
        self.revisions = SmallTable(
            "Revisions",
            ("No.", "Added", "By", "Why"),
            "",
        )
        self.open_revision.setAccessibleName("Open a copy of the chosen revision")
        self.save_revision.setAccessibleName("Save a copy of the chosen revision…")
        self.revisions.list.itemSelectionChanged.connect(self._revision_moved)
        self.file = label("", "small", wrap=True)
        column.addWidget(self.revisions)
        column.addWidget(ButtonRow(self.replace_button, self.open_revision, self.save_revision))
        column.addWidget(self.file)
        return place

    def _add(self, column: QVBoxLayout, widget: QWidget) -> None:
        column.addWidget(widget)
        self._parts.append(widget)

    def _add_card(self, column: QVBoxLayout, heading: str, widget: QWidget) -> None:
        card = Card(heading)
        card.body.addWidget(widget)
        self._add(column, card)

    # -- filling -------------------------------------------------------------------------------------------------------

    def _fill_uses(self, uses: Sequence[Use]) -> None:
        self.uses.fill([(use.link_id, (_named(use), "To confirm" if use.awaiting else "Confirmed")) for use in uses])
        self.uses.fit_rows(2, 8)
        self._enable_uses()

    def _fill_revisions(self, revisions: Sequence[Revision]) -> None:
        blocked = self.revisions.list.blockSignals(True)
        self.revisions.fill(
            [
                (one.number, (str(one.number), shown_date(one.added_at[:10]), one.added_by, one.reason))
                for one in revisions
            ]
        )
        self.revisions.fit_rows(1, 5)
        self.revisions.list.selectRow(0)
        self.revisions.list.blockSignals(blocked)
        self._say_revision()

    def _revision_moved(self) -> None:
        self._say_revision()
        revision = self._chosen_revision()
        if self._shown is not None and revision is not None:
            self.revision_chosen.emit(self._shown.item.id, revision.number)

    def _say_revision(self) -> None:
        revision = self._chosen_revision()
        if revision is None:
            return
        self.open_revision.setEnabled(not revision.active)
        self.open_revision.setToolTip(ACTIVE if revision.active else "A read-only copy of this revision")
        self.file.setText("\n".join(_file(revision)))

    def _enable_uses(self) -> None:
        use = self._chosen_use()
        for made in (self.confirm_button, self.unlink_button):
            made.setVisible(bool(self._shown and self._shown.uses))
        self.confirm_button.setEnabled(self._writable and use is not None and use.awaiting)
        self.unlink_button.setEnabled(self._writable and use is not None)
        if self.uses.edit_button:
            self.uses.edit_button.setEnabled(use is not None and use.name is not None)
        _say(self.use, what_it_proves(use) if use else "")

    # -- what is chosen ------------------------------------------------------------------------------------------------

    def _chosen_use(self) -> Use | None:
        key = self.uses.key()
        return next((use for use in self._shown.uses if use.link_id == key), None) if self._shown else None

    def _chosen_revision(self) -> Revision | None:
        key = self.revisions.key()
        found = self._shown.item.revisions if self._shown else ()
        return next((one for one in found if one.number == key), None)

    def _with_newest(self, run: Callable[[int], object]) -> None:
        if self._shown:
            run(self._shown.item.newest.number)

    def _with_chosen(self, run: Callable[[int], object]) -> None:
        if revision := self._chosen_revision():
            run(revision.number)

    def _confirm(self) -> None:
        if use := self._chosen_use():
            self._verbs.confirm([use.link_id])

    def _unlink(self) -> None:
        use = self._chosen_use()
        if use and self._writable:
            self._verbs.unlink(use.link_id)

    def _go_to(self) -> None:
        use = self._chosen_use()
        if use and use.name is not None:
            self._verbs.go_to(use)


def what_it_proves(use: Use) -> str:
    """A use in full: what kind of thing it is, what it is called, what was confirmed, and the note."""
    kind = use.target.kind.words.capitalize()
    seen = f"Confirmed for revision {use.confirmed_revision}{'; a newer one is there' if use.awaiting else ''}."
    return "\n".join(filter(None, (f"{kind} {_named(use)}", seen, use.note)))


def _named(use: Use) -> str:
    return f"{use.name.ref} {use.name.title}".strip() if use.name else "(not there any more)"


def _say(line: QLabel, text: str) -> None:
    line.setText(text)
    line.setVisible(bool(text))


def _warnings(shown: ShownEvidence) -> list[str]:
    lines = []
    if shown.item.withdrawn:
        lines.append(f"Withdrawn: {shown.item.withdrawn}")
    awaiting = sum(1 for use in shown.uses if use.awaiting)
    if awaiting:
        lines.append(
            "1 use awaits confirmation: does the newest revision prove it too?"
            if awaiting == 1
            else f"{awaiting} uses await confirmation: does the newest revision prove them too?"
        )
    if shown.state and shown.item.details.expires:
        lines.append(f"{shown.state}: good through {shown_date(shown.item.details.expires)}")
    return lines


def _details(details: EvidenceDetails) -> list[str]:
    lines = [f"Collected by {details.collector} on {shown_date(details.collected)}"]
    if details.author:
        lines.append(f"Author: {details.author}")
    since, until = shown_date(details.period_from), shown_date(details.period_to)
    if since and until:
        lines.append(f"Covers {since} to {until}")
    elif since or until:
        lines.append(f"Covers from {since}" if since else f"Covers to {until}")
    if details.expires:
        lines.append(f"Good through {shown_date(details.expires)}")
    lines.append(f"{details.confidentiality.value.capitalize()} · {REDACTION_WORDS[details.redaction]}")
    lines.append(f"Tags: {', '.join(details.tags)}" if details.tags else "No tags")
    return lines


def _file(revision: Revision) -> list[str]:
    lines = [breakable(revision.file_name), f"{revision.kind}, {_exactly(revision.size)}"]
    if revision.modified_at:
        lines.append(f"Changed last on {shown_date(revision.modified_at)} UTC")
    if revision.origin:
        lines.append(f"From {breakable(revision.origin)}")
    lines.append(f"Added by {revision.added_by} on {shown_date(revision.added_at)} UTC")
    if revision.reason:
        lines.append(f"Why: {revision.reason}")
    sha = revision.sha256
    lines.append(f"SHA-256 {sha[:32]}\n{sha[32:]}")
    return lines


def _exactly(size: int) -> str:
    return f"{sized(size)} ({size:,} bytes)" if size >= 1000 else sized(size)


def breakable(text: str) -> str:
    """A path or name that may be broken after its separators, so that a long one does not run out of its pane."""
    for mark in ("\\", "/", "_", "-", "."):
        text = text.replace(mark, f"{mark}\u200b")
    return text
