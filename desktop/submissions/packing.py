"""Seals the pack of a frozen submission, and knows the packs that were sealed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop import __version__
from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.declarations.keys import KeyService
from desktop.declarations.model import SigningKey
from desktop.errors import InvalidInput, WorkspaceError
from desktop.evidence.service import EvidenceService
from desktop.jobs import Job
from desktop.own_files import is_own_file
from desktop.packs.bag import build
from desktop.packs.layout import TAG_MANIFEST
from desktop.packs.model import Built, PackPlan, Seal
from desktop.packs.naming import safe_name
from desktop.submissions.model import Submission, SubmissionState
from desktop.submissions.pack_plan import Payload, names_of
from desktop.submissions.service import SubmissionService
from local_db import audit, sealed_packs
from local_db.blobs import BlobStore
from local_db.connection import Store
from local_db.sealed_packs import Listed, SealedPackRow

_NOTHING = "Nothing was written."


@dataclass(frozen=True)
class SealedPack:
    """One that was written."""

    id: int
    submission_id: int
    submission: str
    """ACME-RTTM-0004 v2."""
    number: int
    recipient: str
    name: str
    form: str
    parts: tuple[tuple[str, str, int], ...]
    files: int
    bytes: int
    tag_manifest: str
    fingerprint: str
    person: str
    audit_head: str
    sealed_at: str
    sealed_by: str


class PackService:
    """What pages and commands call about packs. Every call may run on a worker thread."""

    def __init__(  # noqa: PLR0917 - wired once, in desktop/services.py
        self,
        store: Store,
        blobs: BlobStore,
        submissions: SubmissionService,
        evidence: EvidenceService,
        keys: KeyService,
        folder: Path,
        actor: str,
        clock: Clock,
    ) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._blobs = blobs
        self._submissions = submissions
        self._evidence = evidence
        self._keys = keys
        self._folder = folder
        self._actor = actor
        self._clock = clock

    def plan(self, submission_id: int, *, recipient: str = "", leave_out: tuple[str, ...] = ()) -> PackPlan:
        """What the pack of a frozen submission would hold (for one recipient, by id or name: with its filled template).

        `leave_out`: references of evidence; the index says that they were left out. Evidence that still needs redaction
        and is not public is named in the remarks. Raises InvalidInput (field submission, recipient, leave_out) for a
        draft, a withdrawn one and what it does not have; NotFound, WorkspaceDamaged.
        """
        one = self._frozen(submission_id)
        body = self._submissions.body(submission_id)
        recipient = _recipient(body, recipient, one)
        payload = Payload(self._submissions.frozen_bytes(submission_id), body, self._blobs.path)
        payload.gather(recipient, leave_out, with_evidence=one.details.scope.with_evidence)
        connection = self._store.read()
        head = audit.head(connection)
        number = sealed_packs.next_number(connection, submission_id)
        ids = [recipient] if recipient else [str(each["id"]) for each in body["recipients"]]
        return PackPlan(
            name=safe_name(f"{one.ref}-v{one.version}-pack-{number}"),
            title=str(body["title"]),
            participant=str(body["participant"]["name"]),
            reference=str(body["reference"]),
            version=int(body["version"]),
            recipients=tuple(names_of(body, ids)),
            personal_data=str(body["personal_data"]),
            body=body,
            files=tuple(payload.files),
            audit_head=(head.seq, head.h),
            made_at=self._clock(),
            made_by=self._actor,
            app_version=__version__,
            remarks=tuple(payload.remarks),
            left_out=tuple(payload.left_out),
        )

    def build(
        self,
        submission_id: int,
        folder: Path,
        *,
        person: str,
        passphrase: str = "",
        recipient: str = "",
        as_zip: bool = True,
        split: int = 0,
        leave_out: tuple[str, ...] = (),
        job: Job | None = None,
    ) -> tuple[Built, Changes]:
        """Write and seal it with the person's key (`keys.make` first when there is none); check and note it.

        It is said of each recipient that it was packed. `split` in bytes. Raises InvalidInput (a draft; no key for the
        person), WorkspaceError when the key cannot be had, and as
        `packs.bag.build`; then nothing is left behind.
        """
        self._store.require_writable()
        key = self._keys.key_for(person)
        if key is None:
            raise InvalidInput(
                f"There is no signing key of “{' '.join(person.split())}”."
                if person.strip()
                else "Say whose key it is.",
                safe=_NOTHING,
                todo="Make a key for this person first, or give the name as it stands in the list of keys.",
                field="person",
            )
        if is_own_file(self._folder, folder / "pack"):
            raise InvalidInput(
                "A pack cannot be written into the workspace itself.",
                safe=_NOTHING,
                todo="Choose another folder.",
                field="folder",
            )
        body = self._submissions.body(self._frozen(submission_id).id)
        recipient = _recipient(body, recipient, self._submissions.get(submission_id))
        plan = self.plan(submission_id, recipient=recipient, leave_out=leave_out)
        seal = Seal(
            key.person,
            self._keys.public_key(key),
            key.fingerprint,
            lambda data: self._keys.sign(key, data, passphrase=passphrase),
        )
        built = build(plan, seal, folder, as_zip=as_zip, split=split, job=job)
        try:
            changed = self._note(submission_id, recipient, plan, built, key, as_zip=as_zip)
        except BaseException:
            _take_away(built)
            raise
        return built, changed

    def packs(self, submission_id: int | None = None) -> tuple[SealedPack, ...]:
        """Those that were sealed, newest first."""
        return tuple(_pack(one) for one in sealed_packs.packs(self._store.read(), submission_id))

    def _frozen(self, submission_id: int) -> Submission:
        """One of which a pack can be made. Raises InvalidInput, NotFound."""
        one = self._submissions.get(submission_id)
        if one.state is SubmissionState.DRAFT:
            raise InvalidInput(f"{one.name} is a draft.", safe=_NOTHING, todo="Freeze it first.", field="submission")
        if one.state is SubmissionState.WITHDRAWN:
            raise InvalidInput(
                f"{one.name} was withdrawn: no more packs are made of it.", safe=_NOTHING, field="submission"
            )
        return one

    def _note(
        self, submission_id: int, recipient: str, plan: PackPlan, built: Built, key: SigningKey, *, as_zip: bool
    ) -> Changes:
        """Keep what was sealed and say it of each recipient, in one step with its entries of the log."""
        at = self._clock()
        parts = [
            {"name": path.name, "sha256": digest, "size": path.stat().st_size}
            for path, digest in zip(built.parts, built.part_sha256, strict=bool(built.part_sha256))
        ]
        with self._store.write() as connection:
            number = sealed_packs.next_number(connection, submission_id)
            name = safe_name(f"{plan.reference}-v{plan.version}-pack-{number}")
            if name != plan.name:
                raise WorkspaceError(
                    "Another pack of this submission was sealed meanwhile.", safe=_NOTHING, todo="Make it again."
                )
            row = SealedPackRow(
                submission_id,
                number,
                recipient,
                plan.name,
                "zip" if as_zip else "folder",
                json.dumps(parts),
                built.files,
                built.bytes,
                built.tag_manifest_sha256,
                built.signature,
                key.id,
                f"{plan.audit_head[0]} {plan.audit_head[1]}",
                audit.timestamp(plan.made_at),
                self._actor,
            )
            pack_id = sealed_packs.add(connection, row)
            title = f"Seal {plan.name}"
            told: dict[str, object] = {"rows": {"sealed_pack": {str(pack_id): {**vars(row), "id": pack_id}}}}
            self._store.record("pack.seal", title, told, actor=self._actor, at=at)
            single = len(parts) == 1
            file_name = str(parts[0]["name"]) if single else f"{plan.name}/{TAG_MANIFEST}"
            digest = str(parts[0]["sha256"]) if single else built.tag_manifest_sha256
            for one in [recipient] if recipient else [str(each["id"]) for each in plan.body["recipients"]] or [""]:
                self._submissions.note_packed(submission_id, one, file_name, digest)
        return Changes.of(Subject.SUBMISSIONS, title=title, count=1)


def _recipient(body: Mapping[str, Any], given: str, one: Submission) -> str:
    """The id of a recipient from its id or name; '' stays ''. Raises InvalidInput for one that it is not for."""
    wanted = " ".join(given.split()).casefold()
    for each in body["recipients"]:
        if wanted in {str(each["id"]).casefold(), str(each["name"]).casefold()}:
            return str(each["id"])
    if not wanted:
        return ""
    raise InvalidInput(
        f"{one.name} is not for “{given[:80]}”.",
        safe=_NOTHING,
        todo=f"It is for {', '.join(str(each['name']) for each in body['recipients']) or 'nobody in particular'}.",
        field="recipient",
    )


def _take_away(built: Built) -> None:
    for path in built.parts:
        with suppress(OSError):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _pack(one: Listed) -> SealedPack:
    row = one.row
    return SealedPack(
        id=row.id,
        submission_id=row.submission_id,
        submission=f"{one.ref} v{one.version}",
        number=row.number,
        recipient=row.recipient,
        name=row.name,
        form=row.form,
        parts=tuple((str(part["name"]), str(part["sha256"]), int(part["size"])) for part in json.loads(row.parts)),
        files=row.files,
        bytes=row.bytes,
        tag_manifest=row.tag_manifest,
        fingerprint=one.fingerprint,
        person=one.person,
        audit_head=row.audit_head,
        sealed_at=row.sealed_at,
        sealed_by=row.sealed_by,
    )
