"""One portfolio in every format: the same findings, in the same rows, with the same words."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli_hands import AS_OF, mpan, sound

from desktop.cli.main import main

_BLANK = dict.fromkeys(("mpan", "postcode"), "")


def odd_rows() -> tuple[list[str], list[list[str]]]:
    """Sound rows, and among them cells that break over lines, a tab, blank rows and an MPAN that is wrong."""
    rows = [dict(row) for row in sound().rows[:12]]
    rows[1]["mpan"] = f"{rows[1]['mpan'][:6]}\n{rows[1]['mpan'][6:]}"
    rows[2]["address_1"] += "\nPlaceham"
    rows[3]["postcode"] = "\t" + rows[3]["postcode"]
    rows[5] |= {"address_1": "Caf\u00e9; \u201cThe Plough\u201d, \u00a35"}
    number = rows[6]["mpan"]
    rows[6]["mpan"] = f"{number[:4]}-{number[4:8]}-{number[8:]}.0"
    rows[8] |= {"address_9": "next\u0085line"}
    for place in (4, 7, 8):
        rows.insert(place, _BLANK)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return names, [[row.get(name, "") for name in names] for row in rows]


def _text(delimiter: str, encoding: str) -> Callable[[Path, list[list[str]]], Path]:
    def write(folder: Path, rows: list[list[str]]) -> Path:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
        path = folder / "portfolio.csv"
        path.write_bytes(out.getvalue().encode(encoding))
        return path

    return write


def _zip(folder: Path, rows: list[list[str]]) -> Path:
    inside = _text(",", "utf-8")(folder, rows)
    path = folder / "portfolio.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inside, "portfolio.csv")
    return path


def _workbook(folder: Path, rows: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Cover"
    page.append(["Portfolio of Example Energy"])
    page = book.create_sheet("Portfolio")
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            if text:
                page.cell(number, column).value = text
    path = folder / "portfolio.xlsx"
    book.save(path)
    return path


FORMATS: dict[str, Callable[[Path, list[list[str]]], Path]] = {
    "comma": _text(",", "utf-8"),
    "semicolon": _text(";", "utf-8-sig"),
    "tab": _text("\t", "utf-8"),
    "UTF-16": _text("\t", "utf-16"),
    "ZIP": _zip,
    "XLSX": _workbook,
}


def checked(folder: Path, path: Path) -> dict[str, Any]:
    out = folder / "out.json"
    assert main(["check", str(path), "--as-of", AS_OF, "--json", str(out)]) == 0
    told: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return told


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "comma"])
def test_the_same_content_gives_the_same_findings_in_every_format(tmp_path: Path, form: str) -> None:
    names, rows = odd_rows()
    plain = checked(tmp_path, FORMATS["comma"](tmp_path, [names, *rows]))
    other = checked(tmp_path, FORMATS[form](tmp_path, [names, *rows]))
    assert other["rows"] == plain["rows"] == len(rows)
    assert other["findings"] == plain["findings"]
    assert [(one["id"], one["outcome"], one["count"]) for one in other["checks"]] == [
        (one["id"], one["outcome"], one["count"]) for one in plain["checks"]
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_odd_about_rows_and_cells_is_told_and_nothing_else(tmp_path: Path, form: str) -> None:
    names, rows = odd_rows()
    found = checked(tmp_path, FORMATS[form](tmp_path, [names, *rows]))["findings"]
    assert [(one["check"], one["row"], one["item"], one["value"]) for one in found] == [
        ("FIL-02", 2, "mpan", rows[1][names.index("mpan")]),
        ("FIL-02", 3, "address_1", rows[2][names.index("address_1")]),
        ("FIL-02", 4, "postcode", rows[3][names.index("postcode")]),
        ("FIL-02", 5, "", ""),
        ("FIL-02", 8, "", ""),
        ("FIL-02", 9, "", ""),
        ("FMT-03", 10, "mpan", rows[9][names.index("mpan")]),
        ("FIL-02", 12, "address_9", "next\u0085line"),
    ]
    blank = [one for one in found if one["row"] in (5, 8, 9)]
    assert [one["message"] for one in blank] == ["This row is blank."] * 3


def test_a_column_that_nobody_has_filled_yet_is_not_reported_because_of_blank_rows(tmp_path: Path) -> None:
    names, rows = odd_rows()
    whole = [row for row in rows if any(row)]
    before = checked(tmp_path, FORMATS["comma"](tmp_path, [names, *whole]))
    after = checked(tmp_path, FORMATS["comma"](tmp_path, [names, *rows]))
    count = {one["id"]: one["count"] for one in after["checks"] if one["id"] != "FIL-02"}
    assert count == {one["id"]: one["count"] for one in before["checks"] if one["id"] != "FIL-02"}


def test_an_mpan_that_is_broken_over_lines_is_cleaned_but_not_in_silence(tmp_path: Path) -> None:
    number = mpan("10", 7)
    broken = f"{number[:5]}\n{number[5:]}"
    for form in FORMATS:
        found = checked(tmp_path, FORMATS[form](tmp_path, [["mpan"], [broken], [mpan("10", 8)]]))["findings"]
        assert [(one["check"], one["row"], one["value"]) for one in found if one["item"] == "mpan"] == [
            ("FIL-02", 1, broken)
        ], form
