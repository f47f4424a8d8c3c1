"""Personal data in what a submission says: every text goes through here, whatever it is a text of.

Unless the choice is full, long numbers and postcodes are masked wherever they stand (desktop/report/privacy.py): in
titles, notes, descriptions of defects, names of files, and in the keys of rows, which are a hash under a secret of the
workspace where they hold one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from desktop.frames import pl
from desktop.report.privacy import MpanChoice, masked_keys, masked_text
from desktop.submissions.content import Content

NOTE_LEFT_OUT = "note left out"
_HASH = re.compile(r"[0-9a-f]{64}")
_MADE_KEY = re.compile(r"k[0-9a-f]{16}")
"""A key that was made so already: the same hash again finds its row."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?: GMT)?)?")


@dataclass(frozen=True)
class Masking:
    """How texts leave: the choice, and the workspace's secret for keys of rows."""

    choice: MpanChoice
    secret: bytes = field(repr=False)

    @property
    def full(self) -> bool:
        """Nothing is masked."""
        return self.choice is MpanChoice.FULL

    def words(self, text: str) -> str:
        """One text."""
        return self.column([text])[0]

    def column(self, texts: Sequence[str]) -> list[str]:
        """Many texts; the same result as one by one, and quicker."""
        if self.full or not texts:
            return list(texts)
        return masked_text(pl.Series(texts, dtype=pl.String), self.choice).to_list()

    def days(self, texts: Sequence[str]) -> list[str]:
        """Texts that should be days: those that are stay, others are masked as any text."""
        masked = self.column(texts)
        return [text if _DAY.fullmatch(text) else hidden for text, hidden in zip(texts, masked, strict=True)]

    def notes(self, texts: Sequence[str]) -> list[str]:
        """What a person noted: left out unless everything is shown, as the words of the choice say on the cover."""
        return list(texts) if self.full else [NOTE_LEFT_OUT if text.strip() else "" for text in texts]

    def keys(self, texts: Sequence[str]) -> list[str]:
        """What keys of rows are made of: a text that holds something personal becomes its hash under the secret."""
        masked = self.column(texts)
        return [
            text if text == hidden or _MADE_KEY.fullmatch(text) else str(masked_keys(pl.Series([text]), self.secret)[0])
            for text, hidden in zip(texts, masked, strict=True)
        ]


def masked_content(content: Content, masking: Masking) -> Content:
    """The texts beside the tables and the files; a hash that stands alone stays."""

    def words(text: str) -> str:
        return text if _HASH.fullmatch(text) else masking.words(text)

    if masking.full:
        return content
    return replace(
        content,
        title=words(content.title),
        position=tuple((words(item), words(detail)) for item, detail in content.position),
        relies=tuple(replace(one, ref=words(one.ref), title=words(one.title)) for one in content.relies),
        beside=tuple(replace(one, name=words(one.name), title=words(one.title)) for one in content.beside),
        values={name: words(value) for name, value in content.values.items()},
        open_points=tuple(words(one) for one in content.open_points),
    )
