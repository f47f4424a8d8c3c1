"""What can be seen of kept files without opening them: previews, and their texts for the search."""

from __future__ import annotations

from contextlib import suppress

from desktop.clock import Clock
from desktop.errors import WorkspaceDamaged, WorkspaceError
from desktop.evidence.model import Preview, PreviewKind, Revision
from desktop.evidence.reading import parent as reading
from desktop.jobs import Job
from local_db import evidence as queries
from local_db.audit import timestamp
from local_db.blobs import BlobStore
from local_db.connection import Store


class Looking:
    """Looks into kept files, in the capped child; `EvidenceService` hands its calls on to it."""

    def __init__(self, store: Store, blobs: BlobStore, clock: Clock) -> None:
        """Nothing is read here."""
        self._store, self._blobs, self._clock = store, blobs, clock

    def preview(self, one: Revision, job: Job) -> Preview:
        """A text or picture of a revision. Raises Cancelled."""
        try:
            path = self._blobs.path(one.sha256)
        except WorkspaceDamaged:
            return Preview(PreviewKind.NONE, "No preview: the file is missing from the workspace.")
        try:
            answer, png = reading.preview(path, one.media_type, job)
        except WorkspaceError as error:
            return Preview(PreviewKind.NONE, f"No preview: {error}")
        if png:
            return Preview(PreviewKind.PICTURE, answer.words, png=png)
        if answer.state in {"none", "failed"} or not answer.text:
            return Preview(PreviewKind.NONE, f"No preview: {answer.words}.")
        more = ", its beginning" if answer.state == "part" else ""
        return Preview(PreviewKind.TEXT, f"{answer.words}{more}", answer.text)

    def index(self, job: Job) -> int:
        """Read the texts that were not read yet; returns how many. Raises Cancelled, WorkspaceError."""
        if self._store.read_only:
            return 0
        waiting = queries.unread(self._store.read())
        found = []
        for sha256, _, media_type, _ in waiting:
            with suppress(WorkspaceDamaged):  # told by `verify`
                found.append((sha256, self._blobs.path(sha256), media_type))
        job.report("Reading the evidence", 0, len(found), "files")
        done = 0
        for place, answer in reading.texts([(path, media_type) for _, path, media_type in found], job):
            with self._store.write() as connection:
                queries.keep_text(connection, found[place][0], answer.state, answer.text, timestamp(self._clock()))
            done += 1
            job.report("Reading the evidence", done, len(found), "files")
        return done
