"""What a filled copy must still be: every part there, none changed but those that were meant, and Excel's own rules."""

from __future__ import annotations

import hashlib
import re
import warnings
import zipfile
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import BinaryIO

from desktop.errors import FileRefused
from desktop.excel.cells import visible_text
from desktop.jobs import Cancelled, Job
from desktop.portfolio.readers.xlsx_cells import unescape
from desktop.submissions.filling.cell_values import CellValue
from desktop.submissions.filling.markup import SAFE, attribute_splice, raw_attributes, spliced
from desktop.submissions.filling.quoting import only_added
from desktop.submissions.filling.sheet_scan import Place, RowAt, SheetScan, coordinate

_TAG = re.compile(rb"<([A-Za-z][\w:.-]*)")


def parts_of(file: BinaryIO, job: Job) -> list[tuple[str, str]]:
    """Every part in its order with the hash of its bytes. Raises FileRefused when one cannot be read."""
    found = []
    try:
        with zipfile.ZipFile(file) as archive:
            for one in archive.infolist():
                job.check()
                found.append((one.filename, hashlib.sha256(archive.read(one)).hexdigest()))
    except Cancelled:
        raise
    except Exception:  # noqa: BLE001,RUF100 - zlib.error, BadZipFile, EOFError, OSError and others
        raise lost("a part of it cannot be read") from None
    return found


def compare(before: list[tuple[str, str]], after: list[tuple[str, str]], changed: Collection[str]) -> None:
    """Raises FileRefused when a part is gone, new, elsewhere, or changed without being one of `changed`."""
    if [name for name, _ in before] != [name for name, _ in after]:
        gone = {name for name, _ in before} - {name for name, _ in after}
        raise lost(f"parts would be lost ({', '.join(sorted(gone)[:5]) or 'their order'})")
    for (name, old), (_, new) in zip(before, after, strict=True):
        if old != new and name not in changed:
            raise lost(f"its part {name} would be changed")


def holds(
    before: SheetScan,
    after: SheetScan,
    values: Mapping[Place, CellValue],
    title: str,
    looks: Mapping[Place, int] = MappingProxyType({}),
) -> None:
    """Raises FileRefused when a sheet does not hold what was written, or another cell is not what it was.

    `looks`: styles that filled cells were to get.
    """
    for place, value in values.items():
        cell = after.cell(*place)
        text = "" if cell is None else unescape(cell.raw) if cell.kind == "inlineStr" else cell.raw
        wanted = "" if value.formula else value.raw if value.number else visible_text(value.raw)
        typed = cell is not None and (cell.kind == "n") == (value.number or value.formula)
        if cell is None or text != wanted or not typed or cell.formula != value.formula:
            raise lost(f"the cell {coordinate(*place)} of its sheet {title} would not hold what was to be written")
        was = before.cell(*place)
        if was is not None and cell.style != looks.get(place, was.style):
            raise lost(f"the look of the cell {coordinate(*place)} of its sheet {title} would be changed")
    for number, row in before.rows.items():
        for column, old in row.cells.items():
            if (number, column) in values:
                continue
            new = after.cell(number, column)
            kept = new is not None and (new.style, new.formula) == (old.style, old.formula)
            if new is None or not kept or (not old.formula and (new.kind, new.raw) != (old.kind, old.raw)):
                raise lost(f"the cell {coordinate(number, column)} of its sheet {title} would be changed")
        now = after.rows.get(number)
        if now is None or _row_attributes(before, row) != _row_attributes(after, now):
            raise lost(f"the look of row {number} of its sheet {title} would be changed")
    if after.merges != before.merges:
        raise lost(f"merged cells of its sheet {title} would be changed")
    if after.lists != before.lists:
        raise lost(f"lists of its sheet {title} would be changed")
    if after.formulas != before.formulas + sum(value.formula for value in values.values()):
        raise lost(f"formulas of its sheet {title} would be lost")
    _around(before, after, title)


def _row_attributes(scan: SheetScan, row: RowAt) -> list[tuple[bytes, bytes]]:
    """How a row is described, but for the columns that it uses."""
    return [one for one in raw_attributes(scan.data, row.start) if one[0] != b"spans"]


def _around(before: SheetScan, after: SheetScan, title: str) -> None:
    """All that stands around the rows is the same byte for byte, but for the range that is used."""
    head, now = before.data[: before.data_at[0]], after.data[: after.data_at[0]]
    used, wide = before.dimension_at, after.dimension_at
    if used is not None and wide is not None and used[1] != wide[1]:
        head = spliced(head, [attribute_splice(head, used[0], b"ref", wide[1].words.encode())])
    for old, new in ((head, now), (before.data[before.data_at[2] :], after.data[after.data_at[2] :])):
        if old != new:
            at = next((place for place, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), 0)
            names = _TAG.findall(old[: at + 1])
            what = names[-1].decode("ascii", "replace") if names else "its end"
            raise lost(f"what its sheet {title} says beside its cells ({what}) would be changed")


def only_looks_added(before: bytes, after: bytes, part: str) -> None:
    """Raises FileRefused when more was done to the styles than adding looks that keep a text from being a formula."""
    if not only_added(before, after, part):
        raise lost("its styles would be changed")


def opens(before: BinaryIO, after: BinaryIO) -> None:
    """Read the copy by another program's code, where that can read the template. Raises FileRefused when it differs."""
    names = _sheets_of(before)
    if names and _sheets_of(after) != names:
        raise lost("it could not be opened again as it was")


def _sheets_of(file: BinaryIO) -> list[str]:
    """The sheets that openpyxl finds, the beginning of each read; none when it cannot."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells of what it would not keep; nothing is saved by it
            book = load_workbook(file, read_only=True, data_only=False)
            try:
                for sheet in book.worksheets:
                    next(sheet.iter_rows(max_row=1), None)
                return list(book.sheetnames)
            finally:
                book.close()
    except Exception:  # noqa: BLE001,RUF100 - openpyxl raises many kinds on what it does not know
        return []


def lost(what: str) -> FileRefused:
    """The refusal of a filling that would lose something."""
    return FileRefused(
        f"The template was not filled: {what}.",
        safe=SAFE,
        todo="Fill it by hand, or ask the recipient for a template without it.",
    )
