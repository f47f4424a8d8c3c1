"""Which content pack of each kind is in use: the person's own where there is one, else the one shipped."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from desktop.changes import Changes, Subject
from desktop.clock import Clock
from desktop.content.milestones import Milestone, milestones_of
from desktop.content.pack import KINDS, Pack, PackChange, compare_packs, parse_pack, read_pack, to_json
from desktop.errors import FileRefused, NotFound
from local_db import packs as pack_rows
from local_db.connection import Store

SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "programme"
"""Where the shipped packs stand, one folder for each version; in a frozen app beside the program."""

ADJUSTED = "(adjusted by the participant)"
"""Stands in the source of a pack that the person changed value by value."""


@cache
def shipped_pack(kind: str) -> Pack:
    """The newest shipped pack of a kind. Raises NotFound for a kind that is not shipped."""
    for folder in sorted(SHIPPED.iterdir(), reverse=True):
        file = folder / f"{kind}.json"
        if file.is_file():
            return parse_pack(file.read_bytes(), name=file.name, own=False)
    raise NotFound(f"There is no content of the kind “{kind}”.")


class ContentService:
    """The content packs of one workspace. The person's packs are kept in the workspace as they were taken."""

    def __init__(self, store: Store, actor: str, clock: Clock) -> None:
        self._store = store
        self._actor = actor
        self._clock = clock
        self._own: dict[str, tuple[str, Pack]] = {}

    def pack(self, kind: str) -> Pack:
        """The pack of this kind that is in use. Raises NotFound for an unknown kind."""
        row = pack_rows.in_use(self._store, kind)
        if row is None:
            return shipped_pack(kind)
        known = self._own.get(kind)
        if known is None or known[0] != row.sha256:
            known = (row.sha256, parse_pack(row.body.encode(), name=f"{kind}.json", own=True))
            self._own[kind] = known
        return known[1]

    def packs(self) -> tuple[Pack, ...]:
        """The pack in use of every kind, in the order shown to people."""
        return tuple(self.pack(kind) for kind in KINDS)

    def compare(self, path: Path) -> tuple[Pack, tuple[PackChange, ...]]:
        """The pack in a file and what it would change against the one in use. Raises FileRefused."""
        new, _ = read_pack(path)
        return new, compare_packs(self.pack(new.kind), new)

    def take(self, path: Path) -> Changes:
        """Use the pack in a file from now on; can be undone. Raises FileRefused."""
        new, data = read_pack(path)
        title = f"Use {KINDS[new.kind].lower()} {new.version}"
        self._keep(new, data.decode("utf-8-sig"), title)
        return Changes.of(Subject.CONTENT, title=title, count=1)

    def reset(self, kind: str) -> Changes:
        """Go back to the shipped pack of a kind; can be undone."""
        title = f"Go back to the shipped {KINDS[kind].lower()}"
        pack_rows.reset(self._store, kind, title=title, actor=self._actor, at=self._clock())
        return Changes.of(Subject.CONTENT, title=title, count=1)

    def earlier(self, kind: str, without: Container[str] = ()) -> Pack | None:
        """The person's pack that was in use before the one in use; None: the shipped one was.

        `without`: SHA-256 of packs that are not to be used again.
        """
        for row in pack_rows.earlier(self._store, kind):
            if row.sha256 not in without:
                return parse_pack(row.body.encode(), name=f"{kind}.json", own=True)
        return None

    def use_again(self, pack: Pack) -> Changes:
        """Use a pack that was in use before (`earlier`) again; can be undone. Raises NotFound."""
        title = f"Go back to {KINDS[pack.kind].lower()} {pack.version}"
        for row in pack_rows.earlier(self._store, pack.kind):
            if row.sha256 == pack.sha256:
                pack_rows.take(self._store, row, title=title, actor=self._actor, at=self._clock())
                return Changes.of(Subject.CONTENT, title=title, count=1)
        raise NotFound(f"{KINDS[pack.kind]} {pack.version} was not used before.")

    def save_copy(self, kind: str, path: Path) -> None:
        """Write the pack in use to a file, to be edited and taken again. Raises FileRefused if it cannot be."""
        try:
            path.write_text(to_json(self.pack(kind)), encoding="utf-8")
        except OSError as error:
            raise FileRefused(
                f"“{path.name}” could not be written ({error.strerror or error}).", todo="Choose another folder."
            ) from error

    def adjust(self, kind: str, body: Mapping[str, Any], *, title: str) -> Changes:
        """Use the pack in use with another body from now on, as the participant's own; can be undone.

        It stays what it was called (`suggested` stays so) and its source says that it was adjusted.
        """
        now = self.pack(kind)
        source = now.source if ADJUSTED in now.source else f"{now.source} {ADJUSTED}"
        text = to_json(replace(now, body=body, source=source))
        new = parse_pack(text.encode(), name=f"{kind}.json", own=True)
        self._keep(new, text, title)
        return Changes.of(Subject.CONTENT, title=title, count=1)

    def _keep(self, pack: Pack, text: str, title: str) -> None:
        row = pack_rows.PackRow(pack.kind, pack.version, pack.status.value, pack.source, pack.sha256, text)
        pack_rows.take(self._store, row, title=title, actor=self._actor, at=self._clock())

    def milestones(self) -> tuple[Milestone, ...]:
        """The milestones of the pack in use."""
        return milestones_of(self.pack("milestones"))
