"""Files that go out: always saved, never shown, whatever they are called and whatever they hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse

from central.pages.frame import HEADERS

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]')
_LONGEST = 150


def plain_name(name: str) -> str:
    """A name that a participant gave, without what could be a path, a command or a line end."""
    plain = "".join("_" if unicodedata.category(one) in {"Cf", "Cs", "Co", "Zl", "Zp"} else one for one in name)
    plain = _FORBIDDEN.sub("_", plain).strip(" .") or "file"
    if len(plain) > _LONGEST:
        stem, dot, end = plain.rpartition(".")
        kept = f"{dot}{end}" if dot and len(end) <= 10 else ""
        plain = (stem if kept else plain)[: _LONGEST - len(kept)] + kept
    return plain


def disposition(name: str) -> str:
    """`Content-Disposition` for a name that a participant gave (RFC 6266): no path, no quote, no line end in it."""
    plain = plain_name(name)
    ascii_name = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().replace("%", "_")
    ascii_name = ascii_name.strip(" .") or "file"
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(plain, safe='')}"


def download_headers(name: str) -> dict[str, str]:
    """Of an answer that is saved under that name."""
    return {
        **HEADERS,
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": disposition(name),
    }


def download(chunks: Iterable[bytes] | bytes, name: str, size: int | None = None) -> Response:
    """An answer that a browser saves; what it holds cannot run in our name even when it is opened from the answer."""
    headers = download_headers(name)
    if isinstance(chunks, bytes):
        return Response(chunks, media_type="application/octet-stream", headers=headers)
    if size is not None:
        headers["Content-Length"] = str(size)
    return StreamingResponse(iter(chunks), media_type="application/octet-stream", headers=headers)
