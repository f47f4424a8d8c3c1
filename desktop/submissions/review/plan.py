"""What the child is told of the file that was sent: which of its sheets are tables, and which columns are whose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from desktop.submissions.content import Content
from desktop.submissions.layout import CHECK_COLUMNS, CHECKS, places, texts


@dataclass(frozen=True)
class TableSheet:
    """A sheet with a table whose first column is the row key: ids and headings of its columns, in their order."""

    tab: str
    table_id: str
    title: str
    ids: tuple[str, ...]
    headings: tuple[str, ...]
    theirs: tuple[bool, ...]
    """Which columns are the reviewer's."""


@dataclass(frozen=True)
class Plan:
    """Of the file that a copy is held against. A template has no tables and no comments log of ours."""

    tables: tuple[TableSheet, ...]
    log: str
    """The sheet of the comments log; '' = none."""

    def as_json(self) -> dict[str, Any]:
        """For the child."""
        return asdict(self)


def workbook_plan(content: Content) -> Plan:
    """Of the workbook of a submission."""
    titles = {table.id: table.title for table in content.tables}
    tables: list[TableSheet] = []
    for place in places(content.tables, with_evidence=bool(content.evidence)):
        ids = tuple(column.id for column in place.columns)
        theirs = tuple(column.for_reviewer for column in place.columns)
        title = titles.get(place.table_id, place.tab)
        tables += [TableSheet(tab, place.table_id, title, ids, place.headings, theirs) for tab in place.tabs]
    words = texts()["sheets"]
    tables.append(
        TableSheet(
            words["checks"]["tab"], CHECKS, words["checks"]["title"], tuple(one.id for one in CHECK_COLUMNS),
            ("Row key", *(one.title for one in CHECK_COLUMNS[1:])), (False,) * len(CHECK_COLUMNS),
        )
    )  # fmt: skip
    return Plan(tuple(tables), words["comments"]["tab"])


def template_plan() -> Plan:
    """Of a recipient's own template that was filled: its cells are known by their places alone."""
    return Plan((), "")


def read_plan(raw: Mapping[str, Any]) -> Plan:
    """The plan from its JSON."""
    return Plan(tuple(TableSheet(**_tuples(one)) for one in raw["tables"]), str(raw["log"]))


def _tuples(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
            for key, value in raw.items()}  # fmt: skip
