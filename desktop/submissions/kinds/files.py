"""The files of evidence behind what a submission says: the newest revision of each item, each once, by reference."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from desktop.browse.frame_table import natural
from desktop.evidence.model import TargetKind, TargetName
from desktop.report.privacy import MpanChoice
from desktop.submissions.content import EvidenceFile
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.kinds.sources import Sources
from local_db import evidence as queries
from local_db.evidence import ItemRow, RevisionRow


def linked_to(sources: Sources, kind: TargetKind, ids: Collection[int]) -> tuple[int, ...]:
    """The items in use that are linked to these targets of a kind."""
    connection = sources.store.read()
    wanted = set(ids)
    found = {item for item, its, target, _ in queries.all_links(connection) if its == kind.value and target in wanted}
    return tuple(one.id for one in queries.items(connection, sorted(found)) if not one.withdrawn)


@dataclass(frozen=True)
class Proven:
    """One thing that an item is linked to. `awaiting`: a newer file is to be confirmed for it."""

    kind: TargetKind
    name: TargetName
    awaiting: bool

    @property
    def words(self) -> str:
        """For people: Requirement R-1 Take on a supply."""
        return " ".join(filter(None, (self.kind.words.capitalize(), self.name.ref, self.name.title)))


def proven_by(
    sources: Sources, ids: Iterable[int], masking: Masking, kinds: Collection[TargetKind] | None = None
) -> dict[int, tuple[Proven, ...]]:
    """What each of these items is linked to, of some kinds or all; what is not there any more is left out.

    Where only counts leave, which finding it is does not leave either.
    """
    wanted = set(ids)
    connection = sources.store.read()
    newest = {one.id: one.revision for one in queries.items(connection, sorted(wanted))}
    links: dict[TargetKind, list[tuple[int, int, bool]]] = {}
    for item, kind, target, confirmed in queries.all_links(connection):
        if item in newest and (kinds is None or kind in kinds):
            links.setdefault(TargetKind(kind), []).append((item, target, confirmed < newest[item]))
    found: dict[int, list[tuple[int, Proven]]] = {}
    order = list(TargetKind)
    for kind, its in links.items():
        names = sources.evidence.names(kind, sorted({target for _, target, _ in its}))
        for item, target, awaiting in its:
            if target in names:
                hidden = kind is TargetKind.FINDING and masking.choice is MpanChoice.COUNTS
                name = TargetName("", "") if hidden else names[target]
                found.setdefault(item, []).append((order.index(kind), Proven(kind, name, awaiting)))
    return {
        item: tuple(one for _, one in sorted(its, key=lambda pair: (pair[0], natural(pair[1].name.ref))))
        for item, its in found.items()
    }


def files_of(
    sources: Sources, ids: Iterable[int], masking: Masking, kinds: Collection[TargetKind] | None = None
) -> tuple[EvidenceFile, ...]:
    """The files of these items, those that were withdrawn left out.

    `kinds`: what of an item's links it is said to prove here; None = all of them.
    """
    connection = sources.store.read()
    wanted = sorted(set(ids))
    newest = queries.newest_revisions(connection, wanted)
    proven = proven_by(sources, wanted, masking, kinds)
    made = [
        _file(item, newest[item.id], tuple(dict.fromkeys(one.words for one in proven.get(item.id, ()))), masking)
        for item in queries.items(connection, wanted)
        if not item.withdrawn and item.id in newest
    ]
    return tuple(sorted(made, key=lambda one: natural(one.ref)))


def _file(item: ItemRow, file: RevisionRow, proves: tuple[str, ...], masking: Masking) -> EvidenceFile:
    period = " to ".join(filter(None, (item.period_from, item.period_to)))
    title, name, description, author, *said = masking.column(
        [item.title, file.file_name, item.description, item.author, *proves]
    )
    return EvidenceFile(
        item.ref,
        file.number,
        title,
        name,
        file.blob_sha256,
        file.size,
        file.media_type,
        description,
        author,
        item.collected,
        period,
        item.expires,
        item.confidentiality,
        item.redaction,
        bool(file.active),
        tuple(said),
    )


def file_points(files: Iterable[EvidenceFile], today: str) -> tuple[str, ...]:
    """What is open of the files themselves, each in one sentence. `today` is an ISO day."""
    kept = list(files)
    expired = [one.ref for one in kept if one.expires and one.expires < today]
    black_out = [one.ref for one in kept if one.redaction == "needed"]
    said = []
    if expired:
        said.append(f"Evidence that is not good any more: {listed(expired)}.")
    if black_out:
        said.append(f"Something still has to be blacked out in: {listed(black_out)}.")
    return tuple(said)


def listed(refs: Iterable[str], most: int = 8) -> str:
    """Some of a list and how many more: A, B and 3 more."""
    found = list(refs)
    shown = ", ".join(found[:most])
    return shown if len(found) <= most else f"{shown} and {len(found) - most:,} more"
