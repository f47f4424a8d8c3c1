"""Streamed sheets: ranges, splits, the same bytes again, cancel, full disks."""

from __future__ import annotations

import errno
import os
import re
import stat
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from desktop.excel import book as book_module
from desktop.excel.book import Book, Field, Kind, Page, stream_tabs
from desktop.excel.saving import NotSaved, replacing
from desktop.excel.stream import RowFeed
from desktop.jobs import Cancelled, Job

STAMP = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FIELDS = (Field("Key", key="k"), Field("Row", Kind.NUMBER, key="n"), Field("State", key="s"))


def frame(rows: int, first: int = 0) -> pl.DataFrame:
    numbers = range(first, first + rows)
    states = [("New", "Still open", "=Gone")[n % 3] if n < 30_000 else f"{n}" for n in numbers]
    return pl.DataFrame({"k": [f"{n:013d}" for n in numbers], "n": list(numbers), "s": states})


def made(path: Path, rows: int = 50_000, blocks: int = 3) -> Path:
    size = -(-rows // blocks)
    frames = [frame(min(size, rows - start), start) for start in range(0, rows, size)]
    book = Book("Title", "Author", STAMP)
    book.add_table(Page("Cover", "Cover", "About"), (Field("A"),), [("one",)])
    book.add_stream(Page("Findings", "Findings", "All"), FIELDS, rows, lambda: iter(frames))
    book.add_table(Page("End", "End", "About"), (Field("A"),), [])
    book.property("TemplateId", "t")
    book.name_cell("template", "Cover", "$A$5")
    book.save(path)
    return path


def test_rows_arrive_in_order_from_blocks_of_any_size(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(made(tmp_path / "a.xlsx", 40_000, 7), read_only=True)
    rows = list(book["Findings"].iter_rows(min_row=5, values_only=True))
    book.close()
    assert rows == list(frame(40_000).iter_rows())


def test_the_same_content_gives_the_same_bytes_at_another_time_and_from_other_blocks(tmp_path: Path) -> None:
    first = made(tmp_path / "a.xlsx", blocks=3).read_bytes()
    script = (
        "import sys; sys.path[:0] = ['.', 'tests/desktop']; from pathlib import Path; import test_excel_stream as t;"
        "t.made(Path(sys.argv[1]), blocks=5)"
    )
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"}
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "b.xlsx")], check=True, cwd=root, env=env)
    assert (tmp_path / "b.xlsx").read_bytes() == first
    assert made(tmp_path / "c.xlsx", blocks=3).read_bytes() == first


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_no_time_but_the_given_one_is_in_the_file(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", 10)
    with zipfile.ZipFile(path) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = package.read("docProps/core.xml").decode()
    assert re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core) == ["2026-11-23T12:00:00Z"] * 2
    assert package.namelist()[0] == "[Content_Types].xml"


def test_every_sheet_has_one_named_table_over_its_rows_and_no_merged_cells(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(made(tmp_path / "a.xlsx", 1_000))
    names = []
    for sheet, rows, columns in (("Cover", 1, "A"), ("Findings", 1_000, "C"), ("End", 1, "A")):
        (table,) = book[sheet].tables.values()
        names.append(table.displayName)
        assert table.ref == f"A4:{columns}{4 + rows}"
        assert table.autoFilter.ref == table.ref
        assert [column.name for column in table.tableColumns] == [
            cell.value for cell in book[sheet][4] if cell.value is not None
        ]
        assert not book[sheet].merged_cells.ranges
        assert book[sheet].freeze_panes == "A5"
        assert book[sheet].print_title_rows == "$4:$4"
        assert book[sheet].page_setup.orientation == "landscape"
        assert book[sheet]["A1"].value
        assert book[sheet]["A2"].value
    assert len(set(names)) == 3
    assert book["End"]["A5"].value == "(none)"


def test_the_package_is_consistent_each_part_named_typed_and_well_formed(tmp_path: Path) -> None:
    parts = _parts(made(tmp_path / "a.xlsx", 100))
    types = ET.fromstring(parts["[Content_Types].xml"])
    overrides = {node.get("PartName", "")[1:] for node in types if node.tag.endswith("Override")}
    assert overrides <= set(parts)
    assert all(name in overrides or name.endswith((".rels", "[Content_Types].xml")) for name in parts)
    styles = ET.fromstring(parts["xl/styles.xml"])
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    count = len(list(styles.find(f"{space}cellXfs") or ()))
    for name, content in parts.items():
        root = ET.fromstring(content)
        if name.startswith("xl/worksheets/sheet"):
            assert all(int(cell.get("s", "0")) < count for cell in root.iter(f"{space}c"))
            rows = [int(row.get("r", "0")) for row in root.iter(f"{space}row")]
            assert rows == sorted(set(rows))
            (dimension,) = root.iter(f"{space}dimension")
            assert dimension.get("ref", "").endswith(str(rows[-1]))


def test_a_table_over_the_limit_is_split_over_several_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "ROWS_PER_SHEET", 1_000)
    path = made(tmp_path / "a.xlsx", 11_500, 4)
    book = openpyxl.load_workbook(path)
    tabs = stream_tabs("Findings", 11_500)
    assert tabs == tuple(f"Findings {n}" for n in range(1, 13))
    assert book.sheetnames == ["Cover", *tabs, "End"]
    keys = [cell.value for tab in tabs for (cell,) in book[tab].iter_rows(min_row=5, max_col=1)]
    assert keys == [f"{n:013d}" for n in range(11_500)]
    assert [next(iter(book[tab].tables)) for tab in tabs] == [f"tbl_Findings_{n}" for n in range(1, 13)]
    assert book[tabs[1]]["A2"].value.startswith("Rows 1,001 to 2,000 of 11,500.")


def test_a_cancel_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    job = Job(lambda progress: job.cancel() if progress.done else None)
    book = Book("T", "A", STAMP)
    book.add_stream(Page("F", "F", "A"), FIELDS, 50_000, lambda: iter([frame(50_000)]))
    with pytest.raises(Cancelled):
        book.save(target, job)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_progress_counts_up_to_all_rows(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    book = Book("T", "A", STAMP)
    book.add_stream(Page("F", "F", "A"), FIELDS, 50_000, lambda: iter([frame(50_000)]))
    book.save(tmp_path / "a.xlsx", Job(lambda progress: told.append((progress.done, progress.total))))
    assert told[0] == (0, 50_000)
    assert told[-1] == (50_000, 50_000)
    assert told == sorted(told)


FULL_DISK = """
import resource, sys
from pathlib import Path
sys.path[:0] = [".", "tests/desktop"]
import test_excel_stream as t
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    t.made(Path(sys.argv[1]), 200_000)
except t.NotSaved as error:
    print(error)
"""


def test_a_full_disk_is_a_sentence_and_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "report.xlsx"
    target.write_bytes(b"old")
    ran = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(target)],
        check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert ran.stdout.startswith("report.xlsx could not be written: the disk is full. The file that was there is unch")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]


def test_a_missing_folder_and_a_folder_as_target_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(NotSaved, match=r"the folder .* is not there"), replacing(tmp_path / "none" / "a.xlsx"):
        pass
    (tmp_path / "sub").mkdir()
    with pytest.raises(NotSaved, match="a folder has that name"), replacing(tmp_path / "sub") as file:
        file.write(b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["sub"]


def test_what_was_written_is_on_the_disk_before_it_takes_the_old_files_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    flush, replace = os.fsync, os.replace

    def flushed(handle: int) -> None:
        seen.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else f"file of {os.fstat(handle).st_size}")
        flush(handle)

    def replaced(old: Path, new: Path) -> None:
        seen.append("replace")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(os, "replace", replaced)
    with replacing(tmp_path / "a.bin") as file:
        file.write(b"x" * 5_000)
    assert seen == ["file of 5000", "replace", *([] if os.name == "nt" else ["folder"])]


def test_a_folder_that_lets_nobody_write_is_said_and_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "unlink", refused)  # the medium's own answer; such a medium needs rights to be made
    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(NotSaved, match="nothing can be written on that medium"), replacing(tmp_path / "a") as file:
        file.write(b"x")


def test_a_feed_that_ends_too_early_is_our_fault_not_a_short_sheet() -> None:
    with pytest.raises(ValueError, match="3 too early"):
        list(RowFeed([frame(7)]).take(10))
