"""The Cutover page as a person uses it: get a plan, tick, wait, slip, rehearse, look at it as a list and a timeline."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cutover_steps import fill_activity, keys, made, page_of, plan, put_cursor, shown, window_of
from desk_steps import banner, buttons, fill, press, run, said, texts, when_asked
from evidence_steps import drop, hover, middle, on_row
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from test_accessibility import check_names
from window_care import settle

from desktop.cutover.model import ActivityDetails, ActivityState, PlanDetails
from desktop.evidence.model import Target, TargetKind
from ui.dialogs.cutover_take import TakePlanDialog
from ui.dialogs.form import FormDialog
from ui.main_window import MainWindow
from ui.pages.cutover import TIMELINE, CutoverPage
from ui.pages.payloads import ShowActivity, ShowTarget, place_of
from ui.pages.traceability import TraceabilityPage


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of nine activities that leads to a go-live on 14 December 2026. Today is 23 November 2026."""
    return made(tmp_path_factory.mktemp("cutover") / "acme")


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> CutoverPage:
    return shown(window, shutil.copytree(template, own_home / "acme"))


def typed(**values: str):
    """Fill the form that comes and press its verb."""
    return lambda dialog: fill(dialog, **values)


# -- getting a plan ---------------------------------------------------------------------------------------------------


def test_without_a_plan_the_page_offers_three_ways_to_one(opened: MainWindow) -> None:
    opened.show_page("cutover")
    settle()
    page = page_of(opened)
    assert "There is no cutover plan yet" in texts(page)
    check_names(page)
    made_id: list[str] = []

    def drive(dialog: QDialog) -> None:
        made_id.append(dialog.windowTitle())
        fill(dialog, title="Our go-live", milestone="M14")

    when_asked(drive)
    run(opened, "cutover.new")
    assert made_id == ["New cutover plan"]
    assert page.plan is not None
    assert page.plan.details == PlanDetails("Our go-live", "M14")
    assert "This plan has no activity yet" in texts(page)
    when_asked(
        lambda dialog: fill_activity(dialog, title="Freeze the portfolio", start_at="30/11/2026", duration="2 wd")
    )
    press(page, "Add the first activity…")
    [one] = plan(page).values()
    assert (one.details.key, one.details.start_at) == ("T-001", "2026-11-30")
    assert page.pane.title.text() == "Freeze the portfolio"
    run(opened, "edit.undo")
    assert "This plan has no activity yet" in texts(page)


def test_a_suggested_plan_is_shown_before_it_is_taken(opened: MainWindow) -> None:
    opened.show_page("cutover")
    settle()
    page = page_of(opened)
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, TakePlanDialog)
        check_names(dialog)
        seen.extend([texts(dialog), dialog.into.currentText(), dialog.verb.text()])
        dialog.list.item(0, 0).setCheckState(Qt.CheckState.Unchecked)
        seen.append(dialog.verb.text())
        dialog.verb.click()

    when_asked(drive)
    run(opened, "cutover.take")
    assert "not official" in seen[0]
    assert seen[1] == "A new plan"
    whole, left = (int(words.split()[1]) for words in seen[2:])
    assert left == whole - 1
    assert page.plan is not None
    assert page.plan.activities == left
    # What was not ticked is still told, and nothing is taken by itself.
    assert "says otherwise than this plan: 1 new" in page.pack_banner.text
    run(opened, "edit.undo")
    assert "There is no cutover plan yet" in texts(page)


def test_a_file_dropped_on_the_page_goes_to_the_import(page: CutoverPage, tmp_path: Path) -> None:
    file = tmp_path / "runbook.csv"
    file.write_text("Task ID,Title,Predecessor IDs\nX-1,First,\nX-2,Second,X-1\n")
    window = window_of(page)
    assert "activities in “runbook.csv”" in hover(window, middle(page.strip), file)
    drop(window, middle(page.strip), file)
    assert isinstance(window.current, TraceabilityPage)
    assert window.current.flow.unfinished == "runbook.csv"


# -- what is seen -----------------------------------------------------------------------------------------------------


def test_the_head_says_how_far_the_plan_is_and_when_it_ends(page: CutoverPage) -> None:
    assert page.strip.finished.text() == "0 of 9 activities finished"
    assert page.strip.figures["late"].text() == "2 late"
    assert page.strip.ends.words.text().startswith("Ends ")
    assert page.strip.baseline.text() == "No baseline yet"
    press(page.strip, "2 late")
    assert keys(page) == ["T-001", "T-002"]
    press(page.strip, "2 late")
    assert len(keys(page)) == 9


def test_the_list_leads_with_due_state_colour_forecast_and_owner(page: CutoverPage) -> None:
    model, shown_icon = page.panel.model, Qt.ItemDataRole.DecorationRole
    assert [one.title for one in model.columns][:7] == ["Id", "Activity", "Due", "State", "RAG", "Forecast", "Owner"]
    put_cursor(page, "T-001")
    rag = page.panel.table.currentIndex().siblingAtColumn(4)
    # The colour is an icon of its own shape; its word is in the tooltip, and is spoken.
    assert not model.data(rag, shown_icon).isNull()
    assert model.data(rag) == ""
    assert model.data(rag, Qt.ItemDataRole.ToolTipRole) == "Red"
    assert model.data(rag, Qt.ItemDataRole.AccessibleTextRole) == "RAG: Red"
    assert page.panel.table.columnWidth(4) < page.panel.table.columnWidth(3) / 2
    heading = model.headerData(5, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert str(heading).endswith("Click to sort")


def test_facets_make_room_for_the_columns_where_the_window_is_small(page: CutoverPage) -> None:
    window = window_of(page)
    window.resize(1280, 800)
    settle()
    assert not page.panel.facets.isVisible()
    window.resize(1800, 900)
    settle()
    assert page.panel.facets.isVisible()


def test_an_activity_says_why_it_cannot_start_and_leads_to_what_it_waits_for(page: CutoverPage) -> None:
    put_cursor(page, "T-004")
    assert page.pane.look.words.text().startswith("Cannot start yet")
    assert page.pane.waiting_card.isVisibleTo(page)
    assert {"T-002", "T-003"} <= set(buttons(page.pane.waiting))
    assert "Reconcile the frozen portfolio is not finished" in texts(page.pane.waiting)
    press(page.pane.waiting, "T-002")
    assert page.chosen_one() is not None
    assert page.pane.title.text() == "Reconcile the frozen portfolio"
    run(window_of(page), "cutover.blocker")
    assert page.pane.title.text() == "Freeze the portfolio"
    assert not page.pane.waiting_card.isVisibleTo(page)


def test_a_deadline_says_what_it_hangs_on(page: CutoverPage) -> None:
    put_cursor(page, "T-004")
    assert "Due: Mon 7 Dec 2026 (Go-live − 5 working days)" in page.pane.when.text()
    put_cursor(page, "T-005")
    assert "Planned: Sat 12 Dec 2026 22:00 to Sun 13 Dec 2026 02:00" in page.pane.when.text()


def test_list_and_timeline_are_of_the_same_choice_and_the_tab_is_remembered(page: CutoverPage, own_home: Path) -> None:
    window = window_of(page)
    [wanted] = put_cursor(page, "T-005")
    run(window, "cutover.other")
    assert page.tabs.currentIndex() == TIMELINE
    assert page.timeline.current() == wanted
    other = plan(page)["T-009"]
    page.timeline.select(other.id)
    settle()
    assert page.pane.title.text() == "Clear the desk"
    run(window, "cutover.done")
    assert plan(page)["T-009"].done
    window.close_workspace()
    page = shown(window, own_home / "acme")
    assert page.tabs.currentIndex() == TIMELINE


def test_the_page_is_read_out(page: CutoverPage) -> None:
    check_names(page)
    put_cursor(page, "T-004")
    check_names(page)


# -- doing it ---------------------------------------------------------------------------------------------------------


def test_one_key_ticks_and_undo_takes_it_back(page: CutoverPage) -> None:
    put_cursor(page, "T-001")
    window_of(page).activateWindow()
    page.panel.table.setFocus()
    settle()
    QTest.keyClick(page.panel.table, Qt.Key.Key_Space)
    settle()
    one = plan(page)["T-001"]
    assert (one.state, one.finished_by) == (ActivityState.DONE, "Pat")
    assert one.finished is not None
    assert one.finished.text == "2026-11-23T12:00"
    assert page.panel.current_id() == one.id
    assert "Done" in page.pane.look.words.text()
    assert not page.pane.done_button.isEnabled()
    run(window_of(page), "cutover.done")
    assert "was done Mon 23 Nov 2026 12:00 by Pat" in said(window_of(page))
    run(window_of(page), "edit.undo")
    assert not plan(page)["T-001"].done


def test_who_and_when_are_filled_in_and_can_be_changed(page: CutoverPage) -> None:
    put_cursor(page, "T-001")
    before: list[dict[str, str]] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        check_names(dialog)
        before.append(dialog.values())
        fill(dialog, at="20/11/2026 17:30", by="Priya Natarajan")

    when_asked(drive)
    run(window_of(page), "cutover.done_with")
    assert before == [{"at": "23/11/2026 12:00", "by": "Pat"}]
    one = plan(page)["T-001"]
    assert one.finished is not None
    assert (one.finished.text, one.finished_by) == ("2026-11-20T17:30", "Priya Natarajan")


def test_a_moment_that_cannot_be_is_refused_in_the_form(page: CutoverPage) -> None:
    put_cursor(page, "T-001")
    words: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        for at in ("soon", "24/12/2026"):
            fill(dialog, at=at)
            words.append(dialog.wrong.text())
        assert dialog.focusWidget() is dialog.fields["at"]

    when_asked(drive)
    run(window_of(page), "cutover.done_with")
    assert "neither a day nor" in words[0]
    assert words[1]
    assert not plan(page)["T-001"].done


def test_a_validation_asks_its_outcome_and_a_reason_when_something_is_not_ready(page: CutoverPage) -> None:
    put_cursor(page, "T-002")
    assert "Outcome…" in buttons(page.pane)
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        seen.append(texts(dialog))
        fill(dialog, outcome="", despite="The freeze was agreed by telephone")
        seen.append(dialog.wrong.text())
        fill(dialog, outcome="fail", remark="")
        seen.append(dialog.wrong.text())
        fill(dialog, remark="1,204 meters differ")

    when_asked(drive)
    run(window_of(page), "cutover.done")
    assert "T-001 Freeze the portfolio is not finished" in seen[0]
    assert seen[1] == "Say the outcome."
    assert seen[2]
    one = plan(page)["T-002"]
    assert (one.state, one.outcome, one.remark) == (ActivityState.FAILED, "fail", "1,204 meters differ")
    assert one.despite == "The freeze was agreed by telephone"
    assert "Remark: 1,204 meters differ" in page.pane.outcome.text()
    assert page.strip.figures["failed"].text() == "1 failed"


def test_tasks_and_decisions_are_not_ticked_together(page: CutoverPage) -> None:
    put_cursor(page, "T-001", "T-002")
    run(window_of(page), "cutover.done")
    assert "each kind by itself" in banner(window_of(page))
    assert not plan(page)["T-001"].done


def test_many_are_ticked_in_one_step(page: CutoverPage) -> None:
    put_cursor(page, "T-001", "T-003", "T-009")
    run(window_of(page), "cutover.done")
    assert [one.details.key for one in plan(page).values() if one.done] == ["T-001", "T-003", "T-009"]
    run(window_of(page), "edit.undo")
    assert not any(one.done for one in plan(page).values())


def test_work_begins_and_is_taken_back(page: CutoverPage) -> None:
    put_cursor(page, "T-001")
    run(window_of(page), "cutover.start")
    assert plan(page)["T-001"].state is ActivityState.STARTED
    assert "Started by: Pat" in page.pane.who.text()
    when_asked(typed(reason="Wrong row"))
    run(window_of(page), "cutover.back")
    assert plan(page)["T-001"].started is None


def test_what_is_not_needed_holds_nothing_up(page: CutoverPage) -> None:
    put_cursor(page, "T-001")
    when_asked(typed(reason="There is no portfolio to freeze"))
    run(window_of(page), "cutover.not_needed")
    assert plan(page)["T-001"].state is ActivityState.NOT_NEEDED
    assert plan(page)["T-002"].state is ActivityState.READY
    assert "Not needed: There is no portfolio to freeze" in page.pane.outcome.text()
    run(window_of(page), "cutover.needed")
    assert plan(page)["T-001"].state is ActivityState.READY


def test_a_colour_said_over_the_computed_one_needs_a_reason(page: CutoverPage) -> None:
    put_cursor(page, "T-009")
    words: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        fill(dialog, rag="red")
        words.append(dialog.wrong.text())
        fill(dialog, reason="The room is flooded")

    when_asked(drive)
    press(page.pane, "Override RAG…")
    assert "Say why" in words[0]
    assert page.pane.rag_look.words.text() == "Red"
    assert "Overridden by Pat: The room is flooded" in page.pane.rag_why.text()
    assert page.strip.figures["red"].isVisibleTo(page)


def test_files_are_attached_to_the_row_they_are_dropped_on(page: CutoverPage, tmp_path: Path) -> None:
    file = tmp_path / "reconciliation.pdf"
    file.write_bytes(b"%PDF-1.4\n%%EOF\n")
    window = window_of(page)
    [wanted] = put_cursor(page, "T-002")
    source = page.panel.source
    assert source is not None
    place = on_row(page.panel, source.position(wanted) or 0)
    assert "T-002 Reconcile the frozen portfolio" in hover(window, place, file)
    drop(window, place, file)
    assert plan(page)["T-002"].evidence == 1
    assert page.pane.evidence_needed.text() == "Needed: Reconciliation report"


def test_a_file_dropped_on_the_timeline_is_evidence_of_the_chosen_activity(page: CutoverPage, tmp_path: Path) -> None:
    file = tmp_path / "reconciliation.pdf"
    file.write_bytes(b"%PDF-1.4\n%%EOF\n")
    window = window_of(page)
    put_cursor(page, "T-002")
    run(window, "cutover.other")
    assert "T-002 Reconcile the frozen portfolio" in hover(window, middle(page.timeline), file)
    drop(window, middle(page.timeline), file)
    assert plan(page)["T-002"].evidence == 1


def test_evidence_leads_to_its_activity_of_whichever_plan(page: CutoverPage) -> None:
    window, cutover = window_of(page), page.context.workspace.cutover
    wanted = plan(page)["T-005"].id
    other, changes = cutover.add_plan(PlanDetails("Another one"))
    page.context.hub.publish(changes)
    cutover.add(other, ActivityDetails("X-1", "Alone"))
    window.show_page("cutover", ShowActivity(other))
    settle()
    assert page.plan_id == other
    place = place_of(Target(TargetKind.ACTIVITY, wanted))
    assert place == ("cutover", ShowTarget(Target(TargetKind.ACTIVITY, wanted)))
    window.show_page(*place)
    settle()
    assert page.plan_id != other
    assert page.pane.title.text() == "Switch the interfaces"
