"""XML from strangers: an expat parser that refuses DTDs, deep nesting and crowds of attributes."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from desktop.errors import FileRefused

NOTHING = "Nothing was imported."
SAVE_AGAIN = "Open it in Excel, save it as a new .xlsx workbook and choose that."
MAX_DEPTH = 64
MAX_ATTRIBUTES = 200
MAX_TEXT = 32_767
"""Characters that Excel holds in one cell."""
MAX_RAW_TEXT = 8 * MAX_TEXT
"""Characters of one text before its `_xHHHH_` escapes are undone."""
CHUNK = 1024**2
MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespaces of a sheet's own elements: transitional and strict."""
RELATIONSHIPS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]


def refuse(what: str, todo: str = SAVE_AGAIN) -> FileRefused:
    """The refusal of a workbook: what was met, that nothing was taken, and what to do."""
    return FileRefused(f"The workbook could not be read: {what}.", safe=NOTHING, todo=todo)


def local(name: str) -> str:
    """The local name of an element of a sheet's own namespaces; "" for an element of any other."""
    space, _, last = name.rpartition(" ")
    return last if space in MAIN else ""


def parser(start: Start, end: Callable[[str], None], text: Callable[[str], None] | None = None) -> expat.XMLParserType:
    """A namespace-aware parser with the guards on; names come as "namespace local"."""
    made = expat.ParserCreate(namespace_separator=" ")
    made.buffer_text = True
    made.buffer_size = 65_536
    depth = 0

    def guarded_start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise refuse(f"its parts are nested more than {MAX_DEPTH} deep")
        if len(attributes) > MAX_ATTRIBUTES:
            raise refuse(f"an element has more than {MAX_ATTRIBUTES} attributes")
        start(name, attributes)

    def guarded_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    def no_doctype(*_: object) -> None:
        raise refuse("it holds a document type definition, which no workbook needs and which can do harm")

    made.StartElementHandler = guarded_start
    made.EndElementHandler = guarded_end
    made.StartDoctypeDeclHandler = no_doctype
    made.EntityDeclHandler = no_doctype
    if text is not None:
        made.CharacterDataHandler = text
    return made


def broken(part: str, error: Exception) -> FileRefused:
    """The refusal of a part whose XML is not well-formed."""
    line = getattr(error, "lineno", 0)
    return refuse(f"its part {part} is damaged" + (f" at line {line}" if line else ""))


def parse(stream: IO[bytes], part: str, made: expat.XMLParserType) -> None:
    """Feed a whole part to a guarded parser, a chunk at a time."""
    try:
        while chunk := stream.read(CHUNK):
            made.Parse(chunk, False)
        made.Parse(b"", True)
    except expat.ExpatError as error:
        raise broken(part, error) from None
    except (LookupError, UnicodeError) as error:
        # An encoding="…" that Python does not know, or bytes that do not fit it.
        raise broken(part, error) from None
