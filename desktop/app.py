"""The workspace: one folder opened, and its services wired by plain arguments. Window, command line and tests use it.

Nothing heavy is imported before it is used: opening a workspace does not load the data engine or the workbook code.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from desktop import __version__, paths
from desktop.clock import Clock, system_clock
from desktop.errors import InvalidInput, WorkspaceDamaged, WorkspaceError
from desktop.history import ChainReport, Verified
from desktop.jobs import Cancelled, Job
from desktop.services import Services
from local_db import audit, backup, health, manifest, opening, retention
from local_db import restore as restoring
from local_db.blobs import BlobFaults
from local_db.connection import DATABASE_NAME
from local_db.manifest import BackupInfo

__all__ = ["BackupInfo", "BlobFaults", "Verified", "Workspace", "backup_info", "restore"]


class Workspace(Services):
    """One open workspace. Make one with `create` or `open`; `close` it, or use it in a `with`."""

    def __init__(self, folder: Path, opened: opening.Opened, *, actor: str, clock: Clock, notice: str = "") -> None:
        """Used by `create` and `open`."""
        super().__init__(folder, opened.store, opened.blobs, actor=actor, clock=clock)
        self.read_only = opened.store.read_only
        self.read_only_reason = opened.read_only_reason
        self.notices = (*opened.notices, *([notice] if notice else []))
        self._lock = opened.lock
        self._closed = False
        self.store.on_damage = lambda: health.damaged(folder, clock())

    @staticmethod
    def create(folder: Path, name: str, short_name: str, *, actor: str = "", clock: Clock = system_clock) -> Workspace:
        """Make a workspace in a new or empty folder and open it.

        Raises InvalidInput for an empty name, WorkspaceError when the folder is in use, synchronised by a cloud
        program, on a network drive, too deep, or cannot be written. `actor` '' = the account's name.
        """
        name, short_name = " ".join(name.split()), " ".join(short_name.split())
        for text, which in ((name, "name"), (short_name, "short_name")):
            if not text:
                raise InvalidInput("A workspace needs the organisation's name and a short name.", field=which)
        folder, notice = _fit_place(folder)
        actor = actor or paths.account_name()
        opened = opening.create(
            folder, name=name, short_name=short_name, app_version=__version__, actor=actor, now=clock()
        )
        return Workspace(folder, opened, actor=actor, clock=clock, notice=notice)

    @staticmethod
    def open(folder: Path, *, actor: str = "", clock: Clock = system_clock, read_only: bool = False) -> Workspace:
        """Open the workspace in `folder`.

        When another program holds it, or it cannot be written, it opens for reading only: `read_only_reason` says
        why. Raises WorkspaceError when there is none, when it is newer than this program, or its folder is no place
        for a live workspace; WorkspaceDamaged (with the backup to restore) when it is damaged.
        """
        if folder.name == DATABASE_NAME:
            folder = folder.parent
        folder = folder.absolute()
        notice = ""
        if not read_only and (folder / DATABASE_NAME).is_file():
            folder, notice = _fit_place(folder)
        opened = opening.open_folder(folder, now=clock(), read_only=read_only)
        return Workspace(folder, opened, actor=actor or paths.account_name(), clock=clock, notice=notice)

    @property
    def backups(self) -> tuple[BackupInfo, ...]:
        """The rolling backups in the workspace, newest first."""
        return tuple(retention.rolling(self.folder))

    def backup(self, to: Path | None = None, job: Job | None = None) -> BackupInfo:
        """Make a verified backup: in the workspace's `backups/`, or as one ZIP file `to` (or into that folder).

        Raises WorkspaceError when it cannot be written, Cancelled; then nothing of it is left.
        """
        if to is None:
            self.store.require_writable()
        work = job or Job()
        return backup.make(self.folder, at=self.clock(), reason="asked", to=to, progress=work.report)

    def verify_files(self, job: Job | None = None) -> BlobFaults:
        """Read every kept file and compare it with its hash: names of the damaged and the missing. Raises Cancelled."""
        work = job or Job()
        return self.blobs.verify(lambda done, total: work.report("Checking the kept files", done, total, "files"))

    def verify(self, job: Job | None = None) -> Verified:
        """Check all that is kept: the pages of the database, the chain of the log, every kept file. Raises Cancelled.

        Damage is told in the answer, not raised.
        """
        work = job or Job()
        work.report("Checking the database", 0, 0, "")
        pages = health.page_faults(self.store)
        try:
            chain = self.history.verify(work)
        except WorkspaceDamaged:
            chain = ChainReport(0, audit.Head(0, ""), 1, "the log cannot be read")
            pages = pages or ["a part of it cannot be read"]
        try:
            files: BlobFaults | None = self.verify_files(work)
        except WorkspaceDamaged:
            files = None
            pages = pages or ["a part of it cannot be read"]
        newest = retention.newest(self.folder, self.clock()) if pages else None
        # Of a damaged database nothing more is said: restore it first.
        unsound, unsound_submissions = (
            ((), ()) if pages else (self._unsound(work, chain), self._unsound_submissions(work, chain))
        )
        return Verified(tuple(pages), chain, files, newest.path if newest else None, unsound, unsound_submissions)

    def _unsound(self, job: Job, chain: ChainReport) -> tuple[str, ...]:
        """Of each signed declaration that does not hold: reference and why."""
        job.report("Checking the signed declarations", 0, 0, "")
        return tuple(
            f"{name} does not hold: {verdict.faults[0] if verdict.faults else 'it was changed'}"
            for name, verdict in self.declarations.verify_all_kept(job, chain)
            if not verdict.ok
        )

    def _unsound_submissions(self, job: Job, chain: ChainReport) -> tuple[str, ...]:
        """Of each frozen submission that does not hold: reference and why."""
        job.report("Checking the frozen submissions", 0, 0, "")
        return tuple(
            f"{name} does not hold: {faults[0]}"
            for name, faults in self.submissions.verify_all_kept(job, chain)
            if faults
        )

    def close(self, job: Job | None = None) -> BackupInfo | None:
        """Make the rolling backup if one is due and close; returns that backup. Closing twice does nothing.

        A backup that fails (no room) or is cancelled is passed over: the workspace is closed all the same. A damaged
        database is copied aside once it is closed, and the next opening looks for damage first.
        """
        if self._closed:
            return None
        self._closed = True
        if "sync" in vars(self):  # its threads write: they end before the database is closed
            self.sync.stop()
        made = None
        damaged = False
        work = job or Job()
        try:
            if not self.read_only:
                try:
                    if self._backup_due():
                        made = backup.make(self.folder, at=self.clock(), reason="daily", progress=work.report)
                except (WorkspaceError, Cancelled) as error:
                    damaged = isinstance(error, WorkspaceDamaged)
                    self.notices = (*self.notices, f"The backup at closing was not made. {error}".strip())
        finally:
            damaged = damaged or self.store.damaged
            self.store.close()
            if self._lock is not None:
                self._lock.release(clean=not (damaged and self._set_aside()))
        return made

    def _set_aside(self) -> bool:
        """Copy a closed database aside if it is damaged (not merely altered); whether it is."""
        found = health.faults(self.folder / DATABASE_NAME)
        if found or self.store.damaged:
            error = health.quarantine(self.folder, self.clock(), found or ["damage was met while it was read"])
            self.notices = (*self.notices, str(error))
            return True
        return False

    def _backup_due(self) -> bool:
        if not self.settings.get().backup_at_close:
            return False
        return retention.due(self.folder, audit.head(self.store.read()), self.clock())

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def restore(
    backup_path: Path,
    to: Path,
    *,
    job: Job | None = None,
    replace: bool = False,
    actor: str = "",
    clock: Clock = system_clock,
) -> BackupInfo:
    """Make the workspace folder `to` out of a backup folder or ZIP, verified part by part; returns what was restored.

    A workspace that is there is left alone unless `replace`; then it must not be open, and is renamed and kept. The
    restored history says that it was restored. Raises WorkspaceError, WorkspaceDamaged, Cancelled.
    """
    work = job or Job()
    to, _ = _fit_place(to)
    restored = restoring.restore(backup_path, to, at=clock(), replace=replace, progress=work.report)
    opened = opening.open_folder(to, now=clock())
    try:
        if not opened.store.read_only:
            with opened.store.write():
                opened.store.record(
                    "workspace.restore",
                    f"Restore the backup of {restored.made_at:%Y-%m-%d %H:%M} UTC",
                    {"made_at": audit.timestamp(restored.made_at), "seq": restored.head.seq, "h": restored.head.h},
                    actor=actor or paths.account_name(),
                    at=clock(),
                )
    finally:
        opened.store.close()
        if opened.lock is not None:
            opened.lock.release()
    return restored


def backup_info(path: Path) -> BackupInfo:
    """What a backup folder or ZIP says of itself, for a dialog. Raises WorkspaceError if it is not one."""
    return manifest.info(path)


def _fit_place(folder: Path) -> tuple[Path, str]:
    """The absolute folder and a notice about it. Raises WorkspaceError when a live workspace may not be there."""
    folder = folder.absolute()
    sentence = paths.too_long(folder)
    verdict = paths.judge_folder(folder)
    if sentence or verdict.refused:
        raise WorkspaceError(sentence or verdict.sentence, safe="Nothing was changed.")
    return folder, verdict.sentence
