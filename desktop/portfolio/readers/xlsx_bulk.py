"""Tidy stretches of a workbook's XML taken apart in bulk; whatever is not tidy is left to the exact reader."""

from __future__ import annotations

import re

from desktop.frames import pl

_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_CHARACTER = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|(lt|gt|quot|apos|amp));")
_ILLEGAL = bytes({*range(9), 11, 12, *range(14, 32)})
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)[\"']")
SEPARATOR = b"\x01"


def is_plain_utf8(head: bytes) -> bool:
    """Whether a part begins as UTF-8 XML does, so that its bytes may be cut at tags."""
    named = _ENCODING.search(head[:1000])
    return head.lstrip()[:1] == b"<" and (named is None or named[1].lower() in (b"utf-8", b"us-ascii"))


def is_plain_body(body: bytes) -> bool:
    """Whether bytes between tags hold no comment, CDATA, instruction or other thing that hides where tags stand."""
    # One rare character is found many times sooner than a pair that begins with a frequent one.
    if (b"!" in body and b"<!" in body) or (b"?" in body and b"<?" in body) or (b"]" in body and b"]]>" in body):
        return False
    return not (b"\xef" in body and (b"\xef\xbf\xbe" in body or b"\xef\xbf\xbf" in body))


def split_strings(part: bytes, cut: tuple[int, int]) -> pl.Series | None:
    """The texts of a shared-strings part that is nothing but `<si><t>…</t></si>`; None when it is anything else.

    `cut` is where the body stands (`frame_of_strings`); what stands around it is the caller's to check.
    """
    body = part[cut[0] : cut[1]]
    if not is_plain_body(body) or len(body.translate(None, _ILLEGAL)) != len(body):
        return None
    if b"\r" in body:
        body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    body = body.replace(b'<t xml:space="preserve">', b"<t>").replace(b"<t/>", b"<t></t>")
    body = re.sub(rb"</si>[ \t\n]+<si>", b"</si><si>", body) if b"</si>\n" in body or b"</si> " in body else body
    body = body.strip(b" \t\n")
    if not body:
        return pl.Series("texts", [], dtype=pl.String)
    if not (body.startswith(b"<si><t>") and body.endswith(b"</t></si>")):
        return None
    body = body[7:-9].replace(b"</t></si><si><t>", SEPARATOR)
    if b"<" in body:
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    pieces = pl.Series("texts", [text]).str.split("\x01").explode()
    return decode_entities(pieces) if "&" in text else pieces


def frame_of_strings(part: bytes) -> tuple[int, int] | None:
    """Where the body of a shared-strings part starts and ends; None when it is not plainly there."""
    head = part[:4096]
    opening = re.search(rb"<sst(?:\s[^<>]*)?>", head)
    end = part.rfind(b"</sst>")
    if opening is None or end < opening.end() or opening[0].endswith(b"/>") or not is_plain_utf8(head):
        return None
    if part[end + 6 :].strip() or b"<!" in part[: opening.end()]:
        return None
    return opening.end(), end


def decode_entities(texts: pl.Series) -> pl.Series | None:
    """Put `&amp;` and the like, and numbered characters, in their place; None when one of them is not XML's."""
    places = texts.str.contains("&", literal=True).arg_true()
    if not places.len():
        return texts
    some = texts.gather(places)
    if some.str.count_matches("&", literal=True).sum() == some.str.count_matches("&(?:lt|gt|quot|apos|amp);").sum():
        plain = some.str.replace_many(list(_ENTITIES), list(_ENTITIES.values()))
        return texts.scatter(places, plain)
    decoded = []
    for text in some:
        if text.count("&") != len(_CHARACTER.findall(text)):
            return None
        try:
            decoded.append(_CHARACTER.sub(_character, text))
        except ValueError:
            return None
    return texts.scatter(places, pl.Series(decoded, dtype=pl.String))


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _ENTITIES[match[0]]
    code = int(match[1]) if match[1] else int(match[2], 16)
    if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return chr(code)
    raise ValueError(code)
