"""What of a frozen submission goes to which endpoint: its files by recipient, and the envelope that names them."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop import __version__
from desktop.declarations.body import moment
from desktop.submissions.model import Submission
from desktop.sync.model import Endpoint
from desktop.sync.wire.envelope import SUBMIT, WITHDRAW, Attachment, Envelope
from desktop.sync.wire.protocol import SHA256
from local_db.blobs import BlobStore
from local_db.errors import WorkspaceDamaged

APP = f"MHHS Desk {__version__}"
_LONGEST = 2_000
"""Characters of a text in an envelope; the frozen body has all of it."""
_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".jsonl": "application/jsonl",
}
_KNOWN = mimetypes.MimeTypes()
"""What the standard library knows, whatever is installed on this computer."""
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class Frozen:
    """A frozen submission, as envelopes are made of it. `size`: bytes of its canonical JSON."""

    submission: Submission
    body: Mapping[str, Any]
    size: int

    @property
    def recipients(self) -> tuple[str, ...]:
        """Ids of everybody who gets it."""
        return tuple(str(one["id"]) for one in self.body["recipients"])

    def names(self, ids: Sequence[str]) -> tuple[str, ...]:
        """What recipients are called, as it was frozen."""
        names = {str(one["id"]): str(one["name"]) for one in self.body["recipients"]}
        return tuple(names.get(one, one) for one in ids)


def attachments(frozen: Frozen, here: Sequence[str], blobs: BlobStore) -> tuple[Attachment, ...]:
    """The files that an endpoint gets that receives for `here`; what was made for another recipient is not among them.

    Evidence that was withdrawn and whose bytes are gone is passed over: the body says that it was there.
    """
    one, body = frozen.submission, frozen.body
    found = [Attachment("body", "", "submission.json", one.sha256, frozen.size, "application/json")]
    for file in body["files"]:
        if file["recipient"] in {"", *here}:
            found.append(_attachment(str(file["role"]), file, str(file["name"]), recipient=str(file["recipient"])))
    for table in body["tables"]:
        if table["lines"]:
            found.append(_attachment("rows", table["lines"], f"{table['id']}.jsonl"))
    if one.details.scope.with_evidence:
        for item in body["evidence"]:
            if not (item["withdrawn"] and is_gone(str(item["sha256"]), blobs)):
                found.append(_attachment("evidence", item, str(item["file_name"]), type_=str(item["media_type"])))
    found += [_attachment("beside", file, str(file["name"])) for file in body["beside"]]
    return tuple(found)


def submitting(  # noqa: PLR0917 - the parts of an envelope
    frozen: Frozen, endpoint: Endpoint, here: Sequence[str], files: Sequence[Attachment], base: str, uuid: str,
    at: datetime,
) -> Envelope:  # fmt: skip
    """The envelope that hands it over. `base`: of the version that it replaces at this endpoint; '' = none."""
    body = frozen.body
    packs = {str(one["kind"]): str(one["sha256"]) for one in body["packs"] if SHA256.fullmatch(str(one["sha256"]))}
    return Envelope(
        id=uuid,
        act=SUBMIT,
        participant=endpoint.participant,
        kind=str(body["kind"]),
        reference=str(body["reference"]),
        version=int(body["version"]),
        title=str(body["title"])[:_LONGEST],
        supersedes=base,
        of="",
        reason=str(body["reason"])[:_LONGEST],
        recipients=frozen.recipients,
        here=tuple(here),
        packs=packs,
        attachments=tuple(files),
        created_at=moment(at),
        app=APP,
    )


def withdrawing(before: Envelope, reason: str, uuid: str, at: datetime) -> Envelope:
    """The envelope that says that what another one handed over was withdrawn."""
    return Envelope(
        id=uuid,
        act=WITHDRAW,
        participant=before.participant,
        kind=before.kind,
        reference=before.reference,
        version=before.version,
        title=before.title,
        supersedes="",
        of=before.id,
        reason=reason[:_LONGEST],
        recipients=before.recipients,
        here=before.here,
        packs={},
        attachments=(),
        created_at=moment(at),
        app=APP,
    )


def is_gone(sha256: str, blobs: BlobStore) -> bool:
    """A kept file is not there. Whether it is damaged is seen when it is sent."""
    try:
        blobs.path(sha256)
    except WorkspaceDamaged:
        return True
    return False


def _attachment(role: str, one: Mapping[str, Any], name: str, *, recipient: str = "", type_: str = "") -> Attachment:
    known = type_ or _TYPES.get(Path(name).suffix.lower()) or _KNOWN.guess_type(name)[0] or _UNKNOWN
    return Attachment(role, recipient, name, str(one["sha256"]), int(one["size"]), known)
