"""Reading a folder of industry tables: Market Domain Data as CSV files named `Table_Name_NNN.csv`, NNN the version."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from desktop.errors import FileRefused
from desktop.frames import pl

_NAME = re.compile(r"(?P<table>[A-Za-z][A-Za-z_]*?)_(?P<version>[0-9]+)\.csv", re.IGNORECASE)
_SIZE_LIMIT = 1 << 30

STANDING_TABLES = (
    "GSP_Group_Distributor",
    "Market_Participant",
    "Meter_Timeswitch_Class",
    "Standard_Settlement_Configuration",
)
"""The tables that some check uses; a test holds this list against the checks."""


@dataclass(frozen=True)
class StandingData:
    """Industry tables by name without version, every column as text; `version` as the files' names give it."""

    version: str
    tables: dict[str, pl.DataFrame]


def read_standing_data(folder: Path, wanted: Iterable[str] = STANDING_TABLES) -> StandingData:
    """Read those tables of `wanted` that a folder holds; others are passed over unread.

    A table whose name has no version counts as version ''. Raises FileRefused when the folder cannot be read, holds
    none of the tables, holds several versions (a check would then judge by a mixture), or one that is no CSV.
    """
    by_name = {name.lower(): name for name in wanted}
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix.lower() == ".csv" and file.is_file())
    except OSError as error:
        raise _refuse(folder, f"cannot be read ({error.strerror or error})") from error
    found: dict[str, Path] = {}
    versions: set[str] = set()
    for file in files:
        match = _NAME.fullmatch(file.name)
        table, version = (match["table"], match["version"]) if match else (file.stem, "")
        if table.lower() in by_name:
            versions.add(version)
            found[by_name[table.lower()]] = file
    if not found:
        raise _refuse(
            folder, "holds none of the tables that the checks use, such as Standard_Settlement_Configuration_377.csv"
        )
    if len(versions) > 1:
        raise _refuse(folder, f"holds tables of several versions ({', '.join(sorted(versions))})")
    return StandingData(versions.pop(), {name: _read(file) for name, file in found.items()})


def _read(file: Path) -> pl.DataFrame:
    try:
        if file.stat().st_size > _SIZE_LIMIT:
            raise _refuse(file, "is larger than 1 GB, which no table of Market Domain Data is")
        table = pl.read_csv(file, infer_schema=False, encoding="utf8-lossy")
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _refuse(file, "is not a CSV table that can be read") from error
    return table.with_columns(pl.all().fill_null("").str.strip_chars())


def _refuse(path: Path, why: str) -> FileRefused:
    return FileRefused(
        f"“{path.name}” {why}.",
        safe="Nothing was checked.",
        todo="Give a folder with the CSV tables of one version of Market Domain Data.",
    )


@dataclass(frozen=True)
class RememberedStanding:
    """The industry tables of the folder that a workspace remembers; `trouble` says in a sentence why there are none."""

    version: str = ""
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    trouble: str = ""


def remembered_standing(folder: str) -> RememberedStanding:
    """Read the folder that a workspace remembers ('' = none). One that is gone or cannot serve is no failure.

    The checks that need its tables say so; the others run all the same.
    """
    if not folder:
        return RememberedStanding()
    try:
        data = read_standing_data(Path(folder))
    except FileRefused as error:
        return RememberedStanding(trouble=error.what)
    return RememberedStanding(data.version, data.tables)
