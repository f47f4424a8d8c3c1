"""A row of the portfolio set out cell by cell: what it is, how it stood, and how it is compared where that differs."""

from __future__ import annotations

from desktop.portfolio.snapshots import RowCell

ROW_HEADINGS = ("Heading", "Value → compared as")
"""Two columns and not three, so that both can be read in a narrow pane."""


def cell_texts(cell: RowCell) -> tuple[str, str]:
    """The two texts of one cell."""
    if not cell.item:
        return cell.heading, f"{cell.text}  (not used)".strip()
    if cell.cleaned == cell.text or (cell.cleaned is None and not cell.text.strip()):
        return cell.title or cell.heading, cell.text
    return cell.title or cell.heading, f"{cell.text} → {cell.cleaned or 'blank'}"
