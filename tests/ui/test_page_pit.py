"""The PIT plan page as a person uses it: take the pack, give a gate its day, work on deliverables, place reliance."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from desk_steps import banner, buttons, fill, noon, press, rows, run, said, texts, when_asked
from evidence_steps import copy_text, drop, hover, middle, on_row
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit
from test_accessibility import check_names
from window_care import settle

from desktop.app import Workspace
from desktop.evidence.model import Target, TargetKind
from desktop.participant.model import Contact, Scope
from desktop.pit.model import Deliverable, DeliverableEdit, DeliverableStatus, RelianceStatus
from desktop.settings import WorkspaceSettings
from desktop.testing.model import DefectDetails, RequirementEdit
from desktop.testing.workbooks import BookKind
from ui.dialogs.form import FormDialog
from ui.dialogs.make_workbook import MakeWorkbookDialog
from ui.dialogs.pit_gate import GateDialog
from ui.dialogs.pit_take import TakeDialog
from ui.main_window import MainWindow
from ui.pages.payloads import ShowSection, ShowTarget, place_of
from ui.pages.pit import PitPage
from ui.pages.settings import SettingsPage

ENTRY = date(2027, 1, 11)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A supplier's plan; PIT entry is on 11 January 2027. Today is 23 November 2026."""
    folder = tmp_path_factory.mktemp("pit") / "acme"
    with Workspace.create(folder, "Acme Energy", "ACME", actor="Pat", clock=noon) as workspace:
        workspace.participant.save_scope(Scope("ACME", "supplier"))
        workspace.participant.save_contact(Contact("test_manager", "Priya Natarajan"))
        workspace.pit.take()
        workspace.pit.set_gate("pit_entry", current=ENTRY)
    return folder


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> PitPage:
    return shown(window, shutil.copytree(template, own_home / "acme"))


def shown(window: MainWindow, folder: Path, **how: bool) -> PitPage:
    window.door.open(folder, **how)
    window.show_page("pit")
    settle()
    assert isinstance(window.current, PitPage)
    return window.current


def window_of(page: PitPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def plan(page: PitPage) -> dict[str, Deliverable]:
    return {one.key.removeprefix("supplier/"): one for one in page.context.workspace.pit.deliverables()}


def put_cursor(page: PitPage, *keys: str) -> list[int]:
    """Put the cursor on a deliverable, or select several."""
    ids = [plan(page)[key].id for key in keys]
    assert page.panel.show_id(ids[0])
    settle()
    if len(ids) > 1:
        source = page.panel.source
        assert source is not None
        page.panel.select_ranges([(source.position(one), 1) for one in ids])
    return ids


def titles(page: PitPage) -> list[str]:
    source = page.panel.source
    assert source is not None
    return [str(row[0]) for row in source.page(0, 100)]


def fill_with(asked_for: list[str], **values: str):
    """Fill a form and keep its title."""

    def drive(dialog: QDialog) -> None:
        asked_for.append(dialog.windowTitle())
        fill(dialog, **values)

    return drive


# -- getting a plan ---------------------------------------------------------------------------------------------------


def test_without_a_role_the_page_leads_to_the_settings(opened: MainWindow) -> None:
    opened.show_page("pit")
    settle()
    page = opened.current
    assert isinstance(page, PitPage)
    assert "depends on your market roles" in texts(page)
    press(page, "Choose your market roles")
    settings = opened.current
    assert isinstance(settings, SettingsPage)
    assert settings.stack.currentWidget() is settings.sections["participant"]


def test_a_software_provider_takes_its_deliverables_without_a_role(opened: MainWindow) -> None:
    opened.show_page("pit")
    settle()
    page = opened.current
    assert isinstance(page, PitPage)

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, TakeDialog)
        assert dialog.summary.text() == "Tick at least one party type."
        assert not dialog.verb.isEnabled()
        QTest.mouseClick(dialog.parties["software_provider"], Qt.MouseButton.LeftButton)
        dialog.verb.click()

    when_asked(drive)
    run(opened, "pit.take")
    assert "Evidence for those who rely on your testing" in titles(page)


def test_the_suggested_deliverables_are_shown_before_they_are_taken(opened: MainWindow) -> None:
    opened.context.workspace.participant.save_scope(Scope("ACME", "supplier"))
    opened.show_page("pit")
    settle()
    page = opened.current
    assert isinstance(page, PitPage)
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, TakeDialog)
        check_names(dialog)
        seen.extend([dialog.summary.text(), texts(dialog)])
        dialog.list.item(0, 0).setCheckState(Qt.CheckState.Unchecked)
        seen.append(dialog.verb.text())
        dialog.verb.click()

    when_asked(drive)
    press(page, "Take the suggested deliverables…")
    assert seen[0] == "14 deliverables, 14 ticked"
    assert "not official" in seen[1]
    assert "Days before a gate, the severity scale and the wording are ours" in seen[1]
    assert seen[2] == "Take 13 deliverables"
    assert len(titles(page)) == 13
    # What was not ticked is still told, and nothing is taken by itself.
    assert "says otherwise than this plan: 1 new" in page.pack_banner.text
    run(opened, "edit.undo")
    assert "There is no PIT plan yet" in texts(page)


def test_the_standing_of_the_pack_stands_under_the_title(page: PitPage) -> None:
    assert "suggested by MHHS Desk, not official" in texts(page.header)
    assert "days of England and Wales" in texts(page.header)


# -- gates ------------------------------------------------------------------------------------------------------------


def test_the_gates_say_in_words_how_they_stand(page: PitPage) -> None:
    card = page.strip.cards["pit_entry"]
    assert card.day.text() == "Mon 11 Jan 2027"
    assert card.left.text() == "32 working days left"
    assert card.finished.text() == "0 of 4 finished"
    assert card.late.words.text() == "None late"
    assert page.strip.cards["qt_exit"].day.text() == "No day yet"
    pit = page.context.workspace.pit
    page.context.change("Move", lambda _job: pit.set_gate("pit_entry", current=date(2026, 11, 30)))
    settle()
    # Twenty, ten and ten working days before 30 November have passed, and five before it is today.
    assert card.late.words.text() == "3 late"
    assert "3 late" in card.accessibleName()
    assert not card.late._picture.pixmap().isNull()


def test_giving_a_gate_another_day_shows_what_moves_first_and_tells_it_afterwards(page: PitPage) -> None:
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, GateDialog)
        check_names(dialog)
        assert dialog.moving.text() == "No deliverable moves."
        field = dialog.fields["current"]
        assert isinstance(field, QLineEdit)
        field.setText("16/01/2027")
        seen.append(dialog.moving.text())
        field.setText("18/01/2027")
        seen.append(dialog.moving.text())
        field.setText("soon")
        seen.append(dialog.moving.text())
        fill(dialog, current="18/01/2027")

    when_asked(drive)
    press(page.strip.cards["pit_entry"], "Days…")
    assert seen[0].startswith("Sat 16 Jan 2027 is no working day.")
    assert "4 deliverables move with it:" in seen[1]
    assert "PIT plan: Wed 9 Dec 2026 → Wed 16 Dec 2026" in seen[1]
    assert seen[2] == ""
    assert page.strip.cards["pit_entry"].day.text() == "Mon 18 Jan 2027"
    assert page.moved_banner.text.startswith("4 deliverables moved with PIT entry.")
    assert "Wed 9 Dec 2026 → Wed 16 Dec 2026" in page.moved_banner.text
    assert said(window_of(page)) == "Change PIT entry: 4 deliverables moved with it"
    assert window_of(page).context.workspace.history.undo_title() == "Change PIT entry: 4 deliverables moved with it"
    run(window_of(page), "edit.undo")
    assert page.strip.cards["pit_entry"].day.text() == "Mon 11 Jan 2027"


def test_a_gate_is_counted_from_a_milestone_and_taken_off_it_again(page: PitPage) -> None:
    seen: list[str] = []

    def hang(dialog: QDialog) -> None:
        assert isinstance(dialog, GateDialog)
        assert not dialog.fields["milestone_days"].isEnabled()
        fill(dialog, milestone="M15", milestone_days="many")
        seen.append(dialog.wrong.text())
        assert not dialog.fields["current"].isEnabled()
        assert dialog.focusWidget() is dialog.fields["milestone_days"]
        fill(dialog, milestone_days="-5")
        seen.append(dialog.moving.text())

    when_asked(hang)
    page.verbs.change_gate("pit_entry")
    settle()
    assert "no number of working days" in seen[0]
    # Five working days before Friday 7 May 2027; 3 May is a bank holiday.
    assert seen[1].startswith(
        "Planned for Thu 29 Apr 2027, counted from M15 · Full transition complete (Fri 7 May 2027)."
    )
    assert "4 deliverables move with it:" in seen[1]
    card = page.strip.cards["pit_entry"]
    assert card.day.text() == "Thu 29 Apr 2027"
    assert "Planned for 5 working days before M15." in card.name.toolTip()

    def nothing_changed(dialog: QDialog) -> None:
        assert isinstance(dialog, GateDialog)
        assert dialog.moving.text().endswith("No deliverable moves.")
        assert dialog.days() == {}
        dialog.reject()

    when_asked(nothing_changed)
    page.verbs.change_gate("pit_entry")

    def take_off(dialog: QDialog) -> None:
        fill(dialog, milestone="", current="18/01/2027")

    when_asked(take_off)
    page.verbs.change_gate("pit_entry")
    settle()
    assert card.day.text() == "Mon 18 Jan 2027"
    assert "M15" not in card.name.toolTip()


def test_a_day_that_cannot_be_is_refused_at_its_field(page: PitPage) -> None:
    words: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        fill(dialog, actual="01/12/2026")
        words.append(dialog.wrong.text())
        assert dialog.focusWidget() is dialog.fields["actual"]

    when_asked(drive)
    page.verbs.change_gate("pit_entry")
    assert "cannot lie ahead" in words[0]


def test_a_baseline_is_replaced_only_after_a_question(page: PitPage) -> None:
    pit = page.context.workspace.pit
    when_asked(lambda dialog: press(dialog, "Set the baseline of 4 deliverables and 1 gate"))
    run(window_of(page), "pit.baseline")
    assert plan(page)["pit_plan@pit_entry"].baseline == date(2026, 12, 9)
    assert page.baseline_button.isHidden()  # nothing with a day is left without one
    asked: list[str] = []

    def no(dialog: QDialog) -> None:
        asked.append(dialog.windowTitle())
        press(dialog, "Cancel")

    def yes(dialog: QDialog) -> None:
        press(dialog, "Replace the baseline")

    for answer, left in ((no, ENTRY), (yes, date(2027, 1, 12))):

        def drive(dialog: QDialog, answer=answer) -> None:
            when_asked(answer)
            fill(dialog, baseline="12/01/2027")

        when_asked(drive)
        page.verbs.change_gate("pit_entry")
        settle()
        assert next(one.gate for one in pit.gate_states() if one.gate.id == "pit_entry").baseline == left
    assert asked == ["Replace the baseline of PIT entry?"]


def test_a_gate_filters_the_plan_and_shows_all_again(page: PitPage) -> None:
    press(page.strip.cards["pit_entry"], "PIT entry")
    assert len(titles(page)) == 4
    press(page.strip.cards["pit_exit"], "PIT exit")
    assert page.panel.count_label.text() == "5 of 14 rows"
    press(page.strip.cards["pit_exit"], "PIT exit")
    assert len(titles(page)) == 14


# -- deliverables -----------------------------------------------------------------------------------------------------


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
    assert said(window_of(page)) == "Set 2 deliverables to submitted"


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


# -- a newer pack -----------------------------------------------------------------------------------------------------


def test_a_newer_pack_is_told_shown_row_by_row_and_taken_only_when_asked(page: PitPage, tmp_path: Path) -> None:
    workspace = page.context.workspace
    body = json.loads(json.dumps(workspace.pit.pack().body))
    body["deliverables"][0]["title"] = "Test approach"
    body["deliverables"][1]["about"] = "Another text"
    header = {"kind": "pit_plan", "version": "9.1", "status": "official", "source": "My copy", "date": "2026-11-20"}
    file = tmp_path / "pack.json"
    file.write_text(json.dumps({**header, "body": body}), encoding="utf-8")
    page.context.change("Take", lambda _job: workspace.content.take(file))
    settle()
    assert (
        "PIT plan 9.1 (official, from your own copy) says otherwise than this plan: 2 changed" in page.pack_banner.text
    )
    assert "Test approach" not in titles(page)
    put_cursor(page, "test_cases@pit_entry")
    assert "“Another text”" in texts(page.pane)
    press(page.pane, "Keep the plan's")
    assert "1 changed" in page.pack_banner.text
    details: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, TakeDialog)
        details.append(dialog.detail.text())
        dialog.verb.click()

    when_asked(drive)
    press(page, "Show the difference…")
    assert details == ["Title: “PIT plan” → “Test approach”"]
    assert "Test approach" in titles(page)
    assert page.pack_banner.text == ""


def test_the_packs_text_of_one_is_taken_from_the_pane(page: PitPage, tmp_path: Path) -> None:
    workspace = page.context.workspace
    body = json.loads(json.dumps(workspace.pit.pack().body))
    body["deliverables"][0]["title"] = "Test approach"
    workspace.content.adjust("pit_plan", body, title="Adjust")
    page.refresh(page.subjects)
    put_cursor(page, "pit_plan@pit_entry")
    press(page.pane, "Take the pack's text")
    assert plan(page)["pit_plan@pit_entry"].title == "Test approach"
    assert not plan(page)["pit_plan@pit_entry"].changed


# -- reliance ---------------------------------------------------------------------------------------------------------


def test_reliance_is_placed_edited_proven_and_kept_while_requirements_rest_on_it(page: PitPage, tmp_path: Path) -> None:
    workspace, part = page.context.workspace, page.reliance
    page.tabs.setCurrentIndex(1)
    settle()
    assert "You rely on nobody's testing yet" in texts(part)
    when_asked(lambda dialog: fill(dialog, third_party="Fluxware Ltd", product="Flow manager 7.2"))
    press(part, "Place reliance on a third party…")
    assert "Not proven: no agreement yet, no evidence" in texts(part)
    assert page.tabs.tabText(1) == "Placing reliance (1)"
    when_asked(
        lambda dialog: fill(dialog, status="agreed", agreement="PRP-17", agreed_by="Elexon", expires="30/06/2027")
    )
    run(window_of(page), "pit.rely_edit")
    (one,) = workspace.pit.reliances()
    assert (one.details.status, one.details.expires) == (RelianceStatus.AGREED, "2027-06-30")
    assert "Agreed on: 23 Nov 2026" in texts(part)
    file = tmp_path / "report.txt"
    file.write_text("passed")
    drop(window_of(page), middle(part.evidence), file)
    settle()
    assert workspace.pit.reliances()[0].proven
    assert "Proven" in texts(part)
    workspace.requirements.add_requirement("R-1", RequirementEdit(title="Send IF-031", reliance_id=one.id))
    page.refresh(page.subjects)
    assert "1 requirement" in texts(part)
    run(window_of(page), "pit.rely_remove")
    assert "1 requirement rests on ACME-REL-0001" in banner(window_of(page))
    workspace.requirements.edit_requirements([1], RequirementEdit(reliance_id=0))
    page.refresh(page.subjects)
    when_asked(lambda dialog: press(dialog, "Remove"))
    run(window_of(page), "pit.rely_remove")
    assert workspace.pit.reliances() == ()


def test_a_new_reliance_is_the_one_that_is_shown(page: PitPage) -> None:
    page.tabs.setCurrentIndex(1)
    for name in ("First Ltd", "Second Ltd"):
        when_asked(lambda dialog, name=name: fill(dialog, third_party=name))
        run(window_of(page), "pit.rely")
    assert page.reliance.title.text() == "Second Ltd"


def test_attaching_goes_to_the_table_in_front(page: PitPage) -> None:
    workspace, window = page.context.workspace, window_of(page)
    put_cursor(page, "pit_plan@pit_entry")
    page.tabs.setCurrentIndex(1)
    settle()
    assert not window.context.commands.action("pit.attach_pasted").isEnabled()
    when_asked(lambda dialog: fill(dialog, third_party="Fluxware Ltd"))
    run(window, "pit.rely")
    copy_text("Agreed by e-mail")
    run(window, "pit.attach_pasted")
    assert workspace.pit.reliances()[0].evidence == 1
    assert plan(page)["pit_plan@pit_entry"].evidence == 0
    page.tabs.setCurrentIndex(0)
    settle()
    run(window, "pit.attach_pasted")
    assert plan(page)["pit_plan@pit_entry"].evidence == 1


# -- the page itself --------------------------------------------------------------------------------------------------


def test_evidence_leads_to_the_deliverable_and_to_the_reliance(page: PitPage) -> None:
    window = window_of(page)
    wanted = plan(page)["completion_report@pit_exit"].id
    window.show_page("overview")
    place = place_of(Target(TargetKind.DELIVERABLE, wanted))
    assert place is not None
    window.show_page(*place)
    settle()
    assert page.panel.current_id() == wanted
    from desktop.pit.model import RelianceDetails

    page.context.workspace.pit.save_reliance(RelianceDetails("Fluxware Ltd"))
    window.show_page("pit", ShowTarget(Target(TargetKind.RELIANCE, 1)))
    page.refresh(page.subjects)
    settle()
    assert page.tabs.currentIndex() == 1
    assert page.reliance.panel.current_id() == 1


def test_what_is_open_elsewhere_is_counted_beside_the_tabs(page: PitPage) -> None:
    workspace = page.context.workspace
    assert page.blocking.isHidden()
    workspace.defects.save(DefectDetails("Wrong sign", severity="critical"))
    workspace.defects.save(DefectDetails("A typing error", severity="low"))
    workspace.requirements.add_requirement("R-1", RequirementEdit(title="Send IF-031"))
    page.refresh(page.subjects)
    settle()
    assert page.blocking.text() == "1 open defect blocks an exit"
    assert page.gaps.text() == "1 requirement with a gap"


def test_another_calendar_moves_the_plan_and_is_named(page: PitPage) -> None:
    window = window_of(page)
    window.show_page("settings", ShowSection("calendar"))
    settle()
    settings = window.current
    assert isinstance(settings, SettingsPage)
    press(settings, "Scotland")
    assert page.context.workspace.settings.get().calendar == "scotland"
    when_asked(lambda dialog: fill(dialog, day="14/12/2026"))
    press(settings.sections["calendar"], "Add…")
    assert page.context.workspace.settings.get() == WorkspaceSettings(calendar="scotland", closed_days=("2026-12-14",))
    window.show_page("pit")
    settle()
    assert "days of Scotland" in texts(page.header)
    put_cursor(page, "pit_plan@pit_entry")
    # 4 January and the closed day are off: two working days earlier than in England and Wales.
    assert "Planned for Mon 7 Dec 2026" in texts(page.pane)
    run(window, "edit.undo")
    assert "Planned for Tue 8 Dec 2026" in texts(page.pane)


def test_the_plan_goes_out_as_a_workbook_and_comes_in_by_the_import_of_records(page: PitPage, tmp_path: Path) -> None:
    window = window_of(page)
    file = tmp_path / "plan.xlsx"

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, MakeWorkbookDialog)
        assert dialog.kinds[BookKind.PLAN].isChecked()
        dialog.path.setText(str(file))
        when_asked(lambda told: told.reject())
        dialog.accept()

    when_asked(drive)
    press(page.header, "Make the workbook…")
    settle()
    assert file.is_file()
    asked = when_asked(lambda dialog: dialog.reject())
    press(page.header, "Import…")
    assert window.current.id == "pit", "no file was chosen: back to where it was asked for"
    assert len(asked) == 1


def test_every_control_has_a_name(page: PitPage) -> None:
    put_cursor(page, "pit_plan@pit_entry")
    check_names(window_of(page))
    page.tabs.setCurrentIndex(1)
    settle()
    check_names(window_of(page))


def test_a_workspace_for_reading_only_shows_all_and_changes_nothing(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    page = shown(window, shutil.copytree(template, own_home / "acme"), read_only=True)
    put_cursor(page, "pit_plan@pit_entry")
    off = [words for words, on in buttons(page).items() if not on]
    assert {"Edit…", "What it is…", "Days…", "Add a deliverable…", "Set the baseline…"} <= set(off)
    assert page.panel.edit_cell is None
    for name in ("pit.edit", "pit.add", "pit.take", "pit.baseline", "pit.rely", "pit.mark_accepted"):
        assert not window.context.commands.action(name).isEnabled(), name
    assert "Planned for Wed 9 Dec 2026" in texts(page.pane)


def test_the_page_remembers_its_tab(page: PitPage) -> None:
    assert page.state() == {"tab": 0}
    page.restore({"tab": 1, "split": "nonsense"})
    assert page.tabs.currentIndex() == 1
    page.restore({"tab": 7})
    assert page.tabs.currentIndex() == 0


def test_return_presses_the_verb_of_a_gates_days_and_of_taking(page: PitPage) -> None:
    def days(dialog: QDialog) -> None:
        assert isinstance(dialog, GateDialog)
        field = dialog.fields["current"]
        assert isinstance(field, QLineEdit)
        field.setText("18/01/2027")
        QTest.keyClick(field, Qt.Key.Key_Return)

    when_asked(days)
    page.verbs.change_gate("pit_entry")
    settle()
    assert page.strip.cards["pit_entry"].day.text() == "Mon 18 Jan 2027"

    def take(dialog: QDialog) -> None:
        assert isinstance(dialog, TakeDialog)
        dialog.parties["mem"].setChecked(True)
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    when_asked(take)
    page.verbs.take()
    settle()
    assert len(titles(page)) == 28
