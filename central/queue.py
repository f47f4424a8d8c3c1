"""The queue of reviewers: which submissions are there, filtered, counted and paged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from central.tables import comment, participant, submission
from desktop.sync.wire.envelope import SUBMIT
from desktop.sync.wire.feed import STATES

WAITING, ALL = "waiting", "all"
"""Choices beside the states themselves: received or in review; whatever the state."""
WAITING_STATES = ("received", "in review")
PAGE = 25
_LONGEST_TEXT = 200
_MOST_PAGE = 10**6
_SHOWN = ("id", "participant", "kind", "reference", "version", "title", "received_at", "channel", "state")
"""Columns of a submission in the list: the envelope itself may be 4 MiB, and is read by nobody here."""


@dataclass(frozen=True)
class Filter:
    """What is looked for; '' = any. `text` stands in the reference, the title, the id or the participant's name."""

    participant: str = ""
    kind: str = ""
    state: str = WAITING
    text: str = ""
    oldest_first: bool = False
    page: int = 1

    def read(self) -> Filter:
        """The same with what cannot be looked for put right: whatever somebody typed into an address is taken."""
        state = self.state if self.state in {*STATES, WAITING, ALL} else WAITING
        text = self.text.replace("\x00", "").strip()[:_LONGEST_TEXT]
        return replace(
            self,
            participant=self.participant.replace("\x00", "")[:_LONGEST_TEXT],
            kind=self.kind.replace("\x00", "")[:_LONGEST_TEXT],
            state=state,
            text=text,
            page=min(max(1, self.page), _MOST_PAGE),
        )


@dataclass(frozen=True)
class Entry:
    """One submission in the queue."""

    id: str
    participant: str
    participant_name: str
    kind: str
    reference: str
    version: int
    title: str
    received_at: str
    channel: str
    state: str
    comments: int


@dataclass(frozen=True)
class Queue:
    """A page of it. `counts`: how many there are by state, as filtered otherwise, with `waiting` and `all`."""

    entries: tuple[Entry, ...]
    total: int
    page: int
    pages: int
    counts: Mapping[str, int]
    participants: tuple[tuple[str, str], ...]
    """Everybody who handed something over: id and name."""
    kinds: tuple[str, ...]
    used: Filter

    @property
    def first(self) -> int:
        """Number of the first entry of this page; 0 when there is none."""
        return (self.page - 1) * PAGE + 1 if self.entries else 0


def queue(connection: Connection, wanted: Filter) -> Queue:
    """A page that is past the end is the last one."""
    used = wanted.read()
    counts = _counts(connection, used)
    total = counts[used.state]
    pages = max(1, -(-total // PAGE))
    page = min(used.page, pages)
    said = select(func.count()).where(comment.c.submission == submission.c.id).scalar_subquery()
    order: list[ColumnElement[Any]] = [submission.c.received_at, submission.c.id]
    order = order if used.oldest_first else [one.desc() for one in order]
    ids = _named(select(submission.c.id), used).where(*_where(used), _state(used.state)).order_by(*order)
    here = connection.execute(ids.limit(PAGE).offset((page - 1) * PAGE)).scalars().all()
    query = (
        select(*(submission.c[one] for one in _SHOWN), participant.c.name, said.label("comments"))
        .join(participant, participant.c.id == submission.c.participant)
        .where(submission.c.id.in_(here))
        .order_by(*order)
    )
    rows = connection.execute(query).mappings()
    entries = tuple(
        Entry(**{one: row[one] for one in _SHOWN}, participant_name=row["name"], comments=row["comments"])
        for row in rows
    )
    return Queue(entries, total, page, pages, counts, _participants(connection), _kinds(connection), used)


def _counts(connection: Connection, used: Filter) -> Mapping[str, int]:
    query = _named(select(submission.c.state, func.count()), used).where(*_where(used)).group_by(submission.c.state)
    found = {state: int(count) for state, count in connection.execute(query)}
    return {
        WAITING: sum(found.get(one, 0) for one in WAITING_STATES),
        **{one: found.get(one, 0) for one in STATES},
        ALL: sum(found.values()),
    }


def _named(query: Select[Any], used: Filter) -> Select[Any]:
    """With the participant's name, where it is looked for."""
    return query.join(participant, participant.c.id == submission.c.participant) if used.text else query


def _where(used: Filter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [submission.c.act == SUBMIT]
    if used.participant:
        where.append(submission.c.participant == used.participant)
    if used.kind:
        where.append(submission.c.kind == used.kind)
    if used.text:
        looked = (submission.c.reference, submission.c.title, submission.c.id, participant.c.name, participant.c.id)
        where.append(or_(*(one.icontains(used.text, autoescape=True) for one in looked)))
    return where


def _state(state: str) -> ColumnElement[bool]:
    if state == ALL:
        return and_(submission.c.act == SUBMIT)
    return submission.c.state.in_(WAITING_STATES) if state == WAITING else submission.c.state == state


def _participants(connection: Connection) -> tuple[tuple[str, str], ...]:
    here = exists().where(submission.c.participant == participant.c.id)  # for each of them, not for each submission
    query = select(participant.c.id, participant.c.name).where(here).order_by(participant.c.name)
    return tuple((one.id, one.name) for one in connection.execute(query))


def _kinds(connection: Connection) -> tuple[str, ...]:
    query = select(submission.c.kind).where(submission.c.act == SUBMIT).distinct().order_by(submission.c.kind)
    return tuple(connection.execute(query).scalars())
