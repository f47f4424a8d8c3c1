"""Keeping files as evidence: copied and hashed while nobody waits, then one short step that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.errors import FileRefused, NotFound
from desktop.evidence.kinds import FileKind, identify
from desktop.evidence.model import Added, Refused, Target
from desktop.evidence.naming import items_words, title_of
from desktop.evidence.taking import Reading, Source
from desktop.jobs import Job
from local_db import evidence as queries
from local_db.audit import timestamp
from local_db.blobs import Blob, BlobStore, Staged
from local_db.connection import Store
from local_db.edit import Edit
from local_db.references import next_references

_MEGABYTE = 1_000_000
_BY_SIZE = 100 * _MEGABYTE
"""Bytes from which on progress is told in megabytes, below in files."""

_REVISION = (
    "evidence_id", "number", "blob_sha256", "file_name", "size", "media_type", "kind", "active", "modified_at",
    "origin", "reason", "added_at", "added_by",
)  # fmt: skip
_LINK = ("evidence_id", "target_kind", "target_id", "note", "confirmed_revision", "created_at", "created_by")


@dataclass(frozen=True)
class OnItsWay:
    """A file that was copied and looked at, but is no evidence yet."""

    name: str
    origin: str
    modified_at: str
    kind: FileKind
    staged: Staged


class Keeper:
    """Brings files into one workspace's store; `EvidenceService` hands its calls on to it."""

    def __init__(self, store: Store, blobs: BlobStore, actor: str, clock: Clock) -> None:
        """Everything is written into the log under `actor`."""
        self._store, self._blobs, self._actor, self._clock = store, blobs, actor, clock

    def copied(self, sources: Sequence[Source], job: Job) -> tuple[list[OnItsWay], list[Refused]]:
        """Copies of files in the staging folder, and those that could not be read. No transaction is open meanwhile.

        Raises Cancelled or WorkspaceError (a full disk) with no copy left.
        """
        copies: list[OnItsWay] = []
        refused: list[Refused] = []
        whole = sum(source.size for source in sources)
        done = 0
        try:
            for place, source in enumerate(sources):
                tell = _progress(job, place, len(sources), done, whole)
                tell(0)
                try:
                    with Reading(source) as reading:
                        staged = self._blobs.stage(reading.blocks(), tell)
                        copies.append(self._looked_at(source.name, source.origin, reading.modified_at, staged))
                except FileRefused as refusal:
                    refused.append(Refused(source.name, str(refusal)))
                done += source.size
        except BaseException:
            discard(copies)
            raise
        return copies, refused

    def copied_bytes(self, data: bytes, file_name: str, origin: str) -> OnItsWay:
        """The same for something without a file."""
        return self._looked_at(file_name, origin, "", self._blobs.stage(iter([data] if data else [])))

    def _looked_at(self, name: str, origin: str, modified_at: str, staged: Staged) -> OnItsWay:
        return OnItsWay(name, origin, modified_at, identify(staged.path, name), staged)

    def settled(self, copies: Sequence[OnItsWay], job: Job) -> list[Blob]:
        """Give the copies their final places; the rows that name them are written by the step that follows."""
        try:
            blobs = []
            for copy in copies:
                job.check()
                blobs.append(self._blobs.settle(copy.staged, "evidence", lambda _bytes: job.check()))
        finally:
            discard(copies)
        return blobs

    def add(
        self,
        copies: Sequence[OnItsWay],
        blobs: Sequence[Blob],
        details: dict[str, object],
        targets: Sequence[Target],
        token: str,
    ) -> Added:
        """One step: items for new files, links for all. Files that hold the same as an item's newest become no item."""
        at = self._clock()
        body = {"files": [copy.name for copy in copies], "step": token}
        with self._edit("evidence.add", "Add evidence", body) as step:
            connection = step.connection
            known: dict[int, None] = {}
            repeats: list[str] = []
            fresh: dict[str, int] = {}  # content: place among the new items
            new: list[OnItsWay] = []
            order: list[int | str] = []  # an item's id, or the content of a new one
            for copy, blob in zip(copies, blobs, strict=True):
                self._blobs.name(connection, blob, at)
                # An empty file says nothing by its content: two of them are two things, and one is known by its name.
                content = blob.sha256 if blob.size else f"empty {len(new)}"
                if blob.size:
                    items = queries.items_of_content(connection, blob.sha256)
                else:
                    named = queries.items_of_content(connection, blob.sha256, copy.name)
                    items = [one for one in named if one not in known]
                if content in fresh or (items and items[0] in known):
                    repeats.append(copy.name)
                elif items:
                    known[items[0]] = None
                    order.append(items[0])
                else:
                    fresh[content] = len(new)
                    new.append(copy)
                    order.append(content)
            made = self._insert(step, new, details, single=len(copies) == 1)
            ids = tuple(one if isinstance(one, int) else made[fresh[one]] for one in order)
            linked = self.link(step, ids, targets, "")
            refs = [item.ref for item in queries.items(connection, list(made) or list(known))]
            step.title = f"{'Add' if made else 'Link'} {items_words(refs)}"
        changed = bool(made or linked)
        changes = Changes.of(Subject.EVIDENCE, title=step.title, count=len(ids)) if changed else Changes()
        return Added(changes, ids, tuple(known), (), tuple(repeats))

    def _insert(
        self, step: Edit, new: Sequence[OnItsWay], details: dict[str, object], *, single: bool
    ) -> tuple[int, ...]:
        if not new:
            return ()
        at = timestamp(self._clock())
        refs = next_references(step.connection, "EVD", len(new))
        said = {name: value for name, value in details.items() if name != "title"}
        title = str(details.get("title") or "") if single else ""
        ids = tuple(
            step.insert_many(
                "evidence",
                ("ref", "title", *said, "created_at", "created_by"),
                [
                    (ref, title or title_of(copy.name), *said.values(), at, self._actor)
                    for ref, copy in zip(refs, new, strict=True)
                ],
            )
        )
        rows = [self._revision(item, 1, copy, "") for item, copy in zip(ids, new, strict=True)]
        step.insert_many("evidence_revision", _REVISION, rows)
        return ids

    def _revision(self, item: int, number: int, copy: OnItsWay, reason: str) -> tuple[object, ...]:
        kind = copy.kind
        return (
            item, number, copy.staged.sha256, copy.name, copy.staged.size, kind.media_type, kind.words,
            int(kind.active), copy.modified_at, copy.origin, reason, timestamp(self._clock()), self._actor,
        )  # fmt: skip

    def replace(self, item: int, copy: OnItsWay, blob: Blob, reason: str, token: str) -> Changes:
        """One step: the next revision of an item; the same bytes as the newest change nothing. Raises NotFound."""
        body = {"files": [copy.name], "step": token}
        with self._edit("evidence.replace", "Replace a file of evidence", body) as step:
            connection = step.connection
            newest = queries.newest_revisions(connection, [item]).get(item)
            if newest is None:
                raise NotFound(f"There is no evidence {item}.", todo="Reload the page.")
            if newest.blob_sha256 == blob.sha256:
                return Changes()
            self._blobs.name(connection, blob, self._clock())
            step.update("evidence", [item], {"revision": newest.number + 1})
            step.insert_many("evidence_revision", _REVISION, [self._revision(item, newest.number + 1, copy, reason)])
            ref = queries.items(connection, [item])[0].ref
            count = len(queries.links_of(connection, item))
            waiting = f"; {links_words(count)} to confirm" if count else ""
            step.title = f"Replace the file of {ref}{waiting}"
        return Changes.of(Subject.EVIDENCE, title=step.title, count=1)

    def link(self, step: Edit, ids: Sequence[int], targets: Sequence[Target], note: str) -> int:
        """Link each item to each target inside a step, as of its newest revision; returns how many links are new."""
        if not targets or not ids:
            return 0
        at = timestamp(self._clock())
        there = queries.linked(step.connection, list(ids))
        newest = {item.id: item.revision for item in queries.items(step.connection, list(ids))}
        rows = [
            (item, target.kind.value, target.id, note, newest[item], at, self._actor)
            for item in dict.fromkeys(ids)
            for target in dict.fromkeys(targets)
            if (item, target.kind.value, target.id) not in there
        ]
        step.insert_many("evidence_link", _LINK, rows)
        return len(rows)

    def _edit(self, action: str, title: str, body: Mapping[str, object]) -> AbstractContextManager[Edit]:
        return self._store.edit(
            action=action,
            title=title,
            subjects=[Subject.EVIDENCE.value],
            actor=self._actor,
            at=self._clock(),
            body=body,
        )


def links_words(count: int) -> str:
    """How many links, in words."""
    return "1 link" if count == 1 else f"{count:,} links"


def discard(copies: Iterable[OnItsWay]) -> None:
    """Remove copies that are still in the staging folder."""
    for copy in copies:
        with suppress(OSError):  # the next opening removes it
            copy.staged.path.unlink(missing_ok=True)


def _progress(job: Job, place: int, files: int, done: int, whole: int) -> Callable[[int], None]:
    """A teller of bytes of the running file: in megabytes of all where they are many, else in files."""

    def tell(size: int) -> None:
        if whole >= _BY_SIZE:
            job.report("Copying the files", (done + size) // _MEGABYTE, max(whole, done + size) // _MEGABYTE, "MB")
        else:
            job.report("Copying the files", place, files, "files")

    return tell
