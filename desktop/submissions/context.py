"""What every part of the service of submissions works with: services, kept files, and what was asked of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.changes import Changes, Subject
from desktop.clock import Clock, today
from desktop.content.pack import Pack
from desktop.errors import InvalidInput, NotFound
from desktop.submissions.kinds.registry import KINDS
from desktop.submissions.model import KindInfo
from desktop.submissions.pack_kinds import kinds_of
from local_db import submissions as rows
from local_db.blobs import BlobStore
from local_db.connection import Connection, Store
from local_db.edit import Edit
from local_db.submissions import SubmissionRow

if TYPE_CHECKING:
    from desktop.submissions.filling.service import TemplateService
    from desktop.submissions.kinds.sources import Sources

NOTHING = "Nothing was changed."
GONE = KindInfo("", "", "SUB", "", "", (), "", "")
"""Stands for a kind that the pack in use does not have."""

EarlierComments = Callable[[str, str], Sequence[tuple[str, ...]]]
"""Gives the rows of the comments log so far of a reference and a recipient: nobody is told what another one said."""


@dataclass(frozen=True)
class Desk:
    """The services and places that submissions are made of."""

    store: Store
    blobs: BlobStore
    sources: Sources
    templates: TemplateService
    folder: Path
    actor: str
    clock: Clock
    earlier_comments: EarlierComments

    def edit(self, action: str, title: str) -> AbstractContextManager[Edit]:
        """An edit of a draft, that can be undone."""
        subjects = [Subject.SUBMISSIONS.value]
        return self.store.edit(
            action=f"submission.{action}", title=title, subjects=subjects, actor=self.actor, at=self.clock()
        )

    def today(self) -> date:
        """The clock's day."""
        return today(self.clock)

    def pack(self) -> Pack:
        """The submissions pack in use."""
        return self.sources.content.pack("submissions")

    def all_kinds(self) -> tuple[KindInfo, ...]:
        """The kinds of the pack in use."""
        return kinds_of(self.pack())

    def kinds(self) -> Mapping[str, KindInfo]:
        """Those of them that this version can put together, by id."""
        return {one.id: one for one in self.all_kinds() if one.id in KINDS}

    def recipients(self) -> Mapping[str, Mapping[str, object]]:
        """Everybody in the recipients pack, by id."""
        return {str(one["id"]): one for one in self.sources.participant.choices("recipients")}

    def recipient_of(self, row: SubmissionRow, said: str) -> str:
        """A recipient of a version by its id, from its id or name; '' stays ''.

        Raises InvalidInput for one that it is not for.
        """
        wanted = " ".join(said.split()).casefold()
        if not wanted:
            return ""
        names, chosen = self.recipients(), listed(row.recipients)
        for one in chosen:
            if wanted in {one.casefold(), str(names.get(one, {}).get("name", "")).casefold()}:
                return one
        raise InvalidInput(
            f"{name_of(row)} is not for “{said[:80]}”.",
            safe=NOTHING,
            todo=f"It is for {', '.join(chosen)}." if chosen else "",
            field="recipient",
        )

    def row(self, submission_id: int, connection: Connection | None = None) -> SubmissionRow:
        """A version as it is kept. Raises NotFound."""
        found = rows.submissions(connection or self.store.read(), [submission_id])
        if not found:
            raise NotFound("This submission is not there any more.", todo="Reload the page.")
        return found[0]

    def draft(
        self, submission_id: int, connection: Connection | None = None, todo: str = "Start a new version of it."
    ) -> SubmissionRow:
        """A draft. Raises InvalidInput for a frozen one, NotFound."""
        row = self.row(submission_id, connection)
        if row.state in rows.LOCKED:
            raise InvalidInput(
                f"{name_of(row)} is frozen, and what was frozen is never changed.", safe=NOTHING, todo=todo
            )
        return row

    def frozen(
        self, submission_id: int, connection: Connection | None = None, todo: str = "Freeze it first."
    ) -> SubmissionRow:
        """One that was frozen, whatever became of it. Raises InvalidInput for a draft, NotFound."""
        row = self.row(submission_id, connection)
        if row.state not in rows.LOCKED:
            raise InvalidInput(f"{name_of(row)} is not frozen yet.", safe=NOTHING, todo=todo)
        return row


def name_of(row: SubmissionRow) -> str:
    """ACME-RTTM-0004 v2."""
    return f"{row.ref} v{row.version}"


def listed(text: str) -> tuple[str, ...]:
    """A kept list of texts; what is none is left out."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def changes(title: str, count: int = 1) -> Changes:
    """What a step changed."""
    return Changes.of(Subject.SUBMISSIONS, title=title, count=count)
