"""The child process: it answers by files, is ended on cancel, time, memory and a lost parent, and leaves nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from desktop.errors import FileRefused
from desktop.jobs import Cancelled, Job, Progress
from desktop.portfolio.readers import child, xlsx
from desktop.portfolio.reading import FaultKind
from tests.desktop.portfolio_readers import hostile
from tests.desktop.portfolio_readers import workbooks as wb

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


def test_a_workbook_is_read_with_progress_and_row_groups(tmp_path: Path, staging: Path) -> None:
    rows = wb.grid(("MPAN", "Value")) + "".join(
        f'<row r="{row}"><c r="A{row}"><v>{10**12 + row}</v></c><c r="B{row}" t="e"><v>#N/A</v></c></row>'
        for row in range(2, 70_002)
    )
    path = wb.workbook(tmp_path / "book.xlsx", rows)
    told: list[Progress] = []
    made = xlsx.read_workbook(path, None, staging, Job(told.append))
    assert made.reading.rows == 70_000
    assert made.reading.format == "xlsx"
    assert made.reading.fault_counts == {FaultKind.NUMBER: 70_000, FaultKind.ERROR_CELL: 70_000}
    assert made.reading.faults[-1].row == 69_999 or made.reading.faults[-1].row == 70_000
    frame = pl.read_parquet(made.parquet)
    assert frame.schema == {"c0": pl.String, "c1": pl.String}
    assert frame["c0"].null_count() == 0
    assert [Path(made.parquet)] == list(staging.iterdir())
    assert any(one.done == 70_001 and one.unit == "rows" for one in told)


def test_inspecting_tells_each_sheet(tmp_path: Path) -> None:
    sheets = (("One", "visible", "sheet1.xml"), ("Two", "hidden", "sheet2.xml"))
    members = wb.parts(wb.sheet(hostile.HONEST), sheets=sheets, more={"xl/worksheets/sheet2.xml": wb.sheet("")})
    info = xlsx.inspect_workbook(wb.pack(tmp_path / "book.xlsx", members), Job())
    assert info.sheets == (xlsx.SheetInfo("One", False, 2, 2, ("MPAN", "Name")), xlsx.SheetInfo("Two", True, 0, 0))


def test_cancelling_ends_the_child_and_leaves_nothing(tmp_path: Path, staging: Path) -> None:
    path = hostile.WORKBOOKS["three million rows"].make(tmp_path)

    def cancel(_progress: Progress) -> None:
        job.cancel()

    job = Job(cancel)
    with pytest.raises(Cancelled):
        xlsx.read_workbook(path, None, staging, job)
    assert list(staging.iterdir()) == []


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path, staging: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hostile.WORKBOOKS["three million rows"].make(tmp_path)
    monkeypatch.setattr(xlsx, "SECONDS", 1)
    monkeypatch.setattr(xlsx, "SECONDS_PER_MEGABYTE", 0)
    with pytest.raises(FileRefused, match=r"book.xlsx could not be read: .* Nothing was imported\."):
        xlsx.read_workbook(path, None, staging, Job())
    assert list(staging.iterdir()) == []


def test_a_child_that_takes_too_much_memory_is_ended(
    tmp_path: Path, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hostile.WORKBOOKS["three million rows"].make(tmp_path)
    monkeypatch.setattr(xlsx, "RESIDENT_LIMIT", 1024)
    with pytest.raises(FileRefused, match="memory"):
        xlsx.read_workbook(path, None, staging, Job())
    assert list(staging.iterdir()) == []


def test_a_child_that_dies_without_an_answer_is_a_refusal(
    tmp_path: Path, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wb.workbook(tmp_path / "book.xlsx", hostile.HONEST)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(FileRefused, match="Nothing was imported"):
        xlsx.read_workbook(path, None, staging, Job())
    assert list(staging.iterdir()) == []


def test_a_child_that_cannot_be_started_is_a_refusal(
    tmp_path: Path, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wb.workbook(tmp_path / "book.xlsx", hostile.HONEST)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    with pytest.raises(FileRefused, match="could not be started"):
        xlsx.read_workbook(path, None, staging, Job())


def test_the_frozen_program_is_started_with_the_hidden_flag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    command = xlsx._command("read", tmp_path / "book.xlsx", tmp_path, 60, "Sheet 1")
    assert command[:3] == [sys.executable, child.CHILD_FLAG, "read"]
    assert command[-1] == "Sheet 1"


def test_the_child_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    path = hostile.WORKBOOKS["three million rows"].make(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "desktop.portfolio.readers.child", "read", str(path), str(tmp_path), "60"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert not (tmp_path / child.RESULT).exists()


def test_the_child_opens_no_socket_and_starts_no_program() -> None:
    script = (
        "import sys; from desktop.capped import inside; sys.addaudithook(inside.no_network)\n"
        "import json, socket, subprocess\nseen = []\n"
        "for act in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: subprocess.run(['true'])):\n"
        "    try:\n        act()\n    except PermissionError as error:\n        seen.append(str(error))\n"
        "print(json.dumps(seen))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert len(json.loads(done.stdout)) == 2
