"""Who this endpoint is: a uuid that never changes, kept in its database."""

from __future__ import annotations

import uuid

from sqlalchemy import Connection, insert, select

from central.tables import meta

ENDPOINT = "endpoint"


class Identity:
    """Settled once, at the start."""

    def __init__(self) -> None:
        """Not known yet."""
        self.uuid = ""

    def settle(self, connection: Connection) -> None:
        """Read it, or make it."""
        found = connection.execute(select(meta.c.value).where(meta.c.key == ENDPOINT)).scalar()
        if found is None:
            found = str(uuid.uuid4())
            connection.execute(insert(meta).values(key=ENDPOINT, value=found))
        self.uuid = str(found)
