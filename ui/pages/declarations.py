"""Declarations: what has to be declared, what is signed, what became of it; and the screen on which it is signed."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QSplitter, QStackedLayout, QVBoxLayout, QWidget

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes, Subject
from desktop.content.pack import Pack
from desktop.declarations.export_set import JSON_NAME
from desktop.declarations.model import (
    Declaration,
    DeclarationDetails,
    DeclarationState,
    PdfPrinter,
    Sheet,
    SignedCopy,
)
from desktop.errors import PlainError
from desktop.evidence.model import Target, TargetKind
from desktop.jobs import Job
from ui.dropping import Drop
from ui.pages.declarations_verbs import DeclarationVerbs, pdf_printer
from ui.pages.page import Page
from ui.pages.payloads import PrepareDeclaration, ShowDeclaration, ShowTarget, ShowView
from ui.widgets.basics import EmptyState, button
from ui.widgets.declaration_look import look_of
from ui.widgets.declaration_pane import DeclarationPane, PaneVerbs, ShownDeclaration
from ui.widgets.declaration_sheet import DETAILS
from ui.widgets.declaration_signed import SignedPanel, SignedVerbs
from ui.widgets.declaration_signing import ScreenVerbs, SigningScreen
from ui.widgets.evidence_adding import add_files, ask_files
from ui.widgets.evidence_drop import AttachByDrop
from ui.widgets.split_sizes import kept_sizes, put_sizes_back
from ui.widgets.table_panel import TablePanel

if TYPE_CHECKING:
    from desktop.app import Workspace
    from desktop.declarations.service import DeclarationService

EMPTY, LIST, SIGNING, SIGNED = range(4)


@dataclass(frozen=True)
class AllDeclarations:
    """All that the list shows, read in one job."""

    pack: Pack
    declarations: tuple[Declaration, ...]
    table: FrameTable
    placeholder: bool


class DeclarationsPage(Page):
    """The list with its pane, the signing screen, and the panel after signing: one of them in front."""

    id = "declarations"
    title = "Declarations"
    icon = "declarations"
    subjects = frozenset(
        {
            Subject.DECLARATIONS,
            Subject.EVIDENCE,
            Subject.CUTOVER,
            Subject.MILESTONES,
            Subject.CONTENT,
            Subject.PARTICIPANT,
            Subject.RUNS,
            Subject.FINDINGS,
            Subject.EXCEPTIONS,
            Subject.DEFECTS,
            Subject.SETTINGS,
        }
    )

    def build(self) -> None:
        context = self.context
        self.verbs = DeclarationVerbs(context, self)
        self.all: AllDeclarations | None = None
        self.detail: ShownDeclaration | None = None
        self._by_id: dict[int, Declaration] = {}
        self._wanted: int | None = None
        self._wanted_signing: int | None = None
        self._view: ShowView | None = None
        self._kept: dict[str, object] = {}
        self.keys_button = button("Signing keys…", self.verbs.keys, tip="Whose they are, and their fingerprints")
        self.check_button = button("Verify a file…", self.verbs.verify_file, tip="A declaration that somebody sent")
        self.prepare_button = button("Prepare a declaration…", self.verbs.prepare, role="primary")
        for made in (self.keys_button, self.check_button, self.prepare_button):
            self.header.add_action(made)
        self.prepare_first = button("Prepare a declaration…", self.verbs.prepare, role="primary")
        empty = EmptyState(
            context.theme,
            "declarations",
            "Nothing has been declared yet",
            "A declaration says to a Code Body or the programme what you have done and what is still open. You choose "
            "a wording, answer its questions and attach evidence; a director or a delegate reads it on one screen and "
            "signs it. From then on nobody can change it unnoticed.",
            self.prepare_first,
        )
        self.signing = SigningScreen(
            context,
            ScreenVerbs(
                leave=self.leave,
                change=self._change_on_screen,
                attach=self._attach_on_screen,
                read=self._read_sheet,
                signed=self._signed,
                printer=self.printer,
            ),
        )
        self.panel_signed = SignedPanel(
            context, SignedVerbs(self.leave, self._save_signed_folder, self._save_signed_zip, self._verify_signed)
        )
        self.stack = QStackedLayout()
        for widget in (empty, self._content(), self.signing, self.panel_signed):
            self.stack.addWidget(widget)
        self.stack.setCurrentIndex(LIST)  # that there is none is said once it is known
        self.body.addLayout(self.stack, 1)
        context.commands.add(*self.verbs.commands(), *self.attaching.commands("declarations", menu="Declarations"))
        context.jobs.started.connect(self._job_moved)
        context.jobs.ended.connect(self._job_moved)

    def refresh(self, subjects: frozenset[Subject]) -> None:
        workspace = self.context.workspace

        def work(_job: Job) -> AllDeclarations:
            declarations = workspace.declarations
            return AllDeclarations(
                declarations.pack(),
                declarations.declarations(),
                declarations.table(),
                any(one.placeholder for one in declarations.wordings()),
            )

        self.context.read("Reading the declarations", work, self._fill)
        if self.stack.currentIndex() == SIGNING:
            self._read_sheet()

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowDeclaration):
            if payload.sign:
                self.start_signing(payload.declaration_id)
            else:
                self._to_list(payload.declaration_id)
        elif isinstance(payload, ShowTarget) and payload.target.kind is TargetKind.DECLARATION:
            self._to_list(payload.target.id)
        elif isinstance(payload, PrepareDeclaration):
            self._to_list(None)
            start = DeclarationDetails(payload.wording, plan_id=payload.plan_id, activity_id=payload.activity_id)
            self.verbs.prepare(start)
        elif isinstance(payload, ShowView):
            self._to_list(None)
            if self.all is None:
                self._view = payload
            else:
                self.panel.apply(payload.view)

    def table(self) -> TablePanel | None:
        return self.panel if self.stack.currentIndex() == LIST else None

    def drop(self, paths: list[Path], at: QPoint) -> Drop | None:
        return self.attaching.drop(paths, at) if self.stack.currentIndex() == LIST else None

    def dropped(self, paths: list[Path], at: QPoint) -> None:
        self.attaching.dropped(paths, at)

    def state(self) -> dict[str, object]:
        return dict(self._kept)

    def restore(self, state: dict[str, object]) -> None:
        self._kept = {name: state[name] for name in ("split",) if name in state}
        put_sizes_back(self.split, state.get("split"))

    def may_close(self) -> str | None:
        sheet = self.signing.sheet
        if not self.signing.typed or sheet is None:
            return None
        return f"What was typed to sign {sheet.declaration.name} is not kept; the draft itself is."

    # -- what the verbs ask --------------------------------------------------------------------------------------------

    def chosen(self) -> Declaration | None:
        """The declaration that a command is about: on the signing screen its own, after signing the one just signed."""
        if self.stack.currentIndex() == SIGNING:
            return self.signing.sheet.declaration if self.signing.sheet else None
        if self.stack.currentIndex() == SIGNED:
            copy = self.panel_signed.copy
            return copy.declaration if copy else None
        row = self.panel.current_id()
        return self._by_id.get(row) if row is not None else None

    def to_sign(self) -> list[Declaration]:
        """Those that are still to be signed: what is ready first, then by its day."""
        waiting = [one for one in self._by_id.values() if not one.state.locked]
        return sorted(waiting, key=lambda one: (one.rehearsal, one.state.value != "ready", one.details.due or "9"))

    def show_id(self, declaration_id: int) -> None:
        """Put the cursor on one, now or once it is read."""
        if declaration_id in self._by_id:
            self.panel.show_id(declaration_id)
        else:
            self._wanted = declaration_id

    def start_signing(self, declaration_id: int) -> None:
        """Read the sheet of one and show the signing screen."""
        declarations = self.context.workspace.declarations

        def came(sheet: Sheet) -> None:
            if sheet.declaration.state.locked:
                self._to_list(declaration_id)
                self.context.say(f"{sheet.declaration.name} is signed already.")
                return
            self.signing.start(sheet)
            self._front(SIGNING)

        self.context.read("Reading the declaration", lambda _job: declarations.sheet(declaration_id), came, quiet=False)

    def leave(self) -> None:
        """Go back to the list; what was typed to sign stays until the workspace is closed, a passphrase does not."""
        one = self.chosen()
        self.signing.forget_secrets()
        self._front(LIST if self._by_id else EMPTY)
        if one is not None:
            self.show_id(one.id)
        if self.stack.currentIndex() == LIST:
            self.panel.table.setFocus()

    def printer(self) -> PdfPrinter | None:
        """What prints the copy as PDF."""
        return pdf_printer()

    # -- how -----------------------------------------------------------------------------------------------------------

    def _content(self) -> QWidget:
        context, theme, verbs = self.context, self.context.theme, self.verbs
        self.panel = TablePanel(context, "declarations", title="Declarations")
        self.panel.looks = look_of
        self.panel.row_menu = verbs.fill_menu
        self.panel.current_changed.connect(self._explain)
        self.panel.activated.connect(lambda _row: self._activated())
        self.panel.selection_changed.connect(context.commands.refresh)
        self.panel.loaded.connect(lambda: self._explain(self.panel.current_id()))
        self.pane = DeclarationPane(
            context,
            PaneVerbs(
                sign=verbs.sign,
                answers=verbs.answers,
                edit=verbs.edit,
                ready=verbs.ready,
                draft=verbs.draft,
                say=verbs.say,
                take_back=verbs.take_back,
                save_folder=lambda: verbs.save(as_zip=False),
                save_zip=lambda: verbs.save(as_zip=True),
                verify=verbs.verify,
                new_version=verbs.new_version,
                withdraw=verbs.withdraw,
                mend=verbs.mend,
                save_file=verbs.save_file,
            ),
        )
        self.attaching = AttachByDrop(
            self.panel, context, TargetKind.DECLARATION, self._called, pane=self.pane.evidence
        )
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.panel)
        self.split.addWidget(self.pane)
        self.split.setStretchFactor(0, 5)
        self.split.setStretchFactor(1, 3)
        width = self.fontMetrics().averageCharWidth()
        self.split.setSizes([width * 130, width * 50])
        self.split.splitterMoved.connect(lambda _at, _which: self._moved())
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, theme.px(1), 0, 0)
        column.addWidget(self.split)
        return place

    def _fill(self, found: AllDeclarations) -> None:
        self.all = found
        self._by_id = {one.id: one for one in found.declarations}
        standing = f"{found.pack.label}{', placeholder wording' if found.placeholder else ''}"
        waiting = len([one for one in found.declarations if not one.state.locked and not one.rehearsal])
        again = len([one for one in found.declarations if one.flags])
        parts = [
            f"{waiting:,} to be signed" if waiting else "",
            f"{again:,} to look at again" if again else "",
            standing,
        ]
        self.header.set_subtitle(" · ".join(part for part in parts if part))
        writable = not self.context.workspace.read_only
        for made in (self.prepare_button, self.prepare_first):
            made.setEnabled(writable)
        self._drop_gone()
        if self.stack.currentIndex() in (EMPTY, LIST):
            self._front(LIST if self._by_id else EMPTY)
        view, self._view = self._view, None
        before = self.panel.current_id()
        self.panel.set_source(found.table, view.view if view else None)
        if self._wanted is not None and self._wanted in self._by_id:
            wanted, self._wanted = self._wanted, None
            self.panel.show_id(wanted)
        elif before is not None and found.table.position(before) is not None:
            self.panel.show_id(before)
        self._explain(self.panel.current_id())
        self.context.commands.refresh()

    def _drop_gone(self) -> None:
        """What was to be signed may be removed meanwhile, or signed: then nothing typed waits for it any more."""
        sheet = self.signing.sheet
        one = self._by_id.get(sheet.declaration.id) if sheet else None
        if sheet is None or (one is not None and not one.state.locked) or self.signing.busy:
            return
        self.signing.drop()
        if self.stack.currentIndex() == SIGNING:
            self._front(LIST)
            self.context.say(f"{sheet.declaration.name} is not to be signed any more.")

    def _explain(self, row: object) -> None:
        one = self._by_id.get(row) if isinstance(row, int) else None
        self.context.commands.refresh()
        if one is None:
            self.detail = None
            self.pane.show_declaration(None)
            return
        workspace = self.context.workspace

        def came(shown: ShownDeclaration) -> None:
            if self.panel.current_id() == shown.declaration.id:  # another row may have been chosen meanwhile
                self.detail = shown
                self.pane.show_declaration(shown)

        self.context.read("Reading the declaration", lambda _job: read_shown(workspace, one.id), came)

    def _activated(self) -> None:
        one = self.chosen()
        if one and not one.state.locked and self.context.can_write:
            self.start_signing(one.id)

    def _to_list(self, declaration_id: int | None) -> None:
        if self.stack.currentIndex() in (SIGNING, SIGNED):
            self.signing.forget_secrets()
            self._front(LIST)
        if declaration_id is not None:
            self.show_id(declaration_id)

    def _front(self, which: int) -> None:
        self.stack.setCurrentIndex(which)
        self.header.setVisible(which in (EMPTY, LIST))
        self.prepare_button.setVisible(which == LIST)
        self.context.commands.refresh()

    # -- the signing screen --------------------------------------------------------------------------------------------

    def _read_sheet(self) -> None:
        sheet = self.signing.sheet
        if sheet is None:
            return
        number, declarations = sheet.declaration.id, self.context.workspace.declarations

        def came(now: Sheet) -> None:
            if self.signing.sheet is not None and self.signing.sheet.declaration.id == now.declaration.id:
                self.signing.show_sheet(now)

        self.context.jobs.run(
            "Reading the declaration",
            lambda _job: declarations.sheet(number),
            done=came,
            failed=_passed_over,
            quiet=True,
        )

    def _change_on_screen(self, name: str) -> None:
        sheet = self.signing.sheet
        if sheet is None or not self.context.can_write:
            return
        self.signing.changed_here(expected=True)
        if not self.verbs.ask_for_screen(sheet.declaration, name, DETAILS):
            self.signing.changed_here(expected=False)

    def _attach_on_screen(self) -> None:
        sheet = self.signing.sheet
        if sheet is None:
            return
        one, name = sheet.declaration, sheet.declaration.name
        if paths := ask_files(self.context, self.window(), f"Attach files to {name}"):
            add_files(self.context, paths, targets=(Target(TargetKind.DECLARATION, one.id),), name=name)

    def _signed(self, copy: SignedCopy) -> None:
        self.panel_signed.show_copy(copy)
        self._front(SIGNED)
        # What waits for it may begin now, and what it supersedes does not stand any more.
        self.context.hub.publish(
            Changes.of(Subject.DECLARATIONS, Subject.CUTOVER, Subject.EVIDENCE, title=f"{copy.declaration.name} signed")
        )
        self.panel_signed.save_button.setFocus()

    def _save_signed_folder(self) -> None:
        self._of_signed(zipped=False)

    def _save_signed_zip(self) -> None:
        self._of_signed(zipped=True)

    def _of_signed(self, *, zipped: bool) -> None:
        if self.panel_signed.copy:
            self.verbs.save(self.panel_signed.copy.declaration, as_zip=zipped)

    def _verify_signed(self) -> None:
        if self.panel_signed.copy:
            self.verbs.verify(self.panel_signed.copy.declaration)

    # -- small things --------------------------------------------------------------------------------------------------

    def _called(self, row: int) -> str:
        one = self._by_id.get(row)
        return f"{one.name} {one.details.title}" if one else "the declaration"

    def _moved(self) -> None:
        """Remember a divider only once it was moved: one that was never shown has no sizes of its own."""
        self._kept["split"] = kept_sizes(self.split)

    def _job_moved(self, _running: object) -> None:
        if self.context.open_workspace is not None:
            self.prepare_button.setEnabled(self.context.can_write)


def _passed_over(_error: PlainError) -> None:
    """The list that is read at the same time tells it."""


def read_shown(workspace: Workspace, declaration_id: int) -> ShownDeclaration:
    """Read all that the pane shows of one declaration; on a worker."""
    declarations = workspace.declarations
    sheet = declarations.sheet(declaration_id)
    one = declarations.get(declaration_id)
    plan_id, activity_id = one.details.plan_id, one.details.activity_id
    plan = next((other for other in workspace.cutover.plans() if other.id == plan_id), None)
    activity = workspace.cutover.plan(plan_id).by_id(activity_id) if plan and plan_id and activity_id else None
    wording = next((other for other in declarations.wordings() if other.id == one.details.wording), None)
    capacities = {other.id: other.name for other in wording.capacities} if wording else {}
    names = {str(row["id"]): str(row.get("name", row["id"])) for row in workspace.participant.choices("recipients")}
    return ShownDeclaration(
        one,
        replace(sheet, declaration=one) if not one.state.locked else None,
        wording,
        declarations.events(declaration_id),
        tuple(declarations.files(declaration_id)) if one.state.locked else (),
        f"{plan.ref} {plan.name}" if plan else "",
        f"{activity.details.key} {activity.details.title}" if activity else "",
        sheet.milestone,
        sheet.roles,
        sheet.recipients,
        names,
        capacities.get(one.capacity, one.capacity),
        declarations.get(one.superseded_by).name if one.superseded_by is not None else "",
        _withdrawn_by(declarations, one),
        len(kept_evidence(declarations, one)) if one.state.locked else len(sheet.evidence),
    )


def _withdrawn_by(declarations: DeclarationService, one: Declaration) -> str:
    """Who signed its withdrawal; '' for one that was not withdrawn, or where it cannot be read."""
    if one.state is not DeclarationState.WITHDRAWN:
        return ""
    try:
        body = json.loads(declarations.withdrawal_files(one.id)[JSON_NAME])
        return str(body["signatory"]["name"])
    except (PlainError, OSError, ValueError, KeyError, TypeError):
        return ""  # verifying it says so


def kept_evidence(declarations: DeclarationService, one: Declaration) -> list[object]:
    """The evidence that was signed with it; none where that cannot be read."""
    try:
        found = json.loads(declarations.files(one.id)[JSON_NAME])["evidence"]
    except (PlainError, OSError, ValueError, KeyError, TypeError):
        return []
    return found if isinstance(found, list) else []
