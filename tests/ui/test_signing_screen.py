"""The signing screen as a signatory uses it: reading, what stands in the way, the key, and what changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from desk_steps import press, texts
from made_declarations import EVIDENCE, OPEN, QUESTIONS, RELIED, changed, made_sheet
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget
from test_accessibility import check_names, controls
from window_care import focusable, settle
from words_whole import cut_buttons, cut_labels

from desktop.declarations.keys import SHORTEST_PASSPHRASE
from desktop.declarations.model import SIGNATURE_WORDS, Capacity, OpenItem, Problem, ReliedOn, SigningKey
from ui.main_window import MainWindow
from ui.theme.theme import Appearance
from ui.widgets.declaration_difference import changed_words, differences
from ui.widgets.declaration_fields import PROBLEM, WrappedLink
from ui.widgets.declaration_key import FILE, KEYRING, KeyPart, KeyringAnswer
from ui.widgets.declaration_look import grouped
from ui.widgets.declaration_pane import evidence_words
from ui.widgets.declaration_sheet import DETAILS, LISTED, PLACEHOLDER
from ui.widgets.declaration_signatory import refused_words
from ui.widgets.declaration_signing import ScreenVerbs, SigningScreen

KEYRING_SAYS = KeyringAnswer(True, "The system's keyring answers.")
NO_KEYRING = KeyringAnswer(False, "No safe keyring answers here.")


class Heard(list[object]):
    """What the screen asked of its page."""


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def screen(opened: MainWindow, heard: Heard) -> Iterator[SigningScreen]:
    verbs = ScreenVerbs(
        leave=lambda: heard.append("leave"),
        change=heard.append,
        attach=lambda: heard.append("attach"),
        read=lambda: heard.append("read"),
        signed=heard.append,
        printer=lambda: None,
    )
    made = SigningScreen(opened.context, verbs)
    made.setParent(opened.centralWidget())
    made.resize(1100, 740)
    made.show()
    opened.activateWindow()
    QTest.qWaitForWindowActive(opened)
    start(made)
    yield made
    made.hide()
    made.setParent(None)
    made.deleteLater()
    settle()


def start(screen: SigningScreen, **what: object) -> None:
    screen.start(made_sheet(**what))  # type: ignore[arg-type]
    screen.signatory.key.fill_keyring(KEYRING_SAYS)
    settle()


def type_name(screen: SigningScreen, name: str = "Robin Hale") -> None:
    screen.signatory.name.setText(name)
    screen.signatory.look_for_key()


def top(screen: SigningScreen, widget: QWidget) -> int:
    inside = screen.area.widget()
    assert inside is not None
    return widget.mapTo(inside, QPoint(0, 0)).y()


def said_at(screen: SigningScreen, field: str) -> str:
    return screen.confirm_asked.wrong.text() if field == "confirm" else screen.signatory.asked[field].wrong.text()


def press_sign(screen: SigningScreen) -> None:
    QTest.mouseClick(screen.verb, Qt.MouseButton.LeftButton)
    settle()


# -- reading ----------------------------------------------------------------------------------------------------------


def test_it_is_read_from_the_answers_over_what_is_open_to_the_statement_and_then_confirmed(
    screen: SigningScreen,
) -> None:
    part = screen.part
    order = [part.rows, part.evidence, part.open, part.relied, part.statement, screen.confirm, screen.signatory.name,
             screen.verb]  # fmt: skip
    places = [top(screen, one) for one in order]
    assert places == sorted(places)
    assert screen.verb.text() == "Sign and lock ACME-DEC-0003 v2"


def test_skipped_answers_say_so_and_needed_ones_are_still_to_be_answered(screen: SigningScreen) -> None:
    start(screen, digest="b", answers={"scope": "All of it.", "tried": "2026-11-02"})
    words = texts(screen.part.rows)
    assert "Still to be answered" in words  # whether it was rehearsed
    assert "2 Nov 2026" in words
    assert words.count("Not provided") == 2  # the note, and whether there is more to say


def test_what_is_open_is_told_by_kind_with_its_number_and_all_of_it(screen: SigningScreen) -> None:
    words = texts(screen.part.open)
    assert "3 things stand open or excepted" in words
    assert "Activities that are not finished (2)" in words
    for one in OPEN:
        assert f"{one.ref}  {one.text}" in words
    many = tuple(OpenItem("activity", f"Number {number} is not finished", f"T-{number:03}") for number in range(140))
    start(screen, digest="many", open_items=many)
    assert all(one.text in texts(screen.part.open) for one in many[:LISTED])
    assert many[LISTED].text not in texts(screen.part.open)
    assert "What is folded here is part of what you sign too." in texts(screen.part.open)
    press(screen, "Show all 140")
    assert all(one.text in texts(screen.part.open) for one in many)
    start(screen, digest="more", open_items=many)
    assert many[-1].text in texts(screen.part.open)  # what was opened stays open while it is read anew
    press(screen, "Show fewer")
    assert many[-1].text not in texts(screen.part.open)
    start(screen, digest="none", open_items=())
    assert texts(screen.part.open) == "Nothing is open and nothing is excepted."
    assert screen.open_note.text() == "Nothing is open or excepted."


def test_a_placeholder_is_told_plainly_and_the_code_bodys_own_text_is_not_called_one(screen: SigningScreen) -> None:
    assert screen.part.placeholder.text.startswith(PLACEHOLDER)
    assert "not official" in screen.part.standing.text()
    start(screen, digest="own", placeholder=False)
    assert screen.part.placeholder.text == ""


def test_each_answer_has_a_change_beside_it_that_is_named_by_its_question(screen: SigningScreen, heard: Heard) -> None:
    for question in QUESTIONS:
        made = screen.part.rows.button_of(question.id)
        assert made is not None
        assert made.accessibleName() == f"Change: {question.text}"
        made.click()
    made = screen.part.rows.button_of(DETAILS)
    assert made is not None
    made.click()
    assert heard == [*(one.id for one in QUESTIONS), DETAILS]


def test_a_rehearsal_says_so_at_the_top(screen: SigningScreen) -> None:
    assert screen.rehearsal.text == ""
    start(screen, digest="rehearsal", rehearsal=True)
    assert "can never be submitted" in screen.rehearsal.text


def test_what_the_signature_is_and_is_not_stands_above_the_button(screen: SigningScreen) -> None:
    words = texts(screen)
    assert f"{SIGNATURE_WORDS}: it shows which key signed" in words
    assert "no qualified or advanced signature" in words


# -- what stands in the way -------------------------------------------------------------------------------------------


def test_everything_that_is_missing_is_told_at_once_above_and_in_the_same_words_at_its_field(
    screen: SigningScreen, heard: Heard
) -> None:
    press_sign(screen)
    assert screen.summary.heading.text() == PROBLEM
    words = screen.summary.words()
    assert [said_at(screen, field) for field in ("confirm", "name", "position", "capacity")] == words
    assert screen.summary.hasFocus()
    assert screen.area.verticalScrollBar().value() == 0
    assert all("please" not in text.casefold() and "invalid" not in text.casefold() for text in words)
    assert words[1] in screen.signatory.name.accessibleDescription()
    assert heard == []


def test_each_line_of_the_summary_puts_the_keyboard_into_its_field(screen: SigningScreen) -> None:
    press_sign(screen)
    fields = (screen.confirm.box, screen.signatory.name, screen.signatory.position)
    for link, field in zip(screen.summary.links(), fields, strict=False):
        link.setFocus()
        QTest.keyClick(link, Qt.Key.Key_Space)
        settle()
        assert field.hasFocus(), link.words
        viewport = screen.area.viewport()
        assert viewport.rect().contains(field.mapTo(viewport, QPoint(1, 1)))
    screen.summary.links()[3].click()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.parentWidget() is screen.signatory.capacity_box


def test_what_is_still_to_be_done_is_listed_at_the_top_before_anybody_presses_sign(screen: SigningScreen) -> None:
    assert not screen.to_do_card.isVisible()
    start(screen, digest="p", problems=(Problem("answer.rehearsed", "Answer the question “Was it rehearsed?”"),))
    assert screen.to_do_card.isVisible()
    assert not screen.summary.isVisible()
    link = screen.to_do.shown()[0]
    assert isinstance(link, WrappedLink)
    link.click()
    made = screen.part.rows.button_of("rehearsed")
    assert made is not None
    assert made.hasFocus()
    press_sign(screen)
    assert screen.summary.words()[0] == "Answer the question “Was it rehearsed?”"


def test_a_problem_of_a_field_that_is_not_on_the_screen_is_told_without_a_link(screen: SigningScreen) -> None:
    start(screen, digest="p", problems=(Problem("somewhere", "Something else is wrong."),))
    press_sign(screen)
    assert "Something else is wrong." in screen.summary.words()
    assert len(screen.summary.links()) == len(screen.summary.words()) - 1


def test_who_may_not_sign_is_told_with_the_reason(screen: SigningScreen) -> None:
    words = texts(screen.signatory.capacity_box)
    (off,) = [one for one in screen.signatory.capacity_box.findChildren(QRadioButton) if not one.isEnabled()]
    assert off.text() == "Delegate of the organisation: not for this one"
    assert "governed by the REC alone; this one is made for Supplier." in words
    assert refused_words(Capacity("x", "X"), "") == "The wording does not let it sign this one."


@pytest.mark.parametrize("typed", ["Priya Natarajan", "  priya   NATARAJAN "])
def test_who_prepared_it_and_signs_it_is_told_that_the_record_says_so(screen: SigningScreen, typed: str) -> None:
    assert screen.prepared.text() == "Prepared by Priya Natarajan"
    screen.signatory.name.setText(typed)
    assert "the record will say that the same person signed it" in screen.signatory.same.text()
    screen.signatory.name.setText("Priya Natarajan-Shah")
    assert not screen.signatory.same.isVisible()


# -- the key ----------------------------------------------------------------------------------------------------------


def test_at_a_first_signature_it_is_asked_where_the_key_is_kept(screen: SigningScreen) -> None:
    key = screen.signatory.key
    assert not key.where.isVisible()  # nobody is named yet
    type_name(screen)
    assert key.where.isVisible()
    assert key.choices[KEYRING].isChecked()
    assert not key.asked.isVisible()
    key.choices[FILE].click()
    assert key.asked.isVisible()
    assert key.asked_again.isVisible()
    assert f"At least {SHORTEST_PASSPHRASE} characters" in key.asked.hint.text()


def test_without_a_safe_keyring_there_is_only_the_file(screen: SigningScreen) -> None:
    key = screen.signatory.key
    key.fill_keyring(NO_KEYRING)
    type_name(screen)
    assert not key.choices[KEYRING].isEnabled()
    assert key.choices[FILE].isChecked()
    assert key.notes[KEYRING].text() == NO_KEYRING.sentence


def test_a_choice_made_by_hand_is_not_taken_back_by_the_keyrings_answer(screen: SigningScreen) -> None:
    key = screen.signatory.key
    type_name(screen)
    key.choices[FILE].click()
    key.fill_keyring(KEYRING_SAYS)
    assert key.choices[FILE].isChecked()


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("too short", "too short", f"Enter a passphrase of at least {SHORTEST_PASSPHRASE} characters."),
        ("correct horse", "correct house", "The two passphrases are not the same."),
    ],
)
def test_a_passphrase_is_long_enough_and_typed_twice(screen: SigningScreen, first: str, second: str, said: str) -> None:
    type_name(screen)
    key = screen.signatory.key
    key.choices[FILE].click()
    key.passphrase.setText(first)
    key.again.setText(second)
    press_sign(screen)
    assert said in screen.summary.words()
    assert said in (key.asked.wrong.text(), key.asked_again.wrong.text())


def test_a_key_that_is_there_is_named_by_its_fingerprint_and_asks_for_its_passphrase_only_in_a_file(qapp) -> None:
    part = KeyPart()
    part.show()
    part.fill_key(SigningKey(1, "0123456789abcdef" * 4, "Robin", KEYRING, "2026-11-03T10:00:00Z"), named=True)
    assert "0123 4567 89ab cdef" in part.says.text()
    assert "3 Nov 2026" in part.says.text()
    assert not part.asked.isVisible()
    assert part.secret() == ""
    part.fill_key(SigningKey(1, "0123456789abcdef" * 4, "Robin", FILE, "2026-11-03T10:00:00Z"), named=True)
    assert part.asked.isVisible()
    assert not part.asked_again.isVisible()
    assert [one.field for one in part.problems()] == ["passphrase"]
    part.passphrase.setText("open sesame now")
    assert part.secret() == "open sesame now"
    part.fill_key(None, named=False)
    assert part.passphrase.text() == "", "the passphrase of one key is not kept for another"
    part.close()
    part.deleteLater()


def test_a_fingerprint_is_grouped_for_reading_aloud() -> None:
    whole = "0123456789abcdef" * 4
    assert grouped(whole, rows=2).splitlines() == ["0123 4567 89ab cdef 0123 4567 89ab cdef"] * 2
    assert grouped("", rows=2) == ""


# -- a document that was signed elsewhere -----------------------------------------------------------------------------


def test_a_signed_document_takes_the_place_of_the_key(screen: SigningScreen, tmp_path: Path) -> None:
    type_name(screen)
    screen.signatory.ways["scan"].click()
    assert not screen.signatory.key.isVisible()
    press_sign(screen)
    assert "Choose the signed document." in screen.summary.words()
    screen.signatory.scan_path.setText(str(tmp_path / "gone.pdf"))
    press_sign(screen)
    assert said_at(screen, "scan") == "There is no file “gone.pdf” there."


# -- what changes meanwhile -------------------------------------------------------------------------------------------


def test_when_the_sheet_changed_it_is_told_what_was_typed_stays_and_the_tick_goes(screen: SigningScreen) -> None:
    type_name(screen)
    screen.signatory.position.setText("Director")
    screen.confirm.setChecked(True)
    more = (*OPEN, OpenItem("finding", "12 open findings of severity Block", "MPN-001"))
    screen.show_sheet(changed(made_sheet(), open_items=more))
    assert "It has changed since you read it" in screen.moved.text
    assert "Open now: MPN-001  12 open findings of severity Block" in screen.moved.text
    assert not screen.confirm.isChecked()
    assert screen.signatory.words(confirmed=False).name == "Robin Hale"
    assert screen.signatory.words(confirmed=False).position == "Director"


def test_reading_the_same_sheet_again_says_nothing_and_keeps_the_tick(screen: SigningScreen) -> None:
    screen.confirm.setChecked(True)
    screen.show_sheet(made_sheet())
    assert screen.moved.text == ""
    assert screen.confirm.isChecked()


def test_what_the_signatory_changed_themselves_is_no_news_to_them(screen: SigningScreen) -> None:
    screen.confirm.setChecked(True)
    screen.changed_here(expected=True)
    screen.show_sheet(made_sheet(digest="b", answers={"scope": "Half of it.", "rehearsed": "yes"}))
    assert screen.moved.text == ""
    assert not screen.confirm.isChecked()
    screen.show_sheet(made_sheet(digest="c"))  # but the next one is
    assert "It has changed" in screen.moved.text


def test_the_chosen_capacity_stays_chosen_when_it_is_read_anew(screen: SigningScreen) -> None:
    screen.signatory._capacities["director"].click()
    screen.show_sheet(made_sheet(digest="b"))
    assert screen.signatory.capacity() == "director"


def test_what_was_typed_is_there_again_for_the_same_declaration_and_not_for_another(screen: SigningScreen) -> None:
    type_name(screen)
    assert screen.typed
    screen.start(made_sheet())
    assert screen.signatory.person == "Robin Hale"
    other = made_sheet()
    screen.start(replace(other, declaration=replace(other.declaration, id=9)))
    assert screen.signatory.person == ""
    assert not screen.typed


def test_differences_name_each_part_once_and_nothing_for_the_same_sheet() -> None:
    before = made_sheet()
    assert differences(before, made_sheet(digest="b")) == []
    after = made_sheet(answers={"scope": "Half.", "rehearsed": "yes"}, open_items=OPEN[1:], statement="Another one.")
    after = replace(after, evidence=(replace(EVIDENCE[0], sha256="ef" * 32),))
    assert differences(before, after) == [
        "The answer to “What is ready?” is another one.",
        "No longer open: T-003  Deploy MPRS is not finished",
        "Changed: ACME-EVD-0001  Test completion report",
        "The statement is another one.",
    ]
    many = tuple(OpenItem("finding", f"Finding {number}") for number in range(30))
    assert changed_words(before, made_sheet(open_items=(*OPEN, *many))).endswith("and 24 more")


def test_an_activity_that_stands_otherwise_is_told_once_with_how_it_stands_now() -> None:
    def stands(words: str) -> OpenItem:
        return OpenItem("activity", f"RB-003 Load the data is not finished ({words})", "ACME-CUT-0001/RB-003")

    before = made_sheet(open_items=(stands("cannot start yet, due 24 Nov 2026"),))
    ready = made_sheet(open_items=(stands("ready to start, due 24 Nov 2026"),))
    assert differences(before, ready) == ["RB-003: now ready to start"]
    moved = made_sheet(open_items=(stands("cannot start yet, due 26 Nov 2026"),))
    assert differences(before, moved) == ["RB-003: now due 26 Nov 2026"]
    failed = OpenItem("activity", "RB-003 Load the data ended in “fail”: half of it", "ACME-CUT-0001/RB-003")
    assert differences(before, made_sheet(open_items=(failed,))) == [f"Now: {failed.text}"]
    asked = ReliedOn("activity", "ACME-CUT-0001/RB-003", "What activity RB-003 Load the data asks", "aa")
    done = ReliedOn("activity", "ACME-CUT-0001/RB-003", "Activity RB-003 Load the data: done 23 Nov 2026", "bb")
    after = replace(made_sheet(open_items=()), relied_on=(done,))
    assert differences(replace(before, relied_on=(asked,)), after) == [f"Changed: {done.title}"]


def test_of_two_hundred_activities_it_relies_on_the_plan_in_a_line_and_each_when_asked(screen: SigningScreen) -> None:
    each = tuple(
        ReliedOn(
            "activity", f"ACME-CUT-0001/RB-{number:03}", f"What activity RB-{number:03} Step asks", f"{number:064}"
        )
        for number in range(200)
    )
    many = tuple(
        OpenItem("activity", f"RB-{number:03} Step is not finished (ready to start)", f"ACME-CUT-0001/RB-{number:03}")
        for number in range(200)
    )
    screen.show_sheet(replace(made_sheet(digest="many", open_items=many), relied_on=(*RELIED, *each)))
    settle()
    words = texts(screen.part.relied)
    assert "M11 cutover" in words
    assert "RB-007" not in words
    assert "cdcdcdcd" not in words  # no hash where nothing says what it is
    inside = screen.area.widget()
    assert inside is not None
    assert inside.height() <= 4 * screen.area.viewport().height()
    press(screen, "Show all 201, with their hashes")
    words = texts(screen.part.relied)
    assert "how the SHA-256 of what each says begins" in words
    assert "What activity RB-007 Step asks  (00000000)" in words
    assert "M11 cutover  (cdcdcdcd)" in words


def test_a_link_at_the_top_leads_to_the_statement(screen: SigningScreen) -> None:
    press(screen, "Go to the statement")
    settle()
    place = screen.part.statement_card.mapTo(screen.area.viewport(), QPoint(0, 0)).y()
    at_the_end = screen.area.verticalScrollBar().value() == screen.area.verticalScrollBar().maximum()
    assert place == 0 or at_the_end
    assert screen.area.hasFocus()


def test_while_it_is_signed_it_says_what_fits_and_nothing_leads_away(screen: SigningScreen, heard: Heard) -> None:
    type_name(screen)
    screen.signatory.key.choices[FILE].click()
    screen._set_busy(busy=True)
    assert screen.waiting.text() == "Signing… opening the key file takes a moment."
    assert not screen.later.isEnabled()
    assert not screen.back.isEnabled()
    QTest.keyClick(screen.area, Qt.Key.Key_Escape)
    assert heard == []
    screen.signatory.key.choices[KEYRING].click()
    screen._set_busy(busy=True)
    assert "your keyring may ask" in screen.waiting.text()
    screen._set_busy(busy=False)
    assert screen.later.isEnabled()
    assert screen.waiting.isHidden()


def test_how_much_evidence_is_its_own_and_how_much_comes_with_its_plan() -> None:
    assert evidence_words(0, 1) == "Of its own: none; through its plan and activity: 1"
    assert evidence_words(2, 5) == "Of its own: 2; through its plan and activity: 3"


# -- for everybody ----------------------------------------------------------------------------------------------------


def test_every_control_is_named_and_reached_by_the_tab_key(screen: SigningScreen) -> None:
    for way in ("key", "scan"):
        type_name(screen)
        screen.signatory.ways[way].click()
        press_sign(screen)
        check_names(screen)
        assert {one for one in controls(screen) if one.isVisibleTo(screen)} - {screen.summary} <= set(focusable(screen))


def test_the_tab_key_goes_from_top_to_bottom_also_after_it_was_read_anew(screen: SigningScreen) -> None:
    type_name(screen)
    screen.signatory.key.choices[FILE].click()
    start(screen, digest="b", problems=(Problem("answer.scope", "Answer the question “What is ready?”"),))
    press_sign(screen)
    order = [one for one in focusable(screen) if one is not screen.area]
    assert screen.back is order[0]
    places = [one.mapTo(screen, QPoint(0, 0)).y() for one in order]
    # Radio buttons and buttons of one line stand beside each other.
    assert all(after >= before - 4 for before, after in pairwise(places))


def test_page_down_reads_on_from_the_start(screen: SigningScreen) -> None:
    assert screen.area.hasFocus()
    QTest.keyClick(screen.area, Qt.Key.Key_PageDown)
    assert screen.area.verticalScrollBar().value() > 0


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK, Appearance.CONTRAST])
@pytest.mark.parametrize("width", [660, 860, 1100])
def test_nothing_is_cut_with_a_long_statement_many_open_items_and_a_long_name(
    screen: SigningScreen, opened: MainWindow, appearance: Appearance, width: int
) -> None:
    opened.choose_appearance(appearance)
    screen.resize(width, 560)
    name = "Wilhelmina Featherstonehaugh-Cholmondeley of Much Wenlock Hall"
    start(
        screen,
        digest="long",
        statement="We declare that all of it is ready, apart from what is listed above. " * 28,
        open_items=tuple(
            OpenItem("activity", f"Number {n} is not finished and goes on for long " * 3) for n in range(40)
        ),
        title="A title that goes on " * 8,
        answers={"scope": "All systems are deployed. " * 60, "rehearsed": "yes"},
        prepared_by=name,
    )
    type_name(screen, name)
    press_sign(screen)
    inside = screen.area.widget()
    assert inside is not None
    assert inside.width() <= screen.area.viewport().width()
    assert not cut_labels(screen)
    assert not cut_buttons(screen)


def test_escape_leaves_it_for_later(screen: SigningScreen, heard: Heard) -> None:
    screen.signatory.name.setFocus()
    QTest.keyClick(screen.signatory.name, Qt.Key.Key_Escape)
    assert heard == ["leave"]
