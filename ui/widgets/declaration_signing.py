"""The signing screen: everything that a signatory reads, confirms and types, on one page from top to bottom.

What was typed stays while the declaration is read anew and when the screen is left and entered again; a passphrase does
not. The tick is for what was read: it is taken away when the sheet is another one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from desktop.declarations.model import PdfPrinter, Sheet, SignedCopy
from desktop.declarations.putting_together import same_person
from desktop.declarations.scan_look import must_be_as_shown
from desktop.errors import PlainError
from desktop.jobs import Job
from ui.context import Context, Tone
from ui.widgets.banner import Banner
from ui.widgets.basics import Card, button, label
from ui.widgets.button_row import ButtonRow
from ui.widgets.declaration_difference import changed_words
from ui.widgets.declaration_fields import Asked, ConfirmBox, ErrorSummary, WrappedLink, Wrong, tab_through
from ui.widgets.declaration_look import counted
from ui.widgets.declaration_sheet import DETAILS, SheetPart
from ui.widgets.declaration_signatory import SignatoryPart, with_first_key, wrong_of
from ui.widgets.trace_links import Lines

WIDEST = 118
"""Characters that a line is wide at most: longer ones are hard to read."""
REHEARSAL = "A rehearsal: it is signed to practise, says so on every copy, and can never be submitted."
ANSWER = "answer."
"""How the field of an answer begins; the question's id follows."""
CONFIRM, DIGEST = "confirm", "digest"
"""Fields of a refusal: the box, and that the sheet is another one than was read."""


@dataclass(frozen=True)
class ScreenVerbs:
    """What the screen asks of its page."""

    leave: Callable[[], object]
    change: Callable[[str], object]
    """The id of a question, or `DETAILS`."""
    attach: Callable[[], object]
    read: Callable[[], object]
    """Read the sheet anew and hand it to `show_sheet`."""
    signed: Callable[[SignedCopy], object]
    printer: Callable[[], PdfPrinter | None]


class SigningScreen(QWidget):
    """One declaration that is to be signed."""

    def __init__(self, context: Context, verbs: ScreenVerbs) -> None:
        super().__init__()
        self.context, self._verbs = context, verbs
        self.sheet: Sheet | None = None
        self._own_change = False
        self._busy = False
        self.setAccessibleName("Sign a declaration")
        theme = context.theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(theme.px(2))
        self.back = button("‹ Back to the declarations", self._leave, role="link", tip="What you typed is kept (Esc)")
        self.down = button("Go to the statement", self.show_statement, role="link", tip="What is declared, and signing")
        top = QHBoxLayout()
        top.addWidget(self.back)
        top.addSpacing(theme.px(4))
        top.addWidget(self.down)
        top.addStretch()
        outer.addLayout(top)
        self.title = label("", "title", wrap=True)
        self.about = label("", "muted", wrap=True)
        outer.addWidget(self.title)
        outer.addWidget(self.about)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setAccessibleName("What is declared, and signing it")  # it has the keyboard: Page Down reads on
        outer.addWidget(self.area, 1)
        self.area.setWidget(self._content())
        self.signatory.person_changed.connect(lambda _name: self._say_same())
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._leave)

    # -- what the page does with it ------------------------------------------------------------------------------------

    def start(self, sheet: Sheet) -> None:
        """Show a declaration. What was typed for another one is dropped, for this one it is still there."""
        another = self.sheet is None or self.sheet.declaration.id != sheet.declaration.id
        if another:
            self.clear()
            self.sheet = None
        self._own_change = False
        self.show_sheet(sheet)
        self.signatory.ask_keyring()
        self.signatory.look_for_key()
        if another:
            self.area.verticalScrollBar().setValue(0)
        self.area.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show the sheet as it stands now; when it is another one than was read, say so and take the tick away."""
        before, self.sheet = self.sheet, sheet
        one = sheet.declaration
        changed = before is not None and before.digest != sheet.digest
        if changed and before is not None:
            self.confirm.setChecked(False)
            if self._own_change:
                self.moved.hide()
            else:
                self._show_wrong([])
                self.moved.say(changed_words(before, sheet), Tone.WARNING)
                self.area.verticalScrollBar().setValue(0)
        self._own_change = False
        self.title.setText(f"Sign {one.name}")
        self.about.setText(" · ".join(text for text in (one.details.title or sheet.wording.title, sheet.organisation)))
        if one.rehearsal:
            self.rehearsal.say(REHEARSAL, Tone.WARNING)
        else:
            self.rehearsal.hide()
        writable = not self.context.workspace.read_only
        self.part.fill(sheet, writable=writable)
        self._fill_to_do(sheet)
        self.confirm.say(sheet.wording.confirm)
        self.signatory.fill_capacities(sheet.capacities, sheet.wording.capacities, ", ".join(sheet.roles))
        prepared = one.details.prepared_by
        self.prepared.setText(f"Prepared by {prepared}" if prepared else "It is not said who prepared it.")
        self._say_same()
        self.verb.setText(f"Sign and lock {one.name}")
        self.open_note.setText(_open_words(sheet))
        self._enable()
        self._order()

    def changed_here(self, *, expected: bool) -> None:
        """Whether what is read next differs because of the person who signs: that is no surprise to them."""
        self._own_change = expected

    @property
    def typed(self) -> bool:
        """Whether words would be lost if the workspace were closed now."""
        return self.sheet is not None and self.signatory.typed

    def clear(self) -> None:
        """Forget what was typed and what was wrong."""
        self.signatory.clear()
        self.part.fold()
        self.confirm.setChecked(False)
        self.moved.hide()
        self._show_wrong([])

    @property
    def busy(self) -> bool:
        """Whether it is being signed just now."""
        return self._busy

    def drop(self) -> None:
        """It is not to be signed any more: forget it and what was typed."""
        self.clear()
        self.sheet = None

    def forget_secrets(self) -> None:
        """Take the passphrase out of its field; the rest stays."""
        self.signatory.key.forget()

    # -- signing -------------------------------------------------------------------------------------------------------

    def sign(self) -> None:
        """Sign and lock it, off the window's thread; what stands in the way is said in the summary and at the field."""
        sheet = self.sheet
        if sheet is None or self._busy or not self.context.can_write:
            return
        found = self.signatory.problems(sheet, sheet.digest, confirmed=self.confirm.isChecked())
        self._show_wrong(found)
        if found:
            return
        words = self.signatory.words(confirmed=self.confirm.isChecked())
        declarations, declaration_id = self.context.workspace.declarations, sheet.declaration.id
        by_scan, document, secret = self.signatory.by_scan, self.signatory.document(), self.signatory.key.secret()
        printer, shown = self._verbs.printer(), self.signatory.scan_preview.look

        def sign() -> SignedCopy:
            return declarations.sign(declaration_id, words, digest=sheet.digest, passphrase=secret, printer=printer)

        def work(_job: Job) -> SignedCopy:
            if by_scan:
                if shown is not None:
                    must_be_as_shown(document, shown.sha256)
                return declarations.sign_with_scan(declaration_id, words, document, digest=sheet.digest)
            return with_first_key(declarations.keys, words.name, secret, sign)

        self._set_busy(busy=True)
        self.context.jobs.run(
            f"Signing {sheet.declaration.name}",
            work,
            done=self._done,
            failed=lambda error: self._failed(error, by_scan=by_scan),
            writes=True,
        )

    def hideEvent(self, event: QHideEvent) -> None:
        # A passphrase does not wait on a page that is not seen.
        super().hideEvent(event)
        if not event.spontaneous():
            self.forget_secrets()

    def show_statement(self) -> None:
        """Scroll to what is declared; the keyboard reads on from there."""
        inside = self.area.widget()
        if inside is not None:
            self.area.verticalScrollBar().setValue(self.part.statement_card.mapTo(inside, QPoint(0, 0)).y())
        self.area.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _content(self) -> QWidget:
        theme = self.context.theme
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, theme.px(2), theme.px(5))
        inside = QWidget()
        inside.setMaximumWidth(self.fontMetrics().averageCharWidth() * WIDEST)
        row.addWidget(inside, 1)
        row.addStretch()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        self.summary = ErrorSummary(theme, self.go_to)
        self.moved = Banner(theme)
        self.rehearsal = Banner(theme, lasting=True)
        self.to_do = Lines(theme.px(1))
        self.to_do_card = Card("Before it can be signed")
        self.to_do_card.body.addWidget(self.to_do)
        self.part = SheetPart(theme, self._verbs.change, self._verbs.attach)
        for widget in (self.summary, self.rehearsal, self.moved, self.to_do_card, self.part):
            column.addWidget(widget)
        card = Card("Sign it")
        card.body.setSpacing(theme.px(4))
        self.confirm = ConfirmBox()
        self.confirm_asked = Asked("Confirm", self.confirm)
        self.open_note = label("", "small", wrap=True)
        self.prepared = label("", "muted", wrap=True)
        self.signatory = SignatoryPart(self.context)
        self.verb = button("Sign and lock", self.sign, role="primary")
        self.later = button("Leave it for later", self._leave, tip="The draft and what you typed are kept")
        self.waiting = label("", "muted", wrap=True)
        line = QFrame()
        line.setProperty("role", "separator")
        for part in (self.confirm_asked, self.open_note, line, self.signatory, self.prepared):
            card.body.addWidget(part)
        card.body.addWidget(ButtonRow(self.verb, self.later))
        card.body.addWidget(self.waiting)
        column.addWidget(card)
        column.addStretch()
        self.context.jobs.started.connect(self._job_moved)
        self.context.jobs.ended.connect(self._job_moved)
        return content

    def _fill_to_do(self, sheet: Sheet) -> None:
        self.to_do_card.setVisible(bool(sheet.problems) and self.summary.isHidden())
        self.to_do.fill(
            [
                WrappedLink(one.text, lambda field=one.field: self.go_to(field), "")  # type: ignore[misc]
                for one in sheet.problems
            ]
        )

    def _done(self, copy: SignedCopy) -> None:
        self._set_busy(busy=False)
        self.drop()
        self._verbs.signed(copy)

    def _failed(self, error: PlainError, *, by_scan: bool) -> None:
        self._set_busy(busy=False)
        if by_scan:
            self.signatory.look_at_document()  # it may have changed since
        found = wrong_of(error, scan=by_scan)
        if any(one.field == DIGEST for one in found):
            self._verbs.read()
        else:
            self._show_wrong(found)
            self.signatory.look_for_key()  # one may have been made before it was refused

    def _show_wrong(self, found: list[Wrong]) -> None:
        known = [one if self._place(one.field) is not None else Wrong("", one.text) for one in found]
        by_field: dict[str, str] = {}
        for one in known:
            by_field.setdefault(one.field, one.text)
        self.confirm_asked.say_wrong(by_field.get(CONFIRM, ""))
        self.signatory.show_wrong(by_field)
        self.summary.show_wrong(known)
        self.to_do_card.setVisible(not known and self.sheet is not None and bool(self.sheet.problems))
        self._order()
        if known:
            self.area.verticalScrollBar().setValue(0)

    def _order(self) -> None:
        tab_through(
            [
                self.back,
                self.down,
                self.area,
                *self.summary.links(),
                *self.moved.findChildren(QToolButton),
                *self.to_do.shown(),
                *self.part.rows.buttons,
                self.part.attach_button,
                *self.part.goes_on(),
                self.confirm.box,
                *self.signatory.controls,
                self.verb,
                self.later,
            ]
        )

    def go_to(self, field: str) -> None:
        """Put the keyboard into a field and bring it into sight."""
        place = self._place(field)
        if place is None:
            return
        place.setFocus(Qt.FocusReason.ShortcutFocusReason)
        shown = place.parentWidget() if isinstance(place.parentWidget(), Asked) else place
        self.area.ensureWidgetVisible(shown or place, 0, self.fontMetrics().height() * 4)

    def _place(self, field: str) -> QWidget | None:
        if not field:
            return None
        if field == CONFIRM:
            return self.confirm.box
        if found := self.signatory.field(field):
            return found
        if field.startswith(ANSWER):
            return self.part.rows.button_of(field.removeprefix(ANSWER))
        if field == "evidence":
            return self.part.attach_button
        return self.part.rows.button_of(field) or (self.part.rows.button_of(DETAILS) if field in _OF_DETAILS else None)

    def _say_same(self) -> None:
        if self.sheet is None:
            return
        same = same_person(self.sheet.declaration.details.prepared_by, self.signatory.person)
        self.signatory.say_same(
            "You prepared it too: the record will say that the same person signed it." if same else ""
        )

    def _leave(self) -> None:
        """Not while it is signed: it would look as if that could be stopped."""
        if not self._busy:
            self._verbs.leave()

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.waiting.setText(self._waiting_words() if busy else "")
        self._enable()

    def _enable(self) -> None:
        may = self.context.can_write and not self._busy
        self.verb.setEnabled(may)
        for way_out in (self.later, self.back):
            way_out.setEnabled(not self._busy)
        self.waiting.setVisible(bool(self.waiting.text()))

    def _waiting_words(self) -> str:
        if self.signatory.by_scan:
            return "Keeping the signed document and locking the declaration…"
        if self.signatory.key.needs_passphrase:
            return "Signing… opening the key file takes a moment."
        return "Signing… your keyring may ask for its password."

    def _job_moved(self, _running: object) -> None:
        if self.context.open_workspace is not None:
            self._enable()


def _open_words(sheet: Sheet) -> str:
    count = len(sheet.open_items)
    if not count:
        return "Nothing is open or excepted."
    return f"{counted(count, 'thing')} open or excepted {'is' if count == 1 else 'are'} part of it: listed above."


_OF_DETAILS = frozenset(
    {"title", "recipients", "roles", "milestone", "due", "note", "prepared_by", "wording", "plan_id"}
)
