"""The Cutover page as a person uses it: get a plan, tick, wait, slip, rehearse, look at it as a list and a timeline."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cutover_steps import fill_activity, keys, made, page_of, plan, put_cursor, shown, window_of
from desk_steps import banner, buttons, fill, press, run, said, take_file, texts, when_asked
from evidence_steps import drop, hover, middle, on_row
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from test_accessibility import check_names
from window_care import settle

from desktop.changes import Changes, Subject
from desktop.cutover.model import ActivityDetails, ActivityState, PlanDetails
from desktop.evidence.model import Target, TargetKind
from ui.dialogs.cutover_compare import ComparisonDialog
from ui.dialogs.cutover_slip import SlipDialog
from ui.dialogs.cutover_take import TakePlanDialog
from ui.dialogs.form import FormDialog
from ui.main_window import MainWindow
from ui.pages.cutover import LIST, TIMELINE, CutoverPage
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


# -- planning ---------------------------------------------------------------------------------------------------------


def test_an_activity_is_edited_in_one_form_and_a_cycle_is_named_in_it(page: CutoverPage) -> None:
    put_cursor(page, "T-001")
    words: list[str] = []

    def drive(dialog: QDialog) -> None:
        check_names(dialog)
        fill_activity(dialog, predecessors="T-002", owner="Sam Okafor")
        words.append(dialog.wrong.text())
        fill_activity(dialog, predecessors="")

    when_asked(drive)
    run(window_of(page), "cutover.edit")
    assert "T-001" in words[0]
    assert "T-002" in words[0]
    one = plan(page)["T-001"]
    assert (one.details.owner, one.details.predecessors) == ("Sam Okafor", ())


def test_many_get_an_owner_and_a_phase_at_once(page: CutoverPage) -> None:
    put_cursor(page, "T-005", "T-006")
    when_asked(typed(owner="Sam Okafor", phase="The weekend"))
    run(window_of(page), "cutover.edit")
    for key in ("T-005", "T-006"):
        assert plan(page)[key].details.owner == "Sam Okafor"
        assert plan(page)[key].details.phase == "The weekend"
    assert plan(page)["T-006"].details.duration == "90 min"


def test_the_baseline_is_set_after_a_question_and_replaced_only_on_purpose(page: CutoverPage) -> None:
    press_baseline = lambda: press(page.strip, "Set the baseline…")  # noqa: E731
    when_asked(lambda dialog: press(dialog, "Set the baseline of 9 activities"))
    press_baseline()
    assert page.strip.baseline.text() == "As in the baseline"
    put_cursor(page, "T-005")
    assert "Baseline: Sat 12 Dec 2026 22:00" in page.pane.when.text()
    when_asked(lambda dialog: press(dialog, "Cancel"))
    run(window_of(page), "cutover.baseline")
    when_asked(lambda dialog: press(dialog, "Replace the baseline of 9 activities"))
    run(window_of(page), "cutover.baseline")
    assert said(window_of(page))


def test_a_rehearsal_says_so_across_the_page_and_the_plan_stays(page: CutoverPage) -> None:
    first = page.plan_id
    when_asked(lambda dialog: press(dialog, "Make the rehearsal"))
    run(window_of(page), "cutover.rehearse")
    assert page.plan is not None
    assert page.plan.rehearsal_of == first
    assert page.notice.text.startswith("REHEARSAL of ACME-CUT-0001 Go-live of the interfaces")
    assert "REHEARSAL" in page.chooser.plans.currentText()
    put_cursor(page, "T-009")
    run(window_of(page), "cutover.done")
    assert first is not None
    assert not any(one.done for one in page.context.workspace.cutover.plan(first).activities)
    assert not window_of(page).context.commands.action("cutover.rehearse").isEnabled()


def test_a_closed_plan_is_looked_at_and_opened_again(page: CutoverPage, tmp_path: Path) -> None:
    window = window_of(page)
    put_cursor(page, "T-001")
    when_asked(typed(review="Begin a week earlier"))
    run(window, "cutover.close")
    assert "Closed on Mon 23 Nov 2026" in page.notice.text
    assert "Begin a week earlier" in page.notice.text
    assert not window.context.commands.action("cutover.done").isEnabled()
    assert not page.add_button.isEnabled()
    assert said(window) == "Close plan ACME-CUT-0001"
    # It is late for nothing any more, in the head, in the rows and in the pane.
    assert page.strip.ends.words.text() == "Closed on Mon 23 Nov 2026"
    assert not page.strip.figures_line.isVisibleTo(page)
    assert not any(one.late or one.rag for one in plan(page).values())
    assert not window.context.commands.action("cutover.attach").isEnabled()
    assert not page.pane.evidence.attach_button.isEnabled()
    proof = tmp_path / "report.pdf"
    proof.write_bytes(b"%PDF-1.4")
    assert "is closed: open it again to attach evidence" in hover(window, on_row(page.panel, 0), proof)
    run(window, "cutover.reopen")
    assert page.pane.evidence.attach_button.isEnabled()
    assert page.notice.text == ""
    assert window.context.commands.action("cutover.done").isEnabled()


def test_a_plan_is_removed_after_a_question(page: CutoverPage) -> None:
    when_asked(lambda dialog: press(dialog, "Remove ACME-CUT-0001"))
    run(window_of(page), "cutover.drop")
    assert "There is no cutover plan yet" in texts(page)
    run(window_of(page), "edit.undo")
    assert len(keys(page)) == 9


def test_activities_are_removed_and_moved(page: CutoverPage) -> None:
    put_cursor(page, "T-002")
    run(window_of(page), "cutover.up")
    assert keys(page)[:2] == ["T-002", "T-001"]
    run(window_of(page), "cutover.down")
    assert keys(page)[:2] == ["T-001", "T-002"]
    when_asked(lambda dialog: press(dialog, "Remove 1 activity"))
    run(window_of(page), "cutover.remove")
    assert "T-002" not in keys(page)
    assert "T-001" in [link.key for link in plan(page)["T-004"].details.predecessors]


def test_delete_on_a_row_removes_it_after_a_question(page: CutoverPage) -> None:
    put_cursor(page, "T-002")
    window_of(page).activateWindow()
    page.panel.table.setFocus()
    settle()
    when_asked(lambda dialog: press(dialog, "Remove 1 activity"))
    QTest.keyClick(page.panel.table, Qt.Key.Key_Delete)
    settle()
    assert "T-002" not in keys(page)


def test_saving_what_was_not_changed_is_no_step(page: CutoverPage) -> None:
    window = window_of(page)
    put_cursor(page, "T-004")
    steps = page.context.workspace.history.undo_title()
    when_asked(fill_activity)
    run(window, "cutover.edit")
    when_asked(fill)
    run(window, "cutover.about")
    one = plan(page)["T-004"]
    assert page.verbs.edit_cell(one.id, "predecessors", "t-003 + 2 wd, T-002")
    settle()
    assert page.context.workspace.history.undo_title() == steps
    assert page.verbs.edit_cell(one.id, "predecessors", "T-002")
    settle()
    assert page.context.workspace.history.undo_title() != steps


def test_what_proves_something_is_dropped_on_its_activity(page: CutoverPage, tmp_path: Path) -> None:
    proof = tmp_path / "report.pdf"
    proof.write_bytes(b"%PDF-1.4")
    window = window_of(page)
    assert hover(window, middle(page.strip), proof) == "Drop it on an activity to keep it as its evidence"


def test_nothing_can_be_changed_in_a_workspace_that_is_read_only(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    page = shown(window, shutil.copytree(template, own_home / "acme"), read_only=True)
    put_cursor(page, "T-001")
    assert not any(
        on for words, on in buttons(page.pane).items() if words in ("Done", "Start", "Slip…", "Override RAG…")
    )
    assert not page.pane.edit_button.isEnabled()
    assert not page.add_button.isEnabled()
    assert page.tabs.currentIndex() == LIST


def test_a_cell_is_edited_in_place(page: CutoverPage) -> None:
    [wanted] = put_cursor(page, "T-009")
    assert page.verbs.edit_cell(wanted, "owner", "Sam Okafor")
    settle()
    assert plan(page)["T-009"].details.owner == "Sam Okafor"
    assert not page.verbs.edit_cell(wanted, "start_at", "soon")
    assert "neither a day nor" in banner(window_of(page))


def test_the_cursor_goes_on_to_what_takes_the_place_of_a_row_that_left_the_view(page: CutoverPage) -> None:
    page.show_figure("ready")
    before = keys(page)
    put_cursor(page, before[0])
    run(window_of(page), "cutover.done")
    assert before[0] not in keys(page)
    current = page.chosen_one()
    assert current is not None
    assert current.details.key == keys(page)[0]


def bring(page: CutoverPage, **titles: str) -> None:
    """Bring other titles from a newer version of the document, as an import does."""
    workspace = page.context.workspace
    assert page.plan_id is not None
    given = {key.replace("_", "-"): workspace.cutover.checked({"title": title}) for key, title in titles.items()}
    with workspace.store.edit(
        action="records.import", title="Import activities", subjects=[Subject.CUTOVER], actor="Jo", at=workspace.clock()
    ) as edit:
        workspace.cutover.upsert_in(edit, page.plan_id, given, {}, [plan(page)["T-003"].id], "Runbook v2")
    page.context.hub.publish(Changes.of(Subject.CUTOVER))
    settle()


def test_a_text_that_changed_asks_to_be_confirmed_and_done_stays_done(page: CutoverPage) -> None:
    window = window_of(page)
    put_cursor(page, "T-009")
    run(window, "cutover.done")
    bring(page, T_009="Clear every desk")
    one = plan(page)["T-009"]
    assert one.done
    assert one.changed
    assert page.pane.changed_card.isVisibleTo(page)
    assert page.pane.changed.text().startswith("Its text changed (Runbook v2) after it was done: is it still done?")
    assert "The old words were not kept" in page.pane.changed.text()
    assert page.strip.figures["changed"].text() == "2 to confirm"
    press(page.strip, "2 to confirm")
    assert keys(page) == ["T-003", "T-009"]
    put_cursor(page, "T-009")
    press(page.pane, "Confirm")
    assert not plan(page)["T-009"].changed
    assert plan(page)["T-009"].done
    put_cursor(page, "T-003")
    assert "newest version of the plan does not have it" in page.pane.changed.text()


def test_several_slip_at_once_and_the_pane_says_what_its_buttons_are_about(page: CutoverPage) -> None:
    put_cursor(page, "T-003", "T-009")
    assert page.pane.several.text().startswith("2 activities are selected")

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, SlipDialog)
        dialog.days.setValue(2)
        dialog.verb.click()

    when_asked(drive)
    press(page.pane, "Slip…")
    now = plan(page)
    assert [now[key].details.start_at for key in ("T-003", "T-009")] == ["2026-11-26", "2026-11-25"]
    put_cursor(page, "T-001")
    assert page.pane.several.isHidden()


def test_the_buttons_are_for_all_that_are_selected_whichever_has_the_cursor(page: CutoverPage) -> None:
    put_cursor(page, "T-001")
    run(window_of(page), "cutover.done")
    put_cursor(page, "T-001", "T-003")
    assert buttons(page.pane)["Done"]
    press(page.pane, "Done")
    assert plan(page)["T-003"].done


def test_planned_against_actual_is_a_table_that_leads_back(page: CutoverPage) -> None:
    put_cursor(page, "T-001")
    run(window_of(page), "cutover.done")
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ComparisonDialog)
        check_names(dialog)
        source = dialog.panel.source
        assert source is not None
        seen.extend([dialog.summary.text(), *(str(cell) for cell in source.page(0, 1)[0][:4])])
        dialog.panel.show_id(plan(page)["T-005"].id)
        QTest.keyClick(dialog.panel.table, Qt.Key.Key_Return)

    when_asked(drive)
    run(window_of(page), "cutover.compare")
    assert seen[0].startswith("9 activities: 1 late, 8 not finished.")
    assert seen[1:] == ["T-001", "Freeze the portfolio", "Late", "4 working days late"]
    assert page.pane.title.text() == "Switch the interfaces"


@pytest.mark.parametrize(
    ("command", "ending", "holds"),
    [("book", ".xlsx", b"PK"), ("calendar", ".ics", b"BEGIN:VCALENDAR"), ("csv", ".csv", b"Freeze the portfolio")],
)
def test_the_plan_is_written_to_files(
    page: CutoverPage, tmp_path: Path, command: str, ending: str, holds: bytes
) -> None:
    file = tmp_path / f"plan{ending}"

    def answer(dialog: QDialog) -> None:
        when_asked(lambda told: press(told, "Close"))
        take_file(dialog, file)

    when_asked(answer)
    run(window_of(page), f"cutover.{command}")
    assert holds in file.read_bytes()


def test_a_declaration_is_prepared_for_the_activity_that_needs_it(page: CutoverPage) -> None:
    put_cursor(page, "T-008")
    assert page.pane.declaration_needed.text() == "Needed: A statement of the cutover"
    assert "None was prepared yet." in texts(page.pane.declarations)
    asked = when_asked(lambda dialog: dialog.reject())
    press(page.pane, "Prepare declaration…")
    window = window_of(page)
    assert window.current is not None
    assert window.current.id == "declarations"
    assert asked


def test_the_sheet_of_the_same_plan_is_one_click_away(page: CutoverPage) -> None:
    press(page, "Go/no-go sheet")
    window = window_of(page)
    assert window.current is not None
    assert window.current.id == "gonogo"


def test_a_plan_of_three_hundred_is_shown_and_ticked_without_a_wait(page: CutoverPage) -> None:
    cutover = page.context.workspace.cutover
    plan_id, _ = cutover.add_plan(PlanDetails("A long one"))
    with page.context.workspace.store.edit(
        action="records.import", title="Import", subjects=[Subject.CUTOVER], actor="Jo", at=page.context.clock()
    ) as edit:
        given = {
            f"L-{number:03}": cutover.checked(
                {"title": f"Step {number}", "predecessors": f"L-{number - 1:03}" if number else "", "duration": "1 h"}
            )
            for number in range(300)
        }
        cutover.upsert_in(edit, plan_id, given, {}, [], "Runbook")
    page.context.hub.publish(Changes.of(Subject.CUTOVER))
    page.choose_plan(plan_id)
    settle()
    assert len(keys(page)) == 300
    put_cursor(page, "L-000")
    run(window_of(page), "cutover.done")
    assert plan(page)["L-001"].state is ActivityState.READY
