"""Everyone can use it: every control has a name that is spoken, and the Tab key goes through all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_tables import MadeTable
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from window_care import focusable

from desktop.browse.view import Column, ColumnKind, FacetValue, Filter, Op
from ui.dialogs.about import AboutDialog
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.error_report import ErrorReportDialog
from ui.dialogs.export_view import CHOICES, MpanChoiceDialog
from ui.dialogs.new_workspace import NewWorkspaceDialog
from ui.dialogs.palette import PaletteDialog
from ui.dialogs.shortcuts import ShortcutsDialog
from ui.main_window import MainWindow
from ui.pages import PAGES
from ui.theme.theme import Appearance
from ui.widgets.column_chooser import ColumnChooser
from ui.widgets.filter_editor import FilterEditor
from ui.widgets.table_panel import TablePanel

SEVERITY = Column("severity", "Severity", ColumnKind.SEVERITY, facet=True)

DIALOGS: dict[str, Callable[[MainWindow], QWidget]] = {
    "about": lambda window: AboutDialog(window, window.context.theme),
    "confirm": lambda window: ConfirmDialog(window, "Accept?", "They stay accepted.", "Accept 312 findings"),
    "error report": lambda window: ErrorReportDialog(window, "testing", "trace"),
    "export": lambda window: MpanChoiceDialog(window, "Export 3 rows", CHOICES, "full"),
    "new workspace": lambda window: NewWorkspaceDialog(window, Path("somewhere")),
    "palette": lambda window: PaletteDialog(window, window.context.commands, window.context.theme),
    "shortcuts": lambda window: ShortcutsDialog(window, window.context.commands),
    "columns": lambda window: ColumnChooser(window, MadeTable(3).columns, ("mpan",)),
    "filter": lambda window: FilterEditor(
        window.context.theme, SEVERITY, Filter("severity", Op.IS_ANY), [FacetValue("Block", "Block", 3)], window
    ),
}


def spoken(widget: QWidget) -> str:
    """What a screen reader says of a control."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface else ""


def controls(root: QWidget) -> Iterator[QWidget]:
    """Everything below `root` that can have the keyboard, now or later; not the insides of Qt's own parts."""
    for widget in root.findChildren(QWidget):
        inside = widget.parentWidget()
        own_part = widget.objectName().startswith("qt_") or (
            isinstance(inside, QAbstractScrollArea) and inside.viewport() is widget
        )
        own_part = own_part or (inside is not None and inside.metaObject().className() == "QComboBoxPrivateContainer")
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not own_part:
            yield widget


def check_names(root: QWidget) -> None:
    unnamed = [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in controls(root)
        if not is_named(widget)
    ]
    assert not unnamed, f"without a name: {unnamed}"


def is_named(widget: QWidget) -> bool:
    if isinstance(widget, QAbstractScrollArea) and not isinstance(
        widget, QAbstractItemView | QPlainTextEdit | QTextEdit
    ):
        return True  # a scroll area is no control of its own
    return any(letter.isalnum() for letter in spoken(widget))


@pytest.mark.parametrize("page_id", ["welcome", *(entry.id for entry in PAGES)])
def test_every_control_of_every_page_has_a_name(opened: MainWindow, page_id: str) -> None:
    if page_id == "welcome":
        opened.close_workspace()
    else:
        opened.show_page(page_id)
    check_names(opened)


def test_every_control_of_the_table_panel_has_a_name(opened: MainWindow) -> None:
    panel = TablePanel(opened.context, "findings")
    panel.set_source(MadeTable(50))
    panel.bar.view_wanted.emit((Filter("severity", Op.IS_ANY, ("Block",)),), "")
    check_names(panel)
    panel.deleteLater()


@pytest.mark.parametrize("name", DIALOGS)
def test_every_control_of_every_dialog_has_a_name_and_the_dialog_a_title(opened: MainWindow, name: str) -> None:
    dialog = DIALOGS[name](opened)
    check_names(dialog)
    assert dialog.windowTitle() or dialog.accessibleName()
    dialog.deleteLater()


@pytest.mark.parametrize("name", [name for name in DIALOGS if name != "filter"])
def test_escape_closes_every_dialog(opened: MainWindow, qtbot, name: str) -> None:
    dialog = DIALOGS[name](opened)
    assert isinstance(dialog, QDialog)
    dialog.open()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.deleteLater()


@pytest.mark.parametrize("page_id", ["welcome", *(entry.id for entry in PAGES)])
def test_the_tab_key_goes_through_all_controls_of_a_page_from_top_to_bottom(
    opened: MainWindow, page_id: str, qapp: QApplication
) -> None:
    if page_id == "welcome":
        opened.close_workspace()
    else:
        opened.show_page(page_id)
    qapp.processEvents()
    page = opened.current
    order = focusable(page)
    visible = [widget for widget in controls(page) if widget.isVisibleTo(page)]
    assert set(visible) <= set(order)
    positions = [
        widget.mapTo(page, widget.rect().topLeft()) for widget in order if widget.isEnabled() and widget.width() > 1
    ]
    backwards = [
        (order[i], order[i + 1]) for i in range(len(positions) - 1)
        if positions[i + 1].y() < positions[i].y() - page.height() // 2 and positions[i + 1].x() <= positions[i].x()
    ]  # fmt: skip
    assert not backwards, f"the order goes back up: {backwards}"


@pytest.mark.parametrize("page_id", [entry.id for entry in PAGES])
def test_tab_leaves_every_field_with_several_lines(opened: MainWindow, page_id: str) -> None:
    opened.show_page(page_id)
    for field in [*opened.findChildren(QPlainTextEdit), *opened.findChildren(QTextEdit)]:
        assert field.tabChangesFocus(), field.accessibleName()


@pytest.mark.parametrize("page_id", [entry.id for entry in PAGES])
def test_no_button_is_an_icon_without_words_for_everyone(opened: MainWindow, page_id: str) -> None:
    opened.show_page(page_id)
    for made in opened.current.findChildren(QAbstractButton):
        own_part = made.objectName().startswith("qt_") or isinstance(made.parentWidget(), QDialogButtonBox)
        if not own_part and made.focusPolicy() & Qt.FocusPolicy.TabFocus and not made.text():
            assert made.accessibleName(), made
            assert made.toolTip() or made.accessibleDescription(), made.accessibleName()


@pytest.mark.parametrize("page_id", ["welcome", *(entry.id for entry in PAGES)])
@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK, Appearance.CONTRAST])
def test_every_page_can_be_shown_in_every_appearance(
    opened: MainWindow, page_id: str, appearance: Appearance, qapp
) -> None:
    opened.choose_appearance(appearance)
    if page_id == "welcome":
        opened.close_workspace()
    else:
        opened.show_page(page_id)
    qapp.processEvents()
    image = opened.grab().toImage()
    assert image.pixelColor(3, image.height() // 2).name().upper() == opened.context.theme.tokens.background


def test_a_new_message_is_spoken(opened: MainWindow) -> None:
    from ui.context import Tone

    opened.context.say("The file is empty.", Tone.ERROR)
    assert spoken(opened._banner) == "Could not be done: The file is empty."


def test_words_of_a_label_are_never_read_as_markup(opened: MainWindow) -> None:
    for entry in PAGES:
        opened.show_page(entry.id)
        for one in opened.current.findChildren(QLabel):
            if one.text() and one.buddy() is None:
                assert one.textFormat() == Qt.TextFormat.PlainText, one.text()
