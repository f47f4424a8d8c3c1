"""Taking back what was said of a signed declaration by mistake.

Nothing that happened is edited: the correction is an event of its own, with its reason, that says the state before. It
never goes behind the signature: what is signed stays signed.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.declarations import entered, witness
from desktop.declarations.afterwards import ways, whole_of
from desktop.declarations.model import DeclarationState
from desktop.declarations.reading import Reader, state_of
from desktop.declarations.set_back import must_not_be_set_back
from desktop.errors import InvalidInput
from local_db import audit
from local_db import declarations as rows
from local_db.connection import Store
from local_db.declarations import EventRow

MISTAKE = "Said by mistake: "
"""How the note of a correction begins."""
CORRECTED = (DeclarationState.SUBMITTED, DeclarationState.ACKNOWLEDGED)
"""What can be taken back. A return is said with its reason, and what follows it is said again."""
_SAID = frozenset(one.value for one in (*CORRECTED, DeclarationState.RETURNED))


class Corrections:
    """Writes them."""

    def __init__(self, store: Store, reader: Reader, actor: str, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._reader = reader
        self._actor = actor
        self._clock = clock

    def take_back(self, declaration_id: int, reason: str) -> Changes:
        """Go back by what was said last, for whom it was said. See DeclarationService."""
        self._store.require_writable()
        reason = entered.paragraph(reason, "reason")
        if not reason:
            raise InvalidInput("Say why it was a mistake.", safe="Nothing was changed.", field="reason")
        with self._store.write() as connection:
            row = self._reader.row(declaration_id, connection)
            name = f"{row.ref} v{row.version}"
            events = rows.events(connection, [row.id])
            places = [place for place, one in enumerate(events) if one.state in _SAID]
            last = events[places[-1]] if places else None
            if state_of(row) not in CORRECTED or last is None or last.state == DeclarationState.RETURNED.value:
                raise InvalidInput(
                    f"Nothing was said of {name} that can be taken back: it is {state_of(row).title.lower()}.",
                    safe="Nothing was changed.",
                    field="state",
                )
            at = self._clock()
            must_not_be_set_back(connection, at, safe="Nothing was changed.")
            back = [(last.recipient, _before(events[: places[-1]], last)), *_others(events[: places[-1]], last)]
            made = [
                EventRow(row.id, state.value, audit.timestamp(at), self._actor, recipient, f"{MISTAKE}{reason}")
                for recipient, state in back
            ]
            written = [("declaration_event", rows.add_event(connection, one)) for one in made]
            state = whole_of(ways([*events, *made]))
            rows.set_state(connection, row.id, state.value)
            title = f"Take back that {name} was {last.state}"
            facts: dict[str, object] = {
                "declaration_id": row.id,
                "state": state.value,
                "recipient": last.recipient,
                "reason": reason,
                witness.ROWS: witness.told(connection, written),
            }
            self._store.record("declaration.take_back", title, facts, actor=self._actor, at=at, barrier=True)
        return Changes.of(Subject.DECLARATIONS, title=title, count=1)


def _before(events: Sequence[EventRow], last: EventRow) -> DeclarationState:
    """One state back: acknowledged to submitted, submitted to returned where it had come back, else to signed."""
    if last.state == DeclarationState.ACKNOWLEDGED.value:
        return DeclarationState.SUBMITTED
    mine = [one.state for one in events if one.recipient in {last.recipient, ""} and one.state in _SAID]
    returned = bool(mine) and mine[-1] == DeclarationState.RETURNED.value and not last.note.startswith(MISTAKE)
    return DeclarationState.RETURNED if returned else DeclarationState.SIGNED


def _others(events: Sequence[EventRow], last: EventRow) -> list[tuple[str, DeclarationState]]:
    """What was said of single recipients before it was said of all: that counts again."""
    if last.recipient or last.note.startswith(MISTAKE):
        return []
    return [(recipient, state) for recipient, state in ways(events).items() if recipient]
