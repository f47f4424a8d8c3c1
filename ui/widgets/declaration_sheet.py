"""What the signatory reads, in the order in which it has to be read: answers, evidence, what is open, the statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from desktop.declarations.model import OpenItem, Question, ReliedOn, Sheet
from ui.context import Tone
from ui.models.paged_table import shown_date
from ui.theme.theme import Theme
from ui.widgets.banner import Banner
from ui.widgets.basics import Card, button, label
from ui.widgets.declaration_folded import Folded, texts
from ui.widgets.declaration_look import NOT_PROVIDED, answer_words, by_kind, counted, relied_words, with_ref
from ui.widgets.trace_links import Lines

DETAILS = "details"
"""The field of what a declaration is: title, recipients, roles, milestone, days."""
LISTED = 10
"""So many open things of a kind stand there at first."""
IN_FULL = "Everything that it relies on, and how the SHA-256 of what each says begins (in brackets):"
PLACEHOLDER = (
    "This wording is a placeholder of MHHS Desk, not the Code Body's text. Replace it with their text under "
    "Settings › Content before anything is signed for real."
)


class AnswerRows(QWidget):
    """Rows of what was asked, what was said, and “Change” beside it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(4))
        self._grid.setVerticalSpacing(theme.px(1))
        self._grid.setColumnStretch(0, 5)
        self._grid.setColumnStretch(1, 8)
        self._buttons: dict[str, QPushButton] = {}
        self._all: list[QPushButton] = []
        self._rows = 0

    def clear(self) -> None:
        """Show no rows."""
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._buttons.clear()
        self._all.clear()
        self._rows = 0

    def add(self, name: str, asked: str, said: str, change: Callable[[], object] | None, *, role: str = "") -> None:
        """One row; `change` None: it cannot be changed here. Two rows of one `name` share its first button."""
        if self._rows:
            line = QFrame()
            line.setProperty("role", "separator")
            self._grid.addWidget(line, self._rows * 2 - 1, 0, 1, 3)
        row = self._rows * 2
        top = Qt.AlignmentFlag.AlignTop
        words = label(asked, "strong", wrap=True), label(said, role, wrap=True, selectable=True)
        for place, made in enumerate(words):
            made.setContentsMargins(0, 3, 0, 2)  # in line with the link beside it
            self._grid.addWidget(made, row, place, top)
        if change is not None:
            link = button("Change", change, role="link")
            link.setAccessibleName(f"Change: {asked}")
            self._buttons.setdefault(name, link)
            self._all.append(link)
            self._grid.addWidget(link, row, 2, top | Qt.AlignmentFlag.AlignRight)
        self._rows += 1

    @property
    def buttons(self) -> list[QPushButton]:
        """Every “Change”, from the top."""
        return list(self._all)

    def button_of(self, name: str) -> QPushButton | None:
        """The “Change” of a row."""
        return self._buttons.get(name)


class SheetPart(QWidget):
    """Shows a sheet. `change(name)` is asked with the id of a question, or `DETAILS`; `attach` for evidence."""

    def __init__(self, theme: Theme, change: Callable[[str], object], attach: Callable[[], object]) -> None:
        super().__init__()
        self._change = change
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        self.rows = AnswerRows(theme)
        self._card(column, "Check the answers", self.rows)
        self.evidence = Lines()
        self.attach_button = button("Attach evidence…", attach, role="link")
        self._card(column, "Evidence", self.evidence, self.attach_button)
        self.open = Lines(theme.px(1))
        self.open_card = self._card(column, "Open or excepted as it stands", self.open)
        self.relied = Lines()
        self.relied_card = self._card(column, "What it relies on", self.relied)
        self._whole: set[str] = set()
        """Names of the lists that are shown in full."""
        self.statement_card = Card("What is declared")
        self.placeholder = Banner(theme, lasting=True)
        self.standing = label("", "small", wrap=True, selectable=True)
        self.statement = label("", wrap=True, selectable=True)
        self.statement.setFont(theme.font("heading"))
        self.statement.setAccessibleName("The statement")
        for part in (self.placeholder, self.statement, self.standing):
            self.statement_card.body.addWidget(part)
        column.addWidget(self.statement_card)

    def fill(self, sheet: Sheet, *, writable: bool) -> None:
        """Show a sheet."""
        self._fill_rows(sheet, writable=writable)
        self.attach_button.setVisible(writable)
        evidence = [relied_words(one) for one in sheet.evidence]
        if evidence:
            words = f"Show {len(evidence) - LISTED:,} more files"
            self.evidence.fill([self._folded("Evidence", evidence, LISTED, words)])
        else:
            self.evidence.fill(texts([], "No evidence is attached."))
        self._fill_open(sheet.open_items)
        self._fill_relied(sheet.relied_on)
        if sheet.wording.placeholder:
            self.placeholder.say(PLACEHOLDER, Tone.WARNING)
        else:
            self.placeholder.hide()
        self.statement.setText(sheet.statement)
        self.standing.setText(f"Wording: {sheet.pack_label}")

    def _fill_rows(self, sheet: Sheet, *, writable: bool) -> None:
        details = sheet.declaration.details
        change_details = (lambda: self._change(DETAILS)) if writable else None
        self.rows.clear()
        for asked, said in (
            ("Title", details.title or sheet.wording.title),
            ("Organisation and roles", ", ".join([sheet.organisation, *sheet.roles])),
            ("Sent to", ", ".join(sheet.recipients)),
            ("Milestone", sheet.milestone),
            ("To be signed by", shown_date(details.due)),
            ("Prepared by", details.prepared_by),
            ("Note", details.note),
        ):
            self.rows.add(DETAILS, asked, said or NOT_PROVIDED, change_details, role="" if said else "muted")
        one = sheet.declaration
        if one.supersedes is not None:
            self.rows.add("reason", f"Takes the place of v{one.version - 1}, because", one.reason, None)
        for question, answer in sheet.answers:
            self._add_question(question, answer, writable=writable)

    def _add_question(self, question: Question, answer: str, *, writable: bool) -> None:
        missing = not answer.strip()
        role = ("block" if question.needed else "muted") if missing else ""
        said = "Still to be answered" if missing and question.needed else answer_words(question, answer)
        change = (lambda: self._change(question.id)) if writable else None
        self.rows.add(question.id, question.text, said, change, role=role)

    def _fill_open(self, items: Sequence[OpenItem]) -> None:
        if not items:
            self.open.fill([label("Nothing is open and nothing is excepted.", wrap=True)])
            return
        verbs = ("stands", "It is") if len(items) == 1 else ("stand", "They are")
        head = f"{counted(len(items), 'thing')} {verbs[0]} open or excepted. {verbs[1]} frozen into what you sign."
        lines: list[QWidget] = [label(head, wrap=True)]
        if any(len(group) > LISTED for _, group in by_kind(items)):
            lines.append(label("What is folded here is part of what you sign too.", wrap=True))
        for heading, group in by_kind(items):
            lines.append(label(f"{heading} ({len(group):,})", "strong", wrap=True))
            said = [f"•  {with_ref(one.ref, one.text)}" for one in group]
            lines.append(self._folded(heading, said, LISTED, f"Show all {len(group):,}"))
        self.open.fill(lines)

    def _fill_relied(self, relied: Sequence[ReliedOn]) -> None:
        """The plan in one line, which tells how many activities count; each of them, and the hashes, when asked for."""
        self.relied_card.setVisible(bool(relied))
        first = [relied_words(one, hashed=False) for one in relied if one.kind != "activity"]
        whole = [IN_FULL, *(relied_words(one) for one in relied)]
        name = "What it relies on"
        words = f"Show all {len(relied):,}, with their hashes"
        self.relied.fill([*texts(first), self._folded(name, whole, 0, words)])

    def fold(self) -> None:
        """Fold every list that was opened: from the next `fill` on."""
        self._whole.clear()

    def goes_on(self) -> list[QPushButton]:
        """The buttons that show a list in full, from the top."""
        found = [*self.evidence.shown(), *self.open.shown(), *self.relied.shown()]
        return [one.button for one in found if isinstance(one, Folded) and one.button is not None]

    def _folded(self, name: str, lines: Sequence[str], shown: int, words: str) -> Folded:
        return Folded(name, lines, shown, words, whole=name in self._whole, remember=self._remember)

    def _remember(self, name: str, whole: bool) -> None:
        (self._whole.add if whole else self._whole.discard)(name)

    def _card(self, column: QVBoxLayout, heading: str, *parts: QWidget) -> Card:
        card = Card(heading)
        for part in parts:
            keeps = isinstance(part, QPushButton)
            card.body.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft if keeps else Qt.AlignmentFlag(0))
        column.addWidget(card)
        return card
