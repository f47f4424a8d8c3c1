"""The go/no-go sheet as one page of HTML: black on white, A4, in the few elements that every printer of HTML knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from html import escape

from desktop.cutover.model import Activity, Rag
from desktop.declarations.model import Declaration
from desktop.gonogo.model import GoNoGo, Line
from desktop.uk_time import civil

_STYLE = """
body { font-family: 'DejaVu Sans', Arial, sans-serif; font-size: 9pt; color: #000000; background: #ffffff; }
h1 { font-size: 16pt; margin-bottom: 2pt; }
h2 { font-size: 11pt; margin-top: 14px; margin-bottom: 3px; }
p { margin-top: 2pt; margin-bottom: 2pt; }
li { margin-bottom: 1pt; }
th { text-align: left; }
"""
_RAG = {Rag.RED: "RED", Rag.AMBER: "AMBER", Rag.GREEN: "GREEN", Rag.NONE: "nothing open has a day"}


def html(sheet: GoNoGo) -> str:
    """The whole page. Every text of a person is escaped."""
    day, time = civil(sheet.now.astimezone(UTC))
    parts = [
        "<!DOCTYPE html><html lang='en-GB'><head><meta charset='utf-8'>",
        f"<title>{escape(sheet.title)}</title><style>{_STYLE}</style></head><body>",
    ]
    if sheet.plan.rehearsal:
        parts.insert(1, '<meta name="watermark" content="REHEARSAL">')
        parts.append("<h1>REHEARSAL: for practice only, decides nothing, is never submitted</h1>")
    parts.append(f"<h1>{escape(sheet.title)}</h1>")
    parts.append(_facts(sheet, f"{day:%d %b %Y} {time:%H:%M}"))
    parts.append(_blockers(sheet.blockers))
    parts.append(_section("Ended otherwise than hoped", sheet.failed))
    parts.append(_section("Late", sheet.late))
    parts.append(_section("Open", sheet.open))
    parts.append(_section("Cannot start yet", sheet.waiting))
    parts.append(_section("Done, to be confirmed: the plan says something else since", sheet.to_confirm))
    parts.append(_section("Done or not needed", sheet.done, finished=True))
    parts.append(_declarations(sheet))
    parts.append(_lines("Open findings of the data cleanse", sheet.findings, "No check was run."))
    parts.append(_lines("Exceptions in force", sheet.exceptions, "None."))
    parts.append(_lines("What was not checked", sheet.not_checked, "Every check ran in full."))
    parts.append(_lines("Open defects", sheet.defects, "None."))
    parts.append(_decision())
    number, head = sheet.audit_head
    parts.append(
        f"<p>Made by MHHS Desk from this workspace. Head of its audit log: entry {number:,}, "
        f"SHA-256 {escape(head) or 'none yet'}.</p></body></html>"
    )
    return "".join(parts)


def _facts(sheet: GoNoGo, now: str) -> str:
    rows = [("Organisation", sheet.organisation), ("Plan", f"{sheet.plan.ref} · {sheet.plan.name}")]
    if sheet.plan.source:
        rows.append(("Taken from", sheet.plan.source))
    if sheet.milestone:
        day = f"{sheet.milestone.day:%d %b %Y}" if sheet.milestone.day else "no day"
        rows.append(("Milestone", f"{sheet.milestone.name}: {day} ({sheet.milestone.source})"))
    rows.append(("As it stood", f"{now} (time in Great Britain)"))
    ends = sheet.ends.words if sheet.ends else "no day yet"
    planned = f", planned {sheet.planned_end.words}" if sheet.planned_end and sheet.planned_end != sheet.ends else ""
    rows.append(("The plan ends", ends + planned))
    rows.append(("Worst of what is open", _RAG[sheet.rag]))
    counts = (
        f"{len(sheet.done):,} done or not needed, {len(sheet.open):,} open, {len(sheet.late):,} late, "
        f"{len(sheet.waiting):,} cannot start yet, {len(sheet.failed):,} ended otherwise than hoped"
    )
    rows.append(("Activities", counts))
    return _table((), [(f"<b>{escape(what)}</b>", escape(value)) for what, value in rows])


def _blockers(blockers: Sequence[str]) -> str:
    if not blockers:
        said = (
            "<p>Nothing that is known here stands in the way. People decide; what was not checked is listed below.</p>"
        )
    else:
        said = f"<ol>{''.join(f'<li>{escape(one)}</li>' for one in blockers)}</ol>"
    return f"<h2>What stands in the way ({len(blockers):,})</h2>{said}"


def _section(title: str, activities: Sequence[Activity], *, finished: bool = False) -> str:
    if not activities:
        return ""  # the counts above say so
    last = "Finished" if finished else "Waits for, lacks"
    rows = []
    for one in activities:
        due = one.due or one.planned.finish
        if finished:
            when = one.finished.words if one.finished else ""
            told = f"{when} {one.finished_by}".strip() or one.not_needed
        else:
            told = "; ".join((*one.waiting_for, *one.lacks))
        if one.remark:
            told = f"{told}; {one.remark}" if told else one.remark
        if one.despite:
            told = f"{told}; done in spite of that because: {one.despite}" if told else one.despite
        rows.append(
            (
                escape(one.details.key),
                escape(one.details.title),
                escape(one.details.owner or one.details.responsible or "nobody yet"),
                escape(due.words if due else ""),
                escape(_rag_of(one)),
                escape(told),
            )
        )
    heads = ("Id", "Activity", "Who", "Due", "Stands", last)
    return f"<h2>{escape(title)} ({len(activities):,})</h2>{_table(heads, rows, (8, 27, 14, 13, 14, 24))}"


def _rag_of(one: Activity) -> str:
    said = one.state.value
    if one.rag is not Rag.NONE and not one.state.finished:
        said += f", {one.rag.value}"
        if one.rag_reason:
            said += f" (said so: {one.rag_reason})"
    return said


def _declarations(sheet: GoNoGo) -> str:
    parts = [f"<h2>Declarations ({len(sheet.declarations):,})</h2>"]
    if sheet.declarations:
        heads = ("Reference", "Declaration", "State", "Signed", "Changed since")
        parts.append(_table(heads, [_declaration(one) for one in sheet.declarations], (18, 24, 12, 20, 26)))
    elif not sheet.declarations_missing:
        parts.append("<p>This plan needs none, and none was made.</p>")
    if sheet.declarations_missing:
        parts.append("<p><b>Needed and not signed</b></p><ul>")
        parts.extend(f"<li>{escape(one)}</li>" for one in sheet.declarations_missing)
        parts.append("</ul>")
    return "".join(parts)


def _declaration(one: Declaration) -> tuple[str, ...]:
    signed = ", ".join(part for part in (one.signatory, one.position, one.signed_at[:10]) if part)
    state = one.state.title + (" (rehearsal)" if one.rehearsal else "")
    cells = (one.name, one.details.title, state, signed, "; ".join(one.flags))
    return tuple(escape(cell) for cell in cells)


def _lines(title: str, lines: Sequence[Line], none: str) -> str:
    if not lines:
        return f"<h2>{escape(title)}</h2><p>{escape(none)}</p>"
    rows = [(escape(one.text), "" if one.count is None else f"{one.count:,}", escape(one.detail)) for one in lines]
    return f"<h2>{escape(title)}</h2>{_table((), rows, (22, 8, 70))}"


def _decision() -> str:
    """Room for what people decide: the sheet itself decides nothing."""
    rows = [(f"<b>{what}</b>", "&nbsp;" * 60) for what in ("Decision (go / no-go)", "Who decided", "Date and time")]
    return f"<h2>Decision</h2>{_table((), rows)}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int] = ()) -> str:
    """A table of cells that are HTML already; `widths` of its columns in percent."""
    wide = [f" width='{one}%'" for one in widths]

    def line(tag: str, cells: Sequence[str]) -> str:
        told = (f"<{tag}{wide[place] if wide else ''}>{cell}</{tag}>" for place, cell in enumerate(cells))
        return f"<tr>{''.join(told)}</tr>"

    head = line("th", [escape(one) for one in heads]) if heads else ""
    body = "".join(line("td", row) for row in rows)
    return (
        "<table border='1' cellspacing='0' cellpadding='3' width='100%' style='border-collapse: collapse;'>"
        f"{head}{body}</table>"
    )
