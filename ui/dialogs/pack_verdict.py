"""What checking a sealed pack came to, in words: the answer, what does not hold file by file, what it proves."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.packs.layout import AS_KEPT
from desktop.packs.model import PackVerdict
from desktop.report.privacy import MpanChoice
from ui.context import Tone
from ui.models.paged_table import shown_date
from ui.theme.theme import Theme
from ui.widgets.banner import Banner
from ui.widgets.basics import Card, button, label, main_button
from ui.widgets.declaration_look import grouped

MOST = 2_000
"""Faults that are listed; a pack where all is wrong has more."""
LONGEST_WORD = 40
"""Characters after which a word may be broken: a label breaks at blanks only, and would be cut."""


class PackVerdictDialog(QDialog):
    """The answer first, then the faults, then what was checked, then what it proves and what not."""

    def __init__(self, parent: QWidget | None, theme: Theme, verdict: PackVerdict) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Verify {verdict.name}")
        unit = self.fontMetrics().height()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(unit, unit, unit, unit)
        outer.setSpacing(unit)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(2, 2, unit // 2, 2)
        column.setSpacing(unit)
        area.setWidget(inside)
        outer.addWidget(area, 1)
        self.answer = Banner(theme, lasting=True)
        self.answer.say(_breakable(pack_verdict_words(verdict)), Tone.GOOD if verdict.ok else Tone.ERROR)
        self.setAccessibleDescription(pack_verdict_words(verdict))
        column.addWidget(self.answer)
        if verdict.faults:
            card = Card("What does not hold")
            self.faults = QPlainTextEdit(_faults(verdict))
            self.faults.setReadOnly(True)
            self.faults.setTabChangesFocus(True)
            self.faults.setAccessibleName("What does not hold")
            # Names in a pack are anybody's: a long one without a blank is broken, not cut.
            self.faults.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            tall = min(14, 2 + 2 * len(verdict.faults))
            self.faults.setFixedHeight(self.fontMetrics().lineSpacing() * tall + unit)
            card.body.addWidget(self.faults)
            column.addWidget(card)
        lines = _about(verdict)
        if lines:
            card = Card("What was checked")
            card.body.addWidget(label(_breakable("\n".join(lines)), wrap=True, selectable=True))
            column.addWidget(card)
        if verdict.notes:
            card = Card("What it means")
            for text in verdict.notes:
                card.body.addWidget(label(_breakable(f"•  {text}"), wrap=True, selectable=True))
            column.addWidget(card)
        column.addStretch()
        box = QDialogButtonBox(self)
        self.verb = button("Close", self.accept, role="primary")
        main_button(box, self.verb)
        outer.addWidget(box)
        self.resize(unit * 42, unit * 34)


def pack_verdict_words(verdict: PackVerdict) -> str:
    """The verdict in a sentence."""
    if verdict.ok:
        return f"{verdict.name}: complete, and every byte is as it was sealed."
    if verdict.parts_missing:
        count = len(verdict.parts_missing)
        return f"{verdict.name} cannot be verified: {count:,} of its parts {'is' if count == 1 else 'are'} not here."
    count = len(verdict.faults)
    return f"{verdict.name} does not verify: {count:,} thing{'s do' if count != 1 else ' does'} not hold."


def _about(verdict: PackVerdict) -> list[str]:
    pairs = (
        ("Submission", verdict.reference),
        ("Files", f"{verdict.files:,} with {verdict.bytes:,} bytes" if verdict.files else ""),
        ("Sealed by, as the pack says", verdict.person),
        ("Sealed at, as the pack says", shown_date(verdict.sealed_at) if verdict.sealed_at else ""),
        ("Personal data", _choice_words(verdict.personal_data) + (f"; {AS_KEPT}" if verdict.evidence else "")),
        ("Parts that are missing", ", ".join(verdict.parts_missing)),
        ("Fingerprint of the key", f"\n{grouped(verdict.fingerprint, rows=2)}" if verdict.fingerprint else ""),
    )
    return [f"{name}: {text}" for name, text in pairs if text]


def _faults(verdict: PackVerdict) -> str:
    lines = [f"•  {one.file}: {one.words}" if one.file else f"•  {one.words}" for one in verdict.faults[:MOST]]
    if len(verdict.faults) > MOST:
        lines.append(f"…  and {len(verdict.faults) - MOST:,} more")
    return "\n".join(lines)


def _breakable(text: str) -> str:
    """The text with places in its long words where a line may end."""
    return re.sub(rf"(\S{{{LONGEST_WORD}}})(?=\S)", "\\1\u200b", text)


def _choice_words(choice: str) -> str:
    """What is said of personal data, in words; a pack of another program may say something of its own."""
    return MpanChoice(choice).words if choice in {one.value for one in MpanChoice} else choice


def show_pack_verdict(parent: QWidget, theme: Theme, verdict: PackVerdict) -> None:
    """Show it until it is closed."""
    dialog = PackVerdictDialog(parent, theme, verdict)
    dialog.exec()
    dialog.deleteLater()
