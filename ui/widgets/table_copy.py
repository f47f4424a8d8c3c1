"""Copying rows to the clipboard as tab-separated text with headings, as Excel pastes it."""

from __future__ import annotations

import io

from PySide6.QtGui import QGuiApplication

from desktop.browse.view import Column, TableSource
from desktop.jobs import Job
from ui.context import Context, Tone

MOST = 500_000
"""Rows that a paste into a spreadsheet can sensibly take; beyond, an export is the way."""
BLOCK = 5_000


def may_copy(context: Context, ranges: list[tuple[int, int]]) -> bool:
    """Whether these rows can go to the clipboard; says why when they cannot."""
    rows = sum(length for _, length in ranges)
    if not rows:
        context.say("Select rows first, then copy.", Tone.INFO)
    elif rows > MOST:
        context.say(f"{rows:,} rows are too many for the clipboard. Use “Export this view…” instead.", Tone.WARNING)
    return 0 < rows <= MOST


def put_on_clipboard(context: Context, text: str, ranges: list[tuple[int, int]]) -> None:
    """Hand the text over and say how many rows it was."""
    rows = sum(length for _, length in ranges)
    QGuiApplication.clipboard().setText(text)
    context.say(f"Copied {rows:,} {'row' if rows == 1 else 'rows'} with headings.", Tone.GOOD)


def tab_separated(source: TableSource, columns: tuple[Column, ...], ranges: list[tuple[int, int]], job: Job) -> str:
    """The rows of these ranges as text; tabs and line ends within a cell become quoted, as Excel itself does."""
    keys = [column.key for column in source.columns]
    places = [keys.index(column.key) for column in columns]
    out = io.StringIO()
    out.write("\t".join(_cell(column.title) for column in columns) + "\n")
    total, written = sum(length for _, length in ranges), 0
    for first, length in ranges:
        for start in range(first, first + length, BLOCK):
            rows = source.page(start, min(BLOCK, first + length - start))
            for cells in rows:
                out.write("\t".join(_cell(cells[place]) for place in places) + "\n")
            written += len(rows)
            job.report("Copying", written, total)
    return out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    if text.startswith(("=", "+", "-", "@")) and not text[1:].replace(".", "", 1).isdigit():
        text = f"'{text}"  # a text from a file must not become a formula where it is pasted
    if any(sign in text for sign in '\t\n\r"'):
        return '"' + text.replace('"', '""') + '"'
    return text
