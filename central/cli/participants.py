"""`participant`, `invite` and `device`: who may send here, and from which laptops."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from central.cli import said
from central.room import usage


def add(commands: Any) -> None:
    """Its commands."""
    group = said.group(commands, "participant", "who may send here")
    new = group.add_parser("add", parents=[said.common()], help="let a participant into the programme")
    new.add_argument("id", help="short name: up to 40 letters, figures and dashes, such as ACME")
    new.add_argument("name", help="full name")
    new.set_defaults(run=_add)
    group.add_parser("list", parents=[said.common()], help="who there is").set_defaults(run=_list)
    stop = group.add_parser("suspend", parents=[said.common()], help="its laptops may not send or read, at once")
    stop.add_argument("id")
    stop.add_argument("--why", required=True, help="stands with the participant")
    stop.set_defaults(run=_suspend)
    again = group.add_parser("resume", parents=[said.common()], help="its laptops may send again")
    again.add_argument("id")
    again.set_defaults(run=_resume)
    clear = group.add_parser(
        "clear", parents=[said.common()], help="throw away files that no submission names, to make room for others"
    )
    clear.add_argument("id")
    clear.add_argument(
        "--days", type=float, default=1.0, help="those that nobody went on with for so many days; 1 without it"
    )
    clear.set_defaults(run=_clear)
    invite = commands.add_parser(
        "invite", parents=[said.common()], help="make an invitation for one laptop: a code that works once"
    )
    invite.add_argument("id", help="of the participant")
    invite.add_argument("--out", metavar="FILE", help="write the invitation file here; without it it is printed")
    invite.add_argument("--days", type=int, default=14, help="how long it is good for; 14 without it")
    invite.add_argument("--address", metavar="URL", help="where participants reach the endpoint")
    invite.set_defaults(run=_invite)
    devices = said.group(commands, "device", "laptops that are enrolled")
    every = devices.add_parser("list", parents=[said.common()], help="which there are")
    every.add_argument("--participant", default="", metavar="ID", help="those of one participant")
    every.set_defaults(run=_devices)
    revoke = devices.add_parser("revoke", parents=[said.common()], help="it may do nothing any more, at once")
    revoke.add_argument("uuid", help="of the laptop, or the beginning of it")
    revoke.add_argument("--why", required=True, help="stands with the laptop")
    revoke.set_defaults(run=_revoke)


def _add(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        made = central.participants.add(parsed.id, parsed.name, said.BY)
    sentence = f"{made.name} takes part as {made.id}. Next: mhhs-central invite {made.id} --out {made.id}.invitation"
    return said.say(parsed, sentence, asdict(made))


def _list(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        every = central.participants.all()
        with central.db.read() as connection:
            used = usage(connection)
        room = central.settings.room
    rows = [
        (
            one.id,
            one.name,
            one.added_at[:10],
            str(one.receipts),
            _share(used[one.id].kept, room.kept),
            _share(used[one.id].waiting, room.waiting),
            one.suspended and f"suspended: {one.suspended}",
        )
        for one in every
    ]
    head = ("Id", "Name", "Since", "Receipts", "Kept", "In no submission", "")
    text = said.table(rows, head, "Nobody takes part yet: mhhs-central participant add.")
    body = {"participants": [asdict(one) | asdict(used[one.id]) for one in every], "room": asdict(room)}
    return said.say(parsed, text, body)


def _share(size: int, limit: int) -> str:
    return f"{size / 2**20:,.1f} MiB ({100 * size // limit} %)"


def _suspend(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        central.participants.suspend(parsed.id, parsed.why, said.BY)
    return said.say(parsed, f"The laptops of {parsed.id} may not send or read any more.", {"id": parsed.id})


def _resume(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        central.participants.resume(parsed.id, said.BY)
    return said.say(parsed, f"The laptops of {parsed.id} may send again.", {"id": parsed.id})


def _clear(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        name = central.participants.get(parsed.id).name
        gone = central.uploads.sweep(parsed.id, max(0.0, parsed.days))
    files = "1 file" if gone == 1 else f"{gone:,} files"
    return said.say(
        parsed, f"{files} of {name} thrown away; no submission named them.", {"id": parsed.id, "files": gone}
    )


def _invite(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        made = central.devices.invite(parsed.id, said.BY, parsed.days)
    text = made.to_text()
    body = {"participant": made.participant, "expires": made.expires, "out": parsed.out or "", "invitation": text}
    if not parsed.out:
        return said.say(parsed, text, body)
    write_private(Path(parsed.out), text)
    sentence = f"{parsed.out} lets one laptop of {made.participant_name} in, until {made.expires[:10]}. Send it safely."
    return said.say(parsed, sentence, {**body, "invitation": ""})


def write_private(path: Path, text: str) -> None:
    """A file that only its owner may read."""
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def _devices(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        every = central.devices.all(parsed.participant)
    rows = [
        (one.uuid, one.participant, one.name, one.enrolled_at[:10], one.last_seen_at[:16], one.app, one.revoked)
        for one in every
    ]
    head = ("Laptop", "Participant", "Name", "Enrolled", "Last seen", "Program", "Revoked")
    return said.say(
        parsed, said.table(rows, head, "No laptop is enrolled."), {"devices": [asdict(one) for one in every]}
    )


def _revoke(parsed: argparse.Namespace) -> int:
    with said.opened(parsed) as central:
        found = [one for one in central.devices.all() if parsed.uuid and one.uuid.startswith(parsed.uuid.lower())]
        if len(found) != 1:
            raise said.CannotBeDone(f"{len(found) or 'No'} laptops begin with {parsed.uuid}.")
        central.devices.revoke(found[0].uuid, parsed.why, said.BY)
    return said.say(parsed, f"{found[0].name or found[0].uuid} may do nothing any more.", {"uuid": found[0].uuid})
