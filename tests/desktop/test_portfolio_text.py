"""Reading delimited text: encodings, delimiters, quotes, ragged rows, limits; the fast way against the strict one."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.errors import FileRefused
from desktop.jobs import Cancelled, Job, Progress
from desktop.portfolio.readers.text import read_text
from desktop.portfolio.readers.text_form import CELL_LIMIT, LINE_LIMIT, TextForm, inspect_text
from desktop.portfolio.readers.text_rows import TextRows
from desktop.portfolio.reading import FaultKind, Reading

HEAD = "MPAN,Address,Post code\n"


def read(
    folder: Path, content: bytes | str, *, block: int = 1 << 22
) -> tuple[list[tuple[str, ...]], Reading, TextForm]:
    path = folder / "portfolio.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    form = inspect_text(path, Job())
    parquet = folder / "cells.parquet"
    digest = hashlib.sha256()
    table = read_text(path, form, parquet, Job(), digest, block=block)
    assert digest.hexdigest() == hashlib.sha256(path.read_bytes()).hexdigest()
    frame = pl.read_parquet(parquet)
    assert frame.columns == [f"c{place}" for place in range(len(form.headings))]
    assert all(dtype == pl.String for dtype in frame.dtypes)
    assert frame.height == table.reading.rows
    assert not sum(frame.null_count().row(0))
    return frame.rows(), table.reading, form


def refused(folder: Path, content: bytes | str) -> str:
    with pytest.raises(FileRefused) as caught:
        read(folder, content)
    assert not (folder / "cells.parquet").exists()
    return str(caught.value)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
        ("cp1252", b""),
    ],
)
def test_every_encoding_gives_the_same_cells(tmp_path: Path, encoding: str, mark: bytes) -> None:
    text = HEAD + "1200012345678,1 Café Street,IP1 1AA\n1200012345679,2 £ Lane,IP1 1AB\n"
    rows, reading, form = read(tmp_path, mark + text.encode(encoding))
    assert rows == [("1200012345678", "1 Café Street", "IP1 1AA"), ("1200012345679", "2 £ Lane", "IP1 1AB")]
    assert form.headings == ("MPAN", "Address", "Post code")
    assert reading.bom is bool(mark)
    assert reading.encoding == encoding
    assert (FaultKind.ENCODING in reading.fault_counts) is (encoding == "cp1252")


def test_windows_1252_names_the_first_line_that_shows_it(tmp_path: Path) -> None:
    _, reading, form = read(tmp_path, (HEAD + "1,a,b\n2,caf\u00e9,c\n3,\u00a3,d\n").encode("cp1252"))
    assert form.encoding.odd_line == 3
    assert [fault.message for fault in reading.faults] == [
        "The file is not UTF-8: it is read as Windows-1252. The first line that shows it is line 3."
    ]
    assert reading.faults[0].row is None


def test_a_utf8_character_cut_by_a_chunk_is_still_utf8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.portfolio.readers.encoding.CHUNK", 7)
    rows, reading, _ = read(tmp_path, HEAD + "1,éééééééééééééééé,b\n", block=5)
    assert reading.encoding == "utf-8"
    assert rows == [("1", "é" * 16, "b")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "\n".join(
        delimiter.join(row) for row in (["MPAN", "Name", "PC"], ["12", '"a, b; c|d"', "01"], ["13", "e", "02"])
    )
    rows, reading, _ = read(tmp_path, text)
    assert reading.delimiter == delimiter
    assert rows == [("12", "a, b; c|d", "01"), ("13", "e", "02")]


def test_quoted_text_keeps_delimiters_quotes_and_newlines(tmp_path: Path) -> None:
    rows, reading, _ = read(tmp_path, HEAD + '1,"2, ""The\nMews""",""\n2,b,c\n')
    assert rows == [("1", '2, "The\nMews"', ""), ("2", "b", "c")]
    assert [(fault.kind, fault.row, fault.column) for fault in reading.faults] == [(FaultKind.CONTROL, 1, 1)]


def test_a_quoted_newline_over_blocks_is_one_cell(tmp_path: Path) -> None:
    text = HEAD + "".join(f'{n},"line\nof {n}",x\n' for n in range(200))
    rows, reading, _ = read(tmp_path, text, block=64)
    assert [row[1] for row in rows] == [f"line\nof {n}" for n in range(200)]
    assert reading.fault_counts[FaultKind.CONTROL] == 200


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + '1,"never closed,x\n2,b,c\n3,d,e\n', 2),
        (HEAD + "1,a,b\n" * 3000 + '5,"never closed,x\n' + "6,b,c\n" * 3000, 3002),
        (HEAD + '1,a,b\n2,"a" b,c\n', 3),
        ('MPAN,"Address,Post code\n1,a,b\n', 1),
    ],
)
def test_a_quotation_mark_never_swallows_rows(tmp_path: Path, text: str, line: int) -> None:
    message = refused(tmp_path, text)
    assert f"line {line:,}" in message.lower()
    assert "Nothing was imported." in message


def test_an_unclosed_quotation_mark_is_refused_without_reading_on_for_ever(tmp_path: Path) -> None:
    text = HEAD + '1,"open,x\n' + "2,b,c\n" * (LINE_LIMIT // 2)
    assert "line 2" in refused(tmp_path, text).lower()


def test_ragged_rows_are_kept_and_told(tmp_path: Path) -> None:
    rows, reading, _ = read(tmp_path, HEAD + "1,a\n2,b,c\n3,d,e,f,g\n4\n")
    assert rows == [("1", "a", ""), ("2", "b", "c"), ("3", "d", "e,f,g"), ("4", "", "")]
    assert [(fault.kind, fault.row) for fault in reading.faults] == [
        (FaultKind.RAGGED, 1), (FaultKind.RAGGED, 3), (FaultKind.RAGGED, 4),
    ]  # fmt: skip
    assert "5 cells where there are 3 headings" in reading.faults[1].message


def test_blank_lines_are_no_rows_and_empty_rows_at_the_end_are_none_either(tmp_path: Path) -> None:
    rows, reading, _ = read(tmp_path, HEAD + "1,a,b\n\n   \n,,\n2,c,d\n,,\n,,\n\n", block=8)
    assert rows == [("1", "a", "b"), ("", "", ""), ("2", "c", "d")]
    assert reading.fault_counts == {FaultKind.BLANK_ROW: 1}
    assert [(fault.row, fault.message) for fault in reading.faults] == [(2, "This row is blank.")]


@pytest.mark.parametrize("block", [8, 1 << 22])
def test_blank_rows_are_told_once_each_however_they_are_cut_and_however_long(tmp_path: Path, block: int) -> None:
    text = HEAD + ',,\n1,a,b\n,\n" "," ",\n"",,,\n2,"a\nb",d\n,,\n3,e,f\n,,\n'
    rows, reading, _ = read(tmp_path, text, block=block)
    assert len(rows) == 8
    assert reading.blank_rows == ((1, 1), (3, 5), (7, 7))
    assert [(fault.kind, fault.row) for fault in reading.faults] == [
        *((FaultKind.BLANK_ROW, row) for row in (1, 3, 4, 5)),
        (FaultKind.CONTROL, 6),
        (FaultKind.BLANK_ROW, 7),
    ]


def test_control_characters_are_told_with_row_and_column(tmp_path: Path) -> None:
    rows, reading, _ = read(tmp_path, HEAD + "1,a\tb,c\n2,d,e\x07\n")
    assert rows == [("1", "a\tb", "c"), ("2", "d", "e\x07")]
    assert [(fault.row, fault.column) for fault in reading.faults] == [(1, 1), (2, 2)]
    assert "a tab" in reading.faults[0].message


def test_headings_repeated_in_the_data_are_told(tmp_path: Path) -> None:
    rows, reading, _ = read(tmp_path, HEAD + "1,a,b\n" + HEAD + "2,c,d\n")
    assert len(rows) == 3
    assert [(fault.kind, fault.row) for fault in reading.faults] == [(FaultKind.REPEATED_HEADING_ROW, 2)]


def test_title_lines_above_the_headings_are_passed_over(tmp_path: Path) -> None:
    rows, reading, _ = read(tmp_path, "Portfolio of ACME\nas at 1 May,,\n\n" + HEAD + "1,a,b\n2,c,d\n")
    assert rows == [("1", "a", "b"), ("2", "c", "d")]
    assert reading.headings == ("MPAN", "Address", "Post code")
    assert reading.heading_row == 4


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoted", [False, True])
def test_every_line_end_is_understood(tmp_path: Path, end: str, quoted: bool) -> None:
    text = HEAD + ('1,"a",b\n' if quoted else "1,a,b\n") + "2,c,d"
    rows, _, _ = read(tmp_path, text.replace("\n", end))
    assert rows == [("1", "a", "b"), ("2", "c", "d")]


def test_a_single_column_is_a_table(tmp_path: Path) -> None:
    rows, _, _ = read(tmp_path, "MPAN\n1200012345678\n\n1200012345679\n")
    assert rows == [("1200012345678",), ("1200012345679",)]


def test_empty_and_quoted_empty_cells_are_both_empty(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD + '1,,""\n')[0] == [("1", "", "")]
    assert read(tmp_path, HEAD + "1,NULL,null\n")[0] == [("1", "NULL", "null")]


def test_long_numbers_stay_text(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD + "038011001200012345678,007,1e5\n")[0] == [("038011001200012345678", "007", "1e5")]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (HEAD.encode(), "no rows"),
        ((HEAD + "\n\n,,\n").encode(), "no rows"),
        (b"MPAN,a\n1,\x00b\n", "not a text file"),
        (bytes(range(256)) * 40, "not a text file"),
        (gzip.compress(HEAD.encode() * 100), "not a text file"),
        (HEAD.encode("utf-16-le"), "UTF-16"),
        (codecs.BOM_UTF16_LE + (HEAD + "1,a,b").encode("utf-16-le")[:-1], "UTF-16"),
        (codecs.BOM_UTF8 + b"MPAN,a\n1,\xff\n", "UTF-8"),
        ((",".join(f"c{n}" for n in range(2001)) + "\n1\n").encode(), "2,001 columns"),
        (b"x" * (3 * LINE_LIMIT), "first line"),
        ((HEAD + "1," + "x" * (CELL_LIMIT + 1) + ",b\n").encode(), "Row 1"),
        ((HEAD + "1," + "x" * (6 * LINE_LIMIT) + "\n").encode(), "Line 2"),
    ],
    ids=range(14),
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path, content: bytes, word: str) -> None:
    message = refused(tmp_path, content)
    assert word in message
    assert len(message) < 300


def test_a_cell_of_the_longest_length_is_taken(tmp_path: Path) -> None:
    text = "é" * CELL_LIMIT
    assert read(tmp_path, HEAD + f"1,{text},b\n")[0] == [("1", text, "b")]


def test_progress_counts_rows_and_cancel_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.csv"
    path.write_text(HEAD + "1200012345678,a,b\n" * 20_000)
    form = inspect_text(path, Job())
    seen: list[Progress] = []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        if progress.done > 5_000:
            job.cancel()

    job = Job(stop)
    with pytest.raises(Cancelled):
        read_text(path, form, tmp_path / "cells.parquet", job, block=50_000)
    assert 5_000 < seen[-1].done < 20_000
    assert seen[-1].unit == "rows"
    assert not (tmp_path / "cells.parquet").exists()


class StrictRows(TextRows):
    """A reader that never takes the fast way."""

    def _fast(self, block: bytes) -> pl.DataFrame | None:
        return None


ODD_LINES = [
    "", "  ", "1,2", "1,2,3,4", ",,", '"a",b,c', '"a, b",c,d', '"a ""q"" b",c,d', 'a "q" b,c,d', ' "a",b,c',
    "MPAN,Address,Post code", '"MPAN","Address","Post code"', '"","",""', '"a","b","c"', '"a"",""b","c","d"',
    "a\tb,c,d", "a,b,\x07", '"two\nlines",b,c', "\u0085,b,c", '"a\r\nb",c,d',
]  # fmt: skip
TIDY = st.text(st.sampled_from("ab1é \u00a0-_'=.;"), max_size=6)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.lists(TIDY, min_size=3, max_size=3), min_size=1, max_size=40),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from([16, 61, 1 << 20]),
)
def test_the_fast_way_gives_the_same_file_as_the_strict_one(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], end: str, closed: bool, block: int
) -> None:
    folder = tmp_path_factory.mktemp("both")
    text = end.join(",".join(row) for row in [["MPAN", "Address", "Post code"], *rows, ["x", "y", "z"]])
    text += end if closed else ""
    fast = read(folder, text, block=block)
    one = (folder / "cells.parquet").read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("desktop.portfolio.readers.text.TextRows", StrictRows)
        strict = read(folder, text, block=block)
    assert fast[:2] == strict[:2]
    assert fast[0] == [tuple(row) for row in rows] + [("x", "y", "z")]
    assert one == (folder / "cells.parquet").read_bytes()


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.sampled_from([*ODD_LINES, "1,a,b", "2,c,d", "3,é,"]), min_size=1, max_size=30),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([16, 61, 1 << 20]),
)
def test_odd_lines_among_tidy_ones_give_the_same_file_either_way(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str, block: int
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    text = end.join(["MPAN,Address,Post code", *lines, "x,y,z", ""])
    fast = read(folder, text, block=block)
    one = (folder / "cells.parquet").read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("desktop.portfolio.readers.text.TextRows", StrictRows)
        strict = read(folder, text, block=block)
    assert fast[:2] == strict[:2]
    assert one == (folder / "cells.parquet").read_bytes()


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.lists(st.sampled_from(["a", "", '""', '"",""', ",", "é ", '","']), min_size=3, max_size=3), max_size=9),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_file_with_every_cell_quoted_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], end: str
) -> None:
    folder = tmp_path_factory.mktemp("quoted")
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=end).writerows([["a1", "a2", "a3"], *rows, ["x", "y", "z"]])
    found, reading, _ = read(folder, out.getvalue())
    assert found == [*(tuple(row) for row in rows), ("x", "y", "z")]
    blank = sum(not any(row) for row in rows)
    assert reading.fault_counts == ({FaultKind.BLANK_ROW: blank} if blank else {})


@settings(deadline=None, max_examples=80)
@given(
    st.lists(
        st.lists(st.text(max_size=6).filter(lambda text: "\x00" not in text), min_size=2, max_size=4), max_size=20
    ),
    st.sampled_from([32, 1 << 20]),
)
def test_what_a_csv_writer_wrote_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], block: int
) -> None:
    folder = tmp_path_factory.mktemp("round")
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([["a1", "a2", "a3"], *rows, ["x", "y", "z"]])
    if sum(character < " " for character in out.getvalue()) * 10 > len(out.getvalue()):
        return  # taken for a file that is not text
    found, reading, _ = read(folder, out.getvalue(), block=block)
    padded = [
        tuple(row + [""] * (3 - len(row))) if len(row) < 3 else (*row[:2], ",".join(row[2:])) for row in rows
    ]  # fmt: skip
    assert found == [*padded, ("x", "y", "z")]
    assert reading.fault_counts.get(FaultKind.RAGGED, 0) == sum(len(row) != 3 for row in rows)


def test_the_real_register(tmp_path: Path, industry_data: Path) -> None:
    path = industry_data / "register" / "ukpn_ecr_2022-04.csv"
    form = inspect_text(path, Job())
    table = read_text(path, form, tmp_path / "cells.parquet", Job())
    with path.open(encoding="utf-8-sig", newline="") as file:
        expected = list(csv.reader(file, strict=True))
    assert form.headings == tuple(expected[0])
    assert pl.read_parquet(tmp_path / "cells.parquet").rows() == [tuple(row) for row in expected[1:]]
    assert table.reading.rows == 989
    assert [(fault.kind, fault.row) for fault in table.reading.faults] == [(FaultKind.CONTROL, 472)]
