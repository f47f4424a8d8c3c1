"""Signing a laptop in at an endpoint: a device key of its own, a one-time code, and what the endpoint gives for it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop import __version__
from desktop.errors import InvalidInput, WorkspaceError
from desktop.jobs import Job
from desktop.sync import secrets
from desktop.sync.model import Trouble
from desktop.sync.points import reach
from desktop.sync.transport import Transport
from desktop.sync.troubles import NO_ENDPOINT, SyncTrouble
from desktop.sync.wire.problems import Retry
from desktop.sync.wire.protocol import UUID, device_path


@dataclass(frozen=True)
class Device:
    """A laptop at one endpoint. `seed`: 64 hexadecimal figures, for the keyring only."""

    uuid: str
    seed: str = field(repr=False)

    @staticmethod
    def new() -> Device:
        """Another one than any before."""
        return Device(str(uuid4()), Ed25519PrivateKey.generate().private_bytes_raw().hex())

    @property
    def key(self) -> Ed25519PrivateKey:
        """What it signs with. Raises ValueError for a seed that was altered."""
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.seed))

    def asks(self, code: str, name: str) -> dict[str, str]:
        """The body of an enrolment, by network or by bundle."""
        public = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        return {"code": code, "public_key": public, "name": name, "app": __version__}


@dataclass(frozen=True)
class Enrolled:
    """What the endpoint answered."""

    participant: str
    participant_name: str
    token: str = field(repr=False)
    endpoint: str
    epoch: str
    jwks: Mapping[str, Any]
    recipients: tuple[str, ...]

    @staticmethod
    def read(body: object) -> Enrolled:
        """Raises ValueError for what is no such answer."""
        try:
            if not isinstance(body, dict):
                raise ValueError("it is no answer to an enrolment")  # noqa: TRY004 - one failure for every fault
            texts = {one: body[one] for one in ("participant", "participant_name", "token", "endpoint", "epoch")}
            recipients = tuple(str(one) for one in body["recipients"])
            made = Enrolled(**texts, jwks=dict(body["jwks"]), recipients=recipients)
        except (KeyError, TypeError) as error:
            raise ValueError("it is no answer to an enrolment") from error
        if not all(isinstance(one, str) and one for one in texts.values()) or UUID.fullmatch(made.endpoint) is None:
            raise ValueError("a field is of another kind")
        if len(made.token) > secrets.LONGEST or not made.token.isascii() or not made.token.isprintable():
            raise ValueError("its token cannot be kept in a keyring")
        return made


def enrol(
    transport: Transport, *, workspace: str, code: str, device_name: str, job: Job | None = None
) -> tuple[Device, Enrolled]:
    """Enrol; after a lost answer with the same laptop again, for which its key waits in the keyring.

    The endpoint's `info` was asked before. Raises InvalidInput (field code), SyncTrouble; `done` ends it.
    """
    entry = secrets.half_way(workspace, transport.address, code)
    waiting, _, seed = secrets.get(*entry, secrets.SEED).partition(" ")
    device = Device(waiting, seed) if UUID.fullmatch(waiting) and seed else Device.new()
    secrets.keep(*entry, secrets.SEED, f"{device.uuid} {device.seed}")
    reach("enrol.asking")
    try:
        answer = transport.call(
            "PUT", device_path(device.uuid), json=device.asks(code, device_name), anonymous=True, job=job
        )
        enrolled = Enrolled.read(answer.json())
    except ValueError as error:
        what = f"The answer of {transport.name} cannot be understood."
        raise SyncTrouble(
            Trouble(what, "Tell the endpoint's people.", retry=Retry.ENDPOINT, slug=NO_ENDPOINT)
        ) from error
    except SyncTrouble as error:
        if error.met is None or error.trouble.retry is Retry.AUTO:
            raise  # the code may be used up already: the key has to stay for the next try
        secrets.forget(*entry, secrets.SEED)
        if error.trouble.slug in {"bad-code", "forbidden", "not-found", "invalid", "bad-request"}:
            what = error.trouble.what.removeprefix(f"{transport.name}: ")  # the form says where it was asked
            raise InvalidInput(what, field="code", todo=error.trouble.todo) from error
        raise
    reach("enrol.answered")
    if transport.endpoint and enrolled.endpoint != transport.endpoint:
        raise WorkspaceError(f"{transport.name} names two ids: it is not set up soundly.", safe="Nothing was kept.")
    return device, enrolled


def keep(endpoint: str, device: Device, token: str) -> None:
    """Key and token of a laptop into the keyring. Raises SyncTrouble (slug keyring)."""
    secrets.keep(endpoint, device.uuid, secrets.SEED, device.seed)
    secrets.keep(endpoint, device.uuid, secrets.TOKEN, token)


def done(workspace: str, address: str, code: str) -> None:
    """An enrolment is kept: what waited for its answer goes."""
    secrets.forget(*secrets.half_way(workspace, address, code), secrets.SEED)
