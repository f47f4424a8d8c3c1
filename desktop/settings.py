"""Settings: those of the app (a small JSON file per person) and those of a workspace (a table in its database).

Both are typed dataclasses; a value that equals its default is not written, an unknown name is dropped with a warning.
"""

from __future__ import annotations

import json
import logging
import typing
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.errors import InvalidInput
from desktop.working_days import DEFAULT, Calendar, WorkingDays, closed_days
from local_db import settings as queries
from local_db.connection import Store
from local_db.durable import make_folders, write_text

_log = logging.getLogger(__name__)

MPAN_CHOICES = ("full", "last-four", "counts")
"""How MPANs, which are personal data, go into an export."""

OWN_MPAN_CHOICE = "full"
"""For the reports and fix lists made for oneself, until another choice is made."""

THEMES = ("system", "light", "dark", "contrast")
MOST_UNANSWERED = 250
"""A year of working days."""
RECENT = 12
"""How many recent workspaces are remembered."""


@dataclass(frozen=True)
class AppSettings:
    """The settings of the app for this person on this computer."""

    theme: str = "system"
    text_percent: int = 100
    """Size of all text against the system's, in percent."""
    actor: str = ""
    """The name written into audit logs; '' = the account's name."""
    recent: tuple[str, ...] = ()
    """Folders of workspaces, the last one opened first."""
    import_folder: str = ""
    export_folder: str = ""
    geometry: str = ""
    """The window's place and size, as the toolkit writes it, base64."""
    layout: str = ""
    """The window's docks and splitters, base64."""
    columns: dict[str, str] = field(default_factory=dict)
    """Widths and order of the columns per table, base64."""


@dataclass(frozen=True)
class WorkspaceSettings:
    """The settings of one workspace; they travel with its backups."""

    mpan_choices: dict[str, str] = field(default_factory=dict)
    """How MPANs are exported, per recipient (a recipient's id, or '' for files made for oneself)."""
    default_mpan_choice: str = "last-four"
    """For a recipient, other than oneself, that has no choice yet."""
    backup_at_close: bool = True
    """Whether the rolling backup is made when the workspace is closed and one is due."""
    standing_folder: str = ""
    """A folder of Market Domain Data tables (CSV of one version) that the checks use; '' = none."""
    calendar: str = DEFAULT.value
    """Whose bank holidays count when working days are counted (desktop.working_days.Calendar)."""
    closed_days: tuple[str, ...] = ()
    """Days that are no working days besides, ISO, in order: a bank holiday announced late, a closed office."""
    unanswered_days: int = 10
    """After so many working days something that is out and has no answer is told (two weeks; ours, no rule)."""
    sample: bool = False
    """Whether this is the sample workspace with made-up data."""


_Settings = TypeVar("_Settings", AppSettings, WorkspaceSettings)


def _default(one: Any) -> Any:
    return one.default_factory() if one.default_factory is not MISSING else one.default


def _fits(value: object, kind: Any) -> bool:
    """Whether a value read from JSON is of a setting's type: bool, int, str, tuple of str, dict of str."""
    origin = typing.get_origin(kind) or kind
    if origin is tuple:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if origin is dict:
        return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
    return type(value) is origin


def _from_json(kind: type[_Settings], raw: dict[str, Any], where: str) -> _Settings:
    types = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in types:
            _log.warning("%s: the setting %s is not known and was left out", where, name)
        elif not _fits(value, types[name]):
            _log.warning("%s: the setting %s has a wrong value; its default is used", where, name)
        else:
            values[name] = tuple(value) if isinstance(value, list) else value
    return kind(**values)


def _to_json(settings: AppSettings | WorkspaceSettings) -> dict[str, Any]:
    """The settings that differ from their defaults."""
    return {
        one.name: getattr(settings, one.name)
        for one in fields(settings)
        if getattr(settings, one.name) != _default(one)
    }


def load_app_settings(path: Path) -> AppSettings:
    """Read the app's settings. A file that is not there or cannot be read gives the defaults, with a warning."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return AppSettings()
    except (OSError, ValueError) as error:
        _log.warning("the app's settings cannot be read and start anew: %s", type(error).__name__)
        return AppSettings()
    if not isinstance(raw, dict):
        _log.warning("the app's settings cannot be read and start anew")
        return AppSettings()
    return _from_json(AppSettings, raw, "app settings")


def save_app_settings(path: Path, settings: AppSettings) -> None:
    """Write the app's settings whole or not at all, without those that equal their default. Raises OSError."""
    make_folders(path.parent)
    write_text(path, json.dumps(_to_json(settings), ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def with_recent(settings: AppSettings, folder: Path) -> AppSettings:
    """The settings with this workspace as the one opened last."""
    here = str(folder.absolute())
    return replace(settings, recent=(here, *(one for one in settings.recent if one != here))[:RECENT])


def without_recent(settings: AppSettings, folder: Path) -> AppSettings:
    """The settings without this workspace in the list."""
    here = str(folder.absolute())
    return replace(settings, recent=tuple(one for one in settings.recent if one != here))


_TITLES = {
    "unanswered_days": "Change after how many days an answer is missed",
    "standing_folder": "Change the folder of industry tables",
    "calendar": "Change the calendar of working days",
    "closed_days": "Change the closed days",
}
"""What an undo of one setting is called, where its name would not do."""


def _plain(name: str) -> str:
    return name.replace("_", " ")


class SettingsService:
    """The settings of one workspace."""

    def __init__(self, store: Store, actor: str, clock: Clock) -> None:
        """Changes are undoable and are written into the log under `actor`."""
        self._store, self._actor, self._clock = store, actor, clock

    def get(self) -> WorkspaceSettings:
        """The settings as they stand."""
        raw = {name: value for name, value in queries.read_all(self._store).items() if "." not in name}
        return _from_json(WorkspaceSettings, raw, "workspace settings")

    def set(self, settings: WorkspaceSettings) -> Changes:
        """Store settings. Raises InvalidInput for a value that is not one of its choices."""
        for choice in (settings.default_mpan_choice, *settings.mpan_choices.values()):
            if choice not in MPAN_CHOICES:
                raise InvalidInput(
                    f"“{choice}” is no way to export MPANs.",
                    todo="Choose full, last-four or counts.",
                    field="mpan_choices",
                )
        if settings.calendar not in set(Calendar):
            raise InvalidInput("Choose one of the calendars that are listed.", field="calendar")
        if len(closed_days(settings.closed_days)) != len(settings.closed_days):
            raise InvalidInput("Give each closed day once, as a date.", field="closed_days")
        if settings.unanswered_days not in range(1, MOST_UNANSWERED + 1):
            raise InvalidInput(f"Give 1 to {MOST_UNANSWERED} working days.", field="unanswered_days")
        before, after = _to_json(self.get()), _to_json(settings)
        names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        if not names:
            return Changes()
        title = "Change settings" if len(names) > 1 else _TITLES.get(names[0], f"Change setting {_plain(names[0])}")
        with self._store.edit(
            action="settings.edit", title=title, subjects=[Subject.SETTINGS], actor=self._actor, at=self._clock()
        ) as edit:
            for name in names:
                row_id = queries.row_id(edit.connection, name)
                if name not in after:
                    edit.delete("setting", [] if row_id is None else [row_id])
                elif row_id is None:
                    edit.insert("setting", {"name": name, "value": queries.encode(after[name])})
                else:
                    edit.update("setting", [row_id], {"value": queries.encode(after[name])})
        return Changes.of(Subject.SETTINGS, title=title, count=len(names))

    def working_days(self) -> WorkingDays:
        """The working days of the calendar that was chosen, without the days that are closed besides."""
        settings = self.get()
        known = settings.calendar in set(Calendar)
        return WorkingDays(Calendar(settings.calendar) if known else DEFAULT, closed_days(settings.closed_days))

    def mpan_choice(self, recipient: str) -> str:
        """How MPANs are exported for a recipient: full, last-four or counts.

        For oneself ('') in full until chosen otherwise: whoever mends a finding must be able to find its MPAN.
        """
        settings = self.get()
        return settings.mpan_choices.get(recipient, settings.default_mpan_choice if recipient else OWN_MPAN_CHOICE)

    def remember_mpan_choice(self, recipient: str, choice: str) -> Changes:
        """Keep a recipient's choice for the next export. Raises InvalidInput."""
        settings = self.get()
        if recipient and recipient not in settings.mpan_choices and choice == settings.default_mpan_choice:
            return Changes()
        return self.set(replace(settings, mpan_choices={**settings.mpan_choices, recipient: choice}))
