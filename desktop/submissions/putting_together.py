"""The parts of a body that say who hands over what to whom, and the single values that templates take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from desktop import __version__
from desktop.declarations.body import moment
from desktop.participant.model import Contact
from desktop.report.privacy import BULLETS, MpanChoice, masked_words
from desktop.submissions.context import Desk
from desktop.submissions.kinds.registry import known
from desktop.submissions.model import CheckReport, Comparison, KindInfo, Submission
from desktop.submissions.pack_kinds import delivery_of
from desktop.submissions.shape import FORMAT

APP = f"MHHS Desk {__version__}"

_LONG = 8
"""Digits of a telephone of which the last four may be seen."""
_EVERY = ("submissions", "recipients", "milestones")
"""Packs that every submission rests on."""


def head_parts(
    one: Submission, desk: Desk, at: datetime, head: tuple[int, str], supersedes: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What stands around the content: from whom, to whom, when due, made when and after what.

    Names of packs, participants, milestones and requests are typed by people somewhere: masked as all of it.
    """
    details, names = one.details, desk.recipients()

    def words(text: str) -> str:
        return masked_words(text, details.mpan_choice)

    return {
        "format": FORMAT,
        "kind": one.kind.id,
        "kind_name": words(one.kind.name),
        "title": details.title,
        "reference": one.ref,
        "version": one.version,
        "supersedes": supersedes,
        "reason": one.reason,
        "participant": participant_part(desk, details.mpan_choice),
        "recipients": [
            {
                "id": recipient,
                "name": words(str(names.get(recipient, {}).get("name") or recipient)),
                "code_body": words(str(names.get(recipient, {}).get("code_body") or "")),
            }
            for recipient in details.recipients
        ],
        "delivery": [
            {
                "recipient": wanted.recipient,
                "document": one.kind.code,
                "pattern": words(wanted.pattern),
                "zip": wanted.as_zip,
                "largest_mb": wanted.largest_mb,
            }
            for wanted in (delivery_of(desk.pack(), recipient) for recipient in details.recipients)
        ],
        "deadline": {"day": one.deadline.isoformat(), "words": words(one.deadline_words)} if one.deadline else None,
        "covering": details.covering,
        "personal_data": details.mpan_choice.value,
        "packs": _packs(one.kind, desk, details.mpan_choice),
        "audit": {"seq": head[0], "h": head[1]},
        "made": {"at": moment(at), "by": desk.actor, "app": APP},
    }


def check_parts(report: CheckReport, choice: MpanChoice) -> list[dict[str, Any]]:
    """What the recipients' rules found, as it is kept: masked as all of it."""
    return [
        {
            "rule": line.rule,
            "title": masked_words(line.title, choice),
            "severity": line.severity.value,
            "recipient": line.recipient,
            "outcome": line.outcome.value,
            "detail": masked_words(line.detail, choice),
            "count": line.count,
        }
        for line in report.lines
    ]


def change_part(compared: Comparison | None) -> dict[str, Any] | None:
    """What changed since the version before, as it is kept."""
    if compared is None:
        return None
    return {
        "before": compared.before,
        "counts": [list(one) for one in compared.counts],
        "rows": [
            {
                "table": change.table,
                "key": change.key,
                "kind": change.kind.value,
                "column": change.column,
                "before": change.before,
                "after": change.after,
            }
            for change in compared.changes
        ],
        "left_out": compared.left_out,
        "same_choice": compared.same_choice,
    }


def participant_part(desk: Desk, choice: MpanChoice = MpanChoice.LAST_FOUR) -> dict[str, Any]:
    """Who hands over: the organisation, and each MPID with the names of its roles."""
    participant = desk.sources.participant.get()
    names = {str(one["id"]): str(one.get("name") or one["id"]) for one in desk.sources.participant.choices("roles")}
    roles: dict[str, list[str]] = {}
    for scope in desk.sources.participant.scopes():
        held = roles.setdefault(scope.mpid, [])
        name = masked_words(names.get(scope.role, scope.role), choice)
        if name not in held:
            held.append(name)
    return {
        "name": masked_words(participant.name, choice),
        "short_name": masked_words(participant.short_name, choice),
        "mpids": [{"mpid": mpid, "roles": held} for mpid, held in roles.items()],
    }


def template_values(body: Mapping[str, Any], recipient: str, desk: Desk) -> dict[str, str]:
    """The single values of a submission for one recipient, by the ids that templates know (filling/items.py)."""
    participant = body["participant"]
    names = {one["id"]: one["name"] for one in body["recipients"]}
    contact = _contact(body["kind"], desk.sources.participant.contacts())

    def words(text: str) -> str:
        return masked_words(text, MpanChoice(body["personal_data"]))

    return {
        "participant.name": participant["name"],
        "participant.short_name": participant["short_name"],
        "participant.mpids": ", ".join(one["mpid"] for one in participant["mpids"]),
        "contact.name": words(contact.name) if contact else "",
        "contact.position": words(contact.position) if contact else "",
        "contact.email": words(contact.email) if contact else "",
        "contact.phone": _phone(contact.phone, MpanChoice(body["personal_data"])) if contact else "",
        "recipient.name": names.get(recipient, recipient),
        "recipient.id": recipient,
        "submission.ref": body["reference"],
        "submission.version": str(body["version"]),
        "submission.title": body["title"],
        "submission.date": body["made"]["at"][:10],
    }


def _contact(kind: str, contacts: Iterable[Contact]) -> Contact | None:
    """The one who answers for a kind: under its hat, else anybody."""
    found = list(contacts)
    hat = known(kind).hat
    return next((one for one in found if one.hat == hat), found[0] if found else None)


def _phone(number: str, choice: MpanChoice) -> str:
    """A telephone as the choice of personal data says: a long number, however its digits are grouped."""
    if choice is MpanChoice.FULL or not number.strip():
        return number
    digits = "".join(mark for mark in number if mark.isdecimal())
    return BULLETS + digits[-4:] if choice is MpanChoice.LAST_FOUR and len(digits) >= _LONG else BULLETS


def _packs(kind: KindInfo, desk: Desk, choice: MpanChoice) -> list[dict[str, Any]]:
    packs = [desk.sources.content.pack(one) for one in (*_EVERY, *known(kind.id).packs)]
    return [
        {
            "kind": one.kind,
            "version": masked_words(one.version, choice),
            "status": one.status.value,
            "source": masked_words(one.source, choice),
            "sha256": one.sha256,
        }
        for one in packs
    ]
