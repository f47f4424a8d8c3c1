"""The workbook of a submission: cover with contents, one table a sheet, checks, changes, comments log, how to read it.

Made from the body alone, so that the same body gives the same bytes. Sheets: Cover, one for each table, Evidence (when
there is any), Checks, Changes, Comments, Notes. Template id, version, reference and content hash stand in document
properties (`PROPERTIES`) and in the named cells of the same names on the cover. Every sheet is protected without a
password; the reviewer's columns and the comments log are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from desktop.excel.book import HEADING_ROW, Book, Field, Kind, Page, Value, stream_tabs
from desktop.frames import pl
from desktop.jobs import Job
from desktop.submissions.content import Column, Content
from desktop.submissions.cover import change_rows, check_rows, cover_rows, evidence_rows
from desktop.submissions.layout import (
    CHANGE_COLUMNS,
    CHANGES,
    CHECK_COLUMNS,
    CHECKS,
    EVIDENCE_COLUMNS,
    ROW_KEY,
    Place,
    places,
    texts,
)

TEMPLATE_ID = "mhhs-desk-submission"
TEMPLATE_VERSION = "1"
PROPERTIES = ("TemplateId", "TemplateVersion", "SubmissionKind", "SubmissionRef", "SubmissionVersion", "ContentSha256")
"""Names of the document properties, and (in snake_case: template_id ...) of the named cells on the cover."""
NAMES = ("template_id", "template_version", "submission_kind", "submission_ref", "submission_version", "content_sha256")
"""Names of the cells, in the order of `PROPERTIES`."""
WHOSE, WHOSE_CELL = "Recipient", "submission_recipient"
"""Property and cell of a workbook that was made for one recipient: that one's id."""

COMMENTS_TAB = "Comments"
COMMENT_COLUMNS = (
    "Number", "Sheet", "Row key", "Column", "Comment by", "Date", "Type", "Comment", "Proposed change",
    "Participant's answer", "State",
)  # fmt: skip
"""Headings of the comments log. The reviewer writes all but the last two; those carry what was answered before."""
COMMENT_ROWS = 200
"""Empty rows that the comments log has for the reviewer."""

_DATE = COMMENT_COLUMNS.index("Date")
_ISO_DAY = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])", re.ASCII)
"""Days that every month has; another one stands as text."""
_BLOCK = 32_768
_LARGE = 10**15
"""Whole numbers from here on are texts: Excel would lose their digits."""

Rows = Callable[[], Iterable[Sequence[object]]]


def write_workbook(
    body: Mapping[str, Any],
    content: Content,
    path: Path,
    *,
    earlier: tuple[tuple[str, ...], ...] = (),
    whose: str = "",
    apart: bool = False,
    draft: bool = False,
    called: str = "",
    job: Job | None = None,
) -> None:
    """Write it. `body` without `files` is enough; rows come from `content`. `earlier`: rows of the comments log so far.

    `whose`: the id of the recipient that it is for alone, whose rows of the log these are; '' = for all of them.
    `apart`: each recipient's rows go to that one alone, so that this workbook has none, and says so.
    `draft`: every sheet says DRAFT. `called`: what messages call the file, '' = by its name. Raises NotSaved,
    CellTooLong, SheetTooLarge, Cancelled.
    """
    job = job or Job()
    job.check()
    made_at = datetime.fromisoformat(body["made"]["at"])
    stamp = made_at.astimezone(UTC) if made_at.tzinfo else made_at.replace(tzinfo=UTC)
    book = Book(
        _title(body["title"], draft=draft),
        body["participant"]["name"],
        stamp,
        header=texts()["draft"] if draft else "",
        protected=True,
    )
    _Writer(book, body, content, whose=whose, apart=apart, draft=draft).write(earlier)
    book.save(path, job, called=called)


class _Writer:
    """Adds the sheets of one workbook in their order."""

    def __init__(
        self, book: Book, body: Mapping[str, Any], content: Content, *, whose: str, apart: bool, draft: bool
    ) -> None:
        self._book, self._body, self._content, self._draft = book, body, content, draft
        self._whose, self._apart = whose, apart
        self._places = places(content.tables, with_evidence=bool(content.evidence))
        self._tables = {place.table_id: place for place in self._places}

    def write(self, earlier: tuple[tuple[str, ...], ...]) -> None:
        self._cover()
        for table in self._content.tables:
            place = self._tables[table.id]
            extra = len(place.columns) - len(table.columns)
            self._add(place.tab, table.title, table.about, place.columns, table.count, _padded(table.rows, extra))
        if self._content.evidence:
            entry = texts()["sheets"]["evidence"]
            files = self._content.evidence
            self._add(
                self._places[-1].tab, entry["title"], entry["about"], EVIDENCE_COLUMNS, len(files),
                lambda: evidence_rows(files),
            )  # fmt: skip
        self._checks()
        self._changes()
        self._comments(earlier)
        self._notes()
        words = texts()["lists"]
        lists = {"comment_types": words["types"], "comment_states": words["states"], "sheet_names": self._tabs()}
        self._book.add_lists(words["tab"], lists)

    def _tabs(self) -> list[str]:
        sheets = texts()["sheets"]
        of_tables = [tab for place in self._places for tab in place.tabs]
        return [sheets["cover"]["tab"], *of_tables, *(sheets[key]["tab"] for key in ("checks", "changes"))]

    def _page(self, key: str, about: str = "") -> Page:
        entry = texts()["sheets"][key]
        said = f"{about} {entry['about']}" if about else entry["about"]
        return Page(entry["tab"], _title(entry.get("title", self._body["title"]), draft=self._draft), said)

    def _cover(self) -> None:
        sheets = texts()["sheets"]
        titles = {table.id: table.about for table in self._content.tables}
        contents = [(place.tabs[0], titles.get(place.table_id, sheets["evidence"]["link"])) for place in self._places]
        contents += [(sheets[key]["tab"], sheets[key]["link"]) for key in ("checks", "changes", "comments", "notes")]
        body = self._body
        content_sha256 = "" if self._draft else body.get("content_sha256", "")
        values: tuple[str, ...] = (
            TEMPLATE_ID, TEMPLATE_VERSION, body["kind"], "" if self._draft else body["reference"],
            str(body["version"]), content_sha256,
        )  # fmt: skip
        titles_of: tuple[str, ...] = (
            "Template",
            "Template version",
            "Kind of submission",
            "Reference",
            "Version",
            "Content SHA-256",
        )
        names: tuple[str, ...] = NAMES
        properties: tuple[str, ...] = PROPERTIES
        if self._whose:
            values, titles_of = (*values, self._whose), (*titles_of, "Made for")
            names, properties = (*NAMES, WHOSE_CELL), (*PROPERTIES, WHOSE)
        shown = [value or "None: it is a draft" for value in values]
        rows = cover_rows(body, contents, list(zip(titles_of, shown, strict=True)), draft=self._draft)
        fields = (Field("Part", Kind.LABEL, 22), Field("Item", Kind.STRONG, 34), Field("Detail", Kind.WRAPPED, 110))
        tab = self._book.add_table(self._page("cover"), fields, rows)
        first = HEADING_ROW + len(rows) - len(values) + 1
        for row, (name, title, value) in enumerate(zip(names, properties, values, strict=True), start=first):
            self._book.name_cell(name, tab, f"$C${row}")
            self._book.property(title, value)

    def _add(self, tab: str, title: str, about: str, columns: Sequence[Column], count: int, rows: Rows) -> None:  # noqa: PLR0917
        fields = tuple(
            Field(ROW_KEY if place == 0 else one.title, one.kind, one.width, f"c{place}", one.for_reviewer)
            for place, one in enumerate(columns)
        )
        page = Page(tab, _title(title, draft=self._draft), about)
        self._book.add_stream(page, fields, count, lambda: _frames(fields, rows()))

    def _checks(self) -> None:
        page = self._page("checks")
        rows = list(check_rows(self._body))
        self._add(page.tab, texts()["sheets"]["checks"]["title"], page.about, CHECK_COLUMNS, len(rows), lambda: rows)

    def _changes(self) -> None:
        changes, words = self._body["changes"], texts()
        about, rows = words["no_changes"], []
        if changes:
            titles = {table.id: table.title for table in self._content.tables} | {
                place.table_id: place.tab for place in self._places if place.table_id not in self._body_tables()
            }
            rows = list(change_rows(changes, titles))
            about = "" if rows else words["same_changes"].format(before=changes["before"])
        page = self._page("changes", about)
        fields = tuple(Field(one.title, one.kind, one.width, f"c{place}") for place, one in enumerate(CHANGE_COLUMNS))
        self._book.add_stream(page, fields, len(rows), lambda: _frames(fields, rows))

    def _body_tables(self) -> set[str]:
        return {table.id for table in self._content.tables}

    def _comments(self, earlier: tuple[tuple[str, ...], ...]) -> None:
        text, wrapped = Kind.TEXT, Kind.WRAPPED
        kinds = (text, text, text, wrapped, wrapped, Kind.DATE, text, wrapped, wrapped, wrapped, text)
        widths = (12, 24, 26, 20, 22, 14, 14, 60, 50, 60, 14)
        theirs = len(COMMENT_COLUMNS) - 2
        fields = tuple(
            Field(title, kind, width, open=place < theirs)
            for place, (title, kind, width) in enumerate(zip(COMMENT_COLUMNS, kinds, widths, strict=True))
        )
        empty = ("",) * len(COMMENT_COLUMNS)
        rows = [*(_dated(row) for row in earlier), *(empty for _ in range(COMMENT_ROWS))]
        page = self._page("comments", texts()["comments_apart"] if self._apart else "")
        tab = self._book.add_table(page, fields, rows, open_from=len(earlier))
        words = texts()["lists"]
        for heading, name, message in (
            ("Sheet", "sheet_names", words["sheets_message"]),
            ("Type", "comment_types", words["types_message"]),
            ("State", "comment_states", words["states_message"]),
        ):
            self._book.offer(tab, heading, name, words["other"], message)

    def _notes(self) -> None:
        fields = (Field("Topic", Kind.STRONG, 34), Field("Note", Kind.WRAPPED, 120))
        rows: list[tuple[str, str]] = [(topic, note) for topic, note in texts()["notes"]]
        points = self._body["open_points"] or ["None is known."]
        rows += [("Open point", point) for point in points]
        self._book.add_table(self._page("notes"), fields, rows)


def _title(title: str, *, draft: bool) -> str:
    return f"DRAFT: {title}" if draft else title


def _dated(row: Sequence[str]) -> tuple[Value, ...]:
    """A row of the comments log with its day as one, where it is one."""
    return tuple(
        date.fromisoformat(value) if place == _DATE and _ISO_DAY.fullmatch(value) else value
        for place, value in enumerate(row)
    )


def _padded(rows: Callable[[], Iterator[Sequence[object]]], extra: int) -> Rows:
    """The rows with empty cells for columns that the workbook adds."""
    if not extra:
        return rows
    return lambda: ((*row, *(None,) * extra) for row in rows())


def _frames(fields: Sequence[Field], rows: Iterable[Sequence[object]]) -> Iterator[pl.DataFrame]:
    left = iter(rows)
    while block := list(islice(left, _BLOCK)):
        columns = zip(*block, strict=True)
        yield pl.DataFrame([_series(field, values) for field, values in zip(fields, columns, strict=True)])


def _series(field: Field, values: Sequence[object]) -> pl.Series:
    """Numbers where all of a block's cells are, else texts: a word in a column of numbers stays a word."""
    if field.kind is Kind.NUMBER and all(value is None or _is_number(value) for value in values):
        return pl.Series(field.key, values, dtype=pl.Int64)
    return pl.Series(field.key, ["" if value is None else str(value) for value in values], dtype=pl.String)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and -_LARGE < value < _LARGE


__all__ = [
    "CHANGES", "CHECKS", "COMMENTS_TAB", "COMMENT_COLUMNS", "COMMENT_ROWS", "NAMES", "PROPERTIES", "ROW_KEY",
    "TEMPLATE_ID", "TEMPLATE_VERSION", "WHOSE", "WHOSE_CELL", "Place", "stream_tabs", "write_workbook",
]  # fmt: skip
