"""Hands for tests of imports of records: a workspace, files as people make them, and short ways in."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import openpyxl

from desktop.app import Workspace
from desktop.records.model import ChangeKind, ImportOptions, RecordKind

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Importing:
    """A workspace with ways to import in one line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = Workspace.create(folder / "ws", "Acme Energy Ltd", "ACME", actor="Jo", clock=lambda: NOON)
        self.imports = self.workspace.record_imports
        self.store = self.workspace.store

    def csv(self, *lines, name="file.csv"):
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    def xlsx(self, rows, merges=(), name="file.xlsx", sheet="Sheet1", more=()):
        book = openpyxl.Workbook()
        page = book.active
        page.title = sheet
        for row in rows:
            page.append(list(row))
        for merge in merges:
            page.merge_cells(merge)
        for title, others in more:
            other = book.create_sheet(title)
            for row in others:
                other.append(list(row))
        path = self.folder / name
        book.save(path)
        return path

    def stage(self, path, kind=RecordKind.REQUIREMENTS, mapping=None, sheet=None, **options):
        source = self.imports.read(path, kind, sheet=sheet)
        given = {name: one.heading for name, one in source.suggestions.items()} if mapping is None else mapping
        return self.imports.stage(source, given, ImportOptions(**options))

    def take(self, path, kind=RecordKind.REQUIREMENTS, mapping=None, sheet=None, **options):
        return self.imports.commit(self.stage(path, kind, mapping, sheet, **options))

    def rows(self, sql, *values):
        return [tuple(row) for row in self.store.read().execute(sql, values)]

    def undo(self):
        return self.store.undo(actor="Jo", at=NOON)


def told(counts):
    """The counts that are not 0, by word."""
    return {kind.value: count for kind, count in counts.items() if count}


def changed(staged, kind):
    return [one for one in staged.changes if one.change is ChangeKind(kind)]


@contextmanager
def importing(folder: Path):
    made = Importing(folder)
    try:
        yield made
    finally:
        made.workspace.close()
