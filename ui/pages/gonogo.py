"""Go/no-go: one sheet for a decision on a plan: what stands in the way, what is done and open, what nobody checked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QHideEvent, QTextDocument
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from desktop.changes import Subject
from desktop.cutover.model import PlanSummary
from desktop.gonogo.model import GoNoGo
from desktop.jobs import Job
from desktop.uk_time import moment_at
from ui.commands import Command
from ui.context import Tone
from ui.pages.page import Page
from ui.pages.payloads import ShowActivity
from ui.paper import ask_pdf, ask_printer, page_layout, save_pdf
from ui.printing import pdf_of, print_on
from ui.widgets.basics import EmptyState, button, label
from ui.widgets.cutover_look import moment_words
from ui.widgets.cutover_strip import plan_words
from ui.widgets.gonogo_sheet import GoNoGoSheet

_EMPTY, _SHEET = range(2)


@dataclass(frozen=True)
class Read:
    """What the page reads in one job."""

    plans: tuple[PlanSummary, ...]
    sheet: GoNoGo | None


class GoNoGoPage(Page):
    """Reads anew each time it comes to the front: a sheet says how things stand at a moment."""

    id = "gonogo"
    title = "Go/no-go"
    icon = "gonogo"
    subjects = frozenset(
        {
            Subject.CUTOVER,
            Subject.MILESTONES,
            Subject.DECLARATIONS,
            Subject.EVIDENCE,
            Subject.SNAPSHOTS,
            Subject.RUNS,
            Subject.FINDINGS,
            Subject.EXCEPTIONS,
            Subject.DEFECTS,
            Subject.PIT,
            Subject.PARTICIPANT,
            Subject.SETTINGS,
            Subject.CONTENT,
        }
    )

    def build(self) -> None:
        context = self.context
        self.sheet: GoNoGo | None = None
        self._plan_id: int | None = None
        self.copy_button = button("Copy", self.copy, tip="The whole sheet, for an e-mail or a document")
        self.pdf_button = button("Save as PDF…", self.save, tip="One sheet with everything that is shown here")
        self.print_button = button("Print…", self.print_sheet, role="primary")
        for made in (self.copy_button, self.pdf_button, self.print_button):
            self.header.add_action(made)
        empty = EmptyState(
            context.theme,
            "gonogo",
            "There is no cutover plan to decide on yet",
            "Take a suggested plan, import yours from Excel, or start an empty one. This page then shows what is done, "
            "open and late, and what else stands in the way of a milestone.",
            button("Go to Cutover", lambda: context.navigate("cutover"), role="primary"),
        )
        self.stack = QStackedLayout()
        self.stack.addWidget(empty)
        self.stack.addWidget(self._content())
        self.stack.setCurrentIndex(_SHEET)  # that there is no plan is said once it is known
        for made in (self.copy_button, self.pdf_button, self.print_button):
            made.hide()
        self.body.addLayout(self.stack, 1)
        context.commands.add(
            Command("gonogo.print", "Print the go/no-go sheet…", self.print_sheet, "Cutover", "90",
                    hint="One sheet with all that is known here", enabled=self._shown, page="gonogo", whole=True),
            Command("gonogo.pdf", "Save the go/no-go sheet as PDF…", self.save, "Cutover", "90", icon="file",
                    hint="One sheet with all that is known here", enabled=self._shown, page="gonogo", whole=True),
            Command("gonogo.copy", "Copy the go/no-go sheet", self.copy, "Cutover", "90", icon="copy",
                    hint="For an e-mail or a document", enabled=self._shown, page="gonogo", whole=True),
        )  # fmt: skip

    def refresh(self, subjects: frozenset[Subject]) -> None:
        workspace, wanted = self.context.workspace, self._plan_id

        def work(_job: Job) -> Read:
            plans = workspace.cutover.plans()
            chosen = next((one for one in plans if one.id == wanted), plans[0] if plans else None)
            return Read(plans, workspace.gonogo.sheet(chosen.id) if chosen else None)

        self.context.read("Reading how the plan stands", work, self._fill)

    def open(self, payload: object) -> None:
        if isinstance(payload, ShowActivity):
            self._choose(payload.plan_id)

    def state(self) -> dict[str, object]:
        return {"plan": self._plan_id} if self._plan_id else {}

    def restore(self, state: dict[str, object]) -> None:
        kept = state.get("plan")
        self._plan_id = kept if isinstance(kept, int) and not isinstance(kept, bool) else None

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.built:
            self._stale = self.subjects  # by the next time the clock has gone on: something may be late

    # -- paper ---------------------------------------------------------------------------------------------------------

    def print_sheet(self) -> None:
        """Ask for a printer and print what is shown."""
        sheet = self.sheet
        if sheet is None:
            return
        printer = ask_printer(self, document(sheet), page_layout(landscape=False))
        if printer is not None:
            pages = print_on(printer, self.context.workspace.gonogo.html(sheet))
            self.context.say(f"Sent to the printer: {pages} page{'' if pages == 1 else 's'}", Tone.GOOD)

    def save(self) -> None:
        """Ask for a file and keep what is shown as PDF."""
        sheet = self.sheet
        path = ask_pdf(self, self.context, document(sheet)) if sheet else None
        if sheet is not None and path is not None:
            html = self.context.workspace.gonogo.html(sheet)
            save_pdf(self, self.context, path, lambda: pdf_of(html))

    def copy(self) -> None:
        """Put what is shown on the clipboard, as a formatted text and as a plain one."""
        if self.sheet is None:
            return
        html = self.context.workspace.gonogo.html(self.sheet)
        plain = QTextDocument()
        plain.setHtml(html)
        copied = QMimeData()
        copied.setHtml(html)
        copied.setText(plain.toPlainText())
        QGuiApplication.clipboard().setMimeData(copied)
        self.context.say("The sheet is copied", Tone.GOOD)

    # -- how -----------------------------------------------------------------------------------------------------------

    def _content(self) -> QWidget:
        theme = self.context.theme
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(3))
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        self.plans = QComboBox()
        self.plans.setAccessibleName("Plan")
        self.plans.setToolTip("The plan that is decided on")
        self.plans.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.plans.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.plans.setMaximumWidth(self.fontMetrics().averageCharWidth() * 90)
        self.plans.activated.connect(lambda _place: self._choose(self.plans.currentData()))
        words = label("Plan")
        words.setBuddy(self.plans)
        row.addWidget(words)
        row.addWidget(self.plans, 1)
        self.again = button("Read again", lambda: self.refresh(self.subjects), tip="As it stands at this moment")
        row.addWidget(self.again)
        row.addStretch()
        column.addLayout(row)
        self.shown_sheet = GoNoGoSheet(self.context)
        column.addWidget(self.shown_sheet, 1)
        return content

    def _choose(self, plan_id: object) -> None:
        if isinstance(plan_id, int) and plan_id != self._plan_id:
            self._plan_id = plan_id
            self.refresh(self.subjects)

    def _fill(self, read: Read) -> None:
        sheet = self.sheet = read.sheet
        self.stack.setCurrentIndex(_SHEET if sheet else _EMPTY)
        for made in (self.copy_button, self.pdf_button, self.print_button):
            made.setVisible(sheet is not None)
        self.plans.clear()
        for one in read.plans:
            self.plans.addItem(plan_words(one), one.id)
        if sheet is None:
            self.header.set_subtitle("")
        else:
            self._plan_id = sheet.plan.id
            self.plans.setCurrentIndex(max(0, self.plans.findData(sheet.plan.id)))
            self.header.set_subtitle(f"As it stood {moment_words(moment_at(sheet.now))}, UK time")
            self.shown_sheet.fill(sheet)
        self.context.commands.refresh()

    def _shown(self) -> bool:
        return self.sheet is not None


def document(sheet: GoNoGo) -> str:
    """What the file and the print job are called."""
    return f"{sheet.plan.ref} go/no-go {sheet.now:%Y-%m-%d}"
