"""What was frozen, read again exactly as it was: bytes, body, content and files."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop.declarations.body import sha256
from desktop.errors import FileRefused, InvalidInput, WorkspaceDamaged
from desktop.excel.saving import replacing
from desktop.own_files import must_be_free
from desktop.submissions.body import content_of, read_body
from desktop.submissions.content import Content
from desktop.submissions.context import Desk, name_of
from desktop.submissions.model import SubmissionFile
from local_db import submissions as rows
from local_db.blobs import hash_file
from local_db.submissions import FrozenRow


class FrozenOnes:
    """Reads what was frozen."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk

    def data(self, submission_id: int) -> bytes:
        """See SubmissionService.frozen_bytes."""
        row = self._desk.frozen(submission_id)
        frozen = rows.frozen(self._desk.store.read(), [row.id]).get(row.id)
        if frozen is None:
            raise WorkspaceDamaged(f"What was frozen as {name_of(row)} is not here.", todo="Restore a backup.")
        return self.data_of(frozen)

    def data_of(self, frozen: FrozenRow) -> bytes:
        """The bytes of a frozen row. Raises WorkspaceDamaged unless they are there and have its hash."""
        data = self._desk.blobs.path(frozen.sha256).read_bytes()
        if sha256(data) != frozen.sha256:
            raise WorkspaceDamaged(
                "What was frozen is damaged: it has another SHA-256.",
                safe="Everything else can be used.",
                todo="Restore the newest backup.",
            )
        return data

    def body(self, submission_id: int) -> Mapping[str, Any]:
        """See SubmissionService."""
        data = self.data(submission_id)
        try:
            return read_body(data)
        except FileRefused as error:
            raise WorkspaceDamaged(f"What was frozen cannot be read: {error.what}", todo="Restore a backup.") from error

    def body_and_content(self, submission_id: int) -> tuple[Mapping[str, Any], Content]:
        """Both."""
        body = self.body(submission_id)
        return body, content_of(body, self._desk.blobs)

    def files(self, submission_id: int) -> tuple[SubmissionFile, ...]:
        """See SubmissionService."""
        self._desk.row(submission_id)
        found = rows.files(self._desk.store.read(), submission_id)
        return tuple(SubmissionFile(one.role, one.recipient, one.name, one.sha256, one.size) for one in found)

    def save(self, submission_id: int, file: SubmissionFile, path: Path) -> None:
        """See SubmissionService."""
        if file not in self.files(submission_id):
            raise InvalidInput(f"{file.name} is no file of this submission.", todo="Reload the page.")
        must_be_free(self._desk.folder, path)
        kept = self.sound(file.sha256, file.name)
        with kept.open("rb") as reading, replacing(path) as writing:
            shutil.copyfileobj(reading, writing, 1 << 20)

    def sound(self, sha256_of_file: str, name: str) -> Path:
        """The kept file of a hash, once it was seen to have it. Raises WorkspaceDamaged."""
        kept = self._desk.blobs.path(sha256_of_file)
        if hash_file(kept)[0] != sha256_of_file:
            raise WorkspaceDamaged(
                f"The kept file {name} is damaged: it has another SHA-256.",
                safe="Nothing was written.",
                todo="Restore the newest backup.",
            )
        return kept
