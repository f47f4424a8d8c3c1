"""Escape on a form with typed text asks once; a form that nobody touched, and Cancel, close at once."""

from __future__ import annotations

import pytest
from desk_steps import when_asked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QPlainTextEdit

from ui.dialogs.case_form import CaseDialog
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.form import Field, FormDialog
from ui.main_window import MainWindow

FIELDS = (
    Field("name", "Name", "Pat"),
    Field("why", "Why", long=True),
    Field("kind", "Kind", "a", (("a", "A"), ("b", "B"))),
)


@pytest.fixture
def form(window: MainWindow) -> FormDialog:
    """A small form as it is shown."""
    dialog = FormDialog(window, "A form", FIELDS, "Save", lambda _values: None)
    dialog.open()
    return dialog


def escape(dialog: QDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def gone(dialog: QDialog) -> bool:
    """Whether it was closed; then it is deleted."""
    closed = not dialog.isVisible()
    if closed:
        dialog.deleteLater()
    return closed


def test_a_form_that_nobody_touched_closes_at_once(form: FormDialog) -> None:
    escape(form)
    assert gone(form)


def test_a_choice_is_no_text_to_keep(form: FormDialog) -> None:
    kind = form.fields["kind"]
    assert isinstance(kind, QComboBox)
    kind.setCurrentIndex(1)
    escape(form)
    assert gone(form)


@pytest.mark.parametrize("name", ["name", "why"])
def test_escape_keeps_what_was_typed_until_it_is_thrown_away(form: FormDialog, name: str) -> None:
    QTest.keyClicks(form.fields[name], "something")

    def keep(question: QDialog) -> None:
        assert isinstance(question, ConfirmDialog)
        escape(question)  # a second Escape, pressed in a hurry, loses nothing either

    asked = when_asked(keep)
    escape(form)
    assert asked == ["Throw away what you typed?"]
    assert form.isVisible()
    assert "something" in form.values()[name]

    def throw_away(question: QDialog) -> None:
        assert isinstance(question, ConfirmDialog)
        question.verb.click()

    when_asked(throw_away)
    form.close()  # the window's own close asks the same
    assert gone(form)


def test_what_was_typed_and_taken_away_again_is_nothing(form: FormDialog) -> None:
    why = form.fields["why"]
    assert isinstance(why, QPlainTextEdit)
    QTest.keyClicks(why, "x")
    QTest.keyClick(why, Qt.Key.Key_Backspace)
    escape(form)
    assert gone(form)


def test_cancel_says_what_it_does_and_asks_nothing(form: FormDialog) -> None:
    QTest.keyClicks(form.fields["name"], "more")
    box = form.findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    box.button(QDialogButtonBox.StandardButton.Cancel).click()
    assert gone(form)


def test_a_step_of_a_test_case_is_typed_text_too(window: MainWindow) -> None:
    dialog = CaseDialog(window, None, (), lambda _dialog: None)
    dialog.open()
    assert not dialog.typed_in()
    dialog.steps.add()
    assert not dialog.typed_in()
    dialog.steps.table.item(0, 1).setText("Switch it on")
    assert dialog.typed_in()
    dialog.give_up()
    assert gone(dialog)
