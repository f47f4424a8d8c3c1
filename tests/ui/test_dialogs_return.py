"""Return presses a dialog's verb, not Cancel, in every dialog; only a dangerous question is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from desk_steps import kept, noon, portfolio_file, when_asked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QRadioButton, QWidget

from desktop.browse.view import Column
from desktop.content.pack import PackChange
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.exceptions import ask_exception
from ui.dialogs.export_view import CHOICES, MpanChoiceDialog
from ui.dialogs.form import Field, FormDialog
from ui.dialogs.make_report import MakeReportDialog
from ui.dialogs.new_workspace import NewWorkspaceDialog
from ui.main_window import MainWindow
from ui.widgets.column_chooser import ColumnChooser
from ui.widgets.settings_content import PackChangesDialog


def after_return(dialog: QDialog, field: QWidget | None = None) -> int:
    """Show a dialog, press Return in `field` (else where the focus is), and give its result."""
    results: list[int] = []
    dialog.finished.connect(results.append)
    dialog.open()
    place = field or dialog.focusWidget() or dialog
    place.setFocus()
    QTest.keyClick(place, Qt.Key.Key_Return)
    still = dialog.isVisible()
    dialog.close()
    dialog.deleteLater()
    assert not still, "Return did nothing"
    return results[0]


def test_a_form_is_accepted(window: MainWindow) -> None:
    dialog = FormDialog(window, "Owner", (Field("owner", "Owner", "Pat"),), "Save", lambda _values: None)
    assert after_return(dialog, dialog.fields["owner"]) == QDialog.DialogCode.Accepted


def test_the_terms_of_an_exception_are_taken(window: MainWindow) -> None:
    def drive(dialog: QDialog) -> None:
        assert isinstance(dialog, FormDialog)
        for name, text in (("reason", "Agreed"), ("approver", "Sam"), ("expires", "31/03/2027")):
            QTest.keyClicks(dialog.fields[name], text)
        dialog.fields["expires"].setFocus()
        QTest.keyClick(dialog.fields["expires"], Qt.Key.Key_Return)

    when_asked(drive)
    asked = ask_exception(window, "Accept", "Accept 1 finding", date(2026, 11, 23))
    assert asked is not None
    assert asked[0].approver == "Sam"


def test_a_new_workspace_is_made(window: MainWindow, tmp_path: Path) -> None:
    dialog = NewWorkspaceDialog(window, tmp_path)
    QTest.keyClicks(dialog.name, "Acme Energy")
    assert after_return(dialog, dialog.name) == QDialog.DialogCode.Accepted


def test_the_report_is_made(window: MainWindow, tmp_path: Path) -> None:
    window.door.open(kept(tmp_path / "acme", noon, portfolio_file(tmp_path / "p.csv", 20)))
    dialog = MakeReportDialog(window, window.context.workspace.reports, (), tmp_path)
    assert after_return(dialog, dialog.path) == QDialog.DialogCode.Accepted


def test_the_choice_of_mpans_is_taken(window: MainWindow) -> None:
    dialog = MpanChoiceDialog(window, "Export 3 rows", CHOICES, "full")
    assert after_return(dialog, dialog.findChild(QRadioButton)) == QDialog.DialogCode.Accepted


def test_the_columns_are_taken(window: MainWindow) -> None:
    dialog = ColumnChooser(window, (Column("mpan", "MPAN"),), ("mpan",))
    assert isinstance(dialog.search, QLineEdit)
    assert after_return(dialog, dialog.search) == QDialog.DialogCode.Accepted


def test_a_content_pack_is_taken(opened: MainWindow) -> None:
    pack = opened.context.workspace.content.packs()[0]
    dialog = PackChangesDialog(opened, pack, (PackChange("a.b", "1", "2"),))
    assert after_return(dialog) == QDialog.DialogCode.Accepted


@pytest.mark.parametrize(
    ("dangerous", "result"), [(False, QDialog.DialogCode.Accepted), (True, QDialog.DialogCode.Rejected)]
)
def test_a_question_is_confirmed_unless_it_is_dangerous(
    window: MainWindow, dangerous: bool, result: QDialog.DialogCode
) -> None:
    dialog = ConfirmDialog(window, "Go on?", "Then it is done.", "Go on", dangerous=dangerous)
    assert after_return(dialog) == result
