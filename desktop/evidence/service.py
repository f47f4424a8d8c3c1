"""The evidence's one service: add, replace, describe, link, look at, find, verify and export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path

from desktop.browse.frame_table import FrameTable, natural
from desktop.changes import Changes, Subject
from desktop.clock import Clock, today
from desktop.errors import FileRefused, InvalidInput, NotFound
from desktop.evidence import table
from desktop.evidence.adding import Keeper, links_words
from desktop.evidence.details import (
    MAX_TEXT,
    changed_tags,
    changed_values,
    details_of,
    edit_words,
    left_out,
    must_be_in_order,
    values_of,
)
from desktop.evidence.export import Exporting, export
from desktop.evidence.kept_files import KeptFiles
from desktop.evidence.looking import Looking
from desktop.evidence.model import (
    Added,
    Evidence,
    EvidenceDetails,
    EvidenceEdit,
    EvidenceReport,
    Exported,
    LeftAsItWas,
    Preview,
    Proof,
    Refused,
    Revision,
    Target,
    TargetKind,
    TargetName,
    Targets,
    Use,
)
from desktop.evidence.naming import items_words, records_words
from desktop.evidence.searching import match_of
from desktop.evidence.taking import find_files, kept_name
from desktop.excel.saving import replacing
from desktop.frames import pl
from desktop.jobs import Job
from desktop.own_files import must_be_free
from local_db import evidence as queries
from local_db.blobs import BlobStore
from local_db.connection import Store
from local_db.edit import Edit

_ALL = 1_000_000
"""Items that the text search of the table looks for: all of them."""
_NOTHING = "Nothing was changed."


class EvidenceService:
    """What pages and commands call about evidence. Every call may run on a worker thread."""

    def __init__(
        self, store: Store, blobs: BlobStore, targets: Mapping[TargetKind, Targets], actor: str, clock: Clock
    ) -> None:
        """`targets` name what evidence is linked to; a kind without one is shown by its number."""
        self._store, self._blobs, self._actor, self._clock = store, blobs, actor, clock
        self._targets = targets
        self._files = KeptFiles(store, blobs)
        self._looking = Looking(store, blobs, clock)
        self._keeper = Keeper(store, blobs, actor, clock)

    # -- into the store ------------------------------------------------------------------------------------------------

    def add(
        self,
        paths: Sequence[Path],
        details: EvidenceDetails = EvidenceDetails(),  # noqa: B008 - frozen
        targets: Sequence[Target] = (),
        job: Job | None = None,
    ) -> Added:
        """Keep copies of files, one item each, and link them to all targets; folders are walked. One step to undo.

        Files that cannot be taken are refused by name, the others are added. The files given are only read. `details`
        go to every item; a title is used only for a single file. Raises Cancelled or WorkspaceError (full disk) with
        nothing added, InvalidInput for a detail, NotFound for a target that is not there.
        """
        self._store.require_writable()
        job = job or Job()
        values = values_of(details, actor=self._actor, today=self._today())
        self._must_be_there(targets)
        job.report("Looking for the files", 0, 0, "files")
        found = find_files(paths, self._blobs.folder, job)
        if not found.sources:
            return Added(Changes(), (), (), tuple(found.refused))
        with self._blobs.announced([source.name for source in found.sources]) as token:
            copies, refused = self._keeper.copied(found.sources, job)
            blobs = self._keeper.settled(copies, job)
            added = self._keeper.add(copies, blobs, values, targets, token)
        left = self._left(added.known, details, single=len(copies) == 1, linked=bool(targets))
        return replace(added, refused=(*found.refused, *refused), left=left)

    def add_bytes(
        self,
        data: bytes,
        file_name: str,
        details: EvidenceDetails = EvidenceDetails(),  # noqa: B008 - frozen
        targets: Sequence[Target] = (),
        *,
        origin: str = "clipboard",
    ) -> Added:
        """The same for something without a file: a pasted screenshot (PNG) or text."""
        self._store.require_writable()
        values = values_of(details, actor=self._actor, today=self._today())
        self._must_be_there(targets)
        name = kept_name(file_name)
        with self._blobs.announced([name]) as token:
            copies = [self._keeper.copied_bytes(data, name, origin)]
            blobs = self._keeper.settled(copies, Job())
            added = self._keeper.add(copies, blobs, values, targets, token)
        return replace(added, left=self._left(added.known, details, single=True, linked=bool(targets)))

    def replace(self, evidence_id: int, path: Path, reason: str = "", job: Job | None = None) -> Changes:
        """A new revision from a file; every link of the item awaits confirmation from then on.

        The same bytes as the newest revision change nothing. Raises FileRefused, NotFound, Cancelled, WorkspaceError.
        """
        self._store.require_writable()
        job = job or Job()
        self.get(evidence_id)
        found = find_files([path], self._blobs.folder, job)
        if path.is_dir():
            raise FileRefused(f"{path.name} is a folder.", safe=_NOTHING, todo="Choose one file.")
        if not found.sources:
            raise FileRefused(_refusal(found.refused), safe=_NOTHING)
        with self._blobs.announced([found.sources[0].name]) as token:
            copies, refused = self._keeper.copied(found.sources, job)
            if refused:
                raise FileRefused(_refusal(refused), safe=_NOTHING)
            blobs = self._keeper.settled(copies, job)
            return self._keeper.replace(evidence_id, copies[0], blobs[0], " ".join(reason.split()), token)

    # -- what is said of it --------------------------------------------------------------------------------------------

    def edit(self, evidence_ids: Sequence[int], change: EvidenceEdit) -> Changes:
        """Change what is said of items; one step. Raises InvalidInput (`field` names it)."""
        values = changed_values(change)
        if not (values or change.add_tags or change.remove_tags):
            return Changes()
        items = self._items(evidence_ids)
        tags = {item.id: (changed_tags(item.tags, change),) for item in items}
        for item in items:
            must_be_in_order(
                str(values.get("period_from", item.period_from)), str(values.get("period_to", item.period_to))
            )
        words = edit_words(values, change)
        title = f"Change {words} of {items_words([item.ref for item in items])}"
        with self._edit("evidence.edit", title) as step:
            if values:
                step.update("evidence", tags, values)
            if change.add_tags or change.remove_tags:
                step.update_many("evidence", ("tags",), tags)
        return Changes.of(Subject.EVIDENCE, title=title, count=len(items))

    def withdraw(self, evidence_ids: Sequence[int], reason: str) -> Changes:
        """Say that items are not to be used any more, and why; nothing is removed. Raises InvalidInput."""
        reason = " ".join(reason.split())
        if not reason:
            raise InvalidInput("Say why it is not to be used any more.", field="reason")
        return self._set_withdrawn(evidence_ids, reason, "Withdraw")

    def reinstate(self, evidence_ids: Sequence[int]) -> Changes:
        """Use withdrawn items again."""
        return self._set_withdrawn(evidence_ids, "", "Use again")

    def link(self, evidence_ids: Sequence[int], targets: Sequence[Target], note: str = "") -> Changes:
        """Link each item to each target as of its newest revision; links that are there stay. Raises NotFound."""
        items = self._items(evidence_ids)
        self._must_be_there(targets)
        if len(note) > MAX_TEXT:
            raise InvalidInput(f"The note has {len(note):,} characters; {MAX_TEXT:,} fit.", field="note")
        with self._edit("evidence.link", "Link evidence") as step:
            count = self._keeper.link(step, [item.id for item in items], targets, note.strip())
            records = len(dict.fromkeys(targets))
            step.title = f"Link {items_words([item.ref for item in items])} to {records_words(records)}"
        return Changes.of(Subject.EVIDENCE, title=step.title, count=count) if count else Changes()

    def unlink(self, link_ids: Sequence[int]) -> Changes:
        """Remove links."""
        links = queries.links(self._store.read(), list(dict.fromkeys(link_ids)))
        if not links:
            return Changes()
        title = f"Remove {links_words(len(links))} of evidence"
        with self._edit("evidence.unlink", title) as step:
            step.delete("evidence_link", [link.id for link in links])
        return Changes.of(Subject.EVIDENCE, title=title, count=len(links))

    def confirm(self, link_ids: Sequence[int]) -> Changes:
        """Say that the newest revision proves it too."""
        links = [
            link
            for link in queries.links(self._store.read(), list(dict.fromkeys(link_ids)))
            if link.confirmed_revision < link.newest_revision
        ]
        if not links:
            return Changes()
        title = f"Confirm {links_words(len(links))} of evidence"
        with self._edit("evidence.confirm", title) as step:
            step.update_many(
                "evidence_link", ("confirmed_revision",), {link.id: (link.newest_revision,) for link in links}
            )
        return Changes.of(Subject.EVIDENCE, title=title, count=len(links))

    # -- reading -------------------------------------------------------------------------------------------------------

    def table(self) -> FrameTable:
        """All evidence as a table (columns: desktop/evidence/table.py); its text search also looks into the files."""

        def load() -> pl.DataFrame:
            with self._store.reading() as connection:
                return table.frame(connection, self._targets, self._today())

        return FrameTable(
            table.COLUMNS,
            load,
            ranks=table.RANKS,
            words=table.WORDS,
            search=lambda text: self.find(text, limit=_ALL),
            name="table of evidence",
        )

    def get(self, evidence_id: int) -> Evidence:
        """One item. Raises NotFound."""
        with self._store.reading() as connection:
            rows = queries.items(connection, [evidence_id])
            if not rows:
                raise NotFound(f"There is no evidence {evidence_id}.", todo="Reload the page.")
            revisions = queries.revisions(connection, evidence_id)
        row = rows[0]
        return Evidence(
            row.id, row.ref, details_of(row), row.withdrawn, row.created_at, row.created_by, _revisions(revisions)
        )

    def by_ref(self, ref: str) -> Evidence:
        """One item by its reference, without regard to case. Raises NotFound."""
        found = queries.id_of_ref(self._store.read(), ref.strip())
        if found is None:
            raise NotFound(f"There is no evidence “{ref}”.", todo="Look its reference up in the list of evidence.")
        return self.get(found)

    def used_in(self, evidence_id: int) -> tuple[Use, ...]:
        """What an item is used in, by kind and name."""
        links = queries.links_of(self._store.read(), evidence_id)
        names: dict[Target, TargetName] = {}
        for kind in {TargetKind(link.target_kind) for link in links}:
            ids = [link.target_id for link in links if link.target_kind == kind.value]
            names.update((Target(kind, number), name) for number, name in self._names(kind, ids).items())
        uses = []
        for link in links:
            target = Target(TargetKind(link.target_kind), link.target_id)
            awaiting = link.confirmed_revision < link.newest_revision
            uses.append(Use(link.id, target, names.get(target), link.note, link.confirmed_revision, awaiting))
        order = list(TargetKind)
        return tuple(
            sorted(uses, key=lambda use: (order.index(use.target.kind), natural(use.name.ref if use.name else "~")))
        )

    def names(self, kind: TargetKind, ids: Sequence[int]) -> Mapping[int, TargetName]:
        """How targets of a kind are called; those that are not there (any more) are left out."""
        return self._names(kind, ids)

    def proofs(self, target: Target) -> tuple[Proof, ...]:
        """What a target relies on, newest link last."""
        today = self._today().isoformat()
        return tuple(
            Proof(
                row.link_id,
                row.evidence_id,
                row.ref,
                row.title,
                row.file_name,
                row.kind,
                row.size,
                row.collected,
                row.expires,
                row.note,
                awaiting=row.confirmed_revision < row.newest_revision,
                withdrawn=bool(row.withdrawn),
                expired=bool(row.expires) and row.expires < today,
            )
            for row in queries.proofs(self._store.read(), target.kind.value, target.id)
        )

    def counts(self, kind: TargetKind) -> dict[int, tuple[int, int]]:
        """For every target of a kind with evidence: how many items in use, and how many links await confirmation."""
        return queries.counts(self._store.read(), kind.value)

    def expired(self, kind: TargetKind, day: date | None = None) -> dict[int, int]:
        """For every target of a kind that has some: how many items in use are not good any more on `day`.

        None = the clock's today.
        """
        return queries.expired(self._store.read(), kind.value, (day or self._today()).isoformat())

    def find(self, text: str, limit: int = 200) -> list[int]:
        """Ids of items whose title, tags, names or text fit, best first; every word counts, the last as a beginning."""
        if not text.strip():
            return queries.all_ids(self._store.read())[::-1][:limit]
        match = match_of(text)
        return queries.search(self._store.read(), match, limit) if match else []

    def linkable(self, kind: TargetKind, text: str = "", limit: int = 200) -> list[tuple[Target, str, str]]:
        """Targets of a kind to choose from: (target, reference, title), those that fit `text` first."""
        source = self._targets.get(kind)
        if source is None:
            return []
        return [(Target(kind, number), name.ref, name.title) for number, name in source.find(text, limit)]

    # -- looking at files ----------------------------------------------------------------------------------------------

    def preview(self, evidence_id: int, revision: int | None = None, job: Job | None = None) -> Preview:
        """A text or picture of a revision (None: the newest), made in the capped child. Raises NotFound, Cancelled."""
        return self._looking.preview(self._revision(evidence_id, revision), job or Job())

    def copy_to_open(self, evidence_id: int, revision: int | None = None) -> Path:
        """A verified, read-only copy in a temporary folder, for the system's own program to open.

        Raises FileRefused for active content (programs, scripts, macros, shortcuts, HTML, SVG), WorkspaceDamaged.
        """
        one = self._revision(evidence_id, revision)
        if one.active:
            raise FileRefused(
                f"{one.file_name} ({one.kind}) can run or act when it is opened, so it is not opened from here.",
                safe="Nothing was opened.",
                todo="Save a copy, and have it looked at before you open it.",
            )
        return self._files.copy_to_open(one.sha256, one.file_name)

    def save_copy(self, evidence_id: int, path: Path, revision: int | None = None, job: Job | None = None) -> None:
        """Write a verified copy to a path that the person chose. Raises NotSaved, WorkspaceDamaged, Cancelled."""
        one = self._revision(evidence_id, revision)
        must_be_free(self._blobs.folder, path)
        with replacing(path) as file:
            self._files.copy(one.sha256, file, job or Job())

    def index(self, job: Job | None = None) -> int:
        """Read the text out of files that were not read yet, so that the search finds it; returns how many.

        Nothing of this is a step to undo, and a file that cannot be read is noted as such and not tried again. Raises
        Cancelled with what was read kept, WorkspaceError when there is no room for looking into files.
        """
        return self._looking.index(job or Job())

    # -- the whole store -----------------------------------------------------------------------------------------------

    def verify(self, job: Job | None = None) -> EvidenceReport:
        """Read every file of evidence and compare it with its hash. Raises Cancelled."""
        return self._files.verify(job or Job())

    def verified_path(self, sha256: str, job: Job | None = None) -> Path:
        """A kept file, hashed again just now: for whatever is submitted. Raises WorkspaceDamaged, Cancelled."""
        return self._files.verified_path(sha256, job)

    def named_files(self, hashes: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        """What has these contents: hash to (reference, file name) of each revision; one of no evidence is left out."""
        found: dict[str, list[tuple[str, str]]] = {}
        wanted = set(hashes)
        for row in queries.files(self._store.read()):
            if row.sha256 in wanted:
                found.setdefault(row.sha256, []).append((row.ref, row.file_name))
        return found

    def export(self, folder: Path, evidence_ids: Sequence[int] | None = None, job: Job | None = None) -> Exported:
        """Write copies under safe names (reference and file name), with an index workbook, into a folder.

        None = all in use. Nothing that is there is replaced. Raises NotSaved, InvalidInput, WorkspaceDamaged,
        Cancelled.
        """
        job = job or Job()
        if evidence_ids is None:
            ids = queries.all_ids(self._store.read(), in_use=True)
        else:
            ids = [item.id for item in self._items(evidence_ids)]
        with self._store.reading():
            items = [(self.get(one), self.used_in(one)) for one in ids]
        what = Exporting(items, self._today(), self._clock(), self._actor)
        return export(folder, what, self._files, self._blobs.folder, job)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _today(self) -> date:
        return today(self._clock)

    def _edit(self, action: str, title: str) -> AbstractContextManager[Edit]:
        return self._store.edit(
            action=action, title=title, subjects=[Subject.EVIDENCE.value], actor=self._actor, at=self._clock()
        )

    def _items(self, evidence_ids: Sequence[int]) -> list[queries.ItemRow]:
        """The items with these ids. Raises InvalidInput for none at all, NotFound when one is not there."""
        wanted = list(dict.fromkeys(evidence_ids))
        if not wanted:
            raise InvalidInput("Choose the evidence first.", field="evidence")
        items = queries.items(self._store.read(), wanted)
        if len(items) < len(wanted):
            raise NotFound("Some of this evidence is not there any more.", safe=_NOTHING, todo="Reload the page.")
        return items

    def _left(
        self, known: Sequence[int], given: EvidenceDetails, *, single: bool, linked: bool
    ) -> tuple[LeftAsItWas, ...]:
        if not known or given == EvidenceDetails():
            return ()
        found = []
        for item in queries.items(self._store.read(), known):
            words = left_out(given, details_of(item), single=single)
            if words:
                found.append(LeftAsItWas(item.id, item.ref, words, linked))
        return tuple(found)

    def _set_withdrawn(self, evidence_ids: Sequence[int], reason: str, verb: str) -> Changes:
        items = self._items(evidence_ids)
        title = f"{verb} {items_words([item.ref for item in items])}"
        with self._edit("evidence.withdraw" if reason else "evidence.reinstate", title) as step:
            step.update("evidence", [item.id for item in items], {"withdrawn": reason})
        return Changes.of(Subject.EVIDENCE, title=title, count=len(items))

    def _revision(self, evidence_id: int, number: int | None) -> Revision:
        """A revision of an item; None = the newest. Raises NotFound."""
        item = self.get(evidence_id)
        if number is None:
            return item.newest
        for one in item.revisions:
            if one.number == number:
                return one
        raise NotFound(f"{item.ref} has no revision {number}.", todo="Reload the page.")

    def _names(self, kind: TargetKind, ids: Sequence[int]) -> Mapping[int, TargetName]:
        """How targets are called; by their numbers where nobody names the kind."""
        source = self._targets.get(kind)
        if source is None:
            return {number: TargetName(f"{kind.words} {number}", "") for number in ids}
        return source.names(ids)

    def _must_be_there(self, targets: Sequence[Target]) -> None:
        for kind in {target.kind for target in targets}:
            ids = [target.id for target in targets if target.kind is kind]
            known = self._names(kind, ids)
            if any(number not in known for number in ids):
                raise NotFound(
                    f"A {kind.words} that this is to be linked to is not there any more.",
                    safe=_NOTHING,
                    todo="Reload the page.",
                )


def _revisions(rows: Sequence[queries.RevisionRow]) -> tuple[Revision, ...]:
    return tuple(
        Revision(
            row.id,
            row.number,
            row.blob_sha256,
            row.file_name,
            row.size,
            row.media_type,
            row.kind,
            bool(row.active),
            row.modified_at,
            row.origin,
            row.reason,
            row.added_at,
            row.added_by,
        )
        for row in rows
    )


def _refusal(refused: Sequence[Refused]) -> str:
    return f"{refused[0].name} was not taken: {refused[0].why}" if refused else "There is no file to take."
