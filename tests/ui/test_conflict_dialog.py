"""Several records that were changed on both sides, in one dialog: what is chosen stays, and is asked about."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desk_steps import press, when_asked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_care import focusable, settle

from desktop.changes import Changes
from desktop.sync.model import Conflict, FieldConflict
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.endpoint_conflict import ConflictDialog
from ui.main_window import MainWindow


def conflict(number: int) -> Conflict:
    fields = tuple(
        FieldConflict(name, name.title(), "old", f"my {name}", f"their {name}") for name in ("name", "email")
    )
    return Conflict(number, f"Endpoint {number}", "contacts", "Contacts", fields, ())


@pytest.fixture
def dialog(opened: MainWindow) -> ConflictDialog:
    made = ConflictDialog(opened.context, opened, tuple(conflict(number) for number in (1, 2, 3)))
    made.show()
    settle()
    return made


def down(dialog: ConflictDialog) -> None:
    """Down in the list of records."""
    dialog.records.setFocus()
    QTest.keyClick(dialog.records, Qt.Key.Key_Down)
    settle()


def test_a_person_begins_at_the_first_choice_and_tab_goes_from_top_to_bottom(dialog: ConflictDialog) -> None:
    name, email = dialog.cards.values()
    assert dialog.focusWidget() is name.mine
    order = focusable(dialog)
    places = [order.index(one) for one in (dialog.theirs_button, name.mine, email.mine, dialog.verb)]
    assert places == sorted(places)


def test_records_are_looked_at_one_after_the_other_by_arrow(dialog: ConflictDialog) -> None:
    down(dialog)
    assert dialog.focusWidget() is dialog.records
    QTest.keyClick(dialog.records, Qt.Key.Key_Down)
    assert dialog.records.currentIndex() == 2
    assert dialog.choices() == {}


def test_what_is_chosen_stays_while_another_record_is_looked_at(dialog: ConflictDialog) -> None:
    QTest.keyClick(dialog.cards["name"].mine, Qt.Key.Key_Space)
    down(dialog)
    assert dialog.choices() == {}
    press(dialog, "All theirs")
    dialog.records.setCurrentIndex(0)
    assert dialog.choices() == {"name": "mine"}
    dialog.records.setCurrentIndex(1)
    assert dialog.choices() == {"name": "theirs", "email": "theirs"}


def test_escape_asks_once_before_what_was_chosen_is_given_up(dialog: ConflictDialog) -> None:
    press(dialog, "All mine")
    down(dialog)
    asked = when_asked(lambda question: question.reject())
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert asked == ["Give up what you chose?"]
    assert dialog.isVisible()

    def give_up(question: object) -> None:
        assert isinstance(question, ConfirmDialog)
        press(question, "Give it up")

    when_asked(give_up)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_escape_asks_nothing_where_nothing_was_chosen_here(opened: MainWindow) -> None:
    kept = conflict(1)
    kept = replace(kept, fields=(replace(kept.fields[0], choice="mine"), kept.fields[1]))
    dialog = ConflictDialog(opened.context, opened, (kept,))
    dialog.show()
    assert dialog.choices() == {"name": "mine"}
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_one_is_kept_at_a_time_and_the_next_with_choices_is_looked_at_before_it_is_kept(
    dialog: ConflictDialog, opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[int, dict[str, str]]] = []
    inbox = opened.context.workspace.inbox
    third = conflict(3)
    # What was kept of the first one is mine now in the others: the choice of the name in the third is about another.
    after = (conflict(2), replace(third, fields=(replace(third.fields[0], mine="their name"), third.fields[1])))

    def choose(number: int, _record: str, choices: dict[str, str]) -> Changes:
        kept.append((number, dict(choices)))
        return Changes()

    monkeypatch.setattr(inbox, "choose", choose)
    monkeypatch.setattr(inbox, "conflicts", lambda: after if len(kept) == 1 else after[:1])
    dialog.records.setCurrentIndex(2)
    press(dialog, "All mine")
    dialog.records.setCurrentIndex(0)
    press(dialog, "All theirs")
    press(dialog, "Keep what is chosen")
    assert dialog.isVisible()
    assert "Endpoint 3" in dialog.records.currentText()
    assert dialog.records.count() == 2
    assert dialog.choices() == {"email": "mine"}
    assert dialog.left_words.text().startswith("That is kept.")
    press(dialog, "Keep what is chosen")
    assert kept == [(1, {"name": "theirs", "email": "theirs"}), (3, {"email": "mine"})]
    assert not dialog.isVisible()
