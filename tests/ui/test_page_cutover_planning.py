"""Planning on the Cutover page: baselines, slips, rehearsals, newer texts, files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cutover_steps import fill_activity, keys, made, plan, put_cursor, shown, window_of
from desk_steps import banner, buttons, fill, press, run, said, take_file, texts, when_asked
from evidence_steps import hover, middle, on_row
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from test_accessibility import check_names
from window_care import settle

from desktop.changes import Changes, Subject
from desktop.cutover.model import ActivityState, PlanDetails
from ui.dialogs.cutover_compare import ComparisonDialog
from ui.dialogs.cutover_slip import SlipDialog
from ui.main_window import MainWindow
from ui.pages.cutover import LIST, CutoverPage


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
    assert said(window) == "Done: Close plan ACME-CUT-0001"
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
