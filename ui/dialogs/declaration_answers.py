"""The questions of a declaration, all of them or one: saved in one step, what is refused is said at its question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QPlainTextEdit, QWidget

from desktop.changes import Changes
from desktop.declarations.model import Declaration, Question
from desktop.jobs import Job
from desktop.typed_days import read_day
from ui.context import Context
from ui.dialogs.declaration_form import AskingDialog

ANSWER = "answer."
_YES_NO = (("", "(no answer yet)"), ("yes", "Yes"), ("no", "No"))


class AnswersDialog(AskingDialog):
    """One field for each question."""

    def __init__(
        self, context: Context, parent: QWidget | None, declaration: Declaration, questions: Sequence[Question]
    ) -> None:
        one = len(questions) == 1
        super().__init__(
            context,
            parent,
            f"Change the answer in {declaration.name}" if one else f"Questions of {declaration.name}",
            "Save the answer" if one else "Save the answers",
            "" if one else "What you do not know yet can stay empty: it is asked for before signing.",
        )
        self._declaration, self._questions = declaration, tuple(questions)
        self.fields: dict[str, QWidget] = {}
        for question in self._questions:
            made = _control(question, declaration.details.answers.get(question.id, ""))
            self.fields[question.id] = made
            hint = question.hint if question.needed else f"{question.hint} May be left empty.".strip()
            if question.answer_kind == "date":
                hint = f"{hint} dd/mm/yyyy".strip()
            self.add(f"{ANSWER}{question.id}", question.text, made, hint)
        self.fit()

    def answers(self) -> Mapping[str, str]:
        """What stands in the fields."""
        return {key: _value(made) for key, made in self.fields.items()}

    def work(self) -> Callable[[Job], Changes]:
        """Save what was answered; one step to undo."""
        declarations, given = self.context.workspace.declarations, dict(self.answers())
        number = self._declaration.id
        if len(self._questions) == 1:
            key, text = next(iter(given.items()))
            return lambda _job: declarations.answer(number, key, text)

        def work(_job: Job) -> Changes:
            now = declarations.get(number).details
            kept = {key: text for key, text in {**now.answers, **given}.items() if text}
            return declarations.edit(number, replace(now, answers=kept))

        return work


def ask_answers(context: Context, parent: QWidget, declaration: Declaration, questions: Sequence[Question]) -> bool:
    """Show the questions until they are saved or given up; whether they were saved."""
    dialog = AnswersDialog(context, parent, declaration, questions)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()


def _control(question: Question, now: str) -> QWidget:
    if question.answer_kind == "yes/no":
        combo = QComboBox()
        for key, words in _YES_NO:
            combo.addItem(words, key)
        combo.setCurrentIndex(max(0, combo.findData(now)))
        return combo
    if question.answer_kind == "date":
        day = read_day(now) if now else None
        return QLineEdit(f"{day:%d/%m/%Y}" if day else now)
    text = QPlainTextEdit(now)
    text.setTabChangesFocus(True)
    text.setFixedHeight(text.fontMetrics().height() * 5)
    return text


def _value(made: QWidget) -> str:
    if isinstance(made, QComboBox):
        return str(made.currentData() or "")
    if isinstance(made, QPlainTextEdit):
        return made.toPlainText().strip()
    assert isinstance(made, QLineEdit)
    return made.text().strip()
