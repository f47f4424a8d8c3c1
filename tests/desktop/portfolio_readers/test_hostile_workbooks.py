"""Each hostile workbook ends in one sentence or in exactly what it holds; both readers agree on which."""

from __future__ import annotations

import time
from pathlib import Path

import polars as pl
import pytest

from desktop.errors import FileRefused
from desktop.jobs import Job
from desktop.portfolio.readers import sniff, xlsx, xlsx_sheet
from desktop.portfolio.readers.sniff import FormKind
from desktop.portfolio.reading import Reading
from tests.desktop.portfolio_readers import hostile

SLOW = ("a gigabyte of spaces", "three million rows", "blank formatted rows to the end")
"""Files that only the child, under its caps, is given: they are much work."""
IN_CHILD = (
    *SLOW,
    "honest",
    "cell at the last corner of a sheet",
    "shared text counts lie",
    "twenty megabytes of spaces",
    "cells times rows beyond memory",
    "billion laughs",
    "external entity",
    "nested a thousand deep",
    "crc wrong",
    "sheet in UTF-16",
    "sheet of an unknown encoding",
    "unknown packing",
)


@pytest.mark.parametrize("name", IN_CHILD)
def test_the_child_refuses_or_reads_exactly_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    case = hostile.WORKBOOKS[name]
    path = case.make(tmp_path)
    staging = tmp_path / "staging"
    staging.mkdir()
    begun = time.monotonic()
    if case.rows is None:
        with pytest.raises(FileRefused, match=case.refused) as caught:
            _read_in_child(path, staging)
        assert "Nothing was imported." in str(caught.value)
        assert caught.value.todo
        assert list(staging.iterdir()) == []
    else:
        headings, rows = _read_in_child(path, staging)
        assert [headings, *rows] == case.rows
        assert len(list(staging.iterdir())) == 1
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize("bulk", [True, False], ids=["bulk", "exact"])
@pytest.mark.parametrize("name", [name for name in hostile.WORKBOOKS if name not in SLOW])
def test_a_hostile_workbook_is_refused_or_read_exactly(name: str, bulk: bool, tmp_path: Path) -> None:
    case = hostile.WORKBOOKS[name]
    path = case.make(tmp_path)
    parquet = tmp_path / "rows.parquet"
    if case.rows is None:
        with pytest.raises(FileRefused, match=case.refused):
            _read(path, parquet, bulk=bulk)
        assert not parquet.exists()
    else:
        made = _read(path, parquet, bulk=bulk)
        assert [made.headings, *pl.read_parquet(parquet).rows()] == case.rows
        assert made.rows == len(case.rows) - 1


def _read_in_child(path: Path, staging: Path) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    assert sniff.sniff(path).kind is FormKind.XLSX
    made = xlsx.read_workbook(path, None, staging, Job())
    return made.reading.headings, pl.read_parquet(made.parquet).rows()


def _read(path: Path, parquet: Path, *, bulk: bool) -> Reading:
    sniff.sniff(path)
    return xlsx_sheet.read(path, None, parquet, lambda *_: None, bulk=bulk)
