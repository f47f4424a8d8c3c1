"""Deliveries in words: how one stands, why it waits and what a person can do, how long it has waited.

Exported is not sent, and received only with a checked receipt: nothing in here ever says more than that.
"""

from __future__ import annotations

from datetime import datetime

from desktop.submissions.model import SubmissionState
from desktop.sync.choosing import SMALL
from desktop.sync.lines import age
from desktop.sync.model import Delivery, DeliveryState, Endpoint, Trouble
from desktop.sync.wire.envelope import WITHDRAW

NEEDS_YOU, UPLOADING, SENDING = "Needs you", "Uploading", "Sending"
QUEUED, AGAIN, HELD, BUNDLED = "Queued", "To be tried again", "Held back", "Exported, no receipt yet"
RECEIVED, LEFT_OUT = "Received", "Left out"
STANDS = (NEEDS_YOU, SENDING, UPLOADING, AGAIN, QUEUED, BUNDLED, HELD, RECEIVED, LEFT_OUT)
"""How a delivery stands, in few words; what wants most to be looked at first."""
_BY_ITSELF = "It is tried again by itself."
_AFTER_ALL = "To send it after all, queue it again: Send…, on the page of submissions."


_BY_STATE = {
    DeliveryState.NEEDS_YOU: NEEDS_YOU, DeliveryState.RECEIVED: RECEIVED, DeliveryState.LEFT_OUT: LEFT_OUT,
}  # fmt: skip
_ON_ITS_WAY = {DeliveryState.UPLOADING: UPLOADING, DeliveryState.SENDING: SENDING}


def stands(one: Delivery) -> str:
    """How it stands: one of `STANDS`."""
    if one.state in _BY_STATE:
        return _BY_STATE[one.state]
    if one.paused:
        return HELD
    if one.state in _ON_ITS_WAY:
        return _ON_ITS_WAY[one.state]
    if one.bundled_at is not None:
        return BUNDLED
    return AGAIN if one.tries or one.may_be_there else QUEUED


def state_and_progress(one: Delivery) -> str:
    """Its state with what is there already, for lists of text: `queued, 34 % there`; `queued, no receipt yet`."""
    if one.state not in {DeliveryState.QUEUED, DeliveryState.UPLOADING, DeliveryState.SENDING}:
        return one.state.value
    if one.may_be_there and one.bundled_at is None:
        return f"{one.state.value}, may be there already, no receipt yet"
    done = progress(one)
    return f"{one.state.value}, {done} there" if done else one.state.value


def name_of(one: Delivery) -> str:
    """Its title; that of a withdrawal says that it is one."""
    return f"Withdrawal: {one.title}" if one.act == WITHDRAW else one.title


def progress(one: Delivery) -> str:
    """How much of its files is there, as far as is known: `34 %`; '' where it says nothing."""
    if not one.size or one.state in {DeliveryState.RECEIVED, DeliveryState.LEFT_OUT} or not one.sent:
        return ""
    done = min(99, one.sent * 100 // one.size)  # the whole is said by the receipt only
    return f"{done} %" if done else ""


def waiting(one: Delivery, now: datetime) -> str:
    """How long it has waited: `3 days`; '' for one that does not wait."""
    return "" if one.done else age(now - one.queued_at)


def why(one: Delivery, endpoint: Endpoint | None) -> Trouble | None:
    """Why it is not received yet, or is not sent at all, and what to do; None for what was received.

    The first thing that holds it up is said, from the nearest to the farthest. `endpoint` None: it is not used any
    more.
    """
    if one.state is DeliveryState.LEFT_OUT:
        again = one.act != WITHDRAW and one.submission_state != SubmissionState.WITHDRAWN
        return Trouble(one.left_out or "It was left out.", _AFTER_ALL if again else "")
    if one.done:
        return None
    if one.state is DeliveryState.NEEDS_YOU:
        return one.trouble or Trouble("It could not be sent.", "Try it again, or leave it out.")
    for found in (_here(one), _over(one, endpoint), _there(one, endpoint)):
        if found is not None:
            return found
    if one.trouble is not None:
        return Trouble(one.trouble.what, one.trouble.todo or _BY_ITSELF, one.trouble.retry, one.trouble.slug,
                       one.trouble.status, one.trouble.request_id, one.trouble.at)  # fmt: skip
    return _going(one)


def _going(one: Delivery) -> Trouble:
    """Of one that nothing holds up."""
    if one.state in {DeliveryState.UPLOADING, DeliveryState.SENDING}:
        done = progress(one)
        return Trouble(f"{done} of its files is there." if done else "It is on its way; there is no receipt yet.")
    if one.may_be_there:
        return Trouble("It may be there already, but no receipt came yet.", f"{_BY_ITSELF} It cannot be there twice.")
    return Trouble("It goes in its turn: small things first, then the oldest.")


def _here(one: Delivery) -> Trouble | None:
    """What a person chose for this one."""
    return Trouble("It is held back.", "Let it go on when it is to be sent.") if one.paused else None


def _over(one: Delivery, endpoint: Endpoint | None) -> Trouble | None:
    """What became of the version that it hands over, where the endpoint cannot have it yet."""
    if one.act == WITHDRAW or one.may_be_there:
        return None
    if one.submission_state == SubmissionState.WITHDRAWN:
        by_itself = endpoint is not None and endpoint.online
        todo = "It is left out at the next sync; nothing is to be done." if by_itself else "Leave it out."
        return Trouble(f"{one.submission} was withdrawn, so it is not sent.", todo)
    if one.submission_state == SubmissionState.SUPERSEDED:
        return Trouble(
            f"A newer version supersedes {one.submission}; it still goes in its turn.",
            "Leave it out, if only the newer one is to go.",
        )
    return None


def _there(one: Delivery, endpoint: Endpoint | None) -> Trouble | None:
    """What keeps everything for its endpoint, or large things."""
    name = one.endpoint
    if endpoint is None:
        return Trouble(f"{name} is not used any more.", "Leave it out, or add the endpoint again.")
    if not endpoint.online:
        if one.bundled_at is not None:
            return Trouble(
                f"It is in a bundle for {name}, and there is no receipt yet.", "Import the return bundle when it comes."
            )
        return Trouble(f"{name} is reached by bundles only.", "Export a bundle and bring it there.")
    return _stopped(endpoint) or _too_large(one, endpoint)


def _stopped(endpoint: Endpoint) -> Trouble | None:
    if endpoint.signed_in_at is None:
        return Trouble(f"This laptop is not signed in at {endpoint.name}.", "Sign in on the page of endpoints.")
    if endpoint.paused:
        return Trouble(f"Sending to {endpoint.name} is paused.", "Let the endpoint go on.")
    return endpoint.trouble


def _too_large(one: Delivery, endpoint: Endpoint) -> Trouble | None:
    if not endpoint.metered or one.size < SMALL:
        return None
    return Trouble(
        "It is larger than 1 MiB, and such things wait until the connection is not metered.",
        "Say on the page of endpoints when it is not metered any more.",
    )
