"""Snapshots as the product passes them around, and how a reading is written down with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from desktop.frames import pl
from desktop.portfolio.mapping import heading_labels
from desktop.portfolio.reading import FaultKind, Reading, ReadingFault
from local_db.snapshots import SnapshotRow


@dataclass(frozen=True)
class Snapshot:
    """One import of a portfolio: immutable. `headings` are labels: repeated ones are numbered, blank ones named."""

    id: int
    file_name: str
    file_size: int
    """In bytes."""
    file_sha256: str
    blob_sha256: str
    rows: int
    headings: tuple[str, ...]
    mapping: Mapping[str, str]
    """Item to heading, as confirmed."""
    extract_date: date | None
    imported_at: str
    """UTC, ISO 8601."""
    imported_by: str

    @staticmethod
    def of(row: SnapshotRow) -> Snapshot:
        """From what the database holds."""
        return Snapshot(
            id=row.id,
            file_name=row.file_name,
            file_size=row.file_size,
            file_sha256=row.file_sha256,
            blob_sha256=row.blob_sha256,
            rows=row.row_count,
            headings=heading_labels(row.headings),
            mapping=row.mapping,
            extract_date=date.fromisoformat(row.extract_date) if row.extract_date else None,
            imported_at=row.imported_at,
            imported_by=row.imported_by,
        )


@dataclass(frozen=True)
class SnapshotColumns:
    """A snapshot as the checks read it: a Parquet with the text columns c0, c1, ... in file order, data row 1 first."""

    path: Path
    rows: int
    reading: Reading
    headings: tuple[str, ...]
    mapping: Mapping[str, str]
    columns: Mapping[str, str]
    """Item to column name, for the mapped items."""
    extract_date: date | None

    def scan(self) -> pl.LazyFrame:
        """The cells, not read yet: String, '' for an empty cell."""
        return pl.scan_parquet(self.path)


@dataclass(frozen=True)
class RowCell:
    """One cell of a row: heading, the text as it stood, and if the heading is mapped the item and the cleaned text."""

    heading: str
    text: str
    item: str = ""
    title: str = ""
    cleaned: str | None = None


@dataclass(frozen=True)
class PortfolioRow:
    """One data row of a snapshot, counted from 1, with its cells in file order."""

    snapshot_id: int
    row: int
    cells: tuple[RowCell, ...]

    def item(self, name: str) -> RowCell | None:
        """The cell of an item; None when it is not mapped."""
        return next((cell for cell in self.cells if cell.item == name), None)


def item_columns(headings: tuple[str, ...], mapping: Mapping[str, str]) -> dict[str, str]:
    """Item to column name (c0, c1, ...). `headings` as they stood or as labels."""
    places = {label: place for place, label in enumerate(heading_labels(headings))}
    return {item: f"c{places[heading]}" for item, heading in mapping.items()}


def reading_to_json(reading: Reading) -> dict[str, Any]:
    """A reading as values for JSON."""
    return {
        "format": reading.format,
        "headings": list(reading.headings),
        "rows": reading.rows,
        "encoding": reading.encoding,
        "bom": reading.bom,
        "delimiter": reading.delimiter,
        "sheet": reading.sheet,
        "member": reading.member,
        "heading_row": reading.heading_row,
        "faults": [[fault.kind.value, fault.row, fault.column, fault.value, fault.message] for fault in reading.faults],
        "fault_counts": {kind.value: count for kind, count in reading.fault_counts.items()},
        "blank_rows": [list(run) for run in reading.blank_rows],
    }


def reading_from_json(raw: Mapping[str, Any]) -> Reading:
    """Read what `reading_to_json` wrote."""
    return Reading(
        format=str(raw["format"]),
        headings=tuple(raw["headings"]),
        rows=int(raw["rows"]),
        encoding=str(raw["encoding"]),
        bom=bool(raw["bom"]),
        delimiter=str(raw["delimiter"]),
        sheet=str(raw["sheet"]),
        member=str(raw["member"]),
        heading_row=int(raw["heading_row"]),
        faults=tuple(ReadingFault(FaultKind(kind), *rest) for kind, *rest in raw["faults"]),
        fault_counts={FaultKind(kind): int(count) for kind, count in raw["fault_counts"].items()},
        blank_rows=tuple((int(first), int(last)) for first, last in raw.get("blank_rows", ())),
    )
