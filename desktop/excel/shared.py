"""Texts that a workbook keeps once for all the cells they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from desktop.excel.cells import Overlong, cell_text, needs_guard

_MAIN_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHARED_PART = "xl/sharedStrings.xml"
SHARED_MARKS = {
    "[Content_Types].xml": (
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'spreadsheetml.sharedStrings+xml"/></Types>',
    ),
    "xl/_rels/workbook.xml.rels": (
        b"</Relationships>",
        b'<Relationship Id="rIdShared" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>',
    ),
}
"""What announces the shared texts: the end of two parts, and what takes its place."""


@dataclass(frozen=True)
class TextStyles:
    """The style ids of a column's text cells: plain, and with quotePrefix."""

    plain: int
    guarded: int


class SharedTexts:
    """Texts that stand in many cells are kept once in the workbook: smaller files, and Excel opens them faster."""

    def __init__(self, limit: int) -> None:
        """`limit` is how many different texts are shared; 0: none."""
        self.limit = limit
        self._numbers: dict[str, int] = {}
        self._cells: dict[tuple[TextStyles, str], str] = {}

    def __len__(self) -> int:
        """How many texts there are."""
        return len(self._numbers)

    def cell(self, text: str, styles: TextStyles, where: str) -> str:
        """The `<c>` element of a text in these styles. Texts too long for a cell are cut and say so."""
        known = self._cells.get((styles, text))
        if known is None:
            known = self._made(text, styles, where)
            self._cells[styles, text] = known
        return known

    def _made(self, text: str, styles: TextStyles, where: str) -> str:
        if not text:
            return f'<c s="{styles.plain}"/>'
        style = styles.guarded if needs_guard(text) else styles.plain
        written = cell_text(text, where=where, overlong=Overlong.SAY)
        number = self._numbers.setdefault(written, len(self._numbers))
        return f'<c s="{style}" t="s"><v>{number}</v></c>'

    def xml(self) -> str:
        """The part xl/sharedStrings.xml."""
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self._numbers)
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<sst xmlns="{_MAIN_SPACE}" uniqueCount="{len(self)}">{items}</sst>'
        )
