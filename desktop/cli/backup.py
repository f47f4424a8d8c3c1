"""`mhhs-desk backup` and `mhhs-desk restore`: a verified copy of a workspace, and a workspace out of it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from desktop.app import Workspace, restore
from desktop.cli import arguments, output
from desktop.cli.progress import told_job
from local_db.backup import BackupInfo


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands to the command line."""
    backup = commands.add_parser(
        "backup",
        help="back up a workspace",
        description="Back up a workspace and verify the backup by opening it again. Works while the window is open.",
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
    """Make the backup; prints where it is."""
    with Workspace.open(given.workspace, read_only=given.to is not None) as workspace:
        info = workspace.backup(given.to, job=told_job())
    _tell(info, given.json, f"Backed up and verified: {info.path}")
    return 0


def run_restore(given: argparse.Namespace) -> int:
    """Restore the backup; prints what came back."""
    info = restore(given.backup, given.workspace, job=told_job(), replace=given.replace)
    when = f"{info.made_at:%Y-%m-%d %H:%M} UTC"
    _tell(info, given.json, f"Restored the backup of {info.name or 'a workspace'} made {when} into {given.workspace}")
    return 0


def _tell(info: BackupInfo, json_target: str | None, words: str) -> None:
    facts: dict[str, Any] = {
        "path": str(info.path),
        "made_at": info.made_at.isoformat(),
        "participant": info.name,
        "database_bytes": info.size,
        "files": info.files,
        "missing": list(info.missing),
        "audit_seq": info.head.seq,
        "audit_head": info.head.h,
        "verified": True,
    }
    if json_target != "-":
        sys.stdout.write(f"{words}\n")
        if info.missing:
            sys.stdout.write(f"{len(info.missing)} kept files were already missing or damaged in the workspace.\n")
    if json_target:
        output.write_json(json_target, facts)
