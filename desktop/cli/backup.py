"""`mhhs-desk backup` and `mhhs-desk restore`: a verified copy of a workspace, and a workspace out of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop.app import Workspace, restore
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from local_db.backup import BackupInfo

_Names = dict[str, list[tuple[str, str]]]
"""SHA-256 to the reference and file name of the evidence that it is."""
_TOLD = 5
"""How many missing files are named."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands to the command line."""
    backup = commands.add_parser(
        "backup",
        help="back up a workspace",
        description="Back up a workspace and verify the backup by opening it again. Works while the window is open. "
        "Kept files that are missing or damaged cannot come along: they are named first, and the rest is backed up.",
    )
    arguments.add_workspace(backup, required=True)
    backup.add_argument(
        "--to", type=Path, metavar="PATH",
        help="a ZIP file, or a folder that gets one; without it the backup goes into the workspace's own backups",
    )  # fmt: skip
    arguments.add_json(backup)
    backup.set_defaults(run=run_backup)

    back = commands.add_parser(
        "restore",
        help="bring a workspace back from a backup",
        description="Restore a backup (a ZIP file or a folder of backups/) into a folder and verify every part.",
    )
    back.add_argument("backup", type=Path, metavar="BACKUP", help="the ZIP file or the folder of one backup")
    arguments.add_workspace(back, required=True)
    back.add_argument(
        "--replace",
        action="store_true",
        help="if a workspace is there, set it aside (renamed, kept) and take its place",
    )
    arguments.add_json(back)
    back.set_defaults(run=run_restore)


def run_backup(given: argparse.Namespace) -> int:
    """Make the backup; prints where it is, and first of all which kept files could not come along."""
    output.must_not_clash({"--json": given.json, "--to": given.to}, (), given.workspace)
    with Workspace.open(given.workspace, read_only=given.to is not None) as workspace:
        info = workspace.backup(given.to, job=told_job())
        names = workspace.evidence.named_files(info.missing) if info.missing else {}
    words = f"Backed up and verified: {info.path}"
    if info.missing:
        words = (
            f"Backed up, but {_kept_files(len(info.missing))} already missing or damaged: "
            f"{_named(info.missing, names)}\n"
            f"All the rest is verified and in {info.path}"
        )
    _tell(info, given.json, words, names)
    return 0


def run_restore(given: argparse.Namespace) -> int:
    """Restore the backup; prints what came back."""
    parts = list(given.backup.iterdir()) if given.backup.is_dir() else []
    output.must_not_clash({"--json": given.json}, (given.backup, *parts), given.workspace)
    info = restore(given.backup, given.workspace, job=told_job(), replace=given.replace)
    when = f"{info.made_at:%Y-%m-%d %H:%M} UTC"
    words = f"Restored the backup of {info.name or 'a workspace'} made {when} into {given.workspace}"
    names: _Names = {}
    if info.missing:
        with Workspace.open(given.workspace, read_only=True) as workspace:
            names = workspace.evidence.named_files(info.missing)
        words += (
            f"\n{_kept_files(len(info.missing))} missing or damaged when it was made: {_named(info.missing, names)}"
        )
    _tell(info, given.json, words, names)
    return 0


def _kept_files(count: int) -> str:
    return f"{count:,} kept {'file was' if count == 1 else 'files were'}"


def _named(missing: Sequence[str], names: _Names) -> str:
    """The first files: evidence by reference and file name, others by how their SHA-256 begins, their name there."""
    more = f" and {len(missing) - _TOLD:,} more" if len(missing) > _TOLD else ""
    return ", ".join(_name(one, names) for one in missing[:_TOLD]) + more


def _name(sha256: str, names: _Names) -> str:
    found = names.get(sha256)
    if not found:
        return sha256[:12]
    also = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
    return f"{found[0][0]} {found[0][1]}{also}"


def _tell(info: BackupInfo, json_target: str | None, words: str, names: _Names) -> None:
    facts: dict[str, Any] = {
        "path": str(info.path),
        "made_at": info.made_at.isoformat(),
        "participant": info.name,
        "database_bytes": info.size,
        "files": info.files,
        "missing": list(info.missing),
        "missing_evidence": [
            {"sha256": one, "ref": ref, "file": file} for one in info.missing for ref, file in names.get(one, ())
        ],
        "audit_seq": info.head.seq,
        "audit_head": info.head.h,
        "verified": True,
    }
    if json_target != "-":
        output.tell(f"{words}\n")
    if json_target:
        output.write_json(json_target, facts)
