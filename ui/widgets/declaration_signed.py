"""After signing: the reference, what happens next, and a copy to keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.declarations.model import SIGNATURE_WORDS, SignedCopy
from ui.context import Context, Tone
from ui.models.paged_table import shown_date
from ui.widgets.banner import Banner
from ui.widgets.basics import Card, button, label
from ui.widgets.button_row import ButtonRow
from ui.widgets.declaration_look import grouped
from ui.widgets.declaration_signing import REHEARSAL, WIDEST
from ui.widgets.trace_links import Lines

NO_STEPS = "The wording does not say what happens next. Ask those who get it how they want to have it."


@dataclass(frozen=True)
class SignedVerbs:
    """What the panel asks of its page."""

    leave: Callable[[], object]
    save_folder: Callable[[], object]
    save_zip: Callable[[], object]
    verify: Callable[[], object]


class SignedPanel(QScrollArea):
    """Says what was signed, until the person goes on."""

    def __init__(self, context: Context, verbs: SignedVerbs) -> None:
        super().__init__()
        self.context = context
        theme = context.theme
        self.copy: SignedCopy | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, theme.px(2), theme.px(4))
        inside = QWidget()
        inside.setMaximumWidth(self.fontMetrics().averageCharWidth() * WIDEST)
        row.addWidget(inside, 1)
        row.addStretch()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        self.setWidget(content)
        head = Card()
        self.done = Banner(theme, lasting=True)
        self.name = label("", "figure", wrap=True, selectable=True)
        self.about = label("", wrap=True, selectable=True)
        for part in (self.done, self.name, self.about):
            head.body.addWidget(part)
        self.copy_button = button("Copy the reference", self.copy_reference)
        head.body.addWidget(ButtonRow(self.copy_button))
        self.rehearsal = Banner(theme, lasting=True)
        self.steps = Lines(theme.px(1))
        steps = Card("What happens next")
        steps.body.addWidget(self.steps)
        keep = Card("Keep a copy")
        keep.body.addWidget(
            label(
                "The copy has the declaration to read (HTML, and PDF where it could be printed) and what is needed to "
                "verify it without MHHS Desk. It stays in this workspace too.",
                wrap=True,
            )
        )
        self.save_button = button("Save as a folder…", verbs.save_folder, role="primary")
        self.zip_button = button("Save as one ZIP…", verbs.save_zip)
        self.verify_button = button("Verify it now", verbs.verify)
        keep.body.addWidget(ButtonRow(self.save_button, self.zip_button, self.verify_button))
        self.files = label("", "small", wrap=True, selectable=True)
        keep.body.addWidget(self.files)
        sign = Card("The signature")
        self.signature = label("", wrap=True, selectable=True)
        sign.body.addWidget(self.signature)
        self.leave_button = button("Back to the declarations", verbs.leave)
        for card in (head, self.rehearsal, steps, keep, sign):
            column.addWidget(card)
        column.addWidget(ButtonRow(self.leave_button))
        column.addStretch()

    def show_copy(self, copy: SignedCopy) -> None:
        """Show what was signed."""
        self.copy = copy
        one = copy.declaration
        self.setAccessibleName(f"{one.name} is signed")
        self.done.say("Signed and locked. Nothing in it can be changed any more.", Tone.GOOD)
        self.name.setText(one.name)
        self.about.setText(one.details.title)
        if one.rehearsal:
            self.rehearsal.say(REHEARSAL, Tone.WARNING)
        else:
            self.rehearsal.hide()
        steps = copy.next_steps or (NO_STEPS,)
        self.steps.fill([label(f"{place}.  {text}", wrap=True) for place, text in enumerate(steps, 1)])
        self.files.setText(f"Files: {', '.join(copy.files)}" if copy.files else "")
        self.signature.setText(signature_words(copy))
        self.verticalScrollBar().setValue(0)
        self.save_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def copy_reference(self) -> None:
        """Put the reference on the clipboard."""
        if self.copy:
            QGuiApplication.clipboard().setText(self.copy.declaration.name)
            self.context.say(f"Copied: {self.copy.declaration.name}", Tone.GOOD)


def signature_words(copy: SignedCopy) -> str:
    """Who signed, when, and with which key, in lines."""
    one = copy.declaration
    lines = [f"{', '.join(text for text in (one.signatory, one.position) if text)}, {shown_date(one.signed_at)} UTC"]
    if one.same_person:
        lines.append("Prepared and signed by the same person: the record says so.")
    if one.scan:
        lines.append("A document that was signed elsewhere is attached in the place of a signature.")
    if one.fingerprint:
        lines.append(f"{SIGNATURE_WORDS}. Fingerprint of the key:")
        lines.append(grouped(one.fingerprint, rows=2))
        lines.append("Tell it to those who verify the copy by another way than the copy itself.")
    return "\n".join(lines)
