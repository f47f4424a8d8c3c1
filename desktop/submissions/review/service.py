"""Reviews: read a reviewer's copy, show what it brings, take it on a confirmation, answer it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes, Subject
from desktop.clock import Clock, today
from desktop.errors import FileRefused, InvalidInput, NotFound, PlainError
from desktop.evidence.taking import kept_name
from desktop.jobs import Job
from desktop.submissions.model import EventKind, Submission
from desktop.submissions.review import answering, returned
from desktop.submissions.review.comments import Kept, Words, comments_of, from_row, in_threads
from desktop.submissions.review.log_lines import log_lines, numbers_of
from desktop.submissions.review.matching import BY_HASH, Match, base_of, match
from desktop.submissions.review.model import Comment, CommentState, Review
from desktop.submissions.review.table import Line, table_of
from desktop.submissions.review.taking import put_in
from desktop.submissions.service import SubmissionService
from local_db import reviews as rows
from local_db.audit import timestamp
from local_db.blobs import BlobStore, hash_file
from local_db.connection import Store
from local_db.edit import Edit

_STATES = {"in review": EventKind.IN_REVIEW, "changes requested": EventKind.CHANGES_REQUESTED}


class ReviewService:
    """What pages and commands call about reviews. Every call may run on a worker thread."""

    def __init__(
        self, store: Store, blobs: BlobStore, submissions: SubmissionService, actor: str, clock: Clock
    ) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._blobs = blobs
        self._submissions = submissions
        self._actor = actor
        self._clock = clock
        self._about: dict[tuple[int, str, str, str], str] = {}
        """What comments are about, in words: what is frozen never changes."""

    def read(
        self, path: Path, *, submission_id: int | None = None, recipient: str = "", job: Job | None = None
    ) -> Review:
        """Read a returned workbook and compare it with what was frozen; nothing is written.

        It is matched by document properties, else by named cells, else `submission_id` must be given. A filled template
        that comes back is matched by its places. Raises FileRefused, InvalidInput (field submission, recipient).
        """
        job = job or Job()
        sha256 = _hash(path, job)
        marks = returned.identify(path, job)
        found = self._matched(sha256, marks, submission_id)
        one = found.submission
        remarks = [*self._of_version(one), *found.remarks]
        recipient = self._recipient(one, recipient)
        base = base_of(one, sha256, marks, recipient, self._submissions, self._blobs)
        if base.file.recipient and recipient not in {"", base.file.recipient}:
            remarks.append(f"It is a copy of the file that was made for {self._called(one, base.file.recipient)}.")
        recipient = recipient or base.file.recipient
        if not recipient and len(one.recipients) == 1:
            recipient = one.recipients[0].recipient
        brought = returned.compare(path, base.path, base.plan, job)
        if not brought.matched:
            raise InvalidInput(
                f"The workbook has none of the sheets of {one.name}.", field="submission", safe=returned.NOTHING,
                todo="Choose the right file, or the right submission.",
            )  # fmt: skip
        connection = self._store.read()
        kept = Kept(rows.comments(connection, [one.id]), recipient)
        copies = [copy for copy in rows.copies(connection, one.id) if copy.sha256 == sha256]
        again = any(not recipient or copy.recipient == recipient for copy in copies)
        comments = self._with_words(
            one,
            comments_of(
                brought.remarks, one.id, recipient, kept, numbers_of(connection, one, base.file.recipient or recipient)
            ),
        )
        if not recipient and self._apart(one):
            remarks.append("Say whose review it is: each recipient has a workbook with a comments log of its own.")
        if again:
            remarks.append("This very file was taken in before; what it says is here already.")
        if base.file.role == "template":
            remarks.append(f"It is a copy of {base.file.name}; what was said is known by sheet and cell.")
        resolved = sum(comment.state is CommentState.CLOSED for comment in comments)
        if resolved:
            remarks.append(f"{resolved:,} of the comments {'is' if resolved == 1 else 'are'} marked as resolved.")
        if not comments:
            remarks.append("No comments were found in it.")
        return Review(
            one.id, one.name, recipient, kept_name(path.name), sha256, found.how, comments, brought.differences,
            (*remarks, *brought.told), again,
        )  # fmt: skip

    def take(
        self,
        path: Path,
        review: Review,
        *,
        recipient: str = "",
        leave_out: Sequence[str] = (),
        state: str = "",
    ) -> Changes:
        """Take it: the file is kept and its new comments are added, in one undoable step.

        Comments whose fingerprints are in `leave_out` are not added. Raises InvalidInput when the file is not the one
        that was read. `state`: 'in review' or 'changes requested' is said of the recipient too (that part is not
        undone), '' leaves it.
        """
        one = self._submissions.get(review.submission_id)
        recipient = self._recipient(one, recipient or review.recipient)
        if not recipient:
            raise InvalidInput(
                "It is not known whose review this is.", field="recipient", safe=returned.NOTHING,
                todo="Choose the recipient that sent it.",
            )  # fmt: skip
        if not review.recipient and self._apart(one):
            raise InvalidInput(
                "It was read without knowing whose review it is, and each recipient has a comments log of its own.",
                field="recipient", safe=returned.NOTHING, todo="Read it again for the recipient that sent it.",
            )  # fmt: skip
        said = self._event(one, recipient, state)
        if _hash(path, Job()) != review.sha256:
            raise InvalidInput(
                f"{path.name} is not the file that was read: it was changed since.", field="file",
                safe=returned.NOTHING, todo="Read it again.",
            )  # fmt: skip
        blob = self._blobs.add(path, "evidence", at=self._clock())
        if blob.sha256 != review.sha256:
            raise InvalidInput(
                f"{path.name} was changed while it was taken in.", field="file", safe=returned.NOTHING,
                todo="Read it again.",
            )  # fmt: skip
        if said is not None:
            note = f"Review of {one.name} taken in from {review.file_name}."
            self._submissions.say(one.id, said, recipient, note=note)
        at = timestamp(self._clock())
        title = f"Take in a review of {one.name}"
        body = {"submission": one.name, "recipient": recipient, "file": review.file_name, "sha256": review.sha256}
        with self._edit("review.take", title, body) as step:
            count = put_in(step, review, recipient, blob, left_out=leave_out, at=at, actor=self._actor)
        subjects = (Subject.COMMENTS, Subject.SUBMISSIONS)
        return Changes.of(*subjects, title=title, count=count)

    def enter(
        self, submission_id: int, recipient: str, text: str, *, author: str = "", table_id: str = "", row_key: str = "",
        said_at: str = "", proposed: str = "",
    ) -> tuple[int, Changes]:  # fmt: skip
        """Add a comment that came another way. Undoable. Raises InvalidInput."""
        one = self._submissions.get(submission_id)
        who = self._recipient(one, recipient)
        values = answering.entered(
            one, who, text, author=author, table_id=table_id, row_key=row_key, said_at=said_at, proposed=proposed,
            today=today(self._clock),
        )  # fmt: skip
        title = f"Enter a comment on {one.name}"
        at = timestamp(self._clock())
        with self._edit("review.enter", title) as step:
            known = rows.fingerprints(step.connection, one.id, who)
            mark = answering.unused(str(values["fingerprint"]), known)
            comment_id = step.insert(
                "review_comment", {**values, "fingerprint": mark, "taken_at": at, "taken_by": self._actor}
            )
        return comment_id, self._changes(title, 1)

    def answer(self, comment_id: int, answer: str, *, state: CommentState | None = None) -> Changes:
        """Answer a comment ('' takes the answer back); it is then answered, or the state given. Undoable."""
        row = self._row(comment_id)
        values = answering.answered(row, answer, state, at=timestamp(self._clock()), by=self._actor)
        title = f"{'Answer' if values['answer'] else 'Take back the answer to'} a comment on {self._name_of(row)}"
        with self._edit("review.answer", title) as step:
            step.update("review_comment", [comment_id], values)
        return self._changes(title, 1)

    def set_state(self, comment_ids: Sequence[int], state: CommentState) -> Changes:
        """Open or close comments. Undoable. Raises InvalidInput for closing one without an answer."""
        found = self._rows(comment_ids)
        answering.check_state(found, state)
        title = f"{answering.STATE_VERBS[state]} {answering.counted(len(found))}"
        with self._edit("review.state", title) as step:
            step.update("review_comment", [row.id for row in found], {"state": state.value})
        return self._changes(title, len(found))

    def set_owner(self, comment_ids: Sequence[int], owner: str) -> Changes:
        """Say who answers. Undoable."""
        found = self._rows(comment_ids)
        title = f"Say who answers {answering.counted(len(found))}"
        with self._edit("review.owner", title) as step:
            step.update("review_comment", [row.id for row in found], {"owner": answering.one_line(owner, "owner")})
        return self._changes(title, len(found))

    def comments(self, submission_id: int | None = None, *, ref: str = "") -> tuple[Comment, ...]:
        """Of one version, of all versions of a reference, or all; threads together, oldest first."""
        with self._store.reading() as connection:
            wanted = [submission_id] if submission_id is not None else None
            if wanted is None and ref:
                versions = rows.versions(connection).values()
                wanted = [one.id for one in versions if one.ref.casefold() == ref.casefold()]
            found = in_threads(rows.comments(connection, wanted))
        return self._shown(found)

    def get(self, comment_id: int) -> Comment:
        """One. Raises NotFound."""
        return self._shown([self._row(comment_id)])[0]

    def files(self, submission_id: int) -> tuple[tuple[str, str, str, str], ...]:
        """Copies that were taken: (file name, recipient's name, taken at, SHA-256)."""
        names = {one.recipient: one.name for one in self._submissions.get(submission_id).recipients}
        return tuple(
            (copy.file_name, names.get(copy.recipient, copy.recipient), copy.taken_at, copy.sha256)
            for copy in rows.copies(self._store.read(), submission_id)
        )

    def save_file(self, submission_id: int, sha256: str, path: Path) -> None:
        """Write a copy as it came, byte for byte. Raises NotFound, NotSaved, WorkspaceDamaged."""
        if all(copy.sha256 != sha256 for copy in rows.copies(self._store.read(), submission_id)):
            raise NotFound("That copy was not taken in for this submission.", todo="Choose one of its copies.")
        answering.save_copy(self._blobs.path(sha256), sha256, path)

    def log_rows(self, ref: str, recipient: str) -> tuple[tuple[str, ...], ...]:
        """A recipient's comments on earlier versions with their answers, as rows of the log (COMMENT_COLUMNS)."""
        with self._store.reading() as connection:
            return log_lines(connection, ref, recipient, self._submissions)

    def table(self) -> FrameTable:
        """All comments as a table (columns: desktop/submissions/review/table.py)."""
        return table_of(self._lines)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _lines(self) -> list[Line]:
        versions = rows.versions(self._store.read())
        names = {
            (one.id, standing.recipient): standing.name
            for one in self._submissions.submissions()
            for standing in one.recipients
        }
        made = []
        for comment in self.comments():
            version = versions[comment.submission_id]
            who = names.get((comment.submission_id, comment.recipient), comment.recipient)
            made.append((comment, f"{version.ref} v{version.version}", who))
        return made

    def _matched(self, sha256: str, marks: returned.Marks, submission_id: int | None) -> Match:
        frozen = [found for found in rows.of_file(self._store.read(), sha256) if submission_id in {None, found[0]}]
        if len(frozen) == 1:
            return Match(self._submissions.get(frozen[0][0]), BY_HASH)
        return match(marks, submission_id, self._submissions)

    def _apart(self, one: Submission) -> bool:
        """Whether each recipient has a workbook of its own."""
        return any(file.role == "workbook" and file.recipient for file in self._submissions.files(one.id))

    @staticmethod
    def _called(one: Submission, recipient: str) -> str:
        return next((each.name for each in one.recipients if each.recipient == recipient), recipient)

    def _of_version(self, one: Submission) -> list[str]:
        newest = max(
            (other for other in self._submissions.versions(one.id) if other.state.locked),
            key=lambda other: other.version,
            default=one,
        )
        told = []
        if newest.version > one.version:
            told.append(f"It is a review of version {one.version}; version {newest.version} is the newest.")
        if one.state.value == "withdrawn":
            told.append(f"{one.name} was withdrawn.")
        return told

    @staticmethod
    def _recipient(one: Submission, recipient: str) -> str:
        """The recipient's id. Raises InvalidInput when it is none of the submission's."""
        if not recipient:
            return ""
        for standing in one.recipients:
            if recipient.casefold() in {standing.recipient.casefold(), standing.name.casefold()}:
                return standing.recipient
        raise InvalidInput(
            f"“{recipient}” is no recipient of {one.name}.",
            field="recipient",
            safe=returned.NOTHING,
            todo=f"Use one of: {', '.join(standing.recipient for standing in one.recipients)}.",
        )

    @staticmethod
    def _event(one: Submission, recipient: str, state: str) -> EventKind | None:
        """What is to be said of the recipient; None when it stands so already. Raises InvalidInput."""
        if not state:
            return None
        if state not in _STATES:
            raise InvalidInput(f"A review cannot be “{state}”.", field="state", todo=f"Use {' or '.join(_STATES)}.")
        standing = next(standing for standing in one.recipients if standing.recipient == recipient)
        if standing.state.value == state:
            return None
        if _STATES[state] not in standing.next:
            may_follow = ", ".join(kind.value for kind in standing.next) or "nothing can follow"
            raise InvalidInput(
                f"{one.name} is “{standing.state.words}” with {standing.name}: “{state}” cannot follow yet.",
                field="state",
                safe=returned.NOTHING,
                todo=f"Say first what happened ({may_follow}), or take the comments in without it.",
            )
        return _STATES[state]

    def _row(self, comment_id: int) -> rows.CommentRow:
        return self._rows([comment_id])[0]

    def _rows(self, comment_ids: Sequence[int]) -> list[rows.CommentRow]:
        found = rows.comments_by_id(self._store.read(), comment_ids)
        if len(found) < len(set(comment_ids)) or not found:
            raise NotFound("That comment is not there.", todo="Refresh the list and choose it again.")
        return found

    def _name_of(self, row: rows.CommentRow) -> str:
        version = rows.versions(self._store.read())[row.submission_id]
        return f"{version.ref} v{version.version}"

    def _with_words(self, one: Submission, comments: tuple[Comment, ...]) -> tuple[Comment, ...]:
        self._learn(one.id, [(c.table_id, c.row_key, c.column_id) for c in comments])
        return tuple(replace(c, about=self._words(one.id, c.table_id, c.row_key, c.column_id)) for c in comments)

    def _shown(self, found: Sequence[rows.CommentRow]) -> tuple[Comment, ...]:
        by_version: dict[int, list[tuple[str, str, str]]] = {}
        for row in found:
            by_version.setdefault(row.submission_id, []).append((row.table_id, row.row_key, row.column_id))
        for submission_id, wanted in by_version.items():
            self._learn(submission_id, wanted)
        return tuple(
            from_row(row, self._words(row.submission_id, row.table_id, row.row_key, row.column_id)) for row in found
        )

    def _learn(self, submission_id: int, wanted: Sequence[tuple[str, str, str]]) -> None:
        new = [one for one in wanted if (one[0] or one[1]) and (submission_id, *one) not in self._about]
        if not new:
            return
        try:
            content = self._submissions.content(submission_id)
            words = Words(content, [(table_id, key) for table_id, key, _ in new])
        except PlainError:  # what was frozen is damaged: the comments can be read all the same
            words = Words(None, ())
        self._about.update(((submission_id, *one), words.about(*one)) for one in new)

    def _words(self, submission_id: int, table_id: str, row_key: str, column_id: str) -> str:
        return self._about.get((submission_id, table_id, row_key, column_id), "")

    def _edit(self, action: str, title: str, body: dict[str, str] | None = None) -> AbstractContextManager[Edit]:
        return self._store.edit(
            action=action, title=title, subjects=[Subject.COMMENTS, Subject.SUBMISSIONS], actor=self._actor,
            at=self._clock(), body=body,
        )  # fmt: skip

    @staticmethod
    def _changes(title: str, count: int) -> Changes:
        return Changes.of(Subject.COMMENTS, Subject.SUBMISSIONS, title=title, count=count)


def _hash(path: Path, job: Job) -> str:
    try:
        return hash_file(path, lambda _bytes: job.check())[0]
    except OSError as error:
        raise FileRefused(
            f"{path.name} could not be opened ({error.strerror or 'unknown reason'}).",
            safe=returned.NOTHING,
            todo="Check that it is there and that you may read it.",
        ) from None
