"""Tables and lists of the printed go/no-go sheet, in the few elements that every printer of HTML knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
body { font-family: 'DejaVu Sans', Arial, sans-serif; font-size: 8pt; color: #000000; background: #ffffff; }
h1 { font-size: 15pt; margin-top: 0px; margin-bottom: 4px; }
h2 { font-size: 10pt; margin-top: 11px; margin-bottom: 2px; }
p { margin-top: 3px; margin-bottom: 1px; }
ul { margin-top: 0px; margin-bottom: 2px; -qt-list-indent: 0; margin-left: 12px; }
li { margin-bottom: 1px; }
th { text-align: left; font-size: 7pt; background: #eeeeee; border-bottom: 1px solid #888888; }
td { font-size: 8pt; border-bottom: 1px solid #cccccc; }
td.annex { font-size: 7pt; }
td.figure { font-size: 15pt; border-bottom: 0px; }
td.counted { font-size: 7pt; border-bottom: 0px; }
td.room { border: 1px solid #000000; }
"""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int] = (), *, kind: str = "") -> str:
    """A table of cells that are HTML already; `widths` of its columns in percent, `kind` the class of its cells."""
    wide = [f" width='{one}%'" for one in widths]
    of = f" class='{kind}'" if kind else ""

    def line(tag: str, cells: Sequence[str]) -> str:
        told = (f"<{tag}{of}{wide[place] if wide else ''}>{cell}</{tag}>" for place, cell in enumerate(cells))
        return f"<tr>{''.join(told)}</tr>"

    # The head comes again at the top of each further sheet.
    head = f"<thead>{line('th', [escape(one) for one in heads])}</thead>" if heads else ""
    body = "".join(line("td", row) for row in rows)
    look = "border='0' cellspacing='0' cellpadding='2' width='100%' style='border-collapse: collapse;'"
    return f"<table {look}>{head}{body}</table>"


def listed(sentences: Iterable[str]) -> str:
    """Sentences under one another; every text is escaped."""
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in sentences)}</ul>"
