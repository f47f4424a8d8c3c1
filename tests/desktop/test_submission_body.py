"""The body of a frozen submission: canonical, strict, with long tables in files of rows; read as it was gathered."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from pathlib import Path

import pytest
import rfc8785
from freezing_hands import plain
from hypothesis import given
from hypothesis import strategies as st

from desktop.declarations.canonical import canonical_bytes
from desktop.errors import FileRefused, WorkspaceDamaged
from desktop.excel.book import Kind
from desktop.submissions.body import INLINE_ROWS, KEYS, content_hash, content_of, content_parts, read_body, row_line
from desktop.submissions.content import BesideFile, Column, Content, EvidenceFile, Relied, Table, table_of

HASH = "ab" * 32
COLUMNS = (
    Column("row_key", "Row key"),
    Column("words", "Words", Kind.WRAPPED, 40),
    Column("count", "Count", Kind.NUMBER),
    Column("say", "Say", for_reviewer=True),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
cells = st.one_of(texts, st.integers(-(2**53) + 1, 2**53 - 1), st.none())


class Shelf:
    """Where files are kept, by hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, blocks) -> tuple[str, int]:
        place = self.folder / "on its way"
        digest, size = hashlib.sha256(), 0
        with place.open("wb") as file:
            for block in blocks:
                digest.update(block)
                size += file.write(block)
        place.replace(self.folder / digest.hexdigest())
        return digest.hexdigest(), size

    def path(self, sha256: str) -> Path:
        return self.folder / sha256


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path)


def gathered(*tables: Table) -> Content:
    return Content(
        kind="rttm",
        title="RTTM: PIT exit",
        position=(("Requirements", "3"), ("Open", "none")),
        tables=tables or (table_of("requirements", "Requirements", "All", "Each", COLUMNS, [("R-1", "ä", 3, None)]),),
        relies=(Relied("run", "7", "Run of the checks", HASH),),
        evidence=(EvidenceFile("ACME-EVD-0001", 2, "Log", "log.txt", HASH, 5, "text/plain", proves=("R-1",)),),
        beside=(BesideFile("documents", "plan.pdf", b"%PDF", "Plan"),),
        values={"requirements.open": "3"},
        open_points=("One was not tested.",),
    )


def whole(content: Content, shelf: Shelf) -> dict:
    """A body around a content."""
    body = {
        "format": "mhhs-desk/submission/1", "kind": content.kind, "kind_name": "RTTM", "title": content.title,
        "reference": "ACME-RTTM-0004", "version": 2,
        "supersedes": {"reference": "ACME-RTTM-0004", "version": 1, "sha256": HASH}, "reason": "A row was missing",
        "participant": {"name": "Acme", "short_name": "ACME", "mpids": [{"mpid": "ACME", "roles": ["Supplier"]}]},
        "recipients": [{"id": "BSC", "name": "BSCCo", "code_body": "BSC"}],
        "delivery": [
            {"recipient": "BSC", "document": "RTTM", "pattern": "{reference}", "zip": False, "largest_mb": 20}
        ],
        "deadline": {"day": "2026-12-04", "words": "PIT exit"}, "covering": "", "personal_data": "last-four",
        "packs": [{"kind": "submissions", "version": "1", "status": "suggested", "source": "us", "sha256": HASH}],
        **content_parts(content, shelf.keep),
        "checks": [{"rule": "r", "title": "t", "severity": "block", "recipient": "", "outcome": "passed",
                    "detail": "", "count": 0}],
        "changes": {"before": "ACME-RTTM-0004 v1", "counts": [["All", 1, 0, 0]], "left_out": 0, "same_choice": True,
                    "rows": [{"table": "requirements", "key": "R-1", "kind": "added", "column": "", "before": "",
                              "after": ""}]},
        "files": [{"role": "workbook", "recipient": "", "name": "a.xlsx", "sha256": HASH, "size": 9}],
        "audit": {"seq": 3, "h": HASH}, "made": {"at": "2026-11-23T12:00:00Z", "by": "Jo", "app": "MHHS Desk"},
    }  # fmt: skip
    return {**body, "content_sha256": content_hash(body)}


@given(st.lists(cells, max_size=6))
def test_a_line_of_a_file_of_rows_is_canonical_json(row):
    assert row_line(row) == rfc8785.dumps(row) + b"\n"


def test_a_body_has_every_key_and_is_read_as_it_was_gathered(shelf):
    content = gathered()
    body = read_body(canonical_bytes(whole(content, shelf)))
    assert sorted(body) == sorted(KEYS)
    assert plain(content_of(body, shelf)) == plain(content)


def test_a_body_that_shows_more_or_less_than_the_format_is_refused(shelf):
    good = whole(gathered(), shelf)

    def changed(value, change):
        """Every value that differs from this one by one change somewhere."""
        if isinstance(value, dict):
            for key in value:
                yield from ({**value, key: other} for other in changed(value[key], change))
                yield {one: there for one, there in value.items() if one != key}
            yield {**value, "more": 1}
        elif isinstance(value, list):
            for place in range(len(value)):
                yield from ([*value[:place], other, *value[place + 1 :]] for other in changed(value[place], change))
        else:
            yield change(value)

    believed = []
    for one in changed(good, lambda value: {"x": value}):
        try:
            read_body(canonical_bytes(one))
            believed.append(one)
        except FileRefused:
            continue
    # Only the object of single values has names of its own.
    assert all(one["values"] != good["values"] for one in believed)
    assert len(believed) <= 2


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"format":"mhhs-desk/submission/2"}', b"null", b'{"a":1.5}'],
)
def test_what_is_no_body_is_refused(data):
    with pytest.raises(FileRefused):
        read_body(data)


def test_bytes_that_say_the_same_otherwise_are_refused(shelf):
    good = whole(gathered(), shelf)
    for data in (json.dumps(good).encode(), canonical_bytes(good) + b" ", b"\xef\xbb\xbf" + canonical_bytes(good)):
        with pytest.raises(FileRefused):
            read_body(data)


@pytest.mark.parametrize("count", [0, 1, INLINE_ROWS - 1, INLINE_ROWS, INLINE_ROWS + 1, INLINE_ROWS + 1_001])
def test_a_long_table_stands_in_a_file_and_reads_the_same(shelf, count):
    rows = [(f"k{number}", 'line\n\u2028"', number, None) for number in range(count)]
    content = gathered(table_of("big", "Big", "Big", "Each", COLUMNS, rows))
    body = read_body(canonical_bytes(whole(content, shelf)))
    (table,) = body["tables"]
    assert (table["cells"] is None) == (count > INLINE_ROWS)
    assert table["count"] == count
    assert plain(content_of(body, shelf)) == plain(content)
    (made,) = content_of(body, shelf).tables
    assert list(made.rows()) == list(made.rows())  # as often as one likes


def test_a_file_of_rows_that_was_changed_is_damage(shelf):
    rows = [(f"k{number}", "x", number, None) for number in range(INLINE_ROWS + 1)]
    body = whole(gathered(table_of("big", "Big", "Big", "Each", COLUMNS, rows)), shelf)
    path = shelf.path(body["tables"][0]["lines"]["sha256"])
    for line in (b"[1]", b"{", b'["","x",1,null]', b'["k","x",1.5,null]', b'["k","x",true,null]'):
        path.write_bytes(line + b"\n")
        with pytest.raises(WorkspaceDamaged):
            list(content_of(body, shelf).tables[0].rows())


@pytest.mark.parametrize(
    "row",
    [("", "x", 1, None), (None, "x", 1, None), (7, "x", 1, None), ("k", "x", 1), ("k", 1.5, 1, None),
     ("k", True, 1, None), ("k", "\ud800", 1, None), ("k", "x", 2**53, None)],
)  # fmt: skip
@pytest.mark.parametrize("more", [0, INLINE_ROWS])
def test_a_row_that_no_body_can_hold_is_refused(shelf, row, more):
    rows = [*((f"k{number}", "x", number, None) for number in range(more)), row]
    with pytest.raises(ValueError):
        canonical_bytes(content_parts(gathered(table_of("t", "T", "T", "T", COLUMNS, rows)), shelf.keep))


def test_hundreds_of_thousands_of_cells_are_kept_and_read_in_little_memory(shelf):
    count = 80_000  # some 20 MB if they were held
    table = Table(
        "big", "Big", "Big", "Each", COLUMNS, count,
        lambda: ((f"key {number}", "words that take some room", number, None) for number in range(count)),
    )  # fmt: skip
    tracemalloc.start()
    parts = content_parts(gathered(table), shelf.keep)
    body = {**whole(gathered(), shelf), **parts}
    assert sum(1 for _ in content_of(body, shelf).tables[0].rows()) == count
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
