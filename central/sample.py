"""A made-up programme to look around in: participants, a published pack, and two submissions that wait for review.

Every name in it is made up and says so. Filling the same endpoint again changes nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from central.bodies import FORMAT
from central.central import COMMAND_LINE, Central
from central.clock import moment
from central.devices import Caller
from desktop.sync.wire import envelope as wire

PARTICIPANTS = (
    ("SAMPLE", "Sample Energy Supply Limited (made-up data)"),
    ("ACME", "Acme Energy Limited (made-up data)"),
    ("BOREAL", "Boreal Networks plc (made-up data)"),
)
"""The first is the participant of the desk's sample workspace."""
PACK_VERSION = "2026.12-sample"
_PROGRAMME = Path(__file__).resolve().parents[1] / "resources" / "programme"
_SENDER = "ACME"
_KINDS = ("rttm", "cleanse_report")
_NAMES = uuid.UUID("0b6d2f3e-3a54-4a57-9f3e-6f1d5e0c7a11")


def fill(central: Central, by: str = COMMAND_LINE) -> None:
    """Add what is not there yet. Raises Refused when the endpoint has no room."""
    for short, name in PARTICIPANTS:
        central.participants.add(short, name, by)
    _publish(central, by)
    _hand_over(central, by)


def _publish(central: Central, by: str) -> None:
    """The suggested milestones with another version, marked as a sample: something for laptops to be offered."""
    if any(one.version == PACK_VERSION for one in central.packs.all()):
        return
    shipped = sorted(_PROGRAMME.glob("*/milestones.json"))
    if not shipped:
        return
    pack = json.loads(shipped[-1].read_text(encoding="utf-8"))
    pack.update(
        version=PACK_VERSION,
        status="sample",
        source=f"A sample made of MHHS Desk's own suggestion, which is not official. {pack['source']}",
    )
    text = json.dumps(pack, ensure_ascii=False, indent=2) + "\n"
    central.packs.publish(text.encode(), by, f"Milestones {PACK_VERSION} (sample)")


def _hand_over(central: Central, by: str) -> None:
    """A made-up laptop of one of them hands two submissions over. Its key is thrown away: it sends nothing more."""
    if any(one.participant == _SENDER for one in central.devices.all()):
        return
    key = Ed25519PrivateKey.generate()
    device = str(uuid.uuid5(_NAMES, central.identity.uuid))
    public = base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    invitation = central.devices.invite(_SENDER, by, 1)
    central.devices.enrol(
        device, {"code": invitation.code, "public_key": public, "name": "Sample laptop", "app": "sample"}
    )
    caller = Caller(_SENDER, device, dict(PARTICIPANTS)[_SENDER])
    for number, kind in enumerate(_KINDS):
        _submit(central, caller, key, kind, number)


def _submit(central: Central, caller: Caller, key: Ed25519PrivateKey, kind: str, number: int) -> None:
    at = moment(central.clock())
    body = json.dumps(_body(kind, central.settings.recipients, at), ensure_ascii=False, sort_keys=True).encode()
    note = b"This file stands for evidence. It is made up.\n"
    files = [_kept("body", f"{kind}.json", body, "application/json")]
    if kind == "rttm":
        files.append(_kept("evidence", "Test log (made up).txt", note, "text/plain"))
    made = wire.Envelope(
        id=str(uuid.uuid5(_NAMES, f"{central.identity.uuid} {number}")),
        act=wire.SUBMIT,
        participant=caller.participant,
        kind=kind,
        reference=f"{caller.participant}-{_CODES[kind]}-0001",
        version=1,
        title=_TITLES[kind],
        supersedes="",
        of="",
        reason="",
        recipients=central.settings.recipients,
        here=central.settings.recipients,
        packs={},
        attachments=tuple(one for one, _ in files),
        created_at=at,
        app="sample",
    )
    for one, data in files:
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        central.uploads.append(
            caller.participant, one.sha256, offset=0, length=len(data), complete=True, digest=f"sha-256=:{digest}:",
            parts=data,
        )  # fmt: skip
    data = wire.to_bytes(made)
    central.receiving.submit(caller, made.id, data, wire.sign(data, key, caller.device))


def _kept(role: str, name: str, data: bytes, kind: str) -> tuple[wire.Attachment, bytes]:
    made = wire.Attachment(role, "", name, hashlib.sha256(data).hexdigest(), len(data), kind)
    return made, data


_CODES = {"rttm": "RTTM", "cleanse_report": "CLEANSE"}
_TITLES = {
    "rttm": "Requirements testing traceability matrix (made up)",
    "cleanse_report": "Data cleanse report, November 2026 (made up)",
}
_REQUIREMENTS = (
    ("SUP-001", "Register a metering point with a smart data service", "Passed", "TST-0101; TST-0102"),
    ("SUP-002", "Change the agent of a metering point", "Passed", "TST-0110"),
    ("SUP-003", "Take in half-hourly consumption of a settlement day", "Failed, retest planned", "TST-0121"),
    ("SUP-004", "Refuse consumption for a metering point of another supplier", "Passed", "TST-0124"),
    ("SUP-005", "Answer a request for missing consumption within the day", "Not run: environment late", ""),
)
_FINDINGS = (
    ("FMT-05", "Postcode is not one", "12", "Being put right at sign-up"),
    ("FMT-18", "Meter serial number has other characters", "31", "With the metering agent"),
    ("FMT-20", "Line loss class is unknown to the distributor", "4", "Sent to the distributor"),
)


def _body(kind: str, recipients: tuple[str, ...], at: str) -> dict[str, Any]:
    """A frozen body as the desk writes it, as far as a reviewer reads it."""
    if kind == "rttm":
        headings = (("requirement", "Requirement"), ("outcome", "Outcome"), ("tests", "Tests"))
        table = _table("requirements", "Requirements", headings, _REQUIREMENTS)
        position = [["Requirements in scope", str(len(_REQUIREMENTS))], ["Passed", "3"]]
        points = ["One requirement was not run: the environment came late."]
    else:
        headings = (("check", "Check"), ("found", "Found"), ("state", "What is done"))
        table = _table("findings", "Findings", headings, _FINDINGS)
        position = [["Metering points checked", "2,400"], ["Open findings", "47"]]
        points = []
    return {
        "format": FORMAT,
        "kind": kind,
        "kind_name": _TITLES[kind].partition(",")[0].removesuffix(" (made up)"),
        "title": _TITLES[kind],
        "reason": "",
        "covering": "Everything in this submission is made up.",
        "recipients": [{"id": one, "name": one, "code_body": ""} for one in recipients],
        "deadline": None,
        "position": position,
        "open_points": points,
        "tables": [table],
        "evidence": [],
        "checks": [],
        "changes": None,
        "made": {"at": at, "by": "sample", "app": "sample"},
    }


def _table(
    table_id: str, title: str, headings: tuple[tuple[str, str], ...], rows: tuple[tuple[str, ...], ...]
) -> dict[str, Any]:
    columns = [("row_key", "Row key", "text"), *((one, words, "wrapped") for one, words in headings)]
    return {
        "id": table_id,
        "tab": title,
        "title": title,
        "about": "Made up.",
        "columns": [
            {"id": one, "title": words, "kind": kind, "width": 20, "for_reviewer": False}
            for one, words, kind in columns
        ],
        "count": len(rows),
        "cells": [list(row) for row in rows],
        "lines": None,
    }
