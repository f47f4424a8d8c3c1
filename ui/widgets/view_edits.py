"""Small changes of a view: what a click on a facet makes of it, what of a saved view still fits a table."""

from __future__ import annotations

from dataclasses import replace

from desktop.browse.view import Filter, Op, TableSource, View
from desktop.jobs import Job

BLOCK = 2_000
"""Rows read at a time when looking for a value."""


def fitting(view: View, keys: set[str]) -> View:
    """A view without what this table has not: a saved view may name a column of an older file."""
    return View(
        tuple(f for f in view.filters if f.column in keys),
        view.text,
        view.sort if view.sort in keys else "",
        view.descending,
        tuple(key for key in view.columns if key in keys),
    )


def toggled(view: View, column: str, value: str, exclude: bool) -> View:
    """The view after a click on a facet's value: added to the included (or left-out) values, or taken off again."""
    op = Op.IS_NONE if exclude else Op.IS_ANY
    other = Op.IS_ANY if exclude else Op.IS_NONE
    filters: list[Filter] = []
    found = False
    for old in view.filters:
        new = old
        if old.column == column and old.op is op:
            found = True
            values = tuple(v for v in old.values if v != value) if value in old.values else (*old.values, value)
            new = Filter(column, op, values)
        elif old.column == column and old.op is other and value in old.values:
            new = Filter(column, other, tuple(v for v in old.values if v != value))
        if new.values or new.op in (Op.EMPTY, Op.NOT_EMPTY):
            filters.append(new)
    if not found:
        filters.append(Filter(column, op, (value,)))
    return replace(view, filters=tuple(filters))


def with_value(view: View, column: str, value: str, *, without: bool = False) -> View:
    """The view narrowed to the rows whose cell is this value ('' = empty), or to those whose cell is not."""
    if value:
        one = Filter(column, Op.IS_NONE if without else Op.IS_ANY, (value,))
    else:
        one = Filter(column, Op.NOT_EMPTY if without else Op.EMPTY)
    return replace(view, filters=(*view.filters, one))


def matching_ranges(source: TableSource, column: str, value: str, job: Job) -> list[tuple[int, int]]:
    """The rows of the applied view whose cell in `column` is `value`, as (first position, number). Raises Cancelled."""
    place = [one.key for one in source.columns].index(column)
    found: list[tuple[int, int]] = []
    total = source.count()
    for start in range(0, total, BLOCK):
        job.report("Looking for rows", start, total)
        for offset, cells in enumerate(source.page(start, BLOCK)):
            cell = cells[place]
            if ("" if cell is None else str(cell)) != value:
                continue
            row = start + offset
            if found and sum(found[-1]) == row:
                found[-1] = (found[-1][0], found[-1][1] + 1)
            else:
                found.append((row, 1))
    return found
