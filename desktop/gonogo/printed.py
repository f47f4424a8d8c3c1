"""The go/no-go sheet as HTML, black on white, A4: what a board decides on first, then an annex of all activities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from html import escape

from desktop.cutover.model import Rag
from desktop.declarations.model import Declaration
from desktop.gonogo.annex import annex
from desktop.gonogo.markup import STYLE, listed, table
from desktop.gonogo.model import GoNoGo, InTheWay, Line
from desktop.gonogo.words import declaration_words
from desktop.uk_time import civil

SHOWN = 8
"""So many of one kind stand before the annex; the rest are counted."""
_RAG = {Rag.RED: "RED", Rag.AMBER: "AMBER", Rag.GREEN: "GREEN", Rag.NONE: "nothing open has a day"}
_COUNTED = (
    ("failed", "failed or no-go"), ("late", "late"), ("open", "open"), ("waiting", "cannot start yet"),
    ("to_confirm", "to be confirmed"), ("done", "done or not needed"),
)  # fmt: skip


def html(sheet: GoNoGo) -> str:
    """The whole page. Every text of a person is escaped."""
    day, time = civil(sheet.now.astimezone(UTC))
    parts = [
        "<!DOCTYPE html><html lang='en-GB'><head><meta charset='utf-8'>",
        f"<title>{escape(sheet.title)}</title><style>{STYLE}</style></head><body>",
    ]
    if sheet.plan.rehearsal:
        parts.insert(1, '<meta name="watermark" content="REHEARSAL">')
        parts.append("<h2>REHEARSAL: for practice only, decides nothing, is never submitted</h2>")
    parts.append(f"<h1>{escape(sheet.title)}</h1>")
    parts.append(_facts(sheet, f"{day.day} {day:%b %Y} {time:%H:%M}"))
    parts.append(_counts(sheet))
    parts.append(_blockers(sheet))
    parts.append(_declarations(sheet))
    parts.append(_known(sheet))
    parts.append(_decision())
    number, head = sheet.audit_head
    parts.append(
        f"<p style='font-size: 6pt;'>Made by MHHS Desk from this workspace. Head of its audit log: entry {number:,}, "
        f"SHA-256 {escape(head) or 'none yet'}.</p>"
    )
    parts.append(f"{annex(sheet, SHOWN)}</body></html>")
    return "".join(parts)


def _facts(sheet: GoNoGo, now: str) -> str:
    rows = [("Organisation", sheet.organisation), ("Plan", f"{sheet.plan.ref} · {sheet.plan.name}")]
    if sheet.plan.source:
        rows.append(("Taken from", sheet.plan.source))
    if sheet.milestone:
        day = f"{sheet.milestone.day.day} {sheet.milestone.day:%b %Y}" if sheet.milestone.day else "no day"
        rows.append(("Milestone", f"{sheet.milestone.name}: {day} ({sheet.milestone.source})"))
    rows.append(("As it stood", f"{now} (time in Great Britain)"))
    ends = sheet.ends.words if sheet.ends else "no day yet"
    planned = f", planned {sheet.planned_end.words}" if sheet.planned_end and sheet.planned_end != sheet.ends else ""
    rows.append(("The plan ends", ends + planned))
    rows.append(("Worst of what is open", _RAG[sheet.rag]))
    return table((), [(f"<b>{escape(what)}</b>", escape(value)) for what, value in rows], (24, 76))


def _counts(sheet: GoNoGo) -> str:
    """How many activities stand how, as figures in a row."""
    counts = [f"<b><span style='font-size: 14pt;'>{len(getattr(sheet, name)):,}</span></b>" for name, _ in _COUNTED]
    words = [words for _, words in _COUNTED]
    widths = (16, 12, 12, 20, 20, 20)
    return "<h2>Activities</h2>" + table((), [counts], widths, kind="figure") + table(
        (), [words], widths, kind="counted"
    )  # fmt: skip


def _blockers(sheet: GoNoGo) -> str:
    if not sheet.in_the_way:
        said = "<p>Nothing that is known here stands in the way. People decide; see what was not checked.</p>"
    else:
        said = "".join(_kind(one) for one in sheet.in_the_way)
    return f"<h2>What stands in the way ({len(sheet.blockers):,})</h2>{said}"


def _kind(kind: InTheWay) -> str:
    rest = len(kind.sentences) - SHOWN
    more = f"<p>and {escape(kind.counted(rest))}: see the annex</p>" if rest > 0 else ""
    head = f"<p><b>{escape(kind.title)} ({len(kind.sentences):,})</b></p>"
    return f"{head}{listed(kind.sentences[:SHOWN])}{more}"


def _declarations(sheet: GoNoGo) -> str:
    standing = [one for one in sheet.declarations if one.state.stands or not one.state.locked]
    parts = [f"<h2>Declarations ({len(sheet.declarations):,})</h2>"]
    if standing:
        heads = ("Reference", "Declaration", "How it stands", "Changed since")
        parts.append(table(heads, [_declaration(one) for one in standing], (18, 28, 38, 16)))
    elif not sheet.declarations and not sheet.declarations_missing:
        parts.append("<p>This plan needs none, and none was made.</p>")
    elif not sheet.declarations:
        parts.append("<p>None was made; those that are needed stand above.</p>")
    if over := [f"{one.name} ({one.state.value})" for one in sheet.declarations if one not in standing]:
        parts.append(f"<p>Not standing any more: {escape(', '.join(over))}.</p>")
    elif standing:
        parts.append("<p style='font-size: 2pt;'>&nbsp;</p>")  # a heading right below a table has no room above it
    return "".join(parts)


def _declaration(one: Declaration) -> tuple[str, ...]:
    state = declaration_words(one) + (" (rehearsal)" if one.rehearsal else "")
    count = len(one.flags) if one.state.stands else 0
    changed = f"{count:,} thing{'s' * (count != 1)}: see above" if count else ""
    return tuple(escape(cell) for cell in (one.name, one.details.title, state, changed))


def _known(sheet: GoNoGo) -> str:
    """Data cleanse and defects, each in a row."""
    rows = [
        ("Open findings", _lines(sheet.findings, "No check was run.")),
        ("Exceptions in force", _lines(sheet.exceptions, "None.")),
        ("Not checked", _lines(sheet.not_checked, "Every check ran in full.")),
        ("Open defects", _lines(sheet.defects, "None.")),
    ]
    told = table((), [(f"<b>{what}</b>", said) for what, said in rows], (24, 76))
    return f"<h2>Data cleanse and defects</h2>{told}"


def _lines(lines: Sequence[Line], none: str) -> str:
    if not lines:
        return escape(none)
    said = []
    for one in lines[:SHOWN]:
        words = one.text if one.count is None else f"{one.text}: {one.count:,}"
        said.append(escape(f"{words} ({one.detail})" if one.detail else words))
    rest = len(lines) - SHOWN
    return "<br>".join([*said, *([f"and {rest:,} more: see the annex"] if rest > 0 else [])])


def _decision() -> str:
    """Room for what people decide: the sheet itself decides nothing."""
    rows = [("<b>Decision (go or no-go), conditions</b>", "<b>Who decided</b>", "<b>Date and time</b>")]
    rows.append(("<br>&nbsp;<br>&nbsp;", "&nbsp;", "&nbsp;"))
    return f"<h2>Decision</h2>{table((), rows, (50, 28, 22), kind='room')}"
