"""What is said of one piece of evidence, or of many at once: only what the person changes is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QDialog, QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from desktop.evidence.details import changed_values, checked_tags, must_be_in_order
from desktop.evidence.model import Confidentiality, Evidence, EvidenceDetails, EvidenceEdit, Redaction
from ui.dialogs.exceptions import typed_day
from ui.dialogs.form import Field, FormDialog
from ui.dialogs.form_size import fit_height

LINES = {"title": "Title", "author": "Author", "collector": "Collected by"}
DAYS = {"collected": "Collected on", "period_from": "Covers from", "period_to": "Covers to", "expires": "Good through"}
REDACTION_WORDS = {
    Redaction.NONE: "Nothing to black out",
    Redaction.NEEDED: "Black out before it leaves",
    Redaction.DONE: "Blacked out",
}
DIFFERENT = "(different)"
_KEEP = ("", "(as they are)")


def ask_edit(parent: QWidget, items: Sequence[Evidence], people: Sequence[str] = ()) -> EvidenceEdit | None:
    """Ask what is to be said of these items; None when the person gave up or changed nothing.

    `people`: names that are offered while one is typed.
    """
    form = _Form(items)
    count = len(items)
    title = f"Details of {items[0].ref}" if count == 1 else f"Details of {count:,} pieces of evidence"
    verb = "Save" if count == 1 else f"Save for {count:,} pieces"
    intro = "" if count == 1 else "Only what you change is written. A single - clears a field of all of them."
    dialog = FormDialog(parent, title, form.fields(), verb, form.edit, intro)
    for name, widget in dialog.fields.items():
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            widget.setPlaceholderText(form.placeholder(name))
        if isinstance(widget, QLineEdit) and name in ("author", "collector"):
            completer = QCompleter(list(people), widget)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            widget.setCompleter(completer)
    if layout := dialog.findChild(QFormLayout):  # many fields: close together they fit a small screen
        layout.setVerticalSpacing(round(dialog.fontMetrics().height() * 0.4))
        fit_height(dialog)
    try:
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return None
        edit = form.edit(dialog.values())
        return None if edit == EvidenceEdit() else edit
    finally:
        dialog.deleteLater()


class _Form:
    """The fields for some items, and what the texts in them ask for."""

    def __init__(self, items: Sequence[Evidence]) -> None:
        self._items = items
        self._single = len(items) == 1
        self._before: dict[str, str] = {}
        self._mixed: set[str] = set()
        for name in ("title", "description", "author", "collector", *DAYS, "confidentiality", "redaction"):
            found = {_shown(item.details, name) for item in items}
            self._before[name] = found.pop() if len(found) == 1 else ""
            if found:
                self._mixed.add(name)

    def fields(self) -> tuple[Field, ...]:
        """One for each detail; a title of its own for a single item only."""
        before = self._before
        confidential = tuple((one.value, one.value.capitalize()) for one in Confidentiality)
        redaction = tuple((one.value, REDACTION_WORDS[one]) for one in Redaction)
        lines = tuple(Field(n, t, before[n]) for n, t in LINES.items() if self._single or n != "title")
        days = tuple(Field(name, title, before[name]) for name, title in DAYS.items())
        tags: tuple[Field, ...]
        if self._single:
            tags = (Field("tags", "Tags", ", ".join(self._items[0].details.tags)),)
        else:
            used = sorted({tag for item in self._items for tag in item.details.tags}, key=str.casefold)
            hint = f"They have: {', '.join(used[:8])}{' …' if len(used) > 8 else ''}" if used else ""
            tags = (Field("add_tags", "Add tags"), Field("remove_tags", "Remove tags", hint=hint))
        return (
            *lines[:1],
            Field("description", "Description", before["description"], long=True),
            *lines[1:],
            *days,
            Field("confidentiality", "Confidentiality", before["confidentiality"], self._choices("confidentiality",
                  confidential)),
            Field("redaction", "Redaction", before["redaction"], self._choices("redaction", redaction)),
            *tags,
        )  # fmt: skip

    def placeholder(self, name: str) -> str:
        """What an empty field says."""
        if name in self._mixed:
            return f"{DIFFERENT}: stay as they are"
        if name in DAYS:
            return "dd/mm/yyyy"
        return "Separated by commas" if "tags" in name else ""

    def edit(self, values: Mapping[str, str]) -> EvidenceEdit:
        """What differs from what was there, checked. Raises InvalidInput."""
        changed: dict[str, str] = {}
        for name in ("title", "description", "author", "collector", *DAYS):
            text = values.get(name, self._before[name]).strip()
            if text == self._before[name] or (name in self._mixed and not text):
                continue
            text = "" if text == "-" else text
            day = typed_day(text, name) if name in DAYS else None
            changed[name] = day.isoformat() if day else text
        chosen = {
            name: values[name]
            for name in ("confidentiality", "redaction")
            if values.get(name) and values[name] != self._before[name]
        }
        add, remove = self._tags(values)
        edit = EvidenceEdit(
            **changed,
            confidentiality=Confidentiality(chosen["confidentiality"]) if "confidentiality" in chosen else None,
            redaction=Redaction(chosen["redaction"]) if "redaction" in chosen else None,
            add_tags=add,
            remove_tags=remove,
        )  # fmt: skip
        changed_values(edit)
        for item in self._items:
            now = item.details
            must_be_in_order(
                now.period_from if edit.period_from is None else edit.period_from,
                now.period_to if edit.period_to is None else edit.period_to,
            )
        return edit

    def _choices(self, name: str, choices: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return (_KEEP, *choices) if name in self._mixed else choices

    def _tags(self, values: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        def typed(name: str) -> tuple[str, ...]:
            return checked_tags(values.get(name, "").split(","))

        if not self._single:
            return typed("add_tags"), typed("remove_tags")
        before, after = self._items[0].details.tags, typed("tags")
        return tuple(one for one in after if one not in before), tuple(one for one in before if one not in after)


def _shown(details: EvidenceDetails, name: str) -> str:
    value = str(getattr(details, name))
    if name in DAYS and value:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return value.strip()
