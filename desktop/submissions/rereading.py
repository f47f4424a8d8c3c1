"""Every file of evidence is read again before it is frozen: what is frozen names it by its hash for ever."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.errors import WorkspaceDamaged
from desktop.jobs import Job
from desktop.submissions.content import EvidenceFile
from desktop.submissions.model import NotFreezable
from local_db.blobs import BlobStore, hash_file


def read_again(evidence: Iterable[EvidenceFile], blobs: BlobStore, sound: set[str], job: Job) -> None:
    """Hash each file once; `sound` has those that were found to be as they were kept, and gets more of them.

    Tells how many bytes are done. Raises NotFreezable for the first that is not as it was kept, Cancelled.
    """
    wanted = {one.sha256: one for one in evidence if one.sha256 not in sound}
    total, done = sum(one.size for one in wanted.values()), 0
    for sha256, one in wanted.items():

        def told(read: int, before: int = done) -> None:
            job.report("Reading the evidence again", before + read, total, "bytes")

        told(0)
        try:
            found, size = hash_file(blobs.path(sha256), told)
        except (WorkspaceDamaged, OSError) as error:
            raise _damaged(one, str(error)) from error
        if (found, size) != (sha256, one.size):
            raise _damaged(one, "it is damaged: its bytes are not those that were kept.")
        sound.add(sha256)
        done += size


def _damaged(one: EvidenceFile, why: str) -> NotFreezable:
    return NotFreezable(
        f"A file of the evidence is not as it was kept. {one.ref} r{one.revision} {one.file_name}: {why}",
        safe="Nothing was frozen.",
        todo="Restore the newest backup, or replace the file by a new revision.",
        field="checks",
    )
