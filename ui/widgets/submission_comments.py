"""The comments on a submission: what reviewers said, where, and what is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.changes import Changes
from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.submissions.model import Submission
from desktop.submissions.review.model import Comment, CommentState
from ui.context import Context, Tone
from ui.dialogs.form import Field
from ui.dialogs.review_import import import_review
from ui.dialogs.saving_form import Work, ask_and_save
from ui.models.paged_table import shown_date
from ui.widgets.basics import button, label
from ui.widgets.button_row import ButtonRow
from ui.widgets.pane_frame import PaneFrame
from ui.widgets.saved_text import Done, SavedText
from ui.widgets.small_table import SmallTable
from ui.widgets.submission_narrow import let_narrow
from ui.widgets.submission_shown import ShownSubmission
from ui.widgets.submission_status_tab import NARROWEST

NONE_YET = "No comment yet. Import the reviewer's copy, or enter what came another way."
STATES = {CommentState.OPEN: "To answer", CommentState.ANSWERED: "Answered", CommentState.CLOSED: "Closed"}
FILES = "Excel workbooks (*.xlsx)"


class CommentsTab(PaneFrame):
    """A tab of the pane: the list, and below it the chosen comment with its answer."""

    heading = "Comments"

    def __init__(self, context: Context) -> None:
        super().__init__(context, "Comments on the chosen submission", NARROWEST)
        self._context = context
        self._submission: Submission | None = None
        self._versions: dict[int, int] = {}
        """Numbers of this version and of those before it, by id."""
        self._comments: dict[int, Comment] = {}
        unit = self.fontMetrics().height()
        column = self.column
        self.list = SmallTable("Comments", ("State", "Comment"), NONE_YET)
        self.list.list.itemSelectionChanged.connect(self._explain)
        column.addWidget(self.list)
        self.import_button = button("Import a review…", self.import_file, tip="The reviewer's copy of the workbook")
        self.enter_button = button("Enter a comment…", self.enter, tip="It came by telephone or e-mail")
        column.addWidget(ButtonRow(self.import_button, self.enter_button))
        self.detail = QWidget()
        inner = QVBoxLayout(self.detail)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(round(unit * 0.4))
        self.text = label("", wrap=True, selectable=True)
        self.where = label("", "small", wrap=True, selectable=True)
        inner.addWidget(self.text)
        inner.addWidget(self.where)
        self.answer = SavedText("Answer", self._save_answer, "It goes into the comments log of the next version", 5)
        inner.addWidget(label("Answer", "strong"))
        inner.addWidget(self.answer)
        self.close_button = button(
            "Close the comment", lambda: self._set(CommentState.CLOSED), tip="The reviewer is content"
        )
        self.open_button = button("Open again", lambda: self._set(CommentState.OPEN))
        inner.addWidget(ButtonRow(self.close_button, self.open_button))
        column.addWidget(self.detail)
        column.addStretch()
        self.setFocusProxy(self.list.list)
        self.answer.leave.connect(self.list.list.setFocus)
        let_narrow(self)
        self._explain()

    def as_widget(self) -> QWidget:
        return self

    def count(self, shown: ShownSubmission) -> int:
        """Those to answer, of this version and of those before it."""
        return sum(one.open_comments for one in _up_to(shown))

    def show_submission(self, shown: ShownSubmission | None) -> None:
        self._submission = shown.one if shown else None
        self._versions = {one.id: one.version for one in _up_to(shown)} if shown else {}
        self._read()

    def _read(self) -> None:
        if self._submission is None:
            self._fill(())
            return
        number, ref, reviews = self._submission.id, self._submission.ref, self._context.workspace.reviews

        def done(found: tuple[Comment, ...]) -> None:
            if self._submission is not None and self._submission.id == number:
                self._fill(self._newest_first(found))

        self._context.read("Reading the comments", lambda _job: reviews.comments(ref=ref), done)

    def may_close(self) -> str | None:
        """What would be lost if the workspace were closed now; None = nothing."""
        self.answer.flush()
        return "An answer that was typed could not be saved." if self.answer.refused else None

    def save_at_once(self) -> None:
        """Save what is not saved yet, waiting for it: the workspace is about to be closed."""
        for comment_id, text in self.answer.take_unsaved().items():
            try:
                self._context.workspace.reviews.answer(comment_id, text)
            except PlainError as error:  # said before, as the page was asked whether it may be closed
                self._context.say(str(error), Tone.WARNING)

    def chosen(self) -> Comment | None:
        """The comment that is chosen in the list."""
        key = self.list.key()
        return self._comments.get(key) if isinstance(key, int) else None

    # -- the verbs -----------------------------------------------------------------------------------------------------

    def import_file(self) -> None:
        """Ask for the reviewer's copy and read it."""
        own = self._context.own
        start = own.values.export_folder or str(Path.home())
        chosen, _ = QFileDialog.getOpenFileName(self, "Import a review", start, FILES)
        if chosen:
            one = self._submission
            import_review(self._context, self, Path(chosen), one if one and one.state.locked else None)

    def enter(self) -> None:
        """Ask for a comment that came another way."""
        one, reviews = self._submission, self._context.workspace.reviews
        if one is None:
            return
        people = tuple((standing.recipient, standing.name) for standing in one.recipients)

        def work_of(values: dict[str, str]) -> Work:
            def work(_job: Job) -> Changes:
                text, recipient = values.pop("text"), values.pop("recipient")
                return reviews.enter(one.id, recipient, text, **values)[1]

            return work

        fields = (
            Field("recipient", "From whom", people[0][0] if people else "", people),
            Field("author", "Who said it"),
            Field("said_at", "On which day", hint="such as 3 Dec 2026; empty: today"),
            Field("text", "Comment", long=True),
            Field("proposed", "Proposed change", long=True),
        )
        ask_and_save(self._context, self, f"Comment on {one.name}", fields, "Add it", work_of)

    def _save_answer(self, comment_id: int, text: str, done: Done) -> bool:
        """Keep an answer; False while something else writes: it is tried again."""
        context, reviews = self._context, self._context.workspace.reviews
        if not context.can_write:
            return False

        def saved(changes: Changes) -> None:
            done("")
            context.hub.publish(changes)

        context.jobs.run(
            "Saving the answer",
            lambda _job: reviews.answer(comment_id, text),
            done=saved,
            failed=lambda error: done(str(error)),
            writes=True,
            quiet=True,
        )
        return True

    def _set(self, state: CommentState) -> None:
        one, reviews = self.chosen(), self._context.workspace.reviews
        if one is not None:
            self._change("Saving", lambda _job: reviews.set_state([one.id], state))

    def _change(self, title: str, work: Callable[[Job], Changes]) -> None:
        def done(changes: Changes) -> None:
            self._context.hub.publish(changes)
            self._read()

        self._context.jobs.run(title, work, done=done, writes=True, quiet=True)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def _newest_first(self, found: Sequence[Comment]) -> list[Comment]:
        """Those of this version, then of the one before it; of later ones nothing is told here."""
        known = [one for one in found if one.submission_id in self._versions]
        return sorted(known, key=lambda one: -self._versions[one.submission_id])

    def _version(self, one: Comment, form: str) -> str:
        """The version that a comment is about, when it is an earlier one."""
        earlier = self._submission is not None and one.submission_id != self._submission.id
        return form.format(f"v{self._versions.get(one.submission_id, 0)}") if earlier else ""

    def _fill(self, found: Sequence[Comment]) -> None:
        before = self.list.key()
        self._comments = {one.id: one for one in found}
        rows = [(one.id, (STATES[one.state], f"{self._version(one, '{}: ')}{one.text}")) for one in found]
        self.list.fill(rows, writable=self._context.can_write)
        keys = [one.id for one in found]
        if keys:
            to_answer = next((one.id for one in found if one.state is CommentState.OPEN), keys[0])
            self.list.list.selectRow(keys.index(before if before in keys else to_answer))
        self.list.fit_rows(3, 8)
        self._explain()

    def _explain(self) -> None:
        one = self.chosen()
        self.detail.setVisible(one is not None)
        if one is not None:
            said = f" on {shown_date(one.said_at)}" if one.said_at else ""
            proposed = f"\n\nProposed: {one.proposed}" if one.proposed else ""
            self.text.setText(f"{one.author or 'Somebody'}{said}: {one.text}{proposed}")
            answered = f" Answered by {one.answered_by} on {shown_date(one.answered_at)}." if one.answered_by else ""
            self.where.setText(f"About {_about(one)}{self._version(one, ' of {}')}.{answered}")
        self.answer.show_text(
            one.id if one else None, one.answer if one else "", locked=self._context.workspace.read_only
        )
        self._enable()

    def _enable(self) -> None:
        one, writable = self.chosen(), self._context.can_write
        shown = self._submission
        frozen = shown is not None and shown.state.locked and bool(shown.recipients)
        self.import_button.setEnabled(writable)
        self.enter_button.setEnabled(writable and frozen)
        self.close_button.setEnabled(writable and one is not None and one.state is CommentState.ANSWERED)
        self.open_button.setVisible(one is not None and one.state is CommentState.CLOSED)
        self.open_button.setEnabled(writable)


def _up_to(shown: ShownSubmission) -> list[Submission]:
    """The version that is shown and those before it."""
    return [one for one in shown.versions or (shown.one,) if one.version <= shown.one.version]


def _about(one: Comment) -> str:
    return one.about or "the submission as a whole"
