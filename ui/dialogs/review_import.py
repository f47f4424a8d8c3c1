"""A reviewer's copy before it is taken: what it says, what was changed that should not have been, what to keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.changes import Changes
from desktop.errors import InvalidInput, PlainError
from desktop.jobs import Job
from desktop.submissions.model import EventKind, Submission
from desktop.submissions.review.model import Comment, CommentSource, Difference, DifferenceKind, Review
from ui.context import Context
from ui.dialogs.form import Field, ask, narrow
from ui.dialogs.saving_form import save_and_close
from ui.widgets.basics import button, label, main_button
from ui.widgets.button_row import ButtonRow
from ui.widgets.declaration_fields import Asked
from ui.widgets.small_table import SmallTable

STATES = (
    ("Leave it as it is", ""),
    ("It is in review", EventKind.IN_REVIEW.value),
    ("Changes are requested", EventKind.CHANGES_REQUESTED.value),
)
NOBODY = "It was handed over to no recipient here, so it cannot be said whose review this is."
TALLEST = 9
"""Heights of a line that a comment gets; the whole of a longer one is in its tool tip."""
MOST_REMARKS, LONGEST, LONGEST_NAME = 6, 240, 80
"""Remarks, and characters of one and of the file's name, that stand above the lists; tool tips have the rest."""
TITLE = "What the reviewer's copy says"
FROM = {
    CommentSource.LOG: "Comments log or reviewer's column",
    CommentSource.NOTE: "Note on a cell",
    CommentSource.THREAD: "Comment on a cell",
    CommentSource.ENTERED: "Entered here",
    CommentSource.SYNC: "Sync",
}
WHAT = {
    DifferenceKind.EDITED: "Changed, though it was locked",
    DifferenceKind.UNKNOWN_ROW: "Row that was not sent",
    DifferenceKind.MISSING_ROW: "Row that is gone",
    DifferenceKind.MOVED_ROW: "Row that moved",
    DifferenceKind.MISSING_SHEET: "Sheet that is gone",
    DifferenceKind.EXTRA_SHEET: "Sheet that was not sent",
    DifferenceKind.REVIEWER: "Written into a reviewer's cell",
}


class ReviewDialog(QDialog):
    """Nothing is written until the verb is pressed; each comment can be left out."""

    def __init__(
        self, context: Context, parent: QWidget | None, path: Path, review: Review, submission: Submission
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self._context, self._path, self._review = context, path, review
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(round(unit * 0.75))
        self._tell(column)
        self.recipient = narrow(QComboBox())
        if not review.recipient and len(submission.recipients) > 1:
            self.recipient.addItem("Choose…", "")
        for one in submission.recipients:
            self.recipient.addItem(one.name, one.recipient)
        if review.recipient:
            self.recipient.setCurrentIndex(max(0, self.recipient.findData(review.recipient)))
        self.from_whom = Asked("From whom it came", self.recipient)
        self.recipient.currentIndexChanged.connect(lambda _index: self._whose())
        column.addWidget(self.from_whom)
        self.tabs = tabs = QTabWidget()
        tabs.setAccessibleName("What it brings")
        self.comments = self._comment_table()
        self._fill_comments()
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.comments, 1)
        inner.addWidget(self._choosing())
        tabs.addTab(page, f"Comments ({len(review.comments):,})")
        self.differences = SmallTable("Differences", ("What", "Where", "As it was sent", "As it came"), _none(review))
        self.differences.fill([(place, _cells(one)) for place, one in enumerate(review.differences)], writable=False)
        tabs.addTab(self.differences, f"Differences ({len(review.differences):,})")
        tabs.setMinimumHeight(unit * 14)
        column.addWidget(tabs, 1)
        column.addWidget(
            label(
                "Differences are shown and kept with the file. They change nothing here: what was frozen stays.",
                "small",
                wrap=True,
            )
        )
        self.state = narrow(QComboBox())
        for words, state in STATES:
            self.state.addItem(words, state)
        column.addWidget(Asked("What it means for the submission", self.state))
        self.wrong = label("", "block", wrap=True)
        self.wrong.hide()
        column.addWidget(self.wrong)
        box = QDialogButtonBox(self)
        self.verb = button("", self.take, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 66, unit * 44)
        self._fit()
        self._refuse_for_nobody()

    def _refuse_for_nobody(self) -> None:
        if not self.recipient.count():
            self.from_whom.say_wrong(NOBODY)
            self.verb.setEnabled(False)

    def _tell(self, column: QVBoxLayout) -> None:
        """What file it is, how it was known, and what the person should know of it."""
        review = self._review
        heading = label(f"{_cut(review.file_name, LONGEST_NAME)}: {review.name}", "heading", wrap=True)
        heading.setToolTip(review.file_name)
        column.addWidget(heading)
        column.addWidget(label(f"Known by {review.how}. Nothing is taken before you confirm it.", "muted", wrap=True))
        for remark in review.remarks[:MOST_REMARKS]:
            told = label(f"•  {_cut(remark, LONGEST)}", "warning", wrap=True, selectable=True)
            told.setToolTip(remark)
            column.addWidget(told)
        if len(review.remarks) > MOST_REMARKS:
            more = label(f"…  and {len(review.remarks) - MOST_REMARKS:,} more", "warning")
            more.setToolTip("\n".join(review.remarks[MOST_REMARKS:]))
            column.addWidget(more)

    def chosen(self) -> list[str]:
        """Fingerprints of the comments that are to be taken."""
        return [
            comment.fingerprint
            for row, comment in enumerate(self._review.comments)
            if not comment.known and self._take(row).checkState() is Qt.CheckState.Checked
        ]

    def take(self) -> None:
        """Take what is chosen."""
        reviews, path, review = self._context.workspace.reviews, self._path, self._review
        recipient, state = str(self.recipient.currentData() or ""), str(self.state.currentData() or "")
        if not recipient:
            self.from_whom.say_wrong("Choose the recipient that sent it.")
            self.recipient.setFocus()
            return
        taken = set(self.chosen())
        left = [one.fingerprint for one in review.new if one.fingerprint not in taken]

        def work(_job: Job) -> Changes:
            return reviews.take(path, review, recipient=recipient, leave_out=left, state=state)

        save_and_close(self._context, self, work)

    def show_wrong(self, error: PlainError) -> None:
        """Say what was refused."""
        self.wrong.setText(str(error))
        self.wrong.show()

    def _comment_table(self) -> QTableWidget:
        headings = ("Take", "Who", "Comment", "About", "Proposed change", "Where it stood")
        table = QTableWidget(0, len(headings))
        table.setHorizontalHeaderLabels(list(headings))
        table.verticalHeader().hide()
        table.setAccessibleName("Comments")
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        unit = self.fontMetrics().height()
        for column, width in enumerate((4, 8, 20, 10, 10)):
            table.setColumnWidth(column, width * unit)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.verticalHeader().setMaximumSectionSize(unit * TALLEST)
        table.itemChanged.connect(lambda _item: self._count())
        return table

    def _fill_comments(self, left_out: frozenset[str] = frozenset()) -> None:
        """Show the comments; those of `left_out` (fingerprints) are not ticked."""
        table = self.comments
        table.blockSignals(True)
        table.setRowCount(len(self._review.comments))
        for row, one in enumerate(self._review.comments):
            take = QTableWidgetItem("Is here" if one.known else "")
            if one.known:
                take.setFlags(take.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
            else:
                left = one.fingerprint in left_out
                take.setCheckState(Qt.CheckState.Unchecked if left else Qt.CheckState.Checked)
            take.setData(Qt.ItemDataRole.AccessibleTextRole, f"Take the comment: {one.text[:80]}")
            take.setToolTip("It was taken in before" if one.known else "Space takes it, or leaves it out")
            table.setItem(row, 0, take)
            for column, text in enumerate(_comment_cells(one), start=1):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                table.setItem(row, column, cell)
        table.resizeRowsToContents()
        table.blockSignals(False)
        if table.rowCount():
            table.setCurrentCell(0, 0)

    def _whose(self) -> None:
        """What is here already depends on who said it, so the copy is held against that recipient's comments."""
        self.from_whom.say_wrong("")
        recipient, path, reviews = str(self.recipient.currentData() or ""), self._path, self._context.workspace.reviews
        number = self._review.submission_id
        if not recipient or recipient == self._review.recipient:
            return
        self.verb.setEnabled(False)

        def done(review: Review) -> None:
            if recipient != self.recipient.currentData():
                return
            chosen = set(self.chosen())
            left_out = frozenset(one.fingerprint for one in self._review.new if one.fingerprint not in chosen)
            self._review = review
            self.verb.setEnabled(True)
            self._fill_comments(left_out)
            self._fit()

        def failed(error: PlainError) -> None:
            self.verb.setEnabled(True)
            self.show_wrong(error)

        def work(job: Job) -> Review:
            return reviews.read(path, submission_id=number, recipient=recipient, job=job)

        self._context.jobs.run("Reading the reviewer's copy", work, done=done, failed=failed, quiet=True)

    def _choosing(self) -> QWidget:
        """Taking all or none, for a reviewer who said a lot."""
        self.all_button = button("Take all", lambda: self._take_all(Qt.CheckState.Checked))
        self.none_button = button("Take none", lambda: self._take_all(Qt.CheckState.Unchecked))
        return ButtonRow(self.all_button, self.none_button)

    def _take_all(self, state: Qt.CheckState) -> None:
        self.comments.blockSignals(True)
        for row, one in enumerate(self._review.comments):
            if not one.known:
                self._take(row).setCheckState(state)
        self.comments.blockSignals(False)
        self.comments.viewport().update()
        self._count()

    def _take(self, row: int) -> QTableWidgetItem:
        made = self.comments.item(row, 0)
        assert made is not None
        return made

    def _fit(self) -> None:
        for made in (self.all_button, self.none_button):
            made.setEnabled(bool(self._review.new))
        self._count()

    def _count(self) -> None:
        count = len(self.chosen())
        words = f"Take in {count:,} comment{'' if count == 1 else 's'}" if count else "Keep the file only"
        self.verb.setText(words)


def _comment_cells(one: Comment) -> tuple[str, ...]:
    return (
        one.author or "Not said",
        one.text,
        one.about or "The submission as a whole",
        one.proposed,
        f"{one.place}; {FROM[one.source].lower()}" if one.place else FROM[one.source],
    )


def _cells(one: Difference) -> tuple[str, ...]:
    return (WHAT[one.kind], one.place, one.sent, one.came)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def _none(review: Review) -> str:
    return "Apart from its comments it is as it was sent." if not review.differences else ""


@dataclass(frozen=True)
class _Unknown:
    """A file that does not say what it is a copy of: why, and the submissions that it may be of."""

    why: str
    may_be: tuple[Submission, ...]


def import_review(context: Context, parent: QWidget, path: Path, submission: Submission | None = None) -> None:
    """Read the file, show what it brings, take it on a confirmation. `submission`: which it is, if that is known.

    A file that does not say which submission it is a copy of is asked about.
    """
    workspace = context.workspace
    number = submission.id if submission else None

    def work(job: Job) -> tuple[Review, Submission] | _Unknown:
        try:
            review = workspace.reviews.read(path, submission_id=number, job=job)
        except InvalidInput as error:
            frozen = tuple(one for one in workspace.submissions.submissions() if one.state.locked)
            if number is not None or error.field != "submission" or not frozen:
                raise
            return _Unknown(str(error), frozen)
        return review, workspace.submissions.get(review.submission_id)

    def done(found: tuple[Review, Submission] | _Unknown) -> None:
        if isinstance(found, _Unknown):
            one = _ask_which(parent, path, found)
            if one is not None:
                import_review(context, parent, path, one)
            return
        dialog = ReviewDialog(context, parent, path, *found)
        dialog.exec()
        dialog.deleteLater()

    context.read("Reading the reviewer's copy", work, done, quiet=False)


def _ask_which(parent: QWidget, path: Path, found: _Unknown) -> Submission | None:
    """Nothing is guessed but from the file's name: the wrong one would get its comments."""
    names = tuple((str(one.id), f"{one.name}: {one.details.title}") for one in found.may_be)
    named = [one for one in found.may_be if one.ref.casefold() in path.name.casefold()]
    likely = next((one for one in named if f"v{one.version}" in path.stem.casefold()), named[0] if named else None)
    if likely is None and len(found.may_be) == 1:
        likely = found.may_be[0]
    field = Field("submission", "It is a copy of", str(likely.id) if likely else "", (("", "Choose…"), *names))

    def check(values: Mapping[str, str]) -> None:
        if not values["submission"]:
            raise InvalidInput("Say which submission it is a copy of.", field="submission")

    asked = ask(parent, f"Which submission is {path.name} a copy of?", (field,), "Read it", check, found.why)
    return next((one for one in found.may_be if asked and str(one.id) == asked["submission"]), None)
