"""Several endpoints that receive for one recipient: to which of them its things go, and how a person is told of it.

They go to one of them only. The one that has the submission, or a version before it, already keeps it; something new
goes to the first of `preferred`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from desktop.sync.model import Endpoint


def preferred(endpoints: Iterable[Endpoint]) -> list[Endpoint]:
    """One that is online before one that is reached by bundles only; of equals the one that was added first."""
    return sorted(endpoints, key=lambda one: (not one.online, one.id))


def overlaps(one: Endpoint, endpoints: Iterable[Endpoint], names: Mapping[str, str]) -> tuple[str, ...]:
    """In words, for each recipient of an endpoint that others in use receive for too: where something new goes.

    `names`: of recipients, by id.
    """
    found = []
    for recipient in one.recipients:
        several = preferred(each for each in endpoints if recipient in each.recipients and not each.removed)
        if len(several) < 2 or one not in several:
            continue
        who, first = names.get(recipient, recipient), several[0]
        others = _listed([each.name for each in several if each.id != one.id])
        where = "here" if first.id == one.id else f"to {first.name}"
        receive = "receives" if len(several) == 2 else "receive"
        found.append(
            f"{others} {receive} for {who} too. It goes to one of them only: what is new {where}, a newer version to "
            "where the one before it went."
        )
    return tuple(found)


def sent_elsewhere(
    endpoint: Endpoint, here: Sequence[str], endpoints: Iterable[Endpoint], names: Mapping[str, str], *, begun: bool
) -> tuple[str, ...]:
    """In words, for a parcel to `endpoint`: the others that could have had it, and get nothing.

    `begun`: the endpoint has the submission, or a version before it.
    """
    found = []
    for other in preferred(endpoints):
        shared = [names.get(each, each) for each in here if each in other.recipients]
        if other.id == endpoint.id or not shared:
            continue
        why = ", which has a version of it already" if begun else ""
        found.append(
            f"{other.name} receives for {_listed(shared)} too. It goes to {endpoint.name} only{why}; for whom each "
            "receives is changed on the page Endpoints."
        )
    return tuple(found)


def _listed(names: Sequence[str]) -> str:
    """A, B and C."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1] if names else "") if part)
