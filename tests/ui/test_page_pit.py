"""The PIT plan page as a person uses it: taking the pack, a newer one, and the page itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pit_steps
from desk_steps import buttons, fill, press, run, texts, when_asked
from pit_steps import plan, put_cursor, shown, titles, window_of
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit
from test_accessibility import check_names
from window_care import settle

from desktop.evidence.model import Target, TargetKind
from desktop.participant.model import Scope
from desktop.settings import WorkspaceSettings
from desktop.testing.model import DefectDetails, RequirementEdit
from desktop.testing.workbooks import BookKind
from ui.dialogs.make_workbook import MakeWorkbookDialog
from ui.dialogs.pit_gate import GateDialog
from ui.dialogs.pit_take import TakeDialog
from ui.main_window import MainWindow
from ui.pages.payloads import ShowSection, ShowTarget, place_of
from ui.pages.pit import PitPage
from ui.pages.settings import SettingsPage

template, page = pit_steps.template, pit_steps.page


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
