"""Records that both sides may edit: merged field by field, shown where both changed one, chosen by a person.

They are people's details: nothing goes to or comes from an endpoint for which no person agreed to that.

What a person does not choose stays open: closing a window chooses nothing. Values of people stand in the audit log of
the workspace, never in the log of sync, which may go to support.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.errors import InvalidInput, NotFound
from desktop.participant.service import ParticipantService
from desktop.sync import shared_contacts as contacts
from desktop.sync.merging import MINE, THEIRS, Base, Clash, Merged, Record, merge, next_base, same_record, unsure
from desktop.sync.model import Choices, Conflict, FieldConflict
from local_db import endpoints, sync_log
from local_db import inbox as rows
from local_db.audit import timestamp
from local_db.connection import Connection, Store
from local_db.inbox import RecordRow
from local_db.sync_log import LogRow

SAME, TO_SEND, CONFLICT = "same", "to send", "conflict"
_NOT_THERE: Base = {}
_NOTHING = "Nothing was changed."


class SharedRecords:
    """Only the contacts so far; another record is passed over."""

    def __init__(self, store: Store, participant: ParticipantService, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._participant = participant
        self._actor = actor
        self._clock = clock

    def arrived(
        self, connection: Connection, endpoint_id: int, record: str, version: int, value: object, *, sure: bool = True
    ) -> Changes:
        """What stands at the endpoint now: merge it, inside the running `write()`.

        `sure` False: the endpoint was restored since both had the same, so that whatever differs is asked.
        """
        row = self._row(connection, endpoint_id, record)
        if (
            not _agreed(connection, endpoint_id)
            or record != contacts.RECORD
            or (sure and version <= max(row.version, row.theirs_version))
        ):
            return Changes()
        theirs, kept_base = contacts.read(value), contacts.read_base(row.base)
        mine = self._mine(kept_base)
        base = _asked_before_removal(kept_base, mine, theirs) if sure else unsure(mine, theirs)
        merged = merge(base, mine, theirs)
        changed = self._put(connection, merged, "Take over contacts that were changed at an endpoint")
        new_base = next_base(base, theirs, merged.clashes)
        at = self._clock()
        if merged.clashes:
            kept = RecordRow(
                endpoint_id, record, row.version if sure else 0, contacts.text_of(new_base), contacts.text_of(theirs),
                version, CONFLICT, "{}", timestamp(at),
            )  # fmt: skip
        else:
            state = SAME if same_record(merged.value, theirs) else TO_SEND
            kept = RecordRow(
                endpoint_id, record, version, contacts.text_of(theirs), "", 0, state, "{}", timestamp(at)
            )  # fmt: skip
        rows.keep_record(connection, kept)
        self._log(connection, kept, version, merged)
        subjects = {*changed.subjects, *((Subject.INBOX,) if merged.clashes or row.state == CONFLICT else ())}
        return Changes.of(*subjects, title=changed.title, count=changed.count)

    def sent(self, connection: Connection, endpoint_id: int, record: str, version: int, value: object) -> Changes:
        """The endpoint took it: both have the same."""
        row = self._row(connection, endpoint_id, record)
        if version < row.version:
            return Changes()
        text = contacts.text_of(contacts.read(value))
        at = self._clock()
        rows.keep_record(
            connection, RecordRow(endpoint_id, record, version, text, "", 0, SAME, "{}", timestamp(at))
        )  # fmt: skip
        sync_log.add(connection, LogRow(timestamp(at), endpoint_id, record, "sent", f"version {version}", ""))
        return Changes.of(Subject.INBOX) if row.state == CONFLICT else Changes()

    def outgoing(self, endpoint_id: int) -> tuple[tuple[str, int, dict[str, object]], ...]:
        """See InboxService."""
        connection = self._store.read()
        row = self._row(connection, endpoint_id, contacts.RECORD)
        if not _agreed(connection, endpoint_id):
            return ()
        base = contacts.read_base(row.base)
        mine = self._mine(base)
        if row.state == CONFLICT:
            merged = self._merged(row, mine)
            theirs = contacts.read(json.loads(row.theirs or "{}"))
            if merged.clashes or same_record(merged.value, theirs):
                return ()
            return ((contacts.RECORD, row.theirs_version, dict(merged.value)),)
        if same_record(mine, _known(base)):
            return ()
        return ((contacts.RECORD, row.version, dict(mine)),)

    def conflicts(self) -> tuple[Conflict, ...]:
        """See InboxService."""
        hats = {str(one["id"]): str(one["name"]) for one in self._participant.choices("hats")}
        with self._store.reading() as connection:
            found = []
            for row in rows.records_in_conflict(connection):
                mine = self._mine(contacts.read_base(row.base))
                every = self._merged(row, mine, chosen=False)
                if not every.clashes:
                    continue
                chosen = json.loads(row.choices)
                found.append(
                    Conflict(
                        row.endpoint_id,
                        row.endpoint,
                        row.record,
                        contacts.TITLE,
                        tuple(_field(one, hats, chosen) for one in every.clashes),
                        tuple(f"{contacts.title_of(one, hats)}: as it is here" for one in every.from_mine)
                        + tuple(f"{contacts.title_of(one, hats)}: as it is there" for one in every.from_theirs),
                    )
                )
        return tuple(found)

    def choose(self, endpoint_id: int, record: str, choices: Choices) -> Changes:
        """See InboxService."""
        self._store.require_writable()
        at = self._clock()
        with self._store.write() as connection:
            row = rows.record(connection, endpoint_id, record)
            if row is None or row.state != CONFLICT or not _agreed(connection, endpoint_id):
                raise NotFound("This conflict is not there any more.", safe=_NOTHING, todo="Reload the list.")
            base = contacts.read_base(row.base)
            mine = self._mine(base)
            every = self._merged(row, mine, chosen=False)
            chosen = _checked({**json.loads(row.choices)}, choices, {one.name for one in every.clashes})
            merged = merge(base, mine, theirs := contacts.read(json.loads(row.theirs or "{}")), chosen)
            if merged.clashes:
                kept = RecordRow(**{**row.__dict__, "choices": json.dumps(chosen), "changed_at": timestamp(at)})
                rows.keep_record(connection, kept)
                return Changes.of(Subject.INBOX, title="Choose between contacts", count=len(choices))
            _must_have_names(merged)
            title = "Choose between contacts here and at an endpoint"
            body = {"endpoint_id": endpoint_id, "mine": mine, "theirs": theirs, "choices": chosen}
            self._store.record("sync.choose", title, body, actor=self._actor, at=at)
            changed = self._put(connection, merged, title, step=True)
            state = SAME if same_record(merged.value, theirs) else TO_SEND
            kept = RecordRow(
                endpoint_id, record, row.theirs_version, contacts.text_of(theirs), "", 0, state, "{}", timestamp(at)
            )  # fmt: skip
            rows.keep_record(connection, kept)
            told = ", ".join(f"{name}: {side}" for name, side in sorted(chosen.items()))
            sync_log.add(connection, LogRow(timestamp(at), endpoint_id, record, "conflict chosen", told, ""))
        return Changes.of(Subject.INBOX, *changed.subjects, title=title, count=max(1, changed.count))

    # -- inside --------------------------------------------------------------------------------------------------------

    def _mine(self, base: Base) -> dict[str, dict[str, str]]:
        return contacts.mine(self._participant.contacts(), base)

    @staticmethod
    def _merged(row: RecordRow, mine: dict[str, dict[str, str]], *, chosen: bool = True) -> Merged:
        theirs = contacts.read(json.loads(row.theirs or "{}"))
        return merge(contacts.read_base(row.base), mine, theirs, json.loads(row.choices) if chosen else None)

    def _put(self, connection: Connection, merged: Merged, title: str, *, step: bool = False) -> Changes:
        return contacts.put(
            connection, self._store, self._participant.contacts(), merged.value, title=title, actor=self._actor,
            at=self._clock(), step=step,
        )  # fmt: skip

    def _row(self, connection: Connection, endpoint_id: int, record: str) -> RecordRow:
        """How it stands; as if it was never there where nothing is kept. Raises NotFound."""
        if endpoints.endpoint(connection, endpoint_id) is None:
            raise NotFound("This endpoint is not there any more.", todo="Reload the page.")
        found = rows.record(connection, endpoint_id, record)
        return found or RecordRow(endpoint_id, record, 0, contacts.text_of(_NOT_THERE), "", 0, SAME, "{}", "")

    @staticmethod
    def _log(connection: Connection, kept: RecordRow, version: int, merged: Merged) -> None:
        clashing = ", ".join(one.name for one in merged.clashes)
        detail = f"version {version}; taken: {', '.join(merged.from_theirs) or 'nothing'}"
        if clashing:
            detail += f"; changed on both sides: {clashing}"
        event = "conflict" if clashing else "merged"
        sync_log.add(connection, LogRow(kept.changed_at, kept.endpoint_id, kept.record, event, detail, ""))


def _agreed(connection: Connection, endpoint_id: int) -> bool:
    found = endpoints.endpoint(connection, endpoint_id)
    return found is not None and bool(found.contacts)


def _asked_before_removal(base: Base, mine: Record, theirs: Record) -> Base:
    """What was taken away there and stands here is a clash: nothing of the person's goes without being asked."""
    return {key: dict.fromkeys(group) if key in mine and key not in theirs else group for key, group in base.items()}


def _known(base: Base) -> dict[str, dict[str, str]]:
    return {key: {field: value or "" for field, value in group.items()} for key, group in base.items()}


def _field(clash: Clash, hats: Mapping[str, str], chosen: Mapping[str, str]) -> FieldConflict:
    said = contacts.said
    return FieldConflict(
        clash.name,
        contacts.title_of(clash.name, hats),
        said(clash.base),
        said(clash.mine),
        said(clash.theirs),
        chosen.get(clash.name, ""),
    )


def _checked(before: dict[str, str], choices: Choices, open_ones: set[str]) -> dict[str, str]:
    """Choices so far with the new ones; those of fields that are no conflict any more go. Raises InvalidInput."""
    for name, side in choices.items():
        if name not in open_ones:
            raise InvalidInput(
                f"“{name[:80]}” is not in conflict.", field="field", safe=_NOTHING,
                todo=f"Choose for: {', '.join(sorted(open_ones))}.",
            )  # fmt: skip
        if side not in {MINE, THEIRS, ""}:
            raise InvalidInput(
                f"“{side[:40]}” is no side.", field="side", safe=_NOTHING, todo=f"Choose {MINE} or {THEIRS}."
            )
    made = {**before, **choices}
    return {name: side for name, side in made.items() if name in open_ones and side}


def _must_have_names(merged: Merged) -> None:
    for group in merged.value.values():
        if not group.get("name"):
            raise InvalidInput(
                "A contact would have no name.", field="field", safe=_NOTHING,
                todo="Choose the side that has a name, or the whole contact of one side.",
            )  # fmt: skip
