"""Queries about the PIT plan: gates, deliverables, reliance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from local_db.connection import Connection

DELIVERABLE_COLUMNS = (
    "ref", "key", "party_type", "title", "field_name", "gate", "offset_days", "stage", "description", "good_evidence",
    "owner", "baseline", "current", "actual", "status", "reviewer", "remarks", "note", "source", "pack_hash",
    "position",
)  # fmt: skip
_RELIANCE = "id, ref, third_party, product, scope, status, agreement, agreed_by, agreed_on, expires, note"


@dataclass(frozen=True)
class GateRow:
    """The days given to a gate, ISO texts; or the milestone that it hangs on, so many working days after it."""

    id: int
    gate: str
    baseline: str
    current: str
    actual: str
    note: str
    milestone: str
    milestone_days: int


@dataclass(frozen=True)
class DeliverableRow:
    """A deliverable as it is kept; days are ISO texts."""

    id: int
    ref: str
    key: str
    party_type: str
    title: str
    field_name: str
    gate: str
    offset_days: int | None
    stage: str
    description: str
    good_evidence: str
    owner: str
    baseline: str
    current: str
    actual: str
    status: str
    reviewer: str
    remarks: str
    note: str
    source: str
    pack_hash: str
    position: int


@dataclass(frozen=True)
class RelianceRow:
    """A reliance as it is kept, with how many requirements rest on it."""

    id: int
    ref: str
    third_party: str
    product: str
    scope: str
    status: str
    agreement: str
    agreed_by: str
    agreed_on: str
    expires: str
    note: str
    requirements: int


def gates(connection: Connection) -> dict[str, GateRow]:
    """The gates that were given something, by their id in the pack."""
    found = connection.execute(
        "SELECT id, gate, baseline, current, actual, note, milestone, milestone_days FROM pit_gate"
    )
    return {row[1]: GateRow(*row) for row in found}


def deliverables(connection: Connection, ids: Iterable[int] | None = None) -> list[DeliverableRow]:
    """These deliverables (None: all) by id; ids that are not there are left out."""
    wanted = None if ids is None else {int(one) for one in ids}
    found = connection.execute(
        f"SELECT id, {', '.join(DELIVERABLE_COLUMNS)} FROM deliverable ORDER BY id"  # noqa: S608 - fixed names
    )
    return [DeliverableRow(*row) for row in found if wanted is None or row[0] in wanted]


def reliances(connection: Connection) -> list[RelianceRow]:
    """Every reliance, newest first."""
    found = connection.execute(
        f"SELECT {_RELIANCE}, (SELECT count(*) FROM requirement WHERE reliance_id = reliance.id) "  # noqa: S608 - fixed
        "FROM reliance ORDER BY id DESC"
    )
    return [RelianceRow(*row) for row in found]


def people(connection: Connection) -> list[str]:
    """Every owner and reviewer that was given to a deliverable, by name."""
    found = connection.execute(
        "SELECT owner FROM deliverable WHERE owner <> '' UNION SELECT reviewer FROM deliverable WHERE reviewer <> '' "
        "ORDER BY 1"
    )
    return [row[0] for row in found]
