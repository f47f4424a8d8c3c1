"""The pack in use against the plan, row by row; nothing of the pack comes into the plan before it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop.content.plan_change import PlanChange
from desktop.pit.incoming import Words
from desktop.pit.model import OWN
from desktop.pit.plan_pack import PackDeliverable, party_of
from local_db.pit import DeliverableRow

GONE = "gone"
"""Kept as a deliverable's pack_hash once it was seen that the pack has it no more."""

FIELD_WORDS = {
    "title": "Title",
    "field_name": "Standard's name",
    "gate": "Gate",
    "offset_days": "Working days before the gate",
    "stage": "Stage",
    "description": "Description",
    "good_evidence": "Good evidence",
}


def is_changed(row: DeliverableRow, pack_hashes: Mapping[str, str]) -> bool:
    """Whether the pack says something else than when it was last looked at; `pack_hashes` are by key."""
    return not row.key.startswith(OWN) and row.pack_hash != pack_hashes.get(row.key, GONE)


def compared(rows: Iterable[DeliverableRow], wanted: Iterable[PackDeliverable], words: Words) -> tuple[PlanChange, ...]:
    """New ones and changed ones in the pack's order, then those that the pack has no more.

    A change shows what the plan says now and what it would say: words that the person put in would be replaced.
    """
    kept = {row.key: row for row in rows if not row.key.startswith(OWN)}
    found = []
    hashes = {}
    parties = set()
    for one in wanted:
        hashes[one.key] = one.hash
        parties.add(one.party_type)
        row = kept.get(one.key)
        if row is None:
            fields = {FIELD_WORDS[name]: ("", _said(name, text, words)) for name, text in one.texts.items() if text}
            found.append(PlanChange(one.key, one.title, "new", fields))
        elif is_changed(row, hashes):
            before = _texts(row)
            found.append(
                PlanChange(
                    one.key,
                    one.title,
                    "changed",
                    {
                        FIELD_WORDS[name]: (_said(name, before[name], words), _said(name, text, words))
                        for name, text in one.texts.items()
                        if before[name] != text
                    },
                )
            )
    found += [
        PlanChange(row.key, row.title, "gone")
        for row in kept.values()
        if row.key not in hashes and row.pack_hash != GONE and party_of(row.key) in parties
    ]
    return tuple(found)


def _texts(row: DeliverableRow) -> dict[str, str]:
    texts = {name: getattr(row, name) for name in FIELD_WORDS if name != "offset_days"}
    return {**texts, "offset_days": "" if row.offset_days is None else str(row.offset_days)}


def _said(name: str, text: str, words: Words) -> str:
    return words.name_of(name, text) if name in ("gate", "stage") else text
