"""The cover of a submission's workbook, and the rows of its evidence, checks and changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from desktop.content.pack import KINDS
from desktop.excel.book import Link, Value
from desktop.report.privacy import MpanChoice
from desktop.submissions.content import EvidenceFile
from desktop.submissions.layout import texts

_STANDING = {
    "official": "official, from the participant's own copy",
    "suggested": "suggested by MHHS Desk, not official",
}


def cover_rows(
    body: Mapping[str, Any], contents: Sequence[tuple[str, str]], named: Sequence[tuple[str, str]], *, draft: bool
) -> list[tuple[Value, ...]]:
    """Part, item and detail of each row. `contents`: (sheet, what it holds); `named`: what ends the cover."""
    rows: list[tuple[Value, ...]] = [
        *_document(body, draft=draft),
        *(("Position", item, detail) for item, detail in body["position"]),
        *(("Contents", Link(tab, tab), what) for tab, what in contents),
        *_made_with(body),
    ]
    rows += [("This file", item, detail) for item, detail in named]
    return rows


def _document(body: Mapping[str, Any], *, draft: bool) -> Iterator[tuple[Value, ...]]:
    yield ("Document", "Title", body["title"])
    yield ("Document", "Kind", body["kind_name"])
    yield ("Document", "Reference", "DRAFT: no number of its own" if draft else body["reference"])
    yield ("Document", "Version", str(body["version"]))
    before = body["supersedes"]
    if before:
        yield ("Document", "Supersedes", f"{before['reference']} v{before['version']} (SHA-256 {before['sha256']})")
    if body["reason"]:
        yield ("Document", "Why a newer version", body["reason"])
    yield ("Document", "Status", texts()["draft"] if draft else _frozen(body))
    participant = body["participant"]
    short = f" ({participant['short_name']})" if participant.get("short_name") else ""
    yield ("From", "Participant", f"{participant['name']}{short}")
    for one in participant["mpids"]:
        roles = one["roles"]
        yield ("From", f"MPID {one['mpid']}", roles if isinstance(roles, str) else ", ".join(roles))
    yield ("To", "Recipients", "\n".join(one["name"] for one in body["recipients"]) or "Nobody is named")
    due = body["deadline"]
    if due:
        words = due.get("words", "")
        yield ("To", "Deadline", f"{due['day']}{f' ({words})' if words else ''}")
    else:
        yield ("To", "Deadline", "None is known")
    if body["covering"]:
        yield ("To", "Covering note", body["covering"])
    if body["changes"]:
        for title, added, removed, changed in body["changes"]["counts"]:
            if added or removed or changed:
                words = f"{title}: {added:,} rows added, {removed:,} removed, {changed:,} changed"
                yield ("Since the last version", body["changes"]["before"], words)


def _frozen(body: Mapping[str, Any]) -> str:
    made = body["made"]
    at = datetime.fromisoformat(made["at"])
    return f"Frozen on {at:%d %b %Y %H:%M} UTC by {made['by']}. What is frozen is never changed."


def _made_with(body: Mapping[str, Any]) -> Iterator[tuple[Value, ...]]:
    for pack in body["packs"]:
        standing = _STANDING.get(pack["status"], pack["status"])
        source = f"\nSource: {pack['source']}" if pack.get("source") else ""
        yield ("Made with", KINDS.get(pack["kind"], pack["kind"]), f"{pack['version']} ({standing}){source}")
    for one in body["relies"]:
        yield ("Rests on", _named(one), f"SHA-256 {one['sha256']}")
    for one in body["beside"]:
        yield ("Goes with it", one["title"], f"{one['folder']}/{one['name']}, SHA-256 {one['sha256']}")
    yield ("This file", "Personal data", MpanChoice(body["personal_data"]).words)
    yield ("This file", "Made by", body["made"]["app"])
    head = body["audit"]
    yield ("This file", "Audit head", f"{head['seq']}: {head['h']}" if head and head.get("h") else "The log is empty")


def _named(one: Mapping[str, Any]) -> str:
    """What it rests on, with its reference where that is one for people."""
    ref = str(one["ref"])
    return f"{one['title']} ({ref})" if any(mark.isdigit() for mark in ref) else str(one["title"])


def evidence_rows(files: Sequence[EvidenceFile]) -> Iterator[tuple[object, ...]]:
    """One row for each file, in the columns of the sheet Evidence; its key is the reference."""
    often = Counter(one.ref for one in files)
    for one in files:
        remarks = [f"Withdrawn: {one.withdrawn}"] if one.withdrawn else []
        if one.active:
            remarks.append("Can run or act when it is opened.")
        yield (
            one.ref if often[one.ref] == 1 else f"{one.ref} r{one.revision}",
            one.ref, one.revision, one.title, one.file_name, one.sha256, one.size, "\n".join(one.proves), one.collected,
            one.period, one.expires, one.author, one.confidentiality, one.redaction, one.description,
            " ".join(remarks), "",
        )  # fmt: skip


def check_rows(body: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """One row for each acceptance rule; a rule that several recipients have is told apart by whose it is."""
    checks = body["checks"]
    often = Counter(one["rule"] for one in checks)
    names = {one["id"]: one["name"] for one in body["recipients"]}
    for one in checks:
        key = one["rule"] if often[one["rule"]] == 1 else f"{one['rule']} {one['recipient']}".strip()
        severity = {"block": "Blocks", "advise": "Advises"}.get(one["severity"], one["severity"])
        whose = names.get(one["recipient"], one["recipient"]) or "Everybody's"
        outcome = str(one["outcome"]).capitalize()
        yield (key, one["title"], whose, severity, outcome, one["count"], one["detail"])


def change_rows(changes: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    """One row for each difference to the version before; `titles` of the tables by id."""
    number = 0
    for number, one in enumerate(changes["rows"], start=1):
        yield (
            number, titles.get(one["table"], one["table"]), one["key"], one["kind"], one["column"], one["before"],
            one["after"],
        )  # fmt: skip
    if changes["left_out"]:
        yield (number + 1, "", "", "", "", "", f"{changes['left_out']:,} more changes are not listed.")
