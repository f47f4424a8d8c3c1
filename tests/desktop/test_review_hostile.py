"""Returned workbooks that are damaged or made to do harm are refused in one sentence, and nothing is taken."""

from __future__ import annotations

import io
import random
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from returned_hands import brought, threaded, with_parts, without_properties, workbook

from desktop.cli.main import main as command_line
from desktop.errors import FileRefused
from desktop.jobs import Cancelled, Job
from desktop.submissions.review import child, returned


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workbook(tmp_path_factory.mktemp("sent") / "sent.xlsx")


def refused(sent: Path, copy: Path) -> str:
    with pytest.raises(FileRefused) as told:
        brought(sent, copy)
    assert told.value.safe == returned.NOTHING
    assert told.value.todo == returned.TODO
    assert "Traceback" not in str(told.value)
    return told.value.what


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no Excel workbook"),
        (b"Row key,Comment\r\n1,2\r\n", "no Excel workbook"),
        (b"%PDF-1.7", "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        (b"PK\x03\x04" + bytes(400), "damaged"),
    ],
)
def test_what_is_no_workbook_is_refused_with_its_reason(sent: Path, tmp_path: Path, data: bytes, words: str) -> None:
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(data)
    assert words in refused(sent, copy)
    with pytest.raises(FileRefused):
        returned.identify(copy, Job())


def test_an_opendocument_file_is_named_as_one(sent: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "copy.xlsx", "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "OpenDocument" in refused(sent, tmp_path / "copy.xlsx")


def test_a_file_that_is_not_there_is_told(sent: Path, tmp_path: Path) -> None:
    assert "could not be opened" in refused(sent, tmp_path / "none.xlsx")


def test_macros_are_refused(sent: Path, tmp_path: Path) -> None:
    copy = with_parts(sent, tmp_path / "copy.xlsm", {"xl/vbaProject.bin": "x"}, {})
    assert "macros" in refused(sent, copy)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
EVIL: dict[str, Callable[[str], str]] = {
    "xl/worksheets/sheet2.xml": lambda text: text.replace("<worksheet", f"{LAUGHS}<worksheet", 1),
    "xl/workbook.xml": lambda text: text.replace("<workbook", f"{LAUGHS}<workbook", 1),
    "docProps/custom.xml": lambda text: text.replace("<Properties", f"{LAUGHS}<Properties", 1),
}


@pytest.mark.parametrize("part", ["xl/worksheets/sheet2.xml", "xl/workbook.xml"])
def test_document_types_are_refused(sent: Path, tmp_path: Path, part: str) -> None:
    assert "document type" in refused(sent, with_parts(sent, tmp_path / "copy.xlsx", {}, {part: EVIL[part]}))


def test_document_types_in_properties_are_refused(sent: Path, tmp_path: Path) -> None:
    part = "docProps/custom.xml"
    copy = with_parts(sent, tmp_path / "copy.xlsx", {}, {part: EVIL[part]})
    with pytest.raises(FileRefused, match="document type"):
        returned.identify(copy, Job())


def test_document_types_in_threads_are_refused(sent: Path, tmp_path: Path) -> None:
    copy = threaded(sent, tmp_path / "threads.xlsx", 2, [("{1}", "", "B6", "Bo", "2026-11-21T09:30:00", "x")])
    part = "xl/threadedComments/threadedComment1.xml"
    evil = with_parts(copy, tmp_path / "copy.xlsx", {}, {part: lambda text: LAUGHS + text})
    assert "document type" in refused(sent, evil)


def test_a_thread_that_answers_itself_or_nobody_is_read(sent: Path, tmp_path: Path) -> None:
    copy = threaded(
        sent, tmp_path / "copy.xlsx", 2,
        [("{1}", "{1}", "B6", "Bo", "x", "myself"), ("{2}", "{9}", "B7", "Bo", "", "nobody")],
    )  # fmt: skip
    assert [one.text for one in brought(sent, copy).remarks] == ["myself", "nobody"]


def test_a_bomb_is_refused(sent: Path, tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c></row>" * 3_000_000
    copy = with_parts(
        sent,
        tmp_path / "copy.xlsx",
        {},
        {"xl/worksheets/sheet2.xml": lambda text: text.replace("<row", rows + "<row", 1)},
    )
    assert "harm" in refused(sent, copy)


def test_comments_whose_part_is_missing_or_outside_are_passed_over(sent: Path, tmp_path: Path) -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://x/relationships/comments" Target="../../../../etc/passwd"/>'
        '<Relationship Id="r2" Type="http://x/relationships/comments" Target="../comments9.xml"/>'
        '<Relationship Id="r3" Type="http://x/relationships/comments" Target="http://x/c" TargetMode="External"/>'
        '<Relationship Id="r4" Type="http://x/relationships/threadedComment" Target="../workbook.xml"/>'
        "</Relationships>"
    )
    parts = {"xl/worksheets/_rels/sheet9.xml.rels": relations}
    assert brought(sent, with_parts(sent, tmp_path / "copy.xlsx", parts, {})).remarks == ()


def outcome(sent: Path, copy: Path) -> str:
    """'read', or that nothing was taken in."""
    try:
        brought(sent, copy)
    except FileRefused as told:
        return told.safe
    return "read"


def test_damaged_bytes_are_read_or_refused_and_never_a_traceback(sent: Path, tmp_path: Path) -> None:
    whole = sent.read_bytes()
    chance = random.Random(5)
    outcomes: set[str] = set()
    for number in range(12):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 20, 400])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        copy = tmp_path / f"{number}.xlsx"
        copy.write_bytes(bytes(data[: chance.choice([len(data), len(data) - 40])]))
        outcomes.add(outcome(sent, copy))
    assert outcomes <= {"read", returned.NOTHING}
    assert returned.NOTHING in outcomes


def test_reading_can_be_cancelled(sent: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        returned.identify(sent, job)


def test_properties_and_named_cells_are_read_apart(sent: Path, tmp_path: Path) -> None:
    whole = returned.identify(sent, Job())
    assert whole.properties == whole.cells
    assert whole.properties["SubmissionRef"] == "ACME-RTTM-0004"
    bare = returned.identify(without_properties(sent, tmp_path / "a.xlsx"), Job())
    assert bare.properties == {}
    assert bare.cells == whole.cells
    stripped = returned.identify(without_properties(sent, tmp_path / "b.xlsx", names=False), Job())
    assert (stripped.properties, stripped.cells) == ({}, {})
    assert stripped.sheets[0] == "Cover"


def test_the_program_is_its_own_child(sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "main", lambda arguments: len(arguments) + 40)
    assert command_line([child.CHILD_FLAG, "identify", str(sent)]) == 42
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert returned.parent.command(child.CHILD_FLAG, child.MODULE, ["x"]) == [sys.executable, child.CHILD_FLAG, "x"]
    assert io.BytesIO().read() == b""
    assert not list(tmp_path.iterdir())
