"""What a text is: HTML, XML, JSON, mail, a table, a script, or just text."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Iterator

from desktop.evidence.signatures import Found

_HTML = Found("text/html", "HTML page", active=True)
_SVG = Found("image/svg+xml", "SVG drawing", active=True)
_XML = Found("application/xml", "XML file")
_JSON = Found("application/json", "JSON file")
_MAIL = Found("message/rfc822", "E-mail message")
_TABLE = Found("text/csv", "CSV table")
_TEXT = Found("text/plain", "Text")

_CONTROL = re.compile(r"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
"""What no text holds: control marks but tab, line ends, form feed, bell, backspace and escape (coloured logs)."""
_MARKUP = re.compile(r"<!doctype\s+html|<(?:html|head|body|script|iframe|hta:application)[\s>]", re.IGNORECASE)
_DRAWING = re.compile(r"<(?:[a-z]+:)?svg[\s>]", re.IGNORECASE)
_HEADER = re.compile(
    r"^(?:From|To|Subject|Date|Message-ID|MIME-Version|Received|Return-Path|Delivered-To|Cc|Reply-To|Content-Type|"
    r"X-[\w-]+):",
    re.IGNORECASE | re.MULTILINE,
)
_FIRST_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*:[ \t]|From ")
_HEADERS = 3
"""Different headers that a mail has at least."""
_STARTS = {
    "[internetshortcut]": Found("text/x-url", "Web shortcut", active=True),
    "[desktop entry]": Found("text/x-desktop", "Linux shortcut", active=True),
    "[shell]": Found("text/x-scf", "Windows shortcut", active=True),
    "windows registry editor": Found("text/x-registry", "Windows registry file", active=True),
    "regedit4": Found("text/x-registry", "Windows registry file", active=True),
    "@echo off": Found("text/x-script", "Script", active=True),
    "#!": Found("text/x-script", "Script", active=True),
}
_LINES = 20
_DELIMITERS = ",;\t|"


def of_text(head: bytes, *, whole: bool, ending: str) -> Found | None:  # noqa: PLR0911 - one line a kind
    """What a text is by its start; None when it is no text. `whole` = the head is the whole file."""
    # A PDF may have some bytes before its mark.
    if b"%PDF-" in head[:1024]:
        return Found("application/pdf", "PDF document")
    text = decoded(head, whole=whole)
    if text is None:
        return None
    start = text.lstrip("\ufeff \t\r\n")
    low = start[:200].casefold()
    for mark, found in _STARTS.items():
        if low.startswith(mark):
            return found
    if start.startswith("<") or ending in {"html", "htm", "svg", "xml"}:
        return _of_markup(start)
    if start[:1] in {"{", "["} and _is_json(start, whole=whole, ending=ending):
        return _JSON
    if _is_mail(start):
        return _MAIL
    if _is_table(text, whole=whole, ending=ending):
        return _TABLE
    return _TEXT


def decoded(head: bytes, *, whole: bool) -> str | None:
    """The text of bytes by their mark, as strict UTF-8, or as Windows' western letters; None for no text."""
    for mark, encoding in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            text = head.decode(encoding, "replace")
            return None if _CONTROL.search(text) else text
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        text = decoder.decode(head, final=whole)
    except UnicodeDecodeError:
        try:
            text = head.decode("cp1252")
        except UnicodeDecodeError:
            return None
    return None if _CONTROL.search(text) else text


def _of_markup(start: str) -> Found:
    if _MARKUP.search(start[:4096]):
        return _HTML
    if _DRAWING.search(start[:4096]):
        return _SVG
    return _XML if start.startswith("<?xml") or re.match(r"<[A-Za-z_!]", start) else _TEXT


def _is_json(start: str, *, whole: bool, ending: str) -> bool:
    if not whole:
        return ending == "json" or re.match(r'[{\[]\s*["{\[\d]', start) is not None
    try:
        json.loads(start)
    except (ValueError, RecursionError):
        return False
    return True


def _is_mail(start: str) -> bool:
    if not _FIRST_HEADER.match(start):
        return False
    headers = re.split(r"\r?\n\r?\n", start, maxsplit=1)[0]
    return len({one.group().casefold() for one in _HEADER.finditer(headers)}) >= _HEADERS


def _is_table(text: str, *, whole: bool, ending: str) -> bool:
    """Lines of as many fields each; another name than .csv needs three of both, for prose has commas too."""
    if ending in {"csv", "tsv"}:
        return True
    lines = text.splitlines()
    lines = (lines if whole else lines[:-1])[:_LINES]
    if len(lines) < 3:
        return False
    return any(_fields(lines, delimiter) >= 3 for delimiter in _DELIMITERS)


def _fields(lines: list[str], delimiter: str) -> int:
    """How many fields each line has; 0 when they differ."""

    def counts() -> Iterator[int]:
        yield from (len(row) for row in csv.reader(lines, delimiter=delimiter))

    try:
        found = set(counts())
    except csv.Error:
        return 0
    return found.pop() if len(found) == 1 else 0
