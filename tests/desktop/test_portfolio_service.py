"""From a file to a kept snapshot: read, suggest, stage, commit; and what is left behind when it goes wrong."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from desktop.changes import Subject
from desktop.errors import FileRefused, InvalidInput, NotFound, ReadOnly
from desktop.jobs import Cancelled, Job, Progress
from desktop.portfolio.reading import FaultKind
from desktop.portfolio.service import Committed, PortfolioService
from local_db.blobs import BlobStore
from local_db.connection import Store

HEADINGS = ["MPAN", "Post Code", "Profile Class", "Supply Start Date", "Note"]
ROWS = [
    ["1014569292506", "IP12 2TW", "01", "01/04/2020", "first"],
    [" 1050 0006 36890", "sg14ab", "3", "2020-04-01", ""],
    ["Data not available", "", "", "", "third"],
]
MAPPING = {
    "mpan": "MPAN",
    "postcode": "Post Code",
    "profile_class": "Profile Class",
    "supply_start_date": "Supply Start Date",
}
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "work").mkdir()
    with closing(Store.create(tmp_path / "work" / "workspace.db")) as store:
        yield store


@pytest.fixture
def blobs(store: Store, tmp_path: Path) -> BlobStore:
    return BlobStore(store, tmp_path / "work")


@pytest.fixture
def service(store: Store, blobs: BlobStore, tmp_path: Path) -> PortfolioService:
    return PortfolioService(store, blobs, tmp_path / "work", "Ada", lambda: NOON)


def csv_file(folder: Path, rows: list[list[str]] = ROWS, name: str = "portfolio.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(",".join(row) for row in [HEADINGS, *rows]) + "\n")
    return path


def take(service: PortfolioService, path: Path, mapping: dict[str, str] | None = None) -> Committed:
    with closing(service.read(path)) as source:
        return service.commit(service.stage(source, MAPPING if mapping is None else mapping))


def left_over(folder: Path) -> list[Path]:
    return [path for path in (folder / "work" / "staging").rglob("*") if path.is_file()]


def test_a_file_becomes_a_snapshot(service: PortfolioService, tmp_path: Path, store: Store) -> None:
    done = take(service, csv_file(tmp_path))
    snapshot = done.snapshot
    assert not done.already
    assert done.changes.subjects == {Subject.SNAPSHOTS}
    assert (snapshot.rows, snapshot.file_name, snapshot.imported_by) == (3, "portfolio.csv", "Ada")
    assert snapshot.headings == tuple(HEADINGS)
    assert snapshot.mapping == MAPPING
    assert service.latest() == snapshot
    assert service.snapshots() == (snapshot,)
    assert left_over(tmp_path) == []
    entry = store.read().execute("SELECT action, title, body FROM audit").fetchone()
    assert entry[:2] == ("portfolio.import", "Import a portfolio of 3 rows")
    assert json.loads(entry[2])["sha256"] == snapshot.file_sha256


def test_a_row_is_read_as_it_stood_and_cleaned(service: PortfolioService, tmp_path: Path) -> None:
    snapshot = take(service, csv_file(tmp_path)).snapshot
    row = service.row(snapshot.id, 2)
    assert [cell.text for cell in row.cells] == ROWS[1]
    mpan, start = row.item("mpan"), row.item("supply_start_date")
    assert mpan is not None
    assert start is not None
    assert (mpan.text, mpan.cleaned, mpan.title) == (" 1050 0006 36890", "1050000636890", "MPAN")
    assert start.cleaned == "2020-04-01"
    assert row.cells[4].item == ""
    third = service.row(snapshot.id, 3).item("mpan")
    assert third is not None
    assert third.cleaned is None
    for wrong in (0, 4):
        with pytest.raises(NotFound):
            service.row(snapshot.id, wrong)


def test_the_columns_for_the_checks(service: PortfolioService, tmp_path: Path) -> None:
    columns = service.open_columns(take(service, csv_file(tmp_path)).snapshot.id)
    assert columns.columns == {"mpan": "c0", "postcode": "c1", "profile_class": "c2", "supply_start_date": "c3"}
    assert columns.scan().collect().rows() == [tuple(row) for row in ROWS]
    assert columns.reading.rows == columns.rows == 3
    assert columns.reading.delimiter == ","


def test_the_same_bytes_with_the_same_mapping_are_kept_once(
    service: PortfolioService, tmp_path: Path, store: Store
) -> None:
    first = take(service, csv_file(tmp_path))
    entries = store.read().execute("SELECT count(*) FROM audit").fetchone()
    again = take(service, csv_file(tmp_path, name="copy of it.csv"))
    assert again.already
    assert again.snapshot == first.snapshot
    assert not again.changes.subjects
    assert store.read().execute("SELECT count(*) FROM audit").fetchone() == entries
    assert left_over(tmp_path) == []
    other = take(service, csv_file(tmp_path), {"mpan": "MPAN"})
    assert not other.already
    assert other.snapshot.blob_sha256 == first.snapshot.blob_sha256
    assert len(service.snapshots()) == 2


def test_a_snapshot_cannot_be_changed(service: PortfolioService, tmp_path: Path, store: Store) -> None:
    take(service, csv_file(tmp_path))
    with pytest.raises(Exception, match="immutable"), store.write() as connection:
        connection.execute("UPDATE snapshot SET row_count = 4")


def test_a_confirmed_mapping_is_remembered_for_these_headings(service: PortfolioService, tmp_path: Path) -> None:
    take(service, csv_file(tmp_path), {"mpan": "MPAN", "postcode": "Note"})
    with closing(service.read(csv_file(tmp_path, ROWS[:1], "next month.csv"))) as source:
        found = service.suggest(source)
    assert {item: (one.heading, one.why) for item, one in found.items()} == {
        "mpan": ("MPAN", "remembered"),
        "postcode": ("Note", "remembered"),
    }


def test_cancelling_half_way_leaves_nothing(service: PortfolioService, tmp_path: Path, store: Store) -> None:
    path = csv_file(tmp_path, ROWS * 200_000)

    def stop(progress: Progress) -> None:
        if progress.what == "Reading the file" and progress.done > 100_000:
            job.cancel()

    job = Job(stop)
    with closing(service.read(path)) as source, pytest.raises(Cancelled):
        service.stage(source, MAPPING, job)
    assert left_over(tmp_path) == []
    assert service.snapshots() == ()
    assert store.read().execute("SELECT count(*) FROM blob").fetchone() == (0,)


def test_discarding_leaves_nothing(service: PortfolioService, tmp_path: Path) -> None:
    with closing(service.read(csv_file(tmp_path))) as source:
        staged = service.stage(source, MAPPING)
        assert left_over(tmp_path) != []
        staged.discard()
        staged.discard()
    assert left_over(tmp_path) == []


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from desktop.portfolio.service import PortfolioService
from local_db import snapshots
from local_db.blobs import BlobStore
from local_db.connection import Store
folder, file, when = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
store = Store.open(folder / "workspace.db")
service = PortfolioService(store, BlobStore(store, folder), folder, "Ada", lambda: datetime.now(UTC))
staged = service.stage(service.read(file), {"mpan": "MPAN"})
if when == "staged":
    os._exit(9)
snapshots.insert = lambda *_, **__: os._exit(9)
service.commit(staged)
"""


@pytest.mark.parametrize("when", ["staged", "in the commit"])
def test_killed_on_the_way_nothing_is_half_imported(tmp_path: Path, when: str) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    Store.create(folder / "workspace.db").close()
    path = csv_file(tmp_path)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(path), when], check=False, timeout=60)
    assert killed.returncode == 9
    with closing(Store.open(folder / "workspace.db")) as store:
        blobs = BlobStore(store, folder)
        service = PortfolioService(store, blobs, folder, "Ada", lambda: NOON)
        assert service.snapshots() == ()
        blobs.sweep(unclean=False)
        assert left_over(tmp_path) == []
        assert take(service, path).snapshot.rows == 3


def test_a_file_that_changes_while_it_is_read_is_refused(service: PortfolioService, tmp_path: Path) -> None:
    path = csv_file(tmp_path)
    with closing(service.read(path)) as source:
        path.write_text(path.read_text() + "1050000664025,,,,\n")
        with pytest.raises(FileRefused, match="changed while it was being read"):
            service.stage(source, MAPPING)
    assert left_over(tmp_path) == []


def test_a_mapping_that_cannot_be_is_refused_before_reading(service: PortfolioService, tmp_path: Path) -> None:
    with closing(service.read(csv_file(tmp_path))) as source, pytest.raises(InvalidInput):
        service.stage(source, {"postcode": "Post Code"})
    assert left_over(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "portfolio.csv is"),
        (b"%PDF-1.7\n", "PDF"),
        (b"1014569292506,IP12 2TW\n1050000636890,SG1 4AB\n", "holds data, not headings"),
        (b"PK\x03\x04 not a zip", "portfolio.csv is"),
    ],
)
def test_a_wrong_file_is_named_in_a_sentence(
    service: PortfolioService, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "portfolio.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused) as caught:
        service.read(path)
    assert words in str(caught.value)
    assert left_over(tmp_path) == []


def test_a_zip_of_one_csv(service: PortfolioService, tmp_path: Path) -> None:
    csv_file(tmp_path)
    path = tmp_path / "portfolio.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.write(tmp_path / "portfolio.csv", "inside.csv")
    with closing(service.read(path)) as source:
        assert source.member == "inside.csv"
        snapshot = service.commit(service.stage(source, MAPPING)).snapshot
    assert service.open_columns(snapshot.id).reading.member == "inside.csv"
    assert snapshot.file_size == path.stat().st_size
    assert left_over(tmp_path) == []
    assert take(service, path).already


def test_a_workbook_and_its_sheets(service: PortfolioService, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "May"
    for row in [HEADINGS, *ROWS]:
        book.active.append(row)
    june = book.create_sheet("June")
    for row in [HEADINGS, ROWS[0]]:
        june.append(row)
    path = tmp_path / "portfolio.xlsx"
    book.save(path)
    with closing(service.read(path)) as source:
        assert [sheet.name for sheet in source.sheets] == ["May", "June"]
        assert source.headings == tuple(HEADINGS)
        assert source.samples[0] == tuple(ROWS[0])
        first = service.commit(service.stage(source, MAPPING)).snapshot
    assert first.rows == 3
    with closing(service.read(path, sheet="June")) as source:
        second = service.commit(service.stage(source, MAPPING))
    assert not second.already
    assert second.snapshot.rows == 1
    with pytest.raises(NotFound):
        service.read(path, sheet="July")
    assert left_over(tmp_path) == []


def _book_with(path: Path, *sheets: tuple[str, list[list[str]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("sheets", "chosen"),
    [
        ([("Cover", [["Example Energy"]]), ("May", [HEADINGS, *ROWS])], "May"),
        ([("Cover", [["Prepared by"], ["Pat"], ["x"], ["y"], ["z"], ["."]]), ("May", [HEADINGS, *ROWS])], "May"),
        ([("Cover", [["A"], ["B"]]), ("Codes", [["X", "Y"], *[["1", "2"]] * 9]), ("Meters", [["Z"], ["1"]])], "Codes"),
        ([("Form", [HEADINGS]), ("May", [HEADINGS, *ROWS]), ("June", [HEADINGS, *ROWS * 3])], "May"),
        ([("Form", [HEADINGS])], "Form"),
    ],
)
def test_a_workbook_that_begins_with_a_cover_is_read_where_the_mpans_stand(
    service: PortfolioService, tmp_path: Path, sheets: list[tuple[str, list[list[str]]]], chosen: str
) -> None:
    path = _book_with(tmp_path / "book.xlsx", *sheets)
    with closing(service.read(path)) as source:
        assert source.sheet == chosen
        others = [name for name, _ in sheets if name != chosen]
        assert not others or f"not {', '.join(others)}." in source.notes[0]
    with closing(service.read(path, sheet=sheets[0][0])) as source:
        assert source.sheet == sheets[0][0]


def test_without_an_mpan_heading_the_other_sheets_are_named(service: PortfolioService, tmp_path: Path) -> None:
    path = _book_with(tmp_path / "book.xlsx", ("Cover", [["A"], ["B"]]), ("Codes", [["X"], *[["1"]] * 9]))
    with closing(service.read(path)) as source, pytest.raises(InvalidInput) as refused:
        service.stage(source, {})
    assert refused.value.field == "mpan"
    assert "Codes" in refused.value.what
    assert "--sheet" in refused.value.todo
    assert "Cover" in refused.value.todo


def test_what_was_met_while_reading_is_kept(service: PortfolioService, tmp_path: Path) -> None:
    path = tmp_path / "portfolio.csv"
    path.write_bytes("MPAN;Name\n1;a\tb\n2\n3;£\n".encode("cp1252"))
    snapshot = take(service, path, {"mpan": "MPAN"}).snapshot
    reading = service.open_columns(snapshot.id).reading
    assert reading.fault_counts == {FaultKind.ENCODING: 1, FaultKind.CONTROL: 1, FaultKind.RAGGED: 1}
    assert [(fault.kind, fault.row, fault.column) for fault in reading.faults] == [
        (FaultKind.ENCODING, None, None),
        (FaultKind.CONTROL, 1, 1),
        (FaultKind.RAGGED, 2, None),
    ]


def test_repeated_and_blank_headings_can_be_told_apart(service: PortfolioService, tmp_path: Path) -> None:
    path = tmp_path / "portfolio.csv"
    path.write_text("MPAN,Name,,Name\n1,a,b,c\n")
    with closing(service.read(path)) as source:
        assert source.headings == ("MPAN", "Name", "(column 3)", "Name (2)")
        assert any("more than once" in note for note in source.notes)
        snapshot = service.commit(service.stage(source, {"mpan": "MPAN", "address_1": "Name (2)"})).snapshot
    columns = service.open_columns(snapshot.id)
    assert columns.columns["address_1"] == "c3"
    assert columns.reading.headings == ("MPAN", "Name", "", "Name")
    cell = service.row(snapshot.id, 1).item("address_1")
    assert cell is not None
    assert cell.text == "c"


def test_an_extract_date_is_kept(service: PortfolioService, tmp_path: Path) -> None:
    with closing(service.read(csv_file(tmp_path))) as source:
        snapshot = service.commit(service.stage(source, MAPPING), date(2026, 11, 1)).snapshot
    assert snapshot.extract_date == date(2026, 11, 1)


def test_a_workspace_open_for_reading_takes_nothing(service: PortfolioService, store: Store, tmp_path: Path) -> None:
    take(service, csv_file(tmp_path))
    with closing(Store.open(store.path, read_only=True)) as reading:
        reader = PortfolioService(
            reading, BlobStore(reading, tmp_path / "work"), tmp_path / "work", "Bea", lambda: NOON
        )
        assert reader.row(1, 1).cells[4].text == "first"
        assert reader.table(1).count() == 3
        with pytest.raises(ReadOnly):
            reader.read(tmp_path / "portfolio.csv")


def test_the_preview_tells_what_will_be_cleaned(service: PortfolioService, tmp_path: Path) -> None:
    seen: list[Progress] = []
    with closing(service.read(csv_file(tmp_path))) as source:
        staged = service.stage(source, MAPPING)
        found = {one.item.name: one for one in service.preview(staged, Job(seen.append))}
        staged.discard()
    assert (found["mpan"].filled, found["mpan"].placeholders, found["mpan"].changed) == (2, 1, 1)
    note = found["mpan"].cleaned[0]
    assert (note.what, note.examples[0].before, note.examples[0].after) == (
        "spaces taken out", " 1050 0006 36890", "1050000636890",
    )  # fmt: skip
    assert found["postcode"].cleaned[0].what == "spaces put in order"
    assert found["profile_class"].spoiled[0].count == 1
    assert found["supply_start_date"].changed == 0
    assert seen[-1].done == 4


@pytest.mark.parametrize("choose", [lambda path: path.parent, lambda path: path / "nothing"])
def test_what_is_no_file_is_refused(service: PortfolioService, tmp_path: Path, choose: Callable[[Path], Path]) -> None:
    with pytest.raises(FileRefused):
        service.read(choose(csv_file(tmp_path)))


def test_the_real_register(service: PortfolioService, tmp_path: Path, industry_data: Path) -> None:
    with closing(service.read(industry_data / "register" / "ukpn_ecr_2022-04.csv")) as source:
        found = {item: one.heading for item, one in service.suggest(source).items()}
        assert {item: found[item] for item in ("mpan", "linked_mpan", "postcode")} == {
            "mpan": "Export MPAN / MSID",
            "linked_mpan": "Import MPAN / MSID",
            "postcode": "Postcode",
        }
        snapshot = service.commit(service.stage(source, found)).snapshot
    assert snapshot.rows == 989
    columns = service.open_columns(snapshot.id)
    assert columns.columns["mpan"] == "c0"
    assert columns.scan().select(pl.len()).collect().item() == 989
    assert [(fault.row, fault.kind) for fault in columns.reading.faults] == [(472, FaultKind.CONTROL)]


@pytest.mark.parametrize(("before", "now", "fewer"), [(100, 90, 10), (100, 91, 0), (90, 81, 0), (200, 185, 0)])
def test_a_file_much_shorter_than_the_last_one_says_by_how_many_rows(
    service: PortfolioService, tmp_path: Path, before: int, now: int, fewer: int
) -> None:
    rows = [[f"row {row}", "", "", "", ""] for row in range(before)]
    take(service, csv_file(tmp_path, rows))
    with closing(service.read(csv_file(tmp_path, rows[:now], "next.csv"))) as source:
        staged = service.stage(source, MAPPING)
    assert (service.fewer_than_last(staged), staged.fewer) == (fewer, fewer)
    assert staged.fewer_than == ("2026-11-23" if fewer else "")
    staged.discard()
