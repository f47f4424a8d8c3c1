"""The bulk reader and the exact reader come to the same end over anything, and honest workbooks give what went in."""

from __future__ import annotations

import string
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.portfolio.readers import xlsx_sheet
from desktop.portfolio.readers.xlsx_rows import RowReader
from tests.desktop.portfolio_readers import mutations
from tests.desktop.portfolio_readers import workbooks as wb

LEGAL = st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\n\t"
)
TEXTS = st.one_of(
    st.text(LEGAL, max_size=12),
    st.sampled_from(
        ["", "1200000000013", "&amp;", "<v>", '"><v>', "]]>", "</row>", "_x000D_", " x ", "0012", "a\nb", "#N/A"]
    ),
)
TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(TEXTS, min_size=width, max_size=width), min_size=1, max_size=8)
)


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**12))
def test_both_readers_come_to_the_same_end_over_mutated_workbooks(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    quick, exact = mutations.one_round(tmp_path_factory.mktemp("mutated"), seed)
    assert quick == exact


def escape(text: str) -> str:
    """A text as Excel writes it: XML's characters escaped, and what looks like an escape of its own too."""
    for letter in string.hexdigits:
        text = text.replace(f"_x{letter}", f"_x005F_x{letter}")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(table=TABLES, shared=st.booleans())
def test_texts_come_out_as_they_went_in(
    table: list[list[str]], shared: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("texts")
    table = [["Heading"] * len(table[0]), *table]
    texts: list[str] = []
    rows = []
    for number, row in enumerate(table, 1):
        cells = []
        for column, text in enumerate(row):
            reference = f"{chr(65 + column)}{number}"
            if shared:
                cells.append(f'<c r="{reference}" t="s"><v>{len(texts)}</v></c>')
                texts.append(escape(text))
            else:
                cells.append(
                    f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
                )
        rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    path = wb.workbook(folder / "book.xlsx", "".join(rows), shared=wb.strings(*texts) if shared else None)
    while table and not any(table[-1]):
        table.pop()
    for bulk in (True, False):
        made = xlsx_sheet.read(path, None, folder / "rows.parquet", lambda *_: None, bulk=bulk)
        held = [list(made.headings), *(list(row) for row in pl.read_parquet(folder / "rows.parquet").rows())]
        assert held == table[made.heading_row - 1 :]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(
        st.tuples(
            st.text(string.ascii_letters + " &<>'\"", min_size=1, max_size=10).map(lambda text: "t" + text),
            st.integers(-(10**14), 10**14),
            st.floats(0.001, 10**6, allow_nan=False).map(lambda number: round(number, 4)),
            st.booleans(),
            st.dates().filter(lambda day: day.year > 1900),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_openpyxl_and_both_readers_hold_the_same(
    rows: list[tuple[object, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("openpyxl")
    book = openpyxl.Workbook()
    page = book.active
    page.append(["Text", "Whole", "Part", "Flag", "Day"])
    for row in rows:
        page.append(row)
    book.save(folder / "book.xlsx")
    for bulk in (True, False):
        xlsx_sheet.read(folder / "book.xlsx", None, folder / "rows.parquet", lambda *_: None, bulk=bulk)
        for held, (text, whole, part, flag, day) in zip(
            pl.read_parquet(folder / "rows.parquet").rows(), rows, strict=True
        ):
            assert held[0] == text
            assert int(held[1]) == whole
            assert float(held[2]) == part
            assert held[3] == str(flag).upper()
            assert held[4] == str(day)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A{row}" t="s"><v>0</v></c>',
        '<c r="A{row}" s="3" t="s"><v>1</v></c>',
        '<c r="A{row}" t="inlineStr"><is><t>a "b" &gt; &amp; c</t></is></c>',
        '<c r="A{row}" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>',
        '<c r="A{row}" t="str"><f>A1&amp;"x"</f><v>a</v></c>',
        '<c r="A{row}"><f t="shared" si="0"/><v>12</v></c>',
        '<c r="A{row}" s="1"><v>45351</v></c>',
        '<c r="A{row}" t="b"><v>1</v></c>',
        '<c r="A{row}" t="e"><v>#N/A</v></c>',
        '<c r="A{row}"><v>1.2E+12</v></c><c r="B{row}" s="1"/>',
    ],
)
def test_what_excel_writes_every_day_takes_the_quick_way(
    cell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int | None] = []
    read = RowReader.read

    def watched(self: RowReader, block: bytes, last_row: int) -> int | None:
        taken.append(read(self, block, last_row))
        return taken[-1]

    monkeypatch.setattr(RowReader, "read", watched)
    rows = "".join(
        f'<row r="{row}" spans="1:2" x14ac:dyDescent="0.3">{cell.format(row=row)}</row>' for row in (1, 2, 5)
    )
    attributes = ' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
    members = wb.parts(wb.sheet(rows, attributes=attributes), shared=wb.strings("MPAN", "b"))
    xlsx_sheet.read(wb.pack(tmp_path / "book.xlsx", members), None, tmp_path / "o.parquet", lambda *_: None)
    assert taken == [5]
