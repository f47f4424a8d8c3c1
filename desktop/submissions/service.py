"""The one service of submissions: what pages and commands call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.browse.frame_table import FrameTable
from desktop.changes import Changes
from desktop.clock import Clock
from desktop.content.pack import Pack
from desktop.errors import InvalidInput, PlainError
from desktop.jobs import Job
from desktop.submissions import register
from desktop.submissions.acceptance.checking import check_draft, checked_when_frozen
from desktop.submissions.afterwards import Afterwards, Written
from desktop.submissions.comparing import compare_contents, one_kind
from desktop.submissions.content import Content
from desktop.submissions.context import Desk, EarlierComments, name_of
from desktop.submissions.drafts import Drafts
from desktop.submissions.due import due_of
from desktop.submissions.entered import kind_of
from desktop.submissions.exporting import Exporting
from desktop.submissions.freezing import Freezing
from desktop.submissions.frozen import FrozenOnes
from desktop.submissions.kept import Kept
from desktop.submissions.kinds import gathering
from desktop.submissions.model import (
    CheckReport,
    Choice,
    Comparison,
    DueSubmission,
    Event,
    EventKind,
    Exported,
    KindInfo,
    RegisterEntry,
    Submission,
    SubmissionDetails,
    SubmissionFile,
    SubmissionState,
)
from desktop.submissions.reading import Reader
from desktop.submissions.specimen import example_values, specimen
from local_db.blobs import BlobStore
from local_db.connection import Store
from local_db.submissions import LOCKED

if TYPE_CHECKING:
    from desktop.submissions.filling.service import TemplateService
    from desktop.submissions.kinds.sources import Sources
    from local_db.audit import ChainReport


class SubmissionService:
    """Every call may run on a worker thread.

    Drafts are edited and undone as everything else; freezing and what follows is written at once, cannot be undone, and
    stands in the audit log.
    """

    def __init__(  # noqa: PLR0917 - wired once, in desktop/services.py
        self,
        store: Store,
        blobs: BlobStore,
        sources: Sources,
        templates: TemplateService,
        folder: Path,
        actor: str,
        clock: Clock,
        earlier_comments: EarlierComments = lambda _ref, _recipient: (),
    ) -> None:
        """Nothing is read before it is asked for. `earlier_comments`: a recipient's rows of the log so far."""
        self._desk = Desk(store, blobs, sources, templates, folder, actor, clock, earlier_comments)
        self._reader = Reader(self._desk)
        self._drafts = Drafts(self._desk)
        self._afterwards = Afterwards(self._desk)
        self._frozen = FrozenOnes(self._desk)
        self._freezing = Freezing(
            self._desk,
            self._reader,
            lambda one, content, job: self._checked(one, content, None, job),
            self._frozen.body_and_content,
        )
        self._exporting = Exporting(self._desk, self._frozen, self._afterwards)
        self._kept = Kept(self._desk, self._frozen)

    def pack(self) -> Pack:
        """The submissions pack in use: kinds, delivery, acceptance rules."""
        return self._desk.pack()

    def kinds(self) -> tuple[KindInfo, ...]:
        """The kinds of the pack that this version can put together, in its order."""
        return tuple(self._desk.kinds().values())

    def choices(self, kind: str) -> tuple[Choice, ...]:
        """What the scope of a kind can be (gates, plans, requests, signed declarations); () when nothing is chosen."""
        return gathering.choices(kind, self._desk.sources) if kind in self._desk.kinds() else ()

    def recipients(self) -> tuple[Choice, ...]:
        """Everybody who can get something, with whether the participant's roles ask for it in `detail`."""
        by_role = {one.id: one.because for one in self._desk.sources.participant.recipients()}
        return tuple(
            Choice(one, str(row.get("name") or one), f"As {', '.join(by_role[one])}" if one in by_role else "")
            for one, row in self._desk.recipients().items()
        )

    # -- drafts --------------------------------------------------------------------------------------------------------

    def prepare(self, details: SubmissionDetails) -> tuple[int, Changes]:
        """Make a draft (ACME-RTTM-0004 v1).

        Raises InvalidInput (its field: kind, scope, recipients, due, milestone).
        """
        return self._drafts.prepare(details)

    def edit(self, submission_id: int, details: SubmissionDetails) -> Changes:
        """Change a draft; its kind stays. Raises InvalidInput for a frozen one, and as `prepare`; NotFound."""
        return self._drafts.edit(submission_id, details)

    def remove(self, submission_id: int) -> Changes:
        """Remove a draft. Raises InvalidInput for a frozen one."""
        return self._drafts.remove(submission_id)

    def new_version(self, submission_id: int, reason: str) -> tuple[int, Changes]:
        """A draft with the next number that supersedes a frozen one when it is frozen.

        Raises InvalidInput without a reason, for a draft, a withdrawn or superseded one, or where a newer draft is.
        """
        return self._drafts.new_version(submission_id, reason)

    def content(self, submission_id: int, job: Job | None = None) -> Content:
        """What it says: a draft as it would now, a frozen one as it did.

        Raises InvalidInput when nothing can be said yet (no run of the checks), NotFound, WorkspaceDamaged, Cancelled.
        """
        if self.get(submission_id).state.locked:
            return self._frozen.body_and_content(submission_id)[1]
        return self._freezing.gathered(submission_id, job or Job())[1]

    def specimen(self, kind: str, job: Job | None = None, *, before: int | None = None) -> Content:
        """What a submission of a kind says: the newest, else what one would say over the first thing it can be over.

        `before`: the submission that the person has before them; where it is of the kind, it is taken.
        Its items are what a form of a recipient can take. Raises InvalidInput (field kind), Cancelled.
        """
        job = job or Job()
        return specimen(
            kind_of(kind, self._desk), self._with_first(before), lambda one: self.content(one, job), self._desk, job
        )

    def template_values(self, kind: str, recipient: str, *, before: int | None = None) -> dict[str, str]:
        """The single values that a recipient's form of a kind takes: the newest submission's, as far as there is one.

        `before`: as of `specimen`. Examples for whoever says what goes where. Raises InvalidInput (field kind).
        """
        newest = next((one for one in self._with_first(before) if one.kind.id == kind), None)
        return example_values(kind_of(kind, self._desk), recipient, newest, self._desk)

    def _with_first(self, first: int | None) -> list[Submission]:
        """Every submission, newest first, but one of them before all others."""
        return sorted(self.submissions(), key=lambda one: one.id != first)

    def check(self, submission_id: int, today: date | None = None, job: Job | None = None) -> CheckReport:
        """Would they bounce it? For a frozen one: as it was checked when it was frozen."""
        if self._desk.row(submission_id).state in LOCKED:
            return checked_when_frozen(self.body(submission_id))
        return self._checked(submission_id, self._content_or_why(submission_id, job), today, job)

    def look(self, submission_id: int, job: Job | None = None) -> tuple[CheckReport, Content | PlainError]:
        """What `check` and `content` say, gathered once; in place of the content why nothing can be said yet.

        Raises NotFound, WorkspaceDamaged, Cancelled.
        """
        if self._desk.row(submission_id).state in LOCKED:
            body, frozen = self._frozen.body_and_content(submission_id)
            return checked_when_frozen(body), frozen
        content = self._content_or_why(submission_id, job)
        return self._checked(submission_id, content, None, job), content

    def _content_or_why(self, submission_id: int, job: Job | None) -> Content | PlainError:
        try:
            return self.content(submission_id, job)
        except InvalidInput as error:
            return error

    def _checked(
        self, submission_id: int, content: Content | PlainError, today: date | None, job: Job | None
    ) -> CheckReport:
        return check_draft(self._desk, self.get(submission_id), content, today or self._desk.today(), job)

    def preview(self, submission_id: int, path: Path, job: Job | None = None) -> None:
        """Write the workbook of a draft to look at; it says DRAFT on every sheet and has no number of its own."""
        self._freezing.preview(submission_id, path, job or Job())

    # -- freezing and what follows -------------------------------------------------------------------------------------

    def freeze(self, submission_id: int, job: Job | None = None) -> Submission:
        """Freeze it: bytes, workbook and filled templates are kept; the version before is superseded in the same step.

        Raises NotFreezable (what blocks), FileRefused when a recipient's template cannot be filled without loss,
        WorkspaceError, Cancelled; then nothing is frozen.
        """
        self._freezing.freeze(submission_id, job or Job())
        return self.get(submission_id)

    def frozen_bytes(self, submission_id: int) -> bytes:
        """The canonical JSON of a frozen one. Raises InvalidInput for a draft, WorkspaceDamaged."""
        return self._frozen.data(submission_id)

    def body(self, submission_id: int) -> Mapping[str, Any]:
        """The same, read (desktop/submissions/body.py)."""
        return self._frozen.body(submission_id)

    def files(self, submission_id: int) -> tuple[SubmissionFile, ...]:
        """The kept files of a frozen one; () for a draft."""
        return self._frozen.files(submission_id)

    def save_file(self, submission_id: int, file: SubmissionFile, path: Path) -> None:
        """Write one of them as it was frozen, byte for byte. Raises NotSaved, WorkspaceDamaged."""
        self._frozen.save(submission_id, file, path)

    def file_names(self, submission_id: int) -> Mapping[str, tuple[str, ...]]:
        """The names under which an export would write, by recipient (its pattern of the pack)."""
        return self._exporting.names(submission_id)

    def export(
        self,
        submission_id: int,
        folder: Path,
        recipients: tuple[str, ...] = (),
        *,
        as_zip: bool | None = None,
        job: Job | None = None,
    ) -> tuple[tuple[Exported, ...], Changes]:
        """Write what each recipient gets (() = all): the workbook, the filled template, as the recipient wants it.

        Never overwrites a file with other bytes; what stands there byte for byte stays. `as_zip` None = as the pack
        says. Each is noted as exported, which is not sent. Raises InvalidInput for a draft or a withdrawn one,
        FileRefused, NotSaved, Cancelled.
        """
        return self._exporting.export(submission_id, folder, recipients, as_zip, job or Job())

    def write_again(
        self,
        submission_id: int,
        folder: Path,
        recipients: tuple[str, ...] = (),
        *,
        as_zip: bool | None = None,
        job: Job | None = None,
    ) -> tuple[Exported, ...]:
        """Write the same as `export`, of any frozen version, superseded or withdrawn too. Nothing is noted.

        Raises as `export`.
        """
        return self._exporting.again(submission_id, folder, recipients, as_zip, job or Job())

    def newer_frozen(self, submission_id: int) -> str:
        """The name of the newest version that was frozen after this one and stands; '' = this one is the newest."""
        version = self._desk.row(submission_id).version
        stands = (one for one in self.versions(submission_id) if one.state is SubmissionState.FROZEN)
        return next((one.name for one in stands if one.version > version), "")

    def say(
        self,
        submission_id: int,
        kind: EventKind,
        recipient: str = "",
        *,
        day: str = "",
        their_ref: str = "",
        note: str = "",
    ) -> Changes:
        """Say what happened: handed over, received, in review, changes requested, accepted.

        `recipient` '' = all for whom it can follow; `day` '' = today. Raises InvalidInput for a step that cannot
        follow, a day in the future or before it was frozen, changes requested without a note.
        """
        return self._afterwards.say(submission_id, kind, recipient, day, their_ref, note)

    def note_packed(self, submission_id: int, recipient: str, file_name: str, sha256: str) -> Changes:
        """Used by packs: one was sealed for a recipient ('' = for all). Inside a `write()` it becomes part of that.

        It counts as exported, not as sent. Raises InvalidInput for a draft or a withdrawn one.
        """
        return self._afterwards.note_written(submission_id, EventKind.PACKED, [Written(recipient, file_name, sha256)])

    def note_queued(self, submission_id: int, recipient: str) -> Changes:
        """Used by sync: it waits to be sent."""
        return self._afterwards.note_queued(submission_id, recipient)

    def note_not_queued(self, submission_id: int, recipient: str, reason: str) -> Changes:
        """Used by sync: it does not wait to be sent any more; a record that takes the queueing back.

        Of one that does not wait, nothing is noted. Inside a `write()` it becomes part of that.
        """
        return self._afterwards.note_not_queued(submission_id, recipient, reason)

    def note_received(
        self, submission_id: int, recipient: str, at: datetime, *, their_ref: str = "", note: str = ""
    ) -> Changes:
        """Used by sync: there is a checked receipt of `at` (UTC); the day is that of Great Britain.

        It may follow whatever is before it, and a withdrawal; where it is known already nothing is noted. Inside a
        `write()` it becomes part of that.
        """
        return self._afterwards.note_received(submission_id, recipient, at, their_ref, note)

    def note_heard(
        self,
        submission_id: int,
        kind: EventKind,
        recipient: str,
        at: datetime,
        *,
        their_ref: str = "",
        note: str = "",
        by: str = "",
    ) -> Changes:
        """Used by sync: an endpoint says since `at` (UTC) that it is in review, changes requested or accepted.

        It may follow whatever is before it, also what a person noted otherwise: both stay, and the endpoint's word
        counts from then on. `by`: who says so. Inside a `write()` it becomes part of that.
        """
        return self._afterwards.note_heard(submission_id, kind, recipient, at, their_ref, note, by)

    def take_back(self, event_id: int, reason: str) -> Changes:
        """Say that an event that a person noted was a mistake: a record of its own.

        What was said last of a recipient goes first. Raises InvalidInput, NotFound.
        """
        return self._afterwards.take_back(event_id, reason)

    def withdraw(self, submission_id: int, reason: str) -> Changes:
        """Withdraw a frozen one: a record; it stays as it was. Raises InvalidInput without a reason."""
        return self._afterwards.withdraw(submission_id, reason)

    # -- reading -------------------------------------------------------------------------------------------------------

    def submissions(self, today: date | None = None) -> tuple[Submission, ...]:
        """Every version, newest first."""
        return self._reader.submissions(today=today)

    def versions(self, submission_id: int) -> tuple[Submission, ...]:
        """Every version with the reference of this one, newest first, itself among them; () where it is gone."""
        return self._reader.versions(submission_id)

    def get(self, submission_id: int) -> Submission:
        """One. Raises NotFound."""
        return self._reader.get(submission_id)

    def by_ref(self, text: str) -> Submission:
        """By its reference: ACME-RTTM-0004 (the newest version), or ACME-RTTM-0004 v2. Raises NotFound."""
        return self._reader.get(self._reader.by_ref(text).id)

    def events(self, submission_id: int) -> tuple[Event, ...]:
        """What happened to a version, oldest first."""
        return self._reader.events(submission_id)

    def due(self, today: date | None = None) -> tuple[DueSubmission, ...]:
        """What is due to whom, late ones first, then by day.

        Not begun (of the PIT plan, of requests, of kinds with a milestone), drafts, what is out and unanswered.
        """
        day = today or self._desk.today()
        return due_of(self._desk, self.submissions(day), day)

    def compare(self, before_id: int, after_id: int, job: Job | None = None) -> Comparison:
        """Two versions, or two submissions of a kind, row by row by key; a draft as it would be now.

        Raises InvalidInput for two kinds.
        """
        before, after = self._desk.row(before_id), self._desk.row(after_id)
        one_kind(before, after)
        return compare_contents(
            self.content(before_id, job),
            self.content(after_id, job),
            (name_of(before), name_of(after)),
            same_choice=before.mpan_choice == after.mpan_choice,
            job=job,
        )

    def register(self) -> tuple[RegisterEntry, ...]:
        """Everything that was ever frozen, exported, handed over or answered, newest first."""
        return register.entries(self._desk)

    def register_html(self) -> str:
        """The register to print: one page of HTML that stands by itself, with the audit head."""
        return register.printed(self._desk)

    def table(self, next_of: Callable[[Submission], str] | None = None) -> FrameTable:
        """The submissions as a table (columns: desktop/submissions/table.py), one row for each version.

        `next_of`: the next step of one in words, from where more is known of it; None = its own.
        """
        from desktop.submissions.table import table_of

        return table_of(lambda: (self._reader.submissions(), self._desk.today()), next_of)

    def verify_kept(self, submission_id: int) -> tuple[str, ...]:
        """What does not hold of a frozen one: its bytes, its files, its rows against the audit log; () = all holds."""
        return self._kept.verify_one(submission_id)

    def verify_all_kept(
        self, job: Job | None = None, chain: ChainReport | None = None
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The same of all, and of each that the audit log tells of and that is not there: (name, faults)."""
        return self._kept.verify_all(job or Job(), chain)
