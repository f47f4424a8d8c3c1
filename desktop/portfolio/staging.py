"""From a file of any form to a staged Parquet: reading, the dry run, and what is left behind (nothing)."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.errors import FileRefused, InvalidInput, NotFound
from desktop.frames import pl
from desktop.jobs import Job
from desktop.portfolio.evidence import check_digit_is_right
from desktop.portfolio.items import ITEMS
from desktop.portfolio.mapping import heading_labels, resolve_mapping, suggest
from desktop.portfolio.readers.archive import extract_text
from desktop.portfolio.readers.sniff import FileForm, FormKind, sniff
from desktop.portfolio.readers.text import read_text
from desktop.portfolio.readers.text_form import DELIMITER_NAMES, SAMPLE_ROWS, TextForm, inspect_text
from desktop.portfolio.readers.xlsx import SheetInfo, inspect_workbook, read_workbook
from desktop.portfolio.reading import FaultKind, RawTable, Reading, encoding_name
from local_db.blobs import hash_file

_LISTED = 5
"""Sheets that were not read, named in a note."""


@dataclass(frozen=True)
class Source:
    """A file that was looked at and can be staged. `close` removes what looking at it left in the staging folder."""

    path: Path
    form: FileForm
    headings: tuple[str, ...]
    """Labels: repeated headings are numbered, blank ones named by their place."""
    samples: tuple[tuple[str, ...], ...]
    """The first data rows, up to 200, as they stood."""
    notes: tuple[str, ...]
    """What was found out about the file, in sentences for people."""
    encoding: str = ""
    delimiter: str = ""
    sheets: tuple[SheetInfo, ...] = ()
    sheet: str = ""
    """The sheet that was read."""
    member: str = ""
    """The file's name inside a ZIP."""
    rows_about: int = 0
    """How many rows there are, about; for the progress."""
    folder: Path | None = None
    text_path: Path | None = None
    text: TextForm | None = None
    table: RawTable | None = None
    stamp: tuple[int, int] = (0, 0)
    """Size and time of change when it was looked at."""

    def close(self) -> None:
        """Remove what was put aside; the source cannot be staged any more. Closing twice does nothing."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True)
class Staged:
    """A file read to the end with a mapping: the Parquet that a commit will keep, and what was found out on the way."""

    file_name: str
    file_size: int
    file_sha256: str
    parquet: Path
    reading: Reading
    mapping: Mapping[str, str]
    """Item to heading (label), checked."""
    folder: Path
    notes: tuple[str, ...] = ()
    headings: tuple[str, ...] = field(default=())
    fewer: int = 0
    """So many rows fewer than the newest snapshot has, when that is worth a warning; else 0."""
    fewer_than: str = ""
    """The day of that snapshot, ISO 8601: of its extract, or else of its import."""

    @property
    def rows(self) -> int:
        """Data rows."""
        return self.reading.rows

    def discard(self) -> None:
        """Remove the staged file; nothing of it is kept. Discarding twice does nothing."""
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True)
class WholeFile:
    """A file read to its end: the Parquet of its cells in a folder of its own, and how it was read."""

    file_size: int
    file_sha256: str
    parquet: Path
    reading: Reading
    folder: Path


LikelySheet = Callable[[tuple[SheetInfo, ...]], str | None]
"""Which sheet of a workbook to read when none is named; None: the first visible one with values."""


def new_folder(staging: Path) -> Path:
    """A folder of one's own for files on their way in."""
    folder = staging / secrets.token_hex(8)
    folder.mkdir(parents=True)
    return folder


def look_at(path: Path, staging: Path, job: Job, sheet: str | None = None) -> Source:
    """Find out what a file is and what it holds. Raises FileRefused, NotFound (no such sheet), Cancelled."""
    source = look_at_table(path, staging, job, sheet, _likely_sheet)
    if source.text is not None and _holds_mpan(source.text.headings):
        source.close()
        raise FileRefused(
            f"The first line of {path.name} holds data, not headings.",
            safe="Nothing was imported.",
            todo="Add a first line that names the columns, or export it again with headings.",
        )
    return source


def look_at_table(path: Path, staging: Path, job: Job, sheet: str | None, likely: LikelySheet) -> Source:
    """The same for a file of any table: nothing is expected of its headings. Raises as `look_at` does."""
    form = sniff(path)
    stamp = _stamp(path)
    if form.kind is FormKind.TEXT:
        text = inspect_text(path, job)
        return _of_text(path, form, text, path, folder=None, stamp=stamp)
    folder = new_folder(staging)
    try:
        if form.kind is FormKind.ZIP:
            member, name = extract_text(path, folder, job)
            text = inspect_text(member, job)
            source = _of_text(path, form, text, member, folder=folder, stamp=stamp)
            return replace(source, member=name, notes=(f"The ZIP holds {name}.", *source.notes))
        return _of_workbook(path, form, job, folder=folder, stamp=stamp, sheet=sheet, likely=likely)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def stage(source: Source, mapping: Mapping[str, str], staging: Path, job: Job) -> Staged:
    """Read the whole file with a mapping: the dry run, by the same code as the commit. Nothing is kept yet.

    Raises InvalidInput (mapping), FileRefused, Cancelled; then nothing is left behind.
    """
    if not mapping.get("mpan"):
        _refuse_other_sheet(source)
    resolved = resolve_mapping(mapping, source.headings)
    whole = read_whole(source, staging, job)
    notes = (*source.notes, *_blank_note(whole.reading))
    return Staged(
        source.path.name,
        whole.file_size,
        whole.file_sha256,
        whole.parquet,
        whole.reading,
        resolved,
        whole.folder,
        notes,
        source.headings,
    )


def read_whole(source: Source, staging: Path, job: Job) -> WholeFile:
    """Read a file to its end into a folder of its own. Raises FileRefused, Cancelled; then nothing is left behind."""
    folder = new_folder(staging)
    try:
        if source.text is not None and source.text_path is not None:
            digest = hashlib.sha256()
            parquet = folder / "cells.parquet"
            table = read_text(source.text_path, source.text, parquet, job, digest)
            sha256, size = digest.hexdigest(), source.stamp[0]
            if source.text_path != source.path:
                sha256, size = hash_file(source.path)
            reading = replace(table.reading, member=source.member)
        else:
            parquet, reading = _second_name(source, folder), _table_of(source).reading
            sha256, size = hash_file(source.path)
        _refuse_changed(source)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return WholeFile(size, sha256, parquet, reading, folder)


def _table_of(source: Source) -> RawTable:
    if source.table is None:
        raise FileRefused(f"{source.path.name} was not read.", todo="Choose the file again.")
    return source.table


def _second_name(source: Source, folder: Path) -> Path:
    """The workbook's Parquet in the staged folder as well: the source can be staged again with another mapping."""
    there, here = Path(_table_of(source).parquet), folder / "cells.parquet"
    try:
        here.hardlink_to(there)
    except OSError:
        # A drive without second names (FAT, some shares).
        shutil.copyfile(there, here)
    return here


def _refuse_other_sheet(source: Source) -> None:
    """Without a heading for the MPAN, the portfolio may stand on another sheet of the workbook."""
    others = [sheet.name for sheet in source.sheets if sheet.name != source.sheet]
    if others:
        raise InvalidInput(
            f"No heading of the sheet {source.sheet} is chosen for the {ITEMS['mpan'].title}, without which a "
            "portfolio cannot be checked.",
            field="mpan",
            todo="Choose the heading that holds it, or another sheet (--sheet on the command line): "
            + ", ".join(others)
            + ".",
        )


def _refuse_changed(source: Source) -> None:
    if _stamp(source.path) != source.stamp:
        raise FileRefused(
            f"{source.path.name} was changed while it was being read.",
            safe="Nothing was imported.",
            todo="Close it in other programs and choose it again.",
        )


def _stamp(path: Path) -> tuple[int, int]:
    info = path.stat()
    return info.st_size, info.st_mtime_ns


def _of_text(
    path: Path, form: FileForm, text: TextForm, text_path: Path, *, folder: Path | None, stamp: tuple[int, int]
) -> Source:
    encoding = encoding_name(text.encoding.name)
    notes = [f"Text in {encoding}, cells separated by {DELIMITER_NAMES[text.delimiter]}s."]
    if len(text.headings) == 1:
        notes = [f"Text in {encoding} with one column."]
    if text.encoding.odd_line:
        notes.append(f"It is not UTF-8: the first line that shows it is line {text.encoding.odd_line:,}.")
    if text.encoding.carriage_returns:
        notes.append("Its lines end as old Macs wrote them.")
    if text.heading_row > 1:
        notes.append(f"The headings stand on line {text.heading_row}; what is above was passed over.")
    return Source(
        path=path,
        form=form,
        headings=heading_labels(text.headings),
        samples=text.samples,
        notes=(*notes, *_heading_notes(text.headings)),
        encoding=text.encoding.name,
        delimiter=text.delimiter,
        rows_about=max(0, text.encoding.lines - text.heading_row),
        folder=folder,
        text_path=text_path,
        text=text,
        stamp=stamp,
    )


def _of_workbook(
    path: Path,
    form: FileForm,
    job: Job,
    *,
    folder: Path,
    stamp: tuple[int, int],
    sheet: str | None,
    likely: LikelySheet,
) -> Source:
    sheets = inspect_workbook(path, job).sheets
    if sheet is not None and sheet not in {one.name for one in sheets}:
        raise NotFound(
            f"{path.name} has no sheet {sheet}.", todo="Its sheets are: " + ", ".join(one.name for one in sheets) + "."
        )
    table = read_workbook(path, sheet if sheet is not None else likely(sheets), folder, job)
    reading = table.reading
    samples = pl.scan_parquet(table.parquet).head(SAMPLE_ROWS).collect().rows()
    notes = [f"A workbook; the sheet read is {reading.sheet}."]
    others = [one.name for one in sheets if one.name != reading.sheet and not one.hidden]
    if others:
        notes = [f"A workbook; the sheet read is {reading.sheet}, not {', '.join(others[:_LISTED])}."]
    if reading.heading_row > 1:
        notes.append(f"The headings stand in row {reading.heading_row}; what is above was passed over.")
    return Source(
        path=path,
        form=form,
        headings=heading_labels(reading.headings),
        samples=tuple(samples),
        notes=(*notes, *_heading_notes(reading.headings)),
        sheets=sheets,
        sheet=reading.sheet,
        rows_about=reading.rows,
        folder=folder,
        table=table,
        stamp=stamp,
    )


def _likely_sheet(sheets: tuple[SheetInfo, ...]) -> str | None:
    """The first visible sheet with a heading for the MPAN, else the longest; a workbook often begins with a cover.

    None, the reader's own choice, when no visible sheet holds more than headings.
    """
    tables = [sheet for sheet in sheets if not sheet.hidden and sheet.rows > 1]
    named = (sheet.name for sheet in tables if "mpan" in suggest(sheet.headings, ()))
    return next(named, max(tables, key=lambda sheet: sheet.rows).name if tables else None)


def _heading_notes(headings: tuple[str, ...]) -> list[str]:
    """What is odd about the headings themselves."""
    notes = []
    blank = sum(1 for heading in headings if not heading.strip())
    if blank:
        notes.append(f"{blank} column{'s have' if blank > 1 else ' has'} no heading.")
    repeated = sorted({heading for heading in headings if heading.strip() and headings.count(heading) > 1})
    if repeated:
        notes.append(f"Headings that stand more than once: {', '.join(repeated[:5])}. They are numbered here.")
    return notes


def _blank_note(reading: Reading) -> list[str]:
    blank = reading.fault_counts.get(FaultKind.BLANK_ROW, 0)
    if not blank:
        return []
    return ["One row among the others is blank." if blank == 1 else f"{blank:,} rows among the others are blank."]


def _holds_mpan(headings: tuple[str, ...]) -> bool:
    return any(check_digit_is_right(heading.strip()) for heading in headings)
