"""What of sync needs the person, in one sentence, and on which page it is mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.sync.model import Conflict, Delivery, DeliveryState

SENDING, ENDPOINTS = "sending", "endpoints"


@dataclass(frozen=True)
class Needing:
    """`words` '': nothing. `where`: SENDING or ENDPOINTS."""

    words: str = ""
    where: str = SENDING


def needing(deliveries: Sequence[Delivery], conflicts: Sequence[Conflict]) -> Needing:
    """What could not be sent without the person, and what was changed on both sides."""
    stuck = [one for one in deliveries if one.state is DeliveryState.NEEDS_YOU]
    parts = []
    if len(stuck) == 1:
        parts.append(f"{stuck[0].submission} could not be sent to {stuck[0].endpoint}: it needs you.")
    elif stuck:
        parts.append(f"{len(stuck):,} submissions could not be sent: they need you.")
    if conflicts:
        fields = sum(len(one.fields) for one in conflicts)
        parts.append(
            "A field was changed here and at an endpoint: choose which stands."
            if fields == 1
            else f"{fields:,} fields were changed here and at an endpoint: choose which stand."
        )
    return Needing(" ".join(parts), SENDING if stuck else ENDPOINTS)
