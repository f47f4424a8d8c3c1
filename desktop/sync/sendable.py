"""What is still to be done with a submission through endpoints: for whom it can be queued, and who is to be told."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.submissions.model import RecipientState, Submission, SubmissionState
from desktop.sync.model import Delivery, DeliveryState, Route
from desktop.sync.wire.envelope import SUBMIT, WITHDRAW

SEND_IT = "Send it"
BY_BUNDLE = "Bring it in a bundle"
_WAIT = "Wait for sync"
_SENDING = {"Export it", "Send it, then say so"}
_CAUTIONS = {
    RecipientState.HANDED_OVER: "It was handed over to {who}{on}: they would have it twice.",
    RecipientState.RECEIVED: "{who} received it{on}: they would have it twice.",
    RecipientState.IN_REVIEW: "{who} took it into review{on}: they would have it twice.",
    RecipientState.CHANGES_REQUESTED: "{who} asked for changes{on}: they wait for a new version, not for this one.",
    RecipientState.ACCEPTED: "{who} accepted it{on}: it need not be sent again.",
}
"""By how it stands with a recipient; the endpoint itself may not know of it."""
_AT_HOME = {RecipientState.FROZEN, RecipientState.EXPORTED}


def can_be_sent(one: Submission, routes: Sequence[Route]) -> tuple[Route, ...]:
    """Recipients with an endpoint that has nothing of it yet, and with whom a person did nothing else about it."""
    if one.state is not SubmissionState.FROZEN:
        return ()
    at_home = {standing.recipient for standing in one.recipients if standing.state in _AT_HOME}
    return tuple(
        route for route in routes if route.endpoint_id is not None and not route.delivery and route.recipient in at_home
    )


def hangs_on_routes(one: Submission) -> bool:
    """Whether the next step may be another one, by which endpoints receive for its recipients and how."""
    return one.next_step in {*_SENDING, _WAIT}


def next_step(one: Submission, routes: Sequence[Route]) -> str:
    """The next step in words: sending it, where that can be done and comes next; else what the submission says."""
    if one.next_step in _SENDING and can_be_sent(one, routes):
        return SEND_IT
    queued = [route for route in routes if route.delivery and _queued(one, route.recipient)]
    by_bundle = bool(queued) and all(route.by_bundle for route in queued)
    return BY_BUNDLE if one.next_step == _WAIT and by_bundle else one.next_step


def _queued(one: Submission, recipient: str) -> bool:
    return any(each.recipient == recipient and each.state is RecipientState.QUEUED for each in one.recipients)


def cautions(one: Submission, recipients: Sequence[str]) -> tuple[str, ...]:
    """Why it may be better not to send it to some recipients, by what was heard of them or done here about it."""
    found = []
    if one.state is SubmissionState.SUPERSEDED:
        found.append("A newer version supersedes it: that is the one to send.")
    for standing in one.recipients:
        words = _CAUTIONS.get(standing.state)
        if standing.recipient in recipients and words:
            on = f" on {standing.since.day} {standing.since:%b %Y}" if standing.since else ""
            found.append(words.format(who=standing.name or standing.recipient, on=on))
    return tuple(found)


def to_tell(deliveries: Sequence[Delivery]) -> tuple[str, ...]:
    """Names of the endpoints that have a submission, or wait for it, and were not told that it was withdrawn."""
    told = {one.endpoint_id for one in deliveries if one.act == WITHDRAW and one.state is not DeliveryState.LEFT_OUT}
    return tuple(
        dict.fromkeys(
            one.endpoint
            for one in deliveries
            if one.act == SUBMIT and one.state is not DeliveryState.LEFT_OUT and one.endpoint_id not in told
        )
    )
