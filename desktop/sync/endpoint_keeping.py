"""The rows of endpoints as a person's steps write them: into the audit log and the log of sync, and told afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.declarations.body import moment
from desktop.errors import InvalidInput, NotFound
from desktop.sync.endpoint_rows import connection_text
from desktop.sync.model import EndpointDetails
from local_db import endpoints as rows
from local_db import settings, sync_log
from local_db.connection import Store
from local_db.endpoints import EndpointRow
from local_db.sync_log import LogRow

NO_WAITING = {"problem": "{}", "tries": 0, "next_try_at": ""}
"""What kept it from working is over."""
_LOGGED = {
    "endpoint.edit": "changed",
    "endpoint.sign-in": "signed in anew",
    "endpoint.remove": "removed",
    "endpoint.pause": "paused",
    "endpoint.contacts": "contacts agreed or taken back",
}
"""What the log of sync calls each."""


class EndpointKeeping:
    """`tell` is called after each step of a person."""

    def __init__(self, store: Store, actor: str, clock: Clock, tell: Callable[[], None]) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._actor = actor
        self._clock = clock
        self._tell = tell

    def require_writable(self) -> None:
        """Raises ReadOnly."""
        self._store.require_writable()

    @property
    def now(self) -> str:
        """The moment that it is, as it is kept."""
        return moment(self._clock())

    def row(self, endpoint_id: int) -> EndpointRow:
        """One as it is kept, with keys and cursor. Raises NotFound."""
        found = rows.endpoint(self._store.read(), endpoint_id)
        if found is None:
            raise NotFound(
                f"This workspace has no endpoint {endpoint_id}.", todo="Look it up in the list of endpoints."
            )
        return found

    def there(self, uuid: str) -> EndpointRow | None:
        """The one of this id that was removed before. Raises InvalidInput (field address) for one that is in use."""
        found = rows.of_uuid(self._store.read(), uuid)
        if found is not None and not found.removed:
            raise InvalidInput(
                f"This endpoint is in the list already: {found.name}.",
                field="address",
                todo="Use Sign in again there if the code is for this laptop.",
            )
        return found

    def refuse_name(self, name: str, endpoint_id: int) -> None:
        """Raises InvalidInput (field name) when another one that is in use is called so."""
        for one in rows.endpoints(self._store.read()):
            if not one.removed and one.id != endpoint_id and one.name.casefold() == name.casefold():
                raise InvalidInput(f"Another endpoint is called {one.name}.", field="name", todo="Give another name.")

    def waiting(self, endpoint_id: int) -> int:
        """How many deliveries wait for it."""
        return rows.waiting(self._store.read(), endpoint_id)

    def workspace(self) -> str:
        """The id of this workspace."""
        return settings.fact(self._store, "workspace_id") or "unknown"

    def add(
        self, there: EndpointRow | None, uuid: str, name: str, details: EndpointDetails, values: Mapping[str, object]
    ) -> tuple[int, Changes]:
        """A new row, or that of one that was removed before."""
        title = f"Add the endpoint {name}"
        whole = {
            **values,
            **NO_WAITING,
            "name": name,
            "connection": connection_text(details.connection),
            "metered": int(details.metered),
            "cap_kib": details.cap_kib,
            "contacts": int(details.contacts),
            "paused": 0,
            "removed": "",
            "added_at": moment(self._clock()),
            "added_by": self._actor,
        }
        with self._store.write() as connection:
            if there is None:
                endpoint_id = rows.add(connection, {**whole, "uuid": uuid})
            else:
                endpoint_id = there.id
                rows.change(connection, endpoint_id, whole)
            facts = {"endpoint": uuid, "address": whole.get("address", ""), "device": whole["device_uuid"]}
            facts["contacts"] = whole["contacts"]
            self._store.record("endpoint.add", title, facts, actor=self._actor, at=self._clock())
            self._log(endpoint_id, "added")
        self._tell()
        return endpoint_id, Changes.of(Subject.ENDPOINTS, title=title, count=1)

    def change(self, row: EndpointRow, values: Mapping[str, object], action: str, title: str) -> Changes:
        """A step of a person: other values, with their entry in both logs."""
        told = {name: one for name, one in values.items() if name not in {*NO_WAITING, "info"}}
        with self._store.write() as connection:
            rows.change(connection, row.id, values)
            facts = {"endpoint": row.uuid, **told}
            self._store.record(action, title, facts, actor=self._actor, at=self._clock())
            self._log(row.id, "goes on" if values.get("paused") == 0 else _LOGGED[action])
        self._tell()
        return Changes.of(Subject.ENDPOINTS, title=title, count=1)

    def _log(self, endpoint_id: int, event: str) -> None:
        """Inside the running `write()`: what a person did, beside what the rounds say. No names, no reasons."""
        sync_log.add(self._store.writer, LogRow(moment(self._clock()), endpoint_id, "", event, "", ""))

    def write(self, endpoint_id: int, values: Mapping[str, object]) -> Changes:
        """What rounds and bundles say of it: no step of a person, nothing for the logs."""
        with self._store.write() as connection:
            rows.change(connection, endpoint_id, values)
        return Changes.of(Subject.ENDPOINTS)


def texts(names: tuple[str, ...]) -> str:
    """A list as it is kept: JSON."""
    return json.dumps(list(names), ensure_ascii=False)
