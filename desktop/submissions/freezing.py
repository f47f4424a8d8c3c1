"""Freezing: everything is gathered and written first, then one transaction that holds all of it or nothing.

What is frozen says which head of the audit log it was made over. The transaction looks whether that is still the head:
when something was written meanwhile, everything is gathered anew, once.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from desktop.declarations.canonical import canonical_bytes
from desktop.declarations.set_back import must_not_be_set_back
from desktop.errors import WorkspaceError
from desktop.excel.names import file_name
from desktop.jobs import Job
from desktop.own_files import must_be_free
from desktop.report.privacy import masked_words
from desktop.submissions import witness
from desktop.submissions.body import Keep, content_hash, content_of, content_parts
from desktop.submissions.comparing import compare_contents
from desktop.submissions.content import Content
from desktop.submissions.context import Desk, name_of
from desktop.submissions.entered import kind_of
from desktop.submissions.kinds.gathering import gather
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.model import CheckReport, Comparison, EventKind, NotFreezable, Submission
from desktop.submissions.putting_together import change_part, check_parts, head_parts, template_values
from desktop.submissions.reading import Reader
from desktop.submissions.rereading import read_again
from desktop.submissions.shape import check_body
from desktop.submissions.staging import Staging
from desktop.submissions.typed import masked_log, masked_submission, masked_table_keys
from desktop.submissions.workbook import write_workbook
from local_db import audit
from local_db import submissions as rows
from local_db.connection import Connection
from local_db.submissions import EventRow, FileRow, FrozenRow, SubmissionRow

_ONE_AT_A_TIME = threading.Lock()
"""Two at once would each find the log changed by the other."""
_NOTHING = "Nothing was frozen."
_TRIES = 2

Check = Callable[[int, Content, Job], CheckReport]
"""Would they bounce it? Of a draft whose content is at hand."""
Frozen = Callable[[int], tuple[Mapping[str, Any], Content]]
"""The body and the content of a frozen version."""


@dataclass(frozen=True)
class _Made:
    """All that is frozen, before anything is kept."""

    body: Mapping[str, Any]
    sha256: str
    size: int
    files: tuple[FileRow, ...]
    head: tuple[int, str]
    at: datetime


class Freezing:
    """Freezes, and writes the workbook of a draft to look at."""

    def __init__(self, desk: Desk, reader: Reader, check: Check, frozen: Frozen) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk
        self._reader = reader
        self._check = check
        self._frozen = frozen

    def gathered(self, submission_id: int, job: Job) -> tuple[Submission, Content]:
        """A draft with what it says now, both masked as it asks for.

        Raises InvalidInput when nothing can be said yet, Cancelled.
        """
        one = masked_submission(self._reader.get(submission_id))
        kind_of(one.kind.id, self._desk)  # the pack in use may have it no more
        job.report("Gathering what it says", 0, 0, "")
        content = gather(one.kind.id, one.details.scope, one.details.mpan_choice, self._desk.sources, job)
        return one, replace(content, title=one.details.title)

    def preview(self, submission_id: int, path: Path, job: Job) -> None:
        """See SubmissionService."""
        self._desk.draft(submission_id, todo="Save the workbook that was frozen with it.")
        must_be_free(self._desk.folder, path)
        one, content = self.gathered(submission_id, job)
        compared, supersedes = self._before(one, content, job)
        body = {
            **head_parts(one, self._desk, self._desk.clock(), self._head(), supersedes),
            **_said(content, _hashed),
            "checks": check_parts(self._check(submission_id, content, job), one.details.mpan_choice),
            "changes": change_part(compared),
            "content_sha256": "",
        }
        job.report("Writing the workbook", 0, 0, "")
        logs = self._logs(one)
        write_workbook(body, content, path, earlier=logs.get("", ()), apart="" not in logs, draft=True, job=job)

    def freeze(self, submission_id: int, job: Job) -> None:
        """See SubmissionService."""
        self._desk.store.require_writable()
        with _ONE_AT_A_TIME:
            sound: set[str] = set()
            for _ in range(_TRIES):
                self._desk.draft(submission_id)
                must_not_be_set_back(self._desk.store.read(), self._desk.clock(), safe=_NOTHING)
                with Staging(self._desk.blobs) as staging:
                    made = self._made(submission_id, staging, sound, job)
                    job.report("Keeping what was frozen", 0, 0, "")
                    if self._keep(submission_id, made, staging):
                        return
        raise WorkspaceError(
            "Something else was written to the workspace while this was gathered.",
            safe=_NOTHING,
            todo="Wait until other work is done, then freeze it once more.",
        )

    # -- the parts of freezing -----------------------------------------------------------------------------------------

    def _made(self, submission_id: int, staging: Staging, sound: set[str], job: Job) -> _Made:
        at, head = self._desk.clock(), self._head()  # the head first: whatever is written from here on is noticed
        one, content = self.gathered(submission_id, job)
        if not one.recipients:
            raise NotFreezable(
                "It is for nobody yet.", safe=_NOTHING, todo="Choose its recipients.", field="recipients"
            )
        job.report("Checking it", 0, 0, "")
        report = self._check(submission_id, content, job)
        _must_pass(report)
        read_again(content.evidence, self._desk.blobs, sound, job)
        compared, supersedes = self._before(one, content, job)
        body = {
            **head_parts(one, self._desk, at, head, supersedes),
            **_said(content, lambda blocks: staging.keep(_watched(blocks, job))),
            "checks": check_parts(report, one.details.mpan_choice),
            "changes": change_part(compared),
        }
        body["content_sha256"] = content_hash(body)
        files = self._files(body, staging, one, job)
        body["files"] = [
            {
                "role": file.role,
                "recipient": file.recipient,
                "name": file.name,
                "sha256": file.sha256,
                "size": file.size,
            }
            for file in files
        ]
        check_body(body)
        sha256, size = staging.keep([canonical_bytes(body)])
        lines = [
            FileRow(one.id, "rows", "", table["id"], table["lines"]["sha256"], table["lines"]["size"])
            for table in body["tables"]
            if table["lines"]
        ]
        return _Made(body, sha256, size, (*files, *lines), head, at)

    def _files(self, body: Mapping[str, Any], staging: Staging, one: Submission, job: Job) -> list[FileRow]:
        """Workbook and templates, made from what is frozen: a workbook for each where each has a log of its own."""
        content = content_of(body, staging)
        found: list[FileRow] = []
        for whose, earlier in self._logs(one).items():
            job.report("Writing the workbook", 0, 0, "")
            place = staging.place()
            write_workbook(body, content, place, earlier=earlier, whose=whose, called="The workbook", job=job)
            name = _kept_name(f"{one.ref}-v{one.version}.xlsx", whose, found, always=True)
            found.append(FileRow(one.id, "workbook", whose, name, *staging.take(place)))
        for recipient in one.details.recipients:
            template = self._desk.templates.for_recipient(recipient, one.kind.id)
            if template is None:
                continue
            job.report(f"Filling the template of {template.recipient_name}", 0, 0, "")
            place = staging.place()
            values = template_values(body, recipient, self._desk)
            self._desk.templates.fill(template.id, values, content, place, job)
            name = _kept_name(masked_words(template.file_name, one.details.mpan_choice), recipient, found)
            found.append(FileRow(one.id, "template", recipient, name, *staging.take(place)))
        return found

    def _before(
        self, one: Submission, content: Content, job: Job
    ) -> tuple[Comparison | None, Mapping[str, Any] | None]:
        """What changed since the version before, and that version; None for a first one."""
        if one.supersedes is None:
            return None, None
        row = self._desk.row(one.supersedes)
        frozen = rows.frozen(self._desk.store.read(), [row.id]).get(row.id)
        if frozen is None:
            raise WorkspaceError(
                f"What was frozen as {name_of(row)}, which this one supersedes, is not here.",
                safe=_NOTHING,
                todo="Restore a backup.",
            )
        body, before = self._frozen(row.id)
        same = body["personal_data"] == one.details.mpan_choice.value
        compared = compare_contents(
            before if same else masked_table_keys(before, self._masking(one)),
            content,
            (name_of(row), one.name),
            same_choice=same,
            job=job,
        )
        return compared, {"reference": row.ref, "version": row.version, "sha256": frozen.sha256}

    def _logs(self, one: Submission) -> dict[str, tuple[tuple[str, ...], ...]]:
        """The comments log so far for each workbook that is written, by the recipient that it is for.

        '' = one for all: nobody said anything yet, or there is one recipient. Else each recipient's review stays its
        own.
        """
        chosen = one.details.recipients
        if one.supersedes is None or not chosen:
            return {"": ()}
        masking = self._masking(one)
        logs = {whose: masked_log(self._desk.earlier_comments(one.ref, whose), masking) for whose in chosen}
        if len(chosen) == 1:
            return {"": logs[chosen[0]]}
        return logs if any(logs.values()) else {"": ()}

    def _masking(self, one: Submission) -> Masking:
        return Masking(one.details.mpan_choice, self._desk.sources.reports.row_key_secret())

    def _head(self) -> tuple[int, str]:
        with self._desk.store.reading() as connection:
            found = audit.head(connection)
        return found.seq, found.h

    def _keep(self, submission_id: int, made: _Made, staging: Staging) -> bool:
        """All of it in one transaction; False when something was written since it was gathered."""
        blobs = staging.settle()
        with self._desk.store.write() as connection:
            head = audit.head(connection)
            if (head.seq, head.h) != made.head:
                return False
            row = self._desk.draft(submission_id, connection)
            for blob in blobs:
                self._desk.blobs.name(connection, blob, made.at)
            # What was left open is kept as it was frozen, while the row may still be changed.
            recipients = json.dumps([one["id"] for one in made.body["recipients"]])
            rows.settle(connection, row.id, recipients=recipients, milestone=self._milestone(row))
            moment = audit.timestamp(made.at)
            written = [
                ("submission", row.id),
                (
                    "frozen_submission",
                    rows.add_frozen(
                        connection,
                        FrozenRow(
                            row.id, made.sha256, made.body["content_sha256"], made.size, moment, self._desk.actor
                        ),
                    ),
                ),
                *(("submission_file", rows.add_file(connection, one)) for one in made.files),
            ]
            rows.set_state(connection, row.id, "frozen")
            written.append(self._event(connection, row.id, EventKind.FROZEN, made.at))
            if row.supersedes is not None:
                before = self._desk.row(row.supersedes, connection)
                if before.state == "frozen":
                    rows.set_state(connection, before.id, "superseded")
                    note = f"By {name_of(row)}: {row.reason}"
                    written.append(self._event(connection, before.id, EventKind.SUPERSEDED, made.at, note))
            told = {
                "submission_id": row.id,
                "sha256": made.sha256,
                "content_sha256": made.body["content_sha256"],
                witness.ROWS: witness.told(connection, written),
            }
            title = f"Freeze {name_of(row)}"
            self._desk.store.record("submission.freeze", title, told, actor=self._desk.actor, at=made.at, barrier=True)
        return True

    def _milestone(self, row: SubmissionRow) -> str:
        """The milestone that its deadline hangs on, its kind's included."""
        kinds = self._desk.kinds()
        return row.milestone or ("" if row.due or row.kind not in kinds else kinds[row.kind].milestone)

    def _event(
        self, connection: Connection, submission_id: int, kind: EventKind, at: datetime, note: str = ""
    ) -> tuple[str, int]:
        day = self._desk.today().isoformat()
        event = EventRow(submission_id, "", kind.value, audit.timestamp(at), self._desk.actor, day, note=note)
        return "submission_event", rows.add_event(connection, event)


def _kept_name(wanted: str, recipient: str, others: Sequence[FileRow], *, always: bool = False) -> str:
    """A name that no other file of the version has: with whose it is where they differ, `always` or where it is taken.

    Two files in one folder are told apart, and nobody sends one recipient's copy to another by its name.
    """
    taken = [one.name for one in others]
    if recipient and (always or wanted.casefold() in {name.casefold() for name in taken}):
        path = PurePath(wanted)
        return file_name(f"{path.stem}-{recipient}", path.suffix, taken)
    return wanted


def _must_pass(report: CheckReport) -> None:
    """Raise NotFreezable with the first thing that blocks, and how many more."""
    blocked = report.blocked
    if not blocked:
        return
    more = f" So do {len(blocked) - 1} more." if len(blocked) > 1 else ""
    first = blocked[0]
    raise NotFreezable(
        f"“{first.title}” stands in the way: {first.detail.rstrip('.')}.{more}",
        safe=_NOTHING,
        todo="Mend it and check again.",
        field="checks",
    )


def _said(content: Content, keep: Keep) -> dict[str, Any]:
    """The parts of a body that say what was gathered. Raises NotFreezable for what no body can hold."""
    try:
        parts = content_parts(content, keep)
        canonical_bytes(parts)
    except ValueError as error:
        raise NotFreezable(
            f"It says something that cannot be written: {error}.", safe=_NOTHING, todo="Mend it where it stands."
        ) from error
    return parts


def _hashed(blocks: Iterable[bytes]) -> tuple[str, int]:
    """What a file would be that is not kept."""
    digest, size = hashlib.sha256(), 0
    for block in blocks:
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def _watched(blocks: Iterable[bytes], job: Job) -> Iterator[bytes]:
    for block in blocks:
        job.check()
        yield block
