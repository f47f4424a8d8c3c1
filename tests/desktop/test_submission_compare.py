"""Two contents compared: worked-out cases, and the same as a naive comparison whatever the tables are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.jobs import Cancelled, Job
from desktop.submissions.comparing import compare_contents
from desktop.submissions.content import KEY, Cell, Column, Content, EvidenceFile, Table, table_of
from desktop.submissions.model import ChangeKind, RowChange

NAMES = ("ACME-RTTM-0001 v1", "ACME-RTTM-0001 v2")
COLUMNS = (Column(KEY, "Row key"), Column("title", "Title"), Column("tests", "Tests"))
REVIEWED = (*COLUMNS, Column("said", "Reviewer's comment", for_reviewer=True))


def table(*rows: tuple[Cell, ...], table_id: str = "requirements", columns: tuple[Column, ...] = COLUMNS) -> Table:
    return table_of(table_id, "Requirements", "Requirements", "", columns, rows)


def content(*tables: Table) -> Content:
    return Content("rttm", "RTTM", (), tables)


def test_added_removed_and_changed_rows_are_told_with_what_stood_there():
    before = content(table(("R1", "Register", 2), ("R2", "Settle", 0), ("R3", "Bill", 1)))
    after = content(table(("R1", "Register", 3), ("R3", "Bill it", None), ("R4", "Report", 1)))
    found = compare_contents(before, after, NAMES)
    assert found.counts == (("Requirements", 1, 1, 2), ("Position", 0, 0, 0))
    assert found.changes == (
        RowChange("requirements", "Requirements", "R1", ChangeKind.CHANGED, "Tests", "2", "3"),
        RowChange("requirements", "Requirements", "R3", ChangeKind.CHANGED, "Title", "Bill", "Bill it"),
        RowChange("requirements", "Requirements", "R3", ChangeKind.CHANGED, "Tests", "1", ""),
        RowChange("requirements", "Requirements", "R4", ChangeKind.ADDED),
        RowChange("requirements", "Requirements", "R2", ChangeKind.REMOVED),
    )
    assert (found.before, found.after, found.left_out, found.same_choice) == (*NAMES, 0, True)


def test_the_same_in_another_order_and_written_otherwise_is_no_change():
    before = content(table(("R1", "Register", 2), ("R2", "", 0)))
    after = content(table(("R2", None, "0"), ("R1", "Register", "2")))
    assert compare_contents(before, after, NAMES).changes == ()


def test_what_the_reviewer_wrote_is_no_change():
    before = content(table(("R1", "a", 1, ""), columns=REVIEWED))
    after = content(table(("R1", "a", 1, "Why?"), columns=REVIEWED))
    assert compare_contents(before, after, NAMES).changes == ()


def test_a_column_that_came_is_told_once_and_not_for_each_row():
    before = content(table(("R1", "a"), ("R2", "b"), columns=COLUMNS[:2]))
    after = content(table(("R1", "a", 4), ("R2", "b", 5)))
    found = compare_contents(before, after, NAMES)
    assert found.changes == (RowChange("requirements", "Requirements", "", ChangeKind.ADDED, "Tests"),)
    assert found.counts[0] == ("Requirements", 0, 0, 0)


def test_a_table_that_went_has_all_its_rows_removed():
    gone = table(("D1", "x", 1), ("D2", "y", 1), table_id="defects")
    found = compare_contents(content(table(), gone), content(table()), NAMES)
    assert [(one.table, one.key, one.kind) for one in found.changes] == [
        ("defects", "D1", ChangeKind.REMOVED),
        ("defects", "D2", ChangeKind.REMOVED),
    ]


def test_other_evidence_and_other_figures_of_the_cover_are_changes():
    file = EvidenceFile("ACME-EVD-0001", 1, "Log", "log.txt", "a" * 64, 3, "text/plain")
    before = replace(content(table()), position=(("Requirements", "3"),), evidence=(file,))
    after = replace(before, position=(("Requirements", "4"),), evidence=(replace(file, revision=2, sha256="b" * 64),))
    found = compare_contents(before, after, NAMES)
    assert [(one.table, one.key, one.column, one.before, one.after) for one in found.changes] == [
        ("Position", "Requirements", "Detail", "3", "4"),
        ("evidence_files", "ACME-EVD-0001", "Revision", "1", "2"),
        ("evidence_files", "ACME-EVD-0001", "SHA-256 of the file", "a" * 64, "b" * 64),
    ]


def test_where_personal_data_is_shown_otherwise_rows_are_compared_by_key_only():
    before = content(table(("R1", "•••1234", 1), ("R2", "b", 1)))
    after = content(table(("R1", "2000000001234", 1), ("R3", "c", 1)))
    found = compare_contents(before, after, NAMES, same_choice=False)
    assert not found.same_choice
    assert [(one.key, one.kind) for one in found.changes] == [("R3", ChangeKind.ADDED), ("R2", ChangeKind.REMOVED)]


def test_a_long_list_is_cut_and_a_small_table_keeps_its_share():
    large = table(*((f"R{number}", "a", 1) for number in range(1000)), table_id="large")
    other = table(*((f"R{number}", "b", 2) for number in range(1000)), table_id="large")
    small, grown = table(("D1", "x", 1), table_id="small"), table(("D1", "y", 1), table_id="small")
    found = compare_contents(content(large, small), content(other, grown), NAMES, limit=10)
    assert [one.table for one in found.changes] == ["large"] * 9 + ["small"]
    assert found.left_out == 2 * 1000 + 1 - 10
    assert found.counts[0] == ("Requirements", 0, 0, 1000)


def test_a_key_that_stands_twice_is_compared_in_its_order():
    before = content(table(("R1", "a", 1), ("R1", "b", 1)))
    after = content(table(("R1", "a", 1), ("R1", "c", 1), ("R1", "d", 1)))
    found = compare_contents(before, after, NAMES)
    assert [(one.kind, one.before, one.after) for one in found.changes] == [
        (ChangeKind.CHANGED, "b", "c"),
        (ChangeKind.ADDED, "", ""),
    ]


def test_it_can_be_cancelled():
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        compare_contents(content(table()), content(table()), NAMES, job=job)


def test_a_large_table_is_read_in_blocks():
    def rows(mark: str) -> Iterator[tuple[Cell, ...]]:
        for number in range(100_000):
            yield (f"k{number}", mark if number == 77_777 else "same", number)

    def large(mark: str) -> Content:
        return content(Table("findings", "F", "Findings", "", COLUMNS, 100_000, lambda: rows(mark)))

    found = compare_contents(large("one"), large("two"), NAMES)
    assert [(one.key, one.before, one.after) for one in found.changes] == [("k77777", "one", "two")]


cells = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from(["", "a", "b", "1", "ä\x00", "\U0001f600"]))
rows = st.dictionaries(st.sampled_from([f"k{n}" for n in range(8)]), st.tuples(cells, cells), max_size=8)


@given(rows, rows)
def test_it_finds_what_a_naive_comparison_finds(old: dict[str, tuple[Cell, Cell]], new: dict[str, tuple[Cell, Cell]]):
    def made(given_rows: dict[str, tuple[Cell, Cell]]) -> Content:
        return content(table(*((key, *values) for key, values in given_rows.items())))

    def shown(cell: Cell) -> str:
        return "" if cell is None else str(cell)

    expected = set()
    for key in old.keys() | new.keys():
        if key not in old:
            expected.add((key, ChangeKind.ADDED, "", "", ""))
        elif key not in new:
            expected.add((key, ChangeKind.REMOVED, "", "", ""))
        else:
            for title, was, now in zip(("Title", "Tests"), old[key], new[key], strict=True):
                if shown(was) != shown(now):
                    expected.add((key, ChangeKind.CHANGED, title, shown(was), shown(now)))
    found = compare_contents(made(old), made(new), NAMES)
    assert {(one.key, one.kind, one.column, one.before, one.after) for one in found.changes} == expected
    assert len(found.changes) == len(expected)
    changed = {key for key, kind, *_ in expected if kind is ChangeKind.CHANGED}
    assert found.counts[0] == ("Requirements", len(new.keys() - old.keys()), len(old.keys() - new.keys()), len(changed))
