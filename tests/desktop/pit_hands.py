"""What tests of the PIT plan share: a workspace with roles, and ways to the rows of its plan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from desktop.app import Workspace
from desktop.participant.model import Scope
from desktop.pit.model import Deliverable

MPIDS = {"supplier": "ACME", "ldso": "LDSO", "mem": "METR", "data_service": "DATA"}


def acme(folder: Path, clock, *roles: str) -> Workspace:
    """A new workspace whose participant has these roles."""
    workspace = Workspace.create(folder, "Acme Energy", "ACME", actor="Jo", clock=clock)
    for role in roles:
        workspace.participant.save_scope(Scope(MPIDS[role], role))
    return workspace


def by_key(workspace: Workspace, **asked) -> dict[str, Deliverable]:
    """The deliverables by their keys."""
    return {one.key: one for one in workspace.pit.deliverables(**asked)}


def ids(workspace: Workspace, *keys: str) -> list[int]:
    """The ids of deliverables by key."""
    found = by_key(workspace)
    return [found[key].id for key in keys]


def own_pack(workspace: Workspace, file: Path, body: dict, version: str = "9.1", status: str = "official") -> Path:
    """Write a pit_plan pack with this body and take it as the workspace's own."""
    header = {"kind": "pit_plan", "version": version, "status": status, "source": "My copy", "date": "2026-11-20"}
    file.write_text(json.dumps({**header, "body": body}), encoding="utf-8")
    workspace.content.take(file)
    return file


def shipped_body(workspace: Workspace) -> dict:
    """The body of the pack in use, to be changed."""
    return json.loads(json.dumps(workspace.pit.pack().body))


def row_of(rows: Sequence[dict], row_id: str) -> dict:
    """The row of a pack's list by its id."""
    return next(row for row in rows if row["id"] == row_id)
