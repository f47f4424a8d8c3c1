"""The participant's contacts as the record that both sides may edit: `{hat: {name, position, email, phone}}`.

Two people under one hat are `hat` and `hat~2`, in the order in which they were added. Fields that this version does not
know are carried along as they came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from desktop.changes import Changes, Subject
from desktop.participant.model import Contact
from desktop.records.cells import plain
from desktop.sync.merging import Base, Record, same
from local_db import background
from local_db import inbox as rows
from local_db.connection import Connection, Store

RECORD = "contacts"
TITLE = "Contacts"
FIELDS = {"name": "Name", "position": "Position", "email": "E-mail", "phone": "Telephone"}
"""The fields of a contact, as people call them."""
_AGAIN = "~"
_LONGEST = 500
_MOST = 200
"""Contacts that are read of a record."""


def mine(contacts: Iterable[Contact], base: Base) -> dict[str, dict[str, str]]:
    """What stands here as a record."""
    made: dict[str, dict[str, str]] = {}
    for key, contact in _keyed(contacts).items():
        known = {field: getattr(contact, field) for field in FIELDS}
        carried = {
            field: value for field, value in base.get(key, {}).items() if field not in FIELDS and value is not None
        }
        made[key] = {**carried, **known}
    return made


def read(value: object) -> dict[str, dict[str, str]]:
    """The record as an endpoint has it. What is no contact is passed over; a contact has a name."""
    if not isinstance(value, dict):
        return {}
    made = {}
    for key, group in list(value.items())[:_MOST]:
        if not isinstance(key, str) or not isinstance(group, dict):
            continue
        fields = {
            str(field): " ".join(plain(text).split())[:_LONGEST]
            for field, text in group.items()
            if isinstance(text, str)
        }
        if fields.get("name"):
            made[plain(key)[:60]] = fields
    return made


def read_base(text: str) -> dict[str, dict[str, str | None]]:
    """The base as it is kept."""
    try:
        found: Any = json.loads(text)
        return {str(key): dict(group) for key, group in found.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def text_of(value: Base) -> str:
    """A record as it is kept."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def title_of(name: str, hats: Mapping[str, str]) -> str:
    """The name of a field or of a whole contact, for people."""
    key, _, field = name.partition(".")
    hat, _, number = key.partition(_AGAIN)
    title = hats.get(hat, hat) + (f" {number}" if number else "")
    return f"{title}: {FIELDS.get(field, field).lower()}" if field else title


def said(group: Mapping[str, str | None] | str | None) -> str | None:
    """A contact as a whole, or one of its fields, in one line; None where it is not there."""
    if group is None or isinstance(group, str):
        return group
    return ", ".join(str(group[field]) for field in FIELDS if group.get(field)) or None


def put(
    connection: Connection, store: Store, contacts: Iterable[Contact], wanted: Record, *, title: str, actor: str,
    at: datetime, step: bool = False,
) -> Changes:  # fmt: skip
    """Make the contacts here as `wanted` says, inside the running `write()`.

    It is no step of a person, unless `step`, or a step that can be undone holds one of these rows: then it is one too,
    for else Undo of that step would be refused.
    """
    keyed = _keyed(contacts)
    changed = {
        key: group for key, group in wanted.items() if key not in keyed or not same(_fields(keyed[key]), _known(group))
    }
    gone = [contact for key, contact in keyed.items() if key not in wanted]
    if not changed and not gone:
        return Changes()
    touched = [keyed[key].id or 0 for key in changed if key in keyed] + [one.id or 0 for one in gone]
    if step or background.in_a_step(connection, "contact", touched):
        with store.edit(
            action="contact.sync", title=title, subjects=[Subject.PARTICIPANT.value], actor=actor, at=at
        ) as edit:
            for key, group in changed.items():
                values = {"hat": _hat(key), **_known(group)}
                if key in keyed:
                    edit.update("contact", [keyed[key].id or 0], values)
                else:
                    edit.insert("contact", values)
            edit.delete("contact", [one.id or 0 for one in gone])
    else:
        before = [{**_fields(keyed[key]), "hat": _hat(key)} for key in changed if key in keyed]
        for key, group in changed.items():
            contact_id = (keyed[key].id or 0) if key in keyed else background.free_id(connection, "contact")
            rows.put_contact(connection, contact_id, {"hat": _hat(key), **_known(group)})
        for one in gone:
            rows.remove_contact(connection, one.id or 0)
        body = {
            "before": before,
            "after": [{"hat": _hat(key), **_known(group)} for key, group in changed.items()],
            "removed": [{"hat": one.hat, **_fields(one)} for one in gone],
        }
        store.record("contact.sync", title, body, actor=actor, at=at)
    return Changes.of(Subject.PARTICIPANT, title=title, count=len(changed) + len(gone))


def _keyed(contacts: Iterable[Contact]) -> dict[str, Contact]:
    made: dict[str, Contact] = {}
    count: dict[str, int] = {}
    for one in sorted(contacts, key=lambda contact: contact.id or 0):
        count[one.hat] = count.get(one.hat, 0) + 1
        made[one.hat if count[one.hat] == 1 else f"{one.hat}{_AGAIN}{count[one.hat]}"] = one
    return made


def _fields(contact: Contact) -> dict[str, str]:
    return {field: str(getattr(contact, field)) for field in FIELDS}


def _known(group: Mapping[str, str]) -> dict[str, str]:
    return {field: group.get(field, "") for field in FIELDS}


def _hat(key: str) -> str:
    return key.partition(_AGAIN)[0]
