"""Evaluation of row rules on one block: which rows are at fault, with the messages of those rows only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from polars.exceptions import PanicException, PolarsError

from desktop.cleanse.check import Check, Fault
from desktop.cleanse.coding import Block, Combinations
from desktop.cleanse.columns import MIGRATED

FOUND = pl.Schema(
    {"row": pl.UInt32, "fault": pl.UInt16, "value": pl.String, "message": pl.String, "suggestion": pl.String}
)
"""What a block's evaluation gives: the data row from 1 and the number of the planned fault."""


_FAILURES = (
    PolarsError,
    PanicException,  # a fault inside polars: no Exception, so nothing else would notice it
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


class RuleBroke(Exception):
    """A rule's expression failed: `check_id` says whose; the cause is chained."""

    def __init__(self, check_id: str, cause: BaseException) -> None:
        """Keep the check and the first line of the cause."""
        self.check_id = check_id
        super().__init__(f"{check_id}: {type(cause).__name__}: {str(cause).splitlines()[0] if str(cause) else ''}")


@dataclass(frozen=True)
class PlannedFault:
    """A fault with what the engine derives from it once per run."""

    number: int
    check: Check
    fault: Fault
    names: tuple[str, ...]
    """The prepared columns that `when` reads."""
    gate: tuple[str, ...]
    message: tuple[str, ...]
    """The prepared columns that message and suggestion read."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """What `when` and its gate depend on, sorted: faults that depend on the same are evaluated together."""
        return tokens_of((*self.names, *self.gate))


def tokens_of(names: Sequence[str]) -> tuple[str, ...]:
    """The items (and `migrated:`) behind prepared columns."""
    return tuple(sorted({MIGRATED if name == MIGRATED else name.split(":")[1] for name in names}))


def plan_fault(number: int, check: Check, fault: Fault) -> PlannedFault:
    """Look once at what a fault's expressions read."""
    texts = (part for part in (fault.message, fault.suggestion) if isinstance(part, pl.Expr))
    return PlannedFault(
        number=number,
        check=check,
        fault=fault,
        names=_roots(fault.when),
        gate=() if fault.among is None else _roots(fault.among),
        message=tuple(dict.fromkeys(name for text in texts for name in _roots(text))),
    )


def _roots(expression: pl.Expr) -> tuple[str, ...]:
    return tuple(dict.fromkeys(expression.meta.root_names()))


def group_faults(planned: Sequence[PlannedFault]) -> list[list[PlannedFault]]:
    """Faults by what they depend on."""
    groups: dict[tuple[str, ...], list[PlannedFault]] = defaultdict(list)
    for fault in planned:
        groups[fault.tokens].append(fault)
    return list(groups.values())


def evaluate_group(block: Block, group: Sequence[PlannedFault]) -> list[pl.DataFrame]:
    """The findings (`FOUND`) of faults that depend on the same items. Raises RuleBroke for the first broken check."""
    try:
        return _evaluate(block, group)
    except _FAILURES as error:
        if len(group) == 1:
            raise RuleBroke(group[0].check.id, error) from error
        return [found for fault in group for found in evaluate_group(block, [fault])]


def _evaluate(block: Block, group: Sequence[PlannedFault]) -> list[pl.DataFrame]:
    combinations = block.combinations(group[0].tokens)
    if combinations is None:
        return _by_row(block, group)
    return _by_combination(block, group, combinations)


def _by_combination(block: Block, group: Sequence[PlannedFault], combinations: Combinations) -> list[pl.DataFrame]:
    """Evaluate on the distinct combinations, then find the rows of those that fail."""
    names = tuple(dict.fromkeys(name for fault in group for name in (*fault.names, *fault.gate)))
    frame = block.combination_frame(combinations, names)
    failing = _masks(frame, group)
    failed_by_any = failing.select(pl.any_horizontal(pl.all())).to_series()
    if not failed_by_any.any():
        return []
    rows = combinations.rows(failed_by_any)
    if rows.is_empty():
        return []
    places = combinations.places(combinations.keys.gather(rows))
    found = []
    for fault in group:
        mask = failing[f"{fault.number}"]
        if not mask.any():
            continue
        here = mask.gather(places).arg_true()
        if here.is_empty():
            continue
        fault_rows = rows.gather(here)
        if set(tokens_of(fault.message)) <= set(combinations.codes):
            chosen = mask.arg_true()
            told = _texts(_combination_frame(block, combinations, fault.message, chosen), fault)
            told = told[chosen.search_sorted(places.gather(here))]
        else:
            told = _texts(_frame(block, fault.message, fault_rows), fault)
        found.append(_found(block, fault, fault_rows, told))
    return found


def _by_row(block: Block, group: Sequence[PlannedFault]) -> list[pl.DataFrame]:
    """Evaluate row by row: gated faults on the rows that their gate leaves."""
    found = []
    for gate, gated in _by_gate(group):
        left = None
        if gate is not None:
            left = _true_places(_frame(block, gated[0].gate), gate)
            if not len(left):
                continue
        frame = _frame(block, _names(gated), left)
        for fault, mask in zip(gated, _plain_masks(frame, gated), strict=True):
            rows = mask.arg_true() if left is None else left.gather(mask.arg_true())
            if len(rows):
                found.append(_found(block, fault, rows, _texts(_frame(block, fault.message, rows), fault)))
    return found


def _by_gate(group: Sequence[PlannedFault]) -> list[tuple[pl.Expr | None, list[PlannedFault]]]:
    """Faults by their gate; those without one first."""
    gates: dict[str, list[PlannedFault]] = defaultdict(list)
    for fault in group:
        gates["" if fault.fault.among is None else str(fault.fault.among.meta.serialize(format="binary"))].append(fault)
    return [(gates[key][0].fault.among, gates[key]) for key in sorted(gates, key=len)]


def _names(group: Sequence[PlannedFault]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for fault in group for name in fault.names))


def _true_places(frame: pl.DataFrame, gate: pl.Expr) -> pl.Series:
    return frame.with_columns(gate.fill_null(value=False).alias("gate"))["gate"].arg_true()


def _plain_masks(frame: pl.DataFrame, group: Sequence[PlannedFault]) -> list[pl.Series]:
    """For each fault where its `when` is true, never null; gates are not looked at."""
    made = [fault.fault.when.fill_null(value=False).alias(f"{fault.number}") for fault in group]
    masks = frame.with_columns(made)
    return [masks[f"{fault.number}"] for fault in group]


def _masks(frame: pl.DataFrame, group: Sequence[PlannedFault]) -> pl.DataFrame:
    """One Boolean column for each fault, named by its number, never null; gated faults are false outside their gate."""
    made: dict[int, pl.Series] = {}
    for gate, gated in _by_gate(group):
        left = None if gate is None else _true_places(frame, gate)
        inside = frame if left is None else frame[left]
        for fault, mask in zip(gated, _plain_masks(inside, gated), strict=True):
            if left is not None:
                nowhere = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
                mask = nowhere.scatter(left.gather(mask.arg_true()), True)  # noqa: PLW2901
            made[fault.number] = mask
    return pl.DataFrame([made[fault.number].alias(f"{fault.number}") for fault in group])


def _frame(block: Block, names: Sequence[str], rows: pl.Series | None = None) -> pl.DataFrame:
    """The prepared columns; where a rule reads none, a column that only has the height."""
    if names:
        return block.frame(names, rows)
    height = block.height if rows is None else len(rows)
    return pl.repeat(value=True, n=height, eager=True).to_frame("any")


def _combination_frame(
    block: Block, combinations: Combinations, names: Sequence[str], chosen: pl.Series
) -> pl.DataFrame:
    if names:
        return block.combination_frame(combinations, names)[chosen]
    return pl.repeat(value=True, n=len(chosen), eager=True).to_frame("any")


def _texts(frame: pl.DataFrame, fault: PlannedFault) -> pl.DataFrame:
    """Columns message and suggestion for the rows of `frame`, evaluated once per distinct row where they repeat."""
    distinct = frame.unique() if frame.height > 64 else frame
    repeated = distinct.height * 2 < frame.height
    told = (distinct if repeated else frame).with_columns(
        _as_text(fault.fault.message).alias("message"), _as_text(fault.fault.suggestion).alias("suggestion")
    )
    if repeated:
        told = frame.join(told, on=frame.columns, how="left", nulls_equal=True, maintain_order="left")
    return told.select("message", "suggestion")


def _as_text(text: str | pl.Expr) -> pl.Expr:
    return pl.lit(text) if isinstance(text, str) else text.cast(pl.String).fill_null("")


def _found(block: Block, fault: PlannedFault, rows: pl.Series, told: pl.DataFrame) -> pl.DataFrame:
    value = block.frame([f"raw:{fault.fault.item}"], rows).to_series() if block.reads(fault.fault.item) else None
    return pl.DataFrame(
        {
            "row": rows.cast(pl.UInt32) + block.first_row,
            "fault": pl.repeat(fault.number, len(rows), dtype=pl.UInt16, eager=True),
            "value": pl.repeat("", len(rows), dtype=pl.String, eager=True) if value is None else value,
            "message": told["message"],
            "suggestion": told["suggestion"],
        },
        schema=FOUND,
    )
