"""The pit_plan pack read into the plan's words. A pack that the person brought may lack anything but ids."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.content.pack import Pack
from desktop.pit.model import Gate, PartyType, SeverityLevel, Stage
from desktop.working_days import LONGEST

KIND = "pit_plan"


@dataclass(frozen=True)
class PackDeliverable:
    """One deliverable of the pack for one party type and one gate: what taking it writes into the plan."""

    key: str
    party_type: str
    title: str
    field_name: str
    gate: str
    offset: int | None
    stage: str
    description: str
    good_evidence: str
    position: int

    @property
    def texts(self) -> dict[str, str]:
        """What the pack says of it, by the field's name in the plan: this is compared, shown and taken."""
        return {
            "title": self.title,
            "field_name": self.field_name,
            "gate": self.gate,
            "offset_days": "" if self.offset is None else str(self.offset),
            "stage": self.stage,
            "description": self.description,
            "good_evidence": self.good_evidence,
        }

    @property
    def hash(self) -> str:
        """Of these texts: another one means that the pack says something else."""
        return hashlib.sha256(json.dumps(self.texts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:32]


def stages_of(pack: Pack) -> tuple[Stage, ...]:
    """The stages in the pack's order."""
    return tuple(Stage(row["id"], _text(row, "name") or row["id"], _text(row, "about")) for row in pack.body["stages"])


def gates_of(pack: Pack) -> tuple[Gate, ...]:
    """The gates in the pack's order, without days."""
    return tuple(Gate(row["id"], _text(row, "name") or row["id"], _text(row, "about")) for row in pack.body["gates"])


def severities_of(pack: Pack) -> tuple[SeverityLevel, ...]:
    """The scale of defects, worst first."""
    return tuple(
        SeverityLevel(row["id"], _text(row, "name") or row["id"], _text(row, "about"), row.get("blocks_exit") is True)
        for row in pack.body["severities"]
    )


def families_of(pack: Pack) -> tuple[str, ...]:
    """The families of requirements by name."""
    return tuple(_text(row, "name") or row["id"] for row in pack.body["families"])


def parties_of(pack: Pack, roles: Iterable[Mapping[str, Any]]) -> tuple[PartyType, ...]:
    """The roles of the recipients pack with their names, then the other party types of the pack."""
    found = {str(role["id"]): PartyType(str(role["id"]), _text(role, "name") or str(role["id"])) for role in roles}
    for row in pack.body["parties"]:
        known = found.get(row["id"])
        name = known.name if known else _text(row, "name") or row["id"]
        found[row["id"]] = PartyType(row["id"], name, _text(row, "assured_by"))
    return tuple(found.values())


def deliverables_of(pack: Pack, parties: Iterable[str]) -> tuple[PackDeliverable, ...]:
    """The pack's deliverables for these party types, one for each gate that they are due at, in its order.

    A row without `parties`, and a day without them, is for every party type.
    """
    found = {}
    wanted = list(dict.fromkeys(parties))
    for position, row in enumerate(pack.body["deliverables"], 1):
        raw_due = row.get("due")
        due = raw_due if isinstance(raw_due, list) and raw_due else [{"id": ""}]
        for party in wanted:
            if not _is_for(row, party):
                continue
            for one in due:
                if not isinstance(one, dict) or not _is_for(one, party):
                    continue
                gate = _text(one, "gate") or _text(one, "id")
                key = f"{party}/{row['id']}" + (f"@{gate}" if gate else "")
                found[key] = PackDeliverable(
                    key=key,
                    party_type=party,
                    title=_text(row, "title") or row["id"],
                    field_name=_text(row, "field_name"),
                    gate=gate,
                    offset=_offset(one.get("offset")),
                    stage=_text(row, "stage"),
                    description=_text(row, "about"),
                    good_evidence=_text(row, "good_evidence"),
                    position=position,
                )
    return tuple(found.values())


def party_of(key: str) -> str:
    """The party type that a pack's deliverable was taken for, whatever was said of it since."""
    return key.partition("/")[0]


def _is_for(row: Mapping[str, Any], party: str) -> bool:
    parties = row.get("parties")
    return not isinstance(parties, list) or not parties or party in parties


def _offset(value: object) -> int | None:
    return value if type(value) is int and 0 <= value <= LONGEST else None


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""
