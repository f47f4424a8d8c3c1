"""What days of results, defects and work-off items may be, typed or out of a file: one rule for both."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.errors import InvalidInput
from desktop.testing.entered import in_order
from desktop.testing.model import DefectStatus, WorkOffStatus

ENDED = frozenset(
    (DefectStatus.CLOSED.value, DefectStatus.REJECTED.value, WorkOffStatus.DONE.value, WorkOffStatus.DROPPED.value)
)
"""Statuses of defects and work-off items that have a closing day."""


def check_executed(executed: str, today: str) -> None:
    """Raise InvalidInput when a result was executed on a day that lies ahead. Days are ISO texts, '' is none."""
    if executed[:10] > today:
        raise InvalidInput("A case cannot have been run on a day that lies ahead.", field="executed")


def closing_day(status: str, closed: str, today: str) -> str:
    """What is closed has a day, `today` where none is given; what is not has none."""
    return (closed or today) if status in ENDED else ""


def check_defect(values: Mapping[str, str], today: str) -> None:
    """Raise InvalidInput when a defect was raised or closed on a day ahead, or closed before it was raised."""
    raised, closed = values.get("raised", ""), values.get("closed", "")
    if raised > today:
        raise InvalidInput("A defect cannot have been raised on a day that lies ahead.", field="raised")
    if closed > today:
        raise InvalidInput("A defect cannot have been closed on a day that lies ahead.", field="closed")
    in_order(raised, closed, "closed", "A defect cannot be closed before it was raised.")


def check_work_off(values: Mapping[str, str], today: str, *, is_for: bool) -> None:
    """Raise InvalidInput for an item of neither a defect nor a requirement, a closing day ahead, or no name agreed.

    `is_for`: a defect or a requirement is named.
    """
    if not is_for:
        raise InvalidInput("A work-off item is for a defect or a requirement.", field="defect_id", todo="Choose one.")
    if values.get("agreed_on") and not values.get("agreed_by"):
        raise InvalidInput("Name who agreed.", field="agreed_by")
    if values.get("closed", "") > today:
        raise InvalidInput("A work-off item cannot have been closed on a day that lies ahead.", field="closed")
