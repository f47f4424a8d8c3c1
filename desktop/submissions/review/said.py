"""What stands on cells and not in them: notes, and threads of comments with their authors. Inside the child only."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from desktop.portfolio.readers.xlsx_cells import place_of, unescape
from desktop.portfolio.readers.xlsx_package import MAX_SMALL_PART, Package, SheetPart
from desktop.portfolio.readers.xlsx_xml import MAX_RAW_TEXT, Attributes, parse, parser, refuse

MOST = 20_000
"""Notes and comments of one workbook; a person cannot write more."""

_THREAD = "tc="
"""How the author of a note begins that only stands for a thread, in every language of Excel."""
_STUB = re.compile(r"\[Threaded comment\]", re.IGNORECASE)
_WORDS = re.compile(r"\n(?:Comment|Reply):\n")


@dataclass(frozen=True)
class Said:
    """A note, or a comment of a thread, on the cell in `row` (from 1) and `column` (from 0)."""

    row: int
    column: int
    author: str
    text: str
    thread: bool
    at: str = ""
    id: str = ""
    parent: str = ""
    """The id of the comment that it answers."""
    resolved: bool = False
    orphan: bool = False
    """Taken from the note that stood for a thread: a program dropped the thread with its authors."""


def relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """What a part ('' = the package) refers to inside the workbook: id to (type, member). None: {}."""
    folder, _, last = part.rpartition("/")
    member = f"{folder}/_rels/{last}.rels" if folder else f"_rels/{last}.rels"
    found: dict[str, tuple[str, str]] = {}
    if not _there(package, member):
        return found

    def start(_name: str, attributes: Attributes) -> None:
        target = attributes.get("Target", "")
        if target and attributes.get("TargetMode", "Internal") != "External":
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), whole)

    walk(package, member, parser(start, lambda _name: None))
    return found


def main_part(package: Package) -> str:
    """The member that lists the sheets."""
    return next((target for kind, target in relations(package, "").values() if kind.endswith("/officeDocument")), "")


def persons(package: Package) -> Mapping[str, str]:
    """The names of those who wrote in threads, by their id in the file."""
    names: dict[str, str] = {}

    def start(name: str, attributes: Attributes) -> None:
        if _local(name) == "person":
            names[attributes.get("id", "")] = attributes.get("displayName", "")[:300]

    for kind, member in relations(package, main_part(package)).values():
        if kind.endswith("/person") and _there(package, member):
            walk(package, member, parser(start, lambda _name: None))
    return names


def said_on(package: Package, sheet: SheetPart, names: Mapping[str, str]) -> list[Said]:
    """Every note and comment of a sheet; notes that only stand for a thread are left out where the thread is there."""
    threads: list[Said] = []
    notes: list[Said] = []
    for kind, member in relations(package, sheet.member).values():
        if not _there(package, member):
            continue
        if kind.endswith("/threadedComment"):
            threads += _threads(package, member, names)
        elif kind.endswith("/comments"):
            notes += _notes(package, member)
    told = {(one.row, one.column) for one in threads}
    for note in notes:
        if not note.author.startswith(_THREAD) and not _STUB.match(note.text):
            threads.append(replace(note, text=_without_author(note)))
        elif (note.row, note.column) not in told:
            threads += _from_stub(note)
    return threads


def _without_author(note: Said) -> str:
    """Excel begins a note with its author's name on a line of its own."""
    head, mark, rest = note.text.partition("\n")
    return rest if mark and note.author and head.strip() == f"{note.author.strip()}:" else note.text


def _from_stub(note: Said) -> Iterator[Said]:
    """What a thread said, from the note that stood for it: the words are there, the authors are not."""
    for text in _WORDS.split(note.text.replace("\r\n", "\n"))[1:]:
        words = "\n".join(line.removeprefix("    ") for line in text.split("\n")).strip()
        if words:
            yield replace(note, author="", text=words, orphan=True)


def _notes(package: Package, member: str) -> list[Said]:
    authors: list[str] = []
    found: list[Said] = []
    texts = _Texts()
    place: list[tuple[int, int, int] | None] = [None]

    def start(name: str, attributes: Attributes) -> None:
        element = _local(name)
        texts.start(element)
        if element == "comment":
            at = place_of(attributes.get("ref", ""))
            number = attributes.get("authorId", "0")
            author = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else -1
            place[0] = (*at, author) if at else None
            texts.clear()
        elif element == "author":
            texts.clear()

    def end(name: str) -> None:
        element = _local(name)
        if element == "author":
            authors.append(texts.whole()[:300])
        elif element == "comment" and place[0] is not None:
            row, column, author = place[0]
            by = authors[author] if 0 <= author < len(authors) else ""
            if texts.whole().strip():
                found.append(Said(row, column, by, texts.whole().strip(), thread=False))
            _check(found)
        texts.end()

    walk(package, member, parser(start, end, texts.text))
    return found


def _threads(package: Package, member: str, names: Mapping[str, str]) -> list[Said]:
    found: list[Said] = []
    texts = _Texts()
    current: list[Attributes] = [{}]

    def start(name: str, attributes: Attributes) -> None:
        element = _local(name)
        texts.start(element)
        if element == "threadedComment":
            current[0] = attributes
            texts.clear()

    def end(name: str) -> None:
        if _local(name) == "threadedComment":
            got = current[0]
            at = place_of(got.get("ref", ""))
            if at and texts.whole().strip():
                found.append(
                    Said(
                        at[0], at[1], names.get(got.get("personId", ""), ""), texts.whole().strip(), thread=True,
                        at=got.get("dT", "")[:40], id=got.get("id", "")[:80], parent=got.get("parentId", "")[:80],
                        resolved=got.get("done", "0") in ("1", "true"),
                    )
                )  # fmt: skip
                _check(found)
        texts.end()

    walk(package, member, parser(start, end, texts.text))
    return found


class _Texts:
    """Collects the text of elements that hold some (`t`, `text`, `author`)."""

    def __init__(self) -> None:
        self._inside: list[str] = []
        self._parts: list[str] = []
        self._length = 0

    def start(self, element: str) -> None:
        self._inside.append(element)

    def end(self) -> None:
        self._inside.pop()

    def clear(self) -> None:
        self._parts, self._length = [], 0

    def text(self, data: str) -> None:
        inside = self._inside
        # A note's <text> holds runs, a thread's the words themselves.
        wanted = inside and (
            inside[-1] == "author"
            or (inside[-1] == "t" and "rPh" not in inside)
            or (inside[-1] == "text" and "threadedComment" in inside)
        )
        if wanted:
            self._parts.append(data)
            self._length += len(data)
            if self._length > MAX_RAW_TEXT:
                raise refuse("a note on one of its cells is far too long")

    def whole(self) -> str:
        return unescape("".join(self._parts)).replace("\r\n", "\n").replace("\r", "\n")


def walk(package: Package, member: str, made: object) -> None:
    """Parse a whole small part. Raises FileRefused."""
    if package.size(member) > MAX_SMALL_PART:
        raise refuse(f"its part {member[-80:]} is far too large")
    with package.open(member) as stream:
        parse(stream, member[-80:], made)  # type: ignore[arg-type]


def _check(found: list[Said]) -> None:
    if len(found) > MOST:
        raise refuse(f"a sheet has more than {MOST:,} notes")


def _there(package: Package, member: str) -> bool:
    folded = member.casefold()
    return any(name.casefold() == folded for name in package.file.namelist())


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
