"""Forms that save before they close: what the service refuses is said in the form, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from desktop.changes import Changes
from desktop.errors import InvalidInput, PlainError
from desktop.jobs import Job
from ui.context import Context
from ui.dialogs.form import Field, FormDialog

Work = Callable[[Job], Changes]


class Saved(Protocol):
    """A dialog that can be saved from: its verb, and a place to say what is wrong."""

    verb: QPushButton

    def show_wrong(self, error: PlainError) -> None:
        """Say what the service refused."""

    def accept(self) -> None:
        """Close it: it was saved."""


def save_and_close(
    context: Context, dialog: Saved, work: Work, done: Callable[[Changes], object] | None = None
) -> None:
    """Run the writing job; publish, say and close when it is done, stay open with the reason when it is refused."""
    dialog.verb.setEnabled(False)

    def finish(changes: Changes) -> None:
        context.changed(changes)
        dialog.accept()
        if done:
            done(changes)

    def failed(error: PlainError) -> None:
        dialog.verb.setEnabled(True)
        dialog.show_wrong(error)

    context.jobs.run("Saving", work, done=finish, failed=failed, writes=True, quiet=True)


class SavingForm(FormDialog):
    """A form whose verb saves. `work_of` makes the writing job from the values; it may raise InvalidInput."""

    def __init__(  # noqa: PLR0917 - one form, one call
        self,
        context: Context,
        parent: QWidget | None,
        title: str,
        fields: tuple[Field, ...],
        verb: str,
        work_of: Callable[[dict[str, str]], Work],
        intro: str = "",
        done: Callable[[Changes], object] | None = None,
    ) -> None:
        super().__init__(parent, title, fields, verb, work_of, intro)
        self._context, self._work_of, self._done = context, work_of, done

    def _accept(self) -> None:
        try:
            work = self._work_of(self.values())
        except InvalidInput as error:
            self.show_wrong(error)
            return
        save_and_close(self._context, self, work, self._done)


def ask_and_save(  # noqa: PLR0917 - the same as the dialog
    context: Context,
    parent: QWidget | None,
    title: str,
    fields: tuple[Field, ...],
    verb: str,
    work_of: Callable[[dict[str, str]], Work],
    intro: str = "",
    done: Callable[[Changes], object] | None = None,
) -> bool:
    """Show the form until it is saved or given up; whether it was saved."""
    dialog = SavingForm(context, parent, title, fields, verb, work_of, intro, done)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()


KEEP = "(as they are)"
"""A choice of a form for many records that leaves the field as it is."""


def kept_or(text: str) -> str | None:
    """What a text of a form for many records asks for: empty leaves the field, a single `-` clears it."""
    text = text.strip()
    return None if not text else "" if text == "-" else text
