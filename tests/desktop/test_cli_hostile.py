"""Files that are not what they seem: each gives an exact result, or one sentence and status 1; nothing is left."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from cli_hands import Desk, mpan
from openpyxl import Workbook

A, B, C = (mpan("10", seed) for seed in (7, 8, 9))
WRONG = C[:12] + str((int(C[12]) + 1) % 10)
TEXT = f"mpan,postcode\n{A},CB1 2AB\n{B},CB1 2AC\n{WRONG},RM9\n"
NOTED = f"mpan,postcode,notes\n{A},CB1 2AB,\n{B},CB1 2AC,x\n{WRONG},RM9,\n"
QUOTED = "".join('"' + line.replace(",", '","') + '"\n' for line in TEXT.splitlines())
TRUE = {("FMT-05", 3, "mpan"), ("FMT-20", 3, "postcode")}


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


def compound_file(stream: str) -> bytes:
    """The first bytes of an OLE compound file, with the name of a stream where a directory would name it."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 2000


def zipped(path: Path, entries: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("big.csv", "w") as entry:
        entry.write(b"mpan\n")
        for _ in range(64):
            entry.write(b"1" * 2**20)


REFUSED: dict[str, tuple[str, bytes | Callable[[Path], object]]] = {
    "empty": ("e.csv", b""),
    "blank lines only": ("b.csv", b"\n\r\n\n"),
    "byte order mark only": ("bom.csv", b"\xef\xbb\xbf"),
    "no MPAN column": ("n.csv", b"name,postcode\nAnn,CB1 2AB\n"),
    "gzip named csv": ("g.csv", gzip.compress(TEXT.encode())),
    "xls named xlsx": ("old.xlsx", compound_file("Workbook")),
    "xls": ("old.xls", compound_file("Workbook")),
    "encrypted workbook": ("locked.xlsx", compound_file("EncryptedPackage")),
    "picture named csv": ("p.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
    "PDF named csv": ("d.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
    "web page named csv": ("w.csv", b"<!DOCTYPE html>\n<html><body><table><tr><td>mpan</td></tr></table></body>"),
    "utf-16 little end, no mark": ("le.csv", TEXT.encode("utf-16-le")),
    "utf-16 big end, no mark": ("be.csv", TEXT.encode("utf-16-be")),
    "a cell of 40,000 characters": ("cell.csv", NOTED.replace("x", "x" * 40_000).encode()),
    "workbook cut short": ("cut.xlsx", b"PK\x03\x04" + b"\0" * 200),
    "text named xlsx": ("text.xlsx", b""),
    "zip without a file": ("none.zip", lambda path: zipped(path, {})),
    "zip of two": ("two.zip", lambda path: zipped(path, {"a.csv": TEXT.encode(), "b.csv": TEXT.encode()})),
    "zip of a picture": ("pic.zip", lambda path: zipped(path, {"a.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 100})),
    "zip bomb": ("bomb.zip", bomb),
    "directory": ("folder.csv", lambda path: path.mkdir()),
    "missing": ("nowhere.csv", lambda path: None),
    "100,000 columns": ("wide.csv", (",".join(f"h{n}" for n in range(100_000)) + "\n" + "," * 99_999 + "\n").encode()),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_portfolio_is_refused_in_a_sentence(desk, tmp_path, monkeypatch, kind):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    name, content = REFUSED[kind]
    path = tmp_path / name
    path.write_bytes(content) if isinstance(content, bytes) else content(path)
    outcome = desk.run("check", path, "--json", tmp_path / "out.json")
    assert (outcome.status, outcome.out) == (1, ""), outcome.err
    told = outcome.err.strip().splitlines()[-1]
    assert told.endswith(".")
    assert "Traceback" not in outcome.err
    assert "fault in MHHS Desk" not in outcome.err
    assert not (tmp_path / "out.json").exists()
    assert list(scratch.iterdir()) == []


EXACT: dict[str, tuple[bytes, set[tuple[str, int | None, str]]]] = {
    "utf-8": (TEXT.encode(), TRUE),
    "byte order mark": (b"\xef\xbb\xbf" + TEXT.encode(), TRUE),
    "utf-16 with a mark": (TEXT.encode("utf-16"), TRUE),
    "Windows code page": (NOTED.replace("x", "café").encode("cp1252"), TRUE | {("FIL-02", None, "")}),
    "old Mac lines": (TEXT.replace("\n", "\r").encode(), TRUE),
    "Windows lines": (TEXT.replace("\n", "\r\n").encode(), TRUE),
    "semicolons": (TEXT.replace(",", ";").encode(), TRUE),
    "tabs": (TEXT.replace(",", "\t").encode(), TRUE),
    "pipes": (TEXT.replace(",", "|").encode(), TRUE),
    "no newline at the end": (TEXT.rstrip().encode(), TRUE),
    "blank lines at the end": (f"{TEXT}\n\n\r\n".encode(), TRUE),
    "quoted": (QUOTED.encode(), TRUE),
    "one column": (f"mpan\n{A}\n{B}\n{WRONG}\n".encode(), {("FMT-05", 3, "mpan")}),
    "blank heading": (NOTED.replace("notes", "").encode(), TRUE),
    "a long cell": (NOTED.replace("x", "x" * 32_767).encode(), TRUE),
    "21 digits": (f"mpan\n01801100{A}\n01801100{WRONG}\n".encode(), {("FMT-05", 2, "mpan")}),
    "a date in Excel's number": (f"mpan,supply_start_date\n{A},43922\n{B},01/04/2019\n".encode(),
                                 {("FMT-21", 1, "supply_start_date")}),
}  # fmt: skip


@pytest.mark.parametrize("kind", EXACT)
def test_forms_of_text_give_the_exact_result(desk, kind):
    content, expected = EXACT[kind]
    assert desk.check(content).found == expected


def test_a_file_of_headings_only_has_no_rows(desk):
    outcome = desk.check("mpan,postcode\n")
    if outcome.status == 0:
        assert (outcome.report["rows"], outcome.found) == (0, set())
    else:
        assert outcome.status == 1
        assert outcome.err.strip().endswith(".")


@pytest.mark.parametrize(
    "content",
    [
        TEXT.replace("RM9", "RM\x009"),
        TEXT.replace("RM9", '"RM9'),
        TEXT + TEXT,
        TEXT.replace("mpan,postcode", "mpan,mpan"),
        "mpan,postcode\n" * 3,
    ],
    ids=["NUL byte", "unclosed quote", "repeated heading row", "two headings alike", "headings only, thrice"],
)
def test_broken_text_is_told_with_its_row_or_refused(desk, content):
    outcome = desk.check(content)
    assert outcome.status in {0, 1}
    assert "Traceback" not in outcome.err
    assert "fault in MHHS Desk" not in outcome.err
    if outcome.status == 0:
        assert {check for check, _, _ in outcome.found} & {"FIL-01", "FIL-02", "FMT-02"}
    else:
        assert outcome.err.strip().endswith(".")


def book(path: Path, *rows: list[object]) -> Path:
    work = Workbook()
    sheet = work.active
    for row in rows:
        sheet.append(row)
    work.save(path)
    return path


def test_numbers_and_dates_of_a_workbook_are_read_as_what_they_are(desk, tmp_path):
    start = date(2019, 4, 1)
    rows = ["mpan", "supply_start_date", "postcode"], [int(A), start, "CB1 2AB"], [int(WRONG), start, "RM9"]
    outcome = desk.run("check", book(tmp_path / "numbers.xlsx", *rows), "--json", "-", "--as-of", "2026-11-23")
    assert outcome.found == {("FMT-05", 2, "mpan"), ("FMT-20", 2, "postcode")}
    assert [one["value"] for one in outcome.report["findings"]] == [WRONG, "RM9"]


def test_a_number_of_21_digits_in_a_workbook_is_not_mended(desk, tmp_path):
    path = book(tmp_path / "long.xlsx", ["mpan", "postcode"], [int(f"99801100{A}"), "CB1 2AB"], [B, "CB1 2AC"])
    found = desk.run("check", path, "--json", "-").found
    assert found == {("FMT-03", 1, "mpan")}


def test_a_formula_counts_by_the_value_that_was_saved(desk, tmp_path):
    path = book(tmp_path / "formula.xlsx", ["mpan", "postcode"], [A, '="CB1"&" 2AB"'], [WRONG, "CB1 2AC"])
    outcome = desk.run("check", path, "--json", "-")
    assert outcome.status == 0, outcome.err
    assert ("FMT-05", 2, "mpan") in outcome.found


def test_an_empty_workbook_is_refused_in_a_sentence(desk, tmp_path):
    outcome = desk.run("check", book(tmp_path / "empty.xlsx"), "--json", "-")
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.strip().endswith(".")


def test_the_sheet_that_is_named_is_read_and_a_wrong_name_is_said(desk, tmp_path):
    work = Workbook()
    work.active.append(["notes"])
    second = work.create_sheet("Portfolio")
    second.append(["mpan"])
    second.append([WRONG])
    work.save(tmp_path / "two.xlsx")
    assert desk.run("check", tmp_path / "two.xlsx", "--sheet", "Portfolio", "--json", "-").found == {
        ("FMT-05", 1, "mpan")
    }
    outcome = desk.run("check", tmp_path / "two.xlsx", "--sheet", "None", "--json", "-")
    assert (outcome.status, outcome.out) == (1, "")
    assert "Portfolio" in outcome.err
