"""A workbook's shared texts: tidy ones split in bulk, all others read exactly, with the escapes that were undone."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from desktop.frames import pl
from desktop.portfolio.readers import xlsx_bulk
from desktop.portfolio.readers.odd_cells import CONTROLS
from desktop.portfolio.readers.xlsx_cells import is_too_long, unescape
from desktop.portfolio.readers.xlsx_package import Package
from desktop.portfolio.readers.xlsx_xml import CHUNK, MAX_RAW_TEXT, MAX_TEXT, Attributes, local, parse, parser, refuse

MAX_STRINGS = 30_000_000
_BULK_LIMIT = 1024**3
"""Bytes of the part up to which it is split in bulk, in memory."""


@dataclass
class SharedStrings:
    """The texts by their index, and for those that held `_xHHHH_` escapes the raw text by index."""

    texts: pl.Series = field(default_factory=lambda: pl.Series("texts", [], dtype=pl.String))
    escaped: dict[int, str] = field(default_factory=dict)
    odd: pl.Series | None = None
    """For each text whether it holds a control character; None when none does."""

    def text(self, index: int) -> str | None:
        """The text of an index, or None when there is none (Python's negative indexes are not the file's)."""
        return str(self.texts[index]) if 0 <= index < self.texts.len() else None


def load_strings(package: Package, *, bulk: bool = True) -> SharedStrings:
    """Read the shared texts of a workbook; the counts that the part states about itself are not believed.

    Raises:
        FileRefused: damaged, or a text longer than a cell may hold.

    """
    if not package.strings_member:
        return SharedStrings()
    raw = _bulk(package) if bulk and package.size(package.strings_member) <= _BULK_LIMIT else None
    if raw is None:
        raw = pl.Series("texts", _exact(package), dtype=pl.String)
    return _undo_escapes(raw)


def _bulk(package: Package) -> pl.Series | None:
    with package.open(package.strings_member) as stream:
        chunks = []
        while chunk := stream.read(CHUNK):
            chunks.append(chunk)
    part = b"".join(chunks)
    cut = xlsx_bulk.frame_of_strings(part)
    if cut is None or not _is_frame(part[: cut[0]], part[cut[1] :]):
        return None
    return xlsx_bulk.split_strings(part, cut)


def _is_frame(head: bytes, tail: bytes) -> bool:
    """Whether what stands around the texts is sound XML of one shared-strings element."""
    names: list[str] = []
    made = parser(lambda name, _attributes: names.append(local(name)), lambda _name: None)
    try:
        made.Parse(head, False)
        made.Parse(tail, True)
    except (expat.ExpatError, LookupError, UnicodeError):
        return False
    return names == ["sst"]


def _undo_escapes(raw: pl.Series) -> SharedStrings:
    lengths = raw.str.len_bytes()
    longest = lengths.max()
    if isinstance(longest, int) and longest > MAX_TEXT:
        for text in raw.filter(lengths > MAX_TEXT):
            if is_too_long(unescape(text)):
                raise refuse(f"a text is longer than the {MAX_TEXT:,} characters that a cell may hold")
    places = raw.str.contains("_x[0-9A-Fa-f]{4}_").arg_true()
    if not places.len():
        return SharedStrings(raw.rename("texts"), odd=_odd(raw))
    escaped: dict[int, str] = {}
    texts: list[str] = []
    for place, text in zip(places.to_list(), raw.gather(places).to_list(), strict=True):
        plain = unescape(text)
        texts.append(plain)
        if plain != text:
            escaped[place] = text
    undone = raw.scatter(places, pl.Series(texts, dtype=pl.String))
    return SharedStrings(undone.rename("texts"), escaped, _odd(undone))


def _odd(texts: pl.Series) -> pl.Series | None:
    odd = texts.str.contains(CONTROLS)
    return odd if bool(odd.any()) else None


def _exact(package: Package) -> list[str]:
    texts: list[str] = []
    inside: list[str] = []
    parts: list[str] = []
    length = 0

    def start(name: str, _attributes: Attributes) -> None:
        nonlocal length
        inside.append(local(name))
        if inside[-1] == "si":
            parts.clear()
            length = 0
            if len(texts) >= MAX_STRINGS:
                raise refuse(f"it holds more than {MAX_STRINGS:,} texts")

    def end(_name: str) -> None:
        if inside.pop() == "si":
            texts.append("".join(parts))

    def text(data: str) -> None:
        nonlocal length
        if inside[-1] == "t" and "si" in inside and "rPh" not in inside:
            parts.append(data)
            length += len(data)
            if length > MAX_RAW_TEXT:
                raise refuse(f"a text is longer than the {MAX_TEXT:,} characters that a cell may hold")

    with package.open(package.strings_member) as stream:
        parse(stream, package.strings_member[-80:], parser(start, end, text))
    return texts
