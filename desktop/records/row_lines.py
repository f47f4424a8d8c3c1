"""The line of a text file on which each row begins: texts over several lines and blank lines count, as in an editor."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from desktop.portfolio.readers.encoding import utf8_chunks
from desktop.portfolio.readers.text_form import TextForm, is_blank_line


def row_lines(path: Path, form: TextForm, rows: int) -> list[int]:
    """The line of every row down to the headings and of the `rows` data rows below them, from 1.

    Empty when the rows cannot be told apart here.
    """
    text = b"".join(utf8_chunks(path, form.encoding)).decode("utf-8", "replace")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter)
    lines: list[int] = []
    begins = 1
    try:
        for place, cells in enumerate(reader, start=1):
            if place <= form.heading_row or not is_blank_line(cells, len(form.headings)):
                lines.append(begins)
            begins = reader.line_num + 1
    except csv.Error:
        return []
    # Blank lines at the end of a file that are rows of delimiters alone are read and then dropped.
    all_rows = form.heading_row + rows
    return lines[:all_rows] if len(lines) >= all_rows else []
