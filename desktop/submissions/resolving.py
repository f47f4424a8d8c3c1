"""Who gets a submission and when it is due, where nothing else is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from desktop.milestones.service import MilestoneDay
from desktop.pit.model import Gate
from desktop.requests.model import InfoRequest
from desktop.submissions.context import Desk
from desktop.submissions.model import KindInfo, Scope

OWN_DAY = "own day"
"""Where a day comes from that a person gave, as it stands within a sentence."""


class Present:
    """What deadlines and recipients follow from, asked once for one reading."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is read before it is asked for."""
        self._desk = desk

    @cached_property
    def milestones(self) -> Mapping[str, MilestoneDay]:
        """Every milestone by its id."""
        return {one.id: one for one in self._desk.sources.milestones.milestones()}

    @cached_property
    def gates(self) -> Mapping[str, Gate]:
        """The gates of the PIT plan by id."""
        return {one.id: one for one in self._desk.sources.pit.gates()}

    @cached_property
    def requests(self) -> Mapping[int, InfoRequest]:
        """Information requests by id."""
        return {one.id: one for one in self._desk.sources.requests.requests()}

    @cached_property
    def of_roles(self) -> tuple[str, ...]:
        """Who gets submissions by the participant's roles."""
        return tuple(one.id for one in self._desk.sources.participant.recipients())


@dataclass(frozen=True)
class Deadline:
    """When it is due (None = no day is known), and where the day comes from, in words ('' = nothing was said)."""

    day: date | None
    words: str


def deadline_of(kind: KindInfo, scope: Scope, milestone: str, due: str, present: Present) -> Deadline:
    """Its own day, else that of its milestone or its kind's, else of its gate, else of its request."""
    if due:
        return Deadline(_day(due), OWN_DAY)
    if chosen := milestone or kind.milestone:
        found = present.milestones.get(chosen)
        return Deadline(found.day, found.title if found.own else found.id) if found else Deadline(None, chosen)
    if kind.scope == "gate" and scope.gate:
        gate = present.gates.get(scope.gate)
        return Deadline(gate.day if gate else None, gate.name if gate else scope.gate)
    if kind.scope == "request" and scope.request_id is not None:
        request = present.requests.get(scope.request_id)
        if request is not None and request.details.due:
            return Deadline(_day(request.details.due), request.details.their_ref or request.ref)
    return Deadline(None, "")


def default_recipients(kind: KindInfo, scope: Scope, desk: Desk, present: Present | None = None) -> tuple[str, ...]:
    """The sender of its request, else the kind's own, else those of the participant's roles."""
    present = present or Present(desk)
    known = desk.recipients()
    if kind.scope == "request" and scope.request_id is not None:
        request = present.requests.get(scope.request_id)
        if request is not None and request.details.sender in known:
            return (request.details.sender,)
    own = tuple(one for one in known if one in kind.recipients)
    return own or present.of_roles


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
