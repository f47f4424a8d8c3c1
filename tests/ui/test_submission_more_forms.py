"""Recipients' own forms, from the menu More of submissions: loading one, saying what goes where, filling, retiring."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from desk_steps import buttons, copied, fill, press, rows, run, texts, when_asked
from openpyxl import Workbook
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog
from submission_more_steps import ANSWERS, first_file_then, made_answers
from submission_steps import put_cursor, shown, window_of
from test_accessibility import check_names
from window_care import settle

from desktop.requests.model import RequestDetails
from desktop.submissions.filling.model import (
    CellRule,
    Item,
    Spot,
    SpotKind,
    TableRule,
    Template,
    TemplateLook,
    TemplateMapping,
)
from desktop.submissions.model import Scope, SubmissionDetails
from tests.desktop.official_template import build
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.form import FormDialog
from ui.dialogs.template_map import GONE, MapDialog, MapFacts
from ui.dialogs.template_places import OURS, PLACE, SAYS, WHAT
from ui.dialogs.templates import TemplatesDialog
from ui.main_window import MainWindow
from ui.pages.submissions import SubmissionsPage

TITLE = "Readiness return"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    made_answers(folder / "acme", folder)
    build(folder / f"{TITLE}.xlsx")
    return folder / "acme"


@pytest.fixture
def form(template: Path) -> Path:
    return template.parent / f"{TITLE}.xlsx"


@pytest.fixture
def page(window: MainWindow, template: Path, own_home: Path) -> SubmissionsPage:
    return shown(window, copied(template, own_home / "acme"))


def in_forms(page: SubmissionsPage, drive: Callable[[TemplatesDialog], object]) -> None:
    """Open the list of forms, do something there, close it with Escape."""

    def go(dialog: QDialog) -> None:
        assert isinstance(dialog, TemplatesDialog)
        check_names(dialog)
        drive(dialog)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()

    when_asked(go)
    run(window_of(page), "submissions.templates")


def load(dialog: TemplatesDialog, form: Path, then: Callable[[MapDialog], object]) -> None:
    """Load a form for BSC; `then` is done where one says what goes where."""

    def mapping(one: QDialog) -> None:
        assert isinstance(one, MapDialog)
        then(one)

    def whose(one: QDialog) -> None:
        check_names(one)
        fill(one, recipient="BSC", kind="info_request", document="DEL1234 v1.2")
        when_asked(mapping)

    first_file_then(form, whose)
    press(dialog, "Load a form…")


def kept(page: SubmissionsPage) -> TemplateMapping:
    (one,) = page.context.workspace.templates.templates()
    return one.mapping


def row_of(dialog: MapDialog, place: str) -> int:
    return next(row for row, one in enumerate(dialog.table.lines) if one.place.strip() == place)


def choose_item(dialog: MapDialog, place: str, item: str) -> None:
    combo = dialog.table.combo(row_of(dialog, place))
    combo.setCurrentIndex(combo.findData(item))


def seen_places(dialog: MapDialog) -> list[str]:
    return [one.place for row, one in enumerate(dialog.table.lines) if not dialog.table.isRowHidden(row)]


# -- loading and mapping ----------------------------------------------------------------------------------------------


def test_a_form_is_loaded_mapped_as_suggested_tried_and_kept(page: SubmissionsPage, form: Path) -> None:
    seen: list[str] = []

    def mapping(dialog: MapDialog) -> None:
        check_names(dialog)
        seen.append(texts(dialog))
        assert dialog.table.lines[0].chosen == "submission.ref"
        press(dialog, "Would it fill?")
        seen.append(dialog.told.text())
        dialog.verb.click()

    def drive(dialog: TemplatesDialog) -> None:
        assert "No form was loaded yet" in texts(dialog)
        load(dialog, form, mapping)
        seen.append(" ".join(rows(dialog.list.list)[0]))

    in_forms(page, drive)
    assert "is suggested by the names: look at every line before you keep it" in seen[0]
    assert "It can be filled so." in seen[1]
    assert "version 1" in seen[2]
    assert "DEL1234 v1.2" in seen[2]
    mapped = kept(page)
    assert CellRule("Cover!C5", "participant.name") in mapped.cells
    assert CellRule("Submission_Reference", "submission.ref") in mapped.cells
    assert page.context.workspace.templates.for_recipient("BSC", "info_request") is not None


def test_it_is_mapped_again_and_the_same_choice_is_no_new_version(page: SubmissionsPage, form: Path) -> None:
    def change(one: QDialog) -> None:
        assert isinstance(one, MapDialog)
        assert "suggested" not in texts(one)
        choose_item(one, "Cover!C11", "submission.title")
        assert one.table.item(row_of(one, "Cover!C11"), OURS).text() == "Title of the submission"
        one.verb.click()

    def same(one: QDialog) -> None:
        assert isinstance(one, MapDialog)
        one.verb.click()

    def drive(dialog: TemplatesDialog) -> None:
        load(dialog, form, lambda one: one.verb.click())
        for step in (change, same):
            when_asked(step)
            press(dialog, "What goes where…")

    in_forms(page, drive)
    (one,) = page.context.workspace.templates.templates()
    assert one.version == 2
    assert CellRule("Cover!C11", "submission.title") in one.mapping.cells


def test_it_shows_what_single_values_would_say(page: SubmissionsPage, form: Path) -> None:
    seen: dict[str, str] = {}

    def mapping(dialog: MapDialog) -> None:
        for place in ("Cover!C5", "Submission_Reference"):
            says = dialog.table.item(row_of(dialog, place), SAYS)
            seen[place] = says.text() if says else ""
        dialog.verb.click()

    in_forms(page, lambda dialog: load(dialog, form, mapping))
    assert seen == {"Cover!C5": "Acme Energy Supply Limited", "Submission_Reference": "ACME-PPIR-0001"}


def test_what_it_would_say_is_of_the_submission_that_is_chosen_on_the_page(page: SubmissionsPage, form: Path) -> None:
    workspace = page.context.workspace
    request, _ = workspace.requests.add(RequestDetails("Another", sender="MCC"))
    workspace.submissions.prepare(SubmissionDetails("info_request", scope=Scope(request_id=request)))
    window_of(page).refresh_page()
    settle()
    put_cursor(page, "ACME-PPIR-0001 v1")
    seen: list[str] = []

    def mapping(dialog: MapDialog) -> None:
        says = dialog.table.item(row_of(dialog, "Submission_Reference"), SAYS)
        seen.extend((says.text() if says else "", texts(dialog), str(dialog._facts.content.tables[0].count)))
        dialog.verb.click()

    in_forms(page, lambda dialog: load(dialog, form, mapping))
    assert seen[0] == "ACME-PPIR-0001", "ACME-PPIR-0002 is the newest"
    assert "What it would say is shown of ACME-PPIR-0001 v1." in seen[1]
    assert seen[2] == "3", "the questions of its own request"


def test_what_a_newer_form_does_not_have_any_more_is_named(page: SubmissionsPage, form: Path, own_home: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Cover"
    sheet["B5"] = "Organisation name"
    newer = own_home / "newer.xlsx"
    book.save(newer)

    def drive(dialog: TemplatesDialog) -> None:
        load(dialog, form, lambda one: one.verb.click())
        first_file_then(newer, lambda one: fill(one, recipient="BSC", kind="info_request"))
        press(dialog, "Load a form…")
        assert "Not carried over: Submission_Reference took “Reference of the submission”; " in dialog.wrong.text()
        assert "took the table “Questions”" in dialog.wrong.text()
        assert cells(dialog)[2:4] == ["newer", "In use"], "the new one is chosen, so the verb that mends it is there"
        assert dialog.map_button.isEnabled()
        assert "Cover!C5 took" not in dialog.wrong.text()

    in_forms(page, drive)


def test_what_was_chosen_is_asked_about_before_it_is_given_up(page: SubmissionsPage, form: Path) -> None:
    asked: list[str] = []

    def stay(question: QDialog) -> None:
        assert isinstance(question, ConfirmDialog)
        asked.append(question.windowTitle())
        question.reject()

    def leave(question: QDialog) -> None:
        assert isinstance(question, ConfirmDialog)
        question.verb.click()

    def mapping(dialog: MapDialog) -> None:
        choose_item(dialog, "Cover!C11", "submission.title")
        when_asked(stay)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        when_asked(leave)
        dialog.close()
        assert not dialog.isVisible()

    in_forms(page, lambda dialog: load(dialog, form, mapping))
    assert asked == ["Give up what you chose?"]
    assert kept(page) == TemplateMapping()


def test_what_stands_in_the_way_is_said_in_place(page: SubmissionsPage, form: Path) -> None:
    def mapping(dialog: MapDialog) -> None:
        choose_item(dialog, "Submission_Reference", "")
        choose_item(dialog, "Cover!C7", "submission.ref")
        choose_item(dialog, "Submission_Reference", "submission.title")
        press(dialog, "Would it fill?")
        assert dialog.wrong.isVisible()
        assert dialog.wrong.text().startswith("•")
        dialog.verb.click()
        assert dialog.isVisible()
        choose_item(dialog, "Cover!C7", "")
        assert not dialog.wrong.isVisible()  # what was said is of what was chosen then
        for row, line in enumerate(dialog.table.lines):
            if line.chosen:
                dialog.table.combo(row).setCurrentIndex(0)
        dialog.verb.click()
        assert "Choose an item for one place at least" in dialog.wrong.text()
        when_asked(lambda question: question.accept())

    in_forms(page, lambda dialog: load(dialog, form, mapping))
    assert kept(page) == TemplateMapping()


def test_a_form_of_a_kind_of_which_nothing_can_be_said_is_kept_and_says_what_to_do(
    page: SubmissionsPage, form: Path
) -> None:
    def whose(one: QDialog) -> None:
        fill(one, recipient="BSC", kind="rttm")

    def drive(dialog: TemplatesDialog) -> None:
        first_file_then(form, whose)
        press(dialog, "Load a form…")
        assert "Import the requirements first." in dialog.wrong.text()
        assert rows(dialog.list.list)[0][-1] == "not said yet"

    in_forms(page, drive)


def test_what_is_no_workbook_is_refused_in_the_form(page: SubmissionsPage, own_home: Path) -> None:
    broken = own_home / "broken.xlsx"
    broken.write_bytes(b"no workbook")
    seen: list[str] = []

    def whose(one: QDialog) -> None:
        assert isinstance(one, FormDialog)
        one.verb.click()
        seen.append(one.wrong.text())
        assert one.isVisible()

    def drive(dialog: TemplatesDialog) -> None:
        first_file_then(broken, whose)
        press(dialog, "Load a form…")
        assert not dialog.map_button.isEnabled()

    in_forms(page, drive)
    assert seen[0]
    assert page.context.workspace.templates.templates() == ()


def test_a_form_is_saved_as_it_came_and_retired(page: SubmissionsPage, form: Path, own_home: Path) -> None:
    def why(one: QDialog) -> None:
        fill(one, reason="There is a newer one")

    def drive(dialog: TemplatesDialog) -> None:
        load(dialog, form, lambda one: one.verb.click())
        first_file_then(own_home / "original.xlsx")
        press(dialog, "Save the original…")
        when_asked(why)
        press(dialog, "Retire…")
        assert "Retired: There is a newer one" in cells(dialog)
        assert buttons(dialog)["Use it again"]
        assert not buttons(dialog)["Retire…"]
        first_file_then(own_home / "again.xlsx")
        press(dialog, "Save the original…")  # what was filled with it is looked at next to it

    in_forms(page, drive)
    assert (own_home / "original.xlsx").read_bytes() == form.read_bytes()
    assert (own_home / "again.xlsx").read_bytes() == form.read_bytes()
    run(window_of(page), "edit.undo")
    assert len(page.context.workspace.templates.templates()) == 1


def cells(dialog: TemplatesDialog) -> list[str]:
    """The texts of the chosen row of the list of forms."""
    table = dialog.list.list
    return [item.text() for column in range(table.columnCount()) if (item := table.item(table.currentRow(), column))]


def test_a_retired_form_is_used_again_in_the_place_of_the_newer_one(
    page: SubmissionsPage, form: Path, own_home: Path
) -> None:
    templates = page.context.workspace.templates
    old, _ = templates.add(form, recipient="BSC", kind="info_request")
    newer = own_home / "v9.xlsx"
    build(newer, title="Return 9")
    new, _ = templates.add(newer, recipient="BSC", kind="info_request")
    settle()

    def drive(dialog: TemplatesDialog) -> None:
        assert "In use" in cells(dialog)
        dialog.list.list.selectRow(1)
        assert "Retired: Replaced by “v9”" in cells(dialog)
        asked = when_asked(lambda question: question.verb.click())  # type: ignore[attr-defined]
        press(dialog, "Use it again")
        assert asked == [f"Use {old.title} again?"]

    in_forms(page, drive)
    assert [one.id for one in templates.templates()] == [old.id]
    run(window_of(page), "edit.undo")
    assert [one.id for one in templates.templates()] == [new.id]


def test_a_form_is_loaded_for_the_recipient_that_the_page_is_about(page: SubmissionsPage, form: Path) -> None:
    workspace = page.context.workspace
    number, _ = workspace.submissions.prepare(
        SubmissionDetails("rttm", scope=Scope("pit_exit"), recipients=("REC", "DIP"))
    )
    window_of(page).refresh_page()
    settle()
    page.show_id(number)
    settle()
    seen: list[object] = []

    def whose(one: QDialog) -> None:
        assert isinstance(one, FormDialog)
        seen.append((one.values()["recipient"], one.values()["kind"]))

    def drive(dialog: TemplatesDialog) -> None:
        first_file_then(form, whose)
        press(dialog, "Load a form…")
        workspace.templates.add(form, recipient="REC", kind="rttm")
        dialog.read()
        settle()
        first_file_then(form, whose)
        press(dialog, "Load a form…")

    in_forms(page, drive)
    assert seen == [("REC", "rttm"), ("DIP", "rttm")], "the first one who has no form yet"


def test_reading_only_nothing_can_be_loaded(window: MainWindow, template: Path, own_home: Path) -> None:
    page = shown(window, copied(template, own_home / "acme"), read_only=True)

    def drive(dialog: TemplatesDialog) -> None:
        assert not dialog.add_button.isEnabled()
        assert not dialog.map_button.isEnabled()
        assert not dialog.retire_button.isEnabled()

    in_forms(page, drive)


# -- long and hostile forms -------------------------------------------------------------------------------------------


def hostile(page: SubmissionsPage) -> MapDialog:
    """A form of 3,000 places and a table of 200 columns, with long names."""
    workspace = page.context.workspace
    content = workspace.submissions.content(workspace.submissions.by_ref(ANSWERS).id)
    long = "A name that goes on and on " * 8
    spots = [
        Spot(SpotKind.CELL, "Form", f"C{number}", f"{long}{number}" if number % 2 else "") for number in range(3000)
    ]
    headings = tuple((f"A{number}", f"Heading {number}") for number in range(200))
    spots.append(Spot(SpotKind.TABLE, "Form", "A4000:GR4000", "Answers", headings))
    spots.append(Spot(SpotKind.NAME, "Form", "Named_Place", "What is named"))
    look = TemplateLook("form.xlsx", "0" * 64, 1, (("Form", "visible"),), tuple(spots), (), (long * 9,), (long * 9,))
    mapping = TemplateMapping(
        (CellRule("Form!C2999", "submission.ref"), CellRule("Form!ZZ1", "submission.title")),
        (TableRule("Elsewhere", 3, "questions", (("A", "row_key"),)),),
    )
    facts = MapFacts(look, workspace.templates.items(content), mapping, content, suggested=False)
    return MapDialog(page.context, page, _a_template(), facts)


def _a_template() -> Template:
    return Template(1, "BSC", "BSCCo", "info_request", "T" * 200, "", "form.xlsx", "0" * 64, 1, "", "", "", 1)


def test_a_form_of_thousands_of_places_shows_the_likely_ones_first_and_can_be_filtered(page: SubmissionsPage) -> None:
    dialog = hostile(page)
    dialog.show()
    settle()
    check_names(dialog)
    lines = dialog.table.lines
    assert [one.place for one in lines[:4]] == ["Form!C2999", "Form!ZZ1", "Named_Place", "Form!A4000:GR4000"]
    assert (lines[1].what, lines[1].chosen) == (GONE, "submission.title")
    assert dialog.count.text() == "3,003 places"
    assert sum(one.combo is not None for one in lines) < 60  # a list of choices for each place would take minutes
    dialog.filter.setText("named_place")
    assert seen_places(dialog) == ["Named_Place"]
    assert dialog.count.text() == "1 of 3,003 places"
    dialog.filter.clear()
    dialog.only_filled.click()
    assert seen_places(dialog) == ["Form!C2999", "Form!ZZ1"]
    dialog.only_filled.click()
    assert not [one for one in seen_places(dialog) if "column" in one]
    choose_item(dialog, "Form!A4000:GR4000", "questions")
    assert len([one for one in seen_places(dialog) if "column" in one]) == 200
    cell = dialog.table.item(6, WHAT)
    assert cell.toolTip() == cell.text().strip()
    before = dialog.mapping()
    # What is not listed stays; what was chosen before stays until somebody takes it out.
    assert TableRule("Elsewhere", 3, "questions", (("A", "row_key"),)) in before.tables
    assert CellRule("Form!ZZ1", "submission.title") in before.cells
    dialog.table.verticalScrollBar().setValue(dialog.table.verticalScrollBar().maximum())
    settle()
    assert lines[-1].combo is not None
    choose_item(dialog, "Form!A4000:GR4000", "")
    dialog.reject()
    assert not dialog.isVisible()
    dialog.deleteLater()


def test_the_keyboard_opens_a_choice_and_the_wheel_never_changes_one(page: SubmissionsPage) -> None:
    dialog = hostile(page)
    dialog.show()
    settle()
    combo = dialog.table.combo(0)
    before = combo.currentIndex()
    at = QPointF(combo.rect().center())
    turn = QWheelEvent(
        at, QPointF(combo.mapToGlobal(at.toPoint())), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    combo.setFocus()
    QApplication.sendEvent(combo, turn)
    assert combo.currentIndex() == before
    dialog.table.setFocus()
    dialog.table.setCurrentCell(0, PLACE)
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    settle()
    assert dialog.isVisible()  # Return opens the list; it does not press the verb
    assert combo.view().isVisible()
    combo.hidePopup()
    assert isinstance(dialog.focusWidget(), QComboBox)
    QTest.keyClick(combo, Qt.Key.Key_Home)
    assert dialog.table.item(0, SAYS).text() == ""
    when_asked(lambda question: question.accept())
    dialog.reject()
    dialog.deleteLater()


def test_an_item_that_this_submission_does_not_have_is_not_dropped(page: SubmissionsPage) -> None:
    dialog = hostile(page)
    facts = dialog._facts
    mapping = TemplateMapping((CellRule("Form!C3", "position.99"),))
    other = MapDialog(
        page.context, page, _a_template(), MapFacts(facts.look, facts.items, mapping, facts.content, False)
    )
    assert other.mapping() == mapping
    assert other.table.lines[0].item == Item("position.99", "Figure 99 of the position (not in this submission)")
    for one in (dialog, other):
        one.deleteLater()
