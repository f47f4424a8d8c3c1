"""The deliverables of the PIT plan as a person works on them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pit_steps
from desk_steps import banner, fill, noon, press, rows, run, said, texts, when_asked
from evidence_steps import drop, hover, on_row
from pit_steps import fill_with, plan, put_cursor, titles, window_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit
from window_care import settle

from desktop.pit.model import DeliverableEdit, DeliverableStatus
from ui.dialogs.form import FormDialog
from ui.pages.pit import PitPage

template, page = pit_steps.template, pit_steps.page


def test_the_pane_says_what_a_deliverable_is_and_how_far(page: PitPage) -> None:
    put_cursor(page, "pit_plan@pit_entry")
    said_here = texts(page.pane)
    for words in (
        "In time · not started",
        "PIT plan",
        "Test plan",
        "Planned for Wed 9 Dec 2026",
        "20 working days before PIT entry, suggested: it moves with the gate",
        "Reviewer: Code Bodies",
        "Good evidence: The plan with a version",
        "Taken from: PIT plan 2026.11 (suggested by MHHS Desk, not official)",
    ):
        assert words in said_here


def test_one_is_edited_by_its_form_and_undone(page: PitPage) -> None:
    put_cursor(page, "pit_plan@pit_entry")
    asked: list[str] = []
    when_asked(fill_with(asked, status="returned", owner="Priya Natarajan", current="11/12/2026", remarks="No scope"))
    run(window_of(page), "pit.edit")
    one = plan(page)["pit_plan@pit_entry"]
    assert asked == [f"Edit {one.ref}"]
    assert (one.status, one.owner, one.current, one.remarks) == (
        DeliverableStatus.RETURNED, "Priya Natarajan", date(2026, 12, 11), "No scope",
    )  # fmt: skip
    assert "Remarks: No scope" in texts(page.pane)
    run(window_of(page), "edit.undo")
    assert plan(page)["pit_plan@pit_entry"].owner == ""


def test_people_known_to_the_workspace_are_offered_as_owners(page: PitPage) -> None:
    put_cursor(page, "pit_plan@pit_entry")
    offered: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        owner = dialog.fields["owner"]
        assert isinstance(owner, QLineEdit)
        model = owner.completer().model()
        offered.extend(str(model.index(row, 0).data()) for row in range(model.rowCount()))

    when_asked(drive)
    run(window_of(page), "pit.edit")
    assert offered == ["Code Bodies", "Priya Natarajan"]


def test_several_are_edited_at_once_and_only_what_was_typed_is_written(page: PitPage) -> None:
    page.context.workspace.pit.edit([1], DeliverableEdit(owner="Mo", note="mine"))
    page.refresh(page.subjects)
    put_cursor(page, "pit_plan@pit_entry", "test_cases@pit_entry")
    asked: list[str] = []
    when_asked(fill_with(asked, owner="Jo", note="-"))
    run(window_of(page), "pit.edit")
    assert asked == ["Edit 2 deliverables"]
    found = plan(page)
    assert [found[key].owner for key in ("pit_plan@pit_entry", "test_cases@pit_entry")] == ["Jo", "Jo"]
    assert found["pit_plan@pit_entry"].note == ""
    assert found["rttm@pit_entry"].owner == ""


def test_a_status_is_given_from_the_menu_and_takes_today(page: PitPage) -> None:
    put_cursor(page, "pit_plan@pit_entry", "test_cases@pit_entry")
    run(window_of(page), "pit.mark_submitted")
    assert {one.actual for one in plan(page).values() if one.status is DeliverableStatus.SUBMITTED} == {noon().date()}
    assert page.strip.cards["pit_entry"].finished.text() == "2 of 4 finished"
    assert said(window_of(page)) == "Done: Set 2 deliverables to submitted"


def test_cells_are_edited_in_place_and_a_wrong_word_is_refused(page: PitPage) -> None:
    (row,) = put_cursor(page, "pit_plan@pit_entry")
    assert page.panel.edit_cell is not None
    page.panel.edit_cell(row, "status", "Accepted")
    settle()
    assert plan(page)["pit_plan@pit_entry"].status is DeliverableStatus.ACCEPTED
    page.panel.edit_cell(row, "status", "nearly")
    assert "not “nearly”" in banner(window_of(page))
    page.panel.edit_cell(row, "owner", "Zoe")
    settle()
    assert plan(page)["pit_plan@pit_entry"].owner == "Zoe"


def test_what_it_is_can_be_changed_and_the_distance_from_its_gate(page: PitPage) -> None:
    put_cursor(page, "pit_plan@pit_entry")
    when_asked(lambda dialog: fill(dialog, title="Test approach", offset="5", stage="functional"))
    run(window_of(page), "pit.define")
    one = plan(page)["pit_plan@pit_entry"]
    assert (one.title, one.offset, one.planned, one.stage) == ("Test approach", 5, date(2027, 1, 4), "functional")
    when_asked(lambda dialog: fill(dialog, offset="five"))
    run(window_of(page), "pit.define")
    assert plan(page)["pit_plan@pit_entry"].offset == 5


def test_ones_own_are_added_and_removed_and_the_packs_are_kept(page: PitPage) -> None:
    put_cursor(page, "pit_plan@pit_entry")
    when_asked(lambda dialog: fill(dialog, title="Security test summary", offset="2", owner="Sam"))
    run(window_of(page), "pit.add")
    own = next(one for one in plan(page).values() if one.own)
    assert (own.title, own.gate, own.planned, own.owner) == (
        "Security test summary", "pit_entry", date(2027, 1, 7), "Sam",
    )  # fmt: skip
    put_cursor(page, "pit_plan@pit_entry")
    run(window_of(page), "pit.remove")
    assert "came from a content pack" in banner(window_of(page))
    page.panel.show_id(own.id)
    when_asked(lambda dialog: press(dialog, "Remove 1 deliverable"))
    run(window_of(page), "pit.remove")
    assert "Security test summary" not in titles(page)


def test_late_ones_are_shown_with_a_word_an_icon_and_by_how_much(page: PitPage) -> None:
    pit = page.context.workspace.pit
    page.context.change("Move", lambda _job: pit.set_gate("pit_entry", current=date(2026, 11, 30)))
    settle()
    run(window_of(page), "pit.late")
    assert sorted(titles(page)) == ["PIT plan", "PIT test scenarios and cases", "RTTM"]
    assert page.panel.cells()["standing"] == "Late"
    put_cursor(page, "pit_plan@pit_entry")
    assert "Late by 15 working days · not started" in texts(page.pane)
    index = page.panel.model.index(0, page.panel.model.section("standing"))
    assert index.data(Qt.ItemDataRole.DecorationRole) is not None


def test_files_dropped_on_a_row_become_its_evidence(page: PitPage, tmp_path: Path) -> None:
    file = tmp_path / "PIT plan v1.txt"
    file.write_text("plan")
    (row,) = put_cursor(page, "pit_plan@pit_entry")
    source = page.panel.source
    assert source is not None
    at = on_row(page.panel, source.position(row) or 0)
    assert "Drop to attach PIT plan v1.txt" in hover(window_of(page), at, file).replace("“", "").replace("”", "")
    drop(window_of(page), at, file)
    settle()
    assert plan(page)["pit_plan@pit_entry"].evidence == 1
    put_cursor(page, "pit_plan@pit_entry")
    assert [row[0] for row in rows(page.pane.evidence.list.list)] == ["PIT plan v1"]
