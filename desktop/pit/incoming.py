"""Deliverables out of a file: the person's own copy of the official timelines, or our workbook coming back.

What a file says is taken by the row's key, for new deliverables and known ones alike. Names of gates, stages and party
types become their ids where they are known; other words stay as they stand, since official words are unknown to us.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from desktop.errors import InvalidInput
from desktop.pit import entered
from desktop.pit.model import OWN, DeliverableStatus
from local_db.pit import DeliverableRow

FIELDS = (
    "title", "party_type", "gate", "offset", "stage", "field_name", "description", "good_evidence", "owner",
    "baseline", "current", "actual", "status", "reviewer", "remarks", "note",
)  # fmt: skip
"""The fields that a file can give, by name."""


class Words:
    """The words of the plan that a file may use, folded, to what is kept."""

    def __init__(self, gates: Mapping[str, str], stages: Mapping[str, str], parties: Mapping[str, str]) -> None:
        """Each maps an id to its name."""
        self._names = {"gate": gates, "stage": stages, "party_type": parties}
        self._ids = {
            field: {folded(text): one for one, name in names.items() for text in (one, name)}
            for field, names in self._names.items()
        }

    def id_of(self, field: str, text: str) -> str:
        """The id of a gate, stage or party type; what is not known stays as it stands."""
        return self._ids[field].get(folded(text), text.strip())

    def knows(self, field: str, text: str) -> bool:
        """Whether the plan has a gate, stage or party type of this id or name."""
        return folded(text) in self._ids[field]

    def name_of(self, field: str, kept: str) -> str:
        """Its name for people."""
        return self._names[field].get(kept, kept)


def folded(text: str) -> str:
    """Letters and digits only, without regard to case: PIT Entry, pit_entry and PIT-entry are one."""
    return "".join(one for one in text.casefold() if one.isalnum())


def matched(rows: Iterable[DeliverableRow], keys: Iterable[str]) -> dict[str, int]:
    """Which keys of a file are deliverables that are here: by key, by reference, or by the key an import gave them."""
    known: dict[str, int] = {}
    for row in rows:
        for name in (row.key, row.ref):
            known[name.casefold()] = row.id
    found = {}
    for key in keys:
        for name in (key.strip(), OWN + key.strip()):
            if name.casefold() in known:
                found[key] = known[name.casefold()]
                break
    return found


def key_of_new(key: str) -> str:
    """The key that a deliverable of a file gets in the plan."""
    key = key.strip()
    return key if key.startswith(OWN) else OWN + key


def texts_of(row: DeliverableRow, words: Words) -> dict[str, str]:
    """What is kept of a deliverable by field, as a file would say it: for the difference before it is taken."""
    texts = {name: str(getattr(row, name)) for name in FIELDS if name != "offset"}
    texts["offset"] = "" if row.offset_days is None else str(row.offset_days)
    for field in ("gate", "stage", "party_type"):
        texts[field] = words.name_of(field, texts[field])
    return texts


def values_of(given: Mapping[str, str], words: Words, today: date) -> dict[str, object]:
    """The columns that a row of a file gives. Raises InvalidInput, its field named.

    A status may be written in any case and with - or _ for blanks.
    """
    values: dict[str, object] = {}
    for field, raw in given.items():
        if field not in FIELDS:
            raise ValueError(f"a deliverable has no field {field}")
        text = entered.text(raw, field)
        if field in entered.DAY_WORDS:
            values[field] = entered.day(text, field, today if field == "actual" else None)
        elif field == "offset":
            values["offset_days"] = entered.offset(text)
        elif field == "status":
            values["status"] = _status(text)
        elif field in ("gate", "stage", "party_type"):
            values[field] = words.id_of(field, text)
        else:
            values[field] = text
    if values.get("title") == "":
        raise InvalidInput("A deliverable needs a title.", field="title")
    return values


def _status(text: str) -> str:
    if not text:
        return DeliverableStatus.NOT_STARTED.value
    for status in DeliverableStatus:
        if folded(status.value) == folded(text):
            return status.value
    raise InvalidInput(
        f"“{text}” is no status of a deliverable.",
        todo=f"Use one of: {', '.join(DeliverableStatus)}.",
        field="status",
    )
