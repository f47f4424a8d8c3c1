"""Mappings a person confirmed, remembered by the set of headings they were for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from local_db.audit import timestamp
from local_db.connection import Connection, Store


def remembered(store: Store, heading_set: str) -> dict[str, str] | None:
    """The mapping (item to heading) last confirmed for this set of headings; None when there is none."""
    row = store.read().execute("SELECT mapping FROM heading_map WHERE heading_set = ?", (heading_set,)).fetchone()
    return None if row is None else {str(item): str(heading) for item, heading in json.loads(row[0]).items()}


def remember(connection: Connection, heading_set: str, mapping: Mapping[str, str], at: datetime) -> None:
    """Keep a confirmed mapping inside the running `write()`; the last one for a set of headings counts."""
    connection.execute(
        "INSERT INTO heading_map (heading_set, mapping, used_at) VALUES (?, ?, ?) "
        "ON CONFLICT (heading_set) DO UPDATE SET mapping = excluded.mapping, used_at = excluded.used_at",
        (heading_set, json.dumps(dict(mapping), ensure_ascii=False), timestamp(at)),
    )
