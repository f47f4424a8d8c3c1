"""Placing reliance: whether a third party's testing is proven, and what is missing where it is not."""

from __future__ import annotations

from datetime import date

from desktop.errors import InvalidInput
from desktop.pit import entered
from desktop.pit.model import Reliance, RelianceDetails, RelianceStatus
from local_db.pit import RelianceRow


def reliance_of(row: RelianceRow, evidence: tuple[int, int], today: date, expired_items: int = 0) -> Reliance:
    """A kept reliance as people see it; `evidence` is (items in use, links that await confirmation).

    `expired_items` of the items in use are not good any more: they prove nothing.
    """
    details = RelianceDetails(
        row.third_party, row.product, row.scope, RelianceStatus(row.status), row.agreement, row.agreed_by,
        row.agreed_on, row.expires, row.note,
    )  # fmt: skip
    expired = bool(row.expires) and date.fromisoformat(row.expires) < today
    items, awaiting = evidence
    missing = []
    if details.status is not RelianceStatus.AGREED:
        missing.append(
            {"proposed": "no agreement yet", "declined": "it was declined", "ended": "it has ended"}[row.status]
        )
    if expired:
        missing.append(f"it expired on {date.fromisoformat(row.expires):%d %b %Y}")
    if not items:
        missing.append("no evidence")
    elif expired_items >= items:
        missing.append("its evidence has expired")
    if awaiting:
        missing.append("evidence awaiting confirmation")
    return Reliance(row.id, row.ref, details, row.requirements, items, awaiting, expired, not missing, tuple(missing))


def values_of(details: RelianceDetails, today: date) -> dict[str, object]:
    """What is kept of it. Raises InvalidInput, its field named. Agreed without a day takes today."""
    values: dict[str, object] = {
        name: entered.text(getattr(details, name), name)
        for name in ("third_party", "product", "scope", "agreement", "agreed_by", "note")
    }
    if not values["third_party"]:
        raise InvalidInput("Name the third party whose testing is relied on.", field="third_party")
    values["status"] = RelianceStatus(details.status).value
    values["agreed_on"] = entered.day(details.agreed_on, "agreed_on", today)
    values["expires"] = entered.day(details.expires, "expires")
    if details.status is RelianceStatus.AGREED and not values["agreed_on"]:
        values["agreed_on"] = today.isoformat()
    if values["agreed_on"] and values["expires"] and str(values["expires"]) < str(values["agreed_on"]):
        raise InvalidInput("It cannot end before it was agreed.", field="expires")
    return values
