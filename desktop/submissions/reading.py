"""Submissions as they stand: rows and events made into the words of the model."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from desktop.errors import NotFound
from desktop.report.privacy import MpanChoice
from desktop.submissions.context import GONE, Desk, listed
from desktop.submissions.entered import scope_of
from desktop.submissions.model import (
    Event,
    EventKind,
    KindInfo,
    RecipientStanding,
    RecipientState,
    Scope,
    Submission,
    SubmissionDetails,
    SubmissionState,
)
from desktop.submissions.resolving import Present, deadline_of, default_recipients
from desktop.submissions.standing import Standing, standing_of, taken_back
from desktop.working_days import WorkingDays
from local_db import submissions as rows
from local_db.connection import Connection
from local_db.submissions import EventRow, FrozenRow, SubmissionRow

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a moment that cannot be read: verifying says so."""


@dataclass(frozen=True)
class _Found:
    """What was read at once."""

    rows: Sequence[SubmissionRow]
    frozen: Mapping[int, FrozenRow]
    events: Mapping[int, Sequence[EventRow]]
    comments: Mapping[tuple[int, str], int]


class Reader:
    """Reads submissions."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk

    def submissions(self, ids: Iterable[int] | None = None, today: date | None = None) -> tuple[Submission, ...]:
        """These versions (None: all), newest first."""
        asked = None if ids is None else list(ids)
        with self._desk.store.reading() as connection:
            found = self._found(connection, asked)
        made = _Making(self._desk, found, today or self._desk.today())
        return tuple(made.submission(row) for row in found.rows)

    def get(self, submission_id: int) -> Submission:
        """One. Raises NotFound."""
        found = self.submissions([submission_id])
        if not found:
            raise NotFound("This submission is not there any more.", todo="Reload the page.")
        return found[0]

    def versions(self, submission_id: int) -> tuple[Submission, ...]:
        """Every version with the reference of this one, newest first; () where it is not there any more."""
        found = self.submissions(rows.beside(self._desk.store.read(), submission_id))
        return tuple(sorted(found, key=lambda one: -one.version))

    def by_ref(self, text: str) -> SubmissionRow:
        """By reference: the newest version, or the one that is named after it (v2). Raises NotFound."""
        words = text.split()
        number = words[1].removeprefix("v").removeprefix("V") if len(words) == 2 else ""
        found = rows.versions(self._desk.store.read(), words[0]) if words and len(words) <= 2 else []
        if len(words) == 2:
            found = [row for row in found if str(row.version) == number]
        if not found:
            raise NotFound(
                f"There is no submission “{' '.join(words)[:80]}”.",
                todo="Look its reference up in the list of submissions: ACME-RTTM-0001, or ACME-RTTM-0001 v2.",
            )
        return found[0]

    def events(self, submission_id: int) -> tuple[Event, ...]:
        """What happened to it, oldest first. Raises NotFound."""
        self._desk.row(submission_id)
        found = rows.events(self._desk.store.read(), [submission_id])
        gone = taken_back(found)
        names = self._desk.recipients()
        return tuple(
            Event(
                row.id,
                EventKind(row.kind),
                row.recipient,
                _name(names, row.recipient) if row.recipient else "",
                moment(row.at) or _LONG_AGO,
                row.by,
                row.day,
                row.their_ref,
                row.note,
                row.file_name,
                row.sha256,
                row.id in gone,
            )
            for row in found
            if row.kind in set(EventKind)  # another one was written by somebody else: verifying says so
        )

    @staticmethod
    def _found(connection: Connection, asked: list[int] | None) -> _Found:
        by_version: dict[int, list[EventRow]] = defaultdict(list)
        for one in rows.events(connection, asked):
            by_version[one.submission_id].append(one)
        return _Found(
            rows.submissions(connection, asked),
            rows.frozen(connection, asked),
            by_version,
            rows.open_comments(connection),
        )


class _Making:
    """Makes submissions of what was found; what all of them need is asked once."""

    def __init__(self, desk: Desk, found: _Found, today: date) -> None:
        self._desk, self._found, self._today = desk, found, today
        self._kinds = {one.id: one for one in desk.all_kinds()}
        self._names = desk.recipients()
        self._present = Present(desk)
        self._calendar = desk.sources.pit.working_days()
        self._comments = Counter[int]()
        for (version, _recipient), count in found.comments.items():
            self._comments[version] += count

    def submission(self, row: SubmissionRow) -> Submission:
        """One version."""
        kind = self._kinds.get(row.kind) or replace(GONE, id=row.kind, name=row.kind)
        details = resolved(row, kind, self._desk, self._present)
        frozen = self._found.frozen.get(row.id)
        deadline = deadline_of(kind, details.scope, row.milestone, row.due, self._present)
        standings = tuple(self._standing(row, one) for one in details.recipients)
        return Submission(
            id=row.id,
            ref=row.ref,
            version=row.version,
            details=details,
            kind=kind,
            state=state_of(row, frozen),
            recipients=standings,
            deadline=deadline.day,
            deadline_words=deadline.words,
            supersedes=row.supersedes,
            reason=row.reason,
            sha256=frozen.sha256 if frozen else "",
            content_sha256=frozen.content if frozen else "",
            frozen_at=moment(frozen.frozen_at) if frozen else None,
            frozen_by=frozen.frozen_by if frozen else "",
            created_at=moment(row.created_at) or _LONG_AGO,
            created_by=row.created_by,
            open_comments=self._comments[row.id],
        )

    def _standing(self, row: SubmissionRow, recipient: str) -> RecipientStanding:
        draft = row.state not in rows.LOCKED
        standing = Standing(RecipientState.DRAFT) if draft else standing_of(self._found.events[row.id], recipient)
        out = standing.out_since if row.state == SubmissionState.FROZEN else None
        return RecipientStanding(
            recipient,
            _name(self._names, recipient),
            standing.state,
            standing.since,
            standing.their_ref,
            waiting(self._calendar, out, self._today),
            self._found.comments.get((row.id, recipient), 0),
            () if row.state == SubmissionState.WITHDRAWN else standing.next,
        )


def waiting(calendar: WorkingDays, since: date | None, today: date) -> int:
    """Working days since something is out; 0 when it is not."""
    return max(0, calendar.between(since, today)) if since else 0


def details_of(row: SubmissionRow) -> SubmissionDetails:
    """What a person said of it, as it is kept; what cannot be read of it is left out (verifying says so)."""
    known = row.mpan_choice in set(MpanChoice)
    return SubmissionDetails(
        kind=row.kind,
        title=row.title,
        scope=scope_of(row.scope) or Scope(),
        recipients=listed(row.recipients),
        milestone=row.milestone,
        due=row.due,
        mpan_choice=MpanChoice(row.mpan_choice) if known else MpanChoice.LAST_FOUR,
        covering=row.covering,
        note=row.note,
    )


def resolved(row: SubmissionRow, kind: KindInfo, desk: Desk, present: Present) -> SubmissionDetails:
    """The same with the recipients and the milestone that follow from its kind and the roles."""
    details = details_of(row)
    return replace(
        details,
        recipients=details.recipients or default_recipients(kind, details.scope, desk, present),
        milestone=details.milestone or ("" if details.due else kind.milestone),
    )


def state_of(row: SubmissionRow, frozen: FrozenRow | None) -> SubmissionState:
    """The state of a row; of one that is none, whether something was frozen."""
    try:
        return SubmissionState(row.state)
    except ValueError:
        return SubmissionState.DRAFT if frozen is None else SubmissionState.FROZEN


def moment(text: str) -> datetime | None:
    """A kept moment; None for a text that is none."""
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        return None
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _name(names: Mapping[str, Mapping[str, object]], recipient: str) -> str:
    return str(names.get(recipient, {}).get("name") or recipient)
