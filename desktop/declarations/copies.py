"""The copies of a declaration or withdrawal for people: an HTML page, its PDF, and how to verify it.

They are made from the body alone, before their hashes are bound into it. The page is for A4, black on white, and kept
so plain that a browser and the PDF printer (ui/printing.py) show the same. Nothing in it is loaded from anywhere.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from desktop.declarations.model import PdfPrinter
from desktop.declarations.shape import HOW_NAME, HTML_NAME, PDF_NAME, WITHDRAWAL
from desktop.declarations.verify_words import how_to_verify

_STYLE = """@page { size: A4; margin: 18mm; }
body { font-family: 'DejaVu Sans', Arial, sans-serif; font-size: 10pt; color: #000000; max-width: 190mm; }
h1 { font-size: 17pt; margin-top: 4px; margin-bottom: 4px; }
h2 { font-size: 12pt; margin-top: 16px; margin-bottom: 5px; }
p { margin-top: 4px; margin-bottom: 4px; }
table { border-collapse: collapse; }
th, td { border: 1px solid #000000; padding: 3px; text-align: left; vertical-align: top; font-size: 9pt; }
tr { page-break-inside: avoid; }
td.mark { padding: 7px; font-weight: bold; }
td.statement { padding: 9px; font-size: 11pt; }
.hash { font-family: 'DejaVu Sans Mono', monospace; font-size: 7pt; }"""

_ACROSS = """
@media screen, print { .sheet:before { content: "%s"; position: fixed; top: 40%%; left: 5%%; width: 90%%;
text-align: center; font-size: 80pt; font-weight: bold; color: #000000; opacity: 0.12;
transform: rotate(-35deg); z-index: 1; } }"""

REHEARSAL_MARK = "REHEARSAL"
"""Stands across every page of a rehearsal; ui/printing.py draws what the page's `watermark` says."""

_CLAIMS = (
    "This record is signed with a simple electronic signature with tamper evidence: whoever has it can tell whether a"
    " single bit of it was changed since it was signed with the key named above. It does not show by itself whose key"
    " that is, nor the true time: the time is that of the clock of the computer that it was signed on."
)
_CLAIMS_SCAN = (
    "A signed document is attached to this record in the place of an electronic signature. The record names it by its"
    " SHA-256; whether the signature on it is genuine is for its reader to judge."
)


def copies_of(body: Mapping[str, Any], printer: PdfPrinter | None = None) -> dict[str, bytes]:
    """The copies by their names, of a body without `files`; the PDF only with a printer."""
    page = page_of(body)
    made = {HTML_NAME: page.encode()}
    if printer is not None:
        made[PDF_NAME] = printer(page)
    made[HOW_NAME] = how_to_verify(body, tuple(made)).encode()
    return made


def page_of(body: Mapping[str, Any]) -> str:
    """The HTML page."""
    parts = _withdrawal(body) if body["kind"] == WITHDRAWAL else _declaration(body)
    mark = REHEARSAL_MARK if body["rehearsal"] else ""
    style = _STYLE + (_ACROSS % mark if mark else "")
    name = f"{body['reference']} v{body['version']}"
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width">\n'
        f'<meta name="watermark" content="{_safe(mark)}">\n<title>{_safe(name)} {_safe(body["title"])}</title>\n'
        f'<style>\n{style}\n</style>\n</head>\n<body>\n<div class="sheet">\n' + "\n".join(parts) + "\n</div>\n"
        "</body>\n</html>\n"
    )


def _declaration(body: Mapping[str, Any]) -> list[str]:
    wording = body["wording"]
    marks = []
    if body["rehearsal"]:
        marks.append("REHEARSAL: nothing is declared by this page, and it is not to be submitted.")
    if wording["placeholder"]:
        marks.append("Placeholder wording: it is not the Code Body's own text.")
    return [
        *_head(body, "Declaration", marks),
        _facts(
            ("Organisation", _organisation(body)),
            ("Roles", _names(body["roles"])),
            ("To", _names(body["recipients"])),
            ("Milestone", _milestone(body["milestone"])),
            ("Cutover plan", _pair(body["plan"], "ref")),
            ("Activity", _pair(body["activity"], "key")),
            ("Takes the place of", _superseded(body["supersedes"])),
            ("Prepared by", body["prepared_by"]),
        ),
        "<h2>Answers</h2>",
        _table(("Question", "Answer"), ((one["question"], one["answer"]) for one in body["answers"]), "No questions."),
        "<h2>Open or excepted when it was signed</h2>",
        _table(
            ("What", "Reference", "As it stood"),
            ((one["kind"].capitalize(), one["ref"], one["text"]) for one in body["open_items"]),
            "Nothing was open or excepted.",
        ),
        "<h2>Statement</h2>",
        _box("statement", wording["statement"]),
        f"<p>Confirmed by the signatory: {_safe(wording['confirm'])}</p>",
        *_signature(body),
        "<h2>Evidence</h2>",
        _table(
            ("Reference", "Title and file", "SHA-256"),
            ((_revision(one), f"{one['title']}\n{one['file_name']}", one["sha256"]) for one in body["evidence"]),
            "No evidence.",
        ),
        "<h2>What it rests on</h2>",
        _table(
            ("What", "Reference", "Title", "SHA-256 of what it said"),
            ((one["kind"].capitalize(), one["ref"], one["title"], one["sha256"]) for one in body["relied_on"]),
            "Nothing besides.",
        ),
        "<h2>Wording and content packs</h2>",
        _table(
            ("Pack", "Version", "Standing", "SHA-256"),
            ((one["kind"], one["version"], one["status"], one["sha256"]) for one in body["packs"]),
            "None.",
        ),
        f"<p>Source of the wording: {_safe(wording['source']) or 'not known'}</p>",
        *_foot(body),
    ]


def _withdrawal(body: Mapping[str, Any]) -> list[str]:
    of = body["withdraws"]
    marks = ["REHEARSAL: this is part of a rehearsal."] if body["rehearsal"] else []
    return [
        *_head(body, "Withdrawal of a declaration", marks),
        _facts(
            ("Organisation", _organisation(body)),
            ("Withdrawn", f"{of['reference']} v{of['version']}"),
            ("SHA-256 of what is withdrawn", of["sha256"]),
        ),
        "<h2>Grounds</h2>",
        _box("statement", body["grounds"]),
        *_signature(body),
        *_foot(body),
    ]


def _head(body: Mapping[str, Any], what: str, marks: Sequence[str]) -> list[str]:
    return [
        f"<p>{_safe(body['organisation']['name'])}</p>",
        f"<h1>{_safe(body['title'])}</h1>",
        f"<p><b>{what} {_safe(body['reference'])} version {body['version']}</b></p>",
        *(_box("mark", mark) for mark in marks),
        "<p></p>",
    ]


def _signature(body: Mapping[str, Any]) -> list[str]:
    by, key, scan = body["signatory"], body["key"], body.get("scan")
    same = "Yes: the signatory prepared it too" if body.get("same_person") else ""
    return [
        "<h2>Signature</h2>",
        _facts(
            ("Kind", body["signature_kind"]),
            ("Signed by", by["name"]),
            ("Position", by["position"]),
            ("Capacity", by["capacity_name"]),
            ("On behalf of", by["on_behalf_of"]),
            ("Signed at", _moment(body["signed_at"])),
            ("Prepared and signed by one person", same),
            ("Signed document", f"{scan['file_name']} ({scan['size']:,} bytes)" if scan else ""),
            ("SHA-256 of it", scan["sha256"] if scan else ""),
            ("Key", f"{key['algorithm']}, fingerprint {key['fingerprint']}" if key else ""),
        ),
    ]


def _foot(body: Mapping[str, Any]) -> list[str]:
    head = body["audit_head"]
    return [
        "<h2>What this record shows</h2>",
        f"<p>{_CLAIMS_SCAN if body['key'] is None else _CLAIMS}</p>",
        f"<p>How to check it with common tools only is told in {HOW_NAME}.</p>",
        f'<p class="hash">Head of the audit log before it was signed: entry {head["seq"]:,}, {_safe(head["h"])}</p>',
    ]


def _facts(*rows: tuple[str, str]) -> str:
    """Two columns; a row without a value is left out."""
    told = "".join(
        f'<tr><th width="28%">{_safe(name)}</th><td>{_cell(value)}</td></tr>\n' for name, value in rows if value
    )
    return f'<table width="100%" cellspacing="0">\n{told}</table>'


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]], empty: str) -> str:
    """A table, or the sentence when there is no row."""
    told = "".join(f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row)}</tr>\n" for row in rows)
    if not told:
        return f"<p>{_safe(empty)}</p>"
    top = "".join(f"<th>{_safe(heading)}</th>" for heading in headings)
    return f'<table width="100%" cellspacing="0">\n<thead><tr>{top}</tr></thead>\n<tbody>\n{told}</tbody>\n</table>'


def _box(kind: str, text: str) -> str:
    """A framed text: a table of one cell, since the PDF printer frames nothing else."""
    return f'<table width="100%" cellspacing="0"><tr><td class="{kind}">{_lines(text)}</td></tr></table>'


def _cell(value: str) -> str:
    """A hash in small figures that may break in the middle; any other text with its lines."""
    if len(value) == 64 and not set(value) - set("0123456789abcdef"):
        return f'<span class="hash">{value[:32]}<br>{value[32:]}</span>'
    return _lines(value)


def _organisation(body: Mapping[str, Any]) -> str:
    of = body["organisation"]
    return f"{of['name']} (MPID {', '.join(of['mpids'])})" if of["mpids"] else str(of["name"])


def _names(parts: Sequence[Mapping[str, str]]) -> str:
    return ", ".join(one["name"] for one in parts)


def _milestone(of: Mapping[str, str] | None) -> str:
    if of is None:
        return ""
    source = f" ({of['source']})" if of["source"] else ""
    return f"{of['id']} {of['title']}: {_day(of['day']) or 'no day'}{source}"


def _revision(of: Mapping[str, Any]) -> str:
    return f"{of['ref']}\nrevision {of['revision']}, {of['size']:,} bytes"


def _pair(of: Mapping[str, str] | None, name: str) -> str:
    return "" if of is None else f"{of[name]} {of['title']}"


def _superseded(of: Mapping[str, Any] | None) -> str:
    return "" if of is None else f"{of['reference']} v{of['version']}. Reason: {of['reason']}"


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text)
    return f"{at.day} {at:%B %Y, %H:%M:%S} UTC"


def _day(text: str) -> str:
    if not text:
        return ""
    day = datetime.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


def _lines(text: str) -> str:
    return _safe(text).replace("\n", "<br>\n")


def _safe(text: str) -> str:
    """Escaped, and what nobody sees (controls, turned writing) made visible: a page must read as it is signed."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    plain = (
        one if one == "\n" or unicodedata.category(one) not in {"Cc", "Cf"} else f"[U+{ord(one):04X}]" for one in kept
    )
    return html.escape("".join(plain))
