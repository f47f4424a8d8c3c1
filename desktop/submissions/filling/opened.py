"""A template opened safely: its parts, sheets, names, tables and styles. Nothing in it is run or followed."""

from __future__ import annotations

import hashlib
import posixpath
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType

from desktop.errors import FileRefused
from desktop.jobs import Job
from desktop.portfolio.readers import signatures, xlsx_package
from desktop.portfolio.readers.archive import is_zip
from desktop.portfolio.readers.xlsx_cells import unescape
from desktop.submissions.filling import small_parts
from desktop.submissions.filling.markup import SAFE, refuse
from desktop.submissions.filling.sheet_scan import MAX_CELLS, SheetScan, scan_sheet
from desktop.submissions.filling.small_parts import DefinedName, TableInfo, table_of

MAX_FILE = 64 * 1024**2
MAX_PART = 64 * 1024**2
MAX_TOTAL = 400 * 1024**2
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_NO_MACROS = "Open it in Excel, save it as an Excel workbook without macros (.xlsx) and choose that."
_AGAIN = "Copy or download it again and choose the new file."
_SAVE_NOW = "Choose the recipient's template as an Excel workbook (.xlsx)."


@dataclass(frozen=True)
class SheetInfo:
    """One worksheet and its part."""

    name: str
    hidden: bool
    part: str


@dataclass(frozen=True)
class Styles:
    """Of cell styles by their index: those that show days, those that show texts, those that are not locked."""

    dates: frozenset[int]
    texts: frozenset[int]
    unlocked: frozenset[int]


class TemplateBook:
    """An open template. Use it in a `with`."""

    def __init__(self, path: Path, job: Job) -> None:
        """Open and check it. Raises FileRefused with what it is, or what is wrong with it."""
        self.name, self._job = path.name, job
        self.path = path
        self._scans: dict[str, SheetScan] = {}
        try:
            self.size = path.stat().st_size
            _check_kind(path, self.size)
            self._package = xlsx_package.open_package(path)
        except FileRefused as refusal:
            what = refusal.what.replace("The workbook could not be read:", "The template cannot be used:")
            raise FileRefused(what.replace(", more than a portfolio does", ", more than a template does"), safe=SAFE,
                              todo=refusal.todo.replace("CSV or XLSX file", ".xlsx workbook")) from None  # fmt: skip
        except OSError as error:
            raise refuse(f"{path.name} could not be read ({error.strerror or error})", "Try again.") from None
        except Exception:  # noqa: BLE001,RUF100 - zlib.error, BadZipFile, EOFError and others
            raise refuse("it is damaged or was cut short", _AGAIN) from None
        try:
            self._check_parts()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> TemplateBook:
        """It is open already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._package.close()

    @property
    def members(self) -> list[zipfile.ZipInfo]:
        """The members of the ZIP in their order."""
        return self._package.file.infolist()

    @cached_property
    def sha256(self) -> str:
        """Of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @property
    def date_1904(self) -> bool:
        """Days are counted from 1904."""
        return self._package.date_1904

    @cached_property
    def sheets(self) -> tuple[SheetInfo, ...]:
        """The worksheets in their order; chart sheets are left out."""
        real = {member.filename.casefold(): member.filename for member in self.members}
        return tuple(
            SheetInfo(one.name, one.hidden, real.get(one.member.casefold(), one.member)) for one in self._package.sheets
        )

    def part(self, name: str) -> bytes:
        """The bytes of a part, its checksum compared. Raises FileRefused."""
        self._job.check()
        try:
            with self._package.open(name) as stream:
                return stream.read()
        except FileRefused:
            raise
        except Exception:  # noqa: BLE001,RUF100 - zlib.error, BadZipFile, EOFError, OSError and others
            raise refuse(f"its part {name[-80:]} is damaged", _AGAIN) from None

    def sheet(self, name: str) -> SheetInfo | None:
        """A worksheet by its name, without regard to case."""
        return next((one for one in self.sheets if one.name.casefold() == name.casefold()), None)

    def scan(self, sheet: SheetInfo) -> SheetScan:
        """What stands where in a sheet; read once."""
        if sheet.part not in self._scans:
            self._job.report(f"Reading {sheet.name}", unit="sheets")
            self._scans[sheet.part] = scan_sheet(self.part(sheet.part), sheet.part)
            if sum(one.cells for one in self._scans.values()) > MAX_CELLS:
                raise refuse(f"it has more than {MAX_CELLS:,} cells", "Choose the empty template.")
        return self._scans[sheet.part]

    @cached_property
    def main(self) -> str:
        """The part that lists the sheets."""
        root = self.relations("")
        return next((target for kind, target in root.values() if kind.endswith("/officeDocument")), "xl/workbook.xml")

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to within the file, by id: (kind, part); outside links are left out."""
        folder, _, last = part.rpartition("/")
        name = posixpath.join(folder, "_rels", f"{last}.rels")
        real = next((one.filename for one in self.members if one.filename.casefold() == name.casefold()), "")
        if not real:
            return {}
        found = small_parts.relations_of(self.part(real), real, folder)
        parts = {one.filename.casefold(): one.filename for one in self.members}
        return {key: (kind, parts.get(target.casefold(), target)) for key, (kind, target) in found.items()}

    @cached_property
    def names(self) -> tuple[DefinedName, ...]:
        """The defined names."""
        return small_parts.names_of(self.part(self.main), self.main)

    @cached_property
    def strings(self) -> tuple[str, ...]:
        """The shared texts."""
        part = self._related("/sharedStrings")
        return small_parts.texts_of(self.part(part), part) if part else ()

    @cached_property
    def styles_part(self) -> str:
        """The part that holds the styles; "" when there is none."""
        return self._related("/styles") or ""

    @cached_property
    def styles(self) -> Styles:
        """What cell styles show and lock."""
        part = self.styles_part
        if not part:
            return Styles(frozenset(), frozenset(), frozenset())
        texts, unlocked = small_parts.text_and_unlocked(self.part(part), part)
        return Styles(self._package.styles.dates, texts, unlocked)

    @cached_property
    def tables(self) -> tuple[TableInfo, ...]:
        """The Excel tables of all sheets."""
        found = []
        for sheet in self.sheets:
            ids = self.scan(sheet).table_ids
            related = self.relations(sheet.part) if ids else {}
            for one in ids:
                part = related.get(one, ("", ""))[1]
                if not part:
                    raise refuse(f"a table of its sheet {sheet.name} is listed but not there")
                found.append(table_of(self.part(part), part, sheet.name))
        return tuple(found)

    def text_of(self, sheet: SheetInfo, row: int, column: int) -> str:
        """What a cell says as text; '' for none, a formula's last value for a formula."""
        cell = self.scan(sheet).cell(row, column)
        if cell is None or not cell.raw:
            return ""
        if cell.kind == "s":
            if not cell.raw.strip().isdecimal() or int(cell.raw) >= len(self.strings):
                raise refuse(f"a cell of its sheet {sheet.name} refers to a text that is not there")
            return self.strings[int(cell.raw)]
        return unescape(cell.raw) if cell.kind in ("inlineStr", "str") else cell.raw

    def _check_parts(self) -> None:
        total = 0
        for one in self.members:
            total += one.file_size
            if one.file_size > MAX_PART:
                raise refuse(f"its part {one.filename[-80:]} unpacks to more than {MAX_PART // 1024**2} MB")
        if total > MAX_TOTAL:
            raise refuse(f"it unpacks to more than {MAX_TOTAL // 1024**2} MB")
        names = [one.filename.casefold() for one in self.members]
        if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
            raise refuse("it holds macros", _NO_MACROS)
        types = small_parts.types_of(self.part("[Content_Types].xml"))
        if any("macroenabled" in one.lower() for one in types):
            raise refuse("it holds macros", _NO_MACROS)
        if _MAIN_TYPE not in types:
            raise refuse("it is a template or another kind of workbook and no plain .xlsx")

    def _related(self, kind: str) -> str:
        """The part of a kind that the workbook refers to; "" for none."""
        found = self.relations(self.main).values()
        return next((target for what, target in found if what.endswith(kind)), "")


def _check_kind(path: Path, size: int) -> None:
    if size > MAX_FILE:
        raise refuse(f"it is larger than {MAX_FILE // 1024**2} MB", "Choose the empty template.")
    with path.open("rb") as file:
        head = file.read(65_536)
    if not head:
        raise refuse("the file is empty", "Copy or download it again.")
    if not is_zip(head):
        kind = signatures.name_of(path, head)
        what = kind.what if kind is not None else "no Excel workbook"
        todo = kind.todo if kind is not None and "password" in kind.what else _SAVE_NOW
        raise refuse(f"it is {what}", todo)
    try:
        with zipfile.ZipFile(path) as file_:
            package = signatures.package_of(file_)
    except FileRefused:
        raise
    except Exception:  # noqa: BLE001,RUF100 - fuzzing shows that zipfile raises many kinds on damaged directories
        return  # the reader that follows says what is wrong
    if package is None or not package.is_workbook:
        what = package.what if package is not None else "a ZIP file and no workbook"
        todo = package.todo if package is not None and "macros" in package.what else _SAVE_NOW
        raise refuse(f"it is {what}", todo)
