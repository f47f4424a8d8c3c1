"""What a plan says of an activity, of one in two columns, or of many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.browse.view import TableSource, View
from desktop.changes import Changes
from desktop.cutover.model import Activity, ActivityDetails, ActivityEdit
from desktop.cutover.schedule import predecessors_text, read_predecessors
from desktop.errors import InvalidInput, PlainError
from desktop.jobs import Job
from ui.context import Context
from ui.dialogs.choose_records import ChooseRecordsDialog
from ui.dialogs.cutover_fields import (
    ActivityWords,
    details_of,
    edit_of,
    edit_of_many,
    many_fields,
    texts_of,
    what_fields,
    when_fields,
)
from ui.dialogs.form import Field, field_value, field_widget
from ui.dialogs.saving_form import Work, ask_and_save, save_and_close
from ui.dialogs.typed_text import TypedDialog
from ui.widgets.basics import button, label, main_button, set_role
from ui.widgets.cutover_look import called, counted


class ActivityDialog(TypedDialog):
    """Every field of one activity: what it is at the left; when, who and what proves it at the right."""

    def __init__(  # noqa: PLR0917 - one dialog, one call
        self,
        context: Context,
        parent: QWidget | None,
        title: str,
        now: ActivityDetails,
        words: ActivityWords,
        verb: str,
        work_of: Callable[[dict[str, str]], Work],
        *,
        new: bool = False,
        others: TableSource | None = None,
        done: Callable[[Changes], object] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._context, self._work_of, self._done, self._others = context, work_of, done, others
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label(title, "heading", wrap=True))
        self.fields: dict[str, QWidget] = {}
        inside = QWidget()
        sides = QHBoxLayout(inside)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(unit * 2)
        for fields in (what_fields(now, words, new=new), when_fields(now, words)):
            side = QWidget()
            side.setLayout(self._form(fields))
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
            sides.addWidget(side, 1, Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("What the plan says of it")
        scroll.setWidget(inside)
        column.addWidget(scroll, 1)
        self.wrong = label("", "block", wrap=True)
        self.wrong.hide()
        column.addWidget(self.wrong)
        box = QDialogButtonBox(self)
        self.verb = button(verb, self._accept, role="primary")
        main_button(box, self.verb)
        box.addButton(QDialogButtonBox.StandardButton.Cancel)
        box.rejected.connect(self.give_up)
        column.addWidget(box)
        width = unit * 62
        sides.activate()
        height = inside.sizeHint().height() + unit * 9
        screen = self.screen().availableGeometry() if self.screen() else None
        self.resize(width, min(height, screen.height() - unit * 4) if screen else height)
        self.fields["title"].setFocus()

    def values(self) -> dict[str, str]:
        """What stands in the fields now, by name."""
        return {name: field_value(widget) for name, widget in self.fields.items()}

    def show_wrong(self, error: PlainError) -> None:
        """Say what is wrong, at its field when it names one."""
        self.wrong.setText(str(error))
        self.wrong.show()
        named = error.field if isinstance(error, InvalidInput) else ""
        for name, widget in self.fields.items():
            set_role(widget, wrong="true" if name == named else "false")
        if named in self.fields:
            self.fields[named].setFocus()

    def choose_predecessors(self) -> None:
        """Choose what it waits for in a list, instead of typing keys; lags that were typed stay."""
        if self._others is None:
            return
        field = self.fields["predecessors"]
        assert isinstance(field, QLineEdit)
        try:
            said = dict(read_predecessors(field.text()))
        except InvalidInput as error:
            self.show_wrong(error)
            return
        dialog = ChooseRecordsDialog(
            self,
            "What does it wait for?",
            self._others,
            keys=("key", "title", "phase", "planned_finish"),
            verb="Wait for",
            word=("activity", "activities"),
        )
        if dialog.exec() == QDialog.DialogCode.Accepted:
            keys = _keys_of(self._others, dialog.chosen())
            both = [*said.items(), *((key, "") for key in keys if key.casefold() not in {k.casefold() for k in said})]
            field.setText(predecessors_text(both))
        dialog.deleteLater()

    def _accept(self) -> None:
        try:
            work = self._work_of(self.values())
        except InvalidInput as error:
            self.show_wrong(error)
            return
        save_and_close(self._context, self, work, self._done)

    def _form(self, fields: Sequence[Field]) -> QFormLayout:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in fields:
            widget = field_widget(field)
            widget.setAccessibleName(field.title)
            if isinstance(widget, QComboBox):  # names of milestones are long: the side keeps its width all the same
                widget.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                widget.setMinimumContentsLength(10)
            self.fields[field.name] = widget
            words = QLabel(field.title)
            words.setBuddy(widget)
            place: QWidget | QHBoxLayout = widget
            if field.name == "predecessors" and self._others is not None:
                place = QHBoxLayout()
                place.addWidget(widget, 1)
                choose = button("Choose…", self.choose_predecessors)
                choose.setAccessibleName("Choose what it waits for…")
                place.addWidget(choose)
            if field.hint:
                together = QVBoxLayout()
                together.setSpacing(widget.fontMetrics().height() // 8)
                if isinstance(place, QWidget):
                    together.addWidget(place)
                else:
                    together.addLayout(place)
                together.addWidget(label(field.hint, "small", wrap=True))
                form.addRow(words, together)
            elif isinstance(place, QWidget):
                form.addRow(words, place)
            else:
                form.addRow(words, place)
        return form


def ask_activity(
    context: Context, parent: QWidget, one: Activity, words: ActivityWords, others: TableSource | None
) -> bool:
    """Change one activity; whether it was changed."""
    cutover, before = context.workspace.cutover, texts_of(one.details, words)

    def work_of(values: dict[str, str]) -> Work:
        edit = edit_of(values, before, words)
        return lambda _job: cutover.edit([one.id], edit)

    dialog = ActivityDialog(context, parent, f"Edit {called(one)}", one.details, words, "Save", work_of, others=others)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()


def ask_new_activity(  # noqa: PLR0917 - the same as the dialog
    context: Context,
    parent: QWidget,
    plan_id: int,
    like: ActivityDetails,
    words: ActivityWords,
    others: TableSource | None,
    made: Callable[[int], object],
) -> bool:
    """Add an activity, in the phase of `like`; `made` is told its id."""
    cutover = context.workspace.cutover
    ids: list[int] = []

    def work_of(values: dict[str, str]) -> Work:
        details = details_of(values, words)

        def work(_job: Job) -> Changes:
            activity_id, changes = cutover.add(plan_id, details)
            ids.append(activity_id)
            return changes

        return work

    dialog = ActivityDialog(
        context, parent, "Add an activity", like, words, "Add the activity", work_of, new=True, others=others,
        done=lambda _changes: made(ids[-1]),
    )  # fmt: skip
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()


def ask_many(context: Context, parent: QWidget, chosen: Sequence[Activity], words: ActivityWords) -> bool:
    """Change many at once: only what is given is written."""
    cutover = context.workspace.cutover

    def work_of(values: dict[str, str]) -> Work:
        edit = edit_of_many(values)
        if edit == ActivityEdit():
            raise InvalidInput("Nothing is changed yet.")
        ids = [one.id for one in chosen]
        return lambda _job: cutover.edit(ids, edit)

    count = counted(len(chosen))
    intro = "Only what you give is written. A single - clears a field of all of them."
    return ask_and_save(context, parent, f"Edit {count}", many_fields(words), f"Save for {count}", work_of, intro)


def _keys_of(source: TableSource, ids: Sequence[int]) -> list[str]:
    place = next(place for place, column in enumerate(source.columns) if column.key == "key")
    source.apply(View())  # the search of the dialog hides what does not fit
    return [str(source.page(position, 1)[0][place]) for one in ids if (position := source.position(one)) is not None]
