"""The Evidence page as a person uses it: describe, link, replace, confirm, look, withdraw, verify, undo."""

from __future__ import annotations

from pathlib import Path

from desk_steps import banner, buttons, choose, fill, press, rows, run, said, take_file, texts, when_asked
from evidence_steps import (  # noqa: F401 - some are fixtures
    drop,
    files,
    filled,
    hover,
    let_go,
    middle,
    opened_of,
    page,
    picture_file,
    put_cursor,
    requirement,
    selected,
    text_file,
    titles,
)
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from test_accessibility import check_names
from window_care import settle

from desktop.evidence.model import Confidentiality, EvidenceEdit, Redaction
from ui.dialogs.evidence_chooser import ChooserDialog
from ui.dialogs.form import FormDialog
from ui.main_window import MainWindow
from ui.pages.evidence import EvidencePage
from ui.pages.payloads import ShowEvidence, place_of

# ruff: noqa: F811 - a fixture is imported and is an argument


# -- what is said of it ------------------------------------------------------------------------------------------------


def test_the_details_of_one_piece_are_edited_and_only_what_changed_is_written(filled: EvidencePage) -> None:
    item_id = put_cursor(filled, "Minutes of the test board")
    asked = when_asked(
        lambda dialog: fill(
            dialog, title="Minutes of 12 November", expires="31/03/2027", tags="board, PIT", redaction="needed"
        )
    )
    run(opened_of(filled), "evidence.edit")
    details = filled.context.workspace.evidence.get(item_id).details
    assert asked == [f"Details of {filled.context.workspace.evidence.get(item_id).ref}"]
    assert (details.title, details.expires, details.tags) == ("Minutes of 12 November", "2027-03-31", ("board", "PIT"))
    assert details.redaction is Redaction.NEEDED
    assert details.collector == "Pat"
    assert "Good through 31 Mar 2027" in filled.pane.details.text()
    assert filled.panel.current_id() == item_id
    run(opened_of(filled), "edit.undo")
    assert filled.context.workspace.evidence.get(item_id).details.title == "Minutes of the test board"


def test_f2_opens_the_details_of_the_row(filled: EvidencePage) -> None:
    put_cursor(filled, "Settlement totals")
    filled.panel.table.setFocus()
    opened_of(filled).activateWindow()
    settle()
    asked = when_asked(lambda dialog: dialog.reject())
    QTest.keyClick(opened_of(filled), Qt.Key.Key_F2)
    settle()
    assert len(asked) == 1
    assert asked[0].startswith("Details of ")


def test_nothing_changed_in_the_form_writes_nothing(filled: EvidencePage) -> None:
    put_cursor(filled, "Settlement totals")
    before = filled.context.workspace.history.undo_title()
    when_asked(fill)
    run(opened_of(filled), "evidence.edit")
    assert filled.context.workspace.history.undo_title() == before


def test_a_day_that_is_none_is_told_at_its_field_and_nothing_is_lost(filled: EvidencePage) -> None:
    put_cursor(filled, "Settlement totals")
    wrong: list[str] = []

    def drive(dialog: QDialog) -> None:
        fill(dialog, title="Kept while mended", expires="31/02/2027")
        assert isinstance(dialog, FormDialog)
        assert dialog.isVisible()
        wrong.append(dialog.wrong.text())
        fill(dialog, expires="28/02/2027")

    when_asked(drive)
    run(opened_of(filled), "evidence.edit")
    assert wrong == ["“31/02/2027” is not a day such as 31/03/2027."]
    assert "Kept while mended" in titles(filled)


def test_a_period_that_ends_before_it_starts_is_refused_in_the_form(filled: EvidencePage) -> None:
    put_cursor(filled, "Settlement totals")

    def drive(dialog: QDialog) -> None:
        fill(dialog, period_from="01/03/2026", period_to="01/02/2026")
        assert isinstance(dialog, FormDialog)
        assert "before it starts" in dialog.wrong.text()

    when_asked(drive)
    run(opened_of(filled), "evidence.edit")


def test_many_are_edited_at_once_and_what_differs_between_them_stays(filled: EvidencePage) -> None:
    evidence = filled.context.workspace.evidence
    first = put_cursor(filled, "Settlement totals")
    evidence.edit([first], EvidenceEdit(author="Sam", add_tags=("old", "kept")))
    filled.reload_rows()
    settle()
    run(opened_of(filled), "table.select_all")

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        assert "title" not in dialog.fields
        assert dialog.fields["author"].placeholderText() == "(different): stay as they are"
        assert dialog.verb.text() == "Save for 3 pieces"
        check_names(dialog)
        fill(dialog, collector="Robin Lee", confidentiality="confidential", add_tags="PIT", remove_tags="old")

    when_asked(drive)
    run(opened_of(filled), "evidence.edit")
    items = [evidence.get(one) for one in filled._source.ids(0, 10)]
    assert {item.details.collector for item in items} == {"Robin Lee"}
    assert {item.details.confidentiality for item in items} == {Confidentiality.CONFIDENTIAL}
    assert {item.details.author for item in items} == {"Sam", ""}
    assert evidence.get(first).details.tags == ("kept", "PIT")
    assert filled.panel.selected_count() == 3, "what was worked on stays chosen"
    run(opened_of(filled), "edit.undo")
    assert {evidence.get(one).details.collector for one in filled._source.ids(0, 10)} == {"Pat"}


def test_a_dash_clears_a_field_of_many(filled: EvidencePage) -> None:
    evidence = filled.context.workspace.evidence
    ids = filled._source.ids(0, 10)
    evidence.edit(ids, EvidenceEdit(expires="2027-01-01", author="Sam"))
    evidence.edit(ids[:1], EvidenceEdit(expires="2027-02-01"))
    filled.reload_rows()
    settle()
    run(opened_of(filled), "table.select_all")
    when_asked(lambda dialog: fill(dialog, expires="-"))
    run(opened_of(filled), "evidence.edit")
    assert {evidence.get(one).details.expires for one in ids} == {""}
    assert {evidence.get(one).details.author for one in ids} == {"Sam"}


def test_withdrawing_asks_why_and_reinstating_takes_it_back(filled: EvidencePage) -> None:
    item_id = put_cursor(filled, "Settlement totals")
    assert not filled.context.commands.action("evidence.reinstate").isEnabled()
    needed: list[str] = []

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        fill(dialog)
        needed.append(dialog.wrong.text())
        fill(dialog, reason="Shows the wrong environment")

    when_asked(drive)
    run(opened_of(filled), "evidence.withdraw")
    assert needed == ["Say why, for those who look for it later."]
    assert filled.context.workspace.evidence.get(item_id).withdrawn == "Shows the wrong environment"
    assert "Withdrawn: Shows the wrong environment" in filled.pane.state.text()
    assert not filled.context.commands.action("evidence.withdraw").isEnabled()
    run(opened_of(filled), "evidence.reinstate")
    assert filled.context.workspace.evidence.get(item_id).withdrawn == ""
    assert filled.pane.state.isHidden()


# -- links -------------------------------------------------------------------------------------------------------------


def test_a_link_is_chosen_by_a_few_letters_and_the_keyboard(filled: EvidencePage) -> None:
    for key, title in (("QT-093", "Change of supplier"), ("QT-094", "Meter exchange"), ("QT-095", "Withdrawal")):
        requirement(opened_of(filled), key, title)
    item_id = put_cursor(filled, "Registration screen")

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ChooserDialog)
        check_names(dialog)
        assert dialog.list.rowCount() == 3
        QTest.keyClicks(dialog.field, "meter")
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)  # before the search has started by itself

    asked = when_asked(drive)
    press(filled.pane, "Add a link…")
    assert asked == [f"What {filled.context.workspace.evidence.get(item_id).ref} proves"]
    (use,) = filled.context.workspace.evidence.used_in(item_id)
    assert use.name is not None
    assert use.name.ref == "QT-094"
    assert rows(filled.pane.uses.list) == [("QT-094 Meter exchange", "Confirmed")]
    run(opened_of(filled), "edit.undo")
    assert filled.context.workspace.evidence.used_in(item_id) == ()


def test_several_records_are_linked_at_once_with_a_note(filled: EvidencePage) -> None:
    for number in range(3):
        requirement(opened_of(filled), f"QT-{number}", f"Requirement {number}")
    item_id = put_cursor(filled, "Registration screen")

    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, ChooserDialog)
        QTest.keyClick(dialog.field, Qt.Key.Key_Down)
        assert dialog.focusWidget() is dialog.list
        QTest.keyClick(dialog.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        assert dialog.verb.text() == "Add the link (2)"
        dialog.note.setText("Second line")
        press(dialog, "Add the link (2)")

    when_asked(drive)
    run(opened_of(filled), "evidence.link")
    uses = filled.context.workspace.evidence.used_in(item_id)
    assert [use.name.ref for use in uses if use.name] == ["QT-0", "QT-1"]
    assert {use.note for use in uses} == {"Second line"}
    assert "Second line" in filled.pane.use.text()


def test_with_nothing_to_link_to_the_chooser_says_what_to_do(filled: EvidencePage) -> None:
    put_cursor(filled, "Registration screen")

    def drive(dialog: QDialog) -> None:
        assert "import requirements or test cases" in texts(dialog)
        assert not buttons(dialog)["Add the link"]

    when_asked(drive)
    run(opened_of(filled), "evidence.link")


def test_replacing_the_file_makes_uses_await_confirmation_until_they_are_confirmed(
    filled: EvidencePage, own_home: Path
) -> None:
    evidence = filled.context.workspace.evidence
    item_id = put_cursor(filled, "Registration screen")
    evidence.link([item_id], [requirement(opened_of(filled), f"QT-{n}", f"Requirement {n}") for n in range(2)])
    filled.reload_rows()
    settle()
    newer = picture_file(own_home / "registration again.png", 200, 50)

    def answer(dialog: QDialog) -> None:
        when_asked(lambda form: fill(form, reason="Time stamp in sight"))
        take_file(dialog, newer)

    when_asked(answer)
    press(filled.pane, "Replace the file…")
    assert [use.awaiting for use in evidence.used_in(item_id)] == [True, True]
    assert "2 uses await confirmation" in filled.pane.state.text()
    assert rows(filled.pane.uses.list)[0][1] == "To confirm"
    assert rows(filled.pane.revisions.list)[0][0] == "2"
    press(filled.pane, "Confirm")
    assert [use.awaiting for use in evidence.used_in(item_id)] == [False, True]
    asked = when_asked(lambda dialog: press(dialog, "Confirm 1 use"))
    run(opened_of(filled), "evidence.confirm")
    assert asked == ["Confirm 1 use?"]
    assert not any(use.awaiting for use in evidence.used_in(item_id))
    assert filled.pane.state.isHidden()
    run(opened_of(filled), "edit.undo")
    assert [use.awaiting for use in evidence.used_in(item_id)] == [False, True]


def test_the_same_file_is_no_new_revision_and_that_is_said(filled: EvidencePage, files: list[Path]) -> None:
    item_id = put_cursor(filled, "Registration screen")

    def answer(dialog: QDialog) -> None:
        when_asked(fill)
        take_file(dialog, files[1])

    when_asked(answer)
    run(opened_of(filled), "evidence.replace")
    assert len(filled.context.workspace.evidence.get(item_id).revisions) == 1
    assert "is the same file as the newest revision" in said(opened_of(filled))


def test_a_link_is_removed_with_the_delete_key_and_undone(filled: EvidencePage) -> None:
    evidence = filled.context.workspace.evidence
    item_id = put_cursor(filled, "Registration screen")
    evidence.link([item_id], [requirement(opened_of(filled), "QT-1", "One")])
    filled.reload_rows()
    settle()
    opened_of(filled).activateWindow()
    filled.pane.uses.list.setFocus()
    settle()
    QTest.keyClick(filled.pane.uses.list, Qt.Key.Key_Delete)
    settle()
    assert evidence.used_in(item_id) == ()
    run(opened_of(filled), "edit.undo")
    assert len(evidence.used_in(item_id)) == 1


def test_a_use_leads_to_the_page_that_shows_it(opened: MainWindow) -> None:
    target = requirement(opened, "QT-1", "One")
    place = place_of(target)
    assert place is not None
    assert place[0] == "traceability"


def test_another_page_can_ask_for_a_piece_of_evidence(opened: MainWindow, filled: EvidencePage) -> None:
    item_id = put_cursor(filled, "Settlement totals")
    put_cursor(filled, "Registration screen")
    opened.show_page("overview")
    opened.context.navigate("evidence", ShowEvidence(item_id))
    settle()
    assert filled.panel.current_id() == item_id
    assert filled.pane.title.text() == "Settlement totals"


# -- looking -----------------------------------------------------------------------------------------------------------


def test_a_text_is_previewed_as_text_and_a_picture_as_a_picture_and_both_larger(filled: EvidencePage) -> None:
    put_cursor(filled, "Minutes of the test board")
    preview = filled.pane.preview
    assert preview.text.isVisibleTo(filled)
    assert "change of supplier is retested" in preview.text.toPlainText()
    put_cursor(filled, "Registration screen")
    assert preview.text.isHidden()
    assert preview.picture.isVisibleTo(filled)
    assert preview.picture.pixmap().width() > 0
    asked = when_asked(check_names)
    run(opened_of(filled), "evidence.larger")
    assert asked == ["Registration screen.png, revision 1 of 1"]


def test_an_earlier_revision_can_be_looked_at(filled: EvidencePage, own_home: Path) -> None:
    item_id = put_cursor(filled, "Minutes of the test board")
    filled.context.workspace.evidence.replace(item_id, text_file(own_home / "n.txt", "Newer words"))
    filled.reload_rows()
    settle()
    assert filled.pane.preview.text.toPlainText() == "Newer words"
    filled.pane.revisions.list.selectRow(1)
    settle()
    assert "change of supplier is retested" in filled.pane.preview.text.toPlainText()


def test_active_content_has_no_open_and_the_reason_stands_there(filled: EvidencePage, own_home: Path) -> None:
    drop(opened_of(filled), middle(filled.header), text_file(own_home / "deploy.sh", "#!/bin/sh\necho hello\n"))
    assert selected(filled) == {"deploy"}
    assert buttons(filled.pane)["Open a copy"] is False
    assert "can run or act when it is opened" in texts(filled.pane)
    run(opened_of(filled), "evidence.open")
    assert "deploy.sh" in banner(opened_of(filled))


class Opener(QObject):
    """The system's own program, for the tests."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


def test_return_on_a_row_opens_a_read_only_copy(filled: EvidencePage, files: list[Path]) -> None:
    put_cursor(filled, "Minutes of the test board")
    opener = Opener()
    QDesktopServices.setUrlHandler("file", opener, "take")
    try:
        filled.panel.table.setFocus()
        QTest.keyClick(filled.panel.table, Qt.Key.Key_Return)
        settle()
    finally:
        QDesktopServices.unsetUrlHandler("file")
    (copy,) = opener.opened
    assert copy.read_bytes() == files[0].read_bytes()
    assert copy != files[0]
    assert not copy.stat().st_mode & 0o222


def test_a_copy_is_saved_where_the_person_wants_it(filled: EvidencePage, files: list[Path], own_home: Path) -> None:
    put_cursor(filled, "Minutes of the test board")
    choose(own_home / "my copy.txt")
    run(opened_of(filled), "evidence.save")
    assert (own_home / "my copy.txt").read_bytes() == files[0].read_bytes()


def test_the_search_looks_inside_the_files(filled: EvidencePage, own_home: Path) -> None:
    drop(
        opened_of(filled), middle(filled.header), text_file(own_home / "log.txt", "The zebra stood in the switch room.")
    )
    field = filled.panel.bar.field
    field.setFocus()
    QTest.keyClicks(field, "zebra")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle()
    assert titles(filled)[: filled._source.count()] == ["log"]


# -- the whole store ---------------------------------------------------------------------------------------------------


def test_verifying_says_in_a_sentence_that_all_is_well(filled: EvidencePage) -> None:
    run(opened_of(filled), "evidence.verify")
    assert said(opened_of(filled)).startswith("All 3 files of evidence are as they were kept (")


def test_verifying_lists_what_is_damaged_or_missing(filled: EvidencePage) -> None:
    workspace = filled.context.workspace
    item_id = put_cursor(filled, "Settlement totals")
    kept = next(
        path
        for path in workspace.folder.rglob("*")
        if path.name.startswith(workspace.evidence.get(item_id).newest.sha256)
    )
    kept.chmod(0o600)
    kept.unlink()
    listed: list[tuple[str, ...]] = []

    def look(dialog: QDialog) -> None:
        check_names(dialog)
        listed.extend(rows(dialog.list.list))

    asked = when_asked(look)
    run(opened_of(filled), "evidence.verify")
    assert asked == ["1 file of evidence is not whole"]
    assert listed[0][1:] == ("Settlement totals", "1", "Settlement totals.csv", "Missing")


def test_the_chosen_are_exported_into_a_folder_with_their_list(filled: EvidencePage, own_home: Path) -> None:
    put_cursor(filled, "Settlement totals")
    out = own_home / "out"
    out.mkdir()

    def answer(dialog: QDialog) -> None:
        when_asked(lambda told: told.reject())
        take_file(dialog, out)

    when_asked(answer)
    run(opened_of(filled), "evidence.export_chosen")
    names = sorted(path.name for path in out.rglob("*") if path.is_file())
    assert len(names) == 2
    assert any("Settlement totals" in name for name in names)
    assert said(opened_of(filled)).startswith("Written: 1 file and their list")


# -- reading only ------------------------------------------------------------------------------------------------------


def test_in_a_workspace_for_reading_only_nothing_can_be_changed(
    opened: MainWindow, filled: EvidencePage, files: list[Path]
) -> None:
    folder = opened.context.workspace.folder
    opened.close_workspace()
    opened.door.open(folder, read_only=True)
    opened.show_page("evidence")
    page = opened.current
    assert isinstance(page, EvidencePage)
    settle()
    commands = opened.context.commands
    for name in ("add", "add_folder", "paste", "edit", "link", "confirm", "replace", "withdraw", "reinstate"):
        assert not commands.action(f"evidence.{name}").isEnabled(), name
    for name in ("open", "save", "verify", "export_all"):
        assert commands.action(f"evidence.{name}").isEnabled(), name
    shown = buttons(page)
    assert not shown["Add files…"]
    assert not shown["Edit…"]
    assert not shown["Add a link…"]
    assert not shown["Replace the file…"]
    assert hover(opened, middle(page), files[0]) == "This workspace is open for reading only: nothing can be added"
    let_go(opened, middle(page), files[0])
    settle()
    assert len(titles(page)) == 3


def test_the_cursor_stays_on_its_row_when_others_come(filled: EvidencePage, own_home: Path) -> None:
    wanted = put_cursor(filled, "Registration screen")
    changes = filled.context.workspace.evidence.add([text_file(own_home / "z.txt", "z")]).changes
    filled.context.hub.publish(changes)
    settle()
    assert len(titles(filled)) == 4
    assert filled.panel.current_id() == wanted
    assert filled.pane.title.text() == "Registration screen"


def test_on_workers_only_the_preview_of_the_row_where_the_cursor_rests_is_made(filled: EvidencePage, qtbot) -> None:
    jobs = filled.context.jobs
    started: list[str] = []
    jobs.started.connect(lambda running: started.append(running.title))
    jobs.serial = False
    for title in ("Settlement totals", "Registration screen", "Minutes of the test board"):
        put_cursor(filled, title)
    qtbot.waitUntil(lambda: "retested" in filled.pane.preview.text.toPlainText(), timeout=20_000)
    qtbot.waitUntil(lambda: not jobs.running(), timeout=20_000)
    jobs.serial = True
    assert started.count("Making the preview") == 1


def test_the_view_is_exported_as_it_is_seen(filled: EvidencePage, own_home: Path) -> None:
    def answer(dialog: QDialog) -> None:
        dialog.accept()
        when_asked(lambda chooser: take_file(chooser, own_home / "evidence.csv"))

    when_asked(answer)
    run(opened_of(filled), "table.export")
    lines = (own_home / "evidence.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Reference,Title,State,Used in")
    assert len(lines) == 4


def test_the_chosen_go_into_an_evidence_pack(filled: EvidencePage) -> None:
    put_cursor(filled, "Settlement totals")
    window = opened_of(filled)
    asked = when_asked(lambda dialog: dialog.reject())
    run(window, "evidence.submit")
    assert window.current is not None
    assert (window.current.id, len(asked)) == ("submissions", 1)
