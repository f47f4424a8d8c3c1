"""Fields for numbers look as other fields do."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from window_care import settle

from ui.main_window import MainWindow
from ui.widgets.spin_box import SpinBox


def test_its_text_stands_as_far_from_the_edge_as_that_of_a_line(window: MainWindow) -> None:
    form = QWidget(window)  # the style of the window holds for it
    line, number = QLineEdit("5"), SpinBox()
    column = QVBoxLayout(form)
    column.addWidget(line)
    column.addWidget(number)
    form.show()
    settle()
    line.home(False)
    number.lineEdit().home(False)
    at = number.lineEdit().x() + number.lineEdit().cursorRect().x()
    assert abs(at - line.cursorRect().x()) <= 2
    form.deleteLater()
