"""What verifying a declaration came to, in words: the answer, what does not hold, what it means."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QScrollArea, QVBoxLayout, QWidget

from desktop.declarations.model import Verdict
from ui.context import Tone
from ui.models.paged_table import shown_date
from ui.theme.theme import Theme
from ui.widgets.banner import Banner
from ui.widgets.basics import Card, button, label, main_button
from ui.widgets.declaration_look import grouped

_KINDS = {"declaration": "Declaration", "withdrawal": "Withdrawal"}


class VerdictDialog(QDialog):
    """The answer first, then the faults, then who signed, then what it proves and does not."""

    def __init__(self, parent: QWidget | None, theme: Theme, verdict: Verdict) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Verify {verdict.reference}" if verdict.reference else "Verify a declaration")
        unit = self.fontMetrics().height()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(unit, unit, unit, unit)
        outer.setSpacing(unit)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(2, 2, unit // 2, 2)
        column.setSpacing(unit)
        area.setWidget(inside)
        outer.addWidget(area, 1)
        self.answer = Banner(theme, lasting=True)
        tone = Tone.GOOD if verdict.ok else Tone.WARNING if verdict.unproven else Tone.ERROR
        self.answer.say(verdict_words(verdict), tone)
        column.addWidget(self.answer)
        self.setAccessibleDescription(verdict_words(verdict))
        if verdict.faults:
            card = Card("What is not known" if verdict.unproven else "What does not hold")
            for text in verdict.faults:
                card.body.addWidget(label(f"•  {text}", "block", wrap=True, selectable=True))
            column.addWidget(card)
        lines = about_lines(verdict)
        if lines:
            card = Card("What was verified")
            card.body.addWidget(label("\n".join(lines), wrap=True, selectable=True))
            column.addWidget(card)
        if verdict.notes:
            card = Card("What it means")
            for text in verdict.notes:
                card.body.addWidget(label(f"•  {text}", wrap=True, selectable=True))
            column.addWidget(card)
        column.addStretch()
        box = QDialogButtonBox(self)
        self.verb = button("Close", self.accept, role="primary")
        main_button(box, self.verb)
        outer.addWidget(box)
        layout = inside.layout()
        width = unit * 40
        needed = layout.totalHeightForWidth(width - unit * 3) if layout and layout.hasHeightForWidth() else unit * 20
        most = round(self.screen().availableGeometry().height() * 0.86) if self.screen() else unit * 40
        self.resize(width, min(most, needed + unit * 6))


def verdict_words(verdict: Verdict) -> str:
    """The verdict in a sentence."""
    called = verdict.reference or "It"
    if verdict.ok:
        return f"{called}: every byte is as it was signed."
    if verdict.unproven:
        return f"{called} cannot be verified by itself: a signed document stands for the signature."
    count = len(verdict.faults)
    return f"{called} does not verify: {count:,} thing{'s do' if count != 1 else ' does'} not hold."


def about_lines(verdict: Verdict) -> list[str]:
    """Who signed what, when, with which key."""
    pairs = (
        ("What", " ".join(text for text in (_KINDS.get(verdict.kind, verdict.kind), verdict.reference) if text)),
        ("Organisation", verdict.organisation),
        ("Signed by", verdict.signatory),
        ("Signed at", f"{shown_date(verdict.signed_at)} UTC" if verdict.signed_at else ""),
        ("File", str(verdict.path) if verdict.path else ""),
        ("Fingerprint of the key", f"\n{grouped(verdict.fingerprint, rows=2)}" if verdict.fingerprint else ""),
    )
    return [f"{name}: {text}" for name, text in pairs if text]


def show_verdict(parent: QWidget, theme: Theme, verdict: Verdict) -> None:
    """Show it until it is closed."""
    dialog = VerdictDialog(parent, theme, verdict)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.exec()
    dialog.deleteLater()
