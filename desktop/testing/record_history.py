"""What imports changed in one record, as it was kept when they were made."""

from __future__ import annotations

import json

from desktop.records.model import ChangeKind, PastChange, RecordKind
from local_db import record_imports
from local_db.connection import Connection


def past_changes(connection: Connection, kind: RecordKind, record_id: int) -> tuple[PastChange, ...]:
    """What imports changed in it, newest first."""
    return tuple(
        PastChange(
            import_id=row.import_id,
            file_name=row.file_name,
            source=row.source,
            version=row.version,
            change=ChangeKind(row.change),
            fields={name: (str(pair[0]), str(pair[1])) for name, pair in json.loads(row.fields).items()},
            at=row.imported_at,
            by=row.imported_by,
        )
        for row in record_imports.changes_of(connection, kind, record_id)
    )
