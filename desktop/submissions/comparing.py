"""Two versions of a submission side by side: row by row by key, column by column, in bounded memory.

Of every row only its key and a hash of each cell are held; the texts are read again for the changes that are listed.
Cells are compared as they are shown: nothing and an empty text are the same, and so are 1 and the text 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from desktop.errors import InvalidInput
from desktop.excel.book import Kind
from desktop.frames import pl
from desktop.jobs import Job
from desktop.submissions.content import KEY, Cell, Column, Content, Table, table_of
from desktop.submissions.context import NOTHING, name_of
from desktop.submissions.cover import evidence_rows
from desktop.submissions.layout import EVIDENCE, EVIDENCE_COLUMNS, texts
from desktop.submissions.model import ChangeKind, Comparison, RowChange
from local_db.submissions import SubmissionRow

LISTED = 5_000
"""Changes that are listed of one comparison; small tables keep their share beside a large one."""

POSITION = "Position"
"""Id and title of the figures of the cover, which are compared as a table of their own."""

_BLOCK = 32_768
_OCCURRENCE = "occurrence"

Row = tuple[str, int]
"""A row's key and how often the key stood before it: 0, unless a table has one key twice."""


def compare_contents(
    before: Content,
    after: Content,
    names: tuple[str, str],
    *,
    same_choice: bool = True,
    limit: int = LISTED,
    job: Job | None = None,
) -> Comparison:
    """Compare two contents. `names` of before and after; `same_choice`: both show personal data in the same way.

    Otherwise cells cannot be compared, and rows only by their keys. Raises Cancelled.
    """
    job = job or Job()
    pairs = _pairs(before, after)
    compared = []
    for done, (old, new) in enumerate(pairs):
        job.report("Comparing", done, len(pairs), "tables")
        compared.append(_compare(old, new, cells=same_choice, limit=limit, job=job))
    listed = [
        change
        for one, room in zip(compared, _shares([one.total for one in compared], limit), strict=True)
        for change in _listed(one, room, job)
    ]
    return Comparison(
        names[0],
        names[1],
        tuple((one.title, one.added, one.removed, one.changed) for one in compared),
        tuple(listed),
        sum(one.total for one in compared) - len(listed),
        same_choice,
    )


def one_kind(before: SubmissionRow, after: SubmissionRow) -> None:
    """Raise InvalidInput unless both are of one kind."""
    if before.kind != after.kind:
        raise InvalidInput(
            f"{name_of(before)} and {name_of(after)} are submissions of two kinds.",
            safe=NOTHING,
            todo="Compare two versions, or two submissions of one kind.",
        )


@dataclass(frozen=True)
class _Compared:
    """What differs between two tables, without texts. `total`: changes, columns that came or went among them."""

    old: Table
    new: Table
    added: int
    removed: int
    changed: int
    total: int
    columns: tuple[RowChange, ...]
    places: tuple[tuple[Row, ChangeKind, str], ...]
    """The first of them: row, what happened, and the id of the column that differs."""

    @property
    def title(self) -> str:
        return self.new.title


def _pairs(before: Content, after: Content) -> list[tuple[Table, Table]]:
    """The tables of both by id, in the order of the newer; one that is not there counts as empty."""
    old = {table.id: table for table in _tables(before)}
    new = {table.id: table for table in _tables(after)}
    empty = {one.id: replace(one, count=0, rows=lambda: iter(())) for one in (*old.values(), *new.values())}
    order = dict.fromkeys([*new, *old])
    return [(old.get(one, empty[one]), new.get(one, empty[one])) for one in order]


def _tables(content: Content) -> list[Table]:
    columns = (Column(KEY, "Item", Kind.TEXT), Column("detail", "Detail", Kind.WRAPPED))
    found = [*content.tables, table_of(POSITION, POSITION, POSITION, "", columns, content.position)]
    if content.evidence:
        entry = texts()["sheets"]["evidence"]
        rows = tuple(tuple(_cell(value) for value in row) for row in evidence_rows(content.evidence))
        found.append(table_of(EVIDENCE, entry["tab"], entry["title"], entry["about"], EVIDENCE_COLUMNS, rows))
    return found


def _cell(value: object) -> Cell:
    return value if value is None or isinstance(value, (str, int)) else str(value)


def _compare(old: Table, new: Table, *, cells: bool, limit: int, job: Job) -> _Compared:
    ids = [one.id for one in _compared_columns(new)]
    shared = [one.id for one in _compared_columns(old) if one.id in ids] if cells else []
    both = bool(old.count and new.count)
    columns = _columns_changed(old, new) if cells and both else ()
    left, right = _hashes(old, shared, job), _hashes(new, shared, job)
    on = [KEY, _OCCURRENCE]
    added = right.join(left, on=on, how="anti", maintain_order="left")
    removed = left.join(right, on=on, how="anti", maintain_order="left")
    joined = right.join(left, on=on, how="inner", suffix="_before", maintain_order="left")
    differs = joined.select(*on, *(pl.col(one) != pl.col(f"{one}_before") for one in shared))
    changed = differs.filter(pl.any_horizontal(*shared)) if shared else differs.clear()
    counted = sum(int(changed[one].sum()) for one in shared)
    places: list[tuple[Row, ChangeKind, str]] = [
        ((str(row[0]), int(row[1])), ChangeKind.CHANGED, one)
        for row in changed.head(limit).iter_rows()
        for one, differ in zip(shared, row[2:], strict=True)
        if differ
    ]
    for frame, kind in ((added, ChangeKind.ADDED), (removed, ChangeKind.REMOVED)):
        places += [((str(key), int(often)), kind, "") for key, often in frame.head(limit).select(on).iter_rows()]
    total = len(columns) + counted + len(added) + len(removed)
    return _Compared(old, new, len(added), len(removed), len(changed), total, columns, tuple(places[:limit]))


def _compared_columns(table: Table) -> list[Column]:
    """Without the key, and without what is the reviewer's to write."""
    return [one for one in table.columns[1:] if not one.for_reviewer]


def _columns_changed(old: Table, new: Table) -> tuple[RowChange, ...]:
    """Columns that only one of them has: told once, not for each row."""
    before, after = ({one.id: one.title for one in _compared_columns(table)} for table in (old, new))
    return tuple(
        RowChange(new.id, new.title, "", kind, title)
        for kind, here, there in ((ChangeKind.ADDED, after, before), (ChangeKind.REMOVED, before, after))
        for one, title in here.items()
        if one not in there
    )


def _hashes(table: Table, columns: Sequence[str], job: Job) -> pl.DataFrame:
    """The keys of a table, how often each stood before, and a hash of every cell of these columns."""
    places = {column.id: place for place, column in enumerate(table.columns)}
    schema = {KEY: pl.String, **dict.fromkeys(columns, pl.UInt64)}
    parts = [pl.DataFrame(schema=schema)]
    for block in _blocks(table.rows(), job):
        keys = pl.Series(KEY, [_text(row[0]) for row in block], dtype=pl.String)
        hashed = [
            pl.Series(one, [_text(row[places[one]]) for row in block], dtype=pl.String).hash(seed=5) for one in columns
        ]
        parts.append(pl.DataFrame([keys, *hashed], schema=schema))
    return pl.concat(parts).with_columns((pl.int_range(pl.len()).over(KEY)).alias(_OCCURRENCE))


def _listed(one: _Compared, room: int, job: Job) -> Iterator[RowChange]:
    """The first changes of a table with their texts."""
    yield from one.columns[:room]
    places = one.places[: max(0, room - len(one.columns))]
    rows = {row for row, kind, _ in places if kind is ChangeKind.CHANGED}
    before, after = _found(one.old, rows, job), _found(one.new, rows, job)
    titles = {column.id: column.title for column in one.new.columns}
    old_place = {column.id: place for place, column in enumerate(one.old.columns)}
    new_place = {column.id: place for place, column in enumerate(one.new.columns)}
    for row, kind, column in places:
        change = RowChange(one.new.id, one.title, row[0], kind)
        if kind is ChangeKind.CHANGED:
            was, now = before[row][old_place[column]], after[row][new_place[column]]
            change = replace(change, column=titles[column], before=_text(was), after=_text(now))
        yield change


def _found(table: Table, wanted: set[Row], job: Job) -> dict[Row, tuple[Cell, ...]]:
    """These rows of a table."""
    found: dict[Row, tuple[Cell, ...]] = {}
    if not wanted:
        return found
    keys = {key for key, _ in wanted}
    often: Counter[str] = Counter()
    for block in _blocks(table.rows(), job):
        for row in block:
            key = _text(row[0])
            if key not in keys:
                continue
            if (key, often[key]) in wanted:
                found[key, often[key]] = row
            often[key] += 1
        if len(found) == len(wanted):
            break
    return found


def _blocks(rows: Iterable[tuple[Cell, ...]], job: Job) -> Iterator[list[tuple[Cell, ...]]]:
    left = iter(rows)
    while block := list(islice(left, _BLOCK)):
        job.check()
        yield block


def _shares(totals: Sequence[int], limit: int) -> list[int]:
    """How many changes of each table are listed: all of the small ones, what is left over for the large ones."""
    shares = [0] * len(totals)
    left, waiting = limit, len(totals)
    for place in sorted(range(len(totals)), key=lambda one: totals[one]):
        shares[place] = min(totals[place], left // waiting)
        left -= shares[place]
        waiting -= 1
    return shares


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)
