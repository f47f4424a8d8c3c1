"""A control that goes off while its work runs: where the focus is meanwhile, and afterwards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.basics import button
from ui.widgets.button_row import ButtonRow
from ui.widgets.kept_focus import switch


class Form(QWidget):
    """Two actions side by side and a field; it counts what was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.first = button("First", lambda: self.asked.append("first"))
        self.second = button("Second", lambda: self.asked.append("second"))
        self.field = QLineEdit()
        column = QVBoxLayout(self)
        column.addWidget(ButtonRow(self.first, self.second))
        column.addWidget(self.field)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form()
    qtbot.addWidget(made)
    made.show()
    made.first.setFocus()
    return made


def test_the_focus_waits_where_space_does_nothing_and_comes_back(form: Form) -> None:
    switch(form.first, False)
    waiting = form.focusWidget()
    assert waiting not in (form.first, form.second, form.field)
    QTest.keyClick(waiting, Qt.Key.Key_Space)
    assert form.asked == []
    switch(form.first, True)
    assert form.focusWidget() is form.first


def test_tab_goes_on_from_there_to_what_stands_beside_it(form: Form) -> None:
    switch(form.first, False)
    QTest.keyClick(form.focusWidget(), Qt.Key.Key_Tab)
    assert form.focusWidget() is form.second


def test_a_person_who_went_elsewhere_meanwhile_stays_there(form: Form) -> None:
    switch(form.first, False)
    form.field.setFocus()
    switch(form.first, True)
    assert form.focusWidget() is form.field


def test_it_goes_back_to_the_one_that_was_pressed_last(form: Form) -> None:
    switch(form.first, False)
    form.second.setFocus()
    switch(form.second, False)
    switch(form.first, True)
    assert form.focusWidget() is not form.first
    switch(form.second, True)
    assert form.focusWidget() is form.second


def test_what_has_no_focus_is_switched_and_nothing_moves(form: Form) -> None:
    switch(form.second, False)
    assert not form.second.isEnabled()
    switch(form.second, True)
    assert form.second.isEnabled()
    assert form.focusWidget() is form.first
