"""What an endpoint runs with: the command line over the environment over settings.json of its folder over defaults.

Environment: MHHS_CENTRAL_ and the name of the field, such as MHHS_CENTRAL_DATABASE or MHHS_CENTRAL_LIMIT_PART.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from desktop.sync.wire.protocol import MIB, Limits

PREFIX = "MHHS_CENTRAL_"
FILE = "settings.json"
"""Beside the database: what `mhhs-central setup` keeps, so that every command of this folder says the same."""
HERE = Path("central-data")
_GROUPS = {"limits", "rates", "room"}
"""Fields that hold several settings each."""


class SettingsWrong(ValueError):
    """A setting that cannot be used: a sentence that names it."""


@dataclass(frozen=True)
class Rates:
    """How often somebody may ask: `*_second` requests a second for ever, `*_burst` at once.

    All workers of a machine count together.
    """

    device_second: float = 20
    device_burst: float = 200
    address_second: float = 100
    address_burst: float = 1_000
    """Higher than for one device: a company often has one address for all of its laptops."""
    refused_second: float = 0.5
    refused_burst: float = 30
    """Of answers 401 and 403 to one address, so that codes, tokens and passwords cannot be guessed."""


@dataclass(frozen=True)
class Room:
    """How much one participant may keep, in bytes (central/room.py)."""

    waiting: int = 100 * 1024 * MIB
    """Files that no submission names yet."""
    kept: int = 1024 * 1024 * MIB
    """Everything of it, those files too."""


@dataclass(frozen=True)
class Settings:
    """Of one endpoint. `data` holds the database, blobs, keys and marks, unless they are said to be elsewhere."""

    data: Path
    database: str = ""
    """An SQLAlchemy URL such as postgresql+psycopg://...; '' = SQLite in `data`."""
    blobs: str = ""
    """s3://bucket/prefix?endpoint=...; '' = in `data`."""
    name: str = "MHHS central endpoint"
    recipients: tuple[str, ...] = ("BSC", "REC", "DIP", "MCC")
    address: str = ""
    """Where participants reach it: stands in invitations; '' = by bundles only."""
    host: str = "127.0.0.1"
    port: int = 8765
    workers: int = 1
    trusted_proxy: bool = False
    """Whether X-Forwarded-For and X-Forwarded-Proto are believed of whoever connects from this machine."""
    tls_cert: str = ""
    tls_key: str = ""
    metrics_token: str = ""
    """What /metrics asks for as a bearer token; '' = it answers this machine only, and through no proxy."""
    log: str = "info"
    """info: a line for each request; warning: only what somebody should look at."""
    limits: Limits = field(default_factory=Limits)
    rates: Rates = field(default_factory=Rates)
    room: Room = field(default_factory=Room)

    def environment(self) -> dict[str, str]:
        """The same settings as variables, for the worker processes."""
        return {PREFIX + name.upper(): text for name, text in _texts(self)}


def default_folder() -> Path:
    """./central-data when it is there, else the operating system's place for data."""
    return HERE.resolve() if HERE.is_dir() else Path(platformdirs.user_data_dir("mhhs-central", appauthor=False))


def read(given: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in force; `given` (command line) wins, None in it means not given. Raises SettingsWrong."""
    environ = os.environ if environ is None else environ
    found = {one: environ[PREFIX + one.upper()] for one in names() if environ.get(PREFIX + one.upper())}
    found.update({name: value for name, value in given.items() if value is not None})
    data = Path(found.pop("data", "") or default_folder()).expanduser().resolve()
    return _made(data, {**kept(data), **found})


def kept(data: Path) -> dict[str, Any]:
    """What settings.json of that folder says; {} without one. Raises SettingsWrong."""
    path = data / FILE
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsWrong(f"{path} cannot be read: {error}.") from error
    if not isinstance(body, dict) or not set(body) <= names() - {"data"}:
        raise SettingsWrong(f"{path} names a setting that is not known.")
    return body


def keep(data: Path, changes: Mapping[str, Any]) -> None:
    """Write settings into settings.json of that folder, for its owner's eyes only. Raises SettingsWrong."""
    body = {**kept(data), **{name: value for name, value in changes.items() if value is not None}}
    _made(data, body)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = data / f"{FILE}.new"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(data / FILE)


def names() -> set[str]:
    """Every setting: the fields, `limit_...`, `rate_...` and `room_...`."""
    plain = {one.name for one in fields(Settings)} - _GROUPS
    groups = (("limit_", Limits), ("rate_", Rates), ("room_", Room))
    return plain | {prefix + one.name for prefix, group in groups for one in fields(group)}


def _texts(settings: Settings) -> Iterator[tuple[str, str]]:
    for one in fields(Settings):
        if one.name not in _GROUPS:
            value = getattr(settings, one.name)
            yield one.name, ",".join(value) if isinstance(value, tuple) else str(value)
    for prefix, group in (("limit_", settings.limits), ("rate_", settings.rates), ("room_", settings.room)):
        for inner in fields(group):
            yield prefix + inner.name, str(getattr(group, inner.name))


def _made(data: Path, found: Mapping[str, Any]) -> Settings:
    plain: dict[str, Any] = {}
    limits: dict[str, int] = {}
    rates: dict[str, float] = {}
    room: dict[str, int] = {}
    for name, value in found.items():
        if name.startswith("limit_"):
            limits[name.removeprefix("limit_")] = int(_number(name, value, whole=True))
        elif name.startswith("rate_"):
            rates[name.removeprefix("rate_")] = _number(name, value, whole=False)
        elif name.startswith("room_"):
            room[name.removeprefix("room_")] = int(_number(name, value, whole=True))
        elif name in {"port", "workers"}:
            plain[name] = int(_number(name, value, whole=True))
        elif name == "trusted_proxy":
            plain[name] = _yes(name, value)
        elif name == "recipients":
            plain[name] = _recipients(value)
        else:
            plain[name] = str(value)
    made = Settings(data=data, limits=Limits(**limits), rates=Rates(**rates), room=Room(**room), **plain)
    _check(made)
    return made


def _number(name: str, value: Any, *, whole: bool) -> float:
    """`port` may be 0 (any free one); everything else is above it."""
    try:
        number = int(str(value)) if whole else float(str(value))
    except ValueError as error:
        raise SettingsWrong(f"The setting {name} is no {'whole ' if whole else ''}number: {value}.") from error
    if not (number >= 0 if name == "port" else number > 0) or number >= 2**53:
        raise SettingsWrong(f"The setting {name} is out of range: {value}.")
    return number


def _yes(name: str, value: Any) -> bool:
    said = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(str(value).casefold())
    if said is None:
        raise SettingsWrong(f"The setting {name} is neither yes nor no: {value}.")
    return said


def _recipients(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else list(value)
    found = tuple(dict.fromkeys(str(one).strip() for one in parts if str(one).strip()))
    if not found or any(len(one) > 40 for one in found):
        raise SettingsWrong("The setting recipients names nobody, or one with more than 40 characters.")
    return found


def _check(made: Settings) -> None:
    if made.port > 65_535:
        raise SettingsWrong(f"The setting port is out of range: {made.port}.")
    if made.address and not made.address.startswith(("https://", "http://")):
        raise SettingsWrong("The setting address starts with neither https:// nor http://.")
    if bool(made.tls_cert) != bool(made.tls_key):
        raise SettingsWrong("A certificate and its key are given together (tls_cert, tls_key), or neither.")
    if made.log not in {"info", "warning"}:
        raise SettingsWrong("The setting log is info or warning.")
    if made.blobs and not made.blobs.startswith("s3://"):
        raise SettingsWrong("The setting blobs is an address that starts with s3://, or empty.")
    if made.workers > 1 and not made.database.startswith("postgresql"):
        raise SettingsWrong("More than one worker needs PostgreSQL: give its address as the database.")
