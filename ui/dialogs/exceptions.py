"""Accepting findings for a time, and the list of what has been accepted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from desktop.cleanse.exceptions import AcceptedException, ExceptionRequest, ExceptionState, checked_request
from desktop.errors import InvalidInput
from desktop.typed_days import read_day
from ui.dialogs.form import Field, ask
from ui.widgets.basics import button, label
from ui.widgets.small_table import SmallTable


def typed_day(text: str, field: str) -> date | None:
    """A day typed as dd/mm/yyyy, or in any other way that files may have it; None when empty. Raises InvalidInput."""
    text = text.strip()
    if not text:
        return None
    day = read_day(text)
    if day is None:
        raise InvalidInput(f"“{text}” is not a day such as 31/03/2027.", field=field)
    return day


def ask_exception(
    parent: QWidget, title: str, verb: str, today: date, *, whole_check: str = "", now: AcceptedException | None = None
) -> tuple[ExceptionRequest, bool] | None:
    """The terms of an exception, and whether it is for the whole check; None if the person cancelled.

    `whole_check` is the id of the check that all chosen findings share; then it may be accepted as a whole.
    """
    covers = Field(
        "covers",
        "For",
        "listed",
        (("listed", "The chosen findings"), ("all", f"All findings of {whole_check}")),
        hint="An exception for all findings of a check opens itself again when a later file shows more of them.",
    )
    fields = (
        Field("reason", "Reason", now.reason if now else "", long=True),
        Field("approver", "Approved by", now.approver if now else ""),
        Field("expires", "Ends on", "", hint="dd/mm/yyyy. On that day the findings open themselves again."),
        *((covers,) if whole_check else ()),
    )

    def request(values: dict[str, str]) -> ExceptionRequest:
        found = ExceptionRequest(values["reason"], values["approver"], typed_day(values["expires"], "expires"))
        checked_request(found, today)
        return found

    values = ask(
        parent, title, fields, verb, request, "Accepted findings are not counted as open, and the report lists them."
    )
    if values is None:
        return None
    return request(dict(values)), values.get("covers") == "all"


class ExceptionsDialog(QDialog):
    """Every exception with its terms; withdraw one, or approve it again."""

    def __init__(
        self,
        parent: QWidget | None,
        exceptions: tuple[AcceptedException, ...],
        *,
        withdraw: Callable[[int], object],
        approve: Callable[[AcceptedException], object],
        writable: bool,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Exceptions")
        self._all = {one.id: one for one in exceptions}
        self._withdraw, self._approve, self._writable = withdraw, approve, writable
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(unit, unit, unit, unit)
        column.setSpacing(unit)
        column.addWidget(label("Exceptions", "heading"))
        self.approve_button = button("Approve again…", self._approve_chosen)
        self.withdraw_button = button("Withdraw", self._withdraw_chosen)
        self.list = SmallTable(
            "Exceptions",
            ("Check", "State", "Terms", "Approved by", "Reason"),
            "Nothing has been accepted. Choose findings and press “Accept for a time”.",
            more=(self.approve_button, self.withdraw_button),
        )
        self.list.list.itemSelectionChanged.connect(self._enable)
        self.list.fill(
            [(e.id, (e.check_id, e.state.value.capitalize(), e.terms, e.approver, e.reason)) for e in exceptions]
        )
        column.addWidget(self.list, 1)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.resize(unit * 52, unit * 28)
        self._enable()

    def _chosen(self) -> AcceptedException | None:
        key = self.list.key()
        return self._all.get(key) if isinstance(key, int) else None

    def _enable(self) -> None:
        chosen = self._chosen()
        live = chosen is not None and chosen.state is not ExceptionState.WITHDRAWN and self._writable
        self.withdraw_button.setEnabled(live)
        self.approve_button.setEnabled(live)

    def _withdraw_chosen(self) -> None:
        if chosen := self._chosen():
            self.accept()
            self._withdraw(chosen.id)

    def _approve_chosen(self) -> None:
        if chosen := self._chosen():
            self.accept()
            self._approve(chosen)
