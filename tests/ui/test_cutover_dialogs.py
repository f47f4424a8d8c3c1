"""Dialogs of the Cutover page: slipping with what moves, milestones and their days, texts of forms, words."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from cutover_steps import GO_LIVE, after, made, plan, put_cursor, shown, window_of
from desk_steps import fill, press, rows, run, texts, when_asked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit
from test_accessibility import check_names
from window_care import settle

from desktop.cutover.model import ActivityDetails, ActivityEdit, ActivityType, PlanDetails, Window
from desktop.errors import InvalidInput
from desktop.uk_time import parse_moment
from ui.dialogs.cutover_done import now_typed, typed, typed_moment
from ui.dialogs.cutover_fields import cell_edit, details_of, edit_of, edit_of_many, texts_of
from ui.dialogs.cutover_slip import SlipDialog
from ui.dialogs.milestones import MilestoneForm, MilestonesDialog, day_of, planned_rows
from ui.main_window import MainWindow
from ui.pages.cutover import CutoverPage
from ui.widgets.cutover_look import hang_words, window_words, without_year


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of nine activities that leads to a go-live on 14 December 2026. Today is 23 November 2026."""
    return made(tmp_path_factory.mktemp("cutover-dialogs") / "acme")


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> CutoverPage:
    return shown(window, shutil.copytree(template, own_home / "acme"))


# -- slipping ---------------------------------------------------------------------------------------------------------


def test_slipping_shows_what_moves_while_the_days_are_chosen_and_is_done_in_one_step(page: CutoverPage) -> None:
    put_cursor(page, "T-005")
    seen: list[tuple[str, str, list[tuple[str, ...]]]] = []

    def look(dialog: SlipDialog) -> None:
        seen.append((dialog.summary.text(), dialog.verb.text(), rows(dialog.moving.list)))

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, SlipDialog)
        check_names(dialog)
        look(dialog)
        dialog.days.setValue(0)
        look(dialog)
        assert not dialog.verb.isEnabled()
        dialog.days.setValue(5)
        look(dialog)
        QTest.keyClick(dialog.days, Qt.Key.Key_Return)

    when_asked(drive)
    run(window_of(page), "cutover.slip")
    assert seen[0][0].startswith("4 activities move.")
    assert seen[0][1] == "Slip by 1 working day"
    assert seen[1] == ("Nothing moves.", "Slip by 0 working days", [])
    assert seen[2][0] == "4 activities move. 1 would end after it is due."
    assert [row[0].split()[0] for row in seen[2][2]] == ["T-005", "T-006", "T-007", "T-008"]
    assert plan(page)["T-005"].details.start_at == "2026-12-18T22:00"
    run(window_of(page), "edit.undo")
    assert plan(page)["T-005"].details.start_at == "2026-12-12T22:00"


def test_the_deadline_stays_unless_the_box_is_ticked_which_shows_it_before_and_after(page: CutoverPage) -> None:
    context = window_of(page).context
    given = ActivityEdit(due_at="2026-12-15T12:00", milestone="", milestone_days=0)
    context.workspace.cutover.edit([plan(page)["T-005"].id], given)
    own = plan(page)["T-005"]
    dialog = SlipDialog(context, window_of(page), [own], 10)
    try:
        check_names(dialog)
        assert not dialog.deadline.isChecked()
        assert dialog.deadline.text() == "Move its deadline too: Tue 15 Dec 2026 12:00 → Thu 31 Dec 2026 12:00"
        service = context.workspace.cutover
        assert service.slip(own.id, 10)[0].late
        assert "would end after" in dialog.summary.text()
        dialog.deadline.click()
        assert not service.slip(own.id, 10, with_deadline=True)[0].late
        assert rows(dialog.moving.list)[0][3] == ""
        dialog.verb.click()
    finally:
        dialog.deleteLater()
    assert plan(page)[own.details.key].details.due_at > own.details.due_at


def test_what_hangs_on_a_milestone_offers_no_deadline_to_move(page: CutoverPage) -> None:
    hangs = next(one for one in plan(page).values() if not one.details.due_at)
    dialog = SlipDialog(window_of(page).context, window_of(page), [hangs], 1)
    assert dialog.deadline.isHidden()
    dialog.deleteLater()


# -- milestones -------------------------------------------------------------------------------------------------------


def test_every_milestone_says_what_it_is_and_where_its_days_are_from(page: CutoverPage) -> None:
    seen: dict[str, str] = {}

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, MilestonesDialog)
        check_names(dialog)
        listed = rows(dialog.list.list)
        seen["all"] = "\n".join(" | ".join(row) for row in listed)
        for name in ("M11", "M15"):
            dialog.list.list.selectRow(next(at for at, row in enumerate(listed) if row[0].startswith(name)))
            seen[name] = texts(dialog) + "\n" + "\n".join(" | ".join(row) for row in rows(dialog.plans.list))
        press(dialog, "Close")

    when_asked(drive)
    run(window_of(page), "cutover.milestones")
    assert "Go-live | Mon 14 Dec 2026" in seen["all"]
    assert "M15 · Full transition complete" in seen["all"]
    assert "the go-live pages say otherwise" in seen["M11"]
    assert "CR055 | October 2025" in seen["M11"]
    assert "Happened | Wed 22 Oct 2025" in seen["M11"]
    assert "CR022 | October 2026" in seen["M15"]
    assert "CR055 | Fri 7 May 2027 | Programme page on M15 acceptance criteria" in seen["M15"]


def test_changing_a_milestones_day_shows_what_moves_before_it_is_done(page: CutoverPage) -> None:
    seen: list[str] = []
    before = plan(page)["T-004"].due
    assert before is not None
    assert before.text == "2026-12-07"

    def form(dialog: QDialog) -> None:
        assert isinstance(dialog, MilestoneForm)
        check_names(dialog)
        seen.append(dialog.moving.text())
        field = dialog.fields["current"]
        assert isinstance(field, QLineEdit)
        for day in ("21/12/2026", "soon"):
            field.setText(day)
            seen.append(dialog.moving.text())
        fill(dialog, current="21/12/2026", note="Agreed with the agents")

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, MilestonesDialog)
        assert dialog.title.text() == "Go-live"  # the plan's own milestone is chosen
        when_asked(form)
        press(dialog, "Change its days…")
        seen.append(dialog.counts.text())
        seen.append(dialog.here.text())
        dialog.reject()

    when_asked(drive)
    run(window_of(page), "cutover.milestones")
    assert seen[0] == ""
    assert seen[1].startswith("Would count: Mon 21 Dec 2026.")
    assert "Cutover: 5 activities move." in seen[1]
    assert "T-004 Ready for the weekend: Mon 7 Dec 2026 → Mon 14 Dec 2026" in seen[1]
    assert seen[2] == ""
    assert seen[3] == "Mon 21 Dec 2026: The day to work to, as said here"
    assert "Note: Agreed with the agents" in seen[4]
    after_it = plan(page)["T-004"].due
    assert after_it is not None
    assert after_it.text == "2026-12-14"


def test_an_own_milestone_is_added_and_removed_unless_something_hangs_on_it(page: CutoverPage) -> None:
    listed: list[list[str]] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, MilestonesDialog)
        when_asked(lambda form: fill(form, title="PAB date", baseline="05/01/2027"))
        press(dialog, "Add your own…")
        listed.append([row[0] for row in rows(dialog.list.list)])
        assert dialog.title.text() == "PAB date"
        when_asked(lambda asked: press(asked, "Remove the milestone"))
        press(dialog, "Remove")
        listed.append([row[0] for row in rows(dialog.list.list)])
        dialog.reject()

    when_asked(drive)
    run(window_of(page), "cutover.milestones")
    assert "PAB date" in listed[0]
    assert "PAB date" not in listed[1]
    assert QApplication.activeModalWidget() is None
    settle()


def test_the_milestones_open_at_the_first_whose_day_lies_ahead(page: CutoverPage) -> None:
    seen: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, MilestonesDialog)
        seen.append(str(dialog.list.key()))
        # Its days are saved as they are: that is no change.
        when_asked(fill)
        press(dialog, "Change its days…")
        dialog.reject()

    page.context.workspace.cutover.edit_plan(page.plan_id, PlanDetails("Go-live of the interfaces"))
    page.refresh(page.subjects)
    settle()
    before = page.context.workspace.history.undo_title()
    when_asked(drive)
    run(window_of(page), "cutover.milestones")
    days = {one.id: one.day for one in page.context.workspace.milestones.milestones()}
    ahead = [one for one, day in days.items() if day and day >= date(2026, 11, 23)]
    assert seen == ahead[:1]
    assert next(iter(days)) != seen[0]
    assert page.context.workspace.history.undo_title() == before


def test_what_was_planned_first_is_replaced_only_on_purpose(page: CutoverPage) -> None:
    words: list[str] = []

    def form(dialog: QDialog) -> None:
        assert isinstance(dialog, MilestoneForm)
        when_asked(lambda asked: press(asked, "Cancel"))
        fill(dialog, baseline="21/12/2026")
        words.append(dialog.wrong.text())

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, MilestonesDialog)
        when_asked(form)
        press(dialog, "Change its days…")
        dialog.reject()

    when_asked(drive)
    run(window_of(page), "cutover.milestones")
    assert words[0].startswith("What was planned first is kept.")
    one = next(one for one in page.context.workspace.milestones.milestones() if one.own)
    assert one.baseline == GO_LIVE


def test_a_month_is_said_as_a_month_and_the_swap_is_told_as_it_is(page: CutoverPage) -> None:
    by_id = {one.id: one for one in page.context.workspace.milestones.milestones()}
    assert planned_rows(by_id["M11"])[0][1] == "March 2025"
    assert day_of(by_id["M16"]) == "Fri 2 Jul 2027"


# -- words and texts --------------------------------------------------------------------------------------------------


def test_what_is_typed_is_a_day_or_a_day_with_a_time() -> None:
    moment = typed_moment("06/02/2027 22:30", "at")
    assert moment is not None
    assert moment.text == "2027-02-06T22:30"
    assert typed(moment) == "06/02/2027 22:30"
    assert typed(parse_moment("2027-02-06")) == "06/02/2027"
    assert typed_moment("  ", "at") is None
    with pytest.raises(InvalidInput) as caught:
        typed_moment("half past ten", "at")
    assert caught.value.field == "at"


def test_now_is_by_the_clocks_of_great_britain() -> None:
    from datetime import UTC, datetime

    assert now_typed(datetime(2027, 7, 1, 22, 30, 59, tzinfo=UTC)) == "01/07/2027 23:30"
    assert now_typed(datetime(2026, 12, 31, 23, 59, tzinfo=UTC)) == "31/12/2026 23:59"


def test_a_window_is_said_with_no_more_words_than_it_needs() -> None:
    def window(start: str, finish: str) -> Window:
        return Window(parse_moment(start), parse_moment(finish))

    assert window_words(window("2026-12-12T22:00", "2026-12-12T23:30")) == "Sat 12 Dec 2026 22:00 to 23:30"
    assert window_words(window("2026-12-14", "2026-12-14")) == "Mon 14 Dec 2026"
    assert window_words(window("2026-12-14", "2026-12-16")) == "Mon 14 Dec 2026 to Wed 16 Dec 2026"
    assert window_words(Window(), "no day yet") == "no day yet"
    assert hang_words("M14", -5) == "M14 − 5 working days"
    assert hang_words("M14", 1) == "M14 + 1 working day"
    assert hang_words("M14", 0) == "M14"


def test_a_form_that_was_not_touched_changes_nothing() -> None:
    details = ActivityDetails(
        "T-001", "Freeze", phase="Before", type=ActivityType.VALIDATION, external=True, start_at="2026-12-12T22:00",
        milestone="M14", milestone_days=-5, duration="4 h", predecessors=after("T-000 + 2 wd"),
    )  # fmt: skip
    before = texts_of(details)
    assert edit_of(before, before) == ActivityEdit()
    assert details_of(before) == details


def test_only_what_was_changed_is_written() -> None:
    before = texts_of(ActivityDetails("T-001", "Freeze", owner="Sam", milestone_days=-5))
    changed = {**before, "owner": "", "milestone_days": "−3", "start_at": "1 Dec 2026"}
    assert edit_of(changed, before) == ActivityEdit(owner="", milestone_days=-3, start_at="2026-12-01")
    with pytest.raises(InvalidInput) as caught:
        edit_of({**before, "milestone_days": "a few"}, before)
    assert caught.value.field == "milestone_days"


def test_for_many_an_empty_field_is_left_and_a_hyphen_clears_it() -> None:
    assert edit_of_many(
        {"owner": "-", "phase": "", "due_at": "-", "type": "task", "external": "others"}
    ) == ActivityEdit(owner="", due_at="", type=ActivityType.TASK, external=True)


def test_a_cell_takes_words_of_the_type_and_moments() -> None:
    assert cell_edit("type", "go/no-go") == ActivityEdit(type=ActivityType.GO_NO_GO)
    assert cell_edit("due_at", "31/12/2026") == ActivityEdit(due_at=date(2026, 12, 31).isoformat())
    assert cell_edit("owner", " Sam ") == ActivityEdit(owner="Sam")
    with pytest.raises(InvalidInput, match="not “chore”"):
        cell_edit("type", "chore")


def test_moments_of_this_year_are_said_without_it() -> None:
    assert without_year("Tue 22 Dec 2026 20:26 to Mon 4 Jan 2027", 2026) == "Tue 22 Dec 20:26 to Mon 4 Jan 2027"
