"""Exceptions: findings that somebody accepted for a time, with a reason, and when they open themselves again.

An exception holds through the day it expires. One for all findings of a check (and item) also knows how many there
were; when a run finds more, it is outgrown and all its findings are open again. Both are final until somebody approves
it anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desktop.errors import InvalidInput
from local_db.exceptions import ExceptionRow

EXPIRES_SOON_DAYS = 30
"""An exception that ends within so many days is shown as ending soon."""

LONGEST_TEXT = 2_000


class ExceptionState(StrEnum):
    """How an exception stands. Only an active one keeps findings out of the open counts."""

    ACTIVE = "active"
    EXPIRED = "expired"
    OUTGROWN = "outgrown"
    WITHDRAWN = "withdrawn"


class Covers(StrEnum):
    """What an exception was given for."""

    LISTED = "listed"
    """The findings that were named when it was given; new ones of the same check stay open."""
    ALL = "all"
    """All findings of the check, and of the item where one is named, up to its population."""


@dataclass(frozen=True)
class ExceptionRequest:
    """What somebody asks for. No expiry, no exception. `item` narrows an exception for a whole check."""

    reason: str
    approver: str
    expires: date | None
    item: str = ""


@dataclass(frozen=True)
class AcceptedException:
    """One exception. `population` is what it was given for, `now` how many findings it is about today."""

    id: int
    check_id: str
    item: str
    reason: str
    approver: str
    approved_at: date
    expires: date
    population: int
    now: int
    covers: Covers
    state: ExceptionState
    created_at: str
    created_by: str

    @property
    def active(self) -> bool:
        """Whether it keeps its findings out of the open counts."""
        return self.state is ExceptionState.ACTIVE

    @property
    def terms(self) -> str:
        """How it stands, in words: accepted for 42, now 57 – approve it again."""
        given = f"accepted for {self.population:,}"
        if self.state is ExceptionState.OUTGROWN:
            return f"{given}, now {self.now:,}"
        if self.state is ExceptionState.EXPIRED:
            return f"{given} until {self.expires.isoformat()}, which has passed"
        if self.state is ExceptionState.WITHDRAWN:
            return f"{given}, withdrawn"
        return f"{given} until {self.expires.isoformat()}"


@dataclass(frozen=True)
class Reopened:
    """An exception that opened its findings again, and why."""

    exception_id: int
    check_id: str
    item: str
    state: ExceptionState
    population: int
    now: int
    expires: str


def checked_request(request: ExceptionRequest, today: date) -> tuple[str, str, date]:
    """The reason, the approver and the expiry, trimmed. Raises InvalidInput, its field named."""
    reason, approver = request.reason.strip(), request.approver.strip()
    if not reason:
        raise InvalidInput("Say why these findings are accepted.", field="reason")
    if not approver:
        raise InvalidInput("Name the person who approves this exception.", field="approver")
    for field, text in (("reason", reason), ("approver", approver)):
        if len(text) > LONGEST_TEXT:
            raise InvalidInput(f"Use at most {LONGEST_TEXT:,} characters.", field=field)
    if request.expires is None:
        raise InvalidInput(
            "An exception needs a day on which it ends.",
            field="expires",
            todo="Choose the day by which you want to look at it again.",
        )
    if request.expires <= today:
        raise InvalidInput("The day on which an exception ends must lie ahead.", field="expires")
    return reason, approver, request.expires


def judged(row: ExceptionRow, today: date, now: Callable[[ExceptionRow], int]) -> ExceptionState:
    """How an exception stands today; `now` counts the findings it is about, asked only where that decides."""
    state = ExceptionState(row.state)
    if state is not ExceptionState.ACTIVE:
        return state
    if today > date.fromisoformat(row.expires):
        return ExceptionState.EXPIRED
    if row.covers == Covers.ALL and now(row) > row.population:
        return ExceptionState.OUTGROWN
    return state


def to_reopen(rows: Iterable[ExceptionRow], today: date, now: Callable[[ExceptionRow], int]) -> tuple[Reopened, ...]:
    """The exceptions that are kept as active and are so no longer."""
    found = []
    for row in rows:
        state = judged(row, today, now)
        if state is not ExceptionState(row.state):
            found.append(Reopened(row.id, row.check_id, row.item, state, row.population, now(row), row.expires))
    return tuple(found)


def reopened_title(reopened: tuple[Reopened, ...]) -> str:
    """The title of the audit entry: Reopen 3 exceptions: 2 expired, 1 outgrown."""
    expired = sum(one.state is ExceptionState.EXPIRED for one in reopened)
    parts = [
        f"{count} {word}" for count, word in ((expired, "expired"), (len(reopened) - expired, "outgrown")) if count
    ]
    return f"Reopen {len(reopened)} exception{'' if len(reopened) == 1 else 's'}: {', '.join(parts)}"


def covering(
    exceptions: Iterable[AcceptedException], check_id: str, item: str, listed_in: int | None
) -> AcceptedException | None:
    """The exception that holds for a finding, else the newest one that held and opened it again.

    `listed_in` is the exception in which the finding stands by itself.
    """
    found = [
        one
        for one in exceptions
        if one.state is not ExceptionState.WITHDRAWN
        and (
            one.id == listed_in if one.covers is Covers.LISTED else one.check_id == check_id and one.item in {"", item}
        )
    ]
    return max(found, key=lambda one: (one.active, one.id), default=None)


def described(row: ExceptionRow, state: ExceptionState, now: int) -> AcceptedException:
    """A kept exception as people see it."""
    return AcceptedException(
        id=row.id,
        check_id=row.check_id,
        item=row.item,
        reason=row.reason,
        approver=row.approver,
        approved_at=date.fromisoformat(row.approved_at),
        expires=date.fromisoformat(row.expires),
        population=row.population,
        now=now,
        covers=Covers(row.covers),
        state=state,
        created_at=row.created_at,
        created_by=row.created_by,
    )
