"""What `mhhs-desk demo` writes and says of what the sample sent."""

from __future__ import annotations

from pathlib import Path

from desktop.app import Workspace
from desktop.sync.model import DeliveryState, OfferState

RECEIPT = "receipt-of-the-endpoint.html"


def write(workspace: Workspace, folder: Path) -> tuple[Path, ...]:
    """Write the receipt of what was received, as a person would print it."""
    received = [one for one in workspace.outbox.deliveries() if one.state is DeliveryState.RECEIVED]
    path = folder / RECEIPT
    path.write_text(workspace.outbox.receipt_text(received[0].uuid), encoding="utf-8")
    return (path,)


def lines(workspace: Workspace) -> list[str]:
    """How it stands with the endpoint, in one line."""
    deliveries = workspace.outbox.deliveries()
    received = sum(one.state is DeliveryState.RECEIVED for one in deliveries)
    offered = sum(one.state is OfferState.OFFERED for one in workspace.inbox.offers())
    count = len(workspace.endpoints.endpoints())
    return [
        f"Endpoints: {count} (made up, by bundles only); sent: {received} with a checked "
        f"receipt, {len(deliveries) - received} waiting; programme content offered: {offered}"
    ]
