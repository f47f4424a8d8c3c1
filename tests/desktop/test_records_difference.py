"""What an import would change, as a table."""

from __future__ import annotations

from desktop.browse.view import Filter, Op, View
from desktop.records.difference import KEPT, WAITS, difference_table, state_of, what_changes
from desktop.records.model import ChangeKind, RecordChange, RecordKind
from desktop.records.shown_values import shown_value

CHANGES = (
    RecordChange("R-1", "New", ChangeKind.ADDED, 1, {"Title": ("", "New"), "Note": ("", "")}),
    RecordChange("R-2", "Other", ChangeKind.CHANGED, 2, {"Title": ("Old", "Other"), "Note": ("gone", "")}),
    RecordChange("R-3", "Left out", ChangeKind.MISSING),
    RecordChange("R-4", "Was away", ChangeKind.BACK, 3),
    RecordChange("", "", ChangeKind.REFUSED, 4, reason="No id stands in this row."),
)


def test_what_has_to_be_looked_at_comes_first() -> None:
    table = difference_table(CHANGES)
    assert [cells[0] for cells in table.page(0, 9)] == ["Refused", "Not in this file", "Changed", "Back again", "Added"]
    assert [CHANGES[place].key for place in table.ids(0, 9)] == ["", "R-3", "R-2", "R-4", "R-1"]


def test_each_field_stands_with_before_and_after_and_a_refused_row_with_its_reason() -> None:
    cells = {str(row[1]): row for row in difference_table(CHANGES).page(0, 9)}
    assert cells["R-2"][3] == "Title: Old → Other; Note: gone → (blank)"
    assert cells["R-1"][3] == "Title: New"
    assert cells[""][3] == "No id stands in this row."
    assert cells["R-3"][5] is None


def test_it_can_be_counted_and_filtered_by_change_and_by_field() -> None:
    table = difference_table(CHANGES)
    assert next((one.title, one.count) for one in table.facets("change")) == ("Refused", 1)
    assert {one.title: one.count for one in table.facets("fields")} == {"Title": 2, "Note": 2, "(no field)": 3}
    table.apply(View(filters=(Filter("fields", Op.IS_ANY, ("Note",)),)))
    assert [CHANGES[place].key for place in table.ids(0, 9)] == ["R-2", "R-1"]


def test_no_change_is_an_empty_table() -> None:
    assert difference_table(()).total() == 0


def test_moments_are_shown_as_people_write_them_and_a_note_stands_behind() -> None:
    change = RecordChange(
        "T-1", "Freeze", ChangeKind.CHANGED, 2,
        {"Due": ("2026-11-25T09:00", "2026-11-26"), "Note": ("2026-11-25T09:00", "")}, note="Taken without a link.",
    )  # fmt: skip
    assert what_changes(change, RecordKind.ACTIVITIES) == (
        "Due: 25 Nov 2026 09:00 → 26 Nov 2026; Note: 2026-11-25T09:00 → (blank). Taken without a link."
    )
    assert shown_value(RecordKind.ACTIVITIES, "Due", "no day") == "no day"


def test_one_of_each_kind_has_a_word_of_its_own() -> None:
    assert {kind.value: kind.word for kind in RecordKind} == {
        "requirements": "requirement",
        "cases": "test case",
        "results": "result",
        "defects": "defect",
        "work_off": "work-off item",
        "deliverables": "PIT deliverable",
        "activities": "cutover activity",
        "questions": "question",
    }


def test_what_waits_for_a_refused_row_and_what_is_kept_stand_apart() -> None:
    assert state_of(RecordChange("T-1", "A", ChangeKind.REFUSED, waits=True)) == WAITS
    assert state_of(RecordChange("T-1", "A", ChangeKind.UNCHANGED, here=("Due",))) == KEPT
