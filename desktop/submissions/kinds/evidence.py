"""An evidence pack: items with what they prove."""

from __future__ import annotations

from desktop.clock import today
from desktop.excel.book import Kind
from desktop.jobs import Job
from desktop.submissions.content import Column, Content, EvidenceFile, Table
from desktop.submissions.kinds.files import Proven, file_points, files_of, listed, proven_by
from desktop.submissions.kinds.keyed import Sheet, keyed_table
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.kinds.refusing import refused
from desktop.submissions.kinds.relied import counted
from desktop.submissions.kinds.sources import Sources
from desktop.submissions.model import Choice, Scope
from local_db import evidence as queries

_ITEMS = Sheet(
    "items", "Items", "Items of evidence", "One row for each item: its newest file, by the hash that it is known by.",
    (
        Column("title", "Title", Kind.WRAPPED, 40),
        Column("file_name", "File", Kind.WRAPPED, 34),
        Column("revision", "Revision", Kind.NUMBER, 10),
        Column("sha256", "SHA-256 of the file", Kind.TEXT, 66),
        Column("size", "Bytes", Kind.NUMBER, 13),
        Column("uses", "Things it proves", Kind.NUMBER, 12),
        Column("collected", "Collected on", Kind.DATE, 13),
        Column("period", "Period", Kind.WRAPPED, 24),
        Column("expires", "Good until", Kind.DATE, 13),
        Column("author", "Author", Kind.WRAPPED, 18),
        Column("confidentiality", "Confidentiality", Kind.TEXT, 15),
        Column("redaction", "Redaction", Kind.TEXT, 13),
        Column("description", "Description", Kind.WRAPPED, 40),
    ),
    frozenset({"sha256"}),
    reviewed=True,
)  # fmt: skip
_PROOFS = Sheet(
    "proofs", "What it proves", "What each item proves", "One row for each thing that an item is linked to.",
    (
        Column("evidence", "Evidence", Kind.TEXT, 18),
        Column("kind", "Kind of thing", Kind.TEXT, 16),
        Column("ref", "Which", Kind.WRAPPED, 24),
        Column("title", "Title", Kind.WRAPPED, 50),
        Column("looked_at", "Newest file looked at", Kind.WORD, 14),
    ),
)  # fmt: skip


def gather(scope: Scope, masking: Masking, sources: Sources, job: Job) -> Content:
    """What it says. Raises InvalidInput (field scope)."""
    ids = items_of(scope, sources)
    files = files_of(sources, ids, masking)
    proven = proven_by(sources, ids, masking)
    job.check()
    uses = {one.ref: proven.get(one.id, ()) for one in queries.items(sources.store.read(), ids)}
    waiting = [ref for ref, its in uses.items() if any(use.awaiting for use in its)]
    loose = [ref for ref, its in uses.items() if not its]
    day = today(sources.clock).isoformat()
    points = (
        *([f"A newer file is still to be confirmed for what it proves: {listed(waiting)}."] if waiting else []),
        *([f"Linked to nothing: {listed(loose)}."] if loose else []),
        *file_points(files, day),
    )
    size = sum(one.size for one in files)
    return Content(
        "evidence",
        "Evidence pack",
        (
            ("Items of evidence", f"{len(files):,}"),
            ("Bytes in all", f"{size:,}"),
            ("Things that they prove", f"{sum(map(len, uses.values())):,}"),
        ),
        (_items_table(files, uses, masking), _proofs_table(uses, masking)),
        evidence=files,
        values={
            "evidence.total": str(len(files)),
            "evidence.bytes": str(size),
            "evidence.to_confirm": str(len(waiting)),
            "evidence.expired": str(sum(bool(one.expires) and one.expires < day for one in files)),
        },
        open_points=points,
    )


def items_of(scope: Scope, sources: Sources) -> tuple[int, ...]:
    """The items that were chosen, or all in use. Raises InvalidInput (field scope)."""
    connection = sources.store.read()
    if not scope.evidence:
        found = tuple(queries.all_ids(connection, in_use=True))
        if not found:
            raise refused("There is no evidence in use yet.", "Add evidence first.")
        return found
    items = {one.id: one for one in queries.items(connection, scope.evidence)}
    gone = len(set(scope.evidence) - set(items))
    if gone:
        raise refused(f"Of the evidence that was chosen, {counted(gone, 'item')} cannot be found.", "Choose it again.")
    withdrawn = [one.ref for one in items.values() if one.withdrawn]
    if withdrawn:
        raise refused(f"Withdrawn, so not to be used any more: {listed(withdrawn)}.", "Leave it out of the choice.")
    return tuple(items)


def item_choices(sources: Sources) -> tuple[Choice, ...]:
    """Every item in use."""
    connection = sources.store.read()
    ids = queries.all_ids(connection, in_use=True)
    newest = queries.newest_revisions(connection, ids)
    return tuple(
        Choice(str(one.id), f"{one.ref} {one.title}", newest[one.id].file_name if one.id in newest else "", one.ref)
        for one in queries.items(connection, ids)
    )


def scope_words(scope: Scope, sources: Sources) -> str:
    """What was chosen, in words."""
    items = items_of(scope, sources)
    return counted(len(items), "item") if scope.evidence else "all evidence in use"


def _items_table(files: tuple[EvidenceFile, ...], uses: dict[str, tuple[Proven, ...]], masking: Masking) -> Table:
    rows = [
        (
            one.title, one.file_name, one.revision, one.sha256, one.size, len(uses.get(one.ref, ())), one.collected,
            one.period, one.expires, one.author, one.confidentiality, one.redaction, one.description,
        )
        for one in files
    ]  # fmt: skip
    return keyed_table(_ITEMS, rows, [one.ref for one in files], masking)


def _proofs_table(uses: dict[str, tuple[Proven, ...]], masking: Masking) -> Table:
    rows = [
        (ref, use.kind.words, use.name.ref, use.name.title, "No" if use.awaiting else "Yes")
        for ref, its in uses.items()
        for use in its
    ]
    return keyed_table(_PROOFS, rows, [row[:3] for row in rows], masking)
