"""The page of submissions as a person uses it, over the real services: drafts, what they say, what is due."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from desk_steps import buttons, choose, copied, fill, noon, press, run, said, texts, when_asked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog, QMenu
from submission_steps import REPORT, WORK_OFF, made, now, put_cursor, shown, window_of
from test_accessibility import check_names
from window_care import settle

from desktop.app import Workspace
from desktop.participant.model import Scope as Role
from desktop.report.privacy import MpanChoice
from desktop.requests.model import QuestionDetails, RequestDetails
from desktop.submissions.model import Mend, Scope, SubmissionDetails, SubmissionState, next_step
from ui.dialogs.submission_prepare import OWN_DAY, PrepareSubmissionDialog
from ui.main_window import MainWindow
from ui.pages.payloads import PrepareSubmission, ShowSubmission, ShowView
from ui.pages.submissions import EMPTY, LIST, SubmissionsPage
from ui.pages.submissions_mend import place_of_mend
from ui.record_finder import find_records
from ui.widgets.submission_due import FIRST, ROWS, DueList
from ui.widgets.trace_links import LinkLine


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("submissions")
    return made(folder / "acme", folder)


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> SubmissionsPage:
    return shown(window, copied(template, own_home / "acme"))


def due_links(root: DueList) -> dict[str, LinkLine]:
    return {one.text(): one for one in root.findChildren(LinkLine)}


# -- preparing --------------------------------------------------------------------------------------------------------


def test_an_empty_page_says_what_a_submission_is_and_prepares_one(opened: MainWindow) -> None:
    opened.context.workspace.participant.save_scope(Role("ACME", "supplier"))
    opened.show_page("submissions")
    settle()
    page = opened.current
    assert isinstance(page, SubmissionsPage)
    assert page.stack.currentIndex() == EMPTY
    assert "A submission is what you hand over" in texts(page)
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareSubmissionDialog)
        check_names(dialog)
        dialog.kind.setCurrentIndex(dialog.kind.findData("rttm"))
        seen.append(texts(dialog))
        seen.extend(dialog.recipients.chosen())
        dialog.picker.one.setCurrentIndex(1)
        dialog.milestone.setCurrentIndex(dialog.milestone.findData(OWN_DAY))
        dialog.due.setText("04/12/2026")
        dialog.data[MpanChoice.COUNTS].click()
        dialog.verb.click()

    when_asked(drive)
    press(page, "New submission…")
    assert "Requirements, what tests them, what proves them" in seen[0]
    assert "Counts only. No row of the portfolio is in this file." in seen[0]
    assert seen[1:] == [one.id for one in opened.context.workspace.submissions.recipients() if one.detail]
    assert page.stack.currentIndex() == LIST
    one = now(page, "ACME-RTTM-0001")
    assert page.chosen() == one
    assert one.details.scope.gate == opened.context.workspace.submissions.choices("rttm")[1].id
    assert (one.details.due, one.details.mpan_choice) == ("2026-12-04", MpanChoice.COUNTS)
    run(opened, "edit.undo")
    assert page.stack.currentIndex() == EMPTY


def test_recipients_follow_the_kind_until_a_person_ticks(page: SubmissionsPage) -> None:
    request, _ = page.context.workspace.requests.add(RequestDetails("Readiness", sender="DIP"))
    seen: list[tuple[str, ...]] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareSubmissionDialog)
        seen.append(dialog.recipients.chosen())
        dialog.kind.setCurrentIndex(dialog.kind.findData("cutover_status"))
        seen.append(dialog.recipients.chosen())
        QTest.mouseClick(dialog.recipients.boxes["BSC"], Qt.MouseButton.LeftButton)
        dialog.kind.setCurrentIndex(dialog.kind.findData("cleanse_report"))
        seen.append(dialog.recipients.chosen())

    when_asked(drive)
    page.open(PrepareSubmission("info_request", request_id=request))
    assert seen[0] == ("DIP",), "who asked gets the answers"
    assert seen[1] == ("MCC",), "those of the kind"
    assert set(seen[2]) == {"BSC", "MCC"}, "what a person ticked stays"


def test_what_the_service_refuses_is_said_at_its_field_and_nothing_typed_is_lost(page: SubmissionsPage) -> None:
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareSubmissionDialog)
        dialog.title.setText("Mine")
        dialog.milestone.setCurrentIndex(dialog.milestone.findData(OWN_DAY))
        dialog.verb.click()
        seen.append(dialog.asked["due"].wrong.text())
        dialog.due.setText("someday")
        dialog.verb.click()
        settle()
        seen.extend([dialog.asked["due"].wrong.text(), dialog.title.text()])

    when_asked(drive)
    run(window_of(page), "submissions.prepare")
    assert "Give the day on which it is due." in seen[0]
    assert "someday" in seen[1]
    assert seen[2] == "Mine"
    assert len(page.context.workspace.submissions.submissions()) == 2


def test_a_draft_is_edited_and_its_kind_stays(page: SubmissionsPage) -> None:
    put_cursor(page, REPORT)
    seen: list[object] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareSubmissionDialog)
        seen.extend([dialog.kind.isEnabled(), dialog.due.text()])
        dialog.title.setText("Cleanse, first week")
        dialog.verb.click()

    when_asked(drive)
    press(page.pane, "Edit…")
    assert seen == [False, "30/11/2026"]
    assert now(page, REPORT).details.title == "Cleanse, first week"
    assert "Cleanse, first week" in page.pane.title.text()
    run(window_of(page), "edit.undo")
    assert "Data cleanse report" in page.pane.title.text()


def test_return_on_a_draft_edits_it(page: SubmissionsPage) -> None:
    put_cursor(page, REPORT)
    asked = when_asked(lambda dialog: dialog.reject())
    QTest.keyClick(page.panel.table, Qt.Key.Key_Return)
    settle()
    assert asked == [f"Edit {REPORT} v1"]


@pytest.mark.parametrize("field", ["recipients", "milestone", "mpan_choice", "covering"])
def test_what_is_to_be_mended_in_the_draft_has_the_keyboard(page: SubmissionsPage, field: str) -> None:
    put_cursor(page, REPORT)
    seen: list[object] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareSubmissionDialog)
        settle()
        seen.append(dialog.focusWidget() is dialog.field(field))

    when_asked(drive)
    page.verbs.mend(Mend("submissions", f"submission:field={field}"))
    assert seen == [True]


def test_a_section_of_the_settings_has_the_keyboard_in_its_first_field(page: SubmissionsPage) -> None:
    put_cursor(page, WORK_OFF)
    page.verbs.mend(Mend("settings", "settings:section=participant"))
    settle()
    window = window_of(page)
    assert window.current.id == "settings"
    assert window.current.stack.currentWidget().isAncestorOf(window.focusWidget())


def test_a_draft_is_removed_after_a_question_and_undo_brings_it_back(page: SubmissionsPage) -> None:
    put_cursor(page, WORK_OFF)
    when_asked(lambda dialog: dialog.accept())
    run(window_of(page), "submissions.remove")
    assert [one.ref for one in page.submissions()] == [REPORT]
    run(window_of(page), "edit.undo")
    assert {one.ref for one in page.submissions()} == {REPORT, WORK_OFF}


# -- the pane ---------------------------------------------------------------------------------------------------------


def test_the_pane_says_the_next_step_the_recipients_and_what_it_would_say(page: SubmissionsPage) -> None:
    put_cursor(page, REPORT)
    assert [one.text() for one in page.pane.primary()] == ["Freeze…"]
    assert page.pane.next.text() == "Next: check it, then freeze it"
    told = texts(page.pane.status)
    assert "Draft" in told
    assert "Nothing stands in the way" in told
    page.pane.show_tab("Contents")
    contents = texts(page.pane.contents)
    assert "As it would be put together now." in contents
    assert "Last four digits" in contents
    looked = page.pane.shown.looked if page.pane.shown else None
    assert looked is not None
    assert looked.tables
    assert f"{looked.tables[0].title}: " in contents
    page.pane.show_tab("History")
    assert "Nothing yet: it is a draft." in texts(page.pane.history)


def test_what_stands_in_the_way_comes_first_and_leads_to_what_mends_it(page: SubmissionsPage) -> None:
    put_cursor(page, WORK_OFF)
    told = texts(page.pane.status)
    assert "In the way of freezing" in told
    assert told.index("In the way of freezing") < told.index("They may well ask about")
    assert page.pane.next.text() == "Next: mend what stands in the way, then freeze it"
    assert not page.pane.primary()
    links = [one for one in page.pane.status.findChildren(LinkLine) if one.accessibleName().startswith("Mend: ")]
    links[0].click()
    settle()
    window = window_of(page)
    there = window.current
    assert there is not None
    assert there.id == "defects"
    panel = there.table()
    assert panel is not None
    assert window.focusWidget() is panel.table, "the keyboard is where something is to be mended"
    press(there, f"Back to the check of {WORK_OFF} v1")
    settle()
    assert window.current is page
    assert page.chosen() == now(page, WORK_OFF)
    assert page.pane.status.isVisible()
    assert f"Back to the check of {WORK_OFF} v1" not in buttons(there), "one who is back needs no way back"


def test_what_blocks_is_said_before_freezing_and_the_verb_is_off(page: SubmissionsPage) -> None:
    put_cursor(page, WORK_OFF)
    seen: list[object] = []

    def drive(dialog: QDialog) -> None:
        check_names(dialog)
        seen.extend([texts(dialog), buttons(dialog)])

    when_asked(drive)
    run(window_of(page), "submissions.freeze")
    assert f"{WORK_OFF} v1 cannot be frozen yet" in str(seen[0])
    assert seen[1] == {f"Freeze {WORK_OFF} v1": False, "Close": True}
    assert now(page, WORK_OFF).state is SubmissionState.DRAFT


def test_the_workbook_of_a_draft_is_written_to_look_at(
    page: SubmissionsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("ui.pages.submissions_sending.show_folder", opened.append)
    put_cursor(page, REPORT)
    choose(tmp_path / "look.xlsx")
    press(page.pane, "Preview the workbook…")
    assert opened == [tmp_path / "look.xlsx"]
    assert (tmp_path / "look.xlsx").read_bytes()[:2] == b"PK"
    assert now(page, REPORT).state is SubmissionState.DRAFT


@pytest.mark.parametrize(
    ("where", "place"),
    [
        (Mend("cleanse", "cleanse:check=C012"), "cleanse"),
        (Mend("cleanse", "cleanse:table=findings:key=x:y"), "cleanse"),
        (Mend("settings", "settings:section=participant"), "settings"),
        (Mend("evidence", "evidence:ref=ACME-EVD-0999"), "evidence"),
        (Mend("pit", "pit:ref=ACME-PIT-0999"), "pit"),
        (Mend("requests", "requests:ref=ACME-IRQ-0999"), "requests"),
        (Mend("unheard-of", "unheard-of:what=ever"), "submissions"),
    ],
)
def test_what_is_not_found_any_more_leads_to_its_page(page: SubmissionsPage, where: Mend, place: str) -> None:
    found = place_of_mend(where, now(page, REPORT), page.context.workspace)
    assert found is not None
    assert found[0] == place


def test_a_check_leads_to_its_findings_and_the_draft_itself_to_its_form(page: SubmissionsPage) -> None:
    one, workspace = now(page, REPORT), page.context.workspace
    found = place_of_mend(Mend("cleanse", "cleanse:check=C012"), one, workspace)
    assert found is not None
    assert isinstance(found[1], ShowView)
    assert place_of_mend(Mend("submissions", "submission"), one, workspace) is None
    put_cursor(page, REPORT)
    asked = when_asked(lambda dialog: dialog.reject())
    page.verbs.mend(Mend("submissions", "submission"))
    assert asked == [f"Edit {REPORT} v1"]


# -- what is due ------------------------------------------------------------------------------------------------------


def test_what_is_due_stands_over_the_table_late_ones_first_and_leads_to_it(page: SubmissionsPage) -> None:
    assert "2 due, 1 late" in texts(page.header)
    links = due_links(page.due)
    assert list(links) == ["Work-off plan", "Data cleanse report"]
    assert "late since Fri 20 Nov 2026" in links["Work-off plan"].accessibleName()
    put_cursor(page, REPORT)
    links["Work-off plan"].click()
    settle()
    chosen = page.chosen()
    assert chosen is not None
    assert chosen.ref == WORK_OFF


def test_what_is_not_begun_has_a_button_that_prepares_it(page: SubmissionsPage) -> None:
    requests = page.context.workspace.requests
    request, changes = requests.add(RequestDetails("Readiness", sender="MCC", due="2026-12-01"))
    page.context.hub.publish(changes)
    settle()

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, PrepareSubmissionDialog)
        assert dialog.kind.currentData() == "info_request"
        dialog.verb.click()

    when_asked(drive)
    press(page.due, "Prepare…")
    made_now = now(page, "ACME-PPIR-0001")
    assert made_now.details.scope.request_id == request
    assert page.chosen() == made_now
    assert "Prepare…" not in buttons(page.due)


def test_a_draft_over_the_same_is_offered_before_a_second_one_is_prepared(page: SubmissionsPage) -> None:
    request, changes = page.context.workspace.requests.add(RequestDetails("Readiness", sender="MCC"))
    page.context.hub.publish(changes)
    submissions = page.context.workspace.submissions
    number, changes = submissions.prepare(SubmissionDetails("info_request", scope=Scope(request_id=request)))
    page.context.hub.publish(changes)
    settle()
    asked = when_asked(lambda dialog: press(dialog, "Open ACME-PPIR-0001 v1"))
    page.open(PrepareSubmission("info_request", request_id=request))
    settle()
    assert asked == ["There is a draft already: ACME-PPIR-0001 v1"]
    chosen = page.chosen()
    assert chosen is not None
    assert chosen.id == number


def test_what_is_out_over_the_same_is_offered_as_a_new_version(page: SubmissionsPage) -> None:
    workspace = page.context.workspace
    request, changes = workspace.requests.add(RequestDetails("Readiness", sender="MCC"))
    workspace.requests.add_question(request, QuestionDetails("Q1", "Is it ready?"))
    details = SubmissionDetails("info_request", scope=Scope(request_id=request), recipients=("BSC",))
    number, _ = workspace.submissions.prepare(details)
    workspace.submissions.freeze(number)
    page.context.hub.publish(changes)
    window_of(page).refresh_page()
    settle()

    def version(dialog: QDialog) -> None:
        when_asked(lambda form: fill(form, reason="A figure was wrong"))
        (made,) = (one for one in dialog.findChildren(QAbstractButton) if one.text().startswith("New version of"))
        QTest.mouseClick(made, Qt.MouseButton.LeftButton)

    asked = when_asked(version)
    page.open(PrepareSubmission("info_request", request_id=request))
    settle()
    assert asked == ["ACME-PPIR-0001 v1 is there already"]
    assert now(page, "ACME-PPIR-0001").version == 2
    assert len({one.ref for one in workspace.submissions.submissions() if one.kind.id == "info_request"}) == 1


def test_the_question_about_a_draft_that_is_there_can_be_given_up(page: SubmissionsPage) -> None:
    seen: list[list[str]] = []

    def escape(dialog: QDialog) -> None:
        check_names(dialog)
        seen.append(buttons(dialog))
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    def another(dialog: QDialog) -> None:
        (made,) = (one for one in dialog.findChildren(QAbstractButton) if one.text() == "Make another")
        when_asked(lambda form: seen.append([form.windowTitle()]))
        QTest.mouseClick(made, Qt.MouseButton.LeftButton)  # the form comes when this question is over

    for drive in (escape, QDialog.close, another):
        when_asked(drive)
        page.open(PrepareSubmission("cleanse_report"))
        settle()
    assert sorted(seen[0]) == ["Cancel", "Make another", f"Open {REPORT} v1"]
    assert seen[1:] == [["New submission"]], "the form comes only when another one is wanted"
    assert len(page.context.workspace.submissions.submissions()) == 2


def test_many_things_that_are_due_are_laid_out_when_they_are_asked_for_and_none_is_cut(page: SubmissionsPage) -> None:
    one = page.context.workspace.submissions.due()[0]
    page.due.fill([replace(one, title=f"Number {number}") for number in range(80)])
    settle()
    assert len(page.due.lines.shown()) == FIRST + 1
    first = page.due.lines.shown()[ROWS - 1]
    below = first.mapTo(page.due.area.viewport(), first.rect().bottomLeft()).y()
    assert below <= page.due.area.viewport().height()
    press(page.due, "Show all 80")
    assert len(page.due.lines.shown()) == 80


def test_the_tab_key_goes_through_what_is_due_before_the_list(page: SubmissionsPage) -> None:
    page.due.fill(page.context.workspace.submissions.due())
    settle()
    order, one = [page.due.fold], page.due.fold.nextInFocusChain()
    while one is not page.due.fold:
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisibleTo(page):
            order.append(one)
        one = one.nextInFocusChain()
    links = list(due_links(page.due).values())
    assert order[1 : 1 + len(links)] == links


def test_the_list_of_what_is_due_stays_folded(page: SubmissionsPage) -> None:
    assert page.due.area.isVisibleTo(page)
    page.due.fold.click()
    assert not page.due.area.isVisibleTo(page)
    assert page.due.fold.accessibleName() == "Unfold the list of what is due"
    assert DueList(page.context, print, print).area.isHidden(), "it is remembered"


# -- the rest ---------------------------------------------------------------------------------------------------------


def test_another_page_can_ask_for_one_and_for_a_tab(page: SubmissionsPage) -> None:
    window = window_of(page)
    window.show_page("history")
    one = now(page, WORK_OFF)
    window.context.navigate("submissions", ShowSubmission(one.id, "History"))
    settle()
    assert page.chosen() == one
    assert page.pane.tabs.currentIndex() == 2


def test_the_overview_leads_to_a_submission_that_is_due(page: SubmissionsPage) -> None:
    window = window_of(page)
    window.show_page("overview")
    settle()
    link = [one for one in window.current.findChildren(type(page.prepare_button)) if one.text() == "Work-off plan"]
    link[0].click()
    settle()
    assert window.current is page
    chosen = page.chosen()
    assert chosen is not None
    assert chosen.ref == WORK_OFF


def test_a_workspace_that_is_only_read_shows_all_and_changes_nothing(
    window: MainWindow, template: Path, own_home: Path
) -> None:
    page = shown(window, copied(template, own_home / "acme"), read_only=True)
    put_cursor(page, REPORT)
    writes = ("Freeze…", "Edit…", "Remove the draft…")
    found = buttons(page)
    assert not any(found[words] for words in (*writes, "New submission…"))
    assert found["Preview the workbook…"]
    assert "Nothing stands in the way" in texts(page.pane.status)
    page.open(PrepareSubmission("rttm"))
    assert "open for reading only" in said(window)
    for name in ("prepare", "edit", "freeze", "remove"):
        assert not window.context.commands.action(f"submissions.{name}").isEnabled()


def test_the_palette_finds_a_submission_by_its_reference_and_title(page: SubmissionsPage) -> None:
    window = window_of(page)
    window.show_page("history")
    found = [one for one in find_records(window.context, "wopl work-off") if one.kind == "Submission"]
    assert [one.text for one in found] == [f"{WORK_OFF} v1 Work-off plan"]
    found[0].run()
    settle()
    assert window.current is page
    assert page.chosen() == now(page, WORK_OFF)


def test_the_table_is_filtered_and_searched_as_every_table(page: SubmissionsPage) -> None:
    page.panel.bar.focus_search()
    page.open(ShowView(page.panel.view.__class__(text="work-off")))
    settle()
    assert page.panel.source is not None
    assert page.panel.source.count() == 1


def test_every_next_step_of_the_model_has_its_command(page: SubmissionsPage) -> None:
    one = put_cursor(page, REPORT)
    assert next_step(one).startswith("Check it")
    known = {command.id for command in page.context.commands.all()}
    for verb in page.pane.buttons:
        if verb not in {"comments", "newest"}:
            assert f"submissions.{verb.replace(' ', '_')}" in known


def test_a_draft_of_which_nothing_can_be_said_says_why(window: MainWindow, own_home: Path) -> None:
    with Workspace.create(own_home / "acme", "Acme Energy", "ACME", actor="Pat", clock=noon) as workspace:
        workspace.submissions.prepare(SubmissionDetails("cleanse_report", recipients=("BSC",)))
    page = shown(window, own_home / "acme")
    put_cursor(page, REPORT)
    page.pane.show_tab("Contents")
    assert page.pane.contents.when.text()
    assert "Nothing was changed" not in page.pane.contents.when.text()


def test_a_long_word_does_not_make_the_pane_wider_than_it_is(page: SubmissionsPage) -> None:
    submissions = page.context.workspace.submissions
    one = now(page, REPORT)
    changes = submissions.edit(one.id, replace(one.details, note="x" * 400))
    page.context.hub.publish(changes)
    settle()
    put_cursor(page, REPORT)
    assert "x" * 400 in page.pane.status.facts.text()
    assert page.pane.status.widget().width() <= page.pane.status.viewport().width()


def test_the_menu_of_a_row_offers_what_its_state_allows(page: SubmissionsPage) -> None:
    put_cursor(page, REPORT)
    menu = QMenu()
    page.verbs.fill_menu(menu)
    assert [one.text() for one in menu.actions() if one.text()] == [
        "Edit the draft…",
        "Check again",
        "Preview the workbook…",
        "Freeze…",
        "Remove the draft…",
    ]
    menu.deleteLater()
