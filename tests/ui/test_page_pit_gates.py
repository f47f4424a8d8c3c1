"""The gates of the PIT plan as a person uses them, and what rests on third parties."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pit_steps
from desk_steps import banner, fill, press, run, said, texts, when_asked
from evidence_steps import copy_text, drop, middle
from pit_steps import ENTRY, plan, put_cursor, titles, window_of
from PySide6.QtWidgets import QDialog, QLineEdit
from test_accessibility import check_names
from window_care import settle

from desktop.pit.model import RelianceStatus
from desktop.testing.model import RequirementEdit
from ui.dialogs.form import FormDialog
from ui.dialogs.pit_gate import GateDialog
from ui.pages.pit import PitPage

template, page = pit_steps.template, pit_steps.page


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
    assert said(window_of(page)) == "Done: Change PIT entry: 4 deliverables moved with it"
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
