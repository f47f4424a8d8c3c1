"""`sample`: a made-up programme to look around in, with everything a person needs to begin."""

from __future__ import annotations

import argparse
import secrets
from typing import Any

from central import sample
from central import settings as settings_of
from central.central import Central
from central.cli import said
from central.cli.participants import write_private
from central.people import ADMINISTRATOR, REVIEWER

PEOPLE = (("reviewer", REVIEWER), ("admin", ADMINISTRATOR))
NAME = "Sample central endpoint (made-up programme)"
INVITATION = "sample.invitation"
_WORDS = (
    "amber birch cedar delta ember fjord grove heron inlet juniper kestrel larch meadow north otter pebble quarry ridge"
)


def add(commands: Any) -> None:
    """Its command."""
    made = commands.add_parser(
        "sample",
        parents=[said.common()],
        help="fill the folder with a made-up programme; again: fresh passwords and a fresh invitation",
    )
    made.add_argument(
        "--address", metavar="URL", default="http://127.0.0.1:8765", help="http://127.0.0.1:8765 without it"
    )
    made.add_argument("--name", default=NAME, help=argparse.SUPPRESS)
    made.set_defaults(run=_sample)


def _sample(parsed: argparse.Namespace) -> int:
    settings = said.settings(parsed)
    with said.opened(parsed) as central:
        _fill(central)
    settings_of.keep(settings.data, {"name": parsed.name, "address": parsed.address})
    with said.opened(parsed) as central:
        passwords = {name: _set(central, name, role) for name, role in PEOPLE}
        invitation = central.devices.invite(sample.PARTICIPANTS[0][0], said.BY)
    path = settings.data / INVITATION
    write_private(path, invitation.to_text())
    body = {
        "address": parsed.address,
        "code": invitation.code,
        "invitation": str(path),
        "review": f"{parsed.address}/review",
        "people": [{"name": name, "role": role, "password": passwords[name]} for name, role in PEOPLE],
    }
    signs_in = ", or ".join(f"{name} with {passwords[name]}" for name, _ in PEOPLE)
    sentence = (
        f"Address:     {parsed.address}\n"
        f"Invitation:  {path} (code {invitation.code}, for one laptop of {sample.PARTICIPANTS[0][0]})\n"
        f"Review page: {parsed.address}/review, sign in as {signs_in}"
    )
    return said.say(parsed, sentence, body)


def _fill(central: Central) -> None:
    """Raises CannotBeDone for an endpoint that is in use: its passwords would be set anew."""
    others = {one.id for one in central.participants.all()} - {short for short, _ in sample.PARTICIPANTS}
    if others or {one.name for one in central.people.all()} - {name for name, _ in PEOPLE}:
        raise said.CannotBeDone("Somebody works with this endpoint: give the sample a folder of its own (--data).")
    sample.fill(central, said.BY)


def _set(central: Central, name: str, role: str) -> str:
    """A password that is right from now on."""
    password = "-".join(secrets.choice(_WORDS.split()) for _ in range(4)) + f"-{secrets.randbelow(90) + 10}"
    if any(one.name == name for one in central.people.all()):
        central.people.set_password(name, password, said.BY)
        central.people.enable(name, said.BY)
    else:
        central.people.add(name, role, password, said.BY)
    return password
