"""How a check is declared: its words, its needs and its rule. Adding one is one declaration plus tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import polars as pl

from desktop.cleanse.model import Party, Severity
from desktop.portfolio.reading import Reading


@dataclass(frozen=True)
class Fault:
    """One way in which a row fails a check.

    `when` is a polars expression, true where the row is at fault (null counts as false). It reads the columns that
    `Items` names. `message` and `suggestion` are texts or expressions; expressions are evaluated for the failing rows
    only, so they may be slow (`map_elements` is fine). `severity` and `party` override the check's own for this fault.
    """

    item: str
    when: pl.Expr
    message: str | pl.Expr
    suggestion: str | pl.Expr = ""
    severity: Severity | None = None
    party: Party | None = None
    among: pl.Expr | None = None
    """A cheap gate: where given, `when` is evaluated only for rows for which it is true. It saves time, no findings."""
    unless_every_row: bool = False
    """Left out when every row of the file has this fault: a column that nobody has populated yet."""


class CouldNotRun(Exception):
    """Raised by a rule that has nothing to judge by; its text, one sentence for people, says what is missing."""


class Items(Protocol):
    """The mapped items of a snapshot, as a row rule sees them."""

    def has(self, *names: str) -> bool:
        """Whether all these items are mapped to a heading."""
        ...

    def first(self, *names: str) -> str | None:
        """The first of these items that is mapped."""
        ...

    def raw(self, name: str) -> pl.Expr:
        """The text as it stood in the file (String, never null: a missing cell is '')."""
        ...

    def clean(self, name: str) -> pl.Expr:
        """The text cleaned for comparing (String; null where blank or a placeholder); see portfolio.cleaning."""
        ...

    def date(self, name: str) -> pl.Expr:
        """A date item as Date; null where blank, open (31/12/9999) or unreadable."""
        ...

    def number(self, name: str) -> pl.Expr:
        """An MPAN item as Int64 where its cleaned text is 13 digits, else null: far cheaper to compare than text."""
        ...

    def irregular(self, name: str) -> pl.Expr:
        """Boolean: an MPAN cell that is anything but 13 plain digits (none leading 0); made for `Fault.among`."""
        ...

    def migrated(self) -> pl.Expr:
        """Whether both MHHS services are held (for U, the data service) and no legacy agent; false if not mapped."""
        ...


@dataclass(frozen=True)
class RuleContext:
    """What a rule may know beside the rows: today, the settings of the check, code lists, standing data."""

    as_of: date
    settings: Mapping[str, Any]
    """The check's own settings, the content pack's values over the declaration's defaults."""
    codes: Mapping[str, Any]
    """The code lists pack's body (desktop/content): distributors, gsp_groups, meter_types ..."""
    standing: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    """Industry tables that were loaded, by MDD file name without version, all columns as text; often empty."""
    reading: Reading | None = None
    """How the file was read, with the faults met while reading it."""
    headings: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    extract_date: date | None = None
    """The newest date in the extract date column, else the date given at import, else None."""


RowRule = Callable[[Items, RuleContext], list[Fault]]
"""Judges every row by itself. Evaluated block by block, once per distinct value or combination where that pays."""


class KeyColumns(Protocol):
    """Whole columns of the snapshot for rules over several rows."""

    def has(self, *names: str) -> bool:
        """Whether all these items are mapped."""
        ...

    def frame(self, *names: str) -> pl.DataFrame:
        """Column `row` (UInt32, data rows from 1) and the cleaned items by name (String, null where blank).

        MPAN items are Int64 where the cleaned text is 13 digits, else null.
        """
        ...

    def raw(self, rows: pl.Series, name: str) -> pl.Series:
        """The text as it stood of one item, for these rows, in their order."""
        ...


TableRule = Callable[[KeyColumns, RuleContext], pl.DataFrame]
"""Judges rows against each other. Returns columns row (UInt32), item, message, suggestion (String) and, when they
differ from the check's own, severity, party (String, null = the check's). One line for each row it is about."""


@dataclass(frozen=True)
class FileFault:
    """A fault of the file (row None) or of one cell met while reading it."""

    item: str
    message: str
    row: int | None = None
    value: str = ""
    suggestion: str = ""


FileRule = Callable[[RuleContext], list[FileFault]]
"""Judges the file as it was read: headings, encoding, dates."""

Need = str | tuple[str, ...]
"""An item that must be mapped, or several of which one must be."""


@dataclass(frozen=True)
class Check:
    """One check, as people see it and as the engine runs it. Exactly one of `row`, `table`, `file` is given."""

    id: str
    title: str
    severity: Severity
    party: Party
    items: tuple[str, ...]
    """The items it is about, for people and for filters."""
    explanation: str
    """Plain English: what it looks at and why it matters. Two or three sentences."""
    fix_hint: str
    basis: str
    """The source of the rule, as in domain/cleanse-checks.csv."""
    needs: tuple[Need, ...] = ()
    """Without these it could not run; the reason names what is missing."""
    needs_tables: tuple[str, ...] = ()
    """Industry tables without which it could not run."""
    unless: tuple[str, ...] = ()
    """Root causes: a row that has a finding of one of these checks gets none of this one."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Settings with their default values; the content pack cleanse_checks may change them."""
    on: bool = True
    row: RowRule | None = None
    table: TableRule | None = None
    file: FileRule | None = None
    note: Callable[[Items, RuleContext], str] | None = None
    """What of the rule was not checked in this file (an optional item or table is missing), in one line that reads on
    from `Not checked: `; '' when all was. The check then counts as checked in part."""
    rows_note: Callable[[KeyColumns, RuleContext], str] | None = None
    """As `note`, where only the rows can tell; for table rules."""
    remark: Callable[[Items, RuleContext], str] | None = None
    """What was found out beside the findings, in sentences; shown with the outcome. Nothing was left out for it."""
